//! Why the store could not do something, with the next step.

use std::path::PathBuf;

use crate::{
    domain::Problem,
    jql::{ParseError, Span},
};

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be made, or nothing can be written in it.
    #[error("cannot write to the data folder {}: {reason}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// No room left on the disk.
    #[error("the disk that holds the store is full")]
    Full,
    /// The file is not what it should be.
    #[error("the store is damaged: {reason}")]
    Damaged {
        /// What SQLite said.
        reason: String,
    },
    /// Another process holds the store for longer than is sensible.
    #[error("another process has been writing to the store for over ten seconds")]
    Busy,
    /// The connection was removed from the config meanwhile.
    #[error("the store knows no connection called \"{0}\"")]
    NoConnection(String),
    /// JQL that cannot be run, with Jira's wording or the part that only a server can answer.
    #[error("{0}")]
    Query(#[from] CannotAnswer),
    /// Anything else SQLite reports.
    #[error("the store failed: {0}")]
    Sqlite(rusqlite::Error),
    /// A document in the store cannot be read back.
    #[error("a cached issue cannot be read back: {0}")]
    Document(#[from] serde_json::Error),
}

/// Why a query gets no answer from the cache.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotAnswer {
    /// It is no JQL.
    #[error("{}", .0.server_message())]
    Syntax(#[from] ParseError),
    /// Jira would refuse it, in these words.
    #[error("{message}")]
    Refused {
        /// Jira's wording.
        message: String,
        /// The part that is wrong.
        span: Span,
    },
    /// Only the server can answer it truthfully.
    #[error("The cache cannot answer {part}.")]
    ServerOnly {
        /// Which part, and why.
        part: String,
        /// Where it stands.
        span: Span,
    },
}

impl CannotAnswer {
    pub(super) fn refused(message: impl Into<String>, span: Span) -> Self {
        Self::Refused {
            message: message.into(),
            span,
        }
    }

    pub(super) fn server_only(part: impl Into<String>, span: Span) -> Self {
        Self::ServerOnly {
            part: part.into(),
            span,
        }
    }

    /// The part of the query that it is about.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Syntax(error) => error.span,
            Self::Refused { span, .. } | Self::ServerOnly { span, .. } => *span,
        }
    }

    /// Whether asking the server instead would help.
    #[must_use]
    pub fn is_server_only(&self) -> bool {
        matches!(self, Self::ServerOnly { .. })
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        if let rusqlite::Error::Utf8Error(..) = error {
            // Nothing but text was ever written there.
            return Self::Damaged {
                reason: error.to_string(),
            };
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged {
                reason: error.to_string(),
            },
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Sqlite(error),
        }
    }
}

impl StoreError {
    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "Make the folder writable, or set CROSSTIE_DATA_DIR to another one.",
            Self::Full => "Free some space, or set CROSSTIE_DATA_DIR to a folder on another disk; nothing was lost.",
            Self::Damaged { .. } | Self::Document(_) => {
                "Start crosstie again: it sets the damaged file aside and rebuilds the cache from Jira."
            }
            Self::Busy => "Look for another crosstie (`pgrep crosstie`) that hangs, and end it.",
            Self::NoConnection(_) => "Look at `crosstie connection list`.",
            Self::Query(cannot) if cannot.is_server_only() => "Ask the server (--live).",
            Self::Query(_) => "Mend the JQL.",
            Self::Sqlite(_) => {
                "Try again; if it stays, move the store away (`crosstie config path` names it) and it is rebuilt."
            }
        }
    }

    /// A stable word for scripts.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Query(_) => "jql",
            _ => "store",
        }
    }
}

impl From<&StoreError> for Problem {
    fn from(error: &StoreError) -> Self {
        Self {
            kind: error.word().to_owned(),
            message: error.to_string(),
            remedy: error.remedy().to_owned(),
        }
    }
}
