//! Issues in and out: batched upserts that tell what was new and what differed, and one issue whole.
//!
//! Must never be in here: JQL (see `jql` and `list` beside this module).

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Store, connections::connection_id, error::StoreError, fulltext::Texts, terms::Terms};
use crate::domain::{Alias, FieldKind, FieldValue, Issue, IssueId, time};

/// An issue that the store had in another state.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Position within the batch that was applied.
    pub index: usize,
    /// What the store had.
    pub before: Box<Issue>,
}

/// What a batch did to the store.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Applied {
    /// Positions of issues that were unknown.
    pub new: Vec<usize>,
    /// Issues that were known in another state.
    pub changed: Vec<Difference>,
}

impl Store {
    /// Writes a batch of issues in one transaction. An answer older than what the store already has
    /// (search indexes lag) is passed over.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn apply(&self, alias: &Alias, issues: &[Issue]) -> Result<Applied, StoreError> {
        self.write(|transaction| {
            let connection = connection_id(transaction, alias)?;
            let mut terms = Terms::new(transaction, connection);
            let mut applied = Applied::default();
            for (index, issue) in issues.iter().enumerate() {
                match apply_one(transaction, connection, &mut terms, issue)? {
                    Outcome::Unchanged => {}
                    Outcome::New => applied.new.push(index),
                    Outcome::Changed(before) => applied.changed.push(Difference { index, before }),
                }
            }
            Ok(applied)
        })
    }

    /// The cached issue at `row`, whole.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn document(&self, row: i64) -> Result<Option<Issue>, StoreError> {
        self.read(|connection| {
            let json: Option<String> = connection
                .prepare_cached("SELECT json FROM document WHERE issue = ?1")?
                .query_row([row], |row| row.get(0))
                .optional()?;
            Ok(json.as_deref().map(serde_json::from_str).transpose()?)
        })
    }

    /// Store rows of issues by their Jira ids, in the same order; `None` for those not cached.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn rows_of<'i>(
        &self,
        alias: &Alias,
        ids: impl Iterator<Item = &'i IssueId>,
    ) -> Result<Vec<Option<i64>>, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            let mut statement = connection
                .prepare_cached("SELECT row FROM issue WHERE connection = ?1 AND id = ?2 AND gone IS NULL")?;
            ids.map(|id| {
                Ok(statement
                    .query_row(params![owner, id.as_str()], |row| row.get(0))
                    .optional()?)
            })
            .collect()
        })
    }

    /// Priorities of `alias` by id: place, 0 most urgent, and how many there are.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn priorities(&self, alias: &Alias) -> Result<HashMap<String, (u32, u32)>, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            let ranks: Vec<(String, u32)> = connection
                .prepare_cached(
                    "SELECT jira_id, rank FROM term WHERE connection = ?1 AND kind = 'priority' AND rank IS NOT NULL",
                )?
                .query_map([owner], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            let count = u32::try_from(ranks.len()).unwrap_or(u32::MAX);
            Ok(ranks.into_iter().map(|(id, rank)| (id, (rank, count))).collect())
        })
    }

    /// Keys of the projects that cached issues of `alias` belong to.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn projects_in_use(&self, alias: &Alias) -> Result<Vec<String>, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            connection
                .prepare_cached(
                    "SELECT extra FROM term t WHERE connection = ?1 AND kind = 'project'
                     AND EXISTS (SELECT 1 FROM issue i WHERE i.connection = ?1 AND i.project = t.id) ORDER BY extra",
                )?
                .query_map([owner], |row| row.get(0))?
                .collect::<Result<Vec<_>, _>>()
                .map_err(StoreError::from)
        })
    }

    /// How many issues of `alias` are cached, those marked gone left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count(&self, alias: &Alias) -> Result<u64, StoreError> {
        self.read(|connection| {
            let count: Option<i64> = connection
                .prepare_cached("SELECT cached FROM connection WHERE alias = ?1")?
                .query_row([alias.as_str()], |row| row.get(0))
                .optional()?;
            let count = count.ok_or_else(|| StoreError::NoConnection(alias.to_string()))?;
            Ok(count.unsigned_abs())
        })
    }
}

/// Writes the values and words of every issue again, from the documents.
pub(super) fn rewrite_values(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let mut owners = transaction.prepare("SELECT id FROM connection")?;
    let owners = owners.query_map([], |row| row.get::<_, i64>(0))?;
    for owner in owners {
        let owner = owner?;
        let mut terms = Terms::new(transaction, owner);
        let mut documents = transaction.prepare(
            "SELECT d.issue, d.json FROM issue i JOIN document d ON d.issue = i.row WHERE i.connection = ?1",
        )?;
        let mut documents = documents.query([owner])?;
        while let Some(document) = documents.next()? {
            let (row, json): (i64, String) = (document.get(0)?, document.get(1)?);
            // One that cannot be read is replaced when Jira is next asked for it.
            let Ok(issue) = serde_json::from_str(&json) else {
                continue;
            };
            forget_values(transaction, row)?;
            write_values(transaction, row, &mut terms, &issue)?;
        }
    }
    Ok(())
}

fn forget_values(transaction: &Transaction<'_>, row: i64) -> Result<(), StoreError> {
    transaction
        .prepare_cached("DELETE FROM issue_value WHERE issue = ?1")?
        .execute([row])?;
    Texts::forget(transaction, row)
}

enum Outcome {
    Unchanged,
    New,
    Changed(Box<Issue>),
}

fn apply_one(
    transaction: &Transaction<'_>,
    connection: i64,
    terms: &mut Terms<'_>,
    issue: &Issue,
) -> Result<Outcome, StoreError> {
    let json = serde_json::to_string(issue)?;
    let known: Option<(i64, i64, Option<i64>, Option<String>)> = transaction
        .prepare_cached(
            "SELECT i.row, i.updated, i.gone, d.json FROM issue i LEFT JOIN document d ON d.issue = i.row
             WHERE i.connection = ?1 AND i.id = ?2",
        )?
        .query_row(params![connection, issue.id.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((row, updated, gone, before)) = known else {
        write_issue(transaction, connection, terms, None, issue, &json)?;
        return Ok(Outcome::New);
    };
    let reachable_again = gone.is_some();
    let older = updated > issue.updated.as_millisecond();
    if !reachable_again && (older || before.as_deref().is_some_and(|before| says_the_same(before, &json))) {
        return Ok(Outcome::Unchanged);
    }
    write_issue(transaction, connection, terms, Some(row), issue, &json)?;
    // A document that is missing or unreadable is now replaced by one that can be read.
    let before = before.and_then(|before| serde_json::from_str(&before).ok());
    Ok(match before {
        Some(before) if !reachable_again => Outcome::Changed(before),
        _ => Outcome::New,
    })
}

/// Documents are kept as they come, and nothing keeps a site from another order of their members.
fn says_the_same(before: &str, after: &str) -> bool {
    let tree = |json| serde_json::from_str::<serde_json::Value>(json).ok();
    before == after || tree(before).is_some_and(|before| tree(after) == Some(before))
}

fn write_issue(
    transaction: &Transaction<'_>,
    connection: i64,
    terms: &mut Terms<'_>,
    row: Option<i64>,
    issue: &Issue,
    json: &str,
) -> Result<(), StoreError> {
    let project = terms.term("project", &issue.project.id, &issue.project.name, &issue.project.key)?;
    let kind = if issue.issue_type.subtask { "subtask" } else { "" };
    let kind = terms.term("type", &issue.issue_type.id, &issue.issue_type.name, kind)?;
    let status = terms.term(
        "status",
        &issue.status.id,
        &issue.status.name,
        issue.status.category.key(),
    )?;
    let priority = issue
        .priority
        .as_ref()
        .map(|named| terms.named("priority", named, ""))
        .transpose()?;
    let resolution = issue
        .resolution
        .as_ref()
        .map(|named| terms.named("resolution", named, ""))
        .transpose()?;
    let security = issue
        .security
        .as_ref()
        .map(|named| terms.named("security", named, ""))
        .transpose()?;
    let assignee = issue.assignee.as_ref().map(|user| terms.user(user)).transpose()?;
    let reporter = issue.reporter.as_ref().map(|user| terms.user(user)).transpose()?;
    let creator = issue.creator.as_ref().map(|user| terms.user(user)).transpose()?;
    let number = issue.key.parts().map_or(0, |(_, number)| number.cast_signed());
    // Nothing of an issue that is new can be there: most issues are, and looking costs.
    let known = row;
    let row = transaction
        .prepare_cached(
            "INSERT INTO issue (row, connection, id, key, number, summary, project, type, status, category, priority,
                 resolution, security, assignee, reporter, creator, parent, created, updated, resolved, due, votes,
                 watchers, original_estimate, remaining_estimate, time_spent, gone)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                 ?22, ?23, ?24, ?25, ?26, NULL)
             ON CONFLICT (row) DO UPDATE SET key = excluded.key, number = excluded.number, summary = excluded.summary,
                 project = excluded.project, type = excluded.type, status = excluded.status,
                 category = excluded.category, priority = excluded.priority, resolution = excluded.resolution,
                 security = excluded.security, assignee = excluded.assignee, reporter = excluded.reporter,
                 creator = excluded.creator, parent = excluded.parent, created = excluded.created,
                 updated = excluded.updated, resolved = excluded.resolved, due = excluded.due, votes = excluded.votes,
                 watchers = excluded.watchers, original_estimate = excluded.original_estimate,
                 remaining_estimate = excluded.remaining_estimate, time_spent = excluded.time_spent, gone = NULL
             RETURNING row",
        )?
        .query_row(
            params![
                row,
                connection,
                issue.id.as_str(),
                issue.key.as_str(),
                number,
                issue.summary,
                project,
                kind,
                status,
                issue.status.category.key(),
                priority,
                resolution,
                security,
                assignee,
                reporter,
                creator,
                issue.parent.as_ref().map(|parent| parent.key.as_str()),
                issue.created.as_millisecond(),
                issue.updated.as_millisecond(),
                issue.resolved.map(Timestamp::as_millisecond),
                issue.due.map(|due| due.to_string()),
                issue.votes.map(u64::cast_signed),
                issue.watchers.map(u64::cast_signed),
                issue.original_estimate,
                issue.remaining_estimate,
                issue.time_spent,
            ],
            |row| row.get::<_, i64>(0),
        )?;
    transaction
        .prepare_cached(
            "INSERT INTO document (issue, json) VALUES (?1, ?2)
             ON CONFLICT (issue) DO UPDATE SET json = excluded.json",
        )?
        .execute(params![row, json])?;
    if known.is_some() {
        forget_values(transaction, row)?;
    }
    write_values(transaction, row, terms, issue)
}

/// Writes the many-valued and custom fields of one issue, and gathers its texts.
struct Values<'t> {
    transaction: &'t Transaction<'t>,
    row: i64,
    texts: Texts,
}

impl Values<'_> {
    fn put(&self, field: i64, term: Option<i64>, number: Option<f64>, text: Option<&str>) -> Result<(), StoreError> {
        self.transaction
            .prepare_cached("INSERT INTO issue_value (issue, field, term, number, text) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![self.row, field, term, number, text])?;
        Ok(())
    }
}

fn write_values(
    transaction: &Transaction<'_>,
    row: i64,
    terms: &mut Terms<'_>,
    issue: &Issue,
) -> Result<(), StoreError> {
    let values = &mut Values {
        transaction,
        row,
        texts: Texts::of(issue),
    };
    if !issue.labels.is_empty() {
        let (field, _) = terms.field("labels")?;
        for label in &issue.labels {
            let term = terms.term("label", label, label, "")?;
            values.put(field, Some(term), None, None)?;
        }
    }
    let project = issue.project.key.as_str();
    for (jira_id, kind, list) in [
        ("components", "component", &issue.components),
        ("fixVersions", "version", &issue.fix_versions),
        ("versions", "version", &issue.affected_versions),
    ] {
        for named in list {
            let (field, _) = terms.field(jira_id)?;
            let term = terms.named(kind, named, project)?;
            values.put(field, Some(term), None, None)?;
        }
    }
    // Long text stays in the document; a row without a value says that there is some.
    for (jira_id, present) in [
        ("description", issue.description.is_some()),
        ("environment", issue.environment.is_some()),
        ("attachment", !issue.attachments.is_empty()),
        ("comment", !issue.comments.is_empty() || issue.comment_total > 0),
    ] {
        if present {
            let (field, _) = terms.field(jira_id)?;
            values.put(field, None, None, None)?;
        }
    }
    for (jira_id, value) in &issue.custom {
        let (field, kind) = terms.field(jira_id)?;
        write_custom(values, terms, field, kind, value)?;
    }
    values.texts.write(transaction, row)
}

fn write_custom(
    values: &mut Values<'_>,
    terms: &mut Terms<'_>,
    field: i64,
    kind: FieldKind,
    value: &FieldValue,
) -> Result<(), StoreError> {
    match value {
        FieldValue::Text(text) if kind == FieldKind::DateTime => {
            let instant = time::parse_timestamp(text).map(|at| at.as_millisecond() as f64);
            values.put(field, None, instant, Some(text))
        }
        FieldValue::Text(text) if kind == FieldKind::Labels => {
            let term = terms.term("label", text, text, "")?;
            values.put(field, Some(term), None, None)
        }
        FieldValue::Text(text) => {
            if matches!(kind, FieldKind::Text | FieldKind::Rich) {
                values.texts.add(field, text);
            }
            values.put(field, None, None, Some(text))
        }
        FieldValue::Number(number) => values.put(field, None, Some(*number), None),
        FieldValue::Named(named) => {
            let word = if kind == FieldKind::Version {
                "version"
            } else {
                "option"
            };
            let term = terms.named(word, named, "")?;
            values.put(field, Some(term), None, None)
        }
        FieldValue::Cascade(parent, child) => {
            let term = terms.named("option", parent, "")?;
            values.put(field, Some(term), None, None)?;
            write_custom(values, terms, field, kind, child)
        }
        FieldValue::User(user) => {
            let term = terms.user(user)?;
            values.put(field, Some(term), None, None)
        }
        FieldValue::Sprint(sprint) => {
            let term = terms.term("sprint", &sprint.id.to_string(), &sprint.name, &sprint.state)?;
            values.put(field, Some(term), None, None)
        }
        FieldValue::List(list) => list
            .iter()
            .try_for_each(|value| write_custom(values, terms, field, kind, value)),
        FieldValue::Rich(text) => {
            values.texts.add_rich(field, text);
            values.put(field, None, None, None)
        }
        FieldValue::Other(_) => values.put(field, None, None, None),
    }
}
