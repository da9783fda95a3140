//! What lists show of a connection's secret: its ending, and when a person must act.
//!
//! Must never be in here: more of a secret than its last four characters.

use jiff::Timestamp;

use crate::{
    auth::{Vault, last_four, resolve},
    config::{ConnectionConfig, SecretSource},
    domain::ConnectionState,
};

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Last four characters of the token or secret; none if it is short or was not found.
    pub ending: Option<String>,
    /// When a person has to sign in again, as far as that is known.
    pub expires: Option<Timestamp>,
}

/// Puts what the config says beside what the store knows.
pub fn tell_settings(connection: &ConnectionConfig, state: &mut ConnectionState) {
    state.default = connection.default;
    state.enabled = connection.enabled;
    state.read_only = connection.read_only;
}

impl Facts {
    /// Puts them beside what the store knows.
    pub fn tell(&self, state: &mut ConnectionState) {
        state.ending.clone_from(&self.ending);
        state.expires = self.expires;
    }
}

/// What can be told of a connection's secret without using it. A secret that a command prints is not
/// asked for: that may need a person.
pub async fn facts(connection: &ConnectionConfig, vault: &Vault) -> Facts {
    if connection.access().is_granted() {
        let grant = vault.tokens(&connection.alias, connection.tokens).await.ok().flatten();
        return grant.map_or_else(Facts::default, |grant| Facts {
            ending: Some(grant.last_four()).filter(|ending| !ending.is_empty()),
            expires: grant.expires_at(),
        });
    }
    if matches!(connection.method.secret(), SecretSource::Command(_)) {
        return Facts::default();
    }
    let secret = resolve(connection.method.secret(), &connection.alias, vault).await;
    Facts {
        ending: secret
            .ok()
            .map(|secret| last_four(&secret))
            .filter(|ending| !ending.is_empty()),
        expires: None,
    }
}
