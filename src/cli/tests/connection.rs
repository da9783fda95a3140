//! `connection add`, `authorize`, `rename`, `default`, `remove`: what is asked for, and what is said.

use super::*;

/// The arguments of `add` for each method, and what must stand in the config for it.
#[test]
fn each_method_is_written_from_arguments_alone() {
    let table: [(&str, &[&str]); 7] = [
        (
            "a --kind cloud --method api-token --subdomain acme --email me@acme.com --secret-env TOKEN",
            &[
                "url = \"https://acme.atlassian.net\"",
                r#"auth = { method = "api-token", email = "me@acme.com", secret = { env = "TOKEN" } }"#,
            ],
        ),
        (
            "a --kind cloud --method oauth2-cloud --url https://acme.atlassian.net/jira/for-you --client-id id --secret-stdin --callback http://localhost:1234/cb",
            &[
                "url = \"https://acme.atlassian.net\"",
                "callback = \"http://localhost:1234/cb\"",
                r#"auth = { method = "oauth2-cloud", client_id = "id", secret = "keyring" }"#,
            ],
        ),
        (
            "a --kind data-center --method oauth1 --url https://jira.acme.com/jira/browse/PAY-1 --consumer-key crosstie --private-key /keys/jira.pem --tokens file",
            &[
                "kind = \"data-center\"",
                "url = \"https://jira.acme.com/jira\"",
                "tokens = \"file\"",
                r#"auth = { method = "oauth1", consumer_key = "crosstie", private_key = { file = "/keys/jira.pem" } }"#,
            ],
        ),
        (
            "a --kind cloud --method oauth1 --subdomain acme --consumer-key crosstie --secret-env KEY",
            &[r#"auth = { method = "oauth1", consumer_key = "crosstie", private_key = { env = "KEY" } }"#],
        ),
        (
            "a --kind data-center --method oauth2-data-center --url jira.acme.com --client-id id --secret-file /s --default",
            &[
                "default = true",
                r#"auth = { method = "oauth2-data-center", client_id = "id", secret = { file = "/s" } }"#,
            ],
        ),
        (
            "a --kind data-center --method pat --url http://127.0.0.1:8080 --secret-env PAT --ca /ca.pem --proxy http://proxy:3128",
            &[
                "url = \"http://127.0.0.1:8080\"",
                "ca = \"/ca.pem\"",
                "proxy = \"http://proxy:3128\"",
                r#"auth = { method = "pat", secret = { env = "PAT" } }"#,
            ],
        ),
        (
            "a --kind data-center --method basic --url https://jira.acme.com --username me --secret-env PW --frontend-url https://work.acme.com",
            &[
                "frontend_url = \"https://work.acme.com\"",
                r#"auth = { method = "basic", username = "me", secret = { env = "PW" } }"#,
            ],
        ),
    ];
    for (line, expected) in table {
        let fake = Fake::default();
        let mut words = vec!["connection", "add"];
        words.extend(line.split(' '));
        let ran = World::new("").run(&fake, &words);
        assert_eq!(ran.exit, Exit::Done, "{line}: {}", ran.err);
        let written = fake.written.borrow();
        for expected in expected {
            assert!(written.contains(expected), "{line}: {expected} is not in\n{written}");
        }
        assert!(
            !format!("{}{}{:?}{written}", ran.out, ran.err, fake.asked).contains("pl4nted"),
            "{line}"
        );
    }
}

#[test]
fn arguments_that_make_no_connection_are_wrong_usage() {
    for (line, said) in [
        (
            "a --kind cloud --method api-token --subdomain acme --email e@x",
            "the secret is missing",
        ),
        (
            "a --kind data-center --method oauth1 --url https://j.x --consumer-key c",
            "--private-key FILE",
        ),
        (
            "a --kind data-center --method pat --url http://jira.acme.com --secret-env X",
            "--url: ",
        ),
        (
            "a --kind cloud --method api-token --subdomain b!c --email e@x --secret-env X",
            "--subdomain: ",
        ),
        (
            "a --kind data-center --method pat --url https://j.x --private-key f",
            "--private-key belongs to",
        ),
    ] {
        let fake = Fake::default();
        let mut words = vec!["connection", "add"];
        words.extend(line.split(' '));
        let ran = World::new("").run(&fake, &words);
        assert_eq!(ran.exit, Exit::Usage, "{line}: {}", ran.err);
        assert!(ran.err.contains(said), "{line}: {}", ran.err);
        assert!(fake.asked.borrow().is_empty());
    }
}

#[test]
fn what_was_added_says_what_must_follow() {
    let add = |method: &str, more: &[&str]| {
        let mut words = vec![
            "connection",
            "add",
            "lab",
            "--json",
            "--kind",
            "data-center",
            "--method",
            method,
        ];
        words.extend(["--url", "https://jira.acme.com", "--secret-env", "X"]);
        words.extend(more);
        World::new(CONFIG).run(&Fake::default(), &words).out
    };
    insta::assert_snapshot!(add("pat", &[]), @r#"{"alias":"lab","kind":"data-center","url":"https://jira.acme.com","method":"pat","config":"~/config.toml","needs_authorization":false}"#);
    insta::assert_snapshot!(add("oauth2-data-center", &["--client-id", "i"]), @r#"{"alias":"lab","kind":"data-center","url":"https://jira.acme.com","method":"oauth2-data-center","config":"~/config.toml","needs_authorization":true}"#);
}

#[test]
fn an_authorization_prints_its_address_first_and_the_test_last() {
    let world = World::new(&format!("{CONFIG}{GRANTED}"));
    let fake = Fake::default();
    let ran = world.run(
        &fake,
        &[
            "connection",
            "authorize",
            "app",
            "--json",
            "--site",
            "https://acme.atlassian.net",
        ],
    );
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    insta::assert_snapshot!(ran.out, @r#"
    {"authorization_url":"https://auth.example.com/authorize?x=1"}
    {"alias":"app","valid":true,"checks":[{"name":"server","ok":true,"detail":"Jira Cloud","remedy":null}]}
    "#);
    let ran = world.run(&fake, &["connection", "authorize", "acme"]);
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("needs no browser"), "{}", ran.err);
}

#[test]
fn a_browser_opens_by_itself_where_a_person_looks_on() {
    let mut world = World::new(&format!("{CONFIG}{GRANTED}"));
    let opened = |world: &World, fake: &Fake, more: &[&str]| {
        let words = [&["connection", "authorize", "app"], more].concat();
        let ran = world.run(fake, &words);
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        let asked = fake.asked.borrow();
        (asked.iter().any(|asked| asked.contains("\"open\"")), ran)
    };
    let (is_open, _) = opened(&world, &Fake::default(), &[]);
    assert!(!is_open, "nobody looks on");
    world.look.interactive = true;
    let (is_open, _) = opened(&world, &Fake::default(), &["--json"]);
    assert!(!is_open, "a script asks");
    let (is_open, ran) = opened(&world, &Fake::default(), &[]);
    assert!(is_open);
    insta::assert_snapshot!(ran.err, @r#"
    note: the key is small
    valid: until 2026-01-31 12:10; after that, begin again
    open it: in a browser; http://localhost:8976/callback is waiting. On another machine, paste the landing address or the code here
    "#);
    let missing = Fake {
        without_browser: true,
        ..Fake::default()
    };
    let (_, ran) = opened(&world, &missing, &[]);
    assert!(
        ran.out.starts_with("https://auth.example.com/authorize?x=1\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.err
            .contains("note: no browser could be opened here: no program for it"),
        "{}",
        ran.err
    );
}

#[test]
fn changes_name_a_connection_that_there_is() {
    let world = World::new(CONFIG);
    let fake = Fake::default();
    for (words, asked) in [
        (&["rename", "acme", "work"][..], "Rename"),
        (&["default", "OLD"], "Default(Alias(\\\"old\\\"))"),
        (&["remove", "old", "--json"], "Remove(Alias(\\\"old\\\"))"),
    ] {
        let words: Vec<&str> = ["connection"].iter().chain(words).copied().collect();
        let ran = world.run(&fake, &words);
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        let last = fake.asked.borrow().last().cloned().unwrap();
        assert!(last.contains(asked), "{last}");
    }
    let ran = world.run(&fake, &["connection", "remove", "acne"]);
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("did you mean acme?"), "{}", ran.err);
}
