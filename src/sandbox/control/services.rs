//! HackerOne and GitHub changed from outside, as reporters and developers could have changed them.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::{body, done, unknown};
use crate::sandbox::{
    github,
    hackerone::{Commented, Moved, New, person, rating, state},
    server::message::{Answer, Reply, Request},
    site::Site,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    enabled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filed {
    program: Option<String>,
    title: String,
    #[serde(default)]
    body: String,
    rating: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stepped {
    state: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    message: String,
    #[serde(default)]
    internal: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rated {
    rating: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opened {
    repository: String,
    title: String,
    branch: String,
    body: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turned {
    state: String,
}

/// `services/…`, `reports/…` and `pulls/…`
pub(super) fn answer(site: &Site, request: &Request, path: &[&str]) -> Answer {
    match (request.method.as_str(), path) {
        ("PUT", ["services", "limits"]) => {
            let enabled = body::<Switch>(request)?.enabled;
            site.hackerone.limit(enabled);
            site.github.limit(enabled);
            done()
        }
        ("PUT", ["services", "untidy"]) => {
            site.hackerone.desk().untidy = body::<Switch>(request)?.enabled;
            done()
        }
        ("POST", ["reports"]) => file(site, request),
        ("POST", ["reports", id, verb]) => change_report(site, request, id, verb),
        ("POST", ["pulls"]) => open(site, request),
        ("POST", ["pulls", repository, number, "state"]) => {
            let wanted = body::<Turned>(request)?.state;
            let turned = match wanted.as_str() {
                "open" => github::State::Open,
                "draft" => github::State::Draft,
                "merged" => github::State::Merged,
                "closed" => github::State::Closed,
                _ => return Err(missing("state", &wanted)),
            };
            let mut forge = site.github.forge();
            let found = forge.find(self::repository(repository)?, number);
            let at = found.ok_or_else(|| missing("pull request", number))?;
            forge.turn(at, turned, request.at);
            done()
        }
        _ => Err(unknown()),
    }
}

fn missing(what: &str, name: &str) -> Reply {
    Reply::error(StatusCode::NOT_FOUND, &format!("There is no {what} '{name}'."))
}

fn file(site: &Site, request: &Request) -> Answer {
    let wanted: Filed = body(request)?;
    let mut desk = site.hackerone.desk();
    let program = match &wanted.program {
        None => 0,
        Some(handle) => desk
            .programs
            .iter()
            .position(|program| program.handle == handle)
            .ok_or_else(|| missing("program", handle))?,
    };
    let rating = match &wanted.rating {
        None => None,
        Some(word) => Some(rating(word).ok_or_else(|| missing("rating", word))?),
    };
    let new = New {
        program,
        title: wanted.title,
        body: wanted.body,
        rating,
        reporter: 0,
    };
    let at = desk.file(new, request.at);
    let id = desk.reports[at].id.to_string();
    Ok(Reply::json(StatusCode::CREATED, &json!({"id": id})))
}

fn change_report(site: &Site, request: &Request, id: &str, verb: &str) -> Answer {
    let mut desk = site.hackerone.desk();
    let at = desk.find(id).ok_or_else(|| missing("report", id))?;
    let reporter = person(desk.reports[at].reporter);
    let now = request.at;
    match verb {
        "state" => {
            let wanted: Stepped = body(request)?;
            let step = Moved {
                state: state(&wanted.state).ok_or_else(|| missing("state", &wanted.state))?,
                message: wanted.message,
                actor: reporter,
            };
            desk.step(at, &step, now);
        }
        "comment" => {
            let wanted: Said = body(request)?;
            let said = Commented {
                message: wanted.message,
                internal: wanted.internal,
                actor: reporter,
            };
            desk.comment(at, &said, now);
        }
        "severity" => {
            let word = body::<Rated>(request)?.rating;
            let rating = rating(&word).ok_or_else(|| missing("rating", &word))?;
            desk.rate(at, rating, reporter, now);
        }
        _ => return Err(unknown()),
    }
    done()
}

fn open(site: &Site, request: &Request) -> Answer {
    let wanted: Opened = body(request)?;
    let repository = repository(&wanted.repository)?;
    let mut forge = site.github.forge();
    let at = forge.open(
        repository,
        &wanted.title,
        &wanted.branch,
        wanted.body.as_deref(),
        0,
        request.at,
    );
    let number = forge.pulls[at].number;
    Ok(Reply::json(StatusCode::CREATED, &json!({"number": number})))
}

/// By its name, without the owner.
fn repository(name: &str) -> Result<usize, Reply> {
    let found = github::REPOSITORIES.iter().position(|known| *known == name);
    found.ok_or_else(|| missing("repository", name))
}
