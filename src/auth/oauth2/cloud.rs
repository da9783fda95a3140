//! OAuth 2.0 of Cloud (3LO): one app, one callback, a grant that covers one site or several.

use http::header::{ACCEPT, AUTHORIZATION};
use serde_json::Value;
use url::Url;

use super::{
    dialect::{Dialect, below},
    exchange::{self, Encoding},
    failure,
};
use crate::{
    auth::{
        error::{AuthError, AuthErrorKind},
        grant::{OAuth2Grant, Site},
        header::bearer,
    },
    config::ConnectionConfig,
    net, text,
};

/// What brings a refresh token.
pub(in crate::auth) const OFFLINE: &str = "offline_access";

const TO_WRITE: [&str; 4] = ["read:jira-work", "write:jira-work", "read:jira-user", OFFLINE];
const TO_READ: [&str; 3] = ["read:jira-work", "read:jira-user", OFFLINE];

/// Letters of a site's name that are shown.
const LONGEST_NAME: usize = 80;

/// What Atlassian wants. No PKCE: it is not offered to apps, and the secret is mandatory anyway.
pub(super) fn dialect(config: &ConnectionConfig) -> Result<Dialect, AuthError> {
    Ok(Dialect {
        authorize: below(&config.auth_url, "auth_url", &["authorize"])?,
        token: below(&config.auth_url, "auth_url", &["oauth", "token"])?,
        scopes: if config.read_only { &TO_READ } else { &TO_WRITE },
        extra: &[("audience", "api.atlassian.com"), ("prompt", "consent")],
        encoding: Encoding::Json,
        pkce: false,
        redirect_on_refresh: false,
        note: None,
    })
}

/// The Jira sites that a grant covers, each once.
///
/// # Errors
/// When the gateway cannot be reached or does not take the token.
pub(in crate::auth) async fn sites(
    http: &reqwest::Client,
    config: &ConnectionConfig,
    grant: &OAuth2Grant,
) -> Result<Vec<Site>, AuthError> {
    let url = below(
        &config.gateway_url,
        "gateway_url",
        &["oauth", "token", "accessible-resources"],
    )?;
    let host = net::host(&url);
    let request = http
        .get(url)
        .header(AUTHORIZATION, bearer(&grant.access)?)
        .header(ACCEPT, "application/json");
    let lost = |reason: exchange::Lost| failure::lost(&host, &reason.0);
    let response = request.send().await.map_err(|error| lost(exchange::Lost::of(&error)))?;
    let status = response.status().as_u16();
    let body = exchange::read(response).await.map_err(lost)?;
    let listed = serde_json::from_slice(&body).ok();
    match (status, listed) {
        (200, Some(Value::Array(listed))) => Ok(jira_sites(&listed)),
        (429 | 500.., _) => Err(failure::busy(&host, status)),
        (401 | 403, _) => Err(AuthError::new(
            AuthErrorKind::SignIn,
            format!("{host} does not tell which sites the new token is for (HTTP {status})"),
            "sign in again; if it stays, compare the app's permissions with the scopes that are asked for",
        )),
        _ => Err(AuthError::new(
            AuthErrorKind::Setup,
            format!("{host} answers, but not with the sites that the token is for (HTTP {status})"),
            "check `gateway_url`, and look for a proxy that changes answers",
        )),
    }
}

/// The same id comes once for Jira and once for Confluence; only the scopes tell them apart.
fn jira_sites(listed: &[Value]) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::new();
    for one in listed {
        let word = |name: &str| one.get(name).and_then(Value::as_str);
        let (Some(cloud_id), Some(url)) = (word("id"), word("url")) else {
            continue;
        };
        let scopes = one.get("scopes").and_then(Value::as_array);
        let of_jira = |scope: &Value| scope.as_str().is_some_and(|scope| scope.contains("jira"));
        if !scopes.is_none_or(|scopes| scopes.iter().any(of_jira)) || !is_segment(cloud_id) {
            continue;
        }
        if sites.iter().all(|site| site.cloud_id != cloud_id) {
            sites.push(Site {
                cloud_id: cloud_id.to_owned(),
                url: text::clean_line(url).into_owned(),
                name: text::truncate(&text::clean_line(word("name").unwrap_or_default()), LONGEST_NAME),
            });
        }
    }
    sites
}

/// An id becomes part of a path, so that it must not lead anywhere else.
fn is_segment(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The site that is meant: the configured one if the grant covers it, else the one that was asked
/// for.
///
/// # Errors
/// When it covers neither; the sites are listed.
pub(in crate::auth) fn choose(sites: &[Site], configured: &str, asked: Option<&str>) -> Result<Site, AuthError> {
    let found = |wanted: &str| sites.iter().find(|site| is_same_site(&site.url, wanted));
    let by_name = |wanted: &str| {
        sites
            .iter()
            .find(|site| site.cloud_id == wanted || site.name.eq_ignore_ascii_case(wanted))
    };
    let chosen = found(configured).or_else(|| asked.and_then(|asked| found(asked).or_else(|| by_name(asked))));
    chosen.cloned().ok_or_else(|| unclear(sites, configured, asked))
}

fn unclear(sites: &[Site], configured: &str, asked: Option<&str>) -> AuthError {
    if sites.is_empty() {
        return AuthError::new(
            AuthErrorKind::Setup,
            "the sign-in covers no Jira site",
            "sign in again with an account that uses Jira there, and choose that site on the consent page",
        );
    }
    let wanted = text::clean_line(asked.unwrap_or(configured)).into_owned();
    let covered: Vec<&str> = sites.iter().map(|site| site.url.as_str()).collect();
    AuthError::new(
        AuthErrorKind::Setup,
        format!("the sign-in does not cover {wanted}, but {}", covered.join(", ")),
        "name one of them with --site, or set the connection's `url` to it; else sign in again and choose the right site on the consent page",
    )
}

/// Whether two addresses are of one site: scheme, host and port count.
fn is_same_site(one: &str, other: &str) -> bool {
    let origin = |text: &str| {
        let text = text.trim();
        let parsed = Url::parse(text).or_else(|_| Url::parse(&format!("https://{text}")));
        parsed.ok().map(|url| url.origin())
    };
    matches!((origin(one), origin(other)), (Some(one), Some(other)) if one.is_tuple() && one == other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listed() -> Vec<Site> {
        let scopes = json!(["read:jira-work", "read:jira-user"]);
        let listed = json!([
            {"id": "aaa-1", "name": "acme", "url": "https://acme.atlassian.net", "scopes": ["read:confluence-content.all"]},
            {"id": "aaa-1", "name": "acme", "url": "https://acme.atlassian.net", "scopes": scopes, "avatarUrl": "x"},
            {"id": "bbb-2", "name": "Shop\u{1b}[2J", "url": "https://shop.atlassian.net", "scopes": scopes},
            {"id": "bbb-2", "name": "Shop", "url": "https://shop.atlassian.net", "scopes": scopes},
            {"id": "wiki", "name": "wiki", "url": "https://wiki.atlassian.net", "scopes": ["read:confluence-user"]},
            {"id": "../../evil", "name": "evil", "url": "https://evil.atlassian.net", "scopes": scopes},
            {"name": "no id", "url": "https://x.atlassian.net", "scopes": scopes},
            7
        ]);
        jira_sites(listed.as_array().unwrap())
    }

    #[test]
    fn each_jira_site_is_listed_once() {
        let told: Vec<(String, String)> = listed().into_iter().map(|site| (site.cloud_id, site.name)).collect();
        let expected = [("aaa-1", "acme"), ("bbb-2", "Shop␛[2J")];
        assert_eq!(told, expected.map(|(id, name)| (id.to_owned(), name.to_owned())));
    }

    #[test]
    fn the_configured_site_goes_before_the_one_asked_for() {
        for (configured, asked, expected) in [
            ("https://acme.atlassian.net", None, Ok("aaa-1")),
            ("https://ACME.atlassian.net:443/jira", None, Ok("aaa-1")),
            (
                "https://acme.atlassian.net",
                Some("https://shop.atlassian.net"),
                Ok("aaa-1"),
            ),
            (
                "https://work.acme.com",
                Some("https://shop.atlassian.net/"),
                Ok("bbb-2"),
            ),
            ("https://work.acme.com", Some("shop.atlassian.net"), Ok("bbb-2")),
            ("https://work.acme.com", Some("ACME"), Ok("aaa-1")),
            ("https://work.acme.com", Some("bbb-2"), Ok("bbb-2")),
            ("http://acme.atlassian.net", None, Err("http://acme.atlassian.net")),
            (
                "https://acme.atlassian.net:8443",
                None,
                Err("https://acme.atlassian.net:8443"),
            ),
            ("https://acme.atlassian.net.evil.com", None, Err("evil.com")),
            ("https://work.acme.com", Some("nowhere"), Err("nowhere")),
        ] {
            match (choose(&listed(), configured, asked), expected) {
                (Ok(site), Ok(id)) => assert_eq!(site.cloud_id, id, "{configured} {asked:?}"),
                (Err(error), Err(named)) => {
                    assert_eq!(error.kind, AuthErrorKind::Setup);
                    for word in [named, "https://acme.atlassian.net", "https://shop.atlassian.net"] {
                        assert!(error.message.contains(word), "{error}");
                    }
                    assert!(error.remedy.contains("--site"), "{}", error.remedy);
                }
                (got, _) => panic!("{configured} {asked:?}: {got:?}"),
            }
        }
        let none = choose(&[], "https://acme.atlassian.net", None).unwrap_err();
        assert_eq!(none.message, "the sign-in covers no Jira site");
    }
}
