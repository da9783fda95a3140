//! The long-lived side: one task a connection that decides when to run, and runs.
//!
//! Must never be in here: what a run does (`round`).

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use rand::RngExt;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use crate::{
    clock::SharedClock,
    config::ConnectionConfig,
    domain::{Access, Alias, Health, Problem, Run, RunKind, RunState},
    jira::{Error, ErrorKind},
    jql::ParseError,
    push::Planner,
    store::{Finish, Progress, Store, StoreError},
};

use super::{
    clients::Clients,
    due::until,
    lock::{self, RunLock},
    plan::Scope,
    repeats::Repeats,
    round::{Round, SyncError, Want},
    schedule::{self, Ending},
    watch::Poke,
};

/// How soon to look again while another process is running a connection.
const BUSY_AGAIN: Duration = Duration::from_secs(15);
/// Requests that may wait in a lane; more of them mean the same.
const QUEUE: usize = 8;

/// How often to poll and to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Between polls.
    pub interval: Duration,
    /// Between censuses.
    pub census: Duration,
}

/// What the engine can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Run now: one connection, or all.
    Sync {
        /// Which; `None` is all.
        alias: Option<Alias>,
        /// What for.
        want: Want,
    },
}

/// The running engine; dropping it ends its tasks, and the next start goes on where they were.
#[derive(Debug)]
pub struct Engine {
    store: Store,
    clock: SharedClock,
    lanes: Vec<(Alias, mpsc::Sender<Want>)>,
    tasks: JoinSet<()>,
}

impl Engine {
    /// Starts a lane for each connection that is switched on. The first poll of each is due at once;
    /// `ended` hears of every run.
    #[must_use]
    pub fn start(
        connections: &[ConnectionConfig],
        clients: &Clients,
        store: &Store,
        clock: &SharedClock,
        pace: Pace,
        planner: &watch::Receiver<Planner>,
        ended: Option<&mpsc::UnboundedSender<Run>>,
    ) -> Self {
        let mut tasks = JoinSet::new();
        let lanes = connections
            .iter()
            .filter(|connection| connection.enabled)
            .map(|connection| {
                let (sender, receiver) = mpsc::channel(QUEUE);
                let lane = Lane::new(
                    connection.clone(),
                    clients.clone(),
                    store.clone(),
                    Arc::clone(clock),
                    pace,
                )
                .planned_by(planner.clone());
                tasks.spawn(lane.live(receiver, ended.cloned()));
                (connection.alias.clone(), sender)
            })
            .collect();
        Self {
            store: store.clone(),
            clock: Arc::clone(clock),
            lanes,
            tasks,
        }
    }

    /// Ends the lanes where they are. What they were in the middle of goes on with the next start;
    /// until then other dashboards see it as interrupted.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        for (alias, _) in &self.lanes {
            if let Ok(Some(_held)) = lock::try_acquire(self.store.folder(), alias)
                && let Err(error) = self.store.interrupt_runs(alias, self.clock.now())
            {
                tracing::warn!(%alias, %error, "a run could not be marked as interrupted");
            }
        }
    }

    /// Wakes the lanes of the connections that it is told.
    #[must_use]
    pub fn poke(&self) -> Poke {
        let lanes = self.lanes.clone();
        Arc::new(move |aliases: &[Alias]| {
            for (alias, lane) in &lanes {
                if aliases.contains(alias) && lane.try_send(Want::default()).is_err() {
                    tracing::debug!(%alias, "a run is already asked for");
                }
            }
        })
    }

    /// Tells the lanes; a full queue already holds what is asked for.
    pub fn tell(&self, command: &Command) {
        let Command::Sync { alias, want } = command;
        for (name, lane) in &self.lanes {
            if alias.as_ref().is_none_or(|alias| alias == name) && lane.try_send(*want).is_err() {
                tracing::debug!(%name, "a run is already asked for");
            }
        }
    }
}

/// One connection's runs, from the dashboard's engine or from a single command.
#[derive(Debug)]
pub struct Lane {
    config: ConnectionConfig,
    clients: Clients,
    store: Store,
    clock: SharedClock,
    pace: Pace,
    planner: Option<watch::Receiver<Planner>>,
    round: Option<Round>,
    /// Runs in a row that could not begin.
    repeats: Repeats,
    /// The last run was not let in: what was mended meanwhile must be read anew.
    refused: bool,
}

impl Lane {
    /// Runs of `config`'s connection into `store`.
    #[must_use]
    pub fn new(config: ConnectionConfig, clients: Clients, store: Store, clock: SharedClock, pace: Pace) -> Self {
        Self {
            config,
            clients,
            store,
            clock,
            pace,
            planner: None,
            round: None,
            repeats: Repeats::default(),
            refused: false,
        }
    }

    /// What is to be sent is decided by what `planner` holds when a run begins.
    #[must_use]
    pub fn planned_by(self, planner: watch::Receiver<Planner>) -> Self {
        Self {
            planner: Some(planner),
            ..self
        }
    }

    /// Runs now. If another process is at it, waits for that run and gives its result instead.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn run(&mut self, want: Want) -> Result<Run, StoreError> {
        let asked = self.clock.now();
        let held = match self.try_lock()? {
            Some(held) => held,
            None => {
                let held = self.wait_for_lock().await?;
                if let Some(run) = self.run_of_another(asked).await?
                    && (!want.census || run.kind != RunKind::Delta)
                {
                    return Ok(run);
                }
                held
            }
        };
        self.locked_run(want, held).await
    }

    /// The dashboard's lane: due runs, asked runs, for as long as somebody holds the other end.
    async fn live(mut self, mut asked: mpsc::Receiver<Want>, ended: Option<mpsc::UnboundedSender<Run>>) {
        let mut due = Some(self.clock.now());
        loop {
            let want = tokio::select! {
                asked = asked.recv() => match asked {
                    Some(want) => Some(want),
                    None => return,
                },
                () = until(&self.clock, due, self.pace.interval) => None,
            };
            let mut wanted = want;
            while let Ok(more) = asked.try_recv() {
                wanted = Some(Want {
                    census: more.census || wanted.is_some_and(|want| want.census),
                });
            }
            due = match self.turn(wanted).await {
                Ok((run, next)) => {
                    if let (Some(ended), Some(run)) = (&ended, run) {
                        // Nobody listens any more only when the program is about to end.
                        drop(ended.send(run));
                    }
                    next
                }
                Err(error) => {
                    tracing::error!(alias = %self.config.alias, %error, "the store failed");
                    self.clock.now().checked_add(self.pace.interval).ok()
                }
            };
        }
    }

    /// One turn of the lane: the run, if there was one, and when the next is due.
    async fn turn(&mut self, wanted: Option<Want>) -> Result<(Option<Run>, Option<Timestamp>), StoreError> {
        let run = if let Some(want) = wanted {
            self.try_again();
            self.run(want).await?
        } else {
            let Some(held) = self.try_lock()? else {
                return Ok((None, self.clock.now().checked_add(BUSY_AGAIN).ok()));
            };
            if let Some(next) = self.left_to_another().await? {
                return Ok((None, Some(next)));
            }
            self.locked_run(Want::default(), held).await?
        };
        let next = self.next(&run).await?;
        Ok((Some(run), next))
    }

    /// When the lane is due again: at the next poll, or before it for something in the outbox that
    /// waits for a certain time. What waits for anything else waits for the poll.
    async fn next(&self, run: &Run) -> Result<Option<Timestamp>, StoreError> {
        let (alias, now, ok) = (self.config.alias.clone(), self.clock.now(), run.state == RunState::Ok);
        self.blocking(move |store| {
            let poll = store.cursor(&alias)?.next_run;
            let push = if ok { store.next_due(&alias)? } else { None };
            Ok(poll.into_iter().chain(push.filter(|due| *due > now)).min())
        })
        .await
    }

    /// A person asks: what stopped the connection may have been mended, and is tried once more.
    fn try_again(&mut self) {
        if self.refused {
            self.forget_secret();
        } else if let Some(round) = &mut self.round {
            round.try_again();
        }
    }

    /// The next run reads the secret anew.
    fn forget_secret(&mut self) {
        self.round = None;
        self.refused = false;
        self.clients.forget(&self.config.alias);
    }

    async fn locked_run(&mut self, want: Want, _held: RunLock) -> Result<Run, StoreError> {
        let alias = self.config.alias.clone();
        self.blocking(move |store| store.schedule(&alias, None)).await?;
        let (run, ending) = match self.connect().await {
            Ok(round) => {
                let ran = round.run(want).await?;
                self.repeats.ended();
                ran
            }
            Err(error) => (self.failed_to_start(&error).await?, Some(error)),
        };
        self.refused = ending.as_ref().is_some_and(|error| error.health() == Health::Auth);
        if ending.as_ref().and_then(SyncError::jira_kind) == Some(ErrorKind::Secret) {
            self.forget_secret();
        }
        self.plan_next(ending.as_ref()).await?;
        Ok(run)
    }

    async fn connect(&mut self) -> Result<&mut Round, SyncError> {
        let round = match self.round.take() {
            Some(round) => round,
            None => {
                let scope = Scope::new(&self.config.scope).map_err(|error| scope_error(&self.config, &error))?;
                let client = self.clients.get(&self.config).await?;
                Round::new(
                    self.config.alias.clone(),
                    scope,
                    self.pace.census,
                    client,
                    self.store.clone(),
                    Arc::clone(&self.clock),
                )
                .read_only(self.config.read_only)
                .describing(self.clients.means().clone())
            }
        };
        let round = self.round.insert(round);
        if let Some(planner) = &self.planner {
            round.plan_by(planner.borrow().clone());
        }
        Ok(round)
    }

    /// A run that could not even begin is a run all the same: it is counted and told.
    async fn failed_to_start(&mut self, error: &SyncError) -> Result<Run, StoreError> {
        let (alias, now, problem) = (self.config.alias.clone(), self.clock.now(), error.problem());
        let (health, told) = (error.health(), problem.clone());
        let line = self.repeats.failed(&problem, now).line("", &problem, health);
        let id = self
            .blocking(move |store| {
                let run = store.begin_run(&alias, RunKind::Delta, now)?;
                store.log(&alias, Some(run), &[line], now)?;
                store.finish_run(run, &Progress::default(), &Finish::Failed(told.clone()), now)?;
                store.report_health(&alias, health, Some(&told), &crate::domain::Quota::default(), now)?;
                Ok(run)
            })
            .await?;
        Ok(empty_run(id, self.config.alias.clone(), now, problem))
    }

    async fn plan_next(&self, error: Option<&SyncError>) -> Result<(), StoreError> {
        let alias = self.config.alias.clone();
        let attempts = self.blocking(move |store| store.cursor(&alias)).await?.attempts;
        let ending = match error {
            None => Ending::Ok,
            Some(SyncError::Jira(error)) => Ending::Failed {
                kind: error.kind,
                retry_at: error.retry_at,
                attempts,
            },
            Some(_) => Ending::Failed {
                kind: ErrorKind::Server,
                retry_at: None,
                attempts,
            },
        };
        let jitter = rand::rng().random_range(0.0..1.0);
        let next = schedule::next_run(
            ending,
            self.config.access(),
            self.pace.interval,
            self.clock.now(),
            jitter,
        );
        let alias = self.config.alias.clone();
        self.blocking(move |store| store.schedule(&alias, next)).await
    }

    fn try_lock(&self) -> Result<Option<RunLock>, StoreError> {
        lock::try_acquire(self.store.folder(), &self.config.alias)
    }

    async fn wait_for_lock(&self) -> Result<RunLock, StoreError> {
        let alias = self.config.alias.clone();
        self.blocking(move |store| lock::acquire(store.folder(), &alias)).await
    }

    /// The latest run of this connection, if it ended after `asked`.
    async fn run_of_another(&self, asked: Timestamp) -> Result<Option<Run>, StoreError> {
        let alias = self.config.alias.clone();
        let runs = self.blocking(|store| store.runs(50)).await?;
        Ok(runs
            .into_iter()
            .find(|run| run.alias == alias)
            .filter(|run| run.ended.is_some_and(|ended| ended >= asked)))
    }

    /// When to look again, if another process has done this one's work, or found out that a person
    /// must act first: each further try of a wrong password brings the account closer to a CAPTCHA.
    async fn left_to_another(&self) -> Result<Option<Timestamp>, StoreError> {
        let alias = self.config.alias.clone();
        let states = self.blocking(Store::connections).await?;
        let state = states.into_iter().find(|state| state.alias == alias);
        let Some(state) = state.filter(|_| self.round.is_some()) else {
            return Ok(None);
        };
        let now = self.clock.now();
        let locked_out =
            state.health == Health::Auth && state.next_run.is_none() && self.config.access() == Access::Basic;
        if locked_out {
            return Ok(now.checked_add(self.pace.interval).ok());
        }
        let recent = state.health == Health::Ok
            && state.last_success.is_some_and(|at| {
                let since = at.duration_until(now);
                !since.is_negative() && since.unsigned_abs() < self.pace.interval.mul_f64(0.8)
            });
        let Some(next) = state.next_run.filter(|_| recent) else {
            return Ok(None);
        };
        // A poll was made, but the time of something in the outbox has come since.
        let alias = self.config.alias.clone();
        let due = self.blocking(move |store| store.next_due(&alias)).await?;
        Ok(Some(next).filter(|_| due.is_none_or(|due| due > now)))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.store.clone();
        match tokio::task::spawn_blocking(move || work(&store)).await {
            Ok(result) => result,
            Err(failed) if failed.is_panic() => std::panic::resume_unwind(failed.into_panic()),
            Err(_) => Err(StoreError::Busy),
        }
    }
}

fn scope_error(config: &ConnectionConfig, error: &ParseError) -> Error {
    Error {
        kind: ErrorKind::Setup,
        message: format!("the scope of connection \"{}\" is no JQL: {error}", config.alias),
        remedy: "Mend `scope` in the config; `crosstie config check` shows where.".to_owned(),
        status: None,
        retry_at: None,
        trace: None,
    }
}

fn empty_run(id: i64, alias: Alias, now: Timestamp, problem: Problem) -> Run {
    Run {
        id,
        alias,
        kind: RunKind::Delta,
        state: RunState::Failed,
        started: now,
        ended: Some(now),
        expected: None,
        requests: 0,
        bytes: 0,
        received: 0,
        new: 0,
        changed: 0,
        gone: 0,
        sent: 0,
        problem: Some(problem),
    }
}
