//! Boards and their sprints, below an address of their own: `/rest/agile/1.0`.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Call;
use crate::sandbox::{
    model::{ProjectIdx, Sprint, World},
    server::message::{Answer, Reply},
};

/// Boards have the numbers of their projects, less this.
const BOARD_OFFSET: u64 = 9_990;

/// A board: its number and its project.
type Board = (u64, ProjectIdx);

fn boards(world: &World) -> Vec<Board> {
    let live = (0..world.projects.len()).map(ProjectIdx::of);
    live.filter(|idx| !world.project(*idx).archived && !world.screens.denies(*idx, "BROWSE_PROJECTS"))
        .map(|idx| (world.project(idx).id.saturating_sub(BOARD_OFFSET), idx))
        .filter(|(id, _)| world.sprints.iter().any(|sprint| sprint.board == *id))
        .collect()
}

/// `GET /rest/agile/1.0/board`
pub(super) fn list(call: &Call<'_>) -> Answer {
    let world = call.world();
    let request = call.request;
    let mut found = if call.user.is_some() {
        boards(&world)
    } else {
        Vec::new()
    };
    if let Some(name) = request.param("projectKeyOrId") {
        let project = world.project_by_ref(name).ok_or_else(|| {
            let text = format!("No project could be found with key or id '{name}'.");
            Reply::error(StatusCode::BAD_REQUEST, &text)
        })?;
        found.retain(|(_, own)| *own == project);
    }
    if let Some(name) = request.param("name") {
        let name = name.to_lowercase();
        found.retain(|(_, project)| board_name(&world, *project).to_lowercase().contains(&name));
    }
    found.retain(|_| request.param("type").is_none_or(|kind| kind == "scrum"));
    let page = call.page(50, 50)?;
    Ok(Reply::ok(&page.values(&found, &address(call, "board"), |board| {
        described(call, &world, *board)
    })))
}

/// `GET /rest/agile/1.0/board/{}`
pub(super) fn get(call: &Call<'_>) -> Answer {
    let world = call.world();
    let board = find(call, &world)?;
    Ok(Reply::ok(&described(call, &world, board)))
}

/// `GET /rest/agile/1.0/board/{}/sprint`
pub(super) fn sprints(call: &Call<'_>) -> Answer {
    let world = call.world();
    let (board, _) = find(call, &world)?;
    let states = call.request.list("state");
    let known = ["closed", "active", "future"];
    if let Some(wrong) = states.iter().find(|state| !known.contains(&state.as_str())) {
        let text = format!("The value '{wrong}' for the state parameter is not valid.");
        return Err(Reply::error(StatusCode::BAD_REQUEST, &text));
    }
    let wanted = |sprint: &&Sprint| {
        sprint.board == board && (states.is_empty() || states.iter().any(|state| state == sprint.state.word()))
    };
    let found: Vec<&Sprint> = world.sprints.iter().filter(wanted).collect();
    let page = call.page(50, 50)?;
    let own = address(call, &format!("board/{board}/sprint"));
    Ok(Reply::ok(
        &page.values(&found, &own, |sprint| self::sprint(call, sprint)),
    ))
}

/// `GET /rest/agile/1.0/sprint/{}`
pub(super) fn one_sprint(call: &Call<'_>) -> Answer {
    let world = call.world();
    let wanted = call.part(0);
    let found = world.sprints.iter().find(|sprint| sprint.id.to_string() == wanted);
    found
        .filter(|_| call.user.is_some())
        .map(|sprint| Reply::ok(&self::sprint(call, sprint)))
        .ok_or_else(|| Reply::error(StatusCode::NOT_FOUND, "Sprint does not exist"))
}

fn find(call: &Call<'_>, world: &World) -> Result<Board, Reply> {
    let wanted = call.part(0);
    let mut all = boards(world).into_iter();
    all.find(|(id, _)| call.user.is_some() && id.to_string() == wanted)
        .ok_or_else(|| {
            let text = "The requested board cannot be viewed because it either does not exist or you do not have \
                        permission to view it.";
            Reply::error(StatusCode::NOT_FOUND, text)
        })
}

fn address(call: &Call<'_>, path: &str) -> String {
    format!("{}/rest/agile/1.0/{path}", call.base)
}

fn board_name(world: &World, project: ProjectIdx) -> String {
    format!("{} board", world.project(project).key)
}

fn described(call: &Call<'_>, world: &World, (id, idx): Board) -> Value {
    let project = world.project(idx);
    let name = board_name(world, idx);
    json!({
        "id": id, "self": address(call, &format!("board/{id}")), "name": name, "type": "scrum",
        "location": {
            "projectId": project.id, "displayName": format!("{} ({})", project.name, project.key),
            "projectName": &*project.name, "projectKey": project.key, "projectTypeKey": "software",
            "name": format!("{} ({})", project.name, project.key),
        },
    })
}

fn sprint(call: &Call<'_>, sprint: &Sprint) -> Value {
    let mut json = json!({
        "id": sprint.id, "self": address(call, &format!("sprint/{}", sprint.id)), "state": sprint.state.word(),
        "name": &*sprint.name, "originBoardId": sprint.board, "goal": sprint.goal.as_deref().unwrap_or_default(),
    });
    for (name, at) in [
        ("startDate", sprint.start),
        ("endDate", sprint.end),
        ("completeDate", sprint.complete),
    ] {
        if let Some(at) = at {
            json[name] = at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string().into();
        }
    }
    json
}
