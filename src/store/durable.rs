//! What was committed, on the disk for good: several who wait for that share one wait.
//!
//! Must never be in here: SQL, or which writes matter so much.

use std::{
    fs::OpenOptions,
    io,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// Waits for the disk, of all writers of this process.
#[derive(Debug)]
pub(super) struct Durable {
    log: PathBuf,
    /// Number of the latest who asked; its commit is in the log.
    asked: AtomicU64,
    /// Number up to which all are on the disk.
    done: Mutex<u64>,
}

impl Durable {
    /// For the database at `file`.
    pub(super) fn of(file: &Path) -> Self {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        Self {
            log: log.into(),
            asked: AtomicU64::new(0),
            done: Mutex::new(0),
        }
    }

    /// Returns when everything that the caller committed is on the disk, also if the power fails. It is
    /// what SQLite does at each commit with `synchronous = full`, which holds up everybody else meanwhile.
    pub(super) fn wait(&self) -> io::Result<()> {
        let own = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        if *done >= own {
            return Ok(());
        }
        let all = self.asked.load(Ordering::SeqCst);
        match OpenOptions::new().write(true).open(&self.log) {
            Ok(log) => log.sync_data()?,
            // Where there can be no log, as on some network file systems, each commit waits for the disk.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        *done = all;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_gets_an_answer_of_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let durable = Durable::of(&folder.path().join("store.db"));
        durable.wait().unwrap();
        let log = folder.path().join("store.db-wal");
        std::fs::write(&log, "committed").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| durable.wait().unwrap());
            }
        });
        assert_eq!(*durable.done.lock().unwrap(), 9);
        std::fs::remove_file(&log).unwrap();
        std::fs::create_dir(&log).unwrap();
        durable.wait().unwrap_err();
        assert_eq!(*durable.done.lock().unwrap(), 9, "a wait that failed settles nothing");
    }
}
