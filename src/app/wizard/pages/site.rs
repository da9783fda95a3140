//! Site: its address, what answers there, and the name it goes by here.

use crate::app::event::Probe;
use crate::app::role::Role;
use crate::app::wizard::sheet::{Input, Sheet};
use crate::app::wizard::{Asked, Button, Field, Item, Toggle, Wizard};
use crate::domain::Deployment;
use crate::text::clean_line;

use super::{back_and_on, kind_word};

/// Seconds that clocks may differ by; signatures are refused beyond five minutes.
const TOLERANCE: i64 = 60;

pub(super) fn draw(wizard: &Wizard, sheet: &mut Sheet) {
    sheet.heading("Where is it?");
    let hint = match wizard.values.kind {
        Deployment::Cloud => "The sub-domain alone, or any address of the site: a board's, an issue's.",
        Deployment::DataCenter => "Any address of it: a board's, an issue's, the login page's.",
    };
    sheet.text(hint, Role::Muted);
    sheet.blank();
    sheet.field(wizard, Input::Field(Field::Site), "Site", "");
    if let Some(site) = wizard.site() {
        sheet.value("Understood", &site, Role::Link);
        answer(wizard, sheet);
    }
    sheet.blank();
    let help = "how columns and commands call it; it can be renamed later";
    sheet.field(wizard, Input::Field(Field::Alias), "Alias", help);
    sheet.blank();
    let network = wizard.values.network;
    sheet.toggle(
        &Item::Toggle(Toggle::Network),
        network,
        "It is reached through a proxy, an own certificate authority or two addresses",
    );
    if network {
        sheet.field(
            wizard,
            Input::Field(Field::Proxy),
            "Proxy",
            "http://, https://, socks5:// or socks5h://",
        );
        sheet.field(
            wizard,
            Input::Field(Field::Ca),
            "CA file",
            "PEM; trusted besides the system's own",
        );
        sheet.field(
            wizard,
            Input::Field(Field::Frontend),
            "Browser address",
            "what people use, if it is not the one above",
        );
    }
    back_and_on(sheet, "Go on");
}

/// What the site said, if anything.
fn answer(wizard: &Wizard, sheet: &mut Sheet) {
    match wizard.probe() {
        Asked::No => sheet.text("enter asks it; so does a pause", Role::Muted),
        Asked::Waiting(_) => sheet.text("asking it …", Role::Info),
        Asked::Failed(problem) => {
            sheet.problem(problem);
            sheet.text("Enter goes on without an answer.", Role::Muted);
        }
        Asked::Got(probe) => found(wizard, probe, sheet),
    }
}

fn found(wizard: &Wizard, probe: &Probe, sheet: &mut Sheet) {
    let title = probe.title.as_deref().map(|title| format!(" · {}", clean_line(title)));
    sheet.good(&format!(
        "{} {}{}",
        kind_word(probe.kind),
        clean_line(&probe.version),
        title.unwrap_or_default()
    ));
    if let Some(ahead) = probe.clock.filter(|ahead| ahead.abs() > TOLERANCE) {
        let side = if ahead > 0 { "ahead of" } else { "behind" };
        let by = crate::text::duration(ahead.unsigned_abs() * 1000);
        sheet.warn(&format!(
            "This machine's clock is {by} {side} the server's; set it, or OAuth 1.0a will be refused."
        ));
    }
    if let Some(note) = &probe.note {
        sheet.warn(&clean_line(note));
    }
    if probe.kind != wizard.values.kind {
        let there = kind_word(probe.kind);
        sheet.warn(&format!(
            "You said {}, but {there} answers.",
            kind_word(wizard.values.kind)
        ));
        sheet.buttons(&[(Button::SwitchKind, &format!("Switch to {there}"))]);
    }
}
