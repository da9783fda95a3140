//! Addresses: the configured one checked, and the next page out of a `Link` header.
//!
//! Must never be in here: an address followed without a look at its host.

use http::{HeaderMap, header::LINK};
use url::Url;

use super::super::error::{SourceError, SourceErrorKind};
use crate::net::is_loopback;

/// The configured address, if a secret may be sent there.
pub(super) fn address(source: &str, text: &str) -> Result<Url, SourceError> {
    let wrong = |what: &str, remedy: &str| {
        let message = format!("{source}: `url` {what}");
        SourceError::new(SourceErrorKind::Setup, message, remedy)
    };
    let url = Url::parse(text).map_err(|error| {
        let what = format!("is not an address ({error})");
        wrong(&what, "write it like https://api.example.com")
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "holds a user name or password",
            "remove it there; the token belongs into `secret`",
        ));
    }
    match url.scheme() {
        "https" if url.host().is_some() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(wrong(
            "is plain http, which would send the token unprotected",
            "use https; plain http is only for addresses of this machine",
        )),
        _ => Err(wrong("is neither http nor https", "use https")),
    }
}

/// `<https://…?page=2>; rel="next", <…>; rel="last"`.
pub(in super::super) fn next_of(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(LINK)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find_map(next)
}

fn next(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (address, parameters) = after.split_once('>')?;
        // Up to the next address, which alone may hold commas of its own.
        let end = parameters.find(",<").or_else(|| parameters.find(", <"));
        let (mine, others) = parameters.split_at(end.unwrap_or(parameters.len()));
        if mine.split(';').any(is_next) {
            return Some(address.trim().to_owned());
        }
        rest = others;
    }
    None
}

fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    let value = value.trim().trim_end_matches(',').trim_matches('"');
    name.trim().eq_ignore_ascii_case("rel") && value.split(' ').any(|word| word.eq_ignore_ascii_case("next"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_the_links() {
        for (header, expected) in [
            (
                r#"<https://api.github.com/repositories/1000/issues?per_page=3&page=2>; rel="next", <https://api.github.com/repositories/1000/issues?per_page=3&page=5>; rel="last""#,
                Some("https://api.github.com/repositories/1000/issues?per_page=3&page=2"),
            ),
            (
                r#"<https://a/1>; rel="prev", <https://a/3,4>; rel="next""#,
                Some("https://a/3,4"),
            ),
            (
                r#"<https://a/1>; rel="prev",<https://a/3>; title="x"; rel=next"#,
                Some("https://a/3"),
            ),
            (r#"<https://a/1>; rel="last next""#, Some("https://a/1")),
            (r#"<https://a/1>; rel="prev", <https://a/0>; rel="first""#, None),
            (r#"<https://a/1"#, None),
            ("", None),
            ("next", None),
        ] {
            assert_eq!(next(header).as_deref(), expected, "{header}");
        }
    }

    #[test]
    fn a_token_goes_nowhere_unprotected() {
        for (text, taken) in [
            ("https://api.hackerone.com", true),
            ("https://github.example.com/api/v3", true),
            ("http://127.0.0.1:8080", true),
            ("http://localhost/x", true),
            ("http://[::1]:9", true),
            ("http://api.hackerone.com", false),
            ("http://127.0.0.1.example.com", false),
            ("https://user:pass@api.hackerone.com", false),
            ("ftp://api.hackerone.com", false),
            ("api.hackerone.com", false),
            ("", false),
        ] {
            let checked = address("h1", text);
            assert_eq!(checked.is_ok(), taken, "{text}: {checked:?}");
            if let Err(error) = checked {
                assert!(error.message.starts_with("h1: `url` "), "{error}");
                assert!(!error.to_string().contains("pass@"), "{error}");
            }
        }
    }
}
