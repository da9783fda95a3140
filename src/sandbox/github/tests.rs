use std::collections::BTreeSet;

use super::{
    model::{Forge, Pull, State},
    seed,
};
use crate::sandbox::dice::Dice;

fn now() -> jiff::Timestamp {
    "2026-11-22T06:30:17Z".parse().unwrap()
}

fn forge(seed: u64) -> Forge {
    seed::forge(seed, &["SEC-1".to_owned(), "PAY-2".to_owned()], now())
}

#[test]
fn the_same_seed_gives_the_same_pull_requests() {
    let dump = |seed| format!("{:?}", forge(seed));
    assert_eq!(dump(3), dump(3));
    assert_ne!(dump(3), dump(4));
}

#[test]
fn every_state_is_there_and_keys_are_named_everywhere() {
    let forge = forge(1);
    assert!(forge.pulls.len() >= 50);
    let states: BTreeSet<State> = forge.pulls.iter().map(|pull| pull.state).collect();
    assert_eq!(states.len(), 4);
    let some = |is_it: fn(&Pull) -> bool| assert!(forge.pulls.iter().any(is_it));
    some(|pull| pull.title.starts_with("SEC-1"));
    some(|pull| pull.branch.starts_with("pay-2-"));
    some(|pull| pull.body.as_ref().is_some_and(|body| body.contains("[SEC-1]")));
    some(|pull| pull.body.is_none());
    some(|pull| pull.fork == Some(None));
    some(|pull| !pull.reviews.is_empty());
    for pull in &forge.pulls {
        assert!(pull.created <= pull.updated && pull.updated <= now(), "{}", pull.number);
        assert_eq!(
            pull.ended.is_some(),
            matches!(pull.state, State::Merged | State::Closed)
        );
    }
}

#[test]
fn developers_go_on_working() {
    let mut forge = forge(1);
    let mut dice = Dice::new(5, 5);
    let merged = |forge: &Forge| forge.pulls.iter().filter(|pull| pull.state == State::Merged).count();
    let before = (forge.pulls.len(), merged(&forge));
    let said: Vec<String> = (0..60).map(|_| forge.live(&mut dice, now())).collect();
    assert!(forge.pulls.len() > before.0 && merged(&forge) > before.1);
    assert!(said.iter().any(|words| words.contains("was closed")));
}
