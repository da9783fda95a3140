//! What crosstie hangs on issues: properties and remote links; and finding issues by them.

use std::{cmp::Reverse, collections::BTreeMap};

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use super::{Client, exchange::Verb, send::Call, write::nothing};
use crate::{
    domain::{Deployment, IssueId},
    jira::{
        Search,
        error::{Error, ErrorKind},
        wire::{self, issue},
        write::{Marked, Outcome, RemoteLink, WriteError},
    },
    jql,
};

/// Issues of one page of a search for marks.
const PAGE: u32 = 100;

/// Pages of such a search; one that goes on does not end.
const MOST_PAGES: u32 = 500;

/// Properties asked for at once.
const AT_ONCE: usize = 4;

impl Client {
    /// Links an issue to something elsewhere; a link of the same global id is replaced as a whole.
    ///
    /// # Errors
    /// As [`WriteError`] says; putting the same again does no harm.
    pub async fn put_remote_link(&self, id: &IssueId, link: &RemoteLink) -> Result<(), WriteError> {
        let path = self.writable(&["issue", id.as_str(), "remotelink"]).await?;
        let call = Call::write(&path, Verb::Upsert(link.body()));
        self.write(&call, nothing).await.map(|_| ())
    }

    /// Takes a link away; that there is none is as good.
    ///
    /// # Errors
    /// As [`WriteError`] says; [`ErrorKind::NotFound`] if the issue itself is gone.
    pub async fn remove_remote_link(&self, id: &IssueId, global_id: &str) -> Result<(), WriteError> {
        let path = self.writable(&["issue", id.as_str(), "remotelink"]).await?;
        let call = Call::write(&path, Verb::Delete).with("globalId", global_id);
        self.remove(id, call).await
    }

    /// Gives an issue a property, or another value to it.
    ///
    /// # Errors
    /// As [`WriteError`] says; putting the same again does no harm.
    pub async fn put_property(&self, id: &IssueId, key: &str, value: &Value) -> Result<(), WriteError> {
        let path = self.writable(&["issue", id.as_str(), "properties", key]).await?;
        let call = Call::write(&path, Verb::Put(value.clone()));
        self.write(&call, nothing).await.map(|_| ())
    }

    /// Takes a property away; that there is none is as good.
    ///
    /// # Errors
    /// As [`WriteError`] says; [`ErrorKind::NotFound`] if the issue itself is gone.
    pub async fn remove_property(&self, id: &IssueId, key: &str) -> Result<(), WriteError> {
        let path = self.writable(&["issue", id.as_str(), "properties", key]).await?;
        self.remove(id, Call::write(&path, Verb::Delete)).await
    }

    /// Jira says 404 of an absent thing and of an absent issue alike.
    async fn remove(&self, id: &IssueId, call: Call) -> Result<(), WriteError> {
        let read = |status: u16, body: &[u8]| match status {
            404 => wire::object(body).map(|_| false),
            _ => Ok(true),
        };
        let removed = self.write(&call.tolerating(&[404]), read).await?.value;
        if !removed {
            let there = self.exists(id).await;
            there.map_err(|error| WriteError::new(error, Outcome::Refused))?;
        }
        Ok(())
    }

    /// The value of an issue's property; `None` if it has none.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the issue itself is gone.
    pub async fn property(&self, id: &IssueId, key: &str) -> Result<Option<Value>, Error> {
        let value = self.property_of(id, key).await?;
        if value.is_none() {
            self.exists(id).await?;
        }
        Ok(value)
    }

    async fn property_of(&self, id: &IssueId, key: &str) -> Result<Option<Value>, Error> {
        let call = Call::get(&self.api(&["issue", id.as_str(), "properties", key]).await?);
        self.one_or_absent(call, issue::property).await
    }

    async fn exists(&self, id: &IssueId) -> Result<(), Error> {
        let call = Call::get(&self.api(&["issue", id.as_str()]).await?).with("fields", "updated");
        let path = call.path();
        let found = self.one_or_absent(call, issue::stub).await?;
        found.map(|_| ()).ok_or_else(|| self.gone(&path))
    }

    /// The issues that this account created in a project within the last minutes, newest first,
    /// each with its value of `property`. The index lags: an issue that was just created may not be
    /// among them yet.
    ///
    /// # Errors
    /// Whenever the list might not be whole.
    pub async fn recent_marks(&self, project: &str, since_minutes: u32, property: &str) -> Result<Vec<Marked>, Error> {
        let own = recent(project, since_minutes, " AND creator = currentUser()");
        let issues = match self.all_marked(own, property).await {
            Err(error) if error.kind == ErrorKind::Rejected => {
                let all = recent(project, since_minutes, "");
                self.all_marked(all, property).await?
            }
            other => other?,
        };
        if self.deployment().await? == Deployment::Cloud {
            return Ok(issues);
        }
        stream::iter(issues)
            .map(|issue| async move {
                let value = self.property_of(&issue.id, property).await?;
                Ok(Marked { value, ..issue })
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await
    }

    async fn all_marked(&self, jql: String, property: &str) -> Result<Vec<Marked>, Error> {
        let mut search = Search {
            jql,
            max_results: PAGE,
            changelog: false,
            page: None,
        };
        let mut found: BTreeMap<IssueId, Marked> = BTreeMap::new();
        for _ in 0..MOST_PAGES {
            let page = self.page(&search, &["created"], &[property], issue::marked).await?;
            if page.skipped > 0 {
                return Err(self.not_whole("some of them could not be read"));
            }
            found.extend(page.items.into_iter().map(|issue| (issue.id.clone(), issue)));
            search.page = page.next;
            if search.page.is_none() {
                let mut issues: Vec<Marked> = found.into_values().collect();
                issues.sort_by_key(|issue| Reverse(issue.created));
                return Ok(issues.into_iter().map(|issue| only(issue, property)).collect());
            }
        }
        Err(self.not_whole("the list does not end"))
    }

    fn not_whole(&self, why: &str) -> Error {
        let alias = &self.inner.alias;
        let message = format!("{alias}: the issues that were just created could not be listed: {why}");
        Error::new(
            ErrorKind::Malformed,
            message,
            "try again; if it stays, report it with the log",
        )
    }
}

/// Newest first, so that an issue that leaves the window while pages are read moves no other one
/// past the page that it is on.
fn recent(project: &str, minutes: u32, more: &str) -> String {
    let project = jql::quote(project);
    format!("project = {project} AND created >= -{minutes}m{more} ORDER BY created DESC")
}

/// From all properties that came along to the one that was asked for.
fn only(mut issue: Marked, property: &str) -> Marked {
    issue.value = match issue.value {
        Some(Value::Object(mut properties)) => properties.remove(property).filter(|value| !value.is_null()),
        _ => None,
    };
    issue
}
