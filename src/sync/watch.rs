//! One task a source: looks when it is due, when its files change, and when somebody asks.
//!
//! Must never be in here: what a look does (`intake`).

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::{sync::mpsc, task::JoinSet};

use super::{
    due::until,
    intake::{Intake, Looked},
    lock,
};
use crate::{
    clock::SharedClock,
    config::SourceConfig,
    domain::{Alias, Problem},
    source::files::{FileKind, stamp},
    store::{Store, StoreError},
};

/// Between two glances at the dates of files.
const GLANCE: Duration = Duration::from_secs(2);
/// How soon to look again while another process is reading a source.
const BUSY_AGAIN: Duration = Duration::from_secs(15);
/// Askings that may wait; more of them mean the same.
const QUEUE: usize = 2;

/// Hears which connections have something to send.
pub type Poke = Arc<dyn Fn(&[Alias]) + Send + Sync>;

/// The sources under watch; dropping it ends their tasks.
#[derive(Debug)]
pub struct Watch {
    tasks: JoinSet<()>,
    lanes: Vec<mpsc::Sender<()>>,
}

impl Watch {
    /// Starts a task for each source that is switched on. The first look of each is due at once; what
    /// mappings want of findings that are there already is queued at once, too.
    #[must_use]
    pub fn start(
        intake: &Intake,
        store: &Store,
        clock: &SharedClock,
        sources: &[SourceConfig],
        interval: Duration,
        poke: &Poke,
    ) -> Self {
        let mut tasks = JoinSet::new();
        let (planner, told) = (intake.clone(), Arc::clone(poke));
        tasks.spawn(async move { plan(&planner, &told).await });
        let enabled = sources.iter().filter(|source| source.enabled);
        let lanes = enabled
            .map(|source| {
                let (sender, receiver) = mpsc::channel(QUEUE);
                let lane = Lane {
                    config: source.clone(),
                    intake: intake.clone(),
                    store: store.clone(),
                    clock: Arc::clone(clock),
                    interval,
                    poke: Arc::clone(poke),
                    told: None,
                };
                tasks.spawn(lane.live(receiver));
                sender
            })
            .collect();
        Self { tasks, lanes }
    }

    /// Looks at every source now.
    pub fn tell(&self) {
        for lane in &self.lanes {
            if lane.try_send(()).is_err() {
                tracing::debug!("a look is already asked for");
            }
        }
    }

    /// Ends the tasks where they are; a look that was under way is made again at the next start.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// Queues what is wanted, and wakes whom it concerns.
async fn plan(intake: &Intake, poke: &Poke) {
    match intake.plan().await {
        Ok(aliases) => poke(&aliases),
        Err(error) => tracing::error!(%error, "what is to be sent could not be made out"),
    }
}

struct Lane {
    config: SourceConfig,
    intake: Intake,
    store: Store,
    clock: SharedClock,
    interval: Duration,
    poke: Poke,
    /// What the log was last told of flaws and failures, so that it is told once.
    told: Option<(Option<Problem>, Vec<String>)>,
}

impl Lane {
    async fn live(mut self, mut asked: mpsc::Receiver<()>) {
        let mut due = Some(self.clock.now());
        let mut stamp = None;
        loop {
            let wanted = tokio::select! {
                asked = asked.recv() => match asked {
                    Some(()) => true,
                    None => return,
                },
                () = until(&self.clock, due, self.interval) => false,
            };
            let seen = self.stamp().await;
            if !wanted && seen.is_some() && seen == stamp {
                due = self.clock.now().checked_add(GLANCE).ok();
                continue;
            }
            due = match self.turn().await {
                Ok(Some(next)) => {
                    stamp = seen;
                    Some(next)
                }
                Ok(None) => self.clock.now().checked_add(BUSY_AGAIN).ok(),
                Err(error) => {
                    tracing::error!(source = %self.config.name, %error, "the store failed");
                    self.clock.now().checked_add(self.interval).ok()
                }
            };
        }
    }

    /// One look, unless another process is at it; when the next is due.
    async fn turn(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let name = Alias::from(format!("source-{}", self.config.name));
        let Some(_held) = lock::try_acquire(self.store.folder(), &name)? else {
            return Ok(None);
        };
        let looked = self.intake.look(&self.config).await?;
        self.tell(&looked).await?;
        plan(&self.intake, &self.poke).await;
        let wait = match FileKind::of(&self.config.feed) {
            Some(_) => GLANCE,
            None => self.interval,
        };
        let next = self.clock.now().checked_add(wait).unwrap_or(Timestamp::MAX);
        Ok(Some(looked.retry_at.map_or(next, |retry| retry.max(next))))
    }

    /// The log hears of news each time, of the same failure and the same flaws once.
    async fn tell(&mut self, looked: &Looked) -> Result<(), StoreError> {
        let flaws: Vec<String> = looked.flaws.iter().map(ToString::to_string).collect();
        let said = Some((looked.problem.clone(), flaws));
        let again = self.told == said;
        self.told = said;
        let mut looked = looked.clone();
        if again {
            looked.flaws.clear();
            if looked.problem.is_some() {
                return Ok(());
            }
        }
        self.intake.tell(&looked).await
    }

    /// What files look like from outside; `None` for sources that are no files.
    async fn stamp(&self) -> Option<u64> {
        let (_, paths) = FileKind::of(&self.config.feed)?;
        let paths = paths.to_vec();
        tokio::task::spawn_blocking(move || stamp(&paths)).await.ok()
    }
}
