//! What else a report tells, by HackerOne's own names, one level deep so that mappings can name it.
//!
//! Must never be in here: texts that have their own place, pictures, and where rewards are sent to.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::document::{self, all_related, attribute, related, text};

type Fields = BTreeMap<String, Value>;

/// Attributes that stand elsewhere in a finding.
const ELSEWHERE: [&str; 5] = [
    "title",
    "state",
    "vulnerability_information",
    "impact",
    "steps_to_reproduce",
];
/// A text that is longer is no field but a text.
const LONGEST: usize = 4_000;
/// Custom fields that name the entity a report is about, as labels of them are written.
const TAG_LABELS: [&str; 4] = ["tag", "entity", "entity tag", "entity_tag"];

/// All fields of a report.
pub(super) fn of_report(report: &Value) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in report["attributes"].as_object().into_iter().flatten() {
        if !ELSEWHERE.contains(&name.as_str()) {
            put(&mut fields, name, value);
        }
    }
    severity(report, &mut fields);
    weakness(report, &mut fields);
    scope(report, &mut fields);
    rewards(report, &mut fields);
    people(report, &mut fields);
    for summary in all_related(report, "summaries") {
        let by = attribute(summary, "category").map_or_else(|| "report".to_owned(), |by| slug(&by));
        put(&mut fields, &format!("summary_{by}"), &summary["attributes"]["content"]);
    }
    for value in all_related(report, "custom_field_values") {
        if let Some((label, value)) = custom(value) {
            put(&mut fields, &format!("custom_{}", slug(&label)), &value);
        }
    }
    fields
}

/// The entity that the report is about: a custom field for it, else a tag of the asset.
pub(super) fn tag(report: &Value) -> Option<String> {
    let customs = all_related(report, "custom_field_values").iter().filter_map(custom);
    let told = customs
        .filter(|(label, _)| TAG_LABELS.contains(&label.trim().to_lowercase().as_str()))
        .find_map(|(_, value)| text(&value));
    told.or_else(|| tag_of_asset(related(report, "structured_scope")))
        .map(|tag| tag.trim().to_owned())
}

fn tag_of_asset(scope: &Value) -> Option<String> {
    let attributes = &scope["attributes"];
    let written = ["asset_tag", "tag"].iter().find_map(|&name| text(&attributes[name]));
    let listed = || {
        let lists = ["asset_tags", "tags"]
            .iter()
            .filter_map(|&name| attributes[name].as_array());
        lists.flatten().find_map(|tag| text(tag).or_else(|| text(&tag["name"])))
    };
    let related = || {
        let asset = related(scope, "asset");
        let tags = all_related(scope, "asset_tags")
            .iter()
            .chain(all_related(asset, "asset_tags"));
        tags.into_iter().find_map(|tag| attribute(tag, "name"))
    };
    written.or_else(listed).or_else(related)
}

/// Nothing, empty texts and what is too long are left out.
pub(super) fn put(fields: &mut Fields, name: &str, value: &Value) {
    let absent = match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty() || text.len() > LONGEST,
        Value::Array(all) => all.is_empty() || value.to_string().len() > LONGEST,
        Value::Object(_) => value.to_string().len() > LONGEST,
        Value::Bool(_) | Value::Number(_) => false,
    };
    if !absent {
        fields.insert(name.to_owned(), value.clone());
    }
}

fn copy(fields: &mut Fields, from: &Value, names: &[(&str, &str)]) {
    for &(theirs, ours) in names {
        put(fields, ours, &from["attributes"][theirs]);
    }
}

fn severity(report: &Value, fields: &mut Fields) {
    let severity = related(report, "severity");
    copy(
        fields,
        severity,
        &[
            ("rating", "severity_rating"),
            ("score", "severity_score"),
            ("calculation_method", "severity_calculation_method"),
            ("author_type", "severity_author_type"),
            ("cvss_vector_string", "cvss_vector_string"),
            ("attack_vector", "attack_vector"),
            ("attack_complexity", "attack_complexity"),
            ("privileges_required", "privileges_required"),
            ("user_interaction", "user_interaction"),
            ("scope", "scope"),
            ("confidentiality", "confidentiality"),
            ("integrity", "integrity"),
            ("availability", "availability"),
        ],
    );
}

/// The weakness with its CWE; older reports have a list of vulnerability types instead.
fn weakness(report: &Value, fields: &mut Fields) {
    let weakness = related(report, "weakness");
    copy(fields, weakness, &[("name", "weakness")]);
    if let Some(id) = attribute(weakness, "external_id") {
        put(fields, "weakness_id", &json!(id.trim().to_uppercase()));
    }
    let types = all_related(report, "vulnerability_types").iter();
    let types: Vec<String> = types.filter_map(|one| attribute(one, "name")).collect();
    if let Some(first) = types.first().filter(|_| !fields.contains_key("weakness")) {
        put(fields, "weakness", &json!(first));
    }
    put(fields, "vulnerability_types", &json!(types));
}

fn scope(report: &Value, fields: &mut Fields) {
    let scope = related(report, "structured_scope");
    copy(
        fields,
        scope,
        &[
            ("asset_identifier", "asset_identifier"),
            ("asset_type", "asset_type"),
            ("reference", "asset_reference"),
            ("instruction", "asset_instruction"),
            ("max_severity", "asset_max_severity"),
            ("eligible_for_bounty", "asset_eligible_for_bounty"),
            ("eligible_for_submission", "asset_eligible_for_submission"),
            ("confidentiality_requirement", "asset_confidentiality_requirement"),
            ("integrity_requirement", "asset_integrity_requirement"),
            ("availability_requirement", "asset_availability_requirement"),
        ],
    );
}

/// What was paid: every bounty, and their sums if they are all in one currency.
fn rewards(report: &Value, fields: &mut Fields) {
    let bounties = all_related(report, "bounties");
    let each: Vec<Value> = bounties.iter().map(|bounty| bounty["attributes"].clone()).collect();
    put(fields, "bounties", &json!(each));
    let currencies: Vec<Option<String>> = bounties.iter().map(|one| attribute(one, "awarded_currency")).collect();
    let one_currency = currencies.windows(2).all(|pair| pair[0] == pair[1]);
    if let (Some(currency), true) = (currencies.first(), one_currency) {
        put(fields, "bounty_amount", &sum(bounties, ["awarded_amount", "amount"]));
        put(
            fields,
            "bonus_amount",
            &sum(bounties, ["awarded_bonus_amount", "bonus_amount"]),
        );
        put(fields, "bounty_currency", &json!(currency));
    }
    let swag = all_related(report, "swag").len();
    if swag > 0 {
        put(fields, "swag", &json!(swag));
    }
}

fn sum(bounties: &[Value], names: [&str; 2]) -> Value {
    let amounts = bounties.iter().filter_map(|bounty| {
        let amount = names.iter().find_map(|name| attribute(bounty, name))?;
        amount.parse::<f64>().ok()
    });
    let sum = (amounts.sum::<f64>() * 100.0).round() / 100.0;
    // Whole amounts are written without a fraction.
    match sum.to_string().parse::<i64>() {
        Ok(whole) => json!(whole),
        Err(_) => json!(sum),
    }
}

fn people(report: &Value, fields: &mut Fields) {
    let program = related(report, "program");
    copy(fields, program, &[("handle", "program")]);
    let reporter = related(report, "reporter");
    copy(
        fields,
        reporter,
        &[
            ("username", "reporter_username"),
            ("name", "reporter_name"),
            ("reputation", "reporter_reputation"),
            ("signal", "reporter_signal"),
        ],
    );
    let inboxes = all_related(report, "inboxes").iter();
    let inboxes: Vec<String> = inboxes.filter_map(|inbox| attribute(inbox, "name")).collect();
    put(fields, "inboxes", &json!(inboxes));
}

/// Label and value of a custom field.
fn custom(value: &Value) -> Option<(String, Value)> {
    let definition = related(value, "custom_field_attribute");
    let label = ["label", "name"].iter().find_map(|name| attribute(definition, name));
    let label = label
        .or_else(|| attribute(value, "label"))
        .or_else(|| document::id(definition))?;
    Some((label, value["attributes"]["value"].clone()))
}

/// `Business Unit (EU)` is `business_unit_eu`.
fn slug(label: &str) -> String {
    let words: Vec<String> = label
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("_")
}
