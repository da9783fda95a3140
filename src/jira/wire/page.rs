//! Lists in Jira's many envelopes, read element by element so that a large page is never in memory
//! as a whole tree.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{ReadError, text, whole};
use crate::domain::json::Json;

/// Reads one element; the error says why it cannot be kept.
pub(crate) type Element<T> = fn(Json<'_>) -> Result<T, String>;

/// A list and what its envelope says of where it stands.
#[derive(Debug)]
pub(crate) struct Listing<T> {
    /// What could be read.
    pub(crate) items: Vec<T>,
    /// Why the others could not.
    pub(crate) skipped: Vec<String>,
    /// Cloud's cursor.
    pub(crate) token: Option<String>,
    /// Whether this is the last page, if told.
    pub(crate) is_last: Option<bool>,
    /// Offset of the first element, if told.
    pub(crate) start: Option<u64>,
    /// Elements in all, if told.
    pub(crate) total: Option<u64>,
    /// Whether the list itself was there.
    found: bool,
}

impl<T> Listing<T> {
    fn put(&mut self, element: Result<T, String>) {
        match element {
            Ok(item) => self.items.push(item),
            Err(why) => self.skipped.push(why),
        }
    }

    /// Elements that came, readable or not.
    pub(crate) fn received(&self) -> u64 {
        (self.items.len() + self.skipped.len()) as u64
    }

    /// Offset of the next page; `None` after the last. `asked` is the offset that was asked for.
    /// The total has the last word only where the server does not flag its last page.
    pub(crate) fn next_offset(&self, asked: u64) -> Option<u64> {
        let received = self.received();
        let next = self.start.unwrap_or(asked) + received;
        let more = match (self.is_last, self.total) {
            (Some(last), _) => !last,
            (None, Some(total)) => next < total,
            (None, None) => true,
        };
        (more && received > 0 && next > asked).then_some(next)
    }
}

/// Reads the list that is called one of `names`, or that is the whole body.
///
/// Elements are read as they come. Only where that fails is each looked at alone, since it takes the
/// machine as long again.
pub(crate) fn listing<T>(body: &[u8], names: &[&str], element: Element<T>) -> Result<Listing<T>, ReadError> {
    let envelope = |alone| Envelope { names, element, alone };
    let listing = match swift(body, envelope(false)) {
        Some(listing) => listing,
        None => envelope(true).read(serde_json::Deserializer::from_slice(body))?,
    };
    if listing.found {
        Ok(listing)
    } else {
        let name = names.first().copied().unwrap_or("list");
        Err(ReadError::Shape(format!("the answer has no `{name}`")))
    }
}

/// All of it at once, if nothing is odd.
fn swift<T>(body: &[u8], envelope: Envelope<'_, T>) -> Option<Listing<T>> {
    let text = std::str::from_utf8(body).ok()?;
    envelope.read(serde_json::Deserializer::from_str(text)).ok()
}

struct Envelope<'a, T> {
    names: &'a [&'a str],
    element: Element<T>,
    /// Whether each element is read by itself, so that one that cannot be read spoils no other.
    alone: bool,
}

impl<T> Envelope<'_, T> {
    fn read<'de, R: serde_json::de::Read<'de>>(
        self,
        mut reader: serde_json::Deserializer<R>,
    ) -> Result<Listing<T>, serde_json::Error> {
        let listing = reader.deserialize_any(self)?;
        reader.end()?;
        Ok(listing)
    }

    fn empty() -> Listing<T> {
        Listing {
            items: Vec::new(),
            skipped: Vec::new(),
            token: None,
            is_last: None,
            start: None,
            total: None,
            found: false,
        }
    }

    fn elements<'l>(&self, into: &'l mut Listing<T>) -> Elements<'l, T> {
        Elements {
            element: self.element,
            alone: self.alone,
            into,
        }
    }
}

impl<'de, T> Visitor<'de> for Envelope<'_, T> {
    type Value = Listing<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page or a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        let mut listing = Self::empty();
        self.elements(&mut listing).visit_seq(seq)?;
        listing.is_last = Some(true);
        Ok(listing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut listing = Self::empty();
        while let Some(key) = map.next_key::<String>()? {
            if self.names.contains(&key.as_str()) {
                map.next_value_seed(self.elements(&mut listing))?;
                continue;
            }
            match key.as_str() {
                "nextPageToken" => listing.token = text(map.next_value()?).filter(|token| !token.is_empty()),
                "isLast" | "isLastPage" | "lastPage" => listing.is_last = map.next_value::<Json<'_>>()?.as_bool(),
                "startAt" => listing.start = count(&map.next_value()?),
                "total" => listing.total = count(&map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(listing)
    }
}

fn count(value: &Json<'_>) -> Option<u64> {
    whole(value).and_then(|number| number.try_into().ok())
}

struct Elements<'l, T> {
    element: Element<T>,
    alone: bool,
    into: &'l mut Listing<T>,
}

impl<'de, T> DeserializeSeed<'de> for Elements<'_, T> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de, T> Visitor<'de> for Elements<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.into.found = true;
        if self.alone {
            while let Some(raw) = seq.next_element::<&RawValue>()? {
                self.into.put(alone(raw.get(), self.element));
            }
        } else {
            while let Some(value) = seq.next_element()? {
                self.into.put((self.element)(value));
            }
        }
        Ok(())
    }
}

/// One element alone, so that a document nested beyond reason or half an emoji spoils only itself.
fn alone<T>(raw: &str, element: Element<T>) -> Result<T, String> {
    let error = match serde_json::from_str(raw) {
        Ok(value) => return element(value),
        Err(error) => error,
    };
    let mended = without_lone_surrogates(raw);
    match mended.as_deref().map(serde_json::from_str) {
        Some(Ok(value)) => element(value),
        _ => Err(format!("{} could not be read: {error}", label(raw))),
    }
}

/// What an unreadable element calls itself.
fn label(raw: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Label {
        key: Option<String>,
        id: Option<String>,
    }
    let label = serde_json::from_str::<Label>(raw).ok();
    label
        .and_then(|label| label.key.or(label.id))
        .unwrap_or_else(|| "an entry".to_owned())
}

/// Text that was cut in the middle of an emoji ends in half a pair, which JSON allows and Unicode
/// does not. `None` if that is not what is wrong.
fn without_lone_surrogates(raw: &str) -> Option<String> {
    let mut mended = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut changed = false;
    while let Some(at) = rest.find('\\') {
        let unit = surrogate(&rest[at..]);
        let pair = unit
            .filter(|unit| *unit < 0xDC00)
            .and_then(|_| surrogate(rest.get(at + 6..)?));
        let length = match (unit, pair) {
            (None, _) => rest[at + 1..].chars().next().map_or(1, |c| 1 + c.len_utf8()),
            (Some(_), Some(0xDC00..)) => 12,
            (Some(_), _) => 6,
        };
        mended.push_str(&rest[..at]);
        if unit.is_some() && length == 6 {
            mended.push('\u{FFFD}');
            changed = true;
        } else {
            mended.push_str(&rest[at..at + length]);
        }
        rest = &rest[at + length..];
    }
    mended.push_str(rest);
    changed.then_some(mended)
}

/// The UTF-16 surrogate that the text starts with as an escape.
fn surrogate(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16)
        .ok()
        .filter(|unit| (0xD800..0xE000).contains(unit))
}
