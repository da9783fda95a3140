//! `crosstie completions`: a script for the shell.

use clap_complete::Shell;

use super::{
    failure::{Exit, Failure},
    output::Output,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Prints the script for a `tree` of verbs and flags.
///
/// # Errors
/// If standard output cannot be written to.
pub fn run(args: &CompletionsArgs, mut tree: clap::Command, output: &mut Output<'_>) -> Result<Exit, Failure> {
    // Straight to a pipe that is closed, the generator would panic.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut tree, "crosstie", &mut script);
    output.raw().write_all(&script)?;
    Ok(Exit::Done)
}
