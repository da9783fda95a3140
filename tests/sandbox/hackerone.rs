//! HackerOne's API for customers: filters, pages, changes, limits, errors.

use std::collections::BTreeSet;

use crosstie::sandbox::{Fault, FaultRule};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Got, Jira, basic, control, got, with_json};

async fn ask(jira: &Jira, method: Method, path: &str, body: Option<&Value>) -> Got {
    let own = jira.sandbox.credentials();
    let address = if path.starts_with("http") {
        path.to_owned()
    } else {
        format!("{}/v1/{path}", jira.sandbox.hackerone_url())
    };
    let request = jira
        .bare(method, &address)
        .header("authorization", basic(&own.hackerone_identifier, &own.hackerone_token));
    got(match body {
        Some(body) => with_json(request, body),
        None => request,
    })
    .await
}

async fn get(jira: &Jira, path: &str) -> Value {
    let got = ask(jira, Method::GET, path, None).await;
    assert_eq!(got.status, 200, "{path}: {}", got.text);
    got.json()
}

/// All pages of a list.
async fn all(jira: &Jira, path: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = get(jira, &path).await;
        found.extend(page["data"].as_array().unwrap().iter().cloned());
        next = page["links"]["next"].as_str().map(str::to_owned);
    }
    found
}

const OWN: &str = "filter%5Bprogram%5D%5B%5D=example-pay";

#[tokio::test]
async fn pages_lead_from_one_to_the_next() {
    let jira = Jira::cloud().await;
    let sorted = format!("reports?{OWN}&sort=reports.last_activity_at&page%5Bsize%5D=20");
    let first = get(&jira, &sorted).await;
    assert_eq!(first["data"].as_array().unwrap().len(), 20);
    assert!(first["links"]["last"].is_string() && first["links"].get("prev").is_none());
    let found = all(&jira, &sorted).await;
    assert!(found.len() >= 60, "{}", found.len());
    let times: Vec<&str> = found
        .iter()
        .map(|report| report["attributes"]["last_activity_at"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted());
    let ids: BTreeSet<&str> = found.iter().map(|report| report["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), found.len());
    let both = all(
        &jira,
        &format!("reports?{OWN}&filter%5Bprogram%5D%5B%5D=example-pay-readers&page%5Bsize%5D=100"),
    )
    .await;
    assert!(both.len() >= 120);
    let states: BTreeSet<&str> = both
        .iter()
        .map(|one| one["attributes"]["state"].as_str().unwrap())
        .collect();
    assert_eq!(states.len(), 10);
    let one = get(
        &jira,
        &format!(
            "reports?{OWN}&filter%5Bid%5D%5B%5D={}",
            found[0]["id"].as_str().unwrap()
        ),
    )
    .await;
    assert_eq!((one["data"].as_array().unwrap().len(), &one["links"]), (1, &json!({})));
}

#[tokio::test]
async fn filters_say_what_is_wanted_and_wrong_ones_are_named() {
    let jira = Jira::data_center().await;
    let narrowed = all(
        &jira,
        &format!("reports?{OWN}&filter%5Bstate%5D%5B0%5D=triaged&filter%5Bstate%5D%5B1%5D=new&filter%5Bseverity%5D%5B%5D=high"),
    )
    .await;
    assert!(!narrowed.is_empty());
    for report in &narrowed {
        assert!(["new", "triaged"].contains(&report["attributes"]["state"].as_str().unwrap()));
        let severity = &report["relationships"]["severity"]["data"]["attributes"];
        assert_eq!(severity["rating"], "high");
        assert!(
            severity["cvss_vector_string"]
                .as_str()
                .unwrap()
                .starts_with("CVSS:3.1/")
        );
    }
    let since = "2026-11-01T00:00:00Z";
    for name in ["created_at", "last_activity_at"] {
        let late = all(&jira, &format!("reports?{OWN}&filter%5B{name}__gt%5D={since}")).await;
        assert!(!late.is_empty());
        assert!(
            late.iter().all(|one| one["attributes"][name].as_str().unwrap() > since),
            "{name}"
        );
    }
    let own = all(&jira, &format!("reports?{OWN}&page%5Bsize%5D=100")).await;
    let referred = own
        .iter()
        .find(|one| one["attributes"].get("issue_tracker_reference_id").is_some())
        .unwrap();
    let reference = referred["attributes"]["issue_tracker_reference_id"].as_str().unwrap();
    let by_reference = all(
        &jira,
        &format!("reports?{OWN}&filter%5Bissue_tracker_reference_id%5D%5B%5D={reference}"),
    )
    .await;
    assert!(by_reference.iter().any(|one| one["id"] == referred["id"]));
    let browse = referred["attributes"]["issue_tracker_reference_url"].as_str().unwrap();
    assert_eq!(browse, format!("{}/browse/{reference}", jira.sandbox.url()));
    for (path, status, parameter) in [
        ("reports", 400, json!("filter[program]")),
        (&format!("reports?{OWN}&page%5Bsize%5D=101"), 400, json!("page[size]")),
        (
            &format!("reports?{OWN}&filter%5Bcolour%5D=red"),
            400,
            json!("filter[colour]"),
        ),
        (&format!("reports?{OWN}&sort=colour"), 400, json!("sort")),
        ("reports?filter%5Bprogram%5D%5B%5D=nosuch", 403, Value::Null),
        ("reports/1", 403, Value::Null),
        ("nosuch", 404, Value::Null),
    ] {
        let refused = ask(&jira, Method::GET, path, None).await;
        assert_eq!(refused.status, status, "{path}");
        assert_eq!(refused.json()["errors"][0]["source"]["parameter"], parameter, "{path}");
    }
    let stranger = got(jira.bare(
        Method::GET,
        &format!("{}/v1/reports?{OWN}", jira.sandbox.hackerone_url()),
    ))
    .await;
    assert_eq!(
        (stranger.status, &stranger.json()["errors"][0]["status"]),
        (401, &json!(401))
    );
}

#[tokio::test]
async fn one_report_tells_what_happened_and_what_came_with_it() {
    let jira = Jira::cloud().await;
    let found = all(&jira, &format!("reports?{OWN}&filter%5Bstate%5D%5B%5D=resolved")).await;
    assert!(found[0]["relationships"].get("activities").is_none());
    let whole = get(&jira, &format!("reports/{}", found[0]["id"].as_str().unwrap())).await;
    let report = &whole["data"];
    assert_eq!(report["attributes"]["main_state"], "closed");
    let activities = report["relationships"]["activities"]["data"].as_array().unwrap();
    let kinds: BTreeSet<&str> = activities.iter().map(|one| one["type"].as_str().unwrap()).collect();
    for kind in [
        "activity-bug-filed",
        "activity-bug-triaged",
        "activity-bounty-awarded",
        "activity-bug-resolved",
    ] {
        assert!(kinds.contains(kind), "{kind}");
    }
    assert!(
        activities
            .iter()
            .all(|one| one["relationships"]["actor"]["data"]["type"].is_string())
    );
    let bounty = &report["relationships"]["bounties"]["data"][0]["attributes"];
    assert!(bounty["awarded_amount"].as_str().unwrap().ends_with(".00"));
    assert!(
        report["relationships"]["weakness"]["data"]["attributes"]["external_id"]
            .as_str()
            .unwrap()
            .starts_with("cwe-")
    );
    assert!(report["relationships"]["attachments"]["data"].is_array());
    let (mut with_files, mut with_swag) = (0, 0);
    for report in &all(&jira, &format!("reports?{OWN}")).await {
        let whole = get(&jira, &format!("reports/{}", report["id"].as_str().unwrap())).await;
        let relations = &whole["data"]["relationships"];
        for activity in relations["activities"]["data"].as_array().unwrap() {
            let files = activity["relationships"]["attachments"]["data"].as_array();
            with_files += usize::from(files.is_some_and(|files| files[0]["attributes"]["expiring_url"].is_string()));
        }
        let awarded = whole["data"]["attributes"]["swag_awarded_at"].is_string();
        let swag = relations["swag"]["data"].as_array().unwrap();
        assert_eq!(swag.len(), usize::from(awarded));
        with_swag += swag.len();
    }
    assert!(with_files > 0 && with_swag > 0, "{with_files} {with_swag}");
}

#[tokio::test]
async fn changes_leave_activities_that_are_read_on_from() {
    let jira = Jira::cloud().await;
    let made = control(
        &jira,
        Method::POST,
        "reports",
        json!({"title": "New", "rating": "critical"}),
    )
    .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let before = "2026-11-20T09:29:59Z";
    let post =
        async |verb: &str, body: Value| ask(&jira, Method::POST, &format!("reports/{id}/{verb}"), Some(&body)).await;
    let data = |kind: &str, attributes: Value| json!({"data": {"type": kind, "attributes": attributes}});
    let said = post(
        "activities",
        data("activity-comment", json!({"message": "inside", "internal": true})),
    )
    .await;
    assert_eq!(
        (said.status, &said.json()["data"]["attributes"]["internal"]),
        (201, &json!(true))
    );
    let silent = post(
        "state_changes",
        data("state-change", json!({"state": "needs-more-info"})),
    )
    .await;
    assert_eq!(
        (silent.status, &silent.json()["errors"][0]["source"]["parameter"]),
        (400, &json!("message"))
    );
    let moved = post(
        "state_changes",
        data("state-change", json!({"state": "triaged", "message": ""})),
    )
    .await;
    assert_eq!(
        (moved.status, &moved.json()["data"]["attributes"]["state"]),
        (201, &json!("triaged"))
    );
    let referred = post(
        "issue_tracker_reference_id",
        data("issue-tracker-reference-id", json!({"reference": "SEC-1"})),
    )
    .await;
    assert_eq!(referred.status, 200);
    let inside = &referred.json()["relationships"]["report"]["data"]["attributes"]["issue_tracker_reference_id"];
    assert_eq!(inside, "SEC-1");
    let rated = post("severities", data("severity", json!({"rating": "low"}))).await;
    assert_eq!(
        (rated.status, &rated.json()["data"]["attributes"]["rating"]),
        (200, &json!("low"))
    );
    assert_eq!(
        post("activities", data("comment", json!({"message": "x"})))
            .await
            .status,
        400
    );
    let group = json!({"data": {"type": "group", "id": 16_481}});
    let assigned = ask(&jira, Method::PUT, &format!("reports/{id}/assignee"), Some(&group)).await;
    assert_eq!(
        assigned.json()["data"]["relationships"]["assignee"]["data"]["type"],
        "group"
    );

    let news = get(
        &jira,
        &format!("incremental/activities?handle=example-pay&updated_at_after={before}&first=50"),
    )
    .await;
    let kinds: Vec<&str> = news["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "activity-bug-filed",
            "activity-comment",
            "activity-bug-triaged",
            "activity-reference-id-added",
            "activity-report-severity-updated",
            "activity-group-assigned-to-bug",
        ]
    );
    assert_eq!(news["data"][0]["attributes"]["report_id"], id.as_str());
    let until = news["meta"]["max_updated_at"].as_str().unwrap();
    let none = get(
        &jira,
        &format!("incremental/activities?handle=example-pay&updated_at_after={until}"),
    )
    .await;
    assert_eq!(none["data"], json!([]));
    let writes = jira.sandbox.writes();
    assert_eq!(writes[0].endpoint, "POST hackerone/reports/{}/activities");
    assert!(writes[0].took_effect && !writes[1].took_effect);
}

#[tokio::test]
async fn limits_and_faults_speak_the_services_own_language() {
    let jira = Jira::cloud().await;
    let id = all(&jira, &format!("reports?{OWN}")).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({"data": {"type": "severity", "attributes": {"rating": "low"}}});
    let path = format!("reports/{id}/severities");
    for _ in 0..25 {
        assert_eq!(ask(&jira, Method::POST, &path, Some(&body)).await.status, 200);
    }
    let stopped = ask(&jira, Method::POST, &path, Some(&body)).await;
    assert_eq!(
        (stopped.status, &stopped.json()["errors"][0]["status"]),
        (429, &json!(429))
    );
    jira.sandbox.advance(jiff::SignedDuration::from_secs(20));
    assert_eq!(ask(&jira, Method::POST, &path, Some(&body)).await.status, 200);
    jira.sandbox.set_service_limits(false);
    for _ in 0..30 {
        assert_eq!(ask(&jira, Method::POST, &path, Some(&body)).await.status, 200);
    }
    let rule = FaultRule::always(Fault::Unavailable { retry_after: Some(3) })
        .on("/hackerone/")
        .times(1);
    jira.sandbox.faults().add(rule).await;
    let down = ask(&jira, Method::GET, &format!("reports/{id}"), None).await;
    assert_eq!((down.status, down.header("retry-after")), (503, Some("3")));
    assert_eq!(down.json()["errors"][0]["status"], 503);
    assert_eq!(
        control(&jira, Method::PUT, "services/untidy", json!({"enabled": true}))
            .await
            .status,
        204
    );
    let untidy = all(&jira, &format!("reports?{OWN}&page%5Bsize%5D=20")).await;
    let ids: BTreeSet<&str> = untidy.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert!(ids.len() < untidy.len(), "reports come twice");
}
