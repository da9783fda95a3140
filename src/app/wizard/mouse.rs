//! The mouse while the wizard is open: a click chooses, presses or goes to a field; the wheel scrolls.

use ratatui::layout::Position;

use super::input::{choose, press};
use super::{Item, go};
use crate::app::event::Effect;
use crate::app::model::Model;

/// Takes a click. One beside the box does nothing: answers are not lost that easily.
pub(crate) fn click(model: &mut Model, at: Position, out: &mut Vec<Effect>) {
    let body = super::body(model.size);
    let (ascii, now) = (model.look.ascii, model.now);
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    if !body.contains(at) {
        return;
    }
    let sheet = wizard.sheet(body.width, ascii, now);
    let row = sheet.rows.get(usize::from(at.y - body.y) + wizard.scroll);
    // The mark of the focus has the first two cells.
    let x = (at.x - body.x).saturating_sub(2);
    let hit = row.and_then(|row| row.spots.iter().find(|spot| (spot.x..spot.x + spot.cells).contains(&x)));
    let Some(item) = hit.map(|spot| spot.item.clone()) else {
        return;
    };
    wizard.focus = Some(item.clone());
    match item {
        Item::Button(button) => press(model, button, out),
        Item::Kind(_) | Item::Access(_) => {
            choose(model);
            go::forward(model, out);
        }
        Item::Resume(_) | Item::Site(_) => go::forward(model, out),
        _ => {
            choose(model);
        }
    }
}

/// Scrolls.
pub(crate) fn wheel(model: &mut Model, rows: isize) {
    if let Some(wizard) = &mut model.connecting.wizard {
        wizard.scroll = wizard.scroll.saturating_add_signed(rows);
    }
}
