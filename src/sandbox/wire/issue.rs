//! A whole issue as JSON.
//!
//! Must never be in here: permission to see it.

use serde_json::{Map, Value, json};

use super::{
    Wire,
    entity::field_schema,
    select::{Expand, Selection},
};
use crate::sandbox::model::{FieldIdx, FieldKind, Issue, IssueIdx, SystemField, Transition};

/// What `expand` could be, as Jira lists it on every issue.
const EXPANDABLE: &str = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations";

impl Wire<'_> {
    /// An issue with the parts asked for. `issue` may be what a lagging index still holds of `idx`.
    pub(crate) fn issue(
        &self,
        idx: IssueIdx,
        issue: &Issue,
        selection: &Selection,
        expand: Expand,
        properties: &[String],
    ) -> Value {
        let mut json = json!({"id": issue.id.to_string()});
        if selection.key {
            json["expand"] = EXPANDABLE.into();
            json["self"] = self.api(&format!("issue/{}", issue.id)).into();
            json["key"] = (&*issue.key).into();
        }
        if selection.has_fields() {
            json["fields"] = self.fields(issue, selection);
        }
        if expand.changelog {
            json["changelog"] = self.changelog(issue);
        }
        if expand.rendered_fields {
            json["renderedFields"] = self.rendered_fields(issue, selection);
        }
        if expand.transitions {
            json["transitions"] = self.world.transitions(idx).map(|t| self.transition(idx, t)).collect();
        }
        if expand.operations {
            json["operations"] = json!({"linkGroups": []});
        }
        if !properties.is_empty() {
            json["properties"] = chosen_properties(issue, properties);
        }
        json
    }

    fn fields(&self, issue: &Issue, selection: &Selection) -> Value {
        let mut fields = Map::new();
        for idx in &selection.fields {
            if let Some(value) = self.value(issue, *idx) {
                fields.insert(self.world.field(*idx).id.clone(), value);
            }
        }
        for (name, value) in &issue.extra {
            if selection.wants_extra(name) && !fields.contains_key(name) {
                fields.insert(name.clone(), value.clone());
            }
        }
        Value::Object(fields)
    }

    fn rendered_fields(&self, issue: &Issue, selection: &Selection) -> Value {
        let mut rendered = Map::new();
        for idx in &selection.fields {
            let field = self.world.field(*idx);
            let value = match field.kind {
                FieldKind::System(SystemField::Description) => {
                    issue.description.as_ref().map(|text| self.rendered(text))
                }
                FieldKind::System(SystemField::Environment) => {
                    issue.environment.as_ref().map(|text| self.rendered(text))
                }
                _ => None,
            };
            rendered.insert(field.id.clone(), value.into());
        }
        Value::Object(rendered)
    }

    /// A transition of an issue, without the fields of its screen.
    pub(crate) fn transition(&self, idx: IssueIdx, transition: &Transition) -> Value {
        let mut json = json!({
            "id": transition.id.to_string(),
            "name": transition.name,
            "to": self.status(transition.to),
        });
        if self.cloud() {
            json["hasScreen"] = self.world.transition_screen(idx, transition).is_some().into();
            json["isGlobal"] = transition.from.is_empty().into();
            json["isInitial"] = false.into();
            json["isAvailable"] = true.into();
            json["isConditional"] = false.into();
            json["isLooped"] = false.into();
        }
        json
    }

    /// `names`: field ids and what people call them.
    pub(crate) fn names(&self, fields: &[FieldIdx]) -> Value {
        let pairs = fields.iter().map(|idx| self.world.field(*idx));
        Value::Object(
            pairs
                .map(|field| (field.id.clone(), field.name.as_str().into()))
                .collect(),
        )
    }

    /// `schema`: field ids and what they hold.
    pub(crate) fn schema(&self, fields: &[FieldIdx]) -> Value {
        let pairs = fields.iter().map(|idx| self.world.field(*idx));
        Value::Object(
            pairs
                .filter_map(|field| Some((field.id.clone(), field_schema(field)?)))
                .collect(),
        )
    }
}

fn chosen_properties(issue: &Issue, keys: &[String]) -> Value {
    let all = keys.iter().any(|key| key == "*all");
    let chosen = issue.properties.iter().filter(|(key, _)| all || keys.contains(key));
    Value::Object(chosen.map(|(key, value)| (key.clone(), value.clone())).collect())
}
