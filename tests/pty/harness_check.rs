//! The harness on programs that every Unix has: what it sees, sends and notices.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rustix::process::Signal;

use super::harness::{Size, Start, assert_unbroken, selected_key, shows_a_key};

fn shell<'a>(arguments: &'a [&'a str]) -> Start<'a> {
    Start::program("/bin/sh", arguments)
}

#[test]
fn output_keys_and_end() {
    let mut terminal = Start::program("/bin/cat", &[]).run();
    terminal.send("hello\r");
    terminal.wait_for("echo and answer", |screen| {
        screen.contents().matches("hello").count() == 2
    });
    terminal.send("\u{4}");
    assert!(terminal.exit_status().success());
    terminal.assert_restored();
    assert!(terminal.output().contains("hello"));
}

#[test]
fn exit_codes_and_signals() {
    assert_eq!(shell(&["-c", "exit 3"]).run().exit_status().exit_code(), 3);
    let terminal = shell(&[
        "-c",
        "trap 'echo caught; exit 7' TERM; echo ready; while :; do read line; done",
    ])
    .run();
    terminal.wait_for_text("ready");
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.exit_status().exit_code(), 7);
    assert!(terminal.screen().contents().contains("caught"));
}

#[test]
fn the_program_knows_its_size_and_folders() {
    let script = "stty size; read line; stty size; echo $HOME:$CROSSTIE_DATA_DIR:$EXTRA:$CARGO; cat $CROSSTIE_CONFIG";
    let mut terminal = shell(&["-c", script])
        .size(Size(70, 20))
        .config("store = 'x'")
        .environment(&[("EXTRA", "given")])
        .run();
    terminal.wait_for_text("20 70");
    terminal.resize(Size(120, 40));
    terminal.send("\r");
    terminal.wait_for_text("40 120");
    let screen = terminal.wait_for_text("store = 'x'");
    assert!(screen.contents().contains("/data:given:\n"), "{}", screen.contents());
}

#[test]
fn what_is_left_switched_on_is_noticed() {
    for (script, complaint) in [
        ("printf '\\033[?1049h'", "alternate screen"),
        ("printf '\\033[?25l'", "cursor"),
        ("printf '\\033[?2004h'", "bracketed paste"),
        ("printf '\\033[?1000h'", "mouse"),
        ("printf '\\033[2J'", "what was on the screen"),
        ("stty raw -echo", "line settings"),
    ] {
        let terminal = shell(&["-c", script]).run();
        assert!(terminal.exit_status().success());
        let failure = catch_unwind(AssertUnwindSafe(|| terminal.assert_restored())).unwrap_err();
        let message = failure.downcast_ref::<String>().cloned().unwrap_or_default();
        let message = failure
            .downcast_ref::<&str>()
            .map_or(message, |text| (*text).to_owned());
        assert!(message.contains(complaint), "{script}: {message}");
    }
    let script =
        "stty -echo; printf '\\033[?1049h\\033[?25l\\033[?2004hx\\033[?2004l\\033[?25h\\033[?1049l'; stty echo";
    let terminal = shell(&["-c", script]).run();
    terminal.exit_status();
    terminal.assert_restored();
}

#[test]
fn waiting_for_what_never_comes_fails_with_the_screen() {
    let terminal = shell(&["-c", "echo something else"]).run();
    let failure = catch_unwind(AssertUnwindSafe(|| terminal.wait_for_text("never"))).unwrap_err();
    let message = failure.downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(
        message.contains("\"never\"") && message.contains("|something else"),
        "{message}"
    );
}

#[test]
fn long_lines_keys_and_selection_are_found() {
    let terminal = shell(&[
        "-c",
        "printf '▌My work 3 | ▌ acme PAY-1412  B  text\\nutf-8 A-1\\n%081d' 0",
    ])
    .size(Size(80, 24))
    .run();
    terminal.exit_status();
    let screen = terminal.screen();
    assert_eq!(selected_key(&screen).as_deref(), Some("PAY-1412"));
    assert!(shows_a_key(&screen));
    assert!(catch_unwind(|| assert_unbroken(&screen)).is_err());
    let terminal = shell(&["-c", "printf '▌My work | utf-8 A-1 %080d' 0 | cut -c1-80"])
        .size(Size(80, 24))
        .run();
    terminal.exit_status();
    assert_unbroken(&terminal.screen());
    assert!(!shows_a_key(&terminal.screen()));
    assert_eq!(selected_key(&terminal.screen()), None);
}
