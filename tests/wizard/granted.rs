//! Methods that a person grants in a browser, which is this test.

use crosstie::sandbox::Flavour;
use reqwest::Method;
use serde_json::json;

use super::{
    desk::{Desk, focused},
    site::{assert_unwritten, code_of},
};

/// How what the browser was given reaches the program.
#[derive(Debug, Clone, Copy)]
enum Back {
    Callback,
    Address,
    Code,
}

/// Allows access and brings back the answer.
fn allow(desk: &mut Desk, back: Back) -> String {
    let landing = desk.site.press(&desk.address(), "approve");
    match back {
        Back::Callback => {
            desk.see("Waiting for the browser on");
            let page = desk.site.visit(&landing);
            assert!(page.contains("close"), "{page}");
            return landing;
        }
        // A line break in what is pasted does not submit it.
        Back::Address => desk.paste(&format!("  {landing}\n")),
        Back::Code => desk.paste(&format!("'{}'\n", code_of(&landing))),
    }
    let screen = desk.terminal.wait_for("what was pasted", |screen| {
        focused(screen).is_some_and(|row| row.starts_with("Landed on") && row.len() > 30 && !row.contains("[  "))
    });
    let text = screen.contents();
    assert!(text.contains("[ Verify ]") && text.contains(" left"), "{text}");
    desk.enter("Landed on");
    landing
}

/// The code was seen where it was pasted, and nowhere else.
fn assert_signed_in(mut desk: Desk, alias: &str, secret: &str, landing: &str) {
    desk.assert_works(alias);
    desk.assert_unspoken(&[secret]);
    assert_unwritten(desk.terminal.home(), &code_of(landing));
    desk.quit();
}

/// Id and secret of the sandbox's client.
fn client(desk: &mut Desk) {
    let secret = desk.site.secret();
    desk.choose("a file  that only you may read");
    desk.fill("Client ID", "sandbox-client");
    desk.fill_secret("Secret", &secret);
    desk.choose("a file  in the data folder");
    desk.keys("\r");
}

#[test]
fn oauth_2_of_data_center_from_nothing() {
    let mut desk = Desk::new(Flavour::DataCenter);
    let callback = desk.site.callback.clone();
    desk.begin("Jira Data Center", "OAuth 2.0");
    desk.name_site("work");
    desk.see("A Jira admin creates an incoming link");
    desk.fill("Redirect URL", &callback);
    desk.enter("[ I have id and secret ]");
    desk.see("The link's id and secret");
    client(&mut desk);
    let address = desk.address();
    desk.keys("\u{1b}OQ");
    assert_eq!(desk.copied(), address);
    let landing = allow(&mut desk, Back::Callback);
    desk.write(&["alias = \"work\"", "kind = \"data-center\""]);
    let secret = desk.site.secret();
    assert_signed_in(desk, "work", &secret, &landing);
}

/// The key is made by the wizard; its public half is what an admin enters in Jira.
#[test]
fn oauth_1_of_data_center_from_nothing_with_a_key_made_here() {
    let mut desk = Desk::at(Flavour::DataCenter, "/jira");
    desk.begin("Jira Data Center", "OAuth 1.0a");
    desk.name_site("work");
    desk.see("The key that crosstie signs with");
    desk.fill("Consumer key", "our-crosstie");
    desk.choose("a file  in the data folder");
    desk.keys("\r");
    desk.see("A Jira admin enters these values");
    desk.go_to("… one line");
    desk.keys("y");
    let link = json!({"consumer_key": "our-crosstie", "public_key": desk.copied()});
    desk.site.control(&Method::POST, "/oauth/links", &link);
    desk.enter("[ It is entered ]");
    let landing = allow(&mut desk, Back::Code);
    desk.write(&["alias = \"work\"", "kind = \"data-center\""]);
    let config = desk.config();
    assert!(config.contains("consumer_key = \"our-crosstie\""), "{config}");
    assert_signed_in(desk, "work", "PRIVATE KEY", &landing);
}

#[test]
fn oauth_2_of_cloud_in_place_of_a_token() {
    let mut desk = Desk::with(Flavour::Cloud, |site, home| {
        let more = ["--email", "me@example.com", "--secret-env", "NOBODY_SET_THIS"];
        site.add(home, "api-token", &more, "")
    });
    desk.see("◌ auth");
    desk.keys("e");
    desk.see("Your API token");
    desk.keys("\u{1b}");
    desk.see("Where is it?");
    desk.keys("\u{1b}");
    desk.see("How will crosstie sign in");
    desk.enter("OAuth 2.0");
    desk.see("✓ Jira Cloud");
    desk.keys("\r");
    desk.see("Create an app of your own");
    desk.enter("[ I have id and secret ]");
    desk.see("The app's id and secret");
    client(&mut desk);
    let landing = allow(&mut desk, Back::Address);
    desk.write(&[]);
    let secret = desk.site.secret();
    assert!(desk.config().contains("method = \"oauth2-cloud\""), "{}", desk.config());
    assert_signed_in(desk, "a", &secret, &landing);
}

#[test]
fn oauth_2_of_cloud_again_from_the_menu() {
    let mut desk = Desk::with(Flavour::Cloud, |site, home| site.add_granted(home, "oauth2-cloud"));
    desk.menu("re-authorize");
    let landing = allow(&mut desk, Back::Code);
    desk.write(&[]);
    let secret = desk.site.secret();
    assert_signed_in(desk, "a", &secret, &landing);
}

#[test]
fn oauth_1_of_cloud_again_from_the_menu() {
    let mut desk = Desk::with(Flavour::Cloud, |site, home| site.add_granted(home, "oauth1"));
    desk.menu("re-authorize");
    let landing = allow(&mut desk, Back::Callback);
    desk.write(&[]);
    assert_signed_in(desk, "a", "PRIVATE KEY", &landing);
}

/// A private key that somebody has already, as it comes out of a mail: with blanks around it.
#[test]
fn oauth_1_with_a_pasted_key() {
    let mut desk = Desk::new(Flavour::DataCenter);
    let own = desk.site.sandbox.credentials();
    desk.begin("Jira Data Center", "OAuth 1.0a");
    desk.name_site("work");
    desk.see("The key that crosstie signs with");
    desk.fill("Consumer key", &own.consumer_key);
    desk.choose("paste one");
    desk.go_to("Private key");
    desk.paste(&format!("\n  {}\n", own.private_key.trim().replace('\n', "\n  ")));
    desk.see(" characters");
    desk.choose("a file  in the data folder");
    desk.keys("\r");
    desk.see("A Jira admin enters these values");
    desk.enter("[ It is entered ]");
    let landing = allow(&mut desk, Back::Address);
    desk.write(&["alias = \"work\""]);
    assert_signed_in(desk, "work", own.private_key.lines().nth(3).unwrap(), &landing);
}
