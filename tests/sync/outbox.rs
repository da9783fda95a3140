//! What waits in the outbox has its own times, which polls do not put off.

use std::sync::Arc;

use crosstie::{
    clock::SharedClock,
    config::{MappingConfig, ProjectChoice},
    domain::{Alias, Finding, FindingId, FindingKind, FindingState, IssueId, IssueKey, Reading, RunState},
    push::Planner,
    sandbox::model::Category,
    store::{self, Settlement, Store},
    sync::{Command, Lane, Want},
};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::world::{ALIAS, World};

/// Puts something into the outbox that waits until `next`.
fn waiting(store: &Store, now: Timestamp, next: Timestamp) -> i64 {
    let alias = Alias::from(ALIAS);
    let id = FindingId {
        source: "scans".into(),
        external: "1".into(),
    };
    let reading = Reading {
        findings: vec![Finding::new(id, FindingKind::Vulnerability, "A hole")],
        ..Reading::default()
    };
    store
        .take_reading("scans", &reading, now, &|_, _| {
            vec![store::Want::Create {
                mapping: "scans to PAY".into(),
                alias: Alias::from(ALIAS),
                project: None,
            }]
        })
        .unwrap();
    let item = store.pending(Some(&alias)).unwrap()[0].id;
    let later = Settlement::Later { next, problem: None };
    assert!(store.settle(item, &later, None, &[], None, now).unwrap());
    item
}

#[tokio::test]
async fn what_waits_is_taken_in_hand_at_its_time_and_not_at_the_next_poll() {
    for plan in World::both() {
        let mut world = plan.start().await;
        let mut drive = world.engine();
        drive.run().await;
        // As another process leaves it behind after a run of its own.
        let now = world.time_now();
        let next = now + SignedDuration::from_secs(40);
        waiting(world.store(), now, next);
        drive.engine.tell(&Command::Sync {
            alias: None,
            want: Want::default(),
        });
        assert_eq!(drive.run().await.state, RunState::Ok);
        let (run, passed) = drive.wind(SignedDuration::from_secs(250)).await;
        assert!(run.is_some(), "not put off until the poll");
        assert!((38..=45).contains(&passed.as_secs()), "{passed:?}");
    }
}

/// A link that was made by hand to an issue that is done changes nothing that a poll would bring.
#[tokio::test]
async fn a_poll_that_brings_nothing_still_closes_what_was_linked_meanwhile() {
    for plan in World::both() {
        let mut world = plan.start().await;
        let idx = world.jira.nth(0);
        let _moved = world.jira.transition(idx, Category::Done);
        let project = ProjectChoice::Key("PAY".into());
        let mapping = MappingConfig::new("scans to PAY", ALIAS, project, "Bug");
        let (_told, planner) = watch::channel(Planner::new(&[mapping]));
        let clients = world.process().clients.clone();
        let (store, clock) = (world.store().clone(), Arc::clone(&world.time) as SharedClock);
        // Else what the link has to send would be a change of its own.
        let mut config = world.config.clone();
        config.read_only = true;
        let mut lane = Lane::new(config, clients, store, clock, world.pace).planned_by(planner);
        lane.run(Want::default()).await.unwrap();
        lane.run(Want::default()).await.unwrap();
        let finding = Finding::new(
            FindingId {
                source: "scans".into(),
                external: "1".into(),
            },
            FindingKind::Vulnerability,
            "A hole",
        );
        let reading = Reading {
            findings: vec![finding.clone()],
            ..Reading::default()
        };
        let (now, alias) = (world.time_now(), Alias::from(ALIAS));
        world
            .store()
            .take_reading("scans", &reading, now, &|_, _| Vec::new())
            .unwrap();
        let (row, _) = world.store().find_finding(&finding.id).unwrap().unwrap();
        let issue = IssueId::from(world.jira.id(idx).as_str());
        let key = IssueKey::from(world.jira.key(idx).as_str());
        let linked = world.store().link(row, Some("scans to PAY"), &alias, &issue, &key, now);
        assert!(linked.unwrap());
        let run = lane.run(Want::default()).await.unwrap();
        assert_eq!((run.state, run.new, run.changed, run.sent), (RunState::Ok, 0, 0, 0));
        let shown = world.store().finding_row(row).unwrap().unwrap();
        assert_eq!(shown.state, FindingState::Closed);
    }
}
