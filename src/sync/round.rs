//! One run on one connection: sign-in verified, what changed received, the census when it is due.
//!
//! Must never be in here: when to run (`engine`), or how a page is asked for (`jira`).

use std::{collections::HashSet, time::Duration};

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    clock::SharedClock,
    domain::{Alias, Health, Issue, Level, Metadata, Problem, Run, RunKind, RunState},
    jira::{Client, Error, ErrorKind},
    push::{Planner, PushError, Pushed, Pusher},
    source::Means,
    store::{Applied, Cursor, Finish, NewLine, Ours, Progress, SignedIn, Store, StoreError},
};

use super::{describe, journal::Journal, plan::Scope, repeats::Repeats};

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Jira, or the way to it.
    #[error(transparent)]
    Jira(#[from] Error),
    /// The local store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A worker of the run was ended from outside.
    #[error("the run was stopped before it ended")]
    Stopped,
}

impl From<PushError> for SyncError {
    fn from(error: PushError) -> Self {
        match error {
            PushError::Jira(error) => Self::Jira(error),
            PushError::Store(error) => Self::Store(error),
        }
    }
}

impl SyncError {
    /// As people read it.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Jira(error) => error.into(),
            Self::Store(error) => error.into(),
            Self::Stopped => Problem {
                kind: "stopped".to_owned(),
                message: self.to_string(),
                remedy: "It goes on where it was with the next run.".to_owned(),
            },
        }
    }

    /// What the connection's state is after it.
    #[must_use]
    pub fn health(&self) -> Health {
        match self {
            Self::Jira(error) if error.kind.needs_sign_in() => Health::Auth,
            Self::Jira(error) if error.kind.is_offline() => Health::Offline,
            _ => Health::Failed,
        }
    }

    /// The kind of a failure of Jira's side.
    #[must_use]
    pub fn jira_kind(&self) -> Option<ErrorKind> {
        match self {
            Self::Jira(error) => Some(error.kind),
            _ => None,
        }
    }
}

/// What a run is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Want {
    /// A census even if none is due.
    pub census: bool,
}

/// Everything that runs on one connection share. Lives as long as the process, so that a poll that
/// finds nothing costs one request.
#[derive(Debug)]
pub struct Round {
    pub(super) alias: Alias,
    pub(super) scope: Scope,
    pub(super) census_every: Duration,
    pub(super) client: Client,
    pub(super) store: Store,
    pub(super) clock: SharedClock,
    pusher: Pusher<Client>,
    session: Option<TimeZone>,
    journal: Journal,
    repeats: Repeats,
}

/// Counters and identity of the run under way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) run: i64,
    pub(super) progress: Progress,
    seen: HashSet<String>,
    traffic_before: (u64, u64),
    announce: bool,
}

impl Round {
    /// Runs on `alias`, keeping what `scope` matches. Must be called within the async runtime.
    #[must_use]
    pub fn new(
        alias: Alias,
        scope: Scope,
        census_every: Duration,
        client: Client,
        store: Store,
        clock: SharedClock,
    ) -> Self {
        let journal = Journal::listen(&client, &store, &alias);
        let pusher = Pusher::new(
            alias.clone(),
            client.clone(),
            store.clone(),
            SharedClock::clone(&clock),
            Planner::default(),
        );
        Self {
            alias,
            scope,
            census_every,
            client,
            store,
            clock,
            pusher,
            session: None,
            journal,
            repeats: Repeats::default(),
        }
    }

    /// To a read-only connection nothing is sent.
    #[must_use]
    pub fn read_only(self, read_only: bool) -> Self {
        Self {
            pusher: self.pusher.read_only(read_only),
            ..self
        }
    }

    /// With what it takes to write to sources.
    #[must_use]
    pub fn describing(self, means: Means) -> Self {
        Self {
            pusher: self.pusher.describing(means),
            ..self
        }
    }

    /// What is to be sent is decided by `planner` from the next run on.
    pub fn plan_by(&mut self, planner: Planner) {
        self.pusher.plan_by(planner);
    }

    /// A person asks: after a refused sign-in, also one that a CAPTCHA stopped, it may be tried once more.
    pub fn try_again(&mut self) {
        if self.session.is_none() {
            self.client.sign_in_again();
        }
    }

    /// One run. The caller holds the connection's [`lock`](super::lock).
    ///
    /// # Errors
    /// Only when the store cannot be written; failures of Jira's side are in the returned run.
    pub async fn run(&mut self, want: Want) -> Result<(Run, Option<SyncError>), StoreError> {
        let started = self.clock.now();
        let cursor = self.stored(Store::cursor).await?;
        let kind = self.kind(&cursor, want);
        let run = self
            .stored(move |store, alias| store.begin_run(alias, kind, started))
            .await?;
        self.journal.belongs_to(run);
        let traffic = self.client.traffic();
        let mut flight = Flight {
            run,
            progress: Progress::default(),
            seen: HashSet::new(),
            traffic_before: (traffic.requests, traffic.bytes),
            announce: kind != RunKind::First,
        };
        self.say(
            &flight,
            vec![NewLine::new(Level::Debug, format!("{} started", kind.label()))],
        )
        .await?;
        let outcome = self.steps(&mut flight, &cursor, want).await;
        let error = match outcome {
            Ok(()) => None,
            Err(SyncError::Store(error)) => {
                let now = self.clock.now();
                // Best effort: what the store failed of may stand in the way of this, too.
                if let Err(error) = self.stored(move |store, alias| store.interrupt_runs(alias, now)).await {
                    tracing::warn!(%error, "a run could not be marked as interrupted");
                }
                return Err(error);
            }
            Err(error) => Some(error),
        };
        self.close(flight, kind, started, error).await
    }

    fn kind(&self, cursor: &Cursor, want: Want) -> RunKind {
        if !cursor.complete {
            RunKind::First
        } else if want.census || self.census_due(cursor) {
            RunKind::Census
        } else {
            RunKind::Delta
        }
    }

    fn census_due(&self, cursor: &Cursor) -> bool {
        let Some(last) = cursor.census_at else { return true };
        let since = last.duration_until(self.clock.now());
        since.is_negative() || since.unsigned_abs() >= self.census_every
    }

    async fn steps(&mut self, flight: &mut Flight, cursor: &Cursor, want: Want) -> Result<(), SyncError> {
        let census = want.census || !cursor.complete || self.census_due(cursor);
        let zone = self.session(flight, cursor, census).await?;
        self.push(flight).await?;
        if cursor.complete {
            self.delta(flight, cursor, &zone).await?;
        } else {
            self.first_pull(flight, &zone).await?;
            // Findings that name their issue find it now.
            self.push(flight).await?;
        }
        // At every run, whatever it brought: a link made by hand, or a run that was killed, tells nobody.
        self.pusher.close_findings(Some(flight.run)).await?;
        if census {
            self.pusher.check_mappings(Some(flight.run)).await?;
            let (census, lists) = futures_util::join!(self.take_census(flight, &zone), self.project_lists());
            census?;
            lists?;
        }
        Ok(())
    }

    /// Sends what waits. First of all, so that the pull brings what Jira made of it.
    async fn push(&self, flight: &mut Flight) -> Result<(), SyncError> {
        let mut pushed = Pushed::default();
        let ended = self.pusher.run_counting(Some(flight.run), &mut pushed).await;
        flight.progress.sent += pushed.sent;
        if pushed.sent > 0 {
            self.show_progress(flight).await?;
        }
        Ok(ended?)
    }

    /// Verifies the sign-in and reads what must be fresh: at start, at each census, and after a
    /// sign-in failed. The account's zone decides how JQL dates are read.
    async fn session(&mut self, flight: &Flight, cursor: &Cursor, census: bool) -> Result<TimeZone, SyncError> {
        if let Some(zone) = &self.session
            && !census
        {
            return Ok(zone.clone());
        }
        let info = self.client.server_info().await?;
        let profile = self.client.myself().await?;
        let zone = self.zone(flight, &profile.time_zone).await?;
        let signed_in = SignedIn {
            deployment: info.deployment,
            version: info.version,
            profile,
        };
        self.stored(move |store, alias| store.signed_in(alias, &signed_in))
            .await?;
        if census || cursor.metadata_at.is_none() {
            self.metadata(flight).await?;
        }
        self.session = Some(zone.clone());
        Ok(zone)
    }

    async fn zone(&self, flight: &Flight, name: &str) -> Result<TimeZone, SyncError> {
        if let Ok(zone) = TimeZone::get(name) {
            return Ok(zone);
        }
        // Reaching back further than any offset loses nothing; polls just receive a little more.
        let line = NewLine::new(
            Level::Warn,
            format!("time zone \"{name}\" of the account is unknown; polls reach back further"),
        );
        self.say(flight, vec![line]).await?;
        Ok(TimeZone::fixed(jiff::tz::offset(-12)))
    }

    async fn metadata(&self, flight: &Flight) -> Result<(), SyncError> {
        let metadata = self.client.metadata().await?;
        // Versions and components are asked for project by project, once it is known which matter.
        let refused = metadata
            .missing
            .iter()
            .filter(|list| !["versions", "components"].contains(&list.as_str()));
        let what = refused.map(String::as_str).collect::<Vec<_>>().join(", ");
        if !what.is_empty() {
            self.say(
                flight,
                vec![NewLine::new(
                    Level::Warn,
                    format!("the site did not give its list of {what}"),
                )],
            )
            .await?;
        }
        let now = self.clock.now();
        self.stored(move |store, alias| store.write_metadata(alias, &metadata, now))
            .await?;
        Ok(())
    }

    /// Versions and components of the projects whose issues are cached: JQL compares versions by them.
    async fn project_lists(&self) -> Result<(), SyncError> {
        let projects = self.stored(Store::projects_in_use).await?;
        let mut lists = Metadata::default();
        self.client.project_lists(&mut lists, &projects).await?;
        let now = self.clock.now();
        self.stored(move |store, alias| store.write_metadata(alias, &lists, now))
            .await?;
        Ok(())
    }

    /// Writes a batch, counts it, and tells the log what it changed.
    pub(super) async fn take(&self, flight: &mut Flight, issues: Vec<Issue>) -> Result<(), SyncError> {
        let received = issues
            .iter()
            .filter(|issue| flight.seen.insert(issue.id.to_string()))
            .count();
        flight.progress.received += received as u64;
        let announce = flight.announce;
        let (new, changed, lines) = self
            .stored(move |store, alias| {
                let applied = store.apply(alias, &issues)?;
                let new = applied.new.iter().filter(|_| announce);
                let seen = new.chain(applied.changed.iter().map(|difference| &difference.index));
                let ours = store.ours(alias, seen.map(|index| &issues[*index].id))?;
                Ok((
                    applied.new.len(),
                    applied.changed.len(),
                    tell(&applied, &issues, announce, &ours),
                ))
            })
            .await?;
        flight.progress.new += new as u64;
        flight.progress.changed += changed as u64;
        self.say(flight, lines).await?;
        self.show_progress(flight).await
    }

    /// Writes the counters, so that every dashboard on this store sees them.
    pub(super) async fn show_progress(&self, flight: &mut Flight) -> Result<(), SyncError> {
        let (run, progress) = (flight.run, self.count(flight));
        self.stored(move |store, _| store.progress(run, &progress)).await?;
        Ok(())
    }

    fn count(&self, flight: &mut Flight) -> Progress {
        let traffic = self.client.traffic();
        flight.progress.requests = traffic.requests - flight.traffic_before.0;
        flight.progress.bytes = traffic.bytes - flight.traffic_before.1;
        flight.progress
    }

    /// Appends to the log.
    pub(super) async fn say(&self, flight: &Flight, lines: Vec<NewLine>) -> Result<(), StoreError> {
        let (run, now) = (flight.run, self.clock.now());
        self.stored(move |store, alias| store.log(alias, Some(run), &lines, now))
            .await
    }

    /// Runs `work` on the store off the async threads.
    pub(super) async fn stored<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store, &Alias) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (store, alias) = (self.store.clone(), self.alias.clone());
        match tokio::task::spawn_blocking(move || work(&store, &alias)).await {
            Ok(result) => result,
            Err(failed) if failed.is_panic() => std::panic::resume_unwind(failed.into_panic()),
            Err(_) => Err(StoreError::Busy),
        }
    }

    async fn close(
        &mut self,
        mut flight: Flight,
        kind: RunKind,
        started: Timestamp,
        error: Option<SyncError>,
    ) -> Result<(Run, Option<SyncError>), StoreError> {
        self.journal.written().await;
        let now = self.clock.now();
        let progress = self.count(&mut flight);
        let problem = error.as_ref().map(SyncError::problem);
        let health = error.as_ref().map_or(Health::Ok, SyncError::health);
        if health == Health::Auth {
            self.session = None;
        }
        self.journal.hush(health == Health::Offline);
        let line = match &problem {
            Some(problem) => {
                let telling = self.repeats.failed(problem, now);
                telling.line(&format!("{} failed: ", kind.label()), problem, health)
            }
            None => {
                self.repeats.ended();
                closing_line(&progress, started, now)
            }
        };
        self.say(&flight, vec![line]).await?;
        let finish = problem.clone().map_or(Finish::Ok, Finish::Failed);
        let (run, quota, told) = (flight.run, self.client.traffic().quota, problem.clone());
        self.stored(move |store, alias| {
            store.finish_run(run, &progress, &finish, now)?;
            store.report_health(alias, health, told.as_ref(), &quota, now)
        })
        .await?;
        let run = Run {
            id: flight.run,
            alias: self.alias.clone(),
            kind,
            state: if problem.is_none() {
                RunState::Ok
            } else {
                RunState::Failed
            },
            started,
            ended: Some(now),
            expected: progress.expected,
            requests: progress.requests,
            bytes: progress.bytes,
            received: progress.received,
            new: progress.new,
            changed: progress.changed,
            gone: progress.gone,
            sent: progress.sent,
            problem,
        };
        Ok((run, error))
    }
}

/// Lines for what others changed; a first pull does not announce every issue it brings. What we did
/// ourselves was told when it was done.
fn tell(applied: &Applied, issues: &[Issue], announce: bool, ours: &Ours) -> Vec<NewLine> {
    let arrived = applied
        .new
        .iter()
        .map(|index| &issues[*index])
        .filter(|issue| announce && !ours.made.contains(&issue.id))
        .map(describe::arrived);
    let changed = applied
        .changed
        .iter()
        .flat_map(|difference| describe::changed(&difference.before, &issues[difference.index], &ours.changes));
    arrived.chain(changed).collect()
}

/// The last line of a run that went through.
fn closing_line(progress: &Progress, started: Timestamp, now: Timestamp) -> NewLine {
    let seconds = started.duration_until(now).as_secs_f64().max(0.0);
    let Progress {
        received,
        new,
        changed,
        gone,
        sent,
        requests,
        ..
    } = progress;
    let plural = if *requests == 1 { "" } else { "s" };
    // Polls overlap: what came again and was known already is no news.
    let out = match sent {
        0 => String::new(),
        sent => format!("sent {sent} · "),
    };
    let text = if new + changed + gone == 0 {
        format!("{out}nothing new · {requests} request{plural} in {seconds:.1}s")
    } else {
        format!("{out}received {received} · +{new} ~{changed} -{gone} · {requests} request{plural} in {seconds:.1}s")
    };
    NewLine::new(Level::Info, text)
}
