//! Conditions on issue keys and ids, and on the keys of parents and epics.

use rusqlite::{OptionalExtension, types::Value};

use super::{
    CannotAnswer,
    compiler::{Fault, Item, Matches, Place, Test},
    context::{By, Context},
    sql::{Access, Sql},
};
use crate::{
    domain::IssueKey,
    jql::{Operator, Word},
    store::error::StoreError,
};

impl Test<'_> {
    pub(super) fn keys(&mut self, context: &Context<'_>, items: &[Item<'_>]) -> Matches {
        let ordered = !matches!(
            self.operator,
            Operator::Eq | Operator::NotEq | Operator::In | Operator::NotIn
        );
        let (mut keys, mut ids, mut conditions) = (Vec::new(), Vec::new(), Vec::new());
        for item in items {
            let Item::Word(word) = item else { continue };
            let is_id = word.value.bytes().all(|byte| byte.is_ascii_digit());
            let key = IssueKey(word.value.to_uppercase());
            if ordered {
                conditions.push(self.key_order(context, word, is_id)?);
            } else if is_id || key.parts().is_some() {
                let column = if is_id { "id" } else { "key" };
                self.check_cached(context, column, &key, word)?;
                if is_id { &mut ids } else { &mut keys }.push(Value::from(key.0));
            } else {
                self.unknown.push(bad_key(self.name(), word));
            }
        }
        for (column, values) in [("i.key", keys), ("i.id", ids)] {
            if !values.is_empty() {
                let condition = Sql::one_of(format!("({column}"), values, ")");
                conditions.push(condition.found_by(Access::Key));
            }
        }
        if conditions.is_empty() {
            conditions.push(Sql::never());
        }
        Ok(conditions)
    }

    /// Issues compare by number within the project of the one that is named, by key or by id.
    fn key_order(&mut self, context: &Context<'_>, word: &Word, is_id: bool) -> Result<Sql, Fault> {
        let key = IssueKey(word.value.to_uppercase());
        let Some((column, project)) = (if is_id {
            Some(("id", None))
        } else {
            key.parts().map(|(project, _)| ("key", Some(project)))
        }) else {
            return Err(Fault::Doubt(bad_key(self.name(), word)));
        };
        if let Some(project) = project
            && context.has_metadata
            && context.terms("project", By::Extra, project)?.is_empty()
        {
            self.unknown.push(no_such_issue(self.name(), word));
            return Ok(Sql::never());
        }
        self.check_cached(context, column, &key, word)?;
        let sql = format!("SELECT project, number FROM issue WHERE connection = ?1 AND {column} = ?2 AND gone IS NULL");
        let bound: Option<(i64, i64)> = context.db.prepare_cached(&sql).and_then(|mut select| {
            select
                .query_row((context.id, key.as_str()), |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })?;
        Ok(bound.map_or_else(Sql::never, |(project, number)| {
            let condition = format!("(i.project = ? AND i.number {} ?)", self.operator.as_str());
            Sql::new(condition, vec![Value::from(project), Value::from(number)])
        }))
    }

    /// An issue that is asked for by name must be here, or nobody can say anything about it.
    fn check_cached(
        &mut self,
        context: &Context<'_>,
        column: &str,
        key: &IssueKey,
        word: &Word,
    ) -> Result<(), StoreError> {
        let sql = format!("SELECT gone IS NOT NULL FROM issue WHERE connection = ?1 AND {column} = ?2 ORDER BY gone");
        match context.one::<bool>(&sql, key.as_str())? {
            Some(false) => {}
            Some(true) => self.unknown.push(no_such_issue(self.name(), word)),
            None => {
                let part = format!("'{}': it is not in the cache of {}", word.value, context.alias);
                self.unknown.push(CannotAnswer::server_only(part, word.span));
            }
        }
        Ok(())
    }

    /// Parents and epics, kept as keys. The other end need not be cached itself.
    pub(super) fn links(&mut self, context: &Context<'_>, items: &[Item<'_>]) -> Matches {
        let mut keys = Vec::new();
        for item in items {
            let Item::Word(word) = item else { continue };
            let is_id = word.value.bytes().all(|byte| byte.is_ascii_digit());
            let key = if is_id {
                context.one("SELECT key FROM issue WHERE connection = ?1 AND id = ?2", &word.value)?
            } else {
                Some(word.value.to_uppercase())
            };
            match key {
                Some(key) if !is_id && IssueKey(key.clone()).parts().is_none() => {
                    self.unknown.push(bad_key(self.name(), word));
                }
                Some(key) if is_id || self.link_is_known(context, &key)? => keys.push(Value::from(key)),
                _ => {
                    let part = format!("'{}': it is not in the cache of {}", word.value, context.alias);
                    self.unknown.push(CannotAnswer::server_only(part, word.span));
                }
            }
        }
        if keys.is_empty() {
            return Ok(if items.is_empty() {
                Vec::new()
            } else {
                vec![Sql::never()]
            });
        }
        Ok(vec![self.value_among("text", keys)])
    }

    fn link_is_known(&self, context: &Context<'_>, key: &str) -> Result<bool, StoreError> {
        let cached = "SELECT 1 FROM issue WHERE connection = ?1 AND key = ?2";
        if context.one::<i64>(cached, key)?.is_some() {
            return Ok(true);
        }
        let named = match self.found.place {
            Place::Values(field) => format!("SELECT ?1 FROM issue_value WHERE field = {field} AND text = ?2 LIMIT 1"),
            _ => "SELECT 1 FROM issue WHERE connection = ?1 AND parent = ?2 LIMIT 1".to_owned(),
        };
        Ok(context.one::<i64>(&named, key)?.is_some())
    }
}

fn bad_key(field: &str, word: &Word) -> CannotAnswer {
    CannotAnswer::refused(
        format!("The issue key '{}' for field '{field}' is invalid.", word.value),
        word.span,
    )
}

fn no_such_issue(field: &str, word: &Word) -> CannotAnswer {
    let message = format!("An issue with key '{}' does not exist for field '{field}'.", word.value);
    CannotAnswer::refused(message, word.span)
}
