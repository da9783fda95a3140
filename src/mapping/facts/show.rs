//! Facts as text: plain, or as Markdown that says nothing but the text.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use super::{Fact, from_json};
use crate::{domain::Responsible, mapping::value::markup, richtext::markdown};

/// How deep objects are shown; what is further in is left out.
const MAX_DEPTH: usize = 6;

impl Fact {
    /// As plain text; a list as `a, b`.
    #[must_use]
    pub fn plain(&self, zone: &TimeZone) -> String {
        self.plain_at(zone, 0)
    }

    fn plain_at(&self, zone: &TimeZone, depth: usize) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) | Self::Url(text) => text.clone(),
            Self::Markdown(text) => markdown::to_plain(text),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Self::Instant(at) => instant(*at, zone),
            Self::Date(date) => date.to_string(),
            Self::Severity(severity) => severity.word().to_owned(),
            Self::Person(who) => person(who),
            Self::List(items) => joined(items.iter().map(|item| item.plain_at(zone, depth + 1)), ", "),
            Self::Object(_) if depth >= MAX_DEPTH => "…".to_owned(),
            Self::Object(parts) => match name_of(parts) {
                Some(name) => name.to_owned(),
                None => {
                    let shown = parts.iter().map(|(name, value)| {
                        let text = from_json(value).plain_at(zone, depth + 1);
                        if text.is_empty() {
                            text
                        } else {
                            format!("{name}: {text}")
                        }
                    });
                    joined(shown, ", ")
                }
            },
        }
    }

    /// As Markdown. Only [`Fact::Markdown`] keeps its markup: the text of anything else is text,
    /// whatever characters are in it.
    #[must_use]
    pub fn markdown(&self, zone: &TimeZone) -> String {
        match self {
            Self::Markdown(text) => markup::closed(text),
            Self::Url(url) => markup::address(url),
            Self::List(items) => joined(items.iter().map(|item| item.markdown(zone)), ", "),
            other => markup::escaped(&other.plain(zone)),
        }
    }
}

/// An object that has a name of its own stands for that.
fn name_of(parts: &serde_json::Map<String, Value>) -> Option<&str> {
    ["name", "value", "title", "label", "displayName"]
        .iter()
        .find_map(|key| parts.get(*key).and_then(Value::as_str))
}

fn person(who: &Responsible) -> String {
    if who.name.trim().is_empty() {
        who.email.clone().unwrap_or_default()
    } else {
        who.name.clone()
    }
}

fn instant(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

fn joined(parts: impl Iterator<Item = String>, between: &str) -> String {
    let parts: Vec<String> = parts.filter(|part| !part.trim().is_empty()).collect();
    parts.join(between)
}
