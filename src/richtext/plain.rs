//! A document without its formatting.

use super::doc::{Block, Item, Marker, Table, span};
use super::{Span, Style};

/// One line of text per line of the document, no indents.
pub(super) fn text_of(blocks: &[Block]) -> String {
    let mut out = String::new();
    push_blocks(blocks, &mut out);
    out.truncate(out.trim_end().len());
    out
}

fn push_blocks(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(spans) | Block::Heading(_, spans) => push_spans(spans, out),
            Block::List(items) => items.iter().for_each(|item| push_item(item, out)),
            Block::Code { text, .. } => push_line(text, out),
            Block::Quote(blocks) | Block::Indented(_, blocks) => push_blocks(blocks, out),
            Block::Rule => {}
            Block::Table(table) => push_table(table, out),
            Block::Panel { title, blocks, .. } | Block::Expand { title, blocks } => {
                push_line(title, out);
                push_blocks(blocks, out);
            }
        }
    }
}

fn push_spans(spans: &[Span], out: &mut String) {
    out.extend(spans.iter().map(|span| span.text.as_str()));
    out.push('\n');
}

fn push_line(text: &str, out: &mut String) {
    if !text.is_empty() {
        out.push_str(text);
        out.push('\n');
    }
}

fn push_item(item: &Item, out: &mut String) {
    match item.marker {
        Marker::Bullet => out.push_str("- "),
        Marker::Number(number) => out.push_str(&format!("{number}. ")),
        Marker::Task { done } => out.push_str(if done { "[x] " } else { "[ ] " }),
        Marker::Decision => out.push_str("> "),
        Marker::None => {}
    }
    if item.blocks.is_empty() {
        out.push('\n');
    }
    push_blocks(&item.blocks, out);
}

fn push_table(table: &Table, out: &mut String) {
    for row in &table.rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| text_of(&cell.blocks).replace('\n', " "))
            .collect();
        push_line(&cells.join(" | "), out);
    }
}

/// Everything in `blocks` as running text, for places that hold nothing else.
pub(super) fn flattened(blocks: Vec<Block>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for block in blocks {
        if !spans.is_empty() {
            spans.push(span("\n", Style::default()));
        }
        match block {
            Block::Paragraph(inner) | Block::Heading(_, inner) => spans.extend(inner),
            other => spans.push(span(text_of(&[other]).trim_end(), Style::default())),
        }
    }
    spans
}
