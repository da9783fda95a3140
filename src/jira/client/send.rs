//! A call: tried until it has an answer that can be believed, or an error that says why not.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::SemaphorePermit;
use url::Url;

use super::{
    Client, Pause,
    exchange::{Answer, NoAnswer, Verb},
    secret_error,
};
use crate::{
    auth::Refusal,
    jira::{
        error::{Error, ErrorKind},
        event::EventKind,
        failure::{self, Caller, Refused, Scene},
        limits::{self, PATIENCE, Spent, Step, Trouble},
        transport,
        wire::{ReadError, refusal},
        write::{self, Outcome, WriteError},
    },
};

/// Redirects within the site that are followed by hand.
const HOPS: u32 = 3;

/// A question to Jira.
#[derive(Debug, Clone)]
pub(super) struct Call {
    verb: Verb,
    segments: Vec<String>,
    query: Vec<(&'static str, String)>,
    signed: bool,
    tolerated: &'static [u16],
}

impl Call {
    /// `GET` of a path below the base address, given by its segments.
    pub(super) fn get(segments: &[&str]) -> Self {
        Self {
            verb: Verb::Get,
            segments: segments.iter().map(|&segment| segment.to_owned()).collect(),
            query: Vec::new(),
            signed: true,
            tolerated: &[],
        }
    }

    /// A `POST` that only reads.
    pub(super) fn ask(segments: &[&str], body: serde_json::Value) -> Self {
        Self {
            verb: Verb::Ask(body),
            ..Self::get(segments)
        }
    }

    /// A request that changes something.
    pub(super) fn write(segments: &[&str], verb: Verb) -> Self {
        Self {
            verb,
            ..Self::get(segments)
        }
    }

    /// With a query parameter.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Sent to the site itself, and without credentials.
    pub(super) fn unsigned(mut self) -> Self {
        self.signed = false;
        self
    }

    /// These statuses are answers too.
    pub(super) fn tolerating(mut self, statuses: &'static [u16]) -> Self {
        self.tolerated = statuses;
        self
    }

    /// The path below the base, for messages.
    pub(super) fn path(&self) -> String {
        format!("/{}", self.segments.join("/"))
    }

    fn url(&self, base: &Url) -> Url {
        let mut url = base.clone();
        url.set_query(None);
        url.set_fragment(None);
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(&self.segments);
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }
}

/// An answer that was read.
#[derive(Debug)]
pub(super) struct Reply<T> {
    pub(super) value: T,
    /// Whether its headers name the account that it was given to.
    pub(super) proven: bool,
}

/// A try that failed.
struct Failure {
    error: Box<Error>,
    /// What became of the request, as far as can be known.
    outcome: Outcome,
    /// What Jira says of single fields.
    fields: Vec<(String, String)>,
    /// What another try may mend, and its name in the log.
    trouble: Option<(Trouble, String)>,
    /// The answer, when it was a 401.
    refusal: Option<Box<Answer>>,
}

impl Failure {
    fn new(error: Error, outcome: Outcome) -> Self {
        Self {
            error: Box::new(error),
            outcome,
            fields: Vec::new(),
            trouble: None,
            refusal: None,
        }
    }

    /// Whether the call may be sent again as it is, for whatever reason.
    fn allows_another(&self, call: &Call) -> bool {
        call.verb.is_repeatable() || self.outcome != Outcome::Unknown
    }
}

impl Client {
    /// Asks until there is an answer that `read` takes, within the limits of patience.
    pub(super) async fn send<T, R>(&self, call: &Call, read: R) -> Result<Reply<T>, Error>
    where
        R: Fn(u16, &[u8]) -> Result<T, ReadError>,
    {
        self.carry(call, &read).await.map_err(|failed| *failed.error)
    }

    /// Sends a write, and says what became of it. It is repeated only while it certainly had no
    /// effect, or where another time changes nothing more.
    pub(super) async fn write<T, R>(&self, call: &Call, read: R) -> Result<Reply<T>, WriteError>
    where
        R: Fn(u16, &[u8]) -> Result<T, ReadError>,
    {
        let mut failed = match self.carry(call, &read).await {
            Ok(reply) => return Ok(reply),
            Err(failed) => failed,
        };
        for (_, words) in &mut failed.fields {
            *words = self.inner.signer.redact(words);
        }
        Err(failed)
    }

    async fn carry<T, R>(&self, call: &Call, read: &R) -> Result<Reply<T>, WriteError>
    where
        R: Fn(u16, &[u8]) -> Result<T, ReadError>,
    {
        let mut spent = Spent::default();
        let mut mended = false;
        // Once a try may have had its effect, no later one can tell that it had none.
        let mut doubt = false;
        loop {
            let passed = self.pass(call, &mut spent).await;
            passed.map_err(|error| WriteError::new(error, Outcome::NotSent).in_doubt(doubt))?;
            let through_gateway = self.uses_gateway();
            let mut failure = {
                let slot = self.slot().await;
                match self.attempt(call, read, slot).await {
                    Ok(reply) => return Ok(reply),
                    Err(failure) => failure,
                }
            };
            spent.tries += 1;
            if failure.error.kind == ErrorKind::Captcha {
                self.state().locked = Some(self.redacted((*failure.error).clone()));
            }
            if call.signed && !mended {
                let done = self.mend(failure.refusal.take()).await;
                if done.map_err(|error| WriteError::new(error, Outcome::NotSent).in_doubt(doubt))? {
                    mended = true;
                    continue;
                }
            }
            let again = failure.allows_another(call);
            let refused = again && call.signed && failure.error.kind == ErrorKind::Auth;
            if refused && self.switch_to_gateway(through_gateway).await {
                continue;
            }
            doubt |= failure.outcome == Outcome::Unknown;
            let (outcome, fields) = (failure.outcome, failure.fields);
            let waited = match failure.trouble.filter(|_| again) {
                Some((trouble, reason)) => self.after_trouble(trouble, reason, *failure.error, &mut spent).await,
                None => Err(self.redacted(*failure.error)),
            };
            waited.map_err(|error| WriteError::new(error, outcome).of_fields(fields).in_doubt(doubt))?;
        }
    }

    /// Lets a call through: not while a CAPTCHA stands, and after a pause.
    async fn pass(&self, call: &Call, spent: &mut Spent) -> Result<(), Error> {
        loop {
            let now = self.inner.clock.now();
            let until = {
                let state = self.state();
                if let Some(error) = &state.locked {
                    return Err(error.clone());
                }
                match state.pause.filter(|pause| pause.holds(now)) {
                    Some(pause) => pause.until,
                    None => return Ok(()),
                }
            };
            let wait = until.duration_since(now).unsigned_abs();
            if spent.waited + wait > PATIENCE {
                return Err(self.paused(call, until));
            }
            spent.waited += wait;
            self.inner.clock.sleep(wait).await;
        }
    }

    fn paused(&self, call: &Call, until: Timestamp) -> Error {
        let (alias, path) = (&self.inner.alias, call.path());
        let host = transport::host(&self.base(call.signed));
        let mut error = Error::new(
            ErrorKind::RateLimited,
            format!("{alias}: {host} limits the rate of requests; {path} was not sent"),
            format!("nothing to do: requests go on by themselves after {until:.0}"),
        );
        error.retry_at = Some(until);
        error
    }

    /// Whether the signer could mend what made Jira say 401.
    async fn mend(&self, answer: Option<Box<Answer>>) -> Result<bool, Error> {
        let Some(answer) = answer else { return Ok(false) };
        let refusal = Refusal {
            status: answer.status,
            sent: answer.sent.as_ref(),
            headers: &answer.headers,
            body: &answer.body,
        };
        let mended = self.inner.signer.refused(refusal).await;
        mended.map_err(|error| secret_error(&self.inner.alias, error))
    }

    /// Waits before the next try, or ends with the error.
    async fn after_trouble(
        &self,
        trouble: Trouble,
        reason: String,
        mut error: Error,
        spent: &mut Spent,
    ) -> Result<(), Error> {
        match limits::next_step(trouble, *spent, jitter()) {
            Step::Again { wait, told_by, of } => {
                self.tell(EventKind::Retrying {
                    reason,
                    wait,
                    told_by,
                    attempt: spent.tries,
                    of,
                });
                if matches!(trouble, Trouble::Limited(_)) {
                    self.pause(wait);
                } else {
                    self.inner.clock.sleep(wait).await;
                }
                Ok(())
            }
            Step::Stop(retry_in) => {
                if let Some(wait) = retry_in.filter(|_| error.kind == ErrorKind::RateLimited) {
                    let until = self.pause(wait);
                    error.retry_at = Some(until);
                    self.tell(EventKind::Paused { until, reason });
                }
                Err(self.redacted(error))
            }
        }
    }

    /// Holds back all requests of the connection; a longer pause that stands is kept.
    fn pause(&self, wait: Duration) -> Timestamp {
        let now = self.inner.clock.now();
        let until = now.checked_add(wait).unwrap_or(Timestamp::MAX);
        let mut state = self.state();
        let longer = state.pause.filter(|pause| pause.holds(now) && pause.until > until);
        let pause = longer.unwrap_or(Pause { since: now, until });
        state.pause = Some(pause);
        pause.until
    }

    /// The address that calls go below.
    pub(super) fn base(&self, signed: bool) -> Url {
        let gateway = self.state().gateway.clone().filter(|_| signed);
        gateway.unwrap_or_else(|| self.inner.site.clone())
    }

    /// One try. The slot is free again once there is an answer that can be believed: while it is read, the
    /// next request is on its way.
    async fn attempt<T, R>(&self, call: &Call, read: &R, slot: Option<SemaphorePermit<'_>>) -> Result<Reply<T>, Failure>
    where
        R: Fn(u16, &[u8]) -> Result<T, ReadError>,
    {
        let mut url = call.url(&self.base(call.signed));
        let host = transport::host(&url);
        let method = call.verb.method();
        for _ in 0..=HOPS {
            let path = refusal::clean(url.path());
            let scene = self.scene(&host, method.as_str(), &path);
            let answer = match self.exchange(&call.verb, url.clone(), call.signed).await {
                Ok(answer) => answer,
                Err(none) => return Err(self.unanswered(scene, none)),
            };
            match self.redirection(scene, call, &url, &answer)? {
                Some(next) => url = next,
                None => {
                    let (answer, proven) = self.judge(scene, call, answer)?;
                    drop(slot);
                    // Whoever waited for it is woken on this thread, and would wait on for the reading.
                    tokio::task::yield_now().await;
                    return reading(scene, &answer, read).map(|value| Reply { value, proven });
                }
            }
        }
        let path = call.path();
        let scene = self.scene(&host, method.as_str(), &path);
        Err(Failure::new(failure::redirected(scene, 302, None), Outcome::Unknown))
    }

    fn scene<'a>(&'a self, host: &'a str, method: &'a str, path: &'a str) -> Scene<'a> {
        Scene {
            alias: &self.inner.alias,
            access: self.inner.signer.access(),
            worked: self.state().worked,
            host,
            method,
            path,
        }
    }

    fn unanswered(&self, scene: Scene<'_>, none: NoAnswer) -> Failure {
        match none {
            NoAnswer::Unsigned(error) => {
                let error = secret_error(&self.inner.alias, error);
                Failure::new(error, Outcome::NotSent)
            }
            NoAnswer::Lost(fault) => {
                let outcome = if fault.unsent {
                    Outcome::NotSent
                } else {
                    Outcome::Unknown
                };
                let error = failure::unanswered(scene, &fault, self.inner.proxied);
                Failure {
                    trouble: fault.passing.then_some((Trouble::Broken, fault.reason)),
                    ..Failure::new(error, outcome)
                }
            }
        }
    }

    /// Where to ask instead, if the answer is a redirect within the site that does not lead to a
    /// login; any other redirect is an error, so that credentials stay here.
    fn redirection(&self, scene: Scene<'_>, call: &Call, from: &Url, answer: &Answer) -> Result<Option<Url>, Failure> {
        if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
            return Ok(None);
        }
        let location = answer.headers.get("location").and_then(|value| value.to_str().ok());
        let target = location.and_then(|location| from.join(location).ok());
        let within = target.as_ref().filter(|target| target.origin() == from.origin());
        let plain = within.filter(|target| matches!(call.verb, Verb::Get) && !failure::is_login(target));
        match plain {
            Some(target) => Ok(Some(target.clone())),
            None => {
                let outcome = write::of_redirect(answer.status, target.as_ref().is_some_and(failure::is_login));
                let error = failure::redirected(scene, answer.status, target.as_ref());
                Err(Failure::new(error, outcome))
            }
        }
    }

    /// The answer, if it can be believed, and whether it names the account that it was given to.
    fn judge(&self, scene: Scene<'_>, call: &Call, answer: Answer) -> Result<(Answer, bool), Failure> {
        let status = answer.status;
        let accepted = (200..300).contains(&status) || call.tolerated.contains(&status);
        if !accepted || failure::captcha(&answer.headers).is_some() {
            return Err(self.refused(scene, answer));
        }
        let kind = answer
            .headers
            .get("content-type")
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        if refusal::is_html(kind, &answer.body) {
            let error = failure::page(scene, status, &answer.headers, &answer.body);
            let outcome = write::of_status(status, false);
            return Err(Failure::new(error, outcome));
        }
        let proven = if call.signed {
            self.identify(scene, &answer)?
        } else {
            false
        };
        if call.signed {
            self.state().worked = true;
        }
        if let Some(wait) = answer.limits.pause_after_success() {
            self.pause(wait);
        }
        Ok((answer, proven))
    }

    fn refused(&self, scene: Scene<'_>, answer: Answer) -> Failure {
        let status = answer.status;
        let error = failure::refused(
            scene,
            Refused {
                status,
                headers: &answer.headers,
                body: &answer.body,
            },
        );
        let trouble = match status {
            429 => Some((limited(&answer), named("429 rate limited", &answer))),
            503 => Some((limited(&answer), named("503 unavailable", &answer))),
            500 | 502 | 504 => Some((Trouble::Broken, format!("{status} server failure"))),
            _ => None,
        };
        let told = answer.headers.contains_key("retry-after");
        Failure {
            fields: refusal::fields(&answer.body),
            trouble,
            refusal: (status == 401).then(|| Box::new(answer)),
            ..Failure::new(error, write::of_status(status, told))
        }
    }

    /// Whether the answer names its account; an error if it was given to nobody. A server that has
    /// named the account once does so on every 200.
    fn identify(&self, scene: Scene<'_>, answer: &Answer) -> Result<bool, Failure> {
        let mut state = self.state();
        match failure::caller(&answer.headers) {
            Caller::Known => {
                state.identified = true;
                Ok(true)
            }
            Caller::Anonymous => Err(nobody(scene, answer)),
            Caller::Untold if state.identified && answer.status == 200 => Err(nobody(scene, answer)),
            Caller::Untold => Ok(false),
        }
    }

    fn redacted(&self, mut error: Error) -> Error {
        error.message = self.inner.signer.redact(&error.message);
        error.remedy = self.inner.signer.redact(&error.remedy);
        error
    }
}

/// What an answer says.
fn reading<T, R>(scene: Scene<'_>, answer: &Answer, read: &R) -> Result<T, Failure>
where
    R: Fn(u16, &[u8]) -> Result<T, ReadError>,
{
    read(answer.status, &answer.body).map_err(|why| Failure {
        trouble: matches!(why, ReadError::Json(_)).then(|| (Trouble::Broken, "malformed answer".to_owned())),
        ..Failure::new(failure::unreadable(scene, answer.status, &why), Outcome::Unknown)
    })
}

/// An answer given to nobody; a site that lets strangers write may have done so.
fn nobody(scene: Scene<'_>, answer: &Answer) -> Failure {
    Failure::new(failure::anonymous(scene, answer.status), Outcome::Unknown)
}

fn limited(answer: &Answer) -> Trouble {
    Trouble::Limited(answer.limits.told)
}

/// With the limit that was hit, where the server names it.
fn named(reason: &str, answer: &Answer) -> String {
    match &answer.limits.reason {
        Some(limit) => format!("{reason} ({limit})"),
        None => reason.to_owned(),
    }
}

fn jitter() -> f64 {
    rand::random_range(0.7..=1.3)
}

#[cfg(test)]
mod tests;
