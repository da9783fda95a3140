//! Whole stories: from the first key to what would be written.

mod desk;

use std::path::PathBuf;

use crossterm::event::{Event as TermEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use jiff::SignedDuration;
use ratatui::layout::Size;

use super::*;
use crate::app::Screen;
use crate::app::event::{Event, Manage, Masked, Report};
use crate::app::overlay::Layer;
use crate::config::{Method, SecretSource};
use desk::{Desk, SECRET, check, done, now, problem};

const FILE: &str = "/data/keys/made.pem";

#[test]
fn every_way_to_sign_in_leads_from_the_first_key_to_a_config() {
    let own = || Some(Masked::new(SECRET));
    let dc = "https://jira.eu.example.com/browse/PAY-1";
    let land = "<http://localhost:8976/callback?code=x&state=right> enter";
    let (cloud, data_center) = (Deployment::Cloud, Deployment::DataCenter);
    for (name, kind, script, url, method, secret) in [
        (
            "API token, in the keyring",
            cloud,
            format!("n enter enter 'acme' enter 'me@example.com' tab <{SECRET}> enter enter enter enter"),
            "https://acme.atlassian.net",
            Method::ApiToken {
                email: "me@example.com".to_owned(),
                secret: SecretSource::Keyring,
            },
            own(),
        ),
        (
            "API token, in a variable",
            cloud,
            "n enter enter 'acme' enter 'me@example.com' tab tab tab tab space enter enter enter enter".to_owned(),
            "https://acme.atlassian.net",
            Method::ApiToken {
                email: "me@example.com".to_owned(),
                secret: SecretSource::Env("ACME_TOKEN".to_owned()),
            },
            None,
        ),
        (
            "OAuth 2.0 on Cloud",
            cloud,
            format!("n enter down enter 'acme' enter enter 'client' tab <{SECRET}> enter {land} enter enter enter"),
            "https://acme.atlassian.net",
            Method::OAuth2Cloud {
                client_id: "client".to_owned(),
                secret: SecretSource::Keyring,
            },
            own(),
        ),
        (
            "OAuth 1.0a on Data Center, with a key made here",
            data_center,
            format!("n down enter down enter '{dc}' enter enter enter {land} enter enter enter"),
            "https://jira.eu.example.com",
            Method::OAuth1 {
                consumer_key: "crosstie".to_owned(),
                private_key: SecretSource::File(FILE.into()),
            },
            None,
        ),
        (
            "OAuth 1.0a with a key that is pasted",
            data_center,
            format!(
                "n down enter down enter '{dc}' enter tab tab tab space down <{SECRET}> enter enter {land} enter enter enter"
            ),
            "https://jira.eu.example.com",
            Method::OAuth1 {
                consumer_key: "crosstie".to_owned(),
                private_key: SecretSource::Keyring,
            },
            own(),
        ),
        (
            "OAuth 2.0 on Data Center",
            data_center,
            format!(
                "n down enter down down enter '{dc}' enter enter 'client' tab <{SECRET}> enter {land} enter enter enter"
            ),
            "https://jira.eu.example.com",
            Method::OAuth2DataCenter {
                client_id: "client".to_owned(),
                secret: SecretSource::Keyring,
            },
            own(),
        ),
        (
            "personal access token",
            data_center,
            format!("n down enter enter '{dc}' enter <{SECRET}> enter enter enter enter"),
            "https://jira.eu.example.com",
            Method::Pat {
                secret: SecretSource::Keyring,
            },
            own(),
        ),
        (
            "user name and password",
            data_center,
            format!("n down enter down down down enter '{dc}' enter 'ana' tab <{SECRET}> enter enter enter enter"),
            "https://jira.eu.example.com",
            Method::Basic {
                username: "ana".to_owned(),
                secret: SecretSource::Keyring,
            },
            own(),
        ),
    ] {
        let mut desk = Desk::new(&[]);
        desk.kind = kind;
        desk.play(&script);
        assert!(desk.model.connecting.wizard.is_none(), "{name}: {}", desk.screen());
        let alias = if kind == cloud { "acme" } else { "eu" };
        let mut expected = ConnectionConfig::new(alias, kind, url, method);
        expected.default = true;
        let draft = desk.written();
        assert_eq!(draft.connection, expected, "{name}");
        assert_eq!(draft.secret, secret, "{name}");
        assert_eq!(desk.model.screen(), Screen::Connections, "{name}");
        assert!(desk.said().contains("pull starts by itself"), "{}", desk.said());
    }
}

#[test]
fn going_back_and_forth_loses_nothing_not_even_what_is_wrong() {
    let mut desk = Desk::new(&[]);
    desk.play("n enter enter 'acme' enter 'no-address' enter");
    assert_eq!(
        desk.page(),
        Page::Credentials,
        "an invalid field keeps one from going on"
    );
    assert!(desk.screen().contains("✗ the e-mail address"), "{}", desk.screen());
    desk.play("shift-tab shift-tab");
    assert_eq!(desk.page(), Page::Site, "but never from going back");
    desk.play("esc esc");
    assert_eq!(desk.page(), Page::Kind);
    desk.play("enter enter enter");
    assert_eq!(desk.wizard().values.text(Field::Email), "no-address");
    assert_eq!(desk.wizard().values.text(Field::Alias), "acme");
    assert_eq!(
        desk.count(|effect| matches!(effect, Effect::Probe(..))),
        1,
        "a site is asked once"
    );
}

#[test]
fn a_site_is_understood_and_probed_as_one_pauses() {
    let mut desk = Desk::new(&[]);
    desk.play("n enter enter 'https://acme.atlassian.net/jira/software/projects/PAY/boards/7?x=1'");
    assert!(
        desk.screen().contains("https://acme.atlassian.net "),
        "{}",
        desk.screen()
    );
    assert_eq!(desk.count(|effect| matches!(effect, Effect::Probe(..))), 0);
    desk.event(Event::Tick(now() + SignedDuration::from_millis(200)));
    assert!(desk.model.spins());
    desk.event(Event::Tick(now() + SignedDuration::from_millis(900)));
    assert_eq!(desk.count(|effect| matches!(effect, Effect::Probe(..))), 1);
    assert!(desk.screen().contains("✓ Jira Cloud 10.3.24"), "{}", desk.screen());
    desk.play("ctrl-u 'lab'");
    assert!(
        !desk.screen().contains("10.3.24"),
        "another question: {}",
        desk.screen()
    );
}

#[test]
fn the_wrong_kind_is_noticed_and_switched() {
    let mut desk = Desk::new(&[]);
    desk.kind = Deployment::DataCenter;
    desk.play("n enter enter 'https://jira.example.com' enter");
    assert_eq!(desk.page(), Page::Site);
    assert!(
        desk.screen().contains("but Jira Data Center answers"),
        "{}",
        desk.screen()
    );
    desk.play("enter");
    assert_eq!(
        (desk.page(), desk.wizard().values.kind),
        (Page::Access, Deployment::DataCenter)
    );
    assert_eq!(desk.wizard().values.access, Access::Pat);
    desk.play("enter enter");
    assert_eq!(desk.page(), Page::Credentials);
}

#[test]
fn a_site_that_does_not_answer_can_be_passed_knowingly() {
    let mut desk = Desk::new(&[]);
    desk.silent = true;
    desk.play("n");
    let ticket = desk.prepare();
    desk.silent = false;
    let prepared = desk.answer(&Effect::Prepare(ticket, None)).remove(0);
    desk.event(prepared);
    desk.silent = true;
    desk.play("enter enter 'acme' enter");
    let Some(Effect::Probe(ticket, _)) = desk.effects.last().cloned() else {
        panic!()
    };
    desk.event(Event::Probed(
        ticket,
        Err(problem("acme.atlassian.net does not resolve")),
    ));
    assert_eq!(desk.page(), Page::Site);
    assert!(
        desk.screen().contains("✗ acme.atlassian.net does not resolve"),
        "{}",
        desk.screen()
    );
    desk.play("enter");
    assert_eq!(desk.page(), Page::Credentials);
}

#[test]
fn pasting_fills_the_box_and_never_submits_and_what_was_wrong_stays() {
    let mut desk = Desk::new(&[]);
    desk.play(&format!(
        "n enter down enter 'acme' enter enter 'client' tab <{SECRET}> enter"
    ));
    assert_eq!(desk.page(), Page::Authorize);
    desk.play("<http://localhost:8976/callback?code=x&state=wrong>");
    assert_eq!(desk.count(|effect| matches!(effect, Effect::Land(..))), 0);
    desk.play("enter");
    assert_eq!(desk.page(), Page::Authorize);
    assert!(
        desk.screen().contains("✗ the state is not that of this attempt"),
        "{}",
        desk.screen()
    );
    assert!(desk.screen().contains("state=wrong"), "the text is kept");
    let effects = format!("{:?} {:?}", desk.effects, desk.model);
    assert!(
        !effects.contains("state=wrong"),
        "an address with a code is no matter for logs"
    );
    desk.play("F2");
    assert!(matches!(desk.effects.last(), Some(Effect::Copy(url)) if url.contains("/authorize?x=1")));
    desk.play("F3");
    assert!(matches!(desk.effects.last(), Some(Effect::OpenUrl(url)) if url.contains("/authorize?x=1")));
    desk.play("ctrl-u <\u{22}http://localhost:8976/callback?code=x&state=right\u{22}> enter");
    assert_eq!(desk.page(), Page::Test);
}

#[test]
fn the_connection_is_to_the_site_that_is_chosen() {
    let mut desk = Desk::new(&[]);
    desk.sites = vec!["https://other.atlassian.net".to_owned()];
    desk.play(&format!(
        "n enter down enter 'acme' enter enter 'client' tab <{SECRET}> enter <state=right> enter enter"
    ));
    assert_eq!(desk.page(), Page::Test);
    let draft = desk.wizard().draft().unwrap();
    assert_eq!(draft.connection.url, "https://other.atlassian.net");
    desk.play("esc esc enter");
    let begun = desk.count(|effect| matches!(effect, Effect::Authorize(..)));
    assert_eq!((desk.page(), begun), (Page::Authorize, 1), "the grant is for that site");
}

#[test]
fn a_grant_may_land_by_itself_cover_several_sites_or_run_out() {
    let mut desk = Desk::new(&[]);
    desk.sites = vec![
        "https://other.atlassian.net".to_owned(),
        "https://acme.atlassian.net".to_owned(),
    ];
    desk.listening = Err("the port is taken".to_owned());
    desk.play(&format!(
        "n enter down enter 'acme' enter enter 'client' tab <{SECRET}> enter"
    ));
    assert!(desk.screen().contains("the port is taken"), "{}", desk.screen());
    assert!(desk.screen().contains("10m"), "{}", desk.screen());
    desk.event(Event::Tick(now() + SignedDuration::from_mins(11)));
    assert!(desk.screen().contains("is over"), "{}", desk.screen());
    desk.play("<state=right> enter");
    assert_eq!(desk.wizard().focus, Some(Item::Site(1)), "the one that was named");
    desk.play("enter");
    assert!(
        matches!(desk.effects.iter().rev().find(|effect| matches!(effect, Effect::ChooseSite(..))),
        Some(Effect::ChooseSite(_, site)) if site.contains("acme"))
    );
    assert_eq!(desk.page(), Page::Test);
    desk.play("esc");
    assert!(desk.screen().contains("signed in as Ana Ruiz"), "{}", desk.screen());
    desk.play("esc tab <more> enter");
    assert_eq!(
        desk.count(|effect| matches!(effect, Effect::Authorize(..))),
        2,
        "another secret, another grant"
    );
    let Some(Effect::Authorize(ticket, _)) = desk
        .effects
        .iter()
        .rev()
        .find(|effect| matches!(effect, Effect::Authorize(..)))
    else {
        panic!()
    };
    let ticket = *ticket;
    desk.event(Event::Landed(Ticket(1), Err(problem("of another attempt"))));
    assert!(!desk.screen().contains("of another attempt"));
    desk.event(Event::Landed(ticket, Ok(done())));
    assert_eq!(desk.page(), Page::Test, "the browser came back by itself");
}

#[test]
fn a_failing_test_leads_to_the_step_that_mends_it() {
    for (failing, page) in [
        ("name resolves", Page::Site),
        ("signed in", Page::Credentials),
        ("search works", Page::Review),
    ] {
        let mut desk = Desk::new(&[]);
        desk.failing = Some(failing);
        desk.play(&format!(
            "n enter enter 'acme' enter 'me@example.com' tab <{SECRET}> enter"
        ));
        assert_eq!(desk.page(), Page::Test);
        assert!(desk.screen().contains("mend it"), "{}", desk.screen());
        desk.play("enter");
        assert_eq!(desk.page(), page, "{failing}");
    }
}

#[test]
fn leaving_changes_nothing_and_keeps_the_answers_without_secrets() {
    let mut desk = Desk::new(&[]);
    desk.play(&format!(
        "n enter enter 'acme' enter 'me@example.com' tab <{SECRET}> ctrl-c"
    ));
    assert!(desk.model.connecting.wizard.is_none());
    assert!(desk.said().contains("no file was changed"), "{}", desk.said());
    assert!(!desk.effects.contains(&Effect::Quit));
    desk.play("n");
    assert_eq!(desk.page(), Page::Offer);
    desk.play("enter");
    assert_eq!(desk.page(), Page::Credentials);
    assert_eq!(desk.wizard().values.text(Field::Email), "me@example.com");
    assert!(desk.wizard().values.secret.is_empty());
    desk.play("ctrl-c n down enter");
    assert_eq!(desk.page(), Page::Kind);
    assert_eq!(desk.wizard().values.text(Field::Site), "");
    desk.play("esc ctrl-c");
    assert!(
        desk.effects.contains(&Effect::Quit),
        "the second ctrl-c is for the program"
    );
}

#[test]
fn a_keyring_that_is_not_there_is_said_and_never_replaced_silently() {
    let mut desk = Desk::new(&[]);
    desk.keyring = Err("no secret service on this bus".to_owned());
    desk.play(&format!(
        "n enter enter 'acme' enter 'me@example.com' tab <{SECRET}> enter"
    ));
    assert_eq!(desk.page(), Page::Credentials);
    assert!(desk.screen().contains("no secret service"), "{}", desk.screen());
    desk.play("down enter enter");
    assert_eq!(desk.page(), Page::Test);
    desk.play("enter w");
    let file = SecretSource::File(PathBuf::from("/data/keys/acme"));
    assert_eq!(desk.written().connection.method.secret(), &file);
}

fn configured(access: Access) -> Desk {
    let mut desk = Desk::new(&[("acme", access), ("lab", Access::Pat)]);
    let secret = SecretSource::Keyring;
    let method = match access {
        Access::OAuth2Cloud => Method::OAuth2Cloud {
            client_id: "client".to_owned(),
            secret,
        },
        _ => Method::ApiToken {
            email: "me@example.com".to_owned(),
            secret,
        },
    };
    let mut acme = ConnectionConfig::new("acme", Deployment::Cloud, "https://acme.atlassian.net", method);
    acme.timeout = std::time::Duration::from_secs(7);
    acme.default = true;
    let pat = Method::Pat {
        secret: SecretSource::Env("LAB".to_owned()),
    };
    let lab = ConnectionConfig::new("lab", Deployment::DataCenter, "https://lab.example.com", pat);
    desk.configured = vec![acme, lab];
    desk
}

#[test]
fn editing_starts_from_what_is_there_and_keeps_the_secret() {
    let mut desk = configured(Access::ApiToken);
    desk.play("4 e");
    assert_eq!(desk.page(), Page::Site);
    desk.play("enter");
    assert!(desk.screen().contains("leave empty to keep"), "{}", desk.screen());
    desk.play("enter");
    assert_eq!(desk.page(), Page::Test);
    desk.play("enter down space w");
    let draft = desk.written();
    assert_eq!(draft.secret, None);
    assert_eq!(draft.replaces, Some(Alias::from("acme")));
    let mut expected = desk.configured[0].clone();
    expected.read_only = true;
    assert_eq!(draft.connection, expected, "what the wizard does not ask about stays");
}

#[test]
fn an_alias_that_is_taken_is_refused_and_a_proposed_one_is_free() {
    let mut desk = configured(Access::ApiToken);
    desk.play("4 n enter enter 'acme'");
    assert_eq!(desk.wizard().values.text(Field::Alias), "acme-2");
    // From the field over what was understood to the alias.
    desk.play("tab tab ctrl-u 'LAB' enter");
    assert_eq!(desk.page(), Page::Site);
    assert!(
        desk.screen().contains("another connection has this name"),
        "{}",
        desk.screen()
    );
}

#[test]
fn signing_in_again_begins_at_once_and_an_edit_can_keep_the_sign_in() {
    let mut desk = configured(Access::OAuth2Cloud);
    desk.play("4 m 're-' enter");
    assert_eq!(desk.page(), Page::Authorize);
    assert_eq!(desk.count(|effect| matches!(effect, Effect::Authorize(..))), 1);
    desk.play("ctrl-c");
    assert!(desk.effects.contains(&Effect::CancelAuthorize));
    desk.play("e down enter enter enter enter");
    assert_eq!(desk.page(), Page::Authorize);
    assert!(desk.screen().contains("(•) Keep the sign-in"), "{}", desk.screen());
    desk.play("enter");
    assert_eq!(desk.page(), Page::Test);
    assert_eq!(desk.count(|effect| matches!(effect, Effect::Authorize(..))), 1);
}

#[test]
fn a_wrong_scope_is_not_written() {
    let mut desk = configured(Access::ApiToken);
    desk.play("4 e enter enter enter tab tab ctrl-u");
    desk.text("project = PAY ORDER BY key").keys("enter");
    assert!(desk.screen().contains("no ORDER BY"), "{}", desk.screen());
    desk.keys("tab w");
    assert_eq!(desk.count(|effect| matches!(effect, Effect::WriteDraft(..))), 0);
}

#[test]
fn what_could_not_be_written_is_said_and_the_wizard_stays() {
    let mut desk = configured(Access::ApiToken);
    desk.play("4 e enter enter enter");
    desk.silent = true;
    desk.play("w");
    let Some(Effect::WriteDraft(ticket, _)) = desk.effects.last().cloned() else {
        panic!()
    };
    desk.play("w ctrl-c");
    assert_eq!(
        desk.count(|effect| matches!(effect, Effect::WriteDraft(..))),
        1,
        "once is enough"
    );
    assert_eq!(desk.page(), Page::Review, "a write under way is waited for");
    desk.event(Event::Written(ticket, Err(problem("the disk is full"))));
    assert!(desk.screen().contains("✗ the disk is full"), "{}", desk.screen());
}

#[test]
fn removing_asks_and_neither_x_nor_enter_confirms() {
    let mut desk = configured(Access::ApiToken);
    let removed = |effect: &Effect| matches!(effect, Effect::Manage(_, Manage::Remove(_)));
    desk.play("4 x");
    let screen = desk.screen();
    for part in ["1,234 cached issues", "api-tokens", "-old", "mappings"] {
        assert!(screen.contains(part), "{part}: {screen}");
    }
    desk.play("x x enter");
    assert!(desk.model.layers.is_empty(), "enter takes the button that cancels");
    assert_eq!(desk.count(removed), 0);
    desk.play("x tab enter");
    assert_eq!(desk.count(removed), 1);
}

#[test]
fn connections_are_tested_renamed_and_switched_one_at_a_time() {
    let mut desk = configured(Access::ApiToken);
    desk.play("4 m enter");
    let Some(Effect::Manage(ticket, Manage::Test(alias))) = desk.effects.last().cloned() else {
        panic!("{:?}", desk.effects.last())
    };
    desk.play("m 'rename' enter 'x' enter");
    assert!(desk.said().contains("one moment"), "{}", desk.said());
    let report = |checks, done| Report {
        alias: alias.clone(),
        checks,
        done,
    };
    desk.event(Event::Tested(ticket, report(vec![check("signed in", false)], false)));
    assert!(desk.screen().contains("testing · 1 checks so far"), "{}", desk.screen());
    desk.event(Event::Tested(ticket, report(vec![check("search works", true)], true)));
    desk.event(Event::Managed(ticket, Ok("acme was tested".to_owned())));
    let screen = desk.screen();
    assert!(
        screen.contains("1 of 2 checks fail") && screen.contains("mend it"),
        "{screen}"
    );
    desk.play("m 'rename' enter ctrl-u 'lab'");
    assert!(desk.screen().contains("another connection has this name"));
    desk.play("enter ctrl-u 'work' enter");
    let rename = Manage::Rename {
        from: Alias::from("acme"),
        to: Alias::from("work"),
    };
    assert!(matches!(desk.effects.last(), Some(Effect::Manage(_, job)) if *job == rename));
}

#[test]
fn the_mouse_chooses_goes_to_fields_and_presses() {
    let mut desk = Desk::new(&[]);
    desk.play("n");
    let click = |desk: &mut Desk, text: &str| {
        let screen = desk.screen();
        let row = screen.lines().position(|line| line.contains(text)).unwrap();
        let line = screen.lines().nth(row).unwrap();
        let column = line.split(text).next().unwrap().chars().count() + 2;
        let kind = MouseEventKind::Down(MouseButton::Left);
        let (column, row) = (u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
        let event = MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        };
        desk.event(Event::Term(TermEvent::Mouse(event)));
    };
    click(&mut desk, "Jira Data Center");
    click(&mut desk, "personal access token");
    assert_eq!(desk.page(), Page::Site);
    desk.kind = Deployment::DataCenter;
    desk.text("https://jira.example.com");
    click(&mut desk, "Alias");
    assert_eq!(desk.wizard().focus, Some(Item::Field(Field::Alias)));
    click(&mut desk, "[ Go on ]");
    assert_eq!(desk.page(), Page::Credentials);
    click(&mut desk, "an environment variable");
    assert_eq!(desk.wizard().values.place, Place::Env);
    click(&mut desk, "[ Back ]");
    assert_eq!(desk.page(), Page::Site);
    click(&mut desk, "crosstie");
    assert_eq!(desk.page(), Page::Site, "a click beside the box loses nothing");
}

#[test]
fn without_a_config_to_write_the_wizard_closes_and_says_why() {
    let mut desk = Desk::new(&[]);
    desk.silent = true;
    desk.play("n");
    let ticket = desk.prepare();
    desk.event(Event::Prepared(ticket, Err(problem("nothing to write to"))));
    assert!(desk.model.connecting.wizard.is_none());
    assert!(desk.said().contains("nothing to write to"));
}

#[test]
fn every_page_fits_the_least_terminal_and_can_be_scrolled_through() {
    for way in 0..4 {
        let mut desk = Desk::new(&[]);
        desk.kind = Deployment::DataCenter;
        desk.event(Event::Term(TermEvent::Resize(60, 20)));
        let downs = "down ".repeat(way);
        desk.play(&format!("n down enter {downs} enter 'https://jira.example.com' enter"));
        for _ in 0..4 {
            let items = desk.wizard().sheet(56, false, now()).items();
            for _ in 0..items.len() {
                let body = body(desk.model.size);
                let sheet = desk.wizard().sheet(body.width, false, now());
                let focus = desk.wizard().focus.clone().unwrap();
                let (first, _) = sheet.lines_of(&focus).unwrap();
                let (top, height) = (desk.wizard().scroll, usize::from(body.height));
                assert!(
                    (top..top + height).contains(&first),
                    "{focus:?} at {first}, in sight {top}+{height}"
                );
                desk.keys("tab");
            }
            desk.play("pgdn pgdn pgup enter");
        }
    }
}

#[test]
fn no_walk_through_the_keys_panics() {
    let keys = [
        "tab",
        "enter",
        "down",
        "space",
        "shift-tab",
        "x",
        "up",
        "w",
        "pgdn",
        "esc",
        "n",
        "enter",
        "a",
        "F2",
        "enter",
        "y",
        "m",
        "4",
        "e",
        "tab",
        "enter",
        "o",
        "j",
        "ctrl-u",
        "backspace",
    ];
    for size in [Size::new(60, 20), Size::new(120, 36), Size::new(1, 1)] {
        let mut desk = configured(Access::OAuth2Cloud);
        desk.event(Event::Term(TermEvent::Resize(size.width, size.height)));
        for step in 0..900_usize {
            desk.keys(keys[(step * 31 + step / keys.len() * 7) % keys.len()]);
        }
    }
}

#[test]
fn a_layer_over_the_wizard_goes_first() {
    let mut desk = Desk::new(&[]);
    desk.play("n F1");
    assert!(matches!(desk.model.layers.last(), Some(Layer::Help(_))));
    desk.play("esc");
    assert_eq!(desk.page(), Page::Kind);
}
