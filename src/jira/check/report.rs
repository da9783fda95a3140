//! What a connection test has found so far.
//!
//! Must never be in here: a check being made.

use serde::Serialize;

use crate::jira::error::Error;

/// One finding of a connection test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked.
    pub name: String,
    /// Whether it holds.
    pub ok: bool,
    /// What was found.
    pub detail: String,
    /// The next step, if it does not hold.
    pub remedy: Option<String>,
}

/// The checks so far; each is told as it ends.
pub(super) struct Report<'a> {
    checks: Vec<Check>,
    tell: Box<dyn FnMut(Check) + Send + 'a>,
}

impl<'a> Report<'a> {
    pub(super) fn new(tell: impl FnMut(Check) + Send + 'a) -> Self {
        Self {
            checks: Vec::new(),
            tell: Box::new(tell),
        }
    }

    pub(super) fn into_checks(self) -> Vec<Check> {
        self.checks
    }

    pub(super) fn pass(&mut self, name: &str, detail: impl Into<String>) {
        self.add(name, true, detail.into(), None);
    }

    pub(super) fn fail(&mut self, name: &str, detail: impl Into<String>, remedy: impl Into<String>) {
        self.add(name, false, detail.into(), Some(remedy.into()));
    }

    pub(super) fn error(&mut self, name: &str, error: &Error) {
        self.fail(name, &error.message, &error.remedy);
    }

    fn add(&mut self, name: &str, ok: bool, detail: String, remedy: Option<String>) {
        let name = name.to_owned();
        let check = Check {
            name,
            ok,
            detail,
            remedy,
        };
        (self.tell)(check.clone());
        self.checks.push(check);
    }
}
