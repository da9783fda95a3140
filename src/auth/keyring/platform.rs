//! The keyring that this platform has: Secret Service on Linux, Keychain on macOS, Credential
//! Manager on Windows.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use keyring_core::{Entry, Error, api::CredentialStore};
use secrecy::{ExposeSecret, SecretString};

use super::{Keyring, KeyringError};
use crate::text;

/// What entries of crosstie are filed under.
const SERVICE: &str = "crosstie";

/// An entry that is written and removed to find out whether the keyring works.
const PROBE: &str = "probe";

/// Said of an entry that is not what was put there.
const DAMAGED: &str = "what it holds is damaged";

/// The keyring of this platform and user. Nothing is touched until it is first used; then it is
/// tried by a write, because some keyrings look usable and refuse every operation.
#[derive(Default)]
pub struct PlatformKeyring {
    /// The outcome is kept: a keyring that was locked would ask for its password at every poll.
    probed: OnceLock<Result<Arc<CredentialStore>, KeyringError>>,
}

impl PlatformKeyring {
    fn store(&self) -> Result<&Arc<CredentialStore>, KeyringError> {
        self.probed.get_or_init(probe).as_ref().map_err(Clone::clone)
    }

    fn entry(&self, account: &str) -> Result<Entry, KeyringError> {
        entry(self.store()?, account)
    }
}

fn entry(store: &Arc<CredentialStore>, account: &str) -> Result<Entry, KeyringError> {
    store.build(SERVICE, account, None).map_err(|error| told(&error))
}

fn probe() -> Result<Arc<CredentialStore>, KeyringError> {
    let store = open()?;
    let entry = entry(&store, PROBE)?;
    entry.set_secret(PROBE.as_bytes()).map_err(|error| told(&error))?;
    let read = entry.get_secret().map_err(|error| told(&error))?;
    entry.delete_credential().map_err(|error| told(&error))?;
    if read != PROBE.as_bytes() {
        let reason = "it gives back something else than it was given".to_owned();
        return Err(KeyringError::Refused { reason });
    }
    Ok(store)
}

#[cfg(target_os = "linux")]
fn open() -> Result<Arc<CredentialStore>, KeyringError> {
    let store = zbus_secret_service_keyring_store::Store::new().map_err(|error| unreachable(&error))?;
    Ok(store)
}

#[cfg(target_os = "macos")]
fn open() -> Result<Arc<CredentialStore>, KeyringError> {
    let store = apple_native_keyring_store::keychain::Store::new().map_err(|error| unreachable(&error))?;
    Ok(store)
}

#[cfg(windows)]
fn open() -> Result<Arc<CredentialStore>, KeyringError> {
    let store = windows_native_keyring_store::Store::new().map_err(|error| unreachable(&error))?;
    Ok(store)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn open() -> Result<Arc<CredentialStore>, KeyringError> {
    let reason = "crosstie knows none on this platform".to_owned();
    Err(KeyringError::Absent { reason })
}

/// A keyring that cannot even be connected to is not there.
#[cfg(any(target_os = "linux", target_os = "macos", windows))]
fn unreachable(error: &Error) -> KeyringError {
    KeyringError::Absent { reason: reason(error) }
}

/// What an operation failed of. Only `Display` is used: `Debug` of some errors holds the secret.
fn told(error: &Error) -> KeyringError {
    match error {
        Error::NoStorageAccess(_) => KeyringError::Locked { reason: reason(error) },
        Error::TooLong(_, limit) => KeyringError::TooLarge { limit: *limit },
        Error::NoDefaultStore => KeyringError::Absent { reason: reason(error) },
        _ => KeyringError::Refused { reason: reason(error) },
    }
}

fn reason(error: &Error) -> String {
    let cause = match error {
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => cause.to_string(),
        // The platform's words for damaged data could quote it.
        Error::BadDataFormat(..) => DAMAGED.to_owned(),
        other => other.to_string(),
    };
    text::truncate(&text::clean_line(&cause), 200)
}

impl Keyring for PlatformKeyring {
    fn get(&self, account: &str) -> Result<Option<SecretString>, KeyringError> {
        match self.entry(account)?.get_secret() {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(secret) => Ok(Some(SecretString::from(secret))),
                Err(_) => Err(KeyringError::Refused {
                    reason: DAMAGED.to_owned(),
                }),
            },
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(told(&error)),
        }
    }

    fn set(&self, account: &str, secret: &SecretString) -> Result<(), KeyringError> {
        let entry = self.entry(account)?;
        // Not as a password: on Windows those take two bytes a letter, and room is scarce there.
        let kept = entry.set_secret(secret.expose_secret().as_bytes());
        kept.map_err(|error| told(&error))
    }

    fn remove(&self, account: &str) -> Result<(), KeyringError> {
        match self.entry(account)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(told(&error)),
        }
    }
}

impl fmt::Debug for PlatformKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlatformKeyring").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(text: &str) -> Box<dyn std::error::Error + Send + Sync> {
        text.into()
    }

    #[test]
    fn each_failure_of_a_platform_has_its_meaning() {
        let cases = [
            (
                Error::NoStorageAccess(boxed("prompt dismissed")),
                "the keyring is locked (prompt dismissed)",
            ),
            (
                Error::PlatformFailure(boxed("D-Bus \u{1b}[2J")),
                "the keyring refused (D-Bus ␛[2J)",
            ),
            (
                Error::BadEncoding(b"hunter22".to_vec()),
                "the keyring refused (Password data is not valid UTF-8)",
            ),
            (
                Error::BadDataFormat(b"hunter22".to_vec(), boxed("hunter22")),
                "the keyring refused (what it holds is damaged)",
            ),
            (
                Error::TooLong("secret".to_owned(), 2560),
                "the keyring of this platform takes no more than 2560 bytes, which is less than the tokens need",
            ),
        ];
        for (error, expected) in cases {
            let told = told(&error);
            assert_eq!(told.to_string(), expected);
            assert!(!format!("{told:?}").contains("hunter22"), "{told:?}");
        }
    }
}
