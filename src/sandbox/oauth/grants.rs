//! Codes, access tokens and refresh tokens of both OAuth 2.0 providers: issued, rotated, expired, revoked.
//!
//! Must never be in here: HTTP, or the wording of a refusal.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::pkce::Challenge;
use crate::sandbox::dice::Dice;

/// How long what a provider issues lives, and what refreshing does to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) code: SignedDuration,
    pub(crate) access: SignedDuration,
    pub(crate) refresh: SignedDuration,
    /// How long a refresh token may be used again after it was rotated away.
    pub(crate) leeway: SignedDuration,
    /// Using it later still ends the whole grant, because somebody has stolen it.
    pub(crate) reuse_ends_grant: bool,
    /// Refreshing ends the access tokens issued so far.
    pub(crate) refresh_ends_access: bool,
    /// Characters of an access token; Cloud's are so long that not every keyring takes them.
    pub(crate) access_length: usize,
    pub(crate) refresh_length: usize,
}

/// What somebody agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) client: String,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: BTreeSet<String>,
    /// Ids of the Cloud sites it covers.
    pub(crate) sites: Vec<String>,
    pub(crate) revoked: bool,
}

/// A code on its way to becoming a grant.
#[derive(Debug, Clone)]
struct Code {
    grant: Grant,
    challenge: Option<Challenge>,
    expires: Timestamp,
}

#[derive(Debug, Clone, Copy)]
struct Access {
    grant: u64,
    expires: Timestamp,
}

#[derive(Debug, Clone, Copy)]
struct Refresh {
    grant: u64,
    issued: Timestamp,
    rotated: Option<Timestamp>,
}

/// What an access token is worth.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Worth<'a> {
    Good(&'a Grant),
    /// Once it was good.
    Dead,
    Unknown,
}

/// Why a refresh token isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Expired, rotated away, revoked, or never issued.
    Invalid,
    /// It was issued to another client.
    OtherClient,
}

/// Tokens just issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issued {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
}

/// Everything issued so far.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    codes: BTreeMap<String, Code>,
    grants: Vec<Grant>,
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Refresh>,
}

impl Grants {
    /// A code for what somebody has just agreed to.
    pub(crate) fn open(
        &mut self,
        grant: Grant,
        challenge: Option<Challenge>,
        (policy, dice, now): (&Policy, &mut Dice, Timestamp),
    ) -> String {
        let text = dice.text(40);
        let code = Code {
            grant,
            challenge,
            expires: after(now, policy.code),
        };
        self.codes.insert(text.clone(), code);
        text
    }

    /// Takes a code, which is spent by it whatever is found wrong with the request later.
    pub(crate) fn take_code(&mut self, text: &str, client: &str, now: Timestamp) -> Option<(Grant, Option<Challenge>)> {
        if self.codes.get(text)?.grant.client != client {
            return None;
        }
        let code = self.codes.remove(text)?;
        (now < code.expires).then_some((code.grant, code.challenge))
    }

    /// Keeps a grant and names it.
    pub(crate) fn add(&mut self, grant: Grant) -> u64 {
        self.grants.push(grant);
        self.grants.len() as u64 - 1
    }

    /// The grant of this name.
    pub(crate) fn get(&self, id: u64) -> Option<&Grant> {
        self.grants.get(usize::try_from(id).ok()?)
    }

    /// All grants, oldest first.
    pub(crate) fn list(&self) -> &[Grant] {
        &self.grants
    }

    /// Issues tokens for a grant.
    pub(crate) fn issue(
        &mut self,
        grant: u64,
        with_refresh: bool,
        (policy, dice, now): (&Policy, &mut Dice, Timestamp),
    ) -> Issued {
        let access = dice.text(policy.access_length);
        let expires = after(now, policy.access);
        self.access.insert(access.clone(), Access { grant, expires });
        let refresh = with_refresh.then(|| dice.text(policy.refresh_length));
        if let Some(text) = &refresh {
            let token = Refresh {
                grant,
                issued: now,
                rotated: None,
            };
            self.refresh.insert(text.clone(), token);
        }
        Issued { access, refresh }
    }

    /// The grant that a refresh token was issued for.
    pub(crate) fn of_refresh(&self, text: &str) -> Option<&Grant> {
        self.get(self.refresh.get(text)?.grant)
    }

    /// Rotates a refresh token away and names its grant, for which new tokens may be issued.
    pub(crate) fn rotate(&mut self, text: &str, client: &str, policy: &Policy, now: Timestamp) -> Result<u64, Refused> {
        let token = self.refresh.get_mut(text).ok_or(Refused::Invalid)?;
        let id = token.grant;
        let at = usize::try_from(id).map_err(|_| Refused::Invalid)?;
        let grant = self.grants.get_mut(at).ok_or(Refused::Invalid)?;
        if grant.client != client {
            return Err(Refused::OtherClient);
        }
        if grant.revoked || now >= after(token.issued, policy.refresh) {
            return Err(Refused::Invalid);
        }
        match token.rotated {
            None => token.rotated = Some(now),
            Some(rotated) if now < after(rotated, policy.leeway) => {}
            Some(_) => {
                grant.revoked |= policy.reuse_ends_grant;
                return Err(Refused::Invalid);
            }
        }
        if policy.refresh_ends_access {
            self.access.retain(|_, access| access.grant != id);
        }
        Ok(id)
    }

    /// What an access token is worth now.
    pub(crate) fn worth(&self, access: &str, now: Timestamp) -> Worth<'_> {
        let Some(token) = self.access.get(access) else {
            return Worth::Unknown;
        };
        match self.get(token.grant) {
            Some(grant) if !grant.revoked && now < token.expires => Worth::Good(grant),
            _ => Worth::Dead,
        }
    }

    /// Ends all access tokens now; refresh tokens stay.
    pub(crate) fn expire_access(&mut self) {
        for token in self.access.values_mut() {
            token.expires = Timestamp::MIN;
        }
    }

    /// Withdraws the grants of a client, or all, and counts them.
    pub(crate) fn revoke(&mut self, client: Option<&str>) -> usize {
        let meant = |grant: &&mut Grant| !grant.revoked && client.is_none_or(|client| grant.client == client);
        let revoked = self.grants.iter_mut().filter(meant);
        revoked.map(|grant| grant.revoked = true).count()
    }
}

/// The instant so much later.
pub(crate) fn after(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
