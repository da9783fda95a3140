//! Requests, retries and waits as log lines, written while they happen.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use tokio::sync::mpsc;

use crate::{
    domain::{Alias, Level},
    jira::{Client, Event, EventKind},
    store::{NewLine, Store, StoreError},
};

/// Events written in one transaction at most.
const BATCH: usize = 64;

/// Carries a client's events into the log for as long as the client lives.
#[derive(Debug, Clone, Default)]
pub(super) struct Journal {
    run: Arc<AtomicI64>,
}

impl Journal {
    /// Starts listening to `client`. Must be called within the async runtime.
    pub(super) fn listen(client: &Client, store: &Store, alias: &Alias) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        client.on_event(move |event| {
            // Fails only while the process ends, when nobody reads the log any more.
            drop(sender.send(event.clone()));
        });
        let journal = Self::default();
        tokio::spawn(write(receiver, store.clone(), alias.clone(), Arc::clone(&journal.run)));
        journal
    }

    /// Events from now on belong to this run.
    pub(super) fn belongs_to(&self, run: i64) {
        self.run.store(run, Ordering::Relaxed);
    }
}

async fn write(mut events: mpsc::UnboundedReceiver<Event>, store: Store, alias: Alias, run: Arc<AtomicI64>) {
    let mut batch = Vec::with_capacity(BATCH);
    while events.recv_many(&mut batch, BATCH).await > 0 {
        let taken = std::mem::take(&mut batch);
        let pause = taken.iter().rev().find_map(|event| match event.kind {
            EventKind::Paused { until, .. } => Some(until),
            _ => None,
        });
        let (store, alias, run) = (store.clone(), alias.clone(), run.load(Ordering::Relaxed));
        let written = tokio::task::spawn_blocking(move || -> Result<(), StoreError> {
            if let Some(until) = pause {
                store.report_pause(&alias, until)?;
            }
            let lines: Vec<NewLine> = taken.iter().map(|event| line(&event.kind)).collect();
            let at = taken.last().map(|event| event.at).unwrap_or_default();
            store.log(&alias, Some(run), &lines, at)
        });
        if let Ok(Err(error)) = written.await {
            tracing::warn!(%error, "the sync log could not be written");
        }
    }
}

fn line(kind: &EventKind) -> NewLine {
    let level = match kind {
        EventKind::Answered { .. } => Level::Debug,
        EventKind::Gateway { .. } => Level::Info,
        EventKind::Unanswered { .. }
        | EventKind::Retrying { .. }
        | EventKind::Paused { .. }
        | EventKind::Skipped { .. } => Level::Warn,
    };
    NewLine::new(level, kind.to_string())
}
