//! The GitHub inside: pull requests of two repositories, served as GitHub's REST API serves them.
//!
//! Must never be in here: anything of Jira but the keys that pull requests name.

mod answer;
mod colleagues;
mod model;
mod seed;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use answer::{answer, endpoint, refusal};
pub(crate) use model::{Forge, State};
pub(crate) use seed::forge;

use super::pace::Pace;

/// Where it lies on the sandbox's port.
pub(crate) const PREFIX: &str = "/github/";
/// The token that may write.
pub(crate) const TOKEN: &str = "sandbox-github-token";
/// The owner of both repositories.
pub(crate) const OWNER: &str = "example-pay";
/// The repositories.
pub(crate) const REPOSITORIES: [&str; 2] = ["payments", "merchant-apps"];
/// What the first of them was called once.
pub(crate) const OLD_NAME: &str = "payment-service";

/// Requests an hour with a token, and without one.
const WITH_TOKEN: (usize, i64) = (5_000, 3_600);
const WITHOUT: (usize, i64) = (60, 3_600);

/// Everything of GitHub that one sandbox has.
#[derive(Debug)]
pub(crate) struct GitHub {
    forge: Mutex<Forge>,
    with_token: Pace,
    without: Pace,
}

impl GitHub {
    /// Serves the repositories of a forge.
    pub(crate) fn new(forge: Forge) -> Self {
        Self {
            forge: Mutex::new(forge),
            with_token: Pace::new(WITH_TOKEN),
            without: Pace::new(WITHOUT),
        }
    }

    /// The pull requests, to read and to change.
    pub(crate) fn forge(&self) -> MutexGuard<'_, Forge> {
        self.forge.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Switches the limits on or off.
    pub(crate) fn limit(&self, enabled: bool) {
        self.with_token.enable(enabled);
        self.without.enable(enabled);
    }
}
