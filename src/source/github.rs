//! GitHub: pull requests as what mends other findings.
//!
//! Must never be in here: anything written to GitHub but the line that names an issue
//! ([`describe_pull_request`]), and that only where the source says `write = true`.

mod client;
mod describe;
mod pull;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub(super) use client::read_source;
pub use describe::{Described, describe_pull_request};

use crate::domain::{Finding, FindingEvent, SourceFlaw};

/// What a document of GitHub's holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// Pull requests.
    pub findings: Vec<Finding>,
    /// Reviews that came without their pull request, with the finding that they are of.
    pub reviews: Vec<(String, FindingEvent)>,
    /// What could not be read; the rest was.
    pub flaws: Vec<SourceFlaw>,
}

/// Reads any document with pull requests in it: one, a list, a list of issues of which some are pull
/// requests, a list of reviews, a webhook's payload. `source` is the name in the config; `repository`
/// the one that was asked for, where one was.
#[must_use]
pub fn read(json: &Value, source: &str, repository: Option<&str>) -> Document {
    let mut document = Document::default();
    let ground = pull::Ground { source, repository };
    match json {
        Value::Array(all) => all.iter().for_each(|one| pull::take(one, ground, &mut document)),
        Value::Object(_) => pull::take(json, ground, &mut document),
        _ => document.flaws.push(SourceFlaw {
            place: repository.unwrap_or(source).to_owned(),
            line: None,
            reason: "it is neither a pull request nor a list of them".to_owned(),
        }),
    }
    document
}
