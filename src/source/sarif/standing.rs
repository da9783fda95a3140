//! How bad a result is, and where it stands.

use serde_json::{Map, Value};

use super::model::{Found, Rule, Suppression};
use crate::domain::{FindingState, Resolution, Severity};

/// State, the word for it, and why it is closed.
pub(super) type Standing = (FindingState, String, Option<Resolution>);

/// Kinds of results that tell of no problem.
pub(super) fn is_no_problem(found: &Found) -> bool {
    matches!(found.kind.text(), Some("pass" | "notApplicable"))
}

/// `error`, `warning`, `note` or `none`.
pub(super) fn level<'a>(found: &'a Found, rule: Option<&'a Rule>) -> &'a str {
    let usual = || rule?.default_configuration.get()?.level.text();
    match (found.level.text(), found.kind.text()) {
        (Some(level), _) => level,
        // Results that are no failures have no level.
        (None, Some(kind)) if kind != "fail" => "none",
        (None, _) => usual().unwrap_or("warning"),
    }
}

/// The score that code scanning at GitHub goes by, of the result or of its rule.
pub(super) fn score(found: &Found, rule: Option<&Rule>) -> Option<f64> {
    let of = |properties: Option<&Map<String, Value>>| {
        let score = properties?.get("security-severity")?;
        let score = score.as_f64().or_else(|| score.as_str()?.trim().parse().ok())?;
        (0.0..=10.0).contains(&score).then_some(score)
    };
    of(found.properties.get()).or_else(|| of(rule?.properties.get()))
}

pub(super) fn severity(found: &Found, rule: Option<&Rule>) -> Severity {
    if let Some(score) = score(found, rule) {
        return match score {
            9.0.. => Severity::Critical,
            7.0.. => Severity::High,
            4.0.. => Severity::Medium,
            _ if score > 0.0 => Severity::Low,
            _ => Severity::None,
        };
    }
    match level(found, rule) {
        "error" => Severity::High,
        "note" => Severity::Low,
        "none" if found.kind.text().is_some_and(|kind| kind != "fail") => Severity::Info,
        "none" => Severity::None,
        _ => Severity::Medium,
    }
}

pub(super) fn standing(found: &Found) -> Standing {
    if found.baseline_state.text() == Some("absent") {
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
