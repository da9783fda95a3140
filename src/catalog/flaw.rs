//! What is wrong with a catalog file, said so that its author finds and mends it.

use std::fmt;
use std::path::{Path, PathBuf};

/// Longest message; what parsers and files put into one can be of any length.
const MAX_MESSAGE: usize = 300;

/// Something wrong in a catalog file. Whatever else the file and the others say still counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The file, or the folder that cannot be read.
    pub file: PathBuf,
    /// Line, from 1, where there is one.
    pub line: Option<u32>,
    /// What is wrong, in one line without control characters.
    pub message: String,
}

impl Flaw {
    /// A flaw of a file as a whole.
    pub(super) fn of(file: &Path, message: &str) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            message: one_line(message),
        }
    }

    /// A flaw with its line.
    pub(super) fn at(file: &Path, line: u32, message: impl AsRef<str>) -> Self {
        Self {
            line: Some(line),
            ..Self::of(file, message.as_ref())
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

fn one_line(message: &str) -> String {
    let mut line: String = message
        .chars()
        .take(MAX_MESSAGE)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if line.len() < message.len() && message.chars().nth(MAX_MESSAGE).is_some() {
        line.push('…');
    }
    line
}

/// Collects the flaws of one document while it is read.
#[derive(Debug)]
pub(super) struct Notes<'a> {
    file: &'a Path,
    /// In order of discovery.
    pub(super) flaws: Vec<Flaw>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(file: &'a Path) -> Self {
        Self {
            file,
            flaws: Vec::new(),
        }
    }

    pub(super) fn file(&self) -> &'a Path {
        self.file
    }

    pub(super) fn add(&mut self, line: u32, message: impl AsRef<str>) {
        self.flaws.push(Flaw::at(self.file, line, message));
    }
}
