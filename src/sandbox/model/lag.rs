//! The search index that lags: what it still believes of issues that have changed since.
//!
//! Must never be in here: the evaluation of queries.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;

use super::issue::{Issue, IssueIdx};

/// Former states of issues, each with the instant at which the index lets go of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Lag {
    by: Option<Duration>,
    former: HashMap<IssueIdx, Vec<(Timestamp, Option<Box<Issue>>)>>,
}

impl Lag {
    /// Switches the lag on or off; off lets the index catch up at once.
    pub(super) fn set(&mut self, by: Option<Duration>) {
        self.by = by;
        if by.is_none() {
            self.former.clear();
        }
    }

    /// Nothing is remembered, so every issue is indexed as it is.
    pub(super) fn is_empty(&self) -> bool {
        self.former.is_empty()
    }

    /// Remembers an issue as it was before a change made at `now`; `None` if it did not exist.
    pub(super) fn remember(&mut self, idx: IssueIdx, before: Option<&Issue>, now: Timestamp) {
        let Some(until) = self.by.and_then(|by| now.checked_add(by).ok()) else {
            return;
        };
        let states = self.former.entry(idx).or_default();
        states.retain(|(until, _)| *until > now);
        states.push((until, before.map(|issue| Box::new(issue.clone()))));
    }

    /// What the index holds at `now` in place of the issue: outer `None` if it is up to date.
    pub(super) fn before(&self, idx: IssueIdx, now: Timestamp) -> Option<Option<&Issue>> {
        let states = self.former.get(&idx)?;
        states
            .iter()
            .find(|(until, _)| *until > now)
            .map(|(_, before)| before.as_deref())
    }

    /// Issues that the index may hold another state of.
    pub(super) fn touched(&self) -> impl Iterator<Item = IssueIdx> {
        self.former.keys().copied()
    }
}
