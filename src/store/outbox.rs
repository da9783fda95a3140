//! The outbox: what waits to be sent, in order per finding and issue, and what people decide about it.
//!
//! An item's state is written down before and after each request, so that a kill at any instant leaves
//! something that can be settled. Must never be in here: requests, or how long anything waits.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;

use super::{
    Store,
    connections::{connection_id, time},
    error::StoreError,
    links::{self, Linked},
    readings, settle,
};
use crate::domain::{Alias, Finding, FindingId, IssueId, IssueKey, Pending, Problem, PushKind, PushState};

/// An outbox item whole.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxItem {
    /// As lists show it.
    pub pending: Pending,
    /// Store row of its finding.
    pub row: i64,
    /// A person asked for it.
    pub by_hand: bool,
    /// A person sent it again although it may have taken effect.
    pub retried: bool,
    /// Project that a person chose, or the entity's own.
    pub project: Option<String>,
    /// Mark that its issue carries.
    pub mark: Option<String>,
    /// What was or will be sent; of an unlink, the issue.
    pub payload: Option<Value>,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
}

/// All that carrying out an item takes, as of one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// The item.
    pub item: OutboxItem,
    /// Its finding.
    pub finding: Finding,
    /// Revision of the finding.
    pub revision: i64,
    /// Its link.
    pub link: Option<Linked>,
    /// The issue of the finding that it belongs to, on the same connection.
    pub parent: Option<(IssueId, IssueKey)>,
    /// The finding that it belongs to is about to get its issue.
    pub parent_waits: bool,
}

const ITEM: &str = "o.id, f.source, f.external, c.alias, o.mapping, o.kind, o.state, o.attempts, o.next_at, o.problem,
     o.fields, o.queued, o.finding, o.by_hand, o.retried, o.project, o.mark, o.payload, o.sent_at";
const ITEM_FROM: &str = "outbox o JOIN finding f ON f.row = o.finding JOIN connection c ON c.id = o.connection";
/// After a person said which issue was made: when another one would have turned up.
const SETTLED_LOOK: Duration = Duration::from_secs(15 * 60);
/// No site asks for a longer pause, and nothing waits longer but what is uncertain.
const LONGEST_PAUSE: Duration = Duration::from_secs(25 * 60 * 60);
/// Not before an earlier item of the same finding is through, nor before one of another finding of the same
/// issue that is not left to a person: what an issue gets, it gets in order.
const FIRST: &str = "NOT EXISTS (SELECT 1 FROM outbox e WHERE e.finding = o.finding AND e.id < o.id)
     AND NOT EXISTS (SELECT 1 FROM link l
         JOIN link m ON m.connection = l.connection AND m.issue = l.issue AND m.finding <> l.finding
         JOIN outbox e ON e.finding = m.finding
         WHERE l.finding = o.finding AND e.id < o.id AND e.connection = o.connection
           AND e.state NOT IN ('failed', 'uncertain'))";

impl Store {
    /// A person wants an issue made of a finding. `None` if it has one, or is about to get one that may
    /// be on its way; an automatic one that never left is replaced.
    ///
    /// # Errors
    /// When the store cannot be written, or does not know the connection.
    pub fn enqueue_create(
        &self,
        finding: i64,
        mapping: &str,
        alias: &Alias,
        project: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<i64>, StoreError> {
        self.write(|transaction| {
            let connection = connection_id(transaction, alias)?;
            transaction.execute(
                "DELETE FROM outbox WHERE finding = ?1 AND kind = 'create' AND state IN ('waiting', 'failed')",
                [finding],
            )?;
            let taken = transaction
                .prepare_cached(
                    "SELECT 1 FROM link WHERE finding = ?1
                     UNION ALL SELECT 1 FROM outbox WHERE finding = ?1 AND kind = 'create'",
                )?
                .exists([finding])?;
            if taken {
                return Ok(None);
            }
            transaction.execute("UPDATE finding SET declined = 0 WHERE row = ?1", [finding])?;
            transaction.execute(
                "INSERT INTO outbox (connection, finding, kind, by_hand, mapping, project, queued)
                 VALUES (?1, ?2, 'create', 1, ?3, ?4, ?5)",
                params![connection, finding, mapping, project, now.as_millisecond()],
            )?;
            Ok(Some(transaction.last_insert_rowid()))
        })
    }

    /// A person has a failed item, or one of which nobody knows whether it took effect, sent again.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn retry(&self, item: i64) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let changed = transaction.execute(
                "UPDATE outbox SET retried = (retried OR state = 'uncertain'), state = 'waiting', next_at = NULL,
                     problem = NULL
                 WHERE id = ?1 AND (state IN ('failed', 'uncertain') OR (state = 'waiting' AND next_at IS NOT NULL))",
                [item],
            )?;
            Ok(changed == 1)
        })
    }

    /// A person gives an item up. The finding of a create is left alone by automatic mappings from then
    /// on. An item that is on its way cannot be given up.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget(&self, item: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let given_up: Option<(i64, String)> = transaction
                .query_row(
                    "DELETE FROM outbox WHERE id = ?1 AND state IN ('waiting', 'failed', 'uncertain')
                     RETURNING finding, kind",
                    [item],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            let Some((finding, kind)) = given_up else {
                return Ok(false);
            };
            if kind == PushKind::Create.word() {
                transaction.execute("UPDATE finding SET declined = 1 WHERE row = ?1", [finding])?;
            }
            settle::note(transaction, finding, &format!("{kind} given up"), now)?;
            Ok(true)
        })
    }

    /// A person says which issue a create made, or which one is to stand for it: that may be one on
    /// another connection than the create was for, where its mapping says nothing. Should the one that
    /// was made be another, it is noticed by the mark when it turns up.
    ///
    /// # Errors
    /// When the store cannot be written, or does not know the connection.
    pub fn settle_with(
        &self,
        item: i64,
        alias: &Alias,
        issue: &IssueId,
        key: &IssueKey,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let connection = connection_id(transaction, alias)?;
            let create: Option<(i64, i64, Option<String>, Option<String>)> = transaction
                .query_row(
                    "DELETE FROM outbox WHERE id = ?1 AND kind = 'create' AND state <> 'sending'
                     RETURNING finding, connection, mapping, mark",
                    [item],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
                )
                .optional()?;
            let Some((finding, asked, mapping, mark)) = create else {
                return Ok(false);
            };
            let (mapping, mark) = (
                mapping.filter(|_| asked == connection),
                mark.filter(|_| asked == connection),
            );
            links::link_row(
                transaction,
                finding,
                connection,
                issue.as_str(),
                key.as_str(),
                mapping.as_deref(),
                now,
            )?;
            let look_at = now.checked_add(SETTLED_LOOK).unwrap_or(Timestamp::MAX);
            transaction.execute(
                "UPDATE link SET mark = ?2, look_at = ?3 WHERE finding = ?1 AND ?2 IS NOT NULL",
                params![finding, mark, look_at.as_millisecond()],
            )?;
            settle::note(transaction, finding, &format!("linked to {key}"), now)?;
            Ok(true)
        })
    }

    /// Everything that is not done, of one connection or of all, in the order in which it is sent.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn pending(&self, alias: Option<&Alias>) -> Result<Vec<Pending>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {ITEM} FROM {ITEM_FROM} WHERE ?1 IS NULL OR c.alias = ?1 ORDER BY o.id"
                ))?
                .query_map([alias.map(Alias::as_str)], |row| Ok(item(row)?.pending))?
                .collect::<Result<_, _>>()
                .map_err(StoreError::from)
        })
    }

    /// Items of `alias` after `after` that something can be done about now, at most one of each finding and of each
    /// issue.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn due(&self, alias: &Alias, after: i64, now: Timestamp, limit: usize) -> Result<Vec<i64>, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            // What waits longer than anything may was put off by a clock that has been set back since.
            let never = now
                .checked_add(LONGEST_PAUSE)
                .unwrap_or(Timestamp::MAX)
                .as_millisecond();
            connection
                .prepare_cached(&format!(
                    "SELECT o.id FROM outbox o WHERE o.connection = ?1 AND o.state <> 'failed'
                     AND (o.next_at IS NULL OR o.next_at <= ?2 OR (o.next_at > ?5 AND o.state <> 'uncertain'))
                     AND o.id > ?4 AND {FIRST} ORDER BY o.id LIMIT ?3"
                ))?
                .query_map(
                    params![owner, now.as_millisecond(), limit as i64, after, never],
                    |row| row.get(0),
                )?
                .collect::<Result<_, _>>()
                .map_err(StoreError::from)
        })
    }

    /// When something can next be done about an item of `alias`; the past means now.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn next_due(&self, alias: &Alias) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            Ok(connection
                .prepare_cached(&format!(
                    "SELECT min(at) FROM (
                         SELECT coalesce(o.next_at, 0) AS at FROM outbox o
                         WHERE o.connection = ?1 AND o.state NOT IN ('failed', 'uncertain') AND {FIRST}
                         UNION ALL SELECT look_at FROM link WHERE connection = ?1 AND look_at IS NOT NULL)"
                ))?
                .query_row([owner], |row| time(row, 0))?)
        })
    }

    /// What carrying out an item takes; `None` when it is done or gone.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn work(&self, id: i64) -> Result<Option<Work>, StoreError> {
        self.read(|connection| {
            let found = connection
                .prepare_cached(&format!(
                    "SELECT {ITEM}, f.revision, o.connection FROM {ITEM_FROM} WHERE o.id = ?1"
                ))?
                .query_row([id], |row| {
                    Ok((item(row)?, row.get::<_, i64>(19)?, row.get::<_, i64>(20)?))
                })
                .optional()?;
            let Some((item, revision, owner)) = found else {
                return Ok(None);
            };
            let (Some(finding), _) = readings::read_document(connection, item.row)? else {
                return Ok(None);
            };
            Ok(Some(Work {
                link: links::linked(connection, item.row)?,
                parent: parent_issue(connection, &finding, owner)?,
                parent_waits: parent_waits(connection, &finding)?,
                item,
                finding,
                revision,
            }))
        })
    }

    /// Takes a create in hand: its mark and payload are on the disk for good before anything is sent.
    /// False if somebody else has it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_create(&self, id: i64, mark: &str, payload: &Value, now: Timestamp) -> Result<bool, StoreError> {
        self.write_through(|transaction| {
            let changed = transaction
                .prepare_cached(
                    "UPDATE outbox SET state = 'sending', mark = ?2, payload = ?3, sent_at = ?4, next_at = NULL
                     WHERE id = ?1 AND state = 'waiting' AND (mark IS NULL OR mark = ?2)",
                )?
                .execute(params![id, mark, payload.to_string(), now.as_millisecond()])?;
            Ok(changed == 1)
        })
    }

    /// Writes down what an update is about to change, so that one that was cut off can be told from what
    /// people did. False if the item is gone.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_update(&self, id: i64, payload: &Value, now: Timestamp) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let changed = transaction
                .prepare_cached(
                    "UPDATE outbox SET state = 'sending', payload = ?2, sent_at = ?3, next_at = NULL
                     WHERE id = ?1 AND kind <> 'create'",
                )?
                .execute(params![id, payload.to_string(), now.as_millisecond()])?;
            Ok(changed == 1)
        })
    }

    /// Until when the site of `alias` wants to be left alone, whichever process was told so.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn paused(&self, alias: &Alias, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            let until = connection
                .prepare_cached("SELECT paused FROM connection WHERE id = ?1")?
                .query_row([owner], |row| time(row, 0))?;
            // Beyond any pause that a site asks for lies only a clock that was set back.
            Ok(until.filter(|until| *until > now && now.duration_until(*until).unsigned_abs() < LONGEST_PAUSE))
        })
    }

    /// Lets everything that waits on `alias` wait until then at least, and what comes meanwhile, too.
    ///
    /// # Errors
    /// When the store cannot be written, or does not know the connection.
    pub fn postpone(&self, alias: &Alias, until: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let owner = connection_id(transaction, alias)?;
            transaction.execute(
                "UPDATE connection SET paused = ?2 WHERE id = ?1",
                params![owner, until.as_millisecond()],
            )?;
            transaction.execute(
                "UPDATE outbox SET next_at = ?2 WHERE connection = ?1 AND state <> 'failed'
                 AND coalesce(next_at, 0) < ?2",
                params![owner, until.as_millisecond()],
            )?;
            Ok(())
        })
    }

    /// Says of everything that waits on `alias` why it does.
    ///
    /// # Errors
    /// When the store cannot be written, or does not know the connection.
    pub fn hold(&self, alias: &Alias, problem: &Problem) -> Result<(), StoreError> {
        let text = serde_json::to_string(problem)?;
        let owner = self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            let told = connection
                .prepare_cached(
                    "SELECT 1 FROM outbox WHERE connection = ?1 AND state = 'waiting' AND problem IS NOT ?2",
                )?
                .exists(params![owner, text])?;
            Ok(told.then_some(owner))
        })?;
        let Some(owner) = owner else { return Ok(()) };
        self.write(|transaction| {
            transaction.execute(
                "UPDATE outbox SET problem = ?2 WHERE connection = ?1 AND state = 'waiting'",
                params![owner, text],
            )?;
            Ok(())
        })
    }
}

fn parent_issue(
    connection: &rusqlite::Connection,
    finding: &Finding,
    owner: i64,
) -> Result<Option<(IssueId, IssueKey)>, StoreError> {
    let Some(parent) = &finding.parent else {
        return Ok(None);
    };
    Ok(connection
        .prepare_cached(
            "SELECT l.issue, l.key FROM link l JOIN finding f ON f.row = l.finding
             WHERE f.source = ?1 AND f.external = ?2 AND l.connection = ?3",
        )?
        .query_row(params![finding.id.source, parent, owner], |row| {
            Ok((IssueId(row.get(0)?), IssueKey(row.get(1)?)))
        })
        .optional()?)
}

fn parent_waits(connection: &rusqlite::Connection, finding: &Finding) -> Result<bool, StoreError> {
    let Some(parent) = &finding.parent else {
        return Ok(false);
    };
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM outbox o JOIN finding f ON f.row = o.finding
             WHERE f.source = ?1 AND f.external = ?2 AND f.external <> ?3 AND o.kind = 'create'
             AND o.state IN ('waiting', 'sending', 'unknown') AND f.parent IS NULL",
        )?
        .exists(params![finding.id.source, parent, finding.id.external])?)
}

/// The first item of a finding that is not done.
pub(super) fn shown(connection: &rusqlite::Connection, finding: i64) -> Result<Option<Pending>, StoreError> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT {ITEM} FROM {ITEM_FROM} WHERE o.finding = ?1 ORDER BY o.id LIMIT 1"
        ))?
        .query_row([finding], |row| Ok(item(row)?.pending))
        .optional()?)
}

fn item(row: &Row<'_>) -> rusqlite::Result<OutboxItem> {
    let json = |index: usize| row.get::<_, Option<String>>(index);
    Ok(OutboxItem {
        pending: Pending {
            id: row.get(0)?,
            finding: FindingId {
                source: row.get(1)?,
                external: row.get(2)?,
            },
            alias: Alias(row.get(3)?),
            mapping: row.get(4)?,
            kind: kind_from(&row.get::<_, String>(5)?),
            state: state_from(&row.get::<_, String>(6)?),
            attempts: row.get(7)?,
            next: time(row, 8)?,
            problem: json(9)?.and_then(|text| serde_json::from_str(&text).ok()),
            fields: json(10)?
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default(),
            queued: time(row, 11)?.unwrap_or_default(),
        },
        row: row.get(12)?,
        by_hand: row.get(13)?,
        retried: row.get(14)?,
        project: row.get(15)?,
        mark: row.get(16)?,
        payload: json(17)?.and_then(|text| serde_json::from_str(&text).ok()),
        sent_at: time(row, 18)?,
    })
}

fn kind_from(word: &str) -> PushKind {
    match word {
        "create" => PushKind::Create,
        "unlink" => PushKind::Unlink,
        "describe" => PushKind::Describe,
        _ => PushKind::Update,
    }
}

fn state_from(word: &str) -> PushState {
    match word {
        "waiting" => PushState::Waiting,
        "sending" => PushState::Sending,
        "unknown" => PushState::Unknown,
        "failed" => PushState::Failed,
        // What cannot be read is left to a person.
        _ => PushState::Uncertain,
    }
}
