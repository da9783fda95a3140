//! Tokens are renewed in time, once, and saved before they are used.

use std::{
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use secrecy::ExposeSecret;
use serde_json::json;

use super::stage::{Server, Stage, header, refuse, refused, tokens};
use crate::auth::{
    AuthErrorKind, Grant,
    grant::tests::{at, oauth1, oauth2},
    signer,
};

/// The access and refresh tokens that are kept.
async fn kept(stage: &Stage) -> (String, String) {
    let Some(Grant::OAuth2(grant)) = stage.kept().await else {
        panic!("no tokens of OAuth 2.0 are kept");
    };
    let refresh = grant.refresh.as_ref().unwrap();
    (
        grant.access.expose_secret().to_owned(),
        refresh.expose_secret().to_owned(),
    )
}

fn pair(number: u32) -> (String, String) {
    (format!("access-{number}"), format!("refresh-{number}"))
}

#[tokio::test]
async fn a_token_is_used_until_little_of_its_life_is_left() {
    for (time, expected, asked) in [
        ("2026-11-22T10:00:00Z", "Bearer access-0", 0),
        ("2026-11-22T10:58:59Z", "Bearer access-0", 0),
        ("2026-11-22T10:59:00Z", "Bearer access-1", 1),
        ("2026-11-22T18:00:00Z", "Bearer access-1", 1),
    ] {
        let server = Server::rotating().await;
        let stage = Stage::cloud(&server).signed_in().await;
        let signer = stage.signer().await;
        stage.set_clock(time);
        assert_eq!(header(&signer).await.as_deref(), Ok(expected), "{time}");
        assert_eq!(header(&signer).await.as_deref(), Ok(expected), "{time}");
        assert_eq!(server.count(), asked, "{time}");
    }
}

#[tokio::test]
async fn the_end_is_counted_from_the_arrival_and_short_lives_are_not_all_margin() {
    let server = Server::start(|_, before| {
        let mut told = tokens(u32::try_from(before).unwrap() + 1);
        told["expires_in"] = json!(30);
        (200, told)
    })
    .await;
    let stage = Stage::cloud(&server).signed_in().await;
    let signer = stage.signer().await;
    // A clock that is years off does no harm.
    stage.set_clock("2031-01-01T00:00:00Z");
    for (time, expected) in [
        ("2031-01-01T00:00:00Z", "Bearer access-1"),
        ("2031-01-01T00:00:26Z", "Bearer access-1"),
        ("2031-01-01T00:00:27Z", "Bearer access-2"),
    ] {
        stage.set_clock(time);
        assert_eq!(header(&signer).await.as_deref(), Ok(expected), "{time}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_requests_of_two_processes_refresh_once() {
    for in_files in [false, true] {
        let server = Server::rotating().await;
        let mut stage = Stage::cloud(&server);
        if in_files {
            stage = stage.in_files();
        }
        let stage = stage.signed_in().await;
        let (one, other) = (stage.signer().await, stage.signer().await);
        stage.set_clock("2026-11-22T12:00:00Z");
        let asking = (0..12).map(|number| {
            let signer = if number % 2 == 0 { one.clone() } else { other.clone() };
            tokio::spawn(async move { header(&signer).await })
        });
        for asked in asking.collect::<Vec<_>>() {
            assert_eq!(asked.await.unwrap().as_deref(), Ok("Bearer access-1"));
        }
        assert_eq!((server.count(), kept(&stage).await), (1, pair(1)), "{in_files}");
        let sent = server.seen()[0].json();
        let expected = json!({"grant_type": "refresh_token", "client_id": "app-1",
            "client_secret": "app-s3cret-1234567890", "refresh_token": "refresh-0"});
        assert_eq!(sent, expected);
        // What one process has refreshed, another takes over instead of asking again.
        stage.set_clock("2026-11-22T13:00:00Z");
        assert_eq!(header(&one).await.as_deref(), Ok("Bearer access-2"));
        assert_eq!(header(&other).await.as_deref(), Ok("Bearer access-2"));
        assert_eq!(server.count(), 2);
    }
}

#[tokio::test]
async fn new_tokens_are_saved_before_they_are_used() {
    let server = Server::rotating().await;
    let stage = Stage::cloud(&server).signed_in().await;
    let signer = stage.signer().await;
    stage.set_clock("2026-11-22T12:00:00Z");
    stage.keyring.is_full.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        let error = header(&signer).await.unwrap_err();
        assert_eq!(error.kind, AuthErrorKind::Secret, "{error}");
    }
    assert_eq!(
        (server.count(), kept(&stage).await),
        (1, pair(0)),
        "asked once, and not lost"
    );
    assert_eq!(signer.redact("got refresh-1"), "got [hidden]");
    stage.keyring.is_full.store(false, Ordering::SeqCst);
    assert_eq!(header(&signer).await.as_deref(), Ok("Bearer access-1"));
    assert_eq!((server.count(), kept(&stage).await), (1, pair(1)));
}

#[tokio::test]
async fn a_request_that_is_given_up_does_not_lose_the_rotation() {
    let (begun, wait) = std::sync::mpsc::channel();
    let server = Server::start(move |_, _| {
        begun.send(()).unwrap();
        (200, tokens(1))
    })
    .await;
    let stage = Stage::cloud(&server).signed_in().await;
    let signer = stage.signer().await;
    stage.set_clock("2026-11-22T12:00:00Z");
    let asking = tokio::spawn({
        let signer = signer.clone();
        async move { header(&signer).await }
    });
    tokio::task::spawn_blocking(move || wait.recv_timeout(Duration::from_secs(180)).unwrap())
        .await
        .unwrap();
    asking.abort();
    let _ = asking.await;
    // The next request waits for the renewal that is under way and asks for none of its own.
    assert_eq!(header(&signer).await.as_deref(), Ok("Bearer access-1"));
    assert_eq!((server.count(), kept(&stage).await), (1, pair(1)));
}

#[tokio::test]
async fn after_a_kill_between_refresh_and_save_the_old_token_is_tried_again() {
    // Cloud takes the token before for ten minutes more.
    let server = Server::start(|seen, before| match seen.json()["refresh_token"].as_str() {
        Some("refresh-0") => (200, tokens(u32::try_from(before).unwrap() + 1)),
        _ => refused("invalid_grant", "Unknown or invalid refresh token."),
    })
    .await;
    let stage = Stage::cloud(&server).signed_in().await;
    stage.set_clock("2026-11-22T12:00:00Z");
    let killed = stage.signer().await;
    stage.keyring.is_full.store(true, Ordering::SeqCst);
    header(&killed).await.unwrap_err();
    drop(killed);
    stage.keyring.is_full.store(false, Ordering::SeqCst);
    assert_eq!(kept(&stage).await, pair(0));
    assert_eq!(header(&stage.signer().await).await.as_deref(), Ok("Bearer access-2"));
    assert_eq!(kept(&stage).await, pair(2));
}

#[tokio::test]
async fn a_refusal_for_good_is_not_repeated_until_somebody_signs_in() {
    for (status, error, description) in [
        (403, "invalid_grant", "Unknown or invalid refresh token."),
        (403, "unauthorized_client", "refresh_token is invalid"),
        (400, "invalid_request", "Incorrect request parameters"),
        (401, "access_denied", "Unauthorized"),
    ] {
        let server =
            Server::start(move |_, _| (status, json!({"error": error, "error_description": description}))).await;
        let stage = Stage::cloud(&server).signed_in().await;
        let signer = stage.signer().await;
        stage.set_clock("2026-11-22T12:00:00Z");
        for _ in 0..3 {
            let error = header(&signer).await.unwrap_err();
            assert_eq!(error.kind, AuthErrorKind::SignIn, "{error}");
            assert!(error.message.contains(description), "{error}");
            assert!(error.remedy.contains("crosstie connection authorize acme"), "{error:?}");
        }
        assert_eq!(server.count(), 1, "{status} {error}");
        let mut anew = oauth2("access-9", Some("refresh-9"));
        anew.expires_at = Some(at("2026-11-22T13:00:00Z"));
        stage.keep(&Grant::OAuth2(anew)).await;
        assert_eq!(header(&signer).await.as_deref(), Ok("Bearer access-9"));
        assert_eq!(server.count(), 1, "{status} {error}");
    }
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    for (status, body) in [
        (429, json!({"message": "slow down"})),
        (500, json!("<html>")),
        (503, json!({})),
        (200, json!("<html>Sign in to the network</html>")),
        (200, json!({"expires_in": 3600})),
    ] {
        let broken = Mutex::new(Some((status, body.clone())));
        let server = Server::start(move |_, _| broken.lock().unwrap().take().unwrap_or((200, tokens(1)))).await;
        let stage = Stage::cloud(&server).signed_in().await;
        let signer = stage.signer().await;
        stage.set_clock("2026-11-22T12:00:00Z");
        let error = header(&signer).await.unwrap_err();
        assert_eq!(error.kind, AuthErrorKind::Network, "{status} {body}: {error}");
        assert_eq!(
            header(&signer).await.as_deref(),
            Ok("Bearer access-1"),
            "{status} {body}"
        );
    }
    let server = Server::rotating().await;
    let stage = Stage::cloud(&server).signed_in().await;
    let signer = stage.signer().await;
    stage.set_clock("2026-11-22T12:00:00Z");
    drop(server);
    let error = header(&signer).await.unwrap_err();
    assert_eq!(error.kind, AuthErrorKind::Network, "{error}");
    assert!(error.message.starts_with("no answer from 127.0.0.1:"), "{error}");
}

#[tokio::test]
async fn an_expired_token_is_refreshed_once_and_a_missing_scope_never() {
    const EXPIRED: &str = r#"{"code":401,"message":"Unauthorized"}"#;
    const SCOPE: &str = r#"{"code":401,"message":"Unauthorized; scope does not match"}"#;
    let server = Server::rotating().await;
    let stage = Stage::cloud(&server).signed_in().await;
    let signer = stage.signer().await;
    assert_eq!(refuse(&signer, "Bearer access-0", SCOPE).await, Ok(false));
    assert_eq!(server.count(), 0);
    assert_eq!(refuse(&signer, "Bearer access-0", EXPIRED).await, Ok(true));
    assert_eq!(header(&signer).await.as_deref(), Ok("Bearer access-1"));
    // Requests that went out beside the first come back refused too.
    assert_eq!(refuse(&signer, "Bearer access-0", EXPIRED).await, Ok(true));
    assert_eq!(server.count(), 1);
    // Another one would not be taken either; later it may.
    assert_eq!(refuse(&signer, "Bearer access-1", EXPIRED).await, Ok(false));
    assert_eq!(server.count(), 1);
    stage.set_clock("2026-11-22T10:05:00Z");
    assert_eq!(refuse(&signer, "Bearer access-1", EXPIRED).await, Ok(true));
    assert_eq!((server.count(), kept(&stage).await), (2, pair(2)));
    let echoed = "access-0 refresh-0 access-1 access-2 refresh-2";
    assert_eq!(signer.redact(echoed), ["[hidden]"; 5].join(" "));
}

#[tokio::test]
async fn without_the_means_to_renew_a_person_is_asked_for() {
    let server = Server::rotating().await;
    let stage = Stage::cloud(&server);
    let error = signer(&stage.config, &stage.means).await.unwrap_err();
    assert_eq!(error.kind, AuthErrorKind::SignIn, "nobody has signed in: {error}");
    stage.keep(&Grant::OAuth2(oauth2("access-0", None))).await;
    let signer = stage.signer().await;
    assert_eq!(header(&signer).await.as_deref(), Ok("Bearer access-0"));
    stage.set_clock("2026-11-22T12:00:00Z");
    assert_eq!(header(&signer).await.unwrap_err().kind, AuthErrorKind::SignIn);
    stage.means.vault.forget(&stage.config.alias).await.unwrap();
    assert_eq!(header(&signer).await.unwrap_err().kind, AuthErrorKind::SignIn);
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn another_site_under_the_same_alias_is_not_mixed_in() {
    let server = Server::rotating().await;
    let stage = Stage::cloud(&server).signed_in().await;
    let signer = stage.signer().await;
    assert_eq!(signer.cloud_id().as_deref(), Some("11111111-aaaa"));
    let mut other = oauth2("access-9", Some("refresh-9"));
    other.site.as_mut().unwrap().cloud_id = "22222222-bbbb".to_owned();
    other.expires_at = Some(at("2026-11-22T13:00:00Z"));
    stage.keep(&Grant::OAuth2(other)).await;
    stage.set_clock("2026-11-22T12:00:00Z");
    assert_eq!(header(&signer).await.unwrap_err().kind, AuthErrorKind::Setup);
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn data_center_names_the_redirect_address_at_each_refresh() {
    let server = Server::start(|_, _| (200, tokens(1))).await;
    let stage = Stage::data_center(&server);
    let mut grant = oauth2("access-0", Some("refresh-0"));
    (grant.site, grant.redirect_uri) = (None, "https://localhost:1/at-that-time".to_owned());
    stage.keep(&Grant::OAuth2(grant)).await;
    stage.set_clock("2026-11-22T12:00:00Z");
    let signer = stage.signer().await;
    assert_eq!(
        (header(&signer).await.as_deref(), signer.cloud_id()),
        (Ok("Bearer access-1"), None)
    );
    let seen = &server.seen()[0];
    assert_eq!(seen.path, "/rest/oauth2/latest/token");
    assert_eq!(seen.kind, "application/x-www-form-urlencoded");
    let form = seen.form();
    for (name, value) in [
        ("grant_type", "refresh_token"),
        ("client_id", "link-1"),
        ("client_secret", "app-s3cret-1234567890"),
        ("refresh_token", "refresh-0"),
        ("redirect_uri", "https://localhost:1/at-that-time"),
    ] {
        assert_eq!(form.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(form.len(), 5, "{form:?}");
}

#[tokio::test]
async fn the_token_of_oauth_1_is_renewed_by_its_session_handle() {
    let server = Server::start(|_, _| {
        let told =
            "oauth_token=token-of-2&oauth_token_secret=s&oauth_expires_in=157680000&oauth_session_handle=handle-2";
        (200, json!(told))
    })
    .await;
    let stage = Stage::oauth1(&server);
    stage.keep(&Grant::OAuth1(oauth1("token-of-1", Some("handle-1")))).await;
    let signer = stage.signer().await;
    assert!(header(&signer).await.unwrap().contains("oauth_token=\"token-of-1\""));
    assert_eq!(server.count(), 0);
    stage.set_clock("2031-11-21T09:59:30Z");
    assert!(header(&signer).await.unwrap().contains("oauth_token=\"token-of-2\""));
    assert!(
        server.seen()[0]
            .authorization
            .contains("oauth_session_handle=\"handle-1\"")
    );
    let Some(Grant::OAuth1(kept)) = stage.kept().await else {
        panic!("no token of OAuth 1.0a is kept");
    };
    assert_eq!(kept.session_handle.unwrap().expose_secret(), "handle-2");
    let expired = refuse(&signer, "OAuth x", "oauth_problem=token_expired").await;
    assert_eq!(
        (expired, server.count()),
        (Ok(false), 2),
        "the same token again mends nothing"
    );
    let revoked = refuse(&signer, "OAuth x", "oauth_problem=token_revoked").await;
    assert_eq!(revoked.unwrap_err().kind, AuthErrorKind::SignIn);
    let signature = refuse(&signer, "OAuth x", "oauth_problem=signature_invalid").await;
    assert_eq!(signature.unwrap_err().kind, AuthErrorKind::Setup);
    assert_eq!(refuse(&signer, "OAuth x", "Unauthorized").await, Ok(false));
    assert_eq!(
        signer.redact("token-of-1 handle-1 token-of-2 handle-2"),
        ["[hidden]"; 4].join(" ")
    );
}

#[tokio::test]
async fn tokens_of_another_method_are_not_used() {
    let server = Server::rotating().await;
    let stage = Stage::data_center(&server);
    stage.keep(&Grant::OAuth1(oauth1("token-of-1", None))).await;
    let signer: Arc<_> = stage.signer().await;
    assert_eq!(header(&signer).await.unwrap_err().kind, AuthErrorKind::SignIn);
    let stage = Stage::oauth1(&server).signed_in().await;
    assert_eq!(
        header(&stage.signer().await).await.unwrap_err().kind,
        AuthErrorKind::SignIn
    );
    assert_eq!(server.count(), 0);
}
