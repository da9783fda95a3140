//! Kills of what runs for long, and of one process beside another that goes on.

use std::io::{BufRead as _, BufReader};

use crosstie::sandbox::Flavour;

use crate::{
    desk::Desk,
    hundreds::Series,
    instant::{Instant, Prey},
    site::ended,
};

/// Something to do, and the request that it takes.
type Work = (&'static str, &'static str, fn(&mut Series));

const WORK: [Work; 3] = [
    ("create", "POST issue", |series| {
        series.desk.find();
    }),
    ("update", "PUT issue/{}", |series| {
        let number = series.fresh();
        series.desk.retitle(number, "of the gateway, seen closer");
    }),
    ("close", "POST issue/{}/transitions", |series| {
        let number = series.fresh();
        series.desk.mend(number);
    }),
];

fn watch(desk: &Desk) -> Prey {
    Prey::Plain(desk.command(&["sync", "--watch", "--json"]).spawn().unwrap())
}

/// Each work killed at each instant by `kill`.
fn each(flavour: Flavour, name: &str, works: &[Work], kill: impl Fn(&Series, &'static str, Instant)) {
    let mut series = Series::new(flavour, 60, works.len() * Instant::ALL.len());
    for &(what, endpoint, ready) in works {
        for instant in Instant::ALL {
            ready(&mut series);
            kill(&series, endpoint, instant);
            series.tally.count(what, instant);
        }
        series.desk.rest();
    }
    series.end(&format!("{name} on {flavour:?}, index 60 s behind"), works.len() * 5);
}

#[test]
fn a_watching_sync_that_is_killed_anywhere_leaves_one_issue_each() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        each(flavour, "sync --watch", &WORK, |series, endpoint, instant| {
            series.desk.strike(endpoint, instant, watch);
        });
    }
}

/// The scan changes under the eyes of a process that is at rest.
#[test]
fn a_watching_sync_that_is_killed_over_what_it_saw_change_leaves_one_issue_each() {
    let mut series = Series::new(Flavour::Cloud, 60, 1);
    for (instant, (what, endpoint, ready)) in [Instant::Written, Instant::Done].into_iter().zip(WORK) {
        let mut child = series.desk.command(&["sync", "--watch", "--json"]).spawn().unwrap();
        let mut runs = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        runs.read_line(&mut line).unwrap();
        assert!(line.contains("\"ok\""), "{line}");
        ready(&mut series);
        let mut prey = Prey::Plain(child);
        let mut aim = series.desk.aim(endpoint, instant);
        aim.meet(&mut prey);
        prey.kill();
        drop(aim);
        series.tally.count(what, instant);
    }
    series.desk.rest();
    series.end("sync --watch, seeing the scan change", 2);
}

/// The one that is killed holds the lock; the other waits for it, and goes on.
#[test]
fn one_of_two_processes_that_is_killed_anywhere_leaves_one_issue_each() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        each(
            flavour,
            "one of two processes",
            &WORK[..2],
            |series, endpoint, instant| {
                let mut prey = Prey::Plain(series.desk.start_sync());
                let mut aim = series.desk.aim(endpoint, instant);
                aim.meet(&mut prey);
                let other = series.desk.start_sync();
                prey.kill();
                drop(aim);
                let ran = ended(other);
                assert_eq!((ran.code, &ran.last()["result"]), (0, &"ok".into()), "{ran:?}");
            },
        );
    }
}

#[test]
fn a_dashboard_that_is_killed_anywhere_leaves_one_issue_each() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        each(flavour, "the dashboard", &WORK[..1], |series, endpoint, instant| {
            series.desk.strike(endpoint, instant, Desk::dashboard);
        });
    }
}
