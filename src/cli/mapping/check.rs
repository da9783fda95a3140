//! `crosstie mapping check`.

use serde::Serialize;

use super::named;
use crate::{
    cli::{
        failure::{Exit, Failure},
        format::Json,
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
    /// By the fields of this project, where the mapping asks for the project every time
    #[arg(long, value_name = "KEY")]
    project: Option<String>,
    #[command(flatten)]
    json: Json,
}

#[derive(Debug, Serialize)]
struct Checked<'a> {
    mapping: &'a str,
    /// Null: it could not be found out.
    valid: Option<bool>,
    flaws: &'a [Flawed],
    /// Why it could not be found out.
    error: Option<&'a str>,
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
        let asked = super::in_project(mapping, args.project.as_deref());
        match services.check(setup, &asked) {
            Ok(flaws) => {
                if !print(&mapping.name, &flaws, args.json.json, output)? {
                    exit = Exit::Config;
                }
            }
            // One site that is down says nothing about the mappings of others.
            Err(failure) => {
                unknown(&mapping.name, &failure, args.json.json, output)?;
                exit = if exit == Exit::Done { failure.exit } else { exit };
            }
        }
    }
    Ok(exit)
}

/// Prints that nobody could be asked.
fn unknown(name: &str, failure: &Failure, json: bool, output: &mut Output<'_>) -> Result<(), Failure> {
    output.note(name, &format!("could not be checked: {}", failure.message));
    for hint in &failure.hints {
        output.note("hint", hint);
    }
    if json {
        output.json(&Checked {
            mapping: name,
            valid: None,
            flaws: &[],
            error: Some(&failure.message),
        })?;
    }
    Ok(())
}

/// Prints what was found; whether the mapping can work.
pub(super) fn print(name: &str, flaws: &[Flawed], json: bool, output: &mut Output<'_>) -> Result<bool, Failure> {
    let valid = flaws.iter().all(|flaw| flaw.level != "error");
    if json {
        output.json(&Checked {
            mapping: name,
            valid: Some(valid),
            flaws,
            error: None,
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
