//! Why a connection could not be changed, with the next step.

use std::path::PathBuf;

use crate::{
    auth::AuthError,
    config::edit::EditError,
    domain::{Alias, Problem},
    store::StoreError,
};

/// A change that was not made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The config file.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// Secrets and tokens.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The cache.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The config file cannot be read.
    #[error("{} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// There is no such connection.
    #[error("there is no connection {0}")]
    Unknown(Alias),
    /// There is one of that name.
    #[error("there is a connection {0} already")]
    Taken(Alias),
    /// Its data is being written.
    #[error("a run of {0} is under way")]
    Busy(Alias),
}

impl ConnectError {
    /// The next step for a person.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Edit(error) => error.remedy(),
            Self::Auth(error) => error.remedy.clone(),
            Self::Store(error) => error.remedy().to_owned(),
            Self::Unreadable { .. } => "make the file readable; nothing was changed".to_owned(),
            Self::Unknown(_) => "`crosstie connection list` shows those there are".to_owned(),
            Self::Taken(_) => "choose another alias, or remove that connection first".to_owned(),
            Self::Busy(_) => "try again when it has ended, or stop the crosstie that runs it".to_owned(),
        }
    }

    /// The word by which scripts know the failure.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Edit(_) | Self::Unreadable { .. } | Self::Unknown(_) | Self::Taken(_) => "setup",
            Self::Auth(error) => error.kind.word(),
            Self::Store(_) => "store",
            Self::Busy(_) => "busy",
        }
    }
}

impl From<&ConnectError> for Problem {
    fn from(error: &ConnectError) -> Self {
        Self {
            kind: error.kind().to_owned(),
            message: error.to_string(),
            remedy: error.remedy(),
        }
    }
}
