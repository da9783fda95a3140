//! The outbox: what waits to be written to Jira, sent once and in order, whatever happens in between.
//!
//! A finding's issue is made exactly once. What is about to be sent is on the disk before it is, with a
//! random mark that the issue carries from its first moment; after an answer that never came the
//! account's own recent issues are looked through for that mark, and nothing is made again until a
//! person says so. Bringing an issue up to date compares three things: what the finding asks for, what
//! both sides last agreed on, and what Jira has now.
//!
//! | module | what |
//! |---|---|
//! | `planner` | which finding gets which item |
//! | `pusher` | one run over the items of a connection |
//! | `create`, `look` | making an issue, and finding out whether one was made |
//! | `update`, `status` | fields, status and links of an issue that is there |
//! | `people` | whom the site knows by a name |
//! | `restore` | links found again by their marks, duplicates noticed |
//! | `unlink`, `describe` | taking back what a link left; the key in a pull request |
//! | `merge`, `same`, `limits`, `echo`, `words`, `mark`, `payload` | pure: what is sent, and what is said of it |
//!
//! Must never be in here: what an issue's fields are filled with (`mapping`), or reading sources.

mod create;
mod describe;
mod echo;
mod ending;
mod limits;
mod look;
pub mod mark;
mod merge;
mod payload;
mod people;
mod planner;
mod pusher;
mod recipe;
mod restore;
mod same;
mod site;
mod status;
#[cfg(test)]
mod tests;
mod unlink;
mod update;
mod words;

pub use people::{People, Stranger, ask, person, remember};
pub use planner::Planner;
pub use pusher::{Pushed, Pusher};
pub use site::Site;

use crate::{jira::Error, store::StoreError};

/// Why a run of the outbox ended before its end. What was not sent still waits.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// Jira, or the way to it: the sign-in was refused, or nothing is reached.
    #[error(transparent)]
    Jira(#[from] Error),
    /// The local store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
