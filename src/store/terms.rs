//! Interning of the names that Jira repeats: statuses, people, labels, options; and which of them there are.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Transaction, params};

use super::{error::StoreError, schema::fold, words};
use crate::domain::{FieldKind, Metadata, Named, User};

/// Finds or makes term rows within one transaction.
pub(super) struct Terms<'t> {
    transaction: &'t Transaction<'t>,
    connection: i64,
    known: HashMap<&'static str, HashMap<String, i64>>,
    fields: HashMap<String, (i64, FieldKind)>,
}

impl<'t> Terms<'t> {
    pub(super) fn new(transaction: &'t Transaction<'t>, connection: i64) -> Self {
        Self {
            transaction,
            connection,
            known: HashMap::new(),
            fields: HashMap::new(),
        }
    }

    /// The row for a name of `kind`; an empty id means that Jira identifies it by its name.
    pub(super) fn named(&mut self, kind: &'static str, named: &Named, extra: &str) -> Result<i64, StoreError> {
        let id = if named.id.is_empty() { &named.name } else { &named.id };
        self.term(kind, id, &named.name, extra)
    }

    pub(super) fn user(&mut self, user: &User) -> Result<i64, StoreError> {
        self.term("user", &user.id, &user.display, &user.name)
    }

    /// The row for (`kind`, `id`). Names change (people marry, statuses are renamed), so the latest
    /// spelling wins; `extra` is only overwritten by something.
    pub(super) fn term(&mut self, kind: &'static str, id: &str, name: &str, extra: &str) -> Result<i64, StoreError> {
        if let Some(row) = self.known.get(kind).and_then(|known| known.get(id)) {
            return Ok(*row);
        }
        let found = self
            .transaction
            .prepare_cached("SELECT id, name, extra FROM term WHERE connection = ?1 AND kind = ?2 AND jira_id = ?3")?
            .query_row(params![self.connection, kind, id], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, String>(2)?,
                ))
            })
            .optional()?;
        let row = match found {
            Some((row, old_name, old_extra)) => {
                if old_name != name || (!extra.is_empty() && old_extra != extra) {
                    self.transaction
                        .prepare_cached(
                            "UPDATE term SET name = ?2, folded = ?3,
                                    extra = CASE WHEN ?4 = '' THEN extra ELSE ?4 END WHERE id = ?1",
                        )?
                        .execute(params![row, name, fold(name), extra])?;
                }
                row
            }
            None => {
                self.transaction
                    .prepare_cached(
                        "INSERT INTO term (connection, kind, jira_id, name, folded, extra)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    )?
                    .execute(params![self.connection, kind, id, name, fold(name), extra])?;
                self.transaction.last_insert_rowid()
            }
        };
        self.known.entry(kind).or_default().insert(id.to_owned(), row);
        Ok(row)
    }

    /// The row of a field by Jira's id; one that the metadata did not name is made on the way.
    pub(super) fn field(&mut self, jira_id: &str) -> Result<(i64, FieldKind), StoreError> {
        if let Some(found) = self.fields.get(jira_id) {
            return Ok(*found);
        }
        let found = self
            .transaction
            .prepare_cached("SELECT id, kind FROM field WHERE connection = ?1 AND jira_id = ?2")?
            .query_row(params![self.connection, jira_id], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
            })
            .optional()?;
        let field = match found {
            Some((row, kind)) => (row, words::field_kind_from(&kind)),
            None => {
                self.transaction
                    .prepare_cached("INSERT INTO field (connection, jira_id, name, folded) VALUES (?1, ?2, ?2, ?3)")?
                    .execute(params![self.connection, jira_id, fold(jira_id)])?;
                (self.transaction.last_insert_rowid(), FieldKind::Other)
            }
        };
        self.fields.insert(jira_id.to_owned(), field);
        Ok(field)
    }
}

/// Writes what a site told of itself. Lists in `missing` keep what was known before.
pub(super) fn write_metadata(
    transaction: &Transaction<'_>,
    connection: i64,
    metadata: &Metadata,
) -> Result<(), StoreError> {
    let mut terms = Terms::new(transaction, connection);
    for status in &metadata.statuses {
        terms.term("status", &status.id, &status.name, status.category.key())?;
    }
    for kind in &metadata.issue_types {
        terms.term("type", &kind.id, &kind.name, if kind.subtask { "subtask" } else { "" })?;
    }
    for resolution in &metadata.resolutions {
        terms.named("resolution", resolution, "")?;
    }
    for project in &metadata.projects {
        terms.term("project", &project.id, &project.name, &project.key)?;
    }
    for component in &metadata.components {
        terms.named("component", &component.named, &component.project)?;
    }
    let ranked = metadata.priorities.iter().map(|p| ("priority", &p.named, "", p.rank));
    let versions = metadata
        .versions
        .iter()
        .map(|v| ("version", &v.named, v.project.as_str(), v.rank));
    for (kind, named, extra, rank) in ranked.chain(versions) {
        let row = terms.named(kind, named, extra)?;
        transaction
            .prepare_cached("UPDATE term SET rank = ?2 WHERE id = ?1")?
            .execute(params![row, rank])?;
    }
    write_fields(transaction, connection, metadata)
}

fn write_fields(transaction: &Transaction<'_>, connection: i64, metadata: &Metadata) -> Result<(), StoreError> {
    let mut upsert = transaction.prepare_cached(
        "INSERT INTO field (connection, jira_id, name, folded, clause_names, kind, multiple, custom, searchable, orderable)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (connection, jira_id) DO UPDATE SET name = excluded.name, folded = excluded.folded,
             clause_names = excluded.clause_names, kind = excluded.kind, multiple = excluded.multiple,
             custom = excluded.custom, searchable = excluded.searchable, orderable = excluded.orderable",
    )?;
    for field in &metadata.fields {
        upsert.execute(params![
            connection,
            field.id,
            field.name,
            fold(&field.name),
            serde_json::to_string(&field.clause_names)?,
            words::field_kind(field.kind),
            field.multiple,
            field.custom,
            field.searchable,
            field.orderable
        ])?;
    }
    Ok(())
}
