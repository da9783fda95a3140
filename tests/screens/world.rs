//! A small company on two Jiras: its issues, its connections and runs, its views and its catalog; with
//! a library over it, a desk to work at, and ways to look at a frame.

#[path = "world/desk.rs"]
mod desk;
#[path = "world/frame.rs"]
mod frame;
#[path = "world/issues.rs"]
mod issues;
#[path = "world/library.rs"]
mod library;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crosstie::app::{Look, Setup, TagEntry, Tags};
use crosstie::catalog::{Catalog, Matcher};
use crosstie::config::ViewConfig;
use crosstie::domain::*;
pub(crate) use desk::Desk;
pub(crate) use frame::{styles, text};
pub(crate) use issues::{detail, row};
use jiff::{Timestamp, tz::TimeZone};
pub(crate) use library::Fake;
use ratatui::layout::Size;

pub(crate) const NOW: &str = "2026-09-10T10:45:00Z";

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn ago(minutes: i64) -> Timestamp {
    now() - jiff::SignedDuration::from_mins(minutes)
}

fn connection(alias: &str, deployment: Deployment, health: Health) -> ConnectionState {
    ConnectionState {
        alias: Alias::from(alias),
        site: format!("https://{alias}.example.com"),
        deployment: Some(deployment),
        version: Some("10.3.24".to_owned()),
        access: if deployment == Deployment::Cloud {
            Access::ApiToken
        } else {
            Access::Pat
        },
        account: Some("Ana Ruiz".to_owned()),
        time_zone: Some("Europe/Madrid".to_owned()),
        health,
        problem: None,
        complete: true,
        issues: Some(1412),
        last_success: Some(ago(4)),
        next_run: Some(now() + jiff::SignedDuration::from_secs(175)),
        attempts: 0,
        quota: Quota {
            remaining: Some(9412),
            limit: Some(10_000),
            ..Quota::default()
        },
        ending: None,
        expires: None,
        default: false,
        enabled: true,
        read_only: false,
    }
}

pub(crate) fn run(id: i64, alias: &str, state: RunState, minutes: i64) -> Run {
    Run {
        id,
        alias: Alias::from(alias),
        kind: RunKind::Delta,
        state,
        started: ago(minutes),
        ended: (state != RunState::Running).then(|| ago(minutes) + jiff::SignedDuration::from_millis(1_200)),
        expected: Some(480),
        requests: 5,
        bytes: 81_234,
        received: 312,
        new: 4,
        changed: 21,
        gone: 0,
        sent: 0,
        problem: None,
    }
}

fn log_line(id: i64, level: Level, key: Option<&str>, text: &str) -> LogLine {
    LogLine {
        id,
        run: Some(1040),
        at: ago(4) + jiff::SignedDuration::from_secs(id),
        level,
        alias: Alias::from("acme"),
        key: key.map(str::to_owned),
        text: text.to_owned(),
        detail: (level >= Level::Warn).then(|| "GET /rest/api/3/search/jql · 429 · Retry-After 8".to_owned()),
    }
}

pub(crate) fn snapshot() -> Snapshot {
    let mut lab = connection("lab", Deployment::Cloud, Health::Auth);
    lab.problem = Some(Problem {
        kind: "auth".to_owned(),
        message: "lab.example.com refused the sign-in: HTTP 401".to_owned(),
        remedy: "Create a new API token and put it where the config says (env LAB_TOKEN).".to_owned(),
    });
    lab.attempts = 3;
    lab.last_success = Some(ago(210));
    let mut failed = run(1039, "lab", RunState::Failed, 210);
    failed.problem = lab.problem.clone();
    Snapshot {
        connections: vec![
            connection("acme", Deployment::Cloud, Health::Ok),
            connection("dc-eu", Deployment::DataCenter, Health::Ok),
            lab,
        ],
        runs: vec![
            run(1041, "acme", RunState::Ok, 4),
            run(1040, "dc-eu", RunState::Ok, 9),
            failed,
        ],
        log: vec![
            log_line(1, Level::Info, None, "run started · updated >= -15m"),
            log_line(2, Level::Debug, None, "page 1 · 100 issues · 412 ms"),
            log_line(
                3,
                Level::Info,
                Some("PAY-1412"),
                "status To Do → In Progress · Ana Ruiz",
            ),
            log_line(
                4,
                Level::Warn,
                None,
                "429 rate limited · waiting 8s (Retry-After) · attempt 1 of 5",
            ),
            log_line(5, Level::Info, Some("PAY-1398"), "assignee nobody → Li Wei"),
            log_line(
                6,
                Level::Error,
                Some("CHK-61"),
                "could not be read · malformed answer \u{1b}]0;x\u{7}",
            ),
        ],
    }
}

/// The same snapshot with one run under way.
pub(crate) fn syncing() -> Snapshot {
    let mut snapshot = snapshot();
    let mut running = run(1042, "acme", RunState::Running, 0);
    running.started = now() - jiff::SignedDuration::from_secs(75);
    snapshot.runs.insert(0, running);
    snapshot
}

fn view_config(name: &str, jql: &str) -> ViewConfig {
    ViewConfig {
        name: name.to_owned(),
        jql: jql.to_owned(),
        columns: Vec::new(),
        default: false,
    }
}

pub(crate) fn setup(width: u16, height: u16) -> Setup {
    Setup {
        size: Size::new(width, height),
        now: now(),
        zone: TimeZone::UTC,
        views: vec![
            view_config(
                "My open work",
                "assignee = currentUser() AND statusCategory != Done ORDER BY updated DESC",
            ),
            view_config("Everything", "ORDER BY key ASC"),
            view_config("Blocked", "status = Blocked"),
            view_config("Nothing at all", "status = Nowhere"),
        ],
        implied: false,
        keys: BTreeMap::new(),
        look: Look {
            mouse: true,
            ..Look::default()
        },
        config_path: "/home/ana/.config/crosstie/config.toml".to_owned(),
    }
}

/// A catalog of four services, one of which has no issues, and one of whose files is broken.
pub(crate) fn tags() -> Tags {
    let service = |tag: &str, title: &str| {
        let text = format!("openapi: 3.0.1\ninfo:\n  title: {title}\n  x-cortex-tag: {tag}\n");
        (PathBuf::from(format!("{tag}.yaml")), text.into_bytes())
    };
    let catalog = Catalog::from_sources([
        service("checkout", "checkout"),
        service("payments", "Payments"),
        service("infra", "Infra\u{202e}structure"),
        service("search", "Search"),
        (PathBuf::from("broken.yaml"), b"info: [".to_vec()),
    ]);
    Tags {
        configured: true,
        entries: catalog
            .entities()
            .iter()
            .map(|entity| TagEntry {
                tag: entity.tag.clone(),
                name: entity.name.clone(),
            })
            .collect(),
        matcher: Matcher::new(&catalog, None),
        flaws: catalog.flaws().iter().map(ToString::to_string).collect(),
    }
}
