//! The config as it is in effect, back to TOML with every default written out.
//!
//! Must never be in here: a secret; only the places where secrets are found are printed.

mod findings;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    duration,
    mapping::MappingConfig,
    model::{Config, ConnectionConfig, Method, TokenStore, ViewConfig},
    secret::SecretSource,
    source::SourceConfig,
};
use crate::domain::{Column, Deployment};

#[derive(Serialize)]
struct File<'a> {
    store: &'a str,
    sync: Sync,
    jira: Jira<'a>,
    catalog: Catalog<'a>,
    notices: Notices<'a>,
    connection: Vec<Connection<'a>>,
    source: Vec<findings::Source<'a>>,
    mapping: Vec<findings::Mapping<'a>>,
    view: Vec<View<'a>>,
    ui: Ui<'a>,
    keys: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Sync {
    interval: String,
    census: String,
}

#[derive(Serialize)]
struct Jira<'a> {
    default_jql: &'a str,
}

#[derive(Serialize)]
struct Catalog<'a> {
    paths: Vec<&'a Path>,
}

#[derive(Serialize)]
struct Notices<'a> {
    desktop: bool,
    slack: Option<Secret<'a>>,
}

#[derive(Serialize)]
struct Connection<'a> {
    alias: &'a str,
    kind: &'static str,
    url: &'a str,
    default: bool,
    scope: &'a str,
    read_only: bool,
    enabled: bool,
    timeout: String,
    proxy: Option<&'a str>,
    ca: Option<&'a Path>,
    client_cert: Option<&'a Path>,
    client_key: Option<&'a Path>,
    frontend_url: Option<&'a str>,
    gateway_url: &'a str,
    auth_url: &'a str,
    callback: &'a str,
    tokens: &'static str,
    auth: Auth<'a>,
}

#[derive(Serialize)]
struct Auth<'a> {
    method: &'static str,
    email: Option<&'a str>,
    username: Option<&'a str>,
    client_id: Option<&'a str>,
    consumer_key: Option<&'a str>,
    secret: Option<Secret<'a>>,
    private_key: Option<Secret<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Secret<'a> {
    Keyring,
    Env(&'a str),
    Command(&'a [String]),
    File(&'a Path),
}

#[derive(Serialize)]
struct View<'a> {
    name: &'a str,
    jql: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    columns: Vec<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    default: bool,
}

#[derive(Serialize)]
struct Ui<'a> {
    theme: &'a str,
    ascii: bool,
    accessible: bool,
    mouse: bool,
}

/// The effective config as TOML that reads back to the same config.
///
/// # Errors
/// If a path in it is not text.
pub fn print(config: &Config) -> Result<String, toml::ser::Error> {
    toml::to_string(&File {
        store: &config.store,
        sync: Sync {
            interval: duration::print(config.sync.interval),
            census: duration::print(config.sync.census),
        },
        jira: Jira {
            default_jql: &config.jira.default_jql,
        },
        catalog: Catalog {
            paths: config.catalog.paths.iter().map(PathBuf::as_path).collect(),
        },
        notices: Notices {
            desktop: config.notices.desktop,
            slack: config.notices.slack.as_ref().map(secret),
        },
        connection: config.connections.iter().map(connection).collect(),
        source: config.sources.iter().map(findings::source).collect(),
        mapping: config.mappings.iter().map(findings::mapping).collect(),
        view: config.views.iter().map(view).collect(),
        ui: Ui {
            theme: &config.ui.theme,
            ascii: config.ui.ascii,
            accessible: config.ui.accessible,
            mouse: config.ui.mouse,
        },
        keys: &config.keys,
    })
}

fn connection(connection: &ConnectionConfig) -> Connection<'_> {
    Connection {
        alias: connection.alias.as_str(),
        kind: match connection.kind {
            Deployment::Cloud => "cloud",
            Deployment::DataCenter => "data-center",
        },
        url: &connection.url,
        default: connection.default,
        scope: &connection.scope,
        read_only: connection.read_only,
        enabled: connection.enabled,
        timeout: duration::print(connection.timeout),
        proxy: connection.proxy.as_deref(),
        ca: connection.ca.as_deref(),
        client_cert: connection.client_cert.as_deref(),
        client_key: connection.client_key.as_deref(),
        frontend_url: connection.frontend_url.as_deref(),
        gateway_url: &connection.gateway_url,
        auth_url: &connection.auth_url,
        callback: &connection.callback,
        tokens: match connection.tokens {
            TokenStore::Keyring => "keyring",
            TokenStore::File => "file",
        },
        auth: auth(connection),
    }
}

fn auth(connection: &ConnectionConfig) -> Auth<'_> {
    let mut auth = Auth {
        method: connection.access().word(),
        email: None,
        username: None,
        client_id: None,
        consumer_key: None,
        secret: None,
        private_key: None,
    };
    match &connection.method {
        Method::ApiToken { email, .. } => auth.email = Some(email),
        Method::Basic { username, .. } => auth.username = Some(username),
        Method::OAuth2Cloud { client_id, .. } | Method::OAuth2DataCenter { client_id, .. } => {
            auth.client_id = Some(client_id);
        }
        Method::OAuth1 { consumer_key, .. } => auth.consumer_key = Some(consumer_key),
        Method::Pat { .. } => {}
    }
    let secret = Some(secret(connection.method.secret()));
    match connection.method {
        Method::OAuth1 { .. } => auth.private_key = secret,
        _ => auth.secret = secret,
    }
    auth
}

fn secret(source: &SecretSource) -> Secret<'_> {
    match source {
        SecretSource::Keyring => Secret::Keyring,
        SecretSource::Env(name) => Secret::Env(name),
        SecretSource::Command(words) => Secret::Command(words),
        SecretSource::File(path) => Secret::File(path),
    }
}

fn view(view: &ViewConfig) -> View<'_> {
    View {
        name: &view.name,
        jql: &view.jql,
        columns: view.columns.iter().map(|column: &Column| column.name()).collect(),
        default: view.default,
    }
}

/// One connection with every default written out, as the body of its table.
///
/// # Errors
/// If a path in it is not text.
pub(super) fn print_connection(config: &ConnectionConfig) -> Result<String, toml::ser::Error> {
    toml::to_string(&connection(config))
}

/// One view as the body of its table.
///
/// # Errors
/// Never as views are; those of TOML.
pub(super) fn print_view(config: &ViewConfig) -> Result<String, toml::ser::Error> {
    toml::to_string(&view(config))
}

/// One source as the body of its table.
///
/// # Errors
/// If a path in it is not text.
pub(super) fn print_source(config: &SourceConfig) -> Result<String, toml::ser::Error> {
    toml::to_string(&findings::source(config))
}

/// One mapping as the body of its table.
///
/// # Errors
/// If a value in it cannot be written as TOML, as `null`.
pub(super) fn print_mapping(config: &MappingConfig) -> Result<String, toml::ser::Error> {
    toml::to_string(&findings::mapping(config))
}
