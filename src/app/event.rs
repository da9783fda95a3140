//! What reaches the dashboard and what it asks for in return, both as plain data.

use std::collections::BTreeMap;
use std::sync::Arc;

use crossterm::event::Event as TermEvent;
use jiff::Timestamp;

use super::tags::Tags;
use crate::domain::{Alias, IssueDetail, IssueRow, ListPage, ListQuery, Problem, Snapshot};

/// Stands for one request; answers carry it, so that a late one is recognised and dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket(pub u64);

/// `Problem::kind` with which a library says that only the server can answer a query; the
/// dashboard then asks the server.
pub const NEEDS_SERVER: &str = "needs-server";

/// Everything that can happen to the dashboard.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Key, paste, mouse or resize.
    Term(TermEvent),
    /// The time.
    Tick(Timestamp),
    /// A list that was asked for.
    Loaded(Ticket, ListPage),
    /// An issue that was asked for; `None` when the store has it no more.
    Detail(Ticket, Option<Box<IssueDetail>>),
    /// Connections, runs and log as of now.
    SnapshotRead(Ticket, Box<Snapshot>),
    /// Issues per view, in the order asked; `None` where the cache cannot tell.
    Counted(Ticket, Vec<Option<usize>>),
    /// The catalog was read, for the first time or since its files changed.
    Catalog(Arc<Tags>),
    /// Issues per tag for the query asked about.
    TagsCounted(Ticket, BTreeMap<String, usize>),
    /// Names that could stand at the cursor of the JQL bar, with what they are.
    Completed(Ticket, Vec<(String, String)>),
    /// Some rows of a live search, or its end.
    Live(Ticket, LivePage),
    /// A request failed.
    Failed(Ticket, Problem),
    /// The store holds something new, from this process or another.
    StoreChanged,
    /// Something to say in the status line: an effect succeeded or failed.
    Said(Tone, String),
    /// A text came back from the user's editor, changed.
    Edited(EditKind, String),
    /// A page is due after the terminal was given back by a suspend.
    Resumed,
    /// Another process or the system asks to end.
    Stop,
}

/// How a message in the status line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Good,
    /// For information.
    Plain,
    /// Did not happen, and why.
    Bad,
}

/// Part of the answer to a live search.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LivePage {
    /// New rows. `row` is the store's if the issue is cached, else any negative number that is
    /// unique within the search.
    pub rows: Vec<IssueRow>,
    /// The exact number of matches over all connections, once known.
    pub total: Option<usize>,
    /// The JQL that was really sent, per connection.
    pub sent: Vec<(Alias, String)>,
    /// Connections that could not answer.
    pub problems: Vec<(Alias, Problem)>,
    /// Nothing more comes.
    pub done: bool,
}

/// Whom a sync is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every connection.
    All,
    /// One.
    One(Alias),
}

/// What the dashboard wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read a list; a newer one makes an older one unnecessary.
    Load(Ticket, ListQuery),
    /// Read one issue by its store row.
    LoadDetail(Ticket, i64),
    /// Read connections, runs and log.
    LoadSnapshot(Ticket),
    /// Count what each query matches.
    CountViews(Ticket, Vec<String>),
    /// Count the issues of a query per tag.
    CountTags(Ticket, String),
    /// Look for names that could stand at the cursor of the JQL bar.
    Complete(Ticket, CompletionRequest),
    /// Start a run now.
    Sync(Scope),
    /// Ask the servers.
    LiveSearch(Ticket, LiveRequest),
    /// Forget about the live search under way.
    CancelLive,
    /// Open an http(s) address in the browser.
    OpenUrl(String),
    /// Put text on the clipboard.
    Copy(String),
    /// Open a text in the user's own editor.
    Edit {
        /// The text.
        text: String,
        /// What it is.
        kind: EditKind,
    },
    /// Take (true) or free (false) the mouse.
    CaptureMouse(bool),
    /// Draw everything anew.
    Redraw,
    /// Give the terminal back until `fg`.
    Suspend,
    /// End.
    Quit,
}

/// What is edited outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditKind {
    /// The JQL of the bar.
    Jql,
}

impl EditKind {
    /// How the name of its file ends, for the editor to know.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Jql => "jql",
        }
    }
}

/// Names to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionRequest {
    /// Names of what.
    pub wanted: Wanted,
    /// Part of the name, as typed.
    pub part: String,
}

/// What names stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Custom fields; those of every Jira are known.
    Fields,
    /// Values of a field.
    Values(String),
}

/// A live search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveRequest {
    /// The JQL as typed.
    pub jql: String,
    /// Only issues of the catalog's entity with this tag.
    pub tag: Option<String>,
    /// Connections to ask; empty is all.
    pub aliases: Vec<Alias>,
    /// Rows wanted at most; the exact total is wanted beyond it.
    pub limit: usize,
}
