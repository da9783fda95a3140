//! A source of several programs or repositories, read part by part: one that fails does not keep from
//! the others.
//!
//! Must never be in here: a request.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{cursor::Cursor, error::SourceError};
use crate::domain::{Finding, Reading, SourceFlaw};

/// What reading one part brought, even if it ended early.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) findings: Found,
    pub(super) flaws: Vec<SourceFlaw>,
    /// Up to which change all of it was read.
    pub(super) mark: Option<Timestamp>,
    /// By what the service tells whether anything changed since.
    pub(super) tag: Option<String>,
    /// Why it ended early.
    pub(super) failure: Option<SourceError>,
}

impl Part {
    /// The next look must begin before a change at this time.
    pub(super) fn hold_before(&mut self, change: Option<Timestamp>) {
        let before = change.and_then(|at| at.checked_sub(SignedDuration::from_millis(1)).ok());
        self.mark = self.mark.min(before);
    }
}

/// Findings by their id; of two readings of one the later change holds, whichever came first.
#[derive(Debug, Default)]
pub(super) struct Found(BTreeMap<String, Finding>);

impl Found {
    /// Takes a finding unless a later one is known.
    pub(super) fn take(&mut self, finding: Finding) {
        let known = self.0.get(&finding.id.external);
        if known.is_none_or(|known| known.updated <= finding.updated) {
            self.0.insert(finding.id.external.clone(), finding);
        }
    }

    /// Takes a finding in place of what is known of it.
    pub(super) fn put(&mut self, finding: Finding) {
        self.0.insert(finding.id.external.clone(), finding);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Each once.
    pub(super) fn all(&self) -> impl Iterator<Item = &Finding> {
        self.0.values()
    }
}

/// The parts of a source, put together.
#[derive(Debug)]
pub(super) struct Parts {
    reading: Reading,
    found: Found,
    cursor: Cursor,
    first_failure: Option<SourceError>,
    went_well: bool,
}

impl Parts {
    /// `names` are all parts of the source.
    pub(super) fn new(cursor: Option<&str>, names: &[String]) -> Self {
        let mut cursor = Cursor::read(cursor);
        cursor.keep_only(names);
        Self {
            reading: Reading::default(),
            found: Found::default(),
            cursor,
            first_failure: None,
            went_well: false,
        }
    }

    /// How far a part was read before.
    pub(super) fn mark(&self, name: &str) -> Option<Timestamp> {
        self.cursor.of(name)
    }

    /// What a part was known by when it was read before.
    pub(super) fn tag(&self, name: &str) -> Option<String> {
        self.cursor.tag_of(name).map(str::to_owned)
    }

    /// Adds what a part brought.
    pub(super) fn add(&mut self, name: &str, part: Part) {
        for finding in part.findings.0.into_values() {
            self.found.take(finding);
        }
        for flaw in part.flaws {
            if !self.reading.flaws.contains(&flaw) {
                self.reading.flaws.push(flaw);
            }
        }
        if let Some(mark) = part.mark {
            self.cursor.advance(name, mark, part.tag);
        }
        match part.failure {
            Some(failure) => self.fail(name, failure),
            None => self.went_well = true,
        }
    }

    fn fail(&mut self, name: &str, failure: SourceError) {
        self.reading.unread.push(name.to_owned());
        self.reading.flaws.push(SourceFlaw {
            place: name.to_owned(),
            line: None,
            reason: failure.as_reason(),
        });
        self.first_failure.get_or_insert(failure);
    }

    /// Whether what failed would fail for every other part too; then they are not even asked.
    pub(super) fn is_hopeless(&self) -> bool {
        self.first_failure.as_ref().is_some_and(SourceError::is_of_all)
    }

    /// Notes a part that was not asked.
    pub(super) fn skip(&mut self, name: &str) {
        self.reading.unread.push(name.to_owned());
    }

    /// The reading, unless nothing came of any part.
    pub(super) fn finish(mut self, requests: u64) -> Result<Reading, SourceError> {
        match self.first_failure {
            Some(failure) if !self.went_well && self.found.0.is_empty() => return Err(failure),
            _ => {}
        }
        self.reading.findings = self.found.0.into_values().collect();
        self.reading.cursor = Some(self.cursor.write());
        self.reading.requests = requests;
        Ok(self.reading)
    }
}
