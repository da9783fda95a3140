//! The engine of this process, and searches that go to the servers.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use super::Shelf;
use crate::{
    app::{LivePage, LiveRequest, Scope},
    cli::program::{configure, pace},
    clock::SharedClock,
    config::{Config, ConnectionConfig, SourceConfig},
    domain::{Alias, Problem, Run},
    mapping::Calendars,
    notice::Notifier,
    push::Planner,
    runtime::{Engine as Talks, LivePages, LiveSearch as Searching},
    store::{MappingVersion, Store, StoreError},
    sync::{Clients, Command, Engine, Intake, Pace, Poke, SyncError, Want, Watch, live::LiveSearch, planner},
};

/// An engine for each connection that is switched on, so that one can be exchanged while the others
/// go on.
pub(super) struct LocalEngine {
    lanes: Arc<Mutex<Vec<Lane>>>,
    /// The sources under watch, with the config that they are watched by.
    sources: Mutex<Option<Sources>>,
    planner: watch::Sender<Planner>,
    clients: Clients,
    store: Store,
    clock: SharedClock,
    shelf: Arc<Shelf>,
    notifier: Arc<Notifier>,
    ended: mpsc::UnboundedSender<Run>,
}

/// What reads the sources.
struct Sources {
    watch: Watch,
    configs: Vec<SourceConfig>,
    interval: Duration,
    /// The mappings that what is read is decided by.
    planned: Vec<MappingVersion>,
}

struct Lane {
    connection: ConnectionConfig,
    pace: Pace,
    engine: Engine,
}

impl LocalEngine {
    /// Starts the engines of a config that the store is in line with.
    pub(super) fn start(
        config: &Config,
        clients: Clients,
        store: &Store,
        clock: &SharedClock,
        shelf: &Arc<Shelf>,
    ) -> Self {
        let vault = clients.vault().clone();
        let notifier = Notifier::new(&config.notices, store.clone(), vault, Arc::clone(clock));
        let notifier = Arc::new(notifier);
        let engine = Self {
            lanes: Arc::default(),
            sources: Mutex::default(),
            planner: watch::Sender::new(planner(config)),
            clients,
            store: store.clone(),
            clock: Arc::clone(clock),
            shelf: Arc::clone(shelf),
            ended: Arc::clone(&notifier).hear(),
            notifier,
        };
        engine.start_missing(config);
        engine.watch_sources(config);
        engine
    }

    /// Reads the sources of a config, and wakes the lanes that they bring work for.
    fn watch_sources(&self, config: &Config) {
        let (store, clock) = (&self.store, &self.clock);
        let planner = self.planner.borrow().clone();
        let planned = planner.versions(&Calendars::default());
        let intake = Intake::new(
            store.clone(),
            self.clients.means().clone(),
            Arc::clone(clock),
            config,
            planner,
        );
        let lanes = Arc::clone(&self.lanes);
        let poke: Poke = Arc::new(move |aliases: &[Alias]| {
            for lane in lanes.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                (lane.engine.poke())(aliases);
            }
        });
        let interval = pace(config).interval;
        let sources = Sources {
            watch: Watch::start(&intake, clock, &config.sources, interval, &poke),
            configs: config.sources.clone(),
            interval,
            planned,
        };
        *self.sources.lock().unwrap_or_else(PoisonError::into_inner) = Some(sources);
    }

    /// Brings what reads the sources in line with another config; new mappings count at once.
    async fn follow_sources(&self, config: &Config) {
        let owned = config.clone();
        let Ok(now) = tokio::task::spawn_blocking(move || planner(&owned)).await else {
            return;
        };
        let planned = self.plan_by(now);
        let interval = pace(config).interval;
        let stays = |sources: &Sources| {
            sources.planned == planned && sources.configs == config.sources && sources.interval == interval
        };
        let old = {
            let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
            if sources.as_ref().is_some_and(stays) {
                return;
            }
            sources.take()
        };
        if let Some(old) = old {
            old.watch.stop().await;
        }
        self.watch_sources(config);
    }

    /// Has the lanes send by these mappings from now on; answers their versions.
    fn plan_by(&self, now: Planner) -> Vec<MappingVersion> {
        let planned = now.versions(&Calendars::default());
        self.planner.send_if_modified(|present| {
            let differs = present.versions(&Calendars::default()) != planned;
            if differs {
                *present = now;
            }
            differs
        });
        planned
    }

    /// Has the lanes know the mappings of a config that was just read, before the watch on the file gets
    /// round to it: what is put into the outbox by a new mapping must not be sent by the old ones.
    pub(super) fn know_mappings(&self, config: &Config) {
        self.plan_by(planner(config));
    }

    /// Looks at every source now.
    pub(super) fn read_sources(&self) {
        if let Some(sources) = &*self.sources.lock().unwrap_or_else(PoisonError::into_inner) {
            sources.watch.tell();
        }
    }

    fn lanes(&self) -> MutexGuard<'_, Vec<Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings engines and store in line with another config; connections that are the same as before
    /// are not disturbed.
    pub(super) async fn follow(&self, config: &Config) -> Result<(), StoreError> {
        let pace = pace(config);
        let stays = |lane: &Lane| {
            lane.pace == pace
                && config
                    .connections
                    .iter()
                    .any(|connection| connection.enabled && same(connection, &lane.connection))
        };
        let gone: Vec<Lane> = self.lanes().extract_if(.., |lane| !stays(lane)).collect();
        for lane in gone {
            lane.engine.stop().await;
            self.clients.forget(&lane.connection.alias);
        }
        let (store, owned) = (self.store.clone(), config.clone());
        let configured = tokio::task::spawn_blocking(move || configure(&store, &owned)).await;
        configured.unwrap_or(Err(StoreError::Busy))?;
        self.notifier.follow(&config.notices);
        self.start_missing(config);
        self.follow_sources(config).await;
        Ok(())
    }

    /// Starts an engine for each connection without one, in the order of the config.
    fn start_missing(&self, config: &Config) {
        let pace = pace(config);
        let mut lanes = self.lanes();
        for connection in config.connections.iter().filter(|connection| connection.enabled) {
            if lanes.iter().any(|lane| lane.connection.alias == connection.alias) {
                continue;
            }
            let only = std::slice::from_ref(connection);
            lanes.push(Lane {
                connection: connection.clone(),
                pace,
                engine: Engine::start(
                    only,
                    &self.clients,
                    &self.store,
                    &self.clock,
                    pace,
                    &self.planner.subscribe(),
                    Some(&self.ended),
                ),
            });
        }
        let place = |lane: &Lane| {
            config
                .connections
                .iter()
                .position(|connection| connection.alias == lane.connection.alias)
        };
        lanes.sort_by_key(place);
    }

    /// Has a connection run with the secret and the tokens that are kept for it now: the config does
    /// not tell that they are others.
    pub(super) fn sign_in_again(&self, alias: &Alias) {
        self.clients.forget(alias);
        self.sync(Scope::One(alias.clone()));
    }

    /// One client a connection, for whoever asks a site something beside the runs.
    pub(super) fn clients(&self) -> &Clients {
        &self.clients
    }

    /// Ends all engines.
    pub(super) async fn stop(&self) {
        let sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sources) = sources {
            sources.watch.stop().await;
        }
        let lanes = std::mem::take(&mut *self.lanes());
        for lane in lanes {
            lane.engine.stop().await;
        }
    }
}

/// Whether nothing changed that an engine would notice.
fn same(one: &ConnectionConfig, other: &ConnectionConfig) -> bool {
    let default = one.default;
    *one == ConnectionConfig {
        default,
        ..other.clone()
    }
}

impl Talks for LocalEngine {
    fn sync(&self, scope: Scope) {
        let alias = match scope {
            Scope::All => None,
            Scope::One(alias) => Some(alias),
        };
        if alias.is_none() {
            self.read_sources();
        }
        let command = Command::Sync {
            alias,
            want: Want::default(),
        };
        for lane in self.lanes().iter() {
            lane.engine.tell(&command);
        }
    }

    fn live_search(&self, request: LiveRequest, pages: LivePages) -> Searching {
        let (clients, store) = (self.clients.clone(), self.store.clone());
        let shelf = Arc::clone(&self.shelf);
        let asked = |alias: &Alias| request.aliases.is_empty() || request.aliases.contains(alias);
        let chosen: Vec<ConnectionConfig> = self
            .lanes()
            .iter()
            .map(|lane| &lane.connection)
            .filter(|connection| asked(&connection.alias))
            .cloned()
            .collect();
        Box::pin(async move {
            let narrowed = narrowed(shelf, store.clone(), &request, &chosen).await?;
            let mut searches = JoinSet::new();
            for (place, connection) in chosen.into_iter().enumerate() {
                let Some((_, jql)) = narrowed.iter().find(|(alias, _)| *alias == connection.alias) else {
                    continue;
                };
                let (clients, store) = (clients.clone(), store.clone());
                let request = LiveRequest {
                    jql: jql.clone(),
                    ..request.clone()
                };
                let pages = pages.clone();
                searches.spawn(async move { search_one(&clients, &store, &connection, &request, place, &pages).await });
            }
            let mut total = Some(0);
            while let Some(counted) = searches.join_next().await {
                total = total
                    .zip(counted.ok().flatten())
                    .map(|(total, counted)| total + counted);
            }
            pages
                .send(LivePage {
                    total,
                    done: true,
                    ..LivePage::default()
                })
                .await;
            Ok(())
        })
    }
}

/// What each connection is to be asked; those where the tag leads nowhere are left out.
async fn narrowed(
    shelf: Arc<Shelf>,
    store: Store,
    request: &LiveRequest,
    chosen: &[ConnectionConfig],
) -> Result<Vec<(Alias, String)>, Problem> {
    let aliases: Vec<Alias> = chosen.iter().map(|connection| connection.alias.clone()).collect();
    let jql = request.jql.clone();
    let Some(tag) = request.tag.clone() else {
        return Ok(aliases.into_iter().map(|alias| (alias, jql.clone())).collect());
    };
    let narrowing = tokio::task::spawn_blocking(move || shelf.narrowed(&store, &tag, &jql, &aliases));
    narrowing.await.unwrap_or_else(|error| {
        Err(Problem {
            kind: "catalog".to_owned(),
            message: format!("the tag could not be looked up: {error}"),
            remedy: "Press r to try again.".to_owned(),
        })
    })
}

/// Searches one connection and sends what comes; answers how many issues match there.
async fn search_one(
    clients: &Clients,
    store: &Store,
    connection: &ConnectionConfig,
    request: &LiveRequest,
    place: usize,
    pages: &LivePages,
) -> Option<usize> {
    match rows_of(clients, store, connection, request, place, pages).await {
        Ok(total) => Some(total),
        Err(error) => {
            let problems = vec![(connection.alias.clone(), error.problem())];
            pages
                .send(LivePage {
                    problems,
                    ..LivePage::default()
                })
                .await;
            None
        }
    }
}

async fn rows_of(
    clients: &Clients,
    store: &Store,
    connection: &ConnectionConfig,
    request: &LiveRequest,
    place: usize,
    pages: &LivePages,
) -> Result<usize, SyncError> {
    let mut search = LiveSearch::new(clients, store, connection, &request.jql, place).await?;
    let sent = vec![(connection.alias.clone(), search.sent().to_owned())];
    pages
        .send(LivePage {
            sent,
            ..LivePage::default()
        })
        .await;
    let mut brought = 0;
    while brought < request.limit {
        let Some(mut rows) = search.page().await? else {
            return Ok(brought);
        };
        rows.truncate(request.limit - brought);
        brought += rows.len();
        pages
            .send(LivePage {
                rows,
                ..LivePage::default()
            })
            .await;
    }
    Ok(brought.max(usize::try_from(search.total().await?).unwrap_or(usize::MAX)))
}
