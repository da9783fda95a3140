//! What the verbs of `connection` ask for, and what it came to.
//!
//! Must never be in here: printing.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Serialize;

use crate::{
    config::ConnectionConfig,
    domain::{Alias, Problem},
    jira::{ErrorKind, check::Check},
};

/// A change to the connections.
#[derive(Debug)]
pub enum Change {
    /// Write a new one.
    Add {
        /// It.
        connection: Box<ConnectionConfig>,
        /// Its secret, to be kept where the connection says.
        secret: Option<SecretString>,
    },
    /// Give it another alias.
    Rename {
        /// Its alias.
        from: Alias,
        /// The new one.
        to: Alias,
    },
    /// Use it where none is named.
    Default(Alias),
    /// Take it out.
    Remove(Alias),
}

/// What a change to the connections came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The connection, by its alias after the change.
    pub alias: String,
    /// Issues that went with its cache.
    pub removed_issues: u64,
    /// Mappings that follow, or that name a connection which is gone.
    pub mappings: Vec<String>,
    /// Where on Jira's side the sign-in can be revoked, after a removal.
    pub revoke_at: Option<String>,
    /// The same for people.
    #[serde(skip)]
    pub said: Vec<String>,
}

/// A sign-in through the browser that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// What to open.
    pub authorization_url: String,
    /// The callback that is waiting, or why none is.
    pub listening: Result<String, String>,
    /// What a person should know before the browser opens.
    pub note: Option<String>,
    /// How long it makes sense to wait for the answer.
    pub expires_at: Timestamp,
}

/// A connection that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// The steps, in order; a step that could not be reached is left out.
    pub checks: Vec<Check>,
    /// What the first failed step failed of; decides the exit code.
    pub problem: Option<Problem>,
}

impl From<Vec<Check>> for Tested {
    /// From the checks of [`crate::jira::check`], which tell by their names what has to be mended.
    fn from(checks: Vec<Check>) -> Self {
        let failed = checks.iter().find(|check| !check.ok);
        let problem = failed.map(|check| Problem {
            kind: match check.name.as_str() {
                "secret found" => ErrorKind::Secret.word().to_owned(),
                "signed in" => ErrorKind::Auth.word().to_owned(),
                "settings" => ErrorKind::Setup.word().to_owned(),
                other => other.replace(' ', "-"),
            },
            message: format!("{}: {}", check.name, check.detail),
            remedy: check.remedy.clone().unwrap_or_default(),
        });
        Self { checks, problem }
    }
}
