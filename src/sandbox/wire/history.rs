//! Comments and changelogs as JSON.
//!
//! Must never be in here: paging decisions of endpoints.

use serde_json::{Value, json};

use super::Wire;
use crate::sandbox::model::{ChangeItem, Comment, History, Issue, Visibility};

/// How many entries Cloud gives with `expand=changelog`.
const CLOUD_EXPANDED: usize = 100;

impl Wire<'_> {
    /// A comment of an issue. Accounts that are gone altogether leave no author.
    pub(crate) fn comment(&self, issue: &Issue, comment: &Comment, rendered: bool) -> Value {
        let mut json = json!({
            "self": self.api(&format!("issue/{}/comment/{}", issue.id, comment.id)),
            "id": comment.id.to_string(),
            "body": self.rich(&comment.body),
            "created": self.time(comment.created),
            "updated": self.time(comment.updated),
        });
        if let Some(author) = comment.author {
            json["author"] = self.user(author);
        }
        if let Some(editor) = comment.editor {
            json["updateAuthor"] = self.user(editor);
        }
        if let Some(visibility) = &comment.visibility {
            json["visibility"] = self.visibility(visibility);
        }
        if self.cloud() {
            json["jsdPublic"] = true.into();
        }
        if rendered {
            json["renderedBody"] = self.rendered(&comment.body).into();
        }
        json
    }

    fn visibility(&self, visibility: &Visibility) -> Value {
        let (kind, name) = match visibility {
            Visibility::Group(name) => ("group", name),
            Visibility::Role(name) => ("role", name),
        };
        let mut json = json!({"type": kind, "value": &**name});
        if self.cloud() {
            json["identifier"] = (&**name).into();
        }
        json
    }

    /// The comments the caller may read, oldest first.
    pub(crate) fn readable<'i>(&self, issue: &'i Issue) -> Vec<&'i Comment> {
        let comments = issue.comments.iter();
        comments
            .filter(|comment| self.world.can_read(&self.viewer, comment))
            .collect()
    }

    /// One entry of the changelog, with its time written by the caller of this.
    pub(crate) fn history(&self, history: &History, created: impl Into<Value>) -> Value {
        let items: Vec<Value> = history.items.iter().map(|item| self.change(item)).collect();
        let mut json = json!({"id": history.id.to_string(), "created": created.into(), "items": items});
        if let Some(author) = history.author {
            json["author"] = self.user(author);
        }
        json
    }

    fn change(&self, item: &ChangeItem) -> Value {
        let mut json = json!({
            "field": &*item.field,
            "fieldtype": if item.custom { "custom" } else { "jira" },
            "from": item.from.as_deref(),
            "fromString": item.from_text.as_deref(),
            "to": item.to.as_deref(),
            "toString": item.to_text.as_deref(),
        });
        if self.cloud() && !item.field_id.is_empty() {
            json["fieldId"] = (&*item.field_id).into();
        }
        json
    }

    /// The changelog inside an issue: on Cloud the newest entries first and no more than a hundred, on
    /// Data Center all of it, oldest first.
    pub(crate) fn changelog(&self, issue: &Issue) -> Value {
        let write = |history: &History| self.history(history, self.time(history.created));
        let total = issue.history.len();
        let histories: Vec<Value> = if self.cloud() {
            issue.history.iter().rev().take(CLOUD_EXPANDED).map(write).collect()
        } else {
            issue.history.iter().map(write).collect()
        };
        json!({"startAt": 0, "maxResults": histories.len(), "total": total, "histories": histories})
    }
}
