//! What a site tells of itself: fields, priorities, statuses, projects, people.

use serde::{Deserialize, Serialize};

use super::issue::{IssueType, Named, Status, User};

/// The signed-in account, normalised over Cloud and Data Center (`GET /myself`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// Account.
    pub user: User,
    /// IANA name; JQL dates are read in it. `UTC` when the site does not tell.
    pub time_zone: String,
    /// `en_US`; may be absent.
    pub locale: Option<String>,
    /// Groups, where the site expands them.
    pub groups: Vec<String>,
    /// 48 × 48 picture.
    pub picture: Option<String>,
}

/// The type of a field's values, from its `schema`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// Formatted text.
    Rich,
    /// Number.
    Number,
    /// Date without time.
    Date,
    /// Instant.
    DateTime,
    /// Person or people.
    User,
    /// Option or options, incl. cascading.
    Option,
    /// Version or versions.
    Version,
    /// Labels-like strings.
    Labels,
    /// Sprint.
    Sprint,
    /// A kind only its plugin knows.
    #[default]
    Other,
}

/// A field of the site (`GET /field`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Field {
    /// `summary`, `customfield_10020`.
    pub id: String,
    /// Shown name; not unique.
    pub name: String,
    /// True for custom fields.
    pub custom: bool,
    /// Names that JQL takes for it.
    pub clause_names: Vec<String>,
    /// What its values are.
    pub kind: FieldKind,
    /// Whether it holds several values.
    pub multiple: bool,
    /// Whether JQL can search it.
    pub searchable: bool,
    /// Whether JQL can sort by it.
    pub orderable: bool,
}

/// A priority in the site's own order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Priority {
    /// Id and name.
    pub named: Named,
    /// 0 is the most urgent.
    pub rank: u32,
}

/// A project that the account can see.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Project {
    /// Numeric id as text.
    pub id: String,
    /// Key.
    pub key: String,
    /// Name.
    pub name: String,
    /// Category name, if any.
    pub category: Option<String>,
    /// Lead.
    pub lead: Option<User>,
}

/// A version of a project, in the project's order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Version {
    /// Id and name.
    pub named: Named,
    /// Project key.
    pub project: String,
    /// Position in the project's list; later versions have higher numbers.
    pub rank: u32,
    /// Released.
    pub released: bool,
    /// Archived.
    pub archived: bool,
}

/// A component of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Component {
    /// Id and name.
    pub named: Named,
    /// Project key.
    pub project: String,
    /// Lead.
    pub lead: Option<User>,
}

/// Everything of the above for one site. A part that the site refused is empty, and named in
/// `missing` so that nobody takes "could not read" for "there is none".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Metadata {
    /// All fields.
    pub fields: Vec<Field>,
    /// All priorities, most urgent first.
    pub priorities: Vec<Priority>,
    /// All statuses.
    pub statuses: Vec<Status>,
    /// All issue types.
    pub issue_types: Vec<IssueType>,
    /// All resolutions.
    pub resolutions: Vec<Named>,
    /// Visible projects.
    pub projects: Vec<Project>,
    /// Versions of the visible projects.
    pub versions: Vec<Version>,
    /// Components of the visible projects.
    pub components: Vec<Component>,
    /// Names of the lists above that could not be read.
    pub missing: Vec<String>,
}
