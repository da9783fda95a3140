//! `crosstie config`: where the config is, whether it is right, and what is in effect.
//!
//! Must never be in here: what may stand in the file.

use serde_json::json;

use super::{
    failure::{Exit, Failure},
    format::Json,
    output::Output,
};
use crate::{
    config::{self, Config, Flaw, Loaded, Paths, Remark, Severity},
    mapping,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    verb: ConfigVerb,
}

#[derive(Debug, clap::Subcommand)]
enum ConfigVerb {
    /// Print where config, data folder and log are
    Path(Json),
    /// Check the config file and list everything that is wrong with it
    Check(Json),
    /// Print the config in effect, with defaults, as TOML; secrets are never part of it
    Print,
    /// Print the JSON Schema of the config file
    Schema,
}

/// Does one of them.
///
/// # Errors
/// If the config cannot be used, or standard output cannot be written to.
pub fn run(args: &ConfigArgs, paths: &Paths, output: &mut Output<'_>) -> Result<Exit, Failure> {
    match &args.verb {
        ConfigVerb::Path(format) => path(format.json, paths, output),
        ConfigVerb::Check(format) => check(format.json, paths, output),
        ConfigVerb::Print => print(paths, output),
        ConfigVerb::Schema => {
            output.raw().write_all(config::SCHEMA.as_bytes())?;
            Ok(Exit::Done)
        }
    }
}

fn path(json: bool, paths: &Paths, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let (config, data, log) = (&paths.config, &paths.data, paths.log());
    if json {
        output.json(&json!({"config": config, "data": data, "log": log}))?;
        return Ok(Exit::Done);
    }
    let there = if config.exists() { "" } else { "  (not there yet)" };
    output.line(&format!("config  {}{there}", config.display()))?;
    output.line(&format!("data    {}", data.display()))?;
    output.line(&format!("log     {}", log.display()))?;
    Ok(Exit::Done)
}

fn check(json: bool, paths: &Paths, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let remarks = match config::load(paths) {
        Ok(Loaded { config, .. }) if config.path.is_none() => vec![config::whole_file(&paths.config, Flaw::Absent)],
        Ok(mut loaded) => {
            loaded.remarks.extend(mappings(&loaded.config, paths));
            loaded.remarks
        }
        Err(invalid) => invalid.remarks,
    };
    let errors = remarks
        .iter()
        .filter(|remark| remark.severity() == Severity::Error)
        .count();
    if json {
        let problems: Vec<_> = remarks.iter().map(as_json).collect();
        output.json(&json!({"file": paths.config, "ok": errors == 0, "problems": problems}))?;
    } else {
        for line in remarks
            .iter()
            .flat_map(|remark| remark.to_string().lines().map(str::to_owned).collect::<Vec<_>>())
        {
            output.line(&line)?;
        }
        let file = paths.config.display();
        match (errors, remarks.len()) {
            (0, 0) => output.line(&format!("{file}: all well"))?,
            (0, warnings) => output.line(&format!("{file}: usable, with {}", count(warnings, "warning")))?,
            (errors, _) => output.line(&format!("{file}: {} to fix", count(errors, "error")))?,
        }
    }
    Ok(if errors == 0 { Exit::Done } else { Exit::Config })
}

/// What is wrong with mappings whatever their sites say.
fn mappings(config: &Config, paths: &Paths) -> Vec<Remark> {
    let found = config.mappings.iter().enumerate().flat_map(|(index, mapping)| {
        let wrong = mapping::misspelt(mapping).into_iter();
        wrong.map(move |(key, reason)| Remark {
            key: format!("mapping[{index}].{key}"),
            ..config::whole_file(&paths.config, Flaw::Mapping { reason })
        })
    });
    found.collect()
}

fn as_json(remark: &Remark) -> serde_json::Value {
    json!({
        "severity": remark.severity().word(),
        "file": remark.file,
        "line": remark.position.map(|position| position.line),
        "column": remark.position.map(|position| position.column),
        "key": remark.key,
        "message": remark.flaw.to_string(),
        "remedy": remark.remedy(),
    })
}

fn count(number: usize, word: &str) -> String {
    match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    }
}

fn print(paths: &Paths, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let Loaded { config, remarks } = config::load(paths)?;
    for remark in &remarks {
        output.remark(&remark.to_string());
    }
    let toml = config::print(&config)
        .map_err(|error| Failure::new(Exit::Failed, format!("the config cannot be put into TOML: {error}")))?;
    output.raw().write_all(toml.as_bytes())?;
    Ok(Exit::Done)
}
