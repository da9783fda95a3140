//! One request and its answer on the wire.

use std::sync::atomic::Ordering;

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use jiff::SignedDuration;
use reqwest::{Response, tls::TlsInfo};
use serde_json::Value;
use url::Url;

use super::Client;
use crate::{
    auth::{AuthError, Outgoing},
    domain::Deployment,
    jira::{
        error::ErrorKind,
        event::EventKind,
        limits::{Limits, http_date},
        transport::{Fault, fault},
    },
};

/// Largest body that is read; more is a mistake or an attack.
const LARGEST: usize = 256 * 1024 * 1024;

/// A complete answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) limits: Limits,
    /// The `Authorization` header that the request went out with.
    pub(super) sent: Option<HeaderValue>,
}

/// What is sent.
#[derive(Debug, Clone)]
pub(super) enum Verb {
    /// `GET`.
    Get,
    /// `POST` that only reads, and may be repeated like a `GET`.
    Ask(Value),
    /// `POST` that has its effect every time it is sent: never repeated in doubt.
    Create(Value),
    /// `POST` that has the same effect however often it is sent.
    Upsert(Value),
    /// `PUT`.
    Put(Value),
    /// `DELETE`.
    Delete,
}

impl Verb {
    pub(super) fn method(&self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Ask(_) | Self::Create(_) | Self::Upsert(_) => Method::POST,
            Self::Put(_) => Method::PUT,
            Self::Delete => Method::DELETE,
        }
    }

    /// Whether it may be sent again when nobody knows what became of the first time.
    pub(super) fn is_repeatable(&self) -> bool {
        !matches!(self, Self::Create(_))
    }

    fn body(&self) -> Option<&Value> {
        match self {
            Self::Ask(body) | Self::Create(body) | Self::Upsert(body) | Self::Put(body) => Some(body),
            Self::Get | Self::Delete => None,
        }
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// Could not be signed.
    Unsigned(AuthError),
    /// Did not arrive.
    Lost(Fault),
}

impl Client {
    /// Sends one request, follows nothing, repeats nothing; counts it and tells of it.
    pub(super) async fn exchange(&self, verb: &Verb, url: Url, signed: bool) -> Result<Answer, NoAnswer> {
        let started = self.inner.clock.now();
        let method = verb.method();
        let path = url.path().to_owned();
        let request = self.request(verb, url, signed).await.map_err(NoAnswer::Unsigned)?;
        self.inner.requests.fetch_add(1, Ordering::Relaxed);
        let outcome = self.receive(request).await;
        let took = self.inner.clock.now().duration_since(started);
        let took = took.max(SignedDuration::ZERO).unsigned_abs();
        let method = method.to_string();
        self.tell(match &outcome {
            Ok(answer) => EventKind::Answered {
                method,
                path,
                status: answer.status,
                took,
                bytes: answer.body.len() as u64,
            },
            Err(fault) => EventKind::Unanswered {
                method,
                path,
                reason: fault.reason.clone(),
                took,
            },
        });
        outcome.map_err(NoAnswer::Lost)
    }

    async fn request(&self, verb: &Verb, url: Url, signed: bool) -> Result<reqwest::RequestBuilder, AuthError> {
        let method = verb.method();
        let authorization = if signed {
            let outgoing = Outgoing {
                method: &method,
                url: &url,
            };
            Some(self.inner.signer.authorize(outgoing).await?)
        } else {
            None
        };
        let mut request = self
            .inner
            .http
            .request(method, url)
            .header(header::ACCEPT, "application/json");
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        if self.deployment_now() == Deployment::DataCenter {
            request = request.header("X-ExperimentalApi", "opt-in");
        }
        if !matches!(verb, Verb::Get) {
            request = request.header("X-Atlassian-Token", "no-check");
        }
        if let Some(body) = verb.body() {
            request = request
                .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(body.to_string());
        }
        Ok(request)
    }

    async fn receive(&self, request: reqwest::RequestBuilder) -> Result<Answer, Fault> {
        let (http, request) = request.build_split();
        let request = request.map_err(|error| fault(&error))?;
        let sent = request.headers().get(header::AUTHORIZATION).cloned();
        let mut response = http.execute(request).await.map_err(|error| fault(&error))?;
        let limits = self.note(&response);
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk(&mut response).await? {
            if body.len() + chunk.len() > LARGEST {
                return Err(Fault {
                    kind: ErrorKind::Malformed,
                    reason: "the answer is larger than 256 MiB".to_owned(),
                    passing: false,
                    unsent: false,
                });
            }
            body.extend_from_slice(&chunk);
        }
        self.inner.bytes.fetch_add(body.len() as u64, Ordering::Relaxed);
        Ok(Answer {
            status: response.status().as_u16(),
            headers: std::mem::take(response.headers_mut()),
            body,
            limits,
            sent,
        })
    }

    /// The next piece of a body. A body that has begun and then stands still is given up sooner
    /// than a slow first byte: the server may be thinking, but it is not sending.
    async fn chunk(
        &self,
        response: &mut Response,
    ) -> Result<Option<impl AsRef<[u8]> + std::ops::Deref<Target = [u8]> + use<>>, Fault> {
        let stalled = |_| Fault {
            kind: ErrorKind::Network,
            reason: "the answer stopped in the middle".to_owned(),
            passing: true,
            unsent: false,
        };
        let next = tokio::time::timeout(self.inner.timeout / 2, response.chunk()).await;
        next.map_err(stalled)?.map_err(|error| fault(&error))
    }

    /// Learns from the headers: the server's clock, its limits, its certificate.
    fn note(&self, response: &Response) -> Limits {
        let now = self.inner.clock.now();
        let date = response
            .headers()
            .get(header::DATE)
            .and_then(|date| date.to_str().ok())
            .and_then(http_date);
        let limits = Limits::read(response.headers(), date.unwrap_or(now));
        let certificate = response
            .extensions()
            .get::<TlsInfo>()
            .and_then(TlsInfo::peer_certificate);
        let mut state = self.state();
        if let Some(date) = date {
            state.offset = Some(date.duration_since(now));
        }
        if limits.tell() {
            state.limits = limits.clone();
        }
        // Several requests that were refused together must not come back together.
        state.limits.near = limits.near || response.status() == StatusCode::TOO_MANY_REQUESTS;
        if let Some(der) = certificate.filter(|der| state.certificate.as_deref() != Some(*der)) {
            state.certificate = Some(der.to_vec());
        }
        limits
    }
}
