//! A clock that a test winds. By default waiting moves it, so that nothing takes time; held, it stands
//! still until it is wound, and tells when everybody who waits has noticed.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use crosstie::clock::{Clock, ManualClock};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// Real time within which anything here must happen, on the slowest of machines.
pub(crate) const GUARD: Duration = Duration::from_secs(180);

#[derive(Debug)]
pub(crate) struct Time {
    clock: Arc<ManualClock>,
    /// What has passed, however the clock was set.
    passed: Mutex<SignedDuration>,
    held: AtomicBool,
    turns: watch::Sender<u64>,
    sleepers: Mutex<HashMap<u64, u64>>,
    names: AtomicU64,
}

impl Time {
    pub(crate) fn at(start: &str) -> Arc<Self> {
        Arc::new(Self {
            clock: ManualClock::at(start.parse().unwrap()),
            passed: Mutex::default(),
            held: AtomicBool::new(false),
            turns: watch::channel(0).0,
            sleepers: Mutex::default(),
            names: AtomicU64::new(0),
        })
    }

    /// From now on waiting takes until the clock is wound.
    pub(crate) fn hold(&self) {
        self.held.store(true, Ordering::SeqCst);
    }

    /// Time passes.
    pub(crate) fn pass(&self, by: SignedDuration) {
        *self.passed.lock().unwrap() += by;
        self.set(by);
    }

    /// Somebody sets the clock; no time passes.
    pub(crate) fn set(&self, by: SignedDuration) {
        let now = self.clock.now();
        self.clock.set(now.checked_add(by).unwrap());
        self.turns.send_modify(|turn| *turn += 1);
    }

    fn passed(&self) -> SignedDuration {
        *self.passed.lock().unwrap()
    }

    /// Completes when somebody sleeps, and everybody who does knows the present time.
    pub(crate) async fn settled(&self) {
        let settle = async {
            loop {
                let turn = *self.turns.borrow();
                let settled = {
                    let sleepers = self.sleepers.lock().unwrap();
                    !sleepers.is_empty() && sleepers.values().all(|seen| *seen == turn)
                };
                if settled {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(GUARD, settle).await.expect("nobody went to sleep");
    }

    async fn sleep_until(&self, deadline: SignedDuration) {
        let mut turns = self.turns.subscribe();
        let bed = Bed {
            time: self,
            name: self.names.fetch_add(1, Ordering::SeqCst),
        };
        loop {
            let turn = *turns.borrow_and_update();
            if self.passed() >= deadline {
                return;
            }
            self.sleepers.lock().unwrap().insert(bed.name, turn);
            turns.changed().await.unwrap();
        }
    }
}

impl Clock for Time {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        if self.held.load(Ordering::SeqCst) {
            let deadline = self.passed() + SignedDuration::try_from(duration).unwrap();
            return Box::pin(self.sleep_until(deadline));
        }
        self.clock.sleep(duration)
    }
}

/// A sleeper who is abandoned leaves no trace.
struct Bed<'t> {
    time: &'t Time,
    name: u64,
}

impl Drop for Bed<'_> {
    fn drop(&mut self) {
        self.time.sleepers.lock().unwrap().remove(&self.name);
    }
}

/// Completes when something that is under way has come true.
pub(crate) async fn eventually(mut come_true: impl FnMut() -> bool) {
    let wait = async {
        while !come_true() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(GUARD, wait).await.expect("it never came true");
}
