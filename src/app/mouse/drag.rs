//! Borders dragged with the mouse: they go where the pointer goes, as far as the panes allow.

use crossterm::event::MouseEventKind;
use ratatui::layout::Position;

use crate::app::action::Action;
use crate::app::event::Tone;
use crate::app::layout::{self, Border, Divider};
use crate::app::model::Model;

/// Cells between press and pointer from which somebody is trying to select text.
const SELECTS: u16 = 3;

/// What the left button holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Pointer {
    held: Option<Held>,
    /// How to select text was told before.
    told: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// A border, and the user's number when it was pressed.
    Border { border: Border, from: Position, by: i16 },
    /// Something that cannot be dragged.
    Text { from: Position },
}

/// The button went down. With a box over the screen nothing is held: it has no borders to drag.
pub(super) fn press(model: &mut Model, at: Position) {
    let regions = layout::regions(model.size, model);
    let border = layout::border_at(&regions, model, at).filter(|_| model.layers.is_empty());
    model.pointer.held = Some(match border {
        None => Held::Text { from: at },
        Some(border) => {
            settle(model, border.divider);
            let by = *model.panes.by(border.divider);
            Held::Border { border, from: at, by }
        }
    });
}

/// The pointer moves with the button down, or the button goes up.
pub(super) fn handle(model: &mut Model, kind: MouseEventKind, at: Position) {
    match (kind, model.pointer.held) {
        (MouseEventKind::Drag(_), Some(Held::Border { border, from, by })) => {
            let cells = if border.upright {
                distance(from.x, at.x)
            } else {
                distance(from.y, at.y)
            };
            *model.panes.by(border.divider) = border.divider.moved(by, cells);
            settle(model, border.divider);
        }
        (MouseEventKind::Drag(_), Some(Held::Text { from })) => {
            if from.x.abs_diff(at.x).max(from.y.abs_diff(at.y)) >= SELECTS {
                tell(model);
            }
        }
        _ => model.pointer.held = None,
    }
}

fn distance(from: u16, to: u16) -> i16 {
    let cells = i16::try_from(from.abs_diff(to)).unwrap_or(i16::MAX);
    if to < from { -cells } else { cells }
}

/// Forgets what the user's number asks for beyond what the panes allow: otherwise the border would
/// not move on the way back until that much was undone.
fn settle(model: &mut Model, divider: Divider) {
    let place = |model: &Model| {
        let regions = layout::regions(model.size, model);
        let mut borders = layout::borders(&regions, model).into_iter();
        borders.find(|border| border.divider == divider).map(|border| border.at)
    };
    let before = place(model);
    loop {
        let by = *model.panes.by(divider);
        if by == 0 {
            return;
        }
        *model.panes.by(divider) = by - by.signum();
        if place(model) != before {
            *model.panes.by(divider) = by;
            return;
        }
    }
}

/// Says once how text is selected; whoever drags over it wants to.
fn tell(model: &mut Model) {
    if std::mem::replace(&mut model.pointer.told, true) {
        return;
    }
    let key = model.keymap.hint(Action::Mouse);
    let text = match key {
        Some(key) => format!("to select text press {key}, which frees the mouse, or hold shift"),
        None => "to select text hold shift".to_owned(),
    };
    model.say(Tone::Plain, text);
}

#[cfg(test)]
mod tests;
