//! Several reports of the same thing: which one holds.
//!
//! Of scans that say what they look at, the latest holds with all it found and all it did not. Any
//! other file stands for itself. Of one finding in several files, and of one test, the latest holds.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::find::Entry;
use crate::{
    domain::{Finding, FindingEvent, FindingEventKind, FindingState, Resolution},
    source::{
        junit::{Case, Outcome},
        sarif::Scan,
    },
};

/// Age of a report: what it says itself, when its file was changed, and the order of paths.
type Age = (Option<Timestamp>, Option<Timestamp>, PathBuf);

/// Reports so far.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// The latest scan of each scope.
    scopes: BTreeMap<String, (Age, Vec<Finding>)>,
    findings: BTreeMap<String, (Age, Finding)>,
    tests: BTreeMap<String, (Age, Outcome)>,
}

fn age(entry: &Entry, at: Option<Timestamp>) -> Age {
    (at.or(entry.changed), entry.changed, entry.path.clone())
}

impl Settled {
    pub(super) fn scan(&mut self, entry: &Entry, scan: Scan) {
        let age = age(entry, scan.at);
        let Some(scope) = scan.scope else {
            scan.findings
                .into_iter()
                .for_each(|finding| self.finding(&age, finding));
            return;
        };
        match self.scopes.get_mut(&scope) {
            // Several runs in one file are parts of one scan.
            Some((known, findings)) if same_file(known, &entry.path) => findings.extend(scan.findings),
            Some((known, _)) if *known > age => {}
            _ => {
                self.scopes.insert(scope, (age, scan.findings));
            }
        }
    }

    fn finding(&mut self, age: &Age, finding: Finding) {
        let later = self
            .findings
            .get(&finding.id.external)
            .is_none_or(|(known, _)| known < age);
        if later {
            self.findings
                .insert(finding.id.external.clone(), (age.clone(), finding));
        }
    }

    pub(super) fn cases(&mut self, entry: &Entry, cases: Vec<Case>) {
        for case in cases {
            let age = age(entry, case.at);
            let known = self.tests.get(&case.external);
            let holds = known.is_none_or(|(known, outcome)| match (&case.outcome, outcome) {
                // A test that was not run says nothing about one that was.
                (Outcome::Skipped, Outcome::Failed(_) | Outcome::Passed) => false,
                (Outcome::Failed(_) | Outcome::Passed, Outcome::Skipped) => true,
                // Of one name twice in one report, the failure counts.
                (new, _) if same_file(known, &entry.path) && known.0 == age.0 => matches!(new, Outcome::Failed(_)),
                _ => *known < age,
            });
            if holds {
                self.tests.insert(case.external, (age, case.outcome));
            }
        }
    }

    /// All findings, each once.
    pub(super) fn finish(mut self, known: &dyn Fn(&str) -> Option<Finding>, now: Timestamp) -> Vec<Finding> {
        for (age, findings) in std::mem::take(&mut self.scopes).into_values() {
            findings.into_iter().for_each(|finding| self.finding(&age, finding));
        }
        let tests = self
            .tests
            .into_iter()
            .filter_map(|(external, (age, outcome))| match outcome {
                Outcome::Failed(finding) => Some(*finding),
                Outcome::Skipped => known(&external),
                Outcome::Passed => Some(passed(known(&external)?, age.0.unwrap_or(now))),
            });
        let findings = self.findings.into_values().map(|(_, finding)| finding);
        findings.chain(tests).collect()
    }
}

fn same_file(age: &Age, path: &Path) -> bool {
    age.2 == path
}

/// A defect whose test passes again. One that is closed for another reason stays as it is.
fn passed(mut finding: Finding, at: Timestamp) -> Finding {
    if !finding.is_open() || finding.updated.is_some_and(|updated| updated > at) {
        return finding;
    }
    finding.state = FindingState::Closed;
    finding.resolution = Some(Resolution::Fixed);
    finding.native_state = "passed".to_owned();
    finding.updated = Some(at);
    finding.events.push(FindingEvent {
        id: format!("passed-{at}"),
        kind: FindingEventKind::State,
        native: "test-passed".to_owned(),
        actor: None,
        at,
        text: "The test passes.".to_owned(),
        internal: false,
    });
    finding
}
