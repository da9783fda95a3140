//! Credentials: ids and secrets, and where the secrets are kept.

use crate::app::role::Role;
use crate::app::wizard::sheet::{Input, Sheet};
use crate::app::wizard::values::{KeyFrom, Place};
use crate::app::wizard::{Asked, Field, Item, Wizard};
use crate::config::TokenStore;
use crate::domain::Access;

use super::{back_and_on, where_to_create};

pub(super) fn draw(wizard: &Wizard, sheet: &mut Sheet) {
    let access = wizard.values.access;
    sheet.heading(match access {
        Access::ApiToken => "Your API token",
        Access::OAuth2Cloud => "The app's id and secret",
        Access::OAuth1 => "The key that crosstie signs with",
        Access::OAuth2DataCenter => "The link's id and secret",
        Access::Pat => "Your personal access token",
        Access::Basic => "Your user name and password",
    });
    let site = wizard.site().unwrap_or_default();
    let here = matches!(access, Access::ApiToken | Access::Pat);
    if let Some((name, url)) = where_to_create(access, &site).filter(|_| here) {
        sheet.text("Create one there; o opens it, y copies the address:", Role::Muted);
        sheet.value(name, &url, Role::Link);
    }
    sheet.blank();
    match access {
        Access::ApiToken => {
            let help = "of the account that made the token; another one is refused";
            sheet.field(wizard, Input::Field(Field::Email), "E-mail", help);
        }
        Access::OAuth2Cloud | Access::OAuth2DataCenter => {
            sheet.field(wizard, Input::Field(Field::ClientId), "Client ID", "");
        }
        Access::OAuth1 => {
            let help = "the same name is typed into Jira";
            sheet.field(wizard, Input::Field(Field::ConsumerKey), "Consumer key", help);
        }
        Access::Pat => {}
        Access::Basic => sheet.field(wizard, Input::Field(Field::Username), "User name", ""),
    }
    if access == Access::OAuth1 {
        key(wizard, sheet);
    } else {
        place(wizard, sheet);
    }
    if access.is_granted() {
        tokens(wizard, sheet);
    }
    back_and_on(sheet, "Go on");
}

/// The secret as it is called here.
fn word(access: Access) -> &'static str {
    match access {
        Access::ApiToken | Access::Pat => "Token",
        Access::OAuth2Cloud | Access::OAuth2DataCenter => "Secret",
        Access::OAuth1 => "Private key",
        Access::Basic => "Password",
    }
}

fn secret(wizard: &Wizard, sheet: &mut Sheet) {
    let help = if wizard.keeps_secret() {
        "leave empty to keep the one that is stored"
    } else if wizard.values.access == Access::OAuth1 {
        "PEM in any form; missing first and last lines and stray blanks do not matter"
    } else if wizard.values.place == Place::File {
        "leave empty if a file of yours holds it already"
    } else {
        "never shown; it goes where you choose below"
    };
    sheet.field(wizard, Input::Secret, word(wizard.values.access), help);
}

fn place(wizard: &Wizard, sheet: &mut Sheet) {
    if wizard.values.asks_secret() {
        secret(wizard, sheet);
    }
    sheet.blank();
    sheet.text(&format!("{} is kept in", word(wizard.values.access)), Role::Muted);
    for (place, title, sentence) in [
        (Place::Keyring, "the keyring", "of the operating system; recommended"),
        (Place::File, "a file", "that only you may read (0600)"),
        (
            Place::Env,
            "an environment variable",
            "set where crosstie is started; nothing is stored",
        ),
        (
            Place::Command,
            "a command",
            "of a password manager, run when it is needed",
        ),
    ] {
        let item = Item::Place(place);
        sheet.choice(&item, wizard.values.place == place, title, sentence, "");
        told(wizard, &item, sheet);
        if wizard.values.place == place {
            place_field(wizard, sheet);
        }
    }
}

fn told(wizard: &Wizard, item: &Item, sheet: &mut Sheet) {
    if let Some(flaw) = wizard.told_flaw(item) {
        sheet.bad(&flaw);
    }
}

fn place_field(wizard: &Wizard, sheet: &mut Sheet) {
    match wizard.values.place {
        Place::Keyring => {}
        Place::File if wizard.values.secret.is_empty() => {
            let help = "your own, which holds it already";
            sheet.field(wizard, Input::Field(Field::File), "  File", help);
        }
        Place::File => {
            let usual = wizard.values.usual_file(&wizard.folder());
            sheet.indented(4, &usual.display().to_string(), Role::Code);
        }
        Place::Env => {
            let help = format!("its name; empty: {}", wizard.values.usual_env());
            sheet.field(wizard, Input::Field(Field::Env), "  Variable", &help);
        }
        Place::Command => {
            sheet.field(wizard, Input::Field(Field::Command), "  Command", "pass show jira/acme");
        }
    }
}

/// OAuth 1.0a: where the private key comes from.
fn key(wizard: &Wizard, sheet: &mut Sheet) {
    sheet.blank();
    sheet.text("The private key", Role::Muted);
    let has_one = wizard.base().is_some_and(|base| base.access() == Access::OAuth1);
    let mut ways = vec![
        (
            KeyFrom::Made(2048),
            "make a key pair here",
            "2048 bits, in a file only you may read",
        ),
        (KeyFrom::Made(4096), "make a longer one", "4096 bits"),
        (KeyFrom::Pasted, "paste one", "kept where the tokens are"),
        (
            KeyFrom::File,
            "it is in a file",
            "PKCS#1 or PKCS#8, without a pass phrase",
        ),
        (KeyFrom::Env, "an environment variable", "holds it"),
        (KeyFrom::Command, "a command", "prints it"),
    ];
    if has_one {
        ways.insert(0, (KeyFrom::Kept, "the one that is configured", ""));
    }
    for (from, title, sentence) in ways {
        let on = wizard.values.key_from == from;
        sheet.choice(&Item::KeyFrom(from), on, title, sentence, "");
        if on {
            key_field(wizard, from, sheet);
        }
    }
    match &wizard.key {
        Asked::Waiting(_) => sheet.text("one moment, the key …", Role::Info),
        Asked::Failed(problem) => sheet.problem(problem),
        Asked::No | Asked::Got(_) => {}
    }
}

fn key_field(wizard: &Wizard, from: KeyFrom, sheet: &mut Sheet) {
    match from {
        KeyFrom::Kept | KeyFrom::Made(_) => {}
        KeyFrom::Pasted => secret(wizard, sheet),
        KeyFrom::File => sheet.field(wizard, Input::Field(Field::File), "  File", ""),
        KeyFrom::Env => {
            let help = format!("its name; empty: {}", wizard.values.usual_env());
            sheet.field(wizard, Input::Field(Field::Env), "  Variable", &help);
        }
        KeyFrom::Command => sheet.field(wizard, Input::Field(Field::Command), "  Command", ""),
    }
}

/// Where the tokens are kept that Jira issues.
fn tokens(wizard: &Wizard, sheet: &mut Sheet) {
    sheet.blank();
    sheet.text("The tokens that Jira issues are kept in", Role::Muted);
    for (store, title, sentence) in [
        (TokenStore::Keyring, "the keyring", "recommended"),
        (
            TokenStore::File,
            "a file",
            "in the data folder, that only you may read (0600)",
        ),
    ] {
        let item = Item::Tokens(store);
        sheet.choice(&item, wizard.values.tokens == store, title, sentence, "");
        told(wizard, &item, sheet);
    }
}
