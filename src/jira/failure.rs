//! From an answer that is no use to an error that says what, where and what to do.
//!
//! Must never be in here: retries, state, or text from a server that was not cleaned.

#[cfg(test)]
mod tests;

use http::HeaderMap;
use url::Url;

use super::{
    error::{Error, ErrorKind},
    transport::{self, Fault},
    wire::{ReadError, refusal},
};
use crate::domain::{Access, Alias};

/// What was asked where, and how it was signed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) alias: &'a Alias,
    pub(crate) access: Access,
    /// Whether the same sign-in was accepted before.
    pub(crate) worked: bool,
    pub(crate) host: &'a str,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
}

impl Scene<'_> {
    fn error(&self, kind: ErrorKind, what: &str, remedy: impl Into<String>) -> Error {
        let Self {
            alias, method, path, ..
        } = self;
        Error::new(kind, format!("{alias}: {what} ({method} {path})"), remedy)
    }
}

/// An answer with a status that its caller has no use for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl<'a> Refused<'a> {
    fn header(&self, name: &str) -> &'a str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// What the body says, after a colon; nothing if it says nothing.
    fn said(&self) -> String {
        refusal::sentence(self.body)
            .map(|text| format!(": {text}"))
            .unwrap_or_default()
    }

    fn says(&self, words: &str) -> bool {
        let start = &self.body[..self.body.len().min(4096)];
        String::from_utf8_lossy(start).to_lowercase().contains(words)
    }

    fn is_html(&self) -> bool {
        refusal::is_html(self.header("content-type"), self.body)
    }
}

/// Whom an answer was given to, as far as its headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// An account.
    Known,
    /// Nobody.
    Anonymous,
    /// Not said.
    Untold,
}

/// Reads the account headers of Cloud and Data Center, and the login reason.
pub(crate) fn caller(headers: &HeaderMap) -> Caller {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    match text("x-aaccountid")
        .or_else(|| text("x-ausername"))
        .filter(|name| !name.is_empty())
    {
        Some(name) if name.eq_ignore_ascii_case("anonymous") => Caller::Anonymous,
        Some(_) => Caller::Known,
        None if text("x-seraph-loginreason").is_some_and(|reason| reason.contains("AUTHENTICATED_FAILED")) => {
            Caller::Anonymous
        }
        None => Caller::Untold,
    }
}

/// Where to log in, if the answer says that a person must.
pub(crate) fn captcha(headers: &HeaderMap) -> Option<Option<String>> {
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let denied = text("x-authentication-denied-reason");
    let locked = denied.contains("CAPTCHA") || text("x-seraph-loginreason").contains("AUTHENTICATION_DENIED");
    let address = denied
        .split_once("login-url=")
        .map(|(_, rest)| rest.split(';').next().unwrap_or(rest).trim());
    let address = address
        .and_then(|text| Url::parse(text).ok())
        .filter(|url| matches!(url.scheme(), "http" | "https"));
    locked.then(|| address.map(String::from))
}

/// Atlassian's id of the request, for their support.
pub(crate) fn trace(headers: &HeaderMap) -> Option<String> {
    ["atl-traceid", "x-arequestid"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
        .map(refusal::clean)
        .filter(|trace| !trace.is_empty())
}

/// The error of an answer with an unwanted status.
pub(crate) fn refused(scene: Scene<'_>, answer: Refused<'_>) -> Error {
    let mut error = by_status(scene, answer);
    error.status = Some(answer.status);
    error.trace = trace(answer.headers);
    error
}

fn by_status(scene: Scene<'_>, answer: Refused<'_>) -> Error {
    if let Some(address) = captcha(answer.headers) {
        return locked(scene, address);
    }
    let host = scene.host;
    let status = answer.status;
    let said = answer.said();
    match status {
        401 => unauthorized(scene, answer),
        403 => forbidden(scene, answer),
        404 => absent(scene, answer),
        405 | 410 => scene.error(
            ErrorKind::Removed,
            &format!("{host} does not have this endpoint ({status}){said}"),
            "update crosstie; if it is up to date, this Jira's version is not supported",
        ),
        407 => scene.error(
            ErrorKind::Setup,
            "the proxy asks for a user name and password",
            "put them into the connection's `proxy` address, or use another proxy",
        ),
        413 => scene.error(
            ErrorKind::Rejected,
            &format!("{host} takes no more than it was sent (413){said}"),
            "make texts shorter, as with `| truncate: 10000` in a mapping, or remove some of what the issue has too much of",
        ),
        429 => scene.error(
            ErrorKind::RateLimited,
            &format!("{host} limits the rate of requests (429){said}"),
            "nothing to do: crosstie waits as long as the server asks and goes on by itself",
        ),
        500..=599 if answer.headers.contains_key("retry-after") => scene.error(
            ErrorKind::RateLimited,
            &format!("{host} asks to come back later ({status}){said}"),
            "nothing to do: crosstie waits as long as the server asks and goes on by itself",
        ),
        500..=599 => scene.error(
            ErrorKind::Server,
            &format!("{host} failed ({status}){said}"),
            "try again later; if it stays, tell the Jira administrators",
        ),
        _ => scene.error(
            ErrorKind::Rejected,
            &format!("{host} did not accept the request ({status}){said}"),
            "correct what the message names",
        ),
    }
}

fn locked(scene: Scene<'_>, address: Option<String>) -> Error {
    let host = scene.host;
    let address = address.unwrap_or_else(|| format!("https://{host}/login.jsp"));
    scene.error(
        ErrorKind::Captcha,
        &format!("{host} wants a CAPTCHA after too many failed sign-ins; no more are tried"),
        format!("log in once with a browser at {address}, correct the secret, then sign in again"),
    )
}

fn unauthorized(scene: Scene<'_>, answer: Refused<'_>) -> Error {
    let host = scene.host;
    let said = answer.said();
    if answer.says("scope does not match") {
        return scene.error(
            ErrorKind::Scope,
            &format!("the token lacks a scope that this call needs (401){said}"),
            "create the token with the scopes read:jira-work and read:jira-user, and store it where the config says",
        );
    }
    if answer.says("basic authentication with passwords is deprecated") {
        return scene.error(
            ErrorKind::Auth,
            &format!("{host} takes no passwords, only API tokens (401)"),
            "create an API token at https://id.atlassian.com/manage-profile/security/api-tokens and use it as the secret",
        );
    }
    let said = if answer.is_html() { String::new() } else { said };
    scene.error(
        ErrorKind::Auth,
        &format!("{host} refused the sign-in (401){said}"),
        sign_in_remedy(scene),
    )
}

/// What to check when a sign-in is refused.
fn sign_in_remedy(scene: Scene<'_>) -> String {
    let alias = scene.alias;
    match scene.access {
        Access::ApiToken if scene.worked => {
            "it worked before, so the API token has ended or was revoked; API tokens end after at most a year: create a new one at https://id.atlassian.com/manage-profile/security/api-tokens and store it where the config says"
        }
        Access::ApiToken => {
            "check that `email` is the token owner's, and that the API token is complete and has neither ended nor been revoked; API tokens end after at most a year (https://id.atlassian.com/manage-profile/security/api-tokens)"
        }
        Access::Pat if scene.worked => {
            "it worked before, so the personal access token has ended or was revoked: create a new one in your Jira profile and store it where the config says"
        }
        Access::Pat => {
            "check that the personal access token is complete and has neither ended nor been revoked; else create a new one in your Jira profile and store it where the config says"
        }
        Access::OAuth2Cloud | Access::OAuth1 | Access::OAuth2DataCenter => {
            return format!("sign in again: `crosstie connection authorize {alias}`");
        }
        Access::Basic => "check user name and password; where passwords are switched off, use method = \"pat\"",
    }
    .to_owned()
}

fn forbidden(scene: Scene<'_>, answer: Refused<'_>) -> Error {
    let host = scene.host;
    let said = answer.said();
    if answer.says("basic authentication has been disabled") {
        return scene.error(
            ErrorKind::Auth,
            &format!("{host} has sign-in by password switched off (403)"),
            "create a personal access token in your Jira profile and use method = \"pat\"",
        );
    }
    if answer.says("xsrf check failed") {
        return scene.error(
            ErrorKind::Forbidden,
            &format!("{host} took the request for one of a browser (403, XSRF check)"),
            "look for a proxy between crosstie and Jira that changes headers",
        );
    }
    if answer.is_html() && refusal::is_login_page(answer.body) {
        return scene.error(
            ErrorKind::Auth,
            &format!("{host} answered with a login page (403)"),
            sign_in_remedy(scene),
        );
    }
    if scene.path.ends_with("/myself") {
        return scene.error(
            ErrorKind::Forbidden,
            &format!("{host} does not let the account in (403){said}"),
            "check that `url` is the site that the account may use and that the secret is valid there; else ask its administrators for access to Jira",
        );
    }
    scene.error(
        ErrorKind::Forbidden,
        &format!("{host} does not allow this to the account (403){said}"),
        "ask the Jira administrators for the permission, or leave the project out of mappings and of the connection's scope",
    )
}

fn absent(scene: Scene<'_>, answer: Refused<'_>) -> Error {
    let host = scene.host;
    let no_tenant = answer.header("x-failure-category") == "FAILURE_CLIENT_TCS";
    if answer.header("atl-missing-tcs") == "true" || no_tenant {
        return no_site(scene);
    }
    if answer.is_html() && is_of_cloud(host) {
        return no_site(scene);
    }
    if answer.is_html() {
        return not_jira(scene, "answered with a web page (404)");
    }
    let said = answer.said();
    scene.error(
        ErrorKind::NotFound,
        &format!("{host} knows nothing of that, or hides it from the account (404){said}"),
        "check the key; if it is right, ask for permission to see it",
    )
}

/// Every name below it resolves and answers; Jira is always at the root of its own.
fn is_of_cloud(host: &str) -> bool {
    host.ends_with(".atlassian.net")
}

fn no_site(scene: Scene<'_>) -> Error {
    let host = scene.host;
    scene.error(
        ErrorKind::NotJira,
        &format!("there is no Jira site at {host} (404)"),
        "check the sub-domain in the connection's `url`",
    )
}

fn not_jira(scene: Scene<'_>, what: &str) -> Error {
    let host = scene.host;
    scene.error(
        ErrorKind::NotJira,
        &format!("{host} {what}, not with Jira's REST API"),
        "check `url`: a Jira that lives under a path needs it there, as in https://example.com/jira",
    )
}

/// What helps where a gate for browsers keeps scripts out.
const BEFORE_SIGN_ON: &str =
    "use an access token if the site offers them, or ask for an address of Jira without single sign-on";

/// The error of a page for browsers where Jira's JSON was due.
pub(crate) fn page(scene: Scene<'_>, status: u16, headers: &HeaderMap, body: &[u8]) -> Error {
    let answer = Refused { status, headers, body };
    let host = scene.host;
    let mut error = if status == 404 {
        absent(scene, answer)
    } else if refusal::is_login_page(body) {
        scene.error(
            ErrorKind::Auth,
            &format!("{host} answered with a login page ({status}); single sign-on stands before the REST API"),
            BEFORE_SIGN_ON,
        )
    } else {
        not_jira(scene, &format!("answered with a web page ({status})"))
    };
    error.status = Some(status);
    error.trace = trace(headers);
    error
}

/// The error of a redirect that is not followed; `target` is where it points.
pub(crate) fn redirected(scene: Scene<'_>, status: u16, target: Option<&Url>) -> Error {
    let host = scene.host;
    let mut error = match target {
        Some(target) if is_login(target) && !is_own_login(scene, target) => scene.error(
            ErrorKind::Auth,
            &format!("{host} sends the request to a login page ({status}); single sign-on stands before the REST API"),
            BEFORE_SIGN_ON,
        ),
        Some(target) if is_login(target) => scene.error(
            ErrorKind::Auth,
            &format!("{host} sends the request to a login page ({status})"),
            sign_in_remedy(scene),
        ),
        Some(target) => {
            let there = refusal::clean(&target.origin().ascii_serialization());
            scene.error(
                ErrorKind::NotJira,
                &format!("{host} redirects to {there} ({status}); credentials are not carried there"),
                format!("if {there} is the Jira you mean, set the connection's `url` to it"),
            )
        }
        None => not_jira(scene, &format!("redirects to nowhere ({status})")),
    };
    error.status = Some(status);
    error
}

/// Whether an address is one where browsers sign in.
pub(crate) fn is_login(target: &Url) -> bool {
    const PATHS: [&str; 6] = ["/login", "saml", "/sso", "/oauth2/authorize", "/adfs/", "/auth/realms"];
    let host = target.host_str().unwrap_or_default();
    let path = target.path().to_ascii_lowercase();
    ["id.atlassian.com", "auth.atlassian.com"].contains(&host)
        || ["login.", "sso.", "auth.", "idp."]
            .iter()
            .any(|start| host.starts_with(start))
        || PATHS.iter().any(|part| path.contains(part))
}

/// Whether it is Jira itself that wants a sign-in, and not a gate before it.
fn is_own_login(scene: Scene<'_>, target: &Url) -> bool {
    let is_same = transport::host(target) == scene.host;
    is_same && target.path().ends_with("/login.jsp") || is_of_cloud(scene.host)
}

/// The error of an answer given to nobody.
pub(crate) fn anonymous(scene: Scene<'_>, status: u16) -> Error {
    let host = scene.host;
    let mut error = scene.error(
        ErrorKind::Auth,
        &format!("{host} answered as to an anonymous caller, so the sign-in was not accepted"),
        sign_in_remedy(scene),
    );
    error.status = Some(status);
    error
}

/// The error of an answer that could not be read.
pub(crate) fn unreadable(scene: Scene<'_>, status: u16, why: &ReadError) -> Error {
    let host = scene.host;
    let what = match why {
        ReadError::Json(why) => format!("the answer of {host} is not valid JSON ({})", refusal::clean(why)),
        ReadError::Shape(why) => format!(
            "the answer of {host} is not what this call answers ({})",
            refusal::clean(why)
        ),
    };
    let remedy = "try again; if it stays, look for a proxy that changes answers, or report it with the log";
    let mut error = scene.error(ErrorKind::Malformed, &what, remedy);
    error.status = Some(status);
    error
}

/// The error of a request without a complete answer.
pub(crate) fn unanswered(scene: Scene<'_>, fault: &Fault, proxied: bool) -> Error {
    let host = scene.host;
    let reason = &fault.reason;
    let via = if proxied { " through the configured proxy" } else { "" };
    let (what, remedy) = match fault.kind {
        ErrorKind::Dns => (
            format!("the name {host} does not resolve{via}"),
            "check `url` (and `proxy`) for a typing error, and the network or VPN",
        ),
        ErrorKind::Tls => (
            format!("no secure connection to {host}{via}: {reason}"),
            "set `ca` to a PEM file with your company's certificate authority (`client_cert` if the server asks for one)",
        ),
        ErrorKind::Setup => (
            format!("the request to {host} could not be made: {reason}"),
            "correct the connection's `proxy` and `url`",
        ),
        _ if proxied => (
            format!("no answer from {host}{via}: {reason}"),
            "check that the proxy runs and lets this machine through, or correct `proxy`; crosstie tries again by itself",
        ),
        _ => (
            format!("no answer from {host}: {reason}"),
            "check the network or VPN; crosstie tries again by itself",
        ),
    };
    scene.error(fault.kind, &what, remedy)
}
