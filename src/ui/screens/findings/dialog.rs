//! Boxes about findings: what an issue would hold, and which issue to link to.

use ratatui::layout::Rect;

use crate::app::chrome::{buttons, picker_rows};
use crate::app::findings::dialog::{Create, Dialog, LinkBox};
use crate::app::model::Model;
use crate::app::page::status_role;
use crate::app::role::Role;
use crate::text::{clean_line, truncate, width};
use crate::ui::canvas::Canvas;
use crate::ui::overlays::{draw_buttons, heavy, search};

/// Draws a box.
pub(crate) fn draw(canvas: &mut Canvas<'_>, rect: Rect, dialog: &Dialog, model: &Model) {
    match dialog {
        Dialog::Create(create) => plan(canvas, rect, create),
        Dialog::Link(link) => issues(canvas, rect, link, model),
    }
}

fn plan(canvas: &mut Canvas<'_>, rect: Rect, create: &Create) {
    let area = heavy(canvas, rect, &create.title(), "");
    let [cancel, yes] = buttons(rect);
    let cells = area.width.saturating_sub(4);
    let lines = create.lines(cells.into());
    let rows = area.top()..cancel.y.saturating_sub(1);
    let hidden = lines.len().saturating_sub(rows.len());
    let scroll = create.scroll.min(hidden);
    for (y, line) in rows.clone().zip(lines.iter().skip(scroll)) {
        canvas.line(area.x + 2, y, cells, line);
    }
    if hidden > scroll {
        let room = cancel.x.saturating_sub(area.x + 4);
        let text = format!("{} more {}", hidden - scroll, canvas.theme.glyphs.falling);
        canvas.role(area.x + 2, cancel.y, room, &text, Role::Muted);
    }
    draw_buttons(canvas, [cancel, yes], "Create", create.on_yes);
}

fn issues(canvas: &mut Canvas<'_>, rect: Rect, link: &LinkBox, model: &Model) {
    let area = heavy(canvas, rect, &link.title, "key, URL or words");
    search(canvas, area, &link.input);
    let rows = picker_rows(rect);
    for (y, (index, item)) in (rows.top()..rows.bottom()).zip(link.items.iter().enumerate().skip(link.top)) {
        let status = item.status.as_ref();
        let note = status.map_or_else(String::new, |status| truncate(&clean_line(&status.name), 18));
        let note_cells = u16::try_from(width(&note)).unwrap_or(0);
        let cells = rows.width.saturating_sub(note_cells + 5);
        let several = model.snapshot.connections.len() > 1;
        let alias = if several {
            format!("{} ", clean_line(item.alias.as_str()))
        } else {
            String::new()
        };
        let x = canvas.role(rows.x + 2, y, cells, &alias, Role::Muted);
        let end = rows.x + 2 + cells;
        let x = canvas.role(x, y, end.saturating_sub(x), &clean_line(item.key.as_str()), Role::Link) + 2;
        canvas.role(x, y, end.saturating_sub(x), &clean_line(&item.summary), Role::Text);
        let role = status.map_or(Role::Muted, |status| status_role(status.category));
        canvas.right(rows.x, y, rows.width.saturating_sub(1), &note, role);
        if index == link.cursor && link.unknown().is_none() {
            canvas.choose(rows.x, y, rows.width, true);
        }
    }
    let (text, role) = remark(canvas, link, model);
    let y = area.bottom().saturating_sub(1);
    canvas.role(area.x + 2, y, area.width.saturating_sub(3), &text, role);
}

/// What there is to say under the issues.
fn remark(canvas: &Canvas<'_>, link: &LinkBox, model: &Model) -> (String, Role) {
    if link.is_verifying() {
        return (format!("{} asking Jira for it", canvas.spinner(model.now)), Role::Info);
    }
    if let Some(problem) = &link.problem {
        return (format!("{} {problem}", canvas.theme.glyphs.error), Role::Error);
    }
    if let Some(key) = link.unknown() {
        return (format!("{key} is not kept locally: enter asks Jira for it"), Role::Info);
    }
    if link.items.is_empty() && !link.input.text().trim().is_empty() && link.is_answered() {
        return (
            "no issue here matches · a key or an address asks Jira".to_owned(),
            Role::Muted,
        );
    }
    (String::new(), Role::Muted)
}
