//! A list to pick from: projects, types, sources, values of a field as the site has them.
//!
//! Must never be in here: what a choice leads to (`choose`).

use jiff::Timestamp;

use super::draft::RulePlace;
use super::editor::Editor;
use super::typed;
use crate::app::event::Lookup;
use crate::app::fuzzy;
use crate::app::line_edit::LineEdit;
use crate::app::list::{Motion, scroll_to};
use crate::app::wizard::Asked;
use crate::config::{Closes, Conflict, Create, ProjectChoice};
use crate::domain::{
    Choice, CreateField, Finding, FindingKind, FindingState, Problem, Resolution, Severity, StatusCategory, ValueKind,
};
use crate::mapping::facts;
use crate::text::clean_line;

/// Rows of the list.
pub(crate) const ROWS: usize = 12;
/// Milliseconds without a key after which the site is asked.
const PAUSE: i64 = 250;

/// Where a value goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ValueFor {
    /// It is the rule.
    Rule(RulePlace),
    /// Of a word in the value map.
    Word(RulePlace, String),
    /// Of any other word.
    Other(RulePlace),
}

impl ValueFor {
    pub(crate) fn place(&self) -> &RulePlace {
        match self {
            Self::Rule(at) | Self::Word(at, _) | Self::Other(at) => at,
        }
    }
}

/// What is picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Connection,
    Project,
    Model,
    IssueType,
    SubtaskType,
    Sources,
    Kinds,
    Severity,
    Tags,
    Create,
    Conflict,
    RuleKind(RulePlace),
    Value(ValueFor),
    /// What of the finding a rule takes.
    Fact(RulePlace),
    /// What of the finding a value map looks up.
    From(RulePlace),
    Status(FindingState),
    Closes,
    Resolution(String),
}

/// A kind of rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleKind {
    Value,
    Finding,
    Template,
    Map,
    Json,
}

impl RuleKind {
    pub(crate) const ALL: [Self; 5] = [Self::Value, Self::Finding, Self::Template, Self::Map, Self::Json];

    fn key(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Finding => "finding",
            Self::Template => "template",
            Self::Map => "map",
            Self::Json => "json",
        }
    }

    pub(crate) fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// Something to pick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PickRow {
    /// What is chosen by it, as the config has it.
    pub(crate) key: String,
    /// Clean, as the note.
    pub(crate) label: String,
    pub(crate) note: String,
}

impl PickRow {
    fn new(key: impl Into<String>, label: &str, note: &str) -> Self {
        Self {
            key: key.into(),
            label: clean_line(label).into_owned(),
            note: clean_line(note).into_owned(),
        }
    }

    fn word(word: &str, note: &str) -> Self {
        Self::new(word, word, note)
    }
}

/// The list, or what keeps it from being there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Listing {
    pub(crate) rows: Vec<PickRow>,
    pub(crate) total: usize,
    pub(crate) waiting: bool,
    pub(crate) problem: Option<Problem>,
}

/// The box.
#[derive(Debug, Clone)]
pub(crate) struct Pick {
    pub(crate) what: What,
    pub(crate) title: String,
    pub(crate) input: LineEdit,
    pub(crate) cursor: usize,
    pub(crate) top: usize,
    /// Keys chosen so far, where several can be.
    pub(crate) chosen: Option<Vec<String>>,
    pub(super) found: Asked<Vec<Choice>>,
    /// What `found` is for.
    pub(super) asked: Option<String>,
    pub(super) typed: Option<Timestamp>,
    /// The chosen line was found its place: by what is chosen at present, or by hand.
    pub(super) placed: bool,
}

impl Pick {
    pub(super) fn new(what: What, title: impl Into<String>, chosen: Option<Vec<String>>) -> Self {
        Self {
            what,
            title: title.into(),
            input: LineEdit::default(),
            cursor: 0,
            top: 0,
            chosen,
            found: Asked::No,
            asked: None,
            typed: None,
            placed: false,
        }
    }

    /// The list as far as it is known, filtered.
    pub(crate) fn listing(&self, editor: &Editor) -> Listing {
        let (rows, waiting, problem) = self.all(editor);
        let total = rows.len();
        let mut shown: Vec<PickRow> = if self.is_searched(editor) {
            rows
        } else {
            let names: Vec<String> = rows.iter().map(|row| format!("{} {}", row.label, row.note)).collect();
            let order = fuzzy::choose(self.input.text(), names.iter().map(String::as_str));
            order.into_iter().filter_map(|index| rows.get(index).cloned()).collect()
        };
        let text = self.input.text().trim();
        if self.takes_own(editor, waiting)
            && !text.is_empty()
            && !shown.iter().any(|row| row.label.eq_ignore_ascii_case(text))
        {
            shown.push(PickRow::new(text, &format!("use “{text}” as typed"), ""));
        }
        Listing {
            rows: shown,
            total,
            waiting,
            problem,
        }
    }

    fn field<'e>(&self, editor: &'e Editor) -> Option<&'e CreateField> {
        match &self.what {
            What::Value(value) => editor.field(value.place()),
            _ => None,
        }
    }

    /// Whether the site does the filtering.
    pub(crate) fn is_searched(&self, editor: &Editor) -> bool {
        self.field(editor).is_some_and(typed::is_searched)
    }

    /// Whether a word of one's own can be chosen: labels need not exist, and who is not found now may
    /// be there later. While the site is asked, only a label is what was typed and nothing else.
    fn takes_own(&self, editor: &Editor, waiting: bool) -> bool {
        let field = self.field(editor);
        field.is_some_and(|field| field.allowed.is_empty() && !waiting || field.kind == ValueKind::Labels)
            || matches!(self.what, What::Tags | What::Fact(_) | What::From(_))
    }

    fn all(&self, editor: &Editor) -> (Vec<PickRow>, bool, Option<Problem>) {
        let ready = |rows| (rows, false, None);
        let opened = editor.opened.got();
        match &self.what {
            What::Connection => ready(opened.map_or_else(Vec::new, |opened| {
                opened
                    .connections
                    .iter()
                    .map(|alias| PickRow::word(alias.as_str(), ""))
                    .collect()
            })),
            What::Project | What::Model => {
                let (mut rows, waiting, problem) = asked(&editor.projects, |project| {
                    PickRow::new(project.key.as_str(), &project.key, &project.name)
                });
                if self.what == What::Project {
                    rows.push(PickRow::new("", "ask every time", "a person says, for each finding"));
                }
                (rows, waiting, problem)
            }
            What::IssueType | What::SubtaskType => {
                let subtask = self.what == What::SubtaskType;
                let (mut rows, waiting, problem) = asked(&editor.types, |one| {
                    let note = if one.subtask { "sub-task" } else { "" };
                    PickRow::new(one.name.as_str(), &one.name, note)
                });
                rows.retain(|row| (row.note == "sub-task") == subtask);
                if subtask {
                    rows.push(PickRow::new("", "none", "each finding has an issue of its own"));
                }
                (rows, waiting, problem)
            }
            What::Sources => ready(opened.map_or_else(Vec::new, |opened| {
                opened
                    .sources
                    .iter()
                    .map(|(name, kind)| PickRow::word(name, kind))
                    .collect()
            })),
            What::Tags => ready(opened.map_or_else(Vec::new, |opened| {
                opened.tags.iter().map(|tag| PickRow::word(tag, "")).collect()
            })),
            What::Status(_) | What::Closes | What::Resolution(_) => self.of_workflow(editor),
            What::Value(value) => self.values(editor, value),
            What::Fact(_) | What::From(_) => ready(facts_of(editor.sample(), editor)),
            fixed => ready(fixed_rows(fixed, editor)),
        }
    }

    fn of_workflow(&self, editor: &Editor) -> (Vec<PickRow>, bool, Option<Problem>) {
        let (waiting, problem) = (editor.workflow.is_waiting(), failed(&editor.workflow));
        let statuses = editor.workflow.got().map_or(&[][..], |workflow| &workflow.statuses);
        let statuses = statuses
            .iter()
            .map(|status| PickRow::new(status.name.as_str(), &status.name, category_word(status.category)));
        let rows = match &self.what {
            What::Closes => {
                let category = [StatusCategory::Done, StatusCategory::Indeterminate, StatusCategory::New];
                let categories = category.into_iter().map(|category| {
                    let word = category_word(category);
                    PickRow::new(
                        format!("category:{word}"),
                        &format!("every status that is {word}"),
                        "category",
                    )
                });
                categories.chain(statuses).collect()
            }
            What::Resolution(_) => {
                let words = Resolution::WORDS.iter().map(|word| PickRow::word(word, ""));
                words
                    .chain([PickRow::new("", "nothing: closed as fixed", "")])
                    .collect()
            }
            _ => statuses
                .chain([PickRow::new("", "nothing: the issue stays where it is", "")])
                .collect(),
        };
        (rows, waiting, problem)
    }

    fn values(&self, editor: &Editor, value: &ValueFor) -> (Vec<PickRow>, bool, Option<Problem>) {
        let Some(field) = editor.field(value.place()) else {
            return (Vec::new(), false, None);
        };
        if typed::is_searched(field) {
            let (mut rows, waiting, problem) = asked(&self.found, |choice| choice_row(field.kind, choice));
            let part = self.input.text().trim();
            // Found for another text: enter must not take what does not fit this one.
            let old = self.asked.as_deref() != Some(part);
            rows.retain(|row| !old || fuzzy::contains_words(part, &[&row.label, &row.note]));
            return (rows, waiting || old, problem);
        }
        let mut rows: Vec<PickRow> = Vec::new();
        for choice in &field.allowed {
            rows.push(choice_row(field.kind, choice));
            for child in &choice.children {
                let both = format!("{} / {}", choice.name, child.name);
                rows.push(PickRow::new(both.as_str(), &both, ""));
            }
        }
        (rows, false, None)
    }

    /// What the site is to be asked now, if anything.
    pub(super) fn wants(&self, editor: &Editor, now: Timestamp) -> Option<Lookup> {
        let field = self.field(editor).filter(|field| typed::is_searched(field))?;
        let part = self.input.text().trim();
        let rested = self
            .typed
            .is_none_or(|at| now.as_millisecond() - at.as_millisecond() >= PAUSE);
        if !rested || self.asked.as_deref() == Some(part) {
            return None;
        }
        Some(Lookup {
            target: editor.target()?,
            field: field.id.clone(),
            kind: field.kind,
            part: part.to_owned(),
        })
    }

    /// Rows that the list wants; those that come later have room already.
    pub(super) fn height(&self, editor: &Editor) -> usize {
        let listing = self.listing(editor);
        let filtering = !self.input.text().is_empty() || listing.waiting || self.is_searched(editor);
        if filtering { ROWS } else { listing.total.clamp(1, ROWS) }
    }

    pub(super) fn go(&mut self, motion: Motion, len: usize) {
        self.cursor = motion.target(self.cursor, len, ROWS);
        self.top = scroll_to(self.cursor, self.top, len, ROWS);
    }
}

fn choice_row(kind: ValueKind, choice: &Choice) -> PickRow {
    if typed::by_id(kind) && !choice.id.is_empty() {
        PickRow::new(choice.id.as_str(), &choice.name, &choice.id)
    } else {
        PickRow::new(choice.name.as_str(), &choice.name, "")
    }
}

fn failed<T>(asked: &Asked<T>) -> Option<Problem> {
    match asked {
        Asked::Failed(problem) => Some(problem.clone()),
        _ => None,
    }
}

fn asked<T>(asked: &Asked<Vec<T>>, row: impl Fn(&T) -> PickRow) -> (Vec<PickRow>, bool, Option<Problem>) {
    let rows = asked.got().map_or_else(Vec::new, |all| all.iter().map(row).collect());
    (rows, asked.is_waiting(), failed(asked))
}

/// The word of a category in the config.
pub(crate) fn category_word(category: StatusCategory) -> &'static str {
    match category {
        StatusCategory::New => "new",
        StatusCategory::Indeterminate => "indeterminate",
        StatusCategory::Done => "done",
        StatusCategory::Undefined => "undefined",
    }
}

/// Lists that no site decides.
fn fixed_rows(what: &What, editor: &Editor) -> Vec<PickRow> {
    match what {
        What::Kinds => FindingKind::WORDS.iter().map(|word| PickRow::word(word, "")).collect(),
        What::Severity => {
            let words = Severity::ALL.iter().rev();
            let rows = words.map(|severity| PickRow::word(severity.word(), "or worse"));
            rows.chain([PickRow::new("", "any", "")]).collect()
        }
        What::Create => vec![
            PickRow::word(Create::Auto.word(), "an issue for every match"),
            PickRow::word(Create::Ask.word(), "when a person says so"),
            PickRow::word(Create::Browser.word(), "in Jira's own dialog, filled in"),
        ],
        What::Conflict => vec![
            PickRow::new(
                conflict_word(Conflict::Jira),
                "Jira wins",
                "what people changed there stays",
            ),
            PickRow::new(
                conflict_word(Conflict::Finding),
                "the finding wins",
                "changes in Jira are written over",
            ),
        ],
        What::RuleKind(at) => RuleKind::ALL
            .into_iter()
            .map(|kind| {
                let picked = editor.field(at).is_some_and(typed::is_picked);
                let (label, note) = match kind {
                    RuleKind::Value if picked => ("Jira value", "one of the site's own"),
                    RuleKind::Value => ("typed value", "the same for every finding"),
                    RuleKind::Finding => ("finding field", "what the finding has there"),
                    RuleKind::Template => ("template", "text with {{variables}}"),
                    RuleKind::Map => ("value map", "a word of the finding → a value"),
                    RuleKind::Json => ("raw JSON", "as Jira takes it"),
                };
                PickRow::new(kind.key(), label, note)
            })
            .collect(),
        _ => Vec::new(),
    }
}

pub(crate) fn conflict_word(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::Jira => "jira",
        Conflict::Finding => "finding",
    }
}

/// What the config says of closing, as keys of the list.
pub(super) fn closes_keys(closes: &Closes) -> Vec<String> {
    match closes {
        Closes::Category(category) => vec![format!("category:{}", category_word(*category))],
        Closes::Statuses(statuses) => statuses.clone(),
    }
}

/// The other way round.
pub(super) fn closes_of(keys: Vec<String>) -> Closes {
    let all = [StatusCategory::Done, StatusCategory::Indeterminate, StatusCategory::New];
    let named = |category: &StatusCategory| keys.contains(&format!("category:{}", category_word(*category)));
    match all.into_iter().find(named) {
        Some(category) => Closes::Category(category),
        None if keys.is_empty() => Closes::default(),
        None => Closes::Statuses(keys),
    }
}

/// The project of the list's key: an empty one stands for asking.
pub(super) fn project_of(key: &str) -> ProjectChoice {
    match key {
        "" => ProjectChoice::Ask,
        key => ProjectChoice::Key(key.to_owned()),
    }
}

/// Everything that a finding tells, with what the sample has there.
fn facts_of(sample: Option<&Finding>, editor: &Editor) -> Vec<PickRow> {
    let zone = editor
        .screen
        .got()
        .map_or(jiff::tz::TimeZone::UTC, |read| read.zone.clone());
    let mut rows: Vec<PickRow> = facts::VARIABLES
        .iter()
        .map(|variable| {
            let told = sample.map(|finding| variable.of(finding).plain(&zone));
            let note = told
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| variable.help.to_owned());
            PickRow::new(variable.name, variable.name, &first_line(&note))
        })
        .collect();
    for (name, value) in sample.into_iter().flat_map(|finding| &finding.fields) {
        let key = format!("fields.{name}");
        rows.push(PickRow::new(key.as_str(), &key, &first_line(&typed::shown(value))));
    }
    rows
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
