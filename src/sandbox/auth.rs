//! Signing in to the sandbox: API tokens, scoped tokens behind the gateway, PATs, and passwords that
//! lead to a CAPTCHA. What was issued by way of a consent page is `oauth`'s.
//!
//! Must never be in here: anything of crosstie's own sign-in code; what the client sends is checked
//! from the outside.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Mutex,
};

use axum::http::{StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{
    model::{Flavour, User, UserIdx, World},
    server::message::{Reply, Request},
};

/// How many wrong passwords Jira takes before it asks for a CAPTCHA.
const FAILURES_BEFORE_CAPTCHA: u32 = 3;

/// What Cloud's edge says to a caller who isn't signed in where that is needed.
pub(crate) const MUST_SIGN_IN: &str = "Client must be authenticated to access this resource.";

/// The scopes of the scoped token unless told otherwise.
const SCOPES: [&str; 3] = ["read:jira-user", "read:jira-work", "write:jira-work"];

/// Where a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entrance {
    /// The site's own address.
    Site,
    /// `/ex/jira/{cloudId}`.
    Gateway,
}

/// Who calls, as far as the sandbox believes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Caller {
    pub(crate) user: Option<UserIdx>,
    /// Credentials were sent and are wrong; the caller is answered like an anonymous one.
    pub(crate) failed: bool,
    /// The token's scopes, if it has any.
    pub(crate) scopes: Option<BTreeSet<String>>,
}

impl Caller {
    /// The account itself, with all it may do.
    pub(crate) fn signed_in(user: UserIdx) -> Self {
        Self {
            user: Some(user),
            ..Self::default()
        }
    }

    /// The account through a token that has these scopes and no others.
    pub(crate) fn with_scopes(user: UserIdx, scopes: BTreeSet<String>) -> Self {
        Self {
            scopes: Some(scopes),
            ..Self::signed_in(user)
        }
    }

    /// Nobody, in spite of credentials.
    pub(crate) fn failed() -> Self {
        Self {
            failed: true,
            ..Self::default()
        }
    }

    /// The answer if the token lacks `scope`; it doesn't say which one is missing.
    pub(crate) fn require_scope(&self, scope: &str, flavour: Flavour) -> Result<(), Reply> {
        match (&self.scopes, flavour) {
            (Some(scopes), _) if scopes.contains(scope) => Ok(()),
            (None, _) => Ok(()),
            (Some(_), Flavour::Cloud) => Err(gateway_refusal("Unauthorized; scope does not match")),
            (Some(_), Flavour::DataCenter) => Err(insufficient_scope()),
        }
    }
}

/// The secrets of an account. They are made up from the account, so that any of them can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Secrets {
    pub(crate) token: String,
    pub(crate) scoped_token: String,
    pub(crate) pat: String,
    pub(crate) password: String,
}

impl Secrets {
    /// The secrets of an account.
    pub(crate) fn of(user: &User) -> Self {
        let name = user.name.as_str();
        Self {
            token: format!("sandbox-token-{name}"),
            scoped_token: format!("sandbox-scoped-token-{name}"),
            pat: format!("sandbox-pat-{name}"),
            password: format!("sandbox-password-{name}"),
        }
    }
}

/// Remembers failures and switches of signing in.
#[derive(Debug)]
pub(crate) struct Gatekeeper(Mutex<State>);

#[derive(Debug)]
struct State {
    failures: HashMap<String, u32>,
    scopes: BTreeSet<String>,
    basic_disabled: bool,
}

impl Gatekeeper {
    /// Nobody has failed yet.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            failures: HashMap::new(),
            scopes: SCOPES.into_iter().map(str::to_owned).collect(),
            basic_disabled: false,
        }))
    }

    /// Lets everybody try again, as if the CAPTCHA had been solved.
    pub(crate) fn reset_captcha(&self) {
        self.lock().failures.clear();
    }

    /// Gives scoped tokens other scopes.
    pub(crate) fn set_scopes(&self, scopes: BTreeSet<String>) {
        self.lock().scopes = scopes;
    }

    /// Switches passwords off on Data Center, as Jira 11 does.
    pub(crate) fn set_basic_disabled(&self, disabled: bool) {
        self.lock().basic_disabled = disabled;
    }

    /// Finds out who calls; an answer if the call ends here.
    pub(crate) fn check(&self, world: &World, request: &Request, entrance: Entrance) -> Result<Caller, Reply> {
        let Some(authorization) = request.header(&header::AUTHORIZATION) else {
            return match entrance {
                Entrance::Site => Ok(Caller::default()),
                Entrance::Gateway => Err(gateway_refusal("Unauthorized")),
            };
        };
        let (scheme, value) = authorization.split_once(' ').unwrap_or((authorization, ""));
        let basic = scheme
            .eq_ignore_ascii_case("basic")
            .then(|| decode_basic(value))
            .flatten();
        match (world.flavour, entrance) {
            (Flavour::Cloud, Entrance::Site) => Ok(cloud_site(world, basic.as_ref())),
            (Flavour::Cloud, Entrance::Gateway) => self.gateway(world, basic.as_ref()),
            (Flavour::DataCenter, _) if scheme.eq_ignore_ascii_case("bearer") => bearer(world, value.trim()),
            (Flavour::DataCenter, _) => self.password(world, basic.as_ref(), request),
        }
    }

    fn gateway(&self, world: &World, basic: Option<&(String, String)>) -> Result<Caller, Reply> {
        let refused = || gateway_refusal("Unauthorized");
        let (email, secret) = basic.ok_or_else(refused)?;
        let user = by_email(world, email).ok_or_else(refused)?;
        let secrets = Secrets::of(world.user(user));
        if *secret == secrets.scoped_token {
            return Ok(Caller::with_scopes(user, self.lock().scopes.clone()));
        }
        // A token without scopes is good at both addresses.
        if *secret == secrets.token {
            Ok(Caller::signed_in(user))
        } else {
            Err(refused())
        }
    }

    fn password(&self, world: &World, basic: Option<&(String, String)>, request: &Request) -> Result<Caller, Reply> {
        let mut state = self.lock();
        if state.basic_disabled {
            let body = json!({"message": "Basic Authentication has been disabled on this instance."});
            return Err(Reply::json(StatusCode::FORBIDDEN, &body));
        }
        let (name, password) = basic.ok_or_else(wrong_password)?;
        let name = name.to_lowercase();
        let failures = state.failures.entry(name.clone()).or_default();
        if *failures >= FAILURES_BEFORE_CAPTCHA {
            return Err(captcha(request));
        }
        let user = world.user_by_ref(&name).filter(|user| may_sign_in(world.user(*user)));
        match user.filter(|user| Secrets::of(world.user(*user)).password == *password) {
            Some(user) => {
                *failures = 0;
                Ok(Caller::signed_in(user))
            }
            None => {
                *failures += 1;
                Err(wrong_password())
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn decode_basic(value: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (name, secret) = decoded.split_once(':')?;
    Some((name.to_owned(), secret.to_owned()))
}

fn may_sign_in(user: &User) -> bool {
    user.active && !user.deleted
}

fn by_email(world: &World, email: &str) -> Option<UserIdx> {
    let hit = |user: &User| {
        let same = user.email.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(email));
        same && may_sign_in(user)
    };
    world.users.iter().position(hit).map(UserIdx::of)
}

/// Cloud lets wrong credentials through as nobody; what nobody may see is simply not there.
fn cloud_site(world: &World, basic: Option<&(String, String)>) -> Caller {
    let user = basic.and_then(|(email, secret)| {
        let user = by_email(world, email)?;
        (Secrets::of(world.user(user)).token == *secret).then_some(user)
    });
    user.map_or_else(Caller::failed, Caller::signed_in)
}

fn bearer(world: &World, pat: &str) -> Result<Caller, Reply> {
    let hit = |user: &User| may_sign_in(user) && Secrets::of(user).pat == pat;
    match world.users.iter().position(hit) {
        Some(at) => Ok(Caller::signed_in(UserIdx::of(at))),
        None => Err(wrong_password()),
    }
}

/// The gateway's answer to tokens that it doesn't take.
pub(crate) fn gateway_refusal(message: &str) -> Reply {
    Reply::json(StatusCode::UNAUTHORIZED, &json!({"code": 401, "message": message}))
}

/// Data Center's answer to a token whose scope is too small.
fn insufficient_scope() -> Reply {
    let text = "The scope of the access token does not allow this.";
    Reply::error(StatusCode::FORBIDDEN, text).with(header::WWW_AUTHENTICATE, "Bearer error=\"insufficient_scope\"")
}

/// Data Center's answer to wrong credentials: a page, not JSON.
pub(crate) fn wrong_password() -> Reply {
    Reply::html(
        StatusCode::UNAUTHORIZED,
        "<html><head><title>Unauthorized (401)</title></head><body><h1>Unauthorized (401)</h1>\
         <p>Basic Authentication Failure - Reason : AUTHENTICATED_FAILED</p></body></html>",
    )
    .with(header::WWW_AUTHENTICATE, "OAuth realm=\"sandbox\"")
    .with_custom("x-seraph-loginreason", "AUTHENTICATED_FAILED")
}

fn captcha(request: &Request) -> Reply {
    let host = request.header(&header::HOST).unwrap_or("localhost");
    Reply::html(
        StatusCode::FORBIDDEN,
        "<html><head><title>Forbidden (403)</title></head><body><h1>Forbidden (403)</h1>\
         <p>Basic Authentication Failure - Reason : AUTHENTICATION_DENIED</p></body></html>",
    )
    .with_custom("x-seraph-loginreason", "AUTHENTICATION_DENIED")
    .with_custom(
        "x-authentication-denied-reason",
        &format!("CAPTCHA_CHALLENGE; login-url=http://{host}/login.jsp"),
    )
}

/// The headers by which each flavour says who it took the caller for.
pub(crate) fn identify(reply: Reply, world: &World, caller: &Caller) -> Reply {
    match (world.flavour, caller.user) {
        (Flavour::Cloud, Some(user)) => {
            let id = utf8_percent_encode(&world.user(user).account_id, NON_ALPHANUMERIC).to_string();
            reply.with_custom("x-aaccountid", &id)
        }
        (Flavour::Cloud, None) if caller.failed => reply.with_custom("x-seraph-loginreason", "AUTHENTICATED_FAILED"),
        (Flavour::Cloud, None) => reply,
        (Flavour::DataCenter, Some(user)) => {
            let name = utf8_percent_encode(&world.user(user).name, NON_ALPHANUMERIC).to_string();
            reply
                .with_custom("x-ausername", &name)
                .with_custom("x-seraph-loginreason", "OK")
        }
        (Flavour::DataCenter, None) => reply.with_custom("x-ausername", "anonymous"),
    }
}
