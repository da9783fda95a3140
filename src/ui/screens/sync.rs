//! Screen 6 and the log pane of the strip: runs with progress, and what they say.

use ratatui::layout::Rect;

use super::connections::ahead;
use crate::app::layout::{Pane, Regions, inner, log_parts};
use crate::app::model::{EntryKind, Model, Screen};
use crate::app::role::{Line, Role};
use crate::app::screens::sync::{level_word, time_left};
use crate::domain::{Level, LogLine, Run, RunState};
use crate::text::{clean_block, clean_line, duration, thousands, width, wrap};
use crate::ui::canvas::{Canvas, Frame};
use crate::ui::table::{self, Column, column, growing};

const COLUMNS: [Column; 8] = [
    column("RUN", 6, 4),
    column("CONNECTION", 12, 0),
    column("WHAT", 10, 3),
    column("STARTED", 8, 2),
    column("STATE", 11, 0),
    growing("PROGRESS", 16, 0),
    column("CHANGES", 14, 1),
    column("LEFT", 7, 1),
];

/// Draws runs, log and detail, or the log of the strip.
pub(crate) fn draw(canvas: &mut Canvas<'_>, regions: &Regions, model: &Model) {
    if let Some(rect) = regions.pane(Pane::Runs) {
        runs(canvas, rect, model);
    }
    if let Some(rect) = regions.pane(Pane::Log) {
        log(canvas, rect, model);
    }
    if let Some(rect) = regions.pane(Pane::LogDetail) {
        detail(canvas, rect, model);
    }
}

fn runs(canvas: &mut Canvas<'_>, rect: Rect, model: &Model) {
    let focused = model.focus() == Pane::Runs;
    canvas.frame(
        rect,
        &Frame {
            title: "Runs",
            right: "enter: only its log",
            below: "",
            focused,
        },
    );
    let area = inner(rect);
    if model.snapshot.runs.is_empty() {
        canvas.role(
            area.x + 2,
            area.y,
            area.width.saturating_sub(2),
            "No run yet: R starts one.",
            Role::Muted,
        );
        return;
    }
    let fitted = table::headings(canvas, area, &COLUMNS);
    let rows = model.snapshot.runs.iter().enumerate().skip(model.sync.run_top);
    for (y, (index, run)) in (area.top() + 1..area.bottom()).zip(rows) {
        let bar_cells = fitted
            .iter()
            .find(|(column, ..)| *column == 5)
            .map_or(16, |(.., width)| *width);
        let cells = [
            (run.id.to_string(), Role::Muted),
            (clean_line(run.alias.as_str()).into_owned(), Role::Text),
            (run.kind.label().to_owned(), Role::Muted),
            (seconds(model, run.started), Role::Muted),
            state(canvas, run, model),
            progress(canvas, run, bar_cells),
            changes(run),
            (
                time_left(run, model.now)
                    .filter(|_| run.state == RunState::Running)
                    .map_or_else(|| "-".to_owned(), duration),
                Role::Muted,
            ),
        ];
        table::row(canvas, area, y, &fitted, &cells);
        if index == model.sync.run_cursor {
            canvas.choose(area.x, y, area.width, focused);
        }
    }
}

fn seconds(model: &Model, at: jiff::Timestamp) -> String {
    at.to_zoned(model.zone.clone()).strftime("%H:%M:%S").to_string()
}

fn state(canvas: &Canvas<'_>, run: &Run, model: &Model) -> (String, Role) {
    let glyphs = canvas.theme.glyphs;
    match run.state {
        RunState::Running => (format!("{} running", canvas.spinner(model.now)), Role::Info),
        RunState::Ok => (format!("{} done", glyphs.ok), Role::Ok),
        RunState::Failed => (format!("{} failed", glyphs.error), Role::Error),
        RunState::Interrupted => (format!("{} cut off", glyphs.warn), Role::Warn),
    }
}

/// A bar with a percentage while it runs; afterwards what came in how long; or why it failed.
fn progress(canvas: &Canvas<'_>, run: &Run, cells: u16) -> (String, Role) {
    if let Some(problem) = run.problem.as_ref().filter(|_| run.state == RunState::Failed) {
        return (clean_line(&problem.message).into_owned(), Role::Text);
    }
    match (run.state, run.expected) {
        (RunState::Running, Some(expected)) if expected > 0 => {
            let share = (run.received.min(expected) * 100 / expected).min(100);
            (bar(canvas, share, cells), Role::Info)
        }
        (RunState::Running, _) => (format!("{} so far", thousands(run.received)), Role::Text),
        _ => {
            let took = run
                .ended
                .map(|ended| ended.as_millisecond() - run.started.as_millisecond());
            let took = took
                .and_then(|took| u64::try_from(took).ok())
                .map(duration)
                .unwrap_or_default();
            (format!("{} in {took}", thousands(run.received)), Role::Muted)
        }
    }
}

fn bar(canvas: &Canvas<'_>, share: u64, cells: u16) -> String {
    let (full, empty) = canvas.theme.glyphs.bar;
    let room = usize::from(cells).saturating_sub(5).min(40);
    let filled = usize::try_from(share).unwrap_or(0) * room / 100;
    format!("{}{} {share:>3}%", full.repeat(filled), empty.repeat(room - filled))
}

fn changes(run: &Run) -> (String, Role) {
    if run.state == RunState::Failed {
        return ("-".to_owned(), Role::Muted);
    }
    (format!("+{} ~{} -{}", run.new, run.changed, run.gone), Role::Text)
}

fn level(level: Level) -> (&'static str, Role) {
    match level {
        Level::Debug => ("debug", Role::Muted),
        Level::Info => ("info ", Role::Info),
        Level::Warn => ("warn ", Role::Warn),
        Level::Error => ("error", Role::Error),
    }
}

fn log(canvas: &mut Canvas<'_>, rect: Rect, model: &Model) {
    let sync = &model.sync;
    let strip = model.screen == Screen::Issues;
    let title = match sync.only {
        Some(run) => format!("Log · run {run}"),
        None if strip => "Sync log".to_owned(),
        None => "Log".to_owned(),
    };
    let following = if sync.follow { " · following" } else { "" };
    let right = if strip {
        "6".to_owned()
    } else {
        format!("{}{following}", level_word(sync.level))
    };
    let focused = model.focus() == Pane::Log;
    canvas.frame(
        rect,
        &Frame {
            title: &title,
            right: &right,
            below: "",
            focused,
        },
    );
    let parts = log_parts(rect, model);
    let lines = sync.lines(&model.snapshot);
    if let Some(area) = parts.filter {
        let count = format!("{} of {}", lines.len(), model.snapshot.log.len());
        filter(canvas, area, model, &count);
    }
    let area = parts.rows;
    if lines.is_empty() {
        let text = if sync.filter.is_empty() {
            "Nothing to report at this level: + shows more."
        } else {
            "Nothing matches."
        };
        canvas.role(area.x + 2, area.y, area.width.saturating_sub(2), text, Role::Muted);
    }
    for (y, (index, line)) in (area.top()..area.bottom()).zip(lines.iter().enumerate().skip(sync.line_top)) {
        log_line(canvas, area, y, line, model);
        if index == sync.line_cursor && (focused || !strip) {
            canvas.choose(area.x, y, area.width, focused);
        }
    }
}

fn filter(canvas: &mut Canvas<'_>, area: Rect, model: &Model, count: &str) {
    let x = canvas.role(area.x + 1, area.y, area.width, "/ ", Role::Key);
    let taken = u16::try_from(width(count)).unwrap_or(0) + 3;
    let cells = area.right().saturating_sub(x + taken);
    match model.typing(EntryKind::Log) {
        Some(edit) => canvas.input(x, area.y, cells, edit.text(), edit.before_cursor(), Role::Match),
        None => {
            canvas.role(x, area.y, cells, &model.sync.filter, Role::Match);
        }
    }
    canvas.right(area.x, area.y, area.width.saturating_sub(1), count, Role::Muted);
}

/// `10:43:02  info   acme      page 1 · 100 issues · 412 ms`
fn log_line(canvas: &mut Canvas<'_>, area: Rect, y: u16, line: &LogLine, model: &Model) {
    let end = area.right();
    let (word, role) = level(line.level);
    let mut x = canvas.role(area.x + 1, y, 9, &seconds(model, line.at), Role::Muted) + 1;
    x = canvas.role(x, y, 6, word, role) + 1;
    let about = line.key.as_deref().unwrap_or(line.alias.as_str());
    let about_cells = if area.width >= 70 { 11 } else { 9 };
    let about_role = if line.key.is_some() { Role::Link } else { Role::Muted };
    canvas.role(x, y, about_cells, &clean_line(about), about_role);
    x += about_cells + 1;
    let role = if line.level >= Level::Warn { role } else { Role::Text };
    canvas.role(x, y, end.saturating_sub(x), &clean_line(&line.text), role);
}

/// The chosen line in full, or the chosen run's problem.
fn detail(canvas: &mut Canvas<'_>, rect: Rect, model: &Model) {
    let on_runs = model.focus() == Pane::Runs;
    let run = model.sync.current_run(&model.snapshot).filter(|_| on_runs);
    let line = model.sync.current_line(&model.snapshot).filter(|_| !on_runs);
    let (title, lines) = match (run, line) {
        (Some(run), _) => (
            format!("Run {} · {}", run.id, clean_line(run.alias.as_str())),
            run_lines(run, model),
        ),
        (None, Some(line)) => {
            let about = line.key.as_deref().unwrap_or(line.alias.as_str());
            (clean_line(about).into_owned(), line_lines(line))
        }
        (None, None) => (String::new(), Vec::new()),
    };
    canvas.frame(
        rect,
        &Frame {
            title: &title,
            ..Frame::default()
        },
    );
    let area = inner(rect);
    let cells = area.width.saturating_sub(2);
    let broken = lines.iter().flat_map(|(text, role)| {
        let parts = wrap(text, cells.into());
        parts.into_iter().map(|part| Line::of(part, *role))
    });
    for (y, line) in (area.top()..area.bottom()).zip(broken) {
        canvas.line(area.x + 1, y, cells, &line);
    }
}

fn run_lines(run: &Run, model: &Model) -> Vec<(String, Role)> {
    let mut lines = vec![(
        format!(
            "{} · {} {} · {} received · {} · +{} new ~{} changed -{} gone",
            run.kind.label(),
            thousands(run.requests),
            if run.requests == 1 { "request" } else { "requests" },
            thousands(run.received),
            crate::text::bytes(run.bytes),
            run.new,
            run.changed,
            run.gone
        ),
        Role::Text,
    )];
    if let Some(problem) = &run.problem {
        lines.push((clean_line(&problem.message).into_owned(), Role::Error));
        lines.push((clean_line(&problem.remedy).into_owned(), Role::Info));
    }
    if let Some(connection) = model.connection(&run.alias) {
        let mut text = format!("next run {}", ahead(connection.next_run, model.now));
        if connection.attempts > 0 {
            text = format!("attempt {} · {text}", connection.attempts);
        }
        lines.push((text, Role::Muted));
    }
    lines
}

fn line_lines(line: &LogLine) -> Vec<(String, Role)> {
    let mut lines = vec![(clean_line(&line.text).into_owned(), level(line.level).1)];
    if let Some(detail) = &line.detail {
        lines.push((clean_block(detail).into_owned(), Role::Text));
    }
    lines
}
