//! Signing in by OAuth as each flavour offers it: Cloud's 3LO, Data Center's OAuth 2.0, OAuth 1.0a on both.
//!
//! Whoever opens a consent page counts as signed in as the account that the site is made for. The page's links and
//! buttons can be clicked by a program: `decision=approve` or `decision=deny`, put behind the authorization address
//! or posted to it, is the click; `site={id}` beside it chooses one of several sites. Codes, tokens and verifiers
//! are thrown with dice, so that the same requests get the same answers.
//!
//! Must never be in here: anything of crosstie's own sign-in code. What the client sends is checked from the
//! outside, by code of its own.

mod clients;
mod cloud;
mod consent;
mod data_center;
mod grants;
mod one;
mod params;
mod pkce;
mod sites;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::header;

pub(crate) use self::{
    clients::{Client, callback_fault},
    one::{Link, keys::PRIVATE_KEY, links::public_key},
    sites::OtherSite,
};
use self::{grants::Grants, one::One, sites::Sites};
use super::{
    auth::{Caller, Entrance},
    dice::Dice,
    model::Flavour,
    server::message::{Reply, Request},
    site::Site,
};

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
    dice: Dice,
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

/// Answers a request to an endpoint of the providers; `None` if it is for none of them.
pub(crate) fn answer(site: &Site, request: &Request) -> Option<Reply> {
    let found = match site.flavour {
        Flavour::Cloud => cloud::answer(site, request),
        Flavour::DataCenter => data_center::answer(site, request),
    };
    found.or_else(|| one::answer(site, request))
}

/// Finds out who calls with what the providers have issued; `None` leaves it to the other ways of signing in.
pub(crate) fn caller(site: &Site, request: &Request, entrance: Entrance) -> Option<Result<Caller, Reply>> {
    if entrance == Entrance::Site && one::is_signed(request) {
        return Some(one::caller(site, request));
    }
    let token = Oauth::bearer(request)?;
    match (site.flavour, entrance) {
        (Flavour::Cloud, Entrance::Gateway) => Some(cloud::caller(site, request, token)),
        (Flavour::Cloud, Entrance::Site) => None,
        (Flavour::DataCenter, _) => data_center::caller(site, request, token),
    }
}

/// Path and query as they may be remembered: without what opens something.
pub(crate) fn shown(request: &Request) -> String {
    let is_secret = request.path.ends_with("/token") || one::is_signed(request);
    let (path, _) = request.target.split_once('?').unwrap_or((&request.target, ""));
    if is_secret { path } else { &request.target }.to_owned()
}

/// A text that nobody guesses.
fn token_text(dice: &mut Dice, length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    (0..length).map(|_| char::from(dice.pick(LETTERS))).collect()
}
