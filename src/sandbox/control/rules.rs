//! What an administrator changes while others write: options, mandatory fields, screens, permissions, archives.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::{body, done, unknown};
use crate::sandbox::{
    model::{CustomValue, FieldIdx, ProjectIdx, World},
    server::message::{Answer, Reply, Request},
    site::Site,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gone {
    option: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Required {
    project: String,
    #[serde(default = "yes")]
    required: bool,
    /// The text of an option.
    #[serde(default)]
    default: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    project: String,
    shown: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Archived {
    #[serde(default = "yes")]
    archived: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Permission {
    permission: String,
    granted: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    limit: usize,
}

fn yes() -> bool {
    true
}

/// `POST fields/…`, `POST projects/…`, `PUT remote-link-limit`
pub(super) fn answer(site: &Site, request: &Request, path: &[&str]) -> Answer {
    let mut world = site.world_mut();
    match (request.method.as_str(), path) {
        ("POST", ["fields", name, verb]) => {
            let idx = field(&world, name)?;
            change_field(&mut world, idx, verb, request)?;
        }
        ("POST", ["projects", name, "archive"]) => {
            let idx = project(&world, name)?;
            let archived = match request.body.is_empty() {
                true => true,
                false => body::<Archived>(request)?.archived,
            };
            world.archive(idx, archived);
        }
        ("POST", ["projects", name, "permission"]) => {
            let idx = project(&world, name)?;
            let wanted: Permission = body(request)?;
            world.screens.permit(idx, &wanted.permission, wanted.granted);
        }
        ("PUT", ["remote-link-limit"]) => world.remote_link_limit = body::<Limit>(request)?.limit,
        _ => return Err(unknown()),
    }
    world.changed();
    done()
}

fn change_field(world: &mut World, idx: FieldIdx, verb: &str, request: &Request) -> Result<(), Reply> {
    match verb {
        "remove-option" => {
            let option = body::<Gone>(request)?.option;
            if !world.remove_option(idx, &option) {
                return Err(missing("option", &option));
            }
        }
        "require" => {
            let wanted: Required = body(request)?;
            let project = project(world, &wanted.project)?;
            let default = match wanted.default {
                Some(text) => Some(option(world, idx, &text)?),
                None => None,
            };
            if wanted.required {
                world.screens.show(project, idx, true);
                world.screens.require(project, idx, default);
            } else {
                world.screens.release(project, idx);
            }
        }
        "show" => {
            let wanted: Shown = body(request)?;
            let project = project(world, &wanted.project)?;
            world.screens.show(project, idx, wanted.shown);
        }
        _ => return Err(unknown()),
    }
    Ok(())
}

fn field(world: &World, name: &str) -> Result<FieldIdx, Reply> {
    let by_name = || {
        world
            .fields
            .iter()
            .position(|field| field.name == name)
            .map(FieldIdx::of)
    };
    world
        .field_by_id(name)
        .or_else(by_name)
        .ok_or_else(|| missing("field", name))
}

fn project(world: &World, name: &str) -> Result<ProjectIdx, Reply> {
    world.project_by_ref(name).ok_or_else(|| missing("project", name))
}

fn option(world: &World, idx: FieldIdx, text: &str) -> Result<CustomValue, Reply> {
    let found = world.field(idx).options.iter().find(|option| option.value == text);
    found
        .map(|option| CustomValue::Option(option.id))
        .ok_or_else(|| missing("option", text))
}

fn missing(what: &str, name: &str) -> Reply {
    let text = format!("There is no {what} '{name}'.");
    Reply::json(StatusCode::NOT_FOUND, &Value::from(text))
}
