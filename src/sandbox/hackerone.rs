//! The HackerOne inside: programs with reports, served as HackerOne's API for customers serves them.
//!
//! Must never be in here: anything of Jira but the keys that reports refer to.

mod answer;
mod change;
mod colleagues;
mod list;
mod model;
mod refusal;
mod seed;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use answer::{answer, endpoint, refusal};
pub(crate) use change::{Commented, Moved, New, rating, state};
pub(crate) use model::Desk;
pub(crate) use seed::desk;

use super::pace::Pace;
use model::Actor;

/// Where it lies on the sandbox's port.
pub(crate) const PREFIX: &str = "/hackerone/";
/// Identifier of the API token.
pub(crate) const IDENTIFIER: &str = "sandbox-h1";
/// The API token.
pub(crate) const TOKEN: &str = "sandbox-h1-token";

/// Requests that read, and the seconds in which they may come.
const READS: (usize, i64) = (600, 60);
/// Requests that write, and the seconds in which they may come.
const WRITES: (usize, i64) = (25, 20);

/// Somebody of the desk's people, as the one who does something.
pub(crate) fn person(who: usize) -> Actor {
    Actor::Person(who)
}

/// Everything of HackerOne that one sandbox has.
#[derive(Debug)]
pub(crate) struct HackerOne {
    desk: Mutex<Desk>,
    reads: Pace,
    writes: Pace,
}

impl HackerOne {
    /// Serves the reports of a desk.
    pub(crate) fn new(desk: Desk) -> Self {
        Self {
            desk: Mutex::new(desk),
            reads: Pace::new(READS),
            writes: Pace::new(WRITES),
        }
    }

    /// The reports, to read and to change.
    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Switches the limits on or off.
    pub(crate) fn limit(&self, enabled: bool) {
        self.reads.enable(enabled);
        self.writes.enable(enabled);
    }
}
