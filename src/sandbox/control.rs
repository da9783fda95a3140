//! Turning the sandbox's switches from outside while it runs: faults, limits, clock, sign-in, and the
//! world itself. `oauth` lists what can be done to the providers of OAuth.
//!
//! Must never be in here: anything that a real Jira has.

mod oauth;
mod rules;
mod services;
mod world;

use std::{collections::BTreeSet, time::Duration};

use axum::http::StatusCode;
use jiff::{SignedDuration, tz::TimeZone};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    faults::FaultRule,
    limits::RateLimit,
    server::message::{Answer, Reply, Request},
    site::Site,
};

/// Everything that can be asked, for whoever asks for something else.
const HELP: &[&str] = &[
    "GET / - what is switched on",
    "GET, POST, DELETE /faults - list, add {\"match\":{\"method\",\"path\",\"nth\",\"times\",\"probability\"},\"fault\":{\"kind\",...}}, clear",
    "DELETE /faults/{id}",
    "GET, PUT, DELETE /limits - {\"capacity\",\"fill_rate\",\"interval_seconds\",\"without_retry_after\"}",
    "PUT /delay - {\"milliseconds\"}",
    "POST /clock - {\"advance_seconds\"}",
    "GET, DELETE /requests - counts per endpoint; ?log=true lists the latest",
    "GET /writes - requests that meant to change something, with their bodies; ?endpoint=POST issue restricts",
    "GET /marks - issues by a property, deleted ones included; ?property=crosstie",
    "POST /captcha/reset",
    "PUT /scopes - [\"read:jira-work\",...]",
    "PUT /basic - {\"enabled\"}",
    "PUT /time-zone - {\"time_zone\"}",
    "GET /oauth - clients, links and grants of OAuth",
    "POST /oauth/clients - {\"client_id\",\"client_secret\",\"callback\",\"name\"?,\"scopes\"?}",
    "POST /oauth/links - {\"consumer_key\",\"public_key\",\"name\"?}",
    "POST /oauth/expire - access tokens expire now",
    "POST /oauth/revoke - {\"client\"?}",
    "POST /oauth/lose-rotation - {\"times\"?}: answers with tokens break off",
    "PUT /oauth/sites - [{\"name\",\"products\":[\"jira\",\"confluence\"]}] beside the own one",
    "PUT /oauth/https - {\"required\"} of redirect addresses on Data Center",
    "PUT /oauth/one - {\"enabled\"?,\"status\"?,\"believed_origin\"?} of OAuth 1.0a",
    "GET /truth - id, key and updated of all visible issues; ?jql=... restricts",
    "POST /issues - {\"project\",\"issuetype\",\"fields\":{\"summary\",...}}",
    "POST /issues/{key}/comment - {\"body\"}",
    "POST /issues/{key}/transition - {\"to\"}",
    "POST /issues/{key}/edit - {\"fields\":{...}}",
    "POST /issues/{key}/move - {\"project\"}",
    "POST /issues/{key}/delete",
    "POST /issues/{key}/hide",
    "POST /issues/{key}/show",
    "POST /fields/{id}/remove-option - {\"option\"} by id or text",
    "POST /fields/{id}/require - {\"project\",\"required\"?,\"default\"?} on the screens of a project",
    "POST /fields/{id}/show - {\"project\",\"shown\"} on the screens of a project",
    "POST /projects/{key}/archive - {\"archived\"?}",
    "POST /projects/{key}/permission - {\"permission\",\"granted\"} such as EDIT_ISSUES, for everybody",
    "PUT /remote-link-limit - {\"limit\"} per issue",
    "PUT /services/limits - {\"enabled\"} of HackerOne and GitHub",
    "PUT /services/untidy - {\"enabled\"}: HackerOne's lists have reports twice and out of order",
    "POST /reports - {\"title\",\"program\"?,\"body\"?,\"rating\"?}",
    "POST /reports/{id}/state - {\"state\",\"message\"?}",
    "POST /reports/{id}/comment - {\"message\",\"internal\"?}",
    "POST /reports/{id}/severity - {\"rating\"}",
    "POST /pulls - {\"repository\",\"title\",\"branch\",\"body\"?}",
    "POST /pulls/{repository}/{number}/state - {\"state\"} open, draft, merged or closed",
    "A fault's match may also have {\"writes\":true} or {\"endpoint\":\"POST issue\"}.",
    "Changes are a colleague's unless {\"user\"} names an account.",
];

/// Answers a request to `/__control/…`.
pub(crate) async fn answer(site: &Site, request: &Request, path: &[String]) -> Reply {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let result = match path.as_slice() {
        ["faults", rest @ ..] => faults(site, request, rest).await,
        ["oauth", rest @ ..] => oauth::answer(site, request, rest).await,
        ["truth"] => world::truth(site, request),
        ["fields" | "projects" | "remote-link-limit", ..] => rules::answer(site, request, &path),
        ["services" | "reports" | "pulls", ..] => services::answer(site, request, &path),
        ["issues", rest @ ..] => world::change(site, request, rest),
        rest => switch(site, request, rest),
    };
    result.unwrap_or_else(|refusal| refusal)
}

/// The body as a `T`, or what is wrong with it.
fn body<T: DeserializeOwned>(request: &Request) -> Result<T, Reply> {
    serde_json::from_slice(&request.body).map_err(|error| Reply::error(StatusCode::BAD_REQUEST, &error.to_string()))
}

fn as_json(value: &impl Serialize) -> Answer {
    let failed = |error: serde_json::Error| Reply::error(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string());
    serde_json::to_value(value)
        .map(|value| Reply::ok(&value))
        .map_err(failed)
}

fn done() -> Answer {
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn unknown() -> Reply {
    Reply::json(StatusCode::NOT_FOUND, &json!({"error": "no such switch", "help": HELP}))
}

async fn faults(site: &Site, request: &Request, rest: &[&str]) -> Answer {
    match (request.method.as_str(), rest) {
        ("GET", []) => as_json(&site.faults.list()),
        ("POST", []) => {
            let id = site.add_fault(body::<FaultRule>(request)?).await;
            Ok(Reply::json(StatusCode::CREATED, &json!({"id": id})))
        }
        ("DELETE", []) => {
            site.clear_faults().await;
            done()
        }
        ("DELETE", [id]) => match id.parse() {
            Ok(id) if site.remove_fault(id).await => done(),
            _ => Err(Reply::error(StatusCode::NOT_FOUND, &format!("There is no fault {id}."))),
        },
        _ => Err(unknown()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delay {
    milliseconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Basic {
    enabled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Zone {
    time_zone: String,
}

fn switch(site: &Site, request: &Request, path: &[&str]) -> Answer {
    match (request.method.as_str(), path) {
        ("GET", []) => overview(site),
        ("GET", ["limits"]) => as_json(&site.limits.rule()),
        ("PUT", ["limits"]) => {
            site.limits.set(Some(body::<RateLimit>(request)?));
            done()
        }
        ("DELETE", ["limits"]) => {
            site.limits.set(None);
            done()
        }
        ("PUT", ["delay"]) => {
            site.set_answer_delay(Duration::from_millis(body::<Delay>(request)?.milliseconds));
            done()
        }
        ("POST", ["clock"]) => {
            site.clock
                .advance(SignedDuration::from_secs(body::<Advance>(request)?.advance_seconds));
            Ok(Reply::ok(&json!({"now": site.now().to_string()})))
        }
        ("GET", ["requests"]) if request.flag("log") => as_json(&site.journal.latest()),
        ("GET", ["requests"]) => as_json(&site.journal.counts()),
        ("GET", ["writes"]) => {
            let mut writes = site.journal.writes();
            writes.retain(|write| request.param("endpoint").is_none_or(|wanted| write.endpoint == wanted));
            as_json(&writes)
        }
        ("GET", ["marks"]) => as_json(&site.world().marked(request.param("property").unwrap_or("crosstie"))),
        ("DELETE", ["requests"]) => {
            site.journal.clear();
            done()
        }
        ("POST", ["captcha", "reset"]) => {
            site.gate.reset_captcha();
            done()
        }
        ("PUT", ["scopes"]) => {
            site.gate.set_scopes(body::<BTreeSet<String>>(request)?);
            done()
        }
        ("PUT", ["basic"]) => {
            site.gate.set_basic_disabled(!body::<Basic>(request)?.enabled);
            done()
        }
        ("PUT", ["time-zone"]) => time_zone(site, body::<Zone>(request)?.time_zone),
        _ => Err(unknown()),
    }
}

fn overview(site: &Site) -> Answer {
    let world = site.world();
    let visible = world.visible(&world.viewer(site.now())).count();
    Ok(Reply::ok(&json!({
        "url": format!("{}{}", site.origin, site.context),
        "now": site.now().to_string(),
        "issues": visible,
        "faults": site.faults.list().len(),
        "limits": site.limits.rule().is_some(),
        "requests": site.journal.counts().total,
        "help": HELP,
    })))
}

fn time_zone(site: &Site, name: String) -> Answer {
    if TimeZone::get(&name).is_err() {
        let text = format!("There is no time zone '{name}'.");
        return Err(Reply::json(StatusCode::BAD_REQUEST, &Value::from(text)));
    }
    let mut world = site.world_mut();
    let me = world.me.at();
    if let Some(user) = world.users.get_mut(me) {
        user.time_zone = name;
    }
    done()
}
