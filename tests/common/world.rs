//! A Jira, and a crosstie that follows it: the shortest way to a story.
//!
//! `World::cloud().issues(300).start().await`, then `.sync().await`, then `.assert_like_jira()`.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt as _, path::PathBuf, sync::Arc, time::Duration};

use crosstie::{
    auth::{Vault, keyring::MemoryKeyring},
    clock::SharedClock,
    config::{ConnectionConfig, Method, SecretSource},
    domain::{Alias, ConnectionState, Deployment, Level, ListQuery, LogLine, Run, RunState},
    push::Planner,
    sandbox::{Fault, FaultRule, Flavour, Sandbox, SandboxOptions},
    store::{ConnectionSeed, SetAside, Store, StoreError},
    sync::{Clients, Engine, Lane, Pace, Want},
};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::{
    gate::Gate,
    jira::{Jira, Told},
    time::{GUARD, Time, eventually},
};

pub(crate) const ALIAS: &str = "acme";

/// Between polls; stories that poll by hand take no notice.
pub(crate) const INTERVAL: Duration = Duration::from_secs(300);

/// How a world is to be.
#[derive(Clone)]
pub(crate) struct Plan {
    flavour: Flavour,
    issues: usize,
    seed: u64,
    context: &'static str,
    scope: String,
    start: String,
    gated: bool,
    password: bool,
    census: Duration,
}

impl Plan {
    pub(crate) fn issues(mut self, issues: usize) -> Self {
        self.issues = issues;
        self
    }

    /// JQL of what is kept; everything unless said otherwise.
    pub(crate) fn scope(mut self, jql: &str) -> Self {
        jql.clone_into(&mut self.scope);
        self
    }

    pub(crate) fn at(mut self, start: &str) -> Self {
        start.clone_into(&mut self.start);
        self
    }

    /// Every request passes a gate that the story keeps.
    pub(crate) fn gated(mut self) -> Self {
        self.gated = true;
        self
    }

    /// Signs in with user name and password.
    pub(crate) fn password(mut self) -> Self {
        self.password = true;
        self
    }

    /// Censuses come so often by themselves; hardly ever unless said otherwise.
    pub(crate) fn census_every(mut self, every: Duration) -> Self {
        self.census = every;
        self
    }

    pub(crate) fn is_cloud(&self) -> bool {
        self.flavour == Flavour::Cloud
    }

    pub(crate) async fn start(self) -> World {
        World::start(self).await
    }
}

/// crosstie as one process has it.
pub(crate) struct Process {
    pub(crate) store: Store,
    pub(crate) clients: Clients,
    pub(crate) lane: Lane,
}

pub(crate) struct World {
    pub(crate) jira: Jira,
    pub(crate) time: Arc<Time>,
    pub(crate) folder: TempDir,
    pub(crate) config: ConnectionConfig,
    pub(crate) pace: Pace,
    pub(crate) process: Option<Process>,
    /// What the last start had to set aside.
    pub(crate) aside: Option<SetAside>,
    gate: Option<Gate>,
}

impl World {
    pub(crate) fn cloud() -> Plan {
        Plan {
            flavour: Flavour::Cloud,
            issues: 120,
            seed: 1,
            context: "",
            scope: String::new(),
            start: "2026-09-10T09:30:20Z".to_owned(),
            gated: false,
            password: false,
            census: Duration::from_secs(30 * 24 * 3600),
        }
    }

    pub(crate) fn data_center() -> Plan {
        Plan {
            flavour: Flavour::DataCenter,
            context: "/jira",
            ..Self::cloud()
        }
    }

    /// One of each flavour.
    pub(crate) fn both() -> [Plan; 2] {
        [Self::cloud(), Self::data_center()]
    }

    async fn start(plan: Plan) -> Self {
        let time = Time::at(&plan.start);
        let mut options = SandboxOptions::new(plan.flavour, Arc::clone(&time) as SharedClock);
        options.issues = plan.issues;
        options.seed = plan.seed;
        options.context = plan.context.to_owned();
        let sandbox = Arc::new(Sandbox::start(options).await.unwrap());
        let folder = tempfile::tempdir().unwrap();
        let gate = match plan.gated {
            true => Some(Gate::before(sandbox.url().trim_end_matches(plan.context)).await),
            false => None,
        };
        let url = match &gate {
            Some(gate) => format!("{}{}", gate.address, plan.context),
            None => sandbox.url(),
        };
        let config = connection(&plan, &sandbox, url, folder.path().join("secret"));
        let jira = Jira {
            sandbox,
            time: Arc::clone(&time),
        };
        let mut world = Self {
            jira,
            time,
            folder,
            config,
            pace: Pace {
                interval: INTERVAL,
                census: plan.census,
            },
            process: None,
            aside: None,
            gate,
        };
        let secret = world.right_secret();
        world.write_secret(&secret);
        world.restart();
        world
    }

    pub(crate) fn gate(&self) -> &Gate {
        self.gate.as_ref().expect("the plan says gated()")
    }

    /// The secret that the site accepts.
    pub(crate) fn right_secret(&self) -> String {
        let own = self.jira.sandbox.credentials();
        match self.config.method {
            Method::ApiToken { .. } => own.api_token,
            Method::Pat { .. } => own.pat,
            Method::Basic { .. } => own.password,
            ref granted => panic!("no secret alone signs in by {granted:?}"),
        }
    }

    pub(crate) fn write_secret(&self, secret: &str) {
        let file = self.folder.path().join("secret");
        fs::write(&file, secret).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The store's file.
    pub(crate) fn database(&self) -> PathBuf {
        self.data().join("crosstie.db")
    }

    /// Everything that is in memory is gone; a new process opens the same folder.
    pub(crate) fn restart(&mut self) {
        self.process = None;
        let (process, aside) = self.another();
        self.process = Some(process);
        self.aside = aside;
    }

    /// The process ends; completes when it has let go of the store's file.
    pub(crate) async fn shut(&mut self) {
        self.process = None;
        let database = self.database();
        eventually(|| {
            let open = fs::read_dir("/proc/self/fd").unwrap().filter_map(Result::ok);
            open.filter_map(|file| fs::read_link(file.path()).ok())
                .all(|file| file != database)
        })
        .await;
    }

    /// One more process on the same folder.
    pub(crate) fn another(&self) -> (Process, Option<SetAside>) {
        let clock = Arc::clone(&self.time) as SharedClock;
        let (store, aside) = Store::open(&self.data(), clock.now()).unwrap();
        store.configure(&[seed(&self.config)], &[]).unwrap();
        let clients = Clients::new(
            Arc::clone(&clock),
            Vault::new(self.data(), Arc::new(MemoryKeyring::default())),
        );
        let lane = Lane::new(self.config.clone(), clients.clone(), store.clone(), clock, self.pace);
        (Process { store, clients, lane }, aside)
    }

    pub(crate) fn process(&mut self) -> &mut Process {
        self.process.as_mut().unwrap()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.process.as_ref().unwrap().store
    }

    /// One run, however it ends.
    pub(crate) async fn attempt(&mut self, census: bool) -> Result<Run, StoreError> {
        self.process().lane.run(Want { census }).await
    }

    /// One run that must go through.
    pub(crate) async fn sync(&mut self) -> Run {
        went_well(self.attempt(false).await.unwrap())
    }

    /// One run with a census that must go through.
    pub(crate) async fn census(&mut self) -> Run {
        went_well(self.attempt(true).await.unwrap())
    }

    /// One run that must fail for the reason named by this word.
    pub(crate) async fn fails(&mut self, kind: &str) -> Run {
        let run = self.attempt(false).await.unwrap();
        assert_eq!(run.state, RunState::Failed);
        let problem = run.problem.as_ref().unwrap();
        assert_eq!(problem.kind, kind, "{problem:?}");
        assert!(!problem.message.is_empty() && !problem.remedy.is_empty(), "{problem:?}");
        run
    }

    pub(crate) fn pass(&self, by: SignedDuration) {
        self.time.pass(by);
    }

    pub(crate) fn minutes(&self, minutes: i64) {
        self.pass(SignedDuration::from_mins(minutes));
    }

    /// Puts this machine's clock off by so much; Jira's stays right.
    pub(crate) fn set_own_clock(&self, off: SignedDuration) {
        self.time.set(off);
        self.jira.sandbox.advance(-off);
    }

    pub(crate) async fn fault(&self, rule: FaultRule) -> u64 {
        self.jira.sandbox.faults().add(rule).await
    }

    pub(crate) async fn always(&self, fault: Fault) -> u64 {
        self.fault(FaultRule::always(fault)).await
    }

    pub(crate) async fn mended(&self) {
        self.jira.sandbox.faults().clear().await;
    }

    /// Requests that have reached the site since the start.
    pub(crate) fn requests(&self) -> u64 {
        self.jira.sandbox.requests().total
    }

    pub(crate) fn state(&self) -> ConnectionState {
        self.store().connections().unwrap().remove(0)
    }

    pub(crate) fn watermark(&self) -> Option<Timestamp> {
        self.store().cursor(&Alias::from(ALIAS)).unwrap().watermark
    }

    pub(crate) fn log(&self) -> Vec<LogLine> {
        self.store().log_lines(10_000).unwrap()
    }

    /// What the log tells people of issues in the latest run: `PAY-12 status To Do → Done · Ana`.
    pub(crate) fn told(&self) -> Vec<String> {
        let last = self.store().runs(1).unwrap()[0].id;
        let lines = self.log().into_iter().filter(|line| line.run == Some(last));
        lines
            .filter_map(|line| Some(format!("{} {}", line.key?, line.text)))
            .collect()
    }

    /// Lines of this loudness or louder about runs as a whole.
    pub(crate) fn heard(&self, level: Level) -> Vec<String> {
        let lines = self.log().into_iter();
        lines
            .filter(|line| line.level >= level && line.key.is_none())
            .map(|line| line.text)
            .collect()
    }

    /// The whole cache.
    pub(crate) fn cache(&self) -> BTreeMap<String, Told> {
        cache(self.store(), self.time_now())
    }

    pub(crate) fn time_now(&self) -> Timestamp {
        crosstie::clock::Clock::now(&*self.time)
    }

    /// The cache equals what Jira lets the account see.
    #[track_caller]
    pub(crate) fn assert_like_jira(&self) {
        self.assert_store_like_jira(self.store());
    }

    #[track_caller]
    pub(crate) fn assert_store_like_jira(&self, store: &Store) {
        let (cache, truth) = (cache(store, self.time_now()), self.jira.truth(&self.config.scope));
        let show = |wrong: Vec<String>| wrong.into_iter().take(8).collect::<Vec<_>>().join("\n");
        let ids = cache.keys().chain(truth.keys());
        let wrong: std::collections::BTreeSet<&String> = ids.filter(|id| cache.get(*id) != truth.get(*id)).collect();
        let count = wrong.len();
        let wrong = wrong
            .into_iter()
            .map(|id| format!("cache {:?}\n jira {:?}", cache.get(id), truth.get(id)));
        assert!(
            count == 0,
            "{count} of {} differ:\n{}",
            truth.len(),
            show(wrong.collect())
        );
    }

    /// The engine as the dashboard runs it, on a clock that the story winds.
    pub(crate) fn engine(&mut self) -> Drive {
        self.time.hold();
        let (sender, ended) = mpsc::unbounded_channel();
        let clock = Arc::clone(&self.time) as SharedClock;
        let (config, pace) = (self.config.clone(), self.pace);
        let process = self.process();
        let engine = Engine::start(
            &[config],
            &process.clients,
            &process.store,
            &clock,
            pace,
            &tokio::sync::watch::channel(Planner::default()).1,
            Some(&sender),
        );
        Drive {
            engine,
            ended,
            time: Arc::clone(&self.time),
        }
    }
}

/// An engine under way.
pub(crate) struct Drive {
    pub(crate) engine: Engine,
    ended: mpsc::UnboundedReceiver<Run>,
    time: Arc<Time>,
}

impl Drive {
    /// The next run, without winding the clock.
    pub(crate) async fn run(&mut self) -> Run {
        let run = tokio::time::timeout(GUARD, self.ended.recv());
        run.await.expect("no run ended").unwrap()
    }

    /// Winds the clock until a run has ended, for so long at most; how long that was.
    pub(crate) async fn wind(&mut self, most: SignedDuration) -> (Option<Run>, SignedDuration) {
        let step = SignedDuration::from_secs(1);
        let mut passed = SignedDuration::ZERO;
        loop {
            self.time.settled().await;
            if let Ok(run) = self.ended.try_recv() {
                return (Some(run), passed);
            }
            if passed >= most {
                return (None, passed);
            }
            self.time.pass(step);
            passed += step;
        }
    }
}

fn cache(store: &Store, now: Timestamp) -> BTreeMap<String, Told> {
    let query = ListQuery {
        limit: usize::MAX,
        ..ListQuery::default()
    };
    let page = store.list(&query, now).unwrap();
    assert_eq!(page.total, page.rows.len());
    let told = page.rows.into_iter().map(|row| {
        let comments = store.document(row.row).unwrap().unwrap().comment_total as usize;
        let mut labels = row.labels;
        labels.sort();
        let told = Told {
            key: row.key.to_string(),
            updated: row.updated,
            summary: row.summary,
            status: row.status,
            assignee: row.assignee,
            labels,
            comments,
        };
        (row.id.to_string(), told)
    });
    told.collect()
}

pub(crate) fn seed(config: &ConnectionConfig) -> ConnectionSeed {
    ConnectionSeed {
        alias: config.alias.clone(),
        site: config.site().to_owned(),
        access: config.access(),
        scope: config.scope.clone(),
    }
}

fn connection(plan: &Plan, sandbox: &Sandbox, url: String, secret: PathBuf) -> ConnectionConfig {
    let own = sandbox.credentials();
    let secret = SecretSource::File(secret);
    let (kind, method) = match (plan.flavour, plan.password) {
        (Flavour::Cloud, _) => (
            Deployment::Cloud,
            Method::ApiToken {
                email: own.email,
                secret,
            },
        ),
        (Flavour::DataCenter, false) => (Deployment::DataCenter, Method::Pat { secret }),
        (Flavour::DataCenter, true) => (
            Deployment::DataCenter,
            Method::Basic {
                username: own.username,
                secret,
            },
        ),
    };
    let mut config = ConnectionConfig::new(ALIAS, kind, url, method);
    config.scope.clone_from(&plan.scope);
    config.timeout = GUARD;
    config.gateway_url = sandbox.gateway_url();
    config
}

#[track_caller]
pub(crate) fn went_well(run: Run) -> Run {
    assert_eq!(run.state, RunState::Ok, "{:?}", run.problem);
    assert!(run.ended.is_some());
    run
}
