//! Runs and the sync log, kept for a bounded time.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::{
    Store,
    connections::{connection_id, time},
    error::StoreError,
    words,
};
use crate::domain::{Alias, Level, LogLine, Problem, Run, RunKind};

/// Runs kept per store.
const RUNS_KEPT: i64 = 500;
/// Log lines kept per store.
const LINES_KEPT: i64 = 20_000;

/// Counters of a run under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Issues expected, once known.
    pub expected: Option<u64>,
    /// HTTP requests.
    pub requests: u64,
    /// Body bytes.
    pub bytes: u64,
    /// Distinct issues downloaded.
    pub received: u64,
    /// Unknown before.
    pub new: u64,
    /// Known in another state.
    pub changed: u64,
    /// Confirmed unreachable.
    pub gone: u64,
    /// Edits sent.
    pub sent: u64,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// It went through.
    Ok,
    /// It failed.
    Failed(Problem),
}

/// A log line to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLine {
    /// Loudness.
    pub level: Level,
    /// Issue it is about.
    pub key: Option<String>,
    /// The line.
    pub text: String,
    /// More for the detail pane.
    pub detail: Option<String>,
}

impl NewLine {
    /// A line about the run as a whole.
    #[must_use]
    pub fn new(level: Level, text: impl Into<String>) -> Self {
        Self {
            level,
            key: None,
            text: text.into(),
            detail: None,
        }
    }

    /// The same line with more for the detail pane.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl Store {
    /// Opens a run. The caller holds the connection's lock, so runs still marked as under way ended
    /// with their process.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_run(&self, alias: &Alias, kind: RunKind, now: Timestamp) -> Result<i64, StoreError> {
        self.write_unlisted(|transaction| {
            let connection = connection_id(transaction, alias)?;
            interrupt(transaction, connection, now)?;
            transaction.execute(
                "INSERT INTO run (connection, kind, state, started) VALUES (?1, ?2, 'running', ?3)",
                params![connection, words::run_kind(kind), now.as_millisecond()],
            )?;
            Ok(transaction.last_insert_rowid())
        })
    }

    /// Marks runs of `alias` that nobody is at any more. The caller holds the connection's lock.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn interrupt_runs(&self, alias: &Alias, now: Timestamp) -> Result<(), StoreError> {
        self.write_unlisted(|transaction| interrupt(transaction, connection_id(transaction, alias)?, now))
    }

    /// Writes the counters of a run under way.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn progress(&self, run: i64, progress: &Progress) -> Result<(), StoreError> {
        self.write_unlisted(|transaction| write_progress(transaction, run, progress))
    }

    /// Closes a run and drops what is older than the log keeps.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn finish_run(&self, run: i64, progress: &Progress, finish: &Finish, now: Timestamp) -> Result<(), StoreError> {
        self.write_unlisted(|transaction| {
            write_progress(transaction, run, progress)?;
            let (state, problem) = match finish {
                Finish::Ok => ("ok", None),
                Finish::Failed(problem) => ("failed", Some(serde_json::to_string(problem)?)),
            };
            transaction.execute(
                "UPDATE run SET state = ?2, ended = ?3, problem = ?4 WHERE id = ?1",
                params![run, state, now.as_millisecond(), problem],
            )?;
            transaction.execute(
                "DELETE FROM run WHERE id <= (SELECT max(id) FROM run) - ?1",
                [RUNS_KEPT],
            )?;
            transaction.execute(
                "DELETE FROM log WHERE id <= (SELECT max(id) FROM log) - ?1",
                [LINES_KEPT],
            )?;
            Ok(())
        })
    }

    /// Appends to the log.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn log(&self, alias: &Alias, run: Option<i64>, lines: &[NewLine], now: Timestamp) -> Result<(), StoreError> {
        if lines.is_empty() {
            return Ok(());
        }
        self.write_unlisted(|transaction| {
            let connection = connection_id(transaction, alias)?;
            write_lines(transaction, connection, run, lines, now)
        })
    }

    /// The latest runs, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn runs(&self, limit: usize) -> Result<Vec<Run>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT r.id, c.alias, r.kind, r.state, r.started, r.ended, r.expected, r.requests, r.bytes,
                            r.received, r.new, r.changed, r.gone, r.sent, r.problem
                     FROM run r JOIN connection c ON c.id = r.connection ORDER BY r.id DESC LIMIT ?1",
                )?
                .query_map([limit as i64], run)?
                .collect::<Result<Vec<_>, _>>()
                .map_err(StoreError::from)
        })
    }

    /// The latest log lines, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn log_lines(&self, limit: usize) -> Result<Vec<LogLine>, StoreError> {
        self.read(|connection| {
            let mut lines = connection
                .prepare_cached(
                    "SELECT l.id, l.run, l.at, l.level, c.alias, l.key, l.text, l.detail
                     FROM log l JOIN connection c ON c.id = l.connection ORDER BY l.id DESC LIMIT ?1",
                )?
                .query_map([limit as i64], log_line)?
                .collect::<Result<Vec<_>, _>>()?;
            lines.reverse();
            Ok(lines)
        })
    }
}

fn interrupt(transaction: &rusqlite::Transaction<'_>, connection: i64, now: Timestamp) -> Result<(), StoreError> {
    transaction.execute(
        "UPDATE run SET state = 'interrupted', ended = ?2 WHERE connection = ?1 AND state = 'running'",
        params![connection, now.as_millisecond()],
    )?;
    Ok(())
}

/// Appends to the log within a larger change.
pub(super) fn write_lines(
    transaction: &rusqlite::Transaction<'_>,
    connection: i64,
    run: Option<i64>,
    lines: &[NewLine],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO log (run, connection, at, level, key, text, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for line in lines {
        insert.execute(params![
            run,
            connection,
            now.as_millisecond(),
            line.level as i64,
            line.key,
            line.text,
            line.detail
        ])?;
    }
    Ok(())
}

fn write_progress(connection: &rusqlite::Connection, run: i64, progress: &Progress) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE run SET expected = ?2, requests = ?3, bytes = ?4, received = ?5, new = ?6, changed = ?7, gone = ?8,
                    sent = ?9 WHERE id = ?1",
        )?
        .execute(params![
            run,
            progress.expected.map(u64::cast_signed),
            progress.requests.cast_signed(),
            progress.bytes.cast_signed(),
            progress.received.cast_signed(),
            progress.new.cast_signed(),
            progress.changed.cast_signed(),
            progress.gone.cast_signed(),
            progress.sent.cast_signed()
        ])?;
    Ok(())
}

fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    let count = |index: usize| row.get::<_, i64>(index).map(i64::unsigned_abs);
    Ok(Run {
        id: row.get(0)?,
        alias: Alias(row.get(1)?),
        kind: words::run_kind_from(&row.get::<_, String>(2)?),
        state: words::run_state_from(&row.get::<_, String>(3)?),
        started: time(row, 4)?.unwrap_or_default(),
        ended: time(row, 5)?,
        expected: row.get::<_, Option<i64>>(6)?.map(i64::unsigned_abs),
        requests: count(7)?,
        bytes: count(8)?,
        received: count(9)?,
        new: count(10)?,
        changed: count(11)?,
        gone: count(12)?,
        sent: count(13)?,
        problem: row
            .get::<_, Option<String>>(14)?
            .and_then(|text| serde_json::from_str(&text).ok()),
    })
}

fn log_line(row: &Row<'_>) -> rusqlite::Result<LogLine> {
    Ok(LogLine {
        id: row.get(0)?,
        run: row.get(1)?,
        at: time(row, 2)?.unwrap_or_default(),
        level: match row.get::<_, i64>(3)? {
            0 => Level::Debug,
            1 => Level::Info,
            2 => Level::Warn,
            _ => Level::Error,
        },
        alias: Alias(row.get(4)?),
        key: row.get(5)?,
        text: row.get(6)?,
        detail: row.get(7)?,
    })
}
