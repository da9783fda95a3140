//! Values that the site lists: options, versions, components, priorities and their like.

use serde_json::{Map, Value, json};

use super::{One, text::told};
use crate::{
    domain::{Choice, CreateField, ValueKind},
    mapping::{
        facts::Fact,
        ground::Ground,
        near::{hint, shown},
    },
};

/// What a word finds in a list.
enum Found<'c> {
    One(&'c Choice),
    /// Several of that name.
    Ambiguous(usize),
    None,
}

/// By name, by id, by key, by name in any case. Names go first: a list of numbers as names has other numbers
/// as ids, and what people write are names.
fn find<'c>(choices: &'c [Choice], word: &str) -> Found<'c> {
    let word = word.trim();
    let tests: [&dyn Fn(&Choice) -> bool; 4] = [
        &|choice| choice.name == word,
        &|choice| !choice.id.is_empty() && choice.id == word,
        &|choice| !choice.key.is_empty() && choice.key.eq_ignore_ascii_case(word),
        &|choice| choice.name.trim().to_lowercase() == word.to_lowercase(),
    ];
    for test in tests {
        let mut found = choices.iter().filter(|choice| test(choice));
        match (found.next(), found.count()) {
            (Some(choice), 0) => return Found::One(choice),
            (Some(_), more) => return Found::Ambiguous(more + 1),
            (None, _) => {}
        }
    }
    Found::None
}

/// Whether the field has a value of that name or id, as it stands.
pub(super) fn is_known(field: &CreateField, word: &str) -> bool {
    !matches!(find(&field.allowed, word), Found::None)
}

/// `name` or `value`, as a field of that kind has it.
fn name_key(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Option | ValueKind::Cascading => "value",
        _ => "name",
    }
}

fn as_choice(kind: ValueKind, choice: &Choice) -> Value {
    if choice.id.is_empty() {
        json!({ name_key(kind): choice.name })
    } else {
        json!({ "id": choice.id })
    }
}

/// One of the values that the field lists, or any if it lists none.
pub(super) fn choice(field: &CreateField, fact: &Fact, ground: &Ground<'_>) -> One {
    match fact {
        Fact::Object(parts) => object(field, parts, ground),
        other => named(field, &field.allowed, &other.plain(ground.zone)),
    }
}

/// The value of that name among `choices`.
pub(super) fn named(field: &CreateField, choices: &[Choice], word: &str) -> One {
    let word = word.trim();
    if choices.is_empty() {
        return One::Value(json!({ name_key(field.kind): word }), word.to_owned());
    }
    match find(choices, word) {
        Found::One(choice) => One::Value(as_choice(field.kind, choice), choice.name.clone()),
        Found::Ambiguous(count) => One::Wrong(format!(
            "{} is the name of {count} values; name the one by its id",
            shown(word)
        )),
        Found::None => {
            let names = choices.iter().map(|choice| choice.name.as_str());
            One::Wrong(format!("{} is not allowed{}", shown(word), hint(word, names)))
        }
    }
}

/// `{ id = … }`, `{ name = … }` or `{ value = … }`, as a picker writes it.
fn object(field: &CreateField, parts: &Map<String, Value>, ground: &Ground<'_>) -> One {
    if let Some(id) = part(parts, &["id"]) {
        return match field.allowed.iter().find(|choice| choice.id == id) {
            Some(choice) => One::Value(as_choice(field.kind, choice), choice.name.clone()),
            None if field.allowed.is_empty() => {
                let name = part(parts, &["name", "value"]).unwrap_or_else(|| id.clone());
                One::Value(json!({ "id": id }), name)
            }
            None => match part(parts, &["name", "value"]) {
                Some(name) => One::Wrong(format!("{} (id {id}) is not allowed any more", shown(&name))),
                None => One::Wrong(format!("id {id} is not allowed{}", listed(field))),
            },
        };
    }
    match part(parts, &["name", "value", "key"]) {
        Some(name) => named(field, &field.allowed, &name),
        None => One::Wrong(format!(
            "{} has neither id nor name",
            told(&Fact::Object(parts.clone()), ground)
        )),
    }
}

fn listed(field: &CreateField) -> String {
    hint("", field.allowed.iter().map(|choice| choice.name.as_str()))
}

/// The first of these that is a text or number.
pub(super) fn part(parts: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| match parts.get(*key) {
        Some(Value::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    })
}

/// `Parent / Child`, or `{ value = "Parent", child = "Child" }`.
pub(super) fn cascading(field: &CreateField, fact: &Fact, ground: &Ground<'_>) -> One {
    let (parent, child) = match fact {
        Fact::Object(parts) => {
            let child = match parts.get("child") {
                Some(Value::Object(child)) => part(child, &["id", "value", "name"]),
                _ => part(parts, &["child"]),
            };
            (
                part(parts, &["id", "value", "name", "parent"]).unwrap_or_default(),
                child,
            )
        }
        other => split(field, &other.plain(ground.zone)),
    };
    if field.allowed.is_empty() {
        return match child {
            Some(child) => One::Value(
                json!({ "value": parent, "child": { "value": child } }),
                format!("{parent} / {child}"),
            ),
            None => One::Value(json!({ "value": parent }), parent),
        };
    }
    let first = match find(&field.allowed, &parent) {
        Found::One(choice) => choice,
        _ if child.is_none() => return with_form(field, named(field, &field.allowed, &parent)),
        _ => return named(field, &field.allowed, &parent),
    };
    let Some(child) = child else {
        return One::Value(as_choice(field.kind, first), first.name.clone());
    };
    match find(&first.children, &child) {
        Found::One(second) => {
            let mut value = as_choice(field.kind, first);
            value["child"] = as_choice(field.kind, second);
            One::Value(value, format!("{} / {}", first.name, second.name))
        }
        Found::Ambiguous(_) => named(field, &first.children, &child),
        Found::None => {
            let names = first.children.iter().map(|choice| choice.name.as_str());
            let reason = format!("{} is not allowed below {}", shown(&child), shown(&first.name));
            One::Wrong(format!("{reason}{}", hint(&child, names)))
        }
    }
}

/// What is wrong, with how an option below another one is written.
fn with_form(field: &CreateField, one: One) -> One {
    let parent = field.allowed.iter().find(|choice| !choice.children.is_empty());
    let example = parent.and_then(|choice| Some((&choice.name, &choice.children.first()?.name)));
    match (one, example) {
        (One::Wrong(reason), Some((parent, child))) => {
            One::Wrong(format!("{reason}; one below another is written \"{parent} / {child}\""))
        }
        (one, _) => one,
    }
}

/// Parent and child; an option whose own name has a slash in it goes before.
fn split(field: &CreateField, text: &str) -> (String, Option<String>) {
    if is_known(field, text) {
        return (text.trim().to_owned(), None);
    }
    let cuts = text.match_indices('/').map(|(at, _)| at);
    let parts = |at: usize| (text[..at].trim().to_owned(), text[at + 1..].trim().to_owned());
    let mut all = cuts
        .map(parts)
        .filter(|(parent, child)| !parent.is_empty() && !child.is_empty());
    let first = all.clone().next();
    match all.find(|(parent, _)| is_known(field, parent)).or(first) {
        Some((parent, child)) => (parent, Some(child)),
        None => (text.trim().to_owned(), None),
    }
}

/// A project, by key, name or id.
pub(super) fn project(field: &CreateField, fact: &Fact, ground: &Ground<'_>) -> One {
    let word = match fact {
        Fact::Object(parts) => part(parts, &["id", "key", "name"]).unwrap_or_default(),
        other => other.plain(ground.zone).trim().to_owned(),
    };
    if !field.allowed.is_empty() {
        return named(field, &field.allowed, &word);
    }
    if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return One::Value(json!({ "id": word }), word);
    }
    One::Value(json!({ "key": word }), word)
}
