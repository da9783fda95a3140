//! Accounts: the caller's own, and finding others. Cloud knows them by id, Data Center by name.

use axum::http::StatusCode;
use serde_json::Value;

use super::Call;
use crate::sandbox::{
    model::{AccountKind, UserIdx, World},
    server::message::{Answer, Reply},
};

/// No list of people is longer.
const MOST: usize = 1000;

/// `GET myself`
pub(super) fn myself(call: &Call<'_>) -> Answer {
    let world = call.world();
    let groups = call.request.list("expand").iter().any(|word| word == "groups");
    let user = call.user.ok_or_else(|| Reply::empty(StatusCode::UNAUTHORIZED))?;
    Ok(Reply::ok(&call.wire(&world).profile(user, groups)))
}

/// `GET user`
pub(super) fn get(call: &Call<'_>) -> Answer {
    let request = call.request;
    let reference = if call.cloud() {
        request.param("accountId")
    } else {
        request.param("username").or_else(|| request.param("key"))
    };
    let world = call.world();
    let Some(reference) = reference else {
        let text = if call.cloud() {
            "The query parameter 'accountId' must be provided"
        } else {
            "Either the 'username' or the 'key' query parameters need to be provided"
        };
        return Err(Reply::error(StatusCode::BAD_REQUEST, text));
    };
    let found = world.user_by_ref(reference).filter(|_| call.user.is_some());
    let Some(idx) = found else {
        let text = if call.cloud() {
            "Specified user does not exist or you do not have required permissions".to_owned()
        } else {
            format!("The user named '{reference}' does not exist")
        };
        return Err(Reply::error(StatusCode::NOT_FOUND, &text));
    };
    let groups = request.list("expand").iter().any(|word| word == "groups");
    Ok(Reply::ok(&call.wire(&world).profile(idx, groups)))
}

/// `GET user/search`
pub(super) fn search(call: &Call<'_>) -> Answer {
    let request = call.request;
    let world = call.world();
    let found = if call.cloud() {
        match (request.param("query"), request.param("accountId")) {
            (Some(query), None) => matching(&world, query, Find::Prefix),
            (None, Some(id)) => world.user_by_ref(id).into_iter().collect(),
            (Some(_), Some(_)) => return Err(one_of()),
            (None, None) if request.param("property").is_some() => Vec::new(),
            (None, None) => return Err(one_of()),
        }
    } else {
        let Some(query) = request.param("username") else {
            return Err(Reply::error(
                StatusCode::BAD_REQUEST,
                "The username query parameter was not provided",
            ));
        };
        matching(&world, query, Find::Anywhere)
    };
    list(call, &world, &found)
}

fn one_of() -> Reply {
    Reply::error(
        StatusCode::BAD_REQUEST,
        "Exactly one of the query parameters 'query', 'accountId' and 'property' must be provided",
    )
}

/// `GET user/assignable/search`
pub(super) fn assignable(call: &Call<'_>) -> Answer {
    let request = call.request;
    let world = call.world();
    match (
        request.param("project"),
        request.param("issueKey").or_else(|| request.param("issueId")),
    ) {
        (_, Some(issue)) => {
            world.find(&call.viewer(), issue).ok_or_else(|| call.no_issue())?;
        }
        (Some(project), None) => {
            let found = world.project_by_ref(project).filter(|_| call.user.is_some());
            found.ok_or_else(|| {
                let text = format!("No project could be found with key '{project}'.");
                Reply::error(StatusCode::NOT_FOUND, &text)
            })?;
        }
        (None, None) => {
            let text = "Either the 'project' or the 'issueKey' query parameter must be provided";
            return Err(Reply::error(StatusCode::BAD_REQUEST, text));
        }
    }
    let (query, find) = if call.cloud() {
        (request.param("query"), Find::Prefix)
    } else {
        (request.param("username"), Find::Anywhere)
    };
    let mut found = matching(&world, query.unwrap_or_default(), find);
    found.retain(|idx| world.user(*idx).kind == AccountKind::Human);
    list(call, &world, &found)
}

/// `GET user/bulk` on Cloud
pub(super) fn bulk(call: &Call<'_>) -> Answer {
    let ids: Vec<String> = call.request.list("accountId");
    if ids.is_empty() {
        let text = "The query parameter 'accountId' must be provided";
        return Err(Reply::error(StatusCode::BAD_REQUEST, text));
    }
    let world = call.world();
    let found: Vec<UserIdx> = ids.iter().filter_map(|id| world.user_by_ref(id)).collect();
    let wire = call.wire(&world);
    let page = call.page(10, 200)?;
    Ok(Reply::ok(
        &page.values(&found, &wire.api("user/bulk"), |idx| wire.user(*idx)),
    ))
}

/// How a text must lie in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Find {
    /// At the beginning of a word.
    Prefix,
    /// Anywhere; a single dot finds everybody.
    Anywhere,
}

/// Active accounts whose name or address fits.
pub(super) fn matching(world: &World, query: &str, find: Find) -> Vec<UserIdx> {
    let query = query.trim().to_lowercase();
    let fits = |text: &str| {
        let text = text.to_lowercase();
        match find {
            Find::Prefix => text.starts_with(&query) || text.split_whitespace().any(|word| word.starts_with(&query)),
            Find::Anywhere => query == "." || text.contains(&query),
        }
    };
    let all = (0..world.users.len()).map(UserIdx::of);
    all.filter(|idx| {
        let user = world.user(*idx);
        let address = user.email.as_deref().filter(|_| !user.email_hidden).unwrap_or_default();
        user.active
            && !user.deleted
            && [&*user.display, user.name.as_str(), address]
                .iter()
                .any(|text| fits(text))
    })
    .collect()
}

/// A bare list; strangers may not browse people and get an empty one.
fn list(call: &Call<'_>, world: &World, found: &[UserIdx]) -> Answer {
    let found = if call.user.is_some() { found } else { &[] };
    let page = call.page(50, MOST)?;
    let wire = call.wire(world);
    let within = &found[..found.len().min(MOST)];
    Ok(Reply::ok(
        &page.of(within).iter().map(|idx| wire.user(*idx)).collect::<Value>(),
    ))
}
