//! Which issue to link to: by key, by address, or by words; looked for in the cache as one types, and
//! on the sites where the cache has none.
//!
//! Must never be in here: drawing. What Enter links to is always what the box shows as chosen.

use super::Dialog;
use crate::app::event::{Effect, FindingAct, FindingAsk, IssueTarget, Ticket, finding::label_of};
use crate::app::findings::begin;
use crate::app::line_edit::LineEdit;
use crate::app::list::{Motion, scroll_to};
use crate::app::model::Model;
use crate::app::overlay::Layer;
use crate::domain::{Alias, FindingRow, IssueKey, IssueReference, Problem};
use crate::text::clean_line;

/// Issues in sight at once.
pub(crate) const ROWS: usize = 10;

/// Which issue to link to.
#[derive(Debug, Clone)]
pub(crate) struct LinkBox {
    pub(crate) title: String,
    rows: Vec<i64>,
    /// The outbox item that made the issue.
    settles: Option<i64>,
    pub(crate) input: LineEdit,
    asked: Option<(Ticket, String)>,
    /// The text that `items` answer.
    answered: Option<String>,
    pub(crate) items: Vec<IssueTarget>,
    pub(crate) cursor: usize,
    pub(crate) top: usize,
    /// An issue of the list was pointed at, whatever is typed.
    pointed: bool,
    /// Enter came before what was typed had been looked for.
    hasty: bool,
    verifying: Option<Ticket>,
    /// The sites are being asked for these words.
    searching: Option<(Ticket, String)>,
    /// The words that the sites were asked for.
    searched: Option<String>,
    pub(crate) problem: Option<String>,
}

/// What Enter would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// Link to the chosen issue.
    Link,
    /// Ask Jira for this issue: none of the list is it.
    Ask(IssueKey),
    /// Ask the sites for issues with these words.
    Search,
    /// Nothing: no connection leads to this address.
    Elsewhere(String),
    /// Nothing: neither here nor on the sites is such an issue.
    Nothing,
    /// What is typed has not been looked for yet.
    Wait,
}

/// Asks which issue to link to. What the finding itself names is offered first.
pub(in crate::app::findings) fn open(model: &mut Model, meant: &[FindingRow], settles: Option<i64>) {
    let what = match meant {
        [one] => label_of(&one.id),
        several => format!("{} findings", several.len()),
    };
    let read = model.findings.reader.seen().map(|seen| &seen.detail);
    let named = read
        .filter(|detail| meant.len() == 1 && meant.iter().any(|row| row.row == detail.row.row))
        .and_then(|detail| detail.finding.keys.first());
    model.layers.push(Layer::Finding(Dialog::Link(Box::new(LinkBox {
        title: format!("Link {what} to"),
        rows: meant.iter().map(|row| row.row).collect(),
        settles,
        input: LineEdit::new(named.map(String::as_str).unwrap_or_default()),
        asked: None,
        answered: None,
        items: Vec::new(),
        cursor: 0,
        top: 0,
        pointed: false,
        hasty: false,
        verifying: None,
        searching: None,
        searched: None,
        problem: None,
    }))));
}

impl LinkBox {
    /// Whether the sites are being asked.
    pub(crate) fn is_asking(&self) -> bool {
        self.verifying.is_some() || self.searching.is_some()
    }

    /// What Enter would do now.
    pub(crate) fn next(&self, model: &Model) -> Next {
        let text = self.input.text();
        if self.answered.as_deref() != Some(text) {
            return Next::Wait;
        }
        if self.pointed && !self.items.is_empty() {
            return Next::Link;
        }
        match IssueReference::read(text) {
            Some(reference) if aliases(model, &reference).is_empty() => {
                Next::Elsewhere(clean_line(reference.address.as_deref().unwrap_or(text)).into_owned())
            }
            Some(reference) if self.items.iter().all(|item| item.key != reference.key) => Next::Ask(reference.key),
            Some(_) => Next::Link,
            None if !self.items.is_empty() => Next::Link,
            None if text.trim().is_empty() || self.searched.as_deref() == Some(text) => Next::Nothing,
            None => Next::Search,
        }
    }

    pub(super) fn go(&mut self, motion: Motion) {
        // The first step is onto the list, where what was typed is none of its issues.
        let first = !self.pointed && self.typed_is_not_there();
        let cursor = if first {
            0
        } else {
            motion.target(self.cursor, self.items.len(), ROWS)
        };
        self.point_at(cursor);
    }

    fn typed_is_not_there(&self) -> bool {
        let typed = IssueReference::read(self.input.text());
        typed.is_some_and(|typed| self.items.iter().all(|item| item.key != typed.key))
    }

    /// Chooses an issue of the list.
    pub(crate) fn point_at(&mut self, index: usize) {
        self.pointed = true;
        self.cursor = index.min(self.items.len().saturating_sub(1));
        self.top = scroll_to(self.cursor, self.top, self.items.len(), ROWS);
    }

    /// What was typed changed: what was said of it, or waits for it, is over.
    pub(super) fn retyped(&mut self) {
        self.problem = None;
        self.hasty = false;
    }

    fn act(&self, target: IssueTarget) -> FindingAct {
        match self.settles {
            Some(pending) => FindingAct::Settle(pending, target),
            None => FindingAct::Link(self.rows.clone(), target),
        }
    }

    fn show(&mut self, items: Vec<IssueTarget>, text: String) {
        self.items = items;
        self.answered = Some(text);
        (self.cursor, self.top, self.pointed) = (0, 0, false);
    }
}

/// The connections that a reference may lead to.
fn aliases(model: &Model, reference: &IssueReference) -> Vec<Alias> {
    let connections = model.snapshot.connections.iter();
    let may = connections.filter(|connection| reference.may_be_on(&connection.site));
    may.map(|connection| connection.alias.clone()).collect()
}

fn link_box(model: &mut Model) -> Option<&mut LinkBox> {
    model.layers.iter_mut().rev().find_map(|layer| match layer {
        Layer::Finding(Dialog::Link(link)) => Some(&mut **link),
        _ => None,
    })
}

fn close(model: &mut Model) {
    model
        .layers
        .retain(|layer| !matches!(layer, Layer::Finding(Dialog::Link(_))));
}

/// Looks for what was typed, one look at a time.
pub(in crate::app::findings) fn settle(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(link) = link_box(model) else { return };
    let text = link.input.text().to_owned();
    if link.asked.is_some() || link.answered.as_ref() == Some(&text) {
        return;
    }
    let ticket = model.requests.ticket();
    if let Some(link) = link_box(model) {
        link.asked = Some((ticket, text.clone()));
        let wanted = IssueReference::read(&text).map_or(text.trim().to_owned(), |typed| typed.key.to_string());
        out.push(Effect::Finding(ticket, FindingAsk::Search(wanted)));
    }
}

/// Takes issues that were looked for. Of an address only the issue itself is meant, and only on the
/// connections that it leads to.
pub(in crate::app::findings) fn found(
    model: &mut Model,
    ticket: Ticket,
    mut issues: Vec<IssueTarget>,
    out: &mut Vec<Effect>,
) {
    let Some(link) = link_box(model) else { return };
    if let Some((_, text)) = link.searching.take_if(|(asked, _)| *asked == ticket) {
        link.searched = Some(text.clone());
        if link.input.text() == text {
            link.show(issues, text);
        }
        return;
    }
    let Some((_, text)) = link.asked.take_if(|(asked, _)| *asked == ticket) else {
        return;
    };
    let typed = IssueReference::read(&text);
    if let Some(reference) = typed.as_ref().filter(|reference| reference.address.is_some()) {
        let there = aliases(model, reference);
        issues.retain(|issue| issue.key == reference.key && there.contains(&issue.alias));
    }
    let Some(link) = link_box(model) else { return };
    let current = link.input.text() == text;
    link.show(issues, text);
    if current && std::mem::take(&mut link.hasty) && typed.is_some() {
        choose(model, out);
    }
}

/// Takes an issue that its connection has.
pub(in crate::app::findings) fn verified(
    model: &mut Model,
    ticket: Ticket,
    target: IssueTarget,
    out: &mut Vec<Effect>,
) {
    let Some(link) = link_box(model).filter(|link| link.verifying == Some(ticket)) else {
        return;
    };
    let act = link.act(target);
    close(model);
    begin(model, act, out);
}

/// Takes a failure; `false` if it is about something else.
pub(in crate::app::findings) fn failed(model: &mut Model, ticket: Ticket, problem: &Problem) -> bool {
    let Some(link) = link_box(model) else { return false };
    let looked = link.asked.take_if(|(asked, _)| *asked == ticket);
    let searched = link.searching.take_if(|(asked, _)| *asked == ticket).is_some();
    let verified = link.verifying.take_if(|asked| *asked == ticket).is_some();
    let ours = looked.is_some() || searched || verified;
    if ours {
        link.hasty = false;
        link.answered = looked.map(|(_, text)| text).or(link.answered.take());
        let text = format!("{} · {}", clean_line(&problem.message), clean_line(&problem.remedy));
        link.problem = Some(text);
    }
    ours
}

/// Links to the chosen issue; what is not cached is asked for first.
pub(crate) fn choose(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Finding(Dialog::Link(link))) = model.layers.last() else {
        return;
    };
    if link.is_asking() {
        return;
    }
    match link.next(model) {
        Next::Link => {
            if let Some(target) = link.items.get(link.cursor).cloned() {
                let act = link.act(target);
                model.layers.pop();
                begin(model, act, out);
            }
        }
        Next::Ask(key) => {
            let reference = IssueReference::read(link.input.text());
            // An address is asked for where it leads; a key alone may be of any connection.
            let of_address = reference.filter(|reference| reference.address.is_some());
            let alias = of_address.and_then(|reference| aliases(model, &reference).into_iter().next());
            let ticket = model.requests.ticket();
            if let Some(link) = link_box(model) {
                link.verifying = Some(ticket);
                link.problem = None;
            }
            out.push(Effect::Finding(ticket, FindingAsk::Verify(alias, key)));
        }
        Next::Search => {
            let ticket = model.requests.ticket();
            if let Some(link) = link_box(model) {
                let text = link.input.text().to_owned();
                link.searching = Some((ticket, text.clone()));
                link.problem = None;
                out.push(Effect::Finding(ticket, FindingAsk::SearchSites(text)));
            }
        }
        Next::Wait => {
            if let Some(link) = link_box(model) {
                link.hasty = true;
            }
        }
        Next::Elsewhere(_) | Next::Nothing => {}
    }
}
