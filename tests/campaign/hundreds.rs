//! Hundreds of kills: every kind of request of every kind of work, each at every instant, with the search
//! index behind. Later kills meet what earlier ones left.

use std::fs;

use crosstie::sandbox::Flavour;

use crate::{
    desk::{Desk, project},
    instant::{Instant, Prey},
    ledger::{Expected, Tally},
};

/// Findings that have an issue from the start, to be changed later.
const STOCK: usize = 30;

/// What is asked when marks are looked for.
pub(crate) fn search(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Cloud => "POST search/jql",
        Flavour::DataCenter => "POST search",
    }
}

/// A desk with findings at all stages, and the kills that it went through.
pub(crate) struct Series {
    pub(crate) desk: Desk,
    pub(crate) expected: Expected,
    pub(crate) tally: Tally,
    /// The next of the stock.
    next: usize,
    /// Issues that people made, to be linked to.
    theirs: Vec<String>,
}

impl Series {
    pub(crate) fn new(flavour: Flavour, lag: u64, stock: usize) -> Self {
        let mut desk = Desk::new(flavour);
        if flavour == Flavour::Cloud {
            desk.edit("[mapping.states]", "[mapping.states]\nopen = { status = \"To Do\" }");
        }
        for _ in 0..stock {
            desk.find();
        }
        desk.rest();
        desk.lag(lag);
        Self {
            desk,
            expected: Expected::default(),
            tally: Tally::default(),
            next: 0,
            theirs: Vec::new(),
        }
    }

    /// One of the stock that nothing was done with yet.
    pub(crate) fn fresh(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    /// A command killed at each instant of a request, and brought to rest then.
    fn each(
        &mut self,
        what: &'static str,
        endpoint: &'static str,
        ready: impl Fn(&mut Self) -> Vec<String>,
        after: impl Fn(&mut Self),
    ) {
        for instant in Instant::ALL {
            let words = ready(self);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let prey = |desk: &Desk| Prey::Plain(desk.command(&words).spawn().unwrap());
            self.desk.strike(endpoint, instant, prey);
            self.tally.count(what, instant);
            after(self);
        }
        self.desk.rest();
    }

    /// The same for a run.
    fn each_sync(&mut self, what: &'static str, endpoint: &'static str, ready: impl Fn(&mut Self)) {
        let ready = |series: &mut Self| {
            ready(series);
            words(&["sync", "--json"])
        };
        self.each(what, endpoint, ready, |_| ());
    }

    fn create(&mut self) {
        let find = |series: &mut Self| {
            series.desk.find();
        };
        self.each_sync("create", "POST issue", find);
        self.each_sync("remote link", "POST issue/{}/remotelink", find);
        let ready = |series: &mut Self| {
            let number = series.desk.find();
            series.desk.run(&["finding", "import", "--json"]);
            words(&["finding", "create-issue", &series.desk.named(number), "--json"])
        };
        self.each("create by hand", "POST issue", ready, |_| ());
    }

    /// Killed once a create took effect, and again while that is looked up.
    fn look_up(&mut self, flavour: Flavour) {
        let sync = |desk: &Desk| Prey::Plain(desk.start_sync());
        for instant in Instant::ALL {
            self.desk.find();
            self.desk.strike("POST issue", Instant::Done, sync);
            self.tally.count("create, looked up later", Instant::Done);
            self.desk.strike(search(flavour), instant, sync);
            self.tally.count("looking up a create", instant);
        }
        self.desk.rest();
    }

    fn update(&mut self, flavour: Flavour) {
        let retitle = |series: &mut Self| {
            let number = series.fresh();
            series.desk.retitle(number, "of the gateway, seen closer");
        };
        self.each_sync("reading before an update", "GET issue/{}", retitle);
        self.each_sync("update", "PUT issue/{}", retitle);
        let first = self.next + 1;
        self.each_sync("close", "POST issue/{}/transitions", |series| {
            let number = series.fresh();
            series.desk.mend(number);
        });
        if flavour == Flavour::Cloud {
            self.next = first - 1;
            self.each_sync("reopen", "POST issue/{}/transitions", |series| {
                let number = series.fresh();
                series.desk.find_again(number);
            });
        }
    }

    fn link(&mut self) {
        self.theirs = self.desk.made_by_people(3 * Instant::ALL.len());
        for (what, endpoint) in [
            ("link by hand: reading", "GET issue/{}"),
            ("link by hand: remote link", "POST issue/{}/remotelink"),
            ("link by hand: property", "PUT issue/{}/properties/{}"),
        ] {
            self.each(what, endpoint, Self::awaiting_link, Self::linked_after_all);
        }
    }

    fn awaiting_link(&mut self) -> Vec<String> {
        let number = self.desk.find();
        self.desk.run(&["finding", "import", "--json"]);
        let key = self.theirs.pop().unwrap();
        self.expected.theirs.insert(number, key.clone());
        words(&["finding", "link", &self.desk.named(number), &key, "--json"])
    }

    /// A person whose command was killed before it did anything gives it again.
    fn linked_after_all(&mut self) {
        let (number, key) = self.expected.theirs.last_key_value().unwrap();
        let id = self.desk.named(*number);
        if self.desk.linked(&id).is_none() {
            let ran = self.desk.run(&["finding", "link", &id, key, "--json"]);
            assert_eq!(ran.code, 0, "{ran:?}");
        }
    }

    fn unlink(&mut self) {
        for (what, endpoint) in [
            ("unlink: remote link", "DELETE issue/{}/remotelink"),
            ("unlink: property", "DELETE issue/{}/properties/{}"),
        ] {
            let ready = |series: &mut Self| {
                let number = series.fresh();
                series.expected.apart.insert(number);
                words(&["finding", "unlink", &series.desk.named(number), "--json"])
            };
            self.each(what, endpoint, ready, |_| ());
        }
    }

    /// What must be so in the end, and the figures.
    pub(crate) fn end(&self, name: &str, least: usize) {
        let findings = self.desk.assert_whole(&self.expected);
        assert!(self.tally.kills() >= least, "{} kills", self.tally.kills());
        self.tally.tell(&format!("{name}; {findings} findings, an issue each"));
    }
}

pub(crate) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn all_work(flavour: Flavour, lag: u64) {
    let mut series = Series::new(flavour, lag, STOCK);
    series.create();
    series.look_up(flavour);
    series.update(flavour);
    series.link();
    series.unlink();
    series.end(&format!("{flavour:?}, index {lag} s behind"), 65);
}

#[test]
fn killed_in_any_work_on_cloud_with_an_index_five_minutes_behind() {
    all_work(Flavour::Cloud, 300);
}

#[test]
fn killed_in_any_work_on_cloud_with_an_index_a_minute_behind() {
    all_work(Flavour::Cloud, 60);
}

#[test]
fn killed_in_any_work_on_data_center_with_an_index_five_minutes_behind() {
    all_work(Flavour::DataCenter, 300);
}

#[test]
fn killed_in_any_work_on_data_center_with_an_index_a_minute_behind() {
    all_work(Flavour::DataCenter, 60);
}

/// A store that is lost gets its links back from the marks, wherever that is cut off.
#[test]
fn killed_while_links_are_restored() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let mut series = Series::new(flavour, 60, 4);
        series.desk.pass(8);
        let mut endpoints = vec![("restoring links: search", search(flavour))];
        if flavour == Flavour::DataCenter {
            endpoints.push(("restoring links: property", "GET issue/{}/properties/{}"));
        }
        for (what, endpoint) in endpoints {
            for instant in Instant::ALL {
                fs::remove_dir_all(series.desk.home.path().join("data")).unwrap();
                // A store has to be there before it can be held.
                series.desk.run(&["finding", "import", "--json"]);
                series
                    .desk
                    .strike(endpoint, instant, |desk| Prey::Plain(desk.start_sync()));
                series.tally.count(what, instant);
            }
            series.desk.rest();
        }
        assert_eq!(series.desk.creates(), 4, "made again of what was lost");
        let project = project(flavour);
        series.end(&format!("{project} on {flavour:?}, its store lost each time"), 5);
    }
}
