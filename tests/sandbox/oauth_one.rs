//! OAuth 1.0a with a signer of the tests' own: the whole way in, and every problem that Jira tells of.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use crosstie::sandbox::Flavour;
use jiff::SignedDuration;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use reqwest::{Method, RequestBuilder};
use rsa::{Pkcs1v15Sign, RsaPrivateKey, pkcs8::DecodePrivateKey as _};
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use url::Url;

use crate::harness::{Got, Jira, control, form, got, link, location, with_json};

const CALLBACK: &str = "http://127.0.0.1:4711/callback?attempt=1";

type Pairs = Vec<(String, String)>;

static NONCE: AtomicU32 = AtomicU32::new(0);

fn encode(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encode(text.as_bytes(), RESERVED).to_string()
}

/// The sandbox's consumer with its key.
fn key(jira: &Jira) -> RsaPrivateKey {
    RsaPrivateKey::from_pkcs8_pem(&jira.sandbox.credentials().private_key).unwrap()
}

/// What is signed, as text.
fn base(method: &Method, address: &Url, form: &[(&str, &str)], oauth: &Pairs) -> String {
    let mut pairs: Vec<String> = address
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .chain(
            form.iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
        .chain(oauth.iter().cloned())
        .map(|(name, value)| format!("{}={}", encode(&name), encode(&value)))
        .collect();
    pairs.sort();
    let place = format!("{}{}", address.origin().ascii_serialization(), address.path());
    format!("{method}&{}&{}", encode(&place), encode(&pairs.join("&")))
}

/// The OAuth parameters with their signature. An empty value in `instead` leaves a parameter out.
fn signed(jira: &Jira, method: &Method, address: &str, body: &[(&str, &str)], instead: &[(&str, &str)]) -> Pairs {
    let own = jira.sandbox.credentials();
    let nonce = format!("nonce-{}", NONCE.fetch_add(1, Ordering::Relaxed));
    let now = jira.sandbox.now().as_second().to_string();
    let mut oauth: Pairs = [
        ("oauth_consumer_key", own.consumer_key.as_str()),
        ("oauth_signature_method", "RSA-SHA1"),
        ("oauth_timestamp", &now),
        ("oauth_nonce", &nonce),
        ("oauth_version", "1.0"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    for (name, value) in instead {
        oauth.retain(|(own, _)| own != name);
        if !value.is_empty() && *name != "oauth_signature" {
            oauth.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    let base = base(method, &Url::parse(address).unwrap(), body, &oauth);
    let signature = key(jira)
        .sign(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(base))
        .unwrap();
    match instead.iter().find(|(name, _)| *name == "oauth_signature") {
        Some((_, "")) => {}
        Some((_, value)) => oauth.push(("oauth_signature".to_owned(), (*value).to_owned())),
        None => oauth.push(("oauth_signature".to_owned(), STANDARD.encode(signature))),
    }
    oauth
}

fn header(oauth: &Pairs) -> String {
    let pairs: Vec<String> = oauth
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", encode(value)))
        .collect();
    format!("OAuth realm=\"\", {}", pairs.join(", "))
}

/// A request with its signature in the header.
fn request(jira: &Jira, method: Method, address: &str, instead: &[(&str, &str)]) -> RequestBuilder {
    let oauth = signed(jira, &method, address, &[], instead);
    jira.bare(method, address).header("authorization", header(&oauth))
}

async fn servlet(jira: &Jira, name: &str, instead: &[(&str, &str)]) -> Got {
    let address = format!("{}/plugins/servlet/oauth/{name}", jira.sandbox.url());
    got(request(jira, Method::POST, &address, instead)).await
}

fn fields(got: &Got) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(got.text.as_bytes()).into_owned().collect()
}

async fn request_token(jira: &Jira, callback: &str) -> String {
    let got = servlet(jira, "request-token", &[("oauth_callback", callback)]).await;
    assert_eq!(got.status, 200, "{}", got.text);
    fields(&got)["oauth_token"].clone()
}

fn authorization(jira: &Jira, token: &str) -> String {
    format!(
        "{}/plugins/servlet/oauth/authorize?{}",
        jira.sandbox.url(),
        form(&[("oauth_token", token)])
    )
}

async fn verifier(jira: &Jira, token: &str) -> String {
    let address = format!("{}&decision=approve", authorization(jira, token));
    location(&got(jira.bare(Method::GET, &address)).await).1["oauth_verifier"].clone()
}

async fn exchange(jira: &Jira, token: &str, verifier: &str) -> Got {
    servlet(
        jira,
        "access-token",
        &[("oauth_token", token), ("oauth_verifier", verifier)],
    )
    .await
}

/// The answer with an access token.
async fn signed_in(jira: &Jira) -> BTreeMap<String, String> {
    let token = request_token(jira, CALLBACK).await;
    let got = exchange(jira, &token, &verifier(jira, &token).await).await;
    assert_eq!(got.status, 200, "{}", got.text);
    fields(&got)
}

async fn renew(jira: &Jira, token: &str, handle: &str) -> Got {
    servlet(
        jira,
        "access-token",
        &[("oauth_token", token), ("oauth_session_handle", handle)],
    )
    .await
}

async fn myself(jira: &Jira, token: &str, instead: &[(&str, &str)]) -> Got {
    let mut params = vec![("oauth_token", token)];
    params.extend(instead.iter().filter(|(name, _)| *name != "oauth_token"));
    if let Some(other) = instead.iter().find(|(name, _)| *name == "oauth_token") {
        params = vec![*other];
    }
    got(request(jira, Method::GET, &jira.api("myself"), &params)).await
}

/// The problem, which must be told alike in header and body.
fn problem(got: &Got) -> String {
    assert_eq!(got.status, 401, "{}", got.text);
    let body = fields(got);
    let problem = body["oauth_problem"].clone();
    let challenge = got.header("www-authenticate").unwrap();
    assert!(
        challenge.starts_with("OAuth realm=\"http%3A%2F%2F127.0.0.1%3A"),
        "{challenge}"
    );
    assert!(
        challenge.contains(&format!(", oauth_problem=\"{problem}\"")),
        "{challenge}"
    );
    assert!(!body["oauth_problem_advice"].is_empty() && challenge.contains("oauth_problem_advice=\""));
    problem
}

async fn everywhere() -> [Jira; 3] {
    [
        Jira::cloud().await,
        Jira::data_center().await,
        Jira::start(Flavour::DataCenter, |options| options.context = "/jira".to_owned()).await,
    ]
}

#[tokio::test]
async fn three_steps_lead_to_signed_requests_on_both_flavours() {
    for jira in everywhere().await {
        let got_token = servlet(&jira, "request-token", &[("oauth_callback", CALLBACK)]).await;
        let asked = fields(&got_token);
        assert_eq!(asked["oauth_callback_confirmed"], "true");
        assert!(!asked["oauth_token_secret"].is_empty());
        let page = got(jira.bare(Method::GET, &authorization(&jira, &asked["oauth_token"]))).await;
        let (to, params) = location(&got(jira.bare(Method::GET, &link(&jira, &page.text, "approve"))).await);
        assert_eq!(to, "http://127.0.0.1:4711/callback");
        assert_eq!(
            (params["attempt"].as_str(), &params["oauth_token"]),
            ("1", &asked["oauth_token"])
        );

        let issued = fields(&exchange(&jira, &asked["oauth_token"], &params["oauth_verifier"]).await);
        assert_eq!(issued["oauth_expires_in"], "157680000");
        assert_eq!(issued["oauth_authorization_expires_in"], "160272000");
        let token = issued["oauth_token"].as_str();
        let own = jira.sandbox.credentials();
        let me = myself(&jira, token, &[]).await;
        assert_eq!(me.status, 200, "{}", me.text);
        assert_eq!(me.json()["emailAddress"], own.email.as_str());

        let search = "project?expand=a%20b%2Bc&x=%C3%A9%26%3D&x=1+2&empty";
        let address = jira.api(search);
        let listed = got(request(&jira, Method::GET, &address, &[("oauth_token", token)])).await;
        assert_eq!(listed.status, 200, "{}", listed.text);

        let address = jira.api(&format!("issue/{}/comment", jira.key(0)));
        let write = request(&jira, Method::POST, &address, &[("oauth_token", token)]);
        let comment = if jira.sandbox.auth_url() == jira.sandbox.url() && jira.api("").contains("/3/") {
            json!({"body": {"type": "doc", "version": 1, "content": []}})
        } else {
            json!({"body": "signed"})
        };
        let written = got(with_json(write, &comment)).await;
        assert_eq!(written.status, 201, "JSON isn't signed: {}", written.text);
    }
}

#[tokio::test]
async fn signatures_may_be_in_the_query_and_cover_forms() {
    let jira = Jira::data_center().await;
    let token = signed_in(&jira).await["oauth_token"].clone();
    let address = jira.api("myself?expand=groups");
    let oauth = signed(&jira, &Method::GET, &address, &[], &[("oauth_token", &token)]);
    let oauth: Vec<(&str, &str)> = oauth.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let by_query = got(jira.bare(Method::GET, &format!("{address}&{}", form(&oauth)))).await;
    assert_eq!(by_query.status, 200, "{}", by_query.text);
    assert!(!jira.sandbox.request_log().iter().any(|log| log.target.contains(&token)));

    let address = format!("{}/plugins/servlet/oauth/request-token", jira.sandbox.url());
    let body = [("extra", "ü & b"), ("extra", "a")];
    for (sent, status) in [(form(&body), 200), (form(&body[..1]), 401)] {
        let oauth = signed(&jira, &Method::POST, &address, &body, &[("oauth_callback", "oob")]);
        let request = jira
            .bare(Method::POST, &address)
            .header("authorization", header(&oauth))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(sent);
        assert_eq!(got(request).await.status, status);
    }
}

#[tokio::test]
async fn without_an_address_the_code_is_shown_in_quotes() {
    let jira = Jira::cloud().await;
    let token = request_token(&jira, "oob").await;
    let page = got(jira.bare(Method::GET, &authorization(&jira, &token))).await.text;
    let shown = got(jira.bare(Method::GET, &link(&jira, &page, "approve"))).await;
    assert_eq!(shown.status, 200);
    let code = shown.text.split('\'').nth(1).unwrap();
    assert_eq!(exchange(&jira, &token, code).await.status, 200);

    let token = request_token(&jira, "oob").await;
    let denied = got(jira.bare(Method::GET, &format!("{}&decision=deny", authorization(&jira, &token)))).await;
    assert!(
        denied.text.contains("denied") && !denied.text.contains('\''),
        "{}",
        denied.text
    );
}

#[tokio::test]
async fn every_problem_of_a_signed_request_is_told() {
    for jira in everywhere().await {
        let token = signed_in(&jira).await["oauth_token"].clone();
        let now = jira.sandbox.now().as_second();
        let (early, late) = ((now - 301).to_string(), (now + 301).to_string());
        for (instead, expected) in [
            (("oauth_consumer_key", "somebody"), "consumer_key_unknown"),
            (("oauth_consumer_key", ""), "parameter_absent"),
            (("oauth_signature_method", ""), "parameter_absent"),
            (("oauth_signature", ""), "parameter_absent"),
            (("oauth_timestamp", ""), "parameter_absent"),
            (("oauth_nonce", ""), "parameter_absent"),
            (("oauth_token", ""), "parameter_absent"),
            (("oauth_version", "2.0"), "version_rejected"),
            (("oauth_signature_method", "HMAC-SHA1"), "signature_method_rejected"),
            (("oauth_signature_method", "RSA-SHA256"), "signature_method_rejected"),
            (("oauth_timestamp", "soon"), "parameter_rejected"),
            (("oauth_timestamp", early.as_str()), "timestamp_refused"),
            (("oauth_timestamp", late.as_str()), "timestamp_refused"),
            (("oauth_signature", "AAAA"), "signature_invalid"),
            (("oauth_signature", "not base64"), "signature_invalid"),
            (("oauth_token", "somebodys"), "token_rejected"),
        ] {
            let got = myself(&jira, &token, &[instead]).await;
            assert_eq!(problem(&got), expected, "{instead:?}");
            let told = fields(&got);
            if expected == "parameter_absent" {
                assert_eq!(told["oauth_parameters_absent"], instead.0);
            }
            if expected == "timestamp_refused" {
                let range = format!("{}-{}", now - 300, now + 300);
                assert_eq!(told["oauth_acceptable_timestamps"], range);
            }
        }
        for fine in [
            ("oauth_version", ""),
            ("oauth_timestamp", (now - 300).to_string().as_str()),
        ] {
            assert_eq!(myself(&jira, &token, &[fine]).await.status, 200, "{fine:?}");
        }
        let asked = request_token(&jira, CALLBACK).await;
        assert_eq!(
            problem(&myself(&jira, &asked, &[]).await),
            "token_rejected",
            "a request token opens nothing"
        );
        let nonce = [("oauth_nonce", "again")];
        assert_eq!(myself(&jira, &token, &nonce).await.status, 200);
        assert_eq!(problem(&myself(&jira, &token, &nonce).await), "nonce_used");
        jira.sandbox.advance(SignedDuration::from_secs(301));
        assert_eq!(
            myself(&jira, &token, &nonce).await.status,
            200,
            "with a later timestamp it is another"
        );
    }
}

#[tokio::test]
async fn a_signature_is_for_one_request_only() {
    let jira = Jira::start(Flavour::DataCenter, |options| options.context = "/jira".to_owned()).await;
    let token = signed_in(&jira).await["oauth_token"].clone();
    let right = jira.api("project?a=1");
    for (method, address, status) in [
        (Method::GET, right.clone(), 200),
        (Method::HEAD, right.clone(), 401),
        (Method::GET, jira.api("project?a=2"), 401),
        (Method::GET, jira.api("project"), 401),
        (Method::GET, jira.api("priority?a=1"), 401),
        (Method::GET, right.replace("127.0.0.1", "localhost"), 401),
    ] {
        let oauth = signed(&jira, &Method::GET, &right, &[], &[("oauth_token", &token)]);
        let sent = jira
            .bare(method.clone(), &address)
            .header("authorization", header(&oauth));
        assert_eq!(got(sent).await.status, status, "{method} {address}");
    }
    let without_context = right.replace("/jira/", "/");
    let oauth = signed(&jira, &Method::GET, &without_context, &[], &[("oauth_token", &token)]);
    let sent = jira.bare(Method::GET, &right).header("authorization", header(&oauth));
    assert_eq!(problem(&got(sent).await), "signature_invalid");
    let twice = format!(
        "{}, oauth_nonce=\"b\"",
        header(&signed(&jira, &Method::GET, &right, &[], &[]))
    );
    let sent = got(jira.bare(Method::GET, &right).header("authorization", twice)).await;
    assert_eq!(
        (
            problem(&sent).as_str(),
            fields(&sent)["oauth_parameters_rejected"].as_str()
        ),
        ("parameter_rejected", "oauth_nonce")
    );
    let sent = got(jira.bare(Method::GET, &right).header("authorization", "OAuth a=b")).await;
    assert_eq!(problem(&sent), "parameter_rejected");
}

#[tokio::test]
async fn a_site_behind_a_proxy_may_believe_to_be_elsewhere() {
    let jira = Jira::data_center().await;
    let token = signed_in(&jira).await["oauth_token"].clone();
    let elsewhere = json!({"believed_origin": "https://jira.example"});
    assert_eq!(control(&jira, Method::PUT, "oauth/one", elsewhere).await.status, 204);
    assert_eq!(problem(&myself(&jira, &token, &[]).await), "signature_invalid");
    let there = jira.api("myself").replace(&jira.sandbox.url(), "https://jira.example");
    let oauth = signed(&jira, &Method::GET, &there, &[], &[("oauth_token", &token)]);
    let sent = jira
        .bare(Method::GET, &jira.api("myself"))
        .header("authorization", header(&oauth));
    assert_eq!(got(sent).await.status, 200);
}

#[tokio::test]
async fn request_tokens_go_through_all_their_states() {
    let jira = Jira::cloud().await;
    for (callback, expected) in [
        ("", "parameter_absent"),
        ("nowhere", "parameter_rejected"),
        ("ftp://x/", "parameter_rejected"),
    ] {
        let got = servlet(&jira, "request-token", &[("oauth_callback", callback)]).await;
        assert_eq!(problem(&got), expected, "{callback}");
    }
    assert_eq!(problem(&exchange(&jira, "no token", "x").await), "token_rejected");

    let token = request_token(&jira, CALLBACK).await;
    assert_eq!(problem(&exchange(&jira, &token, "early").await), "permission_unknown");
    let right = verifier(&jira, &token).await;
    assert_eq!(problem(&exchange(&jira, &token, "wrong").await), "token_rejected");
    assert_eq!(problem(&exchange(&jira, &token, "").await), "parameter_absent");
    assert_eq!(exchange(&jira, &token, &right).await.status, 200);
    assert_eq!(problem(&exchange(&jira, &token, &right).await), "token_used");
    let page = got(jira.bare(Method::GET, &authorization(&jira, &token))).await;
    assert!(
        page.status == 401 && page.text.contains("token_rejected"),
        "{}",
        page.text
    );

    let token = request_token(&jira, CALLBACK).await;
    let deny = format!("{}&decision=deny", authorization(&jira, &token));
    let (_, params) = location(&got(jira.bare(Method::GET, &deny)).await);
    assert_eq!(params["oauth_verifier"], "denied");
    assert_eq!(problem(&exchange(&jira, &token, "denied").await), "permission_denied");

    let token = request_token(&jira, CALLBACK).await;
    let right = verifier(&jira, &token).await;
    jira.sandbox.advance(SignedDuration::from_secs(600));
    assert_eq!(problem(&exchange(&jira, &token, &right).await), "token_expired");
    let late = got(jira.bare(Method::GET, &authorization(&jira, &token))).await;
    assert_eq!(late.status, 401);
    let nothing = format!("{}/plugins/servlet/oauth/authorize", jira.sandbox.url());
    assert_eq!(got(jira.bare(Method::GET, &nothing)).await.status, 401);
    let asked = format!("{}/plugins/servlet/oauth/request-token", jira.sandbox.url());
    assert_eq!(got(jira.bare(Method::GET, &asked)).await.status, 405);
}

#[tokio::test]
async fn access_tokens_are_renewed_by_their_session_handle() {
    let jira = Jira::data_center().await;
    let first = signed_in(&jira).await;
    let (token, handle) = (&first["oauth_token"], &first["oauth_session_handle"]);
    assert_eq!(problem(&renew(&jira, token, "wrong").await), "token_rejected");
    assert_eq!(problem(&renew(&jira, token, "").await), "parameter_absent");
    let second = fields(&renew(&jira, token, handle).await);
    assert_eq!(
        problem(&myself(&jira, token, &[]).await),
        "token_rejected",
        "the old one is gone"
    );
    assert_eq!(problem(&renew(&jira, token, handle).await), "token_rejected");
    let (token, handle) = (&second["oauth_token"], &second["oauth_session_handle"]);
    assert_eq!(myself(&jira, token, &[]).await.status, 200);

    jira.sandbox.advance(SignedDuration::from_secs(157_680_000));
    assert_eq!(problem(&myself(&jira, token, &[]).await), "token_expired");
    let third = fields(&renew(&jira, token, handle).await);
    let (token, handle) = (&third["oauth_token"], &third["oauth_session_handle"]);
    assert_eq!(
        control(&jira, Method::POST, "oauth/expire", Value::Null).await.status,
        204
    );
    assert_eq!(problem(&myself(&jira, token, &[]).await), "token_expired");
    jira.sandbox.advance(SignedDuration::from_secs(160_272_000));
    assert_eq!(problem(&renew(&jira, token, handle).await), "token_expired");

    let last = signed_in(&jira).await;
    let consumer = json!({"client": jira.sandbox.credentials().consumer_key});
    let revoked = control(&jira, Method::POST, "oauth/revoke", consumer).await.json();
    assert_eq!(revoked["revoked"], 2);
    assert_eq!(
        problem(&myself(&jira, &last["oauth_token"], &[]).await),
        "token_revoked"
    );
    let renewed = renew(&jira, &last["oauth_token"], &last["oauth_session_handle"]).await;
    assert_eq!(problem(&renewed), "token_revoked");
}

#[tokio::test]
async fn links_are_registered_with_their_own_key() {
    let jira = Jira::cloud().await;
    let body = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC0YjCwIfYoprq/FQO6lb3asXrxLlJFuCvtinTF5p0GxvQGu5O3gYytUvtC\
                2JlYzypSRjVxwxrsuRcP3e641SdASwfrmzyvIgP08N4S0IFzEURkV1wp/IpH7kH41EtbmUmrXSwfNZsnQRE5SYSOhh+LcK2w\
                yQkdgcMv11l4KoBkcwIDAQAB";
    let new = json!({"consumer_key": "zephyr", "public_key": body});
    assert_eq!(control(&jira, Method::POST, "oauth/links", new).await.status, 204);
    let instead = [("oauth_consumer_key", "zephyr"), ("oauth_callback", "oob")];
    let wrong_key = servlet(&jira, "request-token", &instead).await;
    assert_eq!(
        problem(&wrong_key),
        "signature_invalid",
        "the other consumer's key doesn't sign for it"
    );
    let token = signed_in(&jira).await["oauth_token"].clone();
    let borrowed = myself(&jira, &token, &[("oauth_consumer_key", "zephyr")]).await;
    assert_eq!(borrowed.status, 401);
    let nonsense = json!({"consumer_key": "zephyr", "public_key": "nonsense"});
    assert_eq!(control(&jira, Method::POST, "oauth/links", nonsense).await.status, 400);
}

#[tokio::test]
async fn a_token_belongs_to_its_consumer() {
    let jira = Jira::data_center().await;
    let public =
        rsa::pkcs8::EncodePublicKey::to_public_key_pem(&key(&jira).to_public_key(), rsa::pkcs8::LineEnding::LF);
    let twin = json!({"consumer_key": "twin", "public_key": public.unwrap()});
    assert_eq!(control(&jira, Method::POST, "oauth/links", twin).await.status, 204);
    let issued = signed_in(&jira).await;
    let other = ("oauth_consumer_key", "twin");
    assert_eq!(
        problem(&myself(&jira, &issued["oauth_token"], &[other]).await),
        "token_rejected"
    );
    let asked = request_token(&jira, CALLBACK).await;
    let verifier = verifier(&jira, &asked).await;
    let got = servlet(
        &jira,
        "access-token",
        &[("oauth_token", &asked), ("oauth_verifier", &verifier), other],
    )
    .await;
    assert_eq!(problem(&got), "token_rejected");
}

#[tokio::test]
async fn a_site_may_no_longer_take_it() {
    for (jira, status, api) in [
        (Jira::cloud().await, 404, 401),
        (Jira::data_center().await, 404, 401),
        (Jira::data_center().await, 403, 401),
    ] {
        let token = signed_in(&jira).await["oauth_token"].clone();
        let rule = json!({"enabled": false, "status": status});
        assert_eq!(control(&jira, Method::PUT, "oauth/one", rule).await.status, 204);
        let refused = servlet(&jira, "request-token", &[("oauth_callback", "oob")]).await;
        assert_eq!((refused.status, refused.header("www-authenticate")), (status, None));
        assert_eq!(myself(&jira, &token, &[]).await.status, api);
        assert_eq!(jira.get("myself").await.status, 200, "the other ways in stay open");
        assert_eq!(control(&jira, Method::PUT, "oauth/one", json!({})).await.status, 204);
        assert_eq!(myself(&jira, &token, &[]).await.status, 200);
    }
    let jira = Jira::cloud().await;
    let rule = json!({"enabled": false, "status": 500});
    assert_eq!(control(&jira, Method::PUT, "oauth/one", rule).await.status, 400);
}

#[tokio::test]
async fn a_wrong_clock_is_told_so_that_it_can_be_corrected_for() {
    let jira = Jira::data_center().await;
    let token = signed_in(&jira).await["oauth_token"].clone();
    let now = jira.sandbox.now();
    let wrong = json!({"fault": {"kind": "wrong-clock", "seconds": 3600}});
    assert_eq!(control(&jira, Method::POST, "faults", wrong).await.status, 201);
    let refused = myself(&jira, &token, &[]).await;
    assert_eq!(problem(&refused), "timestamp_refused");
    assert_eq!(refused.header("date"), Some("Fri, 20 Nov 2026 10:30:00 GMT"));
    let corrected = (now.as_second() + 3600).to_string();
    assert_eq!(
        myself(&jira, &token, &[("oauth_timestamp", &corrected)]).await.status,
        200
    );
    assert_eq!(control(&jira, Method::DELETE, "faults", Value::Null).await.status, 204);
    assert_eq!(
        control(&jira, Method::POST, "clock", json!({"advance_seconds": -7200}))
            .await
            .status,
        200
    );
    let late = now.as_second().to_string();
    assert_eq!(
        problem(&myself(&jira, &token, &[("oauth_timestamp", &late)]).await),
        "timestamp_refused"
    );
}
