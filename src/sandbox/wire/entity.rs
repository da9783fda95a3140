//! What a site is made of as JSON: projects, statuses, priorities and the other lists.
//!
//! Must never be in here: issues.

use serde_json::{Value, json};

use super::Wire;
use crate::sandbox::model::{
    Category, ComponentIdx, Field, FieldKind, FieldOption, LinkTypeIdx, PriorityIdx, ProjectIdx, ResolutionIdx,
    SecurityIdx, SprintIdx, StatusIdx, TypeIdx, VersionIdx,
};

impl Wire<'_> {
    /// A status category; its id is one of the few that are numbers.
    pub(crate) fn category(&self, category: Category) -> Value {
        json!({
            "self": self.api(&format!("statuscategory/{}", category.id())),
            "id": category.id(), "key": category.key(), "colorName": category.colour(), "name": category.name(),
        })
    }

    /// A status.
    pub(crate) fn status(&self, idx: StatusIdx) -> Value {
        let status = self.world.status(idx);
        json!({
            "self": self.api(&format!("status/{}", status.id)),
            "description": status.description,
            "iconUrl": format!("{}/images/icons/statuses/generic.png", self.base),
            "name": &*status.name,
            "id": status.id.to_string(),
            "statusCategory": self.category(status.category),
        })
    }

    /// A priority.
    pub(crate) fn priority(&self, idx: PriorityIdx) -> Value {
        let priority = self.world.priority(idx);
        json!({
            "self": self.api(&format!("priority/{}", priority.id)),
            "iconUrl": format!("{}/images/icons/priorities/{}.svg", self.base, priority.name.to_lowercase()),
            "name": &*priority.name,
            "id": priority.id.to_string(),
        })
    }

    /// A priority with what only the list of priorities tells.
    pub(crate) fn priority_details(&self, idx: PriorityIdx) -> Value {
        let priority = self.world.priority(idx);
        let mut json = self.priority(idx);
        json["statusColor"] = priority.colour.into();
        json["description"] = priority.description.as_str().into();
        json
    }

    /// A resolution.
    pub(crate) fn resolution(&self, idx: ResolutionIdx) -> Value {
        let resolution = self.world.resolution(idx);
        json!({
            "self": self.api(&format!("resolution/{}", resolution.id)),
            "id": resolution.id.to_string(),
            "description": resolution.description,
            "name": &*resolution.name,
        })
    }

    /// An issue type.
    pub(crate) fn issue_type(&self, idx: TypeIdx) -> Value {
        let kind = self.world.issue_type(idx);
        let mut json = json!({
            "self": self.api(&format!("issuetype/{}", kind.id)),
            "id": kind.id.to_string(),
            "description": kind.description,
            "iconUrl": format!("{}/secure/viewavatar?size=medium&avatarType=issuetype&avatarId={}", self.base, kind.id),
            "name": &*kind.name,
            "subtask": kind.subtask,
            "avatarId": kind.id,
        });
        if self.cloud() {
            json["hierarchyLevel"] = kind.level.into();
        }
        json
    }

    /// A project, as it appears inside other objects.
    pub(crate) fn project(&self, idx: ProjectIdx) -> Value {
        let project = self.world.project(idx);
        let mut json = json!({
            "self": self.api(&format!("project/{}", project.id)),
            "id": project.id.to_string(),
            "key": project.key,
            "name": &*project.name,
            "projectTypeKey": "software",
            "avatarUrls": self.avatars("projectavatar", "pid", &project.id.to_string()),
        });
        if self.cloud() {
            json["simplified"] = false.into();
        }
        if let Some(category) = &project.category {
            json["projectCategory"] = json!({
                "self": self.api("projectCategory/10000"), "id": "10000", "name": category, "description": "",
            });
        }
        json
    }

    /// A project with what `GET /project/{key}` adds.
    pub(crate) fn project_details(&self, idx: ProjectIdx) -> Value {
        let project = self.world.project(idx);
        let mut json = self.project(idx);
        json["expand"] = "description,lead,issueTypes,url,projectKeys,permissions".into();
        json["description"] = project.description.as_str().into();
        json["lead"] = self.user_or_null(project.lead);
        json["assigneeType"] = "UNASSIGNED".into();
        json["archived"] = project.archived.into();
        json["roles"] = json!({});
        json["components"] = project.components.iter().map(|idx| self.component(*idx)).collect();
        json["versions"] = project.versions.iter().map(|idx| self.version(*idx)).collect();
        json["issueTypes"] = project.types.iter().map(|(kind, _)| self.issue_type(*kind)).collect();
        if self.cloud() {
            json["style"] = "classic".into();
            json["isPrivate"] = false.into();
            json["properties"] = json!({});
        }
        json
    }

    /// A component, as it appears on issues.
    pub(crate) fn component(&self, idx: ComponentIdx) -> Value {
        let component = self.world.component(idx);
        let mut json = json!({
            "self": self.api(&format!("component/{}", component.id)),
            "id": component.id.to_string(),
            "name": &*component.name,
        });
        if let Some(description) = &component.description {
            json["description"] = description.as_str().into();
        }
        json
    }

    /// A component with what the project's list adds.
    pub(crate) fn component_details(&self, idx: ComponentIdx) -> Value {
        let component = self.world.component(idx);
        let project = self.world.project(component.project);
        let mut json = self.component(idx);
        if let Some(lead) = component.lead {
            json["lead"] = self.user(lead);
        }
        json["assigneeType"] = "PROJECT_DEFAULT".into();
        json["isAssigneeTypeValid"] = true.into();
        json["project"] = project.key.as_str().into();
        json["projectId"] = project.id.into();
        json
    }

    /// A version.
    pub(crate) fn version(&self, idx: VersionIdx) -> Value {
        let version = self.world.version(idx);
        let mut json = json!({
            "self": self.api(&format!("version/{}", version.id)),
            "id": version.id.to_string(),
            "name": &*version.name,
            "archived": version.archived,
            "released": version.released,
        });
        if let Some(description) = &version.description {
            json["description"] = description.as_str().into();
        }
        for (name, date) in [("startDate", version.start), ("releaseDate", version.release)] {
            if let Some(date) = date {
                json[name] = date.to_string().into();
            }
        }
        json
    }

    /// A version with the project it belongs to.
    pub(crate) fn version_details(&self, idx: VersionIdx) -> Value {
        let mut json = self.version(idx);
        json["projectId"] = self.world.project(self.world.version(idx).project).id.into();
        json
    }

    /// A link type.
    pub(crate) fn link_type(&self, idx: LinkTypeIdx) -> Value {
        let kind = self.world.link_type(idx);
        json!({
            "id": kind.id.to_string(), "name": &*kind.name, "inward": &*kind.inward, "outward": &*kind.outward,
            "self": self.api(&format!("issueLinkType/{}", kind.id)),
        })
    }

    /// A security level.
    pub(crate) fn security(&self, idx: SecurityIdx) -> Value {
        let level = self.world.security_level(idx);
        json!({
            "self": self.api(&format!("securitylevel/{}", level.id)),
            "id": level.id.to_string(), "name": &*level.name, "description": level.description,
        })
    }

    /// A sprint: an object on Cloud, the text form of a Java object on Data Center.
    pub(crate) fn sprint(&self, idx: SprintIdx) -> Value {
        let sprint = self.world.sprint(idx);
        let times = [
            ("startDate", sprint.start),
            ("endDate", sprint.end),
            ("completeDate", sprint.complete),
        ];
        if self.cloud() {
            let mut json = json!({
                "id": sprint.id, "name": &*sprint.name, "state": sprint.state.word(), "boardId": sprint.board,
                "goal": sprint.goal.as_deref().unwrap_or_default(),
            });
            for (name, at) in times {
                if let Some(at) = at {
                    json[name] = at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string().into();
                }
            }
            return json;
        }
        let time = |at: Option<jiff::Timestamp>| at.map_or("<null>".to_owned(), |at| self.time(at));
        format!(
            "com.atlassian.greenhopper.service.sprint.Sprint@{:x}[id={},rapidViewId={},state={},name={},startDate={},\
             endDate={},completeDate={},activatedDate={},sequence={},goal={},autoStartStop=false]",
            sprint.id.wrapping_mul(2_654_435_761) & 0x7fff_ffff,
            sprint.id,
            sprint.board,
            sprint.state.word().to_uppercase(),
            sprint.name,
            time(sprint.start),
            time(sprint.end),
            time(sprint.complete),
            time(sprint.start),
            sprint.id,
            sprint.goal.as_deref().unwrap_or_default(),
        )
        .into()
    }

    /// An option of a select field.
    pub(crate) fn option(&self, option: &FieldOption) -> Value {
        json!({
            "self": self.api(&format!("customFieldOption/{}", option.id)),
            "value": option.value,
            "id": option.id.to_string(),
        })
    }

    /// A field of the site.
    pub(crate) fn field(&self, field: &Field) -> Value {
        let mut json = json!({
            "id": field.id, "name": field.name, "custom": field.custom.is_some(), "orderable": field.orderable,
            "navigable": field.navigable, "searchable": field.searchable, "clauseNames": field.clause_names,
        });
        if self.cloud() {
            json["key"] = field.id.as_str().into();
        }
        if let Some(schema) = field_schema(field) {
            json["schema"] = schema;
        }
        json
    }
}

/// `schema` of a field; the key has none.
pub(crate) fn field_schema(field: &Field) -> Option<Value> {
    if field.schema_type.is_empty() {
        return None;
    }
    let mut schema = json!({"type": field.schema_type});
    if let Some(items) = field.schema_items {
        schema["items"] = items.into();
    }
    match (field.custom, field.schema_custom, field.kind) {
        (Some(number), plugin, _) => {
            schema["custom"] = plugin.unwrap_or_default().into();
            schema["customId"] = number.into();
        }
        (None, _, FieldKind::System(_)) => schema["system"] = field.id.as_str().into(),
        _ => {}
    }
    Some(schema)
}
