//! What every poll and every look asks is known without looking through the issues.

use super::*;
use crate::domain::{ListQuery, Total};

/// How many are kept as counted, and how many there are.
fn counts(store: &Store) -> (u64, i64) {
    let counted = store.count(&acme()).unwrap();
    assert_eq!(store.connections().unwrap()[0].issues, Some(counted));
    (counted, rows(store, "SELECT count(*) FROM issue WHERE gone IS NULL"))
}

#[test]
fn the_number_of_issues_follows_whatever_becomes_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let ids: Vec<IssueId> = (1..=4).map(|id: u32| id.to_string().into()).collect();
    let some: Vec<Issue> = (1..=4).map(|id| issue(id, "some", 10)).collect();
    let edited = issue(1, "edited", 20);
    type Step<'a> = &'a dyn Fn();
    let steps: [(Step<'_>, u64); 8] = [
        (&|| drop(store.apply(&acme(), &some).unwrap()), 4),
        (
            &|| drop(store.apply(&acme(), std::slice::from_ref(&edited)).unwrap()),
            4,
        ),
        (&|| drop(store.mark_gone(&acme(), &ids[1..3], at(30)).unwrap()), 2),
        (&|| drop(store.mark_gone(&acme(), &ids[1..2], at(40)).unwrap()), 2),
        (&|| drop(store.apply(&acme(), &some[1..2]).unwrap()), 3),
        (&|| store.drop_issues(&acme(), &ids[2..]).unwrap(), 2),
        (
            &|| {
                let mut moved = seed("acme", "project = PAY");
                moved.site = "https://moved.example".to_owned();
                store.configure(&[moved], &[]).unwrap();
            },
            0,
        ),
        (&|| drop(store.apply(&acme(), &some).unwrap()), 4),
    ];
    for (step, (act, expected)) in steps.iter().enumerate() {
        act();
        assert_eq!(counts(&store), (*expected, expected.cast_signed()), "step {step}");
    }
    store.remove_connection(&acme()).unwrap();
    assert_eq!(store.connections().unwrap(), []);
    assert_eq!(rows(&store, "SELECT count(*) FROM issue"), 0);
}

#[test]
fn asking_how_connections_do_looks_at_no_issue() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let plan = store.read(connections::plan).unwrap();
    assert!(!plan.is_empty());
    assert!(
        plan.iter().all(|step| !step.contains("issue") && !step.contains(" i ")),
        "{plan:?}"
    );
    let everything = ListQuery::default();
    let before = store.totals(&[&everything.jql], &[acme()], at(0)).unwrap();
    store.apply(&acme(), &[issue(1, "one", 10)]).unwrap();
    let after = store.totals(&[&everything.jql], &[acme()], at(0)).unwrap();
    let number = |totals: &[Result<Total, CannotAnswer>]| totals[0].as_ref().map(|total| total.issues).ok();
    assert_eq!((number(&before), number(&after)), (Some(0), Some(1)));
}

#[test]
fn a_store_from_before_is_counted_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    store
        .apply(
            &acme(),
            &[issue(1, "one", 10), issue(2, "two", 10), issue(3, "three", 10)],
        )
        .unwrap();
    store.mark_gone(&acme(), &["2".into()], at(20)).unwrap();
    drop(store);
    let before = Connection::open(folder.path().join("crosstie.db")).unwrap();
    before
        .execute_batch(
            "DROP TRIGGER issue_counted; DROP TRIGGER issue_uncounted; DROP TRIGGER issue_recounted;
             DROP TABLE edition; ALTER TABLE connection DROP COLUMN cached;
             CREATE INDEX issue_present ON issue(connection) WHERE gone IS NULL; PRAGMA user_version = 5",
        )
        .unwrap();
    drop(before);
    assert_eq!(counts(&configured(folder.path())), (2, 2));
}

#[test]
fn an_edition_is_new_only_when_lists_show_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let other = open(folder.path());
    store.apply(&acme(), &[issue(1, "one", 10)]).unwrap();
    let progress = Progress::default();
    type Step<'a> = &'a dyn Fn();
    let steps: [(&str, Step<'_>, bool); 9] = [
        (
            "the same again",
            &|| drop(store.apply(&acme(), &[issue(1, "one", 10)]).unwrap()),
            false,
        ),
        (
            "a run",
            &|| {
                let run = store.begin_run(&acme(), RunKind::Delta, at(1)).unwrap();
                store
                    .log(&acme(), Some(run), &[NewLine::new(Level::Info, "a line")], at(1))
                    .unwrap();
                store.progress(run, &progress).unwrap();
                store.finish_run(run, &progress, &Finish::Ok, at(2)).unwrap();
            },
            false,
        ),
        (
            "the next poll",
            &|| store.schedule(&acme(), Some(at(9))).unwrap(),
            false,
        ),
        (
            "a watermark",
            &|| store.advance_watermark(&acme(), at(9)).unwrap(),
            false,
        ),
        (
            "health",
            &|| {
                let quota = Quota::default();
                store.report_health(&acme(), Health::Ok, None, &quota, at(9)).unwrap();
            },
            false,
        ),
        (
            "an edit",
            &|| drop(store.apply(&acme(), &[issue(1, "two", 20)]).unwrap()),
            true,
        ),
        (
            "a new issue",
            &|| drop(store.apply(&acme(), &[issue(2, "new", 20)]).unwrap()),
            true,
        ),
        (
            "an issue that is gone",
            &|| drop(store.mark_gone(&acme(), &["2".into()], at(30)).unwrap()),
            true,
        ),
        (
            "the end of a first pull",
            &|| store.finish_first_pull(&acme()).unwrap(),
            true,
        ),
    ];
    for (what, act, new) in steps {
        let (before, counter) = (other.edition().unwrap(), other.change_counter().unwrap());
        act();
        assert_eq!(other.edition().unwrap() != before, new, "{what}");
        assert_eq!(
            other.change_counter().unwrap() != counter,
            what != "the same again",
            "{what}"
        );
    }
}

#[test]
fn parts_of_creation_time_hold_as_many_issues_as_asked() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let created = |id: u32| {
        let mut issue = issue(id, "some", 10);
        issue.created = at(i64::from(id) * 60);
        issue
    };
    let issues: Vec<Issue> = [7, 3, 1, 5, 2, 6, 4].map(created).into();
    store.apply(&acme(), &issues).unwrap();
    let steps = |every| store.creation_steps(&acme(), every).unwrap();
    assert_eq!(steps(3), [at(4 * 60), at(7 * 60)]);
    assert_eq!(steps(7), []);
    assert_eq!(steps(6), [at(7 * 60)]);
}
