//! Testing a connection: named checks, each with what was found and what to do about it.
//!
//! Must never be in here: a way to talk to Jira that the dashboard does not use too; a check that
//! passes means that the dashboard's own calls work.

mod certificate;

use std::{net::SocketAddr, time::Duration};

use jiff::SignedDuration;
use serde::Serialize;
use url::Url;

use super::{
    Client, ServerInfo,
    error::{Error, ErrorKind},
    transport,
};
use crate::{
    auth::Vault,
    clock::SharedClock,
    config::ConnectionConfig,
    domain::{Access, Deployment, Project},
};
use certificate::Certificate;

/// One finding of a connection test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked.
    pub name: String,
    /// Whether it holds.
    pub ok: bool,
    /// What was found.
    pub detail: String,
    /// The next step, if it does not hold.
    pub remedy: Option<String>,
}

/// A local clock that is further off than this makes signatures and relative dates fail.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// How long name resolution and connecting may take.
const REACH_LIMIT: Duration = Duration::from_secs(10);

/// What reading needs.
const TO_READ: [&str; 1] = ["BROWSE_PROJECTS"];

/// What working on issues needs besides.
const TO_WRITE: [&str; 10] = [
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "TRANSITION_ISSUES",
    "ASSIGN_ISSUES",
    "ASSIGNABLE_USER",
    "ADD_COMMENTS",
    "CREATE_ATTACHMENTS",
    "LINK_ISSUES",
    "MOVE_ISSUES",
    "USER_PICKER",
];

/// Whether every check holds: "Configuration is valid".
#[must_use]
pub fn is_valid(checks: &[Check]) -> bool {
    !checks.is_empty() && checks.iter().all(|check| check.ok)
}

/// Tests a connection from its secret to its rate limits. After a check that the others build upon
/// has failed, those are left out.
pub async fn run_checks(config: &ConnectionConfig, vault: &Vault, clock: &SharedClock) -> Vec<Check> {
    run_checks_telling(config, vault, clock, drop).await
}

/// The same, telling each check as it ends.
pub async fn run_checks_telling(
    config: &ConnectionConfig,
    vault: &Vault,
    clock: &SharedClock,
    tell: impl FnMut(Check) + Send,
) -> Vec<Check> {
    let mut report = Report {
        checks: Vec::new(),
        tell: Box::new(tell),
    };
    if let Some(client) = reach(config, vault, clock, &mut report).await {
        check_clock(&client, &mut report);
        if check_sign_in(&client, &mut report).await {
            let projects = check_projects(&client, &mut report).await;
            check_search(&client, &config.scope, &mut report).await;
            check_permissions(&client, config, &mut report).await;
            if !config.read_only {
                check_create(&client, &projects, &mut report).await;
            }
            check_limits(&client, &mut report);
        }
    }
    report.checks
}

struct Report<'a> {
    checks: Vec<Check>,
    tell: Box<dyn FnMut(Check) + Send + 'a>,
}

impl Report<'_> {
    fn pass(&mut self, name: &str, detail: impl Into<String>) {
        self.add(name, true, detail.into(), None);
    }

    fn fail(&mut self, name: &str, detail: impl Into<String>, remedy: impl Into<String>) {
        self.add(name, false, detail.into(), Some(remedy.into()));
    }

    fn error(&mut self, name: &str, error: &Error) {
        self.fail(name, &error.message, &error.remedy);
    }

    fn add(&mut self, name: &str, ok: bool, detail: String, remedy: Option<String>) {
        let name = name.to_owned();
        let check = Check {
            name,
            ok,
            detail,
            remedy,
        };
        (self.tell)(check.clone());
        self.checks.push(check);
    }
}

/// From the secret to a server that is Jira.
async fn reach(
    config: &ConnectionConfig,
    vault: &Vault,
    clock: &SharedClock,
    report: &mut Report<'_>,
) -> Option<Client> {
    let client = match Client::open(config, vault, clock.clone()).await {
        Ok(client) => client,
        Err(error) => {
            let name = match error.kind {
                ErrorKind::Secret => "secret found",
                ErrorKind::Auth => "signed in",
                _ => "settings",
            };
            report.error(name, &error);
            return None;
        }
    };
    report.pass("secret found", config.access().label());
    let site = transport::site(config).ok()?;
    let info = client.server_info().await;
    let answered = !matches!(&info, Err(error) if error.kind.is_offline());
    if !check_reachable(config, &site, answered, report).await {
        return None;
    }
    if site.scheme() == "https" && !check_certificate(&client, &info, report) {
        return None;
    }
    check_jira(config, info, report).then_some(client)
}

/// Name and TCP. Where a proxy of the system is used, this machine may be able to do neither
/// itself, so an answer counts for more than these tries.
async fn check_reachable(config: &ConnectionConfig, site: &Url, answered: bool, report: &mut Report<'_>) -> bool {
    let proxy = config.proxy.as_deref().and_then(|proxy| Url::parse(proxy).ok());
    let door = proxy.as_ref().unwrap_or(site);
    let host = door.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = door.port_or_known_default().unwrap_or(1080);
    let whose = if proxy.is_some() {
        "the proxy's name"
    } else {
        "the name"
    };
    let addresses = match tokio::time::timeout(REACH_LIMIT, tokio::net::lookup_host((host, port))).await {
        Ok(Ok(addresses)) => addresses.collect(),
        _ => Vec::<SocketAddr>::new(),
    };
    match addresses.first() {
        Some(first) => report.pass("name resolves", format!("{host} is {}", first.ip())),
        None if answered => {
            report.pass("name resolves", "by the system's proxy");
            return true;
        }
        None => {
            let remedy = "check `url` and `proxy` for a typing error, and the network or VPN";
            report.fail("name resolves", format!("{whose} {host} does not resolve"), remedy);
            return false;
        }
    }
    match connect(&addresses).await {
        Ok(address) => report.pass("reachable", format!("TCP connection to {address}")),
        Err(_) if answered => report.pass("reachable", "through the system's proxy"),
        Err(why) => {
            let remedy = "check the port, the network, the VPN and the firewall";
            report.fail(
                "reachable",
                format!("no TCP connection to {host}:{port}: {why}"),
                remedy,
            );
            return false;
        }
    }
    true
}

async fn connect(addresses: &[SocketAddr]) -> Result<SocketAddr, String> {
    let tried = tokio::time::timeout(REACH_LIMIT, tokio::net::TcpStream::connect(addresses)).await;
    let stream = tried
        .map_err(|_| "timed out".to_owned())?
        .map_err(|error| error.to_string())?;
    stream.peer_addr().map_err(|error| error.to_string())
}

fn check_certificate(client: &Client, info: &Result<ServerInfo, Error>, report: &mut Report<'_>) -> bool {
    const NAME: &str = "certificate";
    match info {
        Err(error) if matches!(error.kind, ErrorKind::Tls | ErrorKind::Setup) || error.kind.is_offline() => {
            report.error(NAME, error);
            false
        }
        _ => {
            let shown = client.certificate().and_then(|der| Certificate::read(&der));
            let detail = shown.map_or_else(|| "accepted".to_owned(), |certificate| certificate.to_string());
            report.pass(NAME, detail);
            true
        }
    }
}

fn check_jira(config: &ConnectionConfig, info: Result<ServerInfo, Error>, report: &mut Report<'_>) -> bool {
    let info = match info {
        Ok(info) => info,
        Err(error) => {
            let name = if error.kind.needs_sign_in() {
                "signed in"
            } else {
                "is Jira"
            };
            report.error(name, &error);
            return false;
        }
    };
    let word = |kind| match kind {
        Deployment::Cloud => "Jira Cloud",
        Deployment::DataCenter => "Jira Data Center",
    };
    let mut detail = format!(
        "{} {}",
        word(info.deployment),
        super::wire::refusal::clean(&info.version)
    );
    if info.deployment != config.kind {
        detail.push_str(&format!(", although configured as {}", word(config.kind)));
    }
    report.pass("is Jira", detail);
    true
}

fn check_clock(client: &Client, report: &mut Report<'_>) {
    let Some(offset) = client.server_offset() else { return };
    let off = offset.abs();
    if off <= CLOCK_TOLERANCE {
        report.pass("clock", "agrees with the server's");
        return;
    }
    let direction = if offset.is_positive() { "behind" } else { "ahead of" };
    let (hours, minutes) = (off.as_hours(), off.as_mins() % 60);
    report.fail(
        "clock",
        format!("this machine's clock is {hours} h {minutes} min {direction} the server's"),
        "set this machine's clock, for example by switching time synchronisation on",
    );
}

async fn check_sign_in(client: &Client, report: &mut Report<'_>) -> bool {
    const NAME: &str = "signed in";
    match client.verify().await {
        Ok(profile) => {
            let email = profile
                .user
                .email
                .map(|email| format!(" ({email})"))
                .unwrap_or_default();
            let way = match (client.uses_gateway(), client.access()) {
                (true, Access::ApiToken) => ", scoped token through the gateway",
                (true, _) => ", through the gateway",
                (false, _) => "",
            };
            let (display, zone) = (profile.user.display, profile.time_zone);
            report.pass(NAME, format!("as {display}{email}, time zone {zone}{way}"));
            true
        }
        Err(error) => {
            report.error(NAME, &error);
            false
        }
    }
}

async fn check_projects(client: &Client, report: &mut Report<'_>) -> Vec<Project> {
    const NAME: &str = "projects visible";
    match client.projects().await {
        Ok(projects) if projects.is_empty() => {
            report.fail(
                NAME,
                "none",
                "ask for the permission to browse a project, or check the account",
            );
            projects
        }
        Ok(projects) => {
            let mut keys: Vec<&str> = projects.iter().map(|project| project.key.as_str()).take(5).collect();
            if projects.len() > keys.len() {
                keys.push("…");
            }
            report.pass(NAME, format!("{}: {}", projects.len(), keys.join(", ")));
            projects
        }
        Err(error) => {
            report.error(NAME, &error);
            Vec::new()
        }
    }
}

async fn check_search(client: &Client, scope: &str, report: &mut Report<'_>) {
    const NAME: &str = "search works";
    if let Err(error) = client.search_stubs(scope, 1, None).await {
        let remedy = match error.kind {
            ErrorKind::Rejected => "correct the connection's `scope`".to_owned(),
            _ => error.remedy,
        };
        report.fail(NAME, error.message, remedy);
        return;
    }
    let detail = match client.count(scope).await {
        Ok(1) => "1 issue in the connection's scope".to_owned(),
        Ok(count) => format!("{count} issues in the connection's scope"),
        Err(_) => "the site answers queries, but does not count".to_owned(),
    };
    report.pass(NAME, detail);
}

async fn check_permissions(client: &Client, config: &ConnectionConfig, report: &mut Report<'_>) {
    let mut wanted = TO_READ.to_vec();
    if !config.read_only {
        wanted.extend(TO_WRITE);
    }
    let told = match client.permissions(&wanted).await {
        Ok(told) => told,
        Err(error) => return report.error("permissions", &error),
    };
    for permission in told {
        let name = format!("permission {}", permission.key);
        if permission.granted {
            report.pass(&name, "granted in at least one project");
            continue;
        }
        let remedy = match TO_READ.contains(&permission.key.as_str()) {
            true => "ask a Jira administrator for it".to_owned(),
            false => "ask a Jira administrator for it, or set read_only = true".to_owned(),
        };
        let shown = super::wire::refusal::clean(&permission.name);
        report.fail(&name, format!("\"{shown}\" is granted in no project"), remedy);
    }
}

async fn check_create(client: &Client, projects: &[Project], report: &mut Report<'_>) {
    const NAME: &str = "create metadata readable";
    let Some(project) = projects.first() else { return };
    let key = &project.key;
    let remedy = format!("ask for the permission to create issues in {key}, or set read_only = true");
    match client.create_types(key).await {
        Ok(types) if types.is_empty() => report.fail(NAME, format!("{key} offers no issue type to create"), remedy),
        Ok(types) => report.pass(NAME, format!("{key} offers {} issue types", types.len())),
        Err(error) => report.fail(NAME, error.message, remedy),
    }
}

fn check_limits(client: &Client, report: &mut Report<'_>) {
    let quota = client.traffic().quota;
    if let Some(until) = quota.paused_until {
        let detail = format!("no requests until {until:.0}");
        report.fail(
            "rate limit",
            detail,
            "wait; if it happens often, raise `interval` in [sync]",
        );
        return;
    }
    let detail = match (quota.remaining, quota.limit) {
        (Some(left), Some(limit)) => format!("{left} of {limit} requests left"),
        (Some(left), None) => format!("{left} requests left"),
        _ => "not told by this site".to_owned(),
    };
    report.pass("rate limit", detail);
}
