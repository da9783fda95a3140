//! How a connection is doing: deployment, sign-in, health, what the site's rate limits leave.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::Alias;

/// What kind of Jira answers, decided by its server info.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deployment {
    /// `*.atlassian.net`, REST v3.
    Cloud,
    /// Jira Data Center or Server, REST v2.
    DataCenter,
}

/// How crosstie signs in, as a word for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// E-mail and API token.
    ApiToken,
    /// OAuth 2.0 of Cloud (3LO).
    #[serde(rename = "oauth2-cloud")]
    OAuth2Cloud,
    /// OAuth 1.0a, signed with RSA-SHA1.
    #[serde(rename = "oauth1")]
    OAuth1,
    /// OAuth 2.0 of Data Center.
    #[serde(rename = "oauth2-data-center")]
    OAuth2DataCenter,
    /// Personal access token.
    Pat,
    /// User name and password.
    Basic,
}

impl Access {
    /// The word that lists and reports show.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ApiToken => "API token",
            Self::OAuth2Cloud | Self::OAuth2DataCenter => "OAuth 2.0",
            Self::OAuth1 => "OAuth 1.0a",
            Self::Pat => "access token",
            Self::Basic => "password",
        }
    }

    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ApiToken,
        Self::OAuth2Cloud,
        Self::OAuth1,
        Self::OAuth2DataCenter,
        Self::Pat,
        Self::Basic,
    ];

    /// The word of the config, of commands and of JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ApiToken => "api-token",
            Self::OAuth2Cloud => "oauth2-cloud",
            Self::OAuth1 => "oauth1",
            Self::OAuth2DataCenter => "oauth2-data-center",
            Self::Pat => "pat",
            Self::Basic => "basic",
        }
    }

    /// The sign-in of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.word() == word)
    }

    /// Whether a person grants this sign-in in the browser, so that it has tokens of its own.
    #[must_use]
    pub fn is_granted(self) -> bool {
        matches!(self, Self::OAuth2Cloud | Self::OAuth1 | Self::OAuth2DataCenter)
    }
}

/// The state of a connection, as the header and the Connections screen show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Never tried.
    #[default]
    Unknown,
    /// The last run went through.
    Ok,
    /// The site cannot be reached; it is tried again by itself.
    Offline,
    /// The sign-in was refused; a person must act.
    Auth,
    /// Anything else went wrong.
    Failed,
}

/// What the site's rate limits leave, from its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Quota {
    /// Requests left, if told.
    pub remaining: Option<u64>,
    /// Requests allowed per window, if told.
    pub limit: Option<u64>,
    /// `X-RateLimit-NearLimit: true`.
    pub near_limit: bool,
    /// No request goes out before this instant.
    pub paused_until: Option<Timestamp>,
}

/// All that the store knows of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionState {
    /// Alias from the config.
    pub alias: Alias,
    /// Site address that people know, without trailing slash; browse links are built on it.
    pub site: String,
    /// Known after the first contact.
    pub deployment: Option<Deployment>,
    /// `1001.0.0-SNAPSHOT`, `10.3.24`.
    pub version: Option<String>,
    /// How it signs in.
    pub access: Access,
    /// Display name of the account, after the first sign-in.
    pub account: Option<String>,
    /// IANA zone of the account.
    pub time_zone: Option<String>,
    /// Health after the last run.
    pub health: Health,
    /// What went wrong and what to do, for any health but `Ok`.
    pub problem: Option<Problem>,
    /// Whether every issue of the scope has been received once.
    pub complete: bool,
    /// Cached issues; `None` as long as nobody has counted them.
    pub issues: Option<u64>,
    /// End of the last successful run.
    pub last_success: Option<Timestamp>,
    /// When the next run is due; `None` while one is under way or nothing is scheduled.
    pub next_run: Option<Timestamp>,
    /// Failed tries in a row.
    pub attempts: u32,
    /// Rate limits.
    pub quota: Quota,
    /// Last four characters of the secret, if it is known.
    pub ending: Option<String>,
    /// When the secret or the grant expires, if that is known.
    pub expires: Option<Timestamp>,
    /// The one used where none is named.
    pub default: bool,
    /// Not switched off.
    pub enabled: bool,
    /// Nothing is ever written to its site.
    pub read_only: bool,
}

/// A failure as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Problem {
    /// Stable word for scripts: `auth`, `captcha`, `network`, `tls`, `not-jira`, …
    pub kind: String,
    /// What failed, and where.
    pub message: String,
    /// The next step.
    pub remedy: String,
}
