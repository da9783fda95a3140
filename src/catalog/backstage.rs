//! Backstage catalog files: `apiVersion: backstage.io/…` with a kind, metadata and annotations.

use super::entity::{Entity, Field, Format, JiraOverrides, Join, Override, Owner, items, prose, tag, texts};
use super::flaw::Notes;
use super::yaml::Node;
use crate::domain::Alias;

/// Kinds that describe something. The rest point elsewhere (`Location`) or make new things
/// (`Template`).
const KINDS: [&str; 7] = ["component", "api", "resource", "system", "domain", "group", "user"];

/// The annotations of the two Jira plugins, by what they name.
const ANNOTATIONS: [(&str, Field); 5] = [
    ("jira/project-key", Field::Project),
    ("jira/component", Field::Component),
    ("jira/label", Field::Label),
    ("jira.com/project-key", Field::Project),
    ("jira.com/components", Field::Component),
];

/// Whether the document describes an entity, soundly or not.
pub(super) fn is_entity(root: &Node) -> bool {
    let version = root.get("apiVersion").and_then(Node::text);
    version.is_some_and(|version| version.starts_with("backstage.io/")) && kind(root).is_some() && !is_template(root)
}

fn kind(root: &Node) -> Option<String> {
    let kind = root.get("kind")?.text()?.to_ascii_lowercase();
    KINDS.contains(&kind.as_str()).then_some(kind)
}

/// Skeletons of the scaffolder have `${{ … }}` where a name will be.
fn is_template(root: &Node) -> bool {
    let name = root.get("metadata").and_then(|metadata| metadata.get("name"));
    name.and_then(Node::text).is_some_and(|name| name.contains("{{"))
}

/// The entity of a document, unless nothing can be made of it.
pub(super) fn entity(root: &Node, notes: &mut Notes<'_>) -> Option<Entity> {
    let kind = kind(root)?;
    let metadata = root.get("metadata");
    let field = |name| metadata.and_then(|metadata| metadata.get(name));
    let Some(name_node) = field("name") else {
        let line = metadata.map_or(root.line, |metadata| metadata.line);
        notes.add(line, "a Backstage entity without metadata.name; it is left out");
        return None;
    };
    let tag = tag(name_node, "metadata.name", notes)?;
    let namespace = prose(field("namespace")).unwrap_or_else(|| "default".to_owned());
    let mut entity = Entity::new(tag, kind, Format::Backstage { namespace }, notes, name_node.line);
    let spec = |name| root.get("spec").and_then(|spec| spec.get(name));
    let profile_name = spec("profile").and_then(|profile| profile.get("displayName"));
    if let Some(name) = prose(field("title")).or_else(|| prose(profile_name)) {
        entity.name = name;
    }
    entity.subtype = prose(spec("type"));
    entity.description = prose(field("description"));
    entity.groups = texts(field("tags"), "metadata.tags", notes);
    entity.owners = owners(spec("owner"), spec("memberOf"));
    let members = items(spec("members")).iter().filter_map(Node::text);
    entity.members = members.map(|name| reference(name, "user")).collect();
    if let Some(annotations) = field("annotations") {
        entity.jira = overrides(annotations, notes);
    }
    Some(entity)
}

/// Things have an owner; people have teams.
fn owners(owner: Option<&Node>, teams: Option<&Node>) -> Vec<Owner> {
    let all = items(owner).iter().chain(items(teams)).filter_map(Node::text);
    all.map(|name| reference(name, "group")).collect()
}

/// `[kind:][namespace/]name`, where the default namespace goes without saying.
fn reference(text: &str, default_kind: &str) -> Owner {
    let (kind, path) = text.split_once(':').unwrap_or((default_kind, text));
    let name = path.strip_prefix("default/").unwrap_or(path).to_owned();
    if kind.eq_ignore_ascii_case("user") {
        Owner::Person { name, email: None }
    } else {
        Owner::Team(name)
    }
}

fn overrides(annotations: &Node, notes: &mut Notes<'_>) -> JiraOverrides {
    let mut overrides = JiraOverrides {
        join: Join::All,
        ..JiraOverrides::default()
    };
    let mut alias: Option<Alias> = None;
    for (name, field) in ANNOTATIONS {
        let Some(node) = annotations.get(name) else { continue };
        let Some(text) = node.text() else {
            notes.add(node.line, format!("the annotation {name} must be text; it is ignored"));
            continue;
        };
        for value in text.split(',').map(str::trim).filter(|value| !value.is_empty()) {
            // `instance/KEY`: the second plugin knows several sites.
            let (site, value) = match value.split_once('/') {
                Some((site, key)) if field == Field::Project => (Some(Alias::from(site)), key),
                _ => (None, value),
            };
            if site.is_some() && alias.is_some() && site != alias {
                notes.add(node.line, format!("{value:?} is ignored: {name} names two connections"));
                continue;
            }
            alias = alias.or(site);
            add(overrides.of_mut(field), value, node.line);
        }
    }
    // Components and labels narrow the project, so they are meant for its site.
    for field in Field::ALL {
        for own in overrides.of_mut(field) {
            own.alias = alias.clone().filter(|alias| alias.as_str() != "default");
        }
    }
    overrides
}

fn add(values: &mut Vec<Override>, value: &str, line: u32) {
    if !value.is_empty() && !values.iter().any(|own| own.value == value) {
        values.push(Override {
            value: value.to_owned(),
            alias: None,
            line,
        });
    }
}
