//! Whole stories of the engine, on one screen with fields of every kind.

mod checks;
mod compose;
mod dialog;
mod expressions;
mod hostile;
mod matching;
mod templates;
mod values;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::*;
use crate::{
    config::{MappingConfig, ProjectChoice, Rule},
    domain::{
        Choice, CreateField, CreateScreen, Deployment, Finding, FindingId, FindingKind, FindingState, IssueType,
        Project, Responsible, Severity, User, ValueKind,
    },
};

fn choice(id: &str, name: &str) -> Choice {
    Choice {
        id: id.to_owned(),
        name: name.to_owned(),
        ..Choice::default()
    }
}

fn choices(names: &[&str]) -> Vec<Choice> {
    let numbered = names.iter().enumerate();
    numbered
        .map(|(index, name)| choice(&(10_001 + index).to_string(), name))
        .collect()
}

fn field(id: &str, name: &str, kind: ValueKind) -> CreateField {
    CreateField {
        id: id.to_owned(),
        name: name.to_owned(),
        kind,
        ..CreateField::default()
    }
}

fn listing(id: &str, name: &str, kind: ValueKind, names: &[&str]) -> CreateField {
    CreateField {
        allowed: choices(names),
        ..field(id, name, kind)
    }
}

fn several(field: CreateField) -> CreateField {
    CreateField {
        multiple: true,
        ..field
    }
}

fn required(field: CreateField) -> CreateField {
    CreateField {
        required: true,
        ..field
    }
}

/// A screen with a field of every kind, the mandatory ones first.
fn screen() -> CreateScreen {
    let mut cascade = listing("customfield_10012", "Area", ValueKind::Cascading, &["Web", "Mobile"]);
    cascade.allowed[0].children = vec![choice("10101", "Login"), choice("10102", "Checkout / Pay")];
    cascade.allowed[1].children = vec![choice("10103", "iOS")];
    CreateScreen {
        project: Project {
            id: "10000".to_owned(),
            key: "PAY".to_owned(),
            name: "Payments".to_owned(),
            ..Project::default()
        },
        issue_type: IssueType {
            id: "10004".to_owned(),
            name: "Bug".to_owned(),
            subtask: false,
        },
        fields: vec![
            required(field("summary", "Summary", ValueKind::Text)),
            required(field("project", "Project", ValueKind::Project)),
            required(field("issuetype", "Issue Type", ValueKind::IssueType)),
            field("description", "Description", ValueKind::Rich),
            listing(
                "priority",
                "Priority",
                ValueKind::Priority,
                &["Highest", "High", "Medium", "Low", "Lowest"],
            ),
            several(field("labels", "Labels", ValueKind::Labels)),
            several(listing(
                "components",
                "Components",
                ValueKind::Component,
                &["api", "web, mobile", "core"],
            )),
            several(listing(
                "fixVersions",
                "Fix versions",
                ValueKind::Version,
                &["1.0", "2.0"],
            )),
            field("assignee", "Assignee", ValueKind::User),
            field("duedate", "Due date", ValueKind::Date),
            field("timetracking", "Time tracking", ValueKind::TimeTracking),
            field("parent", "Parent", ValueKind::Parent),
            field("environment", "Environment", ValueKind::PlainText),
            field("customfield_10010", "Score", ValueKind::Number),
            field("customfield_10011", "Found at", ValueKind::DateTime),
            cascade,
            several(field("customfield_10013", "Reviewers", ValueKind::User)),
            field("customfield_10014", "Team", ValueKind::Group),
            field("customfield_10015", "Report", ValueKind::Url),
            field("customfield_10016", "Sprint", ValueKind::Sprint),
            field("customfield_10017", "Epic Link", ValueKind::Epic),
            several(listing(
                "customfield_10018",
                "Platforms",
                ValueKind::Option,
                &["Linux", "macOS", "Windows", "linux arm"],
            )),
            listing(
                "customfield_10019",
                "Twins",
                ValueKind::Option,
                &["Same", "same", "SAME"],
            ),
            field("customfield_10020", "Gadget", ValueKind::Other),
            listing(
                "security",
                "Security Level",
                ValueKind::Security,
                &["Internal", "Public"],
            ),
            field("customfield_10021", "Other project", ValueKind::Project),
            field("customfield_10022", "Short note", ValueKind::Text),
            listing("resolution", "Resolution", ValueKind::Resolution, &["Done", "Won't Do"]),
        ],
    }
}

fn now() -> Timestamp {
    "2026-01-30T15:04:05Z".parse().unwrap()
}

fn finding() -> Finding {
    let id = FindingId {
        source: "bounty".to_owned(),
        external: "1412".to_owned(),
    };
    let mut finding = Finding::new(id, FindingKind::Report, "Stored XSS in *checkout*");
    finding.body = "Steps:\n\n1. open `cart`\n2. **pay**".to_owned();
    finding.url = Some("https://hackerone.com/reports/1412".to_owned());
    finding.severity = Severity::High;
    finding.state = FindingState::Triaged;
    finding.native_state = "triaged".to_owned();
    finding.assignee = Some(Responsible {
        name: "Ada L".to_owned(),
        email: Some("ada@example.com".to_owned()),
        group: false,
    });
    finding.reporter = Some("h4x".to_owned());
    finding.tag = Some("checkout".to_owned());
    finding.keys = vec!["PAY-7".to_owned()];
    finding.created = Some("2026-01-20T10:00:00Z".parse().unwrap());
    finding.updated = Some("2026-01-29T23:30:00Z".parse().unwrap());
    let own = json!({
        "weakness": "Cross-site Scripting",
        "weakness_id": "CWE-79",
        "severity_score": 8.1,
        "tags": ["web", "needs review"],
        "rule": {"id": "js/xss", "properties": {"security-severity": "6.1"}},
        "first.seen": "2025-12-24",
        "empty": "",
        "flag": true,
        "locations": [{"file": "src/a.js", "line": 3}, {"file": "src/b.js"}],
    });
    if let Value::Object(own) = own {
        finding.fields.extend(own);
    }
    finding
}

fn people(who: &Responsible) -> Option<User> {
    let known = [
        (
            "5b10ac8d82e05b22cc7d4ef5",
            "ada",
            "Ada Lovelace",
            "ada@example.com",
            true,
        ),
        (
            "5b10ac8d82e05b22cc7d4ef6",
            "bob",
            "Bob Builder",
            "bob@example.com",
            true,
        ),
        ("5b10ac8d82e05b22cc7d4ef7", "old", "Old Timer", "old@example.com", false),
    ];
    known
        .into_iter()
        .find(|(_, name, display, email, _)| {
            who.email.as_deref() == Some(email) || who.name == *display || who.name == *name
        })
        .map(|(id, name, display, email, active)| User {
            id: id.to_owned(),
            name: name.to_owned(),
            display: display.to_owned(),
            active,
            email: Some(email.to_owned()),
        })
}

fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap()
}

/// Runs `test` on the screen above; everything else is as it usually is.
fn on_ground<T>(deployment: Deployment, screen: &CreateScreen, test: impl FnOnce(&Ground<'_>) -> T) -> T {
    let zone = berlin();
    test(&Ground::new(deployment, screen, &zone, now()).with_people(&|who, _| people(who)))
}

fn mapping(fields: Vec<(&str, Rule)>) -> MappingConfig {
    let mut mapping = MappingConfig::new("bounty to PAY", "acme", ProjectChoice::Key("PAY".to_owned()), "Bug");
    mapping.fields = fields.into_iter().map(|(name, rule)| (name.to_owned(), rule)).collect();
    mapping
}

fn template_rule(text: &str) -> Rule {
    Rule::Template(text.to_owned())
}

fn value_rule(value: Value) -> Rule {
    Rule::Value(value)
}

fn finding_rule(name: &str) -> Rule {
    Rule::Finding(name.to_owned())
}

fn map_rule(from: &str, values: &[(&str, &str)], other: Option<&str>) -> Rule {
    Rule::Map {
        from: from.to_owned(),
        values: values
            .iter()
            .map(|(from, to)| ((*from).to_owned(), json!(to)))
            .collect(),
        other: other.map(|other| json!(other)),
    }
}

/// The outcome of one rule for one field on that deployment.
fn outcome_on(deployment: Deployment, field: &str, rule: Rule) -> Outcome {
    let screen = screen();
    let mapping = mapping(vec![(field, rule)]);
    let composed = on_ground(deployment, &screen, |ground| compose(&mapping, &finding(), ground));
    let id = screen.field(field).unwrap().id.clone();
    composed.outcome(&id).unwrap().clone()
}

fn outcome(field: &str, rule: Rule) -> Outcome {
    outcome_on(Deployment::Cloud, field, rule)
}
