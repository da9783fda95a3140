//! The dashboard on the store and the engine of this process.

mod shelf;

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::task::JoinSet;

use self::shelf::Shelf;
use super::{pace, runtime, talk::Talk};
use crate::{
    app::{self, CompletionRequest, LivePage, LiveRequest, Model, NEEDS_SERVER, Scope, Tags, ThemeName, Wanted},
    catalog::IssueFacts,
    cli::{
        accessible::Dialogue,
        failure::{Exit, Failure},
        output::Look,
    },
    clock::SharedClock,
    config::{Config, ConnectionConfig, Paths},
    domain::{Alias, IssueDetail, Level, ListPage, ListQuery, Problem, Snapshot},
    runtime::{Engine as Talks, Host, Library, LivePages, LiveSearch as Searching, draw, follows_links, run, terminal},
    store::{NewLine, Store, StoreError},
    sync::{Clients, Command, Engine, SyncError, Want, live::LiveSearch},
};

/// Runs that the Sync screen shows.
const RUNS: usize = 200;
/// Log lines that the Sync screen shows.
const LINES: usize = 2_000;
/// Names that are offered to complete a query.
const NAMES: usize = 40;

/// What a dashboard is played on.
pub(super) struct Stage<'a> {
    pub(super) config: &'a Config,
    pub(super) paths: &'a Paths,
    pub(super) store: Store,
    pub(super) clock: SharedClock,
    /// What the user must hear of first.
    pub(super) notices: Vec<String>,
}

impl Stage<'_> {
    /// Shows the dashboard until the user leaves it. The first frame needs the store and nothing else.
    pub(super) fn play(self, look: &Look) -> Result<(), Failure> {
        self.tell_notices();
        if look.accessible {
            return self.talk(look);
        }
        let library = StoreLibrary {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            shelf: Arc::new(Shelf::of(self.config)),
        };
        let mut setup = app::Setup::of(self.config, self.paths.config.display().to_string());
        setup.now = self.clock.now();
        setup.zone = look.zone.clone();
        setup.look.theme = ThemeName::pick(&self.config.ui.theme, |name| std::env::var(name).ok());
        setup.look.no_color = no_color();
        setup.look.ascii |= look.ascii;
        setup.look.links = follows_links(|name| std::env::var(name).ok());
        let page = library.list(&setup.first_query()).ok();
        let snapshot = library.snapshot().unwrap_or_default();
        terminal::install_panic_hook(self.paths.log());
        let mut taken = terminal::take(setup.look.mouse).map_err(|error| no_terminal(&error))?;
        setup.size = taken.tty.size().map_err(|error| no_terminal(&error))?;
        let model = Model::new(setup, page, snapshot);
        draw(&mut taken.tty, &mut taken.desk, &model).map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
        let runtime = runtime()?;
        let ended = runtime.block_on(self.live(taken, model, Arc::new(library)));
        runtime.shutdown_background();
        ended
    }

    async fn live(&self, taken: terminal::Taken, model: Model, library: Arc<StoreLibrary>) -> Result<(), Failure> {
        let mut tty = taken.tty;
        let talks = self.engine(&library);
        let host = Host {
            library,
            engine: Arc::clone(&talks) as Arc<dyn Talks>,
            desk: Box::new(taken.desk),
            opener: Arc::new(|url| open::that_detached(url)),
            clock: Arc::clone(&self.clock),
            changed: self.store.changed(),
        };
        let ended = run(&mut tty, taken.input, model, host, terminal::stop_signal()).await;
        // The shell has its screen again while the engine stops.
        drop(taken.guard);
        talks.end().await;
        ended
            .map(drop)
            .map_err(|error| Failure::new(Exit::Failed, error.to_string()))
    }

    /// The engine, under way.
    fn engine(&self, library: &StoreLibrary) -> Arc<LocalEngine> {
        let clients = Clients::new(Arc::clone(&self.clock));
        let connections = &self.config.connections;
        let engine = Engine::start(connections, &clients, &self.store, &self.clock, pace(self.config), None);
        Arc::new(LocalEngine {
            engine: Mutex::new(Some(engine)),
            clients,
            store: self.store.clone(),
            shelf: Arc::clone(&library.shelf),
            connections: connections
                .iter()
                .filter(|connection| connection.enabled)
                .cloned()
                .collect(),
        })
    }

    /// Holds a dialogue instead of showing a screen, while the engine works beside it.
    fn talk(&self, look: &Look) -> Result<(), Failure> {
        let library = Arc::new(StoreLibrary {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            shelf: Arc::new(Shelf::of(self.config)),
        });
        let mut setup = app::Setup::of(self.config, self.paths.config.display().to_string());
        setup.now = self.clock.now();
        setup.zone = look.zone.clone();
        let mut dialogue = Dialogue::new(setup, &library.snapshot().unwrap_or_default());
        let runtime = runtime()?;
        let ended = runtime.block_on(async {
            let engine = self.engine(&library);
            let asked = Arc::clone(&engine);
            let talk = Talk {
                library,
                clock: Arc::clone(&self.clock),
                sync: Box::new(move |alias| asked.sync(alias.map_or(Scope::All, Scope::One))),
                ascii: look.ascii || self.config.ui.ascii,
            };
            // Reading a line cannot be interrupted, so it happens where nobody waits for it.
            let held = tokio::task::spawn_blocking(move || talk.hold(&mut dialogue, io::stdin().lock(), io::stdout()));
            let ended = tokio::select! {
                ended = held => ended.unwrap_or_else(|error| Err(io::Error::other(error))),
                () = terminal::stop_signal() => Ok(()),
            };
            engine.end().await;
            ended
        });
        runtime.shutdown_background();
        ended.map_err(Failure::from)
    }

    /// Notices go to the log, where they stay after the screen has moved on.
    fn tell_notices(&self) {
        let lines: Vec<NewLine> = self
            .notices
            .iter()
            .map(|notice| NewLine::new(Level::Warn, notice.clone()))
            .collect();
        let Some(connection) = self.config.connections.iter().find(|connection| connection.enabled) else {
            return;
        };
        if let Err(error) = self.store.log(&connection.alias, None, &lines, self.clock.now()) {
            tracing::warn!(%error, "the sync log could not be written");
        }
    }
}

fn no_terminal(error: &io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("the terminal cannot be used: {error}"))
        .hint("`crosstie issues` prints a list without one")
}

/// <https://no-color.org>: set and not empty.
fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// The store as the dashboard reads it.
struct StoreLibrary {
    store: Store,
    clock: SharedClock,
    shelf: Arc<Shelf>,
}

impl StoreLibrary {
    /// A connection that was never signed in has nothing cached: it must not keep the others from
    /// being shown. `None` while there is no other.
    fn askable(&self, query: &ListQuery) -> Result<Option<ListQuery>, StoreError> {
        let signed_in = self.store.signed_in_aliases()?;
        let asked = |alias: &Alias| query.aliases.is_empty() || query.aliases.contains(alias);
        let aliases: Vec<Alias> = signed_in.into_iter().filter(asked).collect();
        Ok((!aliases.is_empty()).then(|| ListQuery {
            aliases,
            ..query.clone()
        }))
    }

    fn answer(&self, query: &ListQuery) -> Result<ListPage, Problem> {
        let now = self.clock.now();
        let Some(query) = self.askable(query).map_err(|error| told(&error))? else {
            return Ok(ListPage::default());
        };
        let answer = match &query.tag {
            None => self.store.list(&query, now),
            Some(tag) => {
                let asked = self.shelf.narrowed(&self.store, tag, &query.jql, &query.aliases)?;
                self.store.list_each(&asked, &query, now)
            }
        };
        answer.map_err(|error| told(&error))
    }
}

/// What the store says, with the word that sends a query to the servers.
fn told(error: &StoreError) -> Problem {
    match error {
        StoreError::Query(cannot) if cannot.is_server_only() => Problem {
            kind: NEEDS_SERVER.to_owned(),
            ..Problem::from(error)
        },
        _ => Problem::from(error),
    }
}

impl Library for StoreLibrary {
    fn list(&self, query: &ListQuery) -> Result<ListPage, Problem> {
        self.answer(query)
    }

    fn detail(&self, row: i64) -> Result<Option<IssueDetail>, Problem> {
        self.store.detail(row).map_err(|error| Problem::from(&error))
    }

    fn snapshot(&self) -> Result<Snapshot, Problem> {
        let read = || -> Result<Snapshot, StoreError> {
            Ok(Snapshot {
                connections: self.store.connections()?,
                runs: self.store.runs(RUNS)?,
                log: self.store.log_lines(LINES)?,
            })
        };
        read().map_err(|error| Problem::from(&error))
    }

    fn counts(&self, queries: &[String]) -> Result<Vec<Option<usize>>, Problem> {
        let queries: Vec<&str> = queries.iter().map(String::as_str).collect();
        let counted = self.store.totals(&queries, &[], self.clock.now());
        Ok(counted
            .map_err(|error| Problem::from(&error))?
            .into_iter()
            .map(Result::ok)
            .collect())
    }

    fn catalog(&self) -> Option<Arc<Tags>> {
        self.shelf.look()
    }

    fn tag_counts(&self, jql: &str) -> Result<BTreeMap<String, usize>, Problem> {
        let Some(tags) = self.shelf.known() else {
            return Ok(BTreeMap::new());
        };
        let matching = self.answer(&ListQuery {
            jql: jql.to_owned(),
            limit: usize::MAX,
            ..ListQuery::default()
        })?;
        let mut counts: BTreeMap<String, usize> = tags.entries.iter().map(|entry| (entry.tag.clone(), 0)).collect();
        for row in &matching.rows {
            for tag in tags.matcher.tags_of(&IssueFacts::from(row)) {
                *counts.entry(tag.to_owned()).or_default() += 1;
            }
        }
        Ok(counts)
    }

    fn complete(&self, request: &CompletionRequest) -> Result<Vec<(String, String)>, Problem> {
        let found = match &request.wanted {
            Wanted::Fields => self.store.custom_fields(&request.part, NAMES),
            Wanted::Values(field) => self.store.values_of(field, &request.part, NAMES),
        };
        found.map_err(|error| told(&error))
    }

    fn change_counter(&self) -> u64 {
        self.store.change_counter().unwrap_or_default()
    }
}

/// The engine of this process, and searches that go to the servers.
struct LocalEngine {
    engine: Mutex<Option<Engine>>,
    clients: Clients,
    store: Store,
    shelf: Arc<Shelf>,
    connections: Vec<ConnectionConfig>,
}

impl LocalEngine {
    /// Ends runs under way and waits for it.
    async fn end(&self) {
        let engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(engine) = engine {
            engine.stop().await;
        }
    }
}

impl Talks for LocalEngine {
    fn sync(&self, scope: Scope) {
        let alias = match scope {
            Scope::All => None,
            Scope::One(alias) => Some(alias),
        };
        if let Some(engine) = self.engine.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            engine.tell(&Command::Sync {
                alias,
                want: Want::default(),
            });
        }
    }

    fn live_search(&self, request: LiveRequest, pages: LivePages) -> Searching {
        let (clients, store) = (self.clients.clone(), self.store.clone());
        let shelf = Arc::clone(&self.shelf);
        let asked = |alias: &Alias| request.aliases.is_empty() || request.aliases.contains(alias);
        let chosen: Vec<ConnectionConfig> = self
            .connections
            .iter()
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
