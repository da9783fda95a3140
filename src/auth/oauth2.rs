//! OAuth 2.0 as Jira speaks it: Cloud (3LO) and Data Center differ in addresses, scopes and what
//! they send, not in the steps.
//!
//! Must never be in here: keeping tokens, opening browsers, asking people.

pub(super) mod cloud;
mod data_center;
mod dialect;
mod exchange;
mod failure;
mod scopes;

use jiff::{SignedDuration, Timestamp};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, Scope, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicTokenResponse},
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use self::{
    dialect::Dialect,
    exchange::Exchange,
    failure::{Asked, Step},
};
use super::{
    error::{AuthError, AuthErrorKind},
    grant::OAuth2Grant,
};
use crate::{
    clock::SharedClock,
    config::{ConnectionConfig, Method},
    domain::Alias,
    net,
};

pub use self::scopes::missing_scopes;

/// The crate's client with the two endpoints that Jira has.
type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// An app at one server, as configured.
pub(super) struct Provider {
    pub(super) alias: Alias,
    dialect: Dialect,
    client_id: String,
    secret: SecretString,
    redirect: String,
}

/// What is drawn by lot for an attempt.
#[derive(Clone)]
pub(super) struct Draw {
    pub(super) state: SecretString,
    pub(super) verifier: SecretString,
}

impl Draw {
    /// From the machine's randomness; 256 bits each.
    pub(super) fn random() -> Self {
        Self {
            state: SecretString::from(CsrfToken::new_random_len(32).into_secret()),
            verifier: SecretString::from(PkceCodeChallenge::new_random_sha256().1.into_secret()),
        }
    }
}

impl Provider {
    /// The app of a connection; `None` if it signs in another way.
    ///
    /// # Errors
    /// When an address cannot be used.
    pub(super) fn new(config: &ConnectionConfig, secret: &SecretString) -> Result<Option<Self>, AuthError> {
        let (dialect, client_id) = match &config.method {
            Method::OAuth2Cloud { client_id, .. } => (cloud::dialect(config)?, client_id),
            Method::OAuth2DataCenter { client_id, .. } => (data_center::dialect(config)?, client_id),
            _ => return Ok(None),
        };
        Ok(Some(Self {
            alias: config.alias.clone(),
            dialect,
            client_id: client_id.clone(),
            // A pasted secret often brings a space along.
            secret: SecretString::from(secret.expose_secret().trim()),
            redirect: config.callback.clone(),
        }))
    }

    /// Where a person approves.
    ///
    /// # Errors
    /// When an address cannot be used.
    pub(super) fn authorization_url(&self, draw: &Draw) -> Result<Url, AuthError> {
        let client = self.client(&self.redirect)?;
        let state = CsrfToken::new(draw.state.expose_secret().to_owned());
        let scopes = self.dialect.scopes.iter().map(|scope| Scope::new((*scope).to_owned()));
        let mut request = client.authorize_url(|| state).add_scopes(scopes);
        for (name, value) in self.dialect.extra {
            request = request.add_extra_param(*name, *value);
        }
        if self.dialect.pkce {
            request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier(draw)));
        }
        Ok(request.url().0)
    }

    /// What a person should know before the browser opens.
    pub(super) fn note(&self) -> Option<&str> {
        self.dialect.note.as_deref()
    }

    /// Exchanges the code that the browser brought for tokens.
    ///
    /// # Errors
    /// When the server cannot be reached or does not take the code.
    pub(super) async fn exchange(
        &self,
        http: &reqwest::Client,
        clock: &SharedClock,
        code: &SecretString,
        draw: &Draw,
    ) -> Result<OAuth2Grant, AuthError> {
        let client = self.client(&self.redirect)?;
        let mut request = client.exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()));
        if self.dialect.pkce {
            request = request.set_pkce_verifier(verifier(draw));
        }
        let exchange = Exchange::new(http, self.dialect.encoding);
        let answer = request.request_async(&exchange).await;
        let answer = answer.map_err(|error| self.failed(Step::Code, &error, &[code, &draw.verifier]))?;
        Ok(grant(&answer, clock.now(), self.redirect.clone(), None))
    }

    /// Exchanges the refresh token of a grant for new tokens. The old ones may be dead afterwards.
    ///
    /// # Errors
    /// When the server cannot be reached, or the grant has ended.
    pub(super) async fn refresh(
        &self,
        http: &reqwest::Client,
        clock: &SharedClock,
        old: &OAuth2Grant,
    ) -> Result<OAuth2Grant, AuthError> {
        let Some(sent) = &old.refresh else {
            return Err(AuthError::new(
                AuthErrorKind::SignIn,
                "the sign-in has ended, and came without the means to renew it",
                super::vault::sign_in_again(&self.alias),
            ));
        };
        let refresh = RefreshToken::new(sent.expose_secret().to_owned());
        let client = self.client(&old.redirect_uri)?;
        let mut request = client.exchange_refresh_token(&refresh);
        if self.dialect.redirect_on_refresh {
            request = request.add_extra_param("redirect_uri", old.redirect_uri.clone());
        }
        let exchange = Exchange::new(http, self.dialect.encoding);
        let answer = request.request_async(&exchange).await;
        let answer = answer.map_err(|error| self.failed(Step::Refresh, &error, &[sent]))?;
        Ok(grant(&answer, clock.now(), old.redirect_uri.clone(), Some(old)))
    }

    /// A server may repeat what it was sent.
    fn failed(&self, step: Step, error: &exchange::Failed, sent: &[&SecretString]) -> AuthError {
        let asked = Asked {
            step,
            alias: &self.alias,
            host: self.host(),
            redirect: &self.redirect,
            encoding: self.dialect.encoding,
        };
        let mut error = failure::explain(&asked, error);
        let secrets = std::iter::once(&self.secret).chain(sent.iter().copied());
        error.message = super::hide::hide(&error.message, secrets);
        error
    }

    /// Host of the token endpoint, for messages.
    fn host(&self) -> String {
        net::host(&self.dialect.token)
    }

    fn client(&self, redirect: &str) -> Result<Client, AuthError> {
        let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|error| {
            AuthError::new(
                AuthErrorKind::Setup,
                format!("`callback` is not an address ({error})"),
                "write it like http://localhost:8976/callback",
            )
        })?;
        Ok(BasicClient::new(ClientId::new(self.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.secret.expose_secret().to_owned()))
            .set_auth_uri(AuthUrl::from_url(self.dialect.authorize.clone()))
            .set_token_uri(TokenUrl::from_url(self.dialect.token.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_redirect_uri(redirect))
    }
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("alias", &self.alias)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Draw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draw").finish_non_exhaustive()
    }
}

fn verifier(draw: &Draw) -> PkceCodeVerifier {
    PkceCodeVerifier::new(draw.verifier.expose_secret().to_owned())
}

/// What an answer comes to. Its end is counted from its arrival, so that a local clock that is
/// wrong does no harm; what it leaves out stays as it was.
fn grant(answer: &BasicTokenResponse, now: Timestamp, redirect_uri: String, old: Option<&OAuth2Grant>) -> OAuth2Grant {
    let lasts = answer
        .expires_in()
        .and_then(|lasts| SignedDuration::try_from(lasts).ok());
    let scope = answer.scopes().map(|scopes| {
        let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        words.join(" ")
    });
    let fresh = answer
        .refresh_token()
        .map(|token| SecretString::from(token.secret().as_str()));
    OAuth2Grant {
        access: SecretString::from(answer.access_token().secret().as_str()),
        refresh: fresh.or_else(|| old?.refresh.clone()),
        expires_at: lasts.map(|lasts| now.checked_add(lasts).unwrap_or(Timestamp::MAX)),
        scope: scope.or_else(|| Some(old?.scope.clone())).unwrap_or_default(),
        issued_at: now,
        site: old.and_then(|old| old.site.clone()),
        redirect_uri,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::SecretSource, domain::Deployment};

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        let method = Method::OAuth2DataCenter {
            client_id: "link-1".to_owned(),
            secret: SecretSource::Keyring,
        };
        let mut config = ConnectionConfig::new("lab", Deployment::DataCenter, "https://jira.example.com/jira", method);
        config.callback = "https://localhost:8976/callback".to_owned();
        let provider = Provider::new(&config, &SecretString::from(" s3cret\n"))
            .unwrap()
            .unwrap();
        // RFC 7636, appendix B.
        let draw = Draw {
            state: SecretString::from("st4te"),
            verifier: SecretString::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        };
        let url = provider.authorization_url(&draw).unwrap();
        insta::assert_snapshot!(url, @"https://jira.example.com/jira/rest/oauth2/latest/authorize?response_type=code&client_id=link-1&state=st4te&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&redirect_uri=https%3A%2F%2Flocalhost%3A8976%2Fcallback&scope=WRITE");
        config.frontend_url = Some("https://tickets.example.com".to_owned());
        let provider = Provider::new(&config, &SecretString::from("s3cret")).unwrap().unwrap();
        let url = provider.authorization_url(&draw).unwrap();
        assert!(
            url.as_str()
                .starts_with("https://tickets.example.com/rest/oauth2/latest/authorize?"),
            "{url}"
        );
        assert_eq!(provider.host(), "jira.example.com");
    }

    #[test]
    fn lots_are_long_and_differ() {
        let (one, other) = (Draw::random(), Draw::random());
        for draw in [&one, &other] {
            assert!(draw.state.expose_secret().len() >= 43 && draw.verifier.expose_secret().len() >= 43);
        }
        assert_ne!(one.state.expose_secret(), other.state.expose_secret());
        assert_ne!(one.verifier.expose_secret(), other.verifier.expose_secret());
    }
}
