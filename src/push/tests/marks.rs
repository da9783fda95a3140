//! Unknown outcomes and lost stores: what the marks of issues tell.

use super::{jira::write_error, stories::issue, *};
use crate::jira::{Error, ErrorKind, Outcome};

/// The same Jira, and a store that knows nothing.
fn store_lost(world: World) -> World {
    let fresh = World {
        folder: tempfile::tempdir().unwrap(),
        ..world
    };
    fresh.configure();
    fresh
}

/// Findings of which nobody answers whether their issues were made, and an index that has them only
/// after `lag`; `keys_hidden`: nor are they found by the keys that they must have.
fn unanswered(findings: &[Finding], lag: u64, keys_hidden: bool) -> World {
    let world = World::new();
    world.take(findings);
    let lost = || ("create", write_error(ErrorKind::Server, Outcome::Unknown));
    world.jira.by_people(|state| {
        state.lag = minutes(lag);
        state.keys_hidden = keys_hidden;
        state.refusals.extend(findings.iter().map(|_| lost()));
    });
    world
}

/// Twenty minutes, looked into every other one.
async fn wait_in_vain(world: &World) {
    for _ in 0..10 {
        world.run().await;
        world.jira.advance(minutes(2));
    }
    assert!(world.states().iter().all(|state| *state == PushState::Uncertain));
}

#[tokio::test]
async fn an_unanswered_create_is_looked_for_as_long_as_the_index_may_lag() {
    let world = unanswered(&[finding(1, "one")], 9, true);
    let pushed = world.run().await;
    assert_eq!(world.states(), [PushState::Unknown]);
    assert!(pushed.next.unwrap() <= world.jira.now() + minutes(1));
    world.jira.by_people(|state| {
        state
            .failing
            .push(("marks", Error::new(ErrorKind::Server, "down", "wait")));
    });
    world.jira.advance(minutes(5));
    world.run().await;
    assert_eq!(world.states(), [PushState::Unknown], "a look that failed says nothing");
    world.jira.advance(minutes(5));
    world.run().await;
    assert_eq!(world.pending(), []);
    assert_eq!(world.jira.by_people(|state| state.issues.len()), 1);
    assert_eq!(
        world.log()[0],
        "found PAY-1, which had been created from bounty/1 without an answer"
    );
}

#[tokio::test]
async fn an_unanswered_create_is_found_by_its_key_before_the_index_knows_it() {
    let world = unanswered(&[finding(1, "one")], 14, false);
    let pushed = world.run().await;
    assert_eq!((pushed.created, world.pending()), (1, vec![]));
    assert_eq!(world.jira.by_people(|state| state.issues.len()), 1);
}

#[tokio::test]
async fn what_never_turned_up_is_uncertain_until_a_person_decides() {
    let world = unanswered(&[finding(1, "one"), finding(2, "two")], 60, true);
    wait_in_vain(&world).await;
    assert_eq!(
        world.jira.by_people(|state| state.issues.len()),
        2,
        "nothing is made again"
    );
    assert_eq!(world.pending().len(), 2);
    let items = world.pending();
    assert!(!world.store().forget(99, start()).unwrap());
    // One is sent again although it was made: the second issue is noticed by its mark.
    assert!(world.store().retry(items[0].id).unwrap());
    // Of the other one a person found the issue.
    let (id, key) = (IssueId::from("1002"), IssueKey::from("PAY-2"));
    assert!(
        world
            .store()
            .settle_with(items[1].id, &items[1].alias, &id, &key, world.jira.now())
            .unwrap()
    );
    world.run().await;
    assert_eq!(world.pending(), []);
    assert_eq!(world.jira.by_people(|state| state.issues.len()), 3);
    world.jira.advance(minutes(61));
    let pushed = world.run().await;
    assert_eq!(pushed.lines.len(), 1);
    assert_eq!(pushed.lines[0].level, Level::Warn);
    assert_eq!(
        pushed.lines[0].text,
        "PAY-3 and PAY-1 were both created from bounty/1; PAY-3 is kept in step, close the other"
    );
}

#[tokio::test]
async fn a_store_that_was_lost_makes_no_second_issues() {
    let world = World::new();
    world.take(&[finding(1, "one"), finding(2, "two")]);
    world.run().await;
    let fresh = store_lost(world);
    fresh.take(&[finding(1, "one"), finding(2, "two"), finding(3, "three")]);
    fresh.run().await;
    assert_eq!(fresh.jira.by_people(|state| state.issues.len()), 3);
    let links = fresh.store().links(None).unwrap();
    assert_eq!(links.len(), 3);
    assert_eq!(links[0].mapping.as_deref(), Some("bounty to PAY"));
}

#[tokio::test]
async fn findings_that_come_after_the_marks_were_read_get_their_issues_back() {
    let world = World::new();
    world.take(&[finding(1, "one"), finding(2, "two"), finding(3, "three")]);
    world.run().await;
    let mut fresh = store_lost(world);
    // The mapping goes by another name since.
    fresh.mappings[0].name = "reports".into();
    fresh.take(&[finding(1, "one")]);
    fresh.run().await;
    // One source is slow, and what it tells is closed by now.
    fresh.take(&[closed(finding(2, "two")), finding(3, "three")]);
    fresh.run().await;
    assert_eq!(fresh.jira.by_people(|state| state.issues.len()), 3, "{:?}", fresh.log());
    assert_eq!(issue(&fresh, "PAY-2").status.name, "Done");
    let links = fresh.store().links(None).unwrap();
    let kept: Vec<_> = links.iter().map(|link| link.mapping.as_deref()).collect();
    assert_eq!(kept, [Some("reports"); 3]);
    assert_eq!(
        fresh.log()[0],
        "1 finding has its issue in PAY again, found by its mark"
    );
}

#[tokio::test]
async fn a_store_lost_while_the_index_lags_makes_no_second_issues() {
    let world = World::new();
    world.jira.by_people(|state| state.lag = minutes(14));
    world.take(&[finding(1, "one"), finding(2, "two")]);
    world.run().await;
    world.jira.advance(minutes(1));
    let fresh = store_lost(world);
    fresh.take(&[finding(1, "one"), finding(2, "two")]);
    fresh.run().await;
    assert_eq!(fresh.jira.by_people(|state| state.issues.len()), 2, "{:?}", fresh.log());
    assert_eq!(fresh.store().links(None).unwrap().len(), 2);
}

#[tokio::test]
async fn a_project_that_cannot_be_read_is_asked_once_and_before_anything_is_made_there() {
    let world = World::new();
    let refused = || ("marks", Error::new(ErrorKind::Rejected, "no such project", "look"));
    world
        .jira
        .by_people(|state| state.failing.extend([refused(), refused()]));
    let pusher = world.pusher();
    for calls in [vec!["marks"], vec![]] {
        pusher.run(None).await.unwrap();
        assert_eq!(world.calls(), calls);
    }
    world.take(&[finding(1, "one")]);
    pusher.run(None).await.unwrap();
    assert_eq!(world.calls(), ["marks"]);
    assert_eq!(world.states(), [PushState::Failed]);
}

#[tokio::test]
async fn an_issue_marked_for_a_finding_that_has_another_one_is_reported() {
    let world = World::new();
    world.take(&[finding(1, "one")]);
    world.run().await;
    let fresh = store_lost(world);
    let now = fresh.jira.now();
    let (id, store) = (fresh.jira.by_people(|state| state.add("theirs", now)), fresh.store());
    let reading = Reading {
        findings: vec![finding(1, "one")],
        ..Reading::default()
    };
    store.take_reading("bounty", &reading, now, &|_, _| Vec::new()).unwrap();
    store
        .link(fresh.row(1), None, &acme(), &id, &IssueKey::from("PAY-2"), now)
        .unwrap();
    fresh.run().await;
    assert_eq!(
        fresh.log()[0],
        "PAY-2 and PAY-1 were both created from bounty/1; PAY-2 is kept in step, close the other"
    );
}

#[tokio::test]
async fn what_turned_up_before_it_is_sent_again_is_taken_instead() {
    let world = unanswered(&[finding(1, "one")], 25, true);
    wait_in_vain(&world).await;
    assert_eq!(world.pending().len(), 1);
    // The index has it now, but the next look is an hour away.
    world.jira.advance(minutes(10));
    assert!(world.store().retry(world.pending()[0].id).unwrap());
    world.run().await;
    assert_eq!(world.pending(), []);
    assert_eq!(world.jira.by_people(|state| state.issues.len()), 1, "{:?}", world.log());
}

#[tokio::test]
async fn an_issue_that_turns_up_after_a_person_named_another_one_is_reported() {
    let world = unanswered(&[finding(1, "one")], 60, true);
    wait_in_vain(&world).await;
    assert_eq!(world.pending().len(), 1);
    let now = world.jira.now();
    let id = world.jira.by_people(|state| state.add("made by hand", now));
    let item = &world.pending()[0];
    assert!(
        world
            .store()
            .settle_with(item.id, &item.alias, &id, &IssueKey::from("PAY-2"), now)
            .unwrap()
    );
    world.run().await;
    world.jira.advance(minutes(60));
    world.run().await;
    let told = "PAY-2 and PAY-1 were both created from bounty/1; PAY-2 is kept in step, close the other";
    assert_eq!(world.log().last().unwrap(), told);
    let detail = world.store().finding_detail(world.row(1)).unwrap().unwrap();
    assert_eq!(detail.history[0].1, told, "and the finding tells of it");
}
