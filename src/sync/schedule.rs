//! When a connection runs next: pure functions over how the last run ended.

use std::time::Duration;

use jiff::Timestamp;

use crate::{domain::Access, jira::ErrorKind};

/// First wait after the network was found missing.
const OFFLINE_FIRST: Duration = Duration::from_secs(10);

/// How the last run ended, as far as the next one cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It went through.
    Ok,
    /// It failed.
    Failed {
        /// Why.
        kind: ErrorKind,
        /// When the server allows the next try, if it said so.
        retry_at: Option<Timestamp>,
        /// Failed tries in a row, this one included.
        attempts: u32,
    },
}

/// When to run next; `None` waits for a person.
///
/// `jitter` is a random number in `0.0..1.0`: it spreads polls by a tenth either way, so that a
/// thousand crossties started by one login script do not knock at the same second. `access` matters
/// because a wrong password tried thrice locks the account behind a CAPTCHA; a wrong token does not.
#[must_use]
pub fn next_run(ending: Ending, access: Access, interval: Duration, now: Timestamp, jitter: f64) -> Option<Timestamp> {
    let wait = match ending {
        Ending::Ok => interval.mul_f64(0.9 + 0.2 * jitter),
        Ending::Failed {
            kind: ErrorKind::Captcha,
            ..
        } => return None,
        Ending::Failed {
            kind: ErrorKind::Auth, ..
        } if access == Access::Basic => return None,
        Ending::Failed { retry_at: Some(at), .. } if at > now => {
            return at.checked_add(interval.mul_f64(0.1 * jitter)).ok();
        }
        Ending::Failed { kind, attempts, .. } if kind.is_offline() || kind == ErrorKind::Server => {
            let doubled = OFFLINE_FIRST.saturating_mul(1 << attempts.saturating_sub(1).min(16));
            doubled.min(interval).mul_f64(0.9 + 0.2 * jitter)
        }
        Ending::Failed { .. } => interval.mul_f64(0.9 + 0.2 * jitter),
    };
    now.checked_add(wait).ok()
}

/// Whether a run that was planned `ahead` of its time for `due` should begin, given that the machine
/// may have slept or had its clock set: a due time that has moved further away than it was when it was
/// planned is no longer meant. An hour that the server asked for is; it was that far away from the
/// beginning.
#[must_use]
pub fn is_due(due: Timestamp, ahead: Duration, interval: Duration, now: Timestamp) -> bool {
    let furthest = ahead.saturating_add(interval);
    let furthest = now.checked_add(furthest).unwrap_or(Timestamp::MAX);
    due <= now || due > furthest
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(300);

    fn seconds(ending: Ending, access: Access, jitter: f64) -> Option<i64> {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        next_run(ending, access, INTERVAL, now, jitter).map(|at| at.as_second() - now.as_second())
    }

    fn failed(kind: ErrorKind, attempts: u32) -> Ending {
        Ending::Failed {
            kind,
            retry_at: None,
            attempts,
        }
    }

    #[test]
    fn the_next_run_depends_on_how_the_last_one_ended() {
        let token = Access::ApiToken;
        let table = [
            (Ending::Ok, token, 0.0, Some(270)),
            (Ending::Ok, token, 0.5, Some(300)),
            (failed(ErrorKind::Network, 1), token, 0.5, Some(10)),
            (failed(ErrorKind::Dns, 2), token, 0.5, Some(20)),
            (failed(ErrorKind::Network, 4), token, 0.5, Some(80)),
            (failed(ErrorKind::Network, 40), token, 0.5, Some(300)),
            (failed(ErrorKind::Server, 1), token, 0.5, Some(10)),
            (failed(ErrorKind::Rejected, 1), token, 0.5, Some(300)),
            (failed(ErrorKind::Auth, 1), token, 0.5, Some(300)),
            (failed(ErrorKind::Auth, 1), Access::Basic, 0.5, None),
            (failed(ErrorKind::Captcha, 1), Access::Basic, 0.5, None),
        ];
        for (ending, access, jitter, expected) in table {
            assert_eq!(seconds(ending, access, jitter), expected, "{ending:?} {access:?}");
        }
    }

    #[test]
    fn a_server_that_names_a_time_is_not_asked_before_it() {
        let at = Timestamp::from_second(1_800_003_600).unwrap();
        let ending = Ending::Failed {
            kind: ErrorKind::RateLimited,
            retry_at: Some(at),
            attempts: 1,
        };
        assert_eq!(seconds(ending, Access::ApiToken, 0.0), Some(3_600));
        assert!(seconds(ending, Access::ApiToken, 0.9).unwrap() >= 3_600);
    }

    #[test]
    fn sleep_and_clock_changes_do_not_postpone_a_run() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let offset = |seconds: i64| Timestamp::from_second(1_800_000_000 + seconds).unwrap();
        assert!(is_due(offset(-3_600), INTERVAL, INTERVAL, now), "after the laptop woke");
        assert!(!is_due(offset(120), INTERVAL, INTERVAL, now));
        assert!(
            is_due(offset(7_200), INTERVAL, INTERVAL, now),
            "the clock was set back by two hours"
        );
        let hour = Duration::from_secs(3_600);
        assert!(
            !is_due(offset(3_590), hour, INTERVAL, now),
            "the server asked for an hour"
        );
        assert!(
            !is_due(offset(3_610), hour, INTERVAL, now),
            "the clock was corrected a little"
        );
        assert!(is_due(offset(7_200), hour, INTERVAL, now));
    }
}
