//! OAuth 1.0a with RSA-SHA1 (RFC 5849), as Jira's application links have it: request token, consent with a
//! verifier, access token, renewal by session handle, and signed requests.
//!
//! Must never be in here: a signer, or anything of the client's. This is the other side.

mod check;
pub(super) mod keys;
pub(super) mod links;
mod message;
mod percent;
mod problem;
mod state;
mod tokens;

use axum::http::{StatusCode, header};

pub(crate) use self::links::Link;
pub(crate) use self::state::One;
use self::{message::Message, problem::Problem};
use super::{
    consent::{self, Decision},
    params::Params,
    state::State,
};
use crate::sandbox::{
    auth::{Caller, wrong_password},
    model::Flavour,
    routes,
    server::message::{Reply, Request},
    site::Site,
};

const SERVLET: &str = "/plugins/servlet/oauth/";

/// The callback of a consumer that has no address: the verifier is shown to the person.
const OUT_OF_BAND: &str = "oob";

/// Whether a request claims to be signed.
pub(super) fn is_signed(request: &Request) -> bool {
    let authorization = request.header(&header::AUTHORIZATION).unwrap_or_default();
    message::after_scheme(authorization).is_some() || request.param("oauth_signature").is_some()
}

/// Answers a request to one of the three endpoints; `None` if it is for none of them.
pub(super) fn answer(site: &Site, request: &Request) -> Option<Reply> {
    let endpoint = request.path.strip_prefix(SERVLET)?;
    let mut state = site.oauth.lock();
    if let Some(status) = state.one.dropped {
        return Some(dropped(site, request, status));
    }
    Some(match (request.method.as_str(), endpoint) {
        ("POST", "request-token") => told(site, request_token(&mut state, request)),
        ("POST", "access-token") => told(site, access_token(&mut state, request)),
        ("GET" | "POST", "authorize") => authorize(&mut state, request),
        (_, "request-token" | "access-token" | "authorize") => Reply::empty(StatusCode::METHOD_NOT_ALLOWED),
        _ => return None,
    })
}

/// Who calls with a signed request.
pub(super) fn caller(site: &Site, request: &Request) -> Result<Caller, Reply> {
    let me = site.world().me;
    let mut state = site.oauth.lock();
    if state.one.dropped.is_some() {
        return match site.flavour {
            Flavour::Cloud => Ok(Caller::failed()),
            Flavour::DataCenter => Err(wrong_password()),
        };
    }
    signed(&mut state, request)
        .map(|()| Caller::signed_in(me))
        .map_err(|problem| problem.reply(&realm(site)))
}

fn signed(state: &mut State, request: &Request) -> Result<(), Problem> {
    let message = Message::read(request)?;
    check::message(&mut state.one, &message, request)?;
    state
        .one
        .tokens
        .check_access(message.need("oauth_token")?, message.consumer(), request.at)
}

fn realm(site: &Site) -> String {
    format!("{}{}", site.origin, site.context)
}

fn dropped(site: &Site, request: &Request, status: StatusCode) -> Reply {
    if status == StatusCode::NOT_FOUND {
        return routes::no_endpoint(site, request);
    }
    consent::dead_end(
        status,
        "OAuth 1.0a is switched off",
        "This site no longer takes OAuth 1.0a.",
    )
}

/// Tokens as a form, or what is wrong.
fn told(site: &Site, answer: Result<String, Problem>) -> Reply {
    match answer {
        Ok(form) => Reply::text(StatusCode::OK, &form),
        Err(problem) => problem.reply(&realm(site)),
    }
}

fn request_token(state: &mut State, request: &Request) -> Result<String, Problem> {
    let message = Message::read(request)?;
    check::message(&mut state.one, &message, request)?;
    let callback = message.need("oauth_callback")?;
    let leads_somewhere = url::Url::parse(callback).is_ok_and(|to| matches!(to.scheme(), "http" | "https"));
    if callback != OUT_OF_BAND && !leads_somewhere {
        return Err(Problem::rejected(
            "oauth_callback",
            "oauth_callback must be an absolute address or oob",
        ));
    }
    let State { one, dice, .. } = state;
    Ok(one.tokens.request(message.consumer(), callback, dice, request.at))
}

fn access_token(state: &mut State, request: &Request) -> Result<String, Problem> {
    let message = Message::read(request)?;
    check::message(&mut state.one, &message, request)?;
    let token = message.need("oauth_token")?;
    let State { one, dice, .. } = state;
    if one.tokens.is_access(token) {
        let handle = message.need("oauth_session_handle")?;
        return one.tokens.renew(token, handle, message.consumer(), dice, request.at);
    }
    one.tokens.check_request(token, message.consumer(), request.at)?;
    let verifier = message.need("oauth_verifier")?;
    one.tokens.exchange(token, verifier, dice, request.at)
}

/// The page that asks, and what it leads to. A browser asks for it, so that errors are pages too.
fn authorize(state: &mut State, request: &Request) -> Reply {
    let params = Params::query_and_form(request);
    let refused = |text: &str| consent::dead_end(StatusCode::UNAUTHORIZED, "OAuth error", text);
    let Some(token) = params.get("oauth_token") else {
        return refused("oauth_problem=parameter_absent: oauth_token is missing.");
    };
    let State { one, dice, .. } = state;
    let Some(consumer) = one.tokens.waiting(token, request.at) else {
        return refused(
            "oauth_problem=token_rejected: the request token is unknown, expired or has been decided about.",
        );
    };
    let name = one
        .links
        .get(&consumer)
        .map_or(consumer.as_str(), |link| link.name.as_str());
    let Some(decision) = Decision::of(&params) else {
        let wants = ["Read and change what you may read and change".to_owned()];
        return consent::page(request, name, &wants, &[]);
    };
    let decided = one.tokens.decide(token, decision == Decision::Approve, dice);
    match (decided.callback.as_str(), decided.verifier) {
        (OUT_OF_BAND, None) => consent::dead_end(
            StatusCode::OK,
            "Access denied",
            &format!("You have denied access to {name}."),
        ),
        (OUT_OF_BAND, Some(verifier)) => consent::dead_end(
            StatusCode::OK,
            "Access approved",
            &format!(
                "You have let {name} in. Your verification code is '{verifier}'. Enter this exact text where {name} asks for it."
            ),
        ),
        (callback, verifier) => {
            let verifier = verifier.as_deref().unwrap_or("denied");
            consent::redirect(callback, &[("oauth_token", token), ("oauth_verifier", verifier)])
        }
    }
}
