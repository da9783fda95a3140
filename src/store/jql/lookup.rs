//! Which field a query means, and where the store keeps its values.

use super::{
    compiler::{Compiler, Found, Place},
    context::Context,
};
use crate::{
    domain::FieldKind,
    jql::{
        FieldRef,
        fields::{FieldType, SystemField},
    },
    store::{
        error::{CannotAnswer, StoreError},
        schema::fold,
        words,
    },
};

impl Compiler<'_> {
    /// The fields that `field` may mean: one, several custom fields of one name, or none.
    pub(super) fn find(&self, field: &FieldRef) -> Result<Result<Vec<Found>, CannotAnswer>, StoreError> {
        if !field.properties.is_empty() {
            let part = format!("'{}': entity properties are not kept", field.text);
            return Err(CannotAnswer::server_only(part, field.span).into());
        }
        if field.custom.is_none()
            && let Some(system) = SystemField::from_name(&field.name)
        {
            return Ok(Ok(vec![system_field(self.context, system)?]));
        }
        let found = custom_fields(self.context, field)?;
        if !found.is_empty() {
            return Ok(Ok(found));
        }
        let name = &field.name;
        Ok(Err(if self.context.has_metadata {
            let message = format!("Field '{name}' does not exist or you do not have permission to view it.");
            CannotAnswer::refused(message, field.span)
        } else {
            let part = format!("'{name}': the fields of {} have not been read yet", self.context.alias);
            CannotAnswer::server_only(part, field.span)
        }))
    }
}

pub(super) fn system_field(context: &Context<'_>, field: SystemField) -> Result<Found, StoreError> {
    use SystemField as F;
    let row = |jira_id: &str| -> Result<i64, StoreError> { Ok(context.field_row(jira_id)?.unwrap_or(-1)) };
    let values = |jira_id: &str| row(jira_id).map(Place::Values);
    let presence = |jira_id: &str| row(jira_id).map(Place::Presence);
    let place = match field {
        F::Project => Place::Column("i.project"),
        F::IssueType => Place::Column("i.type"),
        F::Status => Place::Column("i.status"),
        F::StatusCategory => Place::Column("i.category"),
        F::Priority => Place::Column("i.priority"),
        F::Resolution => Place::Column("i.resolution"),
        F::Assignee => Place::Column("i.assignee"),
        F::Reporter => Place::Column("i.reporter"),
        F::Creator => Place::Column("i.creator"),
        F::Level => Place::Column("i.security"),
        F::Parent => Place::Column("i.parent"),
        F::Key => Place::Column("i.key"),
        F::Summary => Place::Column("i.summary"),
        F::Votes => Place::Column("i.votes"),
        F::Watchers => Place::Column("i.watchers"),
        F::Created => Place::Column("i.created"),
        F::Updated => Place::Column("i.updated"),
        F::Resolved => Place::Column("i.resolved"),
        F::Due => Place::Column("i.due"),
        F::OriginalEstimate => Place::Column("i.original_estimate"),
        F::RemainingEstimate => Place::Column("i.remaining_estimate"),
        F::TimeSpent => Place::Column("i.time_spent"),
        F::Component => values("components")?,
        F::FixVersion => values("fixVersions")?,
        F::AffectedVersion => values("versions")?,
        F::Labels => values("labels")?,
        F::Description => presence("description")?,
        F::Environment => presence("environment")?,
        F::Comment => presence("comment")?,
        F::Attachments => presence("attachment")?,
        _ => Place::Server,
    };
    Ok(Found {
        place,
        field_type: field.field_type(),
    })
}

/// Custom fields by `cf[n]`, by name, or by another name that the site gave JQL for them.
fn custom_fields(context: &Context<'_>, field: &FieldRef) -> Result<Vec<Found>, StoreError> {
    let (test, text) = match &field.custom {
        Some(digits) => (
            "jira_id = 'customfield_' || ?2",
            digits.trim_start_matches('0').to_owned(),
        ),
        None => ("folded = ?2", fold(&field.name)),
    };
    let found = select_fields(context, test, &text)?;
    if !found.is_empty() || field.custom.is_some() {
        return Ok(found);
    }
    let alias = "EXISTS (SELECT 1 FROM json_each(clause_names) WHERE lower(value) = ?2)";
    select_fields(context, alias, &text)
}

fn select_fields(context: &Context<'_>, test: &str, text: &str) -> Result<Vec<Found>, StoreError> {
    let sql = format!(
        "SELECT id, kind, folded FROM field
         WHERE connection = ?1 AND jira_id LIKE 'customfield!_%' ESCAPE '!' AND {test} ORDER BY id"
    );
    context
        .db
        .prepare_cached(&sql)?
        .query_map(rusqlite::params![context.id, text], |row| {
            let kind = words::field_kind_from(&row.get::<_, String>(1)?);
            let folded: String = row.get(2)?;
            Ok(custom_field(row.get(0)?, kind, &folded))
        })?
        .collect::<Result<_, _>>()
        .map_err(StoreError::from)
}

fn custom_field(row: i64, kind: FieldKind, folded: &str) -> Found {
    // Before there were parents, epics were linked by a field of a type of its own that holds keys.
    let field_type = match kind {
        FieldKind::Other | FieldKind::Text if folded == "epic link" => FieldType::IssueLink,
        kind => FieldType::of_custom(kind),
    };
    let place = match (field_type, kind) {
        (FieldType::Foreign, _) => Place::Server,
        (_, FieldKind::Rich) => Place::Presence(row),
        _ => Place::Values(row),
    };
    Found { place, field_type }
}
