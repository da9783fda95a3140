//! `crosstie finding`: what the sources hold, and the issues that stand for it.
//!
//! Must never be in here: how sources are read or issues written; [`FindingServices`] does it.

mod act;
mod import;
mod list;
mod show;

use super::{
    failure::{Exit, Failure},
    output::Output,
    services::{FindingServices, Services},
    setup::Setup,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct FindingArgs {
    #[command(subcommand)]
    verb: FindingVerb,
}

#[derive(Debug, clap::Subcommand)]
enum FindingVerb {
    /// Read sources now
    Import(import::ImportArgs),
    /// List findings
    List(list::ListArgs),
    /// Show everything about a finding
    Show(show::ShowArgs),
    /// Make the Jira issues of findings
    CreateIssue(act::CreateArgs),
    /// Link a finding to an issue that is there
    Link(act::LinkArgs),
    /// Take links away; the issues stay
    Unlink(act::SeveralArgs),
    /// Try again what failed, or what may have been sent and could not be found
    Retry(act::SeveralArgs),
    /// Take what waits, failed or is uncertain out of the outbox; it is not sent
    Forget(act::SeveralArgs),
}

/// Reads, lists, shows or acts.
///
/// # Errors
/// If the config or the store cannot be used, or there is no such finding.
pub fn run(
    args: &FindingArgs,
    setup: &Setup,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let findings: &dyn FindingServices = services.findings();
    match &args.verb {
        FindingVerb::Import(args) => import::run(args, setup, findings, output),
        FindingVerb::List(args) => list::run(args, setup, findings, output),
        FindingVerb::Show(args) => show::run(args, setup, findings, output),
        FindingVerb::CreateIssue(args) => act::create(args, setup, services, output),
        FindingVerb::Link(args) => act::link(args, setup, findings, output),
        FindingVerb::Unlink(args) => act::unlink(args, setup, findings, output),
        FindingVerb::Retry(args) => act::retry(args, setup, findings, output),
        FindingVerb::Forget(args) => act::forget(args, setup, findings, output),
    }
}
