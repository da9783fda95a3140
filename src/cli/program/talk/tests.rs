//! Whole dialogues: what is typed, and every line that answers it.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::{Timestamp, tz::TimeZone};

use super::*;
use crate::{
    app::{CompletionRequest, NEEDS_SERVER, Setup, Tags},
    clock::FrozenClock,
    config::{Config, ViewConfig},
    domain::{
        Access, Comment, ConnectionState, Health, Issue, IssueDetail, IssueId, IssueKey, IssueRow, Level, ListPage,
        ListQuery, LogLine, Quota, RichText, Run, RunKind, RunState, SiteField, Snapshot, StatusCategory, User,
    },
};

const NOW: i64 = 1_772_443_800;

fn at(ago: i64) -> Timestamp {
    Timestamp::from_second(NOW - ago).unwrap()
}

fn row(number: i64) -> IssueRow {
    IssueRow {
        row: number,
        alias: Alias::from("acme"),
        id: IssueId(number.to_string()),
        key: IssueKey(format!("PAY-{number}")),
        summary: match number {
            1 => "Retry webhook on 502".to_owned(),
            2 => "\u{1b}[2J \u{2501}\u{2503}\u{2554} boxes".to_owned(),
            _ => format!("Issue {number}"),
        },
        issue_type: "Bug".to_owned(),
        subtask: false,
        status: "To Do".to_owned(),
        category: StatusCategory::New,
        priority: (number == 1).then(|| "High".to_owned()),
        priority_rank: None,
        resolution: None,
        assignee: (number == 1).then(|| "Ana Ruiz".to_owned()),
        reporter: None,
        project: "PAY".to_owned(),
        labels: Vec::new(),
        components: Vec::new(),
        parent: None,
        created: at(900_000),
        updated: at(60 * number),
        due: None,
        url: format!("https://acme.example.com/browse/PAY-{number}"),
        fields: Default::default(),
    }
}

fn run(id: i64, state: RunState, changed: u64) -> Run {
    Run {
        id,
        alias: Alias::from("acme"),
        kind: RunKind::Delta,
        state,
        started: at(5),
        ended: Some(at(4)),
        expected: None,
        requests: 1,
        bytes: 0,
        received: changed,
        new: 0,
        changed,
        gone: 0,
        sent: 0,
        problem: (state == RunState::Failed).then(|| Problem {
            kind: "network".to_owned(),
            message: "acme cannot be reached".to_owned(),
            remedy: "It is tried again by itself.".to_owned(),
        }),
    }
}

fn issue(number: i64) -> Issue {
    let row = row(number);
    let mut issue = Issue::bare(row.id, row.key, row.created);
    issue.summary = row.summary;
    issue.issue_type.name = row.issue_type;
    issue.status.name = row.status;
    issue.labels = vec!["webhook".to_owned()];
    issue
}

/// A store of 12 issues; a run that ends makes it change.
struct Shop {
    runs: Mutex<Vec<Run>>,
    changes: AtomicU64,
}

impl Shop {
    fn ends(&self, run: Run) {
        self.runs.lock().unwrap().insert(0, run);
        self.changes.fetch_add(1, Ordering::SeqCst);
    }
}

impl Library for Shop {
    fn list(&self, query: &ListQuery) -> Result<ListPage, Problem> {
        if query.jql.contains("watcher") {
            return Err(Problem {
                kind: NEEDS_SERVER.to_owned(),
                message: "only the server knows watchers".to_owned(),
                remedy: String::new(),
            });
        }
        let rows: Vec<IssueRow> = (1..=12).map(row).collect();
        let kept: Vec<IssueRow> = rows
            .into_iter()
            .filter(|row| row.summary.contains(&query.filter) && !query.jql.contains("nothing"))
            .collect();
        Ok(ListPage {
            total: kept.len(),
            ids: kept.iter().map(|row| row.row).collect(),
            offset: query.offset,
            rows: kept.into_iter().skip(query.offset).take(query.limit).collect(),
            ..ListPage::default()
        })
    }

    fn first(&self, _: &ListQuery) -> Result<Option<ListPage>, Problem> {
        Ok(None)
    }

    fn detail(&self, number: i64) -> Result<Option<IssueDetail>, Problem> {
        if number == 3 {
            return Ok(None);
        }
        let mut issue = issue(number);
        issue.description = Some(RichText::Wiki(
            "Deliveries are *dropped*.\n\n* once\n* twice".to_owned(),
        ));
        issue.comment_total = 1;
        issue.comments = vec![Comment {
            id: "1".to_owned(),
            author: Some(User {
                display: "Li Wei".to_owned(),
                ..User::default()
            }),
            body: RichText::Wiki("Seen 40 times.".to_owned()),
            created: at(7_200),
            updated: at(7_200),
            visibility: None,
        }];
        Ok(Some(IssueDetail {
            row: row(number),
            issue,
            field_names: BTreeMap::new(),
        }))
    }

    fn fields(&self) -> Result<Vec<SiteField>, Problem> {
        Ok(Vec::new())
    }

    fn snapshot(&self) -> Result<Snapshot, Problem> {
        Ok(Snapshot {
            connections: vec![ConnectionState {
                alias: Alias::from("acme"),
                site: "https://acme.example.com".to_owned(),
                deployment: None,
                version: None,
                access: Access::ApiToken,
                account: None,
                time_zone: None,
                health: Health::Ok,
                problem: None,
                complete: true,
                issues: Some(12),
                last_success: Some(at(120)),
                next_run: None,
                attempts: 0,
                quota: Quota::default(),
                ending: None,
                expires: None,
                default: true,
                enabled: true,
                read_only: false,
            }],
            runs: self.runs.lock().unwrap().clone(),
            log: vec![LogLine {
                id: 1,
                run: None,
                at: at(0),
                level: Level::Info,
                alias: Alias::from("acme"),
                key: Some("PAY-1".to_owned()),
                text: "To Do to Done, by Ana Ruiz".to_owned(),
                detail: None,
            }],
        })
    }

    fn counts(&self, queries: &[String]) -> Result<Vec<Option<usize>>, Problem> {
        Ok(queries
            .iter()
            .map(|jql| (!jql.contains("watcher")).then_some(12))
            .collect())
    }

    fn catalog(&self) -> Option<Arc<Tags>> {
        None
    }

    fn tag_counts(&self, _: &str) -> Result<BTreeMap<String, usize>, Problem> {
        Ok(BTreeMap::new())
    }

    fn complete(&self, _: &CompletionRequest) -> Result<Vec<(String, String)>, Problem> {
        Ok(Vec::new())
    }

    fn change_counter(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }
}

/// Everything that is written while `typed` is typed; a refresh ends with `outcome` at once.
fn talk_with(typed: &str, outcome: impl Fn() -> Run + Send + 'static) -> String {
    let shop = Arc::new(Shop {
        runs: Mutex::default(),
        changes: AtomicU64::default(),
    });
    let view = |name: &str, jql: &str| ViewConfig {
        name: name.to_owned(),
        jql: jql.to_owned(),
        columns: Vec::new(),
        default: false,
    };
    let config = Config {
        views: vec![
            view("My work", "assignee = currentUser()"),
            view("Watched", "watcher = me"),
        ],
        ..Config::default()
    };
    let mut setup = Setup::of(&config, String::new());
    setup.views.truncate(2);
    setup.now = at(0);
    setup.zone = TimeZone::UTC;
    let mut dialogue = Dialogue::new(setup, &shop.snapshot().unwrap());
    let doing = Arc::clone(&shop);
    let talk = Talk {
        library: shop,
        clock: Arc::new(FrozenClock(at(0))),
        sync: Box::new(move |_| doing.ends(outcome())),
        ascii: false,
    };
    let mut written = Vec::new();
    talk.hold(&mut dialogue, typed.as_bytes(), &mut written).unwrap();
    String::from_utf8(written).unwrap()
}

fn talk(typed: &str) -> String {
    talk_with(typed, || run(1, RunState::Ok, 3))
}

#[test]
fn from_the_menu_to_an_issue_and_back() {
    insta::assert_snapshot!(talk("1\nmore\nmore\nopen 1\nnext\nopen pay-1\nback\nquit\n"));
}

#[test]
fn queries_filters_and_what_goes_wrong_are_sentences() {
    insta::assert_snapshot!(talk(
        "next\n3\nview watched\njql\njql project =\njql text ~ nothing\nview my\nfilter Retry\nfilter\n3\n99\ntag\nfly\n"
    ));
}

#[test]
fn connections_log_and_help_are_read_out() {
    insta::assert_snapshot!(talk("connections\nlog\nhelp\n"));
}

#[test]
fn a_refresh_is_told_before_the_next_prompt_once() {
    let told = talk("refresh\n\n\nrefresh lab\n");
    assert_eq!(
        told.matches("News from acme: 3 changed.\nCommand: ").count(),
        1,
        "{told}"
    );
    assert!(told.contains("There is no such connection."), "{told}");
    let nothing = talk_with("refresh acme\n\n", || run(1, RunState::Ok, 0));
    assert!(nothing.contains("News from acme: nothing new.\n"), "{nothing}");
    let failed = talk_with("refresh\n\n", || run(1, RunState::Failed, 0));
    let expected = "News from acme: acme cannot be reached. It is tried again by itself.\n";
    assert!(failed.contains(expected), "{failed}");
}

#[test]
fn whatever_is_typed_nothing_draws_and_nothing_obeys() {
    let typed = "1\nopen 2\njql \u{1b}[31m\n\u{2588}\u{2502}\n\u{7}\n99999999999999999999\n0\nopen 0\nview 0\nopen\n";
    let told = talk(typed);
    let draws = |letter: char| letter == '\u{1b}' || ('\u{2500}'..='\u{259f}').contains(&letter);
    assert!(!told.contains(draws), "{told}");
    assert!(told.contains("\u{241b}[2J -|+ boxes"), "{told}");
    let bytes = [b"\xff\xfe\n".as_slice(), &[b'a'; 200_000]].concat();
    let longest = talk(&String::from_utf8_lossy(&bytes));
    assert!(longest.contains("There is no command"));
}
