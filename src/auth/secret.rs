//! Finding a secret where the config says it is.
//!
//! Must never be in here: a secret in a message. What a command printed on its error stream is not
//! repeated either, since helpers in debug mode echo what they handle.

use std::{path::Path, process::Stdio, time::Duration};

use secrecy::SecretString;
use tokio::process::Command;

use super::{error::AuthError, mode::refuse_if_shared, vault::Vault};
use crate::{config::SecretSource, domain::Alias};

/// How long a command may take to print a secret.
const COMMAND_LIMIT: Duration = Duration::from_secs(10);

/// A file with more than this is not a secret but a mistake in the path.
const FILE_LIMIT: u64 = 64 * 1024;

/// Reads the secret from where the config says it is found; one trailing newline is removed.
///
/// # Errors
/// When the source is missing, empty, unreadable, readable by others, locked or too slow.
pub async fn resolve(source: &SecretSource, alias: &Alias, vault: &Vault) -> Result<SecretString, AuthError> {
    resolve_within(source, alias, vault, COMMAND_LIMIT).await
}

async fn resolve_within(
    source: &SecretSource,
    alias: &Alias,
    vault: &Vault,
    limit: Duration,
) -> Result<SecretString, AuthError> {
    match source {
        SecretSource::Keyring => vault.secret(alias).await,
        SecretSource::Env(name) => from_env(name),
        SecretSource::Command(command) => from_command(command, limit).await,
        SecretSource::File(path) => from_file(path).await,
    }
}

fn from_env(name: &str) -> Result<SecretString, AuthError> {
    let remedy = format!("set {name} in the shell that starts crosstie, or configure another secret source");
    match std::env::var(name) {
        Ok(value) => trimmed(value, &format!("the environment variable {name}"), &remedy),
        Err(std::env::VarError::NotPresent) => Err(AuthError::secret(
            format!("the environment variable {name} is not set"),
            remedy,
        )),
        Err(std::env::VarError::NotUnicode(_)) => Err(AuthError::secret(
            format!("the environment variable {name} is not valid UTF-8"),
            remedy,
        )),
    }
}

async fn from_command(command: &[String], limit: Duration) -> Result<SecretString, AuthError> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(AuthError::secret(
            "the secret command is empty",
            "set secret = { command = [\"program\", \"argument\"] }",
        ));
    };
    let place = format!("the secret command `{program}`");
    let remedy = format!("run `{program}` with its arguments in a shell; it must print the secret within 10 seconds");
    let running = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| AuthError::secret(format!("{place} could not be started: {error}"), &remedy))?;
    let output = tokio::time::timeout(limit, running.wait_with_output())
        .await
        .map_err(|_| {
            let seconds = limit.as_secs_f32();
            AuthError::secret(format!("{place} did not finish within {seconds} seconds"), &remedy)
        })?
        .map_err(|error| AuthError::secret(format!("{place} could not be read: {error}"), &remedy))?;
    if !output.status.success() {
        let status = output.status;
        return Err(AuthError::secret(format!("{place} failed ({status})"), remedy));
    }
    let text = String::from_utf8(output.stdout)
        .map_err(|_| AuthError::secret(format!("{place} printed something that is not UTF-8"), &remedy))?;
    trimmed(text, &place, &remedy)
}

async fn from_file(path: &Path) -> Result<SecretString, AuthError> {
    let owned = path.to_owned();
    let reading = tokio::task::spawn_blocking(move || read_file(&owned));
    reading.await.map_err(|_| {
        let path = path.display();
        AuthError::secret(
            format!("reading the secret file {path} was interrupted"),
            "start crosstie again",
        )
    })?
}

fn read_file(path: &Path) -> Result<SecretString, AuthError> {
    let shown = path.display();
    let unreadable = |error: &std::io::Error| {
        AuthError::secret(
            format!("the secret file {shown} could not be read: {error}"),
            format!("put the secret into {shown} (mode 0600), or configure another secret source"),
        )
    };
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    refuse_if_shared(path, &metadata)?;
    let remedy = format!("put the secret, and nothing else, into {shown}");
    if metadata.len() > FILE_LIMIT {
        return Err(AuthError::secret(
            format!("the secret file {shown} is too large to be a secret"),
            remedy,
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(&error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| AuthError::secret(format!("the secret file {shown} is not valid UTF-8"), &remedy))?;
    trimmed(text, &format!("the secret file {shown}"), &remedy)
}

/// Takes one line ending off the end; spaces may belong to a password.
fn trimmed(mut text: String, place: &str, remedy: &str) -> Result<SecretString, AuthError> {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    if text.is_empty() {
        return Err(AuthError::secret(format!("{place} is empty"), remedy));
    }
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use secrecy::ExposeSecret;

    use super::*;
    use crate::{
        auth::keyring::{KeyringError, MemoryKeyring},
        config::TokenStore,
    };

    fn vault(keyring: MemoryKeyring) -> Vault {
        Vault::new(std::env::temp_dir(), Arc::new(keyring))
    }

    async fn read(source: SecretSource) -> Result<String, AuthError> {
        let secret = resolve(&source, &Alias::from("acme"), &vault(MemoryKeyring::default())).await?;
        Ok(secret.expose_secret().to_owned())
    }

    fn command(words: &[&str]) -> SecretSource {
        SecretSource::Command(words.iter().map(|&word| word.to_owned()).collect())
    }

    #[tokio::test]
    async fn an_environment_variable_is_read_or_named() {
        let missing = read(SecretSource::Env("CROSSTIE_TEST_NOT_SET".into()))
            .await
            .unwrap_err();
        assert!(
            missing.message.contains("CROSSTIE_TEST_NOT_SET is not set"),
            "{missing}"
        );
        assert!(missing.remedy.contains("CROSSTIE_TEST_NOT_SET"), "{}", missing.remedy);
        let path = read(SecretSource::Env("PATH".into())).await.unwrap();
        assert_eq!(path, std::env::var("PATH").unwrap());
    }

    #[tokio::test]
    async fn the_keyring_gives_the_secret_of_its_connection_or_says_what_works_instead() {
        let (acme, lab) = (Alias::from("acme"), Alias::from("lab"));
        let kept = vault(MemoryKeyring::default());
        let source = kept
            .keep_secret(&acme, TokenStore::Keyring, SecretString::from("t0ken"))
            .await
            .unwrap();
        assert_eq!(source, SecretSource::Keyring);
        let found = resolve(&source, &acme, &kept).await.unwrap();
        assert_eq!(found.expose_secret(), "t0ken");
        let none = resolve(&source, &lab, &kept).await.unwrap_err();
        assert_eq!(none.message, "the keyring holds no secret of lab");
        let reason = "no D-Bus".to_owned();
        let absent = vault(MemoryKeyring::failing(KeyringError::Absent { reason }));
        let absent = resolve(&source, &acme, &absent).await.unwrap_err();
        assert_eq!(absent.message, "this session has no keyring (no D-Bus)");
        for error in [none, absent] {
            for word in ["env", "command", "file"] {
                assert!(error.remedy.contains(word), "{}", error.remedy);
            }
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_gives_its_output_without_one_line_ending() {
        for (script, expected) in [
            ("printf 'abc'", "abc"),
            ("printf 'abc\\n'", "abc"),
            ("printf 'abc\\r\\n'", "abc"),
            ("printf ' a b \\n\\n'", " a b \n"),
            ("printf 'pässwörd'", "pässwörd"),
        ] {
            assert_eq!(
                read(command(&["sh", "-c", script])).await.as_deref(),
                Ok(expected),
                "{script}"
            );
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_that_fails_is_named_and_what_it_printed_is_not() {
        for (words, expected) in [
            (
                &["sh", "-c", "echo s3cret; echo s3cret >&2; exit 3"][..],
                "exit status: 3",
            ),
            (&["sh", "-c", "printf '\\377s3cret'"][..], "not UTF-8"),
            (&["sh", "-c", "true"][..], "is empty"),
            (&["crosstie-no-such-program"][..], "could not be started"),
            (&[][..], "is empty"),
        ] {
            let error = read(command(words)).await.unwrap_err();
            assert!(error.message.contains(expected), "{words:?}: {error}");
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
            assert!(!error.remedy.is_empty());
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_that_hangs_is_ended() {
        let source = command(&["sleep", "600"]);
        let vault = vault(MemoryKeyring::default());
        let acme = Alias::from("acme");
        let limited = resolve_within(&source, &acme, &vault, Duration::from_millis(50));
        let error = limited.await.unwrap_err();
        assert!(error.message.contains("did not finish"), "{error}");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_must_be_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "t0ken\n").unwrap();
        for (mode, readable) in [
            (0o600, true),
            (0o400, true),
            (0o640, false),
            (0o604, false),
            (0o620, false),
        ] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let result = read(SecretSource::File(path.clone())).await;
            if readable {
                assert_eq!(result.as_deref(), Ok("t0ken"), "{mode:o}");
            } else {
                let error = result.unwrap_err();
                assert_eq!(error.remedy, format!("run: chmod 600 '{}'", path.display()));
                assert!(error.message.contains(&format!("{mode:04o}")), "{error}");
            }
        }
        let missing = read(SecretSource::File(folder.path().join("none"))).await.unwrap_err();
        assert!(missing.message.contains("none could not be read"), "{missing}");
    }

    #[tokio::test]
    async fn a_secret_cannot_be_printed() {
        let secret = trimmed("t0ken".into(), "", "").unwrap();
        assert!(!format!("{secret:?}").contains("t0ken"));
    }
}
