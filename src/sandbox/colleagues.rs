//! Colleagues who comment, move and edit, so that the dashboard lives.
//!
//! Must never be in here: timers. The caller waits, then asks for the next change.

use std::time::Duration;

use jiff::Timestamp;

use super::model::World;

/// A team at work.
#[derive(Debug)]
pub struct Colleagues {
    seed: u64,
}

impl Colleagues {
    /// A team whose doings depend on the seed alone.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Makes one believable change. Says what was done, and how long until the next: 3 to 20 seconds.
    pub fn next(&mut self, world: &mut World, now: Timestamp) -> (String, Duration) {
        let _ = (world, now);
        (String::new(), Duration::from_secs(3 + self.seed % 17))
    }
}
