//! Files that paths lead to.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::{FileKind, changed, flaw};
use crate::domain::SourceFlaw;

/// Folders within folders that are looked into.
const MAX_DEPTH: usize = 16;
/// Most files of one source.
const MAX_FILES: usize = 10_000;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) changed: Option<Timestamp>,
    /// Found in a folder, not named.
    pub(super) walked: bool,
}

/// What paths lead to.
#[derive(Debug, Default)]
pub(super) struct Finds {
    /// In order of their paths, each once.
    pub(super) entries: Vec<Entry>,
    pub(super) flaws: Vec<SourceFlaw>,
    /// Whether every path led to something.
    pub(super) whole: bool,
}

/// `kind` tells which files of folders are meant; without it reports of all kinds are.
pub(super) fn find(paths: &[PathBuf], kind: Option<FileKind>) -> Finds {
    let mut walk = Walk {
        kind,
        found: BTreeSet::new(),
        flaws: Vec::new(),
        full: false,
    };
    let mut whole = !paths.is_empty();
    for path in paths {
        let before = (walk.found.len(), walk.flaws.len());
        walk.path(path);
        if before == (walk.found.len(), walk.flaws.len()) && !walk.leads_somewhere(path) {
            let reason = format!("no {} file here", kind.map_or("report", FileKind::word));
            walk.flaws.push(flaw(&path.to_string_lossy(), None, reason));
        }
        whole &= walk.flaws.len() == before.1;
    }
    let entries = walk.found.iter().map(|(path, walked)| Entry {
        size: path.metadata().map(|metadata| metadata.len()).unwrap_or_default(),
        changed: changed(path),
        path: path.clone(),
        walked: *walked,
    });
    let mut entries: Vec<Entry> = entries.collect();
    // A file that is both named and found in a folder is named.
    entries.dedup_by(|later, earlier| later.path == earlier.path);
    Finds {
        entries,
        flaws: walk.flaws,
        whole,
    }
}

struct Walk {
    kind: Option<FileKind>,
    /// Paths, and whether they were found in a folder.
    found: BTreeSet<(PathBuf, bool)>,
    flaws: Vec<SourceFlaw>,
    full: bool,
}

impl Walk {
    fn path(&mut self, path: &Path) {
        let text = path.to_string_lossy();
        if path.is_dir() {
            self.folder(path, 0);
        } else if path.is_file() {
            self.add(path.to_owned(), false);
        } else if text.contains(['*', '?', '[']) {
            self.glob(&text);
        } else {
            let missing = if path.exists() {
                "this is neither a file nor a folder"
            } else {
                "this file or folder does not exist"
            };
            self.flaws.push(flaw(&text, None, missing.to_owned()));
        }
    }

    fn glob(&mut self, pattern: &str) {
        let options = glob::MatchOptions {
            require_literal_leading_dot: true,
            ..glob::MatchOptions::new()
        };
        match glob::glob_with(pattern, options) {
            Ok(paths) => {
                for path in paths {
                    match path {
                        Ok(path) if path.is_dir() => self.folder(&path, 0),
                        Ok(path) => self.add(path, false),
                        Err(error) => self.unreadable(error.path(), error.error()),
                    }
                    if self.full {
                        return;
                    }
                }
            }
            Err(error) => self.flaws.push(flaw(
                pattern,
                None,
                format!("this is no pattern for paths: {}", error.msg),
            )),
        }
    }

    fn folder(&mut self, folder: &Path, depth: usize) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(folder, &error),
        };
        for entry in entries.filter_map(Result::ok) {
            if self.full {
                return;
            }
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().to_ascii_lowercase();
            let Ok(of_type) = entry.file_type() else { continue };
            if name.starts_with('.') {
                continue;
            }
            // A link to a folder may lead back here.
            if of_type.is_dir() && depth < MAX_DEPTH {
                self.folder(&path, depth + 1);
            } else if self.is_of_kind(&name) && path.is_file() {
                self.add(path, true);
            }
        }
    }

    fn is_of_kind(&self, name: &str) -> bool {
        let name = name.strip_suffix(".gz").unwrap_or(name);
        let kinds = [FileKind::Sarif, FileKind::Junit].into_iter();
        let mut meant = kinds.filter(|kind| self.kind.is_none_or(|meant| meant == *kind));
        meant.any(|kind| kind.endings().iter().any(|ending| name.ends_with(ending)))
    }

    fn add(&mut self, path: PathBuf, walked: bool) {
        if self.found.len() < MAX_FILES {
            self.found.insert((path, walked));
        } else if !self.full {
            self.full = true;
            let reason = format!("more than {MAX_FILES} files; the rest is left out");
            self.flaws.push(flaw(&path.to_string_lossy(), None, reason));
        }
    }

    fn unreadable(&mut self, path: &Path, error: &std::io::Error) {
        self.flaws.push(flaw(
            &path.to_string_lossy(),
            None,
            format!("cannot be looked into: {error}"),
        ));
    }

    /// Whether a path leads to files that another path led to before.
    fn leads_somewhere(&self, path: &Path) -> bool {
        self.found.iter().any(|(known, _)| known.starts_with(path))
            || glob::Pattern::new(&path.to_string_lossy())
                .is_ok_and(|pattern| self.found.iter().any(|(known, _)| pattern.matches_path(known)))
    }
}
