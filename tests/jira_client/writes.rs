//! Writes on both flavours: what is sent, and what becomes of the answer.

use crosstie::{
    domain::{IssueId, StatusCategory, ValueKind},
    jira::{ErrorKind, Marking, Outcome, RemoteLink},
};
use serde_json::{Map, Value, json};

use crate::support::{Reply, Seen, Server, World, config, data_center, error, myself, ok, refusal, reply};

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => unreachable!(),
    }
}

fn id() -> IssueId {
    IssueId::from("10001")
}

fn done() -> Reply {
    reply(204, "application/json", "")
}

fn created() -> Reply {
    error(
        201,
        &json!({"id": "10001", "key": "PAY-1", "self": "https://x/rest/api/3/issue/10001"}),
    )
}

fn link() -> RemoteLink {
    RemoteLink {
        global_id: "crosstie:h1:report:7&x".to_owned(),
        url: "https://hackerone.com/reports/7".to_owned(),
        title: "#7".to_owned(),
        summary: Some("XSS".to_owned()),
        relationship: Some("reported as".to_owned()),
        application: Some(("com.hackerone".to_owned(), "HackerOne".to_owned())),
        icon: Some(("https://hackerone.com/favicon.ico".to_owned(), "HackerOne".to_owned())),
        resolved: Some(true),
    }
}

#[tokio::test]
async fn each_write_has_its_shape() {
    let answer = |seen: &Seen, _: usize| match (seen.method.as_str(), seen.path.rsplit('/').next()) {
        ("POST", Some("issue")) => created(),
        ("POST", Some("remotelink")) => ok(&json!({"id": 1})),
        _ => done(),
    };
    let server = Server::cloud(answer).await;
    let client = World::new(&config(&server.url)).client;
    let value = json!({"finding": "h1:7"});
    let text = json!({"type": "doc", "version": 1, "content": []});
    let all = fields(json!({"summary": "One", "comment": text, "customfield_10020": 7}));
    let some = fields(json!({"summary": "One"}));
    let issue = client.create_issue(&all, ("crosstie", &value)).await.unwrap();
    assert_eq!(
        (issue.id, issue.key.as_str(), issue.marking),
        (id(), "PAY-1", Marking::Together)
    );
    client.edit_issue(&id(), &some).await.unwrap();
    client.transition(&id(), "5", &Map::new()).await.unwrap();
    client.transition(&id(), "5", &all).await.unwrap();
    client.put_remote_link(&id(), &link()).await.unwrap();
    client.put_property(&id(), "crosstie", &value).await.unwrap();
    client.remove_property(&id(), "crosstie").await.unwrap();
    client
        .remove_remote_link(&id(), "crosstie:h1:report:7&x")
        .await
        .unwrap();

    let comment = json!({"comment": [{"add": {"body": text}}]});
    let some = json!({"summary": "One", "customfield_10020": 7});
    let expected = [
        (
            "POST /rest/api/3/issue",
            json!({"fields": some, "update": comment, "properties": [{"key": "crosstie", "value": value}]}),
        ),
        ("PUT /rest/api/3/issue/10001", json!({"fields": {"summary": "One"}})),
        (
            "POST /rest/api/3/issue/10001/transitions",
            json!({"transition": {"id": "5"}}),
        ),
        (
            "POST /rest/api/3/issue/10001/transitions",
            json!({"transition": {"id": "5"}, "fields": some, "update": comment}),
        ),
        (
            "POST /rest/api/3/issue/10001/remotelink",
            json!({
                "globalId": "crosstie:h1:report:7&x",
                "application": {"type": "com.hackerone", "name": "HackerOne"},
                "relationship": "reported as",
                "object": {
                    "url": "https://hackerone.com/reports/7",
                    "title": "#7",
                    "summary": "XSS",
                    "icon": {"url16x16": "https://hackerone.com/favicon.ico", "title": "HackerOne"},
                    "status": {"resolved": true},
                },
            }),
        ),
        ("PUT /rest/api/3/issue/10001/properties/crosstie", value.clone()),
        ("DELETE /rest/api/3/issue/10001/properties/crosstie", Value::Null),
        ("DELETE /rest/api/3/issue/10001/remotelink", Value::Null),
    ];
    let seen = server.seen().split_off(1);
    assert_eq!(seen.len(), expected.len());
    for (seen, (call, body)) in seen.iter().zip(expected) {
        assert_eq!(format!("{} {}", seen.method, seen.path), call);
        assert_eq!(seen.body, body, "{call}");
        assert!(seen.is_signed(), "{call}");
        assert_eq!(seen.header("x-atlassian-token"), "no-check", "{call}");
        assert!(seen.header("user-agent").starts_with("crosstie/"), "{call}");
        let kind = if body.is_null() { "" } else { "application/json" };
        assert_eq!(seen.header("content-type"), kind, "{call}");
    }
    assert_eq!(seen[7].query, "globalId=crosstie%3Ah1%3Areport%3A7%26x");

    let server = Server::data_center(answer).await;
    let client = World::new(&data_center(&server.url)).client;
    let short = RemoteLink {
        global_id: "g".to_owned(),
        url: "https://x".to_owned(),
        title: "X".to_owned(),
        ..RemoteLink::default()
    };
    client.put_remote_link(&id(), &short).await.unwrap();
    let seen = server.seen().pop().unwrap();
    assert_eq!(seen.path, "/rest/api/2/issue/10001/remotelink");
    assert_eq!(
        seen.body,
        json!({"globalId": "g", "object": {"url": "https://x", "title": "X"}})
    );
}

/// What a Data Center does with properties that come with an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Properties {
    Kept,
    Ignored,
    Refused,
    /// Ignored, and they cannot be put either.
    Forbidden,
}

#[tokio::test]
async fn data_center_marks_with_the_issue_or_right_after() {
    for (how, first, second) in [
        (
            Properties::Kept,
            &["POST /issue", "GET /issue/10001/properties/crosstie"][..],
            &["POST /issue"][..],
        ),
        (
            Properties::Ignored,
            &[
                "POST /issue",
                "GET /issue/10001/properties/crosstie",
                "GET /issue/10001",
                "PUT /issue/10001/properties/crosstie",
            ],
            &["POST /issue", "PUT /issue/10001/properties/crosstie"],
        ),
        (
            Properties::Refused,
            &["POST /issue", "POST /issue", "PUT /issue/10001/properties/crosstie"],
            &["POST /issue", "PUT /issue/10001/properties/crosstie"],
        ),
        (
            Properties::Forbidden,
            &[
                "POST /issue",
                "GET /issue/10001/properties/crosstie",
                "GET /issue/10001",
                "PUT /issue/10001/properties/crosstie",
            ],
            &["POST /issue", "PUT /issue/10001/properties/crosstie"],
        ),
    ] {
        let server = Server::data_center(move |seen, _| {
            let property = seen.path.ends_with("/properties/crosstie");
            let answer = match (seen.method.as_str(), property, how) {
                ("POST", _, Properties::Refused) if !seen.body["properties"].is_null() => refusal(
                    400,
                    "Can not deserialize instance of java.lang.String out of START_OBJECT token \
                     (through reference chain: com.atlassian.jira.rest.v2.issue.IssueUpdateBean[\"properties\"])",
                ),
                ("POST", ..) => created(),
                ("PUT", _, Properties::Forbidden) => refusal(403, "no"),
                ("PUT", ..) => done(),
                (_, true, Properties::Kept) => ok(&json!({"key": "crosstie", "value": 1})),
                (_, true, _) => refusal(404, "no property"),
                _ => ok(&json!({"id": "10001", "key": "PAY-1", "fields": {}})),
            };
            answer.with("X-AUSERNAME", "ana")
        })
        .await;
        let client = World::new(&data_center(&server.url)).client;
        let mut before = 0;
        for expected in [first, second] {
            let issue = client
                .create_issue(&fields(json!({"summary": "One"})), ("crosstie", &json!(1)))
                .await
                .unwrap();
            let asked = server.asked().split_off(before);
            before += asked.len();
            let asked: Vec<String> = asked.iter().map(|call| call.replace("/rest/api/2", "")).collect();
            assert_eq!(asked, expected, "{how:?}");
            match (how, issue.marking) {
                (Properties::Kept, Marking::Together) => {}
                (Properties::Ignored | Properties::Refused, Marking::After) => {}
                (Properties::Forbidden, Marking::Missing(failed)) => assert_eq!(failed.outcome, Outcome::Refused),
                (how, marking) => panic!("{how:?}: {marking:?}"),
            }
        }
    }
}

#[tokio::test]
async fn an_issue_is_read_as_it_is_now() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/issue/OLD-7" => ok(&json!({
            "id": "10007",
            "key": "PAY-7",
            "fields": {
                "customfield_10020": [{"id": 3, "name": "Sprint 3", "state": "active", "boardId": 1}],
                "status": {"id": "3", "name": "Doing", "statusCategory": {"key": "indeterminate"}},
                "updated": "2026-11-22T09:00:00.000+0100",
                "priority": null,
            },
            "changelog": {"total": 3, "histories": [
                {"id": "102", "created": "2026-11-22T08:00:00.000+0000", "author": {"accountId": "712020:bo"},
                    "items": [{"field": "priority", "fieldId": "priority", "from": "1", "to": null}]},
                {"id": "101", "created": "2026-11-21T08:00:00.000+0000",
                    "items": [{"field": "status", "from": "1", "to": "3", "toString": "Doing"}]},
            ]},
        }))
        .with("X-AACCOUNTID", "712020%3Aana"),
        "/rest/api/3/issue/PAY-9" => {
            ok(&json!({"id": "10009", "key": "PAY-9", "fields": {}})).with("X-AACCOUNTID", "712020%3Aana")
        }
        "/rest/api/3/myself" => ok(&myself()).with("X-AACCOUNTID", "712020%3Aana"),
        _ => refusal(404, "Issue does not exist or you do not have permission to see it."),
    })
    .await;
    let client = World::new(&config(&server.url)).client;
    let wanted = [
        "priority".to_owned(),
        "customfield_10020".to_owned(),
        "status".to_owned(),
    ];
    let now = client.read_fields("OLD-7", &wanted).await.unwrap();
    assert_eq!((now.id.as_str(), now.key.as_str()), ("10007", "PAY-7"));
    assert_eq!(
        (now.status.name.as_str(), now.status.category),
        ("Doing", StatusCategory::Indeterminate)
    );
    assert_eq!(now.fields["customfield_10020"][0]["id"], 3);
    assert_eq!(now.updated.to_string(), "2026-11-22T08:00:00Z");
    let entries: Vec<&str> = now.history.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!((entries, now.history_complete), (vec!["101", "102"], false));
    assert_eq!(
        now.history[1].author.as_ref().map(|author| author.id.as_str()),
        Some("712020:bo")
    );
    assert_eq!(
        server.seen()[1].query,
        "fields=priority%2Ccustomfield_10020%2Cstatus%2Cupdated&expand=changelog"
    );
    let error = client.read_fields("PAY-9", &[]).await.unwrap_err();
    assert_eq!(
        error.kind,
        ErrorKind::Malformed,
        "an issue without a status is no issue"
    );
    let error = client.read_fields("PAY-8", &[]).await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::NotFound, Some(404)));
    assert_eq!(
        server.asked().last().unwrap(),
        "GET /rest/api/3/myself",
        "who is asking?"
    );
}

#[tokio::test]
async fn nobody_is_told_that_an_issue_is_gone() {
    let nobody = |_: &Seen, _: usize| refusal(404, "Issue does not exist.").with("X-AUSERNAME", "anonymous");
    let server = Server::data_center(nobody).await;
    let client = World::new(&data_center(&server.url)).client;
    let error = client.read_fields("PAY-1", &[]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Auth, "{error}");
    let error = client.property(&id(), "crosstie").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Auth, "{error}");
    let failed = client.remove_property(&id(), "crosstie").await.unwrap_err();
    assert_eq!(failed.error.kind, ErrorKind::Auth, "{failed}");
    let page = |_: &Seen, _: usize| reply(404, "text/html", "<html>no</html>");
    let server = Server::data_center(page).await;
    let client = World::new(&data_center(&server.url)).client;
    let error = client.read_fields("PAY-1", &[]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotJira, "{error}");
}

#[tokio::test]
async fn an_absent_property_is_told_from_an_absent_issue() {
    for there in [true, false] {
        let server = Server::cloud(move |seen, _| {
            let answer = match seen.path.as_str() {
                "/rest/api/3/issue/10001" if there => ok(&json!({"id": "10001", "key": "PAY-1", "fields": {}})),
                "/rest/api/3/issue/10001/properties/there" => ok(&json!({"key": "there", "value": null})),
                _ => refusal(404, "not found"),
            };
            answer.with("X-AACCOUNTID", "712020%3Aana")
        })
        .await;
        let client = World::new(&config(&server.url)).client;
        assert_eq!(client.property(&id(), "there").await, Ok(Some(Value::Null)));
        let value = client.property(&id(), "absent").await;
        let removed = client.remove_property(&id(), "absent").await;
        let unlinked = client.remove_remote_link(&id(), "absent").await;
        if there {
            assert_eq!((value, removed, unlinked), (Ok(None), Ok(()), Ok(())));
        } else {
            assert_eq!(value.unwrap_err().kind, ErrorKind::NotFound);
            for failed in [removed.unwrap_err(), unlinked.unwrap_err()] {
                assert_eq!(
                    (failed.error.kind, failed.outcome),
                    (ErrorKind::NotFound, Outcome::Refused)
                );
            }
        }
    }
}

#[tokio::test]
async fn steps_come_with_their_screens() {
    let server = Server::data_center(|_, _| {
        ok(&json!({"transitions": [{
            "id": "5", "name": "Resolve", "hasScreen": true,
            "to": {"id": "3", "name": "Done", "statusCategory": {"key": "done"}},
            "fields": {
                "assignee": {"required": false, "name": "Assignee", "schema": {"type": "user", "system": "assignee"}},
                "comment": {"required": false, "name": "Comment", "schema": {"type": "comments-page", "system": "comment"}},
                "resolution": {"required": true, "name": "Resolution", "schema": {"type": "resolution", "system": "resolution"},
                    "allowedValues": [{"id": "1", "name": "Fixed"}, {"id": "2", "name": "Won't do"}]},
            },
        }]}))
    })
    .await;
    let client = World::new(&data_center(&server.url)).client;
    let steps = client.open_transitions(&id()).await.unwrap();
    assert_eq!(server.seen()[1].query, "expand=transitions.fields");
    let step = &steps[0];
    assert!(step.has_screen && step.available && step.to.category == StatusCategory::Done);
    let fields: Vec<_> = step
        .fields
        .iter()
        .map(|field| (field.id.as_str(), field.kind))
        .collect();
    assert_eq!(
        fields,
        [
            ("resolution", ValueKind::Resolution),
            ("assignee", ValueKind::User),
            ("comment", ValueKind::Rich)
        ]
    );
    assert_eq!(step.fields[0].allowed[1].name, "Won't do");
}
