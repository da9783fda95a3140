//! What an administrator sets up before the first issue: types, workflows, lists, groups.
//!
//! Must never be in here: fields (`fields`), projects (`projects`), issues (`story`).

use super::super::model::{
    Category, Flavour, Group, IssueType, LinkType, Priority, Resolution, SecurityLevel, Status, StatusIdx, Transition,
    UserIdx, Workflow, World,
};

/// Index of the epic type in both departments.
pub(super) const EPIC: u32 = 0;
/// Index of the story type.
pub(super) const STORY: u32 = 1;
/// Index of the task type.
pub(super) const TASK: u32 = 2;
/// Index of the bug type.
pub(super) const BUG: u32 = 3;
/// Index of the sub-task type.
pub(super) const SUBTASK: u32 = 4;
/// Index of the status without a category, which an import left behind.
pub(super) const IMPORTED: u32 = 6;

/// Fills the lists that do not depend on projects.
pub(super) fn furnish(world: &mut World) {
    world.issue_types = issue_types(world.flavour);
    world.statuses = statuses(world.flavour);
    world.workflows = vec![development(world.flavour), simple(world.flavour)];
    world.priorities = priorities();
    world.resolutions = resolutions(world.flavour);
    world.link_types = link_types();
    world.security_levels = vec![
        SecurityLevel {
            id: 10_000,
            name: "Internal".into(),
            description: "Employees only".to_owned(),
        },
        SecurityLevel {
            id: 10_001,
            name: "Security team".into(),
            description: "The security team only".to_owned(),
        },
    ];
    world.groups = groups(world);
}

fn issue_types(flavour: Flavour) -> Vec<IssueType> {
    let ids: [u64; 5] = match flavour {
        Flavour::Cloud => [10_000, 10_001, 10_002, 10_004, 10_003],
        Flavour::DataCenter => [10_000, 10_001, 3, 1, 5],
    };
    let kinds = [
        ("Epic", "A big piece of work that holds others.", 1),
        ("Story", "Something a user can do afterwards.", 0),
        ("Task", "A task that needs to be done.", 0),
        ("Bug", "A problem which impairs or prevents a function.", 0),
        ("Sub-task", "A part of another issue.", -1),
    ];
    let kind = |(id, (name, about, level)): (u64, (&str, &str, i8))| IssueType {
        id,
        name: name.into(),
        description: about.to_owned(),
        subtask: level < 0,
        level,
    };
    ids.into_iter().zip(kinds).map(kind).collect()
}

fn statuses(flavour: Flavour) -> Vec<Status> {
    use Category::{Done, InProgress, ToDo, Undefined};
    let list: [(u64, &str, Category); 7] = match flavour {
        Flavour::Cloud => [
            (10_000, "To Do", ToDo),
            (10_001, "Selected for Development", ToDo),
            (3, "In Progress", InProgress),
            (10_002, "In Review", InProgress),
            (10_003, "Blocked", InProgress),
            (10_004, "Done", Done),
            (10_005, "Imported", Undefined),
        ],
        Flavour::DataCenter => [
            (1, "Open", ToDo),
            (4, "Reopened", ToDo),
            (3, "In Progress", InProgress),
            (10_100, "In Test", InProgress),
            (10_101, "Waiting for Parts", InProgress),
            (6, "Closed", Done),
            (10_102, "Migrated", Undefined),
        ],
    };
    let status = |(id, name, category): (u64, &str, Category)| Status {
        id,
        name: name.into(),
        description: format!("The issue is in the column {name}."),
        category,
    };
    list.into_iter().map(status).collect()
}

/// To do, selected or reopened, in progress, review or test, blocked, done.
fn development(flavour: Flavour) -> Workflow {
    let cloud = flavour == Flavour::Cloud;
    let word = |on_cloud: &'static str, else_: &'static str| if cloud { on_cloud } else { else_ };
    let mut transitions = vec![
        way(11, "Start progress", &[0, 1, IMPORTED], 2, false),
        way(21, word("Ask for review", "Hand over to test"), &[2], 3, false),
        way(31, word("Done", "Close"), &[2, 3], 5, true),
        way(41, word("Block", "Wait for parts"), &[2, 3], 4, false),
        way(51, word("Unblock", "Parts arrived"), &[4], 2, false),
        way(61, "Stop progress", &[2, 3, 4], 0, false),
        way(71, "Reopen", &[5], if cloud { 0 } else { 1 }, false),
        way(91, word("Won't do", "Reject"), &[0, 1], 5, true),
    ];
    if cloud {
        transitions.push(way(81, "Select for development", &[0], 1, false));
    }
    let statuses = [0, 1, 2, 3, 4, 5, IMPORTED].map(StatusIdx).to_vec();
    Workflow {
        name: "Development workflow".to_owned(),
        statuses,
        transitions,
    }
}

/// To do, in progress, done, and from anywhere to anywhere.
fn simple(flavour: Flavour) -> Workflow {
    let (start, done) = if flavour == Flavour::Cloud {
        ("To Do", "Done")
    } else {
        ("Open", "Close")
    };
    let transitions = vec![
        way(11, start, &[], 0, false),
        way(21, "In Progress", &[], 2, false),
        way(31, done, &[], 5, true),
    ];
    Workflow {
        name: "Simple workflow".to_owned(),
        statuses: [0, 2, 5].map(StatusIdx).to_vec(),
        transitions,
    }
}

fn way(id: u32, name: &str, from: &[u32], to: u32, has_screen: bool) -> Transition {
    let from = from.iter().copied().map(StatusIdx).collect();
    Transition {
        id,
        name: name.to_owned(),
        from,
        to: StatusIdx(to),
        has_screen,
    }
}

fn priorities() -> Vec<Priority> {
    let list = [
        ("Highest", "This problem will block progress.", "#d04437"),
        ("High", "Serious problem that could block progress.", "#f15c75"),
        ("Medium", "Has the potential to affect progress.", "#f79232"),
        ("Low", "Minor problem or easily worked around.", "#707070"),
        (
            "Lowest",
            "Trivial problem with little or no impact on progress.",
            "#999999",
        ),
    ];
    let priority = |(id, (name, about, colour)): (u64, (&str, &str, &'static str))| Priority {
        id,
        name: name.into(),
        description: about.to_owned(),
        colour,
    };
    (1..).zip(list).map(priority).collect()
}

fn resolutions(flavour: Flavour) -> Vec<Resolution> {
    let list: [(u64, &str); 5] = match flavour {
        Flavour::Cloud => [
            (10_000, "Done"),
            (10_001, "Won't Do"),
            (10_002, "Duplicate"),
            (10_003, "Cannot Reproduce"),
            (10_004, "Declined"),
        ],
        Flavour::DataCenter => [
            (1, "Fixed"),
            (2, "Won't Fix"),
            (3, "Duplicate"),
            (5, "Cannot Reproduce"),
            (10_100, "Obsolete"),
        ],
    };
    let resolution = |(id, name): (u64, &str)| Resolution {
        id,
        name: name.into(),
        description: format!("The issue was resolved as: {}.", name.to_lowercase()),
    };
    list.into_iter().map(resolution).collect()
}

fn link_types() -> Vec<LinkType> {
    let list = [
        ("Blocks", "is blocked by", "blocks"),
        ("Cloners", "is cloned by", "clones"),
        ("Duplicate", "is duplicated by", "duplicates"),
        ("Relates", "relates to", "relates to"),
        ("Causes", "is caused by", "causes"),
    ];
    let kind = |(id, (name, inward, outward)): (u64, (&str, &str, &str))| LinkType {
        id,
        name: name.into(),
        inward: inward.into(),
        outward: outward.into(),
    };
    (10_000..).zip(list).map(kind).collect()
}

fn groups(world: &World) -> Vec<Group> {
    let everybody: Vec<_> = (0..world.users.len()).map(UserIdx::of).collect();
    let some = |step: usize, from: usize| everybody.iter().copied().skip(from).step_by(step).collect::<Vec<_>>();
    let (users, admins) = match world.flavour {
        Flavour::Cloud => ("jira-software-users", "site-admins"),
        Flavour::DataCenter => ("jira-software-users", "jira-administrators"),
    };
    let group = |name: &str, members| Group {
        name: name.to_owned(),
        members,
    };
    vec![
        group(users, everybody.clone()),
        group(admins, some(7, 3)),
        group("developers", some(2, 0)),
        group("support", some(3, 1)),
        group("on call", some(5, 0)),
        group("retired", Vec::new()),
    ]
}
