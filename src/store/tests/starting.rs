//! A start reads: it writes only what differs, and waits for no disk.

use super::*;

#[test]
fn a_config_that_is_known_is_not_written_again_and_every_difference_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let both = [seed("acme", "x"), seed("lab", "x")];
    let turned = [seed("lab", "x"), seed("acme", "x")];
    let other = |change: fn(&mut ConnectionSeed)| {
        let mut seeds = both.clone();
        change(&mut seeds[1]);
        seeds
    };
    let steps: [(&[ConnectionSeed], &[Alias], bool); 11] = [
        (&both, &[], true),
        (&both, &[], false),
        (&turned, &[], true),
        (&both, &[], true),
        (&other(|lab| lab.scope = "y".into()), &[], true),
        (&other(|lab| lab.site = "https://moved.example".into()), &[], true),
        (&other(|lab| lab.access = Access::Pat), &[], true),
        (&both, &["old".into()], true),
        (&both[..1], &["lab".into()], false),
        (&both[..1], &[], true),
        (&both[..1], &[], false),
    ];
    for (step, (seeds, keep, writes)) in steps.into_iter().enumerate() {
        let before = store.change_counter().unwrap();
        store.configure(seeds, keep).unwrap();
        assert_eq!(store.change_counter().unwrap() != before, writes, "step {step}");
    }
}

/// Else SQLite would put the log into the file and sync both, which can take longer than all the rest of a start.
#[test]
fn opening_leaves_the_log_of_a_killed_process_as_it_is() {
    let (folder, killed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = ["crosstie.db", "crosstie.db-wal"];
    let store = configured(folder.path());
    store.apply(&acme(), &[issue(1, "one", 10)]).unwrap();
    for file in files {
        fs::copy(folder.path().join(file), killed.path().join(file)).unwrap();
    }
    let read = || files.map(|file| fs::read(killed.path().join(file)).unwrap());
    let before = read();
    assert!(!before[1].is_empty());
    let store = configured(killed.path());
    assert_eq!(store.count(&acme()).unwrap(), 1);
    assert!(read() == before, "nothing was written");
}
