//! The fields of an issue, from the rules of a mapping.

use serde_json::{Map, Value, json};

use super::{given, ground::Ground, value};
use crate::{
    config::{MappingConfig, Rule},
    domain::{CreateField, Finding, ValueKind},
    richtext::markdown,
};

/// Why a sub-task cannot be made.
pub(super) const NO_PARENT: &str = "a sub-task needs the issue that it belongs to";

/// What became of one field.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// Id of the field, `summary`; what the rule calls it, if the screen has no such field.
    pub field: String,
    /// Shown name.
    pub name: String,
    /// As Jira takes it; `None`: the field is left out.
    pub value: Option<Value>,
    /// The value for people: one harmless line.
    pub sample: String,
    /// Why nothing can be sent as long as this is so.
    pub problem: Option<String>,
    /// What was cut, cleaned or left out; it is sent all the same.
    pub notes: Vec<String>,
    /// The Markdown that a formatted text was made of.
    pub markdown: Option<String>,
}

/// What became of all fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Composed {
    /// By id, as Jira takes them.
    pub fields: Map<String, Value>,
    /// One for each field of the screen in its order, then those of rules for fields that it has not.
    pub outcomes: Vec<Outcome>,
}

impl Composed {
    /// The fields that stand in the way.
    pub fn problems(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| outcome.problem.is_some())
    }

    /// Whether it can be sent.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        self.problems().next().is_none()
    }

    /// What became of a field, by id.
    #[must_use]
    pub fn outcome(&self, field: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.field == field)
    }

    fn take(&mut self, outcome: Outcome) {
        if let Some(value) = &outcome.value
            && outcome.problem.is_none()
        {
            self.fields.insert(outcome.field.clone(), value.clone());
        }
        self.outcomes.push(outcome);
    }
}

/// The fields of the issue that `mapping` makes of `finding`, project and issue type among them.
#[must_use]
pub fn compose(mapping: &MappingConfig, finding: &Finding, ground: &Ground<'_>) -> Composed {
    let mut composed = Composed::default();
    for outcome in fixed(ground) {
        composed.take(outcome);
    }
    let taken: Vec<String> = composed.outcomes.iter().map(|outcome| outcome.field.clone()).collect();
    let open = ground.screen.fields.iter().filter(|field| !taken.contains(&field.id));
    fill(&mut composed, &mapping.fields, open, finding, ground);
    composed
}

/// Whether nothing of a text would reach Jira but what stands for characters that must not.
fn is_blank(text: &str) -> bool {
    let is_nothing = |c: char| c.is_whitespace() || c == char::REPLACEMENT_CHARACTER;
    value::sendable(text).chars().all(is_nothing)
}

/// Characters of a title that was made up.
const TITLE: usize = 200;

/// A finding without a title goes by the first line of its text, else by its id: no issue is without one.
fn titled(finding: &Finding) -> Finding {
    let text = markdown::to_plain(&finding.body);
    let line = text.lines().map(str::trim).find(|line| !is_blank(line));
    let title = line.map_or_else(|| finding.id.to_string(), |line| line.chars().take(TITLE).collect());
    Finding {
        title,
        ..finding.clone()
    }
}

/// The fields of another screen, such as that of a transition, by its own rules.
#[must_use]
pub fn compose_screen(
    rules: &[(String, Rule)],
    fields: &[CreateField],
    finding: &Finding,
    ground: &Ground<'_>,
) -> Composed {
    let mut composed = Composed::default();
    fill(&mut composed, rules, fields.iter(), finding, ground);
    composed
}

/// What the mapping decides without a rule: project, issue type, and the parent of a sub-task.
fn fixed(ground: &Ground<'_>) -> Vec<Outcome> {
    let screen = ground.screen;
    let named = |id: &str, name: &str| {
        let on_screen = screen.fields.iter().find(|field| field.id == id);
        on_screen.map_or(name, |field| field.name.as_str()).to_owned()
    };
    let outcome = |id: &str, name: &str, value: Value, sample: &str| Outcome {
        field: id.to_owned(),
        name: named(id, name),
        value: Some(value),
        sample: super::near::cut(sample, 120),
        ..Outcome::default()
    };
    let (project, kind) = (&screen.project, &screen.issue_type);
    let mut all = vec![
        outcome("project", "Project", json!({ "key": project.key }), &project.key),
        outcome("issuetype", "Issue Type", json!({ "id": kind.id }), &kind.name),
    ];
    match ground.parent.filter(|_| kind.subtask) {
        Some(parent) => all.push(outcome("parent", "Parent", json!({ "key": parent }), parent)),
        None if kind.subtask && screen.fields.iter().all(|field| field.id != "parent") => all.push(Outcome {
            field: "parent".to_owned(),
            name: "Parent".to_owned(),
            problem: Some(NO_PARENT.to_owned()),
            ..Outcome::default()
        }),
        None => {}
    }
    all
}

fn fill<'f>(
    composed: &mut Composed,
    rules: &[(String, Rule)],
    fields: impl Iterator<Item = &'f CreateField>,
    finding: &Finding,
    ground: &Ground<'_>,
) {
    let fields: Vec<&CreateField> = fields.collect();
    let mut used = vec![false; rules.len()];
    for field in &fields {
        let rule = rule_of(rules, field);
        if let Some(index) = rule {
            used[index] = true;
        }
        let rule = rule.map(|index| &rules[index].1);
        let mut outcome = filled(field, rule, finding, ground);
        if field.id == "summary" && rule.is_some() && outcome.problem.is_some() && is_blank(&finding.title) {
            outcome = filled(field, rule, &titled(finding), ground);
        }
        composed.take(outcome);
    }
    for (index, (name, _)) in rules.iter().enumerate() {
        // Also of fields that the mapping itself decides, and of those that another rule fills.
        let known = composed.outcomes.iter().any(|outcome| is_called(outcome, name));
        if !used[index] && !known {
            composed.take(Outcome {
                field: name.clone(),
                name: name.clone(),
                notes: vec!["the screen has no such field; it is left out".to_owned()],
                ..Outcome::default()
            });
        }
    }
}

fn is_called(outcome: &Outcome, name: &str) -> bool {
    outcome.field.eq_ignore_ascii_case(name) || outcome.name.eq_ignore_ascii_case(name)
}

/// The rule of a field: one by its id goes before one by its name.
pub(super) fn rule_of(rules: &[(String, Rule)], field: &CreateField) -> Option<usize> {
    let of = |wanted: &str| rules.iter().position(|(name, _)| name.eq_ignore_ascii_case(wanted));
    of(&field.id).or_else(|| of(&field.name))
}

/// Whether an issue cannot do without the field. Jira refuses a sub-task without a parent even where
/// the screen does not call it required.
pub(super) fn is_needed(field: &CreateField, ground: &Ground<'_>) -> bool {
    let parent = field.id == "parent" && field.kind == ValueKind::Parent && ground.screen.issue_type.subtask;
    (field.required && !field.has_default) || parent
}

fn filled(field: &CreateField, rule: Option<&Rule>, finding: &Finding, ground: &Ground<'_>) -> Outcome {
    let mut outcome = Outcome {
        field: field.id.clone(),
        name: field.name.clone(),
        ..Outcome::default()
    };
    if let Some(rule) = rule {
        match given::recipe(rule) {
            Ok(recipe) => {
                let given = recipe.given(finding, ground);
                let written = value::write(field, given, ground, finding.url.as_deref());
                outcome.value = written.value.filter(|_| written.problem.is_none());
                outcome.sample = written.sample;
                outcome.markdown = written.markdown;
                outcome.problem = written.problem;
                outcome.notes = written.notes;
            }
            Err(problem) => outcome.problem = Some(problem),
        }
    }
    if is_needed(field, ground) && outcome.value.is_none() && outcome.problem.is_none() {
        outcome.problem = Some(missing(field, rule, &outcome.notes));
    }
    outcome
}

fn missing(field: &CreateField, rule: Option<&Rule>, notes: &[String]) -> String {
    match (rule, notes.first()) {
        (None, _) if field.kind == ValueKind::Parent => NO_PARENT.to_owned(),
        (None, _) => "Jira requires it, and no rule fills it".to_owned(),
        (Some(_), Some(note)) => format!("Jira requires it, and the rule gives nothing: {note}"),
        (Some(_), None) => "Jira requires it, and the rule gives nothing for this finding".to_owned(),
    }
}
