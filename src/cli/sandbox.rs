//! `crosstie sandbox`: the Jira inside on a port of its own, for trying crosstie out and for scripts.
//!
//! Must never be in here: how a request is answered.

use std::{
    io::{self, Write as _},
    path::PathBuf,
    time::Duration,
};

use clap::{Args, ValueEnum};

use crate::{
    clock::SharedClock,
    sandbox::{Flavour, Sandbox, SandboxError, SandboxOptions},
};

/// Which Jira to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FlavourArg {
    /// Jira Cloud: REST v3 and v2; API tokens, OAuth 2.0 (3LO) and OAuth 1.0a.
    Cloud,
    /// Jira Data Center: REST v2; access tokens, passwords, OAuth 2.0 and OAuth 1.0a.
    DataCenter,
}

impl From<FlavourArg> for Flavour {
    fn from(flavour: FlavourArg) -> Self {
        match flavour {
            FlavourArg::Cloud => Self::Cloud,
            FlavourArg::DataCenter => Self::DataCenter,
        }
    }
}

/// Serves a made-up Jira on the loopback address and prints one line of JSON when it is ready.
#[derive(Debug, Clone, Args)]
pub struct SandboxArgs {
    /// Port to listen on; any free one unless given.
    #[arg(long, value_name = "P")]
    pub port: Option<u16>,
    /// How many issues to make.
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub issues: usize,
    /// Which Jira to be.
    #[arg(long, value_enum, default_value_t = FlavourArg::Cloud)]
    pub flavour: FlavourArg,
    /// Serve these recorded issues instead: newline-delimited JSON, plain or gzip.
    #[arg(long, value_name = "FILE")]
    pub load: Option<PathBuf>,
    /// Same seed, same data.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Path that Jira lies under on Data Center.
    #[arg(long, value_name = "PATH", default_value = "")]
    pub context: String,
    /// Milliseconds that every answer takes.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub delay: u64,
    /// No colleagues who comment, move and edit.
    #[arg(long)]
    pub quiet: bool,
}

/// Why the sandbox ended early.
#[derive(Debug, thiserror::Error)]
pub enum SandboxVerbError {
    /// It could not start.
    #[error(transparent)]
    Start(#[from] SandboxError),
    /// Nobody could be told where it is.
    #[error("cannot write the sandbox's addresses to standard output: {0}")]
    Announce(#[source] io::Error),
    /// It could not wait for being stopped.
    #[error("cannot wait for a signal: {0}")]
    Signal(#[source] io::Error),
}

/// Serves until interrupted or terminated.
///
/// # Errors
/// The port is taken, the recorded issues cannot be served, or standard output is gone.
pub async fn run(args: SandboxArgs, clock: SharedClock) -> Result<(), SandboxVerbError> {
    let sandbox = Sandbox::start(SandboxOptions {
        issues: args.issues,
        seed: args.seed,
        load: args.load,
        port: args.port,
        context: args.context,
        colleagues: !args.quiet,
        page_delay: Duration::from_millis(args.delay),
        ..SandboxOptions::new(args.flavour.into(), clock)
    })
    .await?;
    announce(&sandbox).map_err(SandboxVerbError::Announce)?;
    until_told().await.map_err(SandboxVerbError::Signal)?;
    sandbox.stop();
    Ok(())
}

fn announce(sandbox: &Sandbox) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", sandbox.announcement())?;
    out.flush()
}

#[cfg(unix)]
async fn until_told() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn until_told() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
