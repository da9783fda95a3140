//! What the two kinds of server want to be told, and where.
//!
//! Must never be in here: requests being sent.

use url::Url;

use super::exchange::Encoding;
use crate::{
    auth::error::{AuthError, AuthErrorKind},
    net::is_loopback,
};

/// What the two kinds of server want.
pub(super) struct Dialect {
    pub(super) authorize: Url,
    pub(super) token: Url,
    pub(super) scopes: &'static [&'static str],
    /// What the authorization address carries besides.
    pub(super) extra: &'static [(&'static str, &'static str)],
    pub(super) encoding: Encoding,
    /// Whether a challenge is sent, and the verifier later.
    pub(super) pkce: bool,
    /// Whether a refresh must name the redirect address.
    pub(super) redirect_on_refresh: bool,
    /// What a person should know before the browser opens.
    pub(super) note: Option<String>,
}

/// An address of the config with a path put below it.
pub(super) fn below(base: &str, setting: &str, segments: &[&str]) -> Result<Url, AuthError> {
    let wrong = |why: String| {
        AuthError::new(
            AuthErrorKind::Setup,
            format!("`{setting}` {why}"),
            format!("correct `{setting}` of the connection"),
        )
    };
    let mut url = Url::parse(base).map_err(|error| wrong(format!("is not an address ({error})")))?;
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
        return Err(wrong("would send the secret unprotected".to_owned()));
    }
    url.set_query(None);
    url.set_fragment(None);
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_goes_nowhere_unprotected() {
        for (base, fits) in [
            ("https://auth.atlassian.com", true),
            ("http://127.0.0.1:8080/jira/", true),
            ("http://[::1]:8080", true),
            ("http://auth.atlassian.com", false),
            ("http://127.0.0.1.example.com", false),
            ("ftp://auth.atlassian.com", false),
            ("auth.atlassian.com", false),
        ] {
            let url = below(base, "auth_url", &["oauth", "token"]);
            assert_eq!(url.is_ok(), fits, "{base}");
            if let Ok(url) = url {
                assert!(
                    url.as_str().ends_with("/oauth/token") && !url.path().contains("//"),
                    "{url}"
                );
            }
        }
    }
}
