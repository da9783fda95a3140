//! Where a result is: files, lines, functions, and the address at a forge.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::model::{ArtifactLocation, Found, Location, LogicalLocation, Run, Text};

/// Base ids that may refer to each other before it counts as a circle.
const MAX_BASES: usize = 8;
/// Longest path or name that is kept, in bytes: one that stands once may be referred to by every result.
const LONGEST: usize = 2_000;
/// What cannot stand in the path of an address.
const NOT_IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A place in a file, a function, or both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// Path from the root of the sources, or the address as it was given.
    pub(super) file: String,
    pub(super) line: Option<u64>,
    pub(super) end_line: Option<u64>,
    pub(super) column: Option<u64>,
    /// Function, type or module.
    pub(super) logical: String,
    /// The text that it is about.
    pub(super) snippet: String,
    /// That with lines around it.
    pub(super) context: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.file.is_empty(), self.line) {
            (true, _) => f.write_str(&self.logical),
            (false, Some(line)) => write!(f, "{}:{line}", self.file),
            (false, None) => f.write_str(&self.file),
        }
    }
}

/// Folders in which the sources lay on the machine that looked at them, longest first, each with a
/// slash at its end. What is below them is the same on every machine, they are not.
pub(super) fn roots(run: &Run<'_>) -> Vec<String> {
    let bases = run.original_uri_base_ids.get().into_iter().flat_map(BTreeMap::values);
    let invocations = run.invocations.all().iter();
    let worked = invocations.filter_map(|invocation| invocation.working_directory.get());
    let versions = run.version_control_provenance.all().iter();
    let checked_out = versions.filter_map(|version| version.mapped_to.get());
    let mut roots: Vec<String> = bases
        .chain(worked)
        .chain(checked_out)
        .filter(|location| location.uri_base_id.text().is_none())
        .filter_map(|location| location.uri.text())
        .map(|uri| format!("{}/", local(&decoded(uri)).trim_end_matches('/')))
        // A whole disk is nobody's folder of sources.
        .filter(|root| is_absolute(root) && root.matches('/').count() > 1)
        .collect();
    roots.sort_by_key(|root| std::cmp::Reverse(root.len()));
    roots.dedup();
    roots
}

fn is_absolute(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.first() == Some(&b'/') || bytes.get(1..3) == Some(b":/")
}

/// The places of one result.
pub(super) struct Places<'a> {
    run: &'a Run<'a>,
    roots: &'a [String],
    found: &'a Found,
}

impl<'a> Places<'a> {
    pub(super) fn new(run: &'a Run<'a>, roots: &'a [String], found: &'a Found) -> Self {
        Self { run, roots, found }
    }

    /// All of its own, the main one first.
    pub(super) fn all(&self) -> impl Iterator<Item = Place> {
        let places = self.found.locations.all().iter().map(|location| self.place(location));
        places.filter(|place| *place != Place::default())
    }

    /// The related one with that id.
    pub(super) fn related(&self, id: i64) -> Option<Place> {
        let all = self.found.related_locations.all().iter();
        all.into_iter()
            .find(|location| location.id.get() == Some(&id))
            .map(|location| self.place(location))
    }

    pub(super) fn place(&self, location: &Location) -> Place {
        let physical = location.physical_location.get();
        let artifact = physical.and_then(|physical| physical.artifact_location.get());
        let region = physical.and_then(|physical| physical.region.get());
        let context = physical.and_then(|physical| physical.context_region.get());
        let snippet = |text: Option<&Text>| {
            let text = text
                .and_then(|text| text.text.get())
                .map(String::as_str)
                .unwrap_or_default();
            text.trim_matches(['\n', '\r']).trim_end().to_owned()
        };
        Place {
            file: artifact.map(|artifact| self.file(artifact)).unwrap_or_default(),
            line: region
                .and_then(|region| region.start_line.get().copied())
                .filter(|line| *line > 0),
            end_line: region.and_then(|region| region.end_line.get().copied()),
            column: region.and_then(|region| region.start_column.get().copied()),
            logical: location
                .logical_locations
                .all()
                .iter()
                .find_map(|one| self.logical(one))
                .unwrap_or_default(),
            snippet: snippet(region.and_then(|region| region.snippet.get())),
            context: snippet(context.and_then(|context| context.snippet.get())),
        }
    }

    fn logical(&self, location: &LogicalLocation) -> Option<String> {
        let name = |location: &LogicalLocation| {
            let name = location.fully_qualified_name.text().or_else(|| location.name.text());
            name.map(|name| name[..name.floor_char_boundary(LONGEST)].to_owned())
        };
        name(location).or_else(|| {
            let index = usize::try_from(*location.index.get()?).ok()?;
            name(self.run.logical_locations.all().get(index)?)
        })
    }

    fn file(&self, artifact: &ArtifactLocation) -> String {
        let listed = || {
            let index = usize::try_from(*artifact.index.get()?).ok()?;
            self.run.artifacts.all().get(index)?.location.get()
        };
        let artifact = if artifact.uri.text().is_some() {
            artifact
        } else {
            listed().unwrap_or(artifact)
        };
        let mut path = decoded(artifact.uri.text().unwrap_or_default());
        let mut base = artifact.uri_base_id.text();
        // What stands below an absolute base is the path in the sources; where those were checked
        // out differs from machine to machine.
        for _ in 0..MAX_BASES {
            let location = base.and_then(|base| self.run.original_uri_base_ids.get()?.get(base));
            let Some(uri) = location.and_then(|location| location.uri.text()) else {
                break;
            };
            if uri.contains(':') || uri.starts_with('/') {
                break;
            }
            path = format!("{}/{path}", decoded(uri).trim_end_matches('/'));
            base = location.and_then(|location| location.uri_base_id.text());
        }
        let mut path = local(&path);
        path.truncate(path.floor_char_boundary(LONGEST));
        let below = |root: &String| path.strip_prefix(root.as_str()).filter(|rest| !rest.is_empty());
        match self.roots.iter().find_map(below) {
            Some(rest) => rest.to_owned(),
            None => path,
        }
    }
}

fn decoded(uri: &str) -> String {
    percent_decode_str(uri)
        .decode_utf8()
        .unwrap_or(Cow::Borrowed(uri))
        .into_owned()
}

/// Without what only says that it is a file.
fn local(path: &str) -> String {
    let path = match path.strip_prefix("file:") {
        Some(rest) => {
            let rest = rest.trim_start_matches('/');
            let drive = rest.as_bytes().get(1) == Some(&b':');
            if drive { rest.to_owned() } else { format!("/{rest}") }
        }
        None => path.trim_start_matches("./").to_owned(),
    };
    path.replace(['\n', '\r'], " ")
}

/// The address of a place in a repository at GitHub, if everything about it is beyond doubt.
pub(super) fn forge_url(run: &Run<'_>, place: &Place) -> Option<String> {
    let [version] = run.version_control_provenance.all() else {
        return None;
    };
    let repository = version.repository_uri.text()?.trim_end_matches('/');
    let name = repository.strip_prefix("https://github.com/")?;
    let name = name.strip_suffix(".git").unwrap_or(name);
    let (owner, project) = name.split_once('/')?;
    let plain = |text: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        !text.is_empty() && text.bytes().all(known) && !text.starts_with('.')
    };
    let revision = version.revision_id.text()?;
    let commit = (7..=64).contains(&revision.len()) && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    let relative = !place.file.is_empty()
        && !place.file.contains([':', '\\'])
        && place
            .file
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..");
    if !(plain(owner) && plain(project) && commit && relative) {
        return None;
    }
    let path = utf8_percent_encode(&place.file, NOT_IN_PATH);
    let lines = match (place.line, place.end_line) {
        (Some(line), Some(end)) if end > line => format!("#L{line}-L{end}"),
        (Some(line), _) => format!("#L{line}"),
        _ => String::new(),
    };
    Some(format!(
        "https://github.com/{owner}/{project}/blob/{revision}/{path}{lines}"
    ))
}
