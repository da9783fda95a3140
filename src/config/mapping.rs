//! `[[mapping]]`: how findings become issues of one project and issue type.
//!
//! Must never be in here: what a rule makes of a finding; that is `crate::mapping`.

pub(in crate::config) mod read;
mod rule;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::{Alias, FindingKind, FindingState, Resolution, Severity, StatusCategory};

/// `[[mapping]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct MappingConfig {
    /// Unique.
    pub name: String,
    /// Off: nothing is created or updated by it, and its links stay.
    pub enabled: bool,
    /// Alias of the connection.
    pub connection: Alias,
    /// `project`: a key, or `"ask"`.
    pub project: ProjectChoice,
    /// `entity_project = true`: the project of the finding's entity goes before `project`.
    pub entity_project: bool,
    /// `issue_type`: name or id.
    pub issue_type: String,
    /// `subtask_type`: for findings that belong to a linked one; without it they are issues of their own.
    pub subtask_type: Option<String>,
    /// `match`: which findings.
    pub matching: Match,
    /// `create`.
    pub create: Create,
    /// `[mapping.fields]`, in file order: field id or shown name, and its rule.
    pub fields: Vec<(String, Rule)>,
    /// `[mapping.states]`, in order of the states.
    pub states: Vec<(FindingState, StateRule)>,
    /// `closes`: which statuses of the issue close the finding. Written as
    /// `closes = { category = "done" }` or `closes = { status = ["Done"] }`.
    pub closes: Closes,
    /// `[mapping.resolutions]`: resolution of the issue by name → that of the finding.
    pub resolutions: BTreeMap<String, Resolution>,
    /// `conflict`: who wins when both sides changed a field.
    pub conflict: Conflict,
}

impl MappingConfig {
    /// A mapping with everything else as it is by default.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        connection: impl Into<Alias>,
        project: ProjectChoice,
        issue_type: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            enabled: true,
            connection: connection.into(),
            project,
            entity_project: false,
            issue_type: issue_type.into(),
            subtask_type: None,
            matching: Match::default(),
            create: Create::default(),
            fields: Vec::new(),
            states: Vec::new(),
            closes: Closes::default(),
            resolutions: BTreeMap::new(),
            conflict: Conflict::default(),
        }
    }

    /// The rule of a field, by id or shown name in any case.
    #[must_use]
    pub fn rule(&self, id: &str, name: &str) -> Option<&Rule> {
        let of = |wanted: &str| {
            let found = self.fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(wanted));
            found.map(|(_, rule)| rule)
        };
        of(id).or_else(|| of(name))
    }
}

/// Where issues are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectChoice {
    /// Key of the project.
    Key(String),
    /// A person says, every time; such a mapping never creates by itself.
    Ask,
}

/// Which findings a mapping is for. Every list is "any of"; an empty one restricts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Match {
    /// `source`: one name or a list.
    pub sources: Vec<String>,
    /// `kind`: one or a list.
    pub kinds: Vec<FindingKind>,
    /// `severity`: this or worse.
    pub severity: Option<Severity>,
    /// `tag`: one or a list of entity tags.
    pub tags: Vec<String>,
    /// `where`: an expression over the finding's fields, in the grammar of JQL.
    pub expression: Option<String>,
}

/// `create`: who makes the issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Create {
    /// crosstie, for every finding that matches.
    Auto,
    /// crosstie, when a person says so.
    #[default]
    Ask,
    /// A person, in Jira's own dialog, filled in.
    Browser,
}

impl Create {
    /// The word of `create`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Ask => "ask",
            Self::Browser => "browser",
        }
    }
}

/// What a field is filled with.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// `{ value = … }`: a Jira value or a typed one. A text, number, flag, list or table of them;
    /// options, versions, components, people and the like by name or id.
    Value(Value),
    /// `{ finding = "assignee" }`: what the finding has there, as it is.
    Finding(String),
    /// `{ map = "severity", values = { … }, other = … }`.
    Map {
        /// What of the finding is looked up.
        from: String,
        /// Word of the finding → value as in [`Rule::Value`], in file order.
        values: Vec<(String, Value)>,
        /// For any other word; without it the field stays out.
        other: Option<Value>,
    },
    /// `{ template = "{{title | truncate: 200}}" }`.
    Template(String),
    /// `{ json = '…' }`: JSON as Jira takes it, for fields whose kind only their plugin knows.
    Json(String),
}

/// What a finding's state asks of its issue: `triaged = "To Do"`, or
/// `closed = { status = "Done", fields = { resolution = { … } } }`.
#[derive(Debug, Clone, PartialEq)]
pub struct StateRule {
    /// Status by name or id.
    pub status: String,
    /// What the transition's screen is filled with.
    pub fields: Vec<(String, Rule)>,
}

/// Which statuses of the issue close the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closes {
    /// Every status of a category.
    Category(StatusCategory),
    /// These, by name or id.
    Statuses(Vec<String>),
}

impl Default for Closes {
    fn default() -> Self {
        Self::Category(StatusCategory::Done)
    }
}

/// Who wins when a field changed on both sides since they last agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Conflict {
    /// `conflict = "jira"`.
    #[default]
    Jira,
    /// `conflict = "finding"`.
    Finding,
}
