//! Polls alone, across every kind of night on which the account's clock is changed.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::world::{Plan, World};

/// Zones with what is odd about them.
const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Casablanca",
];

/// Minutes between polls: more than an hour needs a literal in the account's zone.
const GAPS: [i64; 10] = [5, 13, 65, 5, 31, 55, 95, 7, 140, 20];

/// Both changes of 2026, or a day like any other where there are none.
fn nights(zone: &str) -> Vec<Timestamp> {
    let year: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let end: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    let rules = TimeZone::get(zone).unwrap();
    let mut nights: Vec<_> = rules
        .following(year)
        .map(|change| change.timestamp())
        .take_while(|at| *at < end)
        .collect();
    if nights.is_empty() {
        nights.push("2026-06-01T00:00:00Z".parse().unwrap());
    }
    nights
}

async fn polls_keep_up(plan: Plan, zone: &str, night: Timestamp) {
    let start = night - SignedDuration::from_mins(185);
    let mut world = plan.issues(25).at(&start.to_string()).start().await;
    world.jira.live_in(zone);
    world.sync().await;
    let mut edits = 0_usize;
    for gap in GAPS {
        for minute in 0..gap {
            world.minutes(1);
            if minute % 6 == 1 {
                edits += 1;
                let issue = world.jira.nth(edits * 7 % world.jira.count());
                world.jira.rename(issue, &format!("{zone} {edits}"));
            }
        }
        let run = world.sync().await;
        assert_eq!(run.kind, crosstie::domain::RunKind::Delta, "{zone} {night}");
        assert!(run.changed > 0, "{zone} {night}");
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn polls_miss_nothing_on_the_nights_on_which_clocks_change() {
    for zone in ZONES {
        for night in nights(zone) {
            polls_keep_up(World::cloud(), zone, night).await;
        }
    }
}

#[tokio::test]
async fn nor_on_data_center() {
    for zone in ["Europe/Berlin", "Australia/Lord_Howe"] {
        for night in nights(zone) {
            polls_keep_up(World::data_center(), zone, night).await;
        }
    }
}

#[tokio::test]
async fn a_long_poll_through_the_repeated_hour_is_complete() {
    for plan in World::both() {
        for (zone, start) in [
            ("Europe/Berlin", "2026-10-24T23:05:00Z"),
            ("Europe/Berlin", "2026-03-29T00:05:00Z"),
            ("Australia/Lord_Howe", "2026-04-04T14:05:00Z"),
        ] {
            let mut world = plan.clone().issues(160).at(start).start().await;
            world.jira.live_in(zone);
            world.sync().await;
            for nth in 0..130 {
                world.pass(SignedDuration::from_secs(40));
                world.jira.label(world.jira.nth(nth), "night-shift");
            }
            let run = world.sync().await;
            assert!(run.requests >= 2 && run.changed == 130, "{zone}: {run:?}");
            world.assert_like_jira();
        }
    }
}

#[tokio::test]
async fn whoever_travels_is_followed_at_the_next_census() {
    for plan in World::both() {
        let mut world = plan.start().await;
        world.jira.live_in("Europe/Berlin");
        world.sync().await;
        world.jira.live_in("America/Los_Angeles");
        for minutes in [100, 100] {
            world.minutes(minutes);
            world.jira.rename(world.jira.nth(4), &format!("On the way {minutes}"));
            world.sync().await;
        }
        world.census().await;
        world.assert_like_jira();
        world.jira.rename(world.jira.nth(5), "Arrived");
        world.minutes(100);
        world.sync().await;
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn a_zone_that_nobody_knows_reaches_back_further() {
    let mut world = World::cloud().start().await;
    world.jira.live_in("Mars/Olympus_Mons");
    world.sync().await;
    world.jira.rename(world.jira.nth(4), "On Mars");
    world.minutes(200);
    world.sync().await;
    world.assert_like_jira();
    let warned = world.heard(crosstie::domain::Level::Warn);

    assert!(
        warned.iter().any(|line| line.contains("Mars/Olympus_Mons")),
        "{warned:?}"
    );
}
