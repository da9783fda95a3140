//! Screen 3: findings, what can be done about them, and the issues that they stand for.
//!
//! Must never be in here: IO or drawing. What is asked for goes out as [`Effect::Finding`], and comes
//! back through [`take`].

pub(crate) mod act;
pub(crate) mod dialog;
pub(crate) mod faces;
pub(crate) mod filter;
mod issue;
pub(crate) mod list;
pub(crate) mod menu;
pub(crate) mod reader;
mod sheet;
pub(crate) mod sources;
pub(crate) mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::event::{Effect, FindingAct, FindingAnswer, FindingAsk, ProposalRequest, Ticket, Tone};
use super::layout::{self, Pane, Regions};
use super::model::{Model, Screen, Slot};
use super::page::Context;
use crate::domain::{Alias, FindingQuery, FindingRow, FindingSort, FindingState, IssueId, Problem};
use crate::text::clean_line;
use filter::Parsed;
use list::FindingList;
use reader::FindingReader;
use sources::Sources;

/// The screen.
#[derive(Debug, Clone, Default)]
pub(crate) struct FindingsScreen {
    pub(crate) list: FindingList,
    pub(crate) reader: FindingReader,
    pub(crate) filter: String,
    parsed: Parsed,
    /// The tag that narrows the list beside the filter.
    pub(crate) tag: Option<String>,
    pub(crate) sort: FindingSort,
    pub(crate) reverse: bool,
    /// Store row of the finding that is shown full screen.
    pub(crate) page: Option<i64>,
    pub(crate) sources: Sources,
    /// Tags that findings were seen with, for whoever types one.
    tags: BTreeSet<String>,
    of_issue: OfIssue,
    /// What issues are being proposed.
    proposing: ProposalRequest,
    /// What was asked for last and leads somewhere: a proposal, a jump.
    expected: Option<Ticket>,
    /// What is being done.
    doing: Vec<Ticket>,
    /// The reading of sources that is under way; it is about no finding.
    reading: Option<Ticket>,
}

/// The findings that the issue on the Issues screen stands for.
#[derive(Debug, Clone, Default)]
struct OfIssue {
    issue: Option<(Alias, IssueId)>,
    rows: Vec<FindingRow>,
    stale: bool,
    slot: Slot,
    asked: Option<(Alias, IssueId)>,
}

impl FindingsScreen {
    /// What is wrong with the filter: something in it cannot be read, or nothing goes by that name.
    pub(crate) fn complaint(&self) -> Option<String> {
        if let Some(complaint) = self.parsed.complaints.first() {
            return Some(complaint.clone());
        }
        let known = self.sources.names();
        let mut asked = self.parsed.query.sources.iter().filter(|name| !known.contains(name));
        // Findings of a source that is configured no longer are there still.
        let unknown = asked.next().filter(|_| self.list.len() == 0 && !known.is_empty())?;
        let known = known.join(", ");
        Some(format!(
            "no source is called {}: {}",
            clean_line(unknown),
            clean_line(&known)
        ))
    }

    /// Whether something moves on the screen.
    pub(crate) fn spins(&self) -> bool {
        self.list.is_waiting() || self.expected.is_some() || !self.doing.is_empty() || self.sources.is_awaited()
    }

    /// Whether Jira or a connection is being asked about something that leads somewhere.
    pub(crate) fn is_asking(&self) -> bool {
        self.expected.is_some()
    }

    /// Whether there is nothing to show but how to begin.
    pub(crate) fn teaches(&self) -> bool {
        self.list.is_answered() && self.list.all() == 0 && self.sources.none()
    }

    /// What there is to say of a source that fails.
    pub(crate) fn trouble(&self) -> Option<(String, bool)> {
        self.sources.trouble()
    }

    /// The store has something new.
    pub(crate) fn invalidate(&mut self) {
        self.list.invalidate();
        self.reader.invalidate();
        self.sources.want();
        self.of_issue.stale = true;
    }

    pub(crate) fn set_filter(&mut self, text: &str) {
        text.clone_into(&mut self.filter);
        self.parsed = filter::parse(text);
    }

    /// What the list should be showing.
    pub(crate) fn question(&self) -> FindingQuery {
        let mut query = self.parsed.query.clone();
        query.tags.extend(self.tag.clone());
        // Who asks for closed ones among others means them.
        query.closed |= query.states.contains(&FindingState::Closed);
        FindingQuery {
            sort: self.sort,
            reverse: self.reverse,
            ..query
        }
    }

    /// The finding that is read: the page's, else the chosen one, if its text is here.
    pub(crate) fn read(&self) -> Option<&FindingRow> {
        let wanted = self.page.or(self.list.selected())?;
        let seen = self.reader.seen().map(|seen| &seen.detail.row);
        seen.filter(|row| row.row == wanted)
    }

    /// The finding that actions are about.
    pub(crate) fn current(&self) -> Option<&FindingRow> {
        match self.page {
            Some(page) => self
                .read()
                .or_else(|| self.list.current().filter(|current| current.row == page)),
            None => self.list.current(),
        }
    }

    /// What actions are about: the marked ones, else the current one.
    pub(crate) fn meant(&self) -> Vec<FindingRow> {
        if self.page.is_none() && self.list.marked().len() > 0 {
            return self.list.marked().cloned().collect();
        }
        self.current().cloned().into_iter().collect()
    }

    /// Findings of the issue that is being read on the Issues screen.
    pub(crate) fn of_issue(&self) -> &[FindingRow] {
        &self.of_issue.rows
    }

    /// Tags that findings were seen with.
    pub(crate) fn tags(&self) -> &BTreeSet<String> {
        &self.tags
    }
}

/// Asks for something that leads somewhere once it comes; what was asked before does so no more.
pub(crate) fn expect(model: &mut Model, ask: FindingAsk, out: &mut Vec<Effect>) {
    let ticket = model.requests.ticket();
    model.findings.expected = Some(ticket);
    out.push(Effect::Finding(ticket, ask));
}

/// Has something done.
pub(crate) fn begin(model: &mut Model, act: FindingAct, out: &mut Vec<Effect>) {
    let ticket = model.requests.ticket();
    if matches!(act, FindingAct::Refresh(_)) {
        model.findings.reading = Some(ticket);
    }
    model.findings.doing.push(ticket);
    out.push(Effect::Finding(ticket, FindingAsk::Act(act)));
}

/// Takes an answer to what was asked.
pub(super) fn take(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<Box<FindingAnswer>, Problem>,
    out: &mut Vec<Effect>,
) {
    match answer {
        Ok(answer) => answered(model, ticket, *answer, out),
        Err(problem) => failed(model, ticket, &problem),
    }
}

fn answered(model: &mut Model, ticket: Ticket, answer: FindingAnswer, out: &mut Vec<Effect>) {
    let findings = &mut model.findings;
    let expected = findings.expected == Some(ticket);
    match answer {
        FindingAnswer::Page(page, offset) => {
            let tags = page.rows.iter().filter_map(|row| row.tag.clone());
            findings.tags.extend(tags);
            findings.list.loaded(ticket, page, offset);
        }
        FindingAnswer::Detail(seen) => findings.reader.loaded(ticket, seen.map(|seen| *seen)),
        FindingAnswer::Sources(sources) => sources::loaded(model, ticket, sources),
        FindingAnswer::OfIssue(rows) if expected => {
            findings.expected = None;
            act::jump_to_finding(model, &rows);
        }
        FindingAnswer::OfIssue(rows) => {
            if findings.of_issue.slot.finish(ticket) {
                findings.of_issue.rows = rows;
                findings.of_issue.issue = findings.of_issue.asked.take();
                model.reader.remake();
            }
        }
        FindingAnswer::IssueRow(row) if expected => {
            findings.expected = None;
            act::jump_to_issue(model, row);
        }
        FindingAnswer::Proposed(proposal) if expected => {
            findings.expected = None;
            act::proposed(model, proposal, out);
        }
        FindingAnswer::Issues(issues) => dialog::link::found(model, ticket, issues, out),
        FindingAnswer::Verified(target) => dialog::link::verified(model, ticket, target, out),
        FindingAnswer::Done(text) => {
            findings.doing.retain(|doing| *doing != ticket);
            if findings.reading.take_if(|reading| *reading == ticket).is_none() {
                findings.list.unmark_all();
            }
            model.say(Tone::Good, clean_line(&text).into_owned());
        }
        // Whoever asked has gone on to something else.
        FindingAnswer::IssueRow(_) | FindingAnswer::Proposed(_) => {}
    }
}

fn failed(model: &mut Model, ticket: Ticket, problem: &Problem) {
    let findings = &mut model.findings;
    if findings.list.failed(ticket, problem) && findings.list.len() == 0 {
        // An empty list shows the problem in full.
        return;
    }
    findings.reader.failed(ticket);
    findings.sources.failed(ticket);
    findings.of_issue.slot.finish(ticket);
    findings.expected.take_if(|expected| *expected == ticket);
    findings.doing.retain(|doing| *doing != ticket);
    if !dialog::link::failed(model, ticket, problem) {
        let text = format!("{} · {}", clean_line(&problem.message), clean_line(&problem.remedy));
        model.complain(text);
    }
}

/// After every event: what the new state makes necessary to read, scroll or break anew.
pub(super) fn settle(model: &mut Model, regions: &Regions, out: &mut Vec<Effect>) {
    request_of_issue(model, out);
    sources::settle(model, out);
    dialog::link::settle(model, out);
    if model.screen != Screen::Findings {
        return;
    }
    let height = rows_in_sight(model, regions);
    model.findings.list.keep_in_sight(height);
    let question = model.findings.question();
    if let Some((query, around)) = model.findings.list.wants(&question, height) {
        let ticket = model.requests.ticket();
        model.findings.list.asked(ticket, &query);
        out.push(Effect::Finding(ticket, FindingAsk::Page(query, around)));
    }
    let shown = [Pane::Finding, Pane::FindingIssue];
    let visible = shown.iter().any(|pane| regions.pane(*pane).is_some());
    let findings = &model.findings;
    let wanted = findings.page.or(findings.list.selected()).filter(|_| visible);
    if let Some(row) = findings.reader.wants(wanted) {
        let ticket = model.requests.ticket();
        model.findings.reader.asked(ticket, row);
        out.push(Effect::Finding(ticket, FindingAsk::Detail(row)));
    }
    let zone = model.zone.clone();
    let context = Context {
        now: model.now,
        zone: &zone,
        findings: &[],
    };
    let full = model.findings.page.is_some();
    model.findings.reader.settle(regions, full, &context);
}

/// Rows of the list in sight; what it had, while it is not on the screen.
fn rows_in_sight(model: &Model, regions: &Regions) -> usize {
    regions.pane(Pane::Findings).map_or(model.size.height.into(), |rect| {
        layout::finding_parts(rect, model).rows.height.into()
    })
}

/// What the issue that is being read stands for is asked along with it.
fn request_of_issue(model: &mut Model, out: &mut Vec<Effect>) {
    let read = model.reader.detail().map(|detail| &detail.row);
    let Some((alias, id)) = read.map(|row| (row.alias.clone(), row.id.clone())) else {
        return;
    };
    let issue = (alias, id);
    let of_issue = &mut model.findings.of_issue;
    let same = of_issue.issue.as_ref() == Some(&issue);
    if !same && !of_issue.rows.is_empty() {
        of_issue.rows.clear();
        model.reader.remake();
    }
    let of_issue = &mut model.findings.of_issue;
    if !same || of_issue.stale {
        of_issue.slot.want();
    }
    if model.screen == Screen::Issues && of_issue.slot.is_due() {
        let ticket = model.requests.ticket();
        of_issue.stale = false;
        of_issue.slot.start(ticket);
        of_issue.asked = Some(issue.clone());
        out.push(Effect::Finding(ticket, FindingAsk::OfIssue(issue.0, issue.1)));
    }
}
