//! Suggestions while somebody types: people, groups, labels, issues, sprints.

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Got, Jira, got};

/// `GET` of something beside the versioned API.
async fn beside(jira: &Jira, path: &str) -> Got {
    let own = jira.signed_in(Method::GET, "x").build().unwrap();
    let authorization = own.headers()["authorization"].to_str().unwrap().to_owned();
    let address = format!("{}/{path}", jira.sandbox.url());
    got(jira.bare(Method::GET, &address).header("authorization", authorization)).await
}

#[tokio::test]
async fn groups_people_and_labels_are_suggested() {
    for jira in [Jira::cloud().await, Jira::data_center().await] {
        let cloud = jira.api("").contains("/3/");
        let groups = jira.json("groups/picker?query=dev").await;
        assert_eq!(groups["total"], 1);
        assert_eq!(groups["groups"][0]["html"], "<b>dev</b>elopers");
        assert_eq!(groups["groups"][0]["groupId"].is_string(), cloud);
        let people = jira.json("user/picker?query=rob").await;
        assert_eq!(people["users"][0]["displayName"], "Robin Example");
        assert_eq!(people["users"][0].get("accountId").is_some(), cloud);
        let labels = beside(&jira, "rest/api/1.0/labels/suggest?query=").await.json();
        let label = labels["suggestions"][0]["label"].as_str().unwrap();
        let typed = &label[..2];
        let narrowed = beside(&jira, &format!("rest/api/1.0/labels/suggest?query={typed}"))
            .await
            .json();
        let all = narrowed["suggestions"].as_array().unwrap();
        assert!(!all.is_empty() && all.iter().all(|one| one["label"].as_str().unwrap().starts_with(typed)));
        let number = if cloud { "10039" } else { "10110" };
        let own = beside(&jira, &format!("rest/api/1.0/labels/{number}/suggest?query=")).await;
        assert!(!own.json()["suggestions"].as_array().unwrap().is_empty());
        let strangers = jira.anonymous("groups/picker").await.json();
        assert_eq!(strangers["total"], 0);
    }
}

#[tokio::test]
async fn issues_are_suggested_by_key_and_by_words() {
    for jira in [Jira::cloud().await, Jira::data_center().await] {
        let key = jira.key(5);
        let found = jira.json(&format!("issue/picker?query={key}&showSubTasks=true")).await;
        let section = &found["sections"][0];
        assert_eq!(section["id"], "hs");
        let keys: Vec<&Value> = section["issues"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["key"])
            .collect();
        assert!(keys.contains(&&Value::from(key.as_str())), "{keys:?}");
        let jql = "issue/picker?query=&currentJQL=project%20is%20not%20empty&showSubTasks=false";
        let two = jira.json(jql).await;
        assert_eq!(two["sections"][1]["id"], "cs");
        assert_eq!(two["sections"][1]["issues"].as_array().unwrap().len(), 20);
    }
}

#[tokio::test]
async fn boards_have_sprints_in_every_state() {
    for (jira, project) in [(Jira::cloud().await, "SEC"), (Jira::data_center().await, "FW")] {
        let boards = beside(&jira, "rest/agile/1.0/board?maxResults=50").await.json();
        assert!(boards["values"].as_array().unwrap().len() > 2 && boards["isLast"] == true);
        let own = beside(&jira, &format!("rest/agile/1.0/board?projectKeyOrId={project}"))
            .await
            .json();
        assert_eq!(own["values"][0]["location"]["projectKey"], project);
        let board = own["values"][0]["id"].clone();
        let open = beside(
            &jira,
            &format!("rest/agile/1.0/board/{board}/sprint?state=active,future"),
        )
        .await
        .json();
        let states: Vec<&Value> = open["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["state"])
            .collect();
        assert_eq!(states, ["active", "future", "future"]);
        assert_eq!(open["values"][0]["originBoardId"], board);
        let one = beside(&jira, &format!("rest/agile/1.0/sprint/{}", open["values"][0]["id"]))
            .await
            .json();
        assert_eq!(one["name"], open["values"][0]["name"]);
        assert_eq!(
            beside(&jira, &format!("rest/agile/1.0/board/{board}/sprint?state=x"))
                .await
                .status,
            400
        );
        assert_eq!(beside(&jira, "rest/agile/1.0/board/1").await.status, 404);
        let versions = jira
            .json(&format!("project/{project}/version?status=unreleased&maxResults=2"))
            .await;
        assert_eq!(versions["values"].as_array().unwrap().len(), 2);
        assert!(
            versions["values"]
                .as_array()
                .unwrap()
                .iter()
                .all(|one| one["released"] == false)
        );
    }
}
