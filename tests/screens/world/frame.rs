//! What a frame shows: its text, and its styles as letters.

use crosstie::app::Model;
use crosstie::ui::{Theme, view};
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};
use ratatui::{Terminal, TerminalOptions, Viewport};

/// Draws a model without a terminal.
pub(crate) fn draw(model: &Model, size: Size) -> Buffer {
    let viewport = TerminalOptions {
        viewport: Viewport::Fullscreen,
    };
    let mut terminal = Terminal::with_options(TestBackend::new(size.width, size.height), viewport).unwrap();
    let theme = Theme::of(model.look());
    terminal.draw(|frame| view(model, &theme, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// The lines of a buffer, as a terminal would show them, without trailing blanks.
pub(crate) fn text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width);
    let mut out = String::new();
    for line in buffer.content.chunks(width) {
        let mut text = String::new();
        let mut skip = 0;
        for cell in line {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            text.push_str(cell.symbol());
            skip = crosstie::text::width(cell.symbol()).saturating_sub(1);
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

/// The same grid with one letter per style, and what each letter is.
pub(crate) fn styles(buffer: &Buffer) -> String {
    let mut letters: Vec<(Color, Color, Modifier)> = vec![(Color::Reset, Color::Reset, Modifier::empty())];
    let mut out = String::new();
    for line in buffer.content.chunks(usize::from(buffer.area.width)) {
        let mut text = String::new();
        for cell in line {
            let blank = cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.contains(Modifier::REVERSED);
            let style = (cell.fg, cell.bg, cell.modifier);
            let style = if blank { letters[0] } else { style };
            let at = letters.iter().position(|known| *known == style).unwrap_or_else(|| {
                letters.push(style);
                letters.len() - 1
            });
            text.push(char::from(b".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[at]));
        }
        out.push_str(text.trim_end_matches('.'));
        out.push('\n');
    }
    for (at, (fg, bg, modifier)) in letters.iter().enumerate().skip(1) {
        let letter = char::from(b".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[at]);
        out.push_str(&format!("{letter} = {fg} on {bg} {modifier:?}\n"));
    }
    out
}
