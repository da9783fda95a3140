//! A source that answers twice and out of order, and changes while it is read.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Stdio,
    sync::mpsc,
    time::Duration,
};

use crosstie::sandbox::Flavour;
use reqwest::Method;
use serde_json::json;

use crate::{
    desk::{Blow, Desk, mapping},
    site::private_file,
};

/// A bug-bounty program that is mapped.
fn bounty(flavour: Flavour) -> Desk {
    let desk = Desk::unmapped(flavour);
    desk.site.sandbox.set_service_limits(false);
    let own = desk.site.sandbox.credentials();
    let file = private_file(desk.home.path(), "hackerone.secret", &own.hackerone_token);
    let (url, program) = (
        desk.site.sandbox.hackerone_url(),
        desk.site.sandbox.programs().remove(0),
    );
    desk.append(&format!(
        "[[source]]\nname = \"bounty\"\ntype = \"hackerone\"\nurl = \"{url}\"\nprograms = [\"{program}\"]\n\
         identifier = \"{}\"\nsecret = {{ file = \"{file}\" }}\n{}",
        own.hackerone_identifier,
        mapping("bounty", crate::desk::project(flavour)).replace("severity = \"medium\"", "severity = \"critical\"")
    ));
    desk
}

/// Open reports that the mapping covers have an issue, and no others but those that were closed since.
fn assert_in_step(desk: &Desk) -> usize {
    let marked = desk.site.sandbox.marked("crosstie");
    let mut issues = 0;
    for finding in desk.list() {
        let id = finding["id"].as_str().unwrap();
        let own = marked.iter().filter(|one| one.value["finding"] == id).count();
        let wanted = finding["severity"] == "critical" && finding["state"] != "closed";
        let linked = !finding["issue"].is_null() && finding["issue"]["created"] == true;
        assert!(own <= 1 && own == usize::from(linked), "{finding:#}");
        assert!(!wanted || !finding["issue"].is_null(), "forgotten: {finding:#}");
        assert!(finding["pending"].is_null(), "{finding:#}");
        issues += own;
    }
    assert_eq!(issues, marked.len());
    issues
}

#[test]
fn reports_that_come_twice_and_out_of_order_have_one_issue_each() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let desk = bounty(flavour);
        let untidy = json!({"enabled": true});
        desk.site.control(&Method::PUT, "/services/untidy", &untidy);
        desk.to_rest();
        let first = assert_in_step(&desk);
        assert!(first >= 2, "{first} issues");
        let file = json!({"title": "Seen late", "body": "It **breaks**.", "rating": "critical"});
        let filed = desk.site.control(&Method::POST, "/reports", &file);
        let id = filed["id"].as_str().unwrap().to_owned();
        desk.kill(Blow::After, 1);
        desk.control(&format!("/reports/{id}/comment"), &json!({"message": "Any news?"}));
        desk.to_rest();
        for (verb, body) in [
            ("state", json!({"state": "triaged"})),
            ("severity", json!({"rating": "high"})),
            ("severity", json!({"rating": "critical"})),
            ("state", json!({"state": "resolved"})),
        ] {
            desk.control(&format!("/reports/{id}/{verb}"), &body);
            desk.sync();
        }
        desk.to_rest();
        assert_eq!(assert_in_step(&desk), first + 1);
        let sent = desk.writes();
        assert_eq!(desk.sync()["sent"], 0);
        assert_eq!(desk.writes(), sent);
    }
}

/// What cannot be read whole says so, and nothing is taken as gone because of it.
#[test]
fn a_scan_that_is_cut_short_gone_and_back_changes_nothing() {
    let mut desk = Desk::new(Flavour::Cloud);
    for _ in 0..3 {
        desk.find();
    }
    desk.to_rest();
    let (path, sent) = (desk.home.path().join("scan.sarif"), desk.writes());
    let whole = fs::read(&path).unwrap();
    let look = |expected: &str| {
        let ran = desk.run(&["sync", "--json"]);
        assert!(ran.err.contains(expected), "{ran:?}");
        assert!(desk.list().iter().all(|finding| finding["state"] == "open"));
    };
    for (part, expected) in [
        (
            &whole[..whole.len() / 2],
            "the log ends in the middle, as if it were still being written",
        ),
        (&whole[..1], "the log ends in the middle"),
        (b"", "the file is empty"),
        (&whole, ""),
    ] {
        fs::write(&path, part).unwrap();
        look(expected);
    }
    fs::remove_file(&path).unwrap();
    look("does not exist");
    fs::write(&path, &whole).unwrap();
    look("");
    assert_eq!(desk.writes(), sent);
    desk.mend(2);
    desk.to_rest();
    assert_eq!(desk.issue(2).1, "Done", "what a whole scan holds no more is gone");
    assert_eq!(desk.assert_once(), 3);
}

/// Text that means something to a terminal, a template or Jira's markup arrives as the text that it is.
#[test]
fn hostile_titles_have_an_issue_each_and_stay_text() {
    let titles = [
        ("", "G1"),
        ("\u{1b}[31mred\u{7}\u{0}", "[31mred"),
        ("safe\u{202e}gpj.exe", "safegpj.exe"),
        ("{{{{title}}}} {% raw %}", "{{title}} {% raw %}"),
        ("@robin [~robin] !image |a| {code}", "@robin [~robin] !image |a| {code}"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ];
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let mut desk = Desk::new(flavour);
        for (title, _) in titles {
            let number = desk.find();
            let weakness = desk.scan.iter_mut().find(|one| one.number == number).unwrap();
            title.clone_into(&mut weakness.title);
        }
        let number = desk.find();
        let huge = "word ".repeat(200_000);
        desk.scan.iter_mut().find(|one| one.number == number).unwrap().title = huge;
        desk.write_scan();
        desk.to_rest();
        assert_eq!(desk.assert_once(), titles.len() + 1);
        let summaries = desk.issues(|issue| {
            let ours = issue.properties.contains_key("crosstie");
            ours.then(|| issue.summary.to_string()).into_iter().collect()
        });
        for (title, expected) in titles {
            assert!(
                summaries.iter().any(|summary| summary == expected),
                "{title:?}: {summaries:?}"
            );
        }
        let cut = |summary: &String| summary.starts_with("word word") && summary.chars().count() <= 255;
        assert!(summaries.iter().any(cut));
        let listed = desk.run(&["finding", "list", "--all"]).out;
        assert!(!listed.contains(['\u{1b}', '\u{7}', '\u{0}', '\u{202e}']), "{listed:?}");
    }
}

/// Without a dashboard there is only standard error to say that a file is broken.
#[test]
fn a_watch_says_at_once_what_it_cannot_read() {
    let desk = Desk::new(Flavour::Cloud);
    fs::write(desk.home.path().join("scan.sarif"), "{\n \"version\": 2,").unwrap();
    let mut command = desk.command(&["sync", "--watch", "--json"]);
    let mut watch = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let (sender, said) = mpsc::channel();
    let lines = BufReader::new(watch.stderr.take().unwrap()).lines();
    std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let found = std::iter::from_fn(|| said.recv_timeout(Duration::from_secs(60)).ok())
        .find(|line| line.contains("scan.sarif:2: the log ends in the middle"));
    watch.kill().unwrap();
    watch.wait().unwrap();
    assert!(found.is_some_and(|line| line.starts_with("note: scans: ")));
}
