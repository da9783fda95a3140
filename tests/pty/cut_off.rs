//! A site that was there and is gone: what is cached stays, what is wrong is told, and commands say
//! it to scripts.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use vt100::Screen;

use super::harness::{Size, Start, selected_key};
use super::stories::assert_quits;

const TOKEN: &str = "SCRATCH_TOKEN";
const PROGRAM: &str = env!("CARGO_BIN_EXE_crosstie");

/// A Jira in a process of its own, so that it can go away.
struct Site {
    child: Child,
    config: String,
    token: String,
}

impl Site {
    fn start() -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["sandbox", "--quiet", "--issues", "40"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut told)
            .unwrap();
        let told: Value = serde_json::from_str(&told).unwrap();
        let account = &told["credentials"]["api-token"];
        let config = format!(
            "[[connection]]\nalias = \"acme\"\nkind = \"cloud\"\nurl = {}\ngateway_url = {}\n\
             auth = {{ method = \"api-token\", email = {}, secret = {{ env = \"{TOKEN}\" }} }}\n",
            told["url"], told["gateway_url"], account["email"]
        );
        let token = account["token"].as_str().unwrap().to_owned();
        Self { child, config, token }
    }

    fn run(&self, home: &TempDir, line: &[&str]) -> Output {
        Command::new(PROGRAM)
            .args(line)
            .env("CROSSTIE_CONFIG", home.path().join("config.toml"))
            .env("CROSSTIE_DATA_DIR", home.path().join("data"))
            .env(TOKEN, &self.token)
            .env_remove("CROSSTIE_LOG")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn stop(&mut self) {
        // Gone already when this is called for the second time.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop();
    }
}

#[test]
fn a_site_that_goes_away_is_told_everywhere() {
    let mut site = Site::start();
    let token = site.token.clone();
    let mut terminal = Start::crosstie(&[])
        .size(Size(140, 40))
        .config(&site.config)
        .environment(&[(TOKEN, &token)])
        .run();
    terminal.wait_for("all issues of a site that is reached", |screen| {
        let text = screen.contents();
        let whole = !text.contains("pulling") && !text.contains("first pull is not");
        whole && text.contains("● 1 ok") && selected_key(screen).is_some()
    });
    site.stop();
    terminal.send("r");
    let screen = terminal.wait_for("the sign for offline, and how old the list is", |screen| {
        let text = screen.contents();
        text.contains("◌ 1 offline") && text.contains("cached ")
    });
    assert!(selected_key(&screen).is_some(), "{}", screen.contents());
    let text = screen.contents();
    let (_, after) = text.split_once("cached ").expect("how fresh the list is");
    let time: Vec<&str> = after.split([':', ' ']).take(2).collect();
    assert!(
        time.iter().all(|part| part.len() == 2 && part.parse::<u8>().is_ok()),
        "{time:?}"
    );
    terminal.send("6");
    terminal.wait_for("which attempt it was and when the next one is", |screen| {
        has_attempt(screen, " · next run in ") && screen.contents().contains("✗ failed")
    });
    terminal.send("4");
    terminal.wait_for("the same among the connections", |screen| {
        has_attempt(screen, " · next try in ")
    });
    assert_quits(terminal);
}

/// `attempt 1` before these words; more of them where the machine is slow.
fn has_attempt(screen: &Screen, words: &str) -> bool {
    let text = screen.contents();
    let mut found = text.match_indices(words);
    found.any(|(at, _)| {
        let number = text[..at].rsplit_once("attempt ").map(|(_, number)| number);
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    })
}

#[test]
fn scripts_get_plain_json_and_are_told_what_failed() {
    let mut site = Site::start();
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("config.toml"), &site.config).unwrap();
    assert!(site.run(&home, &["sync"]).status.success());
    let listed = site.run(&home, &["issues", "--jql", "", "--json"]);
    assert!(listed.status.success());
    assert!(!listed.stdout.contains(&0x1b));
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(
        listed["issues"].as_array().map(Vec::len),
        listed["total"].as_u64().map(|total| total as usize)
    );
    assert!(listed["total"].as_u64() > Some(10));
    assert!(site.run(&home, &["doctor"]).status.success());

    site.stop();
    let report = site.run(&home, &["doctor", "--json"]);
    assert!(!report.status.success());
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let failed: Vec<&str> = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["ok"] == false)
        .map(|check| check["name"].as_str().unwrap())
        .collect();
    assert!(
        !failed.is_empty() && failed.iter().all(|name| name.starts_with("acme ")),
        "{failed:?}"
    );
    let told = site.run(&home, &["doctor"]);
    assert!(!told.status.success());
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(failed.iter().all(|name| told.contains(name)), "{told}");
    assert!(!told.contains('\u{1b}'));
}
