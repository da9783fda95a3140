//! One client a connection for the whole process, so that rate limits, pauses and a CAPTCHA stop are
//! known to everything that talks to the site.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    auth::Vault,
    clock::SharedClock,
    config::ConnectionConfig,
    domain::Alias,
    jira::{Client, Error},
    source::Means,
};

/// Clients by alias, made when first needed.
#[derive(Debug, Clone)]
pub struct Clients {
    clock: SharedClock,
    vault: Vault,
    means: Means,
    made: Arc<Mutex<HashMap<Alias, Client>>>,
}

impl Clients {
    /// None yet.
    #[must_use]
    pub fn new(clock: SharedClock, vault: Vault) -> Self {
        Self {
            means: Means::new(vault.clone(), Arc::clone(&clock)),
            clock,
            vault,
            made: Arc::default(),
        }
    }

    /// The client of `config`'s connection.
    ///
    /// # Errors
    /// When its secret cannot be found, nobody has signed in, or its settings cannot work.
    pub async fn get(&self, config: &ConnectionConfig) -> Result<Client, Error> {
        if let Some(client) = self.lock().get(&config.alias) {
            return Ok(client.clone());
        }
        let client = Client::open(config, &self.vault, Arc::clone(&self.clock)).await?;
        Ok(self.lock().entry(config.alias.clone()).or_insert(client).clone())
    }

    /// Where the secrets and tokens of the clients are kept.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// What looking at sources and writing to them takes.
    #[must_use]
    pub fn means(&self) -> &Means {
        &self.means
    }

    /// The next [`get`](Self::get) reads the secret and the tokens anew.
    pub fn forget(&self, alias: &Alias) {
        self.lock().remove(alias);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Alias, Client>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
