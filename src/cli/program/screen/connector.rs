//! What the wizard and the Connections screen ask for, carried out on config, vault and sites.
//!
//! A draft is tried with a vault of its own, in memory: what it grants reaches the real one only when
//! the draft is written. Must never be in here: a decision about what is asked next.

mod grant;
mod key;
mod staged;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64};

use self::{grant::UnderWay, staged::Staged};
use super::{KnownFacts, LocalEngine, Stage};
use crate::{
    app::{Check, Draft, KeyMade, KeyRequest, Landed, Manage, Masked, Prepared, Probe, ProbeRequest, Report},
    auth::{AuthError, Vault},
    clock::SharedClock,
    config::{
        self, ConnectionConfig, Paths,
        edit::{ConnectionFlag, DiffKind, DiffLine},
    },
    connect::Registry,
    domain::{Alias, Problem},
    jira::check,
    runtime::{Attempt, Connector, Reports, Work},
};

/// See the module. Cheap to clone; all clones share the authorization under way.
#[derive(Clone)]
pub(super) struct ConfigConnector {
    paths: Paths,
    registry: Registry,
    vault: Vault,
    clock: SharedClock,
    engine: Arc<LocalEngine>,
    facts: KnownFacts,
    under_way: Arc<tokio::sync::Mutex<Option<UnderWay>>>,
    /// Counts authorizations that were begun or given up: what belongs to an earlier one is void.
    latest: Arc<AtomicU64>,
    /// What was granted for the draft that is not written yet.
    granted: Arc<Mutex<Option<Staged>>>,
}

impl ConfigConnector {
    pub(super) fn new(stage: &Stage<'_>, engine: Arc<LocalEngine>, facts: KnownFacts) -> Self {
        Self {
            paths: stage.paths.clone(),
            registry: stage.registry.clone(),
            vault: stage.vault.clone(),
            clock: Arc::clone(&stage.clock),
            engine,
            facts,
            under_way: Arc::default(),
            latest: Arc::default(),
            granted: Arc::default(),
        }
    }

    fn granted(&self) -> MutexGuard<'_, Option<Staged>> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn configured(&self, alias: &Alias) -> Result<ConnectionConfig, Problem> {
        let paths = self.paths.clone();
        let loaded = blocking(move || config::load(&paths)).await?;
        let config = loaded
            .map_err(|invalid| setup(invalid.to_string(), "mend the config file first"))?
            .config;
        let found = config.connection(alias.as_str()).cloned();
        found.ok_or_else(|| {
            setup(
                format!("there is no connection {alias} any more"),
                "look at the config file",
            )
        })
    }

    async fn prepared(&self, alias: Option<Alias>) -> Result<Prepared, Problem> {
        let paths = self.paths.clone();
        let loaded = blocking(move || config::load(&paths)).await?;
        let config = loaded
            .map_err(|invalid| setup(invalid.to_string(), "mend the config file first"))?
            .config;
        let keyring = self.vault.check_keyring().await.map_err(|error| error.message);
        let connection = alias.and_then(|alias| config.connection(alias.as_str()).cloned());
        let granted = match &connection {
            Some(known) => self.vault.tokens(&known.alias, known.tokens).await,
            None => Ok(None),
        };
        Ok(Prepared {
            connection,
            // Tokens that cannot be read are none to keep.
            granted: granted.is_ok_and(|granted| granted.is_some()),
            aliases: config.connections.iter().map(|one| one.alias.clone()).collect(),
            keyring,
            folder: self.vault.folder().join("secrets"),
            config_path: self.paths.config.display().to_string(),
        })
    }

    async fn staged(&self, draft: &Draft) -> Result<Staged, Problem> {
        let staged = Staged::new(draft, &self.vault).await;
        staged.map_err(|error| told(&error))
    }

    /// What a draft is tested with: with the tokens that were granted to it a moment ago, else with
    /// those of the connection that it replaces.
    async fn signed_in(&self, draft: &Draft) -> Result<Staged, Problem> {
        let staged = self.staged(draft).await?;
        let granted = self.granted().clone();
        if let Some(granted) = granted.filter(|granted| granted.is_for(&staged)) {
            return Ok(granted.shared_with(staged));
        }
        let kept = Staged::kept(draft, &self.vault).await;
        Ok(kept.map_err(|error| told(&error))?.unwrap_or(staged))
    }

    async fn written(&self, draft: Draft) -> Result<(), Problem> {
        let staged = self.staged(&draft).await?;
        let (alias, place) = (draft.connection.alias.clone(), draft.connection.tokens);
        let granted = self.granted().clone();
        let grant = match granted {
            Some(granted) if granted.is_for(&staged) => granted.tokens().await.map_err(|error| told(&error))?,
            _ => None,
        };
        let secret = draft.secret.map(|secret| secret.secret().clone());
        let put = self
            .registry
            .put(draft.connection, draft.replaces.as_ref(), secret)
            .await;
        put.map_err(|error| Problem::from(&error))?;
        if let Some(grant) = grant {
            let kept = self.vault.keep_tokens(&alias, place, &grant).await;
            kept.map_err(|error| told(&error))?;
        }
        self.give_up();
        self.engine.sign_in_again(&alias);
        let paths = self.paths.clone();
        if let Ok(loaded) = blocking(move || config::load(&paths)).await? {
            self.facts.look_again(&loaded.config.connections);
        }
        Ok(())
    }

    async fn managed(&self, job: Manage, reports: Reports) -> Result<String, Problem> {
        let registry = &self.registry;
        let failed = |error| Problem::from(&error);
        match job {
            Manage::Test(alias) => {
                let connection = self.configured(&alias).await?;
                Ok(self.tested(&connection, &self.vault, &reports).await)
            }
            Manage::TestAll => self.tested_all(&reports).await,
            Manage::Rename { from, to } => {
                registry.rename(&from, &to).await.map_err(failed)?;
                Ok(format!("{from} is called {to} now"))
            }
            Manage::Default(alias) => {
                registry.set_default(&alias).map_err(failed)?;
                Ok(format!("{alias} is the default"))
            }
            Manage::Enabled(alias, on) => {
                registry.set_flag(&alias, ConnectionFlag::Enabled, on).map_err(failed)?;
                Ok(format!("{alias} is switched {}", if on { "on" } else { "off" }))
            }
            Manage::ReadOnly(alias, on) => {
                registry
                    .set_flag(&alias, ConnectionFlag::ReadOnly, on)
                    .map_err(failed)?;
                let word = if on { "is read-only" } else { "may be written to" };
                Ok(format!("{alias} {word}"))
            }
            Manage::Remove(alias) => {
                let removed = registry.remove(&alias).await.map_err(failed)?;
                Ok(format!(
                    "{alias} is removed with {} cached issues; revoke its sign-in at {}",
                    removed.issues, removed.revoke
                ))
            }
        }
    }

    async fn tested_all(&self, reports: &Reports) -> Result<String, Problem> {
        let paths = self.paths.clone();
        let loaded = blocking(move || config::load(&paths)).await?;
        let config = loaded
            .map_err(|invalid| setup(invalid.to_string(), "mend the config file first"))?
            .config;
        let mut said = Vec::new();
        for connection in config.connections.iter().filter(|connection| connection.enabled) {
            said.push(self.tested(connection, &self.vault, reports).await);
        }
        Ok(said.join("; "))
    }

    /// Tests a connection, check by check; answers the verdict.
    async fn tested(&self, connection: &ConnectionConfig, vault: &Vault, reports: &Reports) -> String {
        let alias = connection.alias.clone();
        let (sender, mut checks) = tokio::sync::mpsc::unbounded_channel();
        let testing = check::run_checks_telling(connection, vault, &self.clock, move |check| {
            // Nobody listens any more once the test was cancelled.
            let _ = sender.send(check);
        });
        let telling = async {
            while let Some(check) = checks.recv().await {
                reports.send(report(&alias, vec![check], false)).await;
            }
        };
        let (all, ()) = tokio::join!(testing, telling);
        reports.send(report(&alias, Vec::new(), true)).await;
        match check::is_valid(&all) {
            true => format!("{alias}: Configuration is valid"),
            false => format!("{alias}: Configuration is not valid"),
        }
    }
}

fn report(alias: &Alias, checks: Vec<check::Check>, done: bool) -> Report {
    let plain = |check: check::Check| Check {
        name: check.name,
        ok: check.ok,
        detail: check.detail,
        remedy: check.remedy,
    };
    Report {
        alias: alias.clone(),
        checks: checks.into_iter().map(plain).collect(),
        done,
    }
}

impl Connector for ConfigConnector {
    fn prepare(&self, alias: Option<Alias>) -> Work<Result<Prepared, Problem>> {
        let own = self.clone();
        Box::pin(async move { own.prepared(alias).await })
    }

    fn probe(&self, request: ProbeRequest) -> Work<Result<Probe, Problem>> {
        let clock = SharedClock::clone(&self.clock);
        Box::pin(async move { staged::probe(request, clock).await })
    }

    fn make_key(&self, request: KeyRequest) -> Work<Result<KeyMade, Problem>> {
        let folder = self.vault.folder().join("keys");
        Box::pin(async move { blocking(move || key::make(&folder, &request)).await? })
    }

    fn read_key(&self, draft: Draft) -> Work<Result<KeyMade, Problem>> {
        let own = self.clone();
        Box::pin(async move {
            let staged = own.staged(&draft).await?;
            let secret = staged.secret().await.map_err(|error| told(&error))?;
            key::read(&secret, staged.connection.method.secret())
        })
    }

    fn authorize(&self, draft: Draft, attempt: Attempt) -> Work<()> {
        let (own, number) = (self.clone(), self.give_up());
        Box::pin(async move { own.authorize_draft(draft, number, &attempt).await })
    }

    fn land(&self, pasted: Masked) -> Work<Result<Landed, Problem>> {
        let own = self.clone();
        Box::pin(async move { own.pasted(&pasted).await })
    }

    fn choose_site(&self, site: String) -> Work<Result<Landed, Problem>> {
        let own = self.clone();
        Box::pin(async move { own.chosen(&site).await })
    }

    fn cancel_authorize(&self) {
        self.give_up();
    }

    fn test(&self, draft: Draft, reports: Reports) -> Work<()> {
        let own = self.clone();
        Box::pin(async move {
            match own.signed_in(&draft).await {
                Ok(staged) => {
                    own.tested(&staged.connection, &staged.vault, &reports).await;
                }
                Err(problem) => {
                    let found = check::Check {
                        name: "secret found".to_owned(),
                        ok: false,
                        detail: problem.message,
                        remedy: Some(problem.remedy),
                    };
                    reports.send(report(&draft.connection.alias, vec![found], true)).await;
                }
            }
        })
    }

    fn preview(&self, draft: Draft) -> Work<Result<Vec<String>, Problem>> {
        let registry = self.registry.clone();
        Box::pin(async move {
            let with_secret = draft.secret.is_some();
            let shown = blocking(move || registry.preview(&draft.connection, draft.replaces.as_ref(), with_secret));
            Ok(lines(&shown.await?.map_err(|error| Problem::from(&error))?))
        })
    }

    fn write(&self, draft: Draft) -> Work<Result<(), Problem>> {
        let own = self.clone();
        Box::pin(async move { own.written(draft).await })
    }

    fn preview_remove(&self, alias: Alias) -> Work<Result<Vec<String>, Problem>> {
        let registry = self.registry.clone();
        Box::pin(async move {
            let shown = blocking(move || registry.preview_removal(&alias));
            Ok(lines(&shown.await?.map_err(|error| Problem::from(&error))?))
        })
    }

    fn manage(&self, job: Manage, reports: Reports) -> Work<Result<String, Problem>> {
        let own = self.clone();
        Box::pin(async move { own.managed(job, reports).await })
    }
}

/// Files are read and written on threads of their own.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let worked = tokio::task::spawn_blocking(work).await;
    worked.map_err(|_| setup("it was interrupted".to_owned(), "try again; the log may tell more"))
}

fn lines(diff: &[DiffLine]) -> Vec<String> {
    let sign = |kind: DiffKind| match kind {
        DiffKind::Added => "+",
        DiffKind::Removed => "-",
        DiffKind::Kept | DiffKind::Gap => " ",
    };
    diff.iter()
        .map(|line| format!("{}{}", sign(line.kind), line.line))
        .collect()
}

fn setup(message: String, remedy: &str) -> Problem {
    Problem {
        kind: "setup".to_owned(),
        message,
        remedy: remedy.to_owned(),
    }
}

/// What keeps from signing in, for the screen.
pub(super) fn told(error: &AuthError) -> Problem {
    Problem {
        kind: error.kind.word().to_owned(),
        message: error.message.clone(),
        remedy: error.remedy.clone(),
    }
}
