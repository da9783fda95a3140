//! Asking a service over HTTP: one host, one secret, JSON answers, limits kept.
//!
//! Must never be in here: what an answer means, a secret on its way anywhere but that host, or a
//! redirect that leaves it.

mod hidden;
mod link;
mod pace;
#[cfg(test)]
pub(super) mod script;
#[cfg(test)]
mod tests;
mod verdict;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use http::{
    HeaderMap, HeaderValue, Method,
    header::{AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH, LOCATION},
};
use reqwest::{Response, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use self::{
    hidden::Hidden,
    pace::Turn,
    verdict::{Spent, Verdict},
};
pub(super) use self::{link::next_of, pace::Paces};
use super::{
    error::{SourceError, SourceErrorKind as Kind},
    means::Means,
};
use crate::{net, text};

/// For one request, from the first byte to the last.
const LIMIT: Duration = Duration::from_secs(60);
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// A larger answer is no page of 100 of anything.
const LARGEST: usize = 64 * 1024 * 1024;
/// Redirects followed for one request, as after a repository was renamed.
const MOVES: u32 = 3;
/// Letters of a service's own words in a message.
const LONGEST_WORDS: usize = 200;

/// What a service is called, and what helps when it refuses.
#[derive(Debug, Clone)]
pub(super) struct Service {
    /// `name` of the source.
    pub(super) source: String,
    /// Which limit its requests count against.
    pub(super) lane: String,
    /// Requests a minute.
    pub(super) per_minute: usize,
    /// After 401.
    pub(super) sign_in: String,
    /// After 403.
    pub(super) forbidden: String,
    /// After 404.
    pub(super) missing: String,
}

/// A service as one source asks it.
#[derive(Debug)]
pub(super) struct Http {
    client: reqwest::Client,
    base: Url,
    headers: HeaderMap,
    service: Service,
    means: Means,
    hidden: Hidden,
    sent: AtomicU64,
}

/// What a service answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) json: Value,
}

impl Http {
    /// `address` as configured; `secrets` are what must not be shown, the first of them being what
    /// `Authorization` holds.
    pub(super) fn new(
        address: &str,
        service: Service,
        means: &Means,
        headers: HeaderMap,
        secrets: Vec<SecretString>,
    ) -> Result<Self, SourceError> {
        let base = link::address(&service.source, address)?;
        let mut headers = headers;
        let hidden = Hidden::new(secrets);
        if let Some(authorization) = hidden.authorization() {
            headers.insert(AUTHORIZATION, sensitive(&service.source, authorization)?);
        }
        Ok(Self {
            client: client(&service.source, &base)?,
            base,
            headers,
            service,
            means: means.clone(),
            hidden,
            sent: AtomicU64::new(0),
        })
    }

    /// An address below the base.
    pub(super) fn at(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// An address that the service named itself, if it is at the same host.
    pub(super) fn follow(&self, from: &Url, named: &str) -> Result<Url, SourceError> {
        let url = from.join(named).ok();
        let plain = |url: &Url| url.username().is_empty() && url.password().is_none();
        let url = url.filter(|url| url.origin() == self.base.origin() && plain(url));
        url.ok_or_else(|| {
            self.error(
                Kind::Refused,
                &format!("{} leads to another host, which is not followed", self.place(from)),
                "check `url` of the source and what stands between here and there",
            )
        })
    }

    /// Takes this service's secrets out of what it holds.
    pub(super) fn conceal(&self, json: &mut Value) {
        self.hidden.conceal(json);
    }

    /// Requests sent so far.
    pub(super) fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Reads; tried again where that may help.
    pub(super) async fn get(&self, url: &Url) -> Result<Answer, SourceError> {
        match self.get_unless(url, None).await? {
            Some(answer) => Ok(answer),
            None => Err(self.error(
                Kind::Malformed,
                &format!("{} says that nothing changed, which it was not asked", self.place(url)),
                "check `url` of the source and what stands between here and there",
            )),
        }
    }

    /// Reads unless what is there is still what `tag` stands for; then there is no answer.
    pub(super) async fn get_unless(&self, url: &Url, tag: Option<&str>) -> Result<Option<Answer>, SourceError> {
        let mut url = url.clone();
        for _ in 0..=MOVES {
            let what = Asked {
                method: Method::GET,
                url: &url,
                body: None,
                tag,
            };
            match self.ask(&what).await? {
                Outcome::Answered(answer) => return Ok(Some(answer)),
                Outcome::Same => return Ok(None),
                Outcome::Moved(to) => url = self.follow(&url, &to)?,
            }
        }
        Err(self.error(
            Kind::Refused,
            &format!("{} redirects in circles", self.place(&url)),
            "check `url` of the source",
        ))
    }

    /// Changes; what is sent must be such that sending it twice does no harm. Of a repository that was
    /// renamed GitHub asks for the same change at its new address.
    pub(super) async fn patch(&self, url: &Url, body: &Value) -> Result<Answer, SourceError> {
        let mut url = url.clone();
        for _ in 0..=MOVES {
            let what = Asked {
                method: Method::PATCH,
                url: &url,
                body: Some(body),
                tag: None,
            };
            match self.ask(&what).await? {
                Outcome::Answered(answer) => return Ok(answer),
                Outcome::Moved(to) => url = self.follow(&url, &to)?,
                Outcome::Same => break,
            }
        }
        Err(self.error(
            Kind::Refused,
            &format!("{} redirects in circles", self.place(&url)),
            "check `url` of the source",
        ))
    }

    async fn ask(&self, what: &Asked<'_>) -> Result<Outcome, SourceError> {
        let mut spent = Spent::default();
        loop {
            self.wait_for_turn(what.url).await?;
            spent.tries += 1;
            let failure = match self.once(what).await {
                Ok(outcome) => return Ok(outcome),
                Err(failure) => failure,
            };
            match verdict::again(&failure.verdict, &mut spent) {
                Some(wait) => self.means.clock.sleep(wait).await,
                None => return Err(self.given_up(*failure)),
            }
        }
    }

    /// What others must know of a wait that was too long for this request.
    fn given_up(&self, failure: Failure) -> SourceError {
        let mut error = failure.error;
        if let Verdict::Limited(wait) = failure.verdict {
            let now = self.means.clock.now();
            let until = now.checked_add(wait.unwrap_or(verdict::USUAL_PAUSE)).ok();
            error.retry_at = until;
            self.means.paces.pause(&self.service.lane, until);
        }
        error
    }

    async fn wait_for_turn(&self, url: &Url) -> Result<(), SourceError> {
        let Service { lane, per_minute, .. } = &self.service;
        let mut waited = Duration::ZERO;
        loop {
            match self.means.paces.turn(lane, *per_minute, self.means.clock.now()) {
                Turn::Now => return Ok(()),
                Turn::After(wait) if wait > verdict::PATIENCE => {
                    let mut error = self.error(
                        Kind::Limited,
                        &format!("{} limits the rate of requests; none was sent", net::host(url)),
                        "nothing needs to be done; it is asked again later",
                    );
                    error.retry_at = self.means.clock.now().checked_add(wait).ok();
                    return Err(error);
                }
                // Who has waited a minute goes, for the clock may stand still.
                Turn::After(_) if waited >= verdict::PATIENCE => return Ok(()),
                Turn::After(wait) => {
                    self.means.clock.sleep(wait).await;
                    waited += wait;
                }
            }
        }
    }

    async fn once(&self, what: &Asked<'_>) -> Result<Outcome, Box<Failure>> {
        let url = what.url;
        let mut request = self.client.request(what.method.clone(), url.clone());
        request = request.headers(self.headers.clone());
        if let Some(tag) = what.tag.and_then(|tag| HeaderValue::from_str(tag).ok()) {
            request = request.header(IF_NONE_MATCH, tag);
        }
        if let Some(body) = what.body {
            request = request
                .header(CONTENT_TYPE, "application/json; charset=utf-8")
                .body(body.to_string());
        }
        self.sent.fetch_add(1, Ordering::Relaxed);
        let sent = request.send().await;
        let response = sent.map_err(|error| self.unanswered(url, error))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = self.body(url, response).await?;
        let json = serde_json::from_slice::<Value>(&bytes);
        let said = json.as_ref().map(verdict::words).unwrap_or_default();
        match verdict::verdict(status, &headers, &said, self.means.clock.now()) {
            Verdict::Taken => {
                self.heed(&headers);
                match json {
                    Ok(json) => Ok(Outcome::Answered(Answer { headers, json })),
                    Err(error) => Err(self.unreadable(url, status, &error)),
                }
            }
            Verdict::Same => {
                self.heed(&headers);
                Ok(Outcome::Same)
            }
            Verdict::Moved => match headers.get(LOCATION).and_then(|to| to.to_str().ok()) {
                Some(to) => Ok(Outcome::Moved(to.to_owned())),
                None => Err(self.refused(url, status, &said, Verdict::Refused(Kind::Malformed))),
            },
            other => Err(self.refused(url, status, &said, other)),
        }
    }

    /// An answer that was the last for a while says so.
    fn heed(&self, headers: &HeaderMap) {
        let now = self.means.clock.now();
        if let Some(wait) = verdict::exhausted(headers, now) {
            self.means.paces.pause(&self.service.lane, now.checked_add(wait).ok());
        }
    }

    async fn body(&self, url: &Url, mut response: Response) -> Result<Vec<u8>, Box<Failure>> {
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if bytes.len() + chunk.len() <= LARGEST => bytes.extend_from_slice(&chunk),
                Ok(Some(_)) => {
                    let message = format!("the answer of {} is too large", self.place(url));
                    let remedy = "check `url` of the source";
                    return Err(Failure::of(
                        self.error(Kind::Malformed, &message, remedy),
                        Verdict::Refused(Kind::Malformed),
                    ));
                }
                Ok(None) => return Ok(bytes),
                Err(error) => return Err(self.unanswered(url, error)),
            }
        }
    }

    fn unanswered(&self, url: &Url, error: reqwest::Error) -> Box<Failure> {
        // Errors of HTTP carry the address along.
        let fault = net::fault(&error.without_url());
        let message = format!("{} gave no answer: {}", net::host(url), fault.reason);
        let error = self.error(
            Kind::Network,
            &message,
            "check the network, the proxy and `url` of the source",
        );
        let verdict = if fault.passing {
            Verdict::Broken
        } else {
            Verdict::Refused(Kind::Network)
        };
        Failure::of(error, verdict)
    }

    fn unreadable(&self, url: &Url, status: u16, error: &serde_json::Error) -> Box<Failure> {
        let place = self.place(url);
        let line = error.line();
        let message = format!("the answer of {place} is no JSON (line {line}, {})", why(error));
        let remedy = "check `url` of the source, and whether a proxy or a login page answers instead";
        let mut error = self.error(Kind::Malformed, &message, remedy);
        error.status = Some(status);
        Failure::of(error, Verdict::Broken)
    }

    fn refused(&self, url: &Url, status: u16, said: &str, verdict: Verdict) -> Box<Failure> {
        let place = self.place(url);
        // A secret that is cut in two would not be known any more.
        let said = self.hidden.out_of(said);
        let said = match said.as_str() {
            "" => String::new(),
            said => format!(": {}", text::truncate(&text::clean_line(said), LONGEST_WORDS)),
        };
        let Service {
            sign_in,
            forbidden,
            missing,
            ..
        } = &self.service;
        let (kind, what, remedy) = match (&verdict, status) {
            (Verdict::Limited(_), _) => (
                Kind::Limited,
                "limits the rate of requests",
                "nothing needs to be done; it is asked again later",
            ),
            (Verdict::Broken, _) => (
                Kind::Network,
                "failed",
                "nothing needs to be done; it is asked again later",
            ),
            (_, 401) => (Kind::Auth, "does not take the token", sign_in.as_str()),
            (_, 403) => (Kind::Refused, "does not allow this", forbidden.as_str()),
            (_, 404 | 410) => (Kind::Refused, "is not there, or not for this token", missing.as_str()),
            (_, 300..=399) => (Kind::Malformed, "redirects to nowhere", "check `url` of the source"),
            _ => (Kind::Refused, "refused the request", "check the settings of the source"),
        };
        let mut error = self.error(kind, &format!("{place} {what} ({status}{said})"), remedy);
        error.status = Some(status);
        Failure::of(error, verdict)
    }

    /// Host and path as people know them; what a query asks for is left out.
    fn place(&self, url: &Url) -> String {
        format!("{}{}", net::host(url), url.path())
    }

    /// An error of this source, without its secrets whoever wrote them into it.
    fn error(&self, kind: Kind, message: &str, remedy: &str) -> SourceError {
        let message = self.hidden.out_of(&format!("{}: {message}", self.service.source));
        SourceError::new(kind, text::clean_line(&message), remedy)
    }
}

/// A request, to be sent once or again.
struct Asked<'a> {
    method: Method,
    url: &'a Url,
    body: Option<&'a Value>,
    /// What is known already.
    tag: Option<&'a str>,
}

enum Outcome {
    Answered(Answer),
    Moved(String),
    Same,
}

/// A try that failed.
struct Failure {
    error: SourceError,
    verdict: Verdict,
}

impl Failure {
    fn of(error: SourceError, verdict: Verdict) -> Box<Self> {
        Box::new(Self { error, verdict })
    }
}

/// What kind of mistake, without the text that it is in.
fn why(error: &serde_json::Error) -> &'static str {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof => "it ends too early",
        Category::Io => "it cannot be read",
        Category::Syntax | Category::Data => "it is written wrongly or nested too deeply",
    }
}

fn sensitive(source: &str, secret: &SecretString) -> Result<HeaderValue, SourceError> {
    let mut value = HeaderValue::from_str(secret.expose_secret()).map_err(|_| {
        SourceError::new(
            Kind::Secret,
            format!("{source}: the token holds characters that no token has"),
            "put the token, and nothing else, where `secret` finds it",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn client(source: &str, base: &Url) -> Result<reqwest::Client, SourceError> {
    // Fails only if a provider is installed already, and then there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("crosstie/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .gzip(true)
        .timeout(LIMIT)
        .connect_timeout(CONNECT_LIMIT);
    if net::is_loopback(base) {
        builder = builder.no_proxy();
    }
    if base.scheme() == "http" {
        // Nothing is encrypted, so no root certificates are needed.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        let why = net::fault(&error.without_url()).reason;
        SourceError::new(
            Kind::Setup,
            format!("{source}: the HTTP client could not be set up ({why})"),
            "check that this machine has root certificates",
        )
    })
}
