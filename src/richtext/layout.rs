//! A document as lines of a given width.

mod flow;
mod table;

use std::borrow::Cow;

use super::doc::{Block, Item, Marker, Tone};
use super::{Line, LineKind, RenderOptions, Role, Span, Style};
use crate::text::{to_ascii, width as cells};

/// Where markers and bars would leave less room than this, text keeps the room instead.
const NARROW: usize = 8;

/// What sets the first line of a group apart, and the bar or indent under it.
struct Hang {
    first: Span,
    rest: Option<Span>,
    room: usize,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    ascii: bool,
    /// Within an item or a cell, where blocks follow each other without a blank line.
    tight: bool,
    /// Within a cell, where a table would have to be measured twice at every level.
    in_cell: bool,
    /// Level of list, which picks the bullet.
    level: usize,
}

impl Layout {
    pub(super) fn new(options: RenderOptions) -> Self {
        Self {
            ascii: options.ascii,
            tight: false,
            in_cell: false,
            level: 0,
        }
    }

    pub(super) fn document(self, blocks: &[Block], width: usize) -> Vec<Line> {
        self.blocks(blocks, width)
    }

    fn blocks(self, blocks: &[Block], width: usize) -> Vec<Line> {
        let mut lines = Vec::new();
        for block in blocks {
            let drawn = self.block(block, width);
            if !self.tight && !lines.is_empty() && !drawn.is_empty() {
                lines.push(Line {
                    kind: LineKind::Blank,
                    ..Line::default()
                });
            }
            lines.extend(drawn);
        }
        lines
    }

    fn block(self, block: &Block, width: usize) -> Vec<Line> {
        match block {
            Block::Paragraph(spans) => self.lines(spans, width, LineKind::Text),
            Block::Heading(level, spans) => self.heading(*level, spans, width),
            Block::List(items) => self.list(items, width),
            Block::Code { title, text } => self.code(title, text, width),
            Block::Quote(blocks) => self.quote(blocks, width),
            Block::Rule => vec![line(LineKind::Rule, self.muted(&"─".repeat(width)))],
            Block::Table(table) => self.table(table, width),
            Block::Panel { tone, title, blocks } => self.panel(*tone, title, blocks, width),
            Block::Expand { title, blocks } => self.expand(title, blocks, width),
            Block::Indented(level, blocks) => {
                let room = 2 * usize::from(*level);
                if width < room + NARROW {
                    return self.blocks(blocks, width);
                }
                indented(self.blocks(blocks, width - room), room)
            }
        }
    }

    fn lines(self, spans: &[Span], width: usize, kind: LineKind) -> Vec<Line> {
        let spans = self.folded(spans);
        let lines = flow::wrapped(&spans, width);
        lines.into_iter().map(|spans| Line { indent: 0, spans, kind }).collect()
    }

    fn folded<'a>(self, spans: &'a [Span]) -> Cow<'a, [Span]> {
        if !self.ascii {
            return Cow::Borrowed(spans);
        }
        let fold = |span: &Span| Span {
            text: to_ascii(&span.text),
            style: span.style.clone(),
        };
        Cow::Owned(spans.iter().map(fold).collect())
    }

    fn heading(self, level: u8, spans: &[Span], width: usize) -> Vec<Line> {
        let mut spans = spans.to_vec();
        for span in &mut spans {
            span.style.bold = true;
            if span.style.role == Role::Text {
                span.style.role = Role::Heading(level);
            }
        }
        self.lines(&spans, width, LineKind::Heading)
    }

    fn list(self, items: &[Item], width: usize) -> Vec<Line> {
        let inner = Self {
            tight: true,
            level: self.level + 1,
            ..self
        };
        let mut lines = Vec::new();
        for item in items {
            let text = self.marker(item.marker);
            let room = cells(&text);
            let hang = Hang {
                first: self.muted(&text),
                rest: None,
                room,
            };
            lines.extend(self.hung(hang, width, |width| inner.blocks(&item.blocks, width)));
        }
        lines
    }

    fn marker(self, marker: Marker) -> String {
        let (unicode, ascii) = match marker {
            Marker::Bullet => [("• ", "* "), ("◦ ", "- "), ("▪ ", "+ ")][self.level % 3],
            Marker::Number(number) => return format!("{number}. "),
            Marker::Task { done: true } => ("☑ ", "[x] "),
            Marker::Task { done: false } => ("☐ ", "[ ] "),
            Marker::Decision => ("◆ ", "> "),
            Marker::None => ("  ", "  "),
        };
        if self.ascii { ascii } else { unicode }.to_owned()
    }

    fn code(self, title: &str, text: &str, width: usize) -> Vec<Line> {
        let room = if width < 2 + NARROW { 0 } else { 2 };
        let mut lines = Vec::new();
        if !title.is_empty() {
            lines.extend(self.lines(&[self.muted(title)], width, LineKind::Code));
        }
        let style = Style {
            code: true,
            role: Role::Code,
            ..Style::default()
        };
        let spans = self
            .folded(&[Span {
                text: text.to_owned(),
                style,
            }])
            .into_owned();
        let code = flow::cut(&spans, width - room);
        let room = u16::try_from(room).unwrap_or(0);
        lines.extend(code.into_iter().map(|spans| Line {
            indent: if spans.is_empty() { 0 } else { room },
            spans,
            kind: LineKind::Code,
        }));
        lines
    }

    fn quote(self, blocks: &[Block], width: usize) -> Vec<Line> {
        let bar = self.muted("│ ");
        let hang = Hang {
            first: bar.clone(),
            rest: Some(bar),
            room: 2,
        };
        let mut lines = self.hung(hang, width, |width| self.blocks(blocks, width));
        for span in lines.iter_mut().flat_map(|line| &mut line.spans) {
            if span.style.role == Role::Text {
                span.style.role = Role::Quote;
            }
        }
        lines
    }

    fn panel(self, tone: Tone, title: &str, blocks: &[Block], width: usize) -> Vec<Line> {
        let (glyph, ascii, role) = match tone {
            Tone::Plain => ("■ ", "# ", Role::Muted),
            Tone::Info => ("● ", "i ", Role::Info),
            Tone::Note => ("● ", "* ", Role::Tag),
            Tone::Ok => ("✓ ", "+ ", Role::Ok),
            Tone::Warn => ("▲ ", "! ", Role::Warn),
            Tone::Error => ("✗ ", "x ", Role::Error),
        };
        let styled = |text: &str| Span {
            text: text.to_owned(),
            style: Style {
                role,
                ..Style::default()
            },
        };
        let bar = if self.ascii { "| " } else { "│ " };
        let hang = Hang {
            first: styled(if self.ascii { ascii } else { glyph }),
            rest: Some(styled(bar)),
            room: 2,
        };
        self.hung(hang, width, |width| {
            let mut lines = self.title(title, width);
            lines.extend(self.blocks(blocks, width));
            lines
        })
    }

    fn expand(self, title: &str, blocks: &[Block], width: usize) -> Vec<Line> {
        let hang = Hang {
            first: self.muted("▾ "),
            rest: None,
            room: 2,
        };
        let title = if title.is_empty() { "Details" } else { title };
        self.hung(hang, width, |width| {
            let mut lines = self.title(title, width);
            lines.extend(self.blocks(blocks, width));
            lines
        })
    }

    fn title(self, title: &str, width: usize) -> Vec<Line> {
        if title.is_empty() {
            return Vec::new();
        }
        let style = Style {
            bold: true,
            ..Style::default()
        };
        self.lines(
            &[Span {
                text: title.to_owned(),
                style,
            }],
            width,
            LineKind::Text,
        )
    }

    /// Draws a group and sets it apart; where that leaves too little room, only its first line.
    fn hung(self, hang: Hang, width: usize, draw: impl FnOnce(usize) -> Vec<Line>) -> Vec<Line> {
        let Hang { first, rest, room } = hang;
        let roomy = width >= room + NARROW;
        let mut lines = draw(if roomy { width - room } else { width });
        let table = lines.first().is_none_or(|line| line.kind == LineKind::Table);
        let fits = roomy || lines.first().is_some_and(|line| line.width() + room <= width);
        if table || !fits {
            lines.insert(0, Line::default());
        }
        if let Some((head, tail)) = lines.split_first_mut() {
            if room <= width {
                push_right(head, Some(&first), room);
            }
            if roomy {
                tail.iter_mut().for_each(|line| push_right(line, rest.as_ref(), room));
            }
        }
        lines
    }

    fn muted(self, text: &str) -> Span {
        let text = if self.ascii { to_ascii(text) } else { text.to_owned() };
        Span {
            text,
            style: Style {
                role: Role::Muted,
                ..Style::default()
            },
        }
    }
}

fn line(kind: LineKind, span: Span) -> Line {
    Line {
        indent: 0,
        spans: vec![span],
        kind,
    }
}

/// Moves a line right: behind a bar, which turns its indent into spaces, or by more indent.
fn push_right(line: &mut Line, bar: Option<&Span>, room: usize) {
    let Some(bar) = bar else {
        if line.spans.is_empty() {
            return;
        }
        line.indent = line.indent.saturating_add(u16::try_from(room).unwrap_or(u16::MAX));
        return;
    };
    let mut bar = bar.clone();
    bar.text.push_str(&" ".repeat(usize::from(line.indent)));
    line.indent = 0;
    line.spans.insert(0, bar);
    if line.kind == LineKind::Blank {
        line.kind = LineKind::Text;
    }
}

fn indented(mut lines: Vec<Line>, room: usize) -> Vec<Line> {
    lines.iter_mut().for_each(|line| push_right(line, None, room));
    lines
}
