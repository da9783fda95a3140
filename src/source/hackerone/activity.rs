//! What happened to a report, activity by activity.
//!
//! Must never be in here: an activity dropped because its type is not known.

use jiff::Timestamp;
use serde_json::Value;

use super::document::{self, Flaws, attribute, related, text};
use crate::domain::{FindingEvent, FindingEventKind as Kind};

/// Types whose meaning is known, without `activity-`. All others are [`Kind::Other`].
const KINDS: [(&str, Kind); 40] = [
    ("agreed-on-going-public", Kind::Disclosure),
    ("bounty-awarded", Kind::Reward),
    ("bounty-suggested", Kind::Reward),
    ("bug-duplicate", Kind::State),
    ("bug-filed", Kind::State),
    ("bug-inactive", Kind::State),
    ("bug-informative", Kind::State),
    ("bug-needs-more-info", Kind::State),
    ("bug-new", Kind::State),
    ("bug-not-applicable", Kind::State),
    ("bug-pending-program-review", Kind::State),
    ("bug-reopened", Kind::State),
    ("bug-resolved", Kind::State),
    ("bug-retesting", Kind::State),
    ("bug-spam", Kind::State),
    ("bug-triaged", Kind::State),
    ("cancelled-disclosure-request", Kind::Disclosure),
    ("changed-scope", Kind::Text),
    ("comment", Kind::Comment),
    ("comments-closed", Kind::Other),
    ("cve-id-added", Kind::Text),
    ("group-assigned-to-bug", Kind::Assignee),
    ("hacker-requested-mediation", Kind::Comment),
    ("manually-disclosed", Kind::Disclosure),
    ("mediation-requested", Kind::Comment),
    ("nobody-assigned-to-bug", Kind::Assignee),
    ("not-eligible-for-bounty", Kind::Reward),
    ("reference-id-added", Kind::Reference),
    ("report-became-public", Kind::Disclosure),
    ("report-severity-updated", Kind::Severity),
    ("report-title-updated", Kind::Text),
    ("report-vulnerability-information-updated", Kind::Text),
    ("report-vulnerability-types-updated", Kind::Text),
    ("swag-awarded", Kind::Reward),
    ("team-published", Kind::Disclosure),
    ("user-assigned-to-bug", Kind::Assignee),
    ("user-completed-retest", Kind::State),
    ("user-left-retest", Kind::State),
    ("vote-comment", Kind::Comment),
    ("weakness-updated", Kind::Text),
];

/// The kind of a type: `activity-bug-triaged`.
pub(super) fn kind(native: &str) -> Kind {
    let name = native.strip_prefix("activity-").unwrap_or(native);
    let known = KINDS.iter().find(|(known, _)| *known == name);
    known.map_or(Kind::Other, |(_, kind)| *kind)
}

/// One activity; `currency` is what the report's rewards are paid in, `or_at` a time for one that
/// tells none.
pub(super) fn event(
    activity: &Value,
    currency: Option<&str>,
    or_at: Option<Timestamp>,
    flaws: &mut Flaws<'_>,
) -> Option<FindingEvent> {
    let Some(id) = document::id(activity) else {
        flaws.add("an activity has no id");
        return None;
    };
    let native = text(&activity["type"]).unwrap_or_else(|| "activity".to_owned());
    let attributes = &activity["attributes"];
    let told = flaws.time(attributes, "created_at");
    let Some(at) = told.or_else(|| flaws.time(attributes, "updated_at")).or(or_at) else {
        flaws.add(format!("its activity {id} has no time"));
        return None;
    };
    Some(FindingEvent {
        kind: kind(&native),
        actor: actor(activity),
        at,
        text: words(activity, &native, currency),
        // Who may see it is not guessed in favour of more people.
        internal: attributes["internal"].as_bool().unwrap_or(true),
        id,
        native,
    })
}

/// Who did it: a person, or the program itself.
fn actor(activity: &Value) -> Option<String> {
    person(related(activity, "actor"))
}

/// A person, group or program as people know it.
pub(super) fn person(who: &Value) -> Option<String> {
    let named = ["name", "username", "handle"]
        .iter()
        .find_map(|name| attribute(who, name));
    named.map(|text| document::name(&text))
}

/// What changed, and below it what was written about that.
fn words(activity: &Value, native: &str, currency: Option<&str>) -> String {
    let message = activity["attributes"]["message"].as_str().unwrap_or_default().trim();
    match (changed(activity, native, currency), message) {
        (None, message) => message.to_owned(),
        (Some(changed), "") => changed,
        (Some(changed), message) => format!("{changed}\n\n{message}"),
    }
}

fn changed(activity: &Value, native: &str, currency: Option<&str>) -> Option<String> {
    let told = |name: &str| attribute(activity, name);
    let of = |relation: &str, name: &str| attribute(related(activity, relation), name);
    match native.strip_prefix("activity-").unwrap_or(native) {
        "bounty-awarded" | "bounty-suggested" => amounts(activity, currency),
        "swag-awarded" => Some("swag".to_owned()),
        "user-assigned-to-bug" => Some(format!("assigned to {}", person(related(activity, "assigned_user"))?)),
        "group-assigned-to-bug" => Some(format!("assigned to the group {}", person(related(activity, "group"))?)),
        "nobody-assigned-to-bug" => Some("assigned to nobody".to_owned()),
        "reference-id-added" => match (told("reference"), told("reference_url")) {
            (Some(id), Some(url)) => Some(format!("reference {id} ({url})")),
            (id, url) => Some(format!("reference {}", id.or(url)?)),
        },
        "report-severity-updated" => from_to(
            told("old_severity").or_else(|| of("old_severity", "rating")),
            told("new_severity")
                .or_else(|| of("new_severity", "rating"))
                .or_else(|| of("severity", "rating"))
                .or_else(|| told("rating")),
        ),
        "report-title-updated" => from_to(told("old_title"), told("new_title")),
        "changed-scope" => from_to(of("old_scope", "asset_identifier"), of("new_scope", "asset_identifier")),
        "cve-id-added" => list(&activity["attributes"]["cve_ids"]),
        "bug-duplicate" => Some(format!("duplicate of report {}", told("original_report_id")?)),
        _ => None,
    }
}

fn from_to(from: Option<String>, to: Option<String>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) => Some(format!("{from} → {to}")),
        (None, Some(to)) => Some(format!("→ {to}")),
        (Some(from), None) => Some(format!("{from} →")),
        (None, None) => None,
    }
}

fn list(value: &Value) -> Option<String> {
    let all: Vec<String> = value.as_array()?.iter().filter_map(text).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// `bounty 500 USD, bonus 50 USD`.
fn amounts(activity: &Value, currency: Option<&str>) -> Option<String> {
    let attributes = &activity["attributes"];
    let currency = text(&attributes["currency"]).or(currency.map(str::to_owned));
    let amount = |names: [&str; 2], word: &str| {
        let amount = names.iter().find_map(|&name| text(&attributes[name]))?;
        let nothing = amount.parse::<f64>().is_ok_and(|amount| amount == 0.0);
        let currency = currency
            .as_ref()
            .map_or_else(String::new, |currency| format!(" {currency}"));
        (!nothing).then(|| format!("{word} {amount}{currency}"))
    };
    let found: Vec<String> = [
        amount(["bounty_amount", "amount"], "bounty"),
        amount(["bonus_amount", "bonus"], "bonus"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!found.is_empty()).then(|| found.join(", "))
}
