use std::collections::BTreeSet;

use super::*;
use crate::sandbox::model::{Category, IssueIdx};

fn now() -> Timestamp {
    "2026-11-22T06:30:00Z".parse().unwrap()
}

/// Everything there is to know of a site, as text.
fn dump(world: &World) -> String {
    let issues = (0..world.issue_count()).map(|at| format!("{:?}\n", world.issue(IssueIdx::of(at))));
    format!("{:?}\n{:?}\n{:?}\n", world.users, world.projects, world.sprints) + &issues.collect::<String>()
}

#[test]
fn sample() {
    let world = world(Flavour::Cloud, 7, 2000, now());
    let viewer = world.viewer(now());
    for idx in world
        .visible(&viewer)
        .filter(|i| world.issue(*i).assignee == Some(world.me))
    {
        let i = world.issue(idx);
        println!(
            "{} {:?} {} {} {} {:?}",
            i.key,
            i.updated,
            world.status(i.status).name,
            i.summary,
            i.comments.len(),
            i.due
        );
    }
    for idx in world.visible(&viewer).step_by(67) {
        let i = world.issue(idx);
        println!(
            "{} {:?} {:?} {} {} c{} h{}",
            i.key,
            i.created,
            i.updated,
            world.status(i.status).name,
            i.summary,
            i.comments.len(),
            i.history.len()
        );
    }
    let day = now() - jiff::SignedDuration::from_hours(24);
    println!("today {}", world.updated_since(day).count());
}
