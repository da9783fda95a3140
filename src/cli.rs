//! The command line: one file per verb, each of which plans, asks [`Services`], and prints.
//!
//! Results go to standard output and everything else to standard error; a closed pipe is success; no
//! verb asks questions. Exit codes are [`Exit`]'s.
//!
//! Must never be in here: SQL, HTTP, drawing of the dashboard. What a verb needs of them it asks of
//! [`Services`], so that tests bring their own.

mod accessible;
pub mod arguments;
pub mod completions;
pub mod config;
pub mod connection;
pub mod csv;
pub mod dashboard;
pub mod demo;
pub mod doctor;
pub mod failure;
pub mod finding;
pub mod format;
pub mod issues;
pub mod jql;
pub mod keygen;
pub mod log_file;
pub mod look;
pub mod mapping;
pub mod output;
pub mod program;
pub mod sandbox;
pub mod services;
pub mod setup;
pub mod sync;
pub mod table;
mod tag;
pub mod terminal;

#[cfg(test)]
mod tests;

pub use arguments::{Arguments, Verb};
pub use failure::{Exit, Failure};
pub use look::Look;
pub use output::Output;
pub use program::Program;
pub use services::{Check, Services};
pub use setup::Setup;

use crate::config::Paths;

/// Does what the arguments ask for. Failures are written to standard error here.
pub fn run(arguments: &Arguments, paths: &Paths, services: &dyn Services, output: &mut Output<'_>) -> Exit {
    let result = dispatch(arguments, paths, services, output);
    for notice in services.notices() {
        output.note("note", &notice);
    }
    let flushed = output.flush().map_err(Failure::from);
    match result.and_then(|exit| flushed.map(|()| exit)) {
        Ok(exit) => exit,
        Err(failure) => {
            output.fail(&failure);
            failure.exit
        }
    }
}

fn dispatch(
    arguments: &Arguments,
    paths: &Paths,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let named = arguments.config.is_some();
    match &arguments.verb {
        Some(Verb::Completions(args)) => completions::run(args, Arguments::tree(), output),
        Some(Verb::Config(args)) => config::run(args, paths, output),
        Some(Verb::Keygen(args)) => keygen::run(args, paths, output),
        Some(Verb::Doctor(args)) => doctor::run(args, paths, services, output),
        Some(Verb::Demo(args)) => demo::run(args, services, output),
        Some(Verb::Sandbox(args)) => services.sandbox(args).map(|()| Exit::Done),
        Some(Verb::Jql(args)) => jql::run(args, &|output| Setup::load(paths, named, output), services, output),
        None => dashboard::run(&Setup::load(paths, named, output)?, services, output),
        Some(Verb::Issues(args)) => issues::run(args, &Setup::load(paths, named, output)?, services, output),
        Some(Verb::Sync(args)) => sync::run(args, &Setup::load(paths, named, output)?, services, output),
        Some(Verb::Finding(args)) => finding::run(args, &Setup::load(paths, named, output)?, services, output),
        Some(Verb::Mapping(args)) => mapping::run(args, &Setup::load(paths, named, output)?, services, output),
        Some(Verb::Connection(args)) => connection::run(args, paths, named, services, output),
    }
}
