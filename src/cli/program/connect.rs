//! Changes to the connections, and the sign-in that waits for a person, for the command line.

use std::io::{self, BufRead, IsTerminal, Read};

use secrecy::SecretString;
use tokio::sync::mpsc;

use crate::{
    auth::{
        self, AuthErrorKind, Means,
        landing::{Expected, Landing, LandingError},
        listener::Listener,
    },
    cli::{
        failure::{Exit, Failure},
        services::{Change, Changed, Started},
    },
    config::ConnectionConfig,
    connect::{ConnectError, Registry},
};

/// A secret with more than this is not a secret.
const LONGEST_SECRET: u64 = 64 * 1024;

/// Carries out a change.
pub(super) async fn change(registry: &Registry, change: Change) -> Result<Changed, Failure> {
    Ok(match change {
        Change::Add { connection, secret } => {
            let alias = connection.alias.to_string();
            registry.put(*connection, None, secret).await?;
            Changed {
                alias,
                ..Changed::default()
            }
        }
        Change::Rename { from, to } => {
            let mappings = registry.rename(&from, &to).await?;
            let mut said = vec![format!("{from} is called {to} now; its cache and sign-in came along")];
            if !mappings.is_empty() {
                said.push(format!("mappings that follow: {}", mappings.join(", ")));
            }
            Changed {
                alias: to.to_string(),
                mappings,
                said,
                ..Changed::default()
            }
        }
        Change::Default(alias) => {
            registry.set_default(&alias)?;
            Changed {
                alias: alias.to_string(),
                said: vec![format!("{alias} is used where no connection is named")],
                ..Changed::default()
            }
        }
        Change::Remove(alias) => {
            let removed = registry.remove(&alias).await?;
            let mut said = vec![format!(
                "{alias} is removed, with its sign-in and {} cached issues; nothing was changed in Jira",
                removed.issues
            )];
            if !removed.mappings.is_empty() {
                said.push(format!("mappings that still name it: {}", removed.mappings.join(", ")));
            }
            said.push(format!("revoke what it signed in with at {}", removed.revoke));
            Changed {
                alias: alias.to_string(),
                removed_issues: removed.issues,
                mappings: removed.mappings,
                revoke_at: Some(removed.revoke),
                said,
            }
        }
    })
}

/// Lets a person sign in.
pub(super) async fn authorize(
    connection: &ConnectionConfig,
    site: Option<&str>,
    means: &Means,
    tell: &mut dyn FnMut(&Started) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut attempt = auth::begin(connection, means).await?;
    let listener = match attempt.callback() {
        Some(callback) => Listener::bind(callback).map_err(|error| format!("{error}; {}", error.remedy())),
        None => Err("Jira shows a code at the end".to_owned()),
    };
    tell(&Started {
        authorization_url: attempt.authorization_url().to_string(),
        listening: match &listener {
            Ok(_) => Ok(connection.callback.clone()),
            Err(why) => Err(why.clone()),
        },
        note: attempt.note().map(str::to_owned),
        expires_at: attempt.expires_at(),
    })?;
    let landing = land(listener.ok(), attempt.expected()).await?;
    attempt.finish(landing, site, means).await?;
    Ok(())
}

/// The first of the callback and a line of standard input that holds a code for this attempt.
async fn land(listener: Option<Listener>, expected: &Expected) -> Result<Landing, Failure> {
    let mut lines = lines();
    let waiting = async {
        match listener {
            Some(listener) => listener.wait(expected).await,
            None => std::future::pending().await,
        }
    };
    let mut waiting = std::pin::pin!(waiting);
    let mut open = true;
    loop {
        tokio::select! {
            landed = &mut waiting => return landed.map_err(Failure::from),
            line = lines.recv(), if open => match line {
                Some(line) if line.trim().is_empty() => {}
                Some(line) => return Landing::read(&line, expected).map_err(Failure::from),
                // Without a line to come only the browser is left, if it is listened for at all.
                None => open = false,
            },
        }
    }
}

/// Lines of standard input, read on a thread that ends with the process: a read cannot be taken back.
fn lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(1);
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// The secret on standard input, without its line ending.
pub(super) fn read_secret() -> Result<SecretString, Failure> {
    let missing = |message: &str| {
        Failure::new(Exit::Usage, message.to_owned())
            .hint("pipe it in, for example: pass show jira | crosstie connection add …")
    };
    if io::stdin().is_terminal() {
        return Err(missing(
            "--secret-stdin does not read from a terminal, which would show the secret",
        ));
    }
    let mut text = String::new();
    let read = io::stdin().take(LONGEST_SECRET + 1).read_to_string(&mut text);
    if read.is_err() || text.len() as u64 > LONGEST_SECRET {
        return Err(missing("standard input holds no secret"));
    }
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.trim().is_empty() {
        return Err(missing("standard input holds no secret"));
    }
    Ok(SecretString::from(secret))
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        let exit = match error.kind() {
            "setup" => Exit::Config,
            _ => Exit::Failed,
        };
        Self::new(exit, error.to_string()).hint(error.remedy())
    }
}

impl From<auth::AuthError> for Failure {
    fn from(error: auth::AuthError) -> Self {
        let exit = match error.kind {
            AuthErrorKind::SignIn | AuthErrorKind::Secret => Exit::SignIn,
            AuthErrorKind::Setup => Exit::Config,
            AuthErrorKind::Network => Exit::Failed,
        };
        Self::new(exit, error.message).hint(error.remedy)
    }
}

impl From<LandingError> for Failure {
    fn from(error: LandingError) -> Self {
        Self::new(Exit::SignIn, error.to_string()).hint(error.remedy())
    }
}
