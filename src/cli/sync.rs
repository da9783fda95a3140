//! `crosstie sync`: runs the engine without a screen and tells how each run ended.
//!
//! Must never be in here: the engine.

use super::{
    failure::{Exit, Failure},
    format::Json,
    output::Output,
    services::{RunReport, Services, SyncRequest, Told},
    setup::Setup,
};
use crate::domain::Alias;

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
    let mut tell = |told: Told<'_>| match told {
        Told::Run(report) => {
            problems.extend(report.error.as_ref().map(|problem| problem.kind.clone()));
            print(report, args.json.json, output)
        }
        Told::Note(text) => {
            output.note("note", text);
            Ok(())
        }
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
