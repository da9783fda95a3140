//! `crosstie demo`: the dashboard on the sandbox, with a temporary store.
//!
//! Must never be in here: the sandbox and the screen.

use super::{
    dashboard,
    failure::{Exit, Failure},
    output::Output,
    services::Services,
};

/// Arguments.
#[derive(Debug, Clone, clap::Args)]
pub struct DemoArgs {
    /// How many issues to make up
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub issues: u32,
    /// No colleagues who change things, and a clock that stands still
    #[arg(long)]
    pub frozen: bool,
}

/// Shows the demo.
///
/// # Errors
/// If there is no terminal, or the demo cannot start.
pub fn run(args: &DemoArgs, services: &dyn Services, output: &mut Output<'_>) -> Result<Exit, Failure> {
    dashboard::need_terminal(output)?;
    services.demo(args, &output.look)?;
    Ok(Exit::Done)
}
