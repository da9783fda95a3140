//! A dashboard with somebody at its keys, a site with one project, and a config that answers.

use std::collections::VecDeque;

use jiff::{SignedDuration, tz::TimeZone};
use ratatui::layout::Size;

use crate::app::event::*;
use crate::app::mapping::editor::Editor;
use crate::app::setup::Setup;
use crate::app::tests::common::{self, connection};
pub(super) use crate::app::tests::common::{now, problem};
use crate::app::{Model, update};
use crate::config::{Config, Create, MappingConfig, ProjectChoice, Rule};
use crate::domain::{
    Access, Alias, Choice, CreateField, CreateScreen, Deployment, Finding, FindingId, FindingKind, IssueType,
    MappingState, Named, Problem, Project, Severity, Snapshot, Status, StatusCategory, Transition, ValueKind,
};

pub(super) fn field(id: &str, name: &str, kind: ValueKind, allowed: &[&str]) -> CreateField {
    let choices = allowed.iter().enumerate().map(|(index, name)| Choice {
        id: (index + 1).to_string(),
        name: (*name).to_owned(),
        ..Choice::default()
    });
    CreateField {
        id: id.to_owned(),
        name: name.to_owned(),
        kind,
        allowed: choices.collect(),
        ..CreateField::default()
    }
}

fn required(field: CreateField) -> CreateField {
    CreateField {
        required: true,
        ..field
    }
}

pub(super) fn screen() -> CreateScreen {
    let (kind, none) = (|kind| kind, &[][..]);
    CreateScreen {
        project: project("PAY", "Payments"),
        issue_type: issue_type("1", "Bug", false),
        fields: vec![
            required(field("summary", "Summary", ValueKind::Text, none)),
            required(field(
                "customfield_10031",
                "Tier",
                ValueKind::Option,
                &["Bronze", "Silver", "Gold"],
            )),
            field("description", "Description", kind(ValueKind::Rich), none),
            field(
                "priority",
                "Priority",
                ValueKind::Priority,
                &["Highest", "High", "Medium", "Low", "Lowest"],
            ),
            CreateField {
                multiple: true,
                suggests: true,
                ..field("labels", "Labels", ValueKind::Labels, none)
            },
            field("duedate", "Due date", ValueKind::Date, none),
            field("assignee", "Assignee", ValueKind::User, none),
            field("customfield_10040", "Score", ValueKind::Number, none),
            CreateField {
                multiple: true,
                ..field("components", "Components", ValueKind::Component, &["web", "api"])
            },
            field("customfield_10050", "Gadget", ValueKind::Other, none),
        ],
    }
}

pub(super) fn project(key: &str, name: &str) -> Project {
    Project {
        id: "10000".to_owned(),
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

pub(super) fn status(name: &str, category: StatusCategory) -> Status {
    Status {
        id: name.to_lowercase(),
        name: name.to_owned(),
        category,
    }
}

pub(super) fn finding(number: usize, title: &str, severity: Severity) -> Finding {
    let id = FindingId {
        source: "scans".to_owned(),
        external: number.to_string(),
    };
    let mut finding = Finding::new(id, FindingKind::Vulnerability, title);
    finding.severity = severity;
    finding.body = "It **is** so.".to_owned();
    finding.tag = Some("payments".to_owned());
    finding
}

/// A mapping that works.
pub(super) fn sound(name: &str) -> MappingConfig {
    let mut mapping = MappingConfig::new(name, "acme", ProjectChoice::Key("PAY".to_owned()), "Bug");
    mapping.create = Create::Auto;
    mapping.matching.sources = vec!["scans".to_owned()];
    mapping.fields = crate::mapping::defaults(&screen());
    mapping
        .fields
        .push(("customfield_10031".to_owned(), Rule::Value("Gold".into())));
    mapping
}

pub(super) struct Desk {
    pub(super) model: Model,
    pub(super) effects: Vec<Effect>,
    /// Mappings in the config file.
    pub(super) configured: Vec<MappingConfig>,
    pub(super) screen: CreateScreen,
    pub(super) findings: Vec<Finding>,
    /// The site cannot be reached.
    pub(super) offline: bool,
    /// Questions stay unanswered.
    pub(super) silent: bool,
    /// Why the site keeps its lists from the account.
    pub(super) note: Option<String>,
    /// Screen of the sub-task type.
    pub(super) below: Option<CreateScreen>,
    /// Project whose screens were read last.
    pub(super) model_project: Option<String>,
}

impl Desk {
    pub(super) fn new(configured: Vec<MappingConfig>) -> Self {
        let setup = Setup {
            now: now(),
            size: Size::new(140, 40),
            ..Setup::of(&Config::default(), "/config/config.toml".to_owned())
        };
        let snapshot = Snapshot {
            connections: ["acme", "lab"]
                .map(|alias| connection(alias, Access::ApiToken))
                .to_vec(),
            ..Snapshot::default()
        };
        let mut desk = Self {
            model: Model::new(setup, None, snapshot),
            effects: Vec::new(),
            configured,
            screen: screen(),
            findings: vec![
                finding(1, "Cross-site \u{1b}[31mscripting", Severity::High),
                finding(2, "Old library", Severity::Low),
            ],
            offline: false,
            silent: false,
            note: None,
            below: None,
            model_project: None,
        };
        desk.keys("5");
        desk
    }

    pub(super) fn event(&mut self, event: Event) {
        let mut waiting = VecDeque::from([event]);
        while let Some(event) = waiting.pop_front() {
            for effect in update(&mut self.model, event) {
                if !self.silent {
                    waiting.extend(self.answer(&effect));
                }
                self.effects.push(effect);
            }
        }
    }

    fn answer(&mut self, effect: &Effect) -> Option<Event> {
        match effect {
            Effect::Mapping(ticket, question) => {
                let told = self.told(question);
                Some(Event::Mapping(*ticket, told.map(Box::new)))
            }
            Effect::WriteConfig(ticket, change) => {
                // What the change says stands in `after`, for `told` to have planned.
                let written: Vec<String> = change.after.lines().map(str::to_owned).collect();
                self.configured.retain(|mapping| written.contains(&mapping.name));
                Some(Event::ConfigWritten(*ticket))
            }
            _ => None,
        }
    }

    fn told(&mut self, question: &MappingQuestion) -> Result<MappingAnswer, Problem> {
        use MappingQuestion as Q;
        let of_site = matches!(
            question,
            Q::Projects(_) | Q::Types(..) | Q::Screen(..) | Q::Workflow(_) | Q::Choices(_)
        );
        if self.offline && of_site {
            return Err(problem("acme cannot be reached"));
        }
        Ok(match question {
            Q::Overview => MappingAnswer::Overview(self.configured.iter().map(row).collect()),
            Q::Opened(name) => MappingAnswer::Opened(Box::new(Opened {
                mapping: self
                    .configured
                    .iter()
                    .find(|one| Some(&one.name) == name.as_ref())
                    .cloned(),
                names: self.configured.iter().map(|one| one.name.clone()).collect(),
                connections: vec![Alias::from("acme"), Alias::from("lab")],
                sources: vec![
                    ("scans".to_owned(), "sarif".to_owned()),
                    ("bounty".to_owned(), "hackerone".to_owned()),
                ],
                tags: vec!["payments".to_owned()],
                model: self.model_project.clone(),
                mappings: self.configured.clone(),
            })),
            Q::Projects(_) => MappingAnswer::Projects(vec![project("CHK", "Checkout"), project("PAY", "Payments")]),
            Q::Types(..) => MappingAnswer::Types(vec![
                issue_type("2", "Story", false),
                issue_type("1", "Bug", false),
                issue_type("5", "Sub-bug", true),
            ]),
            Q::Screen(..) => MappingAnswer::Screen(Box::new(ScreenRead {
                screen: self.screen.clone(),
                below: self.below.clone(),
                names: std::collections::BTreeMap::from([("customfield_10099".to_owned(), "Vanished".to_owned())]),
                deployment: Deployment::Cloud,
                zone: TimeZone::UTC,
                cached: None,
            })),
            Q::Workflow(_) => MappingAnswer::Workflow(Box::new(workflow())),
            Q::Choices(lookup) => MappingAnswer::Choices(match &self.note {
                Some(note) => Suggested {
                    choices: Vec::new(),
                    note: Some(note.clone()),
                },
                None => Suggested {
                    choices: vec![Choice {
                        id: format!("id-{}", lookup.part),
                        name: format!("Found {}", lookup.part),
                        ..Choice::default()
                    }],
                    note: None,
                },
            }),
            Q::Samples(..) => MappingAnswer::Samples(Box::new(Samples {
                total: self.findings.len(),
                findings: self.findings.clone(),
                people: Vec::new(),
            })),
            Q::DryRun(..) => MappingAnswer::DryRun(Box::new(DryRun {
                rows: vec![DryRow {
                    finding: "scans/1".to_owned(),
                    title: "Cross-site scripting".to_owned(),
                    fate: Fate::Create,
                    why: "an issue is made by itself".to_owned(),
                    payload: "{\n  \"fields\": {}\n}".to_owned(),
                }],
                counts: vec![(Fate::Create, 1)],
            })),
            Q::Plan(change) => MappingAnswer::Plan(Some(self.planned(change)?)),
            Q::Change(_) => MappingAnswer::Change("done".to_owned()),
        })
    }

    fn planned(&mut self, change: &MappingChange) -> Result<ConfigChange, Problem> {
        let before: Vec<String> = self.configured.iter().map(|one| one.name.clone()).collect();
        let mut after = before.clone();
        match change {
            MappingChange::Put { base, mapping } => {
                let here = base
                    .as_ref()
                    .and_then(|base| self.configured.iter().find(|one| one.name == base.name));
                if here != base.as_deref() {
                    return Err(Problem {
                        kind: MAPPING_CHANGED.to_owned(),
                        ..problem("the mapping is another one by now")
                    });
                }
                after.push(mapping.name.clone());
            }
            MappingChange::Remove(name) => after.retain(|known| known != name),
            MappingChange::Enabled(..) => {}
        }
        let line = |kind: ChangeKind, text: &str| ChangeLine {
            kind,
            text: text.to_owned(),
        };
        Ok(ConfigChange {
            path: "/config/config.toml".to_owned(),
            before: before.join("\n"),
            after: after.join("\n"),
            lines: vec![line(ChangeKind::Added, "[[mapping]]")],
        })
    }

    /// Presses keys, separated by spaces.
    pub(super) fn keys(&mut self, keys: &str) -> &mut Self {
        common::keys(keys).for_each(|key| self.event(key));
        self
    }

    /// Types text, and waits until the site would have been asked for it.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        common::typed(text).for_each(|key| self.event(key));
        let later = self.model.now + SignedDuration::from_millis(300);
        self.event(Event::Tick(later));
        self
    }

    pub(super) fn editor(&self) -> &Editor {
        self.model.mapping.editor.as_ref().expect("the editor is open")
    }

    pub(super) fn is_open(&self) -> bool {
        self.model.mapping.editor.is_some()
    }

    /// What the rule of a field says, in words.
    pub(super) fn rule(&self, name: &str) -> String {
        let row = self
            .editor()
            .rows
            .iter()
            .find(|row| row.name == name)
            .expect("a field of that name");
        format!("{} {}", row.rule, row.value).trim().to_owned()
    }

    pub(super) fn sample(&self, name: &str) -> String {
        let row = self
            .editor()
            .rows
            .iter()
            .find(|row| row.name == name)
            .expect("a field of that name");
        match &row.sample {
            Ok(text) => text.clone(),
            Err(problem) => format!("✗ {problem}"),
        }
    }

    /// Chooses a field of the table.
    pub(super) fn choose(&mut self, name: &str) -> &mut Self {
        let index = self
            .editor()
            .rows
            .iter()
            .position(|row| row.name == name)
            .expect("a field of that name");
        self.keys("g");
        for _ in 0..index {
            self.keys("j");
        }
        self
    }

    /// The mapping that was last asked to be put into the config.
    pub(super) fn put(&self) -> &MappingConfig {
        let mut effects = self.effects.iter().rev();
        let put = effects.find_map(|effect| match effect {
            Effect::Mapping(_, question) => match question.as_ref() {
                MappingQuestion::Plan(MappingChange::Put { mapping, .. }) => Some(mapping.as_ref()),
                _ => None,
            },
            _ => None,
        });
        put.expect("a change was planned")
    }

    pub(super) fn said(&self) -> String {
        crate::app::tests::said(&self.model).to_owned()
    }

    pub(super) fn view(&self) -> String {
        common::screen(&self.model)
    }
}

fn row(config: &MappingConfig) -> MappingRow {
    MappingRow {
        config: config.clone(),
        state: MappingState {
            name: config.name.clone(),
            links: 3,
            ..MappingState::default()
        },
        findings: Some(2),
        events: Vec::new(),
        fields: config.fields.iter().map(|(key, _)| key.clone()).collect(),
        behind: Vec::new(),
    }
}

fn workflow() -> Workflow {
    let done = status("Done", StatusCategory::Done);
    let resolution = required(field(
        "resolution",
        "Resolution",
        ValueKind::Resolution,
        &["Fixed", "Won't do"],
    ));
    Workflow {
        statuses: vec![status("To Do", StatusCategory::New), done.clone()],
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
            fields: vec![resolution],
        }],
    }
}
