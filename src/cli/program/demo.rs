//! The dashboard on two sandboxes, a Cloud and a Data Center, with a store that goes with it.

mod connections;
mod findings;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use tokio::runtime::Runtime;

use super::{configure, runtime, screen::Stage};
use crate::{
    auth::{Vault, keyring::MemoryKeyring},
    cli::{
        demo::args::DemoArgs,
        failure::{Exit, Failure},
        look::Look,
    },
    clock::{FrozenClock, SharedClock, SystemClock},
    config::{self, CatalogSettings, Config, NoticeSettings, Paths, SecretSource, SyncSettings},
    connect::Registry,
    sandbox::{Flavour, Sandbox, SandboxError, SandboxOptions},
    store::Store,
};

/// The instant at which a frozen demo stands: a Monday morning, so that due dates read well.
const FROZEN_AT: i64 = 1_772_443_800;

/// The demo polls more often than one would poll a real site, so that the log lives.
const INTERVAL: Duration = Duration::from_secs(10);

/// Which part of the issues lives on the Data Center site.
const ON_DATA_CENTER: u32 = 5;

/// Services whose tags the sandboxes use as labels, with what people call them.
const SERVICES: [(&str, &str); 7] = [
    ("payments", "Payments"),
    ("checkout", "Checkout"),
    ("ledger", "Ledger"),
    ("dashboard", "Merchant dashboard"),
    ("mobile", "Mobile apps"),
    ("infra", "Infrastructure"),
    ("security", "Security"),
];

/// A service that is a component on the Data Center site alone.
const CARD_READER: &str = "---
openapi: 3.0.1
info:
  title: Card reader
  x-cortex-tag: card-reader
  x-cortex-type: service
  x-cortex-issues:
    jira:
      components:
        - name: Card reader
          alias: lab
";

/// Shows the demo.
pub(super) fn run(args: &DemoArgs, look: &Look) -> Result<(), Failure> {
    let clock: SharedClock = match Timestamp::from_second(FROZEN_AT) {
        Ok(at) if args.frozen => Arc::new(FrozenClock(at)),
        _ => Arc::new(SystemClock),
    };
    let folder = Folder::make()?;
    let jiras = runtime()?;
    let sites = Sites::start(&jiras, args, &clock)?;
    let mut config = config(&folder, &sites, args.frozen)?;
    let paths = Paths {
        config: folder.path.join("config.toml"),
        data: folder.path.clone(),
        home: None,
    };
    let text = config::print(&config).map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
    write_private(&paths.config, &text).map_err(|error| cannot_make(&paths.config, &error))?;
    config.path = Some(paths.config.clone());
    let (store, _) = Store::open(&folder.path, clock.now())?;
    configure(&store, &config)?;
    // The demo leaves the machine's own keyring alone.
    let vault = Vault::new(folder.path.clone(), Arc::new(MemoryKeyring::default()));
    let grant = connections::grant(&config.connections, &vault, &clock);
    jiras.block_on(grant)?;
    let ended = Stage {
        config: &config,
        paths: &paths,
        store,
        registry: Registry::new(paths.clone(), folder.path.clone(), vault.clone(), Arc::clone(&clock)),
        vault,
        clock,
        notices: Vec::new(),
    }
    .play(look);
    jiras.shutdown_background();
    ended
}

fn config(folder: &Folder, sites: &Sites, frozen: bool) -> Result<Config, Failure> {
    let sync = SyncSettings {
        interval: INTERVAL,
        ..SyncSettings::default()
    };
    Ok(Config {
        connections: connections::all(folder, sites)?,
        sources: findings::sources(folder, sites)?,
        mappings: findings::mappings(frozen),
        sync,
        catalog: CatalogSettings {
            paths: vec![folder.catalog()?],
        },
        // What goes wrong in a demo is part of the show.
        notices: NoticeSettings {
            desktop: false,
            slack: None,
        },
        ..Config::default()
    })
}

/// The two Jiras of the demo.
struct Sites {
    cloud: Sandbox,
    center: Sandbox,
}

impl Sites {
    /// Makes both at once: each takes its time.
    fn start(runtime: &Runtime, args: &DemoArgs, clock: &SharedClock) -> Result<Self, Failure> {
        let few = args.issues / ON_DATA_CENTER;
        let start = |flavour, issues: u32, context: &str| {
            runtime.spawn(Sandbox::start(SandboxOptions {
                issues: usize::try_from(issues).unwrap_or(usize::MAX),
                colleagues: !args.frozen,
                context: context.to_owned(),
                ..SandboxOptions::new(flavour, Arc::clone(clock))
            }))
        };
        let (cloud, center) = (
            start(Flavour::Cloud, args.issues - few, ""),
            start(Flavour::DataCenter, few, "/jira"),
        );
        let ended = |_| Failure::new(Exit::Failed, "the demo's Jira could not be made");
        Ok(Self {
            cloud: runtime.block_on(cloud).map_err(ended)??,
            center: runtime.block_on(center).map_err(ended)??,
        })
    }
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

    /// Writes the catalog that the tags come from.
    fn catalog(&self) -> Result<PathBuf, Failure> {
        let file = self.path.join("catalog.yaml");
        write_private(&file, catalog()).map_err(|error| cannot_make(&file, &error))?;
        Ok(file)
    }

    /// Keeps a secret as the config of a real site would.
    fn secret(&self, name: &str, secret: &str) -> Result<SecretSource, Failure> {
        let file = self.path.join(name);
        write_private(&file, secret).map_err(|error| cannot_make(&file, &error))?;
        Ok(SecretSource::File(file))
    }
}

/// All services as Cortex descriptors.
fn catalog() -> String {
    let descriptors = SERVICES.map(|(tag, name)| {
        format!("openapi: 3.0.1\ninfo:\n  title: {name}\n  x-cortex-tag: {tag}\n  x-cortex-type: service\n")
    });
    descriptors.join("---\n") + CARD_READER
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

fn write_private(file: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(file)?, text.as_ref())
}

impl From<SandboxError> for Failure {
    fn from(error: SandboxError) -> Self {
        Self::new(Exit::Failed, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn the_catalog_of_the_demo_is_sound() {
        let read = Catalog::from_sources([(PathBuf::from("catalog.yaml"), catalog().into_bytes())]);
        assert_eq!(read.flaws(), []);
        assert_eq!(read.entities().len(), SERVICES.len() + 1);
        let reader = read.get("card-reader").unwrap();
        assert_eq!(reader.jira.components[0].alias, Some("lab".into()));
    }
}
