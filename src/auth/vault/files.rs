//! The vault's files: `tokens/ALIAS.json` and `secrets/ALIAS`, in folders and with modes that keep
//! everybody else out; replaced as a whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

use crate::{
    auth::{error::AuthError, mode::refuse_if_shared},
    domain::Alias,
};

/// A file with more than this holds no tokens.
const LARGEST: u64 = 256 * 1024;

/// Files below the data folder.
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
}

impl Files {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the tokens of a connection are.
    pub(super) fn tokens(&self, alias: &Alias) -> PathBuf {
        self.folder.join("tokens").join(format!("{}.json", file_name(alias)))
    }

    /// Where the user's own secret of a connection is.
    pub(super) fn secret(&self, alias: &Alias) -> PathBuf {
        self.folder.join("secrets").join(file_name(alias))
    }

    pub(super) fn read_tokens(&self, alias: &Alias) -> Result<Option<SecretString>, AuthError> {
        let path = self.tokens(alias);
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(&path, &error)),
        };
        refuse_if_shared(&path, &metadata)?;
        if metadata.len() > LARGEST {
            let error = io::Error::new(io::ErrorKind::InvalidData, "it is too large to hold tokens");
            return Err(unreadable(&path, &error));
        }
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        Ok(Some(SecretString::from(text)))
    }

    pub(super) fn write_tokens(&self, alias: &Alias, text: &SecretString) -> Result<PathBuf, AuthError> {
        replace(self.tokens(alias), text)
    }

    pub(super) fn write_secret(&self, alias: &Alias, secret: &SecretString) -> Result<PathBuf, AuthError> {
        replace(self.secret(alias), secret)
    }

    /// Removes both files, and any that was left half-written.
    pub(super) fn remove(&self, alias: &Alias) -> Result<(), AuthError> {
        for path in [self.tokens(alias), self.secret(alias)] {
            for path in [draft_of(&path), path] {
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritable(&path, &error)),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Moves both files; answers the new place of the secret, if there is one.
    pub(super) fn rename(&self, from: &Alias, to: &Alias) -> Result<Option<PathBuf>, AuthError> {
        move_file(&self.tokens(from), &self.tokens(to))?;
        let secret = self.secret(to);
        Ok(move_file(&self.secret(from), &secret)?.then_some(secret))
    }
}

/// Aliases are checked when the config is read; a file name must not depend on that.
pub(super) fn file_name(alias: &Alias) -> String {
    let fits = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let name = alias.as_str().chars();
    name.map(|c| if fits(c) { c } else { '_' }).collect()
}

fn move_file(from: &Path, to: &Path) -> Result<bool, AuthError> {
    match fs::rename(from, to) {
        Ok(()) => {
            settle(to);
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(unwritable(to, &error)),
    }
}

/// Writes beside the file, then puts that in its place: a reader sees the old or the new text, and
/// a power cut leaves one of them.
fn replace(path: PathBuf, text: &SecretString) -> Result<PathBuf, AuthError> {
    let written = write(&path, text);
    match written {
        Ok(()) => Ok(path),
        Err(error) => Err(unwritable(&path, &error)),
    }
}

fn write(path: &Path, text: &SecretString) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        make_private_folder(folder)?;
    }
    let draft = draft_of(path);
    let written = write_draft(&draft, text).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // Gone already, or as unwritable as before; the first error is the one to tell.
        let _ = fs::remove_file(&draft);
    }
    written?;
    settle(path);
    Ok(())
}

fn write_draft(draft: &Path, text: &SecretString) -> io::Result<()> {
    // One that a killed process left may have any mode.
    match fs::remove_file(draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(draft)?;
    file.write_all(text.expose_secret().as_bytes())?;
    file.sync_all()
}

/// Beside the file, so that renaming never crosses file systems; no alias ends like this. The name
/// is always the same, so that what a killed process left is found and removed.
fn draft_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push("~");
    path.with_file_name(name)
}

fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    // One that was there before may be open to others.
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Makes a rename outlast a power cut, where folders can be synced at all.
fn settle(path: &Path) {
    let synced = path
        .parent()
        .map(|folder| File::open(folder).and_then(|folder| folder.sync_all()));
    if let Some(Err(error)) = synced {
        tracing::debug!(%error, "the folder of tokens was not synced");
    }
}

fn unreadable(path: &Path, error: &io::Error) -> AuthError {
    let shown = path.display();
    AuthError::secret(
        format!("the tokens in {shown} could not be read: {error}"),
        format!("make {shown} readable for yourself alone (mode 0600), or remove it and sign in again"),
    )
}

fn unwritable(path: &Path, error: &io::Error) -> AuthError {
    let shown = path.display();
    AuthError::secret(
        format!("{shown} could not be written: {error}"),
        "free some space or make the data folder writable, or name another in CROSSTIE_DATA_DIR",
    )
}
