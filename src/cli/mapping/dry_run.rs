//! `crosstie mapping dry-run`.

use super::named;
use crate::cli::{
    failure::{Exit, Failure},
    format::Json,
    output::Output,
    services::{DryLine, DryRequest, FindingServices},
    setup::Setup,
};

/// Findings that are looked at when nobody says how many.
const MOST: usize = 200;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct DryRunArgs {
    /// The mapping
    name: String,
    /// In this project, where the mapping asks for the project every time
    #[arg(long, value_name = "KEY")]
    project: Option<String>,
    /// Only with this finding
    #[arg(long, value_name = "ID")]
    finding: Option<String>,
    /// At most with so many findings
    #[arg(long, value_name = "N", default_value_t = MOST)]
    limit: usize,
    /// What would be sent, too
    #[arg(long)]
    payload: bool,
    #[command(flatten)]
    json: Json,
}

/// Shows what would happen; exit 1 if some finding could not be sent.
pub(super) fn run(
    args: &DryRunArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let mapping = named(setup, &args.name)?;
    let request = DryRequest {
        finding: args.finding.clone(),
        limit: args.limit,
    };
    let mapping = super::in_project(mapping, args.project.as_deref());
    let lines = services.dry_run(setup, &mapping, &request)?;
    for line in &lines {
        if args.json.json {
            output.json(line)?;
        } else {
            print(line, args.payload || args.finding.is_some(), output)?;
        }
    }
    let count = |action| lines.iter().filter(|line| line.action == action).count();
    let [create, update, skip, problem] = ["create", "update", "skip", "problem"].map(count);
    let told = format!("{create} to create, {update} to update, {skip} skipped, {problem} that cannot be sent");
    output.note("dry run", &format!("{told}; nothing was written"));
    Ok(if problem > 0 { Exit::Failed } else { Exit::Done })
}

fn print(line: &DryLine, payload: bool, output: &mut Output<'_>) -> Result<(), Failure> {
    let issue = line.issue.as_ref().map(|key| format!(" {key}"));
    let reason = match line.reason.as_str() {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    output.line(&format!(
        "{}{}  {}{reason}",
        line.action,
        issue.unwrap_or_default(),
        line.finding
    ))?;
    for (field, reason) in &line.problems {
        output.line(&format!("    {field}: {reason}"))?;
    }
    if payload && !line.payload.is_null() {
        for text in format!("{:#}", line.payload).lines() {
            output.line(&format!("    {text}"))?;
        }
    }
    Ok(())
}
