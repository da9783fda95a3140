//! Carries out actions of the registry, or says why one cannot be carried out now.

mod manage;
mod motion;
mod screen;

use super::action::Action;
use super::event::{Effect, Scope, Tone};
use super::input;
use super::layout::Pane;
use super::line_edit::LineEdit;
use super::list::Motion;
use super::model::{Entry, EntryKind, Model, Screen};
use super::overlay::{Layer, TextBox, chooser, help, picker};
use super::screens::issues;
use super::{findings, mapping, tags, views};
use crate::domain::Alias;
use crate::text::clean_line;
pub(crate) use manage::{Deed, Offer, deed, manage, offers};
pub(crate) use motion::move_by;
pub(crate) use screen::{go, show_view, theme_reason};

/// Why an action cannot be carried out now.
pub(crate) fn enabled(model: &Model, action: Action) -> Result<(), String> {
    let need_issue = || match model.current_row() {
        Some(_) => Ok(()),
        None => Err("no issue is selected".to_owned()),
    };
    if mapping::is_meant(model, action) {
        return mapping::reason(model, action);
    }
    if findings::act::is_meant(model, action) {
        return findings::act::reason(model, action);
    }
    if manage::is_meant(model, action) {
        return manage::reason(model, action);
    }
    match action {
        Action::Refresh | Action::SyncAll if !model.has_connections() => Err(NOBODY.to_owned()),
        Action::Jql
        | Action::Filter
        | Action::Tags
        | Action::Source
        | Action::Views
        | Action::Sort
        | Action::Columns
        | Action::Save
        | Action::SaveAs
        | Action::ShowJql
        | Action::Editor
        | Action::Preview
            if on_issue(model) && !model.has_connections() =>
        {
            Err(NOBODY.to_owned())
        }
        Action::Tags => tags::reason(model),
        Action::New if model.focus() != Pane::Views => {
            Err("n makes a view with the focus on the views, and a connection on 4".to_owned())
        }
        Action::Save
        | Action::SaveAs
        | Action::New
        | Action::Edit
        | Action::Remove
        | Action::Earlier
        | Action::Later
        | Action::StartWith => views::reason(model, action),
        Action::Browser | Action::CopyUrl if on_issue(model) => need_issue(),
        Action::Browser | Action::CopyUrl => match selected_alias(model) {
            Some(_) => Ok(()),
            None => Err(NOBODY.to_owned()),
        },
        Action::CopyKey if on_issue(model) && model.has_connections() => need_issue(),
        Action::Open if matches!(model.focus(), Pane::List | Pane::Preview | Pane::Comments) => need_issue(),
        Action::Filter if model.home.live.is_some() && on_issue(model) => {
            Err("a live answer is narrowed by its JQL: J edits it".to_owned())
        }
        Action::Sort if model.home.live.is_some() => {
            Err("a live answer keeps the servers' order: J, ORDER BY".to_owned())
        }
        Action::Preview if model.size.width < 80 => Err("below 80 columns one pane shows at a time: tab".to_owned()),
        Action::Strip if !super::layout::strip_fits(model.size) => Err(format!(
            "the strip needs 120 × 32 cells; this terminal has {} × {}",
            model.size.width, model.size.height
        )),
        Action::Theme => theme_reason(model),
        Action::Messages if model.toasts.is_silent() => Err("nothing has been said yet".to_owned()),
        _ => Ok(()),
    }
}

const NOBODY: &str = "no connection is configured yet: n connects a Jira";

fn on_issue(model: &Model) -> bool {
    use super::action::Place;
    matches!(model.place(), Place::Views | Place::List | Place::Preview | Place::Page)
}

/// Carries out an action if it means something here.
pub(crate) fn perform(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    if action == Action::Entities {
        let name = action.spec().title;
        model.say(
            Tone::Plain,
            format!("{name}: this version does not have this screen yet"),
        );
        return;
    }
    if action.spec().works_in(model.place()) {
        carry_out(model, action, out);
    } else if findings::act::is_here(model) && !matches!(action, Action::Left | Action::Right) {
        // A key that does something elsewhere is not to be pressed again and again here.
        let title = action.spec().title;
        model.say(Tone::Plain, format!("{title}: not here · ? lists the keys that are"));
    }
}

/// Carries out an action wherever the focus is, or says why it cannot be.
pub(crate) fn carry_out(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    if let Err(reason) = enabled(model, action) {
        model.say(Tone::Bad, reason);
        return;
    }
    run(model, action, out);
}

fn run(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    if mapping::is_meant(model, action) {
        return mapping::run(model, action, out);
    }
    if findings::act::is_meant(model, action) {
        return findings::act::run(model, action, out);
    }
    if manage::is_meant(model, action) {
        return manage::run(model, action, out);
    }
    match action {
        Action::Down => move_by(model, Motion::Rows(1), out),
        Action::Up => move_by(model, Motion::Rows(-1), out),
        Action::First => move_by(model, Motion::First, out),
        Action::Last => move_by(model, Motion::Last, out),
        Action::HalfDown => move_by(model, Motion::Half(1), out),
        Action::HalfUp => move_by(model, Motion::Half(-1), out),
        Action::PageDown => move_by(model, Motion::Page(1), out),
        Action::PageUp => move_by(model, Motion::Page(-1), out),
        Action::NextItem => motion::next_item(model, true),
        Action::PreviousItem => motion::next_item(model, false),
        Action::Open => open(model),
        Action::Browser => browser(model, out),
        Action::CopyKey => copy(model, out),
        Action::CopyUrl => out.extend(url(model).map(Effect::Copy)),
        Action::Filter | Action::Jql => start_entry(model, action),
        Action::ShowJql => show_jql(model),
        Action::Editor => input::open_editor(model, out),
        Action::Tags => picker::tags(model),
        Action::Source => switch_source(model, out),
        Action::Views => picker::views(model),
        Action::Sort => picker::sort(model),
        Action::Columns => chooser::open(model),
        Action::Save
        | Action::SaveAs
        | Action::New
        | Action::Edit
        | Action::Remove
        | Action::Earlier
        | Action::Later
        | Action::StartWith => views::act(model, action, out),
        Action::Commands => picker::commands(model),
        Action::Help => help::open(model),
        Action::Refresh => refresh(model, out),
        Action::SyncAll => sync(model, Scope::All, out),
        Action::Follow => model.sync.toggle_follow(&model.snapshot),
        Action::MoreDetail => model.sync.change_level(true, &model.snapshot),
        Action::LessDetail => model.sync.change_level(false, &model.snapshot),
        other => screen::run(model, other, out),
    }
}

/// Opens what is selected.
pub(crate) fn open(model: &mut Model) {
    match model.focus() {
        Pane::Views => model.panes.focus = Pane::List,
        Pane::List | Pane::Preview | Pane::Comments => {
            model.page = model.list().selected();
            model.panes.zoom = false;
        }
        Pane::Connections if model.screen == Screen::Issues => go(model, Screen::Connections),
        Pane::Connections | Pane::ConnectionDetail => {}
        Pane::Log if model.screen == Screen::Issues => {
            go(model, Screen::Sync);
            model.panes.focus = Pane::Log;
        }
        Pane::Runs => {
            let run = model.sync.current_run(&model.snapshot).map(|run| run.id);
            model.sync.only = if model.sync.only == run { None } else { run };
            model.sync.settle(&model.snapshot);
        }
        Pane::Log | Pane::LogDetail => show_line(model),
        Pane::Findings | Pane::Finding | Pane::FindingIssue => findings::act::open(model),
        Pane::Mappings if model.screen == Screen::Issues => go(model, Screen::Mappings),
        Pane::Page | Pane::Fields | Pane::Mappings | Pane::MappingDetail | Pane::Editor | Pane::Problems => {}
    }
}

/// The chosen log line whole, for terminals that have no room for a pane of details.
fn show_line(model: &mut Model) {
    let Some(line) = model.sync.current_line(&model.snapshot) else {
        return;
    };
    let about = line.key.as_deref().unwrap_or(line.alias.as_str());
    let mut parts = vec![(clean_line(about).into_owned(), clean_line(&line.text).into_owned())];
    parts.extend(
        line.detail
            .iter()
            .map(|detail| (String::new(), crate::text::clean_block(detail).into_owned())),
    );
    let copy = parts
        .iter()
        .map(|(_, text)| text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    model.layers.push(Layer::Text(TextBox {
        title: "Log line".to_owned(),
        parts,
        copy,
        scroll: 0,
    }));
}

/// The alias that the focus is about, where it is not an issue.
fn selected_alias(model: &Model) -> Option<Alias> {
    match model.focus() {
        Pane::Runs => model.sync.current_run(&model.snapshot).map(|run| run.alias.clone()),
        Pane::Log | Pane::LogDetail => model.sync.current_line(&model.snapshot).map(|line| line.alias.clone()),
        Pane::Mappings | Pane::MappingDetail | Pane::Editor | Pane::Problems => mapping::alias(model),
        _ => model
            .snapshot
            .connections
            .get(model.connections.cursor)
            .map(|connection| connection.alias.clone()),
    }
}

/// The address that the focus is about.
fn url(model: &Model) -> Option<String> {
    if on_issue(model) {
        return model.current_row().map(|row| row.url.clone());
    }
    let alias = selected_alias(model)?;
    let site = &model.connection(&alias)?.site;
    let key = match model.focus() {
        Pane::Log => model
            .sync
            .current_line(&model.snapshot)
            .and_then(|line| line.key.clone()),
        _ => None,
    };
    Some(key.map_or_else(|| site.clone(), |key| format!("{site}/browse/{key}")))
}

fn browser(model: &mut Model, out: &mut Vec<Effect>) {
    match url(model) {
        Some(url) => visit(model, url, out),
        None => model.say(Tone::Bad, "there is no address to open here"),
    }
}

/// Opens the site of a connection in the browser.
pub(crate) fn open_site(model: &mut Model, alias: &Alias, out: &mut Vec<Effect>) {
    if let Some(site) = model.connection(alias).map(|connection| connection.site.clone()) {
        visit(model, site, out);
    }
}

/// Only web addresses are opened: an address comes from outside.
pub(crate) fn visit(model: &mut Model, url: String, out: &mut Vec<Effect>) {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    if matches!(scheme.as_deref(), Some("http" | "https")) {
        out.push(Effect::OpenUrl(url));
    } else {
        model.say(Tone::Bad, format!("not a web address: {}", clean_line(&url)));
    }
}

fn copy(model: &mut Model, out: &mut Vec<Effect>) {
    let text = match model.focus() {
        _ if !model.has_connections() => Some(super::faces::sample_config().to_owned()),
        Pane::Log | Pane::LogDetail => model.sync.current_line(&model.snapshot).map(|line| {
            let about = line.key.as_deref().unwrap_or(line.alias.as_str());
            format!("{} {about} {}", line.at, line.text)
        }),
        Pane::Runs => model.sync.current_run(&model.snapshot).map(|run| match &run.problem {
            Some(problem) => format!("run {} {}: {} {}", run.id, run.alias, problem.message, problem.remedy),
            None => format!("run {} {}", run.id, run.alias),
        }),
        Pane::Connections | Pane::ConnectionDetail => selected_alias(model).map(|alias| alias.0),
        Pane::Mappings => model.mapping.current().map(|row| row.config.name.clone()),
        _ => model.current_row().map(|row| row.key.as_str().to_owned()),
    };
    match text {
        Some(text) => out.push(Effect::Copy(clean_for_clipboard(&text))),
        None => model.say(Tone::Bad, "there is nothing to copy here"),
    }
}

/// What lands in a shell must not bring control characters along.
fn clean_for_clipboard(text: &str) -> String {
    crate::text::clean_block(text).into_owned()
}

fn start_entry(model: &mut Model, action: Action) {
    if model.focus() == Pane::Editor {
        let (kind, edit) = (EntryKind::Rules, mapping::to_filter(model));
        model.entry = Some(Entry {
            kind,
            edit,
            recalled: None,
        });
        return;
    }
    let in_log = matches!(model.focus(), Pane::Runs | Pane::Log | Pane::LogDetail);
    let (kind, text) = match action {
        Action::Jql => (EntryKind::Jql, model.home.jql().to_owned()),
        _ if in_log => (EntryKind::Log, model.sync.filter.clone()),
        _ => (EntryKind::Filter, model.home.filter.clone()),
    };
    if kind != EntryKind::Log {
        model.page = None;
        model.panes.focus = Pane::List;
    } else if model.screen == Screen::Sync {
        model.panes.focus = Pane::Log;
    }
    model.completing = None;
    model.entry = Some(Entry {
        kind,
        edit: LineEdit::new(&text),
        recalled: None,
    });
}

/// `F7`: the same query of the servers, or of the cache again.
fn switch_source(model: &mut Model, out: &mut Vec<Effect>) {
    let jql = model.home.jql().to_owned();
    model.page = None;
    if model.home.live.is_none() {
        model.say(Tone::Plain, "asking the servers; F7 shows the cache again");
        issues::start_live(model, jql, out);
        return;
    }
    model.home.leave_query(out);
    let of_view = model.home.views.chosen().is_some_and(|view| view.jql == jql);
    model.home.typed = Some(jql).filter(|_| !of_view);
    model.say(Tone::Plain, "from the cache; F7 asks the servers");
}

/// `K`: what was really asked, and of whom.
fn show_jql(model: &mut Model) {
    let jql = model.home.jql().to_owned();
    let mut parts = Vec::new();
    match &model.home.live {
        Some(live) => {
            parts.push(("asked".to_owned(), "the servers, just now".to_owned()));
            for (alias, sent) in &live.sent {
                parts.push((clean_line(alias.as_str()).into_owned(), clean_line(sent).into_owned()));
            }
        }
        None => parts.push(("asked".to_owned(), "the cache, over all connections".to_owned())),
    }
    if let Some(tag) = &model.home.tag {
        parts.push(("tag".to_owned(), clean_line(tag).into_owned()));
        parts.extend(asked_each(model));
    }
    parts.push(("jql".to_owned(), clean_line(&jql).into_owned()));
    if !model.home.filter.is_empty() {
        parts.push(("filter".to_owned(), model.home.filter.clone()));
    }
    if let Some(sort) = model.home.sort {
        let direction = if sort.descending { "descending" } else { "ascending" };
        parts.push((
            "sorted by".to_owned(),
            format!("{} {direction}, over the query's own order", sort.column.name()),
        ));
    }
    let asked = match &model.home.live {
        Some(live) if live.sent.len() == 1 || model.home.tag.is_some() => live.sent.as_slice(),
        Some(_) => &[],
        None => model.home.list.asked_each(),
    };
    let copy = match asked {
        [] => jql,
        asked => asked
            .iter()
            .map(|(_, asked)| asked.as_str())
            .collect::<Vec<_>>()
            .join("\n"),
    };
    model.layers.push(Layer::Text(TextBox {
        title: "JQL really used".to_owned(),
        parts,
        copy,
        scroll: 0,
    }));
}

/// What a tag makes of the JQL on each connection, as far as `sent` does not tell.
fn asked_each(model: &Model) -> Vec<(String, String)> {
    let (asked, settled) = match &model.home.live {
        Some(live) => (live.sent.as_slice(), live.done),
        None => (model.home.list.asked_each(), !model.home.list.is_waiting()),
    };
    let mut parts = Vec::new();
    for connection in &model.snapshot.connections {
        let own = asked.iter().find(|(alias, _)| *alias == connection.alias);
        let text = match own {
            Some(_) if model.home.live.is_some() => continue,
            Some((_, asked)) => clean_line(asked).into_owned(),
            None if settled => "not asked: the tag leads nowhere there".to_owned(),
            None => continue,
        };
        parts.push((clean_line(connection.alias.as_str()).into_owned(), text));
    }
    parts
}

/// `r`: whatever the focus is about.
fn refresh(model: &mut Model, out: &mut Vec<Effect>) {
    if let Some(live) = &model.home.live
        && on_issue(model)
        && model.page.is_none()
    {
        let jql = live.jql.clone();
        model.say(Tone::Plain, "asking the servers again");
        issues::start_live(model, jql, out);
        return;
    }
    let alias = if model.page.is_some() {
        model.current_row().map(|row| row.alias.clone())
    } else if on_issue(model) {
        None
    } else {
        selected_alias(model)
    };
    sync(model, alias.map_or(Scope::All, Scope::One), out);
}

/// Starts runs; what comes of them is said when they end.
pub(crate) fn sync(model: &mut Model, scope: Scope, out: &mut Vec<Effect>) {
    let aliases = match &scope {
        Scope::One(alias) => vec![alias.clone()],
        Scope::All => model.snapshot.connections.iter().map(|one| one.alias.clone()).collect(),
    };
    super::refresh::await_runs(model, &aliases);
    model.home.list.invalidate();
    out.push(Effect::Sync(scope));
}
