//! Each call on both flavours: what is asked, and what becomes of the answer.

use crosstie::{
    domain::{Deployment, IssueId, StatusCategory},
    jira::{ErrorKind, PageToken, Search},
};
use serde_json::{Value, json};

use crate::support::{Reply, Seen, Server, World, config, data_center, error, myself, ok, page, raw_issue, refusal};

fn ids(numbers: &[u32]) -> Vec<IssueId> {
    numbers
        .iter()
        .map(|number| IssueId((10_000 + number).to_string()))
        .collect()
}

fn absent() -> Reply {
    refusal(404, "Issue does not exist or you do not have permission to see it.").with("X-AUSERNAME", "ana")
}

#[tokio::test]
async fn searches_speak_each_flavour() {
    let search = Search {
        jql: "project = PAY".to_owned(),
        max_results: 50,
        changelog: true,
        page: None,
    };
    let server = Server::cloud(|seen, _| {
        let mut page = page(&["PAY-1", "PAY-2"]);
        if seen.body["nextPageToken"].is_null() {
            page["isLast"] = json!(false);
            page["nextPageToken"] = json!("t2");
        }
        ok(&page)
    })
    .await;
    let world = World::new(&config(&server.url));
    let first = world.client.search(&search).await.unwrap();
    assert_eq!(
        (first.items.len(), first.next.clone()),
        (2, Some(PageToken::Cursor("t2".into())))
    );
    let next = Search {
        page: first.next,
        ..search.clone()
    };
    assert_eq!(world.client.search(&next).await.unwrap().next, None);
    let asked = &server.seen()[1];
    assert!(asked.is_signed() && asked.header("accept") == "application/json");
    assert_eq!(asked.body["expand"], "changelog");
    assert!(asked.body["fields"].as_array().unwrap().contains(&json!("*navigable")));
    assert_eq!(server.seen()[2].body["nextPageToken"], "t2");

    let server = Server::data_center(|seen, _| {
        let mut page = page(&["PAY-1", "PAY-2"]);
        page.as_object_mut().unwrap().remove("isLast");
        page["startAt"] = seen.body["startAt"].clone();
        page["total"] = json!(4);
        ok(&page)
    })
    .await;
    let world = World::new(&data_center(&format!("{}/jira/", server.url)));
    let first = world.client.search(&search).await.unwrap();
    assert_eq!((first.next.clone(), first.total), (Some(PageToken::Offset(2)), Some(4)));
    let next = Search {
        page: first.next,
        ..search
    };
    assert_eq!(world.client.search(&next).await.unwrap().next, None);
    assert_eq!(server.asked(), ["POST /jira/rest/api/2/search"; 2]);
    assert_eq!(server.seen()[1].body["expand"], json!(["changelog"]));
    assert_eq!(server.seen()[1].header("x-experimentalapi"), "opt-in");
}

#[tokio::test]
async fn a_census_asks_for_as_many_as_the_server_gives() {
    for (deployment, most) in [(Deployment::Cloud, 5000), (Deployment::DataCenter, 1000)] {
        let answer = |_: &Seen, _: usize| ok(&page(&["PAY-1"]));
        let (server, config) = match deployment {
            Deployment::Cloud => {
                let server = Server::cloud(answer).await;
                let config = config(&server.url);
                (server, config)
            }
            Deployment::DataCenter => {
                let server = Server::data_center(answer).await;
                let config = data_center(&server.url);
                (server, config)
            }
        };
        let world = World::new(&config);
        let stubs = world
            .client
            .search_stubs("project = PAY", u32::MAX, None)
            .await
            .unwrap();
        assert_eq!(stubs.items[0].updated.to_string(), "2026-11-20T08:00:00Z");
        let body = &server.seen()[1].body;
        assert_eq!(
            (&body["maxResults"], &body["fields"]),
            (&json!(most), &json!(["updated"]))
        );
    }
}

#[tokio::test]
async fn unreadable_entries_are_counted_and_told() {
    let server = Server::cloud(|_, _| {
        let mut page = page(&["PAY-1"]);
        page["issues"].as_array_mut().unwrap().push(json!({"key": "PAY-2"}));
        ok(&page)
    })
    .await;
    let world = World::new(&config(&server.url));
    let stubs = world.client.search_stubs("project = PAY", 10, None).await.unwrap();
    assert_eq!((stubs.items.len(), stubs.skipped), (1, 1));
    assert_eq!(
        world.log(),
        ["/rest/api/3/search/jql · left out: issue PAY-2 came without an id"]
    );
}

#[tokio::test]
async fn bulk_fetch_decides_every_issue() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/issue/bulkfetch" => ok(&json!({
            "issues": [raw_issue("PAY-1")],
            "issueErrors": [
                {"id": "10002", "errorMessage": "Issue does not exist or you do not have permission to see it."},
                {"id": "10003", "errorMessage": "Something went wrong"},
            ]
        })),
        "/rest/api/3/issue/10003" => ok(&raw_issue("PAY-3")),
        "/rest/api/3/issue/10004" => absent(),
        _ => ok(&myself()),
    })
    .await;
    let world = World::new(&config(&server.url));
    let fetched = world.client.fetch(&ids(&[1, 2, 3, 4])).await.unwrap();
    let keys: Vec<&str> = fetched.issues.iter().map(|issue| issue.key.as_str()).collect();
    assert_eq!((keys, fetched.unreachable), (vec!["PAY-1", "PAY-3"], ids(&[2, 4])));
    assert_eq!(
        server.seen()[1].body["issueIdsOrKeys"],
        json!(["10001", "10002", "10003", "10004"])
    );
    assert!(
        server.asked().contains(&"GET /rest/api/3/myself".to_owned()),
        "the unnamed answer was confirmed"
    );
}

#[tokio::test]
async fn bulk_fetch_goes_in_hundreds() {
    let server = Server::cloud(|seen, _| {
        let ids = seen.body["issueIdsOrKeys"].as_array().unwrap();
        let number = |id: &Value| id.as_str().unwrap().parse::<u32>().unwrap() - 10_000;
        let issues: Vec<Value> = ids.iter().map(|id| raw_issue(&format!("PAY-{}", number(id)))).collect();
        ok(&json!({"issues": issues}))
    })
    .await;
    let world = World::new(&config(&server.url));
    let wanted: Vec<u32> = (1..=250).collect();
    assert_eq!(world.client.fetch(&ids(&wanted)).await.unwrap().issues.len(), 250);
    assert_eq!(server.asked().len(), 3);
    assert_eq!(world.client.fetch(&[]).await.unwrap().issues, []);
}

#[tokio::test]
async fn data_center_asks_for_what_its_search_left_out() {
    let server = Server::data_center(|seen, _| match seen.path.as_str() {
        "/rest/api/2/search" => ok(&page(&["PAY-1"])),
        "/rest/api/2/issue/10002" => ok(&raw_issue("PAY-2")),
        _ => absent(),
    })
    .await;
    let world = World::new(&data_center(&server.url));
    let fetched = world.client.fetch(&ids(&[1, 2, 3])).await.unwrap();
    assert_eq!((fetched.issues.len(), fetched.unreachable), (2, ids(&[3])));
    let body = &server.seen()[1].body;
    assert_eq!(
        (&body["jql"], &body["validateQuery"]),
        (&json!("id in (10001,10002,10003)"), &json!(false))
    );
    assert!(
        !server.asked().contains(&"GET /rest/api/2/myself".to_owned()),
        "the 404 named its account"
    );
}

#[tokio::test]
async fn a_failed_request_is_never_an_unreachable_issue() {
    let foreign = error(
        404,
        &json!({"type": "about:blank", "title": "Not Found", "status": 404}),
    );
    let html = crate::support::reply(404, "text/html", "<html>404</html>");
    for (answer, kind) in [
        (refusal(500, "no"), ErrorKind::Server),
        (refusal(403, "no"), ErrorKind::Forbidden),
        (refusal(401, "no"), ErrorKind::Auth),
        (foreign, ErrorKind::Malformed),
        (html, ErrorKind::NotJira),
        (refusal(404, "hidden").with("X-AUSERNAME", "anonymous"), ErrorKind::Auth),
    ] {
        let given = answer.clone();
        let server = Server::data_center(move |seen, _| match seen.path.as_str() {
            "/rest/api/2/search" => ok(&page(&[])),
            _ => given.clone(),
        })
        .await;
        let world = World::new(&data_center(&server.url));
        let error = world.client.fetch(&ids(&[1])).await.unwrap_err();
        assert_eq!(error.kind, kind, "{answer:?}");
    }
    let server = Server::data_center(|seen, _| match seen.path.as_str() {
        "/rest/api/2/search" => ok(&page(&[])),
        "/rest/api/2/myself" => refusal(401, "You are not authenticated."),
        _ => refusal(404, "Issue Does Not Exist"),
    })
    .await;
    let world = World::new(&data_center(&server.url));
    let error = world.client.fetch(&ids(&[1])).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Auth, "a 404 to nobody proves nothing");
}

#[tokio::test]
async fn counting_and_checking_queries() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/search/approximate-count" => ok(&json!({"count": 153})),
        _ => ok(&json!({"queries": [{"query": "x", "errors": ["Error in the JQL Query: Expecting…\u{7}"]}]})),
    })
    .await;
    let world = World::new(&config(&server.url));
    assert_eq!(world.client.count("project = PAY").await, Ok(153));
    assert_eq!(
        world.client.jql_check("x").await.unwrap(),
        ["Error in the JQL Query: Expecting…"]
    );
    assert_eq!(server.seen()[2].query, "validation=strict");

    let server = Server::data_center(|seen, _| match seen.body["jql"].as_str() {
        Some("bad") => refusal(400, "The value 'x' does not exist for the field 'project'."),
        _ => ok(&json!({"total": 7, "issues": [], "startAt": 0})),
    })
    .await;
    let world = World::new(&data_center(&server.url));
    assert_eq!(world.client.count("project = PAY").await, Ok(7));
    assert_eq!(world.client.jql_check("good").await.unwrap(), Vec::<String>::new());
    assert_eq!(
        world.client.jql_check("bad").await.unwrap(),
        ["The value 'x' does not exist for the field 'project'."]
    );
    assert_eq!(world.client.count("bad").await.unwrap_err().kind, ErrorKind::Rejected);
    assert_eq!(server.seen()[1].body["maxResults"], 0);
}

#[tokio::test]
async fn comments_and_history_are_read_to_the_end() {
    let server = Server::cloud(|seen, _| {
        let start: u64 = seen.query.split('&').find_map(|part| part.strip_prefix("startAt=")).unwrap().parse().unwrap();
        let entry = |id: u64| json!({"id": id.to_string(), "body": "x", "created": format!("2026-01-{:02}T00:00:00.000+0000", 20 - id)});
        let entries: Vec<Value> = (start..(start + 2).min(5)).map(entry).collect();
        match seen.path.as_str() {
            "/rest/api/3/issue/PAY-1/comment" => ok(&json!({"startAt": start, "total": 5, "comments": entries})),
            _ => ok(&json!({"startAt": start, "isLast": start == 4, "values": entries})),
        }
    })
    .await;
    let world = World::new(&config(&server.url));
    let comments = world.client.comments("PAY-1").await.unwrap();
    let order: Vec<&str> = comments.iter().map(|comment| comment.id.as_str()).collect();
    assert_eq!(order, ["4", "3", "2", "1", "0"]);
    let history = world.client.changelog("PAY-1").await.unwrap();
    assert_eq!((history.len(), history[0].id.as_str()), (5, "4"));
    assert_eq!(server.asked().len(), 6);

    let server = Server::data_center(|_, _| {
        let mut issue = raw_issue("PAY-1");
        issue["changelog"] = json!({"total": 1, "histories": [{"id": "9", "created": "2026-01-01T00:00:00.000+0000",
            "items": [{"field": "status", "from": "1", "fromString": "To Do", "to": "3", "toString": "In Progress"}]}]});
        ok(&issue)
    })
    .await;
    let world = World::new(&data_center(&server.url));
    let history = world.client.changelog("PAY-1").await.unwrap();
    assert_eq!(history[0].items[0].to_text.as_deref(), Some("In Progress"));
}

fn list_of(path: &str) -> Reply {
    match path.rsplit('/').next().unwrap() {
        "field" => ok(&json!([{"id": "summary", "name": "Summary", "schema": {"type": "string"}}])),
        "priority" => ok(&json!([{"id": "1", "name": "Highest"}, {"id": "3", "name": "Medium"}])),
        "status" => ok(&json!([{"id": "3", "name": "Doing", "statusCategory": {"key": "indeterminate"}}])),
        "issuetype" => ok(&json!([{"id": "1", "name": "Bug", "subtask": false}])),
        "resolution" => ok(&json!([{"id": "1", "name": "Done"}])),
        "project" => ok(&json!([{"id": "1", "key": "PAY", "name": "Payments"}])),
        "versions" => ok(&json!([{"id": "1", "name": "1.0", "released": true}, {"id": "2", "name": "1.1"}])),
        "components" => ok(&json!([{"id": "1", "name": "api", "lead": {"name": "ana", "key": "ana"}}])),
        _ => refusal(404, "no"),
    }
}

#[tokio::test]
async fn metadata_of_both_flavours() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/project/search" if seen.query.contains("startAt=0") => {
            ok(&json!({"values": [{"id": "1", "key": "PAY", "name": "Payments"}], "isLast": false, "total": 2}))
        }
        "/rest/api/3/project/search" => ok(&json!({"values": [{"id": "2", "key": "CHK"}], "isLast": true, "total": 2})),
        path => list_of(path),
    })
    .await;
    let world = World::new(&config(&server.url));
    let mut metadata = world.client.metadata().await.unwrap();
    let keys: Vec<&str> = metadata.projects.iter().map(|project| project.key.as_str()).collect();
    assert_eq!(keys, ["PAY", "CHK"]);
    assert_eq!(metadata.priorities[1].rank, 1);
    assert_eq!(metadata.statuses[0].category, StatusCategory::Indeterminate);
    assert_eq!(metadata.missing, ["versions", "components"]);
    world
        .client
        .project_lists(&mut metadata, &["PAY".to_owned()])
        .await
        .unwrap();
    assert_eq!(
        (metadata.versions[1].rank, metadata.versions[1].project.as_str()),
        (1, "PAY")
    );
    assert_eq!(metadata.missing.len(), 2, "CHK was not read");
    world
        .client
        .project_lists(&mut metadata, &["PAY".to_owned(), "CHK".to_owned()])
        .await
        .unwrap();
    assert_eq!(
        (
            metadata.versions.len(),
            metadata.components.len(),
            metadata.missing.len()
        ),
        (4, 2, 0)
    );

    let server = Server::data_center(|seen, _| list_of(&seen.path)).await;
    let world = World::new(&data_center(&server.url));
    assert_eq!(world.client.metadata().await.unwrap().projects.len(), 1);
    assert_eq!(server.asked().len(), 6);
}

#[tokio::test]
async fn what_a_site_refuses_to_tell_is_missing_and_not_empty() {
    let server = Server::data_center(|seen, _| match seen.path.rsplit('/').next().unwrap() {
        "priority" => refusal(403, "no"),
        "resolution" => refusal(404, "no"),
        "status" => ok(&json!({"strange": true})),
        _ => list_of(&seen.path),
    })
    .await;
    let world = World::new(&data_center(&server.url));
    let mut missing = world.client.metadata().await.unwrap().missing;
    missing.sort();
    assert_eq!(
        missing,
        ["components", "priorities", "resolutions", "statuses", "versions"]
    );
    for (status, kind) in [(401, ErrorKind::Auth), (500, ErrorKind::Server)] {
        let server = Server::data_center(move |seen, _| match seen.path.rsplit('/').next().unwrap() {
            "priority" => refusal(status, "no"),
            _ => list_of(&seen.path),
        })
        .await;
        let world = World::new(&data_center(&server.url));
        assert_eq!(world.client.metadata().await.unwrap_err().kind, kind);
    }
}

#[tokio::test]
async fn screens_permissions_transitions_and_completion() {
    let answer = |seen: &Seen, _: usize| match seen.path.rsplit('/').next().unwrap() {
        "mypermissions" => ok(&json!({"permissions": {
            "EDIT_ISSUES": {"key": "EDIT_ISSUES", "name": "Edit Issues", "havePermission": false},
            "BROWSE_PROJECTS": {"key": "BROWSE_PROJECTS", "name": "Browse Projects", "havePermission": true},
            "OTHER": {"havePermission": true}}})),
        "issuetypes" if seen.path.contains("/3/") => {
            ok(&json!({"issueTypes": [{"id": "1", "name": "Bug"}], "startAt": 0, "maxResults": 100, "total": 1}))
        }
        "issuetypes" => ok(&json!({"values": [{"id": "1", "name": "Bug"}], "isLast": true})),
        "1" => ok(
            &json!({"fields": [{"fieldId": "priority", "name": "Priority", "required": true,
            "schema": {"type": "priority"}, "allowedValues": [{"id": "1", "name": "High"}]}], "total": 1}),
        ),
        "transitions" => ok(&json!({"transitions": [{"id": "5", "name": "Start", "hasScreen": false,
            "to": {"id": "3", "name": "Doing", "statusCategory": {"key": "indeterminate"}}}]})),
        _ => ok(&json!({"jqlReservedWords": ["and"],
            "visibleFieldNames": [{"value": "assignee", "displayName": "Assignee", "auto": "true", "orderable": "true",
                "operators": ["=", "!="], "types": ["com.atlassian.jira.user.ApplicationUser"]}],
            "visibleFunctionNames": [{"value": "currentUser()", "displayName": "currentUser()", "isList": "false"}]})),
    };
    for flavour in ["cloud", "data center"] {
        let (server, world) = if flavour == "cloud" {
            let server = Server::cloud(answer).await;
            let world = World::new(&config(&server.url));
            (server, world)
        } else {
            let server = Server::data_center(answer).await;
            let world = World::new(&data_center(&server.url));
            (server, world)
        };
        let told = world
            .client
            .permissions(&["BROWSE_PROJECTS", "EDIT_ISSUES", "ASSIGN_ISSUES"])
            .await
            .unwrap();
        let told: Vec<(&str, bool)> = told.iter().map(|told| (told.key.as_str(), told.granted)).collect();
        assert_eq!(told, [("BROWSE_PROJECTS", true), ("EDIT_ISSUES", false)], "{flavour}");
        let asked = server.seen().last().unwrap().query.clone();
        assert_eq!(asked.contains("permissions="), flavour == "cloud");
        assert_eq!(
            world.client.create_types("PAY").await.unwrap()[0].name,
            "Bug",
            "{flavour}"
        );
        let screen = world.client.create_meta("PAY", "1").await.unwrap();
        assert!(screen[0].required && screen[0].allowed[0].name == "High", "{flavour}");
        assert_eq!(
            world.client.transitions("PAY-1").await.unwrap()[0].to.name,
            "Doing",
            "{flavour}"
        );
        let completion = world.client.autocomplete().await.unwrap();
        assert!(
            completion.fields[0].suggests && !completion.functions[0].list,
            "{flavour}"
        );
    }
}

#[tokio::test]
async fn a_permission_that_the_site_does_not_know_is_left_out() {
    let server = Server::cloud(|seen, _| match seen.query.contains("MOVE_ISSUES") {
        true => error(
            400,
            &json!({"errorMessages": [], "errors": {"MOVE_ISSUES": "Unrecognized permission"}}),
        ),
        false => ok(&json!({"permissions": {"EDIT_ISSUES": {"key": "EDIT_ISSUES", "havePermission": true}}})),
    })
    .await;
    let world = World::new(&config(&server.url));
    let told = world.client.permissions(&["EDIT_ISSUES", "MOVE_ISSUES"]).await.unwrap();
    assert_eq!(told.len(), 1);
    assert!(told[0].granted);
    let alone = world.client.permissions(&["MOVE_ISSUES"]).await;
    assert_eq!(alone.unwrap_err().kind, ErrorKind::Rejected);
}

#[tokio::test]
async fn lists_that_cloud_gives_under_their_new_names_only_are_found_there() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/priority" | "/rest/api/3/resolution" => refusal(410, "The requested API has been removed."),
        "/rest/api/3/priority/search" if seen.query.contains("startAt=0") => {
            ok(&json!({"values": [{"id": "1", "name": "High"}], "startAt": 0, "total": 2, "isLast": false}))
        }
        "/rest/api/3/priority/search" => {
            ok(&json!({"values": [{"id": "2", "name": "Low"}], "startAt": 1, "total": 2, "isLast": true}))
        }
        "/rest/api/3/resolution/search" => ok(&json!({"values": [{"id": "5", "name": "Done"}], "isLast": true})),
        path if path.ends_with("/search") => ok(&json!({"values": [], "isLast": true})),
        _ => ok(&json!([])),
    })
    .await;
    let world = World::new(&config(&server.url));
    let metadata = world.client.metadata().await.unwrap();
    let priorities: Vec<_> = metadata
        .priorities
        .iter()
        .map(|one| (&*one.named.name, one.rank))
        .collect();
    assert_eq!(priorities, [("High", 0), ("Low", 1)]);
    assert_eq!(metadata.resolutions[0].name, "Done");
    assert_eq!(metadata.missing, ["versions", "components"]);
}

#[tokio::test]
async fn keys_cannot_leave_their_place_in_the_address() {
    let server = Server::cloud(|_, _| refusal(404, "no")).await;
    let world = World::new(&config(&server.url));
    for (key, path) in [
        ("PAY-1/../../myself", "/rest/api/3/issue/PAY-1%2F..%2F..%2Fmyself"),
        ("a b?c#d", "/rest/api/3/issue/a%20b%3Fc%23d"),
        ("ÄÖ-1", "/rest/api/3/issue/%C3%84%C3%96-1"),
    ] {
        world.client.issue(key).await.unwrap_err();
        assert_eq!(server.seen().last().unwrap().path, path);
    }
}
