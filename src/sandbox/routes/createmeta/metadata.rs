//! A field as screens describe it: what it takes, what it allows, where its suggestions are.
//!
//! Must never be in here: which fields a screen has.

use serde_json::{Value, json};

use crate::sandbox::{
    model::{
        Field, FieldKind, PriorityIdx, ProjectIdx, ResolutionIdx, ScreenField, SecurityIdx, SystemField, TypeIdx,
        VersionIdx,
    },
    wire::{Wire, entity::field_schema},
};

/// A field of a screen of this project and issue type.
pub(in crate::sandbox::routes) fn metadata(
    wire: &Wire<'_>,
    shown: &ScreenField,
    project: ProjectIdx,
    kind: TypeIdx,
) -> Value {
    let field = wire.world.field(shown.field);
    let default = default(wire, field, shown);
    let mut json = json!({
        "required": shown.required, "name": field.name, "fieldId": field.id, "hasDefaultValue": default.is_some(),
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
    if let Some(address) = suggestions(wire, field, project) {
        json["autoCompleteUrl"] = address.into();
    }
    json
}

/// What Jira fills in; null for a value that it does not tell.
fn default(wire: &Wire<'_>, field: &Field, shown: &ScreenField) -> Option<Value> {
    if let Some(value) = &shown.default {
        return Some(wire.custom_value(field, value));
    }
    match field.kind {
        // The caller becomes the reporter unless another is named.
        FieldKind::System(SystemField::Reporter) => Some(Value::Null),
        FieldKind::System(SystemField::Priority) => {
            let middle = wire.world.priorities.len() / 2;
            (!wire.world.priorities.is_empty()).then(|| wire.priority(PriorityIdx::of(middle)))
        }
        _ => None,
    }
}

fn operations(field: &Field) -> &'static [&'static str] {
    match (field.kind, field.schema_type) {
        (FieldKind::System(SystemField::Attachment), _) => &[],
        (FieldKind::System(SystemField::Links), _) => &["add", "copy"],
        (FieldKind::System(SystemField::TimeTracking), _) => &["set", "edit"],
        (FieldKind::Sprint, _) => &["set"],
        (_, "array") => &["add", "set", "remove"],
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
        FieldKind::System(SystemField::Resolution) => (0..world.resolutions.len())
            .map(|at| wire.resolution(ResolutionIdx::of(at)))
            .collect(),
        FieldKind::System(SystemField::Security) => (0..world.security_levels.len())
            .map(|at| wire.security(SecurityIdx::of(at)))
            .collect(),
        FieldKind::System(SystemField::Components) => owner.components.iter().map(|idx| wire.component(*idx)).collect(),
        FieldKind::System(SystemField::FixVersions | SystemField::AffectsVersions)
        | FieldKind::Version
        | FieldKind::Versions => {
            let live = |idx: &&VersionIdx| !world.version(**idx).archived;
            owner
                .versions
                .iter()
                .filter(live)
                .map(|idx| wire.version(*idx))
                .collect()
        }
        FieldKind::Project => {
            let all = (0..world.projects.len()).map(ProjectIdx::of);
            let live = all.filter(|idx| !world.project(*idx).archived);
            live.map(|idx| wire.project(idx)).collect()
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

/// Where a form asks for values as somebody types.
fn suggestions(wire: &Wire<'_>, field: &Field, project: ProjectIdx) -> Option<String> {
    let key = &wire.world.project(project).key;
    let parameter = if wire.cloud() { "query" } else { "username" };
    let own = |path: &str| format!("{}/rest/api/1.0/{path}", wire.base);
    Some(match field.kind {
        FieldKind::System(SystemField::Assignee) => {
            wire.api(&format!("user/assignable/search?project={key}&{parameter}="))
        }
        FieldKind::System(SystemField::Reporter) => wire.api(&format!("user/search?{parameter}=")),
        FieldKind::System(SystemField::Labels) => own("labels/suggest?query="),
        FieldKind::Labels => own(&format!("labels/{}/suggest?query=", field.custom.unwrap_or_default())),
        FieldKind::User | FieldKind::Users => {
            own(&format!("users/picker?fieldName={}&showAvatar=true&query=", field.id))
        }
        FieldKind::Group | FieldKind::Groups => wire.api("groups/picker?query="),
        _ => return None,
    })
}
