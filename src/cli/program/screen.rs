//! The dashboard on the store and the engine of this process.

mod connector;
mod engine;
mod facts;
mod file;
mod findings;
mod mapper;
mod reload;
mod shelf;

use std::{collections::BTreeMap, io, sync::Arc};

use jiff::Timestamp;

use self::{
    connector::ConfigConnector, engine::LocalEngine, facts::KnownFacts, file::OwnFile, findings::StoreFindings,
    mapper::SiteMapper, reload::Reload, shelf::Shelf,
};
use super::{runtime, talk::Talk};
use crate::{
    app::{self, CompletionRequest, Model, NEEDS_SERVER, Scope, Tags, ThemeName, Wanted},
    auth::Vault,
    catalog::IssueFacts,
    cli::{
        accessible::Dialogue,
        failure::{Exit, Failure},
        look::Look,
    },
    clock::SharedClock,
    config::{Config, Paths},
    connect::Registry,
    domain::{Alias, ConnectionState, IssueDetail, Level, ListPage, ListQuery, Problem, SiteField, Snapshot},
    runtime::{Engine as Talks, Host, Library, draw, follows_links, run, terminal},
    store::{NewLine, Store, StoreError},
    sync::Clients,
};

/// Runs that the Sync screen shows.
const RUNS: usize = 200;
/// Log lines that the Sync screen shows.
const LINES: usize = 2_000;
/// Runs that are read before the first frame; those under way are among them.
const RUNS_AT_ONCE: usize = 20;
/// Log lines that are read before the first frame, more than its panes show.
const LINES_AT_ONCE: usize = 60;
/// Names that are offered to complete a query.
const NAMES: usize = 40;

/// What a dashboard is played on.
pub(super) struct Stage<'a> {
    pub(super) config: &'a Config,
    pub(super) paths: &'a Paths,
    pub(super) store: Store,
    pub(super) vault: Vault,
    pub(super) registry: Registry,
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
            facts: KnownFacts::new(&self.config.connections, self.vault.clone(), self.store.changed()),
            shelf: Arc::new(Shelf::of(self.config)),
        };
        let mut setup = setup_of(self.config, self.paths, look);
        setup.now = self.clock.now();
        setup.zone = look.zone.clone();
        setup.look.links = follows_links(|name| std::env::var(name).ok());
        let page = library.first(&setup.first_query()).ok().flatten();
        let snapshot = library.glance().unwrap_or_default();
        terminal::install_panic_hook(self.paths.log());
        let mut taken = terminal::take(setup.look.mouse).map_err(|error| no_terminal(&error))?;
        setup.size = taken.tty.size().map_err(|error| no_terminal(&error))?;
        let model = Model::new(setup, page, snapshot);
        draw(&mut taken.tty, &mut taken.desk, &model).map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
        let runtime = runtime()?;
        let ended = runtime.block_on(self.live(taken, model, Arc::new(library), look));
        runtime.shutdown_background();
        ended
    }

    async fn live(
        &self,
        taken: terminal::Taken,
        model: Model,
        library: Arc<StoreLibrary>,
        look: &Look,
    ) -> Result<(), Failure> {
        let mut tty = taken.tty;
        let talks = self.engine(&library);
        let settings = Reload::new(self, look, &library, &talks);
        library.facts.look_again(&self.config.connections);
        let findings = StoreFindings {
            store: self.store.clone(),
            paths: self.paths.clone(),
            clock: Arc::clone(&self.clock),
            shelf: Arc::clone(&library.shelf),
            engine: Arc::clone(&talks),
        };
        let connector = ConfigConnector::new(self, Arc::clone(&talks), library.facts.clone());
        let host = Host {
            library,
            connector: Arc::new(connector),
            mapper: Arc::new(SiteMapper::new(self, talks.clients().clone())),
            findings: Arc::new(findings),
            engine: Arc::clone(&talks) as Arc<dyn Talks>,
            settings: Arc::new(settings),
            desk: Box::new(taken.desk),
            opener: Arc::new(|url| open::that_detached(url)),
            config: Arc::new(OwnFile(self.paths.clone())),
            clock: Arc::clone(&self.clock),
            changed: self.store.changed(),
        };
        let ended = run(&mut tty, taken.input, model, host, terminal::stop_signal()).await;
        // The shell has its screen again while the engine stops.
        drop(taken.guard);
        talks.stop().await;
        ended
            .map(drop)
            .map_err(|error| Failure::new(Exit::Failed, error.to_string()))
    }

    /// The engine, under way.
    fn engine(&self, library: &StoreLibrary) -> Arc<LocalEngine> {
        let clients = Clients::new(Arc::clone(&self.clock), self.vault.clone());
        Arc::new(LocalEngine::start(
            self.config,
            clients,
            &self.store,
            &self.clock,
            &library.shelf,
        ))
    }

    /// Holds a dialogue instead of showing a screen, while the engine works beside it.
    fn talk(&self, look: &Look) -> Result<(), Failure> {
        let library = Arc::new(StoreLibrary {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            facts: KnownFacts::new(&self.config.connections, self.vault.clone(), self.store.changed()),
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
            engine.stop().await;
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
        log(&self.store, self.config, &lines, self.clock.now());
    }
}

/// Puts lines about the program itself into the sync log, under the first connection.
fn log(store: &Store, config: &Config, lines: &[NewLine], now: Timestamp) {
    let Some(connection) = config.connections.iter().find(|connection| connection.enabled) else {
        return;
    };
    if let Err(error) = store.log(&connection.alias, None, lines, now) {
        tracing::warn!(%error, "the sync log could not be written");
    }
}

/// What the dashboard starts from, by the config, the command line and the terminal.
fn setup_of(config: &Config, paths: &Paths, look: &Look) -> app::Setup {
    let mut setup = app::Setup::of(config, paths.config.display().to_string());
    setup.look.theme = ThemeName::pick(&config.ui.theme, |name| std::env::var(name).ok());
    setup.look.follows = setup.look.theme.follows(&config.ui.theme);
    setup.look.no_color = no_color();
    setup.look.ascii |= look.ascii;
    setup
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
    /// What was found out about the connections' secrets.
    facts: KnownFacts,
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
        let answer = match self.narrowed(&query)? {
            None => self.store.list(&query, now),
            Some(asked) => self.store.list_each(&asked, &query, now),
        };
        answer.map_err(|error| told(&error))
    }

    /// What a tag makes of the JQL on each connection.
    fn narrowed(&self, query: &ListQuery) -> Result<Option<Vec<(Alias, String)>>, Problem> {
        let narrowed = |tag| self.shelf.narrowed(&self.store, tag, &query.jql, &query.aliases);
        query.tag.as_deref().map(narrowed).transpose()
    }

    /// As much as the first frame shows.
    fn glance(&self) -> Result<Snapshot, StoreError> {
        self.snapshot_of(self.store.connections()?, RUNS_AT_ONCE, LINES_AT_ONCE)
    }

    fn snapshot_of(
        &self,
        mut connections: Vec<ConnectionState>,
        runs: usize,
        lines: usize,
    ) -> Result<Snapshot, StoreError> {
        self.facts.tell(&mut connections);
        Ok(Snapshot {
            connections,
            runs: self.store.runs(runs)?,
            log: self.store.log_lines(lines)?,
        })
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

    fn first(&self, query: &ListQuery) -> Result<Option<ListPage>, Problem> {
        let now = self.clock.now();
        let Some(query) = self.askable(query).map_err(|error| told(&error))? else {
            return Ok(Some(ListPage::default()));
        };
        let first = match self.narrowed(&query)? {
            None => self.store.first(&query, now),
            Some(asked) => self.store.first_each(&asked, &query, now),
        };
        first.map_err(|error| told(&error))
    }

    fn detail(&self, row: i64) -> Result<Option<IssueDetail>, Problem> {
        self.store.detail(row).map_err(|error| Problem::from(&error))
    }

    fn snapshot(&self) -> Result<Snapshot, Problem> {
        let counted = self.store.connections();
        let read = counted.and_then(|connections| self.snapshot_of(connections, RUNS, LINES));
        read.map_err(|error| Problem::from(&error))
    }

    fn counts(&self, queries: &[String]) -> Result<Vec<Option<usize>>, Problem> {
        let queries: Vec<&str> = queries.iter().map(String::as_str).collect();
        let aliases = self.store.signed_in_aliases().map_err(|error| Problem::from(&error))?;
        if aliases.is_empty() {
            return Ok(vec![None; queries.len()]);
        }
        let counted = self.store.totals(&queries, &aliases, self.clock.now());
        Ok(counted
            .map_err(|error| Problem::from(&error))?
            .into_iter()
            // Where only a rough number is known, none is shown: nothing there says so.
            .map(|total| Some(total.ok().filter(|total| !total.approximate)?.issues))
            .collect())
    }

    fn catalog(&self) -> Option<Arc<Tags>> {
        self.shelf.look(&self.store)
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

    fn fields(&self) -> Result<Vec<SiteField>, Problem> {
        self.store.site_fields().map_err(|error| Problem::from(&error))
    }

    fn change_counter(&self) -> u64 {
        self.store.change_counter().unwrap_or_default()
    }

    fn edition(&self) -> u64 {
        self.store.edition().unwrap_or_default()
    }
}
