//! The world behind the sandbox's HTTP: one Jira site in memory, with the changes that can be made to it.
//!
//! Must never be in here: HTTP, JSON shapes of answers, or JQL. Routes and seeded colleagues change the
//! world through the same methods, so that each change leaves the changelog and the `updated` Jira leaves.

mod change;
mod entity;
mod field;
mod intern;
mod issue;
mod lag;
pub(crate) mod memo;
mod screen;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use jiff::{Timestamp, tz::TimeZone};

pub(crate) use change::blank;
pub use change::{ChangeError, Edit, NewIssue};
pub use entity::{
    AccountKind, Category, Component, ComponentIdx, Flavour, Group, IssueType, LinkType, LinkTypeIdx, Priority,
    PriorityIdx, Project, ProjectIdx, Resolution, ResolutionIdx, SecurityIdx, SecurityLevel, Sprint, SprintIdx,
    SprintState, Status, StatusIdx, Transition, TypeIdx, User, UserIdx, Version, VersionIdx, Workflow, WorkflowIdx,
};
pub use field::{Field, FieldIdx, FieldKind, FieldOption, SystemField};
pub use issue::{
    Attachment, ChangeItem, Comment, CustomValue, ForeignIssue, History, Issue, IssueIdx, IssueRef, Link, RemoteLink,
    TimeTracking, Visibility, Worklog,
};
use lag::Lag;
use memo::Memo;
pub use screen::{Marked, ScreenField, Screens};

/// Who asks, and when: the evaluation of JQL depends on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewer {
    /// The signed-in account; nobody for anonymous callers, who see nothing.
    pub user: Option<UserIdx>,
    /// The server's clock at the request.
    pub now: Timestamp,
}

/// One Jira site. The tables are public to read and, for generators, to fill; issues change only through methods.
#[derive(Debug, Clone)]
pub struct World {
    /// Cloud or Data Center.
    pub flavour: Flavour,
    /// `serverTitle`.
    pub title: String,
    /// Cloud id of the tenant; a made-up UUID, also on Data Center.
    pub cloud_id: String,
    /// The server's own time zone, used for accounts without one.
    pub time_zone: String,
    /// The account that demo and tests sign in with.
    pub me: UserIdx,
    /// All accounts, deleted ones included.
    pub users: Vec<User>,
    /// Groups with their members.
    pub groups: Vec<Group>,
    /// Projects, archived ones included.
    pub projects: Vec<Project>,
    /// Components of all projects.
    pub components: Vec<Component>,
    /// Versions of all projects; a project holds their order.
    pub versions: Vec<Version>,
    /// Issue types of the site.
    pub issue_types: Vec<IssueType>,
    /// Statuses of the site.
    pub statuses: Vec<Status>,
    /// Workflows that projects use per issue type.
    pub workflows: Vec<Workflow>,
    /// Most urgent first, as configured.
    pub priorities: Vec<Priority>,
    /// Resolutions in configured order.
    pub resolutions: Vec<Resolution>,
    /// Security levels.
    pub security_levels: Vec<SecurityLevel>,
    /// System and custom fields.
    pub fields: Vec<Field>,
    /// Link types.
    pub link_types: Vec<LinkType>,
    /// Sprints of all boards.
    pub sprints: Vec<Sprint>,
    /// What screens ask for, and what is forbidden.
    pub screens: Screens,
    /// How many remote links an issue may have.
    pub remote_link_limit: usize,
    issues: Vec<Issue>,
    by_id: HashMap<u64, IssueIdx>,
    by_key: HashMap<Box<str>, IssueIdx>,
    by_updated: BTreeSet<(i64, IssueIdx)>,
    deleted: BTreeMap<u64, Timestamp>,
    lag: Lag,
    interner: intern::Interner,
    pub(crate) memo: Memo,
    next_id: u64,
}

impl World {
    /// An empty site.
    #[must_use]
    pub fn new(flavour: Flavour, title: &str) -> Self {
        Self {
            flavour,
            title: title.to_owned(),
            cloud_id: "11223344-a1b2-3b33-c444-def123456789".to_owned(),
            time_zone: "Etc/UTC".to_owned(),
            me: UserIdx(0),
            users: Vec::new(),
            groups: Vec::new(),
            projects: Vec::new(),
            components: Vec::new(),
            versions: Vec::new(),
            issue_types: Vec::new(),
            statuses: Vec::new(),
            workflows: Vec::new(),
            priorities: Vec::new(),
            resolutions: Vec::new(),
            security_levels: Vec::new(),
            fields: Vec::new(),
            link_types: Vec::new(),
            sprints: Vec::new(),
            screens: Screens::default(),
            remote_link_limit: 2000,
            issues: Vec::new(),
            by_id: HashMap::new(),
            by_key: HashMap::new(),
            by_updated: BTreeSet::new(),
            deleted: BTreeMap::new(),
            lag: Lag::default(),
            interner: intern::Interner::default(),
            memo: Memo::default(),
            next_id: 10_000,
        }
    }

    /// The account that demo and tests sign in with, at `now`.
    #[must_use]
    pub fn viewer(&self, now: Timestamp) -> Viewer {
        Viewer {
            user: Some(self.me),
            now,
        }
    }

    /// The issue at `idx`, deleted and hidden ones included.
    #[must_use]
    pub fn issue(&self, idx: IssueIdx) -> &Issue {
        &self.issues[idx.at()]
    }

    /// What the search index holds of an issue: the issue as it was before changes that the index has not seen
    /// yet, `None` if the index does not know it (yet, or any more).
    #[must_use]
    pub fn indexed(&self, idx: IssueIdx, now: Timestamp) -> Option<&Issue> {
        match self.lag.before(idx, now) {
            Some(before) => before,
            None => Some(self.issue(idx)).filter(|issue| !issue.deleted),
        }
    }

    /// Makes the search index see every change only `lag` after it was made; `None` switches that off and lets
    /// the index catch up.
    pub fn set_index_lag(&mut self, lag: Option<Duration>) {
        self.lag.set(lag);
        self.changed();
    }

    /// To be called after writing to one of the public tables, so that no answer from before is given again.
    pub fn changed(&mut self) {
        self.memo.forget();
    }

    /// Issues that the index may hold in a former state.
    pub(crate) fn lagging(&self) -> impl Iterator<Item = IssueIdx> {
        self.lag.touched()
    }

    /// True while a change made less than the lag ago may still be missing from the index.
    pub(crate) fn index_lags(&self) -> bool {
        !self.lag.is_empty()
    }

    /// Number of issues, deleted ones included; every `IssueIdx` is below it.
    #[must_use]
    pub fn issue_count(&self) -> usize {
        self.issues.len()
    }

    /// Looks an issue up by its number, whoever may see it. Deleted issues are not found.
    #[must_use]
    pub fn issue_by_id(&self, id: u64) -> Option<IssueIdx> {
        self.by_id.get(&id).copied().filter(|idx| !self.issue(*idx).deleted)
    }

    /// Looks an issue up by its present or a former key, in any case. Deleted issues are not found.
    #[must_use]
    pub fn issue_by_key(&self, key: &str) -> Option<IssueIdx> {
        let found = self.by_key.get(key.to_uppercase().as_str()).copied();
        found.filter(|idx| !self.issue(*idx).deleted)
    }

    /// What `{issueIdOrKey}` in a path means to this viewer; `None` is Jira's "does not exist or you do not have
    /// permission to see it".
    #[must_use]
    pub fn find(&self, viewer: &Viewer, id_or_key: &str) -> Option<IssueIdx> {
        let by_id = id_or_key.parse().ok().and_then(|id| self.issue_by_id(id));
        by_id
            .or_else(|| self.issue_by_key(id_or_key))
            .filter(|idx| self.can_see(viewer, *idx))
    }

    /// Whether the viewer may browse the issue.
    #[must_use]
    pub fn can_see(&self, viewer: &Viewer, idx: IssueIdx) -> bool {
        self.may_browse(viewer, self.issue(idx))
    }

    /// [`World::can_see`] for an issue as the index holds it.
    pub(crate) fn may_browse(&self, viewer: &Viewer, issue: &Issue) -> bool {
        let open = !self.project(issue.project).archived && !self.screens.denies(issue.project, "BROWSE_PROJECTS");
        viewer.user.is_some() && !issue.hidden && !issue.deleted && open
    }

    /// All issues the viewer may browse, oldest first.
    pub fn visible(&self, viewer: &Viewer) -> impl Iterator<Item = IssueIdx> {
        let viewer = *viewer;
        (0..self.issues.len())
            .map(IssueIdx::of)
            .filter(move |idx| self.can_see(&viewer, *idx))
    }

    /// Indices of issues last updated at or after `from`, in order of `updated`.
    pub(crate) fn updated_since(&self, from: Timestamp) -> impl Iterator<Item = IssueIdx> {
        self.by_updated
            .range((from.as_millisecond(), IssueIdx(0))..)
            .map(|(_, idx)| *idx)
    }

    /// Ids deleted so far and when.
    #[must_use]
    pub fn deleted(&self) -> &BTreeMap<u64, Timestamp> {
        &self.deleted
    }

    /// Time zone that the viewer's dates are read in.
    #[must_use]
    pub fn zone_of(&self, viewer: &Viewer) -> TimeZone {
        TimeZone::get(self.zone_name(viewer)).unwrap_or(TimeZone::UTC)
    }

    /// IANA name of [`World::zone_of`].
    pub(crate) fn zone_name(&self, viewer: &Viewer) -> &str {
        viewer.user.map_or(&self.time_zone, |user| &self.user(user).time_zone)
    }

    /// An account.
    #[must_use]
    pub fn user(&self, idx: UserIdx) -> &User {
        &self.users[idx.at()]
    }

    /// A project.
    #[must_use]
    pub fn project(&self, idx: ProjectIdx) -> &Project {
        &self.projects[idx.at()]
    }

    /// A status.
    #[must_use]
    pub fn status(&self, idx: StatusIdx) -> &Status {
        &self.statuses[idx.at()]
    }

    /// An issue type.
    #[must_use]
    pub fn issue_type(&self, idx: TypeIdx) -> &IssueType {
        &self.issue_types[idx.at()]
    }

    /// A priority.
    #[must_use]
    pub fn priority(&self, idx: PriorityIdx) -> &Priority {
        &self.priorities[idx.at()]
    }

    /// A resolution.
    #[must_use]
    pub fn resolution(&self, idx: ResolutionIdx) -> &Resolution {
        &self.resolutions[idx.at()]
    }

    /// A component.
    #[must_use]
    pub fn component(&self, idx: ComponentIdx) -> &Component {
        &self.components[idx.at()]
    }

    /// A version.
    #[must_use]
    pub fn version(&self, idx: VersionIdx) -> &Version {
        &self.versions[idx.at()]
    }

    /// A field.
    #[must_use]
    pub fn field(&self, idx: FieldIdx) -> &Field {
        &self.fields[idx.at()]
    }

    /// A link type.
    #[must_use]
    pub fn link_type(&self, idx: LinkTypeIdx) -> &LinkType {
        &self.link_types[idx.at()]
    }

    /// A sprint.
    #[must_use]
    pub fn sprint(&self, idx: SprintIdx) -> &Sprint {
        &self.sprints[idx.at()]
    }

    /// A security level.
    #[must_use]
    pub fn security_level(&self, idx: SecurityIdx) -> &SecurityLevel {
        &self.security_levels[idx.at()]
    }

    /// The account meant by an `accountId` (Cloud) or by a user name or key (Data Center).
    #[must_use]
    pub fn user_by_ref(&self, reference: &str) -> Option<UserIdx> {
        let hit = |user: &User| match self.flavour {
            Flavour::Cloud => user.account_id == reference,
            Flavour::DataCenter => user.name.eq_ignore_ascii_case(reference) || user.key == reference,
        };
        self.users.iter().position(hit).map(UserIdx::of)
    }

    /// The project with this id or key; keys are case-sensitive in paths.
    #[must_use]
    pub fn project_by_ref(&self, id_or_key: &str) -> Option<ProjectIdx> {
        let hit = |project: &Project| project.key == id_or_key || project.id.to_string() == id_or_key;
        self.projects.iter().position(hit).map(ProjectIdx::of)
    }

    /// The field with this id, such as `summary` or `customfield_10016`.
    #[must_use]
    pub fn field_by_id(&self, id: &str) -> Option<FieldIdx> {
        self.fields.iter().position(|field| field.id == id).map(FieldIdx::of)
    }

    /// Whether a user belongs to the group of this name.
    #[must_use]
    pub fn in_group(&self, user: UserIdx, group: &str) -> bool {
        self.groups
            .iter()
            .any(|g| g.name.eq_ignore_ascii_case(group) && g.members.contains(&user))
    }

    /// The workflow an issue goes through.
    #[must_use]
    pub fn workflow_of(&self, issue: &Issue) -> Option<&Workflow> {
        let types = &self.project(issue.project).types;
        let workflow = types
            .iter()
            .find(|(kind, _)| *kind == issue.issue_type)
            .map(|(_, workflow)| *workflow);
        workflow.and_then(|idx| self.workflows.get(idx.at()))
    }

    /// Transitions open to the issue in its present status.
    pub fn transitions(&self, idx: IssueIdx) -> impl Iterator<Item = &Transition> {
        let issue = self.issue(idx);
        let all = self
            .workflow_of(issue)
            .map_or(&[][..], |workflow| &workflow.transitions);
        all.iter().filter(|transition| transition.leaves(issue.status))
    }

    /// Children of an issue: sub-tasks, or the issues of an epic.
    #[must_use]
    pub fn children(&self, idx: IssueIdx) -> Vec<IssueIdx> {
        self.issue(idx)
            .children
            .iter()
            .copied()
            .filter(|child| !self.issue(*child).deleted)
            .collect()
    }

    /// A number not used for anything else on this site.
    pub fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}
