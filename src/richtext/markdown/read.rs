//! Events of the Markdown parser as a tree.
//!
//! Blocks that hold others wait on a stack, whether Markdown or HTML opened them; what closes one
//! of Markdown closes the ones of HTML within it. Beyond a depth nothing is opened any more: the
//! text goes on where it is.

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::finish;
use super::tree::{Block, Cell, Inline, Item, Marks, Run};
use crate::richtext::{doc, steps};

/// How deep blocks nest; a list counts twice.
const MAX_OPEN: usize = 16;
/// Bytes of addresses in one text. Each piece of a label carries its address, so that a short text
/// with one long address could become an endless document.
const MAX_ADDRESSES: usize = 4 << 20;
/// Longest address that is shown because it cannot be followed.
const MAX_SHOWN: usize = 200;

/// Reads a text.
pub(super) fn read(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, options) {
        reader.event(event);
    }
    reader.flush();
    while let Some(frame) = reader.stack.pop() {
        reader.settle(frame);
    }
    reader.blocks
}

/// What an open block is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Quote,
    Details(Vec<Inline>),
    Footnote(String),
    List(Option<u64>),
    Item(Option<bool>),
    Table,
    Row,
    Cell(bool),
}

/// An open block with what it holds so far.
pub(super) struct Frame {
    pub(super) kind: Kind,
    pub(super) html: bool,
    blocks: Vec<Block>,
    items: Vec<Item>,
    rows: Vec<Vec<Cell>>,
    cells: Vec<Cell>,
}

/// Where a link leads.
struct Target {
    raw: String,
    safe: Option<String>,
    /// Where its label starts.
    from: usize,
    html: bool,
}

#[derive(Default)]
pub(super) struct Reader {
    blocks: Vec<Block>,
    pub(super) stack: Vec<Frame>,
    /// Blocks of Markdown that were not opened.
    pub(super) skipped: usize,
    pub(super) inlines: Vec<Inline>,
    pub(super) heading: Option<u8>,
    header_row: bool,
    code: Option<(String, String)>,
    html: Option<String>,
    strong: usize,
    em: usize,
    strike: usize,
    /// Marks set by HTML; they end with the paragraph.
    pub(super) marks: Marks,
    links: Vec<Target>,
    /// Bytes of all addresses so far.
    addresses: usize,
    /// The address of a picture under way, its alternative text, and pictures within that.
    picture: Option<(String, String, usize)>,
    /// An element whose content is not text, and where it began.
    pub(super) hidden: Option<(String, usize)>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        steps::count(1);
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => match &mut self.picture {
                Some((_, alt, _)) => alt.push_str(&text),
                None => {
                    let mut marks = self.now();
                    marks.code = true;
                    self.push(&text, marks);
                }
            },
            Event::Html(html) => match &mut self.html {
                Some(block) => block.push_str(&html),
                None => self.html_block(&html),
            },
            Event::InlineHtml(html) => self.html_inline(&html),
            Event::FootnoteReference(label) => self.text(&format!("[{label}]")),
            Event::SoftBreak | Event::HardBreak => self.line_break(),
            Event::Rule => {
                self.flush();
                self.put(Block::Rule);
            }
            Event::TaskListMarker(done) => {
                if let Some(Frame {
                    kind: Kind::Item(task), ..
                }) = self.stack.last_mut().filter(|_| self.skipped == 0)
                {
                    *task = Some(done);
                }
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some(level as u8);
            }
            Tag::BlockQuote(kind) => {
                self.open(Kind::Quote);
                if let Some(kind) = kind {
                    self.put(Block::Paragraph(vec![Inline::strong(alert(kind))]));
                }
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => info.split([' ', ',', '{']).next().unwrap_or_default(),
                    CodeBlockKind::Indented => "",
                };
                self.code = Some((language.to_owned(), String::new()));
            }
            Tag::HtmlBlock => {
                self.flush();
                self.html = Some(String::new());
            }
            Tag::List(start) => self.open(Kind::List(start)),
            Tag::Item => self.open(Kind::Item(None)),
            Tag::FootnoteDefinition(label) => self.open(Kind::Footnote(label.into_string())),
            Tag::Table(_) => self.open(Kind::Table),
            Tag::TableHead => {
                self.header_row = true;
                self.open(Kind::Row);
            }
            Tag::TableRow => {
                self.header_row = false;
                self.open(Kind::Row);
            }
            Tag::TableCell => self.open(Kind::Cell(self.header_row)),
            Tag::Emphasis => self.em += 1,
            Tag::Strong => self.strong += 1,
            Tag::Strikethrough => self.strike += 1,
            Tag::Link {
                link_type, dest_url, ..
            } => {
                let mail = link_type == LinkType::Email && !dest_url.starts_with("mailto:");
                let prefix = if mail { "mailto:" } else { "" };
                self.start_link(&format!("{prefix}{dest_url}"), false);
            }
            Tag::Image { dest_url, .. } => match &mut self.picture {
                Some((.., within)) => *within += 1,
                None => self.picture = Some((dest_url.into_string(), String::new(), 0)),
            },
            Tag::Paragraph
            | Tag::Superscript
            | Tag::Subscript
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => self.flush(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.flush();
                self.heading = None;
            }
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.code.take() {
                    self.put_code(language, &text);
                }
            }
            TagEnd::HtmlBlock => {
                if let Some(html) = self.html.take() {
                    self.html_block(&html);
                }
            }
            TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell => self.close(),
            TagEnd::Emphasis => self.em = self.em.saturating_sub(1),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Strikethrough => self.strike = self.strike.saturating_sub(1),
            TagEnd::Link => self.end_link(),
            TagEnd::Image => match self.picture.take() {
                Some((url, alt, within @ 1..)) => self.picture = Some((url, alt, within - 1)),
                Some((url, alt, _)) => self.put_picture(&alt, &url),
                None => {}
            },
            TagEnd::Paragraph
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::MetadataBlock(_) => self.flush(),
        }
    }

    /// Text in the style that holds here.
    pub(super) fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
        } else if let Some((_, alt, _)) = &mut self.picture {
            alt.push_str(text);
        } else {
            self.push(text, self.now());
        }
    }

    pub(super) fn line_break(&mut self) {
        match &mut self.picture {
            Some((_, alt, _)) => alt.push(' '),
            None => self.inlines.push(Inline::Break),
        }
    }

    fn now(&self) -> Marks {
        Marks {
            strong: self.strong > 0 || self.marks.strong,
            em: self.em > 0 || self.marks.em,
            strike: self.strike > 0 || self.marks.strike,
            ..self.marks
        }
    }

    fn push(&mut self, text: &str, marks: Marks) {
        // What was written as an entity can be cleaned only now.
        let text = &*super::storable(text);
        steps::count(text.len());
        let link = self.links.iter().find_map(|link| link.safe.as_deref());
        match self.inlines.last_mut() {
            Some(Inline::Text(run)) if run.marks == marks && run.link.as_deref() == link => run.text.push_str(text),
            _ if text.is_empty() => {}
            _ => {
                self.addresses += link.map_or(0, str::len);
                let link = link.filter(|_| self.addresses < MAX_ADDRESSES).map(str::to_owned);
                self.inlines.push(Inline::Text(Run {
                    text: text.to_owned(),
                    marks,
                    link,
                }));
            }
        }
    }

    pub(super) fn in_html_link(&self) -> bool {
        self.links.last().is_some_and(|link| link.html)
    }

    pub(super) fn start_link(&mut self, raw: &str, html: bool) {
        let target = Target {
            raw: raw.to_owned(),
            safe: doc::safe_url(raw),
            from: self.inlines.len(),
            html,
        };
        self.links.push(target);
    }

    /// An address that cannot be followed is shown, for it may be what the finding is about.
    pub(super) fn end_link(&mut self) {
        let Some(link) = self.links.pop() else { return };
        let label = super::tree::bare(self.inlines.get(link.from..).unwrap_or_default());
        if link.safe.is_none() {
            self.push(&aside(&link.raw, &label), self.now());
        } else if label.trim().is_empty() {
            let raw = link.raw.clone();
            self.links.push(link);
            self.push(&raw, self.now());
            self.links.pop();
        }
    }

    /// A picture becomes a link to it: Jira cannot show what lies elsewhere, and should not load it.
    pub(super) fn put_picture(&mut self, alt: &str, url: &str) {
        let file = url.split(['?', '#']).next().unwrap_or_default();
        let name = file.rsplit('/').next().unwrap_or_default();
        let label = [alt.trim(), if url.starts_with("data:") { "" } else { name }]
            .into_iter()
            .find(|label| !label.is_empty())
            .unwrap_or("image");
        if self.links.is_empty() {
            self.start_link(url, false);
            self.push(label, self.now());
            self.end_link();
        } else {
            self.push(label, self.now());
        }
    }

    /// Ends the paragraph under way.
    pub(super) fn flush(&mut self) {
        self.marks = Marks::default();
        self.hidden = None;
        self.links.retain(|link| !link.html);
        for link in &mut self.links {
            link.from = 0;
        }
        let inlines = finish::finished(std::mem::take(&mut self.inlines));
        if !inlines.is_empty() {
            self.put(match self.heading {
                Some(level) => Block::Heading(level.clamp(1, 6), inlines),
                None => Block::Paragraph(inlines),
            });
        }
    }

    pub(super) fn put_code(&mut self, language: String, text: &str) {
        let text = super::storable(text.strip_suffix('\n').unwrap_or(text)).replace('\r', "");
        if !text.is_empty() {
            self.put(Block::Code { language, text });
        }
    }

    pub(super) fn put(&mut self, block: Block) {
        match self.stack.last_mut() {
            Some(frame) => frame.blocks.push(block),
            None => self.blocks.push(block),
        }
    }

    fn open(&mut self, kind: Kind) {
        self.flush();
        if self.stack.len() < MAX_OPEN {
            self.stack.push(Frame::new(kind, false));
        } else {
            self.skipped += 1;
        }
    }

    /// Opens a block of HTML, if there is room for one.
    pub(super) fn open_html(&mut self, kind: Kind) {
        self.flush();
        if self.stack.len() < MAX_OPEN && self.skipped == 0 {
            self.stack.push(Frame::new(kind, true));
        }
    }

    fn close(&mut self) {
        self.flush();
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        while let Some(frame) = self.stack.pop() {
            let html = frame.html;
            self.settle(frame);
            if !html {
                return;
            }
        }
    }

    /// Puts a block that is complete into the one around it.
    pub(super) fn settle(&mut self, frame: Frame) {
        let Frame { kind, mut blocks, .. } = frame;
        let around = self.stack.last_mut();
        match (kind, around) {
            (Kind::Quote, _) if blocks.is_empty() => {}
            (Kind::Quote, _) => self.put(Block::Quote(blocks)),
            (Kind::Details(summary), _) if summary.is_empty() => blocks.into_iter().for_each(|block| self.put(block)),
            (Kind::Details(summary), _) => self.put(Block::Details { summary, blocks }),
            (Kind::Footnote(label), _) => {
                let label = Inline::text(&format!("[{label}] "));
                match blocks.first_mut() {
                    Some(Block::Paragraph(inlines)) => inlines.insert(0, label),
                    _ => blocks.insert(0, Block::Paragraph(vec![label])),
                }
                blocks.into_iter().for_each(|block| self.put(block));
            }
            (Kind::List(start), _) => {
                if !frame.items.is_empty() {
                    let items = frame.items;
                    self.put(Block::List { start, items });
                }
                blocks.into_iter().for_each(|block| self.put(block));
            }
            (Kind::Item(task), Some(around)) if matches!(around.kind, Kind::List(_)) => {
                around.items.push(Item { task, blocks });
            }
            (Kind::Item(task), _) => self.put(Block::List {
                start: None,
                items: vec![Item { task, blocks }],
            }),
            (Kind::Table, _) => {
                if frame.rows.iter().any(|row| !row.is_empty()) {
                    self.put(Block::Table(frame.rows));
                }
                blocks.into_iter().for_each(|block| self.put(block));
            }
            (Kind::Row, Some(around)) if around.kind == Kind::Table => {
                around.rows.push(frame.cells);
                blocks.into_iter().for_each(|block| self.put(block));
            }
            (Kind::Row, _) => {
                let cells = frame.cells.into_iter().flat_map(|cell| cell.blocks);
                cells.chain(blocks).for_each(|block| self.put(block));
            }
            (Kind::Cell(header), Some(around)) if around.kind == Kind::Row => {
                around.cells.push(Cell { header, blocks });
            }
            (Kind::Cell(_), _) => blocks.into_iter().for_each(|block| self.put(block)),
        }
    }
}

impl Frame {
    fn new(kind: Kind, html: bool) -> Self {
        Self {
            kind,
            html,
            blocks: Vec::new(),
            items: Vec::new(),
            rows: Vec::new(),
            cells: Vec::new(),
        }
    }
}

/// ` (address)` behind a label that does not tell it.
fn aside(address: &str, label: &str) -> String {
    let address = address.trim();
    let dull = address.is_empty() || address.starts_with(['#', '\u{0}']) || address.starts_with("data:");
    if dull || address == label.trim() {
        return String::new();
    }
    let shown = &address[..address.floor_char_boundary(MAX_SHOWN)];
    let more = if shown.len() < address.len() { "…" } else { "" };
    format!(" ({shown}{more})")
}

fn alert(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
    }
}
