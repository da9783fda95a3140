//! Puts the edited text into the file, whole or not at all.
//!
//! Must never be in here: what the text says.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use super::EditError;

/// Links that are followed to the real file; more of them lead in a circle.
const MOST_LINKS: usize = 32;
/// Names that are tried for the new file beside the old one.
const MOST_NAMES: u32 = 100;

/// Writes `after` to `path` in one step: who reads it sees the old text or the new one, also when the
/// machine stops in between. A link is followed, permissions stay; a new file is its owner's alone.
///
/// # Errors
/// [`EditError::Changed`] if the file's text is no longer `before` (`None`: there is no file);
/// [`EditError::Write`] if the system refuses. The file is as it was in both cases.
pub fn write(path: &Path, before: Option<&str>, after: &str) -> Result<(), EditError> {
    let refused = |error: io::Error| EditError::Write {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let unchanged = |file: &Path| match read(file).map_err(refused)? {
        text if text.as_deref() == before.map(str::as_bytes) => Ok(()),
        _ => Err(EditError::Changed { path: path.to_owned() }),
    };
    let file = real(path).map_err(refused)?;
    unchanged(&file)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    make_folder(folder).map_err(refused)?;
    let draft = Draft::write(&file, after).map_err(refused)?;
    // The last look, as late as can be: an editor may have saved while the draft was written.
    unchanged(&file)?;
    draft.put_in_place(&file).map_err(refused)?;
    sync_folder(folder);
    Ok(())
}

/// What the file holds; `None` when it is not there.
fn read(file: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The file that links lead to, whether it is there or not.
fn real(path: &Path) -> io::Result<PathBuf> {
    let mut file = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&file) {
            Ok(target) => file = file.parent().unwrap_or(Path::new("")).join(target),
            // No link, or nothing at all.
            Err(_) => return Ok(file),
        }
    }
    Err(io::Error::new(ErrorKind::InvalidInput, "its links lead in a circle"))
}

fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The new text in a file beside the old one; removed again unless it is put in its place.
struct Draft {
    path: PathBuf,
    placed: bool,
}

impl Draft {
    fn write(file: &Path, text: &str) -> io::Result<Self> {
        let (draft, mut open) = Self::create(file)?;
        open.write_all(text.as_bytes())?;
        match fs::metadata(file) {
            Ok(old) => open.set_permissions(old.permissions())?,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        open.sync_all()?;
        Ok(draft)
    }

    /// A name of this process's own. One that a killed process left behind is not used again.
    fn create(file: &Path) -> io::Result<(Self, File)> {
        let name = file
            .file_name()
            .ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it names no file"))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        for number in 0..MOST_NAMES {
            let mut own = std::ffi::OsString::from(".");
            own.push(name);
            own.push(format!(".{}-{number}.new", std::process::id()));
            let path = file.with_file_name(own);
            match options.open(&path) {
                Ok(open) => return Ok((Self { path, placed: false }, open)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(
            ErrorKind::AlreadyExists,
            "unfinished copies stand beside it; remove them",
        ))
    }

    fn put_in_place(mut self, file: &Path) -> io::Result<()> {
        fs::rename(&self.path, file)?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.placed
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, file = %self.path.display(), "an unfinished copy of the config stays behind");
        }
    }
}

/// The new name outlives a power cut only once the folder is written. Not every platform can; the
/// text is safe either way.
fn sync_folder(folder: &Path) {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    if cfg!(unix)
        && let Err(error) = File::open(folder).and_then(|folder| folder.sync_all())
    {
        tracing::debug!(%error, folder = %folder.display(), "the folder of the config could not be flushed");
    }
}
