//! A finding as lines of text: facts, body, timeline, files, own fields, what is related.
//!
//! Must never be in here: colours (only roles), scrolling, or text from outside that has not gone
//! through `text` or `richtext`.

use serde_json::Value;

use super::{issue, words};
use crate::app::event::{
    FindingSeen,
    finding::{label_of, name_of},
};
use crate::app::page::{Context, heading, indented, section, short_facts};
use crate::app::rich;
use crate::app::role::{Line, Piece, Role};
use crate::domain::{Finding, FindingEvent, FindingEventKind, FindingFile, FindingRow, Responsible};
use crate::text::{age, bytes, clean_block, clean_line, truncate, width, wrap};

/// Events that the preview shows.
const LATEST: usize = 5;

/// Beside or below the list: facts in short, body, latest events.
pub(super) fn preview(
    seen: &FindingSeen,
    cells: u16,
    with_issue: bool,
    brief: bool,
    context: &Context<'_>,
) -> Vec<Line> {
    let mut lines = facts(seen, cells, context);
    if brief {
        lines.truncate(2);
    }
    if with_issue {
        lines.extend(
            issue::lines(seen, cells, context)
                .into_iter()
                .take(if brief { 1 } else { 4 }),
        );
    }
    lines.push(Line::default());
    lines.extend(body(&seen.detail.finding.body, cells));
    let events = &seen.detail.finding.events;
    if !events.is_empty() {
        section(&mut lines, "Timeline", events.len());
        let latest = events.iter().rev().take(LATEST);
        lines.extend(latest.flat_map(|event| one_event(event, cells, context)));
    }
    lines
}

/// Full screen: everything, events oldest first.
pub(super) fn whole(seen: &FindingSeen, cells: u16, with_issue: bool, context: &Context<'_>) -> Vec<Line> {
    let finding = &seen.detail.finding;
    let mut lines = facts(seen, cells, context);
    let (name, label) = (name_of(&finding.id), label_of(&finding.id));
    if name != label {
        // Elsewhere it is told in short.
        lines.extend(broken(&format!("Id {name}"), Role::Muted, cells));
    }
    if with_issue {
        lines.push(Line::default());
        lines.push(Line::default().bold("Issue", Role::Heading));
        lines.extend(issue::lines(seen, cells, context));
    }
    lines.push(Line::default());
    lines.extend(body(&finding.body, cells));
    if !seen.detail.related.is_empty() {
        section(&mut lines, "Related", seen.detail.related.len());
        lines.extend(seen.detail.related.iter().map(|row| related(row, cells)));
    }
    if !finding.files.is_empty() {
        section(&mut lines, "Files", finding.files.len());
        lines.extend(finding.files.iter().map(|one| file(one, cells)));
    }
    if !finding.events.is_empty() {
        section(&mut lines, "Timeline", finding.events.len());
        lines.extend(finding.events.iter().flat_map(|event| one_event(event, cells, context)));
    }
    own_fields(&mut lines, finding, cells);
    lines
}

fn person(responsible: Option<&Responsible>) -> String {
    responsible.map_or_else(String::new, |responsible| {
        let group = if responsible.group { " (group)" } else { "" };
        format!("{}{group}", clean_line(&responsible.name))
    })
}

/// A headline, and as many facts to a line as fit.
fn facts(seen: &FindingSeen, cells: u16, context: &Context<'_>) -> Vec<Line> {
    let (row, finding) = (&seen.detail.row, &seen.detail.finding);
    let (state, role) = words::state(row.state, row.resolution);
    let mut headline = Line::default()
        .bold(row.severity.word(), words::severity_role(row.severity))
        .with(" · ", Role::Muted)
        .with(state, role);
    for word in [
        row.kind.word(),
        &clean_line(&row.id.source),
        &clean_line(&row.native_state),
    ] {
        if !word.is_empty() && word != state {
            headline = headline.with(" · ", Role::Muted).with(word, Role::Muted);
        }
    }
    let line = |text: Option<&String>| text.map_or_else(String::new, |text| clean_line(text).into_owned());
    let named = seen.detail.named.iter().map(|(key, status)| {
        let status = status.as_ref().map(|status| format!(" ({})", clean_line(&status.name)));
        format!("{}{}", clean_line(key.as_str()), status.unwrap_or_default())
    });
    let named: Vec<String> = named.collect();
    let tag = row
        .tag
        .as_ref()
        .map_or_else(String::new, |tag| format!("#{}", clean_line(tag)));
    let facts = [
        ("Tag", tag, Role::Tag),
        ("Assignee", person(row.assignee.as_ref()), Role::Text),
        ("Reporter", line(finding.reporter.as_ref()), Role::Text),
        ("First seen", age(context.now, row.created), Role::Text),
        ("Updated", age(context.now, row.updated), Role::Text),
        ("Part of", line(finding.parent.as_ref()), Role::Text),
        ("Names", named.join(", "), Role::Link),
        ("In", clean_line(&finding.origin).into_owned(), Role::Muted),
    ];
    let mut lines = vec![headline];
    lines.extend(short_facts(&facts, cells.into()));
    lines
}

fn body(markdown: &str, cells: u16) -> Vec<Line> {
    let lines = text(markdown, cells);
    if lines.is_empty() {
        return vec![Line::of("No description.", Role::Muted)];
    }
    lines
}

fn text(markdown: &str, cells: u16) -> Vec<Line> {
    if markdown.trim().is_empty() {
        return Vec::new();
    }
    rich::markdown(markdown, cells)
}

/// What happened, in words.
fn event_word(event: &FindingEvent) -> String {
    let word = match event.kind {
        FindingEventKind::Created => "appeared",
        FindingEventKind::Comment => "commented",
        FindingEventKind::State => "changed the state",
        FindingEventKind::Severity => "changed the severity",
        FindingEventKind::Text => "changed the text",
        FindingEventKind::Assignee => "changed who is responsible",
        FindingEventKind::Reward => "reward",
        FindingEventKind::Disclosure => "disclosure",
        FindingEventKind::Attachment => "added a file",
        FindingEventKind::PullRequestOpened => "opened a pull request",
        FindingEventKind::PullRequestMerged => "merged the pull request",
        FindingEventKind::PullRequestClosed => "closed the pull request",
        FindingEventKind::Reference => "gave a reference",
        FindingEventKind::Other => return clean_line(&event.native).into_owned(),
    };
    word.to_owned()
}

fn one_event(event: &FindingEvent, cells: u16, context: &Context<'_>) -> Vec<Line> {
    let room = usize::from(cells);
    let when = format!(" · {}", age(context.now, event.at));
    let mut line = Line::default();
    let mut used = width(&when) + if event.internal { 11 } else { 0 };
    if let Some(actor) = &event.actor {
        let actor = truncate(&clean_line(actor), (room / 3).max(8));
        used += width(&actor) + 1;
        line = line.bold(actor, Role::Text).with(" ", Role::Text);
    }
    line = line
        .with(truncate(&event_word(event), room.saturating_sub(used)), Role::Text)
        .with(when, Role::Muted);
    if event.internal {
        line = line.with(" · internal", Role::Warn);
    }
    let mut lines = vec![line];
    let body = text(&event.text, cells.saturating_sub(2));
    lines.extend(body.into_iter().map(|line| indented(line, 2)));
    lines
}

fn related(row: &FindingRow, cells: u16) -> Line {
    let (state, role) = words::state(row.state, row.resolution);
    let name = truncate(&label_of(&row.id), usize::from(cells / 3).max(8));
    let used = width(&name) + width(state) + row.kind.word().len() + 8;
    Line::of("  ", Role::Text)
        .with(name, Role::Link)
        .with(format!("  {}  ", row.kind.word()), Role::Muted)
        .with(
            truncate(&words::title(row), usize::from(cells).saturating_sub(used)),
            Role::Text,
        )
        .with(format!("  {state}"), role)
}

fn file(file: &FindingFile, cells: u16) -> Line {
    let mut facts = file.size.map_or_else(String::new, |size| format!("  {}", bytes(size)));
    if let Some(mime) = &file.mime {
        facts.push_str(&format!("  {}", truncate(&clean_line(mime), 30)));
    }
    let room = usize::from(cells).saturating_sub(width(&facts) + 2);
    let mut line = Line::of("  ", Role::Text);
    line.0.push(Piece {
        text: truncate(&clean_line(&file.name), room),
        link: file.url.clone().filter(|url| is_web(url)),
        ..Piece::default()
    });
    line.with(facts, Role::Muted)
}

/// Whether an address may be opened in a browser.
pub(super) fn is_web(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
}

/// What else the source tells, by the source's own names.
fn own_fields(lines: &mut Vec<Line>, finding: &Finding, cells: u16) {
    let shown: Vec<_> = finding
        .fields
        .iter()
        .map(|(name, value)| (name, plain(value)))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect();
    if shown.is_empty() {
        return;
    }
    lines.push(Line::default());
    lines.push(heading("Fields of the source", &shown.len().to_string()));
    let longest = shown.iter().map(|(name, _)| width(&clean_line(name))).max();
    let label = longest.unwrap_or_default().min(usize::from(cells) / 3);
    for (name, text) in shown {
        let name = crate::text::pad(&truncate(&clean_line(name), label), label);
        let room = usize::from(cells).saturating_sub(label + 1).max(8);
        let gap = " ".repeat(label);
        for (index, part) in wrap(&clean_block(&text), room).into_iter().enumerate() {
            let left = if index == 0 { &name } else { &gap };
            lines.push(Line::of(format!("{left} "), Role::Muted).with(part, Role::Text));
        }
    }
}

/// Plain JSON in words: lists with commas, tables as they are.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            let words: Vec<String> = values.iter().map(plain).filter(|word| !word.is_empty()).collect();
            words.join(", ")
        }
        other => other.to_string(),
    }
}

/// A text from outside, as lines in one role.
pub(super) fn broken(text: &str, role: Role, cells: u16) -> impl Iterator<Item = Line> {
    wrap(&clean_block(text), usize::from(cells).max(8))
        .into_iter()
        .map(move |line| Line::of(line, role))
}
