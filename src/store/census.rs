//! The store held against a list of all that a site has.
//!
//! Must never be in here: asking the site.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::{
    Store,
    connections::{connection_id, time},
    error::StoreError,
};
use crate::domain::{Alias, IssueId, IssueKey};

/// What a census found out by comparing ids and dates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Census {
    /// Listed by Jira with another date than cached, or not cached at all.
    pub fetch: Vec<IssueId>,
    /// Cached, but not listed: deleted, hidden, out of scope, or the index lags.
    pub unlisted: Vec<(IssueId, IssueKey)>,
}

impl Store {
    /// Compares what Jira lists (`id` to `updated`) with the cache.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn census(&self, alias: &Alias, listed: &HashMap<String, Timestamp>) -> Result<Census, StoreError> {
        self.read(|connection| {
            let id = connection_id(connection, alias)?;
            let mut census = Census::default();
            let mut matched = 0_usize;
            let mut statement =
                connection.prepare_cached("SELECT id, key, updated, gone FROM issue WHERE connection = ?1")?;
            let mut rows = statement.query([id])?;
            let mut cached = std::collections::HashSet::with_capacity(listed.len());
            while let Some(row) = rows.next()? {
                let issue: String = row.get(0)?;
                let gone: Option<i64> = row.get(3)?;
                match listed.get(&issue) {
                    Some(updated) if gone.is_none() && updated.as_millisecond() == row.get::<_, i64>(2)? => {
                        matched += 1;
                        cached.insert(issue);
                    }
                    Some(_) => {
                        census.fetch.push(IssueId(issue.clone()));
                        cached.insert(issue);
                    }
                    None if gone.is_none() => census.unlisted.push((IssueId(issue), IssueKey(row.get(1)?))),
                    None => {}
                }
            }
            if matched + census.fetch.len() < listed.len() {
                census.fetch.extend(
                    listed
                        .keys()
                        .filter(|id| !cached.contains(*id))
                        .map(|id| IssueId(id.clone())),
                );
            }
            Ok(census)
        })
    }

    /// When every so many-th of the cached issues was created, oldest first: bounds of parts that hold so many
    /// each.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn creation_steps(&self, alias: &Alias, every: usize) -> Result<Vec<Timestamp>, StoreError> {
        self.read(|connection| {
            let id = connection_id(connection, alias)?;
            let mut statement = connection.prepare_cached(
                "SELECT created FROM issue INDEXED BY issue_scan WHERE connection = ?1 ORDER BY created",
            )?;
            let mut rows = statement.query([id])?;
            let (mut steps, mut passed) = (Vec::new(), 0);
            while let Some(row) = rows.next()? {
                if passed > 0 && passed % every.max(1) == 0 {
                    steps.extend(time(row, 0)?);
                }
                passed += 1;
            }
            Ok(steps)
        })
    }

    /// Marks issues as confirmed unreachable (deleted, or hidden from this account); they stay in
    /// the store and leave the lists. Returns the keys of those that were not marked before.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn mark_gone(&self, alias: &Alias, ids: &[IssueId], now: Timestamp) -> Result<Vec<IssueKey>, StoreError> {
        self.write(|transaction| {
            let connection = connection_id(transaction, alias)?;
            let mut statement = transaction.prepare_cached(
                "UPDATE issue SET gone = ?3 WHERE connection = ?1 AND id = ?2 AND gone IS NULL RETURNING key",
            )?;
            let mut marked = Vec::new();
            for id in ids {
                let key = statement
                    .query_row(params![connection, id.as_str(), now.as_millisecond()], |row| row.get(0))
                    .optional()?;
                marked.extend(key.map(IssueKey));
            }
            Ok(marked)
        })
    }

    /// Drops issues that left the connection's scope.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn drop_issues(&self, alias: &Alias, ids: &[IssueId]) -> Result<(), StoreError> {
        self.write(|transaction| {
            let connection = connection_id(transaction, alias)?;
            let mut statement = transaction.prepare_cached("DELETE FROM issue WHERE connection = ?1 AND id = ?2")?;
            for id in ids {
                statement.execute(params![connection, id.as_str()])?;
            }
            Ok(())
        })
    }
}
