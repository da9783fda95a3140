//! `crosstie finding list`.

use jiff::Timestamp;
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
    config::nearest,
    domain::{
        Alias, FindingKind, FindingPage, FindingQuery, FindingRow, FindingSort, FindingState, Problem, PushKind,
        PushState, Resolution, Severity, StatusCategory,
    },
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// Words that occur in title, id, tag or the key of the issue
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// Only of this source (may be repeated)
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// Only of this kind (may be repeated)
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Vec<FindingKind>,
    /// This severity or worse
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    severity: Option<Severity>,
    /// Only in this state (may be repeated)
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Vec<FindingState>,
    /// Only of the entity with this tag (may be repeated)
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Only those with an issue
    #[arg(long, conflicts_with = "unlinked")]
    linked: bool,
    /// Only those without an issue
    #[arg(long)]
    unlinked: bool,
    /// Only those that need a person: failed or uncertain
    #[arg(long)]
    trouble: bool,
    /// Closed ones too
    #[arg(long)]
    all: bool,
    /// In this order: severity (worst first), age (newest first), updated, state, source or title
    #[arg(long, value_name = "ORDER", value_parser = sort, default_value = "severity")]
    sort: FindingSort,
    /// The other way round
    #[arg(long)]
    reverse: bool,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    format: Format,
}

/// Reads a word of a closed list.
fn word<T>(text: &str, read: fn(&str) -> Option<T>, known: &[&str]) -> Result<T, String> {
    read(text).ok_or_else(|| format!("known are: {}", known.join(", ")))
}

fn kind(text: &str) -> Result<FindingKind, String> {
    word(text, FindingKind::from_word, FindingKind::WORDS)
}

fn severity(text: &str) -> Result<Severity, String> {
    word(text, Severity::from_word, Severity::WORDS)
}

fn state(text: &str) -> Result<FindingState, String> {
    word(text, FindingState::from_word, FindingState::WORDS)
}

fn sort(text: &str) -> Result<FindingSort, String> {
    word(text, FindingSort::from_word, &FindingSort::ALL.map(FindingSort::word))
}

/// A finding as scripts see it. What is absent is null.
#[derive(Debug, Serialize)]
pub(super) struct Shown<'a> {
    id: String,
    source: &'a str,
    external_id: &'a str,
    kind: FindingKind,
    title: &'a str,
    severity: Severity,
    state: FindingState,
    native_state: &'a str,
    resolution: Option<Resolution>,
    assignee: Option<&'a str>,
    tag: Option<&'a str>,
    url: Option<&'a str>,
    created: Timestamp,
    updated: Timestamp,
    issue: Option<ShownIssue<'a>>,
    pending: Option<ShownPending<'a>>,
}

#[derive(Debug, Serialize)]
struct ShownIssue<'a> {
    connection: &'a Alias,
    id: &'a str,
    key: &'a str,
    url: &'a str,
    summary: Option<&'a str>,
    status: Option<&'a str>,
    status_category: Option<StatusCategory>,
    mapping: Option<&'a str>,
    created: bool,
    gone: bool,
}

#[derive(Debug, Serialize)]
struct ShownPending<'a> {
    kind: PushKind,
    state: PushState,
    connection: &'a Alias,
    mapping: Option<&'a str>,
    attempts: u32,
    next: Option<Timestamp>,
    error: Option<&'a Problem>,
    fields: &'a [(String, String)],
}

impl<'a> From<&'a FindingRow> for Shown<'a> {
    fn from(row: &'a FindingRow) -> Self {
        let issue = row.link.as_ref().map(|link| ShownIssue {
            connection: &link.alias,
            id: link.issue.as_str(),
            key: link.key.as_str(),
            url: &link.url,
            summary: link.summary.as_deref(),
            status: link.status.as_ref().map(|status| status.name.as_str()),
            status_category: link.status.as_ref().map(|status| status.category),
            mapping: link.mapping.as_deref(),
            created: link.created,
            gone: link.gone,
        });
        let pending = row.pending.as_ref().map(|pending| ShownPending {
            kind: pending.kind,
            state: pending.state,
            connection: &pending.alias,
            mapping: pending.mapping.as_deref(),
            attempts: pending.attempts,
            next: pending.next,
            error: pending.problem.as_ref(),
            fields: &pending.fields,
        });
        Self {
            id: row.id.to_string(),
            source: &row.id.source,
            external_id: &row.id.external,
            kind: row.kind,
            title: &row.title,
            severity: row.severity,
            state: row.state,
            native_state: &row.native_state,
            resolution: row.resolution,
            assignee: row.assignee.as_ref().map(|assignee| assignee.name.as_str()),
            tag: row.tag.as_deref(),
            url: row.url.as_deref(),
            created: row.created,
            updated: row.updated,
            issue,
            pending,
        }
    }
}

#[derive(Debug, Serialize)]
struct Listed<'a> {
    total: usize,
    findings: Vec<Shown<'a>>,
}

/// Lists findings.
pub(super) fn run(
    args: &ListArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let query = FindingQuery {
        words: args.words.clone(),
        sources: args.source.clone(),
        kinds: args.kind.clone(),
        at_least: args.severity,
        states: args.state.clone(),
        closed: args.all || args.state.contains(&FindingState::Closed),
        tags: args.tag.clone(),
        linked: match (args.linked, args.unlinked) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        },
        trouble: args.trouble,
        sort: args.sort,
        reverse: args.reverse,
        offset: 0,
        limit: args.limit.unwrap_or(usize::MAX),
    };
    let page = services.list(setup, &query)?;
    if args.format.json {
        let findings = page.rows.iter().map(Shown::from).collect();
        output.json(&Listed {
            total: page.total,
            findings,
        })?;
    } else {
        print(&page.rows, args.format.csv, output)?;
        if !args.format.csv && page.rows.len() < page.total {
            output.note("note", &format!("{} of {} shown", page.rows.len(), page.total));
        }
        unknown_sources(args, setup, &page, output);
        if page.all == 0 {
            output.note(
                "note",
                "there are no findings yet; `crosstie finding import` reads the sources",
            );
        }
    }
    Ok(Exit::Done)
}

/// An empty list may be due to a name that no source has.
fn unknown_sources(args: &ListArgs, setup: &Setup, page: &FindingPage, output: &mut Output<'_>) {
    let known: Vec<&str> = setup.config.sources.iter().map(|source| source.name.as_str()).collect();
    let unknown = args.source.iter().filter(|name| !known.contains(&name.as_str()));
    for name in unknown.filter(|_| page.total == 0) {
        let near = nearest(name, &known).map(|near| format!("; did you mean {near}?"));
        let text = format!("no source is called {name:?}{}", near.unwrap_or_default());
        output.note("note", &text);
    }
}

fn print(rows: &[FindingRow], as_csv: bool, output: &mut Output<'_>) -> Result<(), Failure> {
    const HEADER: [&str; 8] = ["severity", "id", "kind", "title", "tag", "issue", "state", "created"];
    if as_csv {
        output.record(HEADER)?;
        for row in rows {
            output.record(cells(row, row.id.to_string(), row.created.to_string()))?;
        }
        return Ok(());
    }
    let mut table = Table::new(&HEADER).flexible(Some(3)).dispensable(&[7, 2, 4]);
    // A terminal gets ids that can be read and typed; `finding show` takes them.
    let on_terminal = output.look.width.is_some();
    for row in rows {
        let id = if on_terminal {
            row.id.short()
        } else {
            row.id.to_string()
        };
        let created = output.time(row.created);
        table.row(&cells(row, id, created));
    }
    Ok(table.print(output)?)
}

fn cells(row: &FindingRow, id: String, created: String) -> [String; 8] {
    [
        row.severity.word().to_owned(),
        id,
        row.kind.word().to_owned(),
        row.title.clone(),
        row.tag.clone().unwrap_or_default(),
        issue(row),
        row.state.word().to_owned(),
        created,
    ]
}

/// The key and what is still to be sent.
fn issue(row: &FindingRow) -> String {
    let key = row.link.as_ref().map(|link| link.key.to_string());
    let gone = row.link.as_ref().filter(|link| link.gone).map(|_| "gone".to_owned());
    let pending = row.pending.as_ref().map(|pending| pending.state.word().to_owned());
    match (key, gone.or(pending)) {
        (Some(key), Some(pending)) => format!("{key} ({pending})"),
        (key, pending) => key.or(pending).unwrap_or_default(),
    }
}
