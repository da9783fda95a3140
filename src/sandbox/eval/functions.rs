//! The functions of JQL: how many arguments they take, and what they stand for.
//!
//! Must never be in here: functions of time, which `dates` knows.

use std::collections::HashSet;

use super::{Compiler, refusal, subject::Ids};
use crate::{
    jql::{Function, Word},
    sandbox::model::{ComponentIdx, IssueIdx, ProjectIdx, SprintIdx, SprintState, TypeIdx, UserIdx, VersionIdx, World},
};

/// How a function may be called.
#[derive(Debug)]
pub(super) struct Spec {
    name: &'static str,
    /// Fewest arguments.
    pub(super) least: usize,
    /// Most arguments.
    pub(super) most: usize,
    /// Stands for a list, so it needs `IN`.
    pub(super) list: bool,
}

const fn one(name: &'static str, least: usize, most: usize) -> Spec {
    Spec {
        name,
        least,
        most,
        list: false,
    }
}

const fn list(name: &'static str, least: usize, most: usize) -> Spec {
    Spec {
        name,
        least,
        most,
        list: true,
    }
}

const SPECS: [Spec; 33] = [
    one("currentUser", 0, 0),
    one("now", 0, 0),
    one("currentLogin", 0, 0),
    one("lastLogin", 0, 0),
    one("startOfDay", 0, 1),
    one("startOfWeek", 0, 1),
    one("startOfMonth", 0, 1),
    one("startOfYear", 0, 1),
    one("endOfDay", 0, 1),
    one("endOfWeek", 0, 1),
    one("endOfMonth", 0, 1),
    one("endOfYear", 0, 1),
    one("latestReleasedVersion", 1, 1),
    one("earliestUnreleasedVersion", 1, 1),
    list("membersOf", 1, 1),
    list("issueHistory", 0, 0),
    list("linkedIssues", 1, 100),
    list("votedIssues", 0, 0),
    list("watchedIssues", 0, 0),
    list("updatedBy", 1, 3),
    list("issuesWithRemoteLinksByGlobalId", 1, 100),
    list("openSprints", 0, 0),
    list("closedSprints", 0, 0),
    list("futureSprints", 0, 0),
    list("releasedVersions", 0, 100),
    list("unreleasedVersions", 0, 100),
    list("componentsLeadByUser", 0, 1),
    list("projectsLeadByUser", 0, 1),
    list("projectsWhereUserHasPermission", 1, 1),
    list("projectsWhereUserHasRole", 1, 1),
    list("standardIssueTypes", 0, 0),
    list("subTaskIssueTypes", 0, 0),
    list("cascadeOption", 1, 2),
];

/// The function of this name, in any case.
pub(super) fn spec(name: &str) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.name.eq_ignore_ascii_case(name))
}

/// Names of all functions, for completion.
pub fn names() -> impl Iterator<Item = (&'static str, bool)> {
    SPECS.iter().map(|spec| (spec.name, spec.list))
}

impl Compiler<'_> {
    /// The entities that a call stands for.
    ///
    /// # Errors
    /// The function does not fit the field, or an argument is unknown.
    pub(super) fn call(&mut self, ids: Ids, function: &Function) -> Result<HashSet<u32>, String> {
        let name = spec(&function.name.value).map_or("", |spec| spec.name);
        let args = &function.args;
        let people = matches!(
            ids,
            Ids::Assignee
                | Ids::Reporter
                | Ids::Creator
                | Ids::Voter
                | Ids::Watcher
                | Ids::WorklogAuthor
                | Ids::User(_)
        );
        let versions = matches!(ids, Ids::FixVersion | Ids::AffectedVersion);
        match (name, ids) {
            ("currentUser", _) if people => Ok(self.viewer.user.map(|user| user.0).into_iter().collect()),
            ("membersOf", _) if people => self.members(&args[0]),
            ("openSprints", Ids::Sprint) => Ok(self.sprints(SprintState::Active)),
            ("closedSprints", Ids::Sprint) => Ok(self.sprints(SprintState::Closed)),
            ("futureSprints", Ids::Sprint) => Ok(self.sprints(SprintState::Future)),
            ("releasedVersions", _) if versions => self.versions(function, true),
            ("unreleasedVersions", _) if versions => self.versions(function, false),
            ("latestReleasedVersion", _) if versions => self.edge_version(function, true),
            ("earliestUnreleasedVersion", _) if versions => self.edge_version(function, false),
            ("componentsLeadByUser", Ids::Component) => {
                let lead = self.argument_user(args.first(), name)?;
                let all = self.world.components.iter().enumerate();
                Ok(all
                    .filter(|(_, c)| c.lead == lead && lead.is_some())
                    .map(|(at, _)| ComponentIdx::of(at).0)
                    .collect())
            }
            ("projectsLeadByUser", Ids::Project) => {
                let lead = self.argument_user(args.first(), name)?;
                let all = self.world.projects.iter().enumerate();
                Ok(all
                    .filter(|(_, p)| p.lead == lead && lead.is_some())
                    .map(|(at, _)| ProjectIdx::of(at).0)
                    .collect())
            }
            ("projectsWhereUserHasPermission" | "projectsWhereUserHasRole", Ids::Project) => {
                // Everybody has all permissions and roles but this one, like in `World::can_read`.
                let none = args[0].value.eq_ignore_ascii_case("Administrators");
                let all = self.world.projects.iter().enumerate();
                Ok(all
                    .filter(|(_, p)| !p.archived && !none)
                    .map(|(at, _)| ProjectIdx::of(at).0)
                    .collect())
            }
            ("standardIssueTypes", Ids::Type) => Ok(types(self.world, false)),
            ("subTaskIssueTypes", Ids::Type) => Ok(types(self.world, true)),
            _ => Err(refusal::unfit(function)),
        }
    }

    fn members(&self, group: &Word) -> Result<HashSet<u32>, String> {
        let name = &group.value;
        let found = self.world.groups.iter().find(|g| g.name.eq_ignore_ascii_case(name));
        found.map(|g| g.members.iter().map(|user| user.0).collect()).ok_or_else(|| {
            format!("Function 'membersOf' can not generate a list of usernames for group '{name}'; the group does not exist.")
        })
    }

    fn sprints(&self, state: SprintState) -> HashSet<u32> {
        let all = self.world.sprints.iter().enumerate();
        all.filter(|(_, sprint)| sprint.state == state)
            .map(|(at, _)| SprintIdx::of(at).0)
            .collect()
    }

    fn versions(&self, function: &Function, released: bool) -> Result<HashSet<u32>, String> {
        let projects: Vec<_> = function
            .args
            .iter()
            .map(|arg| self.argument_project(arg, function))
            .collect::<Result<_, _>>()?;
        let wanted = |at: usize| {
            let version = self.world.version(VersionIdx::of(at));
            version.released == released && (projects.is_empty() || projects.contains(&version.project))
        };
        Ok((0..self.world.versions.len())
            .filter(|at| wanted(*at))
            .map(|at| VersionIdx::of(at).0)
            .collect())
    }

    /// The last released or the first unreleased version of a project, in configured order.
    fn edge_version(&self, function: &Function, released: bool) -> Result<HashSet<u32>, String> {
        let project = self.argument_project(&function.args[0], function)?;
        let mut order = self.world.project(project).versions.iter();
        let wanted = |version: &&VersionIdx| {
            let version = self.world.version(**version);
            version.released == released && !version.archived
        };
        let found = if released {
            order.rfind(wanted)
        } else {
            order.find(wanted)
        };
        Ok(found.map(|version| version.0).into_iter().collect())
    }

    fn argument_project(&self, word: &Word, function: &Function) -> Result<ProjectIdx, String> {
        let found = super::ids::project(self.world, &word.value);
        found.map(ProjectIdx).ok_or_else(|| {
            format!(
                "Could not resolve the project '{}' provided to function '{}'.",
                word.value, function.name.value
            )
        })
    }

    /// The person named, or the viewer if nobody is.
    fn argument_user(&self, word: Option<&Word>, function: &str) -> Result<Option<UserIdx>, String> {
        let Some(word) = word else { return Ok(self.viewer.user) };
        let found = super::ids::user(self.world, &word.value).first().copied();
        let text = || {
            format!(
                "The user '{}' provided to function '{function}' does not exist.",
                word.value
            )
        };
        found.map(|user| Some(UserIdx(user))).ok_or_else(text)
    }

    /// The issues that a call stands for.
    ///
    /// # Errors
    /// The function is not one of issues, or an argument is unknown.
    pub(super) fn issues(&mut self, function: &Function) -> Result<HashSet<u32>, String> {
        let args = &function.args;
        let viewer = self.viewer;
        let all = || self.world.visible(&viewer);
        match spec(&function.name.value).map_or("", |spec| spec.name) {
            "linkedIssues" => self.linked(function),
            "votedIssues" => Ok(self.hung_on(|issue| &issue.voters)),
            "watchedIssues" => Ok(self.hung_on(|issue| &issue.watchers)),
            "updatedBy" => self.updated_by(function),
            "issuesWithRemoteLinksByGlobalId" => {
                let ids: HashSet<_> = args.iter().map(|arg| Some(arg.value.as_str())).collect();
                let linked = |idx: &IssueIdx| {
                    let links = &self.world.issue(*idx).remote_links;
                    links
                        .iter()
                        .any(|link| link.global_id.is_some() && ids.contains(&link.global_id.as_deref()))
                };
                Ok(all().filter(linked).map(|idx| idx.0).collect())
            }
            // Nobody has looked at issues in a browser here.
            "issueHistory" => Ok(HashSet::new()),
            _ => Err(refusal::unfit(function)),
        }
    }

    fn hung_on(&self, people: impl Fn(&crate::sandbox::model::Issue) -> &Vec<UserIdx>) -> HashSet<u32> {
        let Some(me) = self.viewer.user else {
            return HashSet::new();
        };
        let all = self.world.visible(&self.viewer);
        all.filter(|idx| people(self.world.issue(*idx)).contains(&me))
            .map(|idx| idx.0)
            .collect()
    }

    fn linked(&self, function: &Function) -> Result<HashSet<u32>, String> {
        let key = &function.args[0].value;
        let issue = self.world.find(&self.viewer, key);
        let issue = issue.ok_or_else(|| format!("Issue '{key}' could not be found in function 'linkedIssues'."))?;
        let wanted = &function.args[1..];
        let known = |word: &Word| {
            self.world
                .link_types
                .iter()
                .any(|t| [&t.name, &t.inward, &t.outward].iter().any(|n| ***n == *word.value))
        };
        if let Some(unknown) = wanted.iter().find(|word| !known(word)) {
            return Err(format!(
                "Issue link type '{}' could not be found in function 'linkedIssues'.",
                unknown.value
            ));
        }
        let fits = |link: &&crate::sandbox::model::Link| {
            let kind = self.world.link_type(link.kind);
            let verb = if link.outward { &kind.outward } else { &kind.inward };
            wanted.is_empty()
                || wanted
                    .iter()
                    .any(|word| *word.value == **verb || *word.value == *kind.name)
        };
        let links = self.world.issue(issue).links.iter().filter(fits);
        Ok(links.filter_map(|link| link.other.local()).map(|idx| idx.0).collect())
    }

    fn updated_by(&mut self, function: &Function) -> Result<HashSet<u32>, String> {
        let who = self.argument_user(function.args.first(), "updatedBy")?;
        let mut bounds = Vec::new();
        for word in &function.args[1..] {
            let instant = self.instant(word);
            bounds.push(instant.ok_or_else(|| refusal::no_date(&word.value, "updatedBy"))?);
        }
        let within =
            |when| bounds.first().is_none_or(|from| when >= *from) && bounds.get(1).is_none_or(|to| when <= *to);
        let touched = |idx: &IssueIdx| {
            let issue = self.world.issue(*idx);
            let created = issue.creator == who && within(issue.created);
            let edited = issue
                .history
                .iter()
                .any(|entry| entry.author == who && within(entry.created));
            created || edited || issue.comments.iter().any(|c| c.author == who && within(c.created))
        };
        Ok(self
            .world
            .visible(&self.viewer)
            .filter(touched)
            .map(|idx| idx.0)
            .collect())
    }
}

fn types(world: &World, subtask: bool) -> HashSet<u32> {
    let all = world.issue_types.iter().enumerate();
    all.filter(|(_, kind)| kind.subtask == subtask)
        .map(|(at, _)| TypeIdx::of(at).0)
        .collect()
}
