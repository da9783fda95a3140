//! Faults as data: which requests go wrong, how, and how often.
//!
//! Must never be in here: HTTP. `server::delivery` turns a fault into bytes; this module only decides.

#[cfg(test)]
mod tests;

use std::{sync::Mutex, time::Duration};

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fault {
    /// `401`, as if the sign-in had been withdrawn.
    Unauthorized,
    /// `403`.
    Forbidden,
    /// `404`.
    NotFound,
    /// `429`; without `retry_after` the header is missing.
    TooManyRequests {
        /// Seconds in `Retry-After`.
        #[serde(default)]
        retry_after: Option<u64>,
        /// `RateLimit-Reason`; `jira-burst-based` unless given.
        #[serde(default)]
        reason: Option<String>,
    },
    /// `409`: somebody else was writing at the same moment.
    Conflict,
    /// `413`: the issue has too much of something.
    TooLarge,
    /// `500`.
    ServerError,
    /// `503`; without `retry_after` the header is missing.
    Unavailable {
        /// Seconds in `Retry-After`.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// The port refuses connections for as long as the rule is there; the rule's match has no say.
    Refuse,
    /// The connection breaks after so many bytes of the body (half of it unless given).
    CutBody {
        /// Bytes sent before the end.
        #[serde(default)]
        after: Option<usize>,
    },
    /// The body stops after so many bytes (half of it unless given) and the connection stays open.
    StallBody {
        /// Bytes sent before the silence.
        #[serde(default)]
        after: Option<usize>,
        /// Seconds after which the rest follows; never unless given.
        #[serde(default)]
        seconds: Option<u64>,
    },
    /// An error that repeats the request's `Authorization` header and body, as debugging proxies do.
    Echo {
        /// `400` unless given.
        #[serde(default)]
        status: Option<u16>,
    },
    /// JSON that ends in the middle, correctly transferred.
    MalformedJson,
    /// A login page in HTML with status 200.
    LoginPage,
    /// A redirect to `/login.jsp`.
    LoginRedirect,
    /// `Date` and `serverTime` are off by so many seconds.
    WrongClock {
        /// Seconds ahead; negative is behind.
        seconds: i64,
    },
    /// The connection breaks without a byte of an answer.
    Reset {
        /// The request took effect before.
        #[serde(default)]
        done: bool,
    },
    /// No answer comes at all, and the connection stays.
    Silence {
        /// The request took effect before.
        #[serde(default)]
        done: bool,
    },
    /// An error, although the request took effect.
    FailedAfter {
        /// `500` unless given.
        #[serde(default)]
        status: Option<u16>,
    },
    /// Search sees changes only so many seconds later; the rule's match has no say.
    IndexLag {
        /// Seconds behind.
        seconds: u64,
    },
    /// The answer comes later.
    Delay {
        /// Milliseconds later.
        milliseconds: u64,
    },
}

impl Fault {
    /// Faults of the whole site instead of single requests.
    fn is_ambient(&self) -> bool {
        matches!(self, Self::Refuse | Self::IndexLag { .. })
    }
}

/// Which requests a rule applies to. Everything left out matches everything.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultMatch {
    /// HTTP method, in capitals.
    pub method: Option<String>,
    /// Only requests that change something.
    pub writes: bool,
    /// The endpoint as the journal names it: `POST issue`, `PUT issue/{}`.
    pub endpoint: Option<String>,
    /// The path begins with this; the context path and the gateway's prefix don't count.
    pub path: Option<String>,
    /// Only from the nth matching request on, counted from 1.
    pub nth: Option<u32>,
    /// At most so many times.
    pub times: Option<u32>,
    /// Only with this probability, drawn from a seeded source.
    pub probability: Option<f64>,
}

/// A fault and where it strikes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Which requests.
    #[serde(rename = "match", default)]
    pub matches: FaultMatch,
    /// What happens to them.
    pub fault: Fault,
}

impl FaultRule {
    /// The fault on every request.
    #[must_use]
    pub fn always(fault: Fault) -> Self {
        Self {
            matches: FaultMatch::default(),
            fault,
        }
    }

    /// The same, only for paths that begin with `path`.
    #[must_use]
    pub fn on(mut self, path: &str) -> Self {
        self.matches.path = Some(path.to_owned());
        self
    }

    /// The same, only for an endpoint as the journal names it, such as `POST issue`.
    #[must_use]
    pub fn at(mut self, endpoint: &str) -> Self {
        self.matches.endpoint = Some(endpoint.to_owned());
        self
    }

    /// The same, only for requests that change something.
    #[must_use]
    pub fn writes(mut self) -> Self {
        self.matches.writes = true;
        self
    }

    /// The same, only for the next `times` matching requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.matches.times = Some(times);
        self
    }

    /// The same, only from the nth matching request on.
    #[must_use]
    pub fn from_nth(mut self, nth: u32) -> Self {
        self.matches.nth = Some(nth);
        self
    }
}

/// A rule in force with what it has done so far.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActiveFault {
    /// Names the rule when it is removed.
    pub id: u64,
    /// Requests that matched method and path.
    pub seen: u32,
    /// Requests that were struck.
    pub struck: u32,
    /// The rule.
    #[serde(flatten)]
    pub rule: FaultRule,
}

impl ActiveFault {
    fn strikes(&mut self, asked: &Asked<'_>, random: &mut ChaCha8Rng) -> bool {
        let Asked { method, path, endpoint } = *asked;
        let matches = &self.rule.matches;
        let about_it = !self.rule.fault.is_ambient()
            && matches
                .method
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && !(matches.writes && asked.reads())
            && matches.endpoint.as_ref().is_none_or(|wanted| wanted == endpoint)
            && matches
                .path
                .as_ref()
                .is_none_or(|prefix| path.starts_with(prefix.as_str()));
        if !about_it {
            return false;
        }
        self.seen = self.seen.saturating_add(1);
        let due = matches.nth.is_none_or(|nth| self.seen >= nth)
            && matches.times.is_none_or(|times| self.struck < times)
            && matches.probability.is_none_or(|p| random.random::<f64>() < p);
        if due {
            self.struck = self.struck.saturating_add(1);
        }
        due
    }
}

/// What a request is, as far as faults go by it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    /// Without the context path and the gateway's prefix.
    pub(crate) path: &'a str,
    /// As the journal names it.
    pub(crate) endpoint: &'a str,
}

/// Searches and lookups that carry their question in a body.
const QUESTIONS: [&str; 6] = [
    "POST search/jql",
    "POST search",
    "POST search/approximate-count",
    "POST jql/parse",
    "POST issue/bulkfetch",
    "POST changelog/bulkfetch",
];

impl Asked<'_> {
    /// Whether the request changes nothing, whatever its method.
    pub(crate) fn reads(&self) -> bool {
        self.method == "GET" || QUESTIONS.contains(&self.endpoint)
    }
}

/// What is to happen to one request.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Decision {
    pub(crate) delay: Duration,
    /// Seconds by which the shown clock is off.
    pub(crate) clock_off: i64,
    /// The first fault that spoils the answer itself.
    pub(crate) fault: Option<Fault>,
}

/// What goes wrong with the site as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Ambient {
    pub(crate) refuse: bool,
    pub(crate) index_lag: Option<Duration>,
}

/// The rules in force.
#[derive(Debug)]
pub(crate) struct Faults(Mutex<State>);

#[derive(Debug)]
struct State {
    rules: Vec<ActiveFault>,
    last_id: u64,
    random: ChaCha8Rng,
}

impl Faults {
    /// No faults; chance is drawn from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(State {
            rules: Vec::new(),
            last_id: 0,
            random: ChaCha8Rng::seed_from_u64(seed),
        }))
    }

    /// Adds a rule and names it.
    pub(crate) fn add(&self, rule: FaultRule) -> u64 {
        let mut state = self.lock();
        state.last_id += 1;
        let id = state.last_id;
        state.rules.push(ActiveFault {
            id,
            seen: 0,
            struck: 0,
            rule,
        });
        id
    }

    /// Takes a rule away; `false` if there is none of this name.
    pub(crate) fn remove(&self, id: u64) -> bool {
        let mut state = self.lock();
        let before = state.rules.len();
        state.rules.retain(|rule| rule.id != id);
        state.rules.len() < before
    }

    /// Takes all rules away.
    pub(crate) fn clear(&self) {
        self.lock().rules.clear();
    }

    /// The rules in the order in which they were added.
    pub(crate) fn list(&self) -> Vec<ActiveFault> {
        self.lock().rules.clone()
    }

    /// Decides about one request, and counts it.
    pub(crate) fn decide(&self, asked: &Asked<'_>) -> Decision {
        let mut state = self.lock();
        let State { rules, random, .. } = &mut *state;
        let mut decision = Decision::default();
        for rule in rules {
            // A fault that never got its turn must not count as one that struck.
            if decision.fault.is_some() && !matches!(rule.rule.fault, Fault::Delay { .. } | Fault::WrongClock { .. }) {
                continue;
            }
            if !rule.strikes(asked, random) {
                continue;
            }
            match &rule.rule.fault {
                Fault::Delay { milliseconds } => decision.delay += Duration::from_millis(*milliseconds),
                Fault::WrongClock { seconds } => decision.clock_off = decision.clock_off.saturating_add(*seconds),
                fault => decision.fault = Some(fault.clone()),
            }
        }
        decision
    }

    /// What the rules say about the site as a whole.
    pub(crate) fn ambient(&self) -> Ambient {
        let mut ambient = Ambient::default();
        for active in &self.lock().rules {
            match active.rule.fault {
                Fault::Refuse => ambient.refuse = true,
                Fault::IndexLag { seconds } => ambient.index_lag = Some(Duration::from_secs(seconds)),
                _ => {}
            }
        }
        ambient
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
