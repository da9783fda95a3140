//! What `config.toml` holds, checked and with defaults filled in.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use super::{defaults, mapping::MappingConfig, secret::SecretSource, source::SourceConfig};
use crate::domain::{Access, Alias, Column, Deployment};

/// The whole file.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where it was read from; `None` for the built-in one.
    pub path: Option<PathBuf>,
    /// `sqlite` (in the data folder) or a path to a folder for the store.
    pub store: String,
    /// `[sync]`.
    pub sync: SyncSettings,
    /// `[jira]`.
    pub jira: JiraSettings,
    /// `[catalog]`.
    pub catalog: CatalogSettings,
    /// `[notices]`.
    pub notices: NoticeSettings,
    /// `[[connection]]`, in file order.
    pub connections: Vec<ConnectionConfig>,
    /// `[[source]]`, in file order.
    pub sources: Vec<SourceConfig>,
    /// `[[mapping]]`, in file order.
    pub mappings: Vec<MappingConfig>,
    /// `[[view]]`, in file order; the built-in ones when the file has none.
    pub views: Vec<ViewConfig>,
    /// `[ui]`.
    pub ui: UiSettings,
    /// `[keys]`: action name to key.
    pub keys: BTreeMap<String, String>,
}

impl Default for Config {
    fn default() -> Self {
        let jira = JiraSettings::default();
        Self {
            path: None,
            store: "sqlite".to_owned(),
            sync: SyncSettings::default(),
            views: ViewConfig::built_in(&jira.default_jql),
            jira,
            catalog: CatalogSettings::default(),
            notices: NoticeSettings::default(),
            connections: Vec::new(),
            sources: Vec::new(),
            mappings: Vec::new(),
            ui: UiSettings::default(),
            keys: BTreeMap::new(),
        }
    }
}

impl Config {
    /// The connection of that alias, in any case.
    #[must_use]
    pub fn connection(&self, alias: &str) -> Option<&ConnectionConfig> {
        self.connections
            .iter()
            .find(|connection| connection.alias.as_str().eq_ignore_ascii_case(alias))
    }

    /// The source of that name.
    #[must_use]
    pub fn source(&self, name: &str) -> Option<&SourceConfig> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// The mapping of that name.
    #[must_use]
    pub fn mapping(&self, name: &str) -> Option<&MappingConfig> {
        self.mappings.iter().find(|mapping| mapping.name == name)
    }

    /// The connection that is used where none is named.
    #[must_use]
    pub fn default_connection(&self) -> Option<&ConnectionConfig> {
        self.connections.iter().find(|connection| connection.default)
    }
}

/// `[sync]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncSettings {
    /// Between polls of a connection, before jitter. Default 5 minutes.
    pub interval: Duration,
    /// Between censuses. Default 6 hours.
    pub census: Duration,
}

impl Default for SyncSettings {
    fn default() -> Self {
        Self {
            interval: defaults::INTERVAL,
            census: defaults::CENSUS,
        }
    }
}

/// `[jira]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JiraSettings {
    /// What lists and `crosstie issues` show when nothing else is asked for.
    pub default_jql: String,
}

impl Default for JiraSettings {
    fn default() -> Self {
        Self {
            default_jql: defaults::JQL.to_owned(),
        }
    }
}

/// `[catalog]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogSettings {
    /// Files or folders, already made absolute against the config file.
    pub paths: Vec<PathBuf>,
}

/// `[notices]`: who is told when a connection fails while crosstie runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeSettings {
    /// The desktop of this session, if it has one.
    pub desktop: bool,
    /// Where the address of a Slack-compatible incoming webhook is found; the address is a secret.
    pub slack: Option<SecretSource>,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self {
            desktop: true,
            slack: None,
        }
    }
}

/// `[[connection]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionConfig {
    /// Unique short name.
    pub alias: Alias,
    /// `cloud` or `data-center`, as configured; the server info has the last word.
    pub kind: Deployment,
    /// Site address without trailing slash, context path kept.
    pub url: String,
    /// The one used where none is named.
    pub default: bool,
    /// Which issues are kept locally, as JQL.
    pub scope: String,
    /// Nothing is ever written to the site.
    pub read_only: bool,
    /// Switched off without removing it.
    pub enabled: bool,
    /// Per request.
    pub timeout: Duration,
    /// `http://`, `https://`, `socks5://` or `socks5h://` URL.
    pub proxy: Option<String>,
    /// PEM file with extra certificate authorities.
    pub ca: Option<PathBuf>,
    /// PEM file with the client certificate.
    pub client_cert: Option<PathBuf>,
    /// PEM file with its key, unless `client_cert` holds both.
    pub client_key: Option<PathBuf>,
    /// Address that people use in the browser, when it differs from `url`.
    pub frontend_url: Option<String>,
    /// `https://api.atlassian.com`.
    pub gateway_url: String,
    /// `https://auth.atlassian.com`.
    pub auth_url: String,
    /// Loopback address for flows that redirect.
    pub callback: String,
    /// Where issued tokens are kept.
    pub tokens: TokenStore,
    /// How to sign in.
    pub method: Method,
}

impl ConnectionConfig {
    /// A connection with everything else as it is by default.
    #[must_use]
    pub fn new(alias: impl Into<Alias>, kind: Deployment, url: impl Into<String>, method: Method) -> Self {
        Self {
            alias: alias.into(),
            kind,
            url: url.into(),
            default: false,
            scope: defaults::SCOPE.to_owned(),
            read_only: false,
            enabled: true,
            timeout: defaults::TIMEOUT,
            proxy: None,
            ca: None,
            client_cert: None,
            client_key: None,
            frontend_url: None,
            gateway_url: defaults::GATEWAY_URL.to_owned(),
            auth_url: defaults::AUTH_URL.to_owned(),
            callback: defaults::CALLBACK.to_owned(),
            tokens: TokenStore::default(),
            method,
        }
    }

    /// The sign-in method as a word.
    #[must_use]
    pub fn access(&self) -> Access {
        match self.method {
            Method::ApiToken { .. } => Access::ApiToken,
            Method::OAuth2Cloud { .. } => Access::OAuth2Cloud,
            Method::OAuth1 { .. } => Access::OAuth1,
            Method::OAuth2DataCenter { .. } => Access::OAuth2DataCenter,
            Method::Pat { .. } => Access::Pat,
            Method::Basic { .. } => Access::Basic,
        }
    }

    /// The address that browse links are built on.
    #[must_use]
    pub fn site(&self) -> &str {
        self.frontend_url.as_deref().unwrap_or(&self.url)
    }
}

/// Where tokens that a flow issued are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenStore {
    /// The keyring of the operating system.
    #[default]
    Keyring,
    /// A 0600 file in the data folder.
    File,
}

/// `auth = { method = …, … }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// Cloud: e-mail and API token, plain or scoped.
    ApiToken {
        /// The token owner's e-mail.
        email: String,
        /// The token.
        secret: SecretSource,
    },
    /// Cloud: OAuth 2.0 with an app of one's own (3LO).
    OAuth2Cloud {
        /// The app's id.
        client_id: String,
        /// The app's secret.
        secret: SecretSource,
    },
    /// OAuth 1.0a over an application link, signed with RSA-SHA1.
    OAuth1 {
        /// The consumer key of the application link.
        consumer_key: String,
        /// The private key, in any of its usual spellings.
        private_key: SecretSource,
    },
    /// Data Center: OAuth 2.0 over an incoming application link.
    OAuth2DataCenter {
        /// The link's client id.
        client_id: String,
        /// The link's client secret.
        secret: SecretSource,
    },
    /// Data Center: personal access token.
    Pat {
        /// The token.
        secret: SecretSource,
    },
    /// Data Center: user name and password.
    Basic {
        /// User name.
        username: String,
        /// Password.
        secret: SecretSource,
    },
}

impl Method {
    /// Where the secret is found that the user brings along: token, password, app secret or private
    /// key.
    #[must_use]
    pub fn secret(&self) -> &SecretSource {
        match self {
            Self::ApiToken { secret, .. }
            | Self::OAuth2Cloud { secret, .. }
            | Self::OAuth2DataCenter { secret, .. }
            | Self::Pat { secret }
            | Self::Basic { secret, .. } => secret,
            Self::OAuth1 { private_key, .. } => private_key,
        }
    }

    /// Says anew where that secret is found.
    pub fn set_secret(&mut self, source: SecretSource) {
        match self {
            Self::ApiToken { secret, .. }
            | Self::OAuth2Cloud { secret, .. }
            | Self::OAuth2DataCenter { secret, .. }
            | Self::Pat { secret }
            | Self::Basic { secret, .. } => *secret = source,
            Self::OAuth1 { private_key, .. } => *private_key = source,
        }
    }
}

/// `[[view]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewConfig {
    /// Shown name, unique.
    pub name: String,
    /// JQL with its `ORDER BY`.
    pub jql: String,
    /// Columns in order; empty for the default set.
    pub columns: Vec<Column>,
    /// The one that is shown first; without any it is the first of the file.
    pub default: bool,
}

impl ViewConfig {
    /// The views of a file that has none.
    pub(crate) fn built_in(default_jql: &str) -> Vec<Self> {
        let view = |name: &str, jql: String| Self {
            name: name.to_owned(),
            jql,
            columns: Vec::new(),
            default: false,
        };
        vec![
            view(
                "My open work",
                "assignee = currentUser() AND statusCategory != Done ORDER BY updated DESC".to_owned(),
            ),
            view(
                "Reported by me",
                "reporter = currentUser() AND statusCategory != Done ORDER BY updated DESC".to_owned(),
            ),
            view("Recently updated", "updated >= -7d ORDER BY updated DESC".to_owned()),
            view("All open", default_jql.to_owned()),
        ]
    }
}

/// `[ui]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiSettings {
    /// One of [`THEMES`](super::THEMES).
    pub theme: String,
    /// Only ASCII on the screen.
    pub ascii: bool,
    /// For screen readers.
    pub accessible: bool,
    /// Whether the mouse is captured.
    pub mouse: bool,
}

impl Default for UiSettings {
    fn default() -> Self {
        Self {
            theme: "auto".to_owned(),
            ascii: false,
            accessible: false,
            mouse: true,
        }
    }
}
