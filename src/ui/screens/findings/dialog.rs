//! Boxes about findings: what an issue would hold, and which issue to link to.

use ratatui::layout::Rect;

use crate::app::chrome::{buttons, picker_rows, plan_rows};
use crate::app::findings::dialog::Dialog;
use crate::app::findings::dialog::create::Create;
use crate::app::findings::dialog::link::{LinkBox, Next};
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
    let shown = plan_rows(rect);
    let (cells, rows) = (shown.width, shown.top()..shown.bottom());
    let lines = create.lines(cells.into());
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
    let next = link.next(model);
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
        if index == link.cursor && next == Next::Link {
            canvas.choose(rows.x, y, rows.width, true);
        }
    }
    let (text, role) = remark(canvas, link, &next, model);
    let y = area.bottom().saturating_sub(1);
    canvas.role(area.x + 2, y, area.width.saturating_sub(3), &text, role);
}

/// What there is to say under the issues: above all what Enter would do, where it is not to link.
fn remark(canvas: &Canvas<'_>, link: &LinkBox, next: &Next, model: &Model) -> (String, Role) {
    if link.is_asking() {
        return (format!("{} asking Jira", canvas.spinner(model.now)), Role::Info);
    }
    if let Some(problem) = &link.problem {
        return (format!("{} {problem}", canvas.theme.glyphs.error), Role::Error);
    }
    match next {
        Next::Ask(key) => (format!("{key} is not kept locally: enter asks Jira for it"), Role::Info),
        Next::Search => (
            "no issue here has these words: enter searches the sites".to_owned(),
            Role::Info,
        ),
        Next::Elsewhere(address) => (
            format!("{} no connection leads to {address}", canvas.theme.glyphs.error),
            Role::Error,
        ),
        Next::Nothing => ("no such issue, here or on the sites".to_owned(), Role::Muted),
        Next::Link | Next::Wait => (String::new(), Role::Muted),
    }
}
