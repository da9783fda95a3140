//! How fast services are asked, and which are left alone for a while.
//!
//! Must never be in here: a clock, waiting.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// The requests of the last minute by limit that they count against. Clones share them.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Paces(Arc<Mutex<BTreeMap<String, Lane>>>);

#[derive(Debug, Default)]
struct Lane {
    /// Oldest first.
    sent: VecDeque<Timestamp>,
    paused_until: Option<Timestamp>,
}

/// Whether a request may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Now, and it is counted.
    Now,
    /// Ask again after this long.
    After(Duration),
}

impl Paces {
    /// Asks for a turn.
    pub(super) fn turn(&self, lane: &str, per_minute: usize, now: Timestamp) -> Turn {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.entry(lane.to_owned()).or_default().turn(per_minute, now)
    }

    /// Lets nothing out before then.
    pub(super) fn pause(&self, lane: &str, until: Option<Timestamp>) {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes.entry(lane.to_owned()).or_default();
        lane.paused_until = lane.paused_until.max(until);
    }
}

impl Lane {
    fn turn(&mut self, per_minute: usize, now: Timestamp) -> Turn {
        if let Some(until) = self.paused_until {
            if until > now {
                return Turn::After(until.duration_since(now).unsigned_abs());
            }
            self.paused_until = None;
        }
        // A clock that was set back must not make the future count.
        self.sent.retain(|&at| at <= now && now.duration_since(at) < MINUTE);
        match self.sent.front() {
            Some(&oldest) if self.sent.len() >= per_minute => {
                let free = MINUTE - now.duration_since(oldest);
                Turn::After(free.max(SignedDuration::from_millis(1)).unsigned_abs())
            }
            _ => {
                self.sent.push_back(now);
                Turn::Now
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn no_minute_has_more_requests_than_allowed() {
        let paces = Paces::default();
        let (mut now, mut sent) = (at(0), Vec::new());
        while sent.len() < 35 {
            match paces.turn("h1", 10, now) {
                Turn::Now => {
                    sent.push(now);
                    now = now.checked_add(SignedDuration::from_secs(1)).unwrap();
                }
                Turn::After(wait) => now = now.checked_add(wait).unwrap(),
            }
        }
        for (index, &start) in sent.iter().enumerate() {
            let within = sent[index..].iter().filter(|&&at| at.duration_since(start) < MINUTE);
            assert!(within.count() <= 10, "{start}");
        }
        assert_eq!(sent[34], at(3 * 60 + 4), "no slower than allowed");
        assert_eq!(
            paces.turn("other", 10, now),
            Turn::Now,
            "another limit is another matter"
        );
    }

    #[test]
    fn a_pause_holds_until_its_end_and_is_never_shortened() {
        let paces = Paces::default();
        paces.pause("h1", Some(at(90)));
        paces.pause("h1", Some(at(30)));
        paces.pause("h1", None);
        assert_eq!(paces.turn("h1", 10, at(0)), Turn::After(Duration::from_secs(90)));
        assert_eq!(
            paces.clone().turn("h1", 10, at(89)),
            Turn::After(Duration::from_secs(1))
        );
        assert_eq!(paces.turn("h1", 10, at(90)), Turn::Now);
    }

    #[test]
    fn a_clock_set_back_blocks_nothing() {
        let paces = Paces::default();
        assert_eq!(paces.turn("h1", 1, at(5_000)), Turn::Now);
        assert_eq!(paces.turn("h1", 1, at(0)), Turn::Now);
    }
}
