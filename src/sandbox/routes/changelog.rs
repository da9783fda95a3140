//! Changelogs of issues, where Cloud has endpoints of their own for them.

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::Call;
use crate::sandbox::{
    model::{History, IssueIdx, World},
    server::message::{Answer, Reply},
};

const BULK_ISSUES: usize = 1000;
const BULK_FIELDS: usize = 10;
const BULK_DEFAULT: u64 = 1000;
const BULK_MAX: u64 = 10_000;

/// `GET issue/{}/changelog`: oldest first.
pub(super) fn page(call: &Call<'_>) -> Answer {
    let world = call.world();
    let issue = world.issue(call.issue(&world)?);
    let wire = call.wire(&world);
    let page = call.page(100, 100)?;
    let address = wire.api(&format!("issue/{}/changelog", issue.id));
    let write = |history: &History| wire.history(history, wire.time(history.created));
    Ok(Reply::ok(&page.values(&issue.history, &address, write)))
}

/// What a bulk fetch asks for.
struct Query {
    issues: Vec<String>,
    fields: Vec<String>,
    max: usize,
    start: usize,
}

/// `POST changelog/bulkfetch`: changes of many issues, oldest first, their times as numbers.
pub(super) fn bulk_fetch(call: &Call<'_>) -> Answer {
    let query = Query::read(call)?;
    let world = call.world();
    let viewer = call.viewer();
    let mut issues: Vec<IssueIdx> = query
        .issues
        .iter()
        .filter_map(|name| world.find(&viewer, name))
        .collect();
    issues.sort_by_key(|idx| world.issue(*idx).id);
    issues.dedup();
    let entries: Vec<(IssueIdx, &History)> = issues
        .iter()
        .flat_map(|idx| world.issue(*idx).history.iter().map(|history| (*idx, history)))
        .filter(|(_, history)| query.wants(history))
        .collect();
    let end = query.start.saturating_add(query.max).min(entries.len());
    let part = entries.get(query.start..end).unwrap_or_default();
    let mut body = json!({"issueChangeLogs": grouped(call, &world, part)});
    if end < entries.len() {
        body["nextPageToken"] = URL_SAFE_NO_PAD.encode(format!("changelog:{end}")).into();
    }
    Ok(Reply::ok(&body))
}

fn grouped(call: &Call<'_>, world: &World, entries: &[(IssueIdx, &History)]) -> Vec<Value> {
    let wire = call.wire(world);
    entries
        .chunk_by(|a, b| a.0 == b.0)
        .map(|chunk| {
            let histories: Vec<Value> = chunk
                .iter()
                .map(|(_, history)| wire.history(history, history.created.as_millisecond()))
                .collect();
            let id = chunk.first().map(|(idx, _)| world.issue(*idx).id.to_string());
            json!({"issueId": id, "changeHistories": histories})
        })
        .collect()
}

impl Query {
    fn read(call: &Call<'_>) -> Result<Self, Reply> {
        let body = call.object()?;
        let mut query = Self {
            issues: Vec::new(),
            fields: Vec::new(),
            max: usize::try_from(BULK_DEFAULT).unwrap_or(usize::MAX),
            start: 0,
        };
        for (name, value) in &body {
            let texts = || -> Option<Vec<String>> {
                value
                    .as_array()?
                    .iter()
                    .map(|item| item.as_str().map(str::to_owned))
                    .collect()
            };
            let read = match name.as_str() {
                "issueIdsOrKeys" => texts().map(|names| query.issues = names),
                "fieldIds" => texts().map(|names| query.fields = names),
                "maxResults" => value.as_u64().filter(|max| (1..=BULK_MAX).contains(max)).map(|max| {
                    query.max = usize::try_from(max).unwrap_or(usize::MAX);
                }),
                "nextPageToken" => value.as_str().and_then(offset).map(|start| query.start = start),
                _ => None,
            };
            read.ok_or_else(|| call.bad_payload())?;
        }
        if query.issues.is_empty() || query.issues.len() > BULK_ISSUES || query.fields.len() > BULK_FIELDS {
            let text = format!("The number of issue IDs or keys must be between 1 and {BULK_ISSUES}.");
            return Err(Reply::error(StatusCode::BAD_REQUEST, &text));
        }
        Ok(query)
    }

    fn wants(&self, history: &History) -> bool {
        let named = |field: &str| self.fields.iter().any(|wanted| wanted == field);
        self.fields.is_empty() || history.items.iter().any(|item| named(&item.field_id))
    }
}

fn offset(token: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix("changelog:")?.parse().ok()
}
