//! System fields as every Jira has them.
//!
//! Must never be in here: custom fields.

use SystemField as F;

use crate::sandbox::model::{Field, FieldKind, Flavour, SystemField};

/// The fields, without those that only Cloud has on Data Center.
pub(super) fn fields(flavour: Flavour) -> Vec<Field> {
    let rows = SYSTEM.iter().filter(|row| flavour == Flavour::Cloud || !row.cloud);
    rows.map(system).collect()
}

#[derive(Clone, Copy)]
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
