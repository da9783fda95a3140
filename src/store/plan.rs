//! What becomes of findings that changed: outbox items, written in the same transaction.
//!
//! Nothing is forgotten, since nothing is only triggered: a finding whose `planned` differs from its
//! `revision` is decided on at the next chance, whatever was killed in between. Must never be in here:
//! the decision itself; that is `push`'s, and comes as a closure.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{
    Store,
    error::StoreError,
    links::{self, Linked},
    marks, readings,
};
use crate::domain::{Alias, Finding, FindingState, PushKind};

/// Something that is to happen to a finding's issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want {
    /// It gets one.
    Create {
        /// By this mapping.
        mapping: String,
        /// On this connection.
        alias: Alias,
        /// In this project rather than the mapping's own.
        project: Option<String>,
    },
    /// It is brought up to date.
    Update,
    /// Its key is written into the description of the pull request that the finding is.
    Describe,
}

/// What tells a mapping from another state of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingVersion {
    /// Its name.
    pub name: String,
    /// Digest of all that decisions rest on.
    pub digest: String,
    /// Digest of its place in the file and of where it leads. A mapping of another name in the same seat
    /// is the same one, renamed.
    pub seat: String,
}

/// What is wanted for a finding, knowing its link.
pub type Decide<'a> = dyn Fn(&Finding, Option<&Linked>) -> Vec<Want> + 'a;

/// Findings decided on in one transaction.
const AT_ONCE: i64 = 500;

impl Store {
    /// Decides on all findings that changed since they were last decided on, incl. all of them when
    /// `mappings` are not those of the last time. Answers how many items were queued.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn plan(&self, mappings: &[MappingVersion], now: Timestamp, decide: &Decide<'_>) -> Result<u64, StoreError> {
        if self.mappings_differ(mappings)? {
            self.write(|transaction| note_mappings(transaction, mappings))?;
        }
        let mut queued = 0;
        let mut after = 0;
        loop {
            let rows = self.unplanned(after)?;
            let Some(last) = rows.last().copied() else { break };
            after = last;
            let more = rows.len() as i64 == AT_ONCE;
            queued += self.write(|transaction| {
                let mut queued = 0;
                for row in rows {
                    if let (Some(finding), _) = readings::read_document(transaction, row)? {
                        queued += plan_one(transaction, row, &finding, decide, now)?;
                    }
                }
                Ok(queued)
            })?;
            readings::give_way(more);
        }
        Ok(queued + self.link_named(now, decide)?)
    }

    /// Decides anew on findings without an issue that were decided on before: what they fall under may
    /// depend on the clock. Only what comes out differently is touched, so what failed stays as it is.
    /// Answers how many items were queued.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn plan_by_clock(&self, now: Timestamp, decide: &Decide<'_>) -> Result<u64, StoreError> {
        let mut queued = 0;
        let mut after = 0;
        loop {
            let rows = self.without_issue(after)?;
            let Some((last, _)) = rows.last().copied() else {
                return Ok(queued);
            };
            after = last;
            let changed = self.decided_otherwise(rows, decide)?;
            if changed.is_empty() {
                continue;
            }
            queued += self.write(|transaction| {
                let mut queued = 0;
                for (row, finding) in changed {
                    queued += plan_one(transaction, row, &finding, decide, now)?;
                }
                Ok(queued)
            })?;
        }
    }

    /// Open findings without an issue, and whether one is about to be made by a mapping.
    fn without_issue(&self, after: i64) -> Result<Vec<(i64, bool)>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT row, EXISTS (SELECT 1 FROM outbox WHERE finding = f.row AND kind = 'create')
                     FROM finding f WHERE row > ?1 AND linked = 0 AND declined = 0 AND planned = revision
                     AND state < ?2 ORDER BY row LIMIT ?3",
                )?
                .query_map(params![after, FindingState::Closed as i64, AT_ONCE], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?
                .collect::<Result<_, _>>()
                .map_err(StoreError::from)
        })
    }

    fn decided_otherwise(
        &self,
        rows: Vec<(i64, bool)>,
        decide: &Decide<'_>,
    ) -> Result<Vec<(i64, Finding)>, StoreError> {
        let is_create = |want: &Want| matches!(want, Want::Create { .. });
        self.read(|connection| {
            let mut changed = Vec::new();
            for (row, queued) in rows {
                if let (Some(finding), _) = readings::read_document(connection, row)?
                    && decide(&finding, None).iter().any(is_create) != queued
                {
                    changed.push((row, finding));
                }
            }
            Ok(changed)
        })
    }

    fn unplanned(&self, after: i64) -> Result<Vec<i64>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT row FROM finding WHERE planned <> revision AND row > ?1 ORDER BY row LIMIT ?2")?
                .query_map([after, AT_ONCE], |row| row.get(0))?
                .collect::<Result<_, _>>()
                .map_err(StoreError::from)
        })
    }

    fn mappings_differ(&self, mappings: &[MappingVersion]) -> Result<bool, StoreError> {
        let version = |mapping: &MappingVersion| (mapping.name.clone(), mapping.digest.clone());
        let wanted: BTreeMap<String, String> = mappings.iter().map(version).collect();
        self.read(|connection| {
            let known: BTreeMap<String, String> = connection
                .prepare_cached("SELECT name, digest FROM mapping_state")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            Ok(known != wanted)
        })
    }

    /// Links findings that name their issue themselves, as a pull request does, once that issue is here.
    fn link_named(&self, now: Timestamp, decide: &Decide<'_>) -> Result<u64, StoreError> {
        let named: Vec<(i64, i64, String, String)> = self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT k.finding, c.id, i.id, i.key FROM finding_key k
                     JOIN finding f ON f.row = k.finding AND f.linked = 0 AND f.declined = 0
                     CROSS JOIN connection c
                     JOIN issue i ON i.connection = c.id AND i.key = k.key AND i.gone IS NULL
                     ORDER BY k.finding, c.position, k.key",
                )?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
                .collect::<Result<_, _>>()
                .map_err(StoreError::from)
        })?;
        if named.is_empty() {
            return Ok(0);
        }
        self.write(|transaction| {
            let mut queued = 0;
            for (row, connection, issue, key) in named {
                let waits = transaction
                    .prepare_cached("SELECT 1 FROM outbox WHERE finding = ?1 AND kind = 'create'")?
                    .exists([row])?;
                if waits || !links::link_row(transaction, row, connection, &issue, &key, None, now)? {
                    continue;
                }
                if let (Some(finding), _) = readings::read_document(transaction, row)? {
                    queued += plan_one(transaction, row, &finding, decide, now)?;
                }
            }
            Ok(queued)
        })
    }
}

/// Mappings changed: everything is to be decided on again. Links and items follow one that was renamed.
fn note_mappings(transaction: &Transaction<'_>, mappings: &[MappingVersion]) -> Result<(), StoreError> {
    let known: Vec<(String, String)> = transaction
        .prepare_cached("SELECT name, seat FROM mapping_state")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let is_new = |mapping: &&MappingVersion| known.iter().all(|(name, _)| *name != mapping.name);
    for (name, seat) in &known {
        if mappings.iter().any(|own| own.name == *name) {
            continue;
        }
        transaction.execute("DELETE FROM mapping_state WHERE name = ?1", [name])?;
        if let Some(renamed) = mappings.iter().filter(is_new).find(|own| own.seat == *seat) {
            for table in ["link", "outbox"] {
                let carry = format!("UPDATE {table} SET mapping = ?2 WHERE mapping = ?1");
                transaction.execute(&carry, [name, &renamed.name])?;
            }
        }
    }
    for MappingVersion { name, digest, seat } in mappings {
        transaction.execute(
            "INSERT INTO mapping_state (name, digest, seat) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, seat = excluded.seat,
                 drift = CASE WHEN digest = excluded.digest THEN drift ELSE '[]' END",
            [name, digest, seat],
        )?;
    }
    transaction.execute("UPDATE finding SET planned = 0", [])?;
    Ok(())
}

/// Queues what `decide` wants for one finding, and wakes what failed of it.
pub(super) fn plan_one(
    transaction: &Transaction<'_>,
    row: i64,
    finding: &Finding,
    decide: &Decide<'_>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let mut linked = links::linked(transaction, row)?;
    if linked.is_none() && marks::recall(transaction, &finding.id, now)? {
        linked = links::linked(transaction, row)?;
    }
    let wants = decide(finding, linked.as_ref());
    let mut queued = 0;
    let mut complete = true;
    transaction
        .prepare_cached("UPDATE outbox SET state = 'waiting', next_at = NULL WHERE finding = ?1 AND state = 'failed'")?
        .execute([row])?;
    if !wants.iter().any(|want| matches!(want, Want::Create { .. })) {
        withdraw_create(transaction, row)?;
    }
    for want in wants {
        match (want, &linked) {
            (
                Want::Create {
                    mapping,
                    alias,
                    project,
                },
                None,
            ) => {
                match find_connection(transaction, &alias)? {
                    Some(connection) => {
                        queued += want_create(transaction, row, connection, &mapping, project.as_deref(), now)?;
                    }
                    // The config names a connection that the store is yet to hear of.
                    None => complete = false,
                }
            }
            (Want::Update, Some(link)) => queued += enqueue(transaction, row, link.id, PushKind::Update, now)? as u64,
            (Want::Describe, Some(link)) => {
                queued += enqueue(transaction, row, link.id, PushKind::Describe, now)? as u64;
            }
            _ => {}
        }
    }
    if complete {
        transaction
            .prepare_cached("UPDATE finding SET planned = revision WHERE row = ?1")?
            .execute([row])?;
    }
    Ok(queued)
}

fn find_connection(transaction: &Transaction<'_>, alias: &Alias) -> Result<Option<i64>, StoreError> {
    let found = transaction
        .prepare_cached("SELECT id FROM connection WHERE alias = ?1")?
        .query_row([alias.as_str()], |row| row.get(0))
        .optional()?;
    Ok(found)
}

/// An automatic create that never left is not wanted any more. One that a person sent again may have left.
fn withdraw_create(transaction: &Transaction<'_>, row: i64) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "DELETE FROM outbox WHERE finding = ?1 AND kind = 'create' AND by_hand = 0 AND retried = 0
             AND state IN ('waiting', 'failed')",
        )?
        .execute([row])?;
    Ok(())
}

fn want_create(
    transaction: &Transaction<'_>,
    row: i64,
    connection: i64,
    mapping: &str,
    project: Option<&str>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let declined: bool = transaction
        .prepare_cached("SELECT declined FROM finding WHERE row = ?1")?
        .query_row([row], |row| row.get(0))?;
    if declined {
        withdraw_create(transaction, row)?;
        return Ok(0);
    }
    let known: Option<i64> = transaction
        .prepare_cached("SELECT id FROM outbox WHERE finding = ?1 AND kind = 'create'")?
        .query_row([row], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        // One that may have reached Jira is settled as it was sent.
        transaction
            .prepare_cached(
                "UPDATE outbox SET connection = ?2, mapping = ?3, project = ?4
                 WHERE id = ?1 AND by_hand = 0 AND state = 'waiting'",
            )?
            .execute(params![id, connection, mapping, project])?;
        return Ok(0);
    }
    transaction
        .prepare_cached(
            "INSERT INTO outbox (connection, finding, kind, mapping, project, queued)
             VALUES (?1, ?2, 'create', ?3, ?4, ?5)",
        )?
        .execute(params![connection, row, mapping, project, now.as_millisecond()])?;
    Ok(1)
}

/// Puts an item of a link into the outbox, unless the same waits there; how many that were.
pub(super) fn enqueue(
    transaction: &Transaction<'_>,
    row: i64,
    link: i64,
    kind: PushKind,
    now: Timestamp,
) -> Result<usize, StoreError> {
    Ok(transaction
        .prepare_cached(
            "INSERT INTO outbox (connection, finding, kind, mapping, queued)
             SELECT connection, finding, ?3, mapping, ?4 FROM link WHERE id = ?2 AND NOT EXISTS (
                 SELECT 1 FROM outbox WHERE finding = ?1 AND kind = ?3 AND state = 'waiting')",
        )?
        .execute(params![row, link, kind.word(), now.as_millisecond()])?)
}
