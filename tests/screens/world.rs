//! A small company on two Jiras, a library over it in memory, and ways to look at a frame.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use crossterm::event::{Event as TermEvent, KeyCode, KeyEvent, KeyModifiers};
use crosstie::app::chord::Chord;
use crosstie::app::{
    ChangeKind, ChangeLine, CompletionRequest, ConfigChange, Effect, Event, Look, Model, NEEDS_SERVER, Setup, TagEntry,
    Tags, Wanted, update,
};
use crosstie::catalog::{Catalog, IssueFacts, Matcher};
use crosstie::config::ViewConfig;
use crosstie::domain::*;
use crosstie::runtime::Library;
use crosstie::ui::{Theme, view};
use jiff::{Timestamp, tz::TimeZone};
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};
use ratatui::{Terminal, TerminalOptions, Viewport};

pub(crate) const NOW: &str = "2026-09-10T10:45:00Z";

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn ago(minutes: i64) -> Timestamp {
    now() - jiff::SignedDuration::from_mins(minutes)
}

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

fn connection(alias: &str, deployment: Deployment, health: Health) -> ConnectionState {
    ConnectionState {
        alias: Alias::from(alias),
        site: format!("https://{alias}.example.com"),
        deployment: Some(deployment),
        version: Some("10.3.24".to_owned()),
        access: if deployment == Deployment::Cloud {
            Access::ApiToken
        } else {
            Access::Pat
        },
        account: Some("Ana Ruiz".to_owned()),
        time_zone: Some("Europe/Madrid".to_owned()),
        health,
        problem: None,
        complete: true,
        issues: Some(1412),
        last_success: Some(ago(4)),
        next_run: Some(now() + jiff::SignedDuration::from_secs(175)),
        attempts: 0,
        quota: Quota {
            remaining: Some(9412),
            limit: Some(10_000),
            ..Quota::default()
        },
        ending: None,
        expires: None,
        default: false,
        enabled: true,
        read_only: false,
    }
}

pub(crate) fn run(id: i64, alias: &str, state: RunState, minutes: i64) -> Run {
    Run {
        id,
        alias: Alias::from(alias),
        kind: RunKind::Delta,
        state,
        started: ago(minutes),
        ended: (state != RunState::Running).then(|| ago(minutes) + jiff::SignedDuration::from_millis(1_200)),
        expected: Some(480),
        requests: 5,
        bytes: 81_234,
        received: 312,
        new: 4,
        changed: 21,
        gone: 0,
        sent: 0,
        problem: None,
    }
}

fn log_line(id: i64, level: Level, key: Option<&str>, text: &str) -> LogLine {
    LogLine {
        id,
        run: Some(1040),
        at: ago(4) + jiff::SignedDuration::from_secs(id),
        level,
        alias: Alias::from("acme"),
        key: key.map(str::to_owned),
        text: text.to_owned(),
        detail: (level >= Level::Warn).then(|| "GET /rest/api/3/search/jql · 429 · Retry-After 8".to_owned()),
    }
}

pub(crate) fn snapshot() -> Snapshot {
    let mut lab = connection("lab", Deployment::Cloud, Health::Auth);
    lab.problem = Some(Problem {
        kind: "auth".to_owned(),
        message: "lab.example.com refused the sign-in: HTTP 401".to_owned(),
        remedy: "Create a new API token and put it where the config says (env LAB_TOKEN).".to_owned(),
    });
    lab.attempts = 3;
    lab.last_success = Some(ago(210));
    let mut failed = run(1039, "lab", RunState::Failed, 210);
    failed.problem = lab.problem.clone();
    Snapshot {
        connections: vec![
            connection("acme", Deployment::Cloud, Health::Ok),
            connection("dc-eu", Deployment::DataCenter, Health::Ok),
            lab,
        ],
        runs: vec![
            run(1041, "acme", RunState::Ok, 4),
            run(1040, "dc-eu", RunState::Ok, 9),
            failed,
        ],
        log: vec![
            log_line(1, Level::Info, None, "run started · updated >= -15m"),
            log_line(2, Level::Debug, None, "page 1 · 100 issues · 412 ms"),
            log_line(
                3,
                Level::Info,
                Some("PAY-1412"),
                "status To Do → In Progress · Ana Ruiz",
            ),
            log_line(
                4,
                Level::Warn,
                None,
                "429 rate limited · waiting 8s (Retry-After) · attempt 1 of 5",
            ),
            log_line(5, Level::Info, Some("PAY-1398"), "assignee nobody → Li Wei"),
            log_line(
                6,
                Level::Error,
                Some("CHK-61"),
                "could not be read · malformed answer \u{1b}]0;x\u{7}",
            ),
        ],
    }
}

/// The same snapshot with one run under way.
pub(crate) fn syncing() -> Snapshot {
    let mut snapshot = snapshot();
    let mut running = run(1042, "acme", RunState::Running, 0);
    running.started = now() - jiff::SignedDuration::from_secs(75);
    snapshot.runs.insert(0, running);
    snapshot
}

fn view_config(name: &str, jql: &str) -> ViewConfig {
    ViewConfig {
        name: name.to_owned(),
        jql: jql.to_owned(),
        columns: Vec::new(),
        default: false,
    }
}

pub(crate) fn setup(width: u16, height: u16) -> Setup {
    Setup {
        size: Size::new(width, height),
        now: now(),
        zone: TimeZone::UTC,
        views: vec![
            view_config(
                "My open work",
                "assignee = currentUser() AND statusCategory != Done ORDER BY updated DESC",
            ),
            view_config("Everything", "ORDER BY key ASC"),
            view_config("Blocked", "status = Blocked"),
            view_config("Nothing at all", "status = Nowhere"),
        ],
        implied: false,
        keys: BTreeMap::new(),
        look: Look {
            mouse: true,
            ..Look::default()
        },
        config_path: "/home/ana/.config/crosstie/config.toml".to_owned(),
    }
}

/// A library in memory.
pub(crate) struct Fake {
    pub(crate) rows: Mutex<Vec<IssueRow>>,
    pub(crate) snapshot: Mutex<Snapshot>,
    pub(crate) changes: AtomicU64,
    pub(crate) lists: AtomicU64,
    pub(crate) broken: bool,
    /// The catalog; handed out when taken.
    pub(crate) tags: Mutex<Option<Arc<Tags>>>,
    /// So many first rows are told before the rest; none if it is 0.
    pub(crate) head: AtomicUsize,
    held: (Mutex<bool>, Condvar),
}

impl Fake {
    pub(crate) fn new(issues: usize, snapshot: Snapshot) -> Arc<Self> {
        Arc::new(Self {
            rows: Mutex::new((0..issues).map(row).collect()),
            snapshot: Mutex::new(snapshot),
            changes: AtomicU64::new(0),
            lists: AtomicU64::new(0),
            broken: false,
            tags: Mutex::default(),
            head: AtomicUsize::default(),
            held: Default::default(),
        })
    }

    /// A library whose lists cannot be read.
    pub(crate) fn failing() -> Arc<Self> {
        Arc::new(Self {
            rows: Mutex::default(),
            snapshot: Mutex::new(snapshot()),
            changes: AtomicU64::new(0),
            lists: AtomicU64::new(0),
            broken: true,
            tags: Mutex::default(),
            head: AtomicUsize::default(),
            held: Default::default(),
        })
    }

    /// Makes lists and counts wait, as a slow disk does; first rows do not.
    pub(crate) fn hold(&self, hold: bool) {
        *self.held.0.lock().unwrap() = hold;
        self.held.1.notify_all();
    }

    fn wait(&self) {
        let held = self.held.0.lock().unwrap();
        drop(self.held.1.wait_while(held, |held| *held).unwrap());
    }

    fn matched(&self, jql: &str) -> Vec<IssueRow> {
        let rows = self.rows.lock().unwrap();
        let keep = |row: &&IssueRow| match jql {
            "status = Blocked" => row.status == "Blocked",
            "status = Nowhere" => false,
            _ => true,
        };
        rows.iter().filter(keep).cloned().collect()
    }

    fn answer(&self, query: &ListQuery) -> Result<ListPage, Problem> {
        if self.broken {
            return Err(Problem {
                kind: "store".to_owned(),
                message: "the store in /home/ana/.local/share/crosstie cannot be read: disk I/O error".to_owned(),
                remedy: "Check the disk, or move the folder away: it is rebuilt from Jira.".to_owned(),
            });
        }
        if query.jql.contains("WAS") {
            return Err(Problem {
                kind: NEEDS_SERVER.to_owned(),
                ..Problem::default()
            });
        }
        let mut rows = self.matched(&query.jql);
        let mut asked = Vec::new();
        if let Some(tag) = &query.tag {
            rows.retain(|row| row.labels.contains(tag));
            let jql = format!("({}) AND labels = {tag}", query.jql);
            asked.extend(["acme", "dc-eu"].map(|alias| (Alias::from(alias), jql.clone())));
        }
        let total = rows.len();
        let filter = query.filter.to_lowercase();
        rows.retain(|row| format!("{} {}", row.key, row.summary).to_lowercase().contains(&filter));
        if let Some(sort) = query.sort {
            rows.sort_by(|a, b| match sort.column {
                Column::Summary => a.summary.cmp(&b.summary),
                Column::Updated => a.updated.cmp(&b.updated),
                _ => a.key.as_str().cmp(b.key.as_str()),
            });
            if sort.descending {
                rows.reverse();
            }
        }
        let ids: Arc<[i64]> = rows.iter().map(|row| row.row).collect();
        let around = query.around.and_then(|row| ids.iter().position(|id| *id == row));
        let offset = around.map_or(query.offset, |at| at.saturating_sub(query.limit / 2));
        let offset = offset.min(ids.len());
        for row in &mut rows {
            row.fields = cells(row.row, &query.fields);
        }
        Ok(ListPage {
            total,
            offset,
            rows: rows.into_iter().skip(offset).take(query.limit).collect(),
            ids,
            partial: false,
            approximate: query.jql.contains(" ~ "),
            notes: Vec::new(),
            asked,
        })
    }
}

impl Library for Fake {
    fn list(&self, query: &ListQuery) -> Result<ListPage, Problem> {
        self.lists.fetch_add(1, Ordering::SeqCst);
        self.wait();
        self.answer(query)
    }

    fn first(&self, query: &ListQuery) -> Result<Option<ListPage>, Problem> {
        let head = self.head.load(Ordering::SeqCst);
        let whole = self.answer(query)?;
        Ok((1..whole.ids.len()).contains(&head).then(|| ListPage {
            total: head,
            partial: true,
            ids: whole.ids[..head].into(),
            rows: whole.rows[..head].to_vec(),
            ..whole
        }))
    }

    fn detail(&self, row: i64) -> Result<Option<IssueDetail>, Problem> {
        let rows = self.rows.lock().unwrap();
        Ok(rows.iter().find(|known| known.row == row).map(detail))
    }

    fn snapshot(&self) -> Result<Snapshot, Problem> {
        Ok(self.snapshot.lock().unwrap().clone())
    }

    fn counts(&self, queries: &[String]) -> Result<Vec<Option<usize>>, Problem> {
        self.wait();
        Ok(queries.iter().map(|jql| Some(self.matched(jql).len())).collect())
    }

    fn catalog(&self) -> Option<Arc<Tags>> {
        self.tags.lock().unwrap().take()
    }

    fn tag_counts(&self, jql: &str) -> Result<BTreeMap<String, usize>, Problem> {
        let mut counts: BTreeMap<String, usize> = tags().entries.iter().map(|entry| (entry.tag.clone(), 0)).collect();
        for row in self.matched(jql) {
            for tag in tags().matcher.tags_of(&IssueFacts::from(&row)) {
                *counts.get_mut(tag).unwrap() += 1;
            }
        }
        Ok(counts)
    }

    fn complete(&self, request: &CompletionRequest) -> Result<Vec<(String, String)>, Problem> {
        let names: &[(&str, &str)] = match &request.wanted {
            Wanted::Fields => &[("Story points", "custom field")],
            Wanted::Values(field) if field == "status" => &[("In Progress", ""), ("In \u{202e}Review", "")],
            Wanted::Values(_) => &[],
        };
        let part = request.part.to_lowercase();
        let fitting = names.iter().filter(|(name, _)| name.to_lowercase().contains(&part));
        Ok(fitting
            .map(|(name, note)| ((*name).to_owned(), (*note).to_owned()))
            .collect())
    }

    fn fields(&self) -> Result<Vec<SiteField>, Problem> {
        let field = |name: &str, label: &str, kind, aliases: &[&str]| SiteField {
            name: FieldName::new(name).unwrap(),
            label: label.to_owned(),
            kind,
            aliases: aliases.iter().map(|alias| Alias::from(*alias)).collect(),
        };
        Ok(vec![
            field(
                "Story points",
                "Story points",
                FieldKind::Number,
                &["acme", "dc-eu", "lab"],
            ),
            field("見積もり 🗓\u{202e}", "見積もり 🗓\u{202e}", FieldKind::Date, &["acme"]),
            field("cf[10070]", "Due", FieldKind::DateTime, &["dc-eu"]),
        ])
    }

    fn change_counter(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }
}

/// What an issue has in fields of its site: a number, words of any script, an instant, or nothing.
fn cells(row: i64, fields: &[FieldName]) -> Vec<(FieldName, FieldCell)> {
    let cell = |name: &FieldName| match name.as_str() {
        "Story points" if row % 3 == 0 => Some(FieldCell::Number("0.5".to_owned())),
        "Story points" => Some(FieldCell::Number((row * row).to_string())),
        "見積もり 🗓\u{202e}" => Some(FieldCell::Text("結帳, é\u{301}\u{202e}x".to_owned())),
        "cf[10070]" if row % 2 == 0 => Some(FieldCell::Instant(ago(row * 90))),
        _ => None,
    };
    fields.iter().filter_map(|name| Some((*name, cell(name)?))).collect()
}

/// A config of views alone, before and after.
fn plan(views: &[ViewConfig]) -> ConfigChange {
    let text = |views: &[ViewConfig]| {
        let one = |view: &ViewConfig| {
            let columns: Vec<&str> = view.columns.iter().map(|column| column.name()).collect();
            let default = if view.default { "default = true\n" } else { "" };
            format!(
                "[[view]]\nname = \"{}\"\njql = '{}'\ncolumns = {columns:?}\n{default}",
                view.name, view.jql
            )
        };
        views.iter().map(one).collect::<String>()
    };
    let (before, after) = (text(&setup(80, 24).views), text(views));
    let line = |kind, text: &str| ChangeLine {
        kind,
        text: text.to_owned(),
    };
    let head = before.lines().zip(after.lines()).take_while(|(a, b)| a == b).count();
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().skip(head).collect(), after.lines().skip(head).collect());
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let kept = before.lines().take(head).map(|text| line(ChangeKind::Kept, text));
    let removed = old[..old.len() - tail]
        .iter()
        .map(|text| line(ChangeKind::Removed, text));
    let added = new[..new.len() - tail].iter().map(|text| line(ChangeKind::Added, text));
    let last = old[old.len() - tail..].iter().map(|text| line(ChangeKind::Kept, text));
    ConfigChange {
        path: "/home/ana/.config/crosstie/config.toml".to_owned(),
        lines: kept.chain(removed).chain(added).chain(last).collect(),
        before,
        after,
    }
}

/// A catalog of four services, one of which has no issues, and one of whose files is broken.
pub(crate) fn tags() -> Tags {
    let service = |tag: &str, title: &str| {
        let text = format!("openapi: 3.0.1\ninfo:\n  title: {title}\n  x-cortex-tag: {tag}\n");
        (PathBuf::from(format!("{tag}.yaml")), text.into_bytes())
    };
    let catalog = Catalog::from_sources([
        service("checkout", "checkout"),
        service("payments", "Payments"),
        service("infra", "Infra\u{202e}structure"),
        service("search", "Search"),
        (PathBuf::from("broken.yaml"), b"info: [".to_vec()),
    ]);
    Tags {
        configured: true,
        entries: catalog
            .entities()
            .iter()
            .map(|entity| TagEntry {
                tag: entity.tag.clone(),
                name: entity.name.clone(),
            })
            .collect(),
        matcher: Matcher::new(&catalog, None),
        flaws: catalog.flaws().iter().map(ToString::to_string).collect(),
    }
}

/// A dashboard without a loop: effects that read are answered on the spot, others are kept.
pub(crate) struct Desk {
    pub(crate) model: Model,
    pub(crate) library: Arc<Fake>,
    pub(crate) findings: super::shop::Shop,
    pub(crate) effects: Vec<Effect>,
    pub(crate) mappings: super::office::Office,
}

impl Desk {
    pub(crate) fn new(width: u16, height: u16) -> Self {
        Self::with(setup(width, height), Fake::new(9, snapshot()))
    }

    pub(crate) fn with(setup: Setup, library: Arc<Fake>) -> Self {
        let page = library.list(&setup.first_query()).ok();
        let snapshot = library.snapshot().unwrap();
        let mut desk = Self {
            model: Model::new(setup, page, snapshot),
            library,
            findings: super::shop::Shop::default(),
            effects: Vec::new(),
            mappings: Default::default(),
        };
        desk.event(Event::Tick(now()));
        desk
    }

    pub(crate) fn event(&mut self, event: Event) {
        let mut queue = vec![event];
        while let Some(event) = queue.pop() {
            for effect in update(&mut self.model, event) {
                match self.answer(&effect) {
                    Some(answer) => queue.insert(0, answer),
                    None => self.effects.push(effect),
                }
            }
        }
    }

    fn answer(&self, effect: &Effect) -> Option<Event> {
        let library = &self.library;
        Some(match effect {
            Effect::Load(ticket, query) => match library.list(query) {
                Ok(page) => Event::Loaded(*ticket, page),
                Err(problem) => Event::Failed(*ticket, problem),
            },
            Effect::LoadDetail(ticket, row) => Event::Detail(*ticket, library.detail(*row).unwrap().map(Box::new)),
            Effect::LoadSnapshot(ticket) => Event::SnapshotRead(*ticket, Box::new(library.snapshot().unwrap())),
            Effect::CountTags(ticket, jql) => Event::TagsCounted(*ticket, library.tag_counts(jql).unwrap()),
            Effect::Complete(ticket, request) => Event::Completed(*ticket, library.complete(request).unwrap()),
            Effect::LoadFields(ticket) => Event::FieldsRead(*ticket, library.fields().unwrap()),
            Effect::PlanViews(ticket, views) => Event::ViewsPlanned(*ticket, Some(plan(views))),
            Effect::CountViews(ticket, queries) => Event::Counted(*ticket, library.counts(queries).unwrap()),
            Effect::Mapping(ticket, question) => Event::Mapping(*ticket, Ok(Box::new(self.mappings.answer(question)?))),
            Effect::Finding(ticket, ask) => Event::Finding(*ticket, Ok(Box::new(self.findings.answer(ask)?))),
            _ => return None,
        })
    }

    /// Presses keys, separated by spaces.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ').filter(|key| !key.is_empty()) {
            let (code, mods) = Chord::parse(key).unwrap().parts();
            self.event(Event::Term(TermEvent::Key(KeyEvent::new(code, mods))));
        }
        self
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
            self.event(Event::Term(TermEvent::Key(key)));
        }
        self
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.event(Event::Term(TermEvent::Resize(width, height)));
        self
    }

    pub(crate) fn buffer(&self, size: Size) -> Buffer {
        draw(&self.model, size)
    }

    pub(crate) fn screen(&self, width: u16, height: u16) -> String {
        text(&self.buffer(Size::new(width, height)))
    }
}

/// Draws a model without a terminal.
pub(crate) fn draw(model: &Model, size: Size) -> Buffer {
    let viewport = TerminalOptions {
        viewport: Viewport::Fullscreen,
    };
    let mut terminal = Terminal::with_options(TestBackend::new(size.width, size.height), viewport).unwrap();
    let theme = Theme::of(model.look());
    terminal.draw(|frame| view(model, &theme, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// The lines of a buffer, as a terminal would show them, without trailing blanks.
pub(crate) fn text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width);
    let mut out = String::new();
    for line in buffer.content.chunks(width) {
        let mut text = String::new();
        let mut skip = 0;
        for cell in line {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            text.push_str(cell.symbol());
            skip = crosstie::text::width(cell.symbol()).saturating_sub(1);
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

/// The same grid with one letter per style, and what each letter is.
pub(crate) fn styles(buffer: &Buffer) -> String {
    let mut letters: Vec<(Color, Color, Modifier)> = vec![(Color::Reset, Color::Reset, Modifier::empty())];
    let mut out = String::new();
    for line in buffer.content.chunks(usize::from(buffer.area.width)) {
        let mut text = String::new();
        for cell in line {
            let blank = cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.contains(Modifier::REVERSED);
            let style = (cell.fg, cell.bg, cell.modifier);
            let style = if blank { letters[0] } else { style };
            let at = letters.iter().position(|known| *known == style).unwrap_or_else(|| {
                letters.push(style);
                letters.len() - 1
            });
            text.push(char::from(b".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[at]));
        }
        out.push_str(text.trim_end_matches('.'));
        out.push('\n');
    }
    for (at, (fg, bg, modifier)) in letters.iter().enumerate().skip(1) {
        let letter = char::from(b".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[at]);
        out.push_str(&format!("{letter} = {fg} on {bg} {modifier:?}\n"));
    }
    out
}
