//! Answers that are not what they seem: none of them is believed, and none changes the cache.

use std::time::Duration;

use crosstie::{
    domain::{Health, RunState},
    sandbox::{Fault, FaultRule},
};

use crate::world::{Plan, World};

/// What goes wrong, the word for it, and what the connection's state is then.
fn table() -> Vec<(Fault, &'static str, Health)> {
    vec![
        (Fault::Unauthorized, "auth", Health::Auth),
        (Fault::Forbidden, "forbidden", Health::Failed),
        (Fault::NotFound, "not-found", Health::Failed),
        (Fault::ServerError, "server", Health::Failed),
        (Fault::Unavailable { retry_after: None }, "server", Health::Failed),
        (Fault::LoginPage, "auth", Health::Auth),
        (Fault::LoginRedirect, "auth", Health::Auth),
        (Fault::MalformedJson, "malformed", Health::Failed),
        (Fault::CutBody { after: None }, "network", Health::Offline),
    ]
}

fn plans() -> [Plan; 2] {
    World::both().map(|plan| plan.issues(150))
}

#[tokio::test]
async fn a_poll_that_is_answered_wrongly_fails_and_changes_nothing() {
    for plan in plans() {
        let mut world = plan.start().await;
        world.sync().await;
        for (attempt, (fault, kind, health)) in table().into_iter().enumerate() {
            world.minutes(30);
            world.jira.rename(world.jira.nth(attempt), &format!("Before {fault:?}"));
            let (cache, watermark) = (world.cache(), world.watermark());
            world.always(fault.clone()).await;
            for tries in 1..=2 {
                let run = world.fails(kind).await;
                assert_eq!(
                    (run.received, run.new, run.changed, run.gone),
                    (0, 0, 0, 0),
                    "{fault:?}"
                );
                let state = world.state();
                assert_eq!((state.health, state.attempts), (health, tries), "{fault:?}");
                assert_eq!(state.problem, run.problem);
                assert!(state.complete);
                assert_eq!(
                    (world.cache(), world.watermark()),
                    (cache.clone(), watermark),
                    "{fault:?}"
                );
            }
            world.mended().await;
            let run = world.sync().await;
            assert_eq!(run.changed, 1, "{fault:?}");
            let state = world.state();
            assert_eq!((state.health, state.attempts, state.problem), (Health::Ok, 0, None));
            world.assert_like_jira();
        }
    }
}

#[tokio::test]
async fn a_census_that_is_answered_wrongly_takes_nothing_for_gone() {
    for plan in plans() {
        let path = if plan.is_cloud() {
            "/rest/api/3/"
        } else {
            "/rest/api/2/"
        };
        let mut world = plan.start().await;
        world.sync().await;
        for (fault, _, health) in table() {
            // The poll goes through; then come the list of ids, and the issues that it lacks.
            for (place, nth) in [("search", 2), ("issue", 1)] {
                if place == "issue" && fault == Fault::NotFound {
                    // That is how Jira says that an issue is gone.
                    continue;
                }
                world.minutes(20);
                world.jira.hide(world.jira.find(|_, issue| issue.children.is_empty()));
                world
                    .fault(
                        FaultRule::always(fault.clone())
                            .on(&format!("{path}{place}"))
                            .from_nth(nth),
                    )
                    .await;
                let run = world.attempt(true).await.unwrap();
                assert_eq!(run.gone, 0, "{fault:?} on {place}");
                assert_eq!(run.state, RunState::Failed, "{fault:?} on {place}");
                assert_eq!(world.state().health, health, "{fault:?} on {place}");
                world.mended().await;
                assert_eq!(world.census().await.gone, 1, "{fault:?} on {place}");
                world.assert_like_jira();
            }
        }
    }
}

#[tokio::test]
async fn a_long_poll_that_breaks_off_is_asked_again_from_the_same_watermark() {
    for plan in plans() {
        let path = if plan.is_cloud() {
            "/rest/api/3/search"
        } else {
            "/rest/api/2/search"
        };
        let mut world = plan.issues(130).start().await;
        world.sync().await;
        for (fault, kind, _) in table().into_iter().step_by(5) {
            world.minutes(30);
            for nth in 0..world.jira.count() {
                world.jira.label(world.jira.nth(nth), &kind.replace(' ', "-"));
                world.jira.label(world.jira.nth(nth), "again");
            }
            let watermark = world.watermark();
            world.fault(FaultRule::always(fault.clone()).on(path).from_nth(3)).await;
            let run = world.fails(kind).await;
            assert!(run.received >= 100, "what came is kept: {fault:?}");
            assert_eq!(world.watermark(), watermark, "{fault:?}");
            world.mended().await;
            let run = world.sync().await;
            assert_eq!(run.received, world.jira.count() as u64, "{fault:?}");
            world.assert_like_jira();
        }
    }
}

#[tokio::test]
async fn a_first_contact_that_is_answered_wrongly_leaves_an_empty_cache_that_says_so() {
    for plan in plans() {
        for (fault, _, health) in table() {
            let mut world = plan.clone().issues(40).start().await;
            world.always(fault.clone()).await;
            let run = world.attempt(false).await.unwrap();
            assert_eq!(run.state, RunState::Failed, "{fault:?}");
            let state = world.state();
            assert!(!state.complete && state.issues == Some(0), "{fault:?}");
            assert!(
                state.health == health || state.health == Health::Failed,
                "{fault:?}: {state:?}"
            );
            world.mended().await;
            world.sync().await;
            world.assert_like_jira();
        }
    }
}

#[tokio::test]
async fn a_body_that_falls_silent_is_given_up() {
    for plan in World::both() {
        let mut world = plan.issues(40).start().await;
        world.sync().await;
        // A machine that is busy may take longer for an answer that does come.
        let patience = std::mem::replace(&mut world.config.timeout, Duration::from_millis(600));
        world.restart();
        world.jira.rename(world.jira.nth(1), "During the silence");
        let (cache, watermark) = (world.cache(), world.watermark());
        let silence = Fault::StallBody {
            after: None,
            seconds: None,
        };
        world.always(silence).await;
        world.fails("network").await;
        assert_eq!(world.state().health, Health::Offline);
        assert_eq!((world.cache(), world.watermark()), (cache, watermark));
        world.mended().await;
        world.config.timeout = patience;
        world.restart();
        world.sync().await;
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn an_answer_to_nobody_is_never_an_empty_jira() {
    for plan in World::both() {
        let mut world = plan.start().await;
        world.write_secret("not-the-secret");
        world.fails("auth").await;
        assert_eq!(world.state().health, Health::Auth);
        assert!(!world.state().complete);
        world.write_secret(&world.right_secret());
        world.restart();
        world.sync().await;
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn a_sign_in_that_is_withdrawn_between_polls_is_noticed_by_the_next() {
    for plan in World::both() {
        for census in [false, true] {
            let mut world = plan.clone().start().await;
            world.sync().await;
            let (cache, watermark) = (world.cache(), world.watermark());
            let name = world.jira.sandbox.credentials().username;
            rename_account(&world, "somebody-else");
            world.minutes(5);
            let run = world.attempt(census).await.unwrap();
            assert_eq!(run.problem.unwrap().kind, "auth");
            assert_eq!((world.cache(), world.watermark()), (cache, watermark));
            assert_eq!(world.state().health, Health::Auth);
            rename_account(&world, &name);
            world.jira.rename(world.jira.nth(1), "Back again");
            world.sync().await;
            world.assert_like_jira();
        }
    }
}

/// The secrets hang on the account's name.
fn rename_account(world: &World, name: &str) {
    world.jira.change(|world, _| {
        let me = world.me;
        name.clone_into(&mut world.users[me.at()].name);
        world.changed();
    });
}

#[tokio::test]
async fn a_secret_that_cannot_be_found_is_a_run_that_says_so() {
    let mut world = World::cloud().start().await;
    std::fs::remove_file(world.folder.path().join("secret")).unwrap();
    let requests = world.requests();
    world.fails("secret").await;
    assert_eq!(world.state().health, Health::Auth);
    assert_eq!(world.requests(), requests);
    world.write_secret(&world.right_secret());
    world.sync().await;
    world.assert_like_jira();
}
