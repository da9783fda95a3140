//! Cortex descriptors: OpenAPI files that carry `x-cortex-*` under `info`.

use super::entity::{Entity, Field, Format, JiraOverrides, Override, Owner, items, prose, tag, texts};
use super::flaw::Notes;
use super::yaml::Node;
use crate::domain::Alias;
use crate::jql;

/// Whether the document is a descriptor, sound or not. OpenAPI files without Cortex are none.
pub(super) fn is_descriptor(root: &Node) -> bool {
    root.get("info").is_some_and(|info| {
        info.entries()
            .any(|(key, _)| key.text().is_some_and(|key| key.starts_with("x-cortex-")))
    })
}

/// The entity of a descriptor, unless nothing can be made of it.
pub(super) fn entity(root: &Node, notes: &mut Notes<'_>) -> Option<Entity> {
    let info = root.get("info")?;
    let Some(tag_node) = info.get("x-cortex-tag") else {
        notes.add(info.line, "a descriptor without x-cortex-tag; the entity is left out");
        return None;
    };
    let tag = tag(tag_node, "x-cortex-tag", notes)?;
    let kind = prose(info.get("x-cortex-type")).unwrap_or_else(|| "service".to_owned());
    let mut entity = Entity::new(tag, kind, Format::Cortex, notes, tag_node.line);
    if let Some(title) = prose(info.get("title")) {
        entity.name = title;
    }
    entity.description = prose(info.get("description")).or_else(|| prose(info.get("x-cortex-description")));
    entity.groups = groups(info, notes);
    entity.owners = people(info.get("x-cortex-owners"), "x-cortex-owners", notes);
    if let Some(team) = info.get("x-cortex-team") {
        entity.members = people(team.get("groups"), "x-cortex-team.groups", notes);
        entity
            .members
            .extend(people(team.get("members"), "x-cortex-team.members", notes));
    }
    if let Some(issues) = info.get("x-cortex-issues").filter(|issues| !issues.is_null()) {
        entity.jira = overrides(issues, notes);
    }
    Some(entity)
}

fn groups(info: &Node, notes: &mut Notes<'_>) -> Vec<String> {
    let mut groups = texts(info.get("x-cortex-groups"), "x-cortex-groups", notes);
    // The name of the same list in older descriptors.
    for group in texts(info.get("x-cortex-service-groups"), "x-cortex-service-groups", notes) {
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups
}

fn people(list: Option<&Node>, what: &str, notes: &mut Notes<'_>) -> Vec<Owner> {
    let mut people = Vec::new();
    for item in items(list) {
        match owner(item) {
            Some(owner) if people.contains(&owner) => {}
            Some(owner) => people.push(owner),
            // A channel is where owners are reached, not who they are.
            None if item.get("type").and_then(Node::text).is_some_and(is_channel) => {}
            None => notes.add(
                item.line,
                format!("an entry of {what} has neither name nor email; it is ignored"),
            ),
        }
    }
    people
}

fn is_channel(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("slack")
}

fn owner(item: &Node) -> Option<Owner> {
    if let Some(text) = item.text().filter(|text| !text.is_empty()) {
        let person = || Owner::Person {
            name: text.to_owned(),
            email: Some(text.to_owned()),
        };
        return Some(if text.contains('@') {
            person()
        } else {
            Owner::Team(text.to_owned())
        });
    }
    let name = prose(item.get("name"));
    match prose(item.get("email")) {
        Some(email) => Some(Owner::Person {
            name: name.unwrap_or_else(|| email.clone()),
            email: Some(email),
        }),
        None if item.get("type").and_then(Node::text).is_some_and(is_channel) => None,
        None => name.map(Owner::Team),
    }
}

fn overrides(issues: &Node, notes: &mut Notes<'_>) -> JiraOverrides {
    let mut overrides = JiraOverrides::default();
    if !issues.is_map() {
        notes.add(issues.line, "x-cortex-issues must be a mapping; it is ignored");
        return overrides;
    }
    // The published samples leave open whether the lists stand under `jira` or beside it.
    for block in [issues.get("jira"), Some(issues)].into_iter().flatten() {
        for (key, value) in block.entries() {
            let Some(name) = key.text() else { continue };
            match setting(name) {
                Some(Setting::DefaultJql) if overrides.default_jql.is_none() => {
                    overrides.default_jql = default_jql(value, notes);
                }
                Some(Setting::DefaultJql) => {}
                Some(Setting::Values(field)) => values(value, name, overrides.of_mut(field), notes),
                None => near_miss(key, name, notes),
            }
        }
    }
    overrides
}

enum Setting {
    DefaultJql,
    Values(Field),
}

fn setting(name: &str) -> Option<Setting> {
    Some(match name {
        "defaultJql" => Setting::DefaultJql,
        "components" => Setting::Values(Field::Component),
        "labels" => Setting::Values(Field::Label),
        "projects" => Setting::Values(Field::Project),
        _ => return None,
    })
}

/// Other keys may be other products' settings; one that differs by case or a plural is a slip that
/// would silently leave the entity without its override.
fn near_miss(key: &Node, name: &str, notes: &mut Notes<'_>) {
    let plain = |name: &str| {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        let lower: String = letters.map(|c| c.to_ascii_lowercase()).collect();
        lower.trim_end_matches('s').to_owned()
    };
    let known = ["defaultJql", "components", "labels", "projects"];
    if let Some(meant) = known.into_iter().find(|known| plain(known) == plain(name)) {
        notes.add(
            key.line,
            format!("{name:?} is ignored: the setting is called {meant:?}"),
        );
    }
}

fn default_jql(node: &Node, notes: &mut Notes<'_>) -> Option<String> {
    if node.is_null() {
        return None;
    }
    let Some(text) = node.text() else {
        notes.add(node.line, "defaultJql must be text; it is ignored");
        return None;
    };
    match jql::parse(text) {
        Ok(_) => Some(text.trim().to_owned()),
        Err(error) => {
            notes.add(node.line, format!("defaultJql is no JQL and is ignored: {error}"));
            None
        }
    }
}

fn values(list: &Node, name: &str, values: &mut Vec<Override>, notes: &mut Notes<'_>) {
    for item in items(Some(list)) {
        // Plain names and mappings with a name and an alias are both published.
        let value = item.text().or_else(|| item.get("name").and_then(Node::text));
        let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else {
            notes.add(item.line, format!("an entry of {name} has no name; it is ignored"));
            continue;
        };
        let own = Override {
            value: value.to_owned(),
            alias: prose(item.get("alias")).map(Alias::from),
            line: item.get("name").map_or(item.line, |node| node.line),
        };
        let known = |known: &Override| (&known.value, &known.alias) == (&own.value, &own.alias);
        if !values.iter().any(known) {
            values.push(own);
        }
    }
}
