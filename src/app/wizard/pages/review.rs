//! Test and Review: what works, and what would be written.

use crate::app::role::Role;
use crate::app::wizard::sheet::{Input, Sheet};
use crate::app::wizard::{Asked, Button, Field, Item, Page, Testing, Toggle, Wizard};
use crate::config::SecretSource;
use crate::text::clean_line;

use super::{access_word, kind_word};

pub(super) fn test(wizard: &Wizard, sheet: &mut Sheet) {
    let testing = &wizard.test;
    let name = wizard.values.text(Field::Alias);
    sheet.heading(&match (testing.done, testing.is_valid()) {
        (false, _) => format!("Testing {name} …"),
        (true, true) => "Configuration is valid".to_owned(),
        (true, false) => format!("{name} does not work yet"),
    });
    sheet.blank();
    checks(testing, sheet);
    if !testing.done {
        return sheet.buttons(&[(Button::Back, "Back")]);
    }
    match mend(wizard) {
        None => sheet.buttons(&[
            (Button::GoOn, "Go on"),
            (Button::TestAgain, "Test again"),
            (Button::Back, "Back"),
        ]),
        Some(page) => sheet.buttons(&[
            (Button::Mend(page), &format!("Mend it in {}", page.step())),
            (Button::TestAgain, "Test again"),
            (Button::GoOn, "Go on anyway"),
        ]),
    }
}

/// Checks of a test, with what to do about those that fail.
fn checks(testing: &Testing, sheet: &mut Sheet) {
    for check in &testing.checks {
        let text = format!("{}: {}", clean_line(&check.name), clean_line(&check.detail));
        if check.ok {
            sheet.good(&text);
        } else {
            sheet.bad(&text);
        }
        if let Some(remedy) = check.remedy.as_deref().filter(|_| !check.ok) {
            sheet.indented(4, &clean_line(remedy), Role::Info);
        }
    }
}

/// The page that mends the first check that fails.
fn mend(wizard: &Wizard) -> Option<Page> {
    let failed = wizard.test.checks.iter().find(|check| !check.ok);
    let Some(failed) = failed else {
        return (wizard.test.done && wizard.test.checks.is_empty()).then_some(Page::Credentials);
    };
    const OF_SITE: [&str; 9] = [
        "name",
        "reach",
        "tcp",
        "tls",
        "certificate",
        "clock",
        "jira",
        "settings",
        "proxy",
    ];
    let name = failed.name.to_lowercase();
    Some(if OF_SITE.iter().any(|word| name.contains(word)) {
        Page::Site
    } else if name.contains("search") {
        Page::Review
    } else if name.contains("scope") && wizard.values.access == crate::domain::Access::OAuth2Cloud {
        Page::Guide
    } else {
        Page::Credentials
    })
}

pub(super) fn draw(wizard: &Wizard, sheet: &mut Sheet) {
    let Some(draft) = wizard.draft() else { return };
    let connection = &draft.connection;
    sheet.heading("This is what will be written.");
    sheet.blank();
    sheet.fact("Connection", connection.alias.as_str());
    sheet.fact("Site", &connection.url);
    sheet.fact("Jira", kind_word(connection.kind));
    sheet.fact("Sign-in", access_word(wizard.values.access));
    sheet.fact("Secret", &kept_in(connection.method.secret(), draft.secret.is_some()));
    if !wizard.test.is_valid() {
        sheet.warn("the test did not pass");
    }
    sheet.blank();
    let title = if wizard.is_sole() {
        "default: the only connection always is"
    } else {
        "default: used where none is named"
    };
    sheet.toggle(&Item::Toggle(Toggle::Default), connection.default, title);
    sheet.toggle(
        &Item::Toggle(Toggle::ReadOnly),
        connection.read_only,
        "read-only: crosstie never writes to this site",
    );
    sheet.field(
        wizard,
        Input::Field(Field::Scope),
        "Scope",
        "JQL: which issues are kept on this machine",
    );
    sheet.blank();
    changes(wizard, sheet);
    if let Asked::Failed(problem) = &wizard.writing {
        sheet.problem(problem);
    }
    sheet.buttons(&[(Button::Write, "Write"), (Button::Back, "Back")]);
}

fn kept_in(source: &SecretSource, typed: bool) -> String {
    let place = match source {
        SecretSource::Keyring => "the keyring".to_owned(),
        SecretSource::Env(name) => format!("the environment variable {name}"),
        SecretSource::Command(words) => format!("the command {}", words.first().map_or("", String::as_str)),
        SecretSource::File(path) => path.display().to_string(),
    };
    if typed {
        format!("goes to {place}")
    } else {
        format!("read from {place}")
    }
}

fn changes(wizard: &Wizard, sheet: &mut Sheet) {
    let path = wizard
        .prepared
        .got()
        .map_or("the config", |prepared| prepared.config_path.as_str());
    match &wizard.preview {
        Asked::Got(lines) if lines.iter().any(|line| line.starts_with(['+', '-'])) => {
            sheet.text(&format!("Changes in {}:", clean_line(path)), Role::Muted);
            sheet.diff(lines);
        }
        Asked::Got(_) => sheet.text(
            "No line of the config changes; secrets and sign-in are stored.",
            Role::Muted,
        ),
        Asked::Failed(problem) => sheet.problem(problem),
        Asked::No | Asked::Waiting(_) => sheet.text("working out what changes in the config …", Role::Muted),
    }
}
