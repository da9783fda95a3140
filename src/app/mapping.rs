//! Mappings: the table of screen 5, and the editor that is opened from it.
//!
//! What rules make of a finding, and whether a mapping can work, is `crate::mapping`'s to say. Must never
//! be in here: IO, drawing.

mod table;

use jiff::Timestamp;

use super::event::{ConfigChange, Effect, MappingAnswer, MappingChange, MappingQuestion, MappingRow, Ticket, Tone};
use super::layout::{self, Pane};
use super::list::Motion;
use super::model::{Model, Screen, Slot};
use super::overlay::Layer;
use super::overlay::confirm::Confirm;
use super::perform;
use super::screens::mappings::MappingTable;
use crate::domain::{Alias, Problem};
pub(crate) use table::{Deed, Standing, deed, is_meant, offers, reason, run, standing};

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
    changing: Option<Changing>,
}

impl Mapping {
    /// The mappings may do otherwise by now.
    pub(crate) fn invalidate(&mut self) {
        self.look.want();
    }

    /// Whether something moves.
    pub(crate) fn spins(&self) -> bool {
        self.changing.is_some()
    }

    /// The chosen mapping of the table.
    pub(crate) fn current(&self) -> Option<&MappingRow> {
        self.rows.get(self.table.cursor)
    }
}

/// The pane that the screen is about.
pub(crate) fn main_pane(_: &Model) -> Pane {
    Pane::Mappings
}

/// Rows that the upper pane would have.
pub(crate) fn rows_wanted(model: &Model) -> usize {
    model.mapping.rows.len()
}

/// Takes an answer; one that nobody waits for any more comes to nothing.
pub(crate) fn take(model: &mut Model, ticket: Ticket, answer: Result<Box<MappingAnswer>, Problem>) {
    if model.mapping.look.finish(ticket) {
        match answer.map(|answer| *answer) {
            Ok(MappingAnswer::Overview(rows)) => {
                model.mapping.rows = rows;
                model.mapping.known = true;
                model.mapping.table.settle(&model.mapping.rows);
            }
            Ok(_) => {}
            Err(problem) => model.complain(told(&problem)),
        }
        return;
    }
    if model
        .mapping
        .changing
        .as_ref()
        .is_some_and(|changing| changing.ticket == ticket)
    {
        planned(model, answer);
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
            model.complain(told(&problem));
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
pub(crate) fn edited(_: &mut Model, _: &str) {}

/// What the new state makes necessary to ask.
pub(crate) fn settle(model: &mut Model, out: &mut Vec<Effect>) {
    look(model, out);
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

/// Opens the editor.
pub(crate) fn open(model: &mut Model, _name: Option<String>, _how: Opening, _out: &mut Vec<Effect>) {
    perform::go(model, Screen::Mappings);
}

pub(crate) fn alias(model: &Model) -> Option<Alias> {
    model.mapping.current().map(|row| row.config.connection.clone())
}

pub(crate) fn go(_: &mut Model, _: Motion, _: usize) {}

pub(crate) fn filter(_: &mut Model) {}
