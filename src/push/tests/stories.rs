//! What people see of the outbox, one story each.

use super::*;

#[tokio::test]
async fn a_finding_becomes_an_issue_and_a_quiet_run_asks_nothing() {
    let world = World::new();
    assert_eq!(world.take(&[finding(1, "SQL injection in search")]).queued, 1);
    let pushed = world.run().await;
    assert_eq!((pushed.created, pushed.updated, pushed.failed), (1, 1, 0));
    assert_eq!(world.pending(), []);
    assert_eq!(
        world.log(),
        ["created PAY-1 from bounty/1 \"SQL injection in search\" by \"bounty to PAY\""]
    );
    world.calls();
    let pushed = world.run().await;
    assert_eq!(world.calls(), Vec::<&str>::new());
    assert_eq!(pushed, Pushed::default());
}
