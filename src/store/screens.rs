//! What mappings need to know of a site: create screens, people; and how each mapping does.
//!
//! Must never be in here: whether a mapping fits a screen (`mapping`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::{
    Store,
    connections::{connection_id, time},
    error::StoreError,
    schema::fold,
};
use crate::domain::{Alias, CreateScreen, MappingState, User};

impl Store {
    /// The create screen of a project (key) and issue type (name or id) as last read, and when that was.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn create_screen(
        &self,
        alias: &Alias,
        project: &str,
        issue_type: &str,
    ) -> Result<Option<(CreateScreen, Timestamp)>, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            let found: Option<(String, Option<Timestamp>)> = connection
                .prepare_cached(
                    "SELECT json, read_at FROM create_screen WHERE connection = ?1 AND project = ?2 AND type = ?3",
                )?
                .query_row(params![owner, project, fold(issue_type)], |row| {
                    Ok((row.get(0)?, time(row, 1)?))
                })
                .optional()?;
            // One that this version cannot read is read anew from the site.
            Ok(found.and_then(|(json, at)| Some((serde_json::from_str(&json).ok()?, at?))))
        })
    }

    /// The project whose create screen for an issue type (name or id) was read last.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn latest_screen(&self, alias: &Alias, issue_type: &str) -> Result<Option<String>, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            let found = connection
                .prepare_cached(
                    "SELECT project FROM create_screen WHERE connection = ?1 AND type = ?2
                     ORDER BY read_at DESC, project LIMIT 1",
                )?
                .query_row(params![owner, fold(issue_type)], |row| row.get(0))
                .optional()?;
            Ok(found)
        })
    }

    /// Keeps a create screen under the words that it was asked for by. If it is not what it was, what
    /// failed on it is tried again.
    ///
    /// # Errors
    /// When the store cannot be written, or does not know the connection.
    pub fn put_create_screen(
        &self,
        alias: &Alias,
        project: &str,
        issue_type: &str,
        screen: &CreateScreen,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_string(screen)?;
        self.write(|transaction| {
            let owner = connection_id(transaction, alias)?;
            let known: Option<String> = transaction
                .prepare_cached("SELECT json FROM create_screen WHERE connection = ?1 AND project = ?2 AND type = ?3")?
                .query_row(params![owner, project, fold(issue_type)], |row| row.get(0))
                .optional()?;
            transaction.execute(
                "INSERT INTO create_screen (connection, project, type, json, read_at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (connection, project, type) DO UPDATE SET json = excluded.json, read_at = excluded.read_at",
                params![owner, project, fold(issue_type), json, now.as_millisecond()],
            )?;
            if known.is_some_and(|known| known != json) {
                transaction.execute(
                    "UPDATE outbox SET state = 'waiting', next_at = NULL
                     WHERE connection = ?1 AND kind = 'create' AND state = 'failed'",
                    [owner],
                )?;
            }
            Ok(())
        })
    }

    /// People of a site whose name, display name or id is this one, in any case.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn people_named(&self, alias: &Alias, name: &str) -> Result<Vec<User>, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            connection
                .prepare_cached(
                    "SELECT jira_id, name, extra FROM term
                     WHERE connection = ?1 AND kind = 'user' AND (folded = ?2 OR lower(extra) = ?2 OR jira_id = ?3)
                     ORDER BY name, jira_id",
                )?
                .query_map(params![owner, fold(name), name], |row| {
                    let id: String = row.get(0)?;
                    let login: String = row.get(2)?;
                    Ok(User {
                        name: if login.is_empty() { id.clone() } else { login },
                        id,
                        display: row.get(1)?,
                        active: true,
                        email: None,
                    })
                })?
                .collect::<Result<_, _>>()
                .map_err(StoreError::from)
        })
    }

    /// Who the site said that goes by an address or name, if anybody, and when it was asked.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn person_asked(&self, alias: &Alias, asked: &str) -> Result<Option<(Option<User>, Timestamp)>, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            let found: Option<(Option<String>, Option<Timestamp>)> = connection
                .prepare_cached("SELECT json, read_at FROM person WHERE connection = ?1 AND asked = ?2")?
                .query_row(params![owner, fold(asked)], |row| Ok((row.get(0)?, time(row, 1)?)))
                .optional()?;
            Ok(found.and_then(|(json, at)| Some((json.and_then(|json| serde_json::from_str(&json).ok()), at?))))
        })
    }

    /// Keeps what the site said of an address or name.
    ///
    /// # Errors
    /// When the store cannot be written, or does not know the connection.
    pub fn put_person(
        &self,
        alias: &Alias,
        asked: &str,
        person: Option<&User>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let json = person.map(serde_json::to_string).transpose()?;
        self.write(|transaction| {
            let owner = connection_id(transaction, alias)?;
            transaction.execute(
                "INSERT INTO person (connection, asked, json, read_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (connection, asked) DO UPDATE SET json = excluded.json, read_at = excluded.read_at",
                params![owner, fold(asked), json, now.as_millisecond()],
            )?;
            Ok(())
        })
    }

    /// How the mappings do, by name; also those that are no longer in the config but have links.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn mapping_states(&self) -> Result<Vec<MappingState>, StoreError> {
        self.read(|connection| {
            let mut states: BTreeMap<String, MappingState> = BTreeMap::new();
            let mut statement = connection.prepare_cached(
                "SELECT name, drift, 0, 0, 0 FROM mapping_state WHERE name <> ''
                 UNION ALL SELECT mapping, NULL, count(*), 0, 0 FROM link WHERE mapping IS NOT NULL GROUP BY mapping
                 UNION ALL SELECT mapping, NULL, 0, sum(state NOT IN ('failed', 'uncertain')),
                     sum(state IN ('failed', 'uncertain')) FROM outbox WHERE mapping IS NOT NULL GROUP BY mapping",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let name: String = row.get(0)?;
                let state = states.entry(name.clone()).or_insert_with(|| MappingState {
                    name,
                    ..MappingState::default()
                });
                if let Some(drift) = row.get::<_, Option<String>>(1)? {
                    state.drift = serde_json::from_str(&drift).unwrap_or_default();
                }
                state.links += row.get::<_, i64>(2)?.unsigned_abs();
                state.waiting += row.get::<_, i64>(3)?.unsigned_abs();
                state.trouble += row.get::<_, i64>(4)?.unsigned_abs();
            }
            Ok(states.into_values().collect())
        })
    }

    /// Writes what is wrong with a mapping by now; whether that is news.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn put_drift(&self, mapping: &str, drift: &[(String, String)]) -> Result<bool, StoreError> {
        let drift = serde_json::to_string(drift)?;
        let known: Option<String> = self.read(|connection| {
            Ok(connection
                .prepare_cached("SELECT drift FROM mapping_state WHERE name = ?1")?
                .query_row([mapping], |row| row.get(0))
                .optional()?)
        })?;
        if known.as_deref().unwrap_or("[]") == drift {
            return Ok(false);
        }
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO mapping_state (name, drift) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET drift = excluded.drift",
                params![mapping, drift],
            )?;
            Ok(true)
        })
    }
}
