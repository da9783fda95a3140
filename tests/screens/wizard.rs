//! Every page of the wizard and every box about connections, as text and as styles.

use std::path::PathBuf;

use crossterm::event::Event as TermEvent;
use crosstie::app::{
    Authorizing, Check, Effect, Event, KeyMade, Landed, Look, Prepared, Probe, Report, Setup, ThemeName,
};
use crosstie::config::{ConnectionConfig, Method, SecretSource};
use crosstie::domain::{Access, Alias, Deployment, Problem, Snapshot};
use jiff::SignedDuration;
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};

use super::keep;
use super::world::{Desk, Fake, now, setup, snapshot, styles, text};

const SECRET: &str = "hunter2-hunter2";

/// Answers the latest question of the wizard that is of this sort.
fn answer(desk: &mut Desk, reply: impl Fn(&Effect) -> Option<Event>) {
    let event = desk.effects.iter().rev().find_map(reply);
    desk.event(event.unwrap());
}

fn prepared(desk: &mut Desk, connection: Option<&ConnectionConfig>) {
    answer(desk, |effect| match effect {
        Effect::Prepare(ticket, _) => {
            let prepared = Prepared {
                connection: connection.cloned(),
                granted: true,
                aliases: vec![Alias::from("acme"), Alias::from("lab")],
                keyring: Ok(()),
                folder: PathBuf::from("/home/ana/.local/share/crosstie/keys"),
                config_path: "/home/ana/.config/crosstie/config.toml".to_owned(),
            };
            Some(Event::Prepared(*ticket, Ok(Box::new(prepared))))
        }
        _ => None,
    });
}

fn probed(desk: &mut Desk, kind: Deployment) {
    answer(desk, |effect| match effect {
        Effect::Probe(ticket, request) => {
            let probe = Probe {
                url: request.url.clone(),
                kind,
                version: "10.3.24".to_owned(),
                title: Some("Payments \u{1b}[31m\u{202e}Jira".to_owned()),
                clock: Some(4000),
                note: None,
            };
            Some(Event::Probed(*ticket, Ok(Box::new(probe))))
        }
        _ => None,
    });
}

fn paste(desk: &mut Desk, text: &str) {
    desk.event(Event::Term(TermEvent::Paste(format!("{text}\n"))));
}

fn check(name: &str, ok: bool, detail: &str) -> Check {
    Check {
        name: name.to_owned(),
        ok,
        detail: detail.to_owned(),
        remedy: (!ok).then(|| "Create a new token at id.atlassian.com, of the account with this e-mail.".to_owned()),
    }
}

fn opened(setup: Setup) -> Desk {
    let mut desk = Desk::with(setup, Fake::new(0, Snapshot::default()));
    desk.keys("n");
    prepared(&mut desk, None);
    desk
}

fn site(setup: Setup, kind: Deployment, down: usize) -> Desk {
    let mut desk = opened(setup);
    desk.keys(if kind == Deployment::Cloud {
        "enter"
    } else {
        "down enter"
    });
    for _ in 0..down {
        desk.keys("down");
    }
    desk.keys("enter");
    desk.text(if kind == Deployment::Cloud {
        "payments"
    } else {
        "https://jira.eu.example.com/browse/PAY-1"
    });
    desk.event(Event::Tick(now() + SignedDuration::from_secs(1)));
    probed(&mut desk, kind);
    desk
}

fn token(setup: Setup) -> Desk {
    let mut desk = site(setup, Deployment::Cloud, 0);
    desk.keys("enter");
    desk.text("me@example.com");
    desk.keys("tab");
    paste(&mut desk, SECRET);
    desk
}

fn tested(setup: Setup, ok: bool) -> Desk {
    let mut desk = token(setup);
    desk.keys("enter");
    answer(&mut desk, |effect| match effect {
        Effect::TestDraft(ticket, draft) => Some(Event::Tested(
            *ticket,
            Report {
                alias: draft.connection.alias.clone(),
                checks: vec![
                    check("name resolves", true, "payments.atlassian.net is 192.0.2.7"),
                    check(
                        "signed in",
                        ok,
                        if ok {
                            "as Ana Ruiz"
                        } else {
                            "HTTP 401 from payments.atlassian.net"
                        },
                    ),
                ],
                done: true,
            },
        )),
        _ => None,
    });
    desk
}

fn reviewed(setup: Setup) -> Desk {
    let mut desk = tested(setup, true);
    desk.keys("enter");
    answer(&mut desk, |effect| match effect {
        Effect::PreviewDraft(ticket, _) => {
            let lines = [
                " [[connection]]",
                "+alias = \"payments\"",
                "+kind = \"cloud\"",
                "+url = \"https://payments.atlassian.net\"",
                "+auth = { method = \"api-token\", email = \"me@example.com\", secret = \"keyring\" }",
            ];
            Some(Event::Previewed(*ticket, Ok(lines.map(str::to_owned).to_vec())))
        }
        _ => None,
    });
    desk
}

fn key_made(desk: &mut Desk) {
    answer(desk, |effect| match effect {
        Effect::MakeKey(ticket, request) => {
            let body = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAnotARealKeyButAsLongAsOne".to_owned();
            let key = KeyMade {
                file: Some(PathBuf::from(format!(
                    "/home/ana/.local/share/crosstie/keys/{}.pem",
                    request.alias
                ))),
                public_pem: format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"),
                public_bare: body,
                fingerprint: "SHA256:4f1d".to_owned(),
                note: None,
            };
            Some(Event::KeyMade(*ticket, Ok(Box::new(key))))
        }
        _ => None,
    });
}

fn authorizing(setup: Setup) -> Desk {
    let mut desk = site(setup, Deployment::DataCenter, 1);
    desk.keys("enter enter");
    key_made(&mut desk);
    desk.keys("enter");
    answer(&mut desk, |effect| match effect {
        Effect::Authorize(ticket, draft) => {
            let waiting = Authorizing {
                url: format!(
                    "{}/plugins/servlet/oauth/authorize?oauth_token=k3f0c2b1a9d8e7f6a5b4c3d2e1f0",
                    draft.connection.url
                ),
                callback: draft.connection.callback.clone(),
                listening: Ok(()),
                until: now() + SignedDuration::from_secs(493),
            };
            Some(Event::Authorizing(*ticket, Ok(Box::new(waiting))))
        }
        _ => None,
    });
    desk
}

fn refused(setup: Setup) -> Desk {
    let mut desk = authorizing(setup);
    paste(&mut desk, "http://localhost:8976/callback?oauth_token=k3f0");
    desk.keys("enter");
    answer(&mut desk, |effect| match effect {
        Effect::Land(ticket, _) => Some(Event::Landed(
            *ticket,
            Err(Problem {
                kind: "landing".to_owned(),
                message: "no verifier in that text".to_owned(),
                remedy: "Copy the code shown under \"Access approved\".".to_owned(),
            }),
        )),
        _ => None,
    });
    desk
}

fn sites(setup: Setup) -> Desk {
    let mut desk = authorizing(setup);
    answer(&mut desk, |effect| match effect {
        Effect::Authorize(ticket, _) => {
            let sites = ["https://acme.atlassian.net", "https://lab-acme.atlassian.net"];
            Some(Event::Landed(
                *ticket,
                Ok(Landed::Sites(sites.map(str::to_owned).to_vec())),
            ))
        }
        _ => None,
    });
    desk
}

fn editing(setup: Setup) -> Desk {
    let mut desk = Desk::with(setup, Fake::new(9, snapshot()));
    desk.keys("4 e");
    let secret = SecretSource::Env("ACME_TOKEN".to_owned());
    let method = Method::ApiToken {
        email: "me@example.com".to_owned(),
        secret,
    };
    let acme = ConnectionConfig::new("acme", Deployment::Cloud, "https://acme.atlassian.net", method);
    prepared(&mut desk, Some(&acme));
    desk.event(Event::Tick(now()));
    probed(&mut desk, Deployment::Cloud);
    desk.keys("enter");
    desk
}

fn removing(setup: Setup) -> Desk {
    let mut desk = Desk::with(setup, Fake::new(9, snapshot()));
    desk.keys("4 x");
    answer(&mut desk, |effect| match effect {
        Effect::PreviewRemove(ticket, _) => {
            let lines = ["-[[connection]]", "-alias = \"acme\"", " ", " [[connection]]"];
            Some(Event::Previewed(*ticket, Ok(lines.map(str::to_owned).to_vec())))
        }
        _ => None,
    });
    desk
}

/// The table with everything that can be said of a connection.
fn table(setup: Setup) -> Desk {
    let mut snapshot = snapshot();
    let days = |days: i64| Some(now() + SignedDuration::from_hours(24 * days + 1));
    for (at, (expires, access)) in [
        (days(3), Access::ApiToken),
        (days(40), Access::OAuth1),
        (days(-2), Access::Pat),
    ]
    .into_iter()
    .enumerate()
    {
        let connection = &mut snapshot.connections[at];
        connection.access = access;
        connection.expires = expires;
        connection.ending = Some("x4Qz".to_owned());
        connection.default = at == 0;
        connection.read_only = at == 1;
        connection.enabled = at != 2;
    }
    let mut desk = Desk::with(setup, Fake::new(9, snapshot));
    desk.keys("4");
    desk
}

/// The chosen connection just failed its test.
fn table_tested(setup: Setup) -> Desk {
    let mut desk = table(setup);
    desk.keys("m enter");
    answer(&mut desk, |effect| match effect {
        Effect::Manage(ticket, _) => Some(Event::Tested(
            *ticket,
            Report {
                alias: Alias::from("acme"),
                checks: vec![
                    check("name resolves", true, "acme"),
                    check("signed in", false, "HTTP 401"),
                ],
                done: true,
            },
        )),
        _ => None,
    });
    desk
}

type Scene = (&'static str, fn(Setup) -> Desk);

const SCENES: &[Scene] = &[
    ("kind", opened),
    ("access-cloud", |setup| {
        let mut desk = opened(setup);
        desk.keys("enter");
        desk
    }),
    ("access-data-center", |setup| {
        let mut desk = opened(setup);
        desk.keys("down enter");
        desk
    }),
    ("site", |setup| site(setup, Deployment::Cloud, 0)),
    ("site-mismatch", |setup| {
        let mut desk = site(setup, Deployment::Cloud, 0);
        desk.keys("ctrl-u");
        desk.text("jira.example.com");
        desk.keys("enter");
        probed(&mut desk, Deployment::DataCenter);
        desk
    }),
    ("guide-cloud", |setup| {
        let mut desk = site(setup, Deployment::Cloud, 1);
        desk.keys("enter");
        desk
    }),
    ("guide-data-center", |setup| {
        let mut desk = site(setup, Deployment::DataCenter, 2);
        desk.keys("enter");
        desk
    }),
    ("credentials", token),
    ("credentials-flaws", |setup| {
        let mut desk = site(setup, Deployment::Cloud, 0);
        desk.keys("enter enter");
        desk
    }),
    ("credentials-oauth2", |setup| {
        let mut desk = site(setup, Deployment::Cloud, 1);
        desk.keys("enter tab tab tab tab tab tab tab tab tab tab tab enter");
        desk
    }),
    ("credentials-key", |setup| {
        let mut desk = site(setup, Deployment::DataCenter, 1);
        desk.keys("enter");
        desk
    }),
    ("link", |setup| {
        let mut desk = site(setup, Deployment::DataCenter, 1);
        desk.keys("enter enter");
        key_made(&mut desk);
        desk
    }),
    ("authorize", authorizing),
    ("authorize-refused", refused),
    ("authorize-sites", sites),
    ("test", |setup| tested(setup, true)),
    ("test-failed", |setup| tested(setup, false)),
    ("review", reviewed),
    ("offer", |setup| {
        let mut desk = token(setup);
        desk.keys("ctrl-c n");
        desk
    }),
    ("edit", editing),
    ("remove", removing),
    ("rename", |setup| {
        let mut desk = table(setup);
        desk.keys("m r e n a m e enter");
        desk.text("!");
        desk
    }),
    ("menu", |setup| {
        let mut desk = table(setup);
        desk.keys("m");
        desk
    }),
    ("table", table),
    ("table-tested", table_tested),
];

#[test]
fn every_page_looks_as_it_did() {
    for (name, scene) in SCENES {
        for (width, height) in [(80, 24), (120, 36)] {
            let buffer = scene(setup(width, height)).buffer(Size::new(width, height));
            let name = format!("wizard-{name}-{width}x{height}");
            keep(&name, &text(&buffer));
            if width == 80 {
                keep(&format!("{name}-styles"), &styles(&buffer));
            }
        }
    }
}

#[test]
fn every_page_is_plain_where_it_has_to_be_and_shows_no_secret() {
    for (name, scene) in SCENES {
        for (width, height) in [(60, 20), (80, 24), (300, 80)] {
            let mut plain = setup(width, height);
            plain.look = Look {
                ascii: true,
                no_color: true,
                theme: ThemeName::Light,
                mouse: true,
                ..Look::default()
            };
            let desk = scene(plain);
            let buffer = desk.buffer(Size::new(width, height));
            for cell in &buffer.content {
                assert!(
                    cell.symbol().bytes().all(|byte| (0x20..0x7f).contains(&byte)),
                    "{name}: {:?}",
                    cell.symbol()
                );
                assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "{name}");
            }
            let screen = text(&buffer);
            let last = screen.lines().last().unwrap();
            assert!(
                last.ends_with("help") || last.ends_with("close"),
                "{name} {width}: {last}"
            );
            assert!(!screen.contains("hunter2"), "{name}");
            assert!(
                !format!("{:?} {:?}", desk.model, desk.effects).contains("hunter2"),
                "{name}"
            );
            let focus = buffer
                .content
                .iter()
                .any(|cell| cell.modifier.contains(Modifier::REVERSED) || cell.symbol() == ">");
            assert!(focus, "{name} {width}: nothing shows the focus");
        }
    }
}

#[test]
fn text_from_a_site_is_made_visible() {
    let desk = site(setup(100, 30), Deployment::Cloud, 0);
    let screen = desk.screen(100, 30);
    assert!(screen.contains("Payments ␛[31m⟨RLO⟩Jira"), "{screen}");
}
