//! The payload of a finding in a dry run, in a box of its own: the pane below shows its beginning only.
//!
//! Must never be in here: what is in a payload.

use crossterm::event::KeyCode;

use super::boxes::{self, Ask};
use super::choose;
use super::editor::{Editor, Row};
use crate::app::chord::Chord;
use crate::app::event::DryRow;
use crate::app::layout::inner;
use crate::app::list::Motion;
use crate::app::model::Model;
use crate::text::{clean_line, wrap};

/// The chosen row of the dry run.
pub(crate) fn row(editor: &Editor) -> Option<&DryRow> {
    match editor.current() {
        Some(Row::Dry(at)) => editor.run.got().and_then(|run| run.rows.get(at)),
        _ => None,
    }
}

/// The payload in lines of that many cells.
pub(crate) fn lines(row: &DryRow, cells: usize) -> Vec<String> {
    let lines = row.payload.lines();
    lines.flat_map(|line| wrap(&clean_line(line), cells)).collect()
}

/// Gives a key to the box.
pub(super) fn key(model: &mut Model, chord: Chord) {
    let motion = match chord.parts().0 {
        KeyCode::Up | KeyCode::Char('k') => Motion::Rows(-1),
        KeyCode::Down | KeyCode::Char('j') => Motion::Rows(1),
        KeyCode::PageUp => Motion::Page(-1),
        KeyCode::PageDown | KeyCode::Char(' ') => Motion::Page(1),
        KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q') => {
            if let Some(editor) = &mut model.mapping.editor {
                choose::cancel(editor);
            }
            return;
        }
        _ => return,
    };
    scroll(model, motion);
}

/// Scrolls as far as there is something to see.
pub(super) fn scroll(model: &mut Model, motion: Motion) {
    let size = model.size;
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    let area = inner(boxes::rect(size, editor, &Ask::Payload(0)));
    let cells = usize::from(area.width).saturating_sub(4);
    let len = row(editor).map_or(0, |row| lines(row, cells).len());
    let height = usize::from(area.height);
    if let Some(Ask::Payload(top)) = editor.boxes.last_mut() {
        *top = motion.target(*top, len, height).min(len.saturating_sub(height));
    }
}
