//! Values of a connection typed one at a time, under the same rules as in the file.
//!
//! Must never be in here: a rule of its own; what passes here passes the reader too.

use url::Url;

use super::connection::fits_alias;
use super::flaw::Flaw;
use super::site;
use crate::domain::{Alias, Deployment};

/// The site that typed or pasted text stands for.
///
/// # Errors
/// Says what is wrong, never quoting a password.
pub(crate) fn site(text: &str, kind: Deployment) -> Result<String, String> {
    site::site(text, Some(kind)).map_err(|flaw| flaw.to_string())
}

/// An alias that is not taken.
///
/// # Errors
/// Says why it cannot be used.
pub(crate) fn alias(text: &str, taken: &[Alias]) -> Result<Alias, String> {
    if text.is_empty() {
        return Err("a short name is needed: commands and columns use it".to_owned());
    }
    if !fits_alias(text) {
        return Err("up to 32 letters, digits, dots, dashes and underscores; the first a letter or digit".to_owned());
    }
    if taken.iter().any(|other| other.as_str().eq_ignore_ascii_case(text)) {
        return Err("another connection has this name".to_owned());
    }
    Ok(Alias::from(text))
}

/// A name for a site that is not taken: `acme` for `https://acme.atlassian.net`, `eu` for
/// `https://jira.eu.example.com`.
pub(crate) fn propose_alias(site: &str, taken: &[Alias]) -> String {
    const GENERIC: [&str; 6] = ["jira", "www", "issues", "tracker", "support", "projects"];
    let url = Url::parse(site).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let is_address = host.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let name = if is_address || host == "localhost" {
        "local"
    } else {
        let mut labels = host.split('.').filter(|label| !GENERIC.contains(label));
        labels.next().unwrap_or("jira")
    };
    let name: String = name.chars().take(24).collect();
    let mut proposals = (1_u32..).map(|n| if n == 1 { name.clone() } else { format!("{name}-{n}") });
    proposals
        .find(|proposal| !taken.iter().any(|other| other.as_str().eq_ignore_ascii_case(proposal)))
        .unwrap_or(name)
}

/// Where the browser comes back to.
///
/// # Errors
/// Says why it cannot come back there.
pub(crate) fn callback(text: &str) -> Result<String, String> {
    match site::address(text) {
        Ok(url) if site::is_loopback(&url) => Ok(url.to_string()),
        Ok(_) | Err(Flaw::PlainHttp { .. }) => Err("the browser must come back to this machine: localhost".to_owned()),
        Err(flaw) => Err(flaw.to_string()),
    }
}

/// Another address of the same site.
///
/// # Errors
/// Says what is wrong with it.
pub(crate) fn address(text: &str) -> Result<String, String> {
    match site::address(text) {
        Ok(url) => Ok(url.as_str().trim_end_matches('/').to_owned()),
        Err(flaw) => Err(flaw.to_string()),
    }
}

/// A proxy, without the password that its address must not hold.
///
/// # Errors
/// Says what is wrong with it.
pub(crate) fn proxy(text: &str) -> Result<String, String> {
    match Url::parse(text) {
        Err(error) => Err(format!("no address: {error}")),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Err("a password must not stand here; HTTPS_PROXY in the environment may hold one".to_owned())
        }
        Ok(url) if !["http", "https", "socks5", "socks5h"].contains(&url.scheme()) => {
            Err("a proxy starts with http, https, socks5 or socks5h".to_owned())
        }
        Ok(url) if url.host_str().is_none_or(str::is_empty) => Err("it names no host".to_owned()),
        Ok(_) => Ok(text.trim_end_matches('/').to_owned()),
    }
}

/// An e-mail address, as far as its look tells.
pub(crate) fn is_email(text: &str) -> bool {
    let split = text.split_once('@');
    split.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_proposed_from_the_host_and_is_free() {
        let taken = [Alias::from("acme"), Alias::from("Acme-2")];
        for (site, expected) in [
            ("https://acme.atlassian.net", "acme-3"),
            ("https://lab.atlassian.net", "lab"),
            ("https://jira.eu.example.com", "eu"),
            ("https://jira.example.com/jira", "example"),
            ("http://127.0.0.1:8080", "local"),
            ("http://localhost:8080/jira", "local"),
        ] {
            let proposed = propose_alias(site, &taken);
            assert_eq!(proposed, expected, "{site}");
            assert!(alias(&proposed, &taken).is_ok());
        }
    }

    #[test]
    fn what_cannot_stand_in_the_file_is_refused_with_its_reason() {
        let taken = [Alias::from("acme")];
        for text in ["", "ACME", "a b", "-a", "é", &"x".repeat(33)] {
            assert!(alias(text, &taken).is_err(), "{text}");
        }
        assert!(callback("http://example.com/x").is_err());
        assert!(callback("https://localhost:8976/callback").is_ok());
        for text in ["ftp://proxy", "http://u:hunter2@proxy:1", "proxy"] {
            let reason = proxy(text).unwrap_err();
            assert!(!reason.contains("hunter2"), "{reason}");
        }
        assert!(is_email("me@example.com") && !is_email("me") && !is_email("a b@c"));
    }
}
