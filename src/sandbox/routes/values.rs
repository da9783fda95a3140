//! From the JSON of a write to changes of the world, with Jira's message for every field that is wrong.
//!
//! Must never be in here: the changes themselves; the world makes them.

mod convert;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Call;
use crate::sandbox::{
    model::{ChangeError, Edit, FieldKind, IssueIdx, NewIssue, ProjectIdx, ScreenField, SystemField, TypeIdx, World},
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
    if let Some(project) = project.filter(|project| world.screens.denies(*project, "CREATE_ISSUES")) {
        let text = format!(
            "You do not have permission to create issues in the project '{}'.",
            world.project(project).key
        );
        errors.entry("project".to_owned()).or_insert(text);
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
        match reader.set_all(name, value) {
            Ok(read) => edits.extend(read),
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

/// What a write is to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) project: ProjectIdx,
    /// The issue, unless it is to be made.
    pub(super) issue: Option<IssueIdx>,
    /// What may be set.
    pub(super) screen: &'a [ScreenField],
    /// Mandatory fields may not be left out either.
    pub(super) complete: bool,
}

/// Reads `fields` and `update` of a write.
pub(super) fn read(
    call: &Call<'_>,
    world: &World,
    target: &Target<'_>,
    body: &Map<String, Value>,
) -> Result<Changes, Reply> {
    let (changes, errors) = gather(call, world, target, body)?;
    if errors.is_empty() {
        Ok(changes)
    } else {
        Err(field_errors(&errors))
    }
}

/// The same for a new issue: what is wrong with it as a whole is told together with what is wrong with single fields.
pub(super) fn read_new(
    call: &Call<'_>,
    world: &World,
    (project, issue_type): (ProjectIdx, TypeIdx),
    body: &Map<String, Value>,
) -> Result<(NewIssue, Vec<RichText>), Reply> {
    let screen = world.screen(project, issue_type);
    let target = Target {
        project,
        issue: None,
        screen: &screen,
        complete: true,
    };
    let (changes, mut errors) = gather(call, world, &target, body)?;
    let new = NewIssue {
        project,
        issue_type,
        values: changes.edits,
    };
    if let Err(ChangeError::Fields(more)) = world.check_new(&new) {
        for (field, text) in more {
            errors.entry(field).or_insert(text);
        }
    }
    if errors.is_empty() {
        Ok((new, changes.comments))
    } else {
        Err(field_errors(&errors))
    }
}

/// What has been read so far.
#[derive(Default)]
struct Gathered {
    changes: Changes,
    errors: FieldErrors,
    /// Fields that were set, and whether they hold something afterwards.
    given: BTreeMap<String, bool>,
}

impl Gathered {
    fn keep(&mut self, name: &str, read: Result<Vec<Edit>, String>) {
        match read {
            Ok(edits) => {
                self.given.insert(name.to_owned(), !edits.iter().all(Edit::clears));
                self.changes.edits.extend(edits);
            }
            Err(text) => {
                self.errors.insert(name.to_owned(), text);
            }
        }
    }

    /// Fills in defaults, and tells which mandatory fields hold nothing.
    fn complete(&mut self, world: &World, target: &Target<'_>) {
        for shown in target.screen.iter().filter(|shown| shown.required) {
            let field = world.field(shown.field);
            if is_checked_elsewhere(field.kind) || self.errors.contains_key(&field.id) {
                continue;
            }
            match (self.given.get(&field.id), &shown.default) {
                (Some(true), _) => {}
                (None, _) if !target.complete => {}
                (None, Some(value)) => {
                    let edit = Edit::Custom(shown.field, Some(value.clone()));
                    self.changes.edits.push(edit);
                }
                _ => {
                    let text = format!("{} is required.", field.name);
                    self.errors.insert(field.id.clone(), text);
                }
            }
        }
    }
}

/// Mandatory fields that have a message of their own, or are filled in by Jira.
fn is_checked_elsewhere(kind: FieldKind) -> bool {
    use SystemField as S;
    matches!(
        kind,
        FieldKind::System(S::Summary | S::Project | S::Type | S::Reporter | S::Parent)
    )
}

fn gather(
    call: &Call<'_>,
    world: &World,
    target: &Target<'_>,
    body: &Map<String, Value>,
) -> Result<(Changes, FieldErrors), Reply> {
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
        project: target.project,
        issue: target.issue,
    };
    let on_screen = |name: &str| {
        let shown = |shown: &ScreenField| world.field(shown.field).id == name;
        target.screen.iter().any(shown)
    };
    let mut gathered = Gathered::default();
    for (name, value) in fields {
        if update.contains_key(name) {
            let text = format!("Field '{name}' cannot be appear in both 'fields' and 'update'");
            gathered.keep(name, Err(text));
        } else if target.issue.is_none() && (name == "project" || name == "issuetype") {
            // `place` has read them.
        } else if on_screen(name) {
            gathered.keep(name, reader.set_all(name, value));
        } else {
            gathered.keep(name, Err(convert::not_on_screen(name)));
        }
    }
    for (name, operations) in update {
        let operations = operations.as_array().ok_or_else(|| call.bad_payload())?;
        if name == "comment" {
            for operation in operations {
                let text = operation.get("add").and_then(|add| rich_text(call, add.get("body")?));
                match text {
                    Some(text) => gathered.changes.comments.push(text),
                    None => gathered.keep(name, Err("Comment body is not valid!".to_owned())),
                }
            }
        } else if on_screen(name) {
            let read = reader.update(name, operations);
            // Operations that come to nothing are no value either.
            if !matches!(read, Ok(None)) {
                gathered.keep(name, read.map(|edit| edit.into_iter().collect()));
            }
        } else {
            gathered.keep(name, Err(convert::not_on_screen(name)));
        }
    }
    gathered.complete(world, target);
    Ok((gathered.changes, gathered.errors))
}
