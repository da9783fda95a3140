//! Time and nonce of each signature, on the server's clock as far as it is known.
//!
//! Must never be in here: signing.

use std::{
    fmt,
    sync::atomic::{AtomicI64, Ordering},
};

use http::{HeaderMap, header::DATE};
use jiff::Timestamp;

use crate::clock::SharedClock;

/// A correction by less than this cannot be what a server refused a timestamp for.
const LEAST_CORRECTION: i64 = 30;

/// What makes a signature unrepeatable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Seconds since 1970 on the server's clock.
    pub timestamp: String,
    /// A text that is used once.
    pub nonce: String,
}

/// Stamps signatures; shared by all that sign for one consumer.
pub struct Stamper {
    clock: SharedClock,
    random: fn() -> u128,
    /// Seconds that the server's clock is ahead of this one.
    offset: AtomicI64,
}

impl Stamper {
    /// Stamps by this clock, with random nonces.
    #[must_use]
    pub fn new(clock: SharedClock) -> Self {
        Self::with_random(clock, rand::random)
    }

    /// Stamps by this clock, with nonces from `random`.
    #[must_use]
    pub fn with_random(clock: SharedClock, random: fn() -> u128) -> Self {
        Self {
            clock,
            random,
            offset: AtomicI64::new(0),
        }
    }

    /// The next stamp.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        let seconds = self
            .now()
            .as_second()
            .saturating_add(self.offset.load(Ordering::Relaxed));
        let nonce = (self.random)();
        Stamp {
            timestamp: seconds.to_string(),
            nonce: format!("{nonce:032x}"),
        }
    }

    /// The present instant on this machine's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Seconds that the server's clock is known to be ahead of this one.
    #[must_use]
    pub fn offset(&self) -> i64 {
        self.offset.load(Ordering::Relaxed)
    }

    /// Takes over the server's clock from its `Date`: true if that makes a difference worth another
    /// try.
    pub fn learn(&self, headers: &HeaderMap) -> bool {
        let date = headers.get(DATE).and_then(|value| value.to_str().ok());
        let Some(server) = date.and_then(|text| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok())
        else {
            return false;
        };
        let offset = server.as_second().saturating_sub(self.now().as_second());
        let before = self.offset.swap(offset, Ordering::Relaxed);
        offset.abs_diff(before) >= LEAST_CORRECTION.unsigned_abs()
    }
}

impl fmt::Debug for Stamper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stamper")
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    fn dated(date: &str) -> HeaderMap {
        HeaderMap::from_iter([(DATE, date.parse().unwrap())])
    }

    #[test]
    fn the_servers_clock_is_learnt_once() {
        let clock = ManualClock::at("2026-11-22T10:00:00Z".parse().unwrap());
        let stamper = Stamper::with_random(clock, || 255);
        assert_eq!(stamper.stamp().timestamp, "1795341600");
        assert_eq!(stamper.stamp().nonce, "000000000000000000000000000000ff");
        let ahead = dated("Sun, 22 Nov 2026 11:00:00 GMT");
        assert!(stamper.learn(&ahead));
        assert_eq!(stamper.stamp().timestamp, "1795345200");
        assert_eq!(stamper.offset(), 3600);
        assert!(!stamper.learn(&ahead), "the same again mends nothing");
        assert!(stamper.learn(&dated("Sun, 22 Nov 2026 09:00:00 GMT")));
        assert_eq!(stamper.stamp().timestamp, "1795338000");
    }

    #[test]
    fn without_a_date_nothing_is_learnt() {
        let stamper = Stamper::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        assert!(!stamper.learn(&HeaderMap::new()));
        assert!(!stamper.learn(&dated("yesterday")));
        assert_eq!(stamper.offset(), 0);
        assert_ne!(stamper.stamp().nonce, stamper.stamp().nonce);
    }
}
