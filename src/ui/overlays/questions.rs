//! Boxes that ask: for one line of text, and before something is written or removed.

use ratatui::layout::Rect;

use super::heavy;
use crate::app::ChangeKind;
use crate::app::chrome::buttons;
use crate::app::model::Model;
use crate::app::overlay::{confirm::Confirm, prompt::Prompt};
use crate::app::role::Role;
use crate::text::{clean_line, truncate, wrap};
use crate::ui::canvas::Canvas;

/// The text, with what keeps it from being taken under it.
pub(super) fn prompt(canvas: &mut Canvas<'_>, rect: Rect, prompt: &Prompt, model: &Model) {
    let area = heavy(canvas, rect, &prompt.title, "");
    let x = canvas.role(area.x + 2, area.y + 1, 2, "> ", Role::Key);
    let edit = &prompt.input;
    canvas.input(
        x,
        area.y + 1,
        area.right().saturating_sub(x + 1),
        &clean_line(edit.text()),
        &clean_line(edit.before_cursor()),
        Role::Text,
    );
    if let Some(complaint) = prompt.complaint(model) {
        let text = format!("{} {complaint}", canvas.theme.glyphs.error);
        let y = area.bottom().saturating_sub(1);
        canvas.role(area.x + 2, y, area.width.saturating_sub(3), &text, Role::Error);
    }
}

/// What would change, and the two buttons.
pub(super) fn confirm(canvas: &mut Canvas<'_>, rect: Rect, confirm: &Confirm) {
    let area = heavy(canvas, rect, &confirm.title, "");
    let cells = area.width.saturating_sub(4);
    let [cancel, yes] = buttons(rect);
    let mut y = area.y;
    let most = if confirm.lines.is_empty() { 4 } else { 2 };
    for line in wrap(&clean_line(&confirm.text), cells.into()).into_iter().take(most) {
        canvas.role(area.x + 2, y, cells, &line, Role::Text);
        y += 1;
    }
    let rows = y + 1..cancel.y.saturating_sub(1);
    let hidden = confirm.lines.len().saturating_sub(rows.len());
    let scroll = confirm.scroll.min(hidden);
    for (y, line) in rows.zip(confirm.lines.iter().skip(scroll)) {
        let (mark, text, role) = match line {
            None => (canvas.theme.glyphs.more, String::new(), Role::Muted),
            Some(line) => {
                let (mark, role) = match line.kind {
                    ChangeKind::Kept => (" ", Role::Muted),
                    ChangeKind::Added => ("+", Role::Ok),
                    ChangeKind::Removed => ("-", Role::Error),
                };
                (mark, clean_line(&line.text).into_owned(), role)
            }
        };
        canvas.role(area.x + 2, y, cells, &format!("{mark} {text}"), role);
    }
    if hidden > 0 {
        let text = format!("{} of {} lines", confirm.lines.len() - hidden, confirm.lines.len());
        let room = cancel.x.saturating_sub(area.x + 4);
        canvas.role(area.x + 2, cancel.y, room, &truncate(&text, room.into()), Role::Muted);
    }
    draw_buttons(canvas, [cancel, yes], confirm.yes, confirm.on_yes);
}

/// Cancel, and the button that does it.
pub(crate) fn draw_buttons(canvas: &mut Canvas<'_>, [cancel, yes]: [Rect; 2], word: &str, on_yes: bool) {
    for (button, word, chosen) in [(cancel, "Cancel", !on_yes), (yes, word, on_yes)] {
        canvas.role(button.x, button.y, button.width, &format!(" [ {word} ]"), Role::Key);
        if chosen {
            canvas.choose(button.x, button.y, button.width, true);
        }
    }
}
