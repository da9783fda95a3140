//! Marks: what issues in Jira tell of the findings that they were made of.
//!
//! By them links survive the loss of the store, and issues made twice are noticed. Must never be in here:
//! how marks are read or written (`push`).

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{
    Store,
    connections::{connection_id, time},
    error::StoreError,
    links::{link_row, linked},
    runs::NewLine,
    settle,
};
use crate::domain::{Alias, FindingId, IssueId, IssueKey};

/// An issue of ours as its mark tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedIssue {
    /// Issue id.
    pub issue: IssueId,
    /// Key.
    pub key: IssueKey,
    /// The finding that it was made of.
    pub finding: FindingId,
    /// The mark.
    pub mark: String,
    /// The mapping that it was made by.
    pub mapping: Option<String>,
}

/// A link of which a second issue may turn up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondLook {
    /// Link.
    pub link: i64,
    /// Its finding.
    pub finding: FindingId,
    /// Its issue.
    pub issue: IssueId,
    /// Key.
    pub key: IssueKey,
    /// The mark.
    pub mark: String,
    /// When the link was made.
    pub made: Timestamp,
}

/// What the marks in a project brought back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restored {
    /// Findings that have their issue again.
    pub linked: u64,
    /// Issues of findings that are kept in step with another one, which comes first.
    pub doubles: Vec<(IssueKey, MarkedIssue)>,
}

impl Store {
    /// Whether the marks in a project were ever read into this store, which a store that is new or was
    /// rebuilt must do before it makes issues there.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn marks_read(&self, alias: &Alias, project: &str) -> Result<bool, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            Ok(connection
                .prepare_cached("SELECT 1 FROM marks_read WHERE connection = ?1 AND project = ?2")?
                .exists(params![owner, project])?)
        })
    }

    /// The marks in a project were read. Findings that are here and unlinked get their links back, others
    /// once they are here.
    ///
    /// # Errors
    /// When the store cannot be written, or does not know the connection.
    pub fn take_marks(
        &self,
        alias: &Alias,
        project: &str,
        marks: &[MarkedIssue],
        now: Timestamp,
    ) -> Result<Restored, StoreError> {
        self.write(|transaction| {
            let owner = connection_id(transaction, alias)?;
            let mut restored = Restored::default();
            for marked in marks {
                match relink(transaction, owner, marked, now)? {
                    Relinked::Linked => restored.linked += 1,
                    Relinked::Other(kept) => restored.doubles.push((kept, marked.clone())),
                    Relinked::Left => {}
                }
            }
            transaction.execute(
                "INSERT INTO marks_read (connection, project, at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (connection, project) DO UPDATE SET at = excluded.at",
                params![owner, project, now.as_millisecond()],
            )?;
            Ok(restored)
        })
    }

    /// Links of which a second issue of the same finding may turn up, and the time to look has come.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn second_looks(&self, alias: &Alias, now: Timestamp) -> Result<Vec<SecondLook>, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            connection
                .prepare_cached(
                    "SELECT l.id, f.source, f.external, l.issue, l.key, l.mark, l.made
                     FROM link l JOIN finding f ON f.row = l.finding
                     WHERE l.connection = ?1 AND l.look_at <= ?2 AND l.mark IS NOT NULL ORDER BY l.id",
                )?
                .query_map(params![owner, now.as_millisecond()], |row| {
                    Ok(SecondLook {
                        link: row.get(0)?,
                        finding: FindingId {
                            source: row.get(1)?,
                            external: row.get(2)?,
                        },
                        issue: IssueId(row.get(3)?),
                        key: IssueKey(row.get(4)?),
                        mark: row.get(5)?,
                        made: time(row, 6)?.unwrap_or_default(),
                    })
                })?
                .collect::<Result<_, _>>()
                .map_err(StoreError::from)
        })
    }

    /// A second look failed; it is taken again then.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn look_again(&self, link: i64, then: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE link SET look_at = ?2 WHERE id = ?1",
                params![link, then.as_millisecond()],
            )?;
            Ok(())
        })
    }

    /// A link's second look for duplicates was taken; what it found is told with the finding, too.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn looked(&self, link: i64, found: &[NewLine], now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let finding: Option<i64> = transaction
                .prepare_cached("UPDATE link SET look_at = NULL WHERE id = ?1 RETURNING finding")?
                .query_row([link], |row| row.get(0))
                .optional()?;
            for line in found {
                if let Some(finding) = finding {
                    settle::note(transaction, finding, &line.text, now)?;
                }
            }
            Ok(())
        })
    }
}

/// What became of the issue that a mark tells of.
pub(super) enum Relinked {
    /// Its finding had no issue, and has this one now.
    Linked,
    /// Its finding has another issue.
    Other(IssueKey),
    /// Nothing is to be done about it.
    Left,
}

/// Gives a finding the link back that a mark tells of, if it has none and nothing is on its way. The mark
/// of a finding that is not here yet is kept until it is.
pub(super) fn relink(
    transaction: &Transaction<'_>,
    connection: i64,
    marked: &MarkedIssue,
    now: Timestamp,
) -> Result<Relinked, StoreError> {
    let FindingId { source, external } = &marked.finding;
    let (issue, key) = (marked.issue.as_str(), marked.key.as_str());
    let finding: Option<i64> = transaction
        .prepare_cached("SELECT row FROM finding WHERE source = ?1 AND external = ?2")?
        .query_row([source, external], |row| row.get(0))
        .optional()?;
    let Some(finding) = finding else {
        transaction
            .prepare_cached(
                "INSERT INTO mark (source, external, connection, issue, key, mark, mapping)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                source,
                external,
                connection,
                issue,
                key,
                marked.mark,
                marked.mapping
            ])?;
        return Ok(Relinked::Left);
    };
    if let Some(link) = linked(transaction, finding)? {
        let same = link.issue == marked.issue;
        return Ok(if same {
            Relinked::Left
        } else {
            Relinked::Other(link.key)
        });
    }
    let left = transaction
        .prepare_cached(
            "SELECT 1 FROM finding f WHERE row = ?1 AND (declined = 1
             OR EXISTS (SELECT 1 FROM outbox o WHERE o.finding = f.row AND o.kind = 'create'
                 AND o.state IN ('sending', 'unknown', 'uncertain')))",
        )?
        .exists([finding])?;
    if left {
        return Ok(Relinked::Left);
    }
    transaction.execute("DELETE FROM outbox WHERE finding = ?1 AND kind = 'create'", [finding])?;
    link_row(
        transaction,
        finding,
        connection,
        issue,
        key,
        marked.mapping.as_deref(),
        now,
    )?;
    transaction.execute(
        "UPDATE link SET created = 1, mark = ?2 WHERE finding = ?1",
        params![finding, marked.mark],
    )?;
    settle::note(transaction, finding, &format!("linked to {key} by its mark"), now)?;
    Ok(Relinked::Linked)
}

/// Gives a finding that just came the link that a mark told of before it was here. Whether it did.
pub(super) fn recall(transaction: &Transaction<'_>, finding: &FindingId, now: Timestamp) -> Result<bool, StoreError> {
    let kept: Vec<(i64, MarkedIssue)> = transaction
        .prepare_cached(
            "DELETE FROM mark WHERE source = ?1 AND external = ?2 RETURNING connection, issue, key, mark, mapping",
        )?
        .query_map([&finding.source, &finding.external], |row| {
            let marked = MarkedIssue {
                issue: IssueId(row.get(1)?),
                key: IssueKey(row.get(2)?),
                finding: finding.clone(),
                mark: row.get(3)?,
                mapping: row.get(4)?,
            };
            Ok((row.get(0)?, marked))
        })?
        .collect::<Result<_, _>>()?;
    let mut recalled = false;
    for (connection, marked) in kept {
        recalled |= matches!(relink(transaction, connection, &marked, now)?, Relinked::Linked);
    }
    Ok(recalled)
}
