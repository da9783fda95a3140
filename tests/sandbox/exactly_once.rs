//! What the write path is tried with: remote links, marks, answers that get lost, and the journal of writes.

use crosstie::sandbox::{Fault, FaultRule};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Jira, control, with_json};

fn link(global_id: &str, title: &str) -> Value {
    json!({"globalId": global_id, "object": {"url": "https://example.com/1", "title": title}})
}

#[tokio::test]
async fn a_remote_link_is_made_once_per_global_id() {
    for jira in [Jira::cloud().await, Jira::data_center().await] {
        let path = format!("issue/{}/remotelink", jira.key(3));
        let before = jira.json(&path).await.as_array().unwrap().len();
        let mut whole = link("system=h1&id=1", "Report 1");
        whole["relationship"] = "reported in".into();
        whole["application"] = json!({"type": "dev.crosstie", "name": "crosstie"});
        whole["object"]["summary"] = "A hole".into();
        whole["object"]["status"] = json!({"resolved": true});
        let made = jira.post(&path, &whole).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert!(made.json()["id"].is_number() && made.json()["self"].is_string());
        let one = format!("{path}?globalId=system%3Dh1%26id%3D1");
        let got = jira.json(&one).await;
        assert_eq!(got["object"]["status"]["resolved"], true);
        assert_eq!(
            (&got["relationship"], &got["object"]["summary"]),
            (&json!("reported in"), &json!("A hole"))
        );
        let again = jira.post(&path, &link("system=h1&id=1", "Renamed")).await;
        assert_eq!((again.status, &again.json()["id"]), (200, &made.json()["id"]));
        let got = jira.json(&one).await;
        assert_eq!(got["object"]["title"], "Renamed");
        assert!(
            got.get("relationship").is_none() && got["object"].get("summary").is_none(),
            "left out is emptied"
        );
        assert_eq!(jira.json(&path).await.as_array().unwrap().len(), before + 1);

        let wrong = jira.post(&path, &json!({"object": {"url": "https://x.example"}})).await;
        assert_eq!(
            (wrong.status, &wrong.json()["errors"]["title"]),
            (400, &json!("'title' is required."))
        );
        assert_eq!(jira.get(&format!("{path}?globalId=nosuch")).await.status, 404);
        assert_eq!(jira.send(Method::DELETE, &one, &json!({})).await.status, 204);
        assert_eq!(jira.send(Method::DELETE, &one, &json!({})).await.status, 404);
        let second = jira.post(&path, &link("b", "b")).await.json();
        let by_id = format!("{path}/{}", second["id"]);
        assert_eq!(jira.get(&by_id).await.status, 200);
        assert_eq!(jira.send(Method::DELETE, &by_id, &json!({})).await.status, 204);
        assert_eq!(jira.get(&by_id).await.status, 404);

        let limited = control(&jira, Method::PUT, "remote-link-limit", json!({"limit": before + 1})).await;
        assert_eq!(limited.status, 204);
        assert_eq!(jira.post(&path, &link("c", "c")).await.status, 201);
        assert_eq!(jira.post(&path, &link("d", "d")).await.status, 413);
        assert_eq!(jira.post(&path, &link("c", "still c")).await.status, 200);
    }
}

/// A body that creates an issue with a mark in the first project.
async fn marked(jira: &Jira, mark: &str) -> Value {
    let project = jira.key(0).split('-').next().unwrap().to_owned();
    let types = jira.json(&format!("issue/createmeta/{project}/issuetypes")).await;
    let types = types.get("issueTypes").or_else(|| types.get("values")).unwrap().clone();
    let bug = types
        .as_array()
        .unwrap()
        .iter()
        .find(|kind| kind["name"] == "Bug")
        .unwrap()
        .clone();
    json!({
        "fields": {"project": {"key": project}, "issuetype": {"id": bug["id"]}, "summary": format!("Finding {mark}")},
        "properties": [{"key": "crosstie", "value": {"finding": mark}}],
    })
}

/// Completes once one more write was heard that is to get no answer.
async fn falls_silent(jira: &Jira, fault: &Fault, heard: usize) {
    if !matches!(fault, Fault::Silence { .. }) {
        std::future::pending::<()>().await;
    }
    while jira.sandbox.writes().len() == heard {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn answers_get_lost_before_and_after_the_write() {
    let jira = Jira::cloud().await;
    let mut expected = 0;
    for (fault, done) in [
        (Fault::Reset { done: false }, false),
        (Fault::Reset { done: true }, true),
        (Fault::Silence { done: false }, false),
        (Fault::Silence { done: true }, true),
        (Fault::FailedAfter { status: None }, true),
        (Fault::FailedAfter { status: Some(504) }, true),
        (Fault::CutBody { after: None }, true),
        (Fault::Conflict, false),
        (Fault::TooLarge, false),
        (Fault::ServerError, false),
    ] {
        let rule = FaultRule::always(fault.clone()).at("POST issue").times(1);
        jira.sandbox.faults().add(rule).await;
        let body = marked(&jira, &expected.to_string()).await;
        let request = with_json(jira.signed_in(Method::POST, "issue"), &body);
        let heard = jira.sandbox.writes().len();
        let status = tokio::select! {
            answer = request.send() => answer.ok().map(|response| response.status().as_u16()),
            () = falls_silent(&jira, &fault, heard) => None,
        };
        let told = match fault {
            Fault::FailedAfter { status: Some(status) } => Some(status),
            Fault::FailedAfter { .. } | Fault::ServerError => Some(500),
            Fault::CutBody { .. } => Some(201),
            Fault::Conflict => Some(409),
            Fault::TooLarge => Some(413),
            _ => None,
        };
        assert_eq!(status, told, "{fault:?}");
        expected += usize::from(done);
        assert_eq!(jira.sandbox.marked("crosstie").len(), expected, "{fault:?}");
        let last = jira.sandbox.writes().pop().unwrap();
        assert_eq!(
            (last.endpoint.as_str(), last.took_effect),
            ("POST issue", done),
            "{fault:?}"
        );
        assert_eq!(last.body, body);
    }
}

#[tokio::test]
async fn writes_and_marks_are_told_over_the_control_address() {
    let jira = Jira::data_center().await;
    let made = jira.post("issue", &marked(&jira, "a").await).await.json();
    let key = made["key"].as_str().unwrap();
    let property = format!("issue/{key}/properties/crosstie");
    assert_eq!(
        jira.send(Method::PUT, &property, &json!({"finding": "b"})).await.status,
        200
    );
    jira.post("search", &json!({"jql": "project is not empty", "maxResults": 1}))
        .await;
    let writes = control(&jira, Method::GET, "writes", Value::Null).await.json();
    let endpoints: Vec<&Value> = writes
        .as_array()
        .unwrap()
        .iter()
        .map(|write| &write["endpoint"])
        .collect();
    assert_eq!(endpoints, ["POST issue", "PUT issue/{}/properties/{}"]);
    let creates = control(&jira, Method::GET, "writes?endpoint=POST%20issue", Value::Null)
        .await
        .json();
    assert_eq!(creates[0]["body"]["fields"]["summary"], "Finding a");
    let marks = async || {
        control(&jira, Method::GET, "marks?property=crosstie", Value::Null)
            .await
            .json()
    };
    assert_eq!(
        marks().await,
        json!([{"id": made["id"].as_str().unwrap().parse::<u64>().unwrap(), "key": key, "value": {"finding": "b"}, "deleted": false}])
    );
    control(&jira, Method::POST, &format!("issues/{key}/delete"), Value::Null).await;
    assert_eq!(marks().await[0]["deleted"], true);
}

#[tokio::test]
async fn a_storm_hits_writes_alone() {
    let jira = Jira::cloud().await;
    let storm = Fault::TooManyRequests {
        retry_after: Some(1),
        reason: None,
    };
    jira.sandbox
        .faults()
        .add(FaultRule::always(storm).writes().times(3))
        .await;
    let body = marked(&jira, "storm").await;
    for expected in [429, 429, 429, 201] {
        assert_eq!(jira.get("field").await.status, 200);
        assert_eq!(jira.post("issue", &body).await.status, expected);
    }
}

#[tokio::test]
async fn a_mark_is_found_by_search_on_cloud_and_by_issue_on_data_center() {
    let jira = Jira::cloud().await;
    let made = jira.post("issue", &marked(&jira, "x").await).await.json();
    let body = json!({"jql": "created >= -5m", "fields": ["summary"], "properties": ["crosstie"]});
    let found = jira.post("search/jql", &body).await.json();
    let hit = found["issues"]
        .as_array()
        .unwrap()
        .iter()
        .find(|issue| issue["id"] == made["id"])
        .unwrap()
        .clone();
    assert_eq!(hit["properties"]["crosstie"], json!({"finding": "x"}));
    let jira = Jira::data_center().await;
    let made = jira.post("issue", &marked(&jira, "y").await).await.json();
    let path = format!("issue/{}/properties", made["id"].as_str().unwrap());
    assert_eq!(jira.json(&path).await["keys"][0]["key"], "crosstie");
    assert_eq!(jira.json(&format!("{path}/crosstie")).await["value"]["finding"], "y");
    assert_eq!(
        jira.send(Method::DELETE, &format!("{path}/crosstie"), &json!({}))
            .await
            .status,
        204
    );
    assert_eq!(jira.get(&format!("{path}/crosstie")).await.status, 404);
    let long = json!("x".repeat(32_768));
    assert_eq!(jira.send(Method::PUT, &format!("{path}/long"), &long).await.status, 400);
}
