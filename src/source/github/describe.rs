//! The issue's key in the description of its pull request, once.
//!
//! Must never be in here: a description written that was not read just before, or changed beyond the
//! one line.

use serde_json::json;
use url::Url;

use super::{
    super::{
        error::{SourceError, SourceErrorKind},
        keys,
        means::Means,
    },
    client, pull,
};
use crate::{
    config::{Feed, SourceConfig},
    domain::Finding,
};

/// Letters that GitHub takes as a description.
const LONGEST: usize = 65_536;

/// What came of naming an issue in a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Described {
    /// Whether the description was changed; it was not if it names the issue already, or if the
    /// source may not be written to.
    pub changed: bool,
}

/// Adds `[KEY]: ADDRESS`, which makes a link of every `[KEY]` in the text, to the end of a pull
/// request's description if it does not name the key yet. Running it again changes nothing.
///
/// # Errors
/// When the pull request cannot be read or changed. Whether a change without an answer went through
/// is of no importance: the next run sees it.
pub async fn describe_pull_request(
    means: &Means,
    config: &SourceConfig,
    finding: &Finding,
    key: &str,
    issue_url: &str,
) -> Result<Described, SourceError> {
    let name = &config.name;
    let setup = |what: &str, remedy: &str| SourceError::new(SourceErrorKind::Setup, format!("{name}: {what}"), remedy);
    let Feed::GitHub { url, secret, write, .. } = &config.feed else {
        return Err(SourceError::not_served(name, config.feed.word()));
    };
    if !write {
        return Ok(Described { changed: false });
    }
    if secret.is_none() {
        return Err(setup(
            "`write` is set, but there is no token to write with",
            "set `secret` of the source, or `write = false`",
        ));
    }
    let (key, address) = checked(key, issue_url).ok_or_else(|| {
        setup(
            "what would be written is no key or no address of an issue",
            "check the site's `url`",
        )
    })?;
    let (owner, repository, number) = pull::parts_of(&finding.id.external)
        .ok_or_else(|| setup(&format!("{} is no pull request", finding.id), "link a pull request"))?;
    let http = client::http(name, url, secret.as_ref(), means).await?;
    let url = http.at(&["repos", owner, repository, "pulls", &number.to_string()]);
    let now = http.get(&url).await?.json;
    let Some(body) = with_definition(now["body"].as_str().unwrap_or_default(), &key, &address) else {
        return Ok(Described { changed: false });
    };
    if body.chars().count() > LONGEST {
        return Err(SourceError::new(
            SourceErrorKind::Refused,
            format!(
                "{name}: the description of {} is too long for another line",
                finding.id.external
            ),
            "shorten it there",
        ));
    }
    http.patch(&url, &json!({ "body": body })).await?;
    Ok(Described { changed: true })
}

/// A key and an address that stay one line of markup.
fn checked(key: &str, address: &str) -> Option<(String, String)> {
    let key = keys::referred_to(key).filter(|found| found.eq_ignore_ascii_case(key))?;
    let url = Url::parse(address).ok()?;
    let plain = matches!(url.scheme(), "https" | "http") && url.username().is_empty() && url.password().is_none();
    plain.then(|| (key, url.to_string()))
}

/// The description with the line at its end; `None` if it has one for the key. All else stays as it
/// is, line ends included.
fn with_definition(body: &str, key: &str, address: &str) -> Option<String> {
    if body.lines().any(|line| defines(line, key)) || names(body, key) {
        return None;
    }
    let line_end = if body.contains("\r\n") { "\r\n" } else { "\n" };
    let definition = format!("[{key}]: {address}");
    if body.trim().is_empty() {
        return Some(definition);
    }
    let last = body.lines().next_back().unwrap_or_default();
    let ended = body.ends_with('\n');
    // A definition must not stand right below a paragraph; below another one it may.
    let gap = match (is_definition(last) || last.trim().is_empty(), ended) {
        (true, true) => String::new(),
        (true, false) | (false, true) => line_end.to_owned(),
        (false, false) => line_end.repeat(2),
    };
    Some(format!("{body}{gap}{definition}"))
}

/// Whether the text names the key itself, so that it is there once already. `[KEY]` alone is a link that
/// wants its address.
fn names(body: &str, key: &str) -> bool {
    let (body, key) = (body.to_ascii_uppercase(), key.to_ascii_uppercase());
    body.match_indices(&key).any(|(at, _)| {
        let before = body[..at].chars().next_back();
        let after = body[at + key.len()..].chars().next();
        let apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        apart(before) && apart(after) && !(before == Some('[') && after == Some(']')) && before != Some('-')
    })
}

/// Whether a line is `[KEY]: …`; labels have no case.
fn defines(line: &str, key: &str) -> bool {
    label(line).is_some_and(|label| label.trim().eq_ignore_ascii_case(key))
}

fn is_definition(line: &str) -> bool {
    label(line).is_some()
}

fn label(line: &str) -> Option<&str> {
    let inner = line.trim_start().strip_prefix('[')?;
    let (label, rest) = inner.split_once("]:")?;
    (!rest.trim().is_empty() && !label.contains(['[', ']'])).then_some(label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ADDRESS: &str = "https://acme.atlassian.net/browse/PAY-12";

    #[test]
    fn the_line_is_added_once_and_nothing_else_changes() {
        for (body, expected) in [
            ("", Some("[PAY-12]: A")),
            (" \r\n", Some("[PAY-12]: A")),
            ("Fixes it.", Some("Fixes it.\n\n[PAY-12]: A")),
            ("Fixes it.\n", Some("Fixes it.\n\n[PAY-12]: A")),
            ("Fixes it.\n\n", Some("Fixes it.\n\n[PAY-12]: A")),
            ("Fixes\r\nit.", Some("Fixes\r\nit.\r\n\r\n[PAY-12]: A")),
            ("Fixes\r\nit.\r\n", Some("Fixes\r\nit.\r\n\r\n[PAY-12]: A")),
            ("x\n\n[PAY-11]: B", Some("x\n\n[PAY-11]: B\n[PAY-12]: A")),
            ("x\n\n[PAY-11]: B\n", Some("x\n\n[PAY-11]: B\n[PAY-12]: A")),
            ("see [PAY-12]", Some("see [PAY-12]\n\n[PAY-12]: A")),
            ("[PAY-123]: B", Some("[PAY-123]: B\n[PAY-12]: A")),
            ("[PAY-12]:", Some("[PAY-12]:\n\n[PAY-12]: A")),
            (
                "Fixes PAY-123, UPAY-12, X-PAY-12.",
                Some("Fixes PAY-123, UPAY-12, X-PAY-12.\n\n[PAY-12]: A"),
            ),
            ("Fixes PAY-12.", None),
            ("fixes pay-12, see [PAY-12]", None),
            ("https://acme.atlassian.net/browse/PAY-12", None),
            ("[PAY-12]: A", None),
            ("  [pay-12]: https://elsewhere\nmore", None),
            ("text\r\n\r\n[PAY-12]: A\r\nmore\r\n", None),
        ] {
            let expected = expected.map(|text| text.replace(": A", &format!(": {ADDRESS}")));
            assert_eq!(with_definition(body, "PAY-12", ADDRESS), expected, "{body:?}");
        }
    }

    #[test]
    fn only_a_key_and_an_address_are_written() {
        for (key, address, taken) in [
            ("PAY-12", ADDRESS, true),
            ("pay-12", ADDRESS, true),
            ("PAY-12]: https://evil.example\n[X", ADDRESS, false),
            ("", ADDRESS, false),
            ("https://acme.atlassian.net/browse/PAY-12", ADDRESS, false),
            ("PAY-12", "javascript:alert(1)", false),
            ("PAY-12", "https://user:pw@acme.example/browse/PAY-12", false),
            ("PAY-12", "/browse/PAY-12", false),
        ] {
            assert_eq!(checked(key, address).is_some(), taken, "{key} {address}");
        }
        let (_, address) = checked("PAY-12", "https://acme.example/a b\n> c").unwrap();
        assert!(!address.contains([' ', '\n', '>']), "{address}");
    }

    proptest! {
        #[test]
        fn however_often_it_runs_the_line_is_there_once(
            body in "([a-z \\[\\]:]|\r\n|\n|\\[PAY-12\\]: x|\\[pay-1\\]: y){0,30}",
            more in "([a-z ]|\r\n|\n){0,10}",
        ) {
            let had = body.lines().filter(|line| defines(line, "PAY-12")).count();
            let once = with_definition(&body, "PAY-12", ADDRESS).unwrap_or_else(|| body.clone());
            prop_assert!(once.starts_with(body.trim_end()) || body.trim().is_empty());
            prop_assert_eq!(once.lines().filter(|line| defines(line, "PAY-12")).count(), had.max(1));
            prop_assert_eq!(with_definition(&once, "PAY-12", ADDRESS), None);
            // A person writes above and below; another key is linked.
            let edited = format!("{more}\n{once}\n{more}");
            prop_assert_eq!(with_definition(&edited, "PAY-12", ADDRESS), None);
            let other = with_definition(&once, "PAY-99", ADDRESS).unwrap();
            prop_assert_eq!(with_definition(&other, "PAY-12", ADDRESS), None);
            prop_assert_eq!(with_definition(&other, "PAY-99", ADDRESS), None);
        }
    }
}
