//! The rules that a new mapping starts with.

use serde_json::{Value, json};

use crate::{
    config::Rule,
    domain::{Choice, CreateField, CreateScreen, Severity, ValueKind},
};

const SUMMARY: &str = "{{title | one_line | default: \"Untitled finding\" | truncate: 250}}";
const DESCRIPTION: &str = "{{body}}\n\nSeverity: {{severity}}, from {{source}}\n\n{{url}}";

/// Sensible rules for a create screen: summary, description, priority by severity, a label. Fields
/// that need a decision of a person have none.
#[must_use]
pub fn defaults(screen: &CreateScreen) -> Vec<(String, Rule)> {
    let rule = |field: &CreateField| -> Option<Rule> {
        Some(match (field.id.as_str(), field.kind) {
            ("summary", _) => Rule::Template(SUMMARY.to_owned()),
            ("description", _) => Rule::Template(DESCRIPTION.to_owned()),
            (_, ValueKind::Priority) => by_severity(&field.allowed)?,
            (_, ValueKind::Option) if field.name.to_lowercase().contains("severity") && !field.multiple => {
                by_severity(&field.allowed)?
            }
            ("labels", ValueKind::Labels) => Rule::Value(json!(["crosstie"])),
            _ => return None,
        })
    };
    let rules = screen.fields.iter();
    rules
        .filter_map(|field| Some((field.id.clone(), rule(field)?)))
        .collect()
}

/// Words of priorities for each severity, worst first; the likeliest goes first.
const LADDER: [(Severity, &[&str]); 6] = [
    (
        Severity::Critical,
        &["critical", "highest", "blocker", "urgent", "very high", "p0"],
    ),
    (Severity::High, &["high", "major", "important"]),
    (Severity::Medium, &["medium", "normal", "moderate", "average"]),
    (Severity::Low, &["low", "minor"]),
    (
        Severity::Info,
        &["info", "informational", "lowest", "trivial", "very low"],
    ),
    (Severity::None, &["none", "lowest", "trivial", "very low"]),
];

/// Each severity with the site's own word for it, or with the one at its place in the site's order.
fn by_severity(allowed: &[Choice]) -> Option<Rule> {
    if allowed.is_empty() {
        return None;
    }
    let named = |words: &[&str]| {
        words.iter().find_map(|word| {
            allowed
                .iter()
                .position(|choice| choice.name.trim().to_lowercase() == *word)
        })
    };
    let places: Vec<Option<usize>> = LADDER.iter().map(|(_, words)| named(words)).collect();
    let rising = match (places.iter().flatten().next(), places.iter().flatten().next_back()) {
        (Some(worst), Some(least)) => worst > least,
        _ => false,
    };
    let last = allowed.len() - 1;
    let mut values = Vec::new();
    let mut before = 0;
    for (index, (severity, _)) in LADDER.iter().enumerate() {
        // Worst first, whichever way round the site lists them.
        let turned = |place: usize| if rising { last - place } else { place };
        let place = match places[index] {
            Some(place) => turned(place),
            None => (index.min(4) * last).div_ceil(4).max(before),
        };
        before = before.max(place);
        let choice = &allowed[turned(place)];
        values.push((severity.word().to_owned(), Value::String(choice.name.clone())));
    }
    Some(Rule::Map {
        from: "severity".to_owned(),
        values,
        other: None,
    })
}
