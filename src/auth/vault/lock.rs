//! Single flight of refreshing across processes: who holds `locks/ALIAS.tokens.lock` may.
//!
//! The operating system drops the lock when the process ends, however it ends.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

use super::files::file_name;
use crate::{auth::error::AuthError, domain::Alias};

/// The right to refresh, given up when dropped.
#[derive(Debug)]
pub struct TokenLock {
    _file: File,
}

/// Waits for the lock; blocks the thread.
pub(super) fn acquire(folder: &Path, alias: &Alias) -> Result<TokenLock, AuthError> {
    let locks = folder.join("locks");
    let path = locks.join(format!("{}.tokens.lock", file_name(alias)));
    let failed = |error: io::Error| {
        let shown = path.display();
        AuthError::secret(
            format!("the lock {shown} could not be taken: {error}"),
            "make the data folder writable, or name another in CROSSTIE_DATA_DIR",
        )
    };
    fs::create_dir_all(&locks).map_err(failed)?;
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(TokenLock { _file: file })
}
