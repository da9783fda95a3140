//! What a flow issued: the tokens, how long they last, and what they are for.
//!
//! Must never be in here: a way to write a token down. Only the vault encodes grants.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

/// Refresh tokens of Cloud and Data Center end after this time without use.
const REFRESH_LASTS: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Fewer characters of a token than this tell nobody which one it is without telling too much.
const LEAST_SHOWN_OF: usize = 12;

/// What a flow issued.
#[derive(Clone, Debug)]
pub enum Grant {
    /// OAuth 2.0 of Cloud or Data Center.
    OAuth2(OAuth2Grant),
    /// OAuth 1.0a.
    OAuth1(OAuth1Grant),
}

/// Tokens of OAuth 2.0.
#[derive(Clone)]
pub struct OAuth2Grant {
    pub(super) access: SecretString,
    pub(super) refresh: Option<SecretString>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) scope: String,
    pub(super) issued_at: Timestamp,
    pub(super) site: Option<Site>,
    pub(super) redirect_uri: String,
}

/// The token of OAuth 1.0a.
#[derive(Clone)]
pub struct OAuth1Grant {
    pub(super) token: SecretString,
    pub(super) token_secret: SecretString,
    pub(super) session_handle: Option<SecretString>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) authorization_expires_at: Option<Timestamp>,
}

/// A Cloud site that a grant covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// What the gateway knows the site by.
    pub cloud_id: String,
    /// Where people find it.
    pub url: String,
    /// Its name; empty when it was not told.
    pub name: String,
}

impl Grant {
    /// The last four characters of the token, which tell people which one it is.
    #[must_use]
    pub fn last_four(&self) -> String {
        let token = match self {
            Self::OAuth2(grant) => grant.refresh.as_ref().unwrap_or(&grant.access),
            Self::OAuth1(grant) => &grant.token,
        };
        last_four(token)
    }

    /// When a person has to sign in again, as far as that is known; what renews itself ends with
    /// the means to renew it.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::OAuth2(grant) if grant.refresh.is_some() => grant.issued_at.checked_add(REFRESH_LASTS).ok(),
            Self::OAuth2(grant) => grant.expires_at,
            Self::OAuth1(grant) if grant.session_handle.is_some() => {
                grant.authorization_expires_at.or(grant.expires_at)
            }
            Self::OAuth1(grant) => grant.expires_at,
        }
    }

    /// The Cloud site that it was made for.
    #[must_use]
    pub fn site(&self) -> Option<&Site> {
        match self {
            Self::OAuth2(grant) => grant.site.as_ref(),
            Self::OAuth1(_) => None,
        }
    }

    /// What it allows, in the words of the server; empty when it was not told.
    #[must_use]
    pub fn scope(&self) -> &str {
        match self {
            Self::OAuth2(grant) => &grant.scope,
            Self::OAuth1(_) => "",
        }
    }

    /// Its secrets, to be taken out of messages.
    pub(super) fn secrets(&self) -> Vec<&SecretString> {
        match self {
            Self::OAuth2(grant) => [Some(&grant.access), grant.refresh.as_ref()]
                .into_iter()
                .flatten()
                .collect(),
            Self::OAuth1(grant) => [
                Some(&grant.token),
                Some(&grant.token_secret),
                grant.session_handle.as_ref(),
            ]
            .into_iter()
            .flatten()
            .collect(),
        }
    }

    /// Whether both hold the same tokens.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let (own, others) = (self.secrets(), other.secrets());
        let alike = |(own, other): (&&SecretString, &&SecretString)| own.expose_secret() == other.expose_secret();
        own.len() == others.len() && own.iter().zip(&others).all(alike)
    }
}

/// The last four characters of a secret that is long enough to spare them.
#[must_use]
pub fn last_four(secret: &SecretString) -> String {
    let text = secret.expose_secret();
    let length = text.chars().count();
    if length < LEAST_SHOWN_OF {
        return String::new();
    }
    text.chars().skip(length - 4).collect()
}

impl fmt::Debug for OAuth2Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2Grant")
            .field("expires_at", &self.expires_at)
            .field("scope", &self.scope)
            .field("issued_at", &self.issued_at)
            .field("site", &self.site)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OAuth1Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth1Grant")
            .field("expires_at", &self.expires_at)
            .field("authorization_expires_at", &self.authorization_expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::auth) fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    pub(in crate::auth) fn oauth2(access: &str, refresh: Option<&str>) -> OAuth2Grant {
        OAuth2Grant {
            access: SecretString::from(access),
            refresh: refresh.map(SecretString::from),
            expires_at: Some(at("2026-11-22T11:00:00Z")),
            scope: "read:jira-work offline_access".to_owned(),
            issued_at: at("2026-11-22T10:00:00Z"),
            site: Some(Site {
                cloud_id: "11111111-aaaa".to_owned(),
                url: "https://acme.atlassian.net".to_owned(),
                name: "acme".to_owned(),
            }),
            redirect_uri: "http://localhost:8976/callback".to_owned(),
        }
    }

    pub(in crate::auth) fn oauth1(token: &str, handle: Option<&str>) -> OAuth1Grant {
        OAuth1Grant {
            token: SecretString::from(token),
            token_secret: SecretString::from("t0ken-s3cret-of-1"),
            session_handle: handle.map(SecretString::from),
            expires_at: Some(at("2031-11-21T10:00:00Z")),
            authorization_expires_at: Some(at("2031-12-21T10:00:00Z")),
        }
    }

    #[test]
    fn lists_tell_which_token_it_is_and_when_a_person_is_needed() {
        for (grant, four, end) in [
            (
                Grant::OAuth2(oauth2("access-token-0001", Some("refresh-token-9999"))),
                "9999",
                "2027-02-20T10:00:00Z",
            ),
            (
                Grant::OAuth2(oauth2("access-token-0001", None)),
                "0001",
                "2026-11-22T11:00:00Z",
            ),
            (Grant::OAuth2(oauth2("short", None)), "", "2026-11-22T11:00:00Z"),
            (
                Grant::OAuth1(oauth1("token-of-äöüß", Some("handle"))),
                "äöüß",
                "2031-12-21T10:00:00Z",
            ),
            (
                Grant::OAuth1(oauth1("token-of-1234", None)),
                "1234",
                "2031-11-21T10:00:00Z",
            ),
        ] {
            assert_eq!(
                (grant.last_four().as_str(), grant.expires_at()),
                (four, Some(at(end))),
                "{grant:?}"
            );
        }
    }
}
