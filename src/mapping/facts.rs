//! What a finding tells, by the names that templates, rules and expressions use.
//!
//! Must never be in here: what Jira makes of it.

mod known;
mod own;
mod show;

pub use known::{About, VARIABLES, Variable, named};
pub(super) use own::{first_of, from_json};

use jiff::{Timestamp, civil::Date};
use serde_json::{Map, Number, Value};

use crate::domain::{Finding, Responsible, Severity};

/// One thing that a finding tells.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Fact {
    /// Nothing is told.
    #[default]
    Nothing,
    /// Plain text.
    Text(String),
    /// Text with Markdown in it.
    Markdown(String),
    /// An address.
    Url(String),
    /// A number.
    Number(Number),
    /// Yes or no.
    Flag(bool),
    /// A point in time.
    Instant(Timestamp),
    /// A day.
    Date(Date),
    /// How bad.
    Severity(Severity),
    /// Somebody.
    Person(Responsible),
    /// Several.
    List(Vec<Fact>),
    /// Something with parts, which only the source knows.
    Object(Map<String, Value>),
}

impl Fact {
    /// A text; nothing if it is blank.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.trim().is_empty() {
            Self::Nothing
        } else {
            Self::Text(text)
        }
    }

    /// A whole number.
    #[must_use]
    pub fn number(number: i64) -> Self {
        Self::Number(number.into())
    }

    /// Whether nothing is told.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Text(text) | Self::Markdown(text) | Self::Url(text) => text.trim().is_empty(),
            Self::List(items) => items.iter().all(Self::is_nothing),
            Self::Object(parts) => parts.is_empty(),
            _ => false,
        }
    }

    /// The things themselves: those of a list one by one, nothing as none.
    #[must_use]
    pub fn items(self) -> Vec<Self> {
        match self {
            Self::List(items) => items.into_iter().flat_map(Self::items).collect(),
            nothing if nothing.is_nothing() => Vec::new(),
            one => vec![one],
        }
    }
}

/// What `finding` tells under `path`: a [variable](VARIABLES), or `fields.` and the source's own name.
/// `None`: there is no such variable.
#[must_use]
pub fn look_up(finding: &Finding, path: &[String]) -> Option<Fact> {
    let (first, rest) = path.split_first()?;
    if first.eq_ignore_ascii_case("fields") {
        return Some(own::field(finding, rest));
    }
    let name = path.join(".").to_ascii_lowercase();
    named(&name).map(|variable| variable.of(finding))
}
