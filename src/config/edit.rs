//! Edits of the user's own config file: what is not asked for stays byte for byte, comments and all.
//!
//! An [`Edit`] is opened on the file's text, changed, looked at as a difference, checked by the reader
//! that reads every config, and only then written by [`write()`].
//!
//! Must never be in here: IO other than that one write, and secrets.

mod blocks;
mod connections;
mod error;
mod findings;
mod lines;
mod members;
mod place;
mod tables;
mod text;
mod value;
mod views;
mod write;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use self::{place::Place, text::Text};
use super::{
    Config, Invalid, Loaded, Severity, file,
    paths::{Paths, Surroundings},
};

pub use self::{
    error::EditError,
    lines::{DiffKind, DiffLine},
    write::write,
};

/// A config file's text on its way to another one.
#[derive(Debug, Clone)]
pub struct Edit {
    before: String,
    text: Text,
    file: PathBuf,
    home: Option<PathBuf>,
}

/// Settings of a connection that are on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionFlag {
    /// `enabled`.
    Enabled,
    /// `read_only`.
    ReadOnly,
}

/// What a new alias led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// Mappings that named it, and follow.
    pub mappings: Vec<String>,
}

/// What a removed connection leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Mappings that still name it.
    pub mappings: Vec<String>,
}

impl Edit {
    /// Starts from the text of the file; `""` is a new one.
    ///
    /// # Errors
    /// If it is not TOML.
    pub fn open(text: &str) -> Result<Self, EditError> {
        let edit = Self {
            before: text.to_owned(),
            text: Text(text.to_owned()),
            file: PathBuf::from("config.toml"),
            home: None,
        };
        edit.text.document()?;
        Ok(edit)
    }

    /// Tells where the file is, so that a relative path in it is known for the absolute one that it
    /// means, and stays as it is written.
    #[must_use]
    pub fn at(mut self, paths: &Paths) -> Self {
        self.file.clone_from(&paths.config);
        self.home.clone_from(&paths.home);
        self
    }

    /// The text as it is now.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.0.clone()
    }

    /// The text as it was.
    #[must_use]
    pub fn before(&self) -> &str {
        &self.before
    }

    /// What was changed, with two lines around each change; empty if nothing was.
    #[must_use]
    pub fn diff(&self) -> Vec<DiffLine> {
        lines::diff(&self.before, &self.text.0)
    }

    /// The text as the reader of every config reads it.
    ///
    /// # Errors
    /// [`EditError::Invalid`] if that finds a mistake; the text must not be written then.
    pub fn checked(&self) -> Result<Loaded, EditError> {
        let (config, remarks) = file::parse(&self.text.0, &self.around());
        if remarks.iter().any(|remark| remark.severity() == Severity::Error) {
            return Err(EditError::Invalid(Invalid { remarks }));
        }
        Ok(Loaded { config, remarks })
    }

    /// What can be read of the text.
    fn read(&self) -> Config {
        file::parse(&self.text.0, &self.around()).0
    }

    fn around(&self) -> Surroundings<'_> {
        Surroundings {
            file: &self.file,
            home: self.home.as_deref().map(Path::new),
        }
    }

    /// The places of the tables of a list.
    fn elements(&self, list: &'static str) -> Result<Vec<Place>, EditError> {
        let count = self.text.count(list)?;
        Ok((0..count).map(|index| Place::element(list, index)).collect())
    }
}
