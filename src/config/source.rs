//! `[[source]]`: where findings come from.
//!
//! Must never be in here: reading a source; that is `crate::source`.

pub(in crate::config) mod read;

use std::path::PathBuf;

use super::secret::SecretSource;

/// `[[source]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConfig {
    /// Unique; no slash in it.
    pub name: String,
    /// Switched off without removing it.
    pub enabled: bool,
    /// Entity tag of every finding that brings none itself.
    pub tag: Option<String>,
    /// What it is, with what that needs.
    pub feed: Feed,
}

/// `type` of a source, and its own keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// `type = "hackerone"`.
    HackerOne {
        /// `https://api.hackerone.com`, without `/v1`.
        url: String,
        /// Handles of the programs.
        programs: Vec<String>,
        /// Identifier of the API token.
        identifier: String,
        /// The API token.
        secret: SecretSource,
    },
    /// `type = "sarif"`.
    Sarif {
        /// Files, folders and globs, made absolute against the config file.
        paths: Vec<PathBuf>,
    },
    /// `type = "github"`.
    GitHub {
        /// `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server.
        url: String,
        /// `owner/name`.
        repositories: Vec<String>,
        /// Token; public repositories can be read without.
        secret: Option<SecretSource>,
        /// Whether the key is written into the description of a linked pull request.
        write: bool,
    },
    /// `type = "junit"`.
    Junit {
        /// Files, folders and globs, made absolute against the config file.
        paths: Vec<PathBuf>,
    },
}

impl Feed {
    /// The word of `type`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::HackerOne { .. } => "hackerone",
            Self::Sarif { .. } => "sarif",
            Self::GitHub { .. } => "github",
            Self::Junit { .. } => "junit",
        }
    }
}
