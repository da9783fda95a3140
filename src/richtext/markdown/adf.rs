//! The tree as Atlassian's document format.
//!
//! Each place of a document takes certain blocks only; what a place does not take is written as
//! text there. Only plain nodes are made: paragraphs, headings, lists, tasks, quotes, code, tables,
//! rules and folds, never one that refers to anything of Jira.

use serde_json::{Value, json};

use super::language;
use super::tree::{Block, Cell, Inline, Item, bare, emboldened, number, row_line, tick};

/// Where blocks stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Fold,
    Item,
    Quote,
    Cell,
}

/// Writes a document.
pub(super) fn write(blocks: &[Block]) -> Value {
    let mut writer = Writer { tasks: 0 };
    json!({"version": 1, "type": "doc", "content": writer.blocks(blocks, Place::Root)})
}

struct Writer {
    /// Tasks and lists of tasks so far; their ids are unique within the document.
    tasks: u64,
}

impl Writer {
    fn blocks(&mut self, blocks: &[Block], place: Place) -> Vec<Value> {
        let mut out = Vec::new();
        for block in blocks {
            self.block(block, place, &mut out);
        }
        out
    }

    fn block(&mut self, block: &Block, place: Place, out: &mut Vec<Value>) {
        let wide = matches!(place, Place::Root | Place::Fold);
        match block {
            Block::Paragraph(inlines) => out.push(paragraph(inlines)),
            Block::Heading(level, inlines) if wide || place == Place::Cell => {
                out.push(json!({"type": "heading", "attrs": {"level": level}, "content": inline(inlines)}));
            }
            Block::Heading(_, inlines) => out.push(paragraph(&emboldened(inlines))),
            Block::Code { language, text } => out.push(code(language, text)),
            Block::Quote(inner) if wide || place == Place::Cell => {
                let content = self.blocks(inner, Place::Quote);
                out.push(json!({"type": "blockquote", "content": filled(content)}));
            }
            Block::Quote(inner) => out.extend(self.blocks(inner, place)),
            Block::List { items, .. } if wide && is_tasks(items) => out.push(self.tasks(items)),
            Block::List { start, items } => out.push(self.list(*start, items)),
            Block::Rule if wide || place == Place::Cell => out.push(json!({"type": "rule"})),
            Block::Rule => {}
            Block::Table(rows) if wide => out.push(self.table(rows)),
            Block::Table(rows) => out.extend(rows.iter().map(|row| paragraph(&row_line(row)))),
            Block::Details { summary, blocks } if place == Place::Root => {
                let content = filled(self.blocks(blocks, Place::Fold));
                out.push(json!({"type": "expand", "attrs": {"title": bare(summary)}, "content": content}));
            }
            Block::Details { summary, blocks } => {
                out.push(paragraph(&emboldened(summary)));
                out.extend(self.blocks(blocks, place));
            }
        }
    }

    fn list(&mut self, start: Option<u64>, items: &[Item]) -> Value {
        let content: Vec<Value> = items.iter().map(|item| self.item(item)).collect();
        match start {
            Some(start) => json!({"type": "orderedList", "attrs": {"order": number(start, 0)}, "content": content}),
            None => json!({"type": "bulletList", "content": content}),
        }
    }

    fn item(&mut self, item: &Item) -> Value {
        let mut blocks = item.blocks.clone();
        if let Some(done) = item.task {
            let sign = Inline::text(tick(done));
            match blocks.first_mut() {
                Some(Block::Paragraph(inlines)) => inlines.insert(0, sign),
                _ => blocks.insert(0, Block::Paragraph(vec![sign])),
            }
        }
        let mut content = self.blocks(&blocks, Place::Item);
        // An item starts with text or code in every version of the schema.
        let starts = content.first().and_then(|first| first["type"].as_str());
        if !matches!(starts, Some("paragraph" | "codeBlock")) {
            content.insert(0, paragraph(&[]));
        }
        json!({"type": "listItem", "content": content})
    }

    fn tasks(&mut self, items: &[Item]) -> Value {
        let id = self.task_id();
        let mut content = Vec::new();
        for item in items {
            let text = match item.blocks.first() {
                Some(Block::Paragraph(inlines)) => inline(inlines),
                _ => Vec::new(),
            };
            let state = if item.task == Some(true) { "DONE" } else { "TODO" };
            let attributes = json!({"localId": self.task_id(), "state": state});
            content.push(json!({"type": "taskItem", "attrs": attributes, "content": text}));
            for block in &item.blocks {
                if let Block::List { items, .. } = block {
                    content.push(self.tasks(items));
                }
            }
        }
        json!({"type": "taskList", "attrs": {"localId": id}, "content": content})
    }

    fn task_id(&mut self) -> String {
        self.tasks += 1;
        format!("task-{}", self.tasks)
    }

    fn table(&mut self, rows: &[Vec<Cell>]) -> Value {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let rows: Vec<Value> = rows.iter().map(|row| self.row(row, columns)).collect();
        json!({"type": "table", "content": rows})
    }

    fn row(&mut self, row: &[Cell], columns: usize) -> Value {
        let mut cells: Vec<Value> = row
            .iter()
            .map(|cell| {
                let kind = if cell.header { "tableHeader" } else { "tableCell" };
                json!({"type": kind, "content": filled(self.blocks(&cell.blocks, Place::Cell))})
            })
            .collect();
        // HTML may leave cells out, Markdown does not; the padding is bounded by what was written.
        let missing = columns.min(MAX_COLUMNS).saturating_sub(cells.len());
        cells.extend((0..missing).map(|_| json!({"type": "tableCell", "content": [paragraph(&[])]})));
        json!({"type": "tableRow", "content": cells})
    }
}

/// Columns up to which short rows are filled.
const MAX_COLUMNS: usize = 32;

/// Whether every item is a task with one line of text, and nothing below it but such tasks.
fn is_tasks(items: &[Item]) -> bool {
    items.iter().all(|item| {
        let mut blocks = item.blocks.iter();
        let text = matches!(blocks.next(), Some(Block::Paragraph(_)) | None);
        item.task.is_some() && text && blocks.all(|block| matches!(block, Block::List { items, .. } if is_tasks(items)))
    })
}

fn filled(content: Vec<Value>) -> Vec<Value> {
    if content.is_empty() {
        vec![paragraph(&[])]
    } else {
        content
    }
}

fn paragraph(inlines: &[Inline]) -> Value {
    json!({"type": "paragraph", "content": inline(inlines)})
}

fn code(word: &str, text: &str) -> Value {
    let content = json!([{"type": "text", "text": text}]);
    match language::adf(word) {
        Some(language) => json!({"type": "codeBlock", "attrs": {"language": language}, "content": content}),
        None => json!({"type": "codeBlock", "content": content}),
    }
}

fn inline(inlines: &[Inline]) -> Vec<Value> {
    inlines.iter().filter_map(node).collect()
}

fn node(inline: &Inline) -> Option<Value> {
    let Inline::Text(run) = inline else {
        return Some(json!({"type": "hardBreak"}));
    };
    if run.text.is_empty() {
        return None;
    }
    let marks = run.marks;
    let mut out = Vec::new();
    let mut mark = |on: bool, kind: &str| {
        if on {
            out.push(json!({"type": kind}));
        }
    };
    mark(marks.code, "code");
    if !marks.code {
        mark(marks.strong, "strong");
        mark(marks.em, "em");
        mark(marks.strike, "strike");
        mark(marks.underline, "underline");
        if marks.sub || marks.sup {
            let shift = if marks.sub { "sub" } else { "sup" };
            out.push(json!({"type": "subsup", "attrs": {"type": shift}}));
        }
    }
    if let Some(url) = &run.link {
        out.push(json!({"type": "link", "attrs": {"href": url}}));
    }
    Some(if out.is_empty() {
        json!({"type": "text", "text": run.text})
    } else {
        json!({"type": "text", "text": run.text, "marks": out})
    })
}
