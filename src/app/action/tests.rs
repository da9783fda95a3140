//! The registry is whole and no key has two meanings.

use std::collections::HashSet;

use super::*;
use crate::app::chord::Chord;

#[test]
fn every_default_key_is_readable_and_has_one_meaning() {
    let mut seen = HashSet::new();
    for spec in TABLE {
        for key in spec.keys {
            let chord = Chord::parse(key).unwrap();
            assert!(seen.insert(chord), "{key} is bound twice");
            assert_ne!(chord.label(), "ctrl-b", "tmux users lose it");
        }
    }
}

#[test]
fn every_action_stands_in_the_table_once_with_its_own_name() {
    let mut names = HashSet::new();
    for spec in TABLE {
        assert!(names.insert(spec.name), "{} twice", spec.name);
        assert_eq!(spec.action.spec().name, spec.name);
        assert!(!spec.title.is_empty());
    }
    assert_eq!(Action::Suspend as usize + 1, TABLE.len(), "an action without a row");
}
