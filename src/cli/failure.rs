//! Why a verb could not do its work, and the exit code that scripts see.
//!
//! Must never be in here: printing; [`Output`](super::Output) does it.

use std::{io, process::ExitCode};

use crate::{
    config::{Invalid, NoPlace},
    jira,
};

/// The exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// A sign-in is needed on some connection.
    SignIn = 3,
    /// Something to fix in the config.
    Config = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    /// What several failures come to: 3 if any needs a sign-in, else 1 if there is any.
    #[must_use]
    pub fn of_problems<'a>(kinds: impl IntoIterator<Item = &'a str>) -> Self {
        let kinds: Vec<&str> = kinds.into_iter().collect();
        if kinds.iter().any(|kind| needs_sign_in(kind)) {
            Self::SignIn
        } else if kinds.is_empty() {
            Self::Done
        } else {
            Self::Failed
        }
    }

    /// What tested connections come to: as [`Exit::of_problems`], but 4 if all that is wrong is in
    /// the config.
    #[must_use]
    pub fn of_tests<'a>(kinds: impl IntoIterator<Item = &'a str>) -> Self {
        let kinds: Vec<&str> = kinds.into_iter().collect();
        let only_setup = kinds.iter().all(|kind| *kind == jira::ErrorKind::Setup.word());
        match Self::of_problems(kinds) {
            Self::Failed if only_setup => Self::Config,
            exit => exit,
        }
    }
}

/// Whether a problem of that kind is mended by signing in.
fn needs_sign_in(kind: &str) -> bool {
    use jira::ErrorKind;
    [ErrorKind::Secret, ErrorKind::Auth, ErrorKind::Scope, ErrorKind::Captcha]
        .into_iter()
        .any(|known| known.needs_sign_in() && known.word() == kind)
}

/// A verb that could not do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What failed and where; may have several lines. Empty if nobody is left to tell.
    pub message: String,
    /// Lines to go before the message, that say themselves what they are.
    pub details: Vec<String>,
    /// Next steps.
    pub hints: Vec<String>,
    /// The exit code.
    pub exit: Exit,
}

impl Failure {
    /// A failure without hints.
    #[must_use]
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            details: Vec::new(),
            hints: Vec::new(),
            exit,
        }
    }

    /// With one more next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            // Whoever read the output has seen enough of it.
            return Self::new(Exit::Done, "");
        }
        Self::new(Exit::Failed, format!("the output cannot be written: {error}"))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        if error.is_io() {
            return Self::from(io::Error::from(error));
        }
        Self::new(Exit::Failed, format!("the output cannot be put into JSON: {error}"))
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        let file = invalid.remarks.first().map(|remark| remark.file.display().to_string());
        let message = format!("{} cannot be used as it is", file.unwrap_or_default());
        Self {
            details: invalid.to_string().lines().map(str::to_owned).collect(),
            ..Self::new(Exit::Config, message)
        }
    }
}

impl From<NoPlace> for Failure {
    fn from(error: NoPlace) -> Self {
        Self::new(Exit::Config, error.to_string())
    }
}

impl From<&jira::Error> for Failure {
    fn from(error: &jira::Error) -> Self {
        let exit = if error.kind.needs_sign_in() {
            Exit::SignIn
        } else {
            Exit::Failed
        };
        Self::new(exit, error.message.clone()).hint(error.remedy.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_goes_before_other_failures() {
        for (kinds, exit) in [
            (vec![], Exit::Done),
            (vec!["network"], Exit::Failed),
            (vec!["network", "captcha"], Exit::SignIn),
            (vec!["secret"], Exit::SignIn),
            (vec!["something new"], Exit::Failed),
        ] {
            assert_eq!(Exit::of_problems(kinds.iter().copied()), exit, "{kinds:?}");
        }
    }

    #[test]
    fn a_closed_pipe_is_no_failure_and_a_full_disk_is() {
        let closed = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((closed.exit, closed.message.as_str()), (Exit::Done, ""));
        let full = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(full.exit, Exit::Failed);
    }
}
