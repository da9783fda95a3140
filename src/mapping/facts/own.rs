//! The source's own fields: any JSON, by dotted paths.

use serde_json::Value;

use super::Fact;
use crate::domain::Finding;

/// How deep lists and objects may nest; what is further in is left out.
const MAX_DEPTH: usize = 32;

/// What the source has under a path of names; numbers pick from lists.
///
/// A name may hold dots itself, as those of SARIF properties do, so longer names go first.
pub(super) fn field(finding: &Finding, path: &[String]) -> Fact {
    for used in (1..=path.len()).rev() {
        let name = path[..used].join(".");
        if let Some(value) = finding.fields.get(&name).or_else(|| in_any_case(finding, &name)) {
            return dig(value, &path[used..]).map_or(Fact::Nothing, from_json);
        }
    }
    Fact::Nothing
}

fn in_any_case<'f>(finding: &'f Finding, name: &str) -> Option<&'f Value> {
    let mut all = finding.fields.iter();
    all.find(|(own, _)| own.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn dig<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(value);
    }
    match value {
        Value::Object(parts) => (1..=path.len()).rev().find_map(|used| {
            parts
                .get(&path[..used].join("."))
                .and_then(|part| dig(part, &path[used..]))
        }),
        Value::Array(items) => dig(items.get(path[0].parse::<usize>().ok()?)?, &path[1..]),
        _ => None,
    }
}

/// The first of these paths that holds something.
pub(in crate::mapping) fn first_of(finding: &Finding, paths: &[&str]) -> Fact {
    paths
        .iter()
        .map(|path| field(finding, &path.split('.').map(str::to_owned).collect::<Vec<_>>()))
        .find(|fact| !fact.is_nothing())
        .unwrap_or_default()
}

/// JSON as a fact. Dates stay text until a field wants one.
pub(in crate::mapping) fn from_json(value: &Value) -> Fact {
    read(value, 0)
}

fn read(value: &Value, depth: usize) -> Fact {
    match value {
        Value::Null => Fact::Nothing,
        Value::Bool(flag) => Fact::Flag(*flag),
        Value::Number(number) => Fact::Number(number.clone()),
        Value::String(text) if is_address(text) => Fact::Url(text.clone()),
        Value::String(text) => Fact::text(text.as_str()),
        _ if depth >= MAX_DEPTH => Fact::Nothing,
        Value::Array(items) => Fact::List(items.iter().map(|item| read(item, depth + 1)).collect()),
        Value::Object(parts) => Fact::Object(parts.clone()),
    }
}

fn is_address(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
}
