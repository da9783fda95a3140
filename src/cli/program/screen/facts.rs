//! What the Connections screen shows beside what the store knows: settings, and how secrets end.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use crate::{
    auth::Vault,
    config::ConnectionConfig,
    connect::{Facts, facts, tell_settings},
    domain::{Alias, ConnectionState},
};

/// See the module. Cheap to clone; all clones share what they know.
#[derive(Debug, Clone)]
pub(super) struct KnownFacts {
    known: Arc<Mutex<Known>>,
    vault: Vault,
    changed: Arc<Notify>,
}

#[derive(Debug)]
struct Known {
    connections: Vec<ConnectionConfig>,
    facts: BTreeMap<Alias, Facts>,
}

impl KnownFacts {
    /// The settings at once; secrets are not looked at yet.
    pub(super) fn new(connections: &[ConnectionConfig], vault: Vault, changed: Arc<Notify>) -> Self {
        Self {
            known: Arc::new(Mutex::new(Known {
                connections: connections.to_vec(),
                facts: BTreeMap::new(),
            })),
            vault,
            changed,
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell(&self, states: &mut [ConnectionState]) {
        let known = self.known();
        for state in states {
            let configured = known.connections.iter().find(|one| one.alias == state.alias);
            if let Some(connection) = configured {
                tell_settings(connection, state);
            }
            if let Some(facts) = known.facts.get(&state.alias) {
                facts.tell(state);
            }
        }
    }

    /// Takes over other settings, and looks at the secrets, which may take a keyring its time; then
    /// has the screen told. Needs the async runtime.
    pub(super) fn look_again(&self, connections: &[ConnectionConfig]) {
        self.known().connections = connections.to_vec();
        let (own, connections) = (self.clone(), connections.to_vec());
        tokio::spawn(async move {
            for connection in connections {
                let found = facts(&connection, &own.vault).await;
                own.known().facts.insert(connection.alias, found);
            }
            own.changed.notify_one();
        });
    }
}
