//! Finding and reading catalog files, bounded in size, number and depth, and telling cheaply
//! whether any of them changed.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::flaw::Flaw;

/// Larger files are not read; a descriptor has a few kilobytes.
pub const MAX_FILE_BYTES: u64 = 1024 * 1024;
const MAX_FILES: usize = 20_000;
const MAX_DEPTH: usize = 32;
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];
/// Folders of tools, full of files that are nobody's catalog.
const SKIPPED_FOLDERS: [&str; 2] = [".git", "node_modules"];

/// The state of a set of files; equal as long as no file was added, removed or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fingerprint(u64);

/// The present state of the files under `paths`. Looks at names, sizes and times, reads no file.
#[must_use]
pub fn fingerprint(paths: &[PathBuf]) -> Fingerprint {
    walk(paths).fingerprint()
}

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Found {
    /// As it was reached, which is how people know it.
    pub(super) path: PathBuf,
    bytes: u64,
    modified: Option<SystemTime>,
}

/// All files under the configured paths.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) files: Vec<Found>,
    pub(super) flaws: Vec<Flaw>,
    /// Folders and files by their true paths: links may lead to the same one twice, or in circles.
    seen: HashSet<PathBuf>,
    stopped: bool,
}

impl Walk {
    pub(super) fn fingerprint(&self) -> Fingerprint {
        let mut hasher = DefaultHasher::new();
        self.files.hash(&mut hasher);
        for flaw in &self.flaws {
            (&flaw.file, &flaw.message).hash(&mut hasher);
        }
        Fingerprint(hasher.finish())
    }

    fn root(&mut self, path: &Path) {
        let looked_up = fs::canonicalize(path).and_then(|real| Ok((fs::metadata(&real)?, real)));
        match looked_up {
            Ok((metadata, real)) if metadata.is_dir() => self.folder(path, &real, 0),
            Ok((metadata, real)) if metadata.is_file() => self.file(path.to_owned(), real, &metadata),
            Ok(_) => self.flaws.push(Flaw::of(path, "neither a file nor a folder")),
            Err(error) => self.fail(path, &error),
        }
    }

    fn folder(&mut self, path: &Path, real: &Path, depth: usize) {
        if !self.seen.insert(real.to_owned()) {
            return;
        }
        if depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} folders deep; not looked into");
            return self.flaws.push(Flaw::of(path, &message));
        }
        let entries = fs::read_dir(real).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.fail(path, &error),
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            if self.files.len() >= MAX_FILES {
                return self.stop(path);
            }
            self.entry(&path.join(entry.file_name()), &entry, depth);
        }
    }

    /// Says once that there are too many files; folders around this one find out too.
    fn stop(&mut self, path: &Path) {
        if !self.stopped {
            self.stopped = true;
            let message = format!("more than {MAX_FILES} files; from here on they are left out");
            self.flaws.push(Flaw::of(path, &message));
        }
    }

    fn entry(&mut self, path: &Path, entry: &fs::DirEntry, depth: usize) {
        let wanted = has_extension(path);
        let Ok(kind) = entry.file_type() else { return };
        // What is certainly no folder and has another ending need not be looked at.
        if !wanted && kind.is_file() {
            return;
        }
        let looked_up = if kind.is_symlink() {
            fs::canonicalize(path).and_then(|real| Ok((fs::metadata(&real)?, real)))
        } else {
            entry.metadata().map(|metadata| (metadata, entry.path()))
        };
        match looked_up {
            Ok((metadata, real)) if metadata.is_dir() => {
                if !SKIPPED_FOLDERS.iter().any(|skipped| entry.file_name() == *skipped) {
                    self.folder(path, &real, depth + 1);
                }
            }
            Ok((metadata, real)) if metadata.is_file() && wanted => self.file(path.to_owned(), real, &metadata),
            Ok(_) => {}
            Err(error) if wanted => self.fail(path, &error),
            Err(_) => {}
        }
    }

    fn file(&mut self, path: PathBuf, real: PathBuf, metadata: &Metadata) {
        if self.seen.insert(real) {
            self.files.push(Found {
                path,
                bytes: metadata.len(),
                modified: metadata.modified().ok(),
            });
        }
    }

    fn fail(&mut self, path: &Path, error: &io::Error) {
        self.flaws.push(unreadable(path, error));
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Flaw {
    let message = match error.kind() {
        io::ErrorKind::NotFound => "does not exist; correct `paths` under [catalog], or create it".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read by this user".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    Flaw::of(path, &message)
}

fn has_extension(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

/// Every file under `paths`, each once, in the order of the paths and then of names. A path that
/// names a file is taken whatever its ending.
pub(super) fn walk(paths: &[PathBuf]) -> Walk {
    let mut walk = Walk::default();
    for path in paths {
        walk.root(path);
    }
    walk
}

/// The content of a file, up to the limit.
pub(super) fn read(found: &Found) -> Result<Vec<u8>, Flaw> {
    let mut content = Vec::new();
    // One byte more than allowed tells a file that has grown since it was found.
    let read = File::open(&found.path).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut content));
    read.map_err(|error| unreadable(&found.path, &error))?;
    Ok(content)
}

/// The content as text.
pub(super) fn text<'a>(path: &Path, content: &'a [u8]) -> Result<&'a str, Flaw> {
    if content.len() as u64 > MAX_FILE_BYTES {
        return Err(Flaw::of(path, "larger than 1 MiB, which no catalog file is; not read"));
    }
    let text = str::from_utf8(content).map_err(|error| {
        let before = &content[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        Flaw::at(path, u32::try_from(line).unwrap_or(u32::MAX), "not UTF-8 text")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}
