//! How far the pull of a connection has come.
//!
//! Must never be in here: when to pull, and how a first pull is split.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::{
    Store,
    connections::{connection_id, time},
    error::StoreError,
};
use crate::domain::Alias;

/// How far the pull of a connection has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cursor {
    /// Every issue of the scope has been received once.
    pub complete: bool,
    /// Start of the last complete poll, on the *server's* clock.
    pub watermark: Option<Timestamp>,
    /// End of the last census, on the local clock.
    pub census_at: Option<Timestamp>,
    /// When the metadata was last read, on the local clock.
    pub metadata_at: Option<Timestamp>,
    /// Zone of the account as last read.
    pub time_zone: Option<String>,
    /// When the next run is due.
    pub next_run: Option<Timestamp>,
    /// Failed tries in a row.
    pub attempts: u32,
}

/// One part of a first pull: issues created in `[low, high)`; `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// Row.
    pub id: i64,
    /// From, inclusive.
    pub low: Option<Timestamp>,
    /// To, exclusive.
    pub high: Option<Timestamp>,
}

impl Store {
    /// How far the pull of `alias` has come.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn cursor(&self, alias: &Alias) -> Result<Cursor, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT complete, watermark, census_at, metadata_at, time_zone, next_run, attempts
                     FROM connection WHERE alias = ?1",
                )?
                .query_row([alias.as_str()], |row| {
                    Ok(Cursor {
                        complete: row.get(0)?,
                        watermark: time(row, 1)?,
                        census_at: time(row, 2)?,
                        metadata_at: time(row, 3)?,
                        time_zone: row.get(4)?,
                        next_run: time(row, 5)?,
                        attempts: row.get(6)?,
                    })
                })
                .optional()?
                .ok_or_else(|| StoreError::NoConnection(alias.to_string()))
        })
    }

    /// Starts a first pull in these parts (`low`, `high`), forgetting any earlier plan.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn plan_slices(
        &self,
        alias: &Alias,
        parts: &[(Option<Timestamp>, Option<Timestamp>)],
        watermark: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let id = connection_id(transaction, alias)?;
            transaction.execute("DELETE FROM slice WHERE connection = ?1", [id])?;
            for (low, high) in parts {
                transaction.execute(
                    "INSERT INTO slice (connection, low, high) VALUES (?1, ?2, ?3)",
                    params![
                        id,
                        low.map(Timestamp::as_millisecond),
                        high.map(Timestamp::as_millisecond)
                    ],
                )?;
            }
            transaction.execute(
                "UPDATE connection SET watermark = ?2, complete = 0 WHERE id = ?1",
                params![id, watermark.as_millisecond()],
            )?;
            Ok(())
        })
    }

    /// The parts of the first pull with whether they are done; empty before it is planned.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn slices(&self, alias: &Alias) -> Result<Vec<(Slice, bool)>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT s.id, s.low, s.high, s.done FROM slice s JOIN connection c ON c.id = s.connection
                     WHERE c.alias = ?1 ORDER BY s.low IS NOT NULL DESC, s.low DESC",
                )?
                .query_map([alias.as_str()], |row| {
                    Ok((
                        Slice {
                            id: row.get(0)?,
                            low: time(row, 1)?,
                            high: time(row, 2)?,
                        },
                        row.get(3)?,
                    ))
                })?
                .collect::<Result<Vec<_>, _>>()
                .map_err(StoreError::from)
        })
    }

    /// Parts of the first pull have been received down to the upper bound that is told of them now, or whole.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn finish_slices(&self, left: &[Slice], done: &[Slice]) -> Result<(), StoreError> {
        if left.is_empty() && done.is_empty() {
            return Ok(());
        }
        self.write_unlisted(|transaction| {
            let mut shorten = transaction.prepare_cached("UPDATE slice SET high = ?2 WHERE id = ?1")?;
            for slice in left {
                shorten.execute(params![slice.id, slice.high.map(Timestamp::as_millisecond)])?;
            }
            for slice in done {
                transaction.execute("UPDATE slice SET done = 1 WHERE id = ?1", [slice.id])?;
            }
            Ok(())
        })
    }

    /// Every issue of the scope has been received once.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn finish_first_pull(&self, alias: &Alias) -> Result<(), StoreError> {
        self.write(|transaction| {
            let id = connection_id(transaction, alias)?;
            transaction.execute("DELETE FROM slice WHERE connection = ?1", [id])?;
            transaction.execute("UPDATE connection SET complete = 1 WHERE id = ?1", [id])?;
            Ok(())
        })
    }

    /// A poll that began at `watermark` (server clock) has been received to its last page.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn advance_watermark(&self, alias: &Alias, watermark: Timestamp) -> Result<(), StoreError> {
        self.set(
            alias,
            "UPDATE connection SET watermark = ?2 WHERE alias = ?1",
            Some(watermark),
        )
    }

    /// A census has ended.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn census_done(&self, alias: &Alias, now: Timestamp) -> Result<(), StoreError> {
        self.set(
            alias,
            "UPDATE connection SET census_at = ?2 WHERE alias = ?1",
            Some(now),
        )
    }
}
