//! What there is to say about a config file: each remark with its place, the key, and the next step.
//!
//! Must never be in here: a value that may be a secret. Only values of harmless keys are quoted, and
//! those only escaped and cut.

use std::{fmt, path::PathBuf};

use super::flaw::{Flaw, Severity};
use crate::domain::Problem;

/// A place in the file, counted from 1 in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Character of the line.
    pub column: usize,
}

/// One thing that is wrong with the file, or that this version leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The file.
    pub file: PathBuf,
    /// Where in it; `None` when it could not be read at all.
    pub position: Option<Position>,
    /// `connection[0].auth.secret`; empty for the file as a whole.
    pub key: String,
    /// What is wrong.
    pub flaw: Flaw,
}

impl Remark {
    /// Whether it keeps the file from being used.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.flaw.severity()
    }

    /// The next step.
    #[must_use]
    pub fn remedy(&self) -> String {
        self.flaw.remedy()
    }

    /// `file:line:column`, as editors open it.
    #[must_use]
    pub fn place(&self) -> String {
        let file = self.file.display();
        match self.position {
            Some(Position { line, column }) => format!("{file}:{line}:{column}"),
            None => file.to_string(),
        }
    }

    /// The same for the state of a connection.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        Problem {
            kind: "setup".to_owned(),
            message: format!("{}: {}", self.place(), self.summary()),
            remedy: self.remedy(),
        }
    }

    /// Key and message in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.key.is_empty() {
            self.flaw.to_string()
        } else {
            format!("{}: {}", self.key, self.flaw)
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place(), self.severity().word(), self.summary())?;
        for line in self.flaw.excerpt() {
            write!(f, "\n    {line}")?;
        }
        write!(f, "\n  help: {}", self.remedy())
    }
}

/// A file that cannot be used, with all that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// At least one of them is an error.
    pub remarks: Vec<Remark>,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, remark) in self.remarks.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{remark}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}
