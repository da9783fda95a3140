//! What an answer means for the request, decided without a clock or a network.
//!
//! Must never be in here: waiting, messages for people.

use std::time::Duration;

use http::{HeaderMap, header::RETRY_AFTER};
use jiff::Timestamp;
use serde_json::Value;

use super::super::error::SourceErrorKind;
use crate::domain::time;

/// Most waiting that one request does before it gives up.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// Pause after a limit that names no end.
pub(super) const USUAL_PAUSE: Duration = Duration::from_secs(60);
/// Tries of a request that is told to slow down, or whose answer was no good.
const TRIES: u32 = 3;
/// First wait where the service names none.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Nothing that a header says keeps a source silent for longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It went well.
    Taken,
    /// It is elsewhere.
    Moved,
    /// Nothing changed since.
    Same,
    /// Too fast; come back after this long, if the answer says.
    Limited(Option<Duration>),
    /// The service failed, or its answer was not whole.
    Broken,
    /// Another try would end the same.
    Refused(SourceErrorKind),
}

/// What one request has spent so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Spent {
    /// Tries made.
    pub(super) tries: u32,
    /// Time waited.
    pub(super) waited: Duration,
}

/// Judges an answer; `said` are the service's own words.
pub(super) fn verdict(status: u16, headers: &HeaderMap, said: &str, now: Timestamp) -> Verdict {
    match status {
        200..=299 => Verdict::Taken,
        301 | 302 | 307 | 308 => Verdict::Moved,
        304 => Verdict::Same,
        429 => Verdict::Limited(told(headers, now)),
        // GitHub limits with 403: the hourly limit by its headers, the secondary one in words.
        403 if headers.contains_key(RETRY_AFTER) || left(headers) == Some(0) || is_secondary(said) => {
            Verdict::Limited(told(headers, now))
        }
        503 if headers.contains_key(RETRY_AFTER) => Verdict::Limited(told(headers, now)),
        401 => Verdict::Refused(SourceErrorKind::Auth),
        500..=599 => Verdict::Broken,
        _ => Verdict::Refused(SourceErrorKind::Refused),
    }
}

/// Whether to try again, and after how long; counts the wait.
pub(super) fn again(verdict: &Verdict, spent: &mut Spent) -> Option<Duration> {
    let backoff = FIRST_WAIT * 4_u32.saturating_pow(spent.tries.saturating_sub(1).min(8));
    let wait = match verdict {
        // GitHub bars those who hurry on after a limit that names no end.
        Verdict::Limited(None) => USUAL_PAUSE,
        Verdict::Limited(Some(wait)) if wait.is_zero() => backoff,
        Verdict::Limited(Some(wait)) => *wait,
        Verdict::Broken => backoff,
        Verdict::Taken | Verdict::Moved | Verdict::Same | Verdict::Refused(_) => return None,
    };
    if spent.tries >= TRIES || spent.waited + wait > PATIENCE {
        return None;
    }
    spent.waited += wait;
    Some(wait)
}

/// After an answer that used up the last request allowed: how long nothing more goes out.
pub(super) fn exhausted(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    (left(headers) == Some(0)).then(|| told(headers, now))?
}

/// What a service says about a refusal: GitHub in `message`, HackerOne in `errors`.
pub(super) fn words(json: &Value) -> String {
    let mut found: Vec<&str> = json["message"].as_str().into_iter().collect();
    for error in json["errors"].as_array().into_iter().flatten() {
        let said = ["detail", "message", "title"]
            .iter()
            .find_map(|&name| error[name].as_str());
        found.extend(said.or(error.as_str()));
    }
    found.retain(|text| !text.trim().is_empty());
    found.truncate(4);
    found.join("; ")
}

fn is_secondary(said: &str) -> bool {
    let said = said.to_lowercase();
    said.contains("secondary rate limit") || said.contains("abuse detection") || said.contains("rate limit exceeded")
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// Requests left in this window.
fn left(headers: &HeaderMap) -> Option<u64> {
    text(headers, "x-ratelimit-remaining")?.parse().ok()
}

/// How long to wait: `Retry-After`, else the end of the window.
fn told(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    // Ends of windows are on the service's clock, which need not agree with ours.
    let now = text(headers, "date").and_then(http_date).unwrap_or(now);
    let after = text(headers, "retry-after").and_then(|text| match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => Some(since(now, http_date(text)?)),
    });
    let reset = || {
        let epoch = text(headers, "x-ratelimit-reset")?.parse().ok()?;
        Some(since(now, time::from_epoch(epoch)?))
    };
    after.or_else(reset).map(|wait| wait.min(LONGEST_PAUSE))
}

fn since(now: Timestamp, then: Timestamp) -> Duration {
    then.duration_since(now).max(jiff::SignedDuration::ZERO).unsigned_abs()
}

/// `Sun, 22 Nov 2026 10:00:00 GMT`.
fn http_date(text: &str) -> Option<Timestamp> {
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

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn an_answer_is_judged_by_status_headers_and_words() {
        use SourceErrorKind::{Auth, Refused};
        let seconds = |wait| Some(Duration::from_secs(wait));
        let reset = now().as_second() + 1_200;
        let reset = reset.to_string();
        for (status, pairs, said, expected) in [
            (200, &[][..], "", Verdict::Taken),
            (301, &[], "", Verdict::Moved),
            (304, &[], "", Verdict::Same),
            (400, &[], "", Verdict::Refused(Refused)),
            (401, &[("retry-after", "5")], "", Verdict::Refused(Auth)),
            (403, &[], "Resource not accessible", Verdict::Refused(Refused)),
            (403, &[("x-ratelimit-remaining", "12")], "", Verdict::Refused(Refused)),
            (403, &[("retry-after", "30")], "", Verdict::Limited(seconds(30))),
            (
                403,
                &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)],
                "API rate limit exceeded",
                Verdict::Limited(seconds(1_200)),
            ),
            (
                403,
                &[],
                "You have exceeded a secondary rate limit. Please wait",
                Verdict::Limited(None),
            ),
            (404, &[], "", Verdict::Refused(Refused)),
            (429, &[], "", Verdict::Limited(None)),
            (429, &[("retry-after", "7")], "", Verdict::Limited(seconds(7))),
            (429, &[("retry-after", "soon")], "", Verdict::Limited(None)),
            (
                429,
                &[("retry-after", "Sun, 22 Nov 2026 10:00:40 GMT")],
                "",
                Verdict::Limited(seconds(40)),
            ),
            (
                429,
                &[("retry-after", "99999999999")],
                "",
                Verdict::Limited(Some(LONGEST_PAUSE)),
            ),
            // A clock of ours that is an hour wrong changes nothing.
            (
                429,
                &[("x-ratelimit-reset", &reset), ("date", "Sun, 22 Nov 2026 10:19:00 GMT")],
                "",
                Verdict::Limited(seconds(60)),
            ),
            (500, &[], "", Verdict::Broken),
            (502, &[], "", Verdict::Broken),
            (503, &[("retry-after", "3")], "", Verdict::Limited(seconds(3))),
        ] {
            assert_eq!(
                verdict(status, &headers(pairs), said, now()),
                expected,
                "{status} {pairs:?}"
            );
        }
    }

    #[test]
    fn a_request_is_patient_but_not_for_ever() {
        let limited = |wait: u64| Verdict::Limited(Some(Duration::from_secs(wait)));
        let waits = |verdict: Verdict| {
            let mut spent = Spent::default();
            let mut waits = Vec::new();
            loop {
                spent.tries += 1;
                match again(&verdict, &mut spent) {
                    Some(wait) => waits.push(wait.as_secs()),
                    None => return waits,
                }
            }
        };
        assert_eq!(waits(Verdict::Broken), [1, 4]);
        assert_eq!(waits(Verdict::Limited(None)), [60]);
        assert_eq!(waits(limited(0)), [1, 4]);
        assert_eq!(waits(limited(30)), [30, 30]);
        assert_eq!(waits(limited(40)), [40]);
        assert_eq!(waits(limited(61)), [0; 0]);
        assert_eq!(waits(Verdict::Refused(SourceErrorKind::Auth)), [0; 0]);
    }

    #[test]
    fn words_are_found_in_both_kinds_of_refusal() {
        for (json, expected) in [
            (
                r#"{"message": "Bad credentials", "documentation_url": "…"}"#,
                "Bad credentials",
            ),
            (
                r#"{"message": "Validation Failed", "errors": [{"message": "body is too long"}, "x"]}"#,
                "Validation Failed; body is too long; x",
            ),
            (r#"{"errors": [{"status": 403}]}"#, ""),
            (
                r#"{"errors": [{"status": 400, "title": "Invalid Parameter", "detail": "The parameter 'report_id' is invalid."}]}"#,
                "The parameter 'report_id' is invalid.",
            ),
            ("[1]", ""),
            ("null", ""),
        ] {
            assert_eq!(words(&serde_json::from_str(json).unwrap()), expected);
        }
    }
}
