//! The config changes, files break, disks refuse: what can be rebuilt is, and the rest is told.

use std::{
    fs,
    io::{Seek as _, SeekFrom, Write as _},
    path::Path,
};

use crosstie::{
    domain::{ListQuery, RunKind, RunState},
    store::{Store, StoreError},
};

use crate::world::{World, seed};

#[tokio::test]
async fn another_scope_is_pulled_anew_and_what_it_lacks_is_dropped() {
    for plan in World::both() {
        let mut world = plan.issues(100).start().await;
        world.sync().await;
        world.minutes(30);
        for scope in [
            "statusCategory != Done",
            "statusCategory = Done",
            "",
            "created >= -100d",
        ] {
            scope.clone_into(&mut world.config.scope);
            world.restart();
            assert!(!world.state().complete, "{scope}");
            let run = world.sync().await;
            assert_eq!((run.kind, run.gone), (RunKind::First, 0), "{scope}");
            world.assert_like_jira();
            world.restart();
            assert_eq!(
                world.sync().await.kind,
                RunKind::Delta,
                "the same scope is not pulled again"
            );
        }
    }
}

#[tokio::test]
async fn a_connection_that_left_the_config_takes_its_cache_along() {
    let mut world = World::cloud().start().await;
    world.sync().await;
    world.store().configure(&[], &[]).unwrap();
    assert!(world.cache().is_empty());
    assert!(world.store().connections().unwrap().is_empty());
    let error = world.attempt(false).await.unwrap_err();
    assert!(matches!(error, StoreError::NoConnection(_)), "{error}");
    assert!(error.to_string().contains("acme"));
    world.restart();
    assert_eq!(world.sync().await.kind, RunKind::First);
    world.assert_like_jira();
    // Switched off for a while: the cache waits.
    world.store().configure(&[], &[world.config.alias.clone()]).unwrap();
    world.store().configure(&[seed(&world.config)], &[]).unwrap();
    assert_eq!(world.sync().await.kind, RunKind::Delta);
    world.assert_like_jira();
}

#[tokio::test]
async fn another_site_under_the_same_alias_starts_with_an_empty_cache() {
    let mut world = World::cloud().start().await;
    world.sync().await;
    let elsewhere = World::cloud().issues(60).start().await;
    world.config = elsewhere.config.clone();
    world.jira = elsewhere.jira.clone();
    world.restart();
    assert!(world.cache().is_empty());
    world.sync().await;
    world.assert_like_jira();
}

/// Ways to break a file.
type Breakage = fn(&Path);

fn overwrite(file: &Path, from: f64, bytes: usize) {
    let length = fs::metadata(file).unwrap().len();
    let mut handle = fs::OpenOptions::new().write(true).open(file).unwrap();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a small file"
    )]
    let at = (length as f64 * from) as u64;
    handle.seek(SeekFrom::Start(at)).unwrap();
    let garbage: Vec<u8> = (0..bytes).map(|at| (at * 31 % 251) as u8).collect();
    handle.write_all(&garbage).unwrap();
}

const BREAKAGES: [(&str, Breakage); 7] = [
    ("all of it", |file| {
        fs::write(file, "this is no database, whatever its name says").unwrap();
    }),
    ("emptied", |file| fs::write(file, "").unwrap()),
    ("its head", |file| overwrite(file, 0.0, 100)),
    ("its first pages", |file| overwrite(file, 0.0, 40_000)),
    ("its list of tables", |file| overwrite(file, 0.0002, 8_000)),
    ("most of it", |file| overwrite(file, 0.05, 400_000)),
    ("cut in half", |file| {
        let length = fs::metadata(file).unwrap().len();
        fs::OpenOptions::new()
            .write(true)
            .open(file)
            .unwrap()
            .set_len(length / 2)
            .unwrap();
    }),
];

/// Everything that was in the log of the database is in the file afterwards.
fn settle(database: &Path) {
    let connection = rusqlite::Connection::open(database).unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
}

#[tokio::test]
async fn a_damaged_store_is_set_aside_and_rebuilt() {
    for (name, breakage) in BREAKAGES {
        let mut world = World::cloud().issues(90).start().await;
        world.sync().await;
        world.shut().await;
        settle(&world.database());
        breakage(&world.database());
        let mut aside = 0;
        for start in 0.. {
            assert!(start < 3, "{name}: it never recovers");
            world.shut().await;
            world.restart();
            aside += usize::from(world.aside.is_some());
            let run = world.attempt(true).await;
            if run.is_ok_and(|run| run.state == RunState::Ok) && damage_is_gone(&world) {
                break;
            }
        }
        assert!(aside > 0 || name == "emptied", "{name}: nobody noticed");
        assert!(aside <= 1, "{name}: set aside {aside} times");
        world.assert_like_jira();
    }
}

/// Whether everything can be read; if not, that is noted for the next start.
fn damage_is_gone(world: &World) -> bool {
    let query = ListQuery {
        limit: usize::MAX,
        ..ListQuery::default()
    };
    let page = world.store().list(&query, world.time_now());
    page.is_ok_and(|page| page.rows.iter().all(|row| world.store().document(row.row).is_ok()))
}

#[tokio::test]
async fn a_store_that_breaks_under_a_running_process_is_rebuilt_by_the_next_and_left_alone_by_the_first() {
    let mut world = World::cloud().issues(200).start().await;
    world.sync().await;
    settle(&world.database());
    overwrite(&world.database(), 0.0, 400_000);
    world.minutes(5);
    for nth in 0..50 {
        world.jira.rename(world.jira.nth(nth), "Into a broken store");
    }
    let error = world.attempt(true).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    let mut broken = world.process.take().unwrap();
    world.restart();
    let aside = world.aside.clone().expect("set aside");
    assert!(aside.file.exists() && aside.reason.contains("damaged"), "{aside:?}");
    world.sync().await;
    world.assert_like_jira();

    // The first still has the broken file open, and must not accuse the new one.
    let again = broken.lane.run(crosstie::sync::Want { census: true }).await;
    assert!(again.is_err());
    world.restart();
    assert_eq!(world.aside, None);
    assert_eq!(world.sync().await.kind, RunKind::Delta);
    world.assert_like_jira();
}

#[tokio::test]
async fn a_folder_that_refuses_is_named_with_the_next_step() {
    let mut world = World::cloud().start().await;
    world.sync().await;
    let file = world.folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let error = Store::open(&file.join("data"), world.time_now()).unwrap_err();
    assert!(matches!(error, StoreError::Folder { .. }), "{error}");
    assert!(error.to_string().contains("a-file/data") && error.remedy().contains("CROSSTIE_DATA_DIR"));

    // The locks cannot be made: the run says so, and goes on once they can.
    let locks = world.store().folder().join("locks");
    fs::remove_dir_all(&locks).unwrap();
    fs::write(&locks, "").unwrap();
    let error = world.attempt(false).await.unwrap_err();
    assert!(matches!(error, StoreError::Folder { .. }), "{error}");
    fs::remove_file(&locks).unwrap();
    world.sync().await;
    world.assert_like_jira();
}
