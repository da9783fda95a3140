//! Data Center's OAuth 2.0 provider: incoming links, proof keys, hierarchical scopes.
//!
//! Must never be in here: Cloud's provider, which differs in almost everything.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

use super::{
    clients::{Client, callback_fault},
    consent::{self, Decision},
    grants::{Grant, Issued, Policy, Worth},
    params::Params,
    pkce,
    state::State,
};
use crate::sandbox::{
    auth::{Caller, wrong_password},
    server::message::{Answer, Reply, Request},
    site::Site,
};

const POLICY: Policy = Policy {
    code: SignedDuration::from_mins(10),
    access: SignedDuration::from_secs(3600),
    refresh: SignedDuration::from_hours(90 * 24),
    leeway: SignedDuration::ZERO,
    reuse_ends_grant: false,
    refresh_ends_access: true,
    access_length: 43,
    refresh_length: 43,
};

/// Each includes those before it.
const SCOPES: [&str; 4] = ["READ", "WRITE", "ADMIN", "SYSTEM_ADMIN"];

/// What the table of endpoints asks for, each with the least scope that has it.
const MEANINGS: [(&str, &str); 5] = [
    ("read:jira-work", "READ"),
    ("read:jira-user", "READ"),
    ("write:jira-work", "WRITE"),
    ("manage:jira-project", "ADMIN"),
    ("manage:jira-configuration", "ADMIN"),
];

const AUTHORIZE: &str = "/rest/oauth2/latest/authorize";
const CONSENT: &str = "/plugins/servlet/oauth2/consent";
const TOKEN: &str = "/rest/oauth2/latest/token";

/// Answers a request to one of the endpoints; `None` if it is for none of them.
pub(super) fn answer(site: &Site, request: &Request) -> Option<Reply> {
    let answer = match (request.method.as_str(), request.path.as_str()) {
        ("GET", AUTHORIZE) => authorize(site, request),
        ("GET" | "POST", CONSENT) => decide(site, request),
        ("POST", TOKEN) => token(site, request),
        (_, AUTHORIZE | CONSENT | TOKEN) => Ok(Reply::empty(StatusCode::METHOD_NOT_ALLOWED)),
        _ => return None,
    };
    Some(answer.unwrap_or_else(|refusal| refusal))
}

/// Who calls with a token of this provider; `None` if it isn't one, so that it may be a personal one.
pub(super) fn caller(site: &Site, request: &Request, token: &str) -> Option<Result<Caller, Reply>> {
    let me = site.world().me;
    match site.oauth.lock().grants.worth(token, request.at) {
        Worth::Good(grant) => {
            let level = grant.scopes.iter().filter_map(|scope| level(scope)).max();
            let holds = |least| level >= self::level(least);
            let scopes: BTreeSet<String> = MEANINGS
                .iter()
                .filter(|(_, least)| holds(least))
                .map(|(scope, _)| (*scope).to_owned())
                .collect();
            Some(Ok(Caller::with_scopes(me, scopes)))
        }
        Worth::Dead => Some(Err(wrong_password())),
        Worth::Unknown => None,
    }
}

fn level(scope: &str) -> Option<usize> {
    SCOPES.iter().position(|own| *own == scope)
}

/// The most that a link may be granted; a link without scopes of its own may be granted everything.
fn ceiling(client: &Client) -> usize {
    if client.scopes.is_empty() {
        return SCOPES.len() - 1;
    }
    let levels = client.scopes.iter().filter_map(|scope| level(scope));
    levels.max().unwrap_or_default()
}

/// Checks the request, then sends the browser on to the page that asks.
fn authorize(site: &Site, request: &Request) -> Answer {
    check(&site.oauth.lock(), &Params::query_and_form(request))?;
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    let to = format!("{}{}{CONSENT}?{query}", site.origin, site.context);
    Ok(consent::redirect(&to, &[]))
}

/// A request for a code that nothing is wrong with.
struct Checked {
    client: Client,
    scope: &'static str,
    challenge: Option<pkce::Challenge>,
}

/// Errors go back to the client only if it is sure that it is the client.
fn check(state: &State, params: &Params) -> Result<Checked, Reply> {
    let dead_end = |text: &str| consent::dead_end(StatusCode::BAD_REQUEST, "Invalid authorization request", text);
    let client = state.clients.get(params.get("client_id").unwrap_or_default());
    let client = client.ok_or_else(|| dead_end("There is no application link with this client_id."))?;
    let redirect_uri = params.get("redirect_uri").unwrap_or_default();
    if redirect_uri != client.callback {
        return Err(dead_end("The redirect_uri is not that of the application link."));
    }
    if callback_fault(redirect_uri).is_some() || state.https_only && !redirect_uri.starts_with("https:") {
        return Err(dead_end(
            "The redirect_uri must use https, unless atlassian.oauth2.provider.skip.redirect.url.https.requirement is true.",
        ));
    }
    let back = |error: &str, text: &str| {
        let state = params.get("state").map(|state| ("state", state));
        let all: Vec<(&str, &str)> = [("error", error), ("error_description", text)]
            .into_iter()
            .chain(state)
            .collect();
        consent::redirect(redirect_uri, &all)
    };
    if params.repeated().is_some() {
        return Err(back("invalid_request", "A parameter is there more than once"));
    }
    match params.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(back("unsupported_response_type", "response_type must be code")),
        None => return Err(back("invalid_request", "response_type is missing")),
    }
    if params.get("state").is_none() {
        return Err(back("invalid_request", "state is missing"));
    }
    let asked = params.get("scope").unwrap_or_default();
    let asked =
        level(asked).ok_or_else(|| back("invalid_scope", "scope must be one of READ, WRITE, ADMIN, SYSTEM_ADMIN"))?;
    let scope = SCOPES.get(asked.min(ceiling(client))).copied().unwrap_or_default();
    let challenge = pkce::challenge(params).map_err(|text| back("invalid_request", text))?;
    Ok(Checked {
        client: client.clone(),
        scope,
        challenge,
    })
}

fn decide(site: &Site, request: &Request) -> Answer {
    let params = Params::query_and_form(request);
    let mut state = site.oauth.lock();
    let Checked {
        client,
        scope,
        challenge,
    } = check(&state, &params)?;
    let (redirect_uri, state_param) = (client.callback.clone(), params.get("state").unwrap_or_default());
    match Decision::of(&params) {
        None => Ok(consent::page(request, &client.name, &[scope.to_owned()], &[])),
        Some(Decision::Deny) => {
            let denied = [("error", "access_denied"), ("state", state_param)];
            Ok(consent::redirect(&redirect_uri, &denied))
        }
        Some(Decision::Approve) => {
            let grant = Grant {
                client: client.id.clone(),
                redirect_uri: redirect_uri.clone(),
                scopes: [scope.to_owned()].into(),
                sites: Vec::new(),
                revoked: false,
            };
            let State { grants, dice, .. } = &mut *state;
            let code = grants.open(grant, challenge, (&POLICY, dice, request.at));
            Ok(consent::redirect(
                &redirect_uri,
                &[("code", &code), ("state", state_param)],
            ))
        }
    }
}

fn error(status: StatusCode, error: &str, description: &str) -> Reply {
    Reply::json(status, &json!({"error": error, "error_description": description}))
}

fn bad(name: &str, description: &str) -> Reply {
    error(StatusCode::BAD_REQUEST, name, description)
}

fn token(site: &Site, request: &Request) -> Answer {
    let params = Params::query_and_form(request);
    if let Some(name) = params.repeated() {
        return Err(bad("invalid_request", &format!("{name} is there more than once")));
    }
    let need = |name: &str| {
        let missing = || bad("invalid_request", &format!("{name} is missing"));
        params.get(name).ok_or_else(missing)
    };
    let (kind, id, secret) = (need("grant_type")?, need("client_id")?, need("client_secret")?);
    let mut state = site.oauth.lock();
    if state.clients.get(id).is_none_or(|client| client.secret != secret) {
        let text = "The client_id or the client_secret is wrong";
        return Err(error(StatusCode::UNAUTHORIZED, "invalid_client", text));
    }
    match kind {
        "authorization_code" => exchange(&mut state, &params, need("code")?, request),
        "refresh_token" => refresh(&mut state, &params, need("refresh_token")?, request),
        _ => Err(bad(
            "unsupported_grant_type",
            "grant_type must be authorization_code or refresh_token",
        )),
    }
}

fn exchange(state: &mut State, params: &Params, code: &str, request: &Request) -> Answer {
    let client = params.get("client_id").unwrap_or_default();
    let State { grants, dice, .. } = state;
    let taken = grants.take_code(code, client, request.at);
    let (grant, challenge) = taken.ok_or_else(|| bad("invalid_grant", "The code is wrong, used or expired"))?;
    check_redirect(&grant, params)?;
    pkce::verify(challenge.as_ref(), params.get("code_verifier")).map_err(|text| bad("invalid_grant", text))?;
    let id = grants.add(grant);
    let issued = grants.issue(id, true, (&POLICY, dice, request.at));
    Ok(tokens(&issued, request))
}

fn refresh(state: &mut State, params: &Params, token: &str, request: &Request) -> Answer {
    let client = params.get("client_id").unwrap_or_default();
    let State { grants, dice, .. } = state;
    let refused = || bad("invalid_grant", "The refresh_token is wrong, used or expired");
    check_redirect(grants.of_refresh(token).ok_or_else(refused)?, params)?;
    let id = grants
        .rotate(token, client, &POLICY, request.at)
        .map_err(|_| refused())?;
    let issued = grants.issue(id, true, (&POLICY, dice, request.at));
    Ok(tokens(&issued, request))
}

/// The redirect address is asked for again with every token, also when refreshing.
fn check_redirect(grant: &Grant, params: &Params) -> Result<(), Reply> {
    if params.get("redirect_uri") == Some(&grant.redirect_uri) {
        Ok(())
    } else {
        Err(bad(
            "invalid_grant",
            "The redirect_uri is not that of the authorization request",
        ))
    }
}

fn tokens(issued: &Issued, request: &Request) -> Reply {
    Reply::ok(&json!({
        "access_token": issued.access, "token_type": "bearer", "expires_in": POLICY.access.as_secs(),
        "refresh_token": issued.refresh, "created_at": request.at.as_second(),
    }))
}
