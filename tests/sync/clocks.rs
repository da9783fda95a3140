//! This machine's clock is wrong, and goes on being wrong in other ways.

use crosstie::sandbox::{Fault, FaultRule};
use jiff::SignedDuration;

use crate::world::World;

#[tokio::test]
async fn a_clock_that_is_hours_off_loses_nothing() {
    for plan in World::both() {
        for hours in [-26, -5, -1, 1, 3, 50] {
            let mut world = plan.clone().issues(40).start().await;
            world.jira.live_in("Europe/Berlin");
            world.set_own_clock(SignedDuration::from_hours(hours));
            world.sync().await;
            world.assert_like_jira();
            for (nth, gap) in [5, 70, 5, 200].into_iter().enumerate() {
                world.minutes(gap);
                world
                    .jira
                    .rename(world.jira.nth(nth), &format!("{hours} hours off, after {gap} minutes"));
                let run = world.sync().await;
                assert_eq!(run.changed, 1, "{hours} hours off");
                world.assert_like_jira();
            }
        }
    }
}

#[tokio::test]
async fn a_clock_that_is_set_between_polls_loses_nothing() {
    for plan in World::both() {
        let mut world = plan.issues(60).start().await;
        world.jira.live_in("America/New_York");
        world.sync().await;
        let mut minutes = [-30, 300, -1440, 9, -9, 2000, -55, 61].into_iter();
        for (nth, gap) in [5, 20, 61, 5, 15, 90, 5, 30].into_iter().enumerate() {
            world.minutes(gap);
            world.jira.rename(world.jira.nth(nth), &format!("After {gap} minutes"));
            world.set_own_clock(SignedDuration::from_mins(minutes.next().unwrap()));
            let run = world.sync().await;
            assert!(run.changed >= 1, "{nth}");
            world.assert_like_jira();
            assert_eq!(world.watermark(), Some(world.jira.sandbox.now()));
        }
    }
}

/// A proxy that stamps answers with its own, wrong time.
#[tokio::test]
async fn a_site_whose_date_is_wrong_is_kept_up_with_by_polls_and_census() {
    for seconds in [-7200, 7200] {
        let mut world = World::cloud().issues(60).start().await;
        world.fault(FaultRule::always(Fault::WrongClock { seconds })).await;
        world.sync().await;
        for nth in 0..4 {
            world.minutes(6);
            world.jira.rename(world.jira.nth(nth), &format!("Round {nth}"));
            world.sync().await;
            world.assert_like_jira();
        }
        world.minutes(120);
        world.jira.rename(world.jira.nth(9), "After a while");
        world.minutes(120);
        world.census().await;
        world.assert_like_jira();
    }
}
