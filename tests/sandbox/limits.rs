//! Rate limits over HTTP.

use crosstie::sandbox::RateLimit;
use jiff::SignedDuration;

use crate::harness::Jira;

const TWO_A_MINUTE: RateLimit = RateLimit {
    capacity: 2,
    fill_rate: 2,
    interval_seconds: 60,
    without_retry_after: false,
};

#[tokio::test]
async fn cloud_limits_each_endpoint_for_all_callers() {
    let jira = Jira::cloud().await;
    assert_eq!(
        jira.get("field").await.header("x-ratelimit-limit"),
        None,
        "off until told"
    );
    jira.sandbox.set_limits(Some(TWO_A_MINUTE));
    assert_eq!(jira.get("field").await.header("x-ratelimit-remaining"), Some("1"));
    assert_eq!(jira.anonymous("field").await.status, 200);
    let stopped = jira.get("field").await;
    assert_eq!((stopped.status, stopped.header("retry-after")), (429, Some("30")));
    assert_eq!(stopped.header("ratelimit-reason"), Some("jira-burst-based"));
    assert_eq!(
        jira.get("priority").await.status,
        200,
        "another endpoint has its own bucket"
    );
    jira.sandbox.advance(SignedDuration::from_secs(30));
    assert_eq!(jira.get("field").await.status, 200);
    jira.sandbox.set_limits(Some(RateLimit {
        capacity: 0,
        without_retry_after: true,
        ..TWO_A_MINUTE
    }));
    let stopped = jira.get("field").await;
    assert_eq!((stopped.status, stopped.header("retry-after")), (429, None));
    assert!(stopped.header("x-failure-category").is_some() && stopped.header("x-ratelimit-reset").is_some());
}

#[tokio::test]
async fn data_center_limits_each_user_and_says_so_on_every_reply() {
    let jira = Jira::data_center().await;
    jira.sandbox.set_limits(Some(TWO_A_MINUTE));
    for (path, remaining) in [("field", "1"), ("priority", "0")] {
        let got = jira.get(path).await;
        assert_eq!(got.status, 200);
        let headers = [
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-fillrate",
            "x-ratelimit-interval-seconds",
            "retry-after",
        ];
        let values = headers.map(|name| got.header(name).unwrap_or_default().to_owned());
        assert_eq!(values, ["2", remaining, "2", "60", "0"]);
    }
    let stopped = jira.get("status").await;
    assert_eq!((stopped.status, stopped.header("retry-after")), (429, Some("30")));
    assert_eq!(jira.anonymous("field").await.header("x-ratelimit-limit"), None);
}
