//! A Jira issue with everything crosstie keeps of it.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    ids::{IssueId, IssueKey},
    json::Document,
};

/// A person on a Jira site. Deleted and anonymised people keep whatever Jira still tells of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct User {
    /// What Jira identifies them by: `accountId` on Cloud; `key`, else `name`, on Data Center.
    pub id: String,
    /// Data Center user name (JQL and writes take this one); equals `id` on Cloud.
    pub name: String,
    /// Display name as the site shows it.
    pub display: String,
    /// False for deactivated and deleted accounts.
    pub active: bool,
    /// Often hidden by the person's privacy settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Anything Jira refers to by id and name: priority, resolution, component, version, option.
#[derive(Debug, Clone, PartialEq, Eq, Default, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Named {
    /// Jira's id; empty where Jira gave none.
    pub id: String,
    /// The site's own word for it.
    pub name: String,
}

/// The project an issue lives in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProjectRef {
    /// Numeric id as text.
    pub id: String,
    /// `PAY`.
    pub key: String,
    /// Full name.
    pub name: String,
}

/// Issue type; `subtask` decides whether it needs a parent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IssueType {
    /// Numeric id as text.
    pub id: String,
    /// `Bug`, `Story`, …
    pub name: String,
    /// True for sub-task types.
    pub subtask: bool,
}

/// The four categories that every status of every site belongs to (`statusCategory.key`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatusCategory {
    /// "No Category", or a key this version does not know.
    #[default]
    Undefined,
    /// "To Do".
    New,
    /// "In Progress".
    Indeterminate,
    /// "Done".
    Done,
}

impl StatusCategory {
    /// From `statusCategory.key`; unknown keys are `Undefined`.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        match key {
            "new" => Self::New,
            "indeterminate" => Self::Indeterminate,
            "done" => Self::Done,
            _ => Self::Undefined,
        }
    }

    /// Jira's key, also the word in `issues --json`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::New => "new",
            Self::Indeterminate => "indeterminate",
            Self::Done => "done",
        }
    }

    /// The name JQL knows it by.
    #[must_use]
    pub fn jql_name(self) -> &'static str {
        match self {
            Self::Undefined => "No Category",
            Self::New => "To Do",
            Self::Indeterminate => "In Progress",
            Self::Done => "Done",
        }
    }
}

/// Workflow status.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Status {
    /// Numeric id as text.
    pub id: String,
    /// The site's own name.
    pub name: String,
    /// Which of the four categories it counts as.
    pub category: StatusCategory,
}

/// Formatted text as its site keeps it; rendering is `richtext`'s.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RichText {
    /// Atlassian Document Format (Cloud v3), kept raw so that nothing is lost on a round trip.
    Adf(Document),
    /// Wiki markup (Data Center, Cloud v2).
    Wiki(String),
}

/// One comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    /// Jira's comment id.
    pub id: String,
    /// `None` for anonymous and erased authors.
    pub author: Option<User>,
    /// The text.
    pub body: RichText,
    /// When it was written.
    pub created: Timestamp,
    /// When it was last edited; equals `created` if never.
    pub updated: Timestamp,
    /// Role or group it is restricted to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<String>,
}

/// Another issue as named by a link, a parent or a sub-task entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IssueRef {
    /// Numeric id as text; empty if Jira left it out.
    pub id: String,
    /// Key at the time of reading.
    pub key: String,
    /// Summary, empty if Jira left it out.
    pub summary: String,
    /// Status if Jira gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

/// A link to another issue, phrased from the issue that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueLink {
    /// Link type name, `Blocks`.
    pub kind: String,
    /// `blocks`, `is blocked by`: this issue *relation* the other.
    pub relation: String,
    /// The other end.
    pub other: IssueRef,
}

/// A file on an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Jira's attachment id.
    pub id: String,
    /// File name as uploaded.
    pub filename: String,
    /// Size in bytes.
    pub size: u64,
    /// MIME type as Jira guessed it.
    pub mime: String,
    /// Who uploaded it.
    pub author: Option<User>,
    /// When.
    pub created: Option<Timestamp>,
}

/// A sprint, from the object of Cloud or the `…Sprint@1f[id=1,name=…]` text of Data Center.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sprint {
    /// Sprint id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// `active`, `closed`, `future`, lower case; empty if unknown.
    pub state: String,
}

/// The value of a custom field, by what it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldValue {
    /// Text; also dates and times, which only the field's schema tells from text.
    Text(String),
    /// A number.
    Number(f64),
    /// An option, group, version or anything else with a name.
    Named(Named),
    /// A cascading option: parent and child.
    Cascade(Named, Box<FieldValue>),
    /// A person.
    User(User),
    /// A formatted document.
    Rich(RichText),
    /// A sprint.
    Sprint(Sprint),
    /// Several values.
    List(Vec<FieldValue>),
    /// Anything a plugin invented; kept as it came.
    Other(Value),
}

/// One changed field within a [`History`] entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Field name as the changelog gives it, `status`, `Sprint`.
    pub field: String,
    /// Field id (Cloud only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_id: Option<String>,
    /// Raw value before (an id for most fields).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Text before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_text: Option<String>,
    /// Raw value after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Text after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_text: Option<String>,
}

/// One entry of an issue's changelog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Jira's changelog id.
    pub id: String,
    /// Who did it; `None` for automation without an account and erased people.
    pub author: Option<User>,
    /// When.
    pub created: Timestamp,
    /// What changed.
    pub items: Vec<Change>,
}

/// A Jira issue as crosstie keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    /// Stable id.
    pub id: IssueId,
    /// Key at the time of reading.
    pub key: IssueKey,
    /// One line; hostile characters are only made visible on the screen, not here.
    pub summary: String,
    /// Home project.
    pub project: ProjectRef,
    /// Type.
    pub issue_type: IssueType,
    /// Workflow status.
    pub status: Status,
    /// `None` where the project has no priorities.
    pub priority: Option<Named>,
    /// `None` = unresolved.
    pub resolution: Option<Named>,
    /// `None` = unassigned.
    pub assignee: Option<User>,
    /// `None` = anonymous.
    pub reporter: Option<User>,
    /// Who pressed "create".
    pub creator: Option<User>,
    /// In Jira's order.
    pub labels: Vec<String>,
    /// Components.
    pub components: Vec<Named>,
    /// Fix versions.
    pub fix_versions: Vec<Named>,
    /// Affected versions.
    pub affected_versions: Vec<Named>,
    /// Parent issue: epic or, for a sub-task, its story.
    pub parent: Option<IssueRef>,
    /// Sub-tasks.
    pub subtasks: Vec<IssueRef>,
    /// Links to other issues.
    pub links: Vec<IssueLink>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// When it was created.
    pub created: Timestamp,
    /// When Jira last changed it.
    pub updated: Timestamp,
    /// When it was resolved.
    pub resolved: Option<Timestamp>,
    /// Due date, no time.
    pub due: Option<Date>,
    /// Long text.
    pub description: Option<RichText>,
    /// Environment text.
    pub environment: Option<RichText>,
    /// Comments that the answer carried, oldest first.
    pub comments: Vec<Comment>,
    /// How many comments the issue has; more than `comments.len()` when Jira cut the list.
    pub comment_total: u32,
    /// Votes.
    pub votes: Option<u64>,
    /// Watchers.
    pub watchers: Option<u64>,
    /// Estimates and spent time in seconds.
    pub original_estimate: Option<i64>,
    /// Remaining estimate in seconds.
    pub remaining_estimate: Option<i64>,
    /// Logged work in seconds.
    pub time_spent: Option<i64>,
    /// Security level.
    pub security: Option<Named>,
    /// Every other field that holds something, by field id.
    pub custom: BTreeMap<String, FieldValue>,
    /// Changelog, if the request asked for it; newest last. Not kept in the store's document.
    #[serde(skip)]
    pub history: Vec<History>,
    /// Whether `history` is known to reach back to the beginning.
    #[serde(skip)]
    pub history_complete: bool,
}

impl Issue {
    /// An issue of which nothing but its identity is known; the rest is empty, its times are `at`.
    #[must_use]
    pub fn bare(id: IssueId, key: IssueKey, at: Timestamp) -> Self {
        Self {
            id,
            key,
            summary: String::new(),
            project: ProjectRef::default(),
            issue_type: IssueType::default(),
            status: Status::default(),
            priority: None,
            resolution: None,
            assignee: None,
            reporter: None,
            creator: None,
            labels: Vec::new(),
            components: Vec::new(),
            fix_versions: Vec::new(),
            affected_versions: Vec::new(),
            parent: None,
            subtasks: Vec::new(),
            links: Vec::new(),
            attachments: Vec::new(),
            created: at,
            updated: at,
            resolved: None,
            due: None,
            description: None,
            environment: None,
            comments: Vec::new(),
            comment_total: 0,
            votes: None,
            watchers: None,
            original_estimate: None,
            remaining_estimate: None,
            time_spent: None,
            security: None,
            custom: BTreeMap::new(),
            history: Vec::new(),
            history_complete: false,
        }
    }
}
