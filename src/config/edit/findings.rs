//! Edits of `[[source]]` and `[[mapping]]`.
//!
//! Must never be in here: how text is changed.

use super::{
    Edit, EditError,
    connections::Merge,
    place::Place,
    value::{self, Table, Value},
};
use crate::config::{Feed, MappingConfig, ProjectChoice, SourceConfig, mapping};

const SOURCES: &str = "source";
const MAPPINGS: &str = "mapping";
/// Written although they could be left out: a person wants to see them.
const ALWAYS: [&str; 7] = [
    "name",
    "type",
    "secret",
    "connection",
    "project",
    "issue_type",
    "create",
];
/// Tables of a mapping that stand below it, under headers of their own.
const BELOW: [&str; 3] = ["fields", "states", "resolutions"];
const SOURCE_KEYS: [&str; 10] = [
    "enabled",
    "tag",
    "url",
    "programs",
    "identifier",
    "secret",
    "paths",
    "repositories",
    "write",
    "type",
];

impl Edit {
    /// Adds the mapping, or brings the one called `old` in line with it: only what differs is touched.
    ///
    /// # Errors
    /// If `old` is not there, the new name is another one's, or something else stands in place of the
    /// mappings.
    pub fn put_mapping(&mut self, old: Option<&str>, mapping: &MappingConfig) -> Result<(), EditError> {
        let wanted = value::mapping(mapping)?;
        let plain = value::mapping(&MappingConfig::new(
            mapping.name.clone(),
            mapping.connection.clone(),
            ProjectChoice::Ask,
            String::new(),
        ))?;
        let other = self.named(MAPPINGS, &mapping.name)?;
        let Some(old) = old else {
            return match other {
                Some(_) => Err(taken("mapping", &mapping.name)),
                None => self.text.push_with(MAPPINGS, &needed(wanted, &plain), &BELOW),
            };
        };
        let place = self.known(MAPPINGS, old)?;
        if other.is_some_and(|other| other != place) {
            return Err(taken("mapping", &mapping.name));
        }
        let before = self.read().mapping(old).map(value::mapping).transpose()?;
        let merge = Merge {
            before: before.as_ref(),
            plain: &plain,
            removable: &mapping::read::KEYS,
        };
        merge.put(self, &place, &wanted)
    }

    /// Removes a mapping with the comments right above it.
    ///
    /// # Errors
    /// If there is no such mapping.
    pub fn remove_mapping(&mut self, name: &str) -> Result<(), EditError> {
        let place = self.known(MAPPINGS, name)?;
        self.text.remove(&place)
    }

    /// Pauses a mapping or lets it go on.
    ///
    /// # Errors
    /// If there is no such mapping.
    pub fn set_mapping_enabled(&mut self, name: &str, on: bool) -> Result<(), EditError> {
        let place = self.known(MAPPINGS, name)?;
        self.put_flag(&place, "enabled", on, true)
    }

    /// Adds the source, or brings the one of its name in line with it.
    ///
    /// # Errors
    /// If something else stands in place of the sources, or a path in it is not text.
    pub fn put_source(&mut self, source: &SourceConfig) -> Result<(), EditError> {
        let wanted = value::source(source)?;
        let plain = value::source(&SourceConfig {
            name: source.name.clone(),
            enabled: true,
            tag: None,
            feed: bare(&source.feed),
        })?;
        let Some(place) = self.named(SOURCES, &source.name)? else {
            return self.text.push_with(SOURCES, &needed(wanted, &plain), &[]);
        };
        let before = self.read().source(&source.name).map(value::source).transpose()?;
        let merge = Merge {
            before: before.as_ref(),
            plain: &plain,
            removable: &SOURCE_KEYS,
        };
        merge.put(self, &place, &wanted)
    }

    fn known(&self, list: &'static str, name: &str) -> Result<Place, EditError> {
        self.named(list, name)?.ok_or_else(|| EditError::NoSuch {
            what: list,
            name: name.to_owned(),
        })
    }

    fn named(&self, list: &'static str, name: &str) -> Result<Option<Place>, EditError> {
        for place in self.elements(list)? {
            let there = self.text.value(&place.key("name"))?;
            if there
                .as_ref()
                .and_then(Value::as_text)
                .is_some_and(|there| there.trim() == name)
            {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }
}

fn taken(what: &'static str, name: &str) -> EditError {
    EditError::NameTaken {
        what,
        name: name.to_owned(),
    }
}

/// What has its default is not written.
fn needed(wanted: Table, plain: &[(String, Value)]) -> Table {
    let needed =
        |(key, value): &(String, Value)| ALWAYS.contains(&key.as_str()) || value::get(plain, key) != Some(value);
    wanted.into_iter().filter(needed).collect()
}

/// A source of the same type with everything as it is by default.
fn bare(feed: &Feed) -> Feed {
    let mut feed = feed.clone();
    match &mut feed {
        Feed::HackerOne {
            url,
            programs,
            identifier,
            ..
        } => {
            *url = crate::config::source::read::HACKERONE.to_owned();
            programs.clear();
            identifier.clear();
        }
        Feed::GitHub {
            url,
            repositories,
            secret,
            write,
        } => {
            *url = crate::config::source::read::GITHUB.to_owned();
            repositories.clear();
            *secret = None;
            *write = false;
        }
        Feed::Sarif { paths } | Feed::Junit { paths } => paths.clear(),
    }
    feed
}
