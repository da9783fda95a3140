//! What a catalog says of one service, team or domain, whichever format it was written in.

use std::fmt;
use std::path::PathBuf;

use super::flaw::Notes;
use super::fold;
use super::yaml::Node;
use crate::domain::Alias;

/// No label of Jira is longer.
const MAX_TAG: usize = 255;

/// A service, team, domain or anything else that has a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What issues are marked with.
    pub tag: String,
    /// Name for people; the tag where there is none.
    pub name: String,
    /// `service`, `team`, `domain`, …; in Backstage `component`, `system`, `group`, …
    pub kind: String,
    /// Backstage's finer type, such as `library`.
    pub subtype: Option<String>,
    /// A sentence or more.
    pub description: Option<String>,
    /// Groups of Cortex, tags of Backstage.
    pub groups: Vec<String>,
    /// Teams and people who answer for it.
    pub owners: Vec<Owner>,
    /// Who belongs to it, if it is a team.
    pub members: Vec<Owner>,
    /// What it says of Jira.
    pub jira: JiraOverrides,
    /// How it was written.
    pub format: Format,
    /// Where it stands.
    pub file: PathBuf,
    /// Line of its tag.
    pub line: u32,
}

/// The format of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// OpenAPI file with `x-cortex-*` under `info`.
    Cortex,
    /// `apiVersion: backstage.io/…`.
    Backstage {
        /// `default` unless the file names one.
        namespace: String,
    },
}

/// Who owns an entity or belongs to a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A team by its tag or name.
    Team(String),
    /// A person.
    Person {
        /// Name; the e-mail address where only that is given.
        name: String,
        /// E-mail address.
        email: Option<String>,
    },
}

impl Owner {
    /// What lists show.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Team(name) | Self::Person { name, .. } => name,
        }
    }

    /// Whether `folded` is this one's name or address.
    pub(super) fn is(&self, folded: &str) -> bool {
        let email = match self {
            Self::Person { email, .. } => email.as_deref(),
            Self::Team(_) => None,
        };
        fold(self.name()) == folded || email.is_some_and(|email| fold(email) == folded)
    }
}

/// The fields of an issue that tie it to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// One of its components.
    Component,
    /// One of its labels.
    Label,
    /// Its project.
    Project,
}

impl Field {
    /// In the order of the clauses that Cortex documents.
    pub const ALL: [Self; 3] = [Self::Component, Self::Label, Self::Project];

    /// The field's name in JQL.
    #[must_use]
    pub fn jql(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Label => "labels",
            Self::Project => "project",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Component => "component",
            Self::Label => "label",
            Self::Project => "project",
        })
    }
}

/// What takes the place of "label, component or project is the tag".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JiraOverrides {
    /// Shown instead of the general default; known to be JQL.
    pub default_jql: Option<String>,
    /// How the lists below go together.
    pub join: Join,
    /// Components.
    pub components: Vec<Override>,
    /// Labels.
    pub labels: Vec<Override>,
    /// Projects.
    pub projects: Vec<Override>,
}

/// How several fields go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Join {
    /// An issue belongs if one of them fits (Cortex).
    #[default]
    Any,
    /// Each one given narrows the others (Backstage: components of a project).
    All,
}

/// A value that ties issues to the entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Name of the component, label or project.
    pub value: String,
    /// On this connection; on the default one if none is named.
    pub alias: Option<Alias>,
    /// Where it stands.
    pub line: u32,
}

impl JiraOverrides {
    /// The values for one field.
    #[must_use]
    pub fn of(&self, field: Field) -> &[Override] {
        match field {
            Field::Component => &self.components,
            Field::Label => &self.labels,
            Field::Project => &self.projects,
        }
    }

    pub(super) fn of_mut(&mut self, field: Field) -> &mut Vec<Override> {
        match field {
            Field::Component => &mut self.components,
            Field::Label => &mut self.labels,
            Field::Project => &mut self.projects,
        }
    }

    /// Every value with its field.
    pub fn all(&self) -> impl Iterator<Item = (Field, &Override)> {
        Field::ALL
            .into_iter()
            .flat_map(|field| self.of(field).iter().map(move |own| (field, own)))
    }

    /// Whether the tag itself is what ties issues to the entity.
    #[must_use]
    pub fn is_automatic(&self) -> bool {
        self.all().next().is_none()
    }
}

impl Entity {
    /// An entity of which only the identity is known yet.
    pub(super) fn new(tag: String, kind: String, format: Format, notes: &Notes<'_>, line: u32) -> Self {
        Self {
            name: tag.clone(),
            tag,
            kind,
            subtype: None,
            description: None,
            groups: Vec::new(),
            owners: Vec::new(),
            members: Vec::new(),
            jira: JiraOverrides::default(),
            format,
            file: notes.file().to_owned(),
            line,
        }
    }

    /// Backstage names things once per kind and namespace, so a system and its component may well
    /// be called the same.
    pub(super) fn is_other_kind_of(&self, other: &Self) -> bool {
        let backstage = |entity: &Self| matches!(entity.format, Format::Backstage { .. });
        backstage(self) && backstage(other) && (&self.kind, &self.format) != (&other.kind, &other.format)
    }

    /// Takes over what a namesake says of Jira, unless that contradicts what this one says.
    pub(super) fn adopt_overrides(&mut self, other: &Self) -> bool {
        let values = |entity: &Self| -> Vec<_> {
            let all = entity.jira.all();
            all.map(|(field, own)| (field, own.value.clone(), own.alias.clone()))
                .collect()
        };
        if self.jira.is_automatic() {
            self.jira = other.jira.clone();
            return true;
        }
        other.jira.is_automatic() || values(self) == values(other)
    }
}

/// The tag at `node`, if Jira could have it on an issue.
pub(super) fn tag(node: &Node, what: &str, notes: &mut Notes<'_>) -> Option<String> {
    let Some(tag) = node.text() else {
        notes.add(node.line, format!("{what} must be text; the entity is left out"));
        return None;
    };
    let problem = if tag.is_empty() {
        "is empty"
    } else if tag.contains(char::is_whitespace) {
        "has a space in it, which no label of Jira can have"
    } else if tag.contains(char::is_control) {
        "has a control character in it"
    } else if tag.chars().count() > MAX_TAG {
        "is longer than 255 characters, which no label of Jira can be"
    } else {
        return Some(tag.to_owned());
    };
    notes.add(node.line, format!("{what} {tag:?} {problem}; the entity is left out"));
    None
}

/// The texts of a list, or the one text that stands in its place.
pub(super) fn texts(node: Option<&Node>, what: &str, notes: &mut Notes<'_>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for item in items(node) {
        match item.text() {
            Some(text) if texts.iter().any(|known| known == text) => {}
            Some(text) => texts.push(text.to_owned()),
            None => notes.add(
                item.line,
                format!("{what} must be a list of texts; this one is ignored"),
            ),
        }
    }
    texts
}

/// The items of a list; a single value counts as a list of itself, nothing as an empty one.
pub(super) fn items(node: Option<&Node>) -> &[Node] {
    match node {
        None => &[],
        Some(node) if node.is_null() => &[],
        Some(node) => node.list().unwrap_or(std::slice::from_ref(node)),
    }
}

/// A text of one or more lines, if there is anything in it.
pub(super) fn prose(node: Option<&Node>) -> Option<String> {
    let text = node?.text()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
