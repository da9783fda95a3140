//! Rate limits, retries, and how many requests run at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, http::Uri};
use crosstie::{
    clock::Clock as _,
    jira::{ErrorKind, EventKind},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::support::{NOW, SHORT, Server, World, config, data_center, myself, ok, raw_issue, refusal, reply};

fn elapsed(world: &World) -> u64 {
    let start: jiff::Timestamp = NOW.parse().unwrap();
    world.clock.now().duration_since(start).unsigned_abs().as_secs()
}

#[tokio::test]
async fn a_limited_request_waits_as_told() {
    for (header, value) in [
        ("Retry-After", "8"),
        ("Retry-After", "Sun, 22 Nov 2026 10:00:08 GMT"),
        ("X-RateLimit-Reset", "2026-11-22T10:00:08Z"),
    ] {
        let server = Server::cloud(move |_, before| match before {
            1 => refusal(429, "Slow down")
                .with(header, value)
                .with("date", "Sun, 22 Nov 2026 10:00:00 GMT"),
            _ => ok(&myself()),
        })
        .await;
        let world = World::new(&config(&server.url));
        world.client.myself().await.unwrap();
        assert_eq!((server.asked().len(), elapsed(&world)), (2, 8), "{header}: {value}");
        assert_eq!(
            world.log(),
            [format!("429 rate limited · waiting 8s ({header}) · attempt 1 of 4")]
        );
        assert_eq!(world.client.traffic().quota.paused_until, None);
    }
}

#[tokio::test]
async fn a_wait_beyond_patience_is_an_error_that_holds_everything_back() {
    let server = Server::cloud(|_, before| match before {
        1 => refusal(429, "Quota")
            .with("Retry-After", "600")
            .with("RateLimit-Reason", "jira-quota-tenant-based"),
        _ => ok(&myself()),
    })
    .await;
    let world = World::new(&config(&server.url));
    let until = "2026-11-22T10:10:00Z".parse().unwrap();
    for _ in 0..2 {
        let error = world.client.myself().await.unwrap_err();
        assert_eq!((error.kind, error.retry_at), (ErrorKind::RateLimited, Some(until)));
    }
    assert_eq!(server.asked().len(), 1, "the second was not sent");
    assert_eq!(
        (elapsed(&world), world.client.traffic().quota.paused_until),
        (0, Some(until))
    );
    let paused = "429 rate limited (jira-quota-tenant-based) · no requests until 2026-11-22T10:10:00Z";
    assert_eq!(world.log(), [paused]);
    world.clock.advance(Duration::from_secs(550));
    world.client.myself().await.unwrap();
    assert_eq!(
        (server.asked().len(), elapsed(&world)),
        (2, 600),
        "the rest is waited for"
    );
}

#[tokio::test]
async fn a_clock_that_is_set_back_ends_a_pause() {
    let server = Server::cloud(|_, before| match before {
        1 => refusal(429, "Quota").with("Retry-After", "600"),
        _ => ok(&myself()),
    })
    .await;
    let world = World::new(&config(&server.url));
    world.client.myself().await.unwrap_err();
    world.clock.set("2026-11-22T05:00:00Z".parse().unwrap());
    world.client.myself().await.unwrap();
}

#[tokio::test]
async fn untold_waits_end_after_four_tries() {
    let server = Server::cloud(|_, _| refusal(429, "Slow down")).await;
    let world = World::new(&config(&server.url));
    let error = world.client.myself().await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::RateLimited, Some(429)));
    assert!(error.retry_at.is_some());
    assert_eq!(server.asked().len(), 4);
    let waits: Vec<u128> = world
        .events()
        .iter()
        .filter_map(|event| match event {
            EventKind::Retrying { wait, .. } => Some(wait.as_millis()),
            _ => None,
        })
        .collect();
    assert_eq!(waits.len(), 3);
    for (wait, expected) in waits.iter().zip([1000, 2000, 4000]) {
        assert!(
            (expected * 7 / 10..=expected * 13 / 10).contains(wait),
            "{wait} is not about {expected}"
        );
    }
}

#[tokio::test]
async fn statuses_are_retried_or_not() {
    for (status, requests, kind) in [
        (500, 3, ErrorKind::Server),
        (502, 3, ErrorKind::Server),
        (504, 3, ErrorKind::Server),
        (503, 4, ErrorKind::Server),
        (501, 1, ErrorKind::Server),
        (400, 1, ErrorKind::Rejected),
        (401, 1, ErrorKind::Auth),
        (403, 1, ErrorKind::Forbidden),
        (404, 1, ErrorKind::NotFound),
        (410, 1, ErrorKind::Removed),
    ] {
        let server = Server::data_center(move |_, _| refusal(status, "no")).await;
        let world = World::new(&data_center(&server.url));
        let error = world.client.count("project = PAY").await.unwrap_err();
        assert_eq!((error.kind, server.asked().len()), (kind, requests), "{status}");
        assert_eq!(world.client.traffic().requests, requests as u64 + 1, "{status}");
    }
}

#[tokio::test]
async fn a_server_that_is_told_to_be_busy_is_waited_for() {
    let server = Server::data_center(|_, before| match before {
        1 | 2 => refusal(503, "Reindexing").with("Retry-After", "20"),
        _ => ok(&json!({"total": 3, "issues": []})),
    })
    .await;
    let world = World::new(&data_center(&server.url));
    assert_eq!(world.client.count("project = PAY").await, Ok(3));
    assert_eq!((server.asked().len(), elapsed(&world)), (3, 40));
}

#[tokio::test]
async fn a_malformed_answer_is_asked_for_again() {
    let server = Server::data_center(|_, before| match before {
        1 => reply(200, "application/json", "{\"total\": 3, \"iss"),
        2 => reply(200, "application/json", ""),
        _ => ok(&json!({"total": 3})),
    })
    .await;
    let world = World::new(&data_center(&server.url));
    assert_eq!(world.client.count("project = PAY").await, Ok(3));
    assert_eq!(server.asked().len(), 3);
    let server = Server::data_center(|_, _| ok(&json!({"hello": "world"}))).await;
    let world = World::new(&data_center(&server.url));
    assert_eq!(
        world.client.count("project = PAY").await.unwrap_err().kind,
        ErrorKind::Malformed
    );
    assert_eq!(server.asked().len(), 1, "well-formed nonsense stays nonsense");
}

#[tokio::test]
async fn what_is_left_is_known() {
    let server = Server::data_center(|_, before| {
        let left = [90, 15, 0][before.min(2)];
        ok(&json!({"total": 3}))
            .with("X-RateLimit-Limit", "100")
            .with("X-RateLimit-Remaining", left.to_string())
            .with("Retry-After", if left == 0 { "5" } else { "0" })
    })
    .await;
    let world = World::new(&data_center(&server.url));
    let quota = || world.client.traffic().quota;
    world.client.deployment().await.unwrap();
    assert_eq!(
        (quota().remaining, quota().limit, quota().near_limit),
        (None, None, false)
    );
    world.client.count("x").await.unwrap();
    assert_eq!(
        (quota().remaining, quota().limit, quota().near_limit),
        (Some(15), Some(100), true)
    );
    world.client.count("x").await.unwrap();
    assert_eq!(quota().paused_until, Some("2026-11-22T10:00:05Z".parse().unwrap()));
    world.client.count("x").await.unwrap();
    assert_eq!(elapsed(&world), 5);
}

/// A server that answers only once `together` requests are in at the same time.
async fn gate(together: usize, near: bool) -> (String, Arc<AtomicUsize>) {
    let most = Arc::new(AtomicUsize::new(0));
    let inside = Arc::new(AtomicUsize::new(0));
    let barrier = Arc::new(tokio::sync::Barrier::new(together));
    let seen = most.clone();
    let handle = move |uri: Uri| {
        let (inside, barrier, most) = (inside.clone(), barrier.clone(), most.clone());
        async move {
            let number = inside.fetch_add(1, Ordering::SeqCst) + 1;
            if uri.path().contains("/issue/") {
                most.fetch_max(number, Ordering::SeqCst);
                barrier.wait().await;
            }
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
            inside.fetch_sub(1, Ordering::SeqCst);
            let body = match uri.path() {
                path if path.ends_with("serverInfo") => json!({"version": "1001.0.0", "baseUrl": "x"}),
                _ => raw_issue("PAY-1"),
            };
            ([("X-RateLimit-NearLimit", near.to_string())], body.to_string())
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handle)).await.unwrap() });
    (url, seen)
}

#[tokio::test]
async fn four_requests_run_at_once_and_one_near_the_limit() {
    for (near, together) in [(false, 4), (true, 1)] {
        let (url, most) = gate(together, near).await;
        let world = World::new(&config(&url));
        world.client.server_info().await.unwrap();
        let calls = (0..12).map(|_| {
            let client = world.client.clone();
            tokio::spawn(async move { client.issue("PAY-1").await })
        });
        for issue in futures_util::future::join_all(calls).await {
            issue.unwrap().unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), together, "near: {near}");
    }
}

/// A server that sends `answer` to every connection and then closes it, or holds it open.
async fn raw(answer: &'static str, hold: bool) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let served = count.clone();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            served.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            if hold {
                held.push(stream);
            }
        }
    });
    (url, count)
}

#[tokio::test]
async fn cut_and_stalled_answers_are_asked_for_three_times() {
    let partial = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"version\": ";
    for (answer, hold, reason) in [
        (partial, false, "the answer was cut off"),
        (partial, true, "the answer stopped in the middle"),
        ("", true, "timed out"),
    ] {
        let (url, count) = raw(answer, hold).await;
        let mut config = config(&url);
        if hold {
            config.timeout = SHORT;
        }
        let world = World::new(&config);
        let error = world.client.server_info().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Network, "{reason}: {error}");
        assert!(error.message.contains(reason), "{error}");
        assert_eq!(count.load(Ordering::SeqCst), 3, "{reason}");
        assert!(
            world
                .log()
                .iter()
                .any(|line| line.contains(reason) && line.contains("attempt 1 of 3"))
        );
    }
}
