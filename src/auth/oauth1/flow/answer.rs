//! What an answer to a step says.
//!
//! Must never be in here: sending, or a token in a message.

use http::header::{CONTENT_TYPE, LOCATION, WWW_AUTHENTICATE};
use secrecy::SecretString;
use url::{Url, form_urlencoded};

use super::{Answer, Step, failure::FlowError};
use crate::{auth::oauth1::problem::Problem, net::host, text};

/// Cloud sites and the names they had before.
const CLOUD: [&str; 3] = [".atlassian.net", ".jira.com", ".jira-dev.com"];

/// A granted step.
pub(super) struct Grant {
    pub(super) token: SecretString,
    pub(super) secret: SecretString,
    pub(super) session_handle: Option<SecretString>,
    pub(super) callback_confirmed: bool,
    pub(super) expires_in: Option<i64>,
    pub(super) authorization_expires_in: Option<i64>,
}

/// The grant in an answer, or why there is none.
pub(super) fn grant(url: &Url, step: Step, answer: &Answer) -> Result<Grant, FlowError> {
    if answer.status.is_success() {
        if is_html(answer) {
            return Err(not_offered(url, answer));
        }
        return parse(&answer.body).ok_or_else(|| FlowError::Unreadable { host: host(url), step });
    }
    Err(refusal(url, step, answer))
}

fn refusal(url: &Url, step: Step, answer: &Answer) -> FlowError {
    if let Some(problem) = Problem::read(&answer.headers, &answer.body) {
        return FlowError::Refused {
            host: host(url),
            step,
            problem,
        };
    }
    let status = answer.status;
    if status.is_redirection() {
        return redirected(url, answer);
    }
    if status == 429 || status.is_server_error() {
        return FlowError::Busy {
            host: host(url),
            status: status.as_u16(),
        };
    }
    if status == 407 || challenged_by_proxy(answer) {
        return FlowError::Gatekeeper { host: host(url) };
    }
    not_offered(url, answer)
}

/// Whether something in front asks for its own sign-in.
fn challenged_by_proxy(answer: &Answer) -> bool {
    let schemes = ["basic", "negotiate", "ntlm", "digest"];
    answer.status == 401
        && answer.headers.get_all(WWW_AUTHENTICATE).iter().any(|value| {
            let value = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
            schemes.iter().any(|scheme| value.starts_with(scheme))
        })
}

fn redirected(url: &Url, answer: &Answer) -> FlowError {
    let target = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let target = target.and_then(|target| url.join(target).ok());
    let to = target.map_or_else(
        || "an unknown address".to_owned(),
        |mut target| {
            // What stands there may be a ticket of somebody's session.
            target.set_query(None);
            target.set_fragment(None);
            text::truncate(&text::clean_line(target.as_str()), 120)
        },
    );
    FlowError::Redirected { host: host(url), to }
}

fn not_offered(url: &Url, answer: &Answer) -> FlowError {
    let name = url.host_str().unwrap_or_default();
    FlowError::NotOffered {
        host: host(url),
        status: answer.status.as_u16(),
        html: is_html(answer),
        cloud: CLOUD.iter().any(|end| name.ends_with(end)),
    }
}

fn is_html(answer: &Answer) -> bool {
    let by_type = answer.headers.get(CONTENT_TYPE).is_some_and(|value| {
        let value = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        value.contains("html")
    });
    let start = answer.body.trim_ascii_start();
    // Jira itself answers forms as text/plain, and some versions say text/html all the same.
    (by_type && parse(&answer.body).is_none()) || start.starts_with(b"<")
}

/// Reads `oauth_token=…&oauth_token_secret=…`.
fn parse(body: &[u8]) -> Option<Grant> {
    let mut grant = Grant {
        token: SecretString::default(),
        secret: SecretString::default(),
        session_handle: None,
        callback_confirmed: false,
        expires_in: None,
        authorization_expires_in: None,
    };
    let mut found = false;
    for (name, value) in form_urlencoded::parse(body.trim_ascii()) {
        match name.as_ref() {
            "oauth_token" if !value.is_empty() => {
                found = true;
                grant.token = SecretString::from(value.into_owned());
            }
            "oauth_token_secret" => grant.secret = SecretString::from(value.into_owned()),
            "oauth_session_handle" if !value.is_empty() => {
                grant.session_handle = Some(SecretString::from(value.into_owned()));
            }
            "oauth_callback_confirmed" => grant.callback_confirmed = value == "true",
            "oauth_expires_in" => grant.expires_in = seconds(&value),
            "oauth_authorization_expires_in" => grant.authorization_expires_in = seconds(&value),
            _ => {}
        }
    }
    found.then_some(grant)
}

/// A duration; 0 and less is no end that could be meant.
fn seconds(text: &str) -> Option<i64> {
    text.parse().ok().filter(|seconds| *seconds > 0)
}
