//! One change of the text at a time: a value, a key, a table. Everything else stays byte for byte.
//!
//! Must never be in here: which keys there are.

use std::ops::Range;

use toml_edit::{Array, Document, InlineTable};

use super::{
    EditError,
    blocks::{Block, blocks, body_end, is_blank, line_end, line_start, newline, value_end},
    members::{self, Splice},
    place::{Found, Place, Step, find},
    value::{Value, key_text, member},
};
use crate::config::Position;

/// The text of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text(pub(super) String);

impl Text {
    pub(super) fn document(&self) -> Result<Document<&str>, EditError> {
        Document::parse(self.0.as_str()).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start).min(self.0.len());
            let before = self.0.get(..at).unwrap_or_default();
            let line = &before[line_start(before, before.len())..];
            EditError::Syntax {
                at: Position {
                    line: before.matches('\n').count() + 1,
                    column: line.trim_start_matches('\u{feff}').chars().count() + 1,
                },
                message: error.message().to_owned(),
            }
        })
    }

    /// Puts in place what was made out from the text as it is; stretches do not overlap.
    pub(super) fn apply(&mut self, mut splices: Vec<Splice>) {
        splices.sort_by_key(|(range, _)| range.start);
        for (range, with) in splices.into_iter().rev() {
            self.0.replace_range(range, &with);
        }
    }

    /// The value at a place.
    pub(super) fn value(&self, place: &Place) -> Result<Option<Value>, EditError> {
        let document = self.document()?;
        Ok(find(&document, place).map(|found| match found {
            Found::Table(table) => Value::from(table),
            Found::Tables(tables) => Value::List(tables.iter().map(Value::from).collect()),
            Found::Value(value) => Value::from(value),
        }))
    }

    /// The keys of the table at a place.
    pub(super) fn keys(&self, place: &Place) -> Result<Vec<String>, EditError> {
        let document = self.document()?;
        Ok(find(&document, place).map_or_else(Vec::new, Found::keys))
    }

    /// How many tables a list at the root has, written in whichever way.
    pub(super) fn count(&self, list: &'static str) -> Result<usize, EditError> {
        let document = self.document()?;
        match find(&document, &Place::default().key(list)) {
            None => Ok(0),
            Some(found) => found.len().ok_or(EditError::NotTables { key: list }),
        }
    }

    /// Puts `value` at a place, whether something stands there or not.
    pub(super) fn set(&mut self, place: &Place, value: &Value) -> Result<(), EditError> {
        let document = self.document()?;
        let span = match find(&document, place) {
            Some(Found::Value(toml_edit::Value::InlineTable(old))) if old.is_dotted() => None,
            Some(Found::Value(old)) => old.span(),
            Some(_) => None,
            None => {
                drop(document);
                return self.add(place, value);
            }
        };
        drop(document);
        match span {
            Some(span) => {
                let written = value.written_like(self.0.get(span.clone()));
                self.apply(vec![(span, written)]);
                Ok(())
            }
            // Spread over keys or tables of its own.
            None => {
                self.remove(place)?;
                self.add(place, value)
            }
        }
    }

    /// Adds a key to the table around it, after those that are there.
    fn add(&mut self, place: &Place, value: &Value) -> Result<(), EditError> {
        let Some((around, key)) = place.parent() else {
            return Ok(());
        };
        if self.straighten(&around)? {
            return self.add(place, value);
        }
        let document = self.document()?;
        let splice = match find(&document, &around) {
            Some(Found::Value(toml_edit::Value::InlineTable(table))) => add_member(table, &member(key, value)),
            Some(Found::Table(table)) => {
                let prefix = dotted_prefix(&document, &around);
                let after = body_end(table).or_else(|| table.span().map(|span| span.end));
                after.map(|after| self.add_line(after, &format!("{prefix}{}", member(key, value))))
            }
            _ => None,
        };
        drop(document);
        if let Some(splice) = splice {
            self.apply(vec![splice]);
            return Ok(());
        }
        // A table that only its own tables have called into being is written anew.
        let Some(Value::Table(mut table)) = self.value(&around)? else {
            return Ok(());
        };
        table.push((key.to_owned(), value.clone()));
        self.remove(&around)?;
        self.add(&around, &Value::Table(table))
    }

    /// A line below the one where `after` is, indented like it.
    fn add_line(&self, after: usize, line: &str) -> Splice {
        let text = &self.0;
        let newline = newline(text);
        let end = line_end(text, after);
        let first = text[line_start(text, after)..].chars();
        let indent: String = first.take_while(|c| *c == ' ' || *c == '\t').collect();
        let line = if text[..end].ends_with('\n') {
            format!("{indent}{line}{newline}")
        } else {
            format!("{newline}{indent}{line}")
        };
        (end..end, line)
    }

    /// Removes a key with its value, or the element of a list.
    pub(super) fn remove(&mut self, place: &Place) -> Result<(), EditError> {
        if let Some((around, _)) = place.parent() {
            self.straighten(&around)?;
        }
        let document = self.document()?;
        let splices = match (place.0.split_last(), find(&document, place)) {
            (Some((Step::At(index), list)), Some(Found::Value(_))) => match find(&document, &Place(list.to_vec())) {
                Some(Found::Value(toml_edit::Value::Array(items))) => self.without_item(items, *index),
                _ => Vec::new(),
            },
            (Some((Step::Key(key), around)), Some(Found::Value(value))) => {
                match find(&document, &Place(around.to_vec())) {
                    Some(Found::Value(toml_edit::Value::InlineTable(table))) => self.without_member(table, key),
                    _ => self.without_line(value),
                }
            }
            (_, Some(Found::Table(table))) => {
                let mut splices = self.without_lines(table);
                splices.extend(self.without_blocks(&document, place));
                splices
            }
            _ => Vec::new(),
        };
        drop(document);
        self.apply(splices);
        Ok(())
    }

    /// Whether a comment stands behind the value of a key.
    pub(super) fn is_remarked(&self, place: &Place) -> Result<bool, EditError> {
        let document = self.document()?;
        Ok(match find(&document, place) {
            Some(Found::Value(value)) => value.span().is_some_and(|span| {
                self.0[span.end..line_end(&self.0, span.end)]
                    .trim_start()
                    .starts_with('#')
            }),
            _ => false,
        })
    }

    /// The lines of a value, with the comment behind it.
    fn without_line(&self, value: &toml_edit::Value) -> Vec<Splice> {
        let lines = value
            .span()
            .map(|span| line_start(&self.0, span.start)..line_end(&self.0, span.end));
        lines.map(|lines| (lines, String::new())).into_iter().collect()
    }

    /// The lines of a table whose keys are written with dots.
    fn without_lines(&self, table: &toml_edit::Table) -> Vec<Splice> {
        if !table.is_dotted() {
            return Vec::new();
        }
        let lines = table.iter().flat_map(|(_, item)| match item {
            toml_edit::Item::Value(value) => self.without_line(value),
            toml_edit::Item::Table(table) => self.without_lines(table),
            _ => Vec::new(),
        });
        lines.collect()
    }

    /// The blocks of a table and of those within it, and blank lines that would be left over.
    fn without_blocks(&self, document: &Document<&str>, place: &Place) -> Vec<Splice> {
        let text = &self.0;
        let mut gone: Vec<Range<usize>> = Vec::new();
        for Block { range, .. } in blocks(document)
            .into_iter()
            .filter(|block| block.place.is_within(place))
        {
            match gone.last_mut() {
                Some(last) if text[last.end..range.start].trim().is_empty() => last.end = range.end,
                _ => gone.push(range),
            }
        }
        gone.into_iter()
            .map(|range| (without_gap(text, range), String::new()))
            .collect()
    }

    /// An inline table that has dotted keys in it cannot be changed in pieces; it is written anew
    /// without them. Tells whether it did.
    fn straighten(&mut self, place: &Place) -> Result<bool, EditError> {
        let document = self.document()?;
        let mut outer = None;
        for length in 0..=place.0.len() {
            let prefix = Place(place.0[..length].to_vec());
            if let Some(Found::Value(toml_edit::Value::InlineTable(table))) = find(&document, &prefix)
                && let Some(span) = table.span().filter(|_| members::has_dots(table))
            {
                outer = Some((span, Value::from(&toml_edit::Value::InlineTable(table.clone()))));
                break;
            }
        }
        drop(document);
        let Some((span, value)) = outer else {
            return Ok(false);
        };
        self.apply(vec![(span, value.written_like(None))]);
        Ok(true)
    }

    fn without_member(&self, table: &InlineTable, key: &str) -> Vec<Splice> {
        let spans: Vec<Range<usize>> = members::spans(table);
        let index = table.iter().position(|(name, _)| name == key);
        members::without(&self.0, table.span(), &spans, index)
    }

    fn without_item(&self, items: &Array, index: usize) -> Vec<Splice> {
        let spans: Vec<Range<usize>> = items.iter().filter_map(toml_edit::Value::span).collect();
        members::without(&self.0, items.span(), &spans, Some(index))
    }
}

/// A range of lines, and the blank ones above or below it: of two gaps the larger stays.
fn without_gap(text: &str, mut range: Range<usize>) -> Range<usize> {
    let heading = text.len() - text.trim_start_matches('\u{feff}').len();
    if range.start <= heading {
        // Comments at the very top are about the file.
        range.start = header_start(text, &range);
    }
    let above = without_blank_lines(text, range.start);
    let mut below = range.end;
    while is_blank(text, below) {
        below = line_end(text, below);
    }
    let lines = |range: Range<usize>| text[range].matches('\n').count();
    if below == text.len() {
        above..below
    } else if above > heading && lines(above..range.start) < lines(range.end..below) {
        above..range.end
    } else {
        range.start..below
    }
}

/// The start of the header's own line in a block.
fn header_start(text: &str, block: &Range<usize>) -> usize {
    let mut start = block.start;
    while start < block.end
        && text[start..]
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with('#')
    {
        start = line_end(text, start);
    }
    start
}

/// The end of the last line before `end` that is not blank.
fn without_blank_lines(text: &str, end: usize) -> usize {
    let mut start = end;
    while start > 0 {
        let above = line_start(text, start - 1);
        if !text[above..start].trim().is_empty() {
            break;
        }
        start = above;
    }
    start
}

fn add_member(table: &InlineTable, member: &str) -> Option<Splice> {
    match table.iter().filter_map(|(_, value)| value_end(value)).max() {
        Some(end) => Some((end..end, format!(", {member}"))),
        None => Some((table.span()?, format!("{{ {member} }}"))),
    }
}

/// What stands before a key that is added to a table written with dots: `auth.`
fn dotted_prefix(document: &Document<&str>, place: &Place) -> String {
    let mut prefix = String::new();
    for length in 1..=place.0.len() {
        let dotted = match find(document, &Place(place.0[..length].to_vec())) {
            Some(Found::Table(table)) => table.is_dotted(),
            _ => false,
        };
        match &place.0[length - 1] {
            Step::Key(key) if dotted => prefix.push_str(&format!("{}.", key_text(key))),
            _ => prefix.clear(),
        }
    }
    prefix
}
