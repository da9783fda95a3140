//! `crosstie doctor`: everything that crosstie needs, checked in one go.
//!
//! Must never be in here: changes to anything.

use std::{fs, path::Path};

use serde_json::json;

use super::{
    arguments::Json,
    failure::{Exit, Failure},
    output::Output,
    services::{Check, Services},
    setup::Setup,
};
use crate::{
    app::Keymap,
    config::{self, Loaded, Paths, Remark},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    json: Json,
}

/// Checks everything.
///
/// # Errors
/// If standard output cannot be written to; what is wrong is told by the exit code.
pub fn run(
    args: &DoctorArgs,
    paths: &Paths,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let mut checks = vec![terminal(output), data_folder(&paths.data)];
    let mut exit = Exit::Done;
    match config::load(paths) {
        Err(invalid) => {
            checks.extend(invalid.remarks.iter().map(of_remark));
            exit = Exit::Config;
        }
        Ok(loaded) => {
            checks.push(config_check(&loaded, paths));
            checks.extend(keys(&loaded));
            let problems = connections(loaded, paths, services, &mut checks);
            exit = exit.max(Exit::of_problems(problems.iter().map(String::as_str)));
        }
    }
    let failed = checks.iter().any(|check| !check.ok);
    if args.json.json {
        output.json(&json!({"ok": !failed, "checks": checks}))?;
    } else {
        output.checks(&checks)?;
    }
    Ok(match exit {
        Exit::Done if failed => Exit::Failed,
        exit => exit,
    })
}

/// Store and connections; the kinds of what failed.
fn connections(loaded: Loaded, paths: &Paths, services: &dyn Services, checks: &mut Vec<Check>) -> Vec<String> {
    let setup = Setup {
        config: loaded.config,
        paths: paths.clone(),
        remarks: loaded.remarks,
    };
    checks.push(services.store(&setup));
    let mut problems = Vec::new();
    let enabled = setup.config.connections.iter().filter(|connection| connection.enabled);
    let tried = enabled.map(|connection| (&connection.alias, services.test(&setup, connection)));
    for (alias, tested) in tried {
        problems.extend(tested.problem.map(|problem| problem.kind));
        checks.extend(tested.checks.into_iter().map(|check| Check {
            name: format!("{alias} {}", check.name),
            ..check
        }));
    }
    problems
}

fn of_remark(remark: &Remark) -> Check {
    Check::failed(
        "config",
        format!("{}: {}", remark.place(), remark.summary()),
        remark.remedy(),
    )
}

fn config_check(loaded: &Loaded, paths: &Paths) -> Check {
    let file = paths.config.display();
    let connections = loaded.config.connections.len();
    match loaded.config.path {
        None => Check::failed(
            "config",
            format!("there is no {file}"),
            "describe your site there; config.example.toml shows every setting",
        ),
        Some(_) if connections == 0 => Check::failed(
            "config",
            format!("{file} has no connection"),
            "add a [[connection]]; config.example.toml shows how",
        ),
        Some(_) => {
            let warnings = loaded.remarks.len();
            Check::passed(
                "config",
                format!("{file}: {connections} usable connections, {warnings} warnings"),
            )
        }
    }
}

/// Keys of the config that cannot be what it wants.
fn keys(loaded: &Loaded) -> Vec<Check> {
    let keymap = Keymap::new(&loaded.config.keys);
    let remedy = "mend it under [keys]; `?` in the dashboard shows what is bound";
    keymap
        .clashes()
        .iter()
        .map(|clash| {
            Check::failed(
                "keys",
                format!("{} = {:?}: {}", clash.action, clash.key, clash.message),
                remedy,
            )
        })
        .collect()
}

/// Whether the data folder is there and can be written to, or could be made.
fn data_folder(folder: &Path) -> Check {
    const NAME: &str = "data folder";
    let shown = folder.display();
    let remedy = "mend its permissions, or set CROSSTIE_DATA_DIR to another folder";
    match fs::metadata(folder) {
        Ok(found) if !found.is_dir() => Check::failed(NAME, format!("{shown} is not a folder"), remedy),
        Ok(_) => match writable(folder) {
            Ok(()) => Check::passed(NAME, shown.to_string()),
            Err(error) => Check::failed(NAME, format!("{shown} cannot be written to: {error}"), remedy),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Check::passed(NAME, format!("{shown} will be made when it is needed"))
        }
        Err(error) => Check::failed(NAME, format!("{shown} cannot be read: {error}"), remedy),
    }
}

/// Permissions say little about network and full disks, so a file is written and removed.
fn writable(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    let written = fs::write(&probe, b"crosstie");
    let removed = fs::remove_file(&probe);
    written.and(removed)
}

fn terminal(output: &Output<'_>) -> Check {
    const NAME: &str = "terminal";
    match (output.look.interactive, output.look.width) {
        (true, Some(width)) if width < 60 => Check::failed(
            NAME,
            format!("{width} columns"),
            "the dashboard needs 60 columns and 20 lines; enlarge the window",
        ),
        (true, Some(width)) => Check::passed(NAME, format!("{width} columns")),
        _ => Check::passed(NAME, "none here, so only commands work, not the dashboard"),
    }
}
