//! Several crosstie processes on one store at once.

use crosstie::sandbox::Flavour;
use std::{process::Child, time::Duration};

use crate::{
    desk::{Desk, kill_when},
    site::ended,
};

/// What the scanner finds at once.
const FOUND: usize = 9;

/// Long enough for processes to meet within a run.
const ANSWER: Duration = Duration::from_millis(15);

fn crowded(flavour: Flavour) -> Desk {
    let mut desk = Desk::new(flavour);
    desk.lag(60);
    desk.site.sandbox.set_delay(ANSWER);
    for _ in 0..FOUND {
        desk.find();
    }
    desk
}

#[test]
fn three_processes_at_once_make_each_issue_once() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let desk = crowded(flavour);
        let children: Vec<Child> = (0..3).map(|_| desk.start_sync()).collect();
        for child in children {
            let ran = ended(child);
            assert_eq!((ran.code, &ran.last()["result"]), (0, &"ok".into()), "{ran:?}");
        }
        assert_eq!(desk.creates(), FOUND, "asked for once each");
        assert_eq!(desk.assert_once(), FOUND);
    }
}

/// The lock of the one that is killed is free at once: the other goes on where it was.
#[test]
fn the_second_process_goes_on_where_the_first_was_killed() {
    for nth in [1, 4, 8, 13] {
        let desk = crowded(Flavour::Cloud);
        let first = desk.start_sync();
        let second = desk.start_sync();
        let wanted = desk.writes() + nth;
        assert!(kill_when(first, || desk.writes() >= wanted), "at {nth}");
        let ran = ended(second);
        assert_eq!(ran.code, 0, "{ran:?}");
        desk.to_rest();
        assert_eq!(desk.assert_once(), FOUND);
        desk.assert_no_twins();
    }
}

/// A person acts on a finding by hand while a run has it in hand already.
#[test]
fn a_person_and_a_run_make_one_issue_between_them() {
    let desk = crowded(Flavour::Cloud);
    desk.run(&["finding", "import", "--json"]);
    let wanted = desk.list();
    let running = desk.start_sync();
    for finding in wanted.iter().take(3) {
        let id = finding["id"].as_str().unwrap();
        let ran = desk.run(&["finding", "create-issue", id, "--json"]);
        assert!(matches!(ran.code, 0 | 1), "{ran:?}");
    }
    assert_eq!(ended(running).code, 0);
    desk.to_rest();
    assert_eq!(desk.assert_once(), FOUND);
    desk.assert_no_twins();
}
