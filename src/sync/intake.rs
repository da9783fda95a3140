//! Sources, looked at: what they hold goes into the store, with the outbox items that follow from it.
//!
//! Must never be in here: how a source is read (`source`), or what becomes of a finding (`push`).

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::{
    catalog::Catalog,
    clock::SharedClock,
    config::{Config, Feed, SourceConfig},
    domain::{Alias, FindingId, Level, Problem, SourceFlaw},
    mapping::Calendars,
    push::Planner,
    source::{
        self, Means,
        files::{FileKind, shared},
    },
    store::{NewLine, Store, StoreError, Taken},
};

use super::lock::{self, RunLock};

/// What one look at a source came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// Name of the source.
    pub source: String,
    /// Findings received.
    pub received: u64,
    /// Requests sent, or files read.
    pub requests: u64,
    /// What they did to the store.
    pub taken: Taken,
    /// What could not be read.
    pub flaws: Vec<SourceFlaw>,
    /// Why nothing could be read.
    pub problem: Option<Problem>,
    /// When the next look makes sense, where the source says so.
    pub retry_at: Option<Timestamp>,
}

/// Looks at sources, for the dashboard's engine and for single commands.
#[derive(Debug, Clone)]
pub struct Intake {
    store: Store,
    means: Means,
    clock: SharedClock,
    planner: Planner,
    /// Connections that are switched on, and the one whose log tells of each source.
    aliases: Vec<Alias>,
    logs: Arc<BTreeMap<String, Alias>>,
    /// Names and paths of the sources of files, in the order of the config.
    files: Arc<[(String, FileKind, Vec<PathBuf>)]>,
    /// Who hears of what goes wrong, besides the log.
    hears: Option<mpsc::UnboundedSender<String>>,
}

impl Intake {
    /// Reads into `store`, and queues what the config's mappings make of it. `means` lasts as long as
    /// the process, so that rate limits are known to every look.
    #[must_use]
    pub fn new(store: Store, means: Means, clock: SharedClock, config: &Config, planner: Planner) -> Self {
        let enabled = config.connections.iter().filter(|connection| connection.enabled);
        Self {
            store,
            means,
            clock,
            planner,
            aliases: enabled.map(|connection| connection.alias.clone()).collect(),
            logs: Arc::new(logs(config)),
            files: of_files(config).collect(),
            hears: None,
        }
    }

    /// Warnings and failures are said here, too, as they come.
    #[must_use]
    pub fn heard_by(self, sender: mpsc::UnboundedSender<String>) -> Self {
        Self {
            hears: Some(sender),
            ..self
        }
    }

    /// Decides on everything that changed since the last time, mappings included; connections that have
    /// something to send.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn plan(&self) -> Result<Vec<Alias>, StoreError> {
        let (planner, now, aliases) = (self.planner.clone(), self.clock.now(), self.aliases.clone());
        self.blocking(move |store| {
            planner.plan(store, now)?;
            let mut wanted = Vec::new();
            for alias in aliases {
                if store.next_due(&alias)?.is_some_and(|due| due <= now) {
                    wanted.push(alias);
                }
            }
            Ok(wanted)
        })
        .await
    }

    /// One look at one source, after any that another process is at: of two looks the one that began
    /// later must also be written later, or what it saw last would be undone. Files are read whether they
    /// have changed or not.
    ///
    /// # Errors
    /// When the store cannot be used; what is wrong with the source is in the answer.
    pub async fn look(&self, config: &SourceConfig) -> Result<Looked, StoreError> {
        let _held = self.wait_for_turn(config).await?;
        if FileKind::of(&config.feed).is_some() {
            let name = config.name.clone();
            self.blocking(move |store| store.forget_reading(&name)).await?;
        }
        self.look_held(config).await
    }

    /// As [`look`](Self::look), without reading files that are as they were.
    ///
    /// # Errors
    /// When the store cannot be used; what is wrong with the source is in the answer.
    pub async fn look_for_changes(&self, config: &SourceConfig) -> Result<Looked, StoreError> {
        let _held = self.wait_for_turn(config).await?;
        self.look_held(config).await
    }

    async fn wait_for_turn(&self, config: &SourceConfig) -> Result<RunLock, StoreError> {
        let turn = turn(config);
        self.blocking(move |store| lock::acquire(store.folder(), &turn)).await
    }

    /// The same, unless another process is at it.
    pub(super) async fn try_look(&self, config: &SourceConfig) -> Result<Option<Looked>, StoreError> {
        let Some(_held) = lock::try_acquire(self.store.folder(), &turn(config))? else {
            return Ok(None);
        };
        self.look_held(config).await.map(Some)
    }

    async fn look_held(&self, config: &SourceConfig) -> Result<Looked, StoreError> {
        let name = config.name.clone();
        let cursor = self.blocking(move |store| store.source_cursor(&name)).await?;
        let mut looked = Looked {
            source: config.name.clone(),
            received: 0,
            requests: 0,
            taken: Taken::default(),
            flaws: Vec::new(),
            problem: None,
            retry_at: None,
        };
        let (store, name) = (self.store.clone(), config.name.clone());
        let known = move |external: &str| {
            let id = FindingId {
                source: name.clone(),
                external: external.to_owned(),
            };
            store.find_finding(&id).ok().flatten().map(|(_, finding)| finding)
        };
        match source::read_source(config, cursor.as_deref(), &self.means, known).await {
            Ok(mut reading) => {
                reading.flaws.extend(self.read_twice(config).await?);
                looked.received = reading.findings.len() as u64;
                looked.requests = reading.requests;
                looked.flaws.clone_from(&reading.flaws);
                let (name, now, planner) = (config.name.clone(), self.clock.now(), self.planner.clone());
                let taken = self.blocking(move |store| {
                    let calendars = Calendars::new(now, store.zones()?);
                    store.take_reading(&name, &reading, now, &planner.decide(&calendars))
                });
                looked.taken = taken.await?;
            }
            Err(error) => {
                looked.retry_at = error.retry_at;
                let (name, problem) = (config.name.clone(), Problem::from(&error));
                looked.problem = Some(problem.clone());
                self.blocking(move |store| store.source_failed(&name, &problem)).await?;
            }
        }
        Ok(looked)
    }

    /// What files of a source one before it reads, too.
    async fn read_twice(&self, config: &SourceConfig) -> Result<Vec<SourceFlaw>, StoreError> {
        let before = self.files.iter().take_while(|(name, ..)| *name != config.name);
        let others: Vec<_> = before.cloned().collect();
        match FileKind::of(&config.feed) {
            Some((kind, paths)) if !others.is_empty() => {
                let paths = paths.to_vec();
                self.blocking(move |_| Ok(shared(&paths, kind, &others))).await
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Tells the log of a look that brought something.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn tell(&self, looked: &Looked) -> Result<(), StoreError> {
        self.log(&looked.source, lines(looked)).await
    }

    /// Tells the log something of a source.
    pub(super) async fn say(&self, source: &str, line: NewLine) -> Result<(), StoreError> {
        self.log(source, vec![line]).await
    }

    async fn log(&self, source: &str, lines: Vec<NewLine>) -> Result<(), StoreError> {
        if let Some(hears) = &self.hears {
            for line in lines.iter().filter(|line| line.level != Level::Info) {
                let remedy = line.detail.as_ref().map(|remedy| format!("; {remedy}"));
                // Nobody hears any more when the process is about to end.
                let _ = hears.send(format!("{}{}", line.text, remedy.unwrap_or_default()));
            }
        }
        let Some(alias) = self.logs.get(source).or(self.aliases.first()).cloned() else {
            return Ok(());
        };
        if lines.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        self.blocking(move |store| store.log(&alias, None, &lines, now)).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.store.clone();
        match tokio::task::spawn_blocking(move || work(&store)).await {
            Ok(result) => result,
            Err(failed) if failed.is_panic() => std::panic::resume_unwind(failed.into_panic()),
            Err(_) => Err(StoreError::Busy),
        }
    }
}

/// The sources of files that are switched on: name, kind and paths.
pub fn of_files(config: &Config) -> impl Iterator<Item = (String, FileKind, Vec<PathBuf>)> + '_ {
    let enabled = config.sources.iter().filter(|source| source.enabled);
    enabled.filter_map(|source| {
        let (kind, paths) = FileKind::of(&source.feed)?;
        Some((source.name.clone(), kind, paths.to_vec()))
    })
}

/// What the lock on a source is called.
fn turn(config: &SourceConfig) -> Alias {
    Alias::from(format!("source-{}", config.name))
}

/// What decides which finding gets an issue: the mappings of the config, the projects that entities of
/// the catalog name, and the sources that may be written to. Reads the catalog's files.
#[must_use]
pub fn planner(config: &Config) -> Planner {
    let catalog = Catalog::load(&config.catalog.paths);
    let project = |entity: &crate::catalog::Entity| {
        let named = entity.jira.projects.first()?;
        Some((entity.tag.clone(), named.value.clone()))
    };
    let projects: BTreeMap<String, String> = catalog.entities().iter().filter_map(project).collect();
    let writes = |source: &&SourceConfig| matches!(source.feed, Feed::GitHub { write: true, .. });
    let described: Vec<SourceConfig> = config.sources.iter().filter(writes).cloned().collect();
    Planner::new(&config.mappings)
        .with_projects(projects)
        .with_described(described)
}

/// The log that tells of each source: that of the connection which the first mapping for it leads to.
fn logs(config: &Config) -> BTreeMap<String, Alias> {
    let mut logs = BTreeMap::new();
    for source in &config.sources {
        let covers = |sources: &[String]| sources.is_empty() || sources.contains(&source.name);
        let known = |alias: &Alias| config.connections.iter().any(|connection| connection.alias == *alias);
        let mapping = config
            .mappings
            .iter()
            .find(|mapping| covers(&mapping.matching.sources) && known(&mapping.connection));
        if let Some(mapping) = mapping {
            logs.insert(source.name.clone(), mapping.connection.clone());
        }
    }
    logs
}

/// What the log says of a look; nothing of one that brought nothing.
fn lines(looked: &Looked) -> Vec<NewLine> {
    let name = &looked.source;
    if let Some(problem) = &looked.problem {
        let mut line = NewLine::new(Level::Error, format!("{name} could not be read: {}", problem.message));
        line.detail = Some(problem.remedy.clone());
        return vec![line];
    }
    let Taken {
        new,
        changed,
        gone,
        queued,
    } = looked.taken;
    let mut lines = Vec::new();
    if new + changed + gone > 0 {
        let text = format!("{name}: findings +{new} ~{changed} -{gone} · {queued} to send");
        lines.push(NewLine::new(Level::Info, text));
    }
    let flaw = |flaw: &SourceFlaw| NewLine::new(Level::Warn, format!("{name}: {flaw}"));
    lines.extend(looked.flaws.iter().map(flaw));
    lines
}
