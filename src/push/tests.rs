//! Stories on a Jira that is simulated: its index lags, answers get lost, processes are killed.

mod alone;
mod calendars;
mod campaign;
mod jira;
mod marks;
mod stories;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt;
use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;

use self::jira::{Crash, Jira, Points, StoreClock};
use super::{Planner, PushError, Pushed, Pusher};
use crate::{
    config::{Create, MappingConfig, ProjectChoice, Rule, StateRule},
    domain::{
        Access, Alias, Deployment, Finding, FindingId, FindingKind, FindingState, IssueId, IssueKey, Level, Pending,
        Profile, PushState, Reading, Resolution, Severity,
    },
    mapping::Calendars,
    store::{ConnectionSeed, SignedIn, Store, Taken},
};

fn acme() -> Alias {
    "acme".into()
}

fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

/// A mapping that makes and closes issues by itself.
fn mapping() -> MappingConfig {
    let mut mapping = MappingConfig::new("bounty to PAY", acme(), ProjectChoice::Key("PAY".into()), "Bug");
    mapping.create = Create::Auto;
    let template = |text: &str| Rule::Template(text.to_owned());
    mapping.fields = vec![
        ("summary".into(), template("{{title}}")),
        ("description".into(), template("{{body}}")),
        (
            "priority".into(),
            Rule::Map {
                from: "severity".into(),
                values: vec![("critical".into(), json!("Highest")), ("high".into(), json!("High"))],
                other: Some(json!("Medium")),
            },
        ),
        ("labels".into(), Rule::Value(json!(["from crosstie"]))),
    ];
    let state = |status: &str| StateRule {
        status: status.to_owned(),
        fields: Vec::new(),
    };
    mapping.states = vec![
        (FindingState::Open, state("to do")),
        (FindingState::InProgress, state("In Progress")),
        (FindingState::Closed, state("3")),
    ];
    mapping
}

fn finding(number: u32, title: &str) -> Finding {
    let id = FindingId {
        source: "bounty".into(),
        external: number.to_string(),
    };
    let mut finding = Finding::new(id, FindingKind::Report, title);
    finding.severity = Severity::High;
    finding.body = format!("It *breaks* {number}.");
    finding.url = Some(format!("https://bounty.example/{number}"));
    finding
}

fn closed(mut finding: Finding) -> Finding {
    finding.state = FindingState::Closed;
    finding.resolution = Some(Resolution::Fixed);
    finding
}

/// Findings, a store and a Jira.
struct World {
    folder: TempDir,
    jira: Jira,
    mappings: Vec<MappingConfig>,
    marks: Arc<AtomicU64>,
    points: Arc<Points>,
}

impl World {
    fn new() -> Self {
        Self::with(Points::with(&[]))
    }

    fn with(points: Arc<Points>) -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            jira: Jira::new(start()),
            mappings: vec![mapping()],
            marks: Arc::default(),
            points,
        };
        world.configure();
        world
    }

    fn configure(&self) {
        let seed = ConnectionSeed {
            alias: acme(),
            site: "https://acme.example".into(),
            access: Access::ApiToken,
            scope: String::new(),
        };
        let store = self.store();
        store.configure(&[seed], &[]).unwrap();
        let profile = Profile {
            user: jira::account("me"),
            time_zone: "UTC".into(),
            ..Profile::default()
        };
        let signed_in = SignedIn {
            deployment: Deployment::Cloud,
            version: "1001".into(),
            profile,
        };
        store.signed_in(&acme(), &signed_in).unwrap();
    }

    fn store(&self) -> Store {
        Store::open(self.folder.path(), start()).unwrap().0
    }

    fn planner(&self) -> Planner {
        Planner::new(&self.mappings)
    }

    /// What a process that starts now is made of.
    fn pusher(&self) -> Pusher<Jira> {
        self.pusher_of(self.points.clone(), self.jira.for_process(self.points.clone(), None))
    }

    fn pusher_of(&self, points: Arc<Points>, jira: Jira) -> Pusher<Jira> {
        let clock = StoreClock {
            now: jira.now.clone(),
            points,
        };
        let marks = self.marks.clone();
        Pusher::new(acme(), jira, self.store(), Arc::new(clock), self.planner()).stepwise(Arc::new(move || {
            format!("mark-{}", marks.fetch_add(1, Ordering::SeqCst))
        }))
    }

    fn take(&self, findings: &[Finding]) -> Taken {
        self.take_reading(&Reading {
            findings: findings.to_vec(),
            ..Reading::default()
        })
    }

    fn take_reading(&self, reading: &Reading) -> Taken {
        let (now, planner) = (self.jira.now(), self.planner());
        self.store()
            .take_reading(
                "bounty",
                reading,
                now,
                &planner.decide(&Calendars::new(now, BTreeMap::new())),
            )
            .unwrap()
    }

    async fn run(&self) -> Pushed {
        self.pusher().run(None).await.unwrap()
    }

    /// A run that may end with its process: `None` if it did.
    async fn run_killed(&self, pusher: Pusher<Jira>) -> Option<Result<Pushed, PushError>> {
        match std::panic::AssertUnwindSafe(pusher.run(None)).catch_unwind().await {
            Ok(result) => Some(result),
            Err(panic) if panic.is::<Crash>() => None,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    fn pending(&self) -> Vec<Pending> {
        self.store().pending(None).unwrap()
    }

    fn states(&self) -> Vec<PushState> {
        self.pending().iter().map(|pending| pending.state).collect()
    }

    fn row(&self, number: u32) -> i64 {
        self.store().find_finding(&finding(number, "").id).unwrap().unwrap().0
    }

    fn log(&self) -> Vec<String> {
        let lines = self.store().log_lines(1000).unwrap();
        lines.into_iter().map(|line| line.text).collect()
    }

    fn calls(&self) -> Vec<&'static str> {
        self.jira.by_people(|state| std::mem::take(&mut state.calls))
    }
}

fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}
