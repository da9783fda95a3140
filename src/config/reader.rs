//! Walks a TOML document by hand, so that every mistake is told with its place, and all at once.
//!
//! Must never be in here: knowledge of particular keys.

use std::{ops::Range, path::Path, time::Duration};

use toml::{Spanned, de::DeTable, de::DeValue};

use super::{
    duration,
    flaw::{Flaw, nearest, quoted},
    remark::{Position, Remark},
};

/// A value, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
    pub(super) path: String,
}

impl<T> Located<T> {
    /// The same place with another value.
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located {
            value: change(self.value),
            span: self.span,
            path: self.path,
        }
    }
}

/// A value of any type.
pub(super) type Entry<'t> = Located<&'t DeValue<'t>>;
/// A table.
pub(super) type Section<'t> = Located<&'t DeTable<'t>>;
/// A text.
pub(super) type Text<'t> = Located<&'t str>;

impl<'t> Section<'t> {
    /// The whole document.
    pub(super) fn root(document: &'t Spanned<DeTable<'t>>) -> Self {
        Self {
            value: document.get_ref(),
            span: 0..0,
            path: String::new(),
        }
    }

    /// The value of a key.
    pub(super) fn entry(&self, key: &str) -> Option<Entry<'t>> {
        let value = self.value.get(key)?;
        Some(Located {
            value: value.get_ref(),
            span: value.span(),
            path: self.child(key),
        })
    }

    /// Where a key of this table is.
    pub(super) fn child(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

/// Reads typed values and gathers remarks.
pub(super) struct Reader<'t> {
    text: &'t str,
    file: &'t Path,
    remarks: Vec<Remark>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, file: &'t Path) -> Self {
        Self {
            text,
            file,
            remarks: Vec::new(),
        }
    }

    /// All remarks in file order.
    pub(super) fn into_remarks(mut self) -> Vec<Remark> {
        self.remarks.sort_by_key(|remark| remark.position);
        self.remarks
    }

    /// The file's own text between two places.
    pub(super) fn raw(&self, span: &Range<usize>) -> &'t str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Line and column of a byte.
    pub(super) fn position(&self, byte: usize) -> Position {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].trim_start_matches('\u{feff}').chars().count() + 1,
        }
    }

    /// Notes a remark, and hands it back for those who keep it elsewhere too.
    pub(super) fn report(&mut self, byte: usize, key: &str, flaw: Flaw) -> Remark {
        let remark = Remark {
            file: self.file.to_owned(),
            position: Some(self.position(byte)),
            key: key.to_owned(),
            flaw,
        };
        self.remarks.push(remark.clone());
        remark
    }

    /// Notes a remark about a value.
    pub(super) fn complain<T>(&mut self, about: &Located<T>, flaw: Flaw) -> Remark {
        self.report(about.span.start, &about.path, flaw)
    }

    /// Notes that a key is missing from a table.
    pub(super) fn missing(&mut self, section: &Section<'_>, keys: &[&str], example: &str) {
        self.complain(
            section,
            Flaw::Missing {
                keys: keys.iter().map(|&key| key.to_owned()).collect(),
                example: example.to_owned(),
            },
        );
    }

    /// Complains of every key that is not known here; one that looks like a secret is told apart.
    pub(super) fn known_keys(&mut self, section: &Section<'_>, known: &[&str]) {
        for (key, value) in section.value {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let flaw = if looks_secret(name) && value.get_ref().is_str() {
                Flaw::InlineSecret
            } else {
                Flaw::UnknownKey {
                    suggestion: nearest(name, known).map(str::to_owned),
                    known: known.iter().map(|&key| key.to_owned()).collect(),
                }
            };
            let shown = if is_bare(name) { name.to_owned() } else { quoted(name) };
            self.report(key.span().start, &section.child(&shown), flaw);
        }
    }

    fn wrong_type(&mut self, entry: &Entry<'_>, expected: &str) {
        let found = match entry.value {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.complain(
            entry,
            Flaw::WrongType {
                expected: expected.to_owned(),
                found: found.to_owned(),
            },
        );
    }

    /// The text of a key, surrounding blanks removed; empty text is a mistake.
    pub(super) fn text(&mut self, section: &Section<'t>, key: &str) -> Option<Text<'t>> {
        let text = self.any_text(section, key)?.map(str::trim);
        if text.value.is_empty() {
            self.complain(&text, Flaw::Empty);
            return None;
        }
        Some(text)
    }

    /// The text of a key as it stands, which may be empty.
    pub(super) fn any_text(&mut self, section: &Section<'t>, key: &str) -> Option<Text<'t>> {
        let entry = section.entry(key)?;
        match entry.value {
            DeValue::String(text) => Some(entry.clone().map(|_| text.as_ref())),
            _ => {
                self.wrong_type(&entry, "text in quotes");
                None
            }
        }
    }

    /// A switch.
    pub(super) fn flag(&mut self, section: &Section<'t>, key: &str) -> Option<Located<bool>> {
        let entry = section.entry(key)?;
        match entry.value {
            DeValue::Boolean(flag) => Some(entry.map(|_| *flag)),
            _ => {
                self.wrong_type(&entry, "true or false");
                None
            }
        }
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, section: &Section<'t>, key: &str) -> Option<Located<Vec<Text<'t>>>> {
        let entry = section.entry(key)?;
        let DeValue::Array(items) = entry.value else {
            self.wrong_type(&entry, "a list of texts, [\"…\", \"…\"]");
            return None;
        };
        let mut texts = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let item = Located {
                value: item.get_ref(),
                span: item.span(),
                path: format!("{}[{index}]", entry.path),
            };
            match item.value {
                DeValue::String(text) => texts.push(item.clone().map(|_| text.as_ref())),
                _ => self.wrong_type(&item, "text in quotes"),
            }
        }
        Some(entry.map(|_| texts))
    }

    /// A table.
    pub(super) fn section(&mut self, section: &Section<'t>, key: &str) -> Option<Section<'t>> {
        let entry = section.entry(key)?;
        match entry.value {
            DeValue::Table(table) => Some(entry.clone().map(|_| table)),
            _ => {
                self.wrong_type(&entry, &format!("a table, [{key}]"));
                None
            }
        }
    }

    /// All tables of an array of tables.
    pub(super) fn sections(&mut self, section: &Section<'t>, key: &str) -> Vec<Section<'t>> {
        let expected = format!("tables that each start with [[{key}]]");
        let Some(entry) = section.entry(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = entry.value else {
            self.wrong_type(&entry, &expected);
            return Vec::new();
        };
        let mut sections = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let item = Located {
                value: item.get_ref(),
                span: item.span(),
                path: format!("{key}[{index}]"),
            };
            match item.value {
                DeValue::Table(table) => sections.push(item.clone().map(|_| table)),
                _ => self.wrong_type(&item, &expected),
            }
        }
        sections
    }

    /// A duration of at least `least`.
    pub(super) fn duration(&mut self, section: &Section<'t>, key: &str, least: Duration) -> Option<Duration> {
        const MOST: Duration = Duration::from_secs(365 * 86_400);
        let entry = section.entry(key)?;
        let DeValue::String(text) = entry.value else {
            self.wrong_type(&entry, "a duration in quotes, like \"5m\"");
            return None;
        };
        let Some(duration) = duration::parse(text) else {
            let value = quoted(text);
            self.complain(&entry, Flaw::BadDuration { value });
            return None;
        };
        let limit = match duration {
            short if short < least => format!("at least {}", duration::print(least)),
            long if long > MOST => format!("at most {}", duration::print(MOST)),
            fine => return Some(fine),
        };
        self.complain(&entry, Flaw::DurationLimit { limit });
        None
    }

    /// One of a few words.
    pub(super) fn word(
        &mut self,
        section: &Section<'t>,
        key: &str,
        what: &'static str,
        known: &[&'static str],
    ) -> Option<Located<&'static str>> {
        let text = self.text(section, key)?;
        match known.iter().find(|word| **word == text.value) {
            Some(word) => Some(text.map(|_| *word)),
            None => {
                self.unknown_word(&text, what, known);
                None
            }
        }
    }

    /// Complains of a word that is not among those known.
    pub(super) fn unknown_word(&mut self, text: &Text<'_>, what: &'static str, known: &[&str]) {
        let flaw = Flaw::UnknownWord {
            what,
            value: quoted(text.value),
            suggestion: nearest(text.value, known).map(str::to_owned),
            known: known.iter().map(|&word| word.to_owned()).collect(),
        };
        self.complain(text, flaw);
    }
}

/// Whether a key's name says that its value is a secret.
fn looks_secret(key: &str) -> bool {
    const PARTS: [&str; 8] = [
        "secret",
        "token",
        "password",
        "passwd",
        "passphrase",
        "api_key",
        "apikey",
        "private_key",
    ];
    let key = key.to_lowercase().replace('-', "_");
    key == "pat" || PARTS.iter().any(|part| key.contains(part))
}

/// Whether TOML takes the key without quotes.
fn is_bare(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= 60
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}
