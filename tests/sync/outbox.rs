//! What waits in the outbox has its own times, which polls do not put off.

use crosstie::{
    domain::{Alias, Finding, FindingId, FindingKind, Reading, RunState},
    store::{self, Settlement, Store},
    sync::{Command, Want},
};
use jiff::{SignedDuration, Timestamp};

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
