//! Authorising requests.
//!
//! Must never be in here: HTTP being done. A method that has to talk to a token endpoint does so
//! with its own means inside [`Signer::authorize`] or [`Signer::refused`]; callers never change.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, Method};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::secret::{AuthError, AuthErrorKind};
use crate::{config, domain::Access};

/// What stands in for a secret in text.
const HIDDEN: &str = "[hidden]";

/// Texts shorter than this are not looked for in messages: hiding every "a" helps nobody.
const LEAST_HIDDEN: usize = 4;

/// A step of signing that may have to wait, for a token to be refreshed for example.
pub type Signing<'a, T> = Pin<Box<dyn Future<Output = Result<T, AuthError>> + Send + 'a>>;

/// A request about to be sent, as far as a signature covers it. Jira's bodies are JSON or
/// multipart, which no method signs.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// HTTP method.
    pub method: &'a Method,
    /// The whole address, query included.
    pub url: &'a Url,
}

/// A 401 that Jira gave to a signed request.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'a> {
    /// HTTP status.
    pub status: u16,
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
}

/// The signer of a configured method.
///
/// # Errors
/// When the secret cannot be sent in a header.
pub fn signer(method: &config::Method, secret: SecretString) -> Result<Arc<dyn Signer>, AuthError> {
    Ok(match method {
        config::Method::ApiToken { email, .. } => Arc::new(Basic::new(Access::ApiToken, email, secret)?),
        config::Method::Basic { username, .. } => Arc::new(Basic::new(Access::Basic, username, secret)?),
        config::Method::Pat { .. } => Arc::new(Bearer::new(secret)?),
        config::Method::OAuth2Cloud { .. }
        | config::Method::OAuth1 { .. }
        | config::Method::OAuth2DataCenter { .. } => {
            return Err(AuthError::new(
                AuthErrorKind::SignIn,
                "nobody has signed in to this connection yet",
                "run `crosstie connection authorize` with its alias",
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
        let header = header("Bearer", token.expose_secret().trim())?;
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

fn hide(text: &str, secrets: [&SecretString; 2]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        let secret = secret.expose_secret().trim();
        if secret.len() >= LEAST_HIDDEN && text.contains(secret) {
            text = text.replace(secret, HIDDEN);
        }
    }
    text
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
        hide(text, [&self.secret, &self.secret])
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

    async fn signed(method: &config::Method, text: &str) -> HeaderValue {
        let signer = signer(method, secret(text)).unwrap();
        let url = Url::parse("https://jira.example.com/rest").unwrap();
        let request = Outgoing {
            method: &Method::GET,
            url: &url,
        };
        signer.authorize(request).await.unwrap()
    }

    #[tokio::test]
    async fn each_method_has_its_header() {
        let source = SecretSource::Env("X".into());
        let token = config::Method::ApiToken {
            email: "me@example.com".into(),
            secret: source.clone(),
        };
        let value = signed(&token, "t0ken").await;
        assert_eq!(value.to_str().unwrap(), "Basic bWVAZXhhbXBsZS5jb206dDBrZW4=");
        assert!(value.is_sensitive());
        let basic = config::Method::Basic {
            username: "jörg".into(),
            secret: source.clone(),
        };
        assert_eq!(signed(&basic, "ä:b").await.to_str().unwrap(), "Basic asO2cmc6w6Q6Yg==");
        let pat = config::Method::Pat { secret: source };
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
    fn what_a_header_cannot_carry_is_refused() {
        let error = Bearer::new(secret("to\nken")).unwrap_err();
        assert!(!format!("{error:?}").contains("ken\""), "{error:?}");
        assert!(Basic::new(Access::Basic, "a:b", secret("x")).is_err());
    }
}
