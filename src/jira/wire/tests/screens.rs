//! How the values of every kind of field are written, by the schemas that Cloud and Data Center tell.

use serde_json::{Value, json};

use super::super::{page, screen};
use crate::domain::{Choice, CreateField, ValueKind};

const ITS: &str = "com.atlassian.jira.plugin.system.customfieldtypes";
const BOARDS: &str = "com.pyxis.greenhopper.jira";

fn read(id: &str, schema: Value) -> CreateField {
    let mut field = json!({"fieldId": id, "name": "F", "required": false});
    field["schema"] = schema;
    screen::field(field.into()).unwrap()
}

#[test]
fn system_fields_are_written_by_their_type() {
    use ValueKind::{
        Component, Date, IssueType, Labels, Number, Option as Choose, Other, Parent, Priority, Project, Resolution,
        Rich, Security, Text, TimeTracking, User, Version,
    };
    // Id, type, items, kind, several.
    for (id, kind, items, expected, multiple) in [
        ("summary", "string", "", Text, false),
        ("description", "string", "", Rich, false),
        ("environment", "string", "", Rich, false),
        ("description", "doc", "", Rich, false),
        ("comment", "comments-page", "", Rich, false),
        ("comment", "array", "comment", Rich, false),
        ("labels", "array", "string", Labels, true),
        ("duedate", "date", "", Date, false),
        ("assignee", "user", "", User, false),
        ("reporter", "user", "", User, false),
        ("components", "array", "component", Component, true),
        ("fixVersions", "array", "version", Version, true),
        ("versions", "array", "version", Version, true),
        ("priority", "priority", "", Priority, false),
        ("resolution", "resolution", "", Resolution, false),
        ("security", "securitylevel", "", Security, false),
        ("issuetype", "issuetype", "", IssueType, false),
        ("project", "project", "", Project, false),
        ("parent", "issuelink", "", Parent, false),
        ("timetracking", "timetracking", "", TimeTracking, false),
        ("storypoints", "number", "", Number, false),
        ("category", "option", "", Choose, false),
        ("issuelinks", "array", "issuelinks", Other, true),
        ("attachment", "array", "attachment", Other, true),
        ("worklog", "array", "worklog", Other, true),
        ("issuerestriction", "issuerestriction", "", Other, false),
        ("other", "issuelink", "", Other, false),
        ("odd", "", "", Other, false),
    ] {
        let mut schema = json!({"type": kind, "system": id});
        if !items.is_empty() {
            schema["items"] = json!(items);
        }
        let field = read(id, schema);
        assert_eq!(
            (field.kind, field.multiple),
            (expected, multiple),
            "{id}: {kind} {items}"
        );
        let native = if items.is_empty() { kind } else { items };
        assert_eq!(field.native, native, "{id}");
    }
}

#[test]
fn custom_fields_are_written_by_what_they_are_made_with() {
    use ValueKind::{
        Cascading, Date, DateTime, Epic, Group, Labels, Number, Option as Choose, Other, Project, Rich, Sprint, Text,
        Url, User, Version,
    };
    for (app, plugin, kind, items, expected, multiple) in [
        (ITS, "textfield", "string", "", Text, false),
        (ITS, "textarea", "string", "", Rich, false),
        (ITS, "textarea", "doc", "", Rich, false),
        (ITS, "url", "string", "", Url, false),
        (ITS, "float", "number", "", Number, false),
        (ITS, "importid", "number", "", Number, false),
        (ITS, "datepicker", "date", "", Date, false),
        (ITS, "datetime", "datetime", "", DateTime, false),
        (ITS, "select", "option", "", Choose, false),
        (ITS, "select", "string", "", Choose, false),
        (ITS, "radiobuttons", "option", "", Choose, false),
        (ITS, "radiobuttons", "string", "", Choose, false),
        (ITS, "multiselect", "array", "option", Choose, true),
        (ITS, "multiselect", "array", "string", Choose, true),
        (ITS, "multicheckboxes", "array", "option", Choose, true),
        (ITS, "cascadingselect", "option-with-child", "", Cascading, false),
        (ITS, "cascadingselect", "array", "string", Cascading, false),
        (ITS, "userpicker", "user", "", User, false),
        (ITS, "multiuserpicker", "array", "user", User, true),
        (ITS, "people", "array", "user", User, true),
        (ITS, "grouppicker", "group", "", Group, false),
        (ITS, "multigrouppicker", "array", "group", Group, true),
        (ITS, "version", "version", "", Version, false),
        (ITS, "multiversion", "array", "version", Version, true),
        (ITS, "labels", "array", "string", Labels, true),
        (ITS, "project", "project", "", Project, false),
        (ITS, "atlassian-team", "team", "", Other, false),
        (
            "com.atlassian.teams",
            "rm-teams-custom-field-team",
            "any",
            "",
            Other,
            false,
        ),
        (BOARDS, "gh-sprint", "array", "json", Sprint, false),
        (BOARDS, "gh-sprint", "array", "string", Sprint, false),
        (BOARDS, "gh-epic-link", "any", "", Epic, false),
        (BOARDS, "gh-epic-label", "string", "", Text, false),
        (BOARDS, "gh-epic-status", "option", "", Choose, false),
        (BOARDS, "gh-lexo-rank", "any", "", Other, false),
        (BOARDS, "jsw-story-points", "number", "", Number, false),
        (
            "com.atlassian.servicedesk",
            "sd-request-participants",
            "array",
            "user",
            User,
            true,
        ),
        (
            "com.atlassian.servicedesk",
            "vp-origin",
            "sd-customerrequesttype",
            "",
            Other,
            false,
        ),
        ("com.example.app", "secret-sauce", "string", "", Other, false),
        ("com.example.app", "many-lines", "array", "string", Other, true),
    ] {
        let mut schema = json!({"type": kind, "custom": format!("{app}:{plugin}"), "customId": 10020});
        if !items.is_empty() {
            schema["items"] = json!(items);
        }
        let field = read("customfield_10020", schema);
        assert_eq!(
            (field.kind, field.multiple),
            (expected, multiple),
            "{plugin}: {kind} {items}"
        );
        assert_eq!(field.native, plugin);
    }
    let bare = screen::field(json!({"key": "customfield_1", "name": "Odd", "schema": null}).into()).unwrap();
    assert_eq!((bare.id.as_str(), bare.kind), ("customfield_1", Other));
    assert!(screen::field(json!({"name": "without an id"}).into()).is_err());
    assert!(screen::field(json!(7).into()).is_err());
}

#[test]
fn values_to_choose_from_come_flat_nested_and_bare() {
    let choice = |id: &str, name: &str, children: Vec<Choice>| Choice {
        id: id.to_owned(),
        name: name.to_owned(),
        children,
        ..Choice::default()
    };
    let field = |allowed: Value| {
        let field = json!({"fieldId": "f", "schema": {"type": "option"}, "allowedValues": allowed,
            "autoCompleteUrl": "https://x", "defaultValue": {"id": "1"}});
        screen::field(field.into()).unwrap()
    };
    let plain = field(json!([{"id": "1", "value": "High", "self": "x"}, {"id": 2, "name": "Low"}]));
    assert_eq!(plain.allowed, [choice("1", "High", vec![]), choice("2", "Low", vec![])]);
    assert!(plain.suggests && plain.default == Some(json!({"id": "1"})));
    let nested = field(json!([[{"id": "1", "name": "1.0"}], [{"id": "2", "name": "1.1"}]]));
    assert_eq!(nested.allowed, [choice("1", "1.0", vec![]), choice("2", "1.1", vec![])]);
    assert_eq!(
        field(json!(["red", null, "blue"])).allowed,
        [choice("", "red", vec![]), choice("", "blue", vec![])]
    );
    let projects = field(json!([{"id": "7", "key": "OPS", "name": "Operations"}, {"id": "8", "key": "PAY"}]));
    let told: Vec<_> = projects.allowed.iter().map(|one| (&*one.name, &*one.key)).collect();
    assert_eq!(told, [("Operations", "OPS"), ("PAY", "")]);
    let cascading = field(json!([
        {"id": "1", "value": "EU", "children": [{"id": "11", "value": "PT"}, {"id": "12", "value": "DE"}]},
        {"id": "2", "value": "US"},
    ]));
    let eu = vec![choice("11", "PT", vec![]), choice("12", "DE", vec![])];
    assert_eq!(cascading.allowed, [choice("1", "EU", eu), choice("2", "US", vec![])]);
    assert!(field(json!({"odd": true})).allowed.is_empty());
}

#[test]
fn a_screen_is_read_past_what_is_odd_in_it() {
    let body =
        br#"{"values": [{"fieldId": "summary", "schema": {"type": "string"}}, 7, {"name": "x"}], "isLast": true}"#;
    let listing = page::listing(body, &["fields", "values"], screen::field).unwrap();
    assert_eq!((listing.items.len(), listing.skipped.len()), (1, 2));
    let step = screen::transition(
        json!({"id": 5, "name": "Go", "to": {"id": "3", "name": "Doing"}, "fields": {
        "resolution": {"required": true, "schema": {"type": "resolution"}}, "odd": 7}})
        .into(),
    )
    .unwrap();
    assert_eq!((step.id.as_str(), step.fields.len()), ("5", 1));
    assert_eq!((step.fields[0].id.as_str(), step.has_screen), ("resolution", true));
    let plain = screen::transition(json!({"id": "6", "fields": {}}).into()).unwrap();
    assert!(!plain.has_screen && plain.available);
    assert!(screen::transition(json!({"name": "without an id"}).into()).is_err());
}
