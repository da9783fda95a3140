//! The words of issues: how texts become words, and the full-text table that finds issues by them.
//!
//! The table holds words in the form that their family shares ([`stem`]), so that a search compares what
//! both sides were reduced to. It keeps no texts: those are in the documents. One row an issue; a column
//! for each text that Jira searches by itself, one for all custom fields together, and one in which each
//! word of a custom field carries that field's row, so that one custom field can be told from another.
//!
//! Must never be in here: what JQL says about words (`jql::like`).

mod adf;
mod stem;

use rusqlite::{Transaction, params};

use super::error::StoreError;
use crate::domain::{Comment, Issue, RichText};

pub(super) use stem::stem;

/// Stands between two texts of one column, so that no phrase reaches over; no letter, hence no word.
const BETWEEN: &str = "\u{e000}";
/// Stands between the row of a custom field and a word of it.
const OF_FIELD: char = '\u{e001}';

/// Columns that `text ~` looks at.
pub(super) const ALL_TEXTS: [&str; 5] = ["summary", "description", "environment", "comment", "custom"];
/// The column whose words carry the row of their field.
pub(super) const BY_FIELD: &str = "by_field";

/// What of an issue is searched.
#[derive(Debug, Default)]
pub(super) struct Texts {
    summary: String,
    description: String,
    environment: String,
    comment: String,
    custom: String,
    by_field: String,
}

impl Texts {
    /// Those of the system's fields.
    pub(super) fn of(issue: &Issue) -> Self {
        let rich = |text: Option<&RichText>| text.map(|text| stems(&readable(text))).unwrap_or_default();
        let comments = issue.comments.iter().map(|Comment { body, .. }| stems(&readable(body)));
        Self {
            summary: stems(&issue.summary),
            description: rich(issue.description.as_ref()),
            environment: rich(issue.environment.as_ref()),
            comment: joined(comments),
            ..Self::default()
        }
    }

    /// And a text of a custom field.
    pub(super) fn add(&mut self, field: i64, text: &str) {
        for word in [BETWEEN].into_iter().chain(stems(text).split_whitespace()) {
            push_word(&mut self.custom, word);
            push_word(&mut self.by_field, &of_field(field, word));
        }
    }

    /// As [`Texts::add`], for a formatted text.
    pub(super) fn add_rich(&mut self, field: i64, text: &RichText) {
        self.add(field, &readable(text));
    }

    /// Takes away what the issue at `row` was found by.
    pub(super) fn forget(transaction: &Transaction<'_>, row: i64) -> Result<(), StoreError> {
        transaction
            .prepare_cached("DELETE FROM issue_text WHERE rowid = ?1")?
            .execute([row])?;
        Ok(())
    }

    /// Puts them where the issue at `row` is found by them; what was there is forgotten before.
    pub(super) fn write(&self, transaction: &Transaction<'_>, row: i64) -> Result<(), StoreError> {
        transaction
            .prepare_cached(
                "INSERT INTO issue_text (rowid, summary, description, environment, comment, custom, by_field)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                row,
                self.summary,
                self.description,
                self.environment,
                self.comment,
                self.custom,
                self.by_field
            ])?;
        Ok(())
    }
}

/// Wiki markup is searched as it was written; Jira does so too.
fn readable(text: &RichText) -> std::borrow::Cow<'_, str> {
    match text {
        RichText::Wiki(markup) => markup.into(),
        RichText::Adf(document) => adf::words(&document.json()).into(),
    }
}

/// How a word of the custom field at `field` stands in its column.
pub(super) fn of_field(field: i64, word: &str) -> String {
    format!("{field}{OF_FIELD}{word}")
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(&format!(" {BETWEEN} "))
}

fn push_word(all: &mut String, word: &str) {
    if !all.is_empty() {
        all.push(' ');
    }
    all.push_str(word);
}

/// The words of a text, reduced, with blanks between them.
pub(super) fn stems(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    words(text, |word| push_word(&mut all, stem(word).as_ref()));
    all
}

/// Calls `each` with the words of a text in lower case: runs of letters and digits. Where a script has
/// no spaces, each character is a word, and a word of its language is a phrase.
pub(super) fn words(text: &str, mut each: impl FnMut(&mut String)) {
    let mut word = String::new();
    let mut end = |word: &mut String| {
        if !word.is_empty() {
            each(word);
            word.clear();
        }
    };
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        } else if c.is_ascii() || !c.is_alphanumeric() {
            end(&mut word);
        } else if has_no_spaces(c) {
            end(&mut word);
            word.push(c);
            end(&mut word);
        } else {
            word.extend(c.to_lowercase());
        }
    }
    end(&mut word);
}

/// Kana and Chinese characters.
fn has_no_spaces(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0x2_0000..=0x2_fa1f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_words() {
        let cases = [
            ("Payments failing, again & again", "payment fail again again"),
            ("card-vault v2.1 (beta)", "card vault v2 1 beta"),
            ("snake_case ÄRGER", "snak cas ärger"),
            ("支払い ok", "支 払 い ok"),
            ("\u{e000} ☃ \u{1b}[31m", "31m"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(stems(text), expected, "{text}");
        }
    }

    #[test]
    fn words_of_custom_fields_carry_their_field() {
        let mut texts = Texts::default();
        texts.add(12, "Card vaults");
        texts.add(7, "Ledger");
        assert_eq!(texts.custom, "\u{e000} card vault \u{e000} ledger");
        assert_eq!(
            texts.by_field,
            "12\u{e001}\u{e000} 12\u{e001}card 12\u{e001}vault 7\u{e001}\u{e000} 7\u{e001}ledger"
        );
    }
}
