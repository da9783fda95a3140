//! From a request to its answer: sign-in, limits, endpoints, and errors in the form of JSON:API.
//!
//! Must never be in here: what a change does to a report.

use axum::http::{StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    Commented, IDENTIFIER, Moved, PREFIX, TOKEN,
    change::{rating, state},
    list,
    model::{Actor, Assignee, Desk},
    refusal::{forbidden, invalid},
    wire,
};
use crate::sandbox::{
    server::message::{Answer, Reply, Request, path_segments},
    site::Site,
};

/// Answers a request below [`PREFIX`].
pub(crate) fn answer(site: &Site, request: &Request) -> Reply {
    respond(site, request)
        .unwrap_or_else(|refusal| refusal)
        .with_custom("x-request-id", &site.next_trace())
}

/// `GET hackerone/reports/{}`: the endpoint as the journal names it.
pub(crate) fn endpoint(request: &Request) -> String {
    let segments = segments(request);
    let general = segments
        .iter()
        .map(|part| if part.parse::<u64>().is_ok() { "{}" } else { part });
    format!("{} hackerone/{}", request.method, general.collect::<Vec<_>>().join("/"))
}

/// An error in HackerOne's form, for faults that know only their status.
pub(crate) fn refusal(status: StatusCode) -> Reply {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = json!({"errors": [{"status": status.as_u16(), "title": title}]});
    Reply::json(status, &body)
}

/// The parts of the path behind the version.
fn segments(request: &Request) -> Vec<String> {
    let path = request.path.strip_prefix(PREFIX).unwrap_or_default();
    let mut parts = path_segments(path);
    if parts.first().is_some_and(|part| part == "v1") {
        parts.remove(0);
    }
    parts
}

fn respond(site: &Site, request: &Request) -> Answer {
    if !request.path.starts_with(&format!("{PREFIX}v1/")) {
        return Err(refusal(StatusCode::NOT_FOUND));
    }
    check_token(request)?;
    let reads = request.method == "GET";
    let pace = if reads {
        &site.hackerone.reads
    } else {
        &site.hackerone.writes
    };
    pace.take(request.at)
        .ok_or_else(|| refusal(StatusCode::TOO_MANY_REQUESTS))?;
    let segments = segments(request);
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let mut desk = site.hackerone.desk();
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["reports"]) => list::reports(&desk, request, &site.origin),
        ("GET", ["reports", id]) => {
            let report = &desk.reports[desk.find(id).ok_or_else(forbidden)?];
            Ok(Reply::ok(&json!({"data": desk.report_json(report, true, request.at)})))
        }
        ("GET", ["incremental", "activities"]) => list::activities(&desk, request),
        ("GET", ["me", "programs"]) => {
            let all: Vec<Value> = (0..desk.programs.len()).map(|which| desk.program_json(which)).collect();
            Ok(Reply::ok(&json!({"data": all, "links": {}})))
        }
        ("POST" | "PUT", ["reports", id, verb]) => {
            let report = desk.find(id).ok_or_else(|| invalid("report_id"))?;
            write(&mut desk, report, verb, request)
        }
        _ => Err(refusal(StatusCode::NOT_FOUND)),
    }
}

fn check_token(request: &Request) -> Result<(), Reply> {
    let sent = request
        .header(&header::AUTHORIZATION)
        .and_then(|value| value.split_once(' '));
    let decoded = sent
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
        .and_then(|(_, value)| STANDARD.decode(value.trim()).ok());
    if decoded.as_deref() == Some(format!("{IDENTIFIER}:{TOKEN}").as_bytes()) {
        Ok(())
    } else {
        Err(refusal(StatusCode::UNAUTHORIZED))
    }
}

/// `data.attributes` of a body whose `data.type` is as it must be.
fn attributes(request: &Request, kind: &str) -> Result<Value, Reply> {
    let body: Value = serde_json::from_slice(&request.body).map_err(|_| invalid("data"))?;
    let data = &body["data"];
    if data["type"] != kind {
        return Err(invalid("type"));
    }
    Ok(data["attributes"].clone())
}

fn write(desk: &mut Desk, report: usize, verb: &str, request: &Request) -> Answer {
    let (now, me) = (request.at, Actor::Person(desk.me()));
    match (request.method.as_str(), verb) {
        ("POST", "activities") => {
            let sent = attributes(request, "activity-comment")?;
            let message = sent["message"].as_str().filter(|text| !text.trim().is_empty());
            let said = Commented {
                message: message.ok_or_else(|| invalid("message"))?.to_owned(),
                internal: sent["internal"].as_bool().unwrap_or(false),
                actor: me,
            };
            let at = desk.comment(report, &said, now);
            let report = &desk.reports[report];
            let body = json!({"data": desk.activity_json(report, &report.activities[at], now)});
            Ok(Reply::json(StatusCode::CREATED, &body))
        }
        ("POST", "state_changes") => {
            let sent = attributes(request, "state-change")?;
            let state = sent["state"].as_str().and_then(state).ok_or_else(|| invalid("state"))?;
            let message = sent["message"].as_str().unwrap_or_default().to_owned();
            let needs_words = ["needs-more-info", "informative", "duplicate"].contains(&state);
            if needs_words && message.trim().is_empty() {
                return Err(invalid("message"));
            }
            let step = Moved {
                state,
                message,
                actor: me,
            };
            desk.step(report, &step, now);
            let body = json!({"data": desk.report_json(&desk.reports[report], true, now)});
            Ok(Reply::json(StatusCode::CREATED, &body))
        }
        ("POST", "issue_tracker_reference_id") => {
            let sent = attributes(request, "issue-tracker-reference-id")?;
            let reference = sent["reference"].as_str().ok_or_else(|| invalid("reference"))?;
            desk.refer(report, reference, now);
            let whole = desk.report_json(&desk.reports[report], true, now);
            Ok(Reply::ok(&json!({"relationships": {"report": {"data": whole}}})))
        }
        ("POST", "severities") => {
            let sent = attributes(request, "severity")?;
            let rating = sent["rating"]
                .as_str()
                .and_then(rating)
                .ok_or_else(|| invalid("rating"))?;
            desk.rate(report, rating, me, now);
            let rated = desk.reports[report].severity.as_ref().map(wire::severity);
            Ok(Reply::ok(&json!({"data": rated})))
        }
        ("PUT", "assignee") => assign(desk, report, request),
        _ => Err(refusal(StatusCode::NOT_FOUND)),
    }
}

fn assign(desk: &mut Desk, report: usize, request: &Request) -> Answer {
    let body: Value = serde_json::from_slice(&request.body).map_err(|_| invalid("data"))?;
    let id = body["data"]["id"].as_u64().map(|id| id.to_string());
    let id = id
        .or_else(|| body["data"]["id"].as_str().map(str::to_owned))
        .unwrap_or_default();
    let to = match body["data"]["type"].as_str() {
        Some("user") => desk
            .people
            .iter()
            .position(|person| person.id.to_string() == id)
            .map(Assignee::Person),
        Some("group") => desk
            .groups
            .iter()
            .position(|group| group.id.to_string() == id)
            .map(Assignee::Group),
        Some("nobody") => Some(Assignee::Nobody),
        _ => return Err(invalid("type")),
    };
    let me = Actor::Person(desk.me());
    desk.assign(report, to.ok_or_else(|| invalid("id"))?, me, request.at);
    let whole = desk.report_json(&desk.reports[report], true, request.at);
    Ok(Reply::ok(&json!({"data": whole})))
}
