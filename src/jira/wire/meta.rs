//! What a site tells of itself: fields, priorities, projects, versions, components, create screens.

use serde_json::Value;

use super::{Object, flag_or, named, parts, person, take, take_list, take_object, take_text, text, truth};
use crate::{
    domain::{
        Choice, Component, CreateField, Field, FieldKind, IssueType, Named, Project, Status, Transition, ValueKind,
        Version,
    },
    jira::{Autocomplete, JqlField, JqlFunction, Permission},
};

type Read<T> = Result<T, String>;

fn object_of(value: Value, what: &str) -> Read<Object> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(format!("an entry of the answer is not a {what}")),
    }
}

fn without_id(what: &str) -> String {
    format!("a {what} came without an id")
}

/// `GET /field`.
pub(crate) fn field(value: Value) -> Read<Field> {
    let mut object = object_of(value, "field")?;
    let id = take_text(&mut object, "id").or_else(|| take_text(&mut object, "key"));
    let id = id.ok_or_else(|| without_id("field"))?;
    let (kind, multiple) = kind(take_object(&mut object, "schema"), &id);
    Ok(Field {
        name: take_text(&mut object, "name").unwrap_or_else(|| id.clone()),
        custom: flag_or(&object, "custom", id.starts_with("customfield_")),
        clause_names: texts(take_list(&mut object, "clauseNames")),
        kind,
        multiple,
        searchable: flag_or(&object, "searchable", true),
        orderable: flag_or(&object, "orderable", false),
        id,
    })
}

fn texts(list: Vec<Value>) -> Vec<String> {
    list.into_iter().filter_map(text).collect()
}

/// What the values of a field are, from its schema; whether it holds several.
fn kind(schema: Option<Object>, id: &str) -> (FieldKind, bool) {
    let Some(mut schema) = schema else {
        return (FieldKind::Other, false);
    };
    let kind = take_text(&mut schema, "type").unwrap_or_default();
    let multiple = kind == "array";
    let element = if multiple {
        take_text(&mut schema, "items").unwrap_or_default()
    } else {
        kind
    };
    let plugin = take_text(&mut schema, "custom").unwrap_or_default();
    let plugin = plugin.rsplit(':').next().unwrap_or_default();
    if plugin == "gh-sprint" {
        return (FieldKind::Sprint, true);
    }
    let kind = match element.as_str() {
        "string" if multiple => FieldKind::Labels,
        "string" if plugin == "textarea" || matches!(id, "description" | "environment") => FieldKind::Rich,
        "string" if matches!(plugin, "" | "textfield" | "gh-epic-label") => FieldKind::Text,
        // Addresses and what apps bring are compared whole, or however their plugin likes.
        "string" => FieldKind::Other,
        "doc" | "comments-page" => FieldKind::Rich,
        "number" => FieldKind::Number,
        "date" => FieldKind::Date,
        "datetime" => FieldKind::DateTime,
        "user" => FieldKind::User,
        "option" | "option-with-child" | "priority" | "resolution" | "securitylevel" | "component" | "group" => {
            FieldKind::Option
        }
        "version" => FieldKind::Version,
        _ => FieldKind::Other,
    };
    (kind, multiple)
}

/// An entry of a list of priorities, resolutions and the like.
pub(crate) fn name(value: Value) -> Read<Named> {
    named(value).ok_or_else(|| "an entry came without id and name".to_owned())
}

/// `GET /status`.
pub(crate) fn status(value: Value) -> Read<Status> {
    parts::status(value).ok_or_else(|| "a status came without id and name".to_owned())
}

/// `GET /issuetype`.
pub(crate) fn issue_type(value: Value) -> Read<IssueType> {
    parts::issue_type(value).ok_or_else(|| "an issue type came without id and name".to_owned())
}

/// `GET /project`, `GET /project/search`.
pub(crate) fn project(value: Value) -> Read<Project> {
    let mut object = object_of(value, "project")?;
    let category = take_object(&mut object, "projectCategory");
    Ok(Project {
        id: take_text(&mut object, "id").unwrap_or_default(),
        key: take_text(&mut object, "key").ok_or_else(|| "a project came without a key".to_owned())?,
        name: take_text(&mut object, "name").unwrap_or_default(),
        category: category.and_then(|mut category| take_text(&mut category, "name")),
        lead: take(&mut object, "lead").and_then(person::user),
    })
}

/// `GET /project/{key}/versions`; the caller knows project and position.
pub(crate) fn version(value: Value) -> Read<Version> {
    let object = object_of(value, "version")?;
    let (released, archived) = (flag_or(&object, "released", false), flag_or(&object, "archived", false));
    Ok(Version {
        named: name(Value::Object(object))?,
        project: String::new(),
        rank: 0,
        released,
        archived,
    })
}

/// `GET /project/{key}/components`; the caller knows the project.
pub(crate) fn component(value: Value) -> Read<Component> {
    let mut object = object_of(value, "component")?;
    let lead = take(&mut object, "lead").and_then(person::user);
    Ok(Component {
        lead,
        named: name(Value::Object(object))?,
        project: String::new(),
    })
}

/// `GET /issue/{key}/transitions`.
pub(crate) fn transition(value: Value) -> Read<Transition> {
    let mut object = object_of(value, "transition")?;
    Ok(Transition {
        id: take_text(&mut object, "id").ok_or_else(|| without_id("transition"))?,
        name: take_text(&mut object, "name").unwrap_or_default(),
        to: take(&mut object, "to").and_then(parts::status).unwrap_or_default(),
        has_screen: flag_or(&object, "hasScreen", false),
        available: flag_or(&object, "isAvailable", true),
        fields: take_object(&mut object, "fields").map_or_else(Vec::new, screen_fields),
    })
}

/// A field of a create screen: `GET /issue/createmeta/{project}/issuetypes/{id}`.
pub(crate) fn create_field(value: Value) -> Read<CreateField> {
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
        default: take(&mut object, "defaultValue"),
        native,
        suggests: object.contains_key("autoCompleteUrl"),
        id,
    })
}

/// The fields of a screen, by their ids; one that cannot be read is left out.
fn screen_fields(fields: Object) -> Vec<CreateField> {
    let each = fields.into_iter().filter_map(|(id, value)| {
        let Value::Object(mut field) = value else { return None };
        field.entry("fieldId").or_insert_with(|| id.into());
        create_field(Value::Object(field)).ok()
    });
    each.collect()
}

/// How the values of a screen's field are written, whether it takes several, and its own word for them.
fn value_kind(mut schema: Object, id: &str) -> (ValueKind, bool, String) {
    let kind = take_text(&mut schema, "type").unwrap_or_default();
    let multiple = kind == "array";
    let element = if multiple {
        take_text(&mut schema, "items").unwrap_or_default()
    } else {
        kind
    };
    let custom = take_text(&mut schema, "custom").unwrap_or_default();
    let plugin = custom.rsplit(':').next().unwrap_or_default().to_owned();
    let kind = match (plugin.as_str(), element.as_str()) {
        ("gh-sprint", _) => return (ValueKind::Sprint, false, plugin),
        ("gh-epic-link", _) => ValueKind::Epic,
        ("textarea", _) | (_, "doc" | "comments-page") => ValueKind::Rich,
        ("url", _) => ValueKind::Url,
        (_, "string") if matches!(id, "description" | "environment") => ValueKind::Rich,
        (_, "string") if multiple => ValueKind::Labels,
        ("" | "textfield" | "gh-epic-label", "string") => ValueKind::Text,
        (_, "number") => ValueKind::Number,
        (_, "date") => ValueKind::Date,
        (_, "datetime") => ValueKind::DateTime,
        (_, "option") => ValueKind::Option,
        (_, "option-with-child") => ValueKind::Cascading,
        (_, "user") => ValueKind::User,
        (_, "group") => ValueKind::Group,
        (_, "version") => ValueKind::Version,
        (_, "component") => ValueKind::Component,
        (_, "priority") => ValueKind::Priority,
        (_, "resolution") => ValueKind::Resolution,
        (_, "securitylevel") => ValueKind::Security,
        (_, "issuetype") => ValueKind::IssueType,
        (_, "project") => ValueKind::Project,
        (_, "issuelink") if id == "parent" => ValueKind::Parent,
        (_, "timetracking") => ValueKind::TimeTracking,
        _ => ValueKind::Other,
    };
    let native = if plugin.is_empty() { element } else { plugin };
    (kind, multiple, native)
}

/// Old servers nest the list in a list.
fn allowed(list: Vec<Value>) -> Vec<Choice> {
    let flat = list.into_iter().flat_map(|value| match value {
        Value::Array(inner) => inner,
        other => vec![other],
    });
    flat.filter_map(choice).collect()
}

fn choice(value: Value) -> Option<Choice> {
    let children = value
        .get("children")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let Named { id, name } = named(value)?;
    Some(Choice {
        id,
        name,
        children: allowed(children),
    })
}

/// `GET /mypermissions`; only permissions that were told.
pub(crate) fn permissions(mut object: Object) -> Option<Vec<Permission>> {
    let told = take_object(&mut object, "permissions")?;
    let each = told.into_iter().filter_map(|(key, value)| {
        let Value::Object(mut permission) = value else {
            return None;
        };
        Some(Permission {
            granted: truth(&permission, "havePermission")?,
            name: take_text(&mut permission, "name").unwrap_or_else(|| key.clone()),
            key,
        })
    });
    Some(each.collect())
}

/// The errors of the first query of `POST /jql/parse`.
pub(crate) fn parse_errors(mut object: Object) -> Option<Vec<String>> {
    let first = take_list(&mut object, "queries").into_iter().next()?;
    match first {
        Value::Object(mut query) => Some(texts(take_list(&mut query, "errors"))),
        _ => None,
    }
}

/// `GET /jql/autocompletedata`.
pub(crate) fn autocomplete(mut object: Object) -> Autocomplete {
    Autocomplete {
        reserved: texts(take_list(&mut object, "jqlReservedWords")),
        fields: take_list(&mut object, "visibleFieldNames")
            .into_iter()
            .filter_map(jql_field)
            .collect(),
        functions: take_list(&mut object, "visibleFunctionNames")
            .into_iter()
            .filter_map(jql_function)
            .collect(),
    }
}

fn jql_field(value: Value) -> Option<JqlField> {
    let Value::Object(mut object) = value else { return None };
    let value = take_text(&mut object, "value")?;
    Some(JqlField {
        display: take_text(&mut object, "displayName").unwrap_or_else(|| value.clone()),
        custom_id: take_text(&mut object, "cfid"),
        operators: texts(take_list(&mut object, "operators")),
        types: texts(take_list(&mut object, "types")),
        suggests: flag_or(&object, "auto", false),
        orderable: flag_or(&object, "orderable", false),
        searchable: flag_or(&object, "searchable", true),
        value,
    })
}

fn jql_function(value: Value) -> Option<JqlFunction> {
    let Value::Object(mut object) = value else { return None };
    let value = take_text(&mut object, "value")?;
    Some(JqlFunction {
        display: take_text(&mut object, "displayName").unwrap_or_else(|| value.clone()),
        list: flag_or(&object, "isList", false),
        types: texts(take_list(&mut object, "types")),
        value,
    })
}
