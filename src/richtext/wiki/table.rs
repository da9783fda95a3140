//! Rows of wiki tables.

use super::super::doc::{Cell, Table};
use super::blocks::paragraphs;
use super::inline::{link_end, picture_end};
use super::scan::{Finder, Verbatim};

/// Reads rows, each starting with `|`.
pub(super) fn read(rows: &[String], verbatim: &Verbatim) -> Table {
    Table {
        rows: rows.iter().map(|row| cells(row, verbatim)).collect(),
    }
}

fn cells(row: &str, verbatim: &Verbatim) -> Vec<Cell> {
    let mut mono_end = Finder::new("}}");
    let mut cells = Vec::new();
    let mut header = false;
    let mut start = None;
    let mut at = 0;
    while let Some(c) = row[at..].chars().next() {
        at = match c {
            '|' => {
                let bar = at + if row[at..].starts_with("||") { 2 } else { 1 };
                if let Some(start) = start {
                    cells.push(cell(header, &row[start..at], verbatim));
                }
                header = bar - at == 2;
                start = Some(bar);
                bar
            }
            '\\' => at + 1 + row[at + 1..].chars().next().map_or(0, char::len_utf8),
            '[' => link_end(row, at).unwrap_or(at + 1),
            '!' => picture_end(row, at).unwrap_or(at + 1),
            '{' if row[at..].starts_with("{{") => mono_end.find(row, at + 2).map_or(at + 2, |end| end + 2),
            c => at + c.len_utf8(),
        };
    }
    let last = start.map_or("", |start| &row[start..]);
    if !last.trim().is_empty() {
        cells.push(cell(header, last, verbatim));
    }
    cells
}

fn cell(header: bool, text: &str, verbatim: &Verbatim) -> Cell {
    Cell {
        header,
        columns: 1,
        rows: 1,
        blocks: paragraphs(text, verbatim),
    }
}
