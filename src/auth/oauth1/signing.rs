//! Signing each request to Jira with the consumer's key and the issued token.
//!
//! Must never be in here: getting a token.

use std::fmt;

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::{consumer::Consumer, problem::Problem};
use crate::{
    auth::{
        error::AuthError,
        signer::{Outgoing, Refusal, Signer, Signing},
    },
    domain::Access,
};

/// What stands in for the token in text.
const HIDDEN: &str = "[hidden]";

/// Shorter texts are not looked for in messages: hiding every "a" helps nobody.
const LEAST_HIDDEN: usize = 4;

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
        if token.len() < LEAST_HIDDEN {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::{HeaderMap, Method};
    use url::Url;

    use super::*;
    use crate::{
        auth::oauth1::{key::tests::KEY, stamp::Stamper},
        clock::ManualClock,
    };

    fn signer() -> OAuth1 {
        let clock = ManualClock::at("2026-11-22T10:00:00Z".parse().unwrap());
        let consumer = Consumer {
            site_url: Url::parse("https://jira.example.com").unwrap(),
            frontend_url: None,
            consumer_key: "crosstie".into(),
            key: KEY.clone(),
            stamper: Arc::new(Stamper::with_random(clock, || 1)),
        };
        OAuth1::new(consumer, "acc3ss-token".into())
    }

    async fn signed(signer: &OAuth1, url: &str) -> HeaderValue {
        let url = Url::parse(url).unwrap();
        let request = Outgoing {
            method: &Method::GET,
            url: &url,
        };
        signer.authorize(request).await.unwrap()
    }

    #[tokio::test]
    async fn each_address_has_its_signature() {
        let signer = signer();
        let value = signed(&signer, "https://jira.example.com/rest/api/2/search?jql=a").await;
        assert!(value.is_sensitive());
        let text = value.to_str().unwrap();
        let (head, _) = text.split_once("oauth_signature=").unwrap();
        insta::assert_snapshot!(head, @r#"OAuth realm="", oauth_consumer_key="crosstie", oauth_token="acc3ss-token", oauth_signature_method="RSA-SHA1", oauth_timestamp="1795341600", oauth_nonce="00000000000000000000000000000001", oauth_version="1.0", "#);
        let other = signed(&signer, "https://jira.example.com/rest/api/2/search?jql=b").await;
        assert_ne!(value, other);
        assert_eq!(signer.access(), Access::OAuth1);
    }

    #[tokio::test]
    async fn only_a_wrong_clock_is_mended() {
        let signer = signer();
        let headers = |problem: &str| {
            let challenge = format!("OAuth realm=\"x\", oauth_problem=\"{problem}\"");
            HeaderMap::from_iter([
                (
                    http::header::WWW_AUTHENTICATE,
                    HeaderValue::try_from(challenge).unwrap(),
                ),
                (
                    http::header::DATE,
                    HeaderValue::from_static("Sun, 22 Nov 2026 10:10:00 GMT"),
                ),
            ])
        };
        for (problem, mended) in [
            ("token_rejected", false),
            ("signature_invalid", false),
            ("timestamp_refused", true),
            ("timestamp_refused", false),
        ] {
            let headers = headers(problem);
            let refusal = Refusal {
                sent: None,
                status: 401,
                headers: &headers,
                body: b"",
            };
            assert_eq!(signer.refused(refusal).await, Ok(mended), "{problem}");
        }
        let value = signed(&signer, "https://jira.example.com/").await;
        assert!(
            value.to_str().unwrap().contains("oauth_timestamp=\"1795342200\""),
            "{value:?}"
        );
    }

    #[tokio::test]
    async fn the_token_is_in_no_print() {
        let signer = signer();
        let value = signed(&signer, "https://jira.example.com/").await;
        let printed = format!("{signer:?} {value:?}");
        assert!(!printed.contains("acc3ss"), "{printed}");
        assert_eq!(signer.redact("token acc3ss-token?"), "token [hidden]?");
    }
}
