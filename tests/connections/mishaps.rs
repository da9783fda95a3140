//! What goes wrong between a person, a browser and a site, each with its exit code and a way out.

use std::net::TcpListener;

use crosstie::sandbox::Flavour;
use reqwest::Method;
use serde_json::json;

use crate::world::{Ran, World, code_of};

/// The failure names what happened and what to do.
fn assert_told(ran: &Ran, code: i32, said: &[&str]) {
    assert_eq!(ran.code, code, "{ran:?}");
    let all = format!("{}{}", ran.out, ran.err).to_lowercase();
    for said in said {
        assert!(all.contains(&said.to_lowercase()), "{said} is not in {ran:?}");
    }
}

const GRANTED: [(Flavour, &str); 3] = [
    (Flavour::Cloud, "oauth2-cloud"),
    (Flavour::DataCenter, "oauth2-data-center"),
    (Flavour::DataCenter, "oauth1"),
];

#[test]
fn a_person_who_says_no_is_believed() {
    for (flavour, method) in GRANTED {
        let world = World::new(flavour);
        world.add_granted(method);
        let waiting = world.authorize(&[]);
        let landing = world.press(&waiting.url(), "deny");
        world.visit(&landing);
        assert_told(&waiting.end(), 3, &["denied"]);
    }
}

#[test]
fn a_code_is_for_one_attempt_once() {
    for (flavour, method) in GRANTED {
        let world = World::new(flavour);
        world.add_granted(method);
        let first = world.authorize(&[]);
        let landing = world.press(&first.url(), "approve");
        drop(first.paste("nonsense from https://example.com/elsewhere"));
        let second = world.authorize(&[]);
        assert_told(&second.paste(&landing), 3, &["another sign-in attempt"]);
        let third = world.authorize(&[]);
        let good = world.press(&third.url(), "approve");
        assert_eq!(third.paste(&good).code, 0, "{method}");
        let fourth = world.authorize(&[]);
        let again = fourth.paste(&code_of(&good));
        assert_eq!(again.code, 3, "{method}: a used code: {again:?}");
        let still = world.run(&["connection", "test", "a", "--json"]);
        assert_eq!(
            still.last()["valid"],
            true,
            "{method}: what worked still works: {still:?}"
        );
    }
}

#[test]
fn a_wrong_secret_or_key_is_told_apart() {
    let cloud = World::new(Flavour::Cloud);
    cloud.add(
        "oauth2-cloud",
        &["--client-id", "sandbox-client", "--secret-stdin"],
        "wrong-client-secret",
    );
    let waiting = cloud.authorize(&[]);
    let landing = cloud.press(&waiting.url(), "approve");
    let ran = waiting.paste(&landing);
    assert_told(&ran, 4, &["secret"]);
    cloud.assert_unspoken(&[&ran], &["wrong-client-secret"]);

    let world = World::new(Flavour::DataCenter);
    let made = world.path("other.secret").display().to_string();
    assert_eq!(world.run(&["keygen", "--out", &made, "--json"]).code, 0);
    let consumer = world.sandbox.credentials().consumer_key.clone();
    world.add("oauth1", &["--consumer-key", &consumer, "--private-key", &made], "");
    assert_told(
        &world.run(&["connection", "authorize", "a", "--json"]),
        4,
        &["signature", "public key"],
    );

    let world = World::new(Flavour::DataCenter);
    let key = world.file("jira.secret", &world.sandbox.credentials().private_key.clone());
    world.add("oauth1", &["--consumer-key", "nobody", "--private-key", &key], "");
    assert_told(
        &world.run(&["connection", "authorize", "a", "--json"]),
        4,
        &["consumer key"],
    );
}

#[test]
fn a_key_that_is_none_says_which_one_it_is() {
    for (name, text, said) in [
        ("garbage.secret", "not a key at all", "key"),
        (
            "encrypted.secret",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n-----END ENCRYPTED PRIVATE KEY-----\n",
            "pass",
        ),
        (
            "public.secret",
            "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
            "public",
        ),
    ] {
        let world = World::new(Flavour::DataCenter);
        let key = world.file(name, text);
        world.add(
            "oauth1",
            &["--consumer-key", "sandbox-consumer", "--private-key", &key],
            "",
        );
        let ran = world.run(&["connection", "authorize", "a", "--json"]);
        assert!(ran.code == 3 || ran.code == 4, "{name}: {ran:?}");
        assert!(ran.err.to_lowercase().contains(said), "{name}: {ran:?}");
    }
}

#[test]
fn a_taken_port_leaves_pasting() {
    let world = World::new(Flavour::Cloud);
    let address = world
        .callback
        .trim_start_matches("http://")
        .trim_end_matches("/callback");
    let port: u16 = address.rsplit(':').next().unwrap().parse().unwrap();
    let _v4 = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let _v6 = TcpListener::bind(("::1", port));
    world.add_granted("oauth2-cloud");
    let waiting = world.authorize(&[]);
    let landing = world.press(&waiting.url(), "approve");
    let ran = waiting.paste(&landing);
    assert_told(&ran, 0, &["paste"]);
}

#[test]
fn several_sites_need_a_choice() {
    let world = World::new(Flavour::Cloud);
    world.control(
        &Method::PUT,
        "/oauth/sites",
        &json!([{"name": "other", "products": ["jira"]}, {"name": "wiki", "products": ["confluence"]}]),
    );
    world.add_granted("oauth2-cloud");
    let waiting = world.authorize(&[]);
    let landing = world.press(&waiting.url(), "approve");
    assert_eq!(waiting.paste(&landing).code, 0, "the configured site is one of them");
    let config = std::fs::read_to_string(world.path("config.toml")).unwrap();
    let elsewhere = config.replace(world.ready()["url"].as_str().unwrap(), "http://127.0.0.1:1");
    std::fs::write(
        world.path("config.toml"),
        elsewhere.replace("gateway_url = \"http://127.0.0.1:1\"", "gateway_url = \"GATE\""),
    )
    .unwrap();
    let text = std::fs::read_to_string(world.path("config.toml")).unwrap();
    let gate = format!("\"{}\"", world.ready()["gateway_url"].as_str().unwrap());
    let auth = format!("auth_url = \"{}\"", world.ready()["auth_url"].as_str().unwrap());
    let text = text
        .replace("\"GATE\"", &gate)
        .replace("auth_url = \"http://127.0.0.1:1\"", &auth);
    std::fs::write(world.path("config.toml"), text).unwrap();
    let waiting = world.authorize(&[]);
    let landing = world.press(&waiting.url(), "approve");
    assert_told(&waiting.paste(&landing), 4, &["other"]);
}

#[test]
fn a_grant_that_ended_is_renewed_or_asks_for_a_person() {
    for (flavour, method) in &GRANTED[..2] {
        let world = World::new(*flavour);
        world.add_granted(method);
        let waiting = world.authorize(&[]);
        let landing = world.press(&waiting.url(), "approve");
        assert_eq!(waiting.paste(&landing).code, 0);
        world.control(&Method::POST, "/oauth/expire", &json!({}));
        let renewed = world.run(&["sync", "--json"]);
        assert_eq!(renewed.code, 0, "{method}: refreshed by itself: {renewed:?}");
        world.control(&Method::POST, "/oauth/revoke", &json!({}));
        let revoked = world.run(&["sync", "--json"]);
        assert_told(&revoked, 3, &["connection authorize a"]);
        assert_eq!(revoked.last()["error"]["kind"], "auth", "{revoked:?}");
    }
}

#[test]
fn a_site_without_oauth_1_says_so() {
    let world = World::new(Flavour::DataCenter);
    world.control(&Method::PUT, "/oauth/one", &json!({"enabled": false}));
    world.add_granted("oauth1");
    assert_told(
        &world.run(&["connection", "authorize", "a", "--json"]),
        4,
        &["oauth 1.0a", "oauth2-data-center"],
    );
}

#[test]
fn two_processes_refresh_once() {
    let world = World::new(Flavour::Cloud);
    world.add_granted("oauth2-cloud");
    let waiting = world.authorize(&[]);
    let landing = world.press(&waiting.url(), "approve");
    assert_eq!(waiting.paste(&landing).code, 0);
    world.control(&Method::POST, "/oauth/expire", &json!({}));
    let children: Vec<_> = (0..4)
        .map(|_| world.command(&["connection", "test", "a", "--json"]).spawn().unwrap())
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
    let counts = world.control(&Method::GET, "/requests", &json!({}));
    let refreshed = counts.to_string();
    assert!(refreshed.contains("oauth/token"), "{refreshed}");
}
