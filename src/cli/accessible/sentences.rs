//! Views, lists, issues, connections and the log as lines that can be listened to.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    app::page::{self, Context},
    config::ViewConfig,
    domain::{Alias, Comment, Health, IssueDetail, IssueRow, ListPage, ListQuery, Snapshot},
    richtext,
    text::{clean_block, clean_line, thousands},
};

/// Text that can be listened to: nothing that draws, nothing that a terminal obeys.
pub(crate) fn speakable(text: &str) -> String {
    clean_line(text)
        .chars()
        .map(|letter| match letter {
            '\u{2500}' | '\u{2501}' | '\u{2550}' => '-',
            '\u{2502}' | '\u{2503}' | '\u{2551}' => '|',
            '\u{2500}'..='\u{257f}' => '+',
            '\u{2580}'..='\u{259f}' => '#',
            other => other,
        })
        .collect()
}

/// With an end.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', ':']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

pub(super) fn or_nothing(text: &str) -> &str {
    if text.trim().is_empty() {
        "everything that is kept here"
    } else {
        text
    }
}

/// `acme, lab and dc-eu`
pub(super) fn names(aliases: &[Alias]) -> String {
    match aliases {
        [] => String::new(),
        [one] => one.as_str().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(Alias::as_str).collect();
            format!("{} and {}", first.join(", "), last.as_str())
        }
    }
}

/// `1 issue`, `2,000 issues`
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(count as u64), if count == 1 { one } else { many })
}

fn issues(count: usize) -> String {
    counted(count, "issue", "issues")
}

/// `just now`, `2 minutes ago`
pub(super) fn ago(now: Timestamp, then: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(then.as_second()).max(0);
    let units = [
        (31_536_000, "year"),
        (604_800, "week"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
    ];
    let unit = units.into_iter().find(|(length, _)| seconds >= *length);
    unit.map_or_else(
        || "just now".to_owned(),
        |(length, name)| match seconds / length {
            1 => format!("1 {name} ago"),
            count => format!("{count} {name}s ago"),
        },
    )
}

pub(super) fn menu(views: &[ViewConfig], counts: &[Option<usize>]) -> Vec<String> {
    let mut lines = vec![format!("{}:", counted(views.len(), "view", "views"))];
    for (index, view) in views.iter().enumerate() {
        let count = counts.get(index).copied().flatten();
        let count = count.map_or_else(|| "not counted".to_owned(), issues);
        lines.push(format!("{}. {}, {count}.", index + 1, view.name));
    }
    lines.push("A number chooses a view; \"help\" lists the commands.".to_owned());
    lines
}

pub(super) fn tags(tags: &[String], counts: &BTreeMap<String, usize>) -> Vec<String> {
    let mut lines = vec![format!("{}:", counted(tags.len(), "tag", "tags"))];
    for (index, tag) in tags.iter().enumerate() {
        let count = counts.get(tag).copied().unwrap_or_default();
        lines.push(format!("{}. {tag}, {}.", index + 1, issues(count)));
    }
    lines.push("A number chooses a tag; \"tag none\" ends it.".to_owned());
    lines
}

pub(super) fn list(title: &str, query: &ListQuery, page: &ListPage, now: Timestamp) -> Vec<String> {
    let mut about = title.to_owned();
    if let Some(tag) = &query.tag {
        about.push_str(&format!(", tag {tag}"));
    }
    if !query.filter.is_empty() {
        about.push_str(&format!(", with {}", query.filter));
    }
    let all = page.ids.len();
    let mut lines: Vec<String> = page.notes.iter().map(|note| sentence(note)).collect();
    if all == 0 {
        lines.push(format!("{about}: no issues."));
        return lines;
    }
    let start = query.offset.min(all).saturating_sub(page.offset);
    let rows: Vec<&IssueRow> = page.rows.iter().skip(start).take(query.limit).collect();
    let first = page.offset + start + 1;
    let last = first + rows.len().saturating_sub(1);
    lines.push(format!("{about}: {}, {first} to {last}.", issues(all)));
    lines.extend(rows.iter().enumerate().map(|(index, row)| {
        let assignee = row.assignee.as_deref().unwrap_or("nobody");
        let priority = row.priority.as_deref().unwrap_or("no priority");
        format!(
            "{}. {}: {} {}, {}, {priority}, assigned to {assignee}, updated {}.",
            first + index,
            row.key.as_str(),
            sentence(&row.summary),
            row.status,
            row.issue_type,
            ago(now, row.updated)
        )
    }));
    lines.push(if last < all {
        "A number reads an issue; \"more\" goes on.".to_owned()
    } else {
        "A number reads an issue. This is the end of the list.".to_owned()
    });
    lines
}

pub(super) fn issue(detail: &IssueDetail, (number, all): (usize, usize), context: &Context<'_>) -> Vec<String> {
    let row = &detail.row;
    let mut lines = vec![
        format!("Issue {number} of {all}."),
        format!("{}: {}", row.key.as_str(), sentence(&row.summary)),
    ];
    for (label, text) in page::labelled(detail, context) {
        lines.push(format!("{label}: {text}"));
    }
    let issue = &detail.issue;
    lines.push("Description:".to_owned());
    match issue.description.as_ref().map(paragraphs) {
        Some(text) if !text.is_empty() => lines.extend(text),
        _ => lines.push("No description.".to_owned()),
    }
    for link in &issue.links {
        let status = link.other.status.as_ref().map_or("", |status| status.name.as_str());
        lines.push(format!(
            "Link: {} {}: {} {status}",
            link.relation,
            link.other.key,
            sentence(&link.other.summary)
        ));
    }
    for subtask in &issue.subtasks {
        lines.push(format!("Sub-task: {}: {}", subtask.key, sentence(&subtask.summary)));
    }
    for file in &issue.attachments {
        lines.push(format!(
            "Attachment: {}, {}.",
            file.filename,
            crate::text::bytes(file.size)
        ));
    }
    let comments = issue.comments.len();
    lines.push(match (comments, issue.comment_total) {
        (0, 0) => "No comments.".to_owned(),
        (_, total) if usize::try_from(total).is_ok_and(|total| total > comments) => {
            format!("{comments} of {total} comments:")
        }
        _ => format!("{}:", counted(comments, "comment", "comments")),
    });
    for (index, one) in issue.comments.iter().enumerate() {
        lines.extend(comment(index + 1, comments, one, context));
    }
    lines.push("\"next\" reads the next issue, \"back\" the list.".to_owned());
    lines
}

fn comment(number: usize, all: usize, comment: &Comment, context: &Context<'_>) -> Vec<String> {
    let author = comment
        .author
        .as_ref()
        .map_or("somebody", |author| author.display.as_str());
    let only = comment
        .visibility
        .as_ref()
        .map_or_else(String::new, |who| format!(", only for {who}"));
    let mut lines = vec![format!(
        "Comment {number} of {all}, by {author}, {}{only}:",
        ago(context.now, comment.created)
    )];
    lines.extend(paragraphs(&comment.body));
    lines
}

/// Formatted text as plain lines, without empty ones.
fn paragraphs(text: &crate::domain::RichText) -> Vec<String> {
    let plain = richtext::plain(text);
    clean_block(&plain)
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(super) fn connections(snapshot: &Snapshot, now: Timestamp) -> Vec<String> {
    if snapshot.connections.is_empty() {
        return vec!["No connection is configured yet.".to_owned()];
    }
    let mut lines = vec![format!(
        "{}:",
        counted(snapshot.connections.len(), "connection", "connections")
    )];
    for one in &snapshot.connections {
        let state = match one.health {
            Health::Ok => "connected",
            Health::Unknown => "not tried yet",
            Health::Offline => "offline",
            Health::Auth => "not signed in",
            Health::Failed => "failing",
        };
        let fresh = one.last_success.map_or_else(
            || "never refreshed".to_owned(),
            |at| format!("refreshed {}", ago(now, at)),
        );
        let kept = issues(usize::try_from(one.issues.unwrap_or_default()).unwrap_or(usize::MAX));
        lines.push(format!(
            "{}: {state}, {kept}, {fresh}, {}.",
            one.alias.as_str(),
            one.site
        ));
        if let Some(problem) = &one.problem {
            lines.push(sentence(&problem.message));
            lines.push(sentence(&problem.remedy));
        }
    }
    lines
}

/// The latest lines, oldest of them first.
pub(super) fn log(snapshot: &Snapshot, most: usize, zone: &TimeZone) -> Vec<String> {
    let from = snapshot.log.len().saturating_sub(most);
    let lines = snapshot.log.iter().skip(from);
    let mut said = vec![format!(
        "The latest {} of the sync log:",
        counted(lines.len(), "line", "lines")
    )];
    said.extend(lines.map(|line| {
        let at = line.at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
        let key = line.key.as_ref().map_or_else(String::new, |key| format!(", {key}"));
        format!("{at}, {}{key}: {}", line.alias.as_str(), sentence(&line.text))
    }));
    said
}
