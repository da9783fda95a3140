//! Why a call to Jira failed, as a type that knows its remedy.

use crate::domain::Problem;

/// What went wrong, by what must be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The secret could not be found.
    Secret,
    /// The host name does not resolve.
    Dns,
    /// Refused, reset, cut off, timed out: no (complete) answer.
    Network,
    /// Certificate or handshake.
    Tls,
    /// Something answered that is not Jira (HTML, other JSON, redirect to a login page).
    NotJira,
    /// Sign-in refused, or the answer was given to an anonymous caller.
    Auth,
    /// The token lacks a scope.
    Scope,
    /// Too many failed sign-ins; a person must log in through the browser.
    Captcha,
    /// Signed in, but not allowed.
    Forbidden,
    /// Absent, or invisible to this account.
    NotFound,
    /// Told to wait longer than a run waits.
    RateLimited,
    /// 5xx after all tries.
    Server,
    /// 400: Jira did not accept the query or the payload.
    Rejected,
    /// 410, or an endpoint that this Jira does not have.
    Removed,
    /// The answer could not be read.
    Malformed,
    /// The connection is set up in a way that cannot work.
    Setup,
}

impl ErrorKind {
    /// Stable word for scripts.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Dns => "dns",
            Self::Network => "network",
            Self::Tls => "tls",
            Self::NotJira => "not-jira",
            Self::Auth => "auth",
            Self::Scope => "scope",
            Self::Captcha => "captcha",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::RateLimited => "rate-limited",
            Self::Server => "server",
            Self::Rejected => "rejected",
            Self::Removed => "removed",
            Self::Malformed => "malformed",
            Self::Setup => "setup",
        }
    }

    /// A person must sign in again or mend the credentials (exit code 3).
    #[must_use]
    pub fn needs_sign_in(self) -> bool {
        matches!(self, Self::Secret | Self::Auth | Self::Scope | Self::Captcha)
    }

    /// Nothing was reached: the laptop is probably offline.
    #[must_use]
    pub fn is_offline(self) -> bool {
        matches!(self, Self::Dns | Self::Network)
    }
}

/// A failed call: what, where, and the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// What failed and where, in one sentence; no secrets, no raw control characters.
    pub message: String,
    /// The next step for a person.
    pub remedy: String,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// When the server allows the next try, for `RateLimited`.
    pub retry_at: Option<jiff::Timestamp>,
    /// Atlassian's trace id, for their support.
    pub trace: Option<String>,
}

impl Error {
    /// An error that has not (yet) to do with an answer.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            remedy: remedy.into(),
            status: None,
            retry_at: None,
            trace: None,
        }
    }
}

impl Error {
    /// The site refuses this one call, or does not have it, while others may go well. Data Center
    /// answers an unknown path with a web page, so a 404 need not be Jira's own.
    #[must_use]
    pub fn is_of_this_call(&self) -> bool {
        use ErrorKind::{Forbidden, Malformed, NotFound, NotJira, Rejected, Removed};
        match self.kind {
            Forbidden | Malformed | NotFound | Rejected | Removed => true,
            NotJira => matches!(self.status, Some(404 | 405)),
            _ => false,
        }
    }
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind.word().to_owned(),
            message: error.message.clone(),
            remedy: error.remedy.clone(),
        }
    }
}
