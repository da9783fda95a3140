//! Rate limits and retries, decided without a clock, a network or chance: what the headers say,
//! whether to try again, and after how long.

use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;

use crate::domain::{Quota, time};

/// Most waiting that one call does for 429 and 503 before it gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Tries of a request that is told to slow down.
const TRIES_WHEN_LIMITED: u32 = 4;

/// Tries of a request whose answer was cut off, unreadable, or a server failure.
const TRIES_WHEN_BROKEN: u32 = 3;

/// First wait where the server names none.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// Nothing that a header says keeps a connection silent for longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait, and which header says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) wait: Duration,
    pub(crate) by: &'static str,
}

/// What made a try fail that another try may mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// 429 or 503.
    Limited(Option<Told>),
    /// 500, 502, 504, reset, timed out, cut off, malformed.
    Broken,
}

/// What one call has spent so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spent {
    /// Tries made.
    pub(crate) tries: u32,
    /// Time waited because of limits.
    pub(crate) waited: Duration,
}

/// What to do after a failed try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Wait, then send again; `of` tries in all.
    Again {
        /// How long.
        wait: Duration,
        /// The header that asked for it.
        told_by: Option<&'static str>,
        /// Tries in all.
        of: u32,
    },
    /// Give up; the server may take a request again after this long.
    Stop(Option<Duration>),
}

/// Decides; `jitter` is between 0.7 and 1.3.
pub(crate) fn next_step(trouble: Trouble, spent: Spent, jitter: f64) -> Step {
    match trouble {
        Trouble::Limited(told) => {
            // "0 seconds" with a refusal is no advice.
            let told = told.filter(|told| !told.wait.is_zero());
            let wait = told.map_or_else(|| backoff(FIRST_WAIT, spent.tries, jitter), |told| told.wait);
            if spent.tries >= TRIES_WHEN_LIMITED || spent.waited + wait > PATIENCE {
                return Step::Stop(Some(wait));
            }
            Step::Again {
                wait,
                told_by: told.map(|told| told.by),
                of: TRIES_WHEN_LIMITED,
            }
        }
        Trouble::Broken if spent.tries >= TRIES_WHEN_BROKEN => Step::Stop(None),
        Trouble::Broken => Step::Again {
            wait: backoff(FIRST_WAIT / 2, spent.tries, jitter),
            told_by: None,
            of: TRIES_WHEN_BROKEN,
        },
    }
}

fn backoff(first: Duration, tries: u32, jitter: f64) -> Duration {
    let doubled = first * 2_u32.saturating_pow(tries.saturating_sub(1).min(10));
    doubled.mul_f64(jitter.clamp(0.7, 1.3))
}

/// What the headers of an answer say about limits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Limits {
    /// Requests left.
    pub(crate) remaining: Option<u64>,
    /// Requests per window.
    pub(crate) limit: Option<u64>,
    /// The end is near.
    pub(crate) near: bool,
    /// Which limit was hit.
    pub(crate) reason: Option<String>,
    /// When to come back.
    pub(crate) told: Option<Told>,
}

impl Limits {
    /// Reads them; `now` is the server's clock, which absolute times are measured against.
    pub(crate) fn read(headers: &HeaderMap, now: Timestamp) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let number = |name: &str| text(name).and_then(|text| text.parse::<u64>().ok());
        let remaining = number("x-ratelimit-remaining").or_else(|| parameter(text("ratelimit")?, "r"));
        let limit = number("x-ratelimit-limit").or_else(|| parameter(text("ratelimit-policy")?, "q"));
        let flagged = text("x-ratelimit-nearlimit").is_some_and(|flag| flag.eq_ignore_ascii_case("true"));
        let low = matches!((remaining, limit), (Some(left), Some(all)) if left.saturating_mul(5) <= all);
        let after = text("retry-after").and_then(|text| wait_until(text, now));
        let reset = || text("x-ratelimit-reset").and_then(|text| wait_until(text, now));
        let told = match after {
            Some(wait) => Some((wait, "Retry-After")),
            None => reset().map(|wait| (wait, "X-RateLimit-Reset")),
        };
        Self {
            remaining,
            limit,
            near: flagged || low,
            reason: text("ratelimit-reason").map(super::wire::refusal::clean),
            told: told.map(|(wait, by)| Told {
                wait: wait.min(LONGEST_PAUSE),
                by,
            }),
        }
    }

    /// Whether the answer told anything; if not, what was known before still holds.
    pub(crate) fn tell(&self) -> bool {
        self.remaining.is_some() || self.limit.is_some() || self.near
    }

    /// Data Center empties its bucket before it refuses: with nothing left, `Retry-After` of an
    /// ordinary answer is when the next request will do.
    pub(crate) fn pause_after_success(&self) -> Option<Duration> {
        let told = self.told.filter(|told| told.by == "Retry-After")?;
        (self.remaining == Some(0) && !told.wait.is_zero()).then_some(told.wait)
    }

    /// As the rest of the program sees it.
    pub(crate) fn quota(&self, paused_until: Option<Timestamp>) -> Quota {
        Quota {
            remaining: self.remaining,
            limit: self.limit,
            near_limit: self.near,
            paused_until,
        }
    }
}

/// `"global-app-quota";r=11000;t=600`.
fn parameter(header: &str, name: &str) -> Option<u64> {
    header.split(';').find_map(|part| {
        let (key, value) = part.trim().split_once('=')?;
        (key == name).then(|| value.parse().ok())?
    })
}

/// Seconds, an HTTP date, or an ISO date that may lack its seconds.
fn wait_until(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u64>() {
        // Epoch seconds, which some proxies put into Reset.
        return match i64::try_from(seconds).ok().filter(|seconds| *seconds > 1_000_000_000) {
            Some(epoch) => since(now, Timestamp::from_second(epoch).ok()?),
            None => Some(Duration::from_secs(seconds)),
        };
    }
    since(now, time::parse_timestamp(text).or_else(|| http_date(text))?)
}

fn since(now: Timestamp, then: Timestamp) -> Option<Duration> {
    Some(then.duration_since(now).max(jiff::SignedDuration::ZERO).unsigned_abs())
}

/// `Sun, 22 Nov 2026 10:00:00 GMT`.
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    fn read(pairs: &[(&'static str, &str)]) -> Limits {
        Limits::read(&headers(pairs), "2026-11-22T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn waits_are_read_in_every_spelling() {
        for (name, value, seconds) in [
            ("retry-after", "8", Some(8)),
            ("retry-after", "0", Some(0)),
            ("retry-after", "Sun, 22 Nov 2026 10:00:30 GMT", Some(30)),
            ("retry-after", "Sun, 22 Nov 2026 09:59:00 GMT", Some(0)),
            ("retry-after", "soon", None),
            ("x-ratelimit-reset", "2026-11-22T10:05Z", Some(300)),
            ("x-ratelimit-reset", "2026-11-22T10:00:20.000Z", Some(20)),
            ("x-ratelimit-reset", "1795341660", Some(60)),
            ("x-ratelimit-reset", "9999-01-01T00:00Z", Some(86_400)),
            ("x-unrelated", "8", None),
        ] {
            let told = read(&[(name, value)]).told;
            assert_eq!(told.map(|told| told.wait.as_secs()), seconds, "{name}: {value}");
        }
        let both = read(&[("retry-after", "3"), ("x-ratelimit-reset", "2026-11-22T10:05Z")]);
        assert_eq!(both.told.map(|told| told.by), Some("Retry-After"));
    }

    #[test]
    fn quotas_are_read_from_both_families() {
        for (pairs, remaining, limit, near) in [
            (&[][..], None, None, false),
            (&[("x-ratelimit-nearlimit", "true")][..], None, None, true),
            (
                &[("x-ratelimit-limit", "100"), ("x-ratelimit-remaining", "99")][..],
                Some(99),
                Some(100),
                false,
            ),
            (
                &[("x-ratelimit-limit", "100"), ("x-ratelimit-remaining", "20")][..],
                Some(20),
                Some(100),
                true,
            ),
            (
                &[
                    ("ratelimit-policy", "\"global-app-quota\";q=65000;w=3600"),
                    ("ratelimit", "\"global-app-quota\";r=11000;t=600"),
                ][..],
                Some(11_000),
                Some(65_000),
                true,
            ),
            (&[("beta-ratelimit", "\"x\";r=1")][..], None, None, false),
            (&[("x-ratelimit-remaining", "many")][..], None, None, false),
        ] {
            let limits = read(pairs);
            assert_eq!(
                (limits.remaining, limits.limit, limits.near),
                (remaining, limit, near),
                "{pairs:?}"
            );
        }
    }

    #[test]
    fn an_empty_bucket_pauses_before_it_refuses() {
        let empty = read(&[("x-ratelimit-remaining", "0"), ("retry-after", "4")]);
        assert_eq!(empty.pause_after_success(), Some(Duration::from_secs(4)));
        let left = read(&[("x-ratelimit-remaining", "5"), ("retry-after", "0")]);
        assert_eq!(left.pause_after_success(), None);
    }

    #[test]
    fn waiting_is_as_told_and_ends() {
        let told = |seconds| {
            Trouble::Limited(Some(Told {
                wait: Duration::from_secs(seconds),
                by: "Retry-After",
            }))
        };
        let spent = |tries, seconds| Spent {
            tries,
            waited: Duration::from_secs(seconds),
        };
        let again = |seconds| Step::Again {
            wait: Duration::from_secs(seconds),
            told_by: Some("Retry-After"),
            of: 4,
        };
        assert_eq!(next_step(told(8), spent(1, 0), 1.3), again(8));
        assert_eq!(next_step(told(60), spent(1, 0), 0.7), again(60));
        assert_eq!(next_step(told(8), spent(3, 52), 1.0), again(8));
        let stop = |seconds| Step::Stop(Some(Duration::from_secs(seconds)));
        assert_eq!(next_step(told(61), spent(1, 0), 1.0), stop(61));
        assert_eq!(next_step(told(8), spent(2, 53), 1.0), stop(8));
        assert_eq!(next_step(told(8), spent(4, 24), 1.0), stop(8));
    }

    #[test]
    fn untold_waits_double_with_jitter() {
        let wait = |trouble, tries, jitter| match next_step(
            trouble,
            Spent {
                tries,
                ..Spent::default()
            },
            jitter,
        ) {
            Step::Again {
                wait, told_by: None, ..
            } => Some(wait.as_millis()),
            _ => None,
        };
        let limited: Vec<_> = (1..=4).map(|tries| wait(Trouble::Limited(None), tries, 1.0)).collect();
        assert_eq!(limited, [Some(1000), Some(2000), Some(4000), None]);
        let broken: Vec<_> = (1..=3).map(|tries| wait(Trouble::Broken, tries, 1.0)).collect();
        assert_eq!(broken, [Some(500), Some(1000), None]);
        assert_eq!(wait(Trouble::Limited(None), 1, 0.7), Some(700));
        assert_eq!(wait(Trouble::Limited(None), 1, 9.0), Some(1300));
    }
}
