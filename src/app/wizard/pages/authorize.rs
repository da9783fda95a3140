//! Authorize: the address for the browser, and the box for what comes back from it.

use jiff::Timestamp;

use crate::app::event::Authorizing;
use crate::app::role::Role;
use crate::app::wizard::sheet::{Input, Sheet};
use crate::app::wizard::{Asked, Button, Field, Item, Wizard};
use crate::domain::Access;
use crate::text::{clean_line, duration};

use super::back_and_on;

pub(super) fn draw(wizard: &Wizard, sheet: &mut Sheet, now: Timestamp) {
    let grant = &wizard.grant;
    if let Some(account) = &grant.account {
        sheet.heading("Access is granted.");
        sheet.blank();
        sheet.good(&format!("signed in as {}", clean_line(account)));
        sheet.buttons(&[
            (Button::GoOn, "Go on"),
            (Button::SignInAgain, "Sign in again"),
            (Button::Back, "Back"),
        ]);
        return;
    }
    if !grant.sites.is_empty() {
        return sites(wizard, sheet);
    }
    match &grant.state {
        Asked::No => keep(wizard, sheet),
        Asked::Waiting(_) => {
            sheet.heading("Asking Jira for an address to open …");
            back_and_on(sheet, "Go on");
        }
        Asked::Failed(problem) => {
            sheet.heading("The authorization could not begin.");
            sheet.blank();
            sheet.problem(problem);
            sheet.buttons(&[(Button::SignInAgain, "Try again"), (Button::Back, "Back")]);
        }
        Asked::Got(waiting) => browser(wizard, waiting, sheet, now),
    }
}

fn keep(wizard: &Wizard, sheet: &mut Sheet) {
    sheet.heading("This connection is signed in already.");
    sheet.blank();
    for (keep, title, sentence) in [
        (true, "Keep the sign-in", "nothing that it depends on has been changed"),
        (
            false,
            "Sign in again",
            "as somebody else, or because it expired; the old one stays until you write",
        ),
    ] {
        sheet.choice(&Item::Keep(keep), wizard.grant.keep == keep, title, "", sentence);
    }
    back_and_on(sheet, "Go on");
}

fn sites(wizard: &Wizard, sheet: &mut Sheet) {
    sheet.heading("The grant covers several sites. Which one is this connection?");
    sheet.blank();
    for (at, site) in wizard.grant.sites.iter().enumerate() {
        let here = wizard.site().is_some_and(|own| own == *site);
        let note = if here { "the one you named" } else { "" };
        sheet.choice(&Item::Site(at), here, &clean_line(site), note, "");
    }
    if let Some(problem) = &wizard.grant.problem {
        sheet.problem(problem);
    }
    sheet.buttons(&[(Button::SignInAgain, "Sign in again"), (Button::Back, "Back")]);
}

fn browser(wizard: &Wizard, waiting: &Authorizing, sheet: &mut Sheet, now: Timestamp) {
    sheet.heading("Allow access in a browser, on any machine:");
    sheet.blank();
    sheet.value("Open", &waiting.url, Role::Link);
    sheet.text("F3 opens it, F2 copies it.", Role::Muted);
    sheet.blank();
    match &waiting.listening {
        Ok(()) => sheet.text(
            &format!("Waiting for the browser on {} …", clean_line(&waiting.callback)),
            Role::Info,
        ),
        Err(why) => sheet.warn(&format!(
            "Not listening on {}: {}. Paste the address that the browser lands on.",
            clean_line(&waiting.callback),
            clean_line(why)
        )),
    }
    sheet.blank();
    let what = match wizard.values.access {
        Access::OAuth1 => "Or paste the verification code, or the whole address you landed on:",
        _ => "Or paste the whole address you landed on, or its code:",
    };
    sheet.text(what, Role::Text);
    sheet.field(wizard, Input::Field(Field::Landing), "Landed on", "");
    if let Some(problem) = &wizard.grant.problem {
        sheet.problem(problem);
    }
    let left = waiting.until.as_second() - now.as_second();
    match u64::try_from(left).ok().filter(|left| *left > 0) {
        Some(_) if wizard.grant.is_landing() => sheet.text("checking …", Role::Info),
        Some(left) => sheet.text(&format!("{} left", duration(left * 1000)), Role::Muted),
        None => sheet.warn("The time for this request is over: sign in again for a new one."),
    }
    sheet.buttons(&[
        (Button::GoOn, "Verify"),
        (Button::SignInAgain, "Start anew"),
        (Button::Back, "Back"),
    ]);
}
