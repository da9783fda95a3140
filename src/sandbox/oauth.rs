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
mod state;

pub(crate) use self::{
    clients::{Client, callback_fault},
    one::{Link, keys::PRIVATE_KEY, links::public_key},
    sites::OtherSite,
    state::{CALLBACK, CLIENT_ID, CLIENT_SECRET, CONSUMER_KEY, Oauth},
};
use super::{
    auth::{Caller, Entrance},
    model::Flavour,
    server::message::{Reply, Request},
    site::Site,
};

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
