//! What changed since the last poll, to its last page.

use std::collections::HashSet;

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    domain::Issue,
    jira::{Error, ErrorKind, Page, PageToken, Search},
    store::Cursor,
};

use super::{
    plan::{self, Since},
    round::{Flight, Round, SyncError},
};

/// Page size of a poll. Most polls fit in one.
const PAGE: u32 = 100;
/// By how much pages overlap where a site pages by offset.
const STEP: usize = 20;

impl Round {
    /// Receives everything changed since the watermark and moves it, but only after the last page.
    pub(super) async fn delta(&self, flight: &mut Flight, cursor: &Cursor, zone: &TimeZone) -> Result<(), SyncError> {
        let watermark = cursor.watermark.unwrap_or(Timestamp::UNIX_EPOCH);
        let mut since = plan::since(watermark, self.client.server_now(), zone);
        let mut page = self.poll(&since, None).await?;
        // The answer's own date, not what this machine believed before it.
        let polled_at = self.client.server_now();
        let moves = page.next.is_some() && matches!(since, Since::Relative(_));
        if moves || !since.reached(watermark, polled_at) {
            // A bound that moves with the clock would shift the pages that follow.
            since = plan::absolute(watermark, zone);
            page = self.poll(&since, None).await?;
        }
        let mut tokens = Tokens::default();
        loop {
            let next = page.next.take().map(|next| stepped_back(next, page.items.len()));
            if flight.progress.expected.is_none() {
                flight.progress.expected = page.total;
            }
            let next = tokens.next(next);
            // The next page is on its way while this one is written.
            let asking = async {
                match &next {
                    Ok(Some(next)) => self.poll(&since, Some(next.clone())).await.map(Some),
                    _ => Ok(None),
                }
            };
            let (taken, asked) = futures_util::join!(self.take(flight, page.items), asking);
            taken?;
            next?;
            page = match asked? {
                Some(page) => page,
                None => break,
            };
        }
        self.stored(move |store, alias| store.advance_watermark(alias, polled_at))
            .await?;
        Ok(())
    }

    async fn poll(&self, since: &Since, page: Option<PageToken>) -> Result<Page<Issue>, SyncError> {
        let jql = plan::delta_jql(&self.scope, since);
        Ok(self
            .client
            .search(&Search {
                jql,
                max_results: PAGE,
                changelog: true,
                page,
            })
            .await?)
    }
}

/// Where to read on in a list of changes. An issue that is edited meanwhile moves to the end of the
/// list, and those behind it come one offset nearer: so many of them may do so before one is missed.
fn stepped_back(next: PageToken, received: usize) -> PageToken {
    match next {
        PageToken::Offset(offset) if received > 2 * STEP => PageToken::Offset(offset.saturating_sub(STEP as u64)),
        other => other,
    }
}

/// Guards against a server that hands out the same place twice: paging would never end, and ending it
/// there would pass for the whole list.
#[derive(Debug, Default)]
pub(super) struct Tokens(HashSet<String>);

impl Tokens {
    /// The next page's token, unless it was given before.
    pub(super) fn next(&mut self, token: Option<PageToken>) -> Result<Option<PageToken>, SyncError> {
        let Some(token) = token else { return Ok(None) };
        let fresh = match &token {
            PageToken::Cursor(text) => self.0.insert(text.clone()),
            PageToken::Offset(offset) => self.0.insert(offset.to_string()),
        };
        if fresh {
            return Ok(Some(token));
        }
        Err(SyncError::Jira(Error {
            kind: ErrorKind::Malformed,
            message: "the site leads from one page of a search back to an earlier one".to_owned(),
            remedy: "nothing is lost; the next run tries again. If it stays, tell the site's administrator.".to_owned(),
            status: None,
            retry_at: None,
            trace: None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_leads_in_a_circle_is_no_whole_list() {
        let mut tokens = Tokens::default();
        let cursor = |text: &str| Some(PageToken::Cursor(text.into()));
        for text in ["a", "b"] {
            assert_eq!(tokens.next(cursor(text)).unwrap(), cursor(text));
        }
        assert!(tokens.next(None).unwrap().is_none());
        let error = tokens.next(cursor("a")).unwrap_err();
        assert_eq!(error.jira_kind(), Some(ErrorKind::Malformed));
    }

    #[test]
    fn offsets_overlap_and_still_move_on() {
        let table = [(100, 100, 80), (41, 41, 21), (40, 40, 40), (7, 107, 107)];
        for (received, next, expected) in table {
            let next = stepped_back(PageToken::Offset(next), received);
            assert_eq!(next, PageToken::Offset(expected), "{received}");
        }
        let cursor = PageToken::Cursor("x".into());
        assert_eq!(stepped_back(cursor.clone(), 100), cursor);
    }
}
