//! The sandbox's HTTP: from sockets to routes and back, with faults and delays on the way.
//!
//! Must never be in here: what an endpoint answers, or which fault strikes.

pub(crate) mod delivery;
pub(crate) mod journal;
mod listener;
pub(crate) mod message;
pub(crate) mod side;

use std::{io, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    http::StatusCode,
    response::Response,
};
use jiff::SignedDuration;
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::CancellationToken;

use self::{
    journal::{LoggedRequest, LoggedWrite},
    listener::Door,
    message::{Reply, Request, parse_query},
};
use super::{
    faults::{Asked, Fault},
    github, hackerone, oauth, routes,
    site::Site,
};
use crate::clock::SharedClock;

/// No request may be larger.
const LARGEST_REQUEST: usize = 16 * 1024 * 1024;

/// Serves Jira on `jira` and control and media on `side` until `stop` is cancelled.
pub(super) fn spawn(
    site: Arc<Site>,
    jira: TcpListener,
    side: TcpListener,
    is_shut: watch::Sender<bool>,
    stop: &CancellationToken,
) -> io::Result<()> {
    let clock: SharedClock = Arc::clone(&site.clock) as SharedClock;
    let wanted_shut = site.wanted_shut.subscribe();
    let door = Door::new(jira, wanted_shut, is_shut, Arc::clone(&clock), stop)?;
    let app = Router::new().fallback(serve).with_state(Arc::clone(&site));
    tokio::spawn(
        stop.clone()
            .run_until_cancelled_owned(async move { axum::serve(door, app).await }),
    );

    // Nobody shuts this door: control must be reached while Jira isn't.
    let (never, always_open) = watch::channel(false);
    let (kept, _) = watch::channel(false);
    let door = Door::new(side, always_open, kept, clock, stop)?;
    let app = Router::new().fallback(side::serve).with_state(site);
    tokio::spawn(stop.clone().run_until_cancelled_owned(async move {
        let _open_for_good = never;
        axum::serve(door, app).await
    }));
    Ok(())
}

async fn serve(State(site): State<Arc<Site>>, request: axum::extract::Request) -> Response {
    let clock: SharedClock = Arc::clone(&site.clock) as SharedClock;
    let Some(mut request) = take_apart(&site, request).await else {
        return delivery::send(Reply::empty(StatusCode::PAYLOAD_TOO_LARGE), None, clock);
    };
    let inside = within_context(&site, &request);
    let endpoint = match (service(&request), &inside) {
        (Service::HackerOne, _) => hackerone::endpoint(&request),
        (Service::GitHub, _) => github::endpoint(&request),
        (Service::Jira, Some(inside)) => routes::endpoint(&site, inside),
        (Service::Jira, None) => format!("{} {}", request.method, request.path),
    };
    let decision = site.faults.decide(&Asked {
        method: request.method.as_str(),
        path: routes::without_gateway(inside.as_ref().map_or(&request.path, |inside| &inside.path)),
        endpoint: &endpoint,
    });
    let off = SignedDuration::from_secs(decision.clock_off);
    request.shown = request.at.checked_add(off).unwrap_or(request.at);
    let delay = site.answer_delay() + decision.delay;
    if !delay.is_zero() {
        clock.sleep(delay).await;
    }
    let fault = decision.fault;
    let worker = {
        let fault = fault.clone();
        tokio::task::spawn_blocking(move || respond(&site, &request, endpoint, fault.as_ref()))
    };
    let reply = worker.await.unwrap_or_else(|error| {
        tracing::error!(%error, "an endpoint of the sandbox broke");
        Reply::error(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
    });
    if matches!(fault, Some(Fault::Silence { .. })) {
        std::future::pending::<()>().await;
    }
    delivery::send(reply, fault.as_ref(), clock)
}

/// Reads a request; `None` if it is too large.
async fn take_apart(site: &Site, request: axum::extract::Request<Body>) -> Option<Request> {
    let at = site.now();
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST_REQUEST).await.ok()?;
    let target = parts
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str())
        .to_owned();
    Some(Request {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        target,
        query: parse_query(parts.uri.query().unwrap_or_default()),
        headers: parts.headers,
        body: body.to_vec(),
        at,
        shown: at,
    })
}

/// Everything about an answer but the sending: routes, the fault's own answer, journal, compression.
fn respond(site: &Site, request: &Request, endpoint: String, fault: Option<&Fault>) -> Reply {
    let inside = within_context(site, request);
    let instead = fault.and_then(|fault| delivery::instead(fault, site, request));
    let was_asked = instead.is_none();
    let (reply, user) = match (instead, service(request), &inside) {
        (Some(reply), service, _) => (in_form_of(service, reply), None),
        (None, Service::HackerOne, _) => (hackerone::answer(site, request), None),
        (None, Service::GitHub, _) => (github::answer(site, request), None),
        (None, Service::Jira, Some(inside)) => routes::answer(site, inside),
        (None, Service::Jira, None) => (
            Reply::html(StatusCode::NOT_FOUND, "<html><body><h1>404</h1></body></html>"),
            None,
        ),
    };
    if let Some(write) = write(request, &endpoint, was_asked && reply.status.is_success()) {
        site.journal.record_write(write);
    }
    site.journal.record(LoggedRequest {
        at: request.at,
        endpoint,
        target: oauth::shown(request),
        status: reply.status.as_u16(),
        bytes: reply.body.len(),
        user,
    });
    let reply = delivery::afterwards(fault, reply);
    delivery::finish(reply, request).with_custom("atl-traceid", &site.next_trace())
}

/// Which of the services on this port a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    Jira,
    HackerOne,
    GitHub,
}

fn service(request: &Request) -> Service {
    if request.path.starts_with(hackerone::PREFIX) {
        Service::HackerOne
    } else if request.path.starts_with(github::PREFIX) {
        Service::GitHub
    } else {
        Service::Jira
    }
}

/// Puts an error that a fault makes into the words of the service that it strikes.
fn in_form_of(service: Service, reply: Reply) -> Reply {
    let is_error = reply.status.is_client_error() || reply.status.is_server_error();
    let error = match service {
        Service::HackerOne if is_error => hackerone::refusal(reply.status),
        Service::GitHub if is_error => github::refusal(reply.status),
        _ => return reply,
    };
    match reply.header("retry-after") {
        Some(seconds) => error.with_custom("retry-after", seconds),
        None => error,
    }
}

/// What a request meant to change; none for questions, and for signing in, whose bodies hold secrets.
fn write(request: &Request, endpoint: &str, took_effect: bool) -> Option<LoggedWrite> {
    let path = routes::without_gateway(&request.path);
    let asked = Asked {
        method: request.method.as_str(),
        path,
        endpoint,
    };
    let is_api = ["/rest/api/", "/hackerone/", "/github/"]
        .iter()
        .any(|part| path.contains(part));
    (is_api && !asked.reads()).then(|| LoggedWrite {
        at: request.at,
        method: request.method.to_string(),
        path: request.path.clone(),
        endpoint: endpoint.to_owned(),
        body: serde_json::from_slice(&request.body).unwrap_or_default(),
        took_effect,
    })
}

/// The request as Jira sees it behind its context path; `None` if it isn't for Jira.
fn within_context(site: &Site, request: &Request) -> Option<Request> {
    let path = request.path.strip_prefix(site.context.as_str())?;
    let in_context = path.starts_with('/') || path.is_empty();
    in_context.then(|| Request {
        path: path.to_owned(),
        ..request.clone()
    })
}
