//! Looks at a service on this machine.

use std::sync::Mutex;

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::{
    clock::Clock,
    config::{Feed, SourceConfig},
    domain::Reading,
    source::{
        SourceError, SourceErrorKind,
        http::script::{HIDDEN, Request, Script, Stage, cut_off, reply, start},
    },
};

fn config(url: &str, stage: &Stage, programs: &[&str]) -> SourceConfig {
    SourceConfig {
        name: "h1".to_owned(),
        enabled: true,
        tag: None,
        feed: Feed::HackerOne {
            url: url.to_owned(),
            programs: programs.iter().map(|&program| program.to_owned()).collect(),
            identifier: "crosstie".to_owned(),
            secret: stage.secret.clone(),
        },
    }
}

async fn look(script: &Script, stage: &Stage, programs: &[&str], cursor: Option<&str>) -> Result<Reading, SourceError> {
    let config = config(&script.url, stage, programs);
    let result = read_source(&config, cursor, &stage.means).await;
    let encoded = STANDARD.encode(format!("crosstie:{HIDDEN}"));
    let shown = format!("{result:?}");
    assert!(!shown.contains(HIDDEN) && !shown.contains(&encoded), "{shown}");
    result
}

fn at(minute: i64) -> Timestamp {
    "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

/// A report that something happened to at a minute, in a list or, with activities, by itself.
fn report(id: u32, minute: i64, whole: bool) -> Value {
    let mut report = json!({ "id": id.to_string(), "type": "report", "attributes": {
        "title": format!("report {id}"), "state": "new", "last_activity_at": at(minute).to_string(),
    } });
    if whole {
        report["relationships"]["activities"]["data"] = json!([{ "id": id.to_string(), "type": "activity-comment",
            "attributes": { "created_at": at(minute).to_string(), "message": "hi" } }]);
    }
    report
}

fn page(reports: &[Value], next: Option<String>) -> String {
    let links = next.map_or(json!({}), |next| json!({ "next": next }));
    reply(200, "", &json!({ "data": reports, "links": links }).to_string())
}

/// A detail's answer, if a detail was asked for.
fn detail(request: &Request, minute: i64) -> Option<String> {
    let id = request.path.strip_prefix("/v1/reports/")?;
    let report = report(id.parse().unwrap(), minute, true);
    Some(reply(200, "", &json!({ "data": report }).to_string()))
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
async fn pages_are_followed_and_each_report_is_completed() {
    let script = Script::serve(|request, own| {
        detail(request, 7).unwrap_or_else(|| match request.asks("page[number]") {
            None => page(&[report(1, 1, false)], Some(format!("{own}/v1/reports?page[number]=2"))),
            _ => page(&[report(2, 2, false)], None),
        })
    })
    .await;
    let stage = Stage::new();
    let reading = look(&script, &stage, &["acme"], None).await.unwrap();
    assert_eq!(ids(&reading), "1 2");
    assert!(reading.findings.iter().all(|finding| finding.events.len() == 1));
    assert!(reading.findings.iter().all(|finding| finding.origin == "acme"));
    assert_eq!((reading.requests, reading.complete), (4, false));
    // What a detail tells of later changes is no mark: others may have changed in between.
    assert_eq!(reading.cursor.as_deref(), Some(r#"{"acme":"2026-01-01T00:02:00Z"}"#));
    let first = &script.requests()[0];
    assert_eq!(first.path, "/v1/reports");
    assert_eq!(first.asks("filter[program][]"), Some("acme"));
    assert_eq!(first.asks("sort"), Some("reports.last_activity_at"));
    assert_eq!(first.asks("page[size]"), Some("100"));
    assert_eq!(first.asks("filter[last_activity_at__gt]"), None);
    assert!(first.head.contains("accept: application/json"));
    let encoded = STANDARD.encode(format!("crosstie:{HIDDEN}")).to_lowercase();
    assert!(first.head.contains(&format!("authorization: basic {encoded}")));
}

#[tokio::test]
async fn the_next_look_begins_a_little_before_the_last_change() {
    let script = Script::serve(|_, _| page(&[report(3, 50, true)], None)).await;
    let stage = Stage::new();
    let cursor = r#"{"acme":"2026-01-01T00:40:00Z","gone":"2026-01-01T00:40:00Z"}"#;
    let reading = look(&script, &stage, &["acme", "new"], Some(cursor)).await.unwrap();
    assert_eq!(reading.requests, 2, "a list with activities needs no details");
    let since: Vec<Option<String>> = script
        .requests()
        .iter()
        .map(|request| request.asks("filter[last_activity_at__gt]").map(str::to_owned))
        .collect();
    assert_eq!(since, [Some("2026-01-01T00:38:00Z".to_owned()), None]);
    let cursor = reading.cursor.unwrap();
    assert_eq!(
        cursor,
        r#"{"acme":"2026-01-01T00:50:00Z","new":"2026-01-01T00:50:00Z"}"#
    );
    // Nothing new moves nothing.
    let script = Script::serve(|_, _| page(&[], None)).await;
    let reading = look(&script, &stage, &["acme", "new"], Some(&cursor)).await.unwrap();
    assert_eq!(
        (reading.cursor.as_deref(), ids(&reading)),
        (Some(cursor.as_str()), String::new())
    );
}

#[tokio::test]
async fn a_report_told_twice_and_out_of_order_is_there_once_as_it_is_now() {
    let script = Script::serve(|_, _| page(&[report(2, 9, true), report(1, 1, true), report(2, 4, true)], None)).await;
    let stage = Stage::new();
    let reading = look(&script, &stage, &["acme"], None).await.unwrap();
    assert_eq!(ids(&reading), "1 2");
    assert_eq!(reading.findings[1].updated, Some(at(9)));
    assert_eq!(reading.cursor.as_deref(), Some(r#"{"acme":"2026-01-01T00:09:00Z"}"#));
}

#[tokio::test]
async fn what_moved_under_the_reading_is_not_missed() {
    // Between the pages something happens to report 1: it moves to the end, and 3 moves onto the page
    // that was read already.
    let asked = Mutex::new(0);
    let script = Script::serve(move |request, own| {
        let mut asked = asked.lock().unwrap();
        *asked += 1;
        let next = Some(format!("{own}/v1/reports?page[number]=2"));
        match (*asked, request.asks("page[number]")) {
            (1, _) => page(&[report(1, 1, true), report(2, 2, true)], next),
            (_, None) => page(&[report(2, 2, true), report(3, 3, true)], next),
            (_, Some(_)) => page(&[report(4, 4, true), report(1, 5, true)], None),
        }
    })
    .await;
    let stage = Stage::new();
    let reading = look(&script, &stage, &["acme"], None).await.unwrap();
    assert_eq!(ids(&reading), "1 2 3 4");
    assert_eq!(script.requests().len(), 4);
    assert_eq!(reading.findings[0].updated, Some(at(5)));
}

#[tokio::test]
async fn a_program_that_fails_does_not_keep_from_the_others() {
    for (bad, words) in [
        (
            reply(403, "", r#"{"errors": [{"status": 403}]}"#),
            "does not allow this (403); give the API token's group",
        ),
        (
            reply(404, "", ""),
            "is not there, or not for this token (404); check the handles in `programs`",
        ),
        (reply(500, "", ""), "failed (500)"),
        (reply(200, "", "{\"data\": ["), "is no JSON"),
        (
            page(&[], Some("https://evil.example/v1/reports".to_owned())),
            "leads to another host, which is not followed",
        ),
        (
            page(&[], Some("/v1/reports?page[number]=1".to_owned())),
            "pages that go in circles",
        ),
    ] {
        let script = Script::serve(move |request, _| match request.asks("filter[program][]") {
            Some("bad") | None => bad.clone(),
            _ => page(&[report(1, 1, true)], None),
        })
        .await;
        let stage = Stage::new();
        let cursor = r#"{"bad":"2026-01-01T00:00:00Z"}"#;
        let reading = look(&script, &stage, &["bad", "good"], Some(cursor)).await.unwrap();
        assert_eq!(
            (ids(&reading).as_str(), &reading.unread),
            ("1", &vec!["bad".to_owned()])
        );
        assert_eq!(reading.flaws.len(), 1, "{:?}", reading.flaws);
        let flaw = &reading.flaws[0];
        assert_eq!(flaw.place, "bad");
        assert!(flaw.reason.contains(words), "{flaw}");
        let expected = r#"{"bad":"2026-01-01T00:00:00Z","good":"2026-01-01T00:01:00Z"}"#;
        assert_eq!(reading.cursor.as_deref(), Some(expected));
    }
}

#[tokio::test]
async fn where_nothing_could_be_read_the_look_failed() {
    for (answer, kind, requests) in [
        (reply(401, "", ""), SourceErrorKind::Auth, 1),
        (reply(429, "retry-after: 900\r\n", ""), SourceErrorKind::Limited, 1),
        (cut_off(), SourceErrorKind::Network, 3),
        (reply(403, "", ""), SourceErrorKind::Refused, 2),
        (reply(200, "", "<html>"), SourceErrorKind::Malformed, 6),
    ] {
        let script = Script::play(vec![answer]).await;
        let stage = Stage::new();
        let error = look(&script, &stage, &["a", "b"], None).await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert_eq!(
            script.requests().len(),
            requests,
            "{kind:?}: what fails for all is asked once"
        );
        assert_eq!(error.retry_at.is_some(), kind == SourceErrorKind::Limited);
    }
}

#[tokio::test]
async fn a_short_wait_is_waited_for() {
    let script = Script::play(vec![
        reply(429, "retry-after: 20\r\n", ""),
        page(&[report(1, 1, true)], None),
    ])
    .await;
    let stage = Stage::new();
    let reading = look(&script, &stage, &["acme"], None).await.unwrap();
    assert_eq!(ids(&reading), "1");
    assert_eq!(stage.clock.now(), start() + SignedDuration::from_secs(20));
}

#[tokio::test]
async fn a_list_that_ends_early_is_kept_and_read_again() {
    let script = Script::serve(|request, own| match request.asks("page[number]") {
        None => page(&[report(1, 1, true)], Some(format!("{own}/v1/reports?page[number]=2"))),
        Some(_) => cut_off(),
    })
    .await;
    let stage = Stage::new();
    let reading = look(&script, &stage, &["acme"], None).await.unwrap();
    assert_eq!(
        (ids(&reading).as_str(), &reading.unread),
        ("1", &vec!["acme".to_owned()])
    );
    assert_eq!(reading.cursor.as_deref(), Some("{}"), "the mark stays");
}

#[tokio::test]
async fn a_report_that_cannot_be_completed_is_kept_as_listed() {
    for (bad, cursor, unread) in [
        (reply(403, "", ""), "00:03:00", false),
        (reply(200, "", r#"{"data": 7}"#), "00:03:00", false),
        (reply(500, "", ""), "00:01:59.999", false),
        (cut_off(), "00:01:59.999", true),
        (reply(429, "retry-after: 900\r\n", ""), "00:01:59.999", true),
    ] {
        let script = Script::serve(move |request, _| match request.path.as_str() {
            "/v1/reports/2" => bad.clone(),
            _ => detail(request, 1)
                .unwrap_or_else(|| page(&[report(1, 1, false), report(2, 2, false), report(3, 3, false)], None)),
        })
        .await;
        let stage = Stage::new();
        let reading = look(&script, &stage, &["acme"], None).await.unwrap();
        assert_eq!(ids(&reading), "1 2 3");
        assert_eq!(reading.findings[0].events.len(), 1);
        assert!(reading.findings[1].events.is_empty());
        assert_eq!(reading.flaws.len(), 1, "{:?}", reading.flaws);
        assert_eq!(!reading.unread.is_empty(), unread, "{:?}", reading.flaws);
        assert_eq!(reading.cursor, Some(format!(r#"{{"acme":"2026-01-01T{cursor}Z"}}"#)));
    }
}

#[tokio::test]
async fn what_files_are_read_from_is_asked_of_no_service() {
    let stage = Stage::new();
    let mut config = config("https://api.hackerone.com", &stage, &[]);
    config.feed = Feed::GitHub {
        url: String::new(),
        repositories: Vec::new(),
        secret: None,
        write: false,
    };
    let error = read_source(&config, None, &stage.means).await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Setup);
}
