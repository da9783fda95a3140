//! Cloud's search: cursor, closed schema, no total, no unbounded queries, and emptiness for strangers.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Shape, add_dictionaries, is_unbounded, jql_refusal, write_issues};
use crate::{
    jql,
    sandbox::{
        cursor::{Cursors, Place, fingerprint},
        eval::JqlError,
        model::{Flavour, IssueIdx, Viewer, World},
        routes::Call,
        server::message::{Answer, Reply, split_commas},
        wire::select::{Expand, Selection, Unasked},
    },
};

/// Longest page, and what Cloud makes of it when fields are asked for.
const MAX_RESULTS: i64 = 5000;
const FEW_FIELDS: usize = 3;
const PAGE_WITH_FEW_FIELDS: usize = 1000;
const PAGE_WITH_FIELDS: usize = 100;
const MAX_SORT_KEYS: usize = 7;
const MAX_PROPERTIES: usize = 5;
const MAX_RECONCILED: usize = 50;

const UNBOUNDED: &str = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.";
const BAD_TOKEN: &str = "The provided next page token is invalid or expired.";
const BAD_MAX: &str = "The max results parameter has to be between 1 and 5,000.";

/// What is asked, from either method.
#[derive(Debug, Default)]
struct Query {
    jql: String,
    token: Option<String>,
    max: Option<i64>,
    fields: Vec<String>,
    expand: Vec<String>,
    properties: Vec<String>,
    reconcile: Vec<u64>,
}

/// `GET search/jql`
pub(in crate::sandbox::routes) fn get(call: &Call<'_>) -> Answer {
    let request = call.request;
    let ids: Result<Vec<u64>, _> = request.list("reconcileIssues").iter().map(|id| id.parse()).collect();
    let query = Query {
        jql: request.param("jql").unwrap_or_default().to_owned(),
        token: request.param("nextPageToken").map(str::to_owned),
        max: request.number("maxResults")?,
        fields: request.list("fields"),
        expand: request.list("expand"),
        properties: request.list("properties"),
        reconcile: ids.map_err(|_| call.bad_payload())?,
    };
    search(call, &query)
}

/// `POST search/jql`
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
                ("nextPageToken", Value::String(text)) => query.token = Some(text.clone()),
                ("maxResults", Value::Number(number)) => query.max = Some(number.as_i64()?),
                ("fields", Value::Array(names)) => query.fields = texts(names)?,
                // A string here, unlike everywhere else.
                ("expand", Value::String(words)) => query.expand = split_commas(std::iter::once(words.as_str())),
                ("properties", Value::Array(names)) => query.properties = texts(names)?,
                ("fieldsByKeys", Value::Bool(_)) => {}
                ("reconcileIssues", Value::Array(ids)) => {
                    query.reconcile = ids.iter().map(Value::as_u64).collect::<Option<_>>()?;
                }
                _ => return None,
            }
        }
        Some(query)
    }

    fn check(&self, call: &Call<'_>) -> Result<(), Reply> {
        let refuse = |text: &str| Err(Reply::error(StatusCode::BAD_REQUEST, text));
        if self.max.is_some_and(|max| !(1..=MAX_RESULTS).contains(&max)) {
            return refuse(BAD_MAX);
        }
        if self.properties.len() > MAX_PROPERTIES || self.reconcile.len() > MAX_RECONCILED {
            return Err(call.bad_payload());
        }
        if is_unbounded(&self.jql) {
            return refuse(UNBOUNDED);
        }
        let sort_keys = jql::parse(&self.jql)
            .ok()
            .and_then(|query| query.order_by)
            .map_or(0, |keys| keys.len());
        if sort_keys > MAX_SORT_KEYS {
            return refuse(&format!("The maximum number of fields to sort by is {MAX_SORT_KEYS}."));
        }
        Ok(())
    }
}

fn texts(values: &[Value]) -> Option<Vec<String>> {
    values.iter().map(|value| value.as_str().map(str::to_owned)).collect()
}

fn search(call: &Call<'_>, query: &Query) -> Answer {
    query.check(call)?;
    let world = call.world();
    let shape = Shape {
        selection: Selection::parse(&world, &query.fields, Unasked::IdOnly),
        expand: Expand::parse(&query.expand),
        properties: query.properties.clone(),
    };
    let place = place(call, &world, query)?;
    let fresh = reconciled(call, &world, query);
    let size = page_size(query.max, &shape);
    let start = place.offset.min(place.issues.len());
    let end = start.saturating_add(size).min(place.issues.len());
    let issues = write_issues(call, &world, &place.issues[start..end], &shape, &fresh);
    let is_last = end >= place.issues.len();
    let mut page = json!({"issues": issues, "isLast": is_last});
    if !is_last {
        page["nextPageToken"] = Cursors::token(&place, end).into();
    }
    add_dictionaries(call, &world, &shape, &mut page);
    Ok(Reply::ok(&page))
}

/// The place that the token leads to, or the beginning of a new listing.
fn place(call: &Call<'_>, world: &World, query: &Query) -> Result<Place, Reply> {
    let print = fingerprint(&query.jql, &query.reconcile);
    let cursors = &call.site.cursors;
    match &query.token {
        Some(token) => cursors
            .find(token, call.user, print, call.request.at)
            .ok_or_else(|| Reply::error(StatusCode::BAD_REQUEST, BAD_TOKEN)),
        None => {
            let mut found = evaluate(&call.viewer(), world, &query.jql)?;
            reconcile(call, world, query, &mut found)?;
            Ok(cursors.open(call.user, print, found, call.request.at))
        }
    }
}

/// Runs a query. Strangers get nothing, even for what doesn't exist, as long as it is JQL.
fn evaluate(viewer: &Viewer, world: &World, jql: &str) -> Result<Vec<IssueIdx>, Reply> {
    match world.search(viewer, jql) {
        Ok(found) => Ok(found),
        Err(errors) => {
            let is_jql = !errors.iter().any(|error| matches!(error, JqlError::Syntax { .. }));
            if viewer.user.is_none() && is_jql {
                return Ok(Vec::new());
            }
            Err(jql_refusal(Flavour::Cloud, &errors))
        }
    }
}

/// Makes a lagging index right about the issues named for read-after-write: each is in the result if it
/// matches as it is now.
fn reconcile(call: &Call<'_>, world: &World, query: &Query, found: &mut Vec<IssueIdx>) -> Result<(), Reply> {
    let lag = call.site.faults.ambient().index_lag;
    let Some(lag) = lag.filter(|_| !query.reconcile.is_empty()) else {
        return Ok(());
    };
    // Seen from when the index has caught up, it holds what is true now.
    let mut viewer = call.viewer();
    viewer.now = viewer.now.checked_add(lag).unwrap_or(viewer.now);
    let truth = evaluate(&viewer, world, &query.jql)?;
    for idx in reconciled(call, world, query) {
        let matches = truth.contains(&idx);
        match found.iter().position(|other| *other == idx) {
            Some(at) if !matches => {
                found.remove(at);
            }
            None if matches => found.push(idx),
            _ => {}
        }
    }
    Ok(())
}

/// The issues named for read-after-write, as far as they are there and may be seen.
fn reconciled(call: &Call<'_>, world: &World, query: &Query) -> Vec<IssueIdx> {
    let viewer = call.viewer();
    let ids = query.reconcile.iter().filter_map(|id| world.issue_by_id(*id));
    ids.filter(|idx| world.can_see(&viewer, *idx)).collect()
}

fn page_size(max: Option<i64>, shape: &Shape) -> usize {
    let heavy = shape.expand.changelog || shape.expand.rendered_fields || !shape.properties.is_empty();
    let limit = match shape.selection.weight() {
        _ if heavy => PAGE_WITH_FIELDS,
        0 => usize::MAX,
        1..=FEW_FIELDS => PAGE_WITH_FEW_FIELDS,
        _ => PAGE_WITH_FIELDS,
    };
    usize::try_from(max.unwrap_or(50)).unwrap_or(50).min(limit)
}

/// `POST search/approximate-count`
pub(in crate::sandbox::routes) fn count(call: &Call<'_>) -> Answer {
    let body = call.object()?;
    let jql = match (body.len(), body.get("jql")) {
        (1, Some(Value::String(jql))) => jql,
        _ => return Err(call.bad_payload()),
    };
    if is_unbounded(jql) {
        return Err(Reply::error(StatusCode::BAD_REQUEST, UNBOUNDED));
    }
    let found = evaluate(&call.viewer(), &call.world(), jql)?;
    Ok(Reply::ok(&json!({"count": found.len()})))
}

/// `GET|POST search`
pub(in crate::sandbox::routes) fn removed(_call: &Call<'_>) -> Answer {
    Err(Reply::error(
        StatusCode::GONE,
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration \
         guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046",
    ))
}
