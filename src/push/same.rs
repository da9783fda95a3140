//! When two values of a field mean the same, in whichever form they are written.
//!
//! Jira gives values back with more in them than it was given, and what it adds changes by itself: names,
//! pictures, addresses, the state of a sprint. Must never be in here: which of two values holds (`merge`).

use jiff::{Timestamp, fmt::strtime};
use serde_json::{Map, Value, json};

/// What tells things of one kind apart, best first.
const IDENTITIES: [&str; 5] = ["accountId", "id", "key", "name", "value"];

/// Whether Jira has what we want, allowing for what Jira adds to values: ids, addresses, pictures.
pub(super) fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => ours
            .iter()
            .all(|(name, value)| theirs.get(name).is_some_and(|theirs| same(value, theirs))),
        // Nodes of a document stand in order; options, people and labels are a set.
        (Value::Array(ours), Value::Array(theirs)) if is_content(ours) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(own, other)| same(own, other))
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().all(|own| theirs.iter().any(|other| same(own, other)))
        }
        // A sprint is set by its number, and told as the list of those that the issue was in.
        (Value::Number(_), Value::Array(theirs)) => {
            theirs.last().is_some_and(|last| essence(last) == json!({"id": ours}))
        }
        (Value::String(ours), Value::String(theirs)) => same_text(ours, theirs),
        (Value::Number(ours), Value::Number(theirs)) => ours.as_f64() == theirs.as_f64(),
        _ => ours == theirs || (is_empty(ours) && is_empty(theirs)),
    }
}

/// Whether what Jira has now is what it had before, but for what changes by itself.
pub(super) fn unchanged(before: &Value, now: &Value) -> bool {
    before == now || essence(before) == essence(now) || (is_empty(before) && is_empty(now))
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

fn is_content(list: &[Value]) -> bool {
    list.iter().any(|own| own.get("type").is_some())
}

/// Jira takes spaces off the end, and writes ends of lines its own way and instants in its own zone.
fn same_text(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.trim_end().replace("\r\n", "\n");
    plain(one) == plain(other) || instant(one).is_some_and(|at| instant(other) == Some(at))
}

fn instant(text: &str) -> Option<Timestamp> {
    // Dates and everything else are shorter, or do not begin like this.
    if text.len() < 20 || text.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    let jira = strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", text).and_then(|time| time.to_timestamp());
    jira.ok().or_else(|| text.parse().ok())
}

/// What of a value tells it from another one.
fn essence(value: &Value) -> Value {
    match value {
        Value::Object(map) if map.get("type").is_some_and(Value::is_string) => without_local_ids(value),
        Value::Object(map) => identity(map),
        Value::Array(list) if is_content(list) => Value::Array(list.iter().map(without_local_ids).collect()),
        Value::Array(list) => {
            let mut list: Vec<Value> = list.iter().map(essence).collect();
            list.sort_by_key(Value::to_string);
            Value::Array(list)
        }
        Value::String(text) => match (instant(text), sprint(text)) {
            (Some(at), _) => json!(at.as_millisecond()),
            (_, Some(id)) => json!({ "id": id }),
            _ => json!(text.trim_end().replace("\r\n", "\n")),
        },
        other => other.clone(),
    }
}

fn identity(map: &Map<String, Value>) -> Value {
    let child = map.get("child").map(essence);
    match IDENTITIES.iter().find(|name| map.contains_key(**name)) {
        Some(name) => match child {
            Some(child) => json!({ *name: map[*name], "child": child }),
            None => json!({ *name: map[*name] }),
        },
        None => {
            let mut rest = map.clone();
            rest.remove("self");
            Value::Object(rest)
        }
    }
}

/// Data Center writes sprints as `…Sprint@1f39[id=7,state=ACTIVE,…]`.
fn sprint(text: &str) -> Option<u64> {
    let (class, rest) = text.split_once("[id=")?;
    let digits = rest.split(',').next()?;
    class.contains("Sprint@").then(|| digits.parse().ok())?
}

/// Nodes get ids that mean nothing, some of them anew with every edit.
fn without_local_ids(node: &Value) -> Value {
    match node {
        Value::Object(map) => {
            let mut kept = Map::new();
            for (name, value) in map {
                let mut value = without_local_ids(value);
                if name == "attrs"
                    && let Value::Object(attrs) = &mut value
                {
                    attrs.remove("localId");
                    if attrs.is_empty() {
                        continue;
                    }
                }
                kept.insert(name.clone(), value);
            }
            Value::Object(kept)
        }
        Value::Array(list) => Value::Array(list.iter().map(without_local_ids).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jira_has_what_we_want_in_its_own_form() {
        let doc = |attrs: Value| {
            json!({"type": "doc", "version": 1, "content": [
                {"type": "paragraph", "attrs": attrs, "content": [{"type": "text", "text": "a"}]},
            ]})
        };
        let plain = json!({"type": "doc", "version": 1, "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": "a"}]},
        ]});
        let table = [
            (
                json!({"name": "High"}),
                json!({"id": "2", "name": "High", "self": "https://x/2"}),
                true,
            ),
            (
                json!({"accountId": "5"}),
                json!({"accountId": "5", "displayName": "Ana"}),
                true,
            ),
            (json!(["b", "a"]), json!(["a", "b"]), true),
            (json!(["a"]), json!(["a", "b"]), false),
            (json!("text \n"), json!("text"), true),
            (json!("a\nb"), json!("a\r\nb"), true),
            (
                json!("2026-01-31T12:00:00.000+0000"),
                json!("2026-01-31T13:00:00.000+0100"),
                true,
            ),
            (
                json!("2026-01-31T12:00:00.000+0000"),
                json!("2026-01-31T12:00:01.000+0000"),
                false,
            ),
            (json!(3), json!(3.0), true),
            (
                json!(7),
                json!([{"id": 6, "state": "closed"}, {"id": 7, "state": "active"}]),
                true,
            ),
            (
                json!(7),
                json!(["com.x.Sprint@1f[id=7,rapidViewId=1,state=ACTIVE]"]),
                true,
            ),
            (json!(7), json!([{"id": 8}]), false),
            (Value::Null, json!([]), true),
            (plain.clone(), doc(json!({"localId": "1"})), true),
        ];
        for (ours, theirs, expected) in table {
            assert_eq!(same(&ours, &theirs), expected, "{ours} {theirs}");
        }
    }

    #[test]
    fn what_changes_by_itself_is_nobodys_change() {
        let user = |name: &str, site: &str| {
            json!({
                "accountId": "5", "displayName": name, "self": format!("{site}/user/5"), "avatarUrls": {"48x48": name},
            })
        };
        let node = |id: &str, text: &str| {
            json!({"type": "doc", "version": 1, "content": [
                {"type": "paragraph", "attrs": {"localId": id}, "content": [{"type": "text", "text": text}]},
            ]})
        };
        let option = |id: &str, child: &str| json!({"id": id, "value": id, "child": {"id": child, "value": "v"}});
        let table = [
            (user("Ana", "https://a"), user("Ana Ruiz", "https://gateway"), true),
            (
                json!({"id": "1", "name": "1.0", "released": false}),
                json!({"id": "1", "name": "1.0", "released": true}),
                true,
            ),
            (
                json!({"id": "1", "name": "High"}),
                json!({"id": "2", "name": "High"}),
                false,
            ),
            (option("1", "2"), option("1", "2"), true),
            (option("1", "2"), option("1", "3"), false),
            (
                json!([{"id": "1"}, {"id": "2"}]),
                json!([{"id": "2", "x": 1}, {"id": "1"}]),
                true,
            ),
            (json!(["a", "b"]), json!(["b", "a"]), true),
            (json!(["a", "b"]), json!(["b"]), false),
            (
                json!([{"id": 7, "state": "active"}]),
                json!([{"id": 7, "state": "closed"}]),
                true,
            ),
            (node("1", "a"), node("2", "a"), true),
            (node("1", "a"), node("1", "b"), false),
            (json!("a"), json!("b"), false),
            (
                json!("2026-01-31T12:00:00.000+0000"),
                json!("2026-01-31T13:00:00.000+0100"),
                true,
            ),
            (json!("2026-01-31"), json!("2026-02-01"), false),
            (Value::Null, json!(""), true),
        ];
        for (before, now, expected) in table {
            assert_eq!(unchanged(&before, &now), expected, "{before} {now}");
        }
    }
}
