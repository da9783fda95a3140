//! The mouse in a real terminal: borders are dragged.

use vt100::Screen;

use super::harness::Size;
use super::stories::{assert_quits, demo};

/// The column of the border between views and list: where the top line has its second corner.
fn border(screen: &Screen) -> Option<u16> {
    let mut row = screen.rows(0, screen.size().1.get()).nth(1)?;
    row.truncate(row.find('┐').or_else(|| row.find('┓'))?);
    u16::try_from(row.chars().count()).ok()
}

#[test]
fn a_border_is_dragged_to_where_the_button_goes_up() {
    let mut terminal = demo(Size(140, 40));
    let screen = terminal.wait_for("a border", |screen| border(screen).is_some());
    let at = border(&screen).unwrap();
    // As terminals report: button, column and row from 1; 32 is added while it moves.
    let (from, to) = (at + 1, at + 9);
    terminal.send(&format!(
        "\u{1b}[<0;{from};10M\u{1b}[<32;{};10M\u{1b}[<32;{to};11M",
        from + 3
    ));
    terminal.send(&format!("\u{1b}[<0;{to};11m"));
    terminal.wait_for("the border eight columns further", |screen| {
        border(screen) == Some(at + 8)
    });
    terminal.send(&format!("\u{1b}[<35;{};11M", to + 9));
    terminal.send("6");
    terminal.wait_for_text("[6 Sync]");
    terminal.send("1");
    terminal.wait_for("the border where it was left", |screen| border(screen) == Some(at + 8));
    assert_quits(terminal);
}
