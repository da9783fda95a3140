//! The first pull: the scope in slices of creation time, several at once, resumable.
//!
//! Slices are bounded by `created` because that never changes: an issue edited while it is being
//! pulled stays in its slice. How far each slice has come is remembered with its issues, newest first, so a
//! kill costs at most the pages under way. What moved under the pages (deletions, offsets) is mended by the census
//! that follows.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{Timestamp, tz::TimeZone};
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
};

use crate::{
    domain::{Issue, Level},
    jira::{Client, Search, patiently},
    store::{NewLine, Slice, Store},
};

use super::{
    delta::Tokens,
    plan::{self, Bounds, Scope},
    round::{Flight, Round, SyncError},
};

/// Page size to ask for; Cloud gives fewer when it likes.
const PAGE: u32 = 250;
/// Slices pulled at once: one more than requests that the client has on their way at once, so that as many
/// are on their way while an answer is read and waits for the store.
const WORKERS: usize = 5;
/// Pages that may wait for the store, which bounds memory whatever the scope's size.
const WAITING: usize = 4;
/// Issues that are written in one go: each page by itself would write most leaves of the indexes anew.
const TOGETHER: usize = 500;

/// What a worker brings.
enum Brought {
    /// Issues, and what is left of their slice once they are written.
    Page(Vec<Issue>, Slice),
    Done(Slice),
    Failed(SyncError),
}

impl Round {
    /// Receives the whole scope once, or what an earlier run left of it.
    pub(super) async fn first_pull(&self, flight: &mut Flight, zone: &TimeZone) -> Result<(), SyncError> {
        let mut slices = self.stored(Store::slices).await?;
        if slices.is_empty() {
            let (parts, watermark) = self.plan(flight, zone).await?;
            self.stored(move |store, alias| store.plan_slices(alias, &parts, watermark))
                .await?;
            slices = self.stored(Store::slices).await?;
        } else {
            let left = slices.iter().filter(|(_, done)| !done).count();
            let line = format!("going on with the first pull: {left} of {} parts left", slices.len());
            self.say(flight, vec![NewLine::new(Level::Info, line)]).await?;
            flight.progress.expected = self.count_issues(self.scope.jql()).await?;
            self.count_cached(flight).await?;
        }
        let open: Vec<Slice> = slices
            .into_iter()
            .filter(|(_, done)| !done)
            .map(|(slice, _)| slice)
            .collect();
        self.pull(flight, open, zone).await?;
        self.stored(Store::finish_first_pull).await?;
        Ok(())
    }

    /// What is there already counts towards what is expected.
    async fn count_cached(&self, flight: &mut Flight) -> Result<(), SyncError> {
        let cached = self.stored(Store::count).await?;
        flight.progress.expected = flight.progress.expected.map(|total| total.saturating_sub(cached));
        Ok(())
    }

    /// How to split the scope, and the instant on the server's clock that polls go on from.
    async fn plan(&self, flight: &mut Flight, zone: &TimeZone) -> Result<(Vec<Bounds>, Timestamp), SyncError> {
        let watermark = self.client.server_now();
        let total = self.count_issues(self.scope.jql()).await?;
        flight.progress.expected = total;
        if let Some(total) = total {
            self.say(
                flight,
                vec![NewLine::new(Level::Info, format!("first pull: about {total} issues"))],
            )
            .await?;
        }
        let Some(total) = total.filter(|total| plan::worth_splitting(*total)) else {
            return Ok((vec![(None, None)], watermark));
        };
        let Some(oldest) = self.oldest().await? else {
            return Ok((vec![(None, None)], watermark));
        };
        let counting = stream::iter(plan::split(oldest, watermark)).map(|bounds| async move {
            let filter = plan::slice_filter(&self.scope, bounds.0, bounds.1, zone);
            let count = self.count_issues(&filter).await?.unwrap_or(0);
            Ok::<_, SyncError>((bounds, count))
        });
        let counted: Vec<(Bounds, u64)> = counting.buffered(WORKERS).try_collect().await?;
        Ok((plan::slices(&counted, total, oldest, watermark), watermark))
    }

    /// A count only helps to plan: a site that does not count is pulled in one piece.
    async fn count_issues(&self, jql: &str) -> Result<Option<u64>, SyncError> {
        match patiently(|| self.client.count(jql)).await {
            Ok(count) => Ok(Some(count)),
            Err(error) if error.is_of_this_call() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn oldest(&self) -> Result<Option<Timestamp>, SyncError> {
        let jql = plan::oldest_jql(&self.scope);
        let page = self
            .client
            .search(&Search {
                jql,
                max_results: 1,
                changelog: false,
                page: None,
            })
            .await?;
        Ok(page.items.first().map(|issue| issue.created))
    }

    async fn pull(&self, flight: &mut Flight, slices: Vec<Slice>, zone: &TimeZone) -> Result<(), SyncError> {
        let queue = Arc::new(Mutex::new(slices.into_iter()));
        let (sender, mut pages) = mpsc::channel(WAITING);
        let mut workers = JoinSet::new();
        for _ in 0..WORKERS {
            let worker = Worker {
                client: self.client.clone(),
                scope: self.scope.clone(),
                zone: zone.clone(),
                sender: sender.clone(),
            };
            workers.spawn(worker.work(Arc::clone(&queue)));
        }
        drop(sender);
        while let Some(first) = pages.recv().await {
            let batch = Batch::gather(first, &mut pages);
            self.keep(flight, batch).await?;
        }
        while let Some(ended) = workers.join_next().await {
            ended.map_err(|_| SyncError::Stopped)?;
        }
        Ok(())
    }

    /// Writes a batch. A slice is shorter, or finished, once its issues are there.
    async fn keep(&self, flight: &mut Flight, batch: Batch) -> Result<(), SyncError> {
        if !batch.issues.is_empty() {
            self.take(flight, batch.issues).await?;
        }
        self.stored(move |store, _| store.finish_slices(&batch.left, &batch.done))
            .await?;
        batch.failed.map_or(Ok(()), Err)
    }
}

/// What is written in one go.
#[derive(Default)]
struct Batch {
    issues: Vec<Issue>,
    left: Vec<Slice>,
    done: Vec<Slice>,
    failed: Option<SyncError>,
}

impl Batch {
    /// What waits by now, up to a size. More is not waited for: what is not written is lost with a kill.
    fn gather(first: Brought, pages: &mut mpsc::Receiver<Brought>) -> Self {
        let mut batch = Self::default();
        batch.add(first);
        while batch.issues.len() < TOGETHER && batch.failed.is_none() {
            let Ok(brought) = pages.try_recv() else { break };
            batch.add(brought);
        }
        batch
    }

    fn add(&mut self, brought: Brought) {
        match brought {
            Brought::Page(page, left) => {
                self.issues.extend(page);
                self.left.push(left);
            }
            Brought::Done(slice) => self.done.push(slice),
            // The others end with the set: what refused one of them is not asked by three more.
            Brought::Failed(error) => self.failed = Some(error),
        }
    }
}

/// Pulls slices from a shared queue until it is empty or something fails.
struct Worker {
    client: Client,
    scope: Scope,
    zone: TimeZone,
    sender: mpsc::Sender<Brought>,
}

impl Worker {
    async fn work(self, queue: Arc<Mutex<std::vec::IntoIter<Slice>>>) {
        loop {
            let Some(slice) = queue.lock().await.next() else { return };
            let Err(error) = self.slice(slice).await else { continue };
            // Fails when the run has ended already, and then nobody asks why.
            drop(self.bring(Brought::Failed(error)).await);
            return;
        }
    }

    async fn slice(&self, slice: Slice) -> Result<(), SyncError> {
        let jql = plan::slice_jql(&self.scope, slice.low, slice.high, &self.zone);
        let mut tokens = Tokens::default();
        let mut page = None;
        loop {
            let search = Search {
                jql: jql.clone(),
                max_results: PAGE,
                changelog: false,
                page,
            };
            let answer = patiently(|| self.client.search(&search)).await?;
            let last = answer.items.iter().map(|issue| issue.created).min();
            let high = last.map_or(slice.high, |last| plan::left_below(slice.high, last, &self.zone));
            self.bring(Brought::Page(answer.items, Slice { high, ..slice })).await?;
            page = tokens.next(answer.next)?;
            if page.is_none() {
                break;
            }
        }
        self.bring(Brought::Done(slice)).await
    }

    async fn bring(&self, brought: Brought) -> Result<(), SyncError> {
        self.sender.send(brought).await.map_err(|_| SyncError::Stopped)
    }
}
