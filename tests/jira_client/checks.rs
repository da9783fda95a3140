//! The connection test, from a site where all holds to each thing that may not.

use std::path::{Path, PathBuf};

use crosstie::{
    clock::{ManualClock, SharedClock},
    config::{ConnectionConfig, Method, SecretSource},
    domain::Deployment,
    jira::check::{Check, is_valid, run_checks},
};
use serde_json::{Value, json};

use crate::support::{NOW, Reply, Seen, Server, TOKEN, config, myself, ok, page, refusal, vault};

fn secret_file(folder: &Path) -> PathBuf {
    let path = folder.join("token");
    std::fs::write(&path, TOKEN).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    path
}

pub(crate) async fn checks_of(server: &Server, change: impl Fn(&mut ConnectionConfig)) -> Vec<Check> {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(&server.url);
    config.method = Method::ApiToken {
        email: "me@example.com".to_owned(),
        secret: SecretSource::File(secret_file(folder.path())),
    };
    change(&mut config);
    let clock: SharedClock = ManualClock::at(NOW.parse().unwrap());
    run_checks(&config, &vault(folder.path().to_owned()), &clock).await
}

pub(crate) fn healthy(seen: &Seen) -> Reply {
    let answer: Value = match seen.path.as_str() {
        "/rest/api/3/myself" => myself(),
        "/rest/api/3/project/search" => json!({"values": [{"id": "1", "key": "PAY"}], "isLast": true}),
        "/rest/api/3/search/jql" => page(&["PAY-1"]),
        "/rest/api/3/search/approximate-count" => json!({"count": 153}),
        "/rest/api/3/issue/createmeta/PAY/issuetypes" => {
            json!({"issueTypes": [{"id": "1", "name": "Bug"}], "total": 1})
        }
        _ => {
            let keys = seen.query.replace("permissions=", "").replace("%2C", ",");
            let each = keys
                .split(',')
                .map(|key| (key.to_owned(), json!({"name": key, "havePermission": true})));
            json!({"permissions": each.collect::<serde_json::Map<_, _>>()})
        }
    };
    ok(&answer)
        .with("X-RateLimit-Remaining", "90")
        .with("X-RateLimit-Limit", "100")
        .with("date", "Sun, 22 Nov 2026 10:00:01 GMT")
}

pub(crate) fn lines(checks: &[Check]) -> String {
    let line = |check: &Check| {
        format!(
            "{} {}: {}",
            if check.ok { "ok" } else { "NO" },
            check.name,
            check.detail
        )
    };
    checks.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn all_holds_on_a_healthy_site() {
    let server = Server::cloud(|seen, _| healthy(seen)).await;
    let checks = checks_of(&server, |_| ()).await;
    assert!(is_valid(&checks), "{}", lines(&checks));
    let shown = lines(&checks).replace(server.url.trim_start_matches("http://"), "HOST");
    insta::assert_snapshot!(shown, @r#"
    ok secret found: API token
    ok name resolves: 127.0.0.1 is 127.0.0.1
    ok reachable: TCP connection to HOST
    ok is Jira: Jira Cloud 1001.0.0-SNAPSHOT
    ok clock: agrees with the server's
    ok signed in: as Ana Lima, time zone America/Sao_Paulo
    ok projects visible: 1: PAY
    ok search works: 153 issues in the connection's scope
    ok permission BROWSE_PROJECTS: granted in at least one project
    ok permission CREATE_ISSUES: granted in at least one project
    ok permission EDIT_ISSUES: granted in at least one project
    ok permission TRANSITION_ISSUES: granted in at least one project
    ok permission ASSIGN_ISSUES: granted in at least one project
    ok permission ASSIGNABLE_USER: granted in at least one project
    ok permission ADD_COMMENTS: granted in at least one project
    ok permission CREATE_ATTACHMENTS: granted in at least one project
    ok permission LINK_ISSUES: granted in at least one project
    ok permission MOVE_ISSUES: granted in at least one project
    ok permission USER_PICKER: granted in at least one project
    ok create metadata readable: PAY offers 1 issue types
    ok webhooks allowed: no; news come by polling
    ok rate limit: 90 of 100 requests left
    "#);
}

#[tokio::test]
async fn a_token_at_a_jira_from_before_tokens_is_told_so() {
    for (version, old) in [("8.13.2", true), ("8.14.0", false), ("10.3.24", false)] {
        let server = Server::start(move |seen, _| match seen.path.as_str() {
            "/rest/api/2/serverInfo" => {
                ok(&json!({"baseUrl": "http://jira", "version": version, "deploymentType": "Server"}))
            }
            _ => refusal(401, "no"),
        })
        .await;
        let checks = checks_of(&server, |config| {
            let Method::ApiToken { secret, .. } = &config.method else {
                return;
            };
            config.method = Method::Pat { secret: secret.clone() };
            config.kind = Deployment::DataCenter;
        })
        .await;
        let remedy = checks.last().unwrap().remedy.clone().unwrap_or_default();
        assert_eq!(remedy.contains("came with Jira 8.14"), old, "{version}: {remedy}");
    }
}

#[tokio::test]
async fn each_failure_names_its_remedy_and_leaves_the_rest_out() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/myself" => refusal(401, "Client must be authenticated to access this resource."),
        _ => healthy(seen),
    })
    .await;
    type Change = fn(&mut ConnectionConfig);
    let cases: [(Change, &str, usize); 6] = [
        (
            |config| {
                config.method = Method::Pat {
                    secret: SecretSource::Env("CROSSTIE_NOT_SET".into()),
                }
            },
            "secret found",
            1,
        ),
        (|config| config.url = "http://example.com".into(), "settings", 1),
        (
            |config| config.url = "https://jira.crosstie-test.invalid".into(),
            "name resolves",
            2,
        ),
        (|config| config.url = "http://127.0.0.1:1".into(), "reachable", 3),
        (|config| config.url.push_str("/shop"), "is Jira", 4),
        (|_| (), "signed in", 6),
    ];
    for (change, name, count) in cases {
        let checks = checks_of(&server, change).await;
        let last = checks.last().unwrap();
        assert_eq!(
            (last.name.as_str(), last.ok, checks.len()),
            (name, false, count),
            "{}",
            lines(&checks)
        );
        assert!(checks[..count - 1].iter().all(|check| check.ok), "{}", lines(&checks));
        assert!(last.remedy.as_ref().is_some_and(|remedy| remedy.len() > 10), "{last:?}");
        assert!(!is_valid(&checks));
    }
}

#[tokio::test]
async fn later_failures_stand_beside_each_other() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/project/search" => ok(&json!({"values": [], "isLast": true})),
        "/rest/api/3/search/jql" => refusal(400, "Unbounded JQL queries are not allowed here."),
        "/rest/api/3/mypermissions" => ok(&json!({"permissions": {
            "BROWSE_PROJECTS": {"name": "Browse Projects", "havePermission": true},
            "EDIT_ISSUES": {"name": "Edit Issues", "havePermission": false}}})),
        "/rest/api/3/myself" => healthy(seen).with("date", "x"),
        _ => healthy(seen),
    })
    .await;
    let checks = checks_of(&server, |_| ()).await;
    let failed: Vec<&str> = checks
        .iter()
        .filter(|check| !check.ok)
        .map(|check| check.name.as_str())
        .collect();
    assert_eq!(
        failed,
        ["projects visible", "search works", "permission EDIT_ISSUES"],
        "{}",
        lines(&checks)
    );
    let checks = checks_of(&server, |config| config.read_only = true).await;
    assert!(
        !checks.iter().any(|check| check.name.contains("create metadata")),
        "{}",
        lines(&checks)
    );
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_with_its_error() {
    let server = Server::start(|seen, _| match seen.path.as_str() {
        "/rest/api/2/serverInfo" => ok(&json!({"version": "1001.0.0", "baseUrl": "x", "deploymentType": "Cloud"}))
            .with("date", "Sun, 22 Nov 2026 13:02:00 GMT"),
        _ => healthy(seen),
    })
    .await;
    let checks = checks_of(&server, |_| ()).await;
    let clock = checks.iter().find(|check| check.name == "clock").unwrap();
    assert_eq!(
        (clock.ok, clock.detail.as_str()),
        (false, "this machine's clock is 3 h 2 min behind the server's")
    );
    assert_eq!(
        checks.iter().filter(|check| !check.ok).count(),
        1,
        "the rest is still tested: {}",
        lines(&checks)
    );
}
