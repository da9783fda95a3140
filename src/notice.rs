//! Notices when a connection fails: the desktop and a Slack-compatible incoming webhook, once per
//! cause and not per poll, and once more when the connection works again.
//!
//! ```text
//! a run ended ─► Condition (store) ─► decide (pure) ─► remembered (store) ─► Desktop, Slack ─► sync log
//! ```
//!
//! What was told is remembered in the store before anything is sent: a restart does not repeat it, and
//! of two processes that see the same failure one alone sends. A notice that cannot be sent is
//! therefore not sent again; the sync log says why.
//!
//! Must never be in here: the health of a connection (`sync` decides it), screens, and the address of a
//! webhook in a message.

mod channel;
mod decide;
mod desktop;
mod markup;
mod notifier;
mod slack;

use crate::{
    domain::{Alias, Problem},
    text,
};

pub use decide::{Memory, decide};
pub use notifier::Notifier;

/// Cells of a title at most.
const TITLE: usize = 80;
/// Cells of a sentence at most; what is left out is in the sync log.
const SENTENCE: usize = 300;

/// What a notice is about, by what it asks of its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing goes on until a person has acted.
    NeedsPerson,
    /// It has failed for a while and is tried again by itself.
    Failing,
    /// It works again.
    Recovered,
}

/// One notice, safe to show: cleaned and of bounded length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Which connection.
    pub alias: Alias,
    /// What it asks for.
    pub tone: Tone,
    /// `acme needs you`.
    pub title: String,
    /// What failed, and where.
    pub message: String,
    /// The next step; empty if there is none.
    pub remedy: String,
    /// Address of the site.
    pub site: String,
}

impl Notice {
    fn new(alias: &Alias, site: &str, tone: Tone, what: &str, told: &Problem) -> Self {
        Self {
            alias: alias.clone(),
            tone,
            title: bounded(&format!("{alias} {what}"), TITLE),
            message: bounded(&told.message, SENTENCE),
            remedy: bounded(&told.remedy, SENTENCE),
            site: bounded(site, SENTENCE),
        }
    }
}

fn bounded(outside: &str, cells: usize) -> String {
    // Cleaning takes time with the length; what is cut off need not be cleaned.
    let start: String = outside.chars().take(cells * 4).collect();
    text::truncate(text::clean_line(&start).trim(), cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_made_safe_and_short() {
        let told = Problem {
            kind: "server".to_owned(),
            message: format!("a\u{1b}[31m\u{202e}b\n{}", "x".repeat(10_000)),
            remedy: " ".to_owned(),
        };
        let notice = Notice::new(&"acme".into(), "https://a.example", Tone::Failing, "fails", &told);
        assert!(notice.message.starts_with("a␛[31m⟨RLO⟩b xx"), "{}", notice.message);
        assert_eq!(text::width(&notice.message), SENTENCE);
        assert_eq!(notice.remedy, "");
        assert_eq!(notice.title, "acme fails");
    }
}
