//! The answer to the query asked last, for paging through it.
//!
//! Must never be in here: anything that outlives a change of the world.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::{IssueIdx, UserIdx};

/// Who asked, in which minute and time zone, and what: JQL cannot tell apart anything finer.
pub(crate) type Question = (Option<UserIdx>, Timestamp, String, String);

/// The last answer, until something changes.
#[derive(Debug, Default)]
pub(crate) struct Memo(Mutex<Option<(Question, Vec<IssueIdx>)>>);

impl Memo {
    /// The answer, if this was the last question.
    pub(crate) fn recall(&self, question: &Question) -> Option<Vec<IssueIdx>> {
        let memo = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        memo.as_ref()
            .filter(|(asked, _)| asked == question)
            .map(|(_, found)| found.clone())
    }

    /// Keeps the answer for the next page.
    pub(crate) fn keep(&self, question: Question, found: &[IssueIdx]) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((question, found.to_vec()));
    }

    /// Forgets, because something changed.
    pub(super) fn forget(&mut self) {
        *self.0.get_mut().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::default()
    }
}
