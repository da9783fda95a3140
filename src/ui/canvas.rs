//! Putting text into cells: cut to its place, with frames around it.
//!
//! Must never be in here: what is shown. Text must be clean before it gets here.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use super::links::Links;
use super::theme::Theme;
use crate::app::line_edit::LineEdit;
use crate::app::role::{Line, Piece, Role};
use crate::jql::Span;
use crate::text::{clean_line, truncate, width};

/// A frame being drawn.
pub(crate) struct Canvas<'a> {
    pub(crate) buffer: &'a mut Buffer,
    pub(crate) theme: &'a Theme,
    /// Where the terminal's cursor belongs, if anything is being typed.
    pub(crate) cursor: Option<Position>,
    /// Where cells lead.
    pub(crate) links: Links,
}

/// What stands in the frame of a pane.
#[derive(Debug, Default)]
pub(crate) struct Frame<'a> {
    pub(crate) title: &'a str,
    pub(crate) right: &'a str,
    pub(crate) below: &'a str,
    pub(crate) focused: bool,
}

impl Canvas<'_> {
    /// Writes text, cut to `cells`, and returns the first cell after it.
    pub(crate) fn put(&mut self, x: u16, y: u16, cells: u16, text: &str, style: Style) -> u16 {
        let area = self.buffer.area;
        if y >= area.bottom() || x >= area.right() || cells == 0 {
            return x;
        }
        let cells = cells.min(area.right() - x);
        let cut = if width(text) > cells.into() {
            truncate(text, cells.into())
        } else {
            text.to_owned()
        };
        self.buffer.set_stringn(x, y, cut, cells.into(), style).0
    }

    pub(crate) fn role(&mut self, x: u16, y: u16, cells: u16, text: &str, role: Role) -> u16 {
        self.put(x, y, cells, text, self.theme.style(role))
    }

    /// Writes text so that it ends at the right edge of its place.
    pub(crate) fn right(&mut self, x: u16, y: u16, cells: u16, text: &str, role: Role) {
        let wide = u16::try_from(width(text)).unwrap_or(u16::MAX).min(cells);
        self.role(x + cells - wide, y, wide, text, role);
    }

    /// Writes a line of pieces.
    pub(crate) fn line(&mut self, x: u16, y: u16, cells: u16, line: &Line) {
        let end = x.saturating_add(cells);
        let mut at = x;
        for piece in &line.0 {
            let from = at;
            at = self.put(at, y, end.saturating_sub(at), &piece.text, self.piece_style(piece));
            if let Some(address) = &piece.link {
                self.link(from, y, at - from, address);
            }
        }
    }

    /// Lets cells lead to an address, where the terminal follows links.
    pub(crate) fn link(&mut self, x: u16, y: u16, cells: u16, address: &str) {
        if !self.theme.links() {
            return;
        }
        if let Some(mark) = self.links.mark(address) {
            let area = Rect::new(x, y, cells, 1).intersection(self.buffer.area);
            self.buffer.set_style(area, Style::new().underline_color(mark));
        }
    }

    fn piece_style(&self, piece: &Piece) -> Style {
        let mut style = self.theme.style(piece.role);
        for (on, modifier) in [
            (piece.bold, Modifier::BOLD),
            (piece.italic, Modifier::ITALIC),
            (piece.underline, Modifier::UNDERLINED),
            (piece.strike, Modifier::CROSSED_OUT),
        ] {
            if on {
                style = style.add_modifier(modifier);
            }
        }
        style
    }

    /// Marks a row as chosen.
    pub(crate) fn choose(&mut self, x: u16, y: u16, cells: u16, focused: bool) {
        let row = Rect::new(x, y, cells, 1);
        self.buffer.set_style(row, self.theme.chosen(focused));
        let role = if focused { Role::Focus } else { Role::Muted };
        let style = self.theme.style(role).patch(self.theme.chosen(focused));
        // Reversed, the mark would vanish in its own colour.
        let style = style.remove_modifier(Modifier::REVERSED);
        self.put(x, y, 1, self.theme.glyphs.mark, style);
    }

    /// Draws a frame; heavy with the focus, so that it shows without colour.
    pub(crate) fn frame(&mut self, rect: Rect, frame: &Frame<'_>) {
        if rect.width < 2 || rect.height < 2 {
            return;
        }
        let [across, down, corners @ ..] = if frame.focused {
            ["━", "┃", "┏", "┓", "┗", "┛"]
        } else {
            ["─", "│", "╭", "╮", "╰", "╯"]
        };
        let style = self.theme.style(if frame.focused { Role::Focus } else { Role::Muted });
        let (right, bottom) = (rect.right() - 1, rect.bottom() - 1);
        for x in rect.left() + 1..right {
            self.put(x, rect.y, 1, across, style);
            self.put(x, bottom, 1, across, style);
        }
        for y in rect.top() + 1..bottom {
            self.put(rect.x, y, 1, down, style);
            self.put(right, y, 1, down, style);
        }
        for (corner, (x, y)) in
            corners
                .into_iter()
                .zip([(rect.x, rect.y), (right, rect.y), (rect.x, bottom), (right, bottom)])
        {
            self.put(x, y, 1, corner, style);
        }
        self.titles(rect, frame);
    }

    fn titles(&mut self, rect: Rect, frame: &Frame<'_>) {
        let room = rect.width.saturating_sub(4);
        let mut left = room;
        if !frame.right.is_empty() {
            let wide = u16::try_from(width(frame.right) + 2).unwrap_or(u16::MAX);
            if wide + 12 <= room {
                self.right(rect.x + 2, rect.y, room, &format!(" {} ", frame.right), Role::Muted);
                left = room - wide - 1;
            }
        }
        let style = self.theme.style(if frame.focused { Role::Focus } else { Role::Text });
        if !frame.title.is_empty() {
            let title = truncate(frame.title, usize::from(left).saturating_sub(2));
            self.put(
                rect.x + 2,
                rect.y,
                left,
                &format!(" {title} "),
                style.add_modifier(Modifier::BOLD),
            );
        }
        if !frame.below.is_empty() {
            let below = truncate(frame.below, usize::from(room).saturating_sub(2));
            self.role(rect.x + 2, rect.bottom() - 1, room, &format!(" {below} "), Role::Warn);
        }
    }

    /// Empties a place before a box is laid over it.
    pub(crate) fn clear(&mut self, rect: Rect) {
        let rect = rect.intersection(self.buffer.area);
        // Half of a wide character must not stay behind at the left edge.
        if let Some(x) = rect.x.checked_sub(1) {
            for y in rect.top()..rect.bottom() {
                if let Some(cell) = self.buffer.cell_mut((x, y))
                    && width(cell.symbol()) > 1
                {
                    cell.set_symbol(" ");
                }
            }
        }
        for y in rect.top()..rect.bottom() {
            for x in rect.left()..rect.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
    }

    /// A text field: the part around the cursor, and the cursor itself.
    pub(crate) fn input(&mut self, x: u16, y: u16, cells: u16, text: &str, before: &str, role: Role) {
        let room = usize::from(cells).saturating_sub(1);
        let hidden = width(before).saturating_sub(room);
        let shown = skip_cells(text, hidden);
        self.role(x, y, cells, shown, role);
        let at = u16::try_from(width(skip_cells(before, hidden))).unwrap_or(0);
        self.cursor = Some(Position::new(x + at.min(cells.saturating_sub(1)), y));
    }

    /// Underlines the part of an [`input`](Self::input) of that line where something is wrong.
    pub(crate) fn underline(&mut self, (x, y, cells): (u16, u16, u16), edit: &LineEdit, wrong: Span) {
        let text = edit.text();
        let cells_before = |at: usize| width(&clean_line(&text[..text.floor_char_boundary(at)]));
        let hidden = width(&clean_line(edit.before_cursor())).saturating_sub(usize::from(cells).saturating_sub(1));
        let start = cells_before(wrong.start).saturating_sub(hidden);
        let end = cells_before(wrong.end).saturating_sub(hidden).max(start + 1);
        let style = self.theme.style(Role::Error).add_modifier(Modifier::UNDERLINED);
        let end = end.min(cells.into());
        if let (Ok(start), Ok(end)) = (u16::try_from(start), u16::try_from(end))
            && start < end
        {
            self.buffer.set_style(Rect::new(x + start, y, end - start, 1), style);
        }
    }

    /// The spinner's present shape.
    pub(crate) fn spinner(&self, now: jiff::Timestamp) -> &'static str {
        let step = usize::try_from(now.as_millisecond().rem_euclid(480) / 120).unwrap_or(0);
        self.theme.glyphs.spinner.get(step).copied().unwrap_or("|")
    }
}

/// What is left of a text after at least `cells` cells.
pub(crate) fn skip_cells(text: &str, cells: usize) -> &str {
    if cells == 0 {
        return text;
    }
    let mut skipped = 0;
    for (at, letter) in text.char_indices() {
        if skipped >= cells {
            return &text[at..];
        }
        skipped += width(letter.encode_utf8(&mut [0; 4]));
    }
    ""
}
