//! A Cloud and a Data Center in memory, and a store that was filled from both over HTTP.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crosstie::{
    auth::{Vault, keyring::MemoryKeyring},
    clock::{ManualClock, SharedClock},
    config::{ConnectionConfig, Method, SecretSource},
    domain::{Alias, Deployment, ListQuery, RunState},
    sandbox::{
        Flavour, Sandbox, SandboxOptions,
        model::{Edit, NewIssue, ProjectIdx, TypeIdx, World},
    },
    store::{ConnectionSeed, Store},
    sync::{Clients, Lane, Pace, Want},
};
use jiff::{SignedDuration, Span, Timestamp, tz::TimeZone};
use tempfile::TempDir;

const NOW: &str = "2026-11-20T09:30:12Z";
const ISSUES: usize = 300;

/// All of a site: what the cache leaves out is not this test's concern.
const SCOPE: &str = "created >= 2000-01-01";

pub(crate) struct Site {
    pub(crate) alias: Alias,
    pub(crate) sandbox: Sandbox,
    /// Keys by store row.
    pub(crate) keys: HashMap<i64, String>,
    config: ConnectionConfig,
}

pub(crate) struct Sites {
    pub(crate) store: Store,
    sites: Vec<Site>,
    clock: SharedClock,
    vault: Vault,
    _folder: TempDir,
}

impl Sites {
    /// Two sites, with issues on the edges of days at each of `places`.
    pub(crate) async fn start(places: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: SharedClock = ManualClock::at(NOW.parse().unwrap());
        let (store, _) = Store::open(&folder.path().join("store"), clock.now()).unwrap();
        let mut sites = Vec::new();
        for (alias, flavour, seed) in [("acme", Flavour::Cloud, 7), ("lab", Flavour::DataCenter, 8)] {
            let mut options = SandboxOptions::new(flavour, Arc::clone(&clock));
            (options.issues, options.seed) = (ISSUES, seed);
            let sandbox = Sandbox::start(options).await.unwrap();
            sandbox.change(|world, _| places.iter().for_each(|(zone, now)| live_on_edges(world, zone, now)));
            let config = config(alias, flavour, &sandbox, folder.path().join(alias));
            sites.push(Site {
                alias: Alias::from(alias),
                sandbox,
                keys: HashMap::new(),
                config,
            });
        }
        let seeds: Vec<ConnectionSeed> = sites.iter().map(|site| seed(&site.config)).collect();
        store.configure(&seeds, &[]).unwrap();
        Self {
            store,
            sites,
            clock,
            vault: Vault::new(folder.path().to_owned(), Arc::new(MemoryKeyring::default())),
            _folder: folder,
        }
    }

    pub(crate) fn all(&self) -> &[Site] {
        &self.sites
    }

    /// The account moves, and the store hears of it as it always does: from the next run.
    pub(crate) async fn move_account_to(&mut self, zone: &str) {
        for site in &mut self.sites {
            {
                let world = site.sandbox.world();
                let mut world = world.write().unwrap();
                let me = world.me.at();
                zone.clone_into(&mut world.users[me].time_zone);
            }
            let pace = Pace {
                interval: Duration::from_secs(300),
                census: Duration::from_secs(100_000),
            };
            let clients = Clients::new(Arc::clone(&self.clock), self.vault.clone());
            let (config, store) = (site.config.clone(), self.store.clone());
            let mut lane = Lane::new(config, clients, store, Arc::clone(&self.clock), pace);
            let run = lane.run(Want::default()).await.unwrap();
            assert_eq!(run.state, RunState::Ok, "{run:?}");
            site.keys = keys(&self.store, &site.alias);
        }
    }
}

/// Issues around the midnights of some days: a second before and after, a minute, an hour.
fn live_on_edges(world: &mut World, zone: &str, now: &str) {
    let now: Timestamp = now.parse().unwrap();
    let today = now.to_zoned(TimeZone::get(zone).unwrap()).date();
    for day in [-7, -1, 0, 1] {
        let day = today.checked_add(Span::new().days(day)).unwrap();
        let midnight = day.in_tz(zone).unwrap().timestamp();
        for seconds in [-3_600, -60, -1, 0, 59, 3_600] {
            let new = NewIssue {
                project: ProjectIdx(0),
                issue_type: TypeIdx(2),
                values: vec![
                    Edit::Summary(format!("{seconds} seconds after the midnight of {day} in {zone}")),
                    Edit::Due(Some(day)),
                ],
            };
            let at = midnight + SignedDuration::from_secs(seconds);
            let author = world.me;
            world.create(new, Some(author), at).unwrap();
        }
    }
}

fn config(alias: &str, flavour: Flavour, sandbox: &Sandbox, secret: PathBuf) -> ConnectionConfig {
    let own = sandbox.credentials();
    let (kind, token) = match flavour {
        Flavour::Cloud => (Deployment::Cloud, &own.api_token),
        Flavour::DataCenter => (Deployment::DataCenter, &own.pat),
    };
    write_secret(&secret, token);
    let secret = SecretSource::File(secret);
    let method = match flavour {
        Flavour::Cloud => Method::ApiToken {
            email: own.email.clone(),
            secret,
        },
        Flavour::DataCenter => Method::Pat { secret },
    };
    ConnectionConfig {
        scope: SCOPE.to_owned(),
        gateway_url: sandbox.gateway_url(),
        ..ConnectionConfig::new(alias, kind, sandbox.url(), method)
    }
}

/// Others may not read it, or it is refused.
fn write_secret(file: &Path, secret: &str) {
    std::fs::write(file, secret).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

fn seed(config: &ConnectionConfig) -> ConnectionSeed {
    ConnectionSeed {
        alias: config.alias.clone(),
        site: config.site().to_owned(),
        access: config.access(),
        scope: config.scope.clone(),
    }
}

fn keys(store: &Store, alias: &Alias) -> HashMap<i64, String> {
    let all = ListQuery {
        aliases: vec![alias.clone()],
        limit: usize::MAX,
        ..ListQuery::default()
    };
    let page = store.list(&all, NOW.parse().unwrap()).unwrap();
    page.rows.into_iter().map(|row| (row.row, row.key.0)).collect()
}
