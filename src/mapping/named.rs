//! People whom a mapping names itself, and who have to be found on the site before their accounts are known.
//!
//! Must never be in here: looking for them.

use serde_json::Value;

use super::value::is_account;
use crate::{
    config::{MappingConfig, Rule},
    domain::{CreateScreen, Deployment, Responsible, ValueKind},
};

/// Somebody whom a rule names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPerson {
    /// By the name or address that was typed.
    pub who: Responsible,
    /// The field holds those only who can be assigned.
    pub assigned: bool,
}

/// Everybody whom the rules for people name in words that are no account.
#[must_use]
pub fn people_named(mapping: &MappingConfig, screen: &CreateScreen, deployment: Deployment) -> Vec<NamedPerson> {
    let mut named: Vec<NamedPerson> = Vec::new();
    for (name, rule) in &mapping.fields {
        let Some(field) = screen.field(name).filter(|field| field.kind == ValueKind::User) else {
            continue;
        };
        for text in texts(rule) {
            let text = text.trim();
            if text.is_empty() || is_account(text, deployment) || named.iter().any(|known| known.who.name == text) {
                continue;
            }
            named.push(NamedPerson {
                who: Responsible {
                    name: text.to_owned(),
                    email: text.contains('@').then(|| text.to_owned()),
                    group: false,
                },
                assigned: field.id == "assignee",
            });
        }
    }
    named
}

/// The texts that a rule writes.
fn texts(rule: &Rule) -> Vec<&str> {
    let values: Vec<&Value> = match rule {
        Rule::Value(value) => vec![value],
        Rule::Map { values, other, .. } => values.iter().map(|(_, value)| value).chain(other).collect(),
        Rule::Finding(_) | Rule::Template(_) | Rule::Json(_) => Vec::new(),
    };
    let flat = values.into_iter().flat_map(|value| match value {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    });
    flat.filter_map(Value::as_str).collect()
}
