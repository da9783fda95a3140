//! From the JSON of a write to changes of the world, with Jira's message for every field that is wrong.
//!
//! Must never be in here: the changes themselves; the world makes them.

mod convert;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Call;
use crate::sandbox::{
    model::{ChangeError, Edit, IssueIdx, ProjectIdx, TypeIdx, World},
    richtext::RichText,
    server::message::Reply,
    wire::Version,
};

/// What a write asks for.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) edits: Vec<Edit>,
    /// Comments come through `update`.
    pub(super) comments: Vec<RichText>,
}

type FieldErrors = BTreeMap<String, String>;

/// What Jira answers to a change that the world refuses.
pub(crate) fn refusal(error: &ChangeError) -> Reply {
    match error {
        ChangeError::Fields(fields) => field_errors(fields),
        ChangeError::NoSuchComment(_) => Reply::error(StatusCode::NOT_FOUND, &error.to_string()),
        ChangeError::NoSuchTransition | ChangeError::HasSubtasks => {
            Reply::error(StatusCode::BAD_REQUEST, &error.to_string())
        }
    }
}

fn field_errors(errors: &FieldErrors) -> Reply {
    Reply::json(StatusCode::BAD_REQUEST, &json!({"errorMessages": [], "errors": errors}))
}

/// Rich text in the form of the version: ADF or a string.
pub(super) fn rich_text(call: &Call<'_>, value: &Value) -> Option<RichText> {
    convert::rich_text(call.version, value)
}

/// Project and issue type of a new issue, both required.
pub(super) fn place(call: &Call<'_>, world: &World, body: &Map<String, Value>) -> Result<(ProjectIdx, TypeIdx), Reply> {
    let fields = body
        .get("fields")
        .and_then(Value::as_object)
        .ok_or_else(|| call.bad_payload())?;
    let mut errors = FieldErrors::new();
    let project = fields.get("project").and_then(|value| convert::project(world, value));
    if project.is_none_or(|idx| world.project(idx).archived) {
        let text = match fields.get("project") {
            None => "Specify a valid project ID or key",
            Some(_) => "valid project is required",
        };
        errors.insert("project".to_owned(), text.to_owned());
    }
    let kind = fields
        .get("issuetype")
        .and_then(|value| convert::issue_type(world, value));
    if kind.is_none() {
        errors.insert("issuetype".to_owned(), "Specify an issue type".to_owned());
    }
    match (project, kind) {
        (Some(project), Some(kind)) if errors.is_empty() => Ok((project, kind)),
        _ => Err(field_errors(&errors)),
    }
}

/// Reads plain field values in the form of v2, for changes that nobody sends over the API.
pub(crate) fn edits(
    world: &World,
    project: ProjectIdx,
    issue: Option<IssueIdx>,
    fields: &Map<String, Value>,
) -> Result<Vec<Edit>, Reply> {
    let reader = convert::Reader {
        world,
        version: Version::V2,
        project,
        issue,
    };
    let mut edits = Vec::new();
    let mut errors = FieldErrors::new();
    for (name, value) in fields {
        match reader.set(name, value) {
            Ok(edit) => edits.extend(edit),
            Err(text) => {
                errors.insert(name.clone(), text);
            }
        }
    }
    if errors.is_empty() {
        Ok(edits)
    } else {
        Err(field_errors(&errors))
    }
}

/// Finds a project and an issue type by id, key or name.
pub(crate) fn project_and_type(world: &World, project: &Value, kind: &Value) -> Option<(ProjectIdx, TypeIdx)> {
    Some((convert::project(world, project)?, convert::issue_type(world, kind)?))
}

/// Reads `fields` and `update` of a write to `issue`, or to a new issue of `project`.
pub(super) fn read(
    call: &Call<'_>,
    world: &World,
    project: ProjectIdx,
    issue: Option<IssueIdx>,
    body: &Map<String, Value>,
) -> Result<Changes, Reply> {
    let empty = Map::new();
    let part = |name: &str| match body.get(name) {
        None | Some(Value::Null) => Ok(&empty),
        Some(Value::Object(map)) => Ok(map),
        Some(_) => Err(call.bad_payload()),
    };
    let (fields, update) = (part("fields")?, part("update")?);
    let reader = convert::Reader {
        world,
        version: call.version,
        project,
        issue,
    };
    let mut changes = Changes::default();
    let mut errors = FieldErrors::new();
    let mut keep = |name: &str, edit: Result<Option<Edit>, String>, changes: &mut Changes| match edit {
        Ok(edit) => changes.edits.extend(edit),
        Err(text) => {
            errors.insert(name.to_owned(), text);
        }
    };
    for (name, value) in fields {
        if update.contains_key(name) {
            let text = "Field '{name}' cannot be appear in both 'fields' and 'update'";
            keep(name, Err(text.replace("{name}", name)), &mut changes);
        } else if !(issue.is_none() && (name == "project" || name == "issuetype")) {
            keep(name, reader.set(name, value), &mut changes);
        }
    }
    for (name, operations) in update {
        let operations = operations.as_array().ok_or_else(|| call.bad_payload())?;
        if name == "comment" {
            for operation in operations {
                let text = operation.get("add").and_then(|add| rich_text(call, add.get("body")?));
                match text {
                    Some(text) => changes.comments.push(text),
                    None => keep(name, Err("Comment body is not valid!".to_owned()), &mut changes),
                }
            }
        } else {
            keep(name, reader.update(name, operations), &mut changes);
        }
    }
    if errors.is_empty() {
        Ok(changes)
    } else {
        Err(field_errors(&errors))
    }
}
