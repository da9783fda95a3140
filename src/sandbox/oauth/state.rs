//! What the providers remember, and what is registered with them from the start.
//!
//! Must never be in here: answers to requests.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::header;

use super::{clients::Client, grants::Grants, one::One, sites::Sites};
use crate::sandbox::{dice::Dice, server::message::Request};

/// Keeps the throws for tokens apart from those for everything else.
const SALT: u64 = 0x0a07;

/// The client that is registered from the start.
pub(crate) const CLIENT_ID: &str = "sandbox-client";
/// Its secret.
pub(crate) const CLIENT_SECRET: &str = "sandbox-client-secret";
/// The address that its answers go to: where crosstie listens unless told otherwise.
pub(crate) const CALLBACK: &str = "http://localhost:8976/callback";
/// The consumer whose application link is there from the start.
pub(crate) const CONSUMER_KEY: &str = "sandbox-consumer";

/// All that the providers remember.
#[derive(Debug)]
pub(crate) struct Oauth(Mutex<State>);

/// What is behind the lock.
#[derive(Debug)]
pub(crate) struct State {
    pub(super) dice: Dice,
    pub(crate) clients: BTreeMap<String, Client>,
    pub(crate) grants: Grants,
    pub(crate) sites: Sites,
    /// Data Center takes no redirect address with plain http, as without the system property.
    pub(crate) https_only: bool,
    pub(crate) one: One,
}

impl Oauth {
    /// One client and one application link, and nothing issued yet.
    pub(crate) fn new(seed: u64) -> Self {
        let client = Client {
            id: CLIENT_ID.to_owned(),
            secret: CLIENT_SECRET.to_owned(),
            name: "crosstie".to_owned(),
            callback: CALLBACK.to_owned(),
            scopes: Vec::new(),
        };
        Self(Mutex::new(State {
            dice: Dice::new(seed, SALT),
            clients: [(client.id.clone(), client)].into(),
            grants: Grants::default(),
            sites: Sites::default(),
            https_only: false,
            one: One::new(CONSUMER_KEY),
        }))
    }

    /// What the providers remember, for as long as it is held.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token that a request bears.
    pub(crate) fn bearer(request: &Request) -> Option<&str> {
        let (scheme, token) = request.header(&header::AUTHORIZATION)?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }
}
