//! Atlassian Document Format as a neutral document.
//!
//! Lenient by design: a node of the wrong kind in the wrong place is read for what it holds, an
//! unknown node for its children or its text. Nothing is dropped without a trace but pure layout
//! (alignment, widths, colours of cells).

mod inline;

use serde_json::Value;

use super::doc::{self, Block, Cell, Item, MAX_DEPTH, Marker, Table, Tone, trimmed};
use super::{Role, Span, Style, plain};

/// Reads a document, or any part of one.
pub(super) fn read(document: &Value) -> Vec<Block> {
    let mut reader = Reader::default();
    match document {
        Value::String(text) => reader.spans.push(doc::span(text, Style::default())),
        Value::Array(nodes) => reader.nodes(nodes, 0),
        node => reader.node(node, 0),
    }
    reader.finish()
}

/// Collects blocks; inline nodes gather in `spans` until a block ends them.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    /// The link that the latest texts belong to: its address follows after the last of them.
    link: Option<OpenLink>,
}

struct OpenLink {
    url: String,
    label: String,
}

impl Reader {
    fn nodes(&mut self, nodes: &[Value], depth: usize) {
        for node in nodes {
            self.node(node, depth);
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.end_paragraph();
        self.blocks
    }

    fn end_paragraph(&mut self) {
        self.end_link();
        let spans = std::mem::take(&mut self.spans);
        self.blocks.extend(trimmed(spans).map(Block::Paragraph));
    }

    fn push(&mut self, block: Block) {
        self.end_paragraph();
        self.blocks.push(block);
    }

    fn node(&mut self, node: &Value, depth: usize) {
        if depth > MAX_DEPTH {
            self.end_link();
            return self.spans.push(doc::word("…", Role::Muted));
        }
        let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
        let inner = depth + 1;
        match kind {
            "paragraph" | "caption" => self.paragraph(node, inner),
            "heading" => {
                let level = number(node, "level").unwrap_or(1).clamp(1, 6);
                let spans = trimmed(plain::flattened(blocks(node, inner)));
                let heading = |spans| Block::Heading(u8::try_from(level).unwrap_or(1), spans);
                spans.into_iter().for_each(|spans| self.push(heading(spans)));
            }
            "bulletList" | "orderedList" | "taskList" | "decisionList" => self.push(Block::List(items(node, inner))),
            "codeBlock" => self.code(node, inner),
            "blockquote" => self.push(Block::Quote(blocks(node, inner))),
            "rule" => self.push(Block::Rule),
            "table" => self.push(Block::Table(table(node, inner))),
            "panel" => self.push(Block::Panel {
                tone: Tone::from_name(attr(node, "panelType")),
                title: String::new(),
                blocks: blocks(node, inner),
            }),
            "expand" | "nestedExpand" => {
                let title = doc::word(attr(node, "title"), Role::Text).text;
                self.push(Block::Expand {
                    title,
                    blocks: blocks(node, inner),
                });
            }
            "blockCard" | "embedCard" => {
                self.end_paragraph();
                self.inline(node, "inlineCard");
                self.end_paragraph();
            }
            "mediaSingle" | "mediaGroup" => {
                self.end_paragraph();
                self.nodes(content(node), inner);
                self.end_paragraph();
            }
            "extension" | "bodiedExtension" | "syncBlock" | "bodiedSyncBlock" | "multiBodiedExtension" => {
                self.end_paragraph();
                self.inline(node, kind);
                self.end_paragraph();
                self.nodes(content(node), inner);
                self.end_paragraph();
            }
            "layoutSection" | "layoutColumn" | "extensionFrame" | "doc" | "listItem" | "tableRow" | "tableCell"
            | "tableHeader" => {
                self.end_paragraph();
                self.nodes(content(node), inner);
                self.end_paragraph();
            }
            _ if self.inline(node, kind) => {}
            _ => self.nodes(content(node), inner),
        }
    }

    fn paragraph(&mut self, node: &Value, depth: usize) {
        self.end_paragraph();
        let level = marks(node)
            .find(|mark| mark_type(mark) == "indentation")
            .and_then(|mark| number(mark, "level"));
        let first = self.blocks.len();
        self.nodes(content(node), depth);
        self.end_paragraph();
        if let Some(level) = level {
            let inner = self.blocks.split_off(first);
            self.blocks
                .push(Block::Indented(u8::try_from(level.min(6)).unwrap_or(0), inner));
        }
    }

    fn code(&mut self, node: &Value, depth: usize) {
        let text: String = plain::flattened(blocks_untrimmed(node, depth))
            .into_iter()
            .map(|span| span.text)
            .collect();
        let title = doc::word(attr(node, "language"), Role::Muted).text;
        self.push(Block::Code { title, text });
    }
}

fn blocks(node: &Value, depth: usize) -> Vec<Block> {
    let mut reader = Reader::default();
    reader.nodes(content(node), depth);
    reader.finish()
}

/// As [`blocks`], with the spaces at both ends of loose text, which count in code.
fn blocks_untrimmed(node: &Value, depth: usize) -> Vec<Block> {
    let mut reader = Reader::default();
    reader.nodes(content(node), depth);
    reader.end_link();
    let spans = std::mem::take(&mut reader.spans);
    let mut blocks = reader.finish();
    blocks.push(Block::Paragraph(spans));
    blocks
}

fn items(node: &Value, depth: usize) -> Vec<Item> {
    let mut next = number(node, "order").unwrap_or(1);
    let ordered = node.get("type").and_then(Value::as_str) == Some("orderedList");
    let mut items: Vec<Item> = Vec::new();
    for child in content(node) {
        let kind = child.get("type").and_then(Value::as_str).unwrap_or_default();
        let marker = match kind {
            // A list right within a list goes on under the item before it.
            "bulletList" | "orderedList" | "taskList" | "decisionList" => {
                let mut reader = Reader::default();
                reader.node(child, depth);
                let nested = reader.finish();
                match items.last_mut() {
                    Some(item) => item.blocks.extend(nested),
                    None => items.push(Item {
                        marker: Marker::None,
                        blocks: nested,
                    }),
                }
                continue;
            }
            "taskItem" | "blockTaskItem" => Marker::Task {
                done: attr(child, "state") == "DONE",
            },
            "decisionItem" => Marker::Decision,
            _ if ordered => Marker::Number(next),
            _ => Marker::Bullet,
        };
        next = next.saturating_add(1);
        let blocks = match kind {
            "listItem" | "taskItem" | "blockTaskItem" | "decisionItem" => blocks(child, depth),
            _ => {
                let mut reader = Reader::default();
                reader.node(child, depth);
                reader.finish()
            }
        };
        items.push(Item { marker, blocks });
    }
    items
}

fn table(node: &Value, depth: usize) -> Table {
    let row = |row: &Value| content(row).iter().map(|cell| table_cell(cell, depth)).collect();
    let mut rows: Vec<Vec<Cell>> = content(node).iter().map(row).collect();
    if node.pointer("/attrs/isNumberColumnEnabled").and_then(Value::as_bool) == Some(true) {
        number_rows(&mut rows);
    }
    Table { rows }
}

fn table_cell(node: &Value, depth: usize) -> Cell {
    let count = |name| {
        number(node, name)
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(1)
            .max(1)
    };
    Cell {
        header: node.get("type").and_then(Value::as_str) == Some("tableHeader"),
        columns: count("colspan"),
        rows: count("rowspan"),
        blocks: blocks(node, depth),
    }
}

/// Jira draws these numbers; they are not in the document.
fn number_rows(rows: &mut [Vec<Cell>]) {
    let mut number = 0_u64;
    for row in rows {
        let header = row.iter().all(|cell| cell.header);
        number += u64::from(!header);
        let text = if header { String::new() } else { number.to_string() };
        let blocks = trimmed(vec![doc::word(&text, Role::Muted)]).map(Block::Paragraph);
        row.insert(
            0,
            Cell {
                header,
                columns: 1,
                rows: 1,
                blocks: blocks.into_iter().collect(),
            },
        );
    }
}

fn content(node: &Value) -> &[Value] {
    node.get("content").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn attr<'a>(node: &'a Value, name: &str) -> &'a str {
    node.get("attrs")
        .and_then(|attrs| attrs.get(name))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A number that may come as text.
fn number(node: &Value, name: &str) -> Option<u64> {
    let value = node.get("attrs")?.get(name)?;
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn marks(node: &Value) -> impl Iterator<Item = &Value> {
    node.get("marks").and_then(Value::as_array).into_iter().flatten()
}

fn mark_type(mark: &Value) -> &str {
    mark.get("type").and_then(Value::as_str).unwrap_or_default()
}
