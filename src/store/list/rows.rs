//! List rows by their store rows.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row};

use crate::{
    domain::{Alias, IssueId, IssueKey, IssueRow, StatusCategory, list::browse_url},
    store::error::StoreError,
};

const ROW: &str = "
    SELECT i.row, c.alias, c.site, i.id, i.key, i.summary, t.name, t.extra, s.name, i.category, p.name, p.rank, r.name,
           a.name, w.name, x.extra, i.parent, i.created, i.updated, i.due, i.connection
    FROM issue i
    JOIN connection c ON c.id = i.connection
    JOIN term t ON t.id = i.type
    JOIN term s ON s.id = i.status
    JOIN term x ON x.id = i.project
    LEFT JOIN term p ON p.id = i.priority
    LEFT JOIN term r ON r.id = i.resolution
    LEFT JOIN term a ON a.id = i.assignee
    LEFT JOIN term w ON w.id = i.reporter
    WHERE i.row = ?1";

const VALUES: &str = "
    SELECT f.jira_id = 'labels', t.name
    FROM issue_value v
    JOIN field f ON f.id = v.field
    JOIN term t ON t.id = v.term
    WHERE v.issue = ?1 AND f.jira_id IN ('labels', 'components')
    ORDER BY v.rowid";

const PRIORITIES: &str =
    "SELECT connection, count(*) FROM term WHERE kind = 'priority' AND rank IS NOT NULL GROUP BY connection";

/// The rows of `ids` in that order, without those that are no more.
pub(super) fn load(db: &Connection, ids: &[i64]) -> Result<Vec<IssueRow>, StoreError> {
    let priorities = db
        .prepare_cached(PRIORITIES)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<HashMap<i64, u32>, _>>()?;
    let mut row = db.prepare_cached(ROW)?;
    let mut values = db.prepare_cached(VALUES)?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(mut found) = row.query_row([id], |row| from_row(row, &priorities)).optional()? else {
            continue;
        };
        add_values(&mut values, &mut found)?;
        rows.push(found);
    }
    Ok(rows)
}

fn add_values(values: &mut CachedStatement<'_>, row: &mut IssueRow) -> Result<(), StoreError> {
    let mut found = values.query([row.row])?;
    while let Some(value) = found.next()? {
        let list = if value.get(0)? {
            &mut row.labels
        } else {
            &mut row.components
        };
        list.push(value.get(1)?);
    }
    Ok(())
}

fn from_row(row: &Row<'_>, priorities: &HashMap<i64, u32>) -> rusqlite::Result<IssueRow> {
    let time = |index: usize| -> rusqlite::Result<Timestamp> {
        Ok(Timestamp::from_millisecond(row.get(index)?).unwrap_or(Timestamp::UNIX_EPOCH))
    };
    let key = IssueKey(row.get(4)?);
    let count = priorities.get(&row.get(20)?).copied();
    Ok(IssueRow {
        row: row.get(0)?,
        alias: Alias(row.get(1)?),
        url: browse_url(&row.get::<_, String>(2)?, &key),
        id: IssueId(row.get(3)?),
        key,
        summary: row.get(5)?,
        issue_type: row.get(6)?,
        subtask: row.get::<_, String>(7)? == "subtask",
        status: row.get(8)?,
        category: StatusCategory::from_key(&row.get::<_, String>(9)?),
        priority: row.get(10)?,
        priority_rank: row.get::<_, Option<u32>>(11)?.zip(count),
        resolution: row.get(12)?,
        assignee: row.get(13)?,
        reporter: row.get(14)?,
        project: row.get(15)?,
        labels: Vec::new(),
        components: Vec::new(),
        parent: row.get(16)?,
        created: time(17)?,
        updated: time(18)?,
        due: row.get::<_, Option<String>>(19)?.and_then(|due| due.parse().ok()),
        fields: Vec::new(),
    })
}
