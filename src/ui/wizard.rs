//! The wizard and the boxes about connections, as cells.
//!
//! Must never be in here: what they say or do; a secret's characters.

use ratatui::layout::Rect;

use super::canvas::{Canvas, Frame, skip_cells};
use crate::app::Tone;
use crate::app::layout::inner;
use crate::app::model::Model;
use crate::app::role::{Line, Role};
use crate::app::wizard::dialog::{BUTTONS, Dialog, buttons};
use crate::app::wizard::{Asked, Input, Item, Wizard, body, rect};
use crate::text::{clean_line, width};

/// Draws the wizard, if it is open.
pub(crate) fn draw(canvas: &mut Canvas<'_>, model: &Model) {
    let Some(wizard) = &model.connecting.wizard else { return };
    let (rect, body) = (rect(model.size()), body(model.size()));
    canvas.clear(rect);
    canvas.cursor = None;
    let sheet = wizard.sheet(body.width, canvas.theme.is_ascii(), model.now);
    let hidden = sheet
        .rows
        .len()
        .saturating_sub(wizard.scroll + usize::from(body.height));
    let title = match &wizard.editing {
        Some(alias) => format!("Connection {}", clean_line(alias.as_str())),
        None => "New connection".to_owned(),
    };
    let (steps, now) = wizard.steps();
    canvas.frame(
        rect,
        &Frame {
            title: &title,
            right: &format!("step {} of {}", now + 1, steps.len()),
            below: if hidden > 0 { "↓ pgdn for more" } else { "" },
            focused: true,
        },
    );
    steps_line(canvas, rect, &steps, now);
    let rows = sheet.rows.iter().skip(wizard.scroll);
    for (y, row) in (body.top()..body.bottom()).zip(rows) {
        canvas.line(body.x + 2, y, body.width.saturating_sub(3), &row.line);
        let has_focus = |item: &Item| wizard.focus.as_ref() == Some(item);
        for spot in row.spots.iter().filter(|spot| has_focus(&spot.item)) {
            if matches!(spot.item, Item::Button(_)) {
                let place = Rect::new(body.x + 2 + spot.x, y, spot.cells, 1);
                canvas.buffer.set_style(place, canvas.theme.chosen(true));
                canvas.role(body.x + spot.x, y, 1, canvas.theme.glyphs.mark, Role::Focus);
            } else {
                canvas.role(body.x, y, 1, canvas.theme.glyphs.mark, Role::Focus);
            }
        }
        if let Some((input, x, cells)) = row.input {
            field(canvas, wizard, input, (body.x + 2 + x, y, cells));
        }
    }
    said(canvas, rect, model, wizard);
}

/// `✓ Kind  ▸ 2 Site  · 3 Credentials`; numbers alone where words do not fit.
fn steps_line(canvas: &mut Canvas<'_>, rect: Rect, steps: &[&str], now: usize) {
    let room = usize::from(rect.width.saturating_sub(6));
    let line = |words: bool| {
        let mut line = Line::default();
        for (at, step) in steps.iter().enumerate() {
            let sign = match at.cmp(&now) {
                std::cmp::Ordering::Less => canvas.theme.glyphs.ok,
                std::cmp::Ordering::Equal => "▸",
                std::cmp::Ordering::Greater => "·",
            };
            let role = match at.cmp(&now) {
                std::cmp::Ordering::Less => Role::Ok,
                std::cmp::Ordering::Equal => Role::Focus,
                std::cmp::Ordering::Greater => Role::Muted,
            };
            let text = if words || at == now {
                format!("{sign} {} {step}  ", at + 1)
            } else {
                format!("{sign} {}  ", at + 1)
            };
            line = if at == now {
                line.bold(text, role)
            } else {
                line.with(text, role)
            };
        }
        line
    };
    let cells = |line: &Line| -> usize { line.0.iter().map(|piece| width(&piece.text)).sum() };
    let mut shown = line(true);
    if cells(&shown) > room + 2 {
        shown = line(false);
    }
    canvas.line(rect.x + 3, rect.y + 1, rect.width.saturating_sub(4), &shown);
}

/// A field: between brackets, so that it shows where it ends without any colour.
fn field(canvas: &mut Canvas<'_>, wizard: &Wizard, input: Input, (x, y, cells): (u16, u16, u16)) {
    let focused = match input {
        Input::Field(field) => wizard.focus == Some(Item::Field(field)),
        Input::Secret => wizard.focus == Some(Item::Secret),
    };
    let edge = if focused { Role::Focus } else { Role::Muted };
    canvas.role(x, y, 1, "[", edge);
    canvas.role(x + cells.saturating_sub(1), y, 1, "]", edge);
    let (x, cells) = (x + 1, cells.saturating_sub(2));
    match input {
        Input::Secret => {
            let dots = wizard.values.secret.dots(cells.into());
            if focused {
                canvas.input(x, y, cells, &dots, &dots, Role::Text);
            } else {
                canvas.role(x, y, cells, &dots, Role::Text);
            }
        }
        Input::Field(field) => {
            let Some(edit) = wizard.values.edit(field) else { return };
            let text = clean_line(edit.text());
            if focused {
                let before = clean_line(edit.before_cursor());
                canvas.input(x, y, cells, &text, &before, Role::Text);
            } else {
                canvas.role(x, y, cells, skip_cells(&text, 0), Role::Text);
            }
        }
    }
}

/// The line at the bottom of the box: what was said, or what is waited for.
fn said(canvas: &mut Canvas<'_>, rect: Rect, model: &Model, wizard: &Wizard) {
    let waits = wizard.writing.is_waiting()
        || wizard.grant.is_landing()
        || wizard.key.is_waiting()
        || matches!(wizard.probe(), Asked::Waiting(_));
    let (text, role) = match &wizard.said {
        Some((tone, text)) => (
            text.clone(),
            match tone {
                Tone::Good => Role::Ok,
                Tone::Plain => Role::Info,
                Tone::Bad => Role::Warn,
            },
        ),
        None if waits => ("one moment".to_owned(), Role::Info),
        None => return,
    };
    let sign = if waits {
        canvas.spinner(model.now)
    } else {
        canvas.theme.glyphs.live
    };
    let text = format!("{sign} {}", clean_line(&text));
    canvas.role(
        rect.x + 3,
        rect.bottom().saturating_sub(2),
        rect.width.saturating_sub(5),
        &text,
        role,
    );
}

/// Draws a box about one connection.
pub(crate) fn dialog(canvas: &mut Canvas<'_>, rect: Rect, dialog: &Dialog) {
    canvas.frame(
        rect,
        &Frame {
            title: &dialog.title(),
            focused: true,
            ..Frame::default()
        },
    );
    let area = inner(rect);
    let cells = area.width.saturating_sub(4);
    let lines = dialog.lines(cells.into());
    let room = area.height.saturating_sub(2);
    let scroll = match dialog {
        Dialog::Remove { scroll, .. } => (*scroll).min(lines.len().saturating_sub(room.into())),
        Dialog::Rename { .. } => 0,
    };
    for (y, line) in (area.top()..area.top() + room).zip(lines.iter().skip(scroll)) {
        canvas.line(area.x + 2, y, cells, line);
    }
    match dialog {
        Dialog::Rename { edit, .. } => {
            let y = area.y + 2;
            canvas.role(area.x + 2, y, 1, "[", Role::Focus);
            canvas.role(area.x + 1 + cells, y, 1, "]", Role::Focus);
            let (text, before) = (clean_line(edit.text()), clean_line(edit.before_cursor()));
            canvas.input(area.x + 3, y, cells.saturating_sub(2), &text, &before, Role::Text);
            if let Some(flaw) = dialog.flaw() {
                let text = format!("{} {flaw}", canvas.theme.glyphs.error);
                canvas.role(area.x + 2, y + 1, cells, &text, Role::Error);
            }
        }
        Dialog::Remove { sure, .. } => {
            for (at, (place, label)) in buttons(rect).into_iter().zip(BUTTONS).enumerate() {
                canvas.role(place.x, place.y, place.width, label, Role::Key);
                if (at == 1) == *sure {
                    canvas.buffer.set_style(place, canvas.theme.chosen(true));
                    canvas.role(place.x - 1, place.y, 1, canvas.theme.glyphs.mark, Role::Focus);
                }
            }
        }
    }
}
