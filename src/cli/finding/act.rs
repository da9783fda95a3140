//! `crosstie finding create-issue`, `link`, `unlink`, `retry`, `forget`.

use crate::{
    cli::{
        failure::{Exit, Failure},
        format::Json,
        output::Output,
        services::{Act, Acted, FindingServices, Services},
        setup::Setup,
    },
    domain::Alias,
};

/// Which findings.
#[derive(Debug, clap::Args)]
pub(super) struct SeveralArgs {
    /// Which: SOURCE/ID as `finding list` shows it, or an ID or the beginning of a fingerprint that only
    /// one finding has; several may be named
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    json: Json,
}

/// Arguments of `finding create-issue`.
#[derive(Debug, clap::Args)]
pub(super) struct CreateArgs {
    #[command(flatten)]
    which: SeveralArgs,
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
    /// Which: SOURCE/ID as `finding list` shows it, or an ID or the beginning of a fingerprint that only
    /// one finding has
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
    each(
        &args.which,
        &act,
        setup,
        services.findings(),
        output,
        |acted, output| {
            if acted.state == "browser"
                && let Some(url) = &acted.url
                && let Err(reason) = services.open(url)
            {
                output.note("note", &format!("no browser could be opened: {reason}"));
            }
            if !acted.left.is_empty() {
                let left = acted.left.join(", ");
                output.note(
                    "note",
                    &format!("the address carries no value of {left}: fill in by hand"),
                );
            }
        },
    )
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
    let acted = done(&args.id, &act, setup, services)?;
    print(&acted, args.json.json, output)
}

/// Takes links away.
pub(super) fn unlink(
    args: &SeveralArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    each(args, &Act::Unlink, setup, services, output, |_, _| {})
}

/// Tries again.
pub(super) fn retry(
    args: &SeveralArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    each(args, &Act::Retry, setup, services, output, |_, _| {})
}

/// Takes out of the outbox what waits there.
pub(super) fn forget(
    args: &SeveralArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    each(args, &Act::Forget, setup, services, output, |_, _| {})
}

fn done(id: &str, act: &Act, setup: &Setup, services: &dyn FindingServices) -> Result<Acted, Failure> {
    let finding = services.find(setup, id)?;
    services.act(setup, &finding.row.id, act)
}

/// Does it to one after the other: what goes wrong with one of several is told, and the rest goes on.
fn each(
    args: &SeveralArgs,
    act: &Act,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
    mut then: impl FnMut(&Acted, &mut Output<'_>),
) -> Result<Exit, Failure> {
    let mut worst = Exit::Done;
    for id in &args.ids {
        let exit = match done(id, act, setup, services) {
            Ok(acted) => {
                then(&acted, output);
                print(&acted, args.json.json, output)?
            }
            Err(failure) if args.ids.len() == 1 => return Err(failure),
            Err(failure) => {
                output.fail(&failure);
                failure.exit
            }
        };
        output.flush()?;
        worst = match (worst, exit) {
            (Exit::Done, exit) | (exit, Exit::Done) => exit,
            (Exit::SignIn, _) | (_, Exit::SignIn) => Exit::SignIn,
            (one, other) if one == other => one,
            _ => Exit::Failed,
        };
    }
    Ok(worst)
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
