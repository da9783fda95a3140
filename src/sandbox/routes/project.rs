//! Projects and what belongs to them.

use serde_json::{Value, json};

use super::Call;
use crate::sandbox::{
    model::{ProjectIdx, World},
    server::message::Answer,
    server::message::Reply,
    wire::Wire,
};

/// Projects the caller may see, by key.
fn visible(call: &Call<'_>, world: &World, archived: bool) -> Vec<ProjectIdx> {
    if call.user.is_none() {
        return Vec::new();
    }
    let mut all: Vec<ProjectIdx> = (0..world.projects.len()).map(ProjectIdx::of).collect();
    all.retain(|idx| archived || !world.project(*idx).archived);
    all.sort_by(|a, b| world.project(*a).key.cmp(&world.project(*b).key));
    all
}

/// A project of a list, with what `expand` asks for.
fn listed(wire: &Wire<'_>, idx: ProjectIdx, expand: &[String]) -> Value {
    let mut json = wire.project(idx);
    json["expand"] = "description,lead,issueTypes,url,projectKeys".into();
    let details = wire.project_details(idx);
    for word in expand {
        if matches!(word.as_str(), "description" | "lead" | "issueTypes") {
            json[word.as_str()] = details[word.as_str()].clone();
        }
    }
    json
}

/// `GET project`
pub(super) fn all(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wire = call.wire(&world);
    let expand = call.request.list("expand");
    let projects = visible(call, &world, !call.cloud() && call.request.flag("includeArchived"));
    Ok(Reply::ok(
        &projects.into_iter().map(|idx| listed(&wire, idx, &expand)).collect(),
    ))
}

/// `GET project/search` on Cloud
pub(super) fn search(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wire = call.wire(&world);
    let request = call.request;
    let statuses = request.list("status");
    let archived = statuses.iter().any(|status| status == "archived");
    let mut projects = visible(call, &world, archived);
    let query = request.param("query").unwrap_or_default().to_lowercase();
    let keys = request.list("keys");
    projects.retain(|idx| {
        let project = world.project(*idx);
        let text = format!("{} {}", project.key, project.name).to_lowercase();
        text.contains(&query) && (keys.is_empty() || keys.contains(&project.key))
    });
    let expand = request.list("expand");
    let page = call.page(50, 100)?;
    let body = page.values(&projects, &wire.api("project/search"), |idx| {
        listed(&wire, *idx, &expand)
    });
    Ok(Reply::ok(&body))
}

/// `GET project/{}`
pub(super) fn get(call: &Call<'_>) -> Answer {
    let world = call.world();
    let idx = call.project(&world)?;
    Ok(Reply::ok(&call.wire(&world).project_details(idx)))
}

/// `GET project/{}/components`
pub(super) fn components(call: &Call<'_>) -> Answer {
    let world = call.world();
    let idx = call.project(&world)?;
    let wire = call.wire(&world);
    let components = &world.project(idx).components;
    Ok(Reply::ok(
        &components.iter().map(|idx| wire.component_details(*idx)).collect(),
    ))
}

/// `GET project/{}/versions`
pub(super) fn versions(call: &Call<'_>) -> Answer {
    let world = call.world();
    let idx = call.project(&world)?;
    let wire = call.wire(&world);
    let versions = &world.project(idx).versions;
    Ok(Reply::ok(
        &versions.iter().map(|idx| wire.version_details(*idx)).collect(),
    ))
}

/// `GET project/{}/component` on Cloud
pub(super) fn component_page(call: &Call<'_>) -> Answer {
    let world = call.world();
    let idx = call.project(&world)?;
    let wire = call.wire(&world);
    let typed = call.request.param("query").unwrap_or_default().to_lowercase();
    let mut found = world.project(idx).components.clone();
    found.retain(|idx| world.component(*idx).name.to_lowercase().contains(&typed));
    let address = wire.api(&format!("project/{}/component", call.part(0)));
    let page = call.page(50, 50)?;
    Ok(Reply::ok(
        &page.values(&found, &address, |idx| wire.component_details(*idx)),
    ))
}

/// `GET project/{}/version`
pub(super) fn version_page(call: &Call<'_>) -> Answer {
    let world = call.world();
    let idx = call.project(&world)?;
    let wire = call.wire(&world);
    let typed = call.request.param("query").unwrap_or_default().to_lowercase();
    let states = call.request.list("status");
    let mut found = world.project(idx).versions.clone();
    found.retain(|idx| {
        let version = world.version(*idx);
        let state = match (version.archived, version.released) {
            (true, _) => "archived",
            (false, true) => "released",
            (false, false) => "unreleased",
        };
        let wanted = states.is_empty() || states.iter().any(|wanted| wanted == state);
        wanted && version.name.to_lowercase().contains(&typed)
    });
    let address = wire.api(&format!("project/{}/version", call.part(0)));
    let page = call.page(50, 50)?;
    Ok(Reply::ok(
        &page.values(&found, &address, |idx| wire.version_details(*idx)),
    ))
}

/// `GET project/{}/statuses`: by issue type.
pub(super) fn statuses(call: &Call<'_>) -> Answer {
    let world = call.world();
    let idx = call.project(&world)?;
    let wire = call.wire(&world);
    let of_type = |(kind, workflow): &(_, crate::sandbox::model::WorkflowIdx)| {
        let statuses = world
            .workflows
            .get(workflow.at())
            .map(|flow| flow.statuses.as_slice())
            .unwrap_or_default();
        let statuses: Vec<Value> = statuses.iter().map(|status| wire.status(*status)).collect();
        let kind = wire.issue_type(*kind);
        json!({
            "self": kind["self"], "id": kind["id"], "name": kind["name"], "subtask": kind["subtask"],
            "statuses": statuses,
        })
    };
    Ok(Reply::ok(&world.project(idx).types.iter().map(of_type).collect()))
}
