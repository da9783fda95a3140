//! Whole issues and census stubs.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    all_named, count_of, instant_of, named, parts, person, take, take_list, take_object, take_text, text, value,
    whole_of,
};
use crate::{
    domain::{
        Issue, IssueId, IssueKey, IssueRef, ProjectRef,
        json::{Json, Object},
        time,
    },
    jira::{IssueNow, Marked, Stub},
};

/// Fields asked for wherever whole issues are read: all that lists can show, and the few that
/// `*navigable` leaves out.
pub(crate) const FIELDS: [&str; 10] = [
    "*navigable",
    "description",
    "environment",
    "comment",
    "attachment",
    "issuelinks",
    "subtasks",
    "parent",
    "timetracking",
    "security",
];

/// A whole issue; the error says why an entry cannot be kept.
pub(crate) fn issue(value: Json<'_>) -> Result<Issue, String> {
    let Json::Object(mut object) = value else {
        return Err("an entry of the answer is not an issue".to_owned());
    };
    let (id, key) = identity(&mut object)?;
    let mut fields = take_object(&mut object, "fields").unwrap_or_default();
    let created = instant_of(&fields, "created");
    let updated = instant_of(&fields, "updated").or(created);
    let created = created.or(updated).unwrap_or(Timestamp::UNIX_EPOCH);
    let updated = updated.unwrap_or(created);
    let (comments, comment_total) = parts::comments(take(&mut fields, "comment"), updated);
    let (history, history_complete) = parts::changelog(take_object(&mut object, "changelog"));
    let estimates = Estimates::take(&mut fields);
    let mut person = |name: &str| take(&mut fields, name).and_then(person::user);
    let (assignee, reporter, creator) = (person("assignee"), person("reporter"), person("creator"));
    let mut several = |name: &str| all_named(take_list(&mut fields, name));
    let components = several("components");
    let (fix_versions, affected_versions) = (several("fixVersions"), several("versions"));
    Ok(Issue {
        project: take(&mut fields, "project")
            .and_then(parts::project)
            .unwrap_or_else(|| project_of(&key)),
        summary: take_text(&mut fields, "summary").unwrap_or_default(),
        issue_type: take(&mut fields, "issuetype")
            .and_then(parts::issue_type)
            .unwrap_or_default(),
        status: take(&mut fields, "status").and_then(parts::status).unwrap_or_default(),
        priority: take(&mut fields, "priority").and_then(named),
        resolution: take(&mut fields, "resolution").and_then(named),
        assignee,
        reporter,
        creator,
        labels: take_list(&mut fields, "labels").into_iter().filter_map(text).collect(),
        components,
        fix_versions,
        affected_versions,
        parent: take(&mut fields, "parent").and_then(parts::issue_ref),
        subtasks: subtasks(&mut fields),
        links: either(&mut fields, "issuelinks", "links")
            .into_iter()
            .filter_map(parts::link)
            .collect(),
        attachments: take_list(&mut fields, "attachment")
            .into_iter()
            .filter_map(parts::attachment)
            .collect(),
        created,
        updated,
        resolved: instant_of(&fields, "resolutiondate"),
        due: take_text(&mut fields, "duedate").and_then(|date| time::parse_date(&date)),
        description: take(&mut fields, "description").and_then(value::rich),
        environment: take(&mut fields, "environment").and_then(value::rich),
        comments,
        comment_total,
        votes: counted(&mut fields, &["votes"], "votes"),
        watchers: counted(&mut fields, &["watches", "watcher"], "watchCount"),
        original_estimate: estimates.original,
        remaining_estimate: estimates.remaining,
        time_spent: estimates.spent,
        security: take(&mut fields, "security").and_then(named),
        custom: value::custom(leftover(fields)),
        history,
        history_complete,
        id,
        key,
    })
}

/// An issue of a census. A missing date is no reason to leave one out, which would look like a
/// deletion; the epoch differs from every real date and makes it be fetched.
pub(crate) fn stub(value: Json<'_>) -> Result<Stub, String> {
    let Json::Object(mut object) = value else {
        return Err("an entry of the answer is not an issue".to_owned());
    };
    let (id, key) = identity(&mut object)?;
    let fields = take_object(&mut object, "fields").unwrap_or_default();
    Ok(Stub {
        id,
        key,
        updated: instant_of(&fields, "updated").unwrap_or(Timestamp::UNIX_EPOCH),
    })
}

/// An issue as it is now, its fields as they came.
pub(crate) fn now(value: Json<'_>) -> Result<IssueNow, String> {
    let Json::Object(mut object) = value else {
        return Err("the answer is not an issue".to_owned());
    };
    let (id, key) = identity(&mut object)?;
    let fields = take_object(&mut object, "fields").unwrap_or_default();
    let (history, history_complete) = parts::changelog(take_object(&mut object, "changelog"));
    let status = fields.get("status").cloned().and_then(parts::status);
    Ok(IssueNow {
        status: status.ok_or_else(|| format!("issue {key} came without a status"))?,
        updated: instant_of(&fields, "updated").ok_or_else(|| format!("issue {key} came without a date"))?,
        id,
        key,
        fields: fields.into_map(),
        history,
        history_complete,
    })
}

/// An issue with its creation date and, as its value, all properties that came along.
pub(crate) fn marked(value: Json<'_>) -> Result<Marked, String> {
    let Json::Object(mut object) = value else {
        return Err("an entry of the answer is not an issue".to_owned());
    };
    let (id, key) = identity(&mut object)?;
    let fields = take_object(&mut object, "fields").unwrap_or_default();
    Ok(Marked {
        created: instant_of(&fields, "created").ok_or_else(|| format!("issue {key} came without a date"))?,
        value: take(&mut object, "properties").map(Json::into_value),
        id,
        key,
    })
}

/// The value of `GET /issue/{key}/properties/{key}`.
pub(crate) fn property(value: Json<'_>) -> Result<Value, String> {
    let Json::Object(mut object) = value else {
        return Err("the answer is not a property".to_owned());
    };
    if !object.contains_key("value") {
        return Err("the property came without a value".to_owned());
    }
    Ok(object.take("value").into_value())
}

/// The answer to creating an issue.
pub(crate) fn created(mut object: Object<'_>) -> Result<(IssueId, IssueKey), String> {
    identity(&mut object)
}

fn identity(object: &mut Object<'_>) -> Result<(IssueId, IssueKey), String> {
    let id = take_text(object, "id");
    let key = take_text(object, "key");
    match (id, key) {
        (Some(id), Some(key)) => Ok((IssueId(id), IssueKey(key))),
        (Some(id), None) => Err(format!("issue {id} came without a key")),
        (None, Some(key)) => Err(format!("issue {key} came without an id")),
        (None, None) => Err("an issue came without id and key".to_owned()),
    }
}

fn project_of(key: &IssueKey) -> ProjectRef {
    let key = key.parts().map(|(project, _)| project).unwrap_or_default();
    ProjectRef {
        key: key.to_owned(),
        ..ProjectRef::default()
    }
}

fn either<'a>(fields: &mut Object<'a>, name: &str, older: &str) -> Vec<Json<'a>> {
    let list = take_list(fields, name);
    if list.is_empty() {
        take_list(fields, older)
    } else {
        list
    }
}

fn subtasks(fields: &mut Object<'_>) -> Vec<IssueRef> {
    either(fields, "subtasks", "sub-tasks")
        .into_iter()
        .filter_map(parts::issue_ref)
        .collect()
}

fn counted(fields: &mut Object<'_>, names: &[&str], member: &str) -> Option<u64> {
    let object = names.iter().find_map(|name| take_object(fields, name))?;
    count_of(&object, member)
}

struct Estimates {
    original: Option<i64>,
    remaining: Option<i64>,
    spent: Option<i64>,
}

impl Estimates {
    /// From `timetracking`; from the single fields where that is empty.
    fn take(fields: &mut Object<'_>) -> Self {
        let tracking = take_object(fields, "timetracking").unwrap_or_default();
        let mut either = |member: &str, field: &str| {
            let alone = take(fields, field);
            whole_of(&tracking, member).or_else(|| alone.as_ref().and_then(super::whole))
        };
        Self {
            original: either("originalEstimateSeconds", "timeoriginalestimate"),
            remaining: either("remainingEstimateSeconds", "timeestimate"),
            spent: either("timeSpentSeconds", "timespent"),
        }
    }
}

/// What no other member of the issue holds. Worklogs come cut and are read on their own.
fn leftover(mut fields: Object<'_>) -> Object<'_> {
    for name in ["created", "updated", "resolutiondate", "worklog", "worklogs"] {
        fields.take(name);
    }
    fields
}
