//! What goes wrong between a person, a browser and the wizard, and the way on from there.

use std::net::TcpListener;

use crosstie::sandbox::Flavour;
use reqwest::Method;
use serde_json::json;
use url::Url;

use super::desk::{Desk, focused};

/// At the address to open, of a connection that was never signed in.
fn waiting(flavour: Flavour, method: &str) -> Desk {
    let mut desk = Desk::with(flavour, |site, home| site.add_granted(home, method));
    desk.menu("re-authorize");
    desk.see("F3 opens it, F2 copies it.");
    desk
}

#[test]
fn the_answer_to_another_attempt_is_refused_and_stays_to_be_corrected() {
    for (method, name) in [("oauth2-data-center", "state"), ("oauth1", "oauth_token")] {
        let mut desk = waiting(Flavour::DataCenter, method);
        let landing = desk.site.press(&desk.address(), "approve");
        let mut wrong = Url::parse(&landing).unwrap();
        let pairs: Vec<(String, String)> = wrong.query_pairs().into_owned().collect();
        wrong
            .query_pairs_mut()
            .clear()
            .extend_pairs(pairs.iter().map(|(known, value)| {
                let value = if known == name { "s0mebody-elses" } else { value };
                (known, value)
            }));
        desk.paste(&format!("{wrong}\n"));
        let screen = desk.see("s0mebody-elses");
        assert!(!screen.contents().contains('✗'), "{}", screen.contents());
        desk.enter("Landed on");
        let screen = desk.see("✗ that belongs to another sign-in attempt");
        assert!(focused(&screen).is_some_and(|row| row.contains("s0mebody-elses")));
        desk.keys("\u{15}");
        desk.paste(&landing);
        desk.enter("Landed on");
        desk.write(&[]);
        desk.assert_works("a");
        desk.quit();
    }
}

#[test]
fn one_goes_back_although_something_is_wrong() {
    let mut desk = waiting(Flavour::DataCenter, "oauth2-data-center");
    desk.paste("nonsense?state=other\n");
    desk.enter("Landed on");
    desk.see("✗ that belongs to another sign-in attempt");
    desk.go_to("Open");
    desk.keys("\u{1b}[Z");
    desk.see("The link's id and secret");
    desk.enter("[ Go on ]");
    let landing = desk.site.press(&desk.address(), "approve");
    desk.site.visit(&landing);
    desk.write(&[]);
    desk.quit();
}

#[test]
fn a_person_who_says_no_can_think_again() {
    for (flavour, method) in [
        (Flavour::Cloud, "oauth2-cloud"),
        (Flavour::DataCenter, "oauth2-data-center"),
        (Flavour::DataCenter, "oauth1"),
    ] {
        let mut desk = waiting(flavour, method);
        let landing = desk.site.press(&desk.address(), "deny");
        desk.site.visit(&landing);
        desk.see("✗ access was denied in the browser");
        let refused = desk.address();
        desk.enter("[ Start anew ]");
        desk.terminal.wait_for("another address", |screen| {
            let text = screen.contents();
            !text.contains('✗') && text.contains("Waiting for the browser on")
        });
        assert_ne!(desk.address(), refused);
        let landing = desk.site.press(&desk.address(), "approve");
        desk.site.visit(&landing);
        desk.write(&[]);
        desk.assert_works("a");
        desk.quit();
    }
}

#[test]
fn a_taken_port_leaves_pasting() {
    let mut desk = Desk::with(Flavour::Cloud, |site, home| site.add_granted(home, "oauth2-cloud"));
    let port = Url::parse(&desk.site.callback).unwrap().port().unwrap();
    let _v4 = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let _v6 = TcpListener::bind(("::1", port));
    desk.menu("re-authorize");
    desk.see(&format!("port {port} of the callback is taken"));
    let landing = desk.site.press(&desk.address(), "approve");
    desk.go_to("Landed on");
    desk.paste(&landing);
    desk.enter("Landed on");
    desk.write(&[]);
    desk.assert_works("a");
    desk.quit();
}

#[test]
fn a_grant_for_several_sites_asks_which() {
    let mut desk = Desk::with(Flavour::Cloud, |site, home| {
        let others = json!([{"name": "other", "products": ["jira"]}, {"name": "wiki", "products": ["confluence"]}]);
        site.control(&Method::PUT, "/oauth/sites", &others);
        site.add_granted(home, "oauth2-cloud")
    });
    let own = desk.site.address("url");
    let file = desk.terminal.home().join("config.toml");
    let config = desk.config();
    std::fs::write(&file, config.replacen(&own, "https://elsewhere.atlassian.net", 1)).unwrap();
    desk.see("elsewhere.atlassian.net");
    desk.menu("re-authorize");
    let landing = desk.site.press(&desk.address(), "approve");
    desk.site.visit(&landing);
    let screen = desk.see("Which one is this connection?");
    let text = screen.contents();
    assert!(text.contains("other") && !text.contains("wiki"), "{text}");
    desk.enter(&own);
    desk.write(&[&format!("url = \"{own}\"")]);
    desk.assert_works("a");
    desk.quit();
}

#[test]
fn an_alias_that_is_taken_is_refused_at_its_field() {
    let mut desk = Desk::with(Flavour::DataCenter, |site, home| {
        site.add(home, "pat", &["--secret-stdin"], &site.sandbox.credentials().pat)
    });
    let url = desk.site.address("url");
    desk.begin("Jira Data Center", "personal access token");
    desk.fill("Site", &url);
    desk.see("✓ Jira Data Center");
    for taken in ["a", "A"] {
        desk.fill("Alias", taken);
        desk.keys("\r");
        let screen = desk.see("✗ ");
        let text = screen.contents();
        assert!(
            text.contains("Where is it?") && focused(&screen).is_some_and(|row| row.starts_with("Alias")),
            "{text}"
        );
    }
    desk.fill("Alias", "second");
    desk.keys("\r");
    desk.see("Your personal access token");
    desk.keys("\u{3}");
    desk.see("left; no file was changed");
    desk.quit();
}
