//! A mapping while it is edited: what would be written, and what cannot be written yet.
//!
//! Must never be in here: what is asked, or whether it can work.

use std::collections::BTreeMap;

use super::pick::RuleKind;
use crate::config::{MappingConfig, ProjectChoice, Rule, StateRule};
use crate::domain::{Alias, FindingState};

/// Where a rule stands: among the fields of the issue, or among those of a transition's screen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RulePlace {
    pub(crate) state: Option<FindingState>,
    /// Id of the field.
    pub(crate) field: String,
    /// Shown name of the field, as it came.
    pub(crate) name: String,
}

impl RulePlace {
    fn is(&self, key: &str) -> bool {
        key.eq_ignore_ascii_case(&self.field) || key.eq_ignore_ascii_case(&self.name)
    }
}

/// A text that cannot be taken, and why. The rule stays as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) kind: RuleKind,
    pub(crate) text: String,
    pub(crate) flaw: String,
}

/// The mapping, and everything that undo brings back with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Draft {
    pub(crate) mapping: MappingConfig,
    /// Project whose screens are shown where the project is asked for every time.
    pub(crate) model: Option<String>,
    pub(crate) kept: BTreeMap<RulePlace, Kept>,
    /// Rules that were switched off here; switching on brings them back.
    pub(crate) off: BTreeMap<RulePlace, Rule>,
}

impl Draft {
    /// A mapping that nobody has answered anything about.
    pub(crate) fn new(connection: Option<&Alias>) -> Self {
        let connection = connection.cloned().unwrap_or_else(|| Alias::from(""));
        Self::of(MappingConfig::new(
            "",
            connection,
            ProjectChoice::Key(String::new()),
            "",
        ))
    }

    pub(crate) fn of(mapping: MappingConfig) -> Self {
        Self {
            mapping,
            model: None,
            kept: BTreeMap::new(),
            off: BTreeMap::new(),
        }
    }

    /// The project whose create screen is meant, once one was chosen.
    pub(crate) fn project(&self) -> Option<&str> {
        let key = match &self.mapping.project {
            ProjectChoice::Key(key) => Some(key.as_str()),
            ProjectChoice::Ask => self.model.as_deref(),
        };
        key.filter(|key| !key.is_empty())
    }

    fn rules(&self, state: Option<FindingState>) -> &[(String, Rule)] {
        match state {
            None => &self.mapping.fields,
            Some(state) => self.state(state).map_or(&[], |rule| &rule.fields),
        }
    }

    /// The rule of a field.
    pub(crate) fn rule(&self, at: &RulePlace) -> Option<&Rule> {
        let mut rules = self.rules(at.state).iter();
        rules.find(|(key, _)| at.is(key)).map(|(_, rule)| rule)
    }

    /// Gives a field another rule, or none; the order of the others stays.
    pub(crate) fn set(&mut self, at: &RulePlace, rule: Option<Rule>) {
        self.kept.remove(at);
        let rules = match at.state {
            None => &mut self.mapping.fields,
            Some(state) => match self.mapping.states.iter_mut().find(|(known, _)| *known == state) {
                Some((_, rule)) => &mut rule.fields,
                None => return,
            },
        };
        let found = rules.iter().position(|(key, _)| at.is(key));
        match (found.and_then(|index| rules.get_mut(index)), rule) {
            (Some(present), Some(rule)) => present.1 = rule,
            (Some(_), None) => rules.retain(|(key, _)| !at.is(key)),
            (None, Some(rule)) => rules.push((at.field.clone(), rule)),
            (None, None) => {}
        }
    }

    /// What a state of the finding asks of its issue.
    pub(crate) fn state(&self, state: FindingState) -> Option<&StateRule> {
        let mut states = self.mapping.states.iter();
        states.find(|(known, _)| *known == state).map(|(_, rule)| rule)
    }

    /// Gives a state another status, or none; the fields of its transition stay.
    pub(crate) fn set_status(&mut self, state: FindingState, status: Option<String>) {
        let states = &mut self.mapping.states;
        let Some(status) = status else {
            states.retain(|(known, _)| *known != state);
            return;
        };
        match states.iter_mut().find(|(known, _)| *known == state) {
            Some((_, rule)) => rule.status = status,
            None => {
                let fields = Vec::new();
                states.push((state, StateRule { status, fields }));
                states.sort_by_key(|(state, _)| *state);
            }
        }
    }
}
