//! Boxes about findings: what an issue would hold before it is made, and which issue to link to.
//!
//! Must never be in here: a box that a repeated key or Enter alone confirms, or drawing.

use crossterm::event::{KeyCode, KeyModifiers};

use super::begin;
use crate::app::chord::Chord;
use crate::app::event::{Effect, FindingAct, FindingAsk, IssueTarget, Planned, Ticket, Tone, finding::name_of};
use crate::app::line_edit::LineEdit;
use crate::app::list::{Motion, scroll_to};
use crate::app::model::Model;
use crate::app::overlay::Layer;
use crate::app::role::{Line, Role};
use crate::domain::{Alias, FindingRow, IssueKey, Problem};
use crate::text::{clean_line, truncate, width};

/// Issues in sight at once.
pub(crate) const ROWS: usize = 10;

/// A box.
#[derive(Debug, Clone)]
pub(crate) enum Dialog {
    Create(Create),
    Link(Box<LinkBox>),
}

/// Before issues are made.
#[derive(Debug, Clone)]
pub(crate) struct Create {
    plan: Vec<Planned>,
    /// The button that creates has the focus.
    pub(crate) on_yes: bool,
    pub(crate) scroll: usize,
}

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
    verifying: Option<Ticket>,
    pub(crate) problem: Option<String>,
}

/// Shows what issues would hold.
pub(super) fn create(model: &mut Model, plan: Vec<Planned>) {
    if plan.is_empty() {
        model.say(Tone::Plain, "there is nothing to create");
        return;
    }
    model.layers.push(Layer::Finding(Dialog::Create(Create {
        plan,
        on_yes: false,
        scroll: 0,
    })));
}

/// Asks which issue to link to. What the finding itself names is offered first.
pub(super) fn link(model: &mut Model, meant: &[FindingRow], settles: Option<i64>) {
    let what = match meant {
        [one] => name_of(&one.id),
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
        verifying: None,
        problem: None,
    }))));
}

/// The key that a text is or leads to, and the site that it leads to.
pub(crate) fn reference(text: &str) -> Option<(Option<&str>, IssueKey)> {
    let text = text.trim();
    let (site, key) = match text.split_once("/browse/") {
        Some((site, rest)) => {
            let end = rest.find(['?', '#', '/']).unwrap_or(rest.len());
            (Some(site), rest.get(..end)?)
        }
        None => (None, text),
    };
    let (project, number) = key.rsplit_once('-')?;
    let sound = project.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && project
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !number.is_empty()
        && number.len() <= 12
        && number.chars().all(|digit| digit.is_ascii_digit());
    sound.then(|| (site, IssueKey(key.to_ascii_uppercase())))
}

impl Create {
    /// Those that can be made.
    fn sound(&self) -> impl Iterator<Item = &Planned> {
        self.plan.iter().filter(|planned| planned.problem.is_none())
    }

    pub(crate) fn title(&self) -> String {
        match self.plan.as_slice() {
            [_] => "Create an issue".to_owned(),
            several => format!("Create {} issues", several.len()),
        }
    }

    /// What the box says above its buttons.
    pub(crate) fn lines(&self, cells: usize) -> Vec<Line> {
        match self.plan.as_slice() {
            [one] => one_plan(one, cells),
            several => several.iter().flat_map(|planned| short_plan(planned, cells)).collect(),
        }
    }
}

fn one_plan(planned: &Planned, cells: usize) -> Vec<Line> {
    let clean = |text: &str| truncate(&clean_line(text), cells);
    let mut lines = vec![
        Line::default().bold(clean(&planned.about), Role::Text),
        Line::of(
            clean(&format!("{} · by {}", planned.target, planned.mapping)),
            Role::Muted,
        ),
        Line::default(),
    ];
    if let Some(problem) = &planned.problem {
        for part in crate::text::wrap(&clean_line(problem), cells) {
            lines.push(Line::of(part, Role::Error));
        }
        lines.push(Line::default());
    }
    let longest = planned.fields.iter().map(|field| width(&clean_line(&field.name)));
    let label = longest.max().unwrap_or_default().min(cells / 3);
    for field in &planned.fields {
        let name = crate::text::pad(&truncate(&clean_line(&field.name), label), label);
        let room = cells.saturating_sub(label + 2);
        let sample = truncate(&clean_line(&field.sample), room);
        lines.push(Line::of(format!("{name}  "), Role::Muted).with(sample, Role::Text));
        if let Some(problem) = &field.problem {
            for part in crate::text::wrap(&clean_line(problem), room.max(8)) {
                lines.push(Line::of(" ".repeat(label + 2), Role::Text).with(part, Role::Error));
            }
        }
    }
    lines
}

fn short_plan(planned: &Planned, cells: usize) -> Vec<Line> {
    let clean = |text: &str| truncate(&clean_line(text), cells.saturating_sub(2));
    let mut lines = vec![Line::of(truncate(&clean_line(&planned.about), cells), Role::Text)];
    lines.push(match &planned.problem {
        Some(problem) => Line::of(format!("  {}", clean(problem)), Role::Error),
        None => Line::of(
            format!("  {}", clean(&format!("{} · by {}", planned.target, planned.mapping))),
            Role::Muted,
        ),
    });
    lines
}

impl LinkBox {
    /// What Enter does with what was typed, if no issue of the list is meant by it.
    pub(crate) fn unknown(&self) -> Option<IssueKey> {
        let (_, key) = reference(self.input.text())?;
        let known = self.items.iter().any(|item| item.key == key);
        (self.is_answered() && !known).then_some(key)
    }

    /// Whether the issues are those of what is typed.
    pub(crate) fn is_answered(&self) -> bool {
        self.answered.as_deref() == Some(self.input.text())
    }

    pub(crate) fn is_verifying(&self) -> bool {
        self.verifying.is_some()
    }

    fn go(&mut self, motion: Motion) {
        self.cursor = motion.target(self.cursor, self.items.len(), ROWS);
        self.top = scroll_to(self.cursor, self.top, self.items.len(), ROWS);
    }

    fn act(&self, target: IssueTarget) -> FindingAct {
        match self.settles {
            Some(pending) => FindingAct::Settle(pending, target),
            None => FindingAct::Link(self.rows.clone(), target),
        }
    }
}

fn link_box(model: &mut Model) -> Option<&mut LinkBox> {
    model.layers.iter_mut().rev().find_map(|layer| match layer {
        Layer::Finding(Dialog::Link(link)) => Some(&mut **link),
        _ => None,
    })
}

fn close_link(model: &mut Model) {
    model
        .layers
        .retain(|layer| !matches!(layer, Layer::Finding(Dialog::Link(_))));
}

/// Looks for what was typed, one look at a time.
pub(super) fn settle(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(link) = link_box(model) else { return };
    let text = link.input.text().to_owned();
    if link.asked.is_some() || link.answered.as_ref() == Some(&text) {
        return;
    }
    let ticket = model.requests.ticket();
    if let Some(link) = link_box(model) {
        link.asked = Some((ticket, text.clone()));
        let wanted = reference(&text).map_or(text.trim().to_owned(), |(_, key)| key.to_string());
        out.push(Effect::Finding(ticket, FindingAsk::Search(wanted)));
    }
}

/// Takes issues that were looked for.
pub(super) fn found(model: &mut Model, ticket: Ticket, issues: Vec<IssueTarget>) {
    let Some(link) = link_box(model) else { return };
    if let Some((_, text)) = link.asked.take_if(|(asked, _)| *asked == ticket) {
        link.items = issues;
        link.answered = Some(text);
        link.cursor = 0;
        link.top = 0;
    }
}

/// Takes an issue that its connection has.
pub(super) fn verified(model: &mut Model, ticket: Ticket, target: IssueTarget, out: &mut Vec<Effect>) {
    let Some(link) = link_box(model).filter(|link| link.verifying == Some(ticket)) else {
        return;
    };
    let act = link.act(target);
    close_link(model);
    begin(model, act, out);
}

/// Takes a failure; `false` if it is about something else.
pub(super) fn failed(model: &mut Model, ticket: Ticket, problem: &Problem) -> bool {
    let Some(link) = link_box(model) else { return false };
    let searched = link.asked.take_if(|(asked, _)| *asked == ticket);
    let verified = link.verifying.take_if(|asked| *asked == ticket).is_some();
    let ours = searched.is_some() || verified;
    if ours {
        link.answered = searched.map(|(_, text)| text).or(link.answered.take());
        let text = format!("{} · {}", clean_line(&problem.message), clean_line(&problem.remedy));
        link.problem = Some(text);
    }
    ours
}

pub(crate) fn key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let (code, mods) = chord.parts();
    match model.layers.last_mut() {
        Some(Layer::Finding(Dialog::Create(create))) => match code {
            KeyCode::Char('y') => answer(model, true, out),
            KeyCode::Enter => {
                let yes = create.on_yes;
                answer(model, yes, out);
            }
            KeyCode::Esc | KeyCode::Char('n' | 'q') => answer(model, false, out),
            KeyCode::Tab | KeyCode::BackTab => create.on_yes = !create.on_yes,
            KeyCode::Left | KeyCode::Char('h') => create.on_yes = false,
            KeyCode::Right | KeyCode::Char('l') => create.on_yes = true,
            KeyCode::Down | KeyCode::Char('j') => create.scroll = create.scroll.saturating_add(1),
            KeyCode::Up | KeyCode::Char('k') => create.scroll = create.scroll.saturating_sub(1),
            _ => {}
        },
        Some(Layer::Finding(Dialog::Link(link))) => match (code, mods) {
            (KeyCode::Esc, _) => {
                model.layers.pop();
            }
            (KeyCode::Enter, _) => choose(model, out),
            (KeyCode::Up | KeyCode::BackTab, _) | (KeyCode::Char('p'), KeyModifiers::CONTROL) => {
                link.go(Motion::Rows(-1));
            }
            (KeyCode::Down | KeyCode::Tab, _) | (KeyCode::Char('n'), KeyModifiers::CONTROL) => {
                link.go(Motion::Rows(1));
            }
            (KeyCode::PageDown, _) => link.go(Motion::Page(1)),
            (KeyCode::PageUp, _) => link.go(Motion::Page(-1)),
            _ => {
                if link.input.key(chord) {
                    link.problem = None;
                }
            }
        },
        _ => {}
    }
}

pub(crate) fn paste(dialog: &mut Dialog, text: &str) {
    if let Dialog::Link(link) = dialog {
        link.input.paste(text);
        link.problem = None;
    }
}

/// Closes the box over what would be made.
pub(crate) fn answer(model: &mut Model, yes: bool, out: &mut Vec<Effect>) {
    let Some(Layer::Finding(Dialog::Create(create))) = model.layers.last() else {
        return;
    };
    let sound: Vec<_> = create
        .sound()
        .map(|planned| (planned.row, planned.mapping.clone(), planned.project.clone()))
        .collect();
    if yes && sound.is_empty() {
        model.say(Tone::Bad, "nothing can be created before what is marked is mended");
        return;
    }
    model.layers.pop();
    if yes {
        begin(model, FindingAct::Create(sound), out);
    }
}

/// Links to the chosen issue; one that is not cached is asked for first.
pub(crate) fn choose(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Finding(Dialog::Link(link))) = model.layers.last() else {
        return;
    };
    if link.is_verifying() {
        return;
    }
    if let Some(key) = link.unknown() {
        let alias = site_of(model);
        let ticket = model.requests.ticket();
        if let Some(link) = link_box(model) {
            link.verifying = Some(ticket);
            link.problem = None;
        }
        out.push(Effect::Finding(ticket, FindingAsk::Verify(alias, key)));
        return;
    }
    if let Some(target) = link.items.get(link.cursor).cloned() {
        let act = link.act(target);
        model.layers.pop();
        begin(model, act, out);
    }
}

/// The connection that the address in the box belongs to.
fn site_of(model: &Model) -> Option<Alias> {
    let Some(Layer::Finding(Dialog::Link(link))) = model.layers.last() else {
        return None;
    };
    let (site, _) = reference(link.input.text())?;
    let site = site?.trim_end_matches('/');
    let mut connections = model.snapshot.connections.iter();
    let found = connections.find(|one| one.site.trim_end_matches('/').eq_ignore_ascii_case(site));
    found.map(|connection| connection.alias.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_addresses_are_told_from_words() {
        let table = [
            ("PAY-12", Some((None, "PAY-12"))),
            (" pay-12 ", Some((None, "PAY-12"))),
            (
                "https://acme.example.com/jira/browse/PAY-7?focused=1",
                Some((Some("https://acme.example.com/jira"), "PAY-7")),
            ),
            ("login fails", None),
            ("CVE-2024-1234", None),
            ("PAY-", None),
            ("-12", None),
            ("9A-1", None),
            ("https://acme.example.com/browse/", None),
        ];
        for (text, expected) in table {
            let found = reference(text);
            let found = found.as_ref().map(|(site, key)| (*site, key.as_str()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
