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

use std::path::PathBuf;

pub use error::{SourceError, SourceErrorKind};
use files::FileKind;
pub use means::Means;

use crate::{
    clock::SharedClock,
    config::{Feed, SourceConfig},
    domain::{Finding, Reading},
};

/// Looks at a source of files or of a service: all that the files hold unless they are as `cursor` tells, or
/// what is new since `cursor`.
/// Findings that bring no entity tag get the source's. `known` gives the finding that is kept under an
/// id; it may wait for the disk.
///
/// # Errors
/// When nothing of it could be read. Where only a part could not, that part is among
/// [`Reading::unread`] and its reason among the flaws.
pub async fn read_source(
    config: &SourceConfig,
    cursor: Option<&str>,
    means: &Means,
    known: impl Fn(&str) -> Option<Finding> + Send + 'static,
) -> Result<Reading, SourceError> {
    let mut reading = match &config.feed {
        Feed::HackerOne { .. } => hackerone::read_source(config, cursor, means).await?,
        Feed::GitHub { .. } => github::read_source(config, cursor, means).await?,
        Feed::Sarif { paths } => of_files(config, paths, FileKind::Sarif, cursor, means, known).await?,
        Feed::Junit { paths } => of_files(config, paths, FileKind::Junit, cursor, means, known).await?,
    };
    for finding in &mut reading.findings {
        if finding.tag.is_none() {
            finding.tag.clone_from(&config.tag);
        }
    }
    Ok(reading)
}

/// Files are read where waiting for the disk holds up nobody.
async fn of_files(
    config: &SourceConfig,
    paths: &[PathBuf],
    kind: FileKind,
    cursor: Option<&str>,
    means: &Means,
    known: impl Fn(&str) -> Option<Finding> + Send + 'static,
) -> Result<Reading, SourceError> {
    let (name, paths, clock) = (config.name.clone(), paths.to_vec(), SharedClock::clone(&means.clock));
    let (tag, cursor) = (config.tag.clone().unwrap_or_default(), cursor.map(str::to_owned));
    let reading = tokio::task::spawn_blocking(move || {
        let before = (&[tag.as_str()][..], cursor.as_deref());
        files::read_changed(&name, &paths, kind, before, &known, &*clock)
    });
    reading.await.map_err(|_| {
        let message = format!("{}: reading its files was interrupted", config.name);
        SourceError::new(SourceErrorKind::Malformed, message, "try again; the log may tell more")
    })
}
