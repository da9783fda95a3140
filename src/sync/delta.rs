//! What changed since the last poll, to its last page.

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    domain::Issue,
    jira::{Page, PageToken, Search},
    store::Cursor,
};

use super::{
    plan::{self, Since},
    round::{Flight, Round, SyncError},
};

/// Page size of a poll. Most polls fit in one.
const PAGE: u32 = 100;

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
            let next = page.next.take();
            if flight.progress.expected.is_none() {
                flight.progress.expected = page.total;
            }
            self.take(flight, page.items).await?;
            let Some(next) = next else { break };
            if !tokens.is_fresh(&next) {
                break;
            }
            page = self.poll(&since, Some(next)).await?;
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

/// Guards against a server that hands out the same cursor twice: paging would never end.
#[derive(Debug, Default)]
pub(super) struct Tokens(std::collections::HashSet<String>);

impl Tokens {
    pub(super) fn is_fresh(&mut self, token: &PageToken) -> bool {
        match token {
            PageToken::Cursor(text) => self.0.insert(text.clone()),
            PageToken::Offset(offset) => self.0.insert(offset.to_string()),
        }
    }
}
