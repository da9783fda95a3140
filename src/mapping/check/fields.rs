//! The rules of a mapping against the fields of its create screen.

use super::{FieldFlaw, FlawKind, rules};
use crate::{
    config::{MappingConfig, Rule},
    domain::{CreateField, Severity, ValueKind},
    mapping::{
        compose::{NO_PARENT, is_needed, rule_of},
        given::{Recipe, recipe, same},
        ground::Ground,
        near::{hint, nearest},
    },
};

pub(super) fn check(mapping: &MappingConfig, ground: &Ground<'_>) -> Vec<FieldFlaw> {
    let mut flaws = Vec::new();
    let mut used = vec![false; mapping.fields.len()];
    for field in &ground.screen.fields {
        let index = rule_of(&mapping.fields, field);
        if let Some(index) = index {
            used[index] = true;
        }
        if is_fixed(field, mapping, ground) {
            flaws.extend(index.map(|_| ignored(field)));
            continue;
        }
        match index.map(|index| &mapping.fields[index].1) {
            Some(rule) => flaws.extend(rules::check(field, rule, mapping, ground)),
            None => flaws.extend(without_rule(field, ground)),
        }
    }
    let of_sub_tasks = |name: &str| ground.below.is_some_and(|below| below.field(name).is_some());
    let unused = mapping.fields.iter().zip(&used);
    let unused = unused.filter(|((name, _), used)| !**used && !of_sub_tasks(name));
    flaws.extend(unused.map(|((name, _), _)| idle(name, ground)));
    if ground.screen.issue_type.subtask
        && !gets_parent(mapping, ground)
        && ground.screen.fields.iter().all(|field| field.kind != ValueKind::Parent)
    {
        flaws.push(no_parent("parent", "Parent"));
    }
    flaws.extend(priority(mapping, ground));
    flaws
}

fn no_parent(id: &str, name: &str) -> FieldFlaw {
    let flaw = FieldFlaw::error(id, name, FlawKind::Required, NO_PARENT);
    flaw.remedy("choose another issue type, or use it as subtask_type")
}

/// A rule that fills nothing.
fn idle(name: &str, ground: &Ground<'_>) -> FieldFlaw {
    if let Some(field) = ground.screen.field(name) {
        let reason = "another rule fills the same field; this one is not used";
        return FieldFlaw::warning(name, &field.name, FlawKind::Setting, reason).remedy("take one of them away");
    }
    let names = ground.screen.fields.iter().map(|field| field.name.as_str());
    // Only a likely name: the whole list of fields helps nobody.
    let meant = match nearest(name, names) {
        Some(near) => hint(name, [near]),
        None => String::new(),
    };
    let reason = format!("the create screen has no such field{meant}");
    let flaw = FieldFlaw::error(name, name, FlawKind::Vanished, reason);
    flaw.remedy("take the rule away, or put the field on the screen in Jira")
}

/// Whether the mapping decides the field without a rule.
fn is_fixed(field: &CreateField, mapping: &MappingConfig, ground: &Ground<'_>) -> bool {
    match field.id.as_str() {
        "project" | "issuetype" => true,
        "parent" => gets_parent(mapping, ground),
        _ => false,
    }
}

/// Whether issues of that screen are put below another one as they are made.
fn gets_parent(mapping: &MappingConfig, ground: &Ground<'_>) -> bool {
    let kind = &ground.screen.issue_type;
    let is = |name: &str| name == kind.id || name.trim().to_lowercase() == kind.name.trim().to_lowercase();
    kind.subtask && (ground.parent.is_some() || mapping.subtask_type.as_deref().is_some_and(is))
}

fn ignored(field: &CreateField) -> FieldFlaw {
    let reason = "the mapping itself says this; the rule is not used";
    FieldFlaw::warning(&field.id, &field.name, FlawKind::Setting, reason)
}

fn without_rule(field: &CreateField, ground: &Ground<'_>) -> Option<FieldFlaw> {
    if !is_needed(field, ground) {
        return None;
    }
    if field.kind == ValueKind::Parent {
        return Some(no_parent(&field.id, &field.name));
    }
    let (reason, remedy) = match field.id.as_str() {
        "summary" => ("no rule says what the summary is", "add { template = \"{{title}}\" }"),
        _ => ("Jira requires it, and no rule fills it", "give it a rule"),
    };
    Some(FieldFlaw::error(&field.id, &field.name, FlawKind::Required, reason).remedy(remedy))
}

/// Severity and priority must be tied where there is a priority.
fn priority(mapping: &MappingConfig, ground: &Ground<'_>) -> Vec<FieldFlaw> {
    let mut flaws = Vec::new();
    for field in &ground.screen.fields {
        let is_priority = field.kind == ValueKind::Priority;
        let is_severity = field.kind == ValueKind::Option && field.name.trim().eq_ignore_ascii_case("severity");
        if !is_priority && !is_severity {
            continue;
        }
        let rule = rule_of(&mapping.fields, field).map(|index| &mapping.fields[index].1);
        let flaw = |reason: String| {
            let make = if is_priority {
                FieldFlaw::error
            } else {
                FieldFlaw::warning
            };
            make(&field.id, &field.name, FlawKind::Priority, reason)
        };
        match rule {
            None if field.required && !field.has_default => {}
            None => flaws.push(
                flaw(format!("no rule says which {} each severity gets", field.name)).remedy("map every severity"),
            ),
            Some(Rule::Value(_)) if is_priority => flaws.push(FieldFlaw::warning(
                &field.id,
                &field.name,
                FlawKind::Priority,
                "every finding gets the same, whatever its severity",
            )),
            Some(rule) => {
                let left = unmapped(rule, mapping);
                if !left.is_empty() {
                    let reason = format!("no value for severity {}, and none for any other", left.join(", "));
                    flaws.push(flaw(reason).remedy("give each a value, or all others one"));
                }
            }
        }
    }
    flaws
}

/// The severities that the mapping covers and its table does not.
fn unmapped(rule: &Rule, mapping: &MappingConfig) -> Vec<&'static str> {
    let Rule::Map {
        from,
        values,
        other: None,
    } = rule
    else {
        return Vec::new();
    };
    let is_severity = matches!(recipe(rule), Ok(Recipe::Map { .. })) && from.trim().eq_ignore_ascii_case("severity");
    let least = mapping.matching.severity.unwrap_or(Severity::None);
    Severity::ALL
        .iter()
        .filter(|severity| is_severity && **severity >= least)
        .map(|severity| severity.word())
        .filter(|word| !values.iter().any(|(from, _)| same(from, word)))
        .collect()
}
