//! `ORDER BY`: what is read of each issue to sort it, and what that is worth.

use super::{
    compiler::{Compiler, Doubt, Found, Place},
    lookup::system_field,
    sql::BY_ISSUE,
};
use crate::{
    domain::Column,
    jql::{
        Direction, Query, SortKey,
        fields::{FieldType, SystemField},
    },
    store::error::{CannotAnswer, StoreError},
};

/// One level of sorting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct SortBy {
    /// Columns to read, most significant first.
    pub(in crate::store) parts: Vec<Part>,
    /// Largest first; empty values then come first, else last.
    pub(in crate::store) descending: bool,
}

/// A column to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Part {
    /// SQL over `issue i`.
    pub(in crate::store) sql: String,
    /// What its values mean.
    pub(in crate::store) convert: Convert,
    /// The names that it is the first of, if it is that.
    pub(in crate::store) names: Option<Names>,
}

/// Names of a field with several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Names {
    /// The row of `field`.
    pub(in crate::store) field: i64,
    /// The column of `term` that they are sorted by.
    pub(in crate::store) by: &'static str,
}

/// How a column's values become comparable over connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::store) enum Convert {
    /// Numbers as they are.
    Integer,
    /// Fractions.
    Real,
    /// Text, by its folded form.
    Text,
    /// Text that is folded already, or has nothing to fold.
    Plain,
    /// Issue keys, by project and number.
    Key,
    /// Rows of `term`, by name.
    Name(&'static str),
    /// Rows of `term`, by what else they are known by: the key of a project.
    Extra(&'static str),
    /// Rows of `term`, the last of their order first.
    Urgency,
    /// Status categories.
    Category,
    /// The connection itself.
    Connection,
}

fn part(sql: impl Into<String>, convert: Convert) -> Part {
    Part {
        sql: sql.into(),
        convert,
        names: None,
    }
}

/// What the query sorts by; empty if it does not say.
pub(super) fn query_parts(compiler: &mut Compiler<'_>, query: &Query) -> Result<Vec<SortBy>, StoreError> {
    query
        .order_by
        .iter()
        .flatten()
        .map(|key| sort_key(compiler, key))
        .collect()
}

fn sort_key(compiler: &mut Compiler<'_>, key: &SortKey) -> Result<SortBy, StoreError> {
    let field = &key.field;
    let refused = || {
        let message = format!("Not able to sort using field '{}'.", field.name);
        CannotAnswer::refused(message, field.span)
    };
    let found = match compiler.find(field)? {
        Ok(found) => found.first().copied(),
        Err(why) => {
            let why = if why.is_server_only() { why } else { refused() };
            compiler.doubts.push(Doubt { field: field.span, why });
            None
        }
    };
    let Some(found) = found else {
        // Here every issue lacks the field, and sorts as one that lacks it.
        return Ok(SortBy {
            parts: vec![part("NULL", Convert::Integer)],
            descending: descends(key, None),
        });
    };
    if !found.field_type.sorts() {
        return Err(refused().into());
    }
    let parts = parts(found);
    if parts.is_empty() {
        let part = format!("ORDER BY '{}': it does not keep what that sorts by", field.name);
        return Err(CannotAnswer::server_only(part, field.span).into());
    }
    Ok(SortBy {
        parts,
        descending: descends(key, Some(found.field_type)),
    })
}

fn descends(key: &SortKey, field_type: Option<FieldType>) -> bool {
    match key.direction {
        Some(direction) => direction == Direction::Desc,
        None => field_type.is_some_and(FieldType::descends),
    }
}

/// A sort that the user put on a column.
pub(in crate::store) fn column_parts(
    context: &super::Context<'_>,
    column: Column,
    descending: bool,
) -> Result<SortBy, StoreError> {
    let field = match column {
        Column::Connection => {
            return Ok(SortBy {
                parts: vec![part("i.connection", Convert::Connection)],
                descending,
            });
        }
        // No field of Jira; whoever offers sorting asks `Column::sorts` first. A site's own fields are
        // sorted by as an `ORDER BY` is.
        Column::Tag | Column::Field(_) => {
            return Ok(SortBy {
                parts: vec![part("NULL", Convert::Integer)],
                descending,
            });
        }
        Column::Key => SystemField::Key,
        Column::Type => SystemField::IssueType,
        Column::Priority => SystemField::Priority,
        Column::Status => SystemField::Status,
        Column::Summary => SystemField::Summary,
        Column::Assignee => SystemField::Assignee,
        Column::Reporter => SystemField::Reporter,
        Column::Project => SystemField::Project,
        Column::Labels => SystemField::Labels,
        Column::Components => SystemField::Component,
        Column::Parent => SystemField::Parent,
        Column::Resolution => SystemField::Resolution,
        Column::Created => SystemField::Created,
        Column::Updated => SystemField::Updated,
        Column::Due => SystemField::Due,
    };
    Ok(SortBy {
        parts: parts(system_field(context, field)?),
        descending,
    })
}

/// What sorts by a field; empty if the store does not have it.
fn parts(found: Found) -> Vec<Part> {
    use FieldType as T;
    let column = match found.place {
        Place::Column(column) => column,
        Place::Values(field) => return values_part(found.field_type, field).into_iter().collect(),
        Place::Presence(_) | Place::Server => return Vec::new(),
    };
    let convert = match found.field_type {
        T::Key => {
            return vec![
                part("i.project", Convert::Extra("project")),
                part("i.number", Convert::Integer),
            ];
        }
        T::Project => Convert::Name("project"),
        T::IssueType => Convert::Name("type"),
        T::Status => Convert::Name("status"),
        T::Resolution => Convert::Name("resolution"),
        T::Level => Convert::Name("security"),
        T::Person | T::User => Convert::Name("user"),
        T::Priority => Convert::Urgency,
        T::StatusCategory => Convert::Category,
        T::IssueLink => Convert::Key,
        T::Text => Convert::Text,
        T::Day => Convert::Plain,
        _ => Convert::Integer,
    };
    vec![part(column, convert)]
}

/// Of several values the first in their order counts.
fn values_part(field_type: FieldType, field: i64) -> Option<Part> {
    use FieldType as T;
    let (value, convert) = match field_type {
        T::Component | T::Labels | T::Sprint | T::Option | T::User => ("t.folded", Convert::Plain),
        T::FixVersion | T::Version => ("t.rank", Convert::Integer),
        T::Number => ("v.number", Convert::Real),
        T::Instant => ("v.number", Convert::Real),
        T::IssueLink => ("v.text", Convert::Key),
        T::Day => ("v.text", Convert::Plain),
        T::Text => ("v.text", Convert::Text),
        _ => return None,
    };
    let by = value.strip_prefix("t.");
    let join = by.map_or("", |_| "JOIN term t ON t.id = v.term");
    let sql = format!(
        "(SELECT min({value}) FROM issue_value v {BY_ISSUE} {join} WHERE v.issue = i.row AND v.field = {field})"
    );
    Some(Part {
        names: by.map(|by| Names { field, by }),
        ..part(sql, convert)
    })
}
