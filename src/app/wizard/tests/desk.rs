//! A dashboard with somebody at its keys and a world that answers.

use std::path::PathBuf;

use crossterm::event::Event as TermEvent;
use jiff::SignedDuration;
use ratatui::layout::Size;
use secrecy::ExposeSecret as _;

use crate::app::event::{Authorizing, Check, Draft, Effect, Event, KeyMade, Landed, Prepared, Probe, Report, Ticket};
use crate::app::setup::Setup;
use crate::app::tests::common::{self, connection};
pub(super) use crate::app::tests::common::{now, problem};
use crate::app::wizard::{Page, Wizard};
use crate::app::{Model, update};
use crate::config::{Config, ConnectionConfig};
use crate::domain::{Access, Deployment, Snapshot};

pub(super) const SECRET: &str = "hunter2-hunter2";

pub(super) fn check(name: &str, ok: bool) -> Check {
    Check {
        name: name.to_owned(),
        ok,
        detail: "seen".to_owned(),
        remedy: (!ok).then(|| "mend it".to_owned()),
    }
}

/// A dashboard with somebody at its keys and a world that answers.
pub(super) struct Desk {
    pub(super) model: Model,
    pub(super) effects: Vec<Effect>,
    /// The kind of Jira that answers everywhere.
    pub(super) kind: Deployment,
    pub(super) keyring: Result<(), String>,
    /// Connections in the config.
    pub(super) configured: Vec<ConnectionConfig>,
    /// Sites that a grant covers.
    pub(super) sites: Vec<String>,
    pub(super) listening: Result<(), String>,
    /// A check that fails.
    pub(super) failing: Option<&'static str>,
    pub(super) silent: bool,
}

impl Desk {
    pub(super) fn new(connections: &[(&str, Access)]) -> Self {
        let setup = Setup {
            now: now(),
            size: Size::new(100, 40),
            ..Setup::of(&Config::default(), "/config/config.toml".to_owned())
        };
        let snapshot = Snapshot {
            connections: connections
                .iter()
                .map(|(alias, access)| connection(alias, *access))
                .collect(),
            ..Snapshot::default()
        };
        Self {
            model: Model::new(setup, None, snapshot),
            effects: Vec::new(),
            kind: Deployment::Cloud,
            keyring: Ok(()),
            configured: Vec::new(),
            sites: Vec::new(),
            listening: Ok(()),
            failing: None,
            silent: false,
        }
    }

    pub(super) fn event(&mut self, event: Event) {
        let mut waiting = std::collections::VecDeque::from([event]);
        while let Some(event) = waiting.pop_front() {
            for effect in update(&mut self.model, event) {
                if !self.silent {
                    waiting.extend(self.answer(&effect));
                }
                self.effects.push(effect);
            }
            self.no_secret_leaks();
        }
    }

    pub(super) fn answer(&self, effect: &Effect) -> Vec<Event> {
        match effect {
            Effect::Prepare(ticket, alias) => {
                let mut all = self.configured.iter();
                let prepared = Prepared {
                    granted: true,
                    connection: all.find(|one| Some(&one.alias) == alias.as_ref()).cloned(),
                    aliases: self.configured.iter().map(|one| one.alias.clone()).collect(),
                    keyring: self.keyring.clone(),
                    folder: PathBuf::from("/data/keys"),
                    config_path: "/config/config.toml".to_owned(),
                };
                vec![Event::Prepared(*ticket, Ok(Box::new(prepared)))]
            }
            Effect::Probe(ticket, request) => {
                let probe = Probe {
                    url: request.url.clone(),
                    kind: self.kind,
                    version: "10.3.24".to_owned(),
                    title: Some("Jira".to_owned()),
                    clock: Some(0),
                    note: None,
                };
                vec![Event::Probed(*ticket, Ok(Box::new(probe)))]
            }
            Effect::MakeKey(ticket, _) | Effect::ReadKey(ticket, _) => {
                let key = KeyMade {
                    file: Some(PathBuf::from("/data/keys/made.pem")),
                    public_pem: "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n".to_owned(),
                    public_bare: "MIIB".to_owned(),
                    fingerprint: "SHA256:abc".to_owned(),
                    note: None,
                };
                vec![Event::KeyMade(*ticket, Ok(Box::new(key)))]
            }
            Effect::Authorize(ticket, draft) => {
                let waiting = Authorizing {
                    url: "https://auth.example.com/authorize?x=1".to_owned(),
                    callback: draft.connection.callback.clone(),
                    listening: self.listening.clone(),
                    until: now() + SignedDuration::from_mins(10),
                };
                vec![Event::Authorizing(*ticket, Ok(Box::new(waiting)))]
            }
            Effect::Land(ticket, pasted) => {
                let good = pasted.secret().expose_secret().contains("state=right");
                let landed = match good {
                    true if !self.sites.is_empty() => Ok(Landed::Sites(self.sites.clone())),
                    true => Ok(done()),
                    false => Err(problem("the state is not that of this attempt")),
                };
                vec![Event::Landed(*ticket, landed)]
            }
            Effect::ChooseSite(ticket, _) => vec![Event::Landed(*ticket, Ok(done()))],
            Effect::TestDraft(ticket, draft) => {
                let alias = draft.connection.alias.clone();
                let names = ["name resolves", "signed in", "search works"];
                let checks = names.map(|name| check(name, self.failing != Some(name))).to_vec();
                let report = Report {
                    alias,
                    checks,
                    done: true,
                };
                vec![Event::Tested(*ticket, report)]
            }
            Effect::PreviewDraft(ticket, _) | Effect::PreviewRemove(ticket, _) => {
                vec![Event::Previewed(
                    *ticket,
                    Ok(vec!["-old".to_owned(), "+new".to_owned()]),
                )]
            }
            Effect::WriteDraft(ticket, _) => vec![Event::Written(*ticket, Ok(()))],
            _ => Vec::new(),
        }
    }

    pub(super) fn keys(&mut self, keys: &str) -> &mut Self {
        common::keys(keys).for_each(|key| self.event(key));
        self
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        common::typed(text).for_each(|key| self.event(key));
        self
    }

    pub(super) fn paste(&mut self, text: &str) -> &mut Self {
        self.event(Event::Term(TermEvent::Paste(text.to_owned())));
        self
    }

    /// Steps written as keys, with what is typed in quotes and what is pasted in angles.
    pub(super) fn play(&mut self, script: &str) -> &mut Self {
        for step in script.split_inclusive(' ') {
            match step.trim().split_at_checked(1) {
                Some(("'", text)) => self.text(text.trim_end_matches('\'')),
                Some(("<", text)) => self.paste(&format!("{}\n", text.trim_end_matches('>'))),
                _ => self.keys(step),
            };
        }
        self
    }

    pub(super) fn wizard(&self) -> &Wizard {
        self.model.connecting.wizard.as_ref().expect("the wizard is open")
    }

    pub(super) fn page(&self) -> Page {
        self.wizard().page
    }

    pub(super) fn screen(&self) -> String {
        common::screen(&self.model)
    }

    fn no_secret_leaks(&self) {
        assert!(!format!("{:?}", self.model).contains(SECRET), "Debug of the model");
        assert!(!self.screen().contains(SECRET), "the screen");
        for effect in &self.effects {
            assert!(!format!("{effect:?}").contains(SECRET), "Debug of an effect");
            let carried = match effect {
                Effect::Authorize(_, draft)
                | Effect::ReadKey(_, draft)
                | Effect::TestDraft(_, draft)
                | Effect::PreviewDraft(_, draft)
                | Effect::WriteDraft(_, draft) => draft.connection.clone(),
                _ => continue,
            };
            assert!(!format!("{carried:?}").contains(SECRET), "the connection");
        }
    }

    /// What the wizard waits for first.
    pub(super) fn prepare(&self) -> Ticket {
        let mut effects = self.effects.iter().rev();
        let ticket = effects.find_map(|effect| match effect {
            Effect::Prepare(ticket, _) => Some(*ticket),
            _ => None,
        });
        ticket.expect("the wizard asks")
    }

    pub(super) fn written(&self) -> &Draft {
        let drafts = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::WriteDraft(_, draft) => Some(draft),
            _ => None,
        });
        drafts.expect("a draft was written")
    }

    pub(super) fn count(&self, is: fn(&Effect) -> bool) -> usize {
        self.effects.iter().filter(|effect| is(effect)).count()
    }

    pub(super) fn said(&self) -> String {
        crate::app::tests::said(&self.model).to_owned()
    }
}

pub(super) fn done() -> Landed {
    Landed::Done {
        account: "Ana Ruiz".to_owned(),
    }
}
