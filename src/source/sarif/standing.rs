//! How bad a result is, and where it stands.

use serde_json::Value;

use super::model::{Found, Rule, Suppression};
use crate::domain::{FindingState, Resolution, Severity};

/// State, the word for it, and why it is closed.
pub(super) type Standing = (FindingState, String, Option<Resolution>);

/// Kinds of results that tell of no problem.
pub(super) fn is_no_problem(found: &Found) -> bool {
    matches!(found.kind.text(), Some("pass" | "notApplicable"))
}

/// `error`, `warning`, `note` or `none`; `usual` is what is set for the rule.
pub(super) fn level<'a>(found: &'a Found, usual: Option<&'a str>) -> &'a str {
    match (found.level.text(), found.kind.text()) {
        (Some(level), _) => level,
        // Results that are no failures have no level.
        (None, Some(kind)) if kind != "fail" => "none",
        (None, _) => usual.unwrap_or("warning"),
    }
}

/// Where tools write a score of CVSS for want of a property that SARIF knows, the best first.
const SCORES: [&str; 3] = ["cvssv3_baseScore", "cvss3BaseScore", "cvssv2_score"];

/// A property of the result or of its rule.
fn property<'a, T>(
    found: &'a Found,
    rule: Option<&'a Rule>,
    name: &str,
    read: impl Fn(&'a Value) -> Option<T>,
) -> Option<T> {
    let bags = [found.properties.get(), rule.and_then(|rule| rule.properties.get())];
    bags.into_iter().flatten().find_map(|bag| read(bag.get(name)?))
}

/// A score of CVSS, as a number or as its text.
fn score(value: &Value) -> Option<f64> {
    let score = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    (0.0..=10.0).contains(&score).then_some(score)
}

fn word(value: &Value) -> Option<Severity> {
    match value.as_str()?.trim().to_ascii_lowercase().as_str() {
        "moderate" => Some(Severity::Medium),
        "informational" => Some(Severity::Info),
        word => Severity::from_word(word),
    }
}

/// What code scanning at GitHub goes by: a score, or with some tools a word.
pub(super) fn security_severity(found: &Found, rule: Option<&Rule>) -> Option<Value> {
    property(found, rule, "security-severity", |value| match score(value) {
        Some(score) => Some(score.into()),
        None => word(value).map(|_| value.clone()),
    })
}

/// The score or the word that it has from its tool; else what its level stands for.
pub(super) fn severity(found: &Found, rule: Option<&Rule>, level: &str) -> Severity {
    let told = |name: &str| {
        property(found, rule, name, |value| {
            score(value).map(rated).or_else(|| word(value))
        })
    };
    let told = told("security-severity")
        .or_else(|| {
            let scored = |name: &&str| property(found, rule, name, |value| score(value).map(rated));
            SCORES.iter().find_map(scored)
        })
        .or_else(|| property(found, rule, "severity", word));
    told.unwrap_or_else(|| match level {
        "error" => Severity::High,
        "note" => Severity::Low,
        "none" if found.kind.text().is_some_and(|kind| kind != "fail") => Severity::Info,
        "none" => Severity::None,
        _ => Severity::Medium,
    })
}

fn rated(score: f64) -> Severity {
    match score {
        9.0.. => Severity::Critical,
        7.0.. => Severity::High,
        4.0.. => Severity::Medium,
        _ if score > 0.0 => Severity::Low,
        _ => Severity::None,
    }
}

/// Whether a scan says that it did not find this any more.
pub(super) fn is_absent(found: &Found) -> bool {
    found.baseline_state.text() == Some("absent")
}

pub(super) fn standing(found: &Found) -> Standing {
    if is_absent(found) {
        return (FindingState::Closed, "absent".to_owned(), Some(Resolution::Fixed));
    }
    let suppressions = found.suppressions.all();
    let states: Vec<&str> = suppressions
        .iter()
        .map(|one| one.state.text().unwrap_or("accepted"))
        .collect();
    if let Some(suppression) = suppressions.first() {
        // One that is not accepted leaves the result as it is.
        if states.iter().all(|state| *state == "accepted") {
            let why = suppressions
                .iter()
                .find_map(justified)
                .unwrap_or_else(|| usual_reason(suppression));
            return (FindingState::Closed, "suppressed".to_owned(), Some(why));
        }
        if states.contains(&"underReview") {
            return (FindingState::Open, "suppression under review".to_owned(), None);
        }
    }
    (FindingState::Open, found.kind.text().unwrap_or("fail").to_owned(), None)
}

/// Who writes it into the source lives with it for good; who keeps a list accepts the risk.
fn usual_reason(suppression: &Suppression) -> Resolution {
    match suppression.kind.text() {
        Some("inSource") => Resolution::WontFix,
        _ => Resolution::RiskAccepted,
    }
}

fn justified(suppression: &Suppression) -> Option<Resolution> {
    let words = suppression
        .justification
        .text()?
        .to_ascii_lowercase()
        .replace(['-', '_', '\'', '’'], " ");
    let says = |known: &[&str]| known.iter().any(|known| words.contains(known));
    if says(&[
        "false positive",
        "falsepositive",
        "not a bug",
        "not vulnerable",
        "not affected",
    ]) {
        Some(Resolution::FalsePositive)
    } else if says(&["duplicate"]) {
        Some(Resolution::Duplicate)
    } else if says(&[
        "won t fix",
        "wont fix",
        "wontfix",
        "will not fix",
        "by design",
        "used in tests",
        "test code",
    ]) {
        Some(Resolution::WontFix)
    } else if says(&["risk", "accept", "tolerat"]) {
        Some(Resolution::RiskAccepted)
    } else {
        None
    }
}
