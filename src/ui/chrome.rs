//! Header, status line and hint line: the same on every screen.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::canvas::Canvas;
use super::screens::connections::ahead;
use crate::app::chrome::{health_counts, hints, tabs};
use crate::app::model::{Model, Screen};
use crate::app::refresh::tells_progress;
use crate::app::role::{Line, Role};
use crate::app::screens::sync::time_left;
use crate::domain::{ConnectionState, Health, Run, RunState};
use crate::text::{clean_line, duration, thousands, width};

/// The tabs, and how the connections are.
pub(crate) fn header(canvas: &mut Canvas<'_>, area: Rect, model: &Model) {
    if area.width >= 72 {
        let style = canvas.theme.style(Role::Focus).add_modifier(Modifier::BOLD);
        canvas.put(area.x + 1, area.y, 9, "crosstie", style);
    }
    let mut end = area.x + 1;
    for tab in tabs(area, model) {
        let style = canvas.theme.style(if tab.active { Role::Focus } else { Role::Muted });
        let style = if tab.active {
            style.add_modifier(Modifier::BOLD)
        } else {
            style
        };
        end = canvas.put(tab.rect.x, tab.rect.y, tab.rect.width, &tab.text, style);
    }
    let room = area.right().saturating_sub(end + 2);
    let mut line = states(canvas, model, true);
    if wide(&line) > room {
        line = states(canvas, model, false);
    }
    let cells = wide(&line).min(room);
    canvas.line(area.right().saturating_sub(cells + 1), area.y, cells, &line);
}

fn wide(line: &Line) -> u16 {
    let cells: usize = line.0.iter().map(|piece| width(&piece.text)).sum();
    u16::try_from(cells).unwrap_or(u16::MAX)
}

/// `● 2 ok  ◌ 1 auth`
fn states(canvas: &Canvas<'_>, model: &Model, words: bool) -> Line {
    let glyphs = canvas.theme.glyphs;
    let mut line = Line::default();
    for (index, (health, count)) in health_counts(model).into_iter().enumerate() {
        let (glyph, word, role) = match health {
            Health::Ok => (glyphs.live, "ok", Role::Ok),
            Health::Unknown => (glyphs.new, "new", Role::Muted),
            Health::Offline => (glyphs.cut_off, "offline", Role::Stale),
            Health::Auth => (glyphs.cut_off, "auth", Role::Warn),
            Health::Failed => (glyphs.error, "failed", Role::Error),
        };
        let gap = if index == 0 { "" } else { "  " };
        let word = if words { format!(" {word}") } else { String::new() };
        line = line.with(format!("{gap}{glyph} {count}{word}"), role);
    }
    line
}

/// What is happening now, else what happened last; and how fresh the data is.
pub(crate) fn status(canvas: &mut Canvas<'_>, area: Rect, model: &Model) {
    let right = freshness(model);
    let right_cells = u16::try_from(width(&right)).unwrap_or(0);
    let (text, role) = happening(canvas, model);
    let room = area.width.saturating_sub(2);
    let left = if right.is_empty() {
        room
    } else {
        room.saturating_sub(right_cells + 2)
    };
    if left < 24 {
        canvas.role(area.x + 1, area.y, room, &text, role);
        return;
    }
    canvas.role(area.x + 1, area.y, left, &text, role);
    canvas.right(area.x + 1, area.y, room, &right, Role::Muted);
}

fn freshness(model: &Model) -> String {
    if model.screen == Screen::Findings {
        return super::screens::findings::freshness(model);
    }
    let Some(at) = model.cached_since() else {
        return String::new();
    };
    let key = model.keymap.hint(crate::app::action::Action::Refresh);
    match key {
        Some(key) if model.size.width >= 80 => format!("cached {} · {key} refreshes", model.clock(at)),
        _ => format!("cached {}", model.clock(at)),
    }
}

/// How long a finished run is news, before standing trouble is told again.
const NEWS_SECONDS: i64 = 20;

fn happening(canvas: &Canvas<'_>, model: &Model) -> (String, Role) {
    if let Some(about) = super::screens::findings::happening(canvas, model) {
        return about;
    }
    let glyphs = canvas.theme.glyphs;
    let running_now = model.running().next();
    if let Some(names) = model.refresh.names()
        && !running_now.is_some_and(tells_progress)
    {
        return (format!("{} refreshing {names}", glyphs.live), Role::Info);
    }
    if let Some(run) = running_now {
        return (running(canvas, run, model), Role::Info);
    }
    let last = model.snapshot.runs.iter().find(|run| run.state == RunState::Ok);
    let just_now = |run: &&Run| {
        run.ended
            .is_some_and(|ended| model.now.as_second() - ended.as_second() < NEWS_SECONDS)
    };
    let failed_since = |run: &&Run| {
        let mut runs = model.snapshot.runs.iter();
        runs.any(|other| other.state == RunState::Failed && other.id > run.id)
    };
    let news = last.filter(just_now).filter(|run| !failed_since(run));
    match (news, model.cut_off()) {
        (None, Some((connection, _))) => (trouble(canvas, connection, model), Role::Stale),
        _ => match last {
            Some(run) => (finished(canvas, run, model), Role::Muted),
            None => (String::new(), Role::Muted),
        },
    }
}

/// `◐ acme 312/480 · about 40s left · 1 of 3 connections`
fn running(canvas: &Canvas<'_>, run: &Run, model: &Model) -> String {
    let mut text = format!("{} {}", canvas.spinner(model.now), clean_line(run.alias.as_str()));
    match run.expected {
        Some(expected) => text.push_str(&format!(" {}/{}", thousands(run.received), thousands(expected))),
        None if run.received > 0 => text.push_str(&format!(" {} so far", thousands(run.received))),
        None => text.push_str(&format!(" {} under way", run.kind.label())),
    }
    if let Some(left) = time_left(run, model.now) {
        text.push_str(&format!(" · about {} left", duration(left)));
    }
    let connections = model.snapshot.connections.len();
    if connections > 1 {
        text.push_str(&format!(" · {} of {connections} connections", model.running().count()));
    }
    text
}

/// `◌ lab: HTTP 401 · check the token`
fn trouble(canvas: &Canvas<'_>, connection: &ConnectionState, model: &Model) -> String {
    let glyph = match connection.health {
        Health::Failed => canvas.theme.glyphs.error,
        _ => canvas.theme.glyphs.cut_off,
    };
    let alias = clean_line(connection.alias.as_str());
    let message = connection
        .problem
        .as_ref()
        .map_or("not reachable", |problem| problem.message.as_str());
    let message = clean_line(message);
    let offline = model
        .snapshot
        .connections
        .iter()
        .filter(|one| one.health == Health::Offline)
        .count();
    let mut text = match offline {
        2.. if offline == model.snapshot.connections.len() => format!("{glyph} offline: no Jira can be reached"),
        _ if message.starts_with(alias.as_ref()) => format!("{glyph} {message}"),
        _ => format!("{glyph} {alias}: {message}"),
    };
    if connection.health == Health::Offline {
        text.push_str(&format!(" · next try {}", ahead(connection.next_run, model.now)));
    } else {
        text.push_str(" · 4 says what to do");
    }
    text
}

/// `✓ acme: 23 issues in 1.2s · +4 ~19 -0 · next run in 3m`
fn finished(canvas: &Canvas<'_>, run: &Run, model: &Model) -> String {
    let mut text = format!("{} {}: ", canvas.theme.glyphs.ok, clean_line(run.alias.as_str()));
    if run.new + run.changed + run.gone == 0 {
        text.push_str("nothing new");
    } else {
        text.push_str(&format!("+{} ~{} -{}", run.new, run.changed, run.gone));
    }
    if let Some(took) = run
        .ended
        .and_then(|ended| u64::try_from(ended.as_millisecond() - run.started.as_millisecond()).ok())
    {
        text.push_str(&format!(" in {}", duration(took)));
    }
    let next = model
        .snapshot
        .connections
        .iter()
        .filter_map(|connection| connection.next_run)
        .min();
    if next.is_some() {
        text.push_str(&format!(" · next run {}", ahead(next, model.now)));
    }
    text
}

/// The keys that matter here; help is always the last one.
pub(crate) fn hint_line(canvas: &mut Canvas<'_>, area: Rect, model: &Model) {
    let mut x = area.x + 1;
    for (key, word) in hints(area.width.into(), model) {
        let end = area.right();
        x = canvas.role(x, area.y, end.saturating_sub(x), &key, Role::Key);
        x = canvas.role(x + 1, area.y, end.saturating_sub(x + 1), &word, Role::Muted) + 2;
    }
}
