//! Testing a connection: named checks, each with what was found and what to do about it.
//!
//! Must never be in here: a way to talk to Jira that the dashboard does not use too; a check that
//! passes means that the dashboard's own calls work.

mod abilities;
mod certificate;
mod reach;

use serde::Serialize;

use self::{abilities::check_abilities, reach::reach};
use super::error::Error;
use crate::{auth::Vault, clock::SharedClock, config::ConnectionConfig};

/// One finding of a connection test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked.
    pub name: String,
    /// Whether it holds.
    pub ok: bool,
    /// What was found.
    pub detail: String,
    /// The next step, if it does not hold.
    pub remedy: Option<String>,
}

/// Whether every check holds: "Configuration is valid".
#[must_use]
pub fn is_valid(checks: &[Check]) -> bool {
    !checks.is_empty() && checks.iter().all(|check| check.ok)
}

/// Tests a connection from its secret to its rate limits. After a check that the others build upon
/// has failed, those are left out.
pub async fn run_checks(config: &ConnectionConfig, vault: &Vault, clock: &SharedClock) -> Vec<Check> {
    run_checks_telling(config, vault, clock, drop).await
}

/// The same, telling each check as it ends.
pub async fn run_checks_telling(
    config: &ConnectionConfig,
    vault: &Vault,
    clock: &SharedClock,
    tell: impl FnMut(Check) + Send,
) -> Vec<Check> {
    let mut report = Report {
        checks: Vec::new(),
        tell: Box::new(tell),
    };
    if let Some(client) = reach(config, vault, clock, &mut report).await {
        check_abilities(&client, config, vault, &mut report).await;
    }
    report.checks
}

struct Report<'a> {
    checks: Vec<Check>,
    tell: Box<dyn FnMut(Check) + Send + 'a>,
}

impl Report<'_> {
    fn pass(&mut self, name: &str, detail: impl Into<String>) {
        self.add(name, true, detail.into(), None);
    }

    fn fail(&mut self, name: &str, detail: impl Into<String>, remedy: impl Into<String>) {
        self.add(name, false, detail.into(), Some(remedy.into()));
    }

    fn error(&mut self, name: &str, error: &Error) {
        self.fail(name, &error.message, &error.remedy);
    }

    fn add(&mut self, name: &str, ok: bool, detail: String, remedy: Option<String>) {
        let name = name.to_owned();
        let check = Check {
            name,
            ok,
            detail,
            remedy,
        };
        (self.tell)(check.clone());
        self.checks.push(check);
    }
}
