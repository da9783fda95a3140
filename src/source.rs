//! Where findings come from: scanner and test reports in files, HackerOne, GitHub.
//!
//! A source is read into a [`Reading`] of neutral findings. Must never be in here: the store, Jira, or
//! decisions about what becomes of a finding.

mod cursor;
mod error;
pub mod files;
pub mod github;
pub mod hackerone;
mod http;
mod junit;
pub mod keys;
mod means;
mod parts;
mod prose;
mod sarif;

pub use error::{SourceError, SourceErrorKind};
pub use means::Means;

use crate::{
    config::{Feed, SourceConfig},
    domain::Reading,
};

/// Looks at a source: what is new since `cursor`, or all of it. Findings that bring no entity tag get
/// the source's.
///
/// # Errors
/// When nothing of it could be read. Where only a part could not, that part is among
/// [`Reading::unread`] and its reason among the flaws.
pub async fn read_source(config: &SourceConfig, cursor: Option<&str>, means: &Means) -> Result<Reading, SourceError> {
    let mut reading = match &config.feed {
        Feed::HackerOne { .. } => hackerone::read_source(config, cursor, means).await?,
        Feed::GitHub { .. } => github::read_source(config, cursor, means).await?,
        Feed::Sarif { .. } | Feed::Junit { .. } => {
            return Err(SourceError::not_served(&config.name, config.feed.word()));
        }
    };
    for finding in &mut reading.findings {
        if finding.tag.is_none() {
            finding.tag.clone_from(&config.tag);
        }
    }
    Ok(reading)
}
