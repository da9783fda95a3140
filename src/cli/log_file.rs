//! The program's own log: a file in the data folder, bounded, for its owner's eyes only.
//!
//! Nothing is made before the first line is written, and nothing is ever logged to the terminal. A
//! log that cannot be written is done without.
//!
//! Must never be in here: what is logged, and the sync log of the screen.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    filter::Targets,
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
};

/// The environment variable that filters the log.
const FILTER_VARIABLE: &str = "CROSSTIE_LOG";
/// When the file is put aside; one such file is kept.
const LARGEST: u64 = 5 * 1024 * 1024;

/// Logs to the file from now on; a second call changes nothing.
pub fn start(path: &Path) {
    let lines = fmt::layer().with_ansi(false).with_writer(LogFile::new(path, LARGEST));
    let asked = std::env::var(FILTER_VARIABLE).unwrap_or_default();
    let subscriber = tracing_subscriber::registry().with(filter(&asked)).with(lines);
    // A program that embeds this one may have its own.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// What is logged: levels, each for a module or for all, between commas; those that make no sense are passed
/// over. Not `EnvFilter`: its regular expressions are half a megabyte, and spans are not filtered by here.
fn filter(asked: &str) -> Targets {
    let sound: Vec<&str> = asked
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty() && part.parse::<Targets>().is_ok())
        .collect();
    let ours = Targets::new().with_default(LevelFilter::INFO);
    match sound.as_slice() {
        [] => ours,
        sound => sound.join(",").parse().unwrap_or(ours),
    }
}

/// The file, opened when something is logged.
#[derive(Debug, Clone)]
pub struct LogFile(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    largest: u64,
    file: Option<File>,
}

impl LogFile {
    /// A log at `path` that is put aside when it is larger than `largest` bytes.
    #[must_use]
    pub fn new(path: &Path, largest: u64) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            path: path.to_owned(),
            largest,
            file: None,
        })))
    }
}

impl<'a> MakeWriter<'a> for LogFile {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for LogFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A full disk or a read-only folder must not stop what is being logged.
        if inner.append(line).is_err() {
            inner.file = None;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Inner {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => open(&self.path)?,
        };
        if file.metadata()?.len() >= self.largest {
            file = self.rotate()?;
        }
        file.write_all(line)?;
        self.file = Some(file);
        Ok(())
    }

    /// Puts the file aside, unless another process did so already and only our handle is old.
    fn rotate(&self) -> io::Result<File> {
        let current = fs::metadata(&self.path).map_or(0, |found| found.len());
        if current >= self.largest {
            let mut aside = self.path.clone().into_os_string();
            aside.push(".1");
            fs::rename(&self.path, aside)?;
        }
        open(&self.path)
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        make_private_folder(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_made_before_the_first_line_and_then_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/crosstie.log");
        let mut log = LogFile::new(&path, 1000);
        assert!(!path.parent().unwrap().exists());
        log.write_all(b"one\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            let data = fs::metadata(path.parent().unwrap()).unwrap();
            assert_eq!(data.permissions().mode() & 0o777, 0o700);
        }
    }

    #[test]
    fn a_large_file_is_put_aside_once_even_by_two_processes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("crosstie.log");
        let aside = folder.path().join("crosstie.log.1");
        let (mut first, mut second) = (LogFile::new(&path, 10), LogFile::new(&path, 10));
        first.write_all(b"a long first line\n").unwrap();
        second.write_all(b"2\n").unwrap();
        first.write_all(b"1\n").unwrap();
        second.write_all(b"2\n").unwrap();
        assert_eq!(fs::read_to_string(&aside).unwrap(), "a long first line\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "2\n1\n2\n");
    }

    #[test]
    fn levels_are_asked_for_by_module_or_for_all() {
        use tracing::Level;
        for (asked, ours, jira, foreign) in [
            ("", Some(Level::INFO), Some(Level::INFO), Some(Level::INFO)),
            ("debug", Some(Level::DEBUG), Some(Level::DEBUG), Some(Level::DEBUG)),
            ("off", None, None, None),
            ("crosstie::jira=trace", None, Some(Level::TRACE), None),
            (
                "warn, crosstie=debug,crosstie::jira=trace",
                Some(Level::DEBUG),
                Some(Level::TRACE),
                Some(Level::WARN),
            ),
            (
                "crosstie=loud,warn",
                Some(Level::WARN),
                Some(Level::WARN),
                Some(Level::WARN),
            ),
            (
                ", crosstie=loud",
                Some(Level::INFO),
                Some(Level::INFO),
                Some(Level::INFO),
            ),
        ] {
            let filter = filter(asked);
            let up_to = |target| {
                let levels = [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR];
                levels.into_iter().find(|level| filter.would_enable(target, level))
            };
            let found = (up_to("crosstie::app"), up_to("crosstie::jira::client"), up_to("hyper"));
            assert_eq!(found, (ours, jira, foreign), "{asked:?}");
        }
    }

    #[test]
    fn a_log_that_cannot_be_written_stops_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let in_the_way = folder.path().join("file");
        fs::write(&in_the_way, b"").unwrap();
        let mut log = LogFile::new(&in_the_way.join("crosstie.log"), 8);
        log.write_all(b"lost\n").unwrap();
    }
}
