//! Carries out effects away from the drawing thread and sends back what comes of them.

mod connecting;
mod findings;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::host::{ConfigFile, Desk, Host, Library, LivePages};
use crate::app::{Effect, Event, LiveRequest, Ticket, Tone};
use crate::domain::{ListQuery, Problem};

/// Between looks for other processes' writes.
const POLL: Duration = Duration::from_millis(250);
/// Between looks at the catalog's files.
const CATALOG: Duration = Duration::from_secs(3);
/// Between looks at the config file.
const SETTINGS: Duration = Duration::from_secs(1);

pub(super) struct Runner {
    host: Host,
    events: mpsc::Sender<Event>,
    lists: Arc<Mutex<Lane>>,
    live: Option<AbortHandle>,
    /// The authorization under way.
    grant: Option<AbortHandle>,
    /// The test of a draft under way.
    test: Option<AbortHandle>,
    /// Aborted when the runner is dropped.
    tasks: JoinSet<()>,
}

/// At most one list is read at a time, and only the latest one asked for comes after it: while one
/// types a filter, nothing is read that nobody will see.
#[derive(Default)]
struct Lane {
    busy: bool,
    waiting: Option<(Ticket, ListQuery)>,
}

/// How the store was at a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    counter: u64,
    edition: u64,
}

impl Seen {
    /// The edition is read only when something has changed at all.
    fn of(library: &dyn Library, known: Option<Self>) -> Self {
        let counter = library.change_counter();
        known.filter(|known| known.counter == counter).unwrap_or_else(|| Self {
            counter,
            edition: library.edition(),
        })
    }
}

/// What is to be told of the store between two looks.
fn news(known: Option<Seen>, seen: Option<Seen>) -> Option<Event> {
    match (known?, seen) {
        (known, Some(seen)) if known == seen => None,
        (known, Some(seen)) if known.edition == seen.edition => Some(Event::RunsChanged),
        _ => Some(Event::StoreChanged),
    }
}

fn locked(lane: &Mutex<Lane>) -> MutexGuard<'_, Lane> {
    lane.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Runner {
    pub(super) fn new(host: Host, events: mpsc::Sender<Event>) -> Self {
        Self {
            host,
            events,
            lists: Arc::default(),
            live: None,
            grant: None,
            test: None,
            tasks: JoinSet::new(),
        }
    }

    pub(super) fn desk(&mut self) -> &mut dyn Desk {
        self.host.desk.as_mut()
    }

    /// Reports every change of the store, whoever made it.
    pub(super) fn watch(&mut self) {
        let library = Arc::clone(&self.host.library);
        let clock = Arc::clone(&self.host.clock);
        let changed = Arc::clone(&self.host.changed);
        let events = self.events.clone();
        self.tasks.spawn(async move {
            let mut known = None;
            loop {
                let asked = Arc::clone(&library);
                let seen = tokio::task::spawn_blocking(move || Seen::of(asked.as_ref(), known))
                    .await
                    .ok();
                if let Some(event) = news(known, seen)
                    && events.send(event).await.is_err()
                {
                    return;
                }
                known = seen;
                tokio::select! {
                    () = changed.notified() => {}
                    () = clock.sleep(POLL) => {}
                }
            }
        });
    }

    /// Reports the catalog, and every change of its files.
    pub(super) fn watch_catalog(&mut self) {
        let library = Arc::clone(&self.host.library);
        let clock = Arc::clone(&self.host.clock);
        let events = self.events.clone();
        self.tasks.spawn(async move {
            loop {
                let asked = Arc::clone(&library);
                let read = tokio::task::spawn_blocking(move || asked.catalog())
                    .await
                    .ok()
                    .flatten();
                if let Some(tags) = read
                    && events.send(Event::Catalog(tags)).await.is_err()
                {
                    return;
                }
                clock.sleep(CATALOG).await;
            }
        });
    }

    /// Reports what becomes of the config file.
    pub(super) fn watch_settings(&mut self) {
        let settings = Arc::clone(&self.host.settings);
        let clock = Arc::clone(&self.host.clock);
        let events = self.events.clone();
        self.tasks.spawn(async move {
            loop {
                let asked = Arc::clone(&settings);
                let news = tokio::task::spawn_blocking(move || asked.look()).await;
                for event in news.unwrap_or_default() {
                    if events.send(event).await.is_err() {
                        return;
                    }
                }
                clock.sleep(SETTINGS).await;
            }
        });
    }

    /// Starts what an effect asks for.
    pub(super) fn start(&mut self, effect: Effect) {
        match effect {
            Effect::Load(ticket, query) => self.load(ticket, query),
            Effect::LoadDetail(ticket, row) => self.read(ticket, move |library| {
                let detail = library.detail(row)?;
                Ok(Event::Detail(ticket, detail.map(Box::new)))
            }),
            Effect::LoadSnapshot(ticket) => self.read(ticket, move |library| {
                Ok(Event::SnapshotRead(ticket, Box::new(library.snapshot()?)))
            }),
            Effect::CountViews(ticket, queries) => self.read(ticket, move |library| {
                Ok(Event::Counted(ticket, library.counts(&queries)?))
            }),
            Effect::CountTags(ticket, jql) => self.read(ticket, move |library| {
                Ok(Event::TagsCounted(ticket, library.tag_counts(&jql)?))
            }),
            Effect::Complete(ticket, request) => self.read(ticket, move |library| {
                Ok(Event::Completed(ticket, library.complete(&request)?))
            }),
            Effect::LoadFields(ticket) => {
                self.read(ticket, move |library| Ok(Event::FieldsRead(ticket, library.fields()?)));
            }
            Effect::PlanViews(ticket, views) => self.edit(ticket, move |file| {
                Ok(Event::ViewsPlanned(ticket, file.plan_views(&views)?))
            }),
            Effect::WriteConfig(ticket, change) => self.edit(ticket, move |file| {
                file.write(&change)?;
                Ok(Event::ConfigWritten(ticket))
            }),
            Effect::Sync(scope) => self.host.engine.sync(scope),
            Effect::LiveSearch(ticket, request) => self.live_search(ticket, request),
            Effect::CancelLive => self.cancel_live(),
            Effect::Mapping(ticket, question) => self.map(ticket, *question),
            Effect::Finding(ticket, ask) => self.find(ticket, ask),
            Effect::OpenUrl(url) => self.open(url),
            // The loop itself carries these out: they need the terminal.
            Effect::Copy(_)
            | Effect::Edit { .. }
            | Effect::CaptureMouse(_)
            | Effect::AskBackground
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit => {}
            about_connections => self.connect(about_connections),
        }
    }

    /// Reads something on a thread that may block.
    fn read(&mut self, ticket: Ticket, job: impl FnOnce(&dyn Library) -> Result<Event, Problem> + Send + 'static) {
        let library = Arc::clone(&self.host.library);
        let events = self.events.clone();
        self.tasks.spawn_blocking(move || {
            let event = job(library.as_ref()).unwrap_or_else(|problem| Event::Failed(ticket, problem));
            // Nobody listens any more once the dashboard has ended.
            let _ended = events.blocking_send(event);
        });
        self.forget_finished();
    }

    /// Does something with the config file on a thread that may block.
    fn edit(&mut self, ticket: Ticket, job: impl FnOnce(&dyn ConfigFile) -> Result<Event, Problem> + Send + 'static) {
        let file = Arc::clone(&self.host.config);
        let events = self.events.clone();
        self.tasks.spawn_blocking(move || {
            let event = job(file.as_ref()).unwrap_or_else(|problem| Event::Failed(ticket, problem));
            let _ended = events.blocking_send(event);
        });
        self.forget_finished();
    }

    fn load(&mut self, ticket: Ticket, query: ListQuery) {
        let mut lane = locked(&self.lists);
        lane.waiting = Some((ticket, query));
        if std::mem::replace(&mut lane.busy, true) {
            return;
        }
        drop(lane);
        let lists = Arc::clone(&self.lists);
        let library = Arc::clone(&self.host.library);
        let events = self.events.clone();
        self.tasks.spawn_blocking(move || {
            while let Some((ticket, query)) = next_list(&lists) {
                if read_list(library.as_ref(), &lists, &events, ticket, &query).is_none() {
                    return;
                }
            }
        });
        self.forget_finished();
    }

    fn live_search(&mut self, ticket: Ticket, request: LiveRequest) {
        self.cancel_live();
        let pages = LivePages::new(ticket, self.events.clone());
        let events = self.events.clone();
        let search = self.host.engine.live_search(request, pages);
        let task = self.tasks.spawn(async move {
            if let Err(problem) = search.await {
                let _ended = events.send(Event::Failed(ticket, problem)).await;
            }
        });
        self.live = Some(task);
        self.forget_finished();
    }

    fn cancel_live(&mut self) {
        if let Some(task) = self.live.take() {
            task.abort();
        }
    }

    fn open(&mut self, url: String) {
        let opener = Arc::clone(&self.host.opener);
        let events = self.events.clone();
        self.tasks.spawn_blocking(move || {
            let event = match opener(&url) {
                Ok(()) => Event::Said(Tone::Good, format!("opened {url}")),
                Err(error) => Event::Said(Tone::Bad, format!("no browser could be opened ({error}): {url}")),
            };
            let _ended = events.blocking_send(event);
        });
        self.forget_finished();
    }

    fn forget_finished(&mut self) {
        while self.tasks.try_join_next().is_some() {}
    }
}

/// Sends what a query yields; its first rows before the rest, if they are wanted at once. `None` when
/// nobody listens any more.
fn read_list(
    library: &dyn Library,
    lists: &Mutex<Lane>,
    events: &mpsc::Sender<Event>,
    ticket: Ticket,
    query: &ListQuery,
) -> Option<()> {
    // What is wrong with a query is told by the whole of its answer.
    let first = query.at_once.then(|| library.first(query).ok().flatten()).flatten();
    if let Some(page) = first {
        let whole = !page.partial;
        events.blocking_send(Event::Loaded(ticket, page)).ok()?;
        if whole || locked(lists).waiting.is_some() {
            return Some(());
        }
    }
    let event = match library.list(query) {
        Ok(page) => Event::Loaded(ticket, page),
        Err(problem) => Event::Failed(ticket, problem),
    };
    events.blocking_send(event).ok()
}

/// The list to read next; without one the lane is free again.
fn next_list(lists: &Mutex<Lane>) -> Option<(Ticket, ListQuery)> {
    let mut lane = locked(lists);
    let next = lane.waiting.take();
    lane.busy = next.is_some();
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_list_shows_has_no_list_read_again() {
        let seen = |counter, edition| Some(Seen { counter, edition });
        for (known, now, expected) in [
            (None, seen(1, 1), None),
            (seen(1, 1), seen(1, 1), None),
            (seen(1, 1), seen(2, 1), Some("runs")),
            (seen(1, 1), seen(2, 2), Some("all")),
            // A look that failed says nothing, so everything may be otherwise.
            (seen(1, 1), None, Some("all")),
        ] {
            let told = news(known, now).map(|event| match event {
                Event::RunsChanged => "runs",
                Event::StoreChanged => "all",
                other => panic!("{other:?}"),
            });
            assert_eq!(told, expected, "{known:?} {now:?}");
        }
    }
}
