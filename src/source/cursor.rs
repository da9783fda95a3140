//! How far each program or repository of a source has been read.
//!
//! Must never be in here: a clock of ours; marks are times of the service.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The last change known of each part; written as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Cursor(BTreeMap<String, Mark>);

/// How far a part was read. One without a tag is written as its time alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Mark {
    At(Timestamp),
    Tagged { at: Timestamp, tag: String },
}

impl Mark {
    fn at(&self) -> Timestamp {
        match self {
            Self::At(at) | Self::Tagged { at, .. } => *at,
        }
    }
}

impl Cursor {
    /// From where the last look left off. What cannot be read means to read all again, which is slow
    /// but loses nothing.
    pub(super) fn read(text: Option<&str>) -> Self {
        let marks = text.and_then(|text| serde_json::from_str(text).ok());
        Self(marks.unwrap_or_default())
    }

    /// The mark of a part.
    pub(super) fn of(&self, part: &str) -> Option<Timestamp> {
        self.0.get(part).map(Mark::at)
    }

    /// By what the service tells whether anything changed since.
    pub(super) fn tag_of(&self, part: &str) -> Option<&str> {
        match self.0.get(part)? {
            Mark::At(_) => None,
            Mark::Tagged { tag, .. } => Some(tag),
        }
    }

    /// Marks a part; never goes back.
    pub(super) fn advance(&mut self, part: &str, to: Timestamp, tag: Option<String>) {
        let at = self.of(part).map_or(to, |known| known.max(to));
        let mark = match tag {
            Some(tag) => Mark::Tagged { at, tag },
            None => Mark::At(at),
        };
        self.0.insert(part.to_owned(), mark);
    }

    /// Forgets parts that are no longer asked for, so that they are read anew when they come back.
    pub(super) fn keep_only(&mut self, parts: &[String]) {
        self.0.retain(|part, _| parts.contains(part));
    }

    /// As it is stored.
    pub(super) fn write(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_kept_by_part_and_never_go_back() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut cursor = Cursor::default();
        cursor.advance("acme", at("2026-01-02T00:00:00.123Z"), None);
        cursor.advance("acme", at("2026-01-01T00:00:00Z"), None);
        cursor.advance("gone", at("2026-01-01T00:00:00Z"), None);
        cursor.keep_only(&["acme".to_owned(), "new".to_owned()]);
        assert_eq!(cursor.write(), r#"{"acme":"2026-01-02T00:00:00.123Z"}"#);
        assert_eq!(Cursor::read(Some(&cursor.write())), cursor);
        assert_eq!((cursor.of("gone"), cursor.tag_of("acme")), (None, None));
        cursor.advance("acme", at("2026-01-01T00:00:00Z"), Some("W/\"1\"".to_owned()));
        let written = r#"{"acme":{"at":"2026-01-02T00:00:00.123Z","tag":"W/\"1\""}}"#;
        assert_eq!(cursor.write(), written);
        let read = Cursor::read(Some(written));
        assert_eq!(
            (read.of("acme"), read.tag_of("acme")),
            (cursor.of("acme"), Some("W/\"1\""))
        );
        for broken in [None, Some(""), Some("2026"), Some("[1]"), Some(r#"{"a": "b"}"#)] {
            assert_eq!(Cursor::read(broken), Cursor::default(), "{broken:?}");
        }
    }
}
