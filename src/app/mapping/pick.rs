//! A list to pick from: projects, types, sources, values of a field as the site has them.
//!
//! Must never be in here: what a choice leads to (`choose`).

use jiff::Timestamp;

use super::draft::RulePlace;
use super::editor::Editor;
use super::fixed;
use super::typed;
use crate::app::event::{Lookup, Suggested};
use crate::app::fuzzy;
use crate::app::line_edit::LineEdit;
use crate::app::list::{Motion, scroll_to};
use crate::app::wizard::Asked;
use crate::config::{Closes, Conflict, ProjectChoice};
use crate::domain::{Choice, CreateField, FindingState, Problem, Resolution, StatusCategory, ValueKind};
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

    pub(super) fn key(self) -> &'static str {
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
    pub(super) fn new(key: impl Into<String>, label: &str, note: &str) -> Self {
        Self {
            key: key.into(),
            label: clean_line(label).into_owned(),
            note: clean_line(note).into_owned(),
        }
    }

    pub(super) fn word(word: &str, note: &str) -> Self {
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
    pub(super) found: Asked<Suggested>,
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
            fitting(&rows, self.input.text())
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
            What::Fact(_) | What::From(_) => ready(fixed::facts_of(editor.sample(), editor)),
            other => ready(fixed::rows(other, editor)),
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
                    .chain([PickRow::new("", "what its name says, if anything", "")])
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
            let found = self.found.got();
            let choices = found.map_or(&[][..], |found| &found.choices);
            let mut rows: Vec<PickRow> = choices.iter().map(|choice| choice_row(field.kind, choice)).collect();
            let (waiting, note) = (self.found.is_waiting(), found.and_then(|found| found.note.as_deref()));
            let problem = failed(&self.found).or_else(|| note.map(kept_back));
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
            subtask: editor.screen.got().is_some_and(|read| read.screen.issue_type.subtask),
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

/// Rows whose name is like what was typed, then those whose note has its words: a few letters of a long
/// note are in it by chance.
fn fitting(rows: &[PickRow], typed: &str) -> Vec<PickRow> {
    let mut order = fuzzy::choose(typed, rows.iter().map(|row| row.label.as_str()));
    let noted = rows.iter().enumerate();
    let noted: Vec<usize> = noted
        .filter(|(index, row)| !order.contains(index) && fuzzy::contains_words(typed, &[&row.label, &row.note]))
        .map(|(index, _)| index)
        .collect();
    order.extend(noted);
    order.into_iter().filter_map(|index| rows.get(index).cloned()).collect()
}

/// The site keeps the list from this account.
fn kept_back(note: &str) -> Problem {
    Problem {
        kind: "permission".to_owned(),
        message: note.to_owned(),
        remedy: "type the value, or ask for the permission".to_owned(),
    }
}

fn choice_row(kind: ValueKind, choice: &Choice) -> PickRow {
    if typed::by_id(kind) && !choice.id.is_empty() {
        PickRow::new(choice.id.as_str(), &choice.name, &choice.id)
    } else {
        PickRow::new(choice.name.as_str(), &choice.name, &choice.key)
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
