//! What comes back from a sign-in in the browser: a code, a line of it, or the whole address that
//! the browser landed at, pasted by a person or received by the listener.
//!
//! Must never be in here: waiting, IO, or a code in a message.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{AuthError, AuthErrorKind};
use crate::text;

/// Landing addresses of Cloud have some thousand letters; more than this is something else.
const LONGEST: usize = 16 * 1024;

/// Letters of a server's description that are repeated.
const LONGEST_DESCRIPTION: usize = 200;

/// Parameters that tell a landing address from a bare code.
const KNOWN: [&str; 6] = [
    "code",
    "state",
    "oauth_verifier",
    "oauth_token",
    "error",
    "oauth_problem",
];

/// What ties an answer to this attempt.
#[derive(Debug, Clone)]
pub enum Attempt {
    /// OAuth 2.0: the `state` that was sent.
    State(SecretString),
    /// OAuth 1.0a: the request token.
    RequestToken(SecretString),
}

/// What is being waited for.
#[derive(Debug, Clone)]
pub struct Expected {
    /// What ties the answer to this attempt.
    pub attempt: Attempt,
    /// Where the browser is sent; none if Jira shows a code instead.
    pub callback: Option<Url>,
}

/// What came back.
#[derive(Debug, Clone)]
pub enum Landing {
    /// The authorization code or verifier.
    Code(SecretString),
}

/// Why what came back is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LandingError {
    /// Nothing.
    #[error("there is no code in an empty line")]
    Empty,
    /// Far too much.
    #[error("that is too long to be a code or an address")]
    TooLong,
    /// The person, or an administrator, said no.
    #[error("access was denied in the browser")]
    Denied,
    /// The server says why there is no code.
    #[error("the sign-in failed in the browser: {error}{}", .description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default())]
    Refused {
        /// The server's word.
        error: String,
        /// What it adds.
        description: Option<String>,
    },
    /// The answer belongs to another attempt.
    #[error("that belongs to another sign-in attempt")]
    OtherAttempt,
    /// Nothing says which attempt the answer belongs to.
    #[error("that does not say which sign-in attempt it belongs to")]
    Unbound,
    /// The page that asks, not the one that it leads to.
    #[error("that is the address of the page that asks for approval, not the one after it")]
    NotYet,
    /// A page of Atlassian that shows an error.
    #[error("that is the address of an error page{}", .0.as_ref().map(|text| format!(": {text}")).unwrap_or_default())]
    ErrorPage(Option<String>),
    /// An address or text without a code.
    #[error("there is no code in that")]
    NoCode,
    /// The listener cannot go on.
    #[error("the listener for the landing address stopped: {0}")]
    Stopped(String),
}

impl LandingError {
    /// The next step for a person.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Empty | Self::TooLong | Self::NoCode => {
                "paste the code that Jira shows, or the whole address that the browser ended up at"
            }
            Self::Denied => "start again, and press Allow or Accept with an account that may use this Jira",
            Self::Refused { .. } => {
                "compare client id, secret, callback and permissions of the app with the connection's settings, then start again"
            }
            Self::OtherAttempt | Self::Unbound => {
                "open the address that was printed last, and use what that page leads to"
            }
            Self::NotYet => "press Allow or Accept on that page; then paste the code, or the address it leads to",
            Self::ErrorPage(_) => {
                "read what the page says; most often the callback or the client id differs from what is registered"
            }
            Self::Stopped(_) => "paste the address that the browser ended up at instead",
        }
    }
}

impl From<LandingError> for AuthError {
    fn from(error: LandingError) -> Self {
        Self::new(AuthErrorKind::SignIn, error.to_string(), error.remedy())
    }
}

impl Landing {
    /// Reads what a person pasted. A bare code cannot say which attempt it belongs to, which is no
    /// danger: the person vouches for it.
    ///
    /// # Errors
    /// Why there is no code in it for this attempt.
    pub fn read(pasted: &str, expected: &Expected) -> Result<Self, LandingError> {
        if pasted.len() > LONGEST {
            return Err(LandingError::TooLong);
        }
        let text = unquoted(pasted);
        if text.is_empty() {
            return Err(LandingError::Empty);
        }
        let joined = joined(text);
        match form(&joined) {
            Some(form) => {
                let pairs = Pairs::of(form);
                pairs.code(expected, Binding::IfPresent).map_err(|error| match error {
                    LandingError::NoCode => page(&joined, &pairs, expected),
                    other => other,
                })
            }
            None if joined.contains("://") => Err(page(&joined, &Pairs::of(""), expected)),
            None => bare(text),
        }
    }

    /// Reads the query that a browser came to the listener with. It could be anybody's browser, so
    /// that it must say which attempt it belongs to.
    ///
    /// # Errors
    /// Why there is no code in it for this attempt.
    pub fn of_query(query: &str, expected: &Expected) -> Result<Self, LandingError> {
        if query.len() > LONGEST {
            return Err(LandingError::TooLong);
        }
        Pairs::of(query).code(expected, Binding::Required)
    }
}

/// Whether an answer must say which attempt it belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binding {
    IfPresent,
    Required,
}

/// Takes spaces, quotes and pointed brackets off both ends.
fn unquoted(text: &str) -> &str {
    let around = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | '`' | '<' | '>' | '\u{2018}'..='\u{201f}' | '\u{feff}' | '\u{200b}'
            )
    };
    text.trim_matches(around)
}

/// Puts together what a terminal or a mail broke into lines.
fn joined(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_whitespace) {
        return Cow::Borrowed(text);
    }
    let lines = text.lines().map(str::trim);
    Cow::Owned(lines.collect())
}

/// The part of a text that holds parameters, if it holds any that are known.
fn form(text: &str) -> Option<&str> {
    let start = text.find(['?', '#']).map_or(0, |at| at + 1);
    // What lands may be in the query, in the fragment, or in both.
    let form = &text[start..];
    let known = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        pair.contains('=') && KNOWN.contains(&name)
    };
    form.split(['&', '#', '?']).any(known).then_some(form)
}

/// A bare code, or the sentence that Jira shows it in.
fn bare(text: &str) -> Result<Landing, LandingError> {
    let code = match text.split_once("code is ") {
        Some((_, rest)) => unquoted(rest)
            .split(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '\u{2019}' | '\u{201d}'))
            .next()
            .unwrap_or_default()
            .trim_end_matches('.'),
        None => text,
    };
    let code: Cow<'_, str> = joined(code);
    let odd = |c: char| c.is_whitespace() || c.is_control() || !c.is_ascii();
    // Browsers show addresses without their scheme.
    let address = code.starts_with(['/', '[']) || code.starts_with("localhost");
    if code.is_empty() || address || code.contains(odd) {
        return Err(LandingError::NoCode);
    }
    if code == "denied" {
        return Err(LandingError::Denied);
    }
    Ok(Landing::Code(SecretString::from(code.as_ref())))
}

/// What an address is that holds no code.
fn page(text: &str, pairs: &Pairs, expected: &Expected) -> LandingError {
    let Ok(url) = Url::parse(text) else {
        return LandingError::NoCode;
    };
    let path = url.path();
    let landed = expected
        .callback
        .as_ref()
        .is_some_and(|callback| callback.path() == path && callback.host_str() == url.host_str());
    if landed {
        return LandingError::NoCode;
    }
    if path.contains("error") {
        let said = ["error_description", "message", "error"]
            .iter()
            .find_map(|name| pairs.get(name));
        return LandingError::ErrorPage(said.map(|said| cleaned(&said)));
    }
    if ["/authorize", "/oauth2/consent", "/login", "login.jsp"]
        .iter()
        .any(|part| path.contains(part))
    {
        return LandingError::NotYet;
    }
    LandingError::NoCode
}

/// Decoded parameters.
struct Pairs(Vec<(String, SecretString)>);

impl Pairs {
    fn of(form: &str) -> Self {
        let pairs = form.split(['&', '#', '?']).filter_map(|pair| pair.split_once('='));
        Self(
            pairs
                .map(|(name, value)| (decoded(name), SecretString::from(decoded(value))))
                .collect(),
        )
    }

    fn secrets(&self, name: &str) -> impl Iterator<Item = &SecretString> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value)
    }

    fn get(&self, name: &str) -> Option<String> {
        let value = self.secrets(name).next()?.expose_secret();
        (!value.is_empty()).then(|| value.to_owned())
    }

    fn code(&self, expected: &Expected, binding: Binding) -> Result<Landing, LandingError> {
        self.bound(&expected.attempt, binding)?;
        if let Some(error) = self.refusal() {
            return Err(error);
        }
        let name = match expected.attempt {
            Attempt::State(_) => "code",
            Attempt::RequestToken(_) => "oauth_verifier",
        };
        match self.get(name) {
            None => Err(LandingError::NoCode),
            Some(code) if name == "oauth_verifier" && code == "denied" => Err(LandingError::Denied),
            Some(code) if code.contains(char::is_control) => Err(LandingError::NoCode),
            Some(code) => Ok(Landing::Code(SecretString::from(code))),
        }
    }

    /// Whether this answers the attempt. Every value must: two different ones are a forgery.
    fn bound(&self, attempt: &Attempt, binding: Binding) -> Result<(), LandingError> {
        let (name, wanted) = match attempt {
            Attempt::State(state) => ("state", state),
            Attempt::RequestToken(token) => ("oauth_token", token),
        };
        let mut given = self.secrets(name).peekable();
        if given.peek().is_none() && binding == Binding::Required {
            return Err(LandingError::Unbound);
        }
        let matching = given.fold(true, |all, value| all & same(value, wanted));
        if matching {
            Ok(())
        } else {
            Err(LandingError::OtherAttempt)
        }
    }

    fn refusal(&self) -> Option<LandingError> {
        let error = self.get("error").or_else(|| self.get("oauth_problem"))?;
        if matches!(error.as_str(), "access_denied" | "permission_denied" | "user_refused") {
            return Some(LandingError::Denied);
        }
        Some(LandingError::Refused {
            error: cleaned(&error),
            description: self.get("error_description").map(|text| cleaned(&text)),
        })
    }
}

/// A server's words, made safe and short.
fn cleaned(said: &str) -> String {
    text::truncate(&text::clean_line(said.trim()), LONGEST_DESCRIPTION)
}

fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// Compares in a time that does not tell where two texts begin to differ.
fn same(given: &SecretString, wanted: &SecretString) -> bool {
    let (given, wanted) = (given.expose_secret().as_bytes(), wanted.expose_secret().as_bytes());
    if given.len() != wanted.len() || wanted.is_empty() {
        return false;
    }
    let difference = given.iter().zip(wanted).fold(0, |sum, (a, b)| sum | (a ^ b));
    std::hint::black_box(difference) == 0
}
