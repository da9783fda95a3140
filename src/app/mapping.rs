//! Mappings: the table of screen 5, and the editor that is opened from it.
//!
//! What rules make of a finding, and whether a mapping can work, is `crate::mapping`'s to say. Must never
//! be in here: IO, drawing.

mod act;
mod ask;
pub(crate) mod boxes;
mod choose;
pub(crate) mod draft;
pub(crate) mod editor;
mod fixed;
pub(crate) mod judge;
pub(crate) mod line;
pub(crate) mod payload;
pub(crate) mod pick;
mod present;
mod save;
mod scope;
mod table;
pub(crate) mod typed;
pub(crate) mod words;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::action::{Action, Place};
use super::event::{
    ConfigChange, Effect, MAPPING_CHANGED, MappingAnswer, MappingChange, MappingQuestion, MappingRow, Ticket, Tone,
};
use super::layout::{self, Pane};
use super::line_edit::LineEdit;
use super::list::Motion;
use super::model::{EntryKind, Model, Screen, Slot};
use super::overlay::Layer;
use super::overlay::confirm::Confirm;
use super::perform;
use super::screens::mappings::MappingTable;
use super::wizard::Asked;
use crate::domain::{Alias, Problem};
use crate::text::{clean_line, truncate};
pub(crate) use act::counts;
use boxes::Ask;
use editor::{Editor, Page};
pub(crate) use table::{Deed, Standing, deed, offers, standing};

/// Seconds between looks at the mappings while the store keeps changing.
const LOOK_EVERY: i64 = 3;

/// A change of the config that is being planned or written.
#[derive(Debug, Clone)]
struct Changing {
    ticket: Ticket,
    /// What to say when it is done.
    done: String,
    /// Asked before.
    question: Option<String>,
    /// The mapping to choose afterwards.
    chosen: Option<String>,
}

/// What the model keeps about mappings.
#[derive(Debug, Default)]
pub(crate) struct Mapping {
    pub(crate) table: MappingTable,
    pub(crate) rows: Vec<MappingRow>,
    /// Whether `rows` were told at all.
    pub(crate) known: bool,
    look: Slot,
    looked: Option<Timestamp>,
    /// Why the last look failed; said once, not at every look.
    trouble: Option<String>,
    changing: Option<Changing>,
    pub(crate) editor: Option<Box<Editor>>,
}

impl Mapping {
    /// The mappings may do otherwise by now.
    pub(crate) fn invalidate(&mut self) {
        self.look.want();
    }

    /// Whether something moves.
    pub(crate) fn spins(&self) -> bool {
        self.changing.is_some() || self.editor.as_ref().is_some_and(|editor| editor.spins())
    }

    /// The chosen mapping of the table.
    pub(crate) fn current(&self) -> Option<&MappingRow> {
        self.rows.get(self.table.cursor)
    }
}

/// The pane that the screen is about.
pub(crate) fn main_pane(model: &Model) -> Pane {
    match model.mapping.editor {
        Some(_) => Pane::Editor,
        None => Pane::Mappings,
    }
}

/// Rows that the upper pane would have.
pub(crate) fn rows_wanted(model: &Model) -> usize {
    match &model.mapping.editor {
        Some(_) => usize::from(u16::MAX),
        None => model.mapping.rows.len(),
    }
}

/// Takes an answer; one that nobody waits for any more comes to nothing.
pub(crate) fn take(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<Box<MappingAnswer>, Problem>,
    out: &mut Vec<Effect>,
) {
    if model.mapping.look.finish(ticket) {
        match answer.map(|answer| *answer) {
            Ok(MappingAnswer::Overview(rows)) => {
                model.mapping.rows = rows;
                model.mapping.known = true;
                model.mapping.trouble = None;
                model.mapping.table.settle(&model.mapping.rows);
            }
            Ok(_) => {}
            Err(problem) => {
                let text = told(&problem);
                if model.mapping.trouble.replace(text.clone()).as_ref() != Some(&text) {
                    model.complain(text);
                }
            }
        }
        return;
    }
    let changing = model.mapping.changing.as_ref();
    if changing.is_some_and(|changing| changing.ticket == ticket) {
        planned(model, answer);
    } else {
        ask::take(model, ticket, answer.map(|answer| *answer), out);
    }
}

pub(super) fn told(problem: &Problem) -> String {
    format!("{} · {}", problem.message, problem.remedy)
}

/// Asks what a change would make of the config, or has it made at once.
fn change(
    model: &mut Model,
    change: MappingChange,
    how: (String, Option<String>, Option<String>),
    out: &mut Vec<Effect>,
) {
    if model.mapping.changing.is_some() {
        model.say(Tone::Plain, "one moment: the config is being changed");
        return;
    }
    let ticket = model.requests.ticket();
    let at_once = matches!(change, MappingChange::Enabled(..));
    let (done, question, chosen) = how;
    model.mapping.changing = Some(Changing {
        ticket,
        done,
        question,
        chosen,
    });
    let question = if at_once {
        MappingQuestion::Change(change)
    } else {
        MappingQuestion::Plan(change)
    };
    out.push(Effect::Mapping(ticket, Box::new(question)));
}

/// The config's answer: the difference is shown before it is written.
fn planned(model: &mut Model, answer: Result<Box<MappingAnswer>, Problem>) {
    match answer.map(|answer| *answer) {
        Ok(MappingAnswer::Plan(Some(change))) => {
            let question = model
                .mapping
                .changing
                .as_ref()
                .and_then(|changing| changing.question.clone());
            if question.is_none() && !change.differs() {
                model.mapping.changing = None;
                model.say(Tone::Plain, "the config says so already");
                return;
            }
            model
                .layers
                .push(Layer::Confirm(Confirm::about_mapping(question, change)));
        }
        Ok(MappingAnswer::Change(text)) => {
            model.mapping.changing = None;
            model.mapping.invalidate();
            model.say(Tone::Good, text);
        }
        Ok(_) => {
            model.mapping.changing = None;
            model.say(Tone::Bad, "there is no config file to write");
        }
        Err(problem) => {
            model.mapping.changing = None;
            match &mut model.mapping.editor {
                Some(editor) if problem.kind == MAPPING_CHANGED => editor.boxes.push(Ask::Reload(0)),
                _ => model.complain(told(&problem)),
            }
        }
    }
}

/// The box was answered with yes.
pub(crate) fn confirmed(model: &mut Model, change: ConfigChange, out: &mut Vec<Effect>) {
    let ticket = model.requests.ticket();
    if let Some(changing) = &mut model.mapping.changing {
        changing.ticket = ticket;
        out.push(Effect::WriteConfig(ticket, change));
    }
}

/// The box was answered with no.
pub(crate) fn refused(model: &mut Model) {
    model.mapping.changing = None;
}

/// The config holds what was planned.
pub(crate) fn written(model: &mut Model, ticket: Ticket) {
    let Some(changing) = model.mapping.changing.take_if(|changing| changing.ticket == ticket) else {
        return;
    };
    if let Some(name) = changing.chosen {
        // Only the editor's own change names one.
        model.mapping.editor = None;
        model.mapping.table.select(name);
    }
    model.mapping.looked = None;
    model.mapping.invalidate();
    model.say(Tone::Good, changing.done);
}

/// Writing failed: everything stays as it is on the screen.
pub(crate) fn failed(model: &mut Model, ticket: Ticket) {
    model.mapping.changing.take_if(|changing| changing.ticket == ticket);
}

/// A template came back from the user's editor.
pub(crate) fn edited(model: &mut Model, text: &str) {
    let now = model.now;
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    if editor.boxes.is_empty()
        && let Some(row) = editor.current()
    {
        choose::row(editor, &row);
    }
    if let Some(Ask::Line(line)) = editor.boxes.last_mut() {
        line.edit.set(text.trim_end());
        // What was saved there is taken as it is; a text with a mistake is kept with it.
        choose::typed(editor, now);
    }
}

/// What the new state makes necessary to ask.
pub(crate) fn settle(model: &mut Model, out: &mut Vec<Effect>) {
    ask::settle(model, out);
    let height = editor_height(model);
    if let Some(editor) = &mut model.mapping.editor {
        editor.keep_in_sight(height);
    }
    look(model, out);
}

/// Rows of the editor's page.
fn editor_height(model: &Model) -> usize {
    let regions = layout::regions(model.size, model);
    regions
        .pane(Pane::Editor)
        .map_or(1, |rect| layout::table_rows(rect).height.into())
}

/// The table is read anew while it is in sight.
fn look(model: &mut Model, out: &mut Vec<Effect>) {
    let regions = layout::regions(model.size, model);
    let table = regions.pane(Pane::Mappings);
    let height = table.map_or(0, |rect| match model.screen {
        Screen::Issues => layout::inner(rect).height,
        _ => layout::table_rows(rect).height,
    });
    let len = model.mapping.rows.len();
    model.mapping.table.keep_in_sight(len, height.into());
    let told_there = model.screen == Screen::Connections;
    if table.is_none() && !told_there {
        return;
    }
    if !model.mapping.known && model.mapping.looked.is_none() {
        model.mapping.look.want();
    }
    let rested = model
        .mapping
        .looked
        .is_none_or(|at| (model.now.as_second() - at.as_second()).abs() >= LOOK_EVERY);
    if model.mapping.look.is_due() && rested {
        let ticket = model.requests.ticket();
        model.mapping.look.start(ticket);
        model.mapping.looked = Some(model.now);
        out.push(Effect::Mapping(ticket, Box::new(MappingQuestion::Overview)));
    }
}

/// How the editor is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    Edit,
    Duplicate,
    DryRun,
}

/// Opens the editor on a mapping, or on a new one.
pub(crate) fn open(model: &mut Model, name: Option<String>, how: Opening, out: &mut Vec<Effect>) {
    let ticket = model.requests.ticket();
    let mut editor = Box::new(Editor::new(how));
    editor.opened = Asked::Waiting(ticket);
    let known = model
        .mapping
        .rows
        .iter()
        .find(|row| Some(&row.config.name) == name.as_ref());
    editor.base = known.map(|row| row.config.clone());
    model.mapping.editor = Some(editor);
    out.push(Effect::Mapping(ticket, Box::new(MappingQuestion::Opened(name))));
    perform::go(model, Screen::Mappings);
}

/// Closes the editor.
fn close(model: &mut Model) {
    model.mapping.editor = None;
    model.entry = None;
    perform::go(model, Screen::Mappings);
    model.mapping.invalidate();
}

/// What would be lost by quitting.
pub(crate) fn unsaved(model: &Model) -> Option<String> {
    let editor = model.mapping.editor.as_ref().filter(|editor| editor.is_changed())?;
    let name = truncate(&clean_line(&editor.draft.mapping.name), 30);
    Some(format!("the mapping \"{name}\""))
}

/// Whether a box of the editor has the keys.
pub(crate) fn has_box(model: &Model) -> bool {
    model.screen == Screen::Mappings
        && model
            .mapping
            .editor
            .as_ref()
            .is_some_and(|editor| !editor.boxes.is_empty())
}

/// Whether an action is about mappings here.
pub(crate) fn is_meant(model: &Model, action: Action) -> bool {
    match model.place() {
        Place::Editor => act::is_meant(action),
        _ => table::is_meant(model, action),
    }
}

/// Why something cannot be done to mappings right now.
pub(crate) fn reason(model: &Model, action: Action) -> Result<(), String> {
    match model.place() {
        Place::Editor => act::reason(model, action),
        _ => table::reason(model, action),
    }
}

/// Carries out an action that is about mappings here.
pub(crate) fn run(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    match model.place() {
        Place::Editor => act::run(model, action, out),
        _ => table::run(model, action, out),
    }
}

/// The connection that the screen is about.
pub(crate) fn alias(model: &Model) -> Option<Alias> {
    let edited = model
        .mapping
        .editor
        .as_ref()
        .map(|editor| &editor.draft.mapping.connection);
    let chosen = model.mapping.current().map(|row| &row.config.connection);
    edited
        .or(chosen)
        .filter(|alias| model.connection(alias).is_some())
        .cloned()
}

/// Moves in the editor's page.
pub(crate) fn go(model: &mut Model, motion: Motion, height: usize) {
    if let Some(editor) = &mut model.mapping.editor {
        editor.go(motion, height);
    }
}

/// Shows the fields, and what they are filtered by so far.
pub(crate) fn to_filter(model: &mut Model) -> LineEdit {
    let Some(editor) = &mut model.mapping.editor else {
        return LineEdit::default();
    };
    editor.page = Page::Fields;
    editor.filter.clone()
}

/// Filters the fields by what is typed.
pub(crate) fn filter(model: &mut Model) {
    let typed = model.typing(EntryKind::Rules).cloned();
    if let (Some(editor), Some(typed)) = (&mut model.mapping.editor, typed) {
        editor.filter = typed;
        editor.choose(0);
    }
}

/// Chooses a line of the editor's page by its position in sight; a second time opens it.
pub(crate) fn click(model: &mut Model, row: usize, again: bool, out: &mut Vec<Effect>) {
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    let index = editor.top() + row;
    if index >= editor.page_rows().len() {
        return;
    }
    let chosen = editor.cursor() == index;
    editor.choose(index);
    if again && chosen {
        perform::perform(model, Action::Open, out);
    }
}
