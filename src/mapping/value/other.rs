//! Issues, sprints, and what only a plugin knows.

use serde_json::{Value, json};

use super::{
    One, Written,
    choice::{self, part},
    text::told,
};
use crate::{
    domain::{CreateField, IssueKey, ValueKind},
    mapping::{
        facts::Fact,
        given::{Given, json as parse_json},
        ground::Ground,
        near::{hint, shown},
    },
};

/// Lists and objects within one another that are sent.
const MAX_DEPTH: usize = 128;

/// A parent or an epic, by key.
pub(super) fn issue(kind: ValueKind, fact: &Fact, ground: &Ground<'_>) -> One {
    let text = match fact {
        Fact::Object(parts) => part(parts, &["key", "id"]).unwrap_or_default(),
        other => other.plain(ground.zone).trim().to_owned(),
    };
    let key = text.to_ascii_uppercase();
    let is_key = IssueKey(key.clone()).parts().is_some_and(|(project, _)| {
        let mut chars = project.chars();
        chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    let is_id = !text.is_empty() && text.len() < 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    match kind {
        ValueKind::Epic if is_key => One::Value(Value::String(key.clone()), key),
        ValueKind::Parent if is_key => One::Value(json!({ "key": key }), key),
        ValueKind::Parent if is_id => One::Value(json!({ "id": text }), text),
        _ => One::Wrong(format!("{} is no issue key; an example is PAY-12", told(fact, ground))),
    }
}

/// A sprint, by its number; by name where the screen lists them.
pub(super) fn sprint(field: &CreateField, fact: &Fact, ground: &Ground<'_>) -> One {
    let text = match fact {
        Fact::Object(parts) => part(parts, &["id", "name"]).unwrap_or_default(),
        other => other.plain(ground.zone).trim().to_owned(),
    };
    let listed = field
        .allowed
        .iter()
        .find(|choice| choice.id == text || choice.name.eq_ignore_ascii_case(&text));
    let (id, name) = match listed {
        Some(choice) => (choice.id.as_str(), choice.name.as_str()),
        None => (text.as_str(), text.as_str()),
    };
    match id.parse::<i64>() {
        Ok(number) if number > 0 && (listed.is_some() || field.allowed.is_empty()) => {
            One::Value(json!(number), name.to_owned())
        }
        Ok(_) | Err(_) if !field.allowed.is_empty() => {
            let names = field.allowed.iter().map(|choice| choice.name.as_str());
            One::Wrong(format!("{} is not allowed{}", shown(&text), hint(&text, names)))
        }
        _ => One::Wrong(format!("{} is no sprint; it is given by its number", shown(&text))),
    }
}

/// JSON as it is, checked against what the field lists.
pub(super) fn raw(field: &CreateField, value: &Value) -> Written {
    if depth_beyond(value, MAX_DEPTH) {
        return Written::problem("the JSON nests too deep");
    }
    let text = value.to_string();
    if value.is_null() {
        return Written::default();
    }
    if let Some(problem) = misshapen(field, value) {
        return Written::problem(problem);
    }
    if let Some(problem) = not_listed(field, value) {
        return Written::problem(problem);
    }
    Written {
        value: Some(value.clone()),
        sample: text,
        ..Written::default()
    }
}

/// Why JSON cannot be what the field holds. Of plugins' types only is known whether they hold a list.
fn misshapen(field: &CreateField, value: &Value) -> Option<&'static str> {
    let several = field.multiple || field.kind == ValueKind::Labels;
    match value {
        Value::Array(items) if several => items.iter().find_map(|item| not_of_kind(field.kind, item)),
        _ if several => Some("the field holds a list, which is written [ … ]"),
        Value::Array(_) if field.kind != ValueKind::Other => Some("the field holds one value, and this is a list"),
        one => not_of_kind(field.kind, one),
    }
}

fn not_of_kind(kind: ValueKind, value: &Value) -> Option<&'static str> {
    use ValueKind as K;
    let (fits, wanted) = match kind {
        K::Other | K::Rich | K::Parent | K::Sprint => return None,
        K::Number => (value.is_number(), "the field holds a number"),
        K::Text | K::PlainText | K::Date | K::DateTime | K::Url | K::Labels | K::Epic => {
            (value.is_string(), "the field holds text, in quotation marks")
        }
        K::Option
        | K::Cascading
        | K::User
        | K::Group
        | K::Version
        | K::Component
        | K::Priority
        | K::Resolution
        | K::Security
        | K::IssueType
        | K::Project
        | K::TimeTracking => (
            value.is_object(),
            "the field holds an object, such as {\"value\": \"…\"} or {\"name\": \"…\"}",
        ),
    };
    (!fits).then_some(wanted)
}

/// A field whose kind is not known: JSON where there is JSON, text where there is text.
pub(super) fn foreign(field: &CreateField, given: &Given, ground: &Ground<'_>) -> Written {
    let value = match (&given.fact, given.typed) {
        (Fact::Object(parts), _) => Value::Object(parts.clone()),
        (Fact::List(items), _) => {
            let items = items.iter().filter(|item| !item.is_nothing());
            Value::Array(items.map(|item| plainly(item, ground)).collect())
        }
        (Fact::Text(text), false) if text.trim_start().starts_with(['{', '[']) => match parse_json(text) {
            Ok(value) => value,
            Err(_) => Value::String(text.clone()),
        },
        (Fact::Text(text), true) if !field.allowed.is_empty() => match choice::named(field, &field.allowed, text) {
            One::Value(value, _) if field.multiple => json!([value]),
            One::Value(value, _) => value,
            One::Wrong(problem) => return Written::problem(problem),
            One::Left(note) => return Written::note(note),
        },
        (fact, _) => plainly(fact, ground),
    };
    raw(field, &value)
}

fn plainly(fact: &Fact, ground: &Ground<'_>) -> Value {
    match fact {
        Fact::Number(number) => Value::Number(number.clone()),
        Fact::Flag(flag) => Value::Bool(*flag),
        Fact::Object(parts) => Value::Object(parts.clone()),
        Fact::List(items) => Value::Array(items.iter().map(|item| plainly(item, ground)).collect()),
        other => Value::String(super::sendable(&other.plain(ground.zone))),
    }
}

/// Why a value that names one of the listed ones does not.
fn not_listed(field: &CreateField, value: &Value) -> Option<String> {
    if field.allowed.is_empty() {
        return None;
    }
    match value {
        Value::Array(items) => items.iter().find_map(|item| not_listed(field, item)),
        Value::Object(parts) => {
            let id = part(parts, &["id"]);
            if let Some(id) = id {
                let there = field.allowed.iter().any(|choice| choice.id == id);
                return (!there).then(|| format!("id {id} is not allowed{}", names(field, &id)));
            }
            let name = part(parts, &["value", "name", "key"])?;
            (!choice::is_known(field, &name)).then(|| format!("{} is not allowed{}", shown(&name), names(field, &name)))
        }
        _ => None,
    }
}

fn names(field: &CreateField, word: &str) -> String {
    hint(word, field.allowed.iter().map(|choice| choice.name.as_str()))
}

/// Whether lists and objects nest deeper than that; found without recursion.
fn depth_beyond(value: &Value, most: usize) -> bool {
    let mut open = vec![(value, 0)];
    while let Some((value, depth)) = open.pop() {
        if depth > most {
            return true;
        }
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(parts) => open.extend(parts.values().map(|part| (part, depth + 1))),
            _ => {}
        }
    }
    false
}
