//! What a Markdown text holds, before it is written in any form.

/// A piece of a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Paragraph(Vec<Inline>),
    Heading(u8, Vec<Inline>),
    Code {
        language: String,
        text: String,
    },
    Quote(Vec<Block>),
    List {
        /// Number of the first item; `None` for bullets.
        start: Option<u64>,
        items: Vec<Item>,
    },
    Rule,
    Table(Vec<Vec<Cell>>),
    /// Folded away until somebody opens it.
    Details {
        summary: Vec<Inline>,
        blocks: Vec<Block>,
    },
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Item {
    /// Whether it is ticked, if it can be.
    pub(super) task: Option<bool>,
    pub(super) blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Cell {
    pub(super) header: bool,
    pub(super) blocks: Vec<Block>,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Inline {
    Text(Run),
    /// A new line within the paragraph.
    Break,
}

impl Inline {
    /// Text without marks.
    pub(super) fn text(text: &str) -> Self {
        Self::Text(Run {
            text: text.to_owned(),
            ..Run::default()
        })
    }

    /// Text in bold.
    pub(super) fn strong(text: &str) -> Self {
        let mut run = Run {
            text: text.to_owned(),
            ..Run::default()
        };
        run.marks.strong = true;
        Self::Text(run)
    }
}

/// Text in one style.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) marks: Marks,
    /// `http`, `https` or `mailto`.
    pub(super) link: Option<String>,
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks {
    pub(super) strong: bool,
    pub(super) em: bool,
    pub(super) strike: bool,
    pub(super) underline: bool,
    pub(super) code: bool,
    pub(super) sub: bool,
    pub(super) sup: bool,
}

/// The text of a line without its marks; breaks as spaces.
pub(super) fn bare(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(run) => run.text.as_str(),
            Inline::Break => " ",
        })
        .collect()
}

/// The same in bold, for places that hold no heading.
pub(super) fn emboldened(inlines: &[Inline]) -> Vec<Inline> {
    let mut inlines = inlines.to_vec();
    for inline in &mut inlines {
        if let Inline::Text(run) = inline {
            run.marks.strong = !run.marks.code;
        }
    }
    inlines
}

/// Blocks as lines, for places that hold nothing but text.
pub(super) fn lines(blocks: &[Block]) -> Vec<Vec<Inline>> {
    let mut out = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(inlines) => out.push(inlines.clone()),
            Block::Heading(_, inlines) => out.push(emboldened(inlines)),
            Block::Code { text, .. } => out.extend(text.lines().map(|line| {
                let mut run = Run {
                    text: line.to_owned(),
                    ..Run::default()
                };
                run.marks.code = true;
                vec![Inline::Text(run)]
            })),
            Block::Quote(blocks) => out.extend(lines(blocks)),
            Block::List { start, items } => out.extend(item_lines(*start, items)),
            Block::Rule => {}
            Block::Table(rows) => out.extend(rows.iter().map(|row| row_line(row))),
            Block::Details { summary, blocks } => {
                out.push(emboldened(summary));
                out.extend(lines(blocks));
            }
        }
    }
    out
}

fn item_lines(start: Option<u64>, items: &[Item]) -> Vec<Vec<Inline>> {
    let mut out = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let marker = match (start, item.task) {
            (_, Some(done)) => tick(done).to_owned(),
            (Some(start), _) => format!("{}. ", number(start, index)),
            _ => "• ".to_owned(),
        };
        let mut inner = lines(&item.blocks).into_iter();
        let mut first = vec![Inline::text(&marker)];
        first.extend(inner.next().unwrap_or_default());
        out.push(first);
        out.extend(inner);
    }
    out
}

/// The number of an item.
pub(super) fn number(start: u64, index: usize) -> u64 {
    start.saturating_add(u64::try_from(index).unwrap_or(u64::MAX))
}

/// A box, ticked or not, for places that have no tasks.
pub(super) fn tick(done: bool) -> &'static str {
    if done { "☑ " } else { "☐ " }
}

/// A row as one line.
pub(super) fn row_line(row: &[Cell]) -> Vec<Inline> {
    let mut line = Vec::new();
    for (index, cell) in row.iter().enumerate() {
        if index > 0 {
            line.push(Inline::text(" | "));
        }
        line.extend(joined(&lines(&cell.blocks)).into_iter().map(|inline| match inline {
            Inline::Break => Inline::text(" "),
            text => text,
        }));
    }
    line
}

/// Lines as one paragraph with breaks.
pub(super) fn joined(lines: &[Vec<Inline>]) -> Vec<Inline> {
    lines.join(&Inline::Break)
}
