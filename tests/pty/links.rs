//! Keys as links of the terminal, byte for byte.

use super::harness::{Size, Start, Terminal, selected_key};
use super::stories::{DEMO, assert_quits, wait_for_selected};

fn demo_on(term: &str, arguments: &[&str]) -> Terminal {
    let terminal = Start::crosstie(arguments)
        .size(Size(140, 40))
        .environment(&[("TERM", term)])
        .run();
    terminal.wait_for("both sites pulled", |screen| {
        screen.contents().contains("● 5 ok") || screen.contents().contains("* 5 ok")
    });
    wait_for_row(&terminal);
    terminal
}

fn wait_for_row(terminal: &Terminal) {
    terminal.wait_for("an issue", |screen| {
        selected_key(screen).is_some() || screen.contents().contains("> ")
    });
}

/// Address and text of every link.
fn links(output: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for part in output.split("\u{1b}]8;id=").skip(1) {
        let (address, rest) = part.split_once("\u{1b}\\").expect("an end of the address");
        let (text, _) = rest.split_once("\u{1b}]8;;\u{1b}\\").expect("an end of the link");
        let (_, address) = address.split_once(';').expect("an id");
        found.push((address, text));
    }
    found
}

#[test]
fn keys_lead_to_their_issues_and_take_no_room() {
    let terminal = demo_on("xterm-256color", DEMO);
    let key = wait_for_selected(&terminal);
    let output = terminal.frames();
    let links = links(&output);
    assert!(
        links
            .iter()
            .any(|(address, text)| address.ends_with(&format!("/browse/{key}")) && text.contains(&key)),
        "{key} leads nowhere: {links:?}"
    );
    for (address, text) in &links {
        assert!(
            address.starts_with("http://") || address.starts_with("https://"),
            "{address}"
        );
        assert!(address.bytes().all(|byte| byte.is_ascii_graphic()), "{address:?}");
        assert!(!text.contains("\u{1b}]"), "a link in a link: {text:?}");
    }
    assert_eq!(
        output.matches("\u{1b}]8;;\u{1b}\\").count(),
        links.len(),
        "each is closed"
    );
    let columns = |terminal: &Terminal| {
        let rows: Vec<String> = terminal.screen().rows(0, 140).collect();
        let heading = rows.iter().find(|row| row.contains("SUMMARY")).cloned();
        heading.and_then(|row| row.find("SUMMARY"))
    };
    let plain = demo_on("linux", DEMO);
    assert!(columns(&terminal).is_some());
    assert_eq!(columns(&terminal), columns(&plain));
    assert!(!plain.output().contains("\u{1b}]8;"));
    assert_quits(plain);
    assert_quits(terminal);
}

#[test]
fn ascii_has_no_links() {
    let arguments = [DEMO, &["--ascii"]].concat();
    let terminal = demo_on("xterm-256color", &arguments);
    assert!(!terminal.output().contains("\u{1b}]8;"));
    assert_quits(terminal);
}
