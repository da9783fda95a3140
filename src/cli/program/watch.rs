//! `sync` without a screen: every chosen connection once, or until stopped.

use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    cli::{
        failure::Failure,
        services::OnRun,
        sync::{RunReport, SyncRequest},
    },
    clock::SharedClock,
    config::ConnectionConfig,
    domain::Run,
    runtime::terminal::stop_signal,
    store::{Store, StoreError},
    sync::{Clients, Engine, Lane, Pace, Want},
};

/// Runs the engine and reports each run as it ends.
pub(super) async fn sync(
    chosen: &[ConnectionConfig],
    store: &Store,
    clients: &Clients,
    clock: &SharedClock,
    pace: Pace,
    request: &SyncRequest,
    on_run: OnRun<'_>,
) -> Result<(), Failure> {
    if request.watch {
        let (sender, runs) = mpsc::unbounded_channel();
        let _engine = Engine::start(chosen, clients, store, clock, pace, Some(&sender));
        return watch(runs, on_run).await;
    }
    let mut lanes = JoinSet::new();
    for connection in chosen {
        let mut lane = Lane::new(connection.clone(), clients.clone(), store.clone(), clock.clone(), pace);
        let want = Want { census: request.census };
        lanes.spawn(async move { lane.run(want).await });
    }
    while let Some(ended) = lanes.join_next().await {
        on_run(&RunReport::from(&ended.unwrap_or(Err(StoreError::Busy))?))?;
    }
    Ok(())
}

/// Reports runs until the process is asked to end.
async fn watch(mut runs: mpsc::UnboundedReceiver<Run>, on_run: OnRun<'_>) -> Result<(), Failure> {
    let mut stop = std::pin::pin!(stop_signal());
    loop {
        tokio::select! {
            run = runs.recv() => match run {
                Some(run) => on_run(&RunReport::from(&run))?,
                None => return Ok(()),
            },
            () = &mut stop => return Ok(()),
        }
    }
}
