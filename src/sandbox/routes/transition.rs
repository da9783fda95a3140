//! Moving an issue through its workflow.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Call, values};
use crate::sandbox::{
    model::ChangeError,
    server::message::{Answer, Reply},
};

/// `GET issue/{}/transitions`
pub(super) fn list(call: &Call<'_>) -> Answer {
    let world = call.world();
    let idx = call.issue(&world)?;
    let wire = call.wire(&world);
    let fields = call
        .request
        .list("expand")
        .iter()
        .any(|word| word == "transitions.fields");
    let wanted = call.request.param("transitionId");
    let transitions: Vec<Value> = world
        .transitions(idx)
        .filter(|transition| wanted.is_none_or(|id| transition.id.to_string() == id))
        .map(|transition| wire.transition(transition, fields))
        .collect();
    Ok(Reply::ok(&json!({"expand": "transitions", "transitions": transitions})))
}

/// `POST issue/{}/transitions`
pub(super) fn run(call: &Call<'_>) -> Answer {
    let body = call.object()?;
    let id = body.get("transition").and_then(|transition| transition.get("id"));
    let id = id.and_then(|id| id.as_str().and_then(|id| id.parse().ok()).or_else(|| id.as_u64()));
    let Some(id) = id else {
        return Err(Reply::error(StatusCode::BAD_REQUEST, "Missing 'transition' identifier"));
    };
    let mut world = call.world_mut();
    let idx = call.issue(&world)?;
    let project = world.issue(idx).project;
    let changes = values::read(call, &world, project, Some(idx), &body)?;
    let id = u32::try_from(id).unwrap_or(u32::MAX);
    let now = call.request.at;
    world
        .transition(idx, id, changes.edits, call.user, now)
        .map_err(|error| match error {
            // Data Center breaks over an id it doesn't know.
            ChangeError::NoSuchTransition if !call.cloud() => {
                Reply::error(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
            }
            error => values::refusal(&error),
        })?;
    for comment in changes.comments {
        world.comment(idx, comment, None, call.user, now);
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
