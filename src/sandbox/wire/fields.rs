//! The value of each field of an issue as JSON.
//!
//! Must never be in here: which fields are asked for.

use serde_json::{Value, json};

use super::Wire;
use crate::sandbox::model::{
    Attachment, CustomValue, Field, FieldIdx, FieldKind, FieldOption, Issue, IssueIdx, IssueRef, Link, SystemField,
    Worklog,
};

/// How much logged work comes with an issue.
const WORKLOGS: usize = 20;

impl Wire<'_> {
    /// The value of a field; `None` if this issue doesn't have the field at all.
    pub(crate) fn value(&self, issue: &Issue, idx: FieldIdx) -> Option<Value> {
        let field = self.world.field(idx);
        match field.kind {
            FieldKind::System(field) => self.system_value(issue, field),
            FieldKind::Sprint => Some(match issue.sprints.as_slice() {
                [] => Value::Null,
                sprints => sprints.iter().map(|sprint| self.sprint(*sprint)).collect(),
            }),
            FieldKind::EpicLink => Some(self.epic_key(issue).map_or(Value::Null, Value::from)),
            _ => Some(
                issue
                    .custom_value(idx)
                    .map_or(Value::Null, |value| self.custom_value(field, value)),
            ),
        }
    }

    fn system_value(&self, issue: &Issue, field: SystemField) -> Option<Value> {
        let rich = |text: &Option<_>| text.as_ref().map_or(Value::Null, |text| self.rich(text));
        Some(match field {
            SystemField::Key => return None,
            SystemField::Summary => (&*issue.summary).into(),
            SystemField::Description => rich(&issue.description),
            SystemField::Environment => rich(&issue.environment),
            SystemField::Project => self.project(issue.project),
            SystemField::Type => self.issue_type(issue.issue_type),
            SystemField::Status => self.status(issue.status),
            SystemField::StatusCategory => self.category(self.world.status(issue.status).category),
            SystemField::StatusCategoryChanged => self.time(issue.category_changed).into(),
            SystemField::Priority => issue.priority.map_or(Value::Null, |idx| self.priority(idx)),
            SystemField::Resolution => issue.resolution.map_or(Value::Null, |idx| self.resolution(idx)),
            SystemField::Security => issue.security.map_or(Value::Null, |idx| self.security(idx)),
            SystemField::Assignee => self.user_or_null(issue.assignee),
            SystemField::Reporter => self.user_or_null(issue.reporter),
            SystemField::Creator => self.user_or_null(issue.creator),
            SystemField::Created => self.time(issue.created).into(),
            SystemField::Updated => self.time(issue.updated).into(),
            SystemField::Resolved => issue.resolved.map_or(Value::Null, |at| self.time(at).into()),
            SystemField::LastViewed => Value::Null,
            SystemField::Due => issue.due.map_or(Value::Null, |date| date.to_string().into()),
            SystemField::Labels => issue.labels.iter().map(|label| Value::from(&**label)).collect(),
            SystemField::Components => issue.components.iter().map(|idx| self.component(*idx)).collect(),
            SystemField::FixVersions => issue.fix_versions.iter().map(|idx| self.version(*idx)).collect(),
            SystemField::AffectsVersions => issue.affects_versions.iter().map(|idx| self.version(*idx)).collect(),
            SystemField::Parent => return self.parent(issue),
            SystemField::Subtasks => self.subtasks(issue),
            SystemField::Links => issue.links.iter().filter_map(|link| self.link(link)).collect(),
            SystemField::Attachment => issue.attachments.iter().map(|file| self.attachment(file)).collect(),
            SystemField::Comment => self.comments(issue),
            SystemField::Worklog => self.worklogs(issue),
            SystemField::Votes => self.votes(issue),
            SystemField::Watches => self.watches(issue),
            SystemField::TimeTracking => self.time_tracking(issue),
            SystemField::OriginalEstimate => issue.time.original.into(),
            SystemField::RemainingEstimate => issue.time.remaining.into(),
            SystemField::TimeSpent => issue.time.spent.into(),
            SystemField::WorkRatio => work_ratio(issue).into(),
        })
    }

    /// Cloud gives every child its parent; on Data Center only sub-tasks have one.
    fn parent(&self, issue: &Issue) -> Option<Value> {
        let parent = issue.parent.as_ref()?;
        if !self.cloud() && !self.world.issue_type(issue.issue_type).subtask {
            return None;
        }
        self.stub(parent)
    }

    fn epic_key(&self, issue: &Issue) -> Option<String> {
        if self.world.issue_type(issue.issue_type).subtask {
            return None;
        }
        Some(match issue.parent.as_ref()? {
            IssueRef::Local(idx) => self.world.issue(*idx).key.to_string(),
            IssueRef::Foreign(other) => other.key.clone(),
        })
    }

    fn subtasks(&self, issue: &Issue) -> Value {
        let is_subtask = |idx: &&IssueIdx| self.world.issue_type(self.world.issue(**idx).issue_type).subtask;
        let here = issue
            .children
            .iter()
            .filter(is_subtask)
            .filter_map(|idx| self.stub(&IssueRef::Local(*idx)));
        let elsewhere = issue.foreign_subtasks.iter();
        here.chain(elsewhere.filter_map(|other| self.stub(&IssueRef::Foreign(other.clone()))))
            .collect()
    }

    fn link(&self, link: &Link) -> Option<Value> {
        let side = if link.outward { "outwardIssue" } else { "inwardIssue" };
        Some(json!({
            "id": link.id.to_string(),
            "self": self.api(&format!("issueLink/{}", link.id)),
            "type": self.link_type(link.kind),
            side: self.stub(&link.other)?,
        }))
    }

    /// Another issue in short; `None` if the caller may not see it.
    fn stub(&self, reference: &IssueRef) -> Option<Value> {
        let (id, key, summary, status, priority, kind) = match reference {
            IssueRef::Local(idx) => {
                let issue = self.world.issue(*idx);
                if !self.world.can_see(&self.viewer, *idx) {
                    return None;
                }
                let summary = Some(issue.summary.to_string());
                (
                    issue.id,
                    issue.key.to_string(),
                    summary,
                    Some(issue.status),
                    issue.priority,
                    Some(issue.issue_type),
                )
            }
            IssueRef::Foreign(other) => {
                let summary = other.summary.clone();
                (
                    other.id,
                    other.key.clone(),
                    summary,
                    other.status,
                    other.priority,
                    other.issue_type,
                )
            }
        };
        let mut fields = json!({"summary": summary});
        if let Some(status) = status {
            fields["status"] = self.status(status);
        }
        if let Some(priority) = priority {
            fields["priority"] = self.priority(priority);
        }
        if let Some(kind) = kind {
            fields["issuetype"] = self.issue_type(kind);
        }
        Some(json!({"id": id.to_string(), "key": key, "self": self.api(&format!("issue/{id}")), "fields": fields}))
    }

    /// What is known of a file; its content is elsewhere.
    pub(crate) fn attachment(&self, file: &Attachment) -> Value {
        let name = percent_encoding::utf8_percent_encode(&file.filename, percent_encoding::NON_ALPHANUMERIC);
        let content = if self.cloud() {
            self.api(&format!("attachment/content/{}", file.id))
        } else {
            format!("{}/secure/attachment/{}/{name}", self.base, file.id)
        };
        let mut json = json!({
            "self": self.api(&format!("attachment/{}", file.id)),
            "id": file.id.to_string(),
            "filename": &*file.filename,
            "created": self.time(file.created),
            "size": file.size,
            "mimeType": &*file.mime,
            "content": content,
        });
        if let Some(author) = file.author {
            json["author"] = self.user(author);
        }
        json
    }

    fn comments(&self, issue: &Issue) -> Value {
        let readable = self.readable(issue);
        let comments: Vec<Value> = readable
            .iter()
            .map(|comment| self.comment(issue, comment, false))
            .collect();
        let mut json = json!({
            "comments": comments, "maxResults": readable.len(), "total": readable.len(), "startAt": 0,
        });
        if self.cloud() {
            json["self"] = self.api(&format!("issue/{}/comment", issue.id)).into();
        }
        json
    }

    fn worklogs(&self, issue: &Issue) -> Value {
        let logged: Vec<Value> = issue
            .worklogs
            .iter()
            .take(WORKLOGS)
            .map(|work| self.worklog(issue, work))
            .collect();
        json!({"startAt": 0, "maxResults": WORKLOGS, "total": issue.worklogs.len(), "worklogs": logged})
    }

    fn worklog(&self, issue: &Issue, work: &Worklog) -> Value {
        let mut json = json!({
            "self": self.api(&format!("issue/{}/worklog/{}", issue.id, work.id)),
            "id": work.id.to_string(), "issueId": issue.id.to_string(),
            "created": self.time(work.created), "updated": self.time(work.created),
            "started": self.time(work.started), "timeSpent": duration(work.seconds), "timeSpentSeconds": work.seconds,
        });
        if let Some(comment) = &work.comment {
            json["comment"] = self.rich(comment);
        }
        if let Some(author) = work.author {
            json["author"] = self.user(author);
            json["updateAuthor"] = self.user(author);
        }
        json
    }

    fn votes(&self, issue: &Issue) -> Value {
        let voted = self.viewer.user.is_some_and(|user| issue.voters.contains(&user));
        let address = self.api(&format!("issue/{}/votes", issue.key));
        json!({"self": address, "votes": issue.voters.len(), "hasVoted": voted})
    }

    fn watches(&self, issue: &Issue) -> Value {
        let watching = self.viewer.user.is_some_and(|user| issue.watchers.contains(&user));
        let address = self.api(&format!("issue/{}/watchers", issue.key));
        json!({"self": address, "watchCount": issue.watchers.len(), "isWatching": watching})
    }

    fn time_tracking(&self, issue: &Issue) -> Value {
        let parts = [
            ("originalEstimate", "originalEstimateSeconds", issue.time.original),
            ("remainingEstimate", "remainingEstimateSeconds", issue.time.remaining),
            ("timeSpent", "timeSpentSeconds", issue.time.spent),
        ];
        let mut json = json!({});
        for (words, seconds, value) in parts {
            if let Some(value) = value {
                json[words] = duration(value).into();
                json[seconds] = value.into();
            }
        }
        json
    }

    /// The value of a custom field.
    pub(crate) fn custom_value(&self, field: &Field, value: &CustomValue) -> Value {
        match value {
            CustomValue::Number(number) => json!(number),
            CustomValue::Text(text) => (&**text).into(),
            CustomValue::Rich(text) => self.rich(text),
            CustomValue::Option(id) => self.option_by_id(&field.options, *id),
            CustomValue::Options(ids) => ids.iter().map(|id| self.option_by_id(&field.options, *id)).collect(),
            CustomValue::Cascading(id, child) => self.cascading(&field.options, *id, *child),
            CustomValue::Users(users) if field.kind == FieldKind::User => self.user_or_null(users.first().copied()),
            CustomValue::Users(users) => users.iter().map(|user| self.user(*user)).collect(),
            CustomValue::Date(date) => date.to_string().into(),
            CustomValue::DateTime(at) => self.time(*at).into(),
            CustomValue::Labels(labels) => labels.iter().map(|label| Value::from(&**label)).collect(),
            CustomValue::Groups(groups) if field.kind == FieldKind::Group => {
                groups.first().map_or(Value::Null, |group| self.group(group))
            }
            CustomValue::Groups(groups) => groups.iter().map(|group| self.group(group)).collect(),
            CustomValue::Versions(versions) if field.kind == FieldKind::Version => {
                versions.first().map_or(Value::Null, |version| self.version(*version))
            }
            CustomValue::Versions(versions) => versions.iter().map(|version| self.version(*version)).collect(),
            CustomValue::Project(project) => self.project(*project),
            CustomValue::Json(value) => Value::clone(value),
        }
    }

    fn option_by_id(&self, options: &[FieldOption], id: u64) -> Value {
        let found = options.iter().find(|option| option.id == id);
        found.map_or(Value::Null, |option| self.option(option))
    }

    fn cascading(&self, options: &[FieldOption], id: u64, child: Option<u64>) -> Value {
        let Some(parent) = options.iter().find(|option| option.id == id) else {
            return Value::Null;
        };
        let mut json = self.option(parent);
        if let Some(child) = child.and_then(|child| parent.children.iter().find(|option| option.id == child)) {
            json["child"] = self.option(child);
        }
        json
    }
}

/// `1w 2d 3h 4m` in working weeks of five days of eight hours, as Jira shows durations.
fn duration(seconds: u32) -> String {
    let mut left = seconds / 60;
    let mut parts = Vec::new();
    for (minutes, unit) in [(5 * 8 * 60, 'w'), (8 * 60, 'd'), (60, 'h'), (1, 'm')] {
        if left >= minutes {
            parts.push(format!("{}{unit}", left / minutes));
            left %= minutes;
        }
    }
    if parts.is_empty() {
        "0m".to_owned()
    } else {
        parts.join(" ")
    }
}

/// Percent of the estimate spent; -1 without an estimate.
fn work_ratio(issue: &Issue) -> i64 {
    match (issue.time.original, issue.time.spent) {
        (Some(original), spent) if original > 0 => i64::from(spent.unwrap_or(0)) * 100 / i64::from(original),
        _ => -1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_count_working_time() {
        for (seconds, text) in [
            (0, "0m"),
            (59, "0m"),
            (3_600, "1h"),
            (28_800, "1d"),
            (30_660, "1d 31m"),
            (144_000 + 3_600, "1w 1h"),
        ] {
            assert_eq!(duration(seconds), text, "{seconds}");
        }
    }
}
