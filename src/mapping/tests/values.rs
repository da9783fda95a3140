//! Values of every kind of field, as Jira takes them.

use super::*;

fn taken(field: &str, rule: Rule) -> Value {
    let outcome = outcome(field, rule);
    assert_eq!(outcome.problem, None, "{field}");
    outcome.value.unwrap_or_default()
}

fn refused(field: &str, value: Value) -> String {
    let outcome = outcome(field, value_rule(value));
    assert_eq!(outcome.value, None, "{field}");
    outcome.problem.unwrap_or_default()
}

#[test]
fn typed_values_are_written_as_each_kind_of_field_takes_them() {
    for (field, value, expected) in [
        ("Summary", json!("  two\nlines\t "), json!("two lines")),
        ("Environment", json!("two\nlines"), json!("two\nlines")),
        ("Score", json!(3), json!(3)),
        ("Score", json!("3.5"), json!(3.5)),
        ("Due date", json!("2026-02-03"), json!("2026-02-03")),
        (
            "Found at",
            json!("2026-02-03 12:00"),
            json!("2026-02-03T11:00:00.000+0000"),
        ),
        ("Found at", json!("2026-02-03"), json!("2026-02-02T23:00:00.000+0000")),
        (
            "Found at",
            json!("2026-02-03T12:00:00Z"),
            json!("2026-02-03T12:00:00.000+0000"),
        ),
        ("Priority", json!("highest"), json!({"id": "10001"})),
        ("Priority", json!({"id": "10002"}), json!({"id": "10002"})),
        ("Priority", json!({"name": "Low"}), json!({"id": "10004"})),
        ("Security Level", json!("10001"), json!({"id": "10001"})),
        ("Resolution", json!("won't do"), json!({"id": "10002"})),
        (
            "Platforms",
            json!("Linux, macOS"),
            json!([{"id": "10001"}, {"id": "10002"}]),
        ),
        ("Platforms", json!(["windows", "Windows"]), json!([{"id": "10003"}])),
        ("Components", json!("web, mobile"), json!([{"id": "10002"}])),
        (
            "Components",
            json!(["api", "core"]),
            json!([{"id": "10001"}, {"id": "10003"}]),
        ),
        ("Fix versions", json!("2.0"), json!([{"id": "10002"}])),
        ("Area", json!("Web"), json!({"id": "10001"})),
        (
            "Area",
            json!("web / login"),
            json!({"id": "10001", "child": {"id": "10101"}}),
        ),
        (
            "Area",
            json!("Web / Checkout / Pay"),
            json!({"id": "10001", "child": {"id": "10102"}}),
        ),
        (
            "Area",
            json!({"value": "Mobile", "child": "iOS"}),
            json!({"id": "10002", "child": {"id": "10103"}}),
        ),
        (
            "Area",
            json!({"id": "10001", "child": {"id": "10101"}}),
            json!({"id": "10001", "child": {"id": "10101"}}),
        ),
        ("Labels", json!("a b, c"), json!(["a-b", "c"])),
        (
            "Labels",
            json!(["one two", "one two", "three"]),
            json!(["one-two", "three"]),
        ),
        (
            "Assignee",
            json!("ada@example.com"),
            json!({"accountId": "5b10ac8d82e05b22cc7d4ef5"}),
        ),
        (
            "Assignee",
            json!("Bob Builder"),
            json!({"accountId": "5b10ac8d82e05b22cc7d4ef6"}),
        ),
        (
            "Assignee",
            json!("5b10ac8d82e05b22cc7d4eff"),
            json!({"accountId": "5b10ac8d82e05b22cc7d4eff"}),
        ),
        ("Assignee", json!({"accountId": "x:1"}), json!({"accountId": "x:1"})),
        (
            "Reviewers",
            json!("bob, ada"),
            json!([{"accountId": "5b10ac8d82e05b22cc7d4ef6"}, {"accountId": "5b10ac8d82e05b22cc7d4ef5"}]),
        ),
        ("Team", json!("jira-users"), json!({"name": "jira-users"})),
        (
            "Report",
            json!("https://example.com/a b"),
            json!("https://example.com/a%20b"),
        ),
        ("Report", json!("HTTPS://example.com/a"), json!("https://example.com/a")),
        ("Sprint", json!(41), json!(41)),
        ("Sprint", json!("41"), json!(41)),
        ("Epic Link", json!("pay-3"), json!("PAY-3")),
        ("Parent", json!("PAY-3"), json!({"key": "PAY-3"})),
        ("Parent", json!("10203"), json!({"id": "10203"})),
        ("Other project", json!("CHK"), json!({"key": "CHK"})),
        ("Other project", json!("10001"), json!({"id": "10001"})),
        ("Time tracking", json!("1w  2d"), json!({"originalEstimate": "1w 2d"})),
        (
            "Time tracking",
            json!({"original": "1w 2d 3h 4m", "remaining": "3h"}),
            json!({"originalEstimate": "1w 2d 3h 4m", "remainingEstimate": "3h"}),
        ),
        ("Gadget", json!({"a": [1, null]}), json!({"a": [1, null]})),
        ("Gadget", json!("text"), json!("text")),
        ("Gadget", json!(true), json!(true)),
    ] {
        let outcome = outcome(field, value_rule(value.clone()));
        assert_eq!(
            (outcome.value, outcome.problem),
            (Some(expected), None),
            "{field} {value}"
        );
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_a_reason() {
    let mut told = String::new();
    for (field, value) in [
        ("Score", json!("many")),
        ("Due date", json!("tomorrow")),
        ("Due date", json!("2026-02-30")),
        ("Found at", json!("noon")),
        ("Priority", json!("Hihg")),
        ("Priority", json!("whatever")),
        ("Priority", json!({"id": "99", "name": "Urgent"})),
        ("Priority", json!({"colour": "red"})),
        ("Twins", json!("sAmE")),
        ("Platforms", json!(["Linux", "BeOS"])),
        ("Area", json!("Web / iOS")),
        ("Area", json!("Desk / Top")),
        ("Report", json!("javascript:alert(1)")),
        ("Report", json!("ftp://example.com")),
        ("Sprint", json!("next one")),
        ("Epic Link", json!("no key")),
        ("Parent", json!("7-PAY")),
        ("Time tracking", json!("2 days")),
        ("Time tracking", json!("3h 1d")),
        ("Time tracking", json!({"spent": "1d"})),
        ("Security Level", json!("Publc")),
    ] {
        told.push_str(&format!("{field} {value}: {}\n", refused(field, value.clone())));
    }
    insta::assert_snapshot!(told, @r#"
    Score "many": "many" is no number
    Due date "tomorrow": "tomorrow" is no date; an example is 2026-01-31
    Due date "2026-02-30": "2026-02-30" is no date; an example is 2026-01-31
    Found at "noon": "noon" is no date with a time; an example is 2026-01-31 12:34
    Priority "Hihg": "Hihg" is not allowed; did you mean "High"?
    Priority "whatever": "whatever" is not allowed; it takes "Highest", "High", "Medium", "Low", "Lowest"
    Priority {"id":"99","name":"Urgent"}: "Urgent" (id 99) is not allowed any more
    Priority {"colour":"red"}: "colour: red" has neither id nor name
    Twins "sAmE": "sAmE" is the name of 3 values; name the one by its id
    Platforms ["Linux","BeOS"]: "BeOS" is not allowed; it takes "Linux", "macOS", "Windows", "linux arm"
    Area "Web / iOS": "iOS" is not allowed below "Web"; it takes "Login", "Checkout / Pay"
    Area "Desk / Top": "Desk" is not allowed; it takes "Web", "Mobile"
    Report "javascript:alert(1)": "javascript:alert(1)" is no http or https address
    Report "ftp://example.com": "ftp://example.com" is no http or https address
    Sprint "next one": "next one" is no sprint; it is given by its number
    Epic Link "no key": "no key" is no issue key; an example is PAY-12
    Parent "7-PAY": "7-PAY" is no issue key; an example is PAY-12
    Time tracking "2 days": "2 days" is no estimate; an example is 1w 2d 3h 4m
    Time tracking "3h 1d": "3h 1d" is no estimate; an example is 1w 2d 3h 4m
    Time tracking {"spent":"1d"}: an estimate is { original = "1w 2d", remaining = "3h" }, or one of them
    Security Level "Publc": "Publc" is not allowed; did you mean "Public"?
    "#);
}

#[test]
fn the_exact_name_goes_before_ids_and_other_cases() {
    assert_eq!(taken("Twins", value_rule(json!("same"))), json!({"id": "10002"}));
    let mut screen = screen();
    screen.fields = vec![CreateField {
        allowed: vec![choice("2", "1"), choice("1", "2")],
        ..field("customfield_1", "Level", ValueKind::Option)
    }];
    let mapping = mapping(vec![("Level", value_rule(json!(1)))]);
    let composed = on_ground(Deployment::Cloud, &screen, |ground| {
        compose(&mapping, &finding(), ground)
    });
    assert_eq!(composed.fields["customfield_1"], json!({"id": "2"}));
}

#[test]
fn a_field_without_a_list_takes_any_name() {
    let mut screen = screen();
    for field in &mut screen.fields {
        field.allowed.clear();
    }
    let rules = vec![
        ("Priority", value_rule(json!("P1"))),
        ("Platforms", value_rule(json!(["Plan 9"]))),
        ("Area", value_rule(json!("Web / Login"))),
        ("Fix versions", value_rule(json!([{"id": "7", "name": "3.0"}]))),
    ];
    let mapping = mapping(rules);
    let fields = on_ground(Deployment::Cloud, &screen, |ground| {
        compose(&mapping, &finding(), ground)
    })
    .fields;
    assert_eq!(fields["priority"], json!({"name": "P1"}));
    assert_eq!(fields["customfield_10018"], json!([{"value": "Plan 9"}]));
    assert_eq!(
        fields["customfield_10012"],
        json!({"value": "Web", "child": {"value": "Login"}})
    );
    assert_eq!(fields["fixVersions"], json!([{"id": "7"}]));
}

#[test]
fn data_center_has_its_own_people_and_texts() {
    let on = |field: &str, rule: Rule| outcome_on(Deployment::DataCenter, field, rule);
    assert_eq!(
        on("Assignee", finding_rule("assignee")).value,
        Some(json!({"name": "ada"}))
    );
    // A name that nothing was heard of yet.
    assert_eq!(
        on("Assignee", value_rule(json!("newcomer"))).value,
        Some(json!({"name": "newcomer"}))
    );
    let text = on("Description", template_rule("{{body}}")).value.unwrap();
    assert!(
        text.as_str().unwrap().contains("{{cart}}") && text.as_str().unwrap().contains("*pay*"),
        "{text}"
    );
    let text = on("Description", template_rule("{{title}}")).value.unwrap();
    assert!(text.as_str().unwrap().contains("\\*checkout\\*"), "{text}");
}

#[test]
fn what_a_list_holds_is_one_value_each() {
    let screen = CreateScreen {
        fields: vec![several(field("customfield_1", "Groups", ValueKind::Group))],
        ..CreateScreen::default()
    };
    let zone = TimeZone::UTC;
    let ground = Ground::new(Deployment::DataCenter, &screen, &zone, now());
    let mut mapping = MappingConfig::new("m", "acme", ProjectChoice::Key("PAY".to_owned()), "Bug");
    for (value, expected) in [
        (
            json!(["devs, all", "ops"]),
            json!([{"name": "devs, all"}, {"name": "ops"}]),
        ),
        (json!("devs, ops"), json!([{"name": "devs"}, {"name": "ops"}])),
    ] {
        mapping.fields = vec![("Groups".to_owned(), value_rule(value))];
        let composed = compose(&mapping, &finding(), &ground);
        assert_eq!(composed.fields["customfield_1"], expected);
    }
}

#[test]
fn a_project_goes_by_its_key_too_and_options_below_others_say_how_they_are_written() {
    let payments = Choice {
        id: "10000".to_owned(),
        name: "Payments".to_owned(),
        key: "PAY".to_owned(),
        ..Choice::default()
    };
    let region = Choice {
        children: vec![choice("2", "DE")],
        ..choice("1", "EU")
    };
    let listed = |id: &str, name: &str, kind: ValueKind, allowed: Vec<Choice>| CreateField {
        allowed,
        ..field(id, name, kind)
    };
    let screen = CreateScreen {
        fields: vec![
            listed("customfield_1", "Home", ValueKind::Project, vec![payments]),
            listed("customfield_2", "Region", ValueKind::Cascading, vec![region]),
        ],
        ..CreateScreen::default()
    };
    let zone = TimeZone::UTC;
    let ground = Ground::new(Deployment::DataCenter, &screen, &zone, now());
    let mut mapping = MappingConfig::new("m", "acme", ProjectChoice::Key("PAY".to_owned()), "Bug");
    for word in ["pay", "PAY", "Payments", "10000"] {
        mapping.fields = vec![("Home".to_owned(), value_rule(json!(word)))];
        let composed = compose(&mapping, &finding(), &ground);
        assert_eq!(composed.fields["customfield_1"], json!({"id": "10000"}), "{word}");
    }
    mapping.fields = vec![("Region".to_owned(), value_rule(json!("EU - DE")))];
    let composed = compose(&mapping, &finding(), &ground);
    let problem = composed.problems().next().and_then(|outcome| outcome.problem.clone());
    assert_eq!(
        problem.as_deref(),
        Some("\"EU - DE\" is not allowed; it takes \"EU\"; one below another is written \"EU / DE\"")
    );
}

#[test]
fn somebody_unknown_is_left_out_and_told() {
    for (name, told) in [
        ("Nobody Known", "the site knows nobody by \"Nobody Known\""),
        ("Old Timer", "the account of \"Old Timer\" is not active"),
    ] {
        let outcome = outcome("Assignee", value_rule(json!(name)));
        assert_eq!((outcome.value, outcome.problem), (None, None));
        assert_eq!(outcome.notes, [told]);
    }
}

#[test]
fn facts_of_a_finding_fit_the_fields_they_are_meant_for() {
    for (field, name, expected) in [
        ("Labels", "fields.tags", json!(["web", "needs-review"])),
        ("Labels", "tag", json!(["checkout"])),
        ("Assignee", "assignee", json!({"accountId": "5b10ac8d82e05b22cc7d4ef5"})),
        ("Score", "score", json!(8.1)),
        ("Score", "severity", json!(4)),
        ("Due date", "updated", json!("2026-01-30")),
        ("Due date", "fields.first.seen", json!("2025-12-24")),
        ("Found at", "created", json!("2026-01-20T10:00:00.000+0000")),
        ("Report", "url", json!("https://hackerone.com/reports/1412")),
        ("Epic Link", "keys", json!("PAY-7")),
        ("Short note", "body", json!("Steps: 1. open cart 2. pay")),
        (
            "Gadget",
            "fields.locations",
            json!([{"file": "src/a.js", "line": 3}, {"file": "src/b.js"}]),
        ),
        ("Due date", "now | plus_days: 5", json!("2026-02-04")),
    ] {
        assert_eq!(taken(field, finding_rule(name)), expected, "{field} {name}");
    }
    let outcome = outcome("Short note", finding_rule("fields.nothing"));
    assert_eq!((outcome.value, outcome.problem), (None, None));
}

#[test]
fn a_template_may_name_several_values() {
    let labels = taken(
        "Labels",
        template_rule("{{source}}, sev-{{severity}},{{fields.nothing}},"),
    );
    assert_eq!(labels, json!(["bounty", "sev-high"]));
    let labels = taken("Labels", template_rule("{{fields.tags}}"));
    assert_eq!(labels, json!(["web", "needs-review"]));
    let note = outcome("Epic Link", finding_rule("fields.tags"));
    assert!(note.problem.is_some());
}

#[test]
fn tables_turn_words_into_values() {
    let table = [("high", "High"), ("in progress", "Low"), ("Report", "Lowest")];
    for (from, expected) in [
        ("severity", json!({"id": "10002"})),
        ("kind", json!({"id": "10005"})),
        ("state", json!({"id": "10003"})),
        ("resolution", json!({"id": "10003"})),
    ] {
        assert_eq!(
            taken("Priority", map_rule(from, &table, Some("Medium"))),
            expected,
            "{from}"
        );
    }
    let outcome = outcome("Priority", map_rule("state", &table, None));
    assert_eq!(outcome.value, None);
    assert_eq!(outcome.notes, ["the table has no value for \"triaged\""]);
    let platforms = map_rule("fields.tags", &[("web", "Linux"), ("needs review", "Windows")], None);
    assert_eq!(taken("Platforms", platforms), json!([{"id": "10001"}, {"id": "10003"}]));
}

#[test]
fn json_is_sent_as_it_is_unless_it_names_what_is_not_allowed() {
    let rule = |text: &str| Rule::Json(text.to_owned());
    assert_eq!(taken("Gadget", rule(r#"{"x": [1, 2]}"#)), json!({"x": [1, 2]}));
    assert_eq!(
        taken("Platforms", rule(r#"[{"value": "Linux"}]"#)),
        json!([{"value": "Linux"}])
    );
    let wrong = outcome("Platforms", rule(r#"[{"value": "Linx"}]"#)).problem.unwrap();
    assert_eq!(wrong, "\"Linx\" is not allowed; did you mean \"Linux\"?");
    let wrong = outcome("Gadget", rule("{x}")).problem.unwrap();
    assert_eq!(wrong, "this is no JSON: key must be a string at line 1 column 2");
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    assert_eq!(
        outcome("Gadget", rule(&deep)).problem.unwrap(),
        "the JSON nests too deep"
    );
}

#[test]
fn formatted_text_becomes_a_document_on_cloud() {
    let document = taken("Description", template_rule("# {{title}}\n\n{{body}}"));
    assert_eq!(document["type"], "doc");
    assert_eq!(document["content"][0]["type"], "heading");
    assert_eq!(document["content"][0]["content"][0]["text"], "Stored XSS in *checkout*");
    assert_eq!(document["content"][2]["type"], "orderedList");
}

#[test]
fn raw_json_is_held_to_the_shape_that_the_field_takes() {
    let told = |field: &str, text: &str| {
        let outcome = outcome(field, Rule::Json(text.to_owned()));
        outcome.problem.unwrap_or(outcome.sample)
    };
    for (field, text, expected) in [
        ("Gadget", "{\"x\": [1]}", "{\"x\":[1]}"),
        ("Gadget", "[1]", "[1]"),
        (
            "Gadget",
            "{",
            "this is no JSON: EOF while parsing an object at line 1 column 1",
        ),
        ("Score", "\"7\"", "the field holds a number"),
        ("Score", "7", "7"),
        ("Due date", "7", "the field holds text, in quotation marks"),
        ("Labels", "\"a\"", "the field holds a list, which is written [ … ]"),
        ("Labels", "[1]", "the field holds text, in quotation marks"),
        ("Labels", "[\"a\"]", "[\"a\"]"),
        (
            "Priority",
            "[{\"name\": \"High\"}]",
            "the field holds one value, and this is a list",
        ),
        ("Priority", "{\"name\": \"High\"}", "{\"name\":\"High\"}"),
    ] {
        assert_eq!(told(field, text), expected, "{field} {text}");
    }
    assert!(told("Priority", "\"High\"").contains("holds an object"));
}

#[test]
fn a_project_is_named_by_key_name_or_id_where_the_field_lists_them() {
    let mut screen = screen();
    let field = screen.fields.iter_mut().find(|field| field.name == "Other project");
    field.unwrap().allowed = vec![
        Choice {
            key: "OPS".into(),
            ..choice("10201", "Operations")
        },
        Choice {
            key: "PAY".into(),
            ..choice("10202", "OPS")
        },
    ];
    let written = |word: &str| {
        let mapping = mapping(vec![("Other project", value_rule(json!(word)))]);
        on_ground(Deployment::Cloud, &screen, |ground| {
            compose(&mapping, &finding(), ground)
                .fields
                .get("customfield_10021")
                .cloned()
        })
    };
    for (word, id) in [
        ("Operations", Some("10201")),
        ("pay", Some("10202")),
        // A name goes before a key.
        ("OPS", Some("10202")),
        ("10201", Some("10201")),
        ("NOPE", None),
    ] {
        assert_eq!(written(word), id.map(|id| json!({ "id": id })), "{word}");
    }
}
