//! Against a small server on this machine.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

use super::*;
use crate::{
    auth::keyring::MemoryKeyring,
    clock::{Clock, ManualClock},
    notice::Tone,
};

/// The part of the address that must never be seen anywhere.
const HIDDEN: &str = "T0KEN-x7Qz";

fn notice(message: &str) -> Notice {
    Notice {
        alias: "acme".into(),
        tone: Tone::NeedsPerson,
        title: "acme needs you".to_owned(),
        message: message.to_owned(),
        remedy: "run `crosstie connection authorize acme`".to_owned(),
        site: "https://acme.example".to_owned(),
    }
}

/// A webhook's side: one canned answer a request; the requests as they came.
struct Server {
    address: String,
    requests: JoinHandle<Vec<String>>,
}

impl Server {
    async fn start(answers: &[&str]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}/services/{HIDDEN}", listener.local_addr().unwrap());
        let answers: Vec<String> = answers.iter().map(|&answer| answer.to_owned()).collect();
        let requests = tokio::spawn(async move {
            let mut requests = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !is_whole(&request) {
                    let read = stream.read_buf(&mut request).await.unwrap();
                    assert!(read > 0, "the request was cut off");
                }
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
                requests.push(String::from_utf8(request).unwrap());
            }
            requests
        });
        Self { address, requests }
    }

    async fn requests(self) -> Vec<String> {
        self.requests.await.unwrap()
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}")
}

/// A webhook whose address is in a file, and the clock it waits on.
struct Hook {
    slack: Slack,
    clock: Arc<ManualClock>,
    _folder: tempfile::TempDir,
}

fn secret_file(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("webhook");
    std::fs::write(&path, text).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    path
}

fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn hook(address: &str) -> Hook {
    let folder = tempfile::tempdir().unwrap();
    let path = secret_file(folder.path(), &format!("{address}\n"));
    let clock = ManualClock::at(start());
    let vault = Vault::new(folder.path().to_owned(), Arc::new(MemoryKeyring::default()));
    let slack = Slack::new(SecretSource::File(path), vault, Arc::clone(&clock) as SharedClock);
    Hook {
        slack,
        clock,
        _folder: folder,
    }
}

fn assert_hidden(shown: &str) {
    assert!(!shown.contains(HIDDEN), "{shown}");
    assert!(!shown.contains("/services"), "{shown}");
}

/// Sends and expects a failure that keeps the address to itself.
async fn refused(answers: &[&str]) -> Unsent {
    let server = Server::start(answers).await;
    let hook = hook(&server.address);
    let why = hook.slack.send(&notice("x")).await.unwrap_err();
    assert_hidden(&format!("{why} {why:?} {:?}", hook.slack));
    assert_eq!(server.requests().await.len(), answers.len());
    why
}

#[tokio::test]
async fn a_notice_is_posted_once_as_text_and_blocks() {
    let server = Server::start(&[&answer("200 OK", "", "ok")]).await;
    let hook = hook(&server.address);
    let hostile = "acme: <!channel> & <https://evil.example|click> @here refused";
    hook.slack.send(&notice(hostile)).await.unwrap();
    assert_hidden(&format!("{:?}", hook.slack));
    let requests = server.requests().await;
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with(&format!("POST /services/{HIDDEN} HTTP/1.1")), "{head}");
    assert!(head.contains("content-type: application/json"), "{head}");
    let sent: serde_json::Value = serde_json::from_str(body).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&sent).unwrap().replace('\u{200B}', "[zwsp]"), @r#"
        {
          "blocks": [
            {
              "text": {
                "text": "*crosstie: acme needs you*\nacme: &lt;!channel&gt; &amp; &lt;https://evil.example|click&gt; @[zwsp]here refused",
                "type": "mrkdwn",
                "verbatim": true
              },
              "type": "section"
            },
            {
              "elements": [
                {
                  "text": "run `crosstie connection authorize acme`\nhttps://acme.example",
                  "type": "mrkdwn",
                  "verbatim": true
                }
              ],
              "type": "context"
            }
          ],
          "text": "crosstie: acme needs you\nacme: &lt;!channel&gt; &amp; &lt;https://evil.example|click&gt; @[zwsp]here refused\nrun `crosstie connection authorize acme`\nhttps://acme.example"
        }
        "#);
}

#[test]
fn what_has_no_remedy_has_no_empty_footer() {
    let mut bare = notice("x");
    bare.remedy.clear();
    bare.site.clear();
    let sent = payload(&bare);
    assert_eq!(sent["blocks"].as_array().unwrap().len(), 1);
    assert_eq!(sent["text"], "crosstie: acme needs you\nx");
}

#[tokio::test]
async fn a_wait_that_the_server_asks_for_is_kept_once() {
    let limited = answer("429 Too Many Requests", "retry-after: 7\r\n", "rate_limited");
    let server = Server::start(&[&limited, &answer("200 OK", "", "ok")]).await;
    let hook = hook(&server.address);
    hook.slack.send(&notice("x")).await.unwrap();
    assert_eq!(hook.clock.now(), start() + jiff::SignedDuration::from_secs(7));
    let requests = server.requests().await;
    assert_eq!(requests.len(), 2);
    assert_eq!(
        requests[0].split_once("\r\n\r\n").unwrap().1,
        requests[1].split_once("\r\n\r\n").unwrap().1
    );
    let why = refused(&[&limited, &limited]).await;
    assert_eq!(why.message, "127.0.0.1 takes no more for now (429 rate_limited)");
    let hour = answer("429 Too Many Requests", "retry-after: 3600\r\n", "");
    assert_eq!(refused(&[&hour]).await.message, "127.0.0.1 takes no more for now (429)");
}

#[tokio::test]
async fn a_refusal_is_told_without_the_address() {
    let leaking = format!("http://127.0.0.1/services/{HIDDEN} is unknown");
    let endless = "a".repeat(100_000);
    let moved = format!("location: http://127.0.0.1:1/services/{HIDDEN}\r\n");
    for (status, headers, body, expected) in [
        (
            "404 Not Found",
            "",
            "no_service",
            "127.0.0.1 does not know this webhook, or it was switched off (404 no_service)",
        ),
        (
            "403 Forbidden",
            "",
            leaking.as_str(),
            "127.0.0.1 does not know this webhook, or it was switched off (403)",
        ),
        (
            "400 Bad Request",
            "",
            "invalid_payload",
            "127.0.0.1 refused the notice (400 invalid_payload)",
        ),
        ("500 Oops", "", endless.as_str(), "127.0.0.1 failed (500)"),
        (
            "302 Found",
            moved.as_str(),
            "",
            "127.0.0.1 redirects elsewhere, which is not followed (302)",
        ),
    ] {
        let why = refused(&[&answer(status, headers, body)]).await;
        assert_eq!(why.message, expected);
        assert!(!why.remedy.is_empty() && !why.absent);
    }
}

#[tokio::test]
async fn nobody_there_is_told_without_the_address() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}/services/{HIDDEN}", listener.local_addr().unwrap());
    drop(listener);
    let why = hook(&address).slack.send(&notice("x")).await.unwrap_err();
    assert_eq!(why.message, "127.0.0.1 gave no answer: connection refused");
    let cut = refused(&[""]).await;
    assert!(cut.message.starts_with("127.0.0.1 gave no answer: "), "{cut}");
}

#[tokio::test]
async fn an_address_that_is_none_is_told_and_not_repeated() {
    for (address, expected) in [
        (format!("hooks/{HIDDEN}"), "the address of the webhook cannot be read"),
        (
            format!("http://hooks.example.com/{HIDDEN}"),
            "the address of the webhook is plain http, which would send it unprotected",
        ),
        (
            format!("ftp://hooks.example.com/{HIDDEN}"),
            "the address of the webhook is no https address",
        ),
        (
            format!("https://me:{HIDDEN}@hooks.example.com/"),
            "the address of the webhook holds a user name or password",
        ),
    ] {
        let why = hook(&address).slack.send(&notice("x")).await.unwrap_err();
        assert_eq!(why.message, expected, "{address}");
        assert_hidden(&format!("{why:?}").replace("/services/…", ""));
    }
}

#[tokio::test]
async fn an_address_that_is_not_found_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let clock: SharedClock = ManualClock::at(start());
    let vault = Vault::new(folder.path().to_owned(), Arc::new(MemoryKeyring::default()));
    let send = |source| {
        let slack = Slack::new(source, vault.clone(), Arc::clone(&clock));
        async move { slack.send(&notice("x")).await.unwrap_err() }
    };
    let unset = send(SecretSource::Env("CROSSTIE_TEST_NOT_SET".to_owned())).await;
    assert_eq!(
        unset.message,
        "the environment variable CROSSTIE_TEST_NOT_SET is not set"
    );
    let none = send(SecretSource::Keyring).await;
    assert_eq!(none.message, "the keyring holds no secret of [notices]");
    assert!(none.remedy.contains("secret of [notices]"), "{}", none.remedy);
}
