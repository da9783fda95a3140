//! The address of Jira's own create dialog.

use super::*;

fn address(rules: Vec<(&str, Rule)>, finding: &Finding) -> String {
    dialog(Deployment::Cloud, &screen(), rules, finding).url
}

fn dialog(deployment: Deployment, screen: &CreateScreen, rules: Vec<(&str, Rule)>, finding: &Finding) -> Dialog {
    let mapping = mapping(rules);
    let subtask = screen.issue_type.subtask;
    let composed = on_ground(deployment, screen, |ground| {
        let ground = ground.with_parent(subtask.then_some("PAY-7"));
        compose(&mapping, finding, &ground)
    });
    let at = DialogAt {
        site: "https://acme.atlassian.net/",
        deployment,
        parent: subtask.then_some("10777"),
    };
    create_dialog(at, screen, &composed, finding.url.as_deref())
}

#[test]
fn fields_are_filled_in_by_the_names_that_the_dialog_knows() {
    let url = address(
        vec![
            ("Due date", value_rule(json!("2026-02-03"))),
            ("Summary", template_rule("{{title}} & more?")),
            ("Description", template_rule("**bold**\n\n{{title}}")),
            ("Priority", value_rule(json!("High"))),
            ("Labels", value_rule(json!(["a", "b"]))),
            ("Components", value_rule(json!(["api", "core"]))),
            ("Area", value_rule(json!("Web / Login"))),
            ("Assignee", finding_rule("assignee")),
            (
                "Time tracking",
                value_rule(json!({"original": "1d", "remaining": "2h"})),
            ),
            ("Score", value_rule(json!(2.5))),
            ("Found at", value_rule(json!("2026-02-03T17:05:00Z"))),
            ("Gadget", value_rule(json!({"x": 1}))),
        ],
        &finding(),
    );
    insta::assert_snapshot!(url.replace('&', "\n&"), @"
    https://acme.atlassian.net/secure/CreateIssueDetails!init.jspa?pid=10000
    &issuetype=10004
    &summary=Stored%20XSS%20in%20%2Acheckout%2A%20%26%20more%3F
    &priority=10002
    &labels=a
    &labels=b
    &components=10001
    &components=10003
    &assignee=5b10ac8d82e05b22cc7d4ef5
    &duedate=3%2FFeb%2F26
    &timetracking_originalestimate=1d
    &timetracking_remainingestimate=2h
    &customfield_10010=2.5
    &customfield_10011=3%2FFeb%2F26%206%3A05%20PM
    &customfield_10012=10001
    &customfield_10012%3A1=10101
    &description=%2Abold%2A%0A%0AStored%20XSS%20in%20%5C%2Acheckout%5C%2A
    ");
    assert!(url::Url::parse(&url).is_ok());
}

#[test]
fn a_long_description_is_cut_so_that_browsers_take_the_address() {
    let mut finding = finding();
    for body in [
        "word ".repeat(20_000),
        "ü🦀*".repeat(9_000),
        "x".repeat(60_000),
        "```\ncode\n".repeat(4_000),
    ] {
        finding.body = body;
        let url = address(
            vec![
                ("Summary", template_rule("{{title}}")),
                ("Description", template_rule("{{body}}")),
            ],
            &finding,
        );
        let start: String = finding.body.chars().take(5).collect();
        assert!((6_000..=8_000).contains(&url.len()), "{start} {}", url.len());
        assert!(
            url.contains("hackerone%2Ecom") || url.contains("hackerone.com%2Freports%2F1412"),
            "{url}"
        );
        assert!(url.is_ascii());
    }
}

#[test]
fn values_that_do_not_fit_are_left_for_the_person() {
    let labels: Vec<String> = (0..2_000).map(|index| format!("label-{index}")).collect();
    let url = address(
        vec![
            ("Labels", value_rule(json!(labels))),
            ("Summary", template_rule("{{title}}")),
        ],
        &finding(),
    );
    assert!(url.len() <= 8_000, "{}", url.len());
    assert!(url.contains("&summary=Stored") && url.contains("&labels=label-0&"));
}

#[test]
fn a_sub_task_is_made_below_its_issue() {
    let screen = CreateScreen {
        issue_type: IssueType {
            id: "10005".to_owned(),
            name: "Sub-task".to_owned(),
            subtask: true,
        },
        ..screen()
    };
    let rules = || vec![("Summary", value_rule(json!("x")))];
    let told = |deployment| {
        let dialog = dialog(deployment, &screen, rules(), &finding());
        format!("{} {:?}", dialog.url, dialog.left)
    };
    insta::assert_snapshot!(told(Deployment::DataCenter), @r#"https://acme.atlassian.net/secure/CreateSubTaskIssueDetails!init.jspa?pid=10000&issuetype=10005&parentIssueId=10777&summary=x []"#);
    insta::assert_snapshot!(told(Deployment::Cloud), @r#"https://acme.atlassian.net/secure/CreateIssueDetails!init.jspa?pid=10000&issuetype=10005&parentIssueId=10777&summary=x ["Parent"]"#);
}

#[test]
fn what_the_address_cannot_carry_is_named() {
    let labels: Vec<String> = (0..2_000).map(|index| format!("label-{index}")).collect();
    let rules = vec![
        ("Summary", template_rule("{{title}}")),
        ("Labels", value_rule(json!(labels))),
        ("Parent", value_rule(json!("PAY-7"))),
        ("Epic Link", value_rule(json!("PAY-8"))),
        ("Gadget", Rule::Json("{\"rows\": [1, 2]}".to_owned())),
        ("Description", value_rule(json!("word ".repeat(20_000)))),
    ];
    let dialog = dialog(Deployment::DataCenter, &screen(), rules, &finding());
    assert_eq!(dialog.left, ["Parent", "Gadget", "Labels", "Description"]);
    assert!(dialog.url.contains("&customfield_10017=key%3APAY-8"), "{}", dialog.url);
}
