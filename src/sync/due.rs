//! Waiting until something is due, by the clock on the wall.
//!
//! Must never be in here: what is due then, and when (`schedule`).

use std::{future, time::Duration};

use jiff::{SignedDuration, Timestamp};

use super::schedule;
use crate::clock::SharedClock;

/// The longest nap: a laptop that slept is noticed within it, because naps are measured against the
/// wall clock afterwards.
const NAP: Duration = Duration::from_secs(5);

/// Completes when `due` has come on the wall clock; never for `None`.
pub(super) async fn until(clock: &SharedClock, due: Option<Timestamp>, interval: Duration) {
    let Some(due) = due else {
        return future::pending().await;
    };
    let ahead = clock.now().duration_until(due).max(SignedDuration::ZERO).unsigned_abs();
    loop {
        let now = clock.now();
        if schedule::is_due(due, ahead, interval, now) {
            return;
        }
        let left = now.duration_until(due).unsigned_abs();
        clock.sleep(left.min(NAP)).await;
    }
}
