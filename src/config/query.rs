//! Checks JQL that stands in the config file.
//!
//! Must never be in here: what a site knows; whether fields and values exist is asked elsewhere.

use super::{
    flaw::Flaw,
    reader::{Reader, Text},
};
use crate::{jql, text};

/// What the config needs to know of a query.
pub(super) struct Checked {
    /// Whether it has an `ORDER BY`.
    pub(super) sorted: bool,
}

/// Complains if the text is no JQL, at the very character where possible.
pub(super) fn check(reader: &mut Reader<'_>, query: &Text<'_>) -> Option<Checked> {
    match jql::parse(query.value) {
        Ok(parsed) => Some(Checked {
            sorted: parsed.order_by.is_some(),
        }),
        Err(error) => {
            let byte = query.span.start + offset(reader.raw(&query.span), query.value, error.span.start);
            let flaw = Flaw::Jql {
                message: text::clean_line(&error.to_string()).into_owned(),
                excerpt: error.caret(query.value).lines().map(str::to_owned).collect(),
            };
            reader.report(byte, &query.path, flaw);
            None
        }
    }
}

/// Where a byte of the value stands in the TOML that it came from; its start, if escapes or trimmed
/// line breaks make that hard to tell.
fn offset(raw: &str, value: &str, byte: usize) -> usize {
    match raw.split_once(value) {
        Some((quotes, _)) if !value.is_empty() => quotes.len() + byte,
        _ => 0,
    }
}
