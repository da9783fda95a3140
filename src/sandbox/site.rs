//! What all requests to one sandbox share: the world, the clock, and every switch that can be turned
//! while it runs.
//!
//! Must never be in here: sockets or the shape of an answer.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::{
    auth::Gatekeeper,
    cursor::Cursors,
    faults::{FaultRule, Faults},
    github::GitHub,
    hackerone::HackerOne,
    limits::Limits,
    model::{Flavour, World},
    oauth::Oauth,
    server::journal::Journal,
};
use crate::clock::{Clock, SharedClock};

/// The sandbox's own clock: another clock, ahead by as much as it was told.
#[derive(Debug)]
pub(crate) struct SandboxClock {
    inner: SharedClock,
    ahead: Mutex<SignedDuration>,
}

impl SandboxClock {
    /// A clock that agrees with `inner`.
    pub(crate) fn new(inner: SharedClock) -> Self {
        Self {
            inner,
            ahead: Mutex::new(SignedDuration::ZERO),
        }
    }

    /// Moves this clock, and only this one.
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        *ahead = ahead.saturating_add(by);
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> Timestamp {
        let ahead = *self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.inner.now();
        now.checked_add(ahead).unwrap_or(now)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.inner.sleep(duration)
    }
}

/// One running sandbox.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) flavour: Flavour,
    /// `/jira`, or nothing.
    pub(crate) context: String,
    /// `http://127.0.0.1:4711`, where Jira answers.
    pub(crate) origin: String,
    /// The other origin, where control and media are.
    pub(crate) side_origin: String,
    pub(crate) world: Arc<RwLock<World>>,
    pub(crate) clock: Arc<SandboxClock>,
    pub(crate) faults: Faults,
    pub(crate) limits: Limits,
    pub(crate) gate: Gatekeeper,
    pub(crate) oauth: Oauth,
    pub(crate) cursors: Cursors,
    pub(crate) journal: Journal,
    pub(crate) hackerone: HackerOne,
    pub(crate) github: GitHub,
    pub(crate) answer_delay: Mutex<Duration>,
    pub(crate) traces: AtomicU64,
    pub(crate) wanted_shut: watch::Sender<bool>,
    pub(crate) is_shut: watch::Receiver<bool>,
}

impl Site {
    /// The world to read. A panic elsewhere while it was held doesn't lock it for good.
    pub(crate) fn world(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The world to change.
    pub(crate) fn world_mut(&self) -> RwLockWriteGuard<'_, World> {
        self.world.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sandbox's present instant.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The id under which support would find a request.
    pub(crate) fn next_trace(&self) -> String {
        format!("{:032x}", self.traces.fetch_add(1, Ordering::Relaxed))
    }

    /// How long every answer is held back.
    pub(crate) fn answer_delay(&self) -> Duration {
        *self.answer_delay.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes how long every answer is held back.
    pub(crate) fn set_answer_delay(&self, delay: Duration) {
        *self.answer_delay.lock().unwrap_or_else(PoisonError::into_inner) = delay;
    }

    /// Adds a fault and returns once it is in force.
    pub(crate) async fn add_fault(&self, rule: FaultRule) -> u64 {
        let id = self.faults.add(rule);
        self.settle().await;
        id
    }

    /// Takes a fault away and returns once it is over.
    pub(crate) async fn remove_fault(&self, id: u64) -> bool {
        let removed = self.faults.remove(id);
        self.settle().await;
        removed
    }

    /// Takes all faults away and returns once they are over.
    pub(crate) async fn clear_faults(&self) {
        self.faults.clear();
        self.settle().await;
    }

    /// Makes index and door follow the rules. The door is waited for, so that the next connection
    /// already meets it as it should be.
    async fn settle(&self) {
        let ambient = self.faults.ambient();
        self.world_mut().set_index_lag(ambient.index_lag);
        self.wanted_shut.send_replace(ambient.refuse);
        let mut is_shut = self.is_shut.clone();
        // An error means that the server is gone, and nothing is left to wait for.
        let _gone = is_shut.wait_for(|shut| *shut == ambient.refuse).await.is_err();
    }
}
