//! Files that hold secrets belong to their owner alone.
//!
//! Must never be in here: a file being opened. Who reads it has its metadata already.

use std::path::Path;

use super::error::AuthError;

/// # Errors
/// When others than the owner may read or change the file. Where there are no such modes (Windows),
/// the folder of the profile guards it.
#[cfg(unix)]
pub(super) fn refuse_if_shared(path: &Path, metadata: &std::fs::Metadata) -> Result<(), AuthError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(AuthError::secret(
        format!("the file {path} can be read or changed by others (mode {mode:04o})"),
        format!("run: chmod 600 '{path}'"),
    ))
}

/// See above.
#[cfg(not(unix))]
pub(super) fn refuse_if_shared(_: &Path, _: &std::fs::Metadata) -> Result<(), AuthError> {
    Ok(())
}
