//! One run over the items of a connection.
//!
//! Must never be in here: when to run, or what becomes of a single item.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, stream};
use jiff::{Timestamp, tz::TimeZone};
use rand::RngExt;

use super::{
    PushError,
    ending::{self, Ending, Halt},
    planner::Planner,
    site::Site,
    words,
};
use crate::{
    clock::SharedClock,
    config::{MappingConfig, ProjectChoice},
    domain::{Alias, Deployment, Problem, PushKind, PushState, Status},
    jira::{Error, WriteError},
    mapping,
    source::Means,
    store::{NewLine, Settlement, Store, StoreError, Synced, Work},
};

/// Items in hand at once.
const AT_ONCE: usize = 4;
/// Items read from the store at once.
const BATCH: usize = 200;
/// When items that wait for others are looked at again.
const HELD_BACK: Duration = Duration::from_secs(5);
/// A run takes one item in hand so often at most.
const TURNS: u8 = 4;

/// Writes without an answer after which a run goes no further.
const UNANSWERED: u8 = 3;

/// What a run did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pushed {
    /// Changes that Jira took.
    pub sent: u64,
    /// Issues made, or found to have been made.
    pub created: u64,
    /// Issues brought up to date.
    pub updated: u64,
    /// Items that a person has to look at since this run.
    pub failed: u64,
    /// What was told of it, as it stands in the log already.
    pub lines: Vec<NewLine>,
    /// When there is something to do again; the past means at once. `None`: not before something changes.
    pub next: Option<Timestamp>,
}

/// Sends what waits for one connection. Lives as long as the process.
pub struct Pusher<S> {
    pub(super) alias: Alias,
    pub(super) site: S,
    pub(super) store: Store,
    pub(super) clock: SharedClock,
    pub(super) planner: Planner,
    pub(super) means: Option<Means>,
    read_only: bool,
    marks: Arc<dyn Fn() -> String + Send + Sync>,
    at_once: usize,
    /// Held while a create screen is looked for.
    pub(super) screens: tokio::sync::Mutex<()>,
    /// Projects whose marks this process asked for.
    pub(super) looked_into: Mutex<BTreeSet<String>>,
}

impl<S> fmt::Debug for Pusher<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pusher")
            .field("alias", &self.alias)
            .finish_non_exhaustive()
    }
}

/// What all items of a run share.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) run: Option<i64>,
    pub(super) deployment: Deployment,
    pub(super) zone: TimeZone,
    /// Address that people open issues at.
    pub(super) site: String,
    /// Id of the account that writes, once it is known.
    pub(super) account: Option<String>,
    /// Projects and types whose create screens this run has read.
    pub(super) screens: tokio::sync::Mutex<BTreeSet<(String, String)>>,
    halt: Mutex<Option<Halt>>,
    /// Writes that got no answer.
    unanswered: AtomicU8,
}

/// What came of one item.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// The item is not as it was.
    pub(super) moved: bool,
    pub(super) sent: u64,
    pub(super) created: u64,
    pub(super) updated: u64,
    pub(super) failed: u64,
    pub(super) lines: Vec<NewLine>,
}

impl<S: Site> Pusher<S> {
    /// Sends to `site` what waits for `alias`, by the mappings that `planner` knows.
    #[must_use]
    pub fn new(alias: Alias, site: S, store: Store, clock: SharedClock, planner: Planner) -> Self {
        Self {
            alias,
            site,
            store,
            clock,
            planner,
            means: None,
            read_only: false,
            marks: Arc::new(random_mark),
            at_once: AT_ONCE,
            screens: tokio::sync::Mutex::default(),
            looked_into: Mutex::default(),
        }
    }

    /// Nothing is sent; items say that they wait for that.
    #[must_use]
    pub fn read_only(self, read_only: bool) -> Self {
        Self { read_only, ..self }
    }

    /// With what it takes to write the keys of issues into pull requests.
    #[must_use]
    pub fn describing(self, means: Means) -> Self {
        Self {
            means: Some(means),
            ..self
        }
    }

    /// With marks from elsewhere than the system's randomness, and one item after the other.
    #[cfg(test)]
    pub(super) fn stepwise(self, marks: Arc<dyn Fn() -> String + Send + Sync>) -> Self {
        Self {
            marks,
            at_once: 1,
            ..self
        }
    }

    /// Other mappings hold from the next run on.
    pub fn plan_by(&mut self, planner: Planner) {
        self.planner = planner;
    }

    /// One run: decides on what changed, then takes every item in hand that can go on. The caller holds
    /// the connection's lock; without it nothing is sent twice either, but more is looked up.
    ///
    /// # Errors
    /// When nothing more can be sent: the sign-in was refused, nothing is reached, or the store fails.
    pub async fn run(&self, run: Option<i64>) -> Result<Pushed, PushError> {
        let mut pushed = Pushed::default();
        self.run_counting(run, &mut pushed).await?;
        Ok(pushed)
    }

    /// The same, counting what was done even where the run ends early.
    ///
    /// # Errors
    /// As [`Pusher::run`].
    pub async fn run_counting(&self, run: Option<i64>, pushed: &mut Pushed) -> Result<(), PushError> {
        self.plan().await?;
        let flight = self.flight(run).await?;
        self.restore(&flight).await?;
        if self.read_only {
            self.stored(|store, alias, _| store.hold(alias, &words::read_only()))
                .await?;
            return Ok(());
        }
        if let Some(until) = self.stored(Store::paused).await? {
            self.stored(move |store, alias, _| store.hold(alias, &words::paused(alias, until)))
                .await?;
            pushed.next = Some(until);
            return Ok(());
        }
        self.items(&flight, pushed).await?;
        if flight.halted().is_none() {
            self.second_looks(&flight, pushed).await?;
        }
        match flight.halted() {
            Some(Halt::Error(error)) => return Err(PushError::Jira(*error)),
            Some(Halt::Until(until)) => {
                // Whoever runs next, in whichever process, would be told the same.
                self.stored(move |store, alias, _| store.postpone(alias, until)).await?;
                pushed.next = Some(until);
            }
            None => {
                let next = self.stored(|store, alias, _| store.next_due(alias)).await?;
                // What could be done was done: what is still due waits for something else.
                let soon = ending::later(self.clock.now(), HELD_BACK);
                pushed.next = next.map(|next| next.max(soon));
            }
        }
        Ok(())
    }

    async fn plan(&self) -> Result<(), StoreError> {
        let planner = self.planner.clone();
        self.stored(move |store, _, now| planner.plan(store, now)).await?;
        Ok(())
    }

    /// Reads the create screens of this connection's mappings anew and notes what no longer fits, before
    /// anything fails because of it. Due with each census. Answers the lines that it logged.
    ///
    /// # Errors
    /// When the site cannot be asked, or the store fails.
    pub async fn check_mappings(&self, run: Option<i64>) -> Result<Vec<NewLine>, PushError> {
        let mut lines = Vec::new();
        for mapping in self.planner.mappings_of(&self.alias) {
            let ProjectChoice::Key(project) = &mapping.project else {
                continue;
            };
            let drift = self.drift(mapping, project).await?;
            let (name, found) = (mapping.name.clone(), drift.clone());
            if self.stored(move |store, _, _| store.put_drift(&name, &found)).await? {
                lines.push(words::drift(&mapping.name, &drift));
            }
        }
        let told = lines.clone();
        self.stored(move |store, alias, now| store.log(alias, run, &told, now))
            .await?;
        Ok(lines)
    }

    /// Closes the findings whose issues are closed by what their mappings say, and opens those again whose
    /// issues are not any more. Answers the lines that it logged.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn close_findings(&self, run: Option<i64>) -> Result<Vec<NewLine>, StoreError> {
        let planner = self.planner.clone();
        self.stored(move |store, alias, now| {
            let judge = |mapping: &str, status: &Status, resolution: Option<&str>| {
                planner.standing(mapping, status, resolution)
            };
            let turned = store.close_by_issues(alias, &judge, now)?;
            let lines: Vec<NewLine> = turned.iter().map(words::turned).collect();
            if !lines.is_empty() {
                store.log(alias, run, &lines, now)?;
            }
            Ok(lines)
        })
        .await
    }

    /// What the project does not allow of a mapping by its screens as they are now.
    async fn drift(&self, mapping: &MappingConfig, project: &str) -> Result<Vec<(String, String)>, PushError> {
        let mut screens = Vec::new();
        for kind in [Some(&mapping.issue_type), mapping.subtask_type.as_ref()] {
            let Some(kind) = kind else { continue };
            match self.fresh_screen(project, kind).await? {
                Ok(screen) => screens.push(screen),
                Err(error) if error.is_of_this_call() => return Ok(vec![("Project".to_owned(), error.message)]),
                Err(error) => return Err(PushError::Jira(error)),
            }
        }
        let Some((screen, below)) = screens.split_first() else {
            return Ok(Vec::new());
        };
        let drift = mapping::drift(mapping, screen, below.first());
        self.by_name(drift).await
    }

    /// A field that has vanished is only known by its id; people know it by its name.
    pub(super) async fn by_name(&self, drift: Vec<(String, String)>) -> Result<Vec<(String, String)>, PushError> {
        if drift.is_empty() {
            return Ok(drift);
        }
        let names = self.stored(|store, alias, _| store.custom_field_names(alias)).await?;
        let named = |field: String| names.get(&field).cloned().unwrap_or(field);
        Ok(drift.into_iter().map(|(field, wrong)| (named(field), wrong)).collect())
    }

    async fn flight(&self, run: Option<i64>) -> Result<Flight, StoreError> {
        let states = self.stored(|store, _, _| store.connections()).await?;
        let state = states.into_iter().find(|state| state.alias == self.alias);
        let zone = state.as_ref().and_then(|state| state.time_zone.as_deref());
        Ok(Flight {
            run,
            deployment: state
                .as_ref()
                .and_then(|state| state.deployment)
                .unwrap_or(Deployment::Cloud),
            zone: zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC),
            site: state.map(|state| state.site).unwrap_or_default(),
            account: self.stored(|store, alias, _| store.account_id(alias)).await?,
            screens: tokio::sync::Mutex::default(),
            halt: Mutex::default(),
            unanswered: AtomicU8::default(),
        })
    }

    async fn items(&self, flight: &Flight, pushed: &mut Pushed) -> Result<(), PushError> {
        let mut turns: HashMap<i64, u8> = HashMap::new();
        let mut after = 0;
        while flight.halted().is_none() {
            let due = self
                .stored(move |store, alias, now| store.due(alias, after, now, BATCH))
                .await?;
            let Some(last) = due.last().copied() else { break };
            let fresh: Vec<i64> = due
                .into_iter()
                .filter(|id| {
                    let taken = turns.entry(*id).or_default();
                    *taken += 1;
                    *taken <= TURNS
                })
                .collect();
            let mut moved = false;
            let mut under_way = stream::iter(fresh)
                .map(|id| self.item(flight, id))
                .buffer_unordered(self.at_once);
            while let Some(turn) = under_way.next().await {
                let turn = turn?;
                moved |= turn.moved;
                pushed.count(turn);
            }
            // What stood in the way of earlier items may be gone by now.
            after = if moved { 0 } else { last };
        }
        Ok(())
    }

    async fn item(&self, flight: &Flight, id: i64) -> Result<Turn, PushError> {
        if flight.halted().is_some() {
            return Ok(Turn::default());
        }
        let Some(work) = self.stored(move |store, _, _| store.work(id)).await? else {
            return Ok(Turn::default());
        };
        match (work.item.pending.kind, work.item.pending.state) {
            (PushKind::Create, PushState::Waiting) => self.create(flight, work).await,
            (PushKind::Create, _) => self.look(flight, work).await,
            (PushKind::Update, _) => self.update(flight, work).await,
            (PushKind::Unlink, _) => self.unlink(flight, work).await,
            (PushKind::Describe, _) => self.describe(flight, work).await,
        }
    }

    pub(super) fn new_mark(&self) -> String {
        (self.marks)()
    }

    /// Runs `work` on the store off the async threads.
    pub(super) async fn stored<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store, &Alias, Timestamp) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (store, alias, now) = (self.store.clone(), self.alias.clone(), self.clock.now());
        match tokio::task::spawn_blocking(move || work(&store, &alias, now)).await {
            Ok(result) => result,
            Err(failed) if failed.is_panic() => std::panic::resume_unwind(failed.into_panic()),
            Err(_) => Err(StoreError::Busy),
        }
    }

    /// Writes down how an item ended.
    pub(super) async fn end(
        &self,
        flight: &Flight,
        work: &Work,
        settlement: Settlement,
        synced: Option<Synced>,
        lines: Vec<NewLine>,
    ) -> Result<Turn, PushError> {
        let (id, run, told) = (work.item.pending.id, flight.run, lines.clone());
        let failed = matches!(settlement, Settlement::Failed { .. } | Settlement::Uncertain { .. });
        let settled = self
            .stored(move |store, _, now| store.settle(id, &settlement, synced.as_ref(), &told, run, now))
            .await?;
        Ok(Turn {
            moved: true,
            failed: u64::from(failed && settled),
            lines,
            ..Turn::default()
        })
    }

    /// Ends an item because of a look that failed: nothing was done.
    pub(super) async fn end_of_read(
        &self,
        flight: &Flight,
        work: &Work,
        error: &Error,
        synced: Option<Synced>,
        lines: Vec<NewLine>,
    ) -> Result<Turn, PushError> {
        let (ending, halt) = ending::of_read(error, work.item.pending.attempts, self.clock.now());
        flight.stop(halt);
        let problem = ending::problem(error);
        self.end_with(flight, work, (ending, problem, Vec::new()), synced, lines)
            .await
    }

    /// Ends an item that can be done again without harm because of a write that failed.
    pub(super) async fn end_of_write(
        &self,
        flight: &Flight,
        work: &Work,
        (failed, problem): (&WriteError, Problem),
        synced: Option<Synced>,
        lines: Vec<NewLine>,
    ) -> Result<Turn, PushError> {
        let now = self.clock.now();
        let attempts = work.item.pending.attempts;
        let (ending, halt) = ending::of_write(failed, attempts, now);
        flight.stop_for(&ending, halt);
        let ending = match ending {
            Ending::Unknown => Ending::Later(ending::later(now, ending::growing(attempts))),
            other => other,
        };
        self.end_with(flight, work, (ending, problem, failed.fields.clone()), synced, lines)
            .await
    }

    async fn end_with(
        &self,
        flight: &Flight,
        work: &Work,
        (ending, problem, fields): (Ending, Problem, Vec<(String, String)>),
        synced: Option<Synced>,
        mut lines: Vec<NewLine>,
    ) -> Result<Turn, PushError> {
        let settlement = match ending {
            Ending::Later(next) => {
                lines.push(words::waits(&work.finding, &problem));
                Settlement::Later {
                    next,
                    problem: Some(problem),
                }
            }
            Ending::Failed | Ending::Unknown => {
                let key = work.link.as_ref().map(|link| &link.key);
                lines.push(words::failed(&work.finding, key, &problem));
                Settlement::Failed { problem, fields }
            }
        };
        self.end(flight, work, settlement, synced, lines).await
    }

    /// Ends an item that a person has to do something for.
    pub(super) async fn fail(&self, flight: &Flight, work: &Work, problem: Problem) -> Result<Turn, PushError> {
        self.fail_at(flight, work, problem, Vec::new()).await
    }

    /// The same, with what is wrong with each field by its id.
    pub(super) async fn fail_at(
        &self,
        flight: &Flight,
        work: &Work,
        problem: Problem,
        fields: Vec<(String, String)>,
    ) -> Result<Turn, PushError> {
        self.end_with(flight, work, (Ending::Failed, problem, fields), None, Vec::new())
            .await
    }
}

impl Flight {
    /// After a write that failed. One that was sent and not answered may be that item's own affair, as
    /// of a proxy that dislikes its text: what is asked next tells whether anything is reached.
    pub(super) fn stop_for(&self, ending: &Ending, halt: Option<Halt>) {
        let alone = *ending == Ending::Unknown && self.unanswered.fetch_add(1, Ordering::Relaxed) < UNANSWERED;
        if !alone {
            self.stop(halt);
        }
    }

    /// Why no further item is taken in hand, if so.
    pub(super) fn halted(&self) -> Option<Halt> {
        self.halt.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes no further item in hand. An error says more than a pause.
    pub(super) fn stop(&self, halt: Option<Halt>) {
        let mut held = self.halt.lock().unwrap_or_else(PoisonError::into_inner);
        if halt.is_some() && !matches!(*held, Some(Halt::Error(_))) {
            *held = halt;
        }
    }
}

impl Pushed {
    pub(super) fn count(&mut self, turn: Turn) {
        self.sent += turn.sent;
        self.created += turn.created;
        self.updated += turn.updated;
        self.failed += turn.failed;
        self.lines.extend(turn.lines);
    }
}

/// 128 random bits: no two issues ever carry the same by chance.
fn random_mark() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}
