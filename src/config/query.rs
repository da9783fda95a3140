//! Checks JQL that stands in the config file.
//!
//! Must never be in here: what a site knows; whether fields and values exist is asked elsewhere.

use super::{
    flaw::Flaw,
    reader::{Reader, Text},
};
use crate::jql;

/// What the config needs to know of a query.
pub(super) struct Checked {
    /// Whether it has an `ORDER BY`.
    pub(super) sorted: bool,
}

/// Complains if the text is no JQL, at the very character where possible.
pub(super) fn check(reader: &mut Reader<'_>, text: &Text<'_>) -> Option<Checked> {
    match jql::parse(text.value) {
        Ok(query) => Some(Checked {
            sorted: query.order_by.is_some(),
        }),
        Err(error) => {
            let byte = text.span.start + offset(reader.raw(&text.span), text.value, error.span.start);
            let flaw = Flaw::Jql {
                message: error.to_string(),
                excerpt: error.caret(text.value).lines().map(str::to_owned).collect(),
            };
            reader.report(byte, &text.path, flaw);
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
