//! What marks tell beyond a single create: links of a store that is new or was rebuilt, and duplicates.
//!
//! Must never be in here: making issues.

use std::collections::BTreeMap;

use super::{
    PushError, look, mark,
    pusher::{Flight, Pushed, Pusher},
    site::Site,
    words,
};
use crate::{
    domain::{FindingId, IssueKey},
    jira::{Error, Marked},
    store::{MarkedIssue, NewLine, Store},
};

/// Minutes that reach back to before crosstie was written.
const EVER: u32 = 20 * 365 * 24 * 60;

impl<S: Site> Pusher<S> {
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
        let marks = match self.site.recent_marks(project, EVER, mark::PROPERTY).await {
            Ok(marks) => marks,
            Err(error) => return Ok(Err(error)),
        };
        let mut ours: Vec<(jiff::Timestamp, MarkedIssue)> = marks
            .iter()
            .filter_map(|marked| Some((marked.created, mark::read(marked)?)))
            .collect();
        // Of several issues of one finding the oldest is the one that people know.
        ours.sort_by_key(|(created, _)| *created);
        let ours: Vec<MarkedIssue> = ours.into_iter().map(|(_, marked)| marked).collect();
        let lines = duplicates(&ours);
        let (asked, run) = (project.to_owned(), flight.run);
        let linked = self
            .stored(move |store, alias, now| {
                store.log(alias, run, &lines, now)?;
                store.take_marks(alias, &asked, &ours, now)
            })
            .await?;
        Ok(Ok(linked > 0))
    }

    /// Looks once more for issues that a person had sent again although they might have been made.
    pub(super) async fn second_looks(&self, flight: &Flight, pushed: &mut Pushed) -> Result<(), PushError> {
        let due = self.stored(Store::second_looks).await?;
        for look in due {
            let Some((project, _)) = look.key.parts() else { continue };
            let minutes = look::minutes(look.made, self.clock.now());
            // Reach back to the first try, too; it was hours before at most.
            let marks = match self
                .site
                .recent_marks(project, minutes.saturating_add(48 * 60), mark::PROPERTY)
                .await
            {
                Ok(marks) => marks,
                Err(error) => {
                    let (_, halt) = super::ending::of_read(&error, 0, self.clock.now());
                    flight.stop(halt);
                    return Ok(());
                }
            };
            let mut keys = vec![look.key.clone()];
            keys.extend(others(&marks, &look.mark, look.issue.as_str()));
            let mut lines: Vec<NewLine> = Vec::new();
            if keys.len() > 1 {
                lines.push(words::duplicate(&keys, "one finding"));
            }
            let (run, told) = (flight.run, lines.clone());
            self.stored(move |store, alias, now| {
                store.log(alias, run, &told, now)?;
                store.looked(look.link)
            })
            .await?;
            pushed.lines.extend(lines);
        }
        Ok(())
    }
}

/// Keys of other issues that carry a mark.
fn others(marks: &[Marked], mark: &str, issue: &str) -> Vec<IssueKey> {
    marks
        .iter()
        .filter(|marked| mark::of(marked) == Some(mark) && marked.id.as_str() != issue)
        .map(|marked| marked.key.clone())
        .collect()
}

/// A line for each finding of which there are several issues.
fn duplicates(marked: &[MarkedIssue]) -> Vec<NewLine> {
    let mut keys: BTreeMap<&FindingId, Vec<IssueKey>> = BTreeMap::new();
    for one in marked {
        keys.entry(&one.finding).or_default().push(one.key.clone());
    }
    keys.iter()
        .filter(|(_, keys)| keys.len() > 1)
        .map(|(finding, keys)| words::duplicate(keys, &finding.to_string()))
        .collect()
}
