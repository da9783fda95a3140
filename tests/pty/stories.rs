//! What happens to a person who runs crosstie.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use vt100::Screen;

use super::harness::{Size, Start, Terminal, assert_unbroken, selected_key, shows_a_key};
use super::nobody::Nobody;

pub(super) const DEMO: &[&str] = &["demo", "--frozen", "--issues", "300"];

/// The demo with its issues on the screen.
pub(super) fn demo(size: Size) -> Terminal {
    let terminal = Start::crosstie(DEMO).size(size).run();
    terminal.wait_for("a selected issue", |screen| selected_key(screen).is_some());
    terminal
}

/// The key of the selected row, once one is drawn.
pub(super) fn wait_for_selected(terminal: &Terminal) -> String {
    let screen = terminal.wait_for("a selected issue", |screen| selected_key(screen).is_some());
    selected_key(&screen).unwrap()
}

/// Moves down `times` rows and returns the key there.
pub(super) fn move_down(terminal: &mut Terminal, times: usize) -> String {
    let mut key = wait_for_selected(terminal);
    for _ in 0..times {
        let before = key;
        terminal.send("j");
        let moved = |screen: &Screen| selected_key(screen).filter(|key| *key != before);
        let screen = terminal.wait_for("the next row selected", |screen| moved(screen).is_some());
        key = moved(&screen).unwrap();
    }
    key
}

pub(super) fn assert_quits(mut terminal: Terminal) {
    terminal.send("q");
    assert!(terminal.exit_status().success(), "{}", terminal.screen().contents());
    terminal.assert_restored();
}

#[test]
fn the_demo_starts_with_issues() {
    let terminal = demo(Size(140, 40));
    let screen = terminal.wait_for("tab and keys", |screen| {
        screen.contents().contains("[1 Issues]") && shows_a_key(screen)
    });
    assert!(screen.alternate_screen());
    assert_unbroken(&screen);
    assert_quits(terminal);
}

#[test]
fn refreshing_shows_a_run_and_keeps_the_selection() {
    let mut terminal = demo(Size(140, 40));
    let key = move_down(&mut terminal, 3);
    terminal.send("r");
    // The first pull is behind, so a poll can only come from the key.
    terminal.send("6");
    terminal.wait_for("a poll among the runs", |screen| {
        screen.contents().contains("[6 Sync]") && screen.contents().contains("poll")
    });
    terminal.send("1");
    assert_eq!(wait_for_selected(&terminal), key);
    assert_quits(terminal);
}

#[test]
fn resizing_keeps_the_selection() {
    let mut terminal = demo(Size(140, 40));
    let key = move_down(&mut terminal, 5);
    for size in [Size(60, 20), Size(100, 30), Size(140, 40)] {
        terminal.resize(size);
        // What was drawn for the old size has its hints cut, and rows that run over the new edge.
        let screen = terminal.wait_for("the selection in the new size", |screen| {
            let last = screen.rows(0, size.0).last().unwrap_or_default();
            selected_key(screen).as_ref() == Some(&key) && last.trim_end().ends_with("? help")
        });
        assert_unbroken(&screen);
    }
    assert_quits(terminal);
}

#[test]
fn every_layout_stays_within_the_screen() {
    for size in [Size(60, 20), Size(80, 24), Size(100, 30), Size(140, 40), Size(300, 80)] {
        let terminal = demo(size);
        assert_unbroken(&terminal.screen());
        assert_quits(terminal);
    }
}

#[test]
fn quitting_gives_the_terminal_back() {
    assert_quits(demo(Size(80, 24)));
}

#[test]
fn signals_give_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP] {
        let terminal = demo(Size(80, 24));
        terminal.signal(signal);
        terminal.exit_status();
        terminal.assert_restored();
    }
}

#[test]
fn a_small_terminal_is_told_both_sizes() {
    let terminal = Start::crosstie(DEMO).size(Size(59, 19)).run();
    terminal.wait_for("both sizes", |screen| {
        let text = screen.contents();
        ["59", "19", "60", "20"].iter().all(|number| text.contains(number))
    });
    terminal.resize(Size(80, 24));
    wait_for_selected(&terminal);
    terminal.resize(Size(59, 19));
    terminal.wait_for("both sizes again", |screen| {
        screen.contents().contains("59") && !shows_a_key(screen)
    });
    assert_quits(terminal);
}

#[test]
fn without_a_config_the_first_screen_helps() {
    let terminal = Start::crosstie(&[]).run();
    terminal.wait_for("the way to the demo and to a config", |screen| {
        let text = screen.contents();
        text.contains("crosstie demo") && text.contains("config")
    });
    assert_quits(terminal);
}

#[test]
fn an_unreachable_site_is_shown_as_offline() {
    let nobody = Nobody::new();
    let config = format!(
        "[[connection]]\nalias = \"lab\"\nkind = \"cloud\"\nurl = \"{}\"\n\
         auth = {{ method = \"api-token\", email = \"me@example.com\", secret = {{ env = \"LAB_TOKEN\" }} }}\n",
        nobody.url()
    );
    let terminal = Start::crosstie(&[])
        .config(&config)
        .environment(&[("LAB_TOKEN", "scratch-token")])
        .run();
    let screen = terminal.wait_for("the sign for offline", |screen| screen.contents().contains('◌'));
    assert!(screen.contents().contains("lab"), "{}", screen.contents());
    assert!(!terminal.output().contains("scratch-token"));
    assert_quits(terminal);
}

/// What the file says is on the screen a moment after it is saved, in whichever way editors save.
#[test]
fn an_edited_config_takes_effect_at_once() {
    let nobody = Nobody::new();
    let connection = |alias: &str| {
        format!(
            "[[connection]]\nalias = \"{alias}\"\nkind = \"cloud\"\nurl = \"{}\"\n\
             auth = {{ method = \"api-token\", email = \"me@example.com\", secret = {{ env = \"LAB_TOKEN\" }} }}\n",
            nobody.url()
        )
    };
    let view = |name: &str| format!("[[view]]\nname = \"{name}\"\njql = 'labels = x'\n");
    let terminal = Start::crosstie(&[])
        .size(Size(160, 45))
        .environment(&[("LAB_TOKEN", "scratch-token")])
        .run();
    terminal.wait_for_text("crosstie demo");
    let file = terminal.home().join("config.toml");
    let good = format!("{}{}", view("First light"), connection("lab"));
    std::fs::write(&file, &good).unwrap();
    terminal.wait_for_text("First light");
    terminal.wait_for_text("connection lab added");
    let aside = terminal.home().join("config.toml.swp");
    std::fs::write(&aside, format!("{good}{}{}", view("Second light"), connection("annex"))).unwrap();
    std::fs::rename(&aside, &file).unwrap();
    terminal.wait_for_text("Second light");
    terminal.wait_for_text("annex");
    std::fs::write(&file, format!("{good}[ui]\ntheme = = \"dark\"\n")).unwrap();
    let screen = terminal.wait_for_text("config not reloaded");
    assert!(screen.contents().contains("Second light"), "{}", screen.contents());
    std::fs::write(&file, format!("{good}{}", view("Third light"))).unwrap();
    let screen = terminal.wait_for_text("Third light");
    assert!(!screen.contents().contains("Second light"), "{}", screen.contents());
    terminal.wait_for_text("connection annex removed");
    assert_quits(terminal);
}

/// Half of what passes between the ticks of an idle dashboard.
const AT_ONCE: Duration = Duration::from_millis(500);

/// Keys that wait for the next tick take a second, each of them; that a busy machine is as slow as that
/// once proves nothing. `answer` presses a key and tells how long it took.
#[track_caller]
pub(super) fn assert_answered_at_once(mut answer: impl FnMut() -> Duration) {
    const TRIES: usize = 30;
    assert!(
        (0..TRIES).any(|_| answer() < AT_ONCE),
        "none of {TRIES} answers came at once"
    );
}

/// Zooming needs nothing but a frame.
#[test]
fn keys_are_answered_at_once() {
    let mut terminal = demo(Size(140, 40));
    let views = |screen: &Screen| screen.contents().contains("─ Views ─");
    terminal.wait_for("both first pulls done", |screen| {
        screen.contents().contains("5 ok") && views(screen)
    });
    let mut shown = true;
    for _ in 0..40 {
        assert_answered_at_once(|| {
            shown = !shown;
            let start = Instant::now();
            terminal.send("z");
            terminal.wait_for("the zoom to change", |screen| views(screen) == shown);
            start.elapsed()
        });
    }
    assert_quits(terminal);
}
