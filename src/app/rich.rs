//! Formatted text of Jira as lines with roles.

use super::role::{Line, Role};
use crate::domain::RichText;
use crate::text::{clean_block, wrap};

/// The text broken to `cells`, without empty lines at either end.
pub(crate) fn lines(text: &RichText, cells: usize) -> Vec<Line> {
    let plain = match text {
        RichText::Wiki(markup) => clean_block(markup).into_owned(),
        RichText::Adf(document) => document.to_string(),
    };
    wrap(&plain, cells.max(1))
        .into_iter()
        .map(|line| Line::of(line, Role::Text))
        .collect()
}
