//! Lists that no site decides: kinds, severities, ways, and what a finding tells.
//!
//! Must never be in here: what a choice leads to (`choose`).

use super::editor::Editor;
use super::pick::{PickRow, RuleKind, What, conflict_word};
use super::typed;
use crate::config::{Conflict, Create};
use crate::domain::{Finding, FindingKind, Severity};
use crate::mapping::facts;

/// What there is to pick.
pub(super) fn rows(what: &What, editor: &Editor) -> Vec<PickRow> {
    match what {
        What::Kinds => FindingKind::WORDS.iter().map(|word| PickRow::word(word, "")).collect(),
        What::Severity => {
            let words = Severity::ALL.iter().rev();
            let rows = words.map(|severity| PickRow::word(severity.word(), "or worse"));
            rows.chain([PickRow::new("", "any", "")]).collect()
        }
        What::Create => vec![
            PickRow::word(Create::Auto.word(), "an issue for every match"),
            PickRow::word(Create::Ask.word(), "when a person says so"),
            PickRow::word(Create::Browser.word(), "in Jira's own dialog, filled in"),
        ],
        What::Conflict => vec![
            PickRow::new(
                conflict_word(Conflict::Jira),
                "Jira wins",
                "what people changed there stays",
            ),
            PickRow::new(
                conflict_word(Conflict::Finding),
                "the finding wins",
                "changes in Jira are written over",
            ),
        ],
        What::RuleKind(at) => RuleKind::ALL
            .into_iter()
            .map(|kind| {
                let picked = editor.field(at).is_some_and(typed::is_picked);
                let (label, note) = match kind {
                    RuleKind::Value if picked => ("Jira value", "one of the site's own"),
                    RuleKind::Value => ("typed value", "the same for every finding"),
                    RuleKind::Finding => ("finding field", "what the finding has there"),
                    RuleKind::Template => ("template", "text with {{variables}}"),
                    RuleKind::Map => ("value map", "a word of the finding → a value"),
                    RuleKind::Json => ("raw JSON", "as Jira takes it"),
                };
                PickRow::new(kind.key(), label, note)
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Everything that a finding tells, with what the sample has there.
pub(super) fn facts_of(sample: Option<&Finding>, editor: &Editor) -> Vec<PickRow> {
    let zone = editor
        .screen
        .got()
        .map_or(jiff::tz::TimeZone::UTC, |read| read.zone.clone());
    let mut rows: Vec<PickRow> = facts::VARIABLES
        .iter()
        .map(|variable| {
            let told = sample.map(|finding| variable.of(finding).plain(&zone));
            let note = told
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| variable.help.to_owned());
            PickRow::new(variable.name, variable.name, &first_line(&note))
        })
        .collect();
    for (name, value) in sample.into_iter().flat_map(|finding| &finding.fields) {
        let key = format!("fields.{name}");
        rows.push(PickRow::new(key.as_str(), &key, &first_line(&typed::shown(value))));
    }
    rows
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
