//! What has been asked of the sandbox, counted by endpoint and remembered for a while.
//!
//! Must never be in here: headers, or bodies of anything but writes to the APIs; the others hold secrets.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// Requests remembered one by one; the counts go on.
const REMEMBERED: usize = 10_000;

/// One request and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoggedRequest {
    /// When it arrived, by the sandbox's clock.
    pub at: Timestamp,
    /// `GET search/jql`: method and endpoint without version and values, or the path if there is no such endpoint.
    pub endpoint: String,
    /// Path and query as sent.
    pub target: String,
    /// Status of the answer.
    pub status: u16,
    /// Bytes of the answer's body before compression.
    pub bytes: usize,
    /// Display name of the account it was signed in as.
    pub user: Option<String>,
}

/// A request that meant to change something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LoggedWrite {
    /// When it arrived, by the sandbox's clock.
    pub at: Timestamp,
    /// `POST`
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// `POST issue`, as in [`LoggedRequest::endpoint`].
    pub endpoint: String,
    /// The body; null for none.
    pub body: Value,
    /// Whether it was carried out, whatever the caller was told.
    pub took_effect: bool,
}

/// How often each endpoint was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RequestCounts {
    /// All requests.
    pub total: u64,
    /// Requests per endpoint, such as `GET search/jql` or `GET issue/{}/comment`.
    pub endpoints: BTreeMap<String, u64>,
}

impl RequestCounts {
    /// How often an endpoint was asked.
    #[must_use]
    pub fn of(&self, endpoint: &str) -> u64 {
        self.endpoints.get(endpoint).copied().unwrap_or_default()
    }
}

/// Counts and remembers.
#[derive(Debug, Default)]
pub(crate) struct Journal(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    counts: RequestCounts,
    latest: VecDeque<LoggedRequest>,
    writes: VecDeque<LoggedWrite>,
}

impl Journal {
    /// Adds a request.
    pub(crate) fn record(&self, request: LoggedRequest) {
        let mut state = self.lock();
        state.counts.total += 1;
        *state.counts.endpoints.entry(request.endpoint.clone()).or_default() += 1;
        if state.latest.len() == REMEMBERED {
            state.latest.pop_front();
        }
        state.latest.push_back(request);
    }

    /// Adds a write.
    pub(crate) fn record_write(&self, write: LoggedWrite) {
        let mut state = self.lock();
        if state.writes.len() == REMEMBERED {
            state.writes.pop_front();
        }
        state.writes.push_back(write);
    }

    /// The latest writes, oldest first.
    pub(crate) fn writes(&self) -> Vec<LoggedWrite> {
        self.lock().writes.iter().cloned().collect()
    }

    /// The counts so far.
    pub(crate) fn counts(&self) -> RequestCounts {
        self.lock().counts.clone()
    }

    /// The latest requests, oldest first.
    pub(crate) fn latest(&self) -> Vec<LoggedRequest> {
        self.lock().latest.iter().cloned().collect()
    }

    /// Starts from nothing.
    pub(crate) fn clear(&self) {
        *self.lock() = State::default();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
