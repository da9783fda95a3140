//! Whole stories of connections that come, change and go, with config, vault and store looked at.

use std::{fs, sync::Arc};

use secrecy::ExposeSecret;

use super::*;
use crate::{
    auth::keyring::{KeyringError, MemoryKeyring},
    clock::FrozenClock,
    config::Method,
    domain::Deployment,
    store::ConnectionSeed,
};

struct World {
    folder: tempfile::TempDir,
    vault: Vault,
    registry: Registry,
}

fn world(config: &str) -> World {
    with(config, MemoryKeyring::default())
}

fn with(config: &str, keyring: MemoryKeyring) -> World {
    let folder = tempfile::tempdir().unwrap();
    let paths = Paths {
        config: folder.path().join("config.toml"),
        data: folder.path().join("data"),
        home: None,
    };
    if !config.is_empty() {
        fs::write(&paths.config, config).unwrap();
    }
    let vault = Vault::new(paths.data.clone(), Arc::new(keyring));
    let store = paths.data.clone();
    let clock: SharedClock = Arc::new(FrozenClock("2026-11-22T10:00:00Z".parse().unwrap()));
    World {
        folder,
        registry: Registry::new(paths, store, vault.clone(), clock),
        vault,
    }
}

impl World {
    fn text(&self) -> String {
        fs::read_to_string(self.folder.path().join("config.toml")).unwrap_or_default()
    }

    fn cached(&self) -> Vec<String> {
        let store = self.registry.open_store().unwrap();
        let aliases = store.connections().unwrap();
        aliases.into_iter().map(|state| state.alias.to_string()).collect()
    }

    fn cache(&self, alias: &str) {
        let seed = ConnectionSeed {
            alias: Alias::from(alias),
            site: "https://jira.acme.com".to_owned(),
            access: Access::Pat,
            scope: String::new(),
        };
        self.registry.open_store().unwrap().configure(&[seed], &[]).unwrap();
    }
}

fn pat(alias: &str, source: SecretSource) -> ConnectionConfig {
    let method = Method::Pat { secret: source };
    ConnectionConfig::new(alias, Deployment::DataCenter, "https://jira.acme.com", method)
}

fn secret() -> SecretString {
    SecretString::from("pl4nted-s3cret")
}

const KEPT: &str = "# mine\n[[connection]]\nalias = \"lab\" # the lab\nurl = \"https://lab.acme.com\"\nauth = { method = \"pat\", secret = { env = \"LAB\" } }\n";

#[tokio::test]
async fn a_first_connection_makes_the_file_and_its_secret_is_elsewhere() {
    for (source, written) in [
        (SecretSource::Keyring, "secret = \"keyring\""),
        (SecretSource::File("anywhere".into()), "data/secrets/acme\""),
    ] {
        let world = world("");
        let wanted = pat("acme", source);
        let preview = world.registry.preview(&wanted, None, true).unwrap();
        assert!(world.text().is_empty(), "a preview touches nothing");
        world.registry.put(wanted, None, Some(secret())).await.unwrap();
        let text = world.text();
        assert!(text.contains(written), "{text}");
        for line in preview {
            assert!(text.contains(&line.line), "{line:?} was shown, but is not in\n{text}");
        }
        let loaded = crate::config::load(&world.registry.paths).unwrap().config;
        let config = loaded.connection("acme").unwrap();
        let found = crate::auth::resolve(config.method.secret(), &config.alias, &world.vault).await;
        assert_eq!(found.unwrap().expose_secret(), "pl4nted-s3cret");
        assert!(!text.contains("pl4nted"), "{text}");
    }
}

#[tokio::test]
async fn what_cannot_be_kept_changes_nothing() {
    let refused = KeyringError::Locked {
        reason: "dismissed".to_owned(),
    };
    let world = with(KEPT, MemoryKeyring::failing(refused));
    let wanted = pat("acme", SecretSource::Keyring);
    let error = world.registry.put(wanted, None, Some(secret())).await.unwrap_err();
    assert_eq!(error.kind(), "secret");
    assert_eq!(world.text(), KEPT);
    let taken = pat("LAB", SecretSource::Env("X".to_owned()));
    let error = world.registry.put(taken, None, None).await.unwrap_err();
    assert!(matches!(error, ConnectError::Taken(_)), "{error}");
    let mut odd = pat("acme", SecretSource::Env("X".to_owned()));
    odd.scope = "project = PAY ORDER BY key".to_owned();
    assert_eq!(world.registry.put(odd, None, None).await.unwrap_err().kind(), "setup");
    assert_eq!(world.text(), KEPT);
}

#[tokio::test]
async fn a_new_alias_takes_everything_along() {
    let world =
        world("[[mapping]]\nname = \"scans\"\nproject = \"PAY\"\nissue_type = \"Bug\"\nconnection = \"acme\"\n");
    let acme = pat("acme", SecretSource::File("x".into()));
    world.registry.put(acme, None, Some(secret())).await.unwrap();
    world.cache("acme");
    let (from, to) = (Alias::from("acme"), Alias::from("work"));
    assert_eq!(world.registry.rename(&from, &to).await.unwrap(), ["scans"]);
    assert_eq!(world.cached(), ["work"]);
    let loaded = crate::config::load(&world.registry.paths).unwrap().config;
    let config = loaded.connection("work").unwrap();
    let found = crate::auth::resolve(config.method.secret(), &config.alias, &world.vault).await;
    assert_eq!(found.unwrap().expose_secret(), "pl4nted-s3cret");
    assert!(world.text().contains("connection = \"work\""), "{}", world.text());
    let lost = world.registry.rename(&from, &to).await.unwrap_err();
    assert!(matches!(lost, ConnectError::Unknown(_)), "{lost}");
}

#[tokio::test]
async fn a_removed_connection_leaves_mappings_and_everything_in_jira() {
    let world = world(&format!(
        "[[mapping]]\nname = \"scans\"\nproject = \"PAY\"\nissue_type = \"Bug\"\nconnection = \"acme\"\n{KEPT}"
    ));
    let acme = pat("acme", SecretSource::Keyring);
    world.registry.put(acme, None, Some(secret())).await.unwrap();
    world.cache("acme");
    let alias = Alias::from("acme");
    let held = try_acquire(&world.registry.store, &alias).unwrap();
    let busy = world.registry.remove(&alias).await.unwrap_err();
    assert!(matches!(busy, ConnectError::Busy(_)), "{busy}");
    assert!(world.text().contains("alias = \"acme\""));
    drop(held);
    let removed = world.registry.remove(&alias).await.unwrap();
    assert_eq!(removed.mappings, ["scans"]);
    assert!(removed.revoke.contains("personal-access-tokens"), "{}", removed.revoke);
    assert!(world.cached().is_empty());
    assert!(world.vault.secret(&alias).await.is_err());
    let text = world.text();
    assert!(
        text.contains("# mine\n[[connection]]\nalias = \"lab\" # the lab\n"),
        "{text}"
    );
    assert!(!text.contains("alias = \"acme\""), "{text}");
}

#[test]
fn there_is_one_default_and_switches_stay_with_their_comments() {
    let world = world(&format!(
        "{KEPT}[[connection]]\nalias = \"b\"\ndefault = true\nurl = \"https://b.acme.com\"\nauth = {{ method = \"pat\", secret = {{ env = \"B\" }} }}\n"
    ));
    let lab = Alias::from("lab");
    world.registry.set_default(&lab).unwrap();
    world.registry.set_flag(&lab, ConnectionFlag::ReadOnly, true).unwrap();
    let config = crate::config::load(&world.registry.paths).unwrap().config;
    let flags: Vec<_> = config
        .connections
        .iter()
        .map(|one| (one.default, one.read_only))
        .collect();
    assert_eq!(flags, [(true, true), (false, false)]);
    assert!(
        world
            .text()
            .starts_with("# mine\n[[connection]]\nalias = \"lab\" # the lab\n")
    );
}
