//! Cloud's OAuth 2.0 (3LO): consent with a choice of sites, tokens that rotate, and the sites that a token covers.
//! Authorization server and gateway share the sandbox's address.
//!
//! Must never be in here: Data Center's provider, which differs in almost everything.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    clients::Client,
    consent::{self, Choice, Decision},
    grants::{Grant, Issued, Policy, Refused, Worth},
    params::Params,
    pkce::{self, Challenge},
    sites::AccountSite,
    state::{Oauth, State},
};
use crate::sandbox::{
    auth::{Caller, gateway_refusal},
    server::message::{Answer, Reply, Request},
    site::Site,
};

const POLICY: Policy = Policy {
    code: SignedDuration::from_mins(5),
    access: SignedDuration::from_secs(3600),
    refresh: SignedDuration::from_hours(90 * 24),
    leeway: SignedDuration::from_mins(10),
    reuse_ends_grant: true,
    refresh_ends_access: false,
    access_length: 1_800,
    refresh_length: 600,
};

/// What an app may ask for if it was registered without a list.
const SCOPES: [&str; 6] = [
    "read:jira-work",
    "write:jira-work",
    "read:jira-user",
    "manage:jira-webhook",
    "manage:jira-project",
    "manage:jira-configuration",
];

/// Asks for a refresh token; no app has to be registered for it.
const OFFLINE: &str = "offline_access";

const REQUIRED: [&str; 7] = [
    "audience",
    "client_id",
    "scope",
    "redirect_uri",
    "state",
    "response_type",
    "prompt",
];

/// Parameters that have one value only.
const FIXED: [(&str, &str); 3] = [
    ("audience", "api.atlassian.com"),
    ("response_type", "code"),
    ("prompt", "consent"),
];

/// Answers a request to one of the endpoints; `None` if it is for none of them.
pub(super) fn answer(site: &Site, request: &Request) -> Option<Reply> {
    let answer = match (request.method.as_str(), request.path.as_str()) {
        ("GET" | "POST", "/authorize") => authorize(site, request),
        ("GET", "/error") => Ok(error_page(request)),
        ("POST", "/oauth/token") => token(site, request),
        ("GET", "/oauth/token/accessible-resources") => resources(site, request),
        (_, "/authorize" | "/error" | "/oauth/token" | "/oauth/token/accessible-resources") => {
            Ok(Reply::empty(StatusCode::METHOD_NOT_ALLOWED))
        }
        _ => return None,
    };
    Some(answer.unwrap_or_else(|refusal| refusal))
}

/// Who calls through the gateway with a token of this provider.
pub(super) fn caller(site: &Site, request: &Request, token: &str) -> Result<Caller, Reply> {
    let me = site.world().me;
    let tenant = request.path.strip_prefix("/ex/jira/").unwrap_or_default();
    let tenant = tenant.split('/').next().unwrap_or_default();
    match site.oauth.lock().grants.worth(token, request.at) {
        Worth::Good(grant) if grant.sites.iter().any(|id| id == tenant) => {
            Ok(Caller::with_scopes(me, grant.scopes.clone()))
        }
        _ => Err(gateway_refusal("Unauthorized")),
    }
}

/// The page on which a wrong request ends. The browser never comes back from it.
fn dead_end(site: &Site, error: &str, description: &str) -> Reply {
    let to = format!("{}/error", site.origin);
    consent::redirect(&to, &[("error", error), ("error_description", description)])
}

fn error_page(request: &Request) -> Reply {
    let param = |name| request.param(name).unwrap_or_default();
    let text = format!("{}: {}", param("error"), param("error_description"));
    consent::dead_end(StatusCode::OK, "Something went wrong", &text)
}

/// A request for a code that nothing is wrong with.
struct Checked {
    client: Client,
    scopes: BTreeSet<String>,
    challenge: Option<Challenge>,
}

/// Errors go back to the app only if it is sure that it is the app.
fn check(site: &Site, params: &Params) -> Result<Checked, Reply> {
    if let Some(name) = REQUIRED.into_iter().find(|name| params.get(name).is_none()) {
        let text = format!("Missing required parameter: {name}");
        return Err(dead_end(site, "invalid_request", &text));
    }
    let id = params.get("client_id").unwrap_or_default();
    let client = site.oauth.lock().clients.get(id).cloned();
    let client = client.ok_or_else(|| dead_end(site, "unauthorized_client", "Unknown client"))?;
    let redirect_uri = params.get("redirect_uri").unwrap_or_default();
    if redirect_uri != client.callback {
        let text = format!("Callback URL mismatch. {redirect_uri} is not in the list of allowed callback URLs");
        return Err(dead_end(site, "unauthorized_client", &text));
    }
    if let Some(name) = params.repeated() {
        let text = format!("{name} is there more than once");
        return Err(dead_end(site, "invalid_request", &text));
    }
    for (name, wanted) in FIXED {
        if params.get(name) != Some(wanted) {
            let text = format!("{name} must be {wanted}");
            return Err(dead_end(site, "invalid_request", &text));
        }
    }
    let scopes = scopes_for(&client, params).map_err(|text| back(&client, params, "invalid_scope", &text))?;
    let challenge = pkce::challenge(params).map_err(|text| back(&client, params, "invalid_request", text))?;
    Ok(Checked {
        client,
        scopes,
        challenge,
    })
}

/// An error that the app is told about.
fn back(client: &Client, params: &Params, error: &str, text: &str) -> Reply {
    let state = params.get("state").unwrap_or_default();
    let params = [("error", error), ("error_description", text), ("state", state)];
    consent::redirect(&client.callback, &params)
}

fn authorize(site: &Site, request: &Request) -> Answer {
    let params = Params::query_and_form(request);
    let Checked {
        client,
        scopes,
        challenge,
    } = check(site, &params)?;
    let own = AccountSite::own(&site.world(), &site.origin);
    let mut state = site.oauth.lock();
    let sites = state.sites.all(own);
    match Decision::of(&params) {
        None => {
            let wants: Vec<String> = scopes.into_iter().collect();
            let choices: Vec<Choice> = sites.iter().map(AccountSite::choice).collect();
            Ok(consent::page(request, &client.name, &wants, &choices))
        }
        Some(Decision::Deny) => {
            let text = "User did not authorize the request";
            Err(back(&client, &params, "access_denied", text))
        }
        Some(Decision::Approve) => {
            let chosen = params.get("site");
            let sites = sites.into_iter().map(|site| site.id);
            let grant = Grant {
                client: client.id,
                redirect_uri: client.callback.clone(),
                scopes,
                sites: sites.filter(|id| chosen.is_none_or(|chosen| chosen == id)).collect(),
                revoked: false,
            };
            let State { grants, dice, .. } = &mut *state;
            let code = grants.open(grant, challenge, (&POLICY, dice, request.at));
            let answer = [
                ("code", code.as_str()),
                ("state", params.get("state").unwrap_or_default()),
            ];
            Ok(consent::redirect(&client.callback, &answer))
        }
    }
}

/// What is asked for, if the app may ask for all of it.
fn scopes_for(client: &Client, params: &Params) -> Result<BTreeSet<String>, String> {
    let asked = params.get("scope").unwrap_or_default().split_whitespace();
    let may = |scope: &str| {
        let listed = client.scopes.iter().any(|own| own == scope);
        scope == OFFLINE || listed || client.scopes.is_empty() && SCOPES.contains(&scope)
    };
    asked
        .map(|scope| match may(scope) {
            true => Ok(scope.to_owned()),
            false => Err(format!("The app is not registered for the scope {scope}")),
        })
        .collect()
}

fn error(status: StatusCode, error: &str, description: &str) -> Reply {
    Reply::json(status, &json!({"error": error, "error_description": description}))
}

fn incorrect() -> Reply {
    error(
        StatusCode::BAD_REQUEST,
        "invalid_request",
        "Incorrect request parameters",
    )
}

fn invalid_grant(description: &str) -> Reply {
    error(StatusCode::FORBIDDEN, "invalid_grant", description)
}

fn token(site: &Site, request: &Request) -> Answer {
    let params = Params::body(request).ok_or_else(incorrect)?;
    if params.repeated().is_some() {
        return Err(incorrect());
    }
    let kind = params.get("grant_type");
    if !matches!(
        kind,
        Some("authorization_code" | "refresh_token" | "client_credentials")
    ) {
        let text = "grant_type must be one of [authorization_code|refresh_token|client_credentials]";
        return Err(error(StatusCode::BAD_REQUEST, "invalid_request", text));
    }
    let (Some(id), Some(secret)) = (params.get("client_id"), params.get("client_secret")) else {
        return Err(incorrect());
    };
    let mut state = site.oauth.lock();
    if state.clients.get(id).is_none_or(|client| client.secret != secret) {
        return Err(error(StatusCode::UNAUTHORIZED, "access_denied", "Unauthorized"));
    }
    match kind {
        Some("authorization_code") => exchange(&mut state, &params, id, request),
        Some("refresh_token") => refresh(&mut state, &params, id, request),
        _ => {
            let text = "The client is not a service account";
            Err(error(StatusCode::FORBIDDEN, "unauthorized_client", text))
        }
    }
}

fn exchange(state: &mut State, params: &Params, client: &str, request: &Request) -> Answer {
    let (Some(code), Some(redirect_uri)) = (params.get("code"), params.get("redirect_uri")) else {
        return Err(incorrect());
    };
    let State { grants, dice, .. } = state;
    let taken = grants.take_code(code, client, request.at);
    let (grant, challenge) = taken.ok_or_else(|| invalid_grant("Invalid authorization code"))?;
    if grant.redirect_uri != redirect_uri {
        return Err(invalid_grant(
            "The redirect_uri is not that of the authorization request",
        ));
    }
    pkce::verify(challenge.as_ref(), params.get("code_verifier")).map_err(invalid_grant)?;
    let (offline, scope) = (grant.scopes.contains(OFFLINE), joined(&grant.scopes));
    let id = grants.add(grant);
    let issued = grants.issue(id, offline, (&POLICY, dice, request.at));
    Ok(tokens(&issued, &scope))
}

fn refresh(state: &mut State, params: &Params, client: &str, request: &Request) -> Answer {
    let token = params.get("refresh_token").ok_or_else(incorrect)?;
    let State { grants, dice, .. } = state;
    let id = grants
        .rotate(token, client, &POLICY, request.at)
        .map_err(|refused| match refused {
            Refused::Invalid => invalid_grant("Unknown or invalid refresh token."),
            Refused::OtherClient => error(StatusCode::FORBIDDEN, "unauthorized_client", "refresh_token is invalid"),
        })?;
    let scope = grants.get(id).map(|grant| joined(&grant.scopes)).unwrap_or_default();
    let issued = grants.issue(id, true, (&POLICY, dice, request.at));
    Ok(tokens(&issued, &scope))
}

fn joined(scopes: &BTreeSet<String>) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn tokens(issued: &Issued, scope: &str) -> Reply {
    let mut body = json!({
        "access_token": issued.access, "expires_in": POLICY.access.as_secs(), "token_type": "Bearer", "scope": scope,
    });
    if let Some(refresh) = &issued.refresh {
        body["refresh_token"] = refresh.as_str().into();
    }
    Reply::ok(&body)
}

/// One entry for each product of each site, so that ids repeat.
fn resources(site: &Site, request: &Request) -> Answer {
    let own = AccountSite::own(&site.world(), &site.origin);
    let refused = || gateway_refusal("Unauthorized");
    let token = Oauth::bearer(request).ok_or_else(refused)?;
    let state = site.oauth.lock();
    let Worth::Good(grant) = state.grants.worth(token, request.at) else {
        return Err(refused());
    };
    let sites = state.sites.all(own).into_iter();
    let entries: Vec<Value> = sites
        .filter(|site| grant.sites.contains(&site.id))
        .flat_map(|site| site.entries(&grant.scopes))
        .collect();
    Ok(Reply::ok(&Value::from(entries)))
}
