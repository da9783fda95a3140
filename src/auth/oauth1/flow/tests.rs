use std::sync::{Arc, Mutex};

use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use crate::{
    auth::{
        AuthError, AuthErrorKind,
        oauth1::{
            key::tests::{KEY, verifies},
            stamp::Stamper,
        },
    },
    clock::ManualClock,
};

const NOW: &str = "2026-11-22T10:00:00Z";

/// A Jira that gives these answers in turn and remembers what it was asked.
struct Server {
    url: Url,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(answers: &[&str]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answers, heard): (Vec<String>, _) = (answers.iter().map(ToString::to_string).collect(), asked.clone());
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                heard.lock().unwrap().push(String::from_utf8(head).unwrap());
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        let url = Url::parse(&format!("http://127.0.0.1:{port}/jira/")).unwrap();
        Self { url, asked }
    }

    fn consumer(&self) -> Consumer {
        Consumer {
            site_url: self.url.clone(),
            frontend_url: None,
            consumer_key: "crosstie-1".into(),
            key: KEY.clone(),
            stamper: Arc::new(Stamper::with_random(ManualClock::at(NOW.parse().unwrap()), || 1)),
        }
    }

    /// The parameters of the n-th request's header, decoded.
    fn parameters(&self, index: usize) -> Vec<(String, String)> {
        let asked = self.asked.lock().unwrap();
        let header = asked[index]
            .lines()
            .find_map(|line| line.strip_prefix("authorization: OAuth "))
            .unwrap();
        let pairs = header.split(", ").map(|pair| pair.split_once('=').unwrap());
        pairs
            .map(|(name, value)| {
                let value = percent_decode_str(value.trim_matches('"')).decode_utf8().unwrap();
                (name.to_owned(), value.into_owned())
            })
            .collect()
    }

    fn parameter(&self, index: usize, name: &str) -> Option<String> {
        let found = self.parameters(index).into_iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}")
}

fn form(body: &str) -> String {
    answer("200 OK", "Content-Type: text/plain\r\n", body)
}

fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([])
        .build()
        .unwrap()
}

async fn first(server: &Server) -> Result<RequestToken, FlowError> {
    server.consumer().request_token(&http(), &Callback::Oob).await
}

const REQUESTED: &str = "oauth_token=r%2Ft&oauth_token_secret=rs&oauth_callback_confirmed=true";
const GRANTED: &str = "oauth_token=at&oauth_token_secret=as&oauth_expires_in=157680000&oauth_session_handle=h&oauth_authorization_expires_in=160272000";

#[tokio::test]
async fn three_steps_and_a_renewal() {
    let renewed = "oauth_token=at2&oauth_token_secret=as2&oauth_expires_in=100";
    let server = Server::start(&[&form(REQUESTED), &form(GRANTED), &form(renewed)]).await;
    let (consumer, http) = (server.consumer(), http());
    let callback = Callback::Url(Url::parse("http://localhost:8976/callback").unwrap());

    let request = consumer.request_token(&http, &callback).await.unwrap();
    let expected = format!("{}plugins/servlet/oauth/authorize?oauth_token=r%2Ft", server.url);
    assert_eq!(request.authorization_url.as_str(), expected);
    assert_eq!(
        server.parameter(0, "oauth_callback").unwrap(),
        "http://localhost:8976/callback"
    );
    assert_eq!(server.parameter(0, "oauth_token"), None);

    let issued = consumer
        .access_token(&http, &request, &"v3rifier".into())
        .await
        .unwrap();
    assert_eq!(server.parameter(1, "oauth_token").unwrap(), "r/t");
    assert_eq!(server.parameter(1, "oauth_verifier").unwrap(), "v3rifier");
    assert_eq!(issued.token.expose_secret(), "at");
    assert_eq!(issued.expires_at.unwrap().to_string(), "2031-11-21T10:00:00Z");
    assert_eq!(
        issued.authorization_expires_at.unwrap().to_string(),
        "2031-12-21T10:00:00Z"
    );

    let again = consumer.renew(&http, &issued).await.unwrap();
    assert_eq!(server.parameter(2, "oauth_session_handle").unwrap(), "h");
    assert_eq!(server.parameter(2, "oauth_token").unwrap(), "at");
    assert_eq!(server.parameter(2, "oauth_verifier"), None);
    assert_eq!(again.token.expose_secret(), "at2");
    assert_eq!(
        again.session_handle.unwrap().expose_secret(),
        "h",
        "what is not told stays"
    );
    assert_eq!(again.authorization_expires_at, issued.authorization_expires_at);
    assert_eq!(again.expires_at.unwrap().to_string(), "2026-11-22T10:01:40Z");

    for (index, path) in ["request-token", "access-token", "access-token"].iter().enumerate() {
        let head = server.asked.lock().unwrap()[index].clone();
        assert!(
            head.starts_with(&format!("POST /jira/plugins/servlet/oauth/{path} HTTP/1.1\r\n")),
            "{head}"
        );
        assert!(head.contains("content-length: 0\r\n"), "{head}");
    }
    assert!(!format!("{issued:?} {request:?} {consumer:?}").contains("\"at\""));
}

#[tokio::test]
async fn the_signature_covers_all_that_is_sent() {
    let server = Server::start(&[&form(REQUESTED)]).await;
    first(&server).await.unwrap();
    let mut pairs = server.parameters(0);
    assert_eq!(pairs.remove(0), ("realm".to_owned(), String::new()));
    let (name, signature) = pairs.pop().unwrap();
    assert_eq!(name, "oauth_signature");
    // Built once more in the simplest way: none of these names and values needs encoding twice.
    pairs.sort();
    let joined: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}%3D{value}")).collect();
    let uri = format!("{}plugins/servlet/oauth/request-token", server.url);
    let base = format!(
        "POST&{}&{}",
        uri.replace(':', "%3A").replace('/', "%2F"),
        joined.join("%26")
    );
    insta::assert_snapshot!(joined.join("\n"), @r"
    oauth_callback%3Doob
    oauth_consumer_key%3Dcrosstie-1
    oauth_nonce%3D00000000000000000000000000000001
    oauth_signature_method%3DRSA-SHA1
    oauth_timestamp%3D1795341600
    oauth_version%3D1.0
    ");
    assert!(
        verifies(&KEY.public_pem(), base.as_bytes(), &STANDARD.decode(signature).unwrap()),
        "{base}"
    );
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_once() {
    let late = |date: &str| {
        let headers = format!("Date: {date}\r\nWWW-Authenticate: OAuth oauth_problem=\"timestamp_refused\"\r\n");
        answer("401 Unauthorized", &headers, "")
    };
    let first_refusal = late("Sun, 22 Nov 2026 12:00:00 GMT");
    let server = Server::start(&[&first_refusal, &form(REQUESTED)]).await;
    first(&server).await.unwrap();
    assert_eq!(server.parameter(0, "oauth_timestamp").unwrap(), "1795341600");
    assert_eq!(server.parameter(1, "oauth_timestamp").unwrap(), "1795348800");

    let server = Server::start(&[&first_refusal, &late("Sun, 22 Nov 2026 15:00:00 GMT")]).await;
    let error = first(&server).await.unwrap_err();
    assert!(
        matches!(
            error,
            FlowError::Refused {
                problem: Problem::TimestampRefused,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(server.asked.lock().unwrap().len(), 2);

    let server = Server::start(&[&late("Sun, 22 Nov 2026 10:00:01 GMT")]).await;
    assert!(first(&server).await.is_err(), "the clocks agree: nothing to correct");
    assert_eq!(server.asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn each_failure_says_what_to_do() {
    let html = "Content-Type: text/html;charset=UTF-8\r\n";
    let page = "<!DOCTYPE html><html>Log in</html>";
    let challenge = "WWW-Authenticate: OAuth realm=\"x\", oauth_problem=\"consumer_key_unknown\"\r\n";
    use AuthErrorKind::{Network, Setup, SignIn};
    for (given, kind, message, remedy) in [
        (
            answer("401 Unauthorized", challenge, ""),
            Setup,
            "knows no application link",
            "Consumer Key",
        ),
        (
            answer("401 Unauthorized", "", "oauth_problem=token_rejected"),
            SignIn,
            "does not accept the token",
            "authorize",
        ),
        (
            answer("404 Not Found", html, page),
            Setup,
            "does not offer OAuth 1.0a (HTTP 404, a web page)",
            "context path",
        ),
        (
            answer("403 Forbidden", "", "{}"),
            Setup,
            "does not offer OAuth 1.0a (HTTP 403)",
            "oauth2-data-center",
        ),
        (answer("200 OK", html, page), Setup, "a web page", "pat"),
        (
            answer("200 OK", "", ""),
            Setup,
            "answered without a token when starting the sign-in",
            "url",
        ),
        (
            form("oauth_token=x&oauth_token_secret=y"),
            Setup,
            "does not confirm the callback",
            "pat",
        ),
        (
            answer(
                "302 Found",
                "Location: https://sso.example.com/saml?ticket=s3cret\r\n",
                "",
            ),
            Setup,
            "sends the sign-in on to https://sso.example.com/saml",
            "url",
        ),
        (
            answer("401 Unauthorized", "WWW-Authenticate: Basic realm=\"gate\"\r\n", ""),
            Setup,
            "a sign-in of its own",
            "proxy",
        ),
        (
            answer("503 Service Unavailable", html, page),
            Network,
            "busy or down (HTTP 503)",
            "again",
        ),
        (
            answer("429 Too Many Requests", "", ""),
            Network,
            "busy or down (HTTP 429)",
            "again",
        ),
    ] {
        let server = Server::start(&[&given]).await;
        let error = AuthError::from(first(&server).await.unwrap_err());
        assert_eq!(error.kind, kind, "{given}: {error}");
        assert!(error.message.contains(message), "{given}: {error}");
        assert!(error.remedy.contains(remedy), "{given}: {}", error.remedy);
        assert!(!error.message.contains("s3cret"), "{error}");
    }
}

#[tokio::test]
async fn jiras_html_type_on_a_form_is_forgiven_and_endless_bodies_are_cut() {
    let typed = answer("200 OK", "Content-Type: text/html\r\n", REQUESTED);
    assert!(first(&Server::start(&[&typed]).await).await.is_ok());
    let endless = form(&"x".repeat(LARGEST * 4));
    let error = first(&Server::start(&[&endless]).await).await.unwrap_err();
    assert!(matches!(error, FlowError::Unreadable { .. }), "{error:?}");
}

#[tokio::test]
async fn nobody_there_and_nothing_to_renew_with() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let server = Server::start(&[]).await;
    let mut consumer = server.consumer();
    consumer.site_url = Url::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    let error = consumer.request_token(&http(), &Callback::Oob).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("127.0.0.1:{port} cannot be reached: connection refused")
    );
    let issued = Issued {
        token: "t".into(),
        secret: "s".into(),
        session_handle: None,
        expires_at: None,
        authorization_expires_at: None,
    };
    let error = AuthError::from(consumer.renew(&http(), &issued).await.unwrap_err());
    assert_eq!(error.kind, AuthErrorKind::SignIn);
}

#[tokio::test]
async fn people_approve_at_the_address_they_know() {
    let server = Server::start(&[&form(REQUESTED)]).await;
    let mut consumer = server.consumer();
    consumer.frontend_url = Some(Url::parse("https://jira.example.com/work").unwrap());
    let request = consumer.request_token(&http(), &Callback::Oob).await.unwrap();
    let url = request.authorization_url.as_str();
    assert_eq!(
        url,
        "https://jira.example.com/work/plugins/servlet/oauth/authorize?oauth_token=r%2Ft"
    );
}
