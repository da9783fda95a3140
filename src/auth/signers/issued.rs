//! Signing with what a flow issued, renewed when it has to be.

use std::{fmt, sync::Arc};

use http::HeaderValue;

use crate::{
    auth::{
        error::{AuthError, AuthErrorKind},
        grant::{Grant, OAuth1Grant, OAuth2Grant},
        header::bearer,
        keeper::{self, Keeper, Renewer, Renewing},
        means::Means,
        oauth1::{Consumer, Issued, OAuth1, Problem},
        oauth2::Provider,
        signer::{Outgoing, Refusal, Signer, Signing},
    },
    config::ConnectionConfig,
    domain::{Access, Alias},
};

/// What Atlassian's gateway says when the token is good, but not for this.
const SCOPE: &[u8] = b"scope does not match";

/// `Authorization: Bearer` with an access token of OAuth 2.0.
#[derive(Debug)]
pub(super) struct OAuth2Signer {
    access: Access,
    alias: Alias,
    keeper: Keeper,
}

impl OAuth2Signer {
    pub(super) async fn open(config: &ConnectionConfig, provider: Provider, means: &Means) -> Result<Self, AuthError> {
        let renewer = Refresh {
            provider,
            means: means.clone(),
        };
        let keeper = Keeper::open(config, means, renewer).await?;
        if config.access() == Access::OAuth2Cloud && keeper.grant().site().is_none() {
            return Err(keeper::ended(&config.alias, "the sign-in was not for a site of Cloud"));
        }
        Ok(Self {
            access: config.access(),
            alias: config.alias.clone(),
            keeper,
        })
    }

    fn tokens<'g>(&self, grant: &'g Grant) -> Result<&'g OAuth2Grant, AuthError> {
        match grant {
            Grant::OAuth2(grant) => Ok(grant),
            Grant::OAuth1(_) => Err(other_method(&self.alias)),
        }
    }

    async fn header(&self) -> Result<HeaderValue, AuthError> {
        let grant = self.keeper.fresh().await?;
        bearer(&self.tokens(&grant)?.access)
    }

    async fn mend(&self, refusal: Refusal<'_>) -> Result<bool, AuthError> {
        if refusal.status != 401 || contains(refusal.body, SCOPE) {
            return Ok(false);
        }
        let grant = self.keeper.grant();
        // Requests run beside each other: the token of this one may be replaced already.
        let current = bearer(&self.tokens(&grant)?.access)?;
        if refusal.sent.is_some_and(|sent| *sent != current) {
            return Ok(true);
        }
        self.keeper.mend(grant).await
    }
}

impl Signer for OAuth2Signer {
    fn access(&self) -> Access {
        self.access
    }

    fn authorize<'a>(&'a self, _: Outgoing<'a>) -> Signing<'a, HeaderValue> {
        Box::pin(self.header())
    }

    fn refused<'a>(&'a self, refusal: Refusal<'a>) -> Signing<'a, bool> {
        Box::pin(self.mend(refusal))
    }

    fn redact(&self, text: &str) -> String {
        self.keeper.redact(text)
    }

    fn cloud_id(&self) -> Option<String> {
        let grant = self.keeper.grant();
        grant.site().map(|site| site.cloud_id.clone())
    }
}

#[derive(Debug)]
struct Refresh {
    provider: Provider,
    means: Means,
}

impl Renewer for Refresh {
    fn renew<'a>(&'a self, old: &'a Grant) -> Renewing<'a> {
        Box::pin(async move {
            let Grant::OAuth2(old) = old else {
                return Err(other_method(&self.provider.alias));
            };
            let new = self.provider.refresh(&self.means.http, &self.means.clock, old).await?;
            Ok(Grant::OAuth2(new))
        })
    }
}

/// `Authorization: OAuth`, with a token that a session handle renews.
pub(super) struct OAuth1Signer {
    alias: Alias,
    consumer: Consumer,
    keeper: Keeper,
}

impl OAuth1Signer {
    pub(super) async fn open(config: &ConnectionConfig, consumer: Consumer, means: &Means) -> Result<Self, AuthError> {
        let renewer = Renewal {
            alias: config.alias.clone(),
            consumer: consumer.clone(),
            means: means.clone(),
        };
        Ok(Self {
            alias: config.alias.clone(),
            keeper: Keeper::open(config, means, renewer).await?,
            consumer,
        })
    }

    fn signer(&self, grant: &Grant) -> Result<OAuth1, AuthError> {
        let tokens = issued(grant, &self.alias)?;
        Ok(OAuth1::new(self.consumer.clone(), tokens.token.clone()))
    }

    async fn header(&self, request: Outgoing<'_>) -> Result<HeaderValue, AuthError> {
        let grant = self.keeper.fresh().await?;
        self.signer(&grant)?.authorize(request).await
    }

    async fn mend(&self, refusal: Refusal<'_>) -> Result<bool, AuthError> {
        let grant = self.keeper.grant();
        if self.signer(&grant)?.refused(refusal).await? {
            return Ok(true);
        }
        let renewable = issued(&grant, &self.alias)?.session_handle.is_some();
        match Problem::read(refusal.headers, refusal.body) {
            Some(Problem::TokenExpired) if renewable => self.keeper.mend(grant).await,
            // The same request has another nonce the next time.
            Some(Problem::NonceUsed) => Ok(true),
            Some(problem) => Err(told(&problem)),
            None => Ok(false),
        }
    }
}

/// What Jira says of a signed request, in its own words rather than as "not accepted".
fn told(problem: &Problem) -> AuthError {
    let kind = match problem.needs_sign_in() {
        true => AuthErrorKind::SignIn,
        false => AuthErrorKind::Setup,
    };
    AuthError::new(kind, format!("Jira {}", problem.explanation()), problem.remedy())
}

impl Signer for OAuth1Signer {
    fn access(&self) -> Access {
        Access::OAuth1
    }

    fn authorize<'a>(&'a self, request: Outgoing<'a>) -> Signing<'a, HeaderValue> {
        Box::pin(self.header(request))
    }

    fn refused<'a>(&'a self, refusal: Refusal<'a>) -> Signing<'a, bool> {
        Box::pin(self.mend(refusal))
    }

    fn redact(&self, text: &str) -> String {
        self.keeper.redact(text)
    }
}

impl fmt::Debug for OAuth1Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth1Signer")
            .field("alias", &self.alias)
            .field("consumer", &self.consumer)
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Renewal {
    alias: Alias,
    consumer: Consumer,
    means: Means,
}

impl Renewer for Renewal {
    fn renew<'a>(&'a self, old: &'a Grant) -> Renewing<'a> {
        Box::pin(async move {
            let old = issued(old, &self.alias)?;
            if old.session_handle.is_none() {
                return Err(keeper::ended(
                    &self.alias,
                    "the sign-in has ended, and cannot be renewed",
                ));
            }
            let old = Issued {
                token: old.token.clone(),
                secret: old.token_secret.clone(),
                session_handle: old.session_handle.clone(),
                expires_at: old.expires_at,
                authorization_expires_at: old.authorization_expires_at,
            };
            let new = self.consumer.renew(&self.means.http, &old).await?;
            Ok(Grant::OAuth1(OAuth1Grant::from(new)))
        })
    }
}

impl From<Issued> for OAuth1Grant {
    fn from(issued: Issued) -> Self {
        Self {
            token: issued.token,
            token_secret: issued.secret,
            session_handle: issued.session_handle,
            expires_at: issued.expires_at,
            authorization_expires_at: issued.authorization_expires_at,
        }
    }
}

fn issued<'g>(grant: &'g Grant, alias: &Alias) -> Result<&'g OAuth1Grant, AuthError> {
    match grant {
        Grant::OAuth1(grant) => Ok(grant),
        Grant::OAuth2(_) => Err(other_method(alias)),
    }
}

/// The method was changed in the config after somebody had signed in.
fn other_method(alias: &Alias) -> AuthError {
    keeper::ended(alias, "the tokens that are kept are of another sign-in method")
}

/// The signer of OAuth 1.0a or 2.0.
pub(super) async fn open(
    config: &ConnectionConfig,
    secret: &secrecy::SecretString,
    means: &Means,
) -> Result<Arc<dyn Signer>, AuthError> {
    if let Some(provider) = Provider::new(config, secret)? {
        return Ok(Arc::new(OAuth2Signer::open(config, provider, means).await?));
    }
    let consumer = Consumer::of(config, secret, &means.clock)?;
    Ok(Arc::new(OAuth1Signer::open(config, consumer, means).await?))
}

fn contains(body: &[u8], words: &[u8]) -> bool {
    body.windows(words.len()).any(|part| part == words)
}
