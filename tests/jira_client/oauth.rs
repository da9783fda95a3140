//! OAuth 2.0 of Cloud from consent to an answer that came through the gateway.

use crosstie::{
    auth::{
        begin,
        landing::{self, Landing},
    },
    clock::{ManualClock, SharedClock},
    config::{ConnectionConfig, Method, SecretSource},
    jira::{Client, ErrorKind, check, means},
};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::support::{NOW, Reply, Seen, Server, config, error, myself, ok, refusal, vault};

/// Site, gateway and issuer in one; the first access token has been withdrawn.
fn cloud(seen: &Seen) -> Reply {
    match (seen.path.as_str(), seen.header("authorization")) {
        ("/oauth/token", _) => {
            let number = if seen.body["grant_type"] == "refresh_token" {
                2
            } else {
                1
            };
            ok(
                &json!({"access_token": format!("access-{number}"), "refresh_token": format!("refresh-{number}"),
                "expires_in": 3600, "token_type": "Bearer", "scope": "read:jira-work read:jira-user write:jira-work"}),
            )
        }
        ("/oauth/token/accessible-resources", "Bearer access-1") => {
            let url = format!("http://{}", seen.header("host"));
            ok(&json!([{"id": "aaa-1", "name": "acme", "url": url, "scopes": ["read:jira-work"]}]))
        }
        ("/ex/jira/aaa-1/rest/api/3/myself", "Bearer access-2") => ok(&myself()),
        (path, _) if path.starts_with("/ex/") => error(401, &json!({"code": 401, "message": "Unauthorized"})),
        _ => refusal(404, "not here"),
    }
}

#[tokio::test]
async fn from_consent_to_an_answer_through_the_gateway() {
    let server = Server::cloud(|seen, _| cloud(seen)).await;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("app");
    std::fs::write(&secret, "app-secret").unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let config = ConnectionConfig {
        gateway_url: server.url.clone(),
        auth_url: server.url.clone(),
        method: Method::OAuth2Cloud {
            client_id: "app".to_owned(),
            secret: SecretSource::File(secret),
        },
        ..config(&server.url)
    };
    let clock: SharedClock = ManualClock::at(NOW.parse().unwrap());
    let vault = vault(folder.path().join("data"));
    let nobody = Client::open(&config, &vault, clock.clone()).await.unwrap_err();
    assert_eq!(nobody.kind, ErrorKind::Auth, "{nobody}");
    let checks = check::run_checks(&config, &vault, &clock).await;
    assert!(
        checks.len() == 1 && checks[0].name == "signed in" && !checks[0].ok,
        "{checks:?}"
    );

    let means = means(&config, &vault, clock.clone()).unwrap();
    let mut attempt = begin(&config, &means).await.unwrap();
    let landing::Attempt::State(state) = &attempt.expected().attempt else {
        panic!("OAuth 2.0 has a state");
    };
    let pasted = format!("{}?state={}&code=c0de", config.callback, state.expose_secret());
    let landing = Landing::read(&pasted, attempt.expected()).unwrap();
    attempt.finish(landing, None, &means).await.unwrap();

    let client = Client::open(&config, &vault, clock.clone()).await.unwrap();
    assert!(client.uses_gateway());
    assert_eq!(client.myself().await.unwrap().user.display, "Ana Lima");
    let asked = server.asked();
    let expected = [
        "POST /oauth/token",
        "GET /oauth/token/accessible-resources",
        "GET /ex/jira/aaa-1/rest/api/3/myself",
        "POST /oauth/token",
        "GET /ex/jira/aaa-1/rest/api/3/myself",
    ];
    assert_eq!(asked, expected);
    // A second process finds the refreshed tokens.
    let other = Client::open(&config, &vault, clock).await.unwrap();
    other.myself().await.unwrap();
    assert_eq!(server.asked().len(), 6);
}
