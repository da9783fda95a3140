//! Data Center's OAuth 2.0 provider: proof keys, hierarchical scopes, refreshing with the redirect address.

use crosstie::sandbox::Flavour;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Got, Jira, control, form, got, link, location, with_json};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const HASHED: [(&str, &str); 2] = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];

/// These parameters in place of the right ones; an empty value leaves one out.
fn with(mut params: Vec<(String, String)>, instead: &[(&str, &str)]) -> String {
    for (name, value) in instead {
        params.retain(|(own, _)| own != name);
        if !value.is_empty() {
            params.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    let params: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    form(&params)
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn authorize(jira: &Jira, instead: &[(&str, &str)]) -> String {
    let own = jira.sandbox.credentials();
    let right = owned(&[
        ("client_id", &own.client_id),
        ("redirect_uri", &own.callback),
        ("response_type", "code"),
        ("state", "x/y z"),
        ("scope", "WRITE"),
    ]);
    format!(
        "{}/rest/oauth2/latest/authorize?{}",
        jira.sandbox.url(),
        with(right, instead)
    )
}

async fn open(jira: &Jira, address: &str) -> Got {
    got(jira.bare(Method::GET, address)).await
}

async fn code(jira: &Jira, instead: &[(&str, &str)]) -> String {
    let sent_on = open(jira, &format!("{}&decision=approve", authorize(jira, instead))).await;
    let decided = open(jira, sent_on.header("location").unwrap()).await;
    location(&decided).1["code"].clone()
}

/// A token request as a form.
async fn token(jira: &Jira, kind: &str, instead: &[(&str, &str)]) -> Got {
    let own = jira.sandbox.credentials();
    let right = owned(&[
        ("grant_type", kind),
        ("client_id", &own.client_id),
        ("client_secret", &own.client_secret),
        ("redirect_uri", &own.callback),
    ]);
    let address = format!("{}/rest/oauth2/latest/token", jira.sandbox.url());
    let request = jira.bare(Method::POST, &address);
    got(request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(with(right, instead)))
    .await
}

async fn tokens(jira: &Jira, instead: &[(&str, &str)]) -> Value {
    let code = code(jira, instead).await;
    let got = token(jira, "authorization_code", &[("code", &code)]).await;
    assert_eq!(got.status, 200, "{}", got.text);
    got.json()
}

async fn refresh(jira: &Jira, text: &Value) -> Got {
    token(jira, "refresh_token", &[("refresh_token", text.as_str().unwrap())]).await
}

async fn use_of(jira: &Jira, access: &Value) -> Got {
    let request = jira.bare(Method::GET, &jira.api("myself"));
    got(request.bearer_auth(access.as_str().unwrap())).await
}

fn refusal(got: &Got) -> (u16, String) {
    (got.status, got.json()["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn consent_leads_to_tokens_below_a_context_path_too() {
    for context in ["", "/jira"] {
        let jira = Jira::start(Flavour::DataCenter, |options| options.context = context.to_owned()).await;
        let own = jira.sandbox.credentials();
        let asked = open(&jira, &authorize(&jira, &HASHED)).await;
        let (to, _) = location(&asked);
        assert_eq!(to, format!("{}/plugins/servlet/oauth2/consent", jira.sandbox.url()));
        let page = open(&jira, asked.header("location").unwrap()).await;
        assert!(page.text.contains("<li>WRITE</li>"), "{}", page.text);
        let (to, params) = location(&open(&jira, &link(&jira, &page.text, "approve")).await);
        assert_eq!(
            (to.as_str(), params["state"].as_str()),
            (own.callback.as_str(), "x/y z")
        );

        let got = token(
            &jira,
            "authorization_code",
            &[("code", &params["code"]), ("code_verifier", VERIFIER)],
        )
        .await;
        let issued = got.json();
        assert_eq!((got.status, &issued["token_type"]), (200, &json!("bearer")), "{issued}");
        assert_eq!(issued["expires_in"], 3600);
        assert_eq!(issued["created_at"], jira.sandbox.now().as_second());
        let myself = use_of(&jira, &issued["access_token"]).await;
        assert_eq!((myself.status, myself.header("x-ausername")), (200, Some("robin")));
        assert_eq!(jira.get("myself").await.status, 200, "personal tokens work beside it");
    }
}

#[tokio::test]
async fn parameters_may_be_in_the_query_and_are_not_remembered() {
    let jira = Jira::data_center().await;
    let own = jira.sandbox.credentials();
    let code = code(&jira, &[]).await;
    let query = form(&[
        ("grant_type", "authorization_code"),
        ("client_id", &own.client_id),
        ("client_secret", &own.client_secret),
        ("redirect_uri", &own.callback),
        ("code", &code),
    ]);
    let address = format!("{}/rest/oauth2/latest/token?{query}", jira.sandbox.url());
    assert_eq!(got(jira.bare(Method::POST, &address)).await.status, 200);
    let log = control(&jira, Method::GET, "requests?log=true", Value::Null).await.text;
    assert!(
        log.contains("/rest/oauth2/latest/token") && !log.contains(&own.client_secret),
        "{log}"
    );
}

#[tokio::test]
async fn wrong_authorization_requests_are_refused_where_they_should_be() {
    let jira = Jira::data_center().await;
    let callback = jira.sandbox.credentials().callback;
    for (name, value) in [
        ("client_id", ""),
        ("client_id", "somebody"),
        ("redirect_uri", ""),
        ("redirect_uri", "http://localhost:8976/callback/"),
        ("redirect_uri", "https://attacker.example/"),
    ] {
        let got = open(&jira, &authorize(&jira, &[(name, value)])).await;
        assert_eq!((got.status, got.header("location")), (400, None), "{name}={value}");
    }
    let short = "a".repeat(42);
    for (instead, error) in [
        (vec![("response_type", "")], "invalid_request"),
        (vec![("response_type", "token")], "unsupported_response_type"),
        (vec![("scope", "")], "invalid_scope"),
        (vec![("scope", "write")], "invalid_scope"),
        (vec![("code_challenge", short.as_str())], "invalid_request"),
        (
            vec![("code_challenge", CHALLENGE), ("code_challenge_method", "S512")],
            "invalid_request",
        ),
        (vec![("code_challenge_method", "S256")], "invalid_request"),
    ] {
        let (to, params) = location(&open(&jira, &authorize(&jira, &instead)).await);
        assert_eq!((to, params["error"].as_str()), (callback.clone(), error), "{instead:?}");
        assert_eq!(params["state"], "x/y z");
    }
    let (_, params) = location(&open(&jira, &authorize(&jira, &[("state", "")])).await);
    assert_eq!(
        (params["error"].as_str(), params.get("state")),
        ("invalid_request", None)
    );
    let asked = open(&jira, &format!("{}&decision=deny", authorize(&jira, &[]))).await;
    let (to, params) = location(&open(&jira, asked.header("location").unwrap()).await);
    assert_eq!(
        (to, params["error"].as_str(), params["state"].as_str()),
        (callback, "access_denied", "x/y z")
    );
}

#[tokio::test]
async fn plain_http_is_refused_once_the_rule_is_on() {
    let jira = Jira::data_center().await;
    let issued = tokens(&jira, &[]).await;
    let rule = json!({"required": true});
    assert_eq!(control(&jira, Method::PUT, "oauth/https", rule).await.status, 204);
    let got = open(&jira, &authorize(&jira, &[])).await;
    assert_eq!(got.status, 400);
    let property = "atlassian.oauth2.provider.skip.redirect.url.https.requirement";
    assert!(got.text.contains(property), "{}", got.text);
    assert_eq!(
        use_of(&jira, &issued["access_token"]).await.status,
        200,
        "what was issued stays"
    );
    let secure = "https://crosstie.example/callback";
    let client = json!({"client_id": "secure", "client_secret": "s", "callback": secure});
    assert_eq!(control(&jira, Method::POST, "oauth/clients", client).await.status, 204);
    let got = open(
        &jira,
        &authorize(&jira, &[("client_id", "secure"), ("redirect_uri", secure)]),
    )
    .await;
    assert_eq!(got.status, 302);
}

#[tokio::test]
async fn every_wrong_token_request_has_its_answer() {
    let jira = Jira::data_center().await;
    let long = "a".repeat(128);
    for (kind, asked, instead, expected) in [
        ("password", &[][..], vec![], (400, "unsupported_grant_type")),
        ("", &[], vec![], (400, "invalid_request")),
        (
            "authorization_code",
            &[],
            vec![("client_id", "")],
            (400, "invalid_request"),
        ),
        (
            "authorization_code",
            &[],
            vec![("client_secret", "")],
            (400, "invalid_request"),
        ),
        ("authorization_code", &[], vec![("code", "")], (400, "invalid_request")),
        ("refresh_token", &[], vec![], (400, "invalid_request")),
        (
            "authorization_code",
            &[],
            vec![("client_id", "somebody")],
            (401, "invalid_client"),
        ),
        (
            "authorization_code",
            &[],
            vec![("client_secret", "wrong")],
            (401, "invalid_client"),
        ),
        (
            "authorization_code",
            &[],
            vec![("code", "wrong")],
            (400, "invalid_grant"),
        ),
        (
            "authorization_code",
            &[],
            vec![("redirect_uri", "")],
            (400, "invalid_grant"),
        ),
        (
            "authorization_code",
            &[],
            vec![("redirect_uri", "http://localhost:1/")],
            (400, "invalid_grant"),
        ),
        (
            "authorization_code",
            &[],
            vec![("code_verifier", VERIFIER)],
            (400, "invalid_grant"),
        ),
        ("authorization_code", &HASHED, vec![], (400, "invalid_grant")),
        (
            "authorization_code",
            &HASHED,
            vec![("code_verifier", CHALLENGE)],
            (400, "invalid_grant"),
        ),
        (
            "authorization_code",
            &HASHED,
            vec![("code_verifier", "short")],
            (400, "invalid_grant"),
        ),
        (
            "authorization_code",
            &HASHED,
            vec![("code_verifier", &long)],
            (400, "invalid_grant"),
        ),
        (
            "authorization_code",
            &HASHED,
            vec![("code_verifier", VERIFIER)],
            (200, ""),
        ),
        (
            "authorization_code",
            &HASHED[..1],
            vec![("code_verifier", CHALLENGE)],
            (200, ""),
        ),
        (
            "refresh_token",
            &[],
            vec![("refresh_token", "wrong")],
            (400, "invalid_grant"),
        ),
    ] {
        let code = code(&jira, asked).await;
        let mut given = vec![];
        if kind == "authorization_code" {
            given.push(("code", code.as_str()));
        }
        given.extend(instead.iter().copied());
        let got = token(&jira, kind, &given).await;
        assert_eq!(refusal(&got), (expected.0, expected.1.to_owned()), "{kind} {instead:?}");
    }
}

#[tokio::test]
async fn a_code_is_good_once_and_for_ten_minutes() {
    let jira = Jira::data_center().await;
    let exchange = async |code: &str| token(&jira, "authorization_code", &[("code", code)]).await.status;
    let first = code(&jira, &[]).await;
    assert_eq!((exchange(&first).await, exchange(&first).await), (200, 400));
    for (seconds, expected) in [(599, 200), (600, 400)] {
        let code = code(&jira, &[]).await;
        jira.sandbox.advance(SignedDuration::from_secs(seconds));
        assert_eq!(exchange(&code).await, expected, "after {seconds} s");
    }
}

#[tokio::test]
async fn refreshing_wants_the_redirect_address_and_ends_both_old_tokens() {
    let jira = Jira::data_center().await;
    let first = tokens(&jira, &[]).await;
    let text = first["refresh_token"].as_str().unwrap();
    for address in ["", "http://localhost:1/"] {
        let asked = [("refresh_token", text), ("redirect_uri", address)];
        let got = token(&jira, "refresh_token", &asked).await;
        assert_eq!(refusal(&got), (400, "invalid_grant".to_owned()), "{address:?}");
    }
    assert_eq!(
        use_of(&jira, &first["access_token"]).await.status,
        200,
        "a refused refresh ends nothing"
    );
    let second = refresh(&jira, &first["refresh_token"]).await.json();
    assert_eq!(use_of(&jira, &first["access_token"]).await.status, 401);
    assert_eq!(
        refusal(&refresh(&jira, &first["refresh_token"]).await),
        (400, "invalid_grant".to_owned())
    );
    assert_eq!(use_of(&jira, &second["access_token"]).await.status, 200);
    jira.sandbox.advance(SignedDuration::from_secs(3600));
    assert_eq!(use_of(&jira, &second["access_token"]).await.status, 401);
    let third = refresh(&jira, &second["refresh_token"]).await.json();
    assert_eq!(
        control(&jira, Method::POST, "oauth/expire", Value::Null).await.status,
        204
    );
    assert_eq!(use_of(&jira, &third["access_token"]).await.status, 401);
    jira.sandbox.advance(SignedDuration::from_hours(24 * 90));
    assert_eq!(
        refusal(&refresh(&jira, &third["refresh_token"]).await),
        (400, "invalid_grant".to_owned())
    );
    let last = tokens(&jira, &[]).await;
    let own = json!({"client": jira.sandbox.credentials().client_id});
    assert!(control(&jira, Method::POST, "oauth/revoke", own).await.json()["revoked"].as_u64() > Some(0));
    assert_eq!(use_of(&jira, &last["access_token"]).await.status, 401);
}

#[tokio::test]
async fn scopes_include_those_below_and_end_at_the_links_own() {
    let jira = Jira::data_center().await;
    let own = jira.sandbox.credentials();
    let path = format!("issue/{}/comment", jira.key(0));
    for (link, asked, shown, status) in [
        (json!(["SYSTEM_ADMIN"]), "READ", "READ", 403),
        (json!(["SYSTEM_ADMIN"]), "WRITE", "WRITE", 201),
        (json!(["SYSTEM_ADMIN"]), "ADMIN", "ADMIN", 201),
        (json!([]), "SYSTEM_ADMIN", "SYSTEM_ADMIN", 201),
        (json!(["READ"]), "WRITE", "READ", 403),
        (json!(["READ", "WRITE"]), "SYSTEM_ADMIN", "WRITE", 201),
    ] {
        let client = json!({
            "client_id": own.client_id, "client_secret": own.client_secret, "callback": own.callback, "scopes": link,
        });
        assert_eq!(control(&jira, Method::POST, "oauth/clients", client).await.status, 204);
        let page = open(&jira, &authorize(&jira, &[("scope", asked)])).await;
        let page = open(&jira, page.header("location").unwrap()).await.text;
        assert!(page.contains(&format!("<li>{shown}</li>")), "{page}");
        let issued = tokens(&jira, &[("scope", asked)]).await;
        let access = issued["access_token"].as_str().unwrap();
        assert_eq!(use_of(&jira, &issued["access_token"]).await.status, 200);
        let write = jira.bare(Method::POST, &jira.api(&path)).bearer_auth(access);
        let write = got(with_json(write, &json!({"body": "hello"}))).await;
        assert_eq!(write.status, status, "{asked} of {link}: {}", write.text);
        let told = (status == 403).then_some("Bearer error=\"insufficient_scope\"");
        assert_eq!(write.header("www-authenticate"), told);
    }
}

#[tokio::test]
async fn a_lost_rotation_cannot_be_made_up_for() {
    let jira = Jira::start(Flavour::DataCenter, |options| options.context = "/jira".to_owned()).await;
    let issued = tokens(&jira, &[]).await;
    let twice = json!({"times": 2});
    assert_eq!(
        control(&jira, Method::POST, "oauth/lose-rotation", twice).await.status,
        204
    );
    let own = jira.sandbox.credentials();
    let body = form(&[
        ("grant_type", "refresh_token"),
        ("client_id", &own.client_id),
        ("client_secret", &own.client_secret),
        ("redirect_uri", &own.callback),
        ("refresh_token", issued["refresh_token"].as_str().unwrap()),
    ]);
    let address = format!("{}/rest/oauth2/latest/token", jira.sandbox.url());
    for _ in 0..2 {
        let request = jira.bare(Method::POST, &address);
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.clone());
        let arrived = match request.send().await {
            Ok(answer) => answer.text().await.is_ok(),
            Err(_) => false,
        };
        assert!(!arrived, "the answer must not arrive");
    }
    assert_eq!(
        use_of(&jira, &issued["access_token"]).await.status,
        401,
        "the old tokens are gone"
    );
    assert_eq!(
        refusal(&refresh(&jira, &issued["refresh_token"]).await),
        (400, "invalid_grant".to_owned())
    );
}
