//! Reading issues, their comments, changes and files.

use crosstie::sandbox::model::{ProjectIdx, Visibility};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Jira, got};

/// `2026-01-31T12:34:56.000+0100`: an offset without a colon, milliseconds always.
fn is_jira_time(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    text.len() == 28 && jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", text).is_ok()
}

#[tokio::test]
async fn an_issue_is_found_by_id_key_and_former_key_in_any_case() {
    for jira in [Jira::cloud().await, Jira::data_center().await] {
        let old = jira.key(0);
        let id = jira.json(&format!("issue/{old}")).await["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let new = jira.sandbox.change(|world, now| {
            let idx = world.issue_by_key(&old).unwrap();
            let here = world.issue(idx).project;
            let mut projects = (0..world.projects.len()).map(ProjectIdx::of);
            let there = projects.rfind(|p| *p != here && !world.project(*p).archived).unwrap();
            world.move_project(idx, there, None, now);
            world.issue(idx).key.to_string()
        });
        assert_ne!(old, new);
        for name in [old.to_lowercase(), new.clone(), id.clone()] {
            let got = jira.get(&format!("issue/{name}?fields=summary")).await;
            assert_eq!(got.status, 200, "{name}");
            assert_eq!((&got.json()["id"], &got.json()["key"]), (&json!(id), &json!(new)));
        }
    }
}

#[tokio::test]
async fn what_is_gone_and_what_may_not_be_seen_look_the_same() {
    let jira = Jira::cloud().await;
    let (hidden, deleted) = (jira.key(5), jira.key(6));
    let before = jira.get("issue/NOSUCH-1").await;
    jira.sandbox.change(|world, now| {
        let idx = world.issue_by_key(&hidden).unwrap();
        world.hide(idx);
        let idx = world.issue_by_key(&deleted).unwrap();
        world.delete(idx, true, now).unwrap();
    });
    for key in [&hidden, &deleted] {
        let got = jira.get(&format!("issue/{key}")).await;
        assert_eq!((got.status, got.text.as_str()), (404, before.text.as_str()), "{key}");
    }
    let body = json!({"issueIdsOrKeys": [hidden, deleted, jira.key(0)], "fields": ["updated"]});
    let bulk = jira.post("issue/bulkfetch", &body).await.json();
    assert_eq!(bulk["issues"].as_array().unwrap().len(), 1);
    let errors: Vec<&str> = bulk["issueErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["id"].as_str().unwrap())
        .collect();
    assert_eq!(errors, [hidden, deleted]);
    let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    assert_eq!(
        jira.post("issue/bulkfetch", &json!({"issueIdsOrKeys": many}))
            .await
            .status,
        400
    );
    assert_eq!(
        jira.post("issue/bulkfetch", &json!({"issueIdsOrKeys": []}))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn rich_text_depends_on_the_version_and_people_on_the_flavour() {
    let cloud = Jira::cloud().await;
    let data_center = Jira::data_center().await;
    let key = cloud.key(0);
    let comment = json!({"body": {"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "strong", "marks": [{"type": "strong"}]}]},
    ]}});
    let made = cloud.post(&format!("issue/{key}/comment"), &comment).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!(made["body"]["type"], "doc");
    assert!(made["author"]["accountId"].is_string() && made["author"].get("name").is_none());
    let address = format!(
        "{}/rest/api/2/issue/{key}/comment/{}",
        cloud.sandbox.url(),
        made["id"].as_str().unwrap()
    );
    let own = cloud.sandbox.credentials();
    let v2 = got(cloud
        .bare(Method::GET, &address)
        .basic_auth(own.email, Some(own.api_token)))
    .await
    .json();
    assert_eq!(v2["body"], "*strong*");

    let key = data_center.key(0);
    let made = data_center
        .post(&format!("issue/{key}/comment"), &json!({"body": "*strong*"}))
        .await
        .json();
    assert_eq!(made["body"], "*strong*");
    assert!(made["author"]["name"].is_string() && made["author"].get("accountId").is_none());
    assert!(is_jira_time(&made["created"]), "{made}");
}

#[tokio::test]
async fn comments_come_in_pages_and_some_are_not_for_everybody() {
    for (jira, default) in [(Jira::cloud().await, 100), (Jira::data_center().await, 50)] {
        let key = jira.key(2);
        let before = jira.json(&format!("issue/{key}/comment")).await["total"]
            .as_u64()
            .unwrap();
        jira.sandbox.change(|world, now| {
            let idx = world.issue_by_key(&key).unwrap();
            for n in 0_i32..7 {
                let body = crosstie::sandbox::richtext::RichText::Wiki(format!("number {n}").into());
                let visibility = (n == 0).then(|| Visibility::Role("Administrators".into()));
                let at = now.checked_add(SignedDuration::from_secs(n.into())).unwrap();
                world.comment(idx, body, visibility, None, at);
            }
        });
        let all = jira.json(&format!("issue/{key}/comment")).await;
        assert_eq!(
            (&all["total"], &all["maxResults"]),
            (&json!(before + 6), &json!(default))
        );
        let page = jira
            .json(&format!("issue/{key}/comment?orderBy=-created&maxResults=2&startAt=1"))
            .await;
        let comments = page["comments"].as_array().unwrap();
        assert_eq!(comments.len(), 2);
        assert!(comments[0]["body"].to_string().contains("number 5"), "{page}");
        assert!(
            comments[0].get("author").is_none(),
            "an account that is gone leaves no author"
        );
        let embedded = jira.json(&format!("issue/{key}?fields=comment")).await;
        assert_eq!(embedded["fields"]["comment"]["total"], before + 6);
    }
}

#[tokio::test]
async fn changelogs_are_newest_first_and_cut_where_expanded_and_whole_where_paged() {
    let jira = Jira::cloud().await;
    let key = jira.key(4);
    let before = jira.json(&format!("issue/{key}/changelog")).await["total"]
        .as_u64()
        .unwrap();
    jira.sandbox.change(|world, now| {
        let idx = world.issue_by_key(&key).unwrap();
        for n in 0_i32..130 {
            let at = now.checked_add(SignedDuration::from_secs(n.into())).unwrap();
            let edit = crosstie::sandbox::model::Edit::Summary(format!("summary {n}"));
            world.edit(idx, vec![edit], Some(world.me), at).unwrap();
        }
    });
    let total = before + 130;
    let expanded = jira.json(&format!("issue/{key}?fields=id&expand=changelog")).await;
    let histories = expanded["changelog"]["histories"].as_array().unwrap();
    assert_eq!((histories.len(), &expanded["changelog"]["total"]), (100, &json!(total)));
    let item = &histories[0]["items"][0];
    assert_eq!(
        (&item["fieldId"], &item["toString"]),
        (&json!("summary"), &json!("summary 129"))
    );
    assert_eq!(item["fromString"], "summary 128");

    let last = jira.json(&format!("issue/{key}/changelog?startAt={}", total - 1)).await;
    assert_eq!(
        (&last["isLast"], &last["values"][0]["items"][0]["toString"]),
        (&json!(true), &json!("summary 129"))
    );

    let body = json!({"issueIdsOrKeys": [key], "fieldIds": ["summary"], "maxResults": 50});
    let bulk = jira.post("changelog/bulkfetch", &body).await.json();
    let changes = bulk["issueChangeLogs"][0]["changeHistories"].as_array().unwrap();
    assert_eq!(changes.len(), 50);
    assert!(changes[0]["created"].is_number() && bulk["nextPageToken"].is_string());
    assert_eq!(
        jira.post("changelog/bulkfetch", &json!({"issueIdsOrKeys": []}))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn times_are_in_the_zone_of_whoever_asks() {
    let jira = Jira::cloud().await;
    let path = format!("issue/{}?fields=updated", jira.key(0));
    let robin = jira.json(&path).await["fields"]["updated"].clone();
    assert!(
        is_jira_time(&robin) && robin.as_str().unwrap().contains("+0"),
        "{robin}"
    );
    jira.sandbox.change(|world, _| {
        let me = world.me.at();
        world.users[me].time_zone = "Asia/Kolkata".to_owned();
    });
    let moved = jira.json(&path).await["fields"]["updated"].clone();
    assert!(moved.as_str().unwrap().ends_with("+0530"), "{moved}");
    let instant = |value: &Value| crosstie::domain::time::parse_timestamp(value.as_str().unwrap()).unwrap();
    assert_eq!(instant(&moved), instant(&robin));
}

#[tokio::test]
async fn files_are_elsewhere_on_cloud_and_at_home_on_data_center() {
    for jira in [Jira::cloud().await, Jira::data_center().await] {
        let key = jira.key(0);
        let id = jira.sandbox.change(|world, now| {
            let idx = world.issue_by_key(&key).unwrap();
            world.attach(idx, "naïve plan.txt", "text/plain", 1000, Some(world.me), now)
        });
        let known = jira.json(&format!("attachment/{id}")).await;
        assert_eq!(
            (&known["size"], &known["filename"]),
            (&json!(1000), &json!("naïve plan.txt"))
        );
        let address = known["content"].as_str().unwrap();
        let authorization = jira.signed_in(Method::GET, "").build().unwrap().headers()["authorization"].clone();
        let home = got(jira.bare(Method::GET, address).header("authorization", &authorization)).await;
        let own_host = address.starts_with(&jira.sandbox.url());
        assert!(own_host, "{address}");
        if home.status == 200 {
            assert_eq!(home.text.len(), 1000);
            let login = got(jira.bare(Method::GET, address)).await;
            assert!(login.text.contains("login-form"));
            continue;
        }
        assert_eq!(home.status, 303);
        let media = home.header("location").unwrap();
        assert!(!media.starts_with(&jira.sandbox.url()), "{media} is the same origin");
        assert_eq!(got(jira.bare(Method::GET, media)).await.text.len(), 1000);
        let leaked = got(jira.bare(Method::GET, media).header("authorization", &authorization)).await;
        assert_eq!(leaked.status, 400, "credentials must not follow the redirect");
        let part = got(jira
            .bare(Method::GET, &format!("{address}?redirect=false"))
            .header("authorization", &authorization)
            .header("range", "bytes=0-9"))
        .await;
        assert_eq!((part.status, part.text.len()), (206, 10));
    }
}

#[tokio::test]
async fn answers_are_compressed_when_they_may_be_and_never_cached() {
    let jira = Jira::cloud().await;
    let plain = jira.get("field").await;
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.header("vary"), Some("Accept-Encoding"));
    assert_eq!(plain.header("cache-control"), Some("no-cache, no-store, no-transform"));
    assert_eq!((plain.header("etag"), plain.header("last-modified")), (None, None));
    let packed = jira
        .signed_in(Method::GET, "field")
        .header("accept-encoding", "gzip")
        .send()
        .await
        .unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let bytes = packed.bytes().await.unwrap();
    assert!(bytes.len() < plain.text.len() / 2);
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&bytes[..]), &mut text).unwrap();
    assert_eq!(text, plain.text);
}
