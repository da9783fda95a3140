//! Reads the rules of fields.
//!
//! Must never be in here: which fields there are, and whether a template can be rendered.

use toml::de::DeValue;

use super::Rule;
use crate::config::{
    flaw::Flaw,
    reader::{Located, Reader, Section},
};

/// The ways to fill a field; a rule has one of them.
const WAYS: [&str; 5] = ["value", "finding", "map", "template", "json"];

/// The rules of a table of fields, in file order; `None` after a mistake.
pub(super) fn fields<'t>(reader: &mut Reader<'t>, section: &Section<'t>, key: &str) -> Option<Vec<(String, Rule)>> {
    if section.entry(key).is_none() {
        return Some(Vec::new());
    }
    let section = reader.section(section, key)?;
    let mut rules = Vec::new();
    let mut flawed = false;
    for (field, entry) in members(&section) {
        match rule(reader, &section, &field, &entry) {
            Some(rule) => rules.push((field, rule)),
            None => flawed = true,
        }
    }
    (!flawed).then_some(rules)
}

fn rule<'t>(
    reader: &mut Reader<'t>,
    section: &Section<'t>,
    field: &str,
    entry: &Located<&'t DeValue<'t>>,
) -> Option<Rule> {
    if !entry.value.is_table() {
        reader.complain(entry, Flaw::NoRule);
        return None;
    }
    let rule = reader.section(section, field)?;
    let given: Vec<&str> = WAYS.into_iter().filter(|way| rule.entry(way).is_some()).collect();
    let known: &[&str] = if given.contains(&"map") {
        &["map", "values", "other"]
    } else {
        &WAYS
    };
    reader.known_keys(&rule, known);
    match given.as_slice() {
        ["value"] => rule.entry("value").map(|value| Rule::Value(json(value.value))),
        ["finding"] => reader
            .text(&rule, "finding")
            .map(|text| Rule::Finding(text.value.to_owned())),
        ["template"] => reader
            .any_text(&rule, "template")
            .map(|text| Rule::Template(text.value.to_owned())),
        ["map"] => map(reader, &rule),
        ["json"] => raw(reader, &rule),
        [] => {
            reader.missing(&rule, &WAYS, "template = \"{{title}}\"");
            None
        }
        _ => {
            let ways = given.iter().map(|&way| way.to_owned()).collect();
            reader.complain(&rule, Flaw::TwoRules { ways });
            None
        }
    }
}

fn map<'t>(reader: &mut Reader<'t>, rule: &Section<'t>) -> Option<Rule> {
    let from = reader.text(rule, "map")?.value.to_owned();
    let values = match rule.entry("values") {
        None => Vec::new(),
        Some(_) => {
            let values = reader.section(rule, "values")?;
            members(&values)
                .into_iter()
                .map(|(word, value)| (word, json(value.value)))
                .collect()
        }
    };
    let other = rule.entry("other").map(|value| json(value.value));
    if values.is_empty() && other.is_none() {
        reader.missing(rule, &["values"], "values = { critical = \"Highest\" }");
        return None;
    }
    Some(Rule::Map { from, values, other })
}

fn raw<'t>(reader: &mut Reader<'t>, rule: &Section<'t>) -> Option<Rule> {
    let text = reader.text(rule, "json")?;
    match serde_json::from_str::<serde::de::IgnoredAny>(text.value) {
        Ok(_) => Some(Rule::Json(text.value.to_owned())),
        Err(error) => {
            let reason = error.to_string();
            reader.complain(&text, Flaw::BadJson { reason });
            None
        }
    }
}

/// A value of the file as JSON has it.
fn json(value: &DeValue<'_>) -> serde_json::Value {
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            i64::from_str_radix(&digits, number.radix()).map_or_else(|_| digits.clone().into(), Into::into)
        }
        DeValue::Float(number) => {
            let digits = number.as_str().replace('_', "");
            digits.parse::<f64>().map_or_else(|_| digits.clone().into(), Into::into)
        }
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Datetime(time) => time.to_string().into(),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect(),
        DeValue::Table(table) => {
            let members = table
                .iter()
                .map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref())));
            serde_json::Value::Object(members.collect())
        }
    }
}

/// The members of a table in file order.
fn members<'t>(section: &Section<'t>) -> Vec<(String, Located<&'t DeValue<'t>>)> {
    let mut keys: Vec<(usize, &str)> = section
        .value
        .keys()
        .map(|key| (key.span().start, key.get_ref().as_ref()))
        .collect();
    keys.sort_unstable();
    keys.into_iter()
        .filter_map(|(_, key)| Some((key.to_owned(), section.entry(key)?)))
        .collect()
}
