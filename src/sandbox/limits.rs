//! Rate limits of the sandbox: token buckets, and the headers that each flavour tells them with.
//!
//! Must never be in here: a clock; every function is given the instant.

use std::{collections::HashMap, sync::Mutex};

use axum::http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{model::Flavour, server::message::Reply};

/// A bucket that fills steadily and gives one token to each request.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// How many requests may come at once.
    pub capacity: u32,
    /// How many tokens come back in each interval.
    pub fill_rate: u32,
    /// The length of an interval in seconds.
    pub interval_seconds: u32,
    /// Leave `Retry-After` out of Cloud's 429, as its gateway sometimes does.
    #[serde(default)]
    pub without_retry_after: bool,
}

/// What Cloud allows for writes to one issue within two seconds.
const PER_ISSUE_WRITES: RateLimit = RateLimit {
    capacity: 20,
    fill_rate: 20,
    interval_seconds: 2,
    without_retry_after: false,
};

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
}

/// The outcome for one request.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Level {
    allowed: bool,
    remaining: u32,
    wait_seconds: u64,
}

impl Bucket {
    fn take(&mut self, rule: &RateLimit, now: Timestamp) -> Level {
        let per_second = f64::from(rule.fill_rate) / f64::from(rule.interval_seconds.max(1));
        let passed = now.duration_since(self.at).max(SignedDuration::ZERO).as_secs_f64();
        self.tokens = (self.tokens + passed * per_second).min(f64::from(rule.capacity));
        self.at = now;
        let allowed = self.tokens >= 1.0;
        if allowed {
            self.tokens -= 1.0;
        }
        let missing = (1.0 - self.tokens).max(0.0);
        Level {
            allowed,
            remaining: whole(self.tokens.floor()),
            wait_seconds: if allowed || per_second <= 0.0 {
                0
            } else {
                u64::from(whole((missing / per_second).ceil())).max(1)
            },
        }
    }
}

/// A small, non-negative float as a count.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is clamped to the range first"
)]
fn whole(value: f64) -> u32 {
    value.clamp(0.0, f64::from(u32::MAX)) as u32
}

/// Who asked what, as far as limits go by it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a Method,
    /// The endpoint's template, or the path if there is none.
    pub(crate) endpoint: &'a str,
    /// The issue that is written to.
    pub(crate) issue: Option<&'a str>,
    /// The signed-in user, if any.
    pub(crate) user: Option<&'a str>,
}

/// The limits in force, off until told otherwise.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    rule: Option<RateLimit>,
    buckets: HashMap<String, Bucket>,
}

/// What the limits say to a request.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Go on, and add these headers to the answer.
    Pass(Vec<(&'static str, String)>),
    /// Answer this instead.
    Stop(Reply),
}

impl Limits {
    /// Switches limits on, off, or to another size; all buckets start full.
    pub(crate) fn set(&self, rule: Option<RateLimit>) {
        *self.lock() = State {
            rule,
            buckets: HashMap::new(),
        };
    }

    /// The rule in force.
    pub(crate) fn rule(&self) -> Option<RateLimit> {
        self.lock().rule
    }

    /// Takes a token for a request.
    pub(crate) fn check(&self, flavour: Flavour, asked: &Asked<'_>, now: Timestamp) -> Verdict {
        let mut state = self.lock();
        let Some(rule) = state.rule else {
            return Verdict::Pass(Vec::new());
        };
        match flavour {
            Flavour::Cloud => cloud(&mut state.buckets, &rule, asked, now),
            Flavour::DataCenter => data_center(&mut state.buckets, &rule, asked, now),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn take(buckets: &mut HashMap<String, Bucket>, name: String, rule: &RateLimit, now: Timestamp) -> Level {
    let full = Bucket {
        tokens: f64::from(rule.capacity),
        at: now,
    };
    buckets.entry(name).or_insert(full).take(rule, now)
}

/// Cloud: one bucket per endpoint and method, shared by all callers, and one per written issue.
fn cloud(buckets: &mut HashMap<String, Bucket>, rule: &RateLimit, asked: &Asked<'_>, now: Timestamp) -> Verdict {
    if let Some(issue) = asked.issue.filter(|_| *asked.method != Method::GET) {
        let level = take(buckets, format!("issue {issue}"), &PER_ISSUE_WRITES, now);
        if !level.allowed {
            return Verdict::Stop(cloud_refusal(&PER_ISSUE_WRITES, level, "jira-per-issue-on-write", now));
        }
    }
    let level = take(buckets, format!("{} {}", asked.method, asked.endpoint), rule, now);
    if level.allowed {
        Verdict::Pass(cloud_headers(rule, level, now))
    } else {
        Verdict::Stop(cloud_refusal(rule, level, "jira-burst-based", now))
    }
}

fn cloud_headers(rule: &RateLimit, level: Level, now: Timestamp) -> Vec<(&'static str, String)> {
    let wait = i64::try_from(level.wait_seconds.max(1)).unwrap_or(i64::MAX);
    let reset = now.checked_add(wait.seconds()).unwrap_or(now);
    let mut headers = vec![
        ("x-ratelimit-limit", rule.capacity.to_string()),
        ("x-ratelimit-remaining", level.remaining.to_string()),
        // Jira leaves the seconds out here.
        ("x-ratelimit-reset", reset.strftime("%Y-%m-%dT%H:%MZ").to_string()),
    ];
    if u64::from(level.remaining) * 5 < u64::from(rule.capacity) {
        headers.push(("x-ratelimit-nearlimit", "true".to_owned()));
    }
    headers
}

fn cloud_refusal(rule: &RateLimit, level: Level, reason: &str, now: Timestamp) -> Reply {
    let mut reply = Reply::error(
        StatusCode::TOO_MANY_REQUESTS,
        "Rate limit exceeded. Please wait before trying again.",
    )
    .with_custom("ratelimit-reason", reason);
    if rule.without_retry_after {
        reply = reply.with_custom("x-failure-category", "FAILURE_CLIENT_RATE_LIMIT");
    } else {
        reply = reply.with_custom("retry-after", &level.wait_seconds.to_string());
    }
    for (name, value) in cloud_headers(rule, level, now) {
        reply = reply.with_custom(name, &value);
    }
    reply
}

/// Data Center: one bucket per signed-in user, told on every answer to them.
fn data_center(buckets: &mut HashMap<String, Bucket>, rule: &RateLimit, asked: &Asked<'_>, now: Timestamp) -> Verdict {
    let Some(user) = asked.user else {
        return Verdict::Pass(Vec::new());
    };
    let level = take(buckets, format!("user {user}"), rule, now);
    let headers = vec![
        ("x-ratelimit-limit", rule.capacity.to_string()),
        ("x-ratelimit-remaining", level.remaining.to_string()),
        ("x-ratelimit-fillrate", rule.fill_rate.to_string()),
        ("x-ratelimit-interval-seconds", rule.interval_seconds.to_string()),
        ("retry-after", level.wait_seconds.to_string()),
    ];
    if level.allowed {
        return Verdict::Pass(headers);
    }
    let body = json!({"message": "Rate limit exceeded."});
    let refusal = Reply::json(StatusCode::TOO_MANY_REQUESTS, &body);
    Verdict::Stop(
        headers
            .iter()
            .fold(refusal, |reply, (name, value)| reply.with_custom(name, value)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: RateLimit = RateLimit {
        capacity: 2,
        fill_rate: 1,
        interval_seconds: 10,
        without_retry_after: false,
    };

    fn asked(user: Option<&'static str>) -> Asked<'static> {
        Asked {
            method: &Method::GET,
            endpoint: "search/jql",
            issue: None,
            user,
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
        reply.header(name).unwrap_or_default()
    }

    #[test]
    fn cloud_stops_a_burst_and_says_for_how_long() {
        let limits = Limits::default();
        limits.set(Some(RULE));
        let check = |seconds| limits.check(Flavour::Cloud, &asked(None), at(seconds));
        assert!(matches!(check(0), Verdict::Pass(headers) if headers[1].1 == "1"));
        assert!(
            matches!(check(0), Verdict::Pass(headers) if headers.contains(&("x-ratelimit-nearlimit", "true".to_owned())))
        );
        let Verdict::Stop(reply) = check(0) else {
            panic!("the third request of a burst of two went through");
        };
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(header(&reply, "retry-after"), "10");
        assert_eq!(header(&reply, "ratelimit-reason"), "jira-burst-based");
        assert_eq!(header(&reply, "x-ratelimit-reset"), "2023-11-14T22:13Z");
        assert!(matches!(check(9), Verdict::Stop(_)));
        assert!(matches!(check(10), Verdict::Pass(_)));
    }

    #[test]
    fn writes_to_one_issue_have_their_own_limit() {
        let limits = Limits::default();
        limits.set(Some(RateLimit { capacity: 1000, ..RULE }));
        let write = Asked {
            method: &Method::PUT,
            issue: Some("PAY-1"),
            ..asked(None)
        };
        for _ in 0..20 {
            assert!(matches!(limits.check(Flavour::Cloud, &write, at(0)), Verdict::Pass(_)));
        }
        let Verdict::Stop(reply) = limits.check(Flavour::Cloud, &write, at(0)) else {
            panic!("the twenty-first write went through");
        };
        assert_eq!(header(&reply, "ratelimit-reason"), "jira-per-issue-on-write");
        let other = Asked {
            issue: Some("PAY-2"),
            ..write
        };
        assert!(matches!(limits.check(Flavour::Cloud, &other, at(0)), Verdict::Pass(_)));
    }

    #[test]
    fn data_center_counts_per_user_and_tells_every_one_of_them() {
        let limits = Limits::default();
        limits.set(Some(RULE));
        let check = |user| limits.check(Flavour::DataCenter, &asked(user), at(0));
        let Verdict::Pass(headers) = check(Some("ana")) else {
            panic!("the first request was stopped");
        };
        assert_eq!(
            headers,
            [
                ("x-ratelimit-limit", "2"),
                ("x-ratelimit-remaining", "1"),
                ("x-ratelimit-fillrate", "1"),
                ("x-ratelimit-interval-seconds", "10"),
                ("retry-after", "0"),
            ]
            .map(|(name, value)| (name, value.to_owned()))
        );
        assert!(matches!(check(Some("ana")), Verdict::Pass(_)));
        let Verdict::Stop(reply) = check(Some("ana")) else {
            panic!("the third request went through");
        };
        assert_eq!(header(&reply, "retry-after"), "10");
        assert!(matches!(check(Some("ben")), Verdict::Pass(_)));
        assert!(matches!(check(None), Verdict::Pass(headers) if headers.is_empty()));
    }

    #[test]
    fn nothing_is_limited_until_told() {
        let limits = Limits::default();
        for _ in 0..1000 {
            assert!(
                matches!(limits.check(Flavour::Cloud, &asked(None), at(0)), Verdict::Pass(headers) if headers.is_empty())
            );
        }
    }
}
