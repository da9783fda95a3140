//! The world seen and changed from outside: what is true, and changes that colleagues could have made.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::sandbox::{
    model::{AccountKind, IssueIdx, NewIssue, UserIdx, World},
    richtext::RichText,
    routes::values,
    server::message::{Answer, Reply, Request},
    site::Site,
};

/// `GET truth`: what a cache should come to. The index may lag; the truth doesn't.
pub(super) fn truth(site: &Site, request: &Request) -> Answer {
    let world = site.world();
    let viewer = world.viewer(request.at);
    let found: Vec<IssueIdx> = match request.param("jql") {
        Some(jql) => world.search(&viewer, jql).map_err(|errors| {
            let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Reply::errors(StatusCode::BAD_REQUEST, &texts)
        })?,
        None => world.visible(&viewer).collect(),
    };
    let issues: Vec<Value> = found
        .into_iter()
        .map(|idx| {
            let issue = world.issue(idx);
            json!({"id": issue.id.to_string(), "key": &*issue.key, "updated": issue.updated.to_string()})
        })
        .collect();
    let deleted: Vec<String> = world.deleted().keys().map(u64::to_string).collect();
    Ok(Reply::ok(
        &json!({"now": request.at.to_string(), "issues": issues, "deleted": deleted}),
    ))
}

/// `POST issues/…`
pub(super) fn change(site: &Site, request: &Request, path: &[&str]) -> Answer {
    let body: Map<String, Value> = match request.body.is_empty() {
        true => Map::new(),
        false => super::body(request)?,
    };
    let mut world = site.world_mut();
    let change = Change {
        by: author(&world, &body)?,
        body: &body,
        request,
    };
    match (request.method.as_str(), path) {
        ("POST", []) => change.create(&mut world),
        ("POST", [name, verb]) => {
            let by_id = name.parse().ok().and_then(|id| world.issue_by_id(id));
            let idx = by_id
                .or_else(|| world.issue_by_key(name))
                .ok_or_else(|| Reply::error(StatusCode::NOT_FOUND, &format!("There is no issue {name}.")))?;
            change.make(&mut world, idx, verb)?;
            let issue = world.issue(idx);
            Ok(Reply::ok(&json!({
                "id": issue.id.to_string(), "key": &*issue.key, "updated": issue.updated.to_string(),
            })))
        }
        _ => Err(super::unknown()),
    }
}

/// The account named, or a colleague.
fn author(world: &World, body: &Map<String, Value>) -> Result<Option<UserIdx>, Reply> {
    if let Some(name) = body.get("user").and_then(Value::as_str) {
        let found = world.user_by_ref(name);
        return found
            .map(Some)
            .ok_or_else(|| wrong(&format!("There is no account '{name}'.")));
    }
    let colleague =
        world.users.iter().enumerate().position(|(at, user)| {
            at != world.me.at() && user.active && !user.deleted && user.kind == AccountKind::Human
        });
    Ok(colleague.map(UserIdx::of))
}

fn wrong(text: &str) -> Reply {
    Reply::error(StatusCode::BAD_REQUEST, text)
}

/// A change with whoever makes it.
struct Change<'a> {
    by: Option<UserIdx>,
    body: &'a Map<String, Value>,
    request: &'a Request,
}

impl Change<'_> {
    fn text(&self, name: &str) -> Result<&str, Reply> {
        let text = self.body.get(name).and_then(Value::as_str);
        text.ok_or_else(|| wrong(&format!("'{name}' is missing.")))
    }

    fn fields(&self) -> Result<&Map<String, Value>, Reply> {
        let fields = self.body.get("fields").and_then(Value::as_object);
        fields.ok_or_else(|| wrong("'fields' is missing."))
    }

    fn create(&self, world: &mut World) -> Answer {
        let value = |name: &str| self.body.get(name).unwrap_or(&Value::Null);
        let place = values::project_and_type(world, value("project"), value("issuetype"));
        let (project, issue_type) = place.ok_or_else(|| wrong("'project' and 'issuetype' must be known."))?;
        let new = NewIssue {
            project,
            issue_type,
            values: values::edits(world, project, None, self.fields()?)?,
        };
        let idx = world
            .create(new, self.by, self.request.at)
            .map_err(|error| values::refusal(&error))?;
        let issue = world.issue(idx);
        let made = json!({
            "id": issue.id.to_string(), "key": &*issue.key, "updated": issue.updated.to_string(),
        });
        Ok(Reply::json(StatusCode::CREATED, &made))
    }

    fn make(&self, world: &mut World, idx: IssueIdx, verb: &str) -> Result<(), Reply> {
        let now = self.request.at;
        match verb {
            "comment" => {
                let body = RichText::Wiki(self.text("body")?.into());
                world.comment(idx, body, None, self.by, now);
            }
            "transition" => {
                let to = self.text("to")?;
                let leads = |status| world.status(status).name.eq_ignore_ascii_case(to);
                let id = world
                    .transitions(idx)
                    .find(|transition| leads(transition.to))
                    .map(|found| found.id);
                let id = id.ok_or_else(|| wrong(&format!("No transition leads to '{to}' from here.")))?;
                world
                    .transition(idx, id, Vec::new(), self.by, now)
                    .map_err(|error| values::refusal(&error))?;
            }
            "edit" => {
                let edits = values::edits(world, world.issue(idx).project, Some(idx), self.fields()?)?;
                world
                    .edit(idx, edits, self.by, now)
                    .map_err(|error| values::refusal(&error))?;
            }
            "move" => {
                let key = self.text("project")?;
                let project = world
                    .project_by_ref(key)
                    .ok_or_else(|| wrong(&format!("There is no project '{key}'.")))?;
                world.move_project(idx, project, self.by, now);
            }
            "delete" => world.delete(idx, true, now).map_err(|error| values::refusal(&error))?,
            "hide" => world.hide(idx),
            "show" => world.unhide(idx),
            _ => return Err(super::unknown()),
        }
        Ok(())
    }
}
