//! How to sign in to the sandbox, by every method of its flavour, for people, scripts and tests.
//!
//! Must never be in here: whether anybody may come in.

use serde_json::{Value, json};

use super::{
    auth::Secrets,
    github, hackerone,
    model::{Flavour, World},
    oauth,
};

/// How to sign in as the person that the site is made for. The secrets are made up and worth nothing
/// elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Address of the Cloud account.
    pub email: String,
    /// Cloud: API token without scopes, for the site's own address.
    pub api_token: String,
    /// Cloud: API token with scopes, for the gateway only.
    pub scoped_token: String,
    /// Data Center: personal access token.
    pub pat: String,
    /// Data Center: user name.
    pub username: String,
    /// Data Center: password.
    pub password: String,
    /// Cloud's identifier of the account.
    pub account_id: String,
    /// OAuth 2.0 of either flavour: the registered client.
    pub client_id: String,
    /// OAuth 2.0 of either flavour: the client's secret.
    pub client_secret: String,
    /// OAuth 2.0 of either flavour: the one address that answers go to.
    pub callback: String,
    /// OAuth 1.0a of either flavour: the consumer of the application link.
    pub consumer_key: String,
    /// HackerOne: identifier of the API token.
    pub hackerone_identifier: String,
    /// HackerOne: the API token.
    pub hackerone_token: String,
    /// GitHub: the token that may write.
    pub github_token: String,
    /// OAuth 1.0a of either flavour: the consumer's private key, PKCS#8 in PEM.
    pub private_key: String,
}

impl Credentials {
    /// Those of the person that the site is made for.
    pub(super) fn of(world: &World) -> Self {
        let me = world.user(world.me);
        let secrets = Secrets::of(me);
        Self {
            email: me.email.clone().unwrap_or_default(),
            api_token: secrets.token,
            scoped_token: secrets.scoped_token,
            pat: secrets.pat,
            username: me.name.clone(),
            password: secrets.password,
            account_id: me.account_id.clone(),
            client_id: oauth::CLIENT_ID.to_owned(),
            client_secret: oauth::CLIENT_SECRET.to_owned(),
            callback: oauth::CALLBACK.to_owned(),
            consumer_key: oauth::CONSUMER_KEY.to_owned(),
            hackerone_identifier: hackerone::IDENTIFIER.to_owned(),
            hackerone_token: hackerone::TOKEN.to_owned(),
            github_token: github::TOKEN.to_owned(),
            private_key: oauth::PRIVATE_KEY.to_owned(),
        }
    }

    /// Those of a flavour, by method.
    pub(super) fn by_method(&self, flavour: Flavour, cloud_id: &str) -> Value {
        let client = json!({
            "client_id": self.client_id, "client_secret": self.client_secret, "callback": self.callback,
        });
        let consumer = json!({"consumer_key": self.consumer_key, "private_key": self.private_key});
        match flavour {
            Flavour::Cloud => json!({
                "api-token": {"email": self.email, "token": self.api_token},
                "scoped-token": {"email": self.email, "token": self.scoped_token, "cloud_id": cloud_id},
                "oauth2-cloud": client,
                "oauth1": consumer,
            }),
            Flavour::DataCenter => json!({
                "pat": {"token": self.pat},
                "basic": {"username": self.username, "password": self.password},
                "oauth2-data-center": client,
                "oauth1": consumer,
            }),
        }
    }
}
