//! Every endpoint of the sandbox: where it is, on which flavour, what it asks of the caller.
//!
//! Must never be in here: anything but the table and looking it up.

use axum::http::Method;

use super::{
    Call, agile, attachment, changelog, comment, completion, createmeta, issue, issue_write, jql_parse, list,
    permission, picker, project, remote_link,
    search::{cloud, data_center},
    site_info, transition, user,
};
use crate::sandbox::{model::Flavour, server::message::Answer, wire::Version};

/// Which flavour has an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    Both,
    Cloud,
    DataCenter,
}

/// An endpoint.
pub(super) struct Route {
    method: Method,
    /// `api/` stands for `/rest/api/{version}/`, `{}` for one part of the path.
    pub(super) template: &'static str,
    on: On,
    /// Anonymous callers are sent away instead of being shown an empty world.
    pub(super) needs_sign_in: bool,
    /// Scope that a scoped token must have.
    pub(super) scope: &'static str,
    pub(super) run: fn(&Call<'_>) -> Answer,
}

/// An endpoint with what the path says.
pub(super) struct Matched {
    pub(super) route: &'static Route,
    pub(super) version: Version,
    pub(super) parts: Vec<String>,
}

/// What a path leads to.
pub(super) enum Found {
    Route(Matched),
    /// The path exists, but not with this method.
    OtherMethod,
    Nothing,
}

const WORK: &str = "read:jira-work";
const USER: &str = "read:jira-user";
const WRITE: &str = "write:jira-work";
const ADMIN: &str = "manage:jira-configuration";

const fn open(method: Method, template: &'static str, on: On, run: fn(&Call<'_>) -> Answer) -> Route {
    Route {
        method,
        template,
        on,
        needs_sign_in: false,
        scope: WORK,
        run,
    }
}

const fn closed(
    method: Method,
    template: &'static str,
    on: On,
    scope: &'static str,
    run: fn(&Call<'_>) -> Answer,
) -> Route {
    Route {
        method,
        template,
        on,
        needs_sign_in: true,
        scope,
        run,
    }
}

/// Fixed words come before `{}` in the same place.
static ROUTES: &[Route] = &[
    open(Method::GET, "_edge/tenant_info", On::Cloud, site_info::tenant_info),
    open(Method::GET, "login.jsp", On::Both, site_info::login),
    open(Method::GET, "browse/{}", On::Both, site_info::browse),
    open(
        Method::GET,
        "secure/attachment/{}/{}",
        On::DataCenter,
        attachment::secure,
    ),
    open(Method::GET, "api/serverInfo", On::Both, site_info::server_info),
    closed(Method::GET, "api/myself", On::Both, USER, user::myself),
    open(Method::GET, "api/mypermissions", On::Both, permission::mine),
    open(Method::GET, "api/permissions", On::Both, permission::all),
    // Search
    open(Method::GET, "api/search/jql", On::Cloud, cloud::get),
    open(Method::POST, "api/search/jql", On::Cloud, cloud::post),
    open(Method::POST, "api/search/approximate-count", On::Cloud, cloud::count),
    open(Method::GET, "api/search", On::Cloud, cloud::removed),
    open(Method::POST, "api/search", On::Cloud, cloud::removed),
    open(Method::GET, "api/search", On::DataCenter, data_center::get),
    open(Method::POST, "api/search", On::DataCenter, data_center::post),
    open(Method::POST, "api/jql/parse", On::Cloud, jql_parse::parse),
    open(Method::GET, "api/jql/autocompletedata", On::Both, completion::data),
    open(
        Method::GET,
        "api/jql/autocompletedata/suggestions",
        On::Both,
        completion::suggestions,
    ),
    // Issues
    closed(Method::POST, "api/issue", On::Both, WRITE, issue_write::create),
    open(Method::POST, "api/issue/bulkfetch", On::Cloud, issue::bulk_fetch),
    closed(
        Method::POST,
        "api/changelog/bulkfetch",
        On::Cloud,
        WORK,
        changelog::bulk_fetch,
    ),
    open(
        Method::GET,
        "api/issue/createmeta/{}/issuetypes",
        On::Both,
        createmeta::types,
    ),
    open(
        Method::GET,
        "api/issue/createmeta/{}/issuetypes/{}",
        On::Both,
        createmeta::fields,
    ),
    open(Method::GET, "api/issue/picker", On::Both, picker::issues),
    open(Method::GET, "api/issue/{}", On::Both, issue::get),
    closed(Method::PUT, "api/issue/{}", On::Both, WRITE, issue_write::edit),
    closed(Method::DELETE, "api/issue/{}", On::Both, WRITE, issue_write::delete),
    open(Method::GET, "api/issue/{}/editmeta", On::Both, createmeta::edit),
    closed(
        Method::PUT,
        "api/issue/{}/assignee",
        On::Both,
        WRITE,
        issue_write::assign,
    ),
    open(Method::GET, "api/issue/{}/changelog", On::Cloud, changelog::page),
    open(Method::GET, "api/issue/{}/comment", On::Both, comment::list),
    closed(Method::POST, "api/issue/{}/comment", On::Both, WRITE, comment::add),
    open(Method::GET, "api/issue/{}/comment/{}", On::Both, comment::get),
    closed(Method::PUT, "api/issue/{}/comment/{}", On::Both, WRITE, comment::edit),
    closed(
        Method::DELETE,
        "api/issue/{}/comment/{}",
        On::Both,
        WRITE,
        comment::delete,
    ),
    open(Method::GET, "api/issue/{}/transitions", On::Both, transition::list),
    closed(
        Method::POST,
        "api/issue/{}/transitions",
        On::Both,
        WRITE,
        transition::run,
    ),
    open(Method::GET, "api/issue/{}/properties", On::Both, issue::property_keys),
    open(Method::GET, "api/issue/{}/properties/{}", On::Both, issue::property),
    closed(
        Method::PUT,
        "api/issue/{}/properties/{}",
        On::Both,
        WRITE,
        issue_write::set_property,
    ),
    closed(
        Method::DELETE,
        "api/issue/{}/properties/{}",
        On::Both,
        WRITE,
        issue_write::delete_property,
    ),
    open(Method::GET, "api/issue/{}/remotelink", On::Both, remote_link::list),
    closed(
        Method::POST,
        "api/issue/{}/remotelink",
        On::Both,
        WRITE,
        remote_link::put,
    ),
    closed(
        Method::DELETE,
        "api/issue/{}/remotelink",
        On::Both,
        WRITE,
        remote_link::delete_by_global_id,
    ),
    open(Method::GET, "api/issue/{}/remotelink/{}", On::Both, remote_link::get),
    closed(
        Method::DELETE,
        "api/issue/{}/remotelink/{}",
        On::Both,
        WRITE,
        remote_link::delete,
    ),
    // What the site is made of
    open(Method::GET, "api/field", On::Both, list::fields),
    open(Method::GET, "api/priority", On::Both, list::priorities),
    closed(
        Method::GET,
        "api/priority/search",
        On::Cloud,
        ADMIN,
        list::priority_page,
    ),
    open(Method::GET, "api/priority/page", On::DataCenter, list::priority_page),
    open(Method::GET, "api/resolution", On::Both, list::resolutions),
    closed(
        Method::GET,
        "api/resolution/search",
        On::Cloud,
        ADMIN,
        list::resolution_page,
    ),
    open(
        Method::GET,
        "api/resolution/page",
        On::DataCenter,
        list::resolution_page,
    ),
    open(Method::GET, "api/status", On::Both, list::statuses),
    open(Method::GET, "api/status/page", On::DataCenter, list::status_page),
    closed(
        Method::GET,
        "api/statuses/search",
        On::Cloud,
        ADMIN,
        list::status_search,
    ),
    open(Method::GET, "api/statuscategory", On::Both, list::categories),
    open(Method::GET, "api/issuetype", On::Both, list::issue_types),
    open(Method::GET, "api/issueLinkType", On::Both, list::link_types),
    closed(Method::GET, "api/label", On::Cloud, WORK, list::labels),
    // Projects
    open(Method::GET, "api/project", On::Both, project::all),
    open(Method::GET, "api/project/search", On::Cloud, project::search),
    open(Method::GET, "api/project/{}", On::Both, project::get),
    open(Method::GET, "api/project/{}/components", On::Both, project::components),
    open(Method::GET, "api/project/{}/versions", On::Both, project::versions),
    open(Method::GET, "api/project/{}/statuses", On::Both, project::statuses),
    open(
        Method::GET,
        "api/project/{}/component",
        On::Cloud,
        project::component_page,
    ),
    open(Method::GET, "api/project/{}/version", On::Both, project::version_page),
    // Boards
    open(Method::GET, "rest/agile/1.0/board", On::Both, agile::list),
    open(Method::GET, "rest/agile/1.0/board/{}", On::Both, agile::get),
    open(Method::GET, "rest/agile/1.0/board/{}/sprint", On::Both, agile::sprints),
    open(Method::GET, "rest/agile/1.0/sprint/{}", On::Both, agile::one_sprint),
    // Suggestions
    user_route("api/groups/picker", On::Both, picker::groups),
    user_route("api/user/picker", On::Both, picker::users),
    user_route("rest/api/1.0/users/picker", On::Both, picker::users),
    open(Method::GET, "rest/api/1.0/labels/suggest", On::Both, picker::labels),
    open(
        Method::GET,
        "rest/api/1.0/labels/{}/suggest",
        On::Both,
        picker::field_labels,
    ),
    // People
    user_route("api/user", On::Both, user::get),
    user_route("api/user/search", On::Both, user::search),
    user_route("api/user/assignable/search", On::Both, user::assignable),
    closed(Method::GET, "api/user/bulk", On::Cloud, USER, user::bulk),
    // Files
    open(Method::GET, "api/attachment/meta", On::Both, attachment::meta),
    open(Method::GET, "api/attachment/content/{}", On::Cloud, attachment::content),
    open(Method::GET, "api/attachment/{}", On::Both, attachment::get),
];

const fn user_route(template: &'static str, on: On, run: fn(&Call<'_>) -> Answer) -> Route {
    Route {
        method: Method::GET,
        template,
        on,
        needs_sign_in: false,
        scope: USER,
        run,
    }
}

/// Finds the endpoint that a path leads to on this flavour.
pub(super) fn find(flavour: Flavour, method: &Method, segments: &[String]) -> Found {
    let mut other_method = false;
    for route in ROUTES.iter().filter(|route| route.is_on(flavour)) {
        let Some((version, parts)) = route.matches(flavour, segments) else {
            continue;
        };
        if route.method == *method {
            return Found::Route(Matched { route, version, parts });
        }
        other_method = true;
    }
    if other_method {
        Found::OtherMethod
    } else {
        Found::Nothing
    }
}

impl Route {
    fn is_on(&self, flavour: Flavour) -> bool {
        match self.on {
            On::Both => true,
            On::Cloud => flavour == Flavour::Cloud,
            On::DataCenter => flavour == Flavour::DataCenter,
        }
    }

    fn matches(&self, flavour: Flavour, segments: &[String]) -> Option<(Version, Vec<String>)> {
        let (template, segments, version) = match self.template.strip_prefix("api/") {
            Some(template) => {
                let (version, rest) = api_version(flavour, segments)?;
                (template, rest, version)
            }
            None => (self.template, segments, Version::V2),
        };
        let mut parts = Vec::new();
        let mut rest = segments.iter();
        for wanted in template.split('/') {
            let segment = rest.next()?;
            if wanted == "{}" {
                parts.push(segment.clone());
            } else if wanted != segment {
                return None;
            }
        }
        rest.next().is_none().then_some((version, parts))
    }
}

/// `/rest/api/{2,3}` on Cloud, `/rest/api/{2,latest}` on Data Center.
fn api_version(flavour: Flavour, segments: &[String]) -> Option<(Version, &[String])> {
    let (root, rest) = segments.split_at_checked(3)?;
    let version = match (flavour, root[2].as_str()) {
        (_, "2") | (Flavour::DataCenter, "latest") => Version::V2,
        (Flavour::Cloud, "3") => Version::V3,
        _ => return None,
    };
    (root[0] == "rest" && root[1] == "api").then_some((version, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::server::message::path_segments;

    fn lookup(flavour: Flavour, method: &Method, path: &str) -> String {
        match find(flavour, method, &path_segments(path)) {
            Found::Route(matched) => format!("{} {:?}", matched.route.template, matched.parts),
            Found::OtherMethod => "other method".to_owned(),
            Found::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn each_flavour_has_its_own_paths() {
        let (cloud, data_center) = (Flavour::Cloud, Flavour::DataCenter);
        for (flavour, path, found) in [
            (cloud, "/rest/api/3/search/jql", "api/search/jql []"),
            (cloud, "/rest/api/2/search/jql", "api/search/jql []"),
            (data_center, "/rest/api/2/search/jql", "nothing"),
            (data_center, "/rest/api/3/myself", "nothing"),
            (data_center, "/rest/api/latest/myself", "api/myself []"),
            (cloud, "/rest/api/latest/myself", "nothing"),
            (
                cloud,
                "/rest/api/3/issue/PAY-1/changelog",
                "api/issue/{}/changelog [\"PAY-1\"]",
            ),
            (data_center, "/rest/api/2/issue/PAY-1/changelog", "nothing"),
            (data_center, "/rest/api/2/project/search", "api/project/{} [\"search\"]"),
            (cloud, "/rest/api/3/issue/bulkfetch", "api/issue/{} [\"bulkfetch\"]"),
            (cloud, "/rest/api/3/label/", "api/label []"),
            (cloud, "/rest/api/3", "nothing"),
        ] {
            assert_eq!(lookup(flavour, &Method::GET, path), found, "{path}");
        }
        assert_eq!(lookup(cloud, &Method::DELETE, "/rest/api/3/field"), "other method");
    }

    #[test]
    fn no_endpoint_hides_another() {
        for (at, route) in ROUTES.iter().enumerate() {
            let before = &ROUTES[..at];
            let same = before.iter().find(|other| {
                other.method == route.method
                    && other.template == route.template
                    && (other.on == route.on || other.on == On::Both || route.on == On::Both)
            });
            assert!(same.is_none(), "{} {} is there twice", route.method, route.template);
        }
    }
}
