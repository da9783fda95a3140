//! `crosstie keygen`: a key for OAuth 1.0a, and what an administrator enters for it in Jira.
//!
//! Must never be in here: the private key on a screen, or a file that is written over.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use secrecy::ExposeSecret;
use serde_json::json;

use super::{
    failure::{Exit, Failure},
    format::Json,
    output::Output,
};
use crate::{
    auth::oauth1::{KeyError, KeySize, PrivateKey},
    config::{CALLBACK, Paths},
};

/// Where the key goes in the data folder: the config folder is often kept in a public repository.
const FILE_NAME: &str = "oauth1.pem";

/// What Jira's link is called.
const APPLICATION: &str = "crosstie";

/// Jira wants an address of the application and never needs to reach it.
const APPLICATION_URL: &str = "https://crosstie.example";

/// Sizes to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Bits {
    #[value(name = "2048")]
    Bits2048,
    #[value(name = "4096")]
    Bits4096,
}

impl From<Bits> for KeySize {
    fn from(bits: Bits) -> Self {
        match bits {
            Bits::Bits2048 => Self::Bits2048,
            Bits::Bits4096 => Self::Bits4096,
        }
    }
}

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct KeygenArgs {
    /// Size of the key
    #[arg(long, value_enum, default_value = "2048")]
    bits: Bits,
    /// Write the private key to this file instead of oauth1.pem in the data folder
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    json: Json,
}

/// Makes a key, keeps the private half and prints the public one.
///
/// # Errors
/// If there is such a file already, or it cannot be written.
pub fn run(args: &KeygenArgs, paths: &Paths, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let file = place(args.out.as_deref(), paths)?;
    let key = PrivateKey::generate(args.bits.into(), &mut rsa::rand_core::OsRng)?;
    write(&file, &key)?;
    let consumer_key = consumer_key(&key);
    if args.json.json {
        output.json(&json!({
            "private_key_file": file,
            "public_key": key.public_bare(),
            "public_key_pem": key.public_pem(),
            "consumer_key": consumer_key,
            "bits": key.bits(),
            "fingerprint": key.fingerprint(),
        }))?;
        return Ok(Exit::Done);
    }
    for line in explain(&file, &key, &consumer_key) {
        output.line(&line)?;
    }
    Ok(Exit::Done)
}

/// The file to write, which must not be there yet.
fn place(out: Option<&Path>, paths: &Paths) -> Result<PathBuf, Failure> {
    let file = match out {
        Some(out) if out == Path::new("-") => {
            let message = "the private key is not printed, where it would stay in terminals and logs";
            return Err(Failure::new(Exit::Usage, message).hint("name a file: --out FILE"));
        }
        Some(out) => std::path::absolute(out).unwrap_or_else(|_| out.to_owned()),
        None => {
            make_private_folder(&paths.data).map_err(|error| cannot_write(&paths.data, &error))?;
            paths.data.join(FILE_NAME)
        }
    };
    // A link that leads nowhere is something, too.
    if fs::symlink_metadata(&file).is_ok() {
        return Err(taken(&file));
    }
    Ok(file)
}

fn taken(file: &Path) -> Failure {
    let message = format!("{} is there already and is left as it is", file.display());
    Failure::new(Exit::Failed, message)
        .hint("use the key in it, or name another file: --out FILE")
        .hint("a key that Jira knows stays valid until its application link is removed there")
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let message = format!("{} cannot be written: {error}", path.display());
    Failure::new(Exit::Failed, message).hint("name a file in a folder of your own: --out FILE")
}

fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes the private key for its owner's eyes only.
fn write(file: &Path, key: &PrivateKey) -> Result<(), Failure> {
    let pem = key.to_pkcs8_pem()?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken(file),
        _ => cannot_write(file, &error),
    })?;
    let written = io::Write::write_all(&mut opened, pem.expose_secret().as_bytes()).and_then(|()| opened.sync_all());
    written.map_err(|error| {
        // Half a key is of no use, and would be in the way next time.
        let _ = fs::remove_file(file);
        cannot_write(file, &error)
    })
}

/// Writes the private key to a new file `NAME.pem` of a folder that is made if need be; of several
/// keys for one name each has its own file.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn keep(folder: &Path, name: &str, key: &PrivateKey) -> Result<PathBuf, Failure> {
    make_private_folder(folder).map_err(|error| cannot_write(folder, &error))?;
    let digits = key.fingerprint().replace(':', "");
    let file = folder.join(format!("{name}-{}.pem", &digits[digits.len().saturating_sub(8)..]));
    write(&file, key)?;
    Ok(file)
}

/// A name that no other link in the same Jira has: it comes from the key.
fn consumer_key(key: &PrivateKey) -> String {
    let fingerprint = key.fingerprint();
    let digits = fingerprint.trim_start_matches("SHA1:").replace(':', "");
    format!("crosstie-{}", digits.get(..8).unwrap_or_default())
}

/// What to do with it, screen by screen.
fn explain(file: &Path, key: &PrivateKey, consumer_key: &str) -> Vec<String> {
    let path = file.display();
    let mut lines = vec![
        format!("Private key  {path}  ({} bits; keep it to yourself)", key.bits()),
        format!("Fingerprint  {}", key.fingerprint()),
        String::new(),
        "In Jira, as an administrator: Administration > Applications > Application links".to_owned(),
        String::new(),
        "1. Start the link".to_owned(),
    ];
    lines.extend(fields(&[
        (
            "Jira before 8.22",
            &format!("enter {APPLICATION_URL}, press Create new link"),
        ),
        (
            "Jira 8.22 and later",
            &format!("press Create link, choose Atlassian product, enter {APPLICATION_URL}"),
        ),
        ("", "(External application there is OAuth 2.0, which needs no key)"),
        ("No response received", "does not matter: press Continue"),
    ]));
    lines.extend([String::new(), "2. Link applications".to_owned()]);
    lines.extend(fields(&[
        ("Application Name", APPLICATION),
        ("Application Type", "Generic Application"),
        ("All other text fields", "leave empty (where Jira insists, crosstie)"),
        ("Create incoming link", "check it, then Continue"),
    ]));
    lines.extend([
        String::new(),
        "3. Incoming link (of an existing link: Edit > Incoming authentication)".to_owned(),
    ]);
    lines.extend(fields(&[
        ("Consumer Key", consumer_key),
        ("Consumer Name", APPLICATION),
        ("Public Key", "the text below"),
        ("Consumer Callback URL", &format!("{CALLBACK} (may stay empty)")),
        ("2-legged OAuth", "leave it off"),
    ]));
    lines.push(String::new());
    lines.extend(key.public_pem().lines().map(str::to_owned));
    lines.extend([
        String::new(),
        "Where that is refused, the same without its first and last line and line breaks:".to_owned(),
        String::new(),
        key.public_bare(),
        String::new(),
        "4. Here".to_owned(),
        format!("   crosstie connection add ALIAS --kind data-center --url URL --method oauth1 --consumer-key {consumer_key} --private-key {}", quoted(&path.to_string())),
        "   crosstie connection authorize ALIAS".to_owned(),
    ]);
    lines
}

/// Fields and values in two columns.
fn fields(rows: &[(&str, &str)]) -> Vec<String> {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    rows.iter()
        .map(|(name, value)| format!("   {name:width$}  {value}"))
        .collect()
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-~:\\".contains(c);
    if path.chars().all(plain) {
        return path.to_owned();
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::new(Exit::Failed, error.to_string()).hint(error.remedy())
    }
}
