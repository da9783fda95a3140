//! Hands what concerns findings to who knows them.

use std::sync::Arc;

use super::Runner;
use crate::app::{Event, FindingAnswer, FindingAsk, Ticket};
use crate::domain::Problem;
use crate::runtime::Findings;

impl Runner {
    /// Reads or has done what was asked for.
    pub(super) fn find(&mut self, ticket: Ticket, ask: FindingAsk) {
        use FindingAnswer as A;
        let findings = Arc::clone(&self.host.findings);
        match ask {
            FindingAsk::Page(query, around) => self.look(ticket, move |findings| {
                let (page, offset) = findings.page(&query, around)?;
                Ok(A::Page(page, offset))
            }),
            FindingAsk::Detail(row) => self.look(ticket, move |findings| {
                Ok(A::Detail(findings.detail(row)?.map(Box::new)))
            }),
            FindingAsk::OfIssue(alias, issue) => self.look(ticket, move |findings| {
                Ok(A::OfIssue(findings.of_issue(&alias, &issue)?))
            }),
            FindingAsk::Sources => self.look(ticket, |findings| Ok(A::Sources(findings.sources()?))),
            FindingAsk::IssueRow(alias, issue) => self.look(ticket, move |findings| {
                Ok(A::IssueRow(findings.issue_row(&alias, &issue)?))
            }),
            FindingAsk::Search(text) => self.look(ticket, move |findings| Ok(A::Issues(findings.search(&text)?))),
            FindingAsk::SearchSites(text) => self.answer(findings.search_sites(text), move |found| {
                event(ticket, found.map(A::Issues))
            }),
            FindingAsk::Verify(alias, key) => self.answer(findings.verify(alias, key), move |target| {
                event(ticket, target.map(A::Verified))
            }),
            FindingAsk::Propose(request) => self.answer(findings.propose(request), move |proposal| {
                event(ticket, proposal.map(A::Proposed))
            }),
            FindingAsk::Act(act) => self.answer(findings.act(act), move |said| event(ticket, said.map(A::Done))),
        }
        self.forget_finished();
    }

    /// Reads something on a thread that may block.
    fn look(
        &mut self,
        ticket: Ticket,
        job: impl FnOnce(&dyn Findings) -> Result<FindingAnswer, Problem> + Send + 'static,
    ) {
        let findings = Arc::clone(&self.host.findings);
        let events = self.events.clone();
        self.tasks.spawn_blocking(move || {
            // Nobody listens any more once the dashboard has ended.
            let _ended = events.blocking_send(event(ticket, job(findings.as_ref())));
        });
    }
}

fn event(ticket: Ticket, answer: Result<FindingAnswer, Problem>) -> Event {
    Event::Finding(ticket, answer.map(Box::new))
}
