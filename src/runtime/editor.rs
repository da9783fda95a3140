//! A text in the user's own editor: written to a file of its own, edited, read back, removed.
//!
//! Must never be in here: what becomes of the text.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Longest text that is taken back.
const LONGEST: u64 = 256 * 1024;

/// Why a text could not be edited, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Neither variable is set.
    #[error("no editor is set · set VISUAL or EDITOR, for example EDITOR=nano")]
    Absent,
    /// The terminal could not be given to the editor, or taken back.
    #[error("the terminal could not be handed over: {0}")]
    Terminal(io::Error),
    /// The file could not be written or read.
    #[error("the file for the editor could not be used: {0} · make the folder for temporary files writable")]
    File(io::Error),
    /// It could not be started.
    #[error("the editor {0:?} was not found · set VISUAL or EDITOR to one that is installed")]
    Missing(String),
    /// It ended with a failure.
    #[error("the editor {0:?} failed ({1}) · nothing was changed")]
    Failed(String, String),
    /// What it left is not text, or too much of it.
    #[error("what the editor left is no text of at most 256 KiB · nothing was changed")]
    NoText,
}

/// The editor that the environment names.
fn named(environment: impl Fn(&str) -> Option<String>) -> Result<String, EditError> {
    let set = |name: &str| environment(name).filter(|editor| !editor.trim().is_empty());
    set("VISUAL").or_else(|| set("EDITOR")).ok_or(EditError::Absent)
}

/// Has a text edited; the terminal must be free for it. `suffix` tells the editor what it is.
pub(super) fn edit(
    text: &str,
    suffix: &str,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<String, EditError> {
    let editor = named(environment)?;
    let file = Scratch::write(&std::env::temp_dir(), text, suffix).map_err(EditError::File)?;
    let ended = command(&editor, &file.0)
        .status()
        .map_err(|error| EditError::Failed(editor.clone(), error.to_string()))?;
    match ended.code() {
        Some(0) => file.read(),
        // What a shell says about a command that it does not know.
        Some(126 | 127) => Err(EditError::Missing(editor)),
        _ => Err(EditError::Failed(editor, ended.to_string())),
    }
}

/// As git does it: the variable may hold arguments, and quotes as a shell reads them.
#[cfg(unix)]
fn command(editor: &str, file: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(file);
    command
}

#[cfg(not(unix))]
fn command(editor: &str, file: &Path) -> Command {
    let mut words = editor.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or(editor));
    command.args(words).arg(file);
    command
}

/// A file for this process and its user alone; gone when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn write(folder: &Path, text: &str, suffix: &str) -> io::Result<Self> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut number = 0_u32;
        loop {
            let path = folder.join(format!("crosstie-{}-{number}.{suffix}", std::process::id()));
            match options.open(&path) {
                Ok(mut file) => {
                    let scratch = Self(path);
                    file.write_all(text.as_bytes())?;
                    file.write_all(b"\n")?;
                    return Ok(scratch);
                }
                // A leftover, or somebody who guesses names: never written into.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => number += 1,
                Err(error) => return Err(error),
            }
        }
    }

    fn read(&self) -> Result<String, EditError> {
        let file = fs::File::open(&self.0).map_err(EditError::File)?;
        let mut bytes = Vec::new();
        file.take(LONGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(EditError::File)?;
        if bytes.len() as u64 > LONGEST {
            return Err(EditError::NoText);
        }
        let mut text = String::from_utf8(bytes).map_err(|_| EditError::NoText)?;
        // Editors end the last line, whether there was an end or not.
        let kept = text.trim_end_matches(['\n', '\r']).len();
        text.truncate(kept);
        Ok(text)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::warn!(%error, file = %self.0.display(), "the file for the editor stays behind");
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn with(editor: &str) -> Result<String, EditError> {
        let editor = editor.to_owned();
        edit("project = PAY", "jql", move |name| {
            (name == "EDITOR").then(|| editor.clone())
        })
    }

    #[test]
    fn the_text_comes_back_as_the_editor_left_it() {
        assert_eq!(with("true").unwrap(), "project = PAY");
        assert_eq!(with("sed -i s/PAY/CHK/").unwrap(), "project = CHK");
        assert_eq!(with("sh -c 'printf \"a\\nb\\n\\n\" > \"$1\"' x").unwrap(), "a\nb");
    }

    #[test]
    fn the_file_is_nobody_elses_and_does_not_stay() {
        let folder = tempfile::tempdir().unwrap();
        let scratch = Scratch::write(folder.path(), "secret", "jql").unwrap();
        let path = scratch.0.clone();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let second = Scratch::write(folder.path(), "other", "jql").unwrap();
        assert_ne!(second.0, path, "a file that exists is never written into");
        drop((scratch, second));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_goes_wrong_is_said_with_what_to_do() {
        for (editor, expected) in [
            ("  ", "no editor is set · set VISUAL or EDITOR, for example EDITOR=nano"),
            (
                "no-such-editor",
                "the editor \"no-such-editor\" was not found · set VISUAL or EDITOR to one that is installed",
            ),
            (
                "false",
                "the editor \"false\" failed (exit status: 1) · nothing was changed",
            ),
            (
                "printf '\\377' >",
                "what the editor left is no text of at most 256 KiB · nothing was changed",
            ),
            (
                "head -c 300000 /dev/zero >",
                "what the editor left is no text of at most 256 KiB · nothing was changed",
            ),
        ] {
            assert_eq!(with(editor).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn the_visual_editor_goes_first() {
        let both = |name: &str| Some(name.to_lowercase());
        assert_eq!(named(both).unwrap(), "visual");
        let empty = |name: &str| (name != "VISUAL").then(|| "ed".to_owned()).or(Some(String::new()));
        assert_eq!(named(empty).unwrap(), "ed");
    }
}
