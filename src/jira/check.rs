//! Testing a connection: named checks, each with what was found and what to do about it.
//!
//! Must never be in here: a way to talk to Jira that the dashboard does not use too; a check that
//! passes means that the dashboard's own calls work.

mod abilities;
mod certificate;
mod reach;
mod report;

use self::{abilities::check_abilities, reach::reach, report::Report};
use crate::{auth::Vault, clock::SharedClock, config::ConnectionConfig};

pub use self::report::Check;

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
    let mut report = Report::new(tell);
    if let Some(client) = reach(config, vault, clock, &mut report).await {
        check_abilities(&client, config, vault, &mut report).await;
    }
    report.into_checks()
}
