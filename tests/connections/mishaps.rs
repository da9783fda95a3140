//! What goes wrong between a person, a browser and a site, each with its exit code and a way out.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
};

use crosstie::{auth::oauth1::PrivateKey, sandbox::Flavour};
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::{
    methods::{add_granted, code_of},
    nobody::Nobody,
    world::{Ran, World},
};

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
        add_granted(&world, method);
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
        add_granted(&world, method);
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
    add_granted(&world, "oauth2-cloud");
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
    add_granted(&world, "oauth2-cloud");
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
        add_granted(&world, method);
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
    add_granted(&world, "oauth1");
    assert_told(
        &world.run(&["connection", "authorize", "a", "--json"]),
        4,
        &["oauth 1.0a", "oauth2-data-center"],
    );
}

#[test]
fn two_processes_refresh_once() {
    let world = World::new(Flavour::Cloud);
    add_granted(&world, "oauth2-cloud");
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

/// The check that failed, out of the last test.
fn failed_check(ran: &Ran) -> Value {
    let report = ran.last();
    assert_eq!(report["valid"], false, "{ran:?}");
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["ok"] == false).unwrap().clone()
}

fn assert_check(ran: &Ran, name: &str, said: &[&str]) {
    let check = failed_check(ran);
    assert_eq!(check["name"], name, "{ran:?}");
    let told = format!("{} {}", check["detail"], check["remedy"]);
    for said in said {
        assert!(told.contains(said), "{said} is not in {told}");
    }
}

#[test]
fn a_small_key_is_taken_and_warned_of() {
    let world = World::new(Flavour::DataCenter);
    let pem = include_str!("../data/oauth1/rsa-1024-pkcs8.pem");
    let key = PrivateKey::read(&SecretString::from(pem)).unwrap();
    let link = json!({"consumer_key": "small", "public_key": key.public_pem()});
    world.control(&Method::POST, "/oauth/links", &link);
    let file = world.file("small.secret", pem);
    world.add("oauth1", &["--consumer-key", "small", "--private-key", &file], "");
    let waiting = world.authorize(&[]);
    let landing = world.press(&waiting.url(), "approve");
    assert_told(&waiting.paste(&landing), 0, &["1024 bits", "crosstie keygen"]);
}

#[test]
fn a_code_that_waited_too_long_is_told_with_the_way_to_another() {
    for (flavour, method) in GRANTED {
        let world = World::new(flavour);
        add_granted(&world, method);
        let waiting = world.authorize(&[]);
        let landing = world.press(&waiting.url(), "approve");
        world.control(&Method::POST, "/clock", &json!({"advance_seconds": 3600}));
        assert_told(&waiting.paste(&landing), 3, &["`crosstie connection authorize"]);
    }
}

#[test]
fn a_browser_with_the_wrong_state_is_waited_past() {
    let world = World::new(Flavour::Cloud);
    add_granted(&world, "oauth2-cloud");
    let waiting = world.authorize(&[]);
    let landing = world.press(&waiting.url(), "approve");
    let wrong = format!("{}?code={}&state=somebody-elses", world.callback, code_of(&landing));
    let page = world.visit(&wrong);
    assert!(page.contains("another sign-in attempt"), "{page}");
    let without = format!("{}?code={}", world.callback, code_of(&landing));
    assert!(!world.visit(&without).contains(&code_of(&landing)));
    world.visit(&landing);
    assert_eq!(waiting.end().code, 0);
}

#[test]
fn a_site_without_jira_is_no_choice() {
    let world = World::new(Flavour::Cloud);
    world.control(
        &Method::PUT,
        "/oauth/sites",
        &json!([{"name": "wiki", "products": ["confluence"]}]),
    );
    add_granted(&world, "oauth2-cloud");
    let waiting = world.authorize(&[]);
    let page = world.visit(&waiting.url());
    let button = page
        .split("<a id=\"")
        .find(|link| link.contains("Allow on wiki"))
        .unwrap();
    let landing = world.press(&waiting.url(), button.split('"').next().unwrap());
    assert_told(
        &waiting.paste(&landing),
        4,
        &["covers no jira site", "choose that site on the consent page"],
    );
}

#[test]
fn a_clock_that_is_off_by_an_hour_is_corrected_for_and_told() {
    let world = World::new(Flavour::DataCenter);
    world.fault(&json!({"kind": "wrong-clock", "seconds": 3630}), "GET", "/");
    world.fault(&json!({"kind": "wrong-clock", "seconds": 3630}), "POST", "/");
    add_granted(&world, "oauth1");
    let waiting = world.authorize(&[]);
    let landing = world.press(&waiting.url(), "approve");
    let ran = waiting.paste(&landing);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_check(&ran, "clock", &["1 h 0 min behind", "time synchronisation"]);
    let others = ran.last()["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["ok"] == false)
        .count();
    assert_eq!(others, 1, "signed in all the same: {ran:?}");
    let pulled = world.run(&["sync", "--json"]);
    assert_eq!(pulled.code, 0, "{pulled:?}");
}

/// Something that answers each connection with `answer`, until the test's process ends.
fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4096];
            if stream.read(&mut request).is_ok() {
                let _closed = stream.write_all(answer.as_bytes());
            }
        }
    });
    format!("http://{address}")
}

#[test]
fn a_proxy_that_refuses_is_told_from_the_site() {
    const LOCKED: &str = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const CLOSED: &str = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let nobody = Nobody::new();
    let table = [
        (nobody.url(), None, "reachable", "correct `proxy`"),
        (answering(LOCKED), None, "settings", "user name and password"),
        (
            answering(LOCKED),
            Some("https://jira.example.com"),
            "certificate",
            "proxy",
        ),
        (
            answering(CLOSED),
            Some("https://jira.example.com"),
            "certificate",
            "correct `proxy`",
        ),
    ];
    for (proxy, url, name, said) in table {
        let world = World::new(Flavour::DataCenter);
        let added = world.add("pat", &["--proxy", &proxy, "--secret-stdin"], "t0ken-of-a-person");
        assert_eq!(added.code, 0, "{added:?}");
        if let Some(url) = url {
            world.edit(world.ready()["url"].as_str().unwrap(), url);
        }
        let ran = world.run(&["connection", "test", "a", "--json"]);
        assert_ne!(ran.code, 0);
        assert_ne!(ran.code, 3, "nobody refused the sign-in: {ran:?}");
        assert_check(&ran, name, &[said]);
    }
}

#[test]
fn without_a_keyring_nothing_is_half_written() {
    let world = World::new(Flavour::DataCenter);
    let url = world.ready()["url"].as_str().unwrap().to_owned();
    let mut words = vec!["connection", "add", "a", "--kind", "data-center", "--method", "pat"];
    words.extend(["--url", &url, "--secret-stdin", "--json"]);
    let added = world.run_with(&words, "t0ken-of-a-person");
    assert_told(&added, 1, &["no keyring", "env", "command", "file"]);
    assert!(!world.path("config.toml").exists(), "{added:?}");
    world.assert_unspoken(&[&added], &["t0ken-of-a-person"]);
    let pat = world.sandbox.credentials().pat.clone();
    assert_eq!(world.add("pat", &["--secret-stdin"], &pat).code, 0);
    let doctor = world.run(&["doctor", "--json"]);
    let keyring = |ran: &Ran| {
        let checks = ran.last()["checks"].as_array().unwrap().clone();
        checks.into_iter().find(|check| check["name"] == "keyring").unwrap()
    };
    assert_eq!((doctor.code, &keyring(&doctor)["ok"]), (0, &json!(true)), "{doctor:?}");
    world.edit("tokens = \"file\"\n", "");
    let config = std::fs::read_to_string(world.path("config.toml")).unwrap();
    let secret = config.split("secret = ").nth(1).unwrap().split('}').next().unwrap();
    world.edit(&format!("{secret}}}"), "\"keyring\"");
    let doctor = world.run(&["doctor", "--json"]);
    assert_eq!(doctor.code, 3, "{doctor:?}");
    assert_eq!(keyring(&doctor)["ok"], false);
    assert!(doctor.err.contains("failed: keyring, a secret found"), "{doctor:?}");
}

#[test]
fn a_secret_command_that_fails_is_named() {
    for (command, said) in [
        ("[\"false\"]", "the secret command `false` failed"),
        ("[\"no-such-program-here\"]", "could not be started"),
        ("[\"true\"]", "is empty"),
    ] {
        let world = World::new(Flavour::DataCenter);
        world.add("pat", &["--secret-env", "NOT_SET"], "");
        world.edit("{ env = \"NOT_SET\" }", &format!("{{ command = {command} }}"));
        let ran = world.run(&["connection", "test", "a", "--json"]);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert_check(&ran, "secret found", &[said, "in a shell"]);
    }
}

#[test]
fn a_token_that_ended_is_told_from_one_that_never_worked() {
    for (flavour, method) in [(Flavour::Cloud, "api-token"), (Flavour::DataCenter, "pat")] {
        let world = World::new(flavour);
        let own = world.sandbox.credentials().clone();
        let (more, secret) = match method {
            "pat" => (vec!["--secret-stdin"], own.pat),
            _ => (vec!["--email", &own.email, "--secret-stdin"], own.api_token),
        };
        assert_eq!(world.add(method, &more, &secret).code, 0);
        let refuse = || {
            world.fault(&json!({"kind": "unauthorized"}), "GET", "/rest/api");
            let ran = world.run(&["connection", "test", "a", "--json"]);
            world.without_faults();
            assert_eq!(ran.code, 3, "{ran:?}");
            failed_check(&ran)
        };
        let before = refuse();
        assert_eq!(world.run(&["sync", "--json"]).code, 0);
        let after = refuse();
        for check in [&before, &after] {
            assert!(check["remedy"].as_str().unwrap().contains("ended"), "{method}: {check}");
        }
        let worked = |check: &Value| {
            check["remedy"]
                .as_str()
                .unwrap()
                .contains("the connection worked until 20")
        };
        assert!(!worked(&before) && worked(&after), "{method}: {before} {after}");
    }
}
