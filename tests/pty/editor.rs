//! The JQL in the user's own editor.

use super::harness::{Size, Start, Terminal};
use super::stories::{DEMO, assert_quits, wait_for_selected};

fn with_editor(editor: &str) -> Terminal {
    let terminal = Start::crosstie(DEMO)
        .size(Size(120, 30))
        .environment(&[("EDITOR", editor)])
        .run();
    wait_for_selected(&terminal);
    terminal
}

#[test]
fn an_editor_gets_the_terminal_and_its_text_comes_to_the_bar() {
    // It reads a key itself: the dashboard must not take it.
    let editor = r#"sh -c 'echo "editing $1"; ls -l "$1"; read line; printf "key = \"%s\"\n" "$line" > "$1"' x"#;
    let mut terminal = with_editor(editor);
    terminal.send("E");
    let screen = terminal.wait_for_text("editing ");
    assert!(!screen.alternate_screen(), "{}", screen.contents());
    let screen = terminal.wait_for_text("-rw-------");
    assert!(screen.contents().contains(".jql"), "{}", screen.contents());
    terminal.send("PAY-1\r");
    let screen = terminal.wait_for_text("key = \"PAY-1\"");
    assert!(screen.alternate_screen());
    terminal.wait_for_text("reads well");
    terminal.send("\u{1b}");
    terminal.wait_for("the bar left", |screen| !screen.contents().contains("reads well"));
    assert_quits(terminal);
}

#[test]
fn an_editor_that_fails_or_is_missing_changes_nothing() {
    for (editor, said) in [
        ("false", "failed (exit status: 1)"),
        ("no-such-editor", "the editor \"no-such-editor\" was not found"),
        ("", "no editor is set"),
    ] {
        let mut terminal = with_editor(editor);
        terminal.send("J");
        terminal.wait_for_text("reads well");
        terminal.send("\u{1b}OS");
        let screen = terminal.wait_for_text(said);
        assert!(screen.contents().contains("reads well"), "the bar is as it was");
        terminal.send("\u{1b}");
        terminal.wait_for("the bar left", |screen| !screen.contents().contains("reads well"));
        assert_quits(terminal);
    }
}
