//! What marks tell beyond a single create: links of a store that is new or was rebuilt, and duplicates.
//!
//! Must never be in here: making issues.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::PoisonError,
    time::Duration,
};

use super::{
    PushError, ending, look, mark,
    pusher::{Flight, Pushed, Pusher},
    site::Site,
    words,
};
use crate::{
    config::{MappingConfig, ProjectChoice},
    domain::{FindingId, IssueKey},
    jira::{Error, Marked},
    store::{MarkedIssue, NewLine, Restored, SecondLook, Store},
};

/// Minutes that reach back to before crosstie was written.
const EVER: u32 = 20 * 365 * 24 * 60;
/// Added to the time that an index may lag, for clocks that differ.
const MARGIN_MINUTES: u64 = 5;
/// After a second look that failed.
const LOOK_AGAIN: Duration = Duration::from_secs(15 * 60);

impl<S: Site> Pusher<S> {
    /// Gives findings their issues back in every project that mappings lead to, once per store: also those
    /// of which nothing is to be made, such as what was closed while the store was lost. A project that
    /// cannot be read now is read before anything is made there.
    pub(super) async fn restore(&self, flight: &Flight) -> Result<(), PushError> {
        let mut projects: BTreeSet<String> = BTreeSet::new();
        for mapping in self.planner.mappings_of(&self.alias) {
            if let ProjectChoice::Key(key) = &mapping.project {
                projects.insert(key.clone());
            }
        }
        for project in projects {
            if flight.halted().is_some() || !self.looked_into(&project) {
                continue;
            }
            if let Err(error) = self.restored(flight, &project).await? {
                let (_, halt) = ending::of_read(&error, 0, self.clock.now());
                flight.stop(halt);
                tracing::debug!(alias = %self.alias, project, %error, "marks could not be read");
            }
        }
        Ok(())
    }

    /// Whether this process looks into a project for the first time: one that is refused is not asked at
    /// every run.
    fn looked_into(&self, project: &str) -> bool {
        let mut known = self.looked_into.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(project.to_owned())
    }

    /// Makes sure that the marks of a project were read once into this store, before anything is made
    /// there: a store that was lost must not lead to second issues. Whether that brought links back.
    pub(super) async fn restored(&self, flight: &Flight, project: &str) -> Result<Result<bool, Error>, PushError> {
        let asked = project.to_owned();
        if self
            .stored(move |store, alias, _| store.marks_read(alias, &asked))
            .await?
        {
            return Ok(Ok(false));
        }
        let marks = match self.every_mark(flight, project).await {
            Ok(marks) => marks,
            Err(error) => return Ok(Err(error)),
        };
        let mut ours: Vec<(jiff::Timestamp, MarkedIssue)> = marks
            .iter()
            .filter_map(|marked| Some((marked.created, mark::read(marked)?)))
            .collect();
        // Of several issues of one finding the oldest is the one that people know.
        ours.sort_by_key(|(created, _)| *created);
        let known = |(_, marked)| self.of_mapping_known(marked, project);
        let ours: Vec<MarkedIssue> = ours.into_iter().map(known).collect();
        let (asked, run) = (project.to_owned(), flight.run);
        let linked = self
            .stored(move |store, alias, now| {
                let restored = store.take_marks(alias, &asked, &ours, now)?;
                store.log(alias, run, &told(&asked, &ours, &restored), now)?;
                Ok(restored.linked)
            })
            .await?;
        Ok(Ok(linked > 0))
    }

    /// A mark names the mapping of its time; one that is gone since is replaced by the one that leads to
    /// the same project, if that is one.
    fn of_mapping_known(&self, marked: MarkedIssue, project: &str) -> MarkedIssue {
        let name = marked.mapping.as_deref();
        if name.is_none_or(|name| self.planner.mapping(name).is_some()) {
            return marked;
        }
        let leads_there =
            |mapping: &&MappingConfig| matches!(&mapping.project, ProjectChoice::Key(key) if key == project);
        let mut leading = self.planner.mappings_of(&self.alias).filter(leads_there);
        match (leading.next(), leading.next()) {
            (Some(only), None) => MarkedIssue {
                mapping: Some(only.name.clone()),
                ..marked
            },
            _ => marked,
        }
    }

    /// The marks that the search knows, and those of issues that its index may not hold yet.
    async fn every_mark(&self, flight: &Flight, project: &str) -> Result<Vec<Marked>, Error> {
        let mut marks = self.site.recent_marks(project, EVER, mark::PROPERTY).await?;
        for marked in self.unindexed(flight, project).await? {
            if marks.iter().all(|known| known.id != marked.id) {
                marks.push(marked);
            }
        }
        Ok(marks)
    }

    /// Marks of issues that the index may not hold yet.
    pub(super) async fn unindexed(&self, flight: &Flight, project: &str) -> Result<Vec<Marked>, Error> {
        let lag = look::lag(flight.deployment).as_secs() / 60 + MARGIN_MINUTES;
        let lag = u32::try_from(lag).unwrap_or(u32::MAX);
        self.site.unindexed_marks(project, lag, mark::PROPERTY).await
    }

    /// Looks once more for issues that a person had sent again although they might have been made.
    pub(super) async fn second_looks(&self, flight: &Flight, pushed: &mut Pushed) -> Result<(), PushError> {
        let due = self.stored(Store::second_looks).await?;
        for look in due {
            let Some((project, _)) = look.key.parts() else { continue };
            let minutes = look::minutes(look.made, self.clock.now());
            // Reach back to the first try, too; it was hours before at most.
            let marks = self
                .site
                .recent_marks(project, minutes.saturating_add(48 * 60), mark::PROPERTY)
                .await;
            let marks = match marks {
                Ok(marks) => marks,
                Err(error) => {
                    let (_, halt) = ending::of_read(&error, 0, self.clock.now());
                    flight.stop(halt);
                    self.stored(move |store, _, now| store.look_again(look.link, ending::later(now, LOOK_AGAIN)))
                        .await?;
                    return Ok(());
                }
            };
            let mut keys = vec![look.key.clone()];
            keys.extend(others(&marks, &look));
            let mut lines: Vec<NewLine> = Vec::new();
            if keys.len() > 1 {
                lines.push(words::duplicate(&keys, &look.finding));
            }
            let (run, told) = (flight.run, lines.clone());
            self.stored(move |store, alias, now| {
                store.log(alias, run, &told, now)?;
                store.looked(look.link, &told, now)
            })
            .await?;
            pushed.lines.extend(lines);
        }
        Ok(())
    }
}

/// Keys of other issues that were made of the same finding.
fn others(marks: &[Marked], look: &SecondLook) -> Vec<IssueKey> {
    let same = |marked: &&Marked| {
        mark::of(marked) == Some(&*look.mark) || mark::read(marked).is_some_and(|read| read.finding == look.finding)
    };
    marks
        .iter()
        .filter(same)
        .filter(|marked| marked.id != look.issue)
        .map(|marked| marked.key.clone())
        .collect()
}

/// What the log says of marks that were read: links that are back, and findings with several issues.
fn told(project: &str, ours: &[MarkedIssue], restored: &Restored) -> Vec<NewLine> {
    let mut lines = Vec::new();
    if restored.linked > 0 {
        lines.push(words::restored(project, restored.linked));
    }
    lines.extend(duplicates(ours));
    for (kept, double) in &restored.doubles {
        // Those of which both are among the marks are told of already.
        if ours.iter().all(|marked| marked.key != *kept) {
            let keys = [kept.clone(), double.key.clone()];
            lines.push(words::duplicate(&keys, &double.finding));
        }
    }
    lines
}

/// A line for each finding of which there are several issues.
fn duplicates(marked: &[MarkedIssue]) -> Vec<NewLine> {
    let mut keys: BTreeMap<&FindingId, Vec<IssueKey>> = BTreeMap::new();
    for one in marked {
        keys.entry(&one.finding).or_default().push(one.key.clone());
    }
    keys.iter()
        .filter(|(_, keys)| keys.len() > 1)
        .map(|(finding, keys)| words::duplicate(keys, finding))
        .collect()
}
