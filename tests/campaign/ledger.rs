//! Store and sandbox compared: what waits, and what must be so in the end, whatever happened before.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::Write as _,
    sync::Mutex,
    time::Duration,
};

use crosstie::sandbox::model::{Issue, IssueIdx};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::{desk::Desk, instant::Instant, site::browser};

/// Runs after which everything must have come to rest.
const ROUNDS: usize = 14;

/// What findings of a series are to have in the end, by their numbers; all others an issue that was
/// made of them.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    /// Linked by hand to an issue that was there before.
    pub(crate) theirs: BTreeMap<usize, String>,
    /// Taken off their issue again.
    pub(crate) apart: BTreeSet<usize>,
}

/// Kills so far, by what was under way and when.
#[derive(Debug, Default)]
pub(crate) struct Tally(BTreeMap<(&'static str, Instant), usize>);

/// Kills of all series.
static KILLS: Mutex<usize> = Mutex::new(0);

impl Tally {
    pub(crate) fn count(&mut self, what: &'static str, instant: Instant) {
        *self.0.entry((what, instant)).or_default() += 1;
    }

    pub(crate) fn kills(&self) -> usize {
        self.0.values().sum()
    }

    /// Tells the figures, past the test harness, which would keep them to itself.
    pub(crate) fn tell(&self, series: &str) {
        let mut points: BTreeMap<&str, (usize, Vec<String>)> = BTreeMap::new();
        for ((what, instant), times) in &self.0 {
            let (all, instants) = points.entry(what).or_default();
            *all += times;
            instants.push(format!("{instant:?}"));
        }
        let points: Vec<String> = points
            .iter()
            .map(|(what, (times, instants))| format!("  {times:3} × {what}: {}\n", instants.join(", ")))
            .collect();
        let mut sum = KILLS.lock().unwrap();
        *sum += self.kills();
        let text = format!(
            "\nkilled {} times, {} so far: {series}\n{}",
            self.kills(),
            *sum,
            points.concat()
        );
        std::io::stderr().write_all(text.as_bytes()).unwrap();
    }
}

impl Desk {
    /// The store, beside the program.
    pub(crate) fn store(&self) -> Connection {
        let store = Connection::open(self.home.path().join("data/crosstie.db")).unwrap();
        store.busy_timeout(Duration::from_secs(20)).unwrap();
        store
    }

    /// What is in the outbox: findings and states.
    pub(crate) fn waiting(&self) -> Vec<(String, String)> {
        let store = self.store();
        let mut found = store
            .prepare("SELECT f.source || '/' || f.external, o.state FROM outbox o JOIN finding f ON f.row = o.finding")
            .unwrap();
        let rows = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// The id of a finding of the scan.
    pub(crate) fn named(&self, number: usize) -> String {
        let like = format!("Weakness {number} %");
        let find = "SELECT source || '/' || external FROM finding WHERE title LIKE ?1";
        self.store().query_row(find, [like], |row| row.get(0)).unwrap()
    }

    /// Key of the issue that a finding is linked to.
    pub(crate) fn linked(&self, finding: &str) -> Option<String> {
        let find =
            "SELECT l.key FROM link l JOIN finding f ON f.row = l.finding WHERE f.source || '/' || f.external = ?1";
        self.store().query_row(find, [finding], |row| row.get(0)).ok()
    }

    /// Issues that a colleague makes in the project, without any finding; their keys.
    pub(crate) fn made_by_people(&self, count: usize) -> Vec<String> {
        let (url, own) = (self.site.address("url"), self.site.sandbox.credentials());
        let cloud = !self.site.address("gateway_url").is_empty();
        let (project, url) = match cloud {
            true => ("PAY", format!("{url}/rest/api/3/issue")),
            false => ("LAB", format!("{url}/rest/api/2/issue")),
        };
        let make = |number: usize| {
            let summary = format!("Seen by people {number}");
            let fields = json!({"project": {"key": project}, "issuetype": {"name": "Bug"}, "summary": summary});
            let request = browser().post(&url).header("content-type", "application/json");
            let request = match cloud {
                true => request.basic_auth(&own.email, Some(&own.api_token)),
                false => request.bearer_auth(&own.pat),
            };
            let request = request.body(json!({ "fields": fields }).to_string());
            let answer = self
                .site
                .runtime
                .block_on(async { request.send().await.unwrap().text().await.unwrap() });
            let made: Value = serde_json::from_str(&answer).unwrap();
            made["key"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
        };
        (1..=count).map(make).collect()
    }

    /// Runs again and again while time passes, and sends again what is uncertain, until nothing waits.
    pub(crate) fn rest(&self) {
        for _ in 0..ROUNDS {
            self.sync();
            let waiting = self.waiting();
            if waiting.is_empty() {
                return;
            }
            for (finding, state) in &waiting {
                assert_ne!(state, "failed", "{finding}: {waiting:?}");
                if state == "uncertain" {
                    assert_eq!(self.issues_of(finding), [], "{finding} is there, and was not found");
                    let sent = self.run(&["finding", "retry", finding, "--json"]);
                    assert_eq!(sent.code, 0, "{sent:?}");
                }
            }
            self.pass(8);
        }
        panic!("not at rest: {:?}", self.waiting());
    }

    /// All issues of the site that are not deleted, by what is asked of them.
    pub(crate) fn issues<T>(&self, ask: impl Fn(&Issue) -> Vec<T>) -> Vec<T> {
        let world = self.site.sandbox.world();
        let world = world.read().unwrap();
        let all = (0..world.issue_count()).map(IssueIdx::of);
        all.map(|idx| world.issue(idx))
            .filter(|issue| !issue.deleted)
            .flat_map(ask)
            .collect()
    }

    /// One issue for each finding, by its mark, by its remote link, by its summary, and by what the
    /// program says itself; nothing forgotten, nothing waiting, nothing left behind, nothing sent by a
    /// further run. Answers how many findings there are.
    pub(crate) fn assert_whole(&self, expected: &Expected) -> usize {
        let marks = self.issues(|issue| {
            issue
                .properties
                .get("crosstie")
                .map(|mark| (mark.clone(), issue.id))
                .into_iter()
                .collect()
        });
        let links = self.issues(|issue| {
            let ids = issue.remote_links.iter().filter_map(|link| link.global_id.clone());
            ids.map(|id| (id, issue.id)).collect()
        });
        let summaries = self.issues(|issue| vec![issue.summary.to_string()]);
        let listed = self.list();
        for finding in &listed {
            let (id, title) = (finding["id"].as_str().unwrap(), finding["title"].as_str().unwrap());
            let number: usize = title.split(' ').nth(1).unwrap().parse().unwrap();
            assert!(finding["pending"].is_null(), "{finding:#}");
            let marked: Vec<u64> = marks
                .iter()
                .filter(|(mark, _)| mark["finding"] == id)
                .map(|(_, id)| *id)
                .collect();
            let global = format!("crosstie:{id}");
            let remote: Vec<u64> = links
                .iter()
                .filter(|(link, _)| *link == global)
                .map(|(_, id)| *id)
                .collect();
            assert_eq!(marked, remote, "marks and links of {finding:#}");
            let own = if expected.apart.contains(&number) { 0 } else { 1 };
            assert_eq!(marked.len(), own, "issues of {finding:#}: {marked:?}");
            let issue = &finding["issue"];
            assert_eq!(
                issue["id"].as_str(),
                marked.first().map(u64::to_string).as_deref(),
                "{finding:#}"
            );
            let theirs = expected.theirs.get(&number);
            if let Some(key) = theirs.filter(|_| own == 1) {
                assert_eq!(issue["key"], json!(key), "{finding:#}");
            }
            let start = format!("Weakness {number} ");
            let named = summaries.iter().filter(|summary| summary.starts_with(&start)).count();
            assert_eq!(named, usize::from(theirs.is_none()), "issues named like {finding:#}");
        }
        let apart = expected.apart.len();
        assert_eq!(marks.len(), listed.len() - apart, "marks of nothing that is known");
        self.assert_nothing_left();
        self.assert_at_rest();
        listed.len()
    }

    /// A further run sends nothing.
    pub(crate) fn assert_at_rest(&self) {
        let (sent, ended) = (self.writes(), self.sync());
        assert_eq!((&ended["result"], &ended["sent"]), (&json!("ok"), &json!(0)), "{ended}");
        assert_eq!(self.writes(), sent, "a further run sent something");
    }

    /// No lock is held, no file is half written, no run is said to go on, the store is sound.
    pub(crate) fn assert_nothing_left(&self) {
        let data = self.home.path().join("data");
        for lock in fs::read_dir(data.join("locks")).unwrap() {
            let path = lock.unwrap().path();
            File::open(&path).unwrap().try_lock().unwrap();
        }
        for folder in [self.home.path(), &data] {
            for entry in fs::read_dir(folder).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                let known = ["config.toml", "data", "scan.sarif", "locks", "open.lock"];
                let fits = known.contains(&name.as_str())
                    || name.ends_with(".secret")
                    || name.starts_with("crosstie.db")
                    || name.starts_with("crosstie.log");
                assert!(fits && !name.ends_with(".damaged"), "{name} was left behind");
            }
        }
        let store = self.store();
        let sound: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
        let going_on = "SELECT count(*) FROM run WHERE ended IS NULL AND state = 'running'";
        let running: i64 = store.query_row(going_on, [], |row| row.get(0)).unwrap();
        assert_eq!(running, 0, "runs that never ended");
        let unplanned = "SELECT count(*) FROM finding WHERE planned <> revision";
        let forgotten: i64 = store.query_row(unplanned, [], |row| row.get(0)).unwrap();
        assert_eq!(forgotten, 0, "findings that were not decided on");
    }
}
