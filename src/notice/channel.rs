//! A way that notices take to people.
//!
//! Must never be in here: a particular one.

use std::{fmt, future::Future, pin::Pin};

use super::Notice;
use crate::auth::AuthError;

/// How sending ended.
pub(super) type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), Unsent>> + Send + 'a>>;

/// Takes notices to people.
pub(super) trait Channel: Send + Sync + fmt::Debug {
    /// `desktop`, `Slack`.
    fn name(&self) -> &'static str;

    /// Sends a notice.
    fn send<'a>(&'a self, notice: &'a Notice) -> Sending<'a>;
}

/// Why a notice did not get through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(super) struct Unsent {
    /// Why, in one sentence; never with the address of a webhook.
    pub(super) message: String,
    /// The next step; empty if there is none.
    pub(super) remedy: String,
    /// Nothing is wrong: there is no such thing here.
    pub(super) absent: bool,
}

impl Unsent {
    pub(super) fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            remedy: remedy.into(),
            absent: false,
        }
    }

    pub(super) fn absent(message: impl Into<String>) -> Self {
        Self {
            absent: true,
            ..Self::new(message, "")
        }
    }
}

impl From<AuthError> for Unsent {
    fn from(error: AuthError) -> Self {
        Self::new(error.message, error.remedy)
    }
}
