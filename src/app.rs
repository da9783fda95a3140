//! What the dashboard is and does, without drawing it.
//!
//! [`update`] takes what happened and returns what is to be done about it, both as data. Must never
//! be in here: tokio, SQL, HTTP, a clock, randomness, or a colour. Time comes in as
//! [`Event::Tick`], rows from the store as answers to effects.

pub mod action;
pub mod chord;
pub mod event;
pub mod keymap;
pub mod model;

pub(crate) mod chrome;
pub(crate) mod columns;
pub(crate) mod completion;
pub(crate) mod faces;
pub(crate) mod findings;
pub(crate) mod form;
mod fuzzy;
mod input;
pub(crate) mod layout;
pub(crate) mod line_edit;
pub(crate) mod list;
pub(crate) mod mapping;
mod mouse;
pub(crate) mod overlay;
pub(crate) mod page;
mod perform;
pub(crate) mod reader;
pub(crate) mod refresh;
mod reload;
mod rich;
pub(crate) mod role;
pub(crate) mod screens;
mod settle;
pub(crate) mod setup;
pub(crate) mod tags;
pub(crate) mod toast;
pub(crate) mod views;
pub(crate) mod wizard;

#[cfg(test)]
mod tests;

pub use event::{
    Authorizing, ChangeKind, ChangeLine, Check, CompletionRequest, ConfigChange, Draft, DryRow, DryRun, EditKind,
    Effect, Event, Fate, FindingAct, FindingAnswer, FindingAsk, FindingSeen, IssueTarget, KeyMade, KeyRequest, Landed,
    LivePage, LiveRequest, Lookup, MAPPING_CHANGED, Manage, MappingAnswer, MappingChange, MappingChoice,
    MappingQuestion, MappingRow, Masked, NEEDS_SERVER, Opened, Planned, PlannedField, Prepared, Probe, ProbeRequest,
    Proposal, ProposalRequest, Report, Samples, Scope, ScreenRead, Shade, Suggested, Target, Ticket, Tone, Wanted,
    Workflow,
};
pub use keymap::{Clash, Keymap};
pub use model::{Model, Screen};
pub(crate) use perform::enabled;
pub use setup::{Look, Setup, ThemeName};
pub use tags::{TagEntry, Tags};

use crate::domain::Problem;
use screens::issues;

/// Takes one event, changes the model, and says what is to be done.
pub fn update(model: &mut Model, event: Event) -> Vec<Effect> {
    let mut out = Vec::new();
    match event {
        Event::Term(event) => input::handle(model, event, &mut out),
        Event::Tick(now) => model.tick(now),
        Event::Loaded(ticket, page) => {
            model.home.list.loaded(ticket, page);
        }
        Event::Detail(ticket, detail) => model.reader.loaded(ticket, detail.map(|detail| *detail)),
        Event::SnapshotRead(ticket, snapshot) => {
            if model.requests.snapshot.finish(ticket) {
                model.take_snapshot(*snapshot);
            }
        }
        Event::Counted(ticket, counts) => counted(model, ticket, &counts),
        Event::Catalog(read) => tags::take(model, read, &mut out),
        Event::Config { before, setup } => {
            reload::take(model, before, *setup, &mut out);
            model.mapping.invalidate();
        }
        Event::TagsCounted(ticket, counts) => {
            if model.tags.counted(ticket, counts) {
                overlay::picker::recount(model);
            }
        }
        Event::Completed(ticket, names) => {
            completion::take(model, ticket, names);
        }
        Event::FieldsRead(ticket, fields) => {
            if model.requests.fields.finish(ticket) {
                overlay::chooser::take(model, fields);
            }
        }
        Event::ViewsPlanned(ticket, change) => views::planned(model, ticket, change),
        Event::ConfigWritten(ticket) => {
            views::written(model, ticket);
            mapping::written(model, ticket);
        }
        Event::Live(ticket, page) => issues::live(model, ticket, page),
        Event::Failed(ticket, problem) => failed(model, ticket, &problem, &mut out),
        Event::StoreChanged => model.invalidate(),
        Event::RunsChanged if model.is_old() => model.invalidate(),
        Event::RunsChanged => model.requests.snapshot.want(),
        Event::Said(Tone::Bad, text) => model.complain(text),
        Event::Said(tone, text) => model.say(tone, text),
        Event::Finding(ticket, answer) => findings::take(model, ticket, answer, &mut out),
        Event::Edited(EditKind::Jql, text) => input::edited_jql(model, &text, &mut out),
        Event::Edited(EditKind::Template, text) => mapping::edited(model, &text),
        Event::Mapping(ticket, answer) => mapping::take(model, ticket, answer, &mut out),
        Event::Background(shade) => model.look.follow(shade),
        Event::Resumed => {
            out.push(Effect::Redraw);
            // It may be another terminal's window by now, or another time of the day.
            out.extend(model.look.asks().then_some(Effect::AskBackground));
        }
        Event::Stop => out.push(Effect::Quit),
        about_connections => wizard::take(model, about_connections, &mut out),
    }
    wizard::settle(model, &mut out);
    mapping::settle(model, &mut out);
    settle::settle(model, &mut out);
    out
}

fn counted(model: &mut Model, ticket: Ticket, counts: &[Option<usize>]) {
    if model.requests.counts.finish(ticket) {
        let queries = std::mem::take(&mut model.requests.counted);
        model.home.views.counted(&queries, counts);
    }
}

fn failed(model: &mut Model, ticket: Ticket, problem: &Problem, out: &mut Vec<Effect>) {
    if completion::take(model, ticket, Vec::new()) {
        return;
    }
    // The list says what is wrong with the same query.
    if model.tags.counted(ticket, std::collections::BTreeMap::new()) {
        return;
    }
    let of_list = model.home.list.failed(ticket, problem);
    // An empty list shows the problem in full.
    let shown = of_list.is_some() && model.home.list.len() == 0;
    let typed = of_list.is_some_and(|question| Some(question.jql) == model.home.typed);
    if typed && problem.kind == NEEDS_SERVER && input::needs_server(model, out) {
        return;
    }
    issues::live_failed(model, ticket, problem);
    model.reader.failed(ticket);
    model.requests.snapshot.finish(ticket);
    model.requests.counts.finish(ticket);
    model.requests.fields.finish(ticket);
    views::failed(model, ticket);
    mapping::failed(model, ticket);
    if !shown {
        model.complain(format!("{} · {}", problem.message, problem.remedy));
    }
}
