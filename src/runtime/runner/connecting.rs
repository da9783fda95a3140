//! Hands what concerns connections to the connector.

use std::sync::Arc;

use super::Runner;
use crate::app::{Effect, Event, MappingQuestion, Ticket};
use crate::runtime::connector::{Attempt, Connector, Reports, Work};

impl Runner {
    /// Starts an effect that is about connections; any other comes to nothing.
    pub(super) fn connect(&mut self, effect: Effect) {
        let connector = Arc::clone(&self.host.connector);
        match effect {
            Effect::Prepare(ticket, alias) => self.answer(connector.prepare(alias), move |prepared| {
                Event::Prepared(ticket, prepared.map(Box::new))
            }),
            Effect::Probe(ticket, request) => self.answer(connector.probe(request), move |probe| {
                Event::Probed(ticket, probe.map(Box::new))
            }),
            Effect::MakeKey(ticket, request) => self.answer(connector.make_key(request), move |key| {
                Event::KeyMade(ticket, key.map(Box::new))
            }),
            Effect::ReadKey(ticket, draft) => self.answer(connector.read_key(*draft), move |key| {
                Event::KeyMade(ticket, key.map(Box::new))
            }),
            Effect::Land(ticket, pasted) => {
                self.answer(connector.land(pasted), move |landed| Event::Landed(ticket, landed));
            }
            Effect::ChooseSite(ticket, site) => {
                self.answer(connector.choose_site(site), move |landed| Event::Landed(ticket, landed));
            }
            Effect::PreviewDraft(ticket, draft) => {
                self.answer(connector.preview(*draft), move |lines| Event::Previewed(ticket, lines));
            }
            Effect::PreviewRemove(ticket, alias) => self.answer(connector.preview_remove(alias), move |lines| {
                Event::Previewed(ticket, lines)
            }),
            Effect::WriteDraft(ticket, draft) => {
                self.answer(connector.write(*draft), move |written| Event::Written(ticket, written));
            }
            Effect::Manage(ticket, job) => {
                let reports = Reports::new(ticket, self.events.clone());
                self.answer(connector.manage(job, reports), move |said| Event::Managed(ticket, said));
            }
            other => self.attempt(connector.as_ref(), other),
        }
        self.forget_finished();
    }

    /// Finds something out for mappings.
    pub(super) fn map(&mut self, ticket: Ticket, question: MappingQuestion) {
        let work = self.host.mapper.ask(question);
        self.answer(work, move |answer| Event::Mapping(ticket, answer.map(Box::new)));
        self.forget_finished();
    }

    /// What is given up when another one begins.
    fn attempt(&mut self, connector: &dyn Connector, effect: Effect) {
        match effect {
            Effect::Authorize(ticket, draft) => {
                self.cancel_attempt(connector);
                let attempt = Attempt::new(ticket, self.events.clone());
                self.grant = Some(self.tasks.spawn(connector.authorize(*draft, attempt)));
            }
            Effect::CancelAuthorize => self.cancel_attempt(connector),
            Effect::TestDraft(ticket, draft) => {
                self.cancel_test();
                let reports = Reports::new(ticket, self.events.clone());
                self.test = Some(self.tasks.spawn(connector.test(*draft, reports)));
            }
            Effect::CancelTest => self.cancel_test(),
            _ => {}
        }
    }

    fn cancel_attempt(&mut self, connector: &dyn Connector) {
        if let Some(task) = self.grant.take() {
            task.abort();
        }
        connector.cancel_authorize();
    }

    fn cancel_test(&mut self) {
        if let Some(task) = self.test.take() {
            task.abort();
        }
    }

    pub(super) fn answer<T: Send + 'static>(&mut self, work: Work<T>, event: impl FnOnce(T) -> Event + Send + 'static) {
        let events = self.events.clone();
        self.tasks.spawn(async move {
            let event = event(work.await);
            // Nobody listens any more once the dashboard has ended.
            let _ended = events.send(event).await;
        });
    }
}
