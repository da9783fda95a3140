//! Data Center's search: offsets that shift under writes, a cap without a word, and a total.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Shape, add_dictionaries, jql_messages, jql_refusal, write_issues};
use crate::sandbox::{
    eval::JqlError,
    model::{Flavour, IssueIdx, World},
    routes::Call,
    server::message::{Answer, Reply, split_commas},
    wire::{
        paging::Page,
        select::{Expand, Selection, Unasked},
    },
};

/// `jira.search.views.default.max`
const CAP: usize = 1000;

/// What is asked, from either method.
#[derive(Debug)]
struct Query {
    jql: String,
    start: i64,
    max: i64,
    fields: Vec<String>,
    expand: Vec<String>,
    properties: Vec<String>,
    /// `false`: what doesn't exist is a warning, not an error.
    validate: bool,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            jql: String::new(),
            start: 0,
            max: 50,
            fields: Vec::new(),
            expand: Vec::new(),
            properties: Vec::new(),
            validate: true,
        }
    }
}

/// `GET search`
pub(in crate::sandbox::routes) fn get(call: &Call<'_>) -> Answer {
    let request = call.request;
    let standard = Query::default();
    let query = Query {
        jql: request.param("jql").unwrap_or_default().to_owned(),
        start: request.number("startAt")?.unwrap_or(standard.start),
        max: request.number("maxResults")?.unwrap_or(standard.max),
        fields: request.list("fields"),
        expand: request.list("expand"),
        properties: request.list("properties"),
        validate: !matches!(request.param("validateQuery"), Some("false" | "none" | "warn")),
    };
    search(call, &query)
}

/// `POST search`
pub(in crate::sandbox::routes) fn post(call: &Call<'_>) -> Answer {
    let query = Query::read(&call.object()?).ok_or_else(|| call.bad_payload())?;
    search(call, &query)
}

impl Query {
    /// Reads a body; `None` if anything in it is unknown or of the wrong type.
    fn read(body: &Map<String, Value>) -> Option<Self> {
        let mut query = Self::default();
        for (name, value) in body {
            match (name.as_str(), value) {
                (_, Value::Null) => {}
                ("jql", Value::String(text)) => query.jql.clone_from(text),
                ("startAt", Value::Number(number)) => query.start = number.as_i64()?,
                ("maxResults", Value::Number(number)) => query.max = number.as_i64()?,
                ("fields", Value::Array(names)) => query.fields = texts(names)?,
                // A list here, whose items may still hold commas.
                ("expand", Value::Array(words)) => {
                    query.expand = split_commas(texts(words)?.iter().map(String::as_str));
                }
                ("properties", Value::Array(names)) => query.properties = texts(names)?,
                ("validateQuery", Value::Bool(validate)) => query.validate = *validate,
                _ => return None,
            }
        }
        Some(query)
    }
}

fn texts(values: &[Value]) -> Option<Vec<String>> {
    values.iter().map(|value| value.as_str().map(str::to_owned)).collect()
}

fn search(call: &Call<'_>, query: &Query) -> Answer {
    if query.start < 0 {
        let text = "The value of the startAt parameter must not be negative.";
        return Err(Reply::error(StatusCode::BAD_REQUEST, text));
    }
    let world = call.world();
    let shape = Shape {
        selection: Selection::parse(&world, &query.fields, Unasked::Navigable),
        expand: Expand::parse(&query.expand),
        properties: query.properties.clone(),
    };
    let (found, warnings) = evaluate(call, &world, query)?;
    let page = Page {
        start: usize::try_from(query.start).unwrap_or(0),
        // A negative number means as many as there may be.
        max: usize::try_from(query.max).map_or(CAP, |max| max.min(CAP)),
    };
    let issues = write_issues(call, &world, page.of(&found), &shape, &[]);
    let mut body = json!({
        "expand": "schema,names", "startAt": page.start, "maxResults": page.max, "total": found.len(),
        "issues": issues,
    });
    if !warnings.is_empty() {
        body["warningMessages"] = warnings.into();
    }
    add_dictionaries(call, &world, &shape, &mut body);
    Ok(Reply::ok(&body))
}

/// Runs a query; with validation off, what doesn't exist finds nothing and is told as a warning.
fn evaluate(call: &Call<'_>, world: &World, query: &Query) -> Result<(Vec<IssueIdx>, Vec<String>), Reply> {
    match world.search(&call.viewer(), &query.jql) {
        Ok(found) => Ok((found, Vec::new())),
        Err(errors) => {
            let is_jql = !errors.iter().any(|error| matches!(error, JqlError::Syntax { .. }));
            if !query.validate && is_jql {
                return Ok((Vec::new(), jql_messages(Flavour::DataCenter, &errors)));
            }
            Err(jql_refusal(Flavour::DataCenter, &errors))
        }
    }
}
