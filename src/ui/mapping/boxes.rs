//! The boxes of the mapping editor as cells.

use ratatui::layout::Rect;

use crate::app::layout::inner;
use crate::app::mapping::boxes::{self, Ask};
use crate::app::mapping::editor::Editor;
use crate::app::mapping::line::{COMPLETIONS, LineBox};
use crate::app::mapping::payload;
use crate::app::mapping::pick::Pick;
use crate::app::mapping::words::{WordRow, Words};
use crate::app::model::Model;
use crate::app::role::Role;
use crate::text::{clean_line, width, wrap};
use crate::ui::canvas::{Canvas, Frame};

/// Draws every box, the topmost last.
pub(crate) fn draw(canvas: &mut Canvas<'_>, model: &Model, editor: &Editor) {
    for ask in &editor.boxes {
        let rect = boxes::rect(model.size(), editor, ask);
        canvas.clear(rect);
        canvas.cursor = None;
        match ask {
            Ask::Line(line) => typing(canvas, rect, model, editor, line),
            Ask::Pick(pick) => picking(canvas, rect, model, editor, pick),
            Ask::Words(words) => mapping(canvas, rect, editor, words),
            Ask::Payload(top) => payload(canvas, rect, editor, *top),
            Ask::Leave(_) | Ask::Reload(_) => asking(canvas, rect, editor, ask),
        }
    }
}

fn heavy(canvas: &mut Canvas<'_>, rect: Rect, title: &str, right: &str) -> Rect {
    let frame = Frame {
        title,
        right,
        below: "",
        focused: true,
    };
    canvas.frame(rect, &frame);
    inner(rect)
}

/// What would be sent for the chosen finding, all of it.
fn payload(canvas: &mut Canvas<'_>, rect: Rect, editor: &Editor, top: usize) {
    let Some(row) = payload::row(editor) else { return };
    let cells = usize::from(rect.width).saturating_sub(6);
    let lines = payload::lines(row, cells);
    let below = lines
        .len()
        .saturating_sub(top + usize::from(rect.height.saturating_sub(2)));
    let more = if below > 0 {
        format!("{below} more ↓")
    } else {
        String::new()
    };
    let title = format!("Payload · {}", clean_line(&row.finding));
    let area = heavy(canvas, rect, &title, &more);
    if lines.is_empty() {
        let why = clean_line(&row.why);
        canvas.role(area.x + 2, area.y, area.width.saturating_sub(3), &why, Role::Info);
    }
    for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(top)) {
        canvas.role(area.x + 2, y, area.width.saturating_sub(3), line, Role::Code);
    }
}

fn typing(canvas: &mut Canvas<'_>, rect: Rect, model: &Model, editor: &Editor, line: &LineBox) {
    let area = heavy(canvas, rect, &line.title, "");
    let (text, before) = line.shown();
    let cells = area.width.saturating_sub(5);
    canvas.role(area.x + 2, area.y, 2, "> ", Role::Key);
    canvas.input(area.x + 4, area.y, cells, &text, &before, Role::Text);
    let cursor = canvas.cursor;
    if let Some(wrong) = line.wrong_at() {
        canvas.underline((area.x + 4, area.y, cells), &line.edit, wrong);
    }
    let (said, role) = match line.verdict(editor, model.now) {
        Ok(text) => (text, Role::Ok),
        Err(_) if line.edit.text().is_empty() && !line.refused => (line.form(editor), Role::Muted),
        Err(flaw) => (format!("{} {flaw}", canvas.theme.glyphs.error), Role::Error),
    };
    let room = usize::from(area.width).saturating_sub(5);
    for (y, text) in (area.y + 1..).zip(wrap(&clean_line(&said), room).into_iter().take(2)) {
        canvas.role(area.x + 4, y, area.width.saturating_sub(5), &text, role);
    }
    let (_, found) = line.completions();
    for (at, (y, one)) in (area.y + 3..area.bottom())
        .zip(found.iter().take(COMPLETIONS))
        .enumerate()
    {
        let end = canvas.role(area.x + 4, y, 26, &one.text, Role::Match);
        canvas.role(end + 2, y, area.right().saturating_sub(end + 3), one.help, Role::Muted);
        if line.picked == Some(at) {
            canvas.choose(area.x + 2, y, area.width.saturating_sub(3), true);
        }
    }
    canvas.cursor = cursor;
}

fn picking(canvas: &mut Canvas<'_>, rect: Rect, model: &Model, editor: &Editor, pick: &Pick) {
    let listing = pick.listing(editor);
    let searched = pick.is_searched(editor);
    let count = match (&pick.chosen, searched) {
        (Some(chosen), _) => format!("{} chosen", chosen.len()),
        (None, true) => String::new(),
        (None, false) => format!("{} of {}", listing.rows.len(), listing.total),
    };
    let area = heavy(canvas, rect, &pick.title, &count);
    let x = canvas.role(area.x + 2, area.y, 2, "> ", Role::Key);
    let text = clean_line(pick.input.text());
    let before = clean_line(pick.input.before_cursor());
    canvas.input(
        x,
        area.y,
        area.right().saturating_sub(x + 1),
        &text,
        &before,
        Role::Text,
    );
    let rows = boxes::rows(rect);
    let said = match (&listing.problem, listing.waiting) {
        (_, true) => Some((format!("{} asking the site", canvas.spinner(model.now)), Role::Info)),
        (Some(problem), _) => {
            let text = format!("{} · F5 asks again", clean_line(&problem.message));
            Some((text, Role::Warn))
        }
        (None, false) if listing.rows.is_empty() => Some(("Nothing matches.".to_owned(), Role::Muted)),
        _ => None,
    };
    if let Some((text, role)) = said {
        let y = if listing.rows.is_empty() {
            rows.y
        } else {
            area.bottom().saturating_sub(1)
        };
        canvas.role(area.x + 2, y, area.width.saturating_sub(3), &text, role);
    }
    for (y, (index, row)) in (rows.top()..rows.bottom()).zip(listing.rows.iter().enumerate().skip(pick.top)) {
        let mut x = rows.x + 2;
        if let Some(chosen) = &pick.chosen {
            let (tick, role) = if chosen.contains(&row.key) {
                ("[x] ", Role::Ok)
            } else {
                ("[ ] ", Role::Muted)
            };
            x = canvas.role(x, y, 4, tick, role);
        }
        let note = u16::try_from(width(&row.note)).unwrap_or(0).min(rows.width / 2);
        let cells = rows.right().saturating_sub(x + note + 3);
        canvas.role(x, y, cells, &row.label, Role::Text);
        let at = rows.right().saturating_sub(note + 1);
        canvas.role(at, y, note, &row.note, Role::Muted);
        if index == pick.cursor {
            canvas.choose(rows.x, y, rows.width, true);
        }
    }
}

fn mapping(canvas: &mut Canvas<'_>, rect: Rect, editor: &Editor, words: &Words) {
    let title = format!("Value map · {}", clean_line(&words.at.name));
    let rows = words.rows(editor);
    let area = heavy(canvas, rect, &title, &format!("{} words", rows.len().saturating_sub(2)));
    for (y, (index, row)) in (area.top()..area.bottom()).zip(rows.iter().enumerate().skip(words.top)) {
        let (label, value) = match row {
            WordRow::From(name) => ("looks up".to_owned(), Ok(name.clone())),
            WordRow::Word(word, value) => (word.clone(), value.clone().ok_or("?")),
            WordRow::Other(value) => ("any other".to_owned(), value.clone().ok_or("stays out")),
        };
        let half = area.width.saturating_sub(6) / 2;
        canvas.role(area.x + 2, y, half, &clean_line(&label), Role::Text);
        let arrow = if index == 0 { " " } else { "→" };
        canvas.role(area.x + 2 + half, y, 2, arrow, Role::Muted);
        let (text, role) = match value {
            Ok(text) => (clean_line(&text).into_owned(), Role::Text),
            Err(none) => (none.to_owned(), Role::Muted),
        };
        canvas.role(area.x + 4 + half, y, half, &text, role);
        if index == words.cursor {
            canvas.choose(area.x, y, area.width, true);
        }
    }
}

fn asking(canvas: &mut Canvas<'_>, rect: Rect, editor: &Editor, ask: &Ask) {
    let Some((text, labels, chosen)) = boxes::question(editor, ask) else {
        return;
    };
    let area = heavy(canvas, rect, "Not written", "");
    let cells = usize::from(area.width).saturating_sub(4);
    for (y, line) in (area.top()..area.bottom().saturating_sub(2)).zip(wrap(&text, cells)) {
        canvas.role(area.x + 2, y, area.width.saturating_sub(3), &line, Role::Text);
    }
    for (at, (place, label)) in boxes::buttons(rect, labels).into_iter().zip(labels).enumerate() {
        canvas.role(place.x, place.y, place.width, label, Role::Key);
        if at == chosen {
            canvas.buffer.set_style(place, canvas.theme.chosen(true));
            canvas.role(
                place.x.saturating_sub(1),
                place.y,
                1,
                canvas.theme.glyphs.mark,
                Role::Focus,
            );
        }
    }
}
