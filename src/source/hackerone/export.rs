//! Reports as HackerOne exports them: flat, every value a text, `state` only open or closed.
//!
//! Must never be in here: shapes of the API.

use serde_json::{Value, json};

use super::{
    document::{self, Flaws, text},
    fields,
    report::{self, Ground},
};
use crate::domain::{Finding, FindingEvent, FindingEventKind, Responsible};

/// Columns that stand elsewhere in a finding.
const ELSEWHERE: [&str; 5] = ["id", "title", "state", "substate", "assigned"];
/// Columns that tell when something happened.
const TIMES: [&str; 5] = [
    "reported_at",
    "first_response_at",
    "triaged_at",
    "closed_at",
    "awarded_at",
];

/// Reads one line of an export.
pub(super) fn finding(row: &Value, ground: Ground<'_>, flaws: &mut Flaws<'_>) -> Option<Finding> {
    let Some(id) = document::id(row).filter(|id| id.len() <= 512) else {
        flaws.add("a report has no id");
        return None;
    };
    flaws.place = format!("report {id}");
    let title = text(&row["title"]).unwrap_or_else(|| {
        flaws.add("it has no title");
        String::new()
    });
    let mut finding = report::new(ground, &id, &title);
    report::stand(&mut finding, &row["substate"], &row["state"], flaws);
    finding.severity = report::rated(&row["severity_rating"], &row["severity_score"], flaws);
    finding.reporter = text(&row["reporter"]);
    finding.assignee = text(&row["assigned"]).map(|assigned| assignee(&assigned));
    finding.origin = ground.program.unwrap_or_default().to_owned();
    finding.keys = report::references(row);
    finding.created = flaws.time(row, "reported_at");
    finding.updated = TIMES.iter().filter_map(|&name| flaws.time(row, name)).max();
    finding.events.extend(finding.created.map(|at| FindingEvent {
        id: "created".to_owned(),
        kind: FindingEventKind::Created,
        native: "report".to_owned(),
        actor: finding.reporter.clone(),
        at,
        text: String::new(),
        internal: false,
    }));
    for (name, value) in row.as_object().into_iter().flatten() {
        if ELSEWHERE.contains(&name.as_str()) {
            continue;
        }
        // Lists are written with commas.
        let list = name.ends_with("_ids").then(|| text(value)).flatten();
        match list {
            Some(list) => {
                let all: Vec<&str> = list.split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
                fields::put(&mut finding.fields, name, &json!(all));
            }
            None => fields::put(&mut finding.fields, name, value),
        }
    }
    Some(finding)
}

/// `Group Standard`, `User Jane`, or only a name.
fn assignee(assigned: &str) -> Responsible {
    let (name, group) = match assigned.split_once(' ') {
        Some(("Group", name)) => (name, true),
        Some(("User", name)) => (name, false),
        _ => (assigned, false),
    };
    Responsible {
        name: document::name(name),
        email: None,
        group,
    }
}
