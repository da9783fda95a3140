//! Authorising requests.
//!
//! Must never be in here: HTTP being done. A method that has to talk to a token endpoint does so
//! with its own means inside [`Signer::authorize`] or [`Signer::refused`]; callers never change.

use std::{fmt, future::Future, pin::Pin};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    error::AuthError,
    header::{bearer, header},
    hide::hide,
};
use crate::domain::Access;

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

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
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
