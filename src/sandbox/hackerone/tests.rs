use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{
    model::{Desk, RATINGS, STATES},
    seed,
};
use crate::sandbox::dice::Dice;

fn now() -> Timestamp {
    "2026-11-22T06:30:17Z".parse().unwrap()
}

fn desk(seed: u64) -> Desk {
    seed::desk(
        seed,
        &["SEC-1".to_owned(), "PAY-2".to_owned()],
        "http://jira.example",
        now(),
    )
}

#[test]
fn the_same_seed_gives_the_same_reports() {
    let dump = |seed| format!("{:?}", desk(seed));
    assert_eq!(dump(3), dump(3));
    assert_ne!(dump(3), dump(4));
}

#[test]
fn every_state_comes_with_every_rating_in_both_programs() {
    let desk = desk(1);
    assert!(desk.reports.len() >= 120, "{}", desk.reports.len());
    let mut found: BTreeMap<(usize, &str, &str), usize> = BTreeMap::new();
    for report in &desk.reports {
        let rating = report.severity.as_ref().map_or("", |severity| severity.rating);
        *found.entry((report.program, report.state, rating)).or_default() += 1;
    }
    assert_eq!(found.len(), 2 * STATES.len() * (RATINGS.len() + 1));
}

#[test]
fn lives_are_in_order_and_hold_every_kind_of_activity() {
    let desk = desk(1);
    let mut kinds = BTreeSet::new();
    for report in &desk.reports {
        assert!(report.activities.is_sorted_by_key(|activity| activity.at));
        assert!(report.touched() <= now() && report.activities[0].at >= report.created);
        assert_eq!(
            report.closed.is_some(),
            super::model::is_closed(report.state),
            "{}",
            report.id
        );
        kinds.extend(report.activities.iter().map(|activity| activity.kind.as_str()));
    }
    for kind in [
        "comment",
        "bug-filed",
        "bug-triaged",
        "bug-needs-more-info",
        "bug-resolved",
        "bug-informative",
        "bug-not-applicable",
        "bug-duplicate",
        "bug-spam",
        "bounty-awarded",
        "bounty-suggested",
        "swag-awarded",
        "user-assigned-to-bug",
        "group-assigned-to-bug",
        "nobody-assigned-to-bug",
        "reference-id-added",
        "report-title-updated",
        "agreed-on-going-public",
        "report-became-public",
        "manually-disclosed",
        "comments-closed",
        "report-severity-updated",
        "bug-reopened",
        "cve-id-added",
        "report-was-seen-in-a-dream",
    ] {
        assert!(kinds.contains(kind), "{kind}");
    }
    let ids: BTreeSet<u64> = desk.reports.iter().map(|report| report.id).collect();
    assert_eq!(ids.len(), desk.reports.len());
    assert!(
        desk.reports
            .iter()
            .any(|report| report.reference.as_deref() == Some("SEC-1"))
    );
}

#[test]
fn people_go_on_working() {
    let mut desk = desk(1);
    let mut dice = Dice::new(9, 9);
    let before = (desk.reports.len(), desk.next_id);
    for _ in 0..200 {
        desk.live(&mut dice, now());
    }
    assert!(desk.reports.len() > before.0 && desk.next_id > before.1 + 150);
}
