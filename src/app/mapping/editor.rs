//! The editor's state: the draft with its history, its pages, and what was asked for them.
//!
//! Must never be in here: keys (`act`, `boxes`), what a rule makes of a finding (`judge`).

use std::collections::BTreeMap;

use crate::app::event::{DryRun, Opened, Samples, ScreenRead, Target, Ticket, Workflow};
use crate::app::line_edit::LineEdit;
use crate::app::list::{Motion, scroll_to};
use crate::app::wizard::Asked;
use crate::config::{MappingConfig, Match};
use crate::domain::{Alias, CreateField, Finding, FindingState, IssueType, Project};

use super::boxes::Ask;
use super::draft::{Draft, RulePlace};
use super::judge::{FieldRow, Flaw};

/// Steps back that are remembered.
const HISTORY: usize = 200;

/// What the screen shows of a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// Name, place, which findings.
    Scope,
    /// The fields of the issue.
    Fields,
    /// States of finding and issue.
    States,
    /// What would become of the findings that are there.
    Run,
}

impl Page {
    /// Those that one walks through.
    pub(crate) const ALL: [Self; 3] = [Self::Scope, Self::Fields, Self::States];

    /// The word in the title.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Scope => "Scope",
            Self::Fields => "Fields",
            Self::States => "States",
            Self::Run => "Dry run",
        }
    }
}

/// One setting of the first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Setting {
    Name,
    Connection,
    Project,
    /// The project whose screens are shown where it is asked for.
    Model,
    EntityProject,
    IssueType,
    SubtaskType,
    Sources,
    Kinds,
    Severity,
    Tags,
    Where,
    Create,
    Conflict,
    Enabled,
}

impl Setting {
    /// What stands before it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Connection => "Connection",
            Self::Project => "Project",
            Self::Model => "Fields as in",
            Self::EntityProject => "Entity's own project first",
            Self::IssueType => "Issue type",
            Self::SubtaskType => "Sub-task type",
            Self::Sources => "Sources",
            Self::Kinds => "Kinds",
            Self::Severity => "Severity at least",
            Self::Tags => "Entity tags",
            Self::Where => "Where",
            Self::Create => "Create",
            Self::Conflict => "If both sides changed",
            Self::Enabled => "At work",
        }
    }
}

/// A step of a new mapping: asked for one after the other.
pub(crate) const STEPS: [Setting; 6] = [
    Setting::Name,
    Setting::Connection,
    Setting::Project,
    Setting::IssueType,
    Setting::Sources,
    Setting::Create,
];

/// A line of a page that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Row {
    Setting(Setting),
    /// On to the fields.
    GoOn,
    /// By its index in `Editor::rows`.
    Field(usize),
    State(FindingState),
    StateField(RulePlace),
    Closes,
    /// Of the issue, by name.
    Resolution(String),
    /// By its index in the dry run.
    Dry(usize),
    Write,
}

/// The editor while it is open.
#[derive(Debug, Clone)]
pub(crate) struct Editor {
    /// The mapping as the config had it.
    pub(crate) base: Option<MappingConfig>,
    pub(crate) draft: Draft,
    pub(super) past: Vec<Draft>,
    pub(super) future: Vec<Draft>,
    pub(crate) page: Page,
    /// Which of [`STEPS`] is asked for, of a new mapping.
    pub(crate) step: Option<usize>,
    pub(super) cursors: [usize; 4],
    pub(super) tops: [usize; 4],
    /// Filter of the fields.
    pub(crate) filter: LineEdit,
    pub(crate) boxes: Vec<Ask>,
    /// Names of what was picked and is written by its id.
    pub(super) names: BTreeMap<String, String>,
    pub(crate) opened: Asked<Box<Opened>>,
    pub(super) how: super::Opening,
    pub(crate) projects: Asked<Vec<Project>>,
    pub(super) projects_of: Option<Alias>,
    pub(crate) types: Asked<Vec<IssueType>>,
    pub(super) types_of: Option<(Alias, String)>,
    pub(crate) screen: Asked<Box<ScreenRead>>,
    pub(super) screen_of: Option<(Target, Option<String>)>,
    pub(crate) workflow: Asked<Box<Workflow>>,
    pub(super) workflow_of: Option<Target>,
    pub(crate) samples: Asked<Box<Samples>>,
    pub(super) samples_of: Option<(Alias, Match)>,
    /// Which of the samples is shown.
    pub(crate) sample: usize,
    pub(crate) run: Asked<Box<DryRun>>,
    /// The fields as they are now.
    pub(crate) rows: Vec<FieldRow>,
    /// What cannot work, and what to look at.
    pub(crate) flaws: Vec<Flaw>,
    /// `rows` and `flaws` are of an earlier state.
    pub(super) stale: bool,
    /// The file's version is asked for, to be written over.
    pub(super) rebase: Option<Ticket>,
}

impl Editor {
    pub(super) fn new(how: super::Opening) -> Self {
        Self {
            base: None,
            draft: Draft::new(None),
            past: Vec::new(),
            future: Vec::new(),
            page: Page::Scope,
            step: None,
            cursors: [0; 4],
            tops: [0; 4],
            filter: LineEdit::default(),
            boxes: Vec::new(),
            names: BTreeMap::new(),
            opened: Asked::No,
            how,
            projects: Asked::No,
            projects_of: None,
            types: Asked::No,
            types_of: None,
            screen: Asked::No,
            screen_of: None,
            workflow: Asked::No,
            workflow_of: None,
            samples: Asked::No,
            samples_of: None,
            sample: 0,
            run: Asked::No,
            rows: Vec::new(),
            flaws: Vec::new(),
            stale: true,
            rebase: None,
        }
    }

    /// Whether leaving would lose something.
    pub(crate) fn is_changed(&self) -> bool {
        let fresh = match &self.base {
            Some(base) => self.draft.mapping == *base,
            None => self.past.is_empty() && self.how != super::Opening::Duplicate,
        };
        !fresh || !self.draft.kept.is_empty()
    }

    /// Changes the draft so that it can be undone.
    pub(super) fn edit(&mut self, change: impl FnOnce(&mut Draft)) {
        let before = self.draft.clone();
        change(&mut self.draft);
        if before != self.draft {
            self.past.push(before);
            if self.past.len() > HISTORY {
                self.past.remove(0);
            }
            self.future.clear();
            self.stale = true;
        }
    }

    /// Takes the last change back; `false` if there is none.
    pub(super) fn undo(&mut self) -> bool {
        let Some(draft) = self.past.pop() else { return false };
        self.future.push(std::mem::replace(&mut self.draft, draft));
        self.stale = true;
        true
    }

    pub(super) fn redo(&mut self) -> bool {
        let Some(draft) = self.future.pop() else { return false };
        self.past.push(std::mem::replace(&mut self.draft, draft));
        self.stale = true;
        true
    }

    /// Changes of rules and settings that are not written.
    pub(crate) fn unsaved(&self) -> usize {
        self.past.len()
    }

    /// What has the create screen, once all of it was chosen.
    pub(super) fn target(&self) -> Option<Target> {
        let mapping = &self.draft.mapping;
        let chosen = !mapping.connection.as_str().is_empty() && !mapping.issue_type.is_empty();
        Some(Target {
            alias: mapping.connection.clone(),
            project: self.draft.project().filter(|_| chosen)?.to_owned(),
            issue_type: mapping.issue_type.clone(),
        })
    }

    /// The finding that rules are shown on.
    pub(crate) fn sample(&self) -> Option<&Finding> {
        self.samples.got()?.findings.get(self.sample)
    }

    /// The field of a place, as its screen has it.
    pub(crate) fn field(&self, at: &RulePlace) -> Option<&CreateField> {
        match at.state {
            None => self.fields().find(|field| field.id == at.field),
            Some(state) => self.state_fields(state).find(|field| field.id == at.field),
        }
    }

    /// The fields of the create screen, then those that only that of the sub-task type has.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &CreateField> {
        let read = self.screen.got();
        let own = read.map_or(&[][..], |read| &read.screen.fields);
        let below = read.and_then(|read| read.below.as_ref());
        let below = below.map_or(&[][..], |below| &below.fields);
        let only = move |field: &&CreateField| field.id != "parent" && own.iter().all(|other| other.id != field.id);
        own.iter().chain(below.iter().filter(only))
    }

    /// The fields that the transition of a state asks for, as far as its screen is known.
    pub(crate) fn state_fields(&self, state: FindingState) -> impl Iterator<Item = &CreateField> {
        let status = self.draft.state(state).map(|rule| rule.status.as_str());
        let transitions = self.workflow.got().map_or(&[][..], |workflow| &workflow.transitions);
        let to = transitions.iter().filter(move |transition| {
            status.is_some_and(|status| transition.to.name.eq_ignore_ascii_case(status) || transition.to.id == status)
        });
        to.take(1).flat_map(|transition| &transition.fields)
    }

    /// The lines of the page that can be chosen.
    pub(crate) fn page_rows(&self) -> Vec<Row> {
        match self.page {
            Page::Scope => self.scope_rows(),
            Page::Fields => {
                let shown = self.rows.iter().enumerate().filter(|(_, row)| self.passes(row));
                shown.map(|(index, _)| Row::Field(index)).collect()
            }
            Page::States => self.state_rows(),
            Page::Run => {
                let count = self.run.got().map_or(0, |run| run.rows.len());
                (0..count).map(Row::Dry).chain([Row::Write]).collect()
            }
        }
    }

    fn passes(&self, row: &FieldRow) -> bool {
        let texts = [&row.name, &row.at.field, &row.kind, &row.rule];
        crate::app::fuzzy::contains_words(self.filter.text(), &texts.map(String::as_str))
    }

    fn scope_rows(&self) -> Vec<Row> {
        use Setting as S;
        let asks = self.draft.mapping.project == crate::config::ProjectChoice::Ask;
        let model = asks.then_some(S::Model);
        let mut settings = vec![S::Name, S::Connection, S::Project];
        settings.extend(model);
        settings.extend([S::EntityProject, S::IssueType, S::SubtaskType]);
        settings.extend([S::Sources, S::Kinds, S::Severity, S::Tags, S::Where]);
        settings.extend([S::Create, S::Conflict, S::Enabled]);
        let mut rows: Vec<Row> = settings.into_iter().map(Row::Setting).collect();
        rows.push(Row::GoOn);
        rows
    }

    fn state_rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for state in FindingState::ALL.iter().copied() {
            rows.push(Row::State(state));
            let Some(rule) = self.draft.state(state) else { continue };
            let place = |field: &str, name: &str| RulePlace {
                state: Some(state),
                field: field.to_owned(),
                name: name.to_owned(),
            };
            let known: Vec<&CreateField> = self.state_fields(state).collect();
            let is_known = |key: &str| {
                let same =
                    |field: &&&CreateField| field.id.eq_ignore_ascii_case(key) || field.name.eq_ignore_ascii_case(key);
                known.iter().find(same).is_some()
            };
            rows.extend(known.iter().map(|field| Row::StateField(place(&field.id, &field.name))));
            let others = rule.fields.iter().filter(|(key, _)| !is_known(key));
            rows.extend(others.map(|(key, _)| Row::StateField(place(key, key))));
        }
        rows.push(Row::Closes);
        let of_site = self.workflow.got().map_or(&[][..], |workflow| &workflow.resolutions);
        let mut names: Vec<String> = of_site.iter().map(|one| one.name.clone()).collect();
        let configured = self.draft.mapping.resolutions.keys();
        let missing: Vec<String> = configured.filter(|name| !names.contains(name)).cloned().collect();
        names.extend(missing);
        rows.extend(names.into_iter().map(Row::Resolution));
        rows
    }

    fn slot(&self) -> usize {
        self.page as usize
    }

    pub(crate) fn cursor(&self) -> usize {
        self.cursors.get(self.slot()).copied().unwrap_or(0)
    }

    pub(crate) fn top(&self) -> usize {
        self.tops.get(self.slot()).copied().unwrap_or(0)
    }

    /// The chosen line.
    pub(crate) fn current(&self) -> Option<Row> {
        self.page_rows().into_iter().nth(self.cursor())
    }

    pub(super) fn go(&mut self, motion: Motion, height: usize) {
        let len = self.page_rows().len();
        let target = motion.target(self.cursor(), len, height);
        self.choose(target);
    }

    /// Chooses a line by its position.
    pub(super) fn choose(&mut self, index: usize) {
        let slot = self.slot();
        if let Some(cursor) = self.cursors.get_mut(slot) {
            *cursor = index;
        }
    }

    /// Chooses a line, on whichever page it is.
    pub(super) fn reveal(&mut self, page: Page, row: &Row) {
        self.page = page;
        if page == Page::Fields && !self.page_rows().contains(row) {
            self.filter = LineEdit::default();
        }
        if let Some(index) = self.page_rows().iter().position(|known| known == row) {
            self.choose(index);
        }
    }

    /// Scrolls so that the chosen line is in sight.
    pub(super) fn keep_in_sight(&mut self, height: usize) {
        let len = self.page_rows().len();
        let cursor = self.cursor().min(len.saturating_sub(1));
        self.choose(cursor);
        let slot = self.slot();
        if let Some(top) = self.tops.get_mut(slot) {
            *top = scroll_to(cursor, *top, len, height);
        }
    }

    /// Whether something is waited for.
    pub(super) fn spins(&self) -> bool {
        self.opened.is_waiting()
            || self.projects.is_waiting()
            || self.types.is_waiting()
            || self.screen.is_waiting()
            || self.workflow.is_waiting()
            || self.samples.is_waiting()
            || self.run.is_waiting()
            || self.rebase.is_some()
            || self.boxes.iter().any(Ask::spins)
    }
}
