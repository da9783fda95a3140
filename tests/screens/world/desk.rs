//! A dashboard without a loop, a terminal or a network.

use std::sync::Arc;

use crossterm::event::{Event as TermEvent, KeyCode, KeyEvent, KeyModifiers};
use crosstie::app::chord::Chord;
use crosstie::app::{Effect, Event, Model, Setup, update};
use crosstie::runtime::Library;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;

use super::super::{office::Office, shop::Shop};
use super::frame::{draw, text};
use super::library::{Fake, plan};
use super::{now, setup, snapshot};

/// A dashboard without a loop: effects that read are answered on the spot, others are kept.
pub(crate) struct Desk {
    pub(crate) model: Model,
    pub(crate) library: Arc<Fake>,
    pub(crate) findings: Shop,
    pub(crate) effects: Vec<Effect>,
    pub(crate) mappings: Office,
}

impl Desk {
    pub(crate) fn new(width: u16, height: u16) -> Self {
        Self::with(setup(width, height), Fake::new(9, snapshot()))
    }

    pub(crate) fn with(setup: Setup, library: Arc<Fake>) -> Self {
        let page = library.list(&setup.first_query()).ok();
        let snapshot = library.snapshot().unwrap();
        let mut desk = Self {
            model: Model::new(setup, page, snapshot),
            library,
            findings: Shop::default(),
            effects: Vec::new(),
            mappings: Default::default(),
        };
        desk.event(Event::Tick(now()));
        desk
    }

    pub(crate) fn event(&mut self, event: Event) {
        let mut queue = vec![event];
        while let Some(event) = queue.pop() {
            for effect in update(&mut self.model, event) {
                match self.answer(&effect) {
                    Some(answer) => queue.insert(0, answer),
                    None => self.effects.push(effect),
                }
            }
        }
    }

    fn answer(&self, effect: &Effect) -> Option<Event> {
        let library = &self.library;
        Some(match effect {
            Effect::Load(ticket, query) => match library.list(query) {
                Ok(page) => Event::Loaded(*ticket, page),
                Err(problem) => Event::Failed(*ticket, problem),
            },
            Effect::LoadDetail(ticket, row) => Event::Detail(*ticket, library.detail(*row).unwrap().map(Box::new)),
            Effect::LoadSnapshot(ticket) => Event::SnapshotRead(*ticket, Box::new(library.snapshot().unwrap())),
            Effect::CountTags(ticket, jql) => Event::TagsCounted(*ticket, library.tag_counts(jql).unwrap()),
            Effect::Complete(ticket, request) => Event::Completed(*ticket, library.complete(request).unwrap()),
            Effect::LoadFields(ticket) => Event::FieldsRead(*ticket, library.fields().unwrap()),
            Effect::PlanViews(ticket, views) => Event::ViewsPlanned(*ticket, Some(plan(views))),
            Effect::CountViews(ticket, queries) => Event::Counted(*ticket, library.counts(queries).unwrap()),
            Effect::Mapping(ticket, question) => Event::Mapping(*ticket, Ok(Box::new(self.mappings.answer(question)?))),
            Effect::Finding(ticket, ask) => Event::Finding(*ticket, Ok(Box::new(self.findings.answer(ask)?))),
            _ => return None,
        })
    }

    /// Presses keys, separated by spaces.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ').filter(|key| !key.is_empty()) {
            let (code, mods) = Chord::parse(key).unwrap().parts();
            self.event(Event::Term(TermEvent::Key(KeyEvent::new(code, mods))));
        }
        self
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
            self.event(Event::Term(TermEvent::Key(key)));
        }
        self
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.event(Event::Term(TermEvent::Resize(width, height)));
        self
    }

    pub(crate) fn buffer(&self, size: Size) -> Buffer {
        draw(&self.model, size)
    }

    pub(crate) fn screen(&self, width: u16, height: u16) -> String {
        text(&self.buffer(Size::new(width, height)))
    }
}
