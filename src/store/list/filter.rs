//! The fuzzy filter over a list: each word must be found in the key, the summary, the status, the
//! type, a person or a label.

use std::collections::HashMap;

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{Atom, AtomKind, CaseMatching, Normalization, Pattern},
};
use rusqlite::{Connection, Row, types::ValueRef};

use crate::store::error::StoreError;

/// Words beyond this many are not looked at.
const MOST_WORDS: usize = 64;

/// Words as bits.
type Words = u64;

/// A filter over the rows of one list.
pub(super) struct Filter {
    words: Vec<Atom>,
    /// Words that must be found, and words that must not.
    wanted: Words,
    unwanted: Words,
    matcher: Matcher,
    buffer: Vec<char>,
    /// Words found in names, by row of `term`.
    names: HashMap<i64, Words>,
    /// Words found in labels, by issue.
    labels: HashMap<i64, Words>,
}

impl Filter {
    /// What [`Filter::passes`] reads of each issue.
    pub(super) const COLUMNS: [&'static str; 6] =
        ["i.key", "i.summary", "i.status", "i.type", "i.assignee", "i.reporter"];

    /// The filter that `text` spells; `None` if it spells none.
    pub(super) fn new(db: &Connection, text: &str) -> Result<Option<Self>, StoreError> {
        let mut words = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart).atoms;
        words.truncate(MOST_WORDS);
        if words.is_empty() {
            return Ok(None);
        }
        let (mut wanted, mut unwanted) = (0, 0);
        for (index, word) in words.iter_mut().enumerate() {
            *if word.negative { &mut unwanted } else { &mut wanted } |= 1 << index;
            word.negative = false;
            // Numbers are meant as they stand; scattered digits are found almost anywhere.
            if word.kind == AtomKind::Fuzzy && word.needle_text().chars().any(|c| c.is_ascii_digit()) {
                word.kind = AtomKind::Substring;
            }
        }
        let mut filter = Self {
            words,
            wanted,
            unwanted,
            matcher: Matcher::new(Config::DEFAULT),
            buffer: Vec::new(),
            names: HashMap::new(),
            labels: HashMap::new(),
        };
        filter.read_names(db)?;
        filter.read_labels(db)?;
        Ok(Some(filter))
    }

    fn read_names(&mut self, db: &Connection) -> Result<(), StoreError> {
        let sql = "SELECT id, name FROM term WHERE kind IN ('status', 'type', 'user', 'label')";
        let mut statement = db.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let found = self.find(row.get_ref(1)?);
            if found != 0 {
                self.names.insert(row.get(0)?, found);
            }
        }
        Ok(())
    }

    /// Only issues of labels with a match are read, which mostly are few.
    fn read_labels(&mut self, db: &Connection) -> Result<(), StoreError> {
        let mut statement = db.prepare_cached(
            "SELECT v.issue FROM term t
             JOIN field f ON f.connection = t.connection AND f.jira_id = 'labels'
             JOIN issue_value v ON v.field = f.id AND v.term = t.id
             WHERE t.id = ?1 AND t.kind = 'label'",
        )?;
        for (label, found) in &self.names {
            let mut rows = statement.query([label])?;
            while let Some(row) = rows.next()? {
                *self.labels.entry(row.get(0)?).or_default() |= found;
            }
        }
        Ok(())
    }

    /// Whether a row, whose [`Filter::COLUMNS`] start at `first`, stays in the list.
    pub(super) fn passes(&mut self, row: &Row<'_>, first: usize) -> Result<bool, StoreError> {
        let mut found = self.labels.get(&row.get(0)?).copied().unwrap_or(0);
        for index in first + 2..first + Self::COLUMNS.len() {
            if let ValueRef::Integer(name) = row.get_ref(index)? {
                found |= self.names.get(&name).copied().unwrap_or(0);
            }
        }
        for index in first..first + 2 {
            found |= self.find(row.get_ref(index)?);
        }
        Ok(found & self.wanted == self.wanted && found & self.unwanted == 0)
    }

    /// The words found in a text.
    fn find(&mut self, text: ValueRef<'_>) -> Words {
        let ValueRef::Text(text) = text else {
            return 0;
        };
        let text = String::from_utf8_lossy(text);
        let haystack = Utf32Str::new(&text, &mut self.buffer);
        let mut found = 0;
        for (index, word) in self.words.iter().enumerate() {
            if word.score(haystack, &mut self.matcher).is_some() {
                found |= 1 << index;
            }
        }
        found
    }
}
