//! `sync` without a screen: every chosen connection once, or until stopped.

use std::{collections::HashSet, sync::Arc};

use futures_util::future::join_all;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use super::pace;
use crate::{
    cli::{
        failure::Failure,
        services::{OnRun, RunReport, SyncRequest, Told},
    },
    clock::SharedClock,
    config::{Config, ConnectionConfig},
    domain::{FindingId, Pending, Problem, PushState, Run},
    notice::Notifier,
    runtime::terminal::stop_signal,
    store::{Store, StoreError},
    sync::{Clients, Engine, Intake, Lane, Poke, Want, Watch, planner},
};

/// Runs the engine and reports each run as it ends. Of a connection that fails while it is watched,
/// those whom the config names are told as well. Answers what people must hear of the sources.
pub(super) async fn sync(
    chosen: &[ConnectionConfig],
    store: &Store,
    clients: &Clients,
    clock: &SharedClock,
    config: &Config,
    request: &SyncRequest,
    on_run: OnRun<'_>,
) -> Result<Vec<String>, Failure> {
    let pace = pace(config);
    let (_kept, planner) = watch::channel(planner(config));
    let means = clients.means().clone();
    let intake = Intake::new(
        store.clone(),
        means,
        Arc::clone(clock),
        config,
        planner.borrow().clone(),
    );
    if request.watch {
        let (sender, runs) = mpsc::unbounded_channel();
        let (say, said) = mpsc::unbounded_channel();
        let intake = intake.heard_by(say);
        let engine = Engine::start(chosen, clients, store, clock, pace, &planner, Some(&sender));
        let poke: Poke = engine.poke();
        let _sources = Watch::start(&intake, clock, &config.sources, pace.interval, &poke);
        let vault = clients.vault().clone();
        let notifier = Notifier::new(&config.notices, store.clone(), vault, Arc::clone(clock));
        report(runs, said, &Arc::new(notifier).hear(), on_run).await?;
        return Ok(Vec::new());
    }
    let mut said = read_sources(&intake, config).await?;
    let mut lanes = JoinSet::new();
    for connection in chosen {
        let lane = Lane::new(connection.clone(), clients.clone(), store.clone(), clock.clone(), pace);
        let mut lane = lane.planned_by(planner.clone());
        let want = Want { census: request.census };
        lanes.spawn(async move { lane.run(want).await });
    }
    while let Some(ended) = lanes.join_next().await {
        let report = RunReport::from(&ended.unwrap_or(Err(StoreError::Busy))?);
        on_run(Told::Run(&report))?;
    }
    said.extend(for_people(store, chosen)?);
    Ok(said)
}

/// What of the outbox only a person can help; a run goes through all the same.
fn for_people(store: &Store, chosen: &[ConnectionConfig]) -> Result<Option<String>, StoreError> {
    let waits = |item: &&Pending| {
        let stuck = matches!(item.state, PushState::Failed | PushState::Uncertain);
        stuck && chosen.iter().any(|one| one.alias == item.alias)
    };
    let pending = store.pending(None)?;
    let findings: HashSet<&FindingId> = pending.iter().filter(waits).map(|item| &item.finding).collect();
    let what = match findings.len() {
        0 => return Ok(None),
        1 => "a finding needs".to_owned(),
        many => format!("{many} findings need"),
    };
    Ok(Some(format!(
        "{what} a person to go on: `crosstie finding list --trouble` shows which, `finding show` what to do"
    )))
}

/// Looks at every source once, all at the same time; what could not be read.
async fn read_sources(intake: &Intake, config: &Config) -> Result<Vec<String>, StoreError> {
    let enabled = config.sources.iter().filter(|source| source.enabled);
    let mut said = Vec::new();
    for looked in join_all(enabled.map(|source| intake.look_for_changes(source))).await {
        let looked = looked?;
        intake.tell(&looked).await?;
        let name = &looked.source;
        if let Some(Problem { message, remedy, .. }) = &looked.problem {
            said.push(format!("{name} could not be read: {message}; {remedy}"));
        }
        said.extend(looked.flaws.iter().map(|flaw| format!("{name}: {flaw}")));
    }
    Ok(said)
}

/// Reports runs until the process is asked to end.
async fn report(
    mut runs: mpsc::UnboundedReceiver<Run>,
    mut said: mpsc::UnboundedReceiver<String>,
    notify: &mpsc::UnboundedSender<Run>,
    on_run: OnRun<'_>,
) -> Result<(), Failure> {
    let mut stop = std::pin::pin!(stop_signal());
    loop {
        tokio::select! {
            run = runs.recv() => match run {
                Some(run) => {
                    let report = RunReport::from(&run);
                    // First, so that a reader who went away does not keep others from hearing of it.
                    drop(notify.send(run));
                    on_run(Told::Run(&report))?;
                }
                None => return Ok(()),
            },
            Some(text) = said.recv() => on_run(Told::Note(&text))?,
            () = &mut stop => return Ok(()),
        }
    }
}
