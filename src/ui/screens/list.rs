//! The issue list: headings and the rows in sight. Only these are formatted, however long the list.

use jiff::civil::Date;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::action::Action;
use crate::app::chrome::MARK;
use crate::app::columns::{self, Fitted};
use crate::app::completion::{self, Completing};
use crate::app::faces;
use crate::app::layout::{ListParts, Pane, inner, list_parts};
use crate::app::line_edit::LineEdit;
use crate::app::model::{EntryKind, Model};
use crate::app::page::status_role;
use crate::app::role::Role;
use crate::domain::{Column, FieldCell, IssueRow, StatusCategory};
use crate::text::{age, clean_line, thousands, truncate, width};
use crate::ui::canvas::{Canvas, Frame};

/// Draws the pane, and the completions of its JQL bar over it.
pub(crate) fn draw(canvas: &mut Canvas<'_>, rect: Rect, model: &Model) {
    pane(canvas, rect, model);
    let parts = list_parts(rect, model);
    if let (Some(verdict), Some(completing)) = (parts.verdict, completion::shown(model)) {
        completions(canvas, rect, verdict, completing, model);
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
    query(canvas, &parts, model);
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
        title.push_str(&format!(
            " · {}{}",
            about(canvas, model),
            thousands(list.total() as u64)
        ));
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

/// The JQL: shown, or edited with the parser's verdict under it.
fn query(canvas: &mut Canvas<'_>, parts: &ListParts, model: &Model) {
    let Some(area) = parts.jql else { return };
    let x = canvas.role(area.x + 1, area.y, area.width.saturating_sub(1), "jql  ", Role::Muted);
    let cells = area.right().saturating_sub(x + 1);
    match (model.typing(EntryKind::Jql), parts.verdict) {
        (Some(edit), Some(verdict)) => edit_query(canvas, (x, area.y, cells), verdict, edit),
        _ => {
            let role = if model.home.own_query().is_some() {
                Role::Text
            } else {
                Role::Muted
            };
            let x = canvas.role(x, area.y, cells, &clean_line(model.home.jql()), role);
            roughly(canvas, x, area, model);
        }
    }
}

/// Words are found roughly as Jira finds them; who asks may see so, where there is room.
fn roughly(canvas: &mut Canvas<'_>, x: u16, area: Rect, model: &Model) {
    let from_cache = model.home.live.is_none();
    let Some(key) = model
        .keymap
        .hint(Action::Source)
        .filter(|_| from_cache && model.list().is_approximate())
    else {
        return;
    };
    let note = format!("words roughly · {key} asks the server");
    let cells = area.right().saturating_sub(x + 3);
    if usize::from(cells) >= width(&note) {
        canvas.right(x + 2, area.y, cells, &note, Role::Warn);
    }
}

fn edit_query(canvas: &mut Canvas<'_>, (x, y, cells): (u16, u16, u16), verdict: Rect, edit: &LineEdit) {
    let text = clean_line(edit.text());
    canvas.input(x, y, cells, &text, &clean_line(edit.before_cursor()), Role::Text);
    match crate::jql::parse(edit.text()) {
        Ok(_) => {
            let note = format!("{} reads well · enter runs it", canvas.theme.glyphs.ok);
            canvas.role(x, verdict.y, cells, &note, Role::Ok);
        }
        Err(error) => {
            underline(canvas, (x, y, cells), edit, error.span.start, error.span.end);
            let message = format!("{} {}", canvas.theme.glyphs.error, clean_line(&error.to_string()));
            canvas.role(x, verdict.y, cells, &message, Role::Error);
        }
    }
}

/// What could stand at the cursor, under the place where it would.
fn completions(canvas: &mut Canvas<'_>, pane: Rect, verdict: Rect, completing: &Completing, model: &Model) {
    const WIDE: u16 = 44;
    let Some(edit) = model.typing(EntryKind::Jql) else {
        return;
    };
    let wide = WIDE.min(pane.width.saturating_sub(4));
    let before = edit.text().get(..completing.start()).unwrap_or_default();
    let indent = u16::try_from(width(&clean_line(before))).unwrap_or(u16::MAX);
    let last = pane.right().saturating_sub(wide + 1);
    let x = (verdict.x + 4).saturating_add(indent).min(last);
    let y = verdict.bottom();
    let items = completing.items.len().min(completion::ROWS);
    let high = u16::try_from(items + 2)
        .unwrap_or(u16::MAX)
        .min(pane.bottom().saturating_sub(y));
    if high < 3 {
        return;
    }
    let area = Rect::new(x, y, wide, high);
    canvas.clear(area);
    let count = completing.items.len().to_string();
    canvas.frame(
        area,
        &Frame {
            title: "",
            right: &count,
            below: "",
            focused: false,
        },
    );
    let rows = inner(area);
    for (y, (index, item)) in
        (rows.top()..rows.bottom()).zip(completing.items.iter().enumerate().skip(completing.top()))
    {
        let note = truncate(&item.note, usize::from(rows.width / 2));
        let note_cells = u16::try_from(width(&note)).unwrap_or(0);
        let cells = rows.width.saturating_sub(note_cells + 3);
        canvas.role(rows.x + 1, y, cells, &item.label, Role::Text);
        canvas.right(rows.x, y, rows.width.saturating_sub(1), &note, Role::Muted);
        if completing.cursor == Some(index) {
            canvas.choose(rows.x, y, rows.width, true);
        }
    }
}

/// Underlines the part of the query that the parser complains about.
fn underline(canvas: &mut Canvas<'_>, (x, y, cells): (u16, u16, u16), edit: &LineEdit, from: usize, to: usize) {
    let text = edit.text();
    let cells_before = |at: usize| {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        width(&clean_line(&text[..at]))
    };
    let hidden = width(&clean_line(edit.before_cursor())).saturating_sub(usize::from(cells).saturating_sub(1));
    let start = cells_before(from).saturating_sub(hidden);
    let end = cells_before(to).saturating_sub(hidden).max(start + 1);
    let style = canvas.theme.style(Role::Error).add_modifier(Modifier::UNDERLINED);
    let end = end.min(cells.into());
    if let (Ok(start), Ok(end)) = (u16::try_from(start), u16::try_from(end))
        && start < end
    {
        canvas.buffer.set_style(Rect::new(x + start, y, end - start, 1), style);
    }
}

/// `tag  payments  / web      5 of 23`
fn filter(canvas: &mut Canvas<'_>, area: Rect, model: &Model) {
    let list = model.list();
    let (shown, all) = (thousands(list.len() as u64), thousands(list.total() as u64));
    let count = format!("{}{shown} of {all}", about(canvas, model));
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
            cell(canvas, (area.x + MARK, y), place, row, model, today);
        }
        if Some(row.row) == list.selected() {
            canvas.choose(area.x, y, area.width, model.focus() == Pane::List);
        }
    }
}

fn cell(canvas: &mut Canvas<'_>, (left, y): (u16, u16), place: &Fitted, row: &IssueRow, model: &Model, today: Date) {
    let x = left + place.x;
    let (text, role) = content(canvas, place, row, model, today);
    let right = matches!(place.column, Column::Created | Column::Updated) || is_figure(place.column, row);
    if right {
        canvas.right(x, y, place.width, &text, role);
        return;
    }
    let end = canvas.role(x, y, place.width, &text, role);
    if place.column == Column::Key {
        canvas.link(x, y, end.saturating_sub(x), &row.url);
    }
    if matches!(place.column, Column::Summary | Column::Key) && !model.home.filter.is_empty() {
        hits(canvas, (x, y, place.width), &text, &model.home.filter);
    }
}

/// Whether a field's value is one to compare digit by digit.
fn is_figure(column: Column, row: &IssueRow) -> bool {
    let cell = column.field().and_then(|name| row.field(name));
    matches!(cell, Some(FieldCell::Number(_) | FieldCell::Instant(_)))
}

/// Lights up the words of the filter where they stand as typed.
fn hits(canvas: &mut Canvas<'_>, (x, y, cells): (u16, u16, u16), text: &str, filter: &str) {
    let shown = truncate(text, cells.into());
    let lower = shown.to_lowercase();
    if lower.len() != shown.len() {
        return;
    }
    let style = canvas.theme.style(Role::Match);
    for word in filter.split_whitespace().map(str::to_lowercase) {
        let Some(at) = lower.find(&word) else { continue };
        let (Some(before), Some(hit)) = (shown.get(..at), shown.get(at..at + word.len())) else {
            continue;
        };
        if let (Ok(start), Ok(wide)) = (u16::try_from(width(before)), u16::try_from(width(hit))) {
            canvas
                .buffer
                .set_style(Rect::new(x + start, y, wide.min(cells.saturating_sub(start)), 1), style);
        }
    }
}

fn content(canvas: &Canvas<'_>, place: &Fitted, row: &IssueRow, model: &Model, today: Date) -> (String, Role) {
    let clean = |text: &str| clean_line(text).into_owned();
    let optional = |text: &Option<String>| text.as_deref().map(clean).unwrap_or_default();
    match place.column {
        Column::Connection => (clean(row.alias.as_str()), Role::Muted),
        Column::Key => (clean(row.key.as_str()), Role::Text),
        Column::Type if place.width < 4 => (initial(row), Role::Muted),
        Column::Type => (clean(&row.issue_type), Role::Muted),
        Column::Priority => priority(canvas, row),
        Column::Status => (clean(&row.status), status_role(row.category)),
        Column::Summary => (clean(&row.summary), Role::Text),
        Column::Assignee => (optional(&row.assignee), Role::Text),
        Column::Reporter => (optional(&row.reporter), Role::Muted),
        Column::Project => (clean(&row.project), Role::Muted),
        Column::Labels => (
            row.labels
                .iter()
                .map(|label| clean(label))
                .collect::<Vec<_>>()
                .join(" "),
            Role::Tag,
        ),
        Column::Components => (
            row.components
                .iter()
                .map(|name| clean(name))
                .collect::<Vec<_>>()
                .join(", "),
            Role::Muted,
        ),
        Column::Tag => {
            let tags: Vec<String> = model.tags.of(row).into_iter().map(clean).collect();
            (tags.join(" "), Role::Tag)
        }
        Column::Parent => (optional(&row.parent), Role::Muted),
        Column::Resolution => (optional(&row.resolution), Role::Muted),
        Column::Created => (age(model.now, row.created), Role::Muted),
        Column::Updated => (age(model.now, row.updated), Role::Muted),
        Column::Due => due(row, place.width, today),
        Column::Field(name) => field(row.field(name), place.width, model, today),
    }
}

/// First letter of the type; small for sub-tasks.
fn initial(row: &IssueRow) -> String {
    let first = clean_line(&row.issue_type).chars().next().unwrap_or(' ');
    if row.subtask {
        first.to_lowercase().collect()
    } else {
        first.to_uppercase().collect()
    }
}

fn priority(canvas: &Canvas<'_>, row: &IssueRow) -> (String, Role) {
    let glyphs = &canvas.theme.glyphs.priorities;
    let level = match row.priority_rank {
        None if row.priority.is_none() => return (String::new(), Role::Muted),
        None => 2,
        Some((_, ..=1)) => 2,
        // With three levels or fewer only the clear shapes are used.
        Some((rank, count @ 2..=3)) => usize::try_from(rank * 4 / (count - 1)).unwrap_or(4).min(4),
        Some((rank, count)) => usize::try_from((rank * 4 + (count - 1) / 2) / (count - 1))
            .unwrap_or(4)
            .min(4),
    };
    let role = match level {
        0 => Role::Error,
        1 => Role::Warn,
        _ => Role::Muted,
    };
    (glyphs.get(level).copied().unwrap_or_default().to_owned(), role)
}

fn due(row: &IssueRow, cells: u16, today: Date) -> (String, Role) {
    let Some(date) = row.due else {
        return (String::new(), Role::Text);
    };
    let late = date < today && row.category != StatusCategory::Done;
    let role = if late { Role::Error } else { Role::Text };
    (day(date, cells, today), role)
}

fn day(date: Date, cells: u16, today: Date) -> String {
    match (cells >= 10, date.year() == today.year()) {
        (true, _) => date.strftime("%Y-%m-%d").to_string(),
        (false, true) => date.strftime("%-d %b").to_string(),
        (false, false) => date.strftime("%b %y").to_string(),
    }
}

/// What an issue has in a field of its site.
fn field(cell: Option<&FieldCell>, cells: u16, model: &Model, today: Date) -> (String, Role) {
    let text = match cell {
        None => String::new(),
        Some(FieldCell::Text(text) | FieldCell::Number(text)) => clean_line(text).into_owned(),
        Some(FieldCell::Day(date)) => day(*date, cells, today),
        Some(FieldCell::Instant(at)) => age(model.now, *at),
    };
    (text, Role::Text)
}

/// A face in the upper third of the list, its lines broken to the width.
fn draw_face(canvas: &mut Canvas<'_>, area: Rect, face: &faces::Face) {
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
