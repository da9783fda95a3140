//! Boxes over the editor: a line to type, a list to pick from, a value map, a question.
//!
//! Must never be in here: what a choice changes (`choose`), or a question that a repeated key confirms.

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::layout::{Position, Rect, Size};

use super::choose;
use super::editor::Editor;
use super::line::{self, LineBox};
use super::payload;
use super::pick::Pick;
use super::present;
use super::words::{self, Words};
use crate::app::chord::Chord;
use crate::app::event::{Effect, MappingQuestion};
use crate::app::layout::inner;
use crate::app::list::Motion;
use crate::app::model::Model;
use crate::app::overlay::help;
use crate::text::width;

/// A box; the topmost one has the keys.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    Line(LineBox),
    Pick(Pick),
    Words(Words),
    /// The payload of the chosen finding, from this line on.
    Payload(usize),
    /// Changes would be lost; which button is chosen.
    Leave(usize),
    /// The file has another mapping by now; which button is chosen.
    Reload(usize),
}

impl Ask {
    pub(super) fn spins(&self) -> bool {
        matches!(self, Self::Pick(pick) if pick.typed.is_some() || pick.found.is_waiting())
    }
}

/// Gives a key to the topmost box.
pub(crate) fn key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let (code, _) = chord.parts();
    if code == KeyCode::F(1) {
        return help::open(model);
    }
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    match editor.boxes.last() {
        Some(Ask::Line(_)) => line_key(model, chord, out),
        Some(Ask::Pick(_)) => pick_key(model, chord),
        Some(Ask::Words(_)) => words::key(editor, chord),
        Some(Ask::Payload(_)) => payload::key(model, chord),
        Some(Ask::Leave(_) | Ask::Reload(_)) => question_key(model, chord, out),
        None => {}
    }
}

fn line_key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let now = model.now;
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    let Some(Ask::Line(line)) = editor.boxes.last_mut() else {
        return;
    };
    let (code, mods) = chord.parts();
    match (code, mods) {
        (KeyCode::Esc, _) => choose::cancel(editor),
        (KeyCode::F(4), _) => line.to_editor(out),
        (KeyCode::Tab, _) => line.complete(),
        (KeyCode::Down, _) => line.go(1),
        (KeyCode::Up, _) => line.go(-1),
        (KeyCode::Enter, _) if line.picked.is_some() => line.complete(),
        (KeyCode::Enter, _) | (KeyCode::Char('s'), KeyModifiers::CONTROL) => choose::typed(editor, now),
        _ => {
            if line.edit.key(chord) {
                line.picked = None;
                line.refused = false;
            }
        }
    }
}

fn pick_key(model: &mut Model, chord: Chord) {
    let now = model.now;
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    let Some(Ask::Pick(pick)) = editor.boxes.last() else {
        return;
    };
    let rows = pick.listing(editor).rows;
    let Some(Ask::Pick(pick)) = editor.boxes.last_mut() else {
        return;
    };
    let (code, mods) = chord.parts();
    let current = rows.get(pick.cursor);
    if code != KeyCode::Enter {
        pick.placed = true;
    }
    match (code, mods) {
        (KeyCode::Up | KeyCode::BackTab, _) => pick.go(Motion::Rows(-1), rows.len()),
        (KeyCode::Down | KeyCode::Tab, _) => pick.go(Motion::Rows(1), rows.len()),
        (KeyCode::PageUp, _) => pick.go(Motion::Page(-1), rows.len()),
        (KeyCode::PageDown, _) => pick.go(Motion::Page(1), rows.len()),
        (KeyCode::Esc, _) => choose::cancel(editor),
        // What was typed found nothing, or not yet: it must not be lost without a word.
        (KeyCode::Enter, _) if current.is_none() && !pick.input.text().is_empty() => {}
        (KeyCode::Enter, _) => {
            present::remember(editor, current);
            choose::picked(editor, current.map(|row| row.key.clone()));
        }
        (KeyCode::F(5), _) => choose::ask_again(editor),
        (KeyCode::Char(' '), _) if pick.chosen.is_some() => {
            present::remember(editor, current);
            if let Some(key) = current.map(|row| row.key.clone()) {
                toggle(editor, key);
            }
        }
        _ => {
            if pick.input.key(chord) {
                filtered(pick, now);
            }
        }
    }
}

/// Chooses one of several, or no longer.
fn toggle(editor: &mut Editor, key: String) {
    let Some(Ask::Pick(pick)) = editor.boxes.last_mut() else {
        return;
    };
    let Some(chosen) = &mut pick.chosen else { return };
    match chosen.iter().position(|known| *known == key) {
        Some(index) => drop(chosen.remove(index)),
        None => chosen.push(key),
    }
}

fn filtered(pick: &mut Pick, now: jiff::Timestamp) {
    pick.cursor = 0;
    pick.top = 0;
    pick.typed = Some(now);
    pick.placed = true;
}

fn question_key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    let Some(count) = editor
        .boxes
        .last()
        .and_then(|ask| question(editor, ask))
        .map(|asked| asked.1.len())
    else {
        return;
    };
    let Some(Ask::Leave(button) | Ask::Reload(button)) = editor.boxes.last_mut() else {
        return;
    };
    match chord.parts().0 {
        KeyCode::Tab | KeyCode::Right | KeyCode::Char('l') => *button = (*button + 1) % count,
        KeyCode::BackTab | KeyCode::Left | KeyCode::Char('h') => *button = (*button + count - 1) % count,
        KeyCode::Char('y') => answered(model, 1, out),
        KeyCode::Enter => {
            let button = *button;
            answered(model, button, out);
        }
        KeyCode::Esc | KeyCode::Char('n' | 'q') => answered(model, 0, out),
        _ => {}
    }
}

/// Closes a question with one of its buttons.
pub(crate) fn answered(model: &mut Model, button: usize, out: &mut Vec<Effect>) {
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    let name = editor.base.as_ref().map(|base| base.name.clone());
    match (editor.boxes.pop(), button) {
        (Some(Ask::Leave(_)), 1) => super::close(model),
        (Some(Ask::Reload(_)), 1) => super::open(model, name, super::Opening::Edit, out),
        (Some(Ask::Reload(_)), 2) => {
            let ticket = model.requests.ticket();
            editor.rebase = Some(ticket);
            out.push(Effect::Mapping(ticket, Box::new(MappingQuestion::Opened(name))));
        }
        _ => {}
    }
}

/// Gives pasted text to the topmost box. It never submits.
pub(crate) fn paste(model: &mut Model, text: &str) {
    let now = model.now;
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    match editor.boxes.last_mut() {
        Some(Ask::Line(_)) => {
            let Some(Ask::Line(mut line)) = editor.boxes.pop() else {
                return;
            };
            line.paste(text, editor);
            editor.boxes.push(Ask::Line(line));
        }
        Some(Ask::Pick(pick)) => {
            pick.input.paste(text);
            filtered(pick, now);
        }
        _ => {}
    }
}

/// What stands over a question, and its buttons: the first loses nothing.
pub(crate) fn question(editor: &Editor, ask: &Ask) -> Option<(String, &'static [&'static str], usize)> {
    match ask {
        Ask::Leave(button) => {
            let count = editor.unsaved();
            let changes = if count == 1 { "1 change is" } else { "changes are" };
            let text = format!("The {changes} not written. w writes; leaving loses what was done here.");
            Some((text, &["[ Stay ]", "[ Leave ]"], *button))
        }
        Ask::Reload(button) => {
            let text = "The config has another version of this mapping than the one opened here; nothing was \
                        written. Reloading takes that version and loses what was done here; keeping this one \
                        shows what it changes in the file, and then writes over it.";
            Some((
                text.to_owned(),
                &["[ Stay ]", "[ Reload ]", "[ Keep this one ]"],
                *button,
            ))
        }
        _ => None,
    }
}

/// Where a box lies.
pub(crate) fn rect(size: Size, editor: &Editor, ask: &Ask) -> Rect {
    let (wide, high) = match ask {
        Ask::Line(line) => (78, 5 + if line.is_template() { line::COMPLETIONS + 1 } else { 0 }),
        Ask::Pick(pick) => (64, pick.height(editor) + 5),
        Ask::Words(words) => (66, words.rows(editor).len().min(words::ROWS) + 2),
        Ask::Payload(_) => (usize::from(u16::MAX), usize::from(u16::MAX)),
        Ask::Leave(_) | Ask::Reload(_) => (70, 8),
    };
    let wide = u16::try_from(wide)
        .unwrap_or(u16::MAX)
        .min(size.width.saturating_sub(4));
    let high = u16::try_from(high)
        .unwrap_or(u16::MAX)
        .min(size.height.saturating_sub(5));
    let (x, y) = ((size.width - wide) / 2, (size.height.saturating_sub(high + 2)) / 3);
    Rect::new(x, y.max(2), wide, high)
}

/// The rows of a list: under its line and a line of air, above what is said of it.
pub(crate) fn rows(rect: Rect) -> Rect {
    let area = inner(rect);
    Rect::new(area.x, area.y + 2, area.width, area.height.saturating_sub(3))
}

/// Where the buttons of a question are.
pub(crate) fn buttons(rect: Rect, labels: &[&'static str]) -> Vec<Rect> {
    let area = inner(rect);
    let mut x = area.x + 2;
    let button = |label: &&str| {
        let cells = u16::try_from(width(label)).unwrap_or(0);
        let button = Rect::new(x, area.bottom().saturating_sub(1), cells, 1);
        x += cells + 2;
        button
    };
    labels.iter().map(button).collect()
}

/// Takes a click into the topmost box; one beside it does nothing.
pub(crate) fn click(model: &mut Model, at: Position, out: &mut Vec<Effect>) {
    let size = model.size;
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    let Some(ask) = editor.boxes.last() else { return };
    let rect = rect(size, editor, ask);
    if let Some((_, labels, _)) = question(editor, ask) {
        let hit = buttons(rect, labels).iter().position(|button| button.contains(at));
        if let Some(button) = hit {
            answered(model, button, out);
        }
        return;
    }
    let list = rows(rect);
    match ask {
        Ask::Pick(pick) if list.contains(at) => {
            let index = usize::from(at.y - list.y) + pick.top;
            let shown = pick.listing(editor).rows;
            let Some(key) = shown.get(index).map(|row| row.key.clone()) else {
                return;
            };
            let several = pick.chosen.is_some();
            present::remember(editor, shown.get(index));
            if let Some(Ask::Pick(pick)) = editor.boxes.last_mut() {
                pick.cursor = index;
            }
            if several {
                toggle(editor, key);
            } else {
                choose::picked(editor, Some(key));
            }
        }
        Ask::Words(words) if inner(rect).contains(at) => {
            let index = usize::from(at.y - inner(rect).y) + words.top;
            if index >= words.rows(editor).len() {
                return;
            }
            let again = words.cursor == index;
            if let Some(Ask::Words(words)) = editor.boxes.last_mut() {
                words.cursor = index;
            }
            // As in the tables, a second click opens.
            if again {
                words::open(editor);
            }
        }
        _ => {}
    }
}

/// Scrolls the topmost box.
pub(crate) fn wheel(model: &mut Model, rows: isize) {
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    match editor.boxes.last() {
        Some(Ask::Pick(pick)) => {
            let len = pick.listing(editor).rows.len();
            if let Some(Ask::Pick(pick)) = editor.boxes.last_mut() {
                pick.go(Motion::Rows(rows.signum()), len);
            }
        }
        Some(Ask::Payload(_)) => payload::scroll(model, Motion::Rows(rows.signum())),
        Some(Ask::Words(words)) => {
            let len = words.rows(editor).len();
            words::go(editor, Motion::Rows(rows.signum()), len);
        }
        _ => {}
    }
}

/// Keys that matter for the topmost box.
pub(crate) fn hints(model: &Model) -> Vec<(&'static str, &'static str)> {
    let ask = model.mapping.editor.as_ref().and_then(|editor| editor.boxes.last());
    match ask {
        Some(Ask::Line(line)) if line.is_template() => {
            vec![
                ("enter", "take"),
                ("tab", "complete"),
                ("↑ ↓", "choose"),
                ("F4", "$EDITOR"),
                ("esc", "cancel"),
            ]
        }
        Some(Ask::Line(_)) => vec![("enter", "take"), ("ctrl-u", "clear"), ("esc", "cancel")],
        Some(Ask::Pick(pick)) if pick.chosen.is_some() => {
            vec![
                ("type", "to filter"),
                ("space", "on/off"),
                ("enter", "done"),
                ("esc", "cancel"),
            ]
        }
        Some(Ask::Pick(_)) => vec![
            ("type", "to filter"),
            ("↑ ↓", "choose"),
            ("enter", "take"),
            ("esc", "cancel"),
        ],
        Some(Ask::Words(_)) => {
            vec![
                ("enter", "value"),
                ("x", "clear"),
                ("n", "other word"),
                ("u", "undo"),
                ("esc", "done"),
            ]
        }
        Some(Ask::Payload(_)) => vec![("↑ ↓", "scroll"), ("esc", "close")],
        Some(Ask::Leave(_) | Ask::Reload(_)) => vec![("tab", "other button"), ("enter", "press"), ("esc", "stay")],
        None => Vec::new(),
    }
}
