//! What the states of a finding ask of its issue, against statuses and steps of the workflow.
//!
//! Few may read a workflow, and only the steps from where some issue stands now are ever told: what is not
//! known is not wrong.

use super::{FieldFlaw, FlawKind, rules};
use crate::{
    config::{Closes, MappingConfig, StateRule},
    domain::{CreateField, FindingState, Status},
    mapping::{
        compose::{is_needed, rule_of},
        given,
        ground::Ground,
        near::{hint, shown},
        state::is_status,
    },
};

pub(super) fn check(mapping: &MappingConfig, ground: &Ground<'_>) -> Vec<FieldFlaw> {
    let mut flaws = Vec::new();
    for (state, rule) in &mapping.states {
        let key = format!("states.{}", state.word());
        let reason = match rule.status.trim() {
            "" => Some("no status is named".to_owned()),
            _ => unknown(&rule.status, ground.statuses),
        };
        let name = format!("State {}", state.word());
        flaws.extend(reason.map(|reason| FieldFlaw::error(&key, &name, FlawKind::Status, reason)));
        flaws.extend(step(*state, rule, mapping, ground));
    }
    flaws.extend(closing(mapping, ground));
    flaws
}

fn closing(mapping: &MappingConfig, ground: &Ground<'_>) -> Vec<FieldFlaw> {
    let Closes::Statuses(names) = &mapping.closes else {
        return Vec::new();
    };
    if names.is_empty() {
        let reason = "no status is named, so no issue ever closes its finding";
        return vec![FieldFlaw::warning("closes", "Closes", FlawKind::Status, reason)];
    }
    let reasons = names.iter().filter_map(|name| unknown(name, ground.statuses));
    reasons
        .map(|reason| FieldFlaw::error("closes", "Closes", FlawKind::Status, reason))
        .collect()
}

fn unknown(name: &str, statuses: &[Status]) -> Option<String> {
    let there = statuses.iter().any(|status| is_status(name, status));
    (!statuses.is_empty() && !there).then(|| {
        let names = statuses.iter().map(|status| status.name.as_str());
        format!("the site has no status {}{}", shown(name), hint(name, names))
    })
}

/// The step that a state asks for, by the screen that can be filled best: where several lead to the
/// status, that one is taken.
fn step(state: FindingState, rule: &StateRule, mapping: &MappingConfig, ground: &Ground<'_>) -> Vec<FieldFlaw> {
    let leads_there = |status: &Status| is_status(&rule.status, status);
    let known = ground.transitions.iter().filter(|step| leads_there(&step.to));
    let by_screen = known.map(|step| on_screen(state, rule, &step.fields, mapping, ground));
    by_screen.min_by_key(Vec::len).unwrap_or_else(|| unseen(state, rule))
}

/// Without a screen, whether the rules can be read at all.
fn unseen(state: FindingState, rule: &StateRule) -> Vec<FieldFlaw> {
    let flaw = |field: &str, reason| {
        let key = format!("states.{}.{field}", state.word());
        FieldFlaw::error(&key, field, FlawKind::Syntax, reason)
    };
    let wrong = rule.fields.iter();
    wrong
        .filter_map(|(field, rule)| Some(flaw(field, given::recipe(rule).err()?)))
        .collect()
}

fn on_screen(
    state: FindingState,
    rule: &StateRule,
    fields: &[CreateField],
    mapping: &MappingConfig,
    ground: &Ground<'_>,
) -> Vec<FieldFlaw> {
    let place = |id: &str| format!("states.{}.{id}", state.word());
    let mut flaws = Vec::new();
    let mut used = vec![false; rule.fields.len()];
    for field in fields {
        match rule_of(&rule.fields, field) {
            Some(index) => {
                used[index] = true;
                let found = rules::check(field, &rule.fields[index].1, mapping, ground);
                flaws.extend(found.into_iter().map(|flaw| FieldFlaw {
                    field: place(&field.id),
                    ..flaw
                }));
            }
            None if is_needed(field, ground) => {
                let reason = format!("the step to {} requires it, and no rule fills it", shown(&rule.status));
                let flaw = FieldFlaw::error(&place(&field.id), &field.name, FlawKind::Required, reason);
                flaws.push(flaw.remedy("give it a rule on the page of the states"));
            }
            None => {}
        }
    }
    let idle = rule.fields.iter().zip(used).filter(|(_, used)| !used);
    flaws.extend(idle.map(|((name, _), _)| {
        let reason = format!(
            "no step to {} that is known asks for it; it is left out then",
            shown(&rule.status)
        );
        FieldFlaw::warning(&place(name), name, FlawKind::Setting, reason)
    }));
    flaws
}
