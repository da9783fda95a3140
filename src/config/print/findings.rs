//! Sources and mappings as TOML.
//!
//! Must never be in here: a secret; only the places where secrets are found are printed.

use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use super::{Secret, secret};
use crate::{
    config::{
        mapping::{Closes, Conflict, MappingConfig, ProjectChoice, Rule, StateRule},
        source::{Feed, SourceConfig},
    },
    domain::Resolution,
};

#[derive(Serialize)]
pub(super) struct Source<'a> {
    name: &'a str,
    r#type: &'static str,
    enabled: bool,
    tag: Option<&'a str>,
    url: Option<&'a str>,
    programs: Option<&'a [String]>,
    repositories: Option<&'a [String]>,
    paths: Option<Vec<&'a Path>>,
    identifier: Option<&'a str>,
    write: Option<bool>,
    secret: Option<Secret<'a>>,
}

pub(super) fn source(source: &SourceConfig) -> Source<'_> {
    let mut printed = Source {
        name: &source.name,
        r#type: source.feed.word(),
        enabled: source.enabled,
        tag: source.tag.as_deref(),
        url: None,
        programs: None,
        repositories: None,
        paths: None,
        identifier: None,
        write: None,
        secret: None,
    };
    match &source.feed {
        Feed::HackerOne {
            url,
            programs,
            identifier,
            secret: token,
        } => {
            printed.url = Some(url);
            printed.programs = Some(programs);
            printed.identifier = Some(identifier);
            printed.secret = Some(secret(token));
        }
        Feed::GitHub {
            url,
            repositories,
            secret: token,
            write,
        } => {
            printed.url = Some(url);
            printed.repositories = Some(repositories);
            printed.write = Some(*write);
            printed.secret = token.as_ref().map(secret);
        }
        Feed::Sarif { paths } | Feed::Junit { paths } => {
            printed.paths = Some(paths.iter().map(PathBuf::as_path).collect());
        }
    }
    printed
}

/// Plain values first, tables last, as TOML wants them.
#[derive(Serialize)]
pub(super) struct Mapping<'a> {
    name: &'a str,
    enabled: bool,
    connection: &'a str,
    project: &'a str,
    entity_project: bool,
    issue_type: &'a str,
    subtask_type: Option<&'a str>,
    create: &'static str,
    conflict: &'static str,
    #[serde(skip_serializing_if = "Matching::is_empty")]
    r#match: Matching<'a>,
    closes: Closing<'a>,
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    fields: Ordered<'a, Rule>,
    #[serde(skip_serializing_if = "States::is_empty")]
    states: States<'a>,
    #[serde(skip_serializing_if = "Resolutions::is_empty")]
    resolutions: Resolutions<'a>,
}

#[derive(Serialize)]
struct Matching<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    source: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kind: Vec<&'static str>,
    severity: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tag: Vec<&'a str>,
    r#where: Option<&'a str>,
}

impl Matching<'_> {
    fn is_empty(&self) -> bool {
        self.source.is_empty()
            && self.kind.is_empty()
            && self.severity.is_none()
            && self.tag.is_empty()
            && self.r#where.is_none()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Closing<'a> {
    Category(&'static str),
    Status(&'a [String]),
}

/// Keys with rules, in the order of the file.
struct Ordered<'a, T>(&'a [(String, T)]);

impl<T> Ordered<'_, T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Ordered<'_, Rule> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, rule)| (field, Written(rule))))
    }
}

impl Serialize for Ordered<'_, Value> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(word, value)| (word, value)))
    }
}

struct Written<'a>(&'a Rule);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            Rule::Value(value) => map.serialize_entry("value", value)?,
            Rule::Finding(name) => map.serialize_entry("finding", name)?,
            Rule::Template(text) => map.serialize_entry("template", text)?,
            Rule::Json(text) => map.serialize_entry("json", text)?,
            Rule::Map { from, values, other } => {
                map.serialize_entry("map", from)?;
                if let Some(other) = other.as_ref().filter(|other| !other.is_object()) {
                    map.serialize_entry("other", other)?;
                }
                if !values.is_empty() {
                    map.serialize_entry("values", &Ordered(values))?;
                }
                if let Some(other) = other.as_ref().filter(|other| other.is_object()) {
                    map.serialize_entry("other", other)?;
                }
            }
        }
        map.end()
    }
}

struct States<'a>(&'a MappingConfig);

impl States<'_> {
    fn is_empty(&self) -> bool {
        self.0.states.is_empty()
    }
}

impl Serialize for States<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let states = self.0.states.iter();
        serializer.collect_map(states.map(|(state, rule)| (state.word(), State(rule))))
    }
}

struct State<'a>(&'a StateRule);

impl Serialize for State<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.fields.is_empty() {
            return serializer.serialize_str(&self.0.status);
        }
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("status", &self.0.status)?;
        map.serialize_entry("fields", &Ordered(&self.0.fields))?;
        map.end()
    }
}

struct Resolutions<'a>(&'a MappingConfig);

impl Resolutions<'_> {
    fn is_empty(&self) -> bool {
        self.0.resolutions.is_empty()
    }
}

impl Serialize for Resolutions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let each = self.0.resolutions.iter();
        serializer.collect_map(each.map(|(name, resolution): (&String, &Resolution)| (name, resolution.word())))
    }
}

pub(super) fn mapping(mapping: &MappingConfig) -> Mapping<'_> {
    let matching = &mapping.matching;
    Mapping {
        name: &mapping.name,
        enabled: mapping.enabled,
        connection: mapping.connection.as_str(),
        project: match &mapping.project {
            ProjectChoice::Key(key) => key,
            ProjectChoice::Ask => "ask",
        },
        entity_project: mapping.entity_project,
        issue_type: &mapping.issue_type,
        subtask_type: mapping.subtask_type.as_deref(),
        create: mapping.create.word(),
        conflict: match mapping.conflict {
            Conflict::Jira => "jira",
            Conflict::Finding => "finding",
        },
        r#match: Matching {
            source: matching.sources.iter().map(String::as_str).collect(),
            kind: matching.kinds.iter().map(|kind| kind.word()).collect(),
            severity: matching.severity.map(crate::domain::finding::Severity::word),
            tag: matching.tags.iter().map(String::as_str).collect(),
            r#where: matching.expression.as_deref(),
        },
        closes: match &mapping.closes {
            Closes::Category(category) => Closing::Category(category.key()),
            Closes::Statuses(statuses) => Closing::Status(statuses),
        },
        fields: Ordered(&mapping.fields),
        states: States(mapping),
        resolutions: Resolutions(mapping),
    }
}
