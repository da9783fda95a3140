//! One cell of the list: what a column says of an issue, and in which role.

use jiff::civil::Date;

use crate::app::columns::Fitted;
use crate::app::model::Model;
use crate::app::page::status_role;
use crate::app::role::Role;
use crate::domain::{Column, FieldCell, IssueRow, StatusCategory};
use crate::text::{age, clean_line, truncate, width};
use crate::ui::canvas::Canvas;
use ratatui::layout::Rect;

/// Draws the cell of `row` in the column at `place`.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    (left, y): (u16, u16),
    place: &Fitted,
    row: &IssueRow,
    model: &Model,
    today: Date,
) {
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
