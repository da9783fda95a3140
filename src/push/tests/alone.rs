//! What goes wrong with one finding is its own affair; what all need is asked for once.

use serde_json::json;

use super::{World, finding, jira::write_error, minutes};
use crate::{
    clock::FrozenClock,
    config::Rule,
    domain::{CreateField, PushState, User, ValueKind},
    jira::{ErrorKind, Outcome},
    push::{Pushed, Pusher},
};

#[tokio::test]
async fn a_create_without_an_answer_holds_nobody_else_back() {
    let world = World::new();
    world.take(&[finding(1, "one"), finding(2, "two"), finding(3, "three")]);
    world.jira.by_people(|state| {
        state.lag = minutes(14);
        state.keys_hidden = true;
        let lost = write_error(ErrorKind::Network, Outcome::Unknown);
        state.refusals.push(("create", lost));
    });
    let pushed = world.run().await;
    assert_eq!(pushed.created, 2);
    assert_eq!(world.jira.by_people(|state| state.issues.len()), 3);
    assert_eq!(world.states(), [PushState::Unknown]);
    world.jira.advance(minutes(15));
    world.run().await;
    assert_eq!(world.pending(), []);
    assert_eq!(world.jira.by_people(|state| state.issues.len()), 3);
}

#[tokio::test]
async fn when_nothing_is_answered_the_run_ends_and_counts_what_was_done() {
    let world = World::new();
    world.take(&[finding(1, "one")]);
    world.run().await;
    let findings: Vec<_> = (1..20).map(|number| finding(number, "changed")).collect();
    world.take(&findings);
    world.jira.by_people(|state| {
        let lost = || write_error(ErrorKind::Network, Outcome::Unknown);
        state
            .refusals
            .extend(std::iter::repeat_with(|| ("create", lost())).take(19));
    });
    world.calls();
    let mut pushed = Pushed::default();
    world.pusher().run_counting(None, &mut pushed).await.unwrap_err();
    assert!(pushed.sent >= 1, "{pushed:?}");
    let creates = world.calls().iter().filter(|call| **call == "create").count();
    assert_eq!(creates, 4);
}

#[tokio::test]
async fn somebody_whom_a_rule_names_is_asked_for_once_and_stays() {
    let mut world = World::new();
    let owner = CreateField {
        id: "customfield_2".into(),
        name: "Owner".into(),
        kind: ValueKind::User,
        ..CreateField::default()
    };
    let ada = User {
        id: "a1".into(),
        name: "a1".into(),
        display: "Ada L.".into(),
        active: true,
        email: None,
    };
    world.jira.by_people(|state| {
        state.screen.fields.push(owner);
        state.people = vec![ada];
    });
    world.mappings[0]
        .fields
        .push(("Owner".into(), Rule::Value(json!("Ada L."))));
    world.take(&[finding(1, "one"), finding(2, "two")]);
    world.run().await;
    let owners = || {
        let told = |state: &mut super::jira::Site0| -> Vec<serde_json::Value> {
            let fields = state
                .issues
                .iter()
                .map(|issue| issue.fields["customfield_2"]["accountId"].clone());
            fields.collect()
        };
        world.jira.by_people(told)
    };
    assert_eq!(owners(), [json!("a1"), json!("a1")], "{:?}", world.log());
    let asked = |calls: Vec<&str>| calls.into_iter().filter(|call| *call == "people").count();
    assert_eq!(asked(world.calls()), 1);
    // Who cannot be found any more keeps what they were given.
    world.jira.by_people(|state| state.people.clear());
    world.jira.advance(minutes(13 * 60));
    world.take(&[finding(1, "one, changed")]);
    world.run().await;
    assert_eq!(owners(), [json!("a1"), json!("a1")], "{:?}", world.log());
}

#[tokio::test]
async fn items_at_once_ask_for_a_screen_once() {
    let world = World::new();
    let findings: Vec<_> = (1..9).map(|number| finding(number, "new")).collect();
    world.take(&findings);
    let clock = std::sync::Arc::new(FrozenClock(world.jira.now()));
    let pusher = Pusher::new(super::acme(), world.jira.clone(), world.store(), clock, world.planner());
    pusher.run(None).await.unwrap();
    let screens = world.calls().iter().filter(|call| **call == "screen").count();
    assert_eq!(screens, 1);
}

#[tokio::test]
async fn a_refused_project_is_no_matter_of_a_rule() {
    let world = World::new();
    world.take(&[finding(1, "one")]);
    let said = vec![("project".to_owned(), "valid project is required".to_owned())];
    let refused = write_error(ErrorKind::Rejected, Outcome::Refused).of_fields(said);
    world.jira.by_people(|state| state.refusals.push(("create", refused)));
    world.run().await;
    let problem = world.pending()[0].problem.clone().unwrap();
    assert_eq!(problem.message, "valid project is required");
    assert_eq!(
        problem.remedy,
        "check the project of \"bounty to PAY\", and that the account may create such issues there"
    );
}

#[tokio::test]
async fn a_description_that_jira_finds_too_long_is_cut_once_more_and_left_so() {
    let world = World::new();
    let long = |title: &str| {
        let mut long = finding(1, title);
        long.body = "**word** `code`\n\n".repeat(900);
        long
    };
    let refuse = |call: &'static str| {
        let said = vec![("description".to_owned(), "CONTENT_LIMIT_EXCEEDED".to_owned())];
        let refused = write_error(ErrorKind::Rejected, Outcome::Refused).of_fields(said);
        world.jira.by_people(|state| state.refusals.push((call, refused)));
    };
    let held = || {
        world
            .jira
            .by_people(|state| state.issues[0].fields["description"].to_string())
    };
    world.take(&[long("one")]);
    refuse("create");
    world.run().await;
    assert_eq!(world.pending(), [], "{:?}", world.log());
    assert!(
        held().len() < 33_500 && held().contains("All of it"),
        "{}",
        held().len()
    );
    world.take(&[long("two")]);
    world.run().await;
    assert_eq!(world.log().last().unwrap(), "PAY-1: summary updated from bounty/1");
    let mut other = long("two");
    other.body.insert_str(0, "Now *known*.\n\n");
    world.take(&[other]);
    refuse("edit");
    world.run().await;
    assert!(
        held().contains("known") && held().contains("All of it"),
        "{:?}",
        world.log()
    );
}
