//! Reads `[[connection]]`.
//!
//! Must never be in here: looking whether a site or a secret exists.

use std::{path::PathBuf, time::Duration};

use super::{
    flaw::{Flaw, quoted},
    method::{self, SignIn},
    model::{ConnectionConfig, TokenStore},
    paths::Surroundings,
    query,
    reader::{Located, Reader, Section, Text},
    site,
};
use crate::domain::{Alias, Deployment};

/// The keys of a connection.
pub(super) const KEYS: [&str; 19] = [
    "alias",
    "kind",
    "url",
    "subdomain",
    "default",
    "scope",
    "read_only",
    "enabled",
    "timeout",
    "proxy",
    "ca",
    "client_cert",
    "client_key",
    "frontend_url",
    "gateway_url",
    "auth_url",
    "callback",
    "tokens",
    "auth",
];
const SHORTEST_TIMEOUT: Duration = Duration::from_secs(1);
const LONGEST_ALIAS: usize = 32;

/// Reads all connections; those with a mistake are left out.
pub(super) fn read<'t>(
    reader: &mut Reader<'t>,
    sections: &[Section<'t>],
    around: &Surroundings<'_>,
) -> Vec<ConnectionConfig> {
    let mut all = Vec::new();
    let mut aliases: Vec<Text<'t>> = Vec::new();
    let mut default: Option<usize> = None;
    for section in sections {
        let alias = alias(reader, section, &mut aliases);
        let is_default = reader.flag(section, "default");
        if let Some(flag) = is_default.as_ref().filter(|flag| flag.value) {
            match default {
                Some(line) => {
                    reader.complain(flag, Flaw::TwoDefaults { line });
                }
                None => default = Some(reader.position(flag.span.start).line),
            }
        }
        let is_default = is_default.is_some_and(|flag| flag.value);
        all.extend(one(reader, section, alias, is_default, around));
    }
    if let ([only], [_]) = (all.as_mut_slice(), sections) {
        only.default = true;
    }
    all
}

fn alias<'t>(reader: &mut Reader<'t>, section: &Section<'t>, seen: &mut Vec<Text<'t>>) -> Option<Alias> {
    if section.entry("alias").is_none() {
        reader.missing(section, &["alias"], "alias = \"acme\"");
    }
    let text = reader.text(section, "alias")?;
    if !fits_alias(text.value) {
        let value = quoted(text.value);
        reader.complain(&text, Flaw::BadAlias { value });
        return None;
    }
    if let Some(first) = seen.iter().find(|other| other.value.eq_ignore_ascii_case(text.value)) {
        let flaw = Flaw::Duplicate {
            what: "alias",
            value: quoted(text.value),
            line: reader.position(first.span.start).line,
        };
        reader.complain(&text, flaw);
        return None;
    }
    let alias = Alias::from(text.value);
    seen.push(text);
    Some(alias)
}

/// An alias is typed in commands and shown in narrow columns.
pub(super) fn fits_alias(text: &str) -> bool {
    text.len() <= LONGEST_ALIAS
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Reads every key even after a mistake, so that all mistakes are told in one go.
fn one<'t>(
    reader: &mut Reader<'t>,
    section: &Section<'t>,
    alias: Option<Alias>,
    default: bool,
    around: &Surroundings<'_>,
) -> Option<ConnectionConfig> {
    reader.known_keys(section, &KEYS);
    let kind = reader
        .word(section, "kind", "kind", &["cloud", "data-center"])
        .map(|kind| match kind.value {
            "cloud" => Deployment::Cloud,
            _ => Deployment::DataCenter,
        });
    let url = address(reader, section, kind);
    let sign_in = method::read(reader, section, around);
    let kind = kind.or_else(|| infer_kind(url.as_deref()?, sign_in.as_ref()));
    let filled = Filled::read(reader, section, around);
    let (alias, url, sign_in) = (alias?, url?, sign_in?);
    let kind = kind.unwrap_or(Deployment::DataCenter);
    method::remark_on_kind(reader, &sign_in.word, kind);
    let mut connection = ConnectionConfig::new(alias, kind, url, sign_in.method);
    connection.default = default;
    filled.apply(&mut connection);
    Some(connection)
}

/// `url` or `subdomain`, one of them.
fn address<'t>(reader: &mut Reader<'t>, section: &Section<'t>, kind: Option<Deployment>) -> Option<String> {
    let has = |key| section.entry(key).is_some();
    if has("url") && has("subdomain") {
        let at = section.entry("subdomain")?;
        reader.complain(&at, Flaw::UrlAndSubdomain);
        return None;
    }
    if !has("url") && !has("subdomain") {
        reader.missing(section, &["url", "subdomain"], "url = \"https://acme.atlassian.net\"");
        return None;
    }
    let (text, read) = match reader.text(section, "url") {
        Some(text) => (text.clone(), site::site(text.value, kind)),
        None => {
            let text = reader.text(section, "subdomain")?;
            (text.clone(), site::subdomain(text.value))
        }
    };
    read.map_err(|flaw| reader.complain(&text, flaw)).ok()
}

/// The host tells Cloud; elsewhere the sign-in does.
fn infer_kind(url: &str, sign_in: Option<&SignIn<'_>>) -> Option<Deployment> {
    let url = url::Url::parse(url).ok()?;
    if site::is_cloud_host(&url) {
        return Some(Deployment::Cloud);
    }
    sign_in.map(SignIn::usual_kind)
}

/// The keys with a default.
#[derive(Default)]
struct Filled {
    scope: Option<String>,
    read_only: Option<bool>,
    enabled: Option<bool>,
    timeout: Option<Duration>,
    proxy: Option<String>,
    ca: Option<PathBuf>,
    client_cert: Option<PathBuf>,
    client_key: Option<PathBuf>,
    frontend_url: Option<String>,
    gateway_url: Option<String>,
    auth_url: Option<String>,
    callback: Option<String>,
    tokens: Option<TokenStore>,
}

impl Filled {
    fn read<'t>(reader: &mut Reader<'t>, section: &Section<'t>, around: &Surroundings<'_>) -> Self {
        let plain = |flag: Located<bool>| flag.value;
        let filled = Self {
            scope: scope(reader, section),
            read_only: reader.flag(section, "read_only").map(plain),
            enabled: reader.flag(section, "enabled").map(plain),
            timeout: reader.duration(section, "timeout", SHORTEST_TIMEOUT),
            proxy: proxy(reader, section),
            ca: file(reader, section, "ca", around),
            client_cert: file(reader, section, "client_cert", around),
            client_key: file(reader, section, "client_key", around),
            frontend_url: other_url(reader, section, "frontend_url"),
            gateway_url: other_url(reader, section, "gateway_url"),
            auth_url: other_url(reader, section, "auth_url"),
            callback: callback(reader, section),
            tokens: reader
                .word(section, "tokens", "place for tokens", &["keyring", "file"])
                .map(|word| {
                    if word.value == "file" {
                        TokenStore::File
                    } else {
                        TokenStore::Keyring
                    }
                }),
        };
        if filled.client_key.is_some() && section.entry("client_cert").is_none() {
            reader.missing(
                section,
                &["client_cert"],
                "client_cert = \"client.pem\" beside client_key",
            );
        }
        filled
    }

    fn apply(self, connection: &mut ConnectionConfig) {
        let ConnectionConfig {
            scope,
            read_only,
            enabled,
            timeout,
            gateway_url,
            auth_url,
            callback,
            tokens,
            ..
        } = connection;
        set(scope, self.scope);
        set(read_only, self.read_only);
        set(enabled, self.enabled);
        set(timeout, self.timeout);
        set(gateway_url, self.gateway_url);
        set(auth_url, self.auth_url);
        set(callback, self.callback);
        set(tokens, self.tokens);
        connection.proxy = self.proxy;
        connection.ca = self.ca;
        connection.client_cert = self.client_cert;
        connection.client_key = self.client_key;
        connection.frontend_url = self.frontend_url;
    }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// A scope is put between parentheses, so it is a bare condition.
fn scope<'t>(reader: &mut Reader<'t>, section: &Section<'t>) -> Option<String> {
    let text = reader.any_text(section, "scope")?;
    let query = query::check(reader, &text)?;
    if query.sorted {
        reader.complain(&text, Flaw::ConditionOrder);
        return None;
    }
    Some(text.value.trim().to_owned())
}

fn proxy<'t>(reader: &mut Reader<'t>, section: &Section<'t>) -> Option<String> {
    const EXAMPLE: &str = "\"http://proxy.example.com:3128\" or \"socks5h://127.0.0.1:1080\"";
    let text = reader.text(section, "proxy")?;
    let bad = |reason: String| Flaw::BadUrl {
        reason,
        example: EXAMPLE.to_owned(),
    };
    let flaw = match url::Url::parse(text.value) {
        Err(error) => bad(error.to_string()),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => Flaw::UrlCredentials {
            instead: "remove `proxy` here and set HTTPS_PROXY in the environment, where it may hold a password",
        },
        Ok(url) if !["http", "https", "socks5", "socks5h"].contains(&url.scheme()) => {
            bad(format!("a proxy cannot start with {}", quoted(url.scheme())))
        }
        Ok(url) if url.host_str().is_none_or(str::is_empty) => bad("it names no host".to_owned()),
        Ok(_) => return Some(text.value.trim_end_matches('/').to_owned()),
    };
    reader.complain(&text, flaw);
    None
}

fn file<'t>(reader: &mut Reader<'t>, section: &Section<'t>, key: &str, around: &Surroundings<'_>) -> Option<PathBuf> {
    let text = reader.text(section, key)?;
    Some(around.absolute(text.value))
}

fn other_url<'t>(reader: &mut Reader<'t>, section: &Section<'t>, key: &str) -> Option<String> {
    let text = reader.text(section, key)?;
    match site::address(text.value) {
        Ok(url) => Some(url.as_str().trim_end_matches('/').to_owned()),
        Err(flaw) => {
            reader.complain(&text, flaw);
            None
        }
    }
}

/// The browser comes back to this machine, or not at all.
fn callback<'t>(reader: &mut Reader<'t>, section: &Section<'t>) -> Option<String> {
    let text = reader.text(section, "callback")?;
    let flaw = match site::address(text.value) {
        Ok(url) if site::is_loopback(&url) => return Some(url.to_string()),
        Ok(_) | Err(Flaw::PlainHttp { .. }) => Flaw::BadUrl {
            reason: "the browser must come back to this machine".to_owned(),
            example: format!("\"{}\"", super::defaults::CALLBACK),
        },
        Err(flaw) => flaw,
    };
    reader.complain(&text, flaw);
    None
}
