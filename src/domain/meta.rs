//! What a site tells of itself: fields, priorities, statuses, projects, people.

use serde::{Deserialize, Serialize};

use serde_json::Value;

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

/// What a field of a create, edit or transition screen takes, as far as it decides how a value is
/// written. From the field's `schema`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueKind {
    /// One line of text.
    Text,
    /// Several lines: ADF on Cloud, wiki markup on Data Center.
    Rich,
    /// Several lines that are plain text everywhere.
    PlainText,
    /// Number.
    Number,
    /// `YYYY-MM-DD`.
    Date,
    /// Instant.
    DateTime,
    /// One of the allowed options (select, radio).
    Option,
    /// Options with children.
    Cascading,
    /// Person.
    User,
    /// Group.
    Group,
    /// Version of the project.
    Version,
    /// Component of the project.
    Component,
    /// Words without spaces.
    Labels,
    /// Priority.
    Priority,
    /// Resolution.
    Resolution,
    /// Security level.
    Security,
    /// Issue type.
    IssueType,
    /// Project.
    Project,
    /// Parent issue, by key.
    Parent,
    /// Epic link of Data Center, by key.
    Epic,
    /// Sprint, by its number.
    Sprint,
    /// Original and remaining estimate.
    TimeTracking,
    /// http(s) address.
    Url,
    /// A kind only its plugin knows: raw JSON.
    #[default]
    Other,
}

/// A value that a field allows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Choice {
    /// Jira's id; empty where Jira gave none.
    #[serde(default)]
    pub id: String,
    /// The site's own word.
    pub name: String,
    /// Of a project, which people name by it; empty of everything else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// Of a cascading field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Choice>,
}

/// A field of a create, edit or transition screen.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CreateField {
    /// `summary`, `customfield_10020`.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// Must hold something.
    pub required: bool,
    /// Filled in by Jira when left out.
    pub has_default: bool,
    /// How its values are written.
    pub kind: ValueKind,
    /// Whether it holds several values.
    pub multiple: bool,
    /// Values to choose from; empty for free input.
    pub allowed: Vec<Choice>,
    /// What Jira fills in, if told, as Jira writes it.
    pub default: Option<Value>,
    /// `schema.custom` or `schema.type`, for what is shown of it.
    pub native: String,
    /// Whether Jira suggests values as one types (`autoCompleteUrl`).
    pub suggests: bool,
}

/// A step that the workflow allows from an issue's present status.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Transition {
    /// Transition id.
    pub id: String,
    /// The site's own name.
    pub name: String,
    /// Where it leads.
    pub to: Status,
    /// Whether it asks for fields.
    pub has_screen: bool,
    /// Whether it can be taken now.
    pub available: bool,
    /// The fields of its screen, if they were asked for.
    pub fields: Vec<CreateField>,
}

/// The create screen of a project and issue type, as last read from the site.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CreateScreen {
    /// The project.
    pub project: Project,
    /// The issue type.
    pub issue_type: IssueType,
    /// The fields, mandatory ones first, otherwise in the site's order.
    pub fields: Vec<CreateField>,
}

impl CreateScreen {
    /// The field of that id or shown name, in any case; an id goes before a name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&CreateField> {
        let by_id = self.fields.iter().find(|field| field.id.eq_ignore_ascii_case(name));
        by_id.or_else(|| self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)))
    }
}
