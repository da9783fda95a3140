//! Everything that can go wrong goes wrong as told, and right again afterwards.

use std::time::Duration;

use crosstie::sandbox::{Fault, FaultRule};
use futures_util::StreamExt as _;
use reqwest::Method;
use serde_json::Value;

use crate::harness::{Jira, client};

/// A fault, the status it gives, and headers.
type Row = (Fault, u16, &'static [(&'static str, &'static str)]);

/// Long enough for a loopback answer, short enough for a test of one that never comes.
const PATIENCE: Duration = Duration::from_millis(300);

#[tokio::test]
async fn statuses_and_their_headers() {
    let table: [Row; 11] = [
        (Fault::Echo { status: None }, 400, &[]),
        (
            Fault::Echo { status: Some(401) },
            401,
            &[("content-type", "application/json;charset=UTF-8")],
        ),
        (Fault::Unauthorized, 401, &[]),
        (Fault::Forbidden, 403, &[]),
        (Fault::NotFound, 404, &[]),
        (
            Fault::TooManyRequests {
                retry_after: Some(7),
                reason: None,
            },
            429,
            &[
                ("retry-after", "7"),
                ("ratelimit-reason", "jira-burst-based"),
                ("x-ratelimit-nearlimit", "true"),
            ],
        ),
        (
            Fault::TooManyRequests {
                retry_after: None,
                reason: Some("jira-quota-global-based".to_owned()),
            },
            429,
            &[
                ("ratelimit-reason", "jira-quota-global-based"),
                ("x-ratelimit-reset", "2026-11-20T09:31Z"),
            ],
        ),
        (Fault::ServerError, 500, &[]),
        (
            Fault::Unavailable { retry_after: Some(2) },
            503,
            &[("retry-after", "2")],
        ),
        (Fault::Unavailable { retry_after: None }, 503, &[]),
        (Fault::LoginPage, 200, &[("content-type", "text/html;charset=UTF-8")]),
    ];
    let jira = Jira::cloud().await;
    for (fault, status, headers) in table {
        let without_retry = matches!(
            fault,
            Fault::TooManyRequests { retry_after: None, .. } | Fault::Unavailable { retry_after: None }
        );
        jira.sandbox
            .faults()
            .add(FaultRule::always(fault.clone()).on("/rest/api/3/field").times(1))
            .await;
        assert_eq!(jira.get("myself").await.status, 200, "another path is not struck");
        let got = jira.get("field").await;
        assert_eq!(got.status, status, "{fault:?}");
        for (name, value) in headers {
            assert_eq!(got.header(name), Some(*value), "{fault:?}");
        }
        assert!(!(without_retry && got.header("retry-after").is_some()), "{fault:?}");
        assert_eq!(got.header("date"), Some("Fri, 20 Nov 2026 09:30:00 GMT"));
        assert_eq!(jira.get("field").await.status, 200, "once only");
        jira.sandbox.faults().clear().await;
    }
}

#[tokio::test]
async fn a_redirect_to_the_login_page() {
    let jira = Jira::data_center().await;
    jira.sandbox.faults().add(FaultRule::always(Fault::LoginRedirect)).await;
    let got = jira.get("field").await;
    assert_eq!(got.status, 302);
    let location = got.header("location").unwrap();
    assert!(
        location.starts_with(&format!("{}/login.jsp?os_destination=", jira.sandbox.url())),
        "{location}"
    );
}

#[tokio::test]
async fn a_refused_connection_is_refused_by_the_system_and_kept_ones_break() {
    let jira = Jira::cloud().await;
    assert_eq!(jira.get("myself").await.status, 200);
    let id = jira.sandbox.faults().add(FaultRule::always(Fault::Refuse)).await;
    for http in [jira.http.clone(), client()] {
        let error = http.get(jira.api("serverInfo")).send().await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
    }
    let control = crate::harness::got(jira.bare(Method::GET, &jira.sandbox.control_url())).await;
    assert_eq!(control.status, 200, "control is reached all the same");
    assert!(jira.sandbox.faults().remove(id).await);
    assert_eq!(jira.get("myself").await.status, 200, "the same port answers again");
}

#[tokio::test]
async fn a_body_is_cut_in_the_middle() {
    let jira = Jira::cloud().await;
    let whole = jira.get("field").await.text;
    for after in [Some(100), Some(0), None] {
        jira.sandbox
            .faults()
            .add(FaultRule::always(Fault::CutBody { after }).times(1))
            .await;
        let response = jira.signed_in(Method::GET, "field").send().await.unwrap();
        assert_eq!(
            response.content_length(),
            Some(whole.len() as u64),
            "the length promised is the whole one"
        );
        let mut body = response.bytes_stream();
        let mut received = Vec::new();
        let error = loop {
            match body.next().await {
                Some(Ok(part)) => received.extend_from_slice(&part),
                Some(Err(error)) => break error,
                None => panic!("the body came to an orderly end"),
            }
        };
        assert!(error.is_body() || error.is_decode() || error.is_request(), "{error:?}");
        let expected = after.unwrap_or(whole.len() / 2);
        assert_eq!(received, whole.as_bytes()[..expected]);
    }
    assert_eq!(jira.get("field").await.text, whole);
}

#[tokio::test]
async fn a_body_falls_silent() {
    let jira = Jira::cloud().await;
    let whole = jira.get("field").await.text;
    jira.sandbox
        .faults()
        .add(
            FaultRule::always(Fault::StallBody {
                after: Some(50),
                seconds: None,
            })
            .times(1),
        )
        .await;
    let response = jira.signed_in(Method::GET, "field").send().await.unwrap();
    assert!(tokio::time::timeout(PATIENCE, response.bytes()).await.is_err());
    let late = Fault::StallBody {
        after: Some(50),
        seconds: Some(30),
    };
    jira.sandbox.faults().add(FaultRule::always(late).times(1)).await;
    assert_eq!(
        jira.get("field").await.text,
        whole,
        "the sandbox's clock stands still, so the rest comes at once"
    );
}

#[tokio::test]
async fn json_ends_in_the_middle() {
    let jira = Jira::cloud().await;
    jira.sandbox.faults().add(FaultRule::always(Fault::MalformedJson)).await;
    let got = jira.get("field").await;
    assert_eq!(got.status, 200);
    assert!(serde_json::from_str::<Value>(&got.text).is_err());
}

#[tokio::test]
async fn the_server_tells_the_wrong_time() {
    let jira = Jira::cloud().await;
    assert_eq!(
        jira.get("serverInfo").await.header("date"),
        Some("Fri, 20 Nov 2026 09:30:00 GMT")
    );
    jira.sandbox
        .faults()
        .add(FaultRule::always(Fault::WrongClock { seconds: -3 * 3600 }))
        .await;
    let got = jira.get("serverInfo").await;
    assert_eq!(got.header("date"), Some("Fri, 20 Nov 2026 06:30:00 GMT"));
    assert_eq!(got.json()["serverTime"], "2026-11-20T07:30:00.000+0100");
}

#[tokio::test]
async fn an_answer_takes_its_time_by_the_sandboxs_clock() {
    let jira = Jira::cloud().await;
    jira.sandbox
        .faults()
        .add(FaultRule::always(Fault::Delay { milliseconds: 1500 }))
        .await;
    jira.sandbox.set_delay(Duration::from_millis(500));
    let before = jira.sandbox.now();
    assert_eq!(jira.get("field").await.status, 200);
    assert_eq!(jira.sandbox.now().duration_since(before).as_millis(), 2000);
}
