//! Passwords: each wrong one brings the account closer to a CAPTCHA, and after that nothing is sent.

use crosstie::{
    domain::{Health, RunState},
    sync::{Command, Want},
};
use jiff::SignedDuration;

use crate::world::World;

const ASK: Command = Command::Sync {
    alias: None,
    want: Want { census: false },
};

/// Long enough for anything that would happen by itself.
async fn nothing_happens_by_itself(world: &World) {
    let before = world.requests();
    assert_eq!(world.state().next_run, None);
    for _ in 0..200 {
        world.minutes(10);
        tokio::task::yield_now().await;
    }
    assert_eq!(world.requests(), before);
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    let mut world = World::data_center().password().start().await;
    world.write_secret("wrong");
    let mut drive = world.engine();
    let run = drive.run().await;
    assert_eq!(run.problem.unwrap().kind, "auth");
    assert_eq!(world.state().health, Health::Auth);
    nothing_happens_by_itself(&world).await;

    // A person has written the right one down, and asks.
    world.write_secret(&world.right_secret());
    drive.engine.tell(&ASK);
    assert_eq!(drive.run().await.state, RunState::Ok);
    world.assert_like_jira();
}

#[tokio::test]
async fn a_captcha_stops_everything_until_a_person_asks() {
    let mut world = World::data_center().password().start().await;
    let mut drive = world.engine();
    assert_eq!(drive.run().await.state, RunState::Ok);
    world.jira.rename(world.jira.nth(1), "Locked out");
    challenge(&world).await;
    drive.engine.tell(&ASK);
    let run = drive.run().await;
    assert_eq!(run.problem.unwrap().kind, "captcha");
    assert_eq!(world.state().health, Health::Auth);
    assert_eq!(world.state().problem.unwrap().kind, "captcha");
    nothing_happens_by_itself(&world).await;

    drive.engine.tell(&ASK);
    assert_eq!(drive.run().await.problem.unwrap().kind, "captcha", "asked too early");
    nothing_happens_by_itself(&world).await;
    world.jira.sandbox.reset_captcha();
    drive.engine.tell(&ASK);
    assert_eq!(drive.run().await.state, RunState::Ok);
    world.assert_like_jira();
    let (run, _) = drive.wind(SignedDuration::from_secs(400)).await;
    assert_eq!(run.unwrap().state, RunState::Ok, "and then it goes on by itself");
}

/// Somebody else tries to get in with this name.
async fn challenge(world: &World) {
    let (name, url) = (world.jira.sandbox.credentials().username, world.jira.sandbox.url());
    crate::gate::install_ring();
    for _ in 0..4 {
        let answer = reqwest::Client::new()
            .get(format!("{url}/rest/api/2/myself"))
            .basic_auth(&name, Some("guess"))
            .send()
            .await
            .unwrap();
        assert!(!answer.status().is_success());
    }
}

#[tokio::test]
async fn without_an_engine_nothing_is_sent_after_a_captcha_either() {
    let mut world = World::data_center().password().start().await;
    world.sync().await;
    challenge(&world).await;
    world.fails("captcha").await;
    let before = world.requests();
    for _ in 0..3 {
        world.minutes(5);
        world.fails("captcha").await;
    }
    assert_eq!(world.requests(), before);
}

#[tokio::test]
async fn a_second_dashboard_does_not_try_the_password_that_the_first_found_wrong() {
    let mut world = World::data_center().password().start().await;
    let mut drive = world.engine();
    assert_eq!(drive.run().await.state, RunState::Ok);
    let (mut other, _) = world.another();
    let right = world.right_secret();
    let name = world.jira.sandbox.credentials().username;
    world.jira.change(|world, _| {
        let me = world.me;
        "renamed".clone_into(&mut world.users[me.at()].name);
        world.changed();
    });
    world.time.settled().await;
    let run = other.lane.run(Want::default()).await.unwrap();
    assert_eq!(run.problem.unwrap().kind, "auth");
    let before = world.requests();
    let (run, _) = drive.wind(SignedDuration::from_secs(2_000)).await;
    assert!(run.is_none(), "{run:?}");
    assert_eq!(world.requests(), before);

    world.jira.change(|world, _| {
        let me = world.me;
        name.clone_into(&mut world.users[me.at()].name);
        world.changed();
    });
    assert_eq!(world.right_secret(), right);
    let run = other.lane.run(Want::default()).await.unwrap();
    assert_eq!(run.state, RunState::Ok);
    let (run, _) = drive.wind(SignedDuration::from_secs(1_000)).await;
    assert_eq!(run.unwrap().state, RunState::Ok);
    world.assert_like_jira();
}

#[tokio::test]
async fn a_token_that_was_replaced_is_read_anew_when_a_person_asks() {
    for plan in World::both() {
        let mut world = plan.start().await;
        world.write_secret("expired");
        let mut drive = world.engine();
        assert_eq!(drive.run().await.problem.unwrap().kind, "auth");
        assert!(world.state().next_run.is_some(), "a wrong token locks nobody out");
        world.write_secret(&world.right_secret());
        drive.engine.tell(&ASK);
        assert_eq!(drive.run().await.state, RunState::Ok);
        world.assert_like_jira();
    }
}
