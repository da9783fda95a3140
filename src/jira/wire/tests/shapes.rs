//! Every shape that a value is known to come in.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    super::{ReadError, issue, meta, page, person, refusal, site, text, value},
    bytes, data, document, documents, object,
};
use crate::domain::{FieldKind, FieldValue, Issue, Named, RichText, Sprint, User, json::Json};

#[test]
fn sprints_of_both_flavours_are_read() {
    let text = "com.atlassian.greenhopper.service.sprint.Sprint@1f39[id=7,rapidViewId=2,state=CLOSED,\
                name=One, two=2,startDate=2019-01-01T10:00:00.000Z,endDate=<null>,sequence=7,goal=a,name=b]";
    let closed = Sprint {
        id: 7,
        name: "One, two=2".into(),
        state: "closed".into(),
    };
    let object = json!({"id": 7, "name": "One, two=2", "state": "closed", "boardId": 2, "goal": ""});
    for value in [json!(text), object] {
        assert_eq!(value::field(value.into()), Some(FieldValue::Sprint(closed.clone())));
    }
    for odd in [
        "Sprint@1[]",
        "Sprint@1[name=x]",
        "Sprint@1[id=x,name=y]",
        "Sprint@1[id=1",
        "a[id=1,name=x]",
    ] {
        assert_eq!(
            value::field(json!(odd).into()),
            Some(FieldValue::Text(odd.into())),
            "{odd}"
        );
    }
    let recorded: Vec<Issue> = documents(&data().join("issues/devlake-cloud-board-issues.ndjson.gz"))
        .into_iter()
        .filter_map(|line| issue::issue(line["data"].clone().into()).ok())
        .collect();
    let sprints = |issue: &Issue| issue.custom.values().filter(|value| is_sprints(value)).count();
    assert!(recorded.iter().map(sprints).sum::<usize>() > 20);
}

fn is_sprints(value: &FieldValue) -> bool {
    match value {
        FieldValue::Sprint(_) => true,
        FieldValue::List(list) => list.iter().all(is_sprints),
        _ => false,
    }
}

#[test]
fn values_are_told_apart_by_shape() {
    let named = |id: &str, name: &str| Named {
        id: id.into(),
        name: name.into(),
    };
    let document = json!({"type": "doc", "version": 1, "content": [{"type": "paragraph"}]});
    let user = json!({"accountId": "5b:1", "displayName": "Ana", "active": true});
    let ana = User {
        id: "5b:1".into(),
        name: "5b:1".into(),
        display: "Ana".into(),
        active: true,
        email: None,
    };
    for (value, expected) in [
        (json!(null), None),
        (json!(""), None),
        (json!([]), None),
        (json!([null, ""]), None),
        (json!({}), None),
        (json!({"showField": false, "nonEditableReason": {"reason": "x"}}), None),
        (json!("2026-01-31"), Some(FieldValue::Text("2026-01-31".into()))),
        (json!(1.5), Some(FieldValue::Number(1.5))),
        (json!(true), Some(FieldValue::Other(json!(true)))),
        (
            json!({"id": "1", "value": "Red"}),
            Some(FieldValue::Named(named("1", "Red"))),
        ),
        (
            json!({"id": 1, "name": "Team"}),
            Some(FieldValue::Named(named("1", "Team"))),
        ),
        (
            json!({"id": "1", "value": "EU", "child": {"id": "2", "value": "DE"}}),
            Some(FieldValue::Cascade(
                named("1", "EU"),
                Box::new(FieldValue::Named(named("2", "DE"))),
            )),
        ),
        (user.clone(), Some(FieldValue::User(ana.clone()))),
        (json!([user]), Some(FieldValue::List(vec![FieldValue::User(ana)]))),
        (document.clone(), Some(FieldValue::Rich(RichText::Adf(document.into())))),
        (json!({"type": "doc", "content": []}), None),
        (json!({"a": {"b": 1}}), Some(FieldValue::Other(json!({"a": {"b": 1}})))),
        (
            json!(["x", "y"]),
            Some(FieldValue::List(vec![
                FieldValue::Text("x".into()),
                FieldValue::Text("y".into()),
            ])),
        ),
    ] {
        assert_eq!(value::field(value.clone().into()), expected, "{value}");
    }
}

#[test]
fn people_are_whoever_they_still_are() {
    let user = |id: &str, name: &str, display: &str, active| {
        Some(User {
            id: id.into(),
            name: name.into(),
            display: display.into(),
            active,
            email: None,
        })
    };
    for (value, expected) in [
        (json!(null), None),
        (json!({}), None),
        (json!({"active": true}), None),
        (
            json!({"accountId": "a:1", "displayName": "Ana"}),
            user("a:1", "a:1", "Ana", true),
        ),
        (
            json!({"accountId": "a:1", "key": "k", "name": "n"}),
            user("a:1", "a:1", "a:1", true),
        ),
        (
            json!({"key": "JIRAUSER1", "name": "ana", "displayName": "Ana"}),
            user("JIRAUSER1", "ana", "Ana", true),
        ),
        (
            json!({"name": "ana", "displayName": "Ana", "active": false}),
            user("ana", "ana", "Ana", false),
        ),
        (
            json!({"name": "gone", "key": "gone", "deleted": true}),
            user("gone", "gone", "gone", false),
        ),
        (
            json!({"displayName": "Former user", "active": false}),
            user("", "", "Former user", false),
        ),
        (
            json!({"name": "wseliga", "emailAddress": "?"}),
            user("wseliga", "wseliga", "wseliga", true),
        ),
        (json!("ana"), user("ana", "ana", "ana", true)),
    ] {
        assert_eq!(person::user(value.clone().into()), expected, "{value}");
    }
    for (file, name, email) in [
        ("JiraConnector-user-valid-generated.json", "wseliga", false),
        ("JiraConnector-user-valid-with-accountId.json", "", true),
        ("JiraConnector-user-valid-with-hidden-email.json", "admin", false),
    ] {
        let user = person::user(document(&format!("lists/{file}")).into()).unwrap();
        assert!(
            user.name.contains(name) && user.email.is_some() == email,
            "{file}: {user:?}"
        );
    }
}

#[test]
fn a_profile_has_a_zone_and_groups() {
    let cloud = object(
        json!({"accountId": "a", "displayName": "Ana", "timeZone": "Europe/Lisbon",
        "locale": "pt_PT", "avatarUrls": {"48x48": "https://x/48"}}),
    );
    let profile = person::profile(cloud).unwrap();
    assert_eq!(
        (profile.time_zone.as_str(), profile.locale.as_deref()),
        ("Europe/Lisbon", Some("pt_PT"))
    );
    assert_eq!(profile.picture.as_deref(), Some("https://x/48"));
    let center = object(json!({"name": "ana", "key": "JIRAUSER1",
        "groups": {"size": 2, "items": [{"name": "devs"}, {"name": "ops"}]}}));
    let profile = person::profile(center).unwrap();
    assert_eq!(
        (profile.time_zone.as_str(), profile.groups),
        ("UTC", vec!["devs".to_owned(), "ops".to_owned()])
    );
    assert_eq!(person::profile(object(json!({}))), None);
}

#[test]
fn odd_fields_spoil_nothing_else() {
    let odd = [
        json!(null),
        json!(1),
        json!("x"),
        json!([]),
        json!({}),
        json!([[1]]),
        json!({"id": {"a": 1}}),
        json!(true),
    ];
    let names = [
        "summary",
        "project",
        "issuetype",
        "status",
        "priority",
        "resolution",
        "assignee",
        "labels",
        "components",
        "fixVersions",
        "parent",
        "subtasks",
        "issuelinks",
        "attachment",
        "created",
        "updated",
        "duedate",
        "description",
        "comment",
        "votes",
        "watches",
        "timetracking",
        "timespent",
        "security",
        "customfield_1",
    ];
    for name in names {
        for value in &odd {
            let mut fields =
                json!({"summary": "kept", "created": "2026-01-31T12:34:56.000+0000", "status": {"name": "Open"}});
            fields[name] = value.clone();
            let raw = json!({"id": 10001, "key": "PAY-1", "fields": fields, "changelog": value});
            let issue = issue::issue(raw.into()).unwrap_or_else(|why| panic!("{name} {value}: {why}"));
            assert_eq!(
                (issue.id.as_str(), issue.project.key.is_empty()),
                ("10001", false),
                "{name} {value}"
            );
            assert!(name == "summary" || issue.summary == "kept", "{name} {value}");
            assert!(name == "status" || issue.status.name == "Open", "{name} {value}");
        }
    }
}

#[test]
fn what_cannot_be_identified_is_reported_and_the_rest_is_kept() {
    let page = json!({"issues": [
        {"id": "1", "key": "PAY-1", "fields": null},
        {"key": "PAY-2"},
        {"id": 3},
        7,
        null,
        {"id": 4, "key": "PAY-4", "fields": {"updated": 1_492_087_229_000_i64}},
    ], "unknown": {"deep": [1, 2]}});
    let listing = page::listing(&bytes(&page), &["issues"], issue::stub).unwrap();
    let keys: Vec<&str> = listing.items.iter().map(|stub| stub.key.as_str()).collect();
    assert_eq!(keys, ["PAY-1", "PAY-4"]);
    assert_eq!(listing.items[0].updated, Timestamp::UNIX_EPOCH);
    assert_eq!(listing.items[1].updated.to_string(), "2017-04-13T12:40:29Z");
    assert_eq!(listing.received(), 6);
    insta::assert_snapshot!(listing.skipped.join("\n"), @r"
    issue PAY-2 came without an id
    issue 3 came without a key
    an entry of the answer is not an issue
    an entry of the answer is not an issue
    ");
}

#[test]
fn one_entry_beyond_reason_spoils_only_itself() {
    let deep = format!("{}{}", "[".repeat(4000), "]".repeat(4000));
    let text = format!(
        r#"{{"issues":[{{"id":"1","key":"A-1","fields":{{"description":{deep}}}}},
            {{"id":"2","key":"A-2","fields":{{"summary":"cut \ud83d","description":"\\ud83d \ud83d\ude00 \udc00"}}}}]}}"#
    );
    let listing = page::listing(text.as_bytes(), &["issues"], issue::issue).unwrap();
    assert!(
        listing.skipped[0].starts_with("A-1 could not be read: recursion limit"),
        "{:?}",
        listing.skipped
    );
    assert_eq!(listing.items[0].summary, "cut \u{FFFD}");
    assert_eq!(
        listing.items[0].description,
        Some(RichText::Wiki("\\ud83d 😀 \u{FFFD}".into()))
    );
}

#[test]
fn envelopes_are_read_in_every_spelling() {
    let read = |text: &str| page::listing(text.as_bytes(), &["values", "comments"], text_of);
    for (text, count, next) in [
        (r#"["a","b"]"#, 2, None),
        (r#"{"values":["a"],"isLast":true,"total":9}"#, 1, None),
        (r#"{"values":["a"],"isLast":false}"#, 1, Some(1)),
        (r#"{"comments":["a","b"],"startAt":0,"total":5}"#, 2, Some(2)),
        (r#"{"comments":["a"],"startAt":4,"total":5}"#, 1, None),
        (r#"{"comments":["a"],"total":"5"}"#, 1, Some(1)),
        (r#"{"comments":[],"total":5}"#, 0, None),
        (r#"{"comments":["a"]}"#, 1, Some(1)),
    ] {
        let listing = read(text).unwrap();
        assert_eq!((listing.items.len(), listing.next_offset(0)), (count, next), "{text}");
    }
    for (text, json) in [
        (r#"{"values":null}"#, false),
        (r#"{"hello":"world"}"#, false),
        (r#"{"values":"x"}"#, false),
        (r#""x""#, false),
        (r#"{"values":["a""#, true),
        (r#"{"values":["a"]} x"#, true),
        ("", true),
    ] {
        let error = read(text).unwrap_err();
        assert_eq!(matches!(error, ReadError::Json(_)), json, "{text}: {error:?}");
    }
}

fn text_of(value: Json<'_>) -> Result<String, String> {
    text(value).ok_or_else(|| "not text".to_owned())
}

#[test]
fn field_kinds_follow_their_schemas() {
    for (schema, expected) in [
        (json!({"type": "string", "system": "summary"}), (FieldKind::Text, false)),
        (
            json!({"type": "string", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:textarea"}),
            (FieldKind::Rich, false),
        ),
        (
            json!({"type": "string", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:textfield"}),
            (FieldKind::Text, false),
        ),
        (
            json!({"type": "string", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:url"}),
            (FieldKind::Other, false),
        ),
        (
            json!({"type": "array", "items": "string", "system": "labels"}),
            (FieldKind::Labels, true),
        ),
        (
            json!({"type": "array", "items": "json", "custom": "com.pyxis.greenhopper.jira:gh-sprint"}),
            (FieldKind::Sprint, true),
        ),
        (json!({"type": "array", "items": "version"}), (FieldKind::Version, true)),
        (json!({"type": "option-with-child"}), (FieldKind::Option, false)),
        (json!({"type": "datetime"}), (FieldKind::DateTime, false)),
        (json!({"type": "user"}), (FieldKind::User, false)),
        (json!({"type": "any", "custom": "x:y"}), (FieldKind::Other, false)),
        (json!(null), (FieldKind::Other, false)),
    ] {
        let field = meta::field(json!({"id": "customfield_1", "name": "N", "schema": schema}).into()).unwrap();
        assert_eq!((field.kind, field.multiple), expected, "{schema}");
        assert!(field.custom);
    }
}

#[test]
fn server_info_tells_the_flavour() {
    use crate::domain::Deployment::{Cloud, DataCenter};
    let read = |value: Value, host: &str| match value {
        Value::Object(_) => site::server_info(object(value), host),
        _ => None,
    };
    for (value, host, expected) in [
        (
            json!({"version": "10.3.24", "baseUrl": "https://j/jira/", "deploymentType": "Server"}),
            "j",
            Some(DataCenter),
        ),
        (
            json!({"version": "1001.0.0-SNAPSHOT", "baseUrl": "https://x", "deploymentType": "Cloud"}),
            "x",
            Some(Cloud),
        ),
        (json!({"version": "6.4", "baseUrl": "https://x"}), "x", Some(DataCenter)),
        (json!({"version": "1001.0.0", "baseUrl": "https://x"}), "x", Some(Cloud)),
        (
            json!({"version": "7", "buildNumber": 1, "serverTimeZone": {"timeZoneId": "UTC"}}),
            "a.atlassian.net",
            Some(Cloud),
        ),
        (
            json!({"version": "10.3.24", "deploymentType": "Server"}),
            "x",
            Some(DataCenter),
        ),
        (json!({"version": "3.1"}), "x", None),
        (json!({"hello": "world"}), "x", None),
    ] {
        let info = read(value.clone(), host);
        assert_eq!(info.map(|info| info.deployment), expected, "{value}");
    }
    let recorded = read(document("lists/JiraConnector-serverInfo-valid.json"), "localhost").unwrap();
    assert_eq!(
        (recorded.title.as_str(), recorded.version.as_str()),
        ("Your Company JIRA", "4.2-SNAPSHOT")
    );
    assert_eq!(recorded.server_time.unwrap().to_string(), "2010-09-30T14:11:09.767Z");
    assert!(read(document("lists/jira-cli-testdata-serverinfo.json"), "x").is_some());
}

#[test]
fn refusals_become_one_clean_sentence() {
    let recorded =
        std::fs::read(data().join("bodies/blackduck-alert-jira_error_message-JiraErrorMessage_ErrorMessages.json"));
    let nested = String::from_utf8(recorded.unwrap()).unwrap();
    let long = "x".repeat(5000);
    let bodies = [
        r#"{"errorMessages":["Issue does not exist or you do not have permission to see it."],"errors":{}}"#,
        r#"{"errorMessages":[],"errors":{"project":"Specify a valid project ID or key"}}"#,
        r#"{"errorMessages":["Invalid request payload."]}"#,
        r#"{"message":"Client must be authenticated to access this resource."}"#,
        r#"{"code":401,"message":"Unauthorized; scope does not match"}"#,
        r#"{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}"#,
        r#"{"timestamp":"x","status":404,"error":"Not Found","message":"No message available","path":"/"}"#,
        r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"No endpoint GET /x.","instance":"/x"}"#,
        r#"{"warningMessages":["The value 'x' does not exist."]}"#,
        nested.as_str(),
        "Basic authentication with passwords is deprecated.\n",
        "<html><head><TITLE lang=en>\n Log in - Jira </TITLE></head></html>",
        "<html></html>",
        "{\"message\":\"a\\u001b[31m\\r\\nb\\u202ec\\u0000\"}",
        r#"{"errors":[{"status":400,"title":"Invalid Parameter","detail":"bad"}]}"#,
        "{}",
        "",
        "[]",
        &long,
    ];
    let told: Vec<String> = bodies
        .iter()
        .map(|body| refusal::sentence(body.as_bytes()).unwrap_or_else(|| "-".into()))
        .collect();
    let told: Vec<String> = told
        .iter()
        .map(|text| {
            if text.len() > 280 {
                format!("{} chars", text.chars().count())
            } else {
                text.clone()
            }
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    Issue does not exist or you do not have permission to see it
    project: Specify a valid project ID or key
    Invalid request payload
    Client must be authenticated to access this resource
    Unauthorized; scope does not match
    Unknown or invalid refresh token
    No message available
    No endpoint GET /x
    The value 'x' does not exist
    customfield_1: This field should have had another value; empty_field: This one is empty; Some random field has an error; customfield has an error; field1: This field is messed up
    Basic authentication with passwords is deprecated
    Log in - Jira
    -
    a [31m b c
    bad
    -
    -
    -
    301 chars
    ");
}

proptest::proptest! {
    #[test]
    fn no_body_panics(body in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = page::listing(&body, &["issues"], issue::issue);
        let _ = refusal::sentences(&body);
        let _ = refusal::is_login_page(&body);
    }

    #[test]
    fn no_text_panics_and_all_of_it_is_clean(text in "\\PC{0,40}[\\x00-\\x1f\\\\ud8\u{202e}]{0,40}\\PC{0,400}") {
        let clean = refusal::clean(&text);
        assert!(!clean.chars().any(char::is_control));
        assert!(clean.chars().count() <= 301);
        let _ = value::sprint_text(&text);
        let _ = page::listing(format!("[{text}]").as_bytes(), &[], issue::stub);
    }
}
