//! Reading issues one by one and in bulk, and their properties.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Call, NO_ISSUE};
use crate::sandbox::{
    model::{IssueIdx, World},
    server::message::{Answer, Reply, split_commas},
    wire::select::{Expand, Selection, Unasked},
};

/// How many issues one bulk fetch may name.
const BULK: usize = 100;

/// `GET issue/{}`: by id, key or former key, which is answered under the present key.
pub(super) fn get(call: &Call<'_>) -> Answer {
    let world = call.world();
    let idx = call.issue(&world)?;
    let request = call.request;
    let selection = Selection::parse(&world, &request.list("fields"), Unasked::All);
    let expand = Expand::parse(&request.list("expand"));
    let wire = call.wire(&world);
    let mut json = wire.issue(idx, world.issue(idx), &selection, expand, &request.list("properties"));
    if expand.names {
        json["names"] = wire.names(&selection.fields);
    }
    if expand.schema {
        json["schema"] = wire.schema(&selection.fields);
    }
    if expand.editmeta {
        json["editmeta"] = super::createmeta::edit_fields(call, &world, idx);
    }
    Ok(Reply::ok(&json))
}

/// `POST issue/bulkfetch`
pub(super) fn bulk_fetch(call: &Call<'_>) -> Answer {
    let body = call.object()?;
    let known = ["issueIdsOrKeys", "fields", "expand", "properties", "fieldsByKeys"];
    if body.keys().any(|name| !known.contains(&name.as_str())) {
        return Err(call.bad_payload());
    }
    let list = |name: &str| -> Result<Vec<String>, Reply> {
        match body.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(values)) => {
                let texts: Option<_> = values.iter().map(|value| value.as_str().map(str::to_owned)).collect();
                texts.ok_or_else(|| call.bad_payload())
            }
            Some(_) => Err(call.bad_payload()),
        }
    };
    let names = list("issueIdsOrKeys")?;
    if names.is_empty() || names.len() > BULK {
        let text = format!("The number of issue IDs or keys must be between 1 and {BULK}.");
        return Err(Reply::error(StatusCode::BAD_REQUEST, &text));
    }
    let world = call.world();
    let selection = Selection::parse(&world, &list("fields")?, Unasked::Navigable);
    let expand = Expand::parse(&split_commas(list("expand")?.iter().map(String::as_str)));
    let properties = list("properties")?;
    let (found, missing) = look_up(call, &world, names);
    let wire = call.wire(&world);
    let write = |idx: &IssueIdx| wire.issue(*idx, world.issue(*idx), &selection, expand, &properties);
    let issues: Vec<Value> = found.iter().map(write).collect();
    let errors: Vec<Value> = missing
        .iter()
        .map(|name| json!({"id": name, "errorMessage": NO_ISSUE}))
        .collect();
    let mut page = json!({"issues": issues, "issueErrors": errors});
    if expand.names {
        page["names"] = wire.names(&selection.fields);
    }
    if expand.schema {
        page["schema"] = wire.schema(&selection.fields);
    }
    Ok(Reply::ok(&page))
}

/// Tells what there is from what there isn't; issues come once each, by ascending id.
fn look_up(call: &Call<'_>, world: &World, names: Vec<String>) -> (Vec<IssueIdx>, Vec<String>) {
    let viewer = call.viewer();
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for name in names {
        match world.find(&viewer, &name) {
            Some(idx) => found.push(idx),
            None => missing.push(name),
        }
    }
    found.sort_by_key(|idx| world.issue(*idx).id);
    found.dedup();
    (found, missing)
}

/// `GET issue/{}/properties`
pub(super) fn property_keys(call: &Call<'_>) -> Answer {
    let world = call.world();
    let issue = world.issue(call.issue(&world)?);
    let keys: Vec<Value> = issue
        .properties
        .keys()
        .map(|key| json!({"key": key, "self": call.wire(&world).api(&format!("issue/{}/properties/{key}", issue.id))}))
        .collect();
    Ok(Reply::ok(&json!({"keys": keys})))
}

/// `GET issue/{}/properties/{}`
pub(super) fn property(call: &Call<'_>) -> Answer {
    let world = call.world();
    let issue = world.issue(call.issue(&world)?);
    let key = call.part(1);
    match issue.properties.get(key) {
        Some(value) => Ok(Reply::ok(&json!({"key": key, "value": value}))),
        None => Err(Reply::error(
            StatusCode::NOT_FOUND,
            &format!("The property '{key}' does not exist."),
        )),
    }
}
