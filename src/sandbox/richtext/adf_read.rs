//! Reads ADF that was posted, as far as editors and clients post it; anything else becomes its children.
//!
//! Must never be in here: a refusal. Whether a body is ADF at all is checked at the door.

use jiff::Timestamp;
use serde_json::Value;

use super::doc::{Block, Cell, Doc, Inline, Mark, MediaKind, PanelKind, Task, text};
use crate::sandbox::model::{User, UserIdx};

/// Deepest nesting that is looked into; the JSON parser stops at 128 anyway.
const DEPTH: usize = 100;

/// The document, for reading it as words or as wiki markup.
pub(super) fn document(value: &Value, people: &[User]) -> Doc {
    Doc {
        blocks: Reader { people }.blocks(value, DEPTH),
    }
}

struct Reader<'a> {
    people: &'a [User],
}

impl Reader<'_> {
    fn blocks(&self, node: &Value, depth: usize) -> Vec<Block> {
        if depth == 0 {
            return Vec::new();
        }
        children(node)
            .iter()
            .map(|child| self.block(child, depth - 1))
            .collect()
    }

    fn block(&self, node: &Value, depth: usize) -> Block {
        let all = || self.blocks(node, depth);
        match kind(node) {
            "paragraph" => Block::Paragraph(self.line(node)),
            "heading" => Block::Heading(level(node), self.line(node)),
            "bulletList" => Block::Bullets(self.each(node, depth)),
            "orderedList" => {
                let first = node["attrs"]["order"]
                    .as_u64()
                    .and_then(|first| u32::try_from(first).ok());
                Block::Numbers(first.unwrap_or(1), self.each(node, depth))
            }
            "layoutSection" => Block::Columns(self.each(node, depth)),
            "codeBlock" => Block::Code {
                language: node["attrs"]["language"].as_str().map(str::to_owned),
                text: children(node)
                    .iter()
                    .filter_map(|child| child["text"].as_str())
                    .collect(),
                breakout: false,
            },
            "blockquote" => Block::Quote(all()),
            "rule" => Block::Rule,
            "panel" => Block::Panel(panel(node), all()),
            "table" => Block::Table(children(node).iter().map(|row| self.row(row, depth)).collect()),
            "taskList" => Block::Tasks(children(node).iter().map(|task| self.task(task, depth)).collect()),
            "decisionList" => Block::Decisions(children(node).iter().map(|item| self.line(item)).collect()),
            "expand" | "nestedExpand" => Block::Expand {
                title: attr(node, "title").to_owned(),
                blocks: all(),
            },
            "mediaSingle" => match children(node).first() {
                Some(first) => Block::Media {
                    media: media(first),
                    caption: None,
                    border: false,
                },
                None => Block::Unknown(Vec::new()),
            },
            "mediaGroup" => Block::MediaGroup(children(node).iter().map(media).collect()),
            "blockCard" => Block::Card(attr(node, "url").to_owned()),
            "embedCard" => Block::Embed(attr(node, "url").to_owned()),
            "text" | "mention" | "emoji" | "status" | "date" | "inlineCard" | "hardBreak" => {
                Block::Paragraph(vec![self.inline(node)])
            }
            _ => Block::Unknown(all()),
        }
    }

    fn each(&self, node: &Value, depth: usize) -> Vec<Vec<Block>> {
        children(node).iter().map(|child| self.blocks(child, depth)).collect()
    }

    fn row(&self, row: &Value, depth: usize) -> Vec<Cell> {
        let cell = |cell: &Value| Cell {
            header: kind(cell) == "tableHeader",
            span: cell["attrs"]["colspan"]
                .as_u64()
                .and_then(|span| u8::try_from(span).ok())
                .unwrap_or(1),
            blocks: self.blocks(cell, depth),
        };
        children(row).iter().map(cell).collect()
    }

    fn task(&self, task: &Value, depth: usize) -> Task {
        let done = task["attrs"]["state"].as_str() == Some("DONE");
        if kind(task) == "blockTaskItem" {
            return Task {
                done,
                text: Vec::new(),
                blocks: self.blocks(task, depth),
            };
        }
        Task {
            done,
            text: self.line(task),
            blocks: Vec::new(),
        }
    }

    fn line(&self, node: &Value) -> Vec<Inline> {
        children(node).iter().map(|child| self.inline(child)).collect()
    }

    fn inline(&self, node: &Value) -> Inline {
        match kind(node) {
            "text" => {
                let marks = node["marks"].as_array().map_or(&[][..], Vec::as_slice);
                Inline::Text(
                    node["text"].as_str().unwrap_or_default().to_owned(),
                    marks.iter().filter_map(mark).collect(),
                )
            }
            "hardBreak" => Inline::Break,
            "mention" => {
                let at = self.people.iter().position(|user| user.account_id == attr(node, "id"));
                at.map_or_else(|| text(attr(node, "text")), |at| Inline::Mention(UserIdx::of(at)))
            }
            "emoji" => Inline::Emoji(
                attr(node, "shortName").trim_matches(':').to_owned(),
                attr(node, "text").to_owned(),
            ),
            "status" => Inline::Status(attr(node, "text").to_owned(), attr(node, "color").to_owned()),
            "date" => {
                let day = attr(node, "timestamp")
                    .parse()
                    .ok()
                    .and_then(|ms| Timestamp::from_millisecond(ms).ok());
                day.map_or_else(|| text(attr(node, "timestamp")), Inline::Date)
            }
            "inlineCard" => Inline::Card(attr(node, "url").to_owned()),
            "placeholder" => Inline::Placeholder(attr(node, "text").to_owned()),
            "mediaInline" => Inline::Media(attr(node, "alt").to_owned()),
            _ => Inline::Unknown(attr(node, "text").to_owned()),
        }
    }
}

fn kind(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

fn attr<'a>(node: &'a Value, name: &str) -> &'a str {
    node["attrs"][name].as_str().unwrap_or_default()
}

fn children(node: &Value) -> &[Value] {
    node["content"].as_array().map_or(&[], Vec::as_slice)
}

fn level(node: &Value) -> u8 {
    node["attrs"]["level"]
        .as_u64()
        .and_then(|level| u8::try_from(level).ok())
        .unwrap_or(1)
        .clamp(1, 6)
}

fn panel(node: &Value) -> PanelKind {
    match attr(node, "panelType") {
        "note" => PanelKind::Note,
        "tip" => PanelKind::Tip,
        "warning" => PanelKind::Warning,
        "success" => PanelKind::Success,
        "error" => PanelKind::Error,
        "custom" => PanelKind::Custom,
        _ => PanelKind::Info,
    }
}

fn media(node: &Value) -> MediaKind {
    match attr(node, "type") {
        "external" => MediaKind::External(attr(node, "url").to_owned()),
        "link" => MediaKind::Link(attr(node, "id").to_owned()),
        _ => MediaKind::File {
            id: attr(node, "id").to_owned(),
            name: attr(node, "alt").to_owned(),
        },
    }
}

fn mark(mark: &Value) -> Option<Mark> {
    Some(match kind(mark) {
        "strong" => Mark::Strong,
        "em" => Mark::Em,
        "strike" => Mark::Strike,
        "underline" => Mark::Underline,
        "code" => Mark::Code,
        "link" => Mark::Link(attr(mark, "href").to_owned()),
        "subsup" if attr(mark, "type") == "sub" => Mark::Sub,
        "subsup" => Mark::Sup,
        "textColor" => Mark::Colour(attr(mark, "color").to_owned()),
        "backgroundColor" => Mark::Background(attr(mark, "color").to_owned()),
        "annotation" => Mark::Annotation(attr(mark, "id").to_owned()),
        _ => return None,
    })
}
