//! `crosstie doctor`: everything that crosstie needs, checked in one go.
//!
//! Must never be in here: changes to anything.

mod sources;

use std::{fs, path::Path};

use serde_json::json;

use super::{
    failure::{Exit, Failure},
    format::Json,
    look::Look,
    output::Output,
    services::{Check, Services},
    setup::Setup,
    terminal::{Abilities, Colors},
};
use crate::{
    app::Keymap,
    config::{self, ConnectionConfig, Loaded, Paths, Remark, SecretSource, TokenStore},
};

/// Columns and lines below which the dashboard shows nothing of use.
const LEAST_SIZE: (usize, usize) = (60, 20);

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
    let mut checks = terminal(&output.look);
    checks.push(data_folder(&paths.data));
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
            exit = exit.max(Exit::of_tests(problems.iter().map(String::as_str)));
        }
    }
    let failed: Vec<&str> = checks
        .iter()
        .filter(|check| !check.ok)
        .map(|check| check.name.as_str())
        .collect();
    if args.json.json {
        output.json(&json!({"ok": failed.is_empty(), "checks": checks}))?;
    } else {
        output.checks(&checks)?;
    }
    if !failed.is_empty() {
        output.note("failed", &failed.join(", "));
    }
    Ok(match exit {
        Exit::Done if !failed.is_empty() => Exit::Failed,
        exit => exit,
    })
}

/// Store, keyring and connections; the kinds of what failed.
fn connections(loaded: Loaded, paths: &Paths, services: &dyn Services, checks: &mut Vec<Check>) -> Vec<String> {
    let setup = Setup {
        config: loaded.config,
        paths: paths.clone(),
        remarks: loaded.remarks,
    };
    checks.extend(sources::checks(&setup.config));
    checks.push(services.store(&setup));
    checks.push(keyring(&setup, services));
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
            "`crosstie` asks for what is needed, `crosstie connection add` takes it as arguments",
        ),
        Some(_) if connections == 0 => Check::failed(
            "config",
            format!("{file} has no connection"),
            "`crosstie` asks for what is needed, `crosstie connection add` takes it as arguments",
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

/// The terminal, if there is one: commands need none.
fn terminal(look: &Look) -> Vec<Check> {
    const NAME: &str = "terminal";
    let (true, Some(width), Some(height)) = (look.interactive, look.width, look.height) else {
        let detail = "none here, so only commands work, not the dashboard";
        return vec![Check::passed(NAME, detail)];
    };
    let size = format!("{width} columns, {height} lines");
    let check = if width < LEAST_SIZE.0 || height < LEAST_SIZE.1 {
        let (columns, lines) = LEAST_SIZE;
        let remedy = format!("the dashboard needs {columns} columns and {lines} lines; enlarge the window");
        Check::failed(NAME, size, remedy)
    } else {
        Check::passed(NAME, size)
    };
    let Abilities { colors, links, unicode } = look.abilities;
    let colors = match colors {
        Colors::None => "none, by NO_COLOR or TERM",
        Colors::Sixteen => "16",
        Colors::Many => "256 or more",
    };
    let links = match links {
        true => "followed",
        false => "not known to be followed, so none are written",
    };
    let unicode = match unicode {
        true => "yes",
        false => "the locale is not UTF-8; where frames look broken, use --ascii",
    };
    vec![
        check,
        Check::passed("terminal colours", colors),
        Check::passed("terminal links", links),
        Check::passed("terminal unicode", unicode),
    ]
}

/// The keyring, tried by a write. That there is none harms only those who keep something in it.
fn keyring(setup: &Setup, services: &dyn Services) -> Check {
    const NAME: &str = "keyring";
    let needs = |connection: &&ConnectionConfig| {
        let of_secret = *connection.method.secret() == SecretSource::Keyring;
        let of_tokens = connection.access().is_granted() && connection.tokens == TokenStore::Keyring;
        connection.enabled && (of_secret || of_tokens)
    };
    let needed: Vec<&str> = setup
        .config
        .connections
        .iter()
        .filter(needs)
        .map(|connection| connection.alias.as_str())
        .collect();
    match services.keyring(setup) {
        Ok(()) => Check::passed(NAME, "keeps what it is given"),
        Err(failure) if needed.is_empty() => {
            Check::passed(NAME, format!("{}; no connection keeps anything in it", failure.message))
        }
        Err(failure) => Check::failed(
            NAME,
            format!("{}, which {} need", failure.message, needed.join(", ")),
            failure.hints.join("; "),
        ),
    }
}
