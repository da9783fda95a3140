//! Two dashboards on one folder: one pulls, both see.

use crosstie::{
    domain::{Alias, RunState},
    sync::Want,
};
use futures_util::poll;
use jiff::SignedDuration;

use crate::{
    time::{GUARD, eventually},
    world::{ALIAS, World},
};

#[tokio::test]
async fn the_second_waits_for_the_first_and_tells_the_same_run() {
    for plan in World::both() {
        let mut world = plan.issues(620).gated().start().await;
        let (mut other, _) = world.another();
        let hold = world.gate().hold_page(2);
        let mut process = world.process.take().unwrap();
        let first = tokio::spawn(async move {
            let run = process.lane.run(Want::default()).await.unwrap();
            (process, run)
        });
        hold.reached().await;

        let progress = || other.store.runs(1).unwrap().remove(0);
        eventually(|| progress().received > 0).await;
        let seen = progress();
        assert_eq!(seen.state, RunState::Running);
        assert!(seen.requests > 0 && seen.expected.is_some(), "{seen:?}");
        assert!(
            other.store.count(&Alias::from(ALIAS)).unwrap() > 0,
            "rows come as pages arrive"
        );
        assert_eq!(other.store.connections().unwrap()[0].next_run, None, "one is under way");
        let counter = other.store.change_counter().unwrap();

        let mut second = Box::pin(other.lane.run(Want::default()));
        assert!(poll!(&mut second).is_pending(), "it waits for the lock");
        hold.release();
        let (process, first) = first.await.unwrap();
        let requests = world.gate().requests();
        let second = second.await.unwrap();
        assert_eq!(
            (first.id, first.state, first.received),
            (second.id, second.state, second.received)
        );
        assert_eq!(world.gate().requests(), requests, "the second asked nothing");
        assert_ne!(other.store.change_counter().unwrap(), counter);
        world.assert_store_like_jira(&other.store);
        world.assert_store_like_jira(&process.store);
    }
}

#[tokio::test]
async fn whoever_wants_a_census_does_not_make_do_with_a_poll() {
    let mut world = World::cloud().gated().start().await;
    world.sync().await;
    world.minutes(5);
    let (mut other, _) = world.another();
    world.jira.delete(world.jira.find(|_, issue| issue.children.is_empty()));
    let hold = world.gate().hold(1);
    let mut process = world.process.take().unwrap();
    let first = tokio::spawn(async move { process.lane.run(Want::default()).await.unwrap() });
    hold.reached().await;
    let mut second = Box::pin(other.lane.run(Want { census: true }));
    assert!(poll!(&mut second).is_pending());
    hold.release();
    assert_eq!(first.await.unwrap().gone, 0);
    assert_eq!(second.await.unwrap().gone, 1);
    world.assert_store_like_jira(&other.store);
}

#[tokio::test]
async fn a_poll_that_another_process_has_just_made_is_not_made_again() {
    for plan in World::both() {
        let mut world = plan.start().await;
        let mut drive = world.engine();
        drive.run().await;
        let (mut other, _) = world.another();
        world.time.settled().await;
        // Before the engine's own poll, which comes after 270 seconds at the earliest.
        for _ in 0..3 {
            let (none, _) = drive.wind(SignedDuration::from_secs(255)).await;
            assert!(none.is_none(), "{none:?}");
            world
                .jira
                .rename(world.jira.nth(1), &format!("At {}", world.time_now()));
            let run = other.lane.run(Want::default()).await.unwrap();
            assert_eq!(run.changed, 1);
        }
        world.assert_like_jira();
        world.jira.rename(world.jira.nth(2), "And then nobody else");
        let (run, _) = drive.wind(SignedDuration::from_secs(400)).await;
        assert_eq!(run.unwrap().changed, 1, "when the other stops, this one goes on");
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn a_due_poll_does_not_wait_for_a_lock_that_another_process_holds() {
    let mut world = World::cloud().gated().start().await;
    let mut drive = world.engine();
    drive.run().await;
    world.time.settled().await;
    let (mut other, _) = world.another();
    let hold = world.gate().hold(1);
    let long = tokio::spawn(async move { other.lane.run(Want { census: true }).await.unwrap() });
    hold.reached().await;
    let (none, _) = drive.wind(SignedDuration::from_secs(1_000)).await;
    assert!(none.is_none());
    hold.release();
    assert_eq!(long.await.unwrap().state, RunState::Ok);
    let (run, passed) = drive.wind(SignedDuration::from_secs(400)).await;
    assert!(run.is_some(), "it looks again soon, and goes on ({passed:?})");
    world.assert_like_jira();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_ask_once_each_at_most_and_agree() {
    let mut world = World::cloud().issues(300).start().await;
    let mut all = vec![world.process.take().unwrap()];
    for _ in 0..3 {
        all.push(world.another().0);
    }
    let runs = all.into_iter().map(|mut process| {
        tokio::spawn(async move {
            let run = process.lane.run(Want::default()).await.unwrap();
            (process, run)
        })
    });
    let runs: Vec<_> = runs.collect();
    for run in runs {
        let (process, run) = tokio::time::timeout(GUARD, run).await.unwrap().unwrap();
        assert_eq!(run.state, RunState::Ok);
        world.assert_store_like_jira(&process.store);
    }
    assert!(world.requests() < 40, "{} requests", world.requests());
}
