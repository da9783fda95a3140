//! What a rule makes of a finding, before the field decides how it is written.

use serde_json::Value;

use super::{
    facts::{Fact, from_json},
    ground::Ground,
    near::shown,
    template::{self, Expression, Template},
};
use crate::{config::Rule, domain::Finding};

/// What a field is to hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Given {
    /// What it is.
    pub(super) fact: Fact,
    /// As Markdown, where that is more than the fact tells: of templates and typed texts.
    pub(super) markdown: Option<String>,
    /// JSON as Jira takes it, to be sent as it is.
    pub(super) raw: Option<Value>,
    /// One text that may name several, with commas between.
    pub(super) several: bool,
    /// Typed by a person in the config, rather than told by a finding.
    pub(super) typed: bool,
    /// What is worth knowing about it.
    pub(super) notes: Vec<String>,
}

/// A rule, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Recipe<'r> {
    Value(&'r Value),
    Fact(Expression),
    Map {
        from: Expression,
        values: &'r [(String, Value)],
        other: Option<&'r Value>,
    },
    Template(Template),
    Json(Value),
}

/// Reads a rule.
///
/// # Errors
/// What is wrong with its template, its expression or its JSON.
pub(super) fn recipe(rule: &Rule) -> Result<Recipe<'_>, String> {
    let told = |error: template::TemplateError| error.to_string();
    Ok(match rule {
        Rule::Value(value) => Recipe::Value(value),
        Rule::Finding(name) => Recipe::Fact(template::expression(name).map_err(told)?),
        Rule::Map { from, values, other } => Recipe::Map {
            from: template::expression(from).map_err(told)?,
            values,
            other: other.as_ref(),
        },
        Rule::Template(text) => Recipe::Template(template::parse(text).map_err(told)?),
        Rule::Json(text) => Recipe::Json(json(text)?),
    })
}

/// Reads JSON that somebody typed.
///
/// # Errors
/// What is wrong with it, and where.
pub(super) fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| match error.classify() {
        // Its words for the one bound that it has.
        serde_json::error::Category::Syntax if error.to_string().starts_with("recursion limit") => {
            "the JSON nests too deep".to_owned()
        }
        _ => format!("this is no JSON: {error}"),
    })
}

impl Recipe<'_> {
    /// What it makes of `finding`.
    pub(super) fn given(&self, finding: &Finding, ground: &Ground<'_>) -> Given {
        match self {
            Self::Value(value) => typed(value),
            Self::Fact(expression) => Given {
                fact: expression.fact(finding, ground),
                ..Given::default()
            },
            Self::Map { from, values, other } => mapped(from.fact(finding, ground), values, *other, ground),
            Self::Template(template) => rendered(template.render(finding, ground)),
            Self::Json(value) => Given {
                raw: Some(value.clone()),
                typed: true,
                ..Given::default()
            },
        }
    }
}

/// A value of the config.
pub(super) fn typed(value: &Value) -> Given {
    Given {
        fact: match value {
            // What people type is never an address by its looks alone.
            Value::String(text) => Fact::text(text.as_str()),
            other => from_json(other),
        },
        markdown: value.as_str().map(str::to_owned),
        typed: true,
        ..Given::default()
    }
}

fn rendered(rendered: template::Rendered) -> Given {
    let empty = rendered
        .empty
        .into_iter()
        .map(|text| format!("{{{{{text}}}}} is empty"));
    Given {
        fact: rendered.fact.unwrap_or_else(|| Fact::text(rendered.plain)),
        markdown: Some(rendered.markdown),
        several: true,
        notes: empty.collect(),
        ..Given::default()
    }
}

/// The value for what is looked up; of a list, those of its items.
fn mapped(fact: Fact, values: &[(String, Value)], other: Option<&Value>, ground: &Ground<'_>) -> Given {
    let words: Vec<String> = match fact.items() {
        items if items.is_empty() => vec![String::new()],
        items => items.iter().map(|item| item.plain(ground.zone)).collect(),
    };
    let mut found: Vec<Given> = Vec::new();
    let mut notes = Vec::new();
    for word in words {
        let of = values
            .iter()
            .find(|(from, _)| same(from, &word))
            .map(|(_, value)| value);
        match of.or(other) {
            Some(value) => {
                let given = typed(value);
                if !found.contains(&given) {
                    found.push(given);
                }
            }
            None if word.is_empty() => notes.push("there is nothing to look up, and no other value".to_owned()),
            None => notes.push(format!("the table has no value for {}", shown(&word))),
        }
    }
    match found.len() {
        0 => Given {
            notes,
            ..Given::default()
        },
        1 => Given {
            notes,
            ..found.swap_remove(0)
        },
        _ => Given {
            fact: Fact::List(found.into_iter().map(|given| given.fact).collect()),
            typed: true,
            notes,
            ..Given::default()
        },
    }
}

/// Words of a table are matched in any case, and `in_progress` is `in-progress`.
pub(super) fn same(from: &str, word: &str) -> bool {
    let folded = |text: &str| text.trim().to_lowercase().replace(['_', ' '], "-");
    folded(from) == folded(word)
}
