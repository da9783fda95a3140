//! The way back: from an issue to the tags of its entities, fast enough for every row of a list.

use std::borrow::Cow;
use std::collections::HashMap;

use super::entity::{Entity, Field, Join};
use super::{Catalog, fold};
use crate::domain::{Alias, IssueRow};

/// An index over a catalog. Build it once per catalog and default connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matcher {
    tags: Vec<Tag>,
    /// One map per field, from the folded value.
    fields: [HashMap<String, Vec<Posting>>; 3],
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Tag {
    text: String,
    /// Fields that must all fit; none if any one will do.
    required: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Posting {
    tag: usize,
    scope: Scope,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    Everywhere,
    On(Alias),
}

impl Scope {
    fn covers(&self, alias: &Alias) -> bool {
        match self {
            Self::Everywhere => true,
            Self::On(own) => own == alias,
        }
    }
}

/// What ties an issue to entities.
#[derive(Debug, Clone, Copy)]
pub struct IssueFacts<'a> {
    /// Connection it came from.
    pub alias: &'a Alias,
    /// Labels.
    pub labels: &'a [String],
    /// Component names.
    pub components: &'a [String],
    /// Project key.
    pub project: &'a str,
}

impl<'a> From<&'a IssueRow> for IssueFacts<'a> {
    fn from(row: &'a IssueRow) -> Self {
        Self {
            alias: &row.alias,
            labels: &row.labels,
            components: &row.components,
            project: &row.project,
        }
    }
}

impl Matcher {
    /// Indexes `catalog`; overrides without an alias mean the `default` connection.
    #[must_use]
    pub fn new(catalog: &Catalog, default: Option<&Alias>) -> Self {
        let mut matcher = Self::default();
        for entity in catalog.entities() {
            matcher.add(entity, default);
        }
        matcher
    }

    fn add(&mut self, entity: &Entity, default: Option<&Alias>) {
        let tag = self.tags.len();
        let mut required = 0;
        if entity.jira.is_automatic() {
            for field in Field::ALL {
                self.post(field, &entity.tag, tag, Scope::Everywhere);
            }
        }
        for (field, own) in entity.jira.all() {
            if entity.jira.join == Join::All {
                required |= bit(field);
            }
            if let Some(alias) = own.alias.as_ref().or(default) {
                self.post(field, &own.value, tag, Scope::On(alias.clone()));
            }
        }
        self.tags.push(Tag {
            text: entity.tag.clone(),
            required,
        });
    }

    /// Lets what is said of a project by its name hold for its key, since rows carry keys alone and
    /// JQL takes both. `projects` are keys and names of the connection.
    pub fn learn_projects(&mut self, alias: &Alias, projects: &[(String, String)]) {
        let index = &mut self.fields[Field::Project as usize];
        for (key, name) in projects.iter().filter(|(key, name)| fold(key) != fold(name)) {
            let named: Vec<usize> = index
                .get(&fold(name))
                .into_iter()
                .flatten()
                .filter(|posting| posting.scope.covers(alias))
                .map(|posting| posting.tag)
                .collect();
            let postings = index.entry(fold(key)).or_default();
            postings.extend(named.into_iter().map(|tag| Posting {
                tag,
                scope: Scope::On(alias.clone()),
            }));
        }
    }

    fn post(&mut self, field: Field, value: &str, tag: usize, scope: Scope) {
        let postings = self.fields[field as usize].entry(fold(value)).or_default();
        postings.push(Posting { tag, scope });
    }

    /// The tags of an issue, in the catalog's order; the same issues that
    /// [`restriction`](super::restriction) asks for.
    #[must_use]
    pub fn tags_of(&self, issue: &IssueFacts<'_>) -> Vec<&str> {
        // Few of an issue's values are anybody's, so a short list beats a map.
        let mut hits: Vec<(usize, u8)> = Vec::new();
        self.collect(Field::Component, issue.components, issue.alias, &mut hits);
        self.collect(Field::Label, issue.labels, issue.alias, &mut hits);
        self.collect(Field::Project, &[issue.project], issue.alias, &mut hits);
        hits.retain(|&(tag, fields)| fields & self.tags[tag].required == self.tags[tag].required);
        hits.sort_unstable();
        hits.into_iter().map(|(tag, _)| self.tags[tag].text.as_str()).collect()
    }

    fn collect(&self, field: Field, values: &[impl AsRef<str>], alias: &Alias, hits: &mut Vec<(usize, u8)>) {
        let index = &self.fields[field as usize];
        for value in values {
            let Some(postings) = index.get(folded(value.as_ref()).as_ref()) else {
                continue;
            };
            for posting in postings {
                if !posting.scope.covers(alias) {
                    continue;
                }
                match hits.iter_mut().find(|(tag, _)| *tag == posting.tag) {
                    Some((_, fields)) => *fields |= bit(field),
                    None => hits.push((posting.tag, bit(field))),
                }
            }
        }
    }
}

fn bit(field: Field) -> u8 {
    1 << field as u8
}

/// Like [`fold`], without a copy where there is nothing to fold.
fn folded(value: &str) -> Cow<'_, str> {
    if value.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(fold(value))
    }
}
