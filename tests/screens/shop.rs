//! Findings and their sources in memory, some of them hostile.

use crosstie::app::{FindingAnswer, FindingAsk, FindingSeen, IssueTarget};
use crosstie::domain::*;
use jiff::{SignedDuration, Timestamp};

use super::world::{self, now};

/// Findings and sources of a desk.
#[derive(Default)]
pub(crate) struct Shop {
    pub(crate) rows: Vec<FindingRow>,
    pub(crate) sources: Vec<SourceState>,
}

fn ago(hours: i64) -> Timestamp {
    now() - SignedDuration::from_hours(hours)
}

fn link(row: i64, key: &str, status: &str, category: StatusCategory) -> Link {
    Link {
        id: row,
        finding: FindingId {
            source: "bounty".to_owned(),
            external: row.to_string(),
        },
        alias: Alias::from("acme"),
        issue: IssueId(row.to_string()),
        key: IssueKey(key.to_owned()),
        mapping: Some("bounty to PAY".to_owned()),
        created: true,
        gone: false,
        url: format!("https://acme.atlassian.net/browse/{key}"),
        summary: Some("Mask token in web build log".to_owned()),
        status: Some(Status {
            id: "3".to_owned(),
            name: status.to_owned(),
            category,
        }),
    }
}

fn pending(row: i64, state: PushState, problem: Option<(&str, &str)>) -> Pending {
    Pending {
        id: row,
        finding: FindingId {
            source: "scans".to_owned(),
            external: row.to_string(),
        },
        alias: Alias::from("acme"),
        mapping: Some("scans to PAY".to_owned()),
        kind: PushKind::Create,
        state,
        attempts: 2,
        next: None,
        problem: problem.map(|(message, remedy)| Problem {
            kind: "refused".to_owned(),
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        }),
        fields: match state {
            PushState::Failed => vec![("Due date".to_owned(), "Due date is required.".to_owned())],
            _ => Vec::new(),
        },
        queued: ago(1),
    }
}

/// Source, id, kind, title, severity, state, resolution, tag, hours.
type Sample = (
    &'static str,
    &'static str,
    FindingKind,
    &'static str,
    Severity,
    FindingState,
    Option<Resolution>,
    Option<&'static str>,
    i64,
);

const SAMPLES: &[Sample] = &[
    (
        "bounty",
        "2345",
        FindingKind::Report,
        "SQL injection in the search of the merchant dashboard",
        Severity::Critical,
        FindingState::Triaged,
        None,
        Some("payments"),
        50,
    ),
    (
        "scans",
        "py/weak-hash:9f2c44e1d0",
        FindingKind::Vulnerability,
        "Weak hash used for a session token",
        Severity::High,
        FindingState::Open,
        None,
        Some("checkout"),
        100,
    ),
    (
        "bounty",
        "2351",
        FindingKind::Report,
        "Secret in build log",
        Severity::High,
        FindingState::InProgress,
        None,
        Some("payments"),
        9,
    ),
    (
        "scans",
        "js/xss:77aa",
        FindingKind::Vulnerability,
        "結帳頁面的反射型 XSS 👩‍👩‍👧 é\u{301}",
        Severity::Medium,
        FindingState::Open,
        None,
        Some("checkout"),
        300,
    ),
    (
        "scans",
        "go/path:01",
        FindingKind::Vulnerability,
        "\u{202e}hostile\u{1b}[31m title",
        Severity::Medium,
        FindingState::Open,
        None,
        None,
        12,
    ),
    (
        "tests",
        "cart.checkout/refund",
        FindingKind::Defect,
        "",
        Severity::None,
        FindingState::Blocked,
        None,
        None,
        3,
    ),
    (
        "pulls",
        "acme/web#91",
        FindingKind::Remediation,
        "Mask the token",
        Severity::Info,
        FindingState::FixedPendingVerify,
        None,
        Some("payments"),
        5,
    ),
    (
        "bounty",
        "1990",
        FindingKind::Report,
        "Open redirect on logout",
        Severity::Low,
        FindingState::Closed,
        Some(Resolution::Duplicate),
        Some("payments"),
        9000,
    ),
];

impl Shop {
    pub(crate) fn full() -> Self {
        let row = |(index, sample): (usize, &Sample)| {
            let (source, external, kind, title, severity, state, resolution, tag, hours) = *sample;
            let row = i64::try_from(index).unwrap() + 1;
            FindingRow {
                row,
                id: FindingId {
                    source: source.to_owned(),
                    external: external.to_owned(),
                },
                kind,
                title: title.to_owned(),
                severity,
                state,
                native_state: String::new(),
                resolution,
                tag: tag.map(str::to_owned),
                assignee: None,
                url: Some(format!("https://{source}.example.com/{row}")),
                created: ago(hours),
                updated: ago(hours / 2),
                link: match row {
                    3 => Some(link(3, "PAY-1401", "In Review", StatusCategory::Indeterminate)),
                    7 => Some(link(7, "PAY-1412", "In Progress", StatusCategory::Indeterminate)),
                    _ => None,
                },
                pending: match row {
                    2 => Some(pending(
                        2,
                        PushState::Failed,
                        Some((
                            "Jira refused the issue: Due date is required.",
                            "Map Due date in scans to PAY (5), then try again.",
                        )),
                    )),
                    4 => Some(pending(4, PushState::Uncertain, None)),
                    5 => Some(pending(5, PushState::Waiting, None)),
                    7 => Some(pending(7, PushState::Waiting, None)),
                    _ => None,
                },
            }
        };
        let source = |name: &str| SourceState {
            name: name.to_owned(),
            open: 2,
            all: 3,
            read: Some(now() - SignedDuration::from_mins(2)),
            problem: None,
            flaws: Vec::new(),
        };
        Self {
            rows: SAMPLES.iter().enumerate().map(row).collect(),
            sources: ["bounty", "scans", "tests", "pulls"].map(source).to_vec(),
        }
    }

    fn page(&self, query: &FindingQuery) -> FindingPage {
        let fits = |row: &&FindingRow| {
            let text = format!("{} {}", row.title, row.id).to_lowercase();
            (query.closed || row.state != FindingState::Closed)
                && query.words.iter().all(|word| text.contains(&word.to_lowercase()))
                && (query.tags.is_empty() || row.tag.as_ref().is_some_and(|tag| query.tags.contains(tag)))
                && query.at_least.is_none_or(|least| row.severity >= least)
        };
        let rows: Vec<FindingRow> = self.rows.iter().filter(fits).cloned().collect();
        FindingPage {
            total: rows.len(),
            all: self.rows.len(),
            rows: rows.into_iter().skip(query.offset).take(query.limit).collect(),
        }
    }

    fn detail(&self, row: &FindingRow) -> FindingSeen {
        let event = |id: &str, kind, text: &str, internal, hours| FindingEvent {
            id: id.to_owned(),
            kind,
            native: "activity-something-new".to_owned(),
            actor: Some("zoë\u{1b}]0;x".to_owned()),
            at: ago(hours),
            text: text.to_owned(),
            internal,
        };
        let mut finding = Finding::new(row.id.clone(), row.kind, row.title.clone());
        finding.body = "Build 5531 printed a value that looks like a **token** in step `publish`.\n\n\
                        - rotate the token\n- mask the output\n\n```sh\necho $TOKEN\u{7}\n```\n\n\
                        See [the log](https://ci.example.com/5531) or [nothing](javascript:alert(1))."
            .to_owned();
        finding.reporter = Some("h4x0r".to_owned());
        finding.keys = vec!["PAY-1401".to_owned()];
        finding.origin = "acme-bounty".to_owned();
        finding.events = vec![
            event("1", FindingEventKind::Created, "", false, 50),
            event("2", FindingEventKind::Comment, "Seen in **three** builds.", true, 20),
            event("3", FindingEventKind::Other, "", false, 3),
        ];
        finding.files = vec![FindingFile {
            id: "f".to_owned(),
            name: "poc\u{202e}gnp.sh".to_owned(),
            mime: Some("text/x-shellscript".to_owned()),
            size: Some(2_400),
            url: Some("https://bounty.example.com/f".to_owned()),
        }];
        finding.fields.insert("cwe".to_owned(), serde_json::json!("CWE-532"));
        finding.fields.insert(
            "structured scope".to_owned(),
            serde_json::json!({"asset": "*.acme.com"}),
        );
        let history = match &row.link {
            Some(link) => vec![
                (ago(2), format!("{} went from To Do to In Review by Ana Ruiz", link.key)),
                (ago(8), format!("created {} by bounty to PAY", link.key)),
            ],
            None => Vec::new(),
        };
        FindingSeen {
            detail: FindingDetail {
                named: finding.keys.iter().map(|key| (key.as_str().into(), None)).collect(),
                row: row.clone(),
                finding,
                history,
                related: self
                    .rows
                    .iter()
                    .filter(|other| other.row == 7 && row.row == 3)
                    .cloned()
                    .collect(),
            },
            issue: row.link.as_ref().map(|_| world::row(2)),
        }
    }

    /// Reads are answered on the spot; what is to be done is left to the test.
    pub(crate) fn answer(&self, ask: &FindingAsk) -> Option<FindingAnswer> {
        Some(match ask {
            FindingAsk::Page(query, _) => FindingAnswer::Page(self.page(query), query.offset),
            FindingAsk::Detail(row) => {
                let found = self.rows.iter().find(|known| known.row == *row);
                FindingAnswer::Detail(found.map(|row| Box::new(self.detail(row))))
            }
            FindingAsk::Sources => FindingAnswer::Sources(self.sources.clone()),
            FindingAsk::OfIssue(_, _) => {
                FindingAnswer::OfIssue(self.rows.iter().filter(|row| row.row == 1).cloned().collect())
            }
            FindingAsk::IssueRow(..) => FindingAnswer::IssueRow(Some(2)),
            FindingAsk::Search(text) => {
                let all = [1, 2, 3, 4].map(|row| IssueTarget::from(world::row(row))).to_vec();
                let known = text.is_empty() || text == "web";
                FindingAnswer::Issues(if known { all } else { Vec::new() })
            }
            FindingAsk::SearchSites(_) | FindingAsk::Verify(..) | FindingAsk::Propose(_) | FindingAsk::Act(_) => {
                return None;
            }
        })
    }
}
