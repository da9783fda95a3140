//! Boxes over the screen: pickers, help, column chooser, texts, questions.

mod questions;

pub(super) use questions::draw_buttons;

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::canvas::{Canvas, Frame};
use crate::app::action::Group;
use crate::app::chrome::{layer_rect, picker_rows};
use crate::app::layout::inner;
use crate::app::line_edit::LineEdit;
use crate::app::model::Model;
use crate::app::overlay::{
    Layer, TextBox,
    chooser::Chooser,
    help::{Help, HelpRow},
    picker::Picker,
};
use crate::app::role::{Line, Role};
use crate::text::{truncate, width, wrap};

/// Draws every layer, the topmost last.
pub(crate) fn draw(canvas: &mut Canvas<'_>, area: Rect, model: &Model) {
    for layer in &model.layers {
        let rect = layer_rect(area, layer);
        canvas.clear(rect);
        canvas.cursor = None;
        match layer {
            Layer::Pick(picker) => pick(canvas, rect, picker),
            Layer::Columns(chooser) => columns(canvas, rect, chooser),
            Layer::Prompt(prompt) => questions::prompt(canvas, rect, prompt, model),
            Layer::Confirm(confirm) => questions::confirm(canvas, rect, confirm),
            Layer::Help(help) => keys(canvas, rect, help, model),
            Layer::Text(text) => text_box(canvas, rect, text),
            Layer::Connection(dialog) => super::wizard::dialog(canvas, rect, dialog),
            Layer::Finding(dialog) => super::screens::findings::dialog::draw(canvas, rect, dialog, model),
        }
    }
}

pub(super) fn heavy(canvas: &mut Canvas<'_>, rect: Rect, title: &str, right: &str) -> Rect {
    canvas.frame(
        rect,
        &Frame {
            title,
            right,
            below: "",
            focused: true,
        },
    );
    inner(rect)
}

/// The line of a list that is typed into.
pub(super) fn search(canvas: &mut Canvas<'_>, area: Rect, edit: &LineEdit) {
    let x = canvas.role(area.x + 2, area.y, 2, "> ", Role::Key);
    let cells = area.right().saturating_sub(x + 1);
    canvas.input(x, area.y, cells, edit.text(), edit.before_cursor(), Role::Text);
}

fn say_none(canvas: &mut Canvas<'_>, rows: Rect, text: &str) {
    canvas.role(rows.x + 2, rows.y, rows.width.saturating_sub(2), text, Role::Muted);
}

fn pick(canvas: &mut Canvas<'_>, rect: Rect, picker: &Picker) {
    let count = format!("{} of {}", picker.matches(), picker.total());
    let area = heavy(canvas, rect, picker.title, &count);
    search(canvas, area, &picker.input);
    let rows = picker_rows(rect);
    if picker.matches() == 0 {
        say_none(canvas, rows, "Nothing matches.");
    }
    for (y, (index, item)) in (rows.top()..rows.bottom()).zip(picker.shown().enumerate().skip(picker.top)) {
        let role = if item.reason.is_some() { Role::Muted } else { Role::Text };
        let note_cells = u16::try_from(width(&item.note)).unwrap_or(0);
        let cells = rows.width.saturating_sub(note_cells + 5);
        canvas.role(rows.x + 2, y, cells, &item.label, role);
        canvas.right(rows.x, y, rows.width.saturating_sub(1), &item.note, Role::Muted);
        if index == picker.cursor {
            canvas.choose(rows.x, y, rows.width, true);
        }
    }
    if let Some(reason) = picker.current().and_then(|item| item.reason.as_deref()) {
        canvas.role(
            area.x + 2,
            rows.bottom(),
            area.width.saturating_sub(3),
            reason,
            Role::Warn,
        );
    }
}

fn columns(canvas: &mut Canvas<'_>, rect: Rect, chooser: &Chooser) {
    let (matches, total) = chooser.counts();
    let area = heavy(canvas, rect, &chooser.title, &format!("{matches} of {total}"));
    search(canvas, area, &chooser.input);
    let rows = picker_rows(rect);
    if matches == 0 {
        say_none(canvas, rows, "No column matches.");
    }
    for (y, (index, row)) in (rows.top()..rows.bottom()).zip(chooser.shown().enumerate().skip(chooser.top)) {
        let (tick, role) = if row.on {
            ("[x]", Role::Ok)
        } else {
            ("[ ]", Role::Muted)
        };
        canvas.role(rows.x + 2, y, 3, tick, role);
        let note = truncate(&row.note, usize::from(rows.width / 2));
        let note_cells = u16::try_from(width(&note)).unwrap_or(0);
        let cells = rows.width.saturating_sub(note_cells + 9);
        let role = if row.on { Role::Text } else { Role::Muted };
        canvas.role(rows.x + 6, y, cells, &row.label, role);
        canvas.right(rows.x, y, rows.width.saturating_sub(1), &note, Role::Muted);
        if index == chooser.cursor {
            canvas.choose(rows.x, y, rows.width, true);
        }
    }
}

fn text_box(canvas: &mut Canvas<'_>, rect: Rect, text: &TextBox) {
    let area = heavy(canvas, rect, &text.title, "y copies");
    let cells = usize::from(area.width).saturating_sub(4);
    let mut lines = Vec::new();
    for (label, body) in &text.parts {
        if !label.is_empty() {
            lines.push(Line::of(truncate(label, cells), Role::Muted));
        }
        lines.extend(wrap(body, cells).into_iter().map(|line| Line::of(line, Role::Text)));
    }
    let scroll = text.scroll.min(lines.len().saturating_sub(area.height.into()));
    for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(scroll)) {
        canvas.line(area.x + 2, y, area.width.saturating_sub(4), line);
    }
}

/// A line of help: a heading, a key with its meaning, or air.
enum Entry {
    Heading(&'static str),
    Key(HelpRow),
    Air,
}

fn keys(canvas: &mut Canvas<'_>, rect: Rect, help: &Help, model: &Model) {
    let (here, all) = help.counts();
    let title = format!("Keys · {}", if help.all { "everywhere" } else { help.place.label() });
    let counts = format!("here {here} · all {all}");
    let area = inner(rect);
    let body = Rect::new(
        area.x + 2,
        area.y + 2,
        area.width.saturating_sub(3),
        area.height.saturating_sub(2),
    );
    let [left, right] = sides(&help.rows(model), body.width >= 68);
    let longest = left.len().max(right.len());
    let scroll = help.scroll.min(longest.saturating_sub(body.height.into()));
    let hidden = longest.saturating_sub(scroll + usize::from(body.height));
    canvas.frame(
        rect,
        &Frame {
            title: &title,
            right: &counts,
            below: if hidden > 0 { "↓ for more" } else { "" },
            focused: true,
        },
    );
    let x = canvas.role(area.x + 2, area.y, 2, "/ ", Role::Key);
    let edit = &help.input;
    canvas.input(
        x,
        area.y,
        area.right().saturating_sub(x + 1),
        edit.text(),
        edit.before_cursor(),
        Role::Match,
    );
    if left.is_empty() {
        canvas.role(body.x, body.y, body.width, "No key matches.", Role::Muted);
    }
    let half = if right.is_empty() { body.width } else { body.width / 2 };
    for (x, entries) in [(body.x, left), (body.x + half, right)] {
        for (y, entry) in (body.top()..body.bottom()).zip(entries.iter().skip(scroll)) {
            help_entry(canvas, (x, y, half.saturating_sub(1)), entry);
        }
    }
}

/// Rows under their headings, in two columns of about the same height if there is room.
fn sides(rows: &[HelpRow], two: bool) -> [Vec<Entry>; 2] {
    let groups = Group::ALL
        .iter()
        .filter(|group| rows.iter().any(|row| row.group == **group))
        .count();
    let total = rows.len() + groups * 2;
    let mut sides = [Vec::new(), Vec::new()];
    for group in Group::ALL {
        let of_group = || rows.iter().filter(|row| row.group == group);
        let count = of_group().count();
        if count == 0 {
            continue;
        }
        let second = two && !sides[0].is_empty() && sides[0].len() + count / 2 > total / 2;
        let side = &mut sides[usize::from(second)];
        side.push(Entry::Heading(group.label()));
        side.extend(of_group().cloned().map(Entry::Key));
        side.push(Entry::Air);
    }
    sides
}

fn help_entry(canvas: &mut Canvas<'_>, (x, y, cells): (u16, u16, u16), entry: &Entry) {
    const KEYS: u16 = 14;
    match entry {
        Entry::Heading(text) => {
            let style = canvas.theme.style(Role::Heading).add_modifier(Modifier::BOLD);
            canvas.put(x, y, cells, text, style);
        }
        Entry::Key(row) => {
            let changed = if row.changed { "*" } else { "" };
            canvas.role(x, y, KEYS, &format!("{}{changed}", row.keys), Role::Key);
            canvas.role(x + KEYS + 1, y, cells.saturating_sub(KEYS + 1), row.title, Role::Text);
        }
        Entry::Air => {}
    }
}
