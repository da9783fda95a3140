//! So many requests in so many seconds, as services count them that tell nothing else about it.
//!
//! Must never be in here: what a refusal looks like.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// Counts requests in a window that moves along.
#[derive(Debug)]
pub(crate) struct Pace {
    most: usize,
    window: SignedDuration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    enabled: bool,
    taken: VecDeque<Timestamp>,
}

impl Pace {
    /// At most so many requests in so many seconds.
    pub(crate) fn new((most, seconds): (usize, i64)) -> Self {
        Self {
            most,
            window: SignedDuration::from_secs(seconds),
            state: Mutex::new(State {
                enabled: true,
                taken: VecDeque::new(),
            }),
        }
    }

    /// Switches the limit on or off; it starts from nothing.
    pub(crate) fn enable(&self, enabled: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = State {
            enabled,
            taken: VecDeque::new(),
        };
    }

    /// Counts a request: how many are left, or `None` if it is one too many.
    pub(crate) fn take(&self, now: Timestamp) -> Option<usize> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.enabled {
            return Some(self.most);
        }
        while state
            .taken
            .front()
            .is_some_and(|at| now.duration_since(*at) >= self.window)
        {
            state.taken.pop_front();
        }
        if state.taken.len() >= self.most {
            return None;
        }
        state.taken.push_back(now);
        Some(self.most - state.taken.len())
    }

    /// The last request does not count after all.
    pub(crate) fn give_back(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.taken.pop_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_moves_along() {
        let pace = Pace::new((2, 10));
        let at = |second: i64| Timestamp::from_second(1_700_000_000 + second).unwrap();
        for (second, left) in [
            (0, Some(1)),
            (4, Some(0)),
            (9, None),
            (10, Some(0)),
            (13, None),
            (14, Some(0)),
        ] {
            assert_eq!(pace.take(at(second)), left, "{second}");
        }
        pace.give_back();
        assert_eq!(pace.take(at(14)), Some(0));
        pace.enable(false);
        assert_eq!([pace.take(at(14)), pace.take(at(14)), pace.take(at(14))], [Some(2); 3]);
    }
}
