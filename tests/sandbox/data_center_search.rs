//! Data Center's search keeps other rules than Cloud's.

use std::collections::BTreeSet;

use crosstie::sandbox::Flavour;
use serde_json::{Value, json};

use crate::harness::Jira;

async fn search(jira: &Jira, body: Value) -> Value {
    let got = jira.post("search", &body).await;
    assert_eq!(got.status, 200, "{}", got.text);
    got.json()
}

fn count(page: &Value) -> usize {
    page["issues"].as_array().unwrap().len()
}

#[tokio::test]
async fn offsets_and_a_total_lead_through_everything() {
    let jira = Jira::data_center().await;
    let mut seen = BTreeSet::new();
    let mut start = 0;
    loop {
        let page = search(
            &jira,
            json!({"jql": "order by key", "startAt": start, "maxResults": 40, "fields": ["id"]}),
        )
        .await;
        assert_eq!((&page["startAt"], &page["maxResults"]), (&json!(start), &json!(40)));
        assert_eq!(page["total"], jira.visible());
        for issue in page["issues"].as_array().unwrap() {
            assert!(seen.insert(issue["id"].to_string()));
        }
        start += count(&page);
        if count(&page) < 40 {
            break;
        }
    }
    assert_eq!(seen.len(), jira.visible());
}

#[tokio::test]
async fn pages_are_cut_without_a_word() {
    let jira = Jira::start(Flavour::DataCenter, |options| options.issues = 1200).await;
    let page = search(&jira, json!({"jql": "", "maxResults": 5000, "fields": ["id"]})).await;
    assert_eq!((count(&page), &page["maxResults"]), (1000, &json!(1000)));
    let page = search(&jira, json!({"jql": "", "maxResults": 0})).await;
    assert_eq!((count(&page), &page["total"]), (0, &json!(jira.visible())));
    assert_eq!(jira.get("search?startAt=-1").await.status, 400);
}

#[tokio::test]
async fn fields_are_the_navigable_ones_and_expand_is_a_list() {
    let jira = Jira::data_center().await;
    let page = search(
        &jira,
        json!({"jql": "", "maxResults": 1, "expand": ["names", "changelog"]}),
    )
    .await;
    let issue = &page["issues"][0];
    assert!(issue["fields"]["summary"].is_string());
    assert!(issue["fields"].get("comment").is_none(), "comments aren't navigable");
    assert_eq!(page["names"]["summary"], "Summary");
    let changelog = &issue["changelog"];
    assert_eq!(changelog["total"], changelog["histories"].as_array().unwrap().len());
    assert_eq!(
        jira.post("search", &json!({"jql": "", "expand": "names"})).await.status,
        400
    );
    assert_eq!(
        jira.post("search", &json!({"jql": "", "nextPageToken": "x"}))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn unknown_values_are_errors_or_warnings() {
    let jira = Jira::data_center().await;
    let text = "The value 'NOSUCH' does not exist for the field 'project'.";
    let strict = jira.post("search", &json!({"jql": "project = NOSUCH"})).await;
    assert_eq!((strict.status, strict.message().as_str()), (400, text));
    let lax = search(&jira, json!({"jql": "project = NOSUCH", "validateQuery": false})).await;
    assert_eq!((&lax["total"], &lax["warningMessages"]), (&json!(0), &json!([text])));
    let syntax = jira
        .post("search", &json!({"jql": "status =", "validateQuery": false}))
        .await;
    assert_eq!(syntax.status, 400);
    assert!(
        syntax.message().starts_with("Error in the JQL Query: "),
        "{}",
        syntax.text
    );
}

#[tokio::test]
async fn what_only_cloud_has_is_not_there() {
    let jira = Jira::data_center().await;
    let key = jira.key(0);
    for path in [
        "search/jql?jql=",
        "jql/parse",
        "search/approximate-count",
        "label",
        &format!("issue/{key}/changelog"),
        "user/bulk?accountId=1",
        "statuses/search",
        "priority/search",
    ] {
        let got = jira.get(path).await;
        assert_eq!(got.status, 404, "{path}");
        assert!(got.header("content-type").unwrap().starts_with("text/html"), "{path}");
    }
    let address = format!("{}/rest/api/3/serverInfo", jira.sandbox.url());
    assert_eq!(
        crate::harness::got(jira.bare(reqwest::Method::GET, &address))
            .await
            .status,
        404
    );
}
