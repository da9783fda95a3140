//! The one place that waits: terminal, engine, library and time on one loop.
//!
//! Must never be in here: what a key means (`app`) or how it looks (`ui`). On the loop's own thread
//! nothing happens but `update` and drawing; everything that could take time runs elsewhere and
//! comes back as an event on one bounded channel.

mod background;
mod connector;
mod editor;
mod findings;
mod host;
mod linked;
mod mapper;
mod runner;
pub mod terminal;

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crossterm::event::Event as TermEvent;
use futures_util::{FutureExt, Stream, StreamExt};
use ratatui::{Terminal, backend::Backend, layout::Rect};
use tokio::sync::mpsc;

use crate::app::{Effect, Event, Model, Tone, update};
use crate::ui::{Theme, view_with_links};
use background::Listener;
pub use connector::{Attempt, Connector, Reports, Unmanaged, Work};
pub use editor::EditError;
pub use findings::{Findings, NoFindings};
pub use host::{ConfigFile, Desk, Engine, Host, Library, LivePages, LiveSearch, NoFile, Opener, Settings};
pub use linked::{Linked, likely as follows_links};
pub use mapper::{Mapper, Unmapped};
use runner::Runner;

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
