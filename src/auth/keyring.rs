//! The keyring of the operating system, as something that keeps a secret under a name.
//!
//! Must never be in here: async code (the Linux store panics inside a task: the vault goes through
//! `spawn_blocking`), or a secret in an error.

mod platform;

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use secrecy::SecretString;

use super::error::AuthError;

pub use platform::PlatformKeyring;

/// Keeps secrets by account name. Blocks: never call it on an async thread.
pub trait Keyring: Send + Sync + fmt::Debug {
    /// The secret of an account; `None` if there is none.
    ///
    /// # Errors
    /// When the keyring cannot be used. That is never the same as "there is none".
    fn get(&self, account: &str) -> Result<Option<SecretString>, KeyringError>;

    /// Keeps a secret, in place of any earlier one.
    ///
    /// # Errors
    /// When the keyring cannot be used, or does not take it.
    fn set(&self, account: &str, secret: &SecretString) -> Result<(), KeyringError>;

    /// Removes a secret; that there is none is no error.
    ///
    /// # Errors
    /// When the keyring cannot be used.
    fn remove(&self, account: &str) -> Result<(), KeyringError>;
}

/// Why the keyring could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// This session has none: no desktop, a container, SSH.
    #[error("this session has no keyring ({reason})")]
    Absent {
        /// What the platform says.
        reason: String,
    },
    /// It is locked, and nobody unlocked it.
    #[error("the keyring is locked ({reason})")]
    Locked {
        /// What the platform says.
        reason: String,
    },
    /// It is there and open, but did not do what it was asked.
    #[error("the keyring refused ({reason})")]
    Refused {
        /// What the platform says.
        reason: String,
    },
    /// The platform keeps only so much under one name.
    #[error("the keyring of this platform takes no more than {limit} bytes, which is less than the tokens need")]
    TooLarge {
        /// The platform's limit.
        limit: u32,
    },
}

/// Where secrets and tokens can be kept instead.
const INSTEAD: &str = "keep the secret elsewhere, with secret = { env = \"NAME\" }, { command = [\"pass\", \"show\", \"jira\"] } or { file = \"path\" }, and issued tokens with tokens = \"file\"";

impl KeyringError {
    /// The next step for a person.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Absent { .. } => INSTEAD.to_owned(),
            Self::Locked { .. } => format!("unlock the keyring and start crosstie again; or {INSTEAD}"),
            Self::Refused { .. } => {
                format!("look whether the platform's keyring works and lets crosstie in, and try again; or {INSTEAD}")
            }
            Self::TooLarge { .. } => "set tokens = \"file\" for this connection and sign in again".to_owned(),
        }
    }
}

impl From<KeyringError> for AuthError {
    fn from(error: KeyringError) -> Self {
        Self::secret(error.to_string(), error.remedy())
    }
}

/// A keyring that lives as long as it is held: for the demo and for tests.
#[derive(Default)]
pub struct MemoryKeyring {
    kept: Mutex<HashMap<String, SecretString>>,
    fault: Option<KeyringError>,
}

impl MemoryKeyring {
    /// A keyring that answers everything with `error`.
    #[must_use]
    pub fn failing(error: KeyringError) -> Self {
        Self {
            fault: Some(error),
            ..Self::default()
        }
    }

    fn open(&self) -> Result<MutexGuard<'_, HashMap<String, SecretString>>, KeyringError> {
        match &self.fault {
            Some(fault) => Err(fault.clone()),
            None => Ok(self.kept.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }
}

impl Keyring for MemoryKeyring {
    fn get(&self, account: &str) -> Result<Option<SecretString>, KeyringError> {
        Ok(self.open()?.get(account).cloned())
    }

    fn set(&self, account: &str, secret: &SecretString) -> Result<(), KeyringError> {
        self.open()?.insert(account.to_owned(), secret.clone());
        Ok(())
    }

    fn remove(&self, account: &str) -> Result<(), KeyringError> {
        self.open()?.remove(account);
        Ok(())
    }
}

impl fmt::Debug for MemoryKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryKeyring").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_says_where_to_keep_it_instead() {
        let reason = || "x".to_owned();
        for (error, expected) in [
            (
                KeyringError::Absent { reason: reason() },
                &["env", "command", "file"][..],
            ),
            (
                KeyringError::Locked { reason: reason() },
                &["unlock", "tokens = \"file\""][..],
            ),
            (KeyringError::Refused { reason: reason() }, &["tokens = \"file\""][..]),
            (KeyringError::TooLarge { limit: 2560 }, &["tokens = \"file\""][..]),
        ] {
            let told = AuthError::from(error);
            for word in expected {
                assert!(told.remedy.contains(word), "{told:?}");
            }
        }
    }
}
