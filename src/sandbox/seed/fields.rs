//! System fields as every Jira has them, and the custom fields of the department.
//!
//! Must never be in here: values.

use super::super::model::{Field, FieldKind, FieldOption, Flavour, SystemField};

/// All fields of a site.
pub(crate) fn all(flavour: Flavour) -> Vec<Field> {
    let mut fields: Vec<_> = SYSTEM
        .iter()
        .filter(|row| flavour == Flavour::Cloud || !row.cloud)
        .map(system)
        .collect();
    fields.extend(CUSTOM.iter().map(|row| custom(row, flavour)));
    fields
}

struct System {
    id: &'static str,
    name: &'static str,
    is: SystemField,
    clauses: &'static [&'static str],
    kind: &'static str,
    items: Option<&'static str>,
    orderable: bool,
    navigable: bool,
    cloud: bool,
}

const fn row(
    id: &'static str,
    name: &'static str,
    is: SystemField,
    clauses: &'static [&'static str],
    kind: &'static str,
    items: Option<&'static str>,
    orderable: bool,
) -> System {
    System {
        id,
        name,
        is,
        clauses,
        kind,
        items,
        orderable,
        navigable: true,
        cloud: false,
    }
}

const fn hidden(row: System) -> System {
    System {
        navigable: false,
        ..row
    }
}

const fn cloud(row: System) -> System {
    System { cloud: true, ..row }
}

use FieldKind as K;
use SystemField as F;

const SYSTEM: &[System] = &[
    row(
        "issuetype",
        "Issue Type",
        F::Type,
        &["issuetype", "type"],
        "issuetype",
        None,
        true,
    ),
    row("project", "Project", F::Project, &["project"], "project", None, false),
    row(
        "issuekey",
        "Key",
        F::Key,
        &["id", "issue", "issuekey", "key"],
        "",
        None,
        false,
    ),
    row("summary", "Summary", F::Summary, &["summary"], "string", None, true),
    row("status", "Status", F::Status, &["status"], "status", None, false),
    cloud(row(
        "statusCategory",
        "Status Category",
        F::StatusCategory,
        &["statusCategory"],
        "statusCategory",
        None,
        false,
    )),
    cloud(row(
        "statuscategorychangedate",
        "Status Category Changed",
        F::StatusCategoryChanged,
        &["statusCategoryChangedDate"],
        "datetime",
        None,
        false,
    )),
    row(
        "priority",
        "Priority",
        F::Priority,
        &["priority"],
        "priority",
        None,
        true,
    ),
    row(
        "resolution",
        "Resolution",
        F::Resolution,
        &["resolution"],
        "resolution",
        None,
        true,
    ),
    row(
        "resolutiondate",
        "Resolved",
        F::Resolved,
        &["resolutiondate", "resolved"],
        "datetime",
        None,
        false,
    ),
    row("assignee", "Assignee", F::Assignee, &["assignee"], "user", None, true),
    row("reporter", "Reporter", F::Reporter, &["reporter"], "user", None, true),
    row("creator", "Creator", F::Creator, &["creator"], "user", None, false),
    row(
        "created",
        "Created",
        F::Created,
        &["created", "createdDate"],
        "datetime",
        None,
        false,
    ),
    row(
        "updated",
        "Updated",
        F::Updated,
        &["updated", "updatedDate"],
        "datetime",
        None,
        false,
    ),
    row(
        "lastViewed",
        "Last Viewed",
        F::LastViewed,
        &["lastViewed"],
        "datetime",
        None,
        false,
    ),
    row("duedate", "Due date", F::Due, &["due", "duedate"], "date", None, true),
    row(
        "labels",
        "Labels",
        F::Labels,
        &["labels"],
        "array",
        Some("string"),
        true,
    ),
    row(
        "components",
        "Components",
        F::Components,
        &["component"],
        "array",
        Some("component"),
        true,
    ),
    row(
        "fixVersions",
        "Fix versions",
        F::FixVersions,
        &["fixVersion"],
        "array",
        Some("version"),
        true,
    ),
    row(
        "versions",
        "Affects versions",
        F::AffectsVersions,
        &["affectedVersion"],
        "array",
        Some("version"),
        true,
    ),
    hidden(row("parent", "Parent", F::Parent, &["parent"], "issuelink", None, true)),
    row(
        "subtasks",
        "Sub-tasks",
        F::Subtasks,
        &[],
        "array",
        Some("issuelinks"),
        false,
    ),
    row(
        "issuelinks",
        "Linked Issues",
        F::Links,
        &[],
        "array",
        Some("issuelinks"),
        true,
    ),
    hidden(row(
        "attachment",
        "Attachment",
        F::Attachment,
        &["attachments"],
        "array",
        Some("attachment"),
        true,
    )),
    hidden(row(
        "comment",
        "Comment",
        F::Comment,
        &["comment"],
        "comments-page",
        None,
        true,
    )),
    hidden(row(
        "worklog",
        "Log Work",
        F::Worklog,
        &[],
        "array",
        Some("worklog"),
        true,
    )),
    row(
        "description",
        "Description",
        F::Description,
        &["description"],
        "string",
        None,
        true,
    ),
    row(
        "environment",
        "Environment",
        F::Environment,
        &["environment"],
        "string",
        None,
        true,
    ),
    row("votes", "Votes", F::Votes, &["votes"], "votes", None, false),
    row("watches", "Watchers", F::Watches, &["watchers"], "watches", None, false),
    row(
        "security",
        "Security Level",
        F::Security,
        &["level"],
        "securitylevel",
        None,
        true,
    ),
    hidden(row(
        "timetracking",
        "Time tracking",
        F::TimeTracking,
        &[],
        "timetracking",
        None,
        true,
    )),
    row(
        "timeoriginalestimate",
        "Original estimate",
        F::OriginalEstimate,
        &["originalEstimate", "timeoriginalestimate"],
        "number",
        None,
        false,
    ),
    row(
        "timeestimate",
        "Remaining Estimate",
        F::RemainingEstimate,
        &["remainingEstimate", "timeestimate"],
        "number",
        None,
        false,
    ),
    row(
        "timespent",
        "Time Spent",
        F::TimeSpent,
        &["timespent"],
        "number",
        None,
        false,
    ),
    row(
        "workratio",
        "Work Ratio",
        F::WorkRatio,
        &["workratio"],
        "number",
        None,
        false,
    ),
];

fn system(row: &System) -> Field {
    Field {
        id: row.id.to_owned(),
        name: row.name.to_owned(),
        custom: None,
        kind: FieldKind::System(row.is),
        clause_names: row.clauses.iter().map(ToString::to_string).collect(),
        schema_type: row.kind,
        schema_items: row.items,
        schema_custom: None,
        orderable: row.orderable,
        navigable: row.navigable,
        searchable: !row.clauses.is_empty(),
        options: Vec::new(),
    }
}

struct Custom {
    /// Number on Cloud and on Data Center.
    ids: [u64; 2],
    names: [&'static str; 2],
    kind: FieldKind,
    schema: (&'static str, Option<&'static str>),
    plugin: &'static str,
    options: &'static [&'static str],
}

const fn same(name: &'static str) -> [&'static str; 2] {
    [name, name]
}

const fn field(
    ids: [u64; 2],
    names: [&'static str; 2],
    kind: FieldKind,
    schema: (&'static str, Option<&'static str>),
    plugin: &'static str,
    options: &'static [&'static str],
) -> Custom {
    Custom {
        ids,
        names,
        kind,
        schema,
        plugin,
        options,
    }
}

const fn array(items: &'static str) -> (&'static str, Option<&'static str>) {
    ("array", Some(items))
}

/// Key of one of Jira's own field types.
macro_rules! own {
    ($name:literal) => {
        concat!("com.atlassian.jira.plugin.system.customfieldtypes:", $name)
    };
}

/// Key of a field type of Jira Software.
macro_rules! software {
    ($name:literal) => {
        concat!("com.pyxis.greenhopper.jira:", $name)
    };
}

/// The custom fields; a cascading option is written `parent/child`.
const CUSTOM: &[Custom] = &[
    field(
        [10_016, 10_002],
        ["Story point estimate", "Story Points"],
        K::Number,
        ("number", None),
        software!("jsw-story-points"),
        &[],
    ),
    field(
        [10_020, 10_005],
        same("Sprint"),
        K::Sprint,
        array("json"),
        software!("gh-sprint"),
        &[],
    ),
    field(
        [10_014, 10_006],
        same("Epic Link"),
        K::EpicLink,
        ("any", None),
        software!("gh-epic-link"),
        &[],
    ),
    field(
        [10_011, 10_007],
        same("Epic Name"),
        K::EpicName,
        ("string", None),
        software!("gh-epic-label"),
        &[],
    ),
    field(
        [10_019, 10_009],
        same("Rank"),
        K::Rank,
        ("any", None),
        software!("gh-lexo-rank"),
        &[],
    ),
    field(
        [10_001, 10_020],
        same("Team"),
        K::Team,
        ("option", None),
        own!("select"),
        &TEAMS,
    ),
    field(
        [10_030, 10_101],
        same("Platforms"),
        K::MultiSelect,
        array("option"),
        own!("multiselect"),
        &PLATFORMS,
    ),
    field(
        [10_031, 10_102],
        same("Region"),
        K::Cascading,
        ("option-with-child", None),
        own!("cascadingselect"),
        &REGIONS,
    ),
    field(
        [10_032, 10_103],
        same("Approver"),
        K::User,
        ("user", None),
        own!("userpicker"),
        &[],
    ),
    field(
        [10_033, 10_104],
        same("Visible from"),
        K::Date,
        ("date", None),
        own!("datepicker"),
        &[],
    ),
    field(
        [10_034, 10_105],
        same("Detected at"),
        K::DateTime,
        ("datetime", None),
        own!("datetime"),
        &[],
    ),
    field(
        [10_035, 10_106],
        same("Acceptance criteria"),
        K::RichText,
        ("string", None),
        own!("textarea"),
        &[],
    ),
    field(
        [10_036, 10_107],
        same("Runbook"),
        K::Url,
        ("string", None),
        own!("url"),
        &[],
    ),
    field(
        [10_037, 10_108],
        same("Severity"),
        K::Select,
        ("option", None),
        own!("select"),
        &SEVERITIES,
    ),
    field(
        [10_038, 10_109],
        same("Reviewers"),
        K::Users,
        array("user"),
        own!("multiuserpicker"),
        &[],
    ),
    field(
        [10_039, 10_110],
        same("Topics"),
        K::Labels,
        array("string"),
        own!("labels"),
        &[],
    ),
    field(
        [10_040, 10_111],
        same("Customer reference"),
        K::Text,
        ("string", None),
        own!("textfield"),
        &[],
    ),
];

const TEAMS: [&str; 5] = ["Ledger", "Storefront", "Foundation", "Trust", "Insight"];
const PLATFORMS: [&str; 5] = ["iOS", "Android", "Web", "Terminal", "API"];
const SEVERITIES: [&str; 4] = ["Critical", "Major", "Minor", "Cosmetic"];
const REGIONS: [&str; 9] = [
    "Europe",
    "Europe/Nordics",
    "Europe/DACH",
    "Americas",
    "Americas/Brazil",
    "Americas/Canada",
    "Asia",
    "Asia/Japan",
    "Asia/India",
];

fn custom(row: &Custom, flavour: Flavour) -> Field {
    let at = usize::from(flavour == Flavour::DataCenter);
    let (number, name) = (row.ids[at], row.names[at]);
    Field {
        id: format!("customfield_{number}"),
        name: name.to_owned(),
        custom: Some(number),
        kind: row.kind,
        clause_names: vec![format!("cf[{number}]"), name.to_owned()],
        schema_type: row.schema.0,
        schema_items: row.schema.1,
        schema_custom: Some(row.plugin),
        orderable: true,
        navigable: true,
        searchable: true,
        options: options(row.options, number),
    }
}

fn options(words: &[&str], number: u64) -> Vec<FieldOption> {
    let mut options: Vec<FieldOption> = Vec::new();
    for (word, id) in words.iter().zip((number - 10_000) * 100 + 10_000..) {
        let child = word.split_once('/').map_or(*word, |(_, child)| child);
        let option = FieldOption {
            id,
            value: child.to_owned(),
            children: Vec::new(),
        };
        match options.last_mut() {
            Some(parent) if word.contains('/') => parent.children.push(option),
            _ => options.push(option),
        }
    }
    options
}
