//! Creating, editing, assigning and deleting issues, and setting their properties.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    Call,
    values::{self, Target},
};
use crate::sandbox::{
    model::{UserIdx, World},
    server::message::{Answer, Reply},
};

/// Longest value of a property, in characters.
const PROPERTY_LIMIT: usize = 32_768;
const PROPERTY_KEY_LIMIT: usize = 255;

/// `POST issue`
pub(super) fn create(call: &Call<'_>) -> Answer {
    let body = call.object()?;
    let mut world = call.world_mut();
    let place = values::place(call, &world, &body)?;
    let (new, comments) = values::read_new(call, &world, place, &body)?;
    let properties = properties(call, &body)?;
    let idx = world
        .create(new, call.user, call.request.at)
        .map_err(|error| values::refusal(&error))?;
    for comment in comments {
        world.comment(idx, comment, None, call.user, call.request.at);
    }
    for (key, value) in properties {
        world.set_property(idx, &key, Some(value));
    }
    let (id, key) = (world.issue(idx).id, world.issue(idx).key.to_string());
    let address = call.wire(&world).api(&format!("issue/{id}"));
    let made = json!({"id": id.to_string(), "key": key, "self": address});
    Ok(Reply::json(StatusCode::CREATED, &made))
}

/// The properties that a new issue is to have; one that doesn't fit refuses the issue.
fn properties(call: &Call<'_>, body: &Map<String, Value>) -> Result<Vec<(String, Value)>, Reply> {
    let entries = match body.get("properties") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(entries)) => entries,
        Some(_) => return Err(call.bad_payload()),
    };
    let read = |entry: &Value| {
        let key = entry
            .get("key")
            .and_then(Value::as_str)
            .ok_or_else(|| call.bad_payload())?;
        let value = entry.get("value").ok_or_else(|| call.bad_payload())?;
        check_property(key, value)?;
        Ok((key.to_owned(), value.clone()))
    };
    entries.iter().map(read).collect()
}

fn check_property(key: &str, value: &Value) -> Result<(), Reply> {
    let text = if key.chars().count() > PROPERTY_KEY_LIMIT {
        format!("The length of the property key cannot exceed {PROPERTY_KEY_LIMIT} characters.")
    } else if value.to_string().chars().count() > PROPERTY_LIMIT {
        format!("The property value cannot exceed {PROPERTY_LIMIT} characters.")
    } else {
        return Ok(());
    };
    Err(Reply::error(StatusCode::BAD_REQUEST, &text))
}

/// `PUT issue/{}`
pub(super) fn edit(call: &Call<'_>) -> Answer {
    let body = call.object()?;
    let mut world = call.world_mut();
    let idx = call.issue(&world)?;
    call.require(&world, idx, "EDIT_ISSUES")?;
    let (project, kind) = (world.issue(idx).project, world.issue(idx).issue_type);
    let screen = world.screen(project, kind);
    let target = Target {
        project,
        issue: Some(idx),
        screen: &screen,
        complete: false,
    };
    let changes = values::read(call, &world, &target, &body)?;
    let now = call.request.at;
    world
        .edit(idx, changes.edits, call.user, now)
        .map_err(|error| values::refusal(&error))?;
    for comment in changes.comments {
        world.comment(idx, comment, None, call.user, now);
    }
    drop(world);
    if call.cloud() && call.request.flag("returnIssue") {
        return super::issue::get(call);
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `DELETE issue/{}`
pub(super) fn delete(call: &Call<'_>) -> Answer {
    let mut world = call.world_mut();
    let idx = call.issue(&world)?;
    call.require(&world, idx, "DELETE_ISSUES")?;
    let with_subtasks = call.request.flag("deleteSubtasks");
    world
        .delete(idx, with_subtasks, call.request.at)
        .map_err(|error| values::refusal(&error))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `PUT issue/{}/assignee`
pub(super) fn assign(call: &Call<'_>) -> Answer {
    let body = call.object()?;
    let name = if call.cloud() { "accountId" } else { "name" };
    let mut world = call.world_mut();
    let idx = call.issue(&world)?;
    call.require(&world, idx, "ASSIGN_ISSUES")?;
    let to = match body.get(name) {
        Some(Value::Null) => None,
        // The project's default, which is its lead here.
        Some(Value::String(reference)) if reference == "-1" => world.project(world.issue(idx).project).lead,
        Some(Value::String(reference)) => Some(assignable(call, &world, reference)?),
        _ => return Err(call.bad_payload()),
    };
    world.assign(idx, to, call.user, call.request.at);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn assignable(call: &Call<'_>, world: &World, reference: &str) -> Result<UserIdx, Reply> {
    let user = world
        .user_by_ref(reference)
        .filter(|idx| world.user(*idx).active && !world.user(*idx).deleted);
    user.ok_or_else(|| {
        let text = if call.cloud() {
            format!("User '{reference}' cannot be assigned issues.")
        } else {
            format!("User '{reference}' does not exist.")
        };
        Reply::field_error(StatusCode::BAD_REQUEST, "assignee", &text)
    })
}

/// `PUT issue/{}/properties/{}`
pub(super) fn set_property(call: &Call<'_>) -> Answer {
    let value = call.request.json()?;
    let key = call.part(1);
    check_property(key, &value)?;
    let mut world = call.world_mut();
    let idx = call.issue(&world)?;
    call.require(&world, idx, "EDIT_ISSUES")?;
    let there = world.set_property(idx, key, Some(value));
    Ok(Reply::empty(if there { StatusCode::OK } else { StatusCode::CREATED }))
}

/// `DELETE issue/{}/properties/{}`
pub(super) fn delete_property(call: &Call<'_>) -> Answer {
    let mut world = call.world_mut();
    let idx = call.issue(&world)?;
    call.require(&world, idx, "EDIT_ISSUES")?;
    if world.set_property(idx, call.part(1), None) {
        return Ok(Reply::empty(StatusCode::NO_CONTENT));
    }
    let text = format!("The property '{}' does not exist.", call.part(1));
    Err(Reply::error(StatusCode::NOT_FOUND, &text))
}
