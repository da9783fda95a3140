//! Members of inline tables and items of lists as stretches of text.

use std::ops::Range;

use toml_edit::{InlineTable, Value};

use super::blocks::{line_end, line_start, newline, value_end};

/// One stretch of text and what replaces it.
pub(super) type Splice = (Range<usize>, String);

/// Whether keys with dots stand in the table, or in those within it.
pub(super) fn has_dots(table: &InlineTable) -> bool {
    table.iter().any(|(_, value)| match value {
        Value::InlineTable(inner) => inner.is_dotted() || has_dots(inner),
        _ => false,
    })
}

/// Each member from its key to the end of its value.
pub(super) fn spans(table: &InlineTable) -> Vec<Range<usize>> {
    table
        .iter()
        .filter_map(|(key, value)| {
            let start = table.key(key)?.span()?.start;
            Some(start..value_end(value)?)
        })
        .collect()
}

/// The text between the brackets without one of `spans`.
pub(super) fn without(
    text: &str,
    brackets: Option<Range<usize>>,
    spans: &[Range<usize>],
    index: Option<usize>,
) -> Vec<Splice> {
    let (Some(brackets), Some(index)) = (brackets, index) else {
        return Vec::new();
    };
    let Some(own) = spans.get(index).cloned() else {
        return Vec::new();
    };
    let before = index.checked_sub(1).and_then(|index| spans.get(index));
    let after = spans.get(index + 1);
    let gone = if let Some(lines) = own_lines(text, &own, &brackets) {
        lines
    } else if let Some(after) = after {
        own.start..after.start
    } else if let Some(before) = before {
        before.end..own.end
    } else {
        brackets.start + 1..brackets.end - 1
    };
    vec![(gone, String::new())]
}

/// The lines of a member that shares them with no other.
fn own_lines(text: &str, own: &Range<usize>, brackets: &Range<usize>) -> Option<Range<usize>> {
    let lines = line_start(text, own.start)..line_end(text, own.end);
    let alone = text[lines.start..own.start].trim().is_empty();
    let rest = text[own.end..lines.end].trim_start();
    let rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    let ended = rest.is_empty() || rest.starts_with('#');
    (alone && ended && lines.start > brackets.start && lines.end < brackets.end).then_some(lines)
}

/// One more item at the end of a list, on a line of its own where the others are.
pub(super) fn with(text: &str, brackets: Range<usize>, spans: &[Range<usize>], item: &str) -> Vec<Splice> {
    let Some(last) = spans.last() else {
        return vec![(brackets, format!("[{item}]"))];
    };
    let line = line_start(text, last.start)..line_end(text, last.end);
    if own_lines(text, last, &brackets).is_none() {
        return vec![(last.end..last.end, format!(", {item}"))];
    }
    let indent = &text[line.start..last.start];
    let mut splices = Vec::new();
    if !text[last.end..line.end].trim_start().starts_with(',') {
        splices.push((last.end..last.end, ",".to_owned()));
    }
    splices.push((line.end..line.end, format!("{indent}{item},{}", newline(text))));
    splices
}
