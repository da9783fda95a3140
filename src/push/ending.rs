//! What a failed request means for the item that sent it, and for the run.
//!
//! Must never be in here: requests. Everything is a pure function of the error.

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    domain::Problem,
    jira::{Error, ErrorKind, Outcome, WriteError},
};

/// The first wait after a failure that passes by itself.
const FIRST_WAIT: Duration = Duration::from_secs(10);
/// No wait is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);
/// When a server does not say how long to wait.
const UNTOLD_WAIT: Duration = Duration::from_secs(60);

/// What becomes of an item.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ending {
    /// It is tried again then.
    Later(Timestamp),
    /// A person has to mend something.
    Failed,
    /// It may have taken effect.
    Unknown,
}

/// Why the run goes no further.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Halt {
    /// Nothing else would fare better.
    Error(Box<Error>),
    /// The site wants to be left alone until then.
    Until(Timestamp),
}

/// What a failed look means: nothing was done, and nothing is known.
pub(super) fn of_read(error: &Error, attempts: u32, now: Timestamp) -> (Ending, Option<Halt>) {
    use ErrorKind::{Forbidden, NotFound, Rejected, Removed, Setup};
    let halt = halt(error, now);
    let ending = match error.kind {
        Forbidden | NotFound | Rejected | Removed | Setup => Ending::Failed,
        _ => Ending::Later(again(error, attempts, now)),
    };
    (ending, halt)
}

/// What a failed write means.
pub(super) fn of_write(failed: &WriteError, attempts: u32, now: Timestamp) -> (Ending, Option<Halt>) {
    let error = &failed.error;
    let halt = halt(error, now);
    let ending = match failed.outcome {
        Outcome::Unknown => Ending::Unknown,
        Outcome::NotSent | Outcome::Refused if failed.is_passing() || error.kind.needs_sign_in() => {
            Ending::Later(again(error, attempts, now))
        }
        // Nothing reached Jira, for whatever reason: that is no word of Jira's about this item.
        Outcome::NotSent if error.kind != ErrorKind::Setup => Ending::Later(again(error, attempts, now)),
        Outcome::NotSent | Outcome::Refused => Ending::Failed,
    };
    (ending, halt)
}

fn halt(error: &Error, now: Timestamp) -> Option<Halt> {
    match error.kind {
        kind if kind.needs_sign_in() || kind.is_offline() => Some(Halt::Error(Box::new(error.clone()))),
        ErrorKind::Tls => Some(Halt::Error(Box::new(error.clone()))),
        ErrorKind::RateLimited => Some(Halt::Until(again(error, 0, now))),
        _ => None,
    }
}

/// When to try again: when the server says, at once after a new sign-in, else ever more rarely.
fn again(error: &Error, attempts: u32, now: Timestamp) -> Timestamp {
    if error.kind.needs_sign_in() {
        return now;
    }
    if let Some(told) = error.retry_at {
        return told.max(now);
    }
    if error.kind == ErrorKind::RateLimited {
        return later(now, UNTOLD_WAIT);
    }
    later(now, growing(attempts))
}

/// 10 s, 30 s, 90 s, … up to an hour.
pub(super) fn growing(attempts: u32) -> Duration {
    FIRST_WAIT
        .saturating_mul(3_u32.saturating_pow(attempts.min(8)))
        .min(LONGEST_WAIT)
}

/// An instant after another one.
pub(super) fn later(now: Timestamp, wait: Duration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// A failure as people read it.
pub(super) fn problem(error: &Error) -> Problem {
    error.into()
}
