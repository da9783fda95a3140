//! What every screen promises: room, keys, colours, columns, and a terminal that is given back.

use std::cell::RefCell;
use std::time::Instant;

use vt100::Screen;

use super::harness::{Size, Start, Terminal, assert_unbroken, selected_key, shows_a_key};
use super::stories::{DEMO, assert_answered_at_once, assert_quits, demo, move_down, wait_for_selected};

const F5: &str = "\u{1b}[15~";
const ESC: &str = "\u{1b}";
const SIZES: [Size; 5] = [Size(60, 20), Size(80, 24), Size(100, 30), Size(140, 40), Size(300, 80)];

/// Keys that lead from one screen to the next, and what tells that it is there.
const WALK: [(&str, &str); 5] = [
    ("\r", " esc back"),
    ("4", "[4 Connections]"),
    ("6", "[6 Sync]"),
    (":", "━ Command ━"),
    ("sync", "> sync"),
];

fn rows(screen: &Screen) -> Vec<String> {
    screen.rows(0, screen.size().1.get()).collect()
}

/// The row above the hints: what happens, or happened last.
fn status(screen: &Screen) -> String {
    let mut rows = rows(screen);
    rows.truncate(rows.len() - 1);
    rows.pop().unwrap_or_default()
}

#[track_caller]
fn wait_until_gone(terminal: &Terminal, text: &str) -> Screen {
    terminal.wait_for(&format!("the end of {text:?}"), |screen| {
        !screen.contents().contains(text)
    })
}

/// All that can sign in are pulled, and views and tags counted, so that nothing but polls is left to
/// change the screen.
fn pulled(size: Size) -> Terminal {
    let terminal = demo(size);
    terminal.wait_for("all first pulls done", |screen| {
        let text = screen.contents();
        let done = text.contains("● 5")
            && text.contains("◌ 1")
            && !text.contains("pulling")
            && !text.contains("first pull is not");
        done && (size.0 < 100 || is_counted(screen))
    });
    terminal
}

/// Every view and every tag of the frozen demo has the number that it keeps: one of them can have it while
/// the issues behind another are still being read.
fn is_counted(screen: &Screen) -> bool {
    let rows = rows(screen);
    let panes: Vec<&str> = rows.iter().flat_map(|row| row.split('│')).collect();
    let counted = |(name, number): (&str, &str)| {
        let mut panes = panes.iter().filter(|pane| pane.contains(name));
        panes.any(|pane| pane.ends_with(number))
    };
    COUNTED.into_iter().all(counted)
}

const COUNTED: [(&str, &str); 9] = [
    ("My open work", " 43"),
    ("Reported by me", " 4"),
    ("Recently upda", " 60"),
    ("All open", " 67"),
    ("#payments", " 4"),
    ("#checkout", " 4"),
    ("#security", " 3"),
    ("#ledger", " 2"),
    ("#mobile", " 2"),
];

#[test]
fn every_screen_fits_every_size_and_ends_with_help() {
    for size in SIZES {
        let mut terminal = pulled(size);
        wait_for_fit(&terminal, "[1 Issues]");
        for (keys, shown) in WALK {
            terminal.send(keys);
            wait_for_fit(&terminal, shown);
        }
        terminal.send(ESC);
        wait_until_gone(&terminal, "━ Command ━");
        assert_quits(terminal);
    }
}

#[track_caller]
fn wait_for_fit(terminal: &Terminal, shown: &str) {
    let screen = terminal.wait_for(&format!("{shown:?} over an uncut hint for help"), |screen| {
        let last = rows(screen).pop().unwrap_or_default();
        let last = last.trim_end();
        screen.contents().contains(shown) && (last.ends_with("? help") || last.ends_with("F1 help"))
    });
    assert_unbroken(&screen);
}

#[test]
fn resizing_keeps_key_filter_and_screen() {
    let mut terminal = pulled(Size(140, 40));
    terminal.send("/the\r");
    terminal.wait_for("the filter in force", |screen| {
        let text = screen.contents();
        text.contains("/ the") && text.contains(" r refresh")
    });
    let key = move_down(&mut terminal, 2);
    for size in [Size(60, 20), Size(100, 30), Size(140, 40)] {
        terminal.resize(size);
        terminal.wait_for("key, filter and screen", |screen| {
            let text = screen.contents();
            selected_key(screen).as_ref() == Some(&key) && text.contains("/ the") && text.contains("[1 Issues]")
        });
    }
    terminal.send("6");
    terminal.wait_for_text("[6 Sync]");
    terminal.resize(Size(60, 20));
    terminal.wait_for_text("[6 Sync]");
    assert_quits(terminal);
}

#[test]
fn help_lists_what_works_here_and_leaves_the_frame_as_it_was() {
    let mut terminal = pulled(Size(100, 40));
    let before = wait_until_still(&terminal);
    terminal.send("?");
    terminal.wait_for_text("edit JQL");
    terminal.send("refr");
    terminal.wait_for("the one row about refreshing", |screen| {
        let text = screen.contents();
        text.contains("refresh this") && !text.contains("edit JQL")
    });
    let screen = terminal.screen();
    let row = rows(&screen)
        .into_iter()
        .find(|row| row.contains("refresh this"))
        .unwrap();
    let words: Vec<&str> = row.split_whitespace().collect();
    assert!(words.contains(&"r") && words.contains(&"F5"), "{row}");
    terminal.send(ESC);
    wait_for_again(&terminal, &before);
    for (digit, here, not_here) in [("4", "refresh this", "edit JQL"), ("6", "follow the log", "edit JQL")] {
        terminal.send(digit);
        wait_until_gone(&terminal, "[1 Issues]");
        terminal.send("?");
        let screen = terminal.wait_for_text(here);
        assert!(!screen.contents().contains(not_here), "{}", screen.contents());
        terminal.send(ESC);
        wait_until_gone(&terminal, here);
    }
    assert_quits(terminal);
}

/// What the screen shows once it stays so, the news as well: lists, counts and the preview are read beside
/// each other, and none of them says that another is still to come. A frame is drawn for every tick.
#[track_caller]
fn wait_until_still(terminal: &Terminal) -> Vec<String> {
    const FRAMES: usize = 5;
    let seen = RefCell::new(Vec::new());
    let screen = terminal.wait_for("a screen that stays as it is", |screen| {
        let (mut seen, now) = (seen.borrow_mut(), rows(screen));
        seen.retain(|before| *before == now);
        seen.push(now);
        seen.len() == FRAMES
    });
    without_news(&screen)
}

#[track_caller]
fn wait_for_again(terminal: &Terminal, before: &[String]) {
    let what = format!("this frame\n{}\n", before.join("\n"));
    terminal.wait_for(&what, |screen| {
        screen.alternate_screen() && without_news(screen) == before
    });
}

/// All but the rows that a poll changes at any time.
fn without_news(screen: &Screen) -> Vec<String> {
    let mut rows = rows(screen);
    let hints = rows.pop();
    rows.pop();
    let strip = rows.iter().position(|row| row.contains("─ Sync log ─"));
    rows.truncate(strip.unwrap_or(rows.len()));
    rows.extend(hints);
    // A blank that was drawn looks like one that was not.
    rows.iter().map(|row| row.trim_end().to_owned()).collect()
}

/// What tells that a refresh was heard: the status row until its runs end, which can be before
/// anybody looks, then the latest message above it.
fn refresh_told(screen: &Screen) -> Option<String> {
    let row = status(screen);
    if row.contains("● refreshing") {
        return Some(row);
    }
    // A message may take several rows; the newest is the lowest.
    let rows = rows(screen);
    let mut lowest = rows.iter().rev().skip(2).take(4);
    let newest = lowest.find(|row| row.contains(" ✓ ") || row.contains("mouse"))?;
    let message = newest.rsplit_once(" ✓ ")?.1.to_owned();
    message.contains("nothing new").then_some(message)
}

#[track_caller]
fn wait_for_refresh(terminal: &Terminal) -> String {
    let screen = terminal.wait_for("a refresh", |screen| refresh_told(screen).is_some());
    refresh_told(&screen).unwrap()
}

/// The demo's clock stands still and so does its last message: each key is told from the one
/// before by a message in between.
#[test]
fn refreshing_is_answered_at_once_on_every_screen() {
    let mut terminal = pulled(Size(140, 40));
    let key = move_down(&mut terminal, 1);
    let page = format!("┏━ {key} ·");
    for (keys, shown) in [
        ("", ""),
        ("\r", page.as_str()),
        ("4", "▌ acme "),
        ("j", "▌ acme-app"),
        ("6G", "▌ 1 "),
    ] {
        let is_chosen = |screen: &Screen| match shown {
            "" => selected_key(screen).as_ref() == Some(&key),
            _ => screen.contents().contains(shown),
        };
        terminal.send(keys);
        terminal.wait_for("the selection", is_chosen);
        for refresh in ["r", F5] {
            assert_answered_at_once(|| {
                terminal.send("M");
                terminal.wait_for("another message and no refresh", |screen| {
                    screen.contents().contains("mouse") && refresh_told(screen).is_none()
                });
                let start = Instant::now();
                terminal.send(refresh);
                wait_for_refresh(&terminal);
                let taken = start.elapsed();
                terminal.wait_for("what came of it", |screen| {
                    !status(screen).contains("refreshing") && refresh_told(screen).is_some()
                });
                terminal.wait_for("the selection of before", is_chosen);
                taken
            });
        }
    }
    assert_quits(terminal);
}

#[test]
fn a_filter_survives_refreshing_and_goes_before_the_screen_does() {
    let mut terminal = pulled(Size(100, 30));
    terminal.send("/the");
    let counted = |screen: &Screen| {
        let mut rows = rows(screen).into_iter();
        rows.any(|row| row.contains("/ the") && has_count(&row))
    };
    terminal.wait_for("the filter with its count", counted);
    terminal.send("\rr");
    wait_for_refresh(&terminal);
    terminal.wait_for("the filter with its count", counted);
    terminal.send(ESC);
    wait_until_gone(&terminal, "/ the");
    terminal.send("6");
    terminal.wait_for_text("[6 Sync]");
    terminal.send("/acme\r");
    terminal.wait_for_text("/ acme");
    terminal.send(ESC);
    let screen = wait_until_gone(&terminal, "/ acme");
    assert!(screen.contents().contains("[6 Sync]"), "{}", screen.contents());
    terminal.send(ESC);
    terminal.wait_for_text("[1 Issues]");
    assert_quits(terminal);
}

/// `5 of 23`.
fn has_count(row: &str) -> bool {
    let is_number = |word: Option<&str>| word.is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    row.match_indices(" of ").any(|(at, of)| {
        is_number(row[..at].split_whitespace().next_back()) && is_number(row[at + of.len()..].split_whitespace().next())
    })
}

#[test]
fn commands_run_by_name_and_say_why_they_cannot() {
    let mut terminal = pulled(Size(140, 40));
    terminal.send(":");
    terminal.wait_for_text("━ Command ━");
    terminal.send("sync ac");
    terminal.wait_for_text("> sync ac");
    terminal.send("\r");
    let told = wait_for_refresh(&terminal);
    assert!(told.contains("acme") && !told.contains("lab"), "{told}");
    let screen = terminal.screen();
    assert!(!screen.contents().contains("━ Command ━"), "{}", screen.contents());
    terminal.send(":");
    terminal.wait_for_text("━ Command ━");
    terminal.send("follow the log");
    terminal.wait_for_text("not with the focus on Issues");
    terminal.send(ESC);
    wait_until_gone(&terminal, "━ Command ━");
    terminal.send("6");
    terminal.wait_for("a poll of acme", |screen| {
        rows(screen)
            .iter()
            .any(|row| row.contains("acme") && row.contains("poll"))
    });
    assert_quits(terminal);
}

#[test]
fn no_color_means_no_colours() {
    let mut terminal = Start::crosstie(DEMO)
        .size(Size(140, 40))
        .environment(&[("NO_COLOR", "1")])
        .run();
    wait_for_selected(&terminal);
    for (keys, shown) in WALK {
        terminal.send(keys);
        terminal.wait_for_text(shown);
    }
    let output = terminal.output();
    let colours: Vec<&str> = sgr(&output).filter(|code| is_colour(code)).collect();
    assert!(colours.is_empty(), "{colours:?}");
    assert!(sgr(&output).count() > 0, "nothing is told apart at all");
    terminal.send(ESC);
    wait_until_gone(&terminal, "━ Command ━");
    terminal.send("1");
    wait_for_selected(&terminal);
    assert_quits(terminal);
}

/// Each parameter of each sequence that sets a style.
fn sgr(output: &str) -> impl Iterator<Item = &str> {
    output.split("\u{1b}[").skip(1).flat_map(|sequence| {
        let end = sequence.find(|c: char| !matches!(c, '0'..='9' | ';' | ':'));
        let (codes, rest) = sequence.split_at(end.unwrap_or(sequence.len()));
        let codes = if rest.starts_with('m') { codes } else { "" };
        codes.split([';', ':']).filter(|code| !code.is_empty())
    })
}

fn is_colour(code: &str) -> bool {
    matches!(code.parse(), Ok(30..=38 | 40..=48 | 58 | 90..=107))
}

#[test]
fn styles_are_found_in_output() {
    let codes: Vec<&str> = sgr("a\u{1b}[1;38;5;80mb\u{1b}[2J\u{1b}[39m\u{1b}[0m31m").collect();
    assert_eq!(codes, ["1", "38", "5", "80", "39", "0"]);
    assert!(is_colour("38") && is_colour("97") && !is_colour("39") && !is_colour("7"));
}

#[test]
fn ascii_means_ascii() {
    let arguments = [DEMO, &["--ascii"]].concat();
    let mut terminal = Start::crosstie(&arguments).size(Size(140, 40)).run();
    terminal.wait_for("issues", |screen| {
        shows_a_key(screen) && screen.contents().contains("* 5 ok")
    });
    terminal.send("G");
    for (keys, shown) in [
        ("\r", " esc back"),
        ("4", "[4 Connections]"),
        ("6", "[6 Sync]"),
        ("?", "MOVE"),
    ] {
        assert_ascii(&terminal.screen());
        terminal.send(keys);
        terminal.wait_for_text(shown);
    }
    assert_ascii(&terminal.screen());
    let output = terminal.output();
    let other: Vec<char> = output.chars().filter(|c| !c.is_ascii() || *c == '\u{7f}').collect();
    assert!(other.is_empty(), "{other:?}");
    terminal.send(ESC);
    wait_until_gone(&terminal, "MOVE");
    assert_quits(terminal);
}

#[track_caller]
fn assert_ascii(screen: &Screen) {
    let odd: String = screen
        .contents()
        .chars()
        .filter(|c| *c != '\n' && !(' '..='~').contains(c))
        .collect();
    assert!(odd.is_empty(), "{odd:?} in\n{}", screen.contents());
}

/// Chinese, joined emoji, combining marks and writing from right to left, in a list on which the
/// next column starts where it starts in every other row.
#[test]
fn columns_line_up_behind_every_script() {
    let mut terminal = pulled(Size(120, 130));
    terminal.send("v");
    terminal.wait_for_text("━ Views ━");
    terminal.send("all open\r");
    let told = ["返金処理", "Emoji: 👩", "Combining marks: Z\u{351}", "فاتورة", "ชำระ"];
    let screen = terminal.wait_for("all scripts", |screen| {
        let text = screen.contents();
        text.contains("━ All open") && told.iter().all(|part| text.contains(part))
    });
    let rows = rows(&screen);
    let headings = rows.iter().position(|row| row.contains("SUMMARY")).unwrap();
    let end = rows.iter().position(|row| row.contains('┗')).unwrap();
    let at = |row: usize, column: u16| screen.cell(u16::try_from(row).unwrap(), column).unwrap();
    let find = |row: usize, text: &str| {
        let cells = |column: u16| (column..120).map(move |column| at(row, column).contents());
        (0..120)
            .find(|&column| cells(column).collect::<String>().starts_with(text))
            .unwrap()
    };
    let (next, edge) = (find(headings, "ASSIGNEE"), find(headings, "UPD") + 3);
    let issues = headings + 1..end;
    assert!(issues.len() > 60, "{}", screen.contents());
    let is_blank = |row: usize, column: u16| at(row, column).contents().trim().is_empty();
    for row in issues.take_while(|&row| !is_blank(row, edge - 1)) {
        let text = &rows[row];
        assert_eq!(at(row, edge).contents(), "┃", "{text}");
        assert!(is_blank(row, next - 1) && !at(row, next - 1).is_wide(), "{text}");
        assert!(!at(row, next).is_wide_continuation(), "{text}");
        let assignee: String = (next..edge).map(|column| at(row, column).contents()).collect();
        assert!(!assignee.starts_with(' '), "{text}");
    }
    assert_quits(terminal);
}

#[test]
fn redrawing_leaves_the_frame_as_it_was() {
    let mut terminal = pulled(Size(100, 30));
    let before = wait_until_still(&terminal);
    terminal.send("\u{c}");
    wait_for_again(&terminal, &before);
    move_down(&mut terminal, 1);
    assert_eq!(
        terminal.output().matches("\u{1b}[2J").count(),
        1,
        "the screen was not cleared once"
    );
    assert_quits(terminal);
}

#[test]
fn a_suspended_dashboard_comes_back_as_it_was() {
    let mut shell = Start::program("/bin/sh", &["-i"])
        .size(Size(100, 30))
        .environment(&[("PS1", "READY "), ("ENV", "")])
        .run();
    shell.wait_for_text("READY");
    shell.send(&format!("'{}' {}\r", env!("CARGO_BIN_EXE_crosstie"), DEMO.join(" ")));
    shell.wait_for("both first pulls done and tags counted", |screen| {
        let text = screen.contents();
        let done = text.contains("● 5") && text.contains("◌ 1") && !text.contains("pulling");
        done && is_counted(screen) && selected_key(screen).is_some()
    });
    let key = move_down(&mut shell, 2);
    shell.wait_for_text(&format!("─ {key} ·"));
    let before = wait_until_still(&shell);
    shell.send("\u{1a}");
    let screen = shell.wait_for("the shell's prompt", |screen| {
        !screen.alternate_screen() && screen.contents().matches("READY").count() == 2
    });
    assert!(!screen.hide_cursor() && !screen.bracketed_paste());
    shell.send("stty -a | tr -d '\\n' | grep -c -E '[^-]icanon.*[^-]echo ' \r");
    shell.wait_for("line editing and echo", |screen| {
        rows(screen).iter().any(|row| row.trim() == "1")
    });
    shell.send("fg\r");
    wait_for_again(&shell, &before);
    shell.send("q");
    // Typed before the prompt, the line would still be read, and dropped, by the program.
    shell.wait_for("the shell's prompt again", |screen| {
        let last = rows(screen)
            .iter()
            .rev()
            .map(|row| row.trim().to_owned())
            .find(|row| !row.is_empty());
        !screen.alternate_screen() && last.as_deref() == Some("READY")
    });
    shell.send("exit\r");
    shell.exit_status();
    shell.assert_restored();
}
