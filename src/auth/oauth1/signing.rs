//! Signing each request to Jira with the consumer's key and the issued token.
//!
//! Must never be in here: getting a token.

use std::fmt;

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::{consumer::Consumer, problem::Problem};
use crate::{
    auth::{AuthError, Outgoing, Refusal, Signer, Signing},
    domain::Access,
};

/// What stands in for the token in text.
const HIDDEN: &str = "[hidden]";

/// `Authorization: OAuth`, signed anew for each request.
pub struct OAuth1 {
    consumer: Consumer,
    token: SecretString,
}

impl OAuth1 {
    /// Signs for `consumer` on behalf of the person that `token` was issued to.
    #[must_use]
    pub fn new(consumer: Consumer, token: SecretString) -> Self {
        Self { consumer, token }
    }

    fn sign(&self, request: Outgoing<'_>) -> Result<HeaderValue, AuthError> {
        let token = self.token.expose_secret();
        let signed = self
            .consumer
            .authorization(request.method, request.url, Some(token), &[]);
        signed.map_err(AuthError::from)
    }
}

impl Signer for OAuth1 {
    fn access(&self) -> Access {
        Access::OAuth1
    }

    fn authorize<'a>(&'a self, request: Outgoing<'a>) -> Signing<'a, HeaderValue> {
        Box::pin(std::future::ready(self.sign(request)))
    }

    fn refused<'a>(&'a self, refusal: Refusal<'a>) -> Signing<'a, bool> {
        let late = Problem::read(refusal.headers, refusal.body) == Some(Problem::TimestampRefused);
        let mended = late && self.consumer.stamper.learn(refusal.headers);
        Box::pin(std::future::ready(Ok(mended)))
    }

    fn redact(&self, text: &str) -> String {
        let token = self.token.expose_secret();
        if token.is_empty() {
            return text.to_owned();
        }
        text.replace(token, HIDDEN)
    }
}

impl fmt::Debug for OAuth1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth1")
            .field("consumer", &self.consumer)
            .finish_non_exhaustive()
    }
}
