//! Reports in files: scanners' and test tools'.
//!
//! Must never be in here: what is in a report; that is `sarif` and `junit`.

mod find;
mod load;
mod mark;
mod settle;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use self::{
    find::{Entry, Finds},
    mark::Mark,
    settle::Settled,
};
use super::{junit, prose, sarif};
use crate::{
    clock::Clock,
    config::Feed,
    domain::{Finding, Reading, SourceFlaw},
};

/// What the files of a source hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Scanners' results, SARIF 2.1.0.
    Sarif,
    /// Test results, JUnit XML.
    Junit,
}

impl FileKind {
    /// Kind and paths of a source of files; `None` for one that is asked over the network.
    #[must_use]
    pub fn of(feed: &Feed) -> Option<(Self, &[PathBuf])> {
        match feed {
            Feed::Sarif { paths } => Some((Self::Sarif, paths)),
            Feed::Junit { paths } => Some((Self::Junit, paths)),
            Feed::HackerOne { .. } | Feed::GitHub { .. } => None,
        }
    }

    /// Endings of its files within folders, without `.gz`.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Sarif => &[".sarif", ".json"],
            Self::Junit => &[".xml"],
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Sarif => "SARIF",
            Self::Junit => "JUnit",
        }
    }
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Line, from 1.
    pub(super) line: Option<u64>,
    /// In a sentence without its end.
    pub(super) reason: String,
    /// Whether it is another kind of file altogether, which may lie in the same folder.
    pub(super) foreign: bool,
}

impl Refusal {
    pub(super) fn told(reason: impl Into<String>) -> Self {
        Self {
            line: None,
            reason: reason.into(),
            foreign: false,
        }
    }
}

/// A number that changes when any file does, or which files there are: files, sizes and times of
/// change, not what is in them. What cannot be looked at counts as absent.
#[must_use]
pub fn stamp(paths: &[PathBuf]) -> u64 {
    let mut parts = Vec::new();
    for entry in find::find(paths, None).entries {
        parts.push(entry.path.to_string_lossy().into_owned());
        parts.push(entry.size.to_string());
        parts.push(
            entry
                .changed
                .map(|at| at.as_nanosecond().to_string())
                .unwrap_or_default(),
        );
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    u64::from_str_radix(&prose::digest(&parts)[..16], 16).unwrap_or_default()
}

/// What is in files and folders, by the endings of the files: test results where there is nothing but XML.
#[must_use]
pub fn kind_in(paths: &[PathBuf]) -> FileKind {
    let found = find::find(paths, None).entries;
    let is_xml = |path: &PathBuf| {
        let name = path.to_string_lossy().to_lowercase();
        name.trim_end_matches(".gz").ends_with(".xml")
    };
    let only_xml = match found.is_empty() {
        true => paths.iter().all(is_xml),
        false => found.iter().all(|entry| is_xml(&entry.path)),
    };
    if only_xml { FileKind::Junit } else { FileKind::Sarif }
}

/// Files that paths lead to, with what is wrong about the paths.
#[must_use]
pub fn list(paths: &[PathBuf], kind: FileKind) -> (Vec<PathBuf>, Vec<SourceFlaw>) {
    let found = find::find(paths, Some(kind));
    (found.entries.into_iter().map(|entry| entry.path).collect(), found.flaws)
}

/// What of a source's files other sources read, too: one flaw for each of them. `others` are names, kinds
/// and paths.
#[must_use]
pub fn shared(paths: &[PathBuf], kind: FileKind, others: &[(String, FileKind, Vec<PathBuf>)]) -> Vec<SourceFlaw> {
    let real = |paths: &[PathBuf]| -> BTreeSet<PathBuf> {
        let found = list(paths, kind).0.into_iter();
        found.map(|path| path.canonicalize().unwrap_or(path)).collect()
    };
    let alike = others.iter().filter(|(_, other, _)| *other == kind);
    let mut own = None;
    let mut flaws = Vec::new();
    for (name, _, theirs) in alike {
        let own = own.get_or_insert_with(|| real(paths));
        let both: Vec<PathBuf> = real(theirs).intersection(own).cloned().collect();
        let Some(first) = both.first() else { continue };
        let more = match both.len() {
            1 => String::new(),
            more => format!(" (and {} more of these files)", more - 1),
        };
        let reason = format!(
            "the source {name:?} reads it, too{more}: its findings are there twice, and each may get an issue; \
             name it in one source only"
        );
        flaws.push(flaw(&first.to_string_lossy(), None, reason));
    }
    flaws
}

/// Reads all reports that the paths (files, folders, globs) lead to. Waits for the disk; call it where
/// waiting is allowed.
///
/// `known` gives the finding that is kept under an id: a test that passes closes it, a test that is
/// skipped leaves it as it is, and neither makes one where there is none.
#[must_use]
pub fn read_files(
    source: &str,
    paths: &[PathBuf],
    kind: FileKind,
    known: &dyn Fn(&str) -> Option<Finding>,
    clock: &dyn Clock,
) -> Reading {
    let Finds { entries, flaws, whole } = find::find(paths, Some(kind));
    let mut reading = Reading {
        complete: whole && !entries.is_empty(),
        flaws,
        ..Reading::default()
    };
    if entries.is_empty() && reading.flaws.is_empty() {
        reading.flaws.push(SourceFlaw {
            place: source.to_owned(),
            line: None,
            reason: format!("no path is set for its {} files", kind.word()),
        });
    }
    let mut settled = Settled::default();
    for entry in &entries {
        reading.requests += 1;
        let origin = entry.path.to_string_lossy().into_owned();
        reading.origins.push(origin.clone());
        match take(source, &origin, entry, kind, &mut settled) {
            Ok((flaws, partial)) => {
                reading
                    .flaws
                    .extend(flaws.into_iter().map(|(line, reason)| flaw(&origin, line, reason)));
                if partial {
                    reading.unread.push(origin);
                }
            }
            // Folders hold other files of the same ending.
            Err(refusal) if refusal.foreign && entry.walked => {}
            Err(refusal) => {
                reading.flaws.push(flaw(&origin, refusal.line, refusal.reason));
                reading.unread.push(origin);
            }
        }
    }
    reading.findings = settled.finish(known, clock.now());
    reading
}

/// As [`read_files`], but only if they are not as `cursor`, that of an earlier reading, tells: then there is
/// nothing to tell. `settings` are whatever else decides on what is made of the files.
///
/// Only a reading of everything without a flaw leaves a cursor that says something: what could not be read
/// is tried and told again.
#[must_use]
pub fn read_changed(
    source: &str,
    paths: &[PathBuf],
    kind: FileKind,
    (settings, cursor): (&[&str], Option<&str>),
    known: &dyn Fn(&str) -> Option<Finding>,
    clock: &dyn Clock,
) -> Reading {
    // Before anything is read: what changes from now on makes another mark.
    let now = clock.now();
    let mark = Mark::of(&[&[source], settings].concat(), paths, kind);
    if let Some(mark) = mark.as_ref().filter(|mark| cursor == Some(mark.text())) {
        return Reading {
            cursor: Some(mark.text().to_owned()),
            ..Reading::default()
        };
    }
    let reading = read_files(source, paths, kind, known, clock);
    let whole = reading.complete && reading.flaws.is_empty() && reading.unread.is_empty();
    let holds = mark.filter(|mark| whole && mark.is_settled(now));
    Reading {
        cursor: Some(holds.map(Mark::into_text).unwrap_or_default()),
        ..reading
    }
}

type Flaws = Vec<(Option<u64>, String)>;

fn take(
    source: &str,
    origin: &str,
    entry: &Entry,
    kind: FileKind,
    settled: &mut Settled,
) -> Result<(Flaws, bool), Refusal> {
    let text = load::text(&entry.path)?;
    match kind {
        FileKind::Sarif => {
            let scans = sarif::read(source, origin, &text)?;
            scans.scans.into_iter().for_each(|scan| settled.scan(entry, scan));
            Ok((scans.flaws, scans.partial))
        }
        FileKind::Junit => {
            let cases = junit::read(source, origin, &text)?;
            settled.cases(entry, cases.cases);
            Ok((cases.flaws, cases.partial))
        }
    }
}

fn flaw(place: &str, line: Option<u64>, reason: String) -> SourceFlaw {
    SourceFlaw {
        place: place.to_owned(),
        line,
        reason,
    }
}

/// When a file was changed last.
fn changed(path: &Path) -> Option<Timestamp> {
    let modified = path.metadata().ok()?.modified().ok()?;
    Timestamp::try_from(modified).ok()
}
