//! Every method from nothing to issues.

use crosstie::sandbox::Flavour;

pub(crate) use crate::site::code_of;
use crate::world::{Ran, World};

/// The connection works: the test says so, and issues come.
fn assert_works(world: &World, tested: &Ran) {
    let report = tested.last();
    assert_eq!(report["alias"], "a");
    assert_eq!(report["valid"], true, "{tested:?}");
    assert_eq!(tested.code, 0);
    let pulled = world.run(&["sync", "--json"]);
    assert_eq!(pulled.code, 0, "{pulled:?}");
    assert!(pulled.last()["received"].as_u64().unwrap() > 10, "{pulled:?}");
}

#[test]
fn methods_with_a_secret_alone() {
    let table: [(Flavour, &str, &[&str], &str); 4] = [
        (Flavour::Cloud, "api-token", &["--email", "EMAIL"], "api_token"),
        (Flavour::Cloud, "api-token", &["--email", "EMAIL"], "scoped_token"),
        (Flavour::DataCenter, "pat", &[], "pat"),
        (Flavour::DataCenter, "basic", &["--username", "USER"], "password"),
    ];
    for (flavour, method, more, which) in table {
        for way in ["--secret-stdin", "--secret-file", "--secret-env"] {
            let world = World::new(flavour);
            let own = world.sandbox.credentials().clone();
            let secret = match which {
                "api_token" => own.api_token,
                "scoped_token" => own.scoped_token,
                "pat" => own.pat,
                _ => own.password,
            };
            let file = world.file("own.secret", &format!("{secret}\n"));
            let mut words: Vec<&str> = more
                .iter()
                .map(|word| match *word {
                    "EMAIL" => own.email.as_str(),
                    "USER" => own.username.as_str(),
                    other => other,
                })
                .collect();
            let input = match way {
                "--secret-stdin" => {
                    words.push(way);
                    format!("{secret}\n")
                }
                "--secret-file" => {
                    words.extend([way, &file]);
                    String::new()
                }
                _ => {
                    words.extend([way, "OWN_SECRET"]);
                    String::new()
                }
            };
            let added = world.add(method, &words, &input);
            assert_eq!(added.code, 0, "{method} {way}: {added:?}");
            if way == "--secret-env" {
                let missing = world.run(&["connection", "test", "a", "--json"]);
                assert_eq!(missing.code, 3, "{missing:?}");
                assert_eq!(missing.last()["checks"][0]["name"], "secret found");
                continue;
            }
            let tested = world.run(&["connection", "test", "a", "--json"]);
            assert_works(&world, &tested);
            world.assert_unspoken(&[&added, &tested], &[&secret]);
        }
    }
}

/// How the browser's answer reaches the program.
#[derive(Debug, Clone, Copy)]
enum Back {
    Callback,
    Address,
    Code,
}

#[test]
fn methods_that_a_person_grants() {
    let table = [
        (Flavour::Cloud, "", "oauth2-cloud"),
        (Flavour::Cloud, "", "oauth1"),
        (Flavour::DataCenter, "", "oauth2-data-center"),
        (Flavour::DataCenter, "/jira", "oauth1"),
    ];
    for (flavour, context, method) in table {
        for back in [Back::Callback, Back::Address, Back::Code] {
            let world = World::at(flavour, context);
            let added = add_granted(&world, method);
            assert_eq!(added.code, 0, "{method}: {added:?}");
            assert_eq!(added.last()["needs_authorization"], true);
            let before = world.run(&["connection", "test", "a", "--json"]);
            assert_eq!(before.code, 3, "{before:?}");
            let waiting = world.authorize(&[]);
            let landing = world.press(&waiting.url(), "approve");
            assert!(landing.starts_with(&world.callback), "{landing}");
            let tested = match back {
                Back::Callback => {
                    let page = world.visit(&landing);
                    assert!(page.contains("close"), "{page}");
                    waiting.end()
                }
                Back::Address => waiting.paste(&format!("  {landing}")),
                Back::Code => waiting.paste(&format!("'{}'", code_of(&landing))),
            };
            assert_eq!(tested.code, 0, "{method} {back:?}: {tested:?}");
            assert_works(&world, &tested);
            let code = code_of(&landing);
            world.assert_unspoken(&[&added, &tested], &[&world.secret(), &code, "PRIVATE KEY"]);
        }
    }
}

/// Adds the connection `a` with the sandbox's own client or consumer.
pub(crate) fn add_granted(world: &World, method: &str) -> Ran {
    world.add_granted(method)
}

#[test]
fn connections_are_renamed_made_default_and_removed() {
    let world = World::new(Flavour::DataCenter);
    assert_eq!(add_granted(&world, "oauth2-data-center").code, 0);
    let waiting = world.authorize(&[]);
    let landing = world.press(&waiting.url(), "approve");
    world.visit(&landing);
    assert_eq!(waiting.end().code, 0);
    assert_eq!(world.run(&["sync", "--json"]).code, 0);
    let renamed = world.run(&["connection", "rename", "a", "work", "--json"]);
    assert_eq!(
        (renamed.code, renamed.last()["alias"].as_str()),
        (0, Some("work")),
        "{renamed:?}"
    );
    let tested = world.run(&["connection", "test", "work", "--json"]);
    assert_eq!(tested.last()["valid"], true, "its tokens came along: {tested:?}");
    let cached = world.run(&["issues", "--connection", "work", "--jql", "", "--json"]);
    assert!(
        cached.last()["total"].as_u64().unwrap() > 10,
        "its cache came along: {cached:?}"
    );
    assert_eq!(world.run(&["connection", "default", "work"]).code, 0);
    let list = world.run(&["connection", "list", "--json"]).last();
    assert_eq!(
        (list[0]["default"].as_bool(), list[0]["method"].as_str()),
        (Some(true), Some("oauth2-data-center"))
    );
    assert_eq!(list[0]["secret_ending"].as_str().unwrap().chars().count(), 4);
    let removed = world.run(&["connection", "remove", "work", "--json"]);
    assert_eq!(removed.code, 0, "{removed:?}");
    assert!(removed.last()["removed_issues"].as_u64().unwrap() > 10);
    assert!(
        removed.last()["revoke_at"].as_str().unwrap().contains("authorized"),
        "{removed:?}"
    );
    assert_eq!(
        world.run(&["connection", "list", "--json"]).last(),
        serde_json::json!([])
    );
    let data = world.path("data");
    for folder in ["tokens", "secrets"] {
        let left = std::fs::read_dir(data.join(folder)).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{folder}");
    }
}
