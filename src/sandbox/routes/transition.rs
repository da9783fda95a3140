//! Moving an issue through its workflow.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    Call,
    createmeta::metadata::metadata,
    values::{self, Target},
};
use crate::sandbox::{
    model::{ChangeError, IssueIdx, ScreenField, World},
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
    let permitted = !world.screens.denies(world.issue(idx).project, "TRANSITION_ISSUES");
    let transitions: Vec<Value> = world
        .transitions(idx)
        .filter(|transition| permitted && wanted.is_none_or(|id| transition.id.to_string() == id))
        .map(|transition| {
            let mut json = wire.transition(idx, transition);
            if fields {
                let screen = world.transition_screen(idx, transition);
                json["fields"] = described(call, &world, idx, screen.as_deref());
            }
            json
        })
        .collect();
    Ok(Reply::ok(&json!({"expand": "transitions", "transitions": transitions})))
}

/// The fields of a transition's screen by id; every screen also takes a comment.
fn described(call: &Call<'_>, world: &World, idx: IssueIdx, screen: Option<&[ScreenField]>) -> Value {
    let Some(screen) = screen else {
        return json!({});
    };
    let issue = world.issue(idx);
    let wire = call.wire(world);
    let id = if call.cloud() { "key" } else { "fieldId" };
    let mut fields = Map::new();
    for shown in screen {
        let mut json = metadata(&wire, shown, issue.project, issue.issue_type);
        if let Some(json) = json.as_object_mut().filter(|_| call.cloud()) {
            json.remove("fieldId");
        }
        fields.insert(world.field(shown.field).id.clone(), json);
    }
    let comment = json!({
        "required": false, "schema": {"type": "comment", "system": "comment"}, "name": "Comment", id: "comment",
        "hasDefaultValue": false, "operations": ["add"],
    });
    fields.insert("comment".to_owned(), comment);
    Value::Object(fields)
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
    let refused = |error: &ChangeError| match error {
        // Data Center breaks over an id it doesn't know.
        ChangeError::NoSuchTransition if !call.cloud() => {
            Reply::error(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
        }
        error => values::refusal(error),
    };
    let project = world.issue(idx).project;
    if world.screens.denies(project, "TRANSITION_ISSUES") {
        return Err(values::refusal(&ChangeError::NoSuchTransition));
    }
    let id = u32::try_from(id).unwrap_or(u32::MAX);
    let transition = world.transitions(idx).find(|transition| transition.id == id);
    let transition = transition.ok_or_else(|| refused(&ChangeError::NoSuchTransition))?;
    let screen = world.transition_screen(idx, transition).unwrap_or_default();
    let target = Target {
        project,
        issue: Some(idx),
        screen: &screen,
        complete: true,
    };
    let changes = values::read(call, &world, &target, &body)?;
    let now = call.request.at;
    world
        .transition(idx, id, changes.edits, call.user, now)
        .map_err(|error| refused(&error))?;
    for comment in changes.comments {
        world.comment(idx, comment, None, call.user, now);
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
