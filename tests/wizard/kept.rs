//! What works stays as it was until Review is written, byte for byte, whatever happened before.

use std::{collections::BTreeMap, path::Path};

use crosstie::sandbox::Flavour;
use reqwest::Method;
use serde_json::json;

use super::{desk::Desk, site::code_of};

/// The config and everything that is kept for signing in.
fn kept(home: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut kept = BTreeMap::new();
    for folder in [home.to_owned(), home.join("data/secrets"), home.join("data/tokens")] {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let bytes = std::fs::read(&path).unwrap();
                kept.insert(path.display().to_string(), bytes);
            }
        }
    }
    kept
}

fn assert_still_works(desk: &Desk) {
    let tested = desk.run(&["connection", "test", "a", "--json"]);
    assert_eq!(tested.last()["valid"], true, "{tested:?}");
}

#[test]
fn leaving_with_a_typed_secret_changes_nothing() {
    let mut desk = Desk::with(Flavour::DataCenter, |site, home| {
        site.add(home, "pat", &["--secret-stdin"], &site.sandbox.credentials().pat)
    });
    desk.see("● live");
    let before = kept(desk.terminal.home());
    desk.keys("e");
    desk.see("Where is it?");
    desk.see("✓ Jira ");
    desk.go_to("Site");
    desk.keys("\r");
    desk.see("Your personal access token");
    desk.fill_secret("Token", "another-t0ken-altogether");
    desk.keys("\r");
    desk.see("a does not work yet");
    desk.keys("\u{3}");
    desk.see("left; no file was changed");
    assert_eq!(kept(desk.terminal.home()), before);
    assert_still_works(&desk);
    desk.keys("e");
    desk.see("You left a connection half done.");
    desk.enter("Go on with it");
    let screen = desk.see("Your personal access token");
    let text = screen.contents();
    assert!(!text.contains("••"), "the secret was kept: {text}");
    desk.keys("\u{3}");
    desk.see("left; no file was changed");
    desk.assert_unspoken(&["another-t0ken-altogether"]);
    desk.quit();
}

#[test]
fn leaving_after_access_was_granted_again_changes_nothing() {
    let mut desk = Desk::granted(Flavour::Cloud, "oauth2-cloud");
    let before = kept(desk.terminal.home());
    desk.menu("re-authorize");
    let landing = desk.site.press(&desk.address(), "approve");
    desk.site.visit(&landing);
    desk.see("Configuration is valid");
    desk.keys("\u{3}");
    desk.see("left; no file was changed");
    assert_eq!(kept(desk.terminal.home()), before);
    assert_still_works(&desk);
    desk.assert_unspoken(&[&code_of(&landing)]);
    desk.quit();
}

/// A test may have to renew the access token, which ends the refresh token that it was renewed with:
/// the new one must not be lost with the draft.
#[test]
fn a_sign_in_that_a_test_renews_is_not_lost() {
    for leaves in [true, false] {
        let mut desk = Desk::granted(Flavour::DataCenter, "oauth2-data-center");
        desk.site.control(&Method::POST, "/oauth/expire", &json!({}));
        desk.keys("e");
        desk.see("Where is it?");
        desk.see("✓ Jira ");
        desk.go_to("Site");
        desk.keys("\r");
        desk.see("A Jira admin creates an incoming link");
        desk.enter("[ I have id and secret ]");
        desk.see("The link's id and secret");
        desk.enter("[ Go on ]");
        desk.see("This connection is signed in already.");
        desk.enter("[ Go on ]");
        desk.see("Configuration is valid");
        if leaves {
            desk.keys("\u{3}");
            desk.see("left; no file was changed");
        } else {
            desk.write(&[]);
        }
        desk.site.control(&Method::POST, "/oauth/expire", &json!({}));
        assert_still_works(&desk);
        desk.quit();
    }
}
