//! The fields of create and transition screens, and how their values are written.

use super::{
    flag_or,
    meta::{self, Read, object_of, without_id},
    named, parts, take, take_list, take_object, take_text,
};
use crate::domain::{
    Choice, CreateField, IssueType, Named, Transition, ValueKind,
    json::{Json, Object},
};

/// `GET /issue/{key}/transitions`.
pub(crate) fn transition(value: Json<'_>) -> Read<Transition> {
    let mut object = object_of(value, "transition")?;
    let fields = take_object(&mut object, "fields").map_or_else(Vec::new, screen_fields);
    Ok(Transition {
        id: take_text(&mut object, "id").ok_or_else(|| without_id("transition"))?,
        name: take_text(&mut object, "name").unwrap_or_default(),
        to: take(&mut object, "to").and_then(parts::status).unwrap_or_default(),
        // Data Center does not tell, but lists the fields.
        has_screen: flag_or(&object, "hasScreen", !fields.is_empty()),
        available: flag_or(&object, "isAvailable", true),
        fields,
    })
}

/// A field of a create screen: `GET /issue/createmeta/{project}/issuetypes/{id}`.
pub(crate) fn field(value: Json<'_>) -> Read<CreateField> {
    let mut object = object_of(value, "field")?;
    let id = ["fieldId", "key"].iter().find_map(|key| take_text(&mut object, key));
    let id = id.ok_or_else(|| without_id("field"))?;
    let schema = take_object(&mut object, "schema").unwrap_or_default();
    let (kind, multiple, native) = value_kind(schema, &id);
    Ok(CreateField {
        name: take_text(&mut object, "name").unwrap_or_else(|| id.clone()),
        required: flag_or(&object, "required", false),
        has_default: flag_or(&object, "hasDefaultValue", false),
        kind,
        multiple,
        allowed: allowed(take_list(&mut object, "allowedValues")),
        default: take(&mut object, "defaultValue").map(Json::into_value),
        native,
        suggests: object.contains_key("autoCompleteUrl"),
        id,
    })
}

/// The issue types of a project of the old `GET /issue/createmeta`.
pub(crate) fn old_types(value: Json<'_>) -> Read<Vec<IssueType>> {
    let mut project = object_of(value, "project")?;
    take_list(&mut project, "issuetypes")
        .into_iter()
        .map(meta::issue_type)
        .collect()
}

/// The fields of the issue types of a project of the old `GET /issue/createmeta`, one of which was asked for.
pub(crate) fn old_fields(value: Json<'_>) -> Read<Vec<CreateField>> {
    let mut project = object_of(value, "project")?;
    let mut fields = Vec::new();
    for kind in take_list(&mut project, "issuetypes") {
        let mut kind = object_of(kind, "issue type")?;
        fields.extend(take_object(&mut kind, "fields").map_or_else(Vec::new, screen_fields));
    }
    Ok(fields)
}

/// The fields of a screen, by their ids; one that cannot be read is left out.
fn screen_fields(fields: Object<'_>) -> Vec<CreateField> {
    let each = fields.into_iter().filter_map(|(id, value)| {
        let Json::Object(mut object) = value else { return None };
        if !object.contains_key("fieldId") {
            object.push("fieldId", Json::String(id));
        }
        field(Json::Object(object)).ok()
    });
    each.collect()
}

/// How the values of a screen's field are written, whether it takes several, and its own word for
/// them. What a field is made with goes before the type that it tells: old servers call options
/// text, and lists of options lists of text.
fn value_kind(mut schema: Object<'_>, id: &str) -> (ValueKind, bool, String) {
    let kind = take_text(&mut schema, "type").unwrap_or_default();
    let multiple = kind == "array";
    let element = if multiple {
        take_text(&mut schema, "items").unwrap_or_default()
    } else {
        kind
    };
    let custom = take_text(&mut schema, "custom").unwrap_or_default();
    let plugin = custom.rsplit(':').next().unwrap_or_default().to_owned();
    let (kind, multiple) = match made_with(&plugin, multiple) {
        // Cloud calls a step's comment a page, old servers a list; one is written.
        None if id == "comment" => (ValueKind::Rich, false),
        Some(known) => known,
        None if plugin.is_empty() => (of_system(&element, id, multiple), multiple),
        None => (of_type(&element), multiple),
    };
    let native = if plugin.is_empty() { element } else { plugin };
    (kind, multiple, native)
}

/// Custom fields of Jira itself and of its boards, by the last part of their type's name.
fn made_with(plugin: &str, multiple: bool) -> Option<(ValueKind, bool)> {
    Some(match plugin {
        "textfield" | "gh-epic-label" => (ValueKind::Text, false),
        "textarea" => (ValueKind::Rich, false),
        "url" => (ValueKind::Url, false),
        "select" | "radiobuttons" => (ValueKind::Option, false),
        "multiselect" | "multicheckboxes" => (ValueKind::Option, true),
        "cascadingselect" => (ValueKind::Cascading, false),
        "labels" => (ValueKind::Labels, true),
        // Issues are in one sprint at a time, and its number alone is written.
        "gh-sprint" => (ValueKind::Sprint, false),
        "gh-epic-link" => (ValueKind::Epic, multiple),
        _ => return None,
    })
}

/// Fields that every Jira has.
fn of_system(element: &str, id: &str, multiple: bool) -> ValueKind {
    match element {
        "string" if multiple => ValueKind::Labels,
        "string" if matches!(id, "description" | "environment") => ValueKind::Rich,
        "doc" => ValueKind::Rich,
        "string" => ValueKind::Text,
        "issuelink" if id == "parent" => ValueKind::Parent,
        other => of_type(other),
    }
}

/// By the type alone. Text of a plugin is whatever the plugin makes of it.
fn of_type(element: &str) -> ValueKind {
    match element {
        "number" => ValueKind::Number,
        "date" => ValueKind::Date,
        "datetime" => ValueKind::DateTime,
        "option" => ValueKind::Option,
        "option-with-child" => ValueKind::Cascading,
        "user" => ValueKind::User,
        "group" => ValueKind::Group,
        "version" => ValueKind::Version,
        "component" => ValueKind::Component,
        "priority" => ValueKind::Priority,
        "resolution" => ValueKind::Resolution,
        "securitylevel" => ValueKind::Security,
        "issuetype" => ValueKind::IssueType,
        "project" => ValueKind::Project,
        "timetracking" => ValueKind::TimeTracking,
        _ => ValueKind::Other,
    }
}

/// Old servers nest the list in a list.
fn allowed(list: Vec<Json<'_>>) -> Vec<Choice> {
    let flat = list.into_iter().flat_map(|value| match value {
        Json::Array(inner) => inner,
        other => vec![other],
    });
    flat.filter_map(choice).collect()
}

fn choice(mut value: Json<'_>) -> Option<Choice> {
    let (children, key) = match &mut value {
        Json::Object(object) => {
            let key = object.contains_key("name").then(|| take_text(object, "key")).flatten();
            (take_list(object, "children"), key)
        }
        _ => (Vec::new(), None),
    };
    let Named { id, name } = named(value)?;
    Some(Choice {
        id,
        name,
        key: key.unwrap_or_default(),
        children: allowed(children),
    })
}
