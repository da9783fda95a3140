//! What the verbs of findings and mappings ask of sources, store, outbox and config.
//!
//! Must never be in here: printing.

use serde::Serialize;
use serde_json::Value;

use crate::{
    cli::{failure::Failure, setup::Setup},
    config::{MappingConfig, SourceConfig},
    domain::{Alias, FindingDetail, FindingId, FindingPage, FindingQuery, MappingState, Problem},
};

/// Hears of each source as it was read.
pub type OnSource<'a> = &'a mut dyn FnMut(&SourceReport) -> Result<(), Failure>;

/// What the verbs `finding` and `mapping` ask for.
pub trait FindingServices {
    /// Findings of the store.
    ///
    /// # Errors
    /// If the store cannot be read.
    fn list(&self, setup: &Setup, query: &FindingQuery) -> Result<FindingPage, Failure>;

    /// The finding of that id: `SOURCE/ID`, or an ID or the beginning of a fingerprint that only one has.
    ///
    /// # Errors
    /// If there is none, or several, or the store cannot be read.
    fn find(&self, setup: &Setup, id: &str) -> Result<FindingDetail, Failure>;

    /// Reads sources now, takes what they hold into the store, and queues what mappings make of it.
    ///
    /// # Errors
    /// If the store cannot be written; what goes wrong with one source is in its report.
    fn import(&self, setup: &Setup, sources: &[SourceConfig], tell: OnSource<'_>) -> Result<(), Failure>;

    /// Does something to one finding and its issue, and sends it at once if it can be sent.
    ///
    /// # Errors
    /// If it cannot be done at all; what Jira says against it is in the answer.
    fn act(&self, setup: &Setup, finding: &FindingId, act: &Act) -> Result<Acted, Failure>;

    /// How the mappings do.
    ///
    /// # Errors
    /// If the store cannot be read.
    fn mapping_states(&self, setup: &Setup) -> Result<Vec<MappingState>, Failure>;

    /// What cannot work in a mapping, by what the site says now.
    ///
    /// # Errors
    /// If the site cannot be asked.
    fn check(&self, setup: &Setup, mapping: &MappingConfig) -> Result<Vec<Flawed>, Failure>;

    /// What a mapping would do with findings; nothing is written.
    ///
    /// # Errors
    /// If the store cannot be read or the site cannot be asked.
    fn dry_run(&self, setup: &Setup, mapping: &MappingConfig, request: &DryRequest) -> Result<Vec<DryLine>, Failure>;

    /// The rules that a mapping without any begins with, from the create screen of its project.
    ///
    /// # Errors
    /// If the site cannot be asked.
    fn propose(&self, setup: &Setup, draft: &MappingConfig) -> Result<MappingConfig, Failure>;

    /// Changes the config.
    ///
    /// # Errors
    /// If it would not be valid, or cannot be written; nothing is changed then.
    fn change_mapping(&self, setup: &Setup, change: &MappingChange) -> Result<(), Failure>;
}

/// How the look at a source went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// Name.
    pub source: String,
    /// Whether it could be read.
    pub result: &'static str,
    /// Findings received.
    pub received: u64,
    /// Findings that were unknown.
    pub new: u64,
    /// Findings that were known in another state.
    pub changed: u64,
    /// Findings that are no longer there, and closed by it.
    pub gone: u64,
    /// Creates and updates that follow.
    pub queued: u64,
    /// Requests sent, or files read.
    pub requests: u64,
    /// What could not be read.
    pub flaws: Vec<Flaw>,
    /// Why it could not be read at all.
    pub error: Option<Problem>,
}

/// Something that a source holds and that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flaw {
    /// File, program, repository or report.
    pub place: String,
    /// Line of the file, from 1.
    pub line: Option<u64>,
    /// What is wrong.
    pub reason: String,
}

/// What can be done to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Makes its issue.
    Create {
        /// By this mapping; without it the first that covers the finding.
        mapping: Option<String>,
        /// In this project, where the mapping asks.
        project: Option<String>,
        /// In Jira's own dialog: only its address is made.
        browser: bool,
    },
    /// Links it to an issue that is there.
    Link {
        /// Key, or address of the issue.
        issue: String,
        /// On this connection; without it the one whose site or project it is.
        connection: Option<Alias>,
        /// Kept in step by this mapping; without it the first that covers the finding.
        mapping: Option<String>,
    },
    /// Takes the link away; the issue stays.
    Unlink,
    /// Tries again what failed or is uncertain.
    Retry,
    /// Takes what is not sent out of the outbox.
    Forget,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Acted {
    /// The finding.
    pub finding: String,
    /// `created`, `linked`, `unlinked`, `queued`, `failed`, `uncertain`, `browser`, `forgotten`.
    pub state: String,
    /// Connection of the issue.
    pub connection: Option<Alias>,
    /// Id of the issue.
    pub id: Option<String>,
    /// Key of the issue.
    pub key: Option<String>,
    /// Address of the issue, or of the dialog that makes it.
    pub url: Option<String>,
    /// Why it failed or waits.
    pub error: Option<Problem>,
    /// Jira's words per field.
    pub fields: Vec<(String, String)>,
    /// Of the dialog in the browser: names of fields that a person must fill in.
    pub left: Vec<String>,
}

/// Something in a mapping that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flawed {
    /// Field id; empty for the mapping as a whole.
    pub field: String,
    /// Shown name.
    pub name: String,
    /// `error` or `warning`.
    pub level: &'static str,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// Which findings a dry run is over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DryRequest {
    /// Only this one.
    pub finding: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// What a mapping would do with one finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DryLine {
    /// The finding.
    pub finding: String,
    /// `create`, `update`, `skip` or `problem`.
    pub action: &'static str,
    /// Why.
    pub reason: String,
    /// The issue that is linked already.
    pub issue: Option<String>,
    /// What would be sent; null for what is skipped.
    pub payload: Value,
    /// Fields that cannot be filled, with the reason.
    pub problems: Vec<(String, String)>,
}

/// A change of the config's mappings.
#[derive(Debug, Clone, PartialEq)]
pub enum MappingChange {
    /// A new one, or another in the place of the one of that name.
    Put {
        /// The name until now.
        old: Option<String>,
        /// What it is to be.
        mapping: Box<MappingConfig>,
    },
    /// Pauses it, or lets it go on.
    Enable(String, bool),
    /// Removes it. Its links stay, and are no longer kept in step.
    Remove(String),
}
