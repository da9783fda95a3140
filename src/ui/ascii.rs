//! `--ascii`: whatever was drawn, only bytes 0x20 to 0x7E leave.

use ratatui::buffer::Buffer;

use crate::text::to_ascii;

/// Replaces every character that is not ASCII by one that is, cell by cell, so that columns stay.
pub(crate) fn fold(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let symbol = cell.symbol();
        if symbol.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            continue;
        }
        let replacement = replacement(symbol);
        cell.set_char(replacement);
    }
}

fn replacement(symbol: &str) -> char {
    match symbol.chars().next().unwrap_or(' ') {
        '─' => '-',
        '━' => '=',
        '│' => '|',
        '┃' => '#',
        '╭' | '╮' | '╰' | '╯' | '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' => '+',
        '┏' | '┓' | '┗' | '┛' => '#',
        '·' => '-',
        '…' => '~',
        '↑' => '^',
        '↓' => 'v',
        '→' => '>',
        '←' => '<',
        '×' => 'x',
        '≈' => '~',
        _ => {
            let folded = to_ascii(symbol);
            folded
                .chars()
                .next()
                .filter(|letter| ('\x20'..'\x7f').contains(letter))
                .unwrap_or('?')
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn nothing_but_printable_ascii_is_left_and_columns_stay() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 24, 1));
        buffer.set_string(0, 0, "╭─é日本👍·…█ end", Style::new());
        let at = |buffer: &Buffer| (0..24).position(|x| buffer[(x, 0)].symbol() == "e" && x > 3);
        let before = at(&buffer);
        fold(&mut buffer);
        assert!(
            buffer
                .content
                .iter()
                .all(|cell| cell.symbol().bytes().all(|byte| (0x20..0x7f).contains(&byte)))
        );
        assert_eq!(at(&buffer), before);
    }
}
