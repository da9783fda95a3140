//! The fields of a site and what each can hold.
//!
//! Must never be in here: values of a particular issue.

use super::entity::index;

index! {
    /// Index of a field.
    FieldIdx,
}

/// Fields that every Jira has; the rest are custom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SystemField {
    /// `issuekey`
    Key,
    /// `summary`
    Summary,
    /// `description`
    Description,
    /// `environment`
    Environment,
    /// `project`
    Project,
    /// `issuetype`
    Type,
    /// `status`
    Status,
    /// `statusCategory` (Cloud)
    StatusCategory,
    /// `statuscategorychangedate` (Cloud)
    StatusCategoryChanged,
    /// `priority`
    Priority,
    /// `resolution`
    Resolution,
    /// `resolutiondate`
    Resolved,
    /// `assignee`
    Assignee,
    /// `reporter`
    Reporter,
    /// `creator`
    Creator,
    /// `created`
    Created,
    /// `updated`
    Updated,
    /// `lastViewed`
    LastViewed,
    /// `duedate`
    Due,
    /// `labels`
    Labels,
    /// `components`
    Components,
    /// `fixVersions`
    FixVersions,
    /// `versions`
    AffectsVersions,
    /// `parent`
    Parent,
    /// `subtasks`
    Subtasks,
    /// `issuelinks`
    Links,
    /// `attachment`
    Attachment,
    /// `comment`
    Comment,
    /// `worklog`
    Worklog,
    /// `votes`
    Votes,
    /// `watches`
    Watches,
    /// `security`
    Security,
    /// `timetracking`
    TimeTracking,
    /// `timeoriginalestimate`
    OriginalEstimate,
    /// `timeestimate`
    RemainingEstimate,
    /// `timespent`
    TimeSpent,
    /// `workratio`
    WorkRatio,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One of Jira's own.
    System(SystemField),
    /// A number.
    Number,
    /// One line of text.
    Text,
    /// Rich text.
    RichText,
    /// A web address.
    Url,
    /// One option.
    Select,
    /// Several options.
    MultiSelect,
    /// An option and one of its children.
    Cascading,
    /// An account.
    User,
    /// Several accounts.
    Users,
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// Words without spaces.
    Labels,
    /// Sprints; kept as `Issue::sprints`.
    Sprint,
    /// Key of the epic; kept as `Issue::parent`.
    EpicLink,
    /// Short name of an epic.
    EpicName,
    /// Cloud's team, Data Center's team select.
    Team,
    /// Rank, an opaque sortable text.
    Rank,
    /// A group.
    Group,
    /// Several groups.
    Groups,
    /// A version of the project.
    Version,
    /// Several versions of the project.
    Versions,
    /// A project.
    Project,
    /// Something only the app that made it knows.
    App,
}

/// An option of a select field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldOption {
    /// Numeric id.
    pub id: u64,
    /// What people see.
    pub value: String,
    /// Children of a cascading option.
    pub children: Vec<FieldOption>,
}

/// A field of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// `summary`, `customfield_10016`.
    pub id: String,
    /// Name on the screen; not unique.
    pub name: String,
    /// Number of a custom field.
    pub custom: Option<u64>,
    /// What it holds.
    pub kind: FieldKind,
    /// Names that JQL knows it by; empty if it cannot be searched.
    pub clause_names: Vec<String>,
    /// `schema.type`; empty for fields without a schema.
    pub schema_type: &'static str,
    /// `schema.items` of arrays.
    pub schema_items: Option<&'static str>,
    /// `schema.custom`, the plugin key.
    pub schema_custom: Option<&'static str>,
    /// Can be on a screen.
    pub orderable: bool,
    /// Part of `*navigable`.
    pub navigable: bool,
    /// Can be searched.
    pub searchable: bool,
    /// Options of select fields.
    pub options: Vec<FieldOption>,
}
