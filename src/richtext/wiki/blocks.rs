//! Second pass: lines.

use super::super::doc::{Block, Item, Marker, trimmed};
use super::scan::{Verbatim, is_stand_in};
use super::{inline, table};

/// Levels of list that are told apart.
const MAX_LEVEL: usize = 8;

/// Reads markup that holds no container.
pub(super) fn read(text: &str, verbatim: &Verbatim) -> Vec<Block> {
    let mut reader = Reader {
        verbatim,
        blocks: Vec::new(),
        open: Open::Nothing,
    };
    for line in text.split(['\n', '\r']) {
        reader.line(line);
    }
    reader.end();
    reader.blocks
}

/// What a following line may continue.
enum Open {
    Nothing,
    Paragraph(String),
    /// Markers and text of items.
    List(Vec<(String, String)>),
    Rows(Vec<String>),
}

struct Reader<'a> {
    verbatim: &'a Verbatim,
    blocks: Vec<Block>,
    open: Open,
}

impl Reader<'_> {
    fn line(&mut self, line: &str) {
        let text = line.trim();
        if text.is_empty() {
            return self.end();
        }
        if let Some((level, title)) = heading(text) {
            self.end();
            flowing(
                title,
                self.verbatim,
                |spans| Block::Heading(level, spans),
                &mut self.blocks,
            );
        } else if text.len() >= 4 && text.bytes().all(|byte| byte == b'-') {
            self.end();
            self.blocks.push(Block::Rule);
        } else if let Some(quoted) = text.strip_prefix("bq. ") {
            self.end();
            self.blocks.push(Block::Quote(paragraphs(quoted, self.verbatim)));
        } else if let Some((marker, item)) = list_item(text) {
            self.item(marker, item);
        } else if text.starts_with('|') {
            self.row(text);
        } else {
            self.running_text(line.trim_end());
        }
    }

    fn item(&mut self, marker: &str, text: &str) {
        let entry = (marker.to_owned(), text.to_owned());
        match &mut self.open {
            Open::List(items) => items.push(entry),
            _ => {
                self.end();
                self.open = Open::List(vec![entry]);
            }
        }
    }

    fn row(&mut self, text: &str) {
        match &mut self.open {
            Open::Rows(rows) => rows.push(text.to_owned()),
            _ => {
                self.end();
                self.open = Open::Rows(vec![text.to_owned()]);
            }
        }
    }

    fn running_text(&mut self, line: &str) {
        match &mut self.open {
            Open::Paragraph(text) => push_line(text, line),
            Open::List(items) => {
                if let Some((_, text)) = items.last_mut() {
                    push_line(text, line.trim_start());
                }
            }
            Open::Rows(rows) if rows.last().is_some_and(|row| !row.ends_with('|')) => {
                if let Some(row) = rows.last_mut() {
                    push_line(row, line);
                }
            }
            _ => {
                self.end();
                self.open = Open::Paragraph(line.to_owned());
            }
        }
    }

    fn end(&mut self) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Paragraph(text) => self.blocks.extend(paragraphs(&text, self.verbatim)),
            Open::List(items) => self.blocks.extend(lists(&items, 1, self.verbatim)),
            Open::Rows(rows) => self.blocks.push(Block::Table(table::read(&rows, self.verbatim))),
        }
    }
}

fn push_line(text: &mut String, line: &str) {
    text.push('\n');
    text.push_str(line);
}

/// Text as paragraphs, with verbatim blocks in their places.
pub(super) fn paragraphs(text: &str, verbatim: &Verbatim) -> Vec<Block> {
    let mut blocks = Vec::new();
    flowing(text, verbatim, Block::Paragraph, &mut blocks);
    blocks
}

fn flowing(text: &str, verbatim: &Verbatim, block: impl Fn(Vec<super::super::Span>) -> Block, blocks: &mut Vec<Block>) {
    let mut start = 0;
    for (at, c) in text.char_indices().filter(|&(_, c)| is_stand_in(c)) {
        blocks.extend(trimmed(inline::read(&text[start..at])).map(&block));
        blocks.extend(verbatim.get(c).into_iter().flatten().cloned());
        start = at + c.len_utf8();
    }
    blocks.extend(trimmed(inline::read(&text[start..])).map(&block));
}

fn heading(text: &str) -> Option<(u8, &str)> {
    let rest = text.strip_prefix('h')?;
    let level = rest.bytes().next().filter(|byte| (b'1'..=b'6').contains(byte))?;
    let title = rest[1..].strip_prefix('.')?;
    // `h1.Title` is read too; `h2.example.org` is not a heading.
    let spaced = title.starts_with(' ') || title.is_empty() || title.starts_with(|c: char| c.is_uppercase());
    spaced.then_some((level - b'0', title.trim()))
}

/// `** text` as marker and text.
fn list_item(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c| !matches!(c, '*' | '#' | '-'))?;
    let (marker, rest) = text.split_at(end);
    let item = rest.strip_prefix([' ', '\t'])?;
    let dashes = marker.contains('-') && marker != "-";
    (!marker.is_empty() && !dashes).then_some((marker, item.trim()))
}

/// Items of level `level` and above as lists; a change of marker starts another list.
fn lists(items: &[(String, String)], level: usize, verbatim: &Verbatim) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut list: Vec<Item> = Vec::new();
    let mut kind = None;
    let mut rest = items;
    while let Some((marker, text)) = rest.first() {
        let deeper = rest
            .iter()
            .take_while(|(marker, _)| level < MAX_LEVEL && marker.len() > level)
            .count();
        if deeper > 0 {
            let nested = lists(&rest[..deeper], level + 1, verbatim);
            match list.last_mut() {
                Some(item) => item.blocks.extend(nested),
                None => list.push(Item {
                    marker: Marker::None,
                    blocks: nested,
                }),
            }
            rest = &rest[deeper..];
            continue;
        }
        let sign = marker.chars().next_back();
        if kind.is_some() && kind != sign {
            blocks.push(Block::List(std::mem::take(&mut list)));
        }
        kind = sign;
        let marker = match sign {
            Some('#') => Marker::Number(u64::try_from(list.len()).unwrap_or(0) + 1),
            _ => Marker::Bullet,
        };
        list.push(Item {
            marker,
            blocks: paragraphs(text, verbatim),
        });
        rest = &rest[1..];
    }
    if !list.is_empty() {
        blocks.push(Block::List(list));
    }
    blocks
}
