//! Whether files are as they were when they were last read, so that they need not be read again.
//!
//! Nothing may change of a file without its mark changing, or findings would be missed. A time of change
//! alone is too little: it can be set back (`cp -p`), and two writes within one tick of the file system's
//! clock have the same. So the mark also holds the size, the file's number, and when the system last noted
//! any change of it (`ctime`), which nobody can set; and what was noted just before it was looked at is not
//! believed, since the next change might come within the same tick.
//!
//! Must never be in here: reading a file.

use std::{fs::Metadata, path::PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::{FileKind, find};
use crate::source::prose;

/// Clocks of file systems tick every two seconds at the slowest.
const TICK: SignedDuration = SignedDuration::from_secs(3);

/// How the files were at one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    text: String,
    /// The latest change of any of them.
    touched: Timestamp,
}

impl Mark {
    /// Of all files that `paths` lead to, read as `settings` say. `None` where there are none, or where the
    /// system does not tell enough of them.
    pub(super) fn of(settings: &[&str], paths: &[PathBuf], kind: FileKind) -> Option<Self> {
        // Another version may find more in the same file.
        let mut parts = vec![env!("CARGO_PKG_VERSION").to_owned(), kind.word().to_owned()];
        parts.extend(settings.iter().map(|setting| (*setting).to_owned()));
        parts.extend(paths.iter().map(|path| format!("{}", path.display())));
        let mut touched = None;
        for entry in find::find(paths, Some(kind)).entries {
            let (state, at) = state(&entry.path.metadata().ok()?)?;
            parts.extend([
                entry.path.to_string_lossy().into_owned(),
                entry.walked.to_string(),
                state,
            ]);
            touched = touched.max(Some(at));
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(Self {
            text: prose::digest(&parts),
            touched: touched?,
        })
    }

    /// Tells it from others.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The same, to keep.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Whether no change after `now`, when it was taken, can leave it as it is.
    pub(super) fn is_settled(&self, now: Timestamp) -> bool {
        self.touched.duration_until(now) >= TICK
    }
}

/// All that tells one state of a file from another, and when it came to be.
#[cfg(unix)]
fn state(metadata: &Metadata) -> Option<(String, Timestamp)> {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds = i32::try_from(metadata.ctime_nsec()).ok()?;
    let touched = Timestamp::new(metadata.ctime(), nanoseconds).ok()?;
    let numbers = [
        metadata.dev().to_string(),
        metadata.ino().to_string(),
        metadata.len().to_string(),
        metadata.mtime().to_string(),
        metadata.mtime_nsec().to_string(),
        touched.as_nanosecond().to_string(),
    ];
    Some((numbers.join(" "), touched))
}

/// Elsewhere a file can take another's place with its size and times: it is always read.
#[cfg(not(unix))]
fn state(_: &Metadata) -> Option<(String, Timestamp)> {
    None
}
