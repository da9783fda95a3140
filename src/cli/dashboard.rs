//! `crosstie` without a verb: the dashboard.
//!
//! Must never be in here: the screen.

use super::{
    failure::{Exit, Failure},
    output::Output,
    services::Services,
    setup::Setup,
};

/// Shows the dashboard until the user leaves it.
///
/// # Errors
/// If there is no terminal, or the store cannot be used.
pub fn run(setup: &Setup, services: &dyn Services, output: &mut Output<'_>) -> Result<Exit, Failure> {
    output.look.accessible |= setup.config.ui.accessible;
    need_terminal(output)?;
    services.dashboard(setup, &output.look)?;
    Ok(Exit::Done)
}

/// The dashboard cannot be piped; a dialogue can.
pub(super) fn need_terminal(output: &Output<'_>) -> Result<(), Failure> {
    if output.look.interactive || output.look.accessible {
        return Ok(());
    }
    Err(
        Failure::new(Exit::Usage, "the dashboard needs a terminal for both input and output")
            .hint("`crosstie issues` prints a list, `crosstie sync --watch` keeps the store up to date; see --help"),
    )
}
