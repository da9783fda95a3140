//! The question for the terminal's background, and terminals that answer it in every way there is.

use vt100::{Color, Screen};

use super::harness::{Size, Start, Terminal};
use super::stories::{DEMO, assert_quits, demo, move_down, wait_for_selected};

const QUESTION: &str = "\u{1b}]11;?\u{7}";
/// What has the focus, in the dark theme and in the light one.
const FOCUS: [u8; 2] = [80, 25];

fn paints(screen: &Screen, color: u8) -> bool {
    let (rows, columns) = screen.size();
    (0..rows.get()).any(|row| {
        (0..columns.get()).any(|column| {
            screen
                .cell(row, column)
                .is_some_and(|cell| cell.fgcolor() == Color::Idx(color))
        })
    })
}

/// Waits for the theme; an answer that was taken for keys would have led to another screen.
#[track_caller]
fn wait_for_theme(terminal: &Terminal, name: &str, [gone, shown]: [u8; 2]) {
    let screen = terminal.wait_for(name, |screen| paints(screen, shown) && !paints(screen, gone));
    let text = screen.contents();
    assert!(text.contains("[1 Issues]") && text.contains("─ Views ─"), "{text}");
}

#[test]
fn the_question_comes_after_the_first_frame_and_the_answer_is_no_key() {
    let dark = [FOCUS[1], FOCUS[0]];
    for pieces in [
        &["\u{1b}]11;rgb:fafa/f6f6/e3e3\u{7}"][..],
        &["\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\"],
        // Not parted after the first letter: an escape that stays alone is a key, and soon.
        &["\u{1b}]11;rgb:ff", "/ff/", "ff\u{1b}", "\\"],
    ] {
        let mut terminal = demo(Size(140, 40));
        terminal.wait_for_output(QUESTION);
        let output = terminal.output();
        assert!(
            output.find("1 Issues") < output.find(QUESTION),
            "asked before the first frame"
        );
        wait_for_theme(&terminal, "the dark theme", dark);
        let key = wait_for_selected(&terminal);
        for piece in pieces {
            terminal.send(piece);
        }
        wait_for_theme(&terminal, "the light theme", FOCUS);
        assert_eq!(wait_for_selected(&terminal), key);
        assert_quits(terminal);
    }
}

#[test]
fn a_late_answer_is_taken_and_one_that_was_not_asked_for_does_no_harm() {
    let mut terminal = demo(Size(140, 40));
    let key = move_down(&mut terminal, 3);
    terminal.send("\u{1b}]11;rgb:ffff/ffff/ffff\u{7}");
    wait_for_theme(&terminal, "the light theme", FOCUS);
    terminal.send("\u{1b}]11;rgb:0000/0000/0000\u{7}\u{1b}]11;nonsense\u{7}");
    wait_for_theme(&terminal, "the dark theme", [FOCUS[1], FOCUS[0]]);
    assert_eq!(wait_for_selected(&terminal), key);
    // The escape key is still one, at once and alone.
    terminal.send("?");
    terminal.wait_for_text("or ? close");
    terminal.send("\u{1b}");
    terminal.wait_for("help closed", |screen| !screen.contents().contains("or ? close"));
    assert_quits(terminal);
}

#[test]
fn nobody_is_asked_where_the_answer_would_change_nothing() {
    for environment in [("NO_COLOR", "1"), ("TERM", "linux")] {
        let variables = [environment];
        let terminal = Start::crosstie(DEMO).environment(&variables).run();
        wait_for_selected(&terminal);
        assert!(!terminal.output().contains("]11;"), "{environment:?}");
        assert_quits(terminal);
    }
    let terminal = Start::crosstie(&[]).config("[ui]\ntheme = \"dark\"\n").run();
    terminal.wait_for_text("crosstie demo");
    assert_quits(terminal);
}
