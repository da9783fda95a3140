//! Tags of the catalog: which there are, which issues carry them, and how many of a view do.
//!
//! Must never be in here: reading the catalog's files, or the JQL that a tag stands for.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::event::{Effect, Ticket, Tone};
use super::model::Model;
use super::screens::issues;
use crate::catalog::{IssueFacts, Matcher};
use crate::domain::IssueRow;
use crate::text::clean_line;

/// Seconds between counts of the same query while the store keeps changing.
const COUNT_EVERY: i64 = 3;

/// One entity, as a list of tags shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagEntry {
    /// What issues are marked with.
    pub tag: String,
    /// Name for people; often the tag itself.
    pub name: String,
}

/// What the catalog's files say, as far as the dashboard cares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    /// Whether the config names any files.
    pub configured: bool,
    /// Entities in the catalog's order.
    pub entries: Vec<TagEntry>,
    /// From an issue to its tags.
    pub matcher: Matcher,
    /// What is wrong with the files, a line each.
    pub flaws: Vec<String>,
}

/// The catalog as last read, and the counts of its tags.
#[derive(Debug, Default)]
pub(crate) struct TagBook {
    /// `None` until it was read for the first time.
    read: Option<Arc<Tags>>,
    counts: BTreeMap<String, usize>,
    /// The JQL that `counts` are of.
    counted: Option<String>,
    counted_at: Option<Timestamp>,
    asking: Option<(Ticket, String)>,
    stale: bool,
}

impl TagBook {
    pub(crate) fn read(&self) -> Option<&Tags> {
        self.read.as_deref()
    }

    pub(crate) fn entries(&self) -> &[TagEntry] {
        self.read().map_or(&[], |tags| &tags.entries)
    }

    pub(crate) fn flaws(&self) -> &[String] {
        self.read().map_or(&[], |tags| &tags.flaws)
    }

    /// The tags of an issue.
    pub(crate) fn of(&self, row: &IssueRow) -> Vec<&str> {
        self.read()
            .map_or_else(Vec::new, |tags| tags.matcher.tags_of(&IssueFacts::from(row)))
    }

    /// Issues of `jql` with that tag, once counted.
    pub(crate) fn count(&self, tag: &str, jql: &str) -> Option<usize> {
        let known = self.counted.as_deref() == Some(jql);
        self.counts.get(tag).copied().filter(|_| known)
    }

    /// Entities with their counts for `jql`: most issues first, without those that have none,
    /// except `kept`. Before they are counted, in the catalog's order.
    pub(crate) fn ranked(&self, jql: &str, kept: Option<&str>) -> Vec<(&TagEntry, Option<usize>)> {
        let with_counts = self
            .entries()
            .iter()
            .map(|entry| (entry, self.count(&entry.tag, jql)))
            .filter(|(entry, count)| *count != Some(0) || kept == Some(entry.tag.as_str()));
        let mut ranked: Vec<_> = with_counts.collect();
        ranked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        ranked
    }

    /// The store changed.
    pub(crate) fn invalidate(&mut self) {
        self.stale = true;
    }

    /// What was counted is far off: the next count cannot wait.
    pub(crate) fn count_at_once(&mut self) {
        self.stale = true;
        self.counted_at = None;
    }

    /// Whether the tags of `jql` have to be counted now.
    pub(crate) fn is_due(&self, jql: &str, now: Timestamp) -> bool {
        let rested = self
            .counted_at
            .is_none_or(|at| (now.as_second() - at.as_second()).abs() >= COUNT_EVERY);
        self.asking.is_none() && (self.counted.as_deref() != Some(jql) || (self.stale && rested))
    }

    pub(crate) fn asked(&mut self, ticket: Ticket, jql: String, now: Timestamp) {
        self.asking = Some((ticket, jql));
        self.counted_at = Some(now);
        self.stale = false;
    }

    /// Takes counts; a failure is an answer without any, so that it is not asked for again and
    /// again. `false` if `ticket` is about something else.
    pub(crate) fn counted(&mut self, ticket: Ticket, counts: BTreeMap<String, usize>) -> bool {
        let Some((_, jql)) = self.asking.take_if(|(asked, _)| *asked == ticket) else {
            return false;
        };
        self.counts = counts;
        self.counted = Some(jql);
        true
    }
}

/// Takes a newly read catalog. What is wrong with it is said once.
pub(super) fn take(model: &mut Model, tags: Arc<Tags>, out: &mut Vec<Effect>) {
    let news = model.tags.flaws() != tags.flaws.as_slice();
    let flaws = tags.flaws.len();
    model.tags.read = Some(tags);
    model.tags.counted = None;
    if news && flaws > 0 {
        let problems = if flaws == 1 {
            "1 problem"
        } else {
            &format!("{flaws} problems")
        };
        let text = format!("catalog: {problems}, listed by the command \"Catalog: problems\"");
        model.say(Tone::Bad, text);
    }
    let Some(chosen) = model.home.tag.clone() else { return };
    if model.tags.entries().iter().any(|entry| entry.tag == chosen) {
        model.home.list.invalidate();
    } else {
        choose(model, None, out);
        let text = format!("the catalog no longer has the tag {}", clean_line(&chosen));
        model.say(Tone::Bad, text);
    }
}

/// Narrows the list to a tag, or to none; a live answer is asked for anew.
pub(crate) fn choose(model: &mut Model, tag: Option<String>, out: &mut Vec<Effect>) {
    if model.home.tag == tag {
        return;
    }
    model.home.tag = tag;
    model.page = None;
    if let Some(live) = model.home.live.take() {
        issues::start_live(model, live.jql, out);
    }
}

/// Why there are no tags to choose from.
pub(super) fn reason(model: &Model) -> Result<(), String> {
    match model.tags.read() {
        None => Err("the catalog is still being read".to_owned()),
        Some(tags) if !tags.configured => Err(format!(
            "no catalog: name its files or folders in [catalog] paths of {}",
            clean_line(&model.config_path)
        )),
        Some(tags) if tags.entries.is_empty() => {
            Err("the files of [catalog] paths describe no entity: \"Catalog: problems\"".to_owned())
        }
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
