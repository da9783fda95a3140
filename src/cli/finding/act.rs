//! `crosstie finding create-issue`, `link`, `unlink`, `retry`.

use crate::{
    cli::{
        arguments::Json,
        failure::{Exit, Failure},
        output::Output,
        services::{Act, Acted, FindingServices, Services},
        setup::Setup,
    },
    domain::Alias,
};

/// Which finding.
#[derive(Debug, clap::Args)]
pub(super) struct OneArgs {
    /// Which: SOURCE/ID as `finding list` shows it, or an ID that only one source has
    id: String,
    #[command(flatten)]
    json: Json,
}

/// Arguments of `finding create-issue`.
#[derive(Debug, clap::Args)]
pub(super) struct CreateArgs {
    #[command(flatten)]
    one: OneArgs,
    /// By this mapping; the first that covers the finding without it
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
    /// In this project, where the mapping asks
    #[arg(long, value_name = "KEY")]
    project: Option<String>,
    /// Open Jira's own create dialog, filled in, instead of creating the issue
    #[arg(long)]
    browser: bool,
}

/// Arguments of `finding link`.
#[derive(Debug, clap::Args)]
pub(super) struct LinkArgs {
    /// Which: SOURCE/ID as `finding list` shows it, or an ID that only one source has
    id: String,
    /// Key or address of the issue
    issue: String,
    /// The connection that the issue is on
    #[arg(long, value_name = "ALIAS")]
    connection: Option<String>,
    /// The mapping that keeps it in step
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
    #[command(flatten)]
    json: Json,
}

/// Makes the issue.
pub(super) fn create(
    args: &CreateArgs,
    setup: &Setup,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let act = Act::Create {
        mapping: args.mapping.clone(),
        project: args.project.clone(),
        browser: args.browser,
    };
    let acted = done(&args.one, &act, setup, services.findings())?;
    if acted.state == "browser"
        && let Some(url) = &acted.url
        && let Err(reason) = services.open(url)
    {
        output.note("note", &format!("no browser could be opened: {reason}"));
    }
    if !acted.left.is_empty() {
        let text = format!(
            "the address carries no value of {}: fill in by hand",
            acted.left.join(", ")
        );
        output.note("note", &text);
    }
    print(&acted, args.one.json.json, output)
}

/// Links to an issue that is there.
pub(super) fn link(
    args: &LinkArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let connection = match &args.connection {
        Some(alias) => Some(setup.named(alias)?.alias.clone()),
        None => None::<Alias>,
    };
    let act = Act::Link {
        issue: args.issue.clone(),
        connection,
        mapping: args.mapping.clone(),
    };
    let one = OneArgs {
        id: args.id.clone(),
        json: args.json,
    };
    print(&done(&one, &act, setup, services)?, args.json.json, output)
}

/// Takes the link away.
pub(super) fn unlink(
    args: &OneArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    print(&done(args, &Act::Unlink, setup, services)?, args.json.json, output)
}

/// Tries again.
pub(super) fn retry(
    args: &OneArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    print(&done(args, &Act::Retry, setup, services)?, args.json.json, output)
}

fn done(args: &OneArgs, act: &Act, setup: &Setup, services: &dyn FindingServices) -> Result<Acted, Failure> {
    let finding = services.find(setup, &args.id)?;
    services.act(setup, &finding.row.id, act)
}

fn print(acted: &Acted, json: bool, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let failed = ["failed", "uncertain"].contains(&acted.state.as_str());
    let exit = match &acted.error {
        Some(problem) if failed => Exit::of_problems([problem.kind.as_str()]),
        _ if failed => Exit::Failed,
        _ => Exit::Done,
    };
    if json {
        output.json(acted)?;
        return Ok(exit);
    }
    let key = acted.key.as_ref().map(|key| format!(" {key}"));
    output.line(&format!(
        "{}: {}{}",
        acted.finding,
        acted.state,
        key.unwrap_or_default()
    ))?;
    if let Some(url) = &acted.url {
        output.line(&format!("  {url}"))?;
    }
    if let Some(problem) = &acted.error {
        output.note(&acted.finding, &problem.message);
        for (field, words) in &acted.fields {
            output.note(&format!("  {field}"), words);
        }
        output.note("  hint", &problem.remedy);
    }
    Ok(exit)
}
