//! What the caller may do. Cloud wants to be asked for each permission, Data Center tells all.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Call;
use crate::sandbox::{
    model::{ProjectIdx, World},
    server::message::{Answer, Reply},
};

/// Key, name, and whether it is global.
const PERMISSIONS: [(&str, &str, bool); 26] = [
    ("ADMINISTER", "Administer Jira", true),
    ("SYSTEM_ADMIN", "System Administrator", true),
    ("USER_PICKER", "Browse Users", true),
    ("CREATE_SHARED_OBJECTS", "Share dashboards and filters", true),
    (
        "MANAGE_GROUP_FILTER_SUBSCRIPTIONS",
        "Manage Group Filter Subscriptions",
        true,
    ),
    ("BULK_CHANGE", "Make bulk changes", true),
    ("ADMINISTER_PROJECTS", "Administer Projects", false),
    ("BROWSE_PROJECTS", "Browse Projects", false),
    ("VIEW_DEV_TOOLS", "View Development Tools", false),
    ("CREATE_ISSUES", "Create Issues", false),
    ("EDIT_ISSUES", "Edit Issues", false),
    ("TRANSITION_ISSUES", "Transition Issues", false),
    ("SCHEDULE_ISSUES", "Schedule Issues", false),
    ("MOVE_ISSUES", "Move Issues", false),
    ("ASSIGN_ISSUES", "Assign Issues", false),
    ("ASSIGNABLE_USER", "Assignable User", false),
    ("RESOLVE_ISSUES", "Resolve Issues", false),
    ("CLOSE_ISSUES", "Close Issues", false),
    ("MODIFY_REPORTER", "Modify Reporter", false),
    ("DELETE_ISSUES", "Delete Issues", false),
    ("LINK_ISSUES", "Link Issues", false),
    ("SET_ISSUE_SECURITY", "Set Issue Security", false),
    ("MANAGE_WATCHERS", "Manage Watchers", false),
    ("ADD_COMMENTS", "Add Comments", false),
    ("CREATE_ATTACHMENTS", "Create Attachments", false),
    ("WORK_ON_ISSUES", "Work On Issues", false),
];

/// `GET mypermissions`
pub(super) fn mine(call: &Call<'_>) -> Answer {
    let world = call.world();
    let context = context(call, &world)?;
    let asked = call.request.list("permissions");
    if call.cloud() {
        check_asked(&asked)?;
    }
    let wanted = |key: &str| !call.cloud() || asked.iter().any(|name| name == key);
    let mut permissions = Map::new();
    for (at, (key, name, global)) in PERMISSIONS.iter().enumerate() {
        if wanted(key) {
            let mut entry = described(at, key, name, *global);
            entry["havePermission"] = holds(call, &world, context, key).into();
            if !call.cloud() {
                entry["deprecatedKey"] = false.into();
            }
            permissions.insert((*key).to_owned(), entry);
        }
    }
    Ok(Reply::ok(&json!({"permissions": permissions})))
}

/// `GET permissions`
pub(super) fn all(_call: &Call<'_>) -> Answer {
    let entries = PERMISSIONS.iter().enumerate();
    let permissions: Map<String, Value> = entries
        .map(|(at, (key, name, global))| ((*key).to_owned(), described(at, key, name, *global)))
        .collect();
    Ok(Reply::ok(&json!({"permissions": permissions})))
}

fn described(at: usize, key: &str, name: &str, global: bool) -> Value {
    let kind = if global { "GLOBAL" } else { "PROJECT" };
    json!({"id": at.to_string(), "key": key, "name": name, "type": kind, "description": format!("Ability to: {name}.")})
}

fn check_asked(asked: &[String]) -> Result<(), Reply> {
    if asked.is_empty() {
        let text = "The 'permissions' query parameter is required.";
        return Err(Reply::error(StatusCode::BAD_REQUEST, text));
    }
    let unknown = asked
        .iter()
        .filter(|name| !PERMISSIONS.iter().any(|(key, ..)| key == name));
    let errors: Map<String, Value> = unknown
        .map(|name| (name.clone(), "Unrecognized permission".into()))
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    let body = json!({"errorMessages": [], "errors": errors});
    Err(Reply::json(StatusCode::BAD_REQUEST, &body))
}

/// The project that is asked about, by itself or through an issue; it must be there.
fn context(call: &Call<'_>, world: &World) -> Result<Option<ProjectIdx>, Reply> {
    let request = call.request;
    let mut context = None;
    if let Some(name) = request.param("projectKey").or_else(|| request.param("projectId")) {
        let found = world.project_by_ref(name).filter(|_| call.user.is_some());
        let Some(idx) = found.filter(|idx| !world.project(*idx).archived) else {
            let text = format!("No project could be found with key '{name}'.");
            return Err(Reply::error(StatusCode::NOT_FOUND, &text));
        };
        context = Some(idx);
    }
    if let Some(name) = request.param("issueKey").or_else(|| request.param("issueId")) {
        let idx = world.find(&call.viewer(), name).ok_or_else(|| call.no_issue())?;
        context = Some(world.issue(idx).project);
    }
    Ok(context)
}

fn holds(call: &Call<'_>, world: &World, context: Option<ProjectIdx>, key: &str) -> bool {
    let Some(user) = call.user else {
        return false;
    };
    if context.is_some_and(|project| world.screens.denies(project, key)) {
        return false;
    }
    match key {
        "ADMINISTER" | "SYSTEM_ADMIN" | "ADMINISTER_PROJECTS" => {
            ["administrators", "jira-administrators", "site-admins"]
                .iter()
                .any(|group| world.in_group(user, group))
        }
        _ => true,
    }
}
