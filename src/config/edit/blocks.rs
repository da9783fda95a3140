//! The tables of a document as stretches of its text: comments above, header, body.
//!
//! Must never be in here: values.

use std::ops::Range;

use toml_edit::{Document, Item, Table};

use super::place::Place;

/// One table with a header of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) place: Place,
    /// From the comments right above the header to the end of the last line that belongs to it. What
    /// follows up to the next block is loose: blank lines, comments that stand apart.
    pub(super) range: Range<usize>,
}

/// All tables with a header, in file order.
pub(super) fn blocks(document: &Document<&str>) -> Vec<Block> {
    let text = document.raw();
    let mut headers = Vec::new();
    gather(document.as_table(), &Place::default(), &mut headers);
    headers.sort_by_key(|header| header.start);
    let mut free = body_end(document.as_table()).map_or(0, |end| line_end(text, end));
    let mut blocks: Vec<Block> = Vec::with_capacity(headers.len());
    let mut bodies = Vec::with_capacity(headers.len());
    for header in headers {
        let start = comments_above(text, line_start(text, header.start), free);
        free = line_end(text, header.body_end);
        bodies.push(free);
        blocks.push(Block {
            place: header.place,
            range: start..free,
        });
    }
    let next: Vec<usize> = blocks
        .iter()
        .skip(1)
        .map(|block| block.range.start)
        .chain([text.len()])
        .collect();
    for (block, next) in blocks.iter_mut().zip(next) {
        block.range.end = comments_below(text, block.range.end, next);
    }
    blocks
}

struct Header {
    place: Place,
    start: usize,
    body_end: usize,
}

fn gather(table: &Table, place: &Place, headers: &mut Vec<Header>) {
    for (key, item) in table {
        let place = place.key(key);
        match item {
            Item::Table(table) => one(table, place, headers),
            Item::ArrayOfTables(tables) => {
                for (index, table) in tables.iter().enumerate() {
                    one(table, place.at(index), headers);
                }
            }
            Item::None | Item::Value(_) => {}
        }
    }
}

fn one(table: &Table, place: Place, headers: &mut Vec<Header>) {
    gather(table, &place, headers);
    if !table.is_dotted()
        && let Some(header) = table.span()
    {
        let body_end = body_end(table).unwrap_or(header.end);
        headers.push(Header {
            place,
            start: header.start,
            body_end,
        });
    }
}

/// The end of the last value that stands below the header itself.
pub(super) fn body_end(table: &Table) -> Option<usize> {
    table
        .iter()
        .filter_map(|(_, item)| match item {
            Item::Value(value) => value_end(value),
            Item::Table(table) if table.is_dotted() => body_end(table),
            _ => None,
        })
        .max()
}

/// The end of a value; one that is spread over dotted keys ends with the last of them.
pub(super) fn value_end(value: &toml_edit::Value) -> Option<usize> {
    match value {
        toml_edit::Value::InlineTable(table) if table.is_dotted() => {
            table.iter().filter_map(|(_, value)| value_end(value)).max()
        }
        _ => value.span().map(|span| span.end),
    }
}

/// The start of the line of a byte.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The end of the line of a byte, behind its newline.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// What breaks lines in this text.
pub(super) fn newline(text: &str) -> &'static str {
    if text.matches("\r\n").count() * 2 > text.matches('\n').count() {
        "\r\n"
    } else {
        "\n"
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// Whether the line at `at` is blank; the end of the text is none.
pub(super) fn is_blank(text: &str, at: usize) -> bool {
    at < text.len() && text[at..line_end(text, at)].trim().is_empty()
}

fn comments_above(text: &str, mut start: usize, floor: usize) -> usize {
    while start > floor {
        let above = line_start(text, start - 1);
        if above < floor || !is_comment(&text[above..start]) {
            break;
        }
        start = above;
    }
    start
}

fn comments_below(text: &str, mut end: usize, ceiling: usize) -> usize {
    while end < ceiling {
        let below = line_end(text, end);
        if below > ceiling || !is_comment(&text[end..below]) {
            break;
        }
        end = below;
    }
    end
}
