//! What reaches the dashboard and what it asks for in return, both as plain data.

mod connect;
pub(crate) mod finding;
mod mapping;

use std::collections::BTreeMap;
use std::sync::Arc;

use crossterm::event::Event as TermEvent;
use jiff::Timestamp;

use super::setup::{Look, Setup};
use super::tags::Tags;
use crate::config::ViewConfig;
use crate::domain::{Alias, FieldName, IssueDetail, IssueRow, ListPage, ListQuery, Problem, SiteField, Snapshot};

pub use connect::{
    Authorizing, Check, Draft, KeyMade, KeyRequest, Landed, Manage, Masked, Prepared, Probe, ProbeRequest, Report,
};
pub use mapping::{
    DryRow, DryRun, Fate, Lookup, MAPPING_CHANGED, MappingAnswer, MappingChange, MappingQuestion, MappingRow, Opened,
    Samples, ScreenRead, Suggested, Target, Workflow,
};

pub use finding::{
    FindingAct, FindingAnswer, FindingAsk, FindingSeen, IssueTarget, MappingChoice, Planned, PlannedField, Proposal,
    ProposalRequest,
};

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
    /// The config file says something new.
    Config {
        /// How the dashboard was to look by what it said until now.
        before: Look,
        /// What it says now; size, time and zone are nobody's business.
        setup: Box<Setup>,
    },
    /// Issues per tag for the query asked about.
    TagsCounted(Ticket, BTreeMap<String, usize>),
    /// Names that could stand at the cursor of the JQL bar, with what they are.
    Completed(Ticket, Vec<(String, String)>),
    /// The fields of the sites that can be columns.
    FieldsRead(Ticket, Vec<SiteField>),
    /// What the views asked about would make of the config; `None` where there is no file to write.
    ViewsPlanned(Ticket, Option<ConfigChange>),
    /// The config holds what was planned.
    ConfigWritten(Ticket),
    /// Some rows of a live search, or its end.
    Live(Ticket, LivePage),
    /// A request failed.
    Failed(Ticket, Problem),
    /// The store holds something new, from this process or another.
    StoreChanged,
    /// The store holds new runs or log lines, or knows that a connection does otherwise; what lists show is
    /// as it was.
    RunsChanged,
    /// Something to say in the status line: an effect succeeded or failed.
    Said(Tone, String),
    /// What the wizard must know.
    Prepared(Ticket, Result<Box<Prepared>, Problem>),
    /// A site was looked at.
    Probed(Ticket, Result<Box<Probe>, Problem>),
    /// A key pair was made or read.
    KeyMade(Ticket, Result<Box<KeyMade>, Problem>),
    /// An authorization waits for a person, or could not begin.
    Authorizing(Ticket, Result<Box<Authorizing>, Problem>),
    /// An authorization has ended: with the ticket of `Authorize` when the browser landed, with that
    /// of `Land` or `ChooseSite` otherwise. After a failure it can be tried again.
    Landed(Ticket, Result<Landed, Problem>),
    /// Checks of a test that has been asked for.
    Tested(Ticket, Report),
    /// What would change in the config: its lines, each after `+`, `-` or a blank.
    Previewed(Ticket, Result<Vec<String>, Problem>),
    /// A draft was written, or nothing at all.
    Written(Ticket, Result<(), Problem>),
    /// Something was done to a connection: what to say of it.
    Managed(Ticket, Result<String, Problem>),
    /// Something that mappings needed to know.
    Mapping(Ticket, Result<Box<MappingAnswer>, Problem>),
    /// What the Findings screen asked for.
    Finding(Ticket, Result<Box<FindingAnswer>, Problem>),
    /// A text came back from the user's editor, changed.
    Edited(EditKind, String),
    /// The terminal told its background.
    Background(Shade),
    /// A page is due after the terminal was given back by a suspend.
    Resumed,
    /// Another process or the system asks to end.
    Stop,
}

/// How bright the terminal's background is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    /// Light text on it.
    Dark,
    /// Dark text on it.
    Light,
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
    /// Read the fields of the sites that can be columns.
    LoadFields(Ticket),
    /// Find out what the config would be with these views, all of them in order, in place of its own.
    PlanViews(Ticket, Vec<ViewConfig>),
    /// Write what was planned.
    WriteConfig(Ticket, ConfigChange),
    /// Start a run now.
    Sync(Scope),
    /// Ask the servers.
    LiveSearch(Ticket, LiveRequest),
    /// Forget about the live search under way.
    CancelLive,
    /// Tell what the wizard must know, about a connection or a new one.
    Prepare(Ticket, Option<Alias>),
    /// Look at a site without signing in.
    Probe(Ticket, ProbeRequest),
    /// Make a key pair; the private key goes to a 0600 file.
    MakeKey(Ticket, KeyRequest),
    /// Read the private key of an OAuth 1.0a draft and tell its public one.
    ReadKey(Ticket, Box<Draft>),
    /// Begin an authorization; what it grants is kept aside until the draft is written.
    Authorize(Ticket, Box<Draft>),
    /// Take the address, code or verifier that a person brought from the browser.
    Land(Ticket, Masked),
    /// Use the grant for this one of its sites.
    ChooseSite(Ticket, String),
    /// Forget about the authorization under way.
    CancelAuthorize,
    /// Test a draft.
    TestDraft(Ticket, Box<Draft>),
    /// Forget about the test of a draft.
    CancelTest,
    /// Tell what a draft would change in the config.
    PreviewDraft(Ticket, Box<Draft>),
    /// Write a draft: its secret and tokens where they belong, then the config. The connection pulls
    /// by itself afterwards.
    WriteDraft(Ticket, Box<Draft>),
    /// Tell what removing a connection would change in the config.
    PreviewRemove(Ticket, Alias),
    /// Do something to a connection.
    Manage(Ticket, Manage),
    /// Find something out for mappings.
    Mapping(Ticket, Box<MappingQuestion>),
    /// Read or do something about findings.
    Finding(Ticket, FindingAsk),
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
    /// Ask the terminal for its background; the answer may never come.
    AskBackground,
    /// Draw everything anew.
    Redraw,
    /// Give the terminal back until `fg`.
    Suspend,
    /// End.
    Quit,
}

/// A change of the config file that has not been made yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigChange {
    /// The file, as people know it.
    pub path: String,
    /// What the file held when the change was planned; with anything else in it nothing is written.
    pub before: String,
    /// What it will hold.
    pub after: String,
    /// The difference, with the lines that stay.
    pub lines: Vec<ChangeLine>,
}

impl ConfigChange {
    /// Whether there is anything to write.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.lines.iter().any(|line| line.kind != ChangeKind::Kept)
    }
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLine {
    /// What happens to it.
    pub kind: ChangeKind,
    /// The line, not yet made safe for a screen.
    pub text: String,
}

/// What happens to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It stays.
    Kept,
    /// It is new.
    Added,
    /// It goes.
    Removed,
}

/// What is edited outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditKind {
    /// The JQL of the bar.
    Jql,
    /// A template of a mapping's field.
    Template,
}

impl EditKind {
    /// How the name of its file ends, for the editor to know.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Jql => "jql",
            Self::Template => "md",
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
    /// Fields of the sites that the rows are wanted with.
    pub fields: Vec<FieldName>,
    /// Connections to ask; empty is all.
    pub aliases: Vec<Alias>,
    /// Rows wanted at most; the exact total is wanted beyond it.
    pub limit: usize,
}
