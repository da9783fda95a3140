//! The world changes between two pages of the same list.

use crosstie::sandbox::model::{Category, IssueIdx};

use crate::{
    jira::Jira,
    world::{Plan, World},
};

/// What happens to issues while a list is read.
type Deed = fn(&Jira, &[IssueIdx]);

const DEEDS: [(&str, Deed); 7] = [
    ("edits", |jira, issues| {
        for idx in issues {
            jira.rename(*idx, "Changed while you were reading");
        }
    }),
    ("deletions", |jira, issues| {
        for idx in issues {
            jira.delete(*idx);
        }
    }),
    ("new issues", |jira, issues| {
        for idx in issues {
            jira.create(jira.key(*idx).split('-').next().unwrap(), "Made while you were reading");
        }
    }),
    ("withdrawn permissions", |jira, issues| {
        for idx in issues {
            jira.hide(*idx);
        }
    }),
    ("moves", |jira, issues| {
        for idx in issues {
            let project = other_project(jira, *idx);
            jira.relocate(*idx, &project);
        }
    }),
    ("transitions", |jira, issues| {
        for idx in issues {
            jira.transition(*idx, Category::InProgress);
        }
    }),
    ("all at once", |jira, issues| {
        jira.rename(issues[0], "Changed while you were reading");
        jira.delete(issues[1]);
        jira.hide(issues[2]);
        jira.create(
            jira.key(issues[3]).split('-').next().unwrap(),
            "Made while you were reading",
        );
        jira.delete(issues[4]);
    }),
];

fn other_project(jira: &Jira, idx: IssueIdx) -> String {
    jira.look(|world, _| {
        let home = world.issue(idx).project;
        let mut others = world.projects.iter().enumerate();
        let other = others.find(|(at, project)| *at != home.at() && !project.archived);
        other.unwrap().1.key.to_string()
    })
}

/// Some issues of all ages, oldest first, that nothing hangs on.
fn victims(jira: &Jira, skip: usize) -> Vec<IssueIdx> {
    jira.look(|world, viewer| {
        let free = world.visible(viewer).filter(|idx| {
            let issue = world.issue(*idx);
            issue.children.is_empty() && !world.issue_type(issue.issue_type).subtask
        });
        let free: Vec<_> = free.collect();
        free.iter()
            .copied()
            .skip(skip)
            .step_by(free.len() / 6)
            .take(5)
            .collect()
    })
}

/// The deed is done just before the nth search, of those that read pages.
fn disturb(world: &World, before: usize, deed: Deed) {
    let (jira, mut searches) = (world.jira.clone(), 0);
    let victims = victims(&jira, before);
    world.gate().on(move |asked| {
        if asked.is_search && asked.body.contains("ORDER BY") {
            searches += 1;
            if searches == before {
                deed(&jira, &victims);
            }
        }
    });
}

/// One more poll and one more census make it whole, whatever was missed.
async fn is_whole_afterwards(world: &mut World, story: &str) {
    world.gate().on(|_| {});
    world.minutes(2);
    world.sync().await;
    if POLL_SUFFICES.contains(&story) {
        world.assert_like_jira();
    }
    world.census().await;
    world.assert_like_jira();
}

/// Deeds after which nothing is missing even without a census.
const POLL_SUFFICES: [&str; 4] = ["edits", "new issues", "moves", "transitions"];

async fn first_pull_survives(plan: Plan, issues: usize, pages: usize) {
    for (round, (name, deed)) in DEEDS
        .into_iter()
        .enumerate()
        .filter(|(round, _)| pages > 2 || round % 2 == 0)
    {
        let mut world = plan.clone().issues(issues).gated().start().await;
        disturb(&world, 2 + round % (pages - 1), deed);
        world.sync().await;
        is_whole_afterwards(&mut world, name).await;
    }
}

#[tokio::test]
async fn a_first_pull_on_cloud_survives_whatever_people_do_meanwhile() {
    first_pull_survives(World::cloud(), 220, 3).await;
}

#[tokio::test]
async fn a_first_pull_on_data_center_survives_whatever_people_do_meanwhile() {
    first_pull_survives(World::data_center(), 290, 2).await;
}

async fn delta_survives(plan: Plan) {
    let mut world = plan.issues(225).gated().start().await;
    world.sync().await;
    for (round, (name, deed)) in DEEDS.into_iter().step_by(2).enumerate() {
        for nth in 0..world.jira.count() {
            world.jira.label(world.jira.nth(nth), &format!("round-{round}"));
        }
        // Longer ago than polls overlap: what this one misses, the next does not bring.
        world.minutes(30);
        // The first page is asked for twice: the second time with a bound that stays where it is.
        disturb(&world, 3 + round % 2, deed);
        world.sync().await;
        is_whole_afterwards(&mut world, name).await;
    }
}

#[tokio::test]
async fn a_long_poll_on_cloud_survives_whatever_people_do_meanwhile() {
    delta_survives(World::cloud()).await;
}

#[tokio::test]
async fn a_long_poll_on_data_center_survives_whatever_people_do_meanwhile() {
    delta_survives(World::data_center()).await;
}

/// A census of two pages, which nobody believes where it says that something is missing.
async fn census_survives(plan: Plan) {
    let mut world = plan.issues(1_040).gated().start().await;
    world.sync().await;
    for (name, deed) in DEEDS.into_iter().step_by(2) {
        world.minutes(30);
        let before = world.jira.truth("").len();
        disturb(&world, 3, deed);
        let run = world.census().await;
        let lost = before.saturating_sub(world.jira.truth("").len()) as u64;
        assert!(run.gone <= lost, "{name}: {} gone, {lost} lost", run.gone);
        is_whole_afterwards(&mut world, name).await;
    }
}

#[tokio::test]
async fn a_census_on_cloud_survives_whatever_people_do_meanwhile() {
    census_survives(World::cloud()).await;
}

#[tokio::test]
async fn a_census_on_data_center_survives_whatever_people_do_meanwhile() {
    census_survives(World::data_center()).await;
}
