//! One value of JSON to one value of the world.

mod custom;
mod time;

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::sandbox::{
    model::{
        ComponentIdx, Edit, FieldKind, Flavour, IssueIdx, PriorityIdx, ProjectIdx, ResolutionIdx, SecurityIdx,
        SprintIdx, SystemField, TypeIdx, UserIdx, VersionIdx, World,
    },
    richtext::RichText,
    wire::Version,
};

/// Longest chain of nodes within nodes that is taken for a document.
const ADF_DEPTH: usize = 64;

/// Longest text of a field of several lines, in characters.
const TEXT_LIMIT: usize = 32_767;

/// A field's edit, nothing (for values that say "as it is"), or what is wrong with it.
type Read = Result<Option<Edit>, String>;

/// Rich text in the form of the version: an ADF document, or wiki markup.
pub(super) fn rich_text(version: Version, value: &Value) -> Option<RichText> {
    match (version, value) {
        (Version::V2, Value::String(text)) => Some(RichText::Wiki(text.as_str().into())),
        (Version::V3, Value::Object(doc)) => {
            let root = doc.get("type")? == "doc" && doc.get("version")? == 1 && doc.get("content")?.is_array();
            (root && is_adf(value, ADF_DEPTH)).then(|| RichText::Adf(Arc::new(value.clone())))
        }
        _ => None,
    }
}

/// Every node has a type, and texts have a text.
fn is_adf(node: &Value, depth: usize) -> bool {
    let Some(kind) = node.get("type").and_then(Value::as_str) else {
        return false;
    };
    if kind == "text" {
        return node
            .get("text")
            .and_then(Value::as_str)
            .is_some_and(|text| !text.is_empty());
    }
    match node.get("content") {
        None => true,
        Some(Value::Array(nodes)) => depth > 0 && nodes.iter().all(|node| is_adf(node, depth - 1)),
        Some(_) => false,
    }
}

/// Finds by `id`, or by one of the given names.
fn position<T>(all: &[T], value: &Value, id: impl Fn(&T) -> u64, name: impl Fn(&T) -> &str) -> Option<usize> {
    let text = |part: &str| value.get(part).and_then(Value::as_str);
    if let Some(wanted) = text("id") {
        return all.iter().position(|item| id(item).to_string() == wanted);
    }
    let wanted = text("name").or_else(|| text("value")).or_else(|| text("key"))?;
    all.iter().position(|item| name(item).eq_ignore_ascii_case(wanted))
}

/// A project by id or key.
pub(super) fn project(world: &World, value: &Value) -> Option<ProjectIdx> {
    position(&world.projects, value, |project| project.id, |project| &project.key).map(ProjectIdx::of)
}

/// An issue type by id or name.
pub(super) fn issue_type(world: &World, value: &Value) -> Option<TypeIdx> {
    position(&world.issue_types, value, |kind| kind.id, |kind| &kind.name).map(TypeIdx::of)
}

/// What Jira says of a field that isn't there, or not where it could be filled in.
pub(super) fn not_on_screen(name: &str) -> String {
    format!("Field '{name}' cannot be set. It is not on the appropriate screen, or unknown.")
}

/// Reads values of fields.
pub(super) struct Reader<'a> {
    pub(super) world: &'a World,
    pub(super) version: Version,
    pub(super) project: ProjectIdx,
    /// The issue as it is, for changes relative to it.
    pub(super) issue: Option<IssueIdx>,
}

impl Reader<'_> {
    /// A field is set to a value.
    pub(super) fn set(&self, name: &str, value: &Value) -> Read {
        let idx = self.world.field_by_id(name).ok_or_else(|| not_on_screen(name))?;
        let field = self.world.field(idx);
        match field.kind {
            FieldKind::System(system) => self.system(system, value).unwrap_or_else(|| Err(not_on_screen(name))),
            FieldKind::Sprint => self.sprints(value),
            FieldKind::EpicLink => self.parent(value),
            _ if value.is_null() => Ok(Some(Edit::Custom(idx, None))),
            _ => self.custom(idx, field, value),
        }
    }

    /// `set`, `add` and `remove` of a field, in their order.
    pub(super) fn update(&self, name: &str, operations: &[Value]) -> Read {
        let mut current = self.current(name);
        let mut whole = None;
        for operation in operations {
            let Some((verb, value)) = operation.as_object().and_then(|map| map.iter().next()) else {
                return Err("Operation value must be an object".to_owned());
            };
            match verb.as_str() {
                "set" if name == "parent" && value.get("none") == Some(&json!(true)) => whole = Some(Value::Null),
                "set" => {
                    current = value.as_array().cloned();
                    whole = Some(value.clone());
                }
                "add" | "remove" => {
                    let list = current
                        .as_mut()
                        .ok_or_else(|| format!("Field '{name}' does not support '{verb}'"))?;
                    list.retain(|other| !self.same(other, value));
                    if verb == "add" {
                        list.push(value.clone());
                    }
                    whole = Some(Value::Array(list.clone()));
                }
                _ => {
                    return Err(format!(
                        "Field with id '{name}' and name '{name}' does not support operation '{verb}'"
                    ));
                }
            }
        }
        whole.map_or(Ok(None), |value| self.set(name, &value))
    }

    fn same(&self, one: &Value, other: &Value) -> bool {
        let matches = |part: &str| one.get(part).is_some() && one.get(part) == other.get(part);
        one == other || matches("id") || matches("name")
    }

    /// The present value of a list that can be added to; `None` for other fields.
    fn current(&self, name: &str) -> Option<Vec<Value>> {
        let Some(idx) = self.issue else {
            return Some(Vec::new());
        };
        let (world, issue) = (self.world, self.world.issue(idx));
        let versions = |all: &[VersionIdx]| {
            let entry = |idx: &VersionIdx| {
                let version = world.version(*idx);
                json!({"id": version.id.to_string(), "name": &*version.name})
            };
            all.iter().map(entry).collect()
        };
        match name {
            "labels" => Some(issue.labels.iter().map(|label| json!(&**label)).collect()),
            "fixVersions" => Some(versions(&issue.fix_versions)),
            "versions" => Some(versions(&issue.affects_versions)),
            "components" => {
                let entry = |idx: &ComponentIdx| {
                    let component = world.component(*idx);
                    json!({"id": component.id.to_string(), "name": &*component.name})
                };
                Some(issue.components.iter().map(entry).collect())
            }
            _ => None,
        }
    }

    /// `None` for fields that cannot be set at all.
    fn system(&self, field: SystemField, value: &Value) -> Option<Read> {
        let world = self.world;
        let text = |value: &Value| {
            value
                .as_str()
                .map(str::to_owned)
                .ok_or("Operation value must be a string".to_owned())
        };
        Some(match field {
            SystemField::Summary => text(value).map(|text| Some(Edit::Summary(text))),
            SystemField::Description => self.rich(value, Edit::Description),
            SystemField::Environment => self.rich(value, Edit::Environment),
            SystemField::Type => issue_type(world, value)
                .map(|kind| Some(Edit::Type(kind)))
                .ok_or("The issue type selected is invalid.".to_owned()),
            SystemField::Priority => {
                let found = position(&world.priorities, value, |p| p.id, |p| &p.name).map(PriorityIdx::of);
                optional(value, found, Edit::Priority, "The priority selected is invalid.")
            }
            SystemField::Resolution => {
                let found = position(&world.resolutions, value, |r| r.id, |r| &r.name).map(ResolutionIdx::of);
                optional(value, found, Edit::Resolution, "The resolution selected is invalid.")
            }
            SystemField::Security => {
                let found = position(&world.security_levels, value, |s| s.id, |s| &s.name).map(SecurityIdx::of);
                optional(value, found, Edit::Security, "The security level selected is invalid.")
            }
            SystemField::Assignee => optional(
                value,
                self.user(value),
                Edit::Assignee,
                "User cannot be assigned issues.",
            ),
            SystemField::Reporter => optional(
                value,
                self.user(value),
                Edit::Reporter,
                "The reporter specified is not a user.",
            ),
            SystemField::Due => {
                let date = value.as_str().and_then(|text| text.parse::<Date>().ok());
                let text = "Operation value must be a string in the format \"yyyy-MM-dd\"";
                optional(value, date, Edit::Due, text)
            }
            SystemField::Labels => custom::labels(value).map(|labels| Some(Edit::Labels(labels))),
            SystemField::Components => list(value, |item| self.component(item), Edit::Components, "component"),
            SystemField::FixVersions => list(value, |item| self.version(item), Edit::FixVersions, "version"),
            SystemField::AffectsVersions => list(value, |item| self.version(item), Edit::AffectsVersions, "version"),
            SystemField::Parent => self.parent(value),
            _ => return None,
        })
    }

    /// A field is set to a value, which for some means several changes.
    pub(super) fn set_all(&self, name: &str, value: &Value) -> Result<Vec<Edit>, String> {
        match name {
            "timetracking" => time::tracking(value, self.issue.is_none()),
            _ => Ok(self.set(name, value)?.into_iter().collect()),
        }
    }

    fn rich(&self, value: &Value, edit: fn(Option<RichText>) -> Edit) -> Read {
        let text = match self.version {
            Version::V2 => "Operation value must be a string",
            Version::V3 => "Operation value must be an Atlassian Document (see the Atlassian Document Format)",
        };
        let found = rich_text(self.version, value);
        if found.as_ref().is_some_and(|found| self.is_too_long(found)) {
            return Err(custom::too_long(TEXT_LIMIT));
        }
        optional(value, found, edit, text)
    }

    /// Jira counts the markup too.
    fn is_too_long(&self, text: &RichText) -> bool {
        text.wiki(&self.world.users, self.world.flavour).chars().count() > TEXT_LIMIT
    }

    fn user(&self, value: &Value) -> Option<UserIdx> {
        let part = match self.world.flavour {
            Flavour::Cloud => value.get("accountId").or_else(|| value.get("id")),
            Flavour::DataCenter => value.get("name").or_else(|| value.get("key")),
        };
        self.world.user_by_ref(part?.as_str()?)
    }

    fn component(&self, value: &Value) -> Option<ComponentIdx> {
        let own = &self.world.project(self.project).components;
        let all: Vec<_> = own.iter().map(|idx| self.world.component(*idx)).collect();
        position(&all, value, |component| component.id, |component| &component.name).map(|at| own[at])
    }

    fn version(&self, value: &Value) -> Option<VersionIdx> {
        let own = &self.world.project(self.project).versions;
        let all: Vec<_> = own.iter().map(|idx| self.world.version(*idx)).collect();
        position(&all, value, |version| version.id, |version| &version.name).map(|at| own[at])
    }

    fn parent(&self, value: &Value) -> Read {
        let name = value.get("key").or_else(|| value.get("id")).unwrap_or(value).as_str();
        let found = name.and_then(|name| {
            self.world
                .issue_by_key(name)
                .or_else(|| self.world.issue_by_id(name.parse().ok()?))
        });
        optional(value, found, Edit::Parent, "Could not find issue by id or key.")
    }

    fn sprints(&self, value: &Value) -> Read {
        let Some(id) = value.as_u64() else {
            return if value.is_null() {
                Ok(Some(Edit::Sprints(Vec::new())))
            } else {
                Err("Number value expected as the Sprint id.".to_owned())
            };
        };
        let at = self.world.sprints.iter().position(|sprint| sprint.id == id);
        let sprint = at
            .map(SprintIdx::of)
            .ok_or(format!("Sprint with id '{id}' does not exist."))?;
        let mut sprints = self
            .issue
            .map(|idx| self.world.issue(idx).sprints.clone())
            .unwrap_or_default();
        sprints.retain(|other| *other != sprint);
        sprints.push(sprint);
        Ok(Some(Edit::Sprints(sprints)))
    }
}

/// Null clears, what was found sets, anything else is an error.
fn optional<T>(value: &Value, found: Option<T>, edit: impl Fn(Option<T>) -> Edit, wrong: &str) -> Read {
    match found {
        _ if value.is_null() => Ok(Some(edit(None))),
        Some(found) => Ok(Some(edit(Some(found)))),
        None => Err(wrong.to_owned()),
    }
}

/// A list in which every item must be known.
fn list<T>(value: &Value, item: impl Fn(&Value) -> Option<T>, edit: impl Fn(Vec<T>) -> Edit, what: &str) -> Read {
    if value.is_null() {
        return Ok(Some(edit(Vec::new())));
    }
    let items = value.as_array().ok_or("data was not an array".to_owned())?;
    let read = |value: &Value| {
        let name = value.get("name").or_else(|| value.get("id")).unwrap_or(value);
        item(value).ok_or_else(|| format!("The {what} {name} is not valid"))
    };
    Ok(Some(edit(items.iter().map(read).collect::<Result<_, _>>()?)))
}
