//! Catalog files on disk: published ones, folders with links and limits, changes, and whatever
//! bytes a file may hold.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crosstie::catalog::{Catalog, IssueFacts, KnownValues, MAX_FILE_BYTES, Matcher, Site, effective_jql, fingerprint};
use crosstie::domain::Alias;
use proptest::prelude::*;

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/catalog")
        .join(path)
}

fn write(path: &Path, tag: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, format!("info:\n  x-cortex-tag: {tag}\n"))
}

fn tags(catalog: &Catalog) -> Vec<&str> {
    catalog.entities().iter().map(|entity| entity.tag.as_str()).collect()
}

fn flaws(catalog: &Catalog, root: &Path) -> Vec<String> {
    let root = format!("{}/", root.display());
    let flaws = catalog.flaws().iter();
    flaws.map(|flaw| flaw.to_string().replace(&root, "")).collect()
}

#[test]
fn published_files_are_read() {
    let catalog = Catalog::load(&[data("real")]);
    assert_eq!(flaws(&catalog, &data("real")), Vec::<String>::new());
    let lines: Vec<String> = catalog
        .entities()
        .iter()
        .map(|entity| {
            let names = |owners: &[crosstie::catalog::Owner]| {
                let names: Vec<_> = owners.iter().map(|owner| owner.name().to_owned()).collect();
                names.join(", ")
            };
            format!(
                "{} ({}, {:?}) line {} groups [{}] owners [{}] members [{}]",
                entity.tag,
                entity.kind,
                entity.name,
                entity.line,
                entity.groups.join(", "),
                names(&entity.owners),
                names(&entity.members)
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    axis-backstage-plugin-jira-dashboard (component, "@axis-backstage/plugin-jira-dashboard") line 4 groups [] owners [backstage-plugins-maintainers] members []
    janus-authors (group, "Janus-IDP Authors") line 6 groups [] owners [] members []
    github (resource, "GitHub Showcase repository") line 4 groups [] owners [janus-authors] members []
    rhdh (system, "Red Hat Developer Hub") line 4 groups [backstage, rhdh] owners [rhdh-team] members []
    backstage-plugin-jira (component, "Backstage Plugin Jira") line 4 groups [plugin, oss, frontend] owners [open-source] members []
    github-auth-utils-react (component, "@roadiehq/github-auth-utils-react") line 4 groups [] owners [engineering] members []
    audit-flags (ai-agent, "audit-flags") line 5 groups [ai-model:claude-sonnet-4-6, tier-3] owners [platform-engineering, owner@example.com] members []
    docs-generator (ai-plugin, "docs-generator") line 4 groups [] owners [] members []
    employee-bob-martinez (employee, "Bob Martinez") line 4 groups [] owners [] members []
    team-frontend (team, "Frontend") line 4 groups [ai-spend-demo] owners [] members [Carol Kim, David Osei]
    cli-test-domain-child (domain, "Test Domain Child") line 4 groups [cli-test] owners [] members []
    cli-test-service-test-team-2 (service, "Test Service Test Team 2") line 4 groups [cli-test] owners [cli-test-team-2] members []
    aws-dev-us-west-2 (environment, "aws-dev-us-west-2") line 4 groups [cloudType:aws, envType:dev, region:us-west-2] owners [] members []
    payments-1.6.1 (service-version, "payments-1.6.1") line 4 groups [] owners [] members []
    "#);
    assert_eq!(catalog.skipped(), 8);
}

#[test]
fn an_entity_asks_for_its_issues_and_is_found_by_them() {
    let catalog = Catalog::load(&[data("real")]);
    let (alias, known) = (
        Alias::from("acme"),
        KnownValues::new(Some(Vec::new()), Some(vec!["RHDH".to_owned()])),
    );
    let site = Site {
        alias: &alias,
        default: Some(&alias),
        known: &known,
    };
    let entity = catalog.get("rhdh").unwrap();
    let sent = effective_jql(
        Some("priority = High OR priority = Highest ORDER BY key"),
        entity,
        "",
        &site,
    );
    assert_eq!(
        sent.unwrap().as_deref(),
        Some("(priority = High OR priority = Highest) AND (labels = rhdh OR project = rhdh) ORDER BY key")
    );
    let matcher = Matcher::new(&catalog, Some(&alias));
    let issue = IssueFacts {
        alias: &alias,
        labels: &["Payments-1.6.1".to_owned()],
        components: &[],
        project: "RHDH",
    };
    assert_eq!(matcher.tags_of(&issue), ["rhdh", "payments-1.6.1"]);
}

#[test]
fn folders_are_read_to_their_depths_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    write(&root.join("b.yaml"), "b").unwrap();
    write(&root.join("a/deep/er/x.YML"), "x").unwrap();
    write(&root.join("a.json"), "j").unwrap();
    write(&root.join(".cortex/catalog/hidden.yaml"), "hidden").unwrap();
    write(&root.join("notes.txt"), "no").unwrap();
    write(&root.join("node_modules/pkg/catalog-info.yaml"), "no").unwrap();
    write(&root.join(".git/x.yaml"), "no").unwrap();
    let named = root.join("named.descriptor");
    write(&named, "named").unwrap();
    // A folder within a folder, and a file that was read before, count once.
    let paths = [named.clone(), root.to_owned(), root.join("a"), named];
    let catalog = Catalog::load(&paths);
    assert_eq!(tags(&catalog), ["named", "hidden", "x", "j", "b"]);
    assert_eq!(flaws(&catalog, root), Vec::<String>::new());
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    write(&root.join("good.yaml"), "good").unwrap();
    fs::write(root.join("broken.yaml"), "info:\n  title: a: b\n").unwrap();
    fs::write(root.join("latin.yaml"), b"info:\n  title: caf\xe9\n").unwrap();
    let large = usize::try_from(MAX_FILE_BYTES).unwrap() + 1;
    fs::write(root.join("large.json"), vec![b' '; large]).unwrap();
    let catalog = Catalog::load(&[root.join("nowhere"), root.to_owned()]);
    assert_eq!(tags(&catalog), ["good"]);
    assert_eq!(
        flaws(&catalog, root),
        [
            "nowhere: does not exist; correct `paths` under [catalog], or create it",
            "broken.yaml:2: not readable as YAML: mapping values are not allowed in this context",
            "large.json: larger than 1 MiB, which no catalog file is; not read",
            "latin.yaml:2: not UTF-8 text",
        ]
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_once_and_never_in_circles() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    write(&root.join("catalog/a.yaml"), "a").unwrap();
    write(&root.join("elsewhere/b.yaml"), "b").unwrap();
    symlink(root.join("catalog"), root.join("catalog/circle")).unwrap();
    symlink(root, root.join("catalog/up")).unwrap();
    symlink(root.join("catalog/a.yaml"), root.join("catalog/z.yaml")).unwrap();
    symlink(root.join("gone"), root.join("catalog/dangling.yaml")).unwrap();
    symlink("/dev/zero", root.join("catalog/endless.yaml")).unwrap();
    let catalog = Catalog::load(&[root.join("catalog")]);
    assert_eq!(tags(&catalog), ["a", "b"]);
    assert_eq!(
        flaws(&catalog, root),
        ["catalog/dangling.yaml: does not exist; correct `paths` under [catalog], or create it"]
    );
}

#[test]
fn a_change_is_noticed_without_reading() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    let (first, second) = (root.join("a.yaml"), root.join("sub/b.yaml"));
    write(&first, "a").unwrap();
    let set_time = |path: &Path, seconds: u64| {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        fs::File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    };
    set_time(&first, 1_000);
    let paths = [root.to_owned(), root.join("later.yaml")];
    let catalog = Catalog::load(&paths);
    assert!(!catalog.changed());
    assert_eq!(catalog.fingerprint(), fingerprint(&paths));

    // Same size, other time.
    write(&first, "b").unwrap();
    set_time(&first, 2_000);
    assert!(catalog.changed());
    let catalog = Catalog::load(&paths);
    assert_eq!(tags(&catalog), ["b"]);

    write(&second, "c").unwrap();
    assert!(catalog.changed());
    let catalog = Catalog::load(&paths);
    assert_eq!((tags(&catalog), catalog.changed()), (vec!["b", "c"], false));

    fs::remove_file(&first).unwrap();
    assert!(catalog.changed());
    let catalog = Catalog::load(&paths);
    write(&paths[1], "late").unwrap();
    assert!(catalog.changed());
    assert_eq!(tags(&Catalog::load(&paths)), ["late", "c"]);
    fs::write(root.join("unrelated.txt"), "x").unwrap();
    assert!(!Catalog::load(&paths).changed());
}

/// Fragments that lead somewhere more often than bytes do.
fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("info:\n"),
        Just("  x-cortex-tag: "),
        Just("  x-cortex-issues:\n    jira:\n"),
        Just("      labels: [a, {name: b, alias: c}]\n"),
        Just("      defaultJql: "),
        Just("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n"),
        Just("  name: "),
        Just("  annotations: {jira/project-key: x/Y}\n"),
        Just("---\n"),
        Just("...\n"),
        Just("&a "),
        Just("*a\n"),
        Just("<<: "),
        Just("? "),
        Just("!!binary "),
        Just("|\n"),
        Just("[{"),
        Just("\"\\u"),
        Just("\u{202e}\u{0}"),
        Just("\r"),
    ]
    .prop_map(str::to_owned)
    .boxed()
    .prop_union(any::<String>().boxed())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_are_too_much(content in prop::collection::vec(any::<u8>(), 0..400)) {
        sound(&content)?;
    }

    #[test]
    fn no_text_is_too_much(fragments in prop::collection::vec(fragment(), 0..24)) {
        sound(fragments.concat().as_bytes())?;
    }

    #[test]
    fn what_is_asked_is_always_jql(tag in "[^\\s\\p{Cc}]{1,20}", values in prop::collection::vec("\\PC{1,12}", 0..4)) {
        let json = serde_json::json!({"info": {
            "x-cortex-tag": tag,
            "x-cortex-issues": {"jira": {"labels": values, "components": values}},
        }});
        let catalog = Catalog::from_sources([(PathBuf::from("e.json"), json.to_string().into_bytes())]);
        prop_assert_eq!(tags(&catalog), [tag.as_str()]);
        let (alias, known) = (Alias::from("acme"), KnownValues::default());
        let site = Site { alias: &alias, default: Some(&alias), known: &known };
        let sent = effective_jql(Some("a = 1 OR b = 2 ORDER BY c"), &catalog.entities()[0], "", &site).unwrap().unwrap();
        let restricted = sent.starts_with("(a = 1 OR b = 2) AND (") && sent.ends_with(") ORDER BY c");
        prop_assert!(restricted, "{}", sent);
        prop_assert!(crosstie::jql::parse(&sent).is_ok(), "{}", sent);
    }
}

/// Reading ends, and what it says is fit to be shown.
fn sound(content: &[u8]) -> Result<(), TestCaseError> {
    let catalog = Catalog::from_sources([(PathBuf::from("any.yaml"), content.to_vec())]);
    for flaw in catalog.flaws() {
        prop_assert!(!flaw.message.contains(char::is_control), "{:?}", flaw.message);
        prop_assert!(flaw.line != Some(0));
    }
    for entity in catalog.entities() {
        prop_assert!(!entity.tag.is_empty() && !entity.tag.contains(char::is_whitespace));
    }
    Ok(())
}
