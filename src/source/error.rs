//! Why a source could not be read, as a type that knows its remedy.

use jiff::Timestamp;

use crate::{
    auth::{AuthError, AuthErrorKind},
    domain::Problem,
};

/// What went wrong, by what must be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceErrorKind {
    /// The secret could not be found.
    Secret,
    /// The secret was refused.
    Auth,
    /// No answer, or not a whole one, or the service failed.
    Network,
    /// Told to wait longer than one look waits.
    Limited,
    /// Signed in, but this is not allowed, not there, or not accepted.
    Refused,
    /// The answer could not be understood.
    Malformed,
    /// The source is set up in a way that cannot work.
    Setup,
}

impl SourceErrorKind {
    /// Stable word for scripts; those that Jira's errors have too are the same.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Auth => "auth",
            Self::Network => "network",
            Self::Limited => "rate-limited",
            Self::Refused => "refused",
            Self::Malformed => "malformed",
            Self::Setup => "setup",
        }
    }
}

/// A failed look at a source: what, where, and the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SourceError {
    /// What kind of failure.
    pub kind: SourceErrorKind,
    /// What failed and where, in one sentence; no secrets, no raw control characters.
    pub message: String,
    /// The next step for a person.
    pub remedy: String,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// When the next try makes sense, for [`SourceErrorKind::Limited`].
    pub retry_at: Option<Timestamp>,
}

impl SourceError {
    /// An error that has nothing to do with an answer.
    pub(super) fn new(kind: SourceErrorKind, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            remedy: remedy.into(),
            status: None,
            retry_at: None,
        }
    }

    /// Whether it keeps from the whole source rather than from one program or repository of it. A
    /// service that answers, if only to say that it failed, may do better at the next question.
    pub(super) fn is_of_all(&self) -> bool {
        match self.kind {
            SourceErrorKind::Secret | SourceErrorKind::Auth | SourceErrorKind::Limited | SourceErrorKind::Setup => true,
            SourceErrorKind::Network => self.status.is_none(),
            SourceErrorKind::Refused | SourceErrorKind::Malformed => false,
        }
    }

    /// A source whose files are read elsewhere.
    pub(super) fn not_served(name: &str, word: &str) -> Self {
        Self::new(
            SourceErrorKind::Setup,
            format!("{name}: a source of type {word} has no service to ask"),
            "import its files",
        )
    }

    /// As it stands among the flaws of a reading that went on without this part.
    pub(super) fn as_reason(&self) -> String {
        format!("{}; {}", self.message, self.remedy)
    }
}

impl From<AuthError> for SourceError {
    fn from(error: AuthError) -> Self {
        let kind = match error.kind {
            AuthErrorKind::Secret => SourceErrorKind::Secret,
            AuthErrorKind::SignIn => SourceErrorKind::Auth,
            AuthErrorKind::Network => SourceErrorKind::Network,
            AuthErrorKind::Setup => SourceErrorKind::Setup,
        };
        Self::new(kind, error.message, error.remedy)
    }
}

impl From<&SourceError> for Problem {
    fn from(error: &SourceError) -> Self {
        Self {
            kind: error.kind.word().to_owned(),
            message: error.message.clone(),
            remedy: error.remedy.clone(),
        }
    }
}
