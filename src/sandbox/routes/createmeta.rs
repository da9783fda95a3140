//! What can be filled in: fields of a new issue by type, and of an issue that is there.

pub(super) mod metadata;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use self::metadata::metadata;
use super::Call;
use crate::sandbox::{
    model::{FieldKind, IssueIdx, SystemField, TypeIdx, World},
    server::message::{Answer, Reply},
    wire::paging::Page,
};

/// Cloud refuses longer pages instead of cutting them.
const CLOUD_LIMIT: usize = 200;

/// `GET issue/createmeta/{}/issuetypes`
pub(super) fn types(call: &Call<'_>) -> Answer {
    let world = call.world();
    let project = call.project(&world)?;
    let kinds: Vec<TypeIdx> = world.project(project).types.iter().map(|(kind, _)| *kind).collect();
    let wire = call.wire(&world);
    envelope(call, "issueTypes", &kinds, |kind| wire.issue_type(*kind))
}

/// `GET issue/createmeta/{}/issuetypes/{}`
pub(super) fn fields(call: &Call<'_>) -> Answer {
    let world = call.world();
    let project = call.project(&world)?;
    let wanted = call.part(1);
    let mut kinds = world.project(project).types.iter().map(|(kind, _)| *kind);
    let Some(kind) = kinds.find(|kind| world.issue_type(*kind).id.to_string() == wanted) else {
        let text = format!("Issue type with id '{wanted}' does not exist in the project.");
        return Err(Reply::error(StatusCode::NOT_FOUND, &text));
    };
    let wire = call.wire(&world);
    let on_screen = world.screen(project, kind);
    envelope(call, "fields", &on_screen, |shown| {
        metadata(&wire, shown, project, kind)
    })
}

/// Cloud names the list; Data Center calls it `values` and says whether it is the last page.
fn envelope<T>(call: &Call<'_>, name: &str, all: &[T], write: impl Fn(&T) -> Value) -> Answer {
    let page = call.page(50, usize::MAX)?;
    if !call.cloud() {
        let part: Vec<Value> = page.of(all).iter().map(write).collect();
        let is_last = page.start.saturating_add(part.len()) >= all.len();
        return Ok(Reply::ok(&json!({
            "maxResults": page.max, "startAt": page.start, "total": all.len(), "isLast": is_last, "values": part,
        })));
    }
    if page.max > CLOUD_LIMIT {
        let text = format!("Parameter 'maxResults' must not exceed the limit '{CLOUD_LIMIT}'");
        return Err(Reply::error(StatusCode::BAD_REQUEST, &text));
    }
    Ok(Reply::ok(&Page { ..page }.named(name, all, write)))
}

/// `GET issue/{}/editmeta`
pub(super) fn edit(call: &Call<'_>) -> Answer {
    let world = call.world();
    let idx = call.issue(&world)?;
    Ok(Reply::ok(&edit_fields(call, &world, idx)))
}

/// What can be edited of an issue, by field id.
pub(super) fn edit_fields(call: &Call<'_>, world: &World, idx: IssueIdx) -> Value {
    let issue = world.issue(idx);
    let wire = call.wire(world);
    let mut fields = Map::new();
    for shown in world.screen(issue.project, issue.issue_type) {
        let field = world.field(shown.field);
        if field.kind != FieldKind::System(SystemField::Project) {
            let mut described = metadata(&wire, &shown, issue.project, issue.issue_type);
            // Cloud names the field by its key alone here.
            if let Some(described) = described.as_object_mut().filter(|_| call.cloud()) {
                described.remove("fieldId");
            }
            fields.insert(field.id.clone(), described);
        }
    }
    json!({"fields": fields})
}
