//! Reports of programs, page by page from the last change known, each with what happened to it.
//!
//! Must never be in here: what a report means.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, header::ACCEPT};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::super::{
    error::{SourceError, SourceErrorKind},
    http::{Http, Service},
    means::Means,
    parts::{Found, Part, Parts},
};
use crate::{
    config::{Feed, SourceConfig},
    domain::{Reading, SourceFlaw},
};

/// Requests a minute. All that is asked for are report pages, of which HackerOne allows 300; what is
/// left is for others with the same token.
const PER_MINUTE: usize = 270;
/// Reports a page; HackerOne gives no more.
const PAGE: &str = "100";
/// Pages of one list; a service that has more goes in circles.
const PAGES: usize = 5_000;
/// How far before the last change known the next look begins: activities may be told late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(2);
/// How often a list is read again that changed under the reading.
const PASSES: usize = 5;
/// Reports asked for at once.
const AT_ONCE: usize = 4;
/// Reports that one look asks for one by one, which takes it some four minutes; of a program with
/// thousands the next looks read the others, and what was read is kept if the program ends.
const ONE_BY_ONE: usize = 1_000;

/// Reads all programs of a source.
pub(in super::super) async fn read_source(
    config: &SourceConfig,
    cursor: Option<&str>,
    means: &Means,
) -> Result<Reading, SourceError> {
    let Feed::HackerOne {
        url,
        programs,
        identifier,
        secret,
    } = &config.feed
    else {
        return Err(SourceError::not_served(&config.name, config.feed.word()));
    };
    let token = means.secret(&config.name, secret).await?;
    let http = http(&config.name, url, identifier, token, means)?;
    let mut parts = Parts::new(cursor, programs);
    for program in programs {
        if parts.is_hopeless() {
            parts.skip(program);
            continue;
        }
        let look = Look {
            http: &http,
            source: &config.name,
            program,
        };
        let part = look.read(parts.mark(program)).await;
        parts.add(program, part);
    }
    parts.finish(http.requests())
}

fn http(name: &str, url: &str, identifier: &str, token: SecretString, means: &Means) -> Result<Http, SourceError> {
    let encoded = STANDARD.encode(format!("{identifier}:{}", token.expose_secret()));
    let header = SecretString::from(format!("Basic {encoded}"));
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let service = Service {
        source: name.to_owned(),
        lane: format!("{url} {identifier}"),
        per_minute: PER_MINUTE,
        sign_in: format!(
            "make an API token in HackerOne (Organization Settings > API Tokens), and put its identifier and value \
             where `identifier` and `secret` of the [[source]] {name} have them"
        ),
        forbidden: "give the API token's group access to this program in HackerOne (Report Management)".to_owned(),
        missing: format!("check the handles in `programs` of the [[source]] {name}, and the API token's access"),
    };
    Http::new(
        api(url),
        service,
        means,
        headers,
        vec![header, token, SecretString::from(encoded)],
    )
}

/// Where the API is, if what is configured is the address of the pages, or one with the version.
fn api(address: &str) -> &str {
    let address = address.trim_end_matches('/');
    match address {
        "https://hackerone.com" | "https://www.hackerone.com" => "https://api.hackerone.com",
        _ => address.strip_suffix("/v1").unwrap_or(address),
    }
}

/// How many of the reports, in the order in which they changed, one look asks for. The next look begins
/// a little before the first that is left, and must not begin with the same report again.
fn portion(reports: &[(Option<Timestamp>, String)]) -> usize {
    let first = reports.first().and_then(|(updated, _)| *updated);
    let goes_on = |updated: &Option<Timestamp>| match (first, updated) {
        (Some(first), Some(updated)) => updated.duration_since(first) > OVERLAP + SignedDuration::from_secs(1),
        _ => false,
    };
    let rest = reports.iter().skip(ONE_BY_ONE);
    let more = rest.take_while(|(updated, _)| !goes_on(updated)).count();
    (ONE_BY_ONE + more).min(reports.len())
}

/// One look at one program.
struct Look<'l> {
    http: &'l Http,
    source: &'l str,
    program: &'l str,
}

/// What the pages of a list held.
struct Listed {
    found: Found,
    flaws: Vec<SourceFlaw>,
    /// Whether the list brings what happened to each report.
    with_activities: bool,
}

impl Look<'_> {
    async fn read(&self, since: Option<Timestamp>) -> Part {
        let mut listed = Listed {
            found: Found::default(),
            flaws: Vec::new(),
            with_activities: true,
        };
        let result = self.list(since, &mut listed).await;
        let mut part = Part {
            findings: listed.found,
            flaws: listed.flaws,
            ..Part::default()
        };
        if let Err(failure) = result {
            part.failure = Some(failure);
            return part;
        }
        part.mark = part.findings.all().filter_map(|finding| finding.updated).max();
        if !listed.with_activities {
            self.complete(&mut part).await;
        }
        part
    }

    /// Reads the list until nothing was missed. A report that something happens to moves to the end
    /// of the list, and those behind it move up, one of them onto a page that was read already.
    async fn list(&self, since: Option<Timestamp>, listed: &mut Listed) -> Result<(), SourceError> {
        for pass in 0..PASSES {
            let known = listed.found.len();
            let moved = self.pass(since, listed).await?;
            let nothing_new = pass > 0 && listed.found.len() == known;
            if !moved || nothing_new {
                return Ok(());
            }
        }
        Err(self.malformed(
            "changes faster than it can be read",
            "nothing needs to be done; it is asked again later",
        ))
    }

    /// Reads all pages; whether a report came twice with something happening in between.
    async fn pass(&self, since: Option<Timestamp>, listed: &mut Listed) -> Result<bool, SourceError> {
        let mut url = self.first_page(since);
        let mut seen = Vec::new();
        let mut last_change = BTreeMap::new();
        let mut moved = false;
        loop {
            let mut answer = self.http.get(&url).await?;
            self.http.conceal(&mut answer.json);
            let page = super::read(&answer.json, self.source, Some(self.program));
            listed.with_activities &= page.with_activities;
            listed.flaws.extend(page.flaws);
            for finding in page.findings {
                let before = last_change.insert(finding.id.external.clone(), finding.updated);
                moved |= before.is_some_and(|before| before != finding.updated);
                listed.found.take(finding);
            }
            let Some(next) = page.next else { return Ok(moved) };
            let next = self.http.follow(&url, &next)?;
            seen.push(std::mem::replace(&mut url, next));
            if seen.contains(&url) || seen.len() >= PAGES {
                return Err(self.malformed(
                    "has pages that go in circles",
                    "check `url` of the source and what stands between here and there",
                ));
            }
        }
    }

    fn first_page(&self, since: Option<Timestamp>) -> Url {
        let mut url = self.http.at(&["v1", "reports"]);
        let mut query = url.query_pairs_mut();
        query
            .append_pair("filter[program][]", self.program)
            .append_pair("sort", "reports.last_activity_at")
            .append_pair("page[size]", PAGE);
        if let Some(since) = since.and_then(|since| since.checked_sub(OVERLAP).ok()) {
            query.append_pair("filter[last_activity_at__gt]", &since.to_string());
        }
        drop(query);
        url
    }

    fn malformed(&self, what: &str, remedy: &str) -> SourceError {
        let message = format!("{}: the list of {} {what}", self.source, self.program);
        SourceError::new(SourceErrorKind::Malformed, message, remedy)
    }

    /// Asks for each report with its activities, in the order in which they changed. Where that ends
    /// early, the mark stays before the first that is missing, and the next look goes on there.
    async fn complete(&self, part: &mut Part) {
        let mut reports: Vec<(Option<Timestamp>, String)> = part
            .findings
            .all()
            .map(|finding| (finding.updated, finding.id.external.clone()))
            .collect();
        reports.sort();
        let later = reports.split_off(portion(&reports));
        let mut answers = stream::iter(reports)
            .map(|(updated, id)| async move { (updated, self.report(&id).await, id) })
            .buffered(AT_ONCE);
        while let Some((updated, answer, id)) = answers.next().await {
            match answer {
                Ok(document) => {
                    part.flaws.extend(document.flaws);
                    let whole = document
                        .findings
                        .into_iter()
                        .filter(|finding| finding.id.external == id);
                    whole.for_each(|finding| part.findings.put(finding));
                }
                Err(error) if error.is_of_all() => {
                    part.hold_before(updated);
                    part.failure = Some(error);
                    return;
                }
                Err(error) => {
                    // A service that failed may do better next time; a refusal stays one.
                    if error.kind == SourceErrorKind::Network {
                        part.hold_before(updated);
                    }
                    part.flaws.push(SourceFlaw {
                        place: format!("report {id}"),
                        line: None,
                        reason: format!("what happened to it cannot be read; {}", error.as_reason()),
                    });
                }
            }
        }
        if let Some((updated, _)) = later.first() {
            part.hold_before(*updated);
        }
    }

    async fn report(&self, id: &str) -> Result<super::Document, SourceError> {
        let url = self.http.at(&["v1", "reports", id]);
        let mut answer = self.http.get(&url).await?;
        self.http.conceal(&mut answer.json);
        Ok(super::read(&answer.json, self.source, Some(self.program)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reports by the seconds at which they changed.
    fn reports(seconds: impl Iterator<Item = i64>) -> Vec<(Option<Timestamp>, String)> {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).ok();
        seconds.map(|second| (at(second), second.to_string())).collect()
    }

    #[test]
    fn the_address_of_the_pages_leads_to_the_api() {
        for (address, expected) in [
            ("https://api.hackerone.com/v1/", "https://api.hackerone.com"),
            ("https://hackerone.com/", "https://api.hackerone.com"),
            ("http://127.0.0.1:9/hackerone", "http://127.0.0.1:9/hackerone"),
        ] {
            assert_eq!(api(address), expected);
        }
    }

    #[test]
    fn many_reports_are_read_in_portions_that_get_on() {
        assert_eq!(portion(&[]), 0);
        assert_eq!(portion(&reports(0..900)), 900);
        assert_eq!(portion(&reports((0..5_000).map(|minute| minute * 60))), ONE_BY_ONE);
        // All within the overlap: the next look would begin with the same ones.
        assert_eq!(portion(&reports((0..3_000).map(|number| number / 100))), 3_000);
        let undated: Vec<_> = std::iter::repeat_n((None, "1".to_owned()), 3_000).collect();
        assert_eq!(portion(&undated), 3_000);
        let mut left = reports((0..9_000).map(|number| number / 40));
        let mut looks = 0;
        while !left.is_empty() {
            let read = portion(&left);
            let Some((next, _)) = left.get(read) else { break };
            let from = next.unwrap() - SignedDuration::from_millis(1) - OVERLAP;
            let before = left.len();
            left.retain(|(updated, _)| updated.unwrap() > from);
            assert!(left.len() < before);
            looks += 1;
            assert!(looks < 100);
        }
    }
}
