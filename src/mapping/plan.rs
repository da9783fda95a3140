//! What would happen to a finding, without it happening.

use serde_json::json;

use super::{
    compose::{Composed, compose},
    cover::{Verdict, covers},
    ground::Ground,
};
use crate::{
    config::{Create, MappingConfig},
    domain::{Finding, Link},
};

/// What would happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// An issue would be made.
    Create,
    /// Its issue would be brought up to date.
    Update,
    /// Nothing.
    Skip,
    /// Nothing, though something should.
    Problem,
}

impl Action {
    /// The word in lists and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Skip => "skip",
            Self::Problem => "problem",
        }
    }
}

/// What would happen to one finding, why, and what would be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct DryRun {
    /// What.
    pub action: Action,
    /// Why, in words for people.
    pub reason: String,
    /// The fields, whatever the action.
    pub composed: Composed,
}

/// What `mapping` would do with `finding`, which has that link.
#[must_use]
pub fn dry_run(mapping: &MappingConfig, finding: &Finding, ground: &Ground<'_>, link: Option<&Link>) -> DryRun {
    let composed = compose(mapping, finding, ground);
    let (action, reason) = decide(mapping, finding, ground, link, &composed);
    DryRun {
        action,
        reason,
        composed,
    }
}

fn decide(
    mapping: &MappingConfig,
    finding: &Finding,
    ground: &Ground<'_>,
    link: Option<&Link>,
    composed: &Composed,
) -> (Action, String) {
    if !mapping.enabled {
        return (Action::Skip, "the mapping is paused".to_owned());
    }
    if let Some(link) = link {
        if let Some(other) = link.mapping.as_deref().filter(|other| *other != mapping.name) {
            return (Action::Skip, format!("{} is kept by the mapping {other}", link.key));
        }
        return match problem(composed) {
            Some(problem) => (Action::Problem, problem),
            None => (Action::Update, format!("{} gets what has changed", link.key)),
        };
    }
    if let Verdict::No(reason) = covers(&mapping.matching, finding, &ground.moment()) {
        return (Action::Skip, reason);
    }
    if !finding.is_open() {
        return (Action::Skip, "it is closed and has no issue".to_owned());
    }
    if let Some(problem) = problem(composed) {
        return (Action::Problem, problem);
    }
    let reason = match mapping.create {
        Create::Auto => "an issue is made by itself",
        Create::Ask => "an issue is made when somebody says so",
        Create::Browser => "somebody makes the issue in Jira's own dialog",
    };
    (Action::Create, reason.to_owned())
}

fn problem(composed: &Composed) -> Option<String> {
    let told: Vec<String> = composed
        .problems()
        .filter_map(|outcome| Some(format!("{}: {}", outcome.name, outcome.problem.as_deref()?)))
        .collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// The body of the request that makes the issue, for people to read.
#[must_use]
pub fn payload(composed: &Composed) -> String {
    format!("{:#}", json!({ "fields": composed.fields }))
}
