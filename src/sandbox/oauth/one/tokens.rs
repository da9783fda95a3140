//! Tokens of OAuth 1.0a and how they are worth something: asked for, decided about, exchanged, renewed.
//!
//! Must never be in here: signatures.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use url::form_urlencoded::Serializer;

use super::problem::Problem;
use crate::sandbox::{dice::Dice, oauth::grants::after};

const REQUEST_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Five years.
const ACCESS_LIFE: SignedDuration = SignedDuration::from_secs(157_680_000);
/// Thirty days more.
const HANDLE_LIFE: SignedDuration = SignedDuration::from_secs(160_272_000);

/// What has become of a request token.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Waiting,
    Approved { verifier: String },
    Denied,
    Used,
}

#[derive(Debug, Clone)]
struct RequestToken {
    consumer: String,
    callback: String,
    expires: Timestamp,
    fate: Fate,
}

#[derive(Debug, Clone)]
struct AccessToken {
    consumer: String,
    expires: Timestamp,
    handle: String,
    handle_expires: Timestamp,
    revoked: bool,
}

/// A request token that has just been decided about.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) callback: String,
    /// There is none after a denial.
    pub(super) verifier: Option<String>,
}

/// All tokens.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    requests: BTreeMap<String, RequestToken>,
    accesses: BTreeMap<String, AccessToken>,
}

impl Tokens {
    /// A new request token, as a form.
    pub(super) fn request(&mut self, consumer: &str, callback: &str, dice: &mut Dice, now: Timestamp) -> String {
        let (token, secret) = (dice.text(32), dice.text(32));
        let request = RequestToken {
            consumer: consumer.to_owned(),
            callback: callback.to_owned(),
            expires: after(now, REQUEST_LIFE),
            fate: Fate::Waiting,
        };
        self.requests.insert(token.clone(), request);
        let pairs = [
            ("oauth_token", token),
            ("oauth_token_secret", secret),
            ("oauth_callback_confirmed", "true".to_owned()),
        ];
        Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    /// The consumer of a request token that still waits for a decision.
    pub(super) fn waiting(&self, token: &str, now: Timestamp) -> Option<String> {
        let request = self.requests.get(token)?;
        (request.fate == Fate::Waiting && now < request.expires).then(|| request.consumer.clone())
    }

    /// Keeps what somebody has decided.
    pub(super) fn decide(&mut self, token: &str, approved: bool, dice: &mut Dice) -> Decided {
        let verifier = approved.then(|| dice.text(6));
        let request = self.requests.get_mut(token);
        let callback = request.map(|request| {
            request.fate = match &verifier {
                Some(verifier) => Fate::Approved {
                    verifier: verifier.clone(),
                },
                None => Fate::Denied,
            };
            request.callback.clone()
        });
        Decided {
            callback: callback.unwrap_or_default(),
            verifier,
        }
    }

    /// Whether a request token may be exchanged, but for its verifier.
    pub(super) fn check_request(&self, token: &str, consumer: &str, now: Timestamp) -> Result<(), Problem> {
        let request = self.requests.get(token).filter(|request| request.consumer == consumer);
        let request = request.ok_or_else(|| rejected("the token is not one of this consumer"))?;
        match request.fate {
            Fate::Used => Err(Problem::new(
                "token_used",
                "the request token has been exchanged before",
            )),
            _ if now >= request.expires => Err(expired()),
            Fate::Waiting => Err(Problem::new(
                "permission_unknown",
                "nobody has decided about this request token yet",
            )),
            Fate::Denied => Err(Problem::new("permission_denied", "access was denied")),
            Fate::Approved { .. } => Ok(()),
        }
    }

    /// An access token for a request token, as a form.
    pub(super) fn exchange(
        &mut self,
        token: &str,
        verifier: &str,
        dice: &mut Dice,
        now: Timestamp,
    ) -> Result<String, Problem> {
        let fits = |fate: &Fate| matches!(fate, Fate::Approved { verifier: own } if own == verifier);
        let request = self.requests.get_mut(token).filter(|request| fits(&request.fate));
        let request = request.ok_or_else(|| rejected("the verifier is not that of the token"))?;
        request.fate = Fate::Used;
        let consumer = request.consumer.clone();
        Ok(self.access(consumer, dice, now))
    }

    /// Whether there is, or was, an access token of this name.
    pub(super) fn is_access(&self, token: &str) -> bool {
        self.accesses.contains_key(token)
    }

    /// A new access token for an old one, as a form. The old one is worth nothing after that.
    pub(super) fn renew(
        &mut self,
        token: &str,
        handle: &str,
        consumer: &str,
        dice: &mut Dice,
        now: Timestamp,
    ) -> Result<String, Problem> {
        let access = self.accesses.get(token).filter(|access| access.consumer == consumer);
        let access = access.ok_or_else(|| rejected("the token is not one of this consumer"))?;
        if access.revoked {
            return Err(revoked());
        }
        if access.handle != handle {
            return Err(rejected("the session handle is not that of the token"));
        }
        if now >= access.handle_expires {
            return Err(expired());
        }
        self.accesses.remove(token);
        Ok(self.access(consumer.to_owned(), dice, now))
    }

    /// Whether a request may be made with an access token.
    pub(super) fn check_access(&self, token: &str, consumer: &str, now: Timestamp) -> Result<(), Problem> {
        let access = self.accesses.get(token).filter(|access| access.consumer == consumer);
        let access = access.ok_or_else(|| rejected("the token is not an access token of this consumer"))?;
        if access.revoked {
            Err(revoked())
        } else if now >= access.expires {
            Err(expired())
        } else {
            Ok(())
        }
    }

    /// Ends all access tokens now; their session handles stay.
    pub(crate) fn expire_access(&mut self) {
        for access in self.accesses.values_mut() {
            access.expires = Timestamp::MIN;
        }
    }

    /// Withdraws what a consumer was granted, or everything, and counts it.
    pub(crate) fn revoke(&mut self, consumer: Option<&str>) -> usize {
        let meant =
            |access: &&mut AccessToken| !access.revoked && consumer.is_none_or(|consumer| access.consumer == consumer);
        let revoked = self.accesses.values_mut().filter(meant);
        revoked.map(|access| access.revoked = true).count()
    }

    fn access(&mut self, consumer: String, dice: &mut Dice, now: Timestamp) -> String {
        let [token, secret, handle] = std::array::from_fn(|_| dice.text(32));
        let access = AccessToken {
            consumer,
            expires: after(now, ACCESS_LIFE),
            handle: handle.clone(),
            handle_expires: after(now, HANDLE_LIFE),
            revoked: false,
        };
        self.accesses.insert(token.clone(), access);
        let pairs = [
            ("oauth_token", token),
            ("oauth_token_secret", secret),
            ("oauth_expires_in", ACCESS_LIFE.as_secs().to_string()),
            ("oauth_session_handle", handle),
            ("oauth_authorization_expires_in", HANDLE_LIFE.as_secs().to_string()),
        ];
        Serializer::new(String::new()).extend_pairs(pairs).finish()
    }
}

fn rejected(advice: &str) -> Problem {
    Problem::new("token_rejected", advice)
}

fn expired() -> Problem {
    Problem::new("token_expired", "the token has expired")
}

fn revoked() -> Problem {
    Problem::new("token_revoked", "the person has withdrawn the access")
}
