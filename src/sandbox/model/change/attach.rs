//! What hangs on issues: comments, links, attachments, work, watchers, properties.
//!
//! Must never be in here: changes of fields.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    super::{
        Attachment, Comment, IssueIdx, IssueRef, Link, LinkTypeIdx, RemoteLink, UserIdx, Viewer, Visibility, Worklog,
        World,
    },
    ChangeError, item, push_tight,
};
use crate::sandbox::richtext::RichText;

impl World {
    /// Adds a comment and returns its id. Comments bump `updated` but leave no changelog entry.
    pub fn comment(
        &mut self,
        idx: IssueIdx,
        body: RichText,
        visibility: Option<Visibility>,
        by: Option<UserIdx>,
        now: Timestamp,
    ) -> u64 {
        self.remember(idx, now);
        let id = self.fresh_id();
        let comment = Comment {
            id,
            author: by,
            editor: by,
            body,
            created: now,
            updated: now,
            visibility,
        };
        push_tight(&mut self.issues[idx.at()].comments, comment);
        self.touch(idx, now);
        id
    }

    /// Replaces the body of a comment.
    ///
    /// # Errors
    /// There is no such comment on the issue.
    pub fn edit_comment(
        &mut self,
        idx: IssueIdx,
        id: u64,
        body: RichText,
        by: Option<UserIdx>,
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        self.remember(idx, now);
        let comment = self.issues[idx.at()]
            .comments
            .iter_mut()
            .find(|comment| comment.id == id);
        let comment = comment.ok_or(ChangeError::NoSuchComment(id))?;
        (comment.body, comment.editor, comment.updated) = (body, by, now);
        self.touch(idx, now);
        Ok(())
    }

    /// Deletes a comment.
    ///
    /// # Errors
    /// There is no such comment on the issue.
    pub fn delete_comment(
        &mut self,
        idx: IssueIdx,
        id: u64,
        by: Option<UserIdx>,
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        let comments = &self.issue(idx).comments;
        let at = comments
            .iter()
            .position(|comment| comment.id == id)
            .ok_or(ChangeError::NoSuchComment(id))?;
        self.remember(idx, now);
        let comment = self.issues[idx.at()].comments.remove(at);
        let text = comment.body.wiki(&self.users, self.flavour);
        self.record(
            idx,
            vec![item("Comment", "comment", Some((id.to_string(), text)), None)],
            by,
            now,
        );
        Ok(())
    }

    /// Whether the viewer may read the comment.
    #[must_use]
    pub fn can_read(&self, viewer: &Viewer, comment: &Comment) -> bool {
        match (&comment.visibility, viewer.user) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(Visibility::Group(group)), Some(user)) => self.in_group(user, group),
            (Some(Visibility::Role(role)), Some(_)) => !role.eq_ignore_ascii_case("Administrators"),
        }
    }

    /// Links two issues: `from` *outward* `to`. Returns the link's id; an equal link is not made twice.
    pub fn link(
        &mut self,
        from: IssueIdx,
        to: IssueIdx,
        kind: LinkTypeIdx,
        by: Option<UserIdx>,
        now: Timestamp,
    ) -> u64 {
        let other = IssueRef::Local(to);
        let equal = self
            .issue(from)
            .links
            .iter()
            .find(|l| l.kind == kind && l.outward && l.other == other);
        if let Some(link) = equal {
            return link.id;
        }
        let id = self.fresh_id();
        for (at, there, outward) in [(from, to, true), (to, from, false)] {
            self.remember(at, now);
            self.issues[at.at()].links.push(Link {
                id,
                kind,
                outward,
                other: IssueRef::Local(there),
            });
            let change = item("Link", "", None, Some(self.link_words(kind, outward, there)));
            self.record(at, vec![change], by, now);
        }
        id
    }

    /// Removes a link from both ends; false if there is none of this id.
    pub fn unlink(&mut self, id: u64, by: Option<UserIdx>, now: Timestamp) -> bool {
        let ends: Vec<_> = (0..self.issues.len())
            .map(IssueIdx::of)
            .filter_map(|idx| {
                self.issue(idx)
                    .links
                    .iter()
                    .find(|link| link.id == id)
                    .map(|link| (idx, link.clone()))
            })
            .collect();
        for (idx, link) in &ends {
            self.remember(*idx, now);
            self.issues[idx.at()].links.retain(|link| link.id != id);
            let words = link
                .other
                .local()
                .map(|there| self.link_words(link.kind, link.outward, there));
            self.record(*idx, vec![item("Link", "", words, None)], by, now);
        }
        !ends.is_empty()
    }

    fn link_words(&self, kind: LinkTypeIdx, outward: bool, other: IssueIdx) -> (String, String) {
        let kind = self.link_type(kind);
        let verb = if outward { &kind.outward } else { &kind.inward };
        let key = &self.issue(other).key;
        (key.to_string(), format!("This issue {verb} {key}"))
    }

    /// Attaches a file and returns its id.
    pub fn attach(
        &mut self,
        idx: IssueIdx,
        filename: &str,
        mime: &str,
        size: u64,
        by: Option<UserIdx>,
        now: Timestamp,
    ) -> u64 {
        self.remember(idx, now);
        let id = self.fresh_id();
        let attachment = Attachment {
            id,
            filename: filename.into(),
            author: by,
            created: now,
            size,
            mime: Arc::from(mime),
        };
        self.issues[idx.at()].attachments.push(attachment);
        let change = item(
            "Attachment",
            "attachment",
            None,
            Some((id.to_string(), filename.to_owned())),
        );
        self.record(idx, vec![change], by, now);
        id
    }

    /// Finds an attachment by id, with the issue it is on.
    #[must_use]
    pub fn attachment(&self, id: u64) -> Option<(IssueIdx, &Attachment)> {
        self.issues
            .iter()
            .enumerate()
            .filter(|(_, issue)| !issue.deleted)
            .find_map(|(at, issue)| {
                issue
                    .attachments
                    .iter()
                    .find(|file| file.id == id)
                    .map(|file| (IssueIdx::of(at), file))
            })
    }

    /// Logs work: raises the time spent and lowers the remaining estimate.
    pub fn log_work(&mut self, idx: IssueIdx, seconds: u32, started: Timestamp, by: Option<UserIdx>, now: Timestamp) {
        self.remember(idx, now);
        let id = self.fresh_id();
        let issue = &mut self.issues[idx.at()];
        issue.worklogs.push(Worklog {
            id,
            author: by,
            comment: None,
            started,
            seconds,
            created: now,
        });
        let before = issue.time;
        issue.time.spent = Some(before.spent.unwrap_or(0).saturating_add(seconds));
        issue.time.remaining = before.remaining.map(|left| left.saturating_sub(seconds));
        let after = issue.time;
        let side = |value: Option<u32>| value.map(|s| (s.to_string(), s.to_string()));
        let mut items = vec![item("timespent", "timespent", side(before.spent), side(after.spent))];
        if before.remaining != after.remaining {
            items.push(item(
                "timeestimate",
                "timeestimate",
                side(before.remaining),
                side(after.remaining),
            ));
        }
        self.record(idx, items, by, now);
    }

    /// Starts or stops watching; no change of the issue.
    pub fn watch(&mut self, idx: IssueIdx, user: UserIdx, watching: bool) {
        self.changed();
        let watchers = &mut self.issues[idx.at()].watchers;
        watchers.retain(|other| *other != user);
        if watching {
            watchers.push(user);
        }
    }

    /// Votes or takes the vote back; no change of the issue.
    pub fn vote(&mut self, idx: IssueIdx, user: UserIdx, voting: bool) {
        self.changed();
        let voters = &mut self.issues[idx.at()].voters;
        voters.retain(|other| *other != user);
        if voting {
            voters.push(user);
        }
    }

    /// Sets or removes a property; no change of the issue. True if it was there before.
    pub fn set_property(&mut self, idx: IssueIdx, key: &str, value: Option<Value>) -> bool {
        self.changed();
        let properties = &mut self.issues[idx.at()].properties;
        match value {
            Some(value) => properties.insert(key.to_owned(), value).is_some(),
            None => properties.remove(key).is_some(),
        }
    }

    /// Creates a remote link, or updates the one with the same global id; no change of the issue. Returns the id
    /// and whether it is new.
    pub fn set_remote_link(&mut self, idx: IssueIdx, mut link: RemoteLink) -> (u64, bool) {
        let id = self.fresh_id();
        self.changed();
        let links = &mut self.issues[idx.at()].remote_links;
        let same = |other: &&mut RemoteLink| link.global_id.is_some() && other.global_id == link.global_id;
        if let Some(found) = links.iter_mut().find(same) {
            link.id = found.id;
            *found = link;
            return (found.id, false);
        }
        link.id = id;
        links.push(link);
        (id, true)
    }

    /// Removes remote links; no change of the issue. Returns how many.
    pub fn remove_remote_links(&mut self, idx: IssueIdx, is_it: impl Fn(&RemoteLink) -> bool) -> usize {
        self.changed();
        let links = &mut self.issues[idx.at()].remote_links;
        let before = links.len();
        links.retain(|link| !is_it(link));
        before - links.len()
    }
}
