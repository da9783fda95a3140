//! A window onto the findings: which is chosen, which are marked, what has to be read next.
//!
//! Must never be in here: more findings than a few screens, apart from those that are marked. The
//! chosen one is known by its store row, so that it survives refresh, sort, filter and resize.

use std::collections::BTreeMap;

use crate::app::event::Ticket;
use crate::app::list::{Motion, scroll_to};
use crate::domain::{FindingPage, FindingQuery, FindingRow, Problem};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pending {
    ticket: Ticket,
    question: FindingQuery,
}

/// The list on the screen.
#[derive(Debug, Clone, Default)]
pub(crate) struct FindingList {
    page: FindingPage,
    /// Position of the first row of `page`.
    offset: usize,
    /// What `page` answers, its window left out; `None` before the first answer.
    answered: Option<FindingQuery>,
    pending: Option<Pending>,
    /// The store changed after the pending (or last) answer was asked for.
    stale: bool,
    /// What went wrong with a question; it is not asked again until the store changes.
    problem: Option<(FindingQuery, Problem)>,
    selected: Option<i64>,
    cursor: usize,
    top: usize,
    marked: BTreeMap<i64, FindingRow>,
}

/// The question without its window.
fn without_window(query: &FindingQuery) -> FindingQuery {
    FindingQuery {
        offset: 0,
        limit: 0,
        ..query.clone()
    }
}

/// Rows to keep around what is in sight.
fn window(height: usize) -> usize {
    (height * 3).clamp(60, 400)
}

impl FindingList {
    /// Findings that pass the filter.
    pub(crate) fn len(&self) -> usize {
        self.page.total
    }

    /// Findings there are, filter or not.
    pub(crate) fn all(&self) -> usize {
        self.page.all
    }

    pub(crate) fn is_answered(&self) -> bool {
        self.answered.is_some()
    }

    /// Whether an answer to another question than the one on the screen is on its way.
    pub(crate) fn is_waiting(&self) -> bool {
        match (&self.pending, &self.answered) {
            (Some(pending), Some(answered)) => pending.question != *answered,
            (pending, None) => pending.is_some(),
            (None, _) => false,
        }
    }

    pub(crate) fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref().map(|(_, problem)| problem)
    }

    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    pub(crate) fn selected(&self) -> Option<i64> {
        self.selected
    }

    /// The chosen finding, if it is in the window.
    pub(crate) fn current(&self) -> Option<&FindingRow> {
        let row = self.row(self.cursor)?;
        (Some(row.row) == self.selected).then_some(row)
    }

    /// A finding by its position in the list, if it is in the window.
    pub(crate) fn row(&self, index: usize) -> Option<&FindingRow> {
        self.page.rows.get(index.checked_sub(self.offset)?)
    }

    /// Every finding in the window.
    pub(crate) fn rows(&self) -> &[FindingRow] {
        &self.page.rows
    }

    /// The first position to draw. While the rows of a far jump are being read, the old ones stay.
    pub(crate) fn drawn_top(&self, height: usize) -> usize {
        let rows = self.page.rows.len();
        let last = self.len().min(self.top + height);
        let covered = self.offset <= self.top && last <= self.offset + rows;
        if covered || rows == 0 {
            return self.top;
        }
        let lowest = (self.offset + rows).saturating_sub(height).max(self.offset);
        self.top.clamp(self.offset, lowest)
    }

    pub(crate) fn go(&mut self, motion: Motion, height: usize) {
        self.select_at(motion.target(self.cursor, self.len(), height), height);
    }

    /// Chooses a position. Beyond the window the finding there is not known before it has been read.
    pub(crate) fn select_at(&mut self, index: usize, height: usize) {
        self.cursor = index.min(self.len().saturating_sub(1));
        self.selected = self.row(self.cursor).map(|row| row.row);
        self.top = scroll_to(self.cursor, self.top, self.len(), height);
    }

    /// Chooses a finding wherever it stands; the next answer is around it.
    pub(crate) fn select(&mut self, row: i64) {
        if self.selected != Some(row) {
            self.selected = Some(row);
            self.stale = true;
        }
    }

    pub(crate) fn keep_in_sight(&mut self, height: usize) {
        self.top = scroll_to(self.cursor, self.top, self.len(), height);
    }

    pub(crate) fn invalidate(&mut self) {
        self.stale = true;
    }

    /// Marks the chosen finding, or takes its mark away.
    pub(crate) fn mark(&mut self) {
        let Some(row) = self.current().cloned() else { return };
        if self.marked.remove(&row.row).is_none() {
            self.marked.insert(row.row, row);
        }
    }

    pub(crate) fn unmark_all(&mut self) -> bool {
        let any = !self.marked.is_empty();
        self.marked.clear();
        any
    }

    pub(crate) fn is_marked(&self, row: i64) -> bool {
        self.marked.contains_key(&row)
    }

    /// What is marked, in the order in which it came to the store.
    pub(crate) fn marked(&self) -> impl ExactSizeIterator<Item = &FindingRow> {
        self.marked.values()
    }

    /// What has to be read now so that `height` rows of `question` can be shown, and around which
    /// finding; `None` when everything is there or something is on its way already.
    pub(crate) fn wants(&self, question: &FindingQuery, height: usize) -> Option<(FindingQuery, Option<i64>)> {
        if self.pending.is_some() {
            return None;
        }
        let question = without_window(question);
        let same = self.answered.as_ref() == Some(&question);
        let failed = self.problem.as_ref().is_some_and(|(failed, _)| *failed == question);
        if !self.stale && (failed || (same && self.has_margin(height))) {
            return None;
        }
        let offset = if same { self.top.saturating_sub(height) } else { 0 };
        let continues = self.stale || !same;
        Some((
            FindingQuery {
                offset,
                limit: window(height),
                ..question
            },
            self.selected.filter(|_| continues),
        ))
    }

    /// Whether there are rows beyond what is in sight, as far as the list goes on.
    fn has_margin(&self, height: usize) -> bool {
        let margin = height / 2;
        let first = self.top.saturating_sub(margin);
        let last = (self.top + height + margin).min(self.len());
        self.offset <= first && last <= self.offset + self.page.rows.len()
    }

    pub(crate) fn asked(&mut self, ticket: Ticket, query: &FindingQuery) {
        self.stale = false;
        self.pending = Some(Pending {
            ticket,
            question: without_window(query),
        });
    }

    /// Takes an answer; `false` if it is late and was dropped.
    pub(crate) fn loaded(&mut self, ticket: Ticket, page: FindingPage, offset: usize) -> bool {
        let Some(pending) = self.pending.take_if(|pending| pending.ticket == ticket) else {
            return false;
        };
        let same = self.answered.as_ref() == Some(&pending.question);
        let found = self
            .selected
            .and_then(|row| page.rows.iter().position(|known| known.row == row));
        let before = self.cursor;
        self.cursor = match found {
            Some(index) => offset + index,
            None if same => self.cursor.min(page.total.saturating_sub(1)),
            None => 0,
        };
        // A list read from its head stays there; further down, what is being looked at stays put.
        self.top = match same {
            true if self.top > 0 => (self.top + self.cursor).saturating_sub(before),
            true => 0,
            false => offset.min(self.cursor),
        };
        for row in &page.rows {
            if let Some(marked) = self.marked.get_mut(&row.row) {
                marked.clone_from(row);
            }
        }
        self.page = page;
        self.offset = offset;
        self.selected = self.row(self.cursor).map(|row| row.row);
        self.answered = Some(pending.question);
        self.problem = None;
        true
    }

    /// Takes a failure; `false` if it is late.
    pub(crate) fn failed(&mut self, ticket: Ticket, problem: &Problem) -> bool {
        let Some(pending) = self.pending.take_if(|pending| pending.ticket == ticket) else {
            return false;
        };
        self.problem = Some((pending.question, problem.clone()));
        true
    }
}
