//! Runs and the sync log.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::connection::Problem;
use super::ids::Alias;

/// What a run set out to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunKind {
    /// The first pull of a scope, or its continuation.
    First,
    /// What changed since the last poll.
    Delta,
    /// Ids and dates compared, to find what polls miss.
    Census,
}

impl RunKind {
    /// The word in lists.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::First => "first pull",
            Self::Delta => "poll",
            Self::Census => "census",
        }
    }
}

/// How a run ended, or that it has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// Under way in some process.
    Running,
    /// Went through.
    Ok,
    /// Failed; see its problem.
    Failed,
    /// Its process ended in the middle.
    Interrupted,
}

/// One round of pull and census on one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Row id, rising.
    pub id: i64,
    /// Which connection.
    pub alias: Alias,
    /// What it set out to do.
    pub kind: RunKind,
    /// Where it stands.
    pub state: RunState,
    /// Start, local clock.
    pub started: Timestamp,
    /// End, local clock.
    pub ended: Option<Timestamp>,
    /// Issues expected, once known.
    pub expected: Option<u64>,
    /// HTTP requests sent.
    pub requests: u64,
    /// Bytes received, as counted after decompression.
    pub bytes: u64,
    /// Distinct issues downloaded.
    pub received: u64,
    /// Issues that the store did not have.
    pub new: u64,
    /// Issues that the store had in another state.
    pub changed: u64,
    /// Issues confirmed unreachable.
    pub gone: u64,
    /// Edits sent.
    pub sent: u64,
    /// Why it failed.
    pub problem: Option<Problem>,
}

/// How loud a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Requests and pages.
    Debug,
    /// What changed.
    Info,
    /// Something to keep an eye on; the run goes on.
    Warn,
    /// Something failed.
    Error,
}

/// One line of the sync log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Row id, rising.
    pub id: i64,
    /// Run it belongs to, if any.
    pub run: Option<i64>,
    /// Local clock.
    pub at: Timestamp,
    /// Loudness.
    pub level: Level,
    /// Connection.
    pub alias: Alias,
    /// Issue key, when the line is about one.
    pub key: Option<String>,
    /// One line a person understands.
    pub text: String,
    /// More, for the detail pane: request, answer, remedy; secrets never get here.
    pub detail: Option<String>,
}
