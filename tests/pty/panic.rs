//! A panic while the terminal is taken: this test program starts itself as the one that panics.

use super::harness::Start;

const CHILD: &str = "pty::panic::the_one_that_panics";

#[test]
fn a_panic_gives_the_terminal_back_and_names_the_log() {
    let me = std::env::current_exe().unwrap();
    let program = me.to_str().unwrap();
    let terminal = Start::program(program, &[CHILD, "--exact", "--ignored", "--nocapture"]).run();
    assert_eq!(terminal.exit_status().exit_code(), 1);
    terminal.assert_restored();
    let screen = terminal.screen().contents();
    for part in [
        "crosstie stopped because of a mistake of its own",
        "tests/pty/panic.rs",
        "␛[31mred",
        "/data/crosstie.log",
    ] {
        assert!(
            screen.replace('\n', "").contains(part),
            "{part} is missing in:\n{screen}"
        );
    }
}

#[test]
#[ignore = "ends its whole process: only to be run by the story above"]
fn the_one_that_panics() {
    crosstie::runtime::terminal::install_panic_hook("/data/crosstie.log".into());
    let _taken = crosstie::runtime::terminal::take(true).unwrap();
    panic!("\u{1b}[31mred");
}
