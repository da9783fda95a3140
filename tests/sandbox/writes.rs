//! Writing: what later parts of crosstie need of a Jira that says no.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Jira;

/// A project with an ordinary issue type.
async fn place(jira: &Jira) -> (String, String) {
    let key = jira.key(0);
    let project = key.split('-').next().unwrap().to_owned();
    let types = jira.json(&format!("issue/createmeta/{project}/issuetypes")).await;
    let types = types.get("issueTypes").or_else(|| types.get("values")).unwrap();
    let plain = types
        .as_array()
        .unwrap()
        .iter()
        .find(|kind| kind["subtask"] == false && kind["name"] != "Epic")
        .unwrap();
    (project, plain["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_issue_is_created_with_everything_it_needs() {
    for jira in [Jira::cloud().await, Jira::data_center().await] {
        let (project, kind) = place(&jira).await;
        let missing = jira.post("issue", &json!({"fields": {"summary": "x"}})).await;
        assert_eq!(missing.status, 400);
        assert_eq!(missing.json()["errors"]["issuetype"], "Specify an issue type");
        assert!(missing.json()["errors"]["project"].is_string());
        let fields = json!({"project": {"key": project}, "issuetype": {"id": kind}});
        let untitled = jira.post("issue", &json!({"fields": fields})).await;
        assert_eq!(
            untitled.json()["errors"]["summary"],
            "You must specify a summary of the issue."
        );

        let mut whole = fields.clone();
        whole["summary"] = "A new one".into();
        whole["labels"] = json!(["a"]);
        let body = json!({
            "fields": whole,
            "update": {"components": []},
            "properties": [{"key": "crosstie", "value": {"mark": 7}}],
        });
        let made = jira.post("issue", &body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let key = made.json()["key"].as_str().unwrap().to_owned();
        let issue = jira
            .json(&format!(
                "issue/{key}?properties=crosstie&fields=summary,labels,reporter"
            ))
            .await;
        assert_eq!(
            (&issue["fields"]["summary"], &issue["fields"]["labels"]),
            (&json!("A new one"), &json!(["a"]))
        );
        assert_eq!(issue["fields"]["reporter"]["displayName"], "Robin Example");
        assert_eq!(issue["properties"], json!({"crosstie": {"mark": 7}}));
        let property = jira.json(&format!("issue/{key}/properties/crosstie")).await;
        assert_eq!(property["value"], json!({"mark": 7}));

        whole["nosuch"] = 1.into();
        let unknown = jira.post("issue", &json!({"fields": whole})).await;
        let text = "Field 'nosuch' cannot be set. It is not on the appropriate screen, or unknown.";
        assert_eq!(unknown.json()["errors"]["nosuch"], text);
    }
}

#[tokio::test]
async fn fields_are_set_added_to_and_never_both() {
    let jira = Jira::cloud().await;
    let path = format!("issue/{}", jira.key(1));
    let edit = async |body: Value| jira.send(Method::PUT, &path, &body).await;
    assert_eq!(
        edit(json!({"fields": {"summary": "Renamed", "labels": ["a", "b"]}}))
            .await
            .status,
        204
    );
    assert_eq!(
        edit(json!({"update": {"labels": [{"add": "c"}, {"remove": "a"}]}}))
            .await
            .status,
        204
    );
    let fields = jira.json(&format!("{path}?fields=summary,labels")).await["fields"].clone();
    assert_eq!(fields, json!({"summary": "Renamed", "labels": ["b", "c"]}));
    let both = edit(json!({"fields": {"labels": []}, "update": {"labels": [{"add": "x"}]}})).await;
    assert_eq!(both.status, 400);
    for (body, field) in [
        (json!({"fields": {"description": "plain text"}}), "description"),
        (json!({"fields": {"priority": {"name": "NoSuch"}}}), "priority"),
        (json!({"fields": {"duedate": "tomorrow"}}), "duedate"),
        (json!({"fields": {"labels": ["two words"]}}), "labels"),
        (json!({"fields": {"summary": ""}}), "summary"),
        (json!({"fields": {"assignee": {"accountId": "nobody"}}}), "assignee"),
    ] {
        let refused = edit(body.clone()).await;
        assert_eq!(refused.status, 400, "{body}");
        assert!(refused.json()["errors"][field].is_string(), "{body}: {}", refused.text);
    }
    assert_eq!(
        jira.send(Method::PUT, "issue/NOSUCH-1", &json!({"fields": {}}))
            .await
            .status,
        404
    );
    assert_eq!(
        jira.json(&format!("{path}?fields=summary")).await["fields"]["summary"],
        "Renamed"
    );
}

#[tokio::test]
async fn a_comment_must_be_what_the_version_expects() {
    let jira = Jira::cloud().await;
    let path = format!("issue/{}/comment", jira.key(1));
    for body in [json!("plain"), json!({"type": "paragraph"}), json!(null)] {
        let refused = jira.post(&path, &json!({"body": body})).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.json()["errors"]["comment"], "Comment body is not valid!");
    }
    let doc = |text: &str| {
        let paragraph = json!({"type": "paragraph", "content": [{"type": "text", "text": text}]});
        json!({"body": {"type": "doc", "version": 1, "content": [paragraph]}})
    };
    let made = jira.post(&path, &doc("first")).await.json();
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let edited = jira.send(Method::PUT, &one, &doc("second")).await;
    assert_eq!((edited.status, &edited.json()["body"]), (200, &doc("second")["body"]));
    assert_eq!(jira.send(Method::DELETE, &one, &json!({})).await.status, 204);
    assert_eq!(jira.get(&one).await.status, 404);
}

#[tokio::test]
async fn transitions_go_where_the_workflow_lets_them() {
    for (jira, unknown) in [(Jira::cloud().await, 400), (Jira::data_center().await, 500)] {
        let path = format!("issue/{}", jira.key(1));
        let list = jira
            .json(&format!("{path}/transitions?expand=transitions.fields"))
            .await;
        let first = &list["transitions"][0];
        assert!(first["fields"].is_object() && first["to"]["statusCategory"]["key"].is_string());
        let run = async |body: Value| jira.post(&format!("{path}/transitions"), &body).await;
        let missing = run(json!({"fields": {}})).await;
        assert_eq!(
            (missing.status, missing.message().as_str()),
            (400, "Missing 'transition' identifier")
        );
        assert_eq!(run(json!({"transition": {"id": "999999"}})).await.status, unknown);
        assert_eq!(run(json!({"transition": {"id": first["id"]}})).await.status, 204);
        let issue = jira.json(&format!("{path}?fields=status&expand=changelog")).await;
        assert_eq!(issue["fields"]["status"]["id"], first["to"]["id"]);
        let histories = issue["changelog"]["histories"].as_array().unwrap();
        let newest = if unknown == 400 {
            histories.first()
        } else {
            histories.last()
        }
        .unwrap();
        assert_eq!(newest["items"][0]["toString"], first["to"]["name"]);
        let nothing = jira.json(&format!("{path}/transitions?transitionId=999999")).await;
        assert_eq!(nothing["transitions"], json!([]));
    }
}

#[tokio::test]
async fn somebody_nobody_or_the_lead_is_assigned() {
    for (jira, part) in [(Jira::cloud().await, "accountId"), (Jira::data_center().await, "name")] {
        let path = format!("issue/{}", jira.key(1));
        let me = jira.json("myself").await[part].clone();
        let assign = async |who: Value| {
            jira.send(Method::PUT, &format!("{path}/assignee"), &json!({part: who}))
                .await
        };
        let assignee = async || jira.json(&format!("{path}?fields=assignee")).await["fields"]["assignee"].clone();
        assert_eq!(assign(me.clone()).await.status, 204);
        assert_eq!(assignee().await[part], me);
        assert_eq!(assign(json!(null)).await.status, 204);
        assert_eq!(assignee().await, json!(null));
        assert_eq!(assign(json!("-1")).await.status, 204);
        let project = jira.key(1).split('-').next().unwrap().to_owned();
        assert_eq!(
            assignee().await[part],
            jira.json(&format!("project/{project}")).await["lead"][part]
        );
        assert_eq!(assign(json!("nobody-at-all")).await.status, 400);
        assert_eq!(
            jira.send(Method::PUT, &format!("{path}/assignee"), &json!({}))
                .await
                .status,
            400
        );
    }
}

#[tokio::test]
async fn an_issue_with_sub_tasks_is_not_deleted_by_accident() {
    let jira = Jira::data_center().await;
    let key = jira.sandbox.change(|world, now| {
        let all = world.visible(&world.viewer(now)).collect::<Vec<_>>();
        let parent = all.into_iter().find(|idx| {
            let children = world.children(*idx);
            children
                .iter()
                .any(|child| world.issue_type(world.issue(*child).issue_type).subtask)
        });
        world.issue(parent.unwrap()).key.to_string()
    });
    let refused = jira.send(Method::DELETE, &format!("issue/{key}"), &json!({})).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert_eq!(
        jira.send(Method::DELETE, &format!("issue/{key}?deleteSubtasks=true"), &json!({}))
            .await
            .status,
        204
    );
    assert_eq!(jira.get(&format!("issue/{key}")).await.status, 404);
}
