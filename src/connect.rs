//! Adding, changing, renaming and removing connections: config, vault and store brought along
//! together, for the command line and the screen alike.
//!
//! Must never be in here: printing, questions, drawing. Every change is checked by the reader of the
//! config before anything is touched, and a change that fails leaves what worked before as it was.

mod error;
mod facts;
#[cfg(test)]
mod tests;

use std::{fs, io::ErrorKind, path::PathBuf};

use secrecy::SecretString;

pub use self::{
    error::ConnectError,
    facts::{Facts, facts, tell_settings},
};
use crate::{
    auth::Vault,
    clock::SharedClock,
    config::{
        ConnectionConfig, Paths, SecretSource, TokenStore,
        edit::{ConnectionFlag, DiffLine, Edit, write},
    },
    domain::{Access, Alias},
    store::Store,
    sync::lock::try_acquire,
};

/// The connections of one config, as something that can be changed.
#[derive(Debug, Clone)]
pub struct Registry {
    paths: Paths,
    /// Where the store is.
    store: PathBuf,
    vault: Vault,
    clock: SharedClock,
}

/// A removed connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Issues that went with its cache.
    pub issues: u64,
    /// Mappings that still name it.
    pub mappings: Vec<String>,
    /// Where what was issued or created for it can be revoked on Jira's side.
    pub revoke: String,
}

/// The text of the file, and the edit begun on it.
struct Begun {
    before: Option<String>,
    edit: Edit,
}

impl Registry {
    /// The connections of the config at `paths`, with the store in the folder `store`.
    #[must_use]
    pub fn new(paths: Paths, store: PathBuf, vault: Vault, clock: SharedClock) -> Self {
        Self {
            paths,
            store,
            vault,
            clock,
        }
    }

    /// What [`Registry::put`] would change in the config file.
    ///
    /// # Errors
    /// As [`Registry::put`]; nothing is touched.
    pub fn preview(
        &self,
        wanted: &ConnectionConfig,
        replaces: Option<&Alias>,
        with_secret: bool,
    ) -> Result<Vec<DiffLine>, ConnectError> {
        let mut wanted = wanted.clone();
        if with_secret {
            let place = place_of(&wanted);
            wanted.method.set_secret(self.vault.place_of(&wanted.alias, place));
        }
        Ok(self.planned(&wanted, replaces)?.edit.diff())
    }

    /// What [`Registry::remove`] would change in the config file.
    ///
    /// # Errors
    /// When there is no such connection.
    pub fn preview_removal(&self, alias: &Alias) -> Result<Vec<DiffLine>, ConnectError> {
        let mut begun = self.begin()?;
        begun.edit.remove_connection(alias.as_str())?;
        Ok(begun.edit.diff())
    }

    /// Writes a connection to the config: a new one, or in place of `replaces`. A secret that was
    /// typed goes to the keyring or a file of the vault, whichever the connection names, and the
    /// config says where it is found.
    ///
    /// # Errors
    /// When the config would not be valid or cannot be written, or the secret cannot be kept.
    pub async fn put(
        &self,
        mut wanted: ConnectionConfig,
        replaces: Option<&Alias>,
        secret: Option<SecretString>,
    ) -> Result<(), ConnectError> {
        self.planned(&wanted, replaces)?;
        if let Some(from) = replaces.filter(|from| **from != wanted.alias) {
            self.rename(from, &wanted.alias).await?;
        }
        if let Some(secret) = secret {
            let source = self.vault.keep_secret(&wanted.alias, place_of(&wanted), secret).await?;
            wanted.method.set_secret(source);
        }
        let alias = wanted.alias.clone();
        self.planned(&wanted, Some(&alias))?.write(&self.paths)
    }

    fn planned(&self, wanted: &ConnectionConfig, replaces: Option<&Alias>) -> Result<Begun, ConnectError> {
        let mut begun = self.begin()?;
        let known = begun.edit.checked()?.config;
        let same = |alias: &Alias| alias.as_str().eq_ignore_ascii_case(wanted.alias.as_str());
        match replaces {
            Some(from) if from != &wanted.alias => {
                begun.edit.rename_connection(from.as_str(), &wanted.alias)?;
            }
            None if known.connections.iter().any(|other| same(&other.alias)) => {
                return Err(ConnectError::Taken(wanted.alias.clone()));
            }
            _ => {}
        }
        begun.edit.put_connection(wanted)?;
        if wanted.default {
            begun.edit.set_default(wanted.alias.as_str())?;
        }
        begun.edit.checked()?;
        Ok(begun)
    }

    /// Gives a connection another alias; its cache, secrets and tokens come along, and mappings
    /// follow. Answers which mappings did.
    ///
    /// # Errors
    /// When the new alias is taken or no alias, a run of it is under way, or something cannot be
    /// written.
    pub async fn rename(&self, from: &Alias, to: &Alias) -> Result<Vec<String>, ConnectError> {
        let mut begun = self.begin()?;
        let mut config = begun
            .edit
            .checked()?
            .config
            .connection(from.as_str())
            .cloned()
            .ok_or_else(|| ConnectError::Unknown(from.clone()))?;
        let renamed = begun.edit.rename_connection(from.as_str(), to)?;
        begun.edit.checked()?;
        let store = self.open_store()?;
        let Some(_held) = try_acquire(store.folder(), from)? else {
            return Err(ConnectError::Busy(from.clone()));
        };
        if let Some(source) = self.vault.rename(from, to).await? {
            config.alias = to.clone();
            config.method.set_secret(source);
            begun.edit.put_connection(&config)?;
        }
        store.rename_connection(from, to)?;
        begun.write(&self.paths)?;
        Ok(renamed.mappings)
    }

    /// Makes a connection the one that is used where none is named.
    ///
    /// # Errors
    /// When there is no such connection, or the config cannot be written.
    pub fn set_default(&self, alias: &Alias) -> Result<(), ConnectError> {
        let mut begun = self.begin()?;
        begun.edit.set_default(alias.as_str())?;
        begun.write(&self.paths)
    }

    /// Switches a connection on or off, or writing to its site.
    ///
    /// # Errors
    /// When there is no such connection, or the config cannot be written.
    pub fn set_flag(&self, alias: &Alias, flag: ConnectionFlag, on: bool) -> Result<(), ConnectError> {
        let mut begun = self.begin()?;
        begun.edit.set_flag(alias.as_str(), flag, on)?;
        begun.write(&self.paths)
    }

    /// Takes a connection out of the config, and its cache, secrets and tokens with it. Mappings
    /// stay, and so does everything on Jira's side.
    ///
    /// # Errors
    /// When there is no such connection, a run of it is under way, or something cannot be written.
    pub async fn remove(&self, alias: &Alias) -> Result<Removed, ConnectError> {
        let mut begun = self.begin()?;
        let config = begun
            .edit
            .checked()?
            .config
            .connection(alias.as_str())
            .cloned()
            .ok_or_else(|| ConnectError::Unknown(alias.clone()))?;
        let removed = begun.edit.remove_connection(alias.as_str())?;
        begun.edit.checked()?;
        let store = self.open_store()?;
        let Some(_held) = try_acquire(store.folder(), &config.alias)? else {
            return Err(ConnectError::Busy(config.alias));
        };
        begun.write(&self.paths)?;
        let issues = store.remove_connection(&config.alias)?;
        self.vault.forget(&config.alias).await?;
        Ok(Removed {
            issues,
            mappings: removed.mappings,
            revoke: revoke(&config),
        })
    }

    fn open_store(&self) -> Result<Store, ConnectError> {
        Ok(Store::open(&self.store, self.clock.now())?.0)
    }

    fn begin(&self) -> Result<Begun, ConnectError> {
        let before = match fs::read_to_string(&self.paths.config) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                return Err(ConnectError::Unreadable {
                    path: self.paths.config.clone(),
                    reason: error.to_string(),
                });
            }
        };
        let edit = Edit::open(before.as_deref().unwrap_or_default())?.at(&self.paths);
        Ok(Begun { before, edit })
    }
}

impl Begun {
    fn write(self, paths: &Paths) -> Result<(), ConnectError> {
        self.edit.checked()?;
        Ok(write(&paths.config, self.before.as_deref(), &self.edit.text())?)
    }
}

/// Where a secret that was typed goes, by where the connection says that it is found.
fn place_of(connection: &ConnectionConfig) -> TokenStore {
    match connection.method.secret() {
        SecretSource::Keyring => TokenStore::Keyring,
        _ => TokenStore::File,
    }
}

/// Where a grant or token can be taken back on Jira's side; this program cannot do it.
fn revoke(connection: &ConnectionConfig) -> String {
    let site = connection.site();
    match connection.access() {
        Access::ApiToken => "https://id.atlassian.com/manage-profile/security/api-tokens".to_owned(),
        Access::OAuth2Cloud => "https://id.atlassian.com/manage-profile/apps".to_owned(),
        Access::OAuth1 => format!("{site}/plugins/servlet/oauth/users/access-tokens"),
        Access::OAuth2DataCenter => format!("{site}/plugins/servlet/oauth2/authorized-applications"),
        Access::Pat => format!(
            "{site}/secure/ViewProfile.jspa?selectedTab=com.atlassian.pats.pats-plugin:jira-user-personal-access-tokens"
        ),
        Access::Basic => format!("{site}/secure/ViewProfile.jspa"),
    }
}
