//! Reads wiki markup, so that recorded texts can be served as ADF: blocks here, lines in `wiki_inline`.
//!
//! Must never be in here: HTML, or a refusal. What isn't understood stays text.

use super::{
    doc::{Block, Cell, Doc, Inline},
    wiki_inline::line,
};
use crate::sandbox::model::User;

/// Deepest list and quote nesting that is looked into.
const DEPTH: usize = 20;

/// The document.
pub(super) fn document(text: &str, people: &[User]) -> Doc {
    let lines: Vec<&str> = text.lines().collect();
    Doc {
        blocks: Reader { people }.blocks(&lines, DEPTH),
    }
}

struct Reader<'a> {
    people: &'a [User],
}

impl Reader<'_> {
    fn blocks(&self, lines: &[&str], depth: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            let (block, used) = self.block(&lines[at..], depth);
            blocks.extend(block);
            at += used.max(1);
        }
        blocks
    }

    /// The block that the lines begin with, and how many lines it takes.
    fn block(&self, lines: &[&str], depth: usize) -> (Option<Block>, usize) {
        let first = lines[0].trim();
        if first.is_empty() {
            return (None, 1);
        }
        if let Some((body, used)) = fenced(lines, "code").or_else(|| fenced(lines, "noformat")) {
            let language = first
                .strip_prefix("{code:")
                .and_then(|rest| rest.split(['}', '|']).next());
            let language = language.filter(|word| !word.contains('=')).map(str::to_owned);
            return (
                Some(Block::Code {
                    language,
                    text: body.join("\n"),
                    breakout: false,
                }),
                used,
            );
        }
        if depth > 0
            && let Some((body, used)) = fenced(lines, "quote")
        {
            return (Some(Block::Quote(self.blocks(&body, depth - 1))), used);
        }
        if first.len() >= 4 && first.bytes().all(|byte| byte == b'-') {
            return (Some(Block::Rule), 1);
        }
        if let Some((level, rest)) = heading(first) {
            return (Some(Block::Heading(level, line(rest, self.people))), 1);
        }
        if let Some(rest) = first.strip_prefix("bq. ") {
            return (Some(Block::Quote(vec![Block::Paragraph(line(rest, self.people))])), 1);
        }
        if bullet(first).is_some() {
            let used = lines.iter().take_while(|line| bullet(line.trim()).is_some()).count();
            return (Some(self.list(&lines[..used], 1)), used);
        }
        if first.starts_with('|') && first.len() > 1 {
            let used = lines.iter().take_while(|line| line.trim().starts_with('|')).count();
            let rows = lines[..used].iter().map(|row| self.row(row.trim())).collect();
            return (Some(Block::Table(rows)), used);
        }
        let used = 1 + lines[1..].iter().take_while(|line| continues(line)).count();
        (Some(Block::Paragraph(self.lines(&lines[..used]))), used)
    }

    fn lines(&self, lines: &[&str]) -> Vec<Inline> {
        let mut all = Vec::new();
        for (at, text) in lines.iter().enumerate() {
            if at > 0 {
                all.push(Inline::Break);
            }
            all.extend(line(text, self.people));
        }
        all
    }

    /// A list whose items carry at least `level` marks; deeper ones nest in the item before them.
    fn list(&self, lines: &[&str], level: usize) -> Block {
        let mark = |line: &str| {
            bullet(line.trim())
                .and_then(|(marks, _)| marks.chars().nth(level - 1))
                .unwrap_or('*')
        };
        let numbered = lines.first().is_some_and(|line| mark(line) == '#');
        let mut items: Vec<Vec<Block>> = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            let (marks, rest) = bullet(lines[at].trim()).unwrap_or(("*", lines[at]));
            if marks.len() <= level || level >= DEPTH {
                items.push(vec![Block::Paragraph(line(rest, self.people))]);
                at += 1;
                continue;
            }
            let deeper = |line: &&&str| bullet(line.trim()).is_some_and(|(marks, _)| marks.len() > level);
            let used = lines[at..].iter().take_while(deeper).count();
            let nested = self.list(&lines[at..at + used], level + 1);
            match items.last_mut() {
                Some(item) => item.push(nested),
                None => items.push(vec![nested]),
            }
            at += used;
        }
        if numbered {
            Block::Numbers(1, items)
        } else {
            Block::Bullets(items)
        }
    }

    fn row(&self, row: &str) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut rest = row;
        while let Some(after) = rest.strip_prefix('|') {
            let (header, after) = after.strip_prefix('|').map_or((false, after), |after| (true, after));
            let end = cell_end(after);
            if end == after.len() && after.trim().is_empty() {
                break;
            }
            let blocks = vec![Block::Paragraph(line(after[..end].trim(), self.people))];
            cells.push(Cell {
                header,
                span: 1,
                blocks,
            });
            rest = &after[end..];
        }
        cells
    }
}

/// Where a cell ends: at the next bar that is neither escaped nor inside brackets.
fn cell_end(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

/// The body of `{name}…{name}` that starts on the first line, and the lines it takes.
fn fenced<'a>(lines: &[&'a str], name: &str) -> Option<(Vec<&'a str>, usize)> {
    let first = lines[0].trim_start();
    let open = first.strip_prefix('{')?.strip_prefix(name)?;
    let open = match open.strip_prefix('}') {
        Some(rest) => rest,
        None => open.strip_prefix(':')?.split_once('}')?.1,
    };
    let close = format!("{{{name}}}");
    let mut body = Vec::new();
    for (at, text) in std::iter::once(open).chain(lines[1..].iter().copied()).enumerate() {
        if let Some(end) = text.find(&close) {
            body.extend(Some(&text[..end]).filter(|text| !text.trim().is_empty()));
            return Some((body, at + 1));
        }
        if at > 0 || !text.trim().is_empty() {
            body.push(text);
        }
    }
    Some((body, lines.len()))
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let (level, rest) = line.strip_prefix('h')?.split_once(". ")?;
    let level = level.parse().ok().filter(|level| (1..=6).contains(level))?;
    Some((level, rest))
}

/// Marks and text of a list line.
fn bullet(line: &str) -> Option<(&str, &str)> {
    let marks = line
        .bytes()
        .take_while(|byte| matches!(byte, b'*' | b'#' | b'-'))
        .count();
    let (marks, rest) = line.split_at(marks);
    let dash = marks.contains('-') && marks != "-";
    if marks.is_empty() || dash {
        None
    } else {
        rest.strip_prefix(' ').map(|rest| (marks, rest))
    }
}

/// Whether a line goes on with the paragraph before it.
fn continues(line: &str) -> bool {
    let line = line.trim();
    let starts = ["{code", "{noformat", "{quote", "bq. ", "|", "----"];
    !line.is_empty() && heading(line).is_none() && bullet(line).is_none() && !starts.iter().any(|s| line.starts_with(s))
}
