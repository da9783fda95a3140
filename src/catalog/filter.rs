//! The JQL that narrows a list to one entity, for one connection.

use std::collections::HashSet;

use super::entity::{Entity, Field, Join};
use super::fold;
use crate::domain::{Alias, Metadata};
use crate::jql::{self, ParseError};

/// The components and projects that a site has, since Jira refuses a query that names others.
/// Labels are not listed: Jira takes any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownValues {
    components: Option<HashSet<String>>,
    projects: Option<HashSet<String>>,
}

impl KnownValues {
    /// From names of components, and keys and names of projects; `None` where the site did not
    /// tell.
    #[must_use]
    pub fn new(components: Option<Vec<String>>, projects: Option<Vec<String>>) -> Self {
        let folded = |names: Vec<String>| names.iter().map(|name| fold(name)).collect();
        Self {
            components: components.map(folded),
            projects: projects.map(folded),
        }
    }

    /// What the site told. Before it told anything, [`Self::default`] is right: metadata that was
    /// never read looks like that of a site without projects.
    #[must_use]
    pub fn from_metadata(metadata: &Metadata) -> Self {
        let told = |list: &str| !metadata.missing.iter().any(|missing| missing == list);
        let components = metadata.components.iter().map(|component| component.named.name.clone());
        let projects = metadata
            .projects
            .iter()
            .flat_map(|project| [project.key.clone(), project.name.clone()]);
        Self::new(
            told("components").then(|| components.collect()),
            told("projects").then(|| projects.collect()),
        )
    }

    /// `None`: nobody knows.
    fn has(&self, field: Field, value: &str) -> Option<bool> {
        let values = match field {
            Field::Component => &self.components,
            Field::Project => &self.projects,
            Field::Label => return Some(true),
        };
        values.as_ref().map(|values| values.contains(&fold(value)))
    }
}

/// The connection that a query is for.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// Its alias.
    pub alias: &'a Alias,
    /// The connection that overrides without an alias mean.
    pub default: Option<&'a Alias>,
    /// What it has.
    pub known: &'a KnownValues,
}

impl Site<'_> {
    fn is_meant_by(&self, alias: Option<&Alias>) -> bool {
        alias.or(self.default) == Some(self.alias)
    }
}

/// The issues of `entity` on this connection as JQL, without parentheses around it. `None` if
/// none of its issues can be there: the entity is tied to other connections, or to values that
/// this site doesn't have.
///
/// Without overrides, that is: component, label or project is the tag, on any connection. With
/// overrides, only those count, each on its own connection.
#[must_use]
pub fn restriction(entity: &Entity, site: &Site<'_>) -> Option<String> {
    let mut clauses = Vec::new();
    for field in Field::ALL {
        let (kept, dropped) = values(entity, field, site);
        match clause(field, &kept) {
            Some(clause) => clauses.push(clause),
            // What narrows to nothing leaves nothing, whatever the other fields say.
            None if entity.jira.join == Join::All && !entity.jira.is_automatic() && !dropped.is_empty() => return None,
            None => {}
        }
    }
    let glue = match entity.jira.join {
        Join::All if !entity.jira.is_automatic() => " AND ",
        _ => " OR ",
    };
    (!clauses.is_empty()).then(|| clauses.join(glue))
}

/// What the restriction leaves out because the site doesn't have it.
#[must_use]
pub fn left_out<'a>(entity: &'a Entity, site: &Site<'_>) -> Vec<(Field, &'a str)> {
    let all = Field::ALL.into_iter();
    all.flat_map(|field| {
        values(entity, field, site)
            .1
            .into_iter()
            .map(move |value| (field, value))
    })
    .collect()
}

/// What is really asked of one connection: the user's query if there is one (an empty one counts),
/// else the entity's own default, else the general one, restricted to the entity. `Ok(None)` if
/// the connection has nothing of the entity and need not be asked.
///
/// # Errors
/// When the query to be restricted is no JQL.
pub fn effective_jql(
    user_jql: Option<&str>,
    entity: &Entity,
    global_default: &str,
    site: &Site<'_>,
) -> Result<Option<String>, ParseError> {
    let own = entity.jira.default_jql.as_deref();
    let source = user_jql.or(own).unwrap_or(global_default);
    match restriction(entity, site) {
        Some(restriction) => jql::combine(source, &restriction).map(Some),
        None => jql::parse(source).map(|_| None),
    }
}

/// The values of a field that count on this site, and those that it doesn't have.
fn values<'a>(entity: &'a Entity, field: Field, site: &Site<'_>) -> (Vec<&'a str>, Vec<&'a str>) {
    if entity.jira.is_automatic() {
        // The tag is a guess where the site did not tell: most are no project, and one unknown
        // project would make Jira refuse the whole query.
        let known = site.known.has(field, &entity.tag).unwrap_or(false);
        let tag = vec![entity.tag.as_str()];
        return if known { (tag, Vec::new()) } else { (Vec::new(), tag) };
    }
    let meant = entity.jira.of(field).iter();
    meant
        .filter(|own| site.is_meant_by(own.alias.as_ref()))
        .map(|own| own.value.as_str())
        // An override was written by somebody who knows the site.
        .partition(|value| site.known.has(field, value).unwrap_or(true))
}

fn clause(field: Field, values: &[&str]) -> Option<String> {
    let name = field.jql();
    match values {
        [] => None,
        [value] => Some(format!("{name} = {}", jql::quote(value))),
        several => {
            let quoted: Vec<_> = several.iter().map(|value| jql::quote(value)).collect();
            Some(format!("{name} in ({})", quoted.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests;
