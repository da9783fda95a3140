//! The client of one connection: what it knows, and how many requests it runs at once.
//!
//! Must never be in here: a secret in readable form (the signer keeps it), or a decision about when
//! to sync.

mod account;
mod attached;
mod choices;
mod exchange;
mod gateway;
mod issues;
mod lists;
mod screens;
mod search;
mod send;
mod write;

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use super::{
    Traffic,
    error::{Error, ErrorKind},
    event::{Event, EventKind},
    limits::Limits,
    transport,
};
use crate::{
    auth::{self, AuthError, AuthErrorKind, Means, Signer, Vault},
    clock::SharedClock,
    config::ConnectionConfig,
    domain::{Access, Alias, Deployment},
};

/// Requests of one connection at once; one, while its limits are near.
const AT_ONCE: u32 = 4;
/// How often one thing is asked for again that the site was too busy for, each time after the pause that
/// it asked for. A few who share a tight limit take the last token from each other.
const REFUSALS: u32 = 8;

/// Talks to one Jira. Cheap to clone; all clones share what they know of the site.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

type Observer = Arc<dyn Fn(&Event) + Send + Sync>;

struct Inner {
    alias: Alias,
    /// The configured address.
    site: Url,
    gateway: Url,
    kind: Deployment,
    timeout: Duration,
    proxied: bool,
    read_only: bool,
    http: reqwest::Client,
    signer: Arc<dyn Signer>,
    clock: SharedClock,
    slots: Semaphore,
    /// Held while one caller finds out something that all wait for: which Jira this is, or whether
    /// the gateway takes the token.
    turn: tokio::sync::Mutex<()>,
    requests: AtomicU64,
    bytes: AtomicU64,
    observer: Mutex<Option<Observer>>,
    state: Mutex<State>,
}

/// What is learnt while talking.
#[derive(Default)]
struct State {
    /// Where requests go instead of the site, once the gateway is in use.
    gateway: Option<Url>,
    gateway_tried: bool,
    deployment: Option<Deployment>,
    /// Set for good by a CAPTCHA.
    locked: Option<Error>,
    /// Whether this server tells whom it answers.
    identified: bool,
    /// Whether a signed request was accepted since the client was made.
    worked: bool,
    /// Whether this Data Center takes an issue's properties together with it, once known.
    marks_together: Option<bool>,
    limits: Limits,
    pause: Option<Pause>,
    offset: Option<SignedDuration>,
    certificate: Option<Vec<u8>>,
}

/// No requests between these instants. The beginning is kept because a local clock that is set
/// back must not stretch the pause by hours.
#[derive(Debug, Clone, Copy)]
struct Pause {
    since: Timestamp,
    until: Timestamp,
}

impl Client {
    /// A client that signs in with nothing but `secret`. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`] when the connection cannot work as configured, [`ErrorKind::Secret`]
    /// when the secret cannot be sent, [`ErrorKind::Auth`] when the method needs issued tokens.
    pub fn new(config: &ConnectionConfig, secret: SecretString, clock: SharedClock) -> Result<Self, Error> {
        let signer = auth::plain(&config.method, secret).map_err(|error| secret_error(&config.alias, error))?;
        Self::with_signer(config, signer, clock)
    }

    /// A client of a connection as configured: its secret, and its tokens where a flow issued some,
    /// are found in the vault.
    ///
    /// # Errors
    /// As [`Client::new`], and [`ErrorKind::Secret`] when the secret is not found,
    /// [`ErrorKind::Auth`] when nobody has signed in yet.
    pub async fn open(config: &ConnectionConfig, vault: &Vault, clock: SharedClock) -> Result<Self, Error> {
        let means = means(config, vault, clock)?;
        let signer = auth::signer(config, &means).await;
        let signer = signer.map_err(|error| secret_error(&config.alias, error))?;
        Self::assembled(config, signer, means.http, means.clock)
    }

    /// A client whose requests are authorised by `signer`.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`] when the connection cannot work as configured.
    pub fn with_signer(config: &ConnectionConfig, signer: Arc<dyn Signer>, clock: SharedClock) -> Result<Self, Error> {
        let http = transport::build(config, &transport::site(config)?)?;
        Self::assembled(config, signer, http, clock)
    }

    fn assembled(
        config: &ConnectionConfig,
        signer: Arc<dyn Signer>,
        http: reqwest::Client,
        clock: SharedClock,
    ) -> Result<Self, Error> {
        let site = transport::site(config)?;
        let gateway = transport::gateway(config)?;
        let state = State {
            gateway: signer.cloud_id().map(|id| transport::through_gateway(&gateway, &id)),
            ..State::default()
        };
        let inner = Inner {
            alias: config.alias.clone(),
            gateway,
            kind: config.kind,
            timeout: config.timeout,
            proxied: config.proxy.is_some(),
            read_only: config.read_only,
            http,
            site,
            signer,
            clock,
            slots: Semaphore::new(AT_ONCE as usize),
            turn: tokio::sync::Mutex::default(),
            requests: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            observer: Mutex::default(),
            state: Mutex::new(state),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The connection's alias.
    #[must_use]
    pub fn alias(&self) -> &Alias {
        &self.inner.alias
    }

    /// The sign-in method as a word.
    #[must_use]
    pub fn access(&self) -> Access {
        self.inner.signer.access()
    }

    /// Tells `observer` of every request, retry and wait from now on, instead of any earlier one.
    pub fn on_event(&self, observer: impl Fn(&Event) + Send + Sync + 'static) {
        *lock(&self.inner.observer) = Some(Arc::new(observer));
    }

    /// What was counted since the client was made, and what the site's limits leave.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        let now = self.inner.clock.now();
        let state = self.state();
        let pause = state.pause.filter(|pause| pause.holds(now));
        Traffic {
            requests: self.inner.requests.load(Ordering::Relaxed),
            bytes: self.inner.bytes.load(Ordering::Relaxed),
            quota: state.limits.quota(pause.map(|pause| pause.until)),
        }
    }

    /// How far the server's clock is ahead of the local one, by its latest answer.
    #[must_use]
    pub fn server_offset(&self) -> Option<SignedDuration> {
        self.state().offset
    }

    /// The time on the server's clock, never later than it is there; the local clock's before the
    /// first answer.
    #[must_use]
    pub fn server_now(&self) -> Timestamp {
        let now = self.inner.clock.now();
        let offset = self.state().offset.unwrap_or_default();
        now.checked_add(offset).unwrap_or(now)
    }

    /// Whether requests go through Atlassian's gateway, as those of OAuth 2.0 and of scoped tokens
    /// do.
    #[must_use]
    pub fn uses_gateway(&self) -> bool {
        self.state().gateway.is_some()
    }

    /// Lets requests out again after a person has cleared a CAPTCHA or mended the token.
    pub fn sign_in_again(&self) {
        let mut state = self.state();
        state.locked = None;
        state.gateway_tried = state.gateway.is_some();
        state.identified = false;
    }

    /// DER form of the certificate that the server showed last.
    pub(crate) fn certificate(&self) -> Option<Vec<u8>> {
        self.state().certificate.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.inner.state)
    }

    fn tell(&self, kind: EventKind) {
        tracing::debug!(connection = %self.inner.alias, "{kind}");
        let observer = lock(&self.inner.observer).clone();
        if let Some(observer) = observer {
            observer(&Event {
                at: self.inner.clock.now(),
                alias: self.inner.alias.clone(),
                kind,
            });
        }
    }

    fn skipped(&self, path: &str, reasons: &[String]) -> u32 {
        for reason in reasons {
            self.tell(EventKind::Skipped {
                path: path.to_owned(),
                reason: reason.clone(),
            });
        }
        u32::try_from(reasons.len()).unwrap_or(u32::MAX)
    }

    /// Waits for a free slot; near the limits a request takes all of them.
    async fn slot(&self) -> Option<SemaphorePermit<'_>> {
        let near = self.state().limits.near;
        self.inner.slots.acquire_many(if near { AT_ONCE } else { 1 }).await.ok()
    }
}

impl Pause {
    fn holds(self, now: Timestamp) -> bool {
        self.since <= now && now < self.until
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("alias", &self.inner.alias)
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks, however often the site says "later": a pull of an hour must not end because of a minute's wait.
/// The client holds the next request back for as long as it was told, unless that is too long for a run.
pub(crate) async fn patiently<T, A: Future<Output = Result<T, Error>>>(ask: impl Fn() -> A) -> Result<T, Error> {
    for _ in 0..REFUSALS {
        match ask().await {
            Err(error) if error.kind == ErrorKind::RateLimited => {}
            answer => return answer,
        }
    }
    ask().await
}

/// What signing in to a connection needs, with the HTTP client that its requests use too.
///
/// # Errors
/// [`ErrorKind::Setup`] when the connection cannot work as configured.
pub fn means(config: &ConnectionConfig, vault: &Vault, clock: SharedClock) -> Result<Means, Error> {
    Ok(Means {
        http: transport::build(config, &transport::site(config)?)?,
        clock,
        vault: vault.clone(),
    })
}

/// A sign-in that could not even be prepared.
pub(crate) fn secret_error(alias: &Alias, error: AuthError) -> Error {
    let kind = match error.kind {
        AuthErrorKind::Secret => ErrorKind::Secret,
        AuthErrorKind::SignIn => ErrorKind::Auth,
        AuthErrorKind::Network => ErrorKind::Network,
        AuthErrorKind::Setup => ErrorKind::Setup,
    };
    Error::new(kind, format!("{alias}: {}", error.message), error.remedy)
}
