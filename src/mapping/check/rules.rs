//! One rule against its field, without a finding.

use super::{FieldFlaw, FlawKind};
use crate::{
    config::{MappingConfig, Rule},
    domain::{CreateField, Severity, ValueKind},
    mapping::{
        compose::is_needed,
        facts::{About, Fact},
        given::{Given, Recipe, recipe, typed},
        ground::Ground,
        near::{listing, shown},
        template::Expression,
        value,
    },
};

pub(super) fn check(field: &CreateField, rule: &Rule, mapping: &MappingConfig, ground: &Ground<'_>) -> Vec<FieldFlaw> {
    let recipe = match recipe(rule) {
        Ok(recipe) => recipe,
        Err(reason) => return vec![FieldFlaw::error(&field.id, &field.name, FlawKind::Syntax, reason)],
    };
    if matches!(field.id.as_str(), "attachment" | "issuelinks") {
        let reason = "Jira takes no value of it when an issue is created";
        let flaw = FieldFlaw::error(&field.id, &field.name, FlawKind::Type, reason);
        return vec![flaw.remedy("take the rule away")];
    }
    let must = is_needed(field, ground);
    match &recipe {
        Recipe::Value(value) => written(field, typed(value), "", must, ground),
        Recipe::Json(value) => {
            let given = Given {
                raw: Some(value.clone()),
                typed: true,
                ..Given::default()
            };
            written(field, given, "", must, ground)
        }
        Recipe::Map { values, other, .. } => {
            let named = values
                .iter()
                .map(|(from, value)| (format!("for {}: ", shown(from)), value));
            let all = named.chain(other.map(|value| ("for any other: ".to_owned(), value)));
            all.flat_map(|(place, value)| written(field, typed(value), &place, must, ground))
                .collect()
        }
        Recipe::Fact(expression) => fact(field, expression, mapping, must, ground),
        Recipe::Template(template) => {
            let mut flaws = Vec::new();
            if let Some(expression) = template.only() {
                flaws.extend(fact(field, expression, mapping, must, ground));
            } else if template.is_blank() && must {
                let reason = "Jira requires it, and the template is empty";
                flaws.push(FieldFlaw::error(&field.id, &field.name, FlawKind::Required, reason));
            }
            flaws
        }
    }
}

/// A value that is the same for every finding.
fn written(field: &CreateField, given: Given, place: &str, must: bool, ground: &Ground<'_>) -> Vec<FieldFlaw> {
    let is_person = field.kind == ValueKind::User;
    let written = value::write(field, given, ground, None);
    let kind = match (&field.allowed[..], field.kind) {
        ([], _) => FlawKind::Type,
        _ => FlawKind::NotAllowed,
    };
    let mut flaws = Vec::new();
    if let Some(reason) = written.problem {
        flaws.push(FieldFlaw::error(
            &field.id,
            &field.name,
            kind,
            format!("{place}{reason}"),
        ));
    } else if written.value.is_none() && must && !is_person {
        let reason = format!("{place}Jira requires it, and the value is empty");
        flaws.push(FieldFlaw::error(&field.id, &field.name, FlawKind::Required, reason));
    }
    // People come and go, and not every account may be seen: that alone stops nothing.
    let notes = written.notes.into_iter().map(|note| format!("{place}{note}"));
    flaws.extend(notes.map(|note| FieldFlaw::warning(&field.id, &field.name, FlawKind::Type, note)));
    flaws
}

/// What a finding tells, as far as it is known before there is one.
fn fact(
    field: &CreateField,
    expression: &Expression,
    mapping: &MappingConfig,
    must: bool,
    ground: &Ground<'_>,
) -> Vec<FieldFlaw> {
    let about = expression.about();
    if let Some(lacks) = mismatch(field.kind, about) {
        let reason = format!("{} is {lacks}", expression.text());
        return vec![FieldFlaw::error(&field.id, &field.name, FlawKind::Type, reason)];
    }
    let words: Vec<Fact> = match about {
        About::Severity => {
            let least = mapping.matching.severity.unwrap_or(Severity::None);
            let all = Severity::ALL.iter().filter(|severity| **severity >= least);
            all.map(|severity| Fact::Severity(*severity)).collect()
        }
        About::Words(words) => words.iter().map(|word| Fact::text(*word)).collect(),
        _ => Vec::new(),
    };
    let mut flaws: Vec<FieldFlaw> = refused(field, words, ground).into_iter().collect();
    // A summary is made of something else where there is no title.
    let helped = field.id == "summary" && expression.is_title();
    if flaws.is_empty() && must && !helped && !expression.never_empty() {
        let reason = "Jira requires it, and findings may have nothing there";
        let flaw = FieldFlaw::warning(&field.id, &field.name, FlawKind::Required, reason);
        flaws.push(flaw.remedy("say what it is then: {{… | default: \"…\"}}"));
    }
    flaws
}

/// The words that the field does not allow, all in one.
fn refused(field: &CreateField, words: Vec<Fact>, ground: &Ground<'_>) -> Option<FieldFlaw> {
    let wrong: Vec<String> = words
        .into_iter()
        .filter_map(|fact| {
            let word = fact.plain(ground.zone);
            let given = Given {
                fact,
                ..Given::default()
            };
            let problem = value::write(field, given, ground, None).problem;
            problem.map(|_| word)
        })
        .collect();
    if wrong.is_empty() {
        return None;
    }
    let names = field.allowed.iter().map(|choice| choice.name.as_str());
    let reason = format!("{} is not allowed{}", wrong.join(", "), listing(names));
    let flaw = FieldFlaw::error(&field.id, &field.name, FlawKind::NotAllowed, reason);
    Some(flaw.remedy("map the words to values of the field"))
}

/// Why what a variable holds can never be a value of such a field.
fn mismatch(kind: ValueKind, about: About) -> Option<&'static str> {
    use About::{Instant, Line, Lines, Person, Severity, Unknown, Url};
    let fits = match kind {
        ValueKind::Date | ValueKind::DateTime => matches!(about, Instant),
        ValueKind::Number => matches!(about, Severity | Lines),
        ValueKind::User => matches!(about, Person | Line | Lines),
        ValueKind::Url => matches!(about, Url | Line | Lines),
        ValueKind::Sprint | ValueKind::TimeTracking => false,
        ValueKind::Parent | ValueKind::Epic => matches!(about, Line | Lines),
        _ => true,
    };
    if fits || about == Unknown {
        return None;
    }
    Some(match kind {
        ValueKind::Date | ValueKind::DateTime => "no date",
        ValueKind::Number => "no number",
        ValueKind::User => "no person",
        ValueKind::Url => "no http or https address",
        ValueKind::Sprint => "no number of a sprint",
        ValueKind::TimeTracking => "no estimate",
        _ => "no key of an issue",
    })
}
