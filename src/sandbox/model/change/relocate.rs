//! Where issues are: moved to another project, deleted, hidden.
//!
//! Must never be in here: changes of fields.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    super::{ChangeItem, IssueIdx, IssueRef, ProjectIdx, UserIdx, World},
    ChangeError, Edit, item,
};

impl World {
    /// Moves the issue, with its sub-tasks, to another project. The id stays, the old key keeps leading here;
    /// what belongs to the old project (components, versions) is dropped.
    pub fn move_project(&mut self, idx: IssueIdx, to: ProjectIdx, by: Option<UserIdx>, now: Timestamp) {
        if self.issue(idx).project == to {
            return;
        }
        self.remember(idx, now);
        let mut items = [
            Edit::Components(vec![]),
            Edit::FixVersions(vec![]),
            Edit::AffectsVersions(vec![]),
        ]
        .into_iter()
        .flat_map(|edit| self.apply(idx, edit))
        .collect::<Vec<_>>();
        items.extend(self.rehome(idx, to));
        items.extend(self.fit_workflow(idx, now));
        self.record(idx, items, by, now);
        for child in self.children(idx) {
            if self.issue_type(self.issue(child).issue_type).subtask {
                self.move_project(child, to, by, now);
            }
        }
    }

    fn rehome(&mut self, idx: IssueIdx, to: ProjectIdx) -> Vec<ChangeItem> {
        let (from, old_key) = (self.issue(idx).project, self.issue(idx).key.clone());
        let project = &mut self.projects[to.at()];
        project.last_number += 1;
        let number = project.last_number;
        let key: Arc<str> = format!("{}-{number}", project.key).into();
        self.by_key.insert(key.to_uppercase().into(), idx);
        let issue = &mut self.issues[idx.at()];
        (issue.project, issue.number, issue.key) = (to, number, key.clone());
        let [before, after] = [from, to].map(|p| (self.project(p).id.to_string(), self.project(p).name.to_string()));
        vec![
            item("project", "project", Some(before), Some(after)),
            item(
                "Key",
                "",
                Some((String::new(), old_key.to_string())),
                Some((String::new(), key.to_string())),
            ),
        ]
    }

    /// After a move: a type and a status that the new project knows.
    fn fit_workflow(&mut self, idx: IssueIdx, now: Timestamp) -> Vec<ChangeItem> {
        let issue = self.issue(idx);
        let subtask = self.issue_type(issue.issue_type).subtask;
        let types = &self.project(issue.project).types;
        let known = types.iter().any(|(kind, _)| *kind == issue.issue_type);
        let other = types
            .iter()
            .map(|(kind, _)| *kind)
            .find(|kind| self.issue_type(*kind).subtask == subtask);
        let mut items = Vec::new();
        if let (false, Some(kind)) = (known, other) {
            items.extend(self.apply(idx, Edit::Type(kind)));
        }
        let issue = self.issue(idx);
        let flow = self
            .workflow_of(issue)
            .map(|flow| flow.statuses.clone())
            .unwrap_or_default();
        let category = self.status(issue.status).category;
        if !flow.contains(&issue.status) {
            let same = flow
                .iter()
                .copied()
                .find(|status| self.status(*status).category == category);
            if let Some(status) = same.or(flow.first().copied()) {
                items.extend(self.set_status(idx, status, now));
            }
        }
        items
    }

    /// Deletes the issue. Its id and key stay known as deleted; links to it go.
    ///
    /// # Errors
    /// It has sub-tasks and `with_subtasks` is false.
    pub fn delete(&mut self, idx: IssueIdx, with_subtasks: bool, now: Timestamp) -> Result<(), ChangeError> {
        let children = self.children(idx);
        let (subtasks, members): (Vec<_>, Vec<_>) = children
            .into_iter()
            .partition(|child| self.issue_type(self.issue(*child).issue_type).subtask);
        if !subtasks.is_empty() && !with_subtasks {
            return Err(ChangeError::HasSubtasks);
        }
        for child in subtasks {
            self.delete(child, true, now)?;
        }
        for member in members {
            self.issues[member.at()].parent = None;
        }
        self.remember(idx, now);
        self.unhook(idx);
        let issue = &mut self.issues[idx.at()];
        issue.deleted = true;
        let (id, updated) = (issue.id, issue.updated.as_millisecond());
        self.by_updated.remove(&(updated, idx));
        self.deleted.insert(id, now);
        Ok(())
    }

    /// Takes the issue out of its parent's children and of the links of others.
    fn unhook(&mut self, idx: IssueIdx) {
        if let Some(parent) = self.issue(idx).parent.as_ref().and_then(IssueRef::local) {
            self.issues[parent.at()].children.retain(|child| *child != idx);
        }
        let others: Vec<_> = self
            .issue(idx)
            .links
            .iter()
            .filter_map(|link| link.other.local())
            .collect();
        for other in others {
            self.issues[other.at()]
                .links
                .retain(|link| link.other != IssueRef::Local(idx));
        }
    }

    /// Withdraws everybody's permission to see the issue. Like in Jira this is no change of the issue.
    pub fn hide(&mut self, idx: IssueIdx) {
        self.changed();
        self.issues[idx.at()].hidden = true;
    }

    /// Gives the permission back.
    pub fn unhide(&mut self, idx: IssueIdx) {
        self.changed();
        self.issues[idx.at()].hidden = false;
    }
}
