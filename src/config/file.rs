//! Reads the whole file: text to [`Config`], with everything there is to remark.
//!
//! Must never be in here: keys of one section only, which have their own modules.

use std::{fs, io::ErrorKind, path::Path, time::Duration};

use toml::de::DeTable;

use super::{
    connection, defaults,
    flaw::{Flaw, Severity},
    mapping,
    model::{CatalogSettings, Config, JiraSettings, SyncSettings, UiSettings, ViewConfig},
    notices,
    paths::{Paths, Surroundings},
    query,
    reader::{Reader, Section},
    remark::{Invalid, Remark},
    source, view,
};

/// The top-level keys.
const KEYS: [&str; 11] = [
    "store",
    "sync",
    "jira",
    "catalog",
    "notices",
    "connection",
    "source",
    "mapping",
    "view",
    "ui",
    "keys",
];

/// More often would be impolite to the site.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(10);

/// A config that can be used, and what it asks for in vain.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The config.
    pub config: Config,
    /// Warnings only.
    pub remarks: Vec<Remark>,
}

/// Reads the config file. A file that is not there is the built-in config, whose `path` is `None`.
///
/// # Errors
/// All remarks, if any of them is an error.
pub fn load(paths: &Paths) -> Result<Loaded, Invalid> {
    let unreadable = |reason: String| Invalid {
        remarks: vec![whole_file(&paths.config, Flaw::Unreadable { reason })],
    };
    let bytes = match fs::read(&paths.config) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok(Loaded {
                config: Config::default(),
                remarks: Vec::new(),
            });
        }
        Err(error) => return Err(unreadable(error.to_string())),
    };
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8 text".to_owned()))?;
    let around = Surroundings {
        file: &paths.config,
        home: paths.home.as_deref(),
    };
    let (config, remarks) = parse(&text, &around);
    if remarks.iter().any(|remark| remark.severity() == Severity::Error) {
        return Err(Invalid { remarks });
    }
    Ok(Loaded { config, remarks })
}

/// A remark about the file as a whole.
pub(crate) fn whole_file(file: &Path, flaw: Flaw) -> Remark {
    Remark {
        file: file.to_owned(),
        position: None,
        key: String::new(),
        flaw,
    }
}

/// Reads the text of a config file. What has a mistake is left out of the config or has its default.
#[must_use]
pub fn parse(text: &str, around: &Surroundings<'_>) -> (Config, Vec<Remark>) {
    let mut reader = Reader::new(text, around.file);
    let (document, errors) = DeTable::parse_recoverable(text);
    // What is left of a broken document would only give rise to more complaints.
    if !errors.is_empty() {
        for error in errors {
            let message = error.message().to_owned();
            reader.report(error.span().map_or(0, |span| span.start), "", Flaw::Syntax { message });
        }
        return (Config::default(), reader.into_remarks());
    }
    let root = Section::root(&document);
    reader.known_keys(&root, &KEYS);
    let jira = jira(&mut reader, &root);
    let views = reader.sections(&root, "view");
    let views = match views.as_slice() {
        [] => ViewConfig::built_in(&jira.default_jql),
        sections => view::read(&mut reader, sections),
    };
    let connections = reader.sections(&root, "connection");
    let connections = connection::read(&mut reader, &connections, around);
    let sources = reader.sections(&root, "source");
    let sources = source::read::read(&mut reader, &sources, around);
    let mappings = reader.sections(&root, "mapping");
    let named = mapping::read::Named {
        connections: &connections,
        sources: &sources,
    };
    let mappings = mapping::read::read(&mut reader, &mappings, &named);
    let config = Config {
        path: Some(around.file.to_owned()),
        store: store(&mut reader, &root, around),
        sync: sync(&mut reader, &root),
        jira,
        catalog: catalog(&mut reader, &root, around),
        notices: notices::read(&mut reader, &root, around),
        connections,
        sources,
        mappings,
        views,
        ui: ui(&mut reader, &root),
        keys: keys(&mut reader, &root),
    };
    (config, reader.into_remarks())
}

fn store<'t>(reader: &mut Reader<'t>, root: &Section<'t>, around: &Surroundings<'_>) -> String {
    let built_in = Config::default().store;
    let Some(text) = reader.text(root, "store") else {
        return built_in;
    };
    if text.value.starts_with("postgres://") || text.value.starts_with("postgresql://") {
        let what = "a store shared through PostgreSQL is".to_owned();
        let remedy = "the store is kept in the data folder; write store = \"sqlite\"".to_owned();
        reader.complain(&text, Flaw::Unsupported { what, remedy });
        return built_in;
    }
    if text.value == "sqlite" {
        return built_in;
    }
    around.absolute(text.value).display().to_string()
}

fn sync<'t>(reader: &mut Reader<'t>, root: &Section<'t>) -> SyncSettings {
    let mut settings = SyncSettings::default();
    if let Some(section) = reader.section(root, "sync") {
        reader.known_keys(&section, &["interval", "census"]);
        if let Some(interval) = reader.duration(&section, "interval", SHORTEST_INTERVAL) {
            settings.interval = interval;
        }
        if let Some(census) = reader.duration(&section, "census", SHORTEST_INTERVAL) {
            settings.census = census;
        }
    }
    settings
}

fn jira<'t>(reader: &mut Reader<'t>, root: &Section<'t>) -> JiraSettings {
    let mut settings = JiraSettings::default();
    if let Some(section) = reader.section(root, "jira") {
        reader.known_keys(&section, &["default_jql"]);
        if let Some(text) = reader.any_text(&section, "default_jql")
            && query::check(reader, &text).is_some()
        {
            settings.default_jql = text.value.trim().to_owned();
        }
    }
    settings
}

fn catalog<'t>(reader: &mut Reader<'t>, root: &Section<'t>, around: &Surroundings<'_>) -> CatalogSettings {
    let Some(section) = reader.section(root, "catalog") else {
        return CatalogSettings::default();
    };
    reader.known_keys(&section, &["paths"]);
    let paths = reader.texts(&section, "paths").map_or_else(Vec::new, |list| list.value);
    CatalogSettings {
        paths: paths.iter().map(|path| around.absolute(path.value)).collect(),
    }
}

fn ui<'t>(reader: &mut Reader<'t>, root: &Section<'t>) -> UiSettings {
    let mut settings = UiSettings::default();
    let Some(section) = reader.section(root, "ui") else {
        return settings;
    };
    reader.known_keys(&section, &["theme", "ascii", "accessible", "mouse"]);
    if let Some(theme) = reader.word(&section, "theme", "theme", &defaults::THEMES) {
        settings.theme = theme.value.to_owned();
    }
    for (key, place) in [
        ("ascii", &mut settings.ascii),
        ("accessible", &mut settings.accessible),
        ("mouse", &mut settings.mouse),
    ] {
        if let Some(flag) = reader.flag(&section, key) {
            *place = flag.value;
        }
    }
    settings
}

/// Only that each is a text; which actions and keys there are is known to the screen.
fn keys<'t>(reader: &mut Reader<'t>, root: &Section<'t>) -> std::collections::BTreeMap<String, String> {
    let Some(section) = reader.section(root, "keys") else {
        return Default::default();
    };
    section
        .value
        .keys()
        .map(|key| key.get_ref().as_ref())
        .filter_map(|action: &str| Some((action.to_owned(), reader.text(&section, action)?.value.to_owned())))
        .collect()
}
