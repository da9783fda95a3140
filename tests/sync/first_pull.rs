//! The first pull, from nothing to many slices, and the quiet that follows it.

use std::collections::BTreeSet;

use crosstie::{
    domain::{Health, Level, RunKind},
    sandbox::{Fault, FaultRule},
    sync::Want,
};

use crate::{
    gate::Asked,
    world::{World, went_well},
};

#[tokio::test]
async fn a_small_site_comes_whole_and_then_costs_one_request_a_poll() {
    for plan in World::both() {
        let mut world = plan.issues(300).start().await;
        let began = world.jira.sandbox.now();
        let run = world.sync().await;
        let there = world.jira.count() as u64;
        assert_eq!((run.kind, run.received, run.new), (RunKind::First, there, there));
        assert_eq!((run.changed, run.gone, run.expected), (0, 0, Some(there)));
        world.assert_like_jira();
        assert_eq!(world.watermark(), Some(began));
        let state = world.state();
        assert!(state.complete);
        assert_eq!(
            (state.health, state.issues, state.attempts),
            (Health::Ok, Some(there), 0)
        );
        assert!(state.next_run.is_some());

        world.minutes(5);
        let (before, edition) = (world.requests(), world.store().edition().unwrap());
        let run = world.sync().await;
        assert_eq!(
            world.store().edition().unwrap(),
            edition,
            "nobody need read a list again"
        );
        assert_eq!((run.kind, run.requests), (RunKind::Delta, 1));
        assert_eq!((run.new, run.changed, run.gone), (0, 0, 0));
        assert_eq!(world.requests() - before, 1);
        assert_eq!(world.watermark(), Some(world.jira.sandbox.now()));
        assert_eq!(
            world.heard(Level::Info).last().unwrap(),
            "nothing new · 1 request in 0.0s"
        );
        world.assert_like_jira();
    }
}

/// On Cloud the same is told with a burst limit, and with kills.
#[tokio::test]
async fn a_large_site_comes_in_slices_several_at_once() {
    let mut world = World::data_center().issues(2_080).gated().start().await;
    let asked = world
        .gate()
        .collect(|asked| asked.body.contains("ORDER BY created DESC"));
    let run = world.sync().await;
    let there = world.jira.count() as u64;
    assert_eq!((run.kind, run.received, run.new), (RunKind::First, there, there));
    world.assert_like_jira();
    let slices: BTreeSet<String> = asked.lock().unwrap().iter().map(|asked| jql(&asked.body)).collect();
    assert!(slices.len() >= 8, "{slices:#?}");
}

/// From a distant site each question by itself would take as long as several at once.
#[tokio::test]
async fn slices_are_counted_and_what_follows_is_asked_several_at_once() {
    let mut world = World::cloud().issues(2_080).gated().start().await;
    let counts = |asked: &Asked| asked.path.ends_with("/approximate-count") && asked.body.contains("created");
    let (counted, process) = (world.gate().hold_each(2, counts), world.process.take().unwrap());
    let mut lane = process.lane;
    let running = tokio::spawn(async move { lane.run(Want::default()).await });
    for hold in &counted {
        hold.reached().await;
    }
    // The census, and what is asked of projects beside it; each of these lists.
    let census = |asked: &Asked| asked.body.contains("ORDER BY created ASC, key ASC");
    let lists = |asked: &Asked| asked.path.ends_with("/versions");
    let after = world.gate().hold_each(3, move |asked| census(asked) || lists(asked));
    counted.iter().for_each(|hold| hold.release());
    for hold in &after {
        hold.reached().await;
    }
    after.iter().for_each(|hold| hold.release());
    went_well(running.await.unwrap().unwrap());
    world.restart();
    world.assert_like_jira();
}

fn jql(body: &str) -> String {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    body["jql"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_scope_without_issues_is_a_complete_cache_without_issues() {
    for plan in World::both() {
        let mut world = plan.scope("labels = nobody-has-this-one").start().await;
        let run = world.sync().await;
        assert_eq!((run.kind, run.received, run.expected), (RunKind::First, 0, Some(0)));
        assert!(world.state().complete);
        world.assert_like_jira();
        let found = world.jira.nth(3);
        world.jira.label(found, "nobody-has-this-one");
        assert_eq!(world.sync().await.new, 1);
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn a_site_that_does_not_count_is_pulled_all_the_same() {
    let mut world = World::cloud().start().await;
    let counting = FaultRule::always(Fault::NotFound).on("/rest/api/3/search/approximate-count");
    world.fault(counting).await;
    let run = world.sync().await;
    assert_eq!(run.expected, None);
    world.assert_like_jira();
}

#[tokio::test]
async fn the_scope_of_the_config_is_what_is_kept() {
    for plan in World::both() {
        let project = "updated >= -30d AND statusCategory != Done OR labels IS EMPTY";
        let mut world = plan.issues(150).scope(project).start().await;
        let run = world.sync().await;
        assert!(run.received > 10 && run.received < world.jira.count() as u64);
        world.assert_like_jira();
    }
}
