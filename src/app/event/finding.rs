//! What the Findings screen asks for, and what comes back.
//!
//! Must never be in here: how any of it is read, sent or kept.

use crate::domain::{
    Alias, FindingDetail, FindingId, FindingPage, FindingQuery, FindingRow, IssueId, IssueKey, IssueRow, SourceState,
    Status,
};
use crate::mapping::Dialog;

/// Something about findings that is to be read or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingAsk {
    /// Part of the list; rather the part that holds the store row, if that is (still) in the list.
    Page(FindingQuery, Option<i64>),
    /// One finding by its store row.
    Detail(i64),
    /// The findings that an issue stands for.
    OfIssue(Alias, IssueId),
    /// How the sources do.
    Sources,
    /// The store row of an issue.
    IssueRow(Alias, IssueId),
    /// Cached issues that a text could mean: a key, an address, or words.
    Search(String),
    /// Issues with these words, from every site.
    SearchSites(String),
    /// An issue that is not cached, from its connection.
    Verify(Option<Alias>, IssueKey),
    /// What issues would be made of findings.
    Propose(ProposalRequest),
    /// Have something done; it goes to the outbox.
    Act(FindingAct),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub enum FindingAnswer {
    /// Part of the list, and the position of its first row.
    Page(FindingPage, usize),
    /// One finding; `None` when the store has it no more.
    Detail(Option<Box<FindingSeen>>),
    /// The findings that an issue stands for.
    OfIssue(Vec<FindingRow>),
    /// How the sources of the config do, in its order.
    Sources(Vec<SourceState>),
    /// The store row of an issue; `None` if it is not cached.
    IssueRow(Option<i64>),
    /// Issues, the likeliest first.
    Issues(Vec<IssueTarget>),
    /// An issue that its connection has.
    Verified(IssueTarget),
    /// What issues would be made of findings.
    Proposed(Proposal),
    /// It was done: what to say of it.
    Done(String),
}

/// A finding, and its issue as far as that is cached.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingSeen {
    /// The finding.
    pub detail: FindingDetail,
    /// The issue that it is linked to.
    pub issue: Option<IssueRow>,
}

/// Which issues are to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProposalRequest {
    /// Store rows of the findings.
    pub rows: Vec<i64>,
    /// By this mapping; otherwise by the one that covers them.
    pub mapping: Option<String>,
    /// In this project, where the mapping asks.
    pub project: Option<String>,
    /// Only to have Jira's own dialog opened.
    pub in_browser: bool,
    /// Marked findings beside `rows` that need no issue.
    pub left_out: usize,
}

/// What issues would be made of findings, or what has to be decided before.
#[derive(Debug, Clone, PartialEq)]
pub enum Proposal {
    /// No mapping covers the finding, or several do.
    Mapping(Vec<MappingChoice>),
    /// The mapping asks for the project.
    Project {
        /// Name of the mapping.
        mapping: String,
        /// Key and name of each project, the likeliest first.
        projects: Vec<(String, String)>,
    },
    /// Every one of them, as it would be sent.
    Ready(Vec<Planned>),
    /// Jira's own dialog, filled in as far as its address can say.
    Browser(Dialog),
}

/// A mapping, as one chooses one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingChoice {
    /// Its name.
    pub name: String,
    /// Connection, project and issue type.
    pub target: String,
    /// Why it does not cover the finding.
    pub refused: Option<String>,
}

/// An issue that would be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Planned {
    /// Store row of the finding.
    pub row: i64,
    /// The finding, for people.
    pub about: String,
    /// By this mapping.
    pub mapping: String,
    /// In this project, if the mapping asked.
    pub project: Option<String>,
    /// Connection, project and issue type.
    pub target: String,
    /// What each field would hold.
    pub fields: Vec<PlannedField>,
    /// Why it cannot be made, and what mends that.
    pub problem: Option<String>,
}

/// A field of an issue that would be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlannedField {
    /// As the site calls it.
    pub name: String,
    /// What it would hold, on one line.
    pub sample: String,
    /// Why it cannot.
    pub problem: Option<String>,
}

/// An issue to link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueTarget {
    /// Its connection.
    pub alias: Alias,
    /// Its id.
    pub id: IssueId,
    /// Its key.
    pub key: IssueKey,
    /// Its summary.
    pub summary: String,
    /// Its status, as far as that is known.
    pub status: Option<Status>,
}

impl From<IssueRow> for IssueTarget {
    fn from(row: IssueRow) -> Self {
        Self {
            alias: row.alias,
            id: row.id,
            key: row.key,
            summary: row.summary,
            status: Some(Status {
                // Of no use here, and rows have none.
                id: String::new(),
                name: row.status,
                category: row.category,
            }),
        }
    }
}

/// What is to be done about findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingAct {
    /// Make an issue of each: store row, mapping, and the project where the mapping asks.
    Create(Vec<(i64, String, Option<String>)>),
    /// Let each of these rows stand for an issue that is there.
    Link(Vec<i64>, IssueTarget),
    /// End the link of each of these rows; the issues stay.
    Unlink(Vec<i64>),
    /// Send these outbox items again.
    Retry(Vec<i64>),
    /// An outbox item whose outcome is uncertain did make this issue.
    Settle(i64, IssueTarget),
    /// Take these outbox items out of the outbox.
    Forget(Vec<i64>),
    /// Look at this source now, or at all of them.
    Refresh(Option<String>),
}

/// What a finding is called on the screen: its id, short where nobody could read it, made safe.
pub(crate) fn label_of(id: &FindingId) -> String {
    crate::text::clean_line(&id.short()).into_owned()
}

/// `source/external` of a finding, whole, made safe for a screen.
pub(crate) fn name_of(id: &FindingId) -> String {
    crate::text::clean_line(&id.to_string()).into_owned()
}
