//! What a client tells of its work while it works, for the sync log.
//!
//! Must never be in here: headers, bodies, query strings or secrets. An event names methods, paths,
//! numbers and reasons.

use std::{fmt, time::Duration};

use jiff::Timestamp;

use crate::domain::Alias;

/// Something that a client did or waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Local clock.
    pub at: Timestamp,
    /// Connection.
    pub alias: Alias,
    /// What.
    pub kind: EventKind,
}

/// The kinds of [`Event`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// A request came back with an answer, whatever its status.
    Answered {
        /// HTTP method.
        method: String,
        /// Path without query.
        path: String,
        /// HTTP status.
        status: u16,
        /// From sending to the last byte.
        took: Duration,
        /// Body bytes after decompression.
        bytes: u64,
    },
    /// A request ended without a complete answer.
    Unanswered {
        /// HTTP method.
        method: String,
        /// Path without query.
        path: String,
        /// Why.
        reason: String,
        /// From sending to giving up.
        took: Duration,
    },
    /// The client waits and then sends the same request again.
    Retrying {
        /// `429 rate limited`, `503`, `connection reset`.
        reason: String,
        /// How long it waits.
        wait: Duration,
        /// The header that asked for this wait; `None` where the client chose it.
        told_by: Option<&'static str>,
        /// Tries made so far.
        attempt: u32,
        /// Tries in all.
        of: u32,
    },
    /// Every request of this connection waits.
    Paused {
        /// Until then, local clock.
        until: Timestamp,
        /// Why.
        reason: String,
    },
    /// The site refused a token that the gateway accepts; from now on the gateway is used.
    Gateway {
        /// Its host.
        host: String,
    },
    /// An entry of an answer could not be read and was left out.
    Skipped {
        /// Path of the answer.
        path: String,
        /// Which entry, and why.
        reason: String,
    },
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered {
                method,
                path,
                status,
                took,
                bytes,
            } => write!(
                f,
                "{method} {path} · {status} · {} ms · {bytes} bytes",
                took.as_millis()
            ),
            Self::Unanswered {
                method,
                path,
                reason,
                took,
            } => write!(f, "{method} {path} · {reason} · {} ms", took.as_millis()),
            Self::Retrying {
                reason,
                wait,
                told_by,
                attempt,
                of,
            } => {
                write!(f, "{reason} · waiting {}", shown(*wait))?;
                if let Some(header) = told_by {
                    write!(f, " ({header})")?;
                }
                write!(f, " · attempt {attempt} of {of}")
            }
            Self::Paused { until, reason } => write!(f, "{reason} · no requests until {until:.0}"),
            Self::Gateway { host } => write!(f, "scoped token · using the gateway {host} from now on"),
            Self::Skipped { path, reason } => write!(f, "{path} · left out: {reason}"),
        }
    }
}

fn shown(wait: Duration) -> String {
    if wait.subsec_millis() == 0 {
        format!("{}s", wait.as_secs())
    } else {
        format!("{:.1}s", wait.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_read_as_lines() {
        let lines = [
            EventKind::Retrying {
                reason: "429 rate limited".into(),
                wait: Duration::from_secs(8),
                told_by: Some("Retry-After"),
                attempt: 1,
                of: 4,
            },
            EventKind::Retrying {
                reason: "connection reset".into(),
                wait: Duration::from_millis(640),
                told_by: None,
                attempt: 2,
                of: 3,
            },
            EventKind::Answered {
                method: "GET".into(),
                path: "/rest/api/3/myself".into(),
                status: 200,
                took: Duration::from_millis(31),
                bytes: 1234,
            },
            EventKind::Paused {
                until: "2026-11-22T10:00:00Z".parse().unwrap(),
                reason: "jira-quota-tenant-based".into(),
            },
        ];
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(text.join("\n"), @r"
        429 rate limited · waiting 8s (Retry-After) · attempt 1 of 4
        connection reset · waiting 0.6s · attempt 2 of 3
        GET /rest/api/3/myself · 200 · 31 ms · 1234 bytes
        jira-quota-tenant-based · no requests until 2026-11-22T10:00:00Z
        ");
    }
}
