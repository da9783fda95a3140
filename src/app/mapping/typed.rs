//! Values of fields as text: what was typed, read for the field's type; what is configured, in words.
//!
//! Must never be in here: whether the site takes a value.

use jiff::{Timestamp, civil::Date};
use serde_json::{Number, Value, json};

use crate::domain::{CreateField, ValueKind};
use crate::text::clean_line;

/// Whether values of a field are picked from a list rather than typed.
pub(crate) fn is_picked(field: &CreateField) -> bool {
    use ValueKind as K;
    let by_kind = matches!(
        field.kind,
        K::Option
            | K::Cascading
            | K::User
            | K::Group
            | K::Version
            | K::Component
            | K::Labels
            | K::Priority
            | K::Resolution
            | K::Security
            | K::IssueType
            | K::Project
            | K::Parent
            | K::Epic
            | K::Sprint
    );
    by_kind || field.suggests || !field.allowed.is_empty()
}

/// Whether the site is asked for values by a part of their name.
pub(crate) fn is_searched(field: &CreateField) -> bool {
    use ValueKind as K;
    field.allowed.is_empty()
        && (field.suggests
            || matches!(
                field.kind,
                K::User | K::Group | K::Labels | K::Parent | K::Epic | K::Sprint
            ))
}

/// Whether a value that was picked is written by its id: where names say too little or are not unique.
pub(crate) fn by_id(kind: ValueKind) -> bool {
    matches!(
        kind,
        ValueKind::User | ValueKind::Sprint | ValueKind::Parent | ValueKind::Epic
    )
}

/// The word for a type, in the table.
pub(crate) fn kind_word(field: &CreateField) -> String {
    use ValueKind as K;
    let word = match field.kind {
        K::Text => "text",
        K::Rich => "rich text",
        K::PlainText => "long text",
        K::Number => "number",
        K::Date => "date",
        K::DateTime => "date, time",
        K::Option => "option",
        K::Cascading => "cascading",
        K::User => "user",
        K::Group => "group",
        K::Version => "version",
        K::Component => "component",
        K::Labels => "labels",
        K::Priority => "priority",
        K::Resolution => "resolution",
        K::Security => "security",
        K::IssueType => "issue type",
        K::Project => "project",
        K::Parent => "parent",
        K::Epic => "epic",
        K::Sprint => "sprint",
        K::TimeTracking => "estimate",
        K::Url => "URL",
        K::Other if field.id == "attachment" => "files",
        K::Other if field.id == "issuelinks" => "links",
        K::Other if field.multiple => return "other".to_owned(),
        K::Other => "other",
    };
    if field.multiple && !word.ends_with('s') {
        format!("{word}s")
    } else {
        word.to_owned()
    }
}

/// What is typed for a field, by an example.
pub(crate) fn form(field: &CreateField) -> &'static str {
    use ValueKind as K;
    match field.kind {
        K::Number => "a number, such as 3 or 2.5",
        K::Date => "a day, such as 2026-09-30",
        K::DateTime => "an instant, such as 2026-09-30T14:00:00Z",
        K::Url => "an address, such as https://example.com",
        K::TimeTracking => "an estimate, such as 3d 4h",
        K::Rich => "text for every finding, with Markdown",
        K::Other => "JSON as the field's plugin takes it, such as {\"value\": \"Gold\"}",
        _ if field.multiple => "values for every finding, with commas between them",
        _ => "the same text for every finding",
    }
}

/// Reads what was typed for a field.
///
/// # Errors
/// What is wrong with it, in a few words.
pub(crate) fn read(field: &CreateField, text: &str) -> Result<Value, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("nothing is typed".to_owned());
    }
    let listed = field.multiple || field.kind == ValueKind::Labels;
    if !listed {
        return one(field.kind, text);
    }
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let values: Result<Vec<Value>, String> = parts.map(|part| one(field.kind, part)).collect();
    values.map(Value::Array)
}

fn one(kind: ValueKind, text: &str) -> Result<Value, String> {
    match kind {
        ValueKind::Number => number(text).map(Value::Number),
        ValueKind::Date => match text.parse::<Date>() {
            Ok(date) => Ok(json!(date.to_string())),
            Err(_) => Err(format!(
                "{} is no date: 2026-09-30; a template can say {{{{now | plus_days: 5 | date}}}}",
                clean_line(text)
            )),
        },
        ValueKind::DateTime => match text.parse::<Timestamp>() {
            Ok(_) => Ok(json!(text)),
            Err(_) => Err(format!("{} is no instant: 2026-09-30T14:00:00Z", clean_line(text))),
        },
        ValueKind::Url if !(text.starts_with("https://") || text.starts_with("http://")) => {
            Err(format!("{} is no address: it begins with https://", clean_line(text)))
        }
        ValueKind::Labels if text.contains(char::is_whitespace) => {
            Err(format!("a label has no spaces: {}", clean_line(text)))
        }
        ValueKind::Other => serde_json::from_str(text).map_err(|error| format!("not JSON: {error}")),
        _ => Ok(json!(text)),
    }
}

fn number(text: &str) -> Result<Number, String> {
    let whole = text.parse::<i64>().ok().map(Number::from);
    let broken = || text.parse::<f64>().ok().and_then(Number::from_f64);
    whole
        .or_else(broken)
        .ok_or_else(|| format!("{} is no number", clean_line(text)))
}

/// A configured value as it would be typed: what [`read`] makes it of.
pub(crate) fn written(field: &CreateField, value: &Value) -> String {
    match field.kind {
        ValueKind::Other if !field.multiple => value.to_string(),
        _ => shown(value),
    }
}

/// A configured value in words, as it came: names with commas between them.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let names = ["name", "value", "key", "id"];
            let name = names.iter().find_map(|name| members.get(*name));
            match (name, members.get("child")) {
                (Some(name), Some(child)) => format!("{} / {}", shown(name), shown(child)),
                (Some(name), None) => shown(name),
                (None, _) => value.to_string(),
            }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: ValueKind, multiple: bool) -> CreateField {
        CreateField {
            kind,
            multiple,
            ..CreateField::default()
        }
    }

    #[test]
    fn what_is_typed_is_read_for_the_type_or_refused_with_a_reason() {
        use ValueKind as K;
        for (kind, multiple, text, expected) in [
            (K::Text, false, " one two ", Ok(json!("one two"))),
            (K::Number, false, "3", Ok(json!(3))),
            (K::Number, false, "2.5", Ok(json!(2.5))),
            (K::Number, false, "many", Err("many is no number")),
            (K::Date, false, "2026-09-30", Ok(json!("2026-09-30"))),
            (K::Date, false, "soon", Err("soon is no date")),
            (
                K::DateTime,
                false,
                "2026-09-30T14:00:00Z",
                Ok(json!("2026-09-30T14:00:00Z")),
            ),
            (K::DateTime, false, "2026-09-30", Err("is no instant")),
            (K::Url, false, "ftp://x", Err("is no address")),
            (K::Labels, true, "a, b", Ok(json!(["a", "b"]))),
            (K::Labels, true, "a b", Err("no spaces")),
            (K::Option, true, "A, B", Ok(json!(["A", "B"]))),
            (K::Other, false, "{\"a\": 1}", Ok(json!({"a": 1}))),
            (K::Other, false, "{", Err("not JSON")),
            (K::Text, false, "  ", Err("nothing is typed")),
        ] {
            match (read(&field(kind, multiple), text), expected) {
                (Ok(value), Ok(expected)) => assert_eq!(value, expected, "{kind:?} {text}"),
                (Err(flaw), Err(part)) => assert!(flaw.contains(part), "{kind:?} {text}: {flaw}"),
                (other, _) => panic!("{kind:?} {text}: {other:?}"),
            }
        }
    }

    #[test]
    fn what_is_written_is_read_again_as_it_was() {
        for (kind, value) in [
            (ValueKind::Other, json!("text")),
            (ValueKind::Other, json!({"a": [1]})),
            (ValueKind::Number, json!(2.5)),
            (ValueKind::Text, json!("x, y")),
            (ValueKind::Date, json!("2026-09-30")),
        ] {
            let field = field(kind, false);
            assert_eq!(read(&field, &written(&field, &value)), Ok(value), "{kind:?}");
        }
    }

    #[test]
    fn a_value_is_shown_by_its_name() {
        for (value, expected) in [
            (json!("High"), "High"),
            (json!(["a", "b"]), "a, b"),
            (json!({"id": "7", "name": "Ana"}), "Ana"),
            (json!({"value": "EU", "child": {"value": "Berlin"}}), "EU / Berlin"),
            (json!({"odd": 1}), "{\"odd\":1}"),
            (json!(2.5), "2.5"),
        ] {
            assert_eq!(shown(&value), expected);
        }
    }
}
