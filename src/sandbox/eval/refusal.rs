//! Jira's words for values that a field cannot take.
//!
//! Must never be in here: deciding which those are.

use super::relation::shown;
use crate::jql::Function;

/// The function exists but says nothing about the field.
pub(super) fn unfit(function: &Function) -> String {
    format!(
        "A value provided by the function '{}' is invalid for this field.",
        shown(function)
    )
}

/// Jira's words for something that is no date.
pub(super) fn no_date(word: &str, field: &str) -> String {
    format!(
        "Date value '{word}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', \
         'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
    )
}
