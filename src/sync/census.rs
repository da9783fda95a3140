//! The census: ids and dates of the whole scope against the cache, to notice what polls cannot see.
//!
//! Deleted and hidden issues never appear in a search, search indexes lag, and offset pages shift.
//! Nothing is believed gone because a list lacks it: each such issue is asked for by its id.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    domain::{IssueId, IssueKey, Level},
    jira::{Fetched, patiently},
    store::NewLine,
};

use super::{
    delta::Tokens,
    plan::{self, Bounds},
    round::{Flight, Round, SyncError},
};

/// Ids a page; Cloud gives up to 5,000, Data Center caps it by itself.
const PAGE: u32 = 5_000;
/// Issues that a part of the list has by what is cached; somewhat less than a page, since there may be more.
const PART: usize = 4_500;
/// Parts that are listed at once.
const PARTS_AT_ONCE: usize = 4;
/// Issues asked for by id at once.
const CHUNK: usize = 100;
/// How long a search index may lag behind (creates on Cloud, measured in minutes).
const INDEX_LAG: SignedDuration = SignedDuration::from_mins(15);

impl Round {
    pub(super) async fn take_census(&self, flight: &mut Flight, zone: &TimeZone) -> Result<(), SyncError> {
        let began = self.client.server_now();
        let (listed, skipped) = self.list(flight, zone).await?;
        let total = listed.len();
        let census = self.stored(move |store, alias| store.census(alias, &listed)).await?;
        let (fetch, unlisted) = (census.fetch.len(), census.unlisted.len());
        let line = format!("census: {total} listed, {fetch} to fetch, {unlisted} not listed");
        self.say(flight, vec![NewLine::new(Level::Debug, line)]).await?;
        for ids in census.fetch.chunks(CHUNK) {
            let fetched = self.client.fetch(ids).await?;
            self.vanished(flight, fetched.unreachable).await?;
            self.take(flight, fetched.issues).await?;
        }
        if skipped > 0 {
            // An entry that could not be read would look like an issue that is not there.
            let line = format!("census: {skipped} entries could not be read, so nothing is taken as gone");
            self.say(flight, vec![NewLine::new(Level::Warn, line)]).await?;
        } else {
            for chunk in census.unlisted.chunks(CHUNK) {
                self.unlisted(flight, chunk, began).await?;
            }
        }
        let now = self.clock.now();
        self.stored(move |store, alias| store.census_done(alias, now)).await?;
        Ok(())
    }

    /// All ids of the scope with their dates, and how many entries could not be read. What takes more than a
    /// page is listed in parts of creation time, several at once: that never changes, so an issue that is
    /// edited meanwhile stays in its part.
    async fn list(&self, flight: &mut Flight, zone: &TimeZone) -> Result<(HashMap<String, Timestamp>, u32), SyncError> {
        let cuts = self.stored(|store, alias| store.creation_steps(alias, PART)).await?;
        let parts = stream::iter(plan::between(&cuts)).map(|bounds| self.list_part(bounds, zone));
        let mut parts = parts.buffer_unordered(PARTS_AT_ONCE);
        let (mut listed, mut skipped) = (HashMap::new(), 0);
        while let Some((stubs, unread)) = parts.try_next().await? {
            listed.extend(stubs);
            skipped += unread;
            self.show_progress(flight).await?;
        }
        Ok((listed, skipped))
    }

    /// The same of one part, to its last page.
    async fn list_part(&self, bounds: Bounds, zone: &TimeZone) -> Result<(Vec<(String, Timestamp)>, u32), SyncError> {
        let jql = plan::census_jql(&self.scope, bounds, zone);
        let (mut listed, mut tokens, mut page) = (Vec::new(), Tokens::default(), None);
        let mut skipped = 0;
        loop {
            let answer = patiently(|| self.client.search_stubs(&jql, PAGE, page.clone())).await?;
            skipped += answer.skipped;
            listed.extend(answer.items.into_iter().map(|stub| (stub.id.0, stub.updated)));
            page = tokens.next(answer.next)?;
            if page.is_none() {
                return Ok((listed, skipped));
            }
        }
    }

    /// Cached, but not listed: confirmed gone, out of scope, or only missed by a lagging index.
    async fn unlisted(
        &self,
        flight: &mut Flight,
        chunk: &[(IssueId, IssueKey)],
        began: Timestamp,
    ) -> Result<(), SyncError> {
        let ids: Vec<IssueId> = chunk.iter().map(|(id, _)| id.clone()).collect();
        let Fetched { issues, unreachable } = self.client.fetch(&ids).await?;
        self.vanished(flight, unreachable).await?;
        if issues.is_empty() {
            return Ok(());
        }
        let reachable: Vec<IssueId> = issues.iter().map(|issue| issue.id.clone()).collect();
        let jql = plan::within_jql(&self.scope, &reachable);
        let answer = self.client.search_stubs(&jql, PAGE, None).await?;
        let unsure = answer.skipped > 0;
        let within: HashSet<IssueId> = answer.items.into_iter().map(|stub| stub.id).collect();
        let lagging = |updated: Timestamp| updated.duration_until(began) < INDEX_LAG;
        let (keep, left): (Vec<_>, Vec<_>) = issues
            .into_iter()
            .partition(|issue| unsure || within.contains(&issue.id) || lagging(issue.updated));
        self.take(flight, keep).await?;
        self.left_scope(flight, left.into_iter().map(|issue| (issue.id, issue.key)).collect())
            .await
    }

    async fn vanished(&self, flight: &mut Flight, ids: Vec<IssueId>) -> Result<(), SyncError> {
        if ids.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let marked = self
            .stored(move |store, alias| store.mark_gone(alias, &ids, now))
            .await?;
        flight.progress.gone += marked.len() as u64;
        let lines = marked.iter().map(|key| NewLine {
            level: Level::Info,
            key: Some(key.to_string()),
            text: "no longer reachable: deleted, or hidden from this account".to_owned(),
            detail: None,
        });
        self.say(flight, lines.collect()).await?;
        Ok(())
    }

    async fn left_scope(&self, flight: &Flight, left: Vec<(IssueId, IssueKey)>) -> Result<(), SyncError> {
        let lines = left.iter().map(|(_, key)| NewLine {
            level: Level::Info,
            key: Some(key.to_string()),
            text: "left the scope of this connection".to_owned(),
            detail: None,
        });
        self.say(flight, lines.collect()).await?;
        let ids: Vec<IssueId> = left.into_iter().map(|(id, _)| id).collect();
        self.stored(move |store, alias| store.drop_issues(alias, &ids)).await?;
        Ok(())
    }
}
