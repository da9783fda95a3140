//! Why the config file could not be edited or written, with the next step.

use std::path::PathBuf;

use crate::{
    config::{Invalid, Position},
    domain::{Alias, Problem},
};

/// A failure to edit the config file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is not TOML, so nothing in it can be edited.
    #[error("the config is not valid TOML at line {}, column {}: {message}", at.line, at.column)]
    Syntax {
        /// Where.
        at: Position,
        /// The parser's words; they never quote the file.
        message: String,
    },
    /// There is no connection of that name.
    #[error("the config has no connection called {alias:?}")]
    NoConnection {
        /// The name asked for.
        alias: String,
    },
    /// The name belongs to another connection.
    #[error("there is another connection called {:?}", alias.as_str())]
    Taken {
        /// That connection.
        alias: Alias,
    },
    /// There is no source or mapping of that name.
    #[error("the config has no {what} called {name:?}")]
    NoSuch {
        /// `source`, `mapping`.
        what: &'static str,
        /// The name asked for.
        name: String,
    },
    /// The name belongs to another one.
    #[error("there is another {what} called {name:?}")]
    NameTaken {
        /// `source`, `mapping`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Something stands where the tables should.
    #[error("`{key}` in the config is not a list of tables")]
    NotTables {
        /// `connection`, `view`.
        key: &'static str,
    },
    /// A value that TOML cannot hold, such as a path that is not text.
    #[error("a value cannot be written to the config: {reason}")]
    Unwritable {
        /// The serializer's words.
        reason: String,
    },
    /// The edited text would not be a good config.
    #[error("the config would not be valid: {0}")]
    Invalid(Invalid),
    /// Somebody else wrote the file meanwhile.
    #[error("{} was changed by another program meanwhile", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refuses.
    #[error("{} cannot be written: {reason}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
}

impl EditError {
    /// What a person can do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Syntax { .. } => "Mend that line in an editor first; `crosstie config check` shows it.".to_owned(),
            Self::NoConnection { .. } => "Look at `crosstie connection list`.".to_owned(),
            Self::NoSuch { what, .. } => format!("Look at the [[{what}]] tables of the file."),
            Self::Taken { .. } | Self::NameTaken { .. } => "Choose another name.".to_owned(),
            Self::NotTables { key } => format!("Write it as [[{key}]]; see config.example.toml."),
            Self::Unwritable { .. } => "Use a path that is plain text.".to_owned(),
            Self::Invalid(invalid) => match invalid.remarks.first() {
                Some(remark) => format!("Nothing was written. {}.", capitalised(&remark.remedy())),
                None => "Nothing was written.".to_owned(),
            },
            Self::Changed { .. } => "Nothing was written. Look at the file, and do it again.".to_owned(),
            Self::Write { .. } => "Make the file and its folder writable; nothing was changed.".to_owned(),
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

impl From<&EditError> for Problem {
    fn from(error: &EditError) -> Self {
        Self {
            kind: "setup".to_owned(),
            message: error.to_string(),
            remedy: error.remedy(),
        }
    }
}

impl From<toml::ser::Error> for EditError {
    fn from(error: toml::ser::Error) -> Self {
        Self::Unwritable {
            reason: error.to_string(),
        }
    }
}
