//! OAuth 1.0a: every value to type into Jira's application link, in Jira's order.

use url::Url;

use crate::app::role::Role;
use crate::app::wizard::sheet::Sheet;
use crate::app::wizard::{Asked, Field, Item, Toggle, Wizard};

use super::{app_links, back_and_on, step};

/// The first Jira whose screen asks which kind of application a link is for.
const NEW_SCREENS: (u32, u32) = (8, 22);

/// Whether the screens of Jira before 8.22 are described; Cloud still has them.
pub(in crate::app::wizard) fn old_screens(wizard: &Wizard) -> bool {
    if let Some(said) = wizard.values.old_screens {
        return said;
    }
    let version = wizard.probe().got().map(|probe| probe.version.as_str());
    let mut numbers = version.unwrap_or_default().split('.').map(str::parse::<u32>);
    let (major, minor) = (numbers.next(), numbers.next());
    match (major, minor) {
        (Some(Ok(major)), Some(Ok(minor))) if wizard.values.kind == crate::domain::Deployment::DataCenter => {
            (major, minor) < NEW_SCREENS
        }
        _ => wizard.values.kind == crate::domain::Deployment::Cloud,
    }
}

pub(super) fn draw(wizard: &Wizard, sheet: &mut Sheet) {
    let old = old_screens(wizard);
    let callback = wizard.values.text(Field::Callback);
    sheet.heading("A Jira admin enters these values, field by field.");
    sheet.text("y copies what has the focus, o opens it.", Role::Muted);
    sheet.blank();
    sheet.toggle(
        &Item::Toggle(Toggle::OldScreens),
        old,
        "Describe the screens of Jira before 8.22, and of Cloud",
    );
    sheet.value(
        "Application links",
        &app_links(&wizard.site().unwrap_or_default()),
        Role::Link,
    );
    let own_address = Url::parse(callback).map(|url| url.origin().ascii_serialization());
    let own_address = own_address.unwrap_or_else(|_| "http://localhost:8976".to_owned());
    if old {
        step(
            sheet,
            1,
            "Enter this address and choose Create new link. \"No response was received\" is expected: Continue.",
        );
        sheet.value("Application URL", &own_address, Role::Code);
    } else {
        step(
            sheet,
            1,
            "Create link → Atlassian product (External application is OAuth 2.0), enter this address, Continue.",
        );
        sheet.value("Application URL", &own_address, Role::Code);
    }
    step(
        sheet,
        2,
        "Link applications: leave everything else empty, tick Create incoming link, Continue.",
    );
    sheet.value("Application Name", "crosstie", Role::Code);
    sheet.value("Application Type", "Generic Application", Role::Code);
    sheet.fact("Create incoming", "tick it; without it there is no next page");
    step(sheet, 3, "The incoming link:");
    sheet.value("Consumer Key", wizard.values.text(Field::ConsumerKey), Role::Code);
    sheet.value("Consumer Name", "crosstie", Role::Code);
    public_key(wizard, sheet);
    sheet.value("Callback URL", callback, Role::Code);
    sheet.text(
        "Already linked? The pencil beside the link → Incoming Authentication has the same fields.",
        Role::Muted,
    );
    back_and_on(sheet, "It is entered");
}

fn public_key(wizard: &Wizard, sheet: &mut Sheet) {
    match &wizard.key {
        Asked::Got(key) => {
            sheet.value("Public Key", key.public_pem.trim_end(), Role::Code);
            sheet.value("… one line", key.public_bare.trim(), Role::Code);
            sheet.indented(2, "some screens want it without its first and last line", Role::Muted);
            sheet.fact("Fingerprint", &key.fingerprint);
            if let Some(file) = &key.file {
                sheet.fact("Private key in", &file.display().to_string());
            }
            if let Some(note) = &key.note {
                sheet.warn(&crate::text::clean_line(note));
            }
        }
        Asked::Failed(problem) => sheet.problem(problem),
        Asked::Waiting(_) | Asked::No => sheet.text("one moment, the key …", Role::Info),
    }
}
