//! Reading Jira's JSON into the domain, leniently.
//!
//! Must never be in here: network, or a failure because of one odd field. Whatever is missing,
//! null, renamed or of another type becomes "not told"; only an entry that cannot be identified is
//! left out, and then it is reported. Values are moved out of the parsed JSON, not copied: a first
//! pull passes a hundred thousand issues through here.

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
use serde_json::{Map, Value};

use crate::domain::{Named, time};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

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
pub(crate) fn any(body: &[u8]) -> Result<Value, ReadError> {
    Ok(serde_json::from_slice(body)?)
}

/// The body as a JSON object.
pub(crate) fn object(body: &[u8]) -> Result<Object, ReadError> {
    match any(body)? {
        Value::Object(object) => Ok(object),
        _ => Err(ReadError::Shape("expected a JSON object".to_owned())),
    }
}

/// A member that is there and not null, moved out.
pub(crate) fn take(object: &mut Object, key: &str) -> Option<Value> {
    object.get_mut(key).map(Value::take).filter(|value| !value.is_null())
}

/// Text, also of ids and names that came as numbers.
pub(crate) fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text member that is not empty.
pub(crate) fn take_text(object: &mut Object, key: &str) -> Option<String> {
    take(object, key).and_then(text).filter(|text| !text.is_empty())
}

/// An object member.
pub(crate) fn take_object(object: &mut Object, key: &str) -> Option<Object> {
    match take(object, key) {
        Some(Value::Object(inner)) => Some(inner),
        _ => None,
    }
}

/// The elements of an array member; empty for anything else.
pub(crate) fn take_list(object: &mut Object, key: &str) -> Vec<Value> {
    match take(object, key) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// A truth value, also as the strings of JQL completion data.
pub(crate) fn truth(object: &Object, key: &str) -> Option<bool> {
    match object.get(key)? {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A truth value, or what holds where none is told.
pub(crate) fn flag_or(object: &Object, key: &str, otherwise: bool) -> bool {
    truth(object, key).unwrap_or(otherwise)
}

/// A whole number, also from text or with a fraction of zero.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64().filter(|float| float.abs() < 9e15)?;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "bounded above, the fraction is meant to go"
            )]
            let whole = float as i64;
            Some(whole)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A whole number member.
pub(crate) fn whole_of(object: &Object, key: &str) -> Option<i64> {
    object.get(key).and_then(whole)
}

/// A count member; negative numbers are not told.
pub(crate) fn count_of(object: &Object, key: &str) -> Option<u64> {
    whole_of(object, key).and_then(|number| number.try_into().ok())
}

/// An instant from text with an offset or from an epoch number.
pub(crate) fn instant(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => time::parse_timestamp(text).or_else(|| without_offset(text)),
        Value::Number(_) => whole(value).and_then(time::from_epoch),
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
pub(crate) fn instant_of(object: &Object, key: &str) -> Option<Timestamp> {
    object.get(key).and_then(instant)
}

/// Anything with an id and a name; options call it `value`, a bare string is a name.
pub(crate) fn named(value: Value) -> Option<Named> {
    let mut object = match value {
        Value::Object(object) => object,
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
pub(crate) fn all_named(list: Vec<Value>) -> Vec<Named> {
    list.into_iter().filter_map(named).collect()
}
