//! What an exchange failed of, and what a person can do about it.
//!
//! Must never be in here: an answer in full. What is not an error by the standard could hold tokens.

use oauth2::RequestTokenError;

use super::{
    data_center,
    exchange::{Encoding, ExchangeError, Failed, Refused},
};
use crate::{
    auth::{
        error::{AuthError, AuthErrorKind},
        vault::sign_in_again,
    },
    domain::Alias,
};

/// What was asked of the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::auth) enum Step {
    /// Tokens for the code that the browser brought.
    Code,
    /// New tokens for the refresh token.
    Refresh,
}

/// What was asked, and of whom.
pub(super) struct Asked<'p> {
    pub(super) step: Step,
    pub(super) alias: &'p Alias,
    /// The token endpoint's, as `net::host` writes it.
    pub(super) host: String,
    /// The callback.
    pub(super) redirect: &'p str,
    pub(super) encoding: Encoding,
}

/// No answer; it is tried again.
pub(in crate::auth) fn lost(host: &str, reason: &str) -> AuthError {
    AuthError::new(
        AuthErrorKind::Network,
        format!("no answer from {host}, which issues tokens: {reason}"),
        "check the network or VPN, `proxy` and `ca`; crosstie tries again by itself",
    )
}

/// An answer may come later.
pub(super) fn busy(host: &str, status: u16) -> AuthError {
    AuthError::new(
        AuthErrorKind::Network,
        format!("{host}, which issues tokens, is busy or down (HTTP {status})"),
        "nothing to do: crosstie tries again by itself",
    )
}

/// Explains a failed exchange.
pub(super) fn explain(asked: &Asked<'_>, error: &Failed) -> AuthError {
    let host = &asked.host;
    match error {
        RequestTokenError::Request(ExchangeError::Lost(reason)) => lost(host, &reason.0),
        RequestTokenError::Request(ExchangeError::Refused(refused)) => match refused.status {
            429 | 500.. => busy(host, refused.status),
            400 | 401 | 403 => refusal(asked, refused),
            status => AuthError::new(
                AuthErrorKind::Setup,
                format!("{host} issues no tokens at this address (HTTP {status})"),
                not_there(asked.encoding),
            ),
        },
        // Whatever changes the answer on its way may be gone at the next try; the refresh token is
        // tried again within the time that the server leaves for that.
        _ => AuthError::new(
            AuthErrorKind::Network,
            format!("{host} answered without tokens in a form that can be read"),
            "look for a proxy or a sign-in page in front of it; crosstie tries again by itself",
        ),
    }
}

fn not_there(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Json => "check `auth_url`",
        Encoding::Form => {
            "check `url` with its context path; OAuth 2.0 needs Jira 8.22 or later, so else use method = \"pat\" or \"oauth1\""
        }
    }
}

/// The server's words after the colon.
fn words(refused: &Refused) -> String {
    match (refused.error.as_str(), refused.description.as_str()) {
        ("", "") => format!("HTTP {}", refused.status),
        (error, "") => error.to_owned(),
        ("", description) => description.to_owned(),
        (error, description) => format!("{error} ({description})"),
    }
}

/// What a refusal is about, as far as the server says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// The code or the refresh token.
    Grant,
    /// The app's id or secret.
    Client,
    /// The callback.
    Redirect,
}

fn about(refused: &Refused) -> About {
    let description = refused.description.to_ascii_lowercase();
    let of_token = description.contains("refresh") || description.contains("code");
    if description.contains("redirect") || description.contains("callback") {
        return About::Redirect;
    }
    match refused.error.as_str() {
        "invalid_client" => About::Client,
        "unauthorized_client" | "access_denied" | "unauthorized" if !of_token => About::Client,
        _ => About::Grant,
    }
}

fn refusal(asked: &Asked<'_>, refused: &Refused) -> AuthError {
    let Asked { step, alias, host, .. } = asked;
    let words = words(refused);
    let message = match step {
        Step::Code => format!("{host} did not exchange the code for tokens: {words}"),
        Step::Refresh => format!("the sign-in has ended; {host} says: {words}"),
    };
    // An ended grant needs a person whatever else is wrong; a new attempt may fail of the setup.
    let kind = match (step, about(refused)) {
        (Step::Code, About::Client | About::Redirect) => AuthErrorKind::Setup,
        _ => AuthErrorKind::SignIn,
    };
    let again = sign_in_again(alias);
    let remedy = match about(refused) {
        About::Client => format!("compare client_id and secret with the app's settings, then {again}"),
        About::Redirect => redirect_remedy(asked, &again),
        About::Grant if *step == Step::Code => {
            format!("a code works once and for a few minutes: {again}")
        }
        About::Grant => again,
    };
    AuthError::new(kind, message, remedy)
}

fn redirect_remedy(asked: &Asked<'_>, again: &str) -> String {
    let callback = asked.redirect;
    let same = format!(
        "enter exactly {callback} as the callback in Jira's settings, or set `callback` to what is there, then {again}"
    );
    if asked.encoding == Encoding::Form && callback.starts_with("http:") {
        return format!("{}. Else {same}", data_center::https_rule(callback));
    }
    same
}
