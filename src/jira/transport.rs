//! Building the HTTP client of one connection, and saying why a request got no answer.
//!
//! Must never be in here: a way to switch certificate checks off, or automatic redirects, which
//! would carry credentials to wherever a server points.

use std::{error::Error as _, net::IpAddr, path::Path, time::Duration};

use reqwest::{Certificate, Identity, Proxy, redirect};
use url::{Host, Url};

use super::{
    error::{Error, ErrorKind},
    wire::refusal::clean,
};
use crate::config::{ConnectionConfig, Method};

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

/// Whether the address is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

/// Host and port as people know them.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
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
        let why = reason(&error);
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
    let unsent = error.is_connect() || error.is_dns() || error.is_builder();
    let fault = |kind, reason: &str, passing| Fault {
        kind,
        reason: reason.to_owned(),
        passing,
        unsent,
    };
    if let Some(tls) = tls_reason(error) {
        return fault(ErrorKind::Tls, &tls, false);
    }
    if error.is_dns() {
        return fault(ErrorKind::Dns, "the host name does not resolve", false);
    }
    let connecting = error.is_connect();
    if error.is_timeout() {
        let reason = if connecting {
            "connecting timed out"
        } else {
            "timed out"
        };
        return fault(ErrorKind::Network, reason, !connecting);
    }
    if error.is_builder() {
        return fault(ErrorKind::Setup, &reason(error), false);
    }
    let text = reason(error);
    if text.contains("proxy") && text.contains("auth") {
        return fault(ErrorKind::Setup, "the proxy asks for a user name and password", false);
    }
    fault(ErrorKind::Network, &text, !connecting)
}

/// The innermost cause in words for people; the outer ones repeat the address.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    let mut io = None;
    while let Some(inner) = cause.source() {
        cause = inner;
        io = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind).or(io);
    }
    match io {
        Some(std::io::ErrorKind::ConnectionRefused) => "connection refused".to_owned(),
        Some(std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::BrokenPipe) => "connection reset".to_owned(),
        Some(std::io::ErrorKind::UnexpectedEof) => "the answer was cut off".to_owned(),
        _ if error.is_body() || error.is_decode() => "the answer was cut off".to_owned(),
        _ => clean(&cause.to_string()),
    }
}

/// What rustls says, wherever it is wrapped.
fn tls_reason(error: &reqwest::Error) -> Option<String> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(tls) = tls_inside(inner) {
            return Some(explain(tls));
        }
        cause = inner.source();
    }
    None
}

/// IO errors hide what they wrap from `source`.
fn tls_inside<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e rustls::Error> {
    if let Some(tls) = error.downcast_ref() {
        return Some(tls);
    }
    let wrapped = error.downcast_ref::<std::io::Error>()?.get_ref()?;
    tls_inside(wrapped)
}

fn explain(error: &rustls::Error) -> String {
    use rustls::CertificateError as Bad;
    let certificate = match error {
        rustls::Error::InvalidCertificate(certificate) => certificate,
        rustls::Error::AlertReceived(alert) => {
            return format!("the server refused the handshake ({alert:?}); it may ask for a client certificate");
        }
        other => return clean(&other.to_string()),
    };
    match certificate {
        Bad::UnknownIssuer => "its certificate is from an authority that this machine does not trust".to_owned(),
        Bad::Expired | Bad::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => "its certificate is not valid yet".to_owned(),
        Bad::NotValidForNameContext { presented, .. } => {
            let names = clean(&presented.join(", "));
            format!("its certificate is for another name ({names})")
        }
        Bad::NotValidForName => "its certificate is for another name".to_owned(),
        Bad::Revoked => "its certificate was revoked".to_owned(),
        other => clean(&format!("its certificate is not valid ({other:?})")),
    }
}
