//! From a request to its answer: entrance, sign-in, limits, the table of endpoints.
//!
//! Must never be in here: what a single endpoint does.

mod agile;
mod attachment;
mod changelog;
mod comment;
mod completion;
mod createmeta;
mod issue;
mod issue_write;
mod jql_parse;
mod list;
mod permission;
mod picker;
mod project;
mod remote_link;
mod search;
mod site_info;
mod table;
mod transition;
mod user;
pub(crate) mod values;

use std::sync::{RwLockReadGuard, RwLockWriteGuard};

use axum::http::{Method, StatusCode};
use serde_json::Value;

use super::{
    auth::{self, Caller, Entrance, MUST_SIGN_IN},
    limits::{Asked, Verdict},
    model::{Flavour, IssueIdx, ProjectIdx, UserIdx, Viewer, World},
    oauth,
    server::message::{Answer, Reply, Request, path_segments},
    site::Site,
    wire::{Version, Wire, paging::Page},
};
pub(crate) use list::file_content;

/// What Jira says of issues that aren't there or may not be seen.
pub(crate) const NO_ISSUE: &str = "Issue does not exist or you do not have permission to see it.";

/// One request on its way through an endpoint.
pub(crate) struct Call<'a> {
    pub(crate) site: &'a Site,
    pub(crate) request: &'a Request,
    pub(crate) user: Option<UserIdx>,
    version: Version,
    /// Address of the site as the caller reached it.
    base: String,
    /// Values of the endpoint's `{}`.
    parts: Vec<String>,
}

impl Call<'_> {
    fn world(&self) -> RwLockReadGuard<'_, World> {
        self.site.world()
    }

    fn world_mut(&self) -> RwLockWriteGuard<'_, World> {
        self.site.world_mut()
    }

    fn cloud(&self) -> bool {
        self.site.flavour == Flavour::Cloud
    }

    fn viewer(&self) -> Viewer {
        Viewer {
            user: self.user,
            now: self.request.at,
        }
    }

    fn wire<'w>(&'w self, world: &'w World) -> Wire<'w> {
        Wire::new(world, self.viewer(), self.version, &self.base)
    }

    /// The nth `{}` of the endpoint.
    fn part(&self, at: usize) -> &str {
        self.parts.get(at).map_or("", String::as_str)
    }

    /// The issue that the first `{}` names, if the caller may see it.
    fn issue(&self, world: &World) -> Result<IssueIdx, Reply> {
        world.find(&self.viewer(), self.part(0)).ok_or_else(|| self.no_issue())
    }

    /// Cloud pretends that the issue isn't there; Data Center tells an anonymous caller to log in.
    fn no_issue(&self) -> Reply {
        if self.cloud() || self.user.is_some() {
            let text = if self.cloud() { NO_ISSUE } else { "Issue Does Not Exist" };
            return Reply::error(StatusCode::NOT_FOUND, text);
        }
        let texts = [
            "You do not have the permission to see the specified issue.",
            "Login Required",
        ];
        Reply::errors(StatusCode::UNAUTHORIZED, &texts.map(str::to_owned))
    }

    /// Refuses what has been forbidden to everybody in the issue's project.
    fn require(&self, world: &World, idx: IssueIdx, permission: &str) -> Result<(), Reply> {
        if !world.screens.denies(world.issue(idx).project, permission) {
            return Ok(());
        }
        let deed = match permission {
            "EDIT_ISSUES" => "edit issues",
            "ADD_COMMENTS" => "comment on issues",
            "ASSIGN_ISSUES" => "assign issues",
            "DELETE_ISSUES" => "delete issues",
            "LINK_ISSUES" => "link issues",
            _ => "do this",
        };
        let text = format!("You do not have permission to {deed} in this project.");
        Err(Reply::error(StatusCode::FORBIDDEN, &text))
    }

    /// The project that the first `{}` names, if the caller may see it.
    fn project(&self, world: &World) -> Result<ProjectIdx, Reply> {
        let name = self.part(0);
        let found = world.project_by_ref(name).filter(|_| self.user.is_some());
        let open = |idx: &ProjectIdx| !world.project(*idx).archived && !world.screens.denies(*idx, "BROWSE_PROJECTS");
        found.filter(open).ok_or_else(|| {
            let text = format!("No project could be found with key '{name}'.");
            Reply::error(StatusCode::NOT_FOUND, &text)
        })
    }

    /// `startAt` and `maxResults`, the latter cut at `limit` without a word.
    fn page(&self, default: usize, limit: usize) -> Result<Page, Reply> {
        let read = |name, default| -> Result<usize, Reply> {
            let number = self.request.number(name)?;
            Ok(number.map_or(default, |number| usize::try_from(number).unwrap_or(0)))
        };
        Ok(Page {
            start: read("startAt", 0)?,
            max: read("maxResults", default)?.min(limit),
        })
    }

    /// A body that is a JSON object.
    fn object(&self) -> Result<serde_json::Map<String, Value>, Reply> {
        match self.request.json()? {
            Value::Object(map) => Ok(map),
            _ => Err(self.bad_payload()),
        }
    }

    /// Cloud's answer to a body that doesn't fit the endpoint's schema; it has no `errors`.
    fn bad_payload(&self) -> Reply {
        let text = "Invalid request payload. Refer to the REST API documentation and try again.";
        if self.cloud() {
            Reply::json(StatusCode::BAD_REQUEST, &serde_json::json!({"errorMessages": [text]}))
        } else {
            Reply::error(StatusCode::BAD_REQUEST, "Can not deserialize the request body.")
        }
    }
}

/// The path without the gateway's prefix, whoever's tenant it names.
pub(crate) fn without_gateway(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("/ex/jira/") else {
        return path;
    };
    rest.find('/').map_or("", |at| &rest[at..])
}

/// `GET search/jql`: the endpoint a request is for, without version and values; the path if there is none.
pub(crate) fn endpoint(site: &Site, request: &Request) -> String {
    let path = match site.flavour {
        Flavour::Cloud => without_gateway(&request.path),
        Flavour::DataCenter => &request.path,
    };
    let name = match table::find(site.flavour, &request.method, &path_segments(path)) {
        table::Found::Route(matched) => matched
            .route
            .template
            .strip_prefix("api/")
            .unwrap_or(matched.route.template),
        table::Found::OtherMethod | table::Found::Nothing => path,
    };
    format!("{} {name}", request.method)
}

/// Answers a request, and says whose it was.
pub(crate) fn answer(site: &Site, request: &Request) -> (Reply, Option<String>) {
    if let Some(reply) = oauth::answer(site, request) {
        return (reply, None);
    }
    let (entrance, path) = match enter(site, &request.path) {
        Ok(entered) => entered,
        Err(reply) => return (reply, None),
    };
    let found = table::find(site.flavour, &request.method, &path_segments(path));
    let caller =
        oauth::caller(site, request, entrance).unwrap_or_else(|| site.gate.check(&site.world(), request, entrance));
    let caller = match caller {
        Ok(caller) => caller,
        Err(reply) => return (reply, None),
    };
    let reply = admit(site, request, entrance, &caller, found).unwrap_or_else(|reply| reply);
    let world = site.world();
    let name = caller.user.map(|user| world.user(user).display.to_string());
    (auth::identify(reply, &world, &caller), name)
}

/// Tells the gateway from the site, and refuses tenants that don't exist.
fn enter<'p>(site: &Site, path: &'p str) -> Result<(Entrance, &'p str), Reply> {
    let Some(rest) = path
        .strip_prefix("/ex/jira/")
        .filter(|_| site.flavour == Flavour::Cloud)
    else {
        return Ok((Entrance::Site, path));
    };
    let (tenant, rest) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    if tenant == site.world().cloud_id || site.oauth.lock().sites.has_jira(tenant) {
        return Ok((Entrance::Gateway, rest));
    }
    let body = serde_json::json!({
        "timestamp": site.now().to_string(), "status": 404, "error": "Not Found",
        "message": "No message available", "path": path,
    });
    let reply = Reply::json(StatusCode::NOT_FOUND, &body);
    Err(reply.with_custom("x-failure-category", "FAILURE_CLIENT_TCS"))
}

/// Lets a known caller through to an endpoint, or says why not.
fn admit(site: &Site, request: &Request, entrance: Entrance, caller: &Caller, found: table::Found) -> Answer {
    let matched = match found {
        table::Found::Route(matched) => matched,
        table::Found::OtherMethod => return Err(no_method(site, request)),
        table::Found::Nothing => return Err(no_endpoint(site, request)),
    };
    check_xsrf(request)?;
    caller.require_scope(matched.route.scope, site.flavour)?;
    if matched.route.needs_sign_in && caller.user.is_none() {
        return Err(must_sign_in(site.flavour));
    }
    let user_name = caller.user.map(|user| site.world().user(user).name.clone());
    let about_issue = matched.route.template.starts_with("api/issue/{}");
    let asked = Asked {
        method: &request.method,
        endpoint: matched.route.template,
        issue: about_issue.then(|| matched.parts.first().map(String::as_str)).flatten(),
        user: user_name.as_deref(),
    };
    let headers = match site.limits.check(site.flavour, &asked, request.at) {
        Verdict::Pass(headers) => headers,
        Verdict::Stop(reply) => return Err(reply),
    };
    let call = Call {
        site,
        request,
        user: caller.user,
        version: matched.version,
        base: base(site, entrance),
        parts: matched.parts,
    };
    let reply = (matched.route.run)(&call).unwrap_or_else(|refusal| refusal);
    Ok(headers
        .iter()
        .fold(reply, |reply, (name, value)| reply.with_custom(name, value)))
}

fn base(site: &Site, entrance: Entrance) -> String {
    match entrance {
        Entrance::Site => format!("{}{}", site.origin, site.context),
        Entrance::Gateway => format!("{}/ex/jira/{}", site.origin, site.world().cloud_id),
    }
}

/// Browsers may not write without a token that forged pages cannot know.
fn check_xsrf(request: &Request) -> Result<(), Reply> {
    let writes = matches!(request.method, Method::POST | Method::PUT | Method::DELETE);
    let agent = request.headers.get("user-agent").and_then(|value| value.to_str().ok());
    let browser = agent.is_some_and(|agent| agent.starts_with("Mozilla/"));
    let excused = request
        .headers
        .get("x-atlassian-token")
        .is_some_and(|value| value == "no-check");
    if writes && browser && !excused {
        return Err(Reply::text(StatusCode::FORBIDDEN, "XSRF check failed"));
    }
    Ok(())
}

fn must_sign_in(flavour: Flavour) -> Reply {
    match flavour {
        Flavour::Cloud => Reply::text(StatusCode::UNAUTHORIZED, MUST_SIGN_IN),
        Flavour::DataCenter => Reply::error(
            StatusCode::UNAUTHORIZED,
            "You are not authenticated. Authentication required to perform this operation.",
        ),
    }
}

/// What each flavour says of a path it doesn't have: Cloud in JSON, Data Center with a page.
pub(crate) fn no_endpoint(site: &Site, request: &Request) -> Reply {
    match site.flavour {
        Flavour::Cloud => {
            let detail = format!("No endpoint {} {}.", request.method, request.path);
            Reply::problem(StatusCode::NOT_FOUND, &detail, &request.path)
        }
        Flavour::DataCenter => dead_link(StatusCode::NOT_FOUND, "Oops, you've found a dead link."),
    }
}

fn no_method(site: &Site, request: &Request) -> Reply {
    match site.flavour {
        Flavour::Cloud => {
            let detail = format!("Method '{}' is not supported.", request.method);
            Reply::problem(StatusCode::METHOD_NOT_ALLOWED, &detail, &request.path)
        }
        Flavour::DataCenter => dead_link(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"),
    }
}

fn dead_link(status: StatusCode, text: &str) -> Reply {
    Reply::html(
        status,
        &format!("<html><head><title>{text} - Jira</title></head><body><h1>{text}</h1></body></html>"),
    )
}
