//! Finding out whether an issue was made, when Jira did not answer the request that was to make it.
//!
//! The account's own recent issues of the project are read again and again for as long as the search
//! index may lag, and those by key that it cannot hold yet. A look that failed says nothing. Must never be
//! in here: making issues.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    PushError, ending, mark,
    payload::Payload,
    pusher::{Flight, Pusher, Turn},
    site::Site,
    words,
};
use crate::{
    domain::{Deployment, PushState},
    jira::{Error, Marked},
    store::{NewLink, OutboxItem, Settlement, Work},
};

/// What is added to the time since something was sent, for clocks that differ.
const MARGIN: Duration = Duration::from_secs(20 * 60);
/// The shortest time between two looks.
const SHORTEST: Duration = Duration::from_secs(5);
/// The longest, while the index may lag.
const LONGEST: Duration = Duration::from_secs(2 * 60);
/// Between looks for what should have turned up long ago.
const RARELY: Duration = Duration::from_secs(60 * 60);
/// Looks after which an index has caught up, where the clock cannot tell: they take over half an hour.
const LOOKS_WITHOUT_CLOCK: u32 = 20;
/// No further looks after this time.
const AT_LAST: Duration = Duration::from_secs(24 * 60 * 60);
/// Never again, in practice.
const NEVER: Duration = Duration::from_secs(50 * 365 * 24 * 60 * 60);

/// How long a search index may lag behind. That of a Data Center is behind for seconds as a rule; a node
/// that catches up with the others takes minutes.
pub(super) fn lag(deployment: Deployment) -> Duration {
    match deployment {
        Deployment::Cloud => Duration::from_secs(15 * 60),
        Deployment::DataCenter => Duration::from_secs(10 * 60),
    }
}

/// When a second issue with the same mark would have turned up.
pub(super) fn second_look(sent: Timestamp, deployment: Deployment) -> Timestamp {
    ending::later(sent, lag(deployment))
}

/// What becomes of an item whose issue did not turn up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// It may still; the next look is then.
    Wait(Timestamp),
    /// It should have.
    Over(Timestamp),
}

/// The looks go from every few seconds to every two minutes; the last one is not before the index has
/// caught up for certain.
fn patience(sent: Timestamp, now: Timestamp, attempts: u32, deployment: Deployment) -> Patience {
    let since = sent.duration_until(now);
    if since.is_negative() {
        // A clock that was set back tells nothing of the time that passed; the number of looks does.
        let gap = ending::growing(attempts).min(LONGEST);
        return match attempts {
            0..LOOKS_WITHOUT_CLOCK => Patience::Wait(ending::later(now, gap)),
            _ => Patience::Over(ending::later(now, RARELY)),
        };
    }
    let passed = since.unsigned_abs();
    let lag = lag(deployment);
    if passed >= lag {
        let wait = if passed < AT_LAST { RARELY } else { NEVER };
        return Patience::Over(ending::later(now, wait));
    }
    let gap = (passed / 2).clamp(SHORTEST, LONGEST).min(lag - passed);
    Patience::Wait(ending::later(now, gap))
}

/// What was sent and not answered.
struct Sent {
    payload: Payload,
    mark: String,
    at: Timestamp,
}

impl Sent {
    /// `None` if nothing was ever written down of it, so that nothing was sent.
    fn of(item: &OutboxItem) -> Option<Self> {
        Some(Self {
            payload: serde_json::from_value(item.payload.clone()?).ok()?,
            mark: item.mark.clone()?,
            at: item.sent_at?,
        })
    }
}

impl<S: Site> Pusher<S> {
    /// Looks whether a create that was sent took effect.
    pub(super) async fn look(&self, flight: &Flight, work: Work) -> Result<Turn, PushError> {
        let now = self.clock.now();
        let Some(sent) = Sent::of(&work.item) else {
            let again = Settlement::Later {
                next: now,
                problem: None,
            };
            return self.end(flight, &work, again, None, Vec::new()).await;
        };
        let attempts = work.item.pending.attempts;
        match self.search(flight, &sent).await {
            Ok(found) if found.is_empty() => {
                let patience = patience(sent.at, now, attempts, flight.deployment);
                self.not_there(flight, &work, patience).await
            }
            Ok(found) => self.there(flight, &work, &sent, &found).await,
            Err(error) => {
                let (_, halt) = ending::of_read(&error, attempts, now);
                flight.stop(halt);
                let gap = ending::growing(attempts).min(LONGEST);
                let next = error.retry_at.unwrap_or(ending::later(now, gap));
                self.still_unknown(flight, &work, next).await
            }
        }
    }

    /// The last look before something is sent again: what turned up since is taken instead. `None` if
    /// nothing did.
    pub(super) async fn look_before_sending(&self, flight: &Flight, work: &Work) -> Result<Option<Turn>, PushError> {
        let Some(sent) = Sent::of(&work.item).filter(|_| work.item.retried) else {
            return Ok(None);
        };
        match self.search(flight, &sent).await {
            Ok(found) if found.is_empty() => Ok(None),
            Ok(found) => Ok(Some(self.there(flight, work, &sent, &found).await?)),
            Err(error) => Ok(Some(self.end_of_read(flight, work, &error, None, Vec::new()).await?)),
        }
    }

    /// Issues that carry the mark, oldest first.
    async fn search(&self, flight: &Flight, sent: &Sent) -> Result<Vec<Marked>, Error> {
        let (project, since) = (&sent.payload.project, minutes(sent.at, self.clock.now()));
        let marks = self.site.recent_marks(project, since, mark::PROPERTY).await?;
        let found = of_mark(marks, &sent.mark);
        if !found.is_empty() {
            return Ok(found);
        }
        // Reading by key needs no index. That it finds nothing, or fails, decides nothing.
        let young = self.unindexed(flight, project).await.unwrap_or_default();
        Ok(of_mark(young, &sent.mark))
    }

    async fn there(&self, flight: &Flight, work: &Work, sent: &Sent, found: &[Marked]) -> Result<Turn, PushError> {
        let Some(first) = found.first() else {
            return Ok(Turn::default());
        };
        let now = self.clock.now();
        let link = NewLink {
            issue: first.id.clone(),
            key: first.key.clone(),
            snapshot: sent.payload.snapshot(true),
            look_at: work.item.retried.then(|| second_look(now, flight.deployment)),
        };
        let mut lines = vec![words::found(&first.key, &work.finding)];
        if found.len() > 1 {
            let keys: Vec<_> = found.iter().map(|marked| marked.key.clone()).collect();
            lines.push(words::duplicate(&keys, &work.finding.id));
        }
        let turn = self.end(flight, work, Settlement::Linked(link), None, lines).await?;
        Ok(Turn {
            created: 1,
            sent: 1,
            ..turn
        })
    }

    async fn not_there(&self, flight: &Flight, work: &Work, patience: Patience) -> Result<Turn, PushError> {
        let next = match patience {
            Patience::Wait(next) => return self.still_unknown(flight, work, next).await,
            Patience::Over(next) => next,
        };
        let problem = words::uncertain(&work.finding);
        let lines = vec![words::failed(&work.finding, None, &problem)];
        self.end(flight, work, Settlement::Uncertain { next, problem }, None, lines)
            .await
    }

    /// One of which it is not known stays so; what a person was told of it stays, too.
    async fn still_unknown(&self, flight: &Flight, work: &Work, next: Timestamp) -> Result<Turn, PushError> {
        let settlement = match (work.item.pending.state, work.item.pending.problem.clone()) {
            (PushState::Uncertain, Some(problem)) => Settlement::Uncertain { next, problem },
            _ => Settlement::Unknown { next },
        };
        let turn = self.end(flight, work, settlement, None, Vec::new()).await?;
        Ok(Turn { failed: 0, ..turn })
    }
}

/// Those that carry a mark, oldest first.
fn of_mark(marks: Vec<Marked>, mark: &str) -> Vec<Marked> {
    let mut found = marks;
    found.retain(|marked| mark::of(marked) == Some(mark));
    found.sort_by_key(|marked| marked.created);
    found
}

/// Minutes that reach back to before something was sent.
pub(super) fn minutes(sent: Timestamp, now: Timestamp) -> u32 {
    let passed = sent.duration_until(now).unsigned_abs() + MARGIN;
    u32::try_from(passed.as_secs().div_ceil(60)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_grow_rarer_and_the_last_one_is_after_the_lag() {
        for deployment in [Deployment::Cloud, Deployment::DataCenter] {
            let sent = Timestamp::from_second(1_800_000_000).unwrap();
            let mut now = sent;
            let mut gaps = Vec::new();
            let over = loop {
                match patience(sent, now, 0, deployment) {
                    Patience::Wait(next) => {
                        gaps.push(now.duration_until(next).as_secs());
                        now = next;
                    }
                    Patience::Over(next) => break next,
                }
            };
            assert_eq!(sent.duration_until(now).unsigned_abs(), lag(deployment));
            assert!(over > now);
            assert_eq!(gaps[0], 5);
            assert!(gaps.len() < 20, "{gaps:?}");
        }
    }

    #[test]
    fn a_clock_that_was_set_back_makes_looks_neither_endless_nor_many() {
        let sent = Timestamp::from_second(1_800_000_000).unwrap();
        let mut now = Timestamp::from_second(1_700_000_000).unwrap();
        let began = now;
        let mut attempts = 1;
        while let Patience::Wait(next) = patience(sent, now, attempts, Deployment::Cloud) {
            assert!(attempts < 30, "it ends");
            (now, attempts) = (next, attempts + 1);
        }
        assert!(began.duration_until(now).unsigned_abs() > 2 * lag(Deployment::Cloud));
    }

    #[test]
    fn a_look_reaches_back_to_before_it_was_sent() {
        let sent = Timestamp::from_second(1_800_000_000).unwrap();
        assert_eq!(minutes(sent, sent), 20);
        let later = ending::later(sent, Duration::from_secs(3601));
        assert_eq!(minutes(sent, later), 81);
        assert_eq!(
            minutes(later, sent),
            81,
            "a clock that was set back reaches back all the same"
        );
    }
}
