//! What is offered while a mapping is made: screens, statuses, projects, and values to choose from.

use crosstie::{
    domain::{IssueRef, Sprint},
    jira::{Client, ErrorKind, Standing},
};
use serde_json::{Value, json};

use crate::support::{Reply, Seen, Server, World, config, data_center, ok, refusal, reply};

type Answer = fn(&Seen, usize) -> Reply;

/// Both flavours with the same answers, since paths differ only in the version.
async fn both(answer: Answer) -> [(Server, Client); 2] {
    let known = move |seen: &Seen, before: usize| answer(seen, before).with("X-AUSERNAME", "ana");
    let (cloud, own) = (Server::cloud(known).await, Server::data_center(known).await);
    let clients = (
        World::new(&config(&cloud.url)).client,
        World::new(&data_center(&own.url)).client,
    );
    [(cloud, clients.0), (own, clients.1)]
}

/// The last segments of a path, behind the version.
fn rest(seen: &Seen) -> String {
    let path = seen.path.replace("/rest/api/2/", "").replace("/rest/api/3/", "");
    path.replace("/rest/agile/1.0/", "")
}

fn query(server: &Server) -> String {
    server.seen().last().unwrap().query.clone()
}

fn screens(seen: &Seen, _: usize) -> Reply {
    let types = [("1", "Bug"), ("10", "1"), ("3", "bug"), ("4", "Story")];
    let types: Vec<Value> = types.iter().map(|(id, name)| json!({"id": id, "name": name})).collect();
    let second = seen.query.contains("startAt=2");
    match rest(seen).as_str() {
        "project/PAY" | "project/10000" => ok(&json!({"id": "10000", "key": "PAY", "name": "Payments"})),
        "project/DEAD" => ok(&json!({"id": "10001", "key": "DEAD", "name": "Dead", "archived": true})),
        "project/BIN" => ok(&json!({"id": "10002", "key": "BIN", "name": "Bin", "deleted": true})),
        "project/NEW" => ok(&json!({"id": "10003", "key": "NEW", "name": "New"})),
        // Cloud's envelope, in two pages.
        "issue/createmeta/PAY/issuetypes" if second => ok(&json!({"issueTypes": types[1..], "startAt": 2, "total": 4})),
        "issue/createmeta/PAY/issuetypes" => ok(&json!({"issueTypes": types[..2], "startAt": 0, "total": 4})),
        // Data Center's.
        "issue/createmeta/10000/issuetypes" => ok(&json!({"values": types, "startAt": 0, "total": 4, "isLast": true})),
        "issue/createmeta/NEW/issuetypes" => ok(&json!({"values": [], "startAt": 0, "total": 0, "isLast": true})),
        path if path.contains("/issuetypes/") => ok(&json!({"values": [
            {"fieldId": "labels", "name": "Labels", "required": false, "schema": {"type": "array", "items": "string"}},
            {"fieldId": "summary", "name": "Summary", "required": true, "schema": {"type": "string"}},
            {"fieldId": "labels", "name": "Labels", "required": false, "schema": {"type": "array", "items": "string"}},
            {"name": "without an id"},
            {"fieldId": "priority", "name": "Priority", "required": true, "hasDefaultValue": true,
                "defaultValue": {"id": "3"}, "schema": {"type": "priority"}},
        ], "startAt": 0, "total": 5, "isLast": true})),
        _ => refusal(404, "no"),
    }
}

#[tokio::test]
async fn a_create_screen_is_found_by_ids_and_by_names() {
    for (server, client) in both(screens).await {
        for (project, wanted, id) in [
            ("PAY", "Bug", "1"),
            ("PAY", "bug", "3"),
            ("PAY", "BUG", "1"),
            ("PAY", "1", "1"),
            ("10000", "story", "4"),
        ] {
            let screen = client.create_screen(project, wanted).await.unwrap();
            assert_eq!(screen.issue_type.id, id, "{wanted}");
            assert_eq!(
                (screen.project.key.as_str(), screen.project.name.as_str()),
                ("PAY", "Payments")
            );
            let fields: Vec<&str> = screen.fields.iter().map(|field| field.id.as_str()).collect();
            assert_eq!(fields, ["summary", "priority", "labels"], "mandatory first, each once");
            assert!(screen.fields[1].has_default);
        }
        let asked = server.asked();
        for (project, wanted, message, remedy) in [
            (
                "PAY",
                "Task",
                "has no issue type \"Task\"",
                "choose one of: Bug, 1, bug, Story",
            ),
            ("NEW", "Bug", "may not create issues in NEW", "permission"),
            ("DEAD", "Bug", "DEAD is archived", "another project"),
            ("BIN", "Bug", "BIN is in the trash", "restore"),
            ("GONE", "Bug", "there is no project GONE", "capitals"),
        ] {
            let error = client.create_screen(project, wanted).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::NotFound, "{project}");
            assert!(error.message.contains(message), "{error}");
            assert!(error.remedy.contains(remedy), "{}", error.remedy);
        }
        assert!(asked[0].ends_with("/project/PAY"));
    }
}

#[tokio::test]
async fn a_data_center_that_tells_of_screens_in_one_answer_is_understood() {
    fn answer(seen: &Seen, _: usize) -> Reply {
        match rest(seen).as_str() {
            "project/PAY" => ok(&json!({"id": "10000", "key": "PAY", "name": "Payments"})),
            "project/10000" => ok(&json!({"id": "10000", "key": "PAY", "name": "Payments"})),
            "issue/createmeta" => {
                let mut bug = json!({"id": "1", "name": "Bug", "subtask": false});
                if seen.query.contains("projects.issuetypes.fields") {
                    assert!(seen.query.contains("issuetypeIds=1"), "{}", seen.query);
                    bug["fields"] = json!({
                        "labels": {"required": false, "name": "Labels", "schema": {"type": "array", "items": "string", "system": "labels"}},
                        "summary": {"required": true, "name": "Summary", "schema": {"type": "string", "system": "summary"}},
                    });
                }
                ok(&json!({"expand": "projects", "projects": [{"id": "10000", "key": "PAY", "issuetypes": [bug]}]}))
            }
            // What it does not know it answers with a page.
            path if path.starts_with("issue/createmeta/PAY") => reply(404, "text/html", "<html>dead link</html>"),
            _ => refusal(404, "no"),
        }
    }
    let known = |seen: &Seen, before: usize| answer(seen, before).with("X-AUSERNAME", "ana");
    let server = Server::data_center(known).await;
    let client = World::new(&data_center(&server.url)).client;
    for project in ["PAY", "10000"] {
        let screen = client.create_screen(project, "bug").await.unwrap();
        let fields: Vec<&str> = screen.fields.iter().map(|field| field.id.as_str()).collect();
        assert_eq!(
            (screen.issue_type.id.as_str(), fields),
            ("1", vec!["summary", "labels"])
        );
    }
}

#[tokio::test]
async fn who_may_not_create_issues_is_told_so() {
    fn answer(seen: &Seen, _: usize) -> Reply {
        match rest(seen).as_str() {
            "project/PAY" => ok(&json!({"id": "10000", "key": "PAY", "name": "Payments"})),
            path if path.starts_with("issue/createmeta/PAY") => refusal(400, "Invalid project"),
            _ => refusal(404, "no"),
        }
    }
    for (_server, client) in both(answer).await {
        let error = client.create_screen("PAY", "Bug").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound);
        assert!(error.message.contains("may not create issues in PAY"), "{error}");
        assert!(error.message.contains("Invalid project"), "{error}");
        assert!(error.remedy.contains("permission to create issues"), "{}", error.remedy);
    }
}

#[tokio::test]
async fn archived_projects_are_found_where_they_are_hidden() {
    fn answer(seen: &Seen, _: usize) -> Reply {
        let old = json!({"id": "10009", "key": "OLD", "name": "Old", "archived": true});
        let live = json!({"id": "10000", "key": "PAY", "name": "Payments", "archived": false});
        let untold = json!({"id": "10008", "key": "TOLD", "name": "Not told"});
        match rest(seen).as_str() {
            "project" if seen.query == "includeArchived=true" => ok(&json!([live, untold, old])),
            "project/search" if seen.query == "keys=OLD&status=archived&status=deleted" => {
                ok(&json!({"values": [{"id": "10009", "key": "OLD", "name": "Old"}], "isLast": true}))
            }
            "project/search" => ok(&json!({"values": [], "isLast": true})),
            "project/SECRET" => reply(404, "application/json", "{\"errorMessages\": [\"no\"]}"),
            _ => refusal(404, "no"),
        }
    }
    for (_server, client) in both(answer).await {
        let found = client.project("OLD").await.unwrap();
        assert_eq!(
            (found.standing, found.project.id.as_str()),
            (Standing::Archived, "10009")
        );
        for absent in ["SECRET", "PAY"] {
            let error = client.project(absent).await.unwrap_err();
            assert_eq!((error.kind, error.status), (ErrorKind::NotFound, Some(404)), "{absent}");
        }
    }
}

#[tokio::test]
async fn statuses_are_told_for_each_issue_type() {
    fn answer(_: &Seen, _: usize) -> Reply {
        ok(&json!([
            {"id": "1", "name": "Bug", "subtask": false, "statuses": [
                {"id": "3", "name": "Doing", "statusCategory": {"key": "indeterminate"}},
                {"id": "5", "name": "Done", "statusCategory": {"key": "done"}},
            ]},
            {"id": "5", "name": "Sub-task", "subtask": true, "statuses": []},
        ]))
    }
    for (server, client) in both(answer).await {
        let types = client.project_statuses("PAY").await.unwrap();
        assert!(server.asked().last().unwrap().ends_with("/project/PAY/statuses"));
        assert_eq!(types[0].issue_type.name, "Bug");
        let names: Vec<&str> = types[0].statuses.iter().map(|status| status.name.as_str()).collect();
        assert_eq!(names, ["Doing", "Done"]);
        assert!(types[1].issue_type.subtask && types[1].statuses.is_empty());
    }
}

#[tokio::test]
async fn people_are_asked_for_as_each_flavour_wants() {
    fn answer(seen: &Seen, _: usize) -> Reply {
        let cloud = json!({"accountId": "712020:ana", "displayName": "Ana Lima", "active": true});
        let own = json!({"key": "JIRAUSER1", "name": "ana", "displayName": "Ana Lima", "active": true});
        let one = if seen.path.contains("/3/") { cloud } else { own };
        ok(&Value::Array(vec![one; 60]))
    }
    let [cloud, own] = both(answer).await;
    let found = cloud.1.find_people("an", Some("PAY")).await.unwrap();
    assert_eq!((found.items.len(), found.items[0].id.as_str()), (50, "712020:ana"));
    assert_eq!(query(&cloud.0), "maxResults=50&project=PAY&query=an");
    cloud.1.find_people("", None).await.unwrap();
    assert_eq!(query(&cloud.0), "maxResults=50&query=");
    let found = own.1.find_people("an", Some("PAY")).await.unwrap();
    assert_eq!(
        (found.items[0].id.as_str(), found.items[0].name.as_str()),
        ("JIRAUSER1", "ana")
    );
    assert_eq!(query(&own.0), "maxResults=50&project=PAY&username=an");
    own.1.find_people("", None).await.unwrap();
    assert_eq!(query(&own.0), "maxResults=50&username=.");
    let asked = own.0.asked();
    assert_eq!(
        asked,
        ["GET /rest/api/2/user/assignable/search", "GET /rest/api/2/user/search"]
    );
}

#[tokio::test]
async fn groups_labels_and_values_are_suggested() {
    fn answer(seen: &Seen, _: usize) -> Reply {
        match rest(seen).as_str() {
            "groups/picker" => ok(&json!({"header": "Showing 1 of 1", "groups": [
                {"name": "security", "html": "<b>sec</b>urity", "groupId": "g-1"}]})),
            _ => ok(&json!({"results": [
                {"value": "\"and\"", "displayName": "<b>an</b>d"},
                {"value": "r&d", "displayName": "r&amp;d &lt;b&gt;"},
                {"value": "plain"},
            ]})),
        }
    }
    for (server, client) in both(answer).await {
        let groups = client.find_groups("sec").await.unwrap().items;
        assert_eq!((groups[0].id.as_str(), groups[0].name.as_str()), ("g-1", "security"));
        assert_eq!(query(&server), "query=sec&maxResults=50");
        let labels = client.find_labels("an").await.unwrap().items;
        let labels: Vec<_> = labels
            .iter()
            .map(|label| (label.id.as_str(), label.name.as_str()))
            .collect();
        assert_eq!(labels, [("and", "and"), ("r&d", "r&d <b>"), ("plain", "plain")]);
        assert_eq!(query(&server), "fieldName=labels&fieldValue=an");
        client.find_values("customfield_10020", "x").await.unwrap();
        assert_eq!(query(&server), "fieldName=cf%5B10020%5D&fieldValue=x");
    }
}

#[tokio::test]
async fn sprints_come_from_all_boards_of_the_project() {
    fn answer(seen: &Seen, _: usize) -> Reply {
        let sprint = |id: u32, name: &str| json!({"id": id, "name": name, "state": "active", "originBoardId": 1});
        match rest(seen).as_str() {
            // A page as long as the site likes.
            "board" if seen.query.contains("startAt=2") => {
                ok(&json!({"values": [{"id": 3}], "startAt": 2, "isLast": true}))
            }
            "board" => ok(&json!({"values": [{"id": 1}, {"id": 2, "type": "kanban"}], "startAt": 0, "isLast": false})),
            "board/1/sprint" => ok(&json!({"values": [sprint(7, "Team 7"), sprint(8, "Other")], "isLast": true})),
            "board/3/sprint" => ok(&json!({"values": [sprint(7, "Team 7"), sprint(9, "team 9")], "isLast": true})),
            _ => refusal(400, "The board does not support sprints"),
        }
    }
    for (server, client) in both(answer).await {
        let found = client.find_sprints("team", "PAY").await.unwrap();
        let ids: Vec<i64> = found.items.iter().map(|sprint| sprint.id).collect();
        assert_eq!((ids, found.note), (vec![7, 9], None));
        assert_eq!(server.seen()[0].query, "projectKeyOrId=PAY&maxResults=50");
        assert!(
            server.seen()[2..]
                .iter()
                .all(|seen| seen.query.starts_with("state=active%2Cfuture"))
        );
    }
    fn refused(seen: &Seen, _: usize) -> Reply {
        match rest(seen).as_str() {
            "board" => refusal(403, "no boards for you"),
            _ => ok(&json!({"results": [
                {"value": "7", "displayName": "<b>Team</b> 7"}, {"value": "\"Team 8\"", "displayName": "Team 8"}]})),
        }
    }
    for (_server, client) in both(refused).await {
        let found = client.find_sprints("team", "PAY").await.unwrap();
        let seven = Sprint {
            id: 7,
            name: "Team 7".to_owned(),
            state: String::new(),
        };
        assert_eq!((found.items, found.note), (vec![seven], None));
    }
}

#[tokio::test]
async fn parents_are_picked_within_the_project() {
    fn answer(_: &Seen, _: usize) -> Reply {
        let issue = |key: &str, summary: &str| json!({"key": key, "keyHtml": key, "summaryText": summary});
        ok(&json!({"sections": [
            {"id": "hs", "issues": [issue("PAY-1", "Epic"), issue("PAYX-2", "Elsewhere")]},
            {"id": "cs", "issues": [issue("PAY-1", "Epic"), {"id": 10003, "key": "PAY-3", "summary": "<b>E</b>dge"}]},
        ]}))
    }
    for (server, client) in both(answer).await {
        let found = client.find_issues("e", Some("PAY")).await.unwrap();
        let issue = |id: &str, key: &str, summary: &str| IssueRef {
            id: id.to_owned(),
            key: key.to_owned(),
            summary: summary.to_owned(),
            status: None,
        };
        assert_eq!(
            found.items,
            [issue("", "PAY-1", "Epic"), issue("10003", "PAY-3", "Edge")]
        );
        assert_eq!(query(&server), "query=e&showSubTasks=false&currentJQL=project+%3D+PAY");
        assert_eq!(client.find_issues("e", None).await.unwrap().items.len(), 3);
    }
}

#[tokio::test]
async fn what_the_site_keeps_back_is_an_empty_list_with_a_note() {
    fn forbidden(_: &Seen, _: usize) -> Reply {
        refusal(403, "You are not authorized to browse users.")
    }
    fn absent(_: &Seen, _: usize) -> Reply {
        refusal(404, "no such thing")
    }
    for (answer, words) in [(forbidden as Answer, "browse users"), (absent, "no such thing")] {
        for (_server, client) in both(answer).await {
            let notes = [
                client.find_people("a", None).await.unwrap().note,
                client.find_people("a", Some("PAY")).await.unwrap().note,
                client.find_groups("a").await.unwrap().note,
                client.find_labels("a").await.unwrap().note,
                client.find_sprints("a", "PAY").await.unwrap().note,
                client.find_issues("a", None).await.unwrap().note,
            ];
            for note in notes {
                assert!(note.as_deref().is_some_and(|note| note.contains(words)), "{note:?}");
            }
        }
    }
    fn broken(_: &Seen, _: usize) -> Reply {
        refusal(500, "oops")
    }
    for (_server, client) in both(broken).await {
        assert_eq!(client.find_groups("a").await.unwrap_err().kind, ErrorKind::Server);
    }
}
