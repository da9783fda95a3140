//! A site that wants to be asked less often.

use crosstie::{
    domain::{Level, RunState},
    sandbox::{Fault, FaultRule, RateLimit},
};
use jiff::SignedDuration;

use crate::world::World;

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

#[tokio::test]
async fn waits_are_as_long_as_told_and_the_log_says_so() {
    let limited = |retry_after| Fault::TooManyRequests {
        retry_after,
        reason: None,
    };
    let table = [
        (limited(Some(7)), 7, "429"),
        (limited(None), 1, "429"),
        (Fault::Unavailable { retry_after: Some(3) }, 3, "503"),
        (Fault::Unavailable { retry_after: None }, 1, "503"),
    ];
    for plan in World::both() {
        let mut world = plan.start().await;
        world.sync().await;
        for (fault, wait, status) in table.clone() {
            world.minutes(5);
            world
                .jira
                .rename(world.jira.nth(1), &format!("During {status} and {wait}"));
            world.fault(FaultRule::always(fault.clone()).times(1)).await;
            let began = world.time_now();
            let run = world.sync().await;
            assert_eq!((run.requests, run.changed), (2, 1), "{fault:?}");
            let waited = began.duration_until(world.time_now());
            let least = seconds(wait) * 7 / 10;
            assert!(
                waited >= least && waited <= seconds(wait * 60 + 1),
                "{fault:?}: {waited:?}"
            );
            let warned = world.heard(Level::Warn);
            assert!(warned.last().unwrap().contains(status), "{warned:?}");
            world.assert_like_jira();
        }
    }
}

#[tokio::test]
async fn a_first_pull_keeps_within_a_burst_limit() {
    let table = [
        (World::cloud().issues(2_080), false),
        (World::cloud().issues(300), true),
        (World::data_center().issues(300), false),
    ];
    for (plan, without_retry_after) in table {
        let mut world = plan.start().await;
        world.jira.sandbox.set_limits(Some(RateLimit {
            capacity: 2,
            fill_rate: 1,
            interval_seconds: 4,
            without_retry_after,
        }));
        let run = world.sync().await;
        assert_eq!(run.received, world.jira.count() as u64);
        world.assert_like_jira();
        assert_eq!(world.state().quota.limit, Some(2));
    }
}

#[tokio::test]
async fn an_hour_that_the_site_asks_for_is_waited_for_and_then_it_goes_on_by_itself() {
    for plan in World::both() {
        let mut world = plan.start().await;
        world.sync().await;
        world.restart();
        world.jira.rename(world.jira.nth(1), "Too much");
        let hour = Fault::TooManyRequests {
            retry_after: Some(3_600),
            reason: None,
        };
        world.fault(FaultRule::always(hour).times(1)).await;
        let mut drive = world.engine();
        let run = drive.run().await;
        assert_eq!(run.state, RunState::Failed);
        assert_eq!(run.problem.unwrap().kind, "rate-limited");
        let until = world.time_now() + seconds(3_600);
        assert_eq!(world.state().quota.paused_until, Some(until));
        assert!(world.state().next_run.unwrap() >= until);
        let before = world.requests();
        let (early, _) = drive.wind(seconds(3_590)).await;
        assert!(early.is_none(), "{early:?}");
        assert_eq!(world.requests(), before);
        let (run, _) = drive.wind(seconds(120)).await;
        assert_eq!(run.unwrap().state, RunState::Ok);
        world.assert_like_jira();
    }
}
