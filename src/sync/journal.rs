//! Requests, retries and waits as log lines, written while they happen.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};

use crate::{
    domain::{Alias, Level},
    jira::{Client, Event, EventKind},
    store::{NewLine, Store, StoreError},
};

/// Events written in one transaction at most.
const BATCH: usize = 64;
/// How long an event waits for others to be written with; nobody sees the difference.
const MOMENT: Duration = Duration::from_millis(30);

/// What the writer is told.
#[derive(Debug)]
enum Message {
    /// Something happened during this run.
    Happened(Heard),
    /// Everything before this must be written before the sender goes on.
    Written(oneshot::Sender<()>),
}

/// An event of a run.
#[derive(Debug)]
struct Heard {
    run: i64,
    event: Event,
    /// The way to the site was known to fail.
    hushed: bool,
}

/// Carries a client's events into the log for as long as the client lives.
#[derive(Debug, Clone)]
pub(super) struct Journal {
    run: Arc<AtomicI64>,
    hushed: Arc<AtomicBool>,
    sender: mpsc::WeakUnboundedSender<Message>,
}

impl Journal {
    /// Starts listening to `client`. Must be called within the async runtime.
    pub(super) fn listen(client: &Client, store: &Store, alias: &Alias) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let journal = Self {
            run: Arc::default(),
            hushed: Arc::default(),
            // The client keeps the writer alive; a journal that did would keep the store open.
            sender: sender.downgrade(),
        };
        let (run, hushed) = (Arc::clone(&journal.run), Arc::clone(&journal.hushed));
        client.on_event(move |event| {
            let message = Message::Happened(Heard {
                run: run.load(Ordering::Relaxed),
                event: event.clone(),
                hushed: hushed.load(Ordering::Relaxed),
            });
            // Fails only while the process ends, when nobody reads the log any more.
            drop(sender.send(message));
        });
        tokio::spawn(write(receiver, store.clone(), alias.clone()));
        journal
    }

    /// Events from now on belong to this run.
    pub(super) fn belongs_to(&self, run: i64) {
        self.run.store(run, Ordering::Relaxed);
    }

    /// Whether it is known that the site cannot be reached: then requests without an answer are no
    /// news.
    pub(super) fn hush(&self, hushed: bool) {
        self.hushed.store(hushed, Ordering::Relaxed);
    }

    /// Completes when all events so far are in the log.
    pub(super) async fn written(&self) {
        let (done, written) = oneshot::channel();
        if let Some(sender) = self.sender.upgrade()
            && sender.send(Message::Written(done)).is_ok()
        {
            // Fails if the writer has ended, and then there is nothing to wait for.
            drop(written.await);
        }
    }
}

async fn write(mut messages: mpsc::UnboundedReceiver<Message>, store: Store, alias: Alias) {
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(first) = messages.recv().await {
        batch.push(first);
        gather(&mut messages, &mut batch).await;
        let (mut events, mut waiting) = (Vec::new(), Vec::new());
        for message in batch.drain(..) {
            match message {
                Message::Happened(heard) => events.push(heard),
                Message::Written(done) => waiting.push(done),
            }
        }
        let (store, alias) = (store.clone(), alias.clone());
        let written = tokio::task::spawn_blocking(move || write_batch(&store, &alias, &events));
        if let Ok(Err(error)) = written.await {
            tracing::warn!(%error, "the sync log could not be written");
        }
        for done in waiting {
            if done.send(()).is_err() {
                tracing::trace!("whoever waited for the sync log was stopped");
            }
        }
    }
}

/// Waits a moment for what happens with it: a line of each request by itself would cost as much as what the
/// requests are for. Not while somebody waits.
async fn gather(messages: &mut mpsc::UnboundedReceiver<Message>, batch: &mut Vec<Message>) {
    let more = async {
        while batch.len() < BATCH && !matches!(batch.last(), Some(Message::Written(_))) {
            let Some(message) = messages.recv().await else { return };
            batch.push(message);
        }
    };
    tokio::time::timeout(MOMENT, more).await.unwrap_or_default();
}

fn write_batch(store: &Store, alias: &Alias, events: &[Heard]) -> Result<(), StoreError> {
    let pause = events.iter().rev().find_map(|heard| match heard.event.kind {
        EventKind::Paused { until, .. } => Some(until),
        _ => None,
    });
    if let Some(until) = pause {
        store.report_pause(alias, until)?;
    }
    for group in events.chunk_by(|one, next| one.run == next.run) {
        let Some(last) = group.last() else { continue };
        let lines: Vec<NewLine> = group.iter().map(line).collect();
        store.log(alias, Some(last.run), &lines, last.event.at)?;
    }
    Ok(())
}

fn line(heard: &Heard) -> NewLine {
    let kind = &heard.event.kind;
    let level = match kind {
        EventKind::Answered { .. } => Level::Debug,
        EventKind::Unanswered { .. } | EventKind::Retrying { .. } if heard.hushed => Level::Debug,
        EventKind::Gateway { .. } => Level::Info,
        EventKind::Unanswered { .. }
        | EventKind::Retrying { .. }
        | EventKind::Paused { .. }
        | EventKind::Skipped { .. } => Level::Warn,
    };
    NewLine::new(level, kind.to_string())
}
