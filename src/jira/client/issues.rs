//! Single issues and what hangs on them.

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;

use super::{
    Client,
    send::{Call, Reply},
};
use crate::{
    domain::{Comment, Deployment, History, Issue, IssueId, Transition, json::Json},
    jira::{
        Fetched,
        error::{Error, ErrorKind},
        wire::{self, ReadError, issue, page, parts, screen, take_list, take_text},
    },
};

/// Issues asked for in one request.
const CHUNK: usize = 100;

/// Single issues asked for at once.
const AT_ONCE: usize = 4;

/// Entries of a page of comments or of history.
const PAGE: u64 = 100;

impl Client {
    /// One whole issue by key or id. An old key finds the issue that moved.
    ///
    /// # Errors
    /// [`crate::jira::ErrorKind::NotFound`] also when the account may not see it.
    pub async fn issue(&self, key_or_id: &str) -> Result<Issue, Error> {
        let call = self.issue_call(key_or_id).await?;
        let read = |_: u16, body: &[u8]| issue::issue(wire::any(body)?).map_err(ReadError::Shape);
        Ok(self.send(&call, read).await?.value)
    }

    async fn issue_call(&self, key_or_id: &str) -> Result<Call, Error> {
        let call = Call::get(&self.api(&["issue", key_or_id]).await?);
        Ok(call.with("fields", issue::FIELDS.join(",")))
    }

    /// Whole issues by id. Only what Jira itself says not to exist or not to be visible is
    /// unreachable; any failure is an error.
    ///
    /// # Errors
    /// When not every id could be decided.
    pub async fn fetch(&self, ids: &[IssueId]) -> Result<Fetched, Error> {
        let mut fetched = Fetched::default();
        for chunk in ids.chunks(CHUNK) {
            let part = match self.deployment().await? {
                Deployment::Cloud => self.bulk(chunk).await?,
                Deployment::DataCenter => self.by_search(chunk).await?,
            };
            fetched.issues.extend(part.issues);
            fetched.unreachable.extend(part.unreachable);
        }
        Ok(fetched)
    }

    async fn bulk(&self, ids: &[IssueId]) -> Result<Fetched, Error> {
        let body = json!({"issueIdsOrKeys": ids, "fields": issue::FIELDS});
        let call = Call::ask(&self.api(&["issue", "bulkfetch"]).await?, body);
        let read = |_: u16, body: &[u8]| {
            let errors = page::listing(body, &["issueErrors"], refused_id);
            let denied = errors.map(|listing| listing.items).unwrap_or_default();
            Ok((page::listing(body, &["issues"], issue::issue)?, denied))
        };
        loop {
            let reply = self.send(&call, read).await?;
            let (listing, denied) = reply.value;
            let denied: BTreeSet<String> = denied.into_iter().flatten().collect();
            let unreachable: Vec<IssueId> = ids.iter().filter(|id| denied.contains(id.as_str())).cloned().collect();
            if !unreachable.is_empty() && self.confirm(reply.proven).await? {
                continue;
            }
            self.skipped(&call.path(), &listing.skipped);
            return self.completed(ids, listing.items, unreachable).await;
        }
    }

    async fn by_search(&self, ids: &[IssueId]) -> Result<Fetched, Error> {
        let list: Vec<&str> = ids.iter().map(IssueId::as_str).collect();
        let body = json!({
            "jql": format!("id in ({})", list.join(",")),
            "startAt": 0,
            "maxResults": ids.len(),
            "fields": issue::FIELDS,
            "validateQuery": false,
        });
        let call = Call::ask(&self.api(&["search"]).await?, body);
        let read = |_: u16, body: &[u8]| page::listing(body, &["issues"], issue::issue);
        let found = match self.send(&call, read).await {
            Ok(reply) => {
                self.skipped(&call.path(), &reply.value.skipped);
                reply.value.items
            }
            // Some versions refuse a list with an id that is gone, whatever `validateQuery` says.
            Err(error) if error.kind == ErrorKind::Rejected => Vec::new(),
            Err(error) => return Err(error),
        };
        self.completed(ids, found, Vec::new()).await
    }

    /// Asks one by one for those that are neither found nor refused yet: an index may lag.
    async fn completed(
        &self,
        ids: &[IssueId],
        mut issues: Vec<Issue>,
        mut unreachable: Vec<IssueId>,
    ) -> Result<Fetched, Error> {
        issues.retain(|issue| ids.contains(&issue.id));
        let decided = |id: &IssueId| issues.iter().any(|issue| issue.id == *id) || unreachable.contains(id);
        let open: Vec<IssueId> = ids.iter().filter(|id| !decided(id)).cloned().collect();
        let found: Vec<(IssueId, Option<Issue>)> = stream::iter(open)
            .map(|id| async move {
                let issue = self.one(&id).await?;
                Ok::<_, Error>((id, issue))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        for (id, issue) in found {
            match issue {
                Some(issue) => issues.push(issue),
                None => unreachable.push(id),
            }
        }
        Ok(Fetched { issues, unreachable })
    }

    /// `None` if Jira says, to a caller that it knows, that there is no such issue.
    async fn one(&self, id: &IssueId) -> Result<Option<Issue>, Error> {
        let call = self.issue_call(id.as_str()).await?;
        self.one_or_absent(call, issue::issue).await
    }

    /// What is read of an issue; `None` if Jira says, to a caller that it knows, that it is absent.
    pub(super) async fn one_or_absent<T>(&self, call: Call, element: page::Element<T>) -> Result<Option<T>, Error> {
        let call = call.tolerating(&[404]);
        loop {
            let read = |status: u16, body: &[u8]| one_or_absent(status, body, element);
            let reply: Reply<Option<T>> = self.send(&call, read).await?;
            if reply.value.is_none() && self.confirm(reply.proven).await? {
                continue;
            }
            return Ok(reply.value);
        }
    }

    /// All comments, oldest first.
    ///
    /// # Errors
    /// When a page could not be read.
    pub async fn comments(&self, key: &str) -> Result<Vec<Comment>, Error> {
        let path = self.api(&["issue", key, "comment"]).await?;
        let call = |start: u64| {
            Call::get(&path)
                .with("startAt", start.to_string())
                .with("maxResults", PAGE.to_string())
                .with("orderBy", "created")
        };
        let mut comments = self.every(call, &["comments", "values"], comment).await?;
        comments.sort_by_key(|comment| comment.created);
        Ok(comments)
    }

    /// The whole changelog, oldest first.
    ///
    /// # Errors
    /// When a page could not be read.
    pub async fn changelog(&self, key: &str) -> Result<Vec<History>, Error> {
        if self.deployment().await? == Deployment::Cloud {
            let path = self.api(&["issue", key, "changelog"]).await?;
            let call = |start: u64| {
                Call::get(&path)
                    .with("startAt", start.to_string())
                    .with("maxResults", PAGE.to_string())
            };
            let entries = self.every(call, &["values", "histories"], history).await?;
            return Ok(parts::oldest_first(entries));
        }
        let call = Call::get(&self.api(&["issue", key]).await?)
            .with("fields", "updated")
            .with("expand", "changelog");
        let read = |_: u16, body: &[u8]| {
            let mut object = wire::object(body)?;
            let changelog = wire::take_object(&mut object, "changelog");
            let changelog = changelog.ok_or_else(|| ReadError::Shape("the answer has no `changelog`".to_owned()))?;
            Ok(parts::changelog(Some(changelog)).0)
        };
        Ok(self.send(&call, read).await?.value)
    }

    /// The steps that the workflow allows now.
    ///
    /// # Errors
    /// [`crate::jira::ErrorKind::NotFound`] also when the account may not see the issue.
    pub async fn transitions(&self, key: &str) -> Result<Vec<Transition>, Error> {
        let call = Call::get(&self.api(&["issue", key, "transitions"]).await?);
        self.list(&call, &["transitions"], screen::transition).await
    }
}

/// An id of `issueErrors` whose message says that it is absent or invisible. Another message is
/// taken for a failure, and the issue is asked for on its own.
fn refused_id(value: Json<'_>) -> Result<Option<String>, String> {
    const ABSENT: [&str; 4] = ["does not exist", "permission", "not found", "cannot be found"];
    let Json::Object(mut object) = value else {
        return Ok(None);
    };
    let message = match take_text(&mut object, "errorMessage") {
        Some(message) => message,
        None => take_list(&mut object, "errorMessages")
            .into_iter()
            .filter_map(wire::text)
            .collect(),
    };
    let message = message.to_lowercase();
    let absent = ABSENT.iter().any(|words| message.contains(words));
    Ok(take_text(&mut object, "id").filter(|_| absent))
}

/// Jira's own 404 has a JSON body with messages; another one says nothing about the issue.
fn one_or_absent<T>(status: u16, body: &[u8], element: page::Element<T>) -> Result<Option<T>, ReadError> {
    if status == 404 {
        let object = wire::object(body)?;
        return match object.contains_key("errorMessages") {
            true => Ok(None),
            false => Err(ReadError::Shape(
                "this 404 does not say that the issue is absent".to_owned(),
            )),
        };
    }
    element(wire::any(body)?).map(Some).map_err(ReadError::Shape)
}

fn comment(value: Json<'_>) -> Result<Comment, String> {
    parts::comment(value, jiff::Timestamp::UNIX_EPOCH).ok_or_else(|| "a comment came without an id".to_owned())
}

fn history(value: Json<'_>) -> Result<History, String> {
    parts::history(value).ok_or_else(|| "a changelog entry came without an id or a date".to_owned())
}
