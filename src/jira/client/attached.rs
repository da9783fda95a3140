//! What crosstie hangs on issues: properties and remote links; and finding issues by them.

use std::{cmp::Reverse, collections::BTreeMap};

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use super::{Client, exchange::Verb, send::Call, write::nothing};
use crate::{
    domain::{Deployment, IssueId},
    jira::{
        Search,
        error::{Error, ErrorKind},
        wire::{self, issue, page, take},
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

/// Keys that are tried at once: on Cloud one request takes so many.
const KEYS: u64 = 100;

/// The same on Data Center, where each key is a request.
const FEW_KEYS: u64 = 20;

/// Batches of keys tried at most: so many issues are not made while an index lags.
const MOST_BATCHES: usize = 50;

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

    /// The issues of a project that the search index may not hold yet, since it lags `lag_minutes` at most:
    /// those whose keys follow the newest one that it holds for certain, up to where keys end. They are
    /// read by key, which no index stands before.
    ///
    /// # Errors
    /// Whenever the list might not be whole.
    pub async fn unindexed_marks(&self, project: &str, lag_minutes: u32, property: &str) -> Result<Vec<Marked>, Error> {
        let newest = Search {
            jql: settled(project, lag_minutes),
            max_results: 1,
            changelog: false,
            page: None,
        };
        let known = self.page(&newest, &["created"], &[], issue::marked).await?.items;
        let mut last = known
            .first()
            .and_then(|issue| issue.key.parts())
            .map_or(0, |(_, number)| number);
        let batch = match self.deployment().await? {
            Deployment::Cloud => KEYS,
            Deployment::DataCenter => FEW_KEYS,
        };
        let mut found = Vec::new();
        for _ in 0..MOST_BATCHES {
            let keys: Vec<String> = (last + 1..=last + batch)
                .map(|number| format!("{project}-{number}"))
                .collect();
            let marked = match self.deployment().await? {
                Deployment::Cloud => self.marked_by_bulk(&keys, property).await?,
                Deployment::DataCenter => self.marked_by_key(keys, property).await?,
            };
            if marked.is_empty() {
                return Ok(found);
            }
            found.extend(marked);
            last += batch;
        }
        Err(self.not_whole("their keys do not end"))
    }

    async fn marked_by_bulk(&self, keys: &[String], property: &str) -> Result<Vec<Marked>, Error> {
        let body = json!({"issueIdsOrKeys": keys, "fields": ["created"], "properties": [property]});
        let call = Call::ask(&self.api(&["issue", "bulkfetch"]).await?, body);
        let read = |_: u16, body: &[u8]| page::listing(body, &["issues"], issue::marked);
        loop {
            let reply = self.send(&call, read).await?;
            if !reply.value.skipped.is_empty() {
                return Err(self.not_whole("some of them could not be read"));
            }
            if reply.value.items.is_empty() && self.confirm(reply.proven).await? {
                continue;
            }
            let issues = reply.value.items.into_iter();
            return Ok(issues.map(|issue| only(issue, property)).collect());
        }
    }

    async fn marked_by_key(&self, keys: Vec<String>, property: &str) -> Result<Vec<Marked>, Error> {
        let asked = stream::iter(keys).map(|key| async move {
            let call = Call::get(&self.api(&["issue", &key]).await?).with("fields", "created");
            let Some(issue) = self.one_or_absent(call, issue::marked).await? else {
                return Ok(None);
            };
            let value = self.property_of(&issue.id, property).await?;
            Ok(Some(Marked { value, ..issue }))
        });
        let found: Vec<Option<Marked>> = asked.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
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

/// The newest issue that an index holds for certain comes first.
fn settled(project: &str, lag_minutes: u32) -> String {
    let project = jql::quote(project);
    format!("project = {project} AND created <= -{lag_minutes}m ORDER BY created DESC")
}

/// From all properties that came along to the one that was asked for.
fn only(mut issue: Marked, property: &str) -> Marked {
    issue.value = match issue.value {
        Some(Value::Object(mut properties)) => take(&mut properties, property),
        _ => None,
    };
    issue
}
