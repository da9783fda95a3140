//! Searching, counting, and having JQL checked.

use serde_json::{Value, json};

use super::{Client, send::Call};
use crate::{
    domain::{Deployment, Issue},
    jira::{
        Page, PageToken, Search, Stub,
        error::Error,
        wire::{self, ReadError, issue, meta, page, refusal},
    },
};

/// Most stubs that one page may hold.
const MOST_STUBS: [(Deployment, u32); 2] = [(Deployment::Cloud, 5000), (Deployment::DataCenter, 1000)];

impl Client {
    /// One page of whole issues.
    ///
    /// # Errors
    /// [`crate::jira::ErrorKind::Rejected`] when Jira does not accept the query.
    pub async fn search(&self, search: &Search) -> Result<Page<Issue>, Error> {
        self.page(search, &issue::FIELDS, &[], issue::issue).await
    }

    /// One page of a census; `max` is cut to what the server allows.
    ///
    /// # Errors
    /// [`crate::jira::ErrorKind::Rejected`] when Jira does not accept the query.
    pub async fn search_stubs(&self, jql: &str, max: u32, page: Option<PageToken>) -> Result<Page<Stub>, Error> {
        let deployment = self.deployment().await?;
        let most = MOST_STUBS
            .iter()
            .find(|(kind, _)| *kind == deployment)
            .map_or(1000, |(_, most)| *most);
        let search = Search {
            jql: jql.to_owned(),
            max_results: max.clamp(1, most),
            changelog: false,
            page,
        };
        self.page(&search, &["updated"], &[], issue::stub).await
    }

    /// One page, with these fields and, on Cloud, these properties of each issue.
    pub(super) async fn page<T>(
        &self,
        search: &Search,
        fields: &[&str],
        properties: &[&str],
        element: page::Element<T>,
    ) -> Result<Page<T>, Error> {
        let deployment = self.deployment().await?;
        let path: &[&str] = match deployment {
            Deployment::Cloud => &["search", "jql"],
            Deployment::DataCenter => &["search"],
        };
        let mut body = body(deployment, search, fields);
        if deployment == Deployment::Cloud && !properties.is_empty() {
            body["properties"] = json!(properties);
        }
        let call = Call::ask(&self.api(path).await?, body);
        let read = |_: u16, body: &[u8]| {
            let listing = page::listing(body, &["issues"], element)?;
            let next = next(deployment, search.page.as_ref(), &listing)?;
            Ok((listing, next))
        };
        loop {
            let reply = self.send(&call, read).await?;
            let (listing, next) = reply.value;
            if listing.received() == 0 && self.confirm(reply.proven).await? {
                continue;
            }
            return Ok(Page {
                skipped: self.skipped(&call.path(), &listing.skipped),
                items: listing.items,
                next,
                total: listing.total,
            });
        }
    }

    /// How many issues match; on Cloud an estimate.
    ///
    /// # Errors
    /// [`crate::jira::ErrorKind::Rejected`] when Jira does not accept the query.
    pub async fn count(&self, jql: &str) -> Result<u64, Error> {
        let (path, body, member): (&[&str], Value, &str) = match self.deployment().await? {
            Deployment::Cloud => (&["search", "approximate-count"], json!({"jql": jql}), "count"),
            Deployment::DataCenter => (&["search"], probe(jql), "total"),
        };
        let call = Call::ask(&self.api(path).await?, body);
        let read = |_: u16, body: &[u8]| {
            let object = wire::object(body)?;
            wire::count_of(&object, member).ok_or_else(|| ReadError::Shape(format!("the answer has no `{member}`")))
        };
        loop {
            let reply = self.send(&call, read).await?;
            if reply.value == 0 && self.confirm(reply.proven).await? {
                continue;
            }
            return Ok(reply.value);
        }
    }

    /// What Jira finds wrong with a query; empty if nothing.
    ///
    /// # Errors
    /// Only when the question could not be answered.
    pub async fn jql_check(&self, jql: &str) -> Result<Vec<String>, Error> {
        let deployment = self.deployment().await?;
        let call = match deployment {
            Deployment::Cloud => {
                let body = json!({"queries": [jql]});
                Call::ask(&self.api(&["jql", "parse"]).await?, body).with("validation", "strict")
            }
            Deployment::DataCenter => Call::ask(&self.api(&["search"]).await?, probe(jql)),
        };
        let read = |status: u16, body: &[u8]| match (status, deployment) {
            (400, _) => Ok(refusal::sentences(body)),
            (_, Deployment::Cloud) => meta::parse_errors(wire::object(body)?)
                .ok_or_else(|| ReadError::Shape("the answer has no `queries`".to_owned())),
            (_, Deployment::DataCenter) => wire::object(body).map(|_| Vec::new()),
        };
        let errors = self.send(&call.tolerating(&[400]), read).await?.value;
        Ok(errors
            .iter()
            .map(|error| refusal::clean(error))
            .filter(|error| !error.is_empty())
            .collect())
    }
}

/// A search that only counts and checks.
fn probe(jql: &str) -> Value {
    json!({"jql": jql, "startAt": 0, "maxResults": 0, "fields": ["id"], "validateQuery": true})
}

/// The body of a search. Cloud's schema is closed, and takes `expand` as text.
fn body(deployment: Deployment, search: &Search, fields: &[&str]) -> Value {
    let mut body = json!({"jql": search.jql, "maxResults": search.max_results, "fields": fields});
    match (deployment, &search.page) {
        (Deployment::Cloud, Some(PageToken::Cursor(token))) => body["nextPageToken"] = json!(token),
        (Deployment::DataCenter, page) => {
            let start = if let Some(PageToken::Offset(start)) = page {
                *start
            } else {
                0
            };
            body["startAt"] = json!(start);
        }
        _ => {}
    }
    if search.changelog {
        body["expand"] = match deployment {
            Deployment::Cloud => json!("changelog"),
            Deployment::DataCenter => json!(["changelog"]),
        };
    }
    body
}

/// Where the next page starts. A page that claims to have a successor but does not say where, or
/// names the page that was just read, would end the pull early or never.
fn next<T>(
    deployment: Deployment,
    asked: Option<&PageToken>,
    listing: &page::Listing<T>,
) -> Result<Option<PageToken>, ReadError> {
    if deployment == Deployment::DataCenter {
        let start = if let Some(PageToken::Offset(start)) = asked {
            *start
        } else {
            0
        };
        return Ok(listing.next_offset(start).map(PageToken::Offset));
    }
    let wrong = |what: &str| Err(ReadError::Shape(what.to_owned()));
    let token = listing
        .token
        .clone()
        .map(PageToken::Cursor)
        .filter(|_| listing.is_last != Some(true));
    match token {
        Some(token) if Some(&token) == asked => wrong("the next page is the one that was just read"),
        None if listing.is_last == Some(false) => wrong("there are more pages, but no token for the next"),
        token => Ok(token),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(page: Option<PageToken>, changelog: bool) -> Search {
        Search {
            jql: "project = PAY".into(),
            max_results: 50,
            changelog,
            page,
        }
    }

    #[test]
    fn each_flavour_has_its_own_body() {
        let cursor = Some(PageToken::Cursor("abc".into()));
        let offset = Some(PageToken::Offset(100));
        let base = |more: Value| {
            let mut body = json!({"jql": "project = PAY", "maxResults": 50, "fields": ["updated"]});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        for (deployment, page, changelog, expected) in [
            (Deployment::Cloud, None, false, json!({})),
            (
                Deployment::Cloud,
                cursor.clone(),
                true,
                json!({"nextPageToken": "abc", "expand": "changelog"}),
            ),
            (Deployment::Cloud, offset.clone(), false, json!({})),
            (Deployment::DataCenter, None, false, json!({"startAt": 0})),
            (
                Deployment::DataCenter,
                offset,
                true,
                json!({"startAt": 100, "expand": ["changelog"]}),
            ),
            (Deployment::DataCenter, cursor, false, json!({"startAt": 0})),
        ] {
            assert_eq!(
                body(deployment, &search(page, changelog), &["updated"]),
                base(expected),
                "{deployment:?}"
            );
        }
    }

    #[test]
    fn the_next_page_is_where_the_server_says() {
        let cursor = |token: &str| Some(PageToken::Cursor(token.into()));
        let cloud = Deployment::Cloud;
        let dc = Deployment::DataCenter;
        for (deployment, asked, text, expected) in [
            (cloud, None, r#"{"issues":[],"isLast":true}"#, Ok(None)),
            (cloud, None, r#"{"issues":[]}"#, Ok(None)),
            (
                cloud,
                None,
                r#"{"issues":[],"nextPageToken":"b","isLast":false}"#,
                Ok(cursor("b")),
            ),
            (
                cloud,
                None,
                r#"{"issues":[],"nextPageToken":"b","isLast":true}"#,
                Ok(None),
            ),
            (cloud, cursor("b"), r#"{"issues":[],"nextPageToken":"b"}"#, Err(())),
            (cloud, None, r#"{"issues":[],"isLast":false}"#, Err(())),
            (
                dc,
                None,
                r#"{"startAt":0,"total":3,"issues":[1,2]}"#,
                Ok(Some(PageToken::Offset(2))),
            ),
            (
                dc,
                Some(PageToken::Offset(2)),
                r#"{"startAt":2,"total":3,"issues":[1]}"#,
                Ok(None),
            ),
            (dc, None, r#"{"startAt":0,"total":9,"issues":[]}"#, Ok(None)),
            (
                dc,
                None,
                r#"{"total":"g2b","issues":[1]}"#,
                Ok(Some(PageToken::Offset(1))),
            ),
        ] {
            let listing = page::listing(text.as_bytes(), &["issues"], issue::stub).unwrap();
            let next = next(deployment, asked.as_ref(), &listing).map_err(|_| ());
            assert_eq!(next, expected, "{text}");
        }
    }
}
