//! Why a step failed, what a person can do, and what that is for the rest of crosstie.
//!
//! Must never be in here: secrets, or text of a server that has not been cleaned.

use url::Url;

use super::Step;
use crate::{
    auth::{
        AuthError, AuthErrorKind,
        oauth1::{key::KeyError, problem::Problem},
    },
    net::{self, host},
};

/// Why a step failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// There was no answer.
    #[error("{host} cannot be reached: {reason}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// What happened.
        reason: String,
    },
    /// There may be an answer later.
    #[error("{host} is busy or down (HTTP {status})")]
    Busy {
        /// Host and port.
        host: String,
        /// The status.
        status: u16,
    },
    /// Jira says why not.
    #[error("{step} was refused: Jira at {host} {}", .problem.explanation())]
    Refused {
        /// Host and port.
        host: String,
        /// The step.
        step: Step,
        /// What Jira says.
        problem: Problem,
    },
    /// Nothing there speaks OAuth 1.0a.
    #[error("{host} does not offer OAuth 1.0a (HTTP {status}{})", if *.html { ", a web page" } else { "" })]
    NotOffered {
        /// Host and port.
        host: String,
        /// The status.
        status: u16,
        /// Whether the answer was a web page.
        html: bool,
        /// Whether it is a Cloud site.
        cloud: bool,
    },
    /// The answer was a redirect, which would carry the signature elsewhere.
    #[error("{host} sends the sign-in on to {to}")]
    Redirected {
        /// Host and port.
        host: String,
        /// The address without its query.
        to: String,
    },
    /// Something in front of Jira wants a sign-in of its own.
    #[error("something in front of {host} asks for a sign-in of its own")]
    Gatekeeper {
        /// Host and port.
        host: String,
    },
    /// The answer holds no token.
    #[error("{host} answered without a token when {step}")]
    Unreadable {
        /// Host and port.
        host: String,
        /// The step.
        step: Step,
    },
    /// The server speaks the first OAuth 1.0, which lets others complete somebody's sign-in.
    #[error("{host} does not confirm the callback, as OAuth 1.0a demands")]
    Unconfirmed {
        /// Host and port.
        host: String,
    },
    /// No session handle came with the token.
    #[error("the token of {host} cannot be renewed")]
    NotRenewable {
        /// Host and port.
        host: String,
    },
    /// The key cannot sign.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl FlowError {
    /// The next step for a person.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Unreachable { .. } => "check `url`, `proxy` and `ca` of the connection, and the network".to_owned(),
            Self::Busy { .. } => "try again in a few minutes".to_owned(),
            Self::Refused { problem, .. } => problem.remedy(),
            Self::NotOffered { cloud: true, .. } => {
                "Jira Cloud signs in with method = \"oauth2-cloud\" or \"api-token\"".to_owned()
            }
            Self::NotOffered { status: 404, .. } => {
                "check that `url` has Jira's context path, like https://jira.example.com/jira; if it has, use method = \"oauth2-data-center\" or \"pat\"".to_owned()
            }
            Self::NotOffered { .. } | Self::Unconfirmed { .. } => {
                "use method = \"oauth2-data-center\" or \"pat\", or ask the administrator whether application links are switched off".to_owned()
            }
            Self::Redirected { .. } => {
                "set `url` to the address that Jira itself answers at; if that is a company sign-in page, ask its administrator to let /plugins/servlet/oauth through, or use method = \"pat\"".to_owned()
            }
            Self::Gatekeeper { .. } => {
                "set `proxy` with its user name and password, or ask its administrator to let /plugins/servlet/oauth through".to_owned()
            }
            Self::Unreadable { .. } => "check that `url` is Jira's own address, and try again".to_owned(),
            Self::NotRenewable { .. } => "sign in again: `crosstie connection authorize` with the connection's alias".to_owned(),
            Self::Key(error) => error.remedy(),
        }
    }

    fn kind(&self) -> AuthErrorKind {
        match self {
            Self::Unreachable { .. } | Self::Busy { .. } => AuthErrorKind::Network,
            Self::Refused { problem, .. } if problem.needs_sign_in() => AuthErrorKind::SignIn,
            Self::Refused {
                problem: Problem::NonceUsed,
                ..
            } => AuthErrorKind::Network,
            Self::NotRenewable { .. } => AuthErrorKind::SignIn,
            Self::Key(_) => AuthErrorKind::Secret,
            Self::Refused { .. }
            | Self::NotOffered { .. }
            | Self::Redirected { .. }
            | Self::Gatekeeper { .. }
            | Self::Unreadable { .. }
            | Self::Unconfirmed { .. } => AuthErrorKind::Setup,
        }
    }
}

impl From<FlowError> for AuthError {
    fn from(error: FlowError) -> Self {
        Self::new(error.kind(), error.to_string(), error.remedy())
    }
}

impl From<KeyError> for AuthError {
    fn from(error: KeyError) -> Self {
        Self::secret(error.to_string(), error.remedy())
    }
}

/// Why there was no complete answer.
pub(super) fn unreachable(url: &Url, error: &reqwest::Error) -> FlowError {
    FlowError::Unreachable {
        host: host(url),
        reason: net::fault(error).reason,
    }
}
