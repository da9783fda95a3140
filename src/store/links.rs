//! Links: a finding, its issue, and what both last agreed on.
//!
//! Must never be in here: what is sent because of a link (`push`).

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Store, connections::connection_id, error::StoreError, plan, settle};
use crate::domain::{
    Alias, FindingId, FindingState, IssueId, IssueKey, Link, PushKind, Status, StatusCategory, browse_url,
};

/// What both sides last agreed on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// Per field id.
    #[serde(default)]
    pub fields: BTreeMap<String, Agreed>,
    /// The state of the finding that was last carried over.
    #[serde(default)]
    pub state: Option<FindingState>,
    /// Id of the status that the issue had then.
    #[serde(default)]
    pub status: Option<String>,
    /// Digest of the remote link that was last written.
    #[serde(default)]
    pub remote: Option<String>,
    /// Whether the issue carries the mark.
    #[serde(default)]
    pub marked: bool,
    /// When its fields were first made, in milliseconds: what counts as now in templates, so that a
    /// date "in five days" stays.
    #[serde(default)]
    pub made: Option<i64>,
}

/// A field as it was last sent and read back.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Agreed {
    /// What we sent.
    pub ours: Value,
    /// What Jira made of it; `None` until it was read back.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "told")]
    pub theirs: Option<Value>,
}

/// An empty field that was read back is `null`, which is not the same as not having been read.
fn told<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// All that is known of a link.
#[derive(Debug, Clone, PartialEq)]
pub struct Linked {
    /// Store id.
    pub id: i64,
    /// Connection.
    pub alias: Alias,
    /// Issue id.
    pub issue: IssueId,
    /// Key as last seen.
    pub key: IssueKey,
    /// Mapping that keeps it in step.
    pub mapping: Option<String>,
    /// Created from the finding.
    pub created: bool,
    /// The issue is gone or out of reach.
    pub broken: bool,
    /// The mark that the issue carries.
    pub mark: Option<String>,
    /// What both sides last agreed on.
    pub snapshot: Snapshot,
    /// Revision of the finding that was last carried over.
    pub revision: i64,
    /// Digest of the mapping that it was carried over by.
    pub digest: String,
}

/// A link to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLink {
    /// Issue id.
    pub issue: IssueId,
    /// Key.
    pub key: IssueKey,
    /// What was sent and is taken as agreed.
    pub snapshot: Snapshot,
    /// Look for a second issue with the same mark then.
    pub look_at: Option<Timestamp>,
}

/// What is our own doing on issues, and no news to anybody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ours {
    /// Issues that were made of findings.
    pub made: HashSet<IssueId>,
    /// Ids of changelog entries that we wrote.
    pub changes: HashSet<String>,
}

/// What bringing an issue up to date came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Synced {
    /// Link.
    pub link: i64,
    /// Key as seen now.
    pub key: IssueKey,
    /// What both sides agree on now.
    pub snapshot: Snapshot,
    /// Revision of the finding that it stands for.
    pub revision: i64,
    /// Digest of the mapping.
    pub digest: String,
    /// The issue is gone or out of reach.
    pub broken: bool,
    /// Mark that was put on the issue.
    pub mark: Option<String>,
    /// Changelog entries that this wrote: (kind, id).
    pub echoes: Vec<(String, String)>,
}

const LINK: &str = "l.id, f.source, f.external, c.alias, l.issue, coalesce(i.key, l.key), l.mapping, l.created, c.site,
     i.summary, s.jira_id, s.name, s.extra, l.state = 'broken' OR i.gone IS NOT NULL";
const LINK_FROM: &str = "link l JOIN finding f ON f.row = l.finding JOIN connection c ON c.id = l.connection
     LEFT JOIN issue i ON i.connection = l.connection AND i.id = l.issue
     LEFT JOIN term s ON s.id = i.status";

impl Store {
    /// Links a finding to an issue that is there. Answers false, and changes nothing, if it has one.
    /// A create that never left is given up; one that may have reached Jira stands in the way.
    ///
    /// # Errors
    /// When the store cannot be written, or does not know the connection.
    pub fn link(
        &self,
        finding: i64,
        mapping: Option<&str>,
        alias: &Alias,
        issue: &IssueId,
        key: &IssueKey,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let connection = connection_id(transaction, alias)?;
            transaction.execute(
                "DELETE FROM outbox WHERE finding = ?1 AND kind = 'create' AND state IN ('waiting', 'failed')",
                [finding],
            )?;
            let under_way = transaction
                .prepare_cached("SELECT 1 FROM outbox WHERE finding = ?1 AND kind = 'create'")?
                .exists([finding])?;
            if under_way
                || !link_row(
                    transaction,
                    finding,
                    connection,
                    issue.as_str(),
                    key.as_str(),
                    mapping,
                    now,
                )?
            {
                return Ok(false);
            }
            settle::note(transaction, finding, &format!("linked to {key}"), now)?;
            Ok(true)
        })
    }

    /// Takes a link apart; what it left on the issue is taken back by an outbox item. The finding is
    /// left alone by automatic mappings from then on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn unlink(&self, finding: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let Some(link) = linked(transaction, finding)? else {
                return Ok(false);
            };
            let payload = json!({ "issue": link.issue, "key": link.key });
            transaction.execute(
                "DELETE FROM outbox WHERE finding = ?1 AND kind IN ('update', 'describe')",
                [finding],
            )?;
            transaction.execute(
                "INSERT INTO outbox (connection, finding, kind, by_hand, payload, queued)
                 SELECT connection, finding, 'unlink', 1, ?2, ?3 FROM link WHERE finding = ?1",
                params![finding, payload.to_string(), now.as_millisecond()],
            )?;
            transaction.execute("DELETE FROM link WHERE finding = ?1", [finding])?;
            transaction.execute("UPDATE finding SET declined = 1 WHERE row = ?1", [finding])?;
            settle::note(transaction, finding, &format!("unlinked from {}", link.key), now)?;
            Ok(true)
        })
    }

    /// All that is known of a finding's link.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn linked(&self, finding: i64) -> Result<Option<Linked>, StoreError> {
        self.read(|connection| linked(connection, finding))
    }

    /// All links, of one connection or of all, in order of their issues: what an export writes down.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn links(&self, alias: Option<&Alias>) -> Result<Vec<Link>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {LINK} FROM {LINK_FROM} WHERE ?1 IS NULL OR c.alias = ?1 ORDER BY c.alias, l.issue, l.id"
                ))?
                .query_map([alias.map(Alias::as_str)], link)?
                .collect::<Result<_, _>>()
                .map_err(StoreError::from)
        })
    }

    /// What of these issues is our own doing: those made of findings, and changelog entries that we wrote.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn ours<'i>(&self, alias: &Alias, issues: impl Iterator<Item = &'i IssueId>) -> Result<Ours, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            let mut statement = connection.prepare_cached(
                "SELECT l.created, e.remote FROM link l LEFT JOIN echo e ON e.link = l.id AND e.kind = 'changelog'
                 WHERE l.connection = ?1 AND l.issue = ?2",
            )?;
            let mut ours = Ours::default();
            for issue in issues {
                let mut rows = statement.query(params![owner, issue.as_str()])?;
                while let Some(row) = rows.next()? {
                    if row.get(0)? {
                        ours.made.insert(issue.clone());
                    }
                    ours.changes.extend(row.get::<_, Option<String>>(1)?);
                }
            }
            Ok(ours)
        })
    }
}

/// Makes a link by hand or by key, with the update that brings the issue into step. False if there is one.
pub(super) fn link_row(
    transaction: &Transaction<'_>,
    finding: i64,
    connection: i64,
    issue: &str,
    key: &str,
    mapping: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let made = transaction
        .prepare_cached(
            "INSERT INTO link (finding, connection, issue, key, mapping, created, made)
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6) ON CONFLICT (finding) DO NOTHING",
        )?
        .execute(params![finding, connection, issue, key, mapping, now.as_millisecond()])?;
    if made == 0 {
        return Ok(false);
    }
    let link = transaction.last_insert_rowid();
    transaction.execute("UPDATE finding SET declined = 0, planned = 0 WHERE row = ?1", [finding])?;
    plan::enqueue(transaction, finding, link, PushKind::Update, now)?;
    Ok(true)
}

/// The link of a finding.
pub(super) fn linked(connection: &rusqlite::Connection, finding: i64) -> Result<Option<Linked>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT l.id, c.alias, l.issue, l.key, l.mapping, l.created, l.state, l.mark, l.snapshot, l.revision, l.digest
             FROM link l JOIN connection c ON c.id = l.connection WHERE l.finding = ?1",
        )?
        .query_row([finding], |row| {
            Ok(Linked {
                id: row.get(0)?,
                alias: Alias(row.get(1)?),
                issue: IssueId(row.get(2)?),
                key: IssueKey(row.get(3)?),
                mapping: row.get(4)?,
                created: row.get(5)?,
                broken: row.get::<_, String>(6)? == "broken",
                mark: row.get(7)?,
                snapshot: serde_json::from_str(&row.get::<_, String>(8)?).unwrap_or_default(),
                revision: row.get(9)?,
                digest: row.get(10)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// The link of a finding as lists show it.
pub(super) fn shown(connection: &rusqlite::Connection, finding: i64) -> Result<Option<Link>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("SELECT {LINK} FROM {LINK_FROM} WHERE l.finding = ?1"))?
        .query_row([finding], link)
        .optional()?)
}

fn link(row: &Row<'_>) -> rusqlite::Result<Link> {
    let key = IssueKey(row.get(5)?);
    let status: Option<String> = row.get(10)?;
    Ok(Link {
        id: row.get(0)?,
        finding: FindingId {
            source: row.get(1)?,
            external: row.get(2)?,
        },
        alias: Alias(row.get(3)?),
        issue: IssueId(row.get(4)?),
        url: browse_url(&row.get::<_, String>(8)?, &key),
        key,
        mapping: row.get(6)?,
        created: row.get(7)?,
        gone: row.get::<_, Option<bool>>(13)?.unwrap_or_default(),
        summary: row.get(9)?,
        status: match status {
            Some(id) => Some(Status {
                id,
                name: row.get(11)?,
                category: StatusCategory::from_key(&row.get::<_, String>(12)?),
            }),
            None => None,
        },
    })
}

/// Ids of another site mean other issues: its links, items and screens are dropped.
pub(super) fn forget_site(transaction: &Transaction<'_>, connection: i64) -> Result<(), StoreError> {
    for table in ["link", "outbox", "create_screen", "marks_read", "mark", "person"] {
        transaction.execute(&format!("DELETE FROM {table} WHERE connection = ?1"), [connection])?;
    }
    transaction.execute("UPDATE finding SET planned = 0", [])?;
    Ok(())
}
