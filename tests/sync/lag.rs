//! A search index that knows of changes only later.

use crosstie::sandbox::{Fault, model::Category};
use jiff::SignedDuration;

use crate::world::{Plan, World};

async fn lagging(plan: Plan, minutes: u64) -> World {
    let mut world = plan.start().await;
    world.sync().await;
    world.always(Fault::IndexLag { seconds: minutes * 60 }).await;
    world
}

/// One of everything that people do.
fn work(world: &World, round: usize) {
    let jira = &world.jira;
    let project = jira.key(jira.nth(20)).split('-').next().unwrap().to_owned();
    jira.rename(jira.nth(round), &format!("Renamed in round {round}"));
    jira.comment(jira.nth(10 + round), "Seen");
    jira.create(&project, &format!("Made in round {round}"));
}

#[tokio::test]
async fn polls_reach_back_further_than_an_index_that_lags_a_little() {
    for plan in World::both() {
        let mut world = lagging(plan, 8).await;
        for round in 0..8 {
            work(&world, round);
            world.minutes(3);
            world.sync().await;
        }
        for _ in 0..4 {
            world.minutes(4);
            world.sync().await;
        }
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn a_census_mends_what_an_index_tells_too_late() {
    for plan in World::both() {
        for minutes in [40, 300] {
            let mut world = lagging(plan.clone(), minutes).await;
            for round in 0..6 {
                work(&world, round);
                world.minutes(5);
                world.sync().await;
            }
            world.census().await;
            let there = world.jira.count();
            assert!(world.cache().len() + 6 >= there, "nothing was lost by asking too early");
            world.pass(SignedDuration::from_mins(i64::try_from(minutes).unwrap()));
            world.sync().await;
            world.census().await;
            world.assert_like_jira();
        }
    }
}

#[tokio::test]
async fn an_issue_that_the_index_does_not_know_yet_is_not_gone() {
    for plan in World::both() {
        let mut world = plan.scope("statusCategory != Done").start().await;
        world.sync().await;
        let done = world
            .jira
            .find(|world, issue| world.status(issue.status).category == Category::Done);
        world.jira.transition(done, Category::InProgress);
        assert_eq!(world.sync().await.new, 1);
        world.assert_like_jira();
        // An index that is rebuilt from an older state has it as closed; nobody closed it.
        world.always(Fault::IndexLag { seconds: 3600 }).await;
        world.jira.transition(done, Category::Done);
        world.jira.transition(done, Category::InProgress);
        world.minutes(5);
        let run = world.census().await;
        assert_eq!(run.gone, 0);
        assert!(world.cache().contains_key(&world.jira.id(done)));
        world.minutes(60);
        world.census().await;
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn what_is_deleted_stays_deleted_while_the_index_still_shows_it() {
    for plan in World::both() {
        let mut world = lagging(plan, 30).await;
        let doomed = world.jira.find(|_, issue| issue.children.is_empty());
        world.jira.rename(doomed, "Last words");
        world.minutes(1);
        world.jira.delete(doomed);
        let mut gone = 0;
        for _ in 0..12 {
            world.minutes(5);
            gone += world.census().await.gone;
            gone += world.sync().await.gone;
        }
        assert_eq!(gone, 1, "counted once");
        world.assert_like_jira();
    }
}
