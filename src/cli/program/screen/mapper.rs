//! What the Mappings screen and its editor ask for, found out from config, store and sites.
//!
//! Must never be in here: a decision about what is asked next.

mod findings;
mod site;

use super::{Stage, file};
use crate::{
    app::{ConfigChange, MAPPING_CHANGED, MappingAnswer, MappingChange, MappingQuestion, Opened},
    clock::SharedClock,
    config::{self, Config, ConnectionConfig, Paths, ProjectChoice},
    domain::{Alias, FindingQuery, Problem},
    jira::Client,
    runtime::{ConfigFile as _, Mapper, Work},
    store::{Store, StoreError},
    sync::Clients,
};

/// Tags that are offered.
const TAGS: usize = 500;

/// See the module. Cheap to clone.
#[derive(Clone)]
pub(super) struct SiteMapper {
    paths: Paths,
    store: Store,
    clients: Clients,
    clock: SharedClock,
}

impl SiteMapper {
    pub(super) fn new(stage: &Stage<'_>, clients: Clients) -> Self {
        Self {
            paths: stage.paths.clone(),
            store: stage.store.clone(),
            clients,
            clock: SharedClock::clone(&stage.clock),
        }
    }

    /// The config as the file has it now.
    async fn config(&self) -> Result<Config, Problem> {
        let paths = self.paths.clone();
        let loaded = blocking(move || config::load(&paths)).await?;
        loaded
            .map(|loaded| loaded.config)
            .map_err(|invalid| setup(invalid.to_string(), "mend the config file first"))
    }

    async fn connection(&self, alias: &Alias) -> Result<ConnectionConfig, Problem> {
        let config = self.config().await?;
        let found = config.connections.into_iter().find(|one| one.alias == *alias);
        found.filter(|connection| connection.enabled).ok_or_else(|| {
            setup(
                format!("{alias} is not configured, or switched off"),
                "choose another connection",
            )
        })
    }

    async fn client(&self, alias: &Alias) -> Result<Client, Problem> {
        let connection = self.connection(alias).await?;
        let client = self.clients.get(&connection).await;
        client.map_err(|error| Problem::from(&error))
    }

    /// Reads something of the store where that may take its time.
    async fn stored<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let store = self.store.clone();
        let read = blocking(move || read(&store)).await?;
        read.map_err(|error| Problem::from(&error))
    }

    async fn answer(&self, question: MappingQuestion) -> Result<MappingAnswer, Problem> {
        use MappingAnswer as A;
        use MappingQuestion as Q;
        Ok(match question {
            Q::Overview => A::Overview(self.overview().await?),
            Q::Opened(name) => A::Opened(Box::new(self.opened(name).await?)),
            Q::Projects(alias) => A::Projects(self.projects(&alias).await?),
            Q::Types(alias, project) => A::Types(self.types(&alias, &project).await?),
            Q::Screen(target, below) => {
                let read = self.screen(&target, below.as_deref()).await?;
                A::Screen(Box::new(read))
            }
            Q::Workflow(target) => A::Workflow(Box::new(self.workflow(&target).await?)),
            Q::Choices(lookup) => A::Choices(self.choices(&lookup).await?),
            Q::Samples(alias, matching) => A::Samples(Box::new(self.samples(&alias, matching).await?)),
            Q::DryRun(mapping, model) => A::DryRun(Box::new(self.dry_run(*mapping, model).await?)),
            Q::Plan(change) => {
                let paths = self.paths.clone();
                A::Plan(Some(blocking(move || plan(&paths, &change)).await??))
            }
            Q::Change(change) => {
                let paths = self.paths.clone();
                A::Change(blocking(move || make(&paths, &change)).await??)
            }
        })
    }

    async fn opened(&self, name: Option<String>) -> Result<Opened, Problem> {
        let config = self.config().await?;
        let tags = self.stored(tags).await?;
        let enabled = config.connections.iter().filter(|connection| connection.enabled);
        let mut connections: Vec<&ConnectionConfig> = enabled.collect();
        connections.sort_by_key(|connection| !connection.default);
        let mapping = name.and_then(|name| config.mapping(&name).cloned());
        let model = match &mapping {
            Some(mapping) if mapping.project == ProjectChoice::Ask => {
                let (alias, kind) = (mapping.connection.clone(), mapping.issue_type.clone());
                self.stored(move |store| store.latest_screen(&alias, &kind)).await?
            }
            _ => None,
        };
        Ok(Opened {
            mapping,
            model,
            mappings: config.mappings.clone(),
            names: config.mappings.iter().map(|mapping| mapping.name.clone()).collect(),
            connections: connections.into_iter().map(|one| one.alias.clone()).collect(),
            sources: config
                .sources
                .iter()
                .map(|source| (source.name.clone(), source.feed.word().to_owned()))
                .collect(),
            tags,
        })
    }
}

/// Tags of the findings that there are.
fn tags(store: &Store) -> Result<Vec<String>, StoreError> {
    let query = FindingQuery {
        closed: true,
        limit: TAGS,
        ..FindingQuery::default()
    };
    let mut tags: Vec<String> = store
        .findings(&query)?
        .rows
        .into_iter()
        .filter_map(|row| row.tag)
        .collect();
    tags.sort();
    tags.dedup();
    Ok(tags)
}

/// What a change would make of the file. A mapping that is not what it was when it was opened is not
/// written over.
fn plan(paths: &Paths, change: &MappingChange) -> Result<ConfigChange, Problem> {
    if let MappingChange::Put { base: Some(base), .. } = change {
        let loaded = config::load(paths);
        let config = loaded
            .map_err(|invalid| setup(invalid.to_string(), "mend the config file first"))?
            .config;
        if config.mapping(&base.name) != Some(base.as_ref()) {
            return Err(Problem {
                kind: MAPPING_CHANGED.to_owned(),
                message: format!(
                    "{} holds another version of this mapping by now",
                    paths.config.display()
                ),
                remedy: "reload it, or keep what you have here; nothing was written".to_owned(),
            });
        }
    }
    file::plan(paths, |edit| match change {
        MappingChange::Put { base, mapping } => edit.put_mapping(base.as_ref().map(|base| base.name.as_str()), mapping),
        MappingChange::Remove(name) => edit.remove_mapping(name),
        MappingChange::Enabled(name, on) => edit.set_mapping_enabled(name, *on),
    })
}

/// Makes a change at once, and tells what to say of it.
fn make(paths: &Paths, change: &MappingChange) -> Result<String, Problem> {
    let said = match change {
        MappingChange::Enabled(name, true) => format!("{name} is at work again"),
        MappingChange::Enabled(name, false) => format!("{name} pauses: its links stay and are not updated"),
        MappingChange::Remove(name) => format!("{name} is removed"),
        MappingChange::Put { mapping, .. } => format!("{} is written", mapping.name),
    };
    let change = plan(paths, change)?;
    file::OwnFile(paths.clone()).write(&change)?;
    Ok(said)
}

impl Mapper for SiteMapper {
    fn ask(&self, question: MappingQuestion) -> Work<Result<MappingAnswer, Problem>> {
        let own = self.clone();
        Box::pin(async move { own.answer(question).await })
    }
}

/// Files and the store are read on threads of their own.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let worked = tokio::task::spawn_blocking(work).await;
    worked.map_err(|_| setup("it was interrupted".to_owned(), "try again; the log may tell more"))
}

pub(super) fn setup(message: String, remedy: &str) -> Problem {
    Problem {
        kind: "setup".to_owned(),
        message,
        remedy: remedy.to_owned(),
    }
}

#[cfg(test)]
mod tests;
