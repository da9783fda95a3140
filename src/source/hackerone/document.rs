//! JSON:API as HackerOne writes it: attributes, and relations with what they lead to inside them.
//!
//! Must never be in here: what a report or an activity means.

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::{SourceFlaw, time};

/// The object that a relation leads to; `Null` if there is none.
pub(super) fn related<'v>(of: &'v Value, name: &str) -> &'v Value {
    let data = &of["relationships"][name]["data"];
    if data.is_object() { data } else { &Value::Null }
}

/// The objects that a relation leads to, be they many, one or none.
pub(super) fn all_related<'v>(of: &'v Value, name: &str) -> &'v [Value] {
    match &of["relationships"][name]["data"] {
        Value::Array(all) => all,
        one @ Value::Object(_) => std::slice::from_ref(one),
        _ => &[],
    }
}

/// An attribute as text; numbers are texts too, and what is blank is absent.
pub(super) fn attribute(of: &Value, name: &str) -> Option<String> {
    text(&of["attributes"][name])
}

/// A text or number that is not blank.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The id of an object, which some payloads write as a number.
pub(super) fn id(of: &Value) -> Option<String> {
    text(&of["id"]).map(|id| id.trim().to_owned())
}

/// Words without the gaps that templates leave in names.
pub(super) fn name(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A time in any of the spellings of the API (`…T…Z`) and of exports (`2024-05-12 04:05:27 UTC`).
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    match text.strip_suffix(" UTC") {
        Some(bare) => time::parse_timestamp(&format!("{bare}+0000")),
        None => time::parse_timestamp(text),
    }
}

/// What could not be read of one report.
pub(super) struct Flaws<'f> {
    pub(super) place: String,
    pub(super) all: &'f mut Vec<SourceFlaw>,
}

impl Flaws<'_> {
    pub(super) fn add(&mut self, reason: impl Into<String>) {
        self.all.push(SourceFlaw {
            place: self.place.clone(),
            line: None,
            reason: reason.into(),
        });
    }

    /// A time that may be absent but not unreadable.
    pub(super) fn time(&mut self, of: &Value, name: &str) -> Option<Timestamp> {
        let value = &of[name];
        let read = value.as_str().and_then(time);
        let blank = value.as_str().is_some_and(|text| text.trim().is_empty());
        if read.is_none() && !value.is_null() && !blank {
            self.add(format!("its `{name}` is no time"));
        }
        read
    }
}
