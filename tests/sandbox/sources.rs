//! What the services beside Jira hold is read without a flaw, and is enough of every kind.

use std::{collections::BTreeMap, fs, sync::Arc};

use crosstie::{
    auth::{Vault, keyring::MemoryKeyring},
    clock::{ManualClock, SharedClock},
    config::{Feed, SecretSource, SourceConfig},
    domain::{Finding, FindingKind, FindingState, Severity},
    sandbox::findings_files,
    source::{self, Means, files::FileKind},
};

use crate::harness::Jira;

async fn read(name: &str, feed: Feed) -> Vec<Finding> {
    let folder = tempfile::tempdir().unwrap();
    let clock: SharedClock = ManualClock::at("2026-11-20T09:30:00Z".parse().unwrap());
    let vault = Vault::new(folder.path().to_owned(), Arc::new(MemoryKeyring::default()));
    let means = Means::new(vault, clock);
    let config = SourceConfig {
        name: name.to_owned(),
        enabled: true,
        tag: None,
        feed,
    };
    let reading = source::read_source(&config, None, &means, |_| None).await.unwrap();
    // One report has an empty title, which is told and no more.
    let odd: Vec<_> = reading
        .flaws
        .iter()
        .filter(|flaw| flaw.reason != "it has no title")
        .collect();
    assert!(odd.is_empty(), "{odd:?}");
    reading.findings
}

fn secret(text: &str) -> SecretSource {
    SecretSource::Command(vec!["printf".to_owned(), text.to_owned()])
}

#[cfg(unix)]
#[tokio::test]
async fn every_kind_state_and_severity_is_there() {
    let jira = Jira::cloud().await;
    let own = jira.sandbox.credentials();
    let reports = read(
        "bounty",
        Feed::HackerOne {
            url: jira.sandbox.hackerone_url(),
            programs: jira.sandbox.programs(),
            identifier: own.hackerone_identifier,
            secret: secret(&own.hackerone_token),
        },
    )
    .await;
    let pulls = read(
        "forge",
        Feed::GitHub {
            url: jira.sandbox.github_url(),
            repositories: jira.sandbox.repositories(),
            secret: Some(secret(&own.github_token)),
            write: false,
        },
    )
    .await;
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in findings_files() {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let clock = ManualClock::at("2026-11-20T09:30:00Z".parse().unwrap());
    let files = |name: &str, kind| {
        let paths = [folder.path().join(name)];
        let reading = source::files::read_files(name, &paths, kind, &|_| None, &*clock);
        assert!(reading.flaws.is_empty() && reading.complete, "{:?}", reading.flaws);
        reading.findings
    };
    let all: Vec<Finding> = [
        reports,
        pulls,
        files("scans", FileKind::Sarif),
        files("tests", FileKind::Junit),
    ]
    .concat();
    assert!(all.len() >= 200, "{}", all.len());
    let count = |word: fn(&Finding) -> &'static str| {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in &all {
            *counts.entry(word(finding)).or_default() += 1;
        }
        counts
    };
    let kinds = count(|finding| finding.kind.word());
    for kind in [
        FindingKind::Report,
        FindingKind::Vulnerability,
        FindingKind::Remediation,
        FindingKind::Defect,
    ] {
        assert!(kinds.contains_key(kind.word()), "{kinds:?}");
    }
    let (states, severities) = (
        count(|finding| finding.state.word()),
        count(|finding| finding.severity.word()),
    );
    assert_eq!(states.len(), FindingState::WORDS.len(), "{states:?}");
    // Nothing is for information only: neither scanners nor reporters say so.
    assert!(severities.len() + 1 >= Severity::WORDS.len(), "{severities:?}");
}
