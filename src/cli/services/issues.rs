//! What is asked for by `issues`, and what was found.
//!
//! Must never be in here: printing.

use serde::Serialize;

use crate::domain::{Alias, IssueRow, ListPage};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Queries with whom they go to, in the order of their answers.
    pub asked: Vec<Asked>,
    /// At most so many.
    pub limit: Option<usize>,
    /// From Jira instead of the store.
    pub live: bool,
}

impl Request {
    /// Every connection that is asked anything.
    pub fn aliases(&self) -> impl Iterator<Item = &Alias> {
        self.asked.iter().flat_map(|asked| &asked.aliases)
    }
}

/// One query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Of these connections.
    pub aliases: Vec<Alias>,
    /// Checked JQL; empty is everything.
    pub jql: String,
}

/// Where an answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The store.
    Cache,
    /// Jira.
    Live,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Where it comes from.
    pub source: Source,
    /// Issues that match.
    pub total: usize,
    /// The first of them, as many as were asked for.
    pub rows: Vec<IssueRow>,
    /// What must be known about the answer.
    pub notes: Vec<String>,
}

impl Answer {
    /// Nothing yet.
    #[must_use]
    pub fn none(source: Source) -> Self {
        Self {
            source,
            total: 0,
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// This, followed by what another query found.
    #[must_use]
    pub fn followed_by(mut self, other: Self) -> Self {
        self.total += other.total;
        self.rows.extend(other.rows);
        self.notes.extend(other.notes);
        self
    }
}

impl From<ListPage> for Answer {
    fn from(page: ListPage) -> Self {
        Self {
            source: Source::Cache,
            total: page.total,
            rows: page.rows,
            notes: page.notes,
        }
    }
}
