//! A sign-in that leads through the browser: begun here, approved there, finished here. The command
//! line and the screen go through the same two steps for every method.
//!
//! Must never be in here: waiting for a person, opening browsers, a grant being replaced before
//! there is a better one.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;

use super::{
    error::{AuthError, AuthErrorKind},
    grant::{Grant, OAuth1Grant, OAuth2Grant, Site},
    landing::{self, Expected, Landing},
    means::Means,
    oauth1::{Callback, Consumer, RequestToken},
    oauth2::{
        Draw, Provider,
        cloud::{OFFLINE, choose, sites},
        missing_scopes,
    },
    secret::resolve,
};
use crate::{
    clock::SharedClock,
    config::ConnectionConfig,
    domain::{Access, Alias},
};

/// How long it makes sense to wait for a person: request tokens and consent pages last that long.
const LASTS: Duration = Duration::from_secs(10 * 60);

/// How the answer comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Return {
    /// To the connection's callback.
    #[default]
    Callback,
    /// As a code that Jira shows, where it can (OAuth 1.0a); else like [`Return::Callback`].
    ShownCode,
}

/// A sign-in that was begun. Dropping it changes nothing.
pub struct Attempt {
    config: ConnectionConfig,
    authorization_url: Url,
    expected: Expected,
    expires_at: Timestamp,
    way: Way,
    sites: Vec<Site>,
    is_done: bool,
}

enum Way {
    OAuth2 {
        provider: Box<Provider>,
        draw: Draw,
        /// What the code was exchanged for: the code works only once, but the choice of a site may
        /// take several tries.
        issued: Option<OAuth2Grant>,
    },
    OAuth1 {
        consumer: Consumer,
        request: RequestToken,
        /// What is to be said against the key.
        note: Option<String>,
    },
}

/// What a finished sign-in came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The connection.
    pub alias: Alias,
    /// The Cloud site that requests go to.
    pub site: Option<Site>,
    /// Scopes that were asked for and not granted.
    pub lacks: Vec<String>,
    /// The last four characters of the token.
    pub last_four: String,
    /// When a person has to sign in again, as far as that is known.
    pub expires_at: Option<Timestamp>,
}

/// Begins a sign-in that comes back to the connection's callback.
///
/// # Errors
/// As [`begin_by`].
pub async fn begin(config: &ConnectionConfig, means: &Means) -> Result<Attempt, AuthError> {
    begin_by(config, Return::Callback, means).await
}

/// Begins a sign-in. Nothing is kept before it is finished.
///
/// # Errors
/// When the app's secret is not found, an address cannot be used, or Jira refuses (OAuth 1.0a asks
/// it for a token first); and for methods that need no browser.
pub async fn begin_by(config: &ConnectionConfig, by: Return, means: &Means) -> Result<Attempt, AuthError> {
    if !config.access().is_granted() {
        return Err(AuthError::new(
            AuthErrorKind::Setup,
            format!("{} signs in with its secret alone, not through a browser", config.alias),
            format!(
                "nothing to do: `crosstie connection test {}` shows whether it works",
                config.alias
            ),
        ));
    }
    let secret = resolve(config.method.secret(), &config.alias, &means.vault).await?;
    let callback = callback(config)?;
    match Provider::new(config, &secret)? {
        Some(provider) => Attempt::oauth2(config, provider, Draw::random(), callback, &means.clock),
        None => Attempt::oauth1(config, &secret, by, callback, means).await,
    }
}

fn callback(config: &ConnectionConfig) -> Result<Url, AuthError> {
    Url::parse(&config.callback).map_err(|error| {
        AuthError::new(
            AuthErrorKind::Setup,
            format!("`callback` is not an address ({error})"),
            "write it like http://localhost:8976/callback",
        )
    })
}

impl Attempt {
    fn oauth2(
        config: &ConnectionConfig,
        provider: Provider,
        draw: Draw,
        callback: Url,
        clock: &SharedClock,
    ) -> Result<Self, AuthError> {
        Ok(Self {
            config: config.clone(),
            authorization_url: provider.authorization_url(&draw)?,
            expected: Expected {
                attempt: landing::Attempt::State(draw.state.clone()),
                callback: Some(callback),
            },
            expires_at: end(clock),
            way: Way::OAuth2 {
                provider: Box::new(provider),
                draw,
                issued: None,
            },
            sites: Vec::new(),
            is_done: false,
        })
    }

    async fn oauth1(
        config: &ConnectionConfig,
        secret: &SecretString,
        by: Return,
        callback: Url,
        means: &Means,
    ) -> Result<Self, AuthError> {
        let consumer = Consumer::of(config, secret, &means.clock)?;
        let callback = match by {
            Return::Callback => Callback::Url(callback),
            Return::ShownCode => Callback::Oob,
        };
        let request = consumer.request_token(&means.http, &callback).await?;
        Ok(Self {
            config: config.clone(),
            authorization_url: request.authorization_url.clone(),
            expected: Expected {
                attempt: landing::Attempt::RequestToken(request.token.clone()),
                callback: match callback {
                    Callback::Url(url) => Some(url),
                    Callback::Oob => None,
                },
            },
            expires_at: end(&means.clock),
            way: Way::OAuth1 {
                note: consumer.key.weakness(),
                consumer,
                request,
            },
            sites: Vec::new(),
            is_done: false,
        })
    }

    /// The page where a person approves.
    #[must_use]
    pub fn authorization_url(&self) -> &Url {
        &self.authorization_url
    }

    /// What ties the answer to this attempt, for [`Landing::read`] and the listener.
    #[must_use]
    pub fn expected(&self) -> &Expected {
        &self.expected
    }

    /// Where the browser comes back to; none if Jira shows a code instead.
    #[must_use]
    pub fn callback(&self) -> Option<&Url> {
        self.expected.callback.as_ref()
    }

    /// How long it makes sense to wait for the answer.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// What a person should know before the browser opens.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        match &self.way {
            Way::OAuth2 { provider, .. } => provider.note(),
            Way::OAuth1 { note, .. } => note.as_deref(),
        }
    }

    /// The Cloud sites that the sign-in covers, once its code was exchanged; not empty while one of
    /// them has to be chosen.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// Exchanges what came back for tokens and keeps them. When the sign-in covers several Cloud
    /// sites and neither the connection's `url` nor `site` is one of them, the error lists them, and
    /// [`Attempt::choose`] goes on without a new code.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses, no site can be chosen, or the tokens cannot be
    /// kept. An earlier grant stays as it is then.
    pub async fn finish(&mut self, landing: Landing, site: Option<&str>, means: &Means) -> Result<Granted, AuthError> {
        if self.is_done {
            return Err(already_done(&self.config.alias));
        }
        let Landing::Code(code) = landing;
        if let Way::OAuth1 { consumer, request, .. } = &self.way {
            let issued = consumer.access_token(&means.http, request, &code).await?;
            return self.keep(Grant::OAuth1(OAuth1Grant::from(issued)), means).await;
        }
        if let Way::OAuth2 { provider, draw, issued } = &mut self.way
            && issued.is_none()
        {
            *issued = Some(provider.exchange(&means.http, &means.clock, &code, draw).await?);
        }
        self.settle(site, means).await
    }

    /// Chooses among [`Attempt::sites`] by address, name or id, and keeps the tokens.
    ///
    /// # Errors
    /// When there is nothing to choose yet, it is none of them, or the tokens cannot be kept.
    pub async fn choose(&mut self, site: &str, means: &Means) -> Result<Granted, AuthError> {
        self.settle(Some(site), means).await
    }

    async fn settle(&mut self, site: Option<&str>, means: &Means) -> Result<Granted, AuthError> {
        if self.is_done {
            return Err(already_done(&self.config.alias));
        }
        let Way::OAuth2 {
            issued: Some(issued), ..
        } = &self.way
        else {
            return Err(AuthError::new(
                AuthErrorKind::Setup,
                "there is no site to choose before the browser has come back",
                "approve the sign-in in the browser first",
            ));
        };
        let mut grant = issued.clone();
        if self.config.access() == Access::OAuth2Cloud {
            if self.sites.is_empty() {
                self.sites = sites(&means.http, &self.config, &grant).await?;
            }
            grant.site = Some(choose(&self.sites, &self.config.url, site)?);
        }
        self.keep(Grant::OAuth2(grant), means).await
    }

    /// Under the lock, so that a refresh that is under way elsewhere does not overwrite it.
    async fn keep(&mut self, grant: Grant, means: &Means) -> Result<Granted, AuthError> {
        let (alias, place) = (&self.config.alias, self.config.tokens);
        {
            let _lock = means.vault.lock(alias).await?;
            means.vault.keep_tokens(alias, place, &grant).await?;
        }
        let granted = Granted {
            alias: alias.clone(),
            site: grant.site().cloned(),
            lacks: self.lacks(&grant),
            last_four: grant.last_four(),
            expires_at: grant.expires_at(),
        };
        self.is_done = true;
        self.sites.clear();
        Ok(granted)
    }

    /// Scopes aside, a sign-in to Cloud without a refresh token ends within the hour.
    fn lacks(&self, grant: &Grant) -> Vec<String> {
        let Grant::OAuth2(grant) = grant else {
            return Vec::new();
        };
        let access = self.config.access();
        let mut missing = missing_scopes(access, self.config.read_only, &grant.scope);
        if access == Access::OAuth2Cloud && grant.refresh.is_none() {
            missing.push(OFFLINE);
        }
        missing.into_iter().map(str::to_owned).collect()
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("alias", &self.config.alias)
            .field("expires_at", &self.expires_at)
            .field("sites", &self.sites)
            .finish_non_exhaustive()
    }
}

fn already_done(alias: &Alias) -> AuthError {
    AuthError::new(
        AuthErrorKind::Setup,
        format!("this sign-in to {alias} is complete already"),
        "nothing to do; begin another one to sign in with another account",
    )
}

fn end(clock: &SharedClock) -> Timestamp {
    clock.now().checked_add(LASTS).unwrap_or(Timestamp::MAX)
}
