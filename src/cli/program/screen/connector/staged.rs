//! A draft with everything that it needs to be tried, and nothing of it where it would stay.

use std::sync::Arc;

use secrecy::SecretString;

use crate::{
    app::{Draft, Probe, ProbeRequest},
    auth::{self, AuthError, Grant, Means, Vault, keyring::MemoryKeyring},
    clock::SharedClock,
    config::{ConnectionConfig, Method, SecretSource, TokenStore},
    domain::{Deployment, Problem},
    jira,
};

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Staged {
    /// Its secrets and tokens are found in `vault`, wherever the draft will have them.
    pub(super) connection: ConnectionConfig,
    pub(super) vault: Vault,
}

impl Staged {
    /// A draft, with the secret that was typed or else the one that its connection has already, and
    /// nobody signed in.
    pub(super) async fn new(draft: &Draft, real: &Vault) -> Result<Self, AuthError> {
        let vault = Vault::new(real.folder().to_owned(), Arc::new(MemoryKeyring::default()));
        let mut connection = draft.connection.clone();
        let source = connection.method.secret().clone();
        connection.tokens = TokenStore::Keyring;
        let known = draft.replaces.as_ref().unwrap_or(&connection.alias);
        let secret = match &draft.secret {
            Some(typed) => Some(typed.secret().clone()),
            None if source == SecretSource::Keyring => Some(real.secret(known).await?),
            None => None,
        };
        if let Some(secret) = secret {
            vault
                .keep_secret(&connection.alias, TokenStore::Keyring, secret)
                .await?;
            connection.method.set_secret(SecretSource::Keyring);
        }
        Ok(Self { connection, vault })
    }

    /// A draft that keeps the sign-in of the connection that it replaces, if that has one. It uses the
    /// very same tokens: what renews a copy of them ends the original.
    pub(super) async fn kept(draft: &Draft, real: &Vault) -> Result<Option<Self>, AuthError> {
        let Some(known) = draft.replaces.as_ref().filter(|_| draft.secret.is_none()) else {
            return Ok(None);
        };
        let mut connection = draft.connection.clone();
        connection.alias = known.clone();
        let is_granted = connection.access().is_granted();
        if !is_granted || real.tokens(known, connection.tokens).await?.is_none() {
            return Ok(None);
        }
        let vault = real.clone();
        Ok(Some(Self { connection, vault }))
    }

    /// The draft's own secret.
    pub(super) async fn secret(&self) -> Result<SecretString, AuthError> {
        auth::resolve(self.connection.method.secret(), &self.connection.alias, &self.vault).await
    }

    pub(super) fn means(&self, clock: &SharedClock) -> Result<Means, Problem> {
        let clock = SharedClock::clone(clock);
        jira::means(&self.connection, &self.vault, clock).map_err(|error| Problem::from(&error))
    }

    /// Whether tokens of this one are good for the other: the same site by the same way.
    pub(super) fn is_for(&self, other: &Self) -> bool {
        self.connection.url == other.connection.url && self.connection.access() == other.connection.access()
    }

    pub(super) async fn tokens(&self) -> Result<Option<Grant>, AuthError> {
        self.vault.tokens(&self.connection.alias, TokenStore::Keyring).await
    }

    /// Another draft with the sign-in of this one: with the very same tokens, see [`Staged::kept`].
    pub(super) fn shared_with(&self, other: Self) -> Self {
        let mut connection = other.connection;
        connection.alias = self.connection.alias.clone();
        let vault = self.vault.clone();
        Self { connection, vault }
    }
}

/// Looks at a site without signing in.
pub(super) async fn probe(request: ProbeRequest, clock: SharedClock) -> Result<Probe, Problem> {
    let nobody = Method::Pat {
        secret: SecretSource::Keyring,
    };
    let mut config = ConnectionConfig::new("probe", Deployment::DataCenter, &request.url, nobody);
    config.proxy = request.proxy;
    config.ca = request.ca;
    config.client_cert = request.client_cert;
    config.client_key = request.client_key;
    // The one call below is made without it.
    let secret = SecretString::from("nobody");
    let client = jira::Client::new(&config, secret, clock).map_err(|error| Problem::from(&error))?;
    let info = client.server_info().await.map_err(|error| Problem::from(&error))?;
    Ok(Probe {
        url: request.url,
        kind: info.deployment,
        version: info.version,
        title: Some(info.title).filter(|title| !title.is_empty()),
        clock: client.server_offset().map(|offset| -offset.as_secs()),
        note: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Masked;

    #[tokio::test]
    async fn what_a_draft_holds_never_reaches_the_real_vault() {
        let folder = tempfile::tempdir().unwrap();
        let real = Vault::new(folder.path().to_owned(), Arc::new(MemoryKeyring::default()));
        for source in [SecretSource::Keyring, SecretSource::File(folder.path().join("x"))] {
            let method = Method::Pat { secret: source };
            let connection = ConnectionConfig::new("acme", Deployment::DataCenter, "https://jira.acme.com", method);
            let draft = Draft {
                connection,
                secret: Some(Masked::new("pl4nted")),
                replaces: None,
            };
            let staged = Staged::new(&draft, &real).await.unwrap();
            assert!(staged.secret().await.is_ok());
            assert!(real.secret(&"acme".into()).await.is_err());
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
            assert!(!format!("{staged:?}").contains("pl4nted"));
        }
    }

    #[tokio::test]
    async fn a_kept_secret_is_the_connections_own() {
        let folder = tempfile::tempdir().unwrap();
        let real = Vault::new(folder.path().to_owned(), Arc::new(MemoryKeyring::default()));
        let secret = SecretString::from("0ld-secret");
        real.keep_secret(&"acme".into(), TokenStore::Keyring, secret)
            .await
            .unwrap();
        let method = Method::Pat {
            secret: SecretSource::Keyring,
        };
        let draft = Draft {
            connection: ConnectionConfig::new("work", Deployment::DataCenter, "https://jira.acme.com", method),
            secret: None,
            replaces: Some("acme".into()),
        };
        let staged = Staged::new(&draft, &real).await.unwrap();
        let found = staged.secret().await.unwrap();
        assert_eq!(secrecy::ExposeSecret::expose_secret(&found), "0ld-secret");
        let nobody = Draft {
            replaces: None,
            ..draft
        };
        assert_eq!(Staged::new(&nobody, &real).await.unwrap_err().kind.word(), "secret");
    }
}
