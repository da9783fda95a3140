//! A window onto a long list: which row is chosen, what is on the screen, what has to be read next.
//!
//! Must never be in here: more rows than a few screens. The whole list exists only as store rows
//! (`ListPage::ids`), whatever its length; the chosen row is known by its id, so that it survives
//! refresh, sort, filter and resize.

use super::columns::Measured;
use super::event::Ticket;
use crate::domain::{Alias, FieldName, IssueRow, ListPage, ListQuery, Problem, Sort};

/// What a list is of, apart from the window.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Question {
    pub(crate) jql: String,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) tag: Option<String>,
    pub(crate) filter: String,
    pub(crate) sort: Option<Sort>,
    /// Fields of the sites that are shown.
    pub(crate) fields: Vec<FieldName>,
}

/// How far a motion goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motion {
    Rows(isize),
    Half(isize),
    Page(isize),
    First,
    Last,
}

impl Motion {
    /// The position that a motion leads to, in a list of `len` with `height` rows in sight.
    pub(crate) fn target(self, from: usize, len: usize, height: usize) -> usize {
        let last = len.saturating_sub(1);
        let height = isize::try_from(height.max(1)).unwrap_or(isize::MAX);
        let step = match self {
            Self::First => return 0,
            Self::Last => return last,
            Self::Rows(rows) => rows,
            Self::Half(times) => times.saturating_mul((height / 2).max(1)),
            Self::Page(times) => times.saturating_mul((height - 1).max(1)),
        };
        from.saturating_add_signed(step).min(last)
    }
}

/// First row on the screen so that `cursor` is in sight, moved as little as possible.
pub(crate) fn scroll_to(cursor: usize, top: usize, len: usize, height: usize) -> usize {
    let height = height.max(1);
    let top = top.min(len.saturating_sub(height));
    if cursor < top {
        cursor
    } else if cursor >= top + height {
        cursor + 1 - height
    } else {
        top
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pending {
    ticket: Ticket,
    question: Question,
    offset: usize,
    around: bool,
}

/// The list on the screen.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    page: ListPage,
    /// What `page` answers; `None` before the first answer.
    answered: Option<Question>,
    /// The offset that `page` was asked for; the same is not asked for again, whatever came.
    answered_from: Option<usize>,
    pending: Option<Pending>,
    /// The store changed after the pending (or last) answer was asked for.
    stale: bool,
    /// What went wrong with `Question`; it is not asked again until the store changes.
    problem: Option<(Question, Problem)>,
    selected: Option<i64>,
    cursor: usize,
    top: usize,
    pub(crate) measured: Measured,
}

impl List {
    /// A list that shows an answer read before the first frame.
    pub(crate) fn with(question: Question, page: ListPage) -> Self {
        let mut list = Self::default();
        list.take(question, page);
        list
    }

    pub(crate) fn len(&self) -> usize {
        self.page.ids.len()
    }

    /// Issues that the query matches, filter or not; `None` while only the first are known.
    pub(crate) fn total(&self) -> Option<usize> {
        (!self.page.partial).then_some(self.page.total)
    }

    /// Whether Jira may answer somewhat differently.
    pub(crate) fn is_approximate(&self) -> bool {
        self.page.approximate
    }

    pub(crate) fn notes(&self) -> &[String] {
        &self.page.notes
    }

    /// What each connection was really asked, if that was not the same.
    pub(crate) fn asked_each(&self) -> &[(Alias, String)] {
        &self.page.asked
    }

    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    pub(crate) fn selected(&self) -> Option<i64> {
        self.selected
    }

    pub(crate) fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref().map(|(_, problem)| problem)
    }

    /// Whether an answer to another question than the one on the screen is on its way.
    pub(crate) fn is_waiting(&self) -> bool {
        match (&self.pending, &self.answered) {
            (Some(pending), Some(answered)) => pending.question != *answered,
            (pending, None) => pending.is_some() || self.problem.is_none(),
            (None, _) => false,
        }
    }

    pub(crate) fn is_answered(&self) -> bool {
        self.answered.is_some()
    }

    /// The chosen row, if it is in the window.
    pub(crate) fn current(&self) -> Option<&IssueRow> {
        let row = self.row(self.cursor)?;
        (Some(row.row) == self.selected).then_some(row)
    }

    /// A row by its position in the list, if it is in the window.
    pub(crate) fn row(&self, index: usize) -> Option<&IssueRow> {
        self.page.rows.get(index.checked_sub(self.page.offset)?)
    }

    /// The first position to draw. While the rows of a far jump are being read, the old ones stay.
    pub(crate) fn drawn_top(&self, height: usize) -> usize {
        let rows = self.page.rows.len();
        let last = self.len().min(self.top + height);
        let covered = self.page.offset <= self.top && last <= self.page.offset + rows;
        if covered || rows == 0 {
            return self.top;
        }
        let lowest = (self.page.offset + rows).saturating_sub(height).max(self.page.offset);
        self.top.clamp(self.page.offset, lowest)
    }

    pub(crate) fn go(&mut self, motion: Motion, height: usize) {
        self.select_at(motion.target(self.cursor, self.len(), height), height);
    }

    pub(crate) fn select_at(&mut self, index: usize, height: usize) {
        self.cursor = index.min(self.len().saturating_sub(1));
        self.selected = self.page.ids.get(self.cursor).copied();
        self.top = scroll_to(self.cursor, self.top, self.len(), height);
    }

    /// Chooses nothing, so that the next answer starts at its first row.
    pub(crate) fn forget_selection(&mut self) {
        self.selected = None;
        self.cursor = 0;
        self.top = 0;
    }

    /// Keeps the chosen row in sight after the screen changed its size.
    pub(crate) fn keep_in_sight(&mut self, height: usize) {
        self.top = scroll_to(self.cursor, self.top, self.len(), height);
    }

    /// The store has something new: whatever is shown has to be read again.
    pub(crate) fn invalidate(&mut self) {
        self.stale = true;
    }

    /// What has to be read now so that `height` rows of `question` can be shown; `None` when
    /// everything is there or already on its way.
    pub(crate) fn wants(&self, question: &Question, height: usize) -> Option<ListQuery> {
        let same = self.answered.as_ref() == Some(question);
        let offset = if same { self.top.saturating_sub(height) } else { 0 };
        let settled = match &self.pending {
            Some(pending) => {
                pending.question == *question && (self.answered.is_none() || self.reaches(pending, height))
            }
            None if self.stale => false,
            None => {
                let failed = self.problem.as_ref().is_some_and(|(failed, _)| failed == question);
                let enough = self.has_margin(height) || self.answered_from == Some(offset);
                failed || (same && !self.page.partial && enough)
            }
        };
        if settled {
            return None;
        }
        let at_once = self.begins_anew(question);
        Some(ListQuery {
            jql: question.jql.clone(),
            aliases: question.aliases.clone(),
            tag: question.tag.clone(),
            filter: question.filter.clone(),
            sort: question.sort,
            fields: question.fields.clone(),
            offset,
            limit: window(height),
            around: self.selected.filter(|_| !at_once && (!same || self.stale)),
            exact: false,
            at_once,
        })
    }

    /// Whether a question leads to another list, and not to more or less of the same: there its first
    /// rows matter, here the chosen one does.
    fn begins_anew(&self, question: &Question) -> bool {
        let continues = |answered: &Question| {
            (&answered.jql, &answered.aliases, &answered.tag, answered.sort)
                == (&question.jql, &question.aliases, &question.tag, question.sort)
        };
        question.filter.is_empty() && !self.answered.as_ref().is_some_and(continues)
    }

    /// Whether the pending window will hold what is to be shown. A refresh is waited for in any
    /// case: its window is around the chosen row.
    fn reaches(&self, pending: &Pending, height: usize) -> bool {
        let same = self.answered.as_ref() == Some(&pending.question);
        let end = (self.top + height).min(self.len());
        !same || (pending.offset <= self.top && end <= pending.offset + window(height))
    }

    /// Whether there are rows beyond what is in sight, as far as the list goes on.
    fn has_margin(&self, height: usize) -> bool {
        let margin = height / 2;
        let first = self.top.saturating_sub(margin);
        let last = (self.top + height + margin).min(self.len());
        self.page.offset <= first && last <= self.page.offset + self.page.rows.len()
    }

    pub(crate) fn asked(&mut self, ticket: Ticket, query: &ListQuery) {
        self.stale = false;
        self.pending = Some(Pending {
            ticket,
            question: Question {
                jql: query.jql.clone(),
                aliases: query.aliases.clone(),
                tag: query.tag.clone(),
                filter: query.filter.clone(),
                sort: query.sort,
                fields: query.fields.clone(),
            },
            offset: query.offset,
            around: query.around.is_some(),
        });
    }

    /// Takes an answer; `false` if it is late and was dropped. After the first rows the rest is still
    /// on its way.
    pub(crate) fn loaded(&mut self, ticket: Ticket, page: ListPage) -> bool {
        if page.partial {
            let pending = self.pending.as_ref().filter(|pending| pending.ticket == ticket);
            let question = pending.map(|pending| pending.question.clone());
            return question.map(|question| self.take(question, page)).is_some();
        }
        match self.pending.take_if(|pending| pending.ticket == ticket) {
            Some(pending) => {
                self.take(pending.question, page);
                self.answered_from = (!pending.around).then_some(pending.offset);
                true
            }
            None => false,
        }
    }

    /// Takes a failure; `None` if it is late, else what had been asked.
    pub(crate) fn failed(&mut self, ticket: Ticket, problem: &Problem) -> Option<Question> {
        let pending = self.pending.take_if(|pending| pending.ticket == ticket)?;
        self.problem = Some((pending.question.clone(), problem.clone()));
        Some(pending.question)
    }

    fn take(&mut self, question: Question, page: ListPage) {
        let same = self.answered.as_ref() == Some(&question);
        let found = self.selected.and_then(|row| position(&page.ids, row, self.cursor));
        let before = self.cursor;
        self.cursor = match found {
            Some(index) => index,
            None if same => self.cursor.min(page.ids.len().saturating_sub(1)),
            None => 0,
        };
        // A list read from its head stays there; further down, what is being looked at stays put.
        self.top = if same && self.top > 0 {
            (self.top + self.cursor).saturating_sub(before)
        } else if same {
            0
        } else {
            page.offset.min(self.cursor)
        };
        self.selected = page.ids.get(self.cursor).copied();
        self.measured.grow(&page.rows);
        self.page = page;
        self.answered = Some(question);
        self.problem = None;
    }

    /// Appends rows of a live answer.
    pub(crate) fn append(&mut self, rows: Vec<IssueRow>, total: usize, limit: usize) {
        let room = limit.saturating_sub(self.page.rows.len());
        self.measured.grow(&rows);
        self.page.rows.extend(rows.into_iter().take(room));
        self.page.ids = self.page.rows.iter().map(|row| row.row).collect();
        self.page.total = total.max(self.page.rows.len());
        if self.selected.is_none() {
            self.selected = self.page.ids.first().copied();
        }
    }
}

/// Rows to keep around what is in sight.
fn window(height: usize) -> usize {
    (height * 3).clamp(60, 400)
}

/// Where `row` stands; looks near the old place first, which is where it nearly always is.
fn position(ids: &[i64], row: i64, near: usize) -> Option<usize> {
    if ids.get(near) == Some(&row) {
        return Some(near);
    }
    ids.iter().position(|id| *id == row)
}

#[cfg(test)]
mod tests;
