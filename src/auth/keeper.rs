//! Holds what a flow issued and renews it in time: one renewal at a time, here and among all
//! processes; saved before it is used; and after a refusal for good no more tries until somebody
//! has signed in again.
//!
//! Must never be in here: what a renewal looks like on the wire.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use super::{
    error::{AuthError, AuthErrorKind},
    grant::Grant,
    means::Means,
    vault::sign_in_again,
};
use crate::{
    config::{ConnectionConfig, TokenStore},
    domain::Alias,
};

/// Tokens are renewed when no more than this is left of them.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// Of tokens that live for minutes, this part of their life is left unused at most.
const MARGIN_PART: i32 = 10;

/// A token that is refused this soon after a refusal led to it will not get better by another one.
const PATIENCE: SignedDuration = SignedDuration::from_secs(60);

/// Secrets that were in use are remembered so that they can be hidden: a renewal has two or three,
/// and answers to requests that carry the ones before may still be on their way.
const REMEMBERED: usize = 12;

/// A renewal under way.
pub(super) type Renewing<'a> = Pin<Box<dyn Future<Output = Result<Grant, AuthError>> + Send + 'a>>;

/// Asks a server for a new grant in place of an old one.
pub(super) trait Renewer: Send + Sync + fmt::Debug + 'static {
    /// A new grant. An error of the kind [`AuthErrorKind::SignIn`] is one for good.
    fn renew<'a>(&'a self, old: &'a Grant) -> Renewing<'a>;
}

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Keeper(Arc<Inner>);

struct Inner {
    alias: Alias,
    place: TokenStore,
    means: Means,
    renewer: Box<dyn Renewer>,
    /// Held by the task that renews.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

struct State {
    grant: Arc<Grant>,
    /// A renewal that could not be saved, and what it was made from.
    unsaved: Option<(Arc<Grant>, Arc<Grant>)>,
    /// The grant that was refused for good, and how.
    ended: Option<(Arc<Grant>, AuthError)>,
    /// When a refusal last led to a renewal.
    mended_at: Option<Timestamp>,
    seen: Vec<SecretString>,
}

impl Keeper {
    /// Holds the grant of a connection.
    ///
    /// # Errors
    /// When nobody has signed in, or the vault cannot be read.
    pub(super) async fn open(
        config: &ConnectionConfig,
        means: &Means,
        renewer: impl Renewer,
    ) -> Result<Self, AuthError> {
        let found = means.vault.tokens(&config.alias, config.tokens).await?;
        let grant = Arc::new(found.ok_or_else(|| nobody(&config.alias))?);
        Ok(Self(Arc::new(Inner {
            alias: config.alias.clone(),
            place: config.tokens,
            means: means.clone(),
            renewer: Box::new(renewer),
            turn: tokio::sync::Mutex::default(),
            state: Mutex::new(State {
                seen: grant.secrets().into_iter().cloned().collect(),
                grant,
                unsaved: None,
                ended: None,
                mended_at: None,
            }),
        })))
    }

    /// The grant as it is.
    pub(super) fn grant(&self) -> Arc<Grant> {
        Arc::clone(&self.0.state().grant)
    }

    /// The grant, renewed if it has ended or ends soon.
    ///
    /// # Errors
    /// When it could not be renewed.
    pub(super) async fn fresh(&self) -> Result<Arc<Grant>, AuthError> {
        let grant = self.grant();
        if self.0.is_fresh(&grant) {
            return Ok(grant);
        }
        self.renew(grant).await
    }

    /// After a refusal of this grant: whether there is another one now.
    ///
    /// # Errors
    /// When it could not be renewed.
    pub(super) async fn mend(&self, refused: Arc<Grant>) -> Result<bool, AuthError> {
        let now = self.0.means.clock.now();
        {
            let state = self.0.state();
            if !state.grant.is_same(&refused) {
                return Ok(true);
            }
            let soon = |then: Timestamp| now.duration_since(then).abs() < PATIENCE;
            if state.mended_at.is_some_and(soon) {
                return Ok(false);
            }
        }
        let renewed = self.renew(Arc::clone(&refused)).await?;
        self.0.state().mended_at = Some(now);
        Ok(!renewed.is_same(&refused))
    }

    /// In a task of its own: between the server's answer and the vault a renewal must not be
    /// dropped with the request that needed it.
    async fn renew(&self, stale: Arc<Grant>) -> Result<Arc<Grant>, AuthError> {
        let inner = Arc::clone(&self.0);
        let renewing = tokio::spawn(async move { inner.renew(&stale).await });
        renewing.await.unwrap_or_else(|_| {
            Err(AuthError::new(
                AuthErrorKind::Network,
                "renewing the tokens was interrupted",
                "nothing to do: crosstie tries again by itself",
            ))
        })
    }

    /// `text` without any secret that is or was in use.
    pub(super) fn redact(&self, text: &str) -> String {
        let state = self.0.state();
        super::hide::hide(text, &state.seen)
    }
}

impl Inner {
    async fn renew(&self, stale: &Arc<Grant>) -> Result<Arc<Grant>, AuthError> {
        let _turn = self.turn.lock().await;
        let held = Arc::clone(&self.state().grant);
        if !held.is_same(stale) {
            return Ok(held);
        }
        let _lock = self.means.vault.lock(&self.alias).await?;
        let stored = self.means.vault.tokens(&self.alias, self.place).await?;
        let stored = Arc::new(stored.ok_or_else(|| nobody(&self.alias))?);
        if !stored.is_same(&held) {
            self.take_over(&held, &stored)?;
            if self.is_fresh(&stored) {
                return Ok(stored);
            }
        }
        if let Some(unsaved) = self.unsaved(&stored) {
            return self.keep(&stored, unsaved).await;
        }
        if let Some(error) = self.ended(&stored) {
            return Err(error);
        }
        match self.renewer.renew(&stored).await {
            Ok(new) => self.keep(&stored, Arc::new(new)).await,
            Err(error) => {
                if error.kind == AuthErrorKind::SignIn {
                    self.state().ended = Some((stored, error.clone()));
                }
                Err(error)
            }
        }
    }

    /// Another process has renewed the grant, or somebody has signed in again.
    fn take_over(&self, held: &Grant, stored: &Arc<Grant>) -> Result<(), AuthError> {
        let id = |grant: &Grant| grant.site().map(|site| site.cloud_id.clone());
        if id(held) != id(stored) {
            return Err(AuthError::new(
                AuthErrorKind::Setup,
                "somebody has signed in to another site under this alias",
                "start crosstie again, so that it asks the other site",
            ));
        }
        self.hold(stored);
        Ok(())
    }

    /// Saves a renewed grant, then uses it. One that cannot be saved is kept for the next try: the
    /// server may take neither the old one nor a second renewal.
    async fn keep(&self, old: &Arc<Grant>, new: Arc<Grant>) -> Result<Arc<Grant>, AuthError> {
        let saved = self.means.vault.keep_tokens(&self.alias, self.place, &new).await;
        if let Err(error) = saved {
            let mut state = self.state();
            state.remember(&new);
            state.unsaved = Some((Arc::clone(old), new));
            return Err(error);
        }
        self.hold(&new);
        Ok(new)
    }

    fn hold(&self, grant: &Arc<Grant>) {
        let mut state = self.state();
        state.remember(grant);
        state.grant = Arc::clone(grant);
        state.unsaved = None;
        state.ended = None;
    }

    fn unsaved(&self, stored: &Grant) -> Option<Arc<Grant>> {
        let state = self.state();
        let (old, new) = state.unsaved.as_ref()?;
        old.is_same(stored).then(|| Arc::clone(new))
    }

    fn ended(&self, stored: &Grant) -> Option<AuthError> {
        let state = self.state();
        let (grant, error) = state.ended.as_ref()?;
        grant.is_same(stored).then(|| error.clone())
    }

    fn is_fresh(&self, grant: &Grant) -> bool {
        let (ends, issued) = match grant {
            Grant::OAuth2(grant) => (grant.expires_at, Some(grant.issued_at)),
            Grant::OAuth1(grant) => (grant.expires_at, None),
        };
        let Some(ends) = ends else { return true };
        let life = issued.map(|issued| ends.duration_since(issued).max(SignedDuration::ZERO));
        let margin = life.map_or(MARGIN, |life| MARGIN.min(life / MARGIN_PART));
        self.means.clock.now().duration_since(ends) < -margin
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn remember(&mut self, grant: &Grant) {
        self.seen.extend(grant.secrets().into_iter().cloned());
        let surplus = self.seen.len().saturating_sub(REMEMBERED);
        self.seen.drain(..surplus);
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper")
            .field("alias", &self.alias)
            .field("renewer", &self.renewer)
            .finish_non_exhaustive()
    }
}

/// There is no grant.
fn nobody(alias: &Alias) -> AuthError {
    AuthError::new(
        AuthErrorKind::SignIn,
        "nobody has signed in to this connection yet",
        format!("sign in: `crosstie connection authorize {alias}`"),
    )
}

/// The remedy of a grant that cannot be renewed.
pub(super) fn ended(alias: &Alias, message: impl Into<String>) -> AuthError {
    AuthError::new(AuthErrorKind::SignIn, message, sign_in_again(alias))
}
