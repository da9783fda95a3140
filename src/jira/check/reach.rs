//! From the secret to a server that is Jira: name, connection, certificate, server info.

use std::{net::SocketAddr, time::Duration};

use url::Url;

use super::{certificate::Certificate, report::Report};
use crate::{
    auth::Vault,
    clock::SharedClock,
    config::ConnectionConfig,
    domain::Deployment,
    jira::{
        Client, ServerInfo,
        error::{Error, ErrorKind},
        transport,
        wire::refusal::clean,
    },
};

/// How long name resolution and connecting may take.
const REACH_LIMIT: Duration = Duration::from_secs(10);

/// From the secret to a server that is Jira.
pub(super) async fn reach(
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
    let whose = if proxy.is_some() { "the proxy " } else { "" };
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
            report.fail(
                "name resolves",
                format!("the name of {whose}{host} does not resolve"),
                remedy,
            );
            return false;
        }
    }
    match connect(&addresses).await {
        Ok(address) => report.pass("reachable", format!("TCP connection to {address}")),
        Err(_) if answered => report.pass("reachable", "through the system's proxy"),
        Err(why) => {
            let remedy = match proxy {
                Some(_) => "check that the proxy runs there, or correct `proxy`",
                None => "check the port, the network, the VPN and the firewall",
            };
            report.fail(
                "reachable",
                format!("no TCP connection to {whose}{host}:{port}: {why}"),
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
            let name = match error.kind {
                kind if kind.needs_sign_in() => "signed in",
                ErrorKind::Setup => "settings",
                _ => "is Jira",
            };
            report.error(name, &error);
            return false;
        }
    };
    let word = |kind| match kind {
        Deployment::Cloud => "Jira Cloud",
        Deployment::DataCenter => "Jira Data Center",
    };
    let mut detail = format!("{} {}", word(info.deployment), clean(&info.version));
    if info.deployment != config.kind {
        detail.push_str(&format!(", although configured as {}", word(config.kind)));
    }
    report.pass("is Jira", detail);
    true
}
