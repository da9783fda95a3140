//! `crosstie sync`: runs the engine without a screen and tells how each run ended.
//!
//! Must never be in here: the engine.

use serde::Serialize;

use super::{
    arguments::Json,
    failure::{Exit, Failure},
    output::Output,
    services::Services,
    setup::Setup,
};
use crate::{
    domain::{Alias, Problem, Run, RunState},
    text,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct SyncArgs {
    /// Only this connection (may be repeated)
    #[arg(long, value_name = "ALIAS")]
    pub connection: Vec<String>,
    /// Compare all ids and dates, to find what polls miss
    #[arg(long)]
    pub census: bool,
    /// Go on until stopped, at the interval of the config
    #[arg(long)]
    pub watch: bool,
    /// Format.
    #[command(flatten)]
    pub json: Json,
}

/// What is asked of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRequest {
    /// Of these connections.
    pub aliases: Vec<Alias>,
    /// With a census.
    pub census: bool,
    /// Until stopped.
    pub watch: bool,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It went through.
    Ok,
    /// It did not.
    Failed,
}

/// A run on a connection, as scripts see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunReport {
    /// Alias.
    pub connection: Alias,
    /// How it ended.
    pub result: Outcome,
    /// HTTP requests sent.
    pub requests: u64,
    /// Distinct issues downloaded, overlap included.
    pub received: u64,
    /// Issues that the store did not have.
    pub new: u64,
    /// Issues that the store had in another state.
    pub changed: u64,
    /// Issues confirmed unreachable.
    pub gone: u64,
    /// Edits sent.
    pub sent: u64,
    /// How long it took.
    pub duration_ms: u64,
    /// Why it failed.
    pub error: Option<Problem>,
}

impl From<&Run> for RunReport {
    fn from(run: &Run) -> Self {
        let took = run.ended.map(|ended| ended.duration_since(run.started).as_millis());
        let failed = run.state != RunState::Ok;
        let unnamed = || Problem {
            kind: "interrupted".to_owned(),
            message: format!("the {} did not end", run.kind.label()),
            remedy: "the next run goes on where it stopped".to_owned(),
        };
        Self {
            connection: run.alias.clone(),
            result: if failed { Outcome::Failed } else { Outcome::Ok },
            requests: run.requests,
            received: run.received,
            new: run.new,
            changed: run.changed,
            gone: run.gone,
            sent: run.sent,
            duration_ms: took.and_then(|took| u64::try_from(took).ok()).unwrap_or(0),
            error: failed.then(|| run.problem.clone().unwrap_or_else(unnamed)),
        }
    }
}

impl RunReport {
    /// The same for people.
    #[must_use]
    pub fn line(&self) -> String {
        let took = text::duration(self.duration_ms);
        match &self.error {
            Some(problem) => format!("{}: failed after {took}: {}", self.connection, problem.message),
            None => format!(
                "{}: {} new, {} changed, {} gone · {} received in {} requests, {took}",
                self.connection, self.new, self.changed, self.gone, self.received, self.requests
            ),
        }
    }
}

/// Runs the engine.
///
/// # Errors
/// If no connection can be used, or the store cannot.
pub fn run(args: &SyncArgs, setup: &Setup, services: &dyn Services, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut aliases: Vec<Alias> = Vec::new();
    for connection in setup.choose(&args.connection)? {
        if !aliases.contains(&connection.alias) {
            aliases.push(connection.alias.clone());
        }
    }
    let mut problems = Vec::new();
    let mut tell = |report: &RunReport| {
        problems.extend(report.error.as_ref().map(|problem| problem.kind.clone()));
        print(report, args.json.json, output)
    };
    let request = SyncRequest {
        aliases,
        census: args.census,
        watch: args.watch,
    };
    services.sync(setup, &request, &mut tell)?;
    Ok(Exit::of_problems(problems.iter().map(String::as_str)))
}

/// Prints one run, at once, since the next may be minutes away.
///
/// # Errors
/// If standard output cannot be written to.
pub fn print(report: &RunReport, json: bool, output: &mut Output<'_>) -> Result<(), Failure> {
    if json {
        output.json(report)?;
    } else {
        output.line(&report.line())?;
        if let Some(problem) = &report.error {
            output.line(&format!("  {}", problem.remedy))?;
        }
    }
    output.flush()?;
    Ok(())
}
