//! The verbs and flags, as `--help` shows them.
//!
//! Must never be in here: what a verb does.

use std::{ffi::OsString, path::PathBuf};

use clap::{CommandFactory, Parser, Subcommand};

use super::{
    completions, config, connection, demo, doctor, failure::Exit, finding, issues, jql, keygen, mapping, sandbox, sync,
};

/// A terminal dashboard for Jira: issues of all your sites in one list, kept in step, online or off.
///
/// Without a verb, the dashboard starts. `crosstie demo` shows it without a Jira account.
#[derive(Debug, Parser)]
#[command(name = "crosstie", version, after_help = AFTER_HELP, disable_help_subcommand = true)]
pub struct Arguments {
    /// Config file, instead of CROSSTIE_CONFIG or the one in the platform's config folder
    #[arg(long, global = true, value_name = "FILE", help_heading = EVERYWHERE)]
    pub config: Option<PathBuf>,
    /// Show only ASCII characters
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub ascii: bool,
    /// Hold a dialogue of lines instead of showing a screen, for screen readers
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub accessible: bool,
    /// What to do
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// Over what every verb takes, which must not stand between a verb's own.
const EVERYWHERE: &str = "With every verb";

const AFTER_HELP: &str = "\
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 sign-in needed, 4 something to fix in the config.
Environment: CROSSTIE_CONFIG, CROSSTIE_DATA_DIR, CROSSTIE_LOG, NO_COLOR.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show the dashboard on a made-up company's Jira; touches nothing else
    Demo(demo::args::DemoArgs),
    /// Serve a made-up Jira on a loopback port
    Sandbox(sandbox::SandboxArgs),
    /// List issues
    Issues(issues::IssuesArgs),
    /// Bring the local store up to date, once or continuously
    Sync(sync::SyncArgs),
    /// Import findings, list them, and make or link their issues
    Finding(finding::FindingArgs),
    /// Write, check and try mappings of findings to issues
    Mapping(mapping::MappingArgs),
    /// Work on JQL without running it
    Jql(jql::JqlArgs),
    /// List and test connections
    Connection(connection::ConnectionArgs),
    /// Make a key for OAuth 1.0a, and say what to enter in Jira's application link
    Keygen(keygen::KeygenArgs),
    /// Find, check and show the config
    Config(config::ConfigArgs),
    /// Check everything that crosstie needs, and say what to mend
    Doctor(doctor::DoctorArgs),
    /// Print completions for a shell
    Completions(completions::CompletionsArgs),
}

impl Arguments {
    /// Reads the arguments. Help, version and wrong usage are written by this; then there is only an
    /// exit code left.
    ///
    /// # Errors
    /// The exit code, if there is nothing more to do.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Exit> {
        Self::try_parse_from(arguments).map_err(|error| {
            // Nobody is left to tell when the pipe is closed.
            let _ = error.print();
            if error.use_stderr() { Exit::Usage } else { Exit::Done }
        })
    }

    /// The whole tree, for completions.
    #[must_use]
    pub fn tree() -> clap::Command {
        Self::command()
    }

    /// Whether the verb works on the data folder, where the log is.
    #[must_use]
    pub fn uses_data_folder(&self) -> bool {
        matches!(
            self.verb,
            None | Some(
                Verb::Issues(_)
                    | Verb::Sync(_)
                    | Verb::Finding(_)
                    | Verb::Mapping(_)
                    | Verb::Connection(_)
                    | Verb::Doctor(_)
            )
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_holds_together() {
        Arguments::tree().debug_assert();
    }
}
