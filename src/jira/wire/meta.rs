//! What a site tells of itself: fields, priorities, projects, versions, components.

use super::{flag_or, named, parts, person, take, take_list, take_object, take_text, text, truth};
use crate::{
    domain::{
        Component, Field, FieldKind, IssueType, Named, Project, Status, Version,
        json::{Json, Object},
    },
    jira::{Autocomplete, JqlField, JqlFunction, Permission},
};

pub(super) type Read<T> = Result<T, String>;

pub(super) fn object_of<'a>(value: Json<'a>, what: &str) -> Read<Object<'a>> {
    match value {
        Json::Object(object) => Ok(object),
        _ => Err(format!("an entry of the answer is not a {what}")),
    }
}

pub(super) fn without_id(what: &str) -> String {
    format!("a {what} came without an id")
}

/// `GET /field`.
pub(crate) fn field(value: Json<'_>) -> Read<Field> {
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

fn texts(list: Vec<Json<'_>>) -> Vec<String> {
    list.into_iter().filter_map(text).collect()
}

/// What the values of a field are, from its schema; whether it holds several.
fn kind(schema: Option<Object<'_>>, id: &str) -> (FieldKind, bool) {
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
pub(crate) fn name(value: Json<'_>) -> Read<Named> {
    named(value).ok_or_else(|| "an entry came without id and name".to_owned())
}

/// `GET /status`.
pub(crate) fn status(value: Json<'_>) -> Read<Status> {
    parts::status(value).ok_or_else(|| "a status came without id and name".to_owned())
}

/// `GET /issuetype`.
pub(crate) fn issue_type(value: Json<'_>) -> Read<IssueType> {
    parts::issue_type(value).ok_or_else(|| "an issue type came without id and name".to_owned())
}

/// `GET /project`, `GET /project/search`.
pub(crate) fn project(value: Json<'_>) -> Read<Project> {
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
pub(crate) fn version(value: Json<'_>) -> Read<Version> {
    let object = object_of(value, "version")?;
    let (released, archived) = (flag_or(&object, "released", false), flag_or(&object, "archived", false));
    Ok(Version {
        named: name(Json::Object(object))?,
        project: String::new(),
        rank: 0,
        released,
        archived,
    })
}

/// `GET /project/{key}/components`; the caller knows the project.
pub(crate) fn component(value: Json<'_>) -> Read<Component> {
    let mut object = object_of(value, "component")?;
    let lead = take(&mut object, "lead").and_then(person::user);
    Ok(Component {
        lead,
        named: name(Json::Object(object))?,
        project: String::new(),
    })
}

/// `GET /mypermissions`; only permissions that were told.
pub(crate) fn permissions(mut object: Object<'_>) -> Option<Vec<Permission>> {
    let told = take_object(&mut object, "permissions")?;
    let each = told.into_iter().filter_map(|(key, value)| {
        let Json::Object(mut permission) = value else {
            return None;
        };
        Some(Permission {
            granted: truth(&permission, "havePermission")?,
            name: take_text(&mut permission, "name").unwrap_or_else(|| key.to_string()),
            key: key.into_owned(),
        })
    });
    Some(each.collect())
}

/// The errors of the first query of `POST /jql/parse`.
pub(crate) fn parse_errors(mut object: Object<'_>) -> Option<Vec<String>> {
    let first = take_list(&mut object, "queries").into_iter().next()?;
    match first {
        Json::Object(mut query) => Some(texts(take_list(&mut query, "errors"))),
        _ => None,
    }
}

/// `GET /jql/autocompletedata`.
pub(crate) fn autocomplete(mut object: Object<'_>) -> Autocomplete {
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

fn jql_field(value: Json<'_>) -> Option<JqlField> {
    let Json::Object(mut object) = value else { return None };
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

fn jql_function(value: Json<'_>) -> Option<JqlFunction> {
    let Json::Object(mut object) = value else { return None };
    let value = take_text(&mut object, "value")?;
    Some(JqlFunction {
        display: take_text(&mut object, "displayName").unwrap_or_else(|| value.clone()),
        list: flag_or(&object, "isList", false),
        types: texts(take_list(&mut object, "types")),
        value,
    })
}
