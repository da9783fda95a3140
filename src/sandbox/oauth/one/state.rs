//! What the provider of OAuth 1.0a remembers.
//!
//! Must never be in here: requests.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;

use super::{
    keys,
    links::{self, Link},
    tokens::Tokens,
};

/// What this provider remembers.
#[derive(Debug)]
pub(crate) struct One {
    /// Application links by consumer key.
    pub(crate) links: BTreeMap<String, Link>,
    pub(crate) tokens: Tokens,
    /// Timestamps and nonces of the last minutes.
    pub(super) nonces: BTreeSet<(i64, String, String)>,
    /// Where the site believes to be, if a proxy in front of it keeps that from it: scheme, host and port.
    pub(crate) believed_origin: Option<String>,
    /// The status with which a site answers that no longer takes OAuth 1.0a.
    pub(crate) dropped: Option<StatusCode>,
}

impl One {
    /// A provider with one application link, whose key pair is known to everybody.
    pub(in crate::sandbox::oauth) fn new(consumer_key: &str) -> Self {
        let link = links::public_key(keys::PUBLIC_KEY).map(|key| Link {
            name: "crosstie".to_owned(),
            key,
        });
        Self {
            links: link.map(|link| (consumer_key.to_owned(), link)).into_iter().collect(),
            tokens: Tokens::default(),
            nonces: BTreeSet::new(),
            believed_origin: None,
            dropped: None,
        }
    }
}
