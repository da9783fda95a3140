//! What writing to Jira takes and gives: above all, what became of a write that failed.
//!
//! Must never be in here: requests, or a guess. Whatever leaves room for doubt is
//! [`Outcome::Unknown`].

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::error::{Error, ErrorKind};
use crate::domain::{History, IssueId, IssueKey, Status};

/// What a failed write did at Jira.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nothing: it did not get to Jira.
    NotSent,
    /// Nothing: Jira said no, or not now ([`ErrorKind::RateLimited`]).
    Refused,
    /// Nobody knows: it may have been done. Look before doing it again.
    Unknown,
}

/// A write that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct WriteError {
    /// What failed, where, and the next step.
    pub error: Box<Error>,
    /// What it did.
    pub outcome: Outcome,
    /// What Jira says of single fields: the id that it names, and its words.
    pub fields: Vec<(String, String)>,
}

impl WriteError {
    pub(crate) fn new(error: Error, outcome: Outcome) -> Self {
        Self {
            error: Box::new(error),
            outcome,
            fields: Vec::new(),
        }
    }

    pub(crate) fn not_sent(error: Error) -> Self {
        Self::new(error, Outcome::NotSent)
    }

    pub(crate) fn of_fields(mut self, fields: Vec<(String, String)>) -> Self {
        self.fields = fields;
        self
    }

    /// Once a try may have had its effect, no later one can tell that it had none.
    pub(crate) fn in_doubt(mut self, doubt: bool) -> Self {
        if doubt {
            self.outcome = Outcome::Unknown;
        }
        self
    }

    /// Whether the write certainly had no effect, and the same one may well succeed later without
    /// anybody mending anything.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        let kind = self.error.kind;
        match self.outcome {
            Outcome::NotSent => kind.is_offline() || kind == ErrorKind::RateLimited,
            Outcome::Refused => kind == ErrorKind::RateLimited || self.is_conflict(),
            Outcome::Unknown => false,
        }
    }

    /// Whether somebody else changed the issue at the same moment: read it again, then decide.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.outcome == Outcome::Refused && self.error.status == Some(409)
    }
}

/// What an answer with an unwanted status says of a write; `told` if it names a time to come back.
pub(crate) fn of_status(status: u16, told: bool) -> Outcome {
    match status {
        407 => Outcome::NotSent,
        503 if told => Outcome::Refused,
        // Given by what stands before Jira, which may have passed the request on.
        408 | 499 => Outcome::Unknown,
        400..=499 => Outcome::Refused,
        _ => Outcome::Unknown,
    }
}

/// What a redirect that is not followed says of a write.
pub(crate) fn of_redirect(status: u16, to_login: bool) -> Outcome {
    match status {
        301 | 307 | 308 => Outcome::Refused,
        302 if to_login => Outcome::Refused,
        _ => Outcome::Unknown,
    }
}

/// How an issue that was just created got its property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marking {
    /// In the same request: there is no moment at which the issue exists without it.
    Together,
    /// Right after, since this Jira does not take both at once.
    After,
    /// The issue exists without it: this is why. It is to be put with
    /// [`super::Client::put_property`].
    Missing(WriteError),
}

/// An issue that was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// Id.
    pub id: IssueId,
    /// Key.
    pub key: IssueKey,
    /// How it got its property.
    pub marking: Marking,
}

/// An issue as it is now, its fields as Jira writes them.
#[derive(Debug, Clone, PartialEq)]
pub struct IssueNow {
    /// Id.
    pub id: IssueId,
    /// The present key, whichever was asked for.
    pub key: IssueKey,
    /// The fields that were asked for, by id.
    pub fields: Map<String, Value>,
    /// Workflow status.
    pub status: Status,
    /// Last change.
    pub updated: Timestamp,
    /// The newest changes, oldest first.
    pub history: Vec<History>,
    /// Whether they reach back to the beginning.
    pub history_complete: bool,
}

/// A link from an issue to something elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemoteLink {
    /// What the link is known by on this issue; at most 255 characters.
    pub global_id: String,
    /// Where it leads.
    pub url: String,
    /// Its text.
    pub title: String,
    /// Text after the title.
    pub summary: Option<String>,
    /// Heading that it stands under.
    pub relationship: Option<String>,
    /// What it leads into: a type such as `com.hackerone`, and a name for people.
    pub application: Option<(String, String)>,
    /// Picture of 16 × 16, and its text.
    pub icon: Option<(String, String)>,
    /// Drawn struck through once resolved.
    pub resolved: Option<bool>,
}

impl RemoteLink {
    /// The whole link: what an upsert leaves out is taken away.
    pub(crate) fn body(&self) -> Value {
        let mut object = json!({"url": self.url, "title": self.title});
        if let Some(summary) = &self.summary {
            object["summary"] = json!(summary);
        }
        if let Some((url, title)) = &self.icon {
            object["icon"] = json!({"url16x16": url, "title": title});
        }
        if let Some(resolved) = self.resolved {
            object["status"] = json!({"resolved": resolved});
        }
        let mut body = json!({"globalId": self.global_id, "object": object});
        if let Some(relationship) = &self.relationship {
            body["relationship"] = json!(relationship);
        }
        if let Some((kind, name)) = &self.application {
            body["application"] = json!({"type": kind, "name": name});
        }
        body
    }
}

/// An issue that was looked at for a property.
#[derive(Debug, Clone, PartialEq)]
pub struct Marked {
    /// Id.
    pub id: IssueId,
    /// Key.
    pub key: IssueKey,
    /// When it was created.
    pub created: Timestamp,
    /// The property's value; `None` if it has none.
    pub value: Option<Value>,
}
