use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::sandbox::model::{Category, CustomValue, FieldIdx, FieldKind, Issue, IssueIdx, IssueRef};

type Has = fn(&Issue) -> bool;

fn now() -> Timestamp {
    "2026-11-22T06:30:17.123Z".parse().unwrap()
}

fn issues(world: &World) -> impl Iterator<Item = &Issue> {
    (0..world.issue_count()).map(|at| world.issue(IssueIdx::of(at)))
}

/// Everything there is to know of a site, as text.
fn dump(world: &World) -> String {
    let all: String = issues(world).map(|issue| format!("{issue:?}\n")).collect();
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{all}",
        world.users, world.projects, world.sprints, world.versions
    )
}

#[test]
fn the_same_seed_gives_the_same_site() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let one = dump(&world(flavour, 42, 300, now()));
        assert_eq!(one, dump(&world(flavour, 42, 300, now())));
        assert_ne!(one, dump(&world(flavour, 43, 300, now())));
    }
}

/// What ChaCha8 and the vocabulary give on every platform; a change here changes everybody's demo.
#[test]
fn the_first_issues_are_these() {
    let world = world(Flavour::Cloud, 1, 200, now());
    let lines: Vec<_> = issues(&world)
        .take(6)
        .map(|i| format!("{} {}", i.key, i.summary))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    MOB-1 Tap to pay on every phone
    WEB-1 Reports that accountants like
    INF-1 Postgres without downtime
    MOB-2 See today's tips in the camera permission dialog
    CHK-1 Accessible for everyone
    CHK-2 Voucher field cannot be reached with the keyboard on slow connections
    ");
}

#[test]
fn any_number_of_issues_works() {
    for count in [0, 1, 2, 3, 10, 50] {
        let world = world(Flavour::DataCenter, 5, count, now());
        assert_eq!(world.issue_count(), count);
    }
}

#[test]
fn a_site_is_varied() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let world = world(flavour, 1, 1500, now());
        let set = |f: &dyn Fn(&Issue) -> Option<u32>| issues(&world).filter_map(f).collect::<BTreeSet<_>>().len();
        assert!(world.projects.len() >= 7);
        assert_eq!(set(&|issue| issue.priority.map(|p| p.0)), world.priorities.len());
        assert_eq!(set(&|issue| Some(issue.status.0)), world.statuses.len());
        assert_eq!(set(&|issue| Some(issue.issue_type.0)), world.issue_types.len());
        assert_eq!(set(&|issue| issue.resolution.map(|r| r.0)), world.resolutions.len());
        assert!(issues(&world).any(|issue| issue.priority.is_none()));
        let categories: BTreeSet<_> = issues(&world)
            .map(|issue| world.status(issue.status).category)
            .collect();
        assert_eq!(categories.len(), 4);
        let zones: BTreeSet<_> = world.users.iter().map(|user| &user.time_zone).collect();
        assert!(zones.len() >= 8, "{zones:?}");
        assert!(world.users.iter().any(|user| user.deleted) && world.users.iter().any(|user| user.email_hidden));
        for at in 0..world.fields.len() {
            let kept_elsewhere = [FieldKind::Sprint, FieldKind::EpicLink].contains(&world.fields[at].kind);
            let late = fields::late(world.flavour).any(|field| field.id == world.fields[at].id);
            let custom = world.fields[at].custom.is_some() && !kept_elsewhere && !late;
            let used = issues(&world).any(|issue| issue.custom_value(FieldIdx::of(at)).is_some());
            assert!(!custom || used, "{}", world.fields[at].name);
        }
        let some: [(&str, Has); 14] = [
            ("due", |issue| issue.due.is_some()),
            ("sub-tasks", |issue| {
                issue.issue_type.0 == site::SUBTASK && issue.parent.is_some()
            }),
            ("sprints", |issue| issue.sprints.len() > 1),
            ("links", |issue| issue.links.len() > 1),
            ("comments", |issue| issue.comments.len() > 7),
            ("restricted comments", |issue| {
                issue.comments.iter().any(|c| c.visibility.is_some())
            }),
            ("edited comments", |issue| {
                issue.comments.iter().any(|c| c.updated > c.created)
            }),
            ("attachments", |issue| !issue.attachments.is_empty()),
            ("worklogs", |issue| !issue.worklogs.is_empty()),
            ("votes", |issue| !issue.voters.is_empty()),
            ("environment", |issue| issue.environment.is_some()),
            ("remote links", |issue| !issue.remote_links.is_empty()),
            ("security", |issue| issue.security.is_some()),
            ("hidden", |issue| issue.hidden),
        ];
        for (what, has) in some {
            assert!(issues(&world).any(has), "no issue has {what}");
        }
        assert!(!world.deleted().is_empty());
        assert!(issues(&world).any(|issue| matches!(issue.custom.first(), Some((_, CustomValue::Number(_))))));
    }
}

#[test]
fn lives_are_consistent() {
    let world = world(Flavour::Cloud, 3, 1500, now());
    let mut keys = BTreeMap::new();
    for (at, issue) in issues(&world).enumerate() {
        let idx = IssueIdx::of(at);
        let latest = issue
            .history
            .last()
            .map(|entry| entry.created)
            .into_iter()
            .chain(issue.comments.iter().map(|c| c.updated))
            .max();
        assert!(
            issue.updated >= latest.unwrap_or(issue.created) && issue.updated <= now(),
            "{} {:?} {:?}",
            issue.key,
            issue.updated,
            latest
        );
        assert!(
            issue.history.windows(2).all(|pair| pair[0].created <= pair[1].created),
            "{} {:?}",
            issue.key,
            issue.history
        );
        let done = world.status(issue.status).category == Category::Done;
        assert_eq!(issue.resolution.is_some(), done, "{}", issue.key);
        assert_eq!(issue.resolved.is_some(), done, "{}", issue.key);
        let last_status = issue
            .history
            .iter()
            .flat_map(|entry| &entry.items)
            .rfind(|item| &*item.field == "status");
        if let Some(item) = last_status {
            assert_eq!(
                item.to_text.as_deref(),
                Some(&*world.status(issue.status).name),
                "{}",
                issue.key
            );
        }
        if let Some(IssueRef::Local(parent)) = &issue.parent {
            assert!(
                world.issue(*parent).children.contains(&idx) || issue.deleted,
                "{}",
                issue.key
            );
        }
        for link in &issue.links {
            let other = world.issue(link.other.local().unwrap());
            assert!(
                other
                    .links
                    .iter()
                    .any(|back| back.id == link.id && back.outward != link.outward)
                    || issue.deleted
            );
        }
        assert_eq!(keys.insert(issue.key.clone(), idx), None);
        assert_eq!(world.issue_by_id(issue.id), (!issue.deleted).then_some(idx));
    }
    let moved: Vec<_> = issues(&world)
        .filter(|issue| issue.history.iter().flat_map(|h| &h.items).any(|i| &*i.field == "Key"))
        .collect();
    assert!(moved.len() > 5);
    for issue in moved.iter().filter(|issue| !issue.deleted) {
        let item = issue
            .history
            .iter()
            .flat_map(|h| &h.items)
            .find(|item| &*item.field == "Key")
            .unwrap();
        assert_eq!(
            world.issue_by_key(item.from_text.as_deref().unwrap()),
            world.issue_by_key(&issue.key)
        );
    }
}

#[test]
fn texts_attack_the_terminal() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let world = world(flavour, 1, 500, now());
        let summaries: String = issues(&world).map(|issue| format!("{}\n\0", issue.summary)).collect();
        for part in [
            "\u{1b}[2J",
            "\u{1b}]0;",
            "\u{202e}",
            "\u{9b}",
            "\t",
            "newline\nand",
            "\u{0} bell",
            "👩\u{200d}👩",
            "Z\u{351}",
            "\u{2028}",
            "支払い",
            "فاتورة",
        ] {
            assert!(summaries.contains(part), "{part:?}");
        }
        let bodies: String = issues(&world)
            .flat_map(|issue| issue.description.iter().chain(issue.comments.iter().map(|c| &c.body)))
            .map(|text| text.plain(&world.users))
            .collect();
        for part in [
            "\u{1b}]52;",
            "SupercalifragilisticSupercali",
            "改行なし",
            "الدفع",
            "\u{2067}",
        ] {
            assert!(bodies.contains(part), "{part:?}");
        }
    }
}
