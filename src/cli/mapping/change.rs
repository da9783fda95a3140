//! `crosstie mapping pause`, `resume`, `remove`.

use serde::Serialize;

use super::named;
use crate::cli::{
    failure::{Exit, Failure},
    format::Json,
    output::Output,
    services::{FindingServices, MappingChange},
    setup::Setup,
};

/// Which mapping.
#[derive(Debug, clap::Args)]
pub(super) struct NameArgs {
    /// The mapping
    name: String,
    #[command(flatten)]
    json: Json,
}

#[derive(Debug, Serialize)]
struct Changed<'a> {
    name: &'a str,
    state: &'static str,
    /// Findings that stay linked to their issues.
    links: u64,
}

/// Pauses a mapping or lets it go on.
pub(super) fn enable(
    args: &NameArgs,
    on: bool,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let name = named(setup, &args.name)?.name.clone();
    services.change_mapping(setup, &MappingChange::Enable(name, on))?;
    print(args, if on { "enabled" } else { "paused" }, setup, services, output)
}

/// Removes a mapping.
pub(super) fn remove(
    args: &NameArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let name = named(setup, &args.name)?.name.clone();
    services.change_mapping(setup, &MappingChange::Remove(name))?;
    print(args, "removed", setup, services, output)
}

fn print(
    args: &NameArgs,
    state: &'static str,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let states = services.mapping_states(setup)?;
    let links = states
        .iter()
        .find(|state| state.name == args.name)
        .map_or(0, |state| state.links);
    if args.json.json {
        output.json(&Changed {
            name: &args.name,
            state,
            links,
        })?;
        return Ok(Exit::Done);
    }
    output.line(&format!("{}: {state}", args.name))?;
    if state == "removed" && links > 0 {
        output.note(
            "note",
            &format!("{links} findings stay linked to their issues, and are no longer kept in step"),
        );
    }
    Ok(Exit::Done)
}
