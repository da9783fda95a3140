//! The providers of OAuth seen and changed from outside: who is registered, what is granted, how the site behaves.
//!
//! | call | body | effect |
//! |---|---|---|
//! | `GET oauth` | | clients, links, sites and grants, without secrets |
//! | `POST oauth/clients` | `{"client_id","client_secret","callback","name"?,"scopes"?}` | registers a client of the site's own flavour, or changes it; `scopes` is all it may ask for (Data Center: the highest counts) |
//! | `POST oauth/links` | `{"consumer_key","public_key","name"?}` | registers an application link, or changes it |
//! | `POST oauth/expire` | | all access tokens expire now; refresh tokens and session handles stay |
//! | `POST oauth/revoke` | `{"client"?}` | grants of this client or consumer, or all, are withdrawn |
//! | `POST oauth/lose-rotation` | `{"times"?}` | the next answer of each endpoint that issues tokens breaks off, after it has done its work; `DELETE faults` takes it back |
//! | `PUT oauth/sites` | `[{"name","products"?}]` | the account has these Cloud sites too; products are `jira` and `confluence` |
//! | `PUT oauth/https` | `{"required"}` | Data Center refuses redirect addresses with plain http |
//! | `PUT oauth/one` | `{"enabled"?,"status"?,"believed_origin"?}` | OAuth 1.0a is dropped (answered with 404 or 403), or the site believes to be elsewhere than it is |
//!
//! The server's clock is skewed by `POST clock` for all it does, or by the fault `wrong-clock` for what it tells and
//! for the timestamps of OAuth 1.0a.
//!
//! Must never be in here: what a provider makes of it.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{body, done, unknown};
use crate::sandbox::{
    faults::{Fault, FaultRule},
    model::Flavour,
    oauth::{Client, Link, OtherSite, callback_fault, public_key},
    server::message::{Answer, Reply, Request},
    site::Site,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLink {
    consumer_key: String,
    public_key: String,
    name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Revoke {
    client: Option<String>,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Lose {
    times: u32,
}

impl Default for Lose {
    fn default() -> Self {
        Self { times: 1 }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Https {
    required: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneRule {
    #[serde(default = "yes")]
    enabled: bool,
    status: Option<u16>,
    believed_origin: Option<String>,
}

fn yes() -> bool {
    true
}

/// Answers a request to `oauth/…`.
pub(super) async fn answer(site: &Site, request: &Request, path: &[&str]) -> Answer {
    match (request.method.as_str(), path) {
        ("GET", []) => Ok(overview(site)),
        ("POST", ["clients"]) => register(site, body(request)?),
        ("POST", ["links"]) => link(site, &body(request)?),
        ("POST", ["expire"]) => {
            let mut state = site.oauth.lock();
            state.grants.expire_access();
            state.one.tokens.expire_access();
            done()
        }
        ("POST", ["revoke"]) => {
            let Revoke { client } = optional(request)?;
            let mut state = site.oauth.lock();
            let revoked = state.grants.revoke(client.as_deref()) + state.one.tokens.revoke(client.as_deref());
            Ok(Reply::ok(&json!({"revoked": revoked})))
        }
        ("POST", ["lose-rotation"]) => lose_rotation(site, optional::<Lose>(request)?.times).await,
        ("PUT", ["sites"]) => {
            site.oauth.lock().sites.set(body::<Vec<OtherSite>>(request)?);
            done()
        }
        ("PUT", ["https"]) => {
            site.oauth.lock().https_only = body::<Https>(request)?.required;
            done()
        }
        ("PUT", ["one"]) => one(site, body(request)?),
        _ => Err(unknown()),
    }
}

/// A body that may be left out.
fn optional<T: Default + serde::de::DeserializeOwned>(request: &Request) -> Result<T, Reply> {
    if request.body.is_empty() {
        Ok(T::default())
    } else {
        body(request)
    }
}

fn wrong(text: &str) -> Reply {
    Reply::error(StatusCode::BAD_REQUEST, text)
}

fn overview(site: &Site) -> Reply {
    let state = site.oauth.lock();
    let clients: Vec<Value> = state
        .clients
        .values()
        .map(|client| json!({"client_id": client.id, "callback": client.callback, "scopes": client.scopes}))
        .collect();
    let grants: Vec<Value> = state
        .grants
        .list()
        .iter()
        .map(|grant| {
            json!({
                "client": grant.client, "scopes": grant.scopes, "sites": grant.sites, "revoked": grant.revoked,
            })
        })
        .collect();
    let links: Vec<&String> = state.one.links.keys().collect();
    Reply::ok(&json!({
        "clients": clients, "links": links, "grants": grants, "https_required": state.https_only,
        "one": {
            "enabled": state.one.dropped.is_none(),
            "believed_origin": state.one.believed_origin,
        },
    }))
}

fn register(site: &Site, client: Client) -> Answer {
    if let Some(fault) = callback_fault(&client.callback) {
        return Err(wrong(fault));
    }
    site.oauth.lock().clients.insert(client.id.clone(), client);
    done()
}

fn link(site: &Site, new: &NewLink) -> Answer {
    let key = public_key(&new.public_key).ok_or_else(|| wrong("The public key is none: SPKI in PEM or base64."))?;
    let link = Link {
        name: new.name.clone().unwrap_or_else(|| new.consumer_key.clone()),
        key,
    };
    site.oauth.lock().one.links.insert(new.consumer_key.clone(), link);
    done()
}

/// The fault that breaks off an answer does it: it strikes after the endpoint has done its work.
async fn lose_rotation(site: &Site, times: u32) -> Answer {
    let token = match site.flavour {
        Flavour::Cloud => "/oauth/token",
        Flavour::DataCenter => "/rest/oauth2/latest/token",
    };
    for path in [token, "/plugins/servlet/oauth/access-token"] {
        let mut rule = FaultRule::always(Fault::CutBody { after: Some(0) })
            .on(path)
            .times(times);
        rule.matches.method = Some("POST".to_owned());
        site.add_fault(rule).await;
    }
    done()
}

fn one(site: &Site, rule: OneRule) -> Answer {
    let status = match rule.status {
        None | Some(404) => StatusCode::NOT_FOUND,
        Some(403) => StatusCode::FORBIDDEN,
        Some(_) => return Err(wrong("'status' must be 404 or 403.")),
    };
    let mut state = site.oauth.lock();
    state.one.dropped = (!rule.enabled).then_some(status);
    state.one.believed_origin = rule.believed_origin;
    done()
}
