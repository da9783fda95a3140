//! Everything that the dashboard needs from outside, as traits.
//!
//! Must never be in here: an implementation that does anything.

use std::{collections::BTreeMap, future::Future, io, pin::Pin, sync::Arc};

use tokio::sync::{Notify, mpsc};

use super::{connector::Connector, editor::EditError, findings::Findings, mapper::Mapper};
use crate::{
    app::{CompletionRequest, ConfigChange, EditKind, Event, LivePage, LiveRequest, Scope, Tags, Ticket},
    clock::SharedClock,
    config::ViewConfig,
    domain::{IssueDetail, ListPage, ListQuery, Problem, SiteField, Snapshot},
    ui::Links,
};

/// What the dashboard reads: the store, from its side. Every call may block; none is made on the
/// drawing thread.
pub trait Library: Send + Sync + 'static {
    /// A window of a list.
    ///
    /// # Errors
    /// [`crate::app::NEEDS_SERVER`] as `kind` when only the server can answer the JQL; anything else
    /// is shown with its remedy.
    fn list(&self, query: &ListQuery) -> Result<ListPage, Problem>;

    /// The first rows of a list, quicker than all of it can be read; `None` where nothing is.
    ///
    /// # Errors
    /// As [`Library::list`].
    fn first(&self, query: &ListQuery) -> Result<Option<ListPage>, Problem>;

    /// One issue by its store row; `None` when it is gone.
    ///
    /// # Errors
    /// The store cannot be read.
    fn detail(&self, row: i64) -> Result<Option<IssueDetail>, Problem>;

    /// Connections, latest runs and latest log lines.
    ///
    /// # Errors
    /// The store cannot be read.
    fn snapshot(&self) -> Result<Snapshot, Problem>;

    /// How many issues each query matches; `None` where the cache cannot tell.
    ///
    /// # Errors
    /// The store cannot be read.
    fn counts(&self, queries: &[String]) -> Result<Vec<Option<usize>>, Problem>;

    /// The catalog, if it was not told before or its files changed since. Asked every few seconds.
    fn catalog(&self) -> Option<Arc<Tags>>;

    /// How many issues of a query carry each tag of the catalog.
    ///
    /// # Errors
    /// As [`Library::list`].
    fn tag_counts(&self, jql: &str) -> Result<BTreeMap<String, usize>, Problem>;

    /// Names that could stand in a JQL, each with what it is; the likeliest first.
    ///
    /// # Errors
    /// The store cannot be read.
    fn complete(&self, request: &CompletionRequest) -> Result<Vec<(String, String)>, Problem>;

    /// The fields of the sites that can be columns.
    ///
    /// # Errors
    /// The store cannot be read.
    fn fields(&self) -> Result<Vec<SiteField>, Problem>;

    /// A number that changes whenever anything in the store does, whichever process did it. Asked
    /// a few times a second, so it must be cheap.
    fn change_counter(&self) -> u64;

    /// A number that changes whenever anything does that lists show: not only runs, the log and how
    /// connections do. Asked when the other one has changed.
    fn edition(&self) -> u64 {
        self.change_counter()
    }
}

/// The config file as far as the dashboard edits it. Every call may block; none is made on the
/// drawing thread.
pub trait ConfigFile: Send + Sync + 'static {
    /// What the file would be with these views, all of them in order, in the place of its own; `None`
    /// where there is no file to write, and views last as long as the process.
    ///
    /// # Errors
    /// The file cannot be read, or is no valid config.
    fn plan_views(&self, views: &[ViewConfig]) -> Result<Option<ConfigChange>, Problem>;

    /// Writes what was planned.
    ///
    /// # Errors
    /// The file is not what it was when the change was planned, or cannot be written.
    fn write(&self, change: &ConfigChange) -> Result<(), Problem>;
}

/// No file: what is edited lasts as long as the process.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFile;

impl ConfigFile for NoFile {
    fn plan_views(&self, _: &[ViewConfig]) -> Result<Option<ConfigChange>, Problem> {
        Ok(None)
    }

    fn write(&self, _: &ConfigChange) -> Result<(), Problem> {
        Ok(())
    }
}

/// A live search under way.
pub type LiveSearch = Pin<Box<dyn Future<Output = Result<(), Problem>> + Send>>;

/// What talks to Jira.
pub trait Engine: Send + Sync + 'static {
    /// Starts a run as soon as possible; returns at once. A run under way is joined.
    fn sync(&self, scope: Scope);

    /// Asks the servers, sends rows as they come, and ends after the page with `done`. Dropping the
    /// future cancels it.
    fn live_search(&self, request: LiveRequest, pages: LivePages) -> LiveSearch;
}

/// Where a live search puts its rows.
#[derive(Debug, Clone)]
pub struct LivePages {
    ticket: Ticket,
    events: mpsc::Sender<Event>,
}

impl LivePages {
    pub(super) fn new(ticket: Ticket, events: mpsc::Sender<Event>) -> Self {
        Self { ticket, events }
    }

    /// Hands over some rows.
    pub async fn send(&self, page: LivePage) {
        // A closed channel means that the dashboard has ended, and this task is about to.
        let _ended = self.events.send(Event::Live(self.ticket, page)).await;
    }
}

/// The config file, which may change while the dashboard runs. The call may block; it is not made on
/// the drawing thread.
pub trait Settings: Send + Sync + 'static {
    /// What became of the file since the last look, as the dashboard is to be told. Asked about every
    /// second.
    fn look(&self) -> Vec<Event>;
}

/// What only the owner of the terminal can do, on the drawing thread.
pub trait Desk {
    /// Puts text on the clipboard.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    fn copy(&mut self, text: &str) -> io::Result<()>;

    /// Takes or frees the mouse.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    fn capture_mouse(&mut self, on: bool) -> io::Result<()>;

    /// Gives the terminal back, stops, and takes it again once continued.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    fn suspend(&mut self) -> io::Result<()>;

    /// Gives the terminal to the user's editor until it ends.
    ///
    /// # Errors
    /// There is no editor, or it failed.
    fn edit(&mut self, _text: &str, _kind: EditKind) -> Result<String, EditError> {
        Err(EditError::Absent)
    }

    /// Asks the terminal for its background, whose answer comes among the keys. `false`: nobody was
    /// asked.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    fn ask_background(&mut self) -> io::Result<bool> {
        Ok(false)
    }

    /// Learns where the cells of the frame lead that is written out next. Who cannot show links
    /// needs not know.
    fn name_links(&mut self, _links: Links) {}
}

/// Opens an address in the browser; may block.
pub type Opener = Arc<dyn Fn(&str) -> io::Result<()> + Send + Sync>;

/// Everything that the dashboard needs from outside.
pub struct Host {
    /// The store.
    pub library: Arc<dyn Library>,
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// What connects.
    pub connector: Arc<dyn Connector>,
    /// What mappings are made with.
    pub mapper: Arc<dyn Mapper>,
    /// Findings and the outbox.
    pub findings: Arc<dyn Findings>,
    /// The config.
    pub settings: Arc<dyn Settings>,
    /// The terminal's owner.
    pub desk: Box<dyn Desk>,
    /// The browser.
    pub opener: Opener,
    /// The config file.
    pub config: Arc<dyn ConfigFile>,
    /// Time.
    pub clock: SharedClock,
    /// Notified by this process's own writers, so that news show at once; other processes' writes
    /// are noticed by polling [`Library::change_counter`].
    pub changed: Arc<Notify>,
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}
