//! One recorded issue.
//!
//! Must never be in here: the tables it refers to.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value};

use super::{
    Loader, Ties,
    entities::{issue_type, link_type, priority, resolution, security, sprint, status},
    instant, number, shared, text,
};
use crate::sandbox::{
    model::{
        Attachment, ChangeItem, Comment, ForeignIssue, History, Issue, IssueRef, Link, TimeTracking, Visibility,
        Worklog, blank,
    },
    richtext::RichText,
};

/// Fields that have a place of their own in the model.
const KNOWN: [&str; 35] = [
    "assignee",
    "attachment",
    "closedSprints",
    "comment",
    "components",
    "created",
    "creator",
    "description",
    "duedate",
    "environment",
    "epic",
    "fixVersions",
    "issuelinks",
    "issuetype",
    "labels",
    "parent",
    "priority",
    "project",
    "reporter",
    "resolution",
    "resolutiondate",
    "security",
    "sprint",
    "status",
    "subtasks",
    "summary",
    "timeestimate",
    "timeoriginalestimate",
    "timespent",
    "timetracking",
    "updated",
    "versions",
    "votes",
    "watches",
    "worklog",
];

/// The fields of a record; null counts as absent.
#[derive(Clone, Copy)]
struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn list(self, name: &str) -> &'a [Value] {
        self.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The array inside a page, such as `comment.comments`.
    fn page(self, name: &str, inner: &str) -> &'a [Value] {
        self.get(name)
            .and_then(|page| page.get(inner)?.as_array())
            .map_or(&[], Vec::as_slice)
    }
}

impl Loader {
    /// The issue, and what it says of others.
    pub(super) fn issue(&mut self, id: u64, key: &str, fields: &Map<String, Value>) -> (Issue, Ties) {
        let given = Fields(fields);
        let project = self.collector.project(&mut self.world, given.get("project"), key);
        let digits = key.rsplit_once('-').and_then(|(_, digits)| digits.parse().ok());
        let created = instant(given.get("created")).unwrap_or(self.now);
        let mut issue = blank(id, key.into(), project, digits.unwrap_or(0), created);
        issue.updated = instant(given.get("updated")).unwrap_or(created);
        issue.resolved = instant(given.get("resolutiondate"));
        issue.category_changed = issue.resolved.unwrap_or(created);
        issue.due = text(given.get("duedate")).and_then(|day| day.parse().ok());
        issue.summary = shared(given.get("summary")).unwrap_or_else(|| "".into());
        issue.description = rich(given.get("description"));
        issue.environment = rich(given.get("environment"));
        issue.labels = given
            .list("labels")
            .iter()
            .filter_map(|label| shared(Some(label)))
            .collect();
        issue.time = times(fields);
        issue.extra = extra(fields);
        self.refer(&mut issue, given);
        self.people(&mut issue, given);
        self.talk(&mut issue, given);
        let ties = Ties {
            parent: given.get("parent").or(given.get("epic")).cloned(),
            links: given.list("issuelinks").to_vec(),
            subtasks: given.list("subtasks").to_vec(),
        };
        (issue, ties)
    }

    /// What stands in tables.
    fn refer(&mut self, issue: &mut Issue, given: Fields<'_>) {
        let (world, project) = (&mut self.world, issue.project);
        issue.issue_type = issue_type(world, given.get("issuetype"));
        issue.status = status(world, given.get("status"));
        issue.priority = priority(world, given.get("priority"));
        issue.resolution = resolution(world, given.get("resolution"));
        issue.security = security(world, given.get("security"));
        let collector = &mut self.collector;
        issue.components = given
            .list("components")
            .iter()
            .filter_map(|c| collector.component(world, project, c))
            .collect();
        issue.fix_versions = given
            .list("fixVersions")
            .iter()
            .filter_map(|v| collector.version(world, project, v))
            .collect();
        issue.affects_versions = given
            .list("versions")
            .iter()
            .filter_map(|v| collector.version(world, project, v))
            .collect();
        let sprints = given.list("closedSprints").iter().chain(given.get("sprint"));
        issue.sprints = sprints.filter_map(|value| sprint(world, value)).collect();
    }

    fn people(&mut self, issue: &mut Issue, given: Fields<'_>) {
        let mut user = |value: Option<&Value>| self.collector.user(&mut self.world, value);
        issue.assignee = user(given.get("assignee"));
        issue.reporter = user(given.get("reporter"));
        issue.creator = user(given.get("creator"));
        issue.watchers = given
            .page("watches", "watchers")
            .iter()
            .filter_map(|value| user(Some(value)))
            .collect();
        issue.voters = given
            .page("votes", "voters")
            .iter()
            .filter_map(|value| user(Some(value)))
            .collect();
    }

    /// Everything else with an author.
    fn talk(&mut self, issue: &mut Issue, given: Fields<'_>) {
        let mut user = |value: Option<&Value>| self.collector.user(&mut self.world, value);
        let created = issue.created;
        let id = |value: &Value| value.get("id").and_then(number).unwrap_or(0);
        let when = |value: &Value, name: &str| instant(value.get(name));
        let comments = given.page("comment", "comments").iter().map(|value| {
            let written = when(value, "created").unwrap_or(created);
            Comment {
                id: id(value),
                author: user(value.get("author")),
                editor: user(value.get("updateAuthor")),
                body: rich(value.get("body")).unwrap_or(RichText::Wiki("".into())),
                created: written,
                updated: when(value, "updated").unwrap_or(written),
                visibility: visibility(value.get("visibility")),
            }
        });
        issue.comments = comments.collect();
        let attachments = given.list("attachment").iter().map(|value| Attachment {
            id: id(value),
            filename: shared(value.get("filename")).unwrap_or_else(|| "unnamed".into()),
            author: user(value.get("author")),
            created: when(value, "created").unwrap_or(created),
            size: value.get("size").and_then(number).unwrap_or(0),
            mime: shared(value.get("mimeType")).unwrap_or_else(|| "application/octet-stream".into()),
        });
        issue.attachments = attachments.collect();
        let worklogs = given.page("worklog", "worklogs").iter().map(|value| Worklog {
            id: id(value),
            author: user(value.get("author")),
            comment: rich(value.get("comment")),
            started: when(value, "started").unwrap_or(created),
            seconds: seconds(value.get("timeSpentSeconds")).unwrap_or(0),
            created: when(value, "created").unwrap_or(created),
        });
        issue.worklogs = worklogs.collect();
    }

    /// The changelog, oldest first.
    pub(super) fn histories(&mut self, changelog: Option<&Value>) -> Vec<History> {
        let all = changelog.and_then(|page| page.get("histories").or(page.get("values"))?.as_array());
        let mut histories: Vec<_> = all
            .into_iter()
            .flatten()
            .filter_map(|value| self.history(value))
            .collect();
        histories.sort_by_key(|entry| (entry.created, entry.id));
        histories
    }

    fn history(&mut self, value: &Value) -> Option<History> {
        let items = value.get("items")?.as_array()?;
        Some(History {
            id: value.get("id").and_then(number).unwrap_or(0),
            author: self.collector.user(&mut self.world, value.get("author")),
            created: instant(value.get("created"))?,
            items: items.iter().map(item).collect(),
        })
    }

    /// The issue meant by `{"id", "key", "fields"}`: one of these, or what little is told of another.
    pub(super) fn reference(&mut self, value: &Value) -> Option<IssueRef> {
        let key = text(value.get("key"))?;
        let id = value.get("id").and_then(number);
        let local = id
            .and_then(|id| self.world.issue_by_id(id))
            .or_else(|| self.world.issue_by_key(key));
        if let Some(idx) = local {
            return Some(IssueRef::Local(idx));
        }
        let field = |name: &str| {
            value
                .get("fields")
                .and_then(|fields| fields.get(name))
                .filter(|value| !value.is_null())
        };
        Some(IssueRef::Foreign(Arc::new(ForeignIssue {
            id: id.unwrap_or(0),
            key: key.to_owned(),
            summary: text(field("summary").or(value.get("summary"))).map(str::to_owned),
            status: field("status").map(|value| status(&mut self.world, Some(value))),
            priority: priority(&self.world, field("priority")),
            issue_type: field("issuetype").map(|value| issue_type(&mut self.world, Some(value))),
        })))
    }

    pub(super) fn link(&mut self, value: &Value) -> Option<Link> {
        let kind = link_type(&mut self.world, value.get("type"))?;
        let (outward, other) = match (value.get("outwardIssue"), value.get("inwardIssue")) {
            (Some(other), _) => (true, other),
            (None, Some(other)) => (false, other),
            (None, None) => return None,
        };
        let other = self.reference(other)?;
        Some(Link {
            id: value.get("id").and_then(number).unwrap_or(0),
            kind,
            outward,
            other,
        })
    }
}

/// Wiki markup or ADF, whichever was recorded. Empty texts stay empty texts.
fn rich(value: Option<&Value>) -> Option<RichText> {
    match value? {
        Value::String(text) => Some(RichText::Wiki(text.as_str().into())),
        object @ Value::Object(_) => Some(RichText::Adf(Arc::new(object.clone()))),
        _ => None,
    }
}

fn visibility(value: Option<&Value>) -> Option<Visibility> {
    let value = value?;
    let name = shared(value.get("value"))?;
    Some(if text(value.get("type")) == Some("role") {
        Visibility::Role(name)
    } else {
        Visibility::Group(name)
    })
}

fn item(value: &Value) -> ChangeItem {
    ChangeItem {
        field: shared(value.get("field")).unwrap_or_else(|| "".into()),
        field_id: shared(value.get("fieldId")).unwrap_or_else(|| "".into()),
        custom: text(value.get("fieldtype")) == Some("custom"),
        from: shared(value.get("from")),
        from_text: shared(value.get("fromString")),
        to: shared(value.get("to")),
        to_text: shared(value.get("toString")),
    }
}

fn seconds(value: Option<&Value>) -> Option<u32> {
    value.and_then(number).and_then(|seconds| u32::try_from(seconds).ok())
}

fn times(fields: &Map<String, Value>) -> TimeTracking {
    let tracking = |name: &str| fields.get("timetracking").and_then(|tracking| tracking.get(name));
    TimeTracking {
        original: seconds(
            fields
                .get("timeoriginalestimate")
                .or(tracking("originalEstimateSeconds")),
        ),
        remaining: seconds(fields.get("timeestimate").or(tracking("remainingEstimateSeconds"))),
        spent: seconds(fields.get("timespent").or(tracking("timeSpentSeconds"))),
    }
}

/// What the model has no place for.
fn extra(fields: &Map<String, Value>) -> BTreeMap<String, Value> {
    let unknown = fields
        .iter()
        .filter(|(name, value)| !KNOWN.contains(&name.as_str()) && !value.is_null());
    unknown.map(|(name, value)| (name.clone(), value.clone())).collect()
}
