//! Planted secrets: nothing that can be printed prints them.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::stage::{APP_SECRET, Server, Stage, header, tokens};
use crate::{
    auth::{
        Basic, Bearer, Grant, begin,
        grant::tests::{oauth1, oauth2},
        keyring::{Keyring, MemoryKeyring},
        landing::{self, Landing},
        last_four,
    },
    config::TokenStore,
    domain::Access,
};

/// Every secret that the stories plant.
const PLANTED: [&str; 7] = [
    APP_SECRET,
    "access-0",
    "refresh-0",
    "access-1",
    "refresh-1",
    "t0ken-s3cret-of-1",
    "c0de-s3cret-9",
];

fn assert_hidden(what: &str, printed: &str) {
    for secret in PLANTED {
        assert!(!printed.contains(secret), "{what} prints {secret}: {printed}");
    }
}

#[tokio::test]
async fn nothing_prints_a_secret() {
    let server = Server::start(|_, _| (200, tokens(1))).await;
    let stage = Stage::data_center(&server).signed_in().await;
    let mut attempt = begin(&stage.config, &stage.means).await.unwrap();
    let landing::Attempt::State(state) = &attempt.expected().attempt else {
        panic!("OAuth 2.0 has a state");
    };
    let state = state.expose_secret().to_owned();
    let query = format!("code=c0de-s3cret-9&state={state}");
    let landing = Landing::of_query(&query, attempt.expected()).unwrap();
    let signer = stage.signer().await;
    stage.set_clock("2026-11-22T12:00:00Z");
    let value = header(&signer).await.unwrap();
    assert_eq!(value, "Bearer access-1", "the planted secrets are really there");
    let oauth1_stage = Stage::oauth1(&server);
    let of_1 = Grant::OAuth1(oauth1("access-0", Some("refresh-0")));
    oauth1_stage.keep(&of_1).await;
    let memory = MemoryKeyring::default();
    memory.set("access", &SecretString::from("access-0")).unwrap();
    let grant = Grant::OAuth2(oauth2("access-0", Some("refresh-0")));
    let secret = || SecretString::from(APP_SECRET);
    let lock = stage.means.vault.lock(&stage.config.alias).await.unwrap();
    for (what, printed) in [
        ("landing", format!("{landing:?}")),
        ("attempt", format!("{attempt:?}")),
        ("expected", format!("{:?}", attempt.expected())),
        ("means", format!("{:?}", stage.means)),
        ("grant", format!("{grant:?} {of_1:?}")),
        ("signer", format!("{signer:?}")),
        ("signer of OAuth 1.0a", format!("{:?}", oauth1_stage.signer().await)),
        ("keyring", format!("{memory:?}")),
        (
            "basic",
            format!("{:?}", Basic::new(Access::Basic, "ana", secret()).unwrap()),
        ),
        ("bearer", format!("{:?}", Bearer::new(secret()).unwrap())),
        ("lock", format!("{lock:?}")),
    ] {
        assert_hidden(what, &printed);
        assert!(!printed.contains(&state), "{what}: {printed}");
    }
    drop(lock);
    let granted = attempt.finish(landing, None, &stage.means).await.unwrap();
    assert_hidden("granted", &format!("{granted:?}"));
    assert_hidden("attempt", &format!("{attempt:?}"));
}

#[tokio::test]
async fn a_server_that_echoes_what_it_got_is_not_repeated() {
    let server = Server::start(|seen, _| {
        let echo = seen.json()["refresh_token"].as_str().unwrap_or_default().to_owned();
        (
            403,
            json!({"error": "invalid_grant", "error_description": format!("unknown token {echo}")}),
        )
    })
    .await;
    let stage = Stage::cloud(&server).signed_in().await;
    let signer = stage.signer().await;
    stage.set_clock("2026-11-22T12:00:00Z");
    let error = header(&signer).await.unwrap_err();
    assert!(error.message.contains("unknown token [hidden]"), "{error}");
    assert_hidden("error", &format!("{error:?}"));
}

#[tokio::test]
async fn what_lies_in_the_files_is_the_tokens_and_nothing_of_the_app() {
    let server = Server::start(|_, _| (200, tokens(1))).await;
    let stage = Stage::data_center(&server).in_files().signed_in().await;
    let kept = stage.means.vault.folder().join("tokens/acme.json");
    let text = std::fs::read_to_string(kept).unwrap();
    assert!(text.contains("access-0") && !text.contains(APP_SECRET), "{text}");
    assert_eq!(stage.config.tokens, TokenStore::File);
    assert_eq!(last_four(&SecretString::from("short")), "");
}
