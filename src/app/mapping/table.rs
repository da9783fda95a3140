//! What can be done to the mappings of the table: open, duplicate, pause, remove.
//!
//! Must never be in here: what the editor does.

use super::change;
use crate::app::action::{Action, Place};
use crate::app::event::{Effect, MappingChange, MappingRow};
use crate::app::model::Model;
use crate::app::overlay::picker::{self, Choice};
use crate::app::perform::Offer;
use crate::app::role::Role;
use crate::text::clean_line;

/// One thing to do to a mapping, as menus offer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    /// A new one.
    New,
    Edit(String),
    Duplicate(String),
    DryRun(String),
    Enabled(String, bool),
    Remove(String),
    /// A dry run of what is in the editor.
    TryOut,
}

/// How a mapping does, in a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Paused,
    Attention,
    Failed(u64),
    Waiting(u64),
    Ok,
}

/// How a mapping does; the worst first.
pub(crate) fn standing(row: &MappingRow) -> Standing {
    let state = &row.state;
    match () {
        () if !row.config.enabled => Standing::Paused,
        () if !state.drift.is_empty() => Standing::Attention,
        () if state.trouble > 0 => Standing::Failed(state.trouble),
        () if state.waiting > 0 => Standing::Waiting(state.waiting),
        () => Standing::Ok,
    }
}

impl Standing {
    /// The word in the table, and what it means.
    pub(crate) fn word(&self) -> (String, Role) {
        match self {
            Self::Paused => ("paused".to_owned(), Role::Muted),
            Self::Attention => ("needs attention".to_owned(), Role::Warn),
            Self::Failed(count) => (format!("failed {count}"), Role::Error),
            Self::Waiting(count) => (format!("waiting {count}"), Role::Info),
            Self::Ok => ("ok".to_owned(), Role::Ok),
        }
    }
}

/// Whether an action that several things have is about mappings here.
pub(super) fn is_meant(model: &Model, action: Action) -> bool {
    let here = model.place() == Place::Mappings;
    let ours = matches!(
        action,
        Action::New | Action::Edit | Action::Open | Action::Remove | Action::Menu | Action::Select
    );
    here && ours
}

/// Why nothing can be done to mappings right now.
pub(super) fn reason(model: &Model, action: Action) -> Result<(), String> {
    if action == Action::New && !model.has_connections() {
        return Err("a mapping needs a connection: n on 4 connects a Jira".to_owned());
    }
    match model.mapping.current() {
        None if action != Action::New => Err("no mapping yet: n makes one".to_owned()),
        _ => Ok(()),
    }
}

/// Carries out an action on the chosen mapping.
pub(super) fn run(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    let chosen = model.mapping.current();
    let name = chosen.map(|row| row.config.name.clone());
    let enabled = chosen.is_some_and(|row| row.config.enabled);
    let wanted = match (action, name) {
        (Action::New, _) => Deed::New,
        (Action::Edit | Action::Open, Some(name)) => Deed::Edit(name),
        (Action::Remove, Some(name)) => Deed::Remove(name),
        (Action::Select, Some(name)) => Deed::Enabled(name, !enabled),
        (Action::Menu, Some(_)) => return menu(model),
        _ => return,
    };
    deed(model, wanted, out);
}

/// Does one of the things that menus offer.
pub(crate) fn deed(model: &mut Model, deed: Deed, out: &mut Vec<Effect>) {
    match deed {
        Deed::New => super::open(model, None, super::Opening::Edit, out),
        Deed::Edit(name) => super::open(model, Some(name), super::Opening::Edit, out),
        Deed::Duplicate(name) => super::open(model, Some(name), super::Opening::Duplicate, out),
        Deed::DryRun(name) => super::open(model, Some(name), super::Opening::DryRun, out),
        Deed::Enabled(name, on) => {
            let shown = clean_line(&name).into_owned();
            let done = if on {
                format!("{shown} is at work again")
            } else {
                format!("{shown} pauses: its links stay and are not updated")
            };
            change(model, MappingChange::Enabled(name, on), (done, None, None), out);
        }
        Deed::Remove(name) => remove(model, name, out),
        Deed::TryOut => super::save::try_out(model, out),
    }
}

fn remove(model: &mut Model, name: String, out: &mut Vec<Effect>) {
    let links = model
        .mapping
        .rows
        .iter()
        .find(|row| row.config.name == name)
        .map_or(0, |row| row.state.links);
    let shown = clean_line(&name).into_owned();
    let fate = match links {
        0 => "It has no links.".to_owned(),
        1 => "Its link stays and is no longer updated.".to_owned(),
        links => format!("Its {links} links stay and are no longer updated."),
    };
    let question = format!("Remove the mapping \"{shown}\"? {fate}");
    let how = (format!("removed {shown}"), Some(question), None);
    change(model, MappingChange::Remove(name), how, out);
}

/// `m`: what can be done to the chosen mapping.
fn menu(model: &mut Model) {
    if let Some(row) = model.mapping.current() {
        let items = offers(row, "");
        picker::offer(model, "Mapping", items);
    }
}

/// Everything that can be done to a mapping; labels end in `about`.
pub(crate) fn offers(row: &MappingRow, about: &str) -> Vec<Offer> {
    let name = || row.config.name.clone();
    let enable = !row.config.enabled;
    let offers = [
        ("edit", "e", Deed::Edit(name())),
        ("duplicate", "", Deed::Duplicate(name())),
        ("dry run", "", Deed::DryRun(name())),
        (
            if enable { "resume" } else { "pause" },
            "space",
            Deed::Enabled(name(), enable),
        ),
        ("remove", "x", Deed::Remove(name())),
    ];
    let offers = offers.into_iter();
    offers
        .map(|(label, key, deed)| (format!("{label}{about}"), key, None, Choice::Mapping(deed)))
        .collect()
}
