//! `crosstie connection`: what is connected, whether it works, and every change to it.
//!
//! Must never be in here: how a connection is tried, changed or authorised; [`Services`] does it.

mod add;
mod authorize;
mod change;
mod list;

use serde::Serialize;

pub use add::AddArgs;
pub use authorize::AuthorizeArgs;
pub use list::{Listed, list, print_list};

use super::{
    failure::{Exit, Failure},
    format::{Format, Json},
    output::Output,
    services::{Check, Services},
    setup::Setup,
};
use crate::{config::Paths, domain::Alias};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct ConnectionArgs {
    #[command(subcommand)]
    verb: ConnectionVerb,
}

#[derive(Debug, clap::Subcommand)]
enum ConnectionVerb {
    /// List all connections and how they are doing
    List(Format),
    /// Try a connection step by step, or all of them
    Test(TestArgs),
    /// Write a new connection to the config
    Add(Box<AddArgs>),
    /// Sign in through the browser: OAuth 1.0a and 2.0
    Authorize(AuthorizeArgs),
    /// Give a connection another alias; its cache, secrets and mappings come along
    Rename(change::RenameArgs),
    /// Use a connection where none is named
    Default(change::AliasArgs),
    /// Remove a connection, its cache and its secrets
    Remove(change::AliasArgs),
}

/// Arguments of `connection test`.
#[derive(Debug, clap::Args)]
pub struct TestArgs {
    /// The connection; all without it
    alias: Option<String>,
    #[command(flatten)]
    json: Json,
}

/// Lists, tests or changes.
///
/// # Errors
/// If the config or the store cannot be used, or there is no such connection.
pub fn run(
    args: &ConnectionArgs,
    paths: &Paths,
    named: bool,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    if let ConnectionVerb::Add(args) = &args.verb {
        // The first connection is what makes the file.
        let named = named && paths.config.exists();
        return add::run(args, &Setup::load(paths, named, output)?, services, output);
    }
    let setup = Setup::load(paths, named, output)?;
    match &args.verb {
        ConnectionVerb::List(format) => {
            let states = services.connections(&setup)?;
            print_list(&list(&setup, &states), *format, output)?;
            Ok(Exit::Done)
        }
        ConnectionVerb::Test(args) => test(args, &setup, services, output),
        ConnectionVerb::Authorize(args) => authorize::run(args, &setup, services, output),
        ConnectionVerb::Rename(args) => change::rename(args, &setup, services, output),
        ConnectionVerb::Default(args) => change::set_default(args, &setup, services, output),
        ConnectionVerb::Remove(args) => change::remove(args, &setup, services, output),
        ConnectionVerb::Add(_) => Ok(Exit::Done),
    }
}

/// A tested connection, as scripts see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestReport {
    alias: Alias,
    valid: bool,
    checks: Vec<Check>,
}

impl TestReport {
    /// What was found out about a connection.
    #[must_use]
    pub fn new(alias: &Alias, checks: Vec<Check>) -> Self {
        Self {
            alias: alias.clone(),
            valid: checks.iter().all(|check| check.ok),
            checks,
        }
    }
}

fn test(args: &TestArgs, setup: &Setup, services: &dyn Services, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let named: Vec<String> = args.alias.iter().cloned().collect();
    let mut problems = Vec::new();
    for connection in setup.choose(&named)? {
        let tested = services.test(setup, connection);
        problems.extend(tested.problem.map(|problem| problem.kind));
        print_test(
            &TestReport::new(&connection.alias, tested.checks),
            args.json.json,
            output,
        )?;
    }
    Ok(Exit::of_tests(problems.iter().map(String::as_str)))
}

/// Prints one tested connection, at once, since the next may take its time.
///
/// # Errors
/// If standard output cannot be written to.
pub fn print_test(report: &TestReport, json: bool, output: &mut Output<'_>) -> Result<(), Failure> {
    if json {
        output.json(report)?;
    } else {
        let verdict = if report.valid {
            "Configuration is valid"
        } else {
            "Configuration is not valid"
        };
        output.line(&format!("{}: {verdict}", report.alias))?;
        output.checks(&report.checks)?;
    }
    output.flush()?;
    Ok(())
}
