//! How loud a failure is that happened before: a connection that is offline for a night must not fill
//! the log with one line a poll.
//!
//! Must never be in here: what failed, or when it is tried again.

use jiff::{SignedDuration, Timestamp};

use crate::{
    domain::{Health, Level, Problem},
    store::NewLine,
};

/// How often a failure that stays the same is told.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// How a failure is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// In full: it is the first, or has another cause than the one before.
    News,
    /// That it goes on, after so many tries.
    Still(u32),
    /// Only to who reads everything.
    Quiet,
}

/// The failures in a row on one connection.
#[derive(Debug, Default)]
pub(super) struct Repeats(Option<Trouble>);

#[derive(Debug)]
struct Trouble {
    kind: String,
    message: String,
    tries: u32,
    told: Timestamp,
}

impl Repeats {
    /// Counts a failure.
    pub(super) fn failed(&mut self, problem: &Problem, now: Timestamp) -> Telling {
        let same = |trouble: &&mut Trouble| trouble.kind == problem.kind && trouble.message == problem.message;
        let Some(trouble) = self.0.as_mut().filter(same) else {
            self.0 = Some(Trouble {
                kind: problem.kind.clone(),
                message: problem.message.clone(),
                tries: 1,
                told: now,
            });
            return Telling::News;
        };
        trouble.tries = trouble.tries.saturating_add(1);
        // A clock that was set back must not silence it for longer.
        if trouble.told.duration_until(now).abs() < AGAIN {
            return Telling::Quiet;
        }
        trouble.told = now;
        Telling::Still(trouble.tries)
    }

    /// It worked.
    pub(super) fn ended(&mut self) {
        self.0 = None;
    }
}

impl Telling {
    /// The line for the log; `prefix` says what failed.
    pub(super) fn line(self, prefix: &str, problem: &Problem, health: Health) -> NewLine {
        let Problem { message, remedy, .. } = problem;
        let (level, text) = match self {
            Self::News => (Level::Error, format!("{prefix}{message}")),
            Self::Still(tries) => {
                let state = if health == Health::Offline {
                    "offline"
                } else {
                    "failing"
                };
                (Level::Error, format!("still {state}, {tries} tries: {message}"))
            }
            Self::Quiet => (Level::Debug, format!("{prefix}{message}")),
        };
        NewLine::new(level, text).with_detail(remedy.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(kind: &str, message: &str) -> Problem {
        Problem {
            kind: kind.to_owned(),
            message: message.to_owned(),
            remedy: "Wait.".to_owned(),
        }
    }

    fn minute(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + 60 * minute).unwrap()
    }

    #[test]
    fn a_failure_is_told_first_then_hourly_then_with_each_new_cause() {
        let refused = problem("network", "refused");
        let unknown = problem("dns", "unknown host");
        let elsewhere = problem("network", "no route");
        let mut repeats = Repeats::default();
        for (at, problem, expected) in [
            (0, &refused, Telling::News),
            (1, &refused, Telling::Quiet),
            (59, &refused, Telling::Quiet),
            (60, &refused, Telling::Still(4)),
            (119, &refused, Telling::Quiet),
            (125, &refused, Telling::Still(6)),
            (126, &unknown, Telling::News),
            (127, &unknown, Telling::Quiet),
            (128, &elsewhere, Telling::News),
            (129, &refused, Telling::News),
            (-300, &refused, Telling::Still(2)),
            (-299, &refused, Telling::Quiet),
        ] {
            assert_eq!(
                repeats.failed(problem, minute(at)),
                expected,
                "{at} {}",
                problem.message
            );
        }
        repeats.ended();
        assert_eq!(repeats.failed(&refused, minute(-298)), Telling::News);
    }

    #[test]
    fn the_line_says_what_is_new_and_what_goes_on() {
        let refused = problem("network", "acme refused");
        for (telling, health, level, text) in [
            (
                Telling::News,
                Health::Offline,
                Level::Error,
                "poll failed: acme refused",
            ),
            (
                Telling::Still(14),
                Health::Offline,
                Level::Error,
                "still offline, 14 tries: acme refused",
            ),
            (
                Telling::Still(2),
                Health::Auth,
                Level::Error,
                "still failing, 2 tries: acme refused",
            ),
            (
                Telling::Quiet,
                Health::Offline,
                Level::Debug,
                "poll failed: acme refused",
            ),
        ] {
            let line = telling.line("poll failed: ", &refused, health);
            assert_eq!((line.level, line.text.as_str()), (level, text));
            assert_eq!(line.detail.as_deref(), Some("Wait."));
        }
    }
}
