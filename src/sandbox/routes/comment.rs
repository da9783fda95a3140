//! Comments of an issue.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::{Call, values};
use crate::sandbox::{
    model::{Comment, Issue, IssueIdx, Visibility, World},
    richtext::RichText,
    server::message::{Answer, Reply},
};

/// `GET issue/{}/comment`
pub(super) fn list(call: &Call<'_>) -> Answer {
    let world = call.world();
    let issue = world.issue(call.issue(&world)?);
    let wire = call.wire(&world);
    let mut comments = wire.readable(issue);
    if matches!(call.request.param("orderBy"), Some("-created")) {
        comments.reverse();
    }
    let default = if call.cloud() { 100 } else { 50 };
    let page = call.page(default, if call.cloud() { 100 } else { 5000 })?;
    let rendered = call.request.list("expand").iter().any(|word| word == "renderedBody");
    Ok(Reply::ok(&page.named("comments", &comments, |comment| {
        wire.comment(issue, comment, rendered)
    })))
}

/// `GET issue/{}/comment/{}`
pub(super) fn get(call: &Call<'_>) -> Answer {
    let world = call.world();
    let issue = world.issue(call.issue(&world)?);
    let comment = find(call, &world, issue)?;
    Ok(Reply::ok(&call.wire(&world).comment(issue, comment, false)))
}

/// `POST issue/{}/comment`
pub(super) fn add(call: &Call<'_>) -> Answer {
    let body = call.object()?;
    let text = text(call, &body)?;
    let visibility = visibility(call, &body)?;
    let mut world = call.world_mut();
    let idx = call.issue(&world)?;
    call.require(&world, idx, "ADD_COMMENTS")?;
    let id = world.comment(idx, text, visibility, call.user, call.request.at);
    written(call, &world, idx, id, StatusCode::CREATED)
}

/// `PUT issue/{}/comment/{}`
pub(super) fn edit(call: &Call<'_>) -> Answer {
    let text = text(call, &call.object()?)?;
    let mut world = call.world_mut();
    let idx = call.issue(&world)?;
    let id = find(call, &world, world.issue(idx))?.id;
    world
        .edit_comment(idx, id, text, call.user, call.request.at)
        .map_err(|error| values::refusal(&error))?;
    written(call, &world, idx, id, StatusCode::OK)
}

/// `DELETE issue/{}/comment/{}`
pub(super) fn delete(call: &Call<'_>) -> Answer {
    let mut world = call.world_mut();
    let idx = call.issue(&world)?;
    let id = find(call, &world, world.issue(idx))?.id;
    world
        .delete_comment(idx, id, call.user, call.request.at)
        .map_err(|error| values::refusal(&error))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn find<'w>(call: &Call<'_>, world: &'w World, issue: &'w Issue) -> Result<&'w Comment, Reply> {
    let viewer = call.viewer();
    let wanted = call.part(1);
    let mut readable = issue.comments.iter().filter(|comment| world.can_read(&viewer, comment));
    readable
        .find(|comment| comment.id.to_string() == wanted)
        .ok_or_else(|| {
            let text = format!("Can not find a comment for the id: {wanted}.");
            Reply::error(StatusCode::NOT_FOUND, &text)
        })
}

fn written(call: &Call<'_>, world: &World, idx: IssueIdx, id: u64, status: StatusCode) -> Answer {
    let issue = world.issue(idx);
    let comment = issue.comments.iter().find(|comment| comment.id == id);
    let json = comment.map_or(Value::Null, |comment| call.wire(world).comment(issue, comment, false));
    Ok(Reply::json(status, &json))
}

fn text(call: &Call<'_>, body: &Map<String, Value>) -> Result<RichText, Reply> {
    let text = body.get("body").and_then(|body| values::rich_text(call, body));
    text.ok_or_else(|| Reply::field_error(StatusCode::BAD_REQUEST, "comment", "Comment body is not valid!"))
}

fn visibility(call: &Call<'_>, body: &Map<String, Value>) -> Result<Option<Visibility>, Reply> {
    let Some(wanted) = body.get("visibility").filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let name = wanted
        .get("value")
        .or_else(|| wanted.get("identifier"))
        .and_then(Value::as_str);
    match (wanted.get("type").and_then(Value::as_str), name) {
        (Some("group"), Some(name)) => Ok(Some(Visibility::Group(name.into()))),
        (Some("role"), Some(name)) => Ok(Some(Visibility::Role(name.into()))),
        _ => Err(call.bad_payload()),
    }
}
