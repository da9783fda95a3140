//! Entities and their tags, read from Cortex descriptors and Backstage catalog files, and what a tag
//! means to Jira: the JQL that narrows a list to an entity, and the tags that an issue carries.
//!
//! Reading files is the only IO in here. Must never be in here: network, store, terminal, or a
//! thread that watches; whoever owns a clock asks [`Catalog::changed`] and loads again.

mod backstage;
mod cortex;
mod entity;
mod files;
mod filter;
mod flaw;
mod matcher;
mod yaml;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::thread;

pub use entity::{Entity, Field, Format, JiraOverrides, Join, Override, Owner};
pub use files::{Fingerprint, MAX_FILE_BYTES, fingerprint};
pub use filter::{KnownValues, Site, effective_jql, left_out, restriction};
pub use flaw::Flaw;
pub use matcher::{IssueFacts, Matcher};

use crate::domain::Alias;

/// Several times what the deepest document takes in an unoptimised build.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// All entities of the configured files, and what was wrong with those files.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    paths: Vec<PathBuf>,
    fingerprint: Fingerprint,
    entities: Vec<Entity>,
    flaws: Vec<Flaw>,
    skipped: usize,
    by_tag: HashMap<String, usize>,
}

impl Catalog {
    /// Reads files, and folders with all below them. What cannot be read is among [`Self::flaws`].
    #[must_use]
    pub fn load(paths: &[PathBuf]) -> Self {
        with_room(|| {
            let walk = files::walk(paths);
            let mut catalog = Self {
                paths: paths.to_vec(),
                // Taken before reading: what is written meanwhile is noticed as a change.
                fingerprint: walk.fingerprint(),
                flaws: walk.flaws,
                ..Self::default()
            };
            for found in walk.files {
                match files::read(&found) {
                    Ok(content) => catalog.add(&found.path, &content),
                    Err(flaw) => catalog.flaws.push(flaw),
                }
            }
            catalog
        })
    }

    /// The same from contents at hand; the names only serve to tell where something stands.
    #[must_use]
    pub fn from_sources(sources: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) -> Self {
        let sources: Vec<_> = sources.into_iter().collect();
        with_room(|| {
            let mut catalog = Self::default();
            for (path, content) in &sources {
                catalog.add(path, content);
            }
            catalog
        })
    }

    /// Whether a file was added, removed or written since this was loaded. Looks at the folders
    /// again, reads no file.
    #[must_use]
    pub fn changed(&self) -> bool {
        fingerprint(&self.paths) != self.fingerprint
    }

    /// The state of the files when they were read.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// In the order of the configured paths, then of file names.
    #[must_use]
    pub fn entities(&self) -> &[Entity] {
        &self.entities
    }

    /// What was wrong, in the same order.
    #[must_use]
    pub fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    /// How many files were sound but describe no entity: scorecards, workflows, plain OpenAPI.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// The entity of a tag, upper or lower case alike, as Jira compares.
    #[must_use]
    pub fn get(&self, tag: &str) -> Option<&Entity> {
        self.by_tag.get(&fold(tag)).map(|&index| &self.entities[index])
    }

    /// Entities of a group.
    pub fn in_group<'a>(&'a self, group: &str) -> impl Iterator<Item = &'a Entity> + use<'a> {
        let group = fold(group);
        self.entities
            .iter()
            .filter(move |entity| entity.groups.iter().any(|own| fold(own) == group))
    }

    /// Entities of an owner, given as team, person or e-mail address.
    pub fn owned_by<'a>(&'a self, owner: &str) -> impl Iterator<Item = &'a Entity> + use<'a> {
        let owner = fold(owner);
        self.entities
            .iter()
            .filter(move |entity| entity.owners.iter().any(|own| own.is(&owner)))
    }

    /// All groups, sorted.
    #[must_use]
    pub fn groups(&self) -> BTreeSet<&str> {
        let groups = self.entities.iter().flat_map(|entity| &entity.groups);
        groups.map(String::as_str).collect()
    }

    /// All owners by name, sorted.
    #[must_use]
    pub fn owners(&self) -> BTreeSet<&str> {
        let owners = self.entities.iter().flat_map(|entity| &entity.owners);
        owners.map(Owner::name).collect()
    }

    /// Overrides that lead nowhere, since no connection has their alias, or since they name none
    /// and no connection is the default. Apart from [`Self::flaws`] because connections come and go
    /// without the files changing.
    #[must_use]
    pub fn unknown_aliases(&self, connections: &[Alias], default: Option<&Alias>) -> Vec<Flaw> {
        let mut flaws: Vec<Flaw> = Vec::new();
        for entity in &self.entities {
            for (field, own) in entity.jira.all() {
                let message = match &own.alias {
                    Some(alias) if !connections.contains(alias) => format!(
                        "{field} {:?} of {:?} names the connection {:?}, which the config doesn't have (it has: {})",
                        own.value,
                        entity.tag,
                        alias.as_str(),
                        listed(connections)
                    ),
                    None if default.is_none() && !connections.is_empty() => format!(
                        "{field} {:?} of {:?} names no connection, and none in the config is the default: add `alias` \
                         here or `default = true` there",
                        own.value, entity.tag
                    ),
                    _ => continue,
                };
                flaws.push(Flaw::at(&entity.file, own.line, message));
            }
        }
        flaws
    }

    fn add(&mut self, path: &Path, content: &[u8]) {
        let reading = read(path, content);
        self.skipped += usize::from(reading.entities.is_empty() && reading.flaws.is_empty());
        self.flaws.extend(reading.flaws);
        for entity in reading.entities {
            self.insert(entity);
        }
    }

    fn insert(&mut self, entity: Entity) {
        let tag = fold(&entity.tag);
        let Some(&index) = self.by_tag.get(&tag) else {
            self.by_tag.insert(tag, self.entities.len());
            self.entities.push(entity);
            return;
        };
        let first = &mut self.entities[index];
        if first.is_other_kind_of(&entity) && first.adopt_overrides(&entity) {
            return;
        }
        let message = format!(
            "the tag {:?} is taken by {}:{}; what this one says is ignored",
            entity.tag,
            first.file.display(),
            first.line
        );
        self.flaws.push(Flaw::at(&entity.file, entity.line, message));
    }
}

/// Runs `work` on a thread with a stack of known size. The YAML parser calls itself once per level
/// of nesting, and not every thread that loads a catalog has room for what its limits allow.
fn with_room(work: impl FnOnce() -> Catalog + Send) -> Catalog {
    let outcome = thread::scope(|scope| {
        let builder = thread::Builder::new().name("catalog".to_owned());
        let thread = builder.stack_size(STACK_BYTES).spawn_scoped(scope, work)?;
        Ok(thread.join())
    });
    match outcome {
        Ok(Ok(catalog)) => catalog,
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(error) => {
            let error: std::io::Error = error;
            let message = format!("not read, since the system gave no thread for it: {error}");
            Catalog {
                flaws: vec![Flaw::of(Path::new("[catalog]"), &message)],
                ..Catalog::default()
            }
        }
    }
}

/// How Jira compares labels, components and projects: case does not count.
fn fold(text: &str) -> String {
    text.to_lowercase()
}

fn listed(connections: &[Alias]) -> String {
    let names: Vec<_> = connections.iter().map(Alias::as_str).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// What one file holds.
#[derive(Debug, Default)]
struct Reading {
    entities: Vec<Entity>,
    flaws: Vec<Flaw>,
}

fn read(path: &Path, content: &[u8]) -> Reading {
    let mut reading = Reading::default();
    let text = match files::text(path, content) {
        Ok(text) => text,
        Err(flaw) => {
            reading.flaws.push(flaw);
            return reading;
        }
    };
    for document in yaml::documents(text) {
        let mut notes = flaw::Notes::new(path);
        match document {
            Ok(root) if cortex::is_descriptor(&root) => reading.entities.extend(cortex::entity(&root, &mut notes)),
            Ok(root) if backstage::is_entity(&root) => reading.entities.extend(backstage::entity(&root, &mut notes)),
            Ok(_) => {}
            Err(fault) => notes.add(fault.line, fault.message),
        }
        reading.flaws.extend(notes.flaws);
    }
    reading
}

#[cfg(test)]
mod tests;
