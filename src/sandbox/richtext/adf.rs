//! A document as the Atlassian Document Format.
//!
//! Must never be in here: reading ADF.

use serde_json::{Map, Value, json};

use super::doc::{Block, Cell, Doc, Inline, Mark, MediaKind, PanelKind, Task};
use crate::sandbox::model::User;

/// Collection that media ids belong to, as Cloud names it.
const COLLECTION: &str = "jira-10001-field-description";

/// The whole document.
pub(super) fn document(doc: &Doc, people: &[User]) -> Value {
    let writer = Writer { people };
    json!({"version": 1, "type": "doc", "content": writer.blocks(&doc.blocks, false)})
}

struct Writer<'a> {
    people: &'a [User],
}

impl Writer<'_> {
    /// `nested` is true where only a `nestedExpand` may fold.
    fn blocks(&self, blocks: &[Block], nested: bool) -> Vec<Value> {
        blocks.iter().map(|block| self.block(block, nested)).collect()
    }

    fn block(&self, block: &Block, nested: bool) -> Value {
        match block {
            Block::Paragraph(line) => node("paragraph", None, self.line(line)),
            Block::Aligned(align, line) => with_marks(
                node("paragraph", None, self.line(line)),
                json!([mark("alignment", json!({"align": align}))]),
            ),
            Block::Indented(level, line) => with_marks(
                node("paragraph", None, self.line(line)),
                json!([mark("indentation", json!({"level": level}))]),
            ),
            Block::Small(line) => with_marks(
                node("paragraph", None, self.line(line)),
                json!([mark("fontSize", json!({"fontSize": "small"}))]),
            ),
            Block::Heading(level, line) => node("heading", Some(json!({"level": level})), self.line(line)),
            Block::Bullets(items) => node("bulletList", None, self.items(items)),
            Block::Numbers(first, items) => node("orderedList", Some(json!({"order": first})), self.items(items)),
            Block::Code {
                language,
                text,
                breakout,
            } => code(language.as_deref(), text, *breakout),
            Block::Quote(blocks) => node("blockquote", None, self.blocks(blocks, true)),
            Block::Rule => json!({"type": "rule"}),
            Block::Panel(kind, blocks) => node("panel", Some(panel(*kind)), self.blocks(blocks, true)),
            Block::Table(rows) => self.table(rows),
            Block::Tasks(tasks) => node(
                "taskList",
                Some(json!({"localId": local("tasks", tasks.len())})),
                self.tasks(tasks),
            ),
            Block::Decisions(lines) => {
                let item = |(at, line): (usize, &Vec<Inline>)| {
                    let attrs = json!({"localId": local("decision", at), "state": "DECIDED"});
                    node("decisionItem", Some(attrs), self.line(line))
                };
                let items = lines.iter().enumerate().map(item).collect();
                node(
                    "decisionList",
                    Some(json!({"localId": local("decisions", lines.len())})),
                    items,
                )
            }
            Block::Expand { title, blocks } => {
                let kind = if nested { "nestedExpand" } else { "expand" };
                node(kind, Some(json!({"title": title})), self.blocks(blocks, true))
            }
            Block::Columns(columns) => {
                let width = 100.0 / f64::from(u32::try_from(columns.len().max(1)).unwrap_or(1));
                let column =
                    |c: &Vec<Block>| node("layoutColumn", Some(json!({"width": width})), self.blocks(c, false));
                node("layoutSection", None, columns.iter().map(column).collect())
            }
            other => self.embedded(other, nested),
        }
    }

    fn embedded(&self, block: &Block, nested: bool) -> Value {
        match block {
            Block::Media { media, caption, border } => self.media_single(media, caption.as_deref(), *border),
            Block::MediaGroup(all) => node("mediaGroup", None, all.iter().map(|m| media(m, false)).collect()),
            Block::Card(url) => json!({"type": "blockCard", "attrs": {"url": url}}),
            Block::Embed(url) => json!({"type": "embedCard", "attrs": {"url": url, "layout": "center", "width": 80}}),
            Block::Extension(key) => {
                let attrs = macro_attrs(key);
                with_marks(
                    json!({"type": "extension", "attrs": attrs}),
                    json!([mark("dataConsumer", json!({"sources": ["table-1"]}))]),
                )
            }
            Block::BodiedExtension(key, blocks) => {
                node("bodiedExtension", Some(macro_attrs(key)), self.blocks(blocks, true))
            }
            Block::SyncBlock(id) => json!({"type": "syncBlock", "attrs": {"resourceId": id, "localId": local(id, 0)}}),
            Block::BodiedSyncBlock(id, blocks) => {
                let attrs = json!({"resourceId": id, "localId": local(id, 1)});
                node("bodiedSyncBlock", Some(attrs), self.blocks(blocks, false))
            }
            Block::Unknown(blocks) => node(
                "holographicBoard",
                Some(json!({"dimension": 3})),
                self.blocks(blocks, nested),
            ),
            // `block` writes all others.
            _ => node("paragraph", None, Vec::new()),
        }
    }

    fn items(&self, items: &[Vec<Block>]) -> Vec<Value> {
        items
            .iter()
            .map(|item| node("listItem", None, self.blocks(item, true)))
            .collect()
    }

    fn tasks(&self, tasks: &[Task]) -> Vec<Value> {
        let one = |(at, task): (usize, &Task)| {
            let state = if task.done { "DONE" } else { "TODO" };
            let attrs = Some(json!({"localId": local("task", at), "state": state}));
            if task.blocks.is_empty() {
                return node("taskItem", attrs, self.line(&task.text));
            }
            let mut content = vec![node("paragraph", None, self.line(&task.text))];
            content.extend(self.blocks(&task.blocks, true));
            node("blockTaskItem", attrs, content)
        };
        tasks.iter().enumerate().map(one).collect()
    }

    fn table(&self, rows: &[Vec<Cell>]) -> Value {
        let cell = |cell: &Cell| {
            let kind = if cell.header { "tableHeader" } else { "tableCell" };
            let attrs = (cell.span > 1).then(|| json!({"colspan": cell.span}));
            node(kind, attrs, self.blocks(&cell.blocks, true))
        };
        let rows = rows
            .iter()
            .map(|row| node("tableRow", None, row.iter().map(cell).collect()))
            .collect();
        let table = node(
            "table",
            Some(json!({"isNumberColumnEnabled": false, "layout": "default"})),
            rows,
        );
        with_marks(
            table,
            json!([mark("fragment", json!({"localId": "table-1", "name": "Table 1"}))]),
        )
    }

    fn media_single(&self, what: &MediaKind, caption: Option<&[Inline]>, border: bool) -> Value {
        let mut content = vec![media(what, border)];
        content.extend(caption.map(|line| node("caption", None, self.line(line))));
        node(
            "mediaSingle",
            Some(json!({"layout": "center", "width": 66.67})),
            content,
        )
    }

    fn line(&self, line: &[Inline]) -> Vec<Value> {
        line.iter().filter_map(|inline| self.inline(inline)).collect()
    }

    /// `None` for empty text, which ADF forbids.
    fn inline(&self, inline: &Inline) -> Option<Value> {
        Some(match inline {
            Inline::Text(text, _) if text.is_empty() => return None,
            Inline::Text(text, marks) if marks.is_empty() => json!({"type": "text", "text": text}),
            Inline::Text(text, marks) => {
                json!({"type": "text", "text": text, "marks": marks.iter().map(text_mark).collect::<Vec<_>>()})
            }
            Inline::Break => json!({"type": "hardBreak"}),
            Inline::Mention(user) => match self.people.get(user.at()) {
                Some(user) => json!({"type": "mention", "attrs": {
                    "id": user.account_id, "text": format!("@{}", user.display), "accessLevel": "",
                }}),
                None => json!({"type": "mention", "attrs": {"id": "unknown", "text": "@unknown"}}),
            },
            Inline::Emoji(name, text) => {
                json!({"type": "emoji", "attrs": {"shortName": format!(":{name}:"), "text": text}})
            }
            Inline::Status(text, colour) => {
                json!({"type": "status", "attrs": {"text": text, "color": colour, "localId": local(text, 0)}})
            }
            Inline::Date(day) => {
                json!({"type": "date", "attrs": {"timestamp": day.as_millisecond().to_string()}})
            }
            Inline::Card(url) => json!({"type": "inlineCard", "attrs": {"url": url}}),
            Inline::Media(name) => json!({"type": "mediaInline", "attrs": {
                "type": "file", "id": local(name, 7), "collection": COLLECTION, "alt": name,
            }}),
            Inline::Extension(key) => json!({"type": "inlineExtension", "attrs": macro_attrs(key)}),
            Inline::Placeholder(text) => json!({"type": "placeholder", "attrs": {"text": text}}),
            Inline::Unknown(text) => json!({"type": "holographicNote", "attrs": {"text": text}}),
        })
    }
}

fn node(kind: &str, attrs: Option<Value>, content: Vec<Value>) -> Value {
    let mut node = Map::new();
    node.insert("type".to_owned(), kind.into());
    node.extend(attrs.map(|attrs| ("attrs".to_owned(), attrs)));
    node.insert("content".to_owned(), content.into());
    node.into()
}

fn with_marks(mut node: Value, marks: Value) -> Value {
    if let Some(node) = node.as_object_mut() {
        node.insert("marks".to_owned(), marks);
    }
    node
}

fn mark(kind: &str, attrs: Value) -> Value {
    json!({"type": kind, "attrs": attrs})
}

fn text_mark(kind: &Mark) -> Value {
    match kind {
        Mark::Strong => json!({"type": "strong"}),
        Mark::Em => json!({"type": "em"}),
        Mark::Strike => json!({"type": "strike"}),
        Mark::Underline => json!({"type": "underline"}),
        Mark::Code => json!({"type": "code"}),
        Mark::Link(href) => mark("link", json!({"href": href})),
        Mark::Sub => mark("subsup", json!({"type": "sub"})),
        Mark::Sup => mark("subsup", json!({"type": "sup"})),
        Mark::Colour(colour) => mark("textColor", json!({"color": colour})),
        Mark::Background(colour) => mark("backgroundColor", json!({"color": colour})),
        Mark::Annotation(id) => mark("annotation", json!({"id": id, "annotationType": "inlineComment"})),
    }
}

fn code(language: Option<&str>, text: &str, breakout: bool) -> Value {
    let attrs = language.map(|language| json!({"language": language}));
    let content = if text.is_empty() {
        vec![]
    } else {
        vec![json!({"type": "text", "text": text})]
    };
    let block = node("codeBlock", attrs, content);
    if breakout {
        with_marks(block, json!([mark("breakout", json!({"mode": "wide"}))]))
    } else {
        block
    }
}

fn panel(kind: PanelKind) -> Value {
    let word = match kind {
        PanelKind::Info => "info",
        PanelKind::Note => "note",
        PanelKind::Tip => "tip",
        PanelKind::Warning => "warning",
        PanelKind::Success => "success",
        PanelKind::Error => "error",
        PanelKind::Custom => {
            return json!({
                "panelType": "custom", "panelColor": "#deebff", "panelIcon": ":rocket:", "panelIconText": "🚀",
            });
        }
    };
    json!({"panelType": word})
}

fn media(what: &MediaKind, border: bool) -> Value {
    let attrs = match what {
        MediaKind::File { id, name } => json!({
            "type": "file", "id": id, "collection": COLLECTION, "alt": name, "width": 640, "height": 360,
        }),
        MediaKind::External(url) => json!({"type": "external", "url": url, "width": 320, "height": 200}),
        MediaKind::Link(id) => json!({"type": "link", "id": id, "collection": COLLECTION}),
    };
    let media = json!({"type": "media", "attrs": attrs});
    let frame = mark("border", json!({"size": 2, "color": "#091e4224"}));
    if border {
        with_marks(media, json!([frame]))
    } else {
        media
    }
}

fn macro_attrs(key: &str) -> Value {
    json!({
        "extensionType": "com.atlassian.confluence.macro.core", "extensionKey": key, "text": format!("[{key}]"),
        "parameters": {"macroParams": {}, "macroMetadata": {"schemaVersion": {"value": "1"}}},
    })
}

/// A `localId` that depends on nothing but what it is for.
fn local(what: &str, at: usize) -> String {
    let hash = what.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!(
        "{:08x}-{:04x}-4{:03x}-8000-{:012x}",
        hash >> 32,
        hash & 0xffff,
        (hash >> 16) & 0xfff,
        at
    )
}
