//! Boxes over the screen: pickers, help, column chooser, texts.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::canvas::{Canvas, Frame};
use crate::app::action::{Group, Spec};
use crate::app::chrome::{layer_rect, picker_rows};
use crate::app::layout::inner;
use crate::app::model::Model;
use crate::app::overlay::{Layer, TextBox, chooser::Chooser, help::Help, picker::Picker};
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
            Layer::Help(help) => keys(canvas, rect, help, model),
            Layer::Text(text) => text_box(canvas, rect, text),
        }
    }
}

fn heavy(canvas: &mut Canvas<'_>, rect: Rect, title: &str, right: &str) -> Rect {
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

fn pick(canvas: &mut Canvas<'_>, rect: Rect, picker: &Picker) {
    let count = format!("{} of {}", picker.matches(), picker.total());
    let area = heavy(canvas, rect, picker.title, &count);
    let x = canvas.role(area.x + 2, area.y, 2, "> ", Role::Key);
    let edit = &picker.input;
    canvas.input(
        x,
        area.y,
        area.right().saturating_sub(x + 1),
        edit.text(),
        edit.before_cursor(),
        Role::Text,
    );
    let rows = picker_rows(rect);
    if picker.matches() == 0 {
        canvas.role(
            rows.x + 2,
            rows.y,
            rows.width.saturating_sub(2),
            "Nothing matches.",
            Role::Muted,
        );
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
    let area = heavy(canvas, rect, "Columns", "this session");
    let height = usize::from(area.height);
    let top = chooser.cursor.saturating_sub(height.saturating_sub(1));
    for (y, (index, (column, on))) in (area.top()..area.bottom()).zip(chooser.rows.iter().enumerate().skip(top)) {
        let tick = if *on { "[x]" } else { "[ ]" };
        canvas.role(area.x + 2, y, 3, tick, if *on { Role::Ok } else { Role::Muted });
        let role = if *on { Role::Text } else { Role::Muted };
        canvas.role(area.x + 6, y, area.width.saturating_sub(7), column.name(), role);
        if index == chooser.cursor {
            canvas.choose(area.x, y, area.width, true);
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

/// One row of help: a heading, a key with its meaning, or air.
enum HelpRow {
    Heading(&'static str),
    Key(&'static Spec),
    Air,
}

fn keys(canvas: &mut Canvas<'_>, rect: Rect, help: &Help, model: &Model) {
    let (here, all) = help.counts();
    let title = format!("Keys · {}", if help.all { "everywhere" } else { help.place.label() });
    let counts = format!("here {here} · all {all}");
    let area = heavy(canvas, rect, &title, &counts);
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
    let body = Rect::new(
        area.x + 2,
        area.y + 2,
        area.width.saturating_sub(3),
        area.height.saturating_sub(2),
    );
    let groups: Vec<Vec<HelpRow>> = Group::ALL
        .into_iter()
        .filter_map(|group| {
            let rows = help.rows(model, group);
            (!rows.is_empty()).then(|| {
                let mut block = vec![HelpRow::Heading(group.label())];
                block.extend(rows.into_iter().map(HelpRow::Key));
                block.push(HelpRow::Air);
                block
            })
        })
        .collect();
    if groups.is_empty() {
        canvas.role(body.x, body.y, body.width, "No key matches.", Role::Muted);
        return;
    }
    let sides = if body.width >= 76 {
        split(groups)
    } else {
        [groups.into_iter().flatten().collect(), Vec::new()]
    };
    let half = body.width / 2;
    let longest = sides.iter().map(Vec::len).max().unwrap_or(0);
    let scroll = help.scroll.min(longest.saturating_sub(body.height.into()));
    for (side, rows) in sides.iter().enumerate() {
        let left = body.x + if side == 0 { 0 } else { half };
        let cells = if sides[1].is_empty() {
            body.width
        } else {
            half.saturating_sub(1)
        };
        for (y, row) in (body.top()..body.bottom()).zip(rows.iter().skip(scroll)) {
            help_row(canvas, (left, y, cells), row, model);
        }
    }
}

/// Two columns of about the same height, groups kept whole.
fn split(groups: Vec<Vec<HelpRow>>) -> [Vec<HelpRow>; 2] {
    let total: usize = groups.iter().map(Vec::len).sum();
    let mut sides = [Vec::new(), Vec::new()];
    for group in groups {
        let side = usize::from(!sides[0].is_empty() && sides[0].len() + group.len() / 2 > total / 2);
        sides[side].extend(group);
    }
    sides
}

fn help_row(canvas: &mut Canvas<'_>, (x, y, cells): (u16, u16, u16), row: &HelpRow, model: &Model) {
    const KEYS: u16 = 15;
    match row {
        HelpRow::Heading(text) => {
            let style = canvas.theme.style(Role::Heading).add_modifier(Modifier::BOLD);
            canvas.put(x, y, cells, text, style);
        }
        HelpRow::Key(spec) => {
            let changed = if model.keymap.is_changed(spec.action) { "*" } else { "" };
            let keys = format!("{}{changed}", model.keymap.label(spec.action));
            canvas.role(x, y, KEYS, &keys, Role::Key);
            canvas.role(x + KEYS + 1, y, cells.saturating_sub(KEYS + 1), spec.title, Role::Text);
        }
        HelpRow::Air => {}
    }
}
