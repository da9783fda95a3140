//! Methods with a secret alone, from no config at all to issues.

use crosstie::sandbox::Flavour;

use super::desk::Desk;

/// The page that asks for the secret is answered: it is kept in a file, for there is no keyring.
fn answer(desk: &mut Desk, field: Option<(&str, &str)>, (label, secret): (&str, &str)) {
    if let Some((field, text)) = field {
        desk.fill(field, text);
    }
    desk.fill_secret(label, secret);
    desk.choose("a file  that only you may read");
    desk.keys("\r");
}

fn assert_kept(mut desk: Desk, secret: &str) {
    let config = desk.config();
    assert!(
        config.contains("alias = \"work\"") && config.contains("file = "),
        "{config}"
    );
    desk.assert_works("work");
    desk.assert_unspoken(&[secret]);
    desk.quit();
}

#[test]
fn an_api_token_of_cloud() {
    let mut desk = Desk::new(Flavour::Cloud);
    let own = desk.site.sandbox.credentials();
    desk.begin("Jira Cloud", "API token");
    desk.name_site("work");
    desk.see("Your API token");
    answer(&mut desk, Some(("E-mail", &own.email)), ("Token", &own.api_token));
    desk.write(&["alias = \"work\"", "kind = \"cloud\""]);
    assert_kept(desk, &own.api_token);
}

#[test]
fn a_personal_access_token_of_data_center() {
    let mut desk = Desk::at(Flavour::DataCenter, "/jira");
    let own = desk.site.sandbox.credentials();
    desk.begin("Jira Data Center", "personal access token");
    desk.name_site("work");
    desk.see("Your personal access token");
    answer(&mut desk, None, ("Token", &own.pat));
    desk.write(&["alias = \"work\"", "kind = \"data-center\""]);
    assert_kept(desk, &own.pat);
}

#[test]
fn a_user_name_and_a_password_of_data_center() {
    let mut desk = Desk::new(Flavour::DataCenter);
    let own = desk.site.sandbox.credentials();
    desk.begin("Jira Data Center", "user name and password");
    desk.name_site("work");
    desk.see("Your user name and password");
    answer(
        &mut desk,
        Some(("User name", &own.username)),
        ("Password", &own.password),
    );
    desk.write(&["alias = \"work\"", "kind = \"data-center\""]);
    assert_kept(desk, &own.password);
}

/// Its requests go by the gateway, which a config names; the wizard that edits it keeps that.
#[test]
fn a_token_with_scopes_of_cloud() {
    let mut desk = Desk::with(Flavour::Cloud, |site, home| {
        let email = site.sandbox.credentials().email;
        site.add(
            home,
            "api-token",
            &["--email", &email, "--secret-env", "NOBODY_SET_THIS"],
            "",
        )
    });
    let own = desk.site.sandbox.credentials();
    desk.see("◌ auth");
    desk.keys("e");
    desk.see("Your API token");
    desk.choose("a file  that only you may read");
    answer(&mut desk, None, ("Token", &own.scoped_token));
    desk.write(&[]);
    let config = desk.config();
    assert!(
        config.contains("gateway_url") && !config.contains("NOBODY_SET_THIS"),
        "{config}"
    );
    desk.assert_works("a");
    desk.assert_unspoken(&[&own.scoped_token]);
    desk.quit();
}

/// The config only says where a secret is: it stays as it is when the secret is another one.
#[test]
fn a_token_that_is_replaced_is_used_at_once() {
    let mut desk = Desk::with(Flavour::DataCenter, |site, home| {
        site.add(home, "pat", &["--secret-stdin"], "an-0ld-token-that-expired")
    });
    desk.see("◌ auth");
    let before = desk.config();
    let pat = desk.site.sandbox.credentials().pat;
    desk.keys("e");
    desk.see("Your personal access token");
    desk.fill_secret("Token", &pat);
    desk.keys("\r");
    desk.write(&[]);
    assert_eq!(desk.config(), before);
    desk.assert_works("a");
    desk.assert_unspoken(&[&pat, "an-0ld-token-that-expired"]);
    desk.quit();
}
