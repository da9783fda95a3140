//! The one place that waits: terminal, engine, library and time on one loop.
//!
//! Must never be in here: what a key means (`app`) or how it looks (`ui`). On the loop's own thread
//! nothing happens but `update` and drawing; everything that could take time runs elsewhere and
//! comes back as an event on one bounded channel.

mod background;
mod connector;
mod editor;
mod findings;
mod linked;
mod mapper;
mod runner;
pub mod terminal;

use std::collections::{BTreeMap, VecDeque};
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crossterm::event::Event as TermEvent;
use futures_util::{FutureExt, Stream, StreamExt};
use ratatui::{Terminal, backend::Backend, layout::Rect};
use tokio::sync::{Notify, mpsc};

use crate::app::{
    CompletionRequest, ConfigChange, EditKind, Effect, Event, LivePage, LiveRequest, Model, Scope, Tags, Ticket, Tone,
    update,
};
use crate::clock::SharedClock;
use crate::config::ViewConfig;
use crate::domain::{IssueDetail, ListPage, ListQuery, Problem, SiteField, Snapshot};
use crate::ui::{Links, Theme, view_with_links};
use background::Listener;
pub use connector::{Attempt, Connector, Reports, Unmanaged, Work};
pub use editor::EditError;
pub use findings::{Findings, NoFindings};
pub use linked::{Linked, likely as follows_links};
pub use mapper::{Mapper, Unmapped};
use runner::Runner;

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

/// Why the dashboard ended other than by being asked to.
#[derive(Debug, thiserror::Error)]
#[error("the terminal cannot be drawn to: {message}. Is it still open?")]
pub struct RunError {
    message: String,
}

impl RunError {
    fn new(error: impl std::fmt::Display) -> Self {
        Self {
            message: error.to_string(),
        }
    }
}

/// Events taken in before the next frame; more would starve the screen.
const BATCH: usize = 256;
/// Events that may wait; senders beyond it wait themselves.
const QUEUE: usize = 1024;
/// Between ticks while nothing moves.
const SLOW: Duration = Duration::from_secs(1);
/// Between ticks while something spins.
const FAST: Duration = Duration::from_millis(120);

/// Runs the dashboard until it is told to quit, input ends, or `stop` completes. The first frame is
/// drawn before anything is waited for.
///
/// # Errors
/// The terminal cannot be drawn to.
pub async fn run<B, S>(
    terminal: &mut Terminal<B>,
    input: S,
    mut model: Model,
    mut host: Host,
    stop: impl Future<Output = ()>,
) -> Result<Model, RunError>
where
    B: Backend,
    S: Stream<Item = io::Result<TermEvent>> + Unpin,
{
    draw(terminal, host.desk.as_mut(), &model)?;
    let (sender, mut events) = mpsc::channel(QUEUE);
    let clock = Arc::clone(&host.clock);
    let mut input = Listener::new(input, Arc::clone(&clock));
    let mut runner = Runner::new(host, sender);
    runner.watch();
    runner.watch_catalog();
    runner.watch_settings();
    let mut stop = std::pin::pin!(stop.fuse());
    let mut fast = model.spins();
    let mut tick = clock.sleep(if fast { FAST } else { SLOW });
    let mut backlog = VecDeque::from([Event::Tick(clock.now())]);
    if model.look().asks() {
        ask_background(&mut runner, &mut input);
    }
    loop {
        let event = match backlog.pop_front() {
            Some(event) => event,
            None => tokio::select! {
                biased;
                () = &mut stop => Event::Stop,
                term = input.next() => term.unwrap_or(Event::Stop),
                Some(event) = events.recv() => event,
                () = &mut tick => {
                    fast = model.spins();
                    tick = clock.sleep(if fast { FAST } else { SLOW });
                    Event::Tick(clock.now())
                }
            },
        };
        backlog.push_front(event);
        for _ in 0..BATCH {
            let ready = match backlog.pop_front() {
                Some(event) => Some(event),
                None => at_once(&mut input).await.or_else(|| events.try_recv().ok()),
            };
            let Some(event) = ready else { break };
            for effect in update(&mut model, event) {
                if effect == Effect::AskBackground {
                    ask_background(&mut runner, &mut input);
                } else if !carry_out(terminal, &mut runner, effect, &mut backlog)? {
                    input.finish().await;
                    return Ok(model);
                }
            }
        }
        // The size is what the terminal says now: a resize event can be late, or lost in a suspend.
        let size = terminal.size().map_err(RunError::new)?;
        if size != model.size() {
            for effect in update(&mut model, Event::Term(TermEvent::Resize(size.width, size.height))) {
                carry_out(terminal, &mut runner, effect, &mut backlog)?;
            }
        }
        draw(terminal, runner.desk(), &model)?;
        if model.spins() && !fast {
            fast = true;
            tick = clock.sleep(FAST);
        }
    }
}

/// Input that is already there.
///
/// Polled with this task's own waker: crossterm keeps the first waker that it is given until a key
/// comes, so that one of `now_or_never` would leave the next key lying until something else happens.
async fn at_once<S: Stream<Item = io::Result<TermEvent>> + Unpin>(input: &mut Listener<S>) -> Option<Event> {
    poll_fn(|context| match input.poll_next_unpin(context) {
        Poll::Ready(term) => Poll::Ready(Some(term.unwrap_or(Event::Stop))),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Whoever cannot be asked keeps the theme that the environment suggests.
fn ask_background<S>(runner: &mut Runner, input: &mut Listener<S>) {
    match runner.desk().ask_background() {
        Ok(true) => input.expect_background(),
        Ok(false) => {}
        Err(error) => tracing::debug!(%error, "the terminal could not be asked for its background"),
    }
}

/// Draws the model as it is. [`run`] does so first of all; who has slow things to prepare before it
/// can call this even earlier.
///
/// # Errors
/// The terminal cannot be drawn to.
pub fn draw<B: Backend>(terminal: &mut Terminal<B>, desk: &mut dyn Desk, model: &Model) -> Result<(), RunError> {
    let theme = Theme::of(model.look());
    terminal
        .draw(|frame| desk.name_links(view_with_links(model, &theme, frame)))
        .map(drop)
        .map_err(RunError::new)
}

/// Carries out what only this thread may; hands the rest to the runner. `false` ends the dashboard.
fn carry_out<B: Backend>(
    terminal: &mut Terminal<B>,
    runner: &mut Runner,
    effect: Effect,
    backlog: &mut VecDeque<Event>,
) -> Result<bool, RunError> {
    match effect {
        Effect::Quit => return Ok(false),
        Effect::Redraw => redraw(terminal)?,
        Effect::Suspend => match runner.desk().suspend() {
            Ok(()) => backlog.push_back(Event::Resumed),
            Err(error) => backlog.push_back(Event::Said(Tone::Bad, format!("could not suspend: {error}"))),
        },
        Effect::Copy(text) => backlog.push_back(match runner.desk().copy(&text) {
            Ok(()) => Event::Said(Tone::Good, format!("copied {}", first_line(&text))),
            Err(error) => Event::Said(Tone::Bad, format!("could not copy: {error}")),
        }),
        Effect::Edit { text, kind } => {
            let edited = runner.desk().edit(&text, kind);
            backlog.push_back(Event::Resumed);
            match edited {
                Ok(edited) if edited.trim() == text.trim() => {}
                Ok(edited) => backlog.push_back(Event::Edited(kind, edited)),
                Err(error) => backlog.push_back(Event::Said(Tone::Bad, error.to_string())),
            }
        }
        Effect::CaptureMouse(on) => {
            if let Err(error) = runner.desk().capture_mouse(on) {
                backlog.push_back(Event::Said(Tone::Bad, format!("the mouse stays as it is: {error}")));
            }
        }
        other => runner.start(other),
    }
    Ok(true)
}

/// Has the next frame drawn in full. `Terminal::clear` would do, but it asks where the cursor is, and
/// the answer goes to whoever reads the keys.
fn redraw<B: Backend>(terminal: &mut Terminal<B>) -> Result<(), RunError> {
    let size = terminal.size().map_err(RunError::new)?;
    terminal
        .resize(Rect::new(0, 0, size.width, size.height))
        .map_err(RunError::new)
}

/// What was copied, in a few words.
fn first_line(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    match lines.count() {
        0 => first.to_owned(),
        more => format!("{} lines", more + 1),
    }
}
