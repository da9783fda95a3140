//! Screen 4 and the pane of the strip: the state of every connection, and what to do about it.

use jiff::Timestamp;
use ratatui::layout::Rect;

use super::counted;
use crate::app::layout::{Pane, Regions, inner};
use crate::app::model::{Model, Screen};
use crate::app::role::{Line, Role};
use crate::app::wizard::Testing;
use crate::domain::{ConnectionState, Deployment, Health, RunState};
use crate::text::{age, clean_line, duration, thousands, truncate, wrap};
use crate::ui::canvas::{Canvas, Frame};
use crate::ui::table::{self, Column, column, growing};

const COLUMNS: [Column; 10] = [
    column("NAME", 12, 0),
    column("KIND", 12, 9),
    growing("SITE", 22, 5),
    column("METHOD", 19, 3),
    column("ACCOUNT", 16, 8),
    column("STATE", 11, 0),
    column("ISSUES", 9, 7),
    column("LAST RUN", 8, 1),
    column("NEXT RUN", 8, 2),
    column("LEFT", 9, 4),
];

/// Draws both panes of the screen, or the one of the strip.
pub(crate) fn draw(canvas: &mut Canvas<'_>, regions: &Regions, model: &Model) {
    if let Some(rect) = regions.pane(Pane::Connections) {
        let title = format!("Connections · {}", model.snapshot.connections.len());
        let focused = model.focus() == Pane::Connections;
        canvas.frame(
            rect,
            &Frame {
                title: &title,
                right: if model.screen == Screen::Issues { "4" } else { "" },
                below: "",
                focused,
            },
        );
        if model.screen == Screen::Issues {
            short(canvas, inner(rect), model, focused);
        } else {
            full(canvas, inner(rect), model, focused);
        }
    }
    if let Some(rect) = regions.pane(Pane::ConnectionDetail) {
        detail(canvas, rect, model);
    }
}

/// Glyph, word and role of a connection's state.
pub(crate) fn state(canvas: &Canvas<'_>, connection: &ConnectionState, model: &Model) -> (String, Role) {
    let glyphs = canvas.theme.glyphs;
    let runs = |state: RunState| {
        let mut runs = model.snapshot.runs.iter();
        runs.any(|run| run.alias == connection.alias && run.state == state)
    };
    if runs(RunState::Running) {
        return (format!("{} syncing", canvas.spinner(model.now)), Role::Info);
    }
    if !connection.enabled {
        return (format!("{} disabled", glyphs.new), Role::Muted);
    }
    let paused = connection.quota.paused_until.is_some_and(|until| until > model.now);
    match connection.health {
        Health::Ok if paused => (format!("{} waiting", glyphs.warn), Role::Warn),
        Health::Ok if connection.read_only => (format!("{} read-only", glyphs.live), Role::Ok),
        Health::Ok => (format!("{} live", glyphs.live), Role::Ok),
        Health::Unknown => (format!("{} new", glyphs.new), Role::Muted),
        Health::Offline => (format!("{} offline", glyphs.cut_off), Role::Stale),
        Health::Auth => (format!("{} auth", glyphs.cut_off), Role::Warn),
        Health::Failed => (format!("{} failed", glyphs.error), Role::Error),
    }
}

fn kind(connection: &ConnectionState) -> &'static str {
    match connection.deployment {
        Some(Deployment::Cloud) => "Cloud",
        Some(Deployment::DataCenter) => "Data Center",
        None => "not yet known",
    }
}

/// `2m`, or a dash.
fn ago(at: Option<Timestamp>, now: Timestamp) -> String {
    at.map_or_else(|| "-".to_owned(), |at| age(now, at))
}

/// `in 3m`, `due`, or a dash.
pub(crate) fn ahead(at: Option<Timestamp>, now: Timestamp) -> String {
    let Some(at) = at else { return "-".to_owned() };
    match u64::try_from(at.as_second() - now.as_second()) {
        Ok(0) | Err(_) => "due".to_owned(),
        Ok(seconds @ 1..=59) => format!("in {seconds}s"),
        Ok(seconds @ 60..=7199) => format!("in {}m", (seconds + 30) / 60),
        Ok(seconds) => format!("in {}h", (seconds + 1800) / 3600),
    }
}

/// `9,412 of 10,000`, as far as the site tells.
fn left(connection: &ConnectionState, short: bool) -> String {
    let quota = &connection.quota;
    match (quota.remaining, quota.limit) {
        (Some(remaining), Some(limit)) if !short => format!("{} of {}", thousands(remaining), thousands(limit)),
        (Some(remaining), _) => thousands(remaining),
        (None, _) if quota.near_limit => "few".to_owned(),
        (None, _) => "-".to_owned(),
    }
}

fn full(canvas: &mut Canvas<'_>, area: Rect, model: &Model, focused: bool) {
    if !model.has_connections() {
        canvas.role(
            area.x + 2,
            area.y,
            area.width.saturating_sub(2),
            "No connection yet: n connects a Jira.",
            Role::Muted,
        );
        return;
    }
    let fitted = table::headings(canvas, area, &COLUMNS);
    let table = &model.connections;
    let rows = model.snapshot.connections.iter().enumerate().skip(table.top);
    for (y, (index, connection)) in (area.top() + 1..area.bottom()).zip(rows) {
        let clean = |text: &str| clean_line(text).into_owned();
        let cells = [
            (name(connection), Role::Text),
            (kind(connection).to_owned(), Role::Muted),
            (clean(host(&connection.site)), Role::Muted),
            method(connection, model.now),
            (connection.account.as_deref().map(clean).unwrap_or_default(), Role::Text),
            state(canvas, connection, model),
            (counted(connection.issues), Role::Muted),
            (ago(connection.last_success, model.now), Role::Muted),
            (ahead(connection.next_run, model.now), Role::Muted),
            (
                left(connection, true),
                if connection.quota.near_limit {
                    Role::Warn
                } else {
                    Role::Muted
                },
            ),
        ];
        table::row(canvas, area, y, &fitted, &cells);
        if index == table.cursor {
            canvas.choose(area.x, y, area.width, focused);
        }
    }
}

/// The alias; a star marks the one that is used where none is named.
fn name(connection: &ConnectionState) -> String {
    let alias = clean_line(connection.alias.as_str());
    if connection.default {
        format!("{} ★", truncate(&alias, 10))
    } else {
        alias.into_owned()
    }
}

/// Days before it expires from which a sign-in is something to look after.
const SOON: i64 = 7 * 86_400;

/// `expires in 3d`, `expired`, and how urgent that is.
fn expiry(connection: &ConnectionState, now: Timestamp) -> Option<(String, Role)> {
    let left = connection.expires?.as_second() - now.as_second();
    Some(match left {
        ..=0 => ("expired".to_owned(), Role::Error),
        left if left >= 2 * 86_400 => {
            let role = if left < SOON { Role::Warn } else { Role::Muted };
            (format!("expires in {}d", left / 86_400), role)
        }
        left => (format!("expires in {}h", (left / 3600).max(1)), Role::Warn),
    })
}

/// The way to sign in with the end of its secret, or that it is about to expire.
fn method(connection: &ConnectionState, now: Timestamp) -> (String, Role) {
    match expiry(connection, now) {
        Some((text, role)) if role != Role::Muted => (text, role),
        _ => (secret(connection), Role::Muted),
    }
}

fn secret(connection: &ConnectionState) -> String {
    match &connection.ending {
        Some(ending) => format!("{} …{}", connection.access.label(), clean_line(ending)),
        None => connection.access.label().to_owned(),
    }
}

fn host(site: &str) -> &str {
    site.split_once("://").map_or(site, |(_, host)| host)
}

const SHORT: [Column; 4] = [growing("", 8, 0), column("", 11, 0), column("", 7, 2), column("", 7, 1)];

/// The strip's pane: one line each, no headings.
fn short(canvas: &mut Canvas<'_>, area: Rect, model: &Model, focused: bool) {
    let fitted = table::fit(area.width.saturating_sub(2), &SHORT);
    let table = &model.connections;
    let rows = model.snapshot.connections.iter().enumerate().skip(table.top);
    for (y, (index, connection)) in (area.top()..area.bottom()).zip(rows) {
        let cells = [
            (clean_line(connection.alias.as_str()).into_owned(), Role::Text),
            state(canvas, connection, model),
            (counted(connection.issues), Role::Muted),
            (ahead(connection.next_run, model.now), Role::Muted),
        ];
        table::row(canvas, area, y, &fitted, &cells);
        if index == table.cursor {
            canvas.choose(area.x, y, area.width, focused);
        }
    }
}

fn detail(canvas: &mut Canvas<'_>, rect: Rect, model: &Model) {
    let connection = model.snapshot.connections.get(model.connections.cursor);
    let title = connection.map_or_else(String::new, |connection| {
        clean_line(connection.alias.as_str()).into_owned()
    });
    canvas.frame(
        rect,
        &Frame {
            title: &title,
            ..Frame::default()
        },
    );
    let Some(connection) = connection else { return };
    let area = inner(rect);
    let lines = detail_lines(canvas, connection, model, area.width.saturating_sub(2));
    for (y, line) in (area.top()..area.bottom()).zip(&lines) {
        canvas.line(area.x + 1, y, area.width.saturating_sub(2), line);
    }
}

/// The latest test: what fails first, then what holds.
fn test_lines(canvas: &Canvas<'_>, testing: &Testing, now: Timestamp, cells: u16) -> Vec<Line> {
    let glyphs = canvas.theme.glyphs;
    let (held, failed): (Vec<_>, Vec<_>) = testing.checks.iter().partition(|check| check.ok);
    let all = testing.checks.len();
    let headline = match (testing.done, testing.is_valid()) {
        (false, _) => (
            format!("{} testing · {all} checks so far", canvas.spinner(now)),
            Role::Info,
        ),
        (true, true) => (format!("{} Configuration is valid · {all} checks", glyphs.ok), Role::Ok),
        (true, false) => (
            format!("{} {} of {all} checks fail", glyphs.error, failed.len()),
            Role::Error,
        ),
    };
    let mut lines = vec![Line::default().bold(headline.0, headline.1)];
    for check in failed {
        let text = format!(
            "{} {}: {}",
            glyphs.error,
            clean_line(&check.name),
            clean_line(&check.detail)
        );
        lines.extend(
            wrap(&text, cells.into())
                .into_iter()
                .map(|line| Line::of(line, Role::Text)),
        );
        let remedy = check.remedy.as_deref().map(clean_line).unwrap_or_default();
        let remedy = wrap(&remedy, usize::from(cells).saturating_sub(4)).into_iter();
        lines.extend(remedy.map(|line| Line::of(format!("    {line}"), Role::Info)));
    }
    for check in held {
        let text = format!(
            "{} {}: {}",
            glyphs.ok,
            clean_line(&check.name),
            clean_line(&check.detail)
        );
        lines.push(Line::of(truncate(&text, cells.into()), Role::Muted));
    }
    lines.push(Line::default());
    lines
}

/// What is set about a connection, in words.
fn settings(connection: &ConnectionState) -> String {
    let mut words = Vec::new();
    for (on, word) in [
        (connection.default, "default"),
        (!connection.enabled, "disabled"),
        (connection.read_only, "read-only"),
    ] {
        if on {
            words.push(word);
        }
    }
    words.join(", ")
}

/// Which mappings use a connection; without one no finding becomes an issue there, which is no failure.
fn mappings(connection: &ConnectionState, model: &Model) -> Option<String> {
    let rows = model.mapping.rows.iter();
    let names: Vec<String> = rows
        .filter(|row| row.config.connection == connection.alias)
        .map(|row| clean_line(&row.config.name).into_owned())
        .collect();
    match names.as_slice() {
        [] if !model.mapping.known => None,
        [] => Some("none yet, so no finding becomes an issue here: 5 maps a project".to_owned()),
        names => Some(names.join(", ")),
    }
}

fn detail_lines(canvas: &Canvas<'_>, connection: &ConnectionState, model: &Model, cells: u16) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(testing) = model.connecting.tests.get(&connection.alias) {
        lines.extend(test_lines(canvas, testing, model.now, cells));
    }
    if let Some(problem) = &connection.problem {
        let (word, role) = state(canvas, connection, model);
        lines.push(Line::default().bold(word, role));
        for (text, role) in [(&problem.message, Role::Text), (&problem.remedy, Role::Info)] {
            lines.extend(
                wrap(&clean_line(text), cells.into())
                    .into_iter()
                    .map(|line| Line::of(line, role)),
            );
        }
        if connection.attempts > 0 {
            let text = format!(
                "attempt {} · next try {}",
                connection.attempts,
                ahead(connection.next_run, model.now)
            );
            lines.push(Line::of(text, Role::Muted));
        }
        lines.push(Line::default());
    }
    let account = connection.account.as_deref().unwrap_or("not signed in yet");
    let zone = connection
        .time_zone
        .as_deref()
        .map(|zone| format!(" · {zone}"))
        .unwrap_or_default();
    let version = connection
        .version
        .as_deref()
        .map(|version| format!(" {version}"))
        .unwrap_or_default();
    let issues = format!(
        "{}{}",
        counted(connection.issues),
        if connection.complete {
            ""
        } else {
            " · first pull not complete"
        }
    );
    let mut facts = vec![
        ("Site", connection.site.clone()),
        ("Jira", format!("{}{version}", kind(connection))),
        ("Signed in", format!("{account} · {}{zone}", secret(connection))),
        ("Issues", issues),
        (
            "Last run",
            connection.last_success.map_or_else(
                || "never".to_owned(),
                |at| format!("{} ({})", model.clock(at), age(model.now, at)),
            ),
        ),
        ("Next run", ahead(connection.next_run, model.now)),
        ("Requests left", left(connection, false)),
    ];
    if let Some(text) = mappings(connection, model) {
        let line = Line::of(format!("{:<15} ", "Mappings"), Role::Muted);
        lines.push(line.with(truncate(&text, usize::from(cells).saturating_sub(16)), Role::Muted));
    }
    let words = settings(connection);
    if !words.is_empty() {
        facts.insert(2, ("Settings", words));
    }
    if let Some((text, role)) = expiry(connection, model.now) {
        let role = if role == Role::Muted { Role::Text } else { role };
        lines.push(Line::of(format!("{:<15} ", "Sign-in"), Role::Muted).with(text, role));
    }
    if let Some(until) = connection.quota.paused_until.filter(|until| *until > model.now) {
        let wait = u64::try_from(until.as_millisecond() - model.now.as_millisecond()).unwrap_or(0);
        facts.push(("Waiting", format!("{} more, as the site asked", duration(wait))));
    }
    for (label, text) in facts {
        let text = truncate(&clean_line(&text), usize::from(cells).saturating_sub(16));
        lines.push(Line::of(format!("{label:<15} "), Role::Muted).with(text, Role::Text));
    }
    lines
}
