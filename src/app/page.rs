//! An issue as lines of text: facts, description, links, comments.
//!
//! Must never be in here: colours (only roles), scrolling, or text from outside that has not gone
//! through `text` or `richtext`.

mod facts;
mod value;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::findings::words;
use super::rich;
use super::role::{Line, Role};
use crate::domain::{Comment, FindingRow, IssueDetail, IssueRef, IssueRow, StatusCategory};
use crate::text::{age, bytes, clean_line, truncate, width};

pub(crate) use facts::{fields, flow as short_facts, labelled};

/// What lines depend on besides the issue.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) now: Timestamp,
    pub(crate) zone: &'a TimeZone,
    /// What the issue that is read stands for.
    pub(crate) findings: &'a [FindingRow],
}

impl Context<'_> {
    fn today(&self) -> Date {
        self.now.to_zoned(self.zone.clone()).date()
    }

    pub(crate) fn date_time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    pub(crate) fn time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%H:%M").to_string()
    }
}

/// The role in which a status is written.
pub(crate) fn status_role(category: StatusCategory) -> Role {
    match category {
        StatusCategory::Done => Role::Ok,
        StatusCategory::Indeterminate => Role::Info,
        StatusCategory::New | StatusCategory::Undefined => Role::Text,
    }
}

/// Beside or below the list: facts in short, description, latest comments.
pub(crate) fn preview(
    detail: &IssueDetail,
    cells: u16,
    with_comments: bool,
    brief: bool,
    context: &Context<'_>,
) -> Vec<Line> {
    let mut lines = facts::short(detail, cells, context);
    if brief {
        lines.truncate(2);
    }
    lines.extend(stands_for(cells, context));
    lines.push(Line::default());
    lines.extend(description(detail, cells));
    if with_comments && !detail.issue.comments.is_empty() {
        lines.push(Line::default());
        lines.push(heading("Comments", &comment_count(detail)));
        for comment in detail.issue.comments.iter().rev().take(5) {
            lines.extend(one_comment(comment, cells, context));
        }
    }
    let summary = attached(detail);
    if !summary.is_empty() {
        lines.push(Line::default());
        lines.push(Line::of(summary, Role::Muted));
    }
    lines
}

/// Full screen: everything, comments oldest first.
pub(crate) fn whole(
    detail: &IssueDetail,
    cells: u16,
    with_fields: bool,
    with_comments: bool,
    context: &Context<'_>,
) -> Vec<Line> {
    let mut lines = Vec::new();
    if with_fields {
        lines.extend(facts::short(detail, cells, context));
    }
    lines.extend(stands_for(cells, context));
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    lines.extend(description(detail, cells));
    let issue = &detail.issue;
    if !issue.links.is_empty() {
        section(&mut lines, "Links", issue.links.len());
        lines.extend(
            issue
                .links
                .iter()
                .map(|link| reference(&link.relation, &link.other, cells, &detail.row)),
        );
    }
    if !issue.subtasks.is_empty() {
        section(&mut lines, "Sub-tasks", issue.subtasks.len());
        lines.extend(
            issue
                .subtasks
                .iter()
                .map(|subtask| reference("", subtask, cells, &detail.row)),
        );
    }
    if !issue.attachments.is_empty() {
        section(&mut lines, "Attachments", issue.attachments.len());
        lines.extend(issue.attachments.iter().map(|file| attachment(file, cells, context)));
    }
    if with_comments {
        lines.push(Line::default());
        lines.extend(comments(detail, cells, context));
    }
    lines
}

/// The findings that the issue stands for, a line each.
fn stands_for<'a>(cells: u16, context: &'a Context<'_>) -> impl Iterator<Item = Line> + 'a {
    const LABEL: &str = "Finding ";
    let room = usize::from(cells).saturating_sub(LABEL.len());
    context
        .findings
        .iter()
        .map(move |row| Line::of(LABEL, Role::Muted).with(words::one_line(row, room), Role::Text))
}

/// All comments, newest last.
pub(crate) fn comments(detail: &IssueDetail, cells: u16, context: &Context<'_>) -> Vec<Line> {
    let mut lines = vec![heading("Comments", &comment_count(detail))];
    let issue = &detail.issue;
    if issue.comments.is_empty() {
        let text = match issue.comment_total {
            0 => "No comments.",
            _ => "Jira did not send the comments with the issue; o opens it in the browser.",
        };
        lines.push(Line::of(text, Role::Muted));
    }
    for comment in &issue.comments {
        lines.extend(one_comment(comment, cells, context));
    }
    lines
}

fn comment_count(detail: &IssueDetail) -> String {
    let here = detail.issue.comments.len();
    match usize::try_from(detail.issue.comment_total) {
        Ok(total) if total > here => format!("{here} of {total}"),
        _ => here.to_string(),
    }
}

pub(crate) fn heading(name: &str, count: &str) -> Line {
    Line::default()
        .bold(name, Role::Heading)
        .with(format!(" · {count}"), Role::Muted)
}

pub(crate) fn section(lines: &mut Vec<Line>, name: &str, count: usize) {
    lines.push(Line::default());
    lines.push(heading(name, &count.to_string()));
}

fn description(detail: &IssueDetail, cells: u16) -> Vec<Line> {
    let lines = detail.issue.description.as_ref().map(|text| rich::lines(text, cells));
    lines
        .filter(|lines| !lines.is_empty())
        .unwrap_or_else(|| vec![Line::of("No description.", Role::Muted)])
}

fn one_comment(comment: &Comment, cells: u16, context: &Context<'_>) -> Vec<Line> {
    let author = comment
        .author
        .as_ref()
        .map_or("Anonymous", |author| author.display.as_str());
    let mut when = format!(" · {}", age(context.now, comment.created));
    if comment.updated > comment.created {
        when.push_str(" · edited");
    }
    if let Some(visibility) = &comment.visibility {
        when.push_str(&format!(" · only {}", clean_line(visibility)));
    }
    let mut lines = vec![
        Line::default()
            .bold(
                truncate(&clean_line(author), cells.saturating_sub(12).into()),
                Role::Text,
            )
            .with(when, Role::Muted),
    ];
    let body = rich::lines(&comment.body, cells.saturating_sub(2));
    lines.extend(body.into_iter().map(|line| indented(line, 2)));
    lines
}

pub(crate) fn indented(line: Line, by: usize) -> Line {
    let mut pieces = Line::of(" ".repeat(by), Role::Text).0;
    pieces.extend(line.0);
    Line(pieces)
}

/// `blocked by  PAY-1300  Queue consumer rewrite  In progress`
fn reference(relation: &str, other: &IssueRef, cells: u16, from: &IssueRow) -> Line {
    let status = other.status.as_ref();
    let status_text = status
        .map(|status| clean_line(&status.name).into_owned())
        .unwrap_or_default();
    let mut line = Line::of("  ", Role::Text);
    let mut used = 4 + width(&other.key) + width(&status_text) + 2;
    if !relation.is_empty() {
        let relation = truncate(&clean_line(relation), 16);
        used += width(&relation) + 2;
        line = line.with(format!("{relation}  "), Role::Muted);
    }
    let room = usize::from(cells).saturating_sub(used);
    line = line.with(clean_line(&other.key).into_owned(), Role::Link);
    if let Some(piece) = line.0.last_mut() {
        let site = from.url.strip_suffix(&format!("/browse/{}", from.key));
        piece.link = site.map(|site| format!("{site}/browse/{}", other.key));
    }
    line = line.with(format!("  {}", truncate(&clean_line(&other.summary), room)), Role::Text);
    match status {
        Some(status) => line.with(format!("  {status_text}"), status_role(status.category)),
        None => line,
    }
}

fn attachment(file: &crate::domain::Attachment, cells: u16, context: &Context<'_>) -> Line {
    let author = file
        .author
        .as_ref()
        .map(|author| clean_line(&author.display).into_owned());
    let mut facts = format!("  {}", bytes(file.size));
    if let Some(author) = author {
        facts.push_str(&format!(" · {}", truncate(&author, 20)));
    }
    if let Some(created) = file.created {
        facts.push_str(&format!(" · {}", age(context.now, created)));
    }
    let room = usize::from(cells).saturating_sub(width(&facts) + 2);
    Line::of("  ", Role::Text)
        .with(truncate(&clean_line(&file.filename), room), Role::Text)
        .with(facts, Role::Muted)
}

/// `2 links · 1 sub-task · 3 attachments`
fn attached(detail: &IssueDetail) -> String {
    let issue = &detail.issue;
    let counts = [
        (issue.links.len(), "link", "links"),
        (issue.subtasks.len(), "sub-task", "sub-tasks"),
        (issue.attachments.len(), "attachment", "attachments"),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    parts.join(" · ")
}
