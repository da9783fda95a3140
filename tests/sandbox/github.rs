//! GitHub's REST API as far as pull requests go: lists, links between pages, one of them, editing it.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Got, Jira, control, got, with_json};

async fn ask(jira: &Jira, method: Method, path: &str, token: bool, body: Option<&Value>) -> Got {
    let address = if path.starts_with("http") {
        path.to_owned()
    } else {
        format!("{}/{path}", jira.sandbox.github_url())
    };
    let mut request = jira.bare(method, &address);
    if token {
        let token = jira.sandbox.credentials().github_token;
        request = request.header("authorization", format!("Bearer {token}"));
    }
    got(match body {
        Some(body) => with_json(request, body),
        None => request,
    })
    .await
}

fn next(got: &Got) -> Option<String> {
    let links = got.header("link")?;
    let next = links.split(", ").find(|link| link.ends_with("rel=\"next\""))?;
    Some(next[1..next.find('>').unwrap()].to_owned())
}

const LIST: &str = "repos/example-pay/payments/pulls";

#[tokio::test]
async fn lists_are_read_page_by_page() {
    let jira = Jira::cloud().await;
    let mut path = Some(format!("{LIST}?state=all&sort=updated&direction=desc&per_page=10"));
    let mut found = Vec::new();
    let mut pages = 0;
    while let Some(at) = path {
        let page = ask(&jira, Method::GET, &at, false, None).await;
        assert_eq!(page.status, 200, "{}", page.text);
        found.extend(page.json().as_array().unwrap().iter().cloned());
        path = next(&page);
        pages += 1;
    }
    assert_eq!((pages, found.len()), (4, 32));
    let times: Vec<&str> = found.iter().map(|pull| pull["updated_at"].as_str().unwrap()).collect();
    assert!(times.iter().rev().is_sorted());
    let numbers: BTreeSet<u64> = found.iter().map(|pull| pull["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers.len(), 32);
    let some = |is_it: fn(&Value) -> bool| found.iter().any(is_it);
    assert!(some(|pull| pull["draft"] == true) && some(|pull| pull["merged_at"].is_string()));
    assert!(some(|pull| pull["state"] == "closed" && pull["merged_at"].is_null()));
    assert!(some(|pull| pull["body"].is_null()) && some(|pull| pull["head"]["repo"].is_null()));
    let keys = jira.key(0);
    let project = keys.split('-').next().unwrap();
    assert!(
        found
            .iter()
            .any(|pull| pull["title"].as_str().unwrap().contains(&format!("{project}-"))
                || pull["body"].as_str().unwrap_or_default().contains('['))
    );
    let open = ask(&jira, Method::GET, LIST, false, None).await;
    assert!(
        open.json()
            .as_array()
            .unwrap()
            .iter()
            .all(|pull| pull["state"] == "open")
    );
    assert!(open.header("link").is_none());
    let other = ask(
        &jira,
        Method::GET,
        "repos/example-pay/merchant-apps/pulls?state=all&per_page=500",
        false,
        None,
    )
    .await;
    assert_eq!(other.json().as_array().unwrap().len(), 32);
}

#[tokio::test]
async fn one_is_told_in_full_and_edited_with_a_token_only() {
    let jira = Jira::data_center().await;
    let made = control(
        &jira,
        Method::POST,
        "pulls",
        json!({"repository": "payments", "title": "FW-1: mend it", "branch": "mend", "body": "first"}),
    )
    .await;
    let number = made.json()["number"].as_u64().unwrap();
    let one = format!("{LIST}/{number}");
    let got = ask(&jira, Method::GET, &one, false, None).await.json();
    assert_eq!(
        (&got["merged"], &got["title"]),
        (&json!(false), &json!("FW-1: mend it"))
    );
    let change = json!({"body": "first\n\n[FW-1]: https://jira.example/browse/FW-1"});
    assert_eq!(ask(&jira, Method::PATCH, &one, false, Some(&change)).await.status, 404);
    let edited = ask(&jira, Method::PATCH, &one, true, Some(&change)).await;
    assert_eq!((edited.status, &edited.json()["body"]), (200, &change["body"]));
    assert_eq!(edited.json()["title"], "FW-1: mend it");
    let wrong = ask(&jira, Method::PATCH, &one, true, Some(&json!({"title": ""}))).await;
    assert_eq!(
        (wrong.status, &wrong.json()["errors"][0]["field"]),
        (422, &json!("title"))
    );
    let writes = jira.sandbox.writes();
    let told: Vec<(&str, bool)> = writes
        .iter()
        .map(|write| (write.endpoint.as_str(), write.took_effect))
        .collect();
    let patch = "PATCH github/repos/{}/{}/pulls/{}";
    assert_eq!(told, [(patch, false), (patch, true), (patch, false)]);

    let path = format!("pulls/payments/{number}/state");
    assert_eq!(
        control(&jira, Method::POST, &path, json!({"state": "merged"}))
            .await
            .status,
        204
    );
    let merged = ask(&jira, Method::GET, &one, true, None).await.json();
    assert_eq!((&merged["merged"], &merged["state"]), (&json!(true), &json!("closed")));
    assert_eq!(merged["merged_by"]["login"], "robin-example");
    let mut reviews = 0;
    for number in 1..=32 {
        let list = ask(&jira, Method::GET, &format!("{LIST}/{number}/reviews"), true, None)
            .await
            .json();
        for review in list.as_array().unwrap() {
            assert!(review["submitted_at"].is_string() && review["pull_request_url"].is_string());
            reviews += 1;
        }
    }
    assert!(reviews > 5);
}

#[tokio::test]
async fn limits_are_told_and_strangers_have_few() {
    let jira = Jira::cloud().await;
    let one = format!("{LIST}/1");
    let first = ask(&jira, Method::GET, &one, false, None).await;
    assert_eq!(
        (first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")),
        (Some("60"), Some("59"))
    );
    for _ in 0..59 {
        ask(&jira, Method::GET, &one, false, None).await;
    }
    let stopped = ask(&jira, Method::GET, &one, false, None).await;
    assert_eq!(
        (stopped.status, stopped.header("x-ratelimit-remaining")),
        (403, Some("0"))
    );
    assert!(
        stopped.json()["message"]
            .as_str()
            .unwrap()
            .starts_with("API rate limit exceeded")
    );
    let known = ask(&jira, Method::GET, &one, true, None).await;
    assert_eq!((known.status, known.header("x-ratelimit-limit")), (200, Some("5000")));
    let wrong = got(jira
        .bare(Method::GET, &format!("{}/{one}", jira.sandbox.github_url()))
        .header("authorization", "Bearer nonsense"))
    .await;
    assert_eq!(
        (wrong.status, &wrong.json()["message"]),
        (401, &json!("Bad credentials"))
    );
    assert_eq!(
        ask(&jira, Method::GET, "repos/example-pay/nosuch/pulls", true, None)
            .await
            .status,
        404
    );
    let line = jira.sandbox.announcement();
    assert_eq!(line["github_url"], jira.sandbox.github_url());
    assert_eq!(line["credentials"]["github"]["repositories"][0], "example-pay/payments");
    assert_eq!(
        line["credentials"]["hackerone"]["programs"],
        json!(["example-pay", "example-pay-readers"])
    );
    assert!(line["hackerone_url"].as_str().unwrap().ends_with("/hackerone"));
}

#[tokio::test]
async fn what_is_known_is_not_sent_again_and_what_was_renamed_is_led_to() {
    let jira = Jira::cloud().await;
    let path = format!("{LIST}?state=all&per_page=100");
    let first = ask(&jira, Method::GET, &path, true, None).await;
    let (tag, left) = (
        first.header("etag").unwrap().to_owned(),
        first.header("x-ratelimit-remaining").unwrap(),
    );
    let again = async |tag: &str| {
        let token = jira.sandbox.credentials().github_token;
        let address = format!("{}/{path}", jira.sandbox.github_url());
        let request = jira.bare(Method::GET, &address);
        got(request
            .header("authorization", format!("Bearer {token}"))
            .header("if-none-match", tag))
        .await
    };
    let same = again(&tag).await;
    assert_eq!((same.status, same.text.as_str()), (304, ""));
    assert_eq!(same.header("x-ratelimit-remaining").unwrap(), left, "it costs nothing");
    assert_eq!(again("W/\"other\"").await.status, 200);

    let moved = ask(
        &jira,
        Method::GET,
        "repos/example-pay/payment-service/pulls?state=all",
        true,
        None,
    )
    .await;
    assert_eq!(moved.status, 301);
    let to = moved.header("location").unwrap();
    assert!(
        to.contains("/repositories/") && to.ends_with("/pulls?state=all"),
        "{to}"
    );
    let there = ask(&jira, Method::GET, to, true, None).await;
    assert_eq!(there.json()[0]["base"]["repo"]["full_name"], "example-pay/payments");
    assert_eq!(
        ask(&jira, Method::GET, "repositories/1/pulls", true, None).await.status,
        404
    );
}
