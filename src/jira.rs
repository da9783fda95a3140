//! Talking to Jira: one [`Client`] a connection, the same calls for Cloud (REST v3) and Data Center (REST v2).
//!
//! Must never be in here: the store, screens, or decisions about *when* to ask. A 200 proves nothing
//! here: each answer is checked for who it was given to before its content is believed.

pub mod check;
pub mod choice;
mod client;
pub mod error;
pub mod event;
mod failure;
mod limits;
mod transport;
mod wire;
pub mod write;

pub use choice::{ProjectNow, Standing, Suggestions, TypeStatuses};
pub(crate) use client::patiently;
pub use client::{Client, means};
pub use error::{Error, ErrorKind};
pub use event::{Event, EventKind};
pub use write::{Created, IssueNow, Marked, Marking, Outcome, RemoteLink, WriteError};

use jiff::Timestamp;

use crate::domain::{Deployment, Issue, IssueId, IssueKey, Quota};

/// `GET /serverInfo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// Cloud or Data Center.
    pub deployment: Deployment,
    /// Version text.
    pub version: String,
    /// Site address that the server believes in.
    pub base_url: String,
    /// Server clock, if told.
    pub server_time: Option<Timestamp>,
    /// Title of the site.
    pub title: String,
}

/// Where the next page starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageToken {
    /// Cloud: opaque cursor.
    Cursor(String),
    /// Data Center: offset.
    Offset(u64),
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// JQL.
    pub jql: String,
    /// Page size to ask for; the server may give fewer.
    pub max_results: u32,
    /// Whether changelogs come along.
    pub changelog: bool,
    /// Continue here; `None` starts.
    pub page: Option<PageToken>,
}

/// One page of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// What came, in server order.
    pub items: Vec<T>,
    /// Entries that came but could not be read. While there are any, what is not in `items` must
    /// not be taken as gone.
    pub skipped: u32,
    /// Where to go on; `None` after the last page.
    pub next: Option<PageToken>,
    /// Matches in all, where the server tells (Data Center).
    pub total: Option<u64>,
}

/// An issue in a census: identity and date only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stub {
    /// Id.
    pub id: IssueId,
    /// Key.
    pub key: IssueKey,
    /// Last change.
    pub updated: Timestamp,
}

/// Answer to asking for issues by id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fetched {
    /// Those that can be read.
    pub issues: Vec<Issue>,
    /// Those that Jira says do not exist or may not be seen. Never filled from a failed request.
    pub unreachable: Vec<IssueId>,
}

/// What a client has counted since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// HTTP requests sent, retries included.
    pub requests: u64,
    /// Body bytes received after decompression.
    pub bytes: u64,
    /// Rate limits as last told.
    pub quota: Quota,
}

/// A permission of the account (`GET /mypermissions`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// `BROWSE_PROJECTS`.
    pub key: String,
    /// The site's own word for it.
    pub name: String,
    /// Whether the account has it, in at least one project.
    pub granted: bool,
}

/// What JQL knows on this site (`GET /jql/autocompletedata`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Autocomplete {
    /// Fields.
    pub fields: Vec<JqlField>,
    /// Functions.
    pub functions: Vec<JqlFunction>,
    /// Words that need quotes.
    pub reserved: Vec<String>,
}

/// A field as JQL knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JqlField {
    /// What stands in a query.
    pub value: String,
    /// What is shown.
    pub display: String,
    /// `cf[10020]`, for custom fields.
    pub custom_id: Option<String>,
    /// Operators it takes.
    pub operators: Vec<String>,
    /// Java types of its values.
    pub types: Vec<String>,
    /// Whether the site suggests values.
    pub suggests: bool,
    /// Whether `ORDER BY` takes it.
    pub orderable: bool,
    /// Whether clauses take it.
    pub searchable: bool,
}

/// A function as JQL knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JqlFunction {
    /// What stands in a query, arguments included.
    pub value: String,
    /// What is shown.
    pub display: String,
    /// Whether it gives several values.
    pub list: bool,
    /// Java types of its values.
    pub types: Vec<String>,
}
