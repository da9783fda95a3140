//! Pull requests of repositories, the last changed first, down to the last change known.
//!
//! Must never be in here: what a pull request means.

use std::borrow::Cow;

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{ACCEPT, ETAG},
};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::super::{
    error::{SourceError, SourceErrorKind},
    http::{Answer, Http, Service, next_of},
    means::Means,
    parts::{Part, Parts},
};
use crate::{
    config::{Feed, SecretSource, SourceConfig},
    domain::{Reading, SourceFlaw},
    net::is_loopback,
};

/// Requests a minute; GitHub allows 900 points, and other tools have the same token.
const PER_MINUTE: usize = 600;
/// Pull requests a page; GitHub gives no more.
const PAGE: &str = "100";
/// Pages of one look at one repository: its ten thousand last changed pull requests.
const PAGES: usize = 100;
/// Longest tag that is kept.
const LONGEST_TAG: usize = 256;
/// How far before the last change known a look goes back.
const OVERLAP: SignedDuration = SignedDuration::from_mins(2);

/// Reads all repositories of a source.
pub(in super::super) async fn read_source(
    config: &SourceConfig,
    cursor: Option<&str>,
    means: &Means,
) -> Result<Reading, SourceError> {
    let Feed::GitHub {
        url,
        repositories,
        secret,
        ..
    } = &config.feed
    else {
        return Err(SourceError::not_served(&config.name, config.feed.word()));
    };
    let http = http(&config.name, url, secret.as_ref(), means).await?;
    let mut parts = Parts::new(cursor, repositories);
    for repository in repositories {
        if parts.is_hopeless() {
            parts.skip(repository);
            continue;
        }
        let mut part = Part::default();
        let look = Look {
            http: &http,
            source: &config.name,
            repository,
            since: parts.mark(repository),
            tag: parts.tag(repository),
        };
        if let Err(failure) = look.read(&mut part).await {
            part.failure = Some(failure);
        }
        parts.add(repository, part);
    }
    parts.finish(http.requests())
}

/// The service as one source asks it.
pub(super) async fn http(
    name: &str,
    url: &str,
    secret: Option<&SecretSource>,
    means: &Means,
) -> Result<Http, SourceError> {
    let mut secrets = Vec::new();
    if let Some(secret) = secret {
        let token = means.secret(name, secret).await?;
        let header = format!("Bearer {}", token.expose_secret());
        secrets = vec![SecretString::from(header), token];
    }
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
    headers.insert(
        HeaderName::from_static("x-github-api-version"),
        HeaderValue::from_static("2022-11-28"),
    );
    let service = Service {
        source: name.to_owned(),
        lane: format!("{url} {name}"),
        per_minute: PER_MINUTE,
        sign_in: format!("make a new token on GitHub, and put it where `secret` of the [[source]] {name} finds it"),
        forbidden: "give the token access to this repository: Pull requests, read (read and write if `write` is \
                    set); an organization may have to approve it"
            .to_owned(),
        missing: format!(
            "check `repositories` of the [[source]] {name}; to a token that may not see it, or without any, a \
             private repository is not there either"
        ),
    };
    Http::new(&api(url), service, means, headers, secrets)
}

/// Where the API is of what people know by its pages: `https://github.com`, or an Enterprise Server's.
fn api(address: &str) -> Cow<'_, str> {
    let Ok(url) = Url::parse(address) else {
        return Cow::Borrowed(address);
    };
    let host = url.host_str().unwrap_or_default();
    match host {
        "github.com" | "www.github.com" => Cow::Borrowed("https://api.github.com"),
        _ if host.starts_with("api.") || url.path() != "/" || is_loopback(&url) => Cow::Borrowed(address),
        _ => Cow::Owned(format!("{}/api/v3", address.trim_end_matches('/'))),
    }
}

/// One look at one repository.
struct Look<'l> {
    http: &'l Http,
    source: &'l str,
    repository: &'l str,
    since: Option<Timestamp>,
    /// What the first page was known by at the last look. All changes come in at its front, so if that
    /// page is the same, so is all else; such an answer does not count against the limit.
    tag: Option<String>,
}

impl Look<'_> {
    async fn read(&self, part: &mut Part) -> Result<(), SourceError> {
        let since = self.since.and_then(|since| since.checked_sub(OVERLAP).ok());
        let mut url = first_page(self.http, self.source, self.repository)?;
        let Some(mut answer) = self.http.get_unless(&url, self.tag.as_deref()).await? else {
            return Ok(());
        };
        let tag = answer.headers.get(ETAG).and_then(|tag| tag.to_str().ok());
        let tag = tag.filter(|tag| tag.len() <= LONGEST_TAG).map(str::to_owned);
        for page in 1..=PAGES {
            self.http.conceal(&mut answer.json);
            let reached = self.take(&answer, since, part)?;
            match next_of(&answer.headers) {
                Some(_) if !reached && page == PAGES => part.flaws.push(SourceFlaw {
                    place: self.repository.to_owned(),
                    line: None,
                    reason: format!("only its {} last changed pull requests were read", part.findings.len()),
                }),
                Some(next) if !reached => {
                    url = self.http.follow(&url, &next)?;
                    answer = self.http.get(&url).await?;
                }
                _ => break,
            }
        }
        // New changes come in at the front: what this look missed is later than its mark.
        part.mark = part.findings.all().filter_map(|finding| finding.updated).max();
        part.tag = tag;
        Ok(())
    }

    /// Takes the pull requests of a page; whether those known already have begun.
    fn take(&self, answer: &Answer, since: Option<Timestamp>, part: &mut Part) -> Result<bool, SourceError> {
        if !answer.json.is_array() {
            return Err(SourceError::new(
                SourceErrorKind::Malformed,
                format!(
                    "{}: the answer for {} is no list of pull requests",
                    self.source, self.repository
                ),
                "check `url` of the source; that of an Enterprise Server ends in /api/v3",
            ));
        }
        let page = super::read(&answer.json, self.source, Some(self.repository));
        part.flaws.extend(page.flaws);
        let mut reached = false;
        for finding in page.findings {
            let known = matches!((finding.updated, since), (Some(updated), Some(since)) if updated < since);
            reached |= known;
            if !known {
                part.findings.take(finding);
            }
        }
        Ok(reached)
    }
}

fn first_page(http: &Http, source: &str, repository: &str) -> Result<Url, SourceError> {
    let (owner, name) = repository.split_once('/').unwrap_or_default();
    if owner.is_empty() || name.is_empty() || name.contains('/') {
        return Err(SourceError::new(
            SourceErrorKind::Refused,
            format!("{source}: {repository:?} is no repository"),
            "write it as owner/name",
        ));
    }
    let mut url = http.at(&["repos", owner, name, "pulls"]);
    url.query_pairs_mut()
        .append_pair("state", "all")
        .append_pair("sort", "updated")
        .append_pair("direction", "desc")
        .append_pair("per_page", PAGE);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_the_pages_leads_to_the_api() {
        for (address, expected) in [
            ("https://api.github.com", "https://api.github.com"),
            ("https://github.com/", "https://api.github.com"),
            ("https://www.github.com", "https://api.github.com"),
            ("https://ghe.example.com", "https://ghe.example.com/api/v3"),
            ("https://ghe.example.com/", "https://ghe.example.com/api/v3"),
            ("https://ghe.example.com/api/v3", "https://ghe.example.com/api/v3"),
            ("https://api.acme.ghe.com", "https://api.acme.ghe.com"),
            ("http://127.0.0.1:9", "http://127.0.0.1:9"),
            ("nowhere", "nowhere"),
        ] {
            assert_eq!(api(address), expected, "{address}");
        }
    }
}
