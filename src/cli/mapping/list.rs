//! `crosstie mapping list`.

use serde::Serialize;

use crate::{
    cli::{
        failure::{Exit, Failure},
        format::Format,
        output::Output,
        services::FindingServices,
        setup::Setup,
        table::Table,
    },
    config::{MappingConfig, ProjectChoice},
    domain::{Alias, MappingState},
    mapping::{self, Overlap},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    format: Format,
}

/// A mapping as scripts see it.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    name: &'a str,
    enabled: bool,
    connection: &'a Alias,
    /// Null: asked for every time.
    project: Option<&'a str>,
    issue_type: &'a str,
    create: &'static str,
    fields: usize,
    /// `ok`, `paused`, `attention`, `trouble`.
    state: &'static str,
    links: u64,
    waiting: u64,
    trouble: u64,
    drift: Vec<Drift<'a>>,
    /// Mappings that come first where both cover a finding.
    behind: Vec<Behind>,
}

#[derive(Debug, Serialize)]
struct Behind {
    mapping: String,
    /// Whether it takes every finding of this one.
    all: bool,
}

#[derive(Debug, Serialize)]
struct Drift<'a> {
    field: &'a str,
    reason: &'a str,
}

fn listed<'a>(all: &[MappingConfig], mapping: &'a MappingConfig, state: Option<&'a MappingState>) -> Listed<'a> {
    let behind = mapping::behind(all, &mapping.name, &mapping.matching).into_iter();
    let drift = state.map_or(&[][..], |state| &state.drift);
    Listed {
        name: &mapping.name,
        enabled: mapping.enabled,
        connection: &mapping.connection,
        project: match &mapping.project {
            ProjectChoice::Key(key) => Some(key),
            ProjectChoice::Ask => None,
        },
        issue_type: &mapping.issue_type,
        create: mapping.create.word(),
        fields: mapping.fields.len(),
        state: match state {
            _ if !mapping.enabled => "paused",
            _ if !drift.is_empty() => "attention",
            Some(state) if state.trouble > 0 => "trouble",
            _ => "ok",
        },
        links: state.map_or(0, |state| state.links),
        waiting: state.map_or(0, |state| state.waiting),
        trouble: state.map_or(0, |state| state.trouble),
        drift: drift.iter().map(|(field, reason)| Drift { field, reason }).collect(),
        behind: behind
            .filter(|_| mapping.enabled)
            .map(|(mapping, overlap)| Behind {
                mapping,
                all: overlap == Overlap::All,
            })
            .collect(),
    }
}

/// Lists the mappings of the config, joined with what the store knows of them.
pub(super) fn run(
    args: &ListArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let states = services.mapping_states(setup)?;
    let state = |name: &str| states.iter().find(|state| state.name == name);
    let mappings = &setup.config.mappings;
    let list: Vec<Listed<'_>> = mappings
        .iter()
        .map(|mapping| listed(mappings, mapping, state(&mapping.name)))
        .collect();
    if args.format.json {
        output.json(&list)?;
    } else {
        print(&list, args.format.csv, output)?;
    }
    Ok(Exit::Done)
}

fn print(list: &[Listed<'_>], as_csv: bool, output: &mut Output<'_>) -> Result<(), Failure> {
    const HEADER: [&str; 8] = [
        "name",
        "connection",
        "project",
        "type",
        "create",
        "links",
        "waiting",
        "state",
    ];
    let cells = |listed: &Listed<'_>| {
        [
            listed.name.to_owned(),
            listed.connection.to_string(),
            listed.project.unwrap_or("ask").to_owned(),
            listed.issue_type.to_owned(),
            listed.create.to_owned(),
            listed.links.to_string(),
            listed.waiting.to_string(),
            listed.state.to_owned(),
        ]
    };
    if as_csv {
        output.record(HEADER)?;
        for listed in list {
            output.record(cells(listed))?;
        }
        return Ok(());
    }
    let mut table = Table::new(&HEADER).flexible(Some(0));
    for listed in list {
        table.row(&cells(listed));
    }
    table.print(output)?;
    for listed in list {
        for drift in &listed.drift {
            output.note(listed.name, &format!("{}: {}", drift.field, drift.reason));
        }
        for first in listed.behind.iter().filter(|first| first.all) {
            let text = Overlap::All.told(&first.mapping);
            output.note(listed.name, &text);
        }
        if listed.trouble > 0 {
            let text = format!(
                "{} could not be sent; `crosstie finding list --trouble` names them",
                listed.trouble
            );
            output.note(listed.name, &text);
        }
    }
    Ok(())
}
