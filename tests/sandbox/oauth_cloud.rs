//! Cloud's OAuth 2.0 (3LO): the consent page, tokens that rotate, the sites they cover, and every refusal.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Got, Jira, control, form, got, link, location, with_json};

const ALL: &str = "read:jira-work write:jira-work read:jira-user offline_access";

/// The address to open, with these parameters in place of the right ones; an empty value leaves one out.
fn authorize(jira: &Jira, instead: &[(&str, &str)]) -> String {
    let own = jira.sandbox.credentials();
    let mut params = vec![
        ("audience", "api.atlassian.com"),
        ("client_id", &own.client_id),
        ("scope", ALL),
        ("redirect_uri", &own.callback),
        ("state", "s p/1&"),
        ("response_type", "code"),
        ("prompt", "consent"),
    ];
    for (name, value) in instead {
        params.retain(|(own, _)| own != name);
        if !value.is_empty() {
            params.push((name, value));
        }
    }
    format!("{}/authorize?{}", jira.sandbox.auth_url(), form(&params))
}

async fn open(jira: &Jira, address: &str) -> Got {
    got(jira.bare(Method::GET, address)).await
}

/// A code for what was asked for.
async fn code(jira: &Jira, instead: &[(&str, &str)]) -> String {
    let address = format!("{}&decision=approve", authorize(jira, instead));
    location(&open(jira, &address).await).1["code"].clone()
}

/// A token request, with these parameters in place of the right ones; null leaves one out.
async fn token(jira: &Jira, kind: &str, given: Value) -> Got {
    let own = jira.sandbox.credentials();
    let mut body = json!({"grant_type": kind, "client_id": own.client_id, "client_secret": own.client_secret});
    if kind == "authorization_code" {
        body["redirect_uri"] = own.callback.into();
    }
    for (name, value) in given.as_object().unwrap() {
        body[name] = value.clone();
    }
    body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    let address = format!("{}/oauth/token", jira.sandbox.auth_url());
    got(with_json(jira.bare(Method::POST, &address), &body)).await
}

async fn tokens(jira: &Jira, instead: &[(&str, &str)]) -> Value {
    let code = code(jira, instead).await;
    let got = token(jira, "authorization_code", json!({"code": code})).await;
    assert_eq!(got.status, 200, "{}", got.text);
    got.json()
}

async fn refresh(jira: &Jira, text: &Value) -> Got {
    token(jira, "refresh_token", json!({"refresh_token": text})).await
}

async fn behind_gateway(jira: &Jira, access: &Value, tenant: &str, path: &str) -> Got {
    let address = format!("{}/ex/jira/{tenant}/rest/api/3/{path}", jira.sandbox.gateway_url());
    got(jira.bare(Method::GET, &address).bearer_auth(access.as_str().unwrap())).await
}

/// Status of a request that every token with the usual scopes may make.
async fn use_of(jira: &Jira, access: &Value) -> u16 {
    behind_gateway(jira, access, &jira.sandbox.cloud_id(), "myself")
        .await
        .status
}

async fn resources(jira: &Jira, access: &Value) -> Value {
    let address = format!("{}/oauth/token/accessible-resources", jira.sandbox.gateway_url());
    let request = jira.bare(Method::GET, &address);
    let got = got(request.bearer_auth(access.as_str().unwrap())).await;
    assert_eq!(got.status, 200, "{}", got.text);
    got.json()
}

fn refusal(got: &Got) -> (u16, String, String) {
    let body = got.json();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (got.status, text("error"), text("error_description"))
}

fn unknown_refresh() -> (u16, String, String) {
    let text = "Unknown or invalid refresh token.";
    (403, "invalid_grant".to_owned(), text.to_owned())
}

#[tokio::test]
async fn consent_leads_to_a_code_and_a_code_to_tokens() {
    let jira = Jira::cloud().await;
    let own = jira.sandbox.credentials();
    let page = open(&jira, &authorize(&jira, &[])).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("<li>write:jira-work</li>"), "{}", page.text);
    let (to, params) = location(&open(&jira, &link(&jira, &page.text, "approve")).await);
    assert_eq!(
        (to.as_str(), params["state"].as_str()),
        (own.callback.as_str(), "s p/1&")
    );

    let got = token(&jira, "authorization_code", json!({"code": params["code"]})).await;
    let issued = got.json();
    assert_eq!(got.status, 200, "{issued}");
    assert_eq!(
        (&issued["expires_in"], &issued["token_type"]),
        (&json!(3600), &json!("Bearer"))
    );
    let mut scopes: Vec<&str> = issued["scope"].as_str().unwrap().split(' ').collect();
    scopes.sort_unstable();
    assert_eq!(
        scopes,
        ["offline_access", "read:jira-user", "read:jira-work", "write:jira-work"]
    );
    assert!(issued["refresh_token"].is_string());

    let sites = resources(&jira, &issued["access_token"]).await;
    let ids: Vec<&Value> = sites.as_array().unwrap().iter().map(|site| &site["id"]).collect();
    assert_eq!(
        ids,
        [&json!(jira.sandbox.cloud_id()); 2],
        "Confluence and Jira have one id"
    );
    assert_eq!(
        (&sites[1]["url"], &sites[1]["scopes"]),
        (
            &json!(jira.sandbox.url()),
            &json!(["read:jira-user", "read:jira-work", "write:jira-work"])
        )
    );

    let access = &issued["access_token"];
    let tenant = jira.sandbox.cloud_id();
    let myself = behind_gateway(&jira, access, &tenant, "myself").await;
    assert_eq!(
        (myself.status, myself.json()["accountId"].as_str()),
        (200, Some(own.account_id.as_str()))
    );
    assert!(myself.header("x-aaccountid").is_some());
    let lacking = behind_gateway(&jira, access, &tenant, "priority/search").await;
    assert_eq!(
        (lacking.status, lacking.json()),
        (
            401,
            json!({"code": 401, "message": "Unauthorized; scope does not match"})
        )
    );
    let at_the_site = jira.bare(Method::GET, &jira.api("myself"));
    let at_the_site = got_with(at_the_site, access).await;
    assert_eq!(at_the_site.status, 401, "tokens are for the gateway");
    for log in jira.sandbox.request_log() {
        assert!(!log.target.contains(access.as_str().unwrap()), "{log:?}");
    }
}

async fn got_with(request: reqwest::RequestBuilder, access: &Value) -> Got {
    got(request.bearer_auth(access.as_str().unwrap())).await
}

#[tokio::test]
async fn the_button_of_the_form_decides_too() {
    let jira = Jira::cloud().await;
    let post = jira
        .bare(Method::POST, &authorize(&jira, &[]))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("user-agent", "Mozilla/5.0")
        .body("decision=deny");
    let (to, params) = location(&got(post).await);
    assert_eq!(to, jira.sandbox.credentials().callback);
    assert_eq!(
        (params["error"].as_str(), params["state"].as_str()),
        ("access_denied", "s p/1&")
    );
    assert!(!params.contains_key("code"));
}

#[tokio::test]
async fn wrong_authorization_requests_never_come_back() {
    let jira = Jira::cloud().await;
    let dead_end = format!("{}/error", jira.sandbox.auth_url());
    for (name, value, error) in [
        ("audience", "", "invalid_request"),
        ("client_id", "", "invalid_request"),
        ("scope", "", "invalid_request"),
        ("redirect_uri", "", "invalid_request"),
        ("state", "", "invalid_request"),
        ("response_type", "", "invalid_request"),
        ("prompt", "", "invalid_request"),
        ("audience", "api.example.com", "invalid_request"),
        ("response_type", "token", "invalid_request"),
        ("prompt", "none", "invalid_request"),
        ("client_id", "somebody", "unauthorized_client"),
        ("redirect_uri", "http://localhost:8976/callback/", "unauthorized_client"),
        ("redirect_uri", "http://localhost:8977/callback", "unauthorized_client"),
        ("redirect_uri", "https://attacker.example/", "unauthorized_client"),
    ] {
        let address = format!("{}&decision=approve", authorize(&jira, &[(name, value)]));
        let got = open(&jira, &address).await;
        let (to, params) = location(&got);
        assert_eq!(
            (to.as_str(), params["error"].as_str()),
            (dead_end.as_str(), error),
            "{name}={value}"
        );
        let page = open(&jira, got.header("location").unwrap()).await;
        assert!(page.text.contains(error), "{}", page.text);
    }
    let twice = format!("{}&scope=read%3Ajira-work&decision=approve", authorize(&jira, &[]));
    assert_eq!(location(&open(&jira, &twice).await).0, dead_end);
    let refused = authorize(&jira, &[("scope", "read:jira-work delete:everything")]);
    let (to, params) = location(&open(&jira, &refused).await);
    assert_eq!(
        (to, params["error"].as_str(), params["state"].as_str()),
        (jira.sandbox.credentials().callback, "invalid_scope", "s p/1&")
    );
}

#[tokio::test]
async fn every_wrong_token_request_has_its_answer() {
    let jira = Jira::cloud().await;
    let kinds = "grant_type must be one of [authorization_code|refresh_token|client_credentials]";
    let code_of_grant = "Invalid authorization code";
    let incorrect = (400, "invalid_request", "Incorrect request parameters");
    let denied = (401, "access_denied", "Unauthorized");
    let other_address = "The redirect_uri is not that of the authorization request";
    for (kind, instead, (status, error, text)) in [
        ("password", json!({}), (400, "invalid_request", kinds)),
        ("", json!({}), (400, "invalid_request", kinds)),
        ("authorization_code", json!({"client_id": null}), incorrect),
        ("authorization_code", json!({"client_secret": null}), incorrect),
        ("authorization_code", json!({"redirect_uri": null}), incorrect),
        ("authorization_code", json!({"code": null}), incorrect),
        ("authorization_code", json!({"code": 7}), incorrect),
        ("refresh_token", json!({}), incorrect),
        ("authorization_code", json!({"client_id": "somebody"}), denied),
        ("authorization_code", json!({"client_secret": "wrong"}), denied),
        (
            "authorization_code",
            json!({"code": "wrong"}),
            (403, "invalid_grant", code_of_grant),
        ),
        (
            "authorization_code",
            json!({"redirect_uri": "http://localhost:8976/"}),
            (403, "invalid_grant", other_address),
        ),
        (
            "authorization_code",
            json!({"code_verifier": "a".repeat(43)}),
            (403, "invalid_grant", "code_verifier without a code_challenge before"),
        ),
        (
            "refresh_token",
            json!({"refresh_token": "wrong"}),
            (403, "invalid_grant", "Unknown or invalid refresh token."),
        ),
        (
            "client_credentials",
            json!({}),
            (403, "unauthorized_client", "The client is not a service account"),
        ),
    ] {
        let mut body = json!({});
        if kind == "authorization_code" {
            body["code"] = code(&jira, &[]).await.into();
        }
        for (name, value) in instead.as_object().unwrap() {
            body[name] = value.clone();
        }
        let got = token(&jira, kind, body).await;
        assert_eq!(
            refusal(&got),
            (status, error.to_owned(), text.to_owned()),
            "{kind} {instead}"
        );
    }
    let address = format!("{}/oauth/token", jira.sandbox.auth_url());
    for (content_type, body) in [
        ("application/json", "{"),
        ("application/json", "[]"),
        ("text/plain", "{}"),
    ] {
        let request = jira.bare(Method::POST, &address).header("content-type", content_type);
        assert_eq!(refusal(&got(request.body(body)).await).1, "invalid_request", "{body}");
    }
    assert_eq!(got(jira.bare(Method::GET, &address)).await.status, 405);
}

#[tokio::test]
async fn a_code_is_good_once_and_for_five_minutes() {
    let jira = Jira::cloud().await;
    let exchange = async |code: &str| token(&jira, "authorization_code", json!({"code": code})).await.status;
    let first = code(&jira, &[]).await;
    assert_eq!((exchange(&first).await, exchange(&first).await), (200, 403));
    for (seconds, expected) in [(299, 200), (300, 403)] {
        let code = code(&jira, &[]).await;
        jira.sandbox.advance(SignedDuration::from_secs(seconds));
        assert_eq!(exchange(&code).await, expected, "after {seconds} s");
    }
    let own = jira.sandbox.credentials();
    let code = code(&jira, &[]).await;
    let body = form(&[
        ("grant_type", "authorization_code"),
        ("client_id", &own.client_id),
        ("client_secret", &own.client_secret),
        ("code", &code),
        ("redirect_uri", &own.callback),
    ]);
    let address = format!("{}/oauth/token", jira.sandbox.auth_url());
    let request = jira.bare(Method::POST, &address);
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    assert_eq!(got(request).await.status, 200, "forms are taken too");
}

#[tokio::test]
async fn only_who_asks_for_offline_access_gets_a_refresh_token() {
    let jira = Jira::cloud().await;
    let issued = tokens(&jira, &[("scope", "read:jira-user")]).await;
    assert_eq!(
        (issued.get("refresh_token"), &issued["scope"]),
        (None, &json!("read:jira-user"))
    );
}

#[tokio::test]
async fn proof_keys_are_verified_if_they_were_sent() {
    let jira = Jira::cloud().await;
    let asked = [
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ];
    for (verifier, expected) in [
        (json!("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), 200),
        (json!("a".repeat(43)), 403),
        (Value::Null, 403),
    ] {
        let code = code(&jira, &asked).await;
        let got = token(
            &jira,
            "authorization_code",
            json!({"code": code, "code_verifier": verifier}),
        )
        .await;
        assert_eq!(got.status, expected, "{verifier}");
    }
}

#[tokio::test]
async fn refresh_tokens_rotate_with_ten_minutes_of_grace() {
    let jira = Jira::cloud().await;
    let first = tokens(&jira, &[]).await;
    let second = refresh(&jira, &first["refresh_token"]).await.json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(
        use_of(&jira, &first["access_token"]).await,
        200,
        "access tokens live on"
    );
    jira.sandbox.advance(SignedDuration::from_secs(599));
    let again = refresh(&jira, &first["refresh_token"]).await;
    assert_eq!(again.status, 200, "a rotation that got lost can be made up for");
    jira.sandbox.advance(SignedDuration::from_secs(1));
    assert_eq!(use_of(&jira, &second["access_token"]).await, 200);
    assert_eq!(
        refusal(&refresh(&jira, &first["refresh_token"]).await),
        unknown_refresh()
    );
    for newest in [&second["refresh_token"], &again.json()["refresh_token"]] {
        assert_eq!(
            refusal(&refresh(&jira, newest).await),
            unknown_refresh(),
            "the whole grant is gone"
        );
    }
    assert_eq!(use_of(&jira, &second["access_token"]).await, 401);
}

#[tokio::test]
async fn ninety_days_without_use_end_a_grant() {
    let jira = Jira::cloud().await;
    let mut issued = tokens(&jira, &[]).await;
    for _ in 0..3 {
        jira.sandbox.advance(SignedDuration::from_hours(24 * 90 - 1));
        let got = refresh(&jira, &issued["refresh_token"]).await;
        assert_eq!(got.status, 200, "using it starts the days anew");
        issued = got.json();
    }
    jira.sandbox.advance(SignedDuration::from_hours(24 * 90));
    assert_eq!(
        refusal(&refresh(&jira, &issued["refresh_token"]).await),
        unknown_refresh()
    );
}

#[tokio::test]
async fn a_refresh_token_belongs_to_its_client() {
    let jira = Jira::cloud().await;
    let issued = tokens(&jira, &[]).await;
    let other = json!({"client_id": "other", "client_secret": "o", "callback": "http://127.0.0.1:4711/cb"});
    assert_eq!(control(&jira, Method::POST, "oauth/clients", other).await.status, 204);
    let body = json!({"client_id": "other", "client_secret": "o", "refresh_token": issued["refresh_token"]});
    let got = token(&jira, "refresh_token", body).await;
    let expected = (
        403,
        "unauthorized_client".to_owned(),
        "refresh_token is invalid".to_owned(),
    );
    assert_eq!(refusal(&got), expected);
    assert_eq!(refresh(&jira, &issued["refresh_token"]).await.status, 200);
    let code = code(
        &jira,
        &[("client_id", "other"), ("redirect_uri", "http://127.0.0.1:4711/cb")],
    )
    .await;
    assert_eq!(
        token(&jira, "authorization_code", json!({"code": code})).await.status,
        403,
        "so does a code"
    );
}

#[tokio::test]
async fn callbacks_that_cannot_be_are_not_registered() {
    let jira = Jira::cloud().await;
    for callback in [
        "http://example.com/cb",
        "nowhere",
        "https://example.com/#x",
        "ftp://localhost/",
    ] {
        let client = json!({"client_id": "c", "client_secret": "s", "callback": callback});
        assert_eq!(
            control(&jira, Method::POST, "oauth/clients", client).await.status,
            400,
            "{callback}"
        );
    }
}

#[tokio::test]
async fn access_tokens_end_after_an_hour_or_when_told_to() {
    let jira = Jira::cloud().await;
    let unauthorized = json!({"code": 401, "message": "Unauthorized"});
    let tenant = jira.sandbox.cloud_id();
    let issued = tokens(&jira, &[]).await;
    jira.sandbox.advance(SignedDuration::from_secs(3599));
    assert_eq!(use_of(&jira, &issued["access_token"]).await, 200);
    jira.sandbox.advance(SignedDuration::from_secs(1));
    let ended = behind_gateway(&jira, &issued["access_token"], &tenant, "field").await;
    assert_eq!((ended.status, ended.json()), (401, unauthorized.clone()));
    let next = refresh(&jira, &issued["refresh_token"]).await.json();
    assert_eq!(
        control(&jira, Method::POST, "oauth/expire", Value::Null).await.status,
        204
    );
    assert_eq!(use_of(&jira, &next["access_token"]).await, 401);
    let last = refresh(&jira, &next["refresh_token"]).await.json();
    assert_eq!(use_of(&jira, &last["access_token"]).await, 200);
    let nobody = json!({"client": "somebody"});
    assert_eq!(
        control(&jira, Method::POST, "oauth/revoke", nobody).await.json()["revoked"],
        0
    );
    let revoked = control(&jira, Method::POST, "oauth/revoke", Value::Null).await.json();
    assert_eq!(revoked["revoked"], 1);
    assert_eq!(use_of(&jira, &last["access_token"]).await, 401);
    assert_eq!(
        refusal(&refresh(&jira, &last["refresh_token"]).await),
        unknown_refresh()
    );
    let known = control(&jira, Method::GET, "oauth", Value::Null).await.json();
    assert_eq!(known["grants"][0]["revoked"], true);
    assert!(!known.to_string().contains(&jira.sandbox.credentials().client_secret));
    let stranger = behind_gateway(&jira, &json!("no token"), &tenant, "field").await;
    assert_eq!((stranger.status, stranger.json()), (401, unauthorized));
}

#[tokio::test]
async fn a_grant_covers_the_sites_that_were_chosen() {
    let jira = Jira::cloud().await;
    let others = json!([{"name": "Beta <b>"}, {"name": "Docs", "products": ["confluence"]}]);
    assert_eq!(control(&jira, Method::PUT, "oauth/sites", others).await.status, 204);
    let page = open(&jira, &authorize(&jira, &[])).await.text;
    assert!(page.contains("Beta &lt;b&gt;") && !page.contains("Beta <b>"), "{page}");

    let all = tokens(&jira, &[]).await;
    let sites = resources(&jira, &all["access_token"]).await;
    let names: Vec<&str> = sites
        .as_array()
        .unwrap()
        .iter()
        .map(|site| site["name"].as_str().unwrap())
        .collect();
    assert_eq!(names[2..], ["Beta <b>", "Docs"]);
    let (own, beta, docs) = (jira.sandbox.cloud_id(), &sites[2]["id"], &sites[3]["id"]);
    let beta = beta.as_str().unwrap();
    assert_eq!(sites[3]["scopes"], json!(["read:confluence-content.summary"]));

    let (_, params) = location(&open(&jira, &link(&jira, &page, &format!("approve-{beta}"))).await);
    let one = token(&jira, "authorization_code", json!({"code": params["code"]}))
        .await
        .json();
    let covered = resources(&jira, &one["access_token"]).await;
    assert_eq!(
        (covered.as_array().unwrap().len(), &covered[0]["id"]),
        (1, &json!(beta))
    );
    for (access, tenant, expected) in [
        (&one, beta, 200),
        (&one, own.as_str(), 401),
        (&all, own.as_str(), 200),
        (&all, docs.as_str().unwrap(), 404),
        (&all, "no-such-tenant", 404),
    ] {
        let got = behind_gateway(&jira, &access["access_token"], tenant, "myself").await;
        assert_eq!(got.status, expected, "{tenant}");
    }
    let nothing = tokens(&jira, &[("site", "no-such-site")]).await;
    assert_eq!(resources(&jira, &nothing["access_token"]).await, json!([]));
}

#[tokio::test]
async fn a_rotation_may_get_lost_on_the_way() {
    let jira = Jira::cloud().await;
    let issued = tokens(&jira, &[]).await;
    assert_eq!(
        control(&jira, Method::POST, "oauth/lose-rotation", Value::Null)
            .await
            .status,
        204
    );
    let own = jira.sandbox.credentials();
    let body = json!({
        "grant_type": "refresh_token", "client_id": own.client_id, "client_secret": own.client_secret,
        "refresh_token": issued["refresh_token"],
    });
    let address = format!("{}/oauth/token", jira.sandbox.auth_url());
    let answer = with_json(jira.bare(Method::POST, &address), &body).send().await;
    let cut = match answer {
        Ok(answer) => answer.text().await.is_err(),
        Err(_) => true,
    };
    assert!(cut, "the answer must not arrive");
    jira.sandbox.advance(SignedDuration::from_mins(10));
    assert_eq!(
        refusal(&refresh(&jira, &issued["refresh_token"]).await),
        unknown_refresh(),
        "it was rotated"
    );
}

#[tokio::test]
async fn the_same_sandbox_throws_the_same_tokens() {
    let [one, other] = [Jira::cloud().await, Jira::cloud().await];
    assert_eq!(tokens(&one, &[]).await, tokens(&other, &[]).await);
}
