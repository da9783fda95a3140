//! The issue list: headings and the rows in sight. Only these are formatted, however long the list.

mod cells;
mod query;

use ratatui::layout::Rect;

use super::counted;
use crate::app::action::Action;
use crate::app::chrome::MARK;
use crate::app::columns::{self, Fitted};
use crate::app::completion;
use crate::app::faces;
use crate::app::layout::{Pane, list_parts};
use crate::app::model::{EntryKind, Model};
use crate::app::role::Role;
use crate::domain::Column;
use crate::text::{clean_line, thousands, truncate, width};
use crate::ui::canvas::{Canvas, Frame};

/// Draws the pane, and the completions of its JQL bar over it.
pub(crate) fn draw(canvas: &mut Canvas<'_>, rect: Rect, model: &Model) {
    pane(canvas, rect, model);
    let parts = list_parts(rect, model);
    if let (Some(verdict), Some(completing)) = (parts.verdict, completion::shown(model)) {
        query::completions(canvas, rect, verdict, completing, model);
    }
}

fn pane(canvas: &mut Canvas<'_>, rect: Rect, model: &Model) {
    let list = model.list();
    let (mut title, right) = (title(canvas, model), order(canvas, model));
    let origin = origin(model).map(|(word, role)| (format!("· {word} "), role));
    let needed = |word: &str| width(&title) + width(word) + width(&right) + 10;
    let (beside, hidden): (Vec<_>, Vec<_>) = origin
        .into_iter()
        .partition(|(word, _)| needed(word) <= usize::from(rect.width));
    // Where there is no room for both, that the answer is old goes before the order.
    if let Some((word, Role::Stale)) = hidden.first() {
        title.push(' ');
        title.push_str(word.trim_end());
    }
    canvas.frame(
        rect,
        &Frame {
            title: &title,
            right: &right,
            below: &note(model),
            focused: model.focus() == Pane::List,
        },
    );
    if let Some((word, role)) = beside.first() {
        let x = rect.x + 4 + u16::try_from(width(&title)).unwrap_or(0);
        canvas.role(x, rect.y, rect.right().saturating_sub(x), word, *role);
    }
    let parts = list_parts(rect, model);
    query::draw(canvas, &parts, model);
    if let Some(area) = parts.filter {
        filter(canvas, area, model);
    }
    if let Some(face) = faces::face(model) {
        draw_face(canvas, parts.below(), &face);
        return;
    }
    let inner = parts.headings.width.saturating_sub(MARK);
    let fitted = columns::fit(inner, &model.columns(), &list.measured);
    headings(canvas, parts.headings, &fitted, model);
    rows(canvas, parts.rows, &fitted, model);
}

/// What has to be known about the answer: a connection that did not take part, rows still missing.
fn note(model: &Model) -> String {
    let silent = model.home.live.as_ref().and_then(|live| live.problems.first());
    match (silent, model.list().notes().first()) {
        (Some((alias, problem)), _) => format!(
            "{} did not answer: {}",
            clean_line(alias.as_str()),
            clean_line(&problem.message)
        ),
        (None, Some(note)) => clean_line(note).into_owned(),
        (None, None) => String::new(),
    }
}

/// `My open work · 23`, with what has to be known about where it comes from.
fn title(canvas: &Canvas<'_>, model: &Model) -> String {
    let list = model.list();
    if !model.has_connections() {
        return "Welcome".to_owned();
    }
    let views = &model.home.views;
    let mut title = views
        .chosen()
        .map_or_else(|| "Issues".to_owned(), |view| clean_line(&view.name).into_owned());
    if model.home.is_changed(views.chosen) {
        title.push_str(&format!(" {}", canvas.theme.glyphs.live));
    }
    title.push_str(match (&model.home.live, &model.home.typed) {
        (Some(_), _) => " · live",
        (None, Some(_)) => " · cache",
        (None, None) => "",
    });
    if let Some(live) = &model.home.live {
        let here = list.len();
        let more = if live.done && live.complete() { "" } else { "+" };
        let total = live.total.map_or_else(
            || format!("{}{more}", thousands(here as u64)),
            |all| thousands(all as u64),
        );
        title.push_str(&format!(" · {total}"));
        if live.done && live.total.is_some_and(|all| all > here) {
            title.push_str(&format!(" · first {} shown", thousands(here as u64)));
        }
        if !live.done {
            title.push_str(&format!(" {}", canvas.spinner(model.now)));
        }
        return title;
    }
    if list.is_answered() {
        let total = list.total().map(|total| total as u64);
        title.push_str(&format!(" · {}{}", about(canvas, model), counted(total)));
    }
    if list.is_waiting() {
        title.push_str(&format!(" {}", canvas.spinner(model.now)));
    }
    if let Some(run) = faces::first_pull(model) {
        let expected = run
            .expected
            .map_or_else(String::new, |all| format!(" of {}", thousands(all)));
        title.push_str(&format!(
            " · {} pulling {}{expected}",
            canvas.spinner(model.now),
            thousands(run.received)
        ));
    }
    title
}

/// Where a cached answer comes from: `cache 10:42`, or `cached 10:12` while a Jira is cut off.
fn origin(model: &Model) -> Option<(String, Role)> {
    if model.home.live.is_some() || !model.list().is_answered() {
        return None;
    }
    if let Some((connection, all)) = model.cut_off()
        && let Some(at) = connection.last_success
    {
        let whose = if all {
            String::new()
        } else {
            format!("{} ", clean_line(connection.alias.as_str()))
        };
        return Some((format!("{whose}cached {}", model.clock(at)), Role::Stale));
    }
    let at = model.cached_since().filter(|_| faces::first_pull(model).is_none())?;
    let word = if model.home.typed.is_some() { "" } else { "cache " };
    Some((format!("{word}{}", model.clock(at)), Role::Muted))
}

/// `updated ↓  s`: the user's sort, else the first key of the query's own order.
fn order(canvas: &Canvas<'_>, model: &Model) -> String {
    if crate::app::enabled(model, Action::Sort).is_err() {
        return String::new();
    }
    let arrow = |descending: bool| {
        if descending {
            canvas.theme.glyphs.falling
        } else {
            canvas.theme.glyphs.rising
        }
    };
    let hint = model.keymap.hint(Action::Sort).unwrap_or_default();
    if let Some(sort) = model.home.sort.filter(|_| model.home.live.is_none()) {
        let name = truncate(&clean_line(sort.column.name()), 16);
        return format!("{name} {}  {hint}", arrow(sort.descending));
    }
    let jql = model.home.jql().to_lowercase();
    let Some((_, order)) = jql.rsplit_once("order by") else {
        return hint;
    };
    let first = order.split(',').next().unwrap_or_default().trim();
    let name = first.split_whitespace().next().unwrap_or_default();
    let name = truncate(&clean_line(name), 16);
    format!("{name} {}  {hint}", arrow(first.ends_with("desc")))
}

/// Marks a number that Jira might not agree with.
fn about(canvas: &Canvas<'_>, model: &Model) -> String {
    if model.list().is_approximate() {
        format!("{} ", canvas.theme.glyphs.about)
    } else {
        String::new()
    }
}

/// `tag  payments  / web      5 of 23`
fn filter(canvas: &mut Canvas<'_>, area: Rect, model: &Model) {
    let list = model.list();
    let total = list.total().map(|total| total as u64);
    let shown = total.map(|_| list.len() as u64);
    let count = format!("{}{} of {}", about(canvas, model), counted(shown), counted(total));
    let count_cells = u16::try_from(width(&count)).unwrap_or(0);
    let mut x = area.x + 1;
    if let Some(tag) = &model.home.tag {
        let room = area.width.saturating_sub(count_cells + 4);
        x = canvas.role(x, area.y, room, "tag  ", Role::Muted);
        let tag = truncate(&clean_line(tag), usize::from(area.width / 3));
        x = canvas.role(x, area.y, area.right().saturating_sub(x), &tag, Role::Tag) + 2;
        if model.home.filter.is_empty() && model.typing(EntryKind::Filter).is_none() {
            return;
        }
    }
    let x = canvas.role(x, area.y, area.right().saturating_sub(x), "/ ", Role::Key);
    let cells = area.right().saturating_sub(x + count_cells + 3);
    match model.typing(EntryKind::Filter) {
        Some(edit) => canvas.input(x, area.y, cells, edit.text(), edit.before_cursor(), Role::Match),
        None => {
            canvas.role(x, area.y, cells, &model.home.filter, Role::Match);
        }
    }
    canvas.right(area.x, area.y, area.width.saturating_sub(1), &count, Role::Muted);
}

fn headings(canvas: &mut Canvas<'_>, area: Rect, fitted: &[Fitted], model: &Model) {
    let sort = model.home.sort.filter(|_| model.home.live.is_none());
    for place in fitted {
        let heading = match place.column {
            Column::Field(name) => model.home.field_label(name),
            own => columns::heading(own, place.width),
        };
        let mut text = clean_line(heading).to_uppercase();
        if let Some(sort) = sort.filter(|sort| sort.column == place.column) {
            let arrow = if sort.descending {
                canvas.theme.glyphs.falling
            } else {
                canvas.theme.glyphs.rising
            };
            text = truncate(&text, usize::from(place.width).saturating_sub(1));
            text.push_str(arrow);
        }
        let x = area.x + MARK + place.x;
        if model.list().measured.is_right_aligned(place.column) {
            canvas.right(x, area.y, place.width, &text, Role::Heading);
        } else {
            canvas.role(x, area.y, place.width, &text, Role::Heading);
        }
    }
}

fn rows(canvas: &mut Canvas<'_>, area: Rect, fitted: &[Fitted], model: &Model) {
    let list = model.list();
    let height = usize::from(area.height);
    let top = list.drawn_top(height);
    let today = model.today();
    for (y, index) in (area.top()..area.bottom()).zip(top..list.len()) {
        let Some(row) = list.row(index) else {
            canvas.role(
                area.x + MARK,
                y,
                area.width.saturating_sub(MARK),
                canvas.theme.glyphs.more,
                Role::Muted,
            );
            continue;
        };
        for place in fitted {
            cells::draw(canvas, (area.x + MARK, y), place, row, model, today);
        }
        if Some(row.row) == list.selected() {
            canvas.choose(area.x, y, area.width, model.focus() == Pane::List);
        }
    }
}

/// A face in the upper third of the list, its lines broken to the width.
pub(super) fn draw_face(canvas: &mut Canvas<'_>, area: Rect, face: &faces::Face) {
    let cells = area.width.saturating_sub(6);
    let mut lines = Vec::new();
    for line in face {
        let text: String = line.0.iter().map(|piece| piece.text.as_str()).collect();
        match line.0.as_slice() {
            [piece] if width(&text) > cells.into() => {
                for part in crate::text::wrap(&text, cells.into()) {
                    let mut broken = piece.clone();
                    broken.text = part;
                    lines.push(crate::app::role::Line(vec![broken]));
                }
            }
            _ => lines.push(line.clone()),
        }
    }
    if lines.len() > area.height.into() {
        lines.retain(|line| !line.0.is_empty());
    }
    let high = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let top = area.y + area.height.saturating_sub(high) / 3;
    for (y, line) in (top..area.bottom()).zip(&lines) {
        canvas.line(area.x + 3, y, area.width.saturating_sub(4), line);
    }
}
