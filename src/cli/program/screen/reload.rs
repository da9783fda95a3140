//! The config file while the dashboard runs: noticed when it changes, put into force when it is good.

use std::{
    fs, io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use super::{KnownFacts, LocalEngine, Shelf, Stage, StoreLibrary, log, setup_of};
use crate::{
    app::{Event, Tone},
    cli::look::Look,
    clock::SharedClock,
    config::{self, Config, ConnectionConfig, Invalid, Paths, Severity},
    domain::Level,
    runtime::Settings,
    store::{NewLine, Store},
};

/// Watches the file and carries out what it says.
pub(super) struct Reload {
    paths: Paths,
    look: Look,
    store: Store,
    clock: SharedClock,
    shelf: Arc<Shelf>,
    facts: KnownFacts,
    engine: Arc<LocalEngine>,
    state: Mutex<State>,
}

struct State {
    /// In force.
    config: Config,
    watch: Watch,
    /// The file was last found to be unusable.
    broken: bool,
}

impl Reload {
    pub(super) fn new(stage: &Stage<'_>, look: &Look, library: &StoreLibrary, engine: &Arc<LocalEngine>) -> Self {
        Self {
            paths: stage.paths.clone(),
            look: look.clone(),
            store: stage.store.clone(),
            clock: Arc::clone(&stage.clock),
            shelf: Arc::clone(&library.shelf),
            facts: library.facts.clone(),
            engine: Arc::clone(engine),
            state: Mutex::new(State {
                config: stage.config.clone(),
                watch: Watch::default(),
                broken: false,
            }),
        }
    }

    /// Puts a good config into force, if it says anything new.
    fn take(&self, state: &mut State, config: Config, warnings: usize) -> Vec<Event> {
        let mended = std::mem::replace(&mut state.broken, false);
        let changes = changes(&state.config, &config);
        if changes.is_empty() {
            state.config = config;
            if mended {
                return self.say(
                    &state.config,
                    Tone::Good,
                    "the config is mended; nothing in it changed".to_owned(),
                );
            }
            return Vec::new();
        }
        self.shelf.follow(&config);
        let applied = tokio::runtime::Handle::try_current().map(|handle| handle.block_on(self.engine.follow(&config)));
        if let Ok(Err(error)) = applied {
            let text = format!("the connections could not be reloaded: {error} · {}", error.remedy());
            return self.say(&state.config, Tone::Bad, text);
        }
        self.facts.look_again(&config.connections);
        let before = setup_of(&state.config, &self.paths, &self.look).look;
        let setup = setup_of(&config, &self.paths, &self.look);
        state.config = config;
        let mut text = format!("config reloaded: {}", changes.join(", "));
        if warnings > 0 {
            text.push_str(&format!(" · {warnings} to note: see `crosstie config check`"));
        }
        let mut events = self.say(&state.config, Tone::Good, text);
        let setup = Box::new(setup);
        // Before the word about it, so that what the new config itself gives rise to is not lost.
        events.insert(0, Event::Config { before, setup });
        events
    }

    /// The old config stays in force.
    fn refuse(&self, state: &mut State, reason: &str) -> Vec<Event> {
        state.broken = true;
        let text = format!("config not reloaded, the old one stays in force: {reason}");
        self.say(&state.config, Tone::Bad, text)
    }

    fn say(&self, config: &Config, tone: Tone, text: String) -> Vec<Event> {
        let level = match tone {
            Tone::Bad => Level::Warn,
            Tone::Good | Tone::Plain => Level::Info,
        };
        log(
            &self.store,
            config,
            &[NewLine::new(level, text.clone())],
            self.clock.now(),
        );
        vec![Event::Said(tone, text)]
    }
}

impl Settings for Reload {
    fn look(&self) -> Vec<Event> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.watch.rests_changed(Stamp::of(&self.paths.config)) {
            return Vec::new();
        }
        match config::load(&self.paths) {
            Ok(loaded) if loaded.config.path.is_none() && state.config.path.is_some() => {
                self.refuse(&mut state, &format!("{} is gone", self.paths.config.display()))
            }
            // No file, as before: the demo's config never was in one.
            Ok(loaded) if loaded.config.path.is_none() => Vec::new(),
            Ok(loaded) => self.take(&mut state, loaded.config, loaded.remarks.len()),
            Err(invalid) => self.refuse(&mut state, &first_mistake(&invalid)),
        }
    }
}

/// The first mistake with its place, and how many more there are.
fn first_mistake(invalid: &Invalid) -> String {
    let mut mistakes = invalid
        .remarks
        .iter()
        .filter(|remark| remark.severity() == Severity::Error);
    let Some(first) = mistakes.next() else {
        return "it cannot be read".to_owned();
    };
    let more = match mistakes.count() {
        0 => String::new(),
        count => format!(" (and {count} more)"),
    };
    format!("{}: {}{more} · {}", first.place(), first.summary(), first.remedy())
}

/// What the file system tells of a file without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stamp {
    Absent,
    /// It is there, and cannot be looked at.
    Unknown(io::ErrorKind),
    There {
        modified: Option<SystemTime>,
        length: u64,
        /// Tells a file that was put in place of another one.
        node: u64,
    },
}

impl Stamp {
    /// Follows links to the file.
    fn of(path: &Path) -> Self {
        match fs::metadata(path) {
            Ok(file) => Self::There {
                modified: file.modified().ok(),
                length: file.len(),
                node: node(&file),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::Absent,
            Err(error) => Self::Unknown(error.kind()),
        }
    }
}

#[cfg(unix)]
fn node(file: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(file)
}

#[cfg(not(unix))]
fn node(_: &fs::Metadata) -> u64 {
    0
}

/// Tells when a file has changed and come to rest: an editor that empties it, writes it, or puts
/// another one in its place must not be caught in the middle.
#[derive(Debug, Default)]
struct Watch {
    last: Option<Stamp>,
    taken: Option<Stamp>,
}

impl Watch {
    /// Whether the file looks as it did last time, and not as it did when this was last answered
    /// with yes. The first time is such a change: it may have happened since the program started.
    fn rests_changed(&mut self, now: Stamp) -> bool {
        let rests = self.last.as_ref() == Some(&now);
        self.last = Some(now.clone());
        if !rests || self.taken.as_ref() == Some(&now) {
            return false;
        }
        self.taken = Some(now);
        true
    }
}

/// What is different, in the words of the file.
fn changes(before: &Config, after: &Config) -> Vec<String> {
    let mut changes = Vec::new();
    let mut note = |changed: bool, what: &str| {
        if changed {
            changes.push(what.to_owned());
        }
    };
    note(before.views != after.views, "views");
    note(before.jira != after.jira, "default JQL");
    note(before.keys != after.keys, "keys");
    note(before.ui.theme != after.ui.theme, "theme");
    note(before.ui.ascii != after.ui.ascii, "ascii");
    note(before.ui.mouse != after.ui.mouse, "mouse");
    note(before.sync != after.sync, "intervals");
    note(before.catalog != after.catalog, "catalog");
    note(before.notices != after.notices, "notices");
    note(
        before.ui.accessible != after.ui.accessible,
        "accessible (from the next start)",
    );
    note(before.store != after.store, "store (from the next start)");
    changes.extend(connection_changes(before, after));
    let named = |config: &Config| -> Vec<_> {
        let sources = config.sources.iter();
        sources.map(|source| (source.name.clone(), source.clone())).collect()
    };
    changes.extend(named_changes("source", &named(before), &named(after)));
    let named = |config: &Config| -> Vec<_> {
        let mappings = config.mappings.iter();
        mappings
            .map(|mapping| (mapping.name.clone(), mapping.clone()))
            .collect()
    };
    changes.extend(named_changes("mapping", &named(before), &named(after)));
    changes
}

/// What is different among things that have names, and whose order counts.
fn named_changes<T: PartialEq>(kind: &str, before: &[(String, T)], after: &[(String, T)]) -> Vec<String> {
    let of = |all: &[(String, T)], name: &str| all.iter().position(|(other, _)| other == name);
    let mut changes = Vec::new();
    for (name, thing) in after {
        match of(before, name).and_then(|place| before.get(place)) {
            None => changes.push(format!("{kind} {name} added")),
            Some((_, old)) if old != thing => changes.push(format!("{kind} {name} changed")),
            Some(_) => {}
        }
    }
    let gone = before.iter().filter(|(name, _)| of(after, name).is_none());
    changes.extend(gone.map(|(name, _)| format!("{kind} {name} removed")));
    if changes.is_empty()
        && before
            .iter()
            .map(|(name, _)| name)
            .ne(after.iter().map(|(name, _)| name))
    {
        changes.push(format!("order of {kind}s"));
    }
    changes
}

fn connection_changes(before: &Config, after: &Config) -> Vec<String> {
    let of = |config: &Config, alias: &ConnectionConfig| {
        let found = config.connections.iter().find(|one| one.alias == alias.alias);
        found.cloned()
    };
    let mut changes = Vec::new();
    for connection in &after.connections {
        match of(before, connection) {
            None => changes.push(format!("connection {} added", connection.alias)),
            Some(old) if old != *connection => changes.push(format!("connection {} changed", connection.alias)),
            Some(_) => {}
        }
    }
    for connection in &before.connections {
        if of(after, connection).is_none() {
            changes.push(format!("connection {} removed", connection.alias));
        }
    }
    let order = |config: &Config| -> Vec<_> { config.connections.iter().map(|one| one.alias.clone()).collect() };
    if changes.is_empty() && order(before) != order(after) {
        changes.push("order of connections".to_owned());
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::{Flaw, Method, Position, Remark, SecretSource},
        domain::Deployment,
    };

    fn connection(alias: &str) -> ConnectionConfig {
        let secret = SecretSource::Env("TOKEN".to_owned());
        let url = format!("https://{alias}.example.com");
        ConnectionConfig::new(alias, Deployment::DataCenter, url, Method::Pat { secret })
    }

    #[test]
    fn a_file_is_read_once_it_rests() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let mut watch = Watch::default();
        let mut look = || watch.rests_changed(Stamp::of(&file));
        assert_eq!([look(), look(), look()], [false, true, false], "not there");
        fs::write(&file, "").unwrap();
        assert!(!look(), "emptied by an editor");
        fs::write(&file, "a = 1").unwrap();
        assert!(!look(), "just written");
        assert_eq!([look(), look()], [true, false]);
        let next = folder.path().join("next");
        fs::write(&next, "a = 2").unwrap();
        let modified = fs::metadata(&file).unwrap().modified().unwrap();
        fs::File::options()
            .write(true)
            .open(&next)
            .unwrap()
            .set_modified(modified)
            .unwrap();
        fs::rename(&next, &file).unwrap();
        #[cfg(unix)]
        assert_eq!(
            [look(), look(), look()],
            [false, true, false],
            "another file in its place"
        );
        fs::remove_file(&file).unwrap();
        assert_eq!([look(), look(), look()], [false, true, false]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_as_new_as_what_it_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("real"), folder.path().join("config.toml"));
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(Stamp::of(&link), Stamp::Absent);
        fs::write(&file, "a").unwrap();
        let before = Stamp::of(&link);
        assert_eq!(before, Stamp::of(&file));
        fs::write(&file, "ab").unwrap();
        assert_ne!(before, Stamp::of(&link));
    }

    #[test]
    fn each_change_is_told_in_the_words_of_the_file() {
        let mut before = Config {
            connections: vec![connection("a"), connection("b"), connection("c")],
            ..Config::default()
        };
        assert_eq!(changes(&before, &before), Vec::<String>::new());
        let mut after = before.clone();
        after.connections.swap(0, 1);
        assert_eq!(changes(&before, &after), ["order of connections"]);
        after.connections[0].scope = "labels = x".to_owned();
        after.connections[2].alias = "d".into();
        after.views.clear();
        after.jira.default_jql.clear();
        after.keys.insert("quit".to_owned(), "Q".to_owned());
        after.ui.theme = "light".to_owned();
        after.ui.ascii = true;
        after.ui.mouse = false;
        after.ui.accessible = true;
        after.store = "/x".to_owned();
        after.sync.interval *= 2;
        after.catalog.paths.push("x".into());
        after.notices.desktop = false;
        insta::assert_snapshot!(changes(&before, &after).join(", "), @"views, default JQL, keys, theme, ascii, mouse, intervals, catalog, notices, accessible (from the next start), store (from the next start), connection b changed, connection d added, connection c removed");
        before.path = Some("other".into());
        assert_eq!(changes(&before, &before.clone()), Vec::<String>::new());
    }

    #[test]
    fn the_first_mistake_is_told_with_its_place() {
        let remark = |line, flaw| Remark {
            file: "/c.toml".into(),
            position: Some(Position { line, column: 3 }),
            key: "view[0]".to_owned(),
            flaw,
        };
        let what = "mappings are".to_owned();
        let remedy = "wait".to_owned();
        let warning = remark(1, Flaw::Unsupported { what, remedy });
        let mistakes = [remark(2, Flaw::Empty), remark(4, Flaw::Empty)];
        let invalid = |remarks: &[Remark]| Invalid {
            remarks: [std::slice::from_ref(&warning), remarks].concat(),
        };
        insta::assert_snapshot!(first_mistake(&invalid(&mistakes[..1])), @"/c.toml:2:3: view[0]: this is empty · fill it in, or remove the key");
        insta::assert_snapshot!(first_mistake(&invalid(&mistakes)), @"/c.toml:2:3: view[0]: this is empty (and 1 more) · fill it in, or remove the key");
    }
}
