//! Which finding gets which outbox item.
//!
//! Must never be in here: IO. The store asks, and writes down the answer with the finding.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;

use super::mark;
use crate::{
    config::{Create, MappingConfig, ProjectChoice, SourceConfig},
    domain::{Alias, Finding, FindingKind, Status},
    mapping::{self, Calendars},
    store::{Linked, MappingVersion, Standing, Store, StoreError, Want},
};

/// Seconds after which time is asked again what it has made of findings that did not change.
const ANEW_EVERY: i64 = 300;

/// What decisions rest on: the mappings of the config, and what entities say.
#[derive(Debug, Clone, Default)]
pub struct Planner {
    mappings: Arc<[MappingConfig]>,
    projects: Arc<BTreeMap<String, String>>,
    described: Arc<[SourceConfig]>,
    /// When everything was last decided on by the clock, in seconds; none yet: 0.
    by_clock: Arc<AtomicI64>,
}

impl Planner {
    /// Decides by these mappings, in file order.
    #[must_use]
    pub fn new(mappings: &[MappingConfig]) -> Self {
        Self {
            mappings: mappings.into(),
            ..Self::default()
        }
    }

    /// Decides on everything that changed, and by the clock on what did not, where a mapping asks for
    /// `created >= -7d` or the like. Answers how many items were queued.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn plan(&self, store: &Store, now: Timestamp) -> Result<u64, StoreError> {
        let calendars = Calendars::new(now, store.zones()?);
        let queued = store.plan(&self.versions(&calendars), now, &self.decide(&calendars))?;
        if !self.is_time_to_look(now) {
            return Ok(queued);
        }
        Ok(queued + store.plan_by_clock(now, &self.decide(&calendars))?)
    }

    /// Whether time may have changed what findings fall under since it was last looked.
    fn is_time_to_look(&self, now: Timestamp) -> bool {
        let mut enabled = self.mappings.iter().filter(|mapping| mapping.enabled);
        if !enabled.any(|mapping| mapping::is_relative(&mapping.matching)) {
            return false;
        }
        let (now, before) = (now.as_second(), self.by_clock.load(Ordering::Relaxed));
        let due = (now - before).abs() >= ANEW_EVERY;
        if due {
            self.by_clock.store(now, Ordering::Relaxed);
        }
        due
    }

    /// Projects of entities, by tag.
    #[must_use]
    pub fn with_projects(self, projects: BTreeMap<String, String>) -> Self {
        Self {
            projects: Arc::new(projects),
            ..self
        }
    }

    /// Sources whose pull requests get the issue's key into their description.
    #[must_use]
    pub fn with_described(self, sources: Vec<SourceConfig>) -> Self {
        Self {
            described: sources.into(),
            ..self
        }
    }

    /// A source whose pull requests are described, by name.
    pub(super) fn described(&self, name: &str) -> Option<&SourceConfig> {
        self.described.iter().find(|source| source.name == name)
    }

    /// A mapping by name.
    #[must_use]
    pub fn mapping(&self, name: &str) -> Option<&MappingConfig> {
        self.mappings.iter().find(|mapping| mapping.name == name)
    }

    /// The mappings of a connection that are switched on.
    pub(super) fn mappings_of<'p>(&'p self, alias: &'p Alias) -> impl Iterator<Item = &'p MappingConfig> {
        let own = move |mapping: &&MappingConfig| mapping.enabled && mapping.connection == *alias;
        self.mappings.iter().filter(own)
    }

    /// What tells each mapping from another state of itself: when one of them changes, all findings are
    /// decided on anew. The place counts, since the first mapping that covers a finding gets it; and so does
    /// the account's zone where an expression may speak of days.
    #[must_use]
    pub fn versions(&self, calendars: &Calendars) -> Vec<MappingVersion> {
        let digest = |text: String| mark::short_digest(text.as_bytes());
        let one = |(place, mapping): (usize, &MappingConfig)| {
            let MappingConfig {
                connection,
                project,
                issue_type,
                ..
            } = mapping;
            let (projects, described) = (&self.projects, &self.described);
            let expression = mapping.matching.expression.as_ref();
            let zone = expression.and_then(|_| calendars.zone(connection)).unwrap_or_default();
            MappingVersion {
                name: mapping.name.clone(),
                digest: digest(format!("{place} {mapping:?} {projects:?} {described:?}{zone}")),
                seat: digest(format!("{place} {connection} {project:?} {issue_type}")),
            }
        };
        let mut versions: Vec<MappingVersion> = self.mappings.iter().enumerate().map(one).collect();
        if !self.described.is_empty() {
            // What pull requests name without any mapping is decided on by the sources alone.
            versions.push(MappingVersion {
                name: String::new(),
                digest: digest(format!("{:?}", self.described)),
                seat: String::new(),
            });
        }
        versions
    }

    /// Where the issue of a finding goes by that mapping.
    #[must_use]
    pub fn project(&self, mapping: &MappingConfig, finding: &Finding) -> ProjectChoice {
        mapping::project_for(mapping, finding, &|tag| self.projects.get(tag).cloned())
    }

    /// What a finding needs, for [`Store::take_reading`](crate::store::Store::take_reading) and
    /// [`Store::plan`](crate::store::Store::plan).
    pub fn decide<'a>(&'a self, calendars: &'a Calendars) -> impl Fn(&Finding, Option<&Linked>) -> Vec<Want> + 'a {
        move |finding, linked| match linked {
            Some(link) => self.of_linked(finding, link),
            None => self.of_unlinked(finding, calendars).into_iter().collect(),
        }
    }

    /// How a finding stands whose issue is in that status; of a mapping that rests or is gone nothing changes.
    pub(super) fn standing(&self, mapping: &str, status: &Status, resolution: Option<&str>) -> Standing {
        let Some(mapping) = self.mapping(mapping).filter(|mapping| mapping.enabled) else {
            return Standing::Unchanged;
        };
        match mapping::closes(mapping, status, resolution) {
            Some(closing) => Standing::Closed(closing.resolution),
            None => Standing::AsTold,
        }
    }

    fn of_linked(&self, finding: &Finding, link: &Linked) -> Vec<Want> {
        let mut wants = Vec::new();
        let kept = link.mapping.as_deref();
        if kept.is_none_or(|name| self.mapping(name).is_some_and(|mapping| mapping.enabled)) {
            wants.push(Want::Update);
        }
        if finding.kind == FindingKind::Remediation && self.described(&finding.id.source).is_some() {
            wants.push(Want::Describe);
        }
        wants
    }

    fn of_unlinked(&self, finding: &Finding, calendars: &Calendars) -> Option<Want> {
        if !finding.is_open() {
            return None;
        }
        let mapping = mapping::choose(&self.mappings, finding, calendars)?;
        if mapping.create != Create::Auto {
            return None;
        }
        let ProjectChoice::Key(key) = self.project(mapping, finding) else {
            return None;
        };
        let own = ProjectChoice::Key(key.clone()) == mapping.project;
        Some(Want::Create {
            mapping: mapping.name.clone(),
            alias: mapping.connection.clone(),
            project: (!own).then_some(key),
        })
    }
}
