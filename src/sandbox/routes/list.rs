//! The lists an administrator keeps: fields, priorities, resolutions, statuses, types, labels.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Call;
use crate::sandbox::{
    model::{Category, Field, LinkTypeIdx, PriorityIdx, ResolutionIdx, StatusIdx, TypeIdx},
    server::message::{Answer, Reply},
};

fn indices<I>(count: usize, index: impl Fn(usize) -> I) -> Vec<I> {
    (0..count).map(index).collect()
}

/// `GET field`
pub(super) fn fields(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wire = call.wire(&world);
    let anonymous = call.user.is_none();
    let shown = |field: &&Field| !anonymous || field.custom.is_none();
    Ok(Reply::ok(
        &world
            .fields
            .iter()
            .filter(shown)
            .map(|field| wire.field(field))
            .collect(),
    ))
}

/// `GET priority`
pub(super) fn priorities(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wire = call.wire(&world);
    let all = indices(world.priorities.len(), PriorityIdx::of);
    Ok(Reply::ok(
        &all.into_iter().map(|idx| wire.priority_details(idx)).collect(),
    ))
}

/// `GET priority/search` on Cloud, `GET priority/page` on Data Center
pub(super) fn priority_page(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wire = call.wire(&world);
    let all = indices(world.priorities.len(), PriorityIdx::of);
    let page = call.page(if call.cloud() { 50 } else { 100 }, 1000)?;
    let middle = world.priorities.len() / 2;
    let write = |idx: &PriorityIdx| {
        let mut json = wire.priority_details(*idx);
        if call.cloud() {
            json["isDefault"] = (idx.at() == middle).into();
        }
        json
    };
    Ok(Reply::ok(&page.values(&all, &wire.api("priority/search"), write)))
}

/// `GET resolution`
pub(super) fn resolutions(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wire = call.wire(&world);
    let all = indices(world.resolutions.len(), ResolutionIdx::of);
    Ok(Reply::ok(&all.into_iter().map(|idx| wire.resolution(idx)).collect()))
}

/// `GET resolution/search` on Cloud, `GET resolution/page` on Data Center
pub(super) fn resolution_page(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wire = call.wire(&world);
    let all = indices(world.resolutions.len(), ResolutionIdx::of);
    let page = call.page(if call.cloud() { 50 } else { 100 }, 1000)?;
    Ok(Reply::ok(&page.values(&all, &wire.api("resolution/search"), |idx| {
        wire.resolution(*idx)
    })))
}

/// `GET status`
pub(super) fn statuses(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wire = call.wire(&world);
    // Only statuses of workflows in use that the caller may see.
    let count = if call.user.is_some() { world.statuses.len() } else { 0 };
    Ok(Reply::ok(
        &indices(count, StatusIdx::of)
            .into_iter()
            .map(|idx| wire.status(idx))
            .collect(),
    ))
}

/// `GET status/page` on Data Center
pub(super) fn status_page(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wire = call.wire(&world);
    let query = call.request.param("query").unwrap_or_default().to_lowercase();
    let mut all = indices(world.statuses.len(), StatusIdx::of);
    all.retain(|idx| world.status(*idx).name.to_lowercase().contains(&query));
    let page = call.page(100, 1000)?;
    Ok(Reply::ok(
        &page.values(&all, &wire.api("status/page"), |idx| wire.status(*idx)),
    ))
}

/// `GET statuses/search` on Cloud: another shape, for people who administer.
pub(super) fn status_search(call: &Call<'_>) -> Answer {
    let world = call.world();
    let query = call.request.param("searchString").unwrap_or_default().to_lowercase();
    let mut all = indices(world.statuses.len(), StatusIdx::of);
    all.retain(|idx| world.status(*idx).name.to_lowercase().contains(&query));
    let write = |idx: &StatusIdx| {
        let status = world.status(*idx);
        let category = match status.category {
            Category::Undefined | Category::ToDo => "TODO",
            Category::InProgress => "IN_PROGRESS",
            Category::Done => "DONE",
        };
        json!({
            "id": status.id.to_string(), "name": &*status.name, "statusCategory": category,
            "scope": {"type": "GLOBAL"}, "description": status.description, "usages": [],
        })
    };
    let address = call.wire(&world).api("statuses/search");
    Ok(Reply::ok(&call.page(200, 200)?.values(&all, &address, write)))
}

/// `GET statuscategory`
pub(super) fn categories(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wire = call.wire(&world);
    let all = [
        Category::Undefined,
        Category::ToDo,
        Category::InProgress,
        Category::Done,
    ];
    Ok(Reply::ok(
        &all.into_iter().map(|category| wire.category(category)).collect(),
    ))
}

/// `GET issuetype`
pub(super) fn issue_types(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wire = call.wire(&world);
    let count = if call.user.is_some() {
        world.issue_types.len()
    } else {
        0
    };
    Ok(Reply::ok(
        &indices(count, TypeIdx::of)
            .into_iter()
            .map(|idx| wire.issue_type(idx))
            .collect(),
    ))
}

/// `GET issueLinkType`
pub(super) fn link_types(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wire = call.wire(&world);
    let all = indices(world.link_types.len(), LinkTypeIdx::of);
    let types: Vec<Value> = all.into_iter().map(|idx| wire.link_type(idx)).collect();
    Ok(Reply::ok(&json!({"issueLinkTypes": types})))
}

/// `GET label` on Cloud
pub(super) fn labels(call: &Call<'_>) -> Answer {
    let world = call.world();
    let viewer = call.viewer();
    let mut labels: Vec<&str> = world
        .visible(&viewer)
        .flat_map(|idx| world.issue(idx).labels.iter().map(|label| &**label))
        .collect();
    labels.sort_unstable();
    labels.dedup();
    let address = call.wire(&world).api("label");
    Ok(Reply::ok(
        &call
            .page(1000, 1000)?
            .values(&labels, &address, |label| Value::from(*label)),
    ))
}

/// Made-up content of an attachment: the same for the same id, and as long as promised.
pub(crate) fn file_content(id: u64, size: u64) -> Vec<u8> {
    let size = usize::try_from(size).unwrap_or(usize::MAX).min(LARGEST_FILE);
    let mut content = Vec::with_capacity(size);
    let mut line = 0_u64;
    while content.len() < size {
        line += 1;
        content.extend_from_slice(format!("attachment {id}, line {line}\n").as_bytes());
    }
    content.truncate(size);
    content
}

/// No file is longer, whatever its record says.
const LARGEST_FILE: usize = 16 * 1024 * 1024;

/// What `404` says of files.
pub(super) fn no_file(id: &str) -> Reply {
    Reply::error(
        StatusCode::NOT_FOUND,
        &format!("The attachment with id '{id}' does not exist"),
    )
}
