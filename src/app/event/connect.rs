//! What the connection wizard and the Connections screen ask for, and what comes back.
//!
//! Must never be in here: a secret outside of [`Masked`], or how anything is carried out.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use crate::config::ConnectionConfig;
use crate::domain::{Alias, Deployment};

/// A secret on its way from the keyboard to the place where it is kept. Its `Debug` hides it.
#[derive(Clone, Default)]
pub struct Masked(SecretString);

impl Masked {
    /// Takes a secret in.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The secret, for whoever stores or sends it.
    #[must_use]
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Masked")
    }
}

impl PartialEq for Masked {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

impl Eq for Masked {}

/// A connection as the wizard has it, not yet written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What would be written to the config.
    pub connection: ConnectionConfig,
    /// Token, password, app secret or private key that was typed or pasted here. It belongs into the
    /// place that the method's `SecretSource` names: the keyring, or a 0600 file. `None` keeps what is
    /// there.
    pub secret: Option<Masked>,
    /// The connection that this one takes the place of, by its alias so far.
    pub replaces: Option<Alias>,
}

/// What the wizard must know before its first question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The connection asked about, as it is configured.
    pub connection: Option<ConnectionConfig>,
    /// Tokens are kept that somebody was granted for it.
    pub granted: bool,
    /// Every alias in the config.
    pub aliases: Vec<Alias>,
    /// Whether the keyring takes secrets, or what it said.
    pub keyring: Result<(), String>,
    /// Where secrets go that are kept in a file of their own.
    pub folder: PathBuf,
    /// The config that would be written.
    pub config_path: String,
}

/// A site to look at, before anybody signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeRequest {
    /// Its address.
    pub url: String,
    /// As `proxy` of the config.
    pub proxy: Option<String>,
    /// As `ca` of the config.
    pub ca: Option<PathBuf>,
    /// As `client_cert` of the config.
    pub client_cert: Option<PathBuf>,
    /// As `client_key` of the config.
    pub client_key: Option<PathBuf>,
}

/// What a site says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The address that answered.
    pub url: String,
    /// What kind of Jira it is.
    pub kind: Deployment,
    /// `10.3.24`.
    pub version: String,
    /// Its name, if it has one.
    pub title: Option<String>,
    /// Seconds that this machine's clock is ahead of the server's; negative if it is behind.
    pub clock: Option<i64>,
    /// Anything else worth a line: certificate about to expire, version without some feature.
    pub note: Option<String>,
}

/// A key pair to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRequest {
    /// For the name of the file.
    pub alias: Alias,
    /// 2048 or 4096.
    pub bits: u32,
}

/// A key pair that was made or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyMade {
    /// Where the private key lies, if it is in a file.
    pub file: Option<PathBuf>,
    /// The public key with its header lines.
    pub public_pem: String,
    /// The public key as one run of base64, for screens that want it so.
    pub public_bare: String,
    /// Tells keys apart.
    pub fingerprint: String,
    /// Anything to warn of: a short key.
    pub note: Option<String>,
}

/// An authorization that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorizing {
    /// The page to open.
    pub url: String,
    /// Where the browser lands afterwards.
    pub callback: String,
    /// Whether that is being listened on, or why not.
    pub listening: Result<(), String>,
    /// The request is void after this.
    pub until: Timestamp,
}

/// What came of an authorization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landed {
    /// Granted.
    Done {
        /// To whom.
        account: String,
    },
    /// Granted for several sites; one is to be chosen.
    Sites(Vec<String>),
}

/// One finding of a connection test.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Part of a connection test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whose.
    pub alias: Alias,
    /// Checks that ended since the last report.
    pub checks: Vec<Check>,
    /// Nothing more comes for this connection.
    pub done: bool,
}

/// What can be done to connections that are configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manage {
    /// Test one; checks come as reports.
    Test(Alias),
    /// Test every enabled one; checks come as reports.
    TestAll,
    /// Give it another alias; mappings and cache come along.
    Rename {
        /// The alias so far.
        from: Alias,
        /// The new one.
        to: Alias,
    },
    /// Use it where none is named.
    Default(Alias),
    /// Switch it on or off.
    Enabled(Alias, bool),
    /// Never write to its site, or allow it again.
    ReadOnly(Alias, bool),
    /// Take it out of the config, with its cache and its tokens.
    Remove(Alias),
}
