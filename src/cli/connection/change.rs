//! `crosstie connection rename`, `default`, `remove`.

use crate::{
    cli::{
        failure::{Exit, Failure},
        format::Json,
        output::Output,
        services::{Change, Services},
        setup::Setup,
    },
    domain::Alias,
};

/// Arguments of `connection rename`.
#[derive(Debug, clap::Args)]
pub(super) struct RenameArgs {
    /// The connection
    alias: String,
    /// Its new alias
    to: String,
    #[command(flatten)]
    json: Json,
}

/// Arguments of `connection default` and `remove`.
#[derive(Debug, clap::Args)]
pub(super) struct AliasArgs {
    /// The connection
    alias: String,
    #[command(flatten)]
    json: Json,
}

/// Renames.
///
/// # Errors
/// If there is no such connection, the alias is taken, or something cannot be written.
pub(super) fn rename(
    args: &RenameArgs,
    setup: &Setup,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let from = setup.known(&args.alias)?.alias.clone();
    let to = Alias::from(args.to.as_str());
    change(Change::Rename { from, to }, args.json, setup, services, output)
}

/// Makes it the default.
///
/// # Errors
/// If there is no such connection, or the config cannot be written.
pub(super) fn set_default(
    args: &AliasArgs,
    setup: &Setup,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let alias = setup.known(&args.alias)?.alias.clone();
    change(Change::Default(alias), args.json, setup, services, output)
}

/// Removes it.
///
/// # Errors
/// If there is no such connection, or something cannot be written.
pub(super) fn remove(
    args: &AliasArgs,
    setup: &Setup,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let alias = setup.known(&args.alias)?.alias.clone();
    change(Change::Remove(alias), args.json, setup, services, output)
}

fn change(
    change: Change,
    json: Json,
    setup: &Setup,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let done = services.change(setup, change)?;
    if json.json {
        output.json(&done)?;
    } else {
        for line in &done.said {
            output.line(line)?;
        }
    }
    Ok(Exit::Done)
}
