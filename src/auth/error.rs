//! Why signing in is not possible: what failed and where, and the next step.
//!
//! Must never be in here: a secret, in either sentence.

/// What kind of thing keeps from signing in, by what must be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthErrorKind {
    /// A secret could not be found, or not be kept.
    Secret,
    /// There is no grant, or it was refused or has ended: a person must sign in (again).
    SignIn,
    /// The server that grants could not be reached; it is tried again.
    Network,
    /// The connection is set up in a way that cannot work.
    Setup,
}

impl AuthErrorKind {
    /// The word by which scripts know it; those of Jira's own errors.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::SignIn => "auth",
            Self::Network => "network",
            Self::Setup => "setup",
        }
    }
}

/// Why a sign-in could not be prepared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct AuthError {
    /// What must be done about it.
    pub kind: AuthErrorKind,
    /// What failed and where, without the secret.
    pub message: String,
    /// The next step for a person.
    pub remedy: String,
}

impl AuthError {
    /// An error from its two sentences.
    pub(crate) fn new(kind: AuthErrorKind, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// A secret that was not found or cannot be used.
    pub(crate) fn secret(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(AuthErrorKind::Secret, message, remedy)
    }
}
