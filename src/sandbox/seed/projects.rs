//! Projects with their components, versions and sprints.
//!
//! Must never be in here: issues.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    super::{
        dice::Dice,
        model::{
            Component, ComponentIdx, Project, ProjectIdx, Sprint, SprintIdx, SprintState, TypeIdx, UserIdx, Version,
            VersionIdx, WorkflowIdx, World,
        },
    },
    people, site,
    words::Vocabulary,
};

/// Versions of a project in configured order; as texts, 10 would come before 9.
const NUMBERS: [&str; 8] = ["9.7", "9.8", "9.9", "9.10", "10.0", "10.1", "10.2", "11.0"];
/// How many of them have shipped.
const RELEASED: usize = 5;
/// Closed sprints before the running one.
const CLOSED_SPRINTS: i64 = 8;

/// Sprints of one project, by where they stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Board {
    pub(super) closed: Vec<SprintIdx>,
    pub(super) active: Vec<SprintIdx>,
    pub(super) future: Vec<SprintIdx>,
}

/// Adds a project per vocabulary, and one archived. Returns the boards in the same order.
pub(super) fn found(world: &mut World, vocabulary: &[Vocabulary], dice: &mut Dice, now: Timestamp) -> Vec<Board> {
    let boards = vocabulary
        .iter()
        .enumerate()
        .map(|(at, words)| found_one(world, at, words, dice, now))
        .collect();
    let archived = Project {
        id: 10_099,
        key: "OLD".to_owned(),
        name: "Retired Project".into(),
        description: "Kept for the auditors.".to_owned(),
        lead: None,
        category: None,
        components: Vec::new(),
        versions: Vec::new(),
        types: vec![(TypeIdx(site::TASK), WorkflowIdx(1))],
        archived: true,
        last_number: 0,
    };
    world.projects.push(archived);
    boards
}

fn found_one(world: &mut World, at: usize, words: &Vocabulary, dice: &mut Dice, now: Timestamp) -> Board {
    let project = ProjectIdx::of(world.projects.len());
    let crew = people::working(&world.users);
    let id = 10_000 + u64::try_from(at).unwrap_or(0);
    let components = words
        .components
        .iter()
        .map(|name| {
            let lead = dice.chance(70).then(|| UserIdx::of(dice.below(crew)));
            component(world, project, name, lead)
        })
        .collect();
    let versions = NUMBERS
        .iter()
        .enumerate()
        .map(|(nth, n)| version(world, project, words.version, nth, n, now))
        .collect();
    // The support desk works without reviews; the others follow the development workflow.
    let flow = WorkflowIdx(u32::from(matches!(words.key, "OPS" | "CAL")));
    world.projects.push(Project {
        id,
        key: words.key.to_owned(),
        name: words.name.into(),
        description: words.about.to_owned(),
        lead: Some(UserIdx::of(dice.below(crew))),
        category: Some(if at.is_multiple_of(2) { "Product" } else { "Foundation" }.to_owned()),
        components,
        versions,
        types: [site::EPIC, site::STORY, site::TASK, site::BUG, site::SUBTASK]
            .map(|kind| (TypeIdx(kind), flow))
            .to_vec(),
        archived: false,
        last_number: 0,
    });
    board(world, words, id - 9_990, now)
}

fn component(world: &mut World, project: ProjectIdx, name: &str, lead: Option<UserIdx>) -> ComponentIdx {
    let id = world.fresh_id();
    let description = lead.map(|_| format!("All about {}.", name.to_lowercase()));
    world.components.push(Component {
        id,
        name: name.into(),
        description,
        project,
        lead,
    });
    ComponentIdx::of(world.components.len() - 1)
}

fn version(
    world: &mut World,
    project: ProjectIdx,
    prefix: &str,
    nth: usize,
    number: &str,
    now: Timestamp,
) -> VersionIdx {
    let id = world.fresh_id();
    let months = i64::try_from(nth).unwrap_or(0) - i64::try_from(RELEASED).unwrap_or(0);
    let release = after(now, months * 45 + 20).to_zoned(TimeZone::UTC).date();
    let released = nth < RELEASED;
    world.versions.push(Version {
        id,
        name: format!("{prefix} {number}").into(),
        description: (nth.is_multiple_of(3)).then(|| format!("Planned scope of {number}")),
        project,
        released,
        archived: nth == 0,
        start: (nth > 2).then(|| release.saturating_sub(SignedDuration::from_hours(45 * 24))),
        release: (nth + 1 < NUMBERS.len()).then_some(release),
    });
    VersionIdx::of(world.versions.len() - 1)
}

/// Two-week sprints: some closed, one running since five days, two planned.
fn board(world: &mut World, words: &Vocabulary, id: u64, now: Timestamp) -> Board {
    let mut board = Board::default();
    for nth in 0..CLOSED_SPRINTS + 3 {
        let start = after(now, (nth - CLOSED_SPRINTS) * 14 - 5);
        let end = after(start, 14);
        let state = match nth - CLOSED_SPRINTS {
            ..0 => SprintState::Closed,
            0 => SprintState::Active,
            _ => SprintState::Future,
        };
        let planned = state == SprintState::Future;
        let sprint = Sprint {
            id: world.fresh_id(),
            name: format!("{} Sprint {}", words.key, 41 + nth).into(),
            state,
            board: id,
            start: (!planned).then_some(start),
            end: (!planned).then_some(end),
            complete: (state == SprintState::Closed).then_some(end),
            goal: (nth % 2 == 0).then(|| {
                words
                    .epics
                    .first()
                    .map_or_else(String::new, |epic| format!("Next step of {epic}"))
            }),
        };
        world.sprints.push(sprint);
        let idx = SprintIdx::of(world.sprints.len() - 1);
        match state {
            SprintState::Closed => board.closed.push(idx),
            SprintState::Active => board.active.push(idx),
            SprintState::Future => board.future.push(idx),
        }
    }
    board
}

fn after(now: Timestamp, days: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(days * 24)).unwrap_or(now)
}
