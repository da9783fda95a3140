//! Values of custom fields, told apart by their shape, since their schema is not always at hand.

use std::collections::BTreeMap;

use super::{named, person, take, take_text, whole_of};
use crate::domain::{
    Document, FieldValue, RichText, Sprint,
    json::{Json, Object},
};

/// Fields that Jira derives from others or from who is looking; keeping them would make issues
/// seem changed when nobody changed them.
const DERIVED: [&str; 11] = [
    "aggregateprogress",
    "aggregatetimeestimate",
    "aggregatetimeoriginalestimate",
    "aggregatetimespent",
    "issuerestriction",
    "lastViewed",
    "progress",
    "statusCategory",
    "statuscategorychangedate",
    "thumbnail",
    "workratio",
];

/// What is left of an issue's fields once the system's own are taken out.
pub(crate) fn custom(fields: Object<'_>) -> BTreeMap<String, FieldValue> {
    fields
        .into_iter()
        .filter(|(id, value)| !value.is_null() && !DERIVED.contains(&id.as_ref()))
        .filter_map(|(id, value)| Some((id.into_owned(), field(value)?)))
        .collect()
}

/// A value by its shape; `None` when it holds nothing.
pub(crate) fn field(value: Json<'_>) -> Option<FieldValue> {
    match value {
        Json::Null => None,
        Json::String(text) if text.is_empty() => None,
        Json::String(text) => Some(match sprint_text(&text) {
            Some(sprint) => FieldValue::Sprint(sprint),
            None => FieldValue::Text(text.into_owned()),
        }),
        Json::Number(number) => Some(match number.as_f64() {
            Some(float) => FieldValue::Number(float),
            None => FieldValue::Other(serde_json::Value::Number(number)),
        }),
        Json::Bool(_) => Some(FieldValue::Other(value.into_value())),
        Json::Array(list) => {
            let list: Vec<FieldValue> = list.into_iter().filter_map(field).collect();
            (!list.is_empty()).then_some(FieldValue::List(list))
        }
        Json::Object(object) => from_object(object),
    }
}

fn from_object(object: Object<'_>) -> Option<FieldValue> {
    let has = |key: &str| object.get(key).is_some_and(|value| !value.is_null());
    if object.is_empty() || is_placeholder(&object) {
        return None;
    }
    if is_document(&object) {
        return rich(Json::Object(object)).map(FieldValue::Rich);
    }
    if has("accountId") || (has("displayName") && (has("active") || has("name") || has("key"))) {
        return person::user(Json::Object(object)).map(FieldValue::User);
    }
    if is_sprint(&object) {
        return sprint_object(object).map(FieldValue::Sprint);
    }
    if has("value") && has("child") {
        return cascade(object);
    }
    if has("name") || has("value") {
        return named(Json::Object(object)).map(FieldValue::Named);
    }
    Some(FieldValue::Other(Json::Object(object).into_value()))
}

/// Cloud answers an empty parent link with hints for its own screens.
fn is_placeholder(object: &Object<'_>) -> bool {
    object.contains_key("showField") && !object.contains_key("data")
}

fn is_sprint(object: &Object<'_>) -> bool {
    let marks = [
        "boardId",
        "originBoardId",
        "rapidViewId",
        "startDate",
        "endDate",
        "goal",
    ];
    object.contains_key("name") && object.contains_key("state") && marks.iter().any(|mark| object.contains_key(mark))
}

/// A sprint of the boards, or of an issue's field.
pub(crate) fn sprint_object(mut object: Object<'_>) -> Option<Sprint> {
    Some(Sprint {
        id: whole_of(&object, "id")?,
        name: take_text(&mut object, "name").unwrap_or_default(),
        state: take_text(&mut object, "state").unwrap_or_default().to_lowercase(),
    })
}

fn cascade(mut object: Object<'_>) -> Option<FieldValue> {
    let child = take(&mut object, "child").and_then(field);
    let parent = named(Json::Object(object)).unwrap_or_default();
    Some(match child {
        Some(child) => FieldValue::Cascade(parent, Box::new(child)),
        None => FieldValue::Named(parent),
    })
}

/// `com.atlassian.greenhopper.service.sprint.Sprint@1f39[id=1,state=CLOSED,name=One, two,…]`: a
/// Java object printed by Data Center; names may hold commas, so only known keys start a new part.
pub(crate) fn sprint_text(text: &str) -> Option<Sprint> {
    const KEYS: [&str; 13] = [
        "id",
        "rapidViewId",
        "state",
        "name",
        "startDate",
        "endDate",
        "completeDate",
        "activatedDate",
        "sequence",
        "goal",
        "synced",
        "autoStartStop",
        "incompleteIssuesDestinationId",
    ];
    let (class, rest) = text.split_once('[')?;
    let inside = rest.strip_suffix(']')?;
    if !class.contains("Sprint@") {
        return None;
    }
    let mut parts: Vec<(&str, String)> = Vec::new();
    for piece in inside.split(',') {
        match piece.split_once('=').filter(|(key, _)| KEYS.contains(key)) {
            Some((key, value)) => parts.push((key, value.to_owned())),
            None => {
                let (_, value) = parts.last_mut()?;
                value.push(',');
                value.push_str(piece);
            }
        }
    }
    let get = |wanted: &str| {
        parts
            .iter()
            .find(|(key, _)| *key == wanted)
            .map(|(_, value)| value.as_str())
    };
    Some(Sprint {
        id: get("id")?.parse().ok()?,
        name: get("name").unwrap_or_default().to_owned(),
        state: get("state").unwrap_or_default().to_lowercase(),
    })
}

fn is_document(object: &Object<'_>) -> bool {
    object.get("type").and_then(Json::as_str) == Some("doc") && object.contains_key("content")
}

/// Formatted text: a document object, or wiki markup; `None` when it holds nothing.
pub(crate) fn rich(value: Json<'_>) -> Option<RichText> {
    match value {
        Json::String(text) => (!text.is_empty()).then(|| RichText::Wiki(text.into_owned())),
        Json::Object(object) => {
            let empty = object
                .get("content")
                .and_then(Json::as_array)
                .is_none_or(<[_]>::is_empty);
            (!empty).then(|| RichText::Adf(Document::of(&Json::Object(object))))
        }
        _ => None,
    }
}
