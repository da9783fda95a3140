//! What people do in Jira between two polls: in the cache, in the counts, and in the log as they would
//! tell it.

use crosstie::{
    domain::RunKind,
    sandbox::model::{Category, IssueIdx},
    sync::Want,
};

use crate::{
    gate::Asked,
    jira::Jira,
    time::GUARD,
    world::{ALIAS, Plan, World, went_well},
};

/// From a distant site, writing and waiting one after the other would take as long as both.
#[tokio::test]
async fn the_next_page_is_asked_for_while_one_is_written_and_the_watermark_waits_for_both() {
    for plan in World::both() {
        let mut world = plan.issues(200).gated().start().await;
        world.sync().await;
        world.minutes(5);
        for nth in 0..150 {
            world.jira.label(world.jira.nth(nth), "seen-by-ana");
        }
        let watermark = world.watermark();
        // A relative bound would move with the pages, so the first page is asked for twice.
        let pages = |asked: &Asked| asked.is_search && !asked.body.contains("\"-");
        let (pages, process) = (world.gate().hold_each(2, pages), world.process.take().unwrap());
        let (store, mut lane) = (process.store.clone(), process.lane);
        let running = tokio::spawn(async move { lane.run(Want::default()).await });
        pages[0].reached().await;
        let other = rusqlite::Connection::open(world.database()).unwrap();
        other.busy_timeout(GUARD).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        pages[0].release();
        // Nothing can be written, and the next page is asked for all the same.
        pages[1].reached().await;
        assert_eq!(store.cursor(&ALIAS.into()).unwrap().watermark, watermark);
        other.execute_batch("COMMIT").unwrap();
        pages[1].release();
        let run = went_well(running.await.unwrap().unwrap());
        assert_eq!((run.kind, run.changed), (RunKind::Delta, 150));
        drop(store);
        world.restart();
        assert!(world.watermark() > watermark);
        world.assert_like_jira();
    }
}

/// Somebody does something; gives the lines that tell it.
type Deed = fn(&Jira, IssueIdx) -> Vec<String>;

const DEEDS: [(&str, Deed, (u64, u64)); 8] = [
    ("comment", comment, (0, 1)),
    ("transition", transition, (0, 1)),
    ("edit", edit, (0, 1)),
    ("assign", assign, (0, 1)),
    ("new issue", create, (1, 0)),
    ("label", label, (0, 1)),
    ("move", relocate, (0, 1)),
    ("all at once", several, (0, 1)),
];

fn by(jira: &Jira) -> String {
    jira.person(0).1
}

fn comment(jira: &Jira, idx: IssueIdx) -> Vec<String> {
    jira.comment(idx, "Reproduced on staging");
    vec![format!(
        "{} comment: Reproduced on staging · {}",
        jira.key(idx),
        by(jira)
    )]
}

fn transition(jira: &Jira, idx: IssueIdx) -> Vec<String> {
    let (from, to) = jira.transition(idx, Category::InProgress);
    vec![format!("{} status {from} → {to} · {}", jira.key(idx), by(jira))]
}

fn edit(jira: &Jira, idx: IssueIdx) -> Vec<String> {
    jira.rename(idx, "Ask twice");
    jira.rename(idx, "Ask three times");
    let twice = format!("{} summary Ask twice → Ask three times · {}", jira.key(idx), by(jira));
    vec![format!("{} summary … → Ask twice · {}", jira.key(idx), by(jira)), twice]
}

fn assign(jira: &Jira, idx: IssueIdx) -> Vec<String> {
    let (user, name) = jira.person(1);
    jira.assign(idx, None);
    jira.assign(idx, Some(user));
    let (key, by) = (jira.key(idx), by(jira));
    vec![
        format!("{key} assignee … → none · {by}"),
        format!("{key} assignee → {name} · {by}"),
    ]
}

fn create(jira: &Jira, idx: IssueIdx) -> Vec<String> {
    let project = jira.key(idx).split('-').next().unwrap().to_owned();
    let made = jira.create(&project, "Something quite new");
    vec![format!("{} new · Something quite new · {}", jira.key(made), by(jira))]
}

fn label(jira: &Jira, idx: IssueIdx) -> Vec<String> {
    jira.label(idx, "seen-by-ana");
    vec![format!("{} labels … → seen-by-ana · {}", jira.key(idx), by(jira))]
}

fn relocate(jira: &Jira, idx: IssueIdx) -> Vec<String> {
    let old = jira.key(idx);
    let new = jira.relocate(idx, &other_project(jira, &old));
    vec![
        format!("{new} moved, was {old}"),
        format!("{new} … project … · {}", by(jira)),
    ]
}

fn several(jira: &Jira, idx: IssueIdx) -> Vec<String> {
    [comment, edit, label].iter().flat_map(|deed| deed(jira, idx)).collect()
}

/// A project that the key is not of.
fn other_project(jira: &Jira, key: &str) -> String {
    let home = key.split('-').next().unwrap();
    jira.look(|world, _| {
        let mut projects = world.projects.iter().filter(|project| !project.archived);
        projects.find(|project| project.key != home).unwrap().key.to_string()
    })
}

/// Whether a line is as expected, `…` standing for anything.
fn reads(line: &str, expected: &str) -> bool {
    let mut rest = line;
    let mut parts = expected.split('…').peekable();
    let first = parts.next().unwrap_or_default();
    let Some(after) = rest.strip_prefix(first.trim_end()) else {
        return false;
    };
    rest = after;
    for part in parts {
        let Some(at) = rest.find(part.trim()) else { return false };
        rest = &rest[at + part.trim().len()..];
    }
    rest.is_empty()
}

async fn is_told(plan: Plan, (name, deed, (new, changed)): (&str, Deed, (u64, u64))) {
    let mut world = plan.issues(60).start().await;
    world.sync().await;
    world.minutes(5);
    let chosen = world.jira.find(|world, issue| {
        world.status(issue.status).category == Category::ToDo
            && issue.children.is_empty()
            && !world.issue_type(issue.issue_type).subtask
            && issue.assignee.is_some()
            && !issue.labels.is_empty()
    });
    let expected = deed(&world.jira, chosen);
    let run = world.sync().await;
    assert_eq!(
        (run.kind, run.new, run.changed, run.requests),
        (RunKind::Delta, new, changed, 1),
        "{name}"
    );
    world.assert_like_jira();
    let mut told = world.told();
    told.sort();
    let missing: Vec<_> = expected
        .iter()
        .filter(|line| !told.iter().any(|told| reads(told, line)))
        .collect();
    assert!(missing.is_empty(), "{name}: {missing:#?} not in {told:#?}");
    assert_eq!(told.len(), expected.len(), "{name}: {told:#?}");

    // The overlap brings it once more, which is neither a change nor news.
    world.minutes(4);
    let run = world.sync().await;
    assert!(run.received >= 1, "{name}");
    assert_eq!((run.new, run.changed), (0, 0), "{name}");
    assert_eq!(world.told(), Vec::<String>::new(), "{name}");
}

#[tokio::test]
async fn whatever_people_do_is_told_field_by_field_on_cloud() {
    for row in DEEDS {
        is_told(World::cloud(), row).await;
    }
}

#[tokio::test]
async fn whatever_people_do_is_told_field_by_field_on_data_center() {
    for row in DEEDS {
        is_told(World::data_center(), row).await;
    }
}

#[tokio::test]
async fn a_poll_of_many_pages_brings_them_all() {
    for plan in World::both() {
        let mut world = plan.issues(230).start().await;
        world.sync().await;
        world.minutes(30);
        let there = world.jira.count();
        for nth in (0..there).rev() {
            world.jira.label(world.jira.nth(nth), "touched");
        }
        let run = world.sync().await;
        assert_eq!(
            (run.kind, run.received, run.changed),
            (RunKind::Delta, there as u64, there as u64)
        );
        assert!(run.requests >= 3, "{}", run.requests);
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn a_week_away_costs_what_changed_and_a_census() {
    for plan in World::both() {
        let mut world = plan
            .census_every(std::time::Duration::from_secs(6 * 3600))
            .start()
            .await;
        world.sync().await;
        world.pass(jiff::SignedDuration::from_hours(24 * 7));
        world.jira.rename(world.jira.nth(2), "While you were away");
        world.jira.delete(world.jira.find(|_, issue| issue.children.is_empty()));
        let run = world.sync().await;
        assert_eq!((run.kind, run.gone), (RunKind::Census, 1));
        assert!(run.changed >= 1);
        world.assert_like_jira();
        let made = world.jira.create(
            world.jira.key(world.jira.nth(5)).split('-').next().unwrap(),
            "After that",
        );
        world.pass(jiff::SignedDuration::from_hours(7));
        let run = world.sync().await;
        assert_eq!((run.kind, run.new), (RunKind::Census, 1));
        assert!(
            world
                .told()
                .iter()
                .any(|line| line.starts_with(&format!("{} new", world.jira.key(made))))
        );
        world.assert_like_jira();
    }
}
