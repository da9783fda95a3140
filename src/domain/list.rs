//! What lists and panes are given to show: rows read from the store, never the store itself.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, civil::Date};

use super::column::{Column, FieldCell, FieldName};
use super::connection::ConnectionState;
use super::ids::{Alias, IssueId, IssueKey};
use super::issue::{Issue, StatusCategory};
use super::log::{LogLine, Run};

/// One issue in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueRow {
    /// Row in the store; stable over refreshes, moves and restarts.
    pub row: i64,
    /// Connection it came from.
    pub alias: Alias,
    /// Jira's id.
    pub id: IssueId,
    /// Key.
    pub key: IssueKey,
    /// Summary as Jira has it (not yet made safe for a screen).
    pub summary: String,
    /// Issue type name.
    pub issue_type: String,
    /// Whether the type is a sub-task type.
    pub subtask: bool,
    /// Status name.
    pub status: String,
    /// Status category.
    pub category: StatusCategory,
    /// Priority name.
    pub priority: Option<String>,
    /// Its place in the site's order, 0 most urgent, with the number of priorities.
    pub priority_rank: Option<(u32, u32)>,
    /// Resolution name.
    pub resolution: Option<String>,
    /// Display name.
    pub assignee: Option<String>,
    /// Display name.
    pub reporter: Option<String>,
    /// Project key.
    pub project: String,
    /// Labels.
    pub labels: Vec<String>,
    /// Component names.
    pub components: Vec<String>,
    /// Key of the parent.
    pub parent: Option<String>,
    /// Creation.
    pub created: Timestamp,
    /// Last change.
    pub updated: Timestamp,
    /// Due date.
    pub due: Option<Date>,
    /// `{site}/browse/{key}`.
    pub url: String,
    /// What it has in the fields that the list was asked for; fields that are empty are left out.
    pub fields: Vec<(FieldName, FieldCell)>,
}

impl IssueRow {
    /// The list row of a whole issue. `rank` is its priority's place and the number of priorities.
    #[must_use]
    pub fn from_issue(row: i64, alias: Alias, site: &str, issue: Issue, rank: Option<(u32, u32)>) -> Self {
        Self {
            row,
            alias,
            url: browse_url(site, &issue.key),
            id: issue.id,
            key: issue.key,
            summary: issue.summary,
            issue_type: issue.issue_type.name,
            subtask: issue.issue_type.subtask,
            status: issue.status.name,
            category: issue.status.category,
            priority: issue.priority.map(|priority| priority.name),
            priority_rank: rank,
            resolution: issue.resolution.map(|resolution| resolution.name),
            assignee: issue.assignee.map(|user| user.display),
            reporter: issue.reporter.map(|user| user.display),
            project: issue.project.key,
            labels: issue.labels,
            components: issue.components.into_iter().map(|component| component.name).collect(),
            parent: issue.parent.map(|parent| parent.key),
            created: issue.created,
            updated: issue.updated,
            due: issue.due,
            fields: Vec::new(),
        }
    }

    /// What it has in a field of its site.
    #[must_use]
    pub fn field(&self, name: FieldName) -> Option<&FieldCell> {
        self.fields.iter().find(|(own, _)| *own == name).map(|(_, cell)| cell)
    }
}

/// Where people look at an issue: built on the site's own address, never taken from an answer.
#[must_use]
pub fn browse_url(site: &str, key: &IssueKey) -> String {
    format!("{}/browse/{key}", site.trim_end_matches('/'))
}

/// A sort that the user put over the query's own `ORDER BY`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub column: Column,
    /// Largest, latest or most urgent first.
    pub descending: bool,
}

/// What a list asks of the store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListQuery {
    /// JQL; empty is the whole cache.
    pub jql: String,
    /// Only these connections; empty is all.
    pub aliases: Vec<Alias>,
    /// Only issues of the catalog's entity with this tag.
    pub tag: Option<String>,
    /// Fuzzy filter over key, summary, status and people; empty is none.
    pub filter: String,
    /// Sort over the query's own.
    pub sort: Option<Sort>,
    /// Fields of the sites that are shown beside what every row has.
    pub fields: Vec<FieldName>,
    /// First row wanted, as a position in the matched list.
    pub offset: usize,
    /// How many rows wanted.
    pub limit: usize,
    /// Rather centre the window on this store row, if it is (still) in the list.
    pub around: Option<i64>,
    /// Rather no answer than one that is only roughly what Jira would say.
    pub exact: bool,
    /// The first rows are wanted at once, even before all the others are known.
    pub at_once: bool,
}

/// How many issues a query matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// So many in the store.
    pub issues: usize,
    /// As [`ListPage::approximate`].
    pub approximate: bool,
}

/// What the store answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListPage {
    /// Issues that the JQL matches; at least so many if these are only the first.
    pub total: usize,
    /// These are the first rows of the list; how it goes on is not known yet.
    pub partial: bool,
    /// Store rows of what also passes the filter, in order. Cheap to clone.
    pub ids: Arc<[i64]>,
    /// Position of `rows[0]` within `ids`.
    pub offset: usize,
    /// The window.
    pub rows: Vec<IssueRow>,
    /// Jira may answer somewhat differently: words are searched in its own ways.
    pub approximate: bool,
    /// What must be known about the answer: connections whose first pull is not complete, …
    pub notes: Vec<String>,
    /// What each connection was really asked, where that is not the query's own JQL. A connection
    /// that is missing here was left out.
    pub asked: Vec<(Alias, String)>,
}

/// One issue whole, for the preview and the detail page.
#[derive(Debug, Clone, PartialEq)]
pub struct IssueDetail {
    /// Its row.
    pub row: IssueRow,
    /// The issue.
    pub issue: Issue,
    /// What the site calls the fields in `issue.custom`, by field id.
    pub field_names: BTreeMap<String, String>,
}

/// The panes other than the list, read in one go.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// Connections in config order.
    pub connections: Vec<ConnectionState>,
    /// Latest runs, newest first.
    pub runs: Vec<Run>,
    /// Latest log lines, oldest first.
    pub log: Vec<LogLine>,
}
