//! `crosstie finding import`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::{
    cli::{
        failure::{Exit, Failure},
        format::Json,
        output::Output,
        services::{FindingServices, SourceReport},
        setup::Setup,
    },
    config::{Feed, SourceConfig, nearest},
    source::files::{FileKind, kind_in},
};

/// `--type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileType {
    Sarif,
    Junit,
}

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// Sources of the config by name, or files and folders with --source; every source without any
    #[arg(value_name = "SOURCE|PATH")]
    what: Vec<String>,
    /// Keep what the given files hold under this source's name
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// What the given files are; without it their endings tell
    #[arg(long, value_enum, value_name = "TYPE", requires = "source")]
    r#type: Option<FileType>,
    #[command(flatten)]
    json: Json,
}

/// Reads sources and tells how each look went.
pub(super) fn run(
    args: &ImportArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let sources = args.sources(setup)?;
    let mut problems = Vec::new();
    let mut nothing = false;
    let mut tell = |report: &SourceReport| {
        // Files that somebody names are there to be read; those of the config may be yet to come.
        nothing |= args.source.is_some() && report.received == 0 && !report.flaws.is_empty();
        problems.extend(report.error.as_ref().map(|problem| problem.kind.clone()));
        print(report, args.json.json, output)
    };
    services.import(setup, &sources, &mut tell)?;
    Ok(match Exit::of_problems(problems.iter().map(String::as_str)) {
        Exit::Done if nothing => Exit::Failed,
        exit => exit,
    })
}

impl ImportArgs {
    fn sources(&self, setup: &Setup) -> Result<Vec<SourceConfig>, Failure> {
        let configured = &setup.config.sources;
        if let Some(name) = &self.source {
            return self.files(name, setup).map(|source| vec![source]);
        }
        if self.what.is_empty() {
            let enabled: Vec<SourceConfig> = configured.iter().filter(|source| source.enabled).cloned().collect();
            if enabled.is_empty() {
                let message = "no source of findings is configured".to_owned();
                return Err(Failure::new(Exit::Config, message)
                    .hint("add a [[source]] to the config; config.example.toml shows each kind")
                    .hint("`crosstie finding import FILE --source NAME` reads a file without one"));
            }
            return Ok(enabled);
        }
        self.what.iter().map(|name| named(setup, name)).collect()
    }

    fn files(&self, name: &str, setup: &Setup) -> Result<SourceConfig, Failure> {
        if self.what.is_empty() {
            return Err(Failure::new(Exit::Usage, "--source needs the files to read"));
        }
        if name.contains('/') || name.trim().is_empty() {
            let message = format!("{name:?} cannot be the name of a source: it is empty or has a slash");
            return Err(Failure::new(Exit::Usage, message));
        }
        let paths: Vec<PathBuf> = self.what.iter().map(PathBuf::from).collect();
        let kind = match self.r#type {
            Some(FileType::Sarif) => FileKind::Sarif,
            Some(FileType::Junit) => FileKind::Junit,
            None => kind_in(&paths),
        };
        if let Some(configured) = setup.config.source(name) {
            return beside(configured, kind, paths);
        }
        Ok(SourceConfig {
            name: name.to_owned(),
            enabled: true,
            tag: None,
            feed: feed(kind, paths),
        })
    }
}

fn feed(kind: FileKind, paths: Vec<PathBuf>) -> Feed {
    match kind {
        FileKind::Sarif => Feed::Sarif { paths },
        FileKind::Junit => Feed::Junit { paths },
    }
}

/// Files read beside those of a source of the config: what is in those is not gone for that.
fn beside(source: &SourceConfig, kind: FileKind, more: Vec<PathBuf>) -> Result<SourceConfig, Failure> {
    let paths = match FileKind::of(&source.feed) {
        Some((own, paths)) if own == kind => paths.iter().cloned().chain(more).collect(),
        _ => {
            let message = format!("{:?} is a source of the config, and holds other things", source.name);
            return Err(Failure::new(Exit::Usage, message).hint("keep what the files hold under another name"));
        }
    };
    Ok(SourceConfig {
        feed: feed(kind, paths),
        ..source.clone()
    })
}

fn named(setup: &Setup, name: &str) -> Result<SourceConfig, Failure> {
    if let Some(source) = setup.config.source(name) {
        return Ok(source.clone());
    }
    let failure = Failure::new(Exit::Usage, format!("there is no source {name:?} in the config"));
    let known: Vec<&str> = setup.config.sources.iter().map(|source| source.name.as_str()).collect();
    Err(match nearest(name, &known) {
        _ if Path::new(name).exists() => failure.hint(format!(
            "to read the file, say under which name: finding import {name} --source NAME"
        )),
        Some(near) => failure.hint(format!("did you mean {near}?")),
        None if known.is_empty() => failure.hint("there are none"),
        None => failure.hint(format!("there are: {}", known.join(", "))),
    })
}

fn print(report: &SourceReport, json: bool, output: &mut Output<'_>) -> Result<(), Failure> {
    if json {
        output.json(report)?;
        output.flush()?;
        return Ok(());
    }
    let name = &report.source;
    match &report.error {
        Some(problem) => {
            output.line(&format!("{name}: failed: {}", problem.message))?;
            output.line(&format!("  {}", problem.remedy))?;
        }
        None => {
            let SourceReport {
                received,
                new,
                changed,
                gone,
                queued,
                ..
            } = report;
            let line = format!("{name}: {new} new, {changed} changed, {gone} gone · {received} read, {queued} to send");
            output.line(&line)?;
        }
    }
    for flaw in &report.flaws {
        let line = flaw.line.map_or_else(String::new, |line| format!(":{line}"));
        output.note(name, &format!("{}{line}: {}", flaw.place, flaw.reason));
    }
    output.flush()?;
    Ok(())
}
