//! From a request to its answer: token, limits, endpoints, and errors in GitHub's form.
//!
//! Must never be in here: the JSON of a pull request.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::{
    OLD_NAME, OWNER, PREFIX, REPOSITORIES, TOKEN, WITH_TOKEN, WITHOUT,
    model::{Forge, Pull, State},
    wire::Wire,
};
use crate::sandbox::{
    server::message::{Answer, Reply, Request, path_segments},
    site::Site,
};

/// Pull requests a page unless told otherwise, and at most.
const PAGE: (usize, usize) = (30, 100);
/// Longest description, in characters.
const BODY_LIMIT: usize = 65_536;

/// Answers a request below [`PREFIX`].
pub(crate) fn answer(site: &Site, request: &Request) -> Reply {
    let signed_in = match token(request) {
        Ok(signed_in) => signed_in,
        Err(refusal) => return refusal,
    };
    let ((most, window), pace) = if signed_in {
        (WITH_TOKEN, &site.github.with_token)
    } else {
        (WITHOUT, &site.github.without)
    };
    let left = pace.take(request.at);
    let reply = match left {
        Some(_) => respond(site, request, signed_in).unwrap_or_else(|refusal| refusal),
        None => told(StatusCode::FORBIDDEN, "API rate limit exceeded for 127.0.0.1."),
    };
    let (reply, same) = unless_known(request, reply);
    // To whoever is signed in, news that there are none are free.
    let free = same && signed_in;
    if free {
        pace.give_back();
    }
    let left = left.unwrap_or(0) + usize::from(free);
    let left = left.min(most);
    reply
        .with_custom("x-ratelimit-limit", &most.to_string())
        .with_custom("x-ratelimit-remaining", &left.to_string())
        .with_custom("x-ratelimit-used", &(most - left).to_string())
        .with_custom("x-ratelimit-reset", &(request.at.as_second() + window).to_string())
        .with_custom("x-ratelimit-resource", "core")
        .with_custom("x-github-media-type", "github.v3; format=json")
        .with_custom("x-github-request-id", &site.next_trace())
}

/// The answer with its tag, or only that the caller has it already.
fn unless_known(request: &Request, reply: Reply) -> (Reply, bool) {
    if request.method != "GET" || reply.status != StatusCode::OK {
        return (reply, false);
    }
    let sum = Sha1::digest(&reply.body);
    let hex: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("W/\"{hex}\"");
    let known = request
        .header(&header::IF_NONE_MATCH)
        .is_some_and(|sent| sent.split(',').any(|one| one.trim() == tag));
    if known {
        return (Reply::empty(StatusCode::NOT_MODIFIED).with(header::ETAG, &tag), true);
    }
    (reply.with(header::ETAG, &tag), false)
}

/// `GET github/repos/{}/{}/pulls`: the endpoint as the journal names it.
pub(crate) fn endpoint(request: &Request) -> String {
    let parts = segments(request);
    let general: Vec<&str> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            let is_name = parts.first().is_some_and(|first| first == "repos") && (at == 1 || at == 2);
            if is_name || part.parse::<u64>().is_ok() {
                "{}"
            } else {
                part.as_str()
            }
        })
        .collect();
    format!("{} github/{}", request.method, general.join("/"))
}

/// An error in GitHub's form, for faults that know only their status.
pub(crate) fn refusal(status: StatusCode) -> Reply {
    told(status, status.canonical_reason().unwrap_or("Error"))
}

fn told(status: StatusCode, message: &str) -> Reply {
    let body = json!({
        "message": message, "documentation_url": "https://docs.github.com/rest", "status": status.as_str(),
    });
    Reply::json(status, &body)
}

/// What was renamed is found by its number.
fn moved(request: &Request, to: &str) -> Reply {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(&request.query);
    let to = format!("{to}?{}", query.finish());
    let body = json!({"message": "Moved Permanently", "url": to, "documentation_url": "https://docs.github.com/rest"});
    Reply::json(StatusCode::MOVED_PERMANENTLY, &body).with(header::LOCATION, &to)
}

fn not_found() -> Reply {
    told(StatusCode::NOT_FOUND, "Not Found")
}

fn segments(request: &Request) -> Vec<String> {
    path_segments(request.path.strip_prefix(PREFIX).unwrap_or_default())
}

/// Whether a token came along; a wrong one is worse than none.
fn token(request: &Request) -> Result<bool, Reply> {
    let Some(sent) = request.header(&header::AUTHORIZATION) else {
        return Ok(false);
    };
    let (scheme, value) = sent.split_once(' ').unwrap_or((sent, ""));
    let known = ["bearer", "token"].iter().any(|word| scheme.eq_ignore_ascii_case(word));
    if known && value.trim() == TOKEN {
        Ok(true)
    } else {
        Err(told(StatusCode::UNAUTHORIZED, "Bad credentials"))
    }
}

fn respond(site: &Site, request: &Request, signed_in: bool) -> Answer {
    if request.header(&header::USER_AGENT).is_none() {
        let text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.";
        return Err(Reply::text(StatusCode::FORBIDDEN, text));
    }
    let segments = segments(request);
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let base = format!("{}{}", site.origin, PREFIX.trim_end_matches('/'));
    let mut forge = site.github.forge();
    let wire = Wire {
        forge: &forge,
        base: &base,
    };
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["repos", owner, OLD_NAME, rest @ ..]) if owner.eq_ignore_ascii_case(OWNER) => {
            let rest: String = rest.iter().map(|part| format!("/{part}")).collect();
            Err(moved(request, &format!("{base}/repositories/{}{rest}", wire.number(0))))
        }
        ("GET", ["repositories", number, "pulls"]) => {
            let at = (0..REPOSITORIES.len()).find(|at| wire.number(*at).to_string() == *number);
            list(&wire, at.ok_or_else(not_found)?, request, &site.origin)
        }
        ("GET", ["repos", owner, name]) => {
            let at = repository(owner, name)?;
            Ok(Reply::ok(&wire.repository(at, OWNER)))
        }
        ("GET", ["repos", owner, name, "pulls"]) => list(&wire, repository(owner, name)?, request, &site.origin),
        ("GET", ["repos", owner, name, "pulls", number]) => {
            let pull = find(&forge, owner, name, number)?;
            Ok(Reply::ok(&wire.pull(&forge.pulls[pull], true)))
        }
        ("GET", ["repos", owner, name, "pulls", number, "reviews"]) => {
            let pull = &forge.pulls[find(&forge, owner, name, number)?];
            let reviews = pull.reviews.iter().map(|review| wire.review(pull, review));
            Ok(Reply::ok(&reviews.collect()))
        }
        ("PATCH", ["repos", owner, name, "pulls", number]) => {
            let pull = find(&forge, owner, name, number)?;
            if !signed_in {
                // Whoever may not write is not told that there is something to write to.
                return Err(not_found());
            }
            edit(&mut forge, pull, request)?;
            let wire = Wire {
                forge: &forge,
                base: &base,
            };
            Ok(Reply::ok(&wire.pull(&forge.pulls[pull], true)))
        }
        _ => Err(not_found()),
    }
}

fn repository(owner: &str, name: &str) -> Result<usize, Reply> {
    let found = REPOSITORIES.iter().position(|known| known.eq_ignore_ascii_case(name));
    found
        .filter(|_| owner.eq_ignore_ascii_case(OWNER))
        .ok_or_else(not_found)
}

fn find(forge: &Forge, owner: &str, name: &str, number: &str) -> Result<usize, Reply> {
    forge.find(repository(owner, name)?, number).ok_or_else(not_found)
}

fn invalid(field: &str) -> Reply {
    let body = json!({
        "message": "Validation Failed", "documentation_url": "https://docs.github.com/rest", "status": "422",
        "errors": [{"resource": "PullRequest", "field": field, "code": "invalid"}],
    });
    Reply::json(StatusCode::UNPROCESSABLE_ENTITY, &body)
}

/// What is left out stays.
fn edit(forge: &mut Forge, at: usize, request: &Request) -> Result<(), Reply> {
    let body: Value =
        serde_json::from_slice(&request.body).map_err(|_| told(StatusCode::BAD_REQUEST, "Problems parsing JSON"))?;
    let text = |name: &str| match &body[name] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        _ => Err(invalid(name)),
    };
    let (title, description, state) = (text("title")?, text("body")?, text("state")?);
    if title.as_ref().is_some_and(|title| title.trim().is_empty()) {
        return Err(invalid("title"));
    }
    if description
        .as_ref()
        .is_some_and(|text| text.chars().count() > BODY_LIMIT)
    {
        return Err(invalid("body"));
    }
    let state = match state.as_deref() {
        None => None,
        Some("closed") => Some(State::Closed),
        Some("open") => Some(State::Open),
        Some(_) => return Err(invalid("state")),
    };
    let pull = &mut forge.pulls[at];
    if let Some(title) = title {
        pull.title = title;
    }
    if let Some(description) = description {
        pull.body = Some(description);
    }
    pull.updated = request.at;
    if let Some(state) = state.filter(|_| pull.state != State::Merged) {
        forge.turn(at, state, request.at);
    }
    Ok(())
}

fn list(wire: &Wire<'_>, repository: usize, request: &Request, origin: &str) -> Answer {
    let param = |name: &str, default: &'static str| request.param(name).unwrap_or(default).to_owned();
    let (state, sort) = (param("state", "open"), param("sort", "created"));
    let direction = param("direction", if sort == "created" { "desc" } else { "asc" });
    let ended = |pull: &&Pull| matches!(pull.state, State::Merged | State::Closed);
    let own = wire.forge.pulls.iter().filter(|pull| pull.repository == repository);
    let mut found: Vec<&Pull> = match state.as_str() {
        "all" => own.collect(),
        "closed" => own.filter(ended).collect(),
        "open" => own.filter(|pull| !ended(pull)).collect(),
        _ => return Err(invalid("state")),
    };
    if let Some(head) = request.param("head") {
        found.retain(|pull| head.ends_with(&format!(":{}", pull.branch)));
    }
    found.sort_by_key(|pull| match sort.as_str() {
        "updated" => (pull.updated, pull.id),
        _ => (pull.created, pull.id),
    });
    if direction == "desc" {
        found.reverse();
    }
    let number = |name: &str, default: usize| {
        request
            .param(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let size = number("per_page", PAGE.0).clamp(1, PAGE.1);
    let page = number("page", 1).max(1);
    let start = (page - 1).saturating_mul(size).min(found.len());
    let end = start.saturating_add(size).min(found.len());
    let body: Value = found[start..end].iter().map(|pull| wire.pull(pull, false)).collect();
    let reply = Reply::ok(&body);
    Ok(match links(request, origin, page, found.len().div_ceil(size).max(1)) {
        Some(links) => reply.with(header::LINK, &links),
        None => reply,
    })
}

/// `Link: <…?page=2>; rel="next", <…?page=4>; rel="last"`; none if there is only one page.
fn links(request: &Request, origin: &str, page: usize, last: usize) -> Option<String> {
    let to = |number: usize, relation: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in request.query.iter().filter(|(name, _)| name != "page") {
            query.append_pair(name, value);
        }
        query.append_pair("page", &number.to_string());
        format!("<{origin}{}?{}>; rel=\"{relation}\"", request.path, query.finish())
    };
    let mut all = Vec::new();
    if page > 1 {
        all.push(to(page - 1, "prev"));
    }
    if page < last {
        all.push(to(page + 1, "next"));
        all.push(to(last, "last"));
    }
    if page > 1 {
        all.push(to(1, "first"));
    }
    (!all.is_empty()).then(|| all.join(", "))
}
