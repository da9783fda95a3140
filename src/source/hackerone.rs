//! HackerOne: reports of bug-bounty programs, through the API of customers.
//!
//! Must never be in here: anything written to HackerOne.

mod activity;
mod client;
mod document;
mod export;
mod fields;
mod report;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde_json::Value;

pub(super) use client::read_source;

use self::{document::Flaws, report::Ground};
use crate::domain::{Finding, FindingEvent, SourceFlaw};

/// What a document of HackerOne's holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// Reports.
    pub findings: Vec<Finding>,
    /// Activities that came without their report, with its id where it is told.
    pub activities: Vec<(Option<String>, FindingEvent)>,
    /// Address of the next page, as it is written.
    pub next: Option<String>,
    /// Of a list of activities: the last change among them.
    pub until: Option<Timestamp>,
    /// Whether every report came with what happened to it.
    pub with_activities: bool,
    /// What could not be read; the rest was.
    pub flaws: Vec<SourceFlaw>,
}

/// Reads any document with reports or activities in it: a list, one report, the answer to a change, a
/// webhook's payload, an export. `source` is the name in the config; `program` the handle that was
/// asked for, where one was.
#[must_use]
pub fn read(json: &Value, source: &str, program: Option<&str>) -> Document {
    let ground = Ground { source, program };
    let mut document = Document {
        next: document::text(&json["links"]["next"]),
        until: json["meta"]["max_updated_at"].as_str().and_then(document::time),
        with_activities: true,
        ..Document::default()
    };
    let place = program.unwrap_or(source);
    if let Some(rows) = json["findings"].as_array() {
        for row in rows {
            let mut flaws = Flaws {
                place: place.to_owned(),
                all: &mut document.flaws,
            };
            document.findings.extend(export::finding(row, ground, &mut flaws));
        }
        return document;
    }
    let objects = objects(json);
    if objects.is_none() {
        document.flaws.push(SourceFlaw {
            place: place.to_owned(),
            line: None,
            reason: "it holds no `data`".to_owned(),
        });
    }
    for object in objects.unwrap_or_default() {
        take(object, ground, place, &mut document);
    }
    document
}

/// Reports and activities, wherever a document has them.
fn objects(json: &Value) -> Option<Vec<&Value>> {
    match &json["data"] {
        Value::Array(all) => Some(all.iter().collect()),
        // A webhook has both beside each other.
        Value::Object(data) if !data.contains_key("type") => {
            let inner = ["report", "activity"].into_iter().filter_map(|name| data.get(name));
            let found: Vec<&Value> = inner
                .map(|value| {
                    if value["data"].is_object() {
                        &value["data"]
                    } else {
                        value
                    }
                })
                .collect();
            (!found.is_empty()).then_some(found)
        }
        data @ Value::Object(_) => Some(vec![data]),
        // The answer to a new reference has the report as its relation.
        _ => {
            let report = document::related(json, "report");
            report.is_object().then(|| vec![report])
        }
    }
}

fn take(object: &Value, ground: Ground<'_>, place: &str, document: &mut Document) {
    let mut flaws = Flaws {
        place: place.to_owned(),
        all: &mut document.flaws,
    };
    let kind = object["type"].as_str().unwrap_or_default();
    if kind.starts_with("activity") {
        let report =
            document::attribute(object, "report_id").or_else(|| document::id(document::related(object, "report")));
        let event = activity::event(object, None, document.until, &mut flaws);
        document.activities.extend(event.map(|event| (report, event)));
    } else if kind == "report" || object["attributes"]["vulnerability_information"].is_string() {
        document.with_activities &= object["relationships"]["activities"]["data"].is_array();
        document.findings.extend(report::finding(object, ground, &mut flaws));
    } else {
        let what = if kind.is_empty() { "something else" } else { kind };
        flaws.add(format!("{what:?} stands where a report is expected"));
    }
}
