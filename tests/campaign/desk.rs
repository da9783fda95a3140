//! A sandbox, a crosstie with folders of its own, a scan that is mapped to issues, and the end that
//! every story must come to.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Child, Command},
    thread,
    time::Duration,
};

use crosstie::sandbox::{Fault, FaultRule, Flavour, Marked, model::IssueIdx};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::site::{Ran, Site, crosstie, ended, private_file};

/// Runs after which everything must have come to rest.
const ROUNDS: usize = 14;

/// What a run takes at most between two looks at it.
const GLANCE: Duration = Duration::from_micros(500);

/// Somewhere within a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blow {
    /// The nth request arrived and did nothing.
    Before,
    /// The nth change was made, and nobody was told.
    After,
    /// The nth change was made; the answer may have come, and be written down or not.
    Meanwhile,
}

/// Something that the scanner found.
#[derive(Debug, Clone)]
pub(crate) struct Weakness {
    pub(crate) number: usize,
    pub(crate) title: String,
    pub(crate) level: &'static str,
}

pub(crate) struct Desk {
    pub(crate) site: Site,
    pub(crate) home: TempDir,
    pub(crate) scan: Vec<Weakness>,
    found: usize,
}

impl Desk {
    /// A connection with an automatic mapping for one scanner, and everything pulled.
    pub(crate) fn new(flavour: Flavour) -> Self {
        let desk = Self::unmapped(flavour);
        let source = "[[source]]\nname = \"scans\"\ntype = \"sarif\"\npaths = [\"scan.sarif\"]\n";
        desk.append(&format!("{source}{}", mapping("scans", project(flavour))));
        desk.write_scan();
        desk.sync();
        desk
    }

    /// A connection alone.
    pub(crate) fn unmapped(flavour: Flavour) -> Self {
        let desk = Self {
            site: Site::at(flavour, ""),
            home: tempfile::tempdir().unwrap(),
            scan: Vec::new(),
            found: 0,
        };
        let own = desk.site.sandbox.credentials();
        let (kind, auth, secret) = match flavour {
            Flavour::Cloud => {
                let auth = format!("method = \"api-token\", email = \"{}\"", own.email);
                ("cloud", auth, own.api_token)
            }
            Flavour::DataCenter => ("data-center", "method = \"pat\"".to_owned(), own.pat),
        };
        let file = private_file(desk.home.path(), "jira.secret", &secret);
        let url = desk.site.address("url");
        fs::write(
            desk.config(),
            format!(
                "[[connection]]\nalias = \"a\"\nkind = \"{kind}\"\nurl = \"{url}\"\ntimeout = \"20s\"\n\
                 auth = {{ {auth}, secret = {{ file = \"{file}\" }} }}\n"
            ),
        )
        .unwrap();
        desk
    }

    fn config(&self) -> PathBuf {
        self.home.path().join("config.toml")
    }

    pub(crate) fn append(&self, text: &str) {
        let config = fs::read_to_string(self.config()).unwrap();
        fs::write(self.config(), config + text).unwrap();
    }

    /// Changes the config by hand.
    pub(crate) fn edit(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.config()).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        fs::write(self.config(), text.replace(from, to)).unwrap();
    }

    /// The scanner finds something new, and answers its number.
    pub(crate) fn find(&mut self) -> usize {
        self.found += 1;
        let number = self.found;
        self.scan.push(Weakness {
            number,
            title: format!("Weakness {number} of the gateway"),
            level: "error",
        });
        self.write_scan();
        number
    }

    /// The scanner says something else of what it found.
    pub(crate) fn retitle(&mut self, number: usize, what: &str) {
        for weakness in self.scan.iter_mut().filter(|weakness| weakness.number == number) {
            weakness.title = format!("Weakness {number} {what}");
        }
        self.write_scan();
    }

    /// The scanner finds again what it had found no more.
    pub(crate) fn find_again(&mut self, number: usize) {
        self.scan.push(Weakness {
            number,
            title: format!("Weakness {number} of the gateway, back again"),
            level: "error",
        });
        self.write_scan();
    }

    /// The scanner finds it no more.
    pub(crate) fn mend(&mut self, number: usize) {
        self.scan.retain(|weakness| weakness.number != number);
        self.write_scan();
    }

    pub(crate) fn write_scan(&self) {
        let result = |weakness: &Weakness| {
            json!({
                "ruleId": "G1", "level": weakness.level, "message": {"text": weakness.title},
                "fingerprints": {"probe/v1": format!("weakness-{:04}", weakness.number)},
                "hostedViewerUri": format!("https://scans.example/{}", weakness.number),
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/gate.rs"}}}],
            })
        };
        let results: Vec<Value> = self.scan.iter().map(result).collect();
        let log = json!({
            "version": "2.1.0",
            "runs": [{"tool": {"driver": {"name": "probe", "rules": [{"id": "G1"}]}}, "results": results}],
        });
        fs::write(self.home.path().join("scan.sarif"), log.to_string()).unwrap();
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = crosstie(self.home.path(), words);
        command.env("CROSSTIE_LOG", "warn");
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        ended(self.command(words).spawn().unwrap())
    }

    pub(crate) fn start_sync(&self) -> Child {
        self.command(&["sync", "--json"]).spawn().unwrap()
    }

    /// One run, whatever it came to.
    pub(crate) fn sync(&self) -> Value {
        self.run(&["sync", "--json"]).last()
    }

    /// All findings, closed ones too.
    pub(crate) fn list(&self) -> Vec<Value> {
        let listed = self.run(&["finding", "list", "--all", "--json"]).last();
        listed["findings"].as_array().unwrap().clone()
    }

    /// A finding of the scan with everything about it.
    pub(crate) fn show(&self, number: usize) -> Value {
        let id = self.id(number);
        self.run(&["finding", "show", &id, "--json"]).last()
    }

    pub(crate) fn id(&self, number: usize) -> String {
        let start = format!("Weakness {number} ");
        let listed = self.list();
        let found = listed
            .iter()
            .find(|finding| finding["title"].as_str().unwrap().starts_with(&start));
        found.unwrap()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn retry(&self, number: usize) -> Ran {
        let id = self.id(number);
        self.run(&["finding", "retry", &id, "--json"])
    }

    /// What became of a finding: key of its issue.
    pub(crate) fn key(&self, number: usize) -> String {
        self.show(number)["issue"]["key"].as_str().unwrap().to_owned()
    }

    /// From now on something goes wrong.
    pub(crate) fn fault(&self, rule: FaultRule) -> u64 {
        let faults = self.site.sandbox.faults();
        self.site.runtime.block_on(faults.add(rule))
    }

    pub(crate) fn without(&self, fault: u64) {
        let faults = self.site.sandbox.faults();
        assert!(self.site.runtime.block_on(faults.remove(fault)));
    }

    /// The search index lags behind what happens from now on.
    pub(crate) fn lag(&self, seconds: u64) {
        self.fault(FaultRule::always(Fault::IndexLag { seconds }));
    }

    /// An administrator or a colleague does something.
    pub(crate) fn control(&self, path: &str, body: &Value) {
        self.site.control(&Method::POST, path, body);
    }

    pub(crate) fn writes(&self) -> usize {
        self.site.sandbox.writes().len()
    }

    /// Requests so far that were to make an issue.
    pub(crate) fn creates(&self) -> usize {
        let writes = self.site.sandbox.writes();
        writes.iter().filter(|write| write.endpoint == "POST issue").count()
    }

    /// Time passes, while no process runs: for the site, and for everything that waits here. The program
    /// has no other clock than the system's, so what it wrote down is made older instead.
    pub(crate) fn pass(&self, minutes: i64) {
        self.site.sandbox.advance(SignedDuration::from_mins(minutes));
        let store = rusqlite::Connection::open(self.home.path().join("data/crosstie.db")).unwrap();
        let by = minutes * 60_000;
        store
            .execute("UPDATE outbox SET next_at = next_at - ?1, sent_at = sent_at - ?1", [by])
            .unwrap();
        store.execute("UPDATE link SET look_at = look_at - ?1", [by]).unwrap();
        store
            .execute("UPDATE connection SET paused = paused - ?1", [by])
            .unwrap();
    }

    /// Starts a run and kills it at the nth point of a kind. False if the run ended before.
    pub(crate) fn kill(&self, blow: Blow, nth: usize) -> bool {
        let wanted = self.writes() + nth;
        let times = u32::try_from(nth).unwrap();
        let silence = |done| FaultRule::always(Fault::Silence { done }).from_nth(times).times(1);
        let fault = match blow {
            Blow::Before => Some(self.fault(silence(false))),
            Blow::After => Some(self.fault(silence(true).writes())),
            Blow::Meanwhile => None,
        };
        let faults = self.site.sandbox.faults();
        let reached = || match blow {
            Blow::Before => faults.list().iter().any(|one| Some(one.id) == fault && one.struck > 0),
            Blow::After | Blow::Meanwhile => self.writes() >= wanted,
        };
        let killed = kill_when(self.start_sync(), reached);
        if let Some(fault) = fault {
            self.without(fault);
        }
        killed
    }

    /// Runs again and again while time passes, and sends again what is uncertain, until nothing waits.
    pub(crate) fn to_rest(&self) {
        for _ in 0..ROUNDS {
            self.sync();
            let waiting: Vec<Value> = self
                .list()
                .into_iter()
                .filter(|one| !one["pending"].is_null())
                .collect();
            if waiting.is_empty() {
                return;
            }
            for finding in &waiting {
                let id = finding["id"].as_str().unwrap();
                match finding["pending"]["state"].as_str().unwrap() {
                    "uncertain" => {
                        assert_eq!(self.issues_of(id), [], "{id} is there, and was not found");
                        let sent = self.run(&["finding", "retry", id, "--json"]);
                        assert_eq!(sent.code, 0, "{sent:?}");
                    }
                    state => assert_ne!(state, "failed", "{finding:#}"),
                }
            }
            self.pass(8);
        }
        panic!("not at rest: {:#?}", self.list());
    }

    /// Issues that carry the mark of a finding.
    pub(crate) fn issues_of(&self, finding: &str) -> Vec<Marked> {
        let marked = self.site.sandbox.marked("crosstie");
        marked
            .into_iter()
            .filter(|one| one.value["finding"] == finding)
            .collect()
    }

    /// Every finding that is covered has one issue with its mark, none is forgotten, nothing waits, and
    /// a further run sends nothing. Answers how many issues there are.
    pub(crate) fn assert_once(&self) -> usize {
        let listed = self.list();
        let covered =
            |finding: &&Value| ["medium", "high", "critical"].contains(&finding["severity"].as_str().unwrap());
        let marked = self.site.sandbox.marked("crosstie");
        let mut made: BTreeMap<&str, Vec<&Marked>> = BTreeMap::new();
        for one in &marked {
            made.entry(one.value["finding"].as_str().unwrap())
                .or_default()
                .push(one);
        }
        for finding in listed.iter().filter(covered) {
            let own = made.get(finding["id"].as_str().unwrap()).map_or(&[][..], Vec::as_slice);
            assert_eq!(own.len(), 1, "issues of {finding:#}: {own:?}");
            assert_eq!(finding["issue"]["id"], own[0].id.to_string(), "{finding:#}");
            assert!(finding["pending"].is_null(), "{finding:#}");
        }
        let expected = listed.iter().filter(covered).count();
        assert_eq!(marked.len(), expected, "issues of nothing that is covered: {marked:?}");
        assert!(
            listed
                .iter()
                .all(|finding| covered(&finding) || finding["issue"].is_null())
        );
        let (sent, ended) = (self.writes(), self.sync());
        assert_eq!((&ended["result"], &ended["sent"]), (&json!("ok"), &json!(0)), "{ended}");
        assert_eq!(self.writes(), sent, "a further run sent something");
        expected
    }

    /// Beyond the marks: no issue of the whole site, marked or not, has the name of another.
    pub(crate) fn assert_no_twins(&self) {
        let world = self.site.sandbox.world();
        let world = world.read().unwrap();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for idx in (0..world.issue_count()).map(IssueIdx::of) {
            let mut words = world.issue(idx).summary.split(' ');
            if words.next() == Some("Weakness") {
                *seen.entry(words.next().unwrap().to_owned()).or_default() += 1;
            }
        }
        let twins: Vec<_> = seen.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twins.is_empty(), "{twins:?}");
    }

    /// The issue of a finding as Jira has it: summary, status, its remote links' global ids.
    pub(crate) fn issue(&self, number: usize) -> (String, String, usize) {
        let marked = self.issues_of(&self.id(number));
        let world = self.site.sandbox.world();
        let world = world.read().unwrap();
        let issue = world.issue(world.issue_by_id(marked[0].id).unwrap());
        (
            issue.summary.to_string(),
            world.status(issue.status).name.to_string(),
            issue.remote_links.len(),
        )
    }
}

/// Kills a process as soon as something is so; false if it ended by itself.
pub(crate) fn kill_when(mut child: Child, reached: impl Fn() -> bool) -> bool {
    loop {
        if reached() {
            child.kill().unwrap();
            child.wait().unwrap();
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        // Another process tells nobody how far it is; only looking again does.
        thread::sleep(GLANCE);
    }
}

/// The project in which issues are made.
pub(crate) fn project(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Cloud => "PAY",
        Flavour::DataCenter => "LAB",
    }
}

/// What its workflow ends with, and the resolution that goes with it.
pub(crate) fn done(project: &str) -> (&'static str, &'static str) {
    match project {
        "LAB" => ("Closed", "Fixed"),
        _ => ("Done", "Done"),
    }
}

/// An automatic mapping for everything of a source from medium on.
pub(crate) fn mapping(source: &str, project: &str) -> String {
    let (done, resolution) = done(project);
    format!(
        r#"
[[mapping]]
name = "{source} to {project}"
connection = "a"
project = "{project}"
issue_type = "Bug"
create = "auto"
match = {{ source = "{source}", severity = "medium" }}
[mapping.fields]
summary = {{ template = "{{{{title | one_line | truncate: 200}}}}" }}
description = {{ template = "{{{{body}}}}" }}
priority = {{ map = "severity", values = {{ critical = "Highest", high = "High" }}, other = "Medium" }}
[mapping.states]
closed = {{ status = "{done}", fields = {{ resolution = {{ value = "{resolution}" }} }} }}
"#
    )
}
