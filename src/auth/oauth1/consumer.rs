//! Who signs at which site: what an administrator entered into Jira's application link, and the key.
//!
//! Must never be in here: requests being sent.

use std::{fmt, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderValue, Method};
use secrecy::SecretString;
use url::Url;

use super::{
    key::{KeyError, PrivateKey},
    signature::{self, Parameters},
    stamp::Stamper,
};
use crate::{
    auth::error::{AuthError, AuthErrorKind},
    clock::SharedClock,
    config::{self, ConnectionConfig},
};

/// A consumer of one site.
#[derive(Clone)]
pub struct Consumer {
    /// The site, context path included.
    pub site_url: Url,
    /// Where people's browsers find the site, if that is another address.
    pub frontend_url: Option<Url>,
    /// The consumer key, as it was entered in Jira.
    pub consumer_key: String,
    /// The private key.
    pub key: Arc<PrivateKey>,
    /// Time and nonces.
    pub stamper: Arc<Stamper>,
}

impl Consumer {
    /// The consumer of a connection that signs with OAuth 1.0a.
    ///
    /// # Errors
    /// When the private key or an address cannot be used, or the method is another one.
    pub(in crate::auth) fn of(
        config: &ConnectionConfig,
        secret: &SecretString,
        clock: &SharedClock,
    ) -> Result<Self, AuthError> {
        let config::Method::OAuth1 { consumer_key, .. } = &config.method else {
            return Err(AuthError::new(
                AuthErrorKind::Setup,
                format!("{} does not sign in with OAuth 1.0a", config.alias),
                "set method = \"oauth1\" with its consumer_key and private_key",
            ));
        };
        let frontend = config.frontend_url.as_deref();
        Ok(Self {
            site_url: address("url", &config.url)?,
            frontend_url: frontend.map(|text| address("frontend_url", text)).transpose()?,
            consumer_key: consumer_key.clone(),
            key: Arc::new(PrivateKey::read(secret)?),
            stamper: Arc::new(Stamper::new(Arc::clone(clock))),
        })
    }

    /// An address below the site.
    pub(super) fn below(site: &Url, path: &str) -> Url {
        let mut url = site.clone();
        url.set_query(None);
        url.set_fragment(None);
        let path = format!("{}{path}", site.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    /// The `Authorization` header of a request; `extra` are parameters that only the header carries.
    ///
    /// # Errors
    /// If the key is damaged.
    pub(super) fn authorization(
        &self,
        method: &Method,
        url: &Url,
        token: Option<&str>,
        extra: &[(&str, &str)],
    ) -> Result<HeaderValue, KeyError> {
        let stamp = self.stamper.stamp();
        let mut header = vec![("oauth_consumer_key", self.consumer_key.as_str())];
        header.extend(token.map(|token| ("oauth_token", token)));
        header.extend([
            ("oauth_signature_method", signature::METHOD),
            ("oauth_timestamp", stamp.timestamp.as_str()),
            ("oauth_nonce", stamp.nonce.as_str()),
            ("oauth_version", "1.0"),
        ]);
        header.extend(extra);
        let mut parameters = Parameters::default();
        for (name, value) in &header {
            parameters.add(name, value);
        }
        let base = signature::base_string(method, url, &parameters);
        let signature = STANDARD.encode(self.key.sign(base.as_bytes())?);
        let text = signature::header(&header, &signature);
        // What is percent-encoded fits into a header.
        let mut value = HeaderValue::try_from(text).map_err(|_| KeyError::Damaged)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("site_url", &self.site_url.as_str())
            .field("consumer_key", &self.consumer_key)
            .finish_non_exhaustive()
    }
}

fn address(setting: &str, text: &str) -> Result<Url, AuthError> {
    Url::parse(text).map_err(|error| {
        AuthError::new(
            AuthErrorKind::Setup,
            format!("`{setting}` is not an address ({error})"),
            format!("correct `{setting}` of the connection"),
        )
    })
}
