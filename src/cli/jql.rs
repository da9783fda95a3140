//! `crosstie jql`: syntax trees for tools, verdicts for people.
//!
//! Must never be in here: the grammar.

use std::io::{self, BufRead, IsTerminal};

use serde_json::json;

use super::{
    failure::{Exit, Failure},
    format::Json,
    output::Output,
    services::Services,
    setup::Setup,
};
use crate::jql::{self, ParseError};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct JqlArgs {
    #[command(subcommand)]
    verb: JqlVerb,
}

#[derive(Debug, clap::Subcommand)]
enum JqlVerb {
    /// Read one JSON string per line, print one {"ok", "ast", "error"} per line
    Parse,
    /// Check a query, and with --connection ask the site about it too
    Check(CheckArgs),
}

/// Arguments of `jql check`.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// The query
    jql: String,
    /// The connection whose site is asked
    #[arg(long, value_name = "ALIAS")]
    connection: Option<String>,
    #[command(flatten)]
    json: Json,
}

/// Parses or checks. The config is only read if a connection is named.
///
/// # Errors
/// If a line is no JSON string, or the site cannot be asked.
pub fn run(
    args: &JqlArgs,
    load: &dyn Fn(&mut Output<'_>) -> Result<Setup, Failure>,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    match &args.verb {
        JqlVerb::Parse => {
            if io::stdin().is_terminal() {
                output.note("note", "reading queries as JSON strings, one per line; end with ctrl-d");
            }
            parse_lines(io::stdin().lock(), output)
        }
        JqlVerb::Check(args) => check(args, load, services, output),
    }
}

/// One JSON string per line in, one verdict per line out.
///
/// # Errors
/// If a line is no JSON string; those before it are answered.
pub fn parse_lines(input: impl BufRead, output: &mut Output<'_>) -> Result<Exit, Failure> {
    for (index, line) in input.lines().enumerate() {
        let bad = |reason: &str| {
            Failure::new(Exit::Usage, format!("line {} of the input {reason}", index + 1))
                .hint("each line must be a JSON string, like \"status = Done\"")
        };
        let line = line.map_err(|error| bad(&format!("cannot be read: {error}")))?;
        if line.trim().is_empty() {
            continue;
        }
        let query: String = serde_json::from_str(&line).map_err(|_| bad("is not a JSON string"))?;
        output.json(&jql::parse_line(&query))?;
    }
    Ok(Exit::Done)
}

fn check(
    args: &CheckArgs,
    load: &dyn Fn(&mut Output<'_>) -> Result<Setup, Failure>,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let verdict = jql::parse(&args.jql);
    let mut errors = Vec::new();
    if let (Ok(_), Some(alias)) = (&verdict, &args.connection) {
        let setup = load(output)?;
        errors = services.check_jql(&setup, setup.named(alias)?, &args.jql)?;
    }
    if let Err(error) = &verdict {
        errors.push(error.server_message());
    }
    let ok = errors.is_empty();
    if args.json.json {
        output.json(&json!({"ok": ok, "errors": errors}))?;
    } else if ok {
        output.line("ok")?;
    } else {
        for error in &errors {
            output.line(error)?;
        }
        for line in verdict
            .err()
            .map(|error| error.caret(&args.jql))
            .unwrap_or_default()
            .lines()
        {
            output.line(&format!("  {line}"))?;
        }
    }
    Ok(if ok { Exit::Done } else { Exit::Failed })
}

/// A query given as an argument that is no JQL.
pub(super) fn failure(source: &str, error: &ParseError) -> Failure {
    let place: Vec<String> = error.caret(source).lines().map(|line| format!("  {line}")).collect();
    Failure::new(Exit::Usage, format!("{}\n{}", error.server_message(), place.join("\n")))
}
