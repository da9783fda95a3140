//! `crosstie issues`: a list of issues for people and scripts.
//!
//! Must never be in here: how the store or Jira are asked.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{
    failure::{Exit, Failure},
    format::Format,
    output::Output,
    services::{Answer, Asked, Request, Services, Source},
    setup::Setup,
    table::Table,
    tag::{self, Wish},
};
use crate::{
    domain::{Alias, Column, IssueRow},
    jql,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct IssuesArgs {
    /// Only of this connection (may be repeated)
    #[arg(long, value_name = "ALIAS")]
    pub connection: Vec<String>,
    /// JQL; without it, the default JQL of the tag or the config; '' lists the whole cache
    #[arg(long, value_name = "JQL")]
    pub jql: Option<String>,
    /// Only those of the entity with this tag, from the files of the catalog
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// Only those assigned to you
    #[arg(long)]
    pub mine: bool,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Ask Jira itself instead of the cache
    #[arg(long)]
    pub live: bool,
    /// Format.
    #[command(flatten)]
    pub format: Format,
    /// Columns in their order, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = column, conflicts_with = "json")]
    pub columns: Vec<Column>,
}

fn column(name: &str) -> Result<Column, String> {
    let here = |column: &Column| *column != Column::Tag;
    Column::from_name(name.trim()).filter(here).ok_or_else(|| {
        let names: Vec<&str> = Column::ALL.into_iter().filter(here).map(Column::name).collect();
        format!("the columns are {}", names.join(", "))
    })
}

/// Lists issues.
///
/// # Errors
/// If the request makes no sense, or cannot be answered.
pub fn run(
    args: &IssuesArgs,
    setup: &Setup,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let request = plan(args, setup, services, output)?;
    let answer = if request.asked.is_empty() {
        Answer::none(if request.live { Source::Live } else { Source::Cache })
    } else {
        services.issues(setup, &request)?
    };
    for note in &answer.notes {
        output.note("note", note);
    }
    let several = request.aliases().count() > 1;
    print(&answer, args, several, output)?;
    Ok(Exit::Done)
}

/// What the arguments ask for.
///
/// # Errors
/// If they name no connection that can be used, or no tag that there is, or their JQL is none.
pub fn plan(
    args: &IssuesArgs,
    setup: &Setup,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Request, Failure> {
    let aliases = aliases(args, setup)?;
    let restriction = if args.mine { "assignee = currentUser()" } else { "" };
    let asked = match &args.tag {
        Some(tag) => {
            let wish = Wish {
                tag,
                jql: args.jql.as_deref(),
                restriction,
            };
            tag::asked(wish, &aliases, setup, services, output)?
        }
        None => {
            let jql = args.jql.as_ref().unwrap_or(&setup.config.jira.default_jql);
            let jql = jql::combine(jql, restriction).map_err(|error| super::jql::failure(jql, &error))?;
            vec![Asked { aliases, jql }]
        }
    };
    Ok(Request {
        asked,
        limit: args.limit,
        live: args.live,
    })
}

/// The connections that are meant.
fn aliases(args: &IssuesArgs, setup: &Setup) -> Result<Vec<Alias>, Failure> {
    let mut aliases = Vec::new();
    for connection in setup.choose(&args.connection)? {
        if !aliases.contains(&connection.alias) {
            aliases.push(connection.alias.clone());
        }
    }
    Ok(aliases)
}

/// Prints what was found.
///
/// # Errors
/// If standard output cannot be written to.
pub fn print(answer: &Answer, args: &IssuesArgs, several: bool, output: &mut Output<'_>) -> Result<(), Failure> {
    if args.format.json {
        return output.json(&Listing {
            total: answer.total,
            source: answer.source,
            issues: answer.rows.iter().map(IssueJson::from).collect(),
        });
    }
    if args.format.csv {
        return print_csv(answer, &args.columns, output);
    }
    print_table(answer, &args.columns, several, output)
}

#[derive(Serialize)]
struct Listing<'a> {
    total: usize,
    source: Source,
    issues: Vec<IssueJson<'a>>,
}

/// The settled form; names and order are relied on by scripts.
#[derive(Serialize)]
struct IssueJson<'a> {
    connection: &'a str,
    id: &'a str,
    key: &'a str,
    summary: &'a str,
    #[serde(rename = "type")]
    issue_type: &'a str,
    status: &'a str,
    status_category: &'static str,
    assignee: Option<&'a str>,
    reporter: Option<&'a str>,
    priority: Option<&'a str>,
    labels: &'a [String],
    components: &'a [String],
    project: &'a str,
    created: Timestamp,
    updated: Timestamp,
    due: Option<jiff::civil::Date>,
    url: &'a str,
    resolution: Option<&'a str>,
    parent: Option<&'a str>,
}

/// All names of [`IssueJson`], in its order.
const FIELDS: [&str; 19] = [
    "connection",
    "id",
    "key",
    "summary",
    "type",
    "status",
    "status_category",
    "assignee",
    "reporter",
    "priority",
    "labels",
    "components",
    "project",
    "created",
    "updated",
    "due",
    "url",
    "resolution",
    "parent",
];

impl<'a> From<&'a IssueRow> for IssueJson<'a> {
    fn from(row: &'a IssueRow) -> Self {
        Self {
            connection: row.alias.as_str(),
            id: row.id.as_str(),
            key: row.key.as_str(),
            summary: &row.summary,
            issue_type: &row.issue_type,
            status: &row.status,
            status_category: row.category.key(),
            assignee: row.assignee.as_deref(),
            reporter: row.reporter.as_deref(),
            priority: row.priority.as_deref(),
            labels: &row.labels,
            components: &row.components,
            project: &row.project,
            created: row.created,
            updated: row.updated,
            due: row.due,
            url: &row.url,
            resolution: row.resolution.as_deref(),
            parent: row.parent.as_deref(),
        }
    }
}

fn print_csv(answer: &Answer, columns: &[Column], output: &mut Output<'_>) -> Result<(), Failure> {
    let fields: Vec<&str> = match columns {
        [] => FIELDS.to_vec(),
        chosen => chosen.iter().map(|column| column.name()).collect(),
    };
    output.record(&fields)?;
    for row in &answer.rows {
        let json = serde_json::to_value(IssueJson::from(row))?;
        output.record(fields.iter().map(|field| plain(&json[field])))?;
    }
    Ok(())
}

/// A JSON value as a cell; lists are joined by a semicolon, which spreadsheets leave alone.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

fn print_table(answer: &Answer, columns: &[Column], several: bool, output: &mut Output<'_>) -> Result<(), Failure> {
    const USUAL: [Column; 8] = [
        Column::Connection,
        Column::Key,
        Column::Type,
        Column::Priority,
        Column::Status,
        Column::Summary,
        Column::Assignee,
        Column::Updated,
    ];
    let usual = if several { &USUAL[..] } else { &USUAL[1..] };
    let columns = if columns.is_empty() { usual } else { columns };
    let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
    let summary = columns.iter().position(|column| *column == Column::Summary);
    let mut table = Table::new(&names).flexible(summary);
    for row in &answer.rows {
        let cells: Vec<String> = columns.iter().map(|column| cell(row, *column, output)).collect();
        table.row(&cells);
    }
    table.print(output)?;
    if answer.rows.len() < answer.total {
        output.note("note", &format!("{} of {} issues", answer.rows.len(), answer.total));
    }
    Ok(())
}

fn cell(row: &IssueRow, column: Column, output: &Output<'_>) -> String {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    match column {
        Column::Connection => row.alias.to_string(),
        Column::Key => row.key.to_string(),
        Column::Type => row.issue_type.clone(),
        Column::Priority => or_dash(&row.priority),
        Column::Status => row.status.clone(),
        Column::Summary => row.summary.clone(),
        Column::Assignee => or_dash(&row.assignee),
        Column::Reporter => or_dash(&row.reporter),
        Column::Project => row.project.clone(),
        Column::Labels => row.labels.join(", "),
        Column::Components => row.components.join(", "),
        // Not among the columns that can be asked for here.
        Column::Tag | Column::Field(_) => "-".to_owned(),
        Column::Parent => or_dash(&row.parent),
        Column::Resolution => or_dash(&row.resolution),
        Column::Created => output.time(row.created),
        Column::Updated => output.time(row.updated),
        Column::Due => row.due.map_or_else(|| "-".to_owned(), |due| due.to_string()),
    }
}
