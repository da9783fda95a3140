//! Secrets that are planted, issued or passed on, looked for in all that any verb says or writes,
//! also where a server repeats what it was sent, and in a panic.

use std::{process::Command, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use crosstie::{
    auth::{self, Vault, keyring::MemoryKeyring, landing::Landing},
    clock::{SharedClock, SystemClock},
    config::{self, Paths},
    jira,
    sandbox::Flavour,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::{
    methods::{add_granted, code_of},
    world::{Ran, World},
};

/// The test below that panics, started as a process of its own.
const CHILD: &str = "planted::the_one_that_panics";

/// Where that one finds its folders.
const FOLDER: &str = "CROSSTIE_TEST_FOLDER";

const VERBS: [&[&str]; 15] = [
    &["connection", "list"],
    &["connection", "list", "--json"],
    &["connection", "list", "--csv"],
    &["connection", "test"],
    &["connection", "test", "a", "--json"],
    &["sync"],
    &["sync", "--census", "--json"],
    &["issues", "--jql", "", "--json"],
    &["issues", "--live", "--jql", "project is not EMPTY", "--json"],
    &["jql", "check", "--connection", "a", "created > 2020-01-01"],
    &["doctor"],
    &["doctor", "--json"],
    &["config", "print"],
    &["config", "check"],
    &["connection", "default", "a"],
];

/// A connection `a` that works, all that was said on the way, and all that must be found nowhere.
struct Planted {
    world: World,
    ran: Vec<Ran>,
    secrets: Vec<String>,
    granted: bool,
}

impl Planted {
    /// A method that needs a secret alone.
    fn alone(flavour: Flavour, method: &str, more: &[&str], which: &str) -> Self {
        let world = World::new(flavour);
        let own = world.sandbox.credentials().clone();
        let (name, secret) = match which {
            "api_token" => (own.email.clone(), own.api_token),
            "scoped_token" => (own.email.clone(), own.scoped_token),
            "pat" => (String::new(), own.pat),
            _ => (own.username.clone(), own.password),
        };
        let mut words = more.to_vec();
        if !name.is_empty() {
            words.push(&name);
        }
        words.push("--secret-stdin");
        let added = world.add(method, &words, &secret);
        assert_eq!(added.code, 0, "{added:?}");
        Self {
            ran: vec![added],
            secrets: vec![STANDARD.encode(format!("{name}:{secret}")), secret],
            granted: false,
            world,
        }
    }

    /// A method that a person grants.
    fn granted(flavour: Flavour, method: &str) -> Self {
        let world = World::new(flavour);
        let added = add_granted(&world, method);
        assert_eq!(added.code, 0, "{added:?}");
        let mut secrets = vec![world.secret()];
        if method == "oauth1" {
            secrets = key_lines(&world.sandbox.credentials().private_key);
        }
        let mut planted = Self {
            ran: vec![added],
            secrets,
            granted: true,
            world,
        };
        let authorized = planted.authorize();
        assert_eq!(authorized.code, 0, "{authorized:?}");
        planted.ran.push(authorized);
        planted.note_tokens();
        planted
    }

    /// Signs in by pasting the landing address.
    fn authorize(&mut self) -> Ran {
        let waiting = self.world.authorize(&[]);
        let landing = self.world.press(&waiting.url(), "approve");
        self.secrets.push(code_of(&landing));
        waiting.paste(&landing)
    }

    /// What the site has issued, by the only file that may hold it.
    fn note_tokens(&mut self) {
        let tokens = self.world.tokens();
        let issued: Vec<String> = ["access", "refresh", "token", "token_secret", "session_handle"]
            .iter()
            .filter_map(|name| tokens[name].as_str())
            .map(str::to_owned)
            .collect();
        assert!(issued.len() >= 2, "{tokens}");
        self.secrets.extend(issued);
    }

    fn every_verb(&mut self) {
        for verb in VERBS {
            self.ran.push(self.world.run(verb));
        }
        if self.granted {
            self.note_tokens();
        }
    }

    fn assert_unspoken(&self) {
        let ran: Vec<&Ran> = self.ran.iter().collect();
        for secret in &self.secrets {
            assert!(secret.len() >= 6, "too short to be looked for: {secret}");
        }
        let secrets: Vec<&str> = self.secrets.iter().map(String::as_str).collect();
        self.world.assert_unspoken(&ran, &secrets);
        // A token that was cut is one for whoever knows the rest.
        let beginnings: Vec<&str> = secrets.iter().map(|secret| &secret[..secret.len().min(24)]).collect();
        self.world.assert_unspoken(&ran, &beginnings);
    }
}

/// The lines of a key that are the key.
fn key_lines(pem: &str) -> Vec<String> {
    let lines = pem.lines().filter(|line| !line.contains("---"));
    // The first line of a PKCS#8 key says only what it is.
    let lines: Vec<String> = lines
        .skip(1)
        .filter(|line| line.len() > 20)
        .map(str::to_owned)
        .collect();
    assert!(lines.len() > 5, "{}", lines.len());
    lines
}

fn every_method() -> Vec<Planted> {
    let (cloud, lab) = (Flavour::Cloud, Flavour::DataCenter);
    vec![
        Planted::alone(cloud, "api-token", &["--email"], "api_token"),
        Planted::alone(cloud, "api-token", &["--email"], "scoped_token"),
        Planted::alone(lab, "pat", &[], "pat"),
        Planted::alone(lab, "basic", &["--username"], "password"),
        Planted::granted(cloud, "oauth2-cloud"),
        Planted::granted(lab, "oauth2-data-center"),
        Planted::granted(lab, "oauth1"),
        Planted::granted(cloud, "oauth1"),
    ]
}

#[test]
fn nothing_that_any_verb_says_or_writes_holds_a_secret() {
    for mut planted in every_method() {
        planted.every_verb();
        for ran in &planted.ran {
            let is_doctor = ran.out.contains("keyring");
            assert!(ran.code == 0 || is_doctor, "{ran:?}");
        }
        if planted.granted {
            planted.world.control(&Method::POST, "/oauth/expire", &json!({}));
            planted.ran.push(planted.world.run(&["sync", "--json"]));
            planted.note_tokens();
        }
        planted.ran.push(planted.world.run(&["connection", "rename", "a", "b"]));
        planted
            .ran
            .push(planted.world.run(&["connection", "remove", "b", "--json"]));
        planted.assert_unspoken();
    }
    let world = World::new(Flavour::Cloud);
    for more in [&[][..], &["--json"]] {
        let file = world.path(&format!("made{}.secret", more.len())).display().to_string();
        let words = [&["keygen", "--out", &file], more].concat();
        let ran = world.run(&words);
        assert_eq!(ran.code, 0, "{ran:?}");
        let lines = key_lines(&std::fs::read_to_string(file).unwrap());
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        world.assert_unspoken(&[&ran], &lines);
    }
}

#[test]
fn what_a_server_repeats_is_hidden() {
    for mut planted in every_method() {
        let method = planted.ran[0].last()["method"].clone();
        for status in [400, 401, 403, 500] {
            let echo = json!({"kind": "echo", "status": status});
            planted.world.fault(&echo, "GET", "/rest/api");
            planted.world.fault(&echo, "POST", "/rest/api");
            for verb in [VERBS[4], VERBS[6], VERBS[8]] {
                planted.ran.push(planted.world.run(verb));
            }
            planted.world.without_faults();
        }
        let hidden = |ran: &Ran| format!("{}{}", ran.out, ran.err).contains("[hidden]");
        assert!(planted.ran.iter().any(hidden), "{method}: nothing was repeated at all");
        if planted.granted {
            repeat_while_tokens_are_issued(&mut planted);
        }
        planted.assert_unspoken();
    }
}

/// The endpoints that issue tokens get more than any other: secret, code, refresh token.
fn repeat_while_tokens_are_issued(planted: &mut Planted) {
    planted.world.control(&Method::POST, "/oauth/expire", &json!({}));
    for path in [
        "/oauth/token",
        "/rest/oauth2/latest/token",
        "/plugins/servlet/oauth/access-token",
    ] {
        planted
            .world
            .fault(&json!({"kind": "echo", "status": 400}), "POST", path);
    }
    let refused = [planted.world.run(&["sync", "--json"]), planted.authorize()];
    for ran in refused {
        assert_ne!(ran.code, 0, "{ran:?}");
        planted.ran.push(ran);
    }
    planted.note_tokens();
}

#[test]
fn a_panic_with_everything_in_its_hands_tells_no_secret() {
    for mut planted in [
        Planted::granted(Flavour::Cloud, "oauth2-cloud"),
        Planted::granted(Flavour::DataCenter, "oauth1"),
        Planted::alone(Flavour::Cloud, "api-token", &["--email"], "api_token"),
    ] {
        let output = Command::new(std::env::current_exe().unwrap())
            .args([CHILD, "--exact", "--ignored", "--nocapture"])
            .env(FOLDER, planted.world.path(""))
            .env("CROSSTIE_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let ran = Ran {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        };
        assert_eq!(ran.code, 1, "{ran:?}");
        let log = std::fs::read_to_string(planted.world.path("data/crosstie.log")).unwrap();
        for told in [&ran.err, &log] {
            assert!(
                told.contains("everything in hand") && told.contains("ConnectionConfig"),
                "{told}"
            );
        }
        planted.ran.push(ran);
        planted.assert_unspoken();
    }
}

#[test]
#[ignore = "ends its whole process: only to be run by the story above"]
fn the_one_that_panics() {
    let folder = std::path::PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let paths = Paths {
        config: folder.join("config.toml"),
        data: folder.join("data"),
        home: None,
    };
    crosstie::cli::log_file::start(&paths.log());
    crosstie::runtime::terminal::install_panic_hook(paths.log());
    let config = config::load(&paths).unwrap().config;
    let connection = config.connection("a").unwrap();
    let clock: SharedClock = Arc::new(SystemClock);
    let vault = Vault::new(paths.data.clone(), Arc::new(MemoryKeyring::default()));
    let means = jira::means(connection, &vault, clock.clone()).unwrap();
    let in_hand = Runtime::new().unwrap().block_on(async {
        let secret = auth::resolve(connection.method.secret(), &connection.alias, &vault).await;
        let signer = auth::signer(connection, &means).await;
        let client = jira::Client::open(connection, &vault, clock).await;
        let tokens = vault.tokens(&connection.alias, connection.tokens).await;
        let attempt = auth::begin(connection, &means).await;
        let expected = attempt.as_ref().map(auth::Attempt::expected);
        let landing = expected
            .as_ref()
            .map(|expected| Landing::read("c0de-of-a-person", expected));
        format!("{secret:?} {signer:?} {client:?} {tokens:?} {landing:?} {expected:?} {attempt:?}")
    });
    panic!("everything in hand: {connection:?} {vault:?} {means:?} {in_hand}");
}

#[test]
fn the_config_holds_where_secrets_are_and_nothing_of_them() {
    let planted = Planted::granted(Flavour::Cloud, "oauth2-cloud");
    let text = std::fs::read_to_string(planted.world.path("config.toml")).unwrap();
    let config: Value = serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
    let auth = &config["connection"][0]["auth"];
    assert!(auth["secret"]["file"].is_string(), "{auth}");
    planted.assert_unspoken();
}
