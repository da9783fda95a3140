//! `crosstie demo`: the dashboard on the sandbox, with a temporary store.
//!
//! Must never be in here: the sandbox and the screen.

pub mod args;

use args::DemoArgs;

use super::{
    dashboard,
    failure::{Exit, Failure},
    output::Output,
    services::Services,
};

/// Shows the demo.
///
/// # Errors
/// If there is no terminal, or the demo cannot start.
pub fn run(args: &DemoArgs, services: &dyn Services, output: &mut Output<'_>) -> Result<Exit, Failure> {
    dashboard::need_terminal(output)?;
    services.demo(args, &output.look)?;
    Ok(Exit::Done)
}
