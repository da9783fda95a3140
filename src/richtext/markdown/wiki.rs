//! The tree as wiki markup.
//!
//! Wiki markup has no nesting but that of lists: what stands within an item or a cell is written as
//! lines of it, and a quote within a quote as part of that.

use super::escape::{Markup, address};
use super::language;
use super::tree::{Block, Cell, Inline, Item, Marks, Run, emboldened, joined, lines, number, row_line, tick};

type Sign = (fn(Marks) -> bool, &'static str, &'static str);

/// Marks that wiki markup has, outermost first: whether a text has it, its sign, and the form that
/// works within words.
const MARKS: [Sign; 6] = [
    (|marks| marks.strong, "*", "{*}"),
    (|marks| marks.em, "_", "{_}"),
    (|marks| marks.strike, "-", "{-}"),
    (|marks| marks.underline, "+", "{+}"),
    (|marks| marks.sup, "^", "^"),
    (|marks| marks.sub, "~", "~"),
];
/// Levels of lists that Jira tells apart.
const MAX_LEVEL: usize = 8;

/// Writes a document.
pub(super) fn write(blocks: &[Block]) -> String {
    let mut writer = Writer::default();
    writer.blocks(blocks);
    let mut out = writer.markup.out;
    out.truncate(out.trim_end().len());
    out
}

/// How lines of one paragraph are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Breaks {
    Lines,
    /// On one line of markup.
    Forced,
    Spaces,
}

#[derive(Default)]
struct Writer {
    markup: Markup,
    quoted: bool,
}

impl Writer {
    /// Blocks, a blank line apart.
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            let start = self.markup.out.len();
            self.block(block);
            if self.markup.out.len() > start {
                self.markup.out.truncate(self.markup.out.trim_end().len());
                self.raw("\n\n");
            }
        }
    }

    fn raw(&mut self, markup: &str) {
        self.markup.out.push_str(markup);
        self.markup.start_line();
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(inlines) => self.inline(inlines, Breaks::Lines),
            Block::Heading(level, inlines) => {
                self.raw(&format!("h{level}. "));
                self.inline(inlines, Breaks::Spaces);
            }
            Block::Code { language, text } => self.code(language, text),
            Block::Quote(inner) if self.quoted => self.blocks(inner),
            Block::Quote(inner) => {
                self.raw("{quote}\n");
                self.quoted = true;
                self.blocks(inner);
                self.quoted = false;
                self.markup.out.truncate(self.markup.out.trim_end().len());
                self.raw("\n{quote}");
            }
            // Wiki markup counts from one: other numbers are written out.
            Block::List {
                start: Some(start),
                items,
            } if *start != 1 => self.numbered(*start, items),
            Block::List { start, items } => self.list(start.is_some(), items, ""),
            Block::Rule => self.raw("----"),
            Block::Table(rows) => rows.iter().for_each(|row| self.row(row)),
            Block::Details { summary, blocks } => {
                self.inline(&emboldened(summary), Breaks::Spaces);
                self.raw("\n\n");
                self.blocks(blocks);
            }
        }
    }

    /// The macro's own end must not be in it.
    fn code(&mut self, word: &str, text: &str) {
        let lower = text.to_ascii_lowercase();
        let (name, open) = match language::wiki(word) {
            _ if lower.contains("{code") && !lower.contains("{noformat") => ("noformat", "noformat".to_owned()),
            Some(language) => ("code", format!("code:{language}")),
            None => ("code", "code".to_owned()),
        };
        let mut body = apart(text, &format!("{{{name}"));
        if self.quoted {
            body = apart(&body, "{quote");
        }
        self.raw(&format!("{{{open}}}\n{body}\n{{{name}}}"));
    }

    fn numbered(&mut self, start: u64, items: &[Item]) {
        for (index, item) in items.iter().enumerate() {
            let marker = format!("{}. ", number(start, index));
            self.raw(&marker);
            self.item(item, "");
            self.raw("\n");
        }
    }

    fn list(&mut self, ordered: bool, items: &[Item], around: &str) {
        let sign = if ordered { '#' } else { '*' };
        let level = &around[..around.len().min(MAX_LEVEL - 1)];
        for item in items {
            let marker = format!("{level}{sign}");
            self.raw(&format!("{marker} "));
            if let Some(done) = item.task {
                self.markup.out.push_str(tick(done));
            }
            self.item(item, &marker);
            self.raw("\n");
        }
    }

    /// What an item holds, as lines of it; a blank line would end the list.
    fn item(&mut self, item: &Item, marker: &str) {
        let text = item
            .blocks
            .first()
            .is_some_and(|first| !matches!(first, Block::List { .. } | Block::Rule));
        if !text {
            // A marker alone is no item.
            self.markup.out.push_str("&nbsp;");
        }
        for (index, block) in item.blocks.iter().enumerate() {
            if index > 0 || !text {
                self.markup
                    .out
                    .truncate(self.markup.out.trim_end_matches(['\n', ' ']).len());
                self.raw("\n");
            }
            match block {
                Block::List { start, items } => self.list(start.is_some(), items, marker),
                Block::Code { language, text } => self.code(language, text),
                Block::Table(rows) => {
                    let rows: Vec<Vec<Inline>> = rows.iter().map(|row| row_line(row)).collect();
                    self.inline(&joined(&rows), Breaks::Lines);
                }
                other => self.inline(&joined(&lines(std::slice::from_ref(other))), Breaks::Lines),
            }
        }
        self.markup.out.truncate(self.markup.out.trim_end_matches('\n').len());
    }

    fn row(&mut self, cells: &[Cell]) {
        let bar = |header: bool| if header { "||" } else { "|" };
        for cell in cells {
            self.raw(bar(cell.header));
            self.raw(" ");
            let start = self.markup.out.len();
            self.inline(&joined(&lines(&cell.blocks)), Breaks::Forced);
            if self.markup.out.len() > start {
                self.raw(" ");
            }
        }
        self.raw(bar(cells.last().is_some_and(|cell| cell.header)));
        self.raw("\n");
    }

    fn inline(&mut self, inlines: &[Inline], breaks: Breaks) {
        let mut first = true;
        for line in inlines.split(|inline| *inline == Inline::Break) {
            let runs = prepared(line);
            if runs.iter().all(|run| run.text.trim().is_empty()) {
                continue;
            }
            match breaks {
                _ if first => {}
                Breaks::Lines => self.raw("\n"),
                // `:\\` would be taken for the start of a path.
                Breaks::Forced if self.markup.before() == Some(':') => self.raw(" \\\\ "),
                Breaks::Forced => self.raw("\\\\ "),
                Breaks::Spaces => self.markup.out.push(' '),
            }
            first = false;
            self.groups(&runs, 0, None);
        }
    }

    /// Runs, with what they share written around them.
    fn groups(&mut self, runs: &[Run], level: usize, after: Option<char>) {
        let Some((has, sign, inner_sign)) = MARKS.get(level) else {
            for (index, run) in runs.iter().enumerate() {
                let next = runs.get(index + 1).and_then(first_char).or(after);
                self.run(run, next);
            }
            return;
        };
        let mut rest = runs;
        while let Some(first) = rest.first() {
            let on = has(first.marks);
            let len = rest.iter().take_while(|run| has(run.marks) == on).count();
            let (group, tail) = rest.split_at(len);
            let after = tail.first().and_then(first_char).or(after);
            if on {
                let clear =
                    |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && !sign.contains(c) && !"{}".contains(c));
                let plain = clear(self.markup.before()) && clear(after);
                let sign = if plain { sign } else { inner_sign };
                self.markup.out.push_str(sign);
                self.markup.marked += 1;
                self.groups(group, level + 1, None);
                self.markup.marked -= 1;
                self.markup.out.push_str(sign);
            } else {
                self.groups(group, level + 1, after);
            }
            rest = tail;
        }
    }

    fn run(&mut self, run: &Run, after: Option<char>) {
        match &run.link {
            Some(url) => self.link(&run.text, url),
            None if run.marks.code && !run.text.trim().is_empty() => {
                self.markup.out.push_str("{{");
                self.markup.mono = true;
                self.markup.text(&run.text, None);
                self.markup.mono = false;
                self.markup.out.push_str("}}");
            }
            None => self.markup.text(&run.text, after),
        }
    }

    fn link(&mut self, label: &str, url: &str) {
        let address = address(url);
        if label.trim() == url && address == url {
            self.markup.out.push_str(&format!("[{url}]"));
            return;
        }
        self.markup.out.push('[');
        let mut text = Markup {
            marked: 1,
            ..Markup::default()
        };
        text.text(label, None);
        // Brackets and bars would end the label even behind a backslash.
        for (sign, entity) in [("\\[", "&#91;"), ("\\]", "&#93;"), ("\\|", "&#124;")] {
            text.out = text.out.replace(sign, entity);
        }
        self.markup.out.push_str(text.out.trim());
        self.markup.out.push_str(&format!("|{address}]"));
    }
}

/// `needle` in `text` with a space behind its bracket, in any case.
fn apart(text: &str, needle: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in lower.match_indices(needle) {
        out.push_str(&text[from..=at]);
        out.push(' ');
        from = at + 1;
    }
    out.push_str(&text[from..]);
    out
}

fn first_char(run: &Run) -> Option<char> {
    match (&run.link, run.marks.code) {
        (Some(_), _) => Some('['),
        (_, true) => Some('{'),
        _ => run.text.chars().next(),
    }
}

/// Runs as wiki markup can have them: a link is one piece of text, and marks start and end at text.
fn prepared(line: &[Inline]) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    for inline in line {
        let Inline::Text(run) = inline else { continue };
        match out.last_mut() {
            Some(last) if last.link.is_some() && last.link == run.link => {
                last.text.push_str(&run.text);
                last.marks = shared(last.marks, run.marks);
            }
            _ if run.link.is_none() && !run.marks.code && run.marks != Marks::default() => {
                let inner = run.text.trim();
                let lead = run.text.len() - run.text.trim_start().len();
                let start = &run.text[..lead];
                let end = &run.text[lead + inner.len()..];
                for (text, marks) in [(start, Marks::default()), (inner, run.marks), (end, Marks::default())] {
                    if !text.is_empty() {
                        out.push(Run {
                            text: text.to_owned(),
                            marks,
                            link: None,
                        });
                    }
                }
            }
            _ => out.push(run.clone()),
        }
    }
    out
}

fn shared(one: Marks, other: Marks) -> Marks {
    Marks {
        strong: one.strong && other.strong,
        em: one.em && other.em,
        strike: one.strike && other.strike,
        underline: one.underline && other.underline,
        ..Marks::default()
    }
}
