//! Stories over a store in a temporary folder.

use std::{collections::HashMap, fs, path::Path};

use jiff::Timestamp;

mod closing;
mod counted;
mod findings;
mod starting;

use super::*;
use crate::domain::{
    Access, Alias, FieldValue, Health, Issue, IssueId, Level, Named, Priority, Problem, ProjectRef, Quota, RunKind,
    RunState, Status, StatusCategory, User,
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn acme() -> Alias {
    Alias::from("acme")
}

fn seed(alias: &str, scope: &str) -> ConnectionSeed {
    ConnectionSeed {
        alias: alias.into(),
        site: format!("https://{alias}.example"),
        access: Access::ApiToken,
        scope: scope.to_owned(),
    }
}

fn open(folder: &Path) -> Store {
    let (store, aside) = Store::open(folder, at(0)).unwrap();
    assert_eq!(aside, None);
    store
}

fn configured(folder: &Path) -> Store {
    let store = open(folder);
    store.configure(&[seed("acme", "project = PAY")], &[]).unwrap();
    store
}

fn issue(id: u32, summary: &str, updated: i64) -> Issue {
    let named = |id: &str, name: &str| Named {
        id: id.into(),
        name: name.into(),
    };
    let mut issue = Issue::bare(id.to_string().into(), format!("PAY-{id}").into(), at(0));
    issue.summary = summary.to_owned();
    issue.project = ProjectRef {
        id: "1".into(),
        key: "PAY".into(),
        name: "Payments".into(),
    };
    issue.status = Status {
        id: "1".into(),
        name: "To Do".into(),
        category: StatusCategory::New,
    };
    issue.labels = vec!["a".into(), "b".into()];
    issue.components = vec![named("7", "api")];
    issue.updated = at(updated);
    issue.custom.insert("customfield_1".into(), FieldValue::Number(3.0));
    issue.custom.insert(
        "customfield_2".into(),
        FieldValue::List(vec![FieldValue::Named(named("5", "Red"))]),
    );
    issue
}

fn rows(store: &Store, sql: &str) -> i64 {
    store
        .read(|connection| Ok(connection.query_row(sql, [], |row| row.get(0))?))
        .unwrap()
}

#[test]
fn a_batch_tells_what_was_new_and_what_differed() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let first = [issue(1, "one", 10), issue(2, "two", 10)];
    assert_eq!(
        store.apply(&acme(), &first).unwrap(),
        Applied {
            new: vec![0, 1],
            changed: vec![]
        }
    );
    assert_eq!(
        store.apply(&acme(), &first).unwrap(),
        Applied::default(),
        "the overlap of polls changes nothing"
    );

    let second = [issue(2, "two, edited", 20), issue(3, "three", 20)];
    let applied = store.apply(&acme(), &second).unwrap();
    assert_eq!(applied.new, vec![1]);
    assert_eq!(applied.changed.len(), 1);
    assert_eq!(
        (applied.changed[0].index, applied.changed[0].before.summary.as_str()),
        (0, "two")
    );

    let lagging = [issue(2, "two", 10)];
    assert_eq!(
        store.apply(&acme(), &lagging).unwrap(),
        Applied::default(),
        "an index that lags brings back nothing old"
    );
    assert_eq!(
        rows(&store, "SELECT count(*) FROM issue WHERE summary = 'two, edited'"),
        1
    );
    assert_eq!(
        rows(&store, "SELECT count(*) FROM issue_value WHERE issue = 2"),
        5,
        "values are replaced, not added to"
    );
    assert_eq!(store.document(2).unwrap().unwrap().summary, "two, edited");
}

#[test]
fn names_are_interned_and_follow_renames() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let mut renamed = issue(2, "two", 10);
    renamed.status = Status {
        id: "1".into(),
        name: "Открыто".into(),
        category: StatusCategory::New,
    };
    renamed.assignee = Some(User {
        id: "u1".into(),
        name: "u1".into(),
        display: "Ана".into(),
        active: true,
        email: None,
    });
    store.apply(&acme(), &[issue(1, "one", 10)]).unwrap();
    store.apply(&acme(), &[renamed]).unwrap();
    assert_eq!(rows(&store, "SELECT count(*) FROM term WHERE kind = 'status'"), 1);
    assert_eq!(
        rows(
            &store,
            "SELECT count(*) FROM term WHERE kind = 'status' AND folded = 'открыто'"
        ),
        1
    );
    assert_eq!(
        rows(
            &store,
            "SELECT count(*) FROM term WHERE kind = 'user' AND folded = 'ана'"
        ),
        1
    );
}

#[test]
fn metadata_gives_ranks_and_field_kinds() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let priority = |id: &str, name: &str, rank| Priority {
        named: Named {
            id: id.into(),
            name: name.into(),
        },
        rank,
    };
    let metadata = crate::domain::Metadata {
        priorities: vec![priority("1", "Highest", 0), priority("3", "Medium", 1)],
        fields: vec![crate::domain::Field {
            id: "customfield_9".into(),
            name: "When".into(),
            custom: true,
            kind: crate::domain::FieldKind::DateTime,
            ..Default::default()
        }],
        ..Default::default()
    };
    store.write_metadata(&acme(), &metadata, at(5)).unwrap();
    store.write_metadata(&acme(), &metadata, at(6)).unwrap();
    assert_eq!(
        rows(
            &store,
            "SELECT rank FROM term WHERE kind = 'priority' AND name = 'Medium'"
        ),
        1
    );
    let mut timed = issue(1, "one", 1);
    timed.custom.insert(
        "customfield_9".into(),
        FieldValue::Text("2026-01-31T12:34:56.000+0100".into()),
    );
    store.apply(&acme(), &[timed]).unwrap();
    let ms = "SELECT CAST(v.number AS INTEGER) FROM issue_value v JOIN field f ON f.id = v.field
              WHERE f.jira_id = 'customfield_9'";
    assert_eq!(rows(&store, ms), 1_769_859_296_000);
    assert_eq!(store.cursor(&acme()).unwrap().metadata_at, Some(at(6)));
}

#[test]
fn a_census_finds_what_polls_cannot_see() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    store
        .apply(
            &acme(),
            &[issue(1, "same", 10), issue(2, "stale", 10), issue(3, "deleted", 10)],
        )
        .unwrap();
    let listed = |pairs: &[(&str, i64)]| -> HashMap<String, Timestamp> {
        pairs
            .iter()
            .map(|(id, updated)| ((*id).to_owned(), at(*updated)))
            .collect()
    };
    let census = store
        .census(&acme(), &listed(&[("1", 10), ("2", 20), ("4", 5)]))
        .unwrap();
    let mut fetch = census.fetch;
    fetch.sort();
    assert_eq!(fetch, vec![IssueId::from("2"), IssueId::from("4")]);
    assert_eq!(census.unlisted, vec![("3".into(), "PAY-3".into())]);

    let marked = store.mark_gone(&acme(), &["3".into(), "77".into()], at(30)).unwrap();
    assert_eq!(marked, vec!["PAY-3".into()]);
    let marked = store.mark_gone(&acme(), &["3".into()], at(31)).unwrap();
    assert!(marked.is_empty(), "gone is counted once");
    assert_eq!(store.count(&acme()).unwrap(), 2);
    let census = store.census(&acme(), &listed(&[("1", 10), ("2", 10)])).unwrap();
    assert_eq!(census, Census::default(), "what is gone is not asked for again");
    let census = store
        .census(&acme(), &listed(&[("1", 10), ("2", 10), ("3", 10)]))
        .unwrap();
    assert_eq!(census.fetch, vec![IssueId::from("3")], "until it is listed again");
    assert_eq!(store.apply(&acme(), &[issue(3, "deleted", 10)]).unwrap().new, vec![0]);
    assert_eq!(store.count(&acme()).unwrap(), 3);
}

#[test]
fn the_config_decides_which_caches_live() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store
        .configure(
            &[seed("acme", "project = PAY"), seed("lab", "x"), seed("old", "x")],
            &[],
        )
        .unwrap();
    for alias in ["acme", "lab", "old"] {
        store.apply(&alias.into(), &[issue(1, "one", 10)]).unwrap();
        store.finish_first_pull(&alias.into()).unwrap();
        store.advance_watermark(&alias.into(), at(9)).unwrap();
    }
    let moved = ConnectionSeed {
        site: "https://other.example".into(),
        ..seed("lab", "x")
    };
    store
        .configure(&[seed("acme", "project = CHK"), moved], &["old".into()])
        .unwrap();
    let acme_cursor = store.cursor(&acme()).unwrap();
    assert!(
        !acme_cursor.complete && acme_cursor.watermark.is_none(),
        "another scope is pulled anew"
    );
    assert_eq!(
        store.count(&acme()).unwrap(),
        1,
        "and what is there stays until the census"
    );
    assert_eq!(
        store.count(&"lab".into()).unwrap(),
        0,
        "ids of another site mean something else"
    );
    assert_eq!(
        store.count(&"old".into()).unwrap(),
        1,
        "a connection with an error in the config keeps its cache"
    );
    store.configure(&[seed("acme", "project = CHK")], &[]).unwrap();
    assert!(matches!(store.cursor(&"old".into()), Err(StoreError::NoConnection(_))));
    assert_eq!(rows(&store, "SELECT count(*) FROM issue"), 1);
}

#[test]
fn a_first_pull_goes_on_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    {
        let store = configured(folder.path());
        store
            .plan_slices(&acme(), &[(None, Some(at(10))), (Some(at(10)), None)], at(99))
            .unwrap();
        let slices = store.slices(&acme()).unwrap();
        assert_eq!(slices[0].0.low, Some(at(10)), "newest first");
        store.finish_slices(&[], &[slices[0].0]).unwrap();
    }
    let store = open(folder.path());
    let slices = store.slices(&acme()).unwrap();
    assert_eq!(
        slices.iter().map(|(_, done)| *done).collect::<Vec<_>>(),
        vec![true, false]
    );
    assert_eq!(store.cursor(&acme()).unwrap().watermark, Some(at(99)));
    store.finish_first_pull(&acme()).unwrap();
    assert!(store.cursor(&acme()).unwrap().complete);
    assert_eq!(store.slices(&acme()).unwrap(), vec![]);
}

#[test]
fn runs_log_and_health_are_told_to_every_dashboard() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let other = open(folder.path());
    let seen = other.change_counter().unwrap();
    let killed = store.begin_run(&acme(), RunKind::Delta, at(1)).unwrap();
    assert_ne!(other.change_counter().unwrap(), seen, "another process notices");
    let run = store.begin_run(&acme(), RunKind::Census, at(2)).unwrap();
    let line = NewLine::new(Level::Warn, "429 rate limited").with_detail("Retry-After: 8");
    store.log(&acme(), Some(run), &[line], at(3)).unwrap();
    let problem = Problem {
        kind: "auth".into(),
        message: "401".into(),
        remedy: "sign in".into(),
    };
    let progress = Progress {
        requests: 3,
        received: 7,
        ..Progress::default()
    };
    store
        .finish_run(run, &progress, &Finish::Failed(problem.clone()), at(4))
        .unwrap();
    store
        .report_health(
            &acme(),
            Health::Auth,
            Some(&problem),
            &Quota {
                remaining: Some(9),
                ..Quota::default()
            },
            at(4),
        )
        .unwrap();

    let runs = other.runs(10).unwrap();
    assert_eq!(
        runs.iter().map(|run| (run.id, run.state)).collect::<Vec<_>>(),
        vec![(run, RunState::Failed), (killed, RunState::Interrupted)]
    );
    assert_eq!(
        (runs[0].requests, runs[0].received, runs[0].problem.as_ref()),
        (3, 7, Some(&problem))
    );
    let log = other.log_lines(10).unwrap();
    assert_eq!(
        (log[0].text.as_str(), log[0].level, log[0].detail.as_deref()),
        ("429 rate limited", Level::Warn, Some("Retry-After: 8"))
    );
    let state = &other.connections().unwrap()[0];
    assert_eq!(
        (state.health, state.attempts, state.quota.remaining),
        (Health::Auth, 1, Some(9))
    );
    store
        .report_health(&acme(), Health::Ok, None, &Quota::default(), at(5))
        .unwrap();
    let state = &other.connections().unwrap()[0];
    assert_eq!(
        (state.health, state.attempts, state.last_success),
        (Health::Ok, 0, Some(at(5)))
    );
}

#[test]
fn what_cannot_be_used_is_set_aside_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crosstie.db");

    fs::write(&file, b"this is not a database, whatever it is called").unwrap();
    let (store, aside) = Store::open(folder.path(), at(0)).unwrap();
    let aside = aside.unwrap();
    assert!(aside.reason.contains("damaged"), "{}", aside.reason);
    assert!(fs::read(&aside.file).unwrap().starts_with(b"this is not"));
    store.configure(&[seed("acme", "x")], &[]).unwrap();
    drop(store);

    let newer = Connection::open(&file).unwrap();
    newer.pragma_update(None, "user_version", 999).unwrap();
    drop(newer);
    let (store, aside) = Store::open(folder.path(), at(60)).unwrap();
    assert!(aside.unwrap().reason.contains("newer crosstie (version 999"));
    drop(store);

    open::mark_damaged(folder.path(), open::Identity::of(folder.path()));
    let (_, aside) = Store::open(folder.path(), at(120)).unwrap();
    assert!(aside.is_some());
    let (_, aside) = Store::open(folder.path(), at(180)).unwrap();
    assert_eq!(aside, None, "the note is used up");
}

#[test]
fn an_issue_that_cannot_be_read_back_is_replaced_or_the_store_is_rebuilt() {
    for ruin in [
        "UPDATE document SET json = '{'",
        "DELETE FROM document",
        "UPDATE document SET json = CAST(x'7bff' AS TEXT)",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path(), at(0)).unwrap();
        store.configure(&[seed("acme", "x")], &[]).unwrap();
        let mut issue = issue(1, "Retry", 10);
        store.apply(&acme(), &[issue.clone()]).unwrap();
        let raw = Connection::open(folder.path().join("crosstie.db")).unwrap();
        raw.execute_batch(ruin).unwrap();
        issue.updated = at(20);
        match store.apply(&acme(), &[issue.clone()]) {
            Ok(applied) => assert_eq!(applied.new, [0], "{ruin}"),
            Err(error) => {
                assert!(matches!(error, StoreError::Damaged { .. }), "{ruin}: {error}");
                drop(store);
                let (_, aside) = Store::open(folder.path(), at(30)).unwrap();
                assert!(aside.is_some(), "{ruin}");
                continue;
            }
        }
        let row = store.rows_of(&acme(), [&issue.id].into_iter()).unwrap()[0].unwrap();
        assert_eq!(store.document(row).unwrap(), Some(issue), "{ruin}");
    }
}

#[test]
fn whoever_holds_a_store_that_was_set_aside_does_not_accuse_the_one_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (_old, _) = Store::open(folder.path(), at(0)).unwrap();
    let identity = open::Identity::of(folder.path());
    open::mark_damaged(folder.path(), identity);
    let (_new, aside) = Store::open(folder.path(), at(10)).unwrap();
    assert!(aside.is_some());
    open::mark_damaged(folder.path(), identity);
    let (_, aside) = Store::open(folder.path(), at(20)).unwrap();
    assert_eq!(aside, None);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    fs::write(&blocked, b"").unwrap();
    let error = Store::open(&blocked.join("data"), at(0)).unwrap_err();
    assert!(matches!(&error, StoreError::Folder { .. }), "{error}");
    assert!(error.to_string().contains("file/data"));
    assert!(error.remedy().contains("CROSSTIE_DATA_DIR"));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_store() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    let store = configured(&folder);
    store.apply(&acme(), &[issue(1, "one", 1)]).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for file in ["crosstie.db", "crosstie.db-wal"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
}

#[test]
fn two_writers_take_turns() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (configured(folder.path()), open(folder.path()));
    let writers = [one.clone(), two].map(|store| {
        std::thread::spawn(move || {
            for id in 0..50 {
                store.apply(&acme(), &[issue(id, "same", 1)]).unwrap();
            }
        })
    });
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    assert_eq!(one.count(&acme()).unwrap(), 50);
}

#[test]
fn of_two_processes_one_alone_remembers_a_notice() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (configured(folder.path()), open(folder.path()));
    let remembered = |store: &Store| store.condition(&acme()).unwrap().unwrap().remembered;
    assert_eq!(remembered(&one), None);
    assert!(one.remember_notice(&acme(), None, "a").unwrap());
    assert!(!other.remember_notice(&acme(), None, "b").unwrap());
    assert_eq!(remembered(&other).as_deref(), Some("a"));
    assert!(other.remember_notice(&acme(), Some("a"), "b").unwrap());
    assert!(!one.remember_notice(&acme(), Some("a"), "c").unwrap());
    one.configure(&[seed("acme", "project = CHK")], &[]).unwrap();
    assert_eq!(remembered(&one).as_deref(), Some("b"), "another config keeps it");
    one.remove_connection(&acme()).unwrap();
    assert_eq!(one.condition(&acme()).unwrap(), None);
    assert!(matches!(
        one.remember_notice(&acme(), None, "a"),
        Err(StoreError::NoConnection(_))
    ));
}

#[test]
fn the_condition_is_that_after_the_last_run() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let problem = Problem {
        kind: "auth".to_owned(),
        message: "refused".to_owned(),
        remedy: "sign in".to_owned(),
    };
    store
        .report_health(&acme(), Health::Auth, Some(&problem), &Quota::default(), at(1))
        .unwrap();
    let condition = store.condition(&acme()).unwrap().unwrap();
    assert_eq!(
        condition,
        Condition {
            site: "https://acme.example".to_owned(),
            health: Health::Auth,
            problem: Some(problem),
            remembered: None
        }
    );
}
