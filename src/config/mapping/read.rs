//! Reads `[[mapping]]`.
//!
//! Must never be in here: what a site allows, or what a rule makes of a finding.

use std::collections::BTreeMap;

use super::{Closes, Conflict, Create, MappingConfig, Match, ProjectChoice, StateRule, rule};
use crate::{
    config::{
        flaw::{Flaw, nearest, quoted},
        model::ConnectionConfig,
        query,
        reader::{Reader, Section, Text},
        source::{
            SourceConfig,
            read::{name, one_or_more},
        },
    },
    domain::{Alias, FindingKind, FindingState, Resolution, Severity, StatusCategory},
};

/// The keys of a mapping.
pub(in crate::config) const KEYS: [&str; 14] = [
    "name",
    "enabled",
    "connection",
    "project",
    "entity_project",
    "issue_type",
    "subtask_type",
    "match",
    "create",
    "conflict",
    "fields",
    "states",
    "closes",
    "resolutions",
];

/// What the rest of the file has, as far as mappings name it.
pub(in crate::config) struct Named<'a> {
    pub(in crate::config) connections: &'a [ConnectionConfig],
    pub(in crate::config) sources: &'a [SourceConfig],
}

/// Reads all mappings; those with a mistake are left out.
pub(in crate::config) fn read<'t>(
    reader: &mut Reader<'t>,
    sections: &[Section<'t>],
    named: &Named<'_>,
) -> Vec<MappingConfig> {
    let mut names: Vec<Text<'t>> = Vec::new();
    let each = sections.iter().filter_map(|section| {
        let name = name(reader, section, "mapping name", "name = \"scans to PAY\"", &mut names);
        one(reader, section, name, named)
    });
    each.collect()
}

fn one<'t>(
    reader: &mut Reader<'t>,
    section: &Section<'t>,
    name: Option<String>,
    named: &Named<'_>,
) -> Option<MappingConfig> {
    reader.known_keys(section, &KEYS);
    for (key, example) in [
        ("connection", "connection = \"acme\""),
        ("project", "project = \"PAY\", or project = \"ask\""),
        ("issue_type", "issue_type = \"Bug\""),
    ] {
        if section.entry(key).is_none() {
            reader.missing(section, &[key], example);
        }
    }
    let connection = connection(reader, section, named);
    let project = project(reader, section);
    let issue_type = reader.text(section, "issue_type").map(|text| text.value.to_owned());
    let matching = matching(reader, section, named);
    let fields = rule::fields(reader, section, "fields");
    let states = states(reader, section);
    let closes = closes(reader, section);
    let resolutions = resolutions(reader, section);
    let create = reader.word(section, "create", "way to create", &["auto", "ask", "browser"]);
    let conflict = reader.word(section, "conflict", "winner", &["jira", "finding"]);
    let flag = |reader: &mut Reader<'t>, key, default| reader.flag(section, key).map_or(default, |flag| flag.value);
    let (enabled, entity_project) = (flag(reader, "enabled", true), flag(reader, "entity_project", false));
    let subtask_type = reader.text(section, "subtask_type").map(|text| text.value.to_owned());
    Some(MappingConfig {
        enabled,
        entity_project,
        subtask_type,
        matching: matching?,
        create: match create.map(|word| word.value) {
            Some("auto") => Create::Auto,
            Some("browser") => Create::Browser,
            _ => Create::Ask,
        },
        fields: fields?,
        states: states?,
        closes,
        resolutions,
        conflict: match conflict.map(|word| word.value) {
            Some("finding") => Conflict::Finding,
            _ => Conflict::Jira,
        },
        ..MappingConfig::new(name?, connection?, project?, issue_type?)
    })
}

fn connection<'t>(reader: &mut Reader<'t>, section: &Section<'t>, named: &Named<'_>) -> Option<Alias> {
    let text = reader.text(section, "connection")?;
    let known = named.connections.iter().map(|connection| connection.alias.as_str());
    let known: Vec<&str> = known.collect();
    let found = known.iter().find(|alias| alias.eq_ignore_ascii_case(text.value));
    if found.is_none() {
        absent(reader, &text, "connection", &known);
    }
    Some(Alias::from(found.copied().unwrap_or(text.value)))
}

/// What is named and is not there may come back, so it is a warning.
fn absent(reader: &mut Reader<'_>, text: &Text<'_>, what: &'static str, known: &[&str]) {
    let flaw = Flaw::NoSuch {
        what,
        value: quoted(text.value),
        suggestion: nearest(text.value, known).map(str::to_owned),
    };
    reader.complain(text, flaw);
}

fn project<'t>(reader: &mut Reader<'t>, section: &Section<'t>) -> Option<ProjectChoice> {
    let text = reader.text(section, "project")?;
    if text.value == "ask" {
        return Some(ProjectChoice::Ask);
    }
    let fits = text.value.len() <= 255
        && text.value.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !fits {
        let value = quoted(text.value);
        reader.complain(&text, Flaw::BadProject { value });
        return None;
    }
    Some(ProjectChoice::Key(text.value.to_ascii_uppercase()))
}

fn matching<'t>(reader: &mut Reader<'t>, section: &Section<'t>, named: &Named<'_>) -> Option<Match> {
    let mut matching = Match::default();
    if section.entry("match").is_none() {
        return Some(matching);
    }
    let section = reader.section(section, "match")?;
    reader.known_keys(&section, &["source", "kind", "severity", "tag", "where"]);
    let known: Vec<&str> = named.sources.iter().map(|source| source.name.as_str()).collect();
    for text in one_or_more(reader, &section, "source").unwrap_or_default() {
        if !known.contains(&text.value) {
            absent(reader, &text, "source", &known);
        }
        matching.sources.push(text.value.to_owned());
    }
    for text in one_or_more(reader, &section, "kind").unwrap_or_default() {
        match FindingKind::from_word(text.value) {
            Some(kind) => matching.kinds.push(kind),
            None => reader.unknown_word(&text, "kind of finding", FindingKind::WORDS),
        }
    }
    let tags = one_or_more(reader, &section, "tag").unwrap_or_default();
    matching.tags = tags.iter().map(|tag| tag.value.to_owned()).collect();
    matching.severity = reader
        .word(&section, "severity", "severity", Severity::WORDS)
        .and_then(|word| Severity::from_word(word.value));
    if let Some(text) = reader.text(&section, "where") {
        let checked = query::check(reader, &text)?;
        if checked.sorted {
            reader.complain(&text, Flaw::ConditionOrder);
            return None;
        }
        matching.expression = Some(text.value.to_owned());
    }
    Some(matching)
}

/// `[mapping.states]`, in order of the states.
fn states<'t>(reader: &mut Reader<'t>, section: &Section<'t>) -> Option<Vec<(FindingState, StateRule)>> {
    if section.entry("states").is_none() {
        return Some(Vec::new());
    }
    let section = reader.section(section, "states")?;
    reader.known_keys(&section, FindingState::WORDS);
    let mut rules = Vec::new();
    for state in FindingState::ALL {
        let Some(entry) = section.entry(state.word()) else {
            continue;
        };
        if entry.value.is_str() {
            let status = reader.text(&section, state.word())?.value.to_owned();
            rules.push((
                *state,
                StateRule {
                    status,
                    fields: Vec::new(),
                },
            ));
            continue;
        }
        let rule = reader.section(&section, state.word())?;
        reader.known_keys(&rule, &["status", "fields"]);
        if rule.entry("status").is_none() {
            reader.missing(&rule, &["status"], "status = \"Done\"");
        }
        let status = reader.text(&rule, "status")?.value.to_owned();
        let fields = rule::fields(reader, &rule, "fields")?;
        rules.push((*state, StateRule { status, fields }));
    }
    Some(rules)
}

fn closes<'t>(reader: &mut Reader<'t>, section: &Section<'t>) -> Closes {
    const CATEGORIES: [&str; 3] = ["new", "indeterminate", "done"];
    if section.entry("closes").is_none() {
        return Closes::default();
    }
    let Some(section) = reader.section(section, "closes") else {
        return Closes::default();
    };
    reader.known_keys(&section, &["category", "status"]);
    let category = reader.word(&section, "category", "status category", &CATEGORIES);
    match one_or_more(reader, &section, "status") {
        Some(statuses) => Closes::Statuses(statuses.iter().map(|status| status.value.to_owned()).collect()),
        None => category.map_or_else(Closes::default, |word| {
            Closes::Category(StatusCategory::from_key(word.value))
        }),
    }
}

fn resolutions<'t>(reader: &mut Reader<'t>, section: &Section<'t>) -> BTreeMap<String, Resolution> {
    let mut read = BTreeMap::new();
    if section.entry("resolutions").is_none() {
        return read;
    }
    let Some(section) = reader.section(section, "resolutions") else {
        return read;
    };
    for key in section.value.keys() {
        let key: &str = key.get_ref();
        let word = reader.word(&section, key, "resolution", Resolution::WORDS);
        if let Some(resolution) = word.and_then(|word| Resolution::from_word(word.value)) {
            read.insert(key.to_owned(), resolution);
        }
    }
    read
}
