//! Links from issues to things outside Jira. What has the same global id is the same link.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Call;
use crate::sandbox::{
    model::{Issue, RemoteLink},
    server::message::{Answer, Reply},
    wire::Wire,
};

/// Longest global id.
const GLOBAL_ID_LIMIT: usize = 255;

/// `GET issue/{}/remotelink`: all of them, or the one of a global id.
pub(super) fn list(call: &Call<'_>) -> Answer {
    let world = call.world();
    let issue = world.issue(call.issue(&world)?);
    let wire = call.wire(&world);
    let Some(wanted) = call.request.param("globalId") else {
        let links = issue.remote_links.iter().map(|link| described(&wire, issue, link));
        return Ok(Reply::ok(&links.collect()));
    };
    let found = issue
        .remote_links
        .iter()
        .find(|link| link.global_id.as_deref() == Some(wanted));
    found
        .map(|link| Reply::ok(&described(&wire, issue, link)))
        .ok_or_else(|| none_of_global_id(wanted))
}

/// `GET issue/{}/remotelink/{}`
pub(super) fn get(call: &Call<'_>) -> Answer {
    let world = call.world();
    let issue = world.issue(call.issue(&world)?);
    let wanted = call.part(1);
    let found = issue.remote_links.iter().find(|link| link.id.to_string() == wanted);
    found
        .map(|link| Reply::ok(&described(&call.wire(&world), issue, link)))
        .ok_or_else(|| none_of_id(wanted))
}

/// `POST issue/{}/remotelink`: creates, or replaces the link of the same global id with what is left out emptied.
pub(super) fn put(call: &Call<'_>) -> Answer {
    let link = read(&call.object()?)?;
    let mut world = call.world_mut();
    let idx = call.issue(&world)?;
    call.require(&world, idx, "LINK_ISSUES")?;
    let issue = world.issue(idx);
    let known = link.global_id.is_some() && issue.remote_links.iter().any(|other| other.global_id == link.global_id);
    if !known && issue.remote_links.len() >= world.remote_link_limit {
        let text = format!(
            "The issue has reached the limit of {} remote issue links.",
            world.remote_link_limit
        );
        return Err(Reply::error(StatusCode::PAYLOAD_TOO_LARGE, &text));
    }
    let (id, is_new) = world.set_remote_link(idx, link);
    let address = call
        .wire(&world)
        .api(&format!("issue/{}/remotelink/{id}", world.issue(idx).key));
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(Reply::json(status, &json!({"id": id, "self": address})))
}

/// `DELETE issue/{}/remotelink?globalId=`
pub(super) fn delete_by_global_id(call: &Call<'_>) -> Answer {
    let Some(wanted) = call.request.param("globalId") else {
        let text = "The 'globalId' query parameter is required.";
        return Err(Reply::error(StatusCode::BAD_REQUEST, text));
    };
    let is_it = |link: &RemoteLink| link.global_id.as_deref() == Some(wanted);
    remove(call, is_it, none_of_global_id(wanted))
}

/// `DELETE issue/{}/remotelink/{}`
pub(super) fn delete(call: &Call<'_>) -> Answer {
    let wanted = call.part(1);
    remove(call, |link| link.id.to_string() == wanted, none_of_id(wanted))
}

/// Takes a link off the issue, or answers that there is none.
fn remove(call: &Call<'_>, is_it: impl Fn(&RemoteLink) -> bool, none: Reply) -> Answer {
    let mut world = call.world_mut();
    let idx = call.issue(&world)?;
    call.require(&world, idx, "LINK_ISSUES")?;
    if world.remove_remote_links(idx, is_it) == 0 {
        return Err(none);
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn none_of_global_id(wanted: &str) -> Reply {
    let text = format!("No remote issue link found for the specified global ID: {wanted}");
    Reply::error(StatusCode::NOT_FOUND, &text)
}

fn none_of_id(wanted: &str) -> Reply {
    let text = format!("The remote issue link with id '{wanted}' does not exist.");
    Reply::error(StatusCode::NOT_FOUND, &text)
}

fn read(body: &Map<String, Value>) -> Result<RemoteLink, Reply> {
    let empty = Map::new();
    let object = body.get("object").and_then(Value::as_object).unwrap_or(&empty);
    let text = |map: &Map<String, Value>, name: &str| map.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut errors = Map::new();
    for name in ["title", "url"] {
        if text(object, name).is_none_or(|text| text.trim().is_empty()) {
            errors.insert(name.to_owned(), format!("'{name}' is required.").into());
        }
    }
    let address = text(object, "url").unwrap_or_default();
    if !errors.contains_key("url") && url::Url::parse(&address).is_err() {
        errors.insert("url".to_owned(), format!("The URL '{address}' is not valid.").into());
    }
    let global_id = text(body, "globalId");
    if global_id
        .as_ref()
        .is_some_and(|id| id.chars().count() > GLOBAL_ID_LIMIT)
    {
        let text = format!("'globalId' must not exceed {GLOBAL_ID_LIMIT} characters.");
        errors.insert("globalId".to_owned(), text.into());
    }
    if !errors.is_empty() {
        let body = json!({"errorMessages": [], "errors": errors});
        return Err(Reply::json(StatusCode::BAD_REQUEST, &body));
    }
    let kept = ["summary", "icon", "status"].into_iter().filter_map(|name| {
        let value = object.get(name).filter(|value| !value.is_null())?;
        Some((name.to_owned(), value.clone()))
    });
    Ok(RemoteLink {
        id: 0,
        global_id,
        url: address,
        title: text(object, "title").unwrap_or_default(),
        relationship: text(body, "relationship"),
        application: body.get("application").cloned().unwrap_or_default(),
        object: kept.collect(),
    })
}

fn described(wire: &Wire<'_>, issue: &Issue, link: &RemoteLink) -> Value {
    let mut object = json!({"url": link.url, "title": link.title, "icon": {}, "status": {"icon": {}}});
    for (name, value) in &link.object {
        object[name.as_str()] = value.clone();
    }
    let mut json = json!({
        "id": link.id,
        "self": wire.api(&format!("issue/{}/remotelink/{}", issue.key, link.id)),
        "application": if link.application.is_null() { json!({}) } else { link.application.clone() },
        "object": object,
    });
    if let Some(global_id) = &link.global_id {
        json["globalId"] = global_id.as_str().into();
    }
    if let Some(relationship) = &link.relationship {
        json["relationship"] = relationship.as_str().into();
    }
    json
}
