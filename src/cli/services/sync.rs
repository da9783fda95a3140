//! What `sync` asks of the engine, and a run as scripts see it.
//!
//! Must never be in here: printing.

use serde::Serialize;

use crate::{
    domain::{Alias, Problem, Run, RunState},
    text,
};

/// What is asked of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRequest {
    /// Of these connections.
    pub aliases: Vec<Alias>,
    /// With a census.
    pub census: bool,
    /// Until stopped.
    pub watch: bool,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It went through.
    Ok,
    /// It did not.
    Failed,
}

/// A run on a connection, as scripts see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunReport {
    /// Alias.
    pub connection: Alias,
    /// How it ended.
    pub result: Outcome,
    /// HTTP requests sent.
    pub requests: u64,
    /// Distinct issues downloaded, overlap included.
    pub received: u64,
    /// Issues that the store did not have.
    pub new: u64,
    /// Issues that the store had in another state.
    pub changed: u64,
    /// Issues confirmed unreachable.
    pub gone: u64,
    /// Edits sent.
    pub sent: u64,
    /// How long it took.
    pub duration_ms: u64,
    /// Why it failed.
    pub error: Option<Problem>,
}

impl From<&Run> for RunReport {
    fn from(run: &Run) -> Self {
        let took = run.ended.map(|ended| ended.duration_since(run.started).as_millis());
        let failed = run.state != RunState::Ok;
        let unnamed = || Problem {
            kind: "interrupted".to_owned(),
            message: format!("the {} did not end", run.kind.label()),
            remedy: "the next run goes on where it stopped".to_owned(),
        };
        Self {
            connection: run.alias.clone(),
            result: if failed { Outcome::Failed } else { Outcome::Ok },
            requests: run.requests,
            received: run.received,
            new: run.new,
            changed: run.changed,
            gone: run.gone,
            sent: run.sent,
            duration_ms: took.and_then(|took| u64::try_from(took).ok()).unwrap_or(0),
            error: failed.then(|| run.problem.clone().unwrap_or_else(unnamed)),
        }
    }
}

impl RunReport {
    /// The same for people.
    #[must_use]
    pub fn line(&self) -> String {
        let took = text::duration(self.duration_ms);
        match &self.error {
            Some(problem) => format!("{}: failed after {took}: {}", self.connection, problem.message),
            None => format!(
                "{}: {} new, {} changed, {} gone · {} received in {} requests, {took}",
                self.connection, self.new, self.changed, self.gone, self.received, self.requests
            ),
        }
    }
}
