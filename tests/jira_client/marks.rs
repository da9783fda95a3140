//! Finding the issues that this account just created, by what they are marked with.

use crosstie::jira::ErrorKind;
use serde_json::{Value, json};

use crate::support::{Server, World, config, data_center, myself, ok, refusal};

fn issue(number: u32, created: &str) -> Value {
    json!({"id": (10_000 + number).to_string(), "key": format!("PAY-{number}"), "fields": {"created": created}})
}

fn marked(number: u32, created: &str, value: &Value) -> Value {
    let mut issue = issue(number, created);
    issue["properties"] = json!({"crosstie": value, "other": 1});
    issue
}

const OLD: &str = "2026-11-22T09:30:00.000+0000";
const NEW: &str = "2026-11-22T10:45:00.000+0100";

#[tokio::test]
async fn cloud_tells_properties_with_the_search() {
    let server = Server::cloud(|seen, _| {
        let body = match seen.body["nextPageToken"].as_str() {
            None => {
                json!({"issues": [marked(2, OLD, &json!("b")), issue(3, NEW)], "nextPageToken": "p2", "isLast": false})
            }
            Some(_) => json!({"issues": [marked(2, OLD, &json!("b")), marked(1, OLD, &Value::Null)], "isLast": true}),
        };
        ok(&body)
    })
    .await;
    let client = World::new(&config(&server.url)).client;
    let marks = client.recent_marks("PAY", 90, "crosstie").await.unwrap();
    let told: Vec<_> = marks
        .iter()
        .map(|mark| (mark.key.as_str(), mark.value.clone()))
        .collect();
    assert_eq!(
        told,
        [("PAY-3", None), ("PAY-1", None), ("PAY-2", Some(json!("b")))],
        "newest first, each once"
    );
    assert_eq!(marks[0].created.to_string(), "2026-11-22T09:45:00Z");
    let asked = server.seen().split_off(1);
    assert_eq!(
        asked[0].body,
        json!({
            "jql": "project = PAY AND created >= -90m AND creator = currentUser() ORDER BY created DESC",
            "maxResults": 100,
            "fields": ["created"],
            "properties": ["crosstie"],
        })
    );
    assert_eq!(asked[1].body["nextPageToken"], "p2");
    assert_eq!(asked[1].body["properties"], json!(["crosstie"]));
}

#[tokio::test]
async fn data_center_is_asked_for_each_property() {
    let server = Server::data_center(|seen, _| {
        let answer = match seen.path.as_str() {
            "/rest/api/2/search" => match seen.body["startAt"].as_u64() {
                Some(0) => ok(&json!({"startAt": 0, "total": 3, "issues": [issue(3, NEW), issue(2, OLD)]})),
                _ => ok(&json!({"startAt": 2, "total": 3, "issues": [issue(1, OLD)]})),
            },
            "/rest/api/2/issue/10002/properties/crosstie" => ok(&json!({"key": "crosstie", "value": {"a": 1}})),
            _ => refusal(404, "The property was not found."),
        };
        answer.with("X-AUSERNAME", "ana")
    })
    .await;
    let client = World::new(&data_center(&server.url)).client;
    let marks = client.recent_marks("AND", 5, "crosstie").await.unwrap();
    let told: Vec<_> = marks
        .iter()
        .map(|mark| (mark.key.as_str(), mark.value.clone()))
        .collect();
    assert_eq!(
        told,
        [("PAY-3", None), ("PAY-1", None), ("PAY-2", Some(json!({"a": 1})))]
    );
    let body = &server.seen()[1].body;
    assert_eq!(
        body["jql"],
        "project = \"AND\" AND created >= -5m AND creator = currentUser() ORDER BY created DESC"
    );
    assert!(body["properties"].is_null());
    assert_eq!(server.asked().len(), 5);
}

#[tokio::test]
async fn a_list_that_may_not_be_whole_is_an_error() {
    let first = json!({"issues": [marked(1, OLD, &json!("a"))], "nextPageToken": "p2", "isLast": false});
    let odd = json!({"id": "10002", "key": "PAY-2", "fields": {"created": "lately"}});
    for (second, kind) in [
        (
            refusal(400, "The provided next page token is invalid"),
            ErrorKind::Rejected,
        ),
        (refusal(403, "no"), ErrorKind::Forbidden),
        (refusal(500, "no"), ErrorKind::Server),
        (ok(&json!({"issues": [odd], "isLast": true})), ErrorKind::Malformed),
        (
            ok(&json!({"issues": [issue(2, OLD)], "isLast": false})),
            ErrorKind::Malformed,
        ),
        (
            ok(&json!({"issues": [issue(2, OLD)], "isLast": false, "nextPageToken": "p2"})),
            ErrorKind::Malformed,
        ),
    ] {
        let first = first.clone();
        let server = Server::cloud(move |seen, _| match seen.body["nextPageToken"].as_str() {
            None => ok(&first),
            Some(_) => second.clone(),
        })
        .await;
        let client = World::new(&config(&server.url)).client;
        let error = client.recent_marks("PAY", 5, "crosstie").await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
    }
    let server = Server::data_center(|seen, _| match seen.path.as_str() {
        "/rest/api/2/search" => ok(&json!({"startAt": 0, "total": 1, "issues": [issue(1, OLD)]})),
        _ => refusal(403, "no"),
    })
    .await;
    let client = World::new(&data_center(&server.url)).client;
    let error = client.recent_marks("PAY", 5, "crosstie").await.unwrap_err();
    assert_eq!(
        error.kind,
        ErrorKind::Forbidden,
        "a property that cannot be read is not absent"
    );
}

#[tokio::test]
async fn nothing_is_believed_only_of_an_answer_to_the_account() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/myself" => refusal(401, "Client must be authenticated to access this resource."),
        "/_edge/tenant_info" => refusal(404, "no"),
        _ => ok(&json!({"issues": [], "isLast": true})),
    })
    .await;
    let client = World::new(&config(&server.url)).client;
    let error = client.recent_marks("PAY", 5, "crosstie").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Auth);
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/myself" => ok(&myself()),
        _ => ok(&json!({"issues": [], "isLast": true})),
    })
    .await;
    let client = World::new(&config(&server.url)).client;
    assert_eq!(client.recent_marks("PAY", 5, "crosstie").await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_site_without_creators_tells_of_everybody() {
    let server = Server::cloud(|seen, _| {
        if seen.body["jql"].as_str().unwrap().contains("creator") {
            return refusal(
                400,
                "Field 'creator' does not exist or you do not have permission to view it.",
            );
        }
        ok(&json!({"issues": [marked(1, OLD, &json!("a"))], "isLast": true}))
    })
    .await;
    let client = World::new(&config(&server.url)).client;
    let marks = client.recent_marks("PAY", 5, "crosstie").await.unwrap();
    assert_eq!(marks[0].value, Some(json!("a")));
    assert_eq!(
        server.seen()[2].body["jql"],
        "project = PAY AND created >= -5m ORDER BY created DESC"
    );
}
