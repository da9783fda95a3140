//! What can happen to issues: each change leaves the changelog and the new `updated` that Jira leaves.
//!
//! Must never be in here: parsing of requests, permissions of the caller, or chance.

mod apply;
mod attach;
mod relocate;

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, civil::Date};

use super::{
    Category, ChangeItem, ComponentIdx, CustomValue, FieldIdx, History, Issue, IssueIdx, PriorityIdx, ProjectIdx,
    ResolutionIdx, SecurityIdx, SprintIdx, StatusIdx, TimeTracking, TypeIdx, UserIdx, VersionIdx, World,
    intern::push_tight,
};
use crate::sandbox::richtext::RichText;

/// Longest summary Jira takes.
const SUMMARY_LIMIT: usize = 255;

/// Why a change was refused. Texts are Jira's, fit for an error body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// One message per field.
    #[error("{}", .0.iter().map(|(field, text)| format!("{field}: {text}")).collect::<Vec<_>>().join("; "))]
    Fields(BTreeMap<String, String>),
    /// The transition does not leave the present status, or does not exist.
    #[error("It seems that you have tried to perform an illegal workflow operation.")]
    NoSuchTransition,
    /// The issue has sub-tasks, and the caller did not ask to delete them too.
    #[error(
        "The issue has subtasks. You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks."
    )]
    HasSubtasks,
    /// The comment is not there.
    #[error("Can not find a comment for the id: {0}.")]
    NoSuchComment(u64),
}

impl ChangeError {
    /// A refusal because of one field.
    #[must_use]
    pub fn field(field: &str, text: &str) -> Self {
        Self::Fields(BTreeMap::from([(field.to_owned(), text.to_owned())]))
    }
}

/// A new value for one field. `None` and empty lists clear it.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// `summary`
    Summary(String),
    /// `description`
    Description(Option<RichText>),
    /// `environment`
    Environment(Option<RichText>),
    /// `issuetype`
    Type(TypeIdx),
    /// `priority`
    Priority(Option<PriorityIdx>),
    /// `resolution`
    Resolution(Option<ResolutionIdx>),
    /// `assignee`
    Assignee(Option<UserIdx>),
    /// `reporter`
    Reporter(Option<UserIdx>),
    /// `duedate`
    Due(Option<Date>),
    /// `labels`
    Labels(Vec<Arc<str>>),
    /// `components`
    Components(Vec<ComponentIdx>),
    /// `fixVersions`
    FixVersions(Vec<VersionIdx>),
    /// `versions`
    AffectsVersions(Vec<VersionIdx>),
    /// `parent`
    Parent(Option<IssueIdx>),
    /// Sprints, the present one last.
    Sprints(Vec<SprintIdx>),
    /// `security`
    Security(Option<SecurityIdx>),
    /// `timetracking.originalEstimateSeconds`
    OriginalEstimate(Option<u32>),
    /// `timetracking.remainingEstimateSeconds`
    RemainingEstimate(Option<u32>),
    /// Any custom field but sprint and epic link, which have edits of their own.
    Custom(FieldIdx, Option<CustomValue>),
}

impl Edit {
    /// Whether the field holds nothing afterwards.
    #[must_use]
    pub fn clears(&self) -> bool {
        match self {
            Self::Summary(text) => text.trim().is_empty(),
            Self::Description(text) | Self::Environment(text) => text.is_none(),
            Self::Type(_) => false,
            Self::Priority(value) => value.is_none(),
            Self::Resolution(value) => value.is_none(),
            Self::Assignee(value) | Self::Reporter(value) => value.is_none(),
            Self::Due(value) => value.is_none(),
            Self::Labels(values) => values.is_empty(),
            Self::Components(values) => values.is_empty(),
            Self::FixVersions(values) | Self::AffectsVersions(values) => values.is_empty(),
            Self::Parent(value) => value.is_none(),
            Self::Sprints(values) => values.is_empty(),
            Self::Security(value) => value.is_none(),
            Self::OriginalEstimate(value) | Self::RemainingEstimate(value) => value.is_none(),
            Self::Custom(_, value) => value.is_none(),
        }
    }
}

/// What a new issue starts with.
#[derive(Debug, Clone, PartialEq)]
pub struct NewIssue {
    /// Where it is created.
    pub project: ProjectIdx,
    /// What it is.
    pub issue_type: TypeIdx,
    /// Values of all other fields; the summary is required.
    pub values: Vec<Edit>,
}

impl World {
    /// Creates an issue in the first status of its workflow.
    ///
    /// # Errors
    /// Missing or overlong summary, an issue type the project lacks, a sub-task without parent.
    pub fn create(&mut self, new: NewIssue, by: Option<UserIdx>, now: Timestamp) -> Result<IssueIdx, ChangeError> {
        self.check_new(&new)?;
        let id = self.fresh_id();
        let project = &mut self.projects[new.project.at()];
        project.last_number += 1;
        let (number, key) = (project.last_number, format!("{}-{}", project.key, project.last_number));
        let mut issue = blank(id, key.into(), new.project, number, now);
        issue.issue_type = new.issue_type;
        issue.reporter = by;
        issue.creator = by;
        issue.status = self
            .workflow_of(&issue)
            .and_then(|flow| flow.statuses.first().copied())
            .unwrap_or(StatusIdx(0));
        issue.priority = (!self.priorities.is_empty()).then(|| PriorityIdx::of(self.priorities.len() / 2));
        let idx = self.insert(issue);
        for value in new.values {
            self.apply(idx, value);
        }
        self.lag.remember(idx, None, now);
        Ok(idx)
    }

    /// What is wrong with a new issue as a whole.
    ///
    /// # Errors
    /// As [`World::create`].
    pub(crate) fn check_new(&self, new: &NewIssue) -> Result<(), ChangeError> {
        let mut errors = BTreeMap::new();
        let summary = new.values.iter().rev().find_map(|value| match value {
            Edit::Summary(text) => Some(text),
            _ => None,
        });
        match summary {
            Some(text) => errors.extend(summary_error(text)),
            None => errors.extend([(
                "summary".to_owned(),
                "You must specify a summary of the issue.".to_owned(),
            )]),
        }
        if !self
            .project(new.project)
            .types
            .iter()
            .any(|(kind, _)| *kind == new.issue_type)
        {
            errors.insert("issuetype".to_owned(), "The issue type selected is invalid.".to_owned());
        }
        let has_parent = new.values.iter().any(|value| matches!(value, Edit::Parent(Some(_))));
        if self.issue_type(new.issue_type).subtask && !has_parent {
            let text = "Issue type is a sub-task but parent issue key or id not specified.";
            errors.insert("parent".to_owned(), text.to_owned());
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(ChangeError::Fields(errors))
        }
    }

    /// Adds an issue as it is, for recordings; keeps indices and its project's numbering in step.
    pub fn insert(&mut self, issue: Issue) -> IssueIdx {
        let idx = IssueIdx::of(self.issues.len());
        self.by_id.insert(issue.id, idx);
        self.by_key.insert(issue.key.to_uppercase().into(), idx);
        self.by_updated.insert((issue.updated.as_millisecond(), idx));
        let project = &mut self.projects[issue.project.at()];
        project.last_number = project.last_number.max(issue.number);
        self.next_id = self.next_id.max(issue.id);
        self.issues.push(issue);
        self.changed();
        idx
    }

    /// Sets fields, in one changelog entry.
    ///
    /// # Errors
    /// An empty or overlong summary; then nothing is changed.
    pub fn edit(
        &mut self,
        idx: IssueIdx,
        edits: Vec<Edit>,
        by: Option<UserIdx>,
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        let errors: BTreeMap<_, _> = edits.iter().filter_map(edit_error).collect();
        if !errors.is_empty() {
            return Err(ChangeError::Fields(errors));
        }
        self.remember(idx, now);
        let items = edits.into_iter().flat_map(|edit| self.apply(idx, edit)).collect();
        self.record(idx, items, by, now);
        Ok(())
    }

    /// Gives the issue to somebody, or to nobody.
    pub fn assign(&mut self, idx: IssueIdx, to: Option<UserIdx>, by: Option<UserIdx>, now: Timestamp) {
        self.remember(idx, now);
        let items = self.apply(idx, Edit::Assignee(to));
        self.record(idx, items, by, now);
    }

    /// Moves the issue along its workflow; reaching a done status resolves it, leaving one reopens it.
    ///
    /// # Errors
    /// The transition does not leave the present status, or a field is refused.
    pub fn transition(
        &mut self,
        idx: IssueIdx,
        transition: u32,
        edits: Vec<Edit>,
        by: Option<UserIdx>,
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        let target = self.transitions(idx).find(|t| t.id == transition).map(|t| t.to);
        let target = target.ok_or(ChangeError::NoSuchTransition)?;
        let errors: BTreeMap<_, _> = edits.iter().filter_map(edit_error).collect();
        if !errors.is_empty() {
            return Err(ChangeError::Fields(errors));
        }
        self.remember(idx, now);
        let done = self.status(target).category == Category::Done;
        let mut items = self.set_status(idx, target, now);
        items.extend(
            edits
                .into_iter()
                .flat_map(|edit| self.apply(idx, edit))
                .collect::<Vec<_>>(),
        );
        let resolution = self.issue(idx).resolution;
        match (done, resolution) {
            (true, None) if !self.resolutions.is_empty() => {
                items.extend(self.apply(idx, Edit::Resolution(Some(ResolutionIdx(0)))));
            }
            (false, Some(_)) => items.extend(self.apply(idx, Edit::Resolution(None))),
            _ => {}
        }
        self.issues[idx.at()].resolved = if done {
            self.issue(idx).resolved.or(Some(now))
        } else {
            None
        };
        self.record(idx, items, by, now);
        Ok(())
    }

    fn set_status(&mut self, idx: IssueIdx, to: StatusIdx, now: Timestamp) -> Vec<ChangeItem> {
        let from = self.issue(idx).status;
        if from == to {
            return Vec::new();
        }
        let crossed = self.status(from).category != self.status(to).category;
        let issue = &mut self.issues[idx.at()];
        issue.status = to;
        if crossed {
            issue.category_changed = now;
        }
        let [before, after] =
            [from, to].map(|status| (self.status(status).id.to_string(), self.status(status).name.to_string()));
        vec![item("status", "status", Some(before), Some(after))]
    }

    /// Keeps what the lagging index still believes.
    fn remember(&mut self, idx: IssueIdx, now: Timestamp) {
        self.changed();
        self.lag.remember(idx, self.issues.get(idx.at()), now);
    }

    /// Writes the changelog entry, if anything changed, and `updated`.
    fn record(&mut self, idx: IssueIdx, mut items: Vec<ChangeItem>, by: Option<UserIdx>, now: Timestamp) {
        if items.is_empty() {
            return;
        }
        let id = self.fresh_id();
        items.iter_mut().for_each(|item| self.interner.share(item));
        items.shrink_to_fit();
        let history = &mut self.issues[idx.at()].history;
        // Generators tell one issue's story after the other, so an older entry may come late.
        let at = history.partition_point(|entry| entry.created <= now);
        let entry = History {
            id,
            author: by,
            created: now,
            items,
        };
        push_tight(history, entry);
        history[at..].rotate_right(1);
        self.touch(idx, now);
    }

    /// Moves `updated`, never back, and its index.
    fn touch(&mut self, idx: IssueIdx, now: Timestamp) {
        let issue = &mut self.issues[idx.at()];
        let before = issue.updated;
        issue.updated = before.max(now);
        let after = issue.updated.as_millisecond();
        self.by_updated.remove(&(before.as_millisecond(), idx));
        self.by_updated.insert((after, idx));
    }

    /// For generators: the issue itself. Not for keys, parents, links or `updated`, which are indexed.
    pub(crate) fn issue_mut(&mut self, idx: IssueIdx) -> &mut Issue {
        self.changed();
        &mut self.issues[idx.at()]
    }
}

/// An issue with nothing in it yet.
pub(crate) fn blank(id: u64, key: Arc<str>, project: ProjectIdx, number: u32, now: Timestamp) -> Issue {
    Issue {
        id,
        key,
        project,
        number,
        issue_type: TypeIdx(0),
        status: StatusIdx(0),
        priority: None,
        resolution: None,
        summary: "".into(),
        description: None,
        environment: None,
        assignee: None,
        reporter: None,
        creator: None,
        created: now,
        updated: now,
        resolved: None,
        category_changed: now,
        due: None,
        labels: Vec::new(),
        components: Vec::new(),
        fix_versions: Vec::new(),
        affects_versions: Vec::new(),
        parent: None,
        children: Vec::new(),
        foreign_subtasks: Vec::new(),
        links: Vec::new(),
        sprints: Vec::new(),
        voters: Vec::new(),
        watchers: Vec::new(),
        time: TimeTracking::default(),
        security: None,
        comments: Vec::new(),
        history: Vec::new(),
        attachments: Vec::new(),
        worklogs: Vec::new(),
        custom: Vec::new(),
        properties: BTreeMap::new(),
        remote_links: Vec::new(),
        extra: BTreeMap::new(),
        hidden: false,
        deleted: false,
    }
}

/// A changelog item of a system field; the sides are id and text.
fn item(field: &str, id: &str, from: Option<(String, String)>, to: Option<(String, String)>) -> ChangeItem {
    let side = |side: Option<(String, String)>| -> (Option<Arc<str>>, Option<Arc<str>>) {
        let (id, text) = side.unzip();
        (id.filter(|id| !id.is_empty()).map(Arc::from), text.map(Arc::from))
    };
    let ((from, from_text), (to, to_text)) = (side(from), side(to));
    ChangeItem {
        field: field.into(),
        field_id: id.into(),
        custom: false,
        from,
        from_text,
        to,
        to_text,
    }
}

fn edit_error(edit: &Edit) -> Option<(String, String)> {
    match edit {
        Edit::Summary(text) => summary_error(text),
        Edit::Labels(labels) if labels.iter().any(|label| label.contains(char::is_whitespace)) => Some((
            "labels".to_owned(),
            "The label contains spaces which is invalid.".to_owned(),
        )),
        _ => None,
    }
}

fn summary_error(text: &str) -> Option<(String, String)> {
    let problem = if text.trim().is_empty() {
        "You must specify a summary of the issue."
    } else if text.contains(['\n', '\r']) {
        "The summary is invalid because it contains newline characters."
    } else if text.chars().count() > SUMMARY_LIMIT {
        "Summary must be less than 255 characters."
    } else {
        return None;
    };
    Some(("summary".to_owned(), problem.to_owned()))
}
