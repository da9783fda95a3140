//! Killed at every request of a run, before it did anything and after; and wherever a kill happens to
//! meet it. The search index lags all the time.

use crosstie::sandbox::Flavour;

use crate::desk::{Blow, Desk, done, project};

/// How far behind the search index is: less than a site of the flavour may be.
fn lag(flavour: Flavour) -> u64 {
    match flavour {
        Flavour::Cloud => 5 * 60,
        Flavour::DataCenter => 60,
    }
}

/// More points than a run has.
const MOST: usize = 60;

/// One more is found, the one before is told anew, the one before that is mended.
fn next(desk: &mut Desk) {
    let latest = desk.find();
    if latest > 1 {
        desk.retitle(latest - 1, "of the gateway, seen closer");
    }
    if latest > 2 {
        desk.mend(latest - 2);
    }
}

/// Kills one run after the other at the first, second, third, … point of a kind, until one ends before,
/// and each of the runs after it at a point of the second kind; how many were killed.
fn series(desk: &mut Desk, first: Blow, second: Option<Blow>) -> usize {
    let mut kills = 0;
    for nth in 1..MOST {
        next(desk);
        if !desk.kill(first, nth) {
            desk.to_rest();
            return kills;
        }
        kills += 1;
        if let Some(second) = second {
            desk.pass(9);
            kills += usize::from(desk.kill(second, nth));
        }
        desk.to_rest();
    }
    panic!("no end of points");
}

fn campaign(flavour: Flavour) -> usize {
    let mut desk = Desk::new(flavour);
    desk.lag(lag(flavour));
    for _ in 0..3 {
        next(&mut desk);
        desk.to_rest();
    }
    let kills = [
        (Blow::Before, None),
        (Blow::After, None),
        (Blow::Meanwhile, None),
        (Blow::After, Some(Blow::After)),
        (Blow::After, Some(Blow::Before)),
    ];
    let kills = kills.map(|(first, second)| series(&mut desk, first, second));
    assert!(kills[0] >= 12 && kills[1] >= 5, "points: {kills:?}");
    let issues = desk.assert_once();
    desk.assert_no_twins();
    assert_eq!(issues, desk.list().len(), "none forgotten");
    let latest = desk.scan.last().unwrap().number;
    for number in 1..=latest {
        let (summary, status, links) = desk.issue(number);
        assert_eq!(
            status == done(project(flavour)).0,
            number < latest - 1,
            "{number}: {status}"
        );
        assert_eq!(summary.ends_with("seen closer"), number < latest, "{summary}");
        assert_eq!(links, 1, "{number}");
    }
    kills.iter().sum()
}

#[test]
fn a_kill_at_any_request_leads_to_one_issue_each_on_cloud() {
    let kills = campaign(Flavour::Cloud);
    assert!(kills >= 40, "{kills} kills");
}

#[test]
fn a_kill_at_any_request_leads_to_one_issue_each_on_data_center() {
    let kills = campaign(Flavour::DataCenter);
    assert!(kills >= 40, "{kills} kills");
}
