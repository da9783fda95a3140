//! People, projects, statuses and the other lists, gathered from what issues mention.
//!
//! Must never be in here: issues.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Map, Value};

use super::{instant, number, shared, text};
use crate::sandbox::model::{
    AccountKind, Category, Component, ComponentIdx, Group, IssueType, LinkType, LinkTypeIdx, Priority, PriorityIdx,
    Project, ProjectIdx, Resolution, ResolutionIdx, SecurityIdx, SecurityLevel, Sprint, SprintIdx, SprintState, Status,
    StatusIdx, TypeIdx, User, UserIdx, Version, VersionIdx, World,
};

/// Finds or adds the entities that issues mention.
#[derive(Debug, Default)]
pub(super) struct Collector {
    users: HashMap<String, UserIdx>,
    projects: HashMap<String, ProjectIdx>,
    components: HashMap<(ProjectIdx, u64), ComponentIdx>,
    versions: HashMap<(ProjectIdx, u64), VersionIdx>,
}

/// The position of the row that fits, or of the new one.
fn find_or<T>(table: &mut Vec<T>, fits: impl Fn(&T) -> bool, new: impl FnOnce() -> T) -> usize {
    table.iter().position(fits).unwrap_or_else(|| {
        table.push(new());
        table.len() - 1
    })
}

fn name_of(value: &Value) -> Arc<str> {
    shared(value.get("name")).unwrap_or_else(|| "Unnamed".into())
}

fn about(value: &Value) -> String {
    text(value.get("description")).unwrap_or_default().to_owned()
}

impl Collector {
    /// Starts with the account to sign in with.
    pub(super) fn new(world: &mut World) -> Self {
        world.users.push(User {
            account_id: "5b10a2844c20165700ede21g".to_owned(),
            key: "robin".to_owned(),
            name: "robin".to_owned(),
            display: "Robin Example".into(),
            email: Some("robin@example.com".to_owned()),
            email_hidden: false,
            time_zone: "Europe/Berlin".to_owned(),
            locale: "en_GB".to_owned(),
            active: true,
            deleted: false,
            kind: AccountKind::Human,
        });
        Self::default()
    }

    /// The account; `None` for null and for objects that identify nobody.
    pub(super) fn user(&mut self, world: &mut World, value: Option<&Value>) -> Option<UserIdx> {
        let value = value.filter(|value| value.is_object())?;
        let part = |name: &str| text(value.get(name)).map(str::to_owned);
        let name = part("name").or_else(|| part("key")).or_else(|| part("accountId"))?;
        let identity = part("accountId")
            .or_else(|| part("key"))
            .unwrap_or_else(|| name.clone());
        if let Some(idx) = self.users.get(&identity) {
            return Some(*idx);
        }
        world.users.push(User {
            account_id: part("accountId").unwrap_or_else(|| format!("recorded:{identity}")),
            key: part("key").unwrap_or_else(|| name.clone()),
            display: shared(value.get("displayName")).unwrap_or_else(|| name.as_str().into()),
            email: part("emailAddress"),
            email_hidden: false,
            time_zone: part("timeZone").unwrap_or_else(|| world.time_zone.clone()),
            locale: "en_US".to_owned(),
            active: value.get("active").and_then(Value::as_bool).unwrap_or(true),
            deleted: value.get("deleted").and_then(Value::as_bool).unwrap_or(false),
            kind: AccountKind::Human,
            name,
        });
        let idx = UserIdx::of(world.users.len() - 1);
        self.users.insert(identity, idx);
        Some(idx)
    }

    /// The project an issue belongs to; its key tells if nothing else does.
    pub(super) fn project(&mut self, world: &mut World, value: Option<&Value>, issue_key: &str) -> ProjectIdx {
        let from_key = issue_key.rsplit_once('-').map_or(issue_key, |(project, _)| project);
        let key = value
            .and_then(|value| text(value.get("key")))
            .unwrap_or(from_key)
            .to_owned();
        if let Some(idx) = self.projects.get(&key) {
            return *idx;
        }
        let part = |name: &str| value.and_then(|value| value.get(name));
        let category = part("projectCategory").and_then(|category| text(category.get("name")));
        world.projects.push(Project {
            id: part("id")
                .and_then(number)
                .unwrap_or(900_000 + u64::try_from(world.projects.len()).unwrap_or(0)),
            name: shared(part("name")).unwrap_or_else(|| key.as_str().into()),
            description: text(part("description")).unwrap_or_default().to_owned(),
            key: key.clone(),
            lead: None,
            category: category.map(str::to_owned),
            components: Vec::new(),
            versions: Vec::new(),
            types: Vec::new(),
            archived: false,
            last_number: 0,
        });
        let idx = ProjectIdx::of(world.projects.len() - 1);
        self.projects.insert(key, idx);
        idx
    }

    /// The component, as the project knows it.
    pub(super) fn component(&mut self, world: &mut World, project: ProjectIdx, value: &Value) -> Option<ComponentIdx> {
        let id = number(value.get("id")?)?;
        if let Some(idx) = self.components.get(&(project, id)) {
            return Some(*idx);
        }
        let description = text(value.get("description")).map(str::to_owned);
        world.components.push(Component {
            id,
            name: name_of(value),
            description,
            project,
            lead: None,
        });
        let idx = ComponentIdx::of(world.components.len() - 1);
        self.components.insert((project, id), idx);
        Some(idx)
    }

    /// The version, as the project knows it.
    pub(super) fn version(&mut self, world: &mut World, project: ProjectIdx, value: &Value) -> Option<VersionIdx> {
        let id = number(value.get("id")?)?;
        if let Some(idx) = self.versions.get(&(project, id)) {
            return Some(*idx);
        }
        let flag = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or(false);
        let day = |name: &str| text(value.get(name)).and_then(|day| day.parse().ok());
        world.versions.push(Version {
            id,
            name: name_of(value),
            description: text(value.get("description")).map(str::to_owned),
            project,
            released: flag("released"),
            archived: flag("archived"),
            start: day("startDate"),
            release: day("releaseDate"),
        });
        let idx = VersionIdx::of(world.versions.len() - 1);
        self.versions.insert((project, id), idx);
        Some(idx)
    }

    /// Orders what a recording has in order of mention: components by name, versions by release.
    pub(super) fn settle(world: &mut World) {
        for at in 0..world.projects.len() {
            let project = ProjectIdx::of(at);
            let mut components: Vec<_> = (0..world.components.len()).map(ComponentIdx::of).collect();
            components.retain(|c| world.component(*c).project == project);
            components.sort_by_key(|c| world.component(*c).name.to_lowercase());
            let mut versions: Vec<_> = (0..world.versions.len()).map(VersionIdx::of).collect();
            versions.retain(|v| world.version(*v).project == project);
            versions.sort_by_key(|v| {
                let version = world.version(*v);
                (version.release.is_none(), version.release, version.id)
            });
            let project = &mut world.projects[at];
            (project.components, project.versions) = (components, versions);
        }
        let everybody = (0..world.users.len()).map(UserIdx::of).collect();
        world.groups = vec![Group {
            name: "jira-users".to_owned(),
            members: everybody,
        }];
    }
}

/// Gathers all priorities first: their position is their urgency, and Jira ships them with ids in that order.
pub(super) fn priorities<'a>(world: &mut World, records: impl Iterator<Item = &'a Map<String, Value>>) {
    let mut found: Vec<Priority> = Vec::new();
    let mut add = |fields: Option<&Value>| {
        let value = fields.and_then(|fields| fields.get("priority"));
        let Some((id, value)) = value.and_then(|value| Some((number(value.get("id")?)?, value))) else {
            return;
        };
        let new = || Priority {
            id,
            name: name_of(value),
            description: about(value),
            colour: "#707070",
        };
        find_or(&mut found, |priority| priority.id == id, new);
    };
    for fields in records.filter_map(|record| record.get("fields")) {
        add(Some(fields));
        let all = |name: &str| fields.get(name).and_then(Value::as_array).into_iter().flatten();
        for link in all("issuelinks") {
            for end in ["outwardIssue", "inwardIssue"] {
                add(link.get(end).and_then(|issue| issue.get("fields")));
            }
        }
        for other in all("subtasks").chain(fields.get("parent")) {
            add(other.get("fields"));
        }
    }
    found.sort_by_key(|priority| priority.id);
    world.priorities = found;
}

pub(super) fn priority(world: &World, value: Option<&Value>) -> Option<PriorityIdx> {
    let id = number(value?.get("id")?)?;
    world
        .priorities
        .iter()
        .position(|priority| priority.id == id)
        .map(PriorityIdx::of)
}

pub(super) fn issue_type(world: &mut World, value: Option<&Value>) -> TypeIdx {
    let get = |name: &str| value.and_then(|value| value.get(name));
    let id = get("id").and_then(number).unwrap_or(0);
    let subtask = get("subtask").and_then(Value::as_bool).unwrap_or(false);
    let name = shared(get("name")).unwrap_or_else(|| "Task".into());
    let level = match (subtask, &*name) {
        (true, _) => -1,
        (false, "Epic") => 1,
        (false, _) => 0,
    };
    let description = text(get("description")).unwrap_or_default().to_owned();
    let new = || IssueType {
        id,
        name: name.clone(),
        description,
        subtask,
        level,
    };
    TypeIdx::of(find_or(
        &mut world.issue_types,
        |kind| kind.id == id && kind.name == name,
        new,
    ))
}

pub(super) fn status(world: &mut World, value: Option<&Value>) -> StatusIdx {
    let get = |name: &str| value.and_then(|value| value.get(name));
    let id = get("id").and_then(number).unwrap_or(1);
    let category = match get("statusCategory").and_then(|category| text(category.get("key"))) {
        Some("new") => Category::ToDo,
        Some("indeterminate") => Category::InProgress,
        Some("done") => Category::Done,
        _ => Category::Undefined,
    };
    let name = shared(get("name")).unwrap_or_else(|| "Open".into());
    let description = text(get("description")).unwrap_or_default().to_owned();
    let new = || Status {
        id,
        name: name.clone(),
        description,
        category,
    };
    StatusIdx::of(find_or(
        &mut world.statuses,
        |status| status.id == id && status.name == name,
        new,
    ))
}

pub(super) fn resolution(world: &mut World, value: Option<&Value>) -> Option<ResolutionIdx> {
    let value = value?;
    let id = number(value.get("id")?)?;
    let new = || Resolution {
        id,
        name: name_of(value),
        description: about(value),
    };
    Some(ResolutionIdx::of(find_or(
        &mut world.resolutions,
        |resolution| resolution.id == id,
        new,
    )))
}

pub(super) fn security(world: &mut World, value: Option<&Value>) -> Option<SecurityIdx> {
    let value = value?;
    let id = number(value.get("id")?)?;
    let new = || SecurityLevel {
        id,
        name: name_of(value),
        description: about(value),
    };
    Some(SecurityIdx::of(find_or(
        &mut world.security_levels,
        |level| level.id == id,
        new,
    )))
}

pub(super) fn link_type(world: &mut World, value: Option<&Value>) -> Option<LinkTypeIdx> {
    let value = value?;
    let id = number(value.get("id")?)?;
    let part = |name: &str| shared(value.get(name)).unwrap_or_else(|| name_of(value));
    let new = || LinkType {
        id,
        name: name_of(value),
        inward: part("inward"),
        outward: part("outward"),
    };
    Some(LinkTypeIdx::of(find_or(
        &mut world.link_types,
        |kind| kind.id == id,
        new,
    )))
}

pub(super) fn sprint(world: &mut World, value: &Value) -> Option<SprintIdx> {
    let id = number(value.get("id")?)?;
    let state = match text(value.get("state")) {
        Some("closed") => SprintState::Closed,
        Some("future") => SprintState::Future,
        _ => SprintState::Active,
    };
    let new = || Sprint {
        id,
        name: name_of(value),
        state,
        board: value.get("originBoardId").and_then(number).unwrap_or(1),
        start: instant(value.get("startDate")),
        end: instant(value.get("endDate")),
        complete: instant(value.get("completeDate")),
        goal: text(value.get("goal")).map(str::to_owned),
    };
    Some(SprintIdx::of(find_or(
        &mut world.sprints,
        |sprint| sprint.id == id,
        new,
    )))
}
