//! What a site is made of besides issues: people, projects, workflows and the lists an administrator keeps.
//!
//! Must never be in here: issues, or anything that changes while the sandbox runs.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};

/// Declares an index into one of the tables of a world.
macro_rules! index {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// Position in its table.
            #[must_use]
            pub fn at(self) -> usize {
                self.0 as usize
            }

            /// The index of position `at`.
            #[must_use]
            pub fn of(at: usize) -> Self {
                Self(u32::try_from(at).unwrap_or(u32::MAX))
            }
        }
    )+};
}
pub(super) use index;

index! {
    /// Index of an account.
    UserIdx,
    /// Index of a project.
    ProjectIdx,
    /// Index of a component.
    ComponentIdx,
    /// Index of a version.
    VersionIdx,
    /// Index of an issue type.
    TypeIdx,
    /// Index of a status.
    StatusIdx,
    /// Index of a workflow.
    WorkflowIdx,
    /// Index of a priority; a lower index is more urgent.
    PriorityIdx,
    /// Index of a resolution.
    ResolutionIdx,
    /// Index of a security level.
    SecurityIdx,
    /// Index of a link type.
    LinkTypeIdx,
    /// Index of a sprint.
    SprintIdx,
}

/// Which of Atlassian's two products the site imitates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Jira Cloud: accounts by `accountId`, ADF.
    Cloud,
    /// Jira Data Center: accounts by name and key, wiki markup.
    DataCenter,
}

/// `accountType` of a Cloud user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// A person.
    Human,
    /// A bot or integration.
    App,
    /// A portal customer.
    Customer,
}

impl AccountKind {
    /// Jira's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Human => "atlassian",
            Self::App => "app",
            Self::Customer => "customer",
        }
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Cloud's identifier.
    pub account_id: String,
    /// Data Center's stable key, `JIRAUSER10100`.
    pub key: String,
    /// Data Center's user name.
    pub name: String,
    /// Display name.
    pub display: Arc<str>,
    /// The address they sign in with.
    pub email: Option<String>,
    /// Privacy settings keep the address from others.
    pub email_hidden: bool,
    /// IANA name.
    pub time_zone: String,
    /// `en_GB`.
    pub locale: String,
    /// False once deactivated.
    pub active: bool,
    /// Deleted, or anonymised at the person's request.
    pub deleted: bool,
    /// Person, bot or customer.
    pub kind: AccountKind,
}

/// A group of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name, which JQL uses.
    pub name: String,
    /// Who belongs to it.
    pub members: Vec<UserIdx>,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Numeric id.
    pub id: u64,
    /// `PAY`.
    pub key: String,
    /// Full name.
    pub name: Arc<str>,
    /// What it is about.
    pub description: String,
    /// Project lead.
    pub lead: Option<UserIdx>,
    /// Project category.
    pub category: Option<String>,
    /// Components in order of name.
    pub components: Vec<ComponentIdx>,
    /// Versions in configured order.
    pub versions: Vec<VersionIdx>,
    /// Issue types with the workflow of each.
    pub types: Vec<(TypeIdx, WorkflowIdx)>,
    /// Archived projects vanish from search.
    pub archived: bool,
    /// Number of the last issue created.
    pub last_number: u32,
}

/// A component of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Numeric id.
    pub id: u64,
    /// Its name, unique in the project.
    pub name: Arc<str>,
    /// What belongs there.
    pub description: Option<String>,
    /// Owner.
    pub project: ProjectIdx,
    /// Component lead.
    pub lead: Option<UserIdx>,
}

/// A version of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Numeric id.
    pub id: u64,
    /// Its name.
    pub name: Arc<str>,
    /// What it brings.
    pub description: Option<String>,
    /// Owner.
    pub project: ProjectIdx,
    /// Shipped.
    pub released: bool,
    /// No longer offered.
    pub archived: bool,
    /// When work starts.
    pub start: Option<Date>,
    /// When it ships or shipped.
    pub release: Option<Date>,
}

/// An issue type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueType {
    /// Numeric id.
    pub id: u64,
    /// `Bug`, `Story`, …
    pub name: Arc<str>,
    /// What it is for.
    pub description: String,
    /// Needs a parent.
    pub subtask: bool,
    /// Cloud: 1 epic, 0 standard, -1 sub-task.
    pub level: i8,
}

/// The four categories that every status belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// `undefined`
    Undefined,
    /// `new`
    ToDo,
    /// `indeterminate`
    InProgress,
    /// `done`
    Done,
}

impl Category {
    /// Numeric id.
    #[must_use]
    pub fn id(self) -> u8 {
        match self {
            Self::Undefined => 1,
            Self::ToDo => 2,
            Self::InProgress => 4,
            Self::Done => 3,
        }
    }

    /// `key` on the wire.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::ToDo => "new",
            Self::InProgress => "indeterminate",
            Self::Done => "done",
        }
    }

    /// Name on the screen and in JQL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Undefined => "No Category",
            Self::ToDo => "To Do",
            Self::InProgress => "In Progress",
            Self::Done => "Done",
        }
    }

    /// `colorName` on the wire.
    #[must_use]
    pub fn colour(self) -> &'static str {
        match self {
            Self::Undefined => "medium-gray",
            Self::ToDo => "blue-gray",
            Self::InProgress => "yellow",
            Self::Done => "green",
        }
    }
}

/// A status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Numeric id.
    pub id: u64,
    /// Its name.
    pub name: Arc<str>,
    /// What it means.
    pub description: String,
    /// Category.
    pub category: Category,
}

/// A way from some statuses to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// Unique within its workflow.
    pub id: u32,
    /// The verb on the button.
    pub name: String,
    /// Statuses it starts from; empty means any other.
    pub from: Vec<StatusIdx>,
    /// Where it leads.
    pub to: StatusIdx,
    /// Shows a screen that asks for the resolution.
    pub has_screen: bool,
}

impl Transition {
    /// Whether it is open to an issue in `status`.
    #[must_use]
    pub fn leaves(&self, status: StatusIdx) -> bool {
        if self.from.is_empty() {
            self.to != status
        } else {
            self.from.contains(&status)
        }
    }
}

/// Statuses and the transitions between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// Its name.
    pub name: String,
    /// Statuses in board order; new issues start in the first.
    pub statuses: Vec<StatusIdx>,
    /// Transitions.
    pub transitions: Vec<Transition>,
}

/// A priority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priority {
    /// Numeric id.
    pub id: u64,
    /// Its name.
    pub name: Arc<str>,
    /// What it is for.
    pub description: String,
    /// `#RRGGBB` on the wire.
    pub colour: &'static str,
}

/// A resolution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// Numeric id.
    pub id: u64,
    /// Its name.
    pub name: Arc<str>,
    /// What it means.
    pub description: String,
}

/// A security level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityLevel {
    /// Numeric id.
    pub id: u64,
    /// Its name.
    pub name: Arc<str>,
    /// Who may see it.
    pub description: String,
}

/// A type of link with its two readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkType {
    /// Numeric id.
    pub id: u64,
    /// `Blocks`
    pub name: Arc<str>,
    /// `is blocked by`
    pub inward: Arc<str>,
    /// `blocks`
    pub outward: Arc<str>,
}

/// Where a sprint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SprintState {
    /// Over.
    Closed,
    /// Running.
    Active,
    /// Planned.
    Future,
}

impl SprintState {
    /// Jira's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Active => "active",
            Self::Future => "future",
        }
    }
}

/// A sprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sprint {
    /// Numeric id.
    pub id: u64,
    /// Its name.
    pub name: Arc<str>,
    /// Where it stands.
    pub state: SprintState,
    /// Board it belongs to.
    pub board: u64,
    /// Planned or real start.
    pub start: Option<Timestamp>,
    /// Planned end.
    pub end: Option<Timestamp>,
    /// When it was closed.
    pub complete: Option<Timestamp>,
    /// What the team wants of it.
    pub goal: Option<String>,
}
