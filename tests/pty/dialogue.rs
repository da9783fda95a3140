//! The dialogue for screen readers: lines, and nothing but lines.

use super::harness::{Size, Start};

/// Characters that draw instead of saying something: escapes, boxes, blocks, spinners.
fn draws(letter: char) -> bool {
    letter == '\u{1b}' || ('\u{2500}'..='\u{259f}').contains(&letter) || "◐◓◑◒".contains(letter)
}

#[test]
fn a_whole_dialogue_writes_no_escape_and_no_box() {
    let arguments = ["demo", "--frozen", "--issues", "60", "--accessible"];
    let mut terminal = Start::crosstie(&arguments).size(Size(100, 40)).run();
    terminal.wait_for_text("A number chooses a view");
    terminal.send("refresh\r");
    terminal.wait_for_text("Refreshing acme, acme-app, lab, lab-link, lab-app and lab-old.");
    // The first pulls go on beside the dialogue and are told before a prompt, which any line brings.
    // How many it takes is up to the machine; the terminal's deadline ends a search in vain.
    let told = |output: String| output.contains("News from acme") && output.contains("lab: ");
    let mut lines = 0..;
    while !told(terminal.output()) {
        let word = format!("fly{}", lines.next().unwrap());
        terminal.send(&format!("{word}\r"));
        terminal.wait_for_text(&format!("no command \"{word}\""));
    }
    terminal.send("jql order by key\r");
    terminal.wait_for_text("A number reads an issue");
    terminal.send("1\r");
    terminal.wait_for_text("reads the next issue");
    for (command, shown) in [
        ("log", "of the sync log:"),
        ("tag", "tags:"),
        ("help", "\"quit\" ends."),
    ] {
        terminal.send(&format!("{command}\r"));
        terminal.wait_for_text(shown);
    }
    terminal.send("quit\r");
    assert!(terminal.exit_status().success());
    assert!(!terminal.output().contains(draws), "{}", terminal.output());
    terminal.assert_untouched();
}

#[test]
fn a_dialogue_needs_no_terminal_and_ends_with_its_input() {
    let me = env!("CARGO_BIN_EXE_crosstie");
    let script = format!("printf 'help\\nviews\\n' | {me} demo --frozen --issues 20 --accessible | cat; echo over");
    let terminal = Start::program("/bin/sh", &["-c", &script]).size(Size(120, 50)).run();
    terminal.wait_for_text("\"quit\" ends.");
    terminal.wait_for_text("over");
    assert!(terminal.exit_status().success());
    assert!(!terminal.output().contains(draws), "{}", terminal.output());
}

#[test]
fn the_config_can_ask_for_it() {
    let mut terminal = Start::crosstie(&[]).config("[ui]\naccessible = true\n").run();
    terminal.wait_for_text("No connection is configured yet.");
    terminal.send("refresh\r");
    terminal.wait_for_text("There is no such connection.");
    terminal.send("quit\r");
    assert!(terminal.exit_status().success());
    terminal.assert_untouched();
}
