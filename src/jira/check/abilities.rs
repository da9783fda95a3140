//! What the account may do, and with what it signs in: each as a check of its own.

use jiff::SignedDuration;

use super::report::Report;
use crate::{
    auth::{self, Vault},
    config::ConnectionConfig,
    domain::{Access, Deployment, Project},
    jira::{
        Client,
        error::{Error, ErrorKind},
        wire::refusal::clean,
    },
};

/// A local clock that is further off than this makes signatures and relative dates fail.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

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

/// The first Data Center with personal access tokens.
const FIRST_WITH_TOKENS: (u32, u32) = (8, 14);

/// What may register webhooks on Cloud.
const WEBHOOK_SCOPE: &str = "manage:jira-webhook";

/// What may register webhooks on Data Center.
const WEBHOOK_PERMISSION: &str = "ADMINISTER";

/// Checks everything behind a server that is Jira.
pub(super) async fn check_abilities(
    client: &Client,
    config: &ConnectionConfig,
    vault: &Vault,
    report: &mut Report<'_>,
) {
    check_clock(client, report);
    if !check_sign_in(client, report).await {
        return;
    }
    check_scopes(config, vault, report).await;
    let projects = check_projects(client, report).await;
    check_search(client, &config.scope, report).await;
    check_permissions(client, config, report).await;
    if !config.read_only {
        check_create(client, &projects, report).await;
    }
    check_webhooks(client, config, vault, report).await;
    check_limits(client, report);
}

/// Only grants have scopes that can be read; a scoped API token shows what it lacks when it is used.
async fn check_scopes(config: &ConnectionConfig, vault: &Vault, report: &mut Report<'_>) {
    const NAME: &str = "scopes";
    let Some(granted) = granted(config, vault).await else {
        return;
    };
    let missing = auth::missing_scopes(config.access(), config.read_only, &granted);
    if granted.is_empty() {
        report.pass(NAME, "not told by this site");
    } else if missing.is_empty() {
        report.pass(NAME, granted);
    } else {
        let remedy = "add them to the app on Jira's side, then sign in again";
        report.fail(NAME, format!("{} not granted", missing.join(", ")), remedy);
    }
}

async fn granted(config: &ConnectionConfig, vault: &Vault) -> Option<String> {
    let has_scopes = matches!(config.access(), Access::OAuth2Cloud | Access::OAuth2DataCenter);
    if !has_scopes {
        return None;
    }
    let grant = vault.tokens(&config.alias, config.tokens).await.ok()??;
    Some(grant.scope().to_owned())
}

/// Webhooks are a convenience: without them crosstie polls, so this never fails.
async fn check_webhooks(client: &Client, config: &ConnectionConfig, vault: &Vault, report: &mut Report<'_>) {
    let allowed = match client.deployment().await {
        Ok(Deployment::Cloud) => {
            let granted = granted(config, vault).await.unwrap_or_default();
            granted.split_whitespace().any(|scope| scope == WEBHOOK_SCOPE)
        }
        Ok(Deployment::DataCenter) => {
            let told = client.permissions(&[WEBHOOK_PERMISSION]).await.unwrap_or_default();
            told.iter().any(|permission| permission.granted)
        }
        Err(_) => false,
    };
    let detail = match allowed {
        true => "yes; news come by polling all the same",
        false => "no; news come by polling",
    };
    report.pass("webhooks allowed", detail);
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
            let error = without_tokens(client, error).await;
            report.error(
                if is_about_sign_in(error.kind) {
                    NAME
                } else {
                    "sign-in answered"
                },
                &error,
            );
            false
        }
    }
}

/// A Jira that is older than personal access tokens refuses every one of them.
async fn without_tokens(client: &Client, error: Error) -> Error {
    if error.kind != ErrorKind::Auth || client.access() != Access::Pat {
        return error;
    }
    match client.server_info().await {
        Ok(info) if is_before(&info.version, FIRST_WITH_TOKENS) => Error {
            remedy: format!(
                "personal access tokens came with Jira 8.14, and this is {}; use the method oauth1 or basic",
                clean(&info.version)
            ),
            ..error
        },
        _ => error,
    }
}

/// Whether a version such as `8.13.2` comes before one; what is no version does not.
fn is_before(version: &str, (major, minor): (u32, u32)) -> bool {
    let mut parts = version.split('.').map(str::parse::<u32>);
    match (parts.next(), parts.next()) {
        (Some(Ok(own)), Some(Ok(second))) => (own, second) < (major, minor),
        _ => false,
    }
}

/// Where nobody answered, nobody was refused either.
fn is_about_sign_in(kind: ErrorKind) -> bool {
    !kind.is_offline() && !matches!(kind, ErrorKind::Server | ErrorKind::RateLimited)
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
        let shown = clean(&permission.name);
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
