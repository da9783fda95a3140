//! Addresses of Jira sites, as people paste them: a board, an issue, a bare name.
//!
//! Must never be in here: network. Whether the site exists is not asked.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::flaw::{Flaw, quoted};
use crate::domain::Deployment;

/// Path parts with which a page of Jira starts; what stands before them is the context path.
const PAGES: [&str; 17] = [
    "browse",
    "secure",
    "projects",
    "issues",
    "rest",
    "plugins",
    "software",
    "servicedesk",
    "login.jsp",
    "login",
    "people",
    "dashboards",
    "your-work",
    "wiki",
    "c",
    "core",
    "for-you",
];

/// The site that a pasted address belongs to, without trailing slash.
///
/// # Errors
/// Says what is wrong with the address, never quoting a password in it.
pub fn site(text: &str, kind: Option<Deployment>) -> Result<String, Flaw> {
    let text = text.trim();
    if !text.contains(['.', ':', '/']) && text != "localhost" {
        return subdomain(text);
    }
    let url = address(text)?;
    if url.host_str() == Some("api.atlassian.com") {
        return Err(bad_url("it is Atlassian's gateway, not a site"));
    }
    let origin = origin(&url);
    if is_cloud_host(&url) {
        return Ok(origin);
    }
    let context: Vec<&str> = url
        .path_segments()
        .into_iter()
        .flatten()
        .take_while(|part| !part.is_empty() && !PAGES.contains(part))
        .filter(|part| !(kind == Some(Deployment::Cloud) && *part == "jira"))
        .collect();
    Ok(context.iter().fold(origin, |site, part| format!("{site}/{part}")))
}

/// `acme`, `acme.atlassian.net` or a pasted address of that site.
///
/// # Errors
/// Says why it is no name of a Cloud site.
pub fn subdomain(text: &str) -> Result<String, Flaw> {
    let name = text.trim().to_lowercase();
    let name = name.split_once("://").map_or(name.as_str(), |(_, rest)| rest);
    let name = name.split(['/', '?', '#']).next().unwrap_or_default();
    let name = name.strip_suffix(".atlassian.net").unwrap_or(name);
    let fits = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if name.is_empty() || name.len() > 63 || !fits || name.starts_with('-') || name.ends_with('-') {
        return Err(Flaw::BadUrl {
            reason: format!(
                "{} is no subdomain of atlassian.net",
                quoted(&without_credentials(text))
            ),
            example: "subdomain = \"acme\", which means https://acme.atlassian.net".to_owned(),
        });
    }
    Ok(format!("https://{name}.atlassian.net"))
}

/// An http(s) address with a host and no credentials, encrypted unless it stays on this machine.
///
/// # Errors
/// Says which of these does not hold.
pub(super) fn address(text: &str) -> Result<Url, Flaw> {
    let with_scheme = match text.split_once("://") {
        Some(_) => text.to_owned(),
        None => format!("https://{text}"),
    };
    let url = Url::parse(&with_scheme).map_err(|error| bad_url(&error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Flaw::UrlCredentials {
            instead: "remove it from the address; `auth` says how to sign in",
        });
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(Flaw::PlainHttp {
            host: url.host_str().unwrap_or_default().to_owned(),
            https: format!("https{}", url.as_str().trim_start_matches("http").trim_end_matches('/')),
        }),
        other => Err(bad_url(&format!("it starts with {}", quoted(other)))),
    }
}

/// Whether the address stays on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => Ipv4Addr::is_loopback(&ip),
        Some(Host::Ipv6(ip)) => Ipv6Addr::is_loopback(&ip),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

/// Whether only Jira Cloud answers there.
pub(super) fn is_cloud_host(url: &Url) -> bool {
    url.host_str()
        .is_some_and(|host| host.ends_with(".atlassian.net") || host.ends_with(".jira.com"))
}

fn origin(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    }
}

fn bad_url(reason: &str) -> Flaw {
    Flaw::BadUrl {
        reason: reason.to_owned(),
        example: "\"https://acme.atlassian.net\" or \"https://jira.example.com\"".to_owned(),
    }
}

/// What follows an `@` in text that may start with a user name and password.
fn without_credentials(text: &str) -> String {
    text.rsplit('@').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_page_leads_to_its_site() {
        use Deployment::{Cloud, DataCenter};
        for (text, kind, expected) in [
            ("https://acme.atlassian.net", Cloud, "https://acme.atlassian.net"),
            ("https://acme.atlassian.net/", Cloud, "https://acme.atlassian.net"),
            (
                "https://acme.atlassian.net/browse/PAY-12",
                Cloud,
                "https://acme.atlassian.net",
            ),
            (
                "https://acme.atlassian.net/jira/software/c/projects/PAY/boards/7?selectedIssue=PAY-1#x",
                Cloud,
                "https://acme.atlassian.net",
            ),
            ("acme.atlassian.net", Cloud, "https://acme.atlassian.net"),
            (
                "HTTPS://Acme.Atlassian.NET/jira/your-work",
                Cloud,
                "https://acme.atlassian.net",
            ),
            ("acme", Cloud, "https://acme.atlassian.net"),
            (
                "https://work.acme.com/jira/software/projects/PAY",
                Cloud,
                "https://work.acme.com",
            ),
            (
                "https://jira.acme.com/browse/PAY-12",
                DataCenter,
                "https://jira.acme.com",
            ),
            (
                "https://acme.com/jira/browse/PAY-12",
                DataCenter,
                "https://acme.com/jira",
            ),
            (
                "https://acme.com/tools/jira/secure/RapidBoard.jspa?rapidView=3",
                DataCenter,
                "https://acme.com/tools/jira",
            ),
            ("https://acme.com:8443/jira/", DataCenter, "https://acme.com:8443/jira"),
            ("http://127.0.0.1:8080", DataCenter, "http://127.0.0.1:8080"),
            ("http://127.9.9.9:8080/cloud", Cloud, "http://127.9.9.9:8080/cloud"),
            ("http://[::1]:8080/jira", DataCenter, "http://[::1]:8080/jira"),
            (
                "http://localhost:8080/rest/api/2/myself",
                DataCenter,
                "http://localhost:8080",
            ),
        ] {
            assert_eq!(site(text, Some(kind)).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_site_is_refused_with_the_reason() {
        for (text, expected) in [
            (
                "http://jira.acme.com/jira",
                "plain http is only for this machine's own loopback addresses, not for jira.acme.com",
            ),
            (
                "http://10.0.0.1",
                "plain http is only for this machine's own loopback addresses, not for 10.0.0.1",
            ),
            (
                "http://localhost.acme.com",
                "plain http is only for this machine's own loopback addresses, not for localhost.acme.com",
            ),
            (
                "http://127.0.0.1.nip.io",
                "plain http is only for this machine's own loopback addresses, not for 127.0.0.1.nip.io",
            ),
            (
                "ftp://jira.acme.com",
                "this address cannot be used: it starts with \"ftp\"",
            ),
            ("https://", "this address cannot be used: empty host"),
            (
                "https://me:hunter2@jira.acme.com",
                "a user name or password must not stand in an address",
            ),
            (
                "https://api.atlassian.com/ex/jira/1",
                "it is Atlassian's gateway, not a site",
            ),
            (
                "ac me",
                "this address cannot be used: \"ac me\" is no subdomain of atlassian.net",
            ),
        ] {
            let message = site(text, None).unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
            assert!(!message.contains("hunter2"), "{text}");
        }
    }

    #[test]
    fn a_subdomain_may_be_pasted_in_any_form() {
        for text in [
            "acme",
            "Acme",
            "acme.atlassian.net",
            "https://acme.atlassian.net/jira/x?y=z",
        ] {
            assert_eq!(subdomain(text).as_deref(), Ok("https://acme.atlassian.net"), "{text}");
        }
        for text in ["", "-acme", "acme.com", "a_b", "me:hunter2@acme"] {
            assert!(subdomain(text).is_err(), "{text}");
        }
        assert!(!subdomain("me:hunter2@a_b").unwrap_err().to_string().contains("hunter2"));
    }
}
