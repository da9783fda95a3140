//! Cloud's search keeps its own rules.

use std::collections::BTreeSet;

use crosstie::sandbox::{Fault, FaultRule};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Jira, basic, got};

const ALL: &str = "created is not EMPTY ORDER BY key";

async fn search(jira: &Jira, body: Value) -> Value {
    let got = jira.post("search/jql", &body).await;
    assert_eq!(got.status, 200, "{}", got.text);
    got.json()
}

fn ids(page: &Value) -> Vec<String> {
    page["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn issues_are_ids_until_fields_are_asked_for() {
    let jira = Jira::cloud().await;
    let page = search(&jira, json!({"jql": ALL, "maxResults": 1})).await;
    let first = &page["issues"][0];
    assert_eq!(first.as_object().unwrap().keys().collect::<Vec<_>>(), ["id"]);
    assert_eq!(page["isLast"], false);
    assert_eq!((page.get("total"), page.get("startAt")), (None, None));

    let page = search(
        &jira,
        json!({"jql": ALL, "maxResults": 1, "fields": ["summary", "nosuch"], "expand": "names"}),
    )
    .await;
    let first = &page["issues"][0];
    assert!(first["key"].is_string() && first["self"].is_string());
    assert_eq!(
        first["fields"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["summary"]
    );
    assert_eq!(page["names"], json!({"summary": "Summary"}));

    let page = search(
        &jira,
        json!({"jql": ALL, "maxResults": 1, "fields": ["*all", "-comment"]}),
    )
    .await;
    let fields = page["issues"][0]["fields"].as_object().unwrap();
    assert!(fields.contains_key("description") && !fields.contains_key("comment"));
}

#[tokio::test]
async fn the_cursor_leads_through_everything_once() {
    let jira = Jira::cloud().await;
    let mut seen = BTreeSet::new();
    let mut tokens = BTreeSet::new();
    let mut body = json!({"jql": ALL, "maxResults": 40});
    loop {
        let page = search(&jira, body.clone()).await;
        for id in ids(&page) {
            assert!(seen.insert(id), "an issue came twice");
        }
        match page.get("nextPageToken") {
            Some(token) => {
                assert_eq!(page["isLast"], false);
                assert!(tokens.insert(token.to_string()), "a token came twice");
                body["nextPageToken"] = token.clone();
            }
            None => {
                assert_eq!(page["isLast"], true);
                break;
            }
        }
    }
    assert_eq!(seen.len(), jira.visible());
    let count = jira.post("search/approximate-count", &json!({"jql": ALL})).await.json();
    assert_eq!(count, json!({"count": seen.len()}));
}

#[tokio::test]
async fn a_token_is_good_for_its_query_caller_and_time() {
    let jira = Jira::cloud().await;
    let page = search(&jira, json!({"jql": ALL, "maxResults": 10})).await;
    let token = page["nextPageToken"].as_str().unwrap();
    let refused = "The provided next page token is invalid or expired.";

    let other = jira
        .post("search/jql", &json!({"jql": "created > -1d", "nextPageToken": token}))
        .await;
    assert_eq!((other.status, other.message()), (400, refused.to_owned()));
    let made_up = jira
        .post("search/jql", &json!({"jql": ALL, "nextPageToken": "CAEaAggD"}))
        .await;
    assert_eq!((made_up.status, made_up.message()), (400, refused.to_owned()));
    let path = format!("search/jql?jql={}&nextPageToken={token}", ALL.replace(' ', "%20"));
    assert_eq!(jira.anonymous(&path).await.status, 400);
    let name = basic("asouza@example.com", "sandbox-token-asouza");
    let ana = got(jira.bare(Method::GET, &jira.api(&path)).header("authorization", name)).await;
    assert_eq!((ana.status, ana.message()), (400, refused.to_owned()));
    assert_eq!(jira.get(&path).await.status, 200);
    jira.sandbox.advance(SignedDuration::from_hours(24 * 7 + 1));
    assert_eq!(jira.get(&path).await.status, 400);
}

#[tokio::test]
async fn the_body_is_a_closed_schema() {
    let jira = Jira::cloud().await;
    let text = "Invalid request payload. Refer to the REST API documentation and try again.";
    for body in [
        json!({"jql": ALL, "startAt": 0}),
        json!({"jql": ALL, "validateQuery": true}),
        json!({"jql": ALL, "expand": ["names"]}),
        json!({"jql": ALL, "fields": "summary"}),
        json!({"jql": ALL, "maxResults": "50"}),
        json!({"jql": ALL, "reconcileIssues": ["10001"]}),
        json!({"jql": ALL, "properties": ["a", "b", "c", "d", "e", "f"]}),
        json!([ALL]),
    ] {
        let got = jira.post("search/jql", &body).await;
        assert_eq!(
            (got.status, got.json()),
            (400, json!({"errorMessages": [text]})),
            "{body}"
        );
    }
    let broken = got(jira.signed_in(Method::POST, "search/jql").body("{\"jql\":")).await;
    assert_eq!(broken.status, 400);
    assert!(
        broken.message().starts_with("There was an error parsing JSON"),
        "{}",
        broken.text
    );
}

#[tokio::test]
async fn what_cloud_does_not_search_is_said_in_its_words() {
    let jira = Jira::cloud().await;
    let unbounded = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.";
    let bad_max = "The max results parameter has to be between 1 and 5,000.";
    for (body, message) in [
        (json!({"jql": "order by key"}), unbounded),
        (json!({"jql": ""}), unbounded),
        (json!({}), unbounded),
        (json!({"jql": ALL, "maxResults": 0}), bad_max),
        (json!({"jql": ALL, "maxResults": 5001}), bad_max),
        (
            json!({"jql": "project is not EMPTY order by key, created, updated, summary, status, priority, assignee, reporter"}),
            "The maximum number of fields to sort by is 7.",
        ),
    ] {
        let got = jira.post("search/jql", &body).await;
        assert_eq!((got.status, got.message().as_str()), (400, message), "{body}");
    }
    let syntax = jira.post("search/jql", &json!({"jql": "status = "})).await;
    assert_eq!(syntax.status, 400);
    assert!(
        syntax.message().starts_with("Error in JQL Query: Expecting "),
        "{}",
        syntax.text
    );
    let count = jira
        .post("search/approximate-count", &json!({"jql": "order by key"}))
        .await;
    assert_eq!((count.status, count.message().as_str()), (400, unbounded));
    let value = jira.post("search/jql", &json!({"jql": "project = NOSUCH"})).await;
    assert_eq!(value.status, 400);
    assert_eq!(
        value.message(),
        "The value 'NOSUCH' does not exist for the field 'project'."
    );
}

#[tokio::test]
async fn the_old_search_is_gone() {
    let jira = Jira::cloud().await;
    for version in ["2", "3"] {
        let address = format!("{}/rest/api/{version}/search", jira.sandbox.url());
        for method in [Method::GET, Method::POST] {
            let got = got(jira.bare(method, &address)).await;
            assert_eq!(got.status, 410);
            assert!(got.message().contains("/rest/api/3/search/jql"), "{}", got.text);
            assert!(got.message().contains("#CHANGE-2046"), "{}", got.text);
        }
    }
}

#[tokio::test]
async fn pages_get_shorter_the_more_is_asked_for() {
    let jira = Jira::cloud().await;
    let visible = jira.visible();
    assert!(visible > 100, "the site is too small for this test");
    for (fields, expected) in [
        (json!(["id"]), visible),
        (json!(["updated"]), visible),
        (json!(["*all"]), 100),
    ] {
        let page = search(&jira, json!({"jql": ALL, "maxResults": 5000, "fields": fields})).await;
        assert_eq!(ids(&page).len(), expected, "{fields}");
        assert_eq!(page["isLast"], expected == visible);
    }
}

#[tokio::test]
async fn the_index_lags_behind_but_not_for_issues_named() {
    let jira = Jira::cloud().await;
    let key = jira.key(3);
    let id: u64 = jira.json(&format!("issue/{key}")).await["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    jira.sandbox
        .faults()
        .add(FaultRule::always(Fault::IndexLag { seconds: 60 }))
        .await;
    let edit = json!({"fields": {"labels": ["freshly-set"]}});
    assert_eq!(jira.send(Method::PUT, &format!("issue/{key}"), &edit).await.status, 204);

    let jql = "labels = freshly-set";
    let fields = json!(["labels"]);
    assert_eq!(
        jira.json(&format!("issue/{key}")).await["fields"]["labels"],
        json!(["freshly-set"])
    );
    let blind = search(&jira, json!({"jql": jql})).await;
    assert_eq!(ids(&blind).len(), 0);
    let named = search(&jira, json!({"jql": jql, "reconcileIssues": [id], "fields": fields})).await;
    assert_eq!(named["issues"][0]["fields"]["labels"], json!(["freshly-set"]));
    let unrelated = search(
        &jira,
        json!({"jql": "labels = nothing-has-this", "reconcileIssues": [id]}),
    )
    .await;
    assert_eq!(ids(&unrelated).len(), 0);
    jira.sandbox.advance(SignedDuration::from_secs(61));
    assert_eq!(ids(&search(&jira, json!({"jql": jql})).await), [id.to_string()]);
}

#[tokio::test]
async fn queries_are_parsed_without_being_run() {
    let jira = Jira::cloud().await;
    let body = json!({"queries": ["project = PAY and status changed after -5d order by updated desc", "status = ", "project = NOSUCH"]});
    let strict = jira.post("jql/parse", &body).await.json();
    let [good, broken, unknown] = strict["queries"].as_array().unwrap().as_slice() else {
        panic!("{strict}")
    };
    assert_eq!(good["errors"], json!([]));
    assert_eq!(good["structure"]["where"]["operator"], "and");
    assert_eq!(good["structure"]["orderBy"]["fields"][0]["direction"], "desc");
    assert!(broken.get("structure").is_none() && broken["errors"][0].is_string());
    assert_eq!(
        unknown["errors"][0],
        "The value 'NOSUCH' does not exist for the field 'project'."
    );
    let warn = jira.post("jql/parse?validation=warn", &body).await.json();
    assert_eq!(warn["queries"][2]["errors"], json!([]));
    assert!(warn["queries"][2]["warnings"][0].is_string());
    let none = jira.post("jql/parse?validation=none", &body).await.json();
    assert_eq!(none["queries"][2]["warnings"], json!([]));
    assert_eq!(jira.post("jql/parse", &json!({"query": "x"})).await.status, 400);
}
