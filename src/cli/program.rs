//! The whole program behind the verbs: store, engine, client, sandbox, screen.
//!
//! Must never be in here: printing, and decisions that belong to a layer below.

mod connect;
mod demo;
mod findings;
mod live;
mod screen;
mod survey;
mod talk;
mod watch;

use std::{cell::RefCell, sync::Arc};

use secrecy::SecretString;
use tokio::runtime::Runtime;

use super::{
    demo::args::DemoArgs,
    failure::{Exit, Failure},
    look::Look,
    sandbox::{self, SandboxArgs},
    services::{
        Answer, Change, Changed, Check, FindingServices, OnRun, Request, Services, Source, Started, SyncRequest, Tested,
    },
    setup::Setup,
};
use crate::{
    auth::{
        Vault,
        keyring::{Keyring, PlatformKeyring},
    },
    catalog::KnownValues,
    clock::{SharedClock, SystemClock},
    config::{Config, ConnectionConfig},
    connect::{Registry, facts, tell_settings},
    domain::{Alias, ConnectionState, ListQuery},
    jira::{self, check},
    store::{ConnectionSeed, SetAside, Store, StoreError},
    sync::{Clients, Pace},
};

/// See the module.
#[derive(Debug)]
pub struct Program {
    clock: SharedClock,
    keyring: Arc<dyn Keyring>,
    notices: RefCell<Vec<String>>,
}

impl Default for Program {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            keyring: Arc::new(PlatformKeyring::default()),
            notices: RefCell::default(),
        }
    }
}

impl Program {
    fn registry(&self, setup: &Setup) -> Registry {
        Registry::new(
            setup.paths.clone(),
            setup.store_folder(),
            self.vault(setup),
            Arc::clone(&self.clock),
        )
    }

    /// Where secrets and tokens of this config's connections are kept.
    fn vault(&self, setup: &Setup) -> Vault {
        Vault::new(setup.paths.data.clone(), Arc::clone(&self.keyring))
    }

    fn clients(&self, setup: &Setup) -> Clients {
        Clients::new(Arc::clone(&self.clock), self.vault(setup))
    }

    /// A secret that is refused now and was taken before has ended, rather than been mistyped.
    fn tell_when_it_worked(&self, setup: &Setup, connection: &ConnectionConfig, checks: &mut [Check]) {
        let refused = checks.iter_mut().find(|check| check.is_refused_sign_in());
        let Some(remedy) = refused.and_then(|check| check.remedy.as_mut()) else {
            return;
        };
        let states = Program::store(self, setup).and_then(|store| Ok(store.connections()?));
        let states = states.unwrap_or_default();
        let own = states.iter().find(|state| state.alias == connection.alias);
        if let Some(last) = own.and_then(|state| state.last_success) {
            remedy.push_str(&format!("; the connection worked until {last:.0}"));
        }
    }

    /// The store of this config, its list of connections brought in line with it.
    fn store(&self, setup: &Setup) -> Result<Store, Failure> {
        let (store, aside) = Store::open(&setup.store_folder(), self.clock.now())?;
        if let Some(aside) = aside {
            self.notices.borrow_mut().push(aside_notice(&aside));
        }
        configure(&store, &setup.config)?;
        Ok(store)
    }
}

impl Services for Program {
    fn dashboard(&self, setup: &Setup, look: &Look) -> Result<(), Failure> {
        let store = self.store(setup)?;
        let notices = self.notices.take();
        screen::Stage {
            config: &setup.config,
            paths: &setup.paths,
            store,
            vault: self.vault(setup),
            registry: self.registry(setup),
            clock: Arc::clone(&self.clock),
            notices,
        }
        .play(look)
    }

    fn demo(&self, args: &DemoArgs, look: &Look) -> Result<(), Failure> {
        demo::run(args, look)
    }

    fn sandbox(&self, args: &SandboxArgs) -> Result<(), Failure> {
        let serving = sandbox::run(args.clone(), Arc::clone(&self.clock));
        runtime()?
            .block_on(serving)
            .map_err(|error| Failure::new(Exit::Failed, error.to_string()))
    }

    fn issues(&self, setup: &Setup, request: &Request) -> Result<Answer, Failure> {
        let store = self.store(setup)?;
        if request.live {
            return runtime()?.block_on(live::issues(setup, &store, &self.clients(setup), request));
        }
        for alias in request.aliases() {
            if !store.cursor(alias)?.complete {
                let message = format!("the cache of {alias} is not complete yet: its first pull has not ended");
                return Err(Failure::new(Exit::Failed, message).hint(format!(
                    "`crosstie sync --connection {alias}` completes it; --live asks Jira itself"
                )));
            }
        }
        let (now, limit) = (self.clock.now(), request.limit.unwrap_or(usize::MAX));
        let mut answer = Answer::none(Source::Cache);
        for asked in &request.asked {
            let query = ListQuery {
                jql: asked.jql.clone(),
                aliases: asked.aliases.clone(),
                limit: limit.saturating_sub(answer.rows.len()),
                exact: true,
                ..ListQuery::default()
            };
            answer = answer.followed_by(store.list(&query, now)?.into());
        }
        Ok(answer)
    }

    fn known_values(&self, setup: &Setup, aliases: &[Alias]) -> Result<Vec<KnownValues>, Failure> {
        let store = self.store(setup)?;
        let known = |alias| {
            let names = store.site_names(alias)?;
            Ok(KnownValues::new(names.components, names.projects))
        };
        aliases.iter().map(known).collect()
    }

    fn connections(&self, setup: &Setup) -> Result<Vec<ConnectionState>, Failure> {
        let mut states = self.store(setup)?.connections()?;
        let vault = self.vault(setup);
        runtime()?.block_on(async {
            for state in &mut states {
                if let Some(connection) = setup.config.connection(state.alias.as_str()) {
                    tell_settings(connection, state);
                    facts(connection, &vault).await.tell(state);
                }
            }
        });
        Ok(states)
    }

    fn test(&self, setup: &Setup, connection: &ConnectionConfig) -> Tested {
        match runtime() {
            Ok(runtime) => {
                let vault = self.vault(setup);
                let mut checks = runtime.block_on(check::run_checks(connection, &vault, &self.clock));
                self.tell_when_it_worked(setup, connection, &mut checks);
                checks.into()
            }
            Err(failure) => Tested {
                checks: vec![Check::failed("program", failure.message, "try again")],
                problem: None,
            },
        }
    }

    fn change(&self, setup: &Setup, change: Change) -> Result<Changed, Failure> {
        runtime()?.block_on(connect::change(&self.registry(setup), change))
    }

    fn authorize(
        &self,
        setup: &Setup,
        connection: &ConnectionConfig,
        site: Option<&str>,
        tell: &mut dyn FnMut(&Started) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let means = jira::means(connection, &self.vault(setup), Arc::clone(&self.clock))?;
        runtime()?.block_on(connect::authorize(connection, site, &means, tell))
    }

    fn open(&self, url: &str) -> Result<(), String> {
        open::that_detached(url).map_err(|error| error.to_string())
    }

    fn read_secret(&self) -> Result<SecretString, Failure> {
        connect::read_secret()
    }

    fn sync(&self, setup: &Setup, request: &SyncRequest, on_run: OnRun<'_>) -> Result<(), Failure> {
        let store = self.store(setup)?;
        let chosen: Vec<ConnectionConfig> = setup
            .config
            .connections
            .iter()
            .filter(|one| request.aliases.contains(&one.alias))
            .cloned()
            .collect();
        let said = runtime()?.block_on(watch::sync(
            &chosen,
            &store,
            &self.clients(setup),
            &self.clock,
            &setup.config,
            request,
            on_run,
        ))?;
        self.notices.borrow_mut().extend(said);
        Ok(())
    }

    fn check_jql(&self, setup: &Setup, connection: &ConnectionConfig, jql: &str) -> Result<Vec<String>, Failure> {
        runtime()?.block_on(async {
            let client = jira::Client::open(connection, &self.vault(setup), Arc::clone(&self.clock)).await?;
            Ok(client.jql_check(jql).await?)
        })
    }

    fn findings(&self) -> &dyn FindingServices {
        self
    }

    fn store(&self, setup: &Setup) -> Check {
        match Program::store(self, setup).and_then(|store| Ok(store.connections()?)) {
            Ok(states) => {
                let issues: u64 = states.iter().filter_map(|state| state.issues).sum();
                let folder = setup.store_folder();
                Check::passed("store", format!("{} holds {issues} issues", folder.display()))
            }
            Err(failure) => Check::failed("store", failure.message, failure.hints.join("; ")),
        }
    }

    fn keyring(&self, setup: &Setup) -> Result<(), Failure> {
        Ok(runtime()?.block_on(self.vault(setup).check_keyring())?)
    }

    fn notices(&self) -> Vec<String> {
        self.notices.take()
    }
}

/// What a set-aside store is told as.
fn aside_notice(aside: &SetAside) -> String {
    format!(
        "the store was set aside as {} because {}; the cache is rebuilt from Jira",
        aside.file.display(),
        aside.reason
    )
}

/// How often this config polls and counts.
fn pace(config: &Config) -> Pace {
    Pace {
        interval: config.sync.interval,
        census: config.sync.census,
    }
}

/// Brings the store's list of connections in line with the config. Caches of connections that are
/// switched off, or that this version cannot use, stay.
fn configure(store: &Store, config: &Config) -> Result<(), StoreError> {
    let (on, off): (Vec<_>, Vec<_>) = config.connections.iter().partition(|connection| connection.enabled);
    let seeds: Vec<ConnectionSeed> = on
        .into_iter()
        .map(|connection| ConnectionSeed {
            alias: connection.alias.clone(),
            site: connection.site().to_owned(),
            access: connection.access(),
            scope: connection.scope.clone(),
        })
        .collect();
    let keep: Vec<Alias> = off.into_iter().map(|connection| connection.alias.clone()).collect();
    store.configure(&seeds, &keep)
}

/// The async runtime: the engine is mostly waiting, two threads are plenty.
fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Failed, format!("the async runtime cannot start: {error}")))
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(Exit::Failed, error.to_string()).hint(error.remedy())
    }
}

impl From<jira::Error> for Failure {
    fn from(error: jira::Error) -> Self {
        let exit = if error.kind.needs_sign_in() {
            Exit::SignIn
        } else {
            Exit::Failed
        };
        Self::new(exit, error.message).hint(error.remedy)
    }
}
