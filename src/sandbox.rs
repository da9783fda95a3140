//! The Jira inside: an in-memory Jira Cloud or Data Center for `crosstie demo`, `crosstie sandbox` and tests.
//!
//! Must never be in here: code shared with the client (`jira`, `auth`, `store`). A mistake made on both
//! sides of the wire would hide itself.

mod auth;
pub mod colleagues;
mod control;
mod credentials;
mod cursor;
mod dice;
pub mod eval;
mod faults;
mod findings;
mod github;
mod hackerone;
mod limits;
pub mod load;
pub mod model;
mod oauth;
mod pace;
pub mod richtext;
mod routes;
pub mod seed;
mod server;
mod site;
mod wire;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock, atomic::AtomicU64},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::{CancellationToken, DropGuard};

use self::{
    auth::Gatekeeper,
    colleagues::Colleagues,
    cursor::Cursors,
    dice::Dice,
    faults::Faults,
    github::GitHub,
    hackerone::HackerOne,
    limits::Limits,
    load::LoadError,
    model::World,
    oauth::Oauth,
    server::{journal::Journal, side::CONTROL},
    site::{SandboxClock, Site},
};
pub use self::{
    credentials::Credentials,
    faults::{ActiveFault, Fault, FaultMatch, FaultRule},
    findings::findings_files,
    limits::RateLimit,
    model::{Flavour, Marked},
    server::journal::{LoggedRequest, LoggedWrite, RequestCounts},
};
use crate::clock::{Clock as _, SharedClock};

/// What kind of sandbox to start.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// Cloud or Data Center.
    pub flavour: Flavour,
    /// How many issues to make.
    pub issues: usize,
    /// What all chance is drawn from; the same seed makes the same site.
    pub seed: u64,
    /// Recorded issues to serve instead of made-up ones.
    pub load: Option<PathBuf>,
    /// The port on the loopback address; any free one unless given.
    pub port: Option<u16>,
    /// A path that Jira lies under, such as `/jira`; Data Center only.
    pub context: String,
    /// The clock of the site.
    pub clock: SharedClock,
    /// Colleagues comment, move and edit now and then.
    pub colleagues: bool,
    /// How long every answer takes, as on a network.
    pub page_delay: Duration,
}

impl SandboxOptions {
    /// A small, quiet, quick site.
    #[must_use]
    pub fn new(flavour: Flavour, clock: SharedClock) -> Self {
        Self {
            flavour,
            issues: 400,
            seed: 1,
            load: None,
            port: None,
            context: String::new(),
            clock,
            colleagues: false,
            page_delay: Duration::ZERO,
        }
    }
}

/// Why a sandbox cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The port is taken.
    #[error("cannot listen on 127.0.0.1:{port}: {source}; choose another port, or none to take a free one")]
    Listen {
        /// The port asked for, 0 for any.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// The file of recorded issues cannot be read.
    #[error("cannot read recorded issues from {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file of recorded issues makes no sense.
    #[error("cannot serve {path}: {source}")]
    Load {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: LoadError,
    },
    /// Making the site broke.
    #[error("the sandbox's site could not be made: {0}")]
    Make(#[from] tokio::task::JoinError),
}

/// A running sandbox. It ends when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    site: Arc<Site>,
    stop: DropGuard,
}

impl Sandbox {
    /// Makes a site and serves it on tasks of its own.
    ///
    /// # Errors
    /// The port is taken, or the recorded issues cannot be served.
    pub async fn start(options: SandboxOptions) -> Result<Self, SandboxError> {
        let clock = Arc::new(SandboxClock::new(Arc::clone(&options.clock)));
        let jira = listen(options.port.unwrap_or(0)).await?;
        let side = listen(0).await?;
        let origin = |listener: &TcpListener, port| {
            let address = listener
                .local_addr()
                .map_err(|source| SandboxError::Listen { port, source })?;
            Ok::<_, SandboxError>(format!("http://{address}"))
        };
        let (origin, side_origin) = (origin(&jira, options.port.unwrap_or(0))?, origin(&side, 0)?);
        let world = make_world(&options, clock.now()).await?;
        let tracker = format!("{origin}{}", context_path(&options));
        let now = clock.now();
        let keys = some_keys(&world, now);
        let (is_shut_now, is_shut) = watch::channel(false);
        let site = Arc::new(Site {
            flavour: options.flavour,
            context: context_path(&options),
            origin,
            side_origin,
            world: Arc::new(RwLock::new(world)),
            clock,
            faults: Faults::new(options.seed),
            limits: Limits::default(),
            gate: Gatekeeper::new(),
            oauth: Oauth::new(options.seed),
            cursors: Cursors::default(),
            journal: Journal::default(),
            hackerone: HackerOne::new(hackerone::desk(options.seed, &keys, &tracker, now)),
            github: GitHub::new(github::forge(options.seed, &keys, now)),
            answer_delay: Mutex::new(options.page_delay),
            traces: AtomicU64::new(1),
            wanted_shut: watch::channel(false).0,
            is_shut,
        });
        let stop = CancellationToken::new();
        let failed = |source| SandboxError::Listen {
            port: options.port.unwrap_or(0),
            source,
        };
        server::spawn(Arc::clone(&site), jira, side, is_shut_now, &stop).map_err(failed)?;
        if options.colleagues {
            let work = work(
                Arc::clone(&site),
                Colleagues::new(options.seed),
                Dice::new(options.seed, 0x0E),
            );
            tokio::spawn(stop.clone().run_until_cancelled_owned(work));
        }
        Ok(Self {
            site,
            stop: stop.drop_guard(),
        })
    }

    /// Address of the site, context path included.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.site.origin, self.site.context)
    }

    /// Where `/ex/jira/{cloudId}` lies for tokens with scopes; the stand-in for `https://api.atlassian.com`.
    #[must_use]
    pub fn gateway_url(&self) -> String {
        self.site.origin.clone()
    }

    /// Where Cloud's `/authorize` and `/oauth/token` lie; the stand-in for `https://auth.atlassian.com`.
    #[must_use]
    pub fn auth_url(&self) -> String {
        self.site.origin.clone()
    }

    /// Where the HackerOne inside lies; the stand-in for `https://api.hackerone.com`.
    #[must_use]
    pub fn hackerone_url(&self) -> String {
        format!("{}{}", self.site.origin, hackerone::PREFIX.trim_end_matches('/'))
    }

    /// Where the GitHub inside lies; the stand-in for `https://api.github.com`.
    #[must_use]
    pub fn github_url(&self) -> String {
        format!("{}{}", self.site.origin, github::PREFIX.trim_end_matches('/'))
    }

    /// Handles of the programs on the HackerOne inside.
    #[must_use]
    pub fn programs(&self) -> Vec<String> {
        let desk = self.site.hackerone.desk();
        desk.programs.iter().map(|program| program.handle.to_owned()).collect()
    }

    /// Repositories on the GitHub inside, as `owner/name`.
    #[must_use]
    pub fn repositories(&self) -> Vec<String> {
        let full = |name: &&str| format!("{}/{name}", github::OWNER);
        github::REPOSITORIES.iter().map(full).collect()
    }

    /// Switches the limits of HackerOne and GitHub on or off; they are on at first.
    pub fn set_service_limits(&self, enabled: bool) {
        self.site.hackerone.limit(enabled);
        self.site.github.limit(enabled);
    }

    /// Where the switches are.
    #[must_use]
    pub fn control_url(&self) -> String {
        format!("{}/{CONTROL}", self.site.side_origin)
    }

    /// The tenant's id, as the gateway wants it.
    #[must_use]
    pub fn cloud_id(&self) -> String {
        self.site.world().cloud_id.clone()
    }

    /// How to sign in.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials::of(&self.site.world())
    }

    /// The site itself, to look at and to change. Changes take effect at once.
    #[must_use]
    pub fn world(&self) -> Arc<RwLock<World>> {
        Arc::clone(&self.site.world)
    }

    /// Changes the site at the sandbox's present instant.
    pub fn change<T>(&self, change: impl FnOnce(&mut World, Timestamp) -> T) -> T {
        let now = self.now();
        change(&mut self.site.world_mut(), now)
    }

    /// The faults in force.
    #[must_use]
    pub fn faults(&self) -> FaultSwitch {
        FaultSwitch {
            site: Arc::clone(&self.site),
        }
    }

    /// Switches rate limits on or off.
    pub fn set_limits(&self, limit: Option<RateLimit>) {
        self.site.limits.set(limit);
    }

    /// Lets people sign in again who were stopped by a CAPTCHA.
    pub fn reset_captcha(&self) {
        self.site.gate.reset_captcha();
    }

    /// Changes how long every answer takes.
    pub fn set_delay(&self, delay: Duration) {
        self.site.set_answer_delay(delay);
    }

    /// The sandbox's present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.site.now()
    }

    /// Moves the sandbox's clock, and no other.
    pub fn advance(&self, by: SignedDuration) {
        self.site.clock.advance(by);
    }

    /// How often each endpoint has been asked.
    #[must_use]
    pub fn requests(&self) -> RequestCounts {
        self.site.journal.counts()
    }

    /// The latest requests, oldest first.
    #[must_use]
    pub fn request_log(&self) -> Vec<LoggedRequest> {
        self.site.journal.latest()
    }

    /// The latest requests that meant to change something, oldest first.
    #[must_use]
    pub fn writes(&self) -> Vec<LoggedWrite> {
        self.site.journal.writes()
    }

    /// The issues that have a property, deleted ones included: whoever marks what it creates can be counted.
    #[must_use]
    pub fn marked(&self, property: &str) -> Vec<Marked> {
        self.site.world().marked(property)
    }

    /// Counts from nothing again.
    pub fn forget_requests(&self) {
        self.site.journal.clear();
    }

    /// The line that tells scripts how to reach the sandbox: addresses and credentials per method.
    #[must_use]
    pub fn announcement(&self) -> Value {
        let flavour = self.site.flavour;
        let of_cloud = |address| (flavour == Flavour::Cloud).then_some(address);
        let mut credentials = self.credentials().by_method(flavour, &self.cloud_id());
        credentials["hackerone"] = json!({
            "identifier": hackerone::IDENTIFIER, "token": hackerone::TOKEN, "programs": self.programs(),
        });
        credentials["github"] = json!({"token": github::TOKEN, "repositories": self.repositories()});
        json!({
            "url": self.url(),
            "gateway_url": of_cloud(self.gateway_url()),
            "auth_url": of_cloud(self.auth_url()),
            "control_url": self.control_url(),
            "hackerone_url": self.hackerone_url(),
            "github_url": self.github_url(),
            "credentials": credentials,
        })
    }

    /// Ends it: no more answers, and the ports are free.
    pub fn stop(self) {
        drop(self.stop);
    }
}

/// Switches faults while the sandbox runs.
#[derive(Debug, Clone)]
pub struct FaultSwitch {
    site: Arc<Site>,
}

impl FaultSwitch {
    /// Adds a fault and returns its id once it is in force.
    pub async fn add(&self, rule: FaultRule) -> u64 {
        self.site.add_fault(rule).await
    }

    /// Takes a fault away; `false` if there is none of this id.
    pub async fn remove(&self, id: u64) -> bool {
        self.site.remove_fault(id).await
    }

    /// Takes all faults away.
    pub async fn clear(&self) {
        self.site.clear_faults().await;
    }

    /// The faults in force, and how often each has struck.
    #[must_use]
    pub fn list(&self) -> Vec<ActiveFault> {
        self.site.faults.list()
    }
}

async fn listen(port: u16) -> Result<TcpListener, SandboxError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address)
        .await
        .map_err(|source| SandboxError::Listen { port, source })
}

/// `/jira` in whatever way it was written; nothing on Cloud, which has no context path.
fn context_path(options: &SandboxOptions) -> String {
    let path = options.context.trim_matches('/');
    if path.is_empty() || options.flavour == Flavour::Cloud {
        String::new()
    } else {
        format!("/{path}")
    }
}

async fn make_world(options: &SandboxOptions, now: Timestamp) -> Result<World, SandboxError> {
    let options = options.clone();
    let make = move || match options.load {
        None => Ok(seed::world(options.flavour, options.seed, options.issues, now)),
        Some(path) => {
            let bytes = std::fs::read(&path).map_err(|source| SandboxError::Read {
                path: path.clone(),
                source,
            })?;
            load::load(&bytes, options.flavour, now).map_err(|source| SandboxError::Load { path, source })
        }
    };
    tokio::task::spawn_blocking(make).await?
}

/// Every so many issues lend their keys to reports and pull requests.
const LENT: usize = 5;

/// Keys of some open issues, for reports and pull requests to refer to.
fn some_keys(world: &World, now: Timestamp) -> Vec<String> {
    let viewer = world.viewer(now);
    let visible = world.visible(&viewer).step_by(LENT).take(60);
    visible.map(|idx| world.issue(idx).key.to_string()).collect()
}

/// The first change comes after a moment, so that whoever starts sees the site at rest.
const FIRST_CHANGE: Duration = Duration::from_secs(4);

/// How often something also happens on HackerOne or GitHub.
const PERCENT_ELSEWHERE: usize = 35;

async fn work(site: Arc<Site>, mut colleagues: Colleagues, mut elsewhere: Dice) {
    let mut pause = FIRST_CHANGE;
    loop {
        site.clock.sleep(pause).await;
        let now = site.now();
        let mut world = site.world.write().unwrap_or_else(PoisonError::into_inner);
        let (done, next) = colleagues.next(&mut world, now);
        drop(world);
        tracing::debug!(done, "a colleague was at work");
        if elsewhere.chance(PERCENT_ELSEWHERE) {
            let done = match elsewhere.chance(60) {
                true => site.hackerone.desk().live(&mut elsewhere, now),
                false => site.github.forge().live(&mut elsewhere, now),
            };
            tracing::debug!(done, "somebody was at work elsewhere");
        }
        pause = next;
    }
}
