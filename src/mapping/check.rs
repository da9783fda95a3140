//! What cannot work, told before anything is sent.

mod fields;
mod rules;
mod spelling;
mod states;

use jiff::{Timestamp, tz::TimeZone};

pub use self::spelling::misspelt;
use super::{expression::check_expression, ground::Ground, near::shown};
use crate::{
    config::{Create, MappingConfig, ProjectChoice},
    domain::{CreateScreen, Deployment},
};

/// How bad a flaw is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlawLevel {
    /// It works, perhaps not as meant.
    Warning,
    /// It cannot work; such a mapping is not saved.
    Error,
}

/// What sort of flaw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlawKind {
    /// The screen has no such field.
    Vanished,
    /// Jira requires the field, and nothing fills it.
    Required,
    /// The field does not allow the value.
    NotAllowed,
    /// The field takes values of another type.
    Type,
    /// A template, expression or JSON makes no sense.
    Syntax,
    /// Severity and priority are not tied.
    Priority,
    /// A status that the site does not have.
    Status,
    /// The project has no such issue type.
    IssueType,
    /// Project, parent or the way of creating.
    Setting,
}

/// Something that cannot work, or may not work as meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFlaw {
    /// Id of the field; of other settings their key in the config: `project`, `states.closed`.
    pub field: String,
    /// Shown name.
    pub name: String,
    /// What is wrong.
    pub reason: String,
    /// How bad.
    pub level: FlawLevel,
    /// What sort.
    pub kind: FlawKind,
    /// What to do, where that can be said.
    pub remedy: Option<String>,
}

impl FieldFlaw {
    pub(super) fn error(field: &str, name: &str, kind: FlawKind, reason: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            name: name.to_owned(),
            reason: reason.into(),
            level: FlawLevel::Error,
            kind,
            remedy: None,
        }
    }

    pub(super) fn warning(field: &str, name: &str, kind: FlawKind, reason: impl Into<String>) -> Self {
        Self {
            level: FlawLevel::Warning,
            ..Self::error(field, name, kind, reason)
        }
    }

    pub(super) fn remedy(self, remedy: impl Into<String>) -> Self {
        Self {
            remedy: Some(remedy.into()),
            ..self
        }
    }
}

/// Everything about `mapping` that cannot work on that ground, errors first.
#[must_use]
pub fn check(mapping: &MappingConfig, ground: &Ground<'_>) -> Vec<FieldFlaw> {
    let mut flaws = issue_type(mapping, ground.screen);
    flaws.extend(settings(mapping));
    flaws.extend(fields::check(mapping, ground));
    if let Some(below) = ground.below {
        flaws.extend(on_sub_tasks(mapping, below, ground));
    }
    flaws.extend(states::check(mapping, ground));
    flaws.sort_by_key(|flaw| std::cmp::Reverse(flaw.level));
    flaws
}

/// What the project no longer allows of a mapping that once worked, also of sub-tasks if their screen is
/// known: the field by its shown name, and what is wrong with it.
#[must_use]
pub fn drift(mapping: &MappingConfig, screen: &CreateScreen, below: Option<&CreateScreen>) -> Vec<(String, String)> {
    let zone = TimeZone::UTC;
    let ground = Ground::new(Deployment::Cloud, screen, &zone, Timestamp::UNIX_EPOCH).with_below(below);
    let mut flaws = issue_type(mapping, screen);
    if flaws.is_empty() {
        flaws = fields::check(mapping, &ground);
        flaws.extend(
            below
                .into_iter()
                .flat_map(|below| on_sub_tasks(mapping, below, &ground)),
        );
    }
    let drifted = |kind| {
        use FlawKind::{IssueType, NotAllowed, Required, Vanished};
        matches!(kind, Vanished | Required | NotAllowed | IssueType)
    };
    flaws
        .into_iter()
        .filter(|flaw| flaw.level == FlawLevel::Error && drifted(flaw.kind))
        .map(|flaw| (flaw.name, flaw.reason))
        .collect()
}

/// What is wrong on the screen of the sub-task type alone. Rules are written for both types, so one for a
/// field that only issues have is none.
fn on_sub_tasks(mapping: &MappingConfig, below: &CreateScreen, ground: &Ground<'_>) -> Vec<FieldFlaw> {
    let above = fields::check(mapping, ground);
    let flaws = fields::check(mapping, &ground.with_screen(below).with_below(None));
    let alone = |flaw: &FieldFlaw| {
        let same = |other: &FieldFlaw| other.field == flaw.field && other.kind == flaw.kind;
        flaw.kind != FlawKind::Vanished && !above.iter().any(same)
    };
    let named = |flaw: FieldFlaw| FieldFlaw {
        reason: format!("on sub-tasks: {}", flaw.reason),
        ..flaw
    };
    flaws.into_iter().filter(alone).map(named).collect()
}

fn issue_type(mapping: &MappingConfig, screen: &CreateScreen) -> Vec<FieldFlaw> {
    let kind = &screen.issue_type;
    let is = |name: &str| name == kind.id || name.trim().to_lowercase() == kind.name.trim().to_lowercase();
    if is(&mapping.issue_type) || mapping.subtask_type.as_deref().is_some_and(is) {
        return Vec::new();
    }
    let reason = format!(
        "the project has no issue type {}",
        shown(
            mapping
                .subtask_type
                .as_deref()
                .filter(|_| kind.subtask)
                .unwrap_or(&mapping.issue_type)
        )
    );
    let flaw = FieldFlaw::error("issue_type", "Issue Type", FlawKind::IssueType, reason);
    vec![flaw.remedy("choose one of the project's issue types")]
}

fn settings(mapping: &MappingConfig) -> Vec<FieldFlaw> {
    let mut flaws = Vec::new();
    if mapping.project == ProjectChoice::Ask && mapping.create == Create::Auto {
        let flaw = if mapping.entity_project {
            FieldFlaw::warning(
                "project",
                "Project",
                FlawKind::Setting,
                "findings whose entity has no project of its own wait for somebody to choose one",
            )
        } else {
            FieldFlaw::error(
                "project",
                "Project",
                FlawKind::Setting,
                "issues cannot be made by themselves when the project is asked for every time",
            )
        };
        flaws.push(flaw.remedy("name a project, or let a person create"));
    }
    if let Some(text) = &mapping.matching.expression
        && let Err(error) = check_expression(text)
    {
        let place = error.character(text);
        let reason = format!("character {place}: {error}");
        flaws.push(FieldFlaw::error("match.where", "Where", FlawKind::Syntax, reason));
    }
    flaws
}
