//! When a notice is due: a pure function over what is remembered and how the connection is now.
//!
//! - What a person must mend (a sign-in, a certificate, a setting) is told at once.
//! - Everything else mends itself mostly: it is told when it has lasted. A laptop that sleeps watches
//!   nothing, so a gap between two looks counts for little, and waking up offline is never told at once.
//! - A cause is told once. It is told again when the connection has worked in between; if that was
//!   just now, the connection comes and goes, and the cause has to last like an outage.
//!
//! Must never be in here: the clock, the store, or how a notice is sent.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Notice, Tone};
use crate::{
    domain::{Alias, Health, Problem},
    jira::ErrorKind,
    store::Condition,
    text,
};

/// How long an outage is watched before it is told.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// What two looks that follow each other count at most: longer, and the machine slept.
const LONGEST_LOOK: Duration = Duration::from_secs(5 * 60);
/// A cause that is back within this time after it was mended comes and goes.
const SETTLED: Duration = Duration::from_secs(60 * 60);
/// Causes told of one connection until it has settled; a site that invents new ones is not followed.
const MOST_CAUSES: usize = 8;
/// Characters of a message that tell one cause from another.
const IDENTITY: usize = 160;

/// Failures that do not go away by themselves.
const NEED_A_PERSON: [ErrorKind; 8] = [
    ErrorKind::Secret,
    ErrorKind::Auth,
    ErrorKind::Scope,
    ErrorKind::Captcha,
    ErrorKind::Tls,
    ErrorKind::Setup,
    ErrorKind::Forbidden,
    ErrorKind::Rejected,
];

/// What is remembered of one connection between two looks at it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Causes that were told.
    told: Vec<String>,
    /// What was told and is not mended yet.
    open: Option<Open>,
    /// The failures that follow each other.
    spell: Option<Spell>,
    /// When the last recovery was told.
    recovered: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Open {
    since: Timestamp,
    message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Spell {
    cause: String,
    since: Timestamp,
    seen: Timestamp,
    watched: Duration,
}

impl Memory {
    /// Reads what [`to_text`](Self::to_text) wrote; what cannot be read is forgotten.
    #[must_use]
    pub fn from_text(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    /// As the store keeps it.
    #[must_use]
    pub fn to_text(&self) -> String {
        // Numbers and texts alone: nothing of it can fail to be JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What is to be remembered from now on, and the notice that is due.
#[must_use]
pub fn decide(memory: &Memory, alias: &Alias, condition: &Condition, now: Timestamp) -> (Memory, Option<Notice>) {
    match condition.health {
        Health::Unknown => (memory.clone(), None),
        Health::Ok => well(memory, alias, condition, now),
        Health::Offline | Health::Auth | Health::Failed => unwell(memory, alias, condition, now),
    }
}

fn well(memory: &Memory, alias: &Alias, condition: &Condition, now: Timestamp) -> (Memory, Option<Notice>) {
    let mut next = Memory {
        spell: None,
        ..memory.clone()
    };
    if let Some(open) = next.open.take() {
        next.recovered = Some(now);
        return (next, Some(recovery(&open, alias, &condition.site, now)));
    }
    if next.has_settled(now) {
        next = Memory::default();
    }
    (next, None)
}

fn unwell(memory: &Memory, alias: &Alias, condition: &Condition, now: Timestamp) -> (Memory, Option<Notice>) {
    let problem = condition.problem.clone().unwrap_or_default();
    let cause = Cause::of(condition.health, &problem);
    let mut next = memory.clone();
    if next.open.is_none() && next.has_settled(now) {
        next.told.clear();
        next.recovered = None;
    }
    let spell = next.spell_at(&cause, now);
    let lasted = spell.watched >= PATIENCE;
    let known = next.told.contains(&cause.name);
    let due = match (known, next.open.is_some()) {
        (true, true) => false,
        (true, false) => lasted,
        (false, _) => next.told.len() < MOST_CAUSES && (cause.needs_person || lasted),
    };
    let since = spell.since;
    next.spell = Some(spell);
    if !due {
        return (next, None);
    }
    if !known {
        next.told.push(cause.name);
    }
    let since = next.open.map_or(since, |open| open.since);
    let message = problem.message.clone();
    next.open = Some(Open { since, message });
    let (tone, what) = match (cause.needs_person, condition.health) {
        (true, _) => (Tone::NeedsPerson, "needs you"),
        (false, Health::Offline) => (Tone::Failing, "cannot be reached"),
        (false, _) => (Tone::Failing, "keeps failing"),
    };
    (next, Some(Notice::new(alias, &condition.site, tone, what, &problem)))
}

impl Memory {
    fn has_settled(&self, now: Timestamp) -> bool {
        self.recovered.is_none_or(|at| between(at, now) >= SETTLED)
    }

    /// The failures up to now, this one included.
    fn spell_at(&self, cause: &Cause, now: Timestamp) -> Spell {
        let name = cause.name.clone();
        let Some(before) = &self.spell else {
            return Spell {
                cause: name,
                since: now,
                seen: now,
                watched: Duration::ZERO,
            };
        };
        // An outage shows many faces, and counts as one until it is told; what comes after that has
        // to last by itself.
        let watched = if self.open.is_some() && before.cause != name {
            Duration::ZERO
        } else {
            before
                .watched
                .saturating_add(between(before.seen, now).min(LONGEST_LOOK))
        };
        Spell {
            cause: name,
            since: before.since,
            seen: now,
            watched,
        }
    }
}

/// Time from one instant to a later one; none if the clock was set back.
fn between(from: Timestamp, to: Timestamp) -> Duration {
    from.duration_until(to).try_into().unwrap_or_default()
}

fn recovery(open: &Open, alias: &Alias, site: &str, now: Timestamp) -> Notice {
    let lasted = between(open.since, now).as_millis();
    let lasted = text::duration(u64::try_from(lasted).unwrap_or(u64::MAX));
    let message = format!("It had failed for {lasted}: {}", open.message);
    let told = Problem {
        message,
        ..Problem::default()
    };
    Notice::new(alias, site, Tone::Recovered, "works again", &told)
}

/// What tells one failure from another.
struct Cause {
    name: String,
    needs_person: bool,
}

impl Cause {
    fn of(health: Health, problem: &Problem) -> Self {
        let kind = problem.kind.as_str();
        let needs_person = health == Health::Auth || NEED_A_PERSON.iter().any(|known| known.word() == kind);
        let name = if needs_person {
            format!("{kind}: {}", identity(&problem.message))
        } else if health == Health::Offline {
            // Unresolved today, refused in a minute: to a person both are "no network".
            "offline".to_owned()
        } else {
            kind.to_owned()
        };
        Self { name, needs_person }
    }
}

/// A message without what differs from request to request: the call at its end, and numbers.
fn identity(message: &str) -> String {
    let sentence = match message.rsplit_once(" (") {
        Some((before, call)) if call.ends_with(')') => before,
        _ => message,
    };
    let mut identity = String::new();
    for c in sentence.chars().take(IDENTITY) {
        let c = if c.is_ascii_digit() { '#' } else { c };
        if c != '#' || !identity.ends_with('#') {
            identity.push(c);
        }
    }
    identity
}
