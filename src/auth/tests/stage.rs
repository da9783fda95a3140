//! A server that issues tokens as a test says, and a connection that signs in there.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{Router, body::Body, extract::Request, response::Response};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use crate::{
    auth::{
        AuthError, Grant, Means, Outgoing, Refusal, Signer, Vault,
        grant::tests::{at, oauth2},
        keyring::{Keyring, KeyringError, MemoryKeyring},
        signer,
    },
    clock::ManualClock,
    config::{ConnectionConfig, Method, SecretSource, TokenStore},
    domain::Deployment,
};

/// When every story begins; the grants of [`crate::auth::grant::tests`] end an hour later.
pub(super) const NOW: &str = "2026-11-22T10:00:00Z";

/// The app's secret.
pub(super) const APP_SECRET: &str = "app-s3cret-1234567890";

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) kind: String,
    pub(super) authorization: String,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub(super) fn form(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

/// An answer: status, and JSON or the text of a form.
pub(super) type Reply = (u16, Value);

/// Answers by what was asked and how many came before.
pub(super) struct Server {
    pub(super) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(super) async fn start(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (seen.clone(), Arc::new(answer));
        let handle = move |request: Request| {
            let (answer, log) = (answer.clone(), log.clone());
            async move {
                let request = remember(request).await;
                let before = {
                    let mut log = log.lock().unwrap();
                    log.push(request.clone());
                    log.len() - 1
                };
                let (status, body) = answer(&request, before);
                let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
                Response::builder().status(status).body(Body::from(text)).unwrap()
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(handle);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, seen, task }
    }

    /// Issues tokens with the numbers that follow; each refresh token works once.
    pub(super) async fn rotating() -> Self {
        let current = Mutex::new(0);
        Self::start(move |seen, _| {
            let mut current = current.lock().unwrap();
            if seen.json()["refresh_token"] != format!("refresh-{current}") {
                return refused("invalid_grant", "Unknown or invalid refresh token.");
            }
            *current += 1;
            (200, tokens(*current))
        })
        .await
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

async fn remember(request: Request) -> Seen {
    let (parts, body) = request.into_parts();
    let header = |name: &str| {
        let value = parts.headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default().to_owned()
    };
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    Seen {
        path: parts.uri.path().to_owned(),
        kind: header("content-type"),
        authorization: header("authorization"),
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

/// What a server issues, by number.
pub(super) fn tokens(number: u32) -> Value {
    json!({"access_token": format!("access-{number}"), "refresh_token": format!("refresh-{number}"),
        "token_type": "Bearer", "expires_in": 3600, "scope": "read:jira-work offline_access"})
}

pub(super) fn refused(error: &str, description: &str) -> Reply {
    (403, json!({"error": error, "error_description": description}))
}

/// A keyring that can be told to take nothing.
#[derive(Debug, Default)]
pub(super) struct Moody {
    memory: MemoryKeyring,
    pub(super) is_full: AtomicBool,
}

impl Keyring for Moody {
    fn get(&self, account: &str) -> Result<Option<SecretString>, KeyringError> {
        self.memory.get(account)
    }

    fn set(&self, account: &str, secret: &SecretString) -> Result<(), KeyringError> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(KeyringError::TooLarge { limit: 1 });
        }
        self.memory.set(account, secret)
    }

    fn remove(&self, account: &str) -> Result<(), KeyringError> {
        self.memory.remove(account)
    }
}

/// A connection, and what signing in to it needs.
pub(super) struct Stage {
    pub(super) config: ConnectionConfig,
    pub(super) means: Means,
    pub(super) clock: Arc<ManualClock>,
    pub(super) keyring: Arc<Moody>,
    folder: tempfile::TempDir,
}

impl Stage {
    /// Cloud with OAuth 2.0; the server is site, gateway and issuer at once.
    pub(super) fn cloud(server: &Server) -> Self {
        Self::of(server, Deployment::Cloud, |secret| Method::OAuth2Cloud {
            client_id: "app-1".to_owned(),
            secret,
        })
    }

    /// Data Center with OAuth 2.0.
    pub(super) fn data_center(server: &Server) -> Self {
        Self::of(server, Deployment::DataCenter, |secret| Method::OAuth2DataCenter {
            client_id: "link-1".to_owned(),
            secret,
        })
    }

    /// Data Center with OAuth 1.0a.
    pub(super) fn oauth1(server: &Server) -> Self {
        let stage = Self::of(server, Deployment::DataCenter, |private_key| Method::OAuth1 {
            consumer_key: "crosstie".to_owned(),
            private_key,
        });
        stage.write_secret(include_str!("../../../tests/data/oauth1/rsa-2048-pkcs8.pem"));
        stage
    }

    fn of(server: &Server, kind: Deployment, method: impl Fn(SecretSource) -> Method) -> Self {
        // Fails only if a provider is installed already, and then there is one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at(at(NOW));
        let keyring = Arc::new(Moody::default());
        let secret = SecretSource::File(folder.path().join("app-secret"));
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build();
        let stage = Self {
            config: ConnectionConfig {
                gateway_url: server.url.clone(),
                auth_url: server.url.clone(),
                ..ConnectionConfig::new("acme", kind, &server.url, method(secret))
            },
            means: Means {
                http: http.unwrap(),
                clock: clock.clone(),
                vault: Vault::new(folder.path().join("data"), keyring.clone()),
            },
            clock,
            keyring,
            folder,
        };
        stage.write_secret(APP_SECRET);
        stage
    }

    fn write_secret(&self, text: &str) {
        let path = self.folder.path().join("app-secret");
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }

    /// With tokens in a file instead.
    pub(super) fn in_files(mut self) -> Self {
        self.config.tokens = TokenStore::File;
        self
    }

    /// `access-0` and `refresh-0`, good for an hour.
    pub(super) async fn signed_in(self) -> Self {
        self.keep(&Grant::OAuth2(oauth2("access-0", Some("refresh-0")))).await;
        self
    }

    pub(super) async fn keep(&self, grant: &Grant) {
        let (alias, place) = (&self.config.alias, self.config.tokens);
        self.means.vault.keep_tokens(alias, place, grant).await.unwrap();
    }

    pub(super) async fn kept(&self) -> Option<Grant> {
        let (alias, place) = (&self.config.alias, self.config.tokens);
        self.means.vault.tokens(alias, place).await.unwrap()
    }

    /// One more process on the same tokens.
    pub(super) async fn signer(&self) -> Arc<dyn Signer> {
        signer(&self.config, &self.means).await.unwrap()
    }

    pub(super) fn set_clock(&self, time: &str) {
        self.clock.set(time.parse::<Timestamp>().unwrap());
    }
}

/// The header of a request, as text.
pub(super) async fn header(signer: &Arc<dyn Signer>) -> Result<String, AuthError> {
    let url = Url::parse("http://127.0.0.1/rest/api/2/myself").unwrap();
    let outgoing = Outgoing {
        method: &http::Method::GET,
        url: &url,
    };
    let value = signer.authorize(outgoing).await?;
    assert!(value.is_sensitive());
    Ok(value.to_str().unwrap().to_owned())
}

/// What the signer makes of a 401 to a request that went out with `sent`.
pub(super) async fn refuse(signer: &Arc<dyn Signer>, sent: &str, body: &str) -> Result<bool, AuthError> {
    let sent = http::HeaderValue::try_from(sent).unwrap();
    let refusal = Refusal {
        status: 401,
        sent: Some(&sent),
        headers: &http::HeaderMap::new(),
        body: body.as_bytes(),
    };
    signer.refused(refusal).await
}
