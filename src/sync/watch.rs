//! One task a source: looks when it is due, when its files change, and when somebody asks.
//!
//! Must never be in here: what a look does (`intake`).

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::{sync::mpsc, task::JoinSet};

use super::{
    due::until,
    intake::{Intake, Looked},
};
use crate::{
    clock::SharedClock,
    config::SourceConfig,
    domain::{Alias, Level, Problem},
    source::files::{FileKind, stamp},
    store::{NewLine, StoreError},
};

/// Between two glances at the dates of files. Files that changed are read once they have stayed as they
/// are from one glance to the next: until then they may be half written.
const GLANCE: Duration = Duration::from_secs(2);
/// Files that never stay as they are are read after so many glances all the same.
const RESTLESS: u32 = 30;
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
    clock: SharedClock,
    interval: Duration,
    poke: Poke,
    /// What the log was last told of flaws and failures, so that it is told once.
    told: Option<(Option<Problem>, Vec<String>)>,
}

impl Lane {
    async fn live(mut self, mut asked: mpsc::Receiver<()>) {
        let mut due = Some(self.clock.now());
        let mut files = Files::default();
        loop {
            let wanted = tokio::select! {
                asked = asked.recv() => match asked {
                    Some(()) => true,
                    None => return,
                },
                () = until(&self.clock, due, self.interval) => false,
            };
            let seen = self.stamp().await;
            let glance = files.glance(seen);
            if !wanted && glance != Glance::Read {
                if glance == Glance::Growing {
                    self.say_growing().await;
                }
                due = self.clock.now().checked_add(GLANCE).ok();
                continue;
            }
            due = match self.turn().await {
                Ok(Some(next)) => {
                    files.read(seen);
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

    /// The log hears once of files that are long in being written.
    async fn say_growing(&self) {
        let text = format!(
            "{} is still being written; it is read when it stays as it is",
            self.config.name
        );
        if let Err(error) = self
            .intake
            .say(&self.config.name, NewLine::new(Level::Info, text))
            .await
        {
            tracing::warn!(%error, "the log could not be written");
        }
    }

    /// One look, unless another process is at it; when the next is due.
    async fn turn(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let Some(looked) = self.intake.try_look(&self.config).await? else {
            return Ok(None);
        };
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

/// What is known of a source's files by their stamps.
#[derive(Debug, Default)]
struct Files {
    /// As they were when they were read.
    read: Option<u64>,
    /// As they were at the last glance.
    seen: Option<u64>,
    /// Glances since they were read at which they were not as before.
    restless: u32,
}

/// What is to be done about files after a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Glance {
    /// They are to be read; so is what is no file.
    Read,
    /// They are as they were when they were read.
    Same,
    /// They changed just now.
    Changed,
    /// They changed again: somebody is writing them. Told once.
    Growing,
}

impl Files {
    fn glance(&mut self, seen: Option<u64>) -> Glance {
        let before = std::mem::replace(&mut self.seen, seen);
        // The first look is due at once; a half-written file is told as such and read again.
        if seen.is_none() || self.read.is_none() {
            return Glance::Read;
        }
        if seen == self.read {
            self.restless = 0;
            return Glance::Same;
        }
        self.restless += 1;
        match self.restless {
            RESTLESS => Glance::Read,
            _ if seen == before => Glance::Read,
            2 => Glance::Growing,
            _ => Glance::Changed,
        }
    }

    fn read(&mut self, seen: Option<u64>) {
        self.read = seen;
        self.restless = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is done at each glance; what is read is read at once.
    fn glances(stamps: &[u64]) -> Vec<Glance> {
        let mut files = Files::default();
        let glance = |stamp: &u64| {
            let glance = files.glance(Some(*stamp));
            if glance == Glance::Read {
                files.read(Some(*stamp));
            }
            glance
        };
        stamps.iter().map(glance).collect()
    }

    #[test]
    fn files_are_read_at_first_and_once_they_have_settled() {
        use Glance::{Changed, Growing, Read, Same};
        assert_eq!(glances(&[1, 1, 2, 2, 2]), [Read, Same, Changed, Read, Same]);
        assert_eq!(
            glances(&[1, 2, 3, 4, 4, 4, 5, 5]),
            [Read, Changed, Growing, Changed, Read, Same, Changed, Read]
        );
        // Written and taken back before anybody read it.
        assert_eq!(glances(&[1, 2, 1, 1]), [Read, Changed, Same, Same]);
        let restless: Vec<u64> = (0..=u64::from(RESTLESS)).collect();
        assert_eq!(glances(&restless).last(), Some(&Read));
    }

    #[test]
    fn what_is_no_file_is_read_whenever_it_is_due() {
        let mut files = Files::default();
        for _ in 0..3 {
            assert_eq!(files.glance(None), Glance::Read);
            files.read(None);
        }
    }
}
