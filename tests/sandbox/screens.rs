//! What screens ask for: every type of field on creating, and the screens of transitions.

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::harness::{Jira, control};

/// The security team's project of each flavour, and another that works for it.
async fn both() -> [(Jira, &'static str, &'static str); 2] {
    [
        (Jira::cloud().await, "SEC", "OPS"),
        (Jira::data_center().await, "FW", "SUP"),
    ]
}

/// The id of an issue type of a project.
async fn kind(jira: &Jira, project: &str, name: &str) -> String {
    let types = jira.json(&format!("issue/createmeta/{project}/issuetypes")).await;
    let types = types.get("issueTypes").or_else(|| types.get("values")).unwrap();
    let found = types.as_array().unwrap().iter().find(|kind| kind["name"] == name);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

/// The create screen by the names of its fields.
async fn screen(jira: &Jira, project: &str, name: &str) -> Map<String, Value> {
    let kind = kind(jira, project, name).await;
    let path = format!("issue/createmeta/{project}/issuetypes/{kind}?maxResults=200");
    let page = jira.json(&path).await;
    let fields = page.get("fields").or_else(|| page.get("values")).unwrap();
    let named = |field: &Value| (field["name"].as_str().unwrap().to_owned(), field.clone());
    fields.as_array().unwrap().iter().map(named).collect()
}

/// Rich text as the flavour's newest API takes it.
fn rich(jira: &Jira, text: &str) -> Value {
    if jira.api("").contains("/3/") {
        let paragraph = json!({"type": "paragraph", "content": [{"type": "text", "text": text}]});
        json!({"type": "doc", "version": 1, "content": [paragraph]})
    } else {
        json!(text)
    }
}

#[tokio::test]
async fn a_create_screen_has_every_type_of_field() {
    for (jira, project, _) in both().await {
        let screen = screen(&jira, project, "Bug").await;
        let schema = |name: &str| {
            let schema = &screen
                .get(name)
                .unwrap_or_else(|| panic!("{name} is not on the screen"))["schema"];
            let custom = schema["custom"].as_str().unwrap_or_default();
            let plugin = custom.rsplit_once(':').map_or("", |(_, plugin)| plugin);
            let items = schema["items"].as_str().unwrap_or_default();
            format!("{} {items} {plugin}", schema["type"].as_str().unwrap())
        };
        for (name, expected) in [
            ("Summary", "string  "),
            ("Description", "string  "),
            ("Priority", "priority  "),
            ("Labels", "array string "),
            ("Components", "array component "),
            ("Fix versions", "array version "),
            ("Time tracking", "timetracking  "),
            ("Due date", "date  "),
            ("Attachment", "array attachment "),
            ("Linked Issues", "array issuelinks "),
            ("Sprint", "array json gh-sprint"),
            ("Tier", "option  select"),
            ("Exposure", "option  radiobuttons"),
            ("Affected systems", "array option multicheckboxes"),
            ("Platforms", "array option multiselect"),
            ("Region", "option-with-child  cascadingselect"),
            ("Approver", "user  userpicker"),
            ("Reviewers", "array user multiuserpicker"),
            ("Responsible group", "group  grouppicker"),
            ("Informed groups", "array group multigrouppicker"),
            ("Found in version", "version  version"),
            ("Present in versions", "array version multiversion"),
            ("Origin project", "project  project"),
            ("CVSS score", "number  float"),
            ("Finding URL", "string  url"),
            ("Finding id", "string  textfield"),
            ("Remediation", "string  textarea"),
            ("Detected at", "datetime  datetime"),
            ("Visible from", "date  datepicker"),
            ("Topics", "array string labels"),
            ("Risk matrix", "any  risk-matrix"),
        ] {
            assert_eq!(schema(name), expected, "{name}");
        }
        assert_eq!(screen.contains_key("Parent"), project == "SEC");
        assert_eq!(screen.contains_key("Epic Link"), project == "FW");
        let told = |name: &str| {
            (
                screen[name]["required"].clone(),
                screen[name]["hasDefaultValue"].clone(),
            )
        };
        assert_eq!(told("Tier"), (json!(true), json!(false)));
        assert_eq!(told("Exposure"), (json!(true), json!(true)));
        assert_eq!(screen["Exposure"]["defaultValue"]["value"], "Internal");
        assert_eq!(screen["Tier"]["allowedValues"].as_array().unwrap().len(), 4);
        assert!(screen["Region"]["allowedValues"][0]["children"][0]["id"].is_string());
    }
}

#[tokio::test]
async fn every_type_of_field_is_written_and_read_back() {
    for (jira, project, _) in both().await {
        let screen = screen(&jira, project, "Bug").await;
        let id = |name: &str| screen[name]["fieldId"].as_str().unwrap().to_owned();
        let (person, part) = if project == "SEC" {
            ("accountId", "accountId")
        } else {
            ("name", "name")
        };
        let me = json!({person: jira.json("myself").await[part]});
        let version = json!({"id": screen["Found in version"]["allowedValues"][0]["id"]});
        let values = [
            ("Tier", json!({"value": "Tier 1"}), "/value", json!("Tier 1")),
            (
                "Affected systems",
                json!([{"value": "Checkout"}]),
                "/0/value",
                json!("Checkout"),
            ),
            (
                "Region",
                json!({"value": "Europe", "child": {"value": "DACH"}}),
                "/child/value",
                json!("DACH"),
            ),
            ("Approver", me.clone(), "/displayName", json!("Robin Example")),
            ("Reviewers", json!([me]), "/0/displayName", json!("Robin Example")),
            (
                "Responsible group",
                json!({"name": "on call"}),
                "/name",
                json!("on call"),
            ),
            (
                "Informed groups",
                json!([{"name": "support"}]),
                "/0/name",
                json!("support"),
            ),
            ("Found in version", version.clone(), "/id", version["id"].clone()),
            ("Present in versions", json!([version]), "/0/id", version["id"].clone()),
            ("Origin project", json!({"key": project}), "/key", json!(project)),
            ("CVSS score", json!(9.1), "", json!(9.1)),
            (
                "Finding URL",
                json!("https://example.com/1"),
                "",
                json!("https://example.com/1"),
            ),
            ("Finding id", json!("h1:1"), "", json!("h1:1")),
            ("Remediation", rich(&jira, "patch"), "", rich(&jira, "patch")),
            ("Visible from", json!("2026-12-01"), "", json!("2026-12-01")),
            (
                "Detected at",
                json!("2026-11-20T10:00:00.000+0000"),
                "",
                json!("2026-11-20T11:00:00.000+0100"),
            ),
            ("Topics", json!(["edge"]), "/0", json!("edge")),
            (
                "Risk matrix",
                json!({"impact": "high", "likelihood": 3}),
                "/impact",
                json!("high"),
            ),
            (
                "Time tracking",
                json!({"originalEstimate": "1d 2h"}),
                "/remainingEstimateSeconds",
                json!(36_000),
            ),
        ];
        let mut fields = json!({
            "project": {"key": project}, "issuetype": {"id": kind(&jira, project, "Bug").await}, "summary": "All of it",
        });
        for (name, value, ..) in &values {
            fields[id(name)] = value.clone();
        }
        let made = jira.post("issue", &json!({"fields": fields})).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let key = made.json()["key"].as_str().unwrap().to_owned();
        let issue = jira.json(&format!("issue/{key}")).await;
        for (name, _, pointer, expected) in &values {
            let value = &issue["fields"][id(name)];
            assert_eq!(value.pointer(pointer), Some(expected), "{name}: {value}");
        }
        assert_eq!(
            issue["fields"][id("Exposure")]["value"],
            "Internal",
            "the default is filled in"
        );
        let edited = jira
            .send(
                Method::PUT,
                &format!("issue/{key}"),
                &json!({"fields": {id("Tier"): {"value": "Tier 2"}, id("Topics"): null}}),
            )
            .await;
        assert_eq!(edited.status, 204, "{}", edited.text);
        let issue = jira.json(&format!("issue/{key}")).await;
        assert_eq!(issue["fields"][id("Tier")]["value"], "Tier 2");
        assert_eq!(issue["fields"][id("Topics")], Value::Null);
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_field_by_field() {
    for (jira, project, other) in both().await {
        let screen = screen(&jira, project, "Bug").await;
        let id = |name: &str| screen[name]["fieldId"].as_str().unwrap().to_owned();
        let bug = kind(&jira, project, "Bug").await;
        let post = async |more: Value| {
            let mut fields = json!({"project": {"key": project}, "issuetype": {"id": bug}, "summary": "One"});
            fields
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            jira.post("issue", &json!({"fields": fields})).await
        };
        let tier = json!({"value": "Tier 1"});
        let refused = post(json!({"summary": ""})).await;
        assert_eq!(refused.status, 400);
        let errors = &refused.json()["errors"];
        assert_eq!(errors[id("Tier")], "Tier is required.");
        assert_eq!(errors["summary"], "You must specify a summary of the issue.");
        assert!(errors.get(id("Exposure")).is_none());
        for (name, value, words) in [
            (
                "Tier",
                json!("Tier 1"),
                "Could not find valid 'id' or 'value' in the Parent Option object.",
            ),
            ("Tier", json!({"value": "Tier 9"}), "Option value 'Tier 9' is not valid"),
            ("Tier", json!({"id": "99"}), "Option id '99' is not valid"),
            ("Tier", json!(null), "Tier is required."),
            (
                "Affected systems",
                json!({"value": "Checkout"}),
                "data was not an array",
            ),
            ("CVSS score", json!("9"), "Operation value must be a number"),
            ("Finding id", json!(9), "Operation value must be a string"),
            ("Finding URL", json!("not an address"), "The URL provided is not valid."),
            ("Visible from", json!("tomorrow"), "Error parsing date string: tomorrow"),
            (
                "Detected at",
                json!("2026-11-20"),
                "Error parsing date time: 2026-11-20",
            ),
            ("Responsible group", json!("on call"), "data was not an object"),
            (
                "Responsible group",
                json!({"name": "nobody"}),
                "Could not find group with name 'nobody'.",
            ),
            (
                "Topics",
                json!(["two words"]),
                "The label 'two words' contains spaces which is invalid.",
            ),
            (
                "Origin project",
                json!({"key": "NOPE"}),
                "Project key 'NOPE' is not valid",
            ),
            (
                "Time tracking",
                json!({"originalEstimate": "soon"}),
                "The original estimate specified is not valid.",
            ),
        ] {
            let mut fields = json!({id("Tier"): tier});
            fields[id(name)] = value.clone();
            let refused = post(fields).await;
            assert_eq!(refused.status, 400, "{name} {value}");
            assert_eq!(refused.json()["errors"], json!({id(name): words}), "{name} {value}");
        }
        let long = post(json!({id("Tier"): tier, "description": rich(&jira, &"x".repeat(32_768))})).await;
        let words = "The entered text is too long. It exceeds the allowed limit of 32,767 characters.";
        assert_eq!(long.json()["errors"]["description"], words);
        let fits = post(json!({id("Tier"): tier, "description": rich(&jira, &"x".repeat(32_767))})).await;
        assert_eq!(fits.status, 201, "{}", fits.text);

        let elsewhere = jira
            .post(
                "issue",
                &json!({"fields": {
                    "project": {"key": other}, "issuetype": {"id": bug}, "summary": "x", id("Tier"): tier,
                }}),
            )
            .await;
        let errors = &elsewhere.json()["errors"];
        assert_eq!(errors[id("Responsible group")], "Responsible group is required.");
        let third = jira.key(0).split('-').next().unwrap().to_owned();
        let hidden = jira
            .post(
                "issue",
                &json!({"fields": {
                    "project": {"key": third}, "issuetype": {"id": bug}, "summary": "x", id("CVSS score"): 1,
                }}),
            )
            .await;
        let words = format!(
            "Field '{0}' cannot be set. It is not on the appropriate screen, or unknown.",
            id("CVSS score")
        );
        if third != project && third != other {
            assert_eq!(hidden.json()["errors"][id("CVSS score")], words);
        }
    }
}

#[tokio::test]
async fn closing_asks_for_fields_and_takes_no_others() {
    for (jira, project, _) in both().await {
        let screen = screen(&jira, project, "Bug").await;
        let id = |name: &str| screen[name]["fieldId"].as_str().unwrap().to_owned();
        let fields = json!({
            "project": {"key": project}, "issuetype": {"id": kind(&jira, project, "Bug").await}, "summary": "To close",
            id("Tier"): {"value": "Tier 0"},
        });
        let made = jira.post("issue", &json!({"fields": fields})).await.json();
        let path = format!("issue/{}/transitions", made["key"].as_str().unwrap());
        let list = async || jira.json(&format!("{path}?expand=transitions.fields")).await["transitions"].clone();
        let find = |list: &Value, id: &str| {
            let all = list.as_array().unwrap();
            all.iter().find(|transition| transition["id"] == id).unwrap().clone()
        };
        let start = find(&list().await, "11");
        assert_eq!(start["fields"], json!({}));
        let run = async |id: &str, fields: Value, update: Value| {
            jira.post(
                &path,
                &json!({"transition": {"id": id}, "fields": fields, "update": update}),
            )
            .await
        };
        let not_asked = run("11", json!({"summary": "x"}), json!({})).await;
        assert!(
            not_asked.json()["errors"]["summary"]
                .as_str()
                .unwrap()
                .contains("not on the appropriate screen")
        );
        assert_eq!(run("11", json!({}), json!({})).await.status, 204);

        let done = find(&list().await, "31");
        let asked: Vec<&String> = done["fields"].as_object().unwrap().keys().collect();
        assert_eq!(asked.len(), 3);
        assert_eq!(done["fields"]["resolution"]["required"], true);
        assert_eq!(done["fields"][id("Remediation")]["required"], true);
        assert_eq!(done["fields"]["comment"]["required"], false);
        if project == "SEC" {
            assert_eq!((&start["hasScreen"], &done["hasScreen"]), (&json!(false), &json!(true)));
        }
        let refused = run("31", json!({}), json!({})).await;
        assert_eq!(
            refused.json()["errors"],
            json!({"resolution": "Resolution is required.", id("Remediation"): "Remediation is required."})
        );
        let resolution = done["fields"]["resolution"]["allowedValues"][1].clone();
        let closed = run(
            "31",
            json!({"resolution": {"id": resolution["id"]}, id("Remediation"): rich(&jira, "patched")}),
            json!({"comment": [{"add": {"body": rich(&jira, "bye")}}]}),
        )
        .await;
        assert_eq!(closed.status, 204, "{}", closed.text);
        let issue = jira.json(&format!("issue/{}", made["id"].as_str().unwrap())).await;
        assert_eq!(issue["fields"]["resolution"]["name"], resolution["name"]);
        assert_eq!(issue["fields"]["comment"]["total"], 1);
    }
}

#[tokio::test]
async fn the_world_changes_under_the_feet_of_who_writes() {
    let jira = Jira::cloud().await;
    let act = async |method: Method, path: &str, body: Value| {
        let got = control(&jira, method, path, body).await;
        assert_eq!(got.status, 204, "{path}: {}", got.text);
    };
    let bug = kind(&jira, "SEC", "Bug").await;
    let create = async |more: Value| {
        let mut fields = json!({
            "project": {"key": "SEC"}, "issuetype": {"id": bug}, "summary": "One",
            "customfield_10051": {"value": "Tier 1"},
        });
        fields
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        jira.post("issue", &json!({"fields": fields})).await
    };
    let made = create(json!({})).await.json();
    let path = format!("issue/{}", made["key"].as_str().unwrap());
    let tier =
        async || jira.json(&format!("{path}?fields=customfield_10051")).await["fields"]["customfield_10051"].clone();
    assert_eq!(tier().await["value"], "Tier 1");

    act(Method::POST, "fields/Tier/remove-option", json!({"option": "Tier 1"})).await;
    assert_eq!(tier().await, Value::Null);
    let refused = create(json!({})).await;
    assert_eq!(
        refused.json()["errors"]["customfield_10051"],
        "Option value 'Tier 1' is not valid"
    );
    let other = json!({"customfield_10051": {"value": "Tier 2"}});

    act(Method::POST, "fields/duedate/require", json!({"project": "SEC"})).await;
    let refused = create(other.clone()).await;
    assert_eq!(refused.json()["errors"], json!({"duedate": "Due date is required."}));
    act(
        Method::POST,
        "fields/duedate/require",
        json!({"project": "SEC", "required": false}),
    )
    .await;
    act(
        Method::POST,
        "fields/priority/show",
        json!({"project": "SEC", "shown": false}),
    )
    .await;
    let mut whole = other.clone();
    whole["priority"] = json!({"name": "High"});
    assert!(create(whole).await.json()["errors"]["priority"].is_string());
    assert_eq!(create(other.clone()).await.status, 201);

    for (permission, method, path, body, status) in [
        ("CREATE_ISSUES", Method::POST, "issue".to_owned(), Value::Null, 400),
        (
            "EDIT_ISSUES",
            Method::PUT,
            path.clone(),
            json!({"fields": {"summary": "x"}}),
            403,
        ),
        (
            "LINK_ISSUES",
            Method::POST,
            format!("{path}/remotelink"),
            json!({"object": {"url": "https://x.example", "title": "x"}}),
            403,
        ),
        (
            "TRANSITION_ISSUES",
            Method::POST,
            format!("{path}/transitions"),
            json!({"transition": {"id": "11"}}),
            400,
        ),
        ("BROWSE_PROJECTS", Method::GET, path.clone(), json!({}), 404),
    ] {
        let change = async |granted: bool| {
            let body = json!({"permission": permission, "granted": granted});
            act(Method::POST, "projects/SEC/permission", body).await;
        };
        change(false).await;
        let got = if body.is_null() {
            create(other.clone()).await
        } else {
            jira.send(method, &path, &body).await
        };
        assert_eq!(got.status, status, "{permission}: {}", got.text);
        if permission == "EDIT_ISSUES" {
            let mine = jira.json("mypermissions?permissions=EDIT_ISSUES&projectKey=SEC").await;
            assert_eq!(mine["permissions"]["EDIT_ISSUES"]["havePermission"], false);
        }
        change(true).await;
    }
    act(Method::POST, "projects/SEC/archive", Value::Null).await;
    assert_eq!(
        create(other.clone()).await.json()["errors"]["project"],
        "valid project is required"
    );
    assert_eq!(jira.get(&path).await.status, 404);
    act(Method::POST, "projects/SEC/archive", json!({"archived": false})).await;
    assert_eq!(create(other).await.status, 201);
}
