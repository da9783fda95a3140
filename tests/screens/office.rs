//! Mappings, and a site with one project, in memory.

use std::collections::BTreeMap;

use crosstie::app::{
    ChangeKind, ChangeLine, ConfigChange, DryRow, DryRun, Fate, MappingAnswer, MappingQuestion, MappingRow, Opened,
    Samples, ScreenRead, Suggested, Workflow,
};
use crosstie::config::{Create, MappingConfig, ProjectChoice, Rule};
use crosstie::domain::{
    Alias, Choice, CreateField, CreateScreen, Deployment, Finding, FindingId, FindingKind, FindingState, IssueType,
    MappingState, Named, Project, Severity, Status, StatusCategory, Transition, ValueKind,
};
use crosstie::mapping;
use jiff::{SignedDuration, tz::TimeZone};

use super::world::now;

/// Answers what the Mappings screen and its editor ask.
#[derive(Debug, Clone, Default)]
pub(crate) struct Office {
    pub(crate) rows: Vec<MappingRow>,
    /// Fields beside the usual ones.
    pub(crate) more: Vec<CreateField>,
    /// The site does not answer.
    pub(crate) silent: bool,
    /// The fields are those of the store.
    pub(crate) offline: bool,
}

pub(crate) fn field(id: &str, name: &str, kind: ValueKind, allowed: &[&str]) -> CreateField {
    CreateField {
        id: id.to_owned(),
        name: name.to_owned(),
        kind,
        allowed: allowed
            .iter()
            .enumerate()
            .map(|(index, name)| Choice {
                id: (index + 1).to_string(),
                name: (*name).to_owned(),
                ..Choice::default()
            })
            .collect(),
        ..CreateField::default()
    }
}

fn required(field: CreateField) -> CreateField {
    CreateField {
        required: true,
        ..field
    }
}

pub(crate) fn mapping(name: &str) -> MappingConfig {
    let mut mapping = MappingConfig::new(name, "acme", ProjectChoice::Key("PAY".to_owned()), "Bug");
    mapping.create = Create::Auto;
    mapping.matching.sources = vec!["scans".to_owned()];
    mapping.matching.severity = Some(Severity::Medium);
    mapping.fields = mapping::defaults(&Office::default().screen());
    mapping
        .fields
        .push(("customfield_10031".to_owned(), Rule::Value("Gold".into())));
    mapping
}

impl Office {
    /// One mapping in every state.
    pub(crate) fn full() -> Self {
        let row = |name: &str, change: fn(&mut MappingRow)| {
            let mut row = MappingRow {
                config: mapping(name),
                state: MappingState {
                    name: name.to_owned(),
                    links: 1204,
                    ..MappingState::default()
                },
                findings: Some(37),
                events: vec![
                    (
                        now() - SignedDuration::from_mins(2),
                        format!("{name}: created PAY-1501 for scans/1"),
                    ),
                    (now() - SignedDuration::from_hours(3), "\u{1b}[2Jodd".to_owned()),
                ],
                fields: Vec::new(),
                behind: Vec::new(),
            };
            row.fields = row.config.fields.iter().map(|(key, _)| key.clone()).collect();
            change(&mut row);
            row
        };
        Self {
            rows: vec![
                row("scans to PAY", |_| {}),
                row("bounty", |row| {
                    row.config.project = ProjectChoice::Ask;
                    row.config.create = Create::Ask;
                    row.state.drift = vec![
                        ("Tier".to_owned(), "the option \"Gold\" is no longer allowed".to_owned()),
                        ("Auditor \u{202e}".to_owned(), "became mandatory".to_owned()),
                    ];
                }),
                row("tests", |row| row.state.trouble = 2),
                row("pull requests 日本語の長い名前のマッピング", |row| {
                    row.state.waiting = 5;
                }),
                row("old", |row| row.config.enabled = false),
            ],
            ..Self::default()
        }
    }

    fn screen(&self) -> CreateScreen {
        let mut fields = vec![
            required(field("summary", "Summary", ValueKind::Text, &[])),
            required(field(
                "customfield_10031",
                "Tier",
                ValueKind::Option,
                &["Bronze", "Silver", "Gold"],
            )),
            CreateField {
                has_default: true,
                ..required(field(
                    "priority",
                    "Priority",
                    ValueKind::Priority,
                    &["Highest", "High", "Medium", "Low"],
                ))
            },
            field("description", "Description", ValueKind::Rich, &[]),
            CreateField {
                multiple: true,
                suggests: true,
                ..field("labels", "Labels", ValueKind::Labels, &[])
            },
            field("duedate", "Due date", ValueKind::Date, &[]),
            field("assignee", "Assignee", ValueKind::User, &[]),
            field("customfield_10040", "Score \u{1b}[31m評価", ValueKind::Number, &[]),
            field("customfield_10050", "Gadget", ValueKind::Other, &[]),
        ];
        fields.extend(self.more.iter().cloned());
        CreateScreen {
            project: project("PAY", "Payments"),
            issue_type: issue_type("1", "Bug", false),
            fields,
        }
    }

    /// What is answered; `None`: nobody answers.
    pub(crate) fn answer(&self, question: &MappingQuestion) -> Option<MappingAnswer> {
        use MappingQuestion as Q;
        let of_site = matches!(
            question,
            Q::Projects(_) | Q::Types(..) | Q::Screen(..) | Q::Workflow(_) | Q::Choices(_)
        );
        if of_site && self.silent {
            return None;
        }
        Some(match question {
            Q::Overview => MappingAnswer::Overview(self.rows.clone()),
            Q::Opened(name) => {
                let configs = || self.rows.iter().map(|row| &row.config);
                MappingAnswer::Opened(Box::new(Opened {
                    mapping: configs().find(|one| Some(&one.name) == name.as_ref()).cloned(),
                    names: configs().map(|one| one.name.clone()).collect(),
                    connections: vec![Alias::from("acme"), Alias::from("dc-eu")],
                    sources: vec![
                        ("scans".to_owned(), "sarif".to_owned()),
                        ("bounty".to_owned(), "hackerone".to_owned()),
                    ],
                    tags: vec!["payments".to_owned()],
                    model: None,
                    mappings: Vec::new(),
                }))
            }
            Q::Projects(_) => MappingAnswer::Projects(vec![project("CHK", "Checkout"), project("PAY", "Payments")]),
            Q::Types(..) => {
                MappingAnswer::Types(vec![issue_type("1", "Bug", false), issue_type("5", "Sub-task", true)])
            }
            Q::Screen(..) => MappingAnswer::Screen(Box::new(ScreenRead {
                screen: self.screen(),
                below: None,
                names: BTreeMap::new(),
                deployment: Deployment::Cloud,
                zone: TimeZone::UTC,
                cached: self.offline.then(|| {
                    (
                        now() - SignedDuration::from_hours(2),
                        "acme cannot be reached".to_owned(),
                    )
                }),
            })),
            Q::Workflow(_) => MappingAnswer::Workflow(Box::new(workflow())),
            Q::Choices(_) => MappingAnswer::Choices(Suggested {
                choices: vec![choice("557:1", "Ana Ruiz"), choice("557:2", "Li Wei \u{202e}")],
                note: None,
            }),
            Q::Samples(..) => MappingAnswer::Samples(Box::new(Samples {
                findings: vec![
                    finding(1, "SQL injection in \u{1b}[31mcheckout"),
                    finding(2, "Old library"),
                ],
                people: Vec::new(),
                total: 37,
            })),
            Q::DryRun(..) => MappingAnswer::DryRun(Box::new(dry_run())),
            Q::Plan(_) => MappingAnswer::Plan(Some(plan())),
            Q::Change(_) => MappingAnswer::Change("scans to PAY pauses".to_owned()),
        })
    }
}

fn project(key: &str, name: &str) -> Project {
    Project {
        key: key.to_owned(),
        name: name.to_owned(),
        ..Project::default()
    }
}

fn issue_type(id: &str, name: &str, subtask: bool) -> IssueType {
    IssueType {
        id: id.to_owned(),
        name: name.to_owned(),
        subtask,
    }
}

fn choice(id: &str, name: &str) -> Choice {
    Choice {
        id: id.to_owned(),
        name: name.to_owned(),
        ..Choice::default()
    }
}

fn finding(number: usize, title: &str) -> Finding {
    let id = FindingId {
        source: "scans".to_owned(),
        external: number.to_string(),
    };
    let mut finding = Finding::new(id, FindingKind::Vulnerability, title);
    finding.severity = Severity::High;
    finding.state = FindingState::Triaged;
    finding.body = "A parameter is **not** escaped.".to_owned();
    finding
}

fn status(name: &str, category: StatusCategory) -> Status {
    Status {
        id: name.to_lowercase(),
        name: name.to_owned(),
        category,
    }
}

fn workflow() -> Workflow {
    let done = status("Done", StatusCategory::Done);
    Workflow {
        statuses: vec![
            status("To Do", StatusCategory::New),
            status("In progress", StatusCategory::Indeterminate),
            done.clone(),
        ],
        resolutions: vec![Named {
            id: "1".to_owned(),
            name: "Fixed".to_owned(),
        }],
        transitions: vec![Transition {
            id: "31".to_owned(),
            name: "Finish".to_owned(),
            to: done,
            has_screen: true,
            available: true,
            fields: vec![required(field(
                "resolution",
                "Resolution",
                ValueKind::Resolution,
                &["Fixed", "Won't do"],
            ))],
        }],
    }
}

fn dry_run() -> DryRun {
    let row = |number: usize, title: &str, fate: Fate, why: &str| DryRow {
        finding: format!("scans/{number}"),
        title: title.to_owned(),
        fate,
        why: why.to_owned(),
        payload: "{\n  \"fields\": {\n    \"summary\": \"SQL injection\"\n  }\n}".to_owned(),
    };
    DryRun {
        rows: vec![
            row(4, "Weak cipher", Fate::Problem, "Tier: \"Platinum\" is not allowed"),
            row(
                1,
                "SQL injection in \u{1b}[31mcheckout",
                Fate::Create,
                "an issue is made by itself · in PAY as Bug",
            ),
            row(2, "Old library", Fate::Update, "PAY-1501 gets what has changed"),
            row(3, "日本語のとても長い題名", Fate::Skip, "severity low is below medium"),
        ],
        counts: vec![
            (Fate::Create, 12),
            (Fate::Update, 20),
            (Fate::Skip, 4),
            (Fate::Problem, 1),
        ],
    }
}

fn plan() -> ConfigChange {
    let line = |kind: ChangeKind, text: &str| ChangeLine {
        kind,
        text: text.to_owned(),
    };
    ConfigChange {
        path: "/home/ana/.config/crosstie/config.toml".to_owned(),
        before: String::new(),
        after: String::new(),
        lines: vec![
            line(ChangeKind::Kept, "[[mapping]]"),
            line(ChangeKind::Removed, "customfield_10031 = { value = \"Gold\" }"),
            line(ChangeKind::Added, "customfield_10031 = { value = \"Silver\" }"),
        ],
    }
}
