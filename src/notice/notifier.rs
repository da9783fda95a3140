//! Hears of runs, decides whether somebody must be told, and sees to it that one process alone does.
//!
//! Must never be in here: when a notice is due (`decide`), or how it is sent.

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use super::{
    Memory, Notice,
    channel::{Channel, Unsent},
    decide,
    desktop::Desktop,
    slack::Slack,
};
use crate::{
    auth::Vault,
    clock::SharedClock,
    config::NoticeSettings,
    domain::{Alias, Level, Run},
    store::{NewLine, Store, StoreError},
};

/// How often to decide anew when another process has decided meanwhile.
const TRIES: usize = 3;

/// Tells people of connections that fail.
#[derive(Debug)]
pub struct Notifier {
    store: Store,
    vault: Vault,
    clock: SharedClock,
    channels: Mutex<Vec<Arc<dyn Channel>>>,
}

impl Notifier {
    /// A notifier with the channels that the config names.
    #[must_use]
    pub fn new(settings: &NoticeSettings, store: Store, vault: Vault, clock: SharedClock) -> Self {
        let notifier = Self {
            store,
            vault,
            clock,
            channels: Mutex::default(),
        };
        notifier.follow(settings);
        notifier
    }

    /// Uses the channels that another config names from now on.
    pub fn follow(&self, settings: &NoticeSettings) {
        let mut channels: Vec<Arc<dyn Channel>> = Vec::new();
        if settings.desktop {
            channels.push(Arc::new(Desktop));
        }
        if let Some(source) = &settings.slack {
            let slack = Slack::new(source.clone(), self.vault.clone(), Arc::clone(&self.clock));
            channels.push(Arc::new(slack));
        }
        *self.channels.lock().unwrap_or_else(PoisonError::into_inner) = channels;
    }

    /// Where the engine tells of runs that have ended; a task looks into each. Must be called within
    /// the async runtime. The task ends with the last sender.
    #[must_use]
    pub fn hear(self: Arc<Self>) -> mpsc::UnboundedSender<Run> {
        let (sender, mut runs) = mpsc::unbounded_channel::<Run>();
        tokio::spawn(async move {
            while let Some(run) = runs.recv().await {
                self.run_ended(&run).await;
            }
        });
        sender
    }

    /// Sends the notice that is due after a run, if there is one. What goes wrong is in the logs.
    pub async fn run_ended(&self, run: &Run) {
        let channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if channels.is_empty() {
            return;
        }
        let (store, clock, alias) = (self.store.clone(), Arc::clone(&self.clock), run.alias.clone());
        let claiming = tokio::task::spawn_blocking(move || claim(&store, &alias, &clock));
        match claiming.await {
            Ok(Ok(Some(notice))) => self.send(&channels, &notice, run.id).await,
            Ok(Ok(None)) => {}
            Ok(Err(error)) => tracing::warn!(alias = %run.alias, %error, "no notice could be decided on"),
            Err(error) => tracing::warn!(alias = %run.alias, %error, "no notice could be decided on"),
        }
    }

    async fn send(&self, channels: &[Arc<dyn Channel>], notice: &Notice, run: i64) {
        let mut outcomes = Vec::new();
        for channel in channels {
            let outcome = channel.send(notice).await;
            if let Err(why) = &outcome
                && !why.absent
            {
                tracing::warn!(alias = %notice.alias, channel = channel.name(), %why, "a notice was not sent");
            }
            outcomes.push((channel.name(), outcome));
        }
        let line = outcome_line(notice, &outcomes);
        let (store, alias, now) = (self.store.clone(), notice.alias.clone(), self.clock.now());
        let logging = tokio::task::spawn_blocking(move || store.log(&alias, Some(run), &[line], now));
        if let Ok(Err(error)) = logging.await {
            tracing::warn!(%error, "the sync log could not be written");
        }
    }
}

/// The notice that is due, if this process is the one to send it.
fn claim(store: &Store, alias: &Alias, clock: &SharedClock) -> Result<Option<Notice>, StoreError> {
    for _ in 0..TRIES {
        let Some(condition) = store.condition(alias)? else {
            return Ok(None);
        };
        let before = Memory::from_text(condition.remembered.as_deref());
        let (after, notice) = decide(&before, alias, &condition, clock.now());
        if after == before {
            return Ok(None);
        }
        if store.remember_notice(alias, condition.remembered.as_deref(), &after.to_text())? {
            return Ok(notice);
        }
    }
    Ok(None)
}

/// What the sync log says of a notice.
fn outcome_line(notice: &Notice, outcomes: &[(&str, Result<(), Unsent>)]) -> NewLine {
    let sent: Vec<&str> = outcomes
        .iter()
        .filter_map(|(name, outcome)| outcome.is_ok().then_some(*name))
        .collect();
    let unsent: Vec<(&str, &Unsent)> = outcomes
        .iter()
        .filter_map(|(name, outcome)| Some((*name, outcome.as_ref().err()?)))
        .collect();
    let mut text = match sent.as_slice() {
        [] => "notice not sent".to_owned(),
        sent => format!("notice sent to {}", sent.join(" and ")),
    };
    text.push_str(&format!(": {}", notice.title));
    for (name, why) in &unsent {
        text.push_str(&format!(" · not to {name}: {why}"));
    }
    let remedies: Vec<&str> = unsent.iter().map(|(_, why)| why.remedy.as_str()).collect();
    let detail: Vec<&str> = [notice.message.as_str(), notice.remedy.as_str()]
        .into_iter()
        .chain(remedies)
        .filter(|line| !line.is_empty())
        .collect();
    let level = if unsent.iter().all(|(_, why)| why.absent) {
        Level::Info
    } else {
        Level::Warn
    };
    NewLine::new(level, text).with_detail(detail.join("\n"))
}
