//! What one connection brings to a query: its names, account, zone and scope.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{
    domain::{Alias, Deployment},
    jql::{self, Expr, Operand, Operator, dates::Moment},
    store::{error::StoreError, schema::fold, words},
};

/// One connection as a query sees it.
pub(in crate::store) struct Context<'a> {
    pub(super) db: &'a Connection,
    pub(in crate::store) id: i64,
    pub(in crate::store) alias: Alias,
    pub(in crate::store) complete: bool,
    pub(super) deployment: Option<Deployment>,
    pub(super) account: Option<String>,
    pub(super) moment: Moment,
    /// Whether the site's own lists have been read, so that what they lack does not exist.
    pub(super) has_metadata: bool,
    /// The only projects that are kept, as the scope names them; `None` keeps all.
    projects: Option<HashSet<String>>,
}

/// A row of `term`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) row: i64,
    pub(super) extra: String,
    pub(super) rank: Option<i64>,
}

/// How a term is looked up.
#[derive(Debug, Clone, Copy)]
pub(super) enum By {
    Name,
    JiraId,
    Extra,
}

impl<'a> Context<'a> {
    /// The connections called `aliases` (all if there are none), in the config's order.
    ///
    /// # Errors
    /// When the store cannot be read or knows no such connection.
    pub(in crate::store) fn load(
        db: &'a Connection,
        aliases: &[Alias],
        now: Timestamp,
    ) -> Result<Vec<Self>, StoreError> {
        let mut all = db
            .prepare_cached(
                "SELECT id, alias, complete, deployment, account_id, time_zone, metadata_at IS NOT NULL, scope
                 FROM connection ORDER BY position, alias",
            )?
            .query_map([], |row| Self::from_row(db, row, now))?
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(unknown) = aliases.iter().find(|alias| !all.iter().any(|one| one.alias == **alias)) {
            return Err(StoreError::NoConnection(unknown.to_string()));
        }
        all.retain(|one| aliases.is_empty() || aliases.contains(&one.alias));
        Ok(all)
    }

    fn from_row(db: &'a Connection, row: &Row<'_>, now: Timestamp) -> rusqlite::Result<Self> {
        let zone: Option<String> = row.get(5)?;
        let scope: String = row.get(7)?;
        Ok(Self {
            db,
            id: row.get(0)?,
            alias: Alias(row.get(1)?),
            complete: row.get(2)?,
            deployment: row
                .get::<_, Option<String>>(3)?
                .as_deref()
                .and_then(words::deployment_from),
            account: row.get(4)?,
            moment: Moment::new(now, zone.as_deref()),
            has_metadata: row.get(6)?,
            projects: scope_projects(&scope),
        })
    }

    /// Whether issues of a project are kept that goes by any of `names`.
    pub(super) fn keeps_project(&self, names: &[&str]) -> bool {
        self.projects
            .as_ref()
            .is_none_or(|kept| names.iter().any(|name| kept.contains(&fold(name))))
    }

    /// Terms of `kind` called `text`.
    pub(super) fn terms(&self, kind: &str, by: By, text: &str) -> Result<Vec<Term>, StoreError> {
        let (test, text) = match by {
            By::Name => ("folded = ?3", fold(text)),
            By::JiraId => ("jira_id = ?3", text.to_owned()),
            By::Extra => ("extra <> '' AND lower(extra) = ?3", text.to_ascii_lowercase()),
        };
        self.select(&format!("connection = ?1 AND kind = ?2 AND {test}"), kind, &text)
    }

    /// Terms of `kind` that `test` picks; it may use `?3`.
    pub(super) fn select(&self, test: &str, kind: &str, value: impl rusqlite::ToSql) -> Result<Vec<Term>, StoreError> {
        self.db
            .prepare_cached(&format!("SELECT id, extra, rank FROM term WHERE {test} ORDER BY id"))?
            .query_map(params![self.id, kind, value], |row| {
                Ok(Term {
                    row: row.get(0)?,
                    extra: row.get(1)?,
                    rank: row.get(2)?,
                })
            })?
            .collect::<Result<_, _>>()
            .map_err(StoreError::from)
    }

    /// The row of a field that `issue_value` refers to; `None` if no issue holds one.
    pub(super) fn field_row(&self, jira_id: &str) -> Result<Option<i64>, StoreError> {
        self.one("SELECT id FROM field WHERE connection = ?1 AND jira_id = ?2", jira_id)
    }

    /// One value of one row picked by connection and `value`.
    pub(super) fn one<T: rusqlite::types::FromSql>(&self, sql: &str, value: &str) -> Result<Option<T>, StoreError> {
        let found = self
            .db
            .prepare_cached(sql)?
            .query_row(params![self.id, value], |row| row.get(0))
            .optional()?;
        Ok(found)
    }
}

/// The projects that a scope restricts itself to, if it does so outright.
fn scope_projects(scope: &str) -> Option<HashSet<String>> {
    let query = jql::parse(scope).ok()?;
    let conditions = match query.where_? {
        Expr::And(conditions, _) => conditions,
        condition => vec![condition],
    };
    let kept = conditions.iter().find_map(|condition| match condition {
        Expr::Clause(clause)
            if clause.field.name.eq_ignore_ascii_case("project")
                && matches!(clause.operator, Operator::Eq | Operator::In) =>
        {
            clause.operand.as_ref()
        }
        _ => None,
    })?;
    kept.flat()
        .into_iter()
        .map(|operand| match operand {
            Operand::Value(word) => Some(fold(&word.value)),
            // Who knows which projects a function yields.
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_names_its_projects_or_keeps_all() {
        let set = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<HashSet<_>>());
        let cases = [
            ("project in (PAY, \"Check out\")", set(&["pay", "check out"])),
            ("updated >= -180d AND project = PAY", set(&["pay"])),
            ("project = PAY OR project = OPS", None),
            ("project != PAY", None),
            ("project in projectsLeadByUser()", None),
            ("statusCategory != Done OR updated >= -180d", None),
            ("no jql", None),
        ];
        for (scope, expected) in cases {
            assert_eq!(scope_projects(scope), expected, "{scope}");
        }
    }
}
