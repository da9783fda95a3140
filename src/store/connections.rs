//! What the store knows of each connection: identity, how far the pull has come, health.

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, tz::TimeZone};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params, types::Value};

use super::{Store, error::StoreError, links, terms, words};
use crate::domain::{Access, Alias, ConnectionState, Deployment, Health, Metadata, Problem, Profile, Quota};

/// A connection as the config has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionSeed {
    /// Alias.
    pub alias: Alias,
    /// Address that browse links are built on.
    pub site: String,
    /// How it signs in.
    pub access: Access,
    /// JQL of what is kept.
    pub scope: String,
}

/// What a sign-in told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Cloud or Data Center.
    pub deployment: Deployment,
    /// Version text.
    pub version: String,
    /// The account.
    pub profile: Profile,
}

impl Store {
    /// Brings the list of connections in line with the config. Caches of connections that are neither
    /// in `seeds` nor in `keep` go with them, unless an unknown one leads to the same site: that is the
    /// same connection under another alias, and its links stay. A changed scope starts the first pull
    /// anew; a changed site empties the cache, since ids of another site mean something else. Where
    /// nothing differs, nothing is written.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn configure(&self, seeds: &[ConnectionSeed], keep: &[Alias]) -> Result<(), StoreError> {
        if self.is_configured(seeds, keep)? {
            return Ok(());
        }
        self.write(|transaction| {
            let known: Vec<(String, String)> = transaction
                .prepare("SELECT alias, site FROM connection")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            let stays = |alias: &str| {
                let kept = seeds.iter().map(|seed| &seed.alias).chain(keep);
                kept.into_iter().any(|kept| kept.as_str() == alias)
            };
            let is_new = |seed: &&ConnectionSeed| known.iter().all(|(alias, _)| *alias != seed.alias.as_str());
            let mut renamed: Vec<&Alias> = Vec::new();
            for (alias, site) in known.iter().filter(|(alias, _)| !stays(alias)) {
                let mut same = seeds.iter().filter(is_new).filter(|seed| seed.site == *site);
                match same.find(|seed| !renamed.contains(&&seed.alias)) {
                    Some(seed) => {
                        rename(transaction, alias, seed.alias.as_str())?;
                        renamed.push(&seed.alias);
                    }
                    None => {
                        drop_connection(transaction, alias)?;
                    }
                }
            }
            for (position, seed) in seeds.iter().enumerate() {
                configure_one(transaction, position, seed)?;
            }
            Ok(())
        })
    }

    /// Whether [`configure`](Self::configure) would change nothing. Every start asks, and few have anything
    /// to write, which would wait for the disk.
    fn is_configured(&self, seeds: &[ConnectionSeed], keep: &[Alias]) -> Result<bool, StoreError> {
        let known = self.read(|connection| {
            connection
                .prepare_cached("SELECT alias, position, site, access, scope FROM connection")?
                .query_map([], |row| {
                    Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]))
                })?
                .collect::<Result<HashMap<String, [Value; 4]>, _>>()
                .map_err(StoreError::from)
        })?;
        let written = seeds.iter().enumerate().all(|(position, seed)| {
            let row = [
                Value::from(position as i64),
                Value::from(seed.site.clone()),
                Value::from(seed.access.word().to_owned()),
                Value::from(seed.scope.clone()),
            ];
            known.get(seed.alias.as_str()) == Some(&row)
        });
        let aliases = seeds.iter().map(|seed| &seed.alias).chain(keep);
        let none_left = known
            .keys()
            .all(|alias| aliases.clone().any(|kept| kept.as_str() == alias));
        Ok(written && none_left)
    }

    /// Gives a connection another alias; everything that is cached of it stays.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn rename_connection(&self, from: &Alias, to: &Alias) -> Result<(), StoreError> {
        self.write(|transaction| rename(transaction, from.as_str(), to.as_str()))
    }

    /// Drops a connection with its cache; answers how many issues that were.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_connection(&self, alias: &Alias) -> Result<u64, StoreError> {
        self.write(|transaction| drop_connection(transaction, alias.as_str()))
    }

    /// All connections that the config has, in its order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn connections(&self) -> Result<Vec<ConnectionState>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&states())?
                .query_map([], state)?
                .collect::<Result<Vec<_>, _>>()
                .map_err(StoreError::from)
        })
    }

    /// The zone of each connection's account, where somebody has signed in and the zone is a known one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn zones(&self) -> Result<BTreeMap<Alias, TimeZone>, StoreError> {
        let named = self.read(|connection| {
            connection
                .prepare_cached("SELECT alias, time_zone FROM connection WHERE time_zone IS NOT NULL")?
                .query_map([], |row| Ok((row.get(0).map(Alias)?, row.get(1)?)))?
                .collect::<Result<Vec<(Alias, String)>, _>>()
                .map_err(StoreError::from)
        })?;
        let known = |(alias, name): (Alias, String)| Some((alias, TimeZone::get(&name).ok()?));
        Ok(named.into_iter().filter_map(known).collect())
    }

    /// Connections that have been signed in at least once, in config order: only of these can the
    /// cache say anything.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn signed_in_aliases(&self) -> Result<Vec<Alias>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT alias FROM connection WHERE account_id IS NOT NULL ORDER BY position, alias")?
                .query_map([], |row| row.get(0).map(Alias))?
                .collect::<Result<Vec<_>, _>>()
                .map_err(StoreError::from)
        })
    }

    /// Id of the account that `alias` signs in as, after the first time.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn account_id(&self, alias: &Alias) -> Result<Option<String>, StoreError> {
        self.read(|connection| {
            let id: Option<Option<String>> = connection
                .prepare_cached("SELECT account_id FROM connection WHERE alias = ?1")?
                .query_row([alias.as_str()], |row| row.get(0))
                .optional()?;
            Ok(id.flatten())
        })
    }

    /// Remembers who a connection is signed in as.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn signed_in(&self, alias: &Alias, signed_in: &SignedIn) -> Result<(), StoreError> {
        let SignedIn {
            deployment,
            version,
            profile,
        } = signed_in;
        self.write(|transaction| {
            let id = connection_id(transaction, alias)?;
            transaction.execute(
                "UPDATE connection SET deployment = ?2, version = ?3, account_id = ?4, account_name = ?5,
                        account = ?6, time_zone = ?7 WHERE id = ?1",
                params![
                    id,
                    words::deployment(*deployment),
                    version,
                    profile.user.id,
                    profile.user.name,
                    profile.user.display,
                    profile.time_zone
                ],
            )?;
            terms::Terms::new(transaction, id).user(&profile.user)?;
            Ok(())
        })
    }

    /// Writes what a site told of itself.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn write_metadata(&self, alias: &Alias, metadata: &Metadata, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            let id = connection_id(transaction, alias)?;
            terms::write_metadata(transaction, id, metadata)?;
            transaction.execute(
                "UPDATE connection SET metadata_at = ?2 WHERE id = ?1",
                params![id, now.as_millisecond()],
            )?;
            Ok(())
        })
    }

    /// When the next run of `alias` is due.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn schedule(&self, alias: &Alias, next: Option<Timestamp>) -> Result<(), StoreError> {
        self.set(alias, "UPDATE connection SET next_run = ?2 WHERE alias = ?1", next)
    }

    pub(super) fn set(&self, alias: &Alias, sql: &str, at: Option<Timestamp>) -> Result<(), StoreError> {
        self.write_unlisted(|transaction| {
            let changed = transaction
                .prepare_cached(sql)?
                .execute(params![alias.as_str(), at.map(Timestamp::as_millisecond)])?;
            if changed == 0 {
                Err(StoreError::NoConnection(alias.to_string()))
            } else {
                Ok(())
            }
        })
    }

    /// A run waits for the site's rate limit until then.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn report_pause(&self, alias: &Alias, until: Timestamp) -> Result<(), StoreError> {
        self.write_unlisted(|transaction| {
            let id = connection_id(transaction, alias)?;
            let known: Option<String> =
                transaction.query_row("SELECT quota FROM connection WHERE id = ?1", [id], |row| row.get(0))?;
            let known: Quota = known
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default();
            let quota = serde_json::to_string(&Quota {
                paused_until: Some(until),
                ..known
            })?;
            transaction.execute("UPDATE connection SET quota = ?2 WHERE id = ?1", params![id, quota])?;
            Ok(())
        })
    }

    /// Health after a run.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn report_health(
        &self,
        alias: &Alias,
        health: Health,
        problem: Option<&Problem>,
        quota: &Quota,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_unlisted(|transaction| {
            let id = connection_id(transaction, alias)?;
            let well = health == Health::Ok;
            transaction.execute(
                "UPDATE connection SET health = ?2, problem = ?3, quota = ?4,
                        attempts = CASE WHEN ?5 THEN 0 ELSE attempts + 1 END,
                        last_success = CASE WHEN ?5 THEN ?6 ELSE last_success END
                 WHERE id = ?1",
                params![
                    id,
                    words::health(health),
                    problem.map(serde_json::to_string).transpose()?,
                    serde_json::to_string(quota)?,
                    well,
                    now.as_millisecond()
                ],
            )?;
            Ok(())
        })
    }
}

/// Drops a connection and its issues; answers how many those were.
fn drop_connection(transaction: &Transaction<'_>, alias: &str) -> Result<u64, StoreError> {
    let issues = transaction.execute(
        "DELETE FROM issue WHERE connection = (SELECT id FROM connection WHERE alias = ?1)",
        [alias],
    )?;
    transaction.execute("DELETE FROM connection WHERE alias = ?1", [alias])?;
    // Links and items went with it: what is wanted of their findings is to be decided on again.
    transaction.execute("UPDATE finding SET planned = 0", [])?;
    Ok(issues as u64)
}

fn rename(transaction: &Transaction<'_>, from: &str, to: &str) -> Result<(), StoreError> {
    transaction.execute("UPDATE connection SET alias = ?2 WHERE alias = ?1", [from, to])?;
    Ok(())
}

fn configure_one(transaction: &Transaction<'_>, position: usize, seed: &ConnectionSeed) -> Result<(), StoreError> {
    let found: Option<(i64, String, String)> = transaction
        .query_row(
            "SELECT id, site, scope FROM connection WHERE alias = ?1",
            [seed.alias.as_str()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let access = seed.access.word();
    let Some((id, site, scope)) = found else {
        transaction.execute(
            "INSERT INTO connection (alias, position, site, access, scope) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![seed.alias.as_str(), position as i64, seed.site, access, seed.scope],
        )?;
        return Ok(());
    };
    let moved = site != seed.site;
    if moved {
        transaction.execute("DELETE FROM issue WHERE connection = ?1", [id])?;
        links::forget_site(transaction, id)?;
    }
    if moved || scope != seed.scope {
        transaction.execute("DELETE FROM slice WHERE connection = ?1", [id])?;
        transaction.execute(
            "UPDATE connection SET complete = 0, watermark = NULL, census_at = NULL WHERE id = ?1",
            [id],
        )?;
    }
    transaction.execute(
        "UPDATE connection SET position = ?2, site = ?3, access = ?4, scope = ?5 WHERE id = ?1",
        params![id, position as i64, seed.site, access, seed.scope],
    )?;
    Ok(())
}

/// Row of the connection called `alias`.
pub(super) fn connection_id(connection: &Connection, alias: &Alias) -> Result<i64, StoreError> {
    connection
        .prepare_cached("SELECT id FROM connection WHERE alias = ?1")?
        .query_row([alias.as_str()], |row| row.get(0))
        .optional()?
        .ok_or_else(|| StoreError::NoConnection(alias.to_string()))
}

const STATE: &str = "c.alias, c.site, c.deployment, c.version, c.access, c.account, c.time_zone, c.health, c.problem,
     c.complete, c.last_success, c.next_run, c.attempts, c.quota, c.cached";

fn states() -> String {
    format!("SELECT {STATE} FROM connection c ORDER BY position, alias")
}

/// How SQLite means to find out how connections do.
#[cfg(test)]
pub(super) fn plan(connection: &Connection) -> Result<Vec<String>, StoreError> {
    connection
        .prepare(&format!("EXPLAIN QUERY PLAN {}", states()))?
        .query_map([], |row| row.get(3))?
        .collect::<Result<_, _>>()
        .map_err(StoreError::from)
}

fn state(row: &Row<'_>) -> rusqlite::Result<ConnectionState> {
    let json = |index: usize| -> rusqlite::Result<Option<String>> { row.get(index) };
    Ok(ConnectionState {
        alias: Alias(row.get(0)?),
        site: row.get(1)?,
        deployment: row
            .get::<_, Option<String>>(2)?
            .as_deref()
            .and_then(words::deployment_from),
        version: row.get(3)?,
        access: words::access_from(&row.get::<_, String>(4)?),
        account: row.get(5)?,
        time_zone: row.get(6)?,
        health: words::health_from(&row.get::<_, String>(7)?),
        problem: json(8)?.and_then(|text| serde_json::from_str(&text).ok()),
        complete: row.get(9)?,
        issues: row.get::<_, Option<i64>>(14)?.map(i64::unsigned_abs),
        last_success: time(row, 10)?,
        next_run: time(row, 11)?,
        attempts: row.get(12)?,
        quota: json(13)?
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default(),
        ending: None,
        expires: None,
        default: false,
        enabled: true,
        read_only: false,
    })
}

/// A nullable time column.
pub(super) fn time(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row
        .get::<_, Option<i64>>(index)?
        .and_then(|ms| Timestamp::from_millisecond(ms).ok()))
}
