//! YAML (and JSON, which is YAML) to a plain tree whose every value knows its line.
//!
//! Numbers and booleans stay as they were written, because a version `1.10` is a name here and
//! nothing ever calculates. Only the parts of a document that can describe an entity are kept; the
//! paths of a large OpenAPI file are skipped over.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Error, Location, Options, Spanned};

/// Top-level keys of the two formats.
const ROOT_KEYS: [&str; 5] = ["info", "apiVersion", "kind", "metadata", "spec"];
/// Lists and mappings within each other, which is also how deep the parser calls itself.
const MAX_DEPTH: usize = 64;
/// Values that a document's aliases may stand for: enough for shared lists, and a bomb is small.
const MAX_REPLAYED: usize = 20_000;

/// A value.
#[derive(Debug, PartialEq)]
pub(super) struct Node {
    /// Line where it starts, from 1.
    pub(super) line: u32,
    value: Value,
}

#[derive(Debug, PartialEq)]
enum Value {
    Null,
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

impl Node {
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }

    /// Keys (with their lines) and values of a mapping; nothing for anything else.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&Self, &Self)> {
        let entries = match &self.value {
            Value::Map(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(key, value)| (key, value))
    }

    /// The value of a key, if this is a mapping that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .find(|(own, _)| own.text() == Some(key))
            .map(|(_, value)| value)
    }
}

/// Why a document cannot be read.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) line: u32,
    pub(super) message: String,
}

/// The documents of a text, each for itself: one that is broken leaves its neighbours alone.
pub(super) fn documents(text: &str) -> impl Iterator<Item = Result<Node, Fault>> {
    split(text).into_iter().map(|(line, text)| document(text, line))
}

/// Cuts where YAML lets a line mean nothing else: `---` and `...` at its very start, even within
/// a text. Gives each document with the number of its first line.
fn split(text: &str) -> Vec<(u32, &str)> {
    let mut documents = Vec::new();
    let (mut start, mut first_line) = (0, 1);
    let (mut begun, mut filled) = (false, false);
    let mut offset = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let end = offset + line.len();
        if is_marker(line, "---") {
            if begun || filled {
                documents.push((first_line, &text[start..offset], filled));
                (start, first_line) = (offset, number);
            }
            (begun, filled) = (true, !is_idle(&line[3..]));
        } else if is_marker(line, "...") {
            documents.push((first_line, &text[start..offset], filled));
            (start, first_line) = (end, number + 1);
            (begun, filled) = (false, false);
        } else {
            // A directive (`%YAML 1.2`) belongs to the document that it announces.
            filled |= !is_idle(line) && (begun || !line.starts_with('%'));
        }
        offset = end;
    }
    documents.push((first_line, &text[start..], filled));
    let filled = documents.into_iter().filter(|(.., filled)| *filled);
    filled.map(|(line, text, _)| (line, text)).collect()
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// Nothing but space or a comment.
fn is_idle(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

fn document(text: &str, first_line: u32) -> Result<Node, Fault> {
    let source = Source { text, first_line };
    match serde_saphyr::from_str_with_options::<Spanned<Root>>(text, options()) {
        Ok(root) => Ok(source.node(Spanned::new(root.value.0, root.referenced, root.defined))),
        Err(error) => Err(source.fault(&error)),
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: MAX_DEPTH },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_REPLAYED },
        non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::PassThrough,
        // `yes` and `on` are words.
        strict_booleans: true,
        with_snippet: false,
    }
}

/// A document within its file.
struct Source<'a> {
    text: &'a str,
    first_line: u32,
}

impl Source<'_> {
    fn line(&self, location: Location) -> u32 {
        let within = u32::try_from(location.line()).unwrap_or(u32::MAX);
        self.first_line.saturating_add(within.saturating_sub(1))
    }

    fn node(&self, raw: Spanned<Raw>) -> Node {
        Node {
            line: self.line(raw.referenced),
            value: match raw.value {
                Raw::Null => Value::Null,
                Raw::Text(text) => Value::Text(text),
                Raw::Plain => self.spelling(raw.defined).map_or(Value::Null, Value::Text),
                Raw::List(items) => Value::List(items.into_iter().map(|item| self.node(item)).collect()),
                Raw::Map(entries) => {
                    let both = entries.into_iter();
                    Value::Map(both.map(|(key, value)| (self.node(key), self.node(value))).collect())
                }
            },
        }
    }

    /// A number or boolean as it stands in the text.
    fn spelling(&self, defined: Location) -> Option<String> {
        let span = defined.span();
        let start = usize::try_from(span.byte_offset()?).ok()?;
        let len = usize::try_from(span.byte_len()?).ok()?;
        let text = self.text.get(start..start.checked_add(len)?)?;
        Some(text.trim().to_owned())
    }

    fn fault(&self, error: &Error) -> Fault {
        let mut cause = error;
        while let Error::AliasError { error, .. } = cause {
            cause = error;
        }
        let reason = match cause {
            Error::DuplicateMappingKey { key: Some(key), .. } => format!("the key {key:?} stands twice in one mapping"),
            Error::DuplicateMappingKey { key: None, .. } => "a key stands twice in one mapping".to_owned(),
            Error::Budget { .. }
            | Error::AliasReplayLimitExceeded { .. }
            | Error::AliasReplayStackDepthExceeded { .. }
            | Error::AliasExpansionLimitExceeded { .. } => {
                "nested too deeply, or too large once its aliases are written out".to_owned()
            }
            other => {
                let text = other.to_string();
                // The place is told apart from the message.
                text.split(" at line ").next().unwrap_or_default().to_owned()
            }
        };
        Fault {
            line: error.location().map_or(self.first_line, |location| self.line(location)),
            message: format!("not readable as YAML: {reason}"),
        }
    }
}

/// A value before its spelling is looked up.
#[derive(Debug)]
enum Raw {
    Null,
    Text(String),
    /// A number or boolean, whose spelling the parser does not hand over.
    Plain,
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor { wanted: &[] })
    }
}

struct RawVisitor {
    /// Keys of a mapping to keep; none keeps all.
    wanted: &'static [&'static str],
}

impl RawVisitor {
    fn wants(&self, key: &Raw) -> bool {
        self.wanted.is_empty() || matches!(key, Raw::Text(name) if self.wanted.contains(&name.as_str()))
    }
}

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<Spanned<Raw>>()? {
            if self.wants(&key.value) {
                entries.push((key, map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Raw::Map(entries))
    }
}

/// A whole document, without the entries that cannot matter.
struct Root(Raw);

impl<'de> Deserialize<'de> for Root {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(RawVisitor { wanted: &ROOT_KEYS })
            .map(Root)
    }
}

#[cfg(test)]
mod tests;
