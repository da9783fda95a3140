//! Who is taken for whom, and what that looks like.

use crosstie::sandbox::Flavour;
use reqwest::Method;
use serde_json::json;

use crate::harness::{Jira, basic, got, with_json};

#[tokio::test]
async fn cloud_misleads_whoever_is_not_signed_in() {
    let jira = Jira::cloud().await;
    let issue = format!("issue/{}", jira.key(0));
    let wrong = basic(&jira.sandbox.credentials().email, "not the token");
    for authorization in [None, Some(wrong.as_str())] {
        let ask = |method, path: &str| {
            let request = jira.bare(method, &jira.api(path));
            authorization.map_or(request.try_clone().unwrap(), |value| {
                request.header("authorization", value)
            })
        };
        let search = got(ask(Method::GET, "search/jql?jql=project%20%3D%20NOSUCH")).await;
        assert_eq!(
            (search.status, search.json()),
            (200, json!({"issues": [], "isLast": true}))
        );
        let got_issue = got(ask(Method::GET, &issue)).await;
        assert_eq!(got_issue.status, 404);
        assert_eq!(
            got_issue.message(),
            "Issue does not exist or you do not have permission to see it."
        );
        let projects = got(ask(Method::GET, "project/search")).await.json();
        assert_eq!(projects["total"], 0);
        let myself = got(ask(Method::GET, "myself")).await;
        assert_eq!(myself.status, 401);
        assert_eq!(myself.text, "Client must be authenticated to access this resource.");
        assert_eq!(myself.header("x-aaccountid"), None);
        let write = got(with_json(ask(Method::POST, &format!("{issue}/comment")), &json!({}))).await;
        assert_eq!(write.status, 401);
        let expected = authorization.map(|_| "AUTHENTICATED_FAILED");
        assert_eq!(search.header("x-seraph-loginreason"), expected);
    }
}

#[tokio::test]
async fn cloud_names_the_account_it_took_the_caller_for() {
    let jira = Jira::cloud().await;
    let myself = jira.get("myself").await;
    assert_eq!(myself.status, 200);
    let id = jira.sandbox.credentials().account_id;
    assert_eq!(myself.json()["accountId"], id.as_str());
    assert_eq!(myself.json()["timeZone"], "Europe/Berlin");
    let encoded = myself.header("x-aaccountid").unwrap();
    assert!(!encoded.contains(':'), "{encoded}");
    assert_eq!(percent_encoding::percent_decode_str(encoded).decode_utf8().unwrap(), id);
}

#[tokio::test]
async fn scoped_tokens_work_behind_the_gateway_only() {
    let jira = Jira::cloud().await;
    let own = jira.sandbox.credentials();
    let scoped = basic(&own.email, &own.scoped_token);
    let ask = |address: String| jira.bare(Method::GET, &address).header("authorization", &scoped);
    let tenant = got(jira.bare(Method::GET, &format!("{}/_edge/tenant_info", jira.sandbox.url())))
        .await
        .json();
    let gateway =
        |cloud_id: &str, path: &str| format!("{}/ex/jira/{cloud_id}/rest/api/3/{path}", jira.sandbox.gateway_url());
    let cloud_id = tenant["cloudId"].as_str().unwrap();

    assert_eq!(got(ask(jira.api("myself"))).await.status, 401);
    let inside = got(ask(gateway(cloud_id, "myself"))).await;
    assert_eq!(inside.status, 200, "{}", inside.text);
    assert!(inside.json()["self"].as_str().unwrap().contains("/ex/jira/"));

    let unknown = got(ask(gateway("no-such-tenant", "myself"))).await;
    assert_eq!(
        (unknown.status, unknown.header("x-failure-category")),
        (404, Some("FAILURE_CLIENT_TCS"))
    );
    assert_eq!(unknown.json()["message"], "No message available");

    let lacking = got(ask(gateway(cloud_id, "priority/search"))).await;
    assert_eq!(lacking.status, 401);
    assert_eq!(
        lacking.json(),
        json!({"code": 401, "message": "Unauthorized; scope does not match"})
    );
    let nobody = got(jira.bare(Method::GET, &gateway(cloud_id, "field"))).await;
    assert_eq!(nobody.json(), json!({"code": 401, "message": "Unauthorized"}));
}

#[tokio::test]
async fn data_center_takes_tokens_and_passwords_and_says_who() {
    let jira = Jira::data_center().await;
    let own = jira.sandbox.credentials();
    for (authorization, name) in [
        (format!("Bearer {}", own.pat), Some("robin")),
        (basic("ROBIN", &own.password), Some("robin")),
        ("Bearer wrong".to_owned(), None),
        (basic("robin", "wrong"), None),
        (basic(&own.email, &own.api_token), None),
        ("Basic !!!".to_owned(), None),
    ] {
        let got = got(jira
            .bare(Method::GET, &jira.api("myself"))
            .header("authorization", &authorization))
        .await;
        let expected = if name.is_some() {
            (200, Some("OK"))
        } else {
            (401, Some("AUTHENTICATED_FAILED"))
        };
        assert_eq!(
            (got.status, got.header("x-seraph-loginreason")),
            expected,
            "{authorization}"
        );
        assert_eq!(got.header("x-ausername"), name, "{authorization}");
    }
    let nobody = jira.anonymous("serverInfo").await;
    assert_eq!((nobody.status, nobody.header("x-ausername")), (200, Some("anonymous")));
    assert_eq!(jira.anonymous("myself").await.status, 401);
    assert_eq!(jira.anonymous(&format!("issue/{}", jira.key(0))).await.status, 401);
}

#[tokio::test]
async fn three_wrong_passwords_ask_for_a_captcha_until_it_is_solved() {
    let jira = Jira::data_center().await;
    let own = jira.sandbox.credentials();
    let ask = |password: &str| {
        got(jira
            .bare(Method::GET, &jira.api("myself"))
            .header("authorization", basic("robin", password)))
    };
    for _ in 0..3 {
        assert_eq!(ask("wrong").await.status, 401);
    }
    for password in ["wrong", own.password.as_str()] {
        let denied = ask(password).await;
        assert_eq!(denied.status, 403);
        assert_eq!(denied.header("x-seraph-loginreason"), Some("AUTHENTICATION_DENIED"));
        let reason = denied.header("x-authentication-denied-reason").unwrap();
        assert!(
            reason.starts_with("CAPTCHA_CHALLENGE; login-url=http://127.0.0.1:"),
            "{reason}"
        );
        assert!(reason.ends_with("/login.jsp"), "{reason}");
    }
    assert_eq!(jira.get("myself").await.status, 200, "a token needs no CAPTCHA");
    jira.sandbox.reset_captcha();
    assert_eq!(ask(&own.password).await.status, 200);
}

#[tokio::test]
async fn a_context_path_belongs_to_every_address() {
    let jira = Jira::start(Flavour::DataCenter, |options| options.context = "jira/".to_owned()).await;
    assert!(jira.sandbox.url().ends_with("/jira"));
    let info = jira.json("serverInfo").await;
    assert_eq!(info["baseUrl"], jira.sandbox.url().as_str());
    assert!(
        jira.json("myself").await["self"]
            .as_str()
            .unwrap()
            .starts_with(&jira.sandbox.url())
    );
    for outside in ["/rest/api/2/serverInfo", "/jirax/rest/api/2/serverInfo"] {
        let address = format!("{}{outside}", jira.sandbox.gateway_url());
        assert_eq!(got(jira.bare(Method::GET, &address)).await.status, 404, "{outside}");
    }
}

#[tokio::test]
async fn browsers_may_not_write() {
    let jira = Jira::cloud().await;
    let path = format!("issue/{}/comment", jira.key(0));
    let write = || {
        jira.signed_in(Method::POST, &path)
            .header("user-agent", "Mozilla/5.0")
            .body("{}")
    };
    let refused = got(write()).await;
    assert_eq!((refused.status, refused.text.as_str()), (403, "XSRF check failed"));
    assert_ne!(got(write().header("x-atlassian-token", "no-check")).await.status, 403);
}
