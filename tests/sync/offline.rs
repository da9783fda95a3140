//! The laptop leaves the network, sleeps, and comes back.

use crosstie::{
    domain::{Health, Level, RunState},
    sandbox::Fault,
};
use jiff::SignedDuration;

use crate::world::World;

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

#[tokio::test]
async fn polls_come_every_five_minutes_with_jitter() {
    for plan in World::both() {
        let mut world = plan.start().await;
        let mut drive = world.engine();
        assert_eq!(drive.run().await.state, RunState::Ok);
        for nth in 0..4 {
            world.jira.rename(world.jira.nth(nth), "By and by");
            let (run, passed) = drive.wind(seconds(400)).await;
            assert_eq!(run.unwrap().changed, 1);
            assert!(passed >= seconds(265) && passed <= seconds(340), "{passed:?}");
            world.assert_like_jira();
        }
    }
}

#[tokio::test]
async fn offline_is_noticed_backed_off_from_and_recovered_from_without_a_key() {
    for plan in World::both() {
        let mut world = plan.start().await;
        let mut drive = world.engine();
        drive.run().await;
        let refused = world.always(Fault::Refuse).await;
        world.jira.rename(world.jira.nth(1), "While you were away");
        let cache = world.cache();
        let mut waits = Vec::new();
        for attempts in 1..=8 {
            let (run, passed) = drive.wind(seconds(400)).await;
            let run = run.unwrap();
            assert_eq!(run.problem.unwrap().kind, "network");
            let state = world.state();
            assert_eq!((state.health, state.attempts), (Health::Offline, attempts));
            assert!(state.next_run.is_some());
            waits.push(passed.as_secs());
        }
        // 10, 20, 40, … seconds, five minutes at most; the first was the poll that found out.
        for (wait, least) in waits[1..].iter().zip([9, 18, 36, 72, 144, 270, 270]) {
            assert!(*wait >= least && *wait <= least * 5 / 4 + 6, "{waits:?}");
        }
        assert_eq!(world.cache(), cache, "what is known stays to be read");
        assert_eq!(world.heard(Level::Error).len(), 1, "one cause, one line");
        // Eight tries took ten minutes; the next thirteen take another hour.
        for _ in 0..13 {
            drive.wind(seconds(400)).await;
        }
        let told = world.heard(Level::Error);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told.iter().any(|line| format!("{line:?}").contains("still offline, ")),
            "{told:?}"
        );
        assert!(world.jira.sandbox.faults().remove(refused).await);
        let (run, _) = drive.wind(seconds(400)).await;
        assert_eq!(run.unwrap().state, RunState::Ok);
        assert_eq!((world.state().health, world.state().attempts), (Health::Ok, 0));
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn a_poll_that_was_slept_through_runs_at_once_after_waking() {
    for plan in World::both() {
        let mut world = plan.start().await;
        let mut drive = world.engine();
        drive.run().await;
        world.time.settled().await;
        world.jira.rename(world.jira.nth(1), "At night");
        world.pass(SignedDuration::from_hours(9));
        let run = drive.run().await;
        assert_eq!(run.changed, 1);
        world.assert_like_jira();
        // A clock that is set back by hours does not postpone the next poll by hours.
        world.time.settled().await;
        world.set_own_clock(SignedDuration::from_hours(-8));
        world.jira.rename(world.jira.nth(2), "After the journey");
        let (run, _) = drive.wind(seconds(400)).await;
        assert_eq!(run.unwrap().changed, 1);
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn a_key_asks_for_a_run_now_and_keys_pressed_meanwhile_are_one_more() {
    use crosstie::sync::{Command, Want};
    let mut world = World::cloud().gated().start().await;
    let mut drive = world.engine();
    drive.run().await;
    world.time.settled().await;
    let ask = |census| Command::Sync {
        alias: None,
        want: Want { census },
    };
    let hold = world.gate().hold(1);
    drive.engine.tell(&ask(false));
    hold.reached().await;
    for census in [false, true, false] {
        drive.engine.tell(&ask(census));
    }
    hold.release();
    assert_eq!(drive.run().await.kind, crosstie::domain::RunKind::Delta);
    assert_eq!(drive.run().await.kind, crosstie::domain::RunKind::Census);
    let (more, _) = drive.wind(seconds(200)).await;
    assert!(more.is_none());
}
