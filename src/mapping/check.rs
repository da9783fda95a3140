//! What cannot work, told before anything is sent.

mod fields;
mod rules;

use jiff::{Timestamp, tz::TimeZone};

use super::{
    expression::check_expression,
    given,
    ground::Ground,
    near::{hint, shown},
    state::is_status,
};
use crate::{
    config::{Closes, Create, MappingConfig, ProjectChoice},
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
    flaws.extend(states(mapping, ground));
    flaws.sort_by_key(|flaw| std::cmp::Reverse(flaw.level));
    flaws
}

/// What the project no longer allows of a mapping that once worked: the field by its shown name, and
/// what is wrong with it.
#[must_use]
pub fn drift(mapping: &MappingConfig, screen: &CreateScreen) -> Vec<(String, String)> {
    let zone = TimeZone::UTC;
    let ground = Ground::new(Deployment::Cloud, screen, &zone, Timestamp::UNIX_EPOCH);
    let gone = issue_type(mapping, screen);
    let flaws = match gone.is_empty() {
        true => fields::check(mapping, &ground),
        false => gone,
    };
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
        let place = error.span.start + 1;
        let reason = format!("character {place}: {error}");
        flaws.push(FieldFlaw::error("match.where", "Where", FlawKind::Syntax, reason));
    }
    flaws
}

/// Statuses are only checked where they are known, since few may read them.
fn states(mapping: &MappingConfig, ground: &Ground<'_>) -> Vec<FieldFlaw> {
    let mut flaws = Vec::new();
    let unknown = |name: &str| {
        let there = ground.statuses.iter().any(|status| is_status(name, status));
        (!ground.statuses.is_empty() && !there).then(|| {
            let names = ground.statuses.iter().map(|status| status.name.as_str());
            format!("the site has no status {}{}", shown(name), hint(name, names))
        })
    };
    for (state, rule) in &mapping.states {
        let key = format!("states.{}", state.word());
        let name = format!("State {}", state.word());
        if rule.status.trim().is_empty() {
            flaws.push(FieldFlaw::error(&key, &name, FlawKind::Status, "no status is named"));
        } else if let Some(reason) = unknown(&rule.status) {
            flaws.push(FieldFlaw::error(&key, &name, FlawKind::Status, reason));
        }
        for (field, rule) in &rule.fields {
            if let Err(reason) = given::recipe(rule) {
                flaws.push(FieldFlaw::error(
                    &format!("{key}.{field}"),
                    field,
                    FlawKind::Syntax,
                    reason,
                ));
            }
        }
    }
    if let Closes::Statuses(names) = &mapping.closes {
        let reasons = names.iter().filter_map(|name| unknown(name));
        flaws.extend(reasons.map(|reason| FieldFlaw::error("closes", "Closes", FlawKind::Status, reason)));
        if names.is_empty() {
            let reason = "no status is named, so no issue ever closes its finding";
            flaws.push(FieldFlaw::warning("closes", "Closes", FlawKind::Status, reason));
        }
    }
    flaws
}
