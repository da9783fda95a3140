//! The dashboard on two sandboxes, a Cloud and a Data Center, with a store that goes with it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;

use super::{configure, runtime, screen::Stage};
use crate::{
    cli::{
        demo::DemoArgs,
        failure::{Exit, Failure},
        output::Look,
    },
    clock::{FrozenClock, SharedClock, SystemClock},
    config::{Config, ConnectionConfig, Method, Paths, SecretSource, SyncSettings},
    domain::Deployment,
    sandbox::{Flavour, Sandbox, SandboxError, SandboxOptions},
    store::Store,
};

/// The instant at which a frozen demo stands: a Monday morning, so that due dates read well.
const FROZEN_AT: i64 = 1_772_443_800;

/// The demo polls more often than one would poll a real site, so that the log lives.
const INTERVAL: Duration = Duration::from_secs(10);

/// Which part of the issues lives on the Data Center site.
const ON_DATA_CENTER: u32 = 5;

/// Shows the demo.
pub(super) fn run(args: &DemoArgs, look: &Look) -> Result<(), Failure> {
    let clock: SharedClock = match Timestamp::from_second(FROZEN_AT) {
        Ok(at) if args.frozen => Arc::new(FrozenClock(at)),
        _ => Arc::new(SystemClock),
    };
    let folder = Folder::make()?;
    let sites = runtime()?;
    let few = args.issues / ON_DATA_CENTER;
    let start = |flavour, issues: u32, context: &str| {
        sites.block_on(Sandbox::start(SandboxOptions {
            issues: usize::try_from(issues).unwrap_or(usize::MAX),
            colleagues: !args.frozen,
            context: context.to_owned(),
            ..SandboxOptions::new(flavour, Arc::clone(&clock))
        }))
    };
    let cloud = start(Flavour::Cloud, args.issues - few, "")?;
    let center = start(Flavour::DataCenter, few, "/jira")?;
    let config = config(&folder, &cloud, &center)?;
    let paths = Paths {
        config: folder.path.join("config.toml"),
        data: folder.path.clone(),
        home: None,
    };
    let (store, _) = Store::open(&folder.path, clock.now())?;
    configure(&store, &config)?;
    let ended = Stage {
        config: &config,
        paths: &paths,
        store,
        clock,
        notices: Vec::new(),
    }
    .play(look);
    sites.shutdown_background();
    ended
}

fn config(folder: &Folder, cloud: &Sandbox, center: &Sandbox) -> Result<Config, Failure> {
    let (on_cloud, on_center) = (cloud.credentials(), center.credentials());
    let token = folder.secret("cloud-token", &on_cloud.api_token)?;
    let acme = Method::ApiToken {
        email: on_cloud.email,
        secret: token,
    };
    let lab = Method::Pat {
        secret: folder.secret("lab-token", &on_center.pat)?,
    };
    let connections = vec![
        ConnectionConfig {
            default: true,
            gateway_url: cloud.gateway_url(),
            ..ConnectionConfig::new("acme", Deployment::Cloud, cloud.url(), acme)
        },
        ConnectionConfig::new("lab", Deployment::DataCenter, center.url(), lab),
    ];
    let sync = SyncSettings {
        interval: INTERVAL,
        ..SyncSettings::default()
    };
    Ok(Config {
        connections,
        sync,
        ..Config::default()
    })
}

/// A folder of this process alone, removed when the demo ends.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn make() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("crosstie-demo-{}", std::process::id()));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|error| cannot_make(&path, &error))?;
        Ok(Self { path })
    }

    /// Keeps a secret as the config of a real site would.
    fn secret(&self, name: &str, secret: &str) -> Result<SecretSource, Failure> {
        let file = self.path.join(name);
        write_private(&file, secret).map_err(|error| cannot_make(&file, &error))?;
        Ok(SecretSource::File(file))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            tracing::warn!(%error, folder = %self.path.display(), "the demo's folder stays behind");
        }
    }
}

fn cannot_make(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        format!("the demo cannot make {}: {error}", path.display()),
    )
    .hint("make the folder for temporary files writable, or name another in TMPDIR")
}

fn write_private(file: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(file)?, text.as_bytes())
}

impl From<SandboxError> for Failure {
    fn from(error: SandboxError) -> Self {
        Self::new(Exit::Failed, error.to_string())
    }
}
