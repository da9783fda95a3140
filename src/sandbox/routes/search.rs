//! Searching: what both flavours share. Each has its own way of paging, limits and errors.

pub(super) mod cloud;
pub(super) mod data_center;

use axum::http::StatusCode;
use serde_json::Value;

use super::Call;
use crate::{
    jql,
    sandbox::{
        eval::JqlError,
        model::{Flavour, IssueIdx, World},
        server::message::Reply,
        wire::select::{Expand, Selection},
    },
};

/// The part of a request that says what to write of each issue.
struct Shape {
    selection: Selection,
    expand: Expand,
    properties: Vec<String>,
}

/// Writes the issues of a page as the index holds them.
fn write_issues(call: &Call<'_>, world: &World, issues: &[IssueIdx], shape: &Shape, fresh: &[IssueIdx]) -> Vec<Value> {
    let wire = call.wire(world);
    let now = call.request.at;
    issues
        .iter()
        .filter_map(|idx| {
            let issue = if fresh.contains(idx) {
                Some(world.issue(*idx))
            } else {
                world.indexed(*idx, now)
            };
            let issue = issue.filter(|issue| world.may_browse(&wire.viewer, issue));
            issue.map(|issue| wire.issue(*idx, issue, &shape.selection, shape.expand, &shape.properties))
        })
        .collect()
}

/// Adds `names` and `schema` if they were asked for.
fn add_dictionaries(call: &Call<'_>, world: &World, shape: &Shape, page: &mut Value) {
    let wire = call.wire(world);
    if shape.expand.names {
        page["names"] = wire.names(&shape.selection.fields);
    }
    if shape.expand.schema {
        page["schema"] = wire.schema(&shape.selection.fields);
    }
}

/// Problems of a query in the flavour's wording.
pub(super) fn jql_messages(flavour: Flavour, errors: &[JqlError]) -> Vec<String> {
    errors
        .iter()
        .map(|error| match (flavour, error) {
            (
                Flavour::Cloud,
                JqlError::Syntax {
                    message,
                    line,
                    character,
                },
            ) => format!("Error in JQL Query: {message} (line {line}, character {character})"),
            _ => error.to_string(),
        })
        .collect()
}

fn jql_refusal(flavour: Flavour, errors: &[JqlError]) -> Reply {
    Reply::errors(StatusCode::BAD_REQUEST, &jql_messages(flavour, errors))
}

/// Whether the query restricts anything; a query that is no JQL is left to the evaluation to refuse.
fn is_unbounded(query: &str) -> bool {
    jql::parse(query).is_ok_and(|query| !query.is_bounded())
}
