//! Looks at a service on this machine.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::{
    clock::Clock,
    config::{Feed, SecretSource, SourceConfig},
    domain::Reading,
    source::{
        SourceError, SourceErrorKind,
        http::script::{HIDDEN, Script, Stage, cut_off, reply, start},
    },
};

pub(super) fn config(url: &str, secret: Option<SecretSource>, repositories: &[&str], write: bool) -> SourceConfig {
    SourceConfig {
        name: "gh".to_owned(),
        enabled: true,
        tag: None,
        feed: Feed::GitHub {
            url: url.to_owned(),
            repositories: repositories.iter().map(|&name| name.to_owned()).collect(),
            secret,
            write,
        },
    }
}

async fn look(script: &Script, stage: &Stage, names: &[&str], cursor: Option<&str>) -> Result<Reading, SourceError> {
    let config = config(&script.url, Some(stage.secret.clone()), names, false);
    let result = read_source(&config, cursor, &stage.means).await;
    let shown = format!("{result:?}");
    assert!(!shown.contains(HIDDEN), "{shown}");
    result
}

fn at(minute: i64) -> Timestamp {
    "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

fn changed(number: u32, minute: i64) -> Value {
    pull(&json!({ "number": number, "updated_at": at(minute).to_string() }))
}

fn page(pulls: &[Value], next: Option<&str>) -> String {
    let link = next.map_or(String::new(), |next| format!("link: <{next}>; rel=\"next\"\r\n"));
    reply(200, &link, &json!(pulls).to_string())
}

fn ids(reading: &Reading) -> String {
    let ids: Vec<&str> = reading
        .findings
        .iter()
        .map(|finding| finding.id.external.as_str())
        .collect();
    ids.join(" ")
}

#[tokio::test]
async fn pages_are_followed_down_to_the_last_change_known() {
    let script = Script::serve(|request, own| match request.asks("page") {
        // GitHub leads from a repository's name to its number.
        None => page(
            &[changed(5, 90), changed(4, 80)],
            Some(&format!("{own}/repositories/1/pulls?page=2")),
        ),
        Some("2") => page(
            &[changed(3, 59), changed(2, 10)],
            Some(&format!("{own}/repositories/1/pulls?page=3")),
        ),
        Some(_) => page(&[changed(1, 1)], None),
    })
    .await;
    let stage = Stage::new();
    let reading = look(&script, &stage, &["Acme/Pay"], None).await.unwrap();
    assert_eq!(ids(&reading), "acme/pay#1 acme/pay#2 acme/pay#3 acme/pay#4 acme/pay#5");
    let cursor = reading.cursor.unwrap();
    assert_eq!(cursor, r#"{"Acme/Pay":"2026-01-01T01:30:00Z"}"#);
    let first = &script.requests()[0];
    assert_eq!(first.path, "/repos/Acme/Pay/pulls");
    for (name, value) in [
        ("state", "all"),
        ("sort", "updated"),
        ("direction", "desc"),
        ("per_page", "100"),
    ] {
        assert_eq!(first.asks(name), Some(value));
    }
    for line in [
        "accept: application/vnd.github+json".to_owned(),
        "x-github-api-version: 2022-11-28".to_owned(),
        format!("authorization: bearer {}", HIDDEN.to_lowercase()),
    ] {
        assert!(first.head.contains(&line), "{}", first.head);
    }
    let before = script.requests().len();
    let known = r#"{"Acme/Pay":"2026-01-01T01:00:00Z"}"#;
    let reading = look(&script, &stage, &["Acme/Pay"], Some(known)).await.unwrap();
    assert_eq!(
        ids(&reading),
        "acme/pay#3 acme/pay#4 acme/pay#5",
        "a little before it, and no more"
    );
    assert_eq!(script.requests().len() - before, 2);
}

#[tokio::test]
async fn a_public_repository_is_read_without_a_token_below_an_enterprise_address() {
    let script = Script::serve(|_, _| page(&[changed(1, 1), changed(1, 2), changed(1, 1)], None)).await;
    let stage = Stage::new();
    let config = config(&format!("{}/api/v3", script.url), None, &["acme/pay"], false);
    let reading = read_source(&config, None, &stage.means).await.unwrap();
    assert_eq!(ids(&reading), "acme/pay#1");
    assert_eq!(reading.findings[0].updated, Some(at(2)));
    let request = &script.requests()[0];
    assert_eq!(request.path, "/api/v3/repos/acme/pay/pulls");
    assert!(!request.head.contains("authorization"), "{}", request.head);
}

#[tokio::test]
async fn a_repository_that_fails_does_not_keep_from_the_others() {
    for (bad, words) in [
        (
            reply(404, "", r#"{"message": "Not Found"}"#),
            "is not there, or not for this token (404: Not Found); check",
        ),
        (reply(403, "", "{}"), "does not allow this (403); give the token access"),
        (reply(502, "", ""), "failed (502)"),
        (reply(200, "", r#"{"a": 1}"#), "is no list of pull requests"),
        (page(&[], Some("https://evil.example/x")), "leads to another host"),
    ] {
        let script = Script::serve(move |request, _| match request.path.as_str() {
            "/repos/acme/bad/pulls" => bad.clone(),
            _ => page(&[changed(1, 1)], None),
        })
        .await;
        let stage = Stage::new();
        let reading = look(&script, &stage, &["acme/bad", "acme/pay"], None).await.unwrap();
        assert_eq!(
            (ids(&reading).as_str(), &reading.unread),
            ("acme/pay#1", &vec!["acme/bad".to_owned()])
        );
        assert!(reading.flaws[0].reason.contains(words), "{}", reading.flaws[0]);
        assert_eq!(
            reading.cursor.as_deref(),
            Some(r#"{"acme/pay":"2026-01-01T00:01:00Z"}"#)
        );
    }
    let stage = Stage::new();
    let script = Script::serve(|_, _| page(&[], None)).await;
    let error = look(&script, &stage, &["acme", "a/b/c"], None).await.unwrap_err();
    assert_eq!(
        (error.kind, error.remedy.as_str()),
        (SourceErrorKind::Refused, "write it as owner/name")
    );
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn limits_are_told_by_headers_and_by_words() {
    let reset = start().as_second() + 1_800;
    let hourly = format!("x-ratelimit-remaining: 0\r\nx-ratelimit-reset: {reset}\r\n");
    let secondary = r#"{"message": "You have exceeded a secondary rate limit."}"#;
    for (answer, seconds, requests) in [
        (
            reply(403, &hourly, r#"{"message": "API rate limit exceeded"}"#),
            1_800,
            1,
        ),
        (reply(429, "retry-after: 120\r\n", "{}"), 120, 1),
        (reply(403, "", secondary), 60 + 60, 2),
    ] {
        let script = Script::play(vec![answer]).await;
        let stage = Stage::new();
        let error = look(&script, &stage, &["acme/pay", "acme/web"], None)
            .await
            .unwrap_err();
        assert_eq!(error.kind, SourceErrorKind::Limited);
        assert_eq!(error.retry_at, Some(start() + SignedDuration::from_secs(seconds)));
        assert_eq!(script.requests().len(), requests);
        // The next look knows, and sends nothing; a minute it would wait for.
        stage.clock.set(start());
        let again = look(&script, &stage, &["acme/pay"], None).await.unwrap_err();
        assert_eq!((again.kind, again.retry_at), (SourceErrorKind::Limited, error.retry_at));
        assert_eq!(script.requests().len(), requests);
    }
    let script = Script::play(vec![
        reply(403, "retry-after: 9\r\n", secondary),
        page(&[changed(1, 1)], None),
    ])
    .await;
    let stage = Stage::new();
    look(&script, &stage, &["acme/pay"], None).await.unwrap();
    assert_eq!(stage.clock.now(), start() + SignedDuration::from_secs(9));
}

#[tokio::test]
async fn a_renamed_repository_is_followed_and_a_cut_off_answer_is_no_end() {
    let script = Script::serve(|request, own| match (request.path.as_str(), request.asks("page")) {
        ("/repos/acme/old/pulls", _) => reply(301, &format!("location: {own}/repositories/1/pulls\r\n"), "{}"),
        (_, None) => page(&[changed(2, 9)], Some("/repositories/1/pulls?page=2")),
        _ => cut_off(),
    })
    .await;
    let stage = Stage::new();
    let known = r#"{"acme/old":"2025-01-01T00:00:00Z"}"#;
    let reading = look(&script, &stage, &["acme/old"], Some(known)).await.unwrap();
    assert_eq!((ids(&reading).as_str(), reading.unread.len()), ("acme/old#2", 1));
    assert_eq!(reading.cursor.as_deref(), Some(known), "what is older was not seen");
}

#[tokio::test]
async fn a_token_that_is_refused_is_asked_for_anew() {
    let echo = format!(r#"{{"message": "Bad credentials {HIDDEN}"}}"#);
    let script = Script::play(vec![reply(401, "", &echo)]).await;
    let stage = Stage::new();
    let error = look(&script, &stage, &["acme/pay", "acme/web"], None)
        .await
        .unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Auth);
    assert_eq!(
        error.remedy,
        "make a new token on GitHub, and put it where `secret` of the [[source]] gh finds it"
    );
    assert_eq!(script.requests().len(), 1);
    let problem = crate::domain::Problem::from(&error);
    assert_eq!((problem.kind.as_str(), problem.message), ("auth", error.message));
}

#[tokio::test]
async fn a_list_that_did_not_change_costs_nothing() {
    let script = Script::serve(|request, _| {
        if request.head.contains("if-none-match: w/\"one\"") {
            return reply(304, "x-ratelimit-remaining: 4999\r\n", "");
        }
        reply(200, "etag: W/\"one\"\r\n", &json!([changed(1, 1)]).to_string())
    })
    .await;
    let stage = Stage::new();
    let first = look(&script, &stage, &["acme/pay"], None).await.unwrap();
    assert_eq!(ids(&first), "acme/pay#1");
    assert!(!script.requests()[0].head.contains("if-none-match"));
    let second = look(&script, &stage, &["acme/pay"], first.cursor.as_deref())
        .await
        .unwrap();
    assert_eq!(
        (ids(&second).as_str(), &second.cursor),
        ("", &first.cursor),
        "the mark and the tag stay"
    );
    assert_eq!(second.requests, 1);
    // A repository that is asked for anew is read whole.
    let renamed = look(&script, &stage, &["acme/shop"], first.cursor.as_deref())
        .await
        .unwrap();
    assert_eq!(ids(&renamed), "acme/shop#1");
}

#[tokio::test]
async fn a_repository_that_was_renamed_is_read_where_it_is_now_and_keeps_its_ids() {
    let script = Script::serve(|request, own| {
        if request.path == "/repos/acme/old/pulls" {
            let to = format!("location: {own}/repositories/7/pulls?state=all&page=1\r\n");
            return reply(301, &to, r#"{"message": "Moved Permanently"}"#);
        }
        match request.asks("page") {
            Some("1") => page(&[changed(2, 9)], Some(&format!("{own}/repositories/7/pulls?page=2"))),
            _ => page(&[changed(1, 1)], None),
        }
    })
    .await;
    let stage = Stage::new();
    let reading = look(&script, &stage, &["acme/old"], None).await.unwrap();
    assert_eq!(ids(&reading), "acme/old#1 acme/old#2");
}

#[tokio::test]
async fn a_token_that_somebody_published_is_not_passed_on() {
    let script = Script::serve(|_, _| {
        let leaked = pull(&json!({
            "number": 1, "updated_at": at(1).to_string(), "title": format!("use {HIDDEN}"), "state": HIDDEN,
            "body": format!("curl -H 'Authorization: Bearer {HIDDEN}'"), "labels": [{ "name": HIDDEN }],
        }));
        page(&[leaked], None)
    })
    .await;
    // `look` sees to it that the token is nowhere.
    let reading = look(&script, &Stage::new(), &["acme/pay"], None).await.unwrap();
    assert_eq!(reading.findings[0].title, "use …");
    assert_eq!(reading.findings[0].body, "curl -H 'Authorization: …'");
}
