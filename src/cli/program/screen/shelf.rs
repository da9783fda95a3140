//! The catalog of the config as the dashboard needs it: read when its files change, and a tag turned
//! into the JQL of each connection.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    app::{TagEntry, Tags},
    catalog::{Catalog, KnownValues, Matcher, Site, effective_jql},
    config::Config,
    domain::{Alias, Problem},
    store::{CannotAnswer, Store, StoreError},
};

/// The configured catalog.
pub(super) struct Shelf {
    asked: Mutex<Asked>,
    read: Mutex<Option<Read>>,
}

/// What the config says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    paths: Vec<PathBuf>,
    connections: Vec<Alias>,
    /// What overrides without an alias mean.
    default: Option<Alias>,
}

impl Asked {
    fn of(config: &Config) -> Self {
        Self {
            paths: config.catalog.paths.clone(),
            connections: config.connections.iter().map(|one| one.alias.clone()).collect(),
            default: config.default_connection().map(|one| one.alias.clone()),
        }
    }
}

#[derive(Clone)]
struct Read {
    /// What was asked for when it was read.
    asked: Asked,
    catalog: Arc<Catalog>,
    /// What each connection's site told of its projects then.
    projects: Vec<(Alias, Vec<(String, String)>)>,
    tags: Arc<Tags>,
}

impl Shelf {
    pub(super) fn of(config: &Config) -> Self {
        Self {
            asked: Mutex::new(Asked::of(config)),
            read: Mutex::default(),
        }
    }

    /// Another config holds from now on; the next look reads what it names.
    pub(super) fn follow(&self, config: &Config) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Asked::of(config);
    }

    fn asked(&self) -> Asked {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn locked(&self) -> MutexGuard<'_, Option<Read>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn present(&self) -> Option<Read> {
        self.locked().clone()
    }

    /// What the files say, if that was not asked before, or they or the sites' projects changed since.
    pub(super) fn look(&self, store: &Store) -> Option<Arc<Tags>> {
        let asked = self.asked();
        let told = |alias: &Alias| (alias.clone(), store.projects(alias).unwrap_or_default());
        let projects: Vec<_> = asked.connections.iter().map(told).collect();
        let same = |read: Read| read.asked == asked && read.projects == projects && !read.catalog.changed();
        if self.present().is_some_and(same) {
            return None;
        }
        let catalog = Catalog::load(&asked.paths);
        let tags = Arc::new(tags(&catalog, &asked, &projects));
        *self.locked() = Some(Read {
            asked,
            catalog: Arc::new(catalog),
            projects,
            tags: Arc::clone(&tags),
        });
        Some(tags)
    }

    /// What was read last.
    pub(super) fn known(&self) -> Option<Arc<Tags>> {
        self.present().map(|read| read.tags)
    }

    /// The project that an entity names for a connection.
    pub(super) fn project_of(&self, tag: &str, alias: &Alias) -> Option<String> {
        let read = self.present()?;
        let projects = &read.catalog.get(tag)?.jira.projects;
        let own = projects.iter().find(|named| named.alias.as_ref() == Some(alias));
        let default = read.asked.default.as_ref() == Some(alias);
        let for_all = projects.iter().find(|named| named.alias.is_none() && default);
        own.or(for_all).map(|named| named.value.clone())
    }

    /// `jql` narrowed to `tag` for each of `aliases`; those where it leads nowhere are left out.
    pub(super) fn narrowed(
        &self,
        store: &Store,
        tag: &str,
        jql: &str,
        aliases: &[Alias],
    ) -> Result<Vec<(Alias, String)>, Problem> {
        let read = self.present().ok_or_else(|| unknown(tag))?;
        let entity = read.catalog.get(tag).ok_or_else(|| unknown(tag))?;
        let mut asked = Vec::with_capacity(aliases.len());
        for alias in aliases {
            let names = store.site_names(alias).map_err(|error| Problem::from(&error))?;
            let site = Site {
                alias,
                default: read.asked.default.as_ref(),
                known: &KnownValues::new(names.components, names.projects),
            };
            let narrowed = effective_jql(Some(jql), entity, "", &site)
                .map_err(|error| Problem::from(&StoreError::from(CannotAnswer::from(error))))?;
            asked.extend(narrowed.map(|jql| (alias.clone(), jql)));
        }
        Ok(asked)
    }
}

fn tags(catalog: &Catalog, asked: &Asked, projects: &[(Alias, Vec<(String, String)>)]) -> Tags {
    let default = asked.default.as_ref();
    let mut matcher = Matcher::new(catalog, default);
    for (alias, projects) in projects {
        matcher.learn_projects(alias, projects);
    }
    let unknown = catalog.unknown_aliases(&asked.connections, default);
    Tags {
        configured: !asked.paths.is_empty(),
        entries: catalog
            .entities()
            .iter()
            .map(|entity| TagEntry {
                tag: entity.tag.clone(),
                name: entity.name.clone(),
            })
            .collect(),
        matcher,
        flaws: catalog
            .flaws()
            .iter()
            .chain(&unknown)
            .map(ToString::to_string)
            .collect(),
    }
}

fn unknown(tag: &str) -> Problem {
    Problem {
        kind: "catalog".to_owned(),
        message: format!("the catalog has no tag {tag:?}"),
        remedy: "Press esc to clear the tag, or # to pick another.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{
        config::{ConnectionConfig, Method, SecretSource},
        domain::Deployment,
    };

    fn config(paths: Vec<PathBuf>) -> Config {
        let connection = |alias: &str| {
            let method = Method::Pat {
                secret: SecretSource::Env("TOKEN".to_owned()),
            };
            ConnectionConfig::new(
                alias,
                Deployment::DataCenter,
                format!("https://{alias}.example.com"),
                method,
            )
        };
        let mut config = Config {
            connections: vec![connection("acme"), connection("lab")],
            ..Config::default()
        };
        config.connections[0].default = true;
        config.catalog.paths = paths;
        config
    }

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path(), jiff::Timestamp::UNIX_EPOCH).unwrap();
        crate::cli::program::configure(&store, &config(Vec::new())).unwrap();
        (folder, store)
    }

    #[test]
    fn files_are_read_again_when_they_change_and_their_flaws_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("catalog.yaml");
        fs::write(&file, service("payments", "")).unwrap();
        let (_kept, store) = store();
        let shelf = Shelf::of(&config(vec![folder.path().to_owned()]));
        let tags = shelf.look(&store).unwrap();
        assert!(tags.configured && tags.flaws.is_empty(), "{:?}", tags.flaws);
        assert_eq!(tags.entries[0].tag, "payments");
        assert_eq!(shelf.look(&store), None);
        fs::write(folder.path().join("more.yaml"), service("ledger", "nowhere")).unwrap();
        let tags = shelf.look(&store).unwrap();
        assert_eq!(tags.entries.len(), 2);
        assert!(tags.flaws[0].contains("nowhere"), "{:?}", tags.flaws);
    }

    #[test]
    fn each_connection_gets_its_own_jql_or_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("catalog.yaml");
        let both = format!("{}---\n{}", service("payments", ""), service("ledger", "lab"));
        fs::write(&file, both).unwrap();
        let shelf = Shelf::of(&config(vec![file]));
        let (_kept, store) = store();
        let aliases = [Alias::from("acme"), Alias::from("lab")];
        let narrowed = |tag| {
            let asked = shelf.narrowed(&store, tag, "status = Open ORDER BY key", &aliases);
            asked.map(|asked| {
                let told: Vec<String> = asked.iter().map(|(alias, jql)| format!("{alias}: {jql}")).collect();
                told.join("\n")
            })
        };
        assert!(narrowed("payments").is_err(), "nothing is read yet");
        shelf.look(&store);
        insta::assert_snapshot!(narrowed("payments").unwrap(), @r"
        acme: (status = Open) AND (labels = payments) ORDER BY key
        lab: (status = Open) AND (labels = payments) ORDER BY key
        ");
        insta::assert_snapshot!(narrowed("ledger").unwrap(), @"lab: (status = Open) AND (component = ledger) ORDER BY key");
        assert!(narrowed("nobody").is_err());
    }

    fn service(tag: &str, alias: &str) -> String {
        let own = match alias {
            "" => String::new(),
            alias => format!(
                "  x-cortex-issues:\n    jira:\n      components:\n        - name: {tag}\n          alias: {alias}\n"
            ),
        };
        format!("openapi: 3.0.1\ninfo:\n  title: {tag}\n  x-cortex-tag: {tag}\n{own}")
    }
}
