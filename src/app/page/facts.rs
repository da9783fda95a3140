//! An issue's fields: in a few lines for the preview, one per line for the full screen.

use super::value;
use super::{Context, status_role};
use crate::app::role::{Line, Role};
use crate::domain::{FieldValue, Issue, IssueDetail, Named, Sprint, User};
use crate::text::{age, clean_line, due, duration, truncate, width, wrap};

/// Label, value and role of one field.
pub(crate) type Fact = (&'static str, String, Role);

fn person(user: Option<&User>) -> String {
    user.map_or_else(String::new, |user| {
        let gone = if user.active { "" } else { " (inactive)" };
        format!("{}{gone}", clean_line(&user.display))
    })
}

fn names(named: &[Named]) -> String {
    let names: Vec<_> = named.iter().map(|named| clean_line(&named.name)).collect();
    names.join(", ")
}

fn sprint(issue: &Issue) -> String {
    fn find(value: &FieldValue) -> Option<&Sprint> {
        match value {
            FieldValue::Sprint(sprint) => Some(sprint),
            FieldValue::List(values) => {
                let all = || values.iter().filter_map(find);
                all()
                    .find(|sprint| sprint.state == "active")
                    .or_else(|| all().next_back())
            }
            _ => None,
        }
    }
    let found = issue.custom.values().find_map(find);
    found.map_or_else(String::new, |sprint| {
        let name = clean_line(&sprint.name);
        // "Sprint 42" stands behind the label "Sprint".
        name.strip_prefix("Sprint ")
            .map_or_else(|| name.to_string(), str::to_owned)
    })
}

fn due_date(issue: &Issue, context: &Context<'_>) -> (String, Role) {
    let Some(date) = issue.due else {
        return (String::new(), Role::Text);
    };
    let late = date < context.today() && issue.status.category != crate::domain::StatusCategory::Done;
    let text = format!("{} ({})", date.strftime("%-d %b %Y"), due(context.today(), date));
    (text, if late { Role::Error } else { Role::Text })
}

fn labels(issue: &Issue) -> String {
    let labels: Vec<String> = issue
        .labels
        .iter()
        .map(|label| format!("#{}", clean_line(label)))
        .collect();
    labels.join(" ")
}

/// The preview's facts: a headline and as many fields to a line as fit.
pub(super) fn short(detail: &IssueDetail, cells: u16, context: &Context<'_>) -> Vec<Line> {
    let issue = &detail.issue;
    let mut headline = Line::default().bold(
        clean_line(&issue.status.name).into_owned(),
        status_role(issue.status.category),
    );
    for text in [
        issue.resolution.as_ref().map(|resolution| &resolution.name),
        issue.priority.as_ref().map(|priority| &priority.name),
        Some(&issue.issue_type.name),
        Some(&issue.project.name),
    ]
    .into_iter()
    .flatten()
    {
        headline = headline
            .with(" · ", Role::Muted)
            .with(clean_line(text).into_owned(), Role::Text);
    }
    let (due, due_role) = due_date(issue, context);
    let assignee = match person(issue.assignee.as_ref()) {
        name if name.is_empty() => "nobody".to_owned(),
        name => name,
    };
    let facts = [
        ("Assignee", assignee, Role::Text),
        ("Reporter", person(issue.reporter.as_ref()), Role::Text),
        ("Due", due, due_role),
        ("Sprint", sprint(issue), Role::Text),
        ("Parent", parent(issue, false), Role::Link),
        ("Components", names(&issue.components), Role::Text),
        ("Fix", names(&issue.fix_versions), Role::Text),
        ("Labels", labels(issue), Role::Tag),
        ("Created", age(context.now, issue.created), Role::Text),
        ("Updated", age(context.now, issue.updated), Role::Text),
    ];
    let mut lines = vec![headline];
    lines.extend(flow(&facts, cells.into()));
    lines
}

fn parent(issue: &Issue, with_summary: bool) -> String {
    issue.parent.as_ref().map_or_else(String::new, |parent| {
        let key = clean_line(&parent.key);
        if with_summary && !parent.summary.is_empty() {
            format!("{key} {}", clean_line(&parent.summary))
        } else {
            key.into_owned()
        }
    })
}

pub(crate) fn flow(facts: &[Fact], cells: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = Line::default();
    let mut used = 0;
    for (label, value, role) in facts.iter().filter(|(_, value, _)| !value.is_empty()) {
        let value = truncate(value, cells.saturating_sub(width(label) + 1));
        let needs = width(label) + 1 + width(&value);
        let gap = if used == 0 { 0 } else { 3 };
        if used > 0 && used + gap + needs > cells {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line = line.with("   ", Role::Text);
            used += 3;
        }
        line = line.with(format!("{label} "), Role::Muted).with(value, *role);
        used += needs;
    }
    if used > 0 {
        lines.push(line);
    }
    lines
}

/// Width of the labels on the full screen.
const LABEL: usize = 12;

/// The full screen's fields, one per line, long values over several.
pub(crate) fn fields(detail: &IssueDetail, cells: u16, context: &Context<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (label, text, role) in all(detail, context).iter().filter(|(_, text, _)| !text.is_empty()) {
        rows(&mut lines, label, text, *role, cells.into());
    }
    let others = others(detail);
    if !others.is_empty() {
        lines.push(Line::default());
        lines.push(Line::default().bold("Other fields", Role::Heading));
        for (name, text) in others {
            rows(&mut lines, &name, &text, Role::Text, cells.into());
        }
    }
    lines
}

/// Every field that has a value, with its label.
pub(crate) fn labelled(detail: &IssueDetail, context: &Context<'_>) -> Vec<(String, String)> {
    let own = all(detail, context)
        .into_iter()
        .filter(|(_, text, _)| !text.trim().is_empty())
        .map(|(label, text, _)| (label.to_owned(), text));
    own.chain(others(detail)).collect()
}

/// The site's own fields, by the site's names.
fn others(detail: &IssueDetail) -> Vec<(String, String)> {
    let custom = detail.issue.custom.iter();
    custom
        .filter(|(_, field)| !value::is_sprint(field))
        .map(|(id, field)| (id, value::text(field)))
        .filter(|(_, text)| !text.is_empty())
        .map(|(id, text)| {
            let short = || id.replace("customfield_", "cf ");
            let name = detail.field_names.get(id).cloned().unwrap_or_else(short);
            (clean_line(&name).into_owned(), text)
        })
        .collect()
}

fn rows(lines: &mut Vec<Line>, label: &str, text: &str, role: Role, cells: usize) {
    let room = cells.saturating_sub(LABEL + 1).max(8);
    let label = truncate(label, LABEL);
    let padded = format!("{label}{} ", " ".repeat(LABEL.saturating_sub(width(&label))));
    for (index, part) in wrap(text, room).into_iter().take(6).enumerate() {
        let left = if index == 0 {
            padded.clone()
        } else {
            " ".repeat(LABEL + 1)
        };
        lines.push(Line::of(left, Role::Muted).with(part, role));
    }
}

fn all(detail: &IssueDetail, context: &Context<'_>) -> Vec<Fact> {
    let issue = &detail.issue;
    let (due, due_role) = due_date(issue, context);
    let name = |named: &Option<Named>| {
        named
            .as_ref()
            .map_or_else(String::new, |named| clean_line(&named.name).into_owned())
    };
    let time = |seconds: Option<i64>| {
        let seconds = seconds
            .and_then(|seconds| u64::try_from(seconds).ok())
            .filter(|seconds| *seconds > 0);
        seconds.map_or_else(String::new, |seconds| duration(seconds * 1000))
    };
    let count = |count: Option<u64>| {
        count
            .filter(|count| *count > 0)
            .map_or_else(String::new, |n| n.to_string())
    };
    let moment = |at| format!("{} ({})", context.date_time(at), age(context.now, at));
    vec![
        (
            "Status",
            clean_line(&issue.status.name).into_owned(),
            status_role(issue.status.category),
        ),
        ("Resolution", name(&issue.resolution), Role::Text),
        ("Priority", name(&issue.priority), Role::Text),
        ("Type", clean_line(&issue.issue_type.name).into_owned(), Role::Text),
        (
            "Project",
            format!("{} {}", clean_line(&issue.project.key), clean_line(&issue.project.name)),
            Role::Text,
        ),
        (
            "Connection",
            clean_line(detail.row.alias.as_str()).into_owned(),
            Role::Text,
        ),
        ("Assignee", person(issue.assignee.as_ref()), Role::Text),
        ("Reporter", person(issue.reporter.as_ref()), Role::Text),
        ("Due", due, due_role),
        ("Sprint", sprint(issue), Role::Text),
        ("Parent", parent(issue, true), Role::Link),
        ("Labels", labels(issue), Role::Tag),
        ("Components", names(&issue.components), Role::Text),
        ("Fix version", names(&issue.fix_versions), Role::Text),
        ("Affects", names(&issue.affected_versions), Role::Text),
        ("Security", name(&issue.security), Role::Warn),
        ("Estimate", time(issue.original_estimate), Role::Text),
        ("Remaining", time(issue.remaining_estimate), Role::Text),
        ("Spent", time(issue.time_spent), Role::Text),
        ("Votes", count(issue.votes), Role::Text),
        ("Watchers", count(issue.watchers), Role::Text),
        ("Created", moment(issue.created), Role::Text),
        ("Updated", moment(issue.updated), Role::Text),
        ("Resolved", issue.resolved.map_or_else(String::new, moment), Role::Text),
        ("URL", clean_line(&detail.row.url).into_owned(), Role::Link),
    ]
}
