//! What can be filled in: fields of a new issue by type, and of an issue that is there.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Call;
use crate::sandbox::{
    model::{Field, FieldIdx, FieldKind, IssueIdx, PriorityIdx, ProjectIdx, SecurityIdx, SystemField, TypeIdx, World},
    server::message::{Answer, Reply},
    wire::{Wire, entity::field_schema, paging::Page},
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
    let on_screen: Vec<FieldIdx> = on_screen(&world, kind);
    envelope(call, "fields", &on_screen, |idx| metadata(&wire, *idx, project, kind))
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
    for field in on_screen(world, issue.issue_type) {
        if world.field(field).kind != FieldKind::System(SystemField::Project) {
            let mut described = metadata(&wire, field, issue.project, issue.issue_type);
            // Cloud names the field by its key alone here.
            if let Some(described) = described.as_object_mut().filter(|_| call.cloud()) {
                described.remove("fieldId");
            }
            fields.insert(world.field(field).id.clone(), described);
        }
    }
    json!({"fields": fields})
}

fn on_screen(world: &World, kind: TypeIdx) -> Vec<FieldIdx> {
    let subtask = world.issue_type(kind).subtask;
    let shown = |field: &Field| match field.kind {
        FieldKind::System(system) => match system {
            SystemField::Parent => subtask || world.flavour == crate::sandbox::model::Flavour::Cloud,
            SystemField::Summary
            | SystemField::Description
            | SystemField::Environment
            | SystemField::Project
            | SystemField::Type
            | SystemField::Priority
            | SystemField::Assignee
            | SystemField::Reporter
            | SystemField::Due
            | SystemField::Labels
            | SystemField::Components
            | SystemField::FixVersions
            | SystemField::AffectsVersions
            | SystemField::Security => true,
            _ => false,
        },
        FieldKind::Rank => false,
        _ => true,
    };
    let fields = world.fields.iter().enumerate();
    fields
        .filter(|(_, field)| shown(field))
        .map(|(at, _)| FieldIdx::of(at))
        .collect()
}

fn metadata(wire: &Wire<'_>, idx: FieldIdx, project: ProjectIdx, kind: TypeIdx) -> Value {
    let field = wire.world.field(idx);
    let subtask = wire.world.issue_type(kind).subtask;
    let system = match field.kind {
        FieldKind::System(system) => Some(system),
        _ => None,
    };
    let required = match system {
        Some(SystemField::Summary | SystemField::Project | SystemField::Type | SystemField::Reporter) => true,
        Some(SystemField::Parent) => subtask,
        _ => false,
    };
    let default = match system {
        // The caller becomes the reporter unless another is named.
        Some(SystemField::Reporter) => Some(Value::Null),
        Some(SystemField::Priority) => {
            let middle = wire.world.priorities.len() / 2;
            (!wire.world.priorities.is_empty()).then(|| wire.priority(PriorityIdx::of(middle)))
        }
        _ => None,
    };
    let mut json = json!({
        "required": required, "name": field.name, "fieldId": field.id, "hasDefaultValue": default.is_some(),
        "operations": operations(field),
    });
    if wire.cloud() {
        json["key"] = field.id.as_str().into();
    }
    if let Some(schema) = field_schema(field) {
        json["schema"] = schema;
    }
    if let Some(default) = default.filter(|value| !value.is_null()) {
        json["defaultValue"] = default;
    }
    if let Some(allowed) = allowed(wire, field, project, kind) {
        json["allowedValues"] = allowed;
    }
    if let Some(address) = suggestions(wire, system, project) {
        json["autoCompleteUrl"] = address.into();
    }
    json
}

fn operations(field: &Field) -> &'static [&'static str] {
    match field.schema_type {
        "array" => &["add", "set", "remove"],
        _ => &["set"],
    }
}

fn allowed(wire: &Wire<'_>, field: &Field, project: ProjectIdx, kind: TypeIdx) -> Option<Value> {
    let world = wire.world;
    let owner = world.project(project);
    Some(match field.kind {
        FieldKind::System(SystemField::Project) => [wire.project(project)].into_iter().collect(),
        FieldKind::System(SystemField::Type) => [wire.issue_type(kind)].into_iter().collect(),
        FieldKind::System(SystemField::Priority) => (0..world.priorities.len())
            .map(|at| wire.priority(PriorityIdx::of(at)))
            .collect(),
        FieldKind::System(SystemField::Security) => (0..world.security_levels.len())
            .map(|at| wire.security(SecurityIdx::of(at)))
            .collect(),
        FieldKind::System(SystemField::Components) => owner.components.iter().map(|idx| wire.component(*idx)).collect(),
        FieldKind::System(SystemField::FixVersions | SystemField::AffectsVersions) => {
            let live = owner.versions.iter().filter(|idx| !world.version(**idx).archived);
            live.map(|idx| wire.version(*idx)).collect()
        }
        FieldKind::Select | FieldKind::MultiSelect | FieldKind::Team => {
            field.options.iter().map(|option| wire.option(option)).collect()
        }
        FieldKind::Cascading => field
            .options
            .iter()
            .map(|option| {
                let mut json = wire.option(option);
                json["children"] = option.children.iter().map(|child| wire.option(child)).collect();
                json
            })
            .collect(),
        _ => return None,
    })
}

fn suggestions(wire: &Wire<'_>, system: Option<SystemField>, project: ProjectIdx) -> Option<String> {
    let key = &wire.world.project(project).key;
    let parameter = if wire.cloud() { "query" } else { "username" };
    match system? {
        SystemField::Assignee => Some(wire.api(&format!("user/assignable/search?project={key}&{parameter}="))),
        SystemField::Reporter => Some(wire.api(&format!("user/search?{parameter}="))),
        SystemField::Labels => Some(format!("{}/rest/api/1.0/labels/suggest?query=", wire.base)),
        _ => None,
    }
}
