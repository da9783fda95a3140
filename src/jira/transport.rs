//! Building the HTTP client of one connection, and saying why a request got no answer.
//!
//! Must never be in here: a way to switch certificate checks off, or automatic redirects, which
//! would carry credentials to wherever a server points.

use std::{path::Path, time::Duration};

use reqwest::{Certificate, Identity, Proxy, redirect};
use url::Url;

use super::error::{Error, ErrorKind};
pub(crate) use crate::net::host;
use crate::{
    config::{ConnectionConfig, Method},
    net::{self, Cause, is_loopback},
};

/// A connection that is not established within this time will not be.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Idle sockets kept; as many as requests run at once.
const IDLE_SOCKETS: usize = 4;

/// The site's address, checked: http only to this machine, no credentials in it.
pub(crate) fn site(config: &ConnectionConfig) -> Result<Url, Error> {
    address(config, "url", &config.url)
}

/// The gateway's address, checked like the site's.
pub(crate) fn gateway(config: &ConnectionConfig) -> Result<Url, Error> {
    address(config, "gateway_url", &config.gateway_url)
}

/// The address of a Cloud site behind the gateway.
pub(crate) fn through_gateway(gateway: &Url, cloud_id: &str) -> Url {
    let mut base = gateway.clone();
    if let Ok(mut path) = base.path_segments_mut() {
        path.pop_if_empty().extend(["ex", "jira", cloud_id]);
    }
    base
}

fn address(config: &ConnectionConfig, setting: &str, text: &str) -> Result<Url, Error> {
    let wrong = |what: &str, remedy: &str| setup(config, &format!("`{setting}` {what}"), remedy);
    let url = Url::parse(text).map_err(|error| {
        let what = format!("is not an address ({error})");
        wrong(
            &what,
            "write it like https://acme.atlassian.net or https://jira.example.com/jira",
        )
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "holds a user name or password",
            "remove it there; sign-in belongs into `auth`",
        ));
    }
    match url.scheme() {
        "https" if url.host().is_some() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(wrong(
            "is plain http, which would send the secret unprotected",
            "use https; plain http is only for addresses of this machine",
        )),
        _ => Err(wrong("is neither http nor https", "use https")),
    }
}

/// The HTTP client of a connection.
pub(crate) fn build(config: &ConnectionConfig, site: &Url) -> Result<reqwest::Client, Error> {
    // Fails only if a provider is installed already, and then there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("crosstie/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .gzip(true)
        .tls_info(true)
        .timeout(config.timeout)
        .connect_timeout(config.timeout.min(CONNECT_LIMIT))
        .pool_max_idle_per_host(IDLE_SOCKETS);
    let extra = match &config.ca {
        Some(path) => authorities(config, path)?,
        None => Vec::new(),
    };
    // Over plain http to this machine no certificate is ever checked; a container without any
    // root certificates must be able to run the demo.
    let encrypted = site.scheme() == "https" || may_use_gateway(config);
    builder = if encrypted {
        builder.tls_certs_merge(extra)
    } else {
        builder.tls_certs_only(extra)
    };
    if let Some(path) = &config.client_cert {
        builder = builder.identity(identity(config, path, config.client_key.as_deref())?);
    }
    builder = match &config.proxy {
        Some(proxy) => builder.proxy(explicit_proxy(config, proxy)?),
        None if is_loopback(site) => builder.no_proxy(),
        None => builder,
    };
    builder.build().map_err(|error| {
        let why = net::fault(&error).reason;
        setup(
            config,
            &format!("the HTTP client could not be set up: {why}"),
            "check `ca`, `client_cert`, `client_key` and `proxy`, and that this machine has root certificates",
        )
    })
}

/// Whether some requests go to Atlassian, although the site may be on this machine.
fn may_use_gateway(config: &ConnectionConfig) -> bool {
    match config.method {
        Method::ApiToken { .. } => config.gateway_url.starts_with("https:"),
        Method::OAuth2Cloud { .. } => config.gateway_url.starts_with("https:") || config.auth_url.starts_with("https:"),
        Method::OAuth1 { .. } | Method::OAuth2DataCenter { .. } | Method::Pat { .. } | Method::Basic { .. } => false,
    }
}

fn read_pem(config: &ConnectionConfig, setting: &str, path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| {
        let path = path.display();
        setup(
            config,
            &format!("`{setting}` {path} could not be read: {error}"),
            &format!("correct the path in `{setting}`, or the permissions of the file"),
        )
    })
}

fn authorities(config: &ConnectionConfig, path: &Path) -> Result<Vec<Certificate>, Error> {
    let pem = read_pem(config, "ca", path)?;
    let certificates = Certificate::from_pem_bundle(&pem).unwrap_or_default();
    if certificates.is_empty() {
        let path = path.display();
        return Err(setup(
            config,
            &format!("`ca` {path} holds no certificate in PEM form"),
            "point `ca` at a file with one or more BEGIN CERTIFICATE blocks",
        ));
    }
    Ok(certificates)
}

fn identity(config: &ConnectionConfig, certificate: &Path, key: Option<&Path>) -> Result<Identity, Error> {
    let mut pem = read_pem(config, "client_cert", certificate)?;
    if let Some(key) = key {
        pem.push(b'\n');
        pem.extend(read_pem(config, "client_key", key)?);
    }
    Identity::from_pem(&pem).map_err(|_| {
        let path = certificate.display();
        setup(
            config,
            &format!(
                "`client_cert` {path} and its key are not a certificate and an unencrypted private key in PEM form"
            ),
            "give the certificate chain in `client_cert` and the key (PKCS#8, PKCS#1 or SEC1) there or in `client_key`",
        )
    })
}

fn explicit_proxy(config: &ConnectionConfig, proxy: &str) -> Result<Proxy, Error> {
    Proxy::all(proxy).map_err(|_| {
        setup(
            config,
            "`proxy` is not a proxy address",
            "write it like http://proxy.example.com:3128 or socks5h://127.0.0.1:1080",
        )
    })
}

/// A failure of how the connection is configured.
pub(crate) fn setup(config: &ConnectionConfig, what: &str, remedy: &str) -> Error {
    let alias = &config.alias;
    Error::new(ErrorKind::Setup, format!("{alias}: {what}"), remedy)
}

/// Why there was no complete answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: ErrorKind,
    /// `connection refused`, `timed out`.
    pub(crate) reason: String,
    /// Whether the same request may well succeed.
    pub(crate) passing: bool,
    /// Whether the request certainly did not get to the server.
    pub(crate) unsent: bool,
}

/// Classifies a failed request.
pub(crate) fn fault(error: &reqwest::Error) -> Fault {
    let net::Fault {
        cause,
        reason,
        passing,
        unsent,
    } = net::fault(error);
    let kind = match cause {
        Cause::Tls => ErrorKind::Tls,
        Cause::Name => ErrorKind::Dns,
        Cause::Proxy | Cause::Setup => ErrorKind::Setup,
        Cause::Connection => ErrorKind::Network,
    };
    Fault {
        kind,
        reason,
        passing,
        unsent,
    }
}
