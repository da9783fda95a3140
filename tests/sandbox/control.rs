//! The switches from outside, and the line that tells where they are.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Jira, control, got};

#[tokio::test]
async fn faults_come_and_go_over_http() {
    let jira = Jira::cloud().await;
    let rule = json!({"match": {"method": "GET", "path": "/rest/api/3/field"}, "fault": {"kind": "server-error"}});
    let added = control(&jira, Method::POST, "faults", rule).await;
    assert_eq!(added.status, 201);
    assert_eq!(jira.get("field").await.status, 500);
    let list = control(&jira, Method::GET, "faults", Value::Null).await.json();
    assert_eq!(
        (&list[0]["struck"], &list[0]["fault"]["kind"]),
        (&json!(1), &json!("server-error"))
    );
    let one = format!("faults/{}", added.json()["id"]);
    assert_eq!(control(&jira, Method::DELETE, &one, Value::Null).await.status, 204);
    assert_eq!(control(&jira, Method::DELETE, &one, Value::Null).await.status, 404);
    assert_eq!(jira.get("field").await.status, 200);
    let wrong = control(&jira, Method::POST, "faults", json!({"fault": {"kind": "gremlins"}})).await;
    assert_eq!(wrong.status, 400);
    let refuse = control(&jira, Method::POST, "faults", json!({"fault": {"kind": "refuse"}})).await;
    assert_eq!(refuse.status, 201);
    assert!(jira.signed_in(Method::GET, "field").send().await.is_err());
    assert_eq!(control(&jira, Method::DELETE, "faults", Value::Null).await.status, 204);
    assert_eq!(jira.get("field").await.status, 200);
}

#[tokio::test]
async fn the_world_is_seen_and_changed_over_http() {
    let jira = Jira::cloud().await;
    let truth = async || control(&jira, Method::GET, "truth", Value::Null).await.json();
    let before = truth().await;
    assert_eq!(before["issues"].as_array().unwrap().len(), jira.visible());
    let project = jira.key(0).split('-').next().unwrap().to_owned();
    let new = json!({"project": {"key": project}, "issuetype": {"name": "Bug"}, "fields": {"summary": "From outside"}});
    let made = control(&jira, Method::POST, "issues", new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let key = made.json()["key"].as_str().unwrap().to_owned();
    let act = async |verb: &str, body: Value| control(&jira, Method::POST, &format!("issues/{key}/{verb}"), body).await;
    assert_eq!(act("comment", json!({"body": "hello"})).await.status, 200);
    assert_eq!(
        act("edit", json!({"fields": {"labels": ["outside"]}})).await.status,
        200
    );
    let transitions = jira.json(&format!("issue/{key}/transitions")).await;
    let to = &transitions["transitions"][0]["to"]["name"];
    assert_eq!(act("transition", json!({"to": to})).await.status, 200);
    let issue = jira
        .json(&format!("issue/{key}?fields=labels,status,comment&expand=changelog"))
        .await;
    assert_eq!(
        (&issue["fields"]["labels"], &issue["fields"]["status"]["name"]),
        (&json!(["outside"]), to)
    );
    assert_ne!(
        issue["changelog"]["histories"][0]["author"]["displayName"],
        "Robin Example"
    );

    assert_eq!(act("hide", Value::Null).await.status, 200);
    assert_eq!(jira.get(&format!("issue/{key}")).await.status, 404);
    assert_eq!(truth().await["issues"].as_array().unwrap().len(), jira.visible());
    assert_eq!(act("show", Value::Null).await.status, 200);
    assert_eq!(act("delete", Value::Null).await.status, 200);
    assert_eq!(jira.get(&format!("issue/{key}")).await.status, 404);
    assert!(
        truth().await["deleted"]
            .as_array()
            .unwrap()
            .contains(&made.json()["id"])
    );
    assert_eq!(
        control(&jira, Method::POST, "issues/NOSUCH-1/hide", Value::Null)
            .await
            .status,
        404
    );
    let unknown = control(&jira, Method::POST, "nosuch", Value::Null).await;
    assert!(unknown.status == 404 && unknown.json()["help"].is_array());
}

#[tokio::test]
async fn the_other_switches_work_too() {
    let jira = Jira::cloud().await;
    let put = async |path: &str, body: Value| control(&jira, Method::PUT, path, body).await.status;
    let limit = json!({"capacity": 0, "fill_rate": 1, "interval_seconds": 1});
    assert_eq!(put("limits", limit).await, 204);
    assert_eq!(jira.get("field").await.status, 429);
    assert_eq!(control(&jira, Method::DELETE, "limits", Value::Null).await.status, 204);
    assert_eq!(jira.get("field").await.status, 200);

    let advanced = control(&jira, Method::POST, "clock", json!({"advance_seconds": 86_400})).await;
    assert_eq!(advanced.json()["now"], "2026-11-21T09:30:00Z");
    assert_eq!(
        jira.get("field").await.header("date"),
        Some("Sat, 21 Nov 2026 09:30:00 GMT")
    );
    assert_eq!(put("time-zone", json!({"time_zone": "Asia/Tokyo"})).await, 204);
    assert_eq!(jira.json("myself").await["timeZone"], "Asia/Tokyo");
    assert_eq!(put("time-zone", json!({"time_zone": "Mars/Olympus"})).await, 400);

    assert_eq!(
        control(&jira, Method::DELETE, "requests", Value::Null).await.status,
        204
    );
    jira.get(&format!("issue/{}/comment", jira.key(0))).await;
    jira.get(&format!("issue/{}/comment", jira.key(1))).await;
    jira.get("nosuch").await;
    let counts = control(&jira, Method::GET, "requests", Value::Null).await.json();
    let expected = json!({"total": 3, "endpoints": {"GET issue/{}/comment": 2, "GET /rest/api/3/nosuch": 1}});
    assert_eq!(counts, expected);
    assert_eq!(jira.sandbox.requests().of("GET issue/{}/comment"), 2);
    let log = control(&jira, Method::GET, "requests?log=true", Value::Null).await;
    assert_eq!(
        (&log.json()[2]["status"], &log.json()[2]["user"]),
        (&json!(404), &json!("Robin Example"))
    );
    assert!(!log.text.contains("sandbox-token"), "secrets are not logged");
}

#[tokio::test]
async fn passwords_can_be_switched_off_as_in_jira_11() {
    let jira = Jira::data_center().await;
    let own = jira.sandbox.credentials();
    assert_eq!(
        control(&jira, Method::PUT, "basic", json!({"enabled": false}))
            .await
            .status,
        204
    );
    let got = got(jira
        .bare(Method::GET, &jira.api("myself"))
        .basic_auth(own.username, Some(own.password)))
    .await;
    assert_eq!(got.status, 403);
    assert_eq!(
        got.json(),
        json!({"message": "Basic Authentication has been disabled on this instance."})
    );
    assert_eq!(jira.get("myself").await.status, 200);
}

#[tokio::test]
async fn the_ready_line_is_enough_to_connect() {
    let jira = Jira::cloud().await;
    let line = jira.sandbox.announcement();
    let (url, token) = (&line["url"], &line["credentials"]["api-token"]);
    let address = format!("{}/rest/api/3/myself", url.as_str().unwrap());
    let request = jira
        .bare(Method::GET, &address)
        .basic_auth(token["email"].as_str().unwrap(), token["token"].as_str());
    assert_eq!(got(request).await.status, 200);
    let overview = got(jira.bare(Method::GET, line["control_url"].as_str().unwrap()))
        .await
        .json();
    assert_eq!(&overview["url"], url);
    let other = Jira::data_center().await.sandbox.announcement();
    assert!(other["gateway_url"].is_null() && other["credentials"]["pat"]["token"].is_string());
    assert!(other["credentials"]["basic"]["username"].is_string());
    assert_eq!((&line["auth_url"], &other["auth_url"]), (url, &Value::Null));
    for (line, client) in [(&line, "oauth2-cloud"), (&other, "oauth2-data-center")] {
        let credentials = &line["credentials"];
        for name in ["client_id", "client_secret", "callback"] {
            assert!(credentials[client][name].is_string(), "{client} {name}");
        }
        assert!(credentials["oauth1"]["consumer_key"].is_string());
        let key = credentials["oauth1"]["private_key"].as_str().unwrap();
        assert!(key.starts_with("-----BEGIN PRIVATE KEY-----"), "{key}");
    }
}

#[tokio::test]
async fn a_stopped_sandbox_gives_its_port_back() {
    let jira = Jira::cloud().await;
    let address = jira.api("serverInfo");
    assert_eq!(jira.anonymous("serverInfo").await.status, 200);
    let http = jira.http.clone();
    jira.sandbox.stop();
    // The task ends at its next turn; every try lets it have one.
    let mut answers = 0;
    while http.get(&address).send().await.is_ok() {
        answers += 1;
        assert!(answers < 100, "it still answers");
    }
}
