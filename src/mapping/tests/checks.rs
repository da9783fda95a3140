//! What cannot work is told before anything is sent.

use super::*;
use crate::{
    config::{Closes, Create, StateRule},
    domain::{Status, StatusCategory, Transition},
};

fn sound() -> Vec<(&'static str, Rule)> {
    vec![
        ("Summary", template_rule("{{title | default: \"x\"}}")),
        (
            "Priority",
            map_rule("severity", &[("critical", "Highest")], Some("Medium")),
        ),
    ]
}

fn flaws_of(mapping: &MappingConfig, screen: &CreateScreen) -> String {
    let statuses: Vec<Status> = ["To Do", "In Progress", "Done"]
        .iter()
        .enumerate()
        .map(|(index, name)| Status {
            id: (index + 1).to_string(),
            name: (*name).to_owned(),
            category: StatusCategory::New,
        })
        .collect();
    let flaws = on_ground(Deployment::Cloud, screen, |ground| {
        check(mapping, &ground.with_statuses(&statuses))
    });
    let lines = flaws.iter().map(|flaw| {
        let level = if flaw.level == FlawLevel::Error {
            "error"
        } else {
            "warning"
        };
        let remedy = flaw
            .remedy
            .as_ref()
            .map(|remedy| format!(" → {remedy}"))
            .unwrap_or_default();
        format!(
            "{level} {} ({}) {:?}: {}{remedy}\n",
            flaw.name, flaw.field, flaw.kind, flaw.reason
        )
    });
    lines.collect()
}

fn flaws(rules: Vec<(&'static str, Rule)>) -> String {
    let mut all = sound();
    all.retain(|(name, _)| !rules.iter().any(|(own, _)| own == name));
    all.extend(rules);
    flaws_of(&mapping(all), &screen())
}

#[test]
fn a_sound_mapping_has_no_flaw() {
    assert_eq!(flaws(Vec::new()), "");
    assert_eq!(
        flaws(vec![
            ("Labels", value_rule(json!(["a", "b"]))),
            ("Description", template_rule("{{body}}")),
            ("Due date", finding_rule("now | plus_days: 5")),
            ("Score", finding_rule("severity")),
            ("Found at", finding_rule("fields.seen")),
            ("Assignee", finding_rule("assignee")),
            ("Reviewers", finding_rule("reporter")),
        ]),
        ""
    );
}

#[test]
fn every_flaw_names_field_reason_and_remedy() {
    let mut told = String::new();
    for rules in [
        vec![("Priority", map_rule("severity", &[("high", "High")], None))],
        vec![("Priority", map_rule("severity", &[("high", "Hgh")], Some("Medum")))],
        vec![("Priority", value_rule(json!("High")))],
        vec![("Priority", finding_rule("severity"))],
        vec![("Summary", template_rule("{{titel}}"))],
        vec![("Summary", template_rule(" "))],
        vec![("Summary", finding_rule("title"))],
        vec![("Summary", finding_rule("body"))],
        vec![("Score", finding_rule("title")), ("Due date", finding_rule("severity"))],
        vec![("Score", finding_rule("body")), ("Assignee", finding_rule("created"))],
        vec![
            ("Labls", value_rule(json!("x"))),
            ("Nothing like it", value_rule(json!("x"))),
        ],
        vec![("Components", value_rule(json!(["api", "cor"])))],
        vec![("Assignee", value_rule(json!("Nobody")))],
        vec![("Gadget", Rule::Json("{".to_owned()))],
        vec![("Project", value_rule(json!("PAY")))],
        vec![("Score", finding_rule("severity")), ("score", finding_rule("score"))],
    ] {
        told.push_str(&flaws(rules));
        told.push('\n');
    }
    insta::assert_snapshot!(told, @r#"
    error Priority (priority) Priority: no value for severity none, info, low, medium, critical, and none for any other → give each a value, or all others one

    error Priority (priority) NotAllowed: for "high": "Hgh" is not allowed; did you mean "High"?
    error Priority (priority) NotAllowed: for any other: "Medum" is not allowed; did you mean "Medium"?

    warning Priority (priority) Priority: every finding gets the same, whatever its severity

    error Priority (priority) NotAllowed: none, info, critical is not allowed; it takes "Highest", "High", "Medium", "Low", "Lowest" → map the words to values of the field

    error Summary (summary) Syntax: character 3: there is no variable titel; did you mean title?

    error Summary (summary) Required: Jira requires it, and the template is empty


    warning Summary (summary) Required: Jira requires it, and findings may have nothing there → say what it is then: {{… | default: "…"}}

    error Due date (duedate) Type: severity is no date
    error Score (customfield_10010) Type: title is no number

    error Assignee (assignee) Type: created is no person
    error Score (customfield_10010) Type: body is no number

    error Labls (Labls) Vanished: the create screen has no such field; did you mean "Labels"? → take the rule away, or put the field on the screen in Jira
    error Nothing like it (Nothing like it) Vanished: the create screen has no such field → take the rule away, or put the field on the screen in Jira

    error Components (components) NotAllowed: "cor" is not allowed; did you mean "core"?

    warning Assignee (assignee) Type: the site knows nobody by "Nobody"

    error Gadget (customfield_10020) Syntax: this is no JSON: EOF while parsing an object at line 1 column 1

    warning Project (project) Setting: the mapping itself says this; the rule is not used

    warning Score (score) Setting: another rule fills the same field; this one is not used → take one of them away
    "#);
}

#[test]
fn severity_and_priority_must_be_tied() {
    let mut mapping = mapping(vec![("Summary", template_rule("x"))]);
    insta::assert_snapshot!(flaws_of(&mapping, &screen()), @"error Priority (priority) Priority: no rule says which Priority each severity gets → map every severity");
    // Only severities that the mapping is for need a value.
    mapping.fields.push((
        "priority".to_owned(),
        map_rule("severity", &[("high", "High"), ("Critical", "Highest")], None),
    ));
    mapping.matching.severity = Some(Severity::High);
    assert_eq!(flaws_of(&mapping, &screen()), "");
    let mut screen = screen();
    screen
        .fields
        .push(listing("customfield_9", "Severity", ValueKind::Option, &["S1", "S2"]));
    insta::assert_snapshot!(flaws_of(&mapping, &screen), @"warning Severity (customfield_9) Priority: no rule says which Severity each severity gets → map every severity");
    // Without a priority on the screen there is nothing to tie.
    mapping.fields.pop();
    screen
        .fields
        .retain(|field| field.kind != ValueKind::Priority && field.id != "customfield_9");
    assert_eq!(flaws_of(&mapping, &screen), "");
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let mut mapping = mapping(sound());
    mapping.project = ProjectChoice::Ask;
    assert_eq!(flaws_of(&mapping, &screen()), "");
    mapping.create = Create::Auto;
    insta::assert_snapshot!(flaws_of(&mapping, &screen()), @"error Project (project) Setting: issues cannot be made by themselves when the project is asked for every time → name a project, or let a person create");
    mapping.entity_project = true;
    insta::assert_snapshot!(flaws_of(&mapping, &screen()), @"warning Project (project) Setting: findings whose entity has no project of its own wait for somebody to choose one → name a project, or let a person create");
    mapping.project = ProjectChoice::Key("PAY".to_owned());
    mapping.matching.expression = Some("severity > hgh".to_owned());
    insta::assert_snapshot!(flaws_of(&mapping, &screen()), @r#"error Where (match.where) Syntax: character 12: severity is never "hgh"; did you mean "high"?"#);
    mapping.matching.expression = None;
    mapping.issue_type = "Incident".to_owned();
    insta::assert_snapshot!(flaws_of(&mapping, &screen()), @r#"error Issue Type (issue_type) IssueType: the project has no issue type "Incident" → choose one of the project's issue types"#);
}

#[test]
fn statuses_that_do_not_exist_are_told() {
    let mut mapping = mapping(sound());
    let rule = |status: &str| StateRule {
        status: status.to_owned(),
        fields: vec![("Resolution".to_owned(), template_rule("{{x}}"))],
    };
    mapping.states = vec![(FindingState::Open, rule("to do")), (FindingState::Closed, rule("Dne"))];
    mapping.closes = Closes::Statuses(vec!["Done".to_owned(), "3".to_owned(), "Shipped".to_owned()]);
    insta::assert_snapshot!(flaws_of(&mapping, &screen()), @r#"
    error Resolution (states.open.Resolution) Syntax: character 3: there is no variable x; what the source itself tells is fields.x
    error State closed (states.closed) Status: the site has no status "Dne"; did you mean "Done"?
    error Resolution (states.closed.Resolution) Syntax: character 3: there is no variable x; what the source itself tells is fields.x
    error Closes (closes) Status: the site has no status "Shipped"; it takes "To Do", "In Progress", "Done"
    "#);
    let screen = screen();
    let known = on_ground(Deployment::Cloud, &screen, |ground| check(&mapping, ground));
    assert!(
        known.iter().all(|flaw| flaw.kind != FlawKind::Status),
        "nobody knows the statuses"
    );
}

#[test]
fn a_subtask_needs_a_parent() {
    let mut screen = screen();
    screen.issue_type.subtask = true;
    let mut mapping = mapping(sound());
    insta::assert_snapshot!(flaws_of(&mapping, &screen), @"error Parent (parent) Required: a sub-task needs the issue that it belongs to → choose another issue type, or use it as subtask_type");
    let flaws = on_ground(Deployment::Cloud, &screen, |ground| {
        check(&mapping, &ground.with_parent(Some("PAY-1")))
    });
    assert_eq!(flaws, []);
    // Its own type for sub-tasks is only used below another issue.
    mapping.subtask_type = Some("bug".to_owned());
    mapping.issue_type = "Task".to_owned();
    assert_eq!(flaws_of(&mapping, &screen), "");
    mapping.subtask_type = None;
    mapping.issue_type = "Bug".to_owned();
    screen.fields.retain(|field| field.id != "parent");
    assert!(flaws_of(&mapping, &screen).contains("a sub-task needs the issue"));
    let composed = on_ground(Deployment::Cloud, &screen, |ground| {
        compose(&mapping, &finding(), ground)
    });
    assert!(!composed.is_sendable());
}

#[test]
fn drift_names_what_the_project_no_longer_allows() {
    let mut rules = sound();
    rules.push(("Labels", value_rule(json!("x"))));
    rules.push(("Platforms", value_rule(json!("macOS"))));
    rules.push(("Assignee", value_rule(json!("Nobody"))));
    let mut mapping = mapping(rules);
    let mut screen = screen();
    assert_eq!(drift(&mapping, &screen, None), []);
    screen.fields.retain(|field| field.id != "labels");
    for field in &mut screen.fields {
        field.required |= field.id == "components";
        field.allowed.retain(|choice| choice.name != "macOS");
    }
    let told = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, reason)| ((*name).to_owned(), (*reason).to_owned()))
            .collect()
    };
    assert_eq!(
        drift(&mapping, &screen, None),
        told(&[
            ("Components", "Jira requires it, and no rule fills it"),
            (
                "Platforms",
                "\"macOS\" is not allowed; it takes \"Linux\", \"Windows\", \"linux arm\""
            ),
            ("Labels", "the create screen has no such field"),
        ])
    );
    mapping.issue_type = "Task".to_owned();
    assert_eq!(
        drift(&mapping, &screen, None),
        told(&[("Issue Type", "the project has no issue type \"Task\"")])
    );
}

#[test]
fn what_only_sub_tasks_lack_is_told_and_what_only_issues_have_is_no_flaw() {
    let mut mapping = mapping(sound());
    mapping.subtask_type = Some("Sub-task".to_owned());
    let mut rules = mapping.fields.clone();
    rules.push(("customfield_10016".to_owned(), value_rule(json!("7"))));
    rules.push(("Cause".to_owned(), value_rule(json!("x"))));
    mapping.fields = rules;
    let mut below = screen();
    below.issue_type = IssueType {
        id: "10005".to_owned(),
        name: "Sub-task".to_owned(),
        subtask: true,
    };
    below.fields.retain(|field| field.id != "customfield_10016");
    below
        .fields
        .push(required(field("customfield_10090", "Root", ValueKind::Text)));
    below.fields.push(field("customfield_10091", "Cause", ValueKind::Text));
    let screen = screen();
    let flaws = on_ground(Deployment::Cloud, &screen, |ground| {
        check(&mapping, &ground.with_below(Some(&below)))
    });
    let told: Vec<_> = flaws
        .iter()
        .map(|flaw| (flaw.name.as_str(), flaw.reason.as_str()))
        .collect();
    let expected = [("Root", "on sub-tasks: Jira requires it, and no rule fills it")];
    assert_eq!(told, expected);
    let drifted = drift(&mapping, &screen, Some(&below));
    assert_eq!(
        drifted,
        expected.map(|(name, reason)| (name.to_owned(), reason.to_owned()))
    );
}

#[test]
fn fields_of_a_step_are_checked_against_its_screen() {
    let step = |id: &str, fields: Vec<CreateField>| Transition {
        id: id.to_owned(),
        to: Status {
            id: "3".to_owned(),
            name: "Done".to_owned(),
            category: StatusCategory::Done,
        },
        has_screen: true,
        fields,
        ..Transition::default()
    };
    let resolution = listing("resolution", "Resolution", ValueKind::Resolution, &["Done", "Won't Do"]);
    let needs = vec![
        required(resolution.clone()),
        field("duedate", "Due date", ValueKind::Date),
    ];
    let flaws = |steps: &[Transition], fields: Vec<(&str, Rule)>| -> String {
        let mut mapping = mapping(sound());
        let fields = fields.into_iter().map(|(name, rule)| (name.to_owned(), rule));
        let rule = StateRule {
            status: "Done".to_owned(),
            fields: fields.collect(),
        };
        mapping.states = vec![(FindingState::Closed, rule)];
        let found = on_ground(Deployment::Cloud, &screen(), |ground| {
            check(&mapping, &ground.with_transitions(steps))
        });
        let lines = found
            .iter()
            .map(|flaw| format!("{} {}: {}\n", flaw.field, flaw.name, flaw.reason));
        lines.collect()
    };
    let all = [step("1", needs.clone())];
    assert_eq!(flaws(&all, vec![("Resolution", value_rule(json!("Done")))]), "");
    insta::assert_snapshot!(flaws(&all, Vec::new()), @r#"states.closed.resolution Resolution: the step to "Done" requires it, and no rule fills it"#);
    insta::assert_snapshot!(
        flaws(&all, vec![
            ("Resolution", value_rule(json!("Gone"))),
            ("Due date", value_rule(json!("soon"))),
            ("Team", value_rule(json!("x"))),
        ]),
        @r#"
    states.closed.resolution Resolution: "Gone" is not allowed; did you mean "Done"?
    states.closed.duedate Due date: "soon" is no date; an example is 2026-01-31
    states.closed.Team Team: no step to "Done" that is known asks for it; it is left out then
    "#);
    // The step that can be taken is taken; one that nobody has seen is not judged.
    assert_eq!(flaws(&[step("1", needs), step("2", vec![resolution])], Vec::new()), "");
    assert_eq!(flaws(&[], vec![("Resolution", value_rule(json!("Gone")))]), "");
    assert!(flaws(&[], vec![("Resolution", Rule::Json("{".to_owned()))]).contains("no JSON"));
}
