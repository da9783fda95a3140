//! `crosstie mapping check`.

use serde::Serialize;

use super::named;
use crate::{
    cli::{
        arguments::Json,
        failure::{Exit, Failure},
        output::Output,
        services::{FindingServices, Flawed},
        setup::Setup,
    },
    config::MappingConfig,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// The mapping; all without it
    name: Option<String>,
    #[command(flatten)]
    json: Json,
}

#[derive(Debug, Serialize)]
struct Checked<'a> {
    mapping: &'a str,
    valid: bool,
    flaws: &'a [Flawed],
}

/// Checks mappings; exit 4 if one of them cannot work.
pub(super) fn run(
    args: &CheckArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let chosen: Vec<&MappingConfig> = match &args.name {
        Some(name) => vec![named(setup, name)?],
        None => setup.config.mappings.iter().collect(),
    };
    if chosen.is_empty() {
        output.note("note", "there are no mappings; `crosstie mapping add` writes one");
    }
    let mut exit = Exit::Done;
    for mapping in chosen {
        let flaws = services.check(setup, mapping)?;
        if !print(&mapping.name, &flaws, args.json.json, output)? {
            exit = Exit::Config;
        }
    }
    Ok(exit)
}

/// Prints what was found; whether the mapping can work.
pub(super) fn print(name: &str, flaws: &[Flawed], json: bool, output: &mut Output<'_>) -> Result<bool, Failure> {
    let valid = flaws.iter().all(|flaw| flaw.level != "error");
    if json {
        output.json(&Checked {
            mapping: name,
            valid,
            flaws,
        })?;
        return Ok(valid);
    }
    let verdict = if valid { "can work" } else { "cannot work" };
    output.line(&format!("{name}: {verdict}"))?;
    for flaw in flaws {
        let field = match (flaw.name.as_str(), flaw.field.as_str()) {
            ("", "") => "mapping".to_owned(),
            ("", id) => id.to_owned(),
            (name, id) if id.is_empty() || name.eq_ignore_ascii_case(id) => name.to_owned(),
            (name, id) => format!("{name} ({id})"),
        };
        output.line(&format!("  {}  {field}: {}", flaw.level, flaw.reason))?;
    }
    Ok(valid)
}
