//! Whole tables of a list: one more, another order.
//!
//! Must never be in here: which keys there are.

use std::ops::Range;

use super::{
    EditError,
    blocks::{blocks, is_blank, newline},
    members::{self, Splice},
    place::{Found, Place, find},
    text::Text,
    value::{Value, member},
};

impl Text {
    /// One more table at the end of a list.
    pub(super) fn push(&mut self, list: &'static str, table: &[(String, Value)]) -> Result<(), EditError> {
        self.push_with(list, table, &[])
    }

    /// One more table at the end of a list; its tables of these keys get headers of their own, unless
    /// the list is written in brackets.
    pub(super) fn push_with(
        &mut self,
        list: &'static str,
        table: &[(String, Value)],
        below: &[&str],
    ) -> Result<(), EditError> {
        let document = self.document()?;
        let splices = match find(&document, &Place::default().key(list)) {
            None => vec![self.new_block(self.0.len(), list, table, below)],
            Some(Found::Tables(_)) => {
                let own = Place::default().key(list);
                let end = blocks(&document)
                    .iter()
                    .filter(|block| block.place.is_within(&own))
                    .map(|block| block.range.end)
                    .max();
                vec![self.new_block(end.unwrap_or(self.0.len()), list, table, below)]
            }
            Some(Found::Value(toml_edit::Value::Array(items))) => {
                let spans: Vec<Range<usize>> = items.iter().filter_map(toml_edit::Value::span).collect();
                let item = Value::Table(table.to_vec()).written_like(None);
                let brackets = items.span().unwrap_or_default();
                members::with(&self.0, brackets, &spans, &item)
            }
            Some(_) => return Err(EditError::NotTables { key: list }),
        };
        drop(document);
        self.apply(splices);
        Ok(())
    }

    /// A table with its header, set apart by blank lines.
    fn new_block(&self, at: usize, list: &str, table: &[(String, Value)], below: &[&str]) -> Splice {
        let text = &self.0;
        let newline = newline(text);
        let mut block = String::new();
        let above = text[..at].trim_end_matches([' ', '\t', '\r', '\n', '\u{feff}']);
        if !above.is_empty() && !text[..at].ends_with('\n') {
            block.push_str(newline);
        }
        let apart = text[above.len()..at].matches('\n').count() > 1;
        if !above.is_empty() && !apart {
            block.push_str(newline);
        }
        block.push_str(&format!("[[{list}]]{newline}"));
        let is_below = |key: &str, value: &Value| below.contains(&key) && matches!(value, Value::Table(_));
        for (key, value) in table.iter().filter(|(key, value)| !is_below(key, value)) {
            block.push_str(&format!("{}{newline}", member(key, value)));
        }
        for (key, value) in table.iter().filter(|(key, value)| is_below(key, value)) {
            block.push_str(&format!("[{list}.{key}]{newline}"));
            let Value::Table(inner) = value else { continue };
            for (key, value) in inner {
                block.push_str(&format!("{}{newline}", member(key, value)));
            }
        }
        if at < text.len() && !is_blank(text, at) {
            block.push_str(newline);
        }
        (at..at, block)
    }

    /// Puts the tables of a list in another order: `order[i]` comes to the place of the `i`-th.
    pub(super) fn arrange(&mut self, list: &'static str, order: &[usize]) -> Result<(), EditError> {
        if order.iter().enumerate().all(|(index, from)| index == *from) {
            return Ok(());
        }
        let document = self.document()?;
        let ranges = match find(&document, &Place::default().key(list)) {
            Some(Found::Value(toml_edit::Value::Array(items))) => {
                items.iter().filter_map(toml_edit::Value::span).collect()
            }
            Some(Found::Tables(tables)) => {
                let all = blocks(&document);
                (0..tables.len())
                    .filter_map(|index| {
                        let own = Place::element(list, index);
                        let mut own = all.iter().filter(|block| block.place.is_within(&own));
                        let first = own.next()?.range.clone();
                        Some(own.fold(first, |whole, block| whole.start..block.range.end))
                    })
                    .collect()
            }
            _ => Vec::new(),
        };
        drop(document);
        self.permute(&ranges, order);
        Ok(())
    }

    /// What stands between the ranges stays where it is.
    fn permute(&mut self, ranges: &[Range<usize>], order: &[usize]) {
        let newline = newline(&self.0);
        let in_lines = ranges.iter().any(|range| self.0[range.clone()].ends_with('\n'));
        let ended = self.0.ends_with('\n');
        let splices: Vec<Splice> = ranges
            .iter()
            .zip(order)
            .filter_map(|(to, from)| {
                let mut moved = self.0[ranges.get(*from)?.clone()].to_owned();
                if in_lines && !moved.ends_with('\n') {
                    moved.push_str(newline);
                }
                Some((to.clone(), moved))
            })
            .collect();
        self.apply(splices);
        if in_lines && !ended && self.0.ends_with(newline) {
            self.0.truncate(self.0.len() - newline.len());
        }
    }
}
