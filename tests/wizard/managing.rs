//! What the menu does to a connection, seen in the config, on the screen and from the command line.

use crosstie::sandbox::Flavour;
use serde_json::Value;

use super::{desk::Desk, site::run};

/// Two connections to one site; the chosen one, `a`, has been granted by a person.
fn two() -> Desk {
    let desk = Desk::granted(Flavour::DataCenter, "oauth2-data-center");
    let url = desk.site.address("url");
    let words = [
        "connection",
        "add",
        "b",
        "--json",
        "--kind",
        "data-center",
        "--method",
        "pat",
        "--tokens",
        "file",
        "--secret-stdin",
        "--url",
        &url,
    ];
    let pat = desk.site.sandbox.credentials().pat;
    let added = run(desk.terminal.home(), &words, &pat);
    assert_eq!(added.code, 0, "{added:?}");
    desk.see("Connections · 2");
    desk.terminal
        .wait_for("both live", |screen| screen.contents().matches("● live").count() >= 2);
    desk
}

/// What the command line says of a connection.
fn listed(desk: &Desk, alias: &str) -> Value {
    let list = desk.run(&["connection", "list", "--json"]).last();
    let found = list.as_array().unwrap().iter().find(|one| one["alias"] == alias);
    found.unwrap_or_else(|| panic!("no {alias} in {list}")).clone()
}

fn cached(desk: &Desk, alias: &str) -> u64 {
    let words = ["issues", "--connection", alias, "--jql", "", "--json"];
    desk.run(&words).last()["total"].as_u64().unwrap()
}

#[test]
fn a_renamed_connection_keeps_its_issues_and_its_sign_in() {
    let mut desk = two();
    let issues = cached(&desk, "a");
    assert!(issues > 10);
    desk.menu("rename");
    desk.see("Rename a");
    desk.keys("\u{15}b");
    desk.see("✗ ");
    desk.keys("\r");
    desk.see("Rename a");
    desk.keys("\u{15}work\r");
    desk.see("a is called work now");
    desk.terminal.wait_for("the new name, live", |screen| {
        let text = screen.contents();
        text.contains("▌ work ") && text.matches("● live").count() >= 2
    });
    let config = desk.config();
    assert!(
        config.contains("alias = \"work\"") && !config.contains("alias = \"a\""),
        "{config}"
    );
    assert_eq!(cached(&desk, "work"), issues);
    desk.menu("test");
    desk.see("work: Configuration is valid");
    desk.assert_works("work");
    desk.quit();
}

#[test]
fn the_default_is_handed_on() {
    let mut desk = two();
    assert_eq!(listed(&desk, "a")["default"], true);
    desk.keys("j");
    desk.see("▌ b ");
    desk.menu("make default");
    desk.see("b is the default");
    desk.see("b ★");
    assert_eq!(listed(&desk, "b")["default"], true);
    assert_eq!(listed(&desk, "a")["default"], false);
    desk.quit();
}

#[test]
fn a_connection_is_switched_off_and_on_again() {
    let mut desk = two();
    desk.menu("disable");
    desk.see("a is switched off");
    desk.see("○ disabled");
    assert!(desk.config().contains("enabled = false"), "{}", desk.config());
    desk.menu("enable");
    desk.see("a is switched on");
    desk.terminal
        .wait_for("both live", |screen| screen.contents().matches("● live").count() >= 2);
    assert!(!desk.config().contains("enabled = false"), "{}", desk.config());
    desk.quit();
}

#[test]
fn a_connection_is_made_read_only_and_writable_again() {
    let mut desk = two();
    desk.menu("read-only on");
    desk.see("a is read-only");
    desk.see("● read-only");
    assert!(desk.config().contains("read_only = true"), "{}", desk.config());
    desk.menu("read-only off");
    desk.see("a may be written to");
    desk.terminal
        .wait_for("both live", |screen| screen.contents().matches("● live").count() >= 2);
    assert!(!desk.config().contains("read_only = true"), "{}", desk.config());
    desk.quit();
}

#[test]
fn removing_takes_a_decision() {
    let mut desk = two();
    let before = desk.config();
    desk.keys("x");
    desk.see("▌[ Cancel ]");
    desk.see("-alias = \"a\"");
    desk.keys("x");
    desk.keys("x\r");
    desk.terminal
        .wait_for("no box", |screen| !screen.contents().contains("[ Remove ]"));
    assert_eq!(desk.config(), before);
    desk.keys("x");
    desk.see("▌[ Cancel ]");
    desk.keys("\t");
    desk.see("▌[ Remove ]");
    desk.keys("\r");
    desk.see("a is removed with");
    desk.see("Connections · 1");
    let config = desk.config();
    assert!(
        !config.contains("alias = \"a\"") && config.contains("alias = \"b\""),
        "{config}"
    );
    for folder in ["tokens", "secrets"] {
        let left = std::fs::read_dir(desk.terminal.home().join("data").join(folder));
        let names: Vec<_> = left
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert!(!names.iter().any(|name| name == "a"), "{folder}: {names:?}");
    }
    assert_eq!(listed(&desk, "b")["default"], true);
    desk.keys("x");
    desk.see("Remove b?");
    desk.keys("y");
    desk.see("b is removed with");
    desk.see("No connection yet: n connects a Jira.");
    desk.quit();
}
