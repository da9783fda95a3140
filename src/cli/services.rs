//! What the verbs ask of store, client, engine and screen.
//!
//! Must never be in here: printing. Answers are plain data; the verbs print them.

mod connection;
mod findings;
mod issues;
mod sync;

use secrecy::SecretString;

use super::{demo::args::DemoArgs, failure::Failure, look::Look, sandbox::SandboxArgs, setup::Setup};
pub use crate::jira::check::Check;
pub use connection::{Change, Changed, Started, Tested};
pub use findings::{
    Act, Acted, DryLine, DryRequest, FindingServices, Flaw, Flawed, MappingChange, OnSource, SourceReport,
};
pub use issues::{Answer, Asked, Request, Source};
pub use sync::{Outcome, RunReport, SyncRequest};

use crate::{
    catalog::KnownValues,
    config::ConnectionConfig,
    domain::{Alias, ConnectionState},
};

/// Hears of each run as it ends; a failure stops the engine.
pub type OnRun<'a> = &'a mut dyn FnMut(Told<'_>) -> Result<(), Failure>;

/// What a sync has to say while it goes on.
#[derive(Debug, Clone, Copy)]
pub enum Told<'a> {
    /// A run ended.
    Run(&'a RunReport),
    /// Something of a source cannot be read.
    Note(&'a str),
}

/// What the verbs ask of the rest of the program.
pub trait Services {
    /// Shows the dashboard until the user leaves it.
    ///
    /// # Errors
    /// If the terminal or the store cannot be used.
    fn dashboard(&self, setup: &Setup, look: &Look) -> Result<(), Failure>;

    /// Shows the dashboard on the sandbox, with a temporary store.
    ///
    /// # Errors
    /// If the terminal, the store or the sandbox cannot be used.
    fn demo(&self, args: &DemoArgs, look: &Look) -> Result<(), Failure>;

    /// Serves a sandbox until it is stopped.
    ///
    /// # Errors
    /// If it cannot start, or nobody can be told where it is.
    fn sandbox(&self, args: &SandboxArgs) -> Result<(), Failure>;

    /// Issues from the store, or from Jira if the request says so.
    ///
    /// # Errors
    /// If the store cannot be read, the cache cannot answer, or Jira does not.
    fn issues(&self, setup: &Setup, request: &Request) -> Result<Answer, Failure>;

    /// The components and projects of each of these connections, as far as they are known here.
    ///
    /// # Errors
    /// If the store cannot be read.
    fn known_values(&self, setup: &Setup, aliases: &[Alias]) -> Result<Vec<KnownValues>, Failure>;

    /// What the store knows of the connections.
    ///
    /// # Errors
    /// If the store cannot be read.
    fn connections(&self, setup: &Setup) -> Result<Vec<ConnectionState>, Failure>;

    /// Tries a connection, step by step.
    fn test(&self, setup: &Setup, connection: &ConnectionConfig) -> Tested;

    /// Carries out a change to the connections.
    ///
    /// # Errors
    /// If it was not made; nothing is half changed then.
    fn change(&self, setup: &Setup, change: Change) -> Result<Changed, Failure>;

    /// Lets a person sign in through the browser: tells the address, then waits for what comes back
    /// from standard input or the callback, and keeps what was issued.
    ///
    /// # Errors
    /// If it was refused, timed out, or cannot be kept.
    fn authorize(
        &self,
        setup: &Setup,
        connection: &ConnectionConfig,
        site: Option<&str>,
        tell: &mut dyn FnMut(&Started) -> Result<(), Failure>,
    ) -> Result<(), Failure>;

    /// Opens an address in the browser.
    ///
    /// # Errors
    /// Why there is none to open it in.
    fn open(&self, url: &str) -> Result<(), String>;

    /// The secret on standard input.
    ///
    /// # Errors
    /// If there is none.
    fn read_secret(&self) -> Result<SecretString, Failure>;

    /// Runs the engine: once, or until it is stopped.
    ///
    /// # Errors
    /// If the store cannot be used; what goes wrong on one connection is in its report.
    fn sync(&self, setup: &Setup, request: &SyncRequest, on_run: OnRun<'_>) -> Result<(), Failure>;

    /// What a site says against a query; nothing if it accepts it.
    ///
    /// # Errors
    /// If the site cannot be asked.
    fn check_jql(&self, setup: &Setup, connection: &ConnectionConfig, jql: &str) -> Result<Vec<String>, Failure>;

    /// What the verbs `finding` and `mapping` ask for.
    fn findings(&self) -> &dyn FindingServices;

    /// Whether the store opens, for `doctor`.
    fn store(&self, setup: &Setup) -> Check;

    /// Whether the keyring keeps what it is given, for `doctor`.
    ///
    /// # Errors
    /// Why not, and where secrets can be kept instead.
    fn keyring(&self, setup: &Setup) -> Result<(), Failure>;

    /// What came up meanwhile that the user must hear of, each once.
    fn notices(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Check {
    /// Something as it should be.
    #[must_use]
    pub(crate) fn passed(name: &str, detail: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            ok: true,
            detail: detail.into(),
            remedy: None,
        }
    }

    /// Whether the site was reached and took the secret for none of its own.
    pub(crate) fn is_refused_sign_in(&self) -> bool {
        !self.ok && self.name == "signed in"
    }

    /// Something to mend.
    #[must_use]
    pub(crate) fn failed(name: &str, detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            ok: false,
            detail: detail.into(),
            remedy: Some(remedy.into()),
        }
    }
}
