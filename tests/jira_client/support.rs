//! A server that answers as a test says and remembers what it was asked; the clients for it.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Body, extract::Request, response::Response};
use crosstie::{
    auth::{Vault, keyring::MemoryKeyring},
    clock::ManualClock,
    config::{ConnectionConfig, Method, SecretSource, TokenStore},
    domain::{Alias, Deployment},
    jira::{Client, EventKind},
};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

/// The start of every test's clock.
pub(crate) const NOW: &str = "2026-11-22T10:00:00Z";

/// `me@example.com` and [`TOKEN`], as they must arrive.
pub(crate) const SIGNED: &str = "Basic bWVAZXhhbXBsZS5jb206czNjcjN0LXQwazNu";

/// The planted secret.
pub(crate) const TOKEN: &str = "s3cr3t-t0k3n";

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Value,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn is_signed(&self) -> bool {
        self.header("authorization") == SIGNED
    }
}

/// An answer to give.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

pub(crate) fn reply(status: u16, kind: &str, body: &str) -> Reply {
    Reply {
        status,
        headers: vec![("content-type", kind.to_owned())],
        body: body.as_bytes().to_vec(),
    }
}

pub(crate) fn ok(value: &Value) -> Reply {
    error(200, value)
}

pub(crate) fn error(status: u16, value: &Value) -> Reply {
    reply(status, "application/json;charset=UTF-8", &value.to_string())
}

pub(crate) fn refusal(status: u16, message: &str) -> Reply {
    error(status, &json!({"errorMessages": [message], "errors": {}}))
}

pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Answers every request by `answer`, which also gets how many came before.
    pub(crate) async fn start(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        let answer = Arc::new(answer);
        let handle = move |request: Request| {
            let (answer, log) = (answer.clone(), log.clone());
            async move {
                let request = remember(request).await;
                let before = {
                    let mut log = log.lock().unwrap();
                    log.push(request.clone());
                    log.len() - 1
                };
                respond(answer(&request, before))
            }
        };
        let router = Router::new().fallback(handle);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, seen, task }
    }

    /// Server info of Cloud by itself, everything else by `answer`.
    pub(crate) async fn cloud(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(move |seen, before| server_info(seen, "Cloud").unwrap_or_else(|| answer(seen, before))).await
    }

    /// Server info of Data Center by itself, everything else by `answer`.
    pub(crate) async fn data_center(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(move |seen, before| server_info(seen, "Server").unwrap_or_else(|| answer(seen, before))).await
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Method and path of all requests but for server info.
    pub(crate) fn asked(&self) -> Vec<String> {
        let seen = self.seen();
        let calls = seen.iter().filter(|seen| !seen.path.ends_with("/serverInfo"));
        calls.map(|seen| format!("{} {}", seen.method, seen.path)).collect()
    }
}

fn server_info(seen: &Seen, kind: &str) -> Option<Reply> {
    let version = if kind == "Cloud" {
        "1001.0.0-SNAPSHOT"
    } else {
        "10.3.24"
    };
    let info = json!({"baseUrl": "http://jira", "version": version, "deploymentType": kind, "serverTitle": "Jira"});
    let here = seen.path.ends_with("/rest/api/2/serverInfo") && !seen.path.starts_with("/shop");
    here.then(|| ok(&info).with("date", "Sun, 22 Nov 2026 10:00:00 GMT"))
}

async fn remember(request: Request) -> Seen {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    Seen {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    }
}

fn respond(reply: Reply) -> Response {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}

/// Profile of the account that every test signs in as.
pub(crate) fn myself() -> Value {
    json!({"accountId": "712020:ana", "displayName": "Ana Lima", "timeZone": "America/Sao_Paulo", "active": true})
}

/// A page of issues.
pub(crate) fn page(keys: &[&str]) -> Value {
    let issues: Vec<Value> = keys.iter().map(|key| raw_issue(key)).collect();
    json!({"issues": issues, "isLast": true, "startAt": 0, "total": keys.len()})
}

/// An issue whose id is 10000 and its number.
pub(crate) fn raw_issue(key: &str) -> Value {
    let number: u32 = key.rsplit('-').next().unwrap().parse().unwrap();
    json!({"id": (10_000 + number).to_string(), "key": key,
        "fields": {"summary": format!("Issue {key}"), "updated": "2026-11-20T09:00:00.000+0100"}})
}

/// Whether a proxy that the machine is set to resolves the names of others.
pub(crate) fn behind_a_proxy() -> bool {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    names
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|proxy| !proxy.is_empty()))
}

/// Patience with a server that stays silent: enough for what it says before that.
pub(crate) const SHORT: Duration = Duration::from_secs(2);

pub(crate) fn config(url: &str) -> ConnectionConfig {
    ConnectionConfig {
        alias: Alias::from("acme"),
        kind: Deployment::Cloud,
        url: url.to_owned(),
        default: true,
        scope: "project = PAY".to_owned(),
        read_only: false,
        enabled: true,
        // Longer than a slow machine, or its name server, takes for anything that does come.
        timeout: Duration::from_secs(120),
        proxy: None,
        ca: None,
        client_cert: None,
        client_key: None,
        frontend_url: None,
        gateway_url: "https://gateway.invalid".to_owned(),
        auth_url: "https://auth.invalid".to_owned(),
        callback: "http://localhost:8976/callback".to_owned(),
        tokens: TokenStore::File,
        method: Method::ApiToken {
            email: "me@example.com".to_owned(),
            secret: SecretSource::Env("NOT_READ".to_owned()),
        },
    }
}

pub(crate) fn data_center(url: &str) -> ConnectionConfig {
    ConnectionConfig {
        kind: Deployment::DataCenter,
        method: Method::Basic {
            username: "me@example.com".to_owned(),
            secret: SecretSource::Env("NOT_READ".to_owned()),
        },
        ..config(url)
    }
}

/// A vault whose keyring lives as long as the test.
pub(crate) fn vault(folder: PathBuf) -> Vault {
    Vault::new(folder, Arc::new(MemoryKeyring::default()))
}

/// A client on a clock that waits without taking time, and all that it tells.
pub(crate) struct World {
    pub(crate) client: Client,
    pub(crate) clock: Arc<ManualClock>,
    events: Arc<Mutex<Vec<EventKind>>>,
}

impl World {
    pub(crate) fn new(config: &ConnectionConfig) -> Self {
        let clock = ManualClock::at(NOW.parse().unwrap());
        let client = Client::new(config, SecretString::from(TOKEN), clock.clone()).unwrap();
        let events = Arc::new(Mutex::new(Vec::new()));
        let log = events.clone();
        client.on_event(move |event| log.lock().unwrap().push(event.kind.clone()));
        Self { client, clock, events }
    }

    pub(crate) fn events(&self) -> Vec<EventKind> {
        self.events.lock().unwrap().clone()
    }

    /// Lines of the log but for answered requests.
    pub(crate) fn log(&self) -> Vec<String> {
        let events = self.events();
        let told = events
            .iter()
            .filter(|event| !matches!(event, EventKind::Answered { .. }));
        told.map(ToString::to_string).collect()
    }
}
