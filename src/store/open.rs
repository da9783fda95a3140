//! Opening the store file: modes, pragmas, migrations, and setting aside what cannot be used.
//!
//! Must never be in here: reading or writing of issues.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::{error::StoreError, schema};

/// Name of the store within the data folder.
pub(super) const FILE: &str = "crosstie.db";
const LOCK: &str = "open.lock";
const DAMAGED: &str = "crosstie.db.damaged";
/// A connection is used by one thread at a time: SQLite need not lock it once more at every step.
const ONE_AT_A_TIME: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
/// What a reader keeps of the file, in KiB below zero. Each write anywhere has it read all anew, and what a
/// list reads is far more in any case; the system keeps the file in memory by itself.
const READER_CACHE: i64 = -768;
const BUSY: Duration = Duration::from_secs(10);

/// A store that could not be used and was moved away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Where it lies now.
    pub file: PathBuf,
    /// Why, in one sentence.
    pub reason: String,
}

/// Opens the file for writing, rebuilding it if need be. One process at a time gets through here.
pub(super) fn open(folder: &Path, now: Timestamp) -> Result<(Connection, Option<SetAside>), StoreError> {
    make_folder(folder)?;
    let _turn = lock(folder)?;
    let file = folder.join(FILE);
    match writer(folder, &file)? {
        Opened::Usable(writer) => Ok((writer, None)),
        Opened::Unusable(reason) => {
            let aside = set_aside(folder, &file, reason, now)?;
            match writer(folder, &file)? {
                Opened::Usable(writer) => Ok((writer, Some(aside))),
                Opened::Unusable(reason) => Err(StoreError::Damaged { reason }),
            }
        }
    }
}

/// What came of opening the file.
enum Opened {
    Usable(Connection),
    /// Why it cannot be used; it is closed again.
    Unusable(String),
}

fn writer(folder: &Path, file: &Path) -> Result<Opened, StoreError> {
    if folder.join(DAMAGED).exists() && file.exists() {
        return Ok(Opened::Unusable("it was found damaged while in use".to_owned()));
    }
    make_private(file).map_err(|error| folder_error(folder, &error))?;
    match prepared(file) {
        Err(StoreError::Damaged { reason }) => Ok(Opened::Unusable(format!("it is damaged ({reason})"))),
        prepared => prepared,
    }
}

/// One connection does everything: closing the last one of a file has SQLite write and sync what the log of its
/// changes still holds, which nobody who only starts should wait for.
fn prepared(file: &Path) -> Result<Opened, StoreError> {
    let mut writer = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | ONE_AT_A_TIME)?;
    writer.busy_timeout(BUSY)?;
    let version = schema::version(&writer)?;
    if version > schema::current() {
        return Ok(Opened::Unusable(format!(
            "it was written by a newer crosstie (version {version}, this one knows {})",
            schema::current()
        )));
    }
    if version == 0 {
        // Only a file that is still empty takes these; all others keep them.
        writer.pragma_update(None, "page_size", 8192)?;
    }
    writer.pragma_update(None, "journal_mode", "wal")?;
    writer.pragma_update(None, "cache_size", -16384)?;
    writer.pragma_update(None, "wal_autocheckpoint", 2000)?;
    writer.pragma_update(None, "synchronous", "normal")?;
    writer.pragma_update(None, "foreign_keys", "on")?;
    writer.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)?;
    writer.set_prepared_statement_cache_capacity(64);
    // Some damage only shows where the tables are.
    writer.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    schema::migrate(&mut writer)?;
    Ok(Opened::Usable(writer))
}

/// A further connection, for reading only.
pub(super) fn reader(file: &Path) -> Result<Connection, StoreError> {
    let reader = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | ONE_AT_A_TIME)?;
    reader.busy_timeout(BUSY)?;
    reader.pragma_update(None, "cache_size", READER_CACHE)?;
    reader.set_prepared_statement_cache_capacity(64);
    Ok(reader)
}

/// Tells one file from another that took its name; `None` where the system does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity(Option<(u64, u64)>);

impl Identity {
    /// Of the store that lies in `folder` now.
    pub(super) fn of(folder: &Path) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let metadata = fs::metadata(folder.join(FILE)).ok();
            Self(metadata.map(|metadata| (metadata.dev(), metadata.ino())))
        }
        #[cfg(not(unix))]
        Self(folder.join(FILE).exists().then_some((0, 0)))
    }
}

/// Remembers damage found while running; best effort, since the disk may be the culprit. Not if the
/// store was set aside meanwhile: the damage is not that of the one that took its place.
pub(super) fn mark_damaged(folder: &Path, identity: Identity) {
    if Identity::of(folder) != identity {
        return;
    }
    if let Err(error) = File::create(folder.join(DAMAGED)) {
        tracing::warn!(%error, "cannot leave a note that the store is damaged");
    }
}

/// Moves the file and its companions away under a name that tells when.
fn set_aside(folder: &Path, file: &Path, reason: String, now: Timestamp) -> Result<SetAside, StoreError> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ");
    let target = folder.join(format!("crosstie-set-aside-{stamp}.db"));
    fs::rename(file, &target).map_err(|error| folder_error(folder, &error))?;
    for suffix in ["-wal", "-shm"] {
        let companion = PathBuf::from(format!("{}{suffix}", file.display()));
        if companion.exists() {
            let moved = PathBuf::from(format!("{}{suffix}", target.display()));
            fs::rename(companion, moved).map_err(|error| folder_error(folder, &error))?;
        }
    }
    let note = folder.join(DAMAGED);
    if note.exists() {
        fs::remove_file(note).map_err(|error| folder_error(folder, &error))?;
    }
    Ok(SetAside { file: target, reason })
}

fn make_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|error| folder_error(folder, &error))
}

/// Creates the file with mode 0600 before SQLite does it with the umask's; the WAL inherits it.
fn make_private(file: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        let opened = options.open(file)?;
        if opened.metadata()?.permissions().mode() & 0o077 != 0 {
            opened.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
        Ok(())
    }
    #[cfg(not(unix))]
    options.open(file).map(drop)
}

/// Held while opening, so that two processes never set aside or migrate at once.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK));
    let file = file.map_err(|error| folder_error(folder, &error))?;
    file.lock().map_err(|error| folder_error(folder, &error))?;
    Ok(file)
}

/// A failure of the file system.
pub(super) fn folder_error(folder: &Path, error: &io::Error) -> StoreError {
    if error.kind() == io::ErrorKind::StorageFull {
        return StoreError::Full;
    }
    StoreError::Folder {
        folder: folder.to_owned(),
        reason: error.to_string(),
    }
}
