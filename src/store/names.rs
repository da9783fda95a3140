//! The names that a site has told of itself, for those who write JQL for it.
//!
//! Must never be in here: what a name means in a query (`jql`).

use rusqlite::{Connection, params};

use super::{Store, connections::connection_id, error::StoreError};
use crate::domain::Alias;

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
