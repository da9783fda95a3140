//! The names that a site has told of itself, for those who write JQL for it.
//!
//! Must never be in here: what a name means in a query (`jql`).

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};

use super::{Store, connections::connection_id, error::StoreError, schema::fold};
use crate::{
    domain::Alias,
    jql::fields::{FieldType, SystemField},
};

/// Names of one site; `None` where it has not told any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SiteNames {
    /// Names of components.
    pub components: Option<Vec<String>>,
    /// Keys and names of projects.
    pub projects: Option<Vec<String>>,
}

impl Store {
    /// The components and projects that a site has, as far as it told.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn site_names(&self, alias: &Alias) -> Result<SiteNames, StoreError> {
        self.read(|db| {
            let owner = connection_id(db, alias)?;
            let told: bool = db
                .prepare_cached("SELECT metadata_at IS NOT NULL FROM connection WHERE id = ?1")?
                .query_row([owner], |row| row.get(0))?;
            if !told {
                return Ok(SiteNames::default());
            }
            let components = names(db, owner, "component")?;
            let projects = names(db, owner, "project")?;
            Ok(SiteNames {
                components: told_of(components.into_iter().map(|(name, _)| name).collect()),
                projects: told_of(projects.into_iter().flat_map(|(name, key)| [key, name]).collect()),
            })
        })
    }

    /// Keys and names of the projects that a site has told of.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn projects(&self, alias: &Alias) -> Result<Vec<(String, String)>, StoreError> {
        self.read(|db| {
            let told = names(db, connection_id(db, alias)?, "project")?;
            Ok(told.into_iter().map(|(name, key)| (key, name)).collect())
        })
    }

    /// Names of the custom fields of a site, by their ids.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn custom_field_names(&self, alias: &Alias) -> Result<BTreeMap<String, String>, StoreError> {
        self.read(|db| {
            let owner = connection_id(db, alias)?;
            db.prepare_cached("SELECT jira_id, name FROM field WHERE connection = ?1 AND custom = 1")?
                .query_map([owner], pair)?
                .collect::<Result<_, _>>()
                .map_err(StoreError::from)
        })
    }

    /// Custom fields with `part` in their names, those that begin with it first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn custom_fields(&self, part: &str, limit: usize) -> Result<Vec<(String, String)>, StoreError> {
        self.read(|db| {
            db.prepare_cached(
                "SELECT min(name), 'custom field' FROM field WHERE custom = 1 AND instr(folded, ?1) > 0
                 GROUP BY folded ORDER BY instr(folded, ?1) > 1, folded LIMIT ?2",
            )?
            .query_map(params![fold(part), rows(limit)], pair)?
            .collect::<Result<_, _>>()
            .map_err(StoreError::from)
        })
    }

    /// Values of a field with `part` in them, those that begin with it first. Of a custom field only
    /// values that some cached issue has are known.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn values_of(&self, field: &str, part: &str, limit: usize) -> Result<Vec<(String, String)>, StoreError> {
        self.read(|db| {
            let sql = match SystemField::from_name(field).map(|field| term_kind(field.field_type())) {
                Some(None) => return Ok(Vec::new()),
                // A project goes by its key, a person of Data Center by the user name.
                Some(Some("project" | "user")) => {
                    "SELECT iif(extra = '', name, extra) AS text, iif(extra = '', '', name)
                     FROM term WHERE kind = ?3 AND (instr(folded, ?1) > 0 OR instr(lower(extra), ?1) > 0)
                     GROUP BY text ORDER BY instr(folded, ?1) <> 1, text LIMIT ?2"
                }
                Some(Some(_)) => {
                    "SELECT min(name), '' FROM term WHERE kind = ?3 AND instr(folded, ?1) > 0
                     GROUP BY folded ORDER BY instr(folded, ?1) > 1, folded LIMIT ?2"
                }
                None => {
                    "SELECT min(t.name), '' FROM term t WHERE instr(t.folded, ?1) > 0 AND t.id IN
                         (SELECT v.term FROM issue_value v JOIN field f ON f.id = v.field WHERE f.folded = ?3)
                     GROUP BY t.folded ORDER BY instr(t.folded, ?1) > 1, t.folded LIMIT ?2"
                }
            };
            let known = SystemField::from_name(field).and_then(|field| term_kind(field.field_type()));
            let of = known.map_or_else(|| fold(field), str::to_owned);
            db.prepare_cached(sql)?
                .query_map(params![fold(part), rows(limit), of], pair)?
                .collect::<Result<_, _>>()
                .map_err(StoreError::from)
        })
    }
}

fn pair(row: &Row<'_>) -> rusqlite::Result<(String, String)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The kind of term that the values of a field are kept as.
fn term_kind(field: FieldType) -> Option<&'static str> {
    use FieldType as T;
    Some(match field {
        T::Project => "project",
        T::IssueType => "type",
        T::Status => "status",
        T::Priority => "priority",
        T::Resolution => "resolution",
        T::Person | T::User => "user",
        T::Component => "component",
        T::FixVersion | T::Version => "version",
        T::Labels => "label",
        T::Level => "security",
        T::Sprint => "sprint",
        _ => return None,
    })
}

/// A site that could not tell a list leaves it empty.
fn told_of(names: Vec<String>) -> Option<Vec<String>> {
    (!names.is_empty()).then_some(names)
}

fn names(db: &Connection, owner: i64, kind: &str) -> Result<Vec<(String, String)>, StoreError> {
    db.prepare_cached("SELECT name, extra FROM term WHERE connection = ?1 AND kind = ?2 ORDER BY id")?
        .query_map(params![owner, kind], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()
        .map_err(StoreError::from)
}
