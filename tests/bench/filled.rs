//! A store with many issues, pulled from the Jira inside as the dashboard would, and kept for the next time.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use crosstie::{
    clock::{ManualClock, SharedClock},
    config::{ConnectionConfig, Method, SecretSource},
    domain::{Alias, Deployment, RunState},
    sandbox::{Flavour, Sandbox, SandboxOptions},
    store::{ConnectionSeed, Store},
    sync::{Clients, Lane, Pace, Want},
};
use jiff::Timestamp;

const NOW: &str = "2026-11-20T09:30:12Z";
const SEED: u64 = 7;
const ALIAS: &str = "acme";

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// The store with `issues` issues; pulls them if that has not been done before.
pub(crate) async fn store(issues: usize) -> Store {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("filled-{issues}"));
    let (store, _) = Store::open(&folder, now()).unwrap();
    let known = store.count(&Alias::from(ALIAS)).unwrap_or(0);
    if usize::try_from(known).unwrap() < issues * 9 / 10 {
        let started = Instant::now();
        pull(&store, &folder, issues).await;
        println!("pulled {issues} issues in {:?}", started.elapsed());
    }
    store
}

async fn pull(store: &Store, folder: &Path, issues: usize) {
    let clock: SharedClock = ManualClock::at(now());
    let mut options = SandboxOptions::new(Flavour::Cloud, Arc::clone(&clock));
    (options.issues, options.seed) = (issues, SEED);
    let sandbox = Sandbox::start(options).await.unwrap();
    let config = config(&sandbox, &folder.join("token"));
    let seed = ConnectionSeed {
        alias: config.alias.clone(),
        site: config.site().to_owned(),
        access: config.access(),
        scope: config.scope.clone(),
    };
    store.configure(&[seed], &[]).unwrap();
    let pace = Pace {
        interval: Duration::from_secs(300),
        census: Duration::from_secs(100_000),
    };
    let clients = Clients::new(Arc::clone(&clock));
    let mut lane = Lane::new(config, clients, store.clone(), Arc::clone(&clock), pace);
    let run = lane.run(Want::default()).await.unwrap();
    assert_eq!(run.state, RunState::Ok, "{run:?}");
}

fn config(sandbox: &Sandbox, secret: &Path) -> ConnectionConfig {
    let own = sandbox.credentials();
    std::fs::write(secret, &own.api_token).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let method = Method::ApiToken {
        email: own.email.clone(),
        secret: SecretSource::File(secret.to_owned()),
    };
    ConnectionConfig {
        scope: "created >= 2000-01-01".to_owned(),
        gateway_url: sandbox.gateway_url(),
        ..ConnectionConfig::new(ALIAS, Deployment::Cloud, sandbox.url(), method)
    }
}
