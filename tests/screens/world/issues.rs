//! Issues with everything that an issue can have.

use std::collections::BTreeMap;

use crosstie::domain::*;

use super::ago;

/// Key, type, priority rank, status, category, summary, assignee, minutes since the update, labels.
type Sample = (
    &'static str,
    &'static str,
    u32,
    &'static str,
    StatusCategory,
    &'static str,
    Option<&'static str>,
    i64,
    &'static [&'static str],
);

const SAMPLES: &[Sample] = &[
    (
        "PAY-1412",
        "Bug",
        1,
        "In Progress",
        StatusCategory::Indeterminate,
        "Retry webhook on 502",
        Some("Ana Ruiz"),
        2,
        &["payments", "webhook"],
    ),
    (
        "PAY-1398",
        "Story",
        2,
        "In Review",
        StatusCategory::Indeterminate,
        "Webhook secret rotation",
        Some("Li Wei"),
        64,
        &["payments"],
    ),
    (
        "PAY-1401",
        "Bug",
        0,
        "In Review",
        StatusCategory::Indeterminate,
        "Mask token in web build log",
        Some("Ana Ruiz"),
        301,
        &["payments"],
    ),
    (
        "CHK-77",
        "Task",
        3,
        "To Do",
        StatusCategory::New,
        "Web vitals budget",
        None,
        3 * 1440,
        &["checkout"],
    ),
    (
        "INF-210",
        "Task",
        2,
        "Blocked",
        StatusCategory::New,
        "Webhook egress allow-list",
        Some("Sam Okafor"),
        6 * 1440,
        &["infra"],
    ),
    (
        "CHK-81",
        "Sub-task",
        2,
        "To Do",
        StatusCategory::New,
        "結帳頁面在行動裝置上顯示錯誤的金額",
        Some("陳 美玲"),
        7 * 1440,
        &["checkout"],
    ),
    (
        "PAY-1377",
        "Bug",
        4,
        "Done",
        StatusCategory::Done,
        "Family emoji 👩‍👩‍👧‍👦 in names breaks the receipt",
        Some("Zoë Müller"),
        8 * 1440,
        &[],
    ),
    (
        "INF-199",
        "Story",
        2,
        "Done",
        StatusCategory::Done,
        "Cafe\u{301} menu e\u{301}\u{323} combining marks",
        Some("Dvořák"),
        9 * 1440,
        &["infra"],
    ),
    (
        "PAY-1300",
        "Epic",
        1,
        "In Progress",
        StatusCategory::Indeterminate,
        "Evil \u{1b}[31mred\u{1b}[0m \u{202e}reversed\u{7} bell",
        Some("Ana Ruiz"),
        20 * 1440,
        &["payments"],
    ),
];

/// Issue number `n`; the first ones are the samples.
pub(crate) fn row(n: usize) -> IssueRow {
    let (key, kind, rank, status, category, summary, assignee, minutes, labels) = SAMPLES[n % SAMPLES.len()];
    let (project, _) = key.split_once('-').unwrap();
    let key = if n < SAMPLES.len() {
        key.to_owned()
    } else {
        format!("{project}-{}", 2000 + n)
    };
    let summary = if n < SAMPLES.len() {
        summary.to_owned()
    } else {
        format!("{summary} ({n})")
    };
    let alias = if project == "INF" { "dc-eu" } else { "acme" };
    IssueRow {
        row: i64::try_from(n).unwrap() + 1,
        alias: Alias::from(alias),
        id: IssueId(format!("{}", 10_000 + n)),
        url: format!("https://{alias}.example.com/browse/{key}"),
        fields: Vec::new(),
        key: IssueKey(key),
        summary,
        issue_type: kind.to_owned(),
        subtask: kind == "Sub-task",
        status: status.to_owned(),
        category,
        priority: Some(["Highest", "High", "Medium", "Low", "Lowest"][rank as usize].to_owned()),
        priority_rank: Some((rank, 5)),
        resolution: (category == StatusCategory::Done).then(|| "Fixed".to_owned()),
        assignee: assignee.map(str::to_owned),
        reporter: Some("Priya Natarajan".to_owned()),
        project: project.to_owned(),
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        components: vec!["gateway".to_owned()],
        parent: Some("PAY-1300".to_owned()),
        created: ago(minutes + 9000),
        updated: ago(minutes + i64::try_from(n / SAMPLES.len()).unwrap()),
        due: n
            .is_multiple_of(3)
            .then(|| jiff::civil::date(2026, 9, 8 + i8::try_from(n % 9).unwrap())),
    }
}

fn user(name: &str) -> User {
    User {
        id: name.to_lowercase(),
        name: name.to_lowercase(),
        display: name.to_owned(),
        active: true,
        email: None,
    }
}

fn comment(author: &str, minutes: i64, text: &str) -> Comment {
    Comment {
        id: minutes.to_string(),
        author: Some(user(author)),
        body: RichText::Wiki(text.to_owned()),
        created: ago(minutes),
        updated: ago(minutes),
        visibility: None,
    }
}

pub(crate) fn detail(row: &IssueRow) -> IssueDetail {
    let named = |name: &str| Named {
        id: "1".to_owned(),
        name: name.to_owned(),
    };
    let issue = Issue {
        id: row.id.clone(),
        key: row.key.clone(),
        summary: row.summary.clone(),
        project: ProjectRef {
            id: "1".to_owned(),
            key: row.project.clone(),
            name: "Payments".to_owned(),
        },
        issue_type: IssueType {
            id: "1".to_owned(),
            name: row.issue_type.clone(),
            subtask: row.subtask,
        },
        status: Status {
            id: "3".to_owned(),
            name: row.status.clone(),
            category: row.category,
        },
        priority: row.priority.as_deref().map(named),
        resolution: row.resolution.as_deref().map(named),
        assignee: row.assignee.as_deref().map(user),
        reporter: row.reporter.as_deref().map(user),
        creator: None,
        labels: row.labels.clone(),
        components: vec![named("gateway")],
        fix_versions: vec![named("2026.9")],
        affected_versions: Vec::new(),
        parent: Some(IssueRef {
            key: "PAY-1300".to_owned(),
            summary: "Queue consumer rewrite".to_owned(),
            ..IssueRef::default()
        }),
        subtasks: Vec::new(),
        links: vec![IssueLink {
            kind: "Blocks".to_owned(),
            relation: "is blocked by".to_owned(),
            other: IssueRef {
                id: "9".to_owned(),
                key: "PAY-1300".to_owned(),
                summary: "Queue consumer rewrite".to_owned(),
                status: Some(Status {
                    id: "3".to_owned(),
                    name: "In Progress".to_owned(),
                    category: StatusCategory::Indeterminate,
                }),
            },
        }],
        attachments: vec![Attachment {
            id: "1".to_owned(),
            filename: "trace\u{202e}gpj.exe".to_owned(),
            size: 48_213,
            mime: "text/plain".to_owned(),
            author: Some(user("Li Wei")),
            created: Some(ago(90)),
        }],
        created: row.created,
        updated: row.updated,
        resolved: None,
        due: row.due,
        description: Some(RichText::Wiki(
            "Webhook deliveries that receive 502 are dropped after one attempt. Retry with backoff, up to 5 times, \
             and surface the failure in the merchant dashboard.\n\n* backoff 1s, 2s, 4s, 8s, 16s\n* keep the idempotency key"
                .to_owned(),
        )),
        environment: None,
        comments: vec![
            comment("Li Wei", 64, "Seen 40 times since the gateway change."),
            comment("Ana Ruiz", 2, "Reproduced on staging; the queue consumer swallows the error."),
        ],
        comment_total: 2,
        votes: Some(3),
        watchers: None,
        original_estimate: Some(7200),
        remaining_estimate: None,
        time_spent: None,
        security: None,
        custom: BTreeMap::from([(
            "customfield_10020".to_owned(),
            FieldValue::Sprint(Sprint {
                id: 42,
                name: "Sprint 42".to_owned(),
                state: "active".to_owned(),
            }),
        )]),
        history: Vec::new(),
        history_complete: false,
    };
    IssueDetail {
        row: row.clone(),
        issue,
        field_names: BTreeMap::from([("customfield_10016".to_owned(), "Story points".to_owned())]),
    }
}
