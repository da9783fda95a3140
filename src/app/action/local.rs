//! Words for actions that mean something narrower in some places than the registry says of them.
//!
//! Must never be in here: keys, or what an action does.

use super::{Action, Place, Spec};

const FINDINGS: &[Place] = &[Place::Findings, Place::Finding, Place::FindingPage];
const ISSUES: &[Place] = &[Place::List, Place::Preview, Place::Page];

/// Action, places, title for help, word for the hint line.
const WORDS: &[(Action, &[Place], &str, &str)] = &[
    (Action::New, FINDINGS, "create its issue", "create"),
    (Action::Remove, FINDINGS, "unlink from its issue", "unlink"),
    (Action::Select, FINDINGS, "select several", "select"),
    (Action::Browser, FINDINGS, "open at its source", "source"),
    (Action::Jump, FINDINGS, "to its issue", "issue"),
    (Action::Jump, ISSUES, "to its finding", "finding"),
];

impl Spec {
    fn local(&self, place: Place) -> Option<(&'static str, &'static str)> {
        let here = WORDS
            .iter()
            .find(|(action, places, ..)| *action == self.action && places.contains(&place));
        here.map(|(_, _, title, hint)| (*title, *hint))
    }

    /// What help calls it in a place.
    #[must_use]
    pub fn title_in(&self, place: Place) -> &'static str {
        self.local(place).map_or(self.title, |(title, _)| title)
    }

    /// Its word in the hint line of a place; empty keeps it out.
    #[must_use]
    pub fn hint_in(&self, place: Place) -> &'static str {
        self.local(place).map_or(self.hint, |(_, hint)| hint)
    }
}
