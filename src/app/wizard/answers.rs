//! Answers as they come: from sites, the keyring, the browser, the config.
//!
//! Must never be in here: an answer taken for a question that is no longer asked.

use super::go;
use super::{Asked, Connecting, Field, Item, Page};
use crate::app::event::{Effect, Event, Landed, Prepared, Report, Ticket, Tone};
use crate::app::model::{Model, Screen};
use crate::app::overlay::Layer;
use crate::app::perform;
use crate::domain::{Alias, Problem};
use crate::text::clean_line;

/// Takes an event that is about connecting; any other comes to nothing.
pub(crate) fn take(model: &mut Model, event: Event, out: &mut Vec<Effect>) {
    match event {
        Event::Prepared(ticket, answer) => prepared(model, ticket, answer, out),
        Event::Probed(ticket, answer) => {
            let wizard = model.connecting.wizard.as_mut();
            let told = wizard.is_some_and(|wizard| wizard.probing.state.take(ticket, answer));
            go_on(model, told, out);
        }
        Event::KeyMade(ticket, answer) => {
            let wizard = model.connecting.wizard.as_mut();
            let told = wizard.is_some_and(|wizard| wizard.key.take(ticket, answer));
            go_on(model, told, out);
        }
        Event::Authorizing(ticket, answer) => {
            if let Some(wizard) = &mut model.connecting.wizard {
                wizard.grant.state.take(ticket, answer);
                wizard.focus = None;
            }
        }
        Event::Landed(ticket, answer) => landed(model, ticket, answer, out),
        Event::Tested(ticket, report) => tested(&mut model.connecting, ticket, report),
        Event::Previewed(ticket, answer) => previewed(model, ticket, answer),
        Event::Written(ticket, answer) => written(model, ticket, answer),
        Event::Managed(ticket, answer) => managed(model, ticket, answer),
        _ => {}
    }
}

/// Goes on if that was only waiting for an answer, and it was a good one.
fn go_on(model: &mut Model, told: bool, out: &mut Vec<Effect>) {
    let Some(wizard) = model.connecting.wizard.as_mut().filter(|_| told) else {
        return;
    };
    let good = match wizard.page {
        Page::Site => wizard.probe().got().is_some(),
        _ => wizard.key.got().is_some(),
    };
    if std::mem::take(&mut wizard.going) && good {
        go::forward(model, out);
    }
}

fn prepared(model: &mut Model, ticket: Ticket, answer: Result<Box<Prepared>, Problem>, out: &mut Vec<Effect>) {
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    if !wizard.prepared.take(ticket, answer) {
        return;
    }
    if let Asked::Failed(problem) = &wizard.prepared {
        let text = format!("{} · {}", problem.message, problem.remedy);
        model.connecting.kept = wizard.earlier.take();
        model.connecting.wizard = None;
        model.say(Tone::Bad, text);
        return;
    }
    if wizard.page != Page::Offer {
        go::begin(wizard, &mut model.requests, out);
    }
}

fn landed(model: &mut Model, ticket: Ticket, answer: Result<Landed, Problem>, out: &mut Vec<Effect>) {
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    let grant = &mut wizard.grant;
    if grant.ticket != Some(ticket) && grant.landing != Some(ticket) {
        return;
    }
    grant.landing.take_if(|landing| *landing == ticket);
    match answer {
        Err(problem) => {
            grant.problem = Some(problem);
            if grant.sites.is_empty() {
                wizard.focus = Some(Item::Field(Field::Landing));
            }
        }
        Ok(Landed::Sites(sites)) => {
            let own = wizard.values.text(Field::Site).to_owned();
            let own = crate::config::typed::site(&own, wizard.values.kind).ok();
            let at = sites.iter().position(|site| Some(site) == own.as_ref());
            wizard.grant.problem = None;
            wizard.grant.sites = sites;
            wizard.focus = Some(Item::Site(at.unwrap_or(0)));
        }
        Ok(Landed::Done { account }) => {
            grant.problem = None;
            grant.sites.clear();
            grant.account = Some(account);
            if let Some(site) = grant.chosen.take() {
                wizard.values.set(Field::Site, &site);
                wizard.grant.of = wizard.grant_of();
            }
            wizard.values.set(Field::Landing, "");
            if wizard.page == Page::Authorize {
                go::forward(model, out);
            }
        }
    }
}

fn tested(connecting: &mut Connecting, ticket: Ticket, report: Report) {
    match &mut connecting.wizard {
        Some(wizard) if wizard.test.ticket == Some(ticket) => {
            wizard.test.add(report.checks, report.done);
            if report.done {
                wizard.focus = None;
            }
        }
        _ if connecting.managing == Some(ticket) => {
            let testing = connecting.tests.entry(report.alias).or_default();
            testing.add(report.checks, report.done);
        }
        _ => {}
    }
}

fn previewed(model: &mut Model, ticket: Ticket, answer: Result<Vec<String>, Problem>) {
    for layer in &mut model.layers {
        if let Layer::Connection(dialog) = layer
            && dialog.previewed(ticket, &answer)
        {
            return;
        }
    }
    if let Some(wizard) = &mut model.connecting.wizard {
        wizard.preview.take(ticket, answer);
    }
}

fn written(model: &mut Model, ticket: Ticket, answer: Result<(), Problem>) {
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    if !wizard.writing.take(ticket, answer) {
        return;
    }
    wizard.said = None;
    if wizard.writing.got().is_none() {
        return;
    }
    let alias = Alias::from(wizard.values.text(Field::Alias));
    let text = match &wizard.editing {
        Some(_) => format!("{} is written and in force", clean_line(alias.as_str())),
        None => format!(
            "{} is written; its first pull starts by itself",
            clean_line(alias.as_str())
        ),
    };
    let test = std::mem::take(&mut wizard.test);
    model.connecting.wizard = None;
    if test.done {
        model.connecting.tests.insert(alias.clone(), test);
    }
    model.connecting.written = Some(alias);
    model.requests.snapshot.want();
    perform::go(model, Screen::Connections);
    model.say(Tone::Good, text);
}

fn managed(model: &mut Model, ticket: Ticket, answer: Result<String, Problem>) {
    let connecting = &mut model.connecting;
    if connecting.managing != Some(ticket) {
        return;
    }
    connecting.managing = None;
    connecting.tests.retain(|_, testing| {
        testing.done = true;
        !testing.checks.is_empty()
    });
    model.requests.snapshot.want();
    match answer {
        Ok(text) => model.say(Tone::Good, text),
        Err(problem) => model.say(Tone::Bad, format!("{} · {}", problem.message, problem.remedy)),
    }
}
