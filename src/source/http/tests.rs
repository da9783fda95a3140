//! Against a small service on this machine.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::SignedDuration;

use super::{
    script::{HIDDEN, Script, Stage, cut_off, reply, start},
    *,
};
use crate::clock::Clock;

fn service() -> Service {
    Service {
        source: "h1".to_owned(),
        lane: "lane".to_owned(),
        per_minute: 100,
        sign_in: "make a new token".to_owned(),
        forbidden: "ask for access".to_owned(),
        missing: "check the name".to_owned(),
    }
}

fn http(stage: &Stage, url: &str) -> Http {
    let encoded = STANDARD.encode(format!("id:{HIDDEN}"));
    let secrets = [format!("Basic {encoded}"), HIDDEN.to_owned(), encoded];
    let secrets = secrets.map(SecretString::from).to_vec();
    Http::new(url, service(), &stage.means, HeaderMap::new(), secrets).unwrap()
}

fn assert_hidden(shown: &str) {
    let encoded = STANDARD.encode(format!("id:{HIDDEN}"));
    assert!(!shown.contains(HIDDEN) && !shown.contains(&encoded), "{shown}");
}

/// Asks once what always answers so, and expects a failure.
async fn refused(answers: Vec<String>) -> (SourceError, usize) {
    let script = Script::play(answers).await;
    let stage = Stage::new();
    let http = http(&stage, &script.url);
    let error = http.get(&http.at(&["v1", "reports"])).await.unwrap_err();
    assert_hidden(&format!("{error} {error:?} {http:?}"));
    assert!(
        error.message.starts_with("h1: ") && error.message.contains("127.0.0.1:"),
        "{error}"
    );
    assert!(!error.remedy.is_empty());
    (error, script.requests().len())
}

#[tokio::test]
async fn the_secret_goes_out_and_is_shown_nowhere() {
    let script = Script::play(vec![reply(200, "", "{}")]).await;
    let stage = Stage::new();
    let http = http(&stage, &format!("{}/api/v3/", script.url));
    http.get(&http.at(&["a b", "ü"])).await.unwrap();
    assert_eq!(http.requests(), 1);
    let request = &script.requests()[0];
    assert_eq!(request.path, "/api/v3/a%20b/%C3%BC");
    let encoded = STANDARD.encode(format!("id:{HIDDEN}"));
    let expected = format!("authorization: basic {}", encoded.to_lowercase());
    assert!(request.head.contains(&expected), "{}", request.head);
    assert!(request.head.contains("user-agent: crosstie/"), "{}", request.head);
    assert_hidden(&format!("{http:?} {:?}", stage.means));
}

#[tokio::test]
async fn a_refusal_has_its_kind_its_words_and_its_remedy() {
    for (status, body, kind, message, remedy) in [
        (
            401,
            r#"{"message": "Bad\u001b[31m credentials"}"#.to_owned(),
            Kind::Auth,
            "does not take the token (401: Bad",
            "make a new token",
        ),
        (
            403,
            r#"{"errors": [{"status": 403}]}"#.to_owned(),
            Kind::Refused,
            "/v1/reports does not allow this (403)",
            "ask for access",
        ),
        (
            404,
            "<html>".to_owned(),
            Kind::Refused,
            "is not there, or not for this token (404)",
            "check the name",
        ),
        (
            400,
            format!(r#"{{"errors": [{{"detail": "bad token {HIDDEN}"}}]}}"#),
            Kind::Refused,
            "refused the request (400: bad token …)",
            "check the settings of the source",
        ),
    ] {
        let (error, requests) = refused(vec![reply(status, "", &body)]).await;
        assert_eq!((error.kind, error.status), (kind, Some(status)), "{error}");
        assert!(error.message.contains(message), "{error}");
        assert!(!error.message.contains('\u{1b}'), "{error}");
        assert_eq!(error.remedy, remedy);
        assert_eq!(requests, 1, "another try would end the same");
    }
}

#[tokio::test]
async fn a_secret_is_hidden_however_a_service_repeats_it() {
    let stage = Stage::new();
    for (token, said) in [
        // Cut in two by the limit on words.
        (
            HIDDEN.to_owned(),
            format!("{}{HIDDEN} and more", "x".repeat(LONGEST_WORDS - 9)),
        ),
        (
            HIDDEN.to_owned(),
            format!("no such address: https://e.org/?token={HIDDEN}&a=b"),
        ),
        ("a+b/c=d e".to_owned(), "at https://e.org/?t=a%2Bb%2Fc%3Dd+e".to_owned()),
    ] {
        let body = serde_json::json!({ "message": said }).to_string();
        let script = Script::play(vec![reply(400, "", &body)]).await;
        let secrets = vec![
            SecretString::from(format!("Bearer {token}")),
            SecretString::from(token.clone()),
        ];
        let http = Http::new(&script.url, service(), &stage.means, HeaderMap::new(), secrets).unwrap();
        let error = http.get(&http.at(&["x"])).await.unwrap_err();
        for piece in [&token[..8], "a%2Bb"] {
            assert!(!error.message.contains(piece), "{error}");
        }
        assert!(error.message.contains('…'), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_is_known_is_none() {
    let script = Script::serve(|request, _| {
        if request.head.contains("if-none-match: \"a\"") || request.path == "/odd" {
            return reply(304, "", "");
        }
        reply(200, "etag: \"a\"\r\n", "{}")
    })
    .await;
    let stage = Stage::new();
    let http = http(&stage, &script.url);
    let url = http.at(&["x"]);
    assert!(http.get_unless(&url, None).await.unwrap().is_some());
    assert!(http.get_unless(&url, Some("\"a\"")).await.unwrap().is_none());
    assert!(http.get_unless(&url, Some("\"b\"")).await.unwrap().is_some());
    // What cannot be sent is not asked for.
    assert!(http.get_unless(&url, Some("a\nb")).await.unwrap().is_some());
    let error = http.get(&http.at(&["odd"])).await.unwrap_err();
    assert!(
        error
            .message
            .ends_with("says that nothing changed, which it was not asked"),
        "{error}"
    );
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    let good = reply(200, "", r#"{"ok": true}"#);
    for bad in [
        reply(500, "", ""),
        reply(502, "", "<html>"),
        reply(503, "retry-after: 7\r\n", ""),
        reply(429, "retry-after: 7\r\n", ""),
        reply(200, "", r#"{"data": [}"#),
        reply(200, "", "<html>sign in</html>"),
        cut_off(),
        String::new(),
    ] {
        let script = Script::play(vec![bad.clone(), good.clone()]).await;
        let stage = Stage::new();
        let http = http(&stage, &script.url);
        let answer = http.get(&http.at(&["x"])).await;
        assert_eq!(answer.unwrap().json["ok"], true, "{bad}");
        assert_eq!(script.requests().len(), 2);
        let waited = stage.clock.now().duration_since(start()).as_secs();
        assert_eq!(waited, if bad.contains("retry-after") { 7 } else { 1 }, "{bad}");
    }
}

#[tokio::test]
async fn what_does_not_pass_is_named() {
    for (answer, kind, words) in [
        (reply(500, "", ""), Kind::Network, "failed (500)"),
        (cut_off(), Kind::Network, "gave no answer: the answer was cut off"),
        (
            reply(200, "", "<html>"),
            Kind::Malformed,
            "is no JSON (line 1, it is written wrongly",
        ),
        (
            reply(200, "", "[1,"),
            Kind::Malformed,
            "is no JSON (line 1, it ends too early)",
        ),
        (reply(200, "", &"[".repeat(5_000)), Kind::Malformed, "nested too deeply"),
    ] {
        let (error, requests) = refused(vec![answer]).await;
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.message.contains(words), "{error}");
        assert_eq!(requests, 3);
    }
    let (error, _) = refused(vec![reply(302, "location: /v1/reports\r\n", "")]).await;
    assert!(error.message.contains("redirects in circles"), "{error}");
    let (error, _) = refused(vec![reply(302, "", "")]).await;
    assert!(error.message.contains("redirects to nowhere"), "{error}");
}

#[tokio::test]
async fn nobody_listening_is_no_answer() {
    let stage = Stage::new();
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let http = http(&stage, &url);
    let error = http.get(&http.at(&["x"])).await.unwrap_err();
    assert_eq!(error.kind, Kind::Network);
    assert!(error.message.ends_with("gave no answer: connection refused"), "{error}");
    assert!(error.is_of_all());
}

#[tokio::test]
async fn a_long_wait_is_told_and_kept_by_all_that_share_the_limit() {
    let script = Script::play(vec![reply(429, "retry-after: 300\r\n", ""), reply(200, "", "{}")]).await;
    let stage = Stage::new();
    let first = http(&stage, &script.url);
    let error = first.get(&first.at(&["x"])).await.unwrap_err();
    let end = start() + SignedDuration::from_secs(300);
    assert_eq!((error.kind, error.retry_at), (Kind::Limited, Some(end)));
    let other = http(&stage, &script.url);
    let error = other.get(&other.at(&["x"])).await.unwrap_err();
    assert_eq!((error.kind, error.retry_at), (Kind::Limited, Some(end)));
    assert_eq!(script.requests().len(), 1, "nothing is sent while it lasts");
    stage.clock.set(end);
    other.get(&other.at(&["x"])).await.unwrap();
}

#[tokio::test]
async fn the_last_request_allowed_is_taken_and_the_next_one_waits() {
    let reset = start().as_second() + 40;
    let last = format!("x-ratelimit-remaining: 0\r\nx-ratelimit-reset: {reset}\r\n");
    let script = Script::play(vec![reply(200, &last, "{}"), reply(200, "", "{}")]).await;
    let stage = Stage::new();
    let http = http(&stage, &script.url);
    http.get(&http.at(&["x"])).await.unwrap();
    assert_eq!(stage.clock.now(), start());
    http.get(&http.at(&["x"])).await.unwrap();
    assert_eq!(stage.clock.now().as_second(), reset);
}

#[tokio::test]
async fn a_redirect_is_followed_at_home_only() {
    let script = Script::serve(|request, own| match request.path.as_str() {
        "/old" => reply(301, &format!("location: {own}/new\r\n"), ""),
        "/far" => reply(301, &format!("location: https://{HIDDEN}.evil.example/new\r\n"), ""),
        "/person" => {
            let to = own.replace("http://", "http://:pw@");
            reply(301, &format!("location: {to}/new\r\n"), "")
        }
        "/near" => reply(301, &format!("location: {}\r\n", own.replace("http:", "https:")), ""),
        _ => reply(200, "", r#"{"ok": true}"#),
    })
    .await;
    let stage = Stage::new();
    let http = http(&stage, &script.url);
    assert_eq!(http.get(&http.at(&["old"])).await.unwrap().json["ok"], true);
    for path in ["far", "near", "person"] {
        let error = http.get(&http.at(&[path])).await.unwrap_err();
        assert_eq!(error.kind, Kind::Refused);
        assert!(
            error.message.ends_with("leads to another host, which is not followed"),
            "{error}"
        );
        assert_hidden(&error.to_string());
    }
    let changed = http
        .patch(&http.at(&["old"]), &serde_json::json!({ "body": "x" }))
        .await;
    assert_eq!(changed.unwrap().json["ok"], true);
    let last = script.requests().pop().unwrap();
    assert_eq!(
        (last.method.as_str(), last.path.as_str(), last.body.as_str()),
        ("PATCH", "/new", r#"{"body":"x"}"#)
    );
    let error = http
        .patch(&http.at(&["far"]), &serde_json::json!({}))
        .await
        .unwrap_err();
    assert!(
        error.message.ends_with("leads to another host, which is not followed"),
        "{error}"
    );
}

#[tokio::test]
async fn requests_keep_to_the_pace() {
    let script = Script::play(vec![reply(200, "", "{}")]).await;
    let stage = Stage::new();
    let mut slow = service();
    slow.per_minute = 3;
    let http = Http::new(&script.url, slow, &stage.means, HeaderMap::new(), Vec::new()).unwrap();
    for _ in 0..7 {
        http.get(&http.at(&["x"])).await.unwrap();
    }
    assert_eq!(stage.clock.now(), start() + SignedDuration::from_secs(120));
}

/// Tells one time for ever, as for pictures; waiting takes none.
#[derive(Debug)]
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> jiff::Timestamp {
        start()
    }

    fn sleep(&self, _: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::task::yield_now())
    }
}

#[tokio::test]
async fn a_clock_that_stands_still_holds_up_nothing() {
    let script = Script::play(vec![reply(200, "", "{}")]).await;
    let stage = Stage::new();
    let means = Means::new(stage.means.vault.clone(), std::sync::Arc::new(Stopped));
    let mut slow = service();
    slow.per_minute = 2;
    let http = Http::new(&script.url, slow, &means, HeaderMap::new(), Vec::new()).unwrap();
    for _ in 0..5 {
        http.get(&http.at(&["x"])).await.unwrap();
    }
    assert_eq!(script.requests().len(), 5);
}

#[tokio::test]
async fn a_secret_that_is_none_is_named_and_not_sent() {
    let stage = Stage::new();
    for text in ["line\nbreak", "\u{1}"] {
        let secrets = vec![SecretString::from(text)];
        let made = Http::new(
            "https://api.example.com",
            service(),
            &stage.means,
            HeaderMap::new(),
            secrets,
        );
        assert_eq!(made.unwrap_err().kind, Kind::Secret);
    }
    std::fs::remove_file(&stage.file).unwrap();
    let error = stage.means.secret("h1", &stage.secret).await.unwrap_err();
    assert_eq!(error.kind, Kind::Secret);
    assert!(error.message.starts_with("h1: the secret file"), "{error}");
    let error = stage
        .means
        .secret("h1", &crate::config::SecretSource::Keyring)
        .await
        .unwrap_err();
    assert_eq!(error.message, "h1: the keyring holds no secret of source-h1");
    assert!(error.remedy.contains("\"secret of source-h1\""), "{}", error.remedy);
}
