//! Single flight across processes: who holds `locks/ALIAS.lock` runs that connection.
//!
//! The operating system drops the lock when the process ends, however it ends.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::Path,
};

use crate::{domain::Alias, store::StoreError};

/// The right to run a connection, given up when dropped.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

/// Takes the lock if nobody holds it.
///
/// # Errors
/// When the lock file cannot be made.
pub fn try_acquire(folder: &Path, alias: &Alias) -> Result<Option<RunLock>, StoreError> {
    let file = open(folder, alias)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(RunLock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(folder, &error)),
    }
}

/// Waits for the lock; blocks the thread.
///
/// # Errors
/// When the lock file cannot be made.
pub fn acquire(folder: &Path, alias: &Alias) -> Result<RunLock, StoreError> {
    let file = open(folder, alias)?;
    file.lock().map_err(|error| failed(folder, &error))?;
    Ok(RunLock { _file: file })
}

fn open(folder: &Path, alias: &Alias) -> Result<File, StoreError> {
    let locks = folder.join("locks");
    fs::create_dir_all(&locks).map_err(|error| failed(folder, &error))?;
    let name: String = alias
        .as_str()
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(locks.join(format!("{name}.lock")))
        .map_err(|error| failed(folder, &error))
}

fn failed(folder: &Path, error: &io::Error) -> StoreError {
    StoreError::Folder {
        folder: folder.to_owned(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time_per_connection() {
        let folder = tempfile::tempdir().unwrap();
        let (acme, lab) = (Alias::from("acme"), Alias::from("lab/../x"));
        let held = try_acquire(folder.path(), &acme).unwrap();
        assert!(held.is_some());
        assert!(try_acquire(folder.path(), &acme).unwrap().is_none());
        assert!(try_acquire(folder.path(), &lab).unwrap().is_some());
        drop(held);
        assert!(try_acquire(folder.path(), &acme).unwrap().is_some());
    }
}
