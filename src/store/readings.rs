//! What sources bring: readings merged into the findings that are there, and how each source does.
//!
//! Must never be in here: what a finding means for Jira; `take_reading` is told that by its `decide`.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sha1::{Digest, Sha1};

use super::{
    Store, closing,
    connections::time,
    error::StoreError,
    plan::{self, Decide},
    schema::fold,
};
use crate::domain::{
    Finding, FindingEvent, FindingId, FindingKind, FindingState, Problem, Reading, Resolution, SourceState,
};

/// What a reading did to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// Findings that were unknown.
    pub new: u64,
    /// Findings that were known in another state.
    pub changed: u64,
    /// Findings that a complete reading no longer held.
    pub gone: u64,
    /// Outbox items that follow from it.
    pub queued: u64,
}

/// Findings written in one transaction: others wait for it to end, and give up after some seconds.
const AT_ONCE: usize = 250;
/// Between two of these.
const PAUSE: Duration = Duration::from_millis(5);

/// The version of an event that came without the date of a change: the later read one holds.
const UNDATED: i64 = i64::MAX;

impl Store {
    /// Takes a reading of `source`: findings, and with each of them, in the same transaction, the outbox
    /// items that `decide` wants for it. The same reading again changes nothing, so one that was cut off is
    /// simply taken again. An older state of a finding never replaces a newer one, but what it tells of
    /// unknown events is kept. Many findings are taken some at a time, so that others can write, too.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn take_reading(
        &self,
        source: &str,
        reading: &Reading,
        now: Timestamp,
        decide: &Decide<'_>,
    ) -> Result<Taken, StoreError> {
        let mut taken = Taken::default();
        let own: Vec<&Finding> = reading
            .findings
            .iter()
            .filter(|finding| finding.id.source == source)
            .collect();
        for part in own.chunks(AT_ONCE) {
            self.write(|transaction| take_some(transaction, part, now, decide, &mut taken))?;
            give_way(part.len() == AT_ONCE);
        }
        self.close_missing(source, reading, now, decide, &mut taken)?;
        self.write(|transaction| note_look(transaction, source, reading, now))?;
        Ok(taken)
    }

    /// Closes what a complete reading does not hold; what could not be read is left alone.
    fn close_missing(
        &self,
        source: &str,
        reading: &Reading,
        now: Timestamp,
        decide: &Decide<'_>,
        taken: &mut Taken,
    ) -> Result<(), StoreError> {
        if !reading.complete {
            return Ok(());
        }
        let missing = self.read(|connection| missing(connection, source, reading))?;
        for part in missing.chunks(AT_ONCE) {
            self.write(|transaction| {
                for row in part {
                    let Some(closed) = close_one(transaction, *row, now)? else {
                        continue;
                    };
                    taken.gone += 1;
                    taken.queued += plan::plan_one(transaction, *row, &closed, decide, now)?;
                }
                Ok(())
            })?;
            give_way(part.len() == AT_ONCE);
        }
        Ok(())
    }

    /// A look at `source` failed; what it brought before stays.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn source_failed(&self, source: &str, problem: &Problem) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO source_state (name, problem) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET problem = excluded.problem",
                params![source, serde_json::to_string(problem)?],
            )?;
            Ok(())
        })
    }

    /// Where the next look at `source` goes on.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn source_cursor(&self, source: &str) -> Result<Option<String>, StoreError> {
        self.read(|connection| {
            let cursor: Option<Option<String>> = connection
                .prepare_cached("SELECT cursor FROM source_state WHERE name = ?1")?
                .query_row([source], |row| row.get(0))
                .optional()?;
            Ok(cursor.flatten())
        })
    }

    /// The next look at a source of files reads them, whatever an earlier one made of them.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_reading(&self, source: &str) -> Result<(), StoreError> {
        self.write_unlisted(|transaction| {
            transaction.execute(
                "UPDATE source_state SET cursor = '' WHERE name = ?1 AND cursor <> ''",
                [source],
            )?;
            Ok(())
        })
    }

    /// All sources that were ever read or have findings, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sources(&self) -> Result<Vec<SourceState>, StoreError> {
        self.read(|connection| {
            let mut found: BTreeMap<String, SourceState> = connection
                .prepare_cached("SELECT name, read_at, problem, flaws FROM source_state")?
                .query_map([], |row| {
                    let json = |index: usize| row.get::<_, Option<String>>(index);
                    Ok(SourceState {
                        name: row.get(0)?,
                        open: 0,
                        all: 0,
                        read: time(row, 1)?,
                        problem: json(2)?.and_then(|text| serde_json::from_str(&text).ok()),
                        flaws: json(3)?
                            .and_then(|text| serde_json::from_str(&text).ok())
                            .unwrap_or_default(),
                    })
                })?
                .map(|state| state.map(|state| (state.name.clone(), state)))
                .collect::<Result<_, _>>()?;
            let mut counts =
                connection.prepare_cached("SELECT source, count(*), sum(state <> ?1) FROM finding GROUP BY source")?;
            let mut rows = counts.query([FindingState::Closed as i64])?;
            while let Some(row) = rows.next()? {
                let name: String = row.get(0)?;
                let state = found.entry(name.clone()).or_insert_with(|| SourceState {
                    name,
                    open: 0,
                    all: 0,
                    read: None,
                    problem: None,
                    flaws: Vec::new(),
                });
                state.all = row.get::<_, i64>(1)?.unsigned_abs();
                state.open = row.get::<_, i64>(2)?.unsigned_abs();
            }
            Ok(found.into_values().collect())
        })
    }

    /// Forgets a source that was removed from the config. Its linked findings stay, since their issues do.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_source(&self, source: &str) -> Result<u64, StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM source_state WHERE name = ?1", [source])?;
            // An item that may have reached Jira is not given up: its issue would be nobody's.
            let removed = transaction.execute(
                "DELETE FROM finding WHERE source = ?1 AND linked = 0
                 AND row NOT IN (SELECT finding FROM outbox WHERE state IN ('sending', 'unknown', 'uncertain'))",
                [source],
            )?;
            Ok(removed as u64)
        })
    }
}

/// Merges one finding in; its row, whether it was known, and what it is now. `None` without a change.
fn take_one(
    transaction: &Transaction<'_>,
    incoming: &Finding,
    now: Timestamp,
) -> Result<Option<(i64, bool, Finding)>, StoreError> {
    let digest = digest(incoming)?;
    let known: Option<(i64, String, bool)> = transaction
        .prepare_cached("SELECT row, digest, gone IS NOT NULL FROM finding WHERE source = ?1 AND external = ?2")?
        .query_row([&incoming.id.source, &incoming.id.external], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((row, same, gone)) = known else {
        let mut versions = BTreeMap::new();
        let mut merged = merge(None, &mut versions, incoming, false);
        // What no source dates is as old as it is known here; everything that asks has this date.
        merged.created = merged.created.or(Some(now));
        let row = insert(transaction, &merged, &digest, now)?;
        write_document(transaction, row, &merged, &versions)?;
        return Ok(Some((row, false, merged)));
    };
    if same == digest && !gone {
        return Ok(None);
    }
    let (before, mut versions) = read_document(transaction, row)?;
    let merged = merge(before.as_ref(), &mut versions, incoming, gone);
    let newest = before.as_ref().is_none_or(|before| gone || !is_older(incoming, before));
    transaction
        .prepare_cached("UPDATE finding SET gone = NULL, digest = CASE WHEN ?3 THEN ?2 ELSE digest END WHERE row = ?1")?
        .execute(params![row, digest, newest])?;
    // What happens to be written down anew is no change, but later comparisons need it.
    write_document(transaction, row, &merged, &versions)?;
    if before.as_ref() == Some(&merged) {
        return Ok(None);
    }
    update(transaction, row, &merged, now)?;
    Ok(Some((row, true, merged)))
}

fn is_older(incoming: &Finding, known: &Finding) -> bool {
    matches!((incoming.updated, known.updated), (Some(new), Some(old)) if new < old)
}

/// What is known with what came. `versions` tells of each event how new the reading was that brought it,
/// so that the order in which readings come does not matter.
fn merge(known: Option<&Finding>, versions: &mut BTreeMap<String, i64>, incoming: &Finding, gone: bool) -> Finding {
    let version = incoming.updated.map_or(UNDATED, Timestamp::as_millisecond);
    let mut merged = match known {
        Some(known) if !gone && is_older(incoming, known) => known.clone(),
        _ => incoming.clone(),
    };
    let mut events: BTreeMap<&str, &FindingEvent> = BTreeMap::new();
    for event in known.map_or(&[][..], |known| &known.events) {
        events.insert(&event.id, event);
    }
    for event in &incoming.events {
        if versions.get(&event.id).is_none_or(|held| version >= *held) {
            versions.insert(event.id.clone(), version);
            events.insert(&event.id, event);
        }
    }
    let mut events: Vec<FindingEvent> = events.into_values().cloned().collect();
    events.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    merged.events = events;
    merged.created = merged.created.or_else(|| known?.created);
    merged
}

/// Merges findings in, and queues what is wanted of those that changed.
fn take_some(
    transaction: &Transaction<'_>,
    findings: &[&Finding],
    now: Timestamp,
    decide: &Decide<'_>,
    taken: &mut Taken,
) -> Result<(), StoreError> {
    for finding in findings {
        let Some((row, known, merged)) = take_one(transaction, finding, now)? else {
            continue;
        };
        if known {
            taken.changed += 1;
        } else {
            taken.new += 1;
        }
        taken.queued += plan::plan_one(transaction, row, &merged, decide, now)?;
    }
    Ok(())
}

/// Rows of findings that a complete reading does not hold, and whose part of the source was read. While a
/// new part cannot be read, it may be what another one has become: then nothing is missing that was in one
/// that is not there any more.
fn missing(connection: &Connection, source: &str, reading: &Reading) -> Result<Vec<i64>, StoreError> {
    let present: HashSet<&str> = reading
        .findings
        .iter()
        .map(|finding| finding.id.external.as_str())
        .collect();
    let unread: HashSet<&str> = reading.unread.iter().map(String::as_str).collect();
    let mut statement =
        connection.prepare_cached("SELECT row, external, origin FROM finding WHERE source = ?1 AND gone IS NULL")?;
    let known: Vec<(i64, String, String)> = statement
        .query_map([source], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let origins: HashSet<&str> = known.iter().map(|(_, _, origin)| origin.as_str()).collect();
    let there: HashSet<&str> = reading.origins.iter().map(String::as_str).collect();
    let moving = unread.iter().any(|origin| !origins.contains(origin));
    let stays = |origin: &str| unread.contains(origin) || (moving && !there.contains(origin));
    let missing = known.iter().filter(|(_, external, origin)| {
        let is_there = present.contains(external.as_str());
        !is_there && !stays(origin)
    });
    Ok(missing.map(|(row, ..)| *row).collect())
}

/// Notes that a finding is gone; what it became if that closed it.
fn close_one(transaction: &Transaction<'_>, row: i64, now: Timestamp) -> Result<Option<Finding>, StoreError> {
    transaction
        .prepare_cached("UPDATE finding SET gone = ?2 WHERE row = ?1")?
        .execute(params![row, now.as_millisecond()])?;
    let (Some(mut finding), versions) = read_document(transaction, row)? else {
        return Ok(None);
    };
    if !finding.is_open() {
        return Ok(None);
    }
    finding.state = FindingState::Closed;
    finding.resolution = finding.resolution.or(Some(Resolution::Fixed));
    write_document(transaction, row, &finding, &versions)?;
    update(transaction, row, &finding, now)?;
    Ok(Some(finding))
}

/// Lets whoever waits for the store write, in this process and in others, if more is to come.
pub(super) fn give_way(more: bool) {
    if more {
        std::thread::sleep(PAUSE);
    }
}

fn note_look(transaction: &Transaction<'_>, source: &str, reading: &Reading, now: Timestamp) -> Result<(), StoreError> {
    let flaws: Vec<String> = reading.flaws.iter().map(ToString::to_string).collect();
    transaction.execute(
        "INSERT INTO source_state (name, read_at, flaws, cursor) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name) DO UPDATE SET read_at = excluded.read_at, problem = NULL, flaws = excluded.flaws,
             cursor = coalesce(excluded.cursor, cursor)",
        params![
            source,
            now.as_millisecond(),
            serde_json::to_string(&flaws)?,
            reading.cursor
        ],
    )?;
    Ok(())
}

/// What tells a finding from another state of itself. Addresses of files are made anew at every look by
/// services that let them expire, and tell nothing.
fn digest(finding: &Finding) -> Result<String, StoreError> {
    let text = if finding.files.is_empty() {
        serde_json::to_vec(finding)?
    } else {
        let mut lasting = finding.clone();
        for file in &mut lasting.files {
            file.url = None;
        }
        serde_json::to_vec(&lasting)?
    };
    let hash = Sha1::digest(text);
    Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A finding whole, with how new the readings were that brought its events.
pub(super) fn read_document(
    transaction: &Connection,
    row: i64,
) -> Result<(Option<Finding>, BTreeMap<String, i64>), StoreError> {
    let found: Option<(String, String)> = transaction
        .prepare_cached("SELECT json, versions FROM finding_document WHERE finding = ?1")?
        .query_row([row], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match found {
        Some((json, versions)) => (
            Some(serde_json::from_str(&json)?),
            serde_json::from_str(&versions).unwrap_or_default(),
        ),
        None => (None, BTreeMap::new()),
    })
}

fn write_document(
    transaction: &Transaction<'_>,
    row: i64,
    finding: &Finding,
    versions: &BTreeMap<String, i64>,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO finding_document (finding, json, versions) VALUES (?1, ?2, ?3)
             ON CONFLICT (finding) DO UPDATE SET json = excluded.json, versions = excluded.versions",
        )?
        .execute(params![
            row,
            serde_json::to_string(finding)?,
            serde_json::to_string(versions)?
        ])?;
    Ok(())
}

fn insert(transaction: &Transaction<'_>, finding: &Finding, digest: &str, now: Timestamp) -> Result<i64, StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO finding (source, external, kind, title, folded, severity, state, native_state, origin, created,
                 updated, revision, digest)
             VALUES (?1, ?2, '', '', '', 0, 0, '', '', ?3, ?3, 0, ?4)",
        )?
        .execute(params![
            finding.id.source,
            finding.id.external,
            finding.created.unwrap_or(now).as_millisecond(),
            digest
        ])?;
    let row = transaction.last_insert_rowid();
    update(transaction, row, finding, now)?;
    Ok(row)
}

/// Writes the columns that lists are made of; that is a new revision.
fn update(transaction: &Transaction<'_>, row: i64, finding: &Finding, now: Timestamp) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "UPDATE finding SET kind = ?2, title = ?3, folded = ?4, severity = ?5, told_state = ?6, native_state = ?7,
                 told_resolution = ?8, tag = ?9, assignee = ?10, url = ?11, parent = ?12, origin = ?13,
                 created = coalesce(?14, created), updated = ?15, revision = revision + 1
             WHERE row = ?1",
        )?
        .execute(params![
            row,
            finding.kind.word(),
            finding.title,
            searched(finding),
            finding.severity as i64,
            finding.state as i64,
            finding.native_state,
            finding.resolution.map(Resolution::word),
            finding.tag,
            finding.assignee.as_ref().map(serde_json::to_string).transpose()?,
            finding.url,
            finding.parent,
            finding.origin,
            finding.created.map(Timestamp::as_millisecond),
            finding.updated.unwrap_or(now).as_millisecond(),
        ])?;
    closing::show(transaction, row)?;
    transaction
        .prepare_cached("DELETE FROM finding_key WHERE finding = ?1")?
        .execute([row])?;
    if names_its_issue(finding.kind) {
        for key in &finding.keys {
            transaction
                .prepare_cached("INSERT INTO finding_key (finding, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
                .execute(params![row, key])?;
        }
    }
    Ok(())
}

/// Kinds whose keys say which issue they belong to; other findings may name issues for any reason.
fn names_its_issue(kind: FindingKind) -> bool {
    matches!(kind, FindingKind::Remediation | FindingKind::Requirement)
}

/// The text that words are searched in: title, id and tag, folded. Titles may be books.
fn searched(finding: &Finding) -> String {
    let FindingId { source, external } = &finding.id;
    let title: String = finding.title.chars().take(300).collect();
    let tag = finding.tag.as_deref().unwrap_or_default();
    fold(&format!("{title}\n{source}/{external}\n{tag}"))
}
