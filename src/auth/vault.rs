//! Where secrets and issued tokens are kept: in the keyring, or in files of the data folder that
//! only their owner may read. Which of the two is chosen by the config and never silently changed.
//!
//! Must never be in here: a secret in a message, or a damaged entry taken for none.

mod code;
mod files;
mod lock;

#[cfg(test)]
mod tests;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use secrecy::SecretString;

use self::files::Files;
pub use self::lock::TokenLock;
use super::{
    error::{AuthError, AuthErrorKind},
    grant::Grant,
    keyring::{Keyring, KeyringError},
};
use crate::{
    config::{SecretSource, TokenStore},
    domain::Alias,
};

/// Keeps secrets and tokens of all connections. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Vault {
    files: Arc<Files>,
    keyring: Arc<dyn Keyring>,
}

impl Vault {
    /// A vault with its files in the data folder. Nothing is touched yet.
    #[must_use]
    pub fn new(folder: PathBuf, keyring: Arc<dyn Keyring>) -> Self {
        Self {
            files: Arc::new(Files::new(folder)),
            keyring,
        }
    }

    /// The user's own secret of a connection in the keyring.
    ///
    /// # Errors
    /// When there is none, or the keyring cannot be used.
    pub async fn secret(&self, alias: &Alias) -> Result<SecretString, AuthError> {
        let account = secret_account(alias);
        let found = self.run(move |vault| Ok(vault.keyring.get(&account)?)).await?;
        found.ok_or_else(|| {
            AuthError::secret(
                format!("the keyring holds no secret of {alias}"),
                format!(
                    "store it with `crosstie connection add {alias} … --secret-stdin`, or set secret = {{ env = \"NAME\" }}, {{ command = [\"pass\", \"show\", \"jira\"] }} or {{ file = \"path\" }}"
                ),
            )
        })
    }

    /// Keeps the user's own secret and tells what to write into the config, so that it is found.
    ///
    /// # Errors
    /// When the place cannot be used.
    pub async fn keep_secret(
        &self,
        alias: &Alias,
        place: TokenStore,
        secret: SecretString,
    ) -> Result<SecretSource, AuthError> {
        let alias = alias.clone();
        self.run(move |vault| match place {
            TokenStore::Keyring => {
                vault.keyring.set(&secret_account(&alias), &secret)?;
                Ok(SecretSource::Keyring)
            }
            TokenStore::File => vault.files.write_secret(&alias, &secret).map(SecretSource::File),
        })
        .await
    }

    /// What the config would say of a secret that is kept in that place.
    #[must_use]
    pub fn place_of(&self, alias: &Alias, place: TokenStore) -> SecretSource {
        match place {
            TokenStore::Keyring => SecretSource::Keyring,
            TokenStore::File => SecretSource::File(self.files.secret(alias)),
        }
    }

    /// What a flow issued for a connection; `None` if nobody has signed in.
    ///
    /// # Errors
    /// When the place cannot be used, or what it holds is damaged.
    pub async fn tokens(&self, alias: &Alias, place: TokenStore) -> Result<Option<Grant>, AuthError> {
        let alias = alias.clone();
        self.run(move |vault| vault.read_tokens(&alias, place)).await
    }

    fn read_tokens(&self, alias: &Alias, place: TokenStore) -> Result<Option<Grant>, AuthError> {
        let found = match place {
            TokenStore::Keyring => self.keyring.get(&tokens_account(alias))?,
            TokenStore::File => self.files.read_tokens(alias)?,
        };
        let read = found.map(|text| code::decode(&text));
        read.transpose().map_err(|why| {
            let place = match place {
                TokenStore::Keyring => "in the keyring".to_owned(),
                TokenStore::File => self.files.tokens(alias).display().to_string(),
            };
            AuthError::new(
                AuthErrorKind::SignIn,
                format!("the tokens of {alias} ({place}) are damaged: {why}"),
                sign_in_again(alias),
            )
        })
    }

    /// Keeps what a flow issued, in place of any earlier grant. When this returns it has been
    /// written for good.
    ///
    /// # Errors
    /// When the place cannot be used.
    pub async fn keep_tokens(&self, alias: &Alias, place: TokenStore, grant: &Grant) -> Result<(), AuthError> {
        let (alias, grant) = (alias.clone(), grant.clone());
        self.run(move |vault| {
            let text = code::encode(&grant);
            match place {
                TokenStore::Keyring => Ok(vault.keyring.set(&tokens_account(&alias), &text)?),
                TokenStore::File => vault.files.write_tokens(&alias, &text).map(drop),
            }
        })
        .await
    }

    /// Removes the secret and the tokens of a connection from both places.
    ///
    /// # Errors
    /// When a place cannot be used; the other one is cleared all the same.
    pub async fn forget(&self, alias: &Alias) -> Result<(), AuthError> {
        let alias = alias.clone();
        self.run(move |vault| {
            let files = vault.files.remove(&alias);
            let accounts = [secret_account(&alias), tokens_account(&alias)];
            for account in accounts {
                present(vault.keyring.remove(&account))?;
            }
            files
        })
        .await
    }

    /// Lets the secret and the tokens of a connection follow its new alias. If its secret is in a
    /// file of the vault, the new source for the config is answered.
    ///
    /// # Errors
    /// When a place cannot be used; nothing is lost then, but some of it may be under both names.
    pub async fn rename(&self, from: &Alias, to: &Alias) -> Result<Option<SecretSource>, AuthError> {
        let (from, to) = (from.clone(), to.clone());
        self.run(move |vault| {
            let accounts = [
                (secret_account(&from), secret_account(&to)),
                (tokens_account(&from), tokens_account(&to)),
            ];
            for (old, new) in accounts {
                let Some(secret) = present(vault.keyring.get(&old))?.flatten() else {
                    continue;
                };
                vault.keyring.set(&new, &secret)?;
                vault.keyring.remove(&old)?;
            }
            Ok(vault.files.rename(&from, &to)?.map(SecretSource::File))
        })
        .await
    }

    /// The right to refresh the tokens of a connection, among all processes; waits for it.
    ///
    /// # Errors
    /// When the lock cannot be made.
    pub async fn lock(&self, alias: &Alias) -> Result<TokenLock, AuthError> {
        let alias = alias.clone();
        self.run(move |vault| lock::acquire(vault.files.folder(), &alias)).await
    }

    /// Tries the keyring by a write; for `doctor`.
    ///
    /// # Errors
    /// When it cannot be used.
    pub async fn check_keyring(&self) -> Result<(), AuthError> {
        const PROBE: &str = "check";
        self.run(|vault| {
            vault.keyring.set(PROBE, &SecretString::from("check"))?;
            Ok(vault.keyring.remove(PROBE)?)
        })
        .await
    }

    /// The folder that the files are in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.files.folder()
    }

    /// Keyrings and files block; some keyrings even panic on an async thread.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, AuthError> + Send + 'static,
    ) -> Result<T, AuthError> {
        let vault = self.clone();
        let working = tokio::task::spawn_blocking(move || work(&vault));
        working.await.unwrap_or_else(|_| {
            Err(AuthError::secret(
                "using the place where secrets are kept was interrupted",
                "start crosstie again; the log may tell more",
            ))
        })
    }
}

/// Where there is no keyring, nothing can be in it.
fn present<T>(outcome: Result<T, KeyringError>) -> Result<Option<T>, KeyringError> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(KeyringError::Absent { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn secret_account(alias: &Alias) -> String {
    format!("secret of {alias}")
}

fn tokens_account(alias: &Alias) -> String {
    format!("tokens of {alias}")
}

/// The remedy that a person alone can carry out.
pub(super) fn sign_in_again(alias: &Alias) -> String {
    format!("sign in again: `crosstie connection authorize {alias}`")
}
