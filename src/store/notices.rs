//! What was told of a connection's failures, so that neither a restart nor another process tells it again.
//!
//! Must never be in here: when a notice is due; what is remembered is a text that `notice` understands.

use rusqlite::{OptionalExtension, params};

use super::{Store, connections::connection_id, error::StoreError, words};
use crate::domain::{Alias, Health, Problem};

/// How a connection is, with what was remembered when it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Address that people know.
    pub site: String,
    /// Health after the last run.
    pub health: Health,
    /// What went wrong.
    pub problem: Option<Problem>,
    /// What [`Store::remember_notice`] left.
    pub remembered: Option<String>,
}

impl Store {
    /// How `alias` is; `None` if the config has it no more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn condition(&self, alias: &Alias) -> Result<Option<Condition>, StoreError> {
        self.read(|connection| {
            let found = connection
                .prepare_cached("SELECT site, health, problem, notice FROM connection WHERE alias = ?1")?
                .query_row([alias.as_str()], |row| {
                    Ok(Condition {
                        site: row.get(0)?,
                        health: words::health_from(&row.get::<_, String>(1)?),
                        problem: row
                            .get::<_, Option<String>>(2)?
                            .and_then(|text| serde_json::from_str(&text).ok()),
                        remembered: row.get(3)?,
                    })
                });
            Ok(found.optional()?)
        })
    }

    /// Puts `after` in place of `before`; whether that was still there. Of two processes that come to
    /// the same conclusion, one alone is told that it was.
    ///
    /// # Errors
    /// When the store cannot be written, or does not know the connection.
    pub fn remember_notice(&self, alias: &Alias, before: Option<&str>, after: &str) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let id = connection_id(transaction, alias)?;
            let changed = transaction.execute(
                "UPDATE connection SET notice = ?3
                 WHERE id = ?1 AND (notice = ?2 OR (notice IS NULL AND ?2 IS NULL))",
                params![id, before, after],
            )?;
            Ok(changed == 1)
        })
    }
}
