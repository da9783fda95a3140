//! Issues that vanish, come back, or leave the scope. Nothing is believed gone before it was asked for.

use crosstie::sandbox::model::Category;

use crate::world::World;

#[tokio::test]
async fn what_is_deleted_or_hidden_is_marked_and_counted_once() {
    for plan in World::both() {
        let mut world = plan.start().await;
        world.sync().await;
        let jira = world.jira.clone();
        let free = |skip: usize| {
            jira.look(|world, viewer| {
                let mut free = world
                    .visible(viewer)
                    .filter(|idx| world.issue(*idx).children.is_empty());
                free.nth(skip).unwrap()
            })
        };
        let (deleted, hidden) = (free(3), free(7));
        let keys = [jira.key(deleted), jira.key(hidden)];
        jira.delete(deleted);
        jira.hide(hidden);
        world.minutes(5);
        assert_eq!(world.sync().await.gone, 0, "polls cannot see it");
        let run = world.census().await;
        assert_eq!(run.gone, 2);
        let mut told = world.told();
        told.sort();
        let mut expected = keys.map(|key| format!("{key} no longer reachable: deleted, or hidden from this account"));
        expected.sort();
        assert_eq!(told, expected);
        world.assert_like_jira();
        assert_eq!(world.census().await.gone, 0, "it is gone already");

        jira.unhide(hidden);
        world.minutes(5);
        let run = world.census().await;
        assert_eq!((run.new, run.gone), (1, 0));
        world.assert_like_jira();
        jira.hide(hidden);
        assert_eq!(world.census().await.gone, 1, "gone again");
        world.assert_like_jira();
        jira.unhide(hidden);
        jira.rename(hidden, "Seen again");
        world.minutes(5);
        assert_eq!(world.sync().await.new, 1, "an edit brings it back with the next poll");
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn a_whole_project_that_is_withdrawn_and_given_back() {
    for plan in World::both() {
        let mut world = plan.issues(150).start().await;
        world.sync().await;
        let home = world.jira.look(|world, _| {
            world
                .issue(
                    world
                        .issue_by_id(10_001)
                        .unwrap_or(crosstie::sandbox::model::IssueIdx(0)),
                )
                .project
        });
        let before = world.jira.count();
        let archive = |archived: bool| {
            world.jira.change(|world, _| {
                world.projects[home.at()].archived = archived;
                world.changed();
            });
        };
        archive(true);
        let withdrawn = (before - world.jira.count()) as u64;
        assert!(withdrawn > 10);
        world.minutes(5);
        assert_eq!(world.census().await.gone, withdrawn);
        world.assert_like_jira();
        world.jira.change(|world, _| {
            world.projects[home.at()].archived = false;
            world.changed();
        });
        world.minutes(5);
        assert_eq!(world.census().await.new, withdrawn);
        world.assert_like_jira();
    }
}

#[tokio::test]
async fn what_leaves_the_scope_is_dropped_and_not_gone() {
    for plan in World::both() {
        let mut world = plan.clone().issues(300).start().await;
        let first = world.jira.key(world.jira.nth(0));
        let home = first.split('-').next().unwrap().to_owned();
        drop(world);
        world = plan
            .issues(300)
            .scope(&format!("project = {home} AND statusCategory != Done"))
            .start()
            .await;
        world.sync().await;
        world.assert_like_jira();
        let jira = world.jira.clone();
        let inside = |skip: usize| {
            jira.look(|world, viewer| {
                let mut inside = world.visible(viewer).filter(|idx| {
                    let issue = world.issue(*idx);
                    world.project(issue.project).key == home
                        && world.status(issue.status).category == Category::ToDo
                        && issue.children.is_empty()
                        && !world.issue_type(issue.issue_type).subtask
                });
                inside.nth(skip).unwrap()
            })
        };
        let (moved, closed) = (inside(0), inside(1));
        let other = jira.look(|world, _| {
            let mut projects = world.projects.iter().filter(|project| !project.archived);
            projects.find(|project| project.key != home).unwrap().key.to_string()
        });
        jira.relocate(moved, &other);
        jira.transition(closed, Category::InProgress);
        jira.transition(closed, Category::Done);
        // Longer than any index may lag, so that what it says can be believed.
        world.minutes(20);
        world.sync().await;
        let run = world.census().await;
        assert_eq!((run.gone, run.new), (0, 0));
        world.assert_like_jira();
        assert!(!world.cache().contains_key(&jira.id(moved)));
        let left = world
            .told()
            .iter()
            .filter(|line| line.ends_with("left the scope of this connection"))
            .count();
        assert_eq!(left, 2);

        jira.relocate(moved, &home);
        jira.transition(closed, Category::InProgress);
        world.minutes(1);
        assert_eq!(world.sync().await.new, 2);
        world.assert_like_jira();
    }
}
