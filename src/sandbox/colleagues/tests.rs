use jiff::SignedDuration;

use super::*;
use crate::sandbox::{model::Flavour, seed};

fn now() -> Timestamp {
    "2026-11-22T06:30:00Z".parse().unwrap()
}

/// A morning's work: what was said, and the site afterwards.
fn morning(seed: u64, flavour: Flavour) -> (Vec<String>, World) {
    let mut world = seed::world(flavour, 1, 300, now());
    let mut colleagues = Colleagues::new(seed);
    let mut clock = now();
    let said = (0..300).map(|_| {
        let (said, pause) = colleagues.next(&mut world, clock);
        assert!((3..=20).contains(&pause.as_secs()), "{pause:?}");
        clock = clock.checked_add(SignedDuration::try_from(pause).unwrap()).unwrap();
        said
    });
    (said.collect(), world)
}

#[test]
fn the_same_seed_does_the_same() {
    assert_eq!(morning(4, Flavour::Cloud).0, morning(4, Flavour::Cloud).0);
    assert_ne!(morning(4, Flavour::Cloud).0, morning(5, Flavour::Cloud).0);
}

#[test]
fn every_change_shows_in_updated_and_robins_list_lives_without_running_dry() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let mut world = seed::world(flavour, 1, 300, now());
        let mut colleagues = Colleagues::new(9);
        let mut touched_mine = 0;
        let mut clock = now();
        for _ in 0..400 {
            let mine = open_issues(&world, |assignee| assignee == Some(world.me));
            assert!(mine.len() >= 15, "{}", mine.len());
            let (said, pause) = colleagues.next(&mut world, clock);
            let changed: Vec<_> = (0..world.issue_count())
                .map(IssueIdx::of)
                .filter(|idx| world.issue(*idx).updated == clock)
                .collect();
            assert!(!changed.is_empty(), "{said}");
            touched_mine += usize::from(changed.iter().any(|idx| mine.contains(idx)));
            clock = clock.checked_add(SignedDuration::try_from(pause).unwrap()).unwrap();
        }
        assert!(touched_mine > 100, "{touched_mine}");
    }
}

#[test]
fn every_deed_is_seen_in_a_morning() {
    let said = morning(2, Flavour::DataCenter).0.join("\n");
    for deed in [
        "commented on",
        "moved",
        "assigned",
        "set the priority",
        "reworded",
        "label",
        "created",
        "to Closed",
    ] {
        assert!(said.contains(deed), "{deed} is missing:\n{said}");
    }
    assert!(!said.contains("Robin Example commented"));
    assert!(!said.contains("could not"), "{said}");
}
