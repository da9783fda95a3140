//! `issues --tag` with the built program: two sites, files of a catalog, cache and live.
#![expect(clippy::unwrap_used, reason = "what cannot be set up fails its test")]

use std::{fs, path::Path, process::Command, sync::Arc};

use crosstie::{
    clock::{SharedClock, SystemClock},
    sandbox::{Flavour, Sandbox, SandboxOptions, model::World},
};
use serde_json::Value;
use tempfile::TempDir;

/// Of each site, a component that only it has.
const CATALOG: &str = "
info:
  x-cortex-tag: till
  x-cortex-issues:
    defaultJql: ORDER BY created
    components:
      - CLOUD
      - name: CENTER
        alias: lab
      - name: Nothing of the kind
        alias: lab
---
info:
  x-cortex-tag: LABEL
---
info: {
";

struct Sites {
    folder: TempDir,
    cloud: Sandbox,
    center: Sandbox,
}

impl Sites {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: SharedClock = Arc::new(SystemClock);
        let start = |flavour| {
            let mut options = SandboxOptions::new(flavour, Arc::clone(&clock));
            options.issues = 120;
            Sandbox::start(options)
        };
        let (cloud, center) = (
            start(Flavour::Cloud).await.unwrap(),
            start(Flavour::DataCenter).await.unwrap(),
        );
        let sites = Self { folder, cloud, center };
        fs::write(sites.folder.path().join("config.toml"), sites.config()).unwrap();
        let catalog = CATALOG
            .replace("CLOUD", &component(&sites.cloud))
            .replace("CENTER", &component(&sites.center))
            .replace("LABEL", &label(&sites.cloud));
        fs::write(sites.folder.path().join("catalog.yaml"), catalog).unwrap();
        sites
    }

    fn config(&self) -> String {
        let (cloud, center) = (self.cloud.credentials(), self.center.credentials());
        format!(
            r#"
[catalog]
paths = ["catalog.yaml"]
[[connection]]
alias = "acme"
kind = "cloud"
url = "{}"
gateway_url = "{}"
default = true
scope = "created >= 2000-01-01"
auth = {{ method = "api-token", email = "{}", secret = {{ env = "ACME_TOKEN" }} }}
[[connection]]
alias = "lab"
kind = "data-center"
url = "{}"
scope = "created >= 2000-01-01"
auth = {{ method = "basic", username = "{}", secret = {{ env = "LAB_PASSWORD" }} }}
"#,
            self.cloud.url(),
            self.cloud.gateway_url(),
            cloud.email,
            self.center.url(),
            center.username,
        )
    }

    /// Runs the program, and gives what it says to either side.
    async fn run(&self, line: &[&str]) -> (i32, String, String) {
        let folder: &Path = self.folder.path();
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("crosstie"));
        command
            .args(line)
            .env("CROSSTIE_CONFIG", folder.join("config.toml"))
            .env("CROSSTIE_DATA_DIR", folder.join("data"))
            .env("ACME_TOKEN", self.cloud.credentials().api_token)
            .env("LAB_PASSWORD", self.center.credentials().password)
            .env_remove("CROSSTIE_LOG");
        let output = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// Keys by connection, in the order of the answer.
    async fn keys(&self, line: &[&str]) -> (Vec<(String, String)>, String) {
        let (exit, out, err) = self.run(&[&["issues", "--json"], line].concat()).await;
        assert_eq!(exit, 0, "{line:?}: {err}");
        let listing: Value = serde_json::from_str(&out).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let issues = listing["issues"].as_array().unwrap();
        let keys: Vec<_> = issues
            .iter()
            .map(|issue| (text(&issue["connection"]), text(&issue["key"])))
            .collect();
        assert_eq!(
            listing["total"].as_u64(),
            Some(u64::try_from(keys.len()).unwrap()),
            "{line:?}"
        );
        (keys, err)
    }

    /// What the sites themselves find.
    fn truth(&self, cloud: &str, center: &str) -> Vec<(String, String)> {
        let found = |alias: &str, sandbox: &Sandbox, jql: &str| {
            let world = sandbox.world();
            let world = world.read().unwrap();
            let found = world.search(&world.viewer(sandbox.now()), jql).unwrap();
            assert!(!found.is_empty(), "{jql}");
            found
                .into_iter()
                .map(|idx| (alias.to_owned(), world.issue(idx).key.to_string()))
                .collect::<Vec<_>>()
        };
        let mut all = found("acme", &self.cloud, cloud);
        if !center.is_empty() {
            all.extend(found("lab", &self.center, center));
        }
        all
    }
}

/// A component that some issue has.
fn component(sandbox: &Sandbox) -> String {
    let world = sandbox.world();
    let world = world.read().unwrap();
    let used = in_sight(&world, sandbox).find_map(|issue| issue.components.first().copied());
    world.component(used.unwrap()).name.to_string()
}

/// A label that some issue has, and that is a project's name besides.
fn label(sandbox: &Sandbox) -> String {
    let world = sandbox.world();
    let world = world.read().unwrap();
    let mut labels = in_sight(&world, sandbox).flat_map(|issue| &issue.labels);
    let names_a_project = |label: &str| {
        world
            .projects
            .iter()
            .any(|project| project.name.eq_ignore_ascii_case(label))
    };
    labels.find(|label| names_a_project(label)).unwrap().to_string()
}

fn in_sight<'w>(world: &'w World, sandbox: &Sandbox) -> impl Iterator<Item = &'w crosstie::sandbox::model::Issue> {
    let viewer = world.viewer(sandbox.now());
    world
        .visible(&viewer)
        .map(|idx| world.issue(idx))
        .collect::<Vec<_>>()
        .into_iter()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tag_finds_its_issues_on_each_site_cached_and_live() {
    let sites = Sites::start().await;
    let (cloud, center, label) = (component(&sites.cloud), component(&sites.center), label(&sites.cloud));
    let (exit, _, err) = sites.run(&["sync"]).await;
    assert_eq!(exit, 0, "{err}");

    let till = sites.truth(
        &format!("component = \"{cloud}\" ORDER BY created"),
        &format!("component = \"{center}\" ORDER BY created"),
    );
    for live in [&[][..], &["--live"]] {
        let (keys, err) = sites.keys(&[&["--tag", "TILL"], live].concat()).await;
        assert_eq!(keys, till, "{live:?}");
        assert!(err.contains("catalog.yaml:"), "{err}");
        assert!(err.contains("lab knows no component \"Nothing of the kind\""), "{err}");

        let jql = "priority is not EMPTY OR project is EMPTY ORDER BY key DESC";
        let narrowed = sites.truth(
            &format!("(labels = \"{label}\" OR project = \"{label}\") AND (priority is not EMPTY OR project is EMPTY) ORDER BY key DESC"),
            "",
        );
        let line = ["--tag", &label, "--connection", "acme", "--jql", jql];
        assert_eq!(sites.keys(&[&line, live].concat()).await.0, narrowed, "{live:?}");
    }

    let (exit, out, err) = sites.run(&["issues", "--tag", "tills"]).await;
    assert_eq!((exit, out.as_str()), (2, ""));
    assert!(err.contains("did you mean till?"), "{err}");
}
