//! The sources: how each does, and whether the user waits for one to be read.

use jiff::Timestamp;

use super::begin;
use crate::app::event::{Effect, FindingAct, FindingAsk, Ticket, Tone};
use crate::app::model::{Model, Screen, Slot};
use crate::domain::{Problem, SourceState};
use crate::text::{clean_line, thousands};

/// After that long without news there is something in the way of them.
const PATIENCE: i64 = 15;

/// What is known of the sources.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    /// `None` until they were asked about for the first time.
    known: Option<Vec<SourceState>>,
    slot: Slot,
    awaited: Vec<Awaited>,
}

impl Default for Sources {
    fn default() -> Self {
        let mut slot = Slot::default();
        slot.want();
        Self {
            known: None,
            slot,
            awaited: Vec::new(),
        }
    }
}

/// A source that the user wants read, and how it did before.
#[derive(Debug, Clone)]
struct Awaited {
    before: SourceState,
    since: Timestamp,
}

impl Sources {
    pub(crate) fn known(&self) -> &[SourceState] {
        self.known.as_deref().unwrap_or_default()
    }

    /// Whether it is certain that there is none.
    pub(crate) fn none(&self) -> bool {
        self.known.as_ref().is_some_and(Vec::is_empty)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.known().iter().map(|source| source.name.clone()).collect()
    }

    pub(super) fn want(&mut self) {
        self.slot.want();
    }

    pub(super) fn failed(&mut self, ticket: Ticket) {
        self.slot.finish(ticket);
    }

    pub(super) fn is_awaited(&self) -> bool {
        !self.awaited.is_empty()
    }

    /// Which sources are being read because the user asked, for the status line.
    pub(crate) fn awaited_names(&self) -> Option<String> {
        let names: Vec<_> = self.awaited.iter().map(|one| clean_line(&one.before.name)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// The last look at any source that went through.
    pub(crate) fn read(&self) -> Option<Timestamp> {
        self.known().iter().filter_map(|source| source.read).max()
    }

    /// What there is to say of a source that fails, and whether it fails altogether.
    pub(super) fn trouble(&self) -> Option<(String, bool)> {
        let failing: Vec<&SourceState> = self.known().iter().filter(|one| one.problem.is_some()).collect();
        if let Some((source, problem)) = failing.first().and_then(|one| Some((one, one.problem.as_ref()?))) {
            let more = match failing.len() {
                1 => String::new(),
                more => format!(" · {} more sources fail", more - 1),
            };
            let name = clean_line(&source.name);
            let (message, remedy) = (clean_line(&problem.message), clean_line(&problem.remedy));
            let message = message.strip_prefix(&format!("{name}: ")).unwrap_or(&message);
            return Some((format!("{name}: {message} · {remedy}{more}"), true));
        }
        let source = self.known().iter().find(|one| !one.flaws.is_empty())?;
        let more = match source.flaws.len() {
            1 => String::new(),
            more => format!(" · {} more", more - 1),
        };
        let flaw = source.flaws.first().map(|flaw| clean_line(flaw).into_owned())?;
        Some((format!("{}: {flaw}{more}", clean_line(&source.name)), false))
    }
}

/// Has sources read: one, or all of them.
pub(crate) fn refresh(model: &mut Model, name: Option<String>, out: &mut Vec<Effect>) {
    let since = model.now;
    let asked = model.findings.sources.known().iter();
    let asked = asked.filter(|source| name.as_ref().is_none_or(|name| *name == source.name));
    let awaited: Vec<Awaited> = asked
        .map(|before| Awaited {
            before: before.clone(),
            since,
        })
        .collect();
    let sources = &mut model.findings.sources;
    sources
        .awaited
        .retain(|one| awaited.iter().all(|new| new.before.name != one.before.name));
    sources.awaited.extend(awaited);
    begin(model, FindingAct::Refresh(name), out);
}

/// Takes how the sources do.
pub(super) fn loaded(model: &mut Model, ticket: Ticket, known: Vec<SourceState>) {
    if model.findings.sources.slot.finish(ticket) {
        model.findings.sources.known = Some(known);
    }
}

/// Asks how the sources do, and tells what came of those that the user wanted read.
pub(super) fn settle(model: &mut Model, out: &mut Vec<Effect>) {
    let sources = &mut model.findings.sources;
    // Elsewhere nobody sees them; the palette names them once they are known.
    let wanted = model.screen == Screen::Findings || sources.known.is_none() || sources.is_awaited();
    if sources.slot.is_due() && wanted {
        let ticket = model.requests.ticket();
        sources.slot.start(ticket);
        out.push(Effect::Finding(ticket, FindingAsk::Sources));
    }
    if sources.awaited.is_empty() {
        return;
    }
    let mut awaited = std::mem::take(&mut model.findings.sources.awaited);
    awaited.retain(|one| match outcome(model, one) {
        Some((tone, text)) => {
            model.say(tone, text);
            false
        }
        None => true,
    });
    model.findings.sources.awaited = awaited;
}

/// `None` while nothing is known.
fn outcome(model: &Model, awaited: &Awaited) -> Option<(Tone, String)> {
    let before = &awaited.before;
    let name = clean_line(&before.name);
    let known = model.findings.sources.known().iter();
    let Some(now) = known.into_iter().find(|source| source.name == before.name) else {
        return Some((Tone::Bad, format!("{name}: no longer a source")));
    };
    if let Some(problem) = now.problem.as_ref().filter(|_| now.problem != before.problem) {
        return Some((Tone::Bad, told(&name, problem)));
    }
    if now.read != before.read {
        let news = match now.all.saturating_sub(before.all) {
            0 => "no new finding".to_owned(),
            1 => "1 new finding".to_owned(),
            new => format!("{} new findings", thousands(new)),
        };
        return Some((Tone::Good, format!("{name}: {news} · {} open", thousands(now.open))));
    }
    let waited = model.now.as_second() - awaited.since.as_second();
    (waited >= PATIENCE).then(|| match &now.problem {
        Some(problem) => (Tone::Bad, told(&name, problem)),
        None => (
            Tone::Bad,
            format!("{name}: not read yet · the sync log (6) says what it waits for"),
        ),
    })
}

fn told(name: &str, problem: &Problem) -> String {
    format!(
        "{name}: {} · {}",
        clean_line(&problem.message),
        clean_line(&problem.remedy)
    )
}
