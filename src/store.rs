//! The local store: everything crosstie shows comes from here, everything the engine learns goes here.
//!
//! One SQLite file in the data folder (folder 0700, file 0600), write-ahead logging, so that several
//! dashboards and a headless `sync` share it. All SQL of crosstie is below this module and written
//! portably, so that another database can take its place.
//!
//! Must never be in here: HTTP, screens, or a decision about *what* to ask Jira. A damaged store is
//! set aside and rebuilt from Jira; it is never a reason to crash.

mod census;
mod closing;
mod connections;
mod cursor;
mod durable;
mod error;
mod findings;
mod fulltext;
mod issues;
mod jql;
mod links;
mod list;
mod marks;
mod names;
mod notices;
mod open;
mod outbox;
mod plan;
mod readings;
mod runs;
mod schema;
mod screens;
mod settle;
mod terms;
#[cfg(test)]
mod tests;
mod words;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::Notify;

pub use census::Census;
pub use closing::{Judge, Standing, Turned};
pub use connections::{ConnectionSeed, SignedIn};
pub use cursor::{Cursor, Slice};
pub use error::{CannotAnswer, StoreError};
pub use issues::{Applied, Difference};
pub use links::{Agreed, Linked, NewLink, Ours, Snapshot, Synced};
pub use marks::{MarkedIssue, Restored, SecondLook};
pub use names::SiteNames;
pub use notices::Condition;
pub use open::SetAside;
pub use outbox::{OutboxItem, Work};
pub use plan::{Decide, MappingVersion, Want};
pub use readings::Taken;
pub use runs::{Finish, NewLine, Progress};
pub use settle::Settlement;

/// The store; cheap to clone. Calls block on the disk: from async code go through `spawn_blocking`.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    file: PathBuf,
    identity: open::Identity,
    writer: Mutex<Connection>,
    durable: durable::Durable,
    readers: Mutex<Vec<Connection>>,
    changed: Arc<Notify>,
}

impl Store {
    /// Opens (or makes) the store in `folder`. A store that cannot be used, because it is damaged or
    /// was written by a newer crosstie, is moved aside and named in the second value.
    ///
    /// # Errors
    /// When the folder cannot be made or written to.
    pub fn open(folder: &Path, now: jiff::Timestamp) -> Result<(Self, Option<SetAside>), StoreError> {
        let (writer, aside) = open::open(folder, now)?;
        let file = folder.join(open::FILE);
        let inner = Inner {
            folder: folder.to_owned(),
            durable: durable::Durable::of(&file),
            file,
            identity: open::Identity::of(folder),
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
            changed: Arc::default(),
        };
        Ok((Self { inner: Arc::new(inner) }, aside))
    }

    /// The folder it lives in; locks and logs lie beside it.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// Notified after each write of this process, so that its screen need not wait for the next look
    /// at [`change_counter`](Self::change_counter).
    #[must_use]
    pub fn changed(&self) -> Arc<Notify> {
        Arc::clone(&self.inner.changed)
    }

    /// Changes whenever anybody, also another process, has changed the store. Cheap.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn change_counter(&self) -> Result<u64, StoreError> {
        let writer = self.writer();
        let others: i64 = writer.query_row("PRAGMA data_version", [], |row| row.get(0))?;
        let own = writer.total_changes();
        Ok((others.unsigned_abs() << 40) ^ own)
    }

    /// Changes whenever anybody, also another process, has changed what lists show: everything but runs,
    /// the log and how connections do. A poll that finds nothing leaves it as it is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn edition(&self) -> Result<u64, StoreError> {
        self.read(|connection| {
            let number: i64 = connection
                .prepare_cached("SELECT number FROM edition")?
                .query_row([], |row| row.get(0))?;
            Ok(number.unsigned_abs())
        })
    }

    /// Runs `work` in one write transaction. What it changed makes a new edition.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.write_unlisted(|transaction| {
            let before = transaction.total_changes();
            let value = work(transaction)?;
            if transaction.total_changes() != before {
                transaction
                    .prepare_cached("UPDATE edition SET number = number + 1")?
                    .execute([])?;
            }
            Ok(value)
        })
    }

    /// As [`write`](Self::write), for what no list shows, such as runs and the log: whoever shows lists need
    /// not read them again because of it.
    fn write_unlisted<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut writer = self.writer();
        let result = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)
            .and_then(|transaction| {
                let value = work(&transaction)?;
                transaction.commit()?;
                self.inner.changed.notify_one();
                Ok(value)
            });
        self.noting_damage(result)
    }

    /// As [`write`](Self::write), and on the disk for good when it returns, also if the power fails: for
    /// what must be known before a request goes out.
    fn write_through<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let value = self.write(work)?;
        let settled = self.inner.durable.wait();
        settled.map_err(|error| open::folder_error(&self.inner.folder, &error))?;
        Ok(value)
    }

    /// Runs `work` on a reading connection with a stable snapshot; readers never wait for the writer.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let pooled = self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match pooled {
            Some(connection) => connection,
            None => open::reader(&self.inner.file)?,
        };
        let result = connection
            .unchecked_transaction()
            .map_err(StoreError::from)
            .and_then(|_snapshot| work(&connection));
        self.inner
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        self.noting_damage(result)
    }

    /// Damage found while running is remembered on disk, so that the next start rebuilds the store.
    fn noting_damage<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(StoreError::Damaged { .. } | StoreError::Document(_)) = &result {
            open::mark_damaged(&self.inner.folder, self.inner.identity);
        }
        result
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
