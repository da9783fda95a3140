//! Findings that are closed because their issue is, and open again with it.
//!
//! Must never be in here: which status closes a finding; the mapping says so. What the source tells of
//! the finding is kept beside, and decides what is sent to Jira.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use super::{Store, connections::connection_id, error::StoreError, settle};
use crate::domain::{Alias, FindingId, FindingState, IssueKey, Resolution, Status, StatusCategory};

/// What an issue's status makes of its finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing: the finding stays as it is.
    Unchanged,
    /// It is as its source tells it.
    AsTold,
    /// It is closed, for a reason that is known or not.
    Closed(Option<Resolution>),
}

/// A finding that its issue has closed or opened again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turned {
    /// The finding.
    pub finding: FindingId,
    /// Its issue.
    pub key: IssueKey,
    /// The issue's status.
    pub status: Status,
    /// What came of it.
    pub standing: Standing,
}

/// Decides by the name of the link's mapping, the issue's status and the name of its resolution.
pub type Judge<'a> = dyn Fn(&str, &Status, Option<&str>) -> Standing + 'a;

/// A link and how its issue stands.
struct Stood {
    row: i64,
    mapping: String,
    turned: Turned,
    resolution: Option<String>,
    closed: Option<String>,
}

impl Store {
    /// Closes the findings of `alias` whose issues say so, and opens those again whose issues no longer do.
    /// Answers what differs from before.
    ///
    /// # Errors
    /// When the store cannot be read or written, or does not know the connection.
    pub fn close_by_issues(&self, alias: &Alias, judge: &Judge<'_>, now: Timestamp) -> Result<Vec<Turned>, StoreError> {
        let mut turned = Vec::new();
        for stood in self.read(|connection| stood(connection, alias))? {
            let standing = judge(&stood.mapping, &stood.turned.status, stood.resolution.as_deref());
            let wanted = match standing {
                Standing::Unchanged => continue,
                Standing::AsTold => None,
                Standing::Closed(resolution) => Some(resolution.map_or("", Resolution::word)),
            };
            if wanted != stood.closed.as_deref() {
                turned.push((
                    stood.row,
                    wanted,
                    Turned {
                        standing,
                        ..stood.turned
                    },
                ));
            }
        }
        if turned.is_empty() {
            return Ok(Vec::new());
        }
        self.write(|transaction| {
            for (row, closed, turned) in &turned {
                turn(transaction, *row, *closed, turned, now)?;
            }
            Ok(())
        })?;
        Ok(turned.into_iter().map(|(_, _, turned)| turned).collect())
    }
}

fn stood(connection: &Connection, alias: &Alias) -> Result<Vec<Stood>, StoreError> {
    let owner = connection_id(connection, alias)?;
    connection
        .prepare_cached(
            "SELECT l.finding, l.mapping, f.source, f.external, i.key, s.jira_id, s.name, s.extra, r.name, l.closed
             FROM link l JOIN finding f ON f.row = l.finding
             JOIN issue i ON i.connection = l.connection AND i.id = l.issue AND i.gone IS NULL
             JOIN term s ON s.id = i.status LEFT JOIN term r ON r.id = i.resolution
             WHERE l.connection = ?1 AND l.mapping IS NOT NULL ORDER BY l.id",
        )?
        .query_map([owner], |row| {
            Ok(Stood {
                row: row.get(0)?,
                mapping: row.get(1)?,
                turned: Turned {
                    finding: FindingId {
                        source: row.get(2)?,
                        external: row.get(3)?,
                    },
                    key: IssueKey(row.get(4)?),
                    status: Status {
                        id: row.get(5)?,
                        name: row.get(6)?,
                        category: StatusCategory::from_key(&row.get::<_, String>(7)?),
                    },
                    standing: Standing::Unchanged,
                },
                resolution: row.get(8)?,
                closed: row.get(9)?,
            })
        })?
        .collect::<Result<_, _>>()
        .map_err(StoreError::from)
}

fn turn(
    transaction: &Transaction<'_>,
    row: i64,
    closed: Option<&str>,
    turned: &Turned,
    now: Timestamp,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached("UPDATE link SET closed = ?2 WHERE finding = ?1")?
        .execute(params![row, closed])?;
    show(transaction, row)?;
    let (key, status) = (&turned.key, &turned.status.name);
    let told = match closed {
        Some("") => format!("closed with {key} ({status})"),
        Some(resolution) => format!("closed as {resolution} with {key} ({status})"),
        None => format!("no longer closed by {key} ({status})"),
    };
    settle::note(transaction, row, &told, now)
}

/// Shows a finding as it stands: as its source tells it, unless its issue has closed it.
pub(super) fn show(transaction: &Transaction<'_>, row: i64) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "UPDATE finding SET
                 state = iif(l.closed IS NULL OR f.told_state = ?2, f.told_state, ?2),
                 resolution = iif(l.closed IS NULL OR f.told_state = ?2, f.told_resolution, nullif(l.closed, ''))
             FROM finding f LEFT JOIN link l ON l.finding = f.row
             WHERE f.row = ?1 AND finding.row = ?1",
        )?
        .execute(params![row, FindingState::Closed as i64])?;
    Ok(())
}
