//! Whole issues, transition screens, dry runs.

use super::*;
use crate::{
    config::Create,
    domain::{Alias, IssueId, IssueKey, Link},
};

fn whole() -> MappingConfig {
    mapping(vec![
        ("summary", template_rule("[{{source}}] {{title | truncate: 200}}")),
        ("Description", template_rule("{{body}}\n\n[Report {{id}}]({{url}})")),
        (
            "priority",
            map_rule("severity", &[("critical", "Highest"), ("high", "High")], Some("Medium")),
        ),
        ("Labels", value_rule(json!(["security"]))),
        ("Assignee", finding_rule("assignee")),
        (
            "Due date",
            template_rule("{{now | plus_days: critical=1, high=7, other=30 | date}}"),
        ),
    ])
}

#[test]
fn a_whole_issue_is_made_of_a_finding() {
    let screen = screen();
    let composed = on_ground(Deployment::Cloud, &screen, |ground| {
        compose(&whole(), &finding(), ground)
    });
    assert!(composed.is_sendable());
    assert_eq!(composed.fields["description"]["content"][1]["type"], "orderedList");
    let mut short = composed.clone();
    short.fields.remove("description");
    insta::assert_snapshot!(payload(&short), @r#"
    {
      "fields": {
        "assignee": {
          "accountId": "5b10ac8d82e05b22cc7d4ef5"
        },
        "duedate": "2026-02-06",
        "issuetype": {
          "id": "10004"
        },
        "labels": [
          "security"
        ],
        "priority": {
          "id": "10002"
        },
        "project": {
          "key": "PAY"
        },
        "summary": "[bounty] Stored XSS in *checkout*"
      }
    }
    "#);
    assert_eq!(composed.outcomes.len(), screen.fields.len());
    let summary = composed.outcome("summary").unwrap();
    assert_eq!(
        (summary.name.as_str(), summary.sample.as_str()),
        ("Summary", "[bounty] Stored XSS in *checkout*")
    );
    let description = composed.outcome("description").unwrap();
    assert!(
        description.sample.starts_with("Steps: 1. open cart"),
        "{}",
        description.sample
    );
}

#[test]
fn what_the_screen_has_not_is_left_out_and_told() {
    let mut screen = screen();
    screen
        .fields
        .retain(|field| field.id != "labels" && field.id != "issuetype");
    let composed = on_ground(Deployment::Cloud, &screen, |ground| {
        compose(&whole(), &finding(), ground)
    });
    assert!(composed.is_sendable());
    assert!(!composed.fields.contains_key("labels"));
    // The issue type is sent whatever the screen lists.
    assert_eq!(composed.fields["issuetype"], json!({"id": "10004"}));
    let labels = composed.outcome("Labels").unwrap();
    assert_eq!(labels.notes, ["the screen has no such field; it is left out"]);
}

#[test]
fn a_required_field_without_a_value_stands_in_the_way() {
    let mut screen = screen();
    for field in &mut screen.fields {
        field.required = matches!(
            field.id.as_str(),
            "summary" | "customfield_10014" | "components" | "customfield_10010"
        );
        field.has_default = field.id == "customfield_10010";
    }
    let mapping = mapping(vec![
        ("summary", template_rule("{{fields.nothing}}")),
        ("Team", finding_rule("resolution")),
    ]);
    let composed = on_ground(Deployment::Cloud, &screen, |ground| {
        compose(&mapping, &finding(), ground)
    });
    let problems: Vec<(&str, &str)> = composed
        .problems()
        .map(|outcome| (outcome.name.as_str(), outcome.problem.as_deref().unwrap()))
        .collect();
    assert_eq!(
        problems,
        [
            (
                "Summary",
                "Jira requires it, and the rule gives nothing: {{fields.nothing}} is empty"
            ),
            ("Components", "Jira requires it, and no rule fills it"),
            ("Team", "Jira requires it, and the rule gives nothing for this finding"),
        ]
    );
}

#[test]
fn a_subtask_gets_the_issue_above_it() {
    let mut screen = screen();
    screen.issue_type.subtask = true;
    let zone = berlin();
    let ground = Ground::new(Deployment::Cloud, &screen, &zone, now());
    let composed = compose(&whole(), &finding(), &ground.with_parent(Some("PAY-3")));
    assert_eq!(composed.fields["parent"], json!({"key": "PAY-3"}));
    // Not for an issue of its own.
    screen.issue_type.subtask = false;
    let ground = Ground::new(Deployment::Cloud, &screen, &zone, now());
    assert!(
        !compose(&whole(), &finding(), &ground.with_parent(Some("PAY-3")))
            .fields
            .contains_key("parent")
    );
}

#[test]
fn a_rule_by_id_goes_before_one_by_name() {
    let screen = screen();
    let mapping = mapping(vec![
        ("Summary", value_rule(json!("by name"))),
        ("summary", value_rule(json!("by id"))),
    ]);
    let composed = on_ground(Deployment::Cloud, &screen, |ground| {
        compose(&mapping, &finding(), ground)
    });
    // Names are compared in any case, so the first of both is the one by id as well.
    assert_eq!(composed.fields["summary"], json!("by name"));
    let mapping = self::mapping(vec![
        ("Score", value_rule(json!(1))),
        ("customfield_10010", value_rule(json!(2))),
    ]);
    let composed = on_ground(Deployment::Cloud, &screen, |ground| {
        compose(&mapping, &finding(), ground)
    });
    assert_eq!(composed.fields["customfield_10010"], json!(2));
}

#[test]
fn a_transition_screen_is_filled_by_its_own_rules() {
    let screen = screen();
    let fields = vec![
        required(listing(
            "resolution",
            "Resolution",
            ValueKind::Resolution,
            &["Done", "Won't Do"],
        )),
        field("comment", "Comment", ValueKind::Rich),
    ];
    let rules = vec![(
        "Resolution".to_owned(),
        map_rule("resolution", &[("fixed", "Done"), ("wont-fix", "Won't Do")], None),
    )];
    let mut finding = finding();
    let composed = |finding: &Finding| {
        on_ground(Deployment::Cloud, &screen, |ground| {
            compose_screen(&rules, &fields, finding, ground)
        })
    };
    assert!(!composed(&finding).is_sendable());
    finding.resolution = Some(crate::domain::Resolution::WontFix);
    let composed = composed(&finding);
    assert_eq!(Value::Object(composed.fields), json!({"resolution": {"id": "10002"}}));
}

fn link(mapping: Option<&str>) -> Link {
    Link {
        id: 1,
        finding: finding().id,
        alias: Alias::from("acme"),
        issue: IssueId::from("10203"),
        key: IssueKey::from("PAY-12"),
        mapping: mapping.map(str::to_owned),
        created: true,
        gone: false,
        url: String::new(),
        summary: None,
        status: None,
    }
}

#[test]
fn a_dry_run_says_what_would_happen_and_why() {
    let screen = screen();
    let run = |mapping: &MappingConfig, finding: &Finding, link: Option<&Link>| {
        let run = on_ground(Deployment::Cloud, &screen, |ground| {
            dry_run(mapping, finding, ground, link)
        });
        format!("{}: {}", run.action.word(), run.reason)
    };
    let (mut mapping, mut finding) = (whole(), finding());
    assert_eq!(
        run(&mapping, &finding, None),
        "create: an issue is made when somebody says so"
    );
    mapping.create = Create::Auto;
    assert_eq!(run(&mapping, &finding, None), "create: an issue is made by itself");
    mapping.create = Create::Browser;
    assert_eq!(
        run(&mapping, &finding, None),
        "create: somebody makes the issue in Jira's own dialog"
    );
    let own = link(Some("bounty to PAY"));
    assert_eq!(
        run(&mapping, &finding, Some(&own)),
        "update: PAY-12 gets what has changed"
    );
    let other = link(Some("scans"));
    assert_eq!(
        run(&mapping, &finding, Some(&other)),
        "skip: PAY-12 is kept by the mapping scans"
    );
    mapping.matching.severity = Some(Severity::Critical);
    assert_eq!(run(&mapping, &finding, None), "skip: severity high is below critical");
    // A linked one is kept in step even if the mapping would not make it now.
    assert_eq!(
        run(&mapping, &finding, Some(&own)),
        "update: PAY-12 gets what has changed"
    );
    mapping.matching.severity = None;
    finding.state = FindingState::Closed;
    assert_eq!(run(&mapping, &finding, None), "skip: it is closed and has no issue");
    finding.state = FindingState::Open;
    mapping.fields.push(("Score".to_owned(), value_rule(json!("many"))));
    assert_eq!(run(&mapping, &finding, None), "problem: Score: \"many\" is no number");
    assert_eq!(
        run(&mapping, &finding, Some(&own)),
        "problem: Score: \"many\" is no number"
    );
    mapping.enabled = false;
    assert_eq!(run(&mapping, &finding, None), "skip: the mapping is paused");
}

#[test]
fn the_rules_a_mapping_starts_with_suit_the_screen() {
    let screen = screen();
    let fields = defaults(&screen);
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["summary", "description", "priority", "labels"]);
    let mut mapping = mapping(Vec::new());
    mapping.fields = fields;
    let (flaws, composed) = on_ground(Deployment::Cloud, &screen, |ground| {
        (
            check(&mapping, ground),
            compose(&mapping, &Finding::new(finding().id, FindingKind::Defect, " "), ground),
        )
    });
    assert_eq!(flaws, []);
    assert!(composed.is_sendable());
    assert_eq!(composed.fields["summary"], "Untitled finding");
    assert_eq!(composed.fields["priority"], json!({"id": "10005"}));
}

#[test]
fn severities_find_their_priorities_whatever_the_site_calls_them() {
    for (names, expected) in [
        (
            "Highest High Medium Low Lowest",
            "Highest High Medium Low Lowest Lowest",
        ),
        (
            "Lowest Low Medium High Highest",
            "Highest High Medium Low Lowest Lowest",
        ),
        (
            "Blocker Critical Major Minor Trivial",
            "Critical Major Major Minor Trivial Trivial",
        ),
        ("P1 P2 P3 P4 P5", "P1 P2 P3 P4 P5 P5"),
        ("P0 P1 P2 P3", "P0 P1 P2 P3 P3 P3"),
        ("Urgent Normal", "Urgent Normal Normal Normal Normal Normal"),
        (
            "Dringend Hoch Mittel Niedrig",
            "Dringend Hoch Mittel Niedrig Niedrig Niedrig",
        ),
        ("Only", "Only Only Only Only Only Only"),
    ] {
        let mut screen = screen();
        let names: Vec<&str> = names.split(' ').collect();
        screen.fields = vec![listing("priority", "Priority", ValueKind::Priority, &names)];
        let rules = defaults(&screen);
        let Rule::Map { values, .. } = &rules[0].1 else {
            panic!("{rules:?}");
        };
        let told: Vec<&str> = values.iter().map(|(_, value)| value.as_str().unwrap()).collect();
        assert_eq!(told.join(" "), expected);
    }
}
