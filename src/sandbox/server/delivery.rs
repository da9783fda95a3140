//! Answers on their way out: compression, the shown clock, and the faults that spoil bytes.
//!
//! Must never be in here: which fault strikes; `faults` has decided that.

use std::{convert::Infallible, io::Write as _, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use flate2::{Compression, write::GzEncoder};
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use serde_json::json;

use super::message::{Reply, Request};
use crate::{
    clock::SharedClock,
    sandbox::{auth, faults::Fault, model::Flavour, site::Site},
};

/// Smaller bodies aren't worth compressing.
const COMPRESS_FROM: usize = 1024;

/// How often a cut body lets the connection send what it has before it breaks.
const FLUSHES_BEFORE_CUT: usize = 8;

/// The answer that a fault gives instead of the real one, for faults that have one.
pub(super) fn instead(fault: &Fault, site: &Site, request: &Request) -> Option<Reply> {
    let login = || format!("{}{}/login.jsp", site.origin, site.context);
    Some(match fault {
        Fault::Unauthorized => match site.flavour {
            Flavour::Cloud => Reply::text(StatusCode::UNAUTHORIZED, auth::MUST_SIGN_IN),
            Flavour::DataCenter => auth::wrong_password(),
        },
        Fault::Forbidden => Reply::error(
            StatusCode::FORBIDDEN,
            "You do not have permission to perform this operation.",
        ),
        Fault::NotFound => Reply::error(
            StatusCode::NOT_FOUND,
            "Issue does not exist or you do not have permission to see it.",
        ),
        Fault::TooManyRequests { retry_after, reason } => too_many(*retry_after, reason.as_deref(), request),
        Fault::Conflict => Reply::error(
            StatusCode::CONFLICT,
            "The request could not be applied because of a conflicting update. Please try again.",
        ),
        Fault::TooLarge => Reply::error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The per-issue limit has been breached for one of the fields.",
        ),
        Fault::ServerError => server_error(StatusCode::INTERNAL_SERVER_ERROR),
        // Nothing of it is sent, but the request must not take effect.
        Fault::Reset { done: false } | Fault::Silence { done: false } => Reply::empty(StatusCode::OK),
        Fault::Unavailable { retry_after } => {
            let page = "<html><head><title>Service Unavailable</title></head><body><h1>503</h1></body></html>";
            retry(Reply::html(StatusCode::SERVICE_UNAVAILABLE, page), *retry_after)
        }
        Fault::Echo { status } => echo(*status, request),
        Fault::LoginPage => login_page(),
        Fault::LoginRedirect => {
            let location = format!("{}?os_destination={}", login(), encoded(&request.target));
            Reply::empty(StatusCode::FOUND).with(header::LOCATION, &location)
        }
        _ => return None,
    })
}

/// The answer that a fault gives after the request took effect.
pub(super) fn afterwards(fault: Option<&Fault>, reply: Reply) -> Reply {
    match fault {
        Some(Fault::MalformedJson) => malform(reply),
        Some(Fault::FailedAfter { status }) => {
            let status = status.and_then(|status| StatusCode::from_u16(status).ok());
            server_error(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        }
        _ => reply,
    }
}

fn server_error(status: StatusCode) -> Reply {
    Reply::json(
        status,
        &json!({"errorMessages": ["Internal server error"], "errors": {}}),
    )
}

/// Says back what it was sent, in the words of each of those that may repeat it.
fn echo(status: Option<u16>, request: &Request) -> Reply {
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let sent = request.header(&header::AUTHORIZATION).unwrap_or_default();
    let text = format!("Bad request: {sent} {}", String::from_utf8_lossy(&request.body));
    let body = json!({"errorMessages": [text], "error": "invalid_request", "error_description": text});
    Reply::json(status.unwrap_or(StatusCode::BAD_REQUEST), &body)
}

/// The page that stands in front of a Jira which wants a browser.
pub(crate) fn login_page() -> Reply {
    Reply::html(
        StatusCode::OK,
        "<!DOCTYPE html><html><head><title>Log in - Jira</title></head><body>\
         <form id=\"login-form\" method=\"post\" action=\"login.jsp\"><input name=\"os_username\">\
         <input name=\"os_password\" type=\"password\"></form></body></html>",
    )
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn too_many(retry_after: Option<u64>, reason: Option<&str>, request: &Request) -> Reply {
    let reset = request
        .shown
        .checked_add(jiff::SignedDuration::from_secs(60))
        .unwrap_or(request.shown);
    let reply = Reply::error(
        StatusCode::TOO_MANY_REQUESTS,
        "Rate limit exceeded. Please wait before trying again.",
    )
    .with_custom("x-ratelimit-limit", "100")
    .with_custom("x-ratelimit-remaining", "0")
    .with_custom("x-ratelimit-reset", &reset.strftime("%Y-%m-%dT%H:%MZ").to_string())
    .with_custom("x-ratelimit-nearlimit", "true")
    .with_custom("ratelimit-reason", reason.unwrap_or("jira-burst-based"));
    retry(reply, retry_after)
}

fn retry(reply: Reply, after: Option<u64>) -> Reply {
    match after {
        Some(seconds) => reply.with(header::RETRY_AFTER, &seconds.to_string()),
        None => reply,
    }
}

/// Compresses and dates an answer.
pub(super) fn finish(mut reply: Reply, request: &Request) -> Reply {
    let wanted = request
        .header(&header::ACCEPT_ENCODING)
        .is_some_and(|accepted| accepted.contains("gzip"));
    if wanted && reply.is_json() && reply.body.len() >= COMPRESS_FROM {
        let mut encoder = GzEncoder::new(Vec::with_capacity(reply.body.len() / 4), Compression::fast());
        if let Ok(packed) = encoder.write_all(&reply.body).and_then(|()| encoder.finish()) {
            reply.body = packed;
            reply = reply.with(header::CONTENT_ENCODING, "gzip");
        }
    }
    reply
        .with(header::DATE, &http_date(request.shown))
        .with(header::VARY, "Accept-Encoding")
        .with(header::CACHE_CONTROL, "no-cache, no-store, no-transform")
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
pub(crate) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Makes JSON end in the middle, before it is compressed and measured.
fn malform(mut reply: Reply) -> Reply {
    reply.body.truncate(reply.body.len() / 2);
    reply
}

/// Puts an answer on the wire, whole or spoilt.
pub(super) fn send(reply: Reply, fault: Option<&Fault>, clock: SharedClock) -> Response {
    let length = reply.body.len();
    let (body, announced) = match fault {
        Some(Fault::CutBody { after }) => {
            let sent = after.unwrap_or(length / 2).min(length);
            // At least one byte must be missing for the cut to show.
            (cut(reply.body, sent), Some(length.max(sent + 1)))
        }
        Some(Fault::StallBody { after, seconds }) => {
            let sent = after.unwrap_or(length / 2).min(length);
            (stall(reply.body, sent, *seconds, clock), Some(length.max(sent + 1)))
        }
        Some(Fault::Reset { .. }) => (cut_at_once(), Some(1)),
        _ => (Body::from(reply.body), None),
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    response.headers_mut().extend(reply.headers);
    if let Some(announced) = announced {
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(announced));
    }
    response
}

/// A body that ends with a broken connection. The pauses let the connection send what it holds; else
/// the caller would not even see the headers.
fn cut(mut body: Vec<u8>, sent: usize) -> Body {
    body.truncate(sent);
    let start = stream::once(async move { Ok(Bytes::from(body)) });
    let end = stream::once(async {
        for _ in 0..FLUSHES_BEFORE_CUT {
            tokio::task::yield_now().await;
        }
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted))
    });
    Body::from_stream(start.chain(end))
}

/// A body that breaks the connection before anything is sent, headers included.
fn cut_at_once() -> Body {
    let end = stream::once(async { Err::<Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)) });
    Body::from_stream(end)
}

/// A body that falls silent, for good or for some seconds.
fn stall(mut body: Vec<u8>, sent: usize, seconds: Option<u64>, clock: SharedClock) -> Body {
    let rest = body.split_off(sent);
    let start = stream::once(async move { Ok::<_, Infallible>(Bytes::from(body)) });
    let end = stream::once(async move {
        match seconds {
            Some(seconds) => clock.sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
        Ok(Bytes::from(rest))
    });
    Body::from_stream(start.chain(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_in_the_form_of_http() {
        let at = Timestamp::from_second(784_111_777).unwrap();
        assert_eq!(http_date(at), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
