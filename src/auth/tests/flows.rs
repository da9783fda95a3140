//! From the first address to tokens that are kept, for every method that goes through the browser.

use std::{collections::BTreeMap, sync::Mutex};

use ::oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use serde_json::{Value, json};

use super::stage::{APP_SECRET, Reply, Seen, Server, Stage, header, tokens};
use crate::{
    auth::{
        Attempt, AuthError, AuthErrorKind, Grant, Return, begin, begin_by,
        grant::tests::{at, oauth2},
        landing::{self, Landing},
    },
    config::{Method, SecretSource},
};

const CALLBACK: &str = "http://localhost:8976/callback";

fn query(attempt: &Attempt) -> BTreeMap<String, String> {
    attempt.authorization_url().query_pairs().into_owned().collect()
}

/// The address without its query.
fn page(attempt: &Attempt) -> String {
    let mut url = attempt.authorization_url().clone();
    url.set_query(None);
    url.into()
}

/// What a browser brings after consent, read as the listener reads it.
fn landed(attempt: &Attempt, code: &str) -> Landing {
    let query = match &attempt.expected().attempt {
        landing::Attempt::State(_) => format!("code={code}&state={}", query(attempt)["state"]),
        landing::Attempt::RequestToken(_) => {
            format!("oauth_verifier={code}&oauth_token={}", query(attempt)["oauth_token"])
        }
    };
    Landing::of_query(&query, attempt.expected()).unwrap()
}

fn site(id: &str, url: &str) -> Value {
    json!({"id": id, "name": id, "url": url, "scopes": ["read:jira-work"]})
}

/// Tokens for `code-1`, once; and these sites.
fn issuer(sites: Vec<Value>) -> impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static {
    let used = Mutex::new(false);
    move |seen, _| match seen.path.as_str() {
        "/oauth/token/accessible-resources" if seen.authorization == "Bearer access-1" => (200, json!(sites)),
        "/oauth/token" if seen.json()["code"] == "code-1" && !std::mem::replace(&mut *used.lock().unwrap(), true) => {
            (200, tokens(1))
        }
        _ => (
            403,
            json!({"error": "invalid_grant", "error_description": "Invalid authorization code"}),
        ),
    }
}

#[tokio::test]
async fn cloud_is_asked_for_as_its_documentation_says() {
    let server = Server::start(|_, _| (500, json!({}))).await;
    let mut stage = Stage::cloud(&server);
    for (read_only, scope) in [
        (false, "read:jira-work write:jira-work read:jira-user offline_access"),
        (true, "read:jira-work read:jira-user offline_access"),
    ] {
        stage.config.read_only = read_only;
        let attempt = begin(&stage.config, &stage.means).await.unwrap();
        assert_eq!(page(&attempt), format!("{}/authorize", server.url));
        let mut asked = query(&attempt);
        assert!(asked.remove("state").unwrap().len() >= 32);
        let expected = [
            ("audience", "api.atlassian.com"),
            ("client_id", "app-1"),
            ("prompt", "consent"),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", scope),
        ];
        let expected: BTreeMap<_, _> = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(asked, expected);
        assert!(
            attempt.authorization_url().as_str().contains("scope=read%3Ajira-work"),
            "{attempt:?}"
        );
        assert_eq!(attempt.callback().map(url::Url::as_str), Some(CALLBACK));
        assert_eq!(
            (attempt.expires_at(), attempt.note()),
            (at("2026-11-22T10:10:00Z"), None)
        );
    }
    let states: Vec<_> = [
        begin(&stage.config, &stage.means).await.unwrap(),
        begin_by(&stage.config, Return::ShownCode, &stage.means).await.unwrap(),
    ]
    .iter()
    .map(|attempt| query(attempt)["state"].clone())
    .collect();
    assert_ne!(states[0], states[1]);
    assert_eq!(server.count(), 0, "nothing is asked before a person has approved");
}

#[tokio::test]
async fn cloud_from_the_code_to_a_signed_request() {
    // The site is the server's own address, which is known only once it listens.
    let url = std::sync::Arc::new(Mutex::new(String::new()));
    let told = url.clone();
    let server = Server::start(move |seen, before| {
        let own = told.lock().unwrap().clone();
        let sites = vec![site("aaa-1", "https://other.atlassian.net"), site("bbb-2", &own)];
        match seen.path.as_str() {
            "/oauth/token" => (200, tokens(u32::try_from(before).unwrap() + 1)),
            _ => (200, json!(sites)),
        }
    })
    .await;
    url.lock().unwrap().clone_from(&server.url);
    let stage = Stage::cloud(&server);
    let mut attempt = begin(&stage.config, &stage.means).await.unwrap();
    let landing = landed(&attempt, "code-1");
    let granted = attempt.finish(landing, None, &stage.means).await.unwrap();
    assert_eq!(granted.site.unwrap().cloud_id, "bbb-2");
    assert_eq!(granted.lacks, ["read:jira-user", "write:jira-work"]);
    assert_eq!(
        (granted.last_four.as_str(), granted.expires_at),
        ("", Some(at("2027-02-20T10:00:00Z")))
    );
    let asked = server.seen();
    assert_eq!((asked.len(), asked[0].kind.as_str()), (2, "application/json"));
    let expected = json!({"grant_type": "authorization_code", "client_id": "app-1", "client_secret": APP_SECRET,
        "code": "code-1", "redirect_uri": CALLBACK});
    assert_eq!(asked[0].json(), expected);
    assert_eq!(asked[1].authorization, "Bearer access-1");
    let signer = stage.signer().await;
    assert_eq!(signer.cloud_id().as_deref(), Some("bbb-2"));
    assert_eq!(header(&signer).await.as_deref(), Ok("Bearer access-1"));
    let again = attempt
        .finish(landed(&attempt, "code-1"), None, &stage.means)
        .await
        .unwrap_err();
    assert!(again.message.contains("complete already"), "{again}");
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_site_is_chosen_without_a_new_code_and_until_then_nothing_is_replaced() {
    let server = Server::start(issuer(vec![
        site("aaa-1", "https://one.atlassian.net"),
        site("bbb-2", "https://two.atlassian.net"),
    ]))
    .await;
    let stage = Stage::cloud(&server).signed_in().await;
    let mut attempt = begin(&stage.config, &stage.means).await.unwrap();
    let early = attempt.choose("aaa-1", &stage.means).await.unwrap_err();
    assert_eq!(early.kind, AuthErrorKind::Setup);
    let landing = landed(&attempt, "code-1");
    let unclear = attempt.finish(landing, None, &stage.means).await.unwrap_err();
    assert_eq!(unclear.kind, AuthErrorKind::Setup);
    for word in ["https://one.atlassian.net", "https://two.atlassian.net"] {
        assert!(unclear.message.contains(word), "{unclear}");
    }
    assert_eq!(attempt.sites().len(), 2);
    attempt
        .choose("https://three.atlassian.net", &stage.means)
        .await
        .unwrap_err();
    let kept = stage.kept().await.unwrap();
    assert!(
        kept.is_same(&Grant::OAuth2(oauth2("access-0", Some("refresh-0")))),
        "{kept:?}"
    );
    let granted = attempt.choose("https://two.atlassian.net", &stage.means).await.unwrap();
    assert_eq!(granted.site.unwrap().cloud_id, "bbb-2");
    assert_eq!(stage.kept().await.unwrap().site().unwrap().cloud_id, "bbb-2");
    assert_eq!(server.count(), 2, "one code, one list");
}

#[tokio::test]
async fn a_code_that_is_not_taken_leaves_the_working_grant_alone() {
    for (status, body, kind, expected) in [
        (
            403,
            json!({"error": "invalid_grant", "error_description": "Invalid authorization code"}),
            AuthErrorKind::SignIn,
            "a code works once",
        ),
        (
            400,
            json!({"error": "invalid_request"}),
            AuthErrorKind::SignIn,
            "a code works once",
        ),
        (
            401,
            json!({"error": "access_denied", "error_description": "Unauthorized"}),
            AuthErrorKind::Setup,
            "compare client_id and secret",
        ),
        (
            401,
            json!({"error": "invalid_client"}),
            AuthErrorKind::Setup,
            "compare client_id and secret",
        ),
        (
            400,
            json!({"error": "invalid_request", "error_description": "redirect_uri mismatch"}),
            AuthErrorKind::Setup,
            "enter exactly http://localhost:8976/callback",
        ),
        (404, json!("<html>"), AuthErrorKind::Setup, "auth_url"),
        (302, json!(""), AuthErrorKind::Setup, "auth_url"),
        (503, json!("<html>"), AuthErrorKind::Network, "tries again"),
    ] {
        let server = Server::start(move |_, _| (status, body.clone())).await;
        let stage = Stage::cloud(&server).signed_in().await;
        let mut attempt = begin(&stage.config, &stage.means).await.unwrap();
        let landing = landed(&attempt, "c0de-s3cret-9");
        let error = attempt.finish(landing, None, &stage.means).await.unwrap_err();
        assert_eq!(error.kind, kind, "{status}: {error}");
        assert!(error.remedy.contains(expected), "{status}: {error:?}");
        assert!(error.message.contains("127.0.0.1:"), "{status}: {error}");
        let printed = format!("{error:?} {attempt:?}");
        assert!(
            !printed.contains("c0de-s3cret-9") && !printed.contains(APP_SECRET),
            "{printed}"
        );
        assert_eq!(header(&stage.signer().await).await.as_deref(), Ok("Bearer access-0"));
    }
}

#[tokio::test]
async fn the_list_of_sites_may_fail_and_be_asked_for_again() {
    let answers = Mutex::new(vec![
        (200, json!([site("bbb-2", "https://two.atlassian.net")])),
        (502, json!({})),
        (200, json!({"not": "a list"})),
    ]);
    let server = Server::start(move |seen, _| match seen.path.as_str() {
        "/oauth/token" => (200, tokens(1)),
        _ => answers.lock().unwrap().pop().unwrap(),
    })
    .await;
    let stage = Stage::cloud(&server);
    let mut attempt = begin(&stage.config, &stage.means).await.unwrap();
    let landing = landed(&attempt, "code-1");
    let odd = attempt.finish(landing, Some("bbb-2"), &stage.means).await.unwrap_err();
    assert!(
        odd.kind == AuthErrorKind::Setup && odd.remedy.contains("gateway_url"),
        "{odd:?}"
    );
    let down = attempt.choose("bbb-2", &stage.means).await.unwrap_err();
    assert_eq!(down.kind, AuthErrorKind::Network, "{down}");
    attempt.choose("bbb-2", &stage.means).await.unwrap();
}

#[tokio::test]
async fn data_center_proves_that_it_began_what_it_ends() {
    let server = Server::start(|_, _| {
        (
            200,
            json!({"access_token": "access-of-dc-1", "token_type": "bearer", "expires_in": "7200",
            "refresh_token": "refresh-of-dc-1", "created_at": 1_607_635_748}),
        )
    })
    .await;
    let mut stage = Stage::data_center(&server);
    stage.config.url = format!("{}/jira", server.url);
    for (read_only, scope) in [(true, "READ"), (false, "WRITE")] {
        stage.config.read_only = read_only;
        let attempt = begin(&stage.config, &stage.means).await.unwrap();
        assert_eq!(
            page(&attempt),
            format!("{}/jira/rest/oauth2/latest/authorize", server.url)
        );
        let asked = query(&attempt);
        assert_eq!(
            (asked["scope"].as_str(), asked["redirect_uri"].as_str()),
            (scope, CALLBACK)
        );
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(!asked.contains_key("audience"));
        let note = attempt.note().unwrap();
        for word in [
            "skip.redirect.url.https.requirement=true",
            "\"https://localhost:8976/callback\"",
        ] {
            assert!(note.contains(word), "{note}");
        }
    }
    let mut attempt = begin(&stage.config, &stage.means).await.unwrap();
    let landing = landed(&attempt, "code-1");
    let granted = attempt.finish(landing, None, &stage.means).await.unwrap();
    assert_eq!(
        (granted.site, granted.lacks, granted.last_four.as_str()),
        (None, vec![], "dc-1")
    );
    let seen = &server.seen()[0];
    assert_eq!(
        (seen.path.as_str(), seen.kind.as_str()),
        ("/jira/rest/oauth2/latest/token", "application/x-www-form-urlencoded")
    );
    let form = seen.form();
    let verifier = &form["code_verifier"];
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
    assert_eq!(query(&attempt)["code_challenge"], challenge.as_str());
    assert!((43..=128).contains(&verifier.len()), "{verifier}");
    let mut sent: Vec<_> = form.keys().map(String::as_str).collect();
    sent.sort_unstable();
    assert_eq!(
        sent,
        [
            "client_id",
            "client_secret",
            "code",
            "code_verifier",
            "grant_type",
            "redirect_uri"
        ]
    );
    let Some(Grant::OAuth2(kept)) = stage.kept().await else {
        panic!("nothing was kept");
    };
    assert_eq!(kept.expires_at, Some(at("2026-11-22T12:00:00Z")));
    stage.config.callback = "https://localhost:8976/callback".to_owned();
    assert_eq!(begin(&stage.config, &stage.means).await.unwrap().note(), None);
}

#[tokio::test]
async fn the_https_rule_of_data_center_is_explained_with_its_way_round() {
    let server = Server::start(|_, _| {
        (
            400,
            json!({"error": "invalid_request", "error_description": "redirect_uri must use https"}),
        )
    })
    .await;
    let stage = Stage::data_center(&server);
    let mut attempt = begin(&stage.config, &stage.means).await.unwrap();
    let landing = landed(&attempt, "code-1");
    let error = attempt.finish(landing, None, &stage.means).await.unwrap_err();
    assert_eq!(error.kind, AuthErrorKind::Setup, "{error}");
    for word in ["skip.redirect.url.https.requirement", "https://localhost:8976/callback"] {
        assert!(error.remedy.contains(word), "{}", error.remedy);
    }
    let server = Server::start(|_, _| (404, json!("<html>"))).await;
    let stage = Stage::data_center(&server);
    let mut attempt = begin(&stage.config, &stage.means).await.unwrap();
    let landing = landed(&attempt, "code-1");
    let error = attempt.finish(landing, None, &stage.means).await.unwrap_err();
    assert!(error.remedy.contains("8.22"), "{error:?}");
}

#[tokio::test]
async fn oauth_1_goes_the_same_two_steps() {
    let server = Server::start(|seen, _| match seen.path.as_str() {
        "/plugins/servlet/oauth/request-token" => {
            (200, json!("oauth_token=request-1&oauth_token_secret=s&oauth_callback_confirmed=true"))
        }
        _ if seen.authorization.contains("oauth_verifier=\"code-1\"") => {
            (200, json!("oauth_token=token-of-1234&oauth_token_secret=s&oauth_expires_in=600&oauth_session_handle=handle-1&oauth_authorization_expires_in=1200"))
        }
        _ => (401, json!("oauth_problem=verifier_invalid")),
    })
    .await;
    let stage = Stage::oauth1(&server);
    let attempt = begin_by(&stage.config, Return::ShownCode, &stage.means).await.unwrap();
    assert_eq!(attempt.callback(), None);
    assert!(server.seen()[0].authorization.contains("oauth_callback=\"oob\""));
    let mut attempt = begin(&stage.config, &stage.means).await.unwrap();
    assert!(
        server.seen()[1]
            .authorization
            .contains("oauth_callback=\"http%3A%2F%2Flocalhost%3A8976%2Fcallback\"")
    );
    assert_eq!(
        page(&attempt),
        format!("{}/plugins/servlet/oauth/authorize", server.url)
    );
    assert_eq!(attempt.callback().map(url::Url::as_str), Some(CALLBACK));
    let wrong = landed(&attempt, "code-2");
    let wrong = attempt.finish(wrong, None, &stage.means).await.unwrap_err();
    assert_eq!(wrong.kind, AuthErrorKind::SignIn, "{wrong}");
    assert!(stage.kept().await.is_none());
    let landing = landed(&attempt, "code-1");
    let granted = attempt.finish(landing, None, &stage.means).await.unwrap();
    assert_eq!(
        (granted.last_four.as_str(), granted.expires_at),
        ("1234", Some(at("2026-11-22T10:20:00Z")))
    );
    assert!(header(&stage.signer().await).await.is_ok());
}

async fn refusal(server: &Server, change: impl FnOnce(&mut Stage)) -> AuthError {
    let mut stage = Stage::cloud(server);
    change(&mut stage);
    begin(&stage.config, &stage.means).await.unwrap_err()
}

#[tokio::test]
async fn what_cannot_begin_says_why() {
    let server = Server::start(|_, _| (500, json!({}))).await;
    let plain = refusal(&server, |stage| {
        let secret = stage.config.method.secret().clone();
        stage.config.method = Method::Pat { secret };
    });
    assert_eq!(plain.await.kind, AuthErrorKind::Setup);
    let missing = refusal(&server, |stage| {
        stage.config.method = Method::OAuth2Cloud {
            client_id: "app-1".to_owned(),
            secret: SecretSource::Keyring,
        };
    });
    assert_eq!(missing.await.kind, AuthErrorKind::Secret);
    let unprotected = refusal(&server, |stage| {
        "http://auth.example.com".clone_into(&mut stage.config.auth_url);
    });
    let nowhere = refusal(&server, |stage| "nowhere".clone_into(&mut stage.config.callback));
    for (error, setting) in [(unprotected.await, "auth_url"), (nowhere.await, "callback")] {
        assert!(
            error.kind == AuthErrorKind::Setup && error.message.contains(setting),
            "{error:?}"
        );
    }
    let no_key = refusal(&server, |stage| {
        stage.config.method = Method::OAuth1 {
            consumer_key: "crosstie".to_owned(),
            private_key: stage.config.method.secret().clone(),
        };
    })
    .await;
    assert_eq!(no_key.kind, AuthErrorKind::Secret);
    assert!(!format!("{no_key:?}").contains(APP_SECRET), "{no_key:?}");
    assert_eq!(server.count(), 0);
}
