//! Runs that end in the middle: nothing is lost, and what was finished is not done again.

use crosstie::{
    domain::{RunKind, RunState},
    sandbox::{Fault, FaultRule},
    sync::Want,
};

use crate::{gate::Hold, world::World};

/// More requests than a first sync of a small site needs.
const MOST: u32 = 99;

#[tokio::test]
async fn a_run_that_fails_at_any_request_goes_on_from_there() {
    for (plan, step) in [(World::cloud(), 1), (World::data_center(), 3)] {
        let mut went_through = false;
        for nth in (1..MOST).step_by(step) {
            let mut world = plan.clone().issues(40).start().await;
            world.fault(FaultRule::always(Fault::ServerError).from_nth(nth)).await;
            let run = world.attempt(false).await.unwrap();
            went_through = run.state == RunState::Ok;
            world.mended().await;
            world.restart();
            world.jira.rename(world.jira.nth(3), "Meanwhile");
            world.sync().await;
            world.sync().await;
            world.assert_like_jira();
            if went_through {
                break;
            }
        }
        assert!(went_through, "more than {MOST} requests");
    }
}

#[tokio::test]
async fn a_process_that_is_killed_at_any_request_goes_on_from_there() {
    for (plan, step) in [(World::cloud(), 2), (World::data_center(), 5)] {
        let mut went_through = false;
        for nth in (1..MOST as usize).step_by(step) {
            let mut world = plan.clone().issues(40).gated().start().await;
            let hold = world.gate().hold(nth);
            let killed = kill_at(&mut world, &hold).await;
            world.restart();
            world.jira.rename(world.jira.nth(3), "Meanwhile");
            world.sync().await;
            world.sync().await;
            world.assert_like_jira();
            let runs = world.store().runs(10).unwrap();
            assert!(runs.iter().all(|run| run.state != RunState::Running), "{runs:?}");
            assert_eq!(
                runs.iter().any(|run| run.state == RunState::Interrupted),
                killed,
                "{runs:?}"
            );
            went_through = !killed;
            if went_through {
                break;
            }
        }
        assert!(went_through, "more than {MOST} requests");
    }
}

/// Runs, and is no more before the request that is held back is answered; `false` if it never came.
async fn kill_at(world: &mut World, hold: &Hold) -> bool {
    let mut process = world.process.take().unwrap();
    let mut running = tokio::spawn(async move { process.lane.run(Want::default()).await });
    let killed = tokio::select! {
        () = hold.reached() => true,
        ended = &mut running => {
            ended.unwrap().unwrap();
            false
        }
    };
    running.abort();
    assert!(!killed || running.await.unwrap_err().is_cancelled());
    hold.release();
    world.gate().on(|_| {});
    killed
}

#[tokio::test]
async fn a_large_first_pull_that_is_killed_again_and_again_pulls_only_what_was_being_written_twice() {
    let mut world = World::cloud().issues(2_080).gated().start().await;
    let there = world.jira.count() as u64;
    let mut interrupted = 0;
    loop {
        let hold = world.gate().hold_page(14);
        if !kill_at(&mut world, &hold).await {
            break;
        }
        interrupted += 1;
        assert!(interrupted < 12, "it never ends");
        world.restart();
    }
    world.restart();
    assert!(interrupted >= 2);
    let runs = world.store().runs(50).unwrap();
    let received: u64 = runs
        .iter()
        .filter(|run| run.kind == RunKind::First)
        .map(|run| run.received)
        .sum();
    let last = &runs[0];
    assert!(last.state == RunState::Ok && last.received < there, "{last:?}");
    // A batch of 500 and the page that made it full may be written, and not yet noted of their slices.
    let most = there + (interrupted * 600).min(there - 1);
    assert!(
        received <= most,
        "{received} received for {there} issues in {interrupted} kills"
    );
    world.sync().await;
    world.assert_like_jira();
}

#[tokio::test]
async fn a_poll_that_is_killed_between_pages_is_asked_again_whole() {
    for plan in World::both() {
        let mut world = plan.issues(140).gated().start().await;
        world.sync().await;
        world.minutes(30);
        for nth in 0..world.jira.count() {
            world.jira.label(world.jira.nth(nth), "touched");
        }
        let watermark = world.watermark();
        world.restart();
        // Server info, account, first page, and the same with a bound that stays where it is.
        let hold = world.gate().hold(5);
        assert!(kill_at(&mut world, &hold).await);
        world.restart();
        assert_eq!(world.watermark(), watermark);
        let run = world.sync().await;
        assert_eq!(run.received, world.jira.count() as u64);
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn a_dashboard_that_ends_leaves_no_run_under_way() {
    let mut world = World::cloud().gated().start().await;
    let hold = world.gate().hold(6);
    let drive = world.engine();
    hold.reached().await;
    drive.engine.stop().await;
    hold.release();
    let runs = world.store().runs(5).unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].state, RunState::Interrupted);
}
