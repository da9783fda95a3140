//! `crosstie mapping`: how findings become issues, written, checked and tried without a screen.
//!
//! Must never be in here: what a rule makes of a finding (`crate::mapping`), or editing of the file.

mod add;
mod change;
mod check;
mod dry_run;
mod list;

use super::{
    failure::{Exit, Failure},
    output::Output,
    services::Services,
    setup::Setup,
};
use crate::config::{MappingConfig, ProjectChoice, nearest};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct MappingArgs {
    #[command(subcommand)]
    verb: MappingVerb,
}

#[derive(Debug, clap::Subcommand)]
enum MappingVerb {
    /// List all mappings and how they are doing
    List(list::ListArgs),
    /// Write a mapping to the config, or another in its place
    Add(Box<add::AddArgs>),
    /// Check a mapping, or all, against what their sites allow now
    Check(check::CheckArgs),
    /// Show what a mapping would do with the findings that are there; writes nothing
    DryRun(dry_run::DryRunArgs),
    /// Stop creating and updating issues by a mapping
    Pause(change::NameArgs),
    /// Let a paused mapping go on
    Resume(change::NameArgs),
    /// Remove a mapping; its links and issues stay
    Remove(change::NameArgs),
}

/// Lists, writes, checks or tries.
///
/// # Errors
/// If the config or the store cannot be used, or there is no such mapping.
pub fn run(
    args: &MappingArgs,
    setup: &Setup,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let findings = services.findings();
    match &args.verb {
        MappingVerb::List(args) => list::run(args, setup, findings, output),
        MappingVerb::Add(args) => add::run(args, setup, findings, output),
        MappingVerb::Check(args) => check::run(args, setup, findings, output),
        MappingVerb::DryRun(args) => dry_run::run(args, setup, findings, output),
        MappingVerb::Pause(args) => change::enable(args, false, setup, findings, output),
        MappingVerb::Resume(args) => change::enable(args, true, setup, findings, output),
        MappingVerb::Remove(args) => change::remove(args, setup, findings, output),
    }
}

/// The mapping, in a project that was named for it if it asks for one.
fn in_project(mapping: &MappingConfig, project: Option<&str>) -> MappingConfig {
    let mut mapping = mapping.clone();
    if let (ProjectChoice::Ask, Some(key)) = (&mapping.project, project) {
        mapping.project = ProjectChoice::Key(key.to_ascii_uppercase());
    }
    mapping
}

/// The mapping of a name.
fn named<'s>(setup: &'s Setup, name: &str) -> Result<&'s MappingConfig, Failure> {
    setup.config.mapping(name).ok_or_else(|| {
        let failure = Failure::new(Exit::Usage, format!("there is no mapping {name:?}"));
        let known: Vec<&str> = setup.config.mappings.iter().map(|one| one.name.as_str()).collect();
        match nearest(name, &known) {
            Some(near) => failure.hint(format!("did you mean {near:?}?")),
            None if known.is_empty() => failure.hint("there are none; `crosstie mapping add` writes one"),
            None => failure.hint(format!("there are: {}", known.join(", "))),
        }
    })
}
