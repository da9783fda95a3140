//! The JQL bar over the list: the query shown or typed, what the parser says of it, and what could
//! stand at the cursor.

use ratatui::layout::Rect;

use crate::app::action::Action;
use crate::app::completion::{self, Completing};
use crate::app::layout::{ListParts, inner};
use crate::app::line_edit::LineEdit;
use crate::app::model::{EntryKind, Model};
use crate::app::role::Role;
use crate::text::{clean_line, truncate, width};
use crate::ui::canvas::{Canvas, Frame};

/// The JQL: shown, or edited with the parser's verdict under it.
pub(super) fn draw(canvas: &mut Canvas<'_>, parts: &ListParts, model: &Model) {
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
            canvas.underline((x, y, cells), edit, error.span);
            let message = format!("{} {}", canvas.theme.glyphs.error, clean_line(&error.to_string()));
            canvas.role(x, verdict.y, cells, &message, Role::Error);
        }
    }
}

/// What could stand at the cursor, under the place where it would.
pub(super) fn completions(canvas: &mut Canvas<'_>, pane: Rect, verdict: Rect, completing: &Completing, model: &Model) {
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
