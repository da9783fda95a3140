//! What stands on the other side of a finding: its issue, what was done between them, and what is
//! still to be sent or in the way.
//!
//! Must never be in here: colours (only roles).

use super::sheet::broken;
use super::words;
use crate::app::event::FindingSeen;
use crate::app::page::{Context, heading, status_role};
use crate::app::role::{Line, Piece, Role};
use crate::domain::{Link, Pending, PushState};
use crate::text::{age, clean_line, truncate, width};

/// Everything about the issue, for a pane of its own.
pub(super) fn lines(seen: &FindingSeen, cells: u16, context: &Context<'_>) -> Vec<Line> {
    let row = &seen.detail.row;
    let mut lines = Vec::new();
    match &row.link {
        Some(link) => linked(&mut lines, link, seen, cells, context),
        None if row.pending.is_none() => {
            lines.push(Line::of("No issue yet.", Role::Text));
            lines.push(
                Line::of("n", Role::Key)
                    .with(" creates one · ", Role::Muted)
                    .with("L", Role::Key)
                    .with(" links one that is there", Role::Muted),
            );
        }
        None => {}
    }
    if let Some(pending) = &row.pending {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        waiting(&mut lines, pending, cells, context);
    }
    if !seen.detail.history.is_empty() {
        lines.push(Line::default());
        lines.push(heading("Done", &seen.detail.history.len().to_string()));
        for (at, text) in &seen.detail.history {
            let when = context.date_time(*at);
            let room = usize::from(cells).saturating_sub(width(&when) + 2);
            if room < 20 {
                lines.push(Line::of(when, Role::Muted));
                lines.extend(broken(text, Role::Text, cells));
                continue;
            }
            let mut parts = crate::text::wrap(&clean_line(text), room).into_iter();
            let first = parts.next().unwrap_or_default();
            lines.push(Line::of(format!("{when}  "), Role::Muted).with(first, Role::Text));
            let gap = " ".repeat(width(&when) + 2);
            lines.extend(parts.map(|part| Line::of(gap.clone(), Role::Muted).with(part, Role::Text)));
        }
    }
    lines
}

fn linked(lines: &mut Vec<Line>, link: &Link, seen: &FindingSeen, cells: u16, context: &Context<'_>) {
    let key = clean_line(link.key.as_str()).into_owned();
    let mut headline = Line::default().bold(key, Role::Link);
    if let Some(piece) = headline.0.last_mut() {
        piece.link = Some(link.url.clone());
    }
    headline = match &link.status {
        _ if link.gone => headline.with(" · gone: deleted, or hidden from you", Role::Error),
        Some(status) => headline
            .with(" · ", Role::Muted)
            .with(clean_line(&status.name).into_owned(), status_role(status.category)),
        None => headline.with(" · not kept locally", Role::Stale),
    };
    if let Some(issue) = &seen.issue {
        let assignee = issue.assignee.as_deref().unwrap_or("nobody");
        headline = headline
            .with(" · ", Role::Muted)
            .with(truncate(&clean_line(assignee), 24), Role::Text)
            .with(format!(" · {}", age(context.now, issue.updated)), Role::Muted);
    }
    lines.push(headline);
    if let Some(summary) = &link.summary {
        lines.push(Line::of(truncate(&clean_line(summary), cells.into()), Role::Text));
    }
    let how = if link.created {
        "created from here"
    } else {
        "linked by hand"
    };
    let kept = match &link.mapping {
        Some(mapping) => format!("kept in step by {}", clean_line(mapping)),
        None => "no mapping keeps it in step".to_owned(),
    };
    let text = format!("{} · {how} · {kept}", clean_line(link.alias.as_str()));
    lines.push(Line::of(truncate(&text, cells.into()), Role::Muted));
}

/// What is on its way, or what keeps it from being, with Jira's words and the way out.
fn waiting(lines: &mut Vec<Line>, pending: &Pending, cells: u16, context: &Context<'_>) {
    let (word, role) = words::pending(pending.state);
    let mut headline = Line::default().bold(format!("{} {word}", pending.kind.word()), role);
    let mut more = format!(" · {}", clean_line(pending.alias.as_str()));
    if let Some(mapping) = &pending.mapping {
        more.push_str(&format!(" · {}", clean_line(mapping)));
    }
    match pending.attempts {
        0 => {}
        1 => more.push_str(" · 1 try"),
        tries => more.push_str(&format!(" · {tries} tries")),
    }
    if let Some(next) = pending
        .next
        .filter(|next| *next > context.now && !words::is_trouble(pending))
    {
        more.push_str(&format!(" · next at {}", context.time(next)));
    }
    headline.0.push(Piece {
        text: truncate(
            &more,
            usize::from(cells).saturating_sub(pending.kind.word().len() + word.len() + 1),
        ),
        role: Role::Muted,
        ..Piece::default()
    });
    lines.push(headline);
    if let Some(problem) = &pending.problem {
        lines.extend(broken(&problem.message, Role::Text, cells));
    }
    // Words of an earlier refusal are no news of what waits for another try.
    for (field, text) in pending.fields.iter().filter(|_| pending.problem.is_some()) {
        let told = format!("{}: {}", clean_line(field), clean_line(text));
        lines.extend(broken(&told, Role::Error, cells));
    }
    if let Some(problem) = pending.problem.as_ref().filter(|problem| !problem.remedy.is_empty()) {
        lines.extend(broken(&problem.remedy, Role::Info, cells));
    }
    if let Some(way_out) = way_out(pending) {
        lines.push(Line::of("n", Role::Key).with(format!(" {way_out}"), Role::Muted));
    }
}

fn way_out(pending: &Pending) -> Option<&'static str> {
    match pending.state {
        PushState::Failed => Some("tries again, links, or forgets it"),
        PushState::Uncertain => Some("says what became of it: try again, link, or forget"),
        _ => None,
    }
}
