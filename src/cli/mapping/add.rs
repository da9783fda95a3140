//! `crosstie mapping add`: a mapping from nothing but arguments.
//!
//! Must never be in here: what fields there are; the site says.

mod rules;

use serde::Serialize;

use super::check;
use crate::{
    cli::{
        failure::{Exit, Failure},
        format::Json,
        output::Output,
        services::{FindingServices, MappingChange},
        setup::Setup,
    },
    config::{Conflict, Create, MappingConfig, Match, ProjectChoice},
    domain::{FindingKind, Severity},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct AddArgs {
    /// Its name
    name: String,
    /// The connection that the issues are made on; the default one without it
    #[arg(long, value_name = "ALIAS")]
    connection: Option<String>,
    /// Key of the project, or `ask`
    #[arg(long, value_name = "KEY")]
    project: String,
    /// The project of a finding's entity goes first
    #[arg(long)]
    entity_project: bool,
    /// Type of the issues, by name or id
    #[arg(long, value_name = "TYPE")]
    issue_type: String,
    /// Type of issues for findings that belong to a linked one
    #[arg(long, value_name = "TYPE")]
    subtask_type: Option<String>,
    /// Findings of this source (may be repeated)
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// Findings of this kind (may be repeated)
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Vec<FindingKind>,
    /// Findings of this severity or worse
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    severity: Option<Severity>,
    /// Findings of the entity with this tag (may be repeated)
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Findings that this expression holds for, in the grammar of JQL
    #[arg(long = "where", value_name = "EXPRESSION")]
    expression: Option<String>,
    /// Who makes the issue: auto, ask or browser
    #[arg(long, value_name = "HOW", default_value = "ask", value_parser = ["auto", "ask", "browser"])]
    create: String,
    /// Who wins when both sides changed a field: jira or finding
    #[arg(long, value_name = "SIDE", default_value = "jira", value_parser = ["jira", "finding"])]
    conflict: String,
    /// A field and its template: summary='{{title}}' (may be repeated)
    #[arg(long, value_name = "FIELD=TEMPLATE", value_parser = pair)]
    template: Vec<(String, String)>,
    /// A field and its value, as JSON or plain text: labels='["security"]' (may be repeated)
    #[arg(long, value_name = "FIELD=VALUE", value_parser = pair)]
    value: Vec<(String, String)>,
    /// A field and the finding's field that it takes: assignee=assignee (may be repeated)
    #[arg(long, value_name = "FIELD=NAME", value_parser = pair)]
    finding: Vec<(String, String)>,
    /// A field that is looked up: priority=severity:critical=Highest,high=High,*=Medium; the table may be
    /// JSON, {"critical": "Highest"} (may be repeated)
    #[arg(long, value_name = "FIELD=NAME:WORD=VALUE,…", value_parser = pair)]
    map: Vec<(String, String)>,
    /// A field and JSON that Jira gets as it is, for fields of plugins (may be repeated)
    #[arg(long, value_name = "FIELD=JSON", value_parser = pair)]
    raw: Vec<(String, String)>,
    /// State of the finding and the status that it asks for: closed=Done (may be repeated). Fields of the
    /// step's screen are written with the state before them: --value closed.resolution=Done
    #[arg(long, value_name = "STATE=STATUS", value_parser = pair)]
    state: Vec<(String, String)>,
    /// What closes the finding: a status of its issue, or category:done (statuses may be repeated)
    #[arg(long, value_name = "STATUS")]
    closes: Vec<String>,
    /// Resolution of the issue and that of the finding: "Won't Do=wont-fix" (may be repeated)
    #[arg(long, value_name = "NAME=RESOLUTION", value_parser = pair)]
    resolution: Vec<(String, String)>,
    /// Put it in the place of the mapping of that name, if there is one
    #[arg(long)]
    replace: bool,
    /// Write it even if the site says that it cannot work, or cannot be asked
    #[arg(long)]
    no_check: bool,
    #[command(flatten)]
    json: Json,
}

fn kind(text: &str) -> Result<FindingKind, String> {
    FindingKind::from_word(text).ok_or_else(|| format!("known are: {}", FindingKind::WORDS.join(", ")))
}

fn severity(text: &str) -> Result<Severity, String> {
    Severity::from_word(text).ok_or_else(|| format!("known are: {}", Severity::WORDS.join(", ")))
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write NAME=…".to_owned()),
    }
}

#[derive(Debug, Serialize)]
struct Added<'a> {
    name: &'a str,
    config: String,
    replaced: bool,
}

/// Writes the mapping, unless the site says that it cannot work.
pub(super) fn run(
    args: &AddArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let there = setup.config.mapping(&args.name).is_some();
    if there && !args.replace {
        let message = format!("there is a mapping {:?} already", args.name);
        return Err(Failure::new(Exit::Usage, message).hint("choose another name, or --replace it"));
    }
    let mut mapping = args.mapping(setup)?;
    if !args.no_check {
        mapping = services.propose(setup, &mapping)?;
        let flaws = services.check(setup, &mapping)?;
        let valid = flaws.iter().all(|flaw| flaw.level != "error");
        if !valid {
            check::print(&mapping.name, &flaws, args.json.json, output)?;
            output.note(
                "hint",
                "nothing was written; mend it, or write it as it is with --no-check",
            );
            return Ok(Exit::Config);
        }
        for flaw in &flaws {
            output.note(&flaw.name, &flaw.reason);
        }
    }
    let name = mapping.name.clone();
    let change = MappingChange::Put {
        old: there.then(|| name.clone()),
        mapping: Box::new(mapping),
    };
    services.change_mapping(setup, &change)?;
    if args.json.json {
        output.json(&Added {
            name: &name,
            config: setup.paths.config.display().to_string(),
            replaced: there,
        })?;
    } else {
        output.line(&format!("{name}: written to {}", setup.paths.config.display()))?;
    }
    Ok(Exit::Done)
}

impl AddArgs {
    fn mapping(&self, setup: &Setup) -> Result<MappingConfig, Failure> {
        let connection = match &self.connection {
            Some(alias) => setup.known(alias)?,
            None => setup.config.default_connection().ok_or_else(|| {
                Failure::new(Exit::Usage, "no connection is the default one").hint("name one with --connection")
            })?,
        };
        let project = match self.project.as_str() {
            "ask" => ProjectChoice::Ask,
            key => ProjectChoice::Key(key.to_ascii_uppercase()),
        };
        let mut mapping = MappingConfig::new(&*self.name, connection.alias.clone(), project, &*self.issue_type);
        mapping.entity_project = self.entity_project;
        mapping.subtask_type.clone_from(&self.subtask_type);
        mapping.matching = Match {
            sources: self.source.clone(),
            kinds: self.kind.clone(),
            severity: self.severity,
            tags: self.tag.clone(),
            expression: self.expression.clone(),
        };
        mapping.create = match self.create.as_str() {
            "auto" => Create::Auto,
            "browser" => Create::Browser,
            _ => Create::Ask,
        };
        mapping.conflict = match self.conflict.as_str() {
            "finding" => Conflict::Finding,
            _ => Conflict::Jira,
        };
        rules::put(self, &mut mapping)?;
        Ok(mapping)
    }
}
