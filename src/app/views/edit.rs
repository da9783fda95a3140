//! What can be done with views: each leads to a whole new list, which is planned, shown and written.
//!
//! Must never be in here: the config file itself.

use super::{Planned, View};
use crate::app::action::Action;
use crate::app::event::{ConfigChange, Effect, Ticket, Tone};
use crate::app::model::Model;
use crate::app::overlay::{Layer, confirm::Confirm, prompt};
use crate::config::ViewConfig;
use crate::domain::Sort;
use crate::jql::{self, fields::SystemField};
use crate::text::clean_line;

/// `jql` sorted by a column first, and then as before; `None` where JQL cannot say so.
pub(super) fn ordered(jql: &str, sort: Sort) -> Option<String> {
    let query = jql::parse(jql).ok()?;
    let name = sort.column.jql_name()?;
    let field = match sort.column.field() {
        Some(field) if field.number().is_none() => jql::quote(name),
        _ => name.to_owned(),
    };
    let same = |other: &str| {
        let system = SystemField::from_name(name);
        other.eq_ignore_ascii_case(name) || (system.is_some() && SystemField::from_name(other) == system)
    };
    let direction = if sort.descending { "DESC" } else { "ASC" };
    let mut keys = vec![format!("{field} {direction}")];
    let others = query.order_by.iter().flatten().filter(|key| !same(&key.field.name));
    keys.extend(others.map(ToString::to_string));
    let condition = query
        .where_span
        .and_then(|span| jql.get(span.range()))
        .unwrap_or_default();
    Some(
        format!("{condition} ORDER BY {}", keys.join(", "))
            .trim_start()
            .to_owned(),
    )
}

/// Why something cannot be done to the chosen view now.
pub(crate) fn reason(model: &Model, action: Action) -> Result<(), String> {
    let views = &model.home.views;
    let Some(view) = views.chosen() else {
        return Err("there is no view".to_owned());
    };
    let not = |wrong: bool, text: &str| if wrong { Err(text.to_owned()) } else { Ok(()) };
    match action {
        Action::Save => {
            let changed = model.home.is_changed(views.chosen) || views.is_reordered();
            not(!changed, "nothing has changed in this view")
        }
        Action::Remove if view.implied => {
            Err("it stands for [jira] default_jql of the config, which is always there".to_owned())
        }
        Action::Remove => not(views.items.len() < 2, "it is the only view"),
        Action::Earlier => not(views.chosen == 0, "it is the first already"),
        Action::Later => not(views.chosen + 1 >= views.items.len(), "it is the last already"),
        Action::StartWith => not(views.first() == views.chosen, "the dashboard starts with it already"),
        _ => Ok(()),
    }
}

/// Does something to the chosen view.
pub(crate) fn act(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    match action {
        Action::Save => save(model, out),
        Action::SaveAs | Action::New => prompt::save_as(model),
        Action::Edit => prompt::rename(model),
        Action::Remove => remove(model, out),
        Action::Earlier => shift(model, -1),
        Action::Later => shift(model, 1),
        Action::StartWith => start_with(model, out),
        _ => {}
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", clean_line(name))
}

fn save(model: &mut Model, out: &mut Vec<Effect>) {
    let chosen = model.home.views.chosen;
    let changed = model.home.is_changed(chosen);
    let Some(view) = model.home.shown().filter(|_| changed) else {
        let items = model.home.items();
        propose(
            model,
            (items, chosen),
            "saved the order of the views".to_owned(),
            None,
            false,
            out,
        );
        return;
    };
    let rest = if view.kept_sort.is_some() {
        ", but not its order: JQL cannot sort by that"
    } else {
        ""
    };
    let done = format!("saved {}{rest}", quoted(&view.name));
    let mut items = model.home.items();
    if let Some(place) = items.get_mut(chosen) {
        *place = view;
    }
    propose(model, (items, chosen), done, None, true, out);
}

/// What is shown becomes a view of its own, behind the chosen one; that one stays as it was saved.
pub(in crate::app) fn save_as(model: &mut Model, name: String, out: &mut Vec<Effect>) {
    let Some(mut view) = model.home.shown() else { return };
    let tag = model.home.tag.as_deref();
    let rest = tag.map_or_else(String::new, |tag| {
        format!("; the tag {} is no part of it", clean_line(tag))
    });
    let done = format!("saved {}{rest}", quoted(&name));
    view.name = name;
    view.default = false;
    let mut items = model.home.views.items.clone();
    let at = (model.home.views.chosen + 1).min(items.len());
    items.insert(at, view);
    propose(model, (items, at), done, None, true, out);
}

pub(in crate::app) fn rename(model: &mut Model, index: usize, name: String, out: &mut Vec<Effect>) {
    let mut items = model.home.items();
    let Some(view) = items.get_mut(index) else { return };
    let done = format!("{} is now {}", quoted(&view.name), quoted(&name));
    view.name = name;
    view.implied = false;
    propose(model, (items, model.home.views.chosen), done, None, false, out);
}

fn remove(model: &mut Model, out: &mut Vec<Effect>) {
    let chosen = model.home.views.chosen;
    let mut items = model.home.items();
    if chosen >= items.len() {
        return;
    }
    let name = quoted(&items.remove(chosen).name);
    let next = chosen.min(items.len().saturating_sub(1));
    let question = Some(format!("Remove the view {name}?"));
    propose(model, (items, next), format!("removed {name}"), question, true, out);
}

fn start_with(model: &mut Model, out: &mut Vec<Effect>) {
    let chosen = model.home.views.chosen;
    let mut items = model.home.items();
    let mut done = String::new();
    for (index, view) in items.iter_mut().enumerate() {
        view.default = index == chosen;
        if view.default {
            view.implied = false;
            done = format!("the dashboard starts with {}", quoted(&view.name));
        }
    }
    propose(model, (items, chosen), done, None, false, out);
}

/// Moving shows at once and is written with the next save: nobody wants a question for each row.
fn shift(model: &mut Model, by: isize) {
    let views = &mut model.home.views;
    let Some(other) = views
        .chosen
        .checked_add_signed(by)
        .filter(|other| *other < views.items.len())
    else {
        return;
    };
    views.items.swap(views.chosen, other);
    views.chosen = other;
    let key = model.keymap.hint(Action::Save).unwrap_or_default();
    let text = if model.home.views.is_reordered() {
        format!("moved; {key} keeps the order")
    } else {
        "the order is the one that was saved".to_owned()
    };
    model.say(Tone::Plain, text);
}

/// Asks what a list of views would make of the config.
fn propose(
    model: &mut Model,
    (items, chosen): (Vec<View>, usize),
    done: String,
    question: Option<String>,
    takes_query: bool,
    out: &mut Vec<Effect>,
) {
    let ticket = model.requests.ticket();
    let views = to_write(&items);
    model.home.views.planned = Some(Planned {
        ticket,
        items,
        chosen,
        done,
        question,
        takes_query,
    });
    out.push(Effect::PlanViews(ticket, views));
}

/// What belongs into the file: all, but for the default JQL's view where it would stand anyway.
fn to_write(items: &[View]) -> Vec<ViewConfig> {
    let last = items.len().saturating_sub(1);
    items
        .iter()
        .enumerate()
        .filter(|(index, view)| !(view.implied && *index == last))
        .map(|(_, view)| ViewConfig {
            name: view.name.clone(),
            jql: view.jql.clone(),
            columns: view.columns.clone(),
            default: view.default,
        })
        .collect()
}

/// The config's answer: the difference is shown, and where there is something to ask, it is asked.
pub(in crate::app) fn planned(model: &mut Model, ticket: Ticket, change: Option<ConfigChange>) {
    let Some(planned) = model
        .home
        .views
        .planned
        .as_ref()
        .filter(|planned| planned.ticket == ticket)
    else {
        return;
    };
    let differs = change.as_ref().is_some_and(ConfigChange::differs);
    if planned.question.is_none() && !differs {
        let session = change.is_none();
        adopt(model, session);
        return;
    }
    let confirm = Confirm::new(planned.question.clone(), change);
    model.layers.push(Layer::Confirm(confirm));
}

/// The box was answered with yes.
pub(in crate::app) fn confirmed(model: &mut Model, change: Option<ConfigChange>, out: &mut Vec<Effect>) {
    match change.filter(ConfigChange::differs) {
        None => adopt(model, true),
        Some(change) => {
            let ticket = model.requests.ticket();
            if let Some(planned) = &mut model.home.views.planned {
                planned.ticket = ticket;
                out.push(Effect::WriteConfig(ticket, change));
            }
        }
    }
}

/// The box was answered with no.
pub(in crate::app) fn refused(model: &mut Model) {
    model.home.views.planned = None;
}

pub(in crate::app) fn written(model: &mut Model, ticket: Ticket) {
    let planned = model.home.views.planned.as_ref();
    if planned.is_some_and(|planned| planned.ticket == ticket) {
        adopt(model, false);
    }
}

/// Planning or writing failed: everything stays as it is on the screen.
pub(in crate::app) fn failed(model: &mut Model, ticket: Ticket) {
    model.home.views.planned.take_if(|planned| planned.ticket == ticket);
}

/// The planned list takes the place of the old one.
fn adopt(model: &mut Model, session: bool) {
    let home = &mut model.home;
    let Some(mut planned) = home.views.planned.take() else {
        return;
    };
    let known: Vec<(String, Option<usize>)> = home
        .views
        .items
        .iter()
        .map(|view| (view.jql.clone(), view.count))
        .collect();
    let last = planned.items.len().saturating_sub(1);
    for (index, view) in planned.items.iter_mut().enumerate() {
        view.count = known
            .iter()
            .find(|(jql, _)| *jql == view.jql)
            .and_then(|(_, count)| *count);
        view.implied &= index == last;
    }
    home.views.items = planned.items;
    home.views.chosen = planned.chosen;
    home.views.saved = home.views.names();
    home.take_kept();
    if planned.takes_query {
        home.typed = None;
    }
    model.requests.counts.want();
    model.requests.counted_at = None;
    let text = if session {
        format!("{} · for this session only: nothing is written", planned.done)
    } else {
        planned.done
    };
    model.say(Tone::Good, text);
}
