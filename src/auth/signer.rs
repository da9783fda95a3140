//! Authorising requests.
//!
//! Must never be in here: HTTP being done. A method that has to talk to a token endpoint does so
//! with its own means inside [`Signer::authorize`] or [`Signer::refused`]; callers never change.

mod oauth;

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    flow::Means,
    secret::{AuthError, AuthErrorKind, resolve},
};
use crate::{
    config::{ConnectionConfig, Method},
    domain::Access,
};

/// What stands in for a secret in text.
const HIDDEN: &str = "[hidden]";

/// Texts shorter than this are not looked for in messages: hiding every "a" helps nobody.
const LEAST_HIDDEN: usize = 4;

/// So much of the beginning of a secret is hidden even without the rest.
const LEAST_BEGINNING: usize = 16;

/// A step of signing that may have to wait, for a token to be refreshed for example.
pub type Signing<'a, T> = Pin<Box<dyn Future<Output = Result<T, AuthError>> + Send + 'a>>;

/// A request about to be sent, as far as a signature covers it. Jira's bodies are JSON or
/// multipart, which no method signs.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// HTTP method.
    pub method: &'a http::Method,
    /// The whole address, query included.
    pub url: &'a Url,
}

/// A 401 that Jira gave to a signed request.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'a> {
    /// HTTP status.
    pub status: u16,
    /// The `Authorization` header that was refused, where it is known: another request may have led
    /// to a newer one meanwhile.
    pub sent: Option<&'a HeaderValue>,
    /// Headers; `WWW-Authenticate` and `Date` tell why.
    pub headers: &'a HeaderMap,
    /// Body.
    pub body: &'a [u8],
}

/// Proves who is calling.
pub trait Signer: Send + Sync + fmt::Debug {
    /// The method as a word.
    fn access(&self) -> Access;

    /// The value of the `Authorization` header for this request.
    fn authorize<'a>(&'a self, request: Outgoing<'a>) -> Signing<'a, HeaderValue>;

    /// Told of a refusal, once a request: true if something was mended (a token refreshed, a clock
    /// corrected) that makes the same request worth sending again.
    fn refused<'a>(&'a self, refusal: Refusal<'a>) -> Signing<'a, bool> {
        let _ = refusal;
        Box::pin(std::future::ready(Ok(false)))
    }

    /// `text` with this method's secrets taken out, should a server have echoed them.
    fn redact(&self, text: &str) -> String;

    /// The Cloud site that the sign-in is for; its requests go through Atlassian's gateway.
    fn cloud_id(&self) -> Option<String> {
        None
    }
}

/// The signer of a connection: finds its secret, and its tokens where a flow issued some.
///
/// # Errors
/// When the secret is not found or cannot be sent in a header, or nobody has signed in yet.
pub async fn signer(config: &ConnectionConfig, means: &Means) -> Result<Arc<dyn Signer>, AuthError> {
    let secret = resolve(config.method.secret(), &config.alias, &means.vault).await?;
    if config.access().is_granted() {
        return oauth::open(config, &secret, means).await;
    }
    plain(&config.method, secret)
}

/// The signer of a method that needs no more than its secret.
///
/// # Errors
/// When the secret cannot be sent in a header, or the method needs issued tokens.
pub fn plain(method: &Method, secret: SecretString) -> Result<Arc<dyn Signer>, AuthError> {
    Ok(match method {
        Method::ApiToken { email, .. } => Arc::new(Basic::new(Access::ApiToken, email, secret)?),
        Method::Basic { username, .. } => Arc::new(Basic::new(Access::Basic, username, secret)?),
        Method::Pat { .. } => Arc::new(Bearer::new(secret)?),
        Method::OAuth2Cloud { .. } | Method::OAuth1 { .. } | Method::OAuth2DataCenter { .. } => {
            return Err(AuthError::new(
                AuthErrorKind::SignIn,
                "this sign-in method needs issued tokens",
                "run `crosstie connection authorize` with the connection's alias",
            ));
        }
    })
}

/// `Authorization: Basic`: e-mail and API token, or user name and password.
pub struct Basic {
    access: Access,
    secret: SecretString,
    encoded: SecretString,
    header: HeaderValue,
}

impl Basic {
    /// Signs as `name` with `secret`.
    ///
    /// # Errors
    /// When `name` holds a colon, which Basic cannot transport.
    pub fn new(access: Access, name: &str, secret: SecretString) -> Result<Self, AuthError> {
        if name.contains(':') {
            return Err(AuthError::secret(
                "the configured e-mail or user name holds a colon, which this sign-in method cannot send",
                "correct `email` or `username` in the connection's auth",
            ));
        }
        let encoded = STANDARD.encode(format!("{name}:{}", secret.expose_secret()));
        let header = header("Basic", &encoded)?;
        Ok(Self {
            access,
            secret,
            encoded: SecretString::from(encoded),
            header,
        })
    }
}

/// `Authorization: Bearer`: a personal access token.
pub struct Bearer {
    secret: SecretString,
    header: HeaderValue,
}

impl Bearer {
    /// Signs with `token`.
    ///
    /// # Errors
    /// When the token holds characters that a header cannot carry.
    pub fn new(token: SecretString) -> Result<Self, AuthError> {
        let header = bearer(&token)?;
        Ok(Self { secret: token, header })
    }
}

fn header(scheme: &str, credentials: &str) -> Result<HeaderValue, AuthError> {
    let mut value = HeaderValue::try_from(format!("{scheme} {credentials}")).map_err(|_| {
        AuthError::secret(
            "the secret holds characters that cannot be sent, such as a line break in the middle",
            "store the token alone, on one line",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// `text` without these secrets.
pub(super) fn hide<'s>(text: &str, secrets: impl IntoIterator<Item = &'s SecretString>) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        let secret = secret.expose_secret().trim();
        if secret.len() >= LEAST_HIDDEN {
            text = without(&text, secret);
        }
    }
    text
}

/// `text` without one secret, and without its beginning alone: what a server says is shortened
/// before it gets here, which may have cut the secret in the middle.
fn without(text: &str, secret: &str) -> String {
    let start = secret.char_indices().map(|(at, _)| at).find(|at| *at >= LEAST_HIDDEN);
    let start = &secret[..start.unwrap_or(secret.len())];
    let (mut shown, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(start) {
        let (before, found) = rest.split_at(at);
        shown.push_str(before);
        let same = found
            .chars()
            .zip(secret.chars())
            .take_while(|(one, other)| one == other);
        let (begun, after) = found.split_at(same.map(|(one, _)| one.len_utf8()).sum());
        let is_cut = after.is_empty() || after.starts_with('…');
        if begun.len() == secret.len() || begun.len() >= LEAST_BEGINNING || is_cut {
            shown.push_str(HIDDEN);
            rest = after;
        } else {
            let first = found.chars().next().map_or(0, char::len_utf8);
            shown.push_str(&found[..first]);
            rest = &found[first..];
        }
    }
    shown.push_str(rest);
    shown
}

/// The header of a bearer token.
///
/// # Errors
/// When the token holds characters that a header cannot carry.
pub(super) fn bearer(token: &SecretString) -> Result<HeaderValue, AuthError> {
    header("Bearer", token.expose_secret().trim())
}

impl Signer for Basic {
    fn access(&self) -> Access {
        self.access
    }

    fn authorize<'a>(&'a self, _: Outgoing<'a>) -> Signing<'a, HeaderValue> {
        Box::pin(std::future::ready(Ok(self.header.clone())))
    }

    fn redact(&self, text: &str) -> String {
        hide(text, [&self.encoded, &self.secret])
    }
}

impl Signer for Bearer {
    fn access(&self) -> Access {
        Access::Pat
    }

    fn authorize<'a>(&'a self, _: Outgoing<'a>) -> Signing<'a, HeaderValue> {
        Box::pin(std::future::ready(Ok(self.header.clone())))
    }

    fn redact(&self, text: &str) -> String {
        hide(text, [&self.secret])
    }
}

impl fmt::Debug for Basic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Basic")
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bearer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SecretSource;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    async fn signed(method: &Method, text: &str) -> HeaderValue {
        let signer = plain(method, secret(text)).unwrap();
        let url = Url::parse("https://jira.example.com/rest").unwrap();
        let request = Outgoing {
            method: &http::Method::GET,
            url: &url,
        };
        signer.authorize(request).await.unwrap()
    }

    #[tokio::test]
    async fn each_method_has_its_header() {
        let source = SecretSource::Env("X".into());
        let token = Method::ApiToken {
            email: "me@example.com".into(),
            secret: source.clone(),
        };
        let value = signed(&token, "t0ken").await;
        assert_eq!(value.to_str().unwrap(), "Basic bWVAZXhhbXBsZS5jb206dDBrZW4=");
        assert!(value.is_sensitive());
        let basic = Method::Basic {
            username: "jörg".into(),
            secret: source.clone(),
        };
        assert_eq!(signed(&basic, "ä:b").await.to_str().unwrap(), "Basic asO2cmc6w6Q6Yg==");
        let pat = Method::Pat { secret: source };
        assert_eq!(signed(&pat, "t0ken ").await.to_str().unwrap(), "Bearer t0ken");
    }

    #[test]
    fn secrets_are_in_no_print() {
        let basic = Basic::new(Access::Basic, "ana", secret("hunter22")).unwrap();
        let bearer = Bearer::new(secret("hunter22")).unwrap();
        let printed = format!("{basic:?} {:?} {bearer:?} {:?}", basic.header, bearer.header);
        assert!(
            !printed.contains("hunter22") && !printed.contains("YW5hOmh1bnRlcjIy"),
            "{printed}"
        );
        let echoed = "no: hunter22, Basic YW5hOmh1bnRlcjIy";
        assert_eq!(basic.redact(echoed), "no: [hidden], Basic [hidden]");
        assert_eq!(bearer.redact(echoed), "no: [hidden], Basic YW5hOmh1bnRlcjIy");
    }

    #[test]
    fn a_secret_that_was_cut_is_hidden_too() {
        let token = secret("s3cr3t-t0ken-of-twenty-six");
        for (text, expected) in [
            ("a s3cr3t-t0ken-of-twenty-six b", "a [hidden] b"),
            ("a s3cr3t-t0ken-of-twe", "a [hidden]"),
            ("a s3cr3… (GET /x)", "a [hidden]… (GET /x)"),
            ("a s3cr3t-t0ken-of-t b", "a [hidden] b"),
            ("a s3cr3t-t0ken b", "a s3cr3t-t0ken b"),
            ("s3cs3cr3t-t0ken-of-twenty-sixs3c", "s3c[hidden]s3c"),
        ] {
            assert_eq!(hide(text, [&token]), expected);
        }
        assert_eq!(hide("ääüü äää b", [&secret("ääüü")]), "[hidden] äää b");
        assert_eq!(hide("abc", [&secret("abc")]), "abc");
    }

    #[test]
    fn what_a_header_cannot_carry_is_refused() {
        let error = Bearer::new(secret("to\nken")).unwrap_err();
        assert!(!format!("{error:?}").contains("ken\""), "{error:?}");
        assert!(Basic::new(Access::Basic, "a:b", secret("x")).is_err());
    }
}
