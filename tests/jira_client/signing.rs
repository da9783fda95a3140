//! Methods of signing in that look at each request, refresh what they hold, and fail.

use std::sync::{Arc, Mutex};

use crosstie::{
    auth::{AuthError, AuthErrorKind, Outgoing, Refusal, Signer, Signing},
    clock::{ManualClock, SharedClock},
    domain::{Access, IssueId, Metadata},
    jira::{Client, ErrorKind, Outcome, RemoteLink, Search, check},
};
use http::HeaderValue;
use serde_json::{Map, json};

use crate::support::{NOW, Server, TOKEN, config, error, myself, ok, page, refusal, vault};

/// A bearer token that can be refreshed once, and a note of all that was signed.
#[derive(Debug, Default)]
struct Refreshing {
    tokens: Mutex<Vec<&'static str>>,
    signed: Mutex<Vec<String>>,
}

impl Signer for Refreshing {
    fn access(&self) -> Access {
        Access::Pat
    }

    fn authorize<'a>(&'a self, request: Outgoing<'a>) -> Signing<'a, HeaderValue> {
        Box::pin(async move {
            self.signed
                .lock()
                .unwrap()
                .push(format!("{} {}", request.method, request.url));
            let token = self.tokens.lock().unwrap().last().copied();
            let token = token.ok_or_else(|| lost("the grant was withdrawn"))?;
            Ok(HeaderValue::try_from(format!("Bearer {token}")).unwrap())
        })
    }

    fn refused<'a>(&'a self, refusal: Refusal<'a>) -> Signing<'a, bool> {
        Box::pin(async move {
            assert_eq!(
                (refusal.status, &refusal.headers["x-why"]),
                (401, &HeaderValue::from_static("expired"))
            );
            Ok(self.tokens.lock().unwrap().pop().is_some())
        })
    }

    fn redact(&self, text: &str) -> String {
        text.replace("old", "[hidden]")
    }
}

fn lost(message: &str) -> AuthError {
    AuthError {
        kind: AuthErrorKind::SignIn,
        message: message.to_owned(),
        remedy: "sign in again".to_owned(),
    }
}

fn clock() -> SharedClock {
    ManualClock::at(NOW.parse().unwrap())
}

#[tokio::test]
async fn an_expired_token_is_refreshed_once_and_the_request_sent_again() {
    let server = Server::cloud(|seen, _| match seen.header("authorization") {
        "Bearer new" => ok(&page(&["PAY-1"])),
        _ => refusal(401, "expired: old").with("x-why", "expired"),
    })
    .await;
    let signer = Arc::new(Refreshing {
        tokens: Mutex::new(vec!["new", "old"]),
        ..Refreshing::default()
    });
    let client = Client::with_signer(&config(&server.url), signer.clone(), clock()).unwrap();
    let stubs = client.search_stubs("project = PAY", 10, None).await.unwrap();
    assert_eq!((stubs.items.len(), server.asked().len()), (1, 2));
    let signed = signer.signed.lock().unwrap().clone();
    assert_eq!(signed, vec![format!("POST {}/rest/api/3/search/jql", server.url); 2]);
    client.permissions(&["BROWSE_PROJECTS"]).await.unwrap_err();
    let last = signer.signed.lock().unwrap().last().cloned();
    let expected = format!(
        "GET {}/rest/api/3/mypermissions?permissions=BROWSE_PROJECTS",
        server.url
    );
    assert_eq!(last, Some(expected), "the signature covers the query");
}

#[tokio::test]
async fn a_refresh_that_does_not_help_ends_and_a_lost_grant_needs_a_sign_in() {
    let server = Server::cloud(|_, _| refusal(401, "expired: old").with("x-why", "expired")).await;
    let signer = Arc::new(Refreshing {
        tokens: Mutex::new(vec!["old", "old"]),
        ..Refreshing::default()
    });
    let client = Client::with_signer(&config(&server.url), signer, clock()).unwrap();
    let error = client.myself().await.unwrap_err();
    assert_eq!((error.kind, server.asked().len()), (ErrorKind::Auth, 2));
    assert!(error.message.contains("expired: [hidden]"), "{error}");
    let error = client.myself().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Auth);
    assert_eq!(
        (error.message.as_str(), error.remedy.as_str()),
        ("acme: the grant was withdrawn", "sign in again")
    );
}

/// A 401 has had no effect, so even what is never repeated in doubt is signed anew and sent again.
#[tokio::test]
async fn a_write_with_an_expired_token_is_sent_again_once() {
    let server = Server::cloud(|seen, _| match seen.header("authorization") {
        "Bearer new" => error(201, &json!({"id": "10001", "key": "PAY-1"})),
        _ => error(
            401,
            &json!({"errorMessages": ["expired"], "errors": {"session": "old is over"}}),
        )
        .with("x-why", "expired"),
    })
    .await;
    let signer = |tokens: &[&'static str]| {
        Arc::new(Refreshing {
            tokens: Mutex::new(tokens.to_vec()),
            ..Refreshing::default()
        })
    };
    let created = |signer: Arc<Refreshing>| {
        let client = Client::with_signer(&config(&server.url), signer, clock()).unwrap();
        async move { client.create_issue(&Map::new(), ("crosstie", &json!(1))).await }
    };
    let issue = created(signer(&["new", "old"])).await.unwrap();
    assert_eq!((issue.key.as_str(), server.asked().len()), ("PAY-1", 2));
    let failed = created(signer(&["old", "old"])).await.unwrap_err();
    assert_eq!((failed.outcome, failed.error.kind), (Outcome::Refused, ErrorKind::Auth));
    assert_eq!(failed.fields, [("session".to_owned(), "[hidden] is over".to_owned())]);
    assert_eq!(server.asked().len(), 4, "once");
    let failed = created(signer(&[])).await.unwrap_err();
    assert_eq!((failed.outcome, failed.error.kind), (Outcome::NotSent, ErrorKind::Auth));
    assert!(!failed.is_passing() && server.asked().len() == 4);
}

#[tokio::test]
async fn every_call_can_run_on_any_thread() {
    fn sendable(_: &impl Send) {}
    let server = Server::cloud(|_, _| ok(&myself())).await;
    let config = config(&server.url);
    let client = Client::new(&config, TOKEN.to_owned().into(), clock()).unwrap();
    let search = Search {
        jql: String::new(),
        max_results: 1,
        changelog: false,
        page: None,
    };
    let mut metadata = Metadata::default();
    let clock = clock();
    sendable(&client.search(&search));
    sendable(&client.fetch(&[]));
    sendable(&client.comments("PAY-1"));
    sendable(&client.metadata());
    sendable(&client.project_lists(&mut metadata, &[]));
    sendable(&client.server_info());
    let (fields, value, link) = (Map::new(), json!(1), RemoteLink::default());
    let id = IssueId::from("1");
    sendable(&client.create_issue(&fields, ("crosstie", &value)));
    sendable(&client.put_remote_link(&id, &link));
    sendable(&client.recent_marks("PAY", 5, "crosstie"));
    sendable(&client.unindexed_marks("PAY", 5, "crosstie"));
    sendable(&client.find_sprints("x", "PAY"));
    sendable(&client.create_screen("PAY", "Bug"));
    let vault = vault(std::env::temp_dir());
    sendable(&Client::open(&config, &vault, clock.clone()));
    sendable(&check::run_checks(&config, &vault, &clock));
    let profile = tokio::spawn(async move { client.verify().await }).await.unwrap();
    assert_eq!(profile.unwrap().user.display, "Ana Lima");
}
