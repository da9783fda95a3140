//! What changed on an issue, in one line a person understands: pure.

use std::collections::HashSet;

use crate::{
    domain::{Change, Comment, History, Issue, Level, User},
    richtext,
    store::NewLine,
};

/// Longest value quoted in a line, in characters.
const VALUE: usize = 40;
/// Longest comment excerpt, in characters.
const EXCERPT: usize = 80;

/// The line for an issue that was not known before.
#[must_use]
pub fn arrived(issue: &Issue) -> NewLine {
    let by = issue.creator.as_ref().or(issue.reporter.as_ref());
    about(
        issue,
        format!("new · {}{}", shorten(&issue.summary, EXCERPT), signed(by)),
    )
}

/// The lines for an issue known before: one a changelog entry, one a comment; by comparing fields
/// where the site gave no changelog. Entries whose ids are among `own` are ours, and no news.
#[must_use]
pub fn changed(before: &Issue, after: &Issue, own: &HashSet<String>) -> Vec<NewLine> {
    let mut lines = Vec::new();
    if before.key != after.key {
        lines.push(about(after, format!("moved, was {}", before.key)));
    }
    let entries: Vec<&History> = after
        .history
        .iter()
        .filter(|entry| entry.created > before.updated)
        .collect();
    if entries.is_empty() {
        let items = compare(before, after);
        if !items.is_empty() {
            lines.push(about(after, phrases(&items)));
        }
    }
    lines.extend(
        entries
            .into_iter()
            .filter(|entry| !own.contains(&entry.id))
            .map(|entry| about(after, phrases(&entry.items) + &signed(entry.author.as_ref()))),
    );
    lines.extend(comments(before, after));
    lines
}

fn about(issue: &Issue, text: String) -> NewLine {
    NewLine {
        level: Level::Info,
        key: Some(issue.key.to_string()),
        text,
        detail: None,
    }
}

fn phrases(items: &[Change]) -> String {
    items.iter().map(phrase).collect::<Vec<_>>().join(", ")
}

/// `status To Do → In Progress`; long texts only say that they changed.
fn phrase(item: &Change) -> String {
    let field = item.field.to_lowercase();
    if ["description", "environment", "comment"].contains(&field.as_str()) {
        return format!("{field} changed");
    }
    let show = |text: Option<&String>| text.map(|text| shorten(text, VALUE)).filter(|text| !text.is_empty());
    let from = show(item.from_text.as_ref().or(item.from.as_ref()));
    let to = show(item.to_text.as_ref().or(item.to.as_ref()));
    match (from, to) {
        (None, Some(to)) => format!("{field} → {to}"),
        (Some(from), None) => format!("{field} {from} → none"),
        (Some(from), Some(to)) => format!("{field} {from} → {to}"),
        (None, None) => format!("{field} changed"),
    }
}

fn comments(before: &Issue, after: &Issue) -> Vec<NewLine> {
    let old = |comment: &Comment| before.comments.iter().find(|known| known.id == comment.id).cloned();
    let mut lines = Vec::new();
    for comment in &after.comments {
        let excerpt = shorten(&richtext::plain(&comment.body), EXCERPT);
        let by = comment.author.as_ref();
        match old(comment) {
            None if comment.created <= before.updated && before.comments.len() < before.comment_total as usize => {}
            None => lines.push(about(after, format!("comment: {excerpt}{}", signed(by)))),
            Some(known) if known.body != comment.body => {
                lines.push(about(after, format!("comment edited: {excerpt}{}", signed(by))));
            }
            Some(_) => {}
        }
    }
    if after.comment_total < before.comment_total {
        lines.push(about(after, "comment removed".to_owned()));
    }
    lines
}

/// Differences of the fields that people follow, phrased as a changelog would.
fn compare(before: &Issue, after: &Issue) -> Vec<Change> {
    let display = |user: &Option<User>| user.as_ref().map(|user| user.display.clone());
    let named = |named: &Option<crate::domain::Named>| named.as_ref().map(|named| named.name.clone());
    let names = |list: &[crate::domain::Named]| joined(list.iter().map(|named| named.name.as_str()));
    let labels = |list: &[String]| joined(list.iter().map(String::as_str));
    let date = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    let table = [
        (
            "status",
            Some(before.status.name.clone()),
            Some(after.status.name.clone()),
        ),
        ("summary", Some(before.summary.clone()), Some(after.summary.clone())),
        ("assignee", display(&before.assignee), display(&after.assignee)),
        ("reporter", display(&before.reporter), display(&after.reporter)),
        ("priority", named(&before.priority), named(&after.priority)),
        ("resolution", named(&before.resolution), named(&after.resolution)),
        (
            "type",
            Some(before.issue_type.name.clone()),
            Some(after.issue_type.name.clone()),
        ),
        ("labels", labels(&before.labels), labels(&after.labels)),
        ("components", names(&before.components), names(&after.components)),
        ("fix version", names(&before.fix_versions), names(&after.fix_versions)),
        ("due", date(before.due), date(after.due)),
        (
            "parent",
            before.parent.as_ref().map(|p| p.key.clone()),
            after.parent.as_ref().map(|p| p.key.clone()),
        ),
    ];
    let mut changes: Vec<Change> = table
        .into_iter()
        .filter(|(_, from, to)| from != to)
        .map(|(field, from, to)| Change {
            field: field.to_owned(),
            field_id: None,
            from: None,
            from_text: from,
            to: None,
            to_text: to,
        })
        .collect();
    if before.description != after.description {
        changes.push(Change {
            field: "description".to_owned(),
            field_id: None,
            from: None,
            from_text: None,
            to: None,
            to_text: None,
        });
    }
    changes
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let text = names.collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

fn signed(user: Option<&User>) -> String {
    user.filter(|user| !user.display.is_empty())
        .map(|user| format!(" · {}", user.display))
        .unwrap_or_default()
}

/// At most `limit` characters on one line.
fn shorten(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        return line;
    }
    let cut: String = line.chars().take(limit.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{Named, RichText, Status, StatusCategory};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn user(display: &str) -> User {
        User {
            id: display.into(),
            name: display.into(),
            display: display.into(),
            active: true,
            email: None,
        }
    }

    fn base() -> Issue {
        let mut issue = Issue::bare("1".into(), "PAY-12".into(), at(0));
        issue.summary = "Retry the webhook".into();
        issue.status = Status {
            id: "1".into(),
            name: "To Do".into(),
            category: StatusCategory::New,
        };
        issue
    }

    fn item(field: &str, from: Option<&str>, to: Option<&str>) -> Change {
        Change {
            field: field.into(),
            field_id: None,
            from: None,
            from_text: from.map(Into::into),
            to: None,
            to_text: to.map(Into::into),
        }
    }

    fn entry(author: Option<&str>, second: i64, items: Vec<Change>) -> History {
        History {
            id: second.to_string(),
            author: author.map(user),
            created: at(second),
            items,
        }
    }

    fn comment(id: &str, second: i64, body: &str) -> Comment {
        Comment {
            id: id.into(),
            author: Some(user("Li Wei")),
            body: RichText::Wiki(body.into()),
            created: at(second),
            updated: at(second),
            visibility: None,
        }
    }

    fn told(before: &Issue, after: &Issue) -> Vec<String> {
        told_without(before, after, &[])
    }

    fn told_without(before: &Issue, after: &Issue, own: &[&str]) -> Vec<String> {
        let own = own.iter().map(|id| (*id).to_owned()).collect();
        changed(before, after, &own)
            .into_iter()
            .map(|line| format!("{} {}", line.key.unwrap(), line.text))
            .collect()
    }

    #[test]
    fn the_changelog_tells_who_did_what() {
        let before = base();
        let mut after = base();
        after.updated = at(60);
        after.history = vec![
            entry(Some("Old"), -5, vec![item("status", Some("Open"), Some("To Do"))]),
            entry(
                Some("Ana Ruiz"),
                30,
                vec![item("status", Some("To Do"), Some("In Progress"))],
            ),
            entry(
                None,
                60,
                vec![
                    item("assignee", Some("Ana Ruiz"), None),
                    item("description", Some("a"), Some("b")),
                ],
            ),
        ];
        assert_eq!(
            told(&before, &after),
            [
                "PAY-12 status To Do → In Progress · Ana Ruiz",
                "PAY-12 assignee Ana Ruiz → none, description changed"
            ]
        );
        assert_eq!(
            told_without(&before, &after, &["60"]),
            ["PAY-12 status To Do → In Progress · Ana Ruiz"]
        );
        let all = told_without(&before, &after, &["30", "60"]);
        assert_eq!(all, [""; 0], "what we wrote is not compared field by field, either");
    }

    #[test]
    fn without_a_changelog_fields_are_compared() {
        let before = base();
        let mut after = base();
        after.key = "CHK-3".into();
        after.status.name = "Done".into();
        after.priority = Some(Named {
            id: "1".into(),
            name: "High".into(),
        });
        after.labels = vec!["payments".into(), "checkout".into()];
        after.summary = "Retry the webhook with backoff, and tell the merchant when all tries are used up".into();
        assert_eq!(
            told(&before, &after),
            [
                "CHK-3 moved, was PAY-12",
                "CHK-3 status To Do → Done, summary Retry the webhook → Retry the webhook with backoff, and tel…, \
                 priority → High, labels → payments checkout",
            ]
        );
    }

    #[test]
    fn comments_are_told_once() {
        let mut before = base();
        before.comments = vec![comment("1", 0, "first")];
        before.comment_total = 1;
        let mut after = before.clone();
        after.comments[0].body = RichText::Wiki("first, edited".into());
        after.comments.push(comment("2", 30, "*Reproduced*\non staging"));
        after.comment_total = 2;
        assert_eq!(
            told(&before, &after),
            [
                "PAY-12 comment edited: first, edited · Li Wei",
                "PAY-12 comment: Reproduced on staging · Li Wei"
            ]
        );
        assert_eq!(told(&after, &after), [""; 0]);
        let fewer = Issue {
            comments: vec![after.comments[1].clone()],
            comment_total: 1,
            ..after.clone()
        };
        assert_eq!(told(&after, &fewer), ["PAY-12 comment removed"]);
    }
}
