//! An issue and all that hangs on it.
//!
//! Must never be in here: the JSON an issue is served as, or how it changes.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, civil::Date};
use serde_json::Value;

use super::{
    entity::{
        ComponentIdx, LinkTypeIdx, PriorityIdx, ProjectIdx, ResolutionIdx, SecurityIdx, SprintIdx, StatusIdx, TypeIdx,
        UserIdx, VersionIdx, index,
    },
    field::FieldIdx,
};
use crate::sandbox::richtext::RichText;

index! {
    /// Index of an issue; never reused.
    IssueIdx,
}

/// An issue. `World` keeps children, links and indices in step, so it is only changed there.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// Numeric id, the same for ever.
    pub id: u64,
    /// Present key; moves change it.
    pub key: Arc<str>,
    /// Project.
    pub project: ProjectIdx,
    /// Number within the project.
    pub number: u32,
    /// Issue type.
    pub issue_type: TypeIdx,
    /// Status.
    pub status: StatusIdx,
    /// Priority; some projects hide the field.
    pub priority: Option<PriorityIdx>,
    /// Resolution once done.
    pub resolution: Option<ResolutionIdx>,
    /// Summary.
    pub summary: Arc<str>,
    /// Description.
    pub description: Option<RichText>,
    /// Environment.
    pub environment: Option<RichText>,
    /// Assignee.
    pub assignee: Option<UserIdx>,
    /// Reporter; may be cleared.
    pub reporter: Option<UserIdx>,
    /// Creator.
    pub creator: Option<UserIdx>,
    /// When created.
    pub created: Timestamp,
    /// When last changed.
    pub updated: Timestamp,
    /// When resolved.
    pub resolved: Option<Timestamp>,
    /// When the status last entered another category.
    pub category_changed: Timestamp,
    /// Due day.
    pub due: Option<Date>,
    /// Labels in order.
    pub labels: Vec<Arc<str>>,
    /// Components.
    pub components: Vec<ComponentIdx>,
    /// Fix versions.
    pub fix_versions: Vec<VersionIdx>,
    /// Affected versions.
    pub affects_versions: Vec<VersionIdx>,
    /// Epic, or the issue that a sub-task belongs to.
    pub parent: Option<IssueRef>,
    /// Issues of this epic, or sub-tasks.
    pub children: Vec<IssueIdx>,
    /// Sub-tasks that are known only from recordings.
    pub foreign_subtasks: Vec<Arc<ForeignIssue>>,
    /// Links, each held on both ends.
    pub links: Vec<Link>,
    /// Sprints, the present one last.
    pub sprints: Vec<SprintIdx>,
    /// Who voted.
    pub voters: Vec<UserIdx>,
    /// Who watches.
    pub watchers: Vec<UserIdx>,
    /// Estimates.
    pub time: TimeTracking,
    /// Security level.
    pub security: Option<SecurityIdx>,
    /// Comments, oldest first.
    pub comments: Vec<Comment>,
    /// Changelog, oldest first.
    pub history: Vec<History>,
    /// Attachments, oldest first.
    pub attachments: Vec<Attachment>,
    /// Work logged, oldest first.
    pub worklogs: Vec<Worklog>,
    /// Values of custom fields that are set.
    pub custom: Vec<(FieldIdx, CustomValue)>,
    /// Issue properties.
    pub properties: BTreeMap<String, Value>,
    /// Remote links.
    pub remote_links: Vec<RemoteLink>,
    /// Fields of a recorded issue that the model has no place for, served as they were.
    pub extra: BTreeMap<String, Value>,
    /// Permission withdrawn: nobody sees it.
    pub hidden: bool,
    /// Deleted: a tombstone, so that indices stay.
    pub deleted: bool,
}

impl Issue {
    /// The value of a custom field.
    #[must_use]
    pub fn custom_value(&self, field: FieldIdx) -> Option<&CustomValue> {
        self.custom
            .iter()
            .find(|(idx, _)| *idx == field)
            .map(|(_, value)| value)
    }
}

/// Another issue: of this site, or one that a recording only mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssueRef {
    /// An issue of this site.
    Local(IssueIdx),
    /// Known from a recording only.
    Foreign(Arc<ForeignIssue>),
}

impl IssueRef {
    /// The issue, if it is of this site.
    #[must_use]
    pub fn local(&self) -> Option<IssueIdx> {
        match self {
            Self::Local(idx) => Some(*idx),
            Self::Foreign(_) => None,
        }
    }
}

/// What a recording tells of an issue that it does not contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignIssue {
    /// Numeric id.
    pub id: u64,
    /// Key.
    pub key: String,
    /// Summary.
    pub summary: Option<String>,
    /// Status.
    pub status: Option<StatusIdx>,
    /// Priority.
    pub priority: Option<PriorityIdx>,
    /// Issue type.
    pub issue_type: Option<TypeIdx>,
}

/// One end of a link, as the issue it is on sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Numeric id, the same on both ends.
    pub id: u64,
    /// Type.
    pub kind: LinkTypeIdx,
    /// True: "this issue *outward* other" (`outwardIssue` on the wire).
    pub outward: bool,
    /// The other end.
    pub other: IssueRef,
}

/// Estimates and work in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeTracking {
    /// Original estimate.
    pub original: Option<u32>,
    /// Remaining estimate.
    pub remaining: Option<u32>,
    /// Time spent.
    pub spent: Option<u32>,
}

/// Who may read a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visibility {
    /// Members of a group.
    Group(Arc<str>),
    /// Holders of a project role; everybody signed in holds the roles of the sandbox but `Administrators`.
    Role(Arc<str>),
}

/// A comment.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// Numeric id.
    pub id: u64,
    /// Who wrote it; `None` for accounts that are gone altogether.
    pub author: Option<UserIdx>,
    /// Who edited it last.
    pub editor: Option<UserIdx>,
    /// What it says.
    pub body: RichText,
    /// When written.
    pub created: Timestamp,
    /// When last edited.
    pub updated: Timestamp,
    /// Restricted to some.
    pub visibility: Option<Visibility>,
}

/// One entry of the changelog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Numeric id.
    pub id: u64,
    /// Who changed it; `None` for automation without an account.
    pub author: Option<UserIdx>,
    /// When.
    pub created: Timestamp,
    /// What changed.
    pub items: Vec<ChangeItem>,
}

/// One changed field. Ids and texts are as they were then, not as the entities are named now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeItem {
    /// `field` on the wire: a name for custom fields, `Fix Version` for versions.
    pub field: Arc<str>,
    /// `fieldId` on Cloud; empty where Jira has none (`Link`, `Key`).
    pub field_id: Arc<str>,
    /// `fieldtype` is `custom` instead of `jira`.
    pub custom: bool,
    /// Id before.
    pub from: Option<Arc<str>>,
    /// Text before.
    pub from_text: Option<Arc<str>>,
    /// Id after.
    pub to: Option<Arc<str>>,
    /// Text after.
    pub to_text: Option<Arc<str>>,
}

/// An attachment; the content is made up from its id when downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Numeric id.
    pub id: u64,
    /// Name as uploaded.
    pub filename: Arc<str>,
    /// Who uploaded it.
    pub author: Option<UserIdx>,
    /// When.
    pub created: Timestamp,
    /// Bytes.
    pub size: u64,
    /// MIME type.
    pub mime: Arc<str>,
}

/// Work logged.
#[derive(Debug, Clone, PartialEq)]
pub struct Worklog {
    /// Numeric id.
    pub id: u64,
    /// Who worked.
    pub author: Option<UserIdx>,
    /// On what.
    pub comment: Option<RichText>,
    /// When the work began.
    pub started: Timestamp,
    /// Seconds.
    pub seconds: u32,
    /// When logged.
    pub created: Timestamp,
}

/// A link to something outside Jira.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemoteLink {
    /// Numeric id.
    pub id: u64,
    /// Identity given by whoever made it.
    pub global_id: Option<String>,
    /// Where it leads.
    pub url: String,
    /// What to show.
    pub title: String,
    /// How it relates.
    pub relationship: Option<String>,
    /// `application`, as given.
    pub application: Value,
    /// The rest of `object`: summary, icon, status, as given.
    pub object: BTreeMap<String, Value>,
}

/// The value of a custom field.
#[derive(Debug, Clone, PartialEq)]
pub enum CustomValue {
    /// A number.
    Number(f64),
    /// One line of text: text, URL, rank, epic name.
    Text(Arc<str>),
    /// Rich text.
    Rich(RichText),
    /// Id of an option: select, team.
    Option(u64),
    /// Ids of options.
    Options(Vec<u64>),
    /// Id of an option, id of one of its children.
    Cascading(u64, Option<u64>),
    /// Accounts; one for a user picker.
    Users(Vec<UserIdx>),
    /// A day.
    Date(Date),
    /// An instant.
    DateTime(Timestamp),
    /// Words.
    Labels(Vec<Arc<str>>),
    /// Names of groups; one for a single picker.
    Groups(Vec<Arc<str>>),
    /// Versions; one for a single picker.
    Versions(Vec<VersionIdx>),
    /// A project.
    Project(ProjectIdx),
    /// Whatever an app keeps.
    Json(Arc<Value>),
}
