//! Where a secret is found.
//!
//! Must never be in here: the secret itself, or how it is read (`auth`).

use std::path::PathBuf;

/// Where a secret is found; never the secret itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// The keyring of the operating system.
    Keyring,
    /// An environment variable.
    Env(String),
    /// Standard output of a command, one trailing newline removed.
    Command(Vec<String>),
    /// A file that only its owner may read, already made absolute.
    File(PathBuf),
}
