//! One report as a finding.
//!
//! Must never be in here: the addresses and telephone numbers that rewards are sent to.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    activity::{self, person},
    document::{self, Flaws, all_related, attribute, related, text},
    fields,
};
use crate::{
    domain::{
        Finding, FindingEvent, FindingEventKind, FindingFile, FindingId, FindingKind, FindingState, Resolution,
        Responsible, Severity,
    },
    source::keys,
};

/// Attributes that tell when something last happened, where `last_activity_at` does not.
const TIMES: [&str; 7] = [
    "created_at",
    "submitted_at",
    "triaged_at",
    "closed_at",
    "bounty_awarded_at",
    "swag_awarded_at",
    "disclosed_at",
];

/// Which source is read, and for which program it was asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'g> {
    pub(super) source: &'g str,
    pub(super) program: Option<&'g str>,
}

/// Reads a report; without an id or attributes there is none.
pub(super) fn finding(report: &Value, ground: Ground<'_>, flaws: &mut Flaws<'_>) -> Option<Finding> {
    let Some(id) = document::id(report).filter(|id| id.len() <= 512) else {
        flaws.add("a report has no id");
        return None;
    };
    flaws.place = format!("report {id}");
    let attributes = &report["attributes"];
    if !attributes.is_object() {
        flaws.add("it has no attributes");
        return None;
    }
    let title = text(&attributes["title"]).unwrap_or_else(|| {
        flaws.add("it has no title");
        String::new()
    });
    let mut finding = new(ground, &id, &title);
    finding.body = body(attributes);
    stand(&mut finding, &attributes["state"], &attributes["main_state"], flaws);
    finding.severity = severity(report, flaws);
    people(&mut finding, report);
    let handle = attribute(related(report, "program"), "handle");
    finding.origin = ground.program.map(str::to_owned).or(handle).unwrap_or_default();
    finding.fields = fields::of_report(report);
    finding.tag = fields::tag(report);
    finding.keys = references(attributes);
    finding.created = flaws.time(attributes, "created_at");
    finding.updated = updated(attributes, flaws);
    finding.events = events(report, &finding, flaws);
    finding.files = files(report);
    Some(finding)
}

/// A report of which only the id is known.
pub(super) fn new(ground: Ground<'_>, id: &str, title: &str) -> Finding {
    let finding_id = FindingId {
        source: ground.source.to_owned(),
        external: id.to_owned(),
    };
    let mut finding = Finding::new(finding_id, FindingKind::Report, document::name(title));
    finding.url = Some(format!("https://hackerone.com/reports/{id}"));
    finding
}

/// The report's text, and the impact and steps where they are not in it already.
fn body(attributes: &Value) -> String {
    let mut body = text(&attributes["vulnerability_information"]).unwrap_or_default();
    for (name, heading) in [("impact", "Impact"), ("steps_to_reproduce", "Steps To Reproduce")] {
        let Some(part) = text(&attributes[name]) else { continue };
        if body.contains(part.trim()) {
            continue;
        }
        if !body.is_empty() {
            body.push_str("\n\n");
        }
        body.push_str(&format!("## {heading}\n\n{part}"));
    }
    body
}

/// State and resolution from the report's own state; `main` only says whether it is open.
pub(super) fn stand(finding: &mut Finding, native: &Value, main: &Value, flaws: &mut Flaws<'_>) {
    let native = text(native).unwrap_or_default();
    let closed = main.as_str() == Some("closed");
    let (state, resolution) = match state(&native) {
        Some(known) => known,
        None => {
            let taken = if closed {
                FindingState::Closed
            } else {
                FindingState::Open
            };
            let native = if native.is_empty() { "none" } else { &native };
            flaws.add(format!(
                "its state {native:?} is not known; it is taken as {}",
                taken.word()
            ));
            (taken, None)
        }
    };
    finding.state = state;
    finding.resolution = resolution;
    finding.native_state = native;
}

fn state(native: &str) -> Option<(FindingState, Option<Resolution>)> {
    use FindingState::{Blocked, Closed, FixedPendingVerify, Open, Triaged};
    Some(match native {
        "new" | "pending-program-review" => (Open, None),
        "triaged" => (Triaged, None),
        "needs-more-info" => (Blocked, None),
        "retesting" => (FixedPendingVerify, None),
        "resolved" => (Closed, Some(Resolution::Fixed)),
        "informative" => (Closed, Some(Resolution::WontFix)),
        "not-applicable" | "spam" => (Closed, Some(Resolution::Invalid)),
        "duplicate" => (Closed, Some(Resolution::Duplicate)),
        _ => return None,
    })
}

/// The rating; a report that was only scored is rated as CVSS does.
fn severity(report: &Value, flaws: &mut Flaws<'_>) -> Severity {
    let severity = &related(report, "severity")["attributes"];
    rated(&severity["rating"], &severity["score"], flaws)
}

/// A severity from its word, or from its score where it has none.
pub(super) fn rated(rating: &Value, score: &Value, flaws: &mut Flaws<'_>) -> Severity {
    if let Some(word) = text(rating) {
        return Severity::from_word(&word).unwrap_or_else(|| {
            flaws.add(format!("its severity {word:?} is not known; it is taken as none"));
            Severity::None
        });
    }
    match text(score).and_then(|score| score.parse::<f64>().ok()) {
        Some(score) if score >= 9.0 => Severity::Critical,
        Some(score) if score >= 7.0 => Severity::High,
        Some(score) if score >= 4.0 => Severity::Medium,
        Some(score) if score > 0.0 => Severity::Low,
        _ => Severity::None,
    }
}

fn people(finding: &mut Finding, report: &Value) {
    let reporter = related(report, "reporter");
    finding.reporter = attribute(reporter, "username").or_else(|| person(reporter));
    let assignee = related(report, "assignee");
    finding.assignee = person(assignee).map(|name| Responsible {
        name,
        email: attribute(assignee, "email"),
        group: assignee["type"] == "group",
    });
}

/// Issue keys that the report refers to.
pub(super) fn references(attributes: &Value) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in [
        "issue_tracker_reference_id",
        "issue_tracker_reference_url",
        "reference",
        "reference_url",
    ] {
        let key = text(&attributes[name]).and_then(|text| keys::referred_to(&text));
        found.extend(key.filter(|key| !found.contains(key)));
    }
    found
}

fn updated(attributes: &Value, flaws: &mut Flaws<'_>) -> Option<Timestamp> {
    let told = flaws.time(attributes, "last_activity_at");
    let latest = || {
        let known = TIMES.iter().filter_map(|&name| attributes[name].as_str());
        known.filter_map(document::time).max()
    };
    told.or_else(latest)
}

/// All that happened, oldest first, each by an id of its own.
fn events(report: &Value, finding: &Finding, flaws: &mut Flaws<'_>) -> Vec<FindingEvent> {
    let currency = all_related(report, "bounties")
        .iter()
        .find_map(|bounty| attribute(bounty, "awarded_currency"));
    let mut events: Vec<FindingEvent> = finding
        .created
        .map(|at| FindingEvent {
            id: "created".to_owned(),
            kind: FindingEventKind::Created,
            native: "report".to_owned(),
            actor: finding.reporter.clone(),
            at,
            text: String::new(),
            internal: false,
        })
        .into_iter()
        .collect();
    let activities = all_related(report, "activities").iter();
    events.extend(
        activities.filter_map(|activity| activity::event(activity, currency.as_deref(), finding.updated, flaws)),
    );
    events.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| by_number(&a.id, &b.id)));
    distinct(events)
}

/// Ids are numbers; of two activities at one instant the later one has the larger.
fn by_number(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// An activity told twice is one; two that share an id are told apart by their order.
fn distinct(events: Vec<FindingEvent>) -> Vec<FindingEvent> {
    let mut kept: Vec<FindingEvent> = Vec::with_capacity(events.len());
    let mut seen: std::collections::HashMap<String, Vec<FindingEvent>> = std::collections::HashMap::new();
    for mut event in events {
        let same = seen.entry(event.id.clone()).or_default();
        if same.contains(&event) {
            continue;
        }
        same.push(event.clone());
        if same.len() > 1 {
            event.id = format!("{}#{}", event.id, same.len());
        }
        kept.push(event);
    }
    kept
}

/// Files of the report and of what was written about it.
fn files(report: &Value) -> Vec<FindingFile> {
    let activities = all_related(report, "activities").iter();
    let of_activities = activities.flat_map(|activity| all_related(activity, "attachments"));
    let mut files: Vec<FindingFile> = Vec::new();
    for attachment in all_related(report, "attachments").iter().chain(of_activities) {
        let Some(id) = document::id(attachment) else { continue };
        if files.iter().any(|known| known.id == id) {
            continue;
        }
        files.push(FindingFile {
            name: attribute(attachment, "file_name").unwrap_or_else(|| format!("attachment-{id}")),
            mime: attribute(attachment, "content_type"),
            size: attachment["attributes"]["file_size"].as_u64(),
            url: attribute(attachment, "expiring_url"),
            id,
        });
    }
    files
}
