//! A finding, its issue, and what is still to be sent between them, as lists and details show them.
//!
//! Must never be in here: how any of it is sent (`push`) or stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    connection::Problem,
    finding::{Finding, FindingId, FindingKind, FindingState, Resolution, Responsible, Severity},
    ids::{Alias, IssueId, IssueKey},
    issue::Status,
};

/// A finding and its issue.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Store id.
    pub id: i64,
    /// Which finding.
    pub finding: FindingId,
    /// Connection of the issue.
    pub alias: Alias,
    /// Issue id; stays when the issue moves.
    pub issue: IssueId,
    /// Key as last seen.
    pub key: IssueKey,
    /// Name of the mapping that keeps it in step; `None` after a link by hand that no mapping covers.
    pub mapping: Option<String>,
    /// Created from the finding, rather than linked to what was there.
    pub created: bool,
    /// The issue was deleted, or is hidden from the account by now.
    pub gone: bool,
    /// Where people open the issue.
    pub url: String,
    /// From the cache, if the issue is there.
    pub summary: Option<String>,
    /// From the cache, if the issue is there.
    pub status: Option<Status>,
}

/// What an outbox item does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PushKind {
    /// Makes an issue of a finding.
    Create,
    /// Brings a linked issue up to date: fields, status, remote link.
    Update,
    /// Takes back what a link left on the issue.
    Unlink,
    /// Writes the issue's key into a pull request's description.
    Describe,
}

impl PushKind {
    /// The word in lists and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Unlink => "unlink",
            Self::Describe => "describe",
        }
    }
}

/// Where an outbox item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PushState {
    /// Will be sent, perhaps not before a certain time.
    Waiting,
    /// Is being sent, or its process ended while it was.
    Sending,
    /// Was sent and not answered: whether it took effect is being found out.
    Unknown,
    /// Could not be found out; a person decides.
    Uncertain,
    /// Refused; needs a person to mend something.
    Failed,
}

impl PushState {
    /// The word in lists and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Uncertain => "uncertain",
            Self::Failed => "failed",
        }
    }
}

/// An outbox item that is not done.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    /// Store id, rising: the order in which items of one finding are sent.
    pub id: i64,
    /// Which finding.
    pub finding: FindingId,
    /// Where to.
    pub alias: Alias,
    /// By which mapping.
    pub mapping: Option<String>,
    /// What it does.
    pub kind: PushKind,
    /// Where it stands.
    pub state: PushState,
    /// Tries so far.
    pub attempts: u32,
    /// Not before.
    pub next: Option<Timestamp>,
    /// Why it failed, or what it waits for.
    pub problem: Option<Problem>,
    /// Jira's words per field id, of a refusal.
    pub fields: Vec<(String, String)>,
    /// When it was put there.
    pub queued: Timestamp,
}

/// A row of the list of findings.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingRow {
    /// Store row.
    pub row: i64,
    /// Which.
    pub id: FindingId,
    /// What it is.
    pub kind: FindingKind,
    /// Title.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// Where it stands.
    pub state: FindingState,
    /// The source's own word.
    pub native_state: String,
    /// Why it is closed.
    pub resolution: Option<Resolution>,
    /// Entity.
    pub tag: Option<String>,
    /// Who is responsible.
    pub assignee: Option<Responsible>,
    /// Where people see it at its source.
    pub url: Option<String>,
    /// Appeared at the source, else here.
    pub created: Timestamp,
    /// Last change at the source, else here.
    pub updated: Timestamp,
    /// Its issue.
    pub link: Option<Link>,
    /// What is still to be sent; the first, if there are several.
    pub pending: Option<Pending>,
}

/// Everything about one finding.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingDetail {
    /// As in the list.
    pub row: FindingRow,
    /// All that the source told.
    pub finding: Finding,
    /// What was done between finding and issue, newest first: time and text.
    pub history: Vec<(Timestamp, String)>,
    /// The issues that it names itself, each with its status where that is cached: what a test covers,
    /// what a pull request mends.
    pub named: Vec<(IssueKey, Option<Status>)>,
    /// Findings of the same source that belong to it, and pull requests that mend it.
    pub related: Vec<FindingRow>,
}

/// By what a list of findings is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FindingSort {
    /// Worst first, then oldest first.
    #[default]
    Severity,
    /// When it appeared, newest first.
    Age,
    /// Last change.
    Updated,
    /// State, from open to closed.
    State,
    /// Source, then id.
    Source,
    /// Title.
    Title,
}

impl FindingSort {
    /// Every order.
    pub const ALL: [Self; 6] = [
        Self::Severity,
        Self::Age,
        Self::Updated,
        Self::State,
        Self::Source,
        Self::Title,
    ];

    /// Its word on the screen and in commands.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Age => "age",
            Self::Updated => "updated",
            Self::State => "state",
            Self::Source => "source",
            Self::Title => "title",
        }
    }

    /// From its word, in any case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|sort| sort.word().eq_ignore_ascii_case(word))
    }
}

/// Which findings a list shows. Lists of words are "any of"; empty ones restrict nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FindingQuery {
    /// Each word occurs in title, id or tag, or begins the key of its issue, in any case.
    pub words: Vec<String>,
    /// Sources by name.
    pub sources: Vec<String>,
    /// Kinds.
    pub kinds: Vec<FindingKind>,
    /// This severity or worse.
    pub at_least: Option<Severity>,
    /// States; empty is every state but closed, unless `closed`.
    pub states: Vec<FindingState>,
    /// Closed ones too.
    pub closed: bool,
    /// Entity tags.
    pub tags: Vec<String>,
    /// Only linked (true) or unlinked (false) ones.
    pub linked: Option<bool>,
    /// Only those with something that needs a person: failed or uncertain.
    pub trouble: bool,
    /// Order.
    pub sort: FindingSort,
    /// The other way round.
    pub reverse: bool,
    /// First row wanted.
    pub offset: usize,
    /// Rows wanted.
    pub limit: usize,
}

/// Part of a list of findings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FindingPage {
    /// The rows wanted.
    pub rows: Vec<FindingRow>,
    /// Matches in all.
    pub total: usize,
    /// Findings in the store, whatever the query.
    pub all: usize,
}

/// How a source does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// `name` of the `[[source]]`.
    pub name: String,
    /// Findings that are not closed.
    pub open: u64,
    /// Findings in all.
    pub all: u64,
    /// Last look that went through.
    pub read: Option<Timestamp>,
    /// Why the last one did not.
    pub problem: Option<Problem>,
    /// What could not be read at the last look, as lines.
    pub flaws: Vec<String>,
}

/// How a mapping does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MappingState {
    /// `name` of the `[[mapping]]`.
    pub name: String,
    /// Findings linked by it.
    pub links: u64,
    /// Items waiting.
    pub waiting: u64,
    /// Items failed or uncertain.
    pub trouble: u64,
    /// What its project no longer allows: field by its shown name, and what is wrong with it. Not
    /// empty: the mapping needs attention and creates nothing.
    pub drift: Vec<(String, String)>,
}
