//! Reading Jira's JSON into the domain, leniently.
//!
//! Must never be in here: network, or a failure because of one odd field. Whatever is missing,
//! null, renamed or of another type becomes "not told"; only an entry that cannot be identified is
//! left out, and then it is reported. Values are moved out of the parsed JSON, which borrows from the
//! answer: a first pull passes a hundred thousand issues through here.

pub(crate) mod choice;
pub(crate) mod issue;
pub(crate) mod meta;
pub(crate) mod page;
pub(crate) mod parts;
pub(crate) mod person;
pub(crate) mod refusal;
pub(crate) mod screen;
pub(crate) mod site;
pub(crate) mod value;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::domain::{
    Named,
    json::{Json, Object},
    time,
};

/// Why an answer could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReadError {
    /// Not JSON, or cut off: the same request may well succeed.
    Json(String),
    /// JSON, but not what this endpoint answers.
    Shape(String),
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        match error.classify() {
            serde_json::error::Category::Data => Self::Shape(error.to_string()),
            _ => Self::Json(error.to_string()),
        }
    }
}

/// The body as any JSON.
pub(crate) fn any(body: &[u8]) -> Result<Json<'_>, ReadError> {
    Ok(serde_json::from_slice(body)?)
}

/// The body as a JSON object.
pub(crate) fn object(body: &[u8]) -> Result<Object<'_>, ReadError> {
    match any(body)? {
        Json::Object(object) => Ok(object),
        _ => Err(ReadError::Shape("expected a JSON object".to_owned())),
    }
}

/// A member that is there and not null, moved out.
pub(crate) fn take<'a>(object: &mut Object<'a>, key: &str) -> Option<Json<'a>> {
    Some(object.take(key)).filter(|value| !value.is_null())
}

/// Text, also of ids and names that came as numbers.
pub(crate) fn text(value: Json<'_>) -> Option<String> {
    match value {
        Json::String(text) => Some(text.into_owned()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text member that is not empty.
pub(crate) fn take_text(object: &mut Object<'_>, key: &str) -> Option<String> {
    take(object, key).and_then(text).filter(|text| !text.is_empty())
}

/// An object member.
pub(crate) fn take_object<'a>(object: &mut Object<'a>, key: &str) -> Option<Object<'a>> {
    match take(object, key) {
        Some(Json::Object(inner)) => Some(inner),
        _ => None,
    }
}

/// The elements of an array member; empty for anything else.
pub(crate) fn take_list<'a>(object: &mut Object<'a>, key: &str) -> Vec<Json<'a>> {
    match take(object, key) {
        Some(Json::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// A truth value, also as the strings of JQL completion data.
pub(crate) fn truth(object: &Object<'_>, key: &str) -> Option<bool> {
    match object.get(key)? {
        Json::Bool(truth) => Some(*truth),
        Json::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A truth value, or what holds where none is told.
pub(crate) fn flag_or(object: &Object<'_>, key: &str, otherwise: bool) -> bool {
    truth(object, key).unwrap_or(otherwise)
}

/// A whole number, also from text or with a fraction of zero.
pub(crate) fn whole(value: &Json<'_>) -> Option<i64> {
    match value {
        Json::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64().filter(|float| float.abs() < 9e15)?;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "bounded above, the fraction is meant to go"
            )]
            let whole = float as i64;
            Some(whole)
        }),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A whole number member.
pub(crate) fn whole_of(object: &Object<'_>, key: &str) -> Option<i64> {
    object.get(key).and_then(whole)
}

/// A count member; negative numbers are not told.
pub(crate) fn count_of(object: &Object<'_>, key: &str) -> Option<u64> {
    whole_of(object, key).and_then(|number| number.try_into().ok())
}

/// An instant from text with an offset or from an epoch number.
pub(crate) fn instant(value: &Json<'_>) -> Option<Timestamp> {
    match value {
        Json::String(text) => time::parse_timestamp(text).or_else(|| without_offset(text)),
        Json::Number(_) => whole(value).and_then(time::from_epoch),
        _ => None,
    }
}

/// Proxies and importers that drop the offset mean UTC more often than anything else.
fn without_offset(text: &str) -> Option<Timestamp> {
    let local: jiff::civil::DateTime = text.trim().parse().ok()?;
    local
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// An instant member.
pub(crate) fn instant_of(object: &Object<'_>, key: &str) -> Option<Timestamp> {
    object.get(key).and_then(instant)
}

/// Anything with an id and a name; options call it `value`, a bare string is a name.
pub(crate) fn named(value: Json<'_>) -> Option<Named> {
    let mut object = match value {
        Json::Object(object) => object,
        other => {
            let name = text(other).filter(|name| !name.is_empty())?;
            return Some(Named {
                id: String::new(),
                name,
            });
        }
    };
    let id = take_text(&mut object, "id").unwrap_or_default();
    let name = ["name", "value", "displayName", "key"]
        .iter()
        .find_map(|key| take_text(&mut object, key))
        .unwrap_or_default();
    (!id.is_empty() || !name.is_empty()).then_some(Named { id, name })
}

/// All of a list that have an id or a name.
pub(crate) fn all_named(list: Vec<Json<'_>>) -> Vec<Named> {
    list.into_iter().filter_map(named).collect()
}
